/* ownership_test.c - owners who hand over at once: there is always one. */
#include "tests/support/race.h"

#define OWNERS                                                                        \
    RACE_AFTER("SELECT count(*) FROM users WHERE practice_id = 'north' AND owner = 1" \
               " AND level = 'full' AND status = 'active'")
#define HAND "/g/north/settings/ownership/hand-over"

static void full(struct cx *cx, const char *more)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET level = 'full', all_locations = 1 WHERE id = 'u-ben';"
                 "UPDATE users SET seen_at = 1 WHERE level = 'full'");
    must_run(cx, more);
}

/* To two people at once, from two devices. */
TEST(an_owner_who_hands_over_twice_at_once_does_it_once)
{
    for (int i = 0; i < race_rounds(10); i++) {
        full(cx, "");
        const char *olga = session_of(cx, "olga");
        const char *freya[] = { "to", "u-freya", NULL };
        const char *ben[] = { "to", "u-ben", NULL };
        race_begin(cx);
        race_ready(cx, olga, false, HAND, freya);
        race_ready(cx, olga, false, HAND, ben);
        race_go();
        CHECK_INT(OWNERS, 1);
        CHECK_INT((racers[0].status == 303) + (racers[1].status == 303), 1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM audit WHERE kind = 'ownership.handed_over'"), 1);
        race_end();
    }
}

/* Whoever comes first: an owner, or no receiver any more. */
TEST(a_receiver_who_is_lowered_meanwhile_leaves_the_owner_what_he_is)
{
    for (int i = 0; i < race_rounds(10); i++) {
        full(cx, "");
        const char *olga = session_of(cx, "olga"), *ben = session_of(cx, "ben");
        const char *hand[] = { "to", "u-freya", NULL };
        const char *lower[] = { "version",
                                "1",
                                "reviewed",
                                "1",
                                "first_name",
                                "F",
                                "last_name",
                                "F",
                                "role_type",
                                "administrator",
                                "level",
                                "office",
                                "boxes_for",
                                "administrator.office",
                                "all_locations",
                                "1",
                                NULL };
        race_begin(cx);
        race_ready(cx, olga, false, HAND, hand);
        race_ready(cx, ben, false, "/g/north/settings/users/u-freya", lower);
        race_go();
        CHECK_INT(OWNERS, 1);
        CHECK_INT((racers[0].status == 303) + (racers[1].status == 303), 1);
        race_end();
    }
}

/* Two owners, one hands over and one gives up: the new one stays. */
TEST(one_hands_over_while_the_other_owner_gives_up)
{
    for (int i = 0; i < race_rounds(10); i++) {
        full(cx, "UPDATE users SET owner = 1 WHERE id = 'u-ben'");
        const char *olga = session_of(cx, "olga"), *ben = session_of(cx, "ben");
        const char *hand[] = { "to", "u-freya", NULL };
        const char *lower[] = { "version",
                                "1",
                                "reviewed",
                                "1",
                                "first_name",
                                "B",
                                "last_name",
                                "B",
                                "role_type",
                                "practitioner",
                                "profession",
                                "physiotherapist",
                                "registration_number",
                                "PHY0001234567",
                                "level",
                                "clinical",
                                "boxes_for",
                                "practitioner.clinical",
                                "all_locations",
                                "1",
                                NULL };
        race_begin(cx);
        race_ready(cx, olga, false, HAND, hand);
        race_ready(cx, ben, false, "/g/north/settings/users/u-ben", lower);
        race_go();
        CHECK_INT(OWNERS, 1);
        CHECK_INT(RACE_AFTER("SELECT owner FROM users WHERE id = 'u-freya'"), 1);
        race_end();
    }
}
