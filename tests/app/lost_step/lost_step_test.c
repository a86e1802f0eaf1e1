/* lost_step_test.c - a second step that is lost, and two with Full Access who know its person. */
#include "tests/app/invitations/invited.h"
#include "tests/app/second_step/app.h"

#define OF_GINA "/g/north/settings/users/u-gina/second-step"
#define WITHOUT "/sign-in/second-step/without"

static const char REASON[] = "It fell into the sea; I know her <voice>";

static int64_t open_ones(struct cx *cx)
{
    return COUNT("SELECT count(*) FROM lost_steps WHERE over_at IS NULL");
}

static struct page ask_for_gina(struct cx *cx)
{
    return post(cx, "freya", OF_GINA, "reason", REASON, NULL);
}

static struct page agree_as(struct cx *cx, const char *who)
{
    return post(cx, who, OF_GINA "/agreement", NULL);
}

/* Gina has an app and a passkey, and comes with the password alone. */
static void begin(struct cx *cx, struct browser *b)
{
    struct phone p;
    struct browser desk = BROWSER("198.51.100.7");
    practice_begin(cx);
    with_app(cx, &desk, &p);
    must_run(cx, "INSERT INTO passkeys (id, person_id, name, credential, algorithm, public_key,"
                 " counter, created_at) VALUES ('k', 'p-gina', 'Key', 'c', -8, 'x', 0, 1)");
    *b = BROWSER("203.0.113.9");
    CHECK(goes_to(try_password(cx, b, GINA, HERS), "/sign-in/second-step"));
    work_all(cx, &(struct outbox){ 0 });
}

TEST(two_with_full_access_let_somebody_in_who_has_lost_all_of_it)
{
    struct browser b;
    struct outbox out;
    begin(cx, &b);
    CHECK(!has_text(open_page(cx, &b, "/sign-in/second-step"), "Lost it?"));
    CHECK_INT(send_form(cx, &b, WITHOUT, NULL).status, 409);
    CHECK(has_text(get(cx, "freya", "/g/north/settings/users/u-gina"), OF_GINA));
    CHECK(has_text(get(cx, "freya", OF_GINA), "Ask for a second person"));
    CHECK_INT(ask_for_gina(cx).status, 303);
    struct page page = get(cx, "freya", OF_GINA);
    CHECK(has_text(page, "her &lt;voice&gt;") && has_text(page, "Withdraw"));
    CHECK(!has_text(page, OF_GINA "/agreement"));
    work_all(cx, &out);
    CHECK_INT((int64_t)out.n, 2);
    const struct sent *to_her = letter_to(&out, "gina@"), *to_olga = letter_to(&out, "olga@");
    CHECK_TEXT(to_her->subject, "Northside Allied Health: have you lost your second step?");
    CHECK(strstr(to_her->text, "Freya Nilsson") && strstr(to_her->text, "refuse it"));
    CHECK_TEXT(to_olga->subject, "Gina Papas has lost the second step: do you agree?");
    CHECK(strstr(to_olga->text, OF_GINA) && strstr(to_olga->text, "fell into the sea"));
    page = open_page(cx, &b, "/sign-in/second-step");
    CHECK(has_text(page, "has not agreed yet") && !has_text(page, "Go on without it"));
    CHECK_INT(send_form(cx, &b, WITHOUT, NULL).status, 409);
    /* One alone is not enough. */
    CHECK_INT(agree_as(cx, "freya").status, 409);
    CHECK_INT(agree_as(cx, "ben").status, 403);
    page = get(cx, "olga", OF_GINA);
    CHECK(has_text(page, "Make sure yourself that it is Gina Papas") && has_text(page, "Decline"));
    CHECK_INT(agree_as(cx, "olga").status, 303);
    CHECK_INT(agree_as(cx, "olga").status, 409);
    CHECK(has_text(get(cx, "freya", OF_GINA), "Freya Nilsson asked, Olga Okafor agreed"));
    work_all(cx, &out);
    CHECK_INT((int64_t)out.n, 1);
    CHECK(strstr(letter_to(&out, "gina@")->text, "Freya Nilsson and Olga Okafor have agreed"));
    page = open_page(cx, &b, "/sign-in/second-step");
    CHECK(has_text(page, "lets you in without") && has_text(page, "Go on without it"));
    CHECK_INT(open_page(cx, &b, "/me").status, 303);
    /* In; and what was lost is gone. */
    CHECK(goes_to(send_form(cx, &b, WITHOUT, NULL), "/me/sign-in"));
    CHECK_INT(open_page(cx, &b, "/g/north/").status, 200);
    CHECK_INT(COUNT("SELECT count(*) FROM authenticators"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM passkeys"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM recovery_codes"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE id = 'p-gina' AND proven_at IS NULL"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM lost_steps WHERE over_how = 'used'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE practice_id = 'north' AND about_id = 'u-gina'"
                    " AND kind LIKE 'user.lost_step%'"),
              3);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.lost_step_asked'"
                    " AND note LIKE '%into the sea%'"),
              1);
    work_others(cx, &out);
    CHECK(strstr(letter_to(&out, "gina@")->text, "no longer count"));
    /* Once. */
    must_run(cx, "INSERT INTO authenticators (id, person_id, session_id, name, sealed, created_at,"
                 " proven_at) VALUES ('x', 'p-gina', 's', 'App', 'x', 1, 1)");
    struct browser c = BROWSER("203.0.113.9");
    try_password(cx, &c, GINA, HERS);
    CHECK_INT(send_form(cx, &c, WITHOUT, NULL).status, 409);
    CHECK(goes_to(open_page(cx, &c, "/me"), "/sign-in/second-step?next=%2Fme"));
}

