/* place_test.c - roughly where an address is, by tables of lines. */
#include "http/place.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/setup.h"
#include "tests/support/folder.h"
#include "tests/test.h"

#define V4                                                               \
    "# a head\n# of remarks, which may, and does, hold more, commas\n"   \
    "16777216,16777471,AU\n16777472,16778239,CN\n16779264,16781311,??\n" \
    "192.0.3.0,192.0.3.255,NZ\n3405803776,3405804031,ZZ\n3758096383,3758096383,GB"
#define V6                                                             \
    "# a head\n2001:200::,2001:200:ffff:ffff:ffff:ffff:ffff:ffff,JP\n" \
    "2001:db8:0:1::,2001:db8:0:2:ffff:ffff:ffff:ffff,AU\n2a00::,2a00:ff::,CZ\n"

static const char *folder, *files[2];
static struct setup setup;

static const char *file_of(struct cx *cx, const char *name, const char *text, size_t n)
{
    const char *path = arena_print(cx->mem, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    CHECK(out && fwrite(text, 1, n, out) == n);
    if (out) fclose(out);
    return path;
}

static void use_tables(struct cx *cx, const char *v4, const char *v6)
{
    folder = folder_new(cx);
    files[0] = file_of(cx, "v4", v4, strlen(v4));
    files[1] = file_of(cx, "v6", v6, strlen(v6));
    setup = (struct setup){ .places = files, .places_n = 2 };
    cx->setup = &setup;
}

static const char *at(struct cx *cx, const char *address)
{
    const char *words = place_words(cx, address);
    return words ? words : "nowhere";
}

TEST(an_address_is_in_the_range_that_holds_it_or_nowhere)
{
    static const struct {
        const char *address, *words;
    } table[] = {
        { "0.255.255.255", "nowhere" },
        { "1.0.0.0", "about Australia" }, /* the first line, and its ends */
        { "1.0.0.255", "about Australia" },
        { "1.0.1.0", "about China" },
        { "1.0.3.255", "about China" },
        { "1.0.4.0", "nowhere" }, /* a gap */
        { "1.0.8.1", "nowhere" }, /* nobody knows */
        { "192.0.2.255", "nowhere" },
        { "192.0.3.7", "about New Zealand" }, /* ends that are addresses */
        { "192.0.4.0", "nowhere" },
        { "203.0.113.5", "nowhere" },                /* letters of no country */
        { "223.255.255.255", "about Britain (UK)" }, /* the last line, which has no end */
        { "::ffff:1.0.0.7", "about Australia" },
        { "2001:1ff:ffff::", "nowhere" },
        { "2001:200::", "about Japan" },
        { "2001:200:ffff:ffff:ffff:ffff:ffff:ffff", "about Japan" },
        { "2001:201::", "nowhere" },
        { "2001:db8::1", "nowhere" },
        { "2001:db8:0:2::9", "about Australia" },
        { "2a00:ff::", "about Czech Republic" },
        { "2a00:ff::1", "nowhere" },
        { "3fff::", "nowhere" },
        { "unix", "nowhere" },
        { "", "nowhere" },
        { "1.0.0.0.", "nowhere" },
        { "16777216", "nowhere" },
    };
    use_tables(cx, V4, V6);
    CHECK_TEXT(place_table_wrong(cx->mem, files[0]), NULL);
    CHECK_TEXT(place_table_wrong(cx->mem, files[1]), NULL);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        CHECK_TEXT(at(cx, table[i].address), table[i].words);
    CHECK_TEXT(place_hint(cx) ? "said" : "", "said");
    setup.places_n = 1;
    CHECK_TEXT(at(cx, "2001:200::"), "nowhere");
    setup.places_n = 0;
    CHECK_TEXT(at(cx, "1.0.0.0"), "nowhere");
    CHECK(place_hint(cx) == NULL);
    folder_remove(folder);
}

TEST(private_networks_are_nowhere_whatever_a_table_says)
{
    static const char *const inside[] = { "10.1.2.3",    "127.0.0.1",   "172.31.0.1",
                                          "192.168.1.1", "169.254.1.1", "100.64.0.1",
                                          "::1",         "fe80::1",     "fd00::1",
                                          "ff02::1",     "0.0.0.0",     "255.255.255.255" };
    use_tables(cx, "0,4294967295,AU\n", "::1:0:0:0,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,AU\n");
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
        CHECK_TEXT(at(cx, inside[i]), "nowhere");
    CHECK_TEXT(at(cx, "172.32.0.1"), "about Australia");
    CHECK_TEXT(at(cx, "100.128.0.1"), "about Australia");
    CHECK_TEXT(at(cx, "fec0::1"), "about Australia");
    folder_remove(folder);
}

/* Every place of the file may be the middle, and every line be looked for from both its ends. */
TEST(lines_of_all_lengths_are_found_in_a_long_table)
{
    enum { LINES = 700 };
    static const char *const code[] = { "AU", "NZ", "JP" };
    static const char *const words[] = { "about Australia", "about New Zealand", "about Japan" };
    char *text = arena_alloc(cx->mem, LINES * 40 + 1);
    size_t n = 0;
    for (int i = 0; i < LINES; i++) {
        unsigned from = 16777216u + (unsigned)i * 256;
        n += (size_t)(i % 2 ? sprintf(text + n, "%u,%u,%s\r\n", from, from + 99, code[i % 3])
                            : sprintf(text + n, "1.%d.%d.0,1.%d.%d.99,%s\n", i / 256, i % 256,
                                      i / 256, i % 256, code[i % 3]));
    }
    use_tables(cx, text, "");
    CHECK_TEXT(place_table_wrong(cx->mem, files[0]), NULL);
    for (int i = 0; i < LINES; i++) {
        CHECK_TEXT(at(cx, arena_print(cx->mem, "1.%d.%d.0", i / 256, i % 256)), words[i % 3]);
        CHECK_TEXT(at(cx, arena_print(cx->mem, "1.%d.%d.99", i / 256, i % 256)), words[i % 3]);
        CHECK_TEXT(at(cx, arena_print(cx->mem, "1.%d.%d.100", i / 256, i % 256)), "nowhere");
    }
    folder_remove(folder);
}

TEST(a_table_that_is_none_is_said_in_words_and_knows_no_place)
{
    static const struct {
        const char *text;
        size_t n; /* 0: all of it */
        const char *wrong;
    } table[] = {
        { "", 0, "no range of addresses stands in it" },
        { "# only a head\n", 0, "no range of addresses stands in it" },
        { "\n", 0, "line 1 is no range like 16777216,16777471,AU" },
        { "hello\n", 0, "line 1 is no range like 16777216,16777471,AU" },
        { "16777216,AU\n", 0, "line 1 is no range like 16777216,16777471,AU" },
        { "16777216,16777471,AUS\n", 0, "line 1 is no range like 16777216,16777471,AU" },
        { "16777471,16777216,AU\n", 0, "line 1 is no range like 16777216,16777471,AU" },
        { "16777216,4294967296,AU\n", 0, "line 1 is no range like 16777216,16777471,AU" },
        { "16777216,99999999999,AU\n", 0, "line 1 is no range like 16777216,16777471,AU" },
        { "1.0.0.0/24,1.0.0.255,AU\n", 0, "line 1 is no range like 16777216,16777471,AU" },
        { "16777216\0,16777471,AU\n", 22, "line 1 is no range like 16777216,16777471,AU" },
        { "16777216,16777471,AU\n# late\n", 0, "line 2 is no range like 16777216,16777471,AU" },
        { "16777216,16777471,AU\n16777471,16777471,AU\n", 0,
          "line 2 does not follow the one before" },
        { "16777216,16777471,AU\n1.0.2.0,1.0.2.9,AU\n1.0.1.0,1.0.1.9,AU\n", 0,
          "line 3 does not follow the one before" },
    };
    folder = folder_new(cx);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const char *path =
            file_of(cx, "table", table[i].text, table[i].n ? table[i].n : strlen(table[i].text));
        CHECK_TEXT(place_table_wrong(cx->mem, path), table[i].wrong);
        setup = (struct setup){ .places = &path, .places_n = 1 };
        cx->setup = &setup;
        CHECK_TEXT(at(cx, "9.9.9.9"), "nowhere");
    }
    const char *none = arena_print(cx->mem, "%s/none", folder);
    CHECK_TEXT(place_table_wrong(cx->mem, none), "it cannot be read: No such file or directory");
    CHECK_TEXT(place_table_wrong(cx->mem, folder), "it cannot be read: Invalid argument");
    folder_remove(folder);
}

TEST(a_table_may_be_exchanged_or_go_while_it_is_used)
{
    use_tables(cx, V4, V6);
    CHECK_TEXT(at(cx, "1.0.0.1"), "about Australia");
    FILE *out = fopen(files[0], "w");
    CHECK(out && fputs("16777216,16777471,NZ\n", out) >= 0);
    if (out) fclose(out);
    CHECK_TEXT(at(cx, "1.0.0.1"), "about New Zealand");
    CHECK(truncate(files[0], 12) == 0);
    CHECK_TEXT(at(cx, "1.0.0.1"), "nowhere");
    CHECK(unlink(files[0]) == 0);
    CHECK_TEXT(at(cx, "1.0.0.1"), "nowhere");
    CHECK_TEXT(at(cx, "2001:200::"), "about Japan");
    folder_remove(folder);
}
