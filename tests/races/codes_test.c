/* codes_test.c - many that guess, or use one code, at the same moment. */
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
