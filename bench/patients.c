/* patients.c - search and lists in a practice group with many patients. */
#include "bench/bench.h"

#include <string.h>

#include "app/patients/words.h"
#include "base/secret.h"
#include "base/time.h"

enum { PLACES = 10, CARERS = 50, SEARCHES = 2000, LISTS = 400, ROUNDS = 9 };

static const char *const heads[] = { "al", "be", "ca", "da", "el", "fi",  "gor", "ha", "is", "jo",
                                     "ka", "li", "ma", "no", "ol", "pet", "ra",  "sa", "ti", "vi" };
static const char *const middles[] = { "ber", "cas", "don", "fer", "gin",
                                       "lan", "mar", "nel", "ros", "vin" };
static const char *const tails[] = { "a", "in", "son", "ova", "ez", "er", "ini", "ard", "o", "et" };
#define PICK(list, n) ((list)[(size_t)(n) % (sizeof(list) / sizeof *(list))])

static uint64_t mixed(uint64_t n)
{
    n = (n ^ n >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    n = (n ^ n >> 27) * UINT64_C(0x94d049bb133111eb);
    return n ^ n >> 31;
}

/* 2,000 last names and 200 first ones, some of them much more frequent. */
static const char *last_of(struct arena *mem, uint64_t n)
{
    uint64_t x = mixed(n * 3 + 1), k = x % 4 ? x >> 8 : (x >> 8) % 60;
    return arena_print(mem, "%s%s%s", PICK(heads, k), PICK(middles, k / 20), PICK(tails, k / 200));
}

static const char *first_of(struct arena *mem, uint64_t n)
{
    uint64_t x = mixed(n * 3 + 2), k = x % 3 ? x >> 8 : (x >> 8) % 20;
    return arena_print(mem, "%s%s", PICK(heads, k), PICK(tails, k / 20));
}

static const char *born_of(struct arena *mem, uint64_t n)
{
    uint64_t x = mixed(n * 3 + 3);
    return arena_print(mem, "%d-%02d-%02d", (int)(1936 + x % 88), (int)(x / 88 % 12 + 1),
                       (int)(x / 1056 % 28 + 1));
}

static const char *phone_of(struct arena *mem, uint64_t n)
{
    return arena_print(mem, "04%08llu", (unsigned long long)(mixed(n * 7) % 100000000));
}

static void add_patient(struct cx *cx, uint64_t n)
{
    const char *first = first_of(cx->mem, n), *last = last_of(cx->mem, n);
    const char *names = words_of_names(cx->mem, last, first, "");
    struct id id = numbered('q', (int64_t)n);
    must(cx, db_exec(cx,
                     SQL("INSERT INTO patients (practice_id, id, number, pseudonym, first_name,"
                         " last_name, names, birth_date, phone, created_at)"
                         " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"),
                     id, (int64_t)n + 1001, (int64_t)n, first, last, names, born_of(cx->mem, n),
                     phone_of(cx->mem, n), cx->now));
    for (uint64_t i = 0; i < 1 + (n % 8 == 0); i++)
        must(cx, db_exec(cx,
                         SQL("INSERT INTO patient_locations (practice_id, patient_id, location_id,"
                             " names) VALUES ($1, $2, $3, $4)"),
                         id, numbered('l', (int64_t)(mixed(n) + i) % PLACES), names));
    must(cx,
         db_exec(cx,
                 SQL("INSERT INTO patient_practitioners (practice_id, patient_id, user_id, main,"
                     " names, since) VALUES ($1, $2, $3, 1, $4, $5)"),
                 id, numbered('u', (int64_t)(mixed(n + 5) % CARERS)), names, cx->now));
    must(cx, words_write(cx, id));
}

void fill_patients(struct cx *cx, int64_t patients)
{
    struct id practice = numbered('g', 0);
    cx->actor.practice = practice;
    for (int64_t i = 1; i < PLACES; i++)
        must(cx, db_exec(cx,
                         SQL("INSERT INTO locations (practice_id, id, name, time_zone, created_at)"
                             " VALUES ($1, $2, $2, 'Australia/Melbourne', $3)"),
                         numbered('l', i), cx->now));
    /* The second user works at two of the ten, and sees others' patients there only. */
    must(cx, db_exec(cx,
                     SQL("UPDATE users SET level = 'contact', location_restriction = 1"
                         " WHERE practice_id = $1 AND id = $2"),
                     numbered('u', 1)));
    for (int64_t i = 3; i < 5; i++)
        must(cx, db_exec(cx,
                         SQL("INSERT INTO assignments (practice_id, user_id, location_id)"
                             " VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
                         numbered('u', 1), numbered('l', i)));
    for (int64_t n = 0; n < patients; n++) {
        struct arena_mark mark = arena_mark(cx->mem);
        add_patient(cx, (uint64_t)n);
        arena_rewind(cx->mem, mark);
    }
}

/* --- measuring ------------------------------------------------------------------ */

struct cost {
    double cpu, clock; /* microseconds */
};

/* One page and what it showed, written down durably, as the server does it. */
static struct cost ask(struct arena *mem, struct db *reader, struct db *writer, const char *slug,
                       const char *text)
{
    arena_reset(mem);
    struct cx cx = context(mem);
    struct response rs;
    char token[SECRET_SIZE];
    struct request rq = { .method = text ? POST : GET,
                          .address = "127.0.0.1",
                          .reference = "bench000" };
    const char *session = session_token(mem, slug);
    secret_derive(token, session, "form");
    struct pair pairs[] = { { "form_token", token }, { "text", text } };
    rq.cookies = arena_print(mem, "linden=%s", session);
    rq.path = text ? "/g/clinic0/patients/search" : "/g/clinic0/patients";
    rq.form = (struct pairs){ text ? 2 : 0, pairs };
    double clock = now_us(), cpu = thread_us();
    cx.db = reader;
    enum status status = answer(&cx, &rq, &rs);
    cx.db = writer;
    if (status == OK) status = db_begin(&cx, true);
    if (status == OK) status = answer_record(&cx, &rq);
    if (status == OK) status = db_commit(&cx);
    struct cost cost = { thread_us() - cpu, now_us() - clock };
    must(&cx, status);
    if (rs.status != 200) {
        fprintf(stderr, "bench: %s answers %d\n", rq.path, rs.status);
        exit(1);
    }
    return cost;
}

/* What people at a desk type: beginnings, both names, dates, ends of numbers. */
static const char *typed(struct arena *mem, uint64_t n, uint64_t patients)
{
    uint64_t who = mixed(n + 99) % patients;
    const char *first = first_of(mem, who), *last = last_of(mem, who);
    switch (n % 10) {
    case 0: return arena_copy(mem, last, 2);
    case 1: return arena_copy(mem, last, 3);
    case 2: return arena_copy(mem, last, 4);
    case 3: return last;
    case 4: return arena_print(mem, "%s %s", first, last);
    case 5: return arena_print(mem, "%.3s %.2s", last, first);
    case 6: return born_of(mem, who);
    case 7: return phone_of(mem, who) + 4;
    case 8: return arena_print(mem, "%llu", (unsigned long long)who + 1001);
    default: return "xyzzy";
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void measure_patients(const char *folder, int64_t patients)
{
    static double cpu[SEARCHES], clock[SEARCHES], all[ROUNDS], some[ROUNDS];
    struct arena *mem = arena_new(8 << 20), *texts = arena_new(8 << 20);
    struct db *reader = open_reader(folder), *writer;
    struct cx cx = context(mem);
    must(&cx, db_open(&cx, database_in(mem, folder), DB_WRITER, &writer));
    for (uint64_t n = 0; n < 200; n++)
        (void)ask(mem, reader, writer, "clinic0", typed(texts, n + SEARCHES, (uint64_t)patients));
    for (uint64_t n = 0; n < SEARCHES; n++) {
        struct cost c = ask(mem, reader, writer, "clinic0", typed(texts, n, (uint64_t)patients));
        cpu[n] = c.cpu, clock[n] = c.clock;
    }
    for (int r = -1; r < ROUNDS; r++) {
        double a = 0, b = 0;
        for (int i = 0; i < LISTS; i++) a += ask(mem, reader, writer, "clinic0", NULL).cpu;
        for (int i = 0; i < LISTS; i++) b += ask(mem, reader, writer, "restricted", NULL).cpu;
        if (r >= 0) all[r] = a / LISTS, some[r] = b / LISTS;
    }
    qsort(clock, SEARCHES, sizeof *clock, by_size);
    printf("{\"cpu\":%.1f,\"p99\":%.1f,\"list\":%.1f,\"restricted\":%.1f}\n", median(cpu, SEARCHES),
           clock[SEARCHES * 99 / 100], median(all, ROUNDS), median(some, ROUNDS));
    arena_free(mem);
    arena_free(texts);
    db_close(reader);
    db_close(writer);
}
