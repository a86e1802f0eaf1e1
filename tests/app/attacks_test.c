/* attacks_test.c - what was once found by attacking, so that it stays closed. */
#include <stdlib.h>

#include "app/invitations/invitation.h"
#include "app/sign_in/sign_in.h"
#include "base/setup.h"
#include "tests/support/folder.h"
#include "tests/support/practice.h"
#include "work/queue.h"
#include "work/sent.h"

#define OLGA "/g/north/settings/users/u-olga"
#define HER_FORM                                                                      \
    "last_name", "Okafor", "role_type", "practitioner", "level", "full", "boxes_for", \
        "practitioner.full", "profession", "physiotherapist", "registration_number",  \
        "PHY0001234567", "all_locations", "1", "owner", "1", "version", "1", "reviewed", "1", NULL

/* --- an owner's access is the owner's ------------------------------------------------ */

TEST(a_colleague_corrects_an_owners_name)
{
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", OLGA, "title", "Dr", "first_name", "Olga-Marie", HER_FORM).status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE first_name = 'Olga-Marie' AND owner = 1"), 1);
}

/* Another role type lets patients' names be hidden, and needs no location. */
TEST(a_colleague_takes_nothing_from_an_owner_in_a_roundabout_way)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", OLGA, "first_name", "Olga", "role_type", "administrator",
                            "hide_patient_names", "1", "boxes_for", "administrator.full", HER_FORM);
    CHECK_INT(page.status, 403);
    page = post(cx, "freya", OLGA, "first_name", "Olga", "role_type", "administrator", "last_name",
                "Okafor", "level", "full", "boxes_for", "administrator.full", "version", "1",
                "reviewed", "1", NULL); /* nowhere: no patient at all */
    CHECK_INT(page.status, 403);
    CHECK_INT(COUNT("SELECT version FROM users WHERE id = 'u-olga' AND practice_id = 'north'"), 1);
    page = post(cx, "olga", OLGA, "first_name", "Olga", "role_type", "administrator",
                "hide_patient_names", "1", "boxes_for", "administrator.full", HER_FORM);
    CHECK_INT(page.status, 303); /* but she may */
    CHECK_INT(COUNT("SELECT hide_patient_names FROM users WHERE id = 'u-olga' AND version = 2"), 1);
}

TEST(what_takes_away_is_told_from_what_does_not)
{
    struct access before = {
        .role = PRACTITIONER, .level = LEVEL_P_FULL, .active = true, .all_locations = true
    };
    memset(before.others, FOLLOWS, sizeof before.others);
    struct access after = before;
    CHECK(!access_lowers(&before, &after));
    after.set[SETTING_see_history] = true;
    CHECK(!access_lowers(&before, &after) && access_lowers(&after, &before));
    after = before;
    after.all_locations = false;
    CHECK(access_lowers(&before, &after));
    after.locations = 1;
    CHECK(!access_lowers(&before, &after));
    after.set[SETTING_location_restriction] = true;
    CHECK(access_lowers(&before, &after));
    after = before;
    after.active = false;
    CHECK(access_lowers(&before, &after));
}

/* --- thousands of something ------------------------------------------------------------ */

/* Whoever is about to be lowered could send so many that it would take too much memory. */
TEST(thousands_of_invitations_do_not_keep_their_sender)
{
    practice_begin(cx);
    CHECK(db_script(cx, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                        "  WHERE i < 3000)"
                        " INSERT INTO invitations (practice_id, id, email, email_key, last_name,"
                        "  find_key, role_type, level, all_locations, inviter_id, inviter_name,"
                        "  created_at, sent_at, expires_at) SELECT 'north', 'i000000000' || (1000000000000000 + i),"
                        "  'i' || i || '@x.example', 'i' || i || '@x.example', 'Invited', '',"
                        "  'administrator', 'office', 1, 'u-freya', 'Freya Nilsson', 1, 1,"
                        "  4102444800000000 FROM n")
          == OK);
    struct arena *whole = cx->mem, *small = arena_new(1 << 20);
    jmp_buf full;
    act_as(cx, "north", "olga");
    cx->mem = small;
    enum status status = BROKEN;
    if (setjmp(full) == 0) {
        arena_catch(small, &full);
        status = invitations_withdraw_by(cx, id_of("u-freya"), "lowered");
    }
    cx->mem = whole;
    CHECK_INT(act_end(cx, status), OK);
    arena_free(small);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'withdrawn' AND lost = 1"),
              3000);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'invitation.withdrawn'"), 3000);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.invitations_lost'"), 1);
}

TEST(thousands_of_sessions_do_not_close_the_page_of_their_person)
{
    practice_begin(cx);
    CHECK(db_script(cx, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                        "  WHERE i < 20000) INSERT INTO sessions (id, token_hash, person_id,"
                        "  signed_in_at, seen_at) SELECT 's000000000' || (1000000000000000 + i), 'hash' || i,"
                        "  'p-chen', 1795255200000000, 1795255200000000 FROM n")
          == OK);
    struct cx narrow = *cx;
    narrow.mem = arena_new(4 << 20);
    struct page page = { 0 };
    jmp_buf full;
    if (setjmp(full) == 0) {
        arena_catch(narrow.mem, &full);
        page = get(&narrow, "freya", "/g/north/settings/users/u-chen");
        CHECK_INT(page.status, 200);
    } else {
        CHECK(!"the page took too much memory");
    }
    arena_free(narrow.mem);
}

/* --- what comes along with signing in ---------------------------------------------------- */

