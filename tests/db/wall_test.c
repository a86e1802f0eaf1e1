/* wall_test.c - a statement that forgets the practice sees and changes nothing of another.
 *
 * EVERY_TABLE has a line for every table of a practice: the column that names
 * it, and what else a row needs ($2 is the practice).  A table that stands
 * neither here nor in db/above.def fails the first test. */
#include "tests/support/engine.h"
#include "tests/support/practice.h"

/* A row comes after those it points to. */
#define EVERY_TABLE(T)                                                                           \
    T(practices, "id", "slug, name, time_zone, created_at", "CAST($2 AS TEXT), 'X', 'UTC', 1")   \
    T(users, "practice_id",                                                                      \
      "id, person_id, email, last_name, sort_key, find_key, role_type, level, created_at",       \
      "'new', 'p-new', 'n', 'X', 'x', 'x', 'administrator', 'office', 1")                        \
    T(locations, "practice_id", "id, name, time_zone, created_at", "'new', 'New', 'UTC', 1")     \
    T(assignments, "practice_id", "user_id, location_id", "'new', 'new'")                        \
    T(invitations, "practice_id",                                                                \
      "id, email, email_key, last_name, find_key, role_type, level, inviter_id, inviter_name,"   \
      " created_at, sent_at, expires_at",                                                        \
      "'new', 'x', 'x', 'x', 'x', 'administrator', 'office', 'new', 'x', 1, 1, 1")               \
    T(links, "practice_id", "token_hash, purpose, created_at, expires_at",                       \
      "CAST($2 AS TEXT), 'invitation', 1, 1")                                                    \
    T(jobs, "practice_id", "id, kind, about, attempts_left, run_at, created_at",                 \
      "'new', 'x', 'x', 1, 1, 1")                                                                \
    T(audit, "practice_id",                                                                      \
      "seq, at, kind, actor_id, actor_name, about_id, about_name, changes, note, via, address,"  \
      " agent, before_hash, hash",                                                               \
      "1000, 1, 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x'")                     \
    T(audit_heads, "practice_id", "seq, hash", "1, 'x'")                                         \
    T(checklist, "practice_id", "user_id, line, settled_at, settled_by, settled_name",             \
      "'new', 'x', 1, 'x', 'X'")                                                                  \
    T(closings, "practice_id", "location_id, line, settled_at, settled_by, settled_name",          \
      "'new', 'x', 1, 'x', 'X'")                                                                  \
    T(planned_changes, "practice_id",                                                              \
      "user_id, kind, due_at, tell, planned_at, planned_by, planned_name",                         \
      "'new', 'activate', 1, 0, 1, 'new', 'X'")                                                      \
    T(deputies, "practice_id",                                                                     \
      "user_id, days, named_at, named_by, named_name, quiet_since, due_at, look_at",               \
      "'new', 14, 1, 'new', 'X', 1, 1, 1")                                                         \
    T(letters_last, "practice_id", "receiver, letter, job_id, at", "'new', 'x', 'x', 1")         \
    T(kept_drafts, "practice_id", "user_id, name, fields, kept_at", "'new', 'x', 'x', 1")        \
    T(patients, "practice_id", "id, number, pseudonym, last_name, names, created_at",            \
      "'new', 1000, 1000, 'x', 'x', 1")                                                          \
    T(patient_words, "practice_id", "word, names, patient_id", "'x', 'x', 'new'")                \
    T(patient_practitioners, "practice_id", "patient_id, user_id, main, names, since",           \
      "'new', 'new', 1, 'x', 1")                                                                 \
    T(patient_locations, "practice_id", "patient_id, location_id, names", "'new', 'new', 'x'")   \
    T(patient_grants, "practice_id", "user_id, patient_id, reach, since, by_name",               \
      "'new', 'new', 1, 1, 'x'")                                                                 \
    T(notes, "practice_id",                                                                      \
      "id, patient_id, author_id, author_name, text, private, state, created_at, changed_at",    \
      "'new', 'new', 'new', 'x', 'x', 0, 'draft', 1, 1")                                         \
    T(note_editions, "practice_id", "note_id, edition, title, text, reason, at, by_id, by_name", \
      "'new', 1000, 'x', 'x', 'x', 1, 'new', 'x'")                                               \
    T(attachments, "practice_id", "id, note_id, name, type, size, hash, edition, at, by_id, by_name", \
      "'new', 'new', 'x', 'x', 1, 'x', 1, 1, 'new', 'x'")                                       \
    T(attachment_pieces, "practice_id", "attachment_id, piece, bytes", "'new', 1000, (SELECT p.bytes FROM attachment_pieces p ORDER BY 1 LIMIT 1)")  \
    T(attachment_sizes, "practice_id", "bytes", "1")                                             \
    T(looks, "practice_id",                                                                      \
      "id, at, user_id, user_name, opened, route, reference, address, agent",                    \
      "'new', 1, 'new', 'x', 1, 'x', 'x', 'x', 'x'")                                             \
    T(looked_at, "practice_id", "patient_id, look_id, how", "'new', 'new', 'opened'")            \
    T(looks_listed, "practice_id", "look_id, how, patients", "'new', 'listed', ' new '")         \
    T(appointment_types, "practice_id", "id, name, minutes, fee_cents", "'new', 'x', 30, 0")     \
    T(working_hours, "practice_id", "location_id, user_id, weekday, from_minute, to_minute",     \
      "'new', 'new', 1, 1, 2")                                                                   \
    T(rooms, "practice_id", "id, location_id, name, position", "'new', 'new', 'x', 1")           \
    T(appointments, "practice_id",                                                               \
      "id, location_id, user_id, room_id, patient_id, type_id, starts_at, ends_at, created_at",  \
      "'new', 'new', 'new', 'new', 'new', 'new', 1, 2, 1")                                       \
    T(invoicing, "practice_id", "last_number", "1")                                              \
    T(provider_numbers, "practice_id", "user_id, location_id, number", "'new', 'new', 'x'")      \
    T(invoices, "practice_id", "id, patient_id, user_id, location_id, created_at",               \
      "'new', 'new', 'new', 'new', 1")                                                           \
    T(invoice_lines, "practice_id",                                                              \
      "invoice_id, line, appointment_id, description, quantity, price_cents, tax_rate,"          \
      " net_cents, tax_cents",                                                                   \
      "'new', 1, 'new', 'x', 1, 1, 0, 1, 0")                                                     \
    T(invoice_entries, "practice_id",                                                            \
      "id, invoice_id, kind, cents, way, on_day, at, by_id, by_name",                            \
      "'new', 'new', 'payment', 1, 'card', 'x', 1, 'new', 'x'")                                  \
    T(invoice_sendings, "practice_id",                                                           \
      "id, invoice_id, address, state, at, by_id, by_name, expires_at",                          \
      "'new', 'new', 'x', 'sent', 1, 'new', 'x', 2")                                             \
    T(invoice_links, "practice_id", "token_hash, sending_id", "CAST($2 AS TEXT), 'new'")                    \
    T(booking_profiles, "practice_id", "user_id, location_id, id, visible, books, lead_hours",   \
      "'new', 'new', 'new', 'public', 'all', 1")                                                 \
    T(booking_types, "practice_id", "user_id, location_id, type_id", "'new', 'new', 'new'")      \
    T(bookings, "practice_id",                                                                   \
      "id, user_id, location_id, type_id, starts_at, ends_at, state, visitor_hash, patient_id,"  \
      " appointment_id, held_at, expires_at",                                                    \
      "'new', 'new', 'new', 'new', 1, 2, 'held', 'x', 'new', 'new', 1, 2")                       \
    T(waiters, "practice_id",                                                                    \
      "id, user_id, location_id, type_id, state, name, email, email_key, phone, parts,"          \
      " joined_at, until_at, expires_at",                                                        \
      "'new', 'new', 'new', 'new', 'waiting', 'x', 'x', 'x', '', 7, 1, 2, 2")                    \
    T(waiter_links, "practice_id", "token_hash, waiter_id", "CAST($2 AS TEXT), 'new'")           \
    T(booking_links, "practice_id", "token_hash, booking_id", "CAST($2 AS TEXT), 'new'")         \
    T(views, "practice_id", "id, session_id, user_id, as_user_id, reason, since, ends_at",       \
      "'new', 'x', 'new', 'new', 'x', 1, 2")                                                     \
    T(access_reviews, "practice_id", "id, state, begun_at, begun_by, begun_name",                \
      "'new', 'signed', 1, 'new', 'x'")                                                          \
    T(access_review_lines, "practice_id",                                                        \
      "review_id, user_id, name, had, has, seen_at, decision, decided_at, decided_by,"           \
      " decided_name",                                                                           \
      "'new', 'new', 'x', 'x', 'x', 1, 'keep', 1, 'new', 'x'")                                   \
    T(access_review_plans, "practice_id", "months, due_at", "7, 1")                              \
    T(user_papers, "practice_id", "user_id, kind, ends_on, noted_at, noted_by, noted_name",       \
      "'new', 'registration', '2099-12-31', 1, 'new', 'x'")                                      \
    T(user_devices, "practice_id", "id, session_id, user_id, address, since, seen_at",           \
      "'new', 'new', 'new', 'x', 1, 1")                                                          \
    T(lost_steps, "practice_id", "id, user_id, reason, asked_by, asked_name, asked_at, ends_at", \
      "'new', 'new', 'x', 'u-olga', 'x', 1, 2")                                                  \
    T(emergencies, "practice_id", "id, user_id, patient_id, reason, since, ends_at",             \
      "'new', 'new', 'new', 'x', 1, 2")                                                          \
    T(access_requests, "practice_id",                                                            \
      "id, user_id, patient_id, reach, reason, asked_at, ends_at",                               \
      "'new', 'new', 'new', 1, 'x', 1, 2")                                                       \
    T(api_keys, "practice_id",                                                                   \
      "id, user_id, name, token_hash, tail, scopes, made_at, expires_at",                        \
      "'new', 'new', 'x', CAST($2 AS TEXT), 'x', 'x', 1, 2")                                     \
    T(api_answers, "practice_id", "key_id, once, request_hash, status, body, at",                \
      "'new', CAST($2 AS TEXT), 'x', 201, '', 1")                                                \
    T(calendar_feeds, "practice_id", "user_id, token_hash, names, made_at", "'new', 'x', 0, 1")  \
    T(webhooks, "practice_id", "id, user_id, url, sealed, events, made_at",                        \
      "'new', 'new', 'x', 'x', 'x', 1")                                                           \
    T(sign_in_providers, "practice_id",                                                            \
      "id, name, issuer, client, sealed, algorithm, authorize_url, token_url, keys_url,"           \
      " says_issuer, by_post, keys, keys_at, changed_at",                                          \
      "'new', 'x', 'x', 'x', 'x', 'RS256', 'x', 'x', 'x', 0, 0, 'x', 1, 1")                         \
    T(sign_in_identities, "practice_id", "id, issuer, subject, user_id, linked_at",                \
      "'new', 'x', 'new', 'new', 1")                                                               \
    T(webhook_messages, "practice_id", "id, webhook_id, kind, body, at, waiting_since",           \
      "'new', 'new', 'x', 'x', 1, 1")                                                              \
    T(reminder_settings, "practice_id", "id, user_id, email_on, email_n, email_unit",            \
      "'new', 'new', 1, 1, 'days'")                                                              \
    T(reminders, "practice_id", "id, appointment_id, channel, starts_at, state, at",             \
      "'new', 'new', 'email', 1, 'waiting', 1")                                                  \
    T(credit_accounts, "practice_id", "id, user_id", "'new', 'new'")                             \
    T(credit_moves, "practice_id",                                                               \
      "id, kind, once, credits, from_id, from_n, from_balance, to_id, to_n, to_balance, at,"     \
      " by_id, by_name",                                                                         \
      "'new', 'used', 'new', 1, 'new', 1, 1, 'group', 9, 9, 1, 'x', 'x'")                        \
    T(credit_settings, "practice_id",                                                            \
      "id, user_id, auto_below, auto_buy, auto_most, provider",                                  \
      "'new', 'new', 1, 1, 1, 'bank'")                                                           \
    T(credit_orders, "practice_id",                                                              \
      "id, account_id, credits, cents, currency, provider, reference, asked_at, asked_by,"       \
      " asked_name",                                                                             \
      "'new', 'new', 1, 1, 'AUD', 'bank', 'x', 1, 'x', 'x'")                                     \
    T(imports, "practice_id",                                                                    \
      "id, user_id, kind, state, encoding, rows_n, columns, fields, created_at, touched_at",     \
      "'new', 'new', 'users', 'matching', 0, 1, 'x', 'x', 1, 1")                                 \
    T(import_rows, "practice_id", "import_id, part, numbers, cells, verdicts",                   \
      "'new', 0, '2', 'x', '?'")                                                                 \
    T(import_marks, "practice_id", "import_id, mark", "'new', 'x'")                              \
    T(import_keys, "practice_id", "key, names, born, patient_id", "'new', 'x', 'x', 'new'")      \
    T(handovers, "practice_id",                                                                  \
      "id, user_id, by_id, by_name, state, rows_n, created_at, touched_at",                      \
      "'new', 'new', 'new', 'x', 'choosing', 1, 1, 1")                                           \
    T(handover_rows, "practice_id",                                                              \
      "handover_id, position, appointment_id, location_id, starts_at, ends_at",                  \
      "'new', 0, 'x', 'new', 1, 2")      \
    T(export_permits, "practice_id", "user_id, until, by_name", "'new', 1, 'x'")      \
    T(exports, "practice_id", "id, user_id, state, created_at, touched_at", "'new', 'new', 'ended', 1, 1")      \
    T(export_items, "practice_id", "export_id, position, kind, record_id", "'new', 9, 'note', 'x'")      \
    T(export_counts, "practice_id", "export_id, what, why, n", "'new', 'x', '', 1")      \
    T(export_files, "practice_id", "export_id, file, name, size, crc, sum", "'new', 9, 'x', 1, 1, (SELECT p.bytes FROM attachment_pieces p ORDER BY 1 LIMIT 1)")      \
    T(export_pieces, "practice_id", "export_id, file, begins_at, bytes", "'new', 9, 0, (SELECT p.bytes FROM attachment_pieces p ORDER BY 1 LIMIT 1)")

