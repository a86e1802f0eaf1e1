/* list_test.c - what the rows of a list say is what the users themselves say. */
#include "app/people/person.h"
#include "app/users/user.h"
#include "tests/app/invitations/invited.h"
#include "tests/app/staff/adding.h"

static void check_access(const struct access *a, const struct access *b)
{
    CHECK(a->role == b->role && a->level == b->level && a->owner == b->owner);
    CHECK(a->active == b->active && a->all_locations == b->all_locations);
    CHECK_INT(a->locations, b->locations);
    CHECK(memcmp(a->others, b->others, sizeof a->others) == 0);
    for (enum setting s = 0; s < SETTING_COUNT; s++) CHECK(a->set[s] == b->set[s]);
}

static void check_rows(struct cx *cx)
{
    struct user_list list;
    struct user *user;
    struct user_filter f = { .text = "",
                             .role = "",
                             .level = "",
                             .active = true,
                             .deactivated = true,
                             .limit = 50,
                             .known = 9 };
    CHECK(user_places(cx, &f.places, &f.places_n) == OK);
    CHECK(user_list(cx, &f, &list) == OK);
    CHECK(list.n >= 6);
    for (size_t i = 0; i < list.n; i++) {
        const struct user *row = &list.at[i];
        CHECK(user_find(cx, row->id, &user) == OK);
        check_access(&row->access, &user->access);
        CHECK_TEXT(row->location_names, user->location_names);
        CHECK_TEXT(user_full_name(cx, row), user_full_name(cx, user));
        CHECK_TEXT(row->email, user->email);
        CHECK_TEXT(row->profession, user->profession);
        CHECK_TEXT(row->deactivated_by_name, user->deactivated_by_name);
        CHECK_TEXT(row->mail_problem, user->mail_problem);
        CHECK_INT(row->deactivated_at, user->deactivated_at);
        CHECK_INT(row->seen_at, user->seen_at);
        CHECK_INT(row->temporary_until, user->temporary_until);
    }
}

TEST(every_setting_shows_in_the_list_as_it_is_stored)
{
    practice_begin(cx);
    for (enum setting s = 0; s < SETTING_COUNT; s++) {
        CHECK(db_script(cx, arena_print(cx->mem, "UPDATE users SET %s = 1 WHERE id = 'u-gina'",
                                        settings[s].key))
              == OK);
        act_as(cx, "north", "freya");
        check_rows(cx);
        CHECK(act_end(cx, OK) == OK);
    }
}

/* As many users as the list shows with what is their person's. */
static void check_copies(struct cx *cx, int temporary)
{
    CHECK_INT(COUNT("SELECT count(*) FROM users u JOIN people p ON p.id = u.person_id"
                    " WHERE u.email <> p.email OR u.temporary_until <> p.temporary_until"),
              0);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE temporary_until > 0"), temporary);
    act_as(cx, "north", "freya");
    CHECK(user_locations_check(cx) == OK);
    check_rows(cx);
    CHECK(act_end(cx, OK) == OK);
}

TEST(what_is_the_persons_is_the_same_in_every_group_and_changes_nowhere_else)
{
    practice_begin(cx);
    CHECK(db_script(cx, "UPDATE people SET email = 'olga@new.example' WHERE id = 'p-olga'") == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE email = 'olga@new.example'"), 2);
    CHECK(has_text(get(cx, "freya", "/g/north/settings/users"), "olga<wbr>@new.example"));
    check_copies(cx, 0);
    CHECK(db_begin(cx, true) == OK);
    CHECK(person_set_temporary(cx, (struct id){ "p-olga" }, "x", "freya", "North") == CONFLICT);
    db_rollback(cx);
    CHECK(db_script(cx, "UPDATE people SET password_hash = NULL WHERE id = 'p-olga'") == OK);
    CHECK(db_begin(cx, true) == OK);
    CHECK(person_set_temporary(cx, (struct id){ "p-olga" }, "x", "freya", "North") == OK);
    CHECK(db_commit(cx) == OK);
    check_copies(cx, 2);
    CHECK(db_begin(cx, true) == OK);
    CHECK(person_set_password(cx, (struct id){ "p-olga" }, "x", (struct id){ 0 }) == OK);
    CHECK(db_commit(cx) == OK);
    check_copies(cx, 0);
    static const char *const lies[] = {
        "UPDATE users SET email = 'eve@x.example' WHERE id = 'u-olga'",
        "UPDATE users SET temporary_until = 7 WHERE id = 'u-olga'",
        "UPDATE users SET listed = 'x' WHERE id = 'u-olga'",
        "UPDATE people SET temporary_until = 7 WHERE id = 'p-olga'",
    };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) CHECK(db_script(cx, lies[i]) != OK);
    check_copies(cx, 0);
}

TEST(locations_show_in_the_list_as_they_are_assigned_whichever_way)
{
    practice_begin(cx);
    CHECK_INT(ADD("freya", "locations", "l-harbour").status, 303);
    check_copies(cx, 1);
    add_ingrid(cx, true);
    CHECK(accept_as(cx, "ingrid", invite(cx)) == OK);
    check_copies(cx, 1);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE locations LIKE '% %'"), 2);
    CHECK_INT(post(cx, "freya", USERS "/u-ben", "reviewed", "1", "role_type", "practitioner",
                   "first_name", "Ben", "last_name", "Brandt", "profession", "x",
                   "registration_number", "1", "level", "clinical", "locations", "l-harbour",
                   "version", "1", NULL)
                  .status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND locations = 'l-harbour'"),
              1);
    check_copies(cx, 1);
}

TEST(a_row_that_names_other_locations_is_found_and_named)
{
    static const char *const wrong[] = { "", "l-riverside", "l-harbour l-harbour l-riverside",
                                         "l-harbour l-riversid2" };
    practice_begin(cx);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK(db_script(cx, arena_print(cx->mem,
                                        "UPDATE users SET locations = '%s'"
                                        " WHERE id = 'u-ben'",
                                        wrong[i]))
              == OK);
        act_as(cx, "south", "zoe");
        CHECK(user_locations_check(cx) == BROKEN);
        CHECK(strstr(cx->message, "the user u-ben of the group north") != NULL);
        CHECK(act_end(cx, OK) == OK);
    }
}

TEST(passwords_and_letters_show_in_the_list_as_they_are_stored)
{
    practice_begin(cx);
    CHECK(db_script(cx, "UPDATE people SET temporary = 1, temporary_until = 7 WHERE id = 'p-ben';"
                        "UPDATE users SET mail_problem = 'no', seen_at = 9 WHERE id = 'u-chen'")
          == OK);
    act_as(cx, "north", "freya");
    check_rows(cx);
    CHECK(act_end(cx, OK) == OK);
}
