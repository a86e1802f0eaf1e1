/* view_test.c - viewing as another user: what is seen, that nothing changes, and who did it. */
#include <string.h>

#include "app/views/view.h"
#include "tests/support/practice.h"

#define CHEN "/g/north/settings/users/u-chen"
#define END "/g/north/view-as/end"

static struct page view_as(struct cx *cx, const char *who, const char *whom)
{
    return post(cx, who, arena_print(cx->mem, "/g/north/settings/users/u-%s/view-as", whom),
                "reason", "Checking access", NULL);
}

TEST(the_viewer_sees_what_the_user_sees_and_who_they_are_is_said_on_every_page)
{
    static const char *const pages[] = { "/g/north/", "/g/north/patients",
                                         "/g/north/patients/q-anna", "/g/north/calendar",
                                         "/g/north/settings/" };
    practice_begin(cx);
    CHECK(has_text(get(cx, "freya", CHEN), "/u-chen/view-as"));
    CHECK(has_text(get(cx, "freya", CHEN "/view-as"), "Checking access"));
    CHECK_INT(view_as(cx, "freya", "chen").status, 303);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct page page = get(cx, "freya", pages[i]);
        CHECK_INT(page.status, 200);
        CHECK(has_text(page, "You are viewing as Chen Wei. Nothing can be changed."));
        CHECK(has_text(page, "Viewing as Chen Wei"));
        CHECK(has_text(page, "Stop viewing"));
    }
    CHECK(!has_text(get(cx, "freya", "/g/north/"), "Hide this list"));
    CHECK(has_text(get(cx, "chen", "/g/north/"), "Hide this list"));
    struct page list = get(cx, "freya", "/g/north/patients");
    CHECK(has_text(list, "Anna Aster") && !has_text(list, "Birch") && !has_text(list, "Cedar"));
    CHECK_INT(get(cx, "freya", "/g/north/patients/q-bert").status, 403); /* Personal Access */
    CHECK_INT(get(cx, "freya", "/g/north/settings/access-matrix").status, 403);
    CHECK(has_text(get(cx, "chen", "/g/north/"), "read-only")); /* and he notices nothing */
    CHECK_INT(post(cx, "freya", END, NULL).status, 303);
    CHECK_INT(get(cx, "freya", "/g/north/patients/q-bert").status, 200);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind IN ('view.begun', 'view.ended')"
                    " AND actor_id = 'u-freya' AND actor_name = 'Freya Nilsson'"
                    " AND about_id = 'u-chen'"),
              2);
}

/* Every form of every route, for the viewer of somebody who could change nearly everything. */
TEST(nothing_can_be_changed_by_any_route_while_viewing)
{
    practice_begin(cx);
    CHECK_INT(view_as(cx, "freya", "ben").status, 303);
    int64_t rows = COUNT("SELECT count(*) FROM audit"), tried = 0;
    for (const struct route_info *r = routes; r < routes + ROUTE_COUNT; r++) {
        if (r->method == GET || r->reads || strncmp(r->path, "/g/:g/", 6) != 0) continue;
        if (r == &routes[ROUTE_view_end_form]) continue;
        char path[256], *to = path;
        for (const char *at = r->path; *at; to += strlen(to)) {
            size_t n = strcspn(at + 1, "/") + 1;
            const char *what = strncmp(at, "/:g", n) == 0        ? "/north"
                               : strstr(r->path, "patients/:id") ? "/q-bert"
                               : strstr(r->path, "calendar/:id") ? "/a-bert"
                                                                 : "/u-chen";
            snprintf(to, (size_t)(path + sizeof path - to), "%.*s", at[1] == ':' ? 99 : (int)n,
                     at[1] == ':' ? what : at);
            at += n;
        }
        struct page page = post(cx, "freya", path, "version", "1", "last_name", "X", "text", "X",
                                "reason", "X", "first_name", "X", NULL);
        CHECK_INT(page.status, 403);
        if (page.status != 403) printf("  %s\n", path);
        tried++;
    }
    CHECK(tried > 30);
    CHECK_INT(COUNT("SELECT count(*) FROM audit"), rows);
    struct page record = get(cx, "freya", "/g/north/patients/q-bert");
    CHECK(!has_text(record, "/q-bert/edit") && !has_text(record, ">Archive<"));
}

TEST(what_is_the_users_alone_stays_theirs)
{
    practice_begin(cx);
    must_run(
        cx, "UPDATE notes SET private = 1 WHERE id = 'n-bert';"
            "INSERT INTO notes (practice_id, id, patient_id, author_id, author_name, text, private,"
            " state, created_at, changed_at) VALUES ('north', 'n-draft', 'q-bert', 'u-ben', 'Ben',"
            " 'Half a thought', 0, 'draft', 1, 1)");
    CHECK(has_text(get(cx, "ben", "/g/north/patients/q-bert/notes"), "Half a thought"));
    CHECK_INT(view_as(cx, "freya", "ben").status, 303);
    struct page notes = get(cx, "freya", "/g/north/patients/q-bert/notes");
    CHECK_INT(notes.status, 200);
    CHECK(!has_text(notes, "Half a thought") && !has_text(notes, "Bert sleeps"));
    CHECK_INT(get(cx, "freya", "/g/north/patients/q-bert/notes/n-draft").status, 404);
    CHECK_INT(get(cx, "freya", "/g/north/patients/q-bert/notes/n-bert").status, 404);
    static const char *const alone[] = { "/g/north/access-requests", "/g/north/emergencies",
                                         "/g/north/calendar/feed", "/g/north/leave" };
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
        CHECK_INT(get(cx, "freya", alone[i]).status, 403);
    CHECK(has_text(get(cx, "freya", "/me"), "freya@north.example")); /* the own page */
    CHECK_INT(get(cx, "freya", "/g/south/").status, 404);
    must_run(cx, "UPDATE users SET see_history = 1 WHERE id = 'u-ben'");
    CHECK_INT(get(cx, "freya", "/g/north/settings/audit").status,
              403); /* not the viewer's to see */
}

