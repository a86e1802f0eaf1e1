/* online_test.c - booking online: what a visitor sees, keeps, books and cancels. */
#include "base/secret.h"
#include "tests/support/practice.h"

#define BEN "/book/north/l-riverside/u-ben"
#define HARBOUR "/book/north/l-harbour/u-ben"
#define TUESDAY_930 "1795473000"

/* Everything that the fixture has online is on. */
static void begin(struct cx *cx)
{
    practice_begin(cx);
    must_run(cx, ONLINE_ON);
}

static struct page hold(struct cx *cx, const char *at)
{
    return post(cx, "", BEN, "type", "t-review", "at", at, NULL);
}

static struct page details(struct cx *cx, const char *kept, const char *last, const char *born,
                           const char *email)
{
    return post(cx, "", kept, "first_name", "Nora", "last_name", last, "birth_date", born, "email",
                email, "phone", "03 5550 1234", NULL);
}

static const char *path(struct cx *cx, const char *kept, const char *end)
{
    return arena_print(cx->mem, "%s%s", kept, end);
}

/* Up to the last step; the address of what is kept. */
static const char *ready(struct cx *cx)
{
    struct page page = hold(cx, TUESDAY_930);
    CHECK_INT(page.status, 303);
    if (!page.location) return "/";
    CHECK_INT(details(cx, page.location, "Nelson", "2 1 1990", "Nora@Home.example").status, 303);
    return page.location;
}

TEST(a_visitor_chooses_keeps_types_and_books_and_gets_a_mail_with_a_calendar_file)
{
    struct outbox out;
    begin(cx);
    struct page page = get(cx, "", "/book/north");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Ben &lt;b&gt;Brandt") && has_text(page, "Physiotherapist"));
    CHECK(has_text(page, "Riverside") && !has_text(page, "Harbour St")); /* by link only */
    CHECK(!has_text(page, "Kavya") && !has_text(page, "Olga") && !has_text(page, "<script"));
    CHECK(page.length < 15000);
    page = get(cx, "", BEN);
    CHECK(has_text(page, "First visit, 60 min") && has_text(page, "180.00"));
    page = get(cx, "", BEN "?type=t-review");
    CHECK(has_text(page, "value=\"" TUESDAY_930 "\"") && has_text(page, "Melbourne"));
    CHECK(page.length < 15000 && !has_text(page, "<script") && !has_text(page, "Anna"));
    CHECK_INT(COUNT("SELECT count(*) FROM bookings WHERE state = 'held'"),
              0); /* looking keeps none */
    page = hold(cx, TUESDAY_930);
    CHECK_INT(page.status, 303);
    const char *kept = page.location;
    page = get(cx, "", kept);
    CHECK(has_text(page, "is kept for you until") && has_text(page, "Date of birth"));
    CHECK(!has_text(get(cx, "", BEN "?type=t-review"), "value=\"" TUESDAY_930 "\""));
    CHECK_INT(details(cx, kept, "Nelson", "2 1 1990", "Nora@Home.example").status, 303);
    page = get(cx, "", kept);
    CHECK(has_text(page, "Nora Nelson") && has_text(page, "2 Jan 1990"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE starts_at = 1795473000000000"), 0);
    CHECK_INT(post(cx, "", path(cx, kept, "/booking"), NULL).status, 303);
    CHECK(has_text(get(cx, "", kept), "Your appointment is booked"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments a JOIN patients p ON p.id = a.patient_id"
                    " WHERE a.user_id = 'u-ben' AND a.location_id = 'l-riverside' AND a.state ="
                    " 'booked' AND a.starts_at = 1795473000000000 AND a.ends_at ="
                    " 1795474800000000 AND a.type_id = 't-review' AND p.last_name = 'Nelson'"
                    " AND p.birth_date = '1990-01-02' AND p.email = 'Nora@home.example'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM patient_practitioners c JOIN patients p ON p.id ="
                    " c.patient_id WHERE p.last_name = 'Nelson' AND c.user_id = 'u-ben'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE actor_name = 'Online booking' AND kind IN"
                    " ('appointment.booked', 'patient.added')"),
              2);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE about_name LIKE '%Nelson%' OR changes LIKE"
                    " '%Nelson%' OR note LIKE '%Nelson%'"),
              0);
    CHECK_INT(post(cx, "", path(cx, kept, "/booking"), NULL).status, 303); /* twice is once */
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE starts_at = 1795473000000000"), 1);
    page = get(cx, "", path(cx, kept, "/appointment.ics"));
    CHECK_TEXT(page.type, "text/calendar; charset=utf-8");
    CHECK(has_text(page, "DTSTART:20261123T223000Z") && !has_text(page, "Nelson"));
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK(strstr(out.at[0].to, "Nora@home.example"));
    CHECK(strstr(out.at[0].text, "When: Tue 24 Nov 2026 at 9:30 (Melbourne)"));
    CHECK(!strstr(out.at[0].text, "Nelson") && !strstr(out.at[0].text, "Review"));
}

