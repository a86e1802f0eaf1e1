/* invite.c - sending invitations through the writer, and writing the same rows bare.
 *
 * Forms go the way the gateway sends them: parsed, prepared beside the writer,
 * and then into the writer's queue, where those that wait share a commit.  A
 * fixed number of clients always wait for an answer. */
#include "bench/bench.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

#include "base/secret.h"
#include "base/time.h"
#include "db/writer.h"

enum { CLIENTS = 256, GROUPED = 128 /* commits are shared by as many, at most, as in writer.c */ };

/* --- through the program -------------------------------------------------------- */

struct client {
    struct invites *all;
    struct arena *mem;
    struct cx cx;
    struct request rq;
    struct response rs;
    struct write_task task;
    bool kept; /* its invitation, and not counted yet */
    struct client *next;
};

struct invites {
    struct writer *writer;
    int lanes;
    struct db *db; /* for preparing */
    pthread_mutex_t lock;
    pthread_cond_t free_again;
    struct client *idle;
    int idle_n;
    int64_t sent, kept;
    char tokens[SPREAD][SECRET_SIZE], forms[SPREAD][SECRET_SIZE];
};

static struct client *take_idle(struct invites *all)
{
    pthread_mutex_lock(&all->lock);
    while (!all->idle) pthread_cond_wait(&all->free_again, &all->lock);
    struct client *c = all->idle;
    all->idle = c->next;
    all->idle_n--;
    pthread_mutex_unlock(&all->lock);
    return c;
}

static void give_idle(struct client *c)
{
    struct invites *all = c->all;
    pthread_mutex_lock(&all->lock);
    c->next = all->idle;
    all->idle = c;
    all->idle_n++;
    all->kept += c->kept;
    c->kept = false;
    pthread_cond_signal(&all->free_again);
    pthread_mutex_unlock(&all->lock);
}

static enum status run_form(struct cx *cx, void *arg)
{
    struct client *c = arg;
    return answer_inside(cx, &c->rq, &c->rs);
}

static void form_done(struct cx *cx, void *arg, enum status status)
{
    struct client *c = arg;
    must(cx, status);
    if (c->rs.status != 303 || !strstr(c->rs.location, "/settings/users")) abort();
    c->kept = true;
    give_idle(c);
}

/* Where many write at the same time, groups and addresses that come one after the
 * other are no neighbours in an index, as they are none where people work. */
static size_t group_of(const struct invites *all, int64_t n)
{
    return (size_t)n * (all->lanes > 1 ? 389 : 1) % SPREAD;
}

static const char *address_of(const struct invites *all, struct arena *mem, int64_t n)
{
    unsigned scattered = (unsigned)((uint64_t)n * UINT64_C(0x9e3779b97f4a7c15) >> 32);
    if (all->lanes == 1) return arena_print(mem, "new%lld%%40else.example", (long long)n);
    return arena_print(mem, "%08x%lld%%40else.example", scattered, (long long)n);
}

static void ask(struct client *c, int64_t n)
{
    struct invites *all = c->all;
    size_t group = group_of(all, n);
    arena_reset(c->mem);
    c->cx = context(c->mem);
    const char *email = address_of(all, c->mem, n);
    const char *body = arena_print(
        c->mem,
        "form_token=%s&title=Ms&first_name=New&last_name=Person&role_type=practitioner&profession="
        "physiotherapist&registration_number=PHY0001234567&email=%s&email_again=%s&entry="
        "invitation&password=&password_again=&level=clinical&locations=l%025d",
        all->forms[group], email, email, 0);
    c->rq = (struct request){
        .method = POST,
        .path = arena_print(c->mem, "/g/spread%zu/settings/users", group),
        .cookies = arena_print(c->mem, "linden=%s", all->tokens[group]),
        .address = "127.0.0.1",
        .agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        .reference = "bench000",
    };
    if (form_parse(c->mem, body, strlen(body), 100, &c->rq.form.at, &c->rq.form.n) != FORM_OK)
        abort();
    c->cx.db = all->db;
    must(&c->cx, answer_prepare(&c->cx, &c->rq));
    c->task = (struct write_task){ .cx = &c->cx, .run = run_form, .done = form_done, .arg = c };
    if (!writer_submit(all->writer, &c->task)) abort();
}

