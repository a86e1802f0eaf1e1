/* leaving_test.c - what programs do about somebody who goes: the checklist's lines, on a day, as a
 * trial, and back with other access; and what they are told when somebody was faster. */
#include "tests/support/program.h"

#define GROUP "/api/v1/groups/north"
#define BEN GROUP "/users/u-ben"
#define LINES BEN "/deactivation-checklist/items/"

static struct page change(struct cx *cx, const char *who, enum method method, const char *path,
                          const char *body)
{
    struct page now = api(cx, who, GET, BEN, NULL);
    return api_with(cx, bearer_of(cx, who), method, path, body, method == POST ? NULL : now.etag);
}

static void own_reminders(struct cx *cx)
{
    practice_begin(cx);
    must_run(cx, "INSERT INTO reminder_settings (practice_id, id, user_id, email_on, email_n,"
                 " email_unit) VALUES ('north', 'rs-ben', 'u-ben', 1, 3, 'hours')");
}
#define SETTINGS COUNT("SELECT count(*) FROM reminder_settings WHERE user_id = 'u-ben'")

TEST(a_program_settles_a_line_and_takes_it_back_by_the_rules_of_the_page)
{
    own_reminders(cx);
    struct page page = api(cx, "freya", GET, BEN "/deactivation-checklist", NULL);
    CHECK(has_text(page, "\"key\":\"reminders\"") && has_text(page, "\"settles\":true"));
    CHECK_INT(change(cx, "gina", POST, LINES "reminders/settlement", NULL).status, 403);
    CHECK_INT(SETTINGS, 1);
    page = change(cx, "freya", POST, LINES "reminders/settlement", NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "\"settled_by\":\"Freya Nilsson\"") && has_text(page, "\"undoes\":true"));
    CHECK_INT(SETTINGS, 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.checklist_settled' AND via ="
                    " 'api'"),
              1);
    CHECK_INT(change(cx, "freya", POST, LINES "reminders/settlement", NULL).status, 200);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.checklist_settled'"), 1);
    CHECK_INT(api(cx, "freya", DELETE, LINES "reminders/settlement", NULL).status, 428);
    CHECK_INT(change(cx, "freya", DELETE, LINES "reminders/settlement", NULL).status, 200);
    CHECK_INT(SETTINGS, 1);
    CHECK_INT(change(cx, "freya", POST, LINES "appointments/settlement", NULL).status, 404);
    CHECK_INT(change(cx, "freya", POST, LINES "nothing/settlement", NULL).status, 404);
    must_run(cx, "UPDATE api_keys SET scopes = 'users:2' WHERE user_id = 'u-freya'");
    CHECK_INT(change(cx, "freya", POST, LINES "reminders/settlement", NULL).status, 403);
    CHECK_INT(SETTINGS, 1); /* settling a line takes its own area, too */
}

TEST(where_a_body_has_no_members_an_empty_object_is_none_and_another_one_is_named)
{
    practice_begin(cx);
    struct page page = api(cx, "freya", POST, LINES "export/settlement", "{\"until\": 1}");
    CHECK_INT(page.status, 400);
    CHECK(has_text(page, "until"));
    CHECK_INT(COUNT("SELECT export_own FROM users WHERE id = 'u-ben'"), 0);
    CHECK_INT(api(cx, "freya", POST, LINES "export/settlement", "{}").status, 200);
    CHECK_INT(COUNT("SELECT export_own FROM users WHERE id = 'u-ben'"), 1);
}

