/* export_test.c - a person takes along what they recorded; the archive is opened by other programs.
 */
#include <stdio.h>
#include <stdlib.h>

#include "app/exports/export.h"
#include "tests/support/folder.h"
#include "tests/support/practice.h"

#include "work/queue.h"

static const char DATA[] = "/g/north/my-data";

static void permit(struct cx *cx, const char *who)
{
    const char *path = arena_print(cx->mem, "/g/north/settings/users/u-%s/checklist/export", who);
    CHECK_INT(post(cx, "freya", path, NULL).status, 303);
}

static void prepare(struct cx *cx, const char *who)
{
    struct outbox box;
    CHECK_INT(post(cx, who, DATA, NULL).status, 303);
    work_all(cx, &box);
}

static const char *link_of(struct cx *cx, const char *who)
{
    struct page page = post(cx, who, "/g/north/my-data/link", NULL);
    CHECK_INT(page.status, 200);
    const char *at = strstr(page.body, "name=\"link\" value=\"");
    if (!at) return "";
    return arena_copy(cx->mem, at + strlen("name=\"link\" value=\""), 43);
}

static struct page take(struct cx *cx, const char *who)
{
    return post(cx, who, "/g/north/my-data/archive", "link", link_of(cx, who), NULL);
}

/* --- other programs ------------------------------------------------------------------------ */

static const char *run(struct cx *cx, const char *command, int *ended)
{
    enum { MOST = 1 << 20 };
    char *text = arena_alloc(cx->mem, MOST);
    FILE *in = popen(command, "r");
    if (!in) abort();
    size_t n = fread(text, 1, MOST - 1, in);
    text[n] = '\0';
    *ended = pclose(in);
    return text;
}

/* Unpacked by unzip, which checks every sum on the way. */
static const char *unpack(struct cx *cx, struct page archive)
{
    int ended;
    const char *folder = folder_new(cx), *file = arena_print(cx->mem, "%s/it.zip", folder);
    FILE *out = fopen(file, "wb");
    if (!out || fwrite(archive.body, 1, archive.length, out) != archive.length) abort();
    if (fclose(out) != 0) abort();
    run(cx, arena_print(cx->mem, "cd '%s' && unzip -tqq it.zip && unzip -qq it.zip", folder),
        &ended);
    CHECK_INT(ended, 0);
    return folder;
}

static const char *file_of(struct cx *cx, const char *folder, const char *name)
{
    int ended;
    const char *text = run(cx, arena_print(cx->mem, "cat '%s/%s'", folder, name), &ended);
    CHECK_INT(ended, 0);
    return text;
}

/* How many files the manifest names, each with the sum that sha256sum finds. */
static size_t sums_hold(struct cx *cx, const char *folder)
{
    char name[200], sum[65];
    size_t n = 0;
    int ended;
    const char *at = file_of(cx, folder, "manifest.json");
    FILE *list = fopen(arena_print(cx->mem, "%s/sums", folder), "w");
    if (!list) abort();
    for (; (at = strstr(at, "{\"name\":")); at++, n++) {
        if (sscanf(at, "{\"name\":\"%199[^\"]\",\"bytes\":%*d,\"sha256\":\"%64[0-9a-f]", name, sum)
            != 2)
            abort();
        fprintf(list, "%s  %s\n", sum, name);
    }
    fclose(list);
    run(cx, arena_print(cx->mem, "cd '%s' && sha256sum -c --quiet sums", folder), &ended);
    CHECK_INT(ended, 0);
    return n;
}

static size_t lines_in(const char *text)
{
    size_t n = 0;
    for (; *text; text++) n += *text == '\n';
    return n;
}

/* Each id of the query stands in the text, and the text has as many rows. */
static void holds_each(struct cx *cx, const char *text, const struct sql *sql, const char *user)
{
    struct table t;
    CHECK(db_run(cx, &t, sql, &(struct value){ .kind = VALUE_TEXT, .text = user }, 1) == OK);
    CHECK_INT((int64_t)lines_in(text), (int64_t)t.rows + 1);
    for (size_t i = 0; i < t.rows; i++) CHECK(strstr(text, cell_text(&t, i, "what")));
}

