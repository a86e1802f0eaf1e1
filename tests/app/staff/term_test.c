/* term_test.c - somebody new comes for a while: a first day, a last day, or both. */
#include "tests/app/invitations/invited.h"
#include "tests/app/staff/adding.h"

#include "app/tenure/timeline.h"

#define FIRST "first_day", "2026-12-01"
#define LAST "last_day", "2026-12-14"
#define LINK "entry", "link"
#define INVITE                                                               \
    "entry", "invitation", "email", "ingrid@haaland.example", "email_again", \
        "ingrid@haaland.example"

#define HERS "u.practice_id = 'north' AND u.last_name = 'Haaland'"
#define IS(what) COUNT("SELECT count(*) FROM users u WHERE " HERS " AND " what)
#define DUE(kind)                                                                  \
    COUNT("SELECT p.due_at FROM planned_changes p JOIN users u ON u.practice_id =" \
          " p.practice_id AND u.id = p.user_id WHERE " HERS " AND p.kind = '" kind "'")
#define PLANS                                                                      \
    COUNT("SELECT count(*) FROM planned_changes p JOIN users u ON u.practice_id =" \
          " p.practice_id AND u.id = p.user_id WHERE " HERS)
#define ACTIVE "u.status = 'active'"
#define AWAITED "u.status = 'deactivated' AND u.deactivated_by IS NULL"
#define COUNTED \
    COUNT("SELECT active_users * 1000 + deactivated_users FROM practices WHERE id = 'north'")

static const char *new_id(struct cx *cx)
{
    struct table t;
    CHECK(db_begin(cx, false) == OK);
    CHECK(db_select(cx, &t, SQL_GLOBAL("SELECT u.id FROM users u WHERE " HERS)) == OK);
    CHECK(db_commit(cx) == OK);
    return t.rows ? cell_text(&t, 0, "id") : "none";
}

static size_t told(const struct outbox *out, const char *who, const char *subject)
{
    size_t n = 0;
    for (size_t i = 0; i < out->n; i++)
        n += strstr(out->at[i].to, who) && strstr(out->at[i].subject, subject);
    return n;
}

static struct page look(struct cx *cx, const char *who, const char *more)
{
    sign_in_again(cx, who);
    return get(cx, who, arena_print(cx->mem, USERS "/%s%s", new_id(cx), more));
}

TEST(somebody_new_is_active_from_the_first_day_to_the_last_and_both_are_told)
{
    struct outbox out;
    practice_begin(cx);
    int64_t counted = COUNTED;
    CHECK_INT(ADD("freya", LINK, FIRST, LAST).status, 303);
    CHECK_INT(IS(AWAITED), 1);
    CHECK_INT(COUNTED, counted + 1);
    CHECK_INT(PLANS, 2);
    int64_t from = DUE("activate"), until = DUE("deactivate");
    CHECK_INT(until - from, DAYS(14) - MINUTES(1));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.added' AND changes LIKE"
                    " '%First day%1 Dec 2026%Last day%14 Dec 2026%'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.planned'"), 2);
    work_all(cx, &out);
    CHECK_INT(told(&out, "ingrid", "Choose your password"), 1);
    CHECK_INT(told(&out, "ingrid", "You can use Northside Allied Health soon"), 1);
    CHECK_INT(told(&out, "ingrid", "ends soon"), 1);
    CHECK_INT(out.n, 3);
    cx->now = from - SECONDS(1);
    work_all(cx, &out);
    CHECK_INT(told(&out, "ingrid", "soon"), 1); /* the day before, to both, and no tips yet */
    CHECK_INT(told(&out, "freya", "will be activated"), 1);
    CHECK_INT(out.n, 2);
    CHECK_INT(IS(AWAITED), 1);
    cx->now = from;
    work_all(cx, &out);
    CHECK_INT(IS(ACTIVE), 1);
    CHECK_INT(COUNTED, counted + 1000);
    CHECK_INT(told(&out, "ingrid", "You can use Northside Allied Health now"), 1);
    CHECK_INT(told(&out, "freya", "Ingrid Haaland is active"), 1);
    cx->now = from + DAYS(2);
    work_all(cx, &out);
    CHECK_INT(told(&out, "ingrid", "Check your details"), 1);
    CHECK_INT(DUE("deactivate"), until);
    cx->now = until;
    work_all(cx, &out);
    CHECK_INT(IS("u.status = 'deactivated' AND u.deactivated_by = 'u-freya'"), 1);
    CHECK_INT(PLANS, 0);
    CHECK_INT(told(&out, "ingrid", "has ended"), 1);
    CHECK_INT(told(&out, "freya", "is deactivated"), 1);
}

