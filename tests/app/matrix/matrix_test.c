/* matrix_test.c - the access matrix says what is enforced. */
#include <string.h>

#include "tests/support/practice.h"

#define MATRIX "/g/north/settings/access-matrix"

/* The cells of somebody's row, as text up to the next row. */
static const char *row_of(struct cx *cx, struct page page, const char *name)
{
    const char *table = strstr(page.body, "<tbody>"), *at = table ? strstr(table, name) : NULL;
    const char *end = at ? strstr(at, "</tr>") : NULL;
    return end ? arena_copy(cx->mem, at, (size_t)(end - at)) : "";
}

static int times(const char *text, const char *part)
{
    int n = 0;
    while ((text = strstr(text, part))) n++, text += strlen(part);
    return n;
}

TEST(each_active_user_has_a_row_of_effective_access)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", MATRIX);
    CHECK_INT(page.status, 200);
    const char *freya = row_of(cx, page, "Freya Nilsson"), *chen = row_of(cx, page, "Chen Wei");
    CHECK_INT(times(freya, "Edit all"), 11);
    CHECK_INT(times(freya, "<td"), AREA_COUNT);
    CHECK_INT(times(chen, "Edit own"), 0); /* Read Only */
    CHECK(times(chen, "See own") > 3);
    CHECK(times(chen, " chg\"") > 3); /* and so other than Personal Access */
    CHECK_INT(times(row_of(cx, page, "&lt;b&gt;Brandt"), " chg\""), 0);
    CHECK(!has_text(page, "Kavya")); /* deactivated */
    CHECK(!has_text(page, "Zoe"));
}

TEST(boxes_and_restrictions_show)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET others = 'invoices:0', location_restriction = 1"
                 " WHERE id = 'u-ben'");
    const char *ben = row_of(cx, get(cx, "freya", MATRIX), "&lt;b&gt;Brandt");
    CHECK_INT(times(ben, " chg\""), 1);
    CHECK(strstr(ben, "Others&#39; records only at Harbour St, Riverside")
          || strstr(ben, "Others&#39; records only at Riverside, Harbour St"));
    must_run(cx, "UPDATE users SET hide_patient_names = 1, location_restriction = 1"
                 " WHERE id = 'u-gina'");
    CHECK(strstr(row_of(cx, get(cx, "freya", MATRIX), "Gina Papas"),
                 "Patients show as codes. Others&#39; records only at Riverside"));
    must_run(cx, "DELETE FROM assignments WHERE user_id = 'u-gina'");
    must_run(cx, "UPDATE users SET hide_patient_names = 1, locations = '' WHERE id = 'u-gina'");
    CHECK(strstr(row_of(cx, get(cx, "freya", MATRIX), "Gina Papas"), "No locations"));
}

TEST(the_matrix_is_filtered_and_for_full_access)
{
    practice_begin(cx);
    struct page page = get(cx, "olga", MATRIX "?role=administrator");
    CHECK(has_text(page, "Gina Papas") && !has_text(page, "Chen Wei"));
    page = get(cx, "olga", MATRIX "?location=l-harbour");
    CHECK(has_text(page, "Brandt") && !has_text(page, "Chen Wei"));
    page = get(cx, "olga", MATRIX "?location=l-south");
    CHECK(!has_text(page, "Zoe"));
    CHECK_INT(get(cx, "ben", MATRIX).status, 403);
    CHECK_INT(get(cx, "zoe", MATRIX).status, 404);
    CHECK(has_text(get(cx, "olga", "/g/north/settings/users"), MATRIX));
    CHECK(!has_text(get(cx, "ben", "/g/north/settings/users"), MATRIX));
}

