/* second_step_test.c - signing in with a code, and what a session opens before it. */
#include "tests/app/second_step/app.h"

#include "app/second_step/second_step.h"
#include "app/sign_in/sign_in.h"
#include "app/people/person.h"

TEST(after_the_password_a_code_is_asked_for_and_the_session_is_a_new_one)
{
    struct phone p;
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), b = BROWSER("198.51.100.7");
    with_app(cx, &desk, &p);
    open_page(cx, &b, "/sign-in?next=/me/devices");
    CHECK(goes_to(send_form(cx, &b, "/sign-in", "email", GINA, "password", HERS, "next",
                            "/me/devices", NULL),
                  "/sign-in/second-step?next=%2Fme%2Fdevices"));
    struct page page = open_page(cx, &b, "/sign-in/second-step?next=%2Fme%2Fdevices");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "6-digit code"));
    CHECK(has_text(page, "autocomplete=\"one-time-code\""));
    CHECK(has_text(page, "value=\"/me/devices\""));
    struct browser half = b;
    CHECK(goes_to(send_form(cx, &b, "/sign-in/second-step", "code", code_at(cx, &p, 0), "next",
                            "/me/devices", NULL),
                  "/me/devices"));
    CHECK(strcmp(half.session, b.session) != 0);
    CHECK(goes_to(open_page(cx, &half, "/sign-in/second-step"), "/sign-in?next=%2Fsign-in%2Fsecond-step"));
    CHECK_INT(open_page(cx, &b, "/me").status, 200);
    CHECK(goes_to(open_page(cx, &b, "/sign-in/second-step"), "/"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.second_step_asked'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.signed_in'"), 2);
    /* Not to another site, whatever stands in the address. */
    struct browser c = BROWSER("198.51.100.7");
    cx->now += MINUTES(1);
    try_password(cx, &c, GINA, HERS);
    CHECK(!has_text(open_page(cx, &c, "/sign-in/second-step?next=//evil.example"), "evil"));
    CHECK(goes_to(send_form(cx, &c, "/sign-in/second-step", "code", code_at(cx, &p, 0), "next",
                            "//evil.example", NULL),
                  "/"));
}

TEST(before_the_code_a_session_opens_nothing_but_its_page)
{
    struct phone p;
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), b = BROWSER("198.51.100.7");
    with_app(cx, &desk, &p);
    CHECK(goes_to(try_password(cx, &b, GINA, HERS), "/sign-in/second-step"));
    CHECK(goes_to(open_page(cx, &b, "/"), "/sign-in/second-step"));
    for (int i = 0; i < ROUTE_COUNT; i++) {
        const struct route_info *r = &routes[i];
        if (r->api) continue; /* takes no session at all */
        if (r->permission == ANYONE || r->permission == PROVING || r->permission == HALFWAY) continue;
        const char *path = url_in(cx, "north", (enum route)i, "x", "y").text;
        struct page page =
            r->method == GET ? open_page(cx, &b, path) : send_form(cx, &b, path, NULL);
        bool closed = r->tell ? page.status == 403
                              : page.status == 303
                                    && strncmp(page.location, "/sign-in/second-step", 20) == 0;
        if (!closed) CHECK_TEXT(r->name, "closed");
    }
    /* Nor does a page that is open to all, or is not there, say who it is and where. */
    must_run(cx, ONLINE_ON);
    for (int i = 0; i < ROUTE_COUNT; i++) {
        if (routes[i].permission != ANYONE || routes[i].method != GET) continue;
        struct page page = open_page(cx, &b, url_in(cx, "north", (enum route)i, "x", "y").text);
        bool said = has_text(page, "Gina") || has_text(page, "/g/north/");
        if (said) CHECK_TEXT(routes[i].name, "closed");
    }
    static const char *const nowhere[] = { "/nowhere", "/g/north/nowhere", "/sign-out" };
    for (int i = 0; i < 3; i++) {
        struct page page = open_page(cx, &b, nowhere[i]);
        CHECK_INT(page.status, i == 2 ? 405 : 404);
        CHECK(!has_text(page, "Gina") && !has_text(page, "/g/north/"));
    }
    /* Ten minutes, and it is over. */
    cx->now += MINUTES(10) - 1;
    CHECK_INT(open_page(cx, &b, "/sign-in/second-step").status, 200);
    cx->now += 1;
    CHECK_INT(open_page(cx, &b, "/sign-in/second-step").status, 303);
    /* And out is a way. */
    try_password(cx, &b, GINA, HERS);
    CHECK(goes_to(send_form(cx, &b, "/sign-out", NULL), "/sign-in"));
}

