/* devices_test.c - where users are signed in to a group, and ending one of them. */
#include <stdio.h>
#include <string.h>

#include "app/audit/event.h"
#include "app/sessions/cleaning.h"
#include "base/setup.h"
#include "tests/support/folder.h"
#include "tests/app/sign_in/browser.h"
#include "web/visit.h"

#define PAGE_OF_IT "/g/north/settings/devices"

/* What the gateway does after an answer. */
static void use(struct cx *cx, const char *who, const char *group, const char *address)
{
    struct request rq = { .method = GET, .path = "" };
    struct table t;
    session_of(cx, who);
    const char *person = arena_print(cx->mem, "p-%s", who);
    CHECK(db_begin(cx, true) == OK);
    CHECK(db_select(cx, &t,
                    SQL_GLOBAL("SELECT s.id, u.id AS user_id, s.signed_in_at FROM sessions s"
                               " JOIN users u ON u.person_id = s.person_id"
                               " WHERE s.person_id = $1 AND u.practice_id = $2"
                               " ORDER BY s.signed_in_at DESC, s.id DESC LIMIT 1"),
                    person, group)
          == OK);
    struct visit visit = { .signed_in = true,
                           .session = cell_id(&t, 0, "id"),
                           .person = id_of(person),
                           .signed_in_at = cell_int(&t, 0, "signed_in_at") };
    rq.visit = &visit;
    cx->actor = (struct actor){ .practice = id_of(group),
                                .user = cell_id(&t, 0, "user_id"),
                                .address = address };
    CHECK(visit_note(cx, &rq) == OK);
    CHECK(db_commit(cx) == OK);
}

static const char *device_of(struct cx *cx, const char *user, const char *group)
{
    struct table t;
    CHECK(db_select(cx, &t,
                    SQL_GLOBAL("SELECT id FROM user_devices WHERE user_id = $1 AND practice_id ="
                               " $2 AND since > 1 ORDER BY since DESC, id DESC"),
                    user, group)
          == OK);
    return t.rows ? cell_text(&t, 0, "id") : "none";
}

static struct page end(struct cx *cx, const char *who, const char *device)
{
    return post(cx, who, arena_print(cx->mem, PAGE_OF_IT "/%s/end", device), NULL);
}

TEST(full_access_sees_who_is_signed_in_here_and_nothing_of_what_they_do_elsewhere)
{
    practice_begin(cx);
    use(cx, "gina", "north", "192.0.2.7");
    use(cx, "olga", "south", "198.51.100.3");
    struct page page = get(cx, "freya", PAGE_OF_IT);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Gina Papas") && has_text(page, "192.0.2.7"));
    CHECK(!has_text(page, "Olga") && !has_text(page, "198.51.100.3")); /* signed in, elsewhere */
    CHECK(!has_text(page, "Chen Wei"));                                /* rested too long */
    cx->now += MINUTES(5);
    use(cx, "olga", "north", "192.0.2.8");
    cx->now += MINUTES(5);
    use(cx, "olga", "south", "198.51.100.3");
    page = get(cx, "freya", PAGE_OF_IT "?user=u-olga");
    CHECK(has_text(page, "192.0.2.8") && !has_text(page, "198.51.100.3"));
    CHECK(!has_text(page, "Gina"));
    CHECK_INT(COUNT("SELECT count(*) FROM user_devices WHERE practice_id = 'north'"
                    " AND user_id = 'u-olga' AND seen_at = since"),
              1);           /* what was done in south is not noted in north */
    cx->now += MINUTES(26); /* at work in south all the time: that is nobody's business here */
    use(cx, "olga", "south", "198.51.100.3");
    CHECK_INT(get(cx, "olga", "/g/north/").status, 200);
    sign_in_again(cx, "freya");
    page = get(cx, "freya", PAGE_OF_IT);
    CHECK(page.status == 200 && !has_text(page, "192.0.2.8"));
    CHECK_INT(get(cx, "freya", PAGE_OF_IT "?user=u-zoe").status, 404);
    CHECK_INT(get(cx, "ben", PAGE_OF_IT).status, 403);
    CHECK(has_text(get(cx, "freya", "/g/north/settings/"), PAGE_OF_IT));
    CHECK(!has_text(get(cx, "ben", "/g/north/settings/"), PAGE_OF_IT));
    CHECK(has_text(get(cx, "freya", "/g/north/settings/users/u-chen"), PAGE_OF_IT "?user=u-chen"));
}

