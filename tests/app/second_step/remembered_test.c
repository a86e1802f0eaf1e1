/* remembered_test.c - browsers in which the password is enough for a while. */
#include "tests/app/second_step/app.h"

#include "app/people/person.h"
#include "app/sessions/cleaning.h"
#include "base/time.h"

static const char OWN[] = "quiet rivers carry paper boats", TICK[] = "name=\"remember\"";

static void rule(struct cx *cx, const char *group, int64_t all_from, bool remember)
{
    must_run(cx, arena_print(cx->mem,
                             "UPDATE practices SET second_all_from = %lld, second_remember = %d"
                             " WHERE id = '%s'",
                             (long long)all_from, remember, group));
}

static struct page again(struct cx *cx, struct browser *b)
{
    b->session[0] = '\0';
    return try_password(cx, b, GINA, HERS);
}

static struct page with_tick(struct cx *cx, struct browser *b, const char *code)
{
    return send_form(cx, b, "/sign-in/second-step", "code", code, "remember", "1", NULL);
}

/* Gina has an app, and this browser is remembered. */
static void remember(struct cx *cx, struct browser *b, struct phone *p)
{
    with_app(cx, b, p);
    CHECK(goes_to(again(cx, b), "/sign-in/second-step"));
    CHECK(has_text(open_page(cx, b, "/sign-in/second-step"), TICK));
    CHECK(goes_to(with_tick(cx, b, code_at(cx, p, 0)), "/"));
    CHECK_INT(strlen(b->remembered), 43);
    cx->now += MINUTES(1);
}

static bool is_asked(struct cx *cx, struct browser *b)
{
    struct page page = again(cx, b);
    CHECK(goes_to(page, "/sign-in/second-step") || goes_to(page, "/"));
    return goes_to(page, "/sign-in/second-step");
}

TEST(a_remembered_browser_needs_the_password_alone_for_thirty_days)
{
    struct phone p;
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7"), other = BROWSER("198.51.100.7");
    remember(cx, &b, &p);
    CHECK(is_asked(cx, &other));
    CHECK(!is_asked(cx, &b));
    CHECK_INT(open_page(cx, &b, "/me").status, 200);
    CHECK(has_text(open_page(cx, &b, "/me/devices"), "Remembered browsers"));
    b.session[0] = '\0';
    CHECK_INT(try_password(cx, &b, GINA, "not it").status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.device_remembered'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.signed_in'"
                    " AND note LIKE 'Without a code%'"),
              1);
    cx->now += DAYS(30) - MINUTES(1) - SECONDS(1);
    CHECK(!is_asked(cx, &b));
    cx->now += SECONDS(1);
    CHECK(is_asked(cx, &b)); /* using it makes it no longer */
}

