/* second_rule_test.c - a rule about the second step, and who gives theirs up at that moment. */
#include "tests/support/race.h"

#define OF_BEN "FROM passkeys WHERE person_id = 'p-ben'"
#define TOLD "FROM jobs WHERE kind = 'mail.second_required' AND about = 'u-ben'"

static const char *const day[] = { "rule", "all", "from", "21 11 2026", "version", "1", NULL };

static const char *giving_up(struct cx *cx, const char *who, const char *key)
{
    must_run(cx, arena_print(cx->mem,
                             "INSERT INTO passkeys (id, person_id, name, credential, algorithm,"
                             " public_key, counter, created_at) VALUES ('%s', 'p-%s', 'Key', '%s',"
                             " -8, 'x', 0, 1)",
                             key, who, key));
    return session_of(cx, who);
}

/* In the place of a code: all have just shown a passkey. */
static void just_shown(struct cx *cx)
{
    must_run(cx, arena_print(cx->mem,
                             "UPDATE sessions SET passkey_at = %lld; UPDATE practices SET"
                             " version = 1",
                             (long long)cx->now));
}

/* Either the rule is there first, and the last passkey stays; or it went before, and its person is
 * told like everybody who has none. */
TEST(a_rule_and_the_last_passkey_that_goes_at_once_know_of_each_other)
{
    for (int i = 0; i < race_rounds(12); i++) {
        practice_begin(cx);
        giving_up(cx, "olga", "k-olga");
        const char *ben = giving_up(cx, "ben", "k-ben"), *olga = session_of(cx, "olga");
        const char *form[] = { "password", "correct-horse-battery-ben", NULL };
        just_shown(cx);
        race_begin(cx);
        if (i % 2) race_ready(cx, olga, false, "/g/north/settings/security", day);
        race_ready(cx, ben, false, "/me/sign-in/passkeys/k-ben/removal", form);
        if (i % 2 == 0) race_ready(cx, olga, false, "/g/north/settings/security", day);
        race_go();
        CHECK_INT(racers[i % 2 ? 0 : 1].status, 303);
        bool went = RACE_AFTER("SELECT count(*) " OF_BEN) == 0;
        CHECK_INT(racers[i % 2].status, went ? 303 : 409);
        CHECK_INT(RACE_AFTER("SELECT count(*) " TOLD), went);
        CHECK(RACE_AFTER("SELECT second_all_from FROM practices WHERE id = 'north'") > 0);
        race_end();
    }
}

/* Whoever requires it has it: the two of one person cannot both come true. */
TEST(nobody_requires_a_second_step_and_gives_up_their_own_at_once)
{
    for (int i = 0; i < race_rounds(12); i++) {
        practice_begin(cx);
        const char *olga = giving_up(cx, "olga", "k-olga");
        const char *form[] = { "password", "correct-horse-battery-olga", NULL };
        just_shown(cx);
        race_begin(cx);
        if (i % 2) race_ready(cx, olga, false, "/g/north/settings/security", day);
        race_ready(cx, olga, false, "/me/sign-in/passkeys/k-olga/removal", form);
        if (i % 2 == 0) race_ready(cx, olga, false, "/g/north/settings/security", day);
        race_go();
        int64_t keys = RACE_AFTER("SELECT count(*) FROM passkeys WHERE person_id = 'p-olga'");
        int64_t rule = RACE_AFTER("SELECT count(*) FROM practices WHERE second_all_from > 0");
        CHECK_INT(keys, rule);
        CHECK_INT(racers[i % 2 ? 0 : 1].status, rule ? 303 : 422);
        CHECK_INT(racers[i % 2].status, rule ? 409 : 303);
        race_end();
    }
}

/* What two have agreed to opens once, however many come with it, and not after it was refused. */
TEST(of_many_who_go_on_without_a_lost_second_step_one_gets_in)
{
    static const char *const nothing[] = { NULL };
    for (int i = 0; i < race_rounds(6); i++) {
        const char *half[8];
        practice_begin(cx);
        must_run(cx, "INSERT INTO passkeys (id, person_id, name, credential, algorithm, public_key,"
                     " counter, created_at) VALUES ('k', 'p-gina', 'Key', 'c', -8, 'x', 0, 1);"
                     "INSERT INTO lost_steps (practice_id, id, user_id, reason, asked_by,"
                     " asked_name, asked_at, agreed_by, agreed_name, agreed_at, ends_at) VALUES"
                     " ('north', 'ls', 'u-gina', 'x', 'u-freya', 'F', 1, 'u-olga', 'O', 2,"
                     "  9000000000000000)");
        const char *refuses = arena_print(cx->mem, "%s", session_of(cx, "gina"));
        for (int n = 0; n < 8; n++) {
            sign_in_again(cx, "gina");
            half[n] = arena_print(cx->mem, "%s", session_of(cx, "gina"));
        }
        must_run(cx, "UPDATE sessions SET waits_for = 1 WHERE id <> (SELECT min(id) FROM sessions"
                     " WHERE person_id = 'p-gina')");
        race_begin(cx);
        if (i % 2) race_ready(cx, refuses, false, "/me/sign-in/lost/ls/refusal", nothing);
        for (int n = 0; n < 8; n++)
            race_ready(cx, half[n], false, "/sign-in/second-step/without", nothing);
        race_go();
        int in = 0;
        for (size_t n = (size_t)(i % 2); n < n_racers; n++)
            in += racers[n].status == 303 && racers[n].cookie
                  && strncmp(racers[n].cookie, "linden=", 7) == 0;
        bool refused =
            RACE_AFTER("SELECT count(*) FROM lost_steps WHERE over_how = 'refused'") == 1;
        CHECK_INT(in, !refused);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM lost_steps WHERE over_how = 'used'"), in);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM passkeys"), refused);
        race_end();
    }
}
