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

/* --- whatever happens, in whichever order ----------------------------------------- */

static uint64_t dice;

static size_t roll(size_t sides)
{
    dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
    return (size_t)(dice % sides);
}

/* One of the ids that this statement finds, or one that is none. */
static const char *any(struct cx *cx, const struct sql *ids)
{
    struct table t;
    CHECK(db_run(cx, &t, ids, NULL, 0) == OK);
    return t.rows ? cell_text(&t, roll(t.rows), "id") : "nobody";
}
#define ANY(text) any(cx, SQL_GLOBAL(text))

static struct page do_something(struct cx *cx, const char *who, int turn)
{
    static const char *const waits[] = { "deliveries", "withdrawal", "clearance" };
    static const char *const answers[] = { "acceptance", "refusal", "reopening" };
    const char *user = ANY("SELECT id FROM users WHERE practice_id = 'north' ORDER BY id");
    const char *sent = ANY("SELECT id FROM invitations WHERE practice_id = 'north' ORDER BY id");
    const char *address = arena_print(cx->mem, "new%d@new.example", turn);
    switch (roll(8)) {
    case 0:
    case 1: return post(cx, who, arena_print(cx->mem, USERS "/%s/deactivate", user), NULL);
    case 2: return post(cx, who, arena_print(cx->mem, USERS "/%s/activate", user), NULL);
    case 3: return post(cx, who, "/g/north/leave", NULL);
    case 4: return ADD(who, "email", address, "email_again", address, "entry", "link");
    case 5:
        address = roll(2) ? address : "zoe@south.example";
        return ADD(who, "email", address, "email_again", address, "entry", "invitation", "password",
                   "", "password_again", "");
    case 6:
        return post(
            cx, who,
            arena_print(cx->mem, "/g/north/settings/invitations/%s/%s", sent, waits[roll(3)]),
            NULL);
    default:
        return post(cx, "zoe",
                    arena_print(cx->mem, "/me/invitations/%s/%s", sent, answers[roll(3)]), NULL);
    }
}

TEST(after_a_thousand_things_in_any_order_the_figures_are_what_counting_finds)
{
    static const char *const actors[] = { "freya", "freya", "olga", "ben", "gina", "chen" };
    int done = 0, statuses[6] = { 0 };
    practice_begin(cx);
    dice = 0x9e3779b97f4a7c15;
    CHECK(db_script(cx, "UPDATE practices SET adds_per_hour = 5000") == OK);
    for (int turn = 0; turn < 1000 && !failures; turn++) {
        struct arena_mark here = arena_mark(cx->mem);
        struct page page = do_something(cx, actors[roll(6)], turn);
        CHECK(page.status < 500);
        statuses[page.status / 100]++;
        done += page.status == 303;
        struct user_counts counts = { 0 };
        struct invitation_list shown;
        act_as(cx, "north", "freya");
        CHECK(headcounts_check(cx) == OK);
        CHECK(user_count(cx, &counts) == OK && invitation_list(cx, "", &shown) == OK);
        CHECK_INT(counts.invited, shown.total);
        CHECK(act_end(cx, OK) == OK);
        arena_rewind(cx->mem, here);
    }
    CHECK(done > 200 && statuses[4] > 100);
    CHECK(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.activated'") > 20);
    CHECK(COUNT("SELECT count(*) FROM audit WHERE kind = 'invitation.accepted'") > 0);
    CHECK(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.left'") > 0);
}
