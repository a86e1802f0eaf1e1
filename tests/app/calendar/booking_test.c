/* booking_test.c - booking, moving, changing and cancelling. */
#include "app/calendar/appointment.h"
#include "tests/support/practice.h"

#define ROOT "/g/north/calendar"

static struct page book(struct cx *cx, const char *who, const char *practitioner,
                        const char *patient, const char *date, const char *time, const char *more,
                        const char *value)
{
    return post(cx, who, ROOT, "location", "l-riverside", "practitioner", practitioner, "patient",
                patient, "type", "t-review", "date", date, "time", time, more, value, NULL);
}

static struct page book_ben(struct cx *cx, const char *time)
{
    return book(cx, "freya", "u-ben", "q-anna", "2026-11-24", time, "note", "");
}

static int64_t starts(struct cx *cx, const char *id)
{
    act_as(cx, "north", "freya");
    struct appointment *a;
    int64_t at = appointment_find(cx, id_of(id), &a) == OK ? a->starts_at : 0;
    (void)!act_end(cx, FORBIDDEN);
    return at;
}

TEST(an_appointment_is_booked_with_its_type_s_length_by_the_clock_of_the_location)
{
    practice_begin(cx);
    struct page page = book_ben(cx, "9:30");
    CHECK_INT(page.status, 303);
    CHECK(strstr(page.location, "date=2026-11-24"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE user_id = 'u-ben' AND patient_id ="
                    " 'q-anna' AND type_id = 't-review' AND state = 'booked'"
                    " AND starts_at = 1795473000000000 AND ends_at = starts_at + 1800000000"),
              1); /* 22:30 UTC the day before */
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.booked' AND about_name ="
                    " 'the appointment of patient 1001 on 24 Nov 2026 at 9:30 (Melbourne)'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE about_name LIKE '%Aster%' OR changes LIKE"
                    " '%Aster%'"),
              0);
    CHECK(has_text(get(cx, "freya", ROOT "?date=2026-11-24&location=l-riverside"), "A. Aster"));
}

TEST(what_is_missing_or_wrong_is_said_at_once_and_what_was_entered_stays)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", ROOT, "location", "l-riverside", "practitioner", "u-ben",
                            "date", "31 2 2026", "time", "25:00", "minutes", "3", "text", "aster",
                            "note", "Bring the x-ray", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Find and choose a patient"));
    CHECK(has_text(page, "Enter a date like") && has_text(page, "Enter a time like 9:30"));
    CHECK(has_text(page, "from 5 to 720") && has_text(page, "Bring the x-ray"));
    CHECK(has_text(page, "Anna Aster")); /* who was looked for is found all the same */
    CHECK_INT(book(cx, "freya", "u-ben", "q-zara", "2026-11-24", "9:30", "note", "").status, 422);
    CHECK_INT(book(cx, "freya", "u-gina", "q-anna", "2026-11-24", "9:30", "note", "").status, 422);
    CHECK_INT(book(cx, "freya", "u-kavya", "q-anna", "2026-11-24", "9:30", "note", "").status, 422);
    CHECK_INT(book(cx, "freya", "u-zoe", "q-anna", "2026-11-24", "9:30", "note", "").status, 422);
    CHECK_INT(book(cx, "freya", "u-ben", "q-anna", "2026-11-24", "9:30", "label", "Lunch").status,
              422);
    CHECK_INT(post(cx, "freya", ROOT, "location", "l-riverside", "patient", "q-anna", "type",
                   "t-south", "date", "2026-11-24", "time", "9:30", "minutes", "30", NULL)
                  .status,
              422);
    CHECK_INT(post(cx, "freya", ROOT, "location", "l-south", "patient", "q-anna", "date",
                   "2026-11-24", "time", "9:30", "minutes", "30", NULL)
                  .status,
              422);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments"), 6);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind LIKE 'appointment%'"), 0);
}

