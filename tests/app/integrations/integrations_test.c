/* integrations_test.c - which programs outside of Linden read or change something here. */
#include "base/time.h"
#include "tests/support/practice.h"

#define PAGE_OF_IT "/g/north/settings/integrations"

TEST(everybody_with_integrations_sees_the_own_ones_and_full_access_everybodys)
{
    practice_begin(cx);
    CHECK_INT(post(cx, "ben", "/g/north/calendar/feed", "names", "1", NULL).status, 200);
    CHECK_INT(post(cx, "chen", "/g/north/calendar/feed", NULL).status, 200);
    struct page freya = get(cx, "freya", PAGE_OF_IT), ben = get(cx, "ben", PAGE_OF_IT);
    CHECK(has_text(freya, "Ben &lt;b&gt;Brandt") && has_text(freya, "Chen Wei"));
    CHECK(has_text(freya, "Own appointments, with patients&#39; names"));
    CHECK(has_text(ben, "Ben &lt;b&gt;Brandt (you)") && !has_text(ben, "Chen"));
    CHECK_INT(get(cx, "gina", PAGE_OF_IT).status, 403);
    CHECK(has_text(get(cx, "ben", "/g/north/settings/"), PAGE_OF_IT));
    CHECK(!has_text(get(cx, "gina", "/g/north/settings/"), PAGE_OF_IT));
}

TEST(full_access_disables_anybodys_others_their_own_and_who_may_only_read_none)
{
    practice_begin(cx);
    const char *bens = PAGE_OF_IT "/feeds/u-ben/end", *chens = PAGE_OF_IT "/feeds/u-chen/end";
    (void)post(cx, "ben", "/g/north/calendar/feed", NULL);
    (void)post(cx, "chen", "/g/north/calendar/feed", NULL);
    int64_t all = COUNT("SELECT count(*) FROM calendar_feeds WHERE practice_id = 'north'");
    CHECK_INT(post(cx, "ben", chens, NULL).status, 403);
    CHECK_INT(post(cx, "chen", bens, NULL).status, 403);
    CHECK_INT(post(cx, "chen", chens, NULL).status, 403); /* Read Only */
    CHECK(!has_text(get(cx, "chen", PAGE_OF_IT), "/feeds/u-chen/end"));
    CHECK_INT(COUNT("SELECT count(*) FROM calendar_feeds WHERE practice_id = 'north'"), all);
    CHECK_INT(post(cx, "freya", chens, NULL).status, 303);
    CHECK_INT(post(cx, "freya", chens, NULL).status, 303); /* twice is fine, and said once */
    CHECK_INT(post(cx, "ben", bens, NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM calendar_feeds WHERE practice_id = 'north'"), all - 2);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'calendar_feed.removed'"), 2);
    CHECK_INT(post(cx, "freya", PAGE_OF_IT "/feeds/u-zoe/end", NULL).status, 404);
}

/* What stands in a cell of the first row that names somebody, by the heading of its column. */
static const char *cell(struct cx *cx, struct page page, const char *whom, const char *heading)
{
    const char *row = strstr(page.body, whom);
    if (!row) return "no row";
    const char *label = arena_print(cx->mem, "data-l=\"%s\">", heading);
    const char *at = strstr(row, label), *end = strstr(row, "</tr>");
    if (!at || (end && at > end)) return "no cell";
    at += strlen(label);
    size_t n = strcspn(at += strspn(at, " \n"), "<\n");
    while (n && at[n - 1] == ' ') n--;
    return arena_copy(cx->mem, at, n);
}

TEST(each_integration_says_who_connected_it_what_it_reads_and_when_it_was_last_used)
{
    practice_begin(cx);
    struct page page = post(cx, "ben", "/g/north/calendar/feed", "names", "1", NULL);
    const char *address = strstr(page.body, "/feeds/");
    CHECK(address != NULL);
    address = arena_copy(cx->mem, address, strcspn(address, "\"<& "));
    (void)post(cx, "chen", "/g/north/calendar/feed", NULL);
    page = get(cx, "freya", PAGE_OF_IT);
    static const char *const heads[] = { "Connected by", "Reads",     "Since",
                                         "Last used",    "May reach", "Expires" };
    for (size_t i = 0; i < 6; i++)
        CHECK(has_text(page, arena_print(cx->mem, "<th scope=\"col\">%s</th>", heads[i])));
    const char *ben = "<td><b>Ben &lt;b&gt;Brandt", *chen = "<td><b>Chen Wei";
    CHECK_TEXT(cell(cx, page, ben, "Reads"), "Own appointments, with patients&#39; names");
    CHECK_TEXT(cell(cx, page, chen, "Reads"), "Own appointments: times and types");
    CHECK_TEXT(cell(cx, page, ben, "Since"), "21 Nov 2026");
    CHECK_TEXT(cell(cx, page, ben, "Last used"), "Never");
    CHECK(has_text(page, ">Disable<span class=\"vh\"> calendar of Chen Wei</span>"));
    cx->now += MINUTES(5);
    CHECK_INT(get(cx, NULL, address).status, 200);
    page = get(cx, "freya", PAGE_OF_IT);
    CHECK_TEXT(cell(cx, page, chen, "Last used"), "Never");
    CHECK(strstr(strstr(page.body, ben), (const char *)arena_print(cx->mem, "datetime=\"%s\"",
                                                                   time_iso(cx->mem, cx->now))));
}

TEST(each_key_says_whose_it_is_what_it_may_reach_until_when_and_when_it_was_last_used)
{
    practice_begin(cx);
    must_run(cx, "INSERT INTO api_keys (practice_id, id, user_id, name, token_hash, tail, scopes,"
                 " made_at, expires_at) VALUES ('north', 'k-books', 'u-ben', 'Books', 'x1', 'b00k',"
                 " 'invoices:1', 1, 1797847200000000)");
    struct page page = get(cx, "freya", PAGE_OF_IT);
    const char *books = "<tr><td><b>Books";
    CHECK_TEXT(cell(cx, page, books, "Connected by"), "Ben &lt;b&gt;Brandt");
    CHECK_TEXT(cell(cx, page, books, "May reach"), "Invoices and payments: See");
    CHECK_TEXT(cell(cx, page, books, "Expires"), "21 Dec 2026");
    CHECK_TEXT(cell(cx, page, books, "Last used"), "Never");
    CHECK(has_text(page, ">Disable<span class=\"vh\"> key Books</span>"));
    CHECK(!has_text(get(cx, "chen", PAGE_OF_IT), "Books"));
}
