/* user_change_test.c - changing users: the review, two at once, and the rules. */
#include "tests/app/staff/adding.h"

/* Chen's form as it stands; fields before win. */
#define CHEN                                                                                     \
    "title", "Mr", "first_name", "Chen", "last_name", "Wei", "role_type", "practitioner",        \
        "profession", "physiotherapist", "registration_number", "PHY0001234567", "level",        \
        "personal", "boxes_for", "practitioner.personal", "see_reminders", "1", "see_locations", \
        "1", "see_practice", "1", "locations", "l-riverside", "version", "1"
#define CHANGE(who, id, ...) \
    post(cx, who, USERS "/" id, __VA_ARGS__ __VA_OPT__(, ) "reviewed", "1", CHEN, NULL)
#define FULL                                                                                   \
    "role_type", "practitioner", "level", "full", "boxes_for", "practitioner.full", "version", \
        "1", "all_locations", "1", "profession", "physiotherapist", "registration_number", "1"

static bool holds_chen(struct cx *cx, const char *level, bool read_only)
{
    return COUNT("SELECT read_only FROM users WHERE id = 'u-chen'") == read_only
           && COUNT("SELECT level = 'personal' FROM users WHERE id = 'u-chen'")
                  == (strcmp(level, "personal") == 0);
}

TEST(the_page_shows_what_is_stored)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", USERS "/u-chen");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Mr Chen Wei"));
    CHECK(has_text(page, "chen@north.example"));
    CHECK(has_text(page, "Send password reset"));
    CHECK(has_text(page, "Sign out of this group everywhere"));
    CHECK(!has_text(page, "Set a temporary password"));
    CHECK(!has_text(page, "name=\"email\""));
    CHECK(has_text(get(cx, "freya", USERS "/u-kavya"), "Activate user"));
    CHECK(!has_text(get(cx, "freya", USERS "/u-kavya"), "name=\"level\""));
}

TEST(a_name_alone_is_saved_at_once)
{
    practice_begin(cx);
    struct page page =
        post(cx, "freya", USERS "/u-chen", "last_name", "Weiss", "read_only", "1", CHEN, NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-chen' AND last_name = 'Weiss'"
                    " AND version = 2 AND find_key LIKE '%weiss%'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.changed'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.access_changed'"), 0);
    /* The person's own name is the person's. */
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE id = 'p-chen' AND last_name = 'Wei'"), 1);
}

TEST(access_is_reviewed_before_it_is_saved)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", USERS "/u-chen", "level", "clinical", CHEN, NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Save 2 changes"));
    CHECK(has_text(page, "Personal Access") && has_text(page, "Clinical Access"));
    CHECK(has_text(page, "Removed") && has_text(page, "Added"));
    CHECK(holds_chen(cx, "personal", true));
    page = post(cx, "freya", USERS "/u-chen/review", "level", "clinical", CHEN, NULL);
    CHECK(has_text(page, "Save 2 changes"));
    CHECK(holds_chen(cx, "personal", true));
    CHECK_INT(CHANGE("freya", "u-chen", "level", "clinical").status, 303);
    CHECK(holds_chen(cx, "clinical", false));
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-chen' AND others = ''"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.access_changed'"
                    " AND changes LIKE '%Personal Access%Clinical Access%'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.access_changed'"), 1);
}

