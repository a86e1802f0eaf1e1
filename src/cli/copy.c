/* copy.c - linden db copy: an installation moves between files and servers. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/host.h"
#include "db/backup.h"
#include "db/migrations.h"

struct end {
    const char *where; /* as db_open() takes it */
    const char *name;  /* without a password */
    const char *path;  /* of a file, or NULL */
    struct db *db;
};

struct copying {
    struct cli *cli;
    struct end from, to;
    const char *locked; /* the folder of a file that is held already */
    struct tallies source;
    bool copied; /* false: it was there already */
};

/* --- which two ------------------------------------------------------------------- */

/* What was typed may hold a password, so it is not said again. */
static int read_end(struct cli *cli, const char *option, struct end *out)
{
    struct cx *cx = cli->cx;
    struct stat is;
    const char *wrong;
    out->where = option_text(cli, option);
    if ((wrong = db_where_wrong(cx->mem, out->where)))
        return cli_fail(cli, EXIT_USAGE, "--%s: %s", option, wrong);
    if (!db_is_shared(out->where)) {
        out->path = db_name(cx, out->where);
        if (stat(out->path, &is) == 0 && S_ISDIR(is.st_mode))
            out->path = arena_print(cx->mem, "%s/linden.db", out->path);
        out->where = arena_print(cx->mem, "sqlite:%s", out->path);
    }
    out->name = db_name(cx, out->where);
    return EXIT_DONE;
}

static bool are_one(const struct copying *c)
{
    struct stat from, to;
    if (!c->from.path || !c->to.path) return strcmp(c->from.where, c->to.where) == 0;
    return stat(c->from.path, &from) == 0 && stat(c->to.path, &to) == 0 && from.st_ino == to.st_ino
           && from.st_dev == to.st_dev;
}

/* Says which of the two it is about. */
static enum status about(struct cx *cx, const struct end *end, enum status status)
{
    if (status == OK || strstr(cx->message, end->name)) return status;
    return fail_because(cx, status, cx->reason, "%s: %s", end->name, cx->message);
}

static const char *folder_of(struct cx *cx, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash) return ".";
    return arena_copy(cx->mem, path, slash == path ? 1 : (size_t)(slash - path));
}

/* Both files may be in one folder, which can be held once. */
static enum status lock(struct copying *c, const char *folder)
{
    struct stat before, is;
    if (c->locked && stat(c->locked, &before) == 0 && stat(folder, &is) == 0
        && before.st_ino == is.st_ino && before.st_dev == is.st_dev)
        return OK;
    c->locked = folder;
    return host_lock_served(c->cli->cx, folder);
}

static enum status open_end(struct copying *c, struct end *end, enum db_mode mode)
{
    struct cx *cx = c->cli->cx;
    if (end->path) TRY(lock(c, folder_of(cx, end->path)));
    TRY(db_open(cx, end->where, mode | DB_PATIENT, &end->db));
    cx->db = end->db;
    return end->path ? OK : host_alone(cx, end->where);
}

static enum status open_source(struct copying *c)
{
    struct cx *cx = c->cli->cx;
    if (c->from.path) {
        if (access(c->from.path, R_OK) != 0)
            return fail(cx, NOT_FOUND, "%s: %s", c->from.path, strerror(errno));
        TRY(db_sound(cx, c->from.path));
    }
    TRY(open_end(c, &c->from, DB_READER));
    TRY(db_begin(cx, false)); /* all is read as it is now */
    return db_is_ours(cx, NULL);
}

static enum status open_target(struct copying *c)
{
    struct cx *cx = c->cli->cx;
    if (c->to.path) TRY(host_make_folder(cx, folder_of(cx, c->to.path)));
    return open_end(c, &c->to, DB_WRITER);
}

/* --- copying ----------------------------------------------------------------------- */

static void say_table(void *arg, const struct tally *t)
{
    (void)arg;
    fprintf(stderr, "  %-24s %10lld row%s\n", t->table, (long long)t->rows,
            t->rows == 1 ? "" : "s");
}

static enum status what_is_there(struct cx *cx, void *arg)
{
    return whole_holds(cx, arg);
}

static enum status tally_target(struct cx *cx, void *arg)
{
    return whole_tally(cx, NULL, NULL, arg);
}

static enum status fill_target(struct cx *cx, void *arg)
{
    struct copying *c = arg;
    const char *some;
    TRY(whole_holds(cx, &some)); /* still not? */
    if (*some) return fail(cx, CONFLICT, "others are writing into it (the table %s)", some);
    return whole_fill(cx, c->from.db, say_table, NULL, &c->source);
}

/* A copy that was made before is as good as one that is made now. */
static enum status compare(struct copying *c)
{
    struct cx *cx = c->cli->cx;
    struct tallies there;
    const struct tally *differs = NULL;
    cx->db = c->to.db;
    enum status status = db_transact(cx, false, db_is_ours, NULL);
    if (status == OK) status = db_transact(cx, false, tally_target, &there);
    if (status == OK) {
        cx->db = c->from.db;
        TRY(whole_tally(cx, say_table, NULL, &c->source));
        if (!(differs = tallies_differ(&c->source, &there))) return OK;
    }
    return fail(cx, CONFLICT,
                "%s is not empty and holds something else (%s%s): copy into an empty database",
                c->to.name, differs ? "look at the table " : "",
                differs ? differs->table : cx->message);
}

static enum status copy(struct copying *c)
{
    struct cx *cx = c->cli->cx;
    const char *some;
    int done;
    TRY(about(cx, &c->from, open_source(c)));
    TRY(about(cx, &c->to, open_target(c)));
    TRY(about(cx, &c->to, db_transact(cx, false, what_is_there, &some)));
    if (*some) return compare(c);
    TRY(about(cx, &c->to, db_migrate(cx, &done)));
    c->copied = true;
    return about(cx, &c->to, db_transact_alone(cx, fill_target, c));
}

static void print_json(const struct copying *c)
{
    struct json j = json_begin(c->cli->cx->mem);
    json_object(&j, NULL);
    json_text(&j, "from", c->from.name);
    json_text(&j, "to", c->to.name);
    json_bool(&j, "copied", c->copied);
    json_int(&j, "rows", c->source.rows);
    json_array(&j, "tables");
    for (const struct tally *t = c->source.at; t < c->source.at + c->source.n; t++) {
        json_object(&j, NULL);
        json_text(&j, "table", t->table);
        json_int(&j, "rows", t->rows);
        json_text(&j, "hash", t->hash);
        json_end(&j);
    }
    json_end(&j);
    json_end(&j);
    puts(json_done(&j));
}

static void print_words(const struct copying *c)
{
    printf(c->copied ? "Copied %s to %s\n" : "%s was in %s already, and nothing was changed\n",
           c->from.name, c->to.name);
    printf("All %zu tables with %lld row%s were compared: both hold the same\n", c->source.n,
           (long long)c->source.rows, c->source.rows == 1 ? "" : "s");
}

int command_copy(struct cli *cli)
{
    struct copying c = { .cli = cli };
    int code = read_end(cli, "from", &c.from);
    if (!code) code = read_end(cli, "to", &c.to);
    if (code) return code;
    if (are_one(&c)) return cli_fail(cli, EXIT_USAGE, "--from and --to are the same database");
    enum status status = copy(&c);
    db_close(c.to.db);
    db_close(c.from.db);
    cli->cx->db = NULL;
    if (status == OK && c.copied && c.to.path) status = db_sound(cli->cx, c.to.path);
    if (status != OK) return cli_status(cli, status);
    option_set(cli, "json") ? print_json(&c) : print_words(&c);
    return EXIT_DONE;
}
