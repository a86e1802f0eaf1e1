/* shared.c - pages on a PostgreSQL, without the HTTP front.
 *
 * What a page costs is the processor time of two: of this thread, and of the
 * server's process behind the connection. */
#include "bench/bench.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "db/driver.h"
#include "db/policies.h"

enum status __real_policies_enter(struct cx *, struct pg *);
enum status __wrap_policies_enter(struct cx *, struct pg *);
const char *__real_policies_before(struct whose *, bool above, const char *practice);
const char *__wrap_policies_before(struct whose *, bool above, const char *practice);

/* Without the wall: an ordinary user, whom no policy concerns. */
enum status __wrap_policies_enter(struct cx *cx, struct pg *pg)
{
    static const char text[] =
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'open_land') THEN"
        " CREATE ROLE open_land NOLOGIN BYPASSRLS; END IF; END $$;"
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO open_land; SET ROLE open_land";
    if (!wall_is_left_out()) return __real_policies_enter(cx, pg);
    pq.PQclear(pq.PQexec(pg->conn, text));
    pg->walled = true;
    return OK;
}

static bool measured_open; /* the connection at hand has no wall */

const char *__wrap_policies_before(struct whose *now, bool above, const char *practice)
{
    return measured_open || wall_is_left_out() ? NULL
                                               : __real_policies_before(now, above, practice);
}

double backend_us(const struct db *db)
{
    const struct pg *pg = db->handle;
    clockid_t clock;
    struct timespec t;
    if (clock_getcpuclockid(pq.PQbackendPID(pg->conn), &clock) || clock_gettime(clock, &t)) abort();
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double pages_us(struct arena *mem, struct db *db, const char *slug, int n, bool open)
{
    double before = backend_us(db), own = 0;
    measured_open = open;
    for (int i = 0; i < n; i++) own += ask_users_page(mem, db, slug).us;
    measured_open = false;
    return (own + backend_us(db) - before) / n;
}

/* A few pages of each in turn, so that a busy machine disturbs both alike. */
void measure_shared_wall(const char *where, const char *slug)
{
    enum { ROUNDS = 15, TURNS = 12, TIMES = 8 };
    struct arena *mem = arena_new(4 << 20);
    struct db *with = open_reader(where);
    (void)ask_users_page(mem, with, slug);
    leave_wall_out(true);
    struct db *without = open_reader(where);
    (void)ask_users_page(mem, without, slug);
    leave_wall_out(false);
    double walled[ROUNDS], open[ROUNDS], ratios[ROUNDS];
    for (int r = -1; r < ROUNDS; r++) {
        double a = 0, b = 0;
        for (int i = 0; i < TURNS; i++) {
            a += pages_us(mem, with, slug, TIMES, false) / TURNS;
            b += pages_us(mem, without, slug, TIMES, true) / TURNS;
        }
        if (r >= 0) walled[r] = a, open[r] = b, ratios[r] = a / b; /* else warming up */
    }
    printf("{\"with\":%.1f,\"without\":%.1f,\"ratio\":%.4f}\n", median(walled, ROUNDS),
           median(open, ROUNDS), median(ratios, ROUNDS));
    arena_free(mem);
    db_close(with);
    db_close(without);
}

/* --- how often a page waits for the server ----------------------------------------- */

static int64_t trips_of(struct arena *mem, struct db *db, const char *slug, const char *path)
{
    arena_reset(mem);
    struct cx cx = context(mem);
    struct request rq = { .method = GET, .address = "127.0.0.1", .reference = "bench000" };
    struct response rs;
    rq.cookies = arena_print(mem, "linden=%s", session_token(mem, slug));
    rq.path = arena_print(mem, "/g/%s/%s", slug, path);
    cx.db = db;
    int64_t before = db_trips(db);
    must(&cx, answer(&cx, &rq, &rs));
    if (rs.status != 200) {
        fprintf(stderr, "bench: %s answers %d\n", rq.path, rs.status);
        exit(1);
    }
    return db_trips(db) - before;
}

void measure_trips(const char *where, const char *slug)
{
    static const char *const pages[] = { "",
                                         "patients",
                                         "settings/users",
                                         "settings/users/new",
                                         "settings/locations",
                                         "settings/group",
                                         "settings/audit",
                                         "settings/" };
    struct arena *mem = arena_new(4 << 20);
    struct db *db = open_reader(where);
    printf("{");
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        (void)trips_of(mem, db, slug, pages[i]); /* statements are prepared */
        printf("%s\"/g/%s/%s\":%lld", i ? "," : "", slug, pages[i],
               (long long)trips_of(mem, db, slug, pages[i]));
    }
    puts("}");
    arena_free(mem);
    db_close(db);
}
