/* mem.h - an arena: allocate freely, release everything at once.
 *
 * A request, a job and a test each own one arena.  Application code never
 * frees, and an allocation never answers NULL.  When an arena meets its limit,
 * or the machine has no memory left, control jumps to the place that
 * arena_catch() names: the request ends there, its transaction rolls back and
 * the process lives on.  The limit holds while there is such a place: what is
 * still to be said about a request that used all of it must not end the rest.
 * Without memory and without such a place the process aborts. */
#pragma once
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>

struct arena;

enum { ARENA_LIMIT = 1, ARENA_NO_MEMORY = 2 }; /* what longjmp() brings to arena_catch()'s place */

struct arena *arena_new(size_t limit); /* limit in bytes; aborts without memory */
void arena_free(struct arena *);
void arena_reset(struct arena *); /* everything goes, the first block is kept for the next user */
/* For long loops: what was allocated since the mark goes, the rest stays. */
struct arena_mark {
    struct block *block;
    size_t used, total;
};
struct arena_mark arena_mark(const struct arena *);
void arena_rewind(struct arena *, struct arena_mark);
void arena_catch(struct arena *, jmp_buf *);    /* NULL: nobody catches any more */
void *arena_alloc(struct arena *, size_t size); /* zeroed, aligned, never NULL */
/* Like arena_alloc, and not zeroed: for buffers that are about to be written. */
void *arena_take(struct arena *, size_t size);
char *arena_print(struct arena *, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull(1, 2)));
char *arena_vprint(struct arena *, const char *format, va_list)
    __attribute__((format(printf, 2, 0), nonnull(1, 2)));
/* The texts side by side; NULL is no text.  For many small ones: printing costs twice. */
#define ARENA_JOIN(mem, ...)                                \
    arena_join((mem), (const char *const[]){ __VA_ARGS__ }, \
               sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))
char *arena_join(struct arena *, const char *const *texts, size_t n);
const char *arena_number(struct arena *, long long);
char *arena_copy(struct arena *, const char *text, size_t length); /* zero-terminated */

#define NEW(mem, type) ((type *)arena_alloc((mem), sizeof(type)))
#define NEW_ARRAY(mem, type, n) ((type *)arena_array((mem), sizeof(type), (n)))

void *arena_array(struct arena *, size_t size, size_t n); /* n * size, checked against overflow */
