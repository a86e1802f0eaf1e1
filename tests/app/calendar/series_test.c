/* series_test.c - appointments that repeat. */
#include "tests/support/practice.h"

#define ROOT "/g/north/calendar"
#define ALL "SELECT count(*) FROM appointments WHERE series_id IS NOT NULL"

static struct page book(struct cx *cx, const char *date, const char *time, const char *how,
                        const char *times, const char *until, const char *misses)
{
    return post(cx, "freya", ROOT, "location", "l-riverside", "practitioner", "u-ben", "patient",
                "q-anna", "type", "t-review", "date", date, "time", time, "repeat", how, "times",
                times, "until", until, "misses", misses, NULL);
}

static const char *nth(struct cx *cx, int n)
{
    struct table t;
    if (db_select(cx, &t,
                  SQL_GLOBAL("SELECT id FROM appointments WHERE series_id IS NOT NULL"
                             " ORDER BY starts_at LIMIT 100"))
            != OK
        || (size_t)n >= t.rows)
        return "none";
    return cell_text(&t, (size_t)n, "id");
}

static const char *at(struct cx *cx, const char *id, const char *page)
{
    return arena_print(cx->mem, ROOT "/%s%s", id, page);
}

/* How many of the series begin at this minute of the UTC day. */
static int64_t beginning(struct cx *cx, int64_t minute)
{
    struct table t;
    CHECK_INT(db_select(cx, &t,
                        SQL_GLOBAL("SELECT count(*) AS n FROM appointments WHERE series_id IS NOT"
                                   " NULL AND starts_at % 86400000000 = $1"),
                        MINUTES(minute)),
              OK);
    return table_number(&t);
}

TEST(a_series_is_at_the_same_time_by_the_wall_over_daylight_saving)
{
    practice_begin(cx);
    struct page page = book(cx, "2027-03-15", "9:00", "1", "6", "", "");
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT(ALL), 6);
    CHECK_INT(COUNT("SELECT count(DISTINCT series_id) FROM appointments"), 1);
    CHECK_INT(beginning(cx, 22 * 60), 3); /* +11 until 4 April */
    CHECK_INT(beginning(cx, 23 * 60), 3);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.booked'"), 6);
    must_run(cx, "DELETE FROM appointments WHERE series_id IS NOT NULL;"
                 "UPDATE locations SET time_zone = 'Australia/Lord_Howe' WHERE id = 'l-riverside'");
    CHECK_INT(book(cx, "2027-03-15", "9:00", "2", "", "2027-05-10", "").status, 303);
    CHECK_INT(COUNT(ALL), 5);
    CHECK_INT(beginning(cx, 22 * 60), 2);
    CHECK_INT(beginning(cx, 22 * 60 + 30), 3);
}

TEST(every_month_is_the_same_day_or_the_last)
{
    practice_begin(cx);
    must_run(cx, "DELETE FROM working_hours");
    CHECK_INT(book(cx, "2027-01-31", "9:00", "month", "4", "", "").status, 303);
    CHECK(has_text(get(cx, "freya", ROOT "?date=2027-02-28&location=l-riverside"), "A. Aster"));
    CHECK(has_text(get(cx, "freya", ROOT "?date=2027-03-31&location=l-riverside"), "A. Aster"));
    CHECK(has_text(get(cx, "freya", ROOT "?date=2027-04-30&location=l-riverside"), "A. Aster"));
    CHECK_INT(COUNT(ALL), 4);
}

TEST(what_is_wrong_with_a_series_is_said_and_nothing_is_booked)
{
    static const struct {
        const char *how, *times, *until, *said;
    } all[] = {
        { "0", "3", "", "Choose from the list how it repeats" },
        { "13", "3", "", "Choose from the list how it repeats" },
        { "1x", "3", "", "Choose from the list how it repeats" },
        { "1", "", "", "Say how many times, or until when" },
        { "1", "3", "2027-02-01", "not both" },
        { "1", "1", "", "from 2 to 52" },
        { "1", "53", "", "from 2 to 52" },
        { "1", "-3", "", "from 2 to 52" },
        { "1", "", "31 2 2027", "Enter a date like" },
        { "1", "", "2026-11-25", "Choose a later day" },
        { "1", "", "2020-01-01", "Choose a later day" },
        { "1", "", "2028-12-01", "more than 52" },
    };
    practice_begin(cx);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct page page =
            book(cx, "2026-11-23", "8:00", all[i].how, all[i].times, all[i].until, "");
        CHECK_INT(page.status, 422);
        CHECK(has_text(page, all[i].said));
    }
    CHECK_INT(COUNT("SELECT count(*) FROM appointments"), 6);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind LIKE 'appointment%'"), 0);
    CHECK_INT(book(cx, "2026-11-23", "8:00", "1", "52", "", "").status, 303);
    CHECK_INT(COUNT(ALL), 52);
}

