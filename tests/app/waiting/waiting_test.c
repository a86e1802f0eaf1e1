/* waiting_test.c - who waits for a time that becomes free. */
#include "base/secret.h"
#include "tests/support/practice.h"

#define LIST "/book/north/l-riverside/u-ben/waiting"
#define DESK "/g/north/calendar/waiting"
#define WAITERS COUNT("SELECT count(*) FROM waiters WHERE practice_id = 'north' AND id <> 'wt-ben'")
#define KEPT(name) COUNT("SELECT kept_at FROM waiters WHERE name = '" name "'")
#define LINKS \
    COUNT("SELECT count(*) FROM waiter_links WHERE practice_id = 'north' AND waiter_id <> 'wt-ben'")
#define KEPT_UNTIL COUNT("SELECT expires_at FROM bookings WHERE state = 'held'")
#define REST                                                                                      \
    "INSERT INTO appointments (practice_id, id, location_id, user_id, label, starts_at, ends_at," \
    " created_at) VALUES ('north', 'a-rest', 'l-riverside', 'u-ben', 'Rest', 1795402800000000,"   \
    " 1795413600000000, 1)"
#define HELD COUNT("SELECT count(*) FROM bookings WHERE practice_id = 'north' AND state = 'held'")

/* Ben's Monday afternoon at Riverside is full: of a-full, 13:00 to 17:00. */
static void begin(struct cx *cx)
{
    practice_begin(cx);
    must_run(cx, ONLINE_ON);
    must_run(cx, "INSERT INTO appointments (practice_id, id, location_id, user_id, patient_id,"
                 " type_id, starts_at, ends_at, created_at) VALUES ('north', 'a-full',"
                 " 'l-riverside', 'u-ben', 'q-bert', 't-review', 1795399200000000,"
                 " 1795413600000000, 1);" NAME_APPOINTMENTS);
}

static struct page join(struct cx *cx, const char *name, const char *part, const char *until)
{
    return post(cx, "", LIST, "type", "t-review", "name", name, "email",
                arena_print(cx->mem, "%s@home.example", name), "until", until, part, "1", NULL);
}

static void cancel(struct cx *cx)
{
    CHECK_INT(
        post(cx, "freya", "/g/north/calendar/a-full/cancel", "version", "1", "reason", "Ill", NULL)
            .status,
        303);
}

static const struct sent *mail_to(const struct outbox *out, const char *who, const char *subject)
{
    for (size_t i = 0; i < out->n; i++)
        if (strstr(out->at[i].to, who) && strstr(out->at[i].subject, subject)) return &out->at[i];
    return NULL;
}

static const char *link_of(struct cx *cx, const struct sent *mail)
{
    const char *link = mail ? sent_link(cx, mail, "http") : NULL;
    const char *path = link ? strstr(link, "/waiting/") : NULL;
    CHECK(path);
    return path ? path : "/waiting/x";
}

static int press(struct cx *cx, const char *link, const char *button)
{
    return post(cx, "", arena_print(cx->mem, "%s/%s", link, button), NULL).status;
}

/* On the list; the link in the mail that was confirmed. */
static const char *wait_for(struct cx *cx, const char *name, const char *part, const char *until)
{
    struct outbox out;
    CHECK_INT(join(cx, name, part, until).status, 303);
    work_all(cx, &out);
    const char *link = link_of(cx, mail_to(&out, name, "Confirm your place on the waiting list"));
    CHECK_INT(press(cx, link, "confirmation"), 303);
    return link;
}

static void work_quietly(struct cx *cx)
{
    struct outbox out;
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
}

