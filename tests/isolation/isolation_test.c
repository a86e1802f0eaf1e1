/* isolation_test.c - every route, every kind of actor, own, foreign and made-up things.
 *
 * The program prints its own routes, so none can be forgotten.  What comes out
 * is compared with tests/golden/isolation.txt, which people review; and these
 * hold for every cell whatever the file says:
 *   - a thing of another group and a thing that does not exist are answered
 *     with the same bytes, and so are another group and none;
 *   - nothing of the other group stands in any answer to people outside of it;
 *   - no row of the other group changes.
 * The world is made anew only where somebody has changed it.
 *
 * The same over all routes for those who do not see patients' names: no answer has one. */
#include <sodium.h>

#include "tests/support/engine.h"
#include "tests/support/golden.h"
#include "tests/support/program.h"

/* Every kind of actor, by the name of the fixture or of prepare(). */
static const char *const actors[] = {
    "visitor", "nina", /* signed in, in no group */
    "ivy",             /* invited to north, not yet accepted */
    "tess",            /* must replace a temporary password */
    "late",            /* her session has expired */
    "kavya",           /* deactivated in north */
    "bob",             /* active again in north, with a session from before */
    "chen",    "gina", "ben", "freya", "olga", "zoe",
};
enum { ACTORS = sizeof actors / sizeof *actors };

/* What only south knows.  It may not be seen by anybody but zoe and olga. */
static const char *const canaries[] = { "Zander", "Southbank", "Bankside", "zoe@south",
                                        "u-zoe",  "Quokka",    "quokka" };

static void sql(struct cx *cx, const char *text)
{
    if (db_script(cx, text) == OK) return;
    printf("fixture: %s\n", cx->message);
    exit(1);
}

static const char MORE[] =
    "INSERT INTO people (id, email, email_key, first_name, last_name, proven_at, created_at) VALUES"
    " ('p-nina', 'nina@x.example', 'nina@x.example', 'Nina', 'Nobody', 1, 1),"
    " ('p-ivy', 'ivy@x.example', 'ivy@x.example', 'Ivy', 'Invited', 1, 1),"
    " ('p-tess', 'tess@x.example', 'tess@x.example', 'Tess', 'Temporary', 0, 1),"
    " ('p-late', 'late@x.example', 'late@x.example', 'Late', 'Lee', 1, 1),"
    " ('p-bob', 'bob@x.example', 'bob@x.example', 'Bob', 'Back', 1, 1);"
    "INSERT INTO users (practice_id, id, person_id, email, first_name, last_name, sort_key,"
    " find_key, role_type, level, all_locations, created_at, access_ended_at) VALUES"
    " ('north', 'u-tess', 'p-tess', 'tess@x.example', 'Tess', 'Temporary', 'temporary', 'tess',"
    "  'administrator', 'office', 1, 1, NULL),"
    " ('north', 'u-late', 'p-late', 'late@x.example', 'Late', 'Lee', 'lee', 'late', 'administrator',"
    "  'full', 1, 1, NULL),"
    " ('north', 'u-bob', 'p-bob', 'bob@x.example', 'Bob', 'Back', 'back', 'bob', 'administrator',"
    "  'full', 1, 1, 9000000000000000);"
    "INSERT INTO invitations (practice_id, id, email, email_key, first_name, last_name, find_key,"
    " role_type, level, all_locations, inviter_id, inviter_name, created_at, sent_at, expires_at)"
    " VALUES ('north', 'i-ivy', 'ivy@x.example', 'ivy@x.example', 'Ivy', 'Invited', 'ivy',"
    "  'administrator', 'office', 1, 'u-freya', 'Freya Nilsson', 1, 1, 9000000000000000),"
    " ('south', 'i-quokka', 'quokka@x.example', 'quokka@x.example', 'Quokka', 'Quokka', 'quokka',"
    "  'administrator', 'office', 1, 'u-zoe', 'Zoe Zander', 1, 1, 9000000000000000);"
    "INSERT INTO access_requests (practice_id, id, user_id, patient_id, reach, reason, asked_at,"
    " ends_at) VALUES ('north', 'r-chen', 'u-chen', 'q-bert', 1, 'Bert', 1, 9000000000000000),"
    " ('south', 'r-quokka', 'u-olga', 'q-zara', 1, 'Quokka', 1, 9000000000000000);"
    "INSERT INTO emergencies (practice_id, id, user_id, patient_id, reason, since, ends_at) VALUES"
    " ('north', 'e-chen', 'u-chen', 'q-bert', 'Bert', 1, 2),"
    " ('south', 'e-quokka', 'u-olga', 'q-zara', 'Quokka', 1, 2);"
    "UPDATE locations SET address = 'Quokka Wharf 1' WHERE id = 'l-south';" ONLINE_ON;

