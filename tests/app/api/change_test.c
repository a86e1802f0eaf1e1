/* change_test.c - what programs change: invitations, deactivation and the way back. */
#include "tests/support/program.h"

#define GROUP "/api/v1/groups/north"
#define INVITATIONS GROUP "/invitations"
#define NEW_ONE                                                                           \
    "{\"first_name\": \"Ida\", \"last_name\": \"Invited\", \"email\": \"ida@x.example\"," \
    " \"role_type\": \"administrator\", \"level\": \"office\", \"locations\": [\"l-harbour\"]}"

static struct page change(struct cx *cx, const char *who, enum method method, const char *path,
                          const char *body, const char *if_match)
{
    return api_with(cx, bearer_of(cx, who), method, path, body, if_match);
}

TEST(somebody_is_invited_by_the_rules_of_the_page_and_the_invitation_withdrawn)
{
    struct outbox out;
    practice_begin(cx);
    struct page page = api(cx, "freya", POST, INVITATIONS, NEW_ONE);
    CHECK_INT(page.status, 201);
    CHECK(has_text(page, "\"state\":\"pending\"") && has_text(page, "ida@x.example"));
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE email_key = 'ida@x.example' AND state ="
                    " 'pending' AND level = 'office' AND inviter_id = 'u-freya'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'invitation.sent' AND via = 'api'"),
              1);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    const char *base = strstr(page.location ? page.location : "", "/api/");
    CHECK(base != NULL);
    CHECK(has_text(api(cx, "freya", GET, INVITATIONS, NULL), "ida@x.example"));
    CHECK_INT(api(cx, "freya", POST, INVITATIONS, NEW_ONE).status, 422); /* there is one */
    struct page one = api(cx, "freya", GET, base, NULL);
    CHECK_INT(one.status, 200);
    CHECK_TEXT(one.etag, page.etag);
    CHECK_INT(change(cx, "freya", DELETE, base, NULL, NULL).status, 428);
    CHECK_INT(change(cx, "freya", DELETE, base, NULL, "\"7.x\"").status, 412);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE email_key = 'ida@x.example' AND state ="
                    " 'pending'"),
              1);
    page = change(cx, "freya", DELETE, base, NULL, one.etag);
    CHECK_INT(page.status, 204);
    CHECK_TEXT(page.body, "");
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE email_key = 'ida@x.example' AND state ="
                    " 'withdrawn'"),
              1);
}

TEST(somebody_is_invited_for_a_while_by_days_of_the_group)
{
    practice_begin(cx);
    struct page page = api(cx, "freya", POST, INVITATIONS,
                           "{\"last_name\": \"X\", \"email\": \"x@x.example\", \"role_type\":"
                           " \"administrator\", \"level\": \"office\", \"all_locations\": true,"
                           " \"first_day\": \"2026-12-01\", \"last_day\": \"2026-12-14\"}");
    CHECK_INT(page.status, 201);
    CHECK(has_text(page, "\"starts_at\":\"2026-11-30T13:00:00Z\""));
    CHECK(has_text(page, "\"ends_at\":\"2026-12-14T12:59:00Z\""));
    page = api(cx, "freya", POST, INVITATIONS,
               "{\"last_name\": \"Y\", \"email\": \"y@x.example\", \"role_type\":"
               " \"administrator\", \"level\": \"office\", \"all_locations\": true,"
               " \"first_day\": \"2026-12-14\", \"last_day\": \"2026-12-01\"}");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "last_day") && has_text(page, "not before the first day"));
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE email_key = 'y@x.example'"), 0);
}

