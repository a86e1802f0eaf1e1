/* backup.c - see backup.h */
#include "db/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/migrations.h"
#include "db/whole/copy.h"

enum { WAIT_MS = 10000 };

static enum status failed(struct cx *cx, const char *path, sqlite3 *db)
{
    enum status status = fail(cx, BROKEN, "%s: %s", path, sqlite3_errmsg(db));
    sqlite3_close(db);
    return status;
}

/* The first cell that a statement answers, "" for none; NULL if it fails. */
static const char *first_cell(struct cx *cx, sqlite3 *db, const char *text)
{
    sqlite3_stmt *st;
    const char *cell = NULL;
    if (sqlite3_prepare_v2(db, text, -1, &st, NULL) != SQLITE_OK) return NULL;
    int rc = sqlite3_step(st);
    if (rc == SQLITE_DONE) cell = "";
    if (rc == SQLITE_ROW)
        cell = arena_print(cx->mem, "%s", (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    return cell;
}

static enum status look(struct cx *cx, const char *path, sqlite3 *db)
{
    const char *whole = first_cell(cx, db, "PRAGMA integrity_check(1)");
    if (!whole) return fail(cx, INVALID, "%s is no database", path);
    if (strcmp(whole, "ok") != 0) return fail(cx, BROKEN, "%s is damaged: %s", path, whole);
    const char *loose =
        first_cell(cx, db, "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1");
    if (!loose || *loose)
        return fail(cx, BROKEN, "%s is damaged: a row of %s points to nothing", path,
                    loose ? loose : "a table");
    const char *ours =
        first_cell(cx, db, "SELECT name FROM schema_migrations ORDER BY name LIMIT 1");
    if (!ours || !*ours) return fail(cx, INVALID, "%s is no database of Linden's", path);
    return OK;
}

enum status db_sound(struct cx *cx, const char *path)
{
    sqlite3 *db = NULL;
    struct stat is;
    if (stat(path, &is) != 0) return fail(cx, NOT_FOUND, "%s: %s", path, strerror(errno));
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        return failed(cx, path, db);
    sqlite3_busy_timeout(db, WAIT_MS);
    enum status status = look(cx, path, db);
    sqlite3_close(db);
    return status;
}

/* What was written there becomes one file without a journal, and is looked at. */
static enum status settle(struct cx *cx, const char *path, sqlite3 *db)
{
    const char *mode = first_cell(cx, db, "PRAGMA journal_mode = DELETE");
    if (!mode || strcmp(mode, "delete") != 0) return fail(cx, BROKEN, "%s cannot be written", path);
    return look(cx, path, db);
}

/* --- a new file that is there as a whole or not at all -------------------------- */

static bool sync_path(const char *path, int flags)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    if (fd < 0) return false;
    bool done = fsync(fd) == 0;
    return close(fd) == 0 && done;
}

/* The folder that a file is in. */
static const char *folder_of(struct cx *cx, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash) return ".";
    return arena_print(cx->mem, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

static void remove_draft(struct cx *cx, const char *draft)
{
    static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        unlink(arena_print(cx->mem, "%s%s", draft, ends[i]));
}

typedef enum status write_draft(struct cx *, const char *draft, void *arg);

static enum status make_file(struct cx *cx, const char *to, write_draft *write, void *arg)
{
    const char *draft = arena_print(cx->mem, "%s.part", to);
    if (access(to, F_OK) == 0)
        return fail(cx, CONFLICT, "%s is there already, and nothing is written over it", to);
    remove_draft(cx, draft); /* left by one that was cut short */
    int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return fail(cx, BROKEN, "%s: %s", draft, strerror(errno));
    close(fd);
    enum status status = write(cx, draft, arg);
    if (status == OK
        && (!sync_path(draft, 0) || rename(draft, to) != 0
            || !sync_path(folder_of(cx, to), O_DIRECTORY)))
        status = fail(cx, BROKEN, "%s: %s", to, strerror(errno));
    if (status != OK) remove_draft(cx, draft);
    return status;
}

/* --- out of a file --------------------------------------------------------------- */

static enum status copy(struct cx *cx, const char *path, void *from)
{
    sqlite3 *to = NULL;
    if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        return failed(cx, path, to);
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (!backup) return failed(cx, path, to);
    int rc;
    for (int tries = 0; (rc = sqlite3_backup_step(backup, -1)) != SQLITE_DONE && tries < 100;
         tries++) {
        if (rc != SQLITE_BUSY && rc != SQLITE_LOCKED) break;
        sqlite3_sleep(100);
    }
    sqlite3_backup_finish(backup);
    if (rc != SQLITE_DONE) return failed(cx, path, to);
    enum status status = settle(cx, path, to);
    sqlite3_close(to);
    return status;
}

enum status db_copy(struct cx *cx, const char *from, const char *to)
{
    sqlite3 *source = NULL;
    if (sqlite3_open_v2(from, &source, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        return failed(cx, from, source);
    sqlite3_busy_timeout(source, WAIT_MS);
    enum status status = make_file(cx, to, copy, source);
    sqlite3_close(source);
    return status;
}

/* --- out of a server -------------------------------------------------------------- */

struct saving {
    struct db *from;
    const char *to;
    struct tallies *tallies;
};

static enum status fill(struct cx *cx, void *arg)
{
    struct saving *s = arg;
    return whole_fill(cx, s->from, NULL, NULL, s->tallies);
}

static enum status save_tables(struct cx *cx, const char *draft, void *arg)
{
    struct saving *s = arg;
    sqlite3 *file = NULL;
    struct db *to;
    int done;
    TRY(db_open(cx, arena_print(cx->mem, "sqlite:%s", draft), DB_WRITER | DB_PATIENT, &to));
    cx->db = to;
    enum status status = db_migrate(cx, &done);
    if (status == OK) status = db_transact(cx, true, fill, s);
    cx->db = s->from;
    db_close(to);
    TRY(status);
    if (sqlite3_open_v2(draft, &file, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        return failed(cx, draft, file);
    status = settle(cx, draft, file);
    sqlite3_close(file);
    return status;
}

static enum status save(struct cx *cx, void *arg)
{
    struct saving *s = arg;
    TRY(db_is_ours(cx, NULL));
    return make_file(cx, s->to, save_tables, s);
}

enum status db_save(struct cx *cx, const char *to, struct tallies *out)
{
    struct saving saving = { .from = cx->db, .to = to, .tallies = out };
    return db_transact(cx, false, save, &saving);
}
