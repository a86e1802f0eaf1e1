/* step_up_test.c - "Confirm it is you": every route that asks, with a proof that is old and one
 * that is fresh. */
#include "tests/app/second_step/app.h"

#include "tests/app/reviews/review.h"

#include "base/setup.h"

#define MOST_FIELDS 24
static const char EMAIL[] = "olga@north.example", OLGAS[] = "correct-horse-battery-olga",
                  TEMPORARY[] = "picnic-rooster-resort-beaver";

/* A form that really does what its route is for. */
struct act {
    enum route route;
    const char *path;
    const char *form[MOST_FIELDS];
};

static const struct act acts[] = {
    { ROUTE_user_create_form,
      "/g/north/settings/users",
      { "title", "Dr", "first_name", "Ingrid <b>", "last_name", "Haaland", "role_type",
        "administrator", "email", "ingrid@new.example", "email_again", "ingrid@new.example",
        "entry", "link", "level", "full", "all_locations", "1" } },
    { ROUTE_user_update,
      "/g/north/settings/users/u-gina",
      { "version", "1", "reviewed", "1", "first_name", "Gina", "last_name", "Papas", "role_type",
        "administrator", "level", "full", "boxes_for", "administrator.full", "all_locations",
        "1" } },
    { ROUTE_deactivation_create,
      "/g/north/settings/users/u-chen/deactivate",
      { "version", "1", "note", "\"Quoted\" & <kept>, d'accord" } },
    { ROUTE_review_decide_form,
      "/g/north/settings/access-reviews/rv-north/u-gina",
      { "decision", "deactivate", "version", "1", "had", "Office Access; Riverside" } },
    { ROUTE_review_sign_form, "/g/north/settings/access-reviews/rv-north/signature", { NULL } },
    { ROUTE_activation_create, "/g/north/settings/users/u-kavya/activate", { "access", "before" } },
    { ROUTE_view_create_form,
      "/g/north/settings/users/u-chen/view-as",
      { "reason", "Checking access" } },
    { ROUTE_security_update_form,
      "/g/north/settings/security",
      { "rule", "asked", "from", "", "version", "1" } },
    { ROUTE_lost_step_create,
      "/g/north/settings/users/u-gina/second-step",
      { "reason", "It fell into the sea" } },
    { ROUTE_lost_step_approve,
      "/g/north/settings/users/u-chen/second-step/agreement",
      { "x", "y" } },
    { ROUTE_networks_update_form,
      "/g/north/settings/security/networks",
      { "networks", "192.0.2.0/24 198.51.100.0/24", "version", "1" } },
    { ROUTE_own_email_ask, "/me/sign-in/email", { "email", "olga@new.example" } },
    { ROUTE_ownership_hand_create, "/g/north/settings/ownership/hand-over", { "to", "u-freya" } },
    { ROUTE_deputy_name_form,
      "/g/north/settings/ownership/deputy",
      { "deputy", "u-freya", "days", "30" } },
    { ROUTE_group_export_create, "/g/north/settings/export", { "reason", "We move" } },
    { ROUTE_group_export_approve, "/g/north/settings/export/approval", { NULL } },
    { ROUTE_group_export_link, "/g/north/settings/export/link", { NULL } },
    { ROUTE_key_create,
      "/g/north/settings/integrations/keys",
      { "name", "Dashboard", "days", "30", "scope-patients", "1" } },
    { ROUTE_feed_create, "/g/north/calendar/feed", { "names", "1" } },
    { ROUTE_provider_remove_form,
      "/g/north/settings/integrations/single-sign-on/removal",
      { NULL } },
    { ROUTE_my_data_create, "/g/north/my-data", { NULL } },
    { ROUTE_my_data_link, "/g/north/my-data/link", { NULL } },
    { ROUTE_left_data_link, "/me/data/north/link", { NULL } },
    { ROUTE_reports_file, "/g/north/reports/appointments.csv?from=2026-11-01", { NULL } },
    { ROUTE_reports_income_file, "/g/north/reports/income.csv", { NULL } },
    { ROUTE_journal_download,
      "/g/north/reports/accounting",
      { "from", "2026-11-01", "until", "2026-11-30", "names", "1" } },
    { ROUTE_matrix_file, "/g/north/settings/access-matrix/access.csv", { NULL } },
    { ROUTE_credits_file, "/g/north/credits/moves.csv", { NULL } },
    { ROUTE_credits_own_file, "/g/north/credits/users/u-chen/moves.csv", { NULL } },
    { ROUTE_credits_buy_form,
      "/g/north/credits/buy",
      { "order", "01kb0000000000000000000000", "credits", "250" } },
    { ROUTE_credits_own_buy_form,
      "/g/north/credits/users/u-chen/buy",
      { "order", "01kb0000000000000000000000", "credits", "250" } },
    { ROUTE_topup_update_form,
      "/g/north/credits/top-up",
      { "auto_on", "1", "auto_below", "90", "auto_buy", "40", "auto_most", "100", "version",
        "1" } },
    { ROUTE_topup_own_update_form,
      "/g/north/credits/users/u-chen/top-up",
      { "auto_on", "1", "auto_below", "90", "auto_buy", "40", "auto_most", "100", "version",
        "1" } },
};
enum { ACTS = sizeof acts / sizeof *acts };

