/* api_test.c - what the API answers: lists, single things, problems. */
#include "tests/support/program.h"
#include "web/visit.h"

#define GROUP "/api/v1/groups/north"

static int n_of(const char *body, const char *text)
{
    int n = 0;
    for (; (body = strstr(body, text)); body++) n++;
    return n;
}

static const char *cursor_of(struct cx *cx, struct page page)
{
    static const char sign[] = "\"next_cursor\":\"";
    const char *at = strstr(page.body, sign);
    if (!at) return NULL;
    at += sizeof sign - 1;
    return arena_copy(cx->mem, at, strcspn(at, "\""));
}

/* All ids of a list, asked for `limit` by `limit`. */
static const char *walk(struct cx *cx, const char *who, const char *path, int limit, int *pages)
{
    const char *all = "", *cursor = "";
    for (*pages = 0; cursor && *pages < 40; ++*pages) {
        char mark = strchr(path, '?') ? '&' : '?';
        struct page page = api(cx, who, GET,
                               arena_print(cx->mem, "%s%climit=%d%s%s", path, mark, limit,
                                           *cursor ? "&cursor=" : "", cursor),
                               NULL);
        CHECK_INT(page.status, 200);
        for (const char *at = page.body; (at = strstr(at, "{\"id\":\"")); at += 7) {
            bool member = at > page.body && (at[-1] == '[' || (at[-1] == ',' && at[-2] == '}'));
            if (member)
                all = arena_print(cx->mem, "%s%.*s ", all, (int)strcspn(at + 7, "\""), at + 7);
        }
        cursor = cursor_of(cx, page);
        CHECK((cursor != NULL) == (page.link != NULL));
    }
    return all;
}

TEST(a_list_comes_page_by_page_and_each_thing_once)
{
    int pages;
    practice_begin(cx);
    CHECK_TEXT(walk(cx, "freya", GROUP "/users?status=all", 2, &pages),
               "u-ben u-freya u-olga u-gina u-chen u-kavya ");
    CHECK_INT(pages, 3);
    CHECK_TEXT(walk(cx, "freya", GROUP "/users", 50, &pages),
               "u-ben u-freya u-olga u-gina u-chen ");
    CHECK_TEXT(walk(cx, "freya", GROUP "/users?q=nilsson", 1, &pages), "u-freya ");
    CHECK_TEXT(walk(cx, "freya", GROUP "/locations", 1, &pages), "l-harbour l-riverside ");
    CHECK_TEXT(walk(cx, "freya", GROUP "/patients", 1, &pages), "q-anna q-cleo q-bert ");
    CHECK_TEXT(walk(cx, "freya", GROUP "/patients?archived=true", 9, &pages), "q-dora ");
    CHECK_TEXT(walk(cx, "freya", GROUP "/patients?practitioner=u-ben", 9, &pages), "q-bert ");
    const char *day = "from=2026-11-22T00:00:00Z&to=2026-11-25T00:00:00Z";
    CHECK_TEXT(walk(cx, "freya",
                    arena_print(cx->mem, GROUP "/appointments?location=l-riverside&%s", day), 1,
                    &pages),
               "a-anna a-cleo a-open a-lunch ");
    CHECK_TEXT(walk(cx, "freya",
                    arena_print(cx->mem, GROUP "/appointments?practitioner=u-ben&%s", day), 1,
                    &pages),
               "a-bert a-lunch ");
    CHECK_TEXT(
        walk(cx, "freya",
             arena_print(cx->mem, GROUP "/appointments?practitioner=u-ben&location=l-riverside&%s",
                         day),
             5, &pages),
        "a-lunch ");
}

TEST(a_page_goes_on_where_it_was_whoever_came_before_meanwhile)
{
    practice_begin(cx);
    struct page page = api(cx, "freya", GET, GROUP "/users?limit=2", NULL);
    must_run(cx,
             "INSERT INTO people (id, email, email_key, first_name, last_name, created_at)"
             " VALUES ('p-aa', 'aa@x.example', 'aa@x.example', 'A', 'Aa', 1);"
             "INSERT INTO users (practice_id, id, person_id, email, first_name, last_name,"
             " sort_key, find_key, role_type, level, created_at) VALUES ('north', 'u-aa', 'p-aa',"
             " 'aa@x.example', 'A', 'Aa', 'aa a', 'a aa', 'administrator', 'office', 1)");
    page = api(cx, "freya", GET,
               arena_print(cx->mem, GROUP "/users?limit=2&cursor=%s", cursor_of(cx, page)), NULL);
    CHECK(has_text(page, "u-olga") && has_text(page, "u-gina") && !has_text(page, "u-freya"));
}

TEST(two_that_begin_at_once_are_both_met_on_pages_of_one)
{
    int pages;
    practice_begin(cx);
    must_run(cx,
             "UPDATE appointments SET starts_at = 1795386600000000 WHERE practice_id = 'north'");
    CHECK_TEXT(walk(cx, "freya",
                    GROUP "/appointments?location=l-riverside&from=2026-11-22T22:30:00Z", 1,
                    &pages),
               "a-anna a-cleo a-lunch a-open ");
}

TEST(a_cursor_is_one_of_ours_and_this_keys)
{
    practice_begin(cx);
    struct page page = api(cx, "freya", GET, GROUP "/users?limit=2", NULL);
    const char *cursor = cursor_of(cx, page);
    const char *path = arena_print(cx->mem, GROUP "/users?cursor=%s", cursor);
    CHECK_INT(api(cx, "freya", GET, path, NULL).status, 200);
    CHECK_INT(api(cx, "ben", GET, path, NULL).status, 400);
    CHECK_INT(api(cx, "freya", GET, GROUP "/users?cursor=u-ben", NULL).status, 400);
    CHECK_INT(
        api(cx, "freya", GET, GROUP "/users?cursor=u-ben.AAAAAAAAAAAAAAAAAAAAAA", NULL).status,
        400);
}

