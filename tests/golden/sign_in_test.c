/* sign_in_test.c - every way of signing in crossed with every state of an account.
 *
 * Both lists and the table are spelled out here; a cell that says nothing fails, so that a new
 * way or state has all of its cells before it is in.  What happens is said in words in
 * tests/golden/sign_in.txt, which people review.
 *
 * The account is Gina's, an administrator of Northside and of Southbank.  A way is made ready
 * first (the app is added, the link mailed, the key made), then the state comes about, then
 * somebody goes the way.  "Meanwhile" comes about in the middle: after the password was found
 * right and before the session, between password and code, between challenge and answer, or with
 * the page behind the link open. */
#include "tests/app/invitations/invited.h"
#include "tests/app/passkeys/key.h"
#include "tests/app/sso/arrive.h"
#include "tests/support/golden.h"
#include "tests/support/program.h"

#include "app/sessions/link.h"

/* clang-format off */
#define WAYS(X)                                                          \
    X(PASSWORD,   "The password")                                        \
    X(PASSKEY,    "A passkey alone")                                     \
    X(APP,        "The password, then a code of the app")                \
    X(REMEMBERED, "The password, in a browser that is remembered after a code") \
    X(SECOND_KEY, "The password, then a passkey")                        \
    X(RECOVERY,   "The password, then a recovery code")                  \
    X(AGREED,     "The password, and two with Full Access of each group agreed that the rest is lost") \
    X(RESET,      "A mailed link to reset the password, then the new one") \
    X(SET_UP,     "A mailed link to set up a sign-in, then the new password") \
    X(INVITATION, "The link of an invitation from a third group, with a password chosen there") \
    X(PROVIDER,   "Single sign-on of Northside")                         \
    X(KEY,        "A key of the API")                                    \
    X(FEED,       "The address of a calendar")

#define STATES(X)                                                                    \
    X(ACTIVE,         "active")                                                      \
    X(SECOND,         "with an app as second step")                                  \
    X(ENDED_HERE,     "deactivated in Northside")                                    \
    X(ENDED,          "deactivated in every group")                                  \
    X(TEMPORARY,      "with a temporary password")                                   \
    X(TEMPORARY_OVER, "with a temporary password that has expired")                  \
    X(INVITED,        "invited only, with no sign-in yet")                           \
    X(REQUIRED,       "Northside requires a second step")                            \
    X(RESET_WAITS,    "a link to reset the password waits in the mail")              \
    X(UNPROVEN,       "with an address that was never confirmed")                    \
    X(ENDED_MEANWHILE, "deactivated in Northside meanwhile")                         \
    X(LESS_MEANWHILE, "made Read Only meanwhile")                                    \
    X(PASSWORD_MEANWHILE, "the password changed meanwhile")

#define OUTCOMES(X)                                        \
    X(IN,      "signs in; both groups open") \
    X(READS,   "signs in; both groups open, and nothing can be changed in Northside") \
    X(CODE,    "is asked for the second step; until then nothing opens") \
    X(SOUTH,   "signs in; Northside says that the access has ended, Southbank opens") \
    X(NOWHERE, "signs in; every group says that the access has ended") \
    X(OWN,     "has to choose an own password; until then nothing opens") \
    X(CLOSED,  "signs in; Northside stays closed until a second step is set up, Southbank opens") \
    X(JOINS,   "gets a sign-in and joins the group that has invited; no other opens") \
    X(WRONG,   "is refused with the words for a wrong password") \
    X(EXPIRED, "is refused, and the page says that the temporary password has expired") \
    X(REFUSED, "is refused, as a passkey that nobody knows") \
    X(ANEW,    "has to begin again: that session has ended") \
    X(KEPT,    "is not let in without the second step, as no group is left that could say so") \
    X(DEAD,    "the link opens nothing; nobody is signed in, and no password changes") \
    X(UNSENT,  "no such link is ever mailed") \
    X(FIRST,   "nobody is signed in, and no password changes: the address has a sign-in, which comes first") \
    X(HERE,    "signs in; Northside opens, and nothing else") \
    X(READS_HERE, "signs in; Northside opens, where nothing can be changed, and nothing else") \
    X(SHUT,    "is refused: the access to Northside has ended") \
    X(STRANGER, "is refused, as an account with which nobody is connected") \
    X(WORKS,   "reads what the user may see at that moment") \
    X(GONE,    "opens nothing, as one that never was")
