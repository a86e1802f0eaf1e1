/* email_change_test.c - another email to sign in with: asked for, confirmed, taken back. */
#include "tests/app/invitations/invited.h"
#include "tests/app/passkeys/key.h"

#include "app/sessions/cleaning.h"
#include "base/time.h"

static const char NEW[] = "gina.papas@new.example", OWN[] = "quiet rivers carry paper boats",
                  ASK[] = "/me/sign-in/email";

static const char *path_of(struct cx *cx, const struct sent *mail)
{
    return sent_link(cx, mail, "http://linden.example") + strlen("http://linden.example");
}

static bool is_hers(struct cx *cx, const char *email)
{
    struct table t;
    if (db_select(cx, &t,
                  SQL_GLOBAL("SELECT id FROM people WHERE id = 'p-gina' AND email = $1"
                             " AND email_key = $1"),
                  email)
        != OK)
        exit(1);
    return t.rows == 1;
}

/* Gina at her desk, who has asked; and the paths in the two letters. */
struct asked {
    struct browser desk;
    const char *confirm, *undo;
};

static struct asked ask(struct cx *cx, const char *email)
{
    struct asked a = { .desk = BROWSER("198.51.100.7") };
    struct outbox mails;
    CHECK(goes_to(try_password(cx, &a.desk, GINA, HERS), "/"));
    work_all(cx, &mails);
    CHECK(goes_to(send_form(cx, &a.desk, ASK, "email", email, NULL), ASK));
    CHECK(has_text(open_page(cx, &a.desk, ASK), "A link to confirm"));
    work_others(cx, &mails);
    CHECK_INT(mails.n, 2);
    a.confirm = path_of(cx, letter_to(&mails, email));
    a.undo = path_of(cx, letter_to(&mails, GINA));
    return a;
}

static const char *confirm_it(struct cx *cx, struct asked *a)
{
    struct outbox mails;
    CHECK_INT(open_page(cx, &a->desk, a->confirm).status, 200);
    CHECK(goes_to(send_form(cx, &a->desk, a->confirm, NULL), "/me/sign-in"));
    work_others(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK_TEXT(mails.at[0].subject, "Your sign-in email was changed");
    return path_of(cx, letter_to(&mails, GINA));
}

TEST(the_email_changes_when_its_person_confirms_it_at_the_new_address)
{
    practice_begin(cx);
    struct browser phone = BROWSER("203.0.113.9"), again = BROWSER("203.0.113.10");
    try_password(cx, &phone, GINA, HERS);
    struct asked a = ask(cx, NEW);
    CHECK(is_hers(cx, GINA));
    CHECK_INT(open_page(cx, &a.desk, a.confirm).status, 200);
    CHECK(is_hers(cx, GINA)); /* opening the link changes nothing */
    CHECK_INT(open_page(cx, &phone, "/me").status, 200);
    confirm_it(cx, &a);
    CHECK(is_hers(cx, NEW));
    CHECK_INT(open_page(cx, &a.desk, "/me").status, 200);
    CHECK_INT(open_page(cx, &phone, "/me").status, 303); /* other sessions end */
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE person_id = 'p-gina' AND email ="
                    " 'gina.papas@new.example' AND find_key LIKE '%gina.papas@new.example'"),
              COUNT("SELECT count(*) FROM users WHERE person_id = 'p-gina'"));
    CHECK(has_text(get(cx, "olga", "/g/north/settings/users?filtered=1&text=papas@new"), "Gina"));
    CHECK_INT(try_password(cx, &again, GINA, HERS).status, 422);
    CHECK(goes_to(try_password(cx, &again, NEW, HERS), "/"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.email_change_asked'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.email_changed'"), 1);
    CHECK_INT(open_page(cx, &a.desk, a.confirm).status, 410); /* once */
    CHECK_INT(send_form(cx, &a.desk, a.confirm, NULL).status, 410);
}

TEST(the_letter_to_the_new_address_names_nobody_and_its_link_is_stored_hashed)
{
    struct table t;
    struct outbox mails;
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7");
    try_password(cx, &desk, GINA, HERS);
    send_form(cx, &desk, ASK, "email", NEW, NULL);
    work_all(cx, &mails);
    const struct sent *mail = letter_to(&mails, NEW);
    CHECK(!strstr(mail->text, "Gina") && !strstr(mail->text, GINA) && !strstr(mail->text, "North"));
    const char *token = strrchr(path_of(cx, mail), '/') + 1;
    CHECK(db_select(cx, &t, SQL_GLOBAL("SELECT kind FROM email_links WHERE token_hash = $1"), token)
          == OK);
    CHECK_INT((int64_t)t.rows, 0);
    CHECK_INT(COUNT("SELECT count(*) FROM email_links"), 2);
}

TEST(whoever_gets_the_letter_by_mistake_can_do_nothing_with_it)
{
    practice_begin(cx);
    struct asked a = ask(cx, NEW);
    struct browser nobody = BROWSER("203.0.113.9"), ben = BROWSER("203.0.113.10");
    try_password(cx, &ben, "ben@north.example", "correct-horse-battery-ben");
    struct browser *all[] = { &nobody, &ben };
    for (size_t i = 0; i < 2; i++) {
        CHECK(has_text(open_page(cx, all[i], a.confirm), "Sign in first"));
        CHECK(!has_text(open_page(cx, all[i], a.confirm), "Use this email"));
        CHECK(has_text(send_form(cx, all[i], a.confirm, NULL), "Sign in first"));
    }
    CHECK(is_hers(cx, GINA));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.email_changed'"), 0);
    confirm_it(cx, &a);
    CHECK(is_hers(cx, NEW));
}

TEST(the_old_address_takes_it_back_before_it_is_confirmed)
{
    practice_begin(cx);
    struct asked a = ask(cx, NEW);
    struct browser mail = BROWSER("198.51.100.8");
    struct outbox mails;
    CHECK(has_text(open_page(cx, &mail, a.undo), "Was this change not yours?"));
    CHECK_INT(open_page(cx, &a.desk, "/me").status, 200);
    CHECK(goes_to(send_form(cx, &mail, a.undo, NULL), "/password-reset"));
    CHECK_INT(open_page(cx, &a.desk, "/me").status, 303);
    CHECK_TEXT(mail.session, "");
    work_others(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK_TEXT(letter_to(&mails, GINA)->subject, "Reset your password");
    a.desk.session[0] = '\0';
    CHECK(goes_to(try_password(cx, &a.desk, GINA, HERS), "/"));
    CHECK_INT(open_page(cx, &a.desk, a.confirm).status, 410);
    CHECK_INT(send_form(cx, &a.desk, a.confirm, NULL).status, 410);
    CHECK_INT(open_page(cx, &mail, a.undo).status, 410);
    CHECK(is_hers(cx, GINA));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.email_change_undone'"
                    " AND actor_id = 'p-gina'"),
              1);
}

