/* group_export_test.c - all records of a practice group: two people's doing. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/folder.h"
#include "app/exports/tables.h"
#include "tests/support/engine.h"
#include "tests/support/practice.h"

#include "work/queue.h"

static const char EXPORT[] = "/g/north/settings/export";

#define STATE(state) \
    COUNT("SELECT count(*) FROM exports WHERE scope = 'practice' AND state = '" state "'")
#define AUDITED(kind) COUNT("SELECT count(*) FROM audit WHERE kind = '" kind "'")

static struct page ask(struct cx *cx, const char *who, const char *reason)
{
    return post(cx, who, EXPORT, "reason", reason, NULL);
}

static struct page go(struct cx *cx, const char *who, const char *what)
{
    return post(cx, who, arena_print(cx->mem, "%s/%s", EXPORT, what), NULL);
}

static const char *link_of(struct cx *cx, const char *who)
{
    struct page page = go(cx, who, "link");
    const char *at = strstr(page.body, "name=\"link\" value=\"");
    return at ? arena_copy(cx->mem, at + strlen("name=\"link\" value=\""), 43) : "";
}

static struct page take(struct cx *cx, const char *who, const char *link)
{
    return post(cx, who, arena_print(cx->mem, "%s/archive", EXPORT), "link", link, NULL);
}

/* Asked for by freya, agreed to by olga, and collected. */
static void prepare(struct cx *cx)
{
    struct outbox box;
    practice_begin(cx);
    CHECK_INT(ask(cx, "freya", "We move to another program").status, 303);
    CHECK_INT(go(cx, "olga", "approval").status, 303);
    work_all(cx, &box);
    CHECK_INT(STATE("ready"), 1);
}

static const char *text_of(struct cx *cx, const char *command)
{
    enum { MOST = 1 << 20 };
    char *text = arena_alloc(cx->mem, MOST);
    FILE *in = popen(command, "r");
    if (!in) abort();
    text[fread(text, 1, MOST - 1, in)] = '\0';
    CHECK_INT(pclose(in), 0);
    return text;
}

/* Its file of this name, by unzip. */
static const char *inside(struct cx *cx, struct page archive, const char *name)
{
    const char *folder = folder_new(cx), *file = arena_print(cx->mem, "%s/it.zip", folder);
    FILE *out = fopen(file, "wb");
    if (!out || fwrite(archive.body, 1, archive.length, out) != archive.length) abort();
    if (fclose(out) != 0) abort();
    const char *text = text_of(cx, arena_print(cx->mem, "unzip -p '%s' '%s'", file, name));
    folder_remove(folder);
    return text;
}

TEST(one_asks_another_agrees_and_only_who_asked_takes_it_once)
{
    struct outbox box;
    practice_begin(cx);
    CHECK_INT(ask(cx, "freya", "").status, 422);
    CHECK_INT(ask(cx, "freya", "We move to another program").status, 303);
    CHECK(has_text(get(cx, "freya", EXPORT), "Waiting for a second person"));
    CHECK_INT(go(cx, "freya", "approval").status, 409); /* that is the same person */
    CHECK_INT(STATE("asked"), 1);
    work_all(cx, &box);
    CHECK_INT((int)box.n, 1);
    CHECK(strstr(box.at[0].to, "olga") && strstr(box.at[0].text, "We move"));
    CHECK_INT(ask(cx, "olga", "Me too").status, 409); /* one at a time */
    CHECK(has_text(get(cx, "olga", EXPORT), "We move to another program"));
    CHECK_INT(go(cx, "olga", "approval").status, 303);
    CHECK_INT(go(cx, "olga", "approval").status, 409);
    CHECK_INT(AUDITED("export.group_agreed"), 1);
    work_all(cx, &box);
    CHECK_INT((int)box.n, 1);
    CHECK(strstr(box.at[0].to, "freya") && strstr(box.at[0].subject, "is ready"));
    CHECK_INT(go(cx, "olga", "link").status, 409); /* she did not ask */
    const char *link = link_of(cx, "freya");
    CHECK_INT(take(cx, "olga", link).status, 404);
    CHECK_INT(take(cx, "freya", link).status, 200);
    CHECK_INT(take(cx, "freya", link).status, 404);
    CHECK_INT(AUDITED("export.group_downloaded"), 1);
    work_all(cx, &box);
    CHECK_INT((int)box.n, 1);
    CHECK(strstr(box.at[0].to, "olga") && strstr(box.at[0].subject, "exported all records"));
    cx->now += HOURS(2);
    work_all(cx, &box);
    CHECK_INT(COUNT("SELECT count(*) FROM export_pieces WHERE practice_id = 'north' AND export_id"
                    " <> 'x-kavya'"),
              0);
    CHECK_INT(STATE("ended"), 1);
}

