/* checklist_test.c - the list before a user is deactivated, line by line. */
#include "tests/support/practice.h"
#include "tests/support/program.h"

#include "app/departures/checklist.h"

static const char PAGE[] = "/g/north/settings/users/u-ben/deactivate";
static const char LINES[] = "/g/north/settings/users/u-ben/checklist/";

static void invite(struct cx *cx, const char *id, const char *first, const char *inviter)
{
    act_as(cx, "north", "olga");
    CHECK(act_end(cx, db_exec(cx,
                              SQL("INSERT INTO invitations (practice_id, id, email, email_key,"
                                  " first_name, last_name, find_key, role_type, level, state,"
                                  " inviter_id, inviter_name, created_at, sent_at, expires_at)"
                                  " VALUES ($1, $2, $3, $3, $4, 'Haaland', 'haaland',"
                                  " 'practitioner', 'personal', 'pending', $5, $5, $6, $6, $7)"),
                              id, (const char *)arena_print(cx->mem, "%s@haaland.example", id),
                              first, inviter, cx->now, cx->now + DAYS(7)))
          == OK);
}

static struct checklist list_of(struct cx *cx, const char *id)
{
    struct checklist list = { 0 };
    struct user *u;
    act_as(cx, "north", "freya");
    CHECK(user_find(cx, id_of(id), &u) == OK);
    CHECK(checklist_lines(cx, u, &list) == OK);
    (void)!act_end(cx, OK);
    return list;
}

static const struct checklist_line *line_of(const struct checklist *list, const char *key)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->at[i].key, key) == 0) return &list->at[i];
    abort();
}

static struct page settle(struct cx *cx, const char *who, const char *line)
{
    return post(cx, who, arena_print(cx->mem, "%s%s", LINES, line), NULL);
}

TEST(with_nothing_to_settle_every_line_says_so_and_none_is_open)
{
    practice_begin(cx);
    must_run(cx, "DELETE FROM appointments WHERE user_id = 'u-ben'");
    struct checklist list = list_of(cx, "u-ben");
    CHECK(line_of(&list, "invitations")->state == LINE_NOTHING);
    CHECK_TEXT(line_of(&list, "invitations")->about, "None is waiting for an answer");
    CHECK(line_of(&list, "devices")->state == LINE_NOTHING);
    CHECK(line_of(&list, "export")->state == LINE_OPTIONAL);
    CHECK_INT(list.open, 0);
    CHECK(line_of(&list, "appointments")->state == LINE_NOTHING);
    CHECK_INT(list.settled, 8);
    CHECK_INT(list.of, 8);
    struct page page = get(cx, "freya", PAGE);
    CHECK(has_text(page, "8 of 8 settled"));
    CHECK(has_text(page, "Nothing to do"));
    CHECK(has_text(page, "Nothing is left to settle."));
    CHECK(!has_text(page, "Settle everything"));
}

TEST(open_invitations_are_an_open_line_until_they_are_withdrawn)
{
    practice_begin(cx);
    must_run(cx, "DELETE FROM appointments WHERE user_id = 'u-ben'");
    invite(cx, "i-1", "Ingrid", "u-ben");
    invite(cx, "i-2", "Hana", "u-ben");
    invite(cx, "i-3", "Somebody", "u-olga");
    struct checklist list = list_of(cx, "u-ben");
    CHECK(line_of(&list, "invitations")->state == LINE_OPEN);
    CHECK_TEXT(line_of(&list, "invitations")->about, "Sent to Ingrid Haaland, Hana Haaland");
    CHECK_INT(list.open, 1);
    CHECK_INT(list.together, 1);
    struct page page = get(cx, "freya", PAGE);
    CHECK(has_text(page, "7 of 8 settled"));
    CHECK(has_text(page, "Withdraw them"));
    CHECK(has_text(page, "1 item is still open. You can deactivate now and settle it later."));
    page = settle(cx, "freya", "invitations");
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, PAGE);
    list = list_of(cx, "u-ben");
    CHECK(line_of(&list, "invitations")->state == LINE_SETTLED);
    CHECK(line_of(&list, "invitations")->can_undo);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'withdrawn'"), 2);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.checklist_settled'"
                    " AND about_id = 'u-ben'"),
              1);
    CHECK(has_text(get(cx, "freya", PAGE), "8 of 8 settled"));
}

TEST(taking_it_back_sends_them_again_in_the_name_of_who_does_it)
{
    practice_begin(cx);
    invite(cx, "i-1", "Ingrid", "u-ben");
    settle(cx, "freya", "invitations");
    CHECK_INT(settle(cx, "freya", "invitations/undo").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE id = 'i-1' AND state = 'pending'"
                    " AND inviter_id = 'u-freya'"),
              1);
    struct checklist list = list_of(cx, "u-ben");
    CHECK(line_of(&list, "invitations")->state == LINE_NOTHING);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.checklist_undone'"), 1);
    CHECK_INT(settle(cx, "freya", "invitations/undo").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.checklist_undone'"), 1);
}

