/* practice.c - see practice.h */
#include "tests/support/practice.h"

#include <dirent.h>
#include <stdarg.h>
#include <unistd.h>

#include "access/stored.h"
#include "app/patients/words.h"
#include "base/secret.h"
#include "base/setup.h"
#include "http/form.h"
#include "tests/support/engine.h"
#include "tests/support/folder.h"
#include "tests/support/program.h"
#include "tests/support/rows.h"
#include "web/visit.h"
#include "work/queue.h"

enum { PEOPLE = 16 };

/* What a browser remembers. */
static struct {
    char who[24], token[44], notice[1400];
} jar[PEOPLE];
static struct setup setup;
static char folder[4096];

static void must(struct cx *cx, enum status status)
{
    if (status == OK) return;
    fprintf(stderr, "fixture: %s\n", cx->message ? cx->message : "?");
    exit(1);
}

static void add_person(struct cx *cx, const char *who, const char *first, const char *last,
                       const char *host)
{
    char hash[PASSWORD_HASH_SIZE];
    if (!password_hash(hash, arena_print(cx->mem, "correct-horse-battery-%s", who),
                       (struct password_cost){ setup.hash_memory, setup.hash_passes }))
        exit(1);
    const char *email = arena_print(cx->mem, "%s@%s.example", who, host);
    must(cx, db_exec(cx,
                     SQL_GLOBAL("INSERT INTO people (id, email, email_key, first_name, last_name,"
                                " password_hash, password_at, proven_at, created_at)"
                                " VALUES ($1, $2, $2, $3, $4, $5, $6, $6, $6)"),
                     (const char *)arena_print(cx->mem, "p-%s", who), email, first, last,
                     (const char *)hash, TEST_NOW - DAYS(100)));
}

static void add_user(struct cx *cx, const char *practice, const char *who, const char *title,
                     const char *role, const char *level, bool owner, bool read_only)
{
    must(cx, db_exec(cx,
                     SQL_GLOBAL("INSERT INTO users (practice_id, id, person_id, email, title,"
                                " first_name, last_name, sort_key, find_key, role_type, profession,"
                                " registration_number, level, owner, read_only, all_locations,"
                                " created_at)"
                                " SELECT $1, $2, p.id, p.email, $4, p.first_name, p.last_name,"
                                " lower(p.last_name || ' ' || p.first_name),"
                                " lower(p.first_name || ' ' || p.last_name || ' ' || p.email),"
                                " $5, CASE WHEN $5 = 'practitioner' THEN 'physiotherapist' ELSE ''"
                                " END, CASE WHEN $5 = 'practitioner' THEN 'PHY0001234567' ELSE ''"
                                " END, $6, $7, $8, $9, $10 FROM people p WHERE p.id = $3"),
                     practice, (const char *)arena_print(cx->mem, "u-%s", who),
                     (const char *)arena_print(cx->mem, "p-%s", who), title, role, level, owner,
                     read_only, owner || strcmp(who, "freya") == 0, TEST_NOW - DAYS(90)));
}

static const char PRACTICES[] =
    "INSERT INTO practices (id, slug, name, time_zone, created_at) VALUES"
    " ('north', 'north', 'Northside Allied Health', 'Australia/Melbourne', 1),"
    " ('south', 'south', 'Southbank Clinic', 'Europe/London', 1);"
    "INSERT INTO locations (practice_id, id, name, time_zone, created_at) VALUES"
    " ('north', 'l-riverside', 'Riverside', 'Australia/Melbourne', 1),"
    " ('north', 'l-harbour', 'Harbour St', 'Australia/Melbourne', 1),"
    " ('south', 'l-south', 'Bankside', 'Europe/London', 1);";