TEST(it_holds_every_record_of_the_group_but_private_notes_of_others)
{
    practice_begin(cx);
    must_run(cx, "INSERT INTO notes (practice_id, id, patient_id, author_id, author_name, text,"
                 " private, state, created_at, changed_at) VALUES ('north', 'n-secret', 'q-bert',"
                 " 'u-ben', 'Ben', 'For Ben alone.', 1, 'draft', 1, 1)");
    struct outbox box;
    CHECK_INT(ask(cx, "freya", "We move").status, 303);
    CHECK_INT(go(cx, "olga", "approval").status, 303);
    work_all(cx, &box);
    struct page archive = take(cx, "freya", link_of(cx, "freya"));
    CHECK_INT(archive.status, 200);
    const char *patients = inside(cx, archive, "patients.csv"),
               *notes = inside(cx, archive, "notes.csv"),
               *appointments = inside(cx, archive, "appointments.csv"),
               *invoices = inside(cx, archive, "invoices.csv"),
               *fhir = inside(cx, archive, "fhir/bundle.json"),
               *manifest = inside(cx, archive, "manifest.json");
    CHECK(strstr(patients, "1001,") && strstr(patients, "1002,") && strstr(patients, "1003,")
          && strstr(patients, "1004,"));
    CHECK(strstr(notes, "Bert sleeps better.") && strstr(notes, "Anna walks"));
    CHECK(!strstr(notes, "For Ben alone.") && !strstr(fhir, "Rm9yIEJlbiBhbG9uZS4"));
    CHECK(strstr(manifest, "\"what\":\"notes\",\"why\":\"private\",\"count\":1"));
    CHECK(strstr(appointments, "a-anna") && strstr(appointments, "a-bert"));
    CHECK(strstr(invoices, "v-anna") && strstr(invoices, "v-bert") && strstr(invoices, "v-cleo"));
    CHECK(strstr(inside(cx, archive, "attachments.csv"), "Gait of <b>Anna.txt"));
    CHECK(strstr(fhir, "\"family\":\"<b>Brandt\"") && strstr(fhir, "\"family\":\"Wei\""));
    CHECK(!strstr(patients, "Quokka") && !strstr(fhir, "Quokka") && !strstr(notes, "quokka"));
    CHECK(!strstr(manifest, "\"what\":\"others\""));
    static const char *const whom[] = { "anna", "bert", "cleo", "dora" };
    for (int i = 0; i < 4; i++)
        CHECK(has_text(get(cx, "olga", arena_print(cx->mem, "/g/north/patients/q-%s", whom[i])),
                       "took it along in "));
}

/* --- every table --------------------------------------------------------------------------- */

static const struct practice_table *table_called(const char *name)
{
    for (size_t i = 0; i < practice_tables_n; i++)
        if (strcmp(practice_tables[i].name, name) == 0) return &practice_tables[i];
    return NULL;
}

static bool word_in(const char *all, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = all; (at = strstr(at, word)); at += n)
        if ((at == all || strchr(", ", at[-1])) && (!at[n] || strchr(", ", at[n]))) return true;
    return false;
}

static enum status columns_of(struct cx *cx, struct table *out)
{
    return engine_is_postgres()
               ? db_select(cx, out,
                           SQL_GLOBAL("SELECT c.table_name AS tab, c.column_name AS col FROM"
                                      " information_schema.columns c WHERE c.table_schema ="
                                      " 'public' AND EXISTS (SELECT 1 FROM"
                                      "  information_schema.columns p WHERE p.table_schema ="
                                      "  'public' AND p.table_name = c.table_name AND"
                                      "  p.column_name = 'practice_id' OR c.table_name ="
                                      "  'practices')"))
               : db_select(cx, out,
                           SQL_GLOBAL("SELECT m.name AS tab, c.name AS col FROM sqlite_master m"
                                      " JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND"
                                      " (m.name = 'practices' OR EXISTS (SELECT 1 FROM"
                                      "  pragma_table_info(m.name) p WHERE p.name ="
                                      "  'practice_id'))"));
}

