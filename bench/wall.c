/* wall.c - what the wall between the practices costs (db/wall.h).
 *
 * The linker leads building it through here (--wrap), so that a connection can
 * be opened without one; the program itself has no such switch. */
#include "bench/bench.h"

#include <stdio.h>

#include "db/wall.h"

void __real_wall_attach(struct wall *, sqlite3 *);
void __wrap_wall_attach(struct wall *, sqlite3 *);
enum status __real_wall_raise(struct cx *, struct wall *, sqlite3 *, bool triggers);
enum status __wrap_wall_raise(struct cx *, struct wall *, sqlite3 *, bool triggers);

static bool open_land; /* connections opened now get no wall */

void __wrap_wall_attach(struct wall *wall, sqlite3 *db)
{
    if (!open_land) __real_wall_attach(wall, db);
}

enum status __wrap_wall_raise(struct cx *cx, struct wall *wall, sqlite3 *db, bool triggers)
{
    return open_land ? OK : __real_wall_raise(cx, wall, db, triggers);
}

void leave_wall_out(bool out)
{
    open_land = out;
}

bool wall_is_left_out(void)
{
    return open_land;
}

/* Page by page in turn, so that a busy machine disturbs both alike. */
void measure_wall(const char *folder, const char *slug)
{
    enum { ROUNDS = 15, TIMES = 200 };
    struct db *with = open_reader(folder);
    leave_wall_out(true);
    struct db *without = open_reader(folder);
    leave_wall_out(false);
    struct arena *mem = arena_new(4 << 20);
    double walled[ROUNDS], open[ROUNDS], ratios[ROUNDS];
    for (int r = -1; r < ROUNDS; r++) {
        double a = 0, b = 0;
        for (int i = 0; i < TIMES; i++) {
            a += ask_users_page(mem, with, slug).us;
            b += ask_users_page(mem, without, slug).us;
        }
        if (r < 0) continue; /* warming up */
        walled[r] = a / TIMES, open[r] = b / TIMES, ratios[r] = a / b;
    }
    printf("{\"with\":%.3f,\"without\":%.3f,\"ratio\":%.4f}\n", median(walled, ROUNDS),
           median(open, ROUNDS), median(ratios, ROUNDS));
    arena_free(mem);
    db_close(with);
    db_close(without);
}
