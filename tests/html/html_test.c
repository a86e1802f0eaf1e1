/* html_test.c - what templates and html.h write. */
#include "html/html.h"

#include "tests/html/sample.html.h"
#include "tests/test.h"

TEST(dangerous_characters_are_escaped_in_text_and_attributes)
{
    struct html h = { .cx = cx };
    sample_value(&h, "<script>\"it's\" & more</script>");
    CHECK_TEXT(h.text, "<p title=\"&lt;script&gt;&quot;it&#39;s&quot; &amp; more&lt;/script&gt;\">"
                       "&lt;script&gt;&quot;it&#39;s&quot; &amp; more&lt;/script&gt;</p>");
    CHECK_INT(h.length, strlen(h.text));
}

TEST(of_all_bytes_only_five_are_changed)
{
    for (int c = 1; c < 256; c++) {
        char text[] = { 'a', (char)c, 'z', '\0' };
        struct html h = { .cx = cx };
        html_text(&h, text);
        bool danger = strchr("&<>\"'", c) != NULL;
        CHECK((strcmp(h.text, text) == 0) == !danger);
        CHECK(!danger || (strncmp(h.text, "a&", 2) == 0 && strcmp(strchr(h.text, ';'), ";z") == 0));
    }
}

/* Wherever it stands in the steps that texts are looked through in. */
TEST(a_dangerous_character_is_found_at_any_place_of_a_text_of_any_length)
{
    char text[70], wanted[80];
    for (size_t n = 1; n < 66; n++)
        for (size_t at = 0; at < n; at++) {
            struct html h = { .cx = cx };
            memset(text, 'x', n);
            text[n] = '\0';
            text[at] = "&<>\"'"[at % 5];
            snprintf(wanted, sizeof wanted, "%.*s%s%s", (int)at, text,
                     (const char *const[]){ "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" }[at % 5],
                     text + at + 1);
            html_text(&h, text);
            CHECK_TEXT(h.text, wanted);
            CHECK_INT(h.length, strlen(wanted));
            arena_reset(cx->mem);
        }
}

TEST(a_page_of_nothing_but_dangerous_characters_finds_room)
{
    static char text[100001];
    struct html h = { .cx = cx };
    memset(text, '"', sizeof text - 1);
    html_text(&h, text);
    CHECK_INT(h.length, 600000);
    CHECK_INT(strspn(h.text, "&quot;"), 600000);
}

TEST(no_text_writes_nothing)
{
    struct html h = { .cx = cx };
    sample_value(&h, NULL);
    sample_value(&h, "");
    CHECK_TEXT(h.text, "<p title=\"\"></p><p title=\"\"></p>");
}

TEST(links_are_escaped_too)
{
    struct html h = { .cx = cx };
    sample_link(&h, (struct url){ "/u?a=1&b=\"2\"" }, "it's");
    CHECK_TEXT(h.text, "<a href=\"/u?a=1&amp;b=&quot;2&quot;#end\" title='it&#39;s'>it&#39;s</a>");
}

TEST(a_place_in_a_page_is_text)
{
    struct html h = { .cx = cx };
    sample_places(&h, (struct url){ "/x" }, "a\"b");
    CHECK_TEXT(h.text, "<a href=\"#a&quot;b\">a</a> <a href=\"/x#a&quot;b-a&quot;b\">b</a>");
}

TEST(conditions_work_inside_tags_and_attributes)
{
    struct html h = { .cx = cx }, other = { .cx = cx };
    sample_boxes(&h, true, false);
    CHECK_TEXT(h.text,
               "<label class=\"box\"> <input type=\"checkbox\" name=\"a\" checked> <b>One</b>"
               " <i>two</i> </label> <a href=\"/\" aria-current=\"page\">Home</a>");
    sample_boxes(&other, false, true);
    CHECK_TEXT(other.text, "<label class=\"box off\"> <input type=\"checkbox\" name=\"a\" disabled>"
                           " <b>One</b> <i>two</i> </label> <a href=\"/\">Home</a>");
}

TEST(white_space_is_squeezed_where_nobody_sees_it)
{
    struct html h = { .cx = cx };
    sample_list(&h, 2);
    sample_list(&h, 0);
    CHECK_TEXT(h.text, "<ul><li>0</li><li>1</li></ul><ul><li>None at all</li></ul>");
}

TEST(white_space_is_kept_where_it_counts)
{
    struct html h = { .cx = cx };
    sample_kept(&h, "\n a\n  b");
    CHECK_TEXT(h.text, "<form><textarea name=\"t\">\n\n a\n  b</textarea><pre>\n  a\n    <b>b</b>\n"
                       "</pre></form>");
}

TEST(numbers_and_ids_are_written)
{
    struct html h = { .cx = cx };
    char text[] = "t";
    sample_types(&h, id_of("01ARZ3"), INT64_MIN, SIZE_MAX, text);
    CHECK_TEXT(h.text, "01ARZ3 -9223372036854775808 18446744073709551615 t no");
    struct html numbers = { .cx = cx };
    html_int(&numbers, 0);
    html_int(&numbers, -1);
    html_int(&numbers, INT64_MAX);
    html_size(&numbers, 10);
    CHECK_TEXT(numbers.text, "0-1922337203685477580710");
    struct html said = { .cx = cx };
    sample_types(&said, id_of(""), 2, 0, text);
    CHECK_TEXT(said.text, " 2 0 t }} a; b | c");
}

TEST(a_long_page_grows)
{
    struct html h = { .cx = cx };
    size_t n = 100000;
    for (size_t i = 0; i < n; i++) html_text(&h, "ab<");
    CHECK_INT(h.length, n * 6);
    CHECK_INT(strlen(h.text), n * 6);
    CHECK(strcmp(h.text + n * 6 - 12, "ab&lt;ab&lt;") == 0);
    CHECK(h.room >= h.length + 1);
    char *long_text = arena_take(cx->mem, 70001);
    memset(long_text, '&', 70000);
    long_text[70000] = '\0';
    struct html one = { .cx = cx };
    html_text(&one, long_text);
    CHECK_INT(one.length, 350000);
}

TEST(text_from_the_catalogue_is_escaped_in_templates)
{
    struct html h = { .cx = cx };
    sample_said(&h, "<b>");
    CHECK_TEXT(h.text, "<p>No users match &#39;&lt;b&gt;&#39;.</p><p>2 sessions ended.</p>");
}
