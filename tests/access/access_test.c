/* access_test.c - effective access and the rules, as truth tables. */
#include "access/access.h"
#include "access/rules.h"
#include "tests/test.h"

static struct access of(enum level level)
{
    struct access a = { .role = levels[level].role, .level = level, .active = true,
                        .all_locations = true };
    memset(a.others, FOLLOWS, sizeof a.others);
    return a;
}

static struct actor actor_of(const struct access *a, const char *user)
{
    return (struct actor){ .practice = id_of("north"), .user = id_of(user),
                           .reach = access_reach(a), .owner = a->owner, .full = access_full(a) };
}

static struct subject subject_of(const struct access *a, const char *user)
{
    return (struct subject){ .practice = id_of("north"), .user = id_of(user),
                             .full = access_full(a), .owner = a->owner };
}

TEST(a_box_overrides_others_reach_and_never_the_own)
{
    struct access a = of(LEVEL_P_PERSONAL);
    a.others[AREA_NOTES] = VIEW;
    uint64_t reach = access_reach(&a);
    CHECK(reach_others(reach, AREA_NOTES) == VIEW);
    CHECK(reach_own(reach, AREA_NOTES) == EDIT);
    a = of(LEVEL_P_CLINICAL);
    a.others[AREA_NOTES] = NONE;
    CHECK(reach_others(access_reach(&a), AREA_NOTES) == NONE);
}

TEST(read_only_turns_every_edit_into_a_view_own_records_included)
{
    for (enum level level = 0; level < LEVEL_COUNT; level++) {
        struct access a = of(level);
        a.set[SETTING_read_only] = true;
        access_tidy(&a);
        uint64_t reach = access_reach(&a);
        for (enum area area = 0; area < AREA_COUNT && !access_full(&a); area++)
            CHECK(reach_own(reach, area) < EDIT && reach_others(reach, area) < EDIT);
    }
}

TEST(full_access_carries_no_read_only_and_no_boxes)
{
    struct access a = of(LEVEL_A_FULL);
    a.set[SETTING_read_only] = true;
    a.others[AREA_NOTES] = NONE;
    CHECK(access_reach(&a) == access_reach(&(struct access){ .role = ADMINISTRATOR,
                                                             .level = LEVEL_A_FULL,
                                                             .active = true,
                                                             .all_locations = true }));
    access_tidy(&a);
    CHECK(!a.set[SETTING_read_only] && a.others[AREA_NOTES] == FOLLOWS);
}

TEST(the_users_area_is_never_given_below_full_access)
{
    for (enum level level = 0; level < LEVEL_COUNT; level++) {
        struct access a = of(level);
        memset(a.others, EDIT, sizeof a.others);
        CHECK((reach_others(access_reach(&a), AREA_USERS) == EDIT) == access_full(&a));
    }
}

TEST(hidden_names_are_for_administrators_and_restriction_not_for_owners)
{
    struct access a = of(LEVEL_P_CLINICAL);
    a.set[SETTING_hide_patient_names] = true;
    CHECK(!(access_reach(&a) & REACH_PSEUDONYMS));
    a = of(LEVEL_A_OFFICE);
    a.set[SETTING_hide_patient_names] = a.set[SETTING_location_restriction] = true;
    CHECK(access_reach(&a) & REACH_PSEUDONYMS);
    CHECK(access_reach(&a) & REACH_AT_LOCATIONS);
    a = of(LEVEL_A_FULL);
    a.set[SETTING_hide_patient_names] = true; /* and so no notes, which may hold names */
    CHECK_INT(reach_own(access_reach(&a), AREA_NOTES), NONE);
    CHECK_INT(reach_others(access_reach(&a), AREA_NOTES), NONE);
    CHECK_INT(reach_others(access_reach(&a), AREA_PATIENTS), EDIT);
    a = of(LEVEL_P_FULL);
    a.owner = a.set[SETTING_location_restriction] = true;
    CHECK(!(access_reach(&a) & REACH_AT_LOCATIONS));
}

