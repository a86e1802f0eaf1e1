/* find_test.c - what the finder finds, for whom, and what it leaves behind. */
#include <string.h>

#include "tests/support/practice.h"

#define FIND "/g/north/find"

static struct page find(struct cx *cx, const char *who, const char *text)
{
    struct page page = post(cx, who, FIND, "text", text, NULL);
    CHECK_INT(page.status, 200);
    return page;
}

static bool finds(struct cx *cx, const char *who, const char *text, const char *wanted)
{
    return has_text(find(cx, who, text), wanted);
}

TEST(the_finder_leads_to_patients_people_and_pages)
{
    practice_begin(cx);
    CHECK(finds(cx, "freya", "ast ann", "href=\"/g/north/patients/q-anna\""));
    CHECK(finds(cx, "freya", "1001", "href=\"/g/north/patients/q-anna\""));
    CHECK(finds(cx, "freya", "papas", "href=\"/g/north/settings/users/u-gina\""));
    CHECK(finds(cx, "freya", "ADD Us", "href=\"/g/north/settings/users/new\""));
    CHECK(finds(cx, "freya", "diary", "href=\"/g/north/calendar\"")); /* another word for it */
    CHECK(finds(cx, "freya", "dark", "href=\"/me/preferences\""));
    CHECK(finds(cx, "olga", "switch south", "href=\"/g/south/\""));
    CHECK(finds(cx, "freya", "xyzzy", "Nothing that you can open fits this."));
    CHECK(!finds(cx, "freya", "a", "q-anna")); /* one letter is no name */
    CHECK(finds(cx, "freya", "\xc5\x82uczak", "q-bert"));
    CHECK(finds(cx, "freya", "  ", "href=\"/g/north/calendar\""));
}

TEST(names_that_begin_so_come_before_those_that_hold_it)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET first_name = 'Abel', last_name = 'Roche', sort_key = 'a',"
                 " find_key = 'abel roche' WHERE id = 'u-gina'");
    const char *body = find(cx, "freya", "be").body, *ben = strstr(body, "users/u-ben"),
               *abel = strstr(body, "users/u-gina");
    CHECK(ben && abel && ben < abel);
}

TEST(the_finder_finds_what_its_user_may_open_and_no_more)
{
    practice_begin(cx);
    CHECK(!finds(cx, "chen", "add user", "users/new"));
    CHECK(!finds(cx, "chen", "bert", "q-bert")); /* Personal Access: his own patients */
    CHECK(finds(cx, "chen", "anna", "q-anna"));
    CHECK(!finds(cx, "chen", "add patient", "patients/new")); /* Read Only */
    CHECK(!finds(cx, "freya", "zara", "q-zara"));
    CHECK(!finds(cx, "freya", "zoe", "u-zoe"));
    CHECK(!finds(cx, "freya", "switch", "/g/south/")); /* no group of hers */
    CHECK(!finds(cx, "freya", "kavya", "u-kavya"));    /* deactivated: in the list of users */
    CHECK_INT(post(cx, "kavya", FIND, "text", "anna", NULL).status, 403);
    CHECK_INT(post(cx, "zoe", FIND, "text", "anna", NULL).status, 404);
    CHECK_INT(get(cx, "freya", FIND).status, 200);
}

TEST(where_names_are_hidden_no_name_is_found)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET hide_patient_names = 1 WHERE id = 'u-gina'");
    CHECK(!finds(cx, "gina", "anna", "q-anna"));
    struct page page = find(cx, "gina", "1001");
    CHECK(has_text(page, "q-anna"));
    CHECK(!has_text(page, "Aster"));
    CHECK(!has_text(page, "1980"));
}

TEST(what_the_finder_shows_of_patients_is_recorded_and_what_was_typed_is_not)
{
    practice_begin(cx);
    (void)find(cx, "freya", "aster");
    CHECK_INT(COUNT("SELECT count(*) FROM looks WHERE route = '/g/:g/find'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at WHERE patient_id = 'q-anna'"), 1);
    (void)find(cx, "freya", "calendar");
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM looks WHERE route || agent || user_name LIKE '%aster%'"),
              0);
}
