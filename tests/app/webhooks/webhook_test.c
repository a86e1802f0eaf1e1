/* webhook_test.c - who connects webhooks, what their messages hold, and when they stop.  That a
 * message arrives, and is signed, is tested in tests/cli/webhooks_test.mjs. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "app/webhooks/webhook.h"
#include "base/setup.h"
#include "tests/support/practice.h"
#include "work/queue.h"

#define HOOKS "/g/north/settings/integrations/webhooks"
#define URL "https://hooks.example/in?key=sesame"
#define WAITING "SELECT count(*) FROM webhook_messages WHERE state = 'waiting'"

static struct page connect_hook(struct cx *cx, const char *who, const char *url, const char *event)
{
    return post(cx, who, HOOKS, "url", url, "events", event, NULL);
}

/* The id of the newest hook. */
static struct id newest(struct cx *cx)
{
    struct table t;
    if (db_select(cx, &t, SQL_GLOBAL("SELECT id FROM webhooks ORDER BY made_at DESC, id DESC"))
        != OK)
        return (struct id){ "" };
    return cell_id(&t, 0, "id");
}

static const char *hook(struct cx *cx, const char *what)
{
    return arena_print(cx->mem, HOOKS "/%s%s", newest(cx).text, what);
}

static void add_location(struct cx *cx, const char *name)
{
    CHECK_INT(post(cx, "olga", "/g/north/settings/locations", "name", name, "time_zone",
                   "Australia/Melbourne", NULL)
                  .status,
              303);
}

TEST(a_webhook_is_connected_with_full_access_and_its_secret_is_shown_once)
{
    practice_begin(cx);
    CHECK_INT(connect_hook(cx, "ben", URL, "location.added").status, 403);
    CHECK_INT(connect_hook(cx, "gina", URL, "location.added").status, 403);
    CHECK_INT(get(cx, "ben", HOOKS).status, 403);
    struct page page = connect_hook(cx, "freya", URL, "location.added");
    CHECK_INT(page.status, 200);
    const char *secret = strstr(page.body, "whsec_");
    CHECK(secret && strcspn(secret, "<") == 6 + 44);
    CHECK(!has_text(get(cx, "freya", hook(cx, "")), "whsec_"));
    CHECK(has_text(get(cx, "olga", hook(cx, "")), "key=sesame"));
    CHECK(has_text(get(cx, "olga", HOOKS), "hooks.example"));
    CHECK(!has_text(get(cx, "olga", HOOKS), "sesame"));
    CHECK_INT(COUNT("SELECT count(*) FROM webhooks WHERE sealed LIKE '%whsec%' OR sealed = ''"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'webhook.made'"
                    " AND about_name = 'hooks.example'"),
              1);
}

TEST(an_address_that_is_private_or_without_tls_is_refused_with_what_was_typed)
{
    practice_begin(cx);
    static const char *const wrong[] = { "https://127.0.0.1/x",
                                         "https://localhost:80/",
                                         "https://10.1.2.3/",
                                         "https://[::1]/",
                                         "https://169.254.169.254/latest",
                                         "https://[fd00::1]/",
                                         "http://hooks.example/",
                                         "ftp://hooks.example/",
                                         "https://a:b@hooks.example/",
                                         "https://hooks.example/ x",
                                         "https://",
                                         "hooks.example" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct page page = connect_hook(cx, "olga", wrong[i], "user.added");
        CHECK_INT(page.status, 422);
        CHECK(has_text(page, "id=\"url-err\"") && has_text(page, wrong[i]));
    }
    CHECK_INT(connect_hook(cx, "olga", URL, "patient.added").status, 422);
    CHECK(has_text(post(cx, "olga", HOOKS, "url", URL, NULL), "Choose at least one event."));
    CHECK_INT(COUNT("SELECT count(*) FROM webhooks WHERE practice_id = 'north'"), 1);
}

static bool public_4(const char *text)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    inet_pton(AF_INET, text, &a.sin_addr);
    return call_public((struct sockaddr *)&a);
}