TEST(until_the_first_day_all_pages_say_not_active_yet_and_nobody_was_deactivated)
{
    struct user *u;
    struct timeline t = { 0 };
    struct outbox out;
    practice_begin(cx);
    ADD("freya", LINK, FIRST, LAST);
    struct page page = get(cx, "freya", USERS);
    CHECK(has_text(page, "Not active yet") && has_text(page, "Will be active from 1 Dec 2026"));
    page = look(cx, "olga", "");
    CHECK(has_text(page, "Not active yet"));
    CHECK(has_text(page, "Will be active from 1 Dec 2026 at 0:00. Planned by Freya Nilsson."));
    CHECK(has_text(page, "Will be deactivated on 14 Dec 2026 at 23:59."));
    CHECK(!has_text(page, "Deactivated on"));
    CHECK(has_text(look(cx, "olga", "/activate"), "has not been active yet"));
    CHECK_INT(look(cx, "olga", "/deactivate").status, 303); /* to the user's page */
    CHECK_INT(look(cx, "olga", "/record").status, 303);
    CHECK(!has_text(get(cx, "olga", "/g/north/settings/users/departures"), "Access ended"));
    cx->now += DAYS(1);
    page = look(cx, "olga", "/activity");
    CHECK(has_text(page, "Access over time") && has_text(page, "Not active yet since"));
    cx->now = DUE("activate");
    work_all(cx, &out);
    cx->now += DAYS(1);
    const char *id = new_id(cx);
    act_as(cx, "north", "olga");
    CHECK(user_find(cx, id_of(id), &u) == OK);
    CHECK(timeline_find(cx, u, &t) == OK);
    (void)!act_end(cx, OK);
    CHECK_INT(t.spans_n, 2);
    CHECK(!t.spans[0].active && t.spans[1].active);
    CHECK_INT(t.spans[1].to - t.spans[1].from, DAYS(1));
}

TEST(days_without_sense_are_refused_beside_the_field_and_the_form_comes_back)
{
    static const struct {
        const char *first, *last, *field, *said;
    } all[] = {
        { "2026-11-01", "", "first_day", "Choose today or a day that is yet to come" },
        { "", "2026-11-01", "last_day", "Choose today or a day that is yet to come" },
        { "2026-12-14", "2026-12-01", "last_day", "not before the first day" },
        { "soon", "", "first_day", "Enter a day like 30 Nov 2026, or nothing" },
        { "", "2026-02-30", "last_day", "Enter a day like 30 Nov 2026, or nothing" },
        { "2029-01-01", "", "first_day", "within the next two years" },
        { "", "2029-01-01", "last_day", "within the next two years" },
    };
    practice_begin(cx);
    int64_t people = COUNT("SELECT count(*) FROM people");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct page page = ADD("freya", LINK, "first_day", all[i].first, "last_day", all[i].last);
        CHECK_INT(page.status, 422);
        CHECK(has_text(page, arena_print(cx->mem, "id=\"%s-err\"", all[i].field)));
        CHECK(has_text(page, all[i].said));
        CHECK(has_text(page, arena_print(cx->mem, "value=\"%s\"",
                                         *all[i].first ? all[i].first : all[i].last)));
        CHECK(has_text(page, "value=\"Haaland\""));
        page = ADD("freya", INVITE, "first_day", all[i].first, "last_day", all[i].last);
        CHECK_INT(page.status, 422);
    }
    CHECK_INT(COUNT("SELECT count(*) FROM people"), people);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM planned_changes WHERE due_at < 9000000000000000"), 0);
}

