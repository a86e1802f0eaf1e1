/* audit_test.c - the audit log as a page. */
#include "app/audit/event.h"
#include "tests/support/practice.h"

#define LOG "/g/north/settings/audit"

static void tell(struct cx *cx, const char *practice, const char *who, enum event event,
                 struct about about, const char *before, const char *after)
{
    struct changes changes = { 0 };
    act_as(cx, practice, who);
    cx->now += INT64_C(60000000);
    cx->actor.address = "203.0.113.8";
    cx->actor.agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    change_note(cx, &changes, "Access level", before, after);
    CHECK(act_end(cx, announce(cx, event, about, &changes, NULL)) == OK);
}

static struct about user(const char *id, const char *name)
{
    return (struct about){ id_of(id), name };
}

static void some(struct cx *cx)
{
    practice_begin(cx);
    tell(cx, "north", "freya", EVENT_USER_ACCESS_CHANGED, user("u-ben", "Ben <b>Brandt"),
         "Personal <i>Access", "Clinical Access");
    tell(cx, "north", "olga", EVENT_USER_DEACTIVATED, user("u-kavya", "Kavya Rao"), "", "");
    tell(cx, "south", "zoe", EVENT_USER_ADDED, user("u-zoe", "Secret South"), "", "");
    tell(cx, "north", "olga", EVENT_LOCATION_CHANGED, user("l-riverside", "Riverside"), "", "");
}

TEST(the_log_shows_before_and_after_newest_first)
{
    some(cx);
    struct page page = get(cx, "olga", LOG);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "<a href=\"/g/north/settings/users/u-kavya\">Kavya Rao</a>"));
    CHECK(has_text(page, "Personal &lt;i&gt;Access</del>"));
    CHECK(has_text(page, "Clinical Access</ins>"));
    CHECK(has_text(page, "Ben &lt;b&gt;Brandt"));
    CHECK(has_text(page, "/g/north/settings/locations/l-riverside"));
    CHECK(has_text(page, "Firefox on Linux"));
    CHECK(has_text(page, "203.0.113.8"));
    CHECK(!has_text(page, "Secret South"));
    const char *body = strstr(page.body, "<tbody>"), *newer, *older;
    newer = body ? strstr(body, "Changed the location") : NULL;
    older = body ? strstr(body, "Changed the access") : NULL;
    CHECK(newer && older && newer < older);
    /* 21 Nov 2026 10:01 in London is 21:01 in Melbourne */
    CHECK(has_text(page, "21 Nov 2026 at 21:01"));
}

static bool rows_have(struct page page, const char *text)
{
    const char *body = strstr(page.body, "<tbody>");
    return body && strstr(body, text);
}

TEST(the_log_can_be_searched)
{
    some(cx);
    struct page page = get(cx, "olga", LOG "?q=KAVYA");
    CHECK(rows_have(page, "Kavya Rao"));
    CHECK(!rows_have(page, "Riverside"));
    page = get(cx, "olga", LOG "?q=deactivated");
    CHECK(rows_have(page, "Kavya Rao"));
    CHECK(!rows_have(page, "Riverside"));
    page = get(cx, "olga", LOG "?q=freya");
    CHECK(rows_have(page, "Ben"));
    CHECK(!rows_have(page, "Kavya"));
    page = get(cx, "olga", LOG "?q=clinical");
    CHECK(rows_have(page, "Ben"));
    page = get(cx, "olga", LOG "?q=%25"); /* a percent sign is a percent sign */
    CHECK(has_text(page, "No entries match."));
    CHECK(has_text(page, "Clear filters"));
    page = get(cx, "olga", LOG "?q=%3Cscript%3E");
    CHECK(!has_text(page, "<script>"));
    CHECK(has_text(page, "value=\"&lt;script&gt;\""));
}

TEST(the_log_can_be_narrowed_to_an_action_a_day_and_a_user)
{
    some(cx);
    struct page page = get(cx, "olga", LOG "?action=user.deactivated");
    CHECK(rows_have(page, "Kavya"));
    CHECK(!rows_have(page, "Riverside"));
    page = get(cx, "olga", LOG "?about=u-ben");
    CHECK(rows_have(page, "Ben"));
    CHECK(!rows_have(page, "Kavya"));
    CHECK(has_text(page, "Only entries about Ben &lt;b&gt;Brandt"));
    CHECK(has_text(page, "name=\"about\" value=\"u-ben\""));
    page = get(cx, "olga", LOG "?by=u-freya");
    CHECK(rows_have(page, "Ben"));
    CHECK(!rows_have(page, "Kavya"));
    CHECK(has_text(page, "Only what Freya Nilsson did."));
    CHECK(rows_have(get(cx, "olga", LOG "?from=2026-11-21"), "Kavya"));
    CHECK(has_text(get(cx, "olga", LOG "?from=2026-11-22"), "No entries match."));
    CHECK(rows_have(get(cx, "olga", LOG "?from=yesterday"), "Kavya"));
    CHECK(rows_have(get(cx, "olga", LOG "?from=2026-99-99"), "Kavya"));
    CHECK(has_text(get(cx, "olga", LOG "?about=u-zoe"), "No entries match."));
}