TEST(what_is_wrong_with_an_invitation_is_said_member_by_member_and_nobody_is_invited)
{
    practice_begin(cx);
    int64_t before = COUNT("SELECT count(*) FROM invitations");
    struct page page = api(cx, "freya", POST, INVITATIONS, "{\"last_name\": \"X\", \"level\": 1}");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "\"pointer\":\"/email\"") && has_text(page, "\"pointer\":\"/role_type\""));
    CHECK(has_text(page, "\"pointer\":\"/level\""));
    static const char *const wrong[] = {
        "\"email\": \"x@x.example\", \"role_type\": \"administrator\", \"level\": \"full\"",
        "\"email\": \"x@x.example\", \"role_type\": \"administrator\", \"level\": \"personal\"",
        "\"email\": \"nobody\", \"role_type\": \"administrator\", \"level\": \"office\"",
        "\"email\": \"ben@north.example\", \"role_type\": \"administrator\", \"level\": \"office\"",
        "\"email\": \"x@x.example\", \"role_type\": \"practitioner\", \"level\": \"clinical\"",
        ("\"email\": \"x@x.example\", \"role_type\": \"administrator\", \"level\": \"office\","
         " \"locations\": [\"l-south\"]"),
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *body = arena_print(cx->mem, "{\"last_name\": \"X\", %s}", wrong[i]);
        CHECK_INT(api(cx, "freya", POST, INVITATIONS, body).status, 422);
    }
    CHECK_INT(api(cx, "ben", POST, INVITATIONS, NEW_ONE).status, 403);
    must_run(cx, "UPDATE api_keys SET scopes = 'users:1' WHERE user_id = 'u-freya'");
    CHECK_INT(api(cx, "freya", POST, INVITATIONS, NEW_ONE).status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations"), before);
}

TEST(a_user_is_deactivated_and_activated_and_the_users_own_key_ends)
{
    practice_begin(cx);
    const char *bens = bearer_of(cx, "ben"), *path = GROUP "/users/u-ben/deactivation";
    struct page list = api(cx, "freya", GET, GROUP "/users/u-ben/deactivation-checklist", NULL);
    CHECK_INT(list.status, 200);
    CHECK(has_text(list, "\"key\":\"keys\"") && has_text(list, "1 key."));
    CHECK_INT(api_with(cx, bens, GET, GROUP "/users", NULL, NULL).status, 200);
    CHECK_INT(change(cx, "freya", POST, path, NULL, "\"9.x\"").status, 412);
    CHECK_INT(change(cx, "freya", DELETE, path, NULL, NULL).status, 428);
    struct page page = api(cx, "freya", POST, GROUP "/users/u-olga/deactivation", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "/api/v1/docs#full_access_user") && has_text(page, "Olga Okafor"));
    CHECK_INT(change(cx, "gina", POST, path, NULL, list.etag).status, 403);
    page = change(cx, "freya", POST, path, "{\"notify\": true, \"note\": \"moved\"}", list.etag);
    CHECK_INT(page.status, 201);
    CHECK(has_text(page, "\"status\":\"deactivated\""));
    CHECK_INT(api_with(cx, bens, GET, GROUP "/users", NULL, NULL).status, 401);
    CHECK_INT(get(cx, "ben", "/g/north/").status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.deactivated' AND via = 'api' AND"
                    " note = 'moved' AND agent LIKE 'API key%'"),
              1);
    CHECK_INT(change(cx, "freya", POST, path, NULL, page.etag).status, 409);
    page = change(cx, "freya", DELETE, path, NULL, page.etag);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "\"status\":\"active\""));
    CHECK_INT(api_with(cx, bens, GET, GROUP "/users", NULL, NULL).status, 401);
    CHECK(has_text(get(cx, "olga", "/g/north/settings/audit"), "through the API"));
}

/* By the scopes of a key as by its user's own access: else a program of users could make itself one
 * that reaches everything. */
TEST(a_key_gives_nobody_more_than_it_has)
{
    practice_begin(cx);
    bearer_of(cx, "freya");
    int64_t before = COUNT("SELECT count(*) FROM invitations");
    const char *office = "patients:2 calendar:2 invoices:2 reminders:1 credits:2 booking:2"
                         " locations:1 practice:1 users:2",
               *less = "patients:1 calendar:2 invoices:2 reminders:1 credits:2 booking:2"
                       " locations:1 practice:1 users:2";
    must_run(cx, arena_print(cx->mem, "UPDATE api_keys SET scopes = '%s'", less));
    struct page page = api(cx, "freya", POST, INVITATIONS, NEW_ONE);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "\"pointer\":\"/level\""));
    page = change(cx, "freya", DELETE, GROUP "/users/u-kavya/deactivation", NULL,
                  api(cx, "freya", GET, GROUP "/users/u-kavya", NULL).etag);
    CHECK_INT(page.status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-kavya' AND status = 'active'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations"), before);
    must_run(cx, arena_print(cx->mem, "UPDATE api_keys SET scopes = '%s'", office));
    CHECK_INT(api(cx, "freya", POST, INVITATIONS, NEW_ONE).status, 201);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations"), before + 1);
}