TEST(looks_and_the_last_use_are_the_viewers)
{
    practice_begin(cx);
    CHECK_INT(view_as(cx, "freya", "ben").status, 303);
    CHECK_INT(get(cx, "freya", "/g/north/patients/q-bert").status, 200);
    CHECK_INT(COUNT("SELECT count(*) FROM looks WHERE user_id = 'u-ben'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM looks l JOIN looked_at x ON x.look_id = l.id WHERE"
                    " l.user_id = 'u-freya' AND l.user_name = 'Freya Nilsson'"
                    " AND x.patient_id = 'q-bert'"),
              1);
}

TEST(the_user_is_told_by_mail)
{
    struct outbox box;
    practice_begin(cx);
    CHECK_INT(view_as(cx, "freya", "chen").status, 303);
    work_all(cx, &box);
    CHECK_INT(box.n, 1);
    CHECK(strstr(box.at[0].to, "chen")
          && strstr(box.at[0].subject, "Freya Nilsson viewed the app as you"));
}

TEST(it_ends_after_a_quarter_of_an_hour_and_holds_for_one_device_and_one_group)
{
    practice_begin(cx);
    CHECK_INT(view_as(cx, "olga", "chen").status, 303);
    CHECK(has_text(get(cx, "olga", "/g/north/"), "viewing as"));
    CHECK(!has_text(get(cx, "olga", "/g/south/"), "viewing as"));
    cx->now += MINUTES(15) - 1;
    CHECK(has_text(get(cx, "olga", "/g/north/"), "viewing as"));
    cx->now += 1;
    CHECK(!has_text(get(cx, "olga", "/g/north/"), "viewing as"));
    CHECK_INT(view_as(cx, "olga", "chen").status, 303);
    sign_in_again(cx, "olga"); /* another device */
    CHECK(!has_text(get(cx, "olga", "/g/north/"), "viewing as"));
}

TEST(the_rights_of_both_are_asked_at_every_request)
{
    practice_begin(cx);
    CHECK_INT(view_as(cx, "freya", "chen").status, 303);
    must_run(cx, "UPDATE users SET level = 'office' WHERE id = 'u-freya'");
    struct page page = get(cx, "freya", "/g/north/");
    CHECK(!has_text(page, "viewing as")); /* who lost Full Access is themselves */
    must_run(cx, "UPDATE users SET level = 'full', location_restriction = 1 WHERE id = 'u-freya'");
    CHECK(!has_text(get(cx, "freya", "/g/north/"), "viewing as"));
    must_run(cx,
             "UPDATE users SET location_restriction = 0, all_locations = 1 WHERE id = 'u-freya'");
    CHECK(has_text(get(cx, "freya", "/g/north/"), "viewing as"));
    must_run(cx, "UPDATE users SET level = 'full', read_only = 0 WHERE id = 'u-chen'");
    CHECK(!has_text(get(cx, "freya", "/g/north/"), "viewing as"));
    must_run(cx, "UPDATE users SET level = 'personal' WHERE id = 'u-chen'");
    CHECK(has_text(get(cx, "freya", "/g/north/"), "viewing as"));
    must_run(cx, "UPDATE users SET level = 'contact' WHERE id = 'u-chen'");
    CHECK(has_text(get(cx, "freya", "/g/north/patients"), "Birch")); /* as it is now */
    must_run(cx, "UPDATE users SET status = 'deactivated' WHERE id = 'u-chen'");
    page = get(cx, "freya", "/g/north/");
    CHECK(!has_text(page, "viewing as") && page.status == 200);
}

TEST(hidden_names_stay_hidden_from_the_viewer)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET hide_patient_names = 1 WHERE id = 'u-freya'");
    CHECK_INT(view_as(cx, "freya", "ben").status, 303);
    struct page page = get(cx, "freya", "/g/north/patients");
    CHECK(has_text(page, "PX-") && !has_text(page, "Aster") && !has_text(page, "Birch"));
}

TEST(who_may_not_view_views_as_nobody)
{
    practice_begin(cx);
    CHECK_INT(view_as(cx, "ben", "chen").status, 403);
    CHECK_INT(view_as(cx, "chen", "ben").status, 403);
    CHECK_INT(view_as(cx, "zoe", "chen").status, 404);
    CHECK_INT(view_as(cx, "freya", "olga").status, 409);  /* Full Access */
    CHECK_INT(view_as(cx, "freya", "freya").status, 409); /* oneself */
    CHECK_INT(view_as(cx, "freya", "kavya").status, 409); /* deactivated */
    CHECK_INT(view_as(cx, "freya", "zoe").status, 404);   /* of another group */
    must_run(cx, "UPDATE users SET location_restriction = 1 WHERE id = 'u-freya'");
    CHECK_INT(view_as(cx, "freya", "chen").status, 409);
    must_run(cx, "UPDATE users SET location_restriction = 0 WHERE id = 'u-freya'");
    CHECK_INT(post(cx, "freya", CHEN "/view-as", "reason", "", NULL).status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM views"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.viewed'"), 0);
    CHECK_INT(post(cx, "freya", END, NULL).status, 303); /* nothing to end */
}
