/* mail_test.c - letters about invitations, and what happens to those nobody answers. */
#include "tests/app/invitations/invited.h"

#include "base/secret.h"
#include "work/queue.h"

TEST(the_letter_invites_in_the_words_of_the_group)
{
    practice_begin(cx);
    struct outbox out;
    invite(cx);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    const struct sent *sent = &out.at[0];
    CHECK(strstr(sent->to, "ingrid@haaland.example"));
    CHECK_TEXT(sent->subject, "Northside Allied Health invites you to join");
    const char *texts[] = { "Hello Ingrid,",   "would like you to join as a practitioner",
                            "Freya Nilsson",   "21 Nov 2026",
                            "28 Nov",          "http://linden.example/invitations/",
                            "they cannot see", "nothing happens until you" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!strstr(sent->text, texts[i])) CHECK_TEXT("missing", texts[i]);
    CHECK(!strstr(sent->text, "correct-horse") && !strstr(sent->text, "argon2"));
}

TEST(known_and_unknown_addresses_get_the_same_words)
{
    const char *texts[2];
    for (int known = 0; known < 2; known++) {
        struct outbox out;
        practice_begin(cx);
        if (known) add_ingrid(cx, true);
        invite(cx);
        work_all(cx, &out);
        char *text = arena_copy(cx->mem, out.at[0].text, strlen(out.at[0].text));
        char *token = strstr(text, "/invitations/");
        CHECK(token != NULL);
        if (token) memset(token + 13, '-', 43);
        texts[known] = text;
    }
    CHECK_TEXT(texts[0], texts[1]);
}

TEST(the_token_stands_in_the_letter_only)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    invite(cx);
    const char *token = mailed_path(cx) + strlen("/invitations/");
    char hash[SECRET_SIZE];
    CHECK(secret_shape(token));
    secret_hash(token, hash);
    CHECK_INT(COUNT("SELECT count(*) FROM links"), 1);
    struct table t;
    CHECK(db_select(cx, &t,
                    SQL_GLOBAL("SELECT count(*) AS n FROM links WHERE token_hash = $1"
                               " AND purpose = 'invitation'"),
                    (const char *)hash)
          == OK);
    CHECK_INT(table_number(&t), 1);
    const struct sql *places[] = {
        SQL_GLOBAL("SELECT count(*) AS n FROM links WHERE token_hash LIKE '%' || $1 || '%'"),
        SQL_GLOBAL("SELECT count(*) AS n FROM jobs WHERE details || about LIKE '%' || $1 || '%'"),
        SQL_GLOBAL("SELECT count(*) AS n FROM audit WHERE changes || note LIKE '%' || $1 || '%'"),
        SQL_GLOBAL("SELECT count(*) AS n FROM invitations WHERE id || note LIKE '%' || $1 || '%'"),
    };
    for (size_t i = 0; i < 4; i++) {
        struct value value = value_text(token);
        CHECK(db_run(cx, &t, places[i], &value, 1) == OK);
        CHECK_INT(table_number(&t), 0);
    }
}

TEST(whoever_sent_it_is_told_who_joined)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct outbox out;
    struct id id = invite(cx);
    work_all(cx, &out);
    CHECK(accept_as(cx, "ingrid", id) == OK);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK(strstr(out.at[0].to, "freya@north.example"));
    CHECK_TEXT(out.at[0].subject, "Ingrid Haaland has joined");
    CHECK(strstr(out.at[0].text, "accepted your invitation on 21 Nov"));
    CHECK(strstr(out.at[0].text, "Personal Access"));
    CHECK(strstr(out.at[0].text, "http://linden.example/g/north/settings/users/"));
    CHECK(!strstr(out.at[0].text, "Inga")); /* the name of elsewhere stays there */
}

TEST(whoever_sent_it_is_told_who_declined_unless_that_was_taken_back)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct outbox out;
    struct id id = invite(cx);
    work_all(cx, &out);
    CHECK(decline_as(cx, "ingrid", id, "Moving to Oslo") == OK);
    CHECK(reopen_as(cx, "ingrid", id) == OK);
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    CHECK(decline_as(cx, "ingrid", id, "Moving to Oslo") == OK);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].subject, "Ingrid Haaland declined the invitation");
    CHECK(strstr(out.at[0].text, "Their note: “Moving to Oslo”"));
    CHECK(strstr(out.at[0].text, "You can invite again from Users."));
}

