/* hash_memory_test.c - who keeps memory between hashes, and for how long. */
#include "server/hash_memory.h"

#include <pthread.h>
#include <string.h>

#include "base/secret.h"
#include "tests/test.h"

enum { MEMORY = 4 * 1024 * 1024 };
static const struct password_cost cost = { .memory = MEMORY, .passes = 1 };

static size_t kept_after_hash(const char *password, struct password_cost more)
{
    char hash[PASSWORD_HASH_SIZE];
    CHECK(password_hash(hash, password, more));
    CHECK(password_verify(hash, password));
    CHECK(!password_verify(hash, "another"));
    return hash_memory_kept();
}

/* Threads of their own: what one keeps is nobody else's. */
static void *keeping(void *fixed)
{
    CHECK_INT(kept_after_hash("before", cost), 0);
    hash_memory_keep();
    CHECK_INT(hash_memory_kept(), 0);
    CHECK_INT(kept_after_hash("first", cost), MEMORY);
    hash_memory_keep();
    CHECK_INT(kept_after_hash("second", cost), MEMORY);
    CHECK(password_verify(fixed, "made elsewhere")); /* in memory that was used */
    CHECK_INT(kept_after_hash("dearer", (struct password_cost){ 2 * MEMORY, 1 }), 2 * MEMORY);
    hash_memory_rest();
    CHECK_INT(hash_memory_kept(), 0);
    hash_memory_rest();
    CHECK_INT(kept_after_hash("after", cost), MEMORY);
    hash_memory_rest();
    return NULL;
}

TEST(a_thread_that_hashes_often_keeps_its_memory_until_it_rests)
{
    char fixed[PASSWORD_HASH_SIZE];
    pthread_t thread;
    (void)cx;
    CHECK(password_hash(fixed, "made elsewhere", cost));
    CHECK(pthread_create(&thread, NULL, keeping, fixed) == 0);
    pthread_join(thread, NULL);
    CHECK_INT(hash_memory_kept(), 0);
}
