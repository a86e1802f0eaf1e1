/* list_test.c - what the rows of a list say is what the users themselves say. */
#include "app/users/user.h"
#include "tests/support/practice.h"

static void check_access(const struct access *a, const struct access *b)
{
    CHECK(a->role == b->role && a->level == b->level && a->owner == b->owner);
    CHECK(a->active == b->active && a->all_locations == b->all_locations);
    CHECK_INT(a->locations, b->locations);
    CHECK(memcmp(a->others, b->others, sizeof a->others) == 0);
    for (enum setting s = 0; s < SETTING_COUNT; s++) CHECK(a->set[s] == b->set[s]);
}

static void check_rows(struct cx *cx, bool whole)
{
    struct user_list list;
    struct user *user;
    struct user_filter f = { .text = "",
                             .role = "",
                             .level = "",
                             .active = true,
                             .deactivated = true,
                             .limit = 50,
                             .known = 6,
                             .whole = whole };
    CHECK(user_places(cx, &f.places, &f.places_n) == OK);
    CHECK(user_list(cx, &f, &list) == OK);
    CHECK_INT(list.n, 6);
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
        check_rows(cx, true);
        check_rows(cx, false);
        CHECK(act_end(cx, OK) == OK);
    }
}

TEST(passwords_and_letters_show_in_the_list_as_they_are_stored)
{
    practice_begin(cx);
    CHECK(db_script(cx, "UPDATE people SET temporary_until = 5;"
                        "UPDATE people SET temporary = 1, temporary_until = 7 WHERE id = 'p-ben';"
                        "UPDATE users SET mail_problem = 'no', seen_at = 9 WHERE id = 'u-chen'")
          == OK);
    act_as(cx, "north", "freya");
    check_rows(cx, true);
    CHECK(act_end(cx, OK) == OK);
}