TEST(ending_a_device_ends_its_place_in_this_group_alone_and_signing_in_gets_back)
{
    practice_begin(cx);
    use(cx, "olga", "north", "192.0.2.8");
    use(cx, "olga", "south", "192.0.2.8");
    const char *device = device_of(cx, "u-olga", "north");
    CHECK_INT(get(cx, "olga", "/g/north/help").status, 200);
    struct page page = end(cx, "freya", device);
    CHECK_INT(page.status, 303);
    CHECK(has_text(get(cx, "freya", PAGE_OF_IT), "Olga Okafor is signed out of this group on"));
    CHECK(!has_text(get(cx, "freya", PAGE_OF_IT), "192.0.2.8"));
    page = get(cx, "olga", "/g/north/help");
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "Sign in again"));
    CHECK_TEXT(get(cx, "olga", "/g/north/events").body, "session");
    CHECK_INT(post(cx, "olga", "/g/north/settings/locations", "name", "x", NULL).status, 403);
    CHECK_INT(get(cx, "olga", "/g/south/help").status, 200);
    CHECK_INT(get(cx, "olga", "/me").status, 200);
    use(cx, "olga", "north", "192.0.2.8"); /* what was under way when it ended revives nothing */
    cx->now += MINUTES(2);
    use(cx, "olga", "north", "192.0.2.8");
    CHECK_INT(get(cx, "olga", "/g/north/help").status, 403);
    sign_in_again(cx, "olga");
    CHECK_INT(get(cx, "olga", "/g/north/help").status, 200);
}

TEST(ending_a_device_is_written_down_once_and_ends_nobody_elses)
{
    practice_begin(cx);
    use(cx, "gina", "north", "192.0.2.7");
    use(cx, "ben", "north", "192.0.2.6");
    const char *device = device_of(cx, "u-gina", "north");
    CHECK_INT(end(cx, "freya", device).status, 303);
    CHECK_INT(end(cx, "freya", device).status, 303); /* the second time is no news */
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE practice_id = 'north'"
                    " AND kind = 'user.device_signed_out' AND about_id = 'u-gina'"
                    " AND actor_id = 'u-freya' AND address <> ''"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE practice_id = 'south'"
                    " AND kind = 'user.device_signed_out'"),
              0);
    CHECK_INT(get(cx, "gina", "/g/north/help").status, 403);
    CHECK_INT(get(cx, "ben", "/g/north/help").status, 200);
    CHECK_INT(COUNT("SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL"), 0);
    CHECK_INT(end(cx, "ben", device_of(cx, "u-ben", "north")).status, 403);
    CHECK_INT(get(cx, "ben", "/g/north/help").status, 200);
    CHECK_INT(end(cx, "freya", "dv-zoe").status, 404);
    CHECK_INT(end(cx, "freya", "nobody").status, 404);
    CHECK_INT(COUNT("SELECT count(*) FROM user_devices WHERE practice_id = 'south'"
                    " AND ended_at IS NOT NULL"),
              0);
}

TEST(a_device_is_listed_until_it_rests_is_signed_out_or_its_access_ends)
{
    static const struct {
        const char *sql;
        int64_t later;
        bool listed;
    } ways[] = {
        { "", 0, true },
        { "", MINUTES(30) - 1, true },
        { "", MINUTES(30), false },
        { "UPDATE practices SET idle_minutes = 60 WHERE id = 'north'", MINUTES(59), true },
        { "UPDATE practices SET idle_minutes = 5 WHERE id = 'north'", MINUTES(5), false },
        { "UPDATE sessions SET ended_at = 1 WHERE person_id = 'p-gina'", 0, false },
        { "DELETE FROM sessions WHERE person_id = 'p-gina'", 0, false },
        { "UPDATE users SET status = 'deactivated' WHERE id = 'u-gina'", 0, false },
        { "UPDATE users SET access_ended_at = 9000000000000000 WHERE id = 'u-gina'", 0, false },
        { "UPDATE user_devices SET ended_at = 1 WHERE user_id = 'u-gina'", 0, false },
        { "UPDATE user_devices SET ended_at = 1 WHERE practice_id = 'south'", 0, true },
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        practice_begin(cx);
        cx->now = TEST_NOW;
        use(cx, "gina", "north", "192.0.2.7");
        must_run(cx, ways[i].sql);
        cx->now += ways[i].later;
        sign_in_again(cx, "freya");
        if (has_text(get(cx, "freya", PAGE_OF_IT), "192.0.2.7") == ways[i].listed) continue;
        failures++;
        printf("  %s, %lld s later\n", ways[i].sql, (long long)(ways[i].later / 1000000));
    }
    cx->now = TEST_NOW;
}