static bool public_6(const char *text)
{
    struct sockaddr_in6 a = { .sin6_family = AF_INET6 };
    inet_pton(AF_INET6, text, &a.sin6_addr);
    return call_public((struct sockaddr *)&a);
}

TEST(only_public_addresses_are_called)
{
    static const char *const not_4[] = { "0.0.0.0",        "10.255.255.255",  "100.64.0.1",
                                         "127.0.0.1",      "169.254.169.254", "172.16.0.1",
                                         "172.31.255.255", "192.0.0.8",       "192.0.2.1",
                                         "192.168.0.1",    "198.19.255.255",  "198.51.100.7",
                                         "203.0.113.9",    "224.0.0.1",       "240.0.0.1",
                                         "255.255.255.255" };
    static const char *const not_6[] = {
        "::",      "::1",     "::ffff:8.8.8.8", "64:ff9b::808:808", "fe80::1",     "fc00::1",
        "fd12::1", "ff02::1", "2002:7f00:1::",  "2001::1",          "2001:1ff::1", "2001:db8::1",
        "3fff::1", "100::1"
    };
    static const char *const are_4[] = { "8.8.8.8",        "9.255.255.255", "11.0.0.0",
                                         "100.63.255.255", "100.128.0.0",   "172.15.255.255",
                                         "172.32.0.0",     "192.0.1.1",     "192.167.255.255",
                                         "198.17.255.255", "198.20.0.0",    "223.255.255.255" };
    static const char *const are_6[] = { "2001:200::1", "2606:4700::1111", "2a00:1450::1",
                                         "2003::1", "3ffe::1" };
    for (size_t i = 0; i < sizeof not_4 / sizeof *not_4; i++) CHECK(!public_4(not_4[i]));
    for (size_t i = 0; i < sizeof not_6 / sizeof *not_6; i++) CHECK(!public_6(not_6[i]));
    for (size_t i = 0; i < sizeof are_4 / sizeof *are_4; i++) CHECK(public_4(are_4[i]));
    for (size_t i = 0; i < sizeof are_6 / sizeof *are_6; i++) CHECK(public_6(are_6[i]));
}

TEST(what_happens_becomes_a_message_of_ids_in_the_same_transaction)
{
    practice_begin(cx);
    add_location(cx, "Nobody hears of it");
    CHECK_INT(connect_hook(cx, "freya", URL, "location.added").status, 200);
    CHECK_INT(COUNT(WAITING), 0);
    add_location(cx, "Hillside");
    CHECK_INT(COUNT(WAITING), 1);
    CHECK_INT(
        COUNT("SELECT count(*) FROM webhook_messages m JOIN locations l ON l.name = 'Hillside'"
              " WHERE m.state = 'waiting' AND m.kind = 'location.added' AND m.body LIKE"
              " '{\"type\":\"location.added\",\"timestamp\":\"20%\",\"data\":{\"practice_id\":"
              "\"north\",\"id\":\"' || l.id || '\",\"by_user_id\":\"u-olga\"}}'"),
        1);
    CHECK_INT(COUNT("SELECT count(*) FROM webhook_messages WHERE body LIKE '%Hillside%'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'call.webhook'"), 1);
    CHECK_INT(post(cx, "olga", "/g/north/settings/locations", "name", "", NULL).status, 422);
    CHECK_INT(COUNT(WAITING), 1);
    act_as(cx, "south", "zoe"); /* another group's */
    CHECK_INT(act_end(cx, announce(cx, EVENT_LOCATION_ADDED, (struct about){ { "l-south" }, "x" },
                                   NULL, NULL)),
              OK);
    CHECK_INT(COUNT(WAITING), 1);
}

/* As the job does, in two transactions, with an answer that comes from here. */
static enum status compose(struct cx *cx, struct id message, struct call *call)
{
    struct job job = { .about = message, .practice = { "north" } };
    act_as(cx, "north", "olga");
    enum status status = webhook_call(cx, &job, call);
    CHECK_INT(act_end(cx, status == NOT_FOUND ? OK : status), OK); /* what is not told is done */
    return status;
}

