/* bench.c - build/release/bench/bench: makes databases and measures inside one process. */
#include "bench/bench.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/hash_memory.h"
#include "base/secret.h"
#include "base/time.h"

struct setup bench_setup = { SETUP_DEFAULTS, .url = "http://127.0.0.1:1",
                             .mail = "file:/nonexistent", .mail_from = "linden@linden.example" };

void must(struct cx *cx, enum status status)
{
    if (status == OK) return;
    fprintf(stderr, "bench: %s (%s:%d)\n", cx->message ? cx->message : "it failed",
            cx->file ? cx->file : "", cx->line);
    exit(1);
}

struct cx context(struct arena *mem)
{
    return (struct cx){
        .mem = mem, .now = clock_now(), .lang = "en", .zone = "UTC", .setup = &bench_setup
    };
}

const char *database_in(struct arena *mem, const char *folder)
{
    return db_is_shared(folder) ? folder : arena_print(mem, "sqlite:%s/linden.db", folder);
}

struct db *open_reader(const char *folder)
{
    struct cx cx = context(arena_new(1 << 16));
    struct db *db;
    must(&cx, db_open(&cx, database_in(cx.mem, folder), DB_READER, &db));
    arena_free(cx.mem);
    return db;
}

static double read_clock(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

double now_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

double thread_us(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, by_size);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* What one sign-in's hash costs on this machine, now, by the clock: as in the hash
 * lane, with memory that is kept. */
static void measure_hash(double seconds)
{
    char hash[PASSWORD_HASH_SIZE];
    hash_memory_keep();
    if (!password_hash(hash, "quiet-harbour-maple-lamp",
                       (struct password_cost){ bench_setup.hash_memory, bench_setup.hash_passes }))
        abort();
    int64_t n = 0;
    double began = now_us(), us;
    do {
        if (!password_verify(hash, "quiet-harbour-maple-lamp")) abort();
        n++;
    } while ((us = now_us() - began) < seconds * 1e6);
    printf("{\"us\":%.1f}\n", us / (double)n);
}

/* What a form needs besides its fields: cookies, and the token bound to them. */
static void print_cookie(const char *slug)
{
    struct arena *mem = arena_new(1 << 16);
    char form[SECRET_SIZE];
    const char *token = session_token(mem, slug);
    secret_derive(form, token, "form");
    printf("{\"token\":\"%s\",\"form\":\"%s\"}\n", token, form);
    arena_free(mem);
}

static int usage(void)
{
    fputs(
        "bench seed DIR | seed-groups DIR GROUPS USERS | cookie SLUG | hash SECONDS |\n"
        "      session DIR | statements DIR SLUG | many DIR DIR GROUPS |\n"
        "      wall DIR SLUG | trust DIR SLUG | invite DIR SECONDS | invite-open DIR SECONDS | bare DIR SECONDS |\n"
        "      seed-patients DIR PATIENTS | patients DIR PATIENTS |\n"
        "      seed-calendar DIR PATIENTS APPOINTMENTS GROUPS | calendar DIR DIR GROUPS\n",
        stderr);
    return 2;
}

int main(int argc, char **argv)
{
    const char *what = argc > 2 ? argv[1] : "";
    const char *dir = argc > 2 ? argv[2] : "", *third = argc > 3 ? argv[3] : "0";
    const char *fourth = argc > 4 ? argv[4] : "0", *fifth = argc > 5 ? argv[5] : "0";
    if (sodium_init() < 0) return 1;
    if (strcmp(what, "seed") == 0)
        seed_mixed(dir);
    else if (strcmp(what, "seed-shared") == 0)
        seed_shared(dir);
    else if (strcmp(what, "seed-groups") == 0)
        seed_groups(dir, strtoll(third, NULL, 10), strtoll(fourth, NULL, 10));
    else if (strcmp(what, "cookie") == 0)
        print_cookie(dir);
    else if (strcmp(what, "hash") == 0)
        measure_hash(strtod(dir, NULL));
    else if (strcmp(what, "session") == 0)
        measure_session(dir);
    else if (strcmp(what, "statements") == 0)
        measure_statements(dir, third);
    else if (strcmp(what, "many") == 0)
        measure_many(dir, third, strtoll(fourth, NULL, 10));
    else if (strcmp(what, "trust") == 0)
        measure_trust(dir, third);
    else if (strcmp(what, "wall") == 0)
        measure_wall(dir, third);
    else if (strcmp(what, "invite-shared") == 0)
        measure_invite(dir, strtod(third, NULL), (int)strtol(fourth, NULL, 10));
    else if (strcmp(what, "shared-wall") == 0)
        measure_shared_wall(dir, third);
    else if (strcmp(what, "trips") == 0)
        measure_trips(dir, third);
    else if (strcmp(what, "floor") == 0)
        measure_floor(dir, third);
    else if (strcmp(what, "seed-patients") == 0)
        seed_patients(dir, strtoll(third, NULL, 10));
    else if (strcmp(what, "patients") == 0)
        measure_patients(dir, strtoll(third, NULL, 10));
    else if (strcmp(what, "seed-calendar") == 0)
        seed_calendar(dir, strtoll(third, NULL, 10), strtoll(fourth, NULL, 10),
                      strtoll(fifth, NULL, 10));
    else if (strcmp(what, "calendar") == 0)
        measure_calendar(dir, third, strtoll(fourth, NULL, 10));
    else if (strcmp(what, "invite") == 0)
        measure_invite(dir, strtod(third, NULL), 1);
    else if (strcmp(what, "invite-open") == 0)
        leave_wall_out(true), measure_invite(dir, strtod(third, NULL), 1);
    else if (strcmp(what, "bare") == 0)
        measure_bare(dir, strtod(third, NULL));
    else
        return usage();
    return 0;
}