TEST(times_that_the_clocks_skip_are_refused_and_those_that_come_twice_are_the_first)
{
    practice_begin(cx);
    struct page page = book(cx, "freya", "u-ben", "q-anna", "2026-10-04", "2:30", "note", "");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "the clocks go forward then") && has_text(page, "3:30"));
    CHECK_INT(book(cx, "freya", "u-ben", "q-anna", "2027-04-04", "2:30", "note", "").status, 303);
    CHECK_INT(COUNT("SELECT starts_at FROM appointments WHERE starts_at > 1800000000000000"),
              1806766200000000); /* 3 April 15:30 UTC, still +11 */
    must_run(cx, "UPDATE locations SET time_zone = 'Australia/Lord_Howe' WHERE id = 'l-riverside'");
    CHECK_INT(book(cx, "freya", "u-ben", "q-bert", "2026-10-04", "2:15", "note", "").status, 422);
    CHECK_INT(book(cx, "freya", "u-ben", "q-bert", "2026-10-04", "2:30", "note", "").status, 303);
    CHECK_INT(COUNT("SELECT starts_at FROM appointments WHERE patient_id = 'q-bert' AND starts_at <"
                    " 1795000000000000"),
              1791041400000000); /* 3 October 15:30 UTC: +11 after half an hour's jump */
}

TEST(two_at_once_are_refused_with_the_time_unless_somebody_insists)
{
    practice_begin(cx);
    CHECK_INT(book_ben(cx, "9:30").status, 303);
    struct page page =
        book(cx, "freya", "u-ben", "q-bert", "2026-11-24", "9:45", "note", "Keep this");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Ben &lt;b&gt;Brandt has an appointment from 9:30 to 10:00 already"));
    CHECK(has_text(page, "Book anyway") && has_text(page, "Keep this"));
    CHECK(has_text(page, "value=\"q-bert\" checked"));
    CHECK_INT(book_ben(cx, "9:00").status, 303);  /* up to it */
    CHECK_INT(book_ben(cx, "10:00").status, 303); /* and from its end on */
    CHECK_INT(book_ben(cx, "8:45").status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE user_id = 'u-ben'"), 5);
    page = book(cx, "freya", "u-ben", "q-bert", "2026-11-24", "9:45", "anyway", "1");
    CHECK_INT(page.status, 303);
    must_run(cx, "UPDATE locations SET no_overlap = 1 WHERE id = 'l-riverside'");
    page = book(cx, "freya", "u-ben", "q-cleo", "2026-11-24", "9:45", "anyway", "1");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "does not allow two at once") && !has_text(page, "Book anyway"));
    page = book(cx, "freya", "", "q-cleo", "2026-11-24", "9:45", "note", "");
    CHECK_INT(page.status, 303); /* nobody is in nobody's way */
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE user_id = 'u-ben'"), 6);
}

TEST(cancelled_and_missed_appointments_give_their_time_back)
{
    practice_begin(cx);
    must_run(cx, "UPDATE appointments SET state = 'did_not_attend' WHERE id = 'a-lunch'");
    CHECK_INT(book(cx, "freya", "u-ben", "q-anna", "2026-11-23", "12:30", "note", "").status, 303);
    struct page page =
        post(cx, "freya", ROOT "/a-lunch/state", "state", "arrived", "version", "1", NULL);
    CHECK_INT(page.status, 409); /* meanwhile it is somebody else's */
    CHECK(has_text(page, "has an appointment from 12:30 to 13:00 already"));
}

TEST(kept_free_has_a_label_and_no_patient)
{
    practice_begin(cx);
    CHECK_INT(post(cx, "ben", ROOT, "location", "l-riverside", "practitioner", "u-ben", "label",
                   "Letters", "minutes", "20", "date", "24 Nov 2026", "time", "8", NULL)
                  .status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE label = 'Letters' AND patient_id IS"
                    " NULL"),
              1);
    CHECK_INT(
        COUNT("SELECT count(*) FROM audit WHERE about_name = 'time kept free on 24 Nov 2026 at"
              " 8:00 (Melbourne)'"),
        1);
}

TEST(moving_changes_where_and_when_and_nothing_else)
{
    practice_begin(cx);
    must_run(cx, "UPDATE appointments SET note = 'Ground floor' WHERE id = 'a-anna'");
    struct page page =
        post(cx, "freya", ROOT "/a-anna/move", "version", "1", "date", "2026-11-25", "time",
             "14:00", "practitioner", "u-ben", "location", "l-harbour", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(
        COUNT("SELECT count(*) FROM appointments WHERE id = 'a-anna' AND user_id = 'u-ben' AND"
              " location_id = 'l-harbour' AND starts_at = 1795575600000000 AND ends_at ="
              " starts_at + 3600000000 AND type_id = 't-first' AND note = 'Ground floor'"
              " AND patient_id = 'q-anna' AND version = 2"),
        1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.moved' AND changes LIKE"
                    " '%Mr Chen Wei%' AND changes LIKE '%Harbour St%'"),
              1);
    page = post(cx, "freya", ROOT "/a-anna/move", "version", "2", "date", "2026-11-25", "time",
                "14:00", "practitioner", "u-ben", "location", "l-harbour", NULL);
    CHECK_INT(page.status, 303); /* the same again is no change */
    CHECK_INT(COUNT("SELECT version FROM appointments WHERE id = 'a-anna'"), 2);
    page = post(cx, "freya", ROOT "/a-anna/move", "version", "2", "date", "2026-11-23", "time",
                "10:15", "practitioner", "u-ben", "location", "l-harbour", NULL);
    CHECK_INT(page.status, 409); /* bert is there */
    CHECK(has_text(page, "from 10:00 to 10:30 already") && has_text(page, "10:15"));
    CHECK(starts(cx, "a-anna") == 1795575600000000);
}