TEST(the_link_in_the_mail_shows_and_only_its_button_cancels)
{
    struct outbox out;
    begin(cx);
    const char *kept = ready(cx);
    CHECK_INT(post(cx, "", path(cx, kept, "/booking"), NULL).status, 303);
    work_all(cx, &out);
    const char *link = sent_link(cx, &out.at[0], "http://linden.example/bookings/");
    CHECK(*link);
    if (!*link) return;
    link += strlen("http://linden.example");
    cx->now += MINUTES(11); /* when what is only kept would have ended */
    work_all(cx, &out);
    struct page page = get(cx, "freya", link);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Do you want to cancel it?") && !has_text(page, "Nelson"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE state = 'cancelled'"), 0);
    page = post(cx, "", path(cx, link, "/cancellation"), NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE state = 'cancelled' AND reason ="
                    " 'Cancelled online' AND starts_at = 1795473000000000"),
              1);
    CHECK_INT(post(cx, "", path(cx, link, "/cancellation"), NULL).status, 303); /* twice is once */
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.cancelled'"), 1);
    CHECK(has_text(get(cx, "", link), "This appointment is cancelled"));
    CHECK(has_text(get(cx, "", BEN "?type=t-review"), "value=\"" TUESDAY_930 "\""));
    CHECK_INT(get(cx, "", "/bookings/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").status, 410);
    cx->now += DAYS(10);
    CHECK_INT(get(cx, "", link).status, 410); /* whenever it is cleaned up */
    work_all(cx, &out);
    CHECK_INT(get(cx, "", link).status, 410);
    CHECK_INT(COUNT("SELECT count(*) FROM bookings WHERE email LIKE 'Nora@%'"), 0);
    cx->now -= DAYS(10) + MINUTES(11);
}

TEST(a_kept_time_is_the_browser_s_that_asked_and_ends_after_ten_minutes)
{
    struct outbox out;
    begin(cx);
    const char *kept = ready(cx);
    CHECK_INT(get(cx, "freya", kept).status, 410);
    CHECK_INT(post(cx, "freya", path(cx, kept, "/booking"), NULL).status, 404);
    CHECK_INT(post(cx, "freya", BEN, "type", "t-review", "at", TUESDAY_930, NULL).status, 409);
    cx->now += MINUTES(10);
    CHECK(has_text(get(cx, "", kept), "not kept any more"));
    struct page page = post(cx, "", path(cx, kept, "/booking"), NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Choose a time again"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE starts_at = 1795473000000000"), 0);
    CHECK_INT(post(cx, "freya", BEN, "type", "t-review", "at", TUESDAY_930, NULL).status, 303);
    work_all(cx, &out);
    CHECK_INT(COUNT("SELECT count(*) FROM bookings WHERE last_name = 'Nelson' AND state = 'held'"),
              0);
    cx->now -= MINUTES(10);
}