TEST(every_table_and_column_of_a_practice_is_in_it_or_stands_on_the_list_with_a_reason)
{
    struct table t;
    practice_begin(cx);
    CHECK(db_begin(cx, false) == OK && columns_of(cx, &t) == OK && db_commit(cx) == OK);
    CHECK(t.rows > 400);
    for (size_t i = 0; i < t.rows; i++) {
        const char *table = cell_text(&t, i, "tab"), *column = cell_text(&t, i, "col");
        const struct practice_table *p = table_called(table);
        if (!p) CHECK_TEXT("(not in tables.def)", table);
        if (!p || !p->columns || strcmp(column, "practice_id") == 0) continue;
        if (!word_in(p->columns, column) && !word_in(p->but, column))
            CHECK_TEXT(arena_print(cx->mem, "%s: neither exported nor left out", table), column);
    }
    for (size_t i = 0; i < practice_tables_n; i++) {
        bool there = false;
        for (size_t r = 0; r < t.rows; r++)
            there = there || strcmp(cell_text(&t, r, "tab"), practice_tables[i].name) == 0;
        if (!there) CHECK_TEXT("(no such table)", practice_tables[i].name);
    }
}

/* Rows of a file without its head. */
static int64_t lines_in(const char *text)
{
    int64_t n = -1;
    for (; (text = strstr(text, "\r\n")); text += 2) n++;
    return n;
}

TEST(it_holds_the_tables_of_the_group_as_they_are_and_none_of_anothers)
{
    struct outbox box;
    practice_begin(cx);
    CHECK_INT(ask(cx, "freya", "We move").status, 303);
    CHECK_INT(go(cx, "olga", "approval").status, 303);
    work_all(cx, &box);
    struct page archive = take(cx, "freya", link_of(cx, "freya"));
    const struct {
        const char *name;
        int64_t n;
    } counted[] = {
        { "users", COUNT("SELECT count(*) FROM users WHERE practice_id = 'north'") },
        { "rooms", COUNT("SELECT count(*) FROM rooms WHERE practice_id = 'north'") },
        { "waiters", COUNT("SELECT count(*) FROM waiters WHERE practice_id = 'north'") },
        { "bookings", COUNT("SELECT count(*) FROM bookings WHERE practice_id = 'north'") },
        { "reminders", COUNT("SELECT count(*) FROM reminders WHERE practice_id = 'north'") },
        { "credit_moves", COUNT("SELECT count(*) FROM credit_moves WHERE practice_id = 'north'") },
        { "handovers", COUNT("SELECT count(*) FROM handovers WHERE practice_id = 'north'") },
        { "invoice_lines",
          COUNT("SELECT count(*) FROM invoice_lines WHERE practice_id = 'north'") },
        { "working_hours",
          COUNT("SELECT count(*) FROM working_hours WHERE practice_id = 'north'") },
        { "patient_practitioners",
          COUNT("SELECT count(*) FROM patient_practitioners WHERE practice_id = 'north'") },
    };
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        const char *text =
            inside(cx, archive, arena_print(cx->mem, "tables/%s.csv", counted[i].name));
        int64_t n = counted[i].n;
        if (lines_in(text) != n) printf("  %s\n", counted[i].name);
        CHECK(n > 0 || strcmp(counted[i].name, "reminders") == 0);
        CHECK_INT(lines_in(text), n);
        CHECK(!strstr(text, "uokka") && !strstr(text, "south"));
    }
    const char *users = inside(cx, archive, "tables/users.csv"),
               *manifest = inside(cx, archive, "manifest.json"),
               *index = inside(cx, archive, "index.html");
    CHECK(strstr(users, "u-ben,ben@north.example") && strstr(users, "id,email,title"));
    CHECK(strstr(inside(cx, archive, "patients.csv"), ",q-anna\r\n"));
    CHECK(strstr(manifest, "{\"table\":\"api_keys\",\"why\":\"secret\",\"says\":"));
    CHECK(strstr(manifest, "{\"table\":\"audit\",\"why\":\"log\""));
    CHECK(strstr(index, "What is not in it") && strstr(index, "waiter_links"));
    for (size_t i = 0; i < practice_tables_n; i++) /* what it promises is there */
        if (practice_tables[i].columns) CHECK(strstr(manifest, practice_tables[i].file));
}