TEST(the_old_address_takes_it_back_for_seven_days)
{
    for (int late = 0; late < 2; late++) {
        struct outbox mails;
        practice_begin(cx);
        struct asked a = ask(cx, NEW);
        struct browser mail = BROWSER("198.51.100.8");
        const char *undo = confirm_it(cx, &a);
        cx->now += DAYS(7) - (late ? 0 : SECONDS(1));
        CHECK_INT(open_page(cx, &mail, undo).status, late ? 410 : 200);
        CHECK_INT(send_form(cx, &mail, a.undo, NULL).status, late ? 410 : 303);
        CHECK(is_hers(cx, late ? NEW : GINA));
        if (late) continue;
        CHECK_INT(send_form(cx, &mail, undo, NULL).status,
                  410); /* the other letter's is over, too */
        CHECK_INT(COUNT("SELECT count(*) FROM users WHERE person_id = 'p-gina' AND email ="
                        " 'gina@north.example' AND find_key LIKE '%gina@north.example'"),
                  COUNT("SELECT count(*) FROM users WHERE person_id = 'p-gina'"));
        CHECK_INT(COUNT("SELECT count(*) FROM sessions WHERE person_id = 'p-gina'"
                        " AND ended_at IS NULL"),
                  0);
        /* With the link in the letter to it the password is hers again. */
        work_others(cx, &mails);
        const char *reset = path_of(cx, letter_to(&mails, GINA));
        open_page(cx, &mail, reset);
        CHECK(goes_to(
            send_form(cx, &mail, reset, "new_password", OWN, "new_password_again", OWN, NULL),
            "/sign-in"));
        CHECK_INT(try_password(cx, &mail, GINA, HERS).status, 422);
    }
}

