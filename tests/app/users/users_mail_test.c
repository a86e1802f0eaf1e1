/* users_mail_test.c - what the letters say, and to whom they go. */
#include "tests/support/practice.h"

#include "app/audit/event.h"
#include "base/setup.h"
#include "work/queue.h"

static void send(struct cx *cx, enum job_kind kind, const char *user, const char *details)
{
    act_as(cx, "north", "freya");
    CHECK(act_end(cx, enqueue(cx, kind, id_of(user), details)) == OK);
}

static void say(struct cx *cx, enum event event, const char *user)
{
    act_as(cx, "north", "freya");
    CHECK(act_end(cx, announce(cx, event, (struct about){ id_of(user), "?" }, NULL, NULL)) == OK);
}

static void run(struct cx *cx, const struct sql *sql)
{
    act_as(cx, "north", "olga");
    CHECK(act_end(cx, db_run(cx, &(struct table){ 0 }, sql, NULL, 0)) == OK);
}
#define RUN(text) run(cx, SQL_GLOBAL(text))

/* Lines are broken at 75 columns; sentences are not. */
static bool says(struct cx *cx, const struct sent *sent, const char *sentence)
{
    char *flat = arena_copy(cx->mem, sent->text, strlen(sent->text));
    for (char *c = flat; *c; c++)
        if (*c == '\n') *c = ' ';
    return strstr(flat, sentence) != NULL;
}

TEST(welcome_says_who_added_whom_and_brings_the_link_that_proves_the_address)
{
    struct outbox out;
    practice_begin(cx);
    RUN("UPDATE people SET proven_at = NULL, temporary = 1, temporary_until = 1795514400000000"
        " WHERE id = 'p-ben'");
    say(cx, EVENT_USER_ADDED, "u-ben");
    send(cx, JOB_letter_welcome, "u-ben", "");
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].subject, "Freya Nilsson added you to Northside Allied Health");
    CHECK(says(cx, &out.at[0], "Hello Ben,"));
    CHECK(says(cx, &out.at[0],
               "Freya Nilsson added you as a practitioner to Northside Allied"
               " Health on 21 Nov 2026."));
    CHECK(says(cx, &out.at[0], "http://linden.example/sign-in"));
    CHECK(says(cx, &out.at[0], "Freya will give you a temporary password."));
    CHECK(says(cx, &out.at[0], "works until 24 Nov 2026 at 21:00 (Melbourne)."));
    CHECK(says(cx, &out.at[0], "Clinical Access"));
    CHECK(says(cx, &out.at[0], "Riverside"));
    CHECK(!says(cx, &out.at[0], "correct-horse"));
    const char *link = sent_link(cx, &out.at[0], "http://linden.example/confirm-email/");
    CHECK_INT(strlen(link), strlen("http://linden.example/confirm-email/") + 43);
    CHECK_INT(COUNT("SELECT count(*) FROM links WHERE purpose = 'prove' AND person_id = 'p-ben'"),
              1);
}

TEST(a_proven_address_is_not_asked_again)
{
    struct outbox out;
    practice_begin(cx);
    send(cx, JOB_letter_welcome, "u-ben", "");
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].subject, "Northside Allied Health added you to Northside Allied Health");
    CHECK(!says(cx, &out.at[0], "confirm-email"));
    CHECK_INT(COUNT("SELECT count(*) FROM links"), 0);
}

TEST(the_link_to_choose_a_password_goes_only_to_those_who_have_none)
{
    struct outbox out;
    practice_begin(cx);
    send(cx, JOB_letter_welcome_link, "u-ben", "");
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    RUN("UPDATE people SET password_hash = NULL, password_at = NULL WHERE id = 'p-ben'");
    send(cx, JOB_letter_welcome_link, "u-ben", "");
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].subject, "Choose your password for Northside Allied Health");
    CHECK(*sent_link(cx, &out.at[0], "http://linden.example/set-up/"));
}

TEST(changed_access_is_said_line_by_line)
{
    struct outbox out;
    practice_begin(cx);
    say(cx, EVENT_USER_ACCESS_CHANGED, "u-ben");
    send(cx, JOB_letter_access_changed, "u-ben",
         "Before: Personal Access. Now: Clinical Access.\n"
         "Locations added: Harbour St.");
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].subject, "Your access at Northside Allied Health changed");
    CHECK(says(cx, &out.at[0],
               "Freya Nilsson changed your access at Northside Allied Health on"
               " 21 Nov 2026 at 21:00 (Melbourne)."));
    CHECK(says(cx, &out.at[0], "Before: Personal Access. Now: Clinical Access.  Locations added"));
    CHECK(says(cx, &out.at[0], "Questions? Reply to Freya."));
}