static void answered(struct cx *cx, struct id message, int status)
{
    struct job job = { .about = message, .practice = { "north" } };
    struct call call = { .status = status, .said = "so" };
    act_as(cx, "north", "olga");
    CHECK_INT(act_end(cx, webhook_called(cx, &job, &call)), OK);
}

static struct id message_waiting(struct cx *cx)
{
    struct table t;
    if (db_select(cx, &t,
                  SQL_GLOBAL("SELECT id FROM webhook_messages WHERE state = 'waiting'"
                             " ORDER BY id"))
            != OK
        || t.rows == 0)
        return (struct id){ "" };
    return cell_id(&t, 0, "id");
}

static struct id one_message(struct cx *cx)
{
    practice_begin(cx);
    CHECK_INT(connect_hook(cx, "freya", URL, "location.added").status, 200);
    add_location(cx, "Hillside");
    return message_waiting(cx);
}

TEST(a_message_is_tried_again_later_and_later_and_the_others_rest_meanwhile)
{
    struct id message = one_message(cx);
    struct call call = { 0 };
    CHECK_INT(compose(cx, message, &call), OK);
    CHECK_TEXT(call.url, URL);
    CHECK(strstr(call.headers[0], message.text) && strstr(call.headers[2], "signature: v1,"));
    CHECK(!call.anywhere);
    answered(cx, message, 0);
    CHECK_INT(COUNT("SELECT count(*) FROM webhooks WHERE fails = 1 AND failing_since IS NOT NULL"),
              1);
    CHECK(has_text(get(cx, "olga", hook(cx, "")), "No good answer since"));
    add_location(cx, "Lakeside");
    CHECK_INT(compose(cx, message, &call), NOT_FOUND); /* it rests */
    cx->now += MINUTES(1);
    CHECK_INT(compose(cx, message, &call), OK);
    answered(cx, message, 503);
    cx->now += MINUTES(1);
    CHECK_INT(compose(cx, message, &call), NOT_FOUND);
    cx->now += MINUTES(1);
    CHECK_INT(compose(cx, message, &call), OK);
    answered(cx, message, 204);
    CHECK_INT(COUNT("SELECT count(*) FROM webhook_messages WHERE state = 'told' AND tries = 3"
                    " AND status = 204 AND answer = 'so'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM webhooks WHERE practice_id = 'north' AND state = 'on'"
                    " AND fails = 0 AND failing_since IS NULL AND rest_until = 0"),
              1);
    CHECK_INT(compose(cx, message, &call), NOT_FOUND); /* told once */
    CHECK_INT(COUNT(WAITING), 1);
}