TEST(taking_back_the_first_of_two_changes_takes_both_back_for_good)
{
    practice_begin(cx);
    struct outbox mails;
    struct asked a = ask(cx, NEW);
    struct browser mail = BROWSER("198.51.100.8");
    const char *first = confirm_it(cx, &a), *third = "gina@third.example";
    cx->now += MINUTES(1);
    CHECK(goes_to(send_form(cx, &a.desk, ASK, "email", third, NULL), ASK));
    work_all(cx, &mails);
    const char *second = path_of(cx, letter_to(&mails, NEW));
    const char *confirm = path_of(cx, letter_to(&mails, third));
    CHECK(goes_to(send_form(cx, &a.desk, confirm, NULL), "/me/sign-in"));
    CHECK(is_hers(cx, third));
    open_page(cx, &mail, first);
    CHECK_INT(send_form(cx, &mail, first, NULL).status, 303);
    CHECK(is_hers(cx, GINA));
    CHECK_INT(send_form(cx, &mail, second, NULL).status, 410);
    CHECK(is_hers(cx, GINA));
}

TEST(nobody_else_gets_the_old_address_while_it_can_be_taken_back)
{
    struct outbox mails;
    struct browser ben = BROWSER("203.0.113.10");
    practice_begin(cx);
    struct asked a = ask(cx, NEW);
    confirm_it(cx, &a);
    try_password(cx, &ben, "ben@north.example", "correct-horse-battery-ben");
    CHECK(goes_to(send_form(cx, &ben, ASK, "email", GINA, NULL), ASK));
    work_others(cx, &mails);
    CHECK_TEXT(letter_to(&mails, GINA)->subject, "This address has a sign-in already");
    for (int late = 0; late < 2; late++) {
        struct page page =
            post(cx, "olga", "/g/north/settings/users", "first_name", "Georg", "last_name", "Heir",
                 "role_type", "administrator", "email", GINA, "email_again", GINA, "entry", "link",
                 "level", "office", "all_locations", "1", NULL);
        CHECK_INT(page.status, late ? 303 : 409);
        CHECK(late || has_text(page, "This address had another sign-in until lately."));
        CHECK_INT(COUNT("SELECT count(*) FROM people WHERE email_key = 'gina@north.example'"),
                  late);
        cx->now += DAYS(7);
        sign_in_again(cx, "olga");
    }
}

TEST(an_address_that_has_a_sign_in_is_told_to_its_reader_alone)
{
    struct outbox mails;
    struct browser desk = BROWSER("198.51.100.7");
    practice_begin(cx);
    try_password(cx, &desk, GINA, HERS);
    CHECK(goes_to(send_form(cx, &desk, ASK, "email", "Ben@north.example", NULL), ASK));
    CHECK(has_text(open_page(cx, &desk, ASK), "We have sent a link to"));
    work_all(cx, &mails);
    CHECK_TEXT(letter_to(&mails, "Ben@north.example")->subject,
               "This address has a sign-in already");
    CHECK_INT(COUNT("SELECT count(*) FROM email_links WHERE kind = 'confirm'"), 0);
    /* Or it gets one between the letter and the button. */
    struct asked a = ask(cx, NEW);
    must_run(cx, "UPDATE people SET email = 'x', email_key = 'gina.papas@new.example' WHERE id ="
                 " 'p-zoe'");
    CHECK_INT(send_form(cx, &a.desk, a.confirm, NULL).status, 409);
    CHECK(is_hers(cx, GINA));
}

TEST(a_link_to_confirm_works_for_a_day_and_until_another_is_asked_for)
{
    struct outbox mails;
    practice_begin(cx);
    struct asked a = ask(cx, NEW);
    cx->now += MINUTES(1);
    CHECK(goes_to(send_form(cx, &a.desk, ASK, "email", "gina@third.example", NULL), ASK));
    work_all(cx, &mails);
    const char *confirm = path_of(cx, letter_to(&mails, "gina@third.example"));
    CHECK_INT(open_page(cx, &a.desk, a.confirm).status, 410);
    CHECK_INT(send_form(cx, &a.desk, a.confirm, NULL).status, 410);
    cx->now += DAYS(1) - SECONDS(1);
    a.desk.session[0] = '\0';
    try_password(cx, &a.desk, GINA, HERS);
    CHECK_INT(open_page(cx, &a.desk, confirm).status, 200);
    cx->now += SECONDS(1);
    CHECK_INT(open_page(cx, &a.desk, confirm).status, 410);
    CHECK_INT(send_form(cx, &a.desk, confirm, NULL).status, 410);
    CHECK(is_hers(cx, GINA));
    cx->now += DAYS(31);
    CHECK(db_begin(cx, true) == OK);
    CHECK(people_clean_up_begin(cx) == OK);
    CHECK(db_commit(cx) == OK);
    work_all(cx, &mails);
    CHECK_INT(
        COUNT("SELECT count(*) FROM email_changes") + COUNT("SELECT count(*) FROM email_links"), 0);
}

