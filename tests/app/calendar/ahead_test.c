/* ahead_test.c - booking with somebody who is still to come, who is to go, or who is away. */
#include "tests/app/staff/adding.h"

#include "app/users/presence.h"
#include "base/time.h"

#define ROOT "/g/north/calendar"
#define HERS "user_id = (SELECT id FROM users WHERE last_name = 'Haaland')"
#define BOOKED COUNT("SELECT count(*) FROM appointments WHERE " HERS " AND state = 'booked'")

/* From the first of December, a Tuesday, to the fourteenth; her id. */
static const char *ingrid(struct cx *cx)
{
    struct table t;
    practice_begin(cx);
    CHECK_INT(
        ADD("freya", "entry", "link", "first_day", "2026-12-01", "last_day", "2026-12-14").status,
        303);
    if (db_select(cx, &t, SQL_GLOBAL("SELECT id FROM users WHERE last_name = 'Haaland'")) != OK
        || t.rows != 1)
        exit(1);
    return cell_text(&t, 0, "id");
}

static struct page book(struct cx *cx, const char *who, const char *user, const char *date)
{
    return post(cx, who, ROOT, "location", "l-riverside", "practitioner", user, "patient", "q-anna",
                "type", "t-review", "date", date, "time", "9:30", NULL);
}

static struct page day(struct cx *cx, const char *who, const char *date)
{
    return get(cx, who, arena_print(cx->mem, ROOT "?location=l-riverside&date=%s", date));
}

TEST(somebody_still_to_come_is_booked_from_the_first_day_to_the_last_and_on_no_other)
{
    const char *user = ingrid(cx);
    static const struct {
        const char *date, *said;
    } all[] = {
        { "2026-11-30", "Dr Ingrid Haaland can be booked from 1 Dec 2026 on." },
        { "2026-12-01", NULL },
        { "2026-12-14", NULL },
        { "2026-12-15", "Dr Ingrid Haaland can be booked until 14 Dec 2026 at 23:59." },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct page page = book(cx, "freya", user, all[i].date);
        CHECK_INT(page.status, all[i].said ? 422 : 303);
        CHECK(!all[i].said || (has_text(page, all[i].said) && has_text(page, "id=\"date-err\"")));
        CHECK(!all[i].said || has_text(page, all[i].date)); /* what was entered stays */
    }
    CHECK_INT(BOOKED, 2);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.booked'"), 2);
}

TEST(the_column_is_there_on_these_days_for_those_who_book_and_nothing_needs_a_practitioner)
{
    const char *user = ingrid(cx);
    struct page page = get(cx, "freya", ROOT "/new?date=2026-12-01&location=l-riverside");
    CHECK(has_text(page, "Dr Ingrid Haaland (from 1 Dec 2026)"));
    book(cx, "freya", user, "2026-12-01");
    page = day(cx, "freya", "2026-12-01");
    CHECK(has_text(page, "<bdi>Dr Ingrid Haaland</bdi></h2>") && has_text(page, "A. Aster"));
    CHECK(!has_text(page, "Needs a practitioner") && !has_text(page, "Deactivated"));
    CHECK(has_text(day(cx, "freya", "2026-12-14"), "<bdi>Dr Ingrid Haaland</bdi></h2>"));
    CHECK(!has_text(day(cx, "freya", "2026-11-30"), "<bdi>Dr Ingrid Haaland</bdi></h2>"));
    CHECK(!has_text(day(cx, "freya", "2026-12-15"), "<bdi>Dr Ingrid Haaland</bdi></h2>"));
    page = get(cx, "freya",
               arena_print(cx->mem,
                           ROOT "?view=week&location=l-riverside&date=2026-12-01"
                                "&practitioner=%s",
                           user));
    CHECK(has_text(page, "Not here on this day") && has_text(page, "date=2026-12-01"));
    /* A week is first that of somebody who is there. */
    must_run(cx, "UPDATE users SET sort_key = 'a' WHERE last_name = 'Haaland'");
    CHECK(!has_text(get(cx, "freya", ROOT "?view=week&location=l-riverside&date=2026-11-23"),
                    "Not here on this day"));
    /* In a large group the users of the location are read, not all. */
    struct page small = day(cx, "freya", "2026-12-01");
    must_run(cx, "UPDATE practices SET active_users = 61 WHERE id = 'north'");
    CHECK_TEXT(day(cx, "freya", "2026-12-01").body, small.body);
}

