/* reviews_test.c - two reviewers of one review at once. */
#include "tests/app/reviews/review.h"
#include "tests/support/race.h"

#define OPEN "/g/north/settings/access-reviews/rv-north"

/* About one person, otherwise: one of them is told. */
TEST(two_reviewers_at_once_about_one_person_decide_once)
{
    for (int i = 0; i < race_rounds(10); i++) {
        practice_begin(cx);
        const char *freya = session_of(cx, "freya"), *olga = session_of(cx, "olga");
        const char *had = "Office Access; Riverside";
        const char *keep[] = { "decision", "keep", "had", had, "version", "1", NULL };
        const char *end[] = { "decision", "deactivate", "had", had, "version", "1", NULL };
        race_begin(cx);
        race_ready(cx, freya, false, OPEN "/u-gina", keep);
        race_ready(cx, olga, false, OPEN "/u-gina", end);
        race_go();
        bool kept = racers[0].status == 303, ended = racers[1].status == 303;
        CHECK(kept != ended);
        CHECK_INT(racers[kept ? 1 : 0].status, 409);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM audit WHERE kind = 'access_review.decided'"), 1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM users WHERE id = 'u-gina'"
                             " AND status = 'deactivated'"),
                  ended);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM access_review_lines WHERE user_id = 'u-gina'"
                             " AND version = 2"),
                  1);
        race_end();
    }
}

TEST(two_who_begin_at_once_begin_one_review)
{
    for (int i = 0; i < race_rounds(10); i++) {
        practice_begin(cx);
        must_run(cx, "DELETE FROM access_review_lines; DELETE FROM access_reviews");
        const char *freya = session_of(cx, "freya"), *olga = session_of(cx, "olga");
        const char *none[] = { NULL };
        race_begin(cx);
        race_ready(cx, freya, false, "/g/north/settings/access-reviews", none);
        race_ready(cx, olga, false, "/g/north/settings/access-reviews", none);
        race_go();
        CHECK_INT(racers[0].status, 303);
        CHECK_INT(racers[1].status, 303);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM access_reviews"), 1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM audit WHERE kind = 'access_review.begun'"), 1);
        race_end();
    }
}

TEST(two_signatures_at_once_are_one)
{
    for (int i = 0; i < race_rounds(10); i++) {
        practice_begin(cx);
        keep_everybody(cx);
        const char *freya = session_of(cx, "freya"), *olga = session_of(cx, "olga");
        const char *note[] = { "note", "Fine", NULL };
        race_begin(cx);
        race_ready(cx, freya, false, OPEN "/signature", note);
        race_ready(cx, olga, false, OPEN "/signature", note);
        race_go();
        CHECK_INT((racers[0].status == 303) + (racers[1].status == 303), 1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM audit WHERE kind = 'access_review.signed'"), 1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM access_reviews r JOIN audit a"
                             " ON a.practice_id = r.practice_id AND a.seq = r.entry"
                             " AND a.hash = r.hash AND a.actor_id = r.signed_by"
                             " WHERE r.id = 'rv-north'"),
                  1);
        race_end();
    }
}
