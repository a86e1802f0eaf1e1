/* users_test.c - programs change users by the rules of the page, and give nobody Full Access. */
#include "tests/support/program.h"

#define GROUP "/api/v1/groups/north"
#define BEN GROUP "/users/u-ben"
#define OLGA GROUP "/users/u-olga"

static struct page change(struct cx *cx, const char *who, const char *path, const char *members)
{
    struct page now = api(cx, who, GET, path, NULL);
    return api_with(cx, bearer_of(cx, who), PATCH, path, arena_print(cx->mem, "{%s}", members),
                    now.etag);
}

TEST(a_program_changes_a_user_and_what_it_leaves_out_stays)
{
    struct outbox out;
    practice_begin(cx);
    int64_t others = COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND last_name ="
                           " '<b>Brandt'");
    CHECK_INT(others, 1);
    CHECK_INT(api(cx, "freya", PATCH, BEN, "{\"title\": \"Dr\"}").status, 428);
    struct page page = change(cx, "freya", BEN, "\"title\": \"Dr\"");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "\"title\":\"Dr\",\"first_name\":\"Ben\""));
    work_all(cx, &out);
    CHECK_INT(out.n, 0); /* that is no other access */
    page = change(cx, "freya", BEN,
                  "\"level\": \"contact\", \"read_only\": true, \"locations\":"
                  " [\"l-harbour\"]");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "\"level\":\"contact\",\"read_only\":true"));
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND title = 'Dr' AND level ="
                    " 'contact' AND read_only = 1 AND locations = 'l-harbour'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM assignments WHERE user_id = 'u-ben'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.access_changed' AND via = 'api'"
                    " AND about_id = 'u-ben'"),
              1);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    page = change(cx, "freya", BEN, "\"read_only\": false, \"title\": null");
    CHECK(has_text(page, "\"title\":null") && has_text(page, "\"read_only\":false"));
    CHECK_INT(change(cx, "freya", BEN, "").status, 200);
}

TEST(a_program_plans_a_change_of_access_and_nothing_else)
{
    struct outbox out;
    practice_begin(cx);
    struct page page = change(cx, "freya", BEN,
                              "\"level\": \"personal\", \"effective_at\":"
                              " \"2026-11-30T06:30:00Z\"");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "\"level\":\"clinical\""));
    CHECK(has_text(page, "\"kind\":\"access\",\"effective_at\":\"2026-11-30T06:30:00Z\""));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.planned' AND via = 'api' AND"
                    " changes LIKE '%Personal Access%'"),
              1);
    static const char *const wrong[] = {
        "\"title\": \"Dr\", \"effective_at\": \"2026-11-30T06:30:00Z\"",
        "\"effective_at\": \"2026-11-30T06:30:00Z\"",
        "\"level\": \"contact\", \"effective_at\": \"2026-11-30T06:30:20Z\"",
        "\"level\": \"contact\", \"effective_at\": \"2026-11-20T06:30:00Z\"",
    };
    for (size_t i = 0; i < 4; i++) {
        page = change(cx, "freya", BEN, wrong[i]);
        CHECK_INT(page.status, 422);
        CHECK(has_text(page, "/effective_at"));
    }
    CHECK_INT(
        change(cx, "ben", BEN, "\"level\": \"contact\", \"effective_at\": \"2026-11-30T06:30:00Z\"")
            .status,
        403);
    CHECK_INT(COUNT("SELECT count(*) FROM planned_changes WHERE user_id = 'u-ben' AND kind ="
                    " 'access' AND access LIKE '%personal%'"),
              1);
    cx->now = COUNT("SELECT due_at FROM planned_changes WHERE user_id = 'u-ben'");
    work_all(cx, &out);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND level = 'personal'"), 1);
}

TEST(a_program_gives_and_takes_no_full_access_and_keeps_to_the_rules_of_the_page)
{
    practice_begin(cx);
    struct page page = change(cx, "freya", OLGA, "\"level\": \"clinical\"");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "/api/v1/docs#full_access_user"));
    CHECK_INT(change(cx, "freya", OLGA, "\"locations\": [], \"all_locations\": false").status, 409);
    CHECK_INT(change(cx, "freya", OLGA, "\"title\": \"Ms\"").status, 200);
    static const struct {
        const char *members, *pointer;
    } wrong[] = {
        { "\"level\": \"full\"", "/level" },
        { "\"level\": \"office\"", "/level" }, /* of administrators */
        { "\"hide_patient_names\": true", "/hide_patient_names" },
        { "\"last_name\": null", "/last_name" },
        { "\"locations\": [\"l-south\"]", "/locations" },
        { "\"read_only\": \"yes\"", "/read_only" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        page = change(cx, "freya", BEN, wrong[i].members);
        CHECK_INT(page.status, 422);
        CHECK(has_text(page, arena_print(cx->mem, "\"pointer\":\"%s\"", wrong[i].pointer)));
    }
    CHECK_INT(change(cx, "freya", BEN, "\"email\": \"x@x.example\"").status, 400);
    CHECK_INT(change(cx, "gina", BEN, "\"title\": \"Dr\"").status, 403);
    CHECK_INT(change(cx, "freya", GROUP "/users/u-kavya", "\"title\": \"Dr\"").status, 409);
    page = api_with(cx, bearer_of(cx, "freya"), PATCH, BEN, "{\"title\": \"Dr\"}", "\"77.x\"");
    CHECK_INT(page.status, 412);
    CHECK(has_text(page, "\"current\":{\"id\":\"u-ben\""));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.access_changed'"), 0);
}

/* As for invitations: the scopes of a key count as its user's own access does. */
TEST(a_key_gives_a_user_no_more_than_it_has)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET level = 'personal' WHERE id = 'u-ben'");
    bearer_of(cx, "freya");
    must_run(cx, "UPDATE api_keys SET scopes = 'users:2' WHERE user_id = 'u-freya'");
    struct page page = change(cx, "freya", BEN, "\"level\": \"clinical\"");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "\"pointer\":\"/level\""));
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND level = 'personal'"), 1);
    CHECK_INT(change(cx, "freya", BEN, "\"read_only\": true").status, 200); /* that is less */
}

TEST(a_trial_of_another_access_is_a_preview)
{
    struct outbox out;
    practice_begin(cx);
    struct page now = api(cx, "freya", GET, BEN, NULL);
    struct page page = api_with(cx, bearer_of(cx, "freya"), PATCH, BEN "?dry_run=true",
                                "{\"level\": \"contact\"}", now.etag);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "\"level\":\"contact\""));
    CHECK_TEXT(api(cx, "freya", GET, BEN, NULL).etag, now.etag);
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
}
