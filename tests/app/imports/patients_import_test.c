/* patients_import_test.c - patients that come in as a file, from the text to the records. */
#include <string.h>

#include "app/imports/import.h"
#include "tests/support/engine.h"
#include "tests/support/practice.h"
#include "work/queue.h"

#define HEAD "Patient No,Surname,First Name,DOB,Mobile,Notes\n"

/* The path of a new import, or NULL. */
static const char *stage(struct cx *cx, const char *who, const char *text)
{
    struct page page = post(cx, who, "/g/north/patients/import", "text", text, NULL);
    CHECK_INT(page.status, 303);
    return page.location ? page.location : "";
}

static const char *at(struct cx *cx, const char *import, const char *what)
{
    return arena_print(cx->mem, "%s/%s", import, what);
}

/* As the page proposes it for HEAD; the records are kept at Riverside. */
static struct page match(struct cx *cx, const char *who, const char *import)
{
    return post(cx, who, at(cx, import, "columns"), "column-0", "number", "column-1", "last_name",
                "column-2", "first_name", "column-3", "birth_date", "column-4", "phone", "column-5",
                "", "locations", "l-riverside", NULL);
}

static void work(struct cx *cx)
{
    struct outbox out;
    work_all(cx, &out);
}

static const char *state_of(struct cx *cx, const char *import)
{
    struct table t;
    if (db_select(cx, &t, SQL_GLOBAL("SELECT state FROM imports WHERE id = $1"),
                  (const char *)strrchr(import, '/') + 1)
            != OK
        || t.rows == 0)
        return "none";
    return cell_text(&t, 0, "state");
}

static const char *verdicts_of(struct cx *cx, const char *import)
{
    struct table t;
    const char *all = "";
    if (db_select(cx, &t,
                  SQL_GLOBAL("SELECT verdicts FROM import_rows WHERE import_id = $1 ORDER BY part"),
                  (const char *)strrchr(import, '/') + 1)
        != OK)
        return "none";
    for (size_t i = 0; i < t.rows; i++)
        all = arena_print(cx->mem, "%s%s", all, cell_text(&t, i, "verdicts"));
    return all;
}

static const char *checked(struct cx *cx, const char *who, const char *text)
{
    const char *import = stage(cx, who, text);
    CHECK_INT(match(cx, who, import).status, 303);
    work(cx);
    return import;
}

static int64_t patients(struct cx *cx)
{
    return COUNT("SELECT count(*) AS n FROM patients WHERE practice_id = 'north'");
}

/* --- the whole way ----------------------------------------------------------------- */

TEST(nothing_is_written_before_the_button_and_then_every_new_patient_once)
{
    practice_begin(cx);
    const char *import = stage(cx, "freya",
                               HEAD "17,Ito,Emi,1990-02-03,0400 111 222,x\n"
                                    "18,Jones,Finn,3 Apr 1985,0400 111 333,x\n");
    struct page page = get(cx, "freya", import);
    CHECK(has_text(page, "What is in each column?") && has_text(page, "Surname"));
    CHECK(has_text(page, "Emi") && has_text(page, "read as Unicode (UTF-8)"));
    CHECK_INT(match(cx, "freya", import).status, 303);
    CHECK(has_text(get(cx, "freya", import), "The rows are being checked"));
    work(cx);
    page = get(cx, "freya", import);
    CHECK(has_text(page, "2 new patients") && has_text(page, "Import 2 patients"));
    CHECK_INT(patients(cx), 4);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM audit WHERE kind LIKE 'import.%'"), 0);

    CHECK_INT(post(cx, "freya", at(cx, import, "start"), NULL).status, 303);
    CHECK(has_text(get(cx, "freya", import), "0 of 2 added"));
    work(cx);
    page = get(cx, "freya", import);
    CHECK(has_text(page, "The import is finished") && has_text(page, "2 patients were added"));
    CHECK_INT(patients(cx), 6);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM patients p JOIN patient_locations l"
                    " ON l.patient_id = p.id WHERE p.last_name = 'Ito' AND p.first_name = 'Emi'"
                    " AND p.birth_date = '1990-02-03' AND p.phone = '0400 111 222'"
                    " AND l.location_id = 'l-riverside'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM patients WHERE birth_date = '1985-04-03'"), 1);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM audit WHERE kind = 'patient.added'"
                    " AND actor_id = 'u-freya'"),
              2);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM audit WHERE kind = 'import.started'"
                    " AND about_name = '2 patients'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM import_rows r JOIN imports i ON i.id = r.import_id"
                    " WHERE i.state = 'done' AND r.cells <> ''"),
              0);
    CHECK(!has_text(page, "Ito"));
}

