/* policy_test.c - a practice group asks for a second step, or requires one. */
#include "tests/app/second_step/app.h"

#include "tests/support/program.h"

#define SECURITY "/g/north/settings/security"
#define ADD_APP(id, person)                                                                       \
    "INSERT INTO authenticators (id, person_id, session_id, name, sealed, created_at, proven_at)" \
    " VALUES ('" id "', '" person "', 'x', 'App', 'x', 1, 1);"
#define ADD_PASSKEY(id, person)                                                              \
    "INSERT INTO passkeys (id, person_id, name, credential, algorithm, public_key, counter," \
    " created_at) VALUES ('" id "', '" person "', 'Key', '" id "', -7, 'x', 0, 1);"

static void rule(struct cx *cx, bool asked, int64_t some, int64_t all)
{
    must_run(cx, arena_print(cx->mem,
                             "UPDATE practices SET second_asked = %d, second_some_from = %lld,"
                             " second_all_from = %lld WHERE id = 'north'",
                             asked, (long long)some, (long long)all));
}

static void factors_away(struct cx *cx)
{
    must_run(cx, "DELETE FROM authenticators; DELETE FROM passkeys; DELETE FROM recovery_codes");
}

/* --- every rule x who it is x what they have ----------------------------------------- */

/* What a group's page answers: 'o' opens and says nothing, 'w' says from when on, 'g' says until
 * when, 'c' leads to the page to set it up. */
static char found(struct page page)
{
    if (goes_to(page, "/me/second-step?next=%2Fg%2Fnorth%2Fsettings%2F")) return 'c';
    if (page.status != 200) return '?';
    if (has_text(page, "You can go on without one until")) return 'g';
    return has_text(page, "requires a second step from") ? 'w' : 'o';
}

TEST(each_rule_holds_for_each_kind_of_user_with_and_without_a_second_step)
{
    practice_begin(cx);
    const int64_t in = cx->now, now = in + HOURS(6), none = 0;
    const struct {
        const char *name;
        bool asked;
        int64_t some, all, since; /* since: when a change of access made them concerned */
        char concerned, others;   /* without a second step */
    } rules[] = {
        { "off", false, none, none, none, 'o', 'o' },
        { "asked for", true, none, none, none, 'o', 'o' },
        { "of some, later", false, now + 1, none, none, 'w', 'o' },
        { "of some, now", false, now, none, none, 'g', 'o' },
        { "of some, since four hours but a moment", false, now - HOURS(4) + 1, none, none, 'g',
          'o' },
        { "of some, since four hours", false, now - HOURS(4), none, none, 'c', 'o' },
        { "of some, since the session", false, in, none, none, 'c', 'o' },
        { "of some, long ago", false, in - DAYS(9), none, none, 'c', 'o' },
        { "of some, who are it since an hour", false, in - DAYS(9), none, now - HOURS(1), 'g',
          'o' },
        { "of some, who are it since before", false, in - DAYS(9), none, in - HOURS(1), 'c', 'o' },
        { "of all, later", false, none, now + 1, none, 'w', 'w' },
        { "of all, now", false, none, now, none, 'g', 'g' },
        { "of all, since four hours", false, none, now - HOURS(4), none, 'c', 'c' },
        { "of all, long ago, whoever is it since when", false, none, in - 1, now - HOURS(1), 'c',
          'c' },
        { "of some long ago, of all later", false, in - 1, now + 1, none, 'c', 'w' },
        { "of some an hour ago, of all later", false, now - HOURS(1), now + 1, none, 'g', 'w' },
    };
    static const struct {
        const char *who;
        bool concerned;
    } people[] = { { "olga", true },
                   { "freya", true },
                   { "ben", true },
                   { "chen", true }, /* Personal Access: the own notes */
                   { "gina", false } };
    static const char *const factors[] = { "none", "app", "passkey" };
    for (size_t p = 0; p < sizeof people / sizeof *people; p++) (void)session_of(cx, people[p].who);
    cx->now = now;
    for (size_t f = 0; f < 3; f++) {
        factors_away(cx);
        if (f == 1)
            must_run(cx, ADD_APP("a1", "p-olga") ADD_APP("a2", "p-freya") ADD_APP("a3", "p-ben")
                             ADD_APP("a4", "p-chen") ADD_APP("a5", "p-gina"));
        if (f == 2)
            must_run(cx, ADD_PASSKEY("k1", "p-olga") ADD_PASSKEY("k2", "p-freya")
                             ADD_PASSKEY("k3", "p-ben") ADD_PASSKEY("k4", "p-chen")
                                 ADD_PASSKEY("k5", "p-gina"));
        for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
            rule(cx, rules[r].asked, rules[r].some, rules[r].all);
            must_run(cx, arena_print(cx->mem,
                                     "UPDATE users SET second_since = %lld; UPDATE sessions SET"
                                     " seen_at = %lld",
                                     (long long)rules[r].since, (long long)cx->now));
            for (size_t p = 0; p < sizeof people / sizeof *people; p++) {
                char expected = people[p].concerned ? rules[r].concerned : rules[r].others;
                if (f > 0) expected = 'o';
                char is = found(get(cx, people[p].who, "/g/north/settings/"));
                if (is != expected)
                    CHECK_TEXT(arena_print(cx->mem, "%s, %s, %s: %c", rules[r].name, people[p].who,
                                           factors[f], is),
                               arena_print(cx->mem, "%c", expected));
            }
        }
    }
    /* An app that was never proven is none. */
    factors_away(cx);
    rule(cx, false, 0, 1);
    must_run(cx, ADD_APP("a1", "p-gina") "UPDATE authenticators SET proven_at = NULL");
    CHECK_INT(found(get(cx, "gina", "/g/north/settings/")), 'c');
}