TEST(nobody_deactivates_full_access_or_themselves)
{
    struct access full = of(LEVEL_A_FULL), clinical = of(LEVEL_P_CLINICAL);
    struct actor freya = actor_of(&full, "freya"), ben = actor_of(&clinical, "ben");
    struct subject on_ben = subject_of(&clinical, "ben"), on_olga = subject_of(&full, "olga"),
                   on_freya = subject_of(&full, "freya");
    const char *why;
    CHECK(may(&freya, USERS_DEACTIVATE, &on_ben, NULL));
    CHECK(!may(&freya, USERS_DEACTIVATE, &on_olga, &why));
    CHECK_TEXT(why, "full");
    CHECK(!may(&freya, USERS_DEACTIVATE, &on_freya, &why));
    CHECK_TEXT(why, "self");
    CHECK(!may(&ben, USERS_DEACTIVATE, &on_ben, NULL));
    CHECK(!may(&ben, USERS_DEACTIVATE, &on_olga, &why));
    CHECK_TEXT(why, "level");
    on_ben.practice = id_of("south");
    CHECK(!may(&freya, USERS_DEACTIVATE, &on_ben, NULL));
}

TEST(an_owner_is_lowered_by_nobody_else)
{
    struct access full = of(LEVEL_A_FULL), owner = of(LEVEL_P_FULL);
    owner.owner = true;
    struct actor freya = actor_of(&full, "freya"), olga = actor_of(&owner, "olga");
    struct subject on_olga = subject_of(&owner, "olga");
    CHECK(may(&freya, USERS_EDIT, &on_olga, NULL)); /* her name */
    on_olga.lowers = true;
    CHECK(!may(&freya, USERS_EDIT, &on_olga, NULL));
    CHECK(may(&olga, USERS_EDIT, &on_olga, NULL));
}

TEST(nobody_gives_what_they_have_not_got)
{
    struct access full = of(LEVEL_A_FULL), clinical = of(LEVEL_P_CLINICAL), owner = of(LEVEL_P_FULL);
    struct actor freya = actor_of(&full, "freya");
    CHECK(!access_gives_too_much(&freya, &full, NULL, &clinical, false));
    CHECK(!access_gives_too_much(&freya, &full, &clinical, &full, false));
    clinical.set[SETTING_see_history] = true;
    CHECK(access_gives_too_much(&freya, &full, NULL, &clinical, false)); /* she cannot read it herself */
    owner.owner = true;
    CHECK(access_gives_too_much(&freya, &full, &full, &owner, false));
    struct actor olga = actor_of(&owner, "olga");
    CHECK(!access_gives_too_much(&olga, &owner, NULL, &clinical, false));
    CHECK(!access_gives_too_much(&olga, &owner, &full, &owner, false));
}

TEST(nobody_raises_their_own_access)
{
    struct access full = of(LEVEL_A_FULL), more = full, owner = full;
    struct actor freya = actor_of(&full, "freya");
    more.set[SETTING_see_history] = true;
    owner.owner = true;
    CHECK(!access_gives_too_much(&freya, &full, &full, &full, true));
    CHECK(access_gives_too_much(&freya, &full, &full, &more, true));
    CHECK(access_gives_too_much(&freya, &full, &full, &owner, true));
}

TEST(whoever_is_bound_to_locations_frees_nobody_from_them)
{
    struct access bound = of(LEVEL_A_FULL), office = of(LEVEL_A_OFFICE), free = office;
    bound.set[SETTING_location_restriction] = office.set[SETTING_location_restriction] = true;
    struct actor freya = actor_of(&bound, "freya");
    CHECK(!access_gives_too_much(&freya, &bound, NULL, &office, false));
    CHECK(access_gives_too_much(&freya, &bound, NULL, &free, false));
    CHECK(access_gives_too_much(&freya, &bound, &office, &free, false));
    struct access loose = of(LEVEL_A_FULL);
    CHECK(access_gives_too_much(&freya, &bound, &bound, &loose, true));
}

TEST(boxes_are_stored_and_read_back_and_rubbish_is_ignored)
{
    struct access a = of(LEVEL_P_PERSONAL), b = of(LEVEL_P_PERSONAL);
    a.others[AREA_CALENDAR] = EDIT;
    a.others[AREA_NOTES] = NONE;
    const char *text = boxes_write(cx->mem, &a);
    CHECK_TEXT(text, "calendar:2 notes:0");
    boxes_read(text, &b);
    CHECK(memcmp(a.others, b.others, sizeof a.others) == 0);
    boxes_read("calendar:9 nothing:1 : notes calendar", &b);
    for (enum area area = 0; area < AREA_COUNT; area++) CHECK(b.others[area] == FOLLOWS);
}