TEST(the_same_file_again_adds_nothing)
{
    static const char file[] = HEAD "17,Ito,Emi,1990-02-03,,\n"
                                    ",Nobody,Known,,,\n"
                                    "19,Kim,Gia,1991-02-03,,\n";
    practice_begin(cx);
    const char *import = checked(cx, "freya", file);
    CHECK_TEXT(verdicts_of(cx, import), "nnn");
    post(cx, "freya", at(cx, import, "start"), NULL);
    work(cx);
    CHECK_INT(patients(cx), 7);
    import = checked(cx, "freya", file);
    CHECK_TEXT(verdicts_of(cx, import), "ttt");
    CHECK(has_text(get(cx, "freya", import), "3 are already here and stay as they are"));
    CHECK_INT(post(cx, "freya", at(cx, import, "start"), NULL).status, 409);
    CHECK_INT(patients(cx), 7);
    /* Nor if the record is merged, archived, or called otherwise meanwhile. */
    must_run(cx,
             "UPDATE patients SET state = 'archived', last_name = 'Sato' WHERE last_name = 'Ito'");
    import = checked(cx, "olga", file);
    CHECK_TEXT(verdicts_of(cx, import), "ttt");
}

TEST(who_is_there_already_is_found_by_name_and_birth_and_who_may_be_is_asked_about)
{
    practice_begin(cx);
    const char *import = checked(cx, "freya",
                                 HEAD "1,Aster,Anna,27/3/1980,,\n"
                                      "2,Aster,Tom,1970-01-01,03 5550 1001,\n"
                                      "3,Drake,Dora,1960-05-06,,\n"
                                      "4,Lund,Hans,1960-05-06,,\n");
    CHECK_TEXT(verdicts_of(cx, import), "taan");
    struct page page = get(cx, "freya", import);
    CHECK(has_text(page, "2 may be somebody who is already here"));
    CHECK(has_text(page, "rows 3–4"));
    CHECK(!has_text(page, "Aster")); /* no datum of anybody: only rows */
    CHECK_INT(COUNT("SELECT count(*) AS n FROM looked_at a JOIN looks l ON l.id = a.look_id"
                    " WHERE a.patient_id = 'q-anna' AND a.how = 'found' AND l.user_id = 'u-freya'"),
              1);
    post(cx, "freya", at(cx, import, "start"), NULL);
    work(cx);
    CHECK_INT(patients(cx), 5);
    CHECK_TEXT(verdicts_of(cx, import), "taac");
    import = checked(cx, "freya", HEAD "2,Aster,Tom,1970-01-01,03 5550 1001,\n");
    post(cx, "freya", at(cx, import, "start"), "alike", "1", NULL);
    work(cx);
    CHECK_TEXT(verdicts_of(cx, import), "c");
    CHECK_INT(patients(cx), 6);
}

TEST(a_family_of_one_phone_number_comes_in_whole)
{
    practice_begin(cx);
    const char *import = checked(cx, "freya",
                                 HEAD "1,Moss,Ida,1990-01-02,0400 999 111,\n"
                                      "2,Moss,Jon,1988-01-02,0400 999 111,\n"
                                      "3,Moss,Kit,2019-01-02,0400 999 111,\n");
    CHECK_TEXT(verdicts_of(cx, import), "nnn");
    post(cx, "freya", at(cx, import, "start"), NULL);
    work(cx);
    CHECK_TEXT(verdicts_of(cx, import), "ccc");
    CHECK_INT(patients(cx), 7);
}

