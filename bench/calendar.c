/* calendar.c - a day of the calendar in a practice group with many appointments, among small ones.
 */
#include "bench/bench.h"

#include <string.h>

#include "base/date.h"
#include "base/secret.h"
#include "base/time.h"

enum { EACH_PLACE = 30, A_DAY = 16, SMALL_PATIENTS = 10, DAYS_ASKED = 50, ROUNDS = 9 };

/* Users 0, 1, 3, 4, 6 ... are practitioners (seed.c); thirty users share a location, so twenty
 * columns. Each has sixteen appointments of half an hour on every day. */
#define PRACTITIONER "(k.n % $5 / 2 * 3 + k.n % $5 % 2)"
void fill_calendar(struct cx *cx, int64_t users, int64_t patients, int64_t appointments)
{
    struct id practice = numbered('g', 0);
    int64_t practitioners = users / 3 * 2;
    cx->zone = "Australia/Melbourne";
    int64_t first =
        date_moment(cx, date_today(cx), 8 * 60) - DAYS(appointments / practitioners / A_DAY / 2);
    cx->actor.practice = practice;
    for (int64_t i = 10; i * EACH_PLACE < users; i++)
        must(cx, db_exec(cx,
                         SQL("INSERT INTO locations (practice_id, id, name, time_zone, created_at)"
                             " VALUES ($1, $2, $2, 'Australia/Melbourne', $3)"),
                         numbered('l', i), cx->now));
    must(cx, db_exec(cx, SQL("DELETE FROM assignments WHERE practice_id = $1")));
    for (int64_t u = 1; u < users; u++)
        must(cx, db_exec(cx,
                         SQL("INSERT INTO assignments (practice_id, user_id, location_id)"
                             " VALUES ($1, $2, $3)"),
                         numbered('u', u), numbered('l', u / EACH_PLACE)));
    must(cx, db_exec(cx,
                     SQL_GLOBAL("INSERT INTO appointments (practice_id, id, location_id, user_id,"
                                " patient_id, starts_at, ends_at, created_at, patient_listed)"
                                " WITH RECURSIVE k(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM k"
                                "  WHERE n < $2 - 1)"
                                " SELECT $1, printf('a%025d', k.n), printf('l%025d', " PRACTITIONER
                                " / $6), printf('u%025d', " PRACTITIONER "),"
                                " printf('q%025d', k.n * 7919 % $3), $4 + k.n / $5 / $7 *"
                                " 86400000000 + k.n / $5 % $7 * 1800000000, $4 + k.n / $5 / $7 *"
                                " 86400000000 + k.n / $5 % $7 * 1800000000 + 1800000000, $4,"
                                " (SELECT p.listed FROM patients p WHERE p.practice_id = $1"
                                "  AND p.id = printf('q%025d', k.n * 7919 % $3)) FROM k"),
                     practice, appointments, patients, first, practitioners, (int64_t)EACH_PLACE,
                     (int64_t)A_DAY));
}

/* The groups from `from` on: ten patients, and sixteen appointments today with the owner. */
void fill_small_calendars(struct cx *cx, int64_t from)
{
    cx->zone = "Australia/Melbourne";
    int64_t first = date_moment(cx, date_today(cx), 8 * 60);
    must(cx, db_exec(cx,
                     SQL_GLOBAL("INSERT INTO patients (practice_id, id, number, pseudonym,"
                                " first_name, last_name, names, created_at)"
                                " WITH RECURSIVE k(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM k"
                                "  WHERE n < $2 - 1)"
                                " SELECT g.id, printf('q%025d', k.n), 1001 + k.n, k.n, 'Anna',"
                                "  'Aster', 'aster anna', $3 FROM practices g CROSS JOIN k"
                                "  WHERE g.id >= $1"),
                     numbered('g', from), (int64_t)SMALL_PATIENTS, cx->now));
    must(cx,
         db_exec(cx,
                 SQL_GLOBAL("INSERT INTO appointments (practice_id, id, location_id, user_id,"
                            " patient_id, starts_at, ends_at, created_at, patient_listed)"
                            " WITH RECURSIVE k(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM k"
                            "  WHERE n < $2 - 1)"
                            " SELECT u.practice_id, printf('a%025d', k.n), $5, u.id,"
                            "  printf('q%025d', k.n % $3), $4 + k.n * 1800000000,"
                            "  $4 + k.n * 1800000000 + 1800000000, $4,"
                            " (SELECT p.listed FROM patients p WHERE p.practice_id = u.practice_id"
                            "  AND p.id = printf('q%025d', k.n % $3))"
                            " FROM users u CROSS JOIN k WHERE u.practice_id >= $1 AND u.owner = 1"),
                 numbered('g', from), (int64_t)A_DAY, (int64_t)SMALL_PATIENTS, first,
                 numbered('l', 0)));
}

/* --- measuring ------------------------------------------------------------------ */

struct day_cost {
    double read, recorded; /* microseconds of the processor */
    size_t bytes;
    int64_t shown;
};

