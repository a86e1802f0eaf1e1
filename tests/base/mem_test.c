/* mem_test.c - printing into the arena, its limit, and loops that give back what they took. */
#include "tests/test.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

TEST(arena_prints_what_printf_would)
{
    char text[200];
#define SAME(format, ...)                                           \
    snprintf(text, sizeof text, format __VA_OPT__(, ) __VA_ARGS__); \
    CHECK_TEXT(arena_print(cx->mem, format __VA_OPT__(, ) __VA_ARGS__), text)
    SAME("nothing else");
    SAME("%s", "");
    SAME("%s and %s, %d%c", "one", "two", 3, '!');
    SAME("%d %d %d %d", 0, -1, INT_MAX, INT_MIN);
    SAME("%lld %lld %lld", 0LL, LLONG_MAX, LLONG_MIN);
    SAME("%ld of %ld", LONG_MIN, LONG_MAX);
    SAME("%02d:%02d %04d %06d", 7, 123, 2026, 12);
    SAME("%02d", -7);
    SAME("%s: 100%% of %zu, %.3s, %5d, %-3d|", "half simple", (size_t)12, "abcdef", 42, 7);
#undef SAME
}

TEST(arena_prints_what_does_not_fit_into_the_block_at_hand)
{
    char *wide = arena_alloc(cx->mem, 40000);
    memset(wide, 'x', 39999);
    const char *text = arena_print(cx->mem, "%d%s%lld", 12, wide, 34LL);
    CHECK_INT(strlen(text), 40003);
    CHECK(strncmp(text, "12xxx", 5) == 0);
    CHECK_TEXT(text + 39998, "xxx34");
}

TEST(arena_print_reaches_the_last_byte_of_a_block_and_not_beyond)
{
    for (size_t left = 0; left < 80; left++) {
        struct arena *mem = arena_new(1 << 20);
        arena_alloc(mem, 16 * 1024 - (left & ~15u));
        const char *text =
            arena_print(mem, "%s-%lld", "0123456789abcdef0123456789", 1234567890123LL);
        char *next = arena_alloc(mem, 16);
        memset(next, '#', 16);
        CHECK_TEXT(text, "0123456789abcdef0123456789-1234567890123");
        arena_free(mem);
    }
}

/* --- limits --- */

static bool fits(struct arena *mem, size_t size)
{
    jmp_buf full;
    if (setjmp(full)) {
        arena_catch(mem, NULL);
        return false;
    }
    arena_catch(mem, &full);
    arena_take(mem, size);
    arena_catch(mem, NULL);
    return true;
}

TEST(an_arena_ends_whoever_is_caught_at_its_limit)
{
    struct arena *mem = arena_new(100000);
    CHECK(fits(mem, 50000));
    CHECK(!fits(mem, 60000));
    CHECK(!fits(mem, (size_t)-1) && !fits(mem, (size_t)-40));
    CHECK(fits(mem, 100)); /* what is left is still there */
    arena_free(mem);
}

TEST(what_has_to_be_said_when_an_arena_is_full_can_be_said)
{
    struct arena *mem = arena_new(20000);
    CHECK(fits(mem, 19000));
    for (int i = 0; i < 100; i++) CHECK(arena_print(mem, "%0999d", i) != NULL);
    arena_free(mem);
}

TEST(a_loop_gives_back_what_it_took_and_keeps_what_was_there)
{
    struct arena *mem = arena_new(200000);
    const char *before = arena_print(mem, "what was there %d", 1);
    for (int i = 0; i < 1000; i++) {
        struct arena_mark mark = arena_mark(mem);
        CHECK(fits(mem, 10) && fits(mem, 50000) && fits(mem, 9000));
        memset(arena_take(mem, 500), 'x', 500);
        arena_rewind(mem, mark);
    }
    CHECK_TEXT(before, "what was there 1");
    struct arena *fresh = arena_new(200000);
    struct arena_mark nothing = arena_mark(fresh);
    CHECK(fits(fresh, 150000));
    arena_rewind(fresh, nothing);
    CHECK(fits(fresh, 150000));
    arena_free(fresh);
    arena_free(mem);
}
