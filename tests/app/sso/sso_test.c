/* sso_test.c - what a session opens that came through a group's own provider, who gets one, and
 * who says so.  Tokens, and a provider that lies: tests/cli/sso_test.mjs. */
#include "tests/app/second_step/app.h"
#include "tests/app/sso/arrive.h"

#include "app/sso/ask.h"
#include "app/sso/errand_view.h"
#include "app/sso/identity.h"
#include "base/setup.h"

#define SETTINGS "/g/north/settings/integrations/single-sign-on"
#define OLGA_THERE                                                                              \
    "INSERT INTO sign_in_identities (practice_id, id, issuer, subject, user_id, linked_at)"     \
    " VALUES ('north', 'si-olga', 'https://login.north.example', 'sub-olga', 'u-olga', 1)"

/* --- what it opens ------------------------------------------------------------------------- */

static bool stays_open(enum route r)
{
    return r == ROUTE_step_up_new || r == ROUTE_step_up_create || r == ROUTE_api_docs;
}

static const char *made_up(struct cx *cx, const char *pattern)
{
    char *out = arena_alloc(cx->mem, 300), *to = out;
    for (const char *at = pattern; *at;) {
        size_t n = strcspn(at, "/");
        to = *at == ':' ? stpcpy(to, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") : mempcpy(to, at, n);
        at += n;
        if (*at) *to++ = *at++;
    }
    return out;
}

TEST(a_session_from_a_provider_opens_its_group_and_nothing_else_of_the_person)
{
    int64_t shut = 0;
    practice_begin(cx);
    must_run(cx, OLGA_THERE);
    struct browser b = BROWSER("198.51.100.7");
    CHECK(arrive(cx, &b, "sub-olga", cx->now) == ARRIVED);
    CHECK_INT(open_page(cx, &b, "/g/north/settings/users").status, 200);
    CHECK_INT(send_form(cx, &b, "/g/north/settings/locations", "name", "Hill", "time_zone", "UTC", NULL).status, 303);
    struct page page = open_page(cx, &b, "/g/south/");
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "came in through the sign-in of Northside Allied Health"));
    CHECK(!has_text(page, "Southbank"));
    CHECK(!has_text(open_page(cx, &b, "/g/north/"), "Southbank"));
    CHECK_INT(open_page(cx, &b, "/g/south/events").status, 403);
    CHECK_INT(send_form(cx, &b, "/g/south/leave", NULL).status, 403);
    for (enum route r = 0; r < ROUTE_COUNT; r++) {
        if (routes[r].permission != SIGNED_IN || stays_open(r)) continue;
        const char *path = made_up(cx, routes[r].path);
        page = routes[r].method == GET ? open_page(cx, &b, path) : send_form(cx, &b, path, NULL);
        if (page.status != 403 || !has_text(page, "This needs your own sign-in"))
            CHECK_TEXT(routes[r].path, "403");
        shut++;
    }
    CHECK(shut > 25);
    CHECK_INT(COUNT("SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL"), 0);
    /* Her own session opens all of it, beside the other one. */
    struct browser own = BROWSER("198.51.100.7");
    try_password(cx, &own, "olga@north.example", "correct-horse-battery-olga");
    CHECK_INT(open_page(cx, &own, "/g/south/").status, 200);
    CHECK_INT(open_page(cx, &own, "/me").status, 200);
    CHECK(goes_to(send_form(cx, &b, "/sign-out", NULL), "/sign-in"));
    b.session[0] = '\0';
    CHECK_INT(open_page(cx, &own, "/g/north/").status, 200);
}