void measure_invite(const char *folder, double seconds, int lanes)
{
    static struct invites all = { .lock = PTHREAD_MUTEX_INITIALIZER,
                                  .free_again = PTHREAD_COND_INITIALIZER };
    static struct client clients[CLIENTS];
    struct arena *mem = arena_new(1 << 20);
    struct cx cx = context(mem);
    for (size_t i = 0; i < SPREAD; i++) {
        memcpy(all.tokens[i], session_token(mem, arena_print(mem, "spread%zu", i)), SECRET_SIZE);
        secret_derive(all.forms[i], all.tokens[i], "form");
    }
    all.lanes = lanes;
    must(&cx,
         writer_start(&cx,
                      &(struct writer_options){ database_in(mem, folder),
                                                arena_print(mem, "%s/reserve", folder), lanes },
                      &all.writer));
    all.db = open_reader(folder);
    for (size_t i = 0; i < CLIENTS; i++) {
        clients[i] = (struct client){ .all = &all, .mem = arena_new(4 << 20) };
        give_idle(&clients[i]);
    }
    /* Addresses are new in every run. */
    int64_t first = cx.now, n = 0;
    double began = now_us();
    while (now_us() - began < seconds * 1e6) ask(take_idle(&all), first + n++);
    pthread_mutex_lock(&all.lock);
    while (all.idle_n < CLIENTS) pthread_cond_wait(&all.free_again, &all.lock);
    pthread_mutex_unlock(&all.lock);
    printf("{\"kept\":%lld,\"per_second\":%.1f}\n", (long long)all.kept,
           (double)all.kept / (now_us() - began) * 1e6);
    writer_stop(all.writer);
    db_close(all.db);
}

/* --- bare ------------------------------------------------------------------------ */

/* The rows of one invitation: itself, its letter, its reminder, its end, its
 * audit row with the head of the chain, and the count of what was added. */