TEST(whoever_waits_gets_the_time_that_becomes_free_and_books_it_in_the_usual_steps)
{
    struct outbox out;
    begin(cx);
    struct page page = get(cx, "", "/book/north/l-riverside/u-ben?type=t-review");
    CHECK(has_text(page, LIST "?type=t-review"));
    page = get(cx, "", LIST "?type=t-review");
    CHECK_INT(page.status, 200);
    CHECK(page.length < 15000 && !has_text(page, "<script"));
    wait_for(cx, "nora", "afternoon", "2026-11-23");
    work_quietly(cx);
    CHECK_INT(HELD, 0);
    cancel(cx);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    const struct sent *mail = mail_to(&out, "nora", "A time has become free");
    CHECK(mail && !strstr(mail->text, "nora") && !strstr(mail->text, "Review"));
    const char *link = link_of(cx, mail);
    CHECK_INT(HELD, 1);
    CHECK(KEPT("nora") >= INT64_C(1795399200000000));
    page = get(cx, "", link); /* opening changes nothing */
    CHECK(has_text(page, "is kept for you until") && page.length < 15000);
    CHECK_INT(HELD, 1);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE created_at > 1"
                    " AND practice_id = 'north'"),
              0);
    page = post(cx, "", arena_print(cx->mem, "%s/booking", link), NULL);
    CHECK_INT(page.status, 303);
    const char *kept = page.location;
    CHECK_INT(post(cx, "", kept, "first_name", "Nora", "last_name", "Nelson", "birth_date",
                   "2 1 1990", "email", "nora@home.example", "phone", "03 5550 1234", NULL)
                  .status,
              303);
    CHECK_INT(post(cx, "", arena_print(cx->mem, "%s/booking", kept), NULL).status, 303);
    CHECK(has_text(get(cx, "", kept), "Your appointment is booked"));
    CHECK_INT(get(cx, "", link).status, 410);
    CHECK(!has_text(get(cx, "gina", DESK), "nora"));
    cx->now += DAYS(1);
    work_all(cx, &out);
    CHECK_INT(WAITERS, 0);
}

TEST(nobody_is_on_the_list_before_the_link_in_the_mail_is_confirmed)
{
    struct outbox out;
    begin(cx);
    struct page page = join(cx, "nora", "afternoon", "2026-11-23");
    CHECK(has_text(get(cx, "", page.location), "Confirm with its link"));
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    const struct sent *mail = mail_to(&out, "nora", "Confirm your place on the waiting list");
    const char *link = link_of(cx, mail);
    CHECK(!strstr(mail->text, "Review"));
    page = get(cx, "", link); /* opening confirms nothing */
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "You are not on the list yet") && page.length < 15000);
    CHECK(!has_text(get(cx, "gina", DESK), "nora"));
    cancel(cx);
    work_quietly(cx);
    CHECK_INT(HELD, 0);
    CHECK_INT(press(cx, link, "confirmation"), 303);
    CHECK_INT(press(cx, link, "confirmation"), 303); /* twice is once */
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'waiting.joined' AND about_id ="
                    " 'u-ben' AND changes NOT LIKE '%nora%'"),
              1);
    CHECK(has_text(get(cx, "gina", DESK), "nora@home.example"));
    /* only the hash is stored */
    struct table t;
    char hash[SECRET_SIZE];
    const char *secret = link + strlen("/waiting/");
    secret_hash(secret, hash);
    CHECK_INT(db_select(cx, &t,
                        SQL_GLOBAL("SELECT token_hash FROM waiter_links"
                                   " WHERE token_hash IN ($1, $2)"),
                        secret, (const char *)hash),
              OK);
    CHECK_INT(t.rows, 1);
    CHECK_TEXT(cell_text(&t, 0, "token_hash"), hash);
    CHECK_INT(LINKS, 1);
}

TEST(a_link_that_nobody_confirms_is_over_a_day_later_and_the_row_is_gone)
{
    struct outbox out;
    begin(cx);
    join(cx, "nora", "afternoon", "2026-12-23");
    work_all(cx, &out);
    const char *link = link_of(cx, mail_to(&out, "nora", "Confirm your place"));
    cx->now += HOURS(24);
    CHECK_INT(get(cx, "", link).status, 410);
    CHECK_INT(press(cx, link, "confirmation"), 404);
    work_quietly(cx);
    CHECK_INT(WAITERS, 0);
    CHECK_INT(LINKS, 0);
}