TEST(without_the_tick_or_with_a_recovery_code_nothing_is_remembered)
{
    struct phone p;
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    with_app(cx, &b, &p);
    again(cx, &b);
    CHECK(goes_to(try_code(cx, &b, code_at(cx, &p, 0)), "/"));
    cx->now += MINUTES(1);
    CHECK(is_asked(cx, &b));
    CHECK(!has_text(open_page(cx, &b, "/sign-in/second-step?recovery=1"), TICK));
    CHECK(goes_to(with_tick(cx, &b, p.codes[0]), "/"));
    CHECK(is_asked(cx, &b));
    CHECK_INT(with_tick(cx, &b, "000000").status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM remembered_devices"), 0);
    CHECK_TEXT(b.remembered, "");
}

TEST(the_token_is_hashed_and_good_for_its_person_alone)
{
    struct phone p;
    struct table t;
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    remember(cx, &b, &p);
    CHECK(db_select(cx, &t, SQL_GLOBAL("SELECT id FROM remembered_devices WHERE token_hash = $1"),
                    (const char *)b.remembered)
          == OK);
    CHECK_INT((int64_t)t.rows, 0);
    must_run(cx, "UPDATE remembered_devices SET person_id = 'p-ben'");
    CHECK(is_asked(cx, &b));
    must_run(cx, "UPDATE remembered_devices SET person_id = 'p-gina'");
    CHECK(!is_asked(cx, &b));
    b.remembered[5] = b.remembered[5] == 'A' ? 'B' : 'A';
    CHECK(is_asked(cx, &b));
}

/* --- what the groups say ------------------------------------------------------------ */

TEST(every_group_that_requires_the_second_step_must_allow_it)
{
    const struct {
        const char *name;
        int64_t north, south; /* from when on */
        bool north_may, south_may, offered;
    } cases[] = {
        { "nobody requires it", 0, 0, false, false, true },
        { "one requires and allows", 1, 0, true, false, true },
        { "one requires and does not", 1, 0, false, true, false },
        { "both require, one does not allow", 1, 1, true, false, false },
        { "both require, the other does not", 1, 1, false, true, false },
        { "both require and allow", 1, 1, true, true, true },
        { "required from a later day", INT64_MAX / 2, 0, false, false, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct phone p;
        struct browser b = BROWSER("198.51.100.7");
        practice_begin(cx);
        must_run(cx, "UPDATE users SET person_id = 'p-gina', email = 'gina@north.example'"
                     " WHERE practice_id = 'south' AND id = 'u-zoe'");
        with_app(cx, &b, &p);
        rule(cx, "north", cases[i].north, cases[i].north_may);
        rule(cx, "south", cases[i].south, cases[i].south_may);
        again(cx, &b);
        if (has_text(open_page(cx, &b, "/sign-in/second-step"), TICK) != cases[i].offered)
            CHECK_TEXT("offered", cases[i].name);
        CHECK(goes_to(with_tick(cx, &b, code_at(cx, &p, 0)), "/"));
        cx->now += MINUTES(1);
        if (is_asked(cx, &b) == cases[i].offered) CHECK_TEXT("remembered", cases[i].name);
        /* And when somebody stops allowing it, by whichever way, it is not listened to. */
        rule(cx, "south", 1, false);
        CHECK(is_asked(cx, &b));
    }
}

TEST(a_group_that_allows_it_no_more_forgets_its_users_browsers)
{
    struct phone p;
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    remember(cx, &b, &p);
    must_run(cx, "INSERT INTO remembered_devices (id, person_id, token_hash, agent, since, ends_at)"
                 " VALUES ('rd-zoe', 'p-zoe', 'x', '', 1, 9000000000000000)");
    CHECK(has_text(get(cx, "olga", "/g/north/settings/security"), "Allow for 30 days"));
    CHECK_INT(post(cx, "olga", "/g/north/settings/security", "rule", "asked", "from", "",
                   "remember", "1", "version", "1", NULL)
                  .status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM practices WHERE second_remember = 1 AND id = 'north'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM practices WHERE second_remember = 1"), 1);
    CHECK(!is_asked(cx, &b));
    CHECK_INT(post(cx, "olga", "/g/north/settings/security", "rule", "asked", "from", "", "version",
                   "2", NULL)
                  .status,
              303);
    CHECK(is_asked(cx, &b));
    CHECK_INT(COUNT("SELECT count(*) FROM remembered_devices WHERE id = 'rd-zoe'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM remembered_devices"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'practice.second_step'"
                    " AND changes LIKE '%Remembered browsers%Allowed for 30 days%'"),
              2);
}

/* --- how it ends ---------------------------------------------------------------------- */

/* Each way, in a practice of its own: gina's desk, where she is signed in, does it. */
enum way { PASSWORD, RESET, FACTOR, CODES, EVERYWHERE, NOT_YOU, FORGET, HOST_PASSWORD, WAYS };

static const char *first_id(struct cx *cx, const struct sql *sql)
{
    struct table t;
    if (db_select(cx, &t, sql) != OK || t.rows == 0) exit(1);
    return cell_text(&t, 0, "id");
}

static const char *reset_path(struct cx *cx)
{
    struct browser b = BROWSER("198.51.100.20");
    struct outbox mails;
    open_page(cx, &b, "/password-reset");
    work_all(cx, &mails);
    send_form(cx, &b, "/password-reset", "email", GINA, NULL);
    work_all(cx, &mails);
    CHECK_INT(mails.n, 1);
    return sent_link(cx, &mails.at[0], "http://linden.example") + strlen("http://linden.example");
}

static void carry_out(struct cx *cx, enum way way, struct browser *b, struct phone *p)
{
    const char *path;
    switch (way) {
    case PASSWORD:
        send_form(cx, b, "/me/sign-in/password", "current_password", HERS, "new_password", OWN,
                  "new_password_again", OWN, NULL);
        break;
    case RESET:
        path = reset_path(cx);
        send_form(cx, b, path, "new_password", OWN, "new_password_again", OWN, NULL);
        break;
    case FACTOR:
        begin_app(cx, b, p, "A second one", code_at(cx, p, 0));
        prove_app(cx, b, p, code_at(cx, p, 0));
        break;
    case CODES:
        send_form(cx, b, "/me/sign-in/recovery-codes", "password", HERS, "code", code_at(cx, p, 0),
                  NULL);
        break;
    case EVERYWHERE: send_form(cx, b, "/me/devices/others/end", NULL); break;
    case NOT_YOU:
        path = first_id(cx, SQL_GLOBAL("SELECT id FROM sessions WHERE address = '203.0.113.9'"));
        send_form(cx, b, arena_print(cx->mem, "/me/devices/%s/not-me", path), NULL);
        break;
    case FORGET:
        path = first_id(cx, SQL_GLOBAL("SELECT id FROM remembered_devices"));
        send_form(cx, b, arena_print(cx->mem, "/me/devices/remembered/%s/end", path), NULL);
        break;
    case HOST_PASSWORD:
        must_run(cx, "UPDATE people SET temporary = 1 WHERE id = 'p-gina'");
        CHECK(db_begin(cx, true) == OK);
        CHECK(person_set_temporary(cx, id_of("p-gina"), "x", "Olga", "Northside") == OK);
        CHECK(db_commit(cx) == OK);
        break;
    case WAYS: break;
    }
}

TEST(it_ends_with_whatever_changes_how_its_person_signs_in)
{
    for (enum way way = 0; way < WAYS; way++) {
        struct phone p;
        practice_begin(cx);
        struct browser b = BROWSER("198.51.100.7"), phone = BROWSER("203.0.113.9");
        remember(cx, &b, &p);
        again(cx, &phone);
        try_code(cx, &phone, code_at(cx, &p, 0));
        cx->now += MINUTES(1);
        CHECK_INT(COUNT("SELECT count(*) FROM remembered_devices"), 1);
        carry_out(cx, way, &b, &p);
        if (COUNT("SELECT count(*) FROM remembered_devices") != 0) CHECK_INT(way, -1);
    }
}

TEST(signing_out_keeps_it_and_nobody_forgets_anothers)
{
    struct phone p;
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    remember(cx, &b, &p);
    const char *id = first_id(cx, SQL_GLOBAL("SELECT id FROM remembered_devices"));
    CHECK_INT(
        post(cx, "ben", arena_print(cx->mem, "/me/devices/remembered/%s/end", id), NULL).status,
        404);
    send_form(cx, &b, "/sign-out", NULL);
    CHECK(!is_asked(cx, &b));
    cx->now += DAYS(31);
    CHECK(db_begin(cx, true) == OK);
    CHECK(people_clean_up_begin(cx) == OK);
    CHECK(db_commit(cx) == OK);
    struct outbox mails;
    work_all(cx, &mails);
    CHECK_INT(COUNT("SELECT count(*) FROM remembered_devices"), 0);
}

/* --- it is no proof --------------------------------------------------------------------- */

TEST(acts_that_ask_who_is_there_ask_for_the_second_step_in_a_remembered_browser)
{
    struct phone p;
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    must_run(cx, "UPDATE users SET level = 'full' WHERE practice_id = 'north' AND id = 'u-gina'");
    remember(cx, &b, &p);
    CHECK(!is_asked(cx, &b));
    struct page page =
        send_form(cx, &b, "/g/north/settings/security", "rule", "asked", "version", "1", NULL);
    CHECK_INT(page.status, 403); /* at once, though the password was shown just now */
    CHECK(has_text(page, "You signed in without a code"));
    CHECK(has_text(page, "name=\"proof_code\"") && !has_text(page, "name=\"proof_password\""));
    CHECK(goes_to(open_page(cx, &b, "/g/north/reports/appointments.csv"),
                  "/me/confirm?next=%2Fg%2Fnorth%2Freports%2Fappointments.csv"));
    /* The password once more is not enough; the code is. */
    page = send_form(cx, &b, "/me/confirm", "proof_password", HERS, "next", "/me", NULL);
    CHECK_INT(page.status, 422);
    page = send_form(cx, &b, "/me/confirm", "proof_password", HERS, "proof_code", "000000", "next",
                     "/me", NULL);
    CHECK_INT(page.status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM practices WHERE second_asked = 1"), 0);
    page = send_form(cx, &b, "/me/confirm", "proof_code", code_at(cx, &p, 0), "next", "/me", NULL);
    CHECK(goes_to(page, "/me"));
    page = send_form(cx, &b, "/g/north/settings/security", "rule", "asked", "version", "1", NULL);
    CHECK_INT(page.status, 303);
    /* Both were shown in this session now: ten minutes later either is enough. */
    cx->now += MINUTES(11);
    page = send_form(cx, &b, "/me/confirm", "proof_password", HERS, "next", "/me", NULL);
    CHECK(goes_to(page, "/me"));
}
