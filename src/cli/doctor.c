/* doctor.c - linden doctor: which settings hold, and what is wrong. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/me/qr.h"
#include "app/passkeys/webauthn.h"
#include "app/sso/jws.h"
#include "app/second_step/second_step.h"
#include "base/zone.h"
#include "cli/host.h"
#include "cli/settings.h"
#include "db/backup.h"
#include "db/migrations.h"
#include "http/place.h"
#include "paper/paper.h"
#include "work/sms.h"
#include "work/smtp.h"

extern char **environ;

static void say(int *wrong, const char *problem, const char *what)
{
    if (problem) (*wrong)++;
    printf("  %-5s %s%s%s\n", problem ? "WRONG" : "ok", what, problem ? ": " : "",
           problem ? problem : "");
}

static void print_settings(const struct cli *cli)
{
    puts("Settings");
    for (size_t i = 0; i < options_n; i++) {
        const struct given *given = &cli->given[i];
        if (!options[i].setting) continue;
        printf("  %-14s ", options[i].name);
        for (size_t v = 0; v < given->n; v++)
            printf("%s%s", v ? " " : "", setting_shown(cli->cx, options[i].name, given->at[v]));
        printf("%s(%s)\n", given->n ? "  " : "-  ", given->n ? given->from : "nobody says");
    }
}

static void check_keys(struct cli *cli, int *wrong)
{
    say(wrong, cli->unknown_key, "the files of settings hold only settings");
    for (char **e = environ; *e; e++) {
        if (strncmp(*e, "LINDEN_", 7) != 0) continue;
        char *name = arena_print(cli->cx->mem, "%.*s", (int)strcspn(*e + 7, "="), *e + 7);
        for (char *c = name; *c; c++) *c = *c == '_' ? '-' : *c >= 'A' && *c <= 'Z' ? *c + 32 : *c;
        bool known = false;
        for (size_t i = 0; i < options_n; i++)
            known |= options[i].setting && strcmp(options[i].name, name) == 0;
        if (!known)
            say(wrong, "there is no such setting",
                arena_print(cli->cx->mem, "environment %.*s", (int)strcspn(*e, "="), *e));
    }
}

static const char *mode_problem(struct cli *cli, const char *path, bool folder)
{
    struct stat is;
    if (stat(path, &is) != 0) return folder ? "it is not there; linden serve makes it" : NULL;
    if (is.st_mode & 077)
        return arena_print(cli->cx->mem, "others than its owner may look in (mode %03o)",
                           (unsigned)(is.st_mode & 0777));
    return access(path, W_OK) == 0 ? NULL : "it cannot be written to";
}

static void check_files(struct cli *cli, int *wrong)
{
    const char *path = db_name(cli->cx, cli->setup.database);
    say(wrong, mode_problem(cli, cli->setup.data, true),
        arena_print(cli->cx->mem, "data folder %s", cli->setup.data));
    if (db_is_shared(cli->setup.database)) {
        enum status status = host_open(cli, DB_READER);
        if (status == OK) status = host_read(cli, db_is_current, NULL);
        host_close(cli);
        say(wrong, status == OK ? NULL : cli->cx->message,
            arena_print(cli->cx->mem, "database %s", path));
        return;
    }
    if (access(path, F_OK) != 0) {
        say(wrong, "it is not there; linden serve or linden db migrate makes it",
            arena_print(cli->cx->mem, "database %s", path));
        return;
    }
    say(wrong, mode_problem(cli, path, false),
        arena_print(cli->cx->mem, "file of the database %s", path));
    enum status status = db_sound(cli->cx, path);
    say(wrong, status == OK ? NULL : cli->cx->message, "database");
    status = host_lock(cli);
    printf("  ok    %s\n", status == OK ? "no server runs on this data folder"
                                        : "a server runs on this data folder");
}

/* Jobs whose last try failed.  They go by themselves after 30 days. */
static enum status read_given_up(struct cx *cx, void *arg)
{
    return db_select(cx, arg,
                     SQL_GLOBAL("SELECT id, kind, tries, last_problem FROM jobs"
                                " WHERE attempts_left = 0 ORDER BY created_at, id LIMIT 20"));
}

