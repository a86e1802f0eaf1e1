/* headcount_test.c - the figures beside a practice are what counting finds, whatever happened. */
#include "app/users/user.h"
#include "tests/app/invitations/invited.h"
#include "tests/app/staff/adding.h"

#define BEN "/g/north/settings/users/u-ben"

static void check_counts(struct cx *cx, int active, int deactivated)
{
    struct user_counts counts = { 0 };
    act_as(cx, "north", "freya");
    CHECK(user_count(cx, &counts) == OK);
    CHECK(headcounts_check(cx) == OK);
    CHECK(act_end(cx, OK) == OK);
    CHECK_INT(counts.active, active);
    CHECK_INT(counts.deactivated, deactivated);
}

TEST(every_way_into_a_group_and_out_of_it_is_counted)
{
    practice_begin(cx);
    check_counts(cx, 5, 1);
    CHECK_INT(ADD("freya").status, 303); /* with a temporary password */
    check_counts(cx, 6, 1);
    CHECK_INT(post(cx, "freya", BEN "/deactivate", NULL).status, 303);
    check_counts(cx, 5, 2);
    CHECK_INT(post(cx, "freya", BEN "/activate", NULL).status, 303);
    check_counts(cx, 6, 1);
    CHECK_INT(post(cx, "gina", "/g/north/leave", NULL).status, 303);
    check_counts(cx, 5, 2);
}

TEST(an_accepted_invitation_counts_once_and_a_pending_one_not_yet)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx);
    check_counts(cx, 5, 1);
    CHECK(accept_as(cx, "ingrid", id) == OK);
    check_counts(cx, 6, 1);
    CHECK(accept_as(cx, "ingrid", id) == CONFLICT);
    check_counts(cx, 6, 1);
}

TEST(what_is_refused_or_done_already_counts_nothing)
{
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-olga/deactivate", NULL).status, 403);
    CHECK_INT(post(cx, "gina", BEN "/deactivate", NULL).status, 403);
    CHECK_INT(post(cx, "olga", "/g/north/leave", NULL).status, 409);
    CHECK_INT(ADD("freya", "level", "nonsense").status, 422);
    post(cx, "freya", "/g/north/settings/users/u-kavya/deactivate", NULL);
    post(cx, "freya", BEN "/activate", NULL);
    check_counts(cx, 5, 1);
}

TEST(figures_that_are_wrong_are_found_and_named)
{
    practice_begin(cx);
    CHECK(db_script(cx, "UPDATE practices SET active_users = 7 WHERE id = 'north'") == OK);
    act_as(cx, "south", "zoe");
    CHECK(headcounts_check(cx) == BROKEN);
    CHECK(strstr(cx->message, "the group north has 5 active and 1 deactivated users") != NULL);
    CHECK(act_end(cx, OK) == OK);
}