TEST(a_series_books_the_days_on_which_somebody_is_there)
{
    const char *user = ingrid(cx);
    struct page page = post(cx, "freya", ROOT, "location", "l-riverside", "practitioner", user,
                            "patient", "q-anna", "type", "t-review", "date", "2026-12-01", "time",
                            "9:30", "repeat", "1", "times", "4", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "can be booked until 14 Dec 2026 at 23:59."));
    CHECK_INT(BOOKED, 0);
    page = post(cx, "freya", ROOT, "location", "l-riverside", "practitioner", user, "patient",
                "q-anna", "type", "t-review", "date", "2026-12-01", "time", "9:30", "repeat", "1",
                "times", "4", "misses", "fit", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(BOOKED, 2);
}

TEST(a_first_day_that_is_put_off_or_taken_back_leaves_what_was_booked_without_a_practitioner)
{
    const char *user = ingrid(cx);
    book(cx, "freya", user, "2026-12-01");
    must_run(cx, "UPDATE planned_changes SET due_at = due_at + 86400000000 WHERE kind = 'activate'"
                 " AND " HERS);
    CHECK(has_text(day(cx, "freya", "2026-12-01"), "Needs a practitioner"));
    must_run(cx, "UPDATE planned_changes SET due_at = due_at - 86400000000 WHERE kind = 'activate'"
                 " AND " HERS);
    CHECK(!has_text(day(cx, "freya", "2026-12-01"), "Needs a practitioner"));
    must_run(cx, "UPDATE planned_changes SET refused = 'No' WHERE kind = 'activate' AND " HERS);
    CHECK(has_text(day(cx, "freya", "2026-12-01"), "Needs a practitioner"));
    must_run(cx, "DELETE FROM planned_changes WHERE " HERS);
    CHECK(has_text(day(cx, "freya", "2026-12-01"), "Needs a practitioner"));
    struct page page = book(cx, "freya", user, "2026-12-02");
    CHECK(page.status == 422 && has_text(page, "Choose a practitioner who works at Riverside"));
    CHECK_INT(BOOKED, 1);
}

TEST(who_is_to_go_is_booked_until_then_and_what_is_later_already_stays)
{
    practice_begin(cx);
    CHECK_INT(book(cx, "freya", "u-ben", "2026-12-10").status, 303);
    must_run(cx, "INSERT INTO planned_changes (practice_id, user_id, kind, due_at, tell,"
                 " planned_at, planned_by, planned_name) VALUES ('north', 'u-ben', 'deactivate',"
                 " 1796475540000000, 1, 1, 'u-freya', 'Freya Nilsson')"); /* 5 Dec 23:59 */
    struct page page = book(cx, "freya", "u-ben", "2026-12-07");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "can be booked until 5 Dec 2026 at 23:59."));
    CHECK_INT(book(cx, "freya", "u-ben", "2026-12-04").status, 303);
    page = day(cx, "freya", "2026-12-10");
    CHECK(has_text(page, "A. Aster") && has_text(page, "Not here on this day"));
    CHECK(!has_text(day(cx, "freya", "2026-12-08"), "<bdi>Ben &lt;b&gt;Brandt</bdi></h2>"));
    must_run(cx, "UPDATE planned_changes SET refused = 'No' WHERE user_id = 'u-ben'");
    CHECK_INT(book(cx, "freya", "u-ben", "2026-12-07").status, 303);
}

