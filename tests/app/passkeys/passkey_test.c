/* passkey_test.c - signing in with a passkey, and everything that is none. */
#include "tests/app/passkeys/key.h"

#include <time.h>

#include "app/passkeys/passkey.h"
#include "base/time.h"

TEST(a_passkey_signs_in_without_a_password)
{
    struct held_key k;
    struct outbox mails;
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), other = BROWSER("203.0.113.9"),
                   b = BROWSER("198.51.100.7");
    try_password(cx, &other, GINA, HERS);
    with_key(cx, &desk, &k);
    CHECK_INT(open_page(cx, &other, "/me").status, 303); /* other devices are signed out */
    work_others(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK_TEXT(mails.at[0].subject, "Your passkeys were changed");
    struct page page = open_page(cx, &b, "/sign-in?next=/me/devices");
    CHECK(has_text(page, "autocomplete=\"username webauthn\"") && has_text(page, "data-autofill"));
    CHECK(has_text(page, "Passkeys need a browser that knows them"));
    struct answer a = signed_by(cx, &k, challenge_of(cx, &b));
    CHECK(goes_to(send_form(cx, &b, "/sign-in/passkey", "next", "/me/devices", ANSWER(a), NULL),
                  "/me/devices"));
    CHECK_INT(open_page(cx, &b, "/me").status, 200);
    CHECK_INT(COUNT("SELECT counter FROM passkeys"), k.counter);
    page = open_page(cx, &b, "/me/sign-in");
    CHECK(has_text(page, "My laptop") && has_text(page, "10 recovery codes are left."));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.passkey_added'"), 1);
    /* Not to another site. */
    struct browser c = BROWSER("198.51.100.7");
    open_page(cx, &c, "/sign-in");
    a = signed_by(cx, &k, challenge_of(cx, &c));
    CHECK(goes_to(send_form(cx, &c, "/sign-in/passkey", "next", "//evil.example", ANSWER(a), NULL),
                  "/"));
    /* Who is signed in already stays who they are. */
    CHECK(goes_to(send_form(cx, &c, "/sign-in/passkey", ANSWER(a), NULL), "/"));
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Of this thread, in nanoseconds. */
static int64_t processor(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* The form and its answer, from a browser that is known. */
TEST(a_sign_in_with_a_passkey_takes_a_millisecond_at_most)
{
    enum { TIMES = 41 };
    int64_t took[TIMES];
    struct held_key k;
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7");
    with_key(cx, &desk, &k);
    for (int i = 0; i < TIMES; i++) {
        cx->now += MINUTES(1);
        desk.session[0] = '\0';
        open_page(cx, &desk, "/sign-in");
        struct answer a = signed_by(cx, &k, challenge_of(cx, &desk));
        took[i] = -processor();
        CHECK(goes_to(send_form(cx, &desk, "/sign-in/passkey", ANSWER(a), NULL), "/"));
        took[i] += processor();
    }
    qsort(took, TIMES, sizeof *took, by_size);
    if (took[TIMES / 2] > 1000000) CHECK_INT(took[TIMES / 2] / 1000, 1000);
}

static void refused(struct cx *cx, struct browser *b, struct answer a, const char *why)
{
    struct page page = send_form(cx, b, "/sign-in/passkey", ANSWER(a), NULL);
    bool right = page.status == 422 && has_text(page, "This passkey was not accepted.");
    if (!right || *b->session) CHECK_TEXT("taken", why);
}

/* The text with one bit of its bytes turned. */
static const char *bent(struct cx *cx, const char *text, size_t at)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *out = arena_copy(cx->mem, text, strlen(text));
    out[at] = letters[((size_t)(strchr(letters, out[at]) - letters) ^ 32) % 64];
    return out;
}

TEST(an_answer_that_is_changed_anywhere_is_refused)
{
    struct held_key k;
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), b = BROWSER("203.0.113.9");
    with_key(cx, &desk, &k);
    open_page(cx, &b, "/sign-in");
    struct answer whole = signed_by(cx, &k, challenge_of(cx, &b));
    const char **const members[] = { &whole.credential, &whole.client, &whole.data,
                                     &whole.signature,  &whole.user,   &whole.challenge };
    int64_t tried = 0;
    for (size_t m = 0; m < sizeof members / sizeof *members; m++) {
        const char *was = *members[m];
        size_t n = strlen(was);
        for (size_t at = 0; at < n - 1; at += 2, tried++) {
            *members[m] = m == 4 ? arena_print(cx->mem, "%.*s", (int)at, was) : bent(cx, was, at);
            must_run(cx, "UPDATE challenges SET used_at = 0");
            refused(cx, &b, whole, arena_print(cx->mem, "member %zu at %zu", m, at));
        }
        const char *const odd[] = {
            "", "=", "a b", "%", arena_print(cx->mem, "%sA", was), arena_print(cx->mem, "%s=", was)
        };
        for (size_t i = 0; i < sizeof odd / sizeof *odd; i++, tried++) {
            *members[m] = odd[i];
            must_run(cx, "UPDATE challenges SET used_at = 0");
            refused(cx, &b, whole, odd[i]);
        }
        *members[m] = was;
    }
    CHECK(tried > 200);
    must_run(cx, "UPDATE challenges SET used_at = 0");
    CHECK(goes_to(send_form(cx, &b, "/sign-in/passkey", ANSWER(whole), NULL), "/"));
}