static const char ASSIGNMENTS[] =
    "INSERT INTO assignments (practice_id, user_id, location_id) VALUES"
    " ('north', 'u-ben', 'l-riverside'), ('north', 'u-ben', 'l-harbour'),"
    " ('north', 'u-chen', 'l-riverside'), ('north', 'u-gina', 'l-riverside'),"
    " ('north', 'u-kavya', 'l-riverside'), ('south', 'u-olga', 'l-south');"
    "UPDATE users SET locations = 'l-riverside' WHERE id IN ('u-chen', 'u-gina', 'u-kavya');"
    "UPDATE users SET locations = 'l-harbour l-riverside' WHERE id = 'u-ben';"
    "UPDATE users SET locations = 'l-south' WHERE practice_id = 'south' AND id = 'u-olga';"
    "UPDATE users SET status = 'deactivated', deactivated_at = created_at, access_ended_at ="
    " created_at, deactivated_by = 'u-freya', deactivated_by_name = 'Freya Nilsson'"
    " WHERE id = 'u-kavya';"
    "INSERT INTO kept_drafts (practice_id, user_id, name, fields, kept_at)"
    " SELECT practice_id, id, 'Kept by Zander', 'last_name=Zander\n', 1795255200000000"
    " FROM users WHERE id IN ('u-zoe', 'u-kavya');"
    "INSERT INTO letters_last (practice_id, receiver, letter, job_id, at)"
    " SELECT id, 'nobody', 'x', 'x', 1 FROM practices;";

static const char INVOICES[] =
    "INSERT INTO invoicing (practice_id, last_number, last_note, business, pay_to) VALUES"
    " ('north', 2, 0, 'ABN 51 824 753 556', 'Account 123-456'), ('south', 1, 1, 'Quokka Ltd', '');"
    "INSERT INTO provider_numbers (practice_id, user_id, location_id, number) VALUES"
    " ('north', 'u-chen', 'l-riverside', 'CHEN-RIVER'), ('south', 'u-zoe', 'l-south', 'Quokka-7');"
    "INSERT INTO invoices (practice_id, id, patient_id, user_id, location_id, net_cents, tax_cents,"
    " total_cents, created_at) VALUES"
    " ('north', 'v-bert', 'q-bert', 'u-ben', 'l-harbour', 9500, 950, 10450, 1);"
    "INSERT INTO invoices (practice_id, id, number, issued, state, patient_id, user_id, location_id,"
    " currency, tax_name, issued_on, due_on, practice_name, location_name, practitioner_name,"
    " registration, patient_name, net_cents, tax_cents, total_cents, paid_cents, issued_at,"
    " created_at) VALUES"
    " ('north', 'v-anna', 1, 1, 'issued', 'q-anna', 'u-chen', 'l-riverside', 'AUD', 'GST',"
    "  '2026-11-20', '2026-12-04', 'Northside Allied Health', 'Riverside', 'Mr Chen Wei',"
    "  'CHEN-RIVER', 'Anna Aster', 18000, 0, 18000, 0, 1, 1),"
    " ('north', 'v-cleo', 2, 1, 'part_paid', 'q-cleo', 'u-kavya', 'l-riverside', 'AUD', 'GST',"
    "  '2026-10-20', '2026-11-03', 'Northside Allied Health', 'Riverside', 'Ms Kavya Rao',"
    "  'PHY0001234567', 'Cleo <i>Cedar', 9500, 0, 9500, 2000, 1, 1),"
    " ('south', 'v-zara', 1, 1, 'part_paid', 'q-zara', 'u-zoe', 'l-south', 'GBP', 'VAT',"
    "  '2026-11-20', '2026-12-04', 'Southbank Clinic', 'Bankside', 'Zoe Zander', 'Quokka-7',"
    "  'Zara Quokkason', 12000, 0, 12000, 100, 1, 1);"
    "INSERT INTO invoice_lines (practice_id, invoice_id, line, issued, appointment_id, type_name,"
    " description, quantity, price_cents, tax_rate, net_cents, tax_cents) VALUES"
    " ('north', 'v-anna', 1, 1, 'a-anna', 'First visit', 'First visit, about <b>Anna', 1, 18000, 0, 18000, 0),"
    " ('north', 'v-bert', 1, 0, NULL, '', 'Tape for Bert', 1, 9500, 1000, 9500, 950),"
    " ('north', 'v-cleo', 1, 1, 'a-cleo', 'Review', 'Review', 1, 9500, 0, 9500, 0),"
    " ('south', 'v-zara', 1, 1, 'a-zara', 'Quokka session', 'Quokka session', 1, 12000, 0, 12000, 0);"
    "INSERT INTO invoice_entries (practice_id, id, invoice_id, kind, cents, way, note, on_day, at,"
    " by_id, by_name, number) VALUES"
    " ('north', 'e-cleo', 'v-cleo', 'payment', 2000, 'card', 'Paid by Cleo', '2026-10-21', 1, 'u-freya', 'Freya Nilsson', NULL),"
    " ('south', 'e-zara', 'v-zara', 'payment', 200, 'cash', 'Quokka', '2026-11-20', 1, 'u-zoe', 'Zoe Zander', NULL),"
    " ('south', 'e-zoe', 'v-zara', 'refund', 100, 'cash', 'Quokka', '2026-11-20', 1, 'u-zoe', 'Zoe Zander', 1);"
    "INSERT INTO invoice_sendings (practice_id, id, invoice_id, address, state, at, by_id, by_name,"
    " expires_at) VALUES"
    " ('north', 'is-cleo', 'v-cleo', 'cedar@home.example', 'sent', 1, 'u-freya', 'Freya Nilsson', 1795000000000000),"
    " ('south', 'is-zara', 'v-zara', 'quokka@home.example', 'sent', 1, 'u-zoe', 'Zoe Zander', 1795000000000000);"
    "INSERT INTO invoice_links (practice_id, token_hash, sending_id) VALUES"
    " ('north', 'cleo-reads-nothing', 'is-cleo'), ('south', 'zara-reads-nothing', 'is-zara');";

