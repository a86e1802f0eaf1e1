/* restore.c - linden db restore, on either engine. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "app/audit/event.h"
#include "base/time.h"
#include "cli/host.h"
#include "db/backup.h"
#include "db/migrations.h"

struct restoring {
    struct cli *cli;
    const char *from;
    const char *fresh; /* the backup, brought up to date */
    const char *old;   /* what was there before, or NULL */
    int64_t ended;     /* sessions */
    struct tallies before;
    struct db *source;
};

static enum status end_sessions(struct cx *cx, void *arg)
{
    struct restoring *r = arg;
    TRY(db_change(cx, &r->ended,
                  SQL_GLOBAL("UPDATE sessions SET ended_at = $1 WHERE ended_at IS NULL"), cx->now));
    return announce_above(cx, EVENT_BACKUP_RESTORED, (struct about){ 0 }, NULL, NULL);
}

/* Where the database that was there goes: "DATA/linden.db.before-20261121T100000Z",
 * and with "-2" behind it if that second has one already. */
static enum status name_old(struct restoring *r, const char *path)
{
    enum { MOST = 100 };
    struct arena *mem = r->cli->cx->mem;
    struct civil c = zone_local(zone_find("UTC"), r->cli->cx->now);
    const char *name = arena_print(mem, "%s.before-%04d%02d%02dT%02d%02d%02dZ", path, c.year,
                                   c.month, c.day, c.hour, c.minute, c.second);
    r->old = name;
    for (int i = 2; i < MOST; i++) {
        if (access(r->old, F_OK) != 0) return OK;
        r->old = arena_print(mem, "%s-%d", name, i);
    }
    return fail(r->cli->cx, CONFLICT, "%s is there already: try again in a moment", name);
}

static void remove_fresh(struct restoring *r)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        unlink(arena_print(r->cli->cx->mem, "%s%s", r->fresh, ends[i]));
}

/* Runs `finish` on the copy, which is up to date. */
static enum status prepare(struct restoring *r, const char *path,
                           enum status (*finish)(struct cx *, void *))
{
    struct cli *cli = r->cli;
    const char *database = cli->setup.database;
    r->fresh = path;
    TRY(db_sound(cli->cx, r->from));
    remove_fresh(r);
    TRY(db_copy(cli->cx, r->from, r->fresh));
    cli->setup.database = arena_print(cli->cx->mem, "sqlite:%s", r->fresh);
    enum status status = host_open(cli, DB_WRITER);
    if (status == OK && finish) status = host_change(cli, finish, r);
    host_close(cli);
    cli->setup.database = database;
    if (status != OK) remove_fresh(r);
    return status;
}

/* --- a file ---------------------------------------------------------------------- */

/* The database and what belongs to it, under a name nobody opens. */
static enum status set_aside(struct restoring *r, const char *path)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    struct cx *cx = r->cli->cx;
    TRY(name_old(r, path));
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (rename(arena_print(cx->mem, "%s%s", path, ends[i]),
                   arena_print(cx->mem, "%s%s", r->old, ends[i]))
                != 0
            && errno != ENOENT)
            return fail(cx, BROKEN, "%s%s: %s", path, ends[i], strerror(errno));
    if (access(r->old, F_OK) != 0) r->old = NULL;
    return OK;
}

/* Brought up to date and closed to everybody before it takes its place. */
static enum status restore_file(struct restoring *r)
{
    struct cx *cx = r->cli->cx;
    const char *path = db_name(cx, r->cli->setup.database);
    TRY(prepare(r, arena_print(cx->mem, "%s.restored", path), end_sessions));
    TRY(set_aside(r, path));
    if (rename(r->fresh, path) != 0) return fail(cx, BROKEN, "%s: %s", path, strerror(errno));
    return OK;
}

/* --- a server -------------------------------------------------------------------- */

static enum status what_is_there(struct cx *cx, void *arg)
{
    return whole_holds(cx, arg);
}

/* All of it is one transaction: before it the old rows are there, after it the new. */
static enum status replace(struct cx *cx, void *arg)
{
    struct restoring *r = arg;
    struct tallies now;
    if (r->old) {
        TRY(whole_tally(cx, NULL, NULL, &now));
        if (tallies_differ(&r->before, &now))
            return fail(cx, CONFLICT,
                        "the database was changed meanwhile: stop Linden on every"
                        " node first");
    }
    TRY(whole_fill(cx, r->source, NULL, NULL, &now));
    return end_sessions(cx, r);
}

static enum status read_fresh(struct restoring *r)
{
    struct cx *cx = r->cli->cx;
    struct db *server = cx->db;
    TRY(db_open(cx, arena_print(cx->mem, "sqlite:%s", r->fresh), DB_READER | DB_PATIENT,
                &r->source));
    cx->db = r->source;
    enum status status = db_begin(cx, false);
    if (status == OK) status = db_is_ours(cx, NULL);
    cx->db = server;
    return status;
}

static enum status into_server(struct restoring *r)
{
    struct cli *cli = r->cli;
    const char *some = "";
    TRY(host_open(cli, DB_WRITER));
    TRY(host_alone(cli->cx, cli->setup.database));
    TRY(db_transact(cli->cx, false, what_is_there, &some));
    if (*some) {
        TRY(name_old(r, arena_print(cli->cx->mem, "%s/linden.db", cli->setup.data)));
        TRY(db_save(cli->cx, r->old, &r->before));
    }
    TRY(read_fresh(r));
    enum status status = host_change_alone(cli, replace, r);
    bool stays = status != OK && !(cli->cx->reason && strcmp(cli->cx->reason, "unknown") == 0);
    if (stays && r->old) unlink(r->old); /* it is still in the database */
    return status;
}

static enum status restore_server(struct restoring *r)
{
    TRY(prepare(r, arena_print(r->cli->cx->mem, "%s/linden.db.restored", r->cli->setup.data),
                NULL));
    enum status status = into_server(r);
    host_close(r->cli);
    db_close(r->source);
    remove_fresh(r);
    return status;
}

static enum status restore(struct restoring *r)
{
    TRY(host_folder(r->cli));
    TRY(host_lock(r->cli));
    return db_is_shared(r->cli->setup.database) ? restore_server(r) : restore_file(r);
}

int command_restore(struct cli *cli)
{
    struct restoring r = { .cli = cli, .from = cli->arguments[0] };
    enum status status = restore(&r);
    if (status != OK) return cli_status(cli, status);
    printf("Restored %s from %s\n", db_name(cli->cx, cli->setup.database), r.from);
    if (r.old) printf("The database that was there is now %s\n", r.old);
    printf("Everybody was signed out: %lld session%s ended\n", (long long)r.ended,
           r.ended == 1 ? "" : "s");
    return EXIT_DONE;
}
