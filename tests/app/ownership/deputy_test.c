/* deputy_test.c - who becomes an owner when none is there any more. */
#include "tests/support/practice.h"

#define OWNERSHIP "/g/north/settings/ownership"
#define OWNER(who) COUNT("SELECT owner FROM users WHERE practice_id = 'north' AND id = 'u-" who "'")
#define DEPUTIES COUNT("SELECT count(*) FROM deputies WHERE practice_id = 'north'")
#define AUDITED(kind) COUNT("SELECT count(*) FROM audit WHERE kind = '" kind "'")

static void begin(struct cx *cx)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET seen_at = 1795255200000000 WHERE level = 'full'");
}

static struct page name(struct cx *cx, const char *who, const char *deputy, const char *days)
{
    return post(cx, who, OWNERSHIP "/deputy", "deputy", deputy, "days", days, NULL);
}

static size_t told(const struct outbox *out, const char *who, const char *subject)
{
    size_t n = 0;
    for (size_t i = 0; i < out->n; i++)
        n += strstr(out->at[i].to, who) && strstr(out->at[i].subject, subject);
    return n;
}

/* Day by day, as a server that runs all the time; what was sent on that day. */
static void go_on(struct cx *cx, int days, struct outbox *out)
{
    *out = (struct outbox){ 0 };
    for (int i = 0; i < days; i++) {
        struct outbox some;
        cx->now += DAYS(1);
        work_all(cx, &some);
        for (size_t m = 0; m < some.n && out->n < 64; m++) out->at[out->n++] = some.at[m];
    }
}

static void olga_is_here(struct cx *cx)
{
    must_run(cx, arena_print(cx->mem,
                             "UPDATE users SET seen_at = %lld WHERE practice_id = 'north'"
                             " AND id = 'u-olga'",
                             (long long)cx->now));
}

TEST(the_deputy_becomes_an_owner_after_the_days_and_three_notices_and_nobody_loses_ownership)
{
    struct outbox out;
    begin(cx);
    CHECK_INT(name(cx, "olga", "u-freya", "30").status, 303);
    work_all(cx, &out);
    CHECK_INT(out.n, 2);
    CHECK_INT(told(&out, "freya", "You are deputy"), 1);
    CHECK_INT(told(&out, "olga", "Freya Nilsson is deputy"), 1);
    go_on(cx, 15, &out);
    CHECK_INT(out.n, 0);
    go_on(cx, 1, &out); /* the 16th day of 30 */
    CHECK_INT(told(&out, "olga", "Freya Nilsson becomes an Account Owner"), 1);
    CHECK_INT(told(&out, "freya", "You become an Account Owner"), 1);
    go_on(cx, 6, &out);
    CHECK_INT(out.n, 0);
    go_on(cx, 1, &out);
    CHECK_INT(told(&out, "olga", "becomes an Account Owner"), 1);
    go_on(cx, 5, &out);
    CHECK_INT(out.n, 0);
    go_on(cx, 1, &out);
    CHECK_INT(told(&out, "olga", "becomes an Account Owner"), 1);
    CHECK_INT(OWNER("freya"), 0);
    go_on(cx, 1, &out);
    CHECK_INT(OWNER("freya"), 1);
    CHECK_INT(OWNER("olga"), 1);
    CHECK_INT(told(&out, "olga", "Freya Nilsson is an Account Owner"), 1);
    CHECK_INT(told(&out, "freya", "You are an Account Owner"), 1);
    CHECK_INT(AUDITED("ownership.inherited"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.access_changed'"
                    " AND about_id = 'u-freya' AND actor_name = 'Linden' AND via = 'job'"),
              1);
    CHECK_INT(DEPUTIES, 0);
    go_on(cx, 60, &out);
    CHECK_INT(out.n, 0);
    CHECK_INT(AUDITED("ownership.inherited"), 1);
}

TEST(an_owner_who_comes_back_is_told_of_within_a_day)
{
    struct outbox out;
    begin(cx);
    name(cx, "olga", "u-freya", "30");
    go_on(cx, 16, &out);
    CHECK_INT(told(&out, "olga", "becomes an Account Owner"), 1);
    olga_is_here(cx);
    go_on(cx, 1, &out);
    CHECK_INT(told(&out, "freya", "You do not become an Account Owner"), 1);
}

