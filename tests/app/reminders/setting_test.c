/* setting_test.c - who sets when patients are reminded. */
#include "tests/support/practice.h"

#include "app/departures/checklist.h"
#include "app/reminders/setting.h"

#define PAGE "/g/north/settings/reminders"

static struct page group(struct cx *cx, const char *who, const char *n, const char *unit,
                         const char *version)
{
    return post(cx, who, PAGE, "email_on", "1", "email_n", n, "email_unit", unit, "version",
                version, NULL);
}

static struct page own(struct cx *cx, const char *who, const char *of, const char *n,
                       const char *version)
{
    return post(cx, who, arena_print(cx->mem, PAGE "/users/u-%s", of), "email_on", "1", "email_n",
                n, "email_unit", "hours", "version", version, NULL);
}

TEST(the_group_s_setting_is_changed_by_those_who_edit_others_and_is_in_the_audit_log)
{
    practice_begin(cx);
    struct page page = get(cx, "ben", PAGE);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "By email 1 day before") && !has_text(page, "name=\"email_n\""));
    CHECK_INT(group(cx, "ben", "3", "days", "1").status, 403);
    CHECK_INT(group(cx, "gina", "3", "days", "1").status, 403);
    CHECK_INT(group(cx, "chen", "3", "days", "1").status, 403);
    CHECK_INT(COUNT("SELECT version FROM reminder_settings WHERE id = 'rs-group'"), 1);
    CHECK_INT(group(cx, "freya", "3", "days", "1").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM reminder_settings WHERE id = 'rs-group' AND email_n = 3"
                    " AND email_unit = 'days' AND version = 2"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'reminders.changed'"
                    " AND changes LIKE '%3 days before%'"),
              1);
    CHECK_INT(group(cx, "freya", "3", "days", "2").status, 303); /* the same again is no change */
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'reminders.changed'"), 1);
}

TEST(what_is_wrong_is_said_and_what_was_typed_stays)
{
    practice_begin(cx);
    struct page page = group(cx, "freya", "15", "days", "1");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "whole number from 1 to 14") && has_text(page, "value=\"15\""));
    CHECK_INT(group(cx, "freya", "73", "hours", "1").status, 422);
    CHECK_INT(group(cx, "freya", "0", "hours", "1").status, 422);
    CHECK_INT(group(cx, "freya", "", "hours", "1").status, 422);
    CHECK_INT(group(cx, "freya", "1.5", "hours", "1").status, 422);
    CHECK_INT(group(cx, "freya", "2", "weeks", "1").status, 422);
    CHECK_INT(COUNT("SELECT version FROM reminder_settings WHERE id = 'rs-group'"), 1);
}

TEST(who_comes_late_is_told_what_is_saved_and_may_save_again)
{
    practice_begin(cx);
    CHECK_INT(group(cx, "freya", "2", "days", "1").status, 303);
    struct page page = group(cx, "olga", "5", "hours", "1");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "What is saved now: By email 2 days before"));
    CHECK(has_text(page, "value=\"5\"") && has_text(page, "name=\"version\" value=\"2\""));
    CHECK_INT(group(cx, "olga", "5", "hours", "2").status, 303);
    CHECK_INT(group(cx, "olga", "6", "hours", "x").status, 409);
}

TEST(practitioners_have_their_own_and_others_only_with_the_right_to)
{
    practice_begin(cx);
    CHECK(has_text(get(cx, "ben", PAGE), "Uses the group setting"));
    CHECK_INT(own(cx, "ben", "ben", "6", "0").status, 303);
    CHECK(has_text(get(cx, "ben", PAGE), "By email 6 hours before"));
    CHECK_INT(own(cx, "ben", "olga", "6", "0").status, 403);
    CHECK_INT(own(cx, "chen", "chen", "6", "0").status, 403); /* read only */
    CHECK_INT(own(cx, "gina", "ben", "6", "1").status, 403);
    CHECK_INT(own(cx, "freya", "chen", "6", "0").status, 303);
    CHECK_INT(own(cx, "freya", "gina", "6", "0").status, 404); /* is no practitioner */
    CHECK_INT(own(cx, "freya", "zoe", "6", "0").status, 404);
    struct page page = own(cx, "freya", "kavya", "6", "1");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Ms Kavya Rao is deactivated"));
    CHECK_INT(post(cx, "chen", PAGE "/users/u-chen/removal", NULL).status, 403);
    CHECK_INT(post(cx, "ben", PAGE "/users/u-ben/removal", NULL).status, 303);
    CHECK_INT(post(cx, "ben", PAGE "/users/u-ben/removal", NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM reminder_settings WHERE user_id = 'u-ben'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'reminders.own_removed'"), 1);
    CHECK_INT(post(cx, "freya", PAGE "/users/u-kavya/removal", NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM reminder_settings WHERE practice_id = 'north'"), 2);
}

TEST(a_box_takes_others_settings_out_of_sight_and_leaves_the_own)
{
    practice_begin(cx);
    must_run(
        cx, "UPDATE users SET others = 'reminders:0' WHERE practice_id = 'north' AND id = 'u-ben'");
    struct page page = get(cx, "ben", PAGE);
    CHECK_INT(page.status, 200);
    CHECK(!has_text(page, "Group setting") && !has_text(page, "Chen Wei"));
    CHECK(has_text(page, "Set your own"));
    CHECK_INT(get(cx, "ben", PAGE "/users/u-chen").status, 403);
    CHECK_INT(own(cx, "ben", "ben", "6", "0").status, 303);
}

static struct checklist_line line_of(struct cx *cx)
{
    struct checklist list = { 0 };
    struct user *u;
    act_as(cx, "north", "freya");
    CHECK(user_find(cx, id_of("u-ben"), &u) == OK && checklist_lines(cx, u, &list) == OK);
    (void)!act_end(cx, OK);
    for (size_t i = 0; i < list.n; i++)
        if (strcmp(list.at[i].key, "reminders") == 0) return list.at[i];
    abort();
}

TEST(the_checklist_removes_an_own_setting_and_puts_it_back)
{
    static const char LINE[] = "/g/north/settings/users/u-ben/checklist/reminders";
    practice_begin(cx);
    CHECK(line_of(cx).state == LINE_NOTHING);
    CHECK_INT(own(cx, "ben", "ben", "6", "0").status, 303);
    CHECK(line_of(cx).state == LINE_OPEN);
    CHECK_TEXT(line_of(cx).about, "By email 6 hours before, in place of the group's setting.");
    CHECK_INT(post(cx, "freya", LINE, NULL).status, 303);
    CHECK(line_of(cx).state == LINE_SETTLED && line_of(cx).can_undo);
    CHECK_INT(COUNT("SELECT count(*) FROM reminder_settings WHERE user_id = 'u-ben'"), 0);
    CHECK_INT(post(cx, "freya", arena_print(cx->mem, "%s/undo", LINE), NULL).status, 303);
    CHECK_INT(
        COUNT("SELECT count(*) FROM reminder_settings WHERE user_id = 'u-ben' AND email_on = 1"
              " AND email_n = 6 AND email_unit = 'hours'"),
        1);
    CHECK(line_of(cx).state == LINE_OPEN);
}