static const char *const bare_sql[] = {
    "INSERT INTO invitations (practice_id, id, email, email_key, title, first_name, last_name,"
    " find_key, role_type, profession, registration_number, level, locations, inviter_id,"
    " inviter_name, created_at, sent_at, expires_at) VALUES (?1, ?2, ?3, ?3, 'Ms', 'New', 'Person',"
    " 'new person ' || ?3, 'practitioner', 'physiotherapist', 'PHY0001234567', 'clinical',"
    " 'l0000000000000000000000000', ?4, 'Amara Okafor', ?5, ?5, ?5 + 604800000000)",
    "INSERT INTO jobs (practice_id, id, kind, about, attempts_left, run_at, created_at)"
    " VALUES (?1, ?2, 'letter_invitation', ?6, 8, ?5, ?5)",
    "INSERT INTO jobs (practice_id, id, kind, about, attempts_left, run_at, created_at)"
    " VALUES (?1, ?2, 'invitation_remind', ?6, 8, ?5 + 432000000000, ?5)",
    "INSERT INTO jobs (practice_id, id, kind, about, attempts_left, run_at, created_at)"
    " VALUES (?1, ?2, 'invitation_expire', ?6, 8, ?5 + 604800000000, ?5)",
    "INSERT INTO audit (practice_id, seq, at, kind, actor_id, actor_name, about_id, about_name,"
    " changes, note, via, address, agent, before_hash, hash) VALUES (?1, ?7, ?5, 'invitation_sent',"
    " ?4, 'Amara Okafor', ?6, 'Ms New Person', '[{\"field\":\"Email\",\"before\":\"\",\"after\":\"'"
    " || ?3 || '\"},{\"field\":\"Role type\",\"before\":\"\",\"after\":\"Practitioner\"},{\"field\":"
    "\"Access level\",\"before\":\"\",\"after\":\"Clinical Access\"}]', '', 'web', '127.0.0.1',"
    " 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', ?8, ?8)",
    "INSERT INTO audit_heads (practice_id, seq, hash) VALUES (?1, ?7, ?8) ON CONFLICT (practice_id)"
    " DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
    "INSERT INTO tries (what, who, n, first_at, last_at) VALUES ('adds', ?1, 1, ?5, ?5)"
    " ON CONFLICT (what, who) DO UPDATE SET n = n + 1, last_at = ?5",
};
enum { BARE = sizeof bare_sql / sizeof *bare_sql };

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK) return;
    fprintf(stderr, "bench: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void put(sqlite3_stmt *st, int at, const char *text)
{
    if (at <= sqlite3_bind_parameter_count(st)) sqlite3_bind_text(st, at, text, -1, SQLITE_STATIC);
}

static void put_number(sqlite3_stmt *st, int at, int64_t n)
{
    if (at <= sqlite3_bind_parameter_count(st)) sqlite3_bind_int64(st, at, n);
}

static void write_one(sqlite3_stmt **all, int64_t n, int64_t now, int64_t first)
{
    char practice[27], user[27], email[64];
    int64_t group = n % SPREAD;
    struct id about = id_new(now), id = about;
    /* As seed.c numbers them: two groups and 10,018 people come first. */
    snprintf(practice, sizeof practice, "g%025lld", (long long)group + 2);
    snprintf(user, sizeof user, "u%025lld", (long long)group + 10018);
    snprintf(email, sizeof email, "new%lld@else.example", (long long)(first + n));
    for (int i = 0; i < BARE; i++) {
        if (i > 0) id = id_new(now);
        put(all[i], 1, practice);
        put(all[i], 2, id.text);
        put(all[i], 3, email);
        put(all[i], 4, user);
        put_number(all[i], 5, now);
        put(all[i], 6, about.text);
        put_number(all[i], 7, n / SPREAD + 1);
        put(all[i], 8, "nJx5vK0Ylq3cVnq2m1pZ7w8e4r6t9yU0iOpAsDfGhJk");
        if (sqlite3_step(all[i]) != SQLITE_DONE) {
            fprintf(stderr, "bench: %s\n", sqlite3_errmsg(sqlite3_db_handle(all[i])));
            exit(1);
        }
        sqlite3_reset(all[i]);
    }
}

void measure_bare(const char *folder, double seconds)
{
    struct arena *mem = arena_new(1 << 20);
    sqlite3 *db;
    sqlite3_stmt *all[BARE];
    if (sqlite3_open(database_in(mem, folder) + strlen("sqlite:"), &db) != SQLITE_OK) abort();
    /* As the writer's connection, see src/db/sqlite.c. */
    run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
            "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000;"
            "DELETE FROM audit; DELETE FROM audit_heads");
    for (int i = 0; i < BARE; i++)
        if (sqlite3_prepare_v2(db, bare_sql[i], -1, &all[i], NULL) != SQLITE_OK) {
            fprintf(stderr, "bench: %s\n", sqlite3_errmsg(db));
            exit(1);
        }
    int64_t n = 0, first = clock_now();
    double began = now_us();
    while (now_us() - began < seconds * 1e6) {
        run(db, "BEGIN IMMEDIATE");
        for (int i = 0; i < GROUPED; i++) write_one(all, n++, clock_now(), first);
        run(db, "COMMIT");
    }
    printf("{\"kept\":%lld,\"per_second\":%.1f}\n", (long long)n,
           (double)n / (now_us() - began) * 1e6);
    for (int i = 0; i < BARE; i++) sqlite3_finalize(all[i]);
    sqlite3_close(db);
    arena_free(mem);
}
