/* policies.c - see policies.h */
#include "db/policies.h"

#include <stdio.h>
#include <string.h>

#include "db/migrations.h"

/* The roles, as the server names them. */
#define NODE "left(current_database(), 50) || '_node'"
#define ABOVE_ROLE "left(current_database(), 50) || '_above'"

/* Tables of a practice. */
#define WALLED                                                                                   \
    " FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace" \
    " AND (c.relname = 'practices' OR EXISTS (SELECT FROM pg_attribute a"                        \
    "  WHERE a.attrelid = c.oid AND a.attname = 'practice_id' AND NOT a.attisdropped))"

static const char *words(struct cx *cx, const struct pg *pg, const PGresult *r)
{
    const char *said = pq.PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    return arena_print(cx->mem, "%s", said ? said : pq.PQerrorMessage(pg->conn));
}

static enum status no_roles(struct cx *cx, const struct pg *pg, const char *why)
{
    return fail_because(cx, BROKEN, "setup",
                        "the database %s has no roles %s and %s for this program, and its user may"
                        " not make or take them (%s)",
                        pg->place, pg->node, pg->above, why);
}

/* --- taking the role ------------------------------------------------------------ */

/* What is wrong with the role that was taken, "" if nothing; and a change of the
 * tables that does not go with this program, which may have been made while its
 * connection was away. */
static const char CAN_PASS[] =
    "; SELECT CASE WHEN r.rolsuper OR r.rolbypassrls THEN 'the role may pass it'"
    " WHEN EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
    "  AND c.relkind IN ('r', 'p') AND pg_has_role(c.relowner, 'MEMBER')) THEN 'the role owns tables'"
    " WHEN EXISTS (SELECT" WALLED " AND NOT (c.relrowsecurity AND c.relforcerowsecurity))"
    "  THEN 'a table has none' ELSE '' END,"
    " COALESCE((SELECT min(name) FROM schema_migrations WHERE oldest > '%s'), '')"
    " FROM pg_roles r WHERE r.rolname = current_user";

static bool prepare(struct pg *pg, const char *name, const char *text)
{
    PGresult *r = pq.PQprepare(pg->conn, name, text, 0, NULL);
    bool worked = pq.PQresultStatus(r) == PGRES_COMMAND_OK;
    pq.PQclear(r);
    return worked;
}

static enum status take_role(struct cx *cx, struct pg *pg)
{
    PGresult *r =
        pq.PQexec(pg->conn, arena_print(cx->mem, "SET ROLE \"%s\"%s", pg->node,
                                        arena_print(cx->mem, CAN_PASS, migrations_newest())));
    bool answered = pq.PQresultStatus(r) == PGRES_TUPLES_OK && pq.PQntuples(r) == 1;
    const char *said =
        answered ? arena_print(cx->mem, "%s", pq.PQgetvalue(r, 0, 0)) : words(cx, pg, r);
    const char *later = answered ? arena_print(cx->mem, "%s", pq.PQgetvalue(r, 0, 1)) : "";
    pq.PQclear(r);
    if (!answered) return no_roles(cx, pg, said);
    if (*later) return migrations_too_new(cx, later);
    if (*said)
        return fail_because(cx, BROKEN, "setup",
                            "the wall between practice groups in the database %s does not hold: %s",
                            pg->place, said);
    pg->walled =
        prepare(pg, POLICIES_NODE,
                arena_print(cx->mem,
                            "SELECT set_config('role', $role$%s$role$, true),"
                            " set_config('linden.practice', $1, true)",
                            pg->node))
        && prepare(pg, POLICIES_ABOVE, arena_print(cx->mem, "SET LOCAL ROLE \"%s\"", pg->above))
        && prepare(pg, POLICIES_PRACTICE, "SELECT set_config('linden.practice', $1, true)");
    return pg->walled
               ? OK
               : fail_because(cx, BROKEN, "down", "the database %s does not answer", pg->place);
}

enum status policies_enter(struct cx *cx, struct pg *pg)
{
    PGresult *r = pq.PQexec(pg->conn, "SELECT " NODE ", " ABOVE_ROLE ", EXISTS (SELECT FROM"
                                      " pg_policies WHERE schemaname = 'public'"
                                      " AND (" NODE ")::name = ANY (roles))");
    bool answered = pq.PQresultStatus(r) == PGRES_TUPLES_OK;
    bool there = answered && *pq.PQgetvalue(r, 0, 2) == 't';
    if (answered) {
        snprintf(pg->node, sizeof pg->node, "%s", pq.PQgetvalue(r, 0, 0));
        snprintf(pg->above, sizeof pg->above, "%s", pq.PQgetvalue(r, 0, 1));
    }
    const char *why = answered ? "" : words(cx, pg, r);
    pq.PQclear(r);
    if (!answered)
        return fail_because(cx, BROKEN, "down", "the database %s does not answer (%s)", pg->place,
                            why);
    return there ? take_role(cx, pg) : OK;
}

