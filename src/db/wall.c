/* wall.c - see wall.h */
#include "db/wall.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* --- which tables ----------------------------------------------------------- */

static const struct walled *walled(const struct wall *wall, const char *name, size_t length)
{
    for (const struct walled *t = wall->tables; t < wall->tables + wall->n; t++)
        if (strncmp(t->name, name, length) == 0 && t->name[length] == '\0') return t;
    return NULL;
}

static bool is_above(const char *table)
{
#define ABOVE(name, why) #name,
    static const char *const all[] = {
#include "db/above.def"
    };
#undef ABOVE
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(table, all[i]) == 0) return true;
    return false;
}

/* --- while a statement is prepared ------------------------------------------ */

static bool looked_at(const struct wall *wall, const char *table, const char *column)
{
    for (const struct foreign *k = wall->keys; k < wall->keys + wall->n_keys; k++)
        if (strcmp(k->target, wall->target) == 0 && strcmp(k->table, table) == 0
            && strcmp(k->column, column) == 0)
            return true;
    return false;
}

/* SQLite names the view a table is read through, and the trigger a column is
 * read in.  Foreign keys look at the keys of both their tables. */
static bool may_read(const struct wall *wall, const char *table, const char *column,
                     const char *schema, const char *through)
{
    bool view = schema && strcmp(schema, "temp") == 0;
    if (!walled(wall, table, strlen(table))) return wall->above || is_above(table);
    if (wall->above) return !view && !(through && walled(wall, through, strlen(through)));
    if (view || (through && strcmp(through, table) == 0)) return true;
    if (through && strncmp(through, "wall ", 5) == 0) return true;
    if (!wall->target) return false;
    return strcmp(wall->target, table) == 0 || looked_at(wall, table, column);
}

static int authorize(void *arg, int action, const char *first, const char *second,
                     const char *schema, const char *through)
{
    const struct wall *wall = arg;
    switch (action) {
    case SQLITE_READ:
        return may_read(wall, first, second, schema, through) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_SELECT:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT: return SQLITE_OK;
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
        if (wall->above || is_above(first)) return SQLITE_OK;
        return wall->target && strcmp(wall->target, first) == 0 ? SQLITE_OK : SQLITE_DENY;
    }
    return wall->above ? SQLITE_OK : SQLITE_DENY; /* pragmas, and whatever changes tables */
}

/* --- while it runs ----------------------------------------------------------- */

static void current_practice(sqlite3_context *out, int n, sqlite3_value **values)
{
    const struct wall *wall = sqlite3_user_data(out);
    (void)n, (void)values;
    sqlite3_result_text(out, wall->practice, -1, SQLITE_STATIC); /* NULL stays NULL */
}

static void foreign_practice(sqlite3_context *out, int n, sqlite3_value **values)
{
    const struct wall *wall = sqlite3_user_data(out);
    const char *other = n ? (const char *)sqlite3_value_text(values[0]) : NULL;
    bool own = other && wall->practice && strcmp(other, wall->practice) == 0;
    sqlite3_result_int(out, !own && !wall->above);
}

/* --- building ------------------------------------------------------------------ */

void wall_attach(struct wall *wall, sqlite3 *db)
{
    sqlite3_create_function(db, "current_practice", 0, SQLITE_UTF8 | SQLITE_DETERMINISTIC, wall,
                            current_practice, NULL, NULL);
    sqlite3_create_function(db, "foreign_practice", 1, SQLITE_UTF8, wall, foreign_practice, NULL,
                            NULL);
    sqlite3_set_authorizer(db, authorize, wall);
}

static enum status run(struct cx *cx, sqlite3 *db, const char *text)
{
    if (sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK) return OK;
    return fail(cx, BROKEN, "the wall: %s", sqlite3_errmsg(db));
}

typedef bool each_row(struct wall *, sqlite3_stmt *);

