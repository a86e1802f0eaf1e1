/* test.h - TEST(a_sentence) { CHECK(...); }  Tests register themselves.
 *
 * Every test gets a context of its own with an arena and a clock that stands
 * still at TEST_NOW until the test moves cx->now.  Tests that need practices
 * and people include tests/practice.h. */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cx.h"

#define TEST_NOW INT64_C(1795255200000000) /* Sat 21 Nov 2026 10:00:00 UTC */

struct test {
    const char *name, *file;
    void (*run)(struct cx *);
    const char *only; /* "sqlite", "postgres", or NULL: on both */
};
#define TEST_(test_name, only)                                                                  \
    static void test_name(struct cx *);                                                         \
    static const struct test test_of_##test_name                                                \
        __attribute__((section("linden_tests"), used, aligned(8))) = { #test_name, __FILE__,    \
                                                                       test_name, only };       \
    static void test_name([[maybe_unused]] struct cx *cx)
#define TEST(test_name) TEST_(test_name, NULL)
/* What only one engine can do, or has a file for. */
#define TEST_SQLITE(test_name) TEST_(test_name, "sqlite")
#define TEST_POSTGRES(test_name) TEST_(test_name, "postgres")

extern int failures; /* of the running test */
#define CHECK(condition)   \
    ((condition) ? (void)0 \
                 : (failures++, (void)printf("  %s:%d: %s\n", __FILE__, __LINE__, #condition)))
#define CHECK_TEXT(got, wanted) check_text(__FILE__, __LINE__, (got), (wanted))
#define CHECK_INT(got, wanted) check_int(__FILE__, __LINE__, (long long)(got), (long long)(wanted))

void check_text(const char *file, int line, const char *got, const char *wanted);
void check_int(const char *file, int line, long long got, long long wanted);
