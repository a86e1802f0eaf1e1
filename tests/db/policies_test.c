/* policies_test.c - the roles and policies that make the wall on PostgreSQL. */
#include "db/policies.h"
#include "db/migrations.h"
#include "tests/support/engine.h"
#include "tests/support/practice.h"

static const char *said(struct cx *cx, const char *sql)
{
    struct pg *pg = cx->db->handle;
    PGresult *r = pq.PQexec(pg->conn, sql);
    const char *text = pq.PQntuples(r) == 1 ? arena_print(cx->mem, "%s", pq.PQgetvalue(r, 0, 0))
                                            : pq.PQerrorMessage(pg->conn);
    text = arena_print(cx->mem, "%s", text);
    pq.PQclear(r);
    return text;
}

static struct pg *connection(struct cx *cx)
{
    return cx->db->handle;
}

TEST_POSTGRES(between_transactions_nothing_is_seen)
{
    practice_begin(cx);
    for (int i = 0; i < 2; i++) {
        act_as(cx, "north", "olga");
        CHECK(db_exec(cx, SQL("SELECT count(*) FROM users WHERE $1 = $1")) == OK);
        CHECK_TEXT(said(cx, "SELECT count(*) FROM users"), "6");
        CHECK(act_end(cx, i ? OK : CONFLICT) == (i ? OK : CONFLICT));
        CHECK_TEXT(said(cx, "SELECT count(*) FROM users"), "0");
        CHECK(db_begin(cx, true) == OK);
        CHECK_TEXT(said(cx, "SELECT count(*) FROM users"), "0");
        db_rollback(cx);
        CHECK_TEXT(said(cx, "SELECT current_user"), connection(cx)->node);
    }
    CHECK_INT(COUNT("SELECT count(*) FROM users"), 8);
    CHECK_TEXT(said(cx, "SELECT count(*) FROM users"), "0");
    CHECK(strstr(said(cx, "ALTER TABLE users DISABLE ROW LEVEL SECURITY"), "must be owner"));
    CHECK(strstr(said(cx, "SET row_security = off; SELECT count(*) FROM users"),
                 "would be affected"));
}

TEST_POSTGRES(going_back_to_a_mark_takes_the_practice_along)
{
    practice_begin(cx);
    act_as(cx, "north", "olga");
    const struct sql *users = SQL("SELECT count(*) AS n FROM users WHERE $1 = $1");
    struct table t;
    for (int i = 0; i < 2; i++) {
        CHECK(db_mark(cx) == OK);
        CHECK_INT(COUNT("SELECT count(*) FROM users"), 8);
        CHECK((i ? db_back(cx) : db_release(cx)) == OK);
        CHECK(db_run(cx, &t, users, NULL, 0) == OK && table_number(&t) == 6);
    }
    db_rollback(cx);
}

/* After the change nobody connects; after taking it back everybody does. */
static void refuses(struct cx *cx, const char *change, const char *back, const char *why)
{
    struct db *before = cx->db, *other;
    CHECK(db_script(cx, change) == OK);
    CHECK(db_open(cx, engine_share(cx, NULL), DB_READER, &other) == OK);
    cx->db = other;
    CHECK(db_begin(cx, false) == BROKEN);
    CHECK_TEXT(cx->reason, "setup");
    CHECK(strstr(cx->message, why));
    if (failures) printf("  %s: %s\n", change, cx->message);
    cx->db = before;
    db_close(other);
    CHECK(db_script(cx, back) == OK);
    CHECK(db_open(cx, engine_share(cx, NULL), DB_READER, &other) == OK);
    cx->db = other;
    CHECK(db_begin(cx, false) == OK);
    db_rollback(cx);
    cx->db = before;
    db_close(other);
}

TEST_POSTGRES(who_could_pass_the_wall_is_not_served)
{
    practice_begin(cx);
    CHECK(db_begin(cx, false) == OK);
    db_rollback(cx);
    const char *node = connection(cx)->node;
#define ROLE(format) arena_print(cx->mem, format, node)
    refuses(cx, ROLE("ALTER ROLE \"%s\" BYPASSRLS"), ROLE("ALTER ROLE \"%s\" NOBYPASSRLS"),
            "may pass");
    refuses(cx, ROLE("ALTER ROLE \"%s\" SUPERUSER"), ROLE("ALTER ROLE \"%s\" NOSUPERUSER"),
            "may pass");
    refuses(cx, ROLE("CREATE TABLE unheard_of (n BIGINT); ALTER TABLE unheard_of OWNER TO \"%s\""),
            "DROP TABLE unheard_of", "owns");
    refuses(cx, "ALTER TABLE locations NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE locations FORCE ROW LEVEL SECURITY", "has none");
    refuses(cx, "CREATE TABLE unheard_of (practice_id TEXT)", "DROP TABLE unheard_of", "has none");
}

