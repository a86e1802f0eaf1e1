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