TEST(what_needs_a_practitioner_is_handed_over_by_moving_it)
{
    practice_begin(cx);
    CHECK(has_text(get(cx, "freya", ROOT "?date=2026-11-23&location=l-riverside"),
                   "Needs a practitioner"));
    CHECK_INT(post(cx, "freya", ROOT "/a-cleo/move", "version", "1", "date", "2026-11-23", "time",
                   "11:00", "practitioner", "u-ben", "location", "l-riverside", NULL)
                  .status,
              303);
    CHECK_INT(post(cx, "freya", ROOT "/a-open/move", "version", "1", "date", "2026-11-23", "time",
                   "12:00", "practitioner", "u-ben", "location", "l-riverside", NULL)
                  .status,
              303);
    CHECK(!has_text(get(cx, "freya", ROOT "?date=2026-11-23&location=l-riverside"),
                    "Needs a practitioner"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE user_id = 'u-ben'"), 4);
}

TEST(editing_keeps_the_patient_and_settles_what_only_one_side_changed)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", ROOT "/a-anna/edit");
    const char *mark = strstr(page.body, "name=\"was\" value=\"");
    CHECK(mark != NULL);
    if (!mark) return;
    mark += strlen("name=\"was\" value=\"");
    const char *was = arena_copy(cx->mem, mark, strcspn(mark, "\""));
    CHECK_INT(post(cx, "ben", ROOT "/a-anna/move", "version", "1", "date", "2026-11-25", "time",
                   "9:30", "practitioner", "u-chen", "location", "l-riverside", NULL)
                  .status,
              303);
    page = post(cx, "freya", ROOT "/a-anna", "version", "1", "was", was, "date", "2026-11-23",
                "time", "09:30", "practitioner", "u-chen", "location", "l-riverside", "type",
                "t-first", "minutes", "60", "note", "Late", "patient", "q-bert", NULL);
    CHECK_INT(page.status, 303); /* one changed the day, the other the note */
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE id = 'a-anna' AND note = 'Late'"
                    " AND starts_at = 1795559400000000 AND patient_id = 'q-anna' AND version = 3"),
              1);
    page = post(cx, "freya", ROOT "/a-anna", "version", "1", "was", was, "date", "2026-11-26",
                "time", "09:30", "practitioner", "u-chen", "location", "l-riverside", "type",
                "t-first", "minutes", "60", "note", "Late", NULL);
    CHECK_INT(page.status, 409); /* both changed the day */
    CHECK(has_text(page, "26 Nov 2026") && has_text(page, "25 Nov 2026"));
    CHECK_INT(COUNT("SELECT version FROM appointments WHERE id = 'a-anna'"), 3);
}

/* Chen's own column at Harbour St, where he is not assigned any more. */
TEST(what_an_appointment_has_stays_a_choice_when_it_is_offered_no_more)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen';"
                 "UPDATE appointments SET location_id = 'l-harbour', starts_at = 1792978200000000,"
                 " ends_at = 1792981800000000 WHERE id = 'a-anna'");
    struct page page = get(cx, "chen", ROOT "/a-anna/edit");
    CHECK(has_text(page, "value=\"l-harbour\" selected"));
    page = post(cx, "chen", ROOT "/a-anna", "version", "1", "date", "2026-10-26", "time", "09:30",
                "practitioner", "u-chen", "location", "l-harbour", "type", "t-first", "minutes",
                "45", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE id = 'a-anna' AND location_id ="
                    " 'l-harbour' AND ends_at - starts_at = 2700000000"),
              1);
}

