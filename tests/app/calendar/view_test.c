/* view_test.c - the calendar as it is shown. */
#include "tests/support/practice.h"

#define ROOT "/g/north/calendar"
#define MONDAY ROOT "?date=2026-11-23&location=l-riverside"

TEST(a_day_has_a_named_list_for_each_practitioner_and_one_for_what_needs_one)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", MONDAY);
    CHECK(has_text(page, "<h1>Mon 23 Nov 2026</h1>")
          && has_text(page, "Riverside: 4 appointments"));
    const char *grid = strstr(page.body, "class=\"cal");
    const char *needs = strstr(grid, ">Needs a practitioner<");
    const char *ben = strstr(grid, ">Ben &lt;b&gt;Brandt<"), *chen = strstr(grid, ">Mr Chen Wei<");
    CHECK(needs && ben && chen && needs < ben && ben < chen);
    CHECK(has_text(page, "aria-labelledby=\"lane-0\""));
    CHECK(has_text(page, "Physiotherapist") && !has_text(page, "physiotherapist"));
    CHECK(has_text(page, "Ms Kavya Rao")); /* whose it was, in the lane */
    CHECK(!has_text(page, "style="));
    CHECK(has_text(page, "at fh1 fm6 th2 tm6")); /* 9:30 to 10:30 from 8:00 */
    page = get(cx, "freya", ROOT "?date=2026-11-24&location=l-riverside");
    CHECK(has_text(page, "No appointments on Tue 24 Nov 2026 at Riverside."));
    CHECK(!has_text(page, "Needs a practitioner"));
}

/* In a small group all users are read, in a large one those of the location. */
TEST(columns_are_the_same_in_a_small_group_and_in_a_large_one)
{
    static const char *const who[] = { "freya", "ben", "chen" };
    static const char *const where[] = { MONDAY, MONDAY "&view=week", MONDAY "&view=rooms",
                                         ROOT "?date=2026-11-23&location=l-harbour",
                                         "/g/north/calendar/new?date=2026-11-23" };
    enum { WHO = sizeof who / sizeof *who, WHERE = sizeof where / sizeof *where };
    const char *small[WHO][WHERE];
    practice_begin(cx);
    must_run(cx, "UPDATE users SET all_locations = 0 WHERE id IN ('u-ben', 'u-chen', 'u-gina');"
                 "UPDATE users SET role_type = 'practitioner', all_locations = 1"
                 " WHERE id = 'u-freya'");
    for (size_t i = 0; i < WHO; i++)
        for (size_t j = 0; j < WHERE; j++) {
            struct page page = get(cx, who[i], where[j]);
            CHECK(i > 1 || (page.status == 200 && has_text(page, "Brandt")));
            CHECK(i > 0 || has_text(page, "Nilsson"));
            small[i][j] = arena_print(cx->mem, "%s", page.body);
        }
    must_run(cx, "UPDATE practices SET active_users = 61 WHERE id = 'north'");
    for (size_t i = 0; i < WHO; i++)
        for (size_t j = 0; j < WHERE; j++) CHECK_TEXT(get(cx, who[i], where[j]).body, small[i][j]);
}

TEST(whoever_is_gone_keeps_the_column_of_the_past_and_waits_in_the_future)
{
    practice_begin(cx);
    must_run(cx, "UPDATE appointments SET starts_at = 1700000000000000, ends_at = 1700001800000000"
                 " WHERE id = 'a-cleo'");
    struct page page = get(cx, "freya", ROOT "?date=2023-11-15&location=l-riverside");
    CHECK(has_text(page, "Ms Kavya Rao") && has_text(page, "Deactivated"));
    CHECK(!has_text(page, "Needs a practitioner") && has_text(page, "C. &lt;i&gt;Cedar"));
}

