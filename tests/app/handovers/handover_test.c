/* handover_test.c - appointments that go from one practitioner to others. */
#include "tests/support/practice.h"

#include "work/queue.h"

static const char NEW[] = "/g/north/settings/users/u-ben/hand-over";

/* Begins one of ben's appointments; its page. */
static const char *begin(struct cx *cx)
{
    struct page page = post(cx, "freya", NEW, NULL);
    CHECK_INT(page.status, 303);
    return page.location;
}

static const char *at(struct cx *cx, const char *page, const char *more)
{
    return arena_print(cx->mem, "%s/%s", page, more);
}

static int64_t held_by(struct cx *cx, const char *user)
{
    struct table t;
    CHECK(db_run(cx, &t,
                 SQL_GLOBAL("SELECT count(*) FROM appointments WHERE user_id = $1"
                            " AND patient_id IS NOT NULL AND id <> 'a-anna'"),
                 &(struct value){ .kind = VALUE_TEXT, .text = user }, 1)
          == OK);
    return table_number(&t);
}

/* One more of Bert with ben at Harbour Street, so many half hours after a-bert. */
static void book(struct cx *cx, int n)
{
    must_run(cx, arena_print(cx->mem,
                             "INSERT INTO appointments (practice_id, id, location_id, user_id,"
                             " patient_id, starts_at, ends_at, created_at) VALUES ('north', 'a-%d',"
                             " 'l-harbour', 'u-ben', 'q-bert', %lld, %lld, 1);" NAME_APPOINTMENTS,
                             n, 1795388400000000LL + n * 1800000000LL,
                             1795390200000000LL + n * 1800000000LL));
}