/* How many rows say that it is done. */
static int64_t done(struct cx *cx, const struct act *a)
{
    switch ((int)a->route) {
    case ROUTE_user_create_form:
        return COUNT("SELECT count(*) FROM people WHERE email_key = 'ingrid@new.example'");
    case ROUTE_user_update:
        return COUNT("SELECT count(*) FROM users WHERE id = 'u-gina' AND level = 'full'");
    case ROUTE_deactivation_create:
        return COUNT("SELECT count(*) FROM users WHERE id = 'u-chen' AND status = 'deactivated'");
    case ROUTE_review_decide_form:
        return COUNT("SELECT count(*) FROM users WHERE id = 'u-gina' AND status = 'deactivated'");
    case ROUTE_review_sign_form:
        return COUNT("SELECT count(*) FROM access_reviews WHERE state = 'signed'");
    case ROUTE_activation_create:
        return COUNT("SELECT count(*) FROM users WHERE id = 'u-kavya' AND status = 'active'");
    case ROUTE_view_create_form:
        return COUNT("SELECT count(*) FROM views WHERE as_user_id = 'u-chen'");
    case ROUTE_security_update_form:
        return COUNT("SELECT second_asked FROM practices WHERE id = 'north'");
    case ROUTE_lost_step_create:
        return COUNT("SELECT count(*) FROM lost_steps WHERE user_id = 'u-gina'");
    case ROUTE_lost_step_approve:
        return COUNT("SELECT count(*) FROM lost_steps WHERE agreed_at > 0");
    case ROUTE_networks_update_form:
        return COUNT("SELECT count(*) FROM practices WHERE networks <> ''");
    case ROUTE_own_email_ask:
        return COUNT("SELECT count(*) FROM email_changes WHERE person_id = 'p-olga'");
    case ROUTE_ownership_hand_create:
        return COUNT("SELECT count(*) FROM users WHERE id = 'u-freya' AND owner = 1");
    case ROUTE_deputy_name_form:
        return COUNT("SELECT count(*) FROM deputies WHERE practice_id = 'north'");
    case ROUTE_group_export_create:
        return COUNT("SELECT count(*) FROM exports WHERE scope = 'practice' AND state = 'asked'");
    case ROUTE_group_export_approve:
        return COUNT("SELECT count(*) FROM exports WHERE id = 'x-asked' AND state = 'running'");
    case ROUTE_group_export_link:
        return COUNT("SELECT count(*) FROM exports WHERE id = 'x-all' AND link_hash IS NOT NULL");
    case ROUTE_key_create: return COUNT("SELECT count(*) FROM api_keys WHERE name = 'Dashboard'");
    case ROUTE_feed_create:
        return COUNT("SELECT count(*) FROM calendar_feeds WHERE user_id = 'u-olga'");
    case ROUTE_provider_remove_form:
        return COUNT("SELECT 1 - count(*) FROM sign_in_providers WHERE practice_id = 'north'");
    case ROUTE_my_data_create:
        return COUNT("SELECT count(*) FROM exports WHERE user_id = 'u-olga' AND state = 'running'");
    case ROUTE_my_data_link:
    case ROUTE_left_data_link:
        return COUNT("SELECT count(*) FROM exports WHERE id = 'x-olga' AND link_hash IS NOT NULL");
    case ROUTE_journal_download:
        return COUNT("SELECT count(*) FROM audit WHERE kind = 'accounting.downloaded'");
    case ROUTE_credits_buy_form:
        return COUNT("SELECT count(*) FROM credit_orders WHERE id = '01kb0000000000000000000000'");
    case ROUTE_credits_own_buy_form:
        return COUNT("SELECT count(*) FROM credit_orders WHERE id = '01kb0000000000000000000000'");
    case ROUTE_topup_update_form:
        return COUNT(
            "SELECT count(*) FROM credit_settings WHERE practice_id = 'north' AND auto_on = 1");
    case ROUTE_topup_own_update_form:
        return COUNT(
            "SELECT count(*) FROM credit_settings WHERE practice_id = 'north' AND auto_on = 1");
    }
    return 0;
}