void recount_users(struct cx *cx)
{
    must(cx, db_script(cx, "UPDATE practices SET active_users = (SELECT count(*) FROM users u"
                           " WHERE u.practice_id = practices.id AND u.status = 'active'),"
                           " deactivated_users = (SELECT count(*) FROM users u"
                           " WHERE u.practice_id = practices.id AND u.status = 'deactivated')"));
}

void invoices_unguarded(struct cx *cx, bool on)
{
    static const char *const postgres[] = {
        "ALTER TABLE invoices ENABLE TRIGGER USER; ALTER TABLE invoice_lines ENABLE TRIGGER USER;"
        "ALTER TABLE invoice_entries ENABLE TRIGGER USER;"
        "ALTER TABLE credit_moves ENABLE TRIGGER USER",
        "ALTER TABLE invoices DISABLE TRIGGER USER; ALTER TABLE invoice_lines DISABLE TRIGGER USER;"
        "ALTER TABLE invoice_entries DISABLE TRIGGER USER;"
        "ALTER TABLE credit_moves DISABLE TRIGGER USER",
    };
    if (engine_is_postgres())
        must_run(cx, postgres[on]);
    else if (on)
        must_run(cx, "DROP TRIGGER IF EXISTS invoices_remain;"
                     "DROP TRIGGER IF EXISTS invoice_lines_remain;"
                     "DROP TRIGGER IF EXISTS invoice_entries_remain;"
                     "DROP TRIGGER IF EXISTS credit_moves_remain");
}

void take_invoices_away(struct cx *cx)
{
    invoices_unguarded(cx, true);
    must_run(cx, "DELETE FROM invoice_links; DELETE FROM invoice_sendings;"
                 " DELETE FROM invoice_entries; DELETE FROM invoice_lines; DELETE FROM invoices;"
                 "DELETE FROM provider_numbers; DELETE FROM invoicing");
    invoices_unguarded(cx, false);
}

static void add_patient(struct cx *cx, const char *practice, const char *who, int64_t number,
                        const char *first, const char *last, const char *born, const char *location,
                        const char *practitioner)
{
    struct id id = id_of(arena_print(cx->mem, "q-%s", who));
    cx->actor.practice = id_of(practice);
    must(cx,
         db_exec(cx,
                 SQL("INSERT INTO patients (practice_id, id, number, pseudonym, first_name,"
                     " last_name, names, birth_date, phone, created_at)"
                     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)"),
                 id, number, number + 47212, first, last, words_of_names(cx->mem, last, first, ""),
                 born, (const char *)arena_print(cx->mem, "03 5550 %04lld", (long long)number)));
    must(cx,
         db_exec(cx,
                 SQL("INSERT INTO patient_locations (practice_id, patient_id, location_id, names)"
                     " VALUES ($1, $2, $3, '')"),
                 id, (const char *)arena_print(cx->mem, "l-%s", location)));
    if (*practitioner)
        must(cx, db_exec(cx,
                         SQL("INSERT INTO patient_practitioners (practice_id, patient_id, user_id,"
                             " main, names, since) VALUES ($1, $2, $3, 1, '', 1)"),
                         id, (const char *)arena_print(cx->mem, "u-%s", practitioner)));
    must(cx, words_write(cx, id));
}