TEST(an_owner_who_comes_back_stops_it_and_the_days_begin_anew)
{
    struct outbox out;
    begin(cx);
    name(cx, "olga", "u-freya", "30");
    go_on(cx, 29, &out);
    CHECK_INT(told(&out, "olga", "becomes an Account Owner"), 3);
    olga_is_here(cx);
    go_on(cx, 1, &out);
    CHECK_INT(out.n, 2);
    CHECK_INT(told(&out, "freya", "You do not become an Account Owner"), 1);
    CHECK_INT(told(&out, "olga", "does not become an Account Owner"), 1);
    go_on(cx, 14, &out);
    CHECK_INT(out.n, 0);
    CHECK_INT(OWNER("freya"), 0);
    go_on(cx, 16, &out);
    CHECK_INT(told(&out, "olga", "becomes an Account Owner"), 3);
    CHECK_INT(OWNER("freya"), 1);
}

/* Each look asks: in the very last hour, too. */
TEST(a_sign_of_life_in_the_last_hour_is_enough)
{
    struct outbox out;
    begin(cx);
    name(cx, "olga", "u-freya", "14");
    go_on(cx, 13, &out);
    CHECK_INT(told(&out, "olga", "becomes an Account Owner"), 2); /* 7 days and 1 before */
    cx->now += HOURS(23);
    olga_is_here(cx);
    cx->now += HOURS(3);
    work_all(cx, &out);
    CHECK_INT(OWNER("freya"), 0);
    CHECK_INT(told(&out, "freya", "You do not become"), 1);
}

/* Of two owners one is enough. */
TEST(another_owner_who_is_there_is_a_sign_of_life)
{
    struct outbox out;
    begin(cx);
    must_run(cx, "UPDATE users SET level = 'full', owner = 1, seen_at = 1 WHERE id = 'u-ben'");
    recount_users(cx);
    name(cx, "olga", "u-freya", "14");
    go_on(cx, 6, &out);
    must_run(cx, arena_print(cx->mem, "UPDATE users SET seen_at = %lld WHERE id = 'u-ben'",
                             (long long)cx->now));
    go_on(cx, 6, &out);
    CHECK_INT(out.n, 0);
    go_on(cx, 8, &out);
    CHECK_INT(told(&out, "ben", "becomes an Account Owner"), 2);
    CHECK_INT(told(&out, "olga", "becomes an Account Owner"), 2);
    CHECK_INT(OWNER("freya"), 1);
}

TEST(after_a_long_standstill_the_owners_get_a_week_all_the_same)
{
    struct outbox out;
    begin(cx);
    name(cx, "olga", "u-freya", "30");
    work_all(cx, &out);
    cx->now += DAYS(200);
    work_all(cx, &out);
    CHECK_INT(told(&out, "olga", "becomes an Account Owner"), 1);
    CHECK_INT(OWNER("freya"), 0);
    go_on(cx, 5, &out);
    CHECK_INT(out.n, 0);
    go_on(cx, 1, &out);
    CHECK_INT(told(&out, "olga", "becomes an Account Owner"), 1);
    CHECK_INT(OWNER("freya"), 0);
    go_on(cx, 1, &out);
    CHECK_INT(OWNER("freya"), 1);
}

TEST(after_a_standstill_between_notices_the_owners_get_another_day)
{
    struct outbox out;
    begin(cx);
    name(cx, "olga", "u-freya", "30");
    go_on(cx, 16, &out);
    CHECK_INT(told(&out, "olga", "becomes an Account Owner"), 1);
    cx->now += DAYS(100);
    work_all(cx, &out);
    CHECK_INT(told(&out, "olga", "becomes an Account Owner"), 1);
    CHECK_INT(OWNER("freya"), 0);
    go_on(cx, 1, &out);
    CHECK_INT(OWNER("freya"), 1);
}

