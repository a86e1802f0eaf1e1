/* pool_test.c - threads that rest when there is nothing to do. */
#include "server/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "tests/support/practice.h"

static atomic_int worked, rests;

static void work(void *arg, struct pool_work *one, struct db *db)
{
    (void)arg, (void)one, (void)db;
    worked++;
}

static void rest(void)
{
    rests++;
}

static bool comes_to(atomic_int *count, int wanted)
{
    for (int i = 0; i < 3000 && *count < wanted; i++) usleep(10000); /* half a minute */
    return *count == wanted;
}

TEST(a_thread_without_work_rests_once_and_again_after_more_work)
{
    struct pool_work one = { 0 };
    struct pool *pool = pool_start(&(struct pool_options){
        .threads = 1, .most = 2, .database = "sqlite::memory:", .run = work, .rest = rest });
    (void)cx;
    CHECK(pool != NULL);
    if (!pool) return;
    CHECK(comes_to(&rests, 1));
    CHECK(pool_submit(pool, &one));
    CHECK(comes_to(&worked, 1));
    CHECK(comes_to(&rests, 2));
    pool_stop(pool);
    CHECK_INT(rests, 3); /* the end is a rest */
    CHECK_INT(worked, 1);
}