TEST(who_lets_it_go_by_is_not_told_of_it_again_and_the_next_one_is)
{
    struct outbox out;
    begin(cx);
    wait_for(cx, "nora", "afternoon", "2026-11-23");
    cx->now += MINUTES(1);
    wait_for(cx, "otto", "afternoon", "2026-11-23");
    cancel(cx);
    /* one time only: the rest of the afternoon is taken again */
    must_run(cx, REST);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    int64_t at = KEPT("nora");
    CHECK(at > 0);
    CHECK_INT(KEPT("otto"), 0);
    const char *link = link_of(cx, mail_to(&out, "nora", "has become free"));
    CHECK_INT(press(cx, link, "pass"), 303);
    work_all(cx, &out);
    CHECK_INT(KEPT("otto"), at);
    CHECK_INT(KEPT("nora"), 0);
    CHECK(mail_to(&out, "otto", "has become free") && out.n == 1);
    CHECK_INT(HELD, 1);
    /* otto does nothing: after a while it is free for everybody, and for neither of the two */
    cx->now = KEPT_UNTIL;
    work_quietly(cx);
    CHECK_INT(HELD, 0);
    CHECK_INT(WAITERS, 2);
    CHECK_INT(press(cx, link, "booking"), 409);
}

TEST(a_kept_time_is_not_over_at_night)
{
    struct outbox out;
    begin(cx);
    wait_for(cx, "nora", "afternoon", "2026-11-30");
    must_run(cx, "UPDATE appointments SET starts_at = starts_at + 604800000000,"
                 " ends_at = ends_at + 604800000000 WHERE id = 'a-full'");
    cx->now = INT64_C(1795348800000000); /* Sun 22 Nov, 23:00 there */
    cancel(cx);
    work_all(cx, &out);
    CHECK_INT(KEPT_UNTIL, INT64_C(1795392000000000)); /* Mon, 11:00 */
}

TEST(a_time_that_was_moved_away_from_is_told_of_and_one_that_was_free_before_is_not)
{
    struct outbox out;
    begin(cx);
    wait_for(cx, "nora", "afternoon", "2026-12-14");
    work_quietly(cx); /* next Monday is free all the time */
    CHECK_INT(post(cx, "freya", "/g/north/calendar/a-full", "version", "1", "location",
                   "l-riverside", "practitioner", "u-ben", "patient", "q-bert", "type", "t-review",
                   "date", "2026-12-07", "time", "13:00", "minutes", "240", NULL)
                  .status,
              303);
    work_all(cx, &out);
    CHECK(mail_to(&out, "nora", "has become free"));
    CHECK(KEPT("nora") >= INT64_C(1795399200000000));
    CHECK(KEPT("nora") < INT64_C(1795413600000000));
}

TEST(a_time_is_kept_only_for_whom_it_suits)
{
    begin(cx);
    wait_for(cx, "nora", "evening", "2026-11-30");
    wait_for(cx, "otto", "afternoon", "2026-11-22");
    cancel(cx);
    work_quietly(cx);
    CHECK_INT(HELD, 0);
    CHECK_INT(KEPT("nora") + KEPT("otto"), 0);
}