TEST(nothing_changed_is_nothing_saved)
{
    practice_begin(cx);
    CHECK_INT(CHANGE("freya", "u-chen", "read_only", "1").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind LIKE 'user.%'"), 0);
    CHECK_INT(COUNT("SELECT version FROM users WHERE id = 'u-chen'"), 1);
}

/* The hidden field "was" of Chen's page, as it is now. */
static const char *was(struct cx *cx)
{
    const char *at = strstr(get(cx, "freya", USERS "/u-chen").body, "name=\"was\" value=\"");
    CHECK(at);
    at += strlen("name=\"was\" value=\"");
    return arena_copy(cx->mem, at, strcspn(at, "\""));
}

TEST(what_only_one_of_two_changed_is_settled_without_asking)
{
    practice_begin(cx);
    const char *before = was(cx);
    CHECK_INT(CHANGE("olga", "u-chen", "read_only", "1", "last_name", "Waters", "level", "contact")
                  .status,
              303);
    struct page page = post(cx, "freya", USERS "/u-chen", "read_only", "1", "first_name", "Cheng",
                            "was", before, CHEN, NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-chen' AND last_name = 'Waters'"
                    " AND first_name = 'Cheng' AND level = 'contact' AND version = 3"),
              1);
    /* What was reviewed before is reviewed again, with what came in between. */
    page = post(cx, "freya", USERS "/u-chen", "was", before, "reviewed", "1", CHEN, NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Save 1 change") && has_text(page, "Read Only"));
    CHECK(has_text(page, "name=\"version\" value=\"3\""));
    CHECK(has_text(page, "name=\"last_name\" value=\"Waters\""));
    CHECK_INT(COUNT("SELECT version FROM users WHERE id = 'u-chen'"), 3);
}

TEST(reviews_lists_and_the_audit_log_name_the_profession_and_never_its_key)
{
    static const char *const pages[] = { USERS, USERS "/u-chen", "/g/north/settings/audit" };
    practice_begin(cx);
    struct page page = post(cx, "olga", USERS "/u-chen", "profession", "speech_pathologist", CHEN,
                            NULL); /* and no longer read only: a review */
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Speech pathologist") && !has_text(page, ">speech_pathologist"));
    CHECK_INT(CHANGE("olga", "u-chen", "read_only", "1", "profession", "speech_pathologist").status,
              303);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        page = get(cx, "olga", pages[i]);
        CHECK(has_text(page, "Speech pathologist") && !has_text(page, ">speech_pathologist"));
    }
}

TEST(of_two_that_changed_one_field_the_second_chooses_field_by_field)
{
    practice_begin(cx);
    const char *before = was(cx);
    CHECK_INT(CHANGE("olga", "u-chen", "read_only", "1", "last_name", "Waters", "profession",
                     "psychologist", "title", "Dr")
                  .status,
              303);
    struct page page = post(cx, "freya", USERS "/u-chen", "read_only", "1", "last_name", "Winter",
                            "profession", "dietitian", "was", before, CHEN, NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Olga Okafor changed this"));
    CHECK(has_text(page, "name=\"keep_last_name\" value=\"yours\""));
    CHECK(has_text(page, "name=\"keep_profession\" value=\"saved\""));
    CHECK(!has_text(page, "name=\"keep_first_name\""));
    CHECK(has_text(page, "<input type=\"hidden\" name=\"keep_title\" value=\"saved\">"));
    CHECK(has_text(page, "stay as saved: Title."));
    CHECK(has_text(page, "name=\"was\" value=\"") && !has_text(page, before));
    CHECK_INT(COUNT("SELECT version FROM users WHERE id = 'u-chen'"), 2);
    const char *after = was(cx);
    page = post(cx, "freya", USERS "/u-chen", "version", "2", "was", after, "keep_last_name",
                "yours", "keep_profession", "saved", "keep_title", "saved", "read_only", "1",
                "last_name", "Winter", "profession", "dietitian", CHEN, NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-chen' AND last_name = 'Winter'"
                    " AND profession = 'psychologist' AND title = 'Dr' AND version = 3"),
              1);
    /* Whoever is late once more is asked again, for what changed since. */
    page = post(cx, "freya", USERS "/u-chen", "version", "2", "was", after, "keep_last_name",
                "yours", "keep_title", "saved", "read_only", "1", "last_name", "Wilde", CHEN, NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Wilde") && has_text(page, "Winter"));
    CHECK_INT(COUNT("SELECT version FROM users WHERE id = 'u-chen'"), 3);
}

TEST(back_to_editing_shows_what_was_chosen)
{
    practice_begin(cx);
    CHECK_INT(CHANGE("olga", "u-chen", "read_only", "1", "last_name", "Waters", "level", "clinical")
                  .status,
              303);
    struct page page =
        post(cx, "freya", USERS "/preview", "version", "2", "user", "u-chen", "keep_last_name",
             "yours", "keep_level", "saved", "read_only", "1", "last_name", "Winter", CHEN, NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "value=\"Winter\""));
    CHECK(has_text(page, "name=\"boxes_for\" value=\"practitioner.clinical\""));
    CHECK_INT(COUNT("SELECT version FROM users WHERE id = 'u-chen'"), 2);
}