/* The link, or the key, stands in the answer itself. */
static bool shows_link(enum route route)
{
    return route == ROUTE_my_data_link || route == ROUTE_left_data_link
           || route == ROUTE_group_export_link || route == ROUTE_key_create
           || route == ROUTE_journal_download || route == ROUTE_feed_create;
}

/* Olga, signed in; credits have a price, and what the act is about is there. */
static void begin(struct cx *cx, struct browser *b, enum route route)
{
    practice_begin(cx);
    struct setup *setup = NEW(cx->mem, struct setup);
    *setup = *cx->setup;
    setup->credit_cents = 12;
    setup->credit_currency = "AUD";
    setup->credit_pay_to = "BSB 123-456";
    cx->setup = setup;
    must_run(cx, "INSERT INTO exports (practice_id, id, user_id, state, created_at, touched_at)"
                 " VALUES ('north', 'x-olga', 'u-olga', 'ready', 1, 1)");
    must_run(cx, "UPDATE users SET seen_at = 1 WHERE id = 'u-freya'"); /* who could own the group */
    if (route == ROUTE_review_sign_form) keep_everybody(cx);
    if (route == ROUTE_group_export_approve)
        must_run(cx,
                 "INSERT INTO exports (practice_id, id, user_id, scope, state, created_at,"
                 " touched_at) VALUES ('north', 'x-asked', 'u-freya', 'practice', 'asked', 1, 1)");
    if (route == ROUTE_group_export_link)
        must_run(cx, "INSERT INTO exports (practice_id, id, user_id, scope, state, created_at,"
                     " touched_at) VALUES ('north', 'x-all', 'u-olga', 'practice', 'ready', 1, 1)");
    if (route == ROUTE_left_data_link)
        must_run(cx, "INSERT INTO export_permits (practice_id, user_id, until, by_name, outlives)"
                     " VALUES ('north', 'u-olga', 9000000000000000, 'Freya Nilsson', 1);"
                     "UPDATE users SET status = 'deactivated', owner = 0, level = 'office',"
                     " export_own = 1, access_ended_at = 1 WHERE id = 'u-olga'");
    if (route == ROUTE_lost_step_create)
        must_run(cx, "INSERT INTO authenticators (id, person_id, session_id, name, sealed,"
                     " created_at, proven_at) VALUES ('x', 'p-gina', 's', 'App', 'x', 1, 1)");
    if (route == ROUTE_lost_step_approve)
        must_run(cx, "INSERT INTO lost_steps (practice_id, id, user_id, reason, asked_by,"
                     " asked_name, asked_at, ends_at) VALUES ('north', 'ls', 'u-chen', 'x',"
                     " 'u-freya', 'Freya Nilsson', 1, 9000000000000000)");
    *b = BROWSER("198.51.100.7");
    CHECK(goes_to(try_password(cx, b, EMAIL, OLGAS), "/"));
}

struct fields {
    size_t n;
    struct pair at[40];
};