/* Browsers send two characters at the end of a line. */
TEST(a_note_of_several_lines_that_comes_back_as_it_was_is_no_change)
{
    practice_begin(cx);
    CHECK_INT(
        book(cx, "freya", "u-ben", "q-anna", "2026-11-24", "9:00", "note", "One\r\nTwo").status,
        303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE note = 'One\nTwo'"), 1);
    act_as(cx, "north", "freya");
    struct appointment_filter filter = { .practitioner = id_of("u-ben"), .to = INT64_MAX };
    struct appointment_list list;
    filter.from = TEST_NOW + DAYS(2);
    CHECK(appointment_list(cx, &filter, &list) == OK && list.n == 1);
    struct id id = list.at[0].id;
    CHECK(act_end(cx, OK) == OK);
    CHECK_INT(post(cx, "freya", arena_print(cx->mem, ROOT "/%s", id.text), "version", "1", "date",
                   "2026-11-24", "time", "09:00", "practitioner", "u-ben", "location",
                   "l-riverside", "type", "t-review", "minutes", "30", "note", "One\r\nTwo", NULL)
                  .status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE note = 'One\nTwo' AND version = 1"),
              1);
}

TEST(cancelling_needs_a_reason_and_is_final)
{
    practice_begin(cx);
    struct page page =
        post(cx, "freya", ROOT "/a-anna/cancel", "version", "1", "reason", "  ", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter why it is cancelled"));
    CHECK_INT(
        post(cx, "freya", ROOT "/a-anna/cancel", "version", "7", "reason", "Unwell", NULL).status,
        409);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE state = 'cancelled'"), 0);
    CHECK_INT(
        post(cx, "freya", ROOT "/a-anna/cancel", "version", "1", "reason", "Unwell", NULL).status,
        303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE id = 'a-anna' AND state = 'cancelled'"
                    " AND reason = 'Unwell'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.cancelled'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE changes LIKE '%Unwell%'"), 0);
    CHECK_INT(
        post(cx, "freya", ROOT "/a-anna/cancel", "version", "2", "reason", "Again", NULL).status,
        303); /* it is */
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.cancelled'"), 1);
    CHECK_INT(
        post(cx, "freya", ROOT "/a-anna/state", "version", "2", "state", "arrived", NULL).status,
        409);
    page = post(cx, "freya", ROOT "/a-anna/move", "version", "2", "date", "2026-11-25", "time",
                "9:30", "practitioner", "u-ben", "location", "l-riverside", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "value=\"2026-11-25\"") && has_text(page, "Book a new one instead"));
    page = get(cx, "freya", ROOT "/a-anna");
    CHECK(has_text(page, "Unwell") && !has_text(page, "Move…"));
    CHECK(has_text(get(cx, "freya", ROOT "?date=2026-11-23&location=l-riverside"), "1 cancelled"));
}

TEST(how_it_went_is_noted_once_and_never_over_a_newer_version)
{
    practice_begin(cx);
    CHECK_INT(
        post(cx, "freya", ROOT "/a-anna/state", "version", "1", "state", "arrived", NULL).status,
        303);
    CHECK_INT(
        post(cx, "freya", ROOT "/a-anna/state", "version", "1", "state", "arrived", NULL).status,
        303); /* it is */
    CHECK_INT(
        post(cx, "freya", ROOT "/a-anna/state", "version", "1", "state", "completed", NULL).status,
        409);
    CHECK_INT(
        post(cx, "freya", ROOT "/a-anna/state", "version", "2", "state", "cancelled", NULL).status,
        404); /* that takes a reason */
    CHECK_INT(
        post(cx, "freya", ROOT "/a-anna/state", "version", "2", "state", "eaten", NULL).status,
        404);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE state = 'arrived'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.state_changed'"), 1);
}