TEST(appointments_go_to_whoever_is_free_and_back_again)
{
    struct outbox box;
    practice_begin(cx);
    CHECK(has_text(get(cx, "freya", NEW), "1 appointment is still to come"));
    const char *page = begin(cx);
    struct page choose = get(cx, "freya", page);
    CHECK(has_text(choose, "Free at that time"));
    CHECK(has_text(choose, "<option value=\"u-olga\" selected>Dr Olga Okafor</option>"));
    CHECK(!has_text(choose, "<option value=\"u-kavya\""));
    CHECK_INT(post(cx, "freya", page, "row-0", "u-olga", "then", "next", NULL).status, 303);
    CHECK(has_text(get(cx, "freya", at(cx, page, "check")), "Dr Olga Okafor gets 1 appointment"));
    CHECK_INT(post(cx, "freya", at(cx, page, "start"), NULL).status, 303);
    CHECK_INT(held_by(cx, "u-olga"), 0);
    work_all(cx, &box);
    CHECK_INT(held_by(cx, "u-olga"), 1);
    CHECK(has_text(get(cx, "freya", page), "Moved to Dr Olga Okafor"));
    CHECK(has_text(get(cx, "freya", page), "1 appointment was moved"));
    CHECK_INT((int)box.n, 1);
    CHECK_TEXT(box.at[0].to, "Olga Okafor <olga@north.example>");
    CHECK_TEXT(box.at[0].subject, "1 appointment moved to you");
    CHECK(!strstr(box.at[0].text, "Bert"));
    CHECK(has_text(get(cx, "freya", "/g/north/settings/users/u-ben/deactivate"), "Handed over"));
    CHECK_INT(post(cx, "freya", at(cx, page, "undo"), NULL).status, 303);
    work_all(cx, &box);
    CHECK_INT(held_by(cx, "u-ben"), 1);
    CHECK_TEXT(box.at[0].subject, "1 appointment moved back to Ben <b>Brandt");
    CHECK(has_text(get(cx, "freya", page), "1 appointment was moved back"));
    CHECK(has_text(get(cx, "freya", "/g/north/settings/users/u-ben/deactivate"), "Hand over…"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.moved'"), 2);
    CHECK_INT(post(cx, "freya", at(cx, page, "undo"), NULL).status, 303);
    work_all(cx, &box);
    CHECK_INT((int)box.n, 0);
}

/* What stops a row, and what its row says; nothing of it moves. */
static void stays(struct cx *cx, const char *script, const char *said)
{
    struct outbox box;
    practice_begin(cx);
    const char *page = begin(cx);
    CHECK_INT(post(cx, "freya", at(cx, page, "start"), NULL).status, 303);
    must_run(cx, script);
    work_all(cx, &box);
    CHECK(has_text(get(cx, "freya", page), said));
    CHECK(has_text(get(cx, "freya", page), "0 appointments were moved"));
    CHECK_INT(held_by(cx, "u-olga"), 0);
    CHECK_INT((int)box.n, 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.moved'"), 0);
}

TEST(each_is_looked_at_once_more_before_it_is_moved)
{
    stays(cx, "UPDATE appointments SET state = 'cancelled' WHERE id = 'a-bert'",
          "Changed meanwhile");
    stays(cx, "UPDATE appointments SET starts_at = starts_at + 60000000 WHERE id = 'a-bert'",
          "Changed meanwhile");
    stays(cx, "UPDATE appointments SET user_id = 'u-chen' WHERE id = 'a-bert'",
          "Changed meanwhile");
    stays(cx, "INSERT INTO working_hours VALUES ('north', 'l-harbour', 'u-olga', 1, 780, 1020)",
          "Dr Olga Okafor does not work then");
    stays(cx,
          "INSERT INTO appointments (practice_id, id, location_id, user_id, label, starts_at,"
          " ends_at, created_at) VALUES ('north', 'a-tea', 'l-riverside', 'u-olga', 'Tea',"
          " 1795389000000000, 1795389300000000, 1)",
          "Dr Olga Okafor is booked then");
    stays(cx,
          "DELETE FROM assignments WHERE user_id = 'u-olga';"
          "UPDATE users SET all_locations = 0 WHERE id = 'u-olga'",
          "Dr Olga Okafor does not work there");
}

TEST(what_has_begun_meanwhile_stays)
{
    struct outbox box;
    practice_begin(cx);
    const char *page = begin(cx);
    CHECK_INT(post(cx, "freya", at(cx, page, "start"), NULL).status, 303);
    cx->now = 1795388400000000LL + 1;
    work_all(cx, &box);
    CHECK_INT(held_by(cx, "u-olga"), 0);
    sign_in_again(cx, "freya");
    CHECK(has_text(get(cx, "freya", page), "Changed meanwhile"));
}

TEST(they_are_dealt_out_evenly)
{
    practice_begin(cx);
    for (int n = 2; n < 6; n++) book(cx, n);
    must_run(cx, "UPDATE users SET all_locations = 1 WHERE id = 'u-chen'");
    (void)begin(cx);
    CHECK_INT(COUNT("SELECT count(*) FROM handover_rows WHERE receiver_id = 'u-olga'"), 3);
    CHECK_INT(COUNT("SELECT count(*) FROM handover_rows WHERE receiver_id = 'u-chen'"), 2);
    practice_begin(cx);
    book(cx, 0); /* at the same time */
    (void)begin(cx);
    CHECK_INT(COUNT("SELECT count(*) FROM handover_rows WHERE receiver_id = 'u-olga'"), 1);
}

TEST(what_does_not_fit_is_said_before_and_can_be_chosen_otherwise)
{
    practice_begin(cx);
    book(cx, 4);
    must_run(cx, "INSERT INTO appointments (practice_id, id, location_id, user_id, label,"
                 " starts_at, ends_at, created_at) VALUES ('north', 'a-tea', 'l-riverside',"
                 " 'u-olga', 'Tea', 1795389000000000, 1795389300000000, 1)");
    const char *page = begin(cx);
    CHECK(has_text(get(cx, "freya", page), "2 appointments"));
    CHECK(has_text(get(cx, "freya", page), "Nobody is free then"));
    CHECK(has_text(get(cx, "freya", page), "Dr Olga Okafor (booked then)"));
    CHECK_INT(post(cx, "freya", page, "everyone", "u-olga", "then", "everyone", NULL).status, 303);
    CHECK(has_text(get(cx, "freya", page), "Dr Olga Okafor is booked then"));
    CHECK(has_text(get(cx, "freya", page), "1 fits, 1 needs a decision"));
    struct page check = get(cx, "freya", at(cx, page, "check"));
    CHECK(has_text(check, "1 does not fit and will stay"));
    CHECK(has_text(check, "Move 1 appointment"));
    post(cx, "freya", page, "row-0", "", "row-1", "", "then", "save", NULL);
    check = get(cx, "freya", at(cx, page, "check"));
    CHECK(has_text(check, "2 stay with Ben"));
    CHECK_INT(post(cx, "freya", at(cx, page, "start"), NULL).status, 409);
    post(cx, "freya", page, "row-0", "u-kavya", "row-1", "u-ben", "then", "save", NULL);
    CHECK_INT(COUNT("SELECT count(*) FROM handover_rows WHERE receiver_id IS NOT NULL"), 0);
}

TEST(many_are_moved_once_each_however_often_the_job_dies_or_runs)
{
    struct outbox box;
    practice_begin(cx);
    for (int n = 2; n < 42; n++) book(cx, n);
    const char *page = begin(cx);
    CHECK_INT(post(cx, "freya", at(cx, page, "start"), NULL).status, 303);
    must_run(cx,
             "INSERT INTO jobs (practice_id, id, kind, about, attempts_left, run_at, created_at)"
             " SELECT practice_id, 'again', kind, about, attempts_left, run_at, created_at"
             " FROM jobs WHERE kind = 'handover.work'");
    work_all(cx, &box);
    CHECK_INT(held_by(cx, "u-olga"), 41);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.moved'"), 41);
    CHECK_INT((int)box.n, 1);
    CHECK_TEXT(box.at[0].subject, "41 appointments moved to you");
}

TEST(it_stops_when_who_began_it_has_no_access_any_more)
{
    struct outbox box;
    practice_begin(cx);
    const char *page = begin(cx);
    CHECK_INT(post(cx, "freya", at(cx, page, "start"), NULL).status, 303);
    must_run(cx, "UPDATE users SET level = 'office', status = 'deactivated' WHERE id = 'u-freya'");
    recount_users(cx);
    work_all(cx, &box);
    CHECK_INT(held_by(cx, "u-olga"), 0);
    CHECK(has_text(get(cx, "olga", page), "Stopped, since Freya Nilsson"));
    practice_begin(cx);
    page = begin(cx);
    CHECK_INT(post(cx, "freya", at(cx, page, "start"), NULL).status, 303);
    must_run(cx, "UPDATE users SET level = 'office' WHERE id = 'u-freya'"); /* no users of hers */
    recount_users(cx);
    work_all(cx, &box);
    CHECK_INT(held_by(cx, "u-olga"), 0);
    CHECK(has_text(get(cx, "olga", page), "Stopped, since Freya Nilsson"));
}

TEST(what_was_only_begun_is_gone_after_a_week_and_what_was_done_stays)
{
    struct outbox box;
    practice_begin(cx);
    const char *page = begin(cx), *done = begin(cx);
    CHECK_INT(post(cx, "freya", at(cx, done, "start"), NULL).status, 303);
    work_all(cx, &box);
    cx->now += DAYS(7) + MINUTES(1);
    work_all(cx, &box);
    sign_in_again(cx, "freya");
    CHECK_INT(get(cx, "freya", page).status, 404);
    CHECK_INT(get(cx, "freya", done).status, 200);
    CHECK(!has_text(get(cx, "freya", done), "Take it back"));
    CHECK_INT(post(cx, "freya", at(cx, done, "undo"), NULL).status, 409);
}

TEST(only_full_access_hands_over)
{
    practice_begin(cx);
    const char *page = begin(cx);
    CHECK_INT(get(cx, "gina", NEW).status, 403);
    CHECK_INT(get(cx, "ben", page).status, 403);
    CHECK_INT(post(cx, "ben", at(cx, page, "start"), NULL).status, 403);
    CHECK_INT(get(cx, "zoe", page).status, 404);
    CHECK_INT(get(cx, "freya", "/g/north/settings/hand-overs/h-zoe").status, 404);
}