TEST(problems_are_grouped_with_their_rows_and_mended_by_a_sentence)
{
    practice_begin(cx);
    const char *import = checked(cx, "freya",
                                 HEAD "1,,Emi,1990-02-03,,\n"
                                      "2,Jones,Finn,31/2/1985,,\n"
                                      "3,Kim,Gia,3 Apr 2199,,\n"
                                      "4,Lund,Hans,,12,\n"
                                      "4,Moss,Ida,1990-01-02,,\n"
                                      "5,Moss,Ida,1990-01-02,,\n"
                                      "6,Lund,Hans,,0400 111 222,\n"
                                      "6,Nye,Olaf,1990-07-08,,\n"
                                      "7,\"Br\x07k\",Lou,,,\n");
    CHECK_TEXT(verdicts_of(cx, import), "ACDFnNnMH");
    struct page page = get(cx, "freya", import);
    CHECK(has_text(page, "7 rows have problems and are left out"));
    CHECK(has_text(page, "The date of birth is no day of the calendar"));
    CHECK(has_text(page, "Write it like 27/3/1980, with four digits for the year"));
    CHECK(has_text(page, "<div>3<div"));
    page = get(cx, "freya", at(cx, import, "problems.csv"));
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Jones,Finn,31/2/1985") && !has_text(page, "Nye,Olaf,1990-07-08,,,\r"));
    CHECK(!has_text(page, "0400 111 222"));
    post(cx, "freya", at(cx, import, "start"), NULL);
    work(cx);
    CHECK_INT(patients(cx), 6);
}

TEST(a_number_that_means_somebody_else_is_no_patient_who_is_there)
{
    practice_begin(cx);
    const char *import = checked(cx, "freya", HEAD "17,Ito,Emi,1990-02-03,,\n");
    post(cx, "freya", at(cx, import, "start"), NULL);
    work(cx);
    /* Married since; and another system's number 17. */
    import = checked(cx, "freya", HEAD "17,Moss,Emi,1990-02-03,,\n17,Lund,Hans,1960-05-06,,\n");
    CHECK_TEXT(verdicts_of(cx, import), "tL");
}

TEST(dates_that_can_be_read_in_two_ways_are_asked_about)
{
    practice_begin(cx);
    const char *import = stage(cx, "freya", HEAD "1,Ito,Emi,03/04/1990,,\n");
    struct page page = match(cx, "freya", import);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Say how dates are written: 03/04/1990 can be read in two ways"));
    CHECK_TEXT(state_of(cx, import), "matching");
    page = post(cx, "freya", at(cx, import, "columns"), "column-1", "last_name", "column-3",
                "birth_date", "date_order", "month", "locations", "l-harbour", NULL);
    CHECK_INT(page.status, 303);
    work(cx);
    post(cx, "freya", at(cx, import, "start"), NULL);
    work(cx);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM patients WHERE birth_date = '1990-03-04'"), 1);
    /* One that can be read in one way only settles the others. */
    import = stage(cx, "freya", HEAD "2,Jun,Emi,03/04/1991,,\n3,Kai,Emi,03/25/1991,,\n");
    CHECK_INT(match(cx, "freya", import).status, 303);
    work(cx);
    post(cx, "freya", at(cx, import, "start"), NULL);
    work(cx);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM patients WHERE birth_date = '1991-03-04'"), 1);
    /* Of two kinds in one file nobody knows. */
    import = stage(cx, "freya",
                   HEAD "4,A,E,03/04/91,,\n5,B,E,03/04/1991,,\n6,C,E,25/3/1991,,\n"
                        "7,D,E,3/25/1991,,\n");
    CHECK_INT(match(cx, "freya", import).status, 422);
}