TEST(a_code_is_good_for_its_step_and_those_around_and_once)
{
    struct phone p;
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    with_app(cx, &b, &p);
    cx->now = SECONDS(1800000000); /* a step begins here */
    sign_in_again(cx, "gina");
    static const struct {
        int64_t later;
        int status;
    } tries[] = { { -2, 422 }, { 2, 422 }, { -1, 303 }, { -1, 422 }, { 0, 303 }, { -1, 422 },
                  { 0, 422 },  { 1, 303 }, { 0, 422 } };
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        struct browser c = BROWSER("198.51.100.7");
        must_run(cx, "DELETE FROM tries");
        try_password(cx, &c, GINA, HERS);
        const char *code = code_at(cx, &p, tries[i].later);
        /* With blanks, as people read them out. */
        struct page page = try_code(cx, &c, arena_print(cx->mem, " %.3s %s ", code, code + 3));
        if (page.status != tries[i].status) CHECK_INT((int64_t)i * 1000 + page.status, tries[i].status);
        if (page.status == 422) CHECK(has_text(page, "This code is not right, or it was used already."));
    }
}

TEST(a_recovery_code_works_once_ends_other_sessions_and_is_told_of)
{
    struct phone p;
    struct outbox mails;
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), b = BROWSER("198.51.100.7");
    with_app(cx, &desk, &p);
    work_all(cx, &mails);
    try_password(cx, &b, GINA, HERS);
    CHECK(has_text(open_page(cx, &b, "/sign-in/second-step?recovery=1"), "Recovery code"));
    /* As it is read: big letters, no hyphens, o for zero. */
    char *typed = arena_copy(cx->mem, p.codes[3], strlen(p.codes[3]));
    for (char *c = typed; *c; c++) *c = *c == '-' ? ' ' : *c == '0' ? 'O' : *c >= 'a' ? *c - 32 : *c;
    CHECK(goes_to(try_code(cx, &b, typed), "/"));
    CHECK_INT(open_page(cx, &b, "/me").status, 200);
    CHECK_INT(open_page(cx, &desk, "/me").status, 303);
    CHECK(has_text(open_page(cx, &b, "/me/sign-in"), "9 recovery codes are left."));
    struct browser again = BROWSER("198.51.100.7");
    try_password(cx, &again, GINA, HERS);
    CHECK_INT(try_code(cx, &again, p.codes[3]).status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.recovery_code_used'"), 1);
    work_others(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK_TEXT(mails.at[0].subject, "A recovery code was used");
    CHECK(strstr(mails.at[0].text, "You have 9 codes left.") != NULL);
    CHECK(strstr(mails.at[0].text, p.codes[3]) == NULL);
}

TEST(guessing_codes_is_slowed_down_and_locks_nobody_out_elsewhere)
{
    struct phone p;
    struct outbox mails;
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), stranger = BROWSER("203.0.113.9");
    with_app(cx, &desk, &p);
    work_all(cx, &mails);
    try_password(cx, &stranger, GINA, HERS);
    const char *right = code_at(cx, &p, 0);
    const char *wrong = strcmp(right, "000000") == 0 ? "999999" : "000000";
    for (int i = 0; i < 5; i++) CHECK_INT(try_code(cx, &stranger, wrong).status, 422);
    struct page page = try_code(cx, &stranger, right);
    CHECK_INT(page.status, 429);
    CHECK(has_text(page, "Too many tries. Wait 1 minute."));
    /* Another session from there waits, too; her own desk does not. */
    struct browser second = BROWSER("203.0.113.9"), own = BROWSER("198.51.100.7");
    try_password(cx, &second, GINA, HERS);
    CHECK_INT(try_code(cx, &second, right).status, 429);
    try_password(cx, &own, GINA, HERS);
    CHECK(goes_to(try_code(cx, &own, right), "/"));
    work_others(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK_TEXT(mails.at[0].subject, "Someone knows your password");
    /* From many addresses: after twenty in a day each waits, but not at her desk. */
    for (int i = 0; i < 20; i++) {
        struct browser b = { .address = arena_print(cx->mem, "203.0.113.%d", 20 + i) };
        try_password(cx, &b, GINA, HERS);
        try_code(cx, &b, wrong);
    }
    cx->now += SECONDS(30);
    struct browser late = BROWSER("203.0.113.99"), home = BROWSER("198.51.100.7");
    try_password(cx, &late, GINA, HERS);
    CHECK_INT(try_code(cx, &late, code_at(cx, &p, 0)).status, 429);
    try_password(cx, &home, GINA, HERS);
    CHECK(goes_to(try_code(cx, &home, code_at(cx, &p, 0)), "/"));
    CHECK(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.second_step_failed'") == 25);
}

TEST(a_reset_and_a_temporary_password_leave_the_second_step_standing)
{
    struct phone p;
    const char *hash;
    static const char TEMPORARY[] = "lantern-harvest-violin-cargo",
                      OWN[] = "quiet rivers carry paper boats";
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), b = BROWSER("198.51.100.7");
    with_app(cx, &desk, &p);
    CHECK(new_password_hash(cx, TEMPORARY, &hash) == OK);
    must_run(cx, "UPDATE people SET password_hash = NULL WHERE id = 'p-gina'");
    CHECK(db_begin(cx, true) == OK);
    CHECK(person_set_temporary(cx, id_of("p-gina"), hash, "Freya Nilsson", "Northside") == OK);
    CHECK(db_commit(cx) == OK);
    /* First the code, then the own password. */
    CHECK(goes_to(try_password(cx, &b, GINA, TEMPORARY), "/sign-in/second-step"));
    CHECK(goes_to(open_page(cx, &b, "/sign-in/choose-password"),
                  "/sign-in/second-step?next=%2Fsign-in%2Fchoose-password"));
    CHECK(goes_to(send_form(cx, &b, "/sign-in/choose-password", "new_password", OWN,
                            "new_password_again", OWN, NULL),
                  "/sign-in/second-step"));
    CHECK(goes_to(try_code(cx, &b, code_at(cx, &p, 0)), "/sign-in/choose-password"));
    CHECK(goes_to(open_page(cx, &b, "/me"), "/sign-in/choose-password"));
    CHECK(goes_to(open_page(cx, &b, "/sign-in/second-step"), "/sign-in/choose-password"));
    CHECK(goes_to(send_form(cx, &b, "/sign-in/choose-password", "new_password", OWN,
                            "new_password_again", OWN, NULL),
                  "/g/north/"));
    CHECK_INT(open_page(cx, &b, "/me").status, 200);
    /* A mailed link changes the password and nothing else. */
    struct outbox mails;
    work_all(cx, &mails);
    send_form(cx, &b, "/password-reset", "email", GINA, NULL);
    work_all(cx, &mails);
    const char *link = sent_link(cx, &mails.at[mails.n - 1], "http://linden.example/password-reset/");
    static const char NEXT[] = "seven slow ferries cross at dawn";
    struct browser c = BROWSER("198.51.100.7");
    open_page(cx, &c, link + strlen("http://linden.example"));
    CHECK(goes_to(send_form(cx, &c, link + strlen("http://linden.example"), "new_password", NEXT,
                            "new_password_again", NEXT, NULL),
                  "/sign-in"));
    CHECK(goes_to(try_password(cx, &c, GINA, NEXT), "/sign-in/second-step"));
}

TEST(without_the_key_codes_are_refused_in_words_and_recovery_codes_work)
{
    struct phone p;
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), b = BROWSER("198.51.100.7");
    with_app(cx, &desk, &p);
    struct setup keyless = *cx->setup, other = *cx->setup;
    const struct setup *before = cx->setup;
    keyless.key = NULL;
    other.key = (const unsigned char *)"Another key of 32 bytes, a test!";
    try_password(cx, &b, GINA, HERS);
    const struct setup *const both[] = { &keyless, &other };
    for (int i = 0; i < 2; i++) {
        cx->setup = both[i];
        struct page page = try_code(cx, &b, code_at(cx, &p, 0));
        CHECK_INT(page.status, 422);
        CHECK(has_text(page, "Codes of authenticator apps cannot be checked here at the moment."));
    }
    CHECK_INT(COUNT("SELECT count(*) FROM tries WHERE what = 'code pair'"), 0);
    cx->setup = &keyless;
    struct page page = send_form(cx, &desk, "/me/sign-in/apps", "name", "Tablet", "password", HERS,
                                 "code", p.codes[0], NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "An authenticator app cannot be added at the moment."));
    try_password(cx, &b, GINA, HERS);
    CHECK(goes_to(try_code(cx, &b, p.codes[1]), "/"));
    cx->setup = before;
    CHECK_INT(COUNT("SELECT count(*) FROM recovery_codes WHERE used_at IS NULL"), 9);
}

TEST(another_persons_code_opens_nothing)
{
    struct phone p;
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), ben = BROWSER("198.51.100.8");
    with_app(cx, &desk, &p);
    must_run(cx, "INSERT INTO authenticators (id, person_id, session_id, name, sealed, created_at,"
                 " proven_at) SELECT 'hers', 'p-ben', session_id, name, sealed, 1, 1 FROM"
                 " authenticators");
    CHECK(goes_to(try_password(cx, &ben, "ben@north.example", "correct-horse-battery-ben"),
                  "/sign-in/second-step"));
    CHECK_INT(try_code(cx, &ben, p.codes[0]).status, 422);
    CHECK_INT(try_code(cx, &ben, code_at(cx, &p, 0)).status, 422); /* sealed for gina's row */
    CHECK_INT(open_page(cx, &ben, arena_print(cx->mem, "/me/sign-in/apps/%s", p.id)).status, 303);
}
