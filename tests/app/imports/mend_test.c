/* mend_test.c - rows with problems, mended on the page; and files as large as they may be. */
#include <string.h>

#include "app/imports/import.h"
#include "tests/support/practice.h"

#define HEAD "Patient No,Surname,First Name,DOB,Mobile,Remarks\n"

static const char *at(struct cx *cx, const char *import, const char *what)
{
    return arena_print(cx->mem, "%s%s", import, what);
}

static void work(struct cx *cx)
{
    struct outbox out;
    work_all(cx, &out);
}

/* The path of an import whose rows were looked at. */
static const char *checked(struct cx *cx, const char *text)
{
    struct page page = post(cx, "freya", "/g/north/patients/import", "text", text, NULL);
    const char *import = page.location ? page.location : "";
    CHECK_INT(post(cx, "freya", at(cx, import, "/columns"), "column-0", "number", "column-1",
                   "last_name", "column-2", "first_name", "column-3", "birth_date", "column-4",
                   "phone", "column-5", "", "locations", "l-riverside", NULL)
                  .status,
              303);
    work(cx);
    return import;
}

static const char *verdicts_of(struct cx *cx, const char *import)
{
    struct table t;
    if (db_select(cx, &t, SQL_GLOBAL("SELECT verdicts FROM import_rows WHERE import_id = $1"),
                  (const char *)strrchr(import, '/') + 1)
            != OK
        || t.rows != 1)
        return "none";
    return cell_text(&t, 0, "verdicts");
}

TEST(a_wrong_cell_is_mended_on_the_page_and_all_rows_are_looked_at_again)
{
    practice_begin(cx);
    const char *import = checked(cx, HEAD "1,Ito,Emi,31/2/1985,,\n"
                                          "2,Jones,Finn,1985-04-03,,\n"
                                          "2,Kim,Gia,1991-02-03,,\"x\n=1\"\n"
                                          "4,,Hans,1960-05-06\n");
    CHECK_TEXT(verdicts_of(cx, import), "CnMA");
    CHECK(has_text(get(cx, "freya", import), "Mend them here"));
    struct page page = get(cx, "freya", at(cx, import, "?rows=1"));
    CHECK(has_text(page, "name=\"cell-2-3\"") && has_text(page, "value=\"31/2/1985\""));
    CHECK(has_text(page, "The date of birth is no day of the calendar"));
    CHECK(!has_text(page, "cell-3-1") && !has_text(page, "Jones")); /* nothing is wrong with it */
    CHECK(!has_text(page, "cell-2-5"));                             /* a column that is left out */
    CHECK(has_text(page, "name=\"cell-5-4\""));                     /* the row ends before it */
    CHECK_INT(post(cx, "freya", at(cx, import, "/rows"), "cell-2-3", "28/2/1985", "cell-4-0", "3",
                   "cell-5-1", "Lund", "cell-5-4", "0400 111 222", NULL)
                  .status,
              303);
    CHECK(has_text(get(cx, "freya", import), "The rows are being checked"));
    work(cx);
    CHECK_TEXT(verdicts_of(cx, import), "nnnn");
    CHECK_INT(COUNT("SELECT count(*) AS n FROM patients WHERE practice_id = 'north'"), 4);
    CHECK(!has_text(get(cx, "freya", at(cx, import, "?rows=1")), "cell-"));
    post(cx, "freya", at(cx, import, "/start"), NULL);
    work(cx);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM patients WHERE practice_id = 'north'"
                    " AND birth_date = '1985-02-28' AND last_name = 'Ito'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM patients WHERE practice_id = 'north'"
                    " AND last_name = 'Lund' AND phone = '0400 111 222'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM patients WHERE practice_id = 'north'"), 8);
}