static struct page send(struct cx *cx, struct browser *b, const char *path, const struct fields *f)
{
    struct request rq = { .method = POST };
    struct pair *pairs = NEW_ARRAY(cx->mem, struct pair, 42);
    memcpy(pairs, f->at, sizeof f->at);
    char *token = arena_alloc(cx->mem, SECRET_SIZE);
    secret_derive(token, b->session, "form");
    pairs[f->n] = (struct pair){ "form_token", token };
    rq.form = (struct pairs){ f->n + 1, pairs };
    return browse(cx, b, &rq, path);
}

static void add(struct fields *f, const char *name, const char *value)
{
    f->at[f->n++] = (struct pair){ name, value };
}

static struct fields form_of(const struct act *a)
{
    struct fields f = { 0 };
    for (size_t i = 0; i < MOST_FIELDS && a->form[i]; i += 2) add(&f, a->form[i], a->form[i + 1]);
    return f;
}

static const char *plain(struct cx *cx, const char *text)
{
    static const char *const signs[][2] = { { "&lt;", "<" },   { "&gt;", ">" },  { "&quot;", "\"" },
                                            { "&#34;", "\"" }, { "&#39;", "'" }, { "&amp;", "&" } };
    char *out = arena_alloc(cx->mem, strlen(text) + 1), *to = out;
    while (*text) {
        size_t i = 0;
        while (i < 6 && strncmp(text, signs[i][0], strlen(signs[i][0])) != 0) i++;
        *to++ = i < 6 ? *signs[i][1] : *text;
        text += i < 6 ? strlen(signs[i][0]) : 1;
    }
    *to = '\0';
    return out;
}

/* What the page that asks carries, as a browser would send it. */
static struct fields carried(struct cx *cx, struct page page)
{
    static const char at_field[] = "<input type=\"hidden\" name=\"";
    struct fields f = { 0 };
    const char *at = strstr(page.body, "id=\"step-up\"");
    while (at && (at = strstr(at, at_field))) {
        const char *name = between(cx, at, at_field, "\"");
        if (strcmp(name, "form_token") != 0)
            add(&f, name, plain(cx, between(cx, at, "value=\"", "\"")));
        at++;
    }
    return f;
}

static bool asks(struct page page)
{
    return page.status == 403 && has_text(page, "<h1>Confirm it is you</h1>")
           && has_text(page, "This protects patient records on shared computers.");
}

static bool has_pair(const struct fields *f, const char *name, const char *value)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->at[i].name, name) == 0 && strcmp(f->at[i].value, value) == 0) return true;
    return false;
}

static void old_proof(struct cx *cx)
{
    cx->now += MINUTES(PROOF_MINUTES);
}

static void form_waits(struct cx *cx, const struct act *a)
{
    struct browser b;
    begin(cx, &b, a->route);
    old_proof(cx);
    struct fields form = form_of(a);
    int64_t audit = COUNT("SELECT count(*) FROM audit");
    struct page page = send(cx, &b, a->path, &form);
    CHECK(asks(page));
    CHECK_INT(done(cx, a), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit"), audit);
    struct fields kept = carried(cx, page);
    for (size_t i = 0; i < form.n; i++) CHECK(has_pair(&kept, form.at[i].name, form.at[i].value));
    CHECK_INT((int64_t)kept.n, (int64_t)form.n + 1);
    struct fields wrong = kept, right = kept;
    add(&wrong, "proof_password", "not hers at all");
    page = send(cx, &b, a->path, &wrong);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "This is not your password") && !has_text(page, "not hers at all"));
    CHECK_INT(done(cx, a), 0);
    add(&right, "proof_password", OLGAS);
    page = send(cx, &b, a->path, &right);
    CHECK_INT(page.status, shows_link(a->route) ? 200 : 303);
    if (a->route
        == ROUTE_journal_download) { /* an answer that is a file leaves the page where it is */
        CHECK(has_text(page, "once more") && !page.disposition && done(cx, a) == 0);
        CHECK(send(cx, &b, a->path, &form).status == 200);
    }
    CHECK_INT(done(cx, a), 1);
    /* Back, and sent again: it is used. */
    audit = COUNT("SELECT count(*) FROM audit");
    page = send(cx, &b, a->path, &right);
    CHECK(!has_text(page, OLGAS));
    CHECK_INT(done(cx, a), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit"), audit);
}

