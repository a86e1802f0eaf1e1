/* once_test.c - what a program sends twice happens once: Idempotency-Key. */
#include "app/sessions/cleaning.h"
#include "tests/support/program.h"
#include "tests/support/race.h"

#define GROUP "/api/v1/groups/north"
#define INVITATIONS GROUP "/invitations"
#define DEACTIVATION GROUP "/users/u-ben/deactivation"
#define INVITED(name)                                                                 \
    "{\"last_name\": \"Invited\", \"email\": \"" name "@x.example\", \"role_type\": " \
    "\"administrator\", \"level\": \"office\", \"locations\": [\"l-harbour\"]}"

static struct page send(struct cx *cx, const char *who, const char *once, const char *path,
                        const char *body)
{
    struct request rq = { .method = POST,
                          .authorization = bearer_of(cx, who),
                          .once = once,
                          .content_type = body ? "application/json" : NULL,
                          .body = { body, body ? strlen(body) : 0 } };
    return api_ask(cx, &rq, path);
}

static int64_t invited(struct cx *cx)
{
    return COUNT("SELECT count(*) FROM invitations WHERE inviter_id IN ('u-freya', 'u-olga')");
}

static void same_again(struct page first, struct page again)
{
    CHECK(!first.replayed && again.replayed);
    CHECK_INT(again.status, first.status);
    CHECK_TEXT(again.body, first.body);
    CHECK_TEXT(again.etag, first.etag);
    CHECK_TEXT(again.type, first.type);
    CHECK(!first.location == !again.location);
    if (first.location) CHECK_TEXT(again.location, first.location);
}

TEST(a_request_that_is_sent_again_happens_once_and_is_answered_as_before)
{
    struct outbox out;
    practice_begin(cx);
    int64_t before = invited(cx);
    struct page first = send(cx, "freya", "one", INVITATIONS, INVITED("ida"));
    CHECK_INT(first.status, 201);
    cx->now += HOURS(23);
    same_again(first, send(cx, "freya", "one", INVITATIONS, INVITED("ida")));
    CHECK_INT(invited(cx), before + 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'invitation.sent'"), 1);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    first = send(cx, "freya", "~!", DEACTIVATION, NULL);
    CHECK_INT(first.status, 201);
    struct request again = { .method = POST,
                             .authorization = bearer_of(cx, "freya"),
                             .once = "~!",
                             .if_match = "\"1.before\"" };
    same_again(first, api_ask(cx, &again, DEACTIVATION));
    CHECK_INT(send(cx, "freya", "two", DEACTIVATION, NULL).status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.deactivated'"), 1);
}

TEST(the_same_value_for_something_else_is_refused_and_changes_nothing)
{
    practice_begin(cx);
    int64_t before = invited(cx);
    CHECK_INT(send(cx, "freya", "one", INVITATIONS, INVITED("ida")).status, 201);
    struct page page = send(cx, "freya", "one", INVITATIONS, INVITED("eda"));
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "/api/v1/docs#idempotency_key_used") && !has_text(page, "ida@"));
    CHECK_INT(send(cx, "freya", "one", DEACTIVATION, NULL).status, 422);
    CHECK_INT(invited(cx), before + 1);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'active'"), 1);
    /* another key of the API has values of its own */
    CHECK_INT(send(cx, "olga", "one", INVITATIONS, INVITED("eda")).status, 201);
    CHECK_INT(send(cx, "freya", "One", INVITATIONS, INVITED("una")).status, 201);
    CHECK_INT(invited(cx), before + 3);
}

TEST(what_sends_letters_needs_a_value_and_a_search_none)
{
    practice_begin(cx);
    int64_t before = invited(cx);
    static const char *const wrong[] = {
        "",         " ",
        "a b",      "a\x7f",
        "\xc3\xa9", "12345678901234567890123456789012345678901234567890123456789012345" /* 65 */
    };
    struct page page = send(cx, "freya", NULL, INVITATIONS, INVITED("ida"));
    CHECK_INT(page.status, 400);
    CHECK(has_text(page, "/api/v1/docs#idempotency_key_needed"));
    CHECK_INT(send(cx, "freya", NULL, DEACTIVATION, NULL).status, 400);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        page = send(cx, "freya", wrong[i], INVITATIONS, INVITED("ida"));
        CHECK_INT(page.status, 400);
        CHECK(has_text(page, "/api/v1/docs#malformed"));
    }
    CHECK_INT(invited(cx), before);
    CHECK_INT(send(cx, "freya", "1234567890123456789012345678901234567890123456789012345678901234",
                   INVITATIONS, INVITED("ida"))
                  .status,
              201);
    CHECK_INT(send(cx, "freya", NULL, GROUP "/patients/search", "{\"text\": \"ast\"}").status, 200);
    CHECK_INT(send(cx, "freya", "s", GROUP "/patients/search", "{\"text\": \"ast\"}").status, 200);
    page = send(cx, "freya", "s", GROUP "/patients/search", "{\"text\": \"bir\"}");
    CHECK(page.status == 200 && !page.replayed && has_text(page, "q-bert"));
    CHECK_INT(COUNT("SELECT count(*) FROM api_answers WHERE body LIKE '%q-bert%'"), 0);
}