TEST(full_access_granted_goes_to_everybody_with_full_access_but_who_got_it)
{
    struct outbox out;
    practice_begin(cx);
    say(cx, EVENT_USER_ACCESS_CHANGED, "u-freya");
    send(cx, JOB_letter_full_access_granted, "u-freya", "");
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK(strstr(out.at[0].to, "olga@north.example"));
    CHECK_TEXT(out.at[0].subject, "Freya Nilsson now has Full Access");
    send(cx, JOB_letter_full_access_granted, "u-ben", "");
    work_all(cx, &out);
    CHECK_INT(out.n, 2);
}

TEST(a_letter_that_is_no_longer_true_is_not_written)
{
    struct outbox out;
    practice_begin(cx);
    send(cx, JOB_letter_deactivated, "u-ben", "");
    send(cx, JOB_letter_reactivated, "u-kavya", "");
    send(cx, JOB_letter_welcome, "u-kavya", "");
    send(cx, JOB_letter_access_changed, "u-kavya", "x");
    send(cx, JOB_letter_temporary_password_set, "u-ben", "");
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs"), 0);
}

TEST(deactivated_says_when_where_and_that_other_groups_are_not_affected)
{
    struct outbox out;
    practice_begin(cx);
    post(cx, "freya", "/g/north/settings/users/u-ben/deactivate", "tell", "1", NULL);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].subject, "Your access to Northside Allied Health has ended");
    CHECK(says(cx, &out.at[0],
               "Your access to Northside Allied Health ended on 21 Nov 2026 at"
               " 21:00 (Melbourne). You have been signed out of it on all devices."
               " Your other practice groups, if any, are not affected."));
    CHECK(says(cx, &out.at[0], "The practice keeps the calendar and records."));
    post(cx, "freya", "/g/north/settings/users/u-ben/activate", NULL);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].subject, "You can use Northside Allied Health again");
    CHECK(says(cx, &out.at[0], "http://linden.example/sign-in"));
}

TEST(undone_before_it_left_the_letter_about_the_end_never_goes)
{
    struct outbox out;
    practice_begin(cx);
    post(cx, "freya", "/g/north/settings/users/u-ben/deactivate", "tell", "1", NULL);
    post(cx, "freya", "/g/north/settings/users/u-ben/activate", NULL);
    work_all(cx, &out);
    for (size_t i = 0; i < out.n; i++) CHECK(!strstr(out.at[i].subject, "has ended"));
}

TEST(a_temporary_password_is_announced_and_never_told)
{
    struct outbox out;
    practice_begin(cx);
    RUN("UPDATE people SET temporary = 1, temporary_until = 1795514400000000 WHERE id = 'p-ben'");
    say(cx, EVENT_PASSWORD_SET, "u-ben");
    send(cx, JOB_letter_temporary_password_set, "u-ben", "");
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].subject, "Freya Nilsson set a temporary password for you");
    CHECK(!says(cx, &out.at[0], "correct-horse"));
}

/* --- what becomes of letters ------------------------------------------------------------ */

TEST(a_refused_letter_shows_at_the_user_of_that_practice_until_one_goes_out)
{
    practice_begin(cx);
    struct job job = { .kind = "mail.welcome",
                       .practice = id_of("north"),
                       .about = id_of("u-olga") };
    act_as(cx, "north", "freya");
    CHECK(act_end(cx, letter_outcome(cx, &job, "550 no such user")) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE mail_problem = '550 no such user'"
                    " AND practice_id = 'north' AND id = 'u-olga'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE mail_problem <> ''"), 1);
    act_as(cx, "north", "freya");
    CHECK(act_end(cx, letter_outcome(cx, &job, NULL)) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE mail_problem <> ''"), 0);
}

TEST(a_letter_to_a_person_shows_in_all_groups_of_that_person_only)
{
    practice_begin(cx);
    struct job job = { .kind = "mail.password_changed", .about = id_of("p-olga") };
    act_as(cx, "north", "freya");
    cx->actor.practice = (struct id){ "" };
    CHECK(act_end(cx, letter_outcome(cx, &job, "mailbox full")) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE mail_problem = 'mailbox full'"), 2);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE mail_problem = 'mailbox full'"
                    " AND person_id = 'p-olga'"),
              2);
}