TEST(what_does_not_fit_is_shown_before_anything_is_booked)
{
    practice_begin(cx);
    /* The 30th is taken, and the 7th of December is no day of work after 17:00. */
    CHECK_INT(book(cx, "2026-11-30", "16:30", "4", "2", "", "").status, 303);
    must_run(cx, "UPDATE appointments SET series_id = NULL");
    struct page page = book(cx, "2026-11-23", "16:30", "1", "3", "", "");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "One of 3 cannot be as chosen:"));
    CHECK(has_text(page, "Mon 30 Nov 2026, 16:30: Ben &lt;b&gt;Brandt has an appointment from"));
    CHECK(has_text(page, "value=\"fit\"") && has_text(page, "value=\"all\""));
    CHECK(has_text(page, "value=\"2026-11-23\""));
    CHECK_INT(COUNT(ALL), 0);
    CHECK_INT(book(cx, "2026-11-23", "16:30", "1", "3", "", "fit").status, 303);
    CHECK_INT(COUNT(ALL), 2);
    must_run(cx, "DELETE FROM appointments WHERE series_id IS NOT NULL");
    CHECK_INT(book(cx, "2026-11-23", "16:30", "1", "3", "", "all").status, 303);
    CHECK_INT(COUNT(ALL), 3);
    must_run(cx, "DELETE FROM appointments WHERE series_id IS NOT NULL;"
                 "UPDATE locations SET no_overlap = 1 WHERE id = 'l-riverside'");
    page = book(cx, "2026-11-23", "16:30", "1", "3", "", "all");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "does not allow two at once"));
    CHECK_INT(COUNT(ALL), 0);
    CHECK_INT(book(cx, "2026-11-23", "16:30", "1", "3", "", "fit").status, 303);
    CHECK_INT(COUNT(ALL), 2);
}

TEST(hours_of_work_count_and_none_that_fits_is_no_series)
{
    practice_begin(cx);
    struct page page = book(cx, "2026-11-25", "9:00", "1", "3", "", ""); /* Wednesdays */
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "3 of 3 cannot be") && has_text(page, "Outside of the working hours of"));
    CHECK_INT(book(cx, "2026-11-25", "9:00", "1", "3", "", "fit").status, 409);
    CHECK_INT(book(cx, "2026-11-23", "11:45", "1", "3", "", "").status, 409); /* into the break */
    CHECK_INT(COUNT(ALL), 0);
    CHECK_INT(book(cx, "2026-11-25", "9:00", "1", "3", "", "all").status, 303);
    CHECK_INT(COUNT(ALL), 3);
}

TEST(times_that_the_clocks_skip_are_left_out_and_never_moved)
{
    practice_begin(cx);
    must_run(cx, "DELETE FROM working_hours");
    struct page page = book(cx, "2027-09-26", "2:30", "1", "3", "", "all");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Sun 3 Oct 2027") && has_text(page, "there is no such time"));
    CHECK_INT(book(cx, "2027-09-26", "2:30", "1", "3", "", "fit").status, 303);
    CHECK_INT(COUNT(ALL), 2);
}

