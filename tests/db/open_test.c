/* open_test.c - programs that start at the same time, on a new database. */
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/engine.h"
#include "tests/support/folder.h"
#include "tests/support/practice.h"

struct opener {
    const char *database;
    atomic_bool begun;
    enum status status;
};

static void *open_to_write(void *arg)
{
    struct opener *o = arg;
    struct cx cx = { .mem = arena_new(1 << 22), .now = TEST_NOW, .lang = "en", .zone = "UTC" };
    o->begun = true;
    o->status = db_open(&cx, o->database, DB_WRITER, &cx.db);
    if (o->status == OK) db_close(cx.db);
    arena_free(cx.mem);
    return NULL;
}

/* The first that comes changes its journal, which SQLite refuses at once while another writes. */
TEST_SQLITE(who_opens_a_new_database_that_another_changes_waits_until_that_is_over)
{
    practice_begin(cx);
    const char *folder = folder_new(cx);
    const char *path = arena_print(cx->mem, "%s/linden.db", folder);
    struct opener o = { engine_share(cx, path), false, OK };
    sqlite3 *other;
    pthread_t thread;
    CHECK_INT(sqlite3_open(path, &other), SQLITE_OK);
    CHECK_INT(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    pthread_create(&thread, NULL, open_to_write, &o);
    while (!o.begun) nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    nanosleep(&(struct timespec){ .tv_nsec = 300000000 }, NULL);
    CHECK_INT(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    pthread_join(thread, NULL);
    CHECK_INT(o.status, OK);
    sqlite3_close(other);
    folder_remove(folder);
}

TEST_SQLITE(a_reader_opens_its_file_with_its_first_question_and_asks_again_when_that_failed)
{
    practice_begin(cx);
    const char *folder = folder_new(cx);
    const char *later = arena_print(cx->mem, "%s/later", folder);
    const char *path = arena_print(cx->mem, "%s/linden.db", later);
    const char *url = arena_print(cx->mem, "sqlite:%s", path);
    struct cx reader = { .mem = cx->mem, .now = TEST_NOW, .lang = "en", .zone = "UTC" };
    CHECK_INT(db_open(&reader, url, DB_READER, &reader.db), OK);
    CHECK_INT(db_begin(&reader, false), BROKEN); /* there is no such folder */
    db_rollback(&reader);
    CHECK_INT(mkdir(later, 0700), 0);
    CHECK(access(path, F_OK) != 0);
    CHECK_INT(db_begin(&reader, false), OK);
    CHECK_INT(access(path, F_OK), 0);
    db_rollback(&reader);
    db_close(reader.db);
    folder_remove(folder);
}
