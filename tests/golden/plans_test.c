/* plans_test.c - how PostgreSQL finds what each statement asks for: tests/golden/plans.txt.
 *
 * A plan depends on how long the tables are and what stands in them.  So each is emptied
 * but for one row, said to have a million, and nothing is known of its columns: what is
 * big anywhere is big here, on every machine.  Settings are those of the program's
 * connections.  Nothing of it stays. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "db/ask.h"
#include "db/policies.h"
#include "tests/support/golden.h"
#include "tests/support/practice.h"

/* Other versions know other ways; that no table is read as a whole holds for all. */
enum { WRITTEN_WITH = 15 };

/* An empty file would be an empty table.  What could refuse a row of nothing goes first. */
static const char LARGE[] =
    "SET LOCAL session_replication_role = replica;"
    " DO $large$ DECLARE t record; c record; names text; items text; BEGIN"
    " FOR c IN SELECT conrelid::regclass AS of, conname FROM pg_constraint WHERE contype = 'c'"
    "  AND connamespace = 'public'::regnamespace LOOP"
    "  EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.of, c.conname); END LOOP;"
    " FOR t IN SELECT oid, oid::regclass AS name FROM pg_class WHERE relkind = 'r'"
    "  AND relnamespace = 'public'::regnamespace LOOP"
    "  EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', t.name);"
    "  EXECUTE format('TRUNCATE %s CASCADE', t.name);"
    " END LOOP;"
    " FOR t IN SELECT oid, oid::regclass AS name FROM pg_class WHERE relkind = 'r'"
    "  AND relnamespace = 'public'::regnamespace LOOP"
    "  SELECT string_agg(quote_ident(attname), ', '), string_agg(CASE atttypid WHEN"
    "   'bigint'::regtype THEN '0' ELSE quote_literal('') END, ', ') INTO names, items"
    "   FROM pg_attribute WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped"
    "   AND attgenerated = '' AND attidentity = '';"
    "  EXECUTE format('INSERT INTO %s (%s) VALUES (%s)', t.name, names, items);"
    " END LOOP;"
    " DELETE FROM pg_statistic WHERE starelid >= 16384;"
    " UPDATE pg_class SET relpages = 1, reltuples = 1000000 WHERE relkind = 'r'"
    "  AND relnamespace = 'public'::regnamespace;"
    " UPDATE pg_class SET relpages = 2, reltuples = 1000000 WHERE relkind = 'i'"
    "  AND relnamespace = 'public'::regnamespace;"
    " END $large$";

static bool done(struct pg *pg, PGresult *r)
{
    ExecStatusType status = pq.PQresultStatus(r);
    bool worked = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!worked) printf("  %s\n", pq.PQerrorMessage(pg->conn));
    pq.PQclear(r);
    return worked;
}

static bool run(struct cx *cx, const char *text)
{
    struct pg *pg = pg_of(cx);
    return done(pg, pq.PQexec(pg->conn, text));
}

/* --- one plan ----------------------------------------------------------------------- */

struct way {
    const char *index, *table; /* NULL: none */
    const char *columns;       /* by which it is entered; "": it is read as a whole */
};

struct ways {
    struct way at[64];
    size_t n;
};

static const char *word_after(struct cx *cx, const char *line, const char *mark)
{
    const char *at = strstr(line, mark);
    if (!at) return NULL;
    at += strlen(mark);
    return arena_copy(cx->mem, at, strcspn(at, " "));
}

/* "((practice_id = $1) AND (id = $2))": practice_id, id. */
static const char *columns_of(struct cx *cx, const char *condition)
{
    const char *all = "";
    for (const char *at = condition; (at = strchr(at, '('));) {
        at += 1 + (at[1] == '"');
        size_t n = strspn(at, "abcdefghijklmnopqrstuvwxyz_");
        const char *name = arena_copy(cx->mem, at, n);
        if (!n || (at[n] != ' ' && at[n] != '"')) continue;
        if (!strstr(arena_print(cx->mem, " %s,", all), arena_print(cx->mem, " %s,", name)))
            all = arena_print(cx->mem, *all ? "%s, %s" : "%s%s", all, name);
    }
    return *all ? all : "row";
}

/* Lines of a scan; the condition of an index stands below it. */
static void read_line(struct cx *cx, struct ways *all, const char *line)
{
    static const char cond[] = "Index Cond: ";
    struct way *last = all->n ? &all->at[all->n - 1] : NULL;
    const char *condition = strstr(line, cond);
    if (condition && last) {
        last->columns = columns_of(cx, condition + strlen(cond));
    } else if (strstr(line, "Bitmap Index Scan on ")) {
        /* Where the rows are stands above, and how they are found here. */
        if (all->n == 64) abort();
        struct way *way = &all->at[all->n++];
        *way = (struct way){ word_after(cx, line, "Bitmap Index Scan on "), "", "" };
    } else if (strstr(line, "Scan") && strstr(line, " on ") && !strstr(line, "Bitmap Heap")
               && !strstr(line, "Values Scan") && !strstr(line, "CTE Scan")
               && !strstr(line, "Subquery Scan")) {
        if (all->n == 64) abort();
        all->at[all->n++] =
            (struct way){ word_after(cx, line, " using "), word_after(cx, line, " on "), "" };
    }
}