TEST(who_is_deactivated_or_unknown_gets_no_session_and_nobody_is_added)
{
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    int64_t sessions = COUNT("SELECT count(*) FROM sessions"), users = COUNT("SELECT count(*) FROM users");
    CHECK(arrive(cx, &b, "sub-kavya", cx->now) == ARRIVED_DEACTIVATED);
    CHECK(arrive(cx, &b, "sub-nobody", cx->now) == ARRIVED_UNKNOWN);
    CHECK(arrive(cx, &b, "sub-zoe", cx->now) == ARRIVED_UNKNOWN); /* of another group */
    CHECK(arrive(cx, &b, "SUB-GINA", cx->now) == ARRIVED_UNKNOWN);
    CHECK_INT(COUNT("SELECT count(*) FROM sessions"), sessions);
    CHECK_INT(COUNT("SELECT count(*) FROM users"), users);
    /* The same subject at another provider is somebody else. */
    must_run(cx, "UPDATE sign_in_providers SET issuer = 'https://other.example' WHERE id = 'pv-north'");
    CHECK(arrive(cx, &b, "sub-gina", cx->now) == ARRIVED_UNKNOWN);
    must_run(cx, "UPDATE sign_in_providers SET issuer = 'https://login.north.example' WHERE id = 'pv-north'");
    /* Deactivated in the middle of it, and activated again: in by a new sign-in alone. */
    CHECK(arrive(cx, &b, "sub-gina", cx->now) == ARRIVED);
    CHECK_INT(open_page(cx, &b, "/g/north/").status, 200);
    cx->now += SECONDS(1);
    CHECK_INT(post(cx, "olga", "/g/north/settings/users/u-gina/deactivate", "version", "1", NULL).status, 303);
    struct page page = open_page(cx, &b, "/g/north/");
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "You no longer have access"));
    struct browser again = BROWSER("198.51.100.7");
    CHECK(arrive(cx, &again, "sub-gina", cx->now) == ARRIVED_DEACTIVATED);
    CHECK_INT(post(cx, "olga", "/g/north/settings/users/u-gina/activate", "access", "before", NULL).status, 303);
    CHECK_INT(open_page(cx, &b, "/g/north/").status, 403);
    cx->now += SECONDS(1);
    CHECK(arrive(cx, &again, "sub-gina", cx->now) == ARRIVED);
    CHECK_INT(open_page(cx, &again, "/g/north/").status, 200);
}

TEST(the_groups_rule_of_a_second_step_is_the_providers_on_this_way)
{
    practice_begin(cx);
    must_run(cx, "DELETE FROM authenticators; DELETE FROM passkeys;"
                 "UPDATE practices SET second_all_from = 1 WHERE id = 'north'");
    struct browser b = BROWSER("198.51.100.7"), own = BROWSER("198.51.100.7");
    CHECK(arrive(cx, &b, "sub-gina", cx->now) == ARRIVED);
    CHECK_INT(open_page(cx, &b, "/g/north/").status, 200);
    try_password(cx, &own, GINA, HERS);
    CHECK(goes_to(open_page(cx, &own, "/g/north/"), "/me/second-step?next=%2Fg%2Fnorth%2F"));
}

static void leave(struct cx *cx, const char *subject, const char *session, const char *once)
{
    struct provider *p;
    struct claims c = { .subject = subject, .session = session, .once = once };
    act_as(cx, "north", "olga");
    CHECK(provider_find(cx, &p) == OK);
    CHECK(act_end(cx, identity_leave(cx, p, &c)) == OK);
}

TEST(who_signs_out_at_the_provider_is_out_here_and_where_it_had_named_no_session_too)
{
    practice_begin(cx);
    must_run(cx, OLGA_THERE);
    struct browser named = BROWSER("198.51.100.7"), unnamed = BROWSER("198.51.100.8"),
                   other = BROWSER("198.51.100.9");
    CHECK(arrive(cx, &unnamed, "sub-gina", cx->now) == ARRIVED);
    CHECK(arrive(cx, &other, "sub-olga", cx->now) == ARRIVED);
    must_run(cx, "UPDATE sessions SET provider_session = '' WHERE only_practice_id <> ''");
    CHECK(arrive(cx, &named, "sub-gina", cx->now) == ARRIVED);
    leave(cx, "", "else", "1");
    leave(cx, "sub-nobody", "", "2");
    CHECK_INT(open_page(cx, &unnamed, "/g/north/").status, 200);
    leave(cx, "sub-gina", "else", "3");
    CHECK_INT(open_page(cx, &unnamed, "/g/north/").status, 303);
    CHECK_INT(open_page(cx, &named, "/g/north/").status, 200);
    leave(cx, "sub-gina", "sid", "3"); /* an old message */
    CHECK_INT(open_page(cx, &named, "/g/north/").status, 200);
    leave(cx, "sub-gina", "sid", "4");
    CHECK_INT(open_page(cx, &named, "/g/north/").status, 303);
    CHECK_INT(open_page(cx, &other, "/g/north/").status, 200);
}