TEST(rows_of_devices_go_once_no_session_of_theirs_can_be_alive)
{
    practice_begin(cx);
    use(cx, "gina", "north", "192.0.2.7");
    CHECK_INT(COUNT("SELECT count(*) FROM user_devices"), 3);
    struct outbox out;
    CHECK(db_begin(cx, true) == OK);
    CHECK(people_clean_up_begin(cx) == OK);
    CHECK(db_commit(cx) == OK);
    work_all(cx, &out);
    CHECK_INT(COUNT("SELECT count(*) FROM user_devices"), 1);
    cx->now += DAYS(30);
    work_all(cx, &out);
    CHECK_INT(COUNT("SELECT count(*) FROM user_devices"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM sessions WHERE person_id = 'p-gina'"), 1);
    cx->now += DAYS(1);
    work_all(cx, &out);
    CHECK_INT(COUNT("SELECT count(*) FROM user_devices"), 0);
    cx->now = TEST_NOW;
}

static const char *table_of(struct cx *cx, const char *text)
{
    const char *path = arena_print(cx->mem, "%s/table", folder_new(cx));
    FILE *out = fopen(path, "w");
    CHECK(out && fputs(text, out) >= 0);
    if (out) fclose(out);
    return path;
}

TEST(addresses_stand_alone_until_the_host_names_a_table_of_places)
{
    practice_begin(cx);
    use(cx, "gina", "north", "192.0.2.7");
    use(cx, "ben", "north", "192.168.2.7");
    struct page page = get(cx, "freya", PAGE_OF_IT);
    CHECK(has_text(page, "192.0.2.7") && !has_text(page, "about New Zealand"));
    CHECK(!has_text(page, "Places are rough"));
    struct setup *setup = (struct setup *)(uintptr_t)cx->setup;
    const char *path = table_of(cx, "192.0.2.0,192.0.2.255,NZ\n192.168.0.0,192.168.255.255,AU\n");
    setup->places = &path;
    setup->places_n = 1;
    page = get(cx, "freya", PAGE_OF_IT);
    const char *there = strstr(page.body, "about New Zealand");
    CHECK(there && has_text(page, "192.0.2.7"));
    CHECK(there && !strstr(there + 1, "about New Zealand")); /* hers alone */
    CHECK(has_text(page, "192.168.2.7") && !has_text(page, "about Australia"));
    CHECK(has_text(page, "Places are rough"));
    must_run(cx, "UPDATE sessions SET address = '192.0.2.9' WHERE person_id = 'p-gina'");
    page = get(cx, "gina", "/me");
    CHECK(has_text(page, "about New Zealand") && has_text(page, "Places are rough"));
    act_as(cx, "north", "freya");
    cx->actor.address = "192.0.2.9";
    CHECK(
        act_end(cx, announce(cx, EVENT_SIGNED_IN, (struct about){ cx->actor.user, "" }, NULL, NULL))
        == OK);
    CHECK(has_text(get(cx, "olga", "/g/north/settings/audit"), "about New Zealand"));
    setup->places_n = 0;
    CHECK(!has_text(get(cx, "olga", "/g/north/settings/audit"), "about New Zealand"));
    CHECK_INT(folder_remove(arena_copy(cx->mem, path, strlen(path) - strlen("/table"))), 1);
}

/* --- when somebody signed in ------------------------------------------------------------- */

static struct page activity(struct cx *cx, const char *who, const char *user)
{
    return get(cx, who, arena_print(cx->mem, PAGE_OF_IT "?user=%s", user));
}

static bool says(struct cx *cx, struct page page, const char *hour, int right, int wrong)
{
    return has_text(page, arena_print(cx->mem,
                                      "<th scope=\"row\">%s</th><td class=\"num\">%d</td>"
                                      "<td class=\"num\">%d</td>",
                                      hour, right, wrong));
}

static void fail_times(struct cx *cx, const char *email, int times)
{
    for (int i = 0; i < times; i++) {
        struct browser b = BROWSER("198.51.100.7");
        (void)try_password(cx, &b, email, "not it at all");
    }
}

/* It is Saturday, 21 Nov 2026: 21:00 in Melbourne, 10:00 in London. */
TEST(full_access_sees_when_a_user_signed_in_here_and_of_sign_ins_elsewhere_nothing)
{
    practice_begin(cx);
    use(cx, "olga", "south", "192.0.2.8");
    struct page page = activity(cx, "freya", "u-olga");
    CHECK(page.status == 200 && has_text(page, "Sign-in activity"));
    CHECK(has_text(page, "In the last 4 weeks Olga signed in here 0 times."));
    CHECK(has_text(page, "Nothing to show from the last 4 weeks."));
    cx->now += HOURS(1);
    sign_in_again(cx, "olga");
    use(cx, "olga", "north", "192.0.2.8");
    cx->now += HOURS(1);
    use(cx, "olga", "north", "192.0.2.8"); /* the same sign-in */
    sign_in_again(cx, "freya");
    page = activity(cx, "freya", "u-olga");
    CHECK(has_text(page, "In the last 4 weeks Olga signed in here once."));
    CHECK(says(cx, page, "Saturday, 22:00", 1, 0));
    CHECK(!has_text(page, "Saturday, 21:00") && !has_text(page, "Saturday, 23:00"));
    CHECK(!has_text(activity(cx, "freya", "u-chen"), "<th scope=\"row\">Saturday"));
    sign_in_again(cx, "zoe");
    page = get(cx, "zoe", "/g/south/settings/devices?user=u-olga");
    CHECK(page.status == 200 && has_text(page, "Olga signed in here once."));
    CHECK(says(cx, page, "Saturday, 10:00", 1, 0) && !has_text(page, "Saturday, 11:00"));
    cx->now += DAYS(28);
    sign_in_again(cx, "freya");
    CHECK(has_text(activity(cx, "freya", "u-olga"), "signed in here 0 times."));
}

TEST(of_failed_sign_ins_full_access_sees_bursts_and_none_from_before_or_after)
{
    practice_begin(cx);
    fail_times(cx, "gina@north.example", 4);
    CHECK(!has_text(activity(cx, "freya", "u-gina"), "<th scope=\"row\">Saturday"));
    CHECK(has_text(get(cx, "gina", "/me/devices"), "4 tries failed."));
    fail_times(cx, "gina@north.example", 1);
    struct page page = activity(cx, "freya", "u-gina");
    CHECK(says(cx, page, "Saturday, 21:00", 0, 5) && has_text(page, "<rect class=\"bad\""));
    CHECK(
        has_text(page, "On Saturday after 21:00, 5 tries to sign in failed. If Gina knows"));
    must_run(cx, arena_print(cx->mem, "UPDATE users SET created_at = %lld WHERE id = 'u-gina'",
                             (long long)cx->now + 1));
    CHECK(!has_text(activity(cx, "freya", "u-gina"), "<rect class=\"bad\""));
    fail_times(cx, "kavya@north.example", 5); /* not active here */
    page = activity(cx, "freya", "u-kavya");
    CHECK(page.status == 200 && !has_text(page, "<rect class=\"bad\""));
}

TEST(the_tab_of_what_happened_shows_sign_ins_to_full_access_alone)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET see_history = 1 WHERE id IN ('u-gina', 'u-ben')");
    use(cx, "gina", "north", "192.0.2.7");
    const char *tab = "/g/north/settings/users/u-gina/activity";
    CHECK(has_text(get(cx, "olga", tab), "Gina signed in here once."));
    CHECK_INT(get(cx, "freya", tab).status, 403); /* Full Access without the audit log */
    struct page page = get(cx, "gina", tab);
    CHECK(page.status == 200 && !has_text(page, "Sign-in activity"));
    page = get(cx, "ben", tab);
    CHECK(page.status == 200 && !has_text(page, "Sign-in activity"));
    page = get(cx, "olga", arena_print(cx->mem, "%s?by=1", tab));
    CHECK(page.status == 200 && !has_text(page, "Sign-in activity"));
}