static void prepare(struct cx *cx)
{
    practice_begin(cx);
    sql(cx, MORE);
    sql(cx, "INSERT INTO sessions (id, token_hash, person_id, signed_in_at, seen_at) VALUES"
            " ('s-zoe', 'zoe-has-a-device', 'p-zoe', 1, 1)");
    sql(cx, "INSERT INTO authenticators (id, person_id, session_id, name, sealed, created_at,"
            " proven_at) VALUES ('k-zoe', 'p-zoe', 's-zoe', 'Quokka', 'x', 1, 1)");
    sql(cx, "INSERT INTO passkeys (id, person_id, name, credential, algorithm, public_key, counter,"
            " created_at) VALUES ('pk-zoe', 'p-zoe', 'Quokka', 'x', -7, 'x', 1, 1)");
    sql(cx, "INSERT INTO remembered_devices (id, person_id, token_hash, agent, since, ends_at)"
            " VALUES ('rd-zoe', 'p-zoe', 'x', 'Quokka', 1, 9000000000000000)");
    session_of(cx, "tess");
    session_of(cx, "late");
    sql(cx, "UPDATE sessions SET waits_for = 2 WHERE person_id = 'p-tess';"
            "UPDATE sessions SET signed_in_at = 1, seen_at = 1 WHERE person_id = 'p-late'");
}

/* --- the things a path can name ------------------------------------------------- */

struct things {
    const char *own, *foreign;
};

static struct things things_of(const char *pattern)
{
    if (strstr(pattern, "patients/imports/:id")) return (struct things){ "m-freya", "m-zoe" };
    if (strstr(pattern, "users/imports/:id")) return (struct things){ "m-users", "m-zoes" };
    if (strstr(pattern, "access-reviews/:id")) return (struct things){ "rv-north", "rv-south" };
    if (strstr(pattern, "locations/:id")) return (struct things){ "l-riverside", "l-south" };
    if (strstr(pattern, "settings/rooms/:id")) return (struct things){ "rm-two", "rm-south" };
    if (strstr(pattern, "appointment-types/:id")) return (struct things){ "t-first", "t-south" };
    if (strstr(pattern, "invoices/:id")) return (struct things){ "v-anna", "v-zara" };
    if (strstr(pattern, "webhooks/:id")) return (struct things){ "w-freya", "w-zoe" };
    if (strstr(pattern, "orders/:id")) return (struct things){ "o-paid", "o-zoe" };
    if (strstr(pattern, "keys/:id")) return (struct things){ "key-freya", "key-zoe" };
    if (strstr(pattern, "calendar/waiting/:id")) return (struct things){ "wt-ben", "wt-zoe" };
    if (strstr(pattern, "calendar/:id") || strstr(pattern, "appointments/:id"))
        return (struct things){ "a-anna", "a-zara" };
    if (strstr(pattern, "patients/:id")) return (struct things){ "q-anna", "q-zara" };
    if (strstr(pattern, "access-requests/:id")) return (struct things){ "r-chen", "r-quokka" };
    if (strstr(pattern, "emergencies/:id")) return (struct things){ "e-chen", "e-quokka" };
    if (strstr(pattern, "invitations/:id")) return (struct things){ "i-ivy", "i-quokka" };
    if (strstr(pattern, "online-booking/:id") || strstr(pattern, "settings/directory/:id"))
        return (struct things){ "u-ben", "u-zoe" };
    if (strstr(pattern, "/book/:g/kept/:id")) return (struct things){ "bk-ben", "bk-zoe" };
    if (strstr(pattern, "sign-in/apps/:id")) return (struct things){ "k-own", "k-zoe" };
    if (strstr(pattern, "sign-in/lost/:id")) return (struct things){ "ls-chen", "ls-zoe" };
    if (strstr(pattern, "passkeys/:id")) return (struct things){ "pk-own", "pk-zoe" };
    if (strstr(pattern, "remembered/:id")) return (struct things){ "rd-own", "rd-zoe" };
    if (strstr(pattern, "settings/devices/:id")) return (struct things){ "dv-chen", "dv-zoe" };
    if (strstr(pattern, "devices/:id")) return (struct things){ "s-own", "s-zoe" };
    if (strstr(pattern, "hand-overs/:id")) return (struct things){ "h-ben", "h-zoe" };
    if (strstr(pattern, "feeds/:id")) return (struct things){ "u-ben", "u-zoe" };
    if (strstr(pattern, "users/:id") || strstr(pattern, "check-up/:line"))
        return (struct things){ "u-chen", "u-zoe" };
    return (struct things){ "-", "-" };
}

