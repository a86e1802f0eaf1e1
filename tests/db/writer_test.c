/* writer_test.c - shared commits, failures inside them, power cuts, a full disk. */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/audit/event.h"
#include "app/people/person.h"
#include "base/setup.h"
#include "db/writer.h"
#include "tests/db/power_cut.h"
#include "tests/support/folder.h"
#include "tests/test.h"

static const struct setup setup = { SETUP_DEFAULTS, .url = "http://linden.example" };

struct attempt {
    int number;
    bool fails;
};

/* A change and its audit row, as every domain function makes them. */
static enum status make_change(struct cx *cx, void *arg)
{
    const struct attempt *change = arg;
    struct id id;
    const char *email = arena_print(cx->mem, "n%d@x.example", change->number);
    TRY(person_create(cx, &(struct new_person){ .email = email, .email_key = email,
                                                .first_name = "N", .last_name = email },
                      &id));
    TRY(announce_above(cx, EVENT_USER_ADDED, (struct about){ id, email }, NULL, NULL));
    return change->fails ? fail(cx, CONFLICT, "as planned") : OK;
}

static struct writer *start(struct cx *cx, const char *folder)
{
    struct writer *writer = NULL;
    struct writer_options options = { arena_print(cx->mem, "sqlite:%s/linden.db", folder),
                                      arena_print(cx->mem, "%s/reserve", folder), 1 };
    if (writer_start(cx, &options, &writer) != OK) {
        printf("  %s\n", cx->message);
        exit(1);
    }
    return writer;
}

static int64_t number(struct cx *cx, struct db *db, const struct sql *sql)
{
    struct table t;
    cx->db = db;
    if (db_run(cx, &t, sql, NULL, 0) != OK) return -1;
    return table_number(&t);
}

struct counts {
    int64_t people, rows;
    bool sound;
};

static struct counts look(struct cx *cx, const char *folder)
{
    struct counts c = { 0 };
    struct db *db;
    struct table t;
    if (db_open(cx, arena_print(cx->mem, "sqlite:%s/linden.db", folder), DB_WRITER, &db) != OK)
        return c;
    cx->db = db;
    c.people = number(cx, db, SQL_GLOBAL("SELECT count(*) FROM people"));
    c.rows = number(cx, db, SQL_GLOBAL("SELECT count(*) FROM audit"));
    if (db_run(cx, &t, SQL_GLOBAL("PRAGMA integrity_check"), NULL, 0) == OK)
        c.sound = t.rows == 1 && t.cells[0].text && strcmp(t.cells[0].text, "ok") == 0;
    db_close(db);
    cx->db = NULL;
    return c;
}

struct client {
    struct writer *writer;
    int from, to, ok, failed, every;
    int acknowledge; /* a file descriptor, or -1 */
};

static void *client(void *arg)
{
    struct client *c = arg;
    struct cx cx = { .mem = arena_new(1 << 20), .now = TEST_NOW, .setup = &setup };
    for (int i = c->from; i < c->to; i++) {
        struct attempt change = { i, c->every && i % c->every == 0 };
        arena_reset(cx.mem);
        cx_forget(&cx);
        enum status status = writer_run(c->writer, &cx, make_change, &change);
        status == OK ? c->ok++ : c->failed++;
        if (status == OK && c->acknowledge >= 0 && write(c->acknowledge, "x", 1) != 1) break;
    }
    arena_free(cx.mem);
    return NULL;
}

TEST_SQLITE(one_that_fails_goes_back_and_poisons_nobody)
{
    const char *folder = folder_new(cx);
    struct client clients[8];
    pthread_t threads[8];
    cx->setup = &setup;
    struct writer *writer = start(cx, folder);
    for (int i = 0; i < 8; i++) {
        clients[i] = (struct client){ writer, i * 25, i * 25 + 25, 0, 0, 5, -1 };
        pthread_create(&threads[i], NULL, client, &clients[i]);
    }
    int ok = 0, failed = 0;
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        ok += clients[i].ok;
        failed += clients[i].failed;
    }
    writer_stop(writer);
    CHECK_INT(ok, 160);
    CHECK_INT(failed, 40);
    struct counts c = look(cx, folder);
    CHECK_INT(c.people, 160);
    CHECK_INT(c.rows, 160);
    folder_remove(folder);
}

static void cut_child(const char *folder, int acknowledge, long at, unsigned seed)
{
    struct cx cx = { .mem = arena_new(1 << 24), .now = TEST_NOW, .setup = &setup };
    struct client clients[4];
    pthread_t threads[4];
    power_cut_at(at, seed);
    struct writer *writer = start(&cx, folder);
    for (int i = 0; i < 4; i++) {
        clients[i] = (struct client){ writer, i * 100, i * 100 + 30, 0, 0, 0, acknowledge };
        pthread_create(&threads[i], NULL, client, &clients[i]);
    }
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    writer_stop(writer);
    _exit(0);
}

/* A database that is migrated already, so that the cuts fall into the work. */
static void copy_file(const char *from, const char *to)
{
    static char bytes[1 << 20];
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    for (ssize_t n; in >= 0 && out >= 0 && (n = read(in, bytes, sizeof bytes)) > 0;)
        if (write(out, bytes, (size_t)n) != n) exit(1);
    close(in);
    close(out);
}