TEST(another_time_gives_the_first_one_back_and_wrong_ones_are_refused)
{
    begin(cx);
    const char *kept = ready(cx);
    CHECK_INT(hold(cx, "1795474800").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM bookings WHERE state = 'held'"), 1);
    CHECK_INT(get(cx, "", kept).status, 410);
    CHECK_INT(hold(cx, "").status, 422);
    CHECK_INT(hold(cx, "1795473001").status, 409); /* no whole five minutes */
    CHECK_INT(hold(cx, "1795442400").status, 409); /* at night */
    CHECK_INT(hold(cx, "1795397400").status, 409); /* ben's lunch */
    CHECK_INT(hold(cx, "1795255200").status, 409); /* now */
    CHECK_INT(hold(cx, "99999999999999999999").status, 409);
    CHECK_INT(post(cx, "", BEN, "type", "t-south", "at", TUESDAY_930, NULL).status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM bookings WHERE state = 'held'"), 1);
    struct page page = details(cx, "/book/north/kept/bk-ben", "Nelson", "2 1 1990", "a@b.example");
    CHECK_INT(page.status, 404);
}

TEST(what_is_wrong_with_the_details_is_said_at_once_and_stays)
{
    begin(cx);
    struct page page = hold(cx, TUESDAY_930);
    const char *kept = page.location;
    page = post(cx, "", kept, "first_name", "Nora", "last_name", "", "birth_date", "31 2 1990",
                "email", "nora@", "phone", "12", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter your last name") && has_text(page, "31 2 1990"));
    CHECK(has_text(page, "value=\"Nora\"") && has_text(page, "value=\"nora@\""));
    CHECK_INT(post(cx, "", path(cx, kept, "/booking"), NULL).status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM patients WHERE last_name = 'Nelson'"), 0);
}

TEST(whoever_is_a_patient_is_booked_in_their_record_and_the_pages_are_the_same)
{
    begin(cx);
    must_run(cx, "UPDATE patients SET email = 'nora@home.example' WHERE id = 'q-anna'");
    struct page page = hold(cx, TUESDAY_930);
    const char *kept = page.location;
    CHECK_INT(details(cx, kept, "ASTER", "27 3 1980", "Nora@Home.example").status, 303);
    CHECK_INT(post(cx, "", path(cx, kept, "/booking"), NULL).status, 303);
    page = get(cx, "", kept);
    CHECK(has_text(page, "Your appointment is booked") && !has_text(page, "Anna"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE patient_id = 'q-anna' AND starts_at ="
                    " 1795473000000000"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM patients WHERE practice_id = 'north'"), 4);
}

TEST(who_differs_in_name_or_birth_is_another_patient_under_the_same_email_address)
{
    static const char *const others[][2] = { { "Alder", "27 3 1980" }, { "Aster", "28 3 1980" } };
    for (size_t i = 0; i < 2; i++) {
        begin(cx);
        must_run(cx, "UPDATE patients SET email = 'nora@home.example' WHERE id = 'q-anna'");
        struct page page = hold(cx, TUESDAY_930);
        CHECK_INT(
            details(cx, page.location, others[i][0], others[i][1], "nora@home.example").status,
            303);
        CHECK_INT(post(cx, "", path(cx, page.location, "/booking"), NULL).status, 303);
        CHECK_INT(COUNT("SELECT count(*) FROM patients WHERE practice_id = 'north'"), 5);
    }
}

static const char *ask_at_harbour(struct cx *cx, const char *last, const char *email)
{
    must_run(cx, "DELETE FROM working_hours WHERE location_id = 'l-harbour';"
                 "INSERT INTO working_hours (practice_id, location_id, user_id, weekday,"
                 " from_minute, to_minute) VALUES ('north', 'l-harbour', 'u-ben', 3, 480, 720)");
    struct page page = post(cx, "", HARBOUR, "type", "t-review", "at", "1795554000", NULL);
    CHECK_INT(page.status, 303);
    if (!page.location) return "/";
    CHECK_INT(details(cx, page.location, last, "27 3 1980", email).status, 303);
    CHECK_INT(post(cx, "", path(cx, page.location, "/booking"), NULL).status, 303);
    return page.location;
}

TEST(where_only_patients_may_book_the_page_says_the_same_to_everybody_and_the_mail_tells)
{
    struct outbox out;
    begin(cx);
    must_run(cx, "UPDATE patients SET email = 'nora@home.example' WHERE id = 'q-anna'");
    const char *kept = ask_at_harbour(cx, "Aster", "nora@home.example");
    const char *known = get(cx, "", kept).body;
    CHECK(strstr(known, "If you are a patient of Northside Allied Health"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE starts_at = 1795554000000000"), 0);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    const char *link = sent_link(cx, &out.at[0], "http://linden.example/bookings/");
    CHECK(*link);
    if (!*link) return;
    link += strlen("http://linden.example");
    CHECK(has_text(get(cx, "", link), "Do you want to book it?"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE starts_at = 1795554000000000"), 0);
    CHECK_INT(post(cx, "", path(cx, link, "/confirmation"), NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE patient_id = 'q-anna' AND starts_at ="
                    " 1795554000000000"),
              1);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK(strstr(out.at[0].subject, "Your appointment"));

    begin(cx);
    must_run(cx, "UPDATE patients SET email = 'nora@home.example' WHERE id = 'q-anna'");
    kept = ask_at_harbour(cx, "Aster", "other@home.example");
    struct page page = get(cx, "", kept);
    CHECK(has_text(page, "If you are a patient of Northside Allied Health"));
    CHECK_INT(COUNT("SELECT count(*) FROM bookings WHERE state = 'asked'"), 1); /* kept as long */
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK(strstr(out.at[0].text, "Nothing was booked"));
    CHECK(!*sent_link(cx, &out.at[0], "http://linden.example/bookings/"));
    CHECK_INT(COUNT("SELECT count(*) FROM patients WHERE practice_id = 'north'"), 4);
}

/* The link in the mail to a patient who asked, after `script`; how its button answers. */
static int confirmed_after(struct cx *cx, const char *script)
{
    struct outbox out;
    begin(cx);
    must_run(cx, "UPDATE patients SET email = 'nora@home.example' WHERE id = 'q-anna'");
    (void)ask_at_harbour(cx, "Aster", "nora@home.example");
    work_all(cx, &out);
    const char *link = out.n ? sent_link(cx, &out.at[0], "http://linden.example/bookings/") : "";
    CHECK(*link);
    if (!*link) return 0;
    link += strlen("http://linden.example");
    must_run(cx, script);
    int status = post(cx, "", path(cx, link, "/confirmation"), NULL).status;
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE starts_at = 1795554000000000"),
              status == 303);
    return status;
}

TEST(what_was_asked_for_is_booked_only_if_it_is_still_to_be_had)
{
    CHECK_INT(confirmed_after(cx, "UPDATE patients SET phone = '' WHERE id = 'q-anna'"), 303);
    CHECK_INT(confirmed_after(cx, "UPDATE patients SET state = 'merged', merged_into = 'q-bert'"
                                  " WHERE id = 'q-anna'"),
              409);
    CHECK_INT(confirmed_after(cx, "UPDATE working_hours SET from_minute = 500"
                                  " WHERE location_id = 'l-harbour'"),
              409);
}

TEST(a_time_that_comes_too_soon_for_the_practitioner_is_neither_shown_nor_kept)
{
    begin(cx);
    must_run(cx, "UPDATE booking_profiles SET lead_hours = 61 WHERE id = 'bp-ben'");
    CHECK(!has_text(get(cx, "", BEN "?type=t-review"), "value=\"" TUESDAY_930 "\""));
    CHECK_INT(hold(cx, TUESDAY_930).status, 409);
    must_run(cx, "UPDATE booking_profiles SET lead_hours = 60 WHERE id = 'bp-ben'");
    CHECK(has_text(get(cx, "", BEN "?type=t-review"), "value=\"" TUESDAY_930 "\""));
    CHECK_INT(hold(cx, TUESDAY_930).status, 303);
}

TEST(a_deactivated_practitioner_is_on_no_page_and_takes_no_booking_from_the_next_request_on)
{
    struct outbox out;
    begin(cx);
    const char *kept = ready(cx);
    /* Behind the program's back: no reaction, no job has turned anything off. */
    must_run(cx, "UPDATE users SET status = 'deactivated', deactivated_at = 1795255200000000"
                 " WHERE id = 'u-ben'");
    CHECK(!has_text(get(cx, "", "/book/north"), "Brandt"));
    struct page page = get(cx, "", BEN);
    CHECK_INT(page.status, 404);
    CHECK(has_text(page, "does not take online bookings") && !has_text(page, "Brandt"));
    CHECK(!has_text(get(cx, "", "/directory"), "Brandt"));
    CHECK_INT(get(cx, "", "/directory/bp-ben").status, 404);
    CHECK_INT(hold(cx, "1795474800").status, 404);
    page = post(cx, "", path(cx, kept, "/booking"), NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "This practitioner does not take online bookings."));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE starts_at = 1795473000000000"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM patients WHERE last_name = 'Nelson'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.booking'"), 0);
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
}

TEST(deactivating_ends_what_is_not_confirmed_and_tells_those_people)
{
    struct outbox out;
    begin(cx);
    const char *kept = ready(cx);
    struct page page = post(cx, "freya", "/g/north/settings/users/u-ben/deactivate", NULL);
    CHECK_INT(page.status, 303);
    page = get(cx, "", kept);
    CHECK(has_text(page, "This was not booked"));
    page = post(cx, "", path(cx, kept, "/booking"), NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "does not take online bookings"));
    work_all(cx, &out);
    bool told = false;
    for (size_t i = 0; i < out.n; i++)
        told |= strstr(out.at[i].to, "Nora@home.example")
                && strstr(out.at[i].text, "does not take online bookings");
    CHECK(told);
    CHECK_INT(COUNT("SELECT count(*) FROM booking_profiles WHERE user_id = 'u-ben' AND (visible <>"
                    " 'hidden' OR books <> 'none')"),
              0);
}

TEST(too_much_from_one_address_is_slowed_down_without_a_puzzle)
{
    begin(cx);
    struct page page = { 0 };
    for (int i = 0; i < 20; i++) page = hold(cx, i % 2 ? TUESDAY_930 : "1795474800");
    CHECK_INT(page.status, 303);
    page = hold(cx, TUESDAY_930);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Try again later, or call the practice"));
    cx->now += HOURS(1) + 1;
    CHECK_INT(hold(cx, TUESDAY_930).status, 303);
    cx->now -= HOURS(1) + 1;
    /* Nor from however many. */
    begin(cx);
    CHECK_INT(hold(cx, TUESDAY_930).status, 303);
    must_run(cx, "UPDATE tries SET n = 300 WHERE what = 'times kept of' AND who = 'north'");
    CHECK_INT(hold(cx, TUESDAY_930).status, 409);
    /* Nor as many bookings, nor mails to one person. */
    static const char *const most[] = { "UPDATE tries SET n = 10 WHERE what = 'booked from'",
                                        "UPDATE tries SET n = 5 WHERE what = 'bookings mailed'" };
    for (int i = 0; i < 3; i++) {
        begin(cx);
        CHECK_INT(post(cx, "", path(cx, ready(cx), "/booking"), NULL).status, 303);
        if (i < 2) must_run(cx, most[i]);
        page = hold(cx, "1795474800");
        CHECK_INT(details(cx, page.location, "Nelson", "2 1 1990", "NORA@home.example").status,
                  303);
        CHECK_INT(post(cx, "", path(cx, page.location, "/booking"), NULL).status,
                  i < 2 ? 409 : 303);
    }
}

TEST(what_is_changed_meanwhile_counts_at_every_step)
{
    begin(cx);
    const char *kept = ready(cx);
    CHECK_INT(post(cx, "freya", "/g/north/calendar", "location", "l-riverside", "practitioner",
                   "u-ben", "patient", "q-anna", "type", "t-review", "date", "2026-11-24", "time",
                   "9:45", NULL)
                  .status,
              303);
    struct page page = post(cx, "", path(cx, kept, "/booking"), NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "has just been taken"));
    must_run(cx, "UPDATE appointments SET state = 'cancelled' WHERE user_id = 'u-ben'");
    must_run(cx, "UPDATE appointment_types SET retired = 1 WHERE id = 't-review'");
    CHECK_INT(post(cx, "", path(cx, kept, "/booking"), NULL).status, 409);
    must_run(cx, "UPDATE appointment_types SET retired = 0 WHERE id = 't-review'");
    must_run(cx, "UPDATE working_hours SET from_minute = 600 WHERE from_minute < 600");
    CHECK_INT(post(cx, "", path(cx, kept, "/booking"), NULL).status, 409);
    must_run(cx, "UPDATE working_hours SET from_minute = 540 WHERE from_minute = 600");
    must_run(cx, "DELETE FROM assignments WHERE user_id = 'u-ben' AND location_id = 'l-riverside'");
    CHECK_INT(post(cx, "", path(cx, kept, "/booking"), NULL).status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM patients WHERE last_name = 'Nelson'"), 0);
}

TEST(nothing_of_a_practice_but_what_is_public_stands_on_its_pages)
{
    static const char *const pages[] = {
        "/book/north",       BEN,           BEN "?type=t-first",         "/directory",
        "/directory/bp-ben", "/book/south", "/book/south/l-south/u-zoe", "/book/north/l-south/u-zoe"
    };
    static const char *const secrets[] = { "Anna",   "Aster",  "Lunch", "Kavya",         "Freya",
                                           "Zander", "Quokka", "@",     "PHY0001234567", "u-zoe" };
    begin(cx);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct page page = get(cx, "", pages[i]);
        for (size_t s = 0; s < sizeof secrets / sizeof *secrets; s++)
            if (has_text(page, secrets[s]) && strcmp(secrets[s], "@") != 0) {
                failures++;
                printf("  %s shows %s\n", pages[i], secrets[s]);
            }
        CHECK(page.length < 15000);
    }
    CHECK_INT(get(cx, "", "/book/nowhere").status, 404);
    CHECK_INT(get(cx, "", "/directory/bp-zoe").status, 404);
    CHECK_INT(get(cx, "", "/directory/bp-harbour").status,
              404); /* whoever has the link books there */
    CHECK_INT(get(cx, "", HARBOUR).status, 200);
}

TEST(however_many_can_be_found_a_page_stays_small_and_says_that_there_are_more)
{
    begin(cx);
    must_run(cx,
             "INSERT INTO locations (practice_id, id, name, time_zone, created_at)"
             " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
             " SELECT 'north', 'l-' || i, 'Place of some length number ' || i, 'UTC', 1 FROM n;"
             "UPDATE users SET all_locations = 1 WHERE id = 'u-ben';"
             "INSERT INTO booking_profiles (practice_id, user_id, location_id, id, visible, books,"
             " lead_hours) SELECT 'north', 'u-ben', l.id, 'bp-' || l.id, 'public', 'all', 2"
             " FROM locations l WHERE l.name LIKE 'Place%'");
    static const char *const pages[] = { "/book/north", "/directory" };
    for (size_t i = 0; i < 2; i++) {
        struct page page = get(cx, "", pages[i]);
        CHECK_INT(page.status, 200);
        CHECK(page.length < 15000);
        CHECK(has_text(page, "are shown. Search for the others"));
    }
}

TEST(the_directory_finds_by_profession_place_language_and_day)
{
    begin(cx);
    CHECK_INT(post(cx, "olga", "/g/north/settings/locations/l-riverside", "version", "1", "name",
                   "Riverside", "address", "12 Quai de l'Été", "time_zone", "Australia/Melbourne",
                   NULL)
                  .status,
              303);
    CHECK_INT(post(cx, "olga", "/g/north/settings/directory/u-ben/l-riverside", "languages",
                   "Greek, Français", "about", "Knees & <b>hips", "version", "1", NULL)
                  .status,
              303);
    CHECK(has_text(get(cx, "", "/directory?place=quai+de+l%27ete&language=francais"), "Brandt"));
    CHECK(has_text(get(cx, "", "/directory?place=%C3%89T%C3%89&language=FRAN%C3%87"), "Brandt"));
    CHECK(!has_text(get(cx, "", "/directory?language=english"), "Brandt"));
    CHECK(has_text(get(cx, "", "/directory"), "Brandt"));
    CHECK(has_text(get(cx, "", "/directory?work=physiotherapist&place=river&language=greek&day=2"),
                   "Brandt"));
    CHECK(!has_text(get(cx, "", "/directory?work=dietitian"), "Brandt"));
    CHECK(!has_text(get(cx, "", "/directory?place=%25"), "Brandt"));
    CHECK(!has_text(get(cx, "", "/directory?day=3"), "Brandt"));
    struct page page = get(cx, "", "/directory/bp-ben");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Knees &amp; &lt;b&gt;hips") && has_text(page, "Greek, Français"));
    CHECK(has_text(page, "Mon, Tue") && has_text(page, BEN));
}

TEST(data_for_search_engines_cannot_end_its_block)
{
    begin(cx);
    must_run(cx, "UPDATE booking_profiles SET about = '</script><script>alert(1)</script>&amp;"
                 " <!-- \"' WHERE id = 'bp-ben'");
    struct page page = get(cx, "", "/directory/bp-ben");
    CHECK(has_text(page,
                   "<script type=\"application/ld+json\">{\"@context\":\"https://schema.org\""));
    CHECK(has_text(page, "\\u003c/script\\u003e\\u003cscript\\u003ealert(1)"));
    CHECK(has_text(page, "\"MedicalBusiness\"") && has_text(page, "Ben \\u003cb\\u003eBrandt"));
    const char *first = strstr(page.body, "<script");
    CHECK(first && !strstr(first + 1, "<script"));
    const char *end = strstr(page.body, "</script>");
    CHECK(end && !strstr(end + 1, "</script>"));
}