TEST(a_challenge_is_good_once_for_ten_minutes_and_for_who_got_it)
{
    struct held_key k;
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), b = BROWSER("203.0.113.9"),
                   c = BROWSER("203.0.113.10");
    with_key(cx, &desk, &k);
    open_page(cx, &b, "/sign-in");
    open_page(cx, &c, "/sign-in");
    struct answer a = signed_by(cx, &k, challenge_of(cx, &b));
    refused(cx, &c, a, "from another browser");
    CHECK(goes_to(send_form(cx, &b, "/sign-in/passkey", ANSWER(a), NULL), "/"));
    struct browser again = { .address = b.address };
    memcpy(again.visitor, b.visitor, sizeof again.visitor);
    refused(cx, &again, a, "replayed");
    /* Even a refusal uses it up. */
    a = signed_by(cx, &k, challenge_of(cx, &c));
    struct answer wrong = a;
    wrong.signature = bent(cx, a.signature, 5);
    refused(cx, &c, wrong, "a wrong signature");
    refused(cx, &c, a, "after a wrong one");
    a = signed_by(cx, &k, challenge_of(cx, &c));
    cx->now += MINUTES(PASSKEY_MINUTES);
    refused(cx, &c, a, "too late");
    /* One that was made for something else. */
    const char *value = between(cx, begin_key(cx, &desk, "Second").body, "data-value=\"", "\"");
    refused(cx, &c, signed_by(cx, &k, value), "of adding one");
    refused(cx, &c, signed_by(cx, &k, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), "made up");
}