TEST(a_wish_is_gone_with_its_last_day_and_by_leaving)
{
    begin(cx);
    wait_for(cx, "nora", "evening", "2026-11-23");
    const char *link = wait_for(cx, "otto", "evening", "2026-12-23");
    CHECK_INT(WAITERS, 2);
    cx->now = INT64_C(1795438800000000); /* Tue 24 Nov, 0:00 there */
    work_quietly(cx);
    CHECK_INT(WAITERS, 1);
    CHECK_INT(press(cx, link, "end"), 303);
    CHECK_INT(WAITERS, 0);
    CHECK_INT(LINKS, 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'waiting.left'"), 1);
    CHECK_INT(get(cx, "", link).status, 410);
    CHECK_INT(get(cx, "", "/waiting/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").status, 410);
}

TEST(whoever_leaves_gives_back_what_is_kept_for_them)
{
    struct outbox out;
    begin(cx);
    wait_for(cx, "nora", "afternoon", "2026-11-23");
    cancel(cx);
    work_all(cx, &out);
    const char *link = link_of(cx, mail_to(&out, "nora", "has become free"));
    CHECK_INT(HELD, 1);
    CHECK_INT(press(cx, link, "end"), 303);
    CHECK_INT(HELD, 0);
}

TEST(joining_twice_is_one_place_with_the_later_wish)
{
    begin(cx);
    const char *first = wait_for(cx, "nora", "evening", "2026-11-23");
    int64_t joined = COUNT("SELECT joined_at FROM waiters WHERE name = 'nora'");
    cx->now += HOURS(1);
    wait_for(cx, "nora", "morning", "2026-12-01");
    CHECK_INT(WAITERS, 1);
    CHECK_INT(COUNT("SELECT parts FROM waiters WHERE name = 'nora'"), 1);
    CHECK_INT(COUNT("SELECT joined_at FROM waiters WHERE name = 'nora'"), joined);
    CHECK_INT(get(cx, "", first).status, 410);
    /* what somebody else enters with that address changes nothing before it is confirmed */
    CHECK_INT(join(cx, "nora", "evening", "2026-11-25").status, 303);
    CHECK_INT(COUNT("SELECT parts FROM waiters WHERE name = 'nora' AND state = 'waiting'"), 1);
}

TEST(deactivating_ends_the_list_and_the_checklist_says_so_before)
{
    struct outbox out;
    begin(cx);
    const char *link = wait_for(cx, "nora", "evening", "2026-12-23");
    join(cx, "otto", "evening", "2026-12-23");
    CHECK(has_text(get(cx, "freya", "/g/north/settings/users/u-ben/deactivate"),
                   "1 person waits on the waiting list: that ends, and they are told."));
    work_all(cx, &out);
    const char *asked = link_of(cx, mail_to(&out, "otto", "Confirm your place"));
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/users/u-ben/deactivate", "version", "1", NULL).status,
        303);
    CHECK_INT(get(cx, "", link).status, 410);
    work_all(cx, &out);
    const struct sent *mail = mail_to(&out, "nora", "The waiting list of");
    CHECK(mail && strstr(mail->text, "takes no online bookings"));
    CHECK(!mail_to(&out, "otto", "")); /* nobody writes to addresses that were not confirmed */
    CHECK_INT(press(cx, asked, "confirmation"), 409);
    cx->now += DAYS(1);
    work_all(cx, &out);
    CHECK_INT(WAITERS, 0);
    CHECK_INT(LINKS, 0);
}

TEST(taking_no_bookings_any_more_ends_the_list_once_somebody_says_so)
{
    struct outbox out;
    begin(cx);
    wait_for(cx, "nora", "evening", "2026-12-23");
    const char *form = "/g/north/settings/online-booking/u-ben/l-riverside";
    struct page page = get(cx, "freya", form);
    const char *version = arena_print(
        cx->mem, "%lld",
        (long long)COUNT("SELECT version FROM booking_profiles WHERE user_id = 'u-ben' AND"
                         " location_id = 'l-riverside'"));
    page = post(cx, "freya", form, "version", version, "visible", "public", "books", "none",
                "types", "t-review", "lead", "2", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "1 person is on the waiting list"));
    CHECK_INT(COUNT("SELECT count(*) FROM waiters WHERE state = 'waiting' AND name = 'nora'"), 1);
    page = post(cx, "freya", form, "version", version, "visible", "public", "books", "none",
                "types", "t-review", "lead", "2", "end_requests", "1", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM waiters WHERE state = 'ended' AND name = 'nora'"), 1);
    work_all(cx, &out);
    CHECK(mail_to(&out, "nora", "The waiting list of"));
    CHECK_INT(get(cx, "", LIST).status, 404);
    CHECK_INT(join(cx, "quin", "afternoon", "2026-11-23").status, 404);
}