static const char *path_of(struct cx *cx, const char *pattern, const char *group, const char *thing)
{
    char *out = arena_alloc(cx->mem, 256), *to = out;
    for (const char *at = pattern; *at;) {
        size_t n = strcspn(at, "/");
        const char *text = NULL;
        if (strncmp(at, ":g", n) == 0 && n == 2) text = group;
        if (strncmp(at, ":slug", n) == 0 && n == 5) text = group;
        if (strncmp(at, ":id", n) == 0 && n == 3) text = thing;
        if (strncmp(at, ":location", n) == 0 && n == 9) text = "l-riverside";
        if (strncmp(at, ":profile", n) == 0 && n == 8) text = "bp-ben";
        if (strncmp(at, ":line", n) == 0 && n == 5)
            text = strstr(pattern, "/closing/")    ? "hours"
                   : strstr(pattern, "/check-up/") ? "quiet"
                                                   : "export";
        if (strncmp(at, ":kind", n) == 0 && n == 5) text = "deactivate";
        if (strncmp(at, ":article", n) == 0 && n == 8) text = "add-user";
        if (strncmp(at, ":area", n) == 0 && n == 5) text = "notes";
        if (strncmp(at, ":user", n) == 0 && n == 5) text = "u-ben";
        if (strncmp(at, ":other", n) == 0 && n == 6) text = "q-bert";
        if (strncmp(at, ":number", n) == 0 && n == 7) text = "1";
        if (strncmp(at, ":note", n) == 0 && n == 5)
            text = strcmp(thing, "q-zara") == 0 ? "n-zara" : "n-anna";
        if (strncmp(at, ":message", n) == 0 && n == 8)
            text = strcmp(thing, "w-zoe") == 0 ? "wm-zoe" : "wm-freya";
        if (strncmp(at, ":file", n) == 0 && n == 5)
            text = strcmp(thing, "q-zara") == 0 ? "f-zara" : "f-anna";
        if (strncmp(at, ":token", n) == 0 && n == 6)
            text = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        to = text ? stpcpy(to, text) : mempcpy(to, at, n);
        at += n;
        if (*at) *to++ = *at++;
    }
    return out;
}

static const char *body_of(const char *pattern, enum method method)
{
    if (strstr(pattern, "/search")) return "{\"text\": \"Anna\"}";
    if (strstr(pattern, "/waiver") || strstr(pattern, "/cancellation"))
        return method == POST ? "{\"reason\": \"x\"}" : NULL;
    if (strstr(pattern, "v1/groups/:g/appointments") && method == POST)
        return "{\"location\": \"l-riverside\", \"starts_at\": \"2026-11-24T00:00:00Z\","
               " \"label\": \"x\", \"minutes\": 15}";
    return NULL;
}

static struct page ask(struct cx *cx, const struct route_info *r, const char *who, const char *path)
{
    if (r->api) {
        bool visitor = strcmp(who, "visitor") == 0;
        const char *body = body_of(r->path, r->method);
        return api_with(cx, visitor ? NULL : bearer_of(cx, who), r->method, path, body,
                        r->method == GET ? NULL : "\"1.\"");
    }
    return r->method == GET ? get(cx, who, path) : post(cx, who, path, "name", "x", NULL);
}