/* clang-format on */

#define NAME(name, words) name,
enum way { WAYS(NAME) WAY_COUNT };
enum state { STATES(NAME) STATE_COUNT };
enum outcome { UNSAID, OUTCOMES(NAME) OUTCOME_COUNT };
#define SECOND_OF(name, words) [name] = words,
static const char *const way_words[] = { WAYS(SECOND_OF) };
static const char *const state_words[] = { STATES(SECOND_OF) };
static const char *const outcome_words[] = { OUTCOMES(SECOND_OF) };

/* clang-format off */
static const enum outcome expected[WAY_COUNT][STATE_COUNT] = {
/*               ACTIVE SECOND ENDED_HERE ENDED    TEMPORARY OVER     INVITED  REQUIRED RESET_W UNPROVEN ENDED_M LESS_M PASSWORD_M */
 [PASSWORD]   = { IN,    CODE,  SOUTH,     NOWHERE, OWN,      EXPIRED, WRONG,   CLOSED,  IN,     IN,      SOUTH,  READS, WRONG },
 [PASSKEY]    = { IN,    IN,    SOUTH,     NOWHERE, OWN,      OWN,     REFUSED, IN,      IN,     IN,      SOUTH,  READS, IN },
 [APP]        = { IN,    IN,    SOUTH,     NOWHERE, OWN,      EXPIRED, WRONG,   IN,      IN,     IN,      SOUTH,  READS, ANEW },
 [REMEMBERED] = { IN,    IN,    SOUTH,     NOWHERE, OWN,      EXPIRED, WRONG,   CODE,    IN,     IN,      SOUTH,  READS, WRONG },
 [SECOND_KEY] = { IN,    IN,    SOUTH,     NOWHERE, OWN,      EXPIRED, WRONG,   IN,      IN,     IN,      SOUTH,  READS, ANEW },
 [RECOVERY]   = { IN,    IN,    SOUTH,     NOWHERE, OWN,      EXPIRED, WRONG,   IN,      IN,     IN,      SOUTH,  READS, ANEW },
 [AGREED]     = { IN,    IN,    SOUTH,     KEPT,    OWN,      EXPIRED, WRONG,   CLOSED,  IN,     IN,      SOUTH,  READS, ANEW },
 [RESET]      = { IN,    CODE,  SOUTH,     NOWHERE, IN,       IN,      UNSENT,  CLOSED,  IN,     IN,      SOUTH,  READS, DEAD },
 [SET_UP]     = { IN,    CODE,  SOUTH,     NOWHERE, IN,       IN,      UNSENT,  CLOSED,  IN,     IN,      SOUTH,  READS, DEAD },
 [INVITATION] = { FIRST, FIRST, FIRST,     FIRST,   FIRST,    FIRST,   JOINS,   FIRST,   FIRST,  FIRST,   FIRST,  FIRST, FIRST },
 [PROVIDER]   = { HERE,  HERE,  SHUT,      SHUT,    HERE,     HERE,    STRANGER, HERE,   HERE,   HERE,    SHUT,   READS_HERE, HERE },
 [KEY]        = { WORKS, WORKS, GONE,      GONE,    WORKS,    WORKS,   GONE,    WORKS,   WORKS,  WORKS,   GONE,   WORKS, WORKS },
 [FEED]       = { WORKS, WORKS, GONE,      GONE,    WORKS,    WORKS,   GONE,    WORKS,   WORKS,  WORKS,   GONE,   WORKS, WORKS },
};
/* clang-format on */

static const char NEW[] = "quiet rivers carry paper boats", NOBODY[] = "ingrid@haaland.example";

/* What is ready before the state comes about. */
struct ready {
    struct phone phone;
    struct held_key key;
    const char *path; /* of a link or a feed */
    const char *bearer;
    struct browser desk; /* signed out */
};

/* --- making a way ready ------------------------------------------------------------------- */