TEST(a_new_browser_that_a_provider_lets_in_is_told_and_can_be_sent_away)
{
    struct outbox mails;
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), other = BROWSER("203.0.113.9"),
                   mail = BROWSER("198.51.100.8");
    try_password(cx, &desk, GINA, HERS);
    work_all(cx, &mails);
    CHECK(arrive(cx, &other, "sub-gina", cx->now) == ARRIVED);
    work_all(cx, &mails);
    CHECK_INT((int64_t)mails.n, 1);
    CHECK(strstr(mails.at[0].to, GINA) != NULL);
    CHECK(strstr(mails.at[0].text, "on a new device through the single sign-on of Northside") != NULL);
    CHECK(!strstr(mails.at[0].text, "choose a new password"));
    const char *link = sent_link(cx, &mails.at[0], "http://linden.example/not-me/");
    /* Known from then on, and one's own desk is known on this way, too. */
    CHECK(arrive(cx, &other, "sub-gina", cx->now) == ARRIVED);
    send_form(cx, &desk, "/sign-out", NULL);
    CHECK(arrive(cx, &desk, "sub-gina", cx->now) == ARRIVED);
    work_all(cx, &mails);
    CHECK_INT((int64_t)mails.n, 0);
    const char *path = link + strlen("http://linden.example");
    CHECK(has_text(open_page(cx, &mail, path), "came through the single sign-on of Northside"));
    CHECK_INT(open_page(cx, &other, "/g/north/").status, 200);
    send_form(cx, &mail, path, NULL);
    CHECK_INT(open_page(cx, &other, "/g/north/").status, 303);
    CHECK_INT(open_page(cx, &desk, "/g/north/").status, 200);
}

/* --- confirming ------------------------------------------------------------------------------ */

static bool confirm(struct cx *cx, struct browser *b, const char *subject, int64_t shown)
{
    struct provider *p;
    struct request rq = { .method = GET, .path = "/g/north/", .address = b->address };
    bool confirmed = false;
    struct claims c = { .subject = subject, .session = "", .once = "", .signed_in_at = shown };
    rq.cookies = arena_print(cx->mem, "linden=%s", b->session);
    cx_forget(cx);
    CHECK(db_begin(cx, true) == OK && visit_begin(cx, &rq) == OK);
    CHECK(visit_enter(cx, &rq, "north") == OK && provider_find(cx, &p) == OK);
    CHECK(identity_confirm(cx, p, &c, cx->now, &confirmed) == OK);
    CHECK(db_commit(cx) == OK);
    return confirmed;
}

#define KEY "/g/north/settings/integrations/keys", "name", "K", "days", "30", "scope-patients", "1"

TEST(such_a_session_is_asked_again_unless_the_provider_says_that_it_just_asked)
{
    practice_begin(cx);
    must_run(cx, OLGA_THERE);
    struct browser b = BROWSER("198.51.100.7");
    CHECK(arrive(cx, &b, "sub-olga", cx->now) == ARRIVED);
    CHECK_INT(send_form(cx, &b, KEY, NULL).status, 200);
    CHECK(arrive(cx, &b, "sub-olga", cx->now - MINUTES(PROOF_MINUTES)) == ARRIVED);
    CHECK_INT(send_form(cx, &b, KEY, NULL).status, 403);
    CHECK(arrive(cx, &b, "sub-olga", 0) == ARRIVED); /* it does not say */
    struct page page = send_form(cx, &b, KEY, NULL);
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "Confirm it is you") && has_text(page, "/g/north/single-sign-on/again"));
    const char *proof = between(cx, page.body, "name=\"proof\" value=\"", "\"");
    page = send_form(cx, &b, KEY, "proof", proof, NULL);
    CHECK_INT(page.status, 422); /* nothing was shown yet */
    /* Somebody else, and somebody who was there all the time, confirm nothing. */
    CHECK(!confirm(cx, &b, "sub-gina", cx->now));
    CHECK(!confirm(cx, &b, "sub-nobody", cx->now));
    CHECK(!confirm(cx, &b, "sub-olga", cx->now - SECONDS(TOKEN_SKEW) - 1));
    CHECK(!confirm(cx, &b, "sub-olga", 0));
    CHECK_INT(send_form(cx, &b, KEY, "proof", proof, NULL).status, 422);
    CHECK(confirm(cx, &b, "sub-olga", cx->now));
    CHECK_INT(send_form(cx, &b, KEY, "proof", proof, NULL).status, 200);
    /* Her own password does as well, and a session of her own cannot leave it out. */
    cx->now += MINUTES(PROOF_MINUTES);
    page = send_form(cx, &b, KEY, NULL);
    proof = between(cx, page.body, "name=\"proof\" value=\"", "\"");
    CHECK_INT(send_form(cx, &b, KEY, "proof", proof, "proof_password", "correct-horse-battery-olga", NULL).status, 200);
    struct browser own = BROWSER("198.51.100.7");
    try_password(cx, &own, "olga@north.example", "correct-horse-battery-olga");
    cx->now += MINUTES(PROOF_MINUTES);
    page = send_form(cx, &own, KEY, NULL);
    CHECK(!has_text(page, "single-sign-on/again"));
    proof = between(cx, page.body, "name=\"proof\" value=\"", "\"");
    CHECK_INT(send_form(cx, &own, KEY, "proof", proof, NULL).status, 422);
}