TEST(locations_and_practitioners_are_found_by_name)
{
    practice_begin(cx);
    const char *import = stage(cx, "freya",
                               "Name,Clinic,Provider\n"
                               "Ito,harbour st,Chen Wei\n"
                               "Jun,Riverside; Harbour St,\n"
                               "Kai,Hilltop,\n"
                               "Lee,,Nobody\n"
                               "Moss,,Dr Olga Okafor\n");
    CHECK_INT(post(cx, "freya", at(cx, import, "columns"), "column-0", "last_name", "column-1",
                   "location", "column-2", "practitioner", "locations", "l-riverside", NULL)
                  .status,
              303);
    work(cx);
    CHECK_TEXT(verdicts_of(cx, import), "nnIKn");
    post(cx, "freya", at(cx, import, "start"), NULL);
    work(cx);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM patients p JOIN patient_practitioners c"
                    " ON c.patient_id = p.id JOIN patient_locations l ON l.patient_id = p.id"
                    " WHERE p.last_name = 'Ito' AND c.user_id = 'u-chen' AND c.main = 1"
                    " AND l.location_id = 'l-harbour'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM patients p JOIN patient_locations l"
                    " ON l.patient_id = p.id WHERE p.last_name = 'Jun'"),
              2);
}

TEST(a_file_that_cannot_be_read_is_refused_with_a_sentence_and_kept_in_the_field)
{
    static const struct {
        const char *text, *says;
    } all[] = {
        { "", "Choose a file, or paste its rows" },
        { "Surname,First name\n", "There is no row below the headings" },
        { "Surname\n\"Ito\nJones\n", "A quotation mark in row 2 is opened and never closed" },
        { "PK\003\004", "characters that do not belong there" },
    };
    practice_begin(cx);
    for (size_t i = 0; i < 3; i++) {
        struct page page = post(cx, "freya", "/g/north/patients/import", "text", all[i].text, NULL);
        CHECK_INT(page.status, 422);
        CHECK(has_text(page, all[i].says));
    }
    char wide[400] = "Surname";
    for (int i = 0; i < IMPORT_COLUMNS; i++) strcat(wide, ",x");
    struct page page = post(cx, "freya", "/g/north/patients/import", "text", wide, NULL);
    CHECK(has_text(page, "Row 1 has more than 60 columns"));
    CHECK_INT(COUNT("SELECT count(*) AS n FROM imports WHERE user_id = 'u-freya'"), 2);
    const char *import = stage(cx, "freya", HEAD "1,Ito,Emi,,,\n");
    page = post(cx, "freya", at(cx, import, "columns"), "column-1", "last_name", "column-2",
                "last_name", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Two columns are Last name, or the only name. Leave one of them out"));
    CHECK(has_text(page, "Choose at least one location"));
    page = post(cx, "freya", at(cx, import, "columns"), "locations", "l-south", NULL);
    CHECK(has_text(page, "Say which column is the last name"));
    CHECK(has_text(page, "Choose at least one location"));
}

/* A form's file comes in a request of its own kind; what stands in the field is left alone then. */
TEST(a_file_is_read_in_the_encoding_it_has)
{
    static const char windows[] = "Surname,First name\nM\xfcller,Ren\xe9\n";
    static const char utf16[] = "\xff\xfeN\0a\0m\0e\0\n\0\xd8\0r\0";
    practice_begin(cx);
    struct page page = post_file(cx, "freya", "/g/north/patients/import", "a.csv", windows,
                                 sizeof windows - 1, "text", "", NULL);
    CHECK_INT(page.status, 303);
    const char *import = page.location ? page.location : "";
    page = get(cx, "freya", import);
    CHECK(has_text(page, "Müller") && has_text(page, "René"));
    CHECK(has_text(page, "read as Windows-1252, because it is not Unicode"));
    page = post_file(cx, "freya", "/g/north/patients/import", "b.csv", utf16, sizeof utf16 - 1,
                     NULL);
    CHECK_INT(page.status, 303);
    page = get(cx, "freya", page.location ? page.location : "");
    CHECK(has_text(page, "Ør") && has_text(page, "read as Unicode (UTF-16)"));
    page = post_file(cx, "freya", "/g/north/patients/import", "c.xlsx", "PK\003\004\0\0", 6, NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Open it there and save it as CSV first"));
    CHECK(has_text(page, "href=\"#file\""));
    char *large = arena_alloc(cx->mem, IMPORT_BYTES + 2);
    memset(large, 'a', IMPORT_BYTES + 1);
    page = post_file(cx, "freya", "/g/north/patients/import", "d.csv", large, IMPORT_BYTES + 1,
                     NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "The file is larger than 1.5 MB"));
}

/* --- rights ------------------------------------------------------------------------- */

TEST(an_import_is_its_owners_alone_and_ends_with_their_access)
{
    practice_begin(cx);
    const char *import = checked(cx, "freya", HEAD "1,Ito,Emi,,,\n");
    CHECK_INT(get(cx, "olga", import).status, 404);
    CHECK_INT(get(cx, "olga", at(cx, import, "problems.csv")).status, 404);
    CHECK_INT(post(cx, "olga", at(cx, import, "start"), NULL).status, 404);
    CHECK_INT(post(cx, "olga", at(cx, import, "stop"), NULL).status, 404);
    CHECK_INT(get(cx, "chen", "/g/north/patients/import").status, 403); /* read only */
    CHECK_INT(get(cx, "zoe", "/g/north/patients/import").status, 404);
    must_run(cx, "UPDATE users SET level = 'office', hide_patient_names = 1 WHERE id = 'u-freya'");
    CHECK_INT(get(cx, "freya", "/g/north/patients/import").status, 403);
    CHECK_INT(post(cx, "freya", at(cx, import, "start"), NULL).status, 403);
    must_run(cx, "UPDATE users SET level = 'full', hide_patient_names = 0 WHERE id = 'u-freya'");
    CHECK_INT(post(cx, "freya", at(cx, import, "start"), NULL).status, 303);
    must_run(cx, "UPDATE users SET read_only = 1, level = 'office' WHERE id = 'u-freya'");
    work(cx);
    CHECK_TEXT(state_of(cx, import), "stopped");
    CHECK_INT(patients(cx), 4);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM import_rows WHERE cells LIKE '%Ito%'"), 0);
    must_run(cx, "UPDATE users SET read_only = 0, level = 'full' WHERE id = 'u-freya'");
    CHECK(has_text(get(cx, "freya", import), "You had no access to add them any more."));
}

TEST(who_is_deactivated_leaves_no_rows_behind)
{
    practice_begin(cx);
    checked(cx, "freya", HEAD "1,Ito,Emi,,,\n");
    CHECK_INT(COUNT("SELECT count(*) AS n FROM import_rows WHERE cells LIKE '%Ito%'"), 1);
    must_run(cx, "UPDATE users SET level = 'office' WHERE id = 'u-freya'");
    CHECK_INT(post(cx, "olga", "/g/north/settings/users/u-freya/deactivate", NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM import_rows WHERE cells LIKE '%Ito%'"), 0);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM import_marks m JOIN imports i ON i.id = m.import_id"
                    " WHERE i.user_id = 'u-freya'"),
              0);
}

TEST(location_restriction_holds_for_rows_as_for_one_by_hand)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET location_restriction = 1 WHERE id = 'u-gina'");
    const char *import = stage(cx, "gina",
                               "Surname,Location\nIto,Riverside\nJun,Harbour St\n"
                               "O'Birch-Luczak,Riverside\n");
    CHECK_INT(post(cx, "gina", at(cx, import, "columns"), "column-0", "last_name", "column-1",
                   "location", "locations", "l-riverside", NULL)
                  .status,
              303);
    work(cx);
    /* Bert is kept at Harbour St: nothing says that he is there. */
    CHECK_TEXT(verdicts_of(cx, import), "nJn");
    post(cx, "gina", at(cx, import, "start"), NULL);
    work(cx);
    CHECK_TEXT(verdicts_of(cx, import), "cJc");
}