TEST(what_is_closed_opens_no_route_of_the_group_and_another_group_stays_open)
{
    practice_begin(cx);
    (void)session_of(cx, "olga");
    rule(cx, false, 0, cx->now);
    for (int i = 0; i < ROUTE_COUNT; i++) {
        const struct route_info *r = &routes[i];
        bool of_group = r->permission < PERMISSION_COUNT || r->permission == MEMBER;
        if (r->api || r->tell || !of_group) continue;
        const char *path = url_in(cx, "north", (enum route)i, "x", "y").text;
        struct page page = r->method == GET ? get(cx, "olga", path) : post(cx, "olga", path, NULL);
        bool closed = r->method == GET
                          ? page.status == 303 && strncmp(page.location, "/me/second-step", 15) == 0
                          : page.status == 403;
        if (!closed) CHECK_TEXT(r->name, "closed");
    }
    struct page page =
        post(cx, "olga", "/g/north/settings/locations", "name", "Hill", "time_zone", "UTC", NULL);
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "A second step is required") && !has_text(page, "Riverside"));
    CHECK_INT(COUNT("SELECT count(*) FROM locations WHERE name = 'Hill'"), 0);
    CHECK_INT(get(cx, "olga", "/g/south/").status, 200);
    page = get(cx, "olga", "/me/second-step?next=%2Fg%2Fnorth%2F");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Northside Allied Health") && has_text(page, "as soon as it is set up"));
    CHECK(has_text(page, "another practice group") && !has_text(page, "Not now"));
    CHECK(!has_text(get(cx, "gina", "/me/second-step"), "another practice group"));
    CHECK_INT(get(cx, "zoe", "/g/south/").status, 200);
    CHECK(goes_to(get(cx, "zoe", "/me/second-step"), "/"));
}

TEST(keys_of_the_api_and_calendar_feeds_go_on)
{
    practice_begin(cx);
    struct page page = post(cx, "ben", "/g/north/settings/integrations/keys", "name", "Sync",
                            "scope-users", "1", "days", "90", NULL);
    const char *at = strstr(page.body, "lnd_");
    const char *bearer =
        at ? arena_print(cx->mem, "Bearer %.*s", (int)strcspn(at, "<"), at) : "none";
    page = post(cx, "ben", "/g/north/calendar/feed", "names", "1", NULL);
    at = strstr(page.body, "/feeds/");
    const char *feed = at ? arena_copy(cx->mem, at, strcspn(at, "<")) : "/none";
    rule(cx, false, 0, 1);
    CHECK_INT(get(cx, "ben", "/g/north/").status, 303);
    CHECK_INT(get(cx, NULL, feed).status, 200);
    CHECK_INT(api_with(cx, bearer, GET, "/api/v1/groups/north/users", NULL, NULL).status, 200);
}