TEST(activating_a_user_again_loses_nothing)
{
    practice_begin(cx);
    CHECK(has_text(get(cx, "freya", MONDAY), "Needs a practitioner"));
    must_run(cx, "UPDATE appointments SET user_id = 'u-kavya' WHERE id = 'a-open'");
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/users/u-kavya/activate", "version", "1", NULL).status,
        303);
    struct page page = get(cx, "freya", MONDAY);
    CHECK(!has_text(page, "Needs a practitioner"));
    CHECK(has_text(page, "Ms Kavya Rao") && has_text(page, "C. &lt;i&gt;Cedar"));
}

TEST(a_week_is_one_practitioners_and_a_list_reads_in_the_order_of_time)
{
    practice_begin(cx);
    struct page page =
        get(cx, "freya", ROOT "?view=week&date=2026-11-27&location=l-riverside&practitioner=u-ben");
    CHECK(has_text(page, "Week of 23 Nov 2026") && has_text(page, "12:30 <bdi>Lunch"));
    CHECK(has_text(page, "Sun 29 Nov 2026") && !has_text(page, "Aster"));
    CHECK(has_text(page, "date=2026-11-20") && has_text(page, "date=2026-12-04"));
    page = get(cx, "freya", MONDAY "&view=list");
    const char *anna = strstr(page.body, "9:30 to 10:30"),
               *cleo = strstr(page.body, "11:00 to 11:30");
    const char *lunch = strstr(page.body, "12:30 to 13:15");
    CHECK(anna && cleo && lunch && anna < cleo && cleo < lunch);
    CHECK(has_text(page, "Anna Aster"));
    page = get(cx, "freya", ROOT "?view=list&date=2026-11-24&location=l-riverside");
    CHECK(has_text(page, "No appointments on Tue 24 Nov 2026 at Riverside."));
}

TEST(a_group_may_hide_names_on_paper)
{
    static const char *const views[] = { MONDAY, MONDAY "&view=rooms", MONDAY "&view=list",
                                         MONDAY "&view=week&practitioner=u-chen" };
    practice_begin(cx);
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        CHECK(!has_text(get(cx, "freya", views[i]), "on-paper"));
    CHECK(!has_text(get(cx, "freya", MONDAY), "List for paper"));
    must_run(cx, "UPDATE practices SET paper_initials = 1 WHERE id = 'north'");
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        struct page page = get(cx, "freya", views[i]);
        CHECK(has_text(page, i == 2 ? "<bdi class=\"no-print\">Anna Aster</bdi>"
                                    : "<bdi class=\"no-print\">A. Aster</bdi>"));
        CHECK(has_text(page, "<bdi class=\"on-paper\">AA</bdi>"));
        CHECK(has_text(page, "List for paper, without names"));
    }
    struct page page = get(cx, "freya", MONDAY "&paper=1");
    CHECK(has_text(page, "<bdi>AA</bdi>") && has_text(page, "9:30 to 10:30"));
    CHECK(has_text(page, "<bdi>Lunch</bdi>") && has_text(page, "Mr Chen Wei"));
    CHECK(!has_text(page, "Aster") && !has_text(page, "Cedar"));
    CHECK(has_text(page, "date=2026-11-24&amp;location=l-riverside&amp;paper=1"));
}

TEST(on_paper_a_pseudonym_stays)
{
    practice_begin(cx);
    must_run(cx, "UPDATE practices SET paper_initials = 1;"
                 "UPDATE users SET hide_patient_names = 1 WHERE id = 'u-gina'");
    struct page page = get(cx, "gina", MONDAY "&paper=1");
    CHECK(has_text(page, "<bdi>PX-"));
    CHECK(!has_text(page, "<bdi>AA</bdi>") && !has_text(page, "Aster"));
}

TEST(those_at_the_same_time_stand_side_by_side)
{
    practice_begin(cx);
    must_run(cx,
             "UPDATE appointments SET user_id = 'u-ben', starts_at = 1795398300000000, ends_at ="
             " 1795400100000000 WHERE id = 'a-open'");
    struct page page = get(cx, "freya", MONDAY);
    CHECK(has_text(page, "s1-2") && has_text(page, "s2-2"));
    CHECK(!has_text(page, "s1-3"));
}

