/* id.h - the name of a row: 26 letters and digits that sort by age.
 *
 * 48 bits of milliseconds and 80 random bits in Crockford's base 32 (the ULID
 * layout).  An id is no secret, and cannot be guessed either. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct id {
    char text[27]; /* zero-terminated; "" is no id */
};

struct id id_new(int64_t now);     /* microseconds; two of the same time still differ */
struct id id_of(const char *text); /* what is too long becomes "", which finds nothing */
bool id_same(struct id, struct id);
/* Several in one text, a blank between them; NULL holds none. */
bool ids_hold(const char *ids, struct id);
size_t ids_count(const char *ids);
static inline bool id_some(struct id id)
{
    return id.text[0] != '\0';
}