TEST(what_was_refused_is_tried_anew_and_so_is_what_is_older_than_a_day)
{
    practice_begin(cx);
    int64_t before = invited(cx);
    CHECK_INT(send(cx, "freya", "one", INVITATIONS, "{\"last_name\": \"X\"}").status, 422);
    CHECK_INT(send(cx, "freya", "one", INVITATIONS, INVITED("ida")).status, 201);
    cx->now += DAYS(1);
    CHECK_INT(send(cx, "freya", "one", INVITATIONS, INVITED("ida")).status, 422); /* there is one */
    struct page page = send(cx, "freya", "one", INVITATIONS, INVITED("eda"));
    CHECK_INT(page.status, 201);
    CHECK(!page.replayed && has_text(page, "eda@x.example"));
    CHECK(send(cx, "freya", "one", INVITATIONS, INVITED("eda")).replayed);
    CHECK_INT(invited(cx), before + 2);
}

TEST(an_answer_is_kept_for_a_day_and_no_longer_than_its_key)
{
    practice_begin(cx);
    CHECK_INT(send(cx, "freya", "one", INVITATIONS, INVITED("ida")).status, 201);
    CHECK_INT(send(cx, "olga", "one", INVITATIONS, INVITED("eda")).status, 201);
    cx->now += HOURS(1);
    CHECK_INT(send(cx, "freya", "two", INVITATIONS, INVITED("una")).status, 201);
    struct table t;
    CHECK_INT(db_select(cx, &t, SQL_GLOBAL("SELECT id FROM api_keys WHERE user_id = 'u-olga'")),
              OK);
    const char *path =
        arena_print(cx->mem, "/g/north/settings/integrations/keys/%s/end", cell_text(&t, 0, "id"));
    CHECK_INT(post(cx, "olga", path, NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM api_answers WHERE at > 1"), 2);
    cx->now += HOURS(23) + 1;
    CHECK(db_begin(cx, true) == OK);
    CHECK(people_clean_up_begin(cx) == OK && db_commit(cx) == OK);
    struct outbox out;
    work_all(cx, &out);
    CHECK_INT(COUNT("SELECT count(*) FROM api_answers WHERE once = 'one'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM api_answers WHERE once = 'two'"), 1);
    sign_in_again(cx, "olga");
    CHECK_INT(post(cx, "olga", "/g/north/settings/users/u-freya/sign-out", NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM api_answers WHERE once = 'two'"), 0);
}

TEST(an_answer_of_before_is_for_whoever_may_still_ask)
{
    practice_begin(cx);
    CHECK_INT(send(cx, "freya", "one", INVITATIONS, INVITED("ida")).status, 201);
    must_run(cx, "UPDATE api_keys SET scopes = 'users:1' WHERE user_id = 'u-freya'");
    struct page page = send(cx, "freya", "one", INVITATIONS, INVITED("ida"));
    CHECK_INT(page.status, 403);
    CHECK(!has_text(page, "ida@x.example") && !page.replayed);
    must_run(cx, "UPDATE api_keys SET scopes = 'users:2' WHERE user_id = 'u-freya';"
                 "UPDATE users SET read_only = 1, level = 'office' WHERE id = 'u-freya'");
    CHECK_INT(send(cx, "freya", "one", INVITATIONS, INVITED("ida")).status, 403);
    must_run(cx, "UPDATE users SET status = 'deactivated' WHERE id = 'u-freya'");
    CHECK_INT(send(cx, "freya", "one", INVITATIONS, INVITED("ida")).status, 401);
}

TEST(of_many_at_once_one_happens_and_all_are_answered_alike)
{
    for (int i = 0; i < race_rounds(3); i++) {
        practice_begin(cx);
        const char *bearer = bearer_of(cx, "freya");
        int64_t before = invited(cx);
        race_begin(cx);
        for (int n = 0; n < 20; n++)
            race_call(cx, bearer, "one", INVITATIONS, n < 19 ? INVITED("ida") : INVITED("eda"));
        race_go();
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM invitations WHERE inviter_id IN ('u-freya',"
                             " 'u-olga')"),
                  before + 1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM jobs WHERE kind = 'mail.invitation'"), 1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM api_answers WHERE once = 'one' AND at > 1"), 1);
        bool other = racers[19].status == 201; /* it was the first: then the others are refused */
        const char *body = racers[other ? 19 : 0].rs.body.text;
        int replays = 0;
        for (int n = 0; n < 20; n++) {
            CHECK_INT(racers[n].status, (n == 19) == other ? 201 : 422);
            if (racers[n].status == 201) CHECK_TEXT(racers[n].rs.body.text, body);
            replays += racers[n].rs.replayed;
        }
        CHECK_INT(replays, other ? 0 : 18);
        race_end();
    }
}