static void check_jobs(struct cli *cli, int *wrong)
{
    struct table t;
    if (host_open(cli, DB_READER) != OK) return; /* said already */
    enum status status = host_read(cli, read_given_up, &t);
    if (status != OK) say(wrong, cli->cx->message, "jobs");
    for (size_t i = 0; status == OK && i < t.rows; i++)
        say(wrong, cell_text(&t, i, "last_problem"),
            arena_print(cli->cx->mem, "job %s (%s), given up after %lld tries",
                        cell_text(&t, i, "kind"), cell_id(&t, i, "id").text,
                        (long long)cell_int(&t, i, "tries")));
    if (status == OK && t.rows == 0) say(wrong, NULL, "no job was given up");
    host_close(cli);
}

struct sealed {
    int64_t all, open;
};
static enum status count_sealed(struct cx *cx, void *arg)
{
    struct sealed *n = arg;
    return second_step_sealed(cx, &n->all, &n->open);
}

/* A folder that was never served has no key yet, and nothing sealed. */
static void check_key(struct cli *cli, int *wrong)
{
    const char *path = cli->setup.key_file, *problem = mode_problem(cli, path, false);
    const char *what = arena_print(cli->cx->mem, "key of authenticator apps, file %s", path);
    struct sealed n = { 0 };
    bool there = host_key(cli, false) == OK;
    if (!there) problem = cli->cx->message;
    if (host_open(cli, DB_READER) == OK && host_read(cli, count_sealed, &n) == OK && there
        && n.open < n.all)
        problem = arena_print(cli->cx->mem, "it opens %lld of %lld secrets; put the old key there",
                              (long long)n.open, (long long)n.all);
    host_close(cli);
    bool made_later =
        !n.all && access(path, F_OK) != 0 && strcmp(option_given(cli, "key")->from, "default") == 0;
    say(wrong, made_later ? NULL : problem,
        made_later ? arena_print(cli->cx->mem, "%s; linden serve makes it", what) : what);
    if (db_is_shared(cli->setup.database) && strcmp(option_given(cli, "key")->from, "default") == 0)
        puts("  ok    several nodes on one database need the same key: name it with --key");
}

/* Countries hand addresses on: what is old is often wrong. */
static void check_places(struct cli *cli, int *wrong)
{
    for (size_t i = 0; i < cli->setup.places_n; i++) {
        struct stat is;
        const char *path = cli->setup.places[i];
        const char *what = arena_print(cli->cx->mem, "table of places %s", path);
        if (stat(path, &is) == 0) {
            int64_t days = (clock_now() - SECONDS(is.st_mtime)) / DAYS(1);
            what = arena_print(cli->cx->mem, "%s, %lld day%s old", what, (long long)days,
                               days == 1 ? "" : "s");
        }
        say(wrong, place_table_wrong(cli->cx->mem, path), what);
    }
}

int command_doctor(struct cli *cli)
{
    struct cx *cx = cli->cx;
    int wrong = 0;
    const char *option, *problem;
    print_settings(cli);
    puts("Checks");
    check_keys(cli, &wrong);
    problem = settings_wrong(cli, &option);
    say(&wrong, problem, problem ? option : "the values of all settings");
    check_files(cli, &wrong);
    check_jobs(cli, &wrong);
    check_key(cli, &wrong);
    say(&wrong, smtp_settings_wrong(cx->mem, cli->setup.mail, cli->setup.mail_auth),
        arena_print(cx->mem, "mail to %s", cli->setup.mail));
    if (cli->setup.sms)
        say(&wrong, sms_settings_wrong(cx->mem, cli->setup.sms, cli->setup.sms_auth),
            arena_print(cx->mem, "text messages to %s", cli->setup.sms));
    bool local = strstr(cli->setup.url, "://localhost") || strstr(cli->setup.url, "://127.")
                 || strstr(cli->setup.url, "://[::1]");
    say(&wrong,
        cli->setup.secure || local ? NULL
                                   : "others can read along; put TLS in front and say https://",
        arena_print(cx->mem, "address %s", cli->setup.url));
    say(&wrong,
        zone_find("Australia/Melbourne") ? NULL : "there is none; install the package tzdata",
        "time zone data");
    check_places(cli, &wrong);
    say(&wrong, paper_missing(), "invoices as PDF");
    say(&wrong, qr_missing(), "QR codes for authenticator apps");
    say(&wrong, webauthn_missing(), "passkeys");
    say(&wrong, jws_missing(), "single sign-on");
    if (wrong)
        return cli_fail(cli, EXIT_OTHER, "%d thing%s must be put right", wrong,
                        wrong == 1 ? "" : "s");
    puts("Nothing is wrong");
    return EXIT_DONE;
}