TEST(a_stale_form_shows_both_versions_and_keeps_the_input)
{
    practice_begin(cx);
    CHECK_INT(CHANGE("olga", "u-chen", "read_only", "1", "last_name", "Waters").status, 303);
    struct page page = CHANGE("freya", "u-chen", "read_only", "1", "last_name", "Winter");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "You entered") && has_text(page, "Now saved"));
    CHECK(has_text(page, "Olga Okafor changed this"));
    CHECK(has_text(page, "Waters"));
    CHECK(has_text(page, "value=\"Winter\""));
    CHECK(has_text(page, "name=\"version\" value=\"2\""));
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE last_name = 'Waters'"), 1);
    page = CHANGE("freya", "u-chen", "version", "2", "read_only", "1", "last_name", "Winter");
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE last_name = 'Winter'"), 1);
}

TEST(faults_keep_the_page_and_the_input)
{
    practice_begin(cx);
    struct page page = CHANGE("freya", "u-chen", "last_name", "", "first_name", "Cheng");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter a last name") && has_text(page, "value=\"Cheng\""));
    CHECK_INT(CHANGE("freya", "u-chen", "level", "office").status, 422);
    CHECK_INT(CHANGE("freya", "u-chen", "level", "").status, 422);
    CHECK(holds_chen(cx, "personal", true));
}

TEST(the_role_type_can_change)
{
    practice_begin(cx);
    CHECK_INT(CHANGE("freya", "u-chen", "role_type", "administrator", "level", "office").status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-chen' AND role_type = 'administrator'"
                    " AND level = 'office' AND registration_number = ''"),
              1);
}

TEST(a_deactivated_user_is_not_changed)
{
    practice_begin(cx);
    CHECK_INT(CHANGE("freya", "u-kavya").status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-kavya' AND last_name = 'Rao'"), 1);
}

TEST(rule_1_only_full_access_changes_people)
{
    practice_begin(cx);
    static const char *const people[] = { "ben", "chen", "gina" };
    for (size_t i = 0; i < 3; i++) {
        CHECK_INT(CHANGE(people[i], "u-chen", "level", "full").status, 403);
        CHECK_INT(CHANGE(people[i], "u-gina", "level", "full").status, 403);
        CHECK_INT(post(cx, people[i], USERS "/u-chen/review", CHEN, NULL).status, 403);
        CHECK_INT(post(cx, people[i], USERS "/u-chen/password-reset", NULL).status, 403);
        CHECK_INT(post(cx, people[i], USERS "/u-chen/temporary-password", NULL).status, 403);
        CHECK_INT(post(cx, people[i], USERS "/u-chen/welcome", NULL).status, 403);
    }
    CHECK_INT(CHANGE("zoe", "u-chen").status, 404);
    CHECK_INT(CHANGE("olga", "u-zoe").status, 404);
    CHECK(holds_chen(cx, "personal", true));
    CHECK_INT(COUNT("SELECT count(*) FROM jobs"), 0);
}

TEST(rule_3_an_owner_is_lowered_by_nobody_else)
{
    practice_begin(cx);
    CHECK_INT(CHANGE("freya", "u-olga", "level", "clinical").status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-olga' AND level = 'full'"
                    " AND owner = 1"),
              1);
    CHECK(has_text(get(cx, "freya", USERS "/u-olga"), "Only Olga Okafor can lower"));
    /* The name of an owner is not the owner's alone. */
    CHECK_INT(CHANGE("freya", "u-olga", FULL, "last_name", "Okafor-Lind").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-olga' AND level = 'full'"
                    " AND owner = 1 AND last_name = 'Okafor-Lind'"),
              1);
}