/* False ends the walk: a name is too long, and nothing works without the wall. */
static enum status each(struct cx *cx, struct wall *wall, sqlite3 *db, const char *text,
                        each_row *row)
{
    sqlite3_stmt *st;
    if (sqlite3_prepare_v2(db, text, -1, &st, NULL) != SQLITE_OK)
        return fail(cx, BROKEN, "the wall: %s", sqlite3_errmsg(db));
    int rc;
    while ((rc = sqlite3_step(st)) == SQLITE_ROW && row(wall, st)) {
    }
    sqlite3_finalize(st);
    if (rc == SQLITE_ROW) return fail(cx, BROKEN, "the wall: too long a name");
    return rc == SQLITE_DONE ? OK : fail(cx, BROKEN, "the wall: %s", sqlite3_errmsg(db));
}

static bool copy(char out[64], sqlite3_stmt *st, int column)
{
    const char *text = (const char *)sqlite3_column_text(st, column);
    size_t length = text ? strlen(text) : 64;
    if (length < 64) memcpy(out, text, length + 1);
    return length < 64;
}

/* Twice the room whenever n is a power of two. */
static void *room_for_one(void *list, size_t n, size_t size)
{
    if (n & (n - 1)) return list;
    void *wider = realloc(list, (n ? 2 * n : 1) * size);
    if (!wider) abort();
    return wider;
}

static bool add_table(struct wall *wall, sqlite3_stmt *st)
{
    wall->tables = room_for_one(wall->tables, wall->n, sizeof *wall->tables);
    struct walled *t = &wall->tables[wall->n++];
    t->key = sqlite3_column_int(st, 1) ? "id" : "practice_id";
    return copy(t->name, st, 0);
}

static bool add_key(struct wall *wall, sqlite3_stmt *st)
{
    wall->keys = room_for_one(wall->keys, wall->n_keys, sizeof *wall->keys);
    struct foreign *k = &wall->keys[wall->n_keys++];
    return copy(k->target, st, 0) && copy(k->table, st, 1) && copy(k->column, st, 2);
}

static enum status find_tables(struct cx *cx, struct wall *wall, sqlite3 *db, bool keys)
{
    wall->n = wall->n_keys = 0;
    TRY(each(cx, wall, db,
             "SELECT t.name, t.name = 'practices' FROM main.sqlite_schema t WHERE t.type = 'table'"
             " AND (t.name = 'practices' OR EXISTS (SELECT 1 FROM pragma_table_info(t.name, 'main')"
             "  c WHERE c.name = 'practice_id'))",
             add_table));
    if (!keys) return OK;
    return each(cx, wall, db,
                "WITH k (child, \"from\", parent, \"to\") AS (SELECT t.name, f.\"from\","
                "  f.\"table\", f.\"to\" FROM main.sqlite_schema t,"
                "  pragma_foreign_key_list(t.name, 'main') f WHERE t.type = 'table')"
                " SELECT child, parent, \"to\" FROM k UNION SELECT parent, child, \"from\" FROM k",
                add_key);
}

/* BEFORE, so that the first row of another practice ends the statement. */
static enum status guard(struct cx *cx, sqlite3 *db, const struct walled *t, const char *verb,
                         const char *foreign)
{
    return run(cx, db,
               arena_print(cx->mem,
                           "CREATE TEMP TRIGGER \"wall %s %s\" BEFORE %s ON main.\"%s\" WHEN %s"
                           " BEGIN SELECT RAISE(ABORT, 'the row of another practice'); END",
                           t->name, verb, verb, t->name, foreign));
}

/* The sign before the key keeps it out of the choice of an index: rows are found
 * by the statement's own `practice_id = $1`, and what the view asks is then about
 * two constants and answered once.  Without the sign both are asked at every row.
 * The likelihood says that the view takes no rows away from those, so that
 * tables are looked into in the same order as without it. */
static enum status enclose(struct cx *cx, sqlite3 *db, const struct walled *t, bool triggers)
{
    TRY(run(cx, db,
            arena_print(cx->mem,
                        "CREATE TEMP VIEW \"%s\" AS SELECT * FROM main.\"%s\""
                        " WHERE likelihood(+\"%s\" = current_practice(), 1.0)",
                        t->name, t->name, t->key)));
    if (!triggers) return OK;
    const char *before = arena_print(cx->mem, "foreign_practice(OLD.\"%s\")", t->key);
    const char *after = arena_print(cx->mem, "foreign_practice(NEW.\"%s\")", t->key);
    TRY(guard(cx, db, t, "INSERT", after));
    TRY(guard(cx, db, t, "UPDATE", arena_print(cx->mem, "%s OR %s", before, after)));
    return guard(cx, db, t, "DELETE", before);
}

