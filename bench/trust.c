/* trust.c - what it costs an ordinary page that second steps, a group's devices and networks, proofs
 * and providers are looked at with every request.
 *
 * The linker leads the finding of the session through here.  The other way is the same source
 * without these (visit_plain.sed), so that the same page of the same program is asked in turn
 * with and without them. */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/db.h"
#include "web/visit.h"

enum status __real_visit_begin(struct cx *, struct request *);
enum status __wrap_visit_begin(struct cx *, struct request *);
enum status plain_visit_begin(struct cx *, struct request *);
enum status __real_visit_enter(struct cx *, struct request *, const char *slug);
enum status __wrap_visit_enter(struct cx *, struct request *, const char *slug);
enum status plain_visit_enter(struct cx *, struct request *, const char *slug);

static bool plain;

enum status __wrap_visit_begin(struct cx *cx, struct request *rq)
{
    return plain ? plain_visit_begin(cx, rq) : __real_visit_begin(cx, rq);
}

enum status __wrap_visit_enter(struct cx *cx, struct request *rq, const char *slug)
{
    return plain ? plain_visit_enter(cx, rq, slug) : __real_visit_enter(cx, rq, slug);
}

/* How many statements the page is; ends the program unless the session's has, or has not, what
 * is compared: a line of visit_plain.sed that no longer fits would measure nothing. */
static int64_t statements_of(struct arena *mem, struct db *db, const char *slug, bool without)
{
    static const char *const columns[] = { "user_devices", "networks", "second_all_from",
                                         "second_since", "proved_at", "only_practice_id" };
    struct statement_cost *all;
    int64_t n = 0;
    bool found = false;
    plain = without;
    (void)ask_users_page(mem, db, slug);
    statements_clear();
    statements_on = true;
    (void)ask_users_page(mem, db, slug);
    statements_on = plain = false;
    for (size_t i = 0; i < statements_all(&all); i++) {
        if (!all[i].sql) continue;
        n += all[i].calls;
        if (!strstr(all[i].sql->text, "FROM sessions s JOIN people p")) continue;
        found = true;
        for (size_t w = 0; w < sizeof columns / sizeof *columns; w++)
            if (!strstr(all[i].sql->text, columns[w]) != without) found = false;
    }
    if (found) return n;
    fputs("bench: visit_plain.sed does not fit visit.c\n", stderr);
    exit(1);
}

static double pages_us(struct arena *mem, struct db *db, const char *where, const char *slug, int n)
{
    bool shared = db_is_shared(where);
    double us = shared ? -backend_us(db) : 0;
    for (int i = 0; i < n; i++) us += ask_users_page(mem, db, slug).us;
    return (shared ? us + backend_us(db) : us) / n;
}

/* A few pages of each in turn, so that a busy machine disturbs both alike. */
void measure_trust(const char *where, const char *slug)
{
    enum { ROUNDS = 41, TURNS = 20, TIMES = 10 };
    struct arena *mem = arena_new(4 << 20);
    struct db *db = open_reader(where);
    double with[ROUNDS], without[ROUNDS], ratios[ROUNDS];
    int64_t all = statements_of(mem, db, slug, false), fewer = statements_of(mem, db, slug, true);
    for (int r = -1; r < ROUNDS; r++) {
        double a = 0, b = 0;
        for (int i = 0; i < TURNS; i++) {
            a += pages_us(mem, db, where, slug, TIMES) / TURNS;
            plain = true;
            b += pages_us(mem, db, where, slug, TIMES) / TURNS;
            plain = false;
        }
        if (r >= 0) with[r] = a, without[r] = b, ratios[r] = a / b; /* else warming up */
    }
    printf("{\"with\":%.3f,\"without\":%.3f,\"ratio\":%.4f,\"statements\":%lld,\"fewer\":%lld}\n",
           median(with, ROUNDS), median(without, ROUNDS), median(ratios, ROUNDS), (long long)all,
           (long long)fewer);
    arena_free(mem);
    db_close(db);
}
