/* mem.c - see mem.h */
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    if (b) b->used = 0;
    mem->blocks = b;
    mem->total = b ? b->size : 0;
    mem->catcher = NULL;
}

void arena_catch(struct arena *mem, jmp_buf *catcher)
{
    mem->catcher = catcher;
}

void *arena_take(struct arena *mem, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > mem->limit) give_up(mem, ARENA_LIMIT);
    size = (size + align - 1) & ~(align - 1);

    struct block *b = mem->blocks;
    if (!b || b->size - b->used < size) {
        size_t want = size > BLOCK ? size : BLOCK;
        if (mem->total + want > mem->limit) give_up(mem, ARENA_LIMIT);
        b = malloc(sizeof *b + want);
        if (!b) give_up(mem, ARENA_NO_MEMORY);
        mem->total += want;
        b->used = 0;
        b->size = want;
        b->next = mem->blocks;
        mem->blocks = b;
    }
    void *at = b->data + b->used;
    b->used += size;
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

/* Straight into what is left of the block, if it fits: mostly it does. */
char *arena_vprint(struct arena *mem, const char *format, va_list args)
{
    struct block *b = mem->blocks;
    char *to = b ? b->data + b->used : NULL;
    size_t room = b ? b->size - b->used : 0;
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(to, room, format, args);
    size_t size = (size_t)length + 1;
    char *text = arena_take(mem, size);
    if (text != to || size > room) vsnprintf(text, size, format, again);
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
