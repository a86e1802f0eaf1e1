/* news_test.c - what an open page is told, and how its standing is found. */
#include "app/audit/event.h"
#include "app/news/news.h"
#include "base/setup.h"
#include "tests/support/practice.h"
#include "web/stream.h"

static void sql(struct cx *cx, const char *text)
{
    if (db_script(cx, text) == OK) return;
    printf("  %s\n", cx->message);
    failures++;
}

/* --- opening ------------------------------------------------------------------------- */

TEST(the_stream_of_a_group_opens_for_its_active_users_alone)
{
    practice_begin(cx);
    struct page page = get(cx, "chen", "/g/north/events");
    CHECK_INT(page.status, 200);
    CHECK(strncmp(page.body, "retry: ", 7) == 0);
    CHECK(!has_text(page, "event:") && !has_text(page, "id:"));
    page = get(cx, "kavya", "/g/north/events");
    CHECK_INT(page.status, 403);
    CHECK_TEXT(page.body, "access");
    page = get(cx, "", "/g/north/events");
    CHECK_INT(page.status, 403);
    CHECK_TEXT(page.body, "session");
    CHECK_INT(get(cx, "zoe", "/g/north/events").status, 404);
    CHECK_INT(get(cx, "chen", "/g/south/events").status, 404);
    CHECK_INT(get(cx, "chen", "/g/nowhere/events").status, 404);
    sql(cx, "UPDATE users SET access_ended_at = 9000000000000000 WHERE id = 'u-chen'");
    page = get(cx, "chen", "/g/north/events"); /* may come back in, but has to sign in for it */
    CHECK_INT(page.status, 403);
    CHECK_TEXT(page.body, "session");
}

TEST(what_was_done_is_said_on_the_next_page_even_if_the_open_one_asks_for_its_stream_first)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", "/g/north/settings/locations", "name", "Hill Top",
                            "address", "7 Hill Rd", "time_zone", "Australia/Perth", NULL);
    CHECK_INT(page.status, 303);
    page = get(cx, "freya", "/g/north/events");
    CHECK_INT(page.status, 200);
    CHECK(!page.cookies[0]);
    CHECK(has_text(get(cx, "freya", "/g/north/settings/locations"), "Hill Top is added."));
    CHECK(!has_text(get(cx, "freya", "/g/north/"), "Hill Top is added.")); /* once */
    post(cx, "freya", "/g/north/settings/locations", "name", "Low End", "time_zone",
         "Australia/Perth", NULL);
    CHECK(has_text(get(cx, "freya", "/g/north/nowhere"), "Low End is added."));
    CHECK(!has_text(get(cx, "freya", "/g/north/"), "Low End is added."));
}

TEST(pages_in_a_group_listen_and_others_do_not)
{
    practice_begin(cx);
    CHECK(has_text(get(cx, "chen", "/g/north/"), "data-events=\"/g/north/events\""));
    CHECK(has_text(get(cx, "chen", "/g/north/help"), "id=\"gone-access\""));
    CHECK(has_text(get(cx, "chen", "/g/north/settings/audit"), "data-events=\"/g/north/events\""));
    CHECK(has_text(get(cx, "freya", "/g/north/settings/users"),
                   "data-events=\"/g/north/events?about=users&amp;since="));
    CHECK(!has_text(get(cx, "chen", "/me"), "data-events"));
    CHECK(!has_text(get(cx, "kavya", "/g/north/"), "data-events"));
    CHECK(!has_text(get(cx, "", "/sign-in"), "data-events"));
}

/* --- how they stand ---------------------------------------------------------------------- */

static struct stream stream_of(struct cx *cx, const char *who, const char *practice)
{
    struct stream s = { .practice = id_of(practice) };
    struct table t;
    session_of(cx, who);
    CHECK(db_select(cx, &t,
                    SQL_GLOBAL("SELECT id, person_id, signed_in_at FROM sessions"
                               " WHERE person_id = $1 ORDER BY signed_in_at DESC LIMIT 1"),
                    (const char *)arena_print(cx->mem, "p-%s", who))
          == OK);
    s.session = cell_id(&t, 0, "id");
    s.person = cell_id(&t, 0, "person_id");
    s.signed_in_at = cell_int(&t, 0, "signed_in_at");
    return s;
}

