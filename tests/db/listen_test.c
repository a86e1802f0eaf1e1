/* listen_test.c - what one node commits, another hears of. */
#include "db/listen.h"

#include <stdatomic.h>
#include <unistd.h>

#include "tests/support/engine.h"
#include "tests/support/practice.h"

static void count_one(void *n)
{
    atomic_fetch_add((atomic_int *)n, 1);
}

/* In a moment: it happens on other threads, and in a server. */
static bool reaches(atomic_int *n, int wanted)
{
    for (int i = 0; i < 500 && *n < wanted; i++) usleep(10000);
    return *n >= wanted;
}

TEST(what_one_node_says_the_others_hear)
{
    practice_begin(cx);
    if (!engine_is_postgres()) {
        CHECK(listener_start(cx, "sqlite:/nowhere", count_one, NULL) == NULL);
        listener_tell(NULL); /* a file has no other nodes: nothing happens */
        listener_stop(NULL);
        return;
    }
    atomic_int one = 0, other = 0;
    const char *where = engine_share(cx, "");
    struct listener *a = listener_start(cx, where, count_one, &one),
                    *b = listener_start(cx, where, count_one, &other);
    CHECK(reaches(&one, 1) && reaches(&other, 1)); /* both are connected */
    for (int i = 0; i < 20; i++) {
        int before = other;
        listener_tell(a);
        CHECK(reaches(&other, before + 1));
    }
    CHECK_INT(one, 1); /* its own words are no news */
    /* Connections that break are made again, and something may have been said meanwhile. */
    int before = other;
    CHECK(db_script(cx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND query LIKE '%linden'"
                        " AND pid <> pg_backend_pid()")
          == OK);
    CHECK(reaches(&one, 2) && reaches(&other, before + 1));
    before = other;
    listener_tell(a);
    CHECK(reaches(&other, before + 1));
    listener_stop(a);
    listener_stop(b);
}