TEST(full_access_has_no_days_since_it_is_not_taken_by_a_date)
{
    practice_begin(cx);
    struct page page = ADD("olga", LINK, "level", "full", FIRST);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "cannot be deactivated by a date") && has_text(page, "first_day-err"));
    page = ADD("olga", LINK, "level", "full", LAST);
    CHECK(page.status == 422 && has_text(page, "last_day-err"));
    CHECK_INT(ADD("olga", LINK, "level", "full").status, 303);
    CHECK_INT(IS(ACTIVE), 1);
}

TEST(a_first_day_that_is_today_is_at_once_and_the_preview_says_what_is_typed)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", USERS "/preview", LINK, FIRST, LAST, INGRID, NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "From 1 Dec 2026 until the end of 14 Dec 2026."));
    page = post(cx, "freya", USERS "/preview", LINK, "first_day", "so", LAST, INGRID, NULL);
    CHECK(page.status == 200 && has_text(page, "Until the end of 14 Dec 2026."));
    CHECK_INT(ADD("freya", LINK, "first_day", "2026-11-21", "last_day", "2026-11-21").status, 303);
    CHECK_INT(IS(ACTIVE), 1);
    CHECK_INT(PLANS, 1);
    CHECK(DUE("deactivate") > cx->now && DUE("deactivate") < cx->now + DAYS(1));
}

TEST(what_is_planned_of_somebody_new_is_taken_back_or_done_before)
{
    struct outbox out;
    practice_begin(cx);
    ADD("freya", LINK, FIRST, LAST);
    const char *id = new_id(cx);
    CHECK_INT(post(cx, "olga", arena_print(cx->mem, USERS "/%s/activate", id), NULL).status, 303);
    CHECK_INT(IS(ACTIVE), 1);
    CHECK_INT(PLANS, 1);
    CHECK_INT(
        post(cx, "olga", arena_print(cx->mem, USERS "/%s/plans/deactivate/end", id), NULL).status,
        303);
    cx->now += DAYS(60);
    work_all(cx, &out);
    CHECK_INT(IS(ACTIVE), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.activated'"), 1);
}

/* --- invited ------------------------------------------------------------------------ */

static struct id sent_id(struct cx *cx)
{
    struct table t;
    CHECK(db_begin(cx, false) == OK);
    CHECK(db_select(cx, &t,
                    SQL_GLOBAL("SELECT id FROM invitations WHERE email_key ="
                               " 'ingrid@haaland.example' ORDER BY sent_at DESC LIMIT 1"))
          == OK);
    CHECK(db_commit(cx) == OK);
    return cell_id(&t, 0, "id");
}

TEST(an_invitation_keeps_the_days_and_accepting_it_makes_the_plans_of_whoever_sent_it)
{
    struct outbox out;
    practice_begin(cx);
    add_ingrid(cx, true);
    CHECK_INT(ADD("freya", INVITE, FIRST, LAST).status, 303);
    CHECK(has_text(get(cx, "freya", USERS), "From 1 Dec 2026 until the end of 14 Dec 2026."));
    CHECK_INT(ingrids(cx), 0);
    work_all(cx, &out);
    CHECK(strstr(letter_to(&out, "ingrid")->text, "From 1 Dec 2026 until the end of 14 Dec 2026."));
    CHECK(has_text(get(cx, "ingrid", "/me/invitations"), "From 1 Dec 2026 until the end of"));
    const char *accept = arena_print(cx->mem, "/me/invitations/%s/acceptance", sent_id(cx).text);
    struct page page = post(cx, "ingrid", accept, NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, "/me");
    CHECK(has_text(get(cx, "ingrid", "/me"), "You can use it from 1 Dec 2026."));
    CHECK_INT(IS(AWAITED), 1);
    CHECK_INT(PLANS, 2);
    CHECK_INT(COUNT("SELECT count(*) FROM planned_changes p JOIN users u ON u.id = p.user_id"
                    " AND u.practice_id = p.practice_id WHERE " HERS
                    " AND p.planned_by = 'u-freya' AND p.planned_name = 'Freya Nilsson'"),
              2);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.planned' AND actor_id ="
                    " 'u-freya'"),
              2);
    page = get(cx, "ingrid", "/g/north/");
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "Your access to Northside Allied Health has not begun."));
    CHECK_INT(get(cx, "ingrid", "/g/north/patients").status, 403);
    work_all(cx, &out);
    cx->now = DUE("activate");
    work_all(cx, &out);
    sign_in_again(cx, "ingrid");
    CHECK_INT(get(cx, "ingrid", "/g/north/").status, 200);
    cx->now = DUE("deactivate");
    work_all(cx, &out);
    sign_in_again(cx, "ingrid");
    CHECK_INT(get(cx, "ingrid", "/g/north/").status, 403);
    CHECK_INT(IS("u.deactivated_by = 'u-freya'"), 1);
}