static void page_waits(struct cx *cx, const struct act *a)
{
    struct browser b;
    begin(cx, &b, a->route);
    old_proof(cx);
    struct page page = open_page(cx, &b, a->path);
    CHECK_INT(page.status, 303);
    CHECK(strncmp(page.location, "/me/confirm?next=%2Fg%2Fnorth%2F", 32) == 0);
    page = open_page(cx, &b, page.location);
    CHECK_INT(page.status, 200);
    struct fields right = carried(cx, page);
    CHECK(has_pair(&right, "next", a->path));
    add(&right, "proof_password", OLGAS);
    page = send(cx, &b, "/me/confirm", &right);
    CHECK_INT(page.status, 303);
    CHECK(strncmp(page.location, a->path, strlen(page.location)) == 0);
    page = open_page(cx, &b, page.location);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Your download is ready") && has_text(page, a->path));
    CHECK_INT(open_page(cx, &b, a->path).status, 200);
}

TEST(each_route_that_asks_keeps_the_form_and_does_it_once)
{
    for (int r = 0; r < ROUTE_COUNT; r++) {
        bool tried =
            routes[r].call
            && route_asks(&routes[r]); /* and what it does leaves the program: sso_test.c */
        for (size_t i = 0; i < ACTS; i++) {
            if (acts[i].route != (enum route)r) continue;
            tried = true;
            int before = failures;
            if (routes[r].method == GET)
                page_waits(cx, &acts[i]);
            else
                form_waits(cx, &acts[i]);
            if (failures > before) printf("  %s\n", routes[r].name);
        }
        if (tried != (route_asks(&routes[r]) != ASKS_NOTHING)) CHECK_TEXT(routes[r].name, "tried");
    }
}

TEST(with_a_fresh_proof_nobody_is_asked)
{
    for (size_t i = 0; i < ACTS; i++) {
        struct browser b;
        begin(cx, &b, acts[i].route);
        cx->now += MINUTES(PROOF_MINUTES) - 1;
        struct fields form = form_of(&acts[i]);
        struct page page = routes[acts[i].route].method == POST ? send(cx, &b, acts[i].path, &form)
                                                                : open_page(cx, &b, acts[i].path);
        bool form_goes_on = routes[acts[i].route].method == POST && !shows_link(acts[i].route);
        CHECK_INT(page.status, form_goes_on ? 303 : 200);
        if (routes[acts[i].route].method == POST) CHECK_INT(done(cx, &acts[i]), 1);
    }
}

static const struct act *act_of(enum route route)
{
    size_t i = 0;
    while (acts[i].route != route) i++;
    return &acts[i];
}

TEST(another_session_and_an_old_page_confirm_nothing)
{
    struct browser b;
    const struct act *a = act_of(ROUTE_deactivation_create);
    begin(cx, &b, ROUTE_COUNT);
    old_proof(cx);
    struct fields form = form_of(a), kept = carried(cx, send(cx, &b, a->path, &form));
    add(&kept, "proof_password", OLGAS);
    /* The value belongs to the session that was asked. */
    struct browser other = BROWSER("198.51.100.7");
    try_password(cx, &other, EMAIL, OLGAS);
    must_run(cx, "UPDATE sessions SET proved_at = 0");
    struct page page = send(cx, &other, a->path, &kept);
    CHECK(asks(page) && has_text(page, "This page was open too long. Confirm again."));
    CHECK_INT(done(cx, a), 0);
    /* After half an hour the page asks once more, and the form is still there. */
    must_run(cx, "UPDATE challenges SET created_at = created_at - 1800000000");
    page = send(cx, &b, a->path, &kept);
    struct fields again = carried(cx, page);
    CHECK(has_pair(&again, "note", form.at[1].value));
    CHECK_INT(done(cx, a), 0);
    add(&again, "proof_password", OLGAS);
    CHECK_INT(send(cx, &b, a->path, &again).status, 303);
    CHECK_INT(done(cx, a), 1);
    /* It is fresh for other acts now, and the other session's is not. */
    must_run(cx, "UPDATE users SET status = 'active' WHERE id = 'u-chen'");
    CHECK_INT(COUNT("SELECT count(*) FROM sessions WHERE proved_at > 0"), 1);
}

