/* mem.c - see mem.h */
#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What belongs to nobody may not be read or written; the sanitizer looks. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

enum { BLOCK = 16 * 1024 };

struct block {
    struct block *next;
    size_t used, size;
    alignas(max_align_t) char data[];
};

struct arena {
    struct block *blocks; /* newest first; the last one is the first block, which a reset keeps */
    size_t total, limit;
    jmp_buf *catcher;
};

static _Noreturn void give_up(struct arena *mem, int why)
{
    if (mem && mem->catcher) longjmp(*mem->catcher, why);
    fprintf(stderr, "linden: %s\n",
            why == ARENA_LIMIT ? "something asked for too much memory" : "out of memory");
    abort();
}

struct arena *arena_new(size_t limit)
{
    struct arena *mem = calloc(1, sizeof *mem);
    if (!mem) give_up(NULL, ARENA_NO_MEMORY);
    mem->limit = limit;
    return mem;
}

void arena_free(struct arena *mem)
{
    if (!mem) return;
    for (struct block *b = mem->blocks, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    free(mem);
}

void arena_reset(struct arena *mem)
{
    struct block *b = mem->blocks;
    for (struct block *next; b && b->next; b = next) {
        next = b->next;
        free(b);
    }
    if (b && b->size > BLOCK) free(b), b = NULL;
    if (b) {
        b->used = 0;
        ASAN_POISON_MEMORY_REGION(b->data, b->size);
    }
    mem->blocks = b;
    mem->total = b ? b->size : 0;
    mem->catcher = NULL;
}

struct arena_mark arena_mark(const struct arena *mem)
{
    return (struct arena_mark){ mem->blocks, mem->blocks ? mem->blocks->used : 0, mem->total };
}

void arena_rewind(struct arena *mem, struct arena_mark mark)
{
    while (mem->blocks != mark.block) {
        struct block *next = mem->blocks->next;
        free(mem->blocks);
        mem->blocks = next;
    }
    struct block *b = mem->blocks;
    if (b) {
        b->used = mark.used;
        ASAN_POISON_MEMORY_REGION(b->data + b->used, b->size - b->used);
    }
    mem->total = mark.total;
}

void arena_catch(struct arena *mem, jmp_buf *catcher)
{
    mem->catcher = catcher;
}

void *arena_take(struct arena *mem, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > (mem->catcher ? mem->limit : PTRDIFF_MAX / 2)) give_up(mem, ARENA_LIMIT);
    const size_t asked = size;
    size = (size + align - 1) & ~(align - 1);

    struct block *b = mem->blocks;
    if (!b || b->size - b->used < size) {
        size_t want = size > BLOCK ? size : BLOCK;
        if (mem->catcher && mem->total + want > mem->limit) give_up(mem, ARENA_LIMIT);
        b = malloc(sizeof *b + want);
        if (!b) give_up(mem, ARENA_NO_MEMORY);
        mem->total += want;
        b->used = 0;
        b->size = want;
        b->next = mem->blocks;
        mem->blocks = b;
        ASAN_POISON_MEMORY_REGION(b->data, want);
    }
    void *at = b->data + b->used;
    b->used += size;
    ASAN_UNPOISON_MEMORY_REGION(at, asked);
    return at;
}

void *arena_alloc(struct arena *mem, size_t size)
{
    return memset(arena_take(mem, size), 0, size);
}

void *arena_array(struct arena *mem, size_t size, size_t n)
{
    size_t bytes;
    if (__builtin_mul_overflow(size, n, &bytes)) give_up(mem, ARENA_LIMIT);
    return arena_alloc(mem, bytes);
}

char *arena_copy(struct arena *mem, const char *text, size_t length)
{
    char *copy = arena_take(mem, length + 1);
    if (length) memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

/* Digits of a number, before `end`; at least `least` of them. */
static char *digits_before(char *end, long long number, int least)
{
    unsigned long long rest =
        number < 0 ? 0 - (unsigned long long)number : (unsigned long long)number;
    char *to = end;
    for (int n = 0; rest || n < least; n++, rest /= 10) *--to = (char)('0' + rest % 10);
    if (number < 0) *--to = '-';
    return to;
}

char *arena_join(struct arena *mem, const char *const *texts, size_t n)
{
    size_t length = 0;
    for (size_t i = 0; i < n; i++)
        if (texts[i]) length += strlen(texts[i]);
    char *joined = arena_take(mem, length + 1), *to = joined;
    for (size_t i = 0; i < n; i++)
        if (texts[i]) to = stpcpy(to, texts[i]);
    *to = '\0';
    return joined;
}

const char *arena_number(struct arena *mem, long long number)
{
    enum { ROOM = 24 };
    char *end = (char *)arena_take(mem, ROOM) + ROOM - 1;
    *end = '\0';
    return digits_before(end, number, 1);
}

/* Prints formats of %s, %d, %02d (any one digit, no sign), %ld, %lld and %c: nearly
 * all are, and printf() is slow at them.  False for others.  What does not fit
 * is left out, *length is what would be needed. */
static bool print_simple(char *to, size_t room, const char *format, va_list args, size_t *length)
{
    char digits[32], *end = digits + sizeof digits;
    size_t n = 0;
    for (const char *at = format; *at; at++) {
        if (*at != '%') {
            if (n < room) to[n] = *at;
            n++;
            continue;
        }
        const char *text;
        size_t size;
        bool wide = false;
        switch (*++at) {
        case 's':
            text = va_arg(args, const char *);
            if (!text) return false;
            size = strlen(text);
            break;
        case 'c':
            digits[0] = (char)va_arg(args, int);
            text = digits, size = 1;
            break;
        case 'd':
            text = digits_before(end, va_arg(args, int), 1);
            size = (size_t)(end - text);
            break;
        case '0': {
            int least = at[1] >= '1' && at[1] <= '9' && at[2] == 'd' ? at[1] - '0' : 0;
            int number = least ? va_arg(args, int) : -1;
            if (number < 0) return false;
            text = digits_before(end, number, least);
            size = (size_t)(end - text);
            at += 2;
            break;
        }
        case 'l': /* PRId64, or longer */
            wide = at[1] == 'l';
            at += wide;
            if (*++at != 'd') return false;
            text = digits_before(end, wide ? va_arg(args, long long) : va_arg(args, long), 1);
            size = (size_t)(end - text);
            break;
        default: return false;
        }
        if (n < room) memcpy(to + n, text, size < room - n ? size : room - n);
        n += size;
    }
    if (n < room) to[n] = '\0';
    *length = n;
    return true;
}

static size_t print(char *to, size_t room, const char *format, va_list args)
{
    size_t length;
    va_list simple;
    va_copy(simple, args);
    bool done = print_simple(to, room, format, simple, &length);
    va_end(simple);
    return done ? length : (size_t)vsnprintf(to, room, format, args);
}

/* Straight into what is left of the block, if it fits: mostly it does. */
char *arena_vprint(struct arena *mem, const char *format, va_list args)
{
    struct block *b = mem->blocks;
    char *to = b ? b->data + b->used : NULL;
    size_t room = b ? b->size - b->used : 0;
    va_list again;
    va_copy(again, args);
    ASAN_UNPOISON_MEMORY_REGION(to, room);
    size_t size = print(to, room, format, args) + 1;
    ASAN_POISON_MEMORY_REGION(to, room);
    char *text = arena_take(mem, size);
    if (text != to || size > room) print(text, size, format, again);
    va_end(again);
    return text;
}

char *arena_print(struct arena *mem, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprint(mem, format, args);
    va_end(args);
    return text;
}
