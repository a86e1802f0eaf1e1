/* network_test.c - a practice group that opens from its own networks. */
#include "tests/app/second_step/app.h"

#include "tests/support/program.h"

#define SECURITY "/g/north/settings/security"
#define SAVE "/g/north/settings/security/networks"

static void networks(struct cx *cx, const char *list)
{
    must_run(cx,
             arena_print(cx->mem, "UPDATE practices SET networks = '%s' WHERE id = 'north'", list));
}

static const char *version(struct cx *cx)
{
    return arena_number(cx->mem, COUNT("SELECT version FROM practices WHERE id = 'north'"));
}

static struct page home_from(struct cx *cx, const struct browser *b, const char *address)
{
    struct browser there = *b;
    there.address = address;
    return open_page(cx, &there, "/g/north/");
}

TEST(a_group_opens_from_its_networks_and_closes_in_the_middle_of_a_session_elsewhere)
{
    static const struct {
        const char *list, *address;
        int status;
    } cases[] = {
        { "", "203.0.113.9", 200 },
        { "198.51.100.0/24", "198.51.100.0", 200 },
        { "198.51.100.0/24", "198.51.100.255", 200 },
        { "198.51.100.0/24", "198.51.101.0", 403 },
        { "198.51.100.0/24", "::ffff:198.51.100.7", 200 },
        { "198.51.100.7", "198.51.100.7", 200 },
        { "198.51.100.7", "198.51.100.8", 403 },
        { "2001:db8::/32 198.51.100.7", "2001:db8:ffff::1", 200 },
        { "2001:db8::/32 198.51.100.7", "198.51.100.7", 200 },
        { "2001:db8::/32", "2001:db9::1", 403 },
        { "2001:db8::/32", "198.51.100.7", 403 },
        { "198.51.100.0/24", "unix", 403 },
        { "198.51.100.0/24", "", 403 },
        { "198.51.100.0/24", NULL, 403 },
        { "what is no list", "198.51.100.7", 403 },
    };
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    try_password(cx, &b, "olga@north.example", "correct-horse-battery-olga");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        networks(cx, cases[i].list);
        int status = home_from(cx, &b, cases[i].address).status;
        if (status != cases[i].status)
            CHECK_TEXT(arena_print(cx->mem, "%s from %s", cases[i].list, cases[i].address),
                       arena_print(cx->mem, "%d", cases[i].status));
    }
    networks(cx, "198.51.100.0/24");
    struct page page = home_from(cx, &b, "203.0.113.9");
    CHECK(has_text(page, "Northside Allied Health opens from its own networks only")
          && has_text(page, "203.0.113.9") && has_text(page, "Southbank Clinic"));
    CHECK(!has_text(page, "198.51.100"));
    struct browser away = b;
    away.address = "203.0.113.9";
    CHECK_INT(open_page(cx, &away, "/g/south/").status, 200);
    CHECK_INT(open_page(cx, &away, "/me").status, 200);
    page = send_form(cx, &away, "/g/north/settings/locations", "name", "Hill", "time_zone", "UTC",
                     NULL);
    CHECK_INT(page.status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM locations WHERE name = 'Hill'"), 0);
    CHECK_INT(home_from(cx, &b, "198.51.100.9").status, 200);
    /* Whoever has no access there learns nothing of it. */
    struct browser zoe = BROWSER("203.0.113.9");
    try_password(cx, &zoe, "zoe@south.example", "correct-horse-battery-zoe");
    CHECK_INT(open_page(cx, &zoe, "/g/north/").status, 404);
}

TEST(from_elsewhere_no_route_of_the_group_opens)
{
    practice_begin(cx);
    (void)session_of(cx, "olga");
    networks(cx, "203.0.113.0/24"); /* and she comes from 192.0.2.1 */
    for (int i = 0; i < ROUTE_COUNT; i++) {
        const struct route_info *r = &routes[i];
        bool of_group = r->permission < PERMISSION_COUNT || r->permission == MEMBER;
        if (r->api || !of_group) continue;
        const char *path = url_in(cx, "north", (enum route)i, "x", "y").text;
        struct page page = r->method == GET ? get(cx, "olga", path) : post(cx, "olga", path, NULL);
        if (page.status != 403 || has_text(page, "Riverside")) CHECK_TEXT(r->name, "closed");
    }
}

TEST(keys_and_feeds_are_read_from_everywhere)
{
    practice_begin(cx);
    struct page page = post(cx, "ben", "/g/north/calendar/feed", "names", "1", NULL);
    const char *feed = arena_print(cx->mem, "/feeds/%s", between(cx, page.body, "/feeds/", "<"));
    networks(cx, "203.0.113.0/24");
    CHECK_INT(get(cx, "ben", "/g/north/").status, 403);
    CHECK_INT(get(cx, NULL, feed).status, 200);
    CHECK_INT(api(cx, "ben", GET, "/api/v1/groups/north/users", NULL).status, 200);
}

TEST(networks_are_saved_announced_and_never_without_ones_own)
{
    practice_begin(cx);
    struct page page = get(cx, "olga", SECURITY);
    CHECK(has_text(page, "opens from everywhere") && has_text(page, "You are at 192.0.2.1 now"));
    static const struct {
        const char *typed, *said;
    } wrong[] = {
        { "203.0.113.0/24", "You are at 192.0.2.1, which is in none of these" },
        { "192.0.2.1\nhome", "home is no address and no network" },
        { "192.0.2.1/24", "192.0.2.1/24 is no address and no network" },
        { "192.0.2.0/33", "192.0.2.0/33 is no address" },
        { "unix", "unix is no address" },
        { "192.0.2.1 0.0.0.0/0", "0.0.0.0/0" },
        { "192.0.2.1 ::/0", "::/0 is everywhere" },
        { "<b>", "&lt;b&gt; is no address" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        page = post(cx, "olga", SAVE, "networks", wrong[i].typed, "version", version(cx), NULL);
        CHECK_INT(page.status, 422);
        if (!has_text(page, wrong[i].said)) CHECK_TEXT(wrong[i].typed, wrong[i].said);
    }
    const char *many = "192.0.2.0/24";
    for (int i = 0; i < 50; i++) many = arena_print(cx->mem, "%s 203.0.113.%d", many, i);
    page = post(cx, "olga", SAVE, "networks", many, "version", version(cx), NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "50 networks at most"));
    CHECK_INT(COUNT("SELECT count(*) FROM practices WHERE networks <> ''"), 0);
    CHECK_INT(post(cx, "olga", SAVE, "networks", " 192.0.2.0/24,\r\n2001:db8::/32\n", "version",
                   version(cx), NULL)
                  .status,
              303);
    CHECK_INT(COUNT("SELECT count(*) FROM practices WHERE networks = '192.0.2.0/24 2001:db8::/32'"
                    " AND id = 'north'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'practice.networks'"
                    " AND practice_id = 'north' AND changes LIKE '%everywhere%192.0.2.0/24%'"),
              1);
    page = get(cx, "olga", SECURITY);
    CHECK(has_text(page, "192.0.2.0/24\n2001:db8::/32") && has_text(page, "these networks only"));
    CHECK_INT(post(cx, "olga", SAVE, "networks", "192.0.2.1", "version", "1", NULL).status, 409);
    CHECK_INT(post(cx, "ben", SAVE, "networks", "", "version", version(cx), NULL).status, 403);
    CHECK_INT(post(cx, "zoe", SAVE, "networks", "", "version", version(cx), NULL).status, 404);
    CHECK_INT(post(cx, "olga", SAVE, "networks", "", "version", version(cx), NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM practices WHERE networks <> ''"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'practice.networks'"), 2);
}