static void add_note(struct cx *cx, const char *practice, const char *id, const char *patient,
                     const char *author, const char *text)
{
    cx->actor.practice = id_of(practice);
    must(cx, db_exec(cx,
                     SQL("INSERT INTO notes (practice_id, id, patient_id, author_id, author_name,"
                         " text, private, state, edition, created_at, signed_at, changed_at)"
                         " VALUES ($1, $2, $3, $4, $4, $5, 0, 'signed', 1, 1, 1, 1)"),
                     id, (const char *)arena_print(cx->mem, "q-%s", patient),
                     (const char *)arena_print(cx->mem, "u-%s", author), text));
    must(cx, db_exec(cx,
                     SQL("INSERT INTO note_editions (practice_id, note_id, edition, title, text,"
                         " reason, at, by_id, by_name) VALUES ($1, $2, 1, '', $3, '', 1, $4, $4)"),
                     id, text, (const char *)arena_print(cx->mem, "u-%s", author)));
}

/* A text file of one piece that hangs on a note. */
static void add_file(struct cx *cx, const char *practice, const char *id, const char *note,
                     const char *author, const char *name, const char *text)
{
    cx->actor.practice = id_of(practice);
    must(cx,
         db_exec(cx,
                 SQL("INSERT INTO attachments (practice_id, id, note_id, name, type, size, hash,"
                     " edition, at, by_id, by_name)"
                     " VALUES ($1, $2, $3, $4, 'text/plain', $5, $2, 1, 1, $6, $6)"),
                 id, note, name, strlen(text), (const char *)arena_print(cx->mem, "u-%s", author)));
    must(cx, db_exec(cx,
                     SQL("INSERT INTO attachment_pieces (practice_id, attachment_id, piece, bytes)"
                         " VALUES ($1, $2, 0, $3)"),
                     id, ((struct bytes){ text, strlen(text) })));
    must(cx, db_exec(cx, SQL("INSERT INTO attachment_sizes (practice_id, bytes) VALUES ($1, $2)"),
                     strlen(text)));
}

static void fill(struct cx *cx)
{
    must(cx, db_script(cx, PRACTICES));
    add_person(cx, "olga", "Olga", "Okafor", "north");
    add_person(cx, "freya", "Freya", "Nilsson", "north");
    add_person(cx, "ben", "Ben", "<b>Brandt", "north");
    add_person(cx, "chen", "Chen", "Wei", "north");
    add_person(cx, "gina", "Gina", "Papas", "north");
    add_person(cx, "kavya", "Kavya", "Rao", "north");
    add_person(cx, "zoe", "Zoe", "Zander", "south");
    add_user(cx, "north", "olga", "Dr", "practitioner", "full", true, false);
    add_user(cx, "north", "freya", "", "administrator", "full", false, false);
    add_user(cx, "north", "ben", "", "practitioner", "clinical", false, false);
    add_user(cx, "north", "chen", "Mr", "practitioner", "personal", false, true);
    add_user(cx, "north", "gina", "", "administrator", "office", false, false);
    add_user(cx, "north", "kavya", "Ms", "practitioner", "clinical", false, false);
    add_user(cx, "south", "zoe", "", "practitioner", "full", true, false);
    add_user(cx, "south", "olga", "Dr", "practitioner", "personal", false, false);
    must(cx, db_script(cx, ASSIGNMENTS));
    add_patient(cx, "north", "anna", 1001, "Anna", "Aster", "1980-03-27", "riverside", "chen");
    add_patient(cx, "north", "bert", 1002, "Bert", "O'Birch-Łuczak", "1975-12-01", "harbour",
                "ben");
    add_patient(cx, "north", "cleo", 1003, "Cleo", "<i>Cedar", "2015-06-30", "riverside", "kavya");
    add_patient(cx, "north", "dora", 1004, "Dora", "Drake", "", "riverside", "");
    add_patient(cx, "south", "zara", 1001, "Zara", "Quokkason", "1980-03-27", "south", "zoe");
    add_note(cx, "north", "n-anna", "anna", "chen", "Anna walks <b>well.");
    add_note(cx, "north", "n-bert", "bert", "ben", "Bert sleeps better.");
    add_note(cx, "south", "n-zara", "zara", "zoe", "Zara saw a quokka.");
    add_file(cx, "north", "f-anna", "n-anna", "chen", "Gait of <b>Anna.txt", "Anna limps.");
    add_file(cx, "south", "f-zara", "n-zara", "zoe", "Quokka of Zara.txt", "A quokka ate it.");
    must(cx, db_script(cx, EXPORTS));
    must(cx, db_script(cx, "UPDATE patients SET state = 'archived', state_at = 1, state_by ="
                           " 'Freya Nilsson' WHERE id = 'q-dora'"));
    cx->actor.practice = id_of("north");
    must(cx, words_place(cx, id_of("q-dora")));
    must(cx, db_script(cx, CALENDAR));
    must(cx, db_script(cx, NAME_APPOINTMENTS));
    must(cx, db_script(cx, INVOICES));
    must(cx, db_script(cx, PLANS));
    must(cx, db_script(cx, REMINDERS));
    must(cx, db_script(cx, CREDITS));
    must(cx, db_script(cx, IMPORTS));
    must(cx, db_script(cx, HANDOVERS));
    must(cx, db_script(cx, BOOKING));
    cx->actor = (struct actor){ 0 };
    recount_users(cx);
}