TEST(older_entries_come_by_cursor)
{
    practice_begin(cx);
    for (int i = 0; i < 120; i++)
        tell(cx, "north", "olga", EVENT_USER_CHANGED,
             user("u-ben", arena_print(cx->mem, "Number %d.", i)), "", "");
    struct page page = get(cx, "olga", LOG "?q=number");
    CHECK(rows_have(page, "Number 119.") && rows_have(page, "Number 70."));
    CHECK(!rows_have(page, "Number 69."));
    CHECK(has_text(page, "href=\"/g/north/settings/audit?q=number&amp;before=71\""));
    page = get(cx, "olga", LOG "?q=number&before=71");
    CHECK(rows_have(page, "Number 69.") && rows_have(page, "Number 20."));
    CHECK(has_text(page, "Newest entries"));
    page = get(cx, "olga", LOG "?q=number&before=21");
    CHECK(rows_have(page, "Number 0."));
    CHECK(!has_text(page, "Older entries"));
}

TEST(only_those_who_may_read_the_log_do)
{
    static const char *const others[] = { "freya", "ben", "chen", "gina" };
    some(cx);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        CHECK_INT(get(cx, others[i], LOG).status, 403);
        CHECK(!has_text(get(cx, others[i], "/g/north/settings/"), "settings/audit"));
    }
    CHECK_INT(get(cx, "zoe", LOG).status, 404);
    CHECK(db_begin(cx, true) == OK);
    CHECK(db_script(cx, "UPDATE users SET see_history = 1 WHERE id = 'u-gina'") == OK);
    CHECK(db_commit(cx) == OK);
    struct page page = get(cx, "gina", LOG);
    CHECK_INT(page.status, 200);
    CHECK(!has_text(page, "/g/north/settings/users/u-kavya")); /* she cannot open users */
}

TEST(a_row_with_broken_changes_is_shown_without_them)
{
    some(cx);
    CHECK(db_begin(cx, true) == OK);
    CHECK(db_script(cx, "UPDATE audit SET changes = '[{\"fi' WHERE kind = 'user.access_changed'")
          == OK);
    CHECK(db_commit(cx) == OK);
    struct page page = get(cx, "olga", LOG);
    CHECK_INT(page.status, 200);
    CHECK(rows_have(page, "Changed the access of"));
    CHECK(!rows_have(page, "<del>"));
}

#define ACTIVITY "/g/north/settings/users/u-ben/activity"

TEST(the_page_of_a_user_shows_what_happened_to_and_by_that_user_alone)
{
    some(cx);
    tell(cx, "north", "ben", EVENT_LOCATION_CHANGED, user("l-harbour", "Harbour St"), "a", "b");
    struct page page = get(cx, "olga", ACTIVITY);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "What happened to Ben"));
    CHECK(rows_have(page, "Personal &lt;i&gt;Access") && !rows_have(page, "Kavya Rao"));
    CHECK(!rows_have(page, "Harbour St"));
    CHECK(has_text(page, "aria-current=\"page\">Activity"));
    page = get(cx, "olga", ACTIVITY "?by=1");
    CHECK(rows_have(page, "Harbour St") && !rows_have(page, "Personal"));
    CHECK(has_text(get(cx, "olga", "/g/north/settings/users/u-ben"), ACTIVITY));
    CHECK(has_text(get(cx, "olga", "/g/north/settings/users/u-chen/activity"), "Nothing yet."));
    CHECK(has_text(get(cx, "olga", "/g/north/settings/users/u-kavya/activity"), "Deactivated"));
}

TEST(the_page_of_a_user_turns_to_older_entries)
{
    practice_begin(cx);
    for (int i = 0; i < 51; i++)
        tell(cx, "north", "freya", EVENT_USER_CHANGED, user("u-ben", "Ben"), "x",
             arena_print(cx->mem, "nr %d.", i));
    struct page page = get(cx, "olga", ACTIVITY);
    CHECK(rows_have(page, "nr 50.") && rows_have(page, "nr 1.") && !rows_have(page, "nr 0."));
    const char *at = strstr(page.body, ACTIVITY "?before=");
    CHECK(at);
    page = get(cx, "olga", arena_copy(cx->mem, at, strcspn(at, "\"")));
    CHECK(rows_have(page, "nr 0.") && !rows_have(page, "nr 1."));
    CHECK(has_text(page, "Newest entries") && !has_text(page, "Older entries"));
}

TEST(who_may_not_read_the_log_has_no_activity_of_users_either)
{
    some(cx);
    const char *const others[] = { "freya", "ben", "chen", "gina" };
    for (size_t i = 0; i < 4; i++) CHECK_INT(get(cx, others[i], ACTIVITY).status, 403);
    CHECK(!has_text(get(cx, "freya", "/g/north/settings/users/u-ben"), "/activity"));
    CHECK_INT(get(cx, "zoe", ACTIVITY).status, 404);
    CHECK_INT(get(cx, "olga", "/g/north/settings/users/u-zoe/activity").status, 404);
    CHECK(db_script(cx, "UPDATE users SET see_history = 1 WHERE id = 'u-gina'") == OK);
    struct page page = get(cx, "gina", ACTIVITY);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Personal &lt;i&gt;Access"));
    CHECK(!has_text(page, "Details and access"));
}