const char *policies_before(struct whose *now, bool above, const char *practice)
{
    bool role = !now->known || now->is_above != above;
    if (!role && (above || strcmp(now->practice, practice) == 0)) return NULL;
    if (!above) snprintf(now->practice, sizeof now->practice, "%s", practice);
    now->known = true;
    now->is_above = above;
    return above ? POLICIES_ABOVE : role ? POLICIES_NODE : POLICIES_PRACTICE;
}

/* --- building -------------------------------------------------------------------- */

/* A policy holds for members of its role, too: the owner of the tables is one, so
 * that it can take the role, and must not see all before it has.  So it asks who is there, and
 * says that this never changes: then the server asks when it plans a statement, which it does
 * anew for another role wherever there is a policy, and not for each table of each run. */
static const char RAISE[] =
    "DO $wall$ DECLARE node name := " NODE "; above name := " ABOVE_ROLE "; role name; t record;"
    " rights text := 'GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I, %I'; BEGIN"
    " FOREACH role IN ARRAY ARRAY[node, above] LOOP"
    "  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN"
    "   EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', role); END IF;"
    "  IF NOT pg_has_role(session_user, role, 'MEMBER') THEN"
    "   EXECUTE format('GRANT %I TO %I', role, session_user); END IF;"
    " END LOOP;"
    " EXECUTE format('GRANT USAGE ON SCHEMA public TO %I, %I', node, above);"
    " EXECUTE format('CREATE OR REPLACE FUNCTION is_above() RETURNS boolean LANGUAGE sql IMMUTABLE"
    "  SET search_path = pg_catalog AS %L', format('SELECT current_user = %L', above));"
    " FOR t IN SELECT c.relname, CASE c.relname WHEN 'practices' THEN 'id' ELSE 'practice_id' END"
    "  AS key" WALLED " LOOP"
    "  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',"
    "   t.relname);"
    "  EXECUTE format('DROP POLICY IF EXISTS practice ON %I', t.relname);"
    "  EXECUTE format('DROP POLICY IF EXISTS above ON %I', t.relname);"
    "  EXECUTE format('CREATE POLICY practice ON %I TO %I USING"
    "   (%I = NULLIF(current_setting(''linden.practice'', true), ''''))', t.relname, node, t.key);"
    "  EXECUTE format('CREATE POLICY above ON %I TO %I USING (is_above())', t.relname, above);"
    "  EXECUTE format(rights, t.relname, node, above);"
    " END LOOP;"
    " FOREACH role IN ARRAY ARRAY[%s] LOOP EXECUTE format(rights, role, node, above); END LOOP;"
    " END $wall$";

/* Whoever waits for a table that somebody reads keeps all others waiting behind it:
 * only for a moment, and then once more (db_transact).  The moment is shorter
 * than deadlock_timeout, so that nobody else is ended for our sake. */
static const char LOWER[] =
    "SET LOCAL lock_timeout = '300ms';"
    " DO $wall$ DECLARE t record; BEGIN FOR t IN SELECT c.relname" WALLED " LOOP"
    " EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', t.relname);"
    " END LOOP; END $wall$";

/* RAISE has per cents of its own. */
static const char *raise_text(struct cx *cx)
{
#define ABOVE(table, why) ", '" #table "'"
    static const char tables[] =
#include "db/above.def"
        "";
#undef ABOVE
    const char *gap = strstr(RAISE, "[%s]") + 1;
    return arena_print(cx->mem, "%.*s%s%s", (int)(gap - RAISE), RAISE, tables + 2, gap + 2);
}

enum status policies_raise(struct cx *cx)
{
    struct pg *pg = cx->db->handle;
    if (pg->walled && !pg->down) return OK;
    pg->down = false;
    enum status status = db_script(cx, raise_text(cx));
    if (status == BROKEN && cx->message && strstr(cx->message, "42501"))
        return no_roles(cx, pg, cx->message);
    return status;
}

enum status policies_lower(struct cx *cx)
{
    struct pg *pg = cx->db->handle;
    pg->down = true;
    return db_script(cx, LOWER);
}