/* Gina in the south, too; and a third group, which invites. */
static void begin_world(struct cx *cx)
{
    practice_begin(cx);
    must_run(cx,
             "INSERT INTO users (practice_id, id, person_id, email, last_name, sort_key, find_key,"
             " role_type, level, all_locations, created_at) SELECT 'south', 'u-gina', id, email,"
             " 'Papas', 'papas', 'papas', 'administrator', 'office', 1, 1 FROM people WHERE id ="
             " 'p-gina';"
             "INSERT INTO practices (id, slug, name, time_zone, created_at)"
             " VALUES ('west', 'west', 'Westgate', 'UTC', 1);"
             "INSERT INTO locations (practice_id, id, name, time_zone, created_at)"
             " VALUES ('west', 'l-west', 'Gate', 'UTC', 1);"
             "INSERT INTO users (practice_id, id, person_id, email, last_name, sort_key, find_key,"
             " role_type, level, owner, all_locations, created_at) SELECT 'west', 'u-zoe', id,"
             " email, 'Zander', 'zander', 'zander', 'practitioner', 'full', 1, 1, 1 FROM people"
             " WHERE id = 'p-zoe'");
    recount_users(cx);
}

static const char *link_path(struct cx *cx, enum link_purpose purpose, const char *before)
{
    const struct link link = { .purpose = purpose,
                               .person = { "p-gina" },
                               .expires_at = cx->now + DAYS(1) };
    const char *token = "";
    CHECK_INT(db_begin(cx, true), OK);
    CHECK_INT(link_make(cx, &link, &token), OK);
    CHECK_INT(db_commit(cx), OK);
    return arena_print(cx->mem, "%s%s", before, token);
}

/* Asked for on the page, and as it stands in the letter. */
static const char *mailed_reset(struct cx *cx, const char *email)
{
    struct outbox out;
    struct browser b = BROWSER("203.0.113.77");
    open_page(cx, &b, "/password-reset");
    CHECK_INT(send_form(cx, &b, "/password-reset", "email", email, NULL).status, 303);
    work_all(cx, &out);
    if (!out.n) return NULL;
    const char *link = sent_link(cx, &out.at[0], "http://linden.example/password-reset/");
    return link + strlen("http://linden.example");
}

static const char *invitation_path(struct cx *cx, const char *email)
{
    struct outbox out;
    struct id id;
    static struct user_location place[] = { { { "l-west" }, "Gate" } };
    struct user_draft draft = draft_for("Gina", "Papas", email);
    draft.locations = place;
    CHECK_INT(send_as(cx, "west", "zoe", draft, &id), OK);
    work_all(cx, &out);
    const char *link = sent_link(cx, letter_to(&out, email), "http://linden.example/invitations/");
    return link + strlen("http://linden.example");
}

/* Both groups, by two people each. */
static void agree(struct cx *cx)
{
    must_run(cx, arena_print(cx->mem,
                             "UPDATE users SET level = 'full', all_locations = 1 WHERE practice_id"
                             " = 'south' AND id = 'u-olga';"
                             "INSERT INTO lost_steps (practice_id, id, user_id, reason, asked_by,"
                             " asked_name, asked_at, agreed_by, agreed_name, agreed_at, ends_at)"
                             " VALUES ('north', 'ls-n', 'u-gina', 'x', 'u-freya', 'Freya', 1,"
                             "  'u-olga', 'Olga', %lld, 9000000000000000),"
                             " ('south', 'ls-s', 'u-gina', 'x', 'u-zoe', 'Zoe', 1, 'u-olga',"
                             "  'Olga', %lld, 9000000000000000)",
                             (long long)cx->now, (long long)cx->now));
    recount_users(cx);
}

static void remembered_desk(struct cx *cx, struct browser *desk, struct ready *r)
{
    with_app(cx, desk, &r->phone);
    desk->session[0] = '\0';
    CHECK(goes_to(try_password(cx, desk, GINA, HERS), "/sign-in/second-step"));
    CHECK(goes_to(send_form(cx, desk, "/sign-in/second-step", "code", code_at(cx, &r->phone, 0),
                            "remember", "1", NULL),
                  "/"));
    CHECK(*desk->remembered);
    desk->session[0] = '\0';
    r->desk = *desk;
}