TEST(another_place_another_person_and_a_copied_key_are_refused)
{
    struct held_key k;
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), b = BROWSER("203.0.113.9");
    with_key(cx, &desk, &k);
    open_page(cx, &b, "/sign-in");
    static const struct {
        const char *origin, *party, *why;
        int flags;
    } wrong[] = {
        { "https://linden.example", "linden.example", "another scheme", 5 },
        { "http://linden.example:8080", "linden.example", "another port", 5 },
        { "http://linden.example.evil", "linden.example", "another origin", 5 },
        { "http://linden.example", "example", "a wider party", 5 },
        { "http://linden.example", "linden.example", "nobody there", 4 },
        { "http://linden.example", "linden.example", "nobody verified", 1 },
        { "http://linden.example\",\"x\":\"", "linden.example", "more in the origin", 0 },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct held_key other = k;
        other.origin = wrong[i].origin;
        other.party = wrong[i].party;
        other.flags = wrong[i].flags;
        other.counter += 10;
        refused(cx, &b, signed_by(cx, &other, challenge_of(cx, &b)), wrong[i].why);
    }
    /* Client data as a page in a frame of another site, or of another kind, would send it. */
    static const char *const clients[] = {
        "{\"type\":\"webauthn.get\",\"challenge\":\"%s\",\"origin\":\"http://linden.example\","
        "\"crossOrigin\":true}",
        "{\"type\":\"webauthn.create\",\"challenge\":\"%s\",\"origin\":\"http://linden.example\","
        "\"crossOrigin\":false}",
        "{\"challenge\":\"%s\",\"origin\":\"http://linden.example\",\"type\":\"webauthn.get\"}",
        "{\"type\":\"webauthn.get\",\"challenge\":\"%s\",\"origin\":\"http://linden.example\"",
    };
    for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
        const char *value = challenge_of(cx, &b), *at = strstr(clients[i], "%s");
        const char *client =
            arena_print(cx->mem, "%.*s%s%s", (int)(at - clients[i]), clients[i], value, at + 2);
        unsigned char data[96], signature[64];
        struct answer a = signed_by(cx, &k, value);
        size_t n = data_of(&k, false, data);
        crypto_hash_sha256(data + n, (const unsigned char *)client, strlen(client));
        crypto_sign_detached(signature, NULL, data, n + 32, k.secret);
        a.client = b64(cx, client, strlen(client));
        a.signature = b64(cx, signature, sizeof signature);
        refused(cx, &b, a, clients[i]);
    }
    /* The same key under somebody else's name; and another key under this one's. */
    struct held_key hers = k, copied = k, stranger = new_key(cx);
    hers.user = "p-ben";
    refused(cx, &b, signed_by(cx, &hers, challenge_of(cx, &b)), "another person's name");
    hers.user = NULL;
    refused(cx, &b, signed_by(cx, &hers, challenge_of(cx, &b)), "nobody's name");
    stranger.credential = k.credential;
    stranger.user = k.user;
    refused(cx, &b, signed_by(cx, &stranger, challenge_of(cx, &b)), "another key");
    k.counter += 20;
    CHECK(goes_to(use_key(cx, &b, &k), "/"));
    struct browser c = BROWSER("203.0.113.11");
    open_page(cx, &c, "/sign-in");
    refused(cx, &c, signed_by(cx, &copied, challenge_of(cx, &c)), "a counter that goes back");
    /* A new address of the installation. */
    struct setup *moved = NEW(cx->mem, struct setup);
    *moved = *cx->setup;
    moved->url = "http://other.example";
    cx->setup = moved;
    refused(cx, &c, signed_by(cx, &k, challenge_of(cx, &c)), "for the former address");
    k.origin = "http://other.example";
    refused(cx, &c, signed_by(cx, &k, challenge_of(cx, &c)), "a key of the former address");
    k.party = "other.example";
    CHECK(goes_to(use_key(cx, &c, &k), "/"));
}

TEST(after_the_password_a_passkey_is_the_second_step)
{
    struct held_key k, bens = new_key(cx);
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), b = BROWSER("203.0.113.9"),
                   ben = BROWSER("203.0.113.8");
    with_key(cx, &desk, &k);
    CHECK(goes_to(try_password(cx, &b, GINA, HERS), "/sign-in/second-step"));
    struct page page = open_page(cx, &b, "/sign-in/second-step");
    CHECK(has_text(page, "Use a passkey") && has_text(page, "Recovery code"));
    CHECK(!has_text(page, "6-digit code"));
    k.flags = 1; /* a touch is enough: the password was right */
    struct answer a = signed_by(cx, &k, challenge_of(cx, &b));
    CHECK(goes_to(send_form(cx, &b, "/sign-in/second-step/passkey", ANSWER(a), NULL), "/"));
    CHECK_INT(open_page(cx, &b, "/me").status, 200);
    k.flags = 5;
    /* Not somebody else's, though it is right for them. */
    try_password(cx, &ben, "ben@north.example", "correct-horse-battery-ben");
    page = send_form(cx, &ben, "/me/sign-in/passkeys", "name", "Ben's", "password",
                     "correct-horse-battery-ben", NULL);
    struct answer made = made_by(cx, &bens, between(cx, page.body, "data-value=\"", "\""));
    CHECK_INT(
        send_form(cx, &ben, "/me/sign-in/passkeys/new", "name", "Ben's", ANSWER(made), NULL).status,
        200);
    struct browser c = BROWSER("203.0.113.10");
    try_password(cx, &c, GINA, HERS);
    bens.user = "p-ben";
    a = signed_by(cx, &bens, challenge_of(cx, &c));
    CHECK_INT(send_form(cx, &c, "/sign-in/second-step/passkey", ANSWER(a), NULL).status, 422);
    bens.user = k.user;
    a = signed_by(cx, &bens, challenge_of(cx, &c));
    CHECK_INT(send_form(cx, &c, "/sign-in/second-step/passkey", ANSWER(a), NULL).status, 422);
    CHECK_INT(open_page(cx, &c, "/me").status, 303);
}

