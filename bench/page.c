/* page.c - the cost of pages, without the HTTP front. */
#include "bench/bench.h"

#include <string.h>

#include "base/secret.h"
#include "base/time.h"
#include "web/visit.h"

enum { ROUNDS = 9, SHORT_ROUNDS = 45 };

static const char *cookies_of(struct arena *mem, const char *slug)
{
    return arena_print(mem, "linden=%s; linden-device=%043d", session_token(mem, slug), 0);
}

struct asked ask_users_page(struct arena *mem, struct db *db, const char *slug)
{
    arena_reset(mem);
    struct cx cx = context(mem);
    struct request rq = { .method = GET, .address = "127.0.0.1", .reference = "bench000" };
    struct response rs;
    rq.cookies = cookies_of(mem, slug);
    rq.path = arena_print(mem, "/g/%s/settings/users", slug);
    cx.db = db;
    double began = thread_us();
    enum status status = answer(&cx, &rq, &rs);
    double us = thread_us() - began;
    must(&cx, status);
    if (rs.status != 200 || !rs.body.text) {
        fprintf(stderr, "bench: the users page of %s answers %d\n", slug, rs.status);
        exit(1);
    }
    return (struct asked){ rs.body.length, us };
}

static void check_session(struct arena *mem, struct db *db)
{
    arena_reset(mem);
    struct cx cx = context(mem);
    struct request rq = { .method = GET };
    bool other;
    rq.cookies = cookies_of(mem, "twenty");
    rq.path = "/g/twenty/";
    if (!route_find(&cx, &rq, &other)) abort();
    cx.db = db;
    must(&cx, db_begin(&cx, false));
    must(&cx, visit_begin(&cx, &rq));
    must(&cx, visit_enter(&cx, &rq, "twenty"));
    if (!has(&cx.actor, USERS_EDIT)) abort();
    must(&cx, db_commit(&cx));
}

/* With its cookie's hash and the snapshot it is read in. */
void measure_session(const char *folder)
{
    enum { TIMES = 5000 };
    struct db *db = open_reader(folder);
    struct arena *mem = arena_new(1 << 20);
    double us[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
        double began = thread_us();
        for (int i = 0; i < TIMES; i++) check_session(mem, db);
        us[r] = (thread_us() - began) / TIMES;
    }
    printf("{\"us\":%.3f}\n", median(us, ROUNDS));
    arena_free(mem);
    db_close(db);
}

static void print_text(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') putchar('\\');
        putchar(*text);
    }
    putchar('"');
}

/* By the clock, since a statement is shorter than what the processor's time
 * costs to read; of several rounds the fastest, since noise only adds. */
void measure_statements(const char *folder, const char *slug)
{
    enum { TIMES = 100 };
    struct db *db = open_reader(folder);
    struct arena *mem = arena_new(4 << 20);
    struct statement_cost *all, best[64];
    double whole = 1e9, html = 1e9;
    size_t n = 0, bytes = 0;
    for (int i = 0; i < TIMES; i++) bytes = ask_users_page(mem, db, slug).bytes;
    statements_on = true;
    for (int r = 0; r < SHORT_ROUNDS; r++) {
        double last = 0, began = now_us();
        statements_clear();
        for (int i = 0; i < TIMES; i++) {
            (void)ask_users_page(mem, db, slug);
            last += now_us() - statements_last;
        }
        double us = (now_us() - began) / TIMES;
        if (us >= whole) continue;
        whole = us;
        html = last / TIMES;
        n = statements_all(&all);
        memcpy(best, all, n * sizeof *all);
    }
    statements_on = false;
    printf("{\"bytes\":%zu,\"us\":%.2f,\"html\":%.2f,\"statements\":[", bytes, whole, html);
    for (size_t i = 0; i < n; i++) {
        printf("%s{\"sql\":", i ? "," : "");
        print_text(best[i].sql ? best[i].sql->text : "BEGIN, COMMIT");
        printf(",\"file\":\"%s\",\"line\":%d,\"calls\":%.1f,\"rows\":%.1f,\"us\":%.2f}",
               best[i].sql ? best[i].sql->file : "", best[i].sql ? best[i].sql->line : 0,
               (double)best[i].calls / TIMES, (double)best[i].rows / TIMES, best[i].us / TIMES);
    }
    puts("]}");
    arena_free(mem);
    db_close(db);
}

/* Three ways in turn: the one group; one of the many, again and again; any of
 * the many, so that hardly a page was touched by the request before. */
void measure_many(const char *folder_of_one, const char *folder_of_many, int64_t groups)
{
    enum { TIMES = 1500 };
    struct db *one = open_reader(folder_of_one), *many = open_reader(folder_of_many);
    struct arena *mem = arena_new(4 << 20);
    double alone[ROUNDS], same[ROUNDS], any[ROUNDS];
    uint64_t dice = 88172645463325252u;
    char slug[32];
    for (int r = -1; r < ROUNDS; r++) {
        double a = 0, s = 0, y = 0;
        for (int i = 0; i < TIMES; i++) a += ask_users_page(mem, one, "clinic0").us;
        snprintf(slug, sizeof slug, "clinic%lld", (long long)(groups / 2));
        for (int i = 0; i < TIMES; i++) s += ask_users_page(mem, many, slug).us;
        for (int i = 0; i < TIMES; i++) {
            dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
            snprintf(slug, sizeof slug, "clinic%llu",
                     (unsigned long long)dice % (unsigned long long)groups);
            y += ask_users_page(mem, many, slug).us;
        }
        if (r < 0) continue; /* warming up */
        alone[r] = a / TIMES, same[r] = s / TIMES, any[r] = y / TIMES;
    }
    printf("{\"one\":%.3f,\"same\":%.3f,\"any\":%.3f}\n", median(alone, ROUNDS),
           median(same, ROUNDS), median(any, ROUNDS));
    arena_free(mem);
    db_close(one);
    db_close(many);
}