TEST(who_accepts_after_the_first_day_is_in_at_once_and_out_after_the_last)
{
    struct outbox out;
    practice_begin(cx);
    add_ingrid(cx, true);
    ADD("freya", INVITE, "first_day", "2026-11-23", "last_day", "2026-11-25");
    struct id id = sent_id(cx);
    cx->now += DAYS(3);
    CHECK(accept_as(cx, "ingrid", id) == OK);
    CHECK_INT(IS(ACTIVE), 1);
    CHECK_INT(PLANS, 1);
    CHECK(DUE("deactivate") > cx->now && DUE("deactivate") < cx->now + DAYS(3));
    cx->now = DUE("deactivate");
    work_all(cx, &out);
    CHECK_INT(IS(ACTIVE), 0);
}

TEST(an_invitation_is_not_open_beyond_the_last_day_and_is_not_sent_again_after_it)
{
    struct outbox out;
    practice_begin(cx);
    add_ingrid(cx, true);
    ADD("freya", INVITE, "last_day", "2026-11-23");
    CHECK(has_text(get(cx, "freya", USERS), "It is open until 23 Nov."));
    struct id id = sent_id(cx);
    int64_t end = COUNT("SELECT ends_at FROM invitations");
    CHECK_INT(COUNT("SELECT expires_at FROM invitations"), end);
    CHECK(AS("freya", invitation_resend, id) == OK);
    CHECK_INT(COUNT("SELECT expires_at FROM invitations"), end);
    cx->now = end;
    CHECK(accept_as(cx, "ingrid", id) == CONFLICT && because(cx, "expired"));
    work_all(cx, &out);
    CHECK(AS("freya", invitation_resend, id) == CONFLICT && because(cx, "over"));
    CHECK_INT(ingrids(cx), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'pending'"), 0);
}

TEST(who_sent_it_again_is_who_planned_and_who_may_no_longer_gives_nothing)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    ADD("freya", INVITE, LAST);
    struct id id = sent_id(cx);
    must_run(cx, "UPDATE users SET level = 'clinical' WHERE id = 'u-freya'");
    CHECK(accept_as(cx, "ingrid", id) == CONFLICT && because(cx, "withdrawn"));
    CHECK_INT(ingrids(cx) + PLANS, 0);
    CHECK(AS("olga", invitation_resend, id) == OK);
    CHECK(accept_as(cx, "ingrid", id) == OK);
    CHECK_INT(IS(ACTIVE), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM planned_changes WHERE planned_by = 'u-olga'"
                    " AND kind = 'deactivate'"),
              1);
}

TEST(whoever_sets_up_a_sign_in_before_the_first_day_comes_to_the_own_page)
{
    practice_begin(cx);
    ADD("freya", INVITE, FIRST);
    const char *path = mailed_path(cx);
    CHECK(has_text(get(cx, NULL, path), "From 1 Dec 2026."));
    struct page page =
        post(cx, NULL, below(cx, path, "sign-in"), "new_password", "picnic-rooster-resort-beaver",
             "new_password_again", "picnic-rooster-resort-beaver", NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, "/me");
    CHECK_INT(IS(AWAITED), 1);
    CHECK_INT(PLANS, 1);
}