TEST(a_program_waives_a_line_for_a_reason_and_everything_leaves_it_alone)
{
    own_reminders(cx);
    CHECK_INT(change(cx, "freya", POST, LINES "reminders/waiver", NULL).status, 422);
    struct page page = change(cx, "freya", POST, LINES "reminders/waiver", "{\"reason\": \"  \"}");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "\"pointer\":\"/reason\""));
    page = change(cx, "freya", POST, LINES "reminders/waiver", "{\"reason\": \"He likes it\"}");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "\"state\":\"waived\"") && has_text(page, "He likes it"));
    CHECK_INT(change(cx, "freya", POST, LINES "everything/settlement", NULL).status, 200);
    CHECK_INT(SETTINGS, 1);
    CHECK_INT(change(cx, "freya", DELETE, LINES "reminders/waiver", NULL).status, 200);
    CHECK_INT(change(cx, "freya", POST, LINES "everything/settlement", NULL).status, 200);
    CHECK_INT(SETTINGS, 0);
}

TEST(a_program_deactivates_on_a_day_and_takes_that_back)
{
    struct outbox out;
    practice_begin(cx);
    const char *when = "{\"effective_at\": \"2026-11-22T09:30:00Z\", \"notify\": true}";
    struct page page = change(cx, "freya", POST, BEN "/deactivation", when);
    CHECK_INT(page.status, 201);
    CHECK(has_text(page, "\"status\":\"active\""));
    CHECK(has_text(page, "\"plans\":[{\"kind\":\"deactivate\",\"effective_at\":"
                         "\"2026-11-22T09:30:00Z\",\"planned_by\":\"Freya Nilsson\","));
    CHECK(!has_text(api(cx, "chen", GET, BEN, NULL), "Freya Nilsson"));
    page = change(cx, "freya", DELETE, BEN "/plans/deactivate", NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "\"plans\":[]"));
    CHECK_INT(change(cx, "freya", DELETE, BEN "/plans/other", NULL).status, 404);
    CHECK_INT(change(cx, "freya", POST, BEN "/deactivation", when).status, 201);
    cx->now += DAYS(1) - HOURS(1);
    work_all(cx, &out);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'active'"), 1);
    cx->now += HOURS(1);
    work_all(cx, &out);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'active'"), 0);
}

TEST(a_moment_that_cannot_be_is_said_and_nothing_is_planned)
{
    practice_begin(cx);
    static const char *const wrong[] = { "2026-11-20T10:00:00Z", "2026-11-22T10:00:30Z", "tomorrow",
                                         "2036-11-22T10:00:00Z" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct page page = change(cx, "freya", POST, BEN "/deactivation",
                                  arena_print(cx->mem, "{\"effective_at\": \"%s\"}", wrong[i]));
        CHECK_INT(page.status, 422);
        CHECK(has_text(page, "\"pointer\":\"/effective_at\""));
    }
    CHECK_INT(COUNT("SELECT count(*) FROM planned_changes WHERE user_id = 'u-ben'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'active'"), 1);
}

TEST(somebody_comes_back_with_other_access_and_for_a_while)
{
    practice_begin(cx);
    const char *path = BEN "/activation";
    CHECK_INT(change(cx, "freya", POST, BEN "/deactivation", NULL).status, 201);
    CHECK_INT(change(cx, "freya", POST, path, "{\"level\": \"full\"}").status, 422);
    CHECK_INT(change(cx, "freya", POST, path, "{\"level\": \"office\"}").status, 422);
    CHECK_INT(change(cx, "freya", POST, path, "{\"read_only\": true}").status, 422);
    CHECK_INT(change(cx, "freya", POST, path, "{\"until\": \"2026-11-20T10:00:00Z\"}").status, 422);
    CHECK_INT(change(cx, "gina", POST, path, NULL).status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'active'"), 0);
    struct page page = change(cx, "freya", POST, path,
                              "{\"level\": \"personal\", \"read_only\": true,"
                              " \"until\": \"2026-12-01T08:00:00Z\"}");
    CHECK_INT(page.status, 201);
    CHECK(has_text(page, "\"level\":\"personal\",\"read_only\":true"));
    CHECK(has_text(page, "\"effective_at\":\"2026-12-01T08:00:00Z\""));
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'active' AND level"
                    " = 'personal' AND read_only = 1"),
              1);
}