static size_t sent_now(struct cx *cx)
{
    struct outbox out;
    work_all(cx, &out);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs"), 0);
    return out.n;
}

TEST(the_same_letter_again_within_five_minutes_is_no_second_one)
{
    practice_begin(cx);
    for (int i = 0; i < 2; i++) send(cx, JOB_letter_access_changed, "u-chen", "Level: A");
    CHECK_INT(sent_now(cx), 1);
    send(cx, JOB_letter_access_changed, "u-chen", "Level: B");
    cx->now++;
    send(cx, JOB_letter_access_changed, "u-chen", "Level: A"); /* now he must hear it again */
    CHECK_INT(sent_now(cx), 2);
    send(cx, JOB_letter_access_changed, "u-ben", "Level: A"); /* somebody else */
    CHECK_INT(sent_now(cx), 1);
}

TEST(the_same_letter_later_or_with_a_link_of_its_own_is_sent)
{
    practice_begin(cx);
    send(cx, JOB_letter_onboarding_way, "u-gina", "");
    CHECK_INT(sent_now(cx), 1);
    cx->now += MINUTES(4);
    send(cx, JOB_letter_onboarding_way, "u-gina", "");
    CHECK_INT(sent_now(cx), 0);
    cx->now += MINUTES(2);
    send(cx, JOB_letter_onboarding_way, "u-gina", "");
    CHECK_INT(sent_now(cx), 1);
    for (int i = 0; i < 2; i++) send(cx, JOB_letter_welcome_link, "u-gina", "");
    for (int i = 0; i < 2; i++) send(cx, JOB_letter_reset, "p-gina", "");
    CHECK_INT(sent_now(cx), 2);
}

/* It was written out, then taken back before a server had it, or given up: nobody has read it. */
TEST(a_letter_that_never_left_is_no_reason_to_keep_the_next_one)
{
    practice_begin(cx);
    struct setup away = *cx->setup;
    const struct setup *before = cx->setup;
    away.mail = "smtp://127.0.0.1:1";
    for (int taken_back = 0; taken_back < 2; taken_back++) {
        send(cx, JOB_letter_access_changed, "u-chen", "Level: A");
        cx->setup = &away;
        if (!taken_back) RUN("UPDATE jobs SET attempts_left = 1");
        CHECK(work_once(cx, NULL) == OK);
        cx->setup = before;
        CHECK_INT(COUNT("SELECT count(*) FROM jobs"), taken_back);
        act_as(cx, "north", "freya");
        CHECK(act_end(cx, dequeue(cx, JOB_letter_access_changed, id_of("u-chen"))) == OK);
        send(cx, JOB_letter_access_changed, "u-chen", "Level: A");
        CHECK_INT(sent_now(cx), 1);
        cx->now += MINUTES(6);
    }
}

#define PROBLEM \
    COUNT("SELECT count(*) FROM users WHERE id = 'u-gina' AND mail_problem LIKE 'It could not%'")

TEST(a_letter_whose_last_try_dies_shows_on_the_users_row_and_stays_to_be_looked_at)
{
    practice_begin(cx);
    send(cx, JOB_letter_left_group, "u-gina", "details-that-are-none");
    CHECK(work_once(cx, NULL) == BROKEN);
    CHECK_INT(PROBLEM, 0); /* it is tried again */
    RUN("UPDATE jobs SET attempts_left = 1, run_at = 1");
    CHECK(work_once(cx, NULL) == BROKEN);
    CHECK_INT(PROBLEM, 1);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE attempts_left = 0 AND last_problem LIKE"
                    " 'details of a letter%'"),
              1);
    cx->now += DAYS(1);
    CHECK(work_once(cx, NULL) == NOT_FOUND);
}

TEST(a_letter_that_was_in_hand_for_the_last_time_when_the_program_died_is_given_up)
{
    practice_begin(cx);
    send(cx, JOB_letter_onboarding_way, "u-gina", "");
    RUN("UPDATE jobs SET attempts_left = 0, last_problem = 'interrupted', run_at = 1");
    for (int i = 0; i < 2; i++) {
        CHECK(work_again(cx, NULL, ALL_LANES) == NOT_FOUND);
        CHECK_INT(PROBLEM, i == 0);
        RUN("UPDATE users SET mail_problem = ''"); /* said once */
    }
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE attempts_left = 0"), 1);
}