TEST(three_days_without_a_good_answer_turn_a_webhook_off_and_its_user_is_told)
{
    struct id message = one_message(cx);
    struct outbox box;
    answered(cx, message, 400);
    cx->now += DAYS(3) - MINUTES(1);
    answered(cx, message, 302);
    CHECK_INT(COUNT(WAITING), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM webhooks WHERE state = 'on'"), 1);
    cx->now += MINUTES(1);
    answered(cx, message, 500);
    CHECK_INT(COUNT(WAITING), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM webhooks WHERE state = 'off' AND stopped = 'failed'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'webhook.stopped'"), 1);
    work_all(cx, &box);
    CHECK_INT(box.n, 1);
    CHECK(strstr(box.at[0].to, "freya@") && strstr(box.at[0].text, "to hooks.example got no good"));
    CHECK(!strstr(box.at[0].text, "sesame"));
    sign_in_again(cx, "olga");
    CHECK(has_text(get(cx, "olga", HOOKS), "No good answer for three days."));
}

TEST(a_program_that_is_gone_is_not_called_again)
{
    struct id message = one_message(cx);
    struct outbox box;
    answered(cx, message, 410);
    CHECK_INT(COUNT("SELECT count(*) FROM webhooks WHERE state = 'off' AND stopped = 'gone'"), 1);
    CHECK_INT(COUNT(WAITING), 0);
    work_all(cx, &box);
    CHECK_INT(box.n, 1);
    CHECK(strstr(box.at[0].text, "gone for good (410)"));
}

TEST(who_disables_a_webhook_has_nothing_more_sent_and_who_enables_it_is_whom_it_acts_for)
{
    struct id message = one_message(cx);
    struct call call;
    CHECK_INT(post(cx, "ben", hook(cx, "/disable"), NULL).status, 403);
    CHECK_INT(post(cx, "olga", hook(cx, "/disable"), NULL).status, 303);
    CHECK_INT(compose(cx, message, &call), NOT_FOUND);
    CHECK_INT(COUNT("SELECT count(*) FROM webhook_messages WHERE state = 'dropped'"), 1);
    add_location(cx, "Lakeside");
    CHECK_INT(COUNT(WAITING), 0);
    CHECK_INT(post(cx, "olga", hook(cx, "/test"), NULL).status, 409);
    CHECK_INT(post(cx, "olga", hook(cx, "/enable"), NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM webhooks WHERE state = 'on' AND user_id = 'u-olga'"), 1);
    const char *again = arena_print(cx->mem, "/messages/%s", message.text);
    CHECK_INT(post(cx, "olga", hook(cx, again), NULL).status, 303);
    CHECK_INT(compose(cx, message, &call), OK);
    CHECK_INT(post(cx, "olga", hook(cx, "/test"), NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM webhook_messages WHERE kind = 'webhook.test'"), 1);
    CHECK_INT(post(cx, "olga", hook(cx, "/removal"), NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM webhooks WHERE practice_id = 'north'"), 1);
    CHECK_INT(compose(cx, message, &call), NOT_FOUND);
    answered(cx, message, 200); /* it was on its way */
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind LIKE 'webhook.%'"), 5);
}

TEST(a_webhook_ends_with_the_access_of_whom_it_acts_for)
{
    struct id message = one_message(cx);
    struct call call;
    must_run(cx, "UPDATE users SET level = 'office' WHERE id = 'u-freya'");
    CHECK_INT(compose(cx, message, &call), NOT_FOUND);
    CHECK_INT(COUNT("SELECT count(*) FROM webhooks WHERE stopped = 'access'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM webhook_messages WHERE state = 'dropped'"), 1);

    CHECK_INT(post(cx, "olga", hook(cx, "/enable"), NULL).status, 303);
    must_run(cx, "UPDATE webhooks SET user_id = 'u-freya' WHERE state = 'on'");
    const char *leave = "/g/north/settings/users/u-freya/deactivate";
    CHECK(has_text(get(cx, "olga", leave), "go off with the access: hooks.example"));
    CHECK_INT(post(cx, "olga", leave, NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM webhooks WHERE stopped = 'left'"), 1);
    add_location(cx, "Lakeside");
    CHECK_INT(COUNT(WAITING), 0);
}

TEST(the_checklist_disables_webhooks_and_takes_it_back)
{
    (void)one_message(cx);
    const char *line = "/g/north/settings/users/u-freya/checklist/webhooks";
    must_run(cx, "UPDATE users SET level = 'office' WHERE id = 'u-freya'");
    CHECK_INT(post(cx, "olga", line, NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM webhooks WHERE state = 'on'"), 0);
    CHECK_INT(post(cx, "olga", arena_print(cx->mem, "%s/undo", line), NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM webhooks WHERE state = 'on' AND user_id = 'u-olga'"), 1);
}

TEST(without_the_key_nothing_is_sent_and_it_says_why)
{
    struct id message = one_message(cx);
    struct call call;
    ((struct setup *)cx->setup)->key = (const unsigned char *)"another key, of as many bytes!!!";
    CHECK_INT(compose(cx, message, &call), NOT_FOUND);
    CHECK_INT(COUNT("SELECT count(*) FROM webhook_messages WHERE state = 'waiting' AND tries = 1"
                    " AND answer LIKE '%key%'"),
              1);
    ((struct setup *)cx->setup)->key = NULL;
    struct page page = connect_hook(cx, "olga", URL, "user.added");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "has no key"));
}