static void remove_folder(void)
{
    if (*folder) folder_remove(folder);
    *folder = '\0';
}

void practice_begin(struct cx *cx)
{
    static bool registered;
    if (!registered) atexit(remove_folder);
    registered = true;
    remove_folder();
    snprintf(folder, sizeof folder, "%s", folder_new(cx));
    setup = (struct setup){ SETUP_DEFAULTS, .url = "http://linden.example",
                            .mail = arena_print(cx->mem, "file:%s", folder),
                            .mail_from = "linden@linden.example" };
    setup.hash_memory = 8192;
    setup.hash_passes = 1;
    setup.key = (const unsigned char *)"a key of 32 bytes for the tests!";
    memset(jar, 0, sizeof jar);
    programs_forget();
    cx->setup = &setup;
    engine_begin(cx, fill);
}

/* --- requests --------------------------------------------------------------- */

static size_t jar_of(struct cx *cx, const char *who)
{
    size_t at = 0;
    while (at < PEOPLE - 1 && jar[at].who[0] && strcmp(jar[at].who, who) != 0) at++;
    if (jar[at].who[0]) return at;
    snprintf(jar[at].who, sizeof jar[at].who, "%s", who);
    if (strcmp(who, "visitor") == 0)
        secret_token(jar[at].token);
    else
        sign_in_again(cx, who);
    return at;
}

void sign_in_again(struct cx *cx, const char *who)
{
    size_t at = 0;
    char hash[SECRET_SIZE];
    while (at < PEOPLE - 1 && jar[at].who[0] && strcmp(jar[at].who, who) != 0) at++;
    snprintf(jar[at].who, sizeof jar[at].who, "%s", who);
    secret_token(jar[at].token);
    secret_hash(jar[at].token, hash);
    must(cx, db_begin(cx, true));
    must(cx, db_exec(cx,
                     SQL_GLOBAL("INSERT INTO sessions (id, token_hash, person_id, signed_in_at,"
                                " seen_at, proved_at) VALUES ($1, $2, $3, $4, $4, $5)"),
                     id_new(cx->now), (const char *)hash,
                     (const char *)arena_print(cx->mem, "p-%s", who), cx->now,
                     cx->now + DAYS(3650)));
    must(cx, db_commit(cx));
}

const char *session_of(struct cx *cx, const char *who)
{
    return jar[jar_of(cx, who)].token;
}

/* As the gateway does it through the writer. */
static void record(struct cx *cx, struct request *rq, struct response *rs)
{
    enum status status = db_begin(cx, true);
    if (status == OK) status = answer_record(cx, rq);
    if (status == OK) status = db_commit(cx);
    if (status == OK) return;
    db_rollback(cx);
    *rs = (struct response){ .status = 503, .body.cx = cx };
}

struct piece {
    const struct pieces *all;
    int64_t at;
    struct bytes bytes;
};

static enum status next_piece(struct cx *cx, void *arg)
{
    struct piece *piece = arg;
    return piece->all->next(cx, piece->all->arg, piece->at, &piece->bytes);
}

/* As the gateway does it: a transaction for each. */
static const char *put_together(struct cx *cx, const struct pieces *all, size_t *n)
{
    char *out = arena_alloc(cx->mem, (size_t)all->size + 1);
    struct piece piece = { .all = all };
    while (piece.at < all->size && db_transact(cx, false, next_piece, &piece) == OK) {
        if (!piece.bytes.n || piece.at + (int64_t)piece.bytes.n > all->size) break;
        memcpy(out + piece.at, piece.bytes.at, piece.bytes.n);
        piece.at += (int64_t)piece.bytes.n;
    }
    *n = (size_t)piece.at;
    return out;
}

