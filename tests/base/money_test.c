/* money_test.c - sums, rates, and what half a cent becomes. */
#include "base/money.h"
#include "tests/test.h"

TEST(amounts_are_read_as_people_type_them_and_never_guessed)
{
    static const struct {
        const char *typed;
        int64_t cents;
    } all[] = {
        { "95", 9500 },
        { "95.5", 9550 },
        { "95,50", 9550 },
        { "$95.00", 9500 },
        { " 1 234.05 ", 123405 },
        { "", 0 },
        { "0", 0 },
        { "0.01", 1 },
        { "100000.00", MONEY_MOST },
        { "100000.01", -1 },
        { "95.005", -1 },
        { "1.2.3", -1 },
        { "-5", -1 },
        { "ten", -1 },
        { "95 AUD", -1 },
        { "99999999999999999999", -1 },
        { "1e3", -1 },
        { "٩٥", -1 },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        CHECK_INT(money_typed(all[i].typed), all[i].cents);
        if (failures) printf("  \"%s\"\n", all[i].typed);
    }
    CHECK_TEXT(money_words(cx->mem, 0), "0.00");
    CHECK_TEXT(money_words(cx->mem, 5), "0.05");
    CHECK_TEXT(money_words(cx->mem, 123456), "1234.56");
    CHECK_TEXT(money_words(cx->mem, -205), "-2.05");
}

TEST(rates_of_tax_are_hundredths_of_a_percent)
{
    CHECK_INT(rate_typed("10"), 1000);
    CHECK_INT(rate_typed("12.5 %"), 1250);
    CHECK_INT(rate_typed("8.25"), 825);
    CHECK_INT(rate_typed("100"), 10000);
    CHECK_INT(rate_typed(""), 0);
    CHECK_INT(rate_typed("100.01"), -1);
    CHECK_INT(rate_typed("-1"), -1);
    CHECK_TEXT(rate_words(cx->mem, 1000), "10");
    CHECK_TEXT(rate_words(cx->mem, 1250), "12.5");
    CHECK_TEXT(rate_words(cx->mem, 825), "8.25");
    CHECK_TEXT(rate_words(cx->mem, 0), "0");
}

/* The method statement of s 9-90(2)(b), cents as its decimal places: half a cent goes up. */
TEST(tax_is_rounded_to_the_cent_on_each_line_half_a_cent_upwards)
{
    static const struct {
        int64_t net, rate, tax;
    } all[] = {
        { 9500, 1000, 950 },
        { 9505, 1000, 951 },
        /* 950.5 */ { 9504, 1000, 950 },
        { 1, 1000, 0 },
        { 5, 1000, 1 },
        { 4, 1000, 0 },
        { 3333, 2000, 667 },
        /* 666.6 */ { 1999, 825, 165 }, /* 164.9175 */
        { 100, 1250, 13 },
        /* 12.5 */ { 0, 1000, 0 },
        { 12345, 0, 0 },
        { 12345, 10000, 12345 },
        { MONEY_MOST, RATE_MOST, MONEY_MOST },
        { 999 * (int64_t)MONEY_MOST, 1000, 999000000 },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        CHECK_INT(money_tax(all[i].net, all[i].rate), all[i].tax);
    /* Three lines of 33.35 at 10 %: 3.335 each, 3.34 rounded; not the 10.01 of their sum. */
    CHECK_INT(3 * money_tax(3335, 1000), 1002);
}