TEST(what_narrows_an_invitation_is_kept_and_what_it_cannot_keep_is_refused)
{
    static const char given[] =
        "\"last_name\": \"X\", \"email\": \"x@x.example\", \"locations\": [\"l-harbour\","
        " \"l-riverside\", \"l-harbour\"], \"hide_patient_names\": true";
    practice_begin(cx);
    int64_t before = COUNT("SELECT count(*) FROM invitations");
    struct page page =
        api(cx, "freya", POST, INVITATIONS,
            arena_print(cx->mem, "{%s, \"role_type\": \"practitioner\", \"level\": \"contact\"}",
                        given));
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "/hide_patient_names") && !has_text(page, "\"pointer\":\"/level\""));
    CHECK_INT(COUNT("SELECT count(*) FROM invitations"), before);
    page = api(cx, "freya", POST, INVITATIONS,
               arena_print(cx->mem,
                           "{%s, \"role_type\": \"administrator\", \"level\": \"office\","
                           " \"read_only\": true, \"location_restriction\": true}",
                           given));
    CHECK_INT(page.status, 201);
    CHECK(has_text(page, "\"read_only\":true,\"location_restriction\":true,"
                         "\"hide_patient_names\":true,\"all_locations\":false,\"locations\":[{"
                         "\"id\":\"l-harbour\",\"name\":\"Harbour St\"},{\"id\":\"l-riverside\","
                         "\"name\":\"Riverside\"}]"));
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE email = 'x@x.example' AND read_only = 1"
                    " AND location_restriction = 1 AND hide_patient_names = 1 AND all_locations = 0"
                    " AND locations = 'l-harbour l-riverside'"),
              1);
}

TEST(whose_user_is_restricted_to_locations_reaches_no_further_by_key)
{
    practice_begin(cx);
    const char *bert = GROUP "/appointments/a-bert", *anna = GROUP "/appointments/a-anna";
    CHECK_INT(api(cx, "gina", GET, bert, NULL).status, 200);
    must_run(cx, "UPDATE users SET location_restriction = 1 WHERE id = 'u-gina'");
    CHECK_INT(api(cx, "gina", GET, bert, NULL).status, 403);
    CHECK_INT(api(cx, "gina", GET, anna, NULL).status, 200);
    must_run(cx, "UPDATE users SET level = 'full', location_restriction = 1 WHERE id = 'u-freya'");
    CHECK_INT(api(cx, "freya", POST, INVITATIONS, NEW_ONE).status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE email = 'ida@x.example'"), 0);
    const char *restricted = "{\"last_name\": \"Invited\", \"email\": \"ida@x.example\","
                             " \"role_type\": \"administrator\", \"level\": \"office\","
                             " \"locations\": [\"l-harbour\"], \"location_restriction\": true}";
    CHECK_INT(api(cx, "freya", POST, INVITATIONS, restricted).status, 201);
}

TEST(too_many_invitations_within_the_hour_are_refused_as_on_the_page)
{
    practice_begin(cx);
    must_run(cx, "UPDATE practices SET adds_per_hour = 1 WHERE id = 'north'");
    CHECK_INT(api(cx, "freya", POST, INVITATIONS, NEW_ONE).status, 201);
    struct page page = api(cx, "freya", POST, INVITATIONS,
                           "{\"last_name\": \"X\", \"email\": \"x@x.example\", \"role_type\":"
                           " \"administrator\", \"level\": \"office\", \"locations\":"
                           " [\"l-harbour\"]}");
    CHECK_INT(page.status, 429);
    CHECK(has_text(page, "/api/v1/docs#too_many"));
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE email = 'x@x.example'"), 0);
}

TEST(nobody_deactivates_themselves_and_a_read_only_users_key_only_reads)
{
    practice_begin(cx);
    must_run(cx,
             "UPDATE users SET level = 'full', role_type = 'administrator' WHERE id = 'u-gina'");
    CHECK_INT(change(cx, "gina", POST, GROUP "/users/u-gina/deactivation", NULL,
                     api(cx, "gina", GET, GROUP "/users/u-gina", NULL).etag)
                  .status,
              403);
    must_run(cx, "UPDATE users SET level = 'office', read_only = 1 WHERE id = 'u-gina'");
    CHECK_INT(api(cx, "gina", GET, GROUP "/patients/q-anna", NULL).status, 200);
    CHECK_INT(api(cx, "gina", POST, INVITATIONS, NEW_ONE).status, 403);
}