TEST(by_level_there_is_a_row_of_each_and_it_leads_to_its_users)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", MATRIX "?by=level");
    CHECK_INT(page.status, 200);
    CHECK_INT(times(strstr(page.body, "<tbody>"), "<tr>"), LEVEL_COUNT);
    CHECK_INT(times(strstr(page.body, "<tbody>"), " chg\""), 0);
    CHECK(!has_text(page, "Freya Nilsson</a>") && !has_text(page, "Chen Wei"));
    const char *personal = row_of(cx, page, "Personal Access");
    CHECK_INT(times(personal, "See all"), 1 + 3); /* reminders; locations, practice, users */
    CHECK(times(personal, "Edit own") > 5);
    CHECK(has_text(page, "/users?filtered=1&amp;role=practitioner&amp;level=personal"));
    page = get(cx, "freya", MATRIX "?by=level&role=administrator");
    CHECK_INT(times(strstr(page.body, "<tbody>"), "<tr>"), 3);
    CHECK(!has_text(page, "Personal Access"));
}

#define FILE_HEAD                                                                          \
    "Patients,Calendar,Clinical notes,Invoices and payments,Finance and practice reports," \
    "Reminder settings,Credits,Online booking and directory,Integrations and add-ons,"     \
    "Locations,Practice group details,Users,User action history,Export of data"

static bool begins(struct page page, const char *text)
{
    return strncmp(page.body, text, strlen(text)) == 0;
}

TEST(the_file_says_what_the_page_says_of_everybody_and_runs_nothing)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET last_name = '=HYPERLINK(1)', title = '', first_name = ''"
                 " WHERE id = 'u-ben'");
    struct page page = get(cx, "freya", MATRIX "/access.csv");
    CHECK_INT(page.status, 200);
    CHECK_TEXT(page.disposition, "attachment; filename=\"access-2026-11-21.csv\"");
    CHECK(begins(page, "User,Role type,Access level," FILE_HEAD ",Differs from the level in,Limits"
                       "\r\n"));
    CHECK(strstr(page.body, "\r\n\"'=HYPERLINK(1)\",Practitioner,"));
    CHECK(strstr(page.body, "Freya Nilsson,Administrator,Full Access,Edit all,Edit all,"));
    CHECK(strstr(page.body, "\r\nChen Wei,Practitioner,Personal Access,See own,See own,"));
    CHECK(!strstr(page.body, "Kavya") && !strstr(page.body, "Zoe"));
    page = get(cx, "freya", MATRIX "/access.csv?role=administrator");
    CHECK(strstr(page.body, "Gina Papas") && !strstr(page.body, "Chen Wei"));
    page = get(cx, "freya", MATRIX "/access.csv?by=level");
    CHECK(begins(page, "Role type,Access level," FILE_HEAD "\r\n"));
    CHECK_INT(times(page.body, "\r\n"), 1 + LEVEL_COUNT);
    CHECK(!strstr(page.body, "Freya"));
    CHECK_INT(get(cx, "ben", MATRIX "/access.csv").status, 403);
    CHECK_INT(get(cx, "zoe", MATRIX "/access.csv").status, 404);
}

TEST(the_file_has_everybody_however_many_there_are)
{
    practice_begin(cx);
    for (int i = 0; i < 520; i++)
        must_run(cx, arena_print(cx->mem,
                                 "INSERT INTO people (id, email, email_key, first_name, last_name,"
                                 " created_at) VALUES ('p-m%d', 'm%d', 'm%d', 'Many', 'M', 1);"
                                 "INSERT INTO users (practice_id, id, person_id, email, first_name,"
                                 " last_name, sort_key, find_key, role_type, level, others,"
                                 " created_at) VALUES ('north', 'u-m%d', 'p-m%d', 'm%d', 'Many',"
                                 " 'M%d', 'm%03d', 'm', 'administrator', 'office', '', 1)",
                                 i, i, i, i, i, i, i, i));
    recount_users(cx);
    struct page page = get(cx, "freya", MATRIX "/access.csv");
    CHECK_INT(page.status, 200);
    CHECK_INT(times(page.body, "\r\nMany M"), 520);
}