TEST_POSTGRES(a_wall_that_is_gone_is_built_by_migrating)
{
    struct db *before, *db;
    int done;
    practice_begin(cx);
    before = cx->db;
    /* As a backup that was restored where the roles are not known. */
    CHECK(db_script(cx, "DO $$ DECLARE t record; BEGIN FOR t IN SELECT * FROM pg_policies LOOP"
                        " EXECUTE format('DROP POLICY %I ON %I', t.policyname, t.tablename);"
                        " EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', t.tablename);"
                        " END LOOP; END $$")
          == OK);
    CHECK(db_open(cx, engine_share(cx, NULL), DB_WRITER, &db) == OK);
    cx->db = db;
    cx->actor = (struct actor){ .practice = id_of("north") };
    const struct sql *users = SQL("SELECT count(*) FROM users WHERE $1 = $1");
    CHECK(db_begin(cx, false) == OK && db_exec(cx, users) == BROKEN);
    db_rollback(cx);
    CHECK(db_migrate(cx, &done) == OK && done == 0);
    CHECK(db_begin(cx, false) == OK && db_exec(cx, users) == OK);
    CHECK_TEXT(said(cx, "SELECT count(*) FROM users"), "6");
    db_rollback(cx);
    CHECK_TEXT(said(cx, "SELECT count(*) FROM users"), "0");
    db_close(db);
    cx->db = before;
}

/* An empty database, and the address of a user of it who is no superuser. */
static const char *as_plain(struct cx *cx, const char *rights)
{
    struct db *admin = NULL, *before = cx->db;
    const char *url = engine_empty(cx, NULL), *at = strstr(url, "linden@");
    CHECK(at && db_open(cx, url, DB_WRITER, &admin) == OK);
    cx->db = admin;
    CHECK(db_script(cx, "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'plain') THEN"
                        " EXECUTE 'DROP OWNED BY plain'; END IF; END $$;"
                        "DROP ROLE IF EXISTS plain")
          == OK);
    CHECK(db_script(cx, arena_print(cx->mem,
                                    "CREATE ROLE plain LOGIN %s;"
                                    "ALTER SCHEMA public OWNER TO plain",
                                    rights))
          == OK);
    cx->db = before;
    db_close(admin);
    return arena_print(cx->mem, "%.*splain@%s", (int)(at - url), url, at + strlen("linden@"));
}

static enum status migrate_as(struct cx *cx, const char *url, struct db **out)
{
    int done;
    CHECK(db_open(cx, url, DB_WRITER, out) == OK);
    cx->db = *out;
    return db_migrate(cx, &done);
}

TEST_POSTGRES(an_owner_without_other_rights_stands_behind_the_wall_as_well)
{
    struct db *before, *db;
    practice_begin(cx);
    before = cx->db;
    const char *url = as_plain(cx, "CREATEROLE");
    CHECK(migrate_as(cx, url, &db) == OK);
    CHECK(db_begin(cx, true) == OK);
    CHECK(
        db_exec(cx, SQL_GLOBAL("INSERT INTO practices (id, slug, name, time_zone, created_at)"
                               " VALUES ('north', 'north', 'N', 'UTC', 1), ('south', 'south', 'S',"
                               " 'UTC', 1)"))
        == OK);
    CHECK(db_commit(cx) == OK);
    struct table t;
    cx->actor = (struct actor){ .practice = id_of("north") };
    CHECK(db_begin(cx, false) == OK);
    CHECK(db_select(cx, &t, SQL("SELECT id FROM practices WHERE $1 = $1")) == OK && t.rows == 1);
    db_rollback(cx);
    CHECK_TEXT(said(cx, "SET ROLE NONE; SELECT count(*) FROM practices"), "0"); /* forced */
    /* What was planned for the role that sees all is planned anew for whoever is a member of it. */
    const char *above = arena_print(
        cx->mem, "SET ROLE \"%s\"; PREPARE seen AS SELECT count(*) FROM practices; EXECUTE seen",
        connection(cx)->above);
    CHECK_TEXT(said(cx, above), "2");
    CHECK_TEXT(said(cx, "SET ROLE NONE; EXECUTE seen"), "0");
    CHECK_TEXT(
        said(cx, arena_print(cx->mem, "SET ROLE \"%s\"; EXECUTE seen", connection(cx)->node)), "0");
    db_close(db);
    cx->db = before;
}

TEST_POSTGRES(roles_are_made_by_the_owner_or_given_to_it)
{
    struct db *before, *db;
    practice_begin(cx);
    before = cx->db;
    const char *url = as_plain(cx, "");
    CHECK(migrate_as(cx, url, &db) == BROKEN);
    CHECK_TEXT(cx->reason, "setup");
    CHECK(strstr(cx->message, "has no roles") && strstr(cx->message, connection(cx)->above));
    if (failures) printf("  %s\n", cx->message);
    const char *give = arena_print(
        cx->mem,
        "DO $$ BEGIN CREATE ROLE \"%s\"; EXCEPTION WHEN duplicate_object THEN END $$;"
        "DO $$ BEGIN CREATE ROLE \"%s\"; EXCEPTION WHEN duplicate_object THEN END $$;"
        "GRANT \"%s\", \"%s\" TO plain",
        connection(cx)->node, connection(cx)->above, connection(cx)->node, connection(cx)->above);
    db_close(db);
    cx->db = before;
    CHECK(db_script(cx, give) == OK);
    CHECK(migrate_as(cx, url, &db) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM users"), 0);
    CHECK_TEXT(said(cx, "SELECT current_user"), connection(cx)->node);
    db_close(db);
    cx->db = before;
}
