/* backup.c - see backup.h */
#include "db/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static enum status copy(struct cx *cx, sqlite3 *from, const char *path)
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
    const char *mode = first_cell(cx, to, "PRAGMA journal_mode = DELETE");
    enum status status = mode ? look(cx, path, to) : fail(cx, BROKEN, "%s cannot be written", path);
    sqlite3_close(to);
    return status;
}

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

enum status db_copy(struct cx *cx, const char *from, const char *to)
{
    sqlite3 *source = NULL;
    const char *draft = arena_print(cx->mem, "%s.part", to);
    if (access(to, F_OK) == 0)
        return fail(cx, CONFLICT, "%s is there already, and nothing is written over it", to);
    if (sqlite3_open_v2(from, &source, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        return failed(cx, from, source);
    sqlite3_busy_timeout(source, WAIT_MS);
    unlink(draft); /* left by a copy that was cut short */
    int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    enum status status =
        fd < 0 ? fail(cx, BROKEN, "%s: %s", draft, strerror(errno)) : copy(cx, source, draft);
    if (fd >= 0) close(fd);
    sqlite3_close(source);
    if (status == OK
        && (!sync_path(draft, 0) || rename(draft, to) != 0
            || !sync_path(folder_of(cx, to), O_DIRECTORY)))
        status = fail(cx, BROKEN, "%s: %s", to, strerror(errno));
    if (status != OK && fd >= 0) unlink(draft);
    return status;
}
