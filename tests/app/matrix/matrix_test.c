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
