/* sign_in_races_test.c - passwords, codes and sessions, many at once. */
#include "base/secret.h"
#include "tests/app/second_step/app.h"
#include "tests/support/race.h"

/* Of one code, and of one recovery code: one session for fifty that wait. */
TEST(fifty_use_one_code_at_once_and_one_gets_in)
{
    for (int recovery = 0; recovery < 2; recovery++) {
        struct phone p;
        practice_begin(cx);
        struct browser desk = BROWSER("198.51.100.7");
        with_app(cx, &desk, &p);
        const char *form[] = { "code", recovery ? p.codes[4] : code_at(cx, &p, 0), NULL };
        must_run(cx, "UPDATE sessions SET ended_at = 1");
        const char *half[RACERS];
        for (int n = 0; n < RACERS; n++) {
            sign_in_again(cx, "gina");
            half[n] = arena_print(cx->mem, "%s", session_of(cx, "gina"));
        }
        must_run(cx, "UPDATE sessions SET waits_for = 1 WHERE ended_at IS NULL");
        race_begin(cx);
        for (int n = 0; n < RACERS; n++)
            race_ready(cx, half[n], false, "/sign-in/second-step", form);
        race_go();
        int in = 0;
        for (size_t n = 0; n < n_racers; n++) {
            const char *cookie = racers[n].cookie;
            in += racers[n].status == 303 && cookie && strncmp(cookie, "linden=", 7) == 0;
            if (racers[n].status != 303 && racers[n].status != 422 && racers[n].status != 429)
                CHECK_INT(racers[n].status, 422);
        }
        CHECK_INT(in, 1);
        CHECK_INT(
            RACE_AFTER("SELECT count(*) FROM sessions WHERE ended_at IS NULL AND waits_for = 0"),
            1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM recovery_codes WHERE used_at IS NOT NULL"),
                  recovery);
        race_end();
    }
}

/* A guess is counted where it is checked, so those that come at the same time wait for it. */
TEST(of_fifty_wrong_guesses_at_once_five_are_looked_at)
{
    for (int code = 0; code < 2; code++) {
        struct phone p;
        practice_begin(cx);
        struct browser desk = BROWSER("198.51.100.7");
        with_app(cx, &desk, &p);
        const char *codes[] = { "code", "aaaa-aaaa-aaaa-aaaa", NULL };
        const char *passwords[] = { "email", GINA, "password", "not hers at all", NULL };
        const char *tokens[RACERS];
        for (int n = 0; n < RACERS; n++) {
            sign_in_again(cx, "gina");
            tokens[n] = arena_print(cx->mem, "%s", session_of(cx, "gina"));
        }
        must_run(cx, "UPDATE sessions SET waits_for = 1");
        race_begin(cx);
        for (int n = 0; n < RACERS; n++)
            race_ready(cx, tokens[n], !code, code ? "/sign-in/second-step" : "/sign-in",
                       code ? codes : passwords);
        race_go();
        int looked_at = 0;
        for (size_t n = 0; n < n_racers; n++) {
            looked_at += racers[n].status == 422;
            if (racers[n].status != 422) CHECK_INT(racers[n].status, 429);
        }
        CHECK_INT(looked_at, 5);
        CHECK_INT(RACE_AFTER("SELECT max(n) FROM tries"), 5);
        race_end();
    }
}

/* Whatever comes first: after the deactivation is committed, the session that
 * the sign-in made, or the one there was, does not get into the group. */
TEST(a_sign_in_racing_a_deactivation_does_not_get_in)
{
    for (int i = 0; i < race_rounds(20); i++) {
        practice_begin(cx);
        char visitor[SECRET_SIZE];
        secret_token(visitor);
        const char *freya = session_of(cx, "freya");
        const char *deactivate[] = { "version", "1", NULL };
        const char *sign_in[] = { "email", "ben@north.example", "password",
                                  "correct-horse-battery-ben", NULL };
        race_begin(cx);
        race_ready(cx, freya, false, "/g/north/settings/users/u-ben/deactivate", deactivate);
        race_ready(cx, visitor, true, "/sign-in", sign_in);
        race_go();
        CHECK_INT(racers[0].status, 303);
        CHECK_INT(racers[1].status, 303); /* the person is fine; the group is closed */
        CHECK_INT(
            RACE_AFTER("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'deactivated'"),
            1);
        const char *cookie = racers[1].cookie ? racers[1].cookie + strlen("linden=") : "";
        const char *token = arena_copy(cx->mem, cookie, strcspn(cookie, ";"));
        CHECK_INT(race_later(cx, token, "/g/north/"), 403);
        race_end();
    }
}