/* --- jobs ---------------------------------------------------------------------------- */

static const char *many(struct cx *cx, int n)
{
    char *text = arena_alloc(cx->mem, (size_t)n * 48 + 80), *to = stpcpy(text, HEAD);
    for (int i = 1; i <= n; i++)
        to += sprintf(to, "%d,Family%c%c,First%d,,,\n", i, 'a' + i % 26, 'a' + i / 26 % 26, i);
    return text;
}

TEST(an_import_that_dies_in_the_middle_goes_on_where_it_was)
{
    enum { N = 250 };
    practice_begin(cx);
    const char *import = checked(cx, "freya", many(cx, N));
    CHECK(has_text(get(cx, "freya", import), "Import 250 patients"));
    post(cx, "freya", at(cx, import, "start"), NULL);
    CHECK(work_once(cx, NULL) == OK);
    int64_t some = patients(cx) - 4;
    CHECK(some > 0 && some < N);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM import_keys"), 2 + 2 * some);
    /* The program dies with the job in its hand, after some rows of the next transaction. */
    must_run(cx, "UPDATE jobs SET attempts_left = attempts_left - 1, tries = tries + 1,"
                 " run_at = run_at + 900000000, last_problem = 'interrupted', held_by = ''"
                 " WHERE kind = 'import.work'");
    CHECK(work_again(cx, NULL, ALL_LANES) == OK);
    CHECK(patients(cx) - 4 > some);
    work(cx);
    CHECK_TEXT(state_of(cx, import), "done");
    CHECK_INT(patients(cx), 4 + N);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM patients WHERE last_name LIKE 'Family%'"), N);
    CHECK_INT(COUNT("SELECT count(DISTINCT first_name) AS n FROM patients WHERE practice_id ="
                    " 'north' AND last_name LIKE 'Family%'"),
              N);
}