TEST_SQLITE(five_hundred_power_cuts_lose_nothing_that_was_acknowledged)
{
    const char *folder = folder_new(cx);
    const char *path = arena_print(cx->mem, "%s/linden.db", folder);
    const char *empty = arena_print(cx->mem, "%s/empty.db", folder);
    const char *rounds = getenv("POWER_CUTS");
    int lost = 0, torn = 0, broken = 0, cuts = 0;
    cx->setup = &setup;
    writer_stop(start(cx, folder));
    copy_file(path, empty);
    for (int i = 0, n = rounds ? atoi(rounds) : 500; i < n; i++) {
        int pipes[2];
        unlink(arena_print(cx->mem, "%s-wal", path));
        unlink(arena_print(cx->mem, "%s-shm", path));
        copy_file(empty, path);
        if (pipe(pipes) != 0) exit(1);
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            close(pipes[0]);
            cut_child(folder, pipes[1], 1 + (i * 7919) % 350, (unsigned)i * 2654435761u);
        }
        close(pipes[1]);
        int64_t acknowledged = 0;
        char bytes[256];
        for (ssize_t got; (got = read(pipes[0], bytes, sizeof bytes)) > 0;) acknowledged += got;
        close(pipes[0]);
        int how = 0;
        waitpid(child, &how, 0);
        cuts += WIFEXITED(how) && WEXITSTATUS(how) == POWER_CUT_EXIT;
        struct cx here = { .mem = arena_new(1 << 22), .now = TEST_NOW, .setup = &setup };
        struct counts c = look(&here, folder);
        broken += !c.sound;
        lost += c.people < acknowledged;
        torn += c.people != c.rows;
        arena_free(here.mem);
    }
    CHECK_INT(broken, 0);
    CHECK_INT(lost, 0);
    CHECK_INT(torn, 0);
    CHECK(cuts > (rounds ? 0 : 300)); /* or the test would prove nothing */
    folder_remove(folder);
}

/* --- a full disk ------------------------------------------------------------------ */

struct asked {
    pthread_mutex_t lock;
    pthread_cond_t over;
    bool done;
    struct attempt change;
};

static enum status asked_run(struct cx *cx, void *arg)
{
    return make_change(cx, &((struct asked *)arg)->change);
}

static void asked_done(struct cx *cx, void *arg, enum status status)
{
    struct asked *asked = arg;
    (void)cx, (void)status;
    pthread_mutex_lock(&asked->lock);
    asked->done = true;
    pthread_cond_signal(&asked->over);
    pthread_mutex_unlock(&asked->lock);
}

static enum status ask(struct writer *writer, int number_of, bool always)
{
    struct cx cx = { .mem = arena_new(1 << 20), .now = TEST_NOW, .setup = &setup };
    struct asked asked = { .change = { number_of, false } };
    struct write_task task = { .cx = &cx, .always = always, .run = asked_run, .done = asked_done,
                               .arg = &asked };
    pthread_mutex_init(&asked.lock, NULL);
    pthread_cond_init(&asked.over, NULL);
    pthread_mutex_lock(&asked.lock);
    if (!writer_submit(writer, &task)) exit(1);
    while (!asked.done) pthread_cond_wait(&asked.over, &asked.lock);
    pthread_mutex_unlock(&asked.lock);
    arena_free(cx.mem);
    return task.status;
}

static void fill_disk(const char *path)
{
    static char zeros[4096];
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    while (file >= 0 && write(file, zeros, sizeof zeros) > 0) continue;
    close(file);
}

/* In a file system of its own, in a process of its own.  Exit 2: not allowed here. */
static int full_disk_child(struct cx *cx, const char *folder)
{
    const char *filler = arena_print(cx->mem, "%s/filler", folder);
    int ordinary = 0, kept = 0;
    if (unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0) return 2;
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return 2;
    if (mount("tmpfs", folder, "tmpfs", 0, "size=12m") != 0) return 2;
    cx->setup = &setup;
    struct writer *writer = start(cx, folder);
    if (ask(writer, 1, false) != OK) return 3;
    fill_disk(filler);
    while (ordinary < 5000 && ask(writer, 100 + ordinary, false) == OK) ordinary++;
    if (ordinary == 5000) return 4; /* it was never full */
    for (int i = 0; i < 20; i++) kept += ask(writer, 10000 + i, true) == OK;
    if (kept != 20) return 5;                        /* what must always work did not */
    if (ask(writer, 20000, false) == OK) return 6;   /* the reserve is not for this */
    if (unlink(filler) != 0) return 7;
    sleep(2);
    if (ask(writer, 30000, false) != OK) return 8;   /* there is room again */
    writer_stop(writer);
    struct counts c = look(cx, folder);
    return c.sound && c.people == c.rows && c.people == ordinary + 22 ? 0 : 9;
}

TEST_SQLITE(on_a_full_disk_what_must_always_work_still_commits)
{
    const char *folder = folder_new(cx);
    int how = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) _exit(full_disk_child(cx, folder));
    waitpid(child, &how, 0);
    int code = WIFEXITED(how) ? WEXITSTATUS(how) : -1;
    if (code == 2)
        printf("  note: no file system of our own may be mounted here; the full disk was not tried\n");
    else
        CHECK_INT(code, 0);
    folder_remove(folder);
}