TEST(only_rows_with_problems_are_mended_and_only_by_the_owner_before_it_runs)
{
    practice_begin(cx);
    const char *import = checked(cx, HEAD "1,Ito,Emi,31/2/1985,,x\n2,Jones,Finn,1985-04-03,,y\n");
    CHECK_TEXT(verdicts_of(cx, import), "Cn");
    CHECK_INT(post(cx, "olga", at(cx, import, "/rows"), "cell-2-3", "1/2/1985", NULL).status, 404);
    CHECK_INT(post(cx, "gina", at(cx, import, "/rows"), "cell-2-3", "1/2/1985", NULL).status, 404);
    /* A row without a problem, a column that is left out, and what is no cell. */
    CHECK_INT(post(cx, "freya", at(cx, import, "/rows"), "cell-3-1", "Other", "cell-2-5", "z",
                   "cell-2-99", "z", "cell--1-1", "z", "cell-2", "z", "cell-2-3x", "z", "cell-2-3",
                   "31/2/1985", NULL)
                  .status,
              303);
    CHECK_TEXT(verdicts_of(cx, import), "Cn"); /* nothing differs: nobody looks again */
    CHECK_INT(COUNT("SELECT count(*) AS n FROM import_rows WHERE cells LIKE '%Other%'"
                    " OR cells LIKE '%z%'"),
              0);
    post(cx, "freya", at(cx, import, "/start"), NULL);
    CHECK_INT(post(cx, "freya", at(cx, import, "/rows"), "cell-2-3", "1/2/1985", NULL).status, 409);
    work(cx);
    CHECK_INT(post(cx, "freya", at(cx, import, "/rows"), "cell-2-3", "1/2/1985", NULL).status, 409);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM patients WHERE practice_id = 'north'"), 5);
}

TEST(as_many_rows_are_shown_as_one_form_can_send_back)
{
    char *text = arena_alloc(cx->mem, 60000), *to = stpcpy(text, HEAD);
    practice_begin(cx);
    for (int i = 0; i < 150; i++) to += sprintf(to, "%d,Ito,%s,x,,\n", i, i % 40 ? "Emi" : "");
    to += sprintf(to, "999,");
    memset(to, 'a', 30000);
    stpcpy(to + 30000, ",Emi,x,,\n");
    const char *import = checked(cx, text);
    struct page page = get(cx, "freya", at(cx, import, "?rows=1"));
    CHECK(has_text(page, "20 of 151"));
    CHECK(has_text(page, "cell-21-3") && !has_text(page, "cell-22-3"));
    CHECK(!has_text(page, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

/* A request has four megabytes. */
static void takes_less(struct cx *cx, const char *path, size_t bytes, const char *says)
{
    size_t before = arena_mark(cx->mem).total;
    struct page page = get(cx, "freya", path);
    size_t taken = arena_mark(cx->mem).total - before;
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, says));
    CHECK(taken < bytes);
    if (taken >= bytes) printf("  %s took %zu bytes\n", path, taken);
}

TEST(the_largest_file_fits_into_a_requests_memory)
{
    enum { ROOM = IMPORT_BYTES - 200 };
    char *text = arena_alloc(cx->mem, IMPORT_BYTES + 1), *to = stpcpy(text, HEAD);
    char address[200];
    practice_begin(cx);
    memset(address, 'x', 199);
    for (int i = 1; i <= IMPORT_PATIENTS && to - text < ROOM; i++)
        to += sprintf(to, "%d,Family%d,\"First %d\",,0400 111 %03d,%.*s\n", i, i, i, i % 1000, 95,
                      address);
    struct page page = post_file(cx, "freya", "/g/north/patients/import", "a.csv", text,
                                 (size_t)(to - text), NULL);
    CHECK_INT(page.status, 303);
    const char *import = page.location ? page.location : "";
    CHECK_INT(COUNT("SELECT max(rows_n) AS n FROM imports"), IMPORT_PATIENTS);
    takes_less(cx, import, 1 << 20, "10000 rows below the headings");
    must_run(cx, "UPDATE import_rows SET verdicts = replace(verdicts, '?', 'C')");
    must_run(cx, "UPDATE imports SET state = 'ready' WHERE rows_n = 10000");
    takes_less(cx, import, 1 << 20, "10000 rows have problems and are left out");
    takes_less(cx, at(cx, import, "?rows=1"), 1 << 20, "20 of 10000");
    takes_less(cx, at(cx, import, "/problems.csv"), 4 << 20, "10000,Family10000,First 10000,");
}
