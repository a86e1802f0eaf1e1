/* key_test.c - keys of the API: made, used, ended. */
#include "tests/support/program.h"

#define PAGE_OF_IT "/g/north/settings/integrations"
#define KEYS PAGE_OF_IT "/keys"
#define USERS "/api/v1/groups/north/users"
#define PATIENTS "/api/v1/groups/north/patients"

/* "Bearer …" with a new key of theirs, out of the one page that shows it. */
static const char *make_key(struct cx *cx, const char *who, const char *area, const char *reach)
{
    struct page page = post(cx, who, KEYS, "name", "Sync", area, reach, "days", "90", NULL);
    CHECK_INT(page.status, 200);
    const char *at = strstr(page.body, "lnd_");
    return at ? arena_print(cx->mem, "Bearer %.*s", (int)strcspn(at, "<"), at) : "";
}

static struct page ask(struct cx *cx, const char *bearer, const char *path)
{
    return api_with(cx, bearer, GET, path, NULL, NULL);
}

static struct page refused(struct cx *cx, const char *bearer)
{
    struct page page = ask(cx, bearer, USERS);
    CHECK_INT(page.status, 401);
    CHECK(page.challenge && strstr(page.challenge, "Bearer"));
    CHECK(page.type && strcmp(page.type, "application/problem+json") == 0);
    return page;
}

TEST(a_key_is_shown_once_stored_as_a_hash_announced_and_mailed)
{
    struct outbox out;
    practice_begin(cx);
    const char *bearer = make_key(cx, "ben", "scope-users", "1");
    const char *token = bearer + strlen("Bearer lnd_");
    CHECK_INT((int64_t)strlen(token), 43);
    CHECK_INT(ask(cx, bearer, USERS).status, 200);
    struct page page = get(cx, "ben", PAGE_OF_IT);
    CHECK(has_text(page, "Sync") && has_text(page, "Users: See") && !has_text(page, token));
    CHECK(has_text(get(cx, "freya", PAGE_OF_IT), "Sync"));
    CHECK(!has_text(get(cx, "chen", PAGE_OF_IT), "Sync"));
    CHECK_INT(COUNT("SELECT count(*) FROM api_keys WHERE user_id = 'u-ben' AND name = 'Sync'"
                    " AND length(token_hash) = 43 AND scopes = 'users:1'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'api_key.made'"), 1);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].to, "\"Ben <b>Brandt\" <ben@north.example>");
    CHECK(strstr(out.at[0].text, "Sync") && !strstr(out.at[0].text, token));
    struct table t;
    CHECK_INT(db_select(cx, &t, SQL_GLOBAL("SELECT id FROM api_keys WHERE token_hash = $1"), token),
              OK);
    CHECK_INT(t.rows, 0);
}

TEST(making_one_needs_a_name_a_scope_and_a_term)
{
    practice_begin(cx);
    int64_t before = COUNT("SELECT count(*) FROM api_keys");
    struct page page = post(cx, "ben", KEYS, "name", "", "days", "366", NULL);
    CHECK_INT(page.status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM api_keys"), before);
    page = post(cx, "ben", KEYS, "name", "", "days", "0", NULL);
    CHECK(has_text(page, "Give the key a name.") && has_text(page, "Choose at least one area."));
    CHECK(has_text(page, "365 days at the most"));
    CHECK_INT(COUNT("SELECT count(*) FROM api_keys"), before);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'api_key.made'"), 0);
    CHECK_INT(get(cx, "gina", KEYS "/new").status, 403); /* no integrations */
    CHECK_INT(get(cx, "chen", KEYS "/new").status, 403); /* Read Only */
}

TEST(nothing_but_the_header_opens_the_api_and_a_key_opens_no_page)
{
    practice_begin(cx);
    const char *bearer = make_key(cx, "freya", "scope-users", "2");
    const char *token = bearer + strlen("Bearer ");
    CHECK_INT(get(cx, "freya", USERS).status, 401); /* a session */
    CHECK_INT(ask(cx, arena_print(cx->mem, "Basic %s", token), USERS).status, 401);
    CHECK_INT(ask(cx, arena_print(cx->mem, "Bearer %s", token + 4), USERS).status, 401);
    CHECK_INT(ask(cx, arena_print(cx->mem, "%sA", bearer), USERS).status, 401);
    CHECK_INT(ask(cx, NULL, arena_print(cx->mem, USERS "?key=%s", token)).status, 401);
    CHECK_INT(ask(cx, bearer, arena_print(cx->mem, USERS "?key=%s", token)).status, 400);
    CHECK_INT(ask(cx, bearer, "/g/north/settings/users").status, 303);
    CHECK_INT(ask(cx, bearer, "/me").status, 303);
}

TEST(scopes_and_the_users_access_both_limit_it_at_every_request)
{
    practice_begin(cx);
    const char *bens = make_key(cx, "ben", "scope-patients", "2");
    CHECK_INT(ask(cx, bens, USERS).status, 403);
    CHECK_INT(ask(cx, bens, "/api/v1/groups/north/appointments?location=l-riverside").status, 403);
    CHECK_INT(ask(cx, bens, PATIENTS "/q-bert").status, 200);
    must_run(cx, "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since,"
                 " by_name) VALUES ('north', 'u-ben', 'q-bert', 0, 1, 'F')");
    CHECK_INT(ask(cx, bens, PATIENTS "/q-bert").status, 403);
    must_run(cx, "UPDATE users SET role_type = 'administrator', level = 'office',"
                 " hide_patient_names = 1 WHERE id = 'u-ben'");
    struct page page = ask(cx, bens, PATIENTS "/q-anna");
    CHECK(has_text(page, "PX-048213") && !has_text(page, "Aster") && !has_text(page, "5550"));
    const char *freyas = make_key(cx, "freya", "scope-users", "1");
    CHECK(!has_text(ask(cx, freyas, USERS "/u-ben"), "ben@north.example"));
    must_run(cx, "UPDATE api_keys SET scopes = 'users:2' WHERE user_id = 'u-freya'");
    CHECK(has_text(ask(cx, freyas, USERS "/u-ben"), "ben@north.example"));
    /* a grant for one patient opens nothing that the scopes leave out */
    must_run(cx, "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since,"
                 " by_name) VALUES ('north', 'u-freya', 'q-anna', 2, 1, 'F')");
    CHECK_INT(ask(cx, freyas, PATIENTS "/q-anna").status, 403);
}

TEST(a_key_ends_on_its_day_when_it_is_disabled_and_with_the_access_at_that_commit)
{
    practice_begin(cx);
    const char *bens = make_key(cx, "ben", "scope-users", "1");
    const char *other = make_key(cx, "ben", "scope-users", "1");
    CHECK_INT(ask(cx, bens, USERS).status, 200);
    must_run(cx,
             "UPDATE api_keys SET expires_at = 2 WHERE made_at > 1 AND user_id = 'u-ben' AND id ="
             " (SELECT max(id) FROM api_keys WHERE user_id = 'u-ben')");
    bool first = ask(cx, bens, USERS).status == 200;
    CHECK(first != (ask(cx, other, USERS).status == 200)); /* one of them is over */
    CHECK(has_text(get(cx, "ben", PAGE_OF_IT), "Expired"));
    const char *left = first ? bens : other;
    CHECK_INT(post(cx, "ben", "/me/devices/others/end", NULL).status, 303);
    CHECK_INT(ask(cx, left, USERS).status, 200); /* a session's end is none of a key's */
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/users/u-ben/deactivate", "version", "1", NULL).status,
        303);
    struct page page = refused(cx, left);
    CHECK_TEXT(page.body, refused(cx, "Bearer lnd_AAAA").body); /* as if it had never been */
    CHECK_INT(COUNT("SELECT count(*) FROM api_keys WHERE user_id = 'u-ben'"), 0);
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/users/u-ben/activate", "version", "2", NULL).status,
        303);
    refused(cx, left);
}