static enum standing standing_of(struct cx *cx, struct stream s)
{
    CHECK(streams_check(cx, (struct stream *[]){ &s }, 1) == OK);
    return s.standing;
}

/* What ends a session or an access, in rows and in time. */
static const struct {
    const char *sql;
    int64_t later;
    enum standing standing;
} ways[] = {
    { "", 0, STANDS },
    { "", MINUTES(29), STANDS },
    { "", MINUTES(30), SESSION_OVER },
    { "UPDATE practices SET idle_minutes = 5 WHERE id = 'north'", MINUTES(5) - 1, STANDS },
    { "UPDATE practices SET idle_minutes = 5 WHERE id = 'north'", MINUTES(5), SESSION_OVER },
    { "UPDATE practices SET idle_minutes = 60 WHERE id = 'north'", MINUTES(59), STANDS },
    { "UPDATE practices SET idle_minutes = 5 WHERE id = 'south'", MINUTES(29), STANDS },
    { "UPDATE sessions SET seen_at = 9000000000000000", HOURS(12) - 1, STANDS },
    { "UPDATE sessions SET seen_at = 9000000000000000", HOURS(12), SESSION_OVER },
    { "UPDATE sessions SET ended_at = 1", 0, SESSION_OVER },
    { "UPDATE sessions SET waits_for = 2", 0, SESSION_OVER },
    { "DELETE FROM sessions", 0, SESSION_OVER },
    { "UPDATE users SET access_ended_at = 9000000000000000 WHERE practice_id = 'north'", 0,
      SESSION_OVER },
    { "UPDATE users SET access_ended_at = 9000000000000000 WHERE practice_id = 'south'", 0,
      STANDS },
    { "INSERT INTO user_devices (practice_id, id, session_id, user_id, address, since, seen_at)"
      " SELECT 'north', 'dv', id, 'u-gina', '', 1, 1 FROM sessions WHERE person_id = 'p-gina'",
      0, STANDS },
    { "INSERT INTO user_devices (practice_id, id, session_id, user_id, address, since, seen_at,"
      " ended_at) SELECT 'north', 'dv', id, 'u-gina', '', 1, 1, 2 FROM sessions"
      " WHERE person_id = 'p-gina'",
      0, SESSION_OVER },
    { "UPDATE user_devices SET ended_at = 2", 0, STANDS }, /* of others */
    { "UPDATE users SET status = 'deactivated' WHERE id = 'u-gina'", 0, ACCESS_OVER },
    { "UPDATE users SET status = 'deactivated', access_ended_at = 9000000000000000"
      " WHERE id = 'u-gina'",
      0, ACCESS_OVER },
    { "UPDATE users SET status = 'deactivated' WHERE id = 'u-gina';"
      "UPDATE sessions SET ended_at = 1",
      0, SESSION_OVER },
    { "UPDATE users SET status = 'deactivated' WHERE id = 'u-ben'", 0, STANDS },
    { "UPDATE users SET level = 'contact', others = '' WHERE id = 'u-gina'", 0, STANDS },
};

TEST(an_open_stream_stands_exactly_as_long_as_a_page_would_be_shown)
{
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        practice_begin(cx);
        cx->now = TEST_NOW;
        struct stream s = stream_of(cx, "gina", "north");
        sql(cx, ways[i].sql);
        cx->now += ways[i].later;
        enum standing standing = standing_of(cx, s);
        struct page page = get(cx, "gina", "/g/north/help"),
                    stream = get(cx, "gina", "/g/north/events");
        bool shown = page.status == 200;
        const char *word = standing == ACCESS_OVER ? "access" : "session";
        bool agree = shown ? stream.status == 200 : strcmp(stream.body, word) == 0;
        if (standing == ways[i].standing && shown == (standing == STANDS) && agree) continue;
        failures++;
        printf("  %s, %lld s later: standing %d, page %d, stream %d %s\n", ways[i].sql,
               (long long)(ways[i].later / 1000000), standing, page.status, stream.status,
               stream.body);
    }
}