TEST(an_archive_holds_every_own_record_and_none_of_anothers)
{
    int ended;
    practice_begin(cx);
    must_run(cx, "UPDATE appointments SET room_id = 'rm-one' WHERE id = 'a-anna'");
    permit(cx, "chen");
    prepare(cx, "chen");
    const char *folder = unpack(cx, take(cx, "chen"));
    const char *patients = file_of(cx, folder, "patients.csv"),
               *fhir = file_of(cx, folder, "fhir/bundle.json"),
               *calendar = file_of(cx, folder, "calendar.ics");
    holds_each(cx, patients,
               SQL_GLOBAL("SELECT p.email AS what FROM patients p JOIN patient_practitioners w"
                          " ON w.practice_id = p.practice_id AND w.patient_id = p.id"
                          " WHERE w.user_id = $1"),
               "u-chen");
    holds_each(cx, file_of(cx, folder, "appointments.csv"),
               SQL_GLOBAL("SELECT id AS what FROM appointments WHERE user_id = $1"), "u-chen");
    holds_each(cx, file_of(cx, folder, "invoices.csv"),
               SQL_GLOBAL("SELECT id AS what FROM invoices WHERE user_id = $1"), "u-chen");
    holds_each(cx, file_of(cx, folder, "attachments.csv"),
               SQL_GLOBAL("SELECT name AS what FROM attachments WHERE by_id = $1"), "u-chen");
    CHECK_TEXT(run(cx, arena_print(cx->mem, "cat '%s'/attachments/1001-*.txt", folder), &ended),
               "Anna limps.");
    holds_each(cx, file_of(cx, folder, "notes.csv"),
               SQL_GLOBAL("SELECT text AS what FROM notes WHERE author_id = $1"), "u-chen");
    CHECK(strstr(fhir, "\"resourceType\":\"Practitioner\""));
    CHECK(strstr(fhir, "\"family\":\"Aster\""));
    CHECK(strstr(file_of(cx, folder, "appointments.csv"), ",Riverside,Room 1,"));
    CHECK(strstr(calendar, "LOCATION:Riverside\\, Room 1"));
    CHECK(strstr(calendar, "BEGIN:VEVENT") && strstr(calendar, "UID:a-anna@linden"));
    const char *everything =
        run(cx, arena_print(cx->mem, "cat '%s'/*.* '%s'/fhir/*", folder, folder), &ended);
    CHECK(!strstr(everything, "Birch") && !strstr(everything, "Cedar"));
    CHECK(!strstr(everything, "a-bert") && !strstr(everything, "a-open"));
    const char *papers = run(cx,
                             arena_print(cx->mem,
                                         "for f in '%s'/*/*.pdf; do pdftotext -q \"$f\" -;"
                                         " done",
                                         folder),
                             &ended);
    CHECK(strstr(papers, "Anna walks <b>well."));
    CHECK(strstr(papers, "Invoice 1"));
    CHECK(strstr(file_of(cx, folder, "index.html"), "Anna") == NULL);
    CHECK(strstr(file_of(cx, folder, "index.html"), "href=\"invoices/1.pdf\""));
    CHECK_INT((int64_t)sums_hold(cx, folder), 11); /* all but the manifest and the index */
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at WHERE how = 'exported'"
                    " AND patient_id <> 'q-anna'"),
              0);
    CHECK(COUNT("SELECT count(*) FROM looked_at WHERE how = 'exported'"
                " AND patient_id = 'q-anna'")
          > 0);
    folder_remove(folder);
}

/* What ben asks for; `meanwhile` happens before it is collected. */
static const char *archive_of_ben(struct cx *cx, const char *meanwhile)
{
    struct outbox box;
    CHECK_INT(post(cx, "ben", DATA, NULL).status, 303);
    must_run(cx, meanwhile);
    work_all(cx, &box);
    return unpack(cx, take(cx, "ben"));
}