/* --- setting up -------------------------------------------------------------------------------- */

static struct found_provider found(const char *issuer)
{
    return (struct found_provider){ .fault = FOUND,
                                    .issuer = issuer,
                                    .algorithm = "ES256",
                                    .authorize_url = "https://login.new.example/auth?a=b",
                                    .token_url = "https://login.new.example/token",
                                    .keys_url = "https://login.new.example/keys",
                                    .keys = "{\"keys\":[]}",
                                    .says_issuer = true };
}

static enum status save(struct cx *cx, const char *who, const char *issuer, const char *secret)
{
    struct provider_draft d = { "New", issuer, "client", secret, "ES256" };
    struct found_provider f = found(issuer);
    act_as(cx, "north", who);
    return act_end(cx, provider_save(cx, &d, &f));
}

TEST(full_access_sets_it_up_and_the_secret_is_sealed)
{
    struct outbox mails;
    struct provider *p;
    char secret[PROVIDER_SECRET];
    practice_begin(cx);
    must_run(cx, OLGA_THERE);
    struct browser b = BROWSER("198.51.100.7");
    CHECK(arrive(cx, &b, "sub-gina", cx->now) == ARRIVED);
    const char *const others[] = { "ben", "chen", "gina" };
    for (size_t i = 0; i < 3; i++) {
        CHECK(save(cx, others[i], "https://login.new.example", "sesame") == FORBIDDEN);
        CHECK_INT(get(cx, others[i], SETTINGS).status, 403);
    }
    CHECK(save(cx, "freya", "https://login.new.example", "") == INVALID); /* the old secret is not for it */
    CHECK_INT(open_page(cx, &b, "/g/north/").status, 200);
    CHECK(save(cx, "freya", "https://login.new.example", "sesame street") == OK);
    CHECK_INT(open_page(cx, &b, "/g/north/").status, 303); /* who came through the other one is out */
    CHECK(arrive(cx, &b, "sub-gina", cx->now) == ARRIVED_UNKNOWN);
    CHECK_INT(COUNT("SELECT count(*) FROM sign_in_providers WHERE sealed LIKE '%sesame%'"), 0);
    act_as(cx, "north", "olga");
    CHECK(provider_find(cx, &p) == OK);
    CHECK(provider_secret(cx, p, secret));
    CHECK_TEXT(secret, "sesame street");
    CHECK(act_end(cx, OK) == OK);
    /* Empty, it stays. */
    CHECK(save(cx, "freya", "https://login.new.example", "") == OK);
    act_as(cx, "north", "olga");
    CHECK(provider_secret(cx, p, secret));
    CHECK_TEXT(secret, "sesame street");
    CHECK(act_end(cx, OK) == OK);
    work_all(cx, &mails);
    size_t told = 0;
    for (size_t i = 0; i < mails.n; i++)
        told += strstr(mails.at[i].to, "olga@north.example")
                && strstr(mails.at[i].subject, "Single sign-on of Northside") != NULL;
    CHECK(told > 0);
    struct page page = get(cx, "olga", SETTINGS);
    CHECK(has_text(page, "https://login.new.example") && !has_text(page, "sesame"));
    CHECK(has_text(page, "http://linden.example/sso/north/back"));
    CHECK(!has_text(get(cx, "olga", "/g/north/settings/audit"), "sesame"));
    /* One row exchanged for another opens nothing. */
    must_run(cx, "UPDATE sign_in_providers SET sealed = (SELECT p.sealed FROM sign_in_providers p"
                 " WHERE p.practice_id = 'north') WHERE practice_id = 'south'");
    act_as(cx, "south", "zoe");
    CHECK(provider_find(cx, &p) == OK && !provider_secret(cx, p, secret));
    CHECK(act_end(cx, OK) == OK);
}

TEST(nobody_is_asked_before_whoever_sets_it_up_has_confirmed)
{
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    struct pair form[] = { { "name", "New" }, { "issuer", "https://login.new.example" },
                           { "client", "c" }, { "client_password", "sesame" },
                           { "algorithm", "RS256" }, { "form_token", "" } };
    struct request rq = { .method = POST, .path = SETTINGS, .form = { 6, form }, .address = b.address };
    try_password(cx, &b, "olga@north.example", "correct-horse-battery-olga");
    char token[SECRET_SIZE];
    secret_derive(token, b.session, "form");
    form[5].value = token;
    rq.cookies = arena_print(cx->mem, "linden=%s", b.session);
    CHECK(answer_prepare(cx, &rq) == OK && rq.prepared);
    rq.prepared = NULL;
    cx->now += MINUTES(PROOF_MINUTES);
    CHECK(answer_prepare(cx, &rq) == OK && !rq.prepared);
    struct page page = send_form(cx, &b, SETTINGS, "name", "New", "issuer", "https://login.new.example", "client", "c",
                                 "client_password", "sesame", "algorithm", "RS256", NULL);
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "Confirm it is you") && !has_text(page, "sesame"));
    CHECK(has_text(page, "https://login.new.example")); /* kept, without the secret */
}