static void ready_gina(struct cx *cx, enum way way, struct ready *r)
{
    struct browser desk = BROWSER("198.51.100.7");
    switch (way) {
    case REMEMBERED: remembered_desk(cx, &desk, r); break;
    case APP:
    case RECOVERY: with_app(cx, &desk, &r->phone); break;
    case AGREED:
        with_app(cx, &desk, &r->phone);
        agree(cx);
        break;
    case PASSKEY:
    case SECOND_KEY: with_key(cx, &desk, &r->key); break;
    case RESET: r->path = mailed_reset(cx, GINA); break;
    case SET_UP: r->path = link_path(cx, LINK_CHOOSE, "/set-up/"); break;
    case INVITATION: r->path = invitation_path(cx, GINA); break;
    case KEY: r->bearer = bearer_of(cx, "gina"); break;
    case FEED:
        r->path = between(cx, post(cx, "gina", "/g/north/calendar/feed", "names", "1", NULL).body,
                          "/feeds/", "<");
        r->path = arena_print(cx->mem, "/feeds/%s", r->path);
        break;
    case PASSWORD:
    case PROVIDER:
    case WAY_COUNT: break;
    }
    if (way == FEED) must_run(cx, "UPDATE sessions SET ended_at = 1");
}

/* Whoever has no sign-in has nothing to show; what others made up opens nothing either. */
static void ready_nobody(struct cx *cx, enum way way, struct ready *r)
{
    r->key = new_key(cx);
    r->key.user = "p-ingrid";
    r->phone.codes[0] = "0000-0000-0000-0000";
    r->bearer = "Bearer lnd_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    if (way == RESET) r->path = mailed_reset(cx, NOBODY);
    if (way == FEED) r->path = "/feeds/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/linden.ics";
    const char *invited = invitation_path(cx, NOBODY);
    if (way == INVITATION) r->path = invited;
}

/* --- bringing a state about --------------------------------------------------------------- */

static void deactivate(struct cx *cx, const char *who, const char *group)
{
    sign_in_again(cx, who);
    const char *path = arena_print(cx->mem, "/g/%s/settings/users/u-gina/deactivate", group);
    CHECK_INT(post(cx, who, path, NULL).status, 303);
}

static void end_here(struct cx *cx)
{
    deactivate(cx, "freya", "north");
}

static void lessen(struct cx *cx)
{
    sign_in_again(cx, "freya");
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-gina", "version",
                   arena_number(cx->mem, COUNT("SELECT version FROM users WHERE id = 'u-gina'"
                                               " AND practice_id = 'north'")),
                   "reviewed", "1", "first_name", "Gina", "last_name", "Papas", "role_type",
                   "administrator", "level", "office", "boxes_for", "administrator.office",
                   "read_only", "1", "all_locations", "1", NULL)
                  .status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-gina' AND read_only = 1"), 1);
}

static void change_password(struct cx *cx)
{
    struct browser b = BROWSER("203.0.113.78");
    const char *path = link_path(cx, LINK_RESET, "/password-reset/");
    open_page(cx, &b, path);
    CHECK_INT(send_form(cx, &b, path, "new_password", "another harbour of lanterns",
                        "new_password_again", "another harbour of lanterns", NULL)
                  .status,
              303);
}

static void (*const meanwhile[STATE_COUNT])(struct cx *) = {
    [ENDED_MEANWHILE] = end_here,
    [LESS_MEANWHILE] = lessen,
    [PASSWORD_MEANWHILE] = change_password,
};

static void come_about(struct cx *cx, enum state state)
{
    switch (state) {
    case SECOND:
        must_run(cx, "INSERT INTO authenticators (id, person_id, session_id, name, sealed,"
                     " created_at, proven_at) VALUES ('x', 'p-gina', 's', 'App', 'x', 1, 1)");
        break;
    case ENDED: deactivate(cx, "zoe", "south"); [[fallthrough]];
    case ENDED_HERE: end_here(cx); break;
    case TEMPORARY:
        must_run(cx, "UPDATE people SET temporary = 1, temporary_until = 9000000000000000"
                     " WHERE id = 'p-gina'");
        break;
    case TEMPORARY_OVER:
        must_run(cx, "UPDATE people SET temporary = 1, temporary_until = 1 WHERE id = 'p-gina'");
        break;
    case REQUIRED:
        must_run(cx, arena_print(cx->mem,
                                 "UPDATE practices SET second_all_from = %lld WHERE id = 'north'",
                                 (long long)cx->now));
        break;
    case RESET_WAITS: CHECK(mailed_reset(cx, GINA) != NULL); break;
    case UNPROVEN: must_run(cx, "UPDATE people SET proven_at = NULL WHERE id = 'p-gina'"); break;
    case ACTIVE:
    case INVITED:
    case ENDED_MEANWHILE:
    case LESS_MEANWHILE:
    case PASSWORD_MEANWHILE:
    case STATE_COUNT: break;
    }
}