TEST(a_code_of_the_second_step_is_proof_too_and_guesses_wait)
{
    struct phone p;
    practice_begin(cx);
    must_run(cx, "UPDATE users SET level = 'full' WHERE id = 'u-gina'");
    struct browser b = BROWSER("198.51.100.7");
    with_app(cx, &b, &p);
    const struct act *a = act_of(ROUTE_view_create_form);
    struct fields form = form_of(a);
    cx->now += MINUTES(PROOF_MINUTES);
    struct page page = send(cx, &b, a->path, &form);
    CHECK(asks(page) && has_text(page, "proof_code"));
    struct fields kept = carried(cx, page);
    for (int i = 0; i < 5; i++) {
        struct fields wrong = kept;
        add(&wrong, "proof_code", "aaaa-aaaa-aaaa-aaaa");
        CHECK_INT(send(cx, &b, a->path, &wrong).status, 422);
    }
    struct fields right = kept;
    add(&right, "proof_code", code_at(cx, &p, 0));
    CHECK_INT(send(cx, &b, a->path, &right).status, 429);
    CHECK_INT(done(cx, a), 0);
    cx->now += MINUTES(2);
    right.at[right.n - 1].value = code_at(cx, &p, 0);
    CHECK_INT(send(cx, &b, a->path, &right).status, 303);
    CHECK_INT(done(cx, a), 1);
    /* Who has no second step cannot confirm with a code. */
    struct browser c;
    begin(cx, &c, ROUTE_COUNT);
    old_proof(cx);
    kept = carried(cx, send(cx, &c, a->path, &form));
    add(&kept, "proof_code", "123456");
    CHECK_INT(send(cx, &c, a->path, &kept).status, 422);
    CHECK_INT(done(cx, a), 0);
}

TEST(a_password_for_somebody_else_is_not_kept_and_typed_again)
{
    struct browser b;
    begin(cx, &b, ROUTE_COUNT);
    old_proof(cx);
    struct fields form = form_of(act_of(ROUTE_user_create_form));
    for (size_t i = 0; i < form.n; i++)
        if (strcmp(form.at[i].name, "entry") == 0) form.at[i].value = "password";
    add(&form, "password", TEMPORARY);
    add(&form, "password_again", TEMPORARY);
    struct page page = send(cx, &b, "/g/north/settings/users", &form);
    CHECK(asks(page) && !has_text(page, TEMPORARY));
    struct fields kept = carried(cx, page);
    add(&kept, "proof_password", OLGAS);
    page = send(cx, &b, "/g/north/settings/users", &kept);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter the password again. It is not kept while you confirm"));
    CHECK(has_text(page, "value=\"ingrid@new.example\"") && has_text(page, "Ingrid &lt;b&gt;"));
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE email_key = 'ingrid@new.example'"), 0);
    CHECK_INT(send(cx, &b, "/g/north/settings/users", &form).status, 303); /* it is confirmed */
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE email_key = 'ingrid@new.example'"), 1);
}

TEST(what_may_ask_asks_only_for_full_access)
{
    struct browser b;
    begin(cx, &b, ROUTE_COUNT);
    old_proof(cx);
    struct fields form = form_of(act_of(ROUTE_user_create_form));
    for (size_t i = 0; i < form.n; i++)
        if (strcmp(form.at[i].name, "level") == 0) form.at[i].value = "office";
    CHECK_INT(send(cx, &b, "/g/north/settings/users", &form).status, 303);
    /* What is wrong with the form is said first. */
    struct fields wrong = form_of(act_of(ROUTE_user_create_form));
    wrong.at[3].value = "";
    CHECK(!asks(send(cx, &b, "/g/north/settings/users", &wrong)));
    /* Only to places inside. */
    struct page page = open_page(cx, &b, "/me/confirm?next=//evil.example/x");
    CHECK(page.status == 200 && !has_text(page, "evil"));
    CHECK(goes_to(send_form(cx, &b, "/me/confirm", "next", "https://evil.example/x",
                            "proof_password", OLGAS, NULL),
                  "/me"));
}