TEST(every_state_of_an_account_and_a_passkey)
{
    static const struct {
        const char *state, *change, *then; /* where it leads */
        int home;                          /* and how the group's home answers */
    } states[] = {
        { "active", "SELECT 1", "/", 200 },
        { "deactivated",
          "UPDATE users SET status = 'deactivated', deactivated_at = 1, access_ended_at"
          " = 1795255200000001 WHERE id = 'u-gina'",
          "/", 403 },
        { "temporary password",
          "UPDATE people SET temporary = 1, temporary_until = 9000000000000000 WHERE id = 'p-gina'",
          "/sign-in/choose-password", 303 },
        { "temporary password that is over",
          "UPDATE people SET temporary = 1, temporary_until = 1 WHERE id = 'p-gina'",
          "/sign-in/choose-password", 303 },
        { "without a password", "UPDATE people SET password_hash = NULL WHERE id = 'p-gina'", "/",
          200 },
        { "with an app",
          "INSERT INTO authenticators (id, person_id, session_id, name, sealed,"
          " created_at, proven_at) VALUES ('x', 'p-gina', 's', 'App', 'x', 1, 1)",
          "/", 200 },
        { "address not confirmed", "UPDATE people SET proven_at = NULL WHERE id = 'p-gina'", "/",
          200 },
    };
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        struct held_key k;
        practice_begin(cx);
        struct browser desk = BROWSER("198.51.100.7"), b = BROWSER("203.0.113.9");
        with_key(cx, &desk, &k);
        must_run(cx, states[i].change);
        struct page page = use_key(cx, &b, &k);
        if (!goes_to(page, states[i].then)) CHECK_TEXT(states[i].state, states[i].then);
        if (open_page(cx, &b, "/g/north/").status != states[i].home)
            CHECK_TEXT(states[i].state, "another home");
    }
}