TEST(whoever_is_kept_to_some_locations_takes_no_tables_about_patients_along)
{
    struct outbox box;
    practice_begin(cx);
    must_run(cx, "UPDATE users SET location_restriction = 1 WHERE id = 'u-freya'");
    CHECK_INT(ask(cx, "freya", "We move").status, 303);
    CHECK_INT(go(cx, "olga", "approval").status, 303);
    work_all(cx, &box);
    struct page archive = take(cx, "freya", link_of(cx, "freya"));
    CHECK_INT(lines_in(inside(cx, archive, "tables/waiters.csv")), 0);
    CHECK_INT(lines_in(inside(cx, archive, "tables/patient_practitioners.csv")), 0);
    CHECK(lines_in(inside(cx, archive, "tables/rooms.csv")) > 0);
    CHECK(strstr(inside(cx, archive, "manifest.json"), "\"what\":\"rows\",\"why\":\"reach\""));
}

/* Keys of the pages begin where the last ones ended, wherever a row has come in between. */
TEST(a_large_table_is_taken_some_at_a_time_and_each_row_is_in_it_once)
{
    enum { MANY = 2500 };
    struct outbox box;
    practice_begin(cx);
    CHECK(db_begin(cx, true) == OK);
    for (int i = 0; i < MANY; i++)
        CHECK(db_run(
                  cx, &(struct table){ 0 },
                  SQL_GLOBAL("INSERT INTO emergencies (practice_id, id, user_id, patient_id,"
                             " reason, since, ends_at) VALUES ('north', $1, 'u-ben', 'q-bert',"
                             " 'x', 1, 2)"),
                  &(struct value){ .kind = VALUE_TEXT, .text = arena_print(cx->mem, "em-%05d", i) },
                  1)
              == OK);
    CHECK(db_commit(cx) == OK);
    int64_t before = COUNT("SELECT count(*) FROM emergencies WHERE practice_id = 'north'");
    CHECK_INT(ask(cx, "freya", "We move").status, 303);
    CHECK_INT(go(cx, "olga", "approval").status, 303);
    work_all(cx, &box);
    struct page archive = take(cx, "freya", link_of(cx, "freya"));
    const char *text = inside(cx, archive, "tables/emergencies.csv");
    CHECK_INT(lines_in(text), before);
    for (int i = 0; i < MANY; i += 99) {
        const char *id = arena_print(cx->mem, "\nem-%05d,", i), *at = strstr(text, id);
        CHECK(at && !strstr(at + 1, id));
    }
}

TEST(who_loses_the_right_or_the_access_meanwhile_has_nothing)
{
    static const char *const ends[] = {
        "UPDATE users SET level = 'office' WHERE id = 'u-freya'",
        "UPDATE users SET level = 'office', status = 'deactivated' WHERE id = 'u-freya'",
    };
    struct outbox box;
    for (int i = 0; i < 2; i++) {
        practice_begin(cx);
        CHECK_INT(ask(cx, "freya", "We move").status, 303);
        CHECK_INT(go(cx, "olga", "approval").status, 303);
        must_run(cx, ends[i]);
        recount_users(cx);
        work_all(cx, &box);
        CHECK_INT(STATE("ended"), 1);
    }
    prepare(cx);
    const char *link = link_of(cx, "freya");
    must_run(cx, "UPDATE users SET level = 'office' WHERE id = 'u-freya'");
    CHECK_INT(take(cx, "freya", link).status, 403);
    CHECK_INT(post(cx, "olga", "/g/north/settings/users/u-freya/deactivate", NULL).status, 303);
    CHECK_INT(STATE("ended"), 1);
}

