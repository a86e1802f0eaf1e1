/* integrations_test.c - which programs outside of Linden read or change something here. */
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