TEST(free_times_lie_in_working_hours_and_between_appointments)
{
    practice_begin(cx);
    struct free_times free;
    static const int64_t wanted[] = {
        1795381200000000, 1795384800000000,
        1795388400000000, 1795392000000000, /* Monday 8:00 to 11:00 */
        1795400100000000,                   /* 13:15, after lunch that runs into the hours */
        1795403700000000,
    };
    act_as(cx, "north", "freya");
    CHECK(
        appointment_free(cx, id_of("l-riverside"), id_of("u-ben"), id_of(""), 60, cx->now, 6, &free)
        == OK);
    CHECK_INT(free.n, 6);
    /* 10:00 to 10:30 is bert's at the other location, so 10:00 is not free. */
    CHECK(free.at[0] == wanted[0] && free.at[1] == wanted[1]);
    CHECK(free.at[2] == wanted[2] + INT64_C(1800000000)); /* 10:30 */
    CHECK(free.at[3] == wanted[4] && free.at[4] == wanted[5]);
    CHECK(appointment_free(cx, id_of("l-riverside"), id_of("u-ben"), id_of(""), 600, cx->now, 6,
                           &free)
          == OK);
    CHECK_INT(free.n, 0);
    (void)!act_end(cx, OK);
    must_run(cx, "UPDATE appointments SET state = 'cancelled' WHERE id = 'a-bert'");
    act_as(cx, "north", "freya");
    CHECK(
        appointment_free(cx, id_of("l-riverside"), id_of("u-ben"), id_of(""), 60, cx->now, 6, &free)
        == OK);
    CHECK(free.at[2] == wanted[2]); /* 10:00 is free again */
    (void)!act_end(cx, OK);
    act_as(cx, "north", "chen"); /* reads only, and the own column */
    CHECK(
        appointment_free(cx, id_of("l-riverside"), id_of("u-ben"), id_of(""), 60, cx->now, 6, &free)
        == FORBIDDEN);
    (void)!act_end(cx, FORBIDDEN);
}

TEST(a_form_for_somebody_elses_column_tells_no_free_times)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen'");
    struct page page =
        get(cx, "chen", ROOT "/new?date=2026-11-23&location=l-riverside&practitioner=u-ben");
    CHECK_INT(page.status, 200);
    CHECK(!has_text(page, "name=\"at\""));
}

TEST(an_appointment_is_never_written_over_a_newer_version)
{
    practice_begin(cx);
    must_run(cx, "UPDATE appointments SET version = 2 WHERE id = 'a-anna'");
    act_as(cx, "north", "freya");
    struct appointment *a;
    CHECK(appointment_find(cx, id_of("a-anna"), &a) == OK);
    struct appointment_draft draft = appointment_as_draft(cx, a);
    draft.minutes = "45";
    CHECK(appointment_update(cx, a, &draft, 1, false) == CONFLICT);
    CHECK(cx->reason && strcmp(cx->reason, "stale") == 0);
    (void)!act_end(cx, CONFLICT);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE id = 'a-anna' AND version = 2"
                    " AND ends_at - starts_at = 3600000000"),
              1);
}

TEST(a_retired_type_is_booked_no_more_and_stays_where_it_is)
{
    practice_begin(cx);
    must_run(cx, "UPDATE appointment_types SET retired = 1 WHERE id = 't-review'");
    CHECK_INT(book_ben(cx, "9:30").status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE practice_id = 'north'"), 5);
    CHECK_INT(post(cx, "freya", ROOT "/a-cleo", "version", "1", "date", "2026-11-23", "time",
                   "11:00", "practitioner", "u-ben", "location", "l-riverside", "type", "t-review",
                   "minutes", "30", NULL)
                  .status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE id = 'a-cleo' AND type_id ="
                    " 't-review' AND user_id = 'u-ben'"),
              1);
}

TEST(a_patient_who_is_merged_takes_the_appointments_along)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", "/g/north/patients/q-bert/merge/q-anna", "version", "1",
                            "other_version", "1", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE patient_id = 'q-anna'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE patient_id = 'q-bert'"), 3);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE version = 2"), 2);
}

TEST(where_something_was_dragged_to_is_filled_in_and_changes_nothing)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", ROOT "?date=2026-11-23&location=l-riverside");
    CHECK(has_text(page, "data-lane=\"u-ben\" data-day=\"2026-11-23\""));
    CHECK(has_text(page, "data-from=\"480\" data-to=\"1080\"") && has_text(page, "data-move"));
    page = get(cx, "freya", ROOT "/a-anna/move?date=2026-11-24&time=14:35&practitioner=u-ben");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "value=\"2026-11-24\"") && has_text(page, "value=\"14:35\""));
    CHECK(has_text(page, "<option value=\"u-ben\" selected>"));
    page = get(cx, "freya", ROOT "/a-anna/move?date=2026-02-31&time=25:00&practitioner=u-zoe");
    CHECK(has_text(page, "value=\"2026-11-23\"") && has_text(page, "value=\"09:30\""));
    CHECK(has_text(page, "<option value=\"u-chen\" selected>") && !has_text(page, "u-zoe"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE version = 1"), 6);
    CHECK(!has_text(get(cx, "chen", ROOT "?date=2026-11-23"), "data-move")); /* Read Only */
    CHECK(!has_text(get(cx, "chen", ROOT "?date=2026-11-23"), "data-lane"));
}