TEST(many_are_looked_at_at_once_and_each_stands_for_itself)
{
    enum { MANY = 100 };
    struct stream streams[MANY], *list[MANY];
    practice_begin(cx);
    for (int i = 0; i < MANY; i++) {
        const char *who = (const char *[]){ "olga", "freya", "chen", "gina", "olga" }[i % 5];
        if (i % 5 == 4) sign_in_again(cx, who);
        streams[i] = stream_of(cx, who, i % 5 == 4 ? "south" : "north");
        list[i] = &streams[i];
    }
    sql(cx, "UPDATE users SET status = 'deactivated' WHERE id = 'u-chen';"
            "UPDATE sessions SET ended_at = 1 WHERE person_id = 'p-gina';"
            "INSERT INTO audit_heads VALUES ('south', 77, '')");
    CHECK(streams_check(cx, list, MANY) == OK);
    for (int i = 0; i < MANY; i++) {
        enum standing wanted =
            (enum standing[]){ STANDS, STANDS, ACCESS_OVER, SESSION_OVER, STANDS }[i % 5];
        CHECK_INT(streams[i].standing, wanted);
        CHECK_INT(streams[i].latest, i % 5 == 4 ? 77 : 0);
    }
}

TEST(a_stranger_in_a_group_has_no_standing_there)
{
    practice_begin(cx);
    CHECK_INT(standing_of(cx, stream_of(cx, "zoe", "south")), STANDS);
    CHECK_INT(standing_of(cx, stream_of(cx, "zoe", "north")), SESSION_OVER);
    CHECK_INT(standing_of(cx, stream_of(cx, "zoe", "nowhere")), SESSION_OVER);
}

TEST(what_cannot_be_looked_at_is_not_confirmed)
{
    practice_begin(cx);
    struct stream a = stream_of(cx, "olga", "north"), b = stream_of(cx, "gina", "north");
    a.standing = b.standing = STANDS;
    sql(cx, "ALTER TABLE audit_heads RENAME TO elsewhere");
    CHECK(streams_check(cx, (struct stream *[]){ &a, &b }, 2) == BROKEN);
    CHECK_INT(a.standing, UNCONFIRMED);
    CHECK_INT(b.standing, UNCONFIRMED);
    CHECK_TEXT(stream_ended(UNCONFIRMED), ""); /* nobody is told what nobody knows */
}

/* --- changes -------------------------------------------------------------------------------- */

static int64_t number_now(struct cx *cx)
{
    int64_t number = -1;
    act_as(cx, "north", "olga");
    CHECK(act_end(cx, news_number(cx, &number)) == OK);
    return number;
}

static const char *told(struct cx *cx, const char *who, int64_t since)
{
    const char *path =
        arena_print(cx->mem, "/g/north/events?about=users&since=%lld", (long long)since);
    struct page page = get(cx, who, path);
    const char *id = strstr(page.body, "id: ");
    CHECK_INT(page.status, 200);
    return id ? id : "";
}

/* What somebody does to the list. */
static void happens(struct cx *cx, const char *who, const char *key)
{
    for (enum event e = 0; e < EVENT_COUNT; e++) {
        if (strcmp(event_key(e), key) != 0) continue;
        act_as(cx, "north", who);
        CHECK(act_end(cx, announce(cx, e, (struct about){ id_of("u-ben"), "Ben" }, NULL, NULL))
              == OK);
        return;
    }
    CHECK_TEXT(key, "in events.def");
}