TEST(who_is_lowered_or_deactivated_inherits_nothing_and_the_owners_are_told)
{
    struct outbox out;
    begin(cx);
    name(cx, "olga", "u-freya", "14");
    work_all(cx, &out);
    struct page page =
        post(cx, "olga", "/g/north/settings/users/u-freya", "role_type", "administrator", "level",
             "office", "boxes_for", "administrator.office", "first_name", "Freya", "last_name",
             "Nilsson", "all_locations", "1", "version", "1", "reviewed", "1", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(DEPUTIES, 0);
    work_all(cx, &out);
    CHECK_INT(told(&out, "olga", "Freya Nilsson is not deputy"), 1);
    CHECK_INT(AUDITED("ownership.deputy_ended"), 1);
    go_on(cx, 30, &out);
    CHECK_INT(out.n, 0);
    CHECK_INT(OWNER("freya"), 0);
    /* behind the program's back: the job looks again */
    must_run(cx, "UPDATE users SET level = 'full' WHERE id = 'u-freya'");
    sign_in_again(cx, "olga");
    CHECK_INT(name(cx, "olga", "u-freya", "14").status, 303);
    must_run(cx, "UPDATE users SET level = 'office', status = 'deactivated', deactivated_at = 1,"
                 " deactivated_by = 'u-olga', deactivated_by_name = 'x' WHERE id = 'u-freya'");
    go_on(cx, 30, &out);
    CHECK_INT(OWNER("freya"), 0);
    CHECK_INT(DEPUTIES, 0);
    CHECK_INT(told(&out, "olga", "Freya Nilsson is not deputy"), 1);
}

TEST(another_deputy_takes_the_place_of_the_first_and_no_old_job_goes_on)
{
    struct outbox out;
    begin(cx);
    must_run(cx, "UPDATE users SET level = 'full', seen_at = 1 WHERE id = 'u-ben'");
    recount_users(cx);
    name(cx, "olga", "u-freya", "14");
    cx->now += DAYS(3);
    sign_in_again(cx, "olga");
    CHECK_INT(name(cx, "olga", "u-ben", "60").status, 303);
    CHECK_INT(DEPUTIES, 1);
    go_on(cx, 40, &out);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'ownership.look'"), 1);
    CHECK_INT(told(&out, "olga", "becomes an Account Owner"), 0);
    CHECK_INT(OWNER("freya"), 0);
    go_on(cx, 25, &out);
    CHECK_INT(told(&out, "olga", "becomes an Account Owner"), 3);
    CHECK_INT(OWNER("ben"), 1);
    CHECK_INT(OWNER("freya"), 0);
}

TEST(a_deputy_is_taken_back_once_and_told)
{
    struct outbox out;
    begin(cx);
    name(cx, "olga", "u-freya", "14");
    CHECK_INT(post(cx, "freya", OWNERSHIP "/deputy/end", NULL).status, 403);
    CHECK_INT(DEPUTIES, 1);
    CHECK_INT(post(cx, "olga", OWNERSHIP "/deputy/end", NULL).status, 303);
    CHECK_INT(post(cx, "olga", OWNERSHIP "/deputy/end", NULL).status, 303);
    CHECK_INT(AUDITED("ownership.deputy_ended"), 1);
    work_all(cx, &out);
    CHECK_INT(told(&out, "freya", "You are not deputy"), 1);
    go_on(cx, 30, &out);
    CHECK_INT(out.n, 0);
    CHECK_INT(OWNER("freya"), 0);
}

TEST(only_owners_name_a_deputy_with_full_access_and_days_that_are_days)
{
    begin(cx);
    CHECK_INT(name(cx, "freya", "u-freya", "30").status, 403);
    CHECK_INT(name(cx, "gina", "u-freya", "30").status, 403);
    CHECK_INT(name(cx, "olga", "u-gina", "30").status, 422);
    CHECK_INT(name(cx, "olga", "u-olga", "30").status, 422);
    CHECK_INT(name(cx, "olga", "u-zoe", "30").status, 422);
    CHECK_INT(name(cx, "olga", "", "30").status, 422);
    struct page page = name(cx, "olga", "u-freya", "13");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "value=\"13\"")
          && has_text(page, "Enter a number of days from 14 to 180"));
    CHECK_INT(name(cx, "olga", "u-freya", "181").status, 422);
    CHECK_INT(name(cx, "olga", "u-freya", "soon").status, 422);
    CHECK_INT(name(cx, "olga", "u-freya", "").status, 422);
    CHECK_INT(DEPUTIES, 0);
    CHECK_INT(name(cx, "olga", "u-freya", "14").status, 303);
    CHECK_INT(name(cx, "olga", "u-freya", "14").status, 303); /* the same again is nothing */
    CHECK_INT(AUDITED("ownership.deputy_named"), 1);
}

TEST(who_gets_the_ownership_by_hand_needs_to_be_no_deputy)
{
    struct outbox out;
    begin(cx);
    name(cx, "olga", "u-freya", "14");
    CHECK_INT(post(cx, "olga", OWNERSHIP "/hand-over", "to", "u-freya", NULL).status, 303);
    CHECK_INT(DEPUTIES, 0);
    work_all(cx, &out);
    CHECK_INT(told(&out, "freya", "You are an Account Owner"), 1);
    CHECK_INT(told(&out, "olga", "is not deputy"), 0);
}

TEST(the_page_says_when_it_would_be_and_warns_while_owners_are_called)
{
    struct outbox out;
    begin(cx);
    name(cx, "olga", "u-freya", "30");
    CHECK(has_text(get(cx, "freya", OWNERSHIP), "An owner was here last on 21 Nov 2026"));
    go_on(cx, 17, &out);
    sign_in_again(cx, "freya");
    CHECK(has_text(get(cx, "freya", OWNERSHIP), "No Account Owner has been here since"));
    olga_is_here(cx);
    CHECK(!has_text(get(cx, "freya", OWNERSHIP), "No Account Owner has been here since"));
}