/* Everything south has, in one hash. */
static void south(struct cx *cx, char out[44])
{
    struct table t;
    crypto_generichash_state state;
    unsigned char hash[32];
    const struct sql *const all[] = {
        SQL_GLOBAL("SELECT * FROM practices WHERE id = 'south'"),
        SQL_GLOBAL("SELECT * FROM users WHERE practice_id = 'south' ORDER BY id"),
        SQL_GLOBAL("SELECT * FROM locations WHERE practice_id = 'south' ORDER BY id"),
        SQL_GLOBAL("SELECT * FROM invitations WHERE practice_id = 'south' ORDER BY id"),
        SQL_GLOBAL("SELECT * FROM assignments WHERE practice_id = 'south' ORDER BY user_id"),
        SQL_GLOBAL("SELECT * FROM patients WHERE practice_id = 'south' ORDER BY id"),
        SQL_GLOBAL("SELECT * FROM patient_words WHERE practice_id = 'south' ORDER BY word"),
        SQL_GLOBAL("SELECT * FROM patient_practitioners WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM patient_locations WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM patient_grants WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM views WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM user_devices WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM lost_steps WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM emergencies WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM access_requests WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM notes WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM note_editions WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM attachments WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM attachment_pieces WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM attachment_sizes WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM appointment_types WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM working_hours WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM rooms WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM appointments WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM invoicing WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM provider_numbers WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM invoices WHERE practice_id = 'south' ORDER BY id"),
        SQL_GLOBAL("SELECT * FROM invoice_lines WHERE practice_id = 'south' ORDER BY 1, 2, 3"),
        SQL_GLOBAL("SELECT * FROM invoice_entries WHERE practice_id = 'south' ORDER BY id"),
        SQL_GLOBAL("SELECT * FROM invoice_sendings WHERE practice_id = 'south' ORDER BY id"),
        SQL_GLOBAL("SELECT * FROM invoice_links WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT practice_id, id, user_id, name, token_hash, scopes, expires_at FROM"
                   " api_keys WHERE practice_id = 'south' AND id = 'key-zoe'"),
        SQL_GLOBAL("SELECT * FROM api_answers WHERE practice_id = 'south' AND key_id = 'key-zoe'"),
        SQL_GLOBAL("SELECT * FROM calendar_feeds WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM webhooks WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM webhook_messages WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM reminder_settings WHERE practice_id = 'south' ORDER BY id"),
        SQL_GLOBAL("SELECT * FROM reminders WHERE practice_id = 'south' ORDER BY id"),
        SQL_GLOBAL("SELECT * FROM credit_accounts WHERE practice_id = 'south' ORDER BY id"),
        SQL_GLOBAL("SELECT * FROM credit_moves WHERE practice_id = 'south' ORDER BY id"),
        SQL_GLOBAL("SELECT * FROM credit_settings WHERE practice_id = 'south' ORDER BY id"),
        SQL_GLOBAL("SELECT * FROM credit_orders WHERE practice_id = 'south' ORDER BY id"),
        SQL_GLOBAL("SELECT * FROM booking_profiles WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM booking_types WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM bookings WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM booking_links WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM waiters WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM waiter_links WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM imports WHERE practice_id = 'south' ORDER BY id"),
        SQL_GLOBAL("SELECT * FROM import_rows WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM import_marks WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM import_keys WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM handovers WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM handover_rows WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM export_permits WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM exports WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM export_items WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM export_counts WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM export_files WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM export_pieces WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM looks WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM looked_at WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM looks_listed WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM checklist WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM closings WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM planned_changes WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM deputies WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM user_papers WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM access_reviews WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM access_review_lines WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM access_review_plans WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM sign_in_providers WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM sign_in_identities WHERE practice_id = 'south'"),
        SQL_GLOBAL("SELECT * FROM audit WHERE practice_id = 'south' ORDER BY seq"),
        SQL_GLOBAL("SELECT * FROM jobs WHERE practice_id = 'south' ORDER BY id"),
        SQL_GLOBAL("SELECT * FROM sessions WHERE id = 's-zoe'"),
        SQL_GLOBAL("SELECT * FROM authenticators WHERE person_id = 'p-zoe'"),
        SQL_GLOBAL("SELECT * FROM passkeys WHERE person_id = 'p-zoe'"),
    };
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (db_run(cx, &t, all[i], NULL, 0) != OK) exit(1);
        for (size_t c = 0; c < t.rows * t.columns; c++) {
            const char *text = t.cells[c].text
                                   ? t.cells[c].text
                                   : arena_print(cx->mem, "%lld|", (long long)t.cells[c].number);
            crypto_generichash_update(&state, (const unsigned char *)text, strlen(text) + 1);
        }
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2base64(out, 44, hash, sizeof hash, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static bool knows_south(const char *who)
{
    return strcmp(who, "zoe") == 0 || strcmp(who, "olga") == 0;
}

static void no_canary(const struct route_info *r, const char *who, const char *path,
                      struct page page)
{
    for (size_t i = 0; i < sizeof canaries / sizeof *canaries && !knows_south(who); i++)
        if (strstr(page.body, canaries[i]) && !strstr(path, canaries[i])) {
            failures++;
            printf("  %s sees \"%s\" at %s (%s)\n", who, canaries[i], path, r->name);
        }
}

/* A form token belongs to the session, and each try has a session of its own. */
static const char *masked(const char *body)
{
    for (char *at = (char *)body; (at = strstr(at, "name=\"form_token\" value=\""));) {
        at += strlen("name=\"form_token\" value=\"");
        memset(at, '*', strcspn(at, "\""));
    }
    return body;
}

static void same(const char *who, const char *a_path, struct page a, const char *b_path,
                 struct page b)
{
    if (a.status == b.status && strcmp(masked(a.body), masked(b.body)) == 0) return;
    failures++;
    printf("  %s can tell %s (%d) from %s (%d)\n", who, a_path, a.status, b_path, b.status);
}

/* The world as it was made. */
static struct {
    void (*make)(struct cx *);
    struct arena *mem;
    int64_t changes; /* -1: it is not there */
    char south[44];
} world;

static void world_begin(void (*make)(struct cx *))
{
    world.make = make;
    world.mem = arena_new(1 << 26);
    world.changes = -1;
}

static void make_world(struct cx *cx)
{
    struct arena *mem = cx->mem;
    arena_reset(world.mem);
    cx->mem = world.mem;
    world.make(cx);
    cx->mem = mem;
    south(cx, world.south);
}

/* Is something kept for the next page of theirs to say? */
static bool says_later(struct page page)
{
    for (size_t i = 0; i < COOKIES && page.cookies[i]; i++)
        if (strncmp(page.cookies[i], "linden-note=", strlen("linden-note=")) == 0) return true;
    return false;
}

/* What somebody is answered in a world that nobody has touched. */
static struct page ask_anew(struct cx *cx, const struct route_info *r, const char *who,
                            const char *path, bool *changed)
{
    if (world.changes < 0 || engine_changes(cx) != world.changes) make_world(cx);
    if (strcmp(who, "visitor") != 0) (void)(r->api ? bearer_of(cx, who) : session_of(cx, who));
    world.changes = engine_changes(cx);
    struct page page = ask(cx, r, who, path);
    *changed = engine_changes(cx) != world.changes;
    if (*changed || says_later(page)) world.changes = -1;
    return page;
}

/* Who belongs to the south may change it; of the others no request does. */
static struct page answered(struct cx *cx, const struct route_info *r, const char *who,
                            const char *path)
{
    char after[44];
    bool changed;
    struct page page = ask_anew(cx, r, who, path, &changed);
    if (strncmp(path, "/book/south/", 12) != 0) no_canary(r, who, path, page); /* that is public */
    if (knows_south(who) || !changed) return page;
    south(cx, after);
    if (strcmp(world.south, after) != 0) {
        failures++;
        printf("  %s changed another group at %s\n", who, path);
    }
    return page;
}

static void alike(struct cx *cx, const struct route_info *r, const char *who, const char *a_path,
                  const char *b_path)
{
    struct page a = answered(cx, r, who, a_path);
    same(who, a_path, a, b_path, answered(cx, r, who, b_path));
}

/* One row: what this actor is answered for the own thing; foreign and made-up
 * things and groups are compared right here. */
static int cell(struct cx *cx, const struct route_info *r, const char *who)
{
    struct things things = things_of(r->path);
    bool hers = strcmp(who, "zoe") == 0
                && (strcmp(things.foreign, "s-zoe") == 0 || strcmp(things.foreign, "k-zoe") == 0
                    || strcmp(things.foreign, "pk-zoe") == 0
                    || strcmp(things.foreign, "rd-zoe") == 0);
    if (strcmp(things.own, "-") != 0 && !hers)
        alike(cx, r, who, path_of(cx, r->path, "north", things.foreign),
              path_of(cx, r->path, "north", "u-nobody"));
    if (strstr(r->path, "/:location/:user")) /* who is hidden there, and who never was */
        alike(cx, r, who, "/book/south/l-south/u-zoe", "/book/south/l-south/u-nobody");
    if ((strstr(r->path, "/g/:g/") || strstr(r->path, "/groups/:g/")) && !knows_south(who))
        alike(cx, r, who, path_of(cx, r->path, "south", things.own),
              path_of(cx, r->path, "nowhere", things.own));
    return answered(cx, r, who, path_of(cx, r->path, "north", things.own)).status;
}

TEST(golden_isolation_of_every_route_for_every_actor)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    struct arena *round = arena_new(1 << 26);
    struct cx inner = *cx;
    world_begin(prepare);
    fprintf(out, "What each actor is answered for a thing of north.\n\n%-59s", "");
    for (size_t a = 0; a < ACTORS; a++) fprintf(out, " %-7s", actors[a]);
    fprintf(out, "\n");
    for (const struct route_info *r = routes; r < routes + ROUTE_COUNT; r++) {
        fprintf(out, "%-4s %-54s", method_word(r->method), r->path);
        for (size_t a = 0; a < ACTORS; a++) {
            arena_reset(round);
            inner.mem = round;
            fprintf(out, " %-7d", cell(&inner, r, actors[a]));
        }
        fprintf(out, "\n");
    }
    fclose(out);
    golden_compare("tests/golden/isolation.txt", text);
    free(text);
    arena_free(round);
    arena_free(world.mem);
}

/* --- where names are hidden --------------------------------------------------------- */

/* What is a patient's of north, and stands nowhere else. */
static const char *const of_patients[] = {
    "Aster", "Birch", "Cedar", "Drake",    ">Anna",  " Anna",      ">Cleo",
    " Cleo", ">Dora", " Dora", "5550 100", "Wombat", "1980-03-27", "27 Mar 1980",
    "wombat.example",
};

static const char *hidden_level;

static void prepare_hidden(struct cx *cx)
{
    prepare(cx);
    must_run(cx, "UPDATE patients SET email = id || '@wombat.example', address = 'Wombat Lane'"
                 " WHERE practice_id = 'north'");
    sign_in_again(cx, "freya");
    post(cx, "freya", "/g/north/patients/q-anna/archive", NULL);
    post(cx, "freya", "/g/north/patients/q-anna/restore", NULL);
    must_run(cx, arena_print(cx->mem,
                             "UPDATE users SET level = '%s', role_type = 'administrator',"
                             " hide_patient_names = 1, all_locations = 1, read_only = 0,"
                             " location_restriction = 0, see_history = 1, see_reports = 1,"
                             " others = '' WHERE id = 'u-gina'",
                             hidden_level));
    recount_users(cx);
}

static bool names_nobody(const struct route_info *r, const char *path, const char *text)
{
    bool nobody = true;
    for (size_t i = 0; text && i < sizeof of_patients / sizeof *of_patients; i++)
        if (strstr(text, of_patients[i])) {
            failures++;
            nobody = false;
            printf("  \"%s\" stands in the answer of %s (%s)\n", of_patients[i], path, r->name);
        }
    return nobody;
}

static int hidden_from(struct cx *cx, const char *level)
{
    int opened = 0;
    bool changed;
    struct arena *round = arena_new(1 << 26);
    struct cx inner = *cx;
    hidden_level = level;
    world_begin(prepare_hidden);
    for (const struct route_info *r = routes; r < routes + ROUTE_COUNT; r++) {
        arena_reset(round);
        inner.mem = round;
        const char *path = path_of(&inner, r->path, "north", things_of(r->path).own);
        struct page page = ask_anew(&inner, r, "gina", path, &changed);
        names_nobody(r, path, page.body);
        names_nobody(r, path, page.disposition);
        names_nobody(r, path, page.location);
        opened += page.status == 200;
    }
    arena_free(round);
    arena_free(world.mem);
    return opened;
}

TEST(where_names_are_hidden_no_route_answers_with_one)
{
    CHECK(hidden_from(cx, "office") > 60);
    CHECK(hidden_from(cx, "clinical") > 60);
    CHECK(hidden_from(cx, "full") > 120);
}