TEST(patients_book_online_from_the_first_day_on)
{
    const char *user = ingrid(cx);
    const char *page_of = arena_print(cx->mem, "/book/north/l-riverside/%s", user);
    must_run(cx, arena_print(cx->mem,
                             "INSERT INTO working_hours (practice_id, location_id, user_id,"
                             " weekday, from_minute, to_minute) SELECT 'north', 'l-riverside',"
                             " '%s', weekday, 540, 600 FROM (SELECT 0 AS weekday UNION SELECT 1"
                             " UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION"
                             " SELECT 6) AS d",
                             user));
    struct page page = get(cx, "freya", "/g/north/settings/online-booking");
    CHECK(has_text(page, "Ingrid Haaland"));
    CHECK_INT(get(cx, "", page_of).status, 404);
    page = post(cx, "freya",
                arena_print(cx->mem, "/g/north/settings/online-booking/%s/l-riverside", user),
                "visible", "public", "books", "all", "lead", "2", "types", "t-review", "version",
                "0", NULL);
    CHECK_INT(page.status, 303);
    page = get(cx, "", arena_print(cx->mem, "%s?type=t-review", page_of));
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "1 Dec 2026") && has_text(page, "14 Dec 2026"));
    CHECK(!has_text(page, "30 Nov 2026") && !has_text(page, "15 Dec 2026"));
    CHECK(has_text(get(cx, "", "/book/north"), "Ingrid Haaland"));
    /* 30 Nov, 1 Dec, 15 Dec at 9:00 in Melbourne */
    CHECK_INT(post(cx, "", page_of, "type", "t-review", "at", "1795989600", NULL).status, 409);
    CHECK_INT(post(cx, "", page_of, "type", "t-review", "at", "1797285600", NULL).status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM bookings WHERE state = 'held' AND " HERS), 0);
    CHECK_INT(post(cx, "", page_of, "type", "t-review", "at", "1796076000", NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM bookings WHERE state = 'held' AND " HERS), 1);
    /* Who was deactivated is on no public page, whatever return is planned. */
    must_run(cx, "UPDATE users SET deactivated_by_name = 'Freya Nilsson' WHERE id IN"
                 " (SELECT user_id FROM planned_changes WHERE " HERS ")");
    CHECK_INT(get(cx, "", page_of).status, 404);
    must_run(cx, "UPDATE users SET deactivated_by_name = NULL WHERE id IN"
                 " (SELECT user_id FROM planned_changes WHERE " HERS ")");
    CHECK_INT(get(cx, "", page_of).status, 200);
    must_run(cx, "UPDATE planned_changes SET refused = 'No' WHERE kind = 'activate' AND " HERS);
    CHECK_INT(get(cx, "", page_of).status, 404);
    CHECK(!has_text(get(cx, "", "/book/north"), "Ingrid Haaland"));
}

TEST(presence_is_what_is_planned_and_a_return_counts_only_after_the_leaving)
{
    static const struct {
        struct presence p;
        bool at[5]; /* at 0, 10, 15, 20 and 30 */
    } all[] = {
        { { true, 0, 0 }, { true, true, true, true, true } },
        { { false, 0, 0 }, { false, false, false, false, false } },
        { { true, 0, 10 }, { true, false, false, false, false } },
        { { false, 10, 0 }, { false, true, true, true, true } },
        { { false, 10, 20 }, { false, true, true, false, false } },
        { { true, 20, 10 }, { true, false, false, true, true } }, /* away for a while */
    };
    static const int64_t at[] = { 0, 10, 15, 20, 30 };
    (void)cx;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (size_t j = 0; j < 5; j++) CHECK(presence_holds(&all[i].p, at[j]) == all[i].at[j]);
    CHECK(presence_between(&all[3].p, 5, 11) && !presence_between(&all[3].p, 5, 10));
    CHECK(presence_between(&all[5].p, 12, 21) && !presence_between(&all[5].p, 12, 20));
    CHECK_INT(presence_first(&all[3].p, 3), 10);
    CHECK_INT(presence_first(&all[3].p, 30), 30);
    CHECK_INT(presence_first(&all[5].p, 3), 3);
}