TEST(own_patients_are_those_looked_after_met_written_about_or_billed)
{
    static const char *const whom[] = { "1001,", "1002,", "1003,", "1004," };
    practice_begin(cx);
    permit(cx, "ben");
    must_run(
        cx,
        "INSERT INTO appointments (practice_id, id, location_id, user_id, patient_id,"
        " starts_at, ends_at, created_at) VALUES ('north', 'a-met', 'l-riverside', 'u-ben',"
        " 'q-anna', 1795400000000000, 1795401800000000, 1);"
        "INSERT INTO notes (practice_id, id, patient_id, author_id, author_name, text, private,"
        " state, created_at, changed_at) VALUES"
        " ('north', 'n-cleo', 'q-cleo', 'u-ben', 'Ben', 'Cleo hops.', 0, 'draft', 1, 1),"
        " ('north', 'n-away', 'q-cleo', 'u-ben', 'Ben', 'Thrown away.', 0, 'discarded', 1, 1);"
        "INSERT INTO invoices (practice_id, id, patient_id, user_id, location_id, state,"
        " created_at) VALUES"
        " ('north', 'v-dora', 'q-dora', 'u-ben', 'l-riverside', 'draft', 1),"
        " ('north', 'v-away', 'q-dora', 'u-ben', 'l-riverside', 'discarded', 1);"
        "INSERT INTO patients (practice_id, id, number, pseudonym, first_name, last_name,"
        " names, birth_date, created_at, state, merged_into) VALUES ('north', 'q-twice', 1099,"
        " 48311, 'Bert', 'Twice', 'twice', '', 1, 'merged', 'q-bert');"
        "INSERT INTO patient_practitioners (practice_id, patient_id, user_id, main, names,"
        " since) VALUES ('north', 'q-twice', 'u-ben', 1, '', 1);"
        "INSERT INTO invoices (practice_id, id, number, issued, state, patient_id, user_id,"
        " location_id, currency, tax_name, issued_on, due_on, practice_name, location_name,"
        " practitioner_name, registration, patient_name, net_cents, tax_cents, total_cents,"
        " paid_cents, issued_at, created_at) SELECT practice_id, 'v-bill', 3, issued, state,"
        " 'q-dora', 'u-ben', location_id, currency, tax_name, issued_on, due_on,"
        " practice_name, location_name, practitioner_name, registration, patient_name,"
        " net_cents, tax_cents, total_cents, 1500, issued_at, created_at FROM invoices"
        " WHERE id = 'v-cleo';"
        "INSERT INTO invoice_lines (practice_id, invoice_id, line, issued, description, quantity,"
        " price_cents, tax_rate, net_cents, tax_cents) VALUES ('north', 'v-bill', 1, 1, 'Review',"
        " 1, 9500, 0, 9500, 0);"
        "INSERT INTO invoice_entries (practice_id, id, invoice_id, kind, cents, way, on_day, at,"
        " by_id, by_name, number) VALUES"
        " ('north', 'e-in', 'v-bill', 'payment', 2000, 'card', '2026-10-22', 1, 'u-freya', 'F', NULL),"
        " ('north', 'e-back', 'v-bill', 'refund', 500, 'card', '2026-10-22', 1, 'u-freya', 'F', 1);"
        "UPDATE locations SET time_zone = 'Australia/Perth' WHERE id = 'l-harbour'");
    must_run(cx, NAME_APPOINTMENTS);
    const char *folder = archive_of_ben(cx, "UPDATE users SET version = 1 WHERE id = 'u-zoe'");
    const char *patients = file_of(cx, folder, "patients.csv");
    CHECK_INT((int64_t)lines_in(patients), 5);
    for (size_t i = 0; i < 4; i++) CHECK(strstr(patients, whom[i]));
    const char *manifest =
        file_of(cx, folder, "manifest.json"); /* nothing of what was thrown away */
    CHECK(!strstr(manifest, "\"what\":\"patients\"") && !strstr(manifest, "gone"));
    CHECK(!strstr(file_of(cx, folder, "notes.csv"), "Thrown away"));
    CHECK(!strstr(file_of(cx, folder, "invoices.csv"), "v-away"));
    const char *payments = file_of(cx, folder, "payments.csv");
    CHECK(strstr(payments, ",20.00,") && strstr(payments, "-5.00,"));
    const char *appointments = file_of(cx, folder, "appointments.csv");
    CHECK(strstr(appointments, "2026-11-23 07:00,2026-11-23 07:30,Australia/Perth"));
    folder_remove(folder);
}