TEST(nobody_asks_for_themselves_or_for_who_has_none_or_where_nobody_could_agree)
{
    struct browser b;
    begin(cx, &b);
    CHECK_INT(post(cx, "freya", OF_GINA, "reason", " ", NULL).status, 422);
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-freya/second-step", "reason", "x", NULL)
                  .status,
              409);
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/users/u-ben/second-step", "reason", "x", NULL).status,
        409);
    CHECK_INT(post(cx, "ben", OF_GINA, "reason", "x", NULL).status, 403);
    CHECK_INT(post(cx, "zoe", OF_GINA, "reason", "x", NULL).status, 404);
    CHECK_INT(open_ones(cx), 0);
    CHECK_INT(ask_for_gina(cx).status, 303);
    CHECK_INT(post(cx, "olga", OF_GINA, "reason", "x", NULL).status, 409); /* one at a time */
    CHECK_INT(post(cx, "olga", OF_GINA "/end", NULL).status, 303);
    CHECK_INT(post(cx, "olga", OF_GINA "/end", NULL).status, 303);
    CHECK_INT(agree_as(cx, "olga").status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM lost_steps WHERE over_how = 'withdrawn'"), 1);
    /* Whom it is about cannot be the second one, whatever access they have by then. */
    CHECK_INT(ask_for_gina(cx).status, 303);
    must_run(cx, "UPDATE users SET level = 'full', all_locations = 1 WHERE id = 'u-gina';"
                 "UPDATE sessions SET waits_for = 0");
    CHECK_INT(agree_as(cx, "gina").status, 409);
    CHECK_INT(post(cx, "olga", OF_GINA "/end", NULL).status, 303);
    must_run(cx, "UPDATE users SET level = 'clinical', owner = 0 WHERE id = 'u-olga';"
                 "UPDATE users SET owner = 1 WHERE id = 'u-freya'");
    struct page page = ask_for_gina(cx);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "nobody else with Full Access"));
}

TEST(it_dies_with_the_right_of_either_with_its_time_and_with_the_access)
{
    static const struct {
        const char *change;
        int64_t later;
        int status;
    } ways[] = {
        { "SELECT 1", 0, 303 },
        { "SELECT 1", HOURS(24) - 1, 303 },
        { "SELECT 1", HOURS(24), 409 },
        { "UPDATE users SET level = 'office' WHERE id = 'u-freya'", 0, 409 },
        { "UPDATE users SET level = 'clinical', owner = 0 WHERE id = 'u-olga' AND practice_id = 'north'",
          0, 409 },
        { "UPDATE users SET status = 'deactivated', level = 'office' WHERE id = 'u-freya'", 0,
          409 },
        { "UPDATE users SET status = 'deactivated' WHERE id = 'u-gina'", 0, 409 },
        { "UPDATE users SET access_ended_at = 9000000000000000 WHERE id = 'u-gina'", 0, 409 },
        { "UPDATE lost_steps SET over_at = 1, over_how = 'refused'", 0, 409 },
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct browser b, c = BROWSER("203.0.113.10");
        begin(cx, &b);
        ask_for_gina(cx);
        CHECK_INT(agree_as(cx, "olga").status, 303);
        must_run(cx, ways[i].change);
        recount_users(cx);
        cx->now += ways[i].later;
        try_password(cx, &c, GINA, HERS);
        int status = send_form(cx, &c, WITHOUT, NULL).status;
        if (status != ways[i].status) CHECK_TEXT(ways[i].change, "another answer");
        CHECK_INT(COUNT("SELECT count(*) FROM authenticators"), ways[i].status == 409);
    }
    /* And who has asked must be there still when the second one agrees. */
    struct browser b;
    begin(cx, &b);
    ask_for_gina(cx);
    must_run(cx, "UPDATE users SET level = 'office' WHERE id = 'u-freya'");
    CHECK_INT(agree_as(cx, "olga").status, 409);
    begin(cx, &b);
    ask_for_gina(cx);
    cx->now += HOURS(72);
    CHECK_INT(agree_as(cx, "olga").status, 409);
    CHECK_INT(ask_for_gina(cx).status, 303); /* what nobody answered is in nobody's way */
    CHECK_INT(open_ones(cx), 1);
}

