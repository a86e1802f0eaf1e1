/* form_test.c - forms, escapes and cookies */
#include "http/form.h"
#include "tests/test.h"

static const char *story(struct cx *cx, const char *bytes, size_t n, size_t most)
{
    struct pair *pairs;
    size_t count;
    enum form form = form_parse(cx->mem, bytes, n, most, &pairs, &count);
    if (form == FORM_TOO_MANY) return "too many";
    if (form == FORM_MALFORMED) return "malformed";
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text = arena_print(cx->mem, "%s%s=%s|", text, pairs[i].name, pairs[i].value);
    return text;
}

TEST(forms_are_decoded_or_refused_as_a_whole)
{
    static const struct {
        const char *bytes, *story;
    } table[] = {
        { "", "" },
        { "a=b", "a=b|" },
        { "a=b&c=d", "a=b|c=d|" },
        { "a=1&a=2", "a=1|a=2|" },
        { "a", "a=|" },
        { "a=", "a=|" },
        { "=b", "=b|" },
        { "=", "=|" },
        { "&&a=b&&", "a=b|" },
        { "a=b=c", "a=b=c|" },
        { "a=b+c", "a=b c|" },
        { "a+b=%2B", "a b=+|" },
        { "a%3Db=%26", "a=b=&|" },
        { "a=%C3%a4", "a=\xc3\xa4|" },
        { "a=\xc3\xa4", "a=\xc3\xa4|" },
        { "a=%F0%9F%8C%B3", "a=\xf0\x9f\x8c\xb3|" },
        { "a=%0d%0a%09", "a=\r\n\t|" },
        { "a=%", "malformed" },
        { "a=%4", "malformed" },
        { "a=%4g", "malformed" },
        { "a=%zz", "malformed" },
        { "%=a", "malformed" },
        { "a=%4&b=1", "malformed" },
        { "a=%00", "malformed" },
        { "a=%01", "malformed" },
        { "a=%1b", "malformed" },
        { "a=%7f", "malformed" },
        { "a=\x02", "malformed" },
        { "%00=b", "malformed" },
        { "a=%ff", "malformed" },
        { "a=%c3", "malformed" },
        { "a=%c0%80", "malformed" },
        { "a=%e0%80%80", "malformed" },
        { "a=%ed%a0%80", "malformed" },
        { "a=%f4%90%80%80", "malformed" },
        { "a=%c3&b=%a4", "malformed" },
        { "ok=1&a=%ff", "malformed" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        CHECK_TEXT(story(cx, table[i].bytes, strlen(table[i].bytes), 100), table[i].story);
    CHECK_TEXT(story(cx, "a=\0", 3, 100), "malformed");
    CHECK_TEXT(story(cx, "a=%41", 4, 100), "malformed"); /* does not read past the end */
}

TEST(pairs_are_counted_before_they_are_read)
{
    CHECK_TEXT(story(cx, "a&b&c", 5, 3), "a=|b=|c=|");
    CHECK_TEXT(story(cx, "a&b&c", 5, 2), "too many");
    CHECK_TEXT(story(cx, "&&&&&", 5, 0), "");
}

TEST(the_first_pair_of_a_name_is_found)
{
    struct pair pairs[] = { { "a", "1" }, { "b", "2" }, { "a", "3" } };
    CHECK_TEXT(pair_find(pairs, 3, "a"), "1");
    CHECK_TEXT(pair_find(pairs, 3, "c"), NULL);
}

TEST(segments_of_a_path_keep_their_plus)
{
    const char *out = NULL;
    CHECK(percent_decode(cx->mem, "a+b%20c%2f", 10, &out));
    CHECK_TEXT(out, "a+b c/");
    CHECK(percent_decode(cx->mem, "", 0, &out));
    CHECK_TEXT(out, "");
    out = "untouched";
    CHECK(!percent_decode(cx->mem, "%00", 3, &out));
    CHECK(!percent_decode(cx->mem, "%2", 2, &out));
    CHECK(!percent_decode(cx->mem, "%ff", 3, &out));
    CHECK(!percent_decode(cx->mem, "a%1fb", 5, &out));
    CHECK_TEXT(out, "untouched");
}

static const char *cookie(struct cx *cx, const char *header, const char *name)
{
    size_t length;
    const char *value = cookie_find(header, name, &length);
    return value ? arena_copy(cx->mem, value, length) : NULL;
}

TEST(cookies_are_found_by_their_whole_name)
{
    CHECK_TEXT(cookie(cx, "a=1; b=2;c=3 ; d=", "a"), "1");
    CHECK_TEXT(cookie(cx, "a=1; b=2;c=3 ; d=", "b"), "2");
    CHECK_TEXT(cookie(cx, "a=1; b=2;c=3 ; d=", "c"), "3");
    CHECK_TEXT(cookie(cx, "a=1; b=2;c=3 ; d=", "d"), "");
    CHECK_TEXT(cookie(cx, "a=1; a=2", "a"), "1");
    CHECK_TEXT(cookie(cx, "a=b=c", "a"), "b=c");
    CHECK_TEXT(cookie(cx, "ab=1", "a"), NULL);
    CHECK_TEXT(cookie(cx, "ba=1", "a"), NULL);
    CHECK_TEXT(cookie(cx, "A=1", "a"), NULL);
    CHECK_TEXT(cookie(cx, "b=a=1", "a"), NULL);
    CHECK_TEXT(cookie(cx, "a", "a"), NULL);
    CHECK_TEXT(cookie(cx, ";;; ; a=1", "a"), "1");
    CHECK_TEXT(cookie(cx, "", "a"), NULL);
    CHECK_TEXT(cookie(cx, NULL, "a"), NULL);
    CHECK_TEXT(cookie(cx, "__Host-s=x", "__Host-s"), "x");
}