TEST(settling_online_booking_in_the_checklist_ends_the_list)
{
    begin(cx);
    wait_for(cx, "nora", "evening", "2026-12-23");
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-ben/checklist/booking", NULL).status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM waiters WHERE state = 'ended' AND name = 'nora'"), 1);
}

TEST(what_is_wrong_is_said_and_too_often_is_refused)
{
    begin(cx);
    struct page page =
        post(cx, "", LIST, "type", "t-review", "name", "", "email", "nora", "until", "soon", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter your name") && has_text(page, "Enter an email address"));
    CHECK(has_text(page, "value=\"soon\""));
    CHECK_INT(join(cx, "nora", "morning", "2026-11-20").status, 422);
    CHECK_INT(join(cx, "nora", "morning", "2027-11-20").status, 422);
    CHECK_INT(WAITERS, 0);
    CHECK_INT(post(cx, "", LIST, "type", "t-south", "name", "N", "email", "n@x.example", "until",
                   "2026-11-30", NULL)
                  .status,
              409);
    for (int i = 0; i < 5; i++) CHECK_INT(join(cx, "nora", "morning", "2026-11-30").status, 303);
    CHECK_INT(join(cx, "nora", "morning", "2026-11-30").status, 409); /* of one address */
    for (int i = 0; i < 5; i++)
        CHECK_INT(join(cx, arena_print(cx->mem, "n%d", i), "morning", "2026-11-30").status, 303);
    CHECK_INT(join(cx, "otto", "morning", "2026-11-30").status, 409); /* from one address */
    CHECK_INT(WAITERS, 10);
}

TEST(the_desk_sees_who_waits_as_far_as_it_books_there)
{
    begin(cx);
    wait_for(cx, "nora", "evening", "2026-11-30");
    struct page page = get(cx, "gina", DESK);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "nora@home.example") && has_text(page, "Evenings"));
    CHECK(has_text(get(cx, "gina", "/g/north/calendar"), DESK));
    CHECK_INT(get(cx, "chen", DESK).status, 403);
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen'");
    CHECK(!has_text(get(cx, "chen", DESK), "nora")); /* his own calendar only */
    must_run(cx, "UPDATE users SET hide_patient_names = 1 WHERE id = 'u-gina'");
    page = get(cx, "gina", DESK);
    CHECK(has_text(page, "Name hidden") && !has_text(page, "nora"));
}

TEST(the_desk_removes_a_place_and_nobody_else_does)
{
    begin(cx);
    wait_for(cx, "nora", "evening", "2026-11-30");
    must_run(cx, "DELETE FROM waiter_links WHERE waiter_id <> 'wt-ben' AND practice_id = 'north';"
                 "UPDATE waiters SET id = 'wt-nora' WHERE name = 'nora'");
    CHECK_INT(post(cx, "chen", DESK "/wt-nora/end", NULL).status, 403);
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen'");
    CHECK_INT(post(cx, "chen", DESK "/wt-nora/end", NULL).status, 403);
    CHECK_INT(WAITERS, 1);
    CHECK_INT(post(cx, "gina", DESK "/wt-nora/end", NULL).status, 303);
    CHECK_INT(WAITERS, 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'waiting.removed' AND about_id ="
                    " 'u-ben' AND actor_id = 'u-gina'"),
              1);
    CHECK_INT(post(cx, "gina", DESK "/wt-nora/end", NULL).status, 404);
}