/* --- what came of it ---------------------------------------------------------------------- */

static enum outcome of_session(struct cx *cx, struct browser *b)
{
    struct page north = open_page(cx, b, "/g/north/"), south = open_page(cx, b, "/g/south/"),
                own = open_page(cx, b, "/me"), west = open_page(cx, b, "/g/west/");
    bool nothing = own.status == 303 && south.status == 303;
    if (goes_to(north, "/sign-in/second-step?next=%2Fg%2Fnorth%2F")
        || goes_to(north, "/sign-in/second-step"))
        return nothing ? CODE : UNSAID;
    if (goes_to(north, "/sign-in/choose-password")) return nothing ? OWN : UNSAID;
    if (own.status != 200) return UNSAID;
    if (west.status == 200) return north.status == 404 && south.status == 404 ? JOINS : UNSAID;
    if (goes_to(north, "/me/second-step?next=%2Fg%2Fnorth%2F"))
        return south.status == 200 ? CLOSED : UNSAID;
    if (north.status == 403)
        return south.status == 200 ? SOUTH : south.status == 403 ? NOWHERE : UNSAID;
    if (north.status != 200 || south.status != 200) return UNSAID;
    return open_page(cx, b, "/g/north/patients/new").status == 403 ? READS : IN;
}

/* Nobody is signed in: what does the page say? */
static enum outcome of_refusal(struct cx *cx, struct browser *b, struct page page)
{
    if (open_page(cx, b, "/me").status != 303) return UNSAID;
    if (page.status == 410) return DEAD;
    if (page.status == 409 && has_text(page, "Not all of your practice groups")) return KEPT;
    if (page.status == 409 && has_text(page, "has a sign-in")) return FIRST;
    if (page.status == 303 && strncmp(page.location, "/sign-in", 8) == 0) return ANEW;
    if (page.status != 422) return UNSAID;
    if (has_text(page, "This passkey was not accepted")) return REFUSED;
    if (has_text(page, "This temporary password has expired")) return EXPIRED;
    return has_text(page, "The email or password is not right") ? WRONG : UNSAID;
}

static enum outcome outcome_of(struct cx *cx, struct browser *b, struct page page)
{
    bool in = *b->session && page.status == 303 && open_page(cx, b, "/groups").status != 303;
    if (!in && page.status == 303 && *b->session
        && strncmp(open_page(cx, b, "/me").location, "/sign-in/", 9) == 0)
        in = true;
    return in ? of_session(cx, b) : of_refusal(cx, b, page);
}

/* --- going it ------------------------------------------------------------------------------ */

static struct page two_steps(struct cx *cx, struct browser *b, enum way way, enum state state,
                             const char *email, struct ready *r)
{
    struct page page = try_password(cx, b, email, HERS);
    if (!goes_to(page, "/sign-in/second-step")) return page;
    b->meanwhile = meanwhile[state];
    if (way == AGREED) return send_form(cx, b, "/sign-in/second-step/without", NULL);
    if (way == SECOND_KEY) {
        b->meanwhile = NULL;
        struct answer a = signed_by(cx, &r->key, challenge_of(cx, b));
        b->meanwhile = meanwhile[state];
        return send_form(cx, b, "/sign-in/second-step/passkey", ANSWER(a), NULL);
    }
    return try_code(cx, b, way == APP ? code_at(cx, &r->phone, 0) : r->phone.codes[0]);
}

static enum outcome by_link(struct cx *cx, struct browser *b, enum state state, struct ready *r)
{
    if (!r->path) return UNSENT;
    open_page(cx, b, r->path);
    b->meanwhile = meanwhile[state];
    struct page page =
        send_form(cx, b, r->path, "new_password", NEW, "new_password_again", NEW, NULL);
    CHECK(!*b->session);
    if (page.status != 303) return of_refusal(cx, b, page);
    struct browser then = BROWSER("203.0.113.9");
    CHECK_INT(try_password(cx, &then, GINA, HERS).status, 422); /* the former password */
    page = try_password(cx, &then, GINA, NEW);
    return outcome_of(cx, &then, page);
}