TEST(adding_takes_a_challenge_of_this_session_and_a_verified_person)
{
    struct held_key k = new_key(cx);
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7"), other = BROWSER("198.51.100.7");
    try_password(cx, &b, GINA, HERS);
    try_password(cx, &other, GINA, HERS);
    CHECK(has_text(open_page(cx, &b, "/me/sign-in"), "Add a passkey"));
    struct page page =
        send_form(cx, &b, "/me/sign-in/passkeys", "name", "Key", "password", "no", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "This is not your password") && has_text(page, "value=\"Key\""));
    CHECK(has_text(begin_key(cx, &b, ""), "Give the passkey a name"));
    static const char *const at = "data-value=\"";
    const char *value = between(cx, begin_key(cx, &b, "Key").body, at, "\"");
    struct answer a = made_by(cx, &k, value);
    /* Without a confirmation there is no challenge, and it is this session's. */
    static const char NEW[] = "/me/sign-in/passkeys/new";
    CHECK_INT(send_form(cx, &other, NEW, "name", "Key", ANSWER(a), NULL).status, 422);
    struct answer asked = made_by(cx, &k, challenge_of(cx, &b));
    CHECK_INT(send_form(cx, &b, NEW, "name", "Key", ANSWER(asked), NULL).status, 422);
    static const int flags[] = { 0, 1, 4 };
    for (int i = 0; i < 3; i++) {
        struct held_key less = k;
        less.flags = flags[i];
        struct answer wrong =
            made_by(cx, &less, between(cx, begin_key(cx, &b, "Key").body, at, "\""));
        CHECK_INT(send_form(cx, &b, NEW, "name", "Key", ANSWER(wrong), NULL).status, 422);
    }
    static const char *const algorithms[] = { "-7", "-257", "-65535", "", "0", "-8x9" };
    for (int i = 0; i < 5; i++) {
        struct answer wrong = made_by(cx, &k, between(cx, begin_key(cx, &b, "Key").body, at, "\""));
        wrong.algorithm = algorithms[i];
        CHECK_INT(send_form(cx, &b, NEW, "name", "Key", ANSWER(wrong), NULL).status, 422);
    }
    for (size_t n = 0; n < strlen(a.data); n += 4) { /* cut off anywhere */
        struct answer wrong = made_by(cx, &k, between(cx, begin_key(cx, &b, "Key").body, at, "\""));
        wrong.data = arena_copy(cx->mem, wrong.data, n);
        CHECK_INT(send_form(cx, &b, NEW, "name", "Key", ANSWER(wrong), NULL).status, 422);
    }
    CHECK_INT(COUNT("SELECT count(*) FROM passkeys"), 0);
    page = send_form(cx, &b, NEW, "name", "Key", ANSWER(a), NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "<ol class=\"codes\""));
    CHECK_INT(send_form(cx, &b, NEW, "name", "Key", ANSWER(a), NULL).status, 422); /* replayed */
    /* Nobody else gets the same key. */
    struct browser ben = BROWSER("203.0.113.8");
    try_password(cx, &ben, "ben@north.example", "correct-horse-battery-ben");
    page = send_form(cx, &ben, "/me/sign-in/passkeys", "name", "Key", "password",
                     "correct-horse-battery-ben", NULL);
    struct answer same = made_by(cx, &k, between(cx, page.body, at, "\""));
    page = send_form(cx, &ben, NEW, "name", "Key", ANSWER(same), NULL);
    CHECK_INT(page.status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM passkeys"), 1);
}

TEST(removing_asks_and_leaves_a_way_in)
{
    struct held_key k;
    struct outbox mails;
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), b = BROWSER("203.0.113.9");
    with_key(cx, &desk, &k);
    work_all(cx, &mails);
    CHECK(goes_to(use_key(cx, &b, &k), "/"));
    struct page page = open_page(cx, &b, "/me/sign-in");
    const char *path = arena_print(cx->mem, "/me/sign-in/passkeys/%s/removal",
                                   between(cx, page.body, "/me/sign-in/passkeys/0", "/removal"));
    path = arena_print(cx->mem, "/me/sign-in/passkeys/0%s", path + strlen("/me/sign-in/passkeys/"));
    page = open_page(cx, &b, path);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "It is your only second step."));
    CHECK(!has_text(page, "name=\"code\"")); /* it was used on this device just now */
    CHECK_INT(post(cx, "ben", path, "password", "correct-horse-battery-ben", NULL).status, 404);
    CHECK_INT(send_form(cx, &b, path, "password", "no", NULL).status, 422);
    cx->now += MINUTES(11);
    CHECK(has_text(open_page(cx, &b, path), "name=\"code\""));
    CHECK_INT(send_form(cx, &b, path, "password", HERS, NULL).status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM passkeys"), 1);
    /* The passkey confirms it, too. */
    struct answer a = signed_by(cx, &k, challenge_of(cx, &b));
    CHECK(has_text(open_page(cx, &b, path), "Use a passkey instead of a code"));
    CHECK(goes_to(send_form(cx, &b, "/me/confirm", "next", path, ANSWER(a), NULL), path));
    CHECK(!has_text(open_page(cx, &b, path), "name=\"code\""));
    must_run(cx, "UPDATE people SET password_hash = NULL WHERE id = 'p-gina'");
    CHECK_INT(send_form(cx, &b, path, "password", HERS, NULL).status, 422);
    cx->actor.person = id_of("p-gina");
    CHECK(db_begin(cx, true) == OK);
    struct passkey_list all;
    CHECK(passkey_list(cx, id_of("p-gina"), &all) == OK);
    CHECK(all.n == 1 && passkey_remove(cx, all.at[0].id) == CONFLICT);
    db_rollback(cx);
    practice_begin(cx);
    struct browser c = BROWSER("198.51.100.7");
    b = BROWSER("203.0.113.9");
    with_key(cx, &c, &k);
    CHECK(goes_to(use_key(cx, &b, &k), "/"));
    work_all(cx, &mails);
    page = open_page(cx, &b, "/me/sign-in");
    path = arena_print(cx->mem, "/me/sign-in/passkeys/0%s/removal",
                       between(cx, page.body, "/me/sign-in/passkeys/0", "/removal"));
    CHECK(goes_to(send_form(cx, &b, path, "password", HERS, NULL), "/me/sign-in"));
    CHECK_INT(COUNT("SELECT count(*) FROM passkeys") + COUNT("SELECT count(*) FROM recovery_codes"),
              0);
    work_all(cx, &mails);
    CHECK_TEXT(mails.at[0].subject, "Your passkeys were changed");
    struct browser d = BROWSER("198.51.100.7");
    CHECK(goes_to(try_password(cx, &d, GINA, HERS), "/"));
}