TEST(days_of_any_kind_and_addresses_of_no_kind_are_answered)
{
    static const char *const pages[] = { ROOT,
                                         ROOT "?date=nonsense",
                                         ROOT "?view=month",
                                         ROOT "?location=l-south&practitioner=u-zoe",
                                         ROOT "?date=2026-10-04&view=week",
                                         ROOT "?date=1999-12-31",
                                         ROOT
                                         "/new?date=x&time=y&patient=q-zara&practitioner=u-zoe" };
    practice_begin(cx);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct page page = get(cx, "freya", pages[i]);
        CHECK_INT(page.status, 200);
        CHECK(!has_text(page, "Zander") && !has_text(page, "Quokka"));
    }
}

TEST(the_form_offers_who_was_found_and_the_first_free_times)
{
    practice_begin(cx);
    struct page page =
        get(cx, "freya", ROOT "/new?date=2026-11-23&location=l-riverside&practitioner=u-ben");
    CHECK(has_text(page, "Mon 23 Nov 2026, 8:00") && has_text(page, "value=\"2026-11-23 08:00\""));
    page = post(cx, "freya", ROOT "/new", "location", "l-riverside", "practitioner", "u-ben",
                "type", "t-first", "date", "2026-11-23", "text", "aster", "note", "Hello", "at",
                "2026-11-23 09:00", NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "value=\"q-anna\" checked")); /* found alone, so chosen */
    CHECK(has_text(page, "value=\"09:00\"") && has_text(page, "Hello"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments"), 6);
    page = post(cx, "freya", ROOT "/new", "text", "nobody", NULL);
    CHECK(has_text(page, "No patients match what you entered."));
}

TEST(whoever_looks_through_what_somebody_leaves_sees_the_future_appointments)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", "/g/north/settings/users/u-ben/deactivate");
    CHECK(has_text(page, "Future appointments"));
    CHECK(has_text(page, "1 appointment, the next on 23 Nov 2026 at 10:00."));
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/users/u-ben/deactivate", "version", "1", NULL).status,
        303);
    page = get(cx, "freya", MONDAY);
    CHECK(has_text(page, "Needs a practitioner") && has_text(page, "Lunch"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE user_id = 'u-ben' AND version = 1"),
              2);
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/users/u-kavya/activate", "version", "1", NULL).status,
        303);
}

TEST(of_a_day_only_the_columns_that_were_chosen_are_shown_and_noted)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", MONDAY "&practitioner=u-ben&practitioner=%25");
    CHECK(has_text(page, "Lunch") && !has_text(page, "A. Aster"));
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at WHERE patient_id = 'q-anna'"), 0);
    page = get(cx, "freya", MONDAY "&practitioner=u-ben&practitioner=u-chen");
    const char *grid = strstr(page.body, "data-refresh=\"60\"");
    CHECK(grid && strstr(grid, "Ben") && strstr(grid, "Chen Wei") && !strstr(grid, "Dr Olga"));
    CHECK(strstr(grid, "Lunch") && strstr(grid, "A. Aster") && !strstr(grid, "Needs a"));
    CHECK(has_text(page, "2 practitioners"));
    CHECK(has_text(page, "practitioner=u-ben&amp;practitioner=u-chen")); /* to the next day */
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at WHERE patient_id = 'q-anna'"), 1);
    page = get(cx, "freya", MONDAY "&practitioner=%25");
    grid = strstr(page.body, "data-refresh=\"60\"");
    CHECK(strstr(grid, "A. Aster") && strstr(grid, "Dr Olga")); /* all */
    page = get(cx, "freya", MONDAY "&view=week&practitioner=u-chen&practitioner=u-ben");
    CHECK(has_text(page, "A. Aster") && !has_text(page, "Lunch")); /* a week is one's */
}
