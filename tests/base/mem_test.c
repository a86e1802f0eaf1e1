/* mem_test.c - arenas: limits, and loops that give back what they took. */
#include "tests/test.h"

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