/* Each forgets the practice; `above` is the same text above the wall, to show
 * that it is the wall that makes the difference. */
struct trial {
    const char *table;
    const struct sql *others, *own;
    struct {
        const struct sql *in, *above;
    } look, touch, take, give, insert, remove;
};
#define BOTH(text)                  \
    {                               \
        SQL(text), SQL_GLOBAL(text) \
    }
#define TRIAL(t, key, columns, values)                                                  \
    { #t,                                                                               \
      SQL_GLOBAL("SELECT * FROM " #t " WHERE " key " <> 'north' ORDER BY 1, 2"),        \
      SQL_GLOBAL("SELECT count(*) AS n FROM " #t " WHERE " key " = 'north'"),           \
      BOTH("SELECT " key " AS practice FROM " #t " WHERE $1 = $1"),                     \
      BOTH("UPDATE " #t " SET " key " = " key " WHERE $1 = $1"),                        \
      BOTH("UPDATE " #t " SET " key " = $1 WHERE " key " = $2 AND $1 = $1"),            \
      BOTH("UPDATE " #t " SET " key " = $2 WHERE " key " = $1"),                        \
      BOTH("INSERT INTO " #t " (" key ", " columns ") SELECT CAST($2 AS TEXT), " values \
           " WHERE $1 = $1"),                                                           \
      BOTH("DELETE FROM " #t " WHERE $1 = $1") },

static enum status run(struct cx *cx, const struct sql *sql, const char *other, int64_t *changed)
{
    struct value values[2];
    size_t n = 0;
    if (sql->global) values[n++] = value_text("north"); /* the layer binds it to the others */
    if (strstr(sql->text, "$2")) values[n++] = value_text(other);
    return db_run_changed(cx, changed, sql, values, n);
}

static const char *dump(struct cx *cx, const struct sql *sql)
{
    struct table t;
    char *all;
    size_t size;
    FILE *out = open_memstream(&all, &size);
    CHECK(db_run(cx, &t, sql, NULL, 0) == OK);
    for (size_t i = 0; i < t.rows * t.columns; i++)
        fprintf(out, "%s %lld%s", t.cells[i].text ? t.cells[i].text : "-",
                (long long)t.cells[i].number, (i + 1) % t.columns ? "|" : "\n");
    fclose(out);
    char *copy = arena_copy(cx->mem, all, size);
    free(all);
    return copy;
}

/* Runs it in a transaction of its own that leaves nothing, and compares what others have. */
static void harmless(struct cx *cx, const struct trial *t, const struct sql *sql)
{
    int64_t changed = 0, own = table_number(&(struct table){ 0 });
    const char *before = dump(cx, t->others);
    act_as(cx, "north", "olga");
    own = count(cx, t->own);
    enum status status = run(cx, sql, "south", &changed);
    if (status == OK) {
        CHECK_TEXT(dump(cx, t->others), before);
        CHECK(changed <= own);
    }
    if (failures) printf("  %s\n", sql->text);
    db_rollback(cx);
    CHECK_TEXT(dump(cx, t->others), before);
}

/* A row in north and one elsewhere for each; nobody in north can make the latter. */
static void fill(struct cx *cx, const struct trial *t)
{
    bool groups = strcmp(t->table, "practices") == 0;
    const char *other = groups ? "east" : "south";
    int64_t changed;
    act_as(cx, "north", "olga");
    CHECK(run(cx, t->insert.in, other, &changed) != OK);
    db_rollback(cx);
    act_as(cx, "north", "olga");
    CHECK(run(cx, t->insert.above, other, &changed) == OK);
    CHECK(groups || run(cx, t->insert.in, "north", &changed) == OK);
    if (failures) printf("  %s: %s\n", t->table, cx->message ? cx->message : "");
    CHECK(act_end(cx, OK) == OK);
}

static void sees_only_its_own(struct cx *cx, const struct trial *t)
{
    struct table in, above;
    act_as(cx, "north", "olga");
    CHECK(db_run(cx, &in, t->look.in, NULL, 0) == OK);
    CHECK(db_run(cx, &above, t->look.above, (struct value[]){ value_text("north") }, 1) == OK);
    CHECK(in.rows > 0 && above.rows > in.rows);
    for (size_t i = 0; i < in.rows; i++) CHECK_TEXT(cell_text(&in, i, "practice"), "north");
    db_rollback(cx);
}

/* All of them one after the other, those that point to others first. */
static void removes_only_its_own(struct cx *cx, const struct trial *trials, size_t n)
{
    int64_t changed;
    for (size_t i = n; i-- > 0;) harmless(cx, &trials[i], trials[i].remove.in);
    act_as(cx, "north", "olga");
    for (size_t i = n; i-- > 0;) {
        int64_t own = count(cx, trials[i].own);
        CHECK(run(cx, trials[i].remove.above, NULL, &changed) == OK && changed > own);
    }
    db_rollback(cx);
}

TEST(a_statement_that_forgets_the_practice_reaches_no_other)
{
    const struct trial trials[] = { EVERY_TABLE(TRIAL) };
    enum { N = sizeof trials / sizeof *trials };
    int64_t changed;
    practice_begin(cx);
    take_invoices_away(cx);
    must_run(cx, "DELETE FROM attachment_sizes; DELETE FROM deputies;"
                 " DELETE FROM access_review_plans; DELETE FROM sign_in_providers");
    invoices_unguarded(cx, true);
    CHECK(db_script(cx, "INSERT INTO people (id, email, email_key, first_name, last_name,"
                        " created_at) VALUES ('p-new', 'n', 'n', 'N', 'New', 1)")
          == OK);
    for (size_t i = 0; i < N && !failures; i++) fill(cx, &trials[i]);
    for (size_t i = 0; i < N && !failures; i++) {
        const struct trial *t = &trials[i];
        sees_only_its_own(cx, t);
        harmless(cx, t, t->touch.in);
        harmless(cx, t, t->take.in);
        harmless(cx, t, t->give.in);
        act_as(cx, "north", "olga");
        CHECK(run(cx, t->touch.above, NULL, &changed) == OK && changed > count(cx, t->own));
        db_rollback(cx);
    }
    if (!failures) removes_only_its_own(cx, trials, N);
    invoices_unguarded(cx, false);
}

#define NAME(t, key, columns, values) #t,
#define ABOVE(t, why) #t,
static bool accounted_for(const char *table)
{
    static const char *const all[] = { EVERY_TABLE(NAME)
#include "db/above.def"
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i], table) == 0) return true;
    return false;
}
#undef ABOVE

TEST(every_table_stands_behind_the_wall_or_in_the_list_above_it)
{
    struct table t;
    practice_begin(cx);
    const struct sql *tables =
        engine_is_postgres()
            ? SQL_GLOBAL("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
            : SQL_GLOBAL("SELECT name FROM sqlite_master WHERE type = 'table'"
                         " AND name NOT LIKE 'sqlite_%'");
    CHECK(db_run(cx, &t, tables, NULL, 0) == OK);
    CHECK(t.rows > 10);
    for (size_t i = 0; i < t.rows; i++) {
        CHECK(accounted_for(cell_text(&t, i, "name")));
        if (!accounted_for(cell_text(&t, i, "name"))) printf("  %s\n", cell_text(&t, i, "name"));
    }
    CHECK(!accounted_for("unheard_of"));
}

/* --- ways around ------------------------------------------------------------------ */

static int64_t names(struct cx *cx, const struct sql *sql, enum status expected)
{
    struct table t = { 0 };
    act_as(cx, "north", "olga");
    enum status status = db_run(cx, &t, sql, NULL, 0);
    CHECK(status == expected);
    if (status != expected) printf("  %s: %s\n", sql->text, cx->message ? cx->message : "");
    db_rollback(cx);
    return table_number(&t);
}
#define SEES(text) names(cx, SQL(text), OK)

TEST(no_way_of_asking_leads_around_the_wall)
{
    practice_begin(cx);
    CHECK_INT(SEES("SELECT count(*) FROM users WHERE $1 = $1"), 6);
    CHECK_INT(SEES("SELECT count(*) FROM users u JOIN users o ON o.practice_id <> $1"), 0);
    CHECK_INT(SEES("SELECT count(*) FROM people p LEFT JOIN users u ON u.person_id = p.id"
                   " WHERE u.practice_id <> $1"),
              0);
    CHECK_INT(SEES("SELECT count(*) FROM (SELECT id FROM users UNION ALL SELECT id FROM users)"
                   " AS both_lists WHERE $1 = $1"),
              12);
    CHECK_INT(SEES("WITH all_users AS (SELECT * FROM users) SELECT count(*) FROM all_users"
                   " WHERE practice_id <> $1"),
              0);
    CHECK_INT(SEES("SELECT EXISTS (SELECT 1 FROM users WHERE last_name = 'Zander' AND $1 = $1)"),
              0);
    CHECK_INT(
        SEES(
            "SELECT max(n) FROM (SELECT count(*) OVER () AS n FROM users) AS counted WHERE $1 = $1"),
        6);
    CHECK_INT(SEES("SELECT count(*) FROM practices WHERE id <> $1"), 0);
    CHECK_INT(SEES("UPDATE users SET title = (SELECT coalesce(max(name), 'none') FROM locations"
                   "  WHERE practice_id <> $1) WHERE id = 'u-ben' RETURNING title = 'none'"),
              1);
    CHECK_INT(SEES("INSERT INTO locations (practice_id, id, name, time_zone, created_at)"
                   " SELECT $1, 'x' || id, id, 'UTC', 1 FROM locations RETURNING (SELECT count(*)"
                   "  FROM locations)")
                  <= 4,
              1);
    CHECK_INT(SEES("SELECT count(*) FROM /* here */ users WHERE $1 = $1 /*'*/"), 6);
}

TEST(the_practice_lasts_for_one_statement)
{
    struct table t;
    practice_begin(cx);
    const struct sql *users = SQL("SELECT count(*) AS n FROM users WHERE $1 = $1");
    for (int i = 0; i < 3; i++) {
        act_as(cx, "south", "zoe");
        CHECK(db_run(cx, &t, users, NULL, 0) == OK && table_number(&t) == 2);
        CHECK(act_end(cx, OK) == OK);
        act_as(cx, "north", "olga");
        CHECK(db_run(cx, &t, users, NULL, 0) == OK && table_number(&t) == 6);
        CHECK(act_end(cx, i % 2 ? OK : CONFLICT) == (i % 2 ? OK : CONFLICT));
    }
    cx->actor.practice = (struct id){ "" };
    CHECK(db_begin(cx, true) == OK);
    CHECK(db_run(cx, &t, users, NULL, 0) == BROKEN);
    db_rollback(cx);
}