static enum outcome by_invitation(struct cx *cx, struct browser *b, enum state state,
                                  struct ready *r)
{
    open_page(cx, b, r->path);
    b->meanwhile = meanwhile[state];
    struct page page = send_form(cx, b, arena_print(cx->mem, "%s/sign-in", r->path), "new_password",
                                 NEW, "new_password_again", NEW, NULL);
    enum outcome out = outcome_of(cx, b, page);
    struct browser then = BROWSER("203.0.113.9");
    if (out == FIRST) CHECK_INT(try_password(cx, &then, GINA, NEW).status, 422);
    return out;
}

/* What the provider says is right: in the transaction that takes it. */
static enum outcome by_provider(struct cx *cx, struct browser *b, enum state state)
{
    if (meanwhile[state]) meanwhile[state](cx);
    switch (arrive(cx, b, state == INVITED ? "sub-ingrid" : "sub-gina", cx->now)) {
    case ARRIVED_UNKNOWN: return STRANGER;
    case ARRIVED_DEACTIVATED: return SHUT;
    case ARRIVED: break;
    }
    if (open_page(cx, b, "/me").status != 403 || open_page(cx, b, "/g/south/").status != 403) return UNSAID;
    if (open_page(cx, b, "/g/north/").status != 200) return UNSAID;
    return open_page(cx, b, "/g/north/patients/new").status == 403 ? READS_HERE : HERE;
}

static enum outcome go(struct cx *cx, enum way way, enum state state, struct ready *r)
{
    struct browser b = BROWSER("203.0.113.9");
    const char *email = state == INVITED ? NOBODY : GINA;
    struct page page;
    bool at_once = way == KEY || way == FEED;
    if (at_once && meanwhile[state]) meanwhile[state](cx);
    switch (way) {
    case REMEMBERED:
        if (r->desk.address) b = r->desk;
        [[fallthrough]];
    case PASSWORD:
        open_page(cx, &b, "/sign-in");
        b.meanwhile = meanwhile[state];
        page = send_form(cx, &b, "/sign-in", "email", email, "password", HERS, NULL);
        return outcome_of(cx, &b, page);
    case PASSKEY:
        open_page(cx, &b, "/sign-in");
        struct answer a = signed_by(cx, &r->key, challenge_of(cx, &b));
        b.meanwhile = meanwhile[state];
        return outcome_of(cx, &b, send_form(cx, &b, "/sign-in/passkey", ANSWER(a), NULL));
    case APP:
    case SECOND_KEY:
    case RECOVERY:
    case AGREED: return outcome_of(cx, &b, two_steps(cx, &b, way, state, email, r));
    case RESET:
    case SET_UP: return by_link(cx, &b, state, r);
    case INVITATION: return by_invitation(cx, &b, state, r);
    case PROVIDER: return by_provider(cx, &b, state);
    case KEY:
        page = api_with(cx, r->bearer, GET, "/api/v1/groups/north/users", NULL, NULL);
        return page.status == 200 ? WORKS : page.status == 401 ? GONE : UNSAID;
    case FEED:
        page = get(cx, NULL, r->path);
        return page.status == 200 ? WORKS : page.status == 404 ? GONE : UNSAID;
    case WAY_COUNT: break;
    }
    return UNSAID;
}

static enum outcome try_cell(struct cx *cx, enum way way, enum state state)
{
    struct ready r = { 0 };
    begin_world(cx);
    if (state == INVITED)
        ready_nobody(cx, way, &r);
    else
        ready_gina(cx, way, &r);
    cx->now += MINUTES(1);
    come_about(cx, state);
    return go(cx, way, state, &r);
}

TEST(golden_every_way_of_signing_in_and_every_state_of_an_account)
{
    char *text;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    fprintf(out, "What comes of each way of signing in, in each state of an account.\n"
                 "The account is that of an administrator of Northside and Southbank.\n");
    for (enum way way = 0; way < WAY_COUNT; way++) {
        fprintf(out, "\n%s\n", way_words[way]);
        for (enum state state = 0; state < STATE_COUNT; state++) {
            enum outcome want = expected[way][state], is = try_cell(cx, way, state);
            if (want == UNSAID || is != want)
                CHECK_TEXT(arena_print(cx->mem, "%s, %s: %s", way_words[way], state_words[state],
                                       is ? outcome_words[is] : "nothing that has a name"),
                           want ? outcome_words[want] : "a cell of the table");
            fprintf(out, "  %-48s %s\n", state_words[state], want ? outcome_words[want] : "?");
        }
    }
    fclose(out);
    golden_compare("tests/golden/sign_in.txt", text);
    free(text);
}
