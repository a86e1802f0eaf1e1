/* database.c - linden db migrate, check, backup. */
#include "app/calendar/appointment.h"
#include "app/patients/words.h"
#include "app/users/user.h"
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
    TRY(user_locations_check(cx));
    TRY(words_check(cx));
    return appointments_check(cx);
}

/* A server says what is damaged when it is read. */
static enum status read_all(struct cx *cx, void *arg)
{
    struct tallies tallies;
    (void)arg;
    TRY(db_is_current(cx, NULL));
    return whole_tally(cx, NULL, NULL, &tallies);
}

int command_check(struct cli *cli)
{
    size_t statements = 0;
    enum status status = host_open(cli, DB_READER);
    bool shared = db_is_shared(cli->setup.database);
    if (status == OK)
        status = shared ? host_read(cli, read_all, NULL) : db_sound(cli->cx, name_of(cli));
    if (status == OK) status = host_read(cli, try_statements, &statements);
    if (status == OK) status = host_read(cli, compare_copies, NULL);
    host_close(cli);
    if (status != OK) return cli_status(cli, status);
    printf("The database %s is sound, and %zu statements fit it\n", name_of(cli), statements);
    return EXIT_DONE;
}

int command_backup(struct cli *cli)
{
    const char *to = cli->arguments[0];
    struct tallies tallies;
    enum status status = host_open(cli, DB_READER);
    if (status == OK)
        status = db_is_shared(cli->setup.database) ? db_save(cli->cx, to, &tallies)
                                                   : db_copy(cli->cx, name_of(cli), to);
    host_close(cli);
    if (status != OK) return cli_status(cli, status);
    printf("Copied the database to %s\n", to);
    return EXIT_DONE;
}