TEST(it_is_declined_withdrawn_and_forgotten_and_nobody_alone_asks)
{
    struct outbox box;
    practice_begin(cx);
    CHECK_INT(ask(cx, "freya", "We move").status, 303);
    CHECK_INT(go(cx, "olga", "end").status, 303);
    CHECK_INT(go(cx, "olga", "end").status, 303);
    CHECK_INT(AUDITED("export.group_ended"), 1);
    work_all(cx, &box);
    CHECK_INT((int)box.n, 1); /* and nothing of the question, which is over */
    CHECK(strstr(box.at[0].to, "freya") && strstr(box.at[0].subject, "declined"));
    CHECK_INT(ask(cx, "freya", "We move").status, 303);
    work_all(cx, &box);
    CHECK_INT(go(cx, "freya", "end").status, 303);
    work_all(cx, &box);
    CHECK_INT((int)box.n, 0);
    CHECK_INT(ask(cx, "freya", "We move").status, 303);
    cx->now += DAYS(7);
    work_all(cx, &box);
    CHECK_INT(STATE("ended"), 3);
    sign_in_again(cx, "olga");
    CHECK_INT(go(cx, "olga", "approval").status, 409);
    must_run(cx, "UPDATE users SET level = 'office' WHERE id = 'u-freya'");
    CHECK(has_text(ask(cx, "olga", "We move"), "nobody else who has it"));
    CHECK_INT(STATE("asked"), 0);
}

TEST(the_own_export_and_the_one_of_the_group_leave_each_other_alone)
{
    struct outbox box;
    prepare(cx);
    CHECK_INT(post(cx, "olga", "/g/north/my-data", NULL).status, 303);
    work_all(cx, &box);
    CHECK_INT(STATE("ready"), 1);
    CHECK_INT(ask(cx, "olga", "Mine").status, 409);
    CHECK_INT(post(cx, "olga", "/g/north/my-data/end", NULL).status, 303);
    CHECK_INT(STATE("ready"), 1);
    CHECK_INT(go(cx, "freya", "end").status, 303);
    CHECK_INT(post(cx, "olga", "/g/north/my-data", NULL).status, 303);
    work_all(cx, &box);
    CHECK(!has_text(get(cx, "olga", EXPORT), "is ready"));
    CHECK_INT(go(cx, "olga", "link").status, 409);
    /* Who may take the own records only has no part in it. */
    must_run(cx, "UPDATE users SET export_own = 1 WHERE id = 'u-chen'");
    CHECK_INT(get(cx, "chen", EXPORT).status, 403);
    CHECK_INT(ask(cx, "chen", "All of it").status, 403);
    CHECK(!has_text(get(cx, "chen", "/g/north/settings/"), "settings/export"));
    CHECK(has_text(get(cx, "olga", "/g/north/settings/"), "settings/export"));
}

TEST(many_records_are_listed_some_at_a_time_and_each_is_in_it_once)
{
    int64_t steps = 0;
    practice_begin(cx);
    must_run(cx, "INSERT INTO patients (practice_id, id, number, pseudonym, first_name, last_name,"
                 " names, birth_date, created_at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL"
                 " SELECT i + 1 FROM n WHERE i < 4100) SELECT 'north', 'q-' || i, 5000 + i,"
                 " 500000 + i, 'Many', 'Many', 'many', '', 1 FROM n");
    CHECK_INT(ask(cx, "freya", "We move").status, 303);
    CHECK_INT(go(cx, "olga", "approval").status, 303);
    while (COUNT("SELECT count(*) FROM exports WHERE scope = 'practice' AND listed < 5") == 1) {
        CHECK(work_once(cx, NULL) == OK);
        steps++;
    }
    CHECK(steps >= 7); /* two thousand at a time, and a kind each */
    CHECK_INT(COUNT("SELECT count(*) FROM export_items WHERE kind = 'patient' AND practice_id ="
                    " 'north' AND export_id <> 'x-kavya'"),
              4104);
    CHECK_INT(COUNT("SELECT count(DISTINCT record_id) FROM export_items WHERE kind = 'patient' AND"
                    " practice_id = 'north' AND export_id <> 'x-kavya'"),
              4104);
    CHECK_INT(COUNT("SELECT of_n FROM exports WHERE scope = 'practice'"),
              COUNT("SELECT max(position) FROM export_items WHERE practice_id = 'north' AND"
                    " export_id <> 'x-kavya'"));
}