static struct page ask(struct cx *cx, const char *who, struct request *rq, const char *target)
{
    struct response rs = { 0 };
    size_t at = jar_of(cx, who && *who ? who : "visitor");
    bool visitor = strcmp(jar[at].who, "visitor") == 0;
    const char *mark = strchr(target, '?');
    rq->path = arena_copy(cx->mem, target, mark ? (size_t)(mark - target) : strlen(target));
    if (mark
        && form_parse(cx->mem, mark + 1, strlen(mark + 1), 100, &rq->query.at, &rq->query.n)
               != FORM_OK)
        exit(1);
    rq->cookies = arena_print(cx->mem, "%s=%s; linden-note=%s",
                              visitor ? "linden-visitor" : "linden", jar[at].token, jar[at].notice);
    rq->address = "192.0.2.1";
    rq->agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    rq->reference = "7f3k2q00";
    cx_forget(cx);
    enum status status = rq->method == POST ? answer_prepare(cx, rq) : OK;
    if (status == OK)
        (void)!answer(cx, rq, &rs); /* its status says it */
    else
        answer_failed(cx, rq, &rs, status);
    if (!route_changes(rq) && cx->shown) record(cx, rq, &rs);
    struct page page = { .status = rs.status,
                         .body = rs.body.text ? rs.body.text : "",
                         .length = rs.body.length,
                         .location = rs.location,
                         .etag = rs.etag,
                         .disposition = rs.disposition,
                         .type = rs.type };
    if (rs.pieces) page.body = put_together(cx, rs.pieces, &page.length);
    for (size_t i = 0; i < COOKIES && rs.cookies[i]; i++) {
        page.cookies[i] = rs.cookies[i];
        if (strncmp(rs.cookies[i], "linden-note=", 12) == 0)
            snprintf(jar[at].notice, sizeof jar[at].notice, "%.*s",
                     (int)strcspn(rs.cookies[i] + 12, ";"), rs.cookies[i] + 12);
        if (strncmp(rs.cookies[i], "linden=", 7) == 0 && !visitor)
            snprintf(jar[at].token, sizeof jar[at].token, "%.*s",
                     (int)strcspn(rs.cookies[i] + 7, ";"), rs.cookies[i] + 7);
    }
    return page;
}

struct page get(struct cx *cx, const char *who, const char *path_and_query)
{
    struct request rq = { .method = GET };
    return ask(cx, who, &rq, path_and_query);
}

struct page get_unless(struct cx *cx, const char *who, const char *path, const char *etag)
{
    struct request rq = { .method = GET, .if_none_match = etag };
    return ask(cx, who, &rq, path);
}

static struct page send(struct cx *cx, const char *who, const char *path, struct uploads files,
                        va_list args)
{
    struct request rq = { .method = POST, .files = files };
    struct pair *pairs = NEW_ARRAY(cx->mem, struct pair, 64);
    size_t n = 0;
    for (const char *name; n < 63 && (name = va_arg(args, const char *));)
        pairs[n++] = (struct pair){ name, va_arg(args, const char *) };
    char *token = arena_alloc(cx->mem, SECRET_SIZE);
    secret_derive(token, session_of(cx, who && *who ? who : "visitor"), "form");
    pairs[n++] = (struct pair){ "form_token", token };
    rq.form = (struct pairs){ n, pairs };
    return ask(cx, who, &rq, path);
}

struct page post(struct cx *cx, const char *who, const char *path, ...)
{
    va_list args;
    va_start(args, path);
    struct page page = send(cx, who, path, (struct uploads){ 0 }, args);
    va_end(args);
    return page;
}

struct page post_file(struct cx *cx, const char *who, const char *path, const char *name,
                      const char *bytes, size_t n, ...)
{
    struct spool spool = spool_of(bytes, n);
    struct upload file = { "files", name, &spool, 0, n, false };
    va_list args;
    va_start(args, n);
    struct page page = send(cx, who, path, (struct uploads){ 1, &file }, args);
    va_end(args);
    return page;
}

bool has_text(struct page page, const char *text)
{
    return strstr(page.body, text) != NULL;
}

/* --- the domain -------------------------------------------------------------- */