TEST(one_reminder_two_days_before_and_then_the_end)
{
    practice_begin(cx);
    struct outbox out;
    int64_t sent = cx->now;
    invite(cx);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    cx->now = sent + DAYS(5) - SECONDS(1);
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    cx->now = sent + DAYS(5);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].subject, "Your invitation ends on 28 Nov");
    CHECK(strstr(out.at[0].text, "http://linden.example/invitations/"));
    CHECK(strstr(out.at[0].text, "Melbourne"));
    cx->now = sent + DAYS(7) - SECONDS(1);
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    cx->now = sent + DAYS(7);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK(strstr(out.at[0].to, "freya@north.example"));
    CHECK_TEXT(out.at[0].subject, "The invitation for Ingrid Haaland has ended");
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'expired'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'invitation.expired'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM links WHERE used_at IS NULL"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs"), 0);
}

TEST(no_reminder_for_what_is_answered)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct outbox out;
    struct id id = invite(cx);
    CHECK(decline_as(cx, "ingrid", id, "") == OK);
    work_all(cx, &out);
    cx->now += DAYS(8);
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'declined'"), 1);
}

TEST(a_withdrawn_invitation_is_said_to_have_ended_unless_it_was_sent_again)
{
    practice_begin(cx);
    struct outbox out;
    struct id id = invite(cx);
    work_all(cx, &out);
    CHECK(AS("freya", invitation_withdraw, id) == OK);
    CHECK(AS("freya", invitation_withdraw, id) == OK);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK(strstr(out.at[0].to, "ingrid@haaland.example"));
    CHECK_TEXT(out.at[0].subject, "The invitation to Northside Allied Health has ended");
    CHECK(AS("freya", invitation_resend, id) == OK);
    CHECK(AS("freya", invitation_withdraw, id) == OK);
    CHECK(AS("freya", invitation_resend, id) == OK);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].subject, "Northside Allied Health invites you to join");
}

TEST(an_invitation_withdrawn_before_its_letter_left_is_never_mailed_as_one)
{
    practice_begin(cx);
    struct outbox out;
    struct id id = invite(cx);
    CHECK(AS("freya", invitation_withdraw, id) == OK);
    work_all(cx, &out);
    for (size_t i = 0; i < out.n; i++) CHECK(!strstr(out.at[i].text, "/invitations/"));
}

TEST(a_newcomer_gets_the_letters_of_the_first_week)
{
    practice_begin(cx);
    static const char good[] = "quiet rivers carry paper boats";
    invite(cx);
    const char *path = mailed_path(cx);
    CHECK_INT(post(cx, "", below(cx, path, "sign-in"), "new_password", good, "new_password_again",
                   good, NULL)
                  .status,
              303);
    CHECK(COUNT("SELECT count(*) FROM jobs WHERE kind LIKE 'mail.onboarding%'"
                " AND practice_id = 'north'")
          > 0);
}

TEST(the_letter_about_lost_invitations_names_fifty_and_counts_them_all)
{
    struct outbox out;
    practice_begin(cx);
    for (int i = 0; i < 53; i++)
        CHECK(
            db_script(cx, arena_print(cx->mem,
                                      "INSERT INTO invitations (practice_id, id, email, email_key,"
                                      " last_name, find_key, role_type, level, state, lost,"
                                      " inviter_id, inviter_name, created_at, sent_at, expires_at)"
                                      " VALUES ('north', 'i-%02d', '%02d@x.example',"
                                      " '%02d@x.example', 'Nr%02d', 'x', 'administrator',"
                                      " 'office', 'withdrawn', 1, 'u-ben', 'Ben', 1, %d, 9)",
                                      i, i, i, i, i))
            == OK);
    act_as(cx, "north", "freya");
    CHECK(act_end(cx, enqueue(cx, JOB_letter_invitations_lost, id_of("u-freya"), "u-ben")) == OK);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    char *flat = arena_copy(cx->mem, out.at[0].text, strlen(out.at[0].text));
    for (char *c = flat; *c; c++)
        if (*c == '\n') *c = ' ';
    CHECK(strstr(flat, "53 open invitations that Ben sent were withdrawn: Nr00, "));
    CHECK(strstr(flat, "Nr49 and 3 more."));
    CHECK(!strstr(flat, "Nr50"));
}
