/* profile_test.c - who may say who can be booked online, and what becomes of people who are
 * booking meanwhile. */
#include "tests/support/practice.h"

#define BEN "/g/north/settings/online-booking/u-ben/l-riverside"
#define CHEN "/g/north/settings/online-booking/u-chen/l-riverside"
#define CHECKLIST "/g/north/settings/users/u-ben/checklist/booking"

/* Everything that the fixture has online is on. */
static void begin(struct cx *cx)
{
    practice_begin(cx);
    must_run(cx, ONLINE_ON);
}

static struct page set(struct cx *cx, const char *who, const char *path, const char *visible,
                       const char *books, const char *version, const char *more)
{
    return post(cx, who, path, "visible", visible, "books", books, "lead", "4", "types", "t-review",
                "version", version, more, "1", NULL);
}

static void begin_booking(struct cx *cx)
{
    struct page page = post(cx, "", "/book/north/l-riverside/u-ben", "type", "t-review", "at",
                            "1795473000", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(post(cx, "", page.location, "first_name", "Nora", "last_name", "Nelson", "birth_date",
                   "2 1 1990", "email", "nora@home.example", "phone", "03 5550 1234", NULL)
                  .status,
              303);
}

TEST(one_s_own_or_with_full_access_everybody_s_and_it_is_in_the_audit_log)
{
    begin(cx);
    CHECK_INT(set(cx, "ben", BEN, "link", "known", "1", "x").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM booking_profiles WHERE id = 'bp-ben' AND visible = 'link'"
                    " AND books = 'known' AND lead_hours = 4 AND version = 2"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM booking_types WHERE user_id = 'u-ben' AND location_id ="
                    " 'l-riverside'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'booking.changed' AND about_name ="
                    " 'online booking of Ben <b>Brandt at Riverside' AND actor_id = 'u-ben'"),
              1);
    CHECK_INT(set(cx, "ben", CHEN, "public", "all", "0", "x").status, 403);
    CHECK_INT(get(cx, "ben", CHEN).status, 403);
    CHECK_INT(set(cx, "freya", CHEN, "public", "all", "0", "x").status, 303);
    CHECK_INT(set(cx, "chen", CHEN, "public", "none", "1", "x").status, 403); /* read only */
    CHECK_INT(get(cx, "chen", CHEN).status, 403);
    CHECK(has_text(get(cx, "chen", "/g/north/settings/online-booking"), "Patients can book Mr Chen"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'booking.changed'"), 2);
    struct page page = get(cx, "ben", "/g/north/settings/online-booking");
    CHECK(has_text(page, "Patients you have can book Ben &lt;b&gt;Brandt at Riverside, up to 4 hours"));
    CHECK(!has_text(page, "Chen"));
    page = get(cx, "gina", "/g/north/settings/online-booking");
    CHECK(has_text(page, "Chen"));
}

TEST(what_is_wrong_is_said_and_a_late_form_is_refused)
{
    begin(cx);
    struct page page = post(cx, "ben", BEN, "visible", "x", "books", "all", "lead", "400", "version",
                            "1", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Choose who sees it") && has_text(page, "from 0 to 336"));
    CHECK(has_text(page, "Choose at least one appointment type") && has_text(page, "value=\"400\""));
    CHECK_INT(set(cx, "ben", BEN, "public", "all", "7", "x").status, 409);
    CHECK_INT(set(cx, "freya", "/g/north/settings/online-booking/u-gina/l-riverside", "public",
                  "all", "0", "x")
                  .status,
              404);
    must_run(cx, "DELETE FROM planned_changes WHERE user_id = 'u-kavya' AND kind = 'activate'");
    CHECK_INT(set(cx, "freya", "/g/north/settings/online-booking/u-kavya/l-riverside", "public",
                  "all", "1", "x")
                  .status,
              409);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'booking.changed'"), 0);
}

TEST(turning_off_asks_what_becomes_of_those_who_are_booking_and_they_are_told)
{
    struct outbox out;
    begin(cx);
    begin_booking(cx);
    struct page page = set(cx, "ben", BEN, "public", "none", "1", "x");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "1 person is booking at this moment"));
    CHECK(has_text(page, "name=\"end_requests\""));
    CHECK_INT(COUNT("SELECT count(*) FROM bookings WHERE state = 'held'"), 1);
    CHECK_INT(set(cx, "ben", BEN, "public", "none", "1", "end_requests").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM bookings WHERE state = 'held'"), 0);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK(strstr(out.at[0].to, "nora@home.example"));
}

TEST(what_the_directory_says_is_changed_in_its_own_form)
{
    begin(cx);
    CHECK_INT(post(cx, "ben", "/g/north/settings/directory/u-ben/l-riverside", "languages",
                   "English", "about", "Backs", "version", "1", NULL)
                  .status,
              303);
    CHECK(has_text(get(cx, "", "/directory/bp-ben"), "Backs"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'directory.changed'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM booking_types WHERE user_id = 'u-ben' AND location_id ="
                    " 'l-riverside'"),
              2);
}

TEST(the_checklist_turns_all_of_it_off_tells_who_was_booking_and_turns_it_on_again)
{
    struct outbox out;
    begin(cx);
    begin_booking(cx);
    struct page page = get(cx, "freya", "/g/north/settings/users/u-ben/deactivate");
    CHECK(has_text(page, "Riverside: takes bookings, everybody sees the profile."));
    CHECK(has_text(page, "1 request is not confirmed yet"));
    CHECK_INT(post(cx, "freya", CHECKLIST, NULL).status, 303);
    CHECK(!has_text(get(cx, "", "/book/north"), "Brandt"));
    CHECK_INT(get(cx, "", "/directory/bp-ben").status, 404);
    CHECK_INT(COUNT("SELECT count(*) FROM bookings WHERE state = 'held'"), 0);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    page = get(cx, "freya", "/g/north/settings/users/u-ben/deactivate");
    CHECK(has_text(page, "Turned off"));
    CHECK_INT(post(cx, "freya", CHECKLIST "/undo", NULL).status, 303);
    CHECK(has_text(get(cx, "", "/book/north"), "Brandt"));
    CHECK_INT(COUNT("SELECT count(*) FROM booking_profiles WHERE id = 'bp-harbour' AND visible ="
                    " 'link' AND books = 'known'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM bookings WHERE state = 'held'"), 0); /* that stays ended */
}

TEST(what_was_changed_since_stays_when_the_checklist_is_undone)
{
    begin(cx);
    CHECK_INT(post(cx, "freya", CHECKLIST, NULL).status, 303);
    CHECK_INT(set(cx, "ben", BEN, "link", "none", "2", "x").status, 303);
    CHECK_INT(post(cx, "freya", CHECKLIST "/undo", NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM booking_profiles WHERE id = 'bp-ben' AND visible = 'link'"
                    " AND books = 'none'"),
              1);
}