TEST(each_group_of_the_person_must_agree_and_learns_nothing_of_another)
{
    struct browser b;
    begin(cx, &b);
    must_run(
        cx,
        "INSERT INTO users (practice_id, id, person_id, email, last_name, sort_key, find_key,"
        " role_type, level, all_locations, created_at) SELECT 'south', 'u-gina', id, email,"
        " 'Papas', 'papas', 'papas', 'administrator', 'office', 1, 1 FROM people WHERE id ="
        " 'p-gina';"
        "UPDATE users SET level = 'full', all_locations = 1 WHERE practice_id = 'south' AND id ="
        " 'u-olga'");
    recount_users(cx);
    ask_for_gina(cx);
    CHECK_INT(agree_as(cx, "olga").status, 303);
    struct page page = open_page(cx, &b, "/sign-in/second-step");
    CHECK(has_text(page, "Northside Allied Health lets you in")
          && has_text(page, "Your other practice groups must agree, too"));
    CHECK(!has_text(page, "Go on without it"));
    CHECK_INT(send_form(cx, &b, WITHOUT, NULL).status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM authenticators"), 1);
    page = get(cx, "zoe", "/g/south/settings/users/u-gina/second-step");
    CHECK(has_text(page, "Ask for a second person") && !has_text(page, "Northside"));
    CHECK_INT(post(cx, "zoe", "/g/south/settings/users/u-gina/second-step", "reason", "Lost", NULL)
                  .status,
              303);
    CHECK_INT(send_form(cx, &b, WITHOUT, NULL).status, 409);
    CHECK_INT(post(cx, "olga", "/g/south/settings/users/u-gina/second-step/agreement", NULL).status,
              303);
    CHECK(goes_to(send_form(cx, &b, WITHOUT, NULL), "/me/sign-in"));
    CHECK_INT(open_page(cx, &b, "/g/north/").status, 200);
    CHECK_INT(open_page(cx, &b, "/g/south/").status, 200);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.lost_step_used'"), 2);
}

TEST(the_person_refuses_it_from_their_own_page)
{
    struct phone p;
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), b = BROWSER("203.0.113.9");
    with_app(cx, &desk, &p);
    ask_for_gina(cx);
    struct page page = open_page(cx, &desk, "/me/sign-in");
    CHECK(has_text(page, "Freya Nilsson asked Northside Allied Health"));
    const char *refusal = arena_print(cx->mem, "/me/sign-in/lost/%s/refusal",
                                      between(cx, page.body, "/me/sign-in/lost/", "/"));
    CHECK_INT(post(cx, "ben", refusal, NULL).status, 404);
    CHECK_INT(agree_as(cx, "olga").status, 303);
    CHECK(has_text(open_page(cx, &desk, "/me/sign-in"), "Freya Nilsson and Olga Okafor let you"));
    try_password(cx, &b, GINA, HERS);
    CHECK_INT(send_form(cx, &b, refusal, NULL).status, 303); /* not before the code */
    CHECK_INT(open_ones(cx), 1);
    CHECK(goes_to(send_form(cx, &desk, refusal, NULL), "/me/sign-in"));
    CHECK_INT(open_ones(cx), 0);
    CHECK_INT(send_form(cx, &desk, refusal, NULL).status, 404);
    CHECK_INT(send_form(cx, &b, WITHOUT, NULL).status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM authenticators"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.lost_step_refused'"
                    " AND practice_id = 'north' AND actor_name = 'Gina Papas' AND address = ''"),
              1);
    CHECK(!has_text(open_page(cx, &desk, "/me/sign-in"), "/me/sign-in/lost/"));
}

TEST(where_it_is_required_a_new_one_is_set_up_first_and_joining_takes_the_mailbox)
{
    struct browser b;
    begin(cx, &b);
    must_run(cx, "UPDATE practices SET second_all_from = 1 WHERE id = 'north'");
    must_run(cx, "INSERT INTO passkeys (id, person_id, name, credential, algorithm, public_key,"
                 " counter, created_at) SELECT 'k-' || id, id, 'Key', id, -8, 'x', 0, 1 FROM people"
                 " WHERE id IN ('p-olga', 'p-freya')");
    ask_for_gina(cx);
    CHECK_INT(agree_as(cx, "olga").status, 303);
    struct id id = { "" };
    struct user_draft draft = draft_for("Gina", "Papas", GINA);
    static struct user_location place[] = { { { "l-south" }, "Bankside" } };
    draft.locations = place;
    CHECK_INT(send_as(cx, "south", "zoe", draft, &id), OK);
    CHECK(goes_to(send_form(cx, &b, WITHOUT, NULL), "/me/second-step"));
    CHECK_INT(open_page(cx, &b, "/g/north/").status, 303);
    CHECK_INT(
        send_form(cx, &b, arena_print(cx->mem, "/me/invitations/%s/acceptance", id.text), NULL)
            .status,
        409);
    CHECK_INT(
        COUNT("SELECT count(*) FROM users WHERE practice_id = 'south' AND person_id = 'p-gina'"),
        0);
}