static const char MOVED[] = "UPDATE appointments SET user_id = 'u-olga' WHERE id = 'a-bert'";

TEST(what_is_handed_over_meanwhile_stays_out)
{
    practice_begin(cx);
    permit(cx, "ben");
    const char *folder = archive_of_ben(cx, MOVED);
    CHECK(!strstr(file_of(cx, folder, "appointments.csv"), "a-bert"));
    CHECK(strstr(file_of(cx, folder, "manifest.json"),
                 "\"what\":\"appointments\",\"why\":\"moved\",\"count\":1"));
    folder_remove(folder);
}

TEST(whom_the_access_does_not_reach_has_no_name_at_an_own_appointment)
{
    practice_begin(cx);
    permit(cx, "ben");
    must_run(cx,
             "UPDATE users SET level = 'personal' WHERE id = 'u-ben';"
             "INSERT INTO appointments (practice_id, id, location_id, user_id, patient_id,"
             " starts_at, ends_at, created_at) VALUES ('north', 'a-met', 'l-riverside', 'u-ben',"
             " 'q-dora', 1795400000000000, 1795401800000000, 1)");
    must_run(cx, NAME_APPOINTMENTS);
    const char *folder = archive_of_ben(cx, MOVED);
    const char *appointments = file_of(cx, folder, "appointments.csv"),
               *manifest = file_of(cx, folder, "manifest.json");
    CHECK(strstr(appointments, "a-met") && !strstr(appointments, "a-bert"));
    CHECK(!strstr(appointments, "1004") && !strstr(appointments, "Dora")
          && !strstr(appointments, "48216"));
    CHECK(strstr(manifest, "\"what\":\"appointments\",\"why\":\"reach\",\"count\":1"));
    CHECK(strstr(manifest, "\"what\":\"names\",\"why\":\"reach\""));
    CHECK(COUNT("SELECT count(*) FROM looked_at WHERE how = 'denied' AND patient_id = 'q-dora'")
          > 0);
    folder_remove(folder);
}

TEST(whoever_has_full_access_takes_own_records_and_not_those_they_could_read)
{
    practice_begin(cx);
    prepare(cx, "olga");
    const char *folder = unpack(cx, take(cx, "olga"));
    CHECK_INT((int64_t)lines_in(file_of(cx, folder, "patients.csv")), 1);
    CHECK_INT((int64_t)lines_in(file_of(cx, folder, "notes.csv")), 1);
    folder_remove(folder);
}