/* Everything but the log of who looked at whom. */
static int64_t rows(struct cx *cx)
{
    return COUNT("SELECT (SELECT count(*) FROM audit) + (SELECT count(*) FROM jobs)"
                 " + (SELECT count(*) FROM invitations) + (SELECT count(*) FROM checklist)"
                 " + (SELECT count(*) FROM reminder_settings) + (SELECT sum(version) FROM users)"
                 " + (SELECT count(*) FROM api_answers) + (SELECT sum(version) FROM invitations)");
}

TEST(a_trial_says_what_would_be_and_changes_nothing)
{
    own_reminders(cx);
    api(cx, "freya", GET, BEN, NULL);
    int64_t before = rows(cx);
    struct page page = change(cx, "freya", POST, BEN "/deactivation?dry_run=true", NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "\"status\":\"deactivated\"") && !page.etag && !page.location);
    page = change(cx, "freya", POST, LINES "everything/settlement?dry_run=true", NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "\"key\":\"reminders\"") && has_text(page, "\"done\"") == false);
    page = api(cx, "freya", POST, GROUP "/invitations?dry_run=true",
               "{\"last_name\": \"X\", \"email\": \"x@x.example\", \"role_type\":"
               " \"administrator\", \"level\": \"office\", \"locations\": [\"l-harbour\"]}");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "x@x.example") && !page.location);
    CHECK_INT(api(cx, "freya", POST, GROUP "/users/u-olga/deactivation?dry_run=true", NULL).status,
              409);
    CHECK_INT(change(cx, "gina", POST, BEN "/deactivation?dry_run=true", NULL).status, 403);
    CHECK_INT(change(cx, "freya", POST, BEN "/deactivation?dry_run=yes", NULL).status, 422);
    CHECK_INT(api(cx, "freya", GET, BEN "?dry_run=true", NULL).status, 400);
    CHECK_INT(rows(cx), before);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'active'"), 1);
    CHECK_INT(change(cx, "freya", POST, BEN "/deactivation?dry_run=false", NULL).status, 201);
}

TEST(an_invitation_is_sent_again_and_its_old_link_is_dead)
{
    struct outbox out;
    practice_begin(cx);
    struct page made = api(cx, "freya", POST, GROUP "/invitations",
                           "{\"last_name\": \"X\", \"email\": \"x@x.example\", \"role_type\":"
                           " \"administrator\", \"level\": \"office\", \"locations\":"
                           " [\"l-harbour\"]}");
    CHECK_INT(made.status, 201);
    const char *path =
        arena_print(cx->mem, "%s/deliveries", made.location ? strstr(made.location, "/api/") : "");
    work_all(cx, &out);
    cx->now += HOURS(2);
    CHECK_INT(api_with(cx, bearer_of(cx, "freya"), POST, path, NULL, "\"77.x\"").status, 412);
    struct page again = api(cx, "freya", POST, path, NULL);
    CHECK_INT(again.status, 201);
    CHECK(has_text(again, "\"state\":\"pending\"") && strcmp(again.etag, made.etag) != 0);
    CHECK_INT(api(cx, "ben", POST, path, NULL).status, 403);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind LIKE 'invitation.%' AND via = 'api'"),
              2);
}

TEST(who_comes_too_late_is_told_what_there_is_now)
{
    practice_begin(cx);
    struct page old = api(cx, "freya", GET, BEN, NULL);
    CHECK_INT(change(cx, "freya", POST, BEN "/deactivation", NULL).status, 201);
    struct page now = api(cx, "freya", GET, BEN, NULL);
    struct page late =
        api_with(cx, bearer_of(cx, "freya"), DELETE, BEN "/deactivation", NULL, old.etag);
    CHECK_INT(late.status, 412);
    CHECK(has_text(late, arena_print(cx->mem, "\"current\":%s", now.body)));
    CHECK(!strstr(api(cx, "freya", GET, GROUP "/users/nobody", NULL).body, "current"));
}
