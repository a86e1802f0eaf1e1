/* database.c - linden db migrate, check, backup, restore. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "app/audit/event.h"
#include "app/users/user.h"
#include "base/time.h"
#include "cli/host.h"
#include "db/backup.h"
#include "db/migrations.h"

static const char *name_of(const struct cli *cli)
{
    return db_name(cli->cx, cli->setup.database);
}

int command_migrate(struct cli *cli)
{
    struct cx *cx = cli->cx;
    int done = 0;
    enum status status = host_folder(cli);
    if (status == OK) status = db_open(cx, cli->setup.database, DB_WRITER | DB_PATIENT, &cx->db);
    if (status == OK) status = db_migrate(cx, &done);
    host_close(cli);
    if (status != OK) return cli_status(cli, status);
    if (done)
        printf("The database %s has %d new change%s\n", name_of(cli), done, done == 1 ? "" : "s");
    else
        printf("The database %s is up to date\n", name_of(cli));
    return EXIT_DONE;
}

/* Prepares every statement of the program; runs none. */
static enum status try_statements(struct cx *cx, void *arg)
{
    size_t *n = arg;
    for (const struct sql *sql = __start_linden_sql; sql < __stop_linden_sql; sql++, (*n)++)
        TRY(db_check(cx, sql));
    return OK;
}

/* What is kept twice, because lists read it. */
static enum status compare_copies(struct cx *cx, void *arg)
{
    (void)arg;
    TRY(headcounts_check(cx));
    return user_locations_check(cx);
}

int command_check(struct cli *cli)
{
    size_t statements = 0;
    enum status status = host_open(cli, DB_READER);
    bool shared = db_is_shared(cli->setup.database);
    if (status == OK)
        status = shared ? host_read(cli, db_is_current, NULL) : db_sound(cli->cx, name_of(cli));
    if (status == OK) status = host_read(cli, try_statements, &statements);
    if (status == OK) status = host_read(cli, compare_copies, NULL);
    host_close(cli);
    if (status != OK) return cli_status(cli, status);
    printf("The database %s is sound, and %zu statements fit it\n", name_of(cli), statements);
    return EXIT_DONE;
}

static enum status is_file(struct cli *cli)
{
    if (!db_is_shared(cli->setup.database)) return OK;
    return fail(cli->cx, INVALID,
                "a PostgreSQL is backed up with its own tools: pg_dump, pgBackRest");
}

int command_backup(struct cli *cli)
{
    const char *to = cli->arguments[0];
    enum status status = is_file(cli);
    if (status == OK) status = host_open(cli, DB_READER);
    if (status == OK) status = db_copy(cli->cx, name_of(cli), to);
    host_close(cli);
    if (status != OK) return cli_status(cli, status);
    printf("Copied the database to %s\n", to);
    return EXIT_DONE;
}

/* --- restore --------------------------------------------------------------------- */

/* The database and what belongs to it, under a name nobody opens. */
static enum status set_aside(struct cli *cli, const char **old)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    struct arena *mem = cli->cx->mem;
    struct civil c = zone_local(zone_find("UTC"), cli->cx->now);
    const char *path = name_of(cli);
    *old = arena_print(mem, "%s.before-%04d%02d%02dT%02d%02d%02dZ", path, c.year, c.month, c.day,
                       c.hour, c.minute, c.second);
    if (access(*old, F_OK) == 0)
        return fail(cli->cx, CONFLICT, "%s is there already: try again in a moment", *old);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (rename(arena_print(mem, "%s%s", path, ends[i]), arena_print(mem, "%s%s", *old, ends[i]))
                != 0
            && errno != ENOENT)
            return fail(cli->cx, BROKEN, "%s%s: %s", path, ends[i], strerror(errno));
    if (access(*old, F_OK) != 0) *old = NULL;
    return OK;
}

static enum status end_sessions(struct cx *cx, void *arg)
{
    int64_t *ended = arg;
    TRY(db_change(cx, ended, SQL_GLOBAL("UPDATE sessions SET ended_at = $1 WHERE ended_at IS NULL"),
                  cx->now));
    return announce_above(cx, EVENT_BACKUP_RESTORED, (struct about){ 0 }, NULL, NULL);
}

static enum status restore(struct cli *cli, const char *from, const char **old, int64_t *ended)
{
    const char *fresh = arena_print(cli->cx->mem, "%s.restored", name_of(cli));
    TRY(host_folder(cli));
    TRY(host_lock(cli));
    TRY(db_sound(cli->cx, from));
    unlink(fresh);
    TRY(db_copy(cli->cx, from, fresh));
    /* Brought up to date and closed to everybody before it takes its place. */
    const char *database = cli->setup.database;
    cli->setup.database = arena_print(cli->cx->mem, "sqlite:%s", fresh);
    enum status status = host_open(cli, DB_WRITER);
    if (status == OK) status = host_change(cli, end_sessions, ended);
    host_close(cli);
    cli->setup.database = database;
    if (status != OK) unlink(fresh);
    TRY(status);
    TRY(set_aside(cli, old));
    if (rename(fresh, name_of(cli)) != 0)
        return fail(cli->cx, BROKEN, "%s: %s", name_of(cli), strerror(errno));
    return OK;
}

int command_restore(struct cli *cli)
{
    const char *from = cli->arguments[0], *old = NULL;
    int64_t ended = 0;
    enum status status = is_file(cli);
    if (status == OK) status = restore(cli, from, &old, &ended);
    if (status != OK) return cli_status(cli, status);
    printf("Restored %s from %s\n", name_of(cli), from);
    if (old) printf("The database that was there is now %s\n", old);
    printf("Everybody was signed out: %lld session%s ended\n", (long long)ended,
           ended == 1 ? "" : "s");
    return EXIT_DONE;
}