TEST(a_passkey_is_proof_who_is_there)
{
    struct held_key k;
    practice_begin(cx);
    must_run(cx, "UPDATE users SET level = 'full' WHERE id = 'u-gina'");
    struct browser b = BROWSER("198.51.100.7");
    with_key(cx, &b, &k);
    cx->now += MINUTES(20);
    static const char PATH[] = "/g/north/settings/users/u-chen/view-as";
    struct page page = send_form(cx, &b, PATH, "reason", "Checking", NULL);
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "Use a passkey"));
    const char *proof = between(cx, page.body, "name=\"proof\" value=\"", "\"");
    struct answer a = signed_by(cx, &k, challenge_of(cx, &b)), wrong = a;
    wrong.signature = bent(cx, a.signature, 9);
    CHECK_INT(
        send_form(cx, &b, PATH, "reason", "Checking", "proof", proof, ANSWER(wrong), NULL).status,
        422);
    CHECK_INT(send_form(cx, &b, PATH, "reason", "Checking", "proof", proof, ANSWER(a), NULL).status,
              422);
    CHECK_INT(COUNT("SELECT count(*) FROM views"), 0);
    k.flags = 1; /* alone it must be verified */
    a = signed_by(cx, &k, challenge_of(cx, &b));
    CHECK_INT(send_form(cx, &b, PATH, "reason", "Checking", "proof", proof, ANSWER(a), NULL).status,
              422);
    k.flags = 5;
    a = signed_by(cx, &k, challenge_of(cx, &b));
    CHECK_INT(send_form(cx, &b, PATH, "reason", "Checking", "proof", proof, ANSWER(a), NULL).status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM views"), 1);
}

/* Each challenge is a row, and anybody may ask for one. */
TEST(one_address_gets_no_more_than_a_thousand_challenges_an_hour)
{
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7"), other = BROWSER("198.51.100.8");
    open_page(cx, &b, "/sign-in");
    for (int i = 0; i < 1000; i++)
        if (send_form(cx, &b, "/passkeys/challenge", NULL).status != 200) CHECK_INT(i, 1000);
    CHECK_INT(send_form(cx, &b, "/passkeys/challenge", NULL).status, 429);
    CHECK_INT(COUNT("SELECT count(*) FROM challenges"), 1000);
    CHECK(goes_to(try_password(cx, &b, GINA, HERS), "/")); /* by password, as ever */
    open_page(cx, &other, "/sign-in");
    CHECK_INT(send_form(cx, &other, "/passkeys/challenge", NULL).status, 200);
    cx->now += HOURS(1);
    b.session[0] = '\0';
    CHECK_INT(send_form(cx, &b, "/passkeys/challenge", NULL).status, 200);
}