/* One page and what it showed, written down durably, as the server does it. */
static struct day_cost ask_day(struct arena *mem, struct db *reader, struct db *writer,
                               const char *slug, int64_t location)
{
    arena_reset(mem);
    struct cx cx = context(mem);
    struct response rs;
    struct request rq = { .method = GET, .address = "127.0.0.1", .reference = "bench000" };
    struct pair pairs[] = { { "location", arena_print(mem, "%s", numbered('l', location).text) } };
    rq.cookies = arena_print(mem, "linden=%s", session_token(mem, slug));
    rq.path = arena_print(mem, "/g/%s/calendar", slug);
    rq.query = (struct pairs){ 1, pairs };
    cx.db = reader;
    double began = thread_us();
    enum status status = answer(&cx, &rq, &rs);
    double read = thread_us();
    cx.db = writer;
    if (status == OK) status = db_begin(&cx, true);
    if (status == OK) status = answer_record(&cx, &rq);
    if (status == OK) status = db_commit(&cx);
    double done = thread_us();
    must(&cx, status);
    struct day_cost cost = { read - began, done - read, rs.body.length, 0 };
    for (const struct shown *s = cx.shown; s; s = s->next) cost.shown++;
    if (rs.status == 200 && cost.shown >= A_DAY) return cost;
    fprintf(stderr, "bench: the calendar of %s answers %d and shows %lld\n", slug, rs.status,
            (long long)cost.shown);
    exit(1);
}

/* The groups name0, name1 ... in turn, or only the one of this name; one location, or those from 1.
 */
static struct day_cost days_of(struct arena *mem, struct db *reader, struct db *writer,
                               const char *name, int64_t groups, int64_t places)
{
    struct day_cost sum = { 0 };
    for (int i = 0; i < DAYS_ASKED; i++) {
        char slug[32];
        snprintf(slug, sizeof slug, "%s%.0lld", name,
                 groups ? (long long)(1 + i * 7919 % (groups - 1)) : 0LL);
        struct day_cost one = ask_day(mem, reader, writer, slug, places ? 1 + i % places : 0);
        sum.read += one.read / DAYS_ASKED, sum.recorded += one.recorded / DAYS_ASKED;
        sum.bytes = one.bytes, sum.shown = one.shown;
    }
    return sum;
}

static double both(struct day_cost cost)
{
    return cost.read + cost.recorded;
}

/* The report of last month, of the whole group: whoever asks waits for all of it. */
static double ask_report(struct arena *mem, struct db *reader)
{
    arena_reset(mem);
    struct cx cx = context(mem);
    struct response rs;
    struct pair pairs[] = { { "period", "last-month" } };
    struct request rq = { .method = GET, .address = "127.0.0.1", .reference = "bench000" };
    rq.cookies = arena_print(mem, "linden=%s", session_token(mem, "clinic0"));
    rq.path = "/g/clinic0/reports";
    rq.query = (struct pairs){ 1, pairs };
    cx.db = reader;
    double began = now_us();
    must(&cx, answer(&cx, &rq, &rs));
    double us = now_us() - began;
    if (rs.status == 200) return us;
    fprintf(stderr, "bench: the report answers %d\n", rs.status);
    exit(1);
}

/* In turn, as measure_many(): the small group alone; one of the many, again and again; any of them.
 */
void measure_calendar(const char *folder, const char *folder_of_one, int64_t groups)
{
    static double read[ROUNDS], recorded[ROUNDS], same[ROUNDS], any[ROUNDS], alone[ROUNDS];
    static double report[ROUNDS];
    struct arena *mem = arena_new(16 << 20);
    struct db *reader = open_reader(folder), *reader_of_one = open_reader(folder_of_one);
    struct db *writer, *writer_of_one;
    struct cx cx = context(arena_new(1 << 16));
    struct day_cost day = { 0 };
    char one_of[32];
    snprintf(one_of, sizeof one_of, "small%lld", (long long)groups / 2);
    must(&cx, db_open(&cx, database_in(cx.mem, folder), DB_WRITER, &writer));
    must(&cx, db_open(&cx, database_in(cx.mem, folder_of_one), DB_WRITER, &writer_of_one));
    for (int r = -1; r < ROUNDS; r++) {
        day = days_of(mem, reader, writer, "clinic0", 0, 10);
        struct day_cost s = days_of(mem, reader, writer, one_of, 0, 0);
        struct day_cost y = days_of(mem, reader, writer, "small", groups, 0);
        struct day_cost a = days_of(mem, reader_of_one, writer_of_one, "small", 0, 0);
        if (r < 0) continue; /* warming up */
        read[r] = day.read, recorded[r] = day.recorded;
        same[r] = both(s), any[r] = both(y), alone[r] = both(a);
    }
    for (int r = 0; r < ROUNDS; r++) report[r] = ask_report(mem, reader);
    printf("{\"read\":%.1f,\"recorded\":%.1f,\"bytes\":%zu,\"shown\":%lld,\"same\":%.1f,"
           "\"any\":%.1f,\"alone\":%.1f,\"report\":%.1f}\n",
           median(read, ROUNDS), median(recorded, ROUNDS), day.bytes, (long long)day.shown,
           median(same, ROUNDS), median(any, ROUNDS), median(alone, ROUNDS),
           median(report, ROUNDS));
    db_close(reader), db_close(reader_of_one), db_close(writer), db_close(writer_of_one);
    arena_free(mem);
}