TEST(it_takes_the_permission_and_a_link_that_works_once)
{
    struct outbox box;
    practice_begin(cx);
    CHECK_INT(get(cx, "chen", DATA).status, 403);
    permit(cx, "chen");
    work_all(cx, &box);
    CHECK_INT((int)box.n, 1);
    CHECK(strstr(box.at[0].subject, "You can export your records until"));
    CHECK_INT(COUNT("SELECT count(*) FROM exports WHERE user_id = 'u-chen'"), 0);
    CHECK_INT(post(cx, "chen", "/g/north/my-data/link", NULL).status, 409);
    prepare(cx, "chen");
    CHECK(has_text(get(cx, "chen", DATA), "Your export is ready"));
    const char *link = link_of(cx, "chen");
    CHECK_INT(post(cx, "olga", "/g/north/my-data/archive", "link", link, NULL).status, 404);
    cx->now += MINUTES(16);
    CHECK_INT(post(cx, "chen", "/g/north/my-data/archive", "link", link, NULL).status, 404);
    link = link_of(cx, "chen");
    CHECK_INT(post(cx, "chen", "/g/north/my-data/archive", "link", link, NULL).status, 200);
    CHECK_INT(post(cx, "chen", "/g/north/my-data/archive", "link", link, NULL).status, 404);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'export.downloaded'"), 1);
    struct table t;
    struct bytes bytes;
    CHECK(db_run(cx, &t, SQL_GLOBAL("SELECT id FROM exports WHERE user_id = 'u-chen'"), NULL, 0)
          == OK);
    act_as(cx, "north", "olga"); /* whoever knows its number */
    CHECK(export_read(cx, cell_id(&t, 0, "id"), 0, &bytes) == NOT_FOUND);
    CHECK(act_end(cx, OK) == OK);
    work_all(cx, &box);
    CHECK_INT((int)box.n, 2);
    CHECK_TEXT(box.at[0].subject, "Chen Wei exported their own records");
    cx->now += HOURS(2);
    work_all(cx, &box);
    CHECK_INT(
        COUNT(
            "SELECT count(*) FROM export_pieces WHERE practice_id = 'north' AND export_id <> 'x-kavya'"),
        0);
}

/* Nothing of it is left, and nothing can be taken. */
static void is_over(struct cx *cx)
{
    struct outbox box;
    work_all(cx, &box);
    CHECK_INT(COUNT("SELECT count(*) FROM exports WHERE state <> 'ended' AND user_id = 'u-chen'"),
              0);
    CHECK_INT(
        COUNT(
            "SELECT count(*) FROM export_pieces WHERE practice_id = 'north' AND export_id <> 'x-kavya'"),
        0);
    CHECK_INT(
        COUNT(
            "SELECT count(*) FROM export_items WHERE practice_id = 'north' AND export_id <> 'x-kavya'"),
        0);
}

TEST(deactivating_ends_what_runs_and_what_is_ready)
{
    struct page page;
    const char *way = "/g/north/settings/users/u-chen/deactivate";
    practice_begin(cx);
    permit(cx, "chen");
    CHECK_INT(post(cx, "chen", DATA, NULL).status, 303);
    CHECK_INT(post(cx, "freya", way, NULL).status, 303);
    is_over(cx);
    practice_begin(cx);
    permit(cx, "chen");
    prepare(cx, "chen");
    const char *link = link_of(cx, "chen");
    CHECK_INT(post(cx, "freya", way, NULL).status, 303);
    page = post(cx, "chen", "/g/north/my-data/archive", "link", link, NULL);
    CHECK(page.status != 200);
    is_over(cx);
}

TEST(it_ends_with_the_permission_and_thirty_days_end_that)
{
    struct outbox box;
    practice_begin(cx);
    permit(cx, "chen");
    prepare(cx, "chen");
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/users/u-chen/checklist/export/undo", NULL).status,
        303);
    CHECK_INT(get(cx, "chen", DATA).status, 403);
    is_over(cx);
    permit(cx, "chen");
    cx->now += DAYS(30) - MINUTES(5);
    sign_in_again(cx, "chen");
    CHECK_INT(get(cx, "chen", DATA).status, 200);
    cx->now += MINUTES(6);
    work_all(cx, &box);
    CHECK_INT(get(cx, "chen", DATA).status, 403);
    CHECK_INT(COUNT("SELECT export_own FROM users WHERE id = 'u-chen'"), 0);
}

