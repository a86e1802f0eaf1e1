/* host.c - see host.h */
#include "cli/host.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/second_step/seal.h"
#include "base/secret.h"
#include "base/time.h"
#include "db/migrations.h"
#include "db/whole/copy.h"

enum status host_make_folder(struct cx *cx, const char *data)
{
    struct stat is;
    char *path = arena_copy(cx->mem, data, strlen(data));
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return fail(cx, BROKEN, "the data folder %s cannot be made: %s", data, strerror(errno));
    if (stat(path, &is) != 0 || !S_ISDIR(is.st_mode))
        return fail(cx, BROKEN, "%s is no folder", data);
    if (access(path, W_OK | X_OK) != 0)
        return fail(cx, BROKEN, "the data folder %s cannot be written to: %s", data,
                    strerror(errno));
    return OK;
}

enum status host_folder(struct cli *cli)
{
    return host_make_folder(cli->cx, cli->setup.data);
}

static enum status node_read(struct cli *cli, const char *path, int fd)
{
    struct id name = { "" };
    ssize_t length = sizeof name.text - 1;
    if (pread(fd, name.text, (size_t)length, 0) != length) {
        name = id_new(cli->cx->now);
        if (pwrite(fd, name.text, (size_t)length, 0) != length)
            return fail(cli->cx, BROKEN, "%s: %s", path, strerror(errno));
    }
    cli->setup.node = arena_copy(cli->cx->mem, name.text, (size_t)length);
    return OK;
}

static enum status served(struct cx *cx, const char *folder)
{
    return fail(cx, CONFLICT, "another linden serves the data folder %s: stop it first", folder);
}

enum status host_lock(struct cli *cli)
{
    const char *path = arena_print(cli->cx->mem, "%s/linden.lock", cli->setup.data);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return fail(cli->cx, BROKEN, "%s: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return node_read(cli, path, fd);
    close(fd);
    return served(cli->cx, cli->setup.data);
}

enum status host_lock_served(struct cx *cx, const char *folder)
{
    const char *path = arena_print(cx->mem, "%s/linden.lock", folder);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT ? OK : fail(cx, BROKEN, "%s: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return OK;
    close(fd);
    return served(cx, folder);
}

/* --- the key that seals secrets ---------------------------------------------------------- */

static enum status make_key(struct cx *cx, const char *path)
{
    char token[SECRET_SIZE + 1];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return errno == EEXIST ? OK : fail(cx, BROKEN, "%s: %s", path, strerror(errno));
    secret_token(token);
    token[SECRET_SIZE - 1] = '\n';
    bool written = write(fd, token, SECRET_SIZE) == SECRET_SIZE && fsync(fd) == 0;
    int why = errno;
    secret_wipe(token, sizeof token);
    close(fd);
    if (written) return OK;
    unlink(path);
    return fail(cx, BROKEN, "%s: %s", path, strerror(why));
}

static enum status read_key(struct cli *cli, const char *path)
{
    enum { LETTERS = SECRET_SIZE - 1, MOST = 100 };
    char text[MOST];
    size_t length;
    const char *end;
    unsigned char *key = arena_alloc(cli->cx->mem, SEAL_KEY);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    int why = errno;
    if (fd >= 0) close(fd);
    if (n < 0) return fail(cli->cx, BROKEN, "%s: %s", path, strerror(why));
    while (n && (text[n - 1] == '\n' || text[n - 1] == '\r')) n--;
    bool sound = n == LETTERS
                 && sodium_base642bin(key, SEAL_KEY, text, (size_t)n, NULL, &length, &end,
                                      sodium_base64_VARIANT_URLSAFE_NO_PADDING)
                        == 0
                 && length == SEAL_KEY && end == text + n;
    secret_wipe(text, sizeof text);
    if (!sound) return fail(cli->cx, BROKEN, "%s holds no key: 43 letters on one line", path);
    cli->setup.key = key;
    return OK;
}

enum status host_key(struct cli *cli, bool make)
{
    const char *path = cli->setup.key_file;
    bool own = strcmp(option_given(cli, "key")->from, "default") == 0;
    cli->setup.key = NULL;
    if (make && own) TRY(make_key(cli->cx, path));
    return read_key(cli, path);
}

static enum status count_others(struct cx *cx, void *n)
{
    return whole_others(cx, n);
}

/* Of a program that was killed the server hears a moment later. */
enum status host_alone(struct cx *cx, const char *where)
{
    enum { LOOKS = 50 };
    int64_t others = 0;
    for (int i = 0; i < LOOKS; i++) {
        if (i) usleep(100000);
        TRY(db_transact(cx, false, count_others, &others));
        if (others == 0) return OK;
    }
    return fail(cx, CONFLICT,
                "the database %s is in use (%lld other connection%s of its user): stop Linden on"
                " every node first",
                db_name(cx, where), (long long)others, others == 1 ? "" : "s");
}

enum status host_open(struct cli *cli, enum db_mode mode)
{
    struct cx *cx = cli->cx;
    const char *where = cli->setup.database;
    int done;
    if (mode == DB_WRITER)
        TRY(host_folder(cli));
    else if (!db_is_shared(where) && access(db_name(cx, where), R_OK) != 0)
        return fail(cx, NOT_FOUND, "there is no database in %s; 'linden db migrate' makes one",
                    cli->setup.data);
    TRY(db_open(cx, where, mode | DB_PATIENT, &cx->db));
    return mode == DB_WRITER ? db_migrate(cx, &done) : OK;
}

void host_close(struct cli *cli)
{
    db_close(cli->cx->db);
    cli->cx->db = NULL;
}

struct task {
    enum status (*run)(struct cx *, void *);
    void *arg;
};

static enum status run_as_host(struct cx *cx, void *arg)
{
    struct task *task = arg;
    cx_forget(cx);
    cx->now = clock_now();
    cx->actor = (struct actor){ .job = true, .via = "cli", .name = "Command line" };
    return task->run(cx, task->arg);
}

enum status host_change(struct cli *cli, enum status (*change)(struct cx *, void *), void *arg)
{
    struct task task = { change, arg };
    enum status status = db_transact(cli->cx, true, run_as_host, &task);
    if (status == AGAIN)
        return fail(cli->cx, BROKEN, "the database is busy: try again in a moment");
    return status;
}

enum status host_change_alone(struct cli *cli, enum status (*change)(struct cx *, void *),
                              void *arg)
{
    struct task task = { change, arg };
    return db_transact_alone(cli->cx, run_as_host, &task);
}

enum status host_read(struct cli *cli, enum status (*read)(struct cx *, void *), void *arg)
{
    struct task task = { read, arg };
    return db_transact(cli->cx, false, run_as_host, &task);
}

enum status host_enter(struct cx *cx, const char *slug)
{
    struct table t;
    TRY(db_select(cx, &t, SQL_GLOBAL("SELECT id FROM practices WHERE slug = $1"), slug));
    if (!t.rows) return fail(cx, NOT_FOUND, "there is no practice group called %s", slug);
    cx->actor.practice = cell_id(&t, 0, "id");
    return OK;
}