TEST(rule_3_the_last_owner_stays)
{
    practice_begin(cx);
    struct page page = CHANGE("olga", "u-olga", "level", "clinical");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Northside Allied Health needs at least one Account Owner."));
    CHECK_INT(CHANGE("olga", "u-olga", FULL).status, 422); /* without the tick */
    CHECK_INT(COUNT("SELECT owner FROM users WHERE id = 'u-olga'"), 1);
    /* With a second owner the first may go down. */
    CHECK_INT(CHANGE("olga", "u-freya", "owner", "1", "role_type", "administrator", FULL).status,
              303);
    CHECK_INT(COUNT("SELECT owner FROM users WHERE id = 'u-freya'"), 1);
    page = post(cx, "olga", USERS "/u-olga", "level", "clinical", CHEN, NULL);
    CHECK(has_text(page, "You are about to lower your own access."));
    CHECK_INT(CHANGE("olga", "u-olga", "level", "clinical").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-olga' AND level = 'clinical'"
                    " AND owner = 0"),
              1);
    CHECK_INT(CHANGE("freya", "u-freya", "version", "2", "role_type", "administrator", "level",
                     "clinical")
                  .status,
              422);
}

TEST(only_owners_make_owners)
{
    practice_begin(cx);
    CHECK_INT(CHANGE("freya", "u-freya", "owner", "1", "role_type", "administrator", FULL).status,
              303);
    CHECK_INT(CHANGE("freya", "u-ben", "owner", "1", FULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE owner = 1 AND practice_id = 'north'"), 1);
}

TEST(rule_4_nobody_raises_himself)
{
    practice_begin(cx);
    struct page page =
        CHANGE("freya", "u-freya", "see_history", "1", "role_type", "administrator", FULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "You cannot raise your own access"));
    CHECK_INT(CHANGE("freya", "u-chen", "see_history", "1").status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE see_history = 1"), 0);
    CHECK_INT(
        CHANGE("olga", "u-freya", "see_history", "1", "role_type", "administrator", FULL).status,
        303);
}

TEST(whoever_loses_full_access_loses_the_invitations_sent)
{
    practice_begin(cx);
    CHECK_INT(ADD("freya", "entry", "invitation").status, 303);
    CHECK_INT(CHANGE("olga", "u-freya", "role_type", "administrator", "level", "office").status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'withdrawn'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-freya' AND level = 'office'"), 1);
    CHECK_INT(ADD("freya").status, 403); /* at once, in the same session */
}

TEST(full_access_is_told_to_everybody_who_has_it)
{
    practice_begin(cx);
    struct outbox out;
    CHECK_INT(CHANGE("freya", "u-chen", "level", "full").status, 303);
    work_all(cx, &out);
    int told = 0, changed = 0;
    for (size_t i = 0; i < out.n; i++) {
        told += strstr(out.at[i].subject, "now has Full Access") != NULL;
        changed += strstr(out.at[i].to, "chen@") && strstr(out.at[i].text, "Personal Access");
    }
    CHECK_INT(told, 2);
    CHECK_INT(changed, 1);
}

TEST(a_foreign_location_is_as_good_as_none)
{
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", USERS "/u-ben", "reviewed", "1", "role_type", "practitioner",
                   "first_name", "Ben", "last_name", "Brandt", "profession", "x",
                   "registration_number", "1", "level", "clinical", "locations", "l-south",
                   "version", "1", NULL)
                  .status,
              422);
    CHECK_INT(COUNT("SELECT count(*) FROM assignments WHERE location_id = 'l-south'"
                    " AND practice_id = 'north'"),
              0);
}

/* --- getting in ------------------------------------------------------------------ */

TEST(a_reset_goes_to_the_person_and_not_too_often)
{
    practice_begin(cx);
    struct outbox out;
    for (int i = 0; i < 5; i++)
        CHECK_INT(post(cx, "freya", USERS "/u-chen/password-reset", NULL).status, 303);
    struct page page = post(cx, "freya", USERS "/u-chen/password-reset", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "We have sent Chen Wei a few links within the hour."));
    work_all(cx, &out);
    for (size_t i = 0; i < out.n; i++) CHECK(strstr(out.at[i].to, "chen@north.example") != NULL);
    CHECK_INT(out.n, 5);
}