TEST(given_anew_it_lasts_thirty_days_from_then)
{
    struct outbox box;
    practice_begin(cx);
    permit(cx, "chen");
    cx->now += DAYS(10);
    sign_in_again(cx, "freya");
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/users/u-chen/checklist/export/undo", NULL).status,
        303);
    permit(cx, "chen");
    cx->now += DAYS(21);
    work_all(cx, &box);
    sign_in_again(cx, "chen");
    CHECK_INT(get(cx, "chen", DATA).status, 200);
}

TEST(what_runs_ends_when_the_permission_has_gone)
{
    practice_begin(cx);
    permit(cx, "chen");
    CHECK_INT(post(cx, "chen", DATA, NULL).status, 303);
    must_run(cx, "UPDATE users SET export_own = 0 WHERE id = 'u-chen'");
    is_over(cx);
}

TEST(an_archive_that_nobody_takes_is_gone_after_a_day_and_a_new_one_ends_the_old)
{
    struct outbox box;
    practice_begin(cx);
    permit(cx, "chen");
    prepare(cx, "chen");
    const char *link = link_of(cx, "chen");
    prepare(cx, "chen");
    CHECK_INT(post(cx, "chen", "/g/north/my-data/archive", "link", link, NULL).status, 404);
    CHECK_INT(COUNT("SELECT count(*) FROM exports WHERE state = 'ready' AND user_id = 'u-chen'"),
              1);
    cx->now += HOURS(25);
    work_all(cx, &box);
    is_over(cx);
}

TEST(what_the_access_does_not_reach_any_more_is_counted_and_left_out)
{
    practice_begin(cx);
    permit(cx, "chen");
    must_run(cx, "DELETE FROM patient_practitioners WHERE user_id = 'u-chen'");
    prepare(cx, "chen");
    const char *folder = unpack(cx, take(cx, "chen"));
    CHECK_INT((int64_t)lines_in(file_of(cx, folder, "patients.csv")), 1);
    CHECK_INT((int64_t)lines_in(file_of(cx, folder, "notes.csv")), 1);
    CHECK(!strstr(file_of(cx, folder, "fhir/bundle.json"), "Aster"));
    const char *manifest = file_of(cx, folder, "manifest.json");
    CHECK(strstr(manifest, "\"what\":\"patients\",\"why\":\"reach\",\"count\":1"));
    CHECK(strstr(manifest, "\"what\":\"notes\",\"why\":\"reach\",\"count\":1"));
    folder_remove(folder);
}

TEST(nothing_can_be_taken_before_it_is_whole_and_no_record_is_in_it_twice)
{
    struct outbox box;
    int64_t steps = 0;
    practice_begin(cx);
    permit(cx, "chen");
    work_all(cx, &box);
    for (int n = 0; n < 210; n++)
        must_run(cx, arena_print(cx->mem,
                                 "INSERT INTO notes (practice_id, id, patient_id, author_id,"
                                 " author_name, text, private, state, created_at, changed_at)"
                                 " VALUES ('north', 'n-%d', 'q-anna', 'u-chen', 'Chen', 'Word %d.',"
                                 " 1, 'draft', 1, 1)",
                                 n, n));
    CHECK_INT(post(cx, "chen", DATA, NULL).status, 303);
    must_run(cx,
             "INSERT INTO jobs (practice_id, id, kind, about, attempts_left, run_at, created_at)"
             " SELECT practice_id, 'again', kind, about, attempts_left, run_at, created_at"
             " FROM jobs WHERE kind = 'export.work'");
    while (COUNT("SELECT count(*) FROM exports WHERE state = 'running'") == 1) {
        CHECK_INT(post(cx, "chen", "/g/north/my-data/link", NULL).status, 409);
        CHECK(work_once(cx, NULL) == OK);
        steps++;
    }
    CHECK(steps > 2); /* a hundred at a time, or fewer */
    const char *folder = unpack(cx, take(cx, "chen"));
    CHECK_INT((int64_t)lines_in(file_of(cx, folder, "notes.csv")), 212);
    CHECK_INT((int64_t)sums_hold(cx, folder), 221);
    folder_remove(folder);
}
