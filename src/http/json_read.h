/* json_read.h - reading a flat JSON object, or some in one, with jansson, which is opened when the first comes. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

/* Members of one object, in no order: texts, whole numbers, flags, null, and arrays of texts, of
 * which each text is a member of its own behind the array's.  What else stands there is OTHER. */
enum json_kind {
    JSON_KIND_TEXT,
    JSON_KIND_NUMBER, /* its digits */
    JSON_KIND_FLAG,   /* "1" or "" */
    JSON_KIND_NULL,
    JSON_KIND_ARRAY, /* begins here; then its ENTRY members */
    JSON_KIND_ENTRY,
    JSON_KIND_OTHER,
};
struct json_member {
    const char *name;
    enum json_kind kind;
    const char *text;
};

/* False for what is no JSON object, has a name twice, a name of more than 100 bytes or more
 * than `most` members, or if there is no library. */
bool json_read_flat(struct arena *, const char *bytes, size_t size, size_t most,
                    struct json_member **out, size_t *n);
/* The objects in one member of that object, which is such an object or an array of them: each
 * flat.  The same, and false without that member; what else stands in the array is left out. */
struct json_object {
    size_t n;
    struct json_member *at;
};
bool json_read_objects(struct arena *, const char *bytes, size_t size, const char *name, size_t most,
                       struct json_object *out, size_t most_objects, size_t *n);
const char *json_missing(void); /* why nothing can be read, or NULL */