TEST(a_temporary_password_is_for_people_who_never_chose_one)
{
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", USERS "/u-chen/temporary-password", "temporary_password", TEMPORARY,
                   "temporary_password_again", TEMPORARY, NULL)
                  .status,
              409);
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE temporary = 1"), 0);
    CHECK_INT(ADD("freya", "entry", "link").status, 303);
    struct table t;
    CHECK(db_begin(cx, false) == OK);
    CHECK(db_select(cx, &t, SQL_GLOBAL("SELECT id FROM users WHERE last_name = 'Haaland'")) == OK);
    db_rollback(cx);
    const char *path = arena_print(cx->mem, USERS "/%s/temporary-password", cell_text(&t, 0, "id"));
    struct page page = post(cx, "freya", path, "temporary_password", "short",
                            "temporary_password_again", "short", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Use at least 15 characters"));
    page = post(cx, "freya", path, "temporary_password", TEMPORARY, "temporary_password_again", "x",
                NULL);
    CHECK(has_text(page, "The two passwords are different"));
    page = post(cx, "freya", path, "temporary_password", TEMPORARY, "temporary_password_again",
                TEMPORARY, NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE temporary = 1"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.temporary_password_set'"), 1);
}

TEST(another_temporary_password_makes_the_address_unproven_again)
{
    practice_begin(cx);
    struct table t;
    CHECK_INT(ADD("freya").status, 303);
    act_as(cx, "north", "freya");
    CHECK(db_exec(cx, SQL_GLOBAL("UPDATE people SET proven_at = 5 WHERE temporary = 1")) == OK);
    CHECK(db_select(cx, &t, SQL_GLOBAL("SELECT id FROM users WHERE last_name = 'Haaland'")) == OK);
    CHECK(act_end(cx, OK) == OK);
    const char *path = arena_print(cx->mem, USERS "/%s/temporary-password", cell_text(&t, 0, "id"));
    CHECK_INT(post(cx, "freya", path, "temporary_password", "quiet-lantern-orchard-pebble",
                   "temporary_password_again", "quiet-lantern-orchard-pebble", NULL)
                  .status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE temporary = 1 AND proven_at IS NULL"), 1);
}

TEST(lowering_full_access_leads_on_to_what_it_was_lowered_for)
{
    practice_begin(cx);
    CHECK(has_text(get(cx, "olga", USERS "/u-freya?then=deactivate"),
                   "name=\"then\" value=\"deactivate\""));
    struct page page = post(cx, "olga", USERS "/u-freya", "then", "deactivate", "role_type",
                            "administrator", "level", "office", "boxes_for", "administrator.full",
                            "first_name", "Freya", "last_name", "Nilsson", "version", "1", NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "name=\"then\" value=\"deactivate\""));
    page = post(cx, "olga", USERS "/u-freya", "then", "deactivate", "role_type", "administrator",
                "level", "office", "boxes_for", "administrator.office", "first_name", "Freya",
                "last_name", "Nilsson", "version", "1", "reviewed", "1", NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, USERS "/u-freya/deactivate");
}

TEST(an_invented_way_on_leads_to_the_list)
{
    practice_begin(cx);
    CHECK_TEXT(CHANGE("olga", "u-chen", "then", "//evil.example", "last_name", "Weiss").location,
               USERS);
}
