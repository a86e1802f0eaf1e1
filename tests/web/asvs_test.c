/* asvs_test.c - docs/asvs.md has each requirement once, and proofs that are there.
 *
 * And one of those proofs: whether an address has a sign-in shows in no time either. */
#include <glob.h>
#include <sys/stat.h>
#include <time.h>

#include "app/sign_in/sign_in.h"
#include "base/setup.h"
#include "tests/support/practice.h"

extern const struct test __start_linden_tests[], __stop_linden_tests[];

/* Sections of the chapters 6, 7 and 8 of ASVS 5.0.0, and how many requirements each has. */
static const struct {
    int chapter, section, n;
} sections[] = {
    { 6, 1, 3 }, { 6, 2, 12 }, { 6, 3, 8 }, { 6, 4, 6 }, { 6, 5, 8 }, { 6, 6, 4 },
    { 6, 7, 2 }, { 6, 8, 4 },  { 7, 1, 3 }, { 7, 2, 4 }, { 7, 3, 2 }, { 7, 4, 5 },
    { 7, 5, 3 }, { 7, 6, 2 },  { 8, 1, 4 }, { 8, 2, 4 }, { 8, 3, 3 }, { 8, 4, 2 },
};

static const char *read_all(struct cx *cx, const char *path)
{
    FILE *in = fopen(path, "r");
    char *out = arena_alloc(cx->mem, 1 << 17);
    CHECK(in && fread(out, 1, (1 << 17) - 1, in) > 0);
    if (in) fclose(in);
    return out;
}

static bool is_test(const char *name)
{
    for (const struct test *t = __start_linden_tests; t < __stop_linden_tests; t++)
        if (strcmp(t->name, name) == 0) return true;
    return false;
}

static bool is_proof(const char *name)
{
    struct stat st;
    return strchr(name, '/') ? stat(name, &st) == 0 : is_test(name);
}

/* All names in backticks of the line are there; how many. */
static size_t proofs(struct cx *cx, const char *line)
{
    size_t n = 0;
    for (const char *at = strchr(line, '`'), *end; at; at = strchr(end + 1, '`'), n++) {
        end = strchr(at + 1, '`');
        if (!end) break;
        const char *name = arena_copy(cx->mem, at + 1, (size_t)(end - at - 1));
        bool command = strchr(name, ' ') != NULL;
        if (!command && !is_proof(name)) CHECK_TEXT(name, "a test or a file");
    }
    return n;
}

/* The one row of this requirement; NULL unless it is one. */
static const char *row_of(struct cx *cx, const char *doc, const char *number)
{
    const char *begin = arena_print(cx->mem, "\n| %s | ", number);
    const char *at = strstr(doc, begin);
    if (!at || strstr(at + 1, begin)) return NULL;
    return arena_copy(cx->mem, at + 1, strcspn(at + 1, "\n"));
}

/* The last column, and the one before it. */
static void check_row(struct cx *cx, const char *number, const char *row)
{
    const char *last = row, *p = row;
    for (int bar = 0; *p && bar < 5; p++)
        if (*p == '|' && ++bar == 5) last = p + 1;
    bool proven = proofs(cx, last) > 0, dated = strstr(row, "2026-") != NULL;
    bool open = strstr(row, "not met") || strstr(row, "partly") || strstr(row, "there are none");
    if (!proven && !dated) CHECK_TEXT(number, "a proof or a day");
    if (open && !dated) CHECK_TEXT(number, "the day it was looked at");
    (void)proofs(cx, row);
}

TEST(asvs_has_each_requirement_once_with_a_test_or_a_dated_reason)
{
    const char *doc = read_all(cx, "docs/asvs.md");
    int all = 0, rows = 0;
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        for (int n = 1; n <= sections[i].n; n++, all++) {
            const char *number =
                arena_print(cx->mem, "%d.%d.%d", sections[i].chapter, sections[i].section, n);
            const char *row = row_of(cx, doc, number);
            if (row)
                check_row(cx, number, row);
            else
                CHECK_TEXT(number, "one row");
        }
    for (const char *at = doc; (at = strstr(at, "\n| ")); at++)
        rows += at[3] >= '0' && at[3] <= '9';
    CHECK_INT(all, 79);
    CHECK_INT(rows, all);
}

/* "docs/decisions/008-…" is whatever begins so. */
static bool is_there(struct cx *cx, const char *path)
{
    glob_t found = { 0 };
    const char *more = strstr(path, "…");
    if (more) path = arena_print(cx->mem, "%.*s*", (int)(more - path), path);
    bool there = glob(path, 0, NULL, &found) == 0;
    globfree(&found);
    return there;
}