TEST(a_place_to_go_on_that_is_none_keeps_nobody_from_signing_in)
{
    static const char *const places[] = { "//evil.example/",       "/\\evil.example/",
                                          "/g/\r\nX: y",           "/g/\xe2\x80\xae",
                                          "https://evil.example/", "javascript:alert(1)" };
    practice_begin(cx);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct page page = post(cx, NULL, "/sign-in", "email", "ben@north.example", "password",
                                "correct-horse-battery-ben", "next", places[i], NULL);
        CHECK_INT(page.status, 303);
        CHECK_TEXT(page.location, "/");
    }
    char *far = arena_alloc(cx->mem, 5000);
    memset(far, 'a', 4999);
    memcpy(far, "/g/", 3);
    CHECK_TEXT(post(cx, NULL, "/sign-in", "email", "ben@north.example", "password",
                    "correct-horse-battery-ben", "next", far, NULL)
                   .location,
               "/");
    CHECK_TEXT(post(cx, NULL, "/sign-in", "email", "ben@north.example", "password",
                    "correct-horse-battery-ben", "next", "/g/north/help", NULL)
                   .location,
               "/g/north/help");
}

/* --- the hash lane is for those who may try ------------------------------------------------- */

static struct sign_in_proof *prepared(struct cx *cx, const char *email, const char *password)
{
    struct pair form[] = { { "email", email }, { "password", password } };
    struct request rq = { .method = POST, .form = { 2, form } };
    cx_forget(cx);
    cx->actor = (struct actor){ .address = "192.0.2.1" };
    CHECK(session_prepare(cx, &rq) == OK);
    return rq.prepared;
}

TEST(nothing_is_hashed_for_those_who_must_wait_nor_for_forms_that_are_none)
{
    practice_begin(cx);
    char *far = arena_alloc(cx->mem, 400);
    memset(far, 'a', 399);
    CHECK(prepared(cx, far, "correct-horse-battery-ben") == NULL);
    CHECK(prepared(cx, "ben@north.example", "") == NULL);
    CHECK(prepared(cx, "ben@north.example", "correct-horse-battery-ben")->right);
    for (int i = 0; i < 5; i++)
        CHECK_INT(
            post(cx, NULL, "/sign-in", "email", "ben@north.example", "password", "wrong", NULL)
                .status,
            422);
    struct sign_in_proof *proof = prepared(cx, "ben@north.example", "correct-horse-battery-ben");
    CHECK(proof->unchecked && !proof->right);
    CHECK_INT(post(cx, NULL, "/sign-in", "email", "ben@north.example", "password",
                   "correct-horse-battery-ben", NULL)
                  .status,
              429);
    proof = prepared(cx, "nobody@north.example", "wrong");
    CHECK(!proof->unchecked); /* that one may try */
    /* The wait was over between the check and the transaction: not taken, and not counted. */
    const char *token;
    enum waits_for waits_for;
    CHECK(db_begin(cx, true) == OK);
    CHECK(sign_in(cx,
                  &(struct sign_in_proof){ .email_key = "chen@north.example", .unchecked = true },
                  &token, &waits_for)
          == INVALID);
    CHECK_TEXT(cx->reason, "slow");
    CHECK(!cx->counted);
    db_rollback(cx);
}

/* --- dying with a job in hand -------------------------------------------------------------- */

TEST(a_job_that_was_interrupted_goes_on_at_the_next_start_of_the_same_program)
{
    practice_begin(cx);
    struct setup setup = *cx->setup;
    setup.node = "ours";
    cx->setup = &setup;
    CHECK(db_begin(cx, true) == OK);
    CHECK(enqueue(cx, JOB_letter_prove, id_of("p-ben"), "") == OK);
    CHECK(enqueue(cx, JOB_letter_welcome, id_of("u-ben"), "") == OK);
    CHECK(db_exec(cx,
                  SQL_GLOBAL("UPDATE jobs SET run_at = $1, tries = 1, last_problem ="
                             " 'interrupted', held_by ="
                             " CASE kind WHEN 'mail.prove' THEN 'ours' ELSE 'theirs' END"),
                  cx->now + MINUTES(5))
          == OK);
    CHECK(enqueue_at(cx, JOB_letter_reset, id_of("p-ben"), "", cx->now + MINUTES(2)) == OK);
    CHECK(db_commit(cx) == OK);

    CHECK(work_once(cx, NULL) == NOT_FOUND);
    CHECK(work_again(cx, NULL, ALL_LANES) == OK);
    CHECK(work_again(cx, NULL, ALL_LANES) == NOT_FOUND);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.prove'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE tries = 1 AND kind = 'mail.welcome'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE tries = 0 AND kind = 'mail.password_reset'"),
              1);
}

TEST(a_mail_that_a_server_took_is_crossed_off_and_not_sent_again)
{
    practice_begin(cx);
    struct setup setup = *cx->setup;
    setup.data = folder_new(cx);
    setup.mail = "smtp://127.0.0.1:9?tls=never"; /* nobody there: to send would fail */
    cx->setup = &setup;
    CHECK(db_begin(cx, true) == OK);
    CHECK(enqueue(cx, JOB_letter_prove, id_of("p-ben"), "") == OK);
    struct table t;
    CHECK(db_select(cx, &t, SQL_GLOBAL("SELECT id FROM jobs WHERE kind = 'mail.prove'")) == OK);
    struct id job = cell_id(&t, 0, "id");
    CHECK(db_commit(cx) == OK);

    sent_note(cx, job);
    CHECK(sent_noted(cx, job));
    CHECK(work_once(cx, NULL) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.prove'"), 0);
    CHECK(!sent_noted(cx, job));
    sent_forget(cx, job); /* twice is fine */
    CHECK_INT(folder_remove(setup.data), 0);
}