static enum status enclose_all(struct cx *cx, struct wall *wall, sqlite3 *db, bool triggers)
{
    TRY(run(cx, db, "SAVEPOINT wall"));
    for (size_t i = 0; i < wall->n; i++) TRY(enclose(cx, db, &wall->tables[i], triggers));
    return run(cx, db, "RELEASE wall");
}

enum status wall_raise(struct cx *cx, struct wall *wall, sqlite3 *db, bool triggers)
{
    if (wall->n) return OK;
    wall->above = true;
    enum status status = find_tables(cx, wall, db, triggers);
    if (status == OK && wall->n) status = enclose_all(cx, wall, db, triggers);
    wall->above = false;
    return status;
}

enum status wall_lower(struct cx *cx, struct wall *wall, sqlite3 *db)
{
    enum status status = OK;
    wall->above = true;
    for (size_t i = 0; i < wall->n && status == OK; i++) {
        const char *name = wall->tables[i].name;
        status = run(cx, db,
                     arena_print(cx->mem,
                                 "DROP VIEW temp.\"%s\"; DROP TRIGGER IF EXISTS \"wall %s INSERT\";"
                                 "DROP TRIGGER IF EXISTS \"wall %s UPDATE\";"
                                 "DROP TRIGGER IF EXISTS \"wall %s DELETE\"",
                                 name, name, name, name));
    }
    wall->n = 0;
    wall->above = false;
    return status;
}

void wall_forget(struct wall *wall)
{
    free(wall->tables);
    free(wall->keys);
    *wall = (struct wall){ 0 };
}

/* --- the text of a statement ------------------------------------------------------ */

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$';
}

/* Past a literal, a quoted name, a remark, a word, or one character of anything else. */
static const char *past(const char *at)
{
    const char *end = at;
    size_t n = 1;
    if (*at == '\'' || *at == '"')
        end = strchr(at + 1, *at);
    else if (strncmp(at, "/*", 2) == 0)
        end = strstr(at + 2, "*/"), n = 2;
    else if (in_word(*at))
        for (n = 0; in_word(*end);) end++;
    return end ? end + n : at + strlen(at);
}

static const char *past_blanks(const char *at)
{
    while (isspace((unsigned char)*at) || strncmp(at, "/*", 2) == 0) at = past(at);
    return at;
}

static bool is(const char *at, const char *expected)
{
    size_t n = strlen(expected);
    return at && strncasecmp(at, expected, n) == 0 && !in_word(at[n]);
}

/* A schema's name, or something a schema's name could hide behind. */
static bool names_schema(const char *at, const char *end)
{
    if (*at == '`' || *at == '[' || strncmp(at, "--", 2) == 0) return true;
    return *past_blanks(end) == '.' && (*at == '"' || is(at, "main") || is(at, "temp"));
}

const char *wall_text(struct cx *cx, const struct wall *wall, const char *text, bool above,
                      const char **target)
{
    /* Each name costs five letters more, and has one at least. */
    char *out = arena_alloc(cx->mem, strlen(text) * 6 + 1), *to = out;
    const char *before = NULL, *last = NULL; /* the two words before; NULL after anything else */
    *target = NULL;
    for (const char *at = text, *end; *at; at = end) {
        end = past(at);
        if (names_schema(at, end)) return NULL;
        if (in_word(*at)) {
            const struct walled *t = walled(wall, at, (size_t)(end - at));
            bool changed = is(last, "INTO") || is(last, "UPDATE")
                           || (is(last, "FROM") && is(before, "DELETE"));
            if (t && changed) *target = t->name;
            if (t && (changed || (above && (is(last, "FROM") || is(last, "JOIN")))))
                to = stpcpy(to, "main.");
            before = last, last = at;
        } else if (past_blanks(at) == at) {
            before = last = NULL;
        }
        to = mempcpy(to, at, (size_t)(end - at));
    }
    *to = '\0';
    return out;
}