/* The promises and their proofs: whatever file or folder is named, in backticks. */
TEST(what_the_security_document_names_is_there)
{
    static const char *const roots[] = { "tests/", "src/", "docs/", "migrations/", "tools/", "bench/" };
    size_t n = 0;
    for (const char *at = read_all(cx, "docs/security.md"), *end; (at = strchr(at, '`')); at = end + 1) {
        end = strchr(at + 1, '`');
        if (!end) break;
        const char *name = arena_copy(cx->mem, at + 1, (size_t)(end - at - 1));
        for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
            if (strncmp(name, roots[i], strlen(roots[i])) != 0) continue;
            if (!is_there(cx, name)) CHECK_TEXT(name, "a file or a folder");
            n++;
        }
    }
    CHECK(n > 150);
}

/* --- some of the proofs ------------------------------------------------------------------ */

TEST(passwords_are_typed_unseen_and_managers_may_fill_them)
{
    practice_begin(cx);
    must_run(cx, "UPDATE people SET temporary = 1, temporary_until = 9000000000000000"
                 " WHERE id = 'p-gina'");
    (void)session_of(cx, "gina");
    must_run(cx, "UPDATE sessions SET waits_for = 2");
    struct page in = get(cx, NULL, "/sign-in"),
                choose = get(cx, "gina", "/sign-in/choose-password");
    CHECK(has_text(in, "type=\"password\"") && has_text(in, "autocomplete=\"current-password\""));
    CHECK(has_text(in, "autocomplete=\"username webauthn\""));
    CHECK(has_text(choose, "autocomplete=\"new-password\"") && has_text(choose, "=\"username\""));
    CHECK(!strstr(read_all(cx, "assets/app.js"), "'paste'"));
}

TEST(signing_out_is_on_every_page)
{
    int pages = 0;
    practice_begin(cx);
    for (const struct route_info *r = routes; r < routes + ROUTE_COUNT; r++) {
        if (r->method != GET || r->tell || r->api || r->permission == ANYONE) continue;
        if (strstr(r->path, ".csv") || strstr(r->path, ".ics")) continue;
        struct page page =
            get(cx, "olga", url_in(cx, "north", (enum route)(r - routes), "u-ben").text);
        if (page.status != 200 || !strstr(page.body, "<main")) continue;
        if (!has_text(page, "action=\"/sign-out\"")) CHECK_TEXT(r->path, "a way to sign out");
        pages++;
    }
    CHECK(pages > 40);
}

/* --- 6.3.8 ------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* What the thread has worked for it, in nanoseconds. */
static int64_t work_for(struct cx *cx, const char *email)
{
    struct timespec from, to;
    struct sign_in_proof *proof;
    struct arena_mark mark = arena_mark(cx->mem);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    CHECK_INT(db_begin(cx, false), OK);
    CHECK_INT(sign_in_check(cx, email, "none of theirs, by far", &proof), OK);
    CHECK_INT(db_commit(cx), OK);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    CHECK(!proof->right && !proof->unchecked);
    arena_rewind(cx->mem, mark);
    return (to.tv_sec - from.tv_sec) * 1000000000 + to.tv_nsec - from.tv_nsec;
}

/* Medians of many, taken in turns: at a hundredth of the real cost of a hash they must not differ
 * by a tenth, so a thousandth of it is the most that could be seen. */
TEST(known_and_unknown_addresses_take_as_long)
{
    enum { TRIES = 101, KINDS = 3 };
    static const char *const emails[KINDS] = { "gina@north.example", "nobody@north.example",
                                               "not an address at all" };
    int64_t took[KINDS][TRIES];
    practice_begin(cx);
    struct setup *setup = NEW(cx->mem, struct setup);
    *setup = *cx->setup;
    setup->hash_memory = 512 * 1024;
    setup->hash_passes = 1;
    cx->setup = setup;
    const char *hash;
    CHECK_INT(new_password_hash(cx, "correct-horse-battery-gina", &hash), OK);
    must_run(cx, arena_print(cx->mem, "UPDATE people SET password_hash = '%s'", hash));
    for (int i = 0; i < TRIES; i++)
        for (int k = 0; k < KINDS; k++) took[k][i] = work_for(cx, emails[k]);
    for (int k = 0; k < KINDS; k++) qsort(took[k], TRIES, sizeof **took, by_size);
    int64_t known = took[0][TRIES / 2];
    for (int k = 1; k < KINDS; k++) {
        int64_t other = took[k][TRIES / 2], apart = known > other ? known - other : other - known;
        if (apart * 10 > known) CHECK_TEXT(emails[k], "takes as long");
    }
}