TEST(who_is_connected_hears_of_it_and_only_one_user_is_an_account)
{
    struct outbox mails;
    struct provider *p;
    struct claims c = { .subject = "sub-ben", .session = "", .once = "" };
    practice_begin(cx);
    act_as(cx, "north", "ben");
    CHECK(provider_find(cx, &p) == OK);
    CHECK(act_end(cx, identity_connect(cx, p, &c, cx->now)) == OK);
    work_all(cx, &mails);
    CHECK_INT((int64_t)mails.n, 1);
    CHECK(strstr(mails.at[0].to, "ben@north.example"));
    CHECK(strstr(mails.at[0].text, "Acme") && strstr(mails.at[0].text, "If it was not you"));
    act_as(cx, "north", "chen");
    CHECK(act_end(cx, identity_connect(cx, p, &c, cx->now)) == CONFLICT);
    CHECK_INT(COUNT("SELECT count(*) FROM sign_in_identities WHERE user_id = 'u-chen'"), 0);
    /* Another account takes the place of the first, which opens nothing any more. */
    c.subject = "sub-ben-2";
    act_as(cx, "north", "ben");
    CHECK(act_end(cx, identity_connect(cx, p, &c, cx->now)) == OK);
    struct browser b = BROWSER("198.51.100.7");
    CHECK(arrive(cx, &b, "sub-ben", cx->now) == ARRIVED_UNKNOWN);
    CHECK(arrive(cx, &b, "sub-ben-2", cx->now) == ARRIVED);
    CHECK(has_text(open_page(cx, &b, "/g/north/single-sign-on"), "You came in through Acme just now"));
    CHECK(goes_to(send_form(cx, &b, "/g/north/single-sign-on/end", NULL), "/g/north/single-sign-on"));
    CHECK_INT(COUNT("SELECT count(*) FROM sign_in_identities WHERE user_id = 'u-ben'"), 1);
}

TEST(nobody_connects_an_account_who_has_not_shown_who_they_are_lately)
{
    struct provider *p;
    struct claims c = { .subject = "sub-colleague", .session = "", .once = "" };
    practice_begin(cx);
    act_as(cx, "north", "ben");
    CHECK(provider_find(cx, &p) == OK);
    CHECK(act_end(cx, identity_connect(cx, p, &c, cx->now - MINUTES(CONNECT_MINUTES))) == INVALID);
    CHECK_INT(COUNT("SELECT count(*) FROM sign_in_identities WHERE user_id = 'u-ben'"), 0);
    act_as(cx, "north", "ben");
    CHECK(act_end(cx, identity_connect(cx, p, &c, cx->now - MINUTES(CONNECT_MINUTES) + 1)) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM sign_in_identities WHERE user_id = 'u-ben'"), 1);
}

TEST(connecting_and_disconnecting_end_the_persons_other_sessions)
{
    struct provider *p;
    struct claims c = { .subject = "sub-ben", .session = "", .once = "" };
    for (int off = 0; off < 2; off++) {
        practice_begin(cx);
        struct browser desk = BROWSER("198.51.100.7"), gina = BROWSER("198.51.100.8");
        try_password(cx, &desk, "ben@north.example", "correct-horse-battery-ben");
        try_password(cx, &gina, "gina@north.example", "correct-horse-battery-gina");
        if (off)
            must_run(cx, "INSERT INTO sign_in_identities (practice_id, id, issuer, subject, user_id,"
                         " linked_at) VALUES ('north', 'si-ben', 'x', 'sub-ben', 'u-ben', 1)");
        CHECK_INT(open_page(cx, &desk, "/me").status, 200);
        act_as(cx, "north", "ben");
        CHECK(provider_find(cx, &p) == OK);
        CHECK(act_end(cx, off ? identity_disconnect(cx) : identity_connect(cx, p, &c, cx->now)) == OK);
        CHECK_INT(open_page(cx, &desk, "/me").status, 303);
        CHECK_INT(open_page(cx, &gina, "/me").status, 200);
    }
}