/* --- signing in ------------------------------------------------------------------------ */

TEST(whoever_signs_in_without_it_is_led_to_set_it_up_and_then_goes_in)
{
    struct phone p;
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7"), c = BROWSER("198.51.100.8");
    rule(cx, true, 0, 0);
    CHECK(goes_to(try_password(cx, &b, GINA, HERS), "/me/second-step"));
    struct page page = open_page(cx, &b, "/me/second-step");
    CHECK(has_text(page, "Asks you to set it up") && has_text(page, "Not now"));
    CHECK_INT(open_page(cx, &b, "/g/north/").status, 200);
    /* Where it was going, and not to another site. */
    open_page(cx, &c, "/sign-in");
    CHECK(goes_to(send_form(cx, &c, "/sign-in", "email", GINA, "password", HERS, "next",
                            "/g/north/help", NULL),
                  "/me/second-step?next=%2Fg%2Fnorth%2Fhelp"));
    CHECK(has_text(open_page(cx, &c, "/me/second-step?next=%2Fg%2Fnorth%2Fhelp"),
                   "href=\"/g/north/help\""));
    CHECK(!has_text(open_page(cx, &c, "/me/second-step?next=//evil.example"), "evil"));
    rule(cx, false, 0, cx->now + DAYS(10));
    page = open_page(cx, &c, "/me/second-step");
    CHECK(has_text(page, "Requires it from") && has_text(page, "Not now"));
    cx->now += MINUTES(1);
    rule(cx, false, 0, cx->now);
    page = open_page(cx, &c, "/me/second-step");
    CHECK(has_text(page, "Requires it now. You can go on without it until"));
    struct browser d = BROWSER("198.51.100.9");
    CHECK(goes_to(try_password(cx, &d, GINA, HERS), "/me/second-step"));
    CHECK(goes_to(open_page(cx, &d, "/g/north/help"), "/me/second-step?next=%2Fg%2Fnorth%2Fhelp"));
    begin_app(cx, &d, &p, "My phone", "");
    CHECK_INT(prove_app(cx, &d, &p, code_at(cx, &p, 0)).status, 200);
    CHECK_INT(open_page(cx, &d, "/g/north/help").status, 200);
    CHECK(goes_to(open_page(cx, &d, "/me/second-step?next=%2Fg%2Fnorth%2Fhelp"), "/g/north/help"));
    /* With it nobody is led anywhere. */
    cx->now += MINUTES(1);
    struct browser e = BROWSER("198.51.100.9");
    CHECK(goes_to(try_password(cx, &e, GINA, HERS), "/sign-in/second-step"));
    CHECK(goes_to(try_code(cx, &e, code_at(cx, &p, 0)), "/"));
    CHECK_INT(open_page(cx, &e, "/g/north/").status, 200);
    /* And it is not removed any more, as long as it is the last. */
    cx->now += MINUTES(1);
    page = send_form(cx, &e, arena_print(cx->mem, "/me/sign-in/apps/%s/removal", p.id), "password",
                     HERS, "code", code_at(cx, &p, 0), NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Northside Allied Health requires a second step"));
    CHECK_INT(COUNT("SELECT count(*) FROM authenticators"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM recovery_codes"), 10);
    rule(cx, true, 0, cx->now + MINUTES(1) + 1); /* before its day it may go */
    page = send_form(cx, &e, arena_print(cx->mem, "/me/sign-in/apps/%s/removal", p.id), "password",
                     HERS, "code", code_at(cx, &p, 0), NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM authenticators"), 0);
}

TEST(who_is_given_full_access_meanwhile_goes_on_working_for_a_while)
{
    practice_begin(cx);
    rule(cx, false, cx->now - DAYS(3), 0);
    must_run(cx, ADD_APP("a1", "p-olga"));
    CHECK_INT(found(get(cx, "gina", "/g/north/settings/")), 'o');
    cx->now += MINUTES(5);
    (void)get(cx, "olga", "/g/north/");
    CHECK_INT(post(cx, "olga", "/g/north/settings/users/u-gina", "version", "1", "reviewed", "1",
                   "first_name", "Gina", "last_name", "Papas", "role_type", "administrator",
                   "level", "full", "boxes_for", "administrator.full", "all_locations", "1", NULL)
                  .status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-gina' AND level = 'full'"), 1);
    CHECK_INT(found(get(cx, "gina", "/g/north/settings/")), 'g');
    sign_in_again(cx, "gina");
    CHECK_INT(found(get(cx, "gina", "/g/north/settings/")), 'c');
}

/* --- the settings page ------------------------------------------------------------------ */

static struct page save(struct cx *cx, const char *which, const char *from)
{
    return post(cx, "olga", SECURITY, "rule", which, "from", from, "version",
                arena_number(cx->mem, COUNT("SELECT version FROM practices WHERE id = 'north'")),
                NULL);
}

static size_t letters(const struct outbox *out, const char *to, const char *subject)
{
    size_t n = 0;
    for (size_t i = 0; i < out->n; i++)
        n += strstr(out->at[i].to, to) && strstr(out->at[i].subject, subject);
    return n;
}

TEST(the_page_says_who_lacks_it_before_and_full_access_alone_opens_it)
{
    practice_begin(cx);
    must_run(cx, ADD_PASSKEY("k1", "p-freya") ADD_APP("a1", "p-zoe"));
    struct page page = get(cx, "olga", SECURITY);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "4 of 5 active users")
          && has_text(page, "3 with Full Access or clinical"));
    CHECK(has_text(page, "1 other") && has_text(page, "Gina Papas"));
    CHECK(has_text(page, "Ben &lt;b&gt;Brandt") && has_text(page, "Chen Wei"));
    CHECK(!has_text(page, "Kavya Rao") && !has_text(page, "Zoe")); /* gone; of another group */
    CHECK(strstr(page.body, "Freya Nilsson</a></li>") == NULL);
    CHECK(has_text(page, "Set up your own second step before"));
    CHECK(has_text(get(cx, "freya", SECURITY), "4 of 5"));
    CHECK(!has_text(get(cx, "freya", SECURITY), "Set up your own second step before"));
    CHECK_INT(get(cx, "ben", SECURITY).status, 403);
    CHECK_INT(post(cx, "ben", SECURITY, "rule", "off", "version", "1", NULL).status, 403);
    CHECK_INT(get(cx, "zoe", SECURITY).status, 404);
    CHECK(!has_text(get(cx, "ben", "/g/north/settings/"), SECURITY));
    CHECK(has_text(get(cx, "olga", "/g/north/settings/"), SECURITY));
}

TEST(a_rule_is_saved_announced_and_told_to_those_who_lack_it)
{
    struct outbox out;
    practice_begin(cx);
    must_run(cx, ADD_APP("a1", "p-olga") ADD_APP("a2", "p-freya"));
    (void)session_of(cx, "olga");
    cx->now += MINUTES(1);
    CHECK_INT(save(cx, "asked", "").status, 303);
    CHECK_INT(COUNT("SELECT second_asked FROM practices WHERE id = 'north'"), 1);
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    struct page page = save(cx, "some", "1 12 2026");
    CHECK_INT(page.status, 303);
    CHECK(has_text(get(cx, "olga", SECURITY), "from 1 Dec 2026 on"));
    CHECK_INT(COUNT("SELECT count(*) FROM practices WHERE id = 'north' AND second_asked = 0"
                    " AND second_some_from = 1796043600000000 AND second_all_from = 0"),
              1); /* midnight in Melbourne */
    CHECK_INT(COUNT("SELECT count(*) FROM practices WHERE id = 'south' AND second_asked = 0"
                    " AND second_some_from + second_all_from = 0"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'practice.second_step'"
                    " AND practice_id = 'north' AND changes LIKE '%1 Dec 2026%'"),
              1);
    work_all(cx, &out);
    CHECK_INT(out.n, 2); /* ben and chen; gina sees no notes */
    CHECK_INT(
        letters(&out, "ben@", "Northside Allied Health requires a second step from 1 Dec 2026"), 1);
    CHECK_INT(letters(&out, "chen@", "from 1 Dec 2026"), 1);
    /* The same again changes nothing and tells nobody. */
    CHECK_INT(save(cx, "some", "1/12/2026").status, 303);
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'practice.second_step'"), 2);
    /* Of everybody from a later day: those before stay bound by theirs. */
    CHECK_INT(save(cx, "all", "2 12 2026").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM practices WHERE id = 'north'"
                    " AND second_some_from = 1796043600000000"
                    " AND second_all_from = 1796130000000000"),
              1);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_INT(letters(&out, "gina@", "from 2 Dec 2026"), 1);
    /* Three days before, and on the day; not to who has it by then. */
    must_run(cx, ADD_PASSKEY("k1", "p-chen"));
    cx->now = INT64_C(1796043600000000) - DAYS(3);
    work_all(cx, &out);
    CHECK_INT(letters(&out, "ben@", "from 1 Dec 2026"), 1);
    CHECK_INT(letters(&out, "chen@", "second step"), 0);
    CHECK_INT(letters(&out, "gina@", "second step"), 0);
    cx->now = INT64_C(1796043600000000);
    work_all(cx, &out);
    CHECK_INT(letters(&out, "ben@", "requires a second step now"), 1);
    CHECK_INT(letters(&out, "gina@", "from 2 Dec 2026"), 1);
}

TEST(of_a_day_that_was_taken_back_nobody_is_reminded)
{
    struct outbox out;
    practice_begin(cx);
    must_run(cx, ADD_APP("a1", "p-olga"));
    CHECK_INT(save(cx, "all", "1 12 2026").status, 303);
    CHECK_INT(save(cx, "off", "").status, 303);
    work_all(cx, &out);
    CHECK_INT(letters(&out, "@", "second step"), 0); /* nor of what was decided */
    cx->now = INT64_C(1796043600000000);
    work_all(cx, &out);
    CHECK_INT(letters(&out, "@", "second step"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM practices WHERE second_some_from + second_all_from > 0"),
              0);
}

TEST(nobody_requires_what_they_have_not_got_or_of_a_day_that_is_over)
{
    practice_begin(cx);
    struct page page = save(cx, "all", "1 12 2026");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Set up your own second step before") && has_text(page, "1 12 2026"));
    CHECK_INT(save(cx, "some", "1 12 2026").status, 422);
    must_run(cx, ADD_APP("a1", "p-olga"));
    static const char *const days[] = { "", "soon", "20 11 2026", "1 1 2028" };
    for (size_t i = 0; i < 4; i++) CHECK_INT(save(cx, "all", days[i]).status, 422);
    CHECK_INT(save(cx, "most", "1 12 2026").status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM practices WHERE second_asked > 0"
                    " OR second_some_from + second_all_from > 0"),
              0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'practice.second_step'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.second_required'"), 0);
    /* Somebody else was faster: nothing changes, and it is said. */
    page = post(cx, "olga", SECURITY, "rule", "asked", "from", "", "version", "7", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "meanwhile"));
    CHECK_INT(COUNT("SELECT second_asked FROM practices WHERE id = 'north'"), 0);
    /* From today on is from now on: who is at work is not shut out. */
    (void)get(cx, "ben", "/g/north/");
    cx->now += MINUTES(2);
    CHECK_INT(save(cx, "all", "21 11 2026").status, 303);
    CHECK_INT(COUNT("SELECT second_all_from FROM practices WHERE id = 'north'"), cx->now);
    CHECK_INT(found(get(cx, "ben", "/g/north/settings/")), 'g');
}
