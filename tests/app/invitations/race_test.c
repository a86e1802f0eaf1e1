/* race_test.c - many answers at once, through the one writer, on a database in a file. */
#include <pthread.h>

#include "tests/app/invitations/invited.h"
#include "tests/support/engine.h"
#include "tests/support/folder.h"

#include "db/writer.h"

enum { THREADS = 10, EACH = 5 };

struct answerer {
    struct writer *writer;
    const struct setup *setup;
    int64_t now;
    struct id id;
    bool declines;
    int won, refused, other;
};

static enum status answer_one(struct cx *cx, void *arg)
{
    struct answerer *a = arg;
    cx->actor = (struct actor){ .person = id_of("p-ingrid"), .name = "Inga", .via = "web" };
    return a->declines ? invitation_decline(cx, a->id, "") : invitation_accept(cx, a->id);
}

static void *answer_all(void *arg)
{
    struct answerer *a = arg;
    for (int i = 0; i < EACH; i++) {
        struct cx cx = {
            .mem = arena_new(1 << 22), .now = a->now, .lang = "en", .zone = "UTC", .setup = a->setup
        };
        enum status status = writer_run(a->writer, &cx, answer_one, a);
        a->won += status == OK;
        a->refused += status == CONFLICT;
        a->other += status != OK && status != CONFLICT;
        arena_free(cx.mem);
    }
    return NULL;
}

static void race(struct cx *cx, bool with_declining)
{
    pthread_t threads[THREADS];
    struct answerer answerers[THREADS];
    struct writer *writer;
    struct db *memory = cx->db, *reader;
    int won = 0, refused = 0, other = 0;
    practice_begin(cx);
    memory = cx->db;
    add_ingrid(cx, true);
    struct id id = invite(cx);
    const char *folder = folder_new(cx); /* the fixture, for a writer of its own */
    const char *where = engine_share(cx, arena_print(cx->mem, "%s/db", folder));
    const char *reserve = arena_print(cx->mem, "%s/reserve", folder);
    if (writer_start(cx, &(struct writer_options){ where, reserve, 8 }, &writer) != OK) exit(1);
    for (int i = 0; i < THREADS; i++) {
        answerers[i] = (struct answerer){ .writer = writer,
                                          .setup = cx->setup,
                                          .now = cx->now,
                                          .id = id,
                                          .declines = with_declining && i % 2 };
        pthread_create(&threads[i], NULL, answer_all, &answerers[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        if (!answerers[i].declines) won += answerers[i].won;
        refused += answerers[i].refused;
        other += answerers[i].other;
    }
    writer_stop(writer);
    CHECK(db_open(cx, where, DB_READER, &reader) == OK);
    cx->db = reader;
    int64_t users = ingrids(cx);
    CHECK_INT(other, 0);
    CHECK_INT(won, users);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'invitation.accepted'"), users);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'accepted'"), users);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'declined'"), 1 - users);
    if (!with_declining) CHECK_INT(users, 1);
    if (!with_declining) CHECK_INT(refused, THREADS * EACH - 1);
    db_close(reader);
    cx->db = memory;
    folder_remove(folder);
}

TEST(fifty_accepts_from_ten_threads_make_one_user)
{
    race(cx, false);
}

TEST(of_accepting_and_declining_at_once_one_holds)
{
    for (int i = 0; i < 5; i++) race(cx, true);
}