TEST(the_list_of_users_is_told_how_often_others_changed_it)
{
    practice_begin(cx);
    int64_t before = number_now(cx);
    CHECK_TEXT(told(cx, "freya", before), "");
    happens(cx, "olga", "user.added");
    happens(cx, "olga", "user.access_changed");
    happens(cx, "freya", "user.changed");   /* one's own do not count */
    happens(cx, "olga", "user.signed_out"); /* shows nowhere in the list */
    happens(cx, "olga", "location.changed");
    happens(cx, "olga", "invitation.sent");
    CHECK_TEXT(
        told(cx, "freya", before),
        arena_print(cx->mem, "id: %lld\nevent: changes\ndata: 3\n\n", (long long)before + 6));
    CHECK_TEXT(
        told(cx, "olga", before),
        arena_print(cx->mem, "id: %lld\nevent: changes\ndata: 1\n\n", (long long)before + 6));
    /* who may not add sees no invitations */
    CHECK_TEXT(
        told(cx, "chen", before),
        arena_print(cx->mem, "id: %lld\nevent: changes\ndata: 3\n\n", (long long)before + 6));
    /* from where a page was last */
    CHECK_TEXT(
        told(cx, "freya", before + 1),
        arena_print(cx->mem, "id: %lld\nevent: changes\ndata: 2\n\n", (long long)before + 6));
    CHECK_TEXT(told(cx, "freya", before + 6), "");
    /* nothing that counts, but a number to go on from */
    happens(cx, "freya", "user.changed");
    CHECK_TEXT(told(cx, "freya", before + 6),
               arena_print(cx->mem, "id: %lld\n\n", (long long)before + 7));
}

TEST(who_comes_back_from_too_long_ago_is_told_that_much_has_changed)
{
    practice_begin(cx);
    for (int i = 0; i < 3; i++) happens(cx, "olga", "user.changed");
    CHECK_TEXT(told(cx, "freya", 4), "id: 3\nevent: changes\ndata: many\n\n"); /* restored */
    sql(cx, "UPDATE audit_heads SET seq = 2000 WHERE practice_id = 'north'");
    CHECK_TEXT(told(cx, "freya", 3), "id: 2000\nevent: changes\ndata: many\n\n");
    for (int i = 0; i < 3; i++) {
        const char *path =
            (const char *[]){ "/g/north/events?about=users", "/g/north/events?about=users&since=x",
                              "/g/north/events?about=users&since=-1" }[i];
        CHECK(has_text(get(cx, "freya", path), "data: many"));
    }
}

TEST(changes_of_another_group_are_no_news)
{
    practice_begin(cx);
    int64_t before = number_now(cx);
    act_as(cx, "south", "zoe");
    CHECK(act_end(cx, announce(cx, EVENT_USER_CHANGED, (struct about){ id_of("u-zoe"), "Zoe" },
                               NULL, NULL))
          == OK);
    CHECK_TEXT(told(cx, "freya", before), "");
    CHECK_INT(number_now(cx), before);
}

static const char *tell(struct cx *cx, struct stream *s, enum status wanted)
{
    struct html out = { .cx = cx };
    CHECK_INT(stream_tell(cx, s, &out), wanted);
    return out.text ? out.text : "";
}

TEST(an_open_stream_is_told_with_the_rights_of_the_moment)
{
    practice_begin(cx);
    struct stream s = stream_of(cx, "freya", "north");
    memcpy(s.slug, "north", 5);
    s.route = &routes[ROUTE_events_open];
    s.about = 1;
    s.seen = number_now(cx);
    happens(cx, "olga", "invitation.sent");
    CHECK_TEXT(tell(cx, &s, OK), "id: 1\nevent: changes\ndata: 1\n\n");
    CHECK_INT(s.seen, 1);
    CHECK_TEXT(tell(cx, &s, OK), "");
    sql(cx, "UPDATE users SET level = 'office' WHERE id = 'u-freya'");
    happens(cx, "olga", "invitation.withdrawn");
    CHECK_TEXT(tell(cx, &s, OK), "id: 2\n\n"); /* she may not add any more */
    sql(cx, "UPDATE users SET status = 'deactivated' WHERE id = 'u-freya'");
    happens(cx, "olga", "user.changed");
    CHECK_TEXT(tell(cx, &s, FORBIDDEN), "");
}