TEST(a_row_that_outlived_the_deactivation_opens_nothing)
{
    practice_begin(cx);
    const char *bens = make_key(cx, "ben", "scope-users", "1");
    must_run(cx, "UPDATE users SET status = 'deactivated' WHERE id = 'u-ben'");
    refused(cx, bens);
    must_run(cx, "UPDATE users SET status = 'active', access_ended_at = 9000000000000000"
                 " WHERE id = 'u-ben'");
    refused(cx, bens);
}

TEST(its_user_and_full_access_disable_a_key_and_nobody_else)
{
    struct table t;
    practice_begin(cx);
    const char *bearer = make_key(cx, "ben", "scope-users", "1");
    CHECK_INT(db_select(cx, &t, SQL_GLOBAL("SELECT id FROM api_keys WHERE user_id = 'u-ben'")), OK);
    const char *path = arena_print(cx->mem, KEYS "/%s/end", cell_text(&t, 0, "id"));
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen'");
    CHECK_INT(post(cx, "chen", path, NULL).status, 404);
    CHECK_INT(ask(cx, bearer, USERS).status, 200);
    CHECK_INT(post(cx, "freya", path, NULL).status, 303);
    refused(cx, bearer);
    CHECK_INT(post(cx, "freya", path, NULL).status, 404);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'api_key.disabled'"), 1);
}

TEST(signing_somebody_out_everywhere_ends_the_keys_too)
{
    practice_begin(cx);
    const char *bens = make_key(cx, "ben", "scope-users", "1");
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-ben/sign-out", NULL).status, 303);
    refused(cx, bens);
}

TEST(who_is_shown_is_recorded_and_nobody_where_nothing_has_changed)
{
    practice_begin(cx);
    const char *bens = make_key(cx, "ben", "scope-patients", "1");
    struct page page = ask(cx, bens, PATIENTS "/q-bert");
    CHECK_INT(page.status, 200);
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at x JOIN looks l ON l.practice_id ="
                    " x.practice_id AND l.id = x.look_id WHERE l.user_id = 'u-ben' AND l.route ="
                    " '/api/v1/groups/:g/patients/:id' AND x.patient_id = 'q-bert'"
                    " AND x.how = 'opened'"),
              1);
    struct request again = { .method = GET, .authorization = bens, .if_none_match = page.etag };
    struct response rs = { 0 };
    again.path = PATIENTS "/q-bert";
    CHECK_INT(answer(cx, &again, &rs), OK);
    CHECK_INT(rs.status, 304);
    CHECK(cx->shown == NULL);
    page = ask(cx, bens, PATIENTS "?limit=1");
    CHECK_INT(page.status, 200);
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at"), 2); /* the one on the page, not the next */
    CHECK_INT(ask(cx, make_key(cx, "ben", "scope-users", "1"), USERS).status, 200);
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at"), 2);
}