TEST(one_is_changed_alone_or_with_the_later_ones)
{
    practice_begin(cx);
    CHECK_INT(book(cx, "2026-11-23", "9:00", "1", "4", "", "").status, 303);
    const char *second = nth(cx, 1);
    CHECK(has_text(get(cx, "freya", at(cx, second, "")), "2 of 4"));
    CHECK(has_text(get(cx, "freya", at(cx, second, "/move")), "This one and the 2 later ones"));
    CHECK(!has_text(get(cx, "freya", at(cx, nth(cx, 3), "/move")), "name=\"later\""));
    CHECK_INT(post(cx, "freya", at(cx, second, "/move"), "version", "1", "date", "2026-11-30",
                   "time", "10:00", "practitioner", "u-ben", "location", "l-riverside", NULL)
                  .status,
              303);
    CHECK_INT(beginning(cx, 23 * 60), 1);
    CHECK_INT(post(cx, "freya", at(cx, second, "/move"), "version", "2", "date", "2026-12-07",
                   "time", "10:30", "practitioner", "u-ben", "location", "l-riverside", "later",
                   "1", NULL)
                  .status,
              303); /* a week later, onto the place of the next, which goes first */
    CHECK_INT(beginning(cx, 23 * 60 + 30), 3);
    CHECK_INT(beginning(cx, 22 * 60), 1); /* the first is earlier */
    CHECK(has_text(get(cx, "freya", ROOT "?date=2026-12-21&location=l-riverside"), "10:30"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.moved'"), 4);
    CHECK_INT(post(cx, "freya", at(cx, second, ""), "version", "3", "date", "2026-12-07", "time",
                   "10:30", "practitioner", "u-ben", "location", "l-riverside", "type", "t-review",
                   "minutes", "30", "note", "Bring shoes", "later", "1", NULL)
                  .status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE note = 'Bring shoes'"), 3);
}

TEST(a_change_of_the_later_ones_that_does_not_fit_is_shown_and_changes_nothing)
{
    practice_begin(cx);
    CHECK_INT(book(cx, "2026-11-23", "9:00", "1", "3", "", "").status, 303);
    CHECK_INT(book(cx, "2026-12-07", "14:00", "4", "2", "", "").status, 303);
    must_run(cx, "UPDATE appointments SET series_id = NULL WHERE starts_at % 86400000000 <>"
                 " 79200000000");
    const char *first = nth(cx, 0);
    struct page page =
        post(cx, "freya", at(cx, first, "/move"), "version", "1", "date", "2026-11-23", "time",
             "14:00", "practitioner", "u-ben", "location", "l-riverside", "later", "1", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "One of 3") && has_text(page, "name=\"later\" value=\"1\" checked"));
    CHECK_INT(beginning(cx, 22 * 60), 3);
    page = post(cx, "freya", at(cx, first, "/move"), "version", "1", "date", "2026-11-23", "time",
                "14:00", "practitioner", "u-ben", "location", "l-riverside", "later", "1", "misses",
                "fit", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(beginning(cx, 22 * 60), 1);
    CHECK_INT(beginning(cx, 3 * 60), 2);
}

TEST(the_later_ones_are_cancelled_together_and_what_is_over_stays)
{
    practice_begin(cx);
    CHECK_INT(book(cx, "2026-11-23", "9:00", "1", "5", "", "").status, 303);
    const char *second = nth(cx, 1);
    must_run(cx, arena_print(cx->mem, "UPDATE appointments SET state = 'arrived' WHERE id = '%s'",
                             nth(cx, 3)));
    struct page page =
        post(cx, "freya", at(cx, second, "/cancel"), "version", "1", "later", "1", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "name=\"later\" value=\"1\" checked"));
    CHECK_INT(post(cx, "freya", at(cx, second, "/cancel"), "version", "1", "reason", "Moved away",
                   "later", "1", NULL)
                  .status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE state = 'cancelled'"
                    " AND reason = 'Moved away'"),
              3);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE series_id IS NOT NULL AND state IN"
                    " ('booked', 'arrived')"),
              2);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.cancelled'"), 3);
}

TEST(a_later_one_out_of_reach_keeps_all_as_they_are)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen';"
                 "DELETE FROM working_hours");
    CHECK_INT(post(cx, "chen", ROOT, "location", "l-riverside", "practitioner", "u-chen", "patient",
                   "q-anna", "type", "t-review", "date", "2026-11-24", "time", "9:00", "repeat",
                   "1", "times", "3", NULL)
                  .status,
              303);
    must_run(cx, arena_print(cx->mem, "UPDATE appointments SET user_id = 'u-ben' WHERE id = '%s'",
                             nth(cx, 2)));
    CHECK_INT(post(cx, "chen", at(cx, nth(cx, 0), "/cancel"), "version", "1", "reason", "x",
                   "later", "1", NULL)
                  .status,
              403);
    CHECK_INT(post(cx, "chen", at(cx, nth(cx, 0), "/move"), "version", "1", "date", "2026-11-24",
                   "time", "10:00", "practitioner", "u-chen", "location", "l-riverside", "later",
                   "1", NULL)
                  .status,
              403);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE version > 1 OR state <> 'booked'"), 0);
    CHECK_INT(post(cx, "chen", ROOT, "location", "l-riverside", "practitioner", "u-ben", "patient",
                   "q-anna", "type", "t-review", "date", "2026-11-24", "time", "9:00", "repeat",
                   "1", "times", "3", NULL)
                  .status,
              403);
}