void act_as(struct cx *cx, const char *practice, const char *who)
{
    struct table t;
    cx_forget(cx);
    must(cx, db_begin(cx, true));
    cx->actor = (struct actor){ .practice = id_of(practice), .via = "web" };
    must(cx, db_select(cx, &t,
                       SQL("SELECT " ACCESS_COLUMNS
                           ", u.id, u.person_id, u.owner, u.status, u.first_name, u.last_name,"
                           " u.locations FROM users u WHERE u.practice_id = $1 AND u.id = $2"),
                       (const char *)arena_print(cx->mem, "u-%s", who)));
    if (t.rows != 1) must(cx, fail(cx, NOT_FOUND, "nobody is called %s", who));
    struct access access = access_stored(&t, 0);
    access.owner = cell_bool(&t, 0, "owner");
    access.active = strcmp(cell_text(&t, 0, "status"), "active") == 0;
    cx->actor.locations = cell_text(&t, 0, "locations");
    access.locations = ids_count(cx->actor.locations);
    cx->actor.user = cell_id(&t, 0, "id");
    cx->actor.person = cell_id(&t, 0, "person_id");
    cx->actor.reach = access_reach(&access);
    cx->actor.owner = access.owner;
    cx->actor.full = access_full(&access);
    cx->actor.name = arena_print(cx->mem, "%s %s", cell_text(&t, 0, "first_name"),
                                 cell_text(&t, 0, "last_name"));
}

enum status act_end(struct cx *cx, enum status status)
{
    if (status == OK) status = db_commit(cx);
    if (status != OK) db_rollback(cx);
    return status;
}

void must_run(struct cx *cx, const char *script)
{
    must(cx, db_script(cx, script));
    if (!strstr(script, " assignments")) return;
    must(cx, db_begin(cx, true));
    copy_locations(cx);
    must(cx, db_commit(cx));
}

int64_t count(struct cx *cx, const struct sql *sql)
{
    struct table t;
    must(cx, db_run(cx, &t, sql, NULL, 0));
    return table_number(&t);
}

/* --- letters ------------------------------------------------------------------ */

static int hex(char c)
{
    return c >= 'A' ? c - 'A' + 10 : c - '0';
}

static const char *header(struct cx *cx, const char *mail, const char *name)
{
    const char *at = strstr(mail, name);
    if (!at) return "";
    at += strlen(name);
    return arena_copy(cx->mem, at, strcspn(at, "\r"));
}

/* The plain part, out of quoted-printable. */
static const char *plain_part(struct cx *cx, const char *mail)
{
    const char *at = strstr(mail, "Content-Type: text/plain");
    at = at ? strstr(at, "\r\n\r\n") : NULL;
    if (!at) return "";
    char *out = arena_alloc(cx->mem, strlen(at) + 1), *to = out;
    for (at += 4; *at && strncmp(at, "\r\n--", 4) != 0; at++) {
        if (at[0] == '=' && at[1] == '\r')
            at += 2;
        else if (at[0] == '=')
            *to++ = (char)(hex(at[1]) * 16 + hex(at[2])), at += 2;
        else if (*at != '\r')
            *to++ = *at;
    }
    return out;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_mail(const struct dirent *e)
{
    return strstr(e->d_name, ".eml") != NULL;
}

void work_all(struct cx *cx, struct outbox *out)
{
    struct dirent **names;
    struct actor before = cx->actor;
    enum status status;
    while ((status = work_once(cx, NULL)) != NOT_FOUND)
        if (status != OK) printf("  a job failed: %s\n", cx->message), failures++;
    cx->actor = before;
    *out = (struct outbox){ 0 };
    int n = scandir(folder, &names, is_mail, by_name);
    for (int i = 0; i < n; i++) {
        char *text = arena_alloc(cx->mem, 65536);
        FILE *in = fopen(arena_print(cx->mem, "%s/%s", folder, names[i]->d_name), "r");
        text[in ? fread(text, 1, 65535, in) : 0] = '\0';
        if (in) fclose(in);
        unlink(arena_print(cx->mem, "%s/%s", folder, names[i]->d_name));
        free(names[i]);
        if (out->n < 64)
            out->at[out->n++] =
                (struct sent){ header(cx, text, "\r\nTo: "), header(cx, text, "\r\nSubject: "),
                               plain_part(cx, text) };
    }
    if (n >= 0) free(names);
}

const char *sent_link(struct cx *cx, const struct sent *sent, const char *prefix)
{
    const char *at = strstr(sent->text, prefix);
    if (!at) return "";
    return arena_copy(cx->mem, at, strcspn(at, " \r\n"));
}
