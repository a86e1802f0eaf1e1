/* main.c - runs the tests that registered themselves:  tests [PART-OF-A-NAME]...
 *
 * On SQLite; with LINDEN_TEST_DB=postgres://… (tools/pg.sh) on PostgreSQL, then
 * without those that know no database.  STOP_AT_FIRST=1 ends with the first that fails. */
#include "tests/test.h"

#include <sodium.h>

extern const struct test __start_linden_tests[], __stop_linden_tests[];
int failures;

void check_text(const char *file, int line, const char *got, const char *wanted)
{
    if (got && wanted && strcmp(got, wanted) == 0) return;
    if (!got && !wanted) return;
    failures++;
    printf("  %s:%d: got    \"%s\"\n  %*s wanted \"%s\"\n", file, line, got ? got : "(null)",
           (int)strlen(file) + 4, "", wanted ? wanted : "(null)");
}

void check_int(const char *file, int line, long long got, long long wanted)
{
    if (got == wanted) return;
    failures++;
    printf("  %s:%d: got %lld, wanted %lld\n", file, line, got, wanted);
}

static bool fits_engine(const struct test *t)
{
    static const char *const plain[] = { "tests/base/", "tests/html/", "tests/http/" };
    const char *url = getenv("LINDEN_TEST_DB");
    bool postgres = url && *url;
    if (t->only && strcmp(t->only, postgres ? "postgres" : "sqlite") != 0) return false;
    for (size_t i = 0; postgres && i < sizeof plain / sizeof *plain; i++)
        if (strncmp(t->file, plain[i], strlen(plain[i])) == 0) return false;
    return true;
}

static bool chosen(const struct test *test, int argc, char **argv)
{
    if (!fits_engine(test)) return false;
    for (int i = 1; i < argc; i++)
        if (strstr(test->name, argv[i]) || strstr(test->file, argv[i])) return true;
    return argc < 2;
}

/* A test whose ground gives way ends the program: which one it was is said. */
static const struct test *at_work;

static void say_which(void)
{
    if (at_work) printf("FAIL %s (%s) ended the program\n", at_work->name, at_work->file);
}

int main(int argc, char **argv)
{
    int passed = 0, failed = 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (sodium_init() < 0 || atexit(say_which) != 0) return 1;
    for (const struct test *t = __start_linden_tests; t < __stop_linden_tests; t++) {
        if (!chosen(t, argc, argv)) continue;
        struct cx cx = { .mem = arena_new(1 << 26), .now = TEST_NOW, .lang = "en", .zone = "UTC" };
        failures = 0;
        at_work = t;
        t->run(&cx);
        at_work = NULL;
        if (failures) printf("FAIL %s (%s)\n", t->name, t->file);
        failures ? failed++ : passed++;
        if (failed && getenv("STOP_AT_FIRST")) break;
        arena_free(cx.mem);
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