TEST(what_is_no_address_or_the_present_one_or_asked_for_too_often_is_refused)
{
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7");
    try_password(cx, &desk, GINA, HERS);
    CHECK_INT(send_form(cx, &desk, ASK, "email", "", NULL).status, 422);
    CHECK_INT(send_form(cx, &desk, ASK, "email", "gina at home", NULL).status, 422);
    CHECK_INT(send_form(cx, &desk, ASK, "email", GINA, NULL).status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM email_changes"), 0);
    for (int i = 0; i < 3; i++)
        CHECK_INT(send_form(cx, &desk, ASK, "email", NEW, NULL).status, 303);
    struct page page = send_form(cx, &desk, ASK, "email", NEW, NULL);
    CHECK_INT(page.status, 429);
    CHECK(has_text(page, "We have sent a few links already") && has_text(page, NEW));
    CHECK_INT(COUNT("SELECT count(*) FROM email_changes"), 3);
}

/* --- what was added meanwhile ------------------------------------------------------------- */

#define KEYS_OF_GINA COUNT("SELECT count(*) FROM passkeys WHERE person_id = 'p-gina'")
#define CODES_OF_GINA COUNT("SELECT count(*) FROM recovery_codes WHERE person_id = 'p-gina'")

static void take_back(struct cx *cx, const char *undo)
{
    struct browser mail = BROWSER("198.51.100.8");
    CHECK(has_text(open_page(cx, &mail, undo), "like an authenticator app, a passkey"));
    CHECK(goes_to(send_form(cx, &mail, undo, NULL), "/password-reset"));
}

/* Somebody who knew the password changes the email, so that no letter about it comes, and adds
 * ways to come in. */
TEST(taking_back_removes_what_was_added_to_come_in_with)
{
    practice_begin(cx);
    struct outbox mails;
    struct held_key k = new_key(cx);
    struct asked a = ask(cx, NEW);
    const char *undo = confirm_it(cx, &a);
    CHECK_INT(add_key(cx, &a.desk, &k, "Not hers").status, 200);
    must_run(cx, arena_print(cx->mem,
                             "UPDATE sign_in_identities SET linked_at = %lld WHERE id ="
                             " (SELECT id FROM sign_in_identities WHERE user_id = 'u-gina')",
                             (long long)cx->now));
    work_all(cx, &mails);
    cx->now += DAYS(6);
    take_back(cx, undo);
    CHECK_INT(KEYS_OF_GINA + CODES_OF_GINA, 0);
    CHECK_INT(COUNT("SELECT count(*) FROM sign_in_identities WHERE user_id = 'u-gina'"), 0);
    CHECK(COUNT("SELECT count(*) FROM sign_in_identities") > 0); /* of others */
    struct browser b = BROWSER("198.51.100.9");
    CHECK_INT(use_key(cx, &b, &k).status, 422);
    CHECK(goes_to(try_password(cx, &b, GINA, HERS), "/"));
    work_others(cx, &mails);
    bool told = false;
    for (size_t i = 0; i < mails.n; i++)
        told = told
               || (strstr(mails.at[i].to, GINA)
                   && strcmp(mails.at[i].subject, "Your second step was changed") == 0);
    CHECK(told);
}

TEST(taking_back_leaves_the_second_step_that_was_there)
{
    practice_begin(cx);
    struct held_key hers, other = new_key(cx);
    struct asked a = { .desk = BROWSER("198.51.100.7") };
    struct outbox mails;
    with_key(cx, &a.desk, &hers);
    work_all(cx, &mails);
    CHECK(goes_to(send_form(cx, &a.desk, ASK, "email", NEW, NULL), ASK));
    work_others(cx, &mails);
    const char *undo = path_of(cx, letter_to(&mails, GINA));
    cx->now += MINUTES(1);
    must_run(cx,
             arena_print(cx->mem,
                         "INSERT INTO passkeys (id, person_id, name, credential, algorithm,"
                         " public_key, counter, created_at) VALUES ('k-other', 'p-gina', 'Other',"
                         " '%s', -8, 'x', 0, %lld)",
                         other.credential, (long long)cx->now));
    take_back(cx, undo);
    CHECK_INT(KEYS_OF_GINA, 1);
    CHECK_INT(COUNT("SELECT count(*) FROM passkeys WHERE id = 'k-other'"), 0);
    CHECK_INT(CODES_OF_GINA, 10);
    struct browser b = BROWSER("198.51.100.9");
    CHECK(goes_to(use_key(cx, &b, &hers), "/"));
}

/* Whoever reads the old mailbox must not be able to take the only second step away. */
TEST(taking_back_leaves_a_second_step_that_took_the_place_of_another)
{
    practice_begin(cx);
    struct held_key hers;
    struct asked a = { .desk = BROWSER("198.51.100.7") };
    struct outbox mails;
    with_key(cx, &a.desk, &hers);
    work_all(cx, &mails);
    CHECK(goes_to(send_form(cx, &a.desk, ASK, "email", NEW, NULL), ASK));
    work_others(cx, &mails);
    const char *undo = path_of(cx, letter_to(&mails, GINA));
    must_run(
        cx, arena_print(cx->mem, "UPDATE passkeys SET created_at = %lld WHERE person_id = 'p-gina'",
                        (long long)(cx->now + MINUTES(1)))); /* a new one, and the first is gone */
    cx->now += MINUTES(2);
    take_back(cx, undo);
    CHECK_INT(KEYS_OF_GINA, 1);
    struct browser b = BROWSER("198.51.100.9");
    CHECK(goes_to(use_key(cx, &b, &hers), "/"));
}

/* A key and a calendar address of Gina's, made at that moment. */
static void give_programs(struct cx *cx, const char *key, int64_t made_at)
{
    must_run(cx, arena_print(cx->mem,
                             "INSERT INTO api_keys (practice_id, id, user_id, name, token_hash,"
                             " tail, scopes, made_at, expires_at) VALUES ('north', '%s', 'u-gina',"
                             " 'Till %s', 'h-%s', 'abcd', 'users:1', %lld, %lld)",
                             key, key, key, (long long)made_at, (long long)cx->now + DAYS(90)));
    must_run(cx, arena_print(cx->mem,
                             "INSERT INTO calendar_feeds (practice_id, user_id, token_hash, names,"
                             " made_at) VALUES ('north', 'u-gina', 'f', 0, %lld)"
                             " ON CONFLICT (practice_id, user_id) DO UPDATE SET made_at = %lld",
                             (long long)made_at, (long long)made_at));
}

static int64_t said(struct cx *cx, const char *kind)
{
    struct table t;
    if (db_select(cx, &t,
                  SQL_GLOBAL("SELECT count(*) AS n FROM audit WHERE practice_id = 'north'"
                             " AND kind = $1 AND actor_name = 'Gina Papas'"),
                  kind)
        != OK)
        exit(1);
    return table_number(&t);
}

TEST(taking_back_ends_keys_and_calendar_addresses_that_were_made_since)
{
    practice_begin(cx);
    must_run(cx, "DELETE FROM api_answers");
    must_run(cx, "DELETE FROM api_keys WHERE user_id = 'u-gina'");
    give_programs(cx, "before", cx->now - 1);
    int64_t others = COUNT("SELECT count(*) FROM api_keys WHERE user_id <> 'u-gina'"),
            feeds = COUNT("SELECT count(*) FROM calendar_feeds");
    struct asked a = ask(cx, NEW);
    cx->now += MINUTES(1);
    const char *undo = confirm_it(cx, &a);
    give_programs(cx, "since", cx->now);
    must_run(cx, "INSERT INTO api_answers (practice_id, key_id, once, request_hash, status, body,"
                 " at) VALUES ('north', 'since', 'o', 'h', 200, '', 1)");
    struct browser mail = BROWSER("198.51.100.8");
    CHECK(has_text(open_page(cx, &mail, undo), "API keys and secret calendar addresses"));
    CHECK_INT(COUNT("SELECT count(*) FROM api_keys WHERE id = 'since'"), 1);
    take_back(cx, undo);
    CHECK_INT(COUNT("SELECT count(*) FROM api_keys WHERE id = 'since'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM api_keys WHERE id = 'before'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM api_keys WHERE user_id <> 'u-gina'"), others);
    CHECK_INT(COUNT("SELECT count(*) FROM calendar_feeds WHERE user_id = 'u-gina'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM calendar_feeds"), feeds - 1);
    CHECK_INT(said(cx, "api_key.disabled"), 1);
    CHECK_INT(said(cx, "calendar_feed.removed"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE practice_id = '' AND kind ="
                    " 'person.email_change_undone'"),
              1);
}

TEST(taking_back_leaves_keys_and_calendar_addresses_of_before)
{
    practice_begin(cx);
    give_programs(cx, "before", cx->now - 1);
    struct asked a = ask(cx, NEW);
    take_back(cx, a.undo);
    CHECK_INT(COUNT("SELECT count(*) FROM api_keys WHERE id = 'before'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM calendar_feeds WHERE user_id = 'u-gina'"), 1);
    CHECK_INT(said(cx, "api_key.disabled") + said(cx, "calendar_feed.removed"), 0);
}