static const char *explain_text(struct cx *cx, const struct sql *sql, size_t values)
{
    char name[24];
    const char *nothing = "";
    for (size_t i = 0; i < values; i++)
        nothing = arena_print(cx->mem, i ? "%s, NULL" : "(NULL", nothing);
    return arena_print(cx->mem, "EXPLAIN (COSTS OFF) EXECUTE %s%s%s", pg_statement_name(name, sql),
                       nothing, values ? ")" : "");
}

static void plan(struct cx *cx, const struct sql *sql, struct ways *out)
{
    struct pg *pg = pg_of(cx);
    struct statement *s;
    out->n = 0;
    if (pg_statement(cx, sql, &s) != OK) {
        failures++;
        printf("  %s:%d: %s\n", sql->file, sql->line, cx->message);
        return;
    }
    CHECK(
        run(cx, arena_print(cx->mem, "SET LOCAL ROLE \"%s\"", sql->global ? pg->above : pg->node)));
    PGresult *r = pq.PQexec(pg->conn, explain_text(cx, sql, s->values));
    for (int i = 0; i < pq.PQntuples(r); i++) read_line(cx, out, pq.PQgetvalue(r, i, 0));
    CHECK(done(pg, r));
}

/* --- all of them -------------------------------------------------------------------- */

static int by_file_and_text(const void *a, const void *b)
{
    const struct sql *x = *(const struct sql *const *)a, *y = *(const struct sql *const *)b;
    int order = strcmp(x->file, y->file);
    return order ? order : strcmp(x->text, y->text);
}

/* What reads a whole table, and is meant to: of the host, in the background, or of what is short.
 */
static const struct {
    const char *file, *table;
} meant[] = {
    { "src/app/audit/verify.c", "audit" },
    { "src/app/audit/verify.c", "audit_heads" },
    { "src/app/calendar/booking.c", "appointments" },
    { "src/app/help/help.c", "help_answers" },
    { "src/app/patients/words.c", "patients" },
    { "src/app/reminders/reminder.c", "reminder_settings" },
    { "src/app/sessions/cleaning.c", "jobs" },
    { "src/app/sessions/cleaning.c", "sessions" },
    { "src/app/sessions/cleaning.c", "tries" },
    { "src/app/users/headcount.c", "practices" },
    { "src/app/users/user.c", "users" },
    { "src/cli/credits.c", "credit_orders" },
    { "src/cli/doctor.c", "jobs" },
    { "src/cli/inspect.c", "help_answers" },
    { "src/db/migrate.c", "schema_migrations" },
    { "src/work/queue.c", "jobs" },
};

static bool is_meant(const struct sql *sql, const char *table)
{
    for (size_t i = 0; sql->global && i < sizeof meant / sizeof *meant; i++)
        if (strcmp(meant[i].file, sql->file) == 0 && strcmp(meant[i].table, table) == 0)
            return true;
    return false;
}

static void write_plan(FILE *out, const struct sql *sql, const struct ways *ways)
{
    fprintf(out, "\n%s: %.100s\n", sql->file, sql->text + strspn(sql->text, " "));
    for (size_t i = 0; i < ways->n; i++) {
        const struct way *w = &ways->at[i];
        bool all = !*w->columns;
        fprintf(out, "    %s%s%s: %s\n", w->index ? w->index : w->table,
                w->index && *w->table ? " of " : "", w->index ? w->table : "",
                all ? "ALL" : w->columns);
        if (!all || is_meant(sql, w->table)) continue;
        failures++;
        printf("  %s:%d: reads all of %s: %s\n", sql->file, sql->line, w->table, sql->text);
    }
}

TEST_POSTGRES(golden_plans)
{
    static const struct sql *all[4096];
    static struct ways ways;
    char *text;
    size_t n = 0, size;
    FILE *out = open_memstream(&text, &size);
    practice_begin(cx);
    struct pg *pg = pg_of(cx);
    for (const struct sql *sql = __start_linden_sql; sql < __stop_linden_sql && n < 4096; sql++)
        if (strncmp(sql->file, "src/", 4) == 0) all[n++] = sql;
    qsort(all, n, sizeof *all, by_file_and_text);
    CHECK(run(cx, "BEGIN; SET LOCAL ROLE NONE"));
    CHECK(run(cx, LARGE));
    CHECK(run(cx, "SELECT set_config('linden.practice', 'north', true)"));
    fputs("How PostgreSQL finds what each statement asks for: which index, by which columns.\n",
          out);
    struct arena *kept = cx->mem;
    cx->mem = arena_new(1 << 20);
    for (size_t i = 0; i < n; i++) {
        arena_reset(cx->mem);
        plan(cx, all[i], &ways);
        write_plan(out, all[i], &ways);
    }
    arena_free(cx->mem);
    cx->mem = kept;
    CHECK(run(cx, "ROLLBACK"));
    fclose(out);
    if (pq.PQserverVersion(pg->conn) / 10000 == WRITTEN_WITH)
        golden_compare("tests/golden/plans.txt", text);
    free(text);
}