TEST(export_is_optional_allowed_in_place_and_taken_back)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", PAGE);
    CHECK(has_text(page, "Let Ben export their own data"));
    CHECK(has_text(page, "(optional)"));
    settle(cx, "freya", "export");
    struct checklist list = list_of(cx, "u-ben");
    CHECK(line_of(&list, "export")->state == LINE_SETTLED);
    CHECK_INT(list.of, 9);
    CHECK_INT(COUNT("SELECT export_own FROM users WHERE id = 'u-ben'"), 1);
    settle(cx, "freya", "export");
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.checklist_settled'"), 1);
    settle(cx, "freya", "export/undo");
    CHECK_INT(COUNT("SELECT export_own FROM users WHERE id = 'u-ben'"), 0);
    list = list_of(cx, "u-ben");
    CHECK(line_of(&list, "export")->state == LINE_OPTIONAL);
    CHECK_INT(COUNT("SELECT count(*) FROM checklist"), 0);
}

TEST(what_was_allowed_before_is_settled_and_not_ours_to_take_back)
{
    practice_begin(cx);
    act_as(cx, "north", "olga");
    CHECK(act_end(cx, db_exec(cx, SQL("UPDATE users SET export_own = 1 WHERE practice_id = $1"
                                      " AND id = 'u-ben'")))
          == OK);
    struct checklist list = list_of(cx, "u-ben");
    CHECK(line_of(&list, "export")->state == LINE_SETTLED);
    CHECK(!line_of(&list, "export")->can_undo);
    settle(cx, "freya", "export/undo");
    CHECK_INT(COUNT("SELECT export_own FROM users WHERE id = 'u-ben'"), 1);
}

TEST(devices_inform_and_have_no_button)
{
    practice_begin(cx);
    sign_in_again(cx, "ben");
    sign_in_again(cx, "ben");
    struct checklist list = list_of(cx, "u-ben");
    CHECK_TEXT(line_of(&list, "devices")->about,
               "2 devices. Deactivating ends their place in this group.");
    CHECK(!line_of(&list, "devices")->action);
    CHECK_INT(settle(cx, "freya", "devices").status, 404);
    CHECK_INT(settle(cx, "freya", "nothing-like-it").status, 404);
    CHECK_INT(settle(cx, "freya", "nothing-like-it/undo").status, 404);
}

TEST(everything_settles_what_may_be_settled_together_and_not_what_is_optional)
{
    practice_begin(cx);
    invite(cx, "i-1", "Ingrid", "u-ben");
    CHECK_INT(settle(cx, "freya", "everything").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'withdrawn'"), 1);
    CHECK_INT(COUNT("SELECT export_own FROM users WHERE id = 'u-ben'"), 0);
    CHECK_INT(settle(cx, "freya", "everything").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.checklist_settled'"), 1);
}

TEST(keys_and_the_calendars_address_are_one_line_and_end_together)
{
    const char *path = "/g/north/settings/users/u-chen/deactivate";
    practice_begin(cx);
    CHECK(has_text(get(cx, "freya", path),
                   "No program has a key of theirs, or reads their calendar"));
    CHECK_INT(post(cx, "chen", "/g/north/calendar/feed", NULL).status, 200);
    struct page page = get(cx, "freya", path);
    CHECK(has_text(page, "Another program reads their calendar") && !has_text(page, "1 key."));
    const char *key = bearer_of(cx, "chen");
    page = get(cx, "freya", path);
    CHECK(has_text(page, "1 key.") && has_text(page, "Another program reads their calendar"));
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-chen/checklist/keys", NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM calendar_feeds WHERE user_id = 'u-chen'"), 0);
    CHECK_INT(api_with(cx, key, GET, "/api/v1/groups/north/users", NULL, NULL).status, 401);
    CHECK(has_text(get(cx, "freya", path), "Disabled"));
}

TEST(the_list_is_no_gate_and_stays_to_be_settled_afterwards)
{
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", PAGE, NULL).status, 303);
    struct page page = get(cx, "freya", PAGE);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Left to settle"));
    CHECK(has_text(page, "Freya Nilsson ended the access on 21 Nov 2026 at 21:00."));
    CHECK(has_text(page, "/g/north/settings/users/u-ben/activate"));
    CHECK_INT(settle(cx, "freya", "export").status, 303);
    CHECK_INT(COUNT("SELECT export_own FROM users WHERE id = 'u-ben' AND status = 'deactivated'"),
              1);
    post(cx, "freya", "/g/north/settings/users/u-ben/activate", NULL);
    CHECK_INT(COUNT("SELECT count(*) FROM checklist"), 0);
}

TEST(lines_of_a_full_access_user_are_nobodys_to_settle)
{
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-olga/checklist/export", NULL).status,
              403);
    CHECK_INT(COUNT("SELECT export_own FROM users WHERE id = 'u-olga' AND practice_id = 'north'"),
              0);
}