TEST(two_imports_of_one_file_add_every_patient_once)
{
    enum { N = 120 };
    practice_begin(cx);
    const char *first = checked(cx, "freya", many(cx, N));
    const char *second = checked(cx, "olga", many(cx, N));
    post(cx, "freya", at(cx, first, "start"), NULL);
    post(cx, "olga", at(cx, second, "start"), NULL);
    work(cx); /* they take turns */
    CHECK_TEXT(state_of(cx, first), "done");
    CHECK_TEXT(state_of(cx, second), "done");
    CHECK_INT(patients(cx), 4 + N);
    CHECK_INT(post(cx, "freya", at(cx, first, "start"), NULL).status, 409);
    CHECK_INT(post(cx, "freya", at(cx, first, "stop"), NULL).status, 303);
    CHECK_TEXT(state_of(cx, first), "done");
}

TEST(an_import_that_is_stopped_keeps_what_it_added_and_wipes_the_rest)
{
    practice_begin(cx);
    const char *import = checked(cx, "freya", many(cx, 250));
    post(cx, "freya", at(cx, import, "start"), NULL);
    CHECK(work_once(cx, NULL) == OK);
    int64_t some = patients(cx) - 4;
    CHECK_INT(post(cx, "freya", at(cx, import, "stop"), NULL).status, 303);
    work(cx);
    CHECK_INT(patients(cx) - 4, some);
    CHECK(has_text(get(cx, "freya", import), "The import was stopped"));
    CHECK_INT(COUNT("SELECT count(*) AS n FROM import_rows WHERE cells LIKE '%Family%'"), 0);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM audit WHERE kind = 'import.stopped'"), 1);
    /* Once more: those that were added are there. */
    import = checked(cx, "freya", many(cx, 250));
    post(cx, "freya", at(cx, import, "start"), NULL);
    work(cx);
    CHECK_INT(patients(cx), 4 + 250);
}

TEST(what_nobody_touches_for_a_day_is_gone)
{
    practice_begin(cx);
    const char *import = checked(cx, "freya", HEAD "1,Ito,Emi,,,\n");
    cx->now += HOURS(23);
    work(cx);
    CHECK_TEXT(state_of(cx, import), "ready");
    cx->now += HOURS(2);
    work(cx);
    CHECK_TEXT(state_of(cx, import), "none");
    CHECK_INT(COUNT("SELECT count(*) AS n FROM import_rows WHERE cells LIKE '%Ito%'"), 0);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM import_marks WHERE mark <> 'x'"), 0);
}