TEST(what_is_not_declared_is_refused_and_what_is_wrong_is_named)
{
    practice_begin(cx);
    struct page page = api(cx, "freya", GET, GROUP "/users?statsu=all", NULL);
    CHECK_INT(page.status, 400);
    CHECK(has_text(page, "statsu") && has_text(page, "/api/v1/docs#malformed"));
    page = api(cx, "freya", GET, GROUP "/users?status=gone&limit=201", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "\"parameter\":\"status\"") && has_text(page, "active, deactivated, all"));
    CHECK_INT(api(cx, "freya", GET, GROUP "/users?limit=0", NULL).status, 422);
    CHECK_INT(api(cx, "freya", GET, GROUP "/users?limit=201", NULL).status, 422);
    CHECK_INT(api(cx, "freya", GET, GROUP "/users?limit=1&limit=2", NULL).status, 400);
    CHECK_INT(api(cx, "freya", GET, GROUP "/appointments", NULL).status, 422);
    CHECK_INT(
        api(cx, "freya", GET, GROUP "/appointments?location=l-riverside&from=today", NULL).status,
        422);
    CHECK_INT(api(cx, "freya", GET,
                  GROUP "/appointments?location=l-riverside&from=2026-01-01T00:00:00Z"
                        "&to=2026-06-01T00:00:00Z",
                  NULL)
                  .status,
              422);
    page = api(cx, "freya", DELETE, GROUP "/users", NULL);
    CHECK_INT(page.status, 405);
    CHECK_TEXT(page.allow, "GET, HEAD");
    page = api(cx, "freya", GET, "/api/v1/nothing", NULL);
    CHECK_INT(page.status, 404);
    CHECK_TEXT(page.type, "application/problem+json");
}

TEST(a_search_takes_json_and_finds_as_the_page_does)
{
    practice_begin(cx);
    const char *path = GROUP "/patients/search";
    struct page page = api(cx, "freya", POST, path, "{\"text\": \"ast an\"}");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "q-anna") && n_of(page.body, "\"number\"") == 1);
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at WHERE how = 'found'"), 1);
    CHECK_INT(api(cx, "freya", POST, path, NULL).status, 422);
    CHECK_INT(api(cx, "freya", POST, path, "{}").status, 422);
    CHECK_INT(api(cx, "freya", POST, path, "{\"text\": 1}").status, 422);
    CHECK_INT(api(cx, "freya", POST, path, "{\"text\": [\"a\"]}").status, 422);
    CHECK_INT(api(cx, "freya", POST, path, "{\"text\": \"a\", \"txet\": \"b\"}").status, 400);
    CHECK_INT(api(cx, "freya", POST, path, "{\"text\": \"a\", \"text\": \"b\"}").status, 400);
    CHECK_INT(api(cx, "freya", POST, path, "{\"text\": \"\\u0001\"}").status, 400);
    CHECK_INT(api(cx, "freya", POST, path, "{\"text\": \"a\"").status, 400);
    CHECK_INT(api(cx, "freya", POST, path, "[\"a\"]").status, 400);
    CHECK_INT(
        api(cx, "freya", POST, path, arena_print(cx->mem, "{\"text\": \"%020000d\"}", 1)).status,
        413);
    struct request form = { .method = POST,
                            .path = path,
                            .authorization = bearer_of(cx, "freya"),
                            .content_type = "application/x-www-form-urlencoded",
                            .body = { "text=Anna", 9 } };
    struct response rs = { 0 };
    (void)!answer(cx, &form, &rs);
    CHECK_INT(rs.status, 415);
}

TEST(an_appointment_says_for_whom_only_to_those_who_may_know)
{
    practice_begin(cx);
    struct page page = api(cx, "freya", GET, GROUP "/appointments/a-anna", NULL);
    CHECK(has_text(page, "q-anna") && has_text(page, "Anna Aster") && page.etag);
    must_run(cx, "UPDATE api_keys SET scopes = 'calendar:1' WHERE name = 'All'");
    page = api(cx, "freya", GET, GROUP "/appointments/a-anna", NULL);
    CHECK_INT(page.status, 200);
    CHECK(!has_text(page, "q-anna") && !has_text(page, "Aster") && has_text(page, "a-anna"));
    CHECK(has_text(page, "\"for_patient\":true"));
    CHECK_INT(api(cx, "chen", GET, GROUP "/appointments/a-bert", NULL).status, 403);
}

TEST(a_key_is_noted_as_used_once_a_minute)
{
    practice_begin(cx);
    struct request rq = { .method = GET,
                          .path = GROUP "/users",
                          .authorization = bearer_of(cx, "freya") };
    struct response rs = { 0 };
    CHECK_INT(answer(cx, &rq, &rs), OK);
    CHECK(visit_should_note(cx, &rq));
    CHECK(db_begin(cx, true) == OK);
    CHECK(visit_note(cx, &rq) == OK && db_commit(cx) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM api_keys WHERE used_at IS NOT NULL"), 1);
    rq = (struct request){ .method = GET,
                           .path = GROUP "/users",
                           .authorization = bearer_of(cx, "freya") };
    CHECK_INT(answer(cx, &rq, &rs), OK);
    CHECK(!visit_should_note(cx, &rq));
    cx->now += MINUTES(1);
    CHECK(visit_should_note(cx, &rq));
}
