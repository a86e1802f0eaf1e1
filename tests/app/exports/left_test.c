/* left_test.c - the archive that was allowed to outlive its owner's access. */
#include <string.h>

#include "app/exports/export.h"
#include "base/text.h"
#include "tests/support/practice.h"

static const char LINE[] = "/g/north/settings/users/u-chen/checklist/export-kept";
static const char OWN[] = "/me/data/north";

static void prepare(struct cx *cx)
{
    struct outbox box;
    CHECK_INT(post(cx, "chen", "/g/north/my-data", NULL).status, 303);
    work_all(cx, &box);
}

static void deactivate(struct cx *cx, struct outbox *box)
{
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-chen/deactivate", NULL).status, 303);
    work_all(cx, box);
    cx->now += MINUTES(1);
}

/* Allowed, prepared, gone, and signed in again. */
static void leave(struct cx *cx)
{
    struct outbox box;
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", LINE, NULL).status, 303);
    prepare(cx);
    deactivate(cx, &box);
    sign_in_again(cx, "chen");
}

static const char *link_in(struct cx *cx, struct page page)
{
    const char *at = strstr(page.body, "name=\"link\" value=\"");
    return at ? arena_copy(cx->mem, at + strlen("name=\"link\" value=\""), 43) : "";
}

static const char *link_of(struct cx *cx)
{
    struct page page = post(cx, "chen", "/me/data/north/link", NULL);
    CHECK_INT(page.status, 200);
    return link_in(cx, page);
}

static bool mail_to(const struct outbox *box, const char *to, const char *subject)
{
    for (size_t i = 0; i < box->n; i++)
        if (strstr(box->at[i].to, to) && strstr(box->at[i].subject, subject)) return true;
    return false;
}

static int64_t kept(struct cx *cx)
{
    return COUNT("SELECT count(*) FROM export_pieces WHERE practice_id = 'north'"
                 " AND export_id IN (SELECT id FROM exports WHERE user_id = 'u-chen')");
}

TEST(what_was_ready_is_taken_from_the_own_pages_after_leaving_by_its_owner_alone_and_once)
{
    struct outbox box;
    struct page page;
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", LINE, NULL).status, 303);
    CHECK(has_text(get(cx, "freya", "/g/north/settings/users/u-chen/deactivate"),
                   "has prepared no archive yet"));
    prepare(cx);
    page = get(cx, "chen", "/g/north/my-data");
    CHECK(has_text(page, "also if your access to"));
    const char *before = link_in(cx, post(cx, "chen", "/g/north/my-data/link", NULL));
    CHECK_INT(get(cx, "chen", OWN).status,
              404); /* the page of those who are there is another one */
    deactivate(cx, &box);
    CHECK(mail_to(&box, "chen@north.example", "can take your records along until"));
    CHECK_INT(get(cx, "chen", OWN).status, 403); /* a session of before */
    sign_in_again(cx, "chen");
    CHECK(has_text(get(cx, "chen", "/me"), "href=\"/me/data/north\""));
    CHECK(has_text(get(cx, "chen", "/groups"), "href=\"/me/data/north\""));
    CHECK(has_text(get(cx, "chen", OWN), "is kept for you"));
    page = post(cx, "chen", "/me/data/north/archive", "link", before, NULL);
    CHECK_INT(page.status, 404); /* and so is a link of before */
    CHECK_INT(get(cx, "chen", "/g/north/my-data").status, 403);
    CHECK_INT(get(cx, "chen", "/g/north/calendar").status, 403);

    const char *link = link_of(cx);
    CHECK_INT(post(cx, "ben", "/me/data/north/archive", "link", link, NULL).status, 404);
    CHECK_INT(post(cx, "freya", "/me/data/north/archive", "link", link, NULL).status, 404);
    page = post(cx, "chen", "/me/data/north/archive", "link", link, NULL);
    CHECK_INT(page.status, 200);
    CHECK(page.length > 1000 && memcmp(page.body, "PK\3\4", 4) == 0);
    CHECK_INT(post(cx, "chen", "/me/data/north/archive", "link", link, NULL).status, 404);
    CHECK(!has_text(get(cx, "chen", "/me"), "href=\"/me/data/north\""));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE practice_id = 'north'"
                    " AND kind = 'export.downloaded' AND actor_id = 'u-chen'"),
              1);
    work_all(cx, &box);
    CHECK(mail_to(&box, "freya@north.example", "exported their own records"));
    cx->now += MINUTES(61);
    work_all(cx, &box);
    CHECK_INT(kept(cx), 0);
}

TEST(it_is_kept_until_the_permission_ends_or_is_taken_back_and_a_link_for_a_quarter_of_an_hour)
{
    struct outbox box;
    leave(cx);
    cx->now += DAYS(20);
    work_all(cx, &box);
    sign_in_again(cx, "chen");
    const char *link = link_of(cx);
    cx->now += MINUTES(16);
    CHECK_INT(post(cx, "chen", "/me/data/north/archive", "link", link, NULL).status, 404);
    CHECK(kept(cx) > 0);
    cx->now += DAYS(10);
    sign_in_again(cx, "chen");
    CHECK_INT(get(cx, "chen", OWN).status, 404); /* whether or not a job has been by */
    work_all(cx, &box);
    CHECK_INT(kept(cx), 0);

    leave(cx);
    link = link_of(cx);
    CHECK_INT(post(cx, "freya", arena_print(cx->mem, "%s/undo", LINE), NULL).status, 303);
    CHECK_INT(kept(cx), 0);
    CHECK_INT(post(cx, "chen", "/me/data/north/archive", "link", link, NULL).status, 404);
    CHECK_INT(get(cx, "chen", OWN).status, 404);
}

TEST(without_being_whole_or_allowed_nothing_outlives_the_access)
{
    struct outbox box;
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", LINE, NULL).status, 303);
    CHECK_INT(post(cx, "chen", "/g/north/my-data", NULL).status, 303); /* is still to be made */
    deactivate(cx, &box);
    CHECK_INT(kept(cx), 0);
    CHECK(!mail_to(&box, "chen@north.example", "can take your records along"));
    sign_in_again(cx, "chen");
    CHECK_INT(get(cx, "chen", OWN).status, 404);
    CHECK_INT(post(cx, "chen", "/me/data/north/link", NULL).status, 404);

    practice_begin(cx);
    CHECK_INT(post(cx, "freya", LINE, NULL).status, 303);
    prepare(cx);
    CHECK_INT(post(cx, "freya", arena_print(cx->mem, "%s/undo", LINE), NULL).status, 303);
    CHECK_INT(COUNT("SELECT export_own FROM users WHERE id = 'u-chen'"), 0);
    deactivate(cx, &box);
    CHECK_INT(kept(cx), 0);

    leave(cx);
    CHECK_INT(get(cx, "chen", OWN).status, 200);
    must_run(cx, "UPDATE export_permits SET outlives = 0"); /* each step asks anew */
    CHECK_INT(get(cx, "chen", OWN).status, 404);
    CHECK_INT(post(cx, "chen", "/me/data/north/link", NULL).status, 404);
    CHECK(!has_text(get(cx, "chen", "/me"), "href=\"/me/data/north\""));

    practice_begin(cx);
    CHECK_INT(post(cx, "freya", LINE, NULL).status, 303);
    prepare(cx);
    must_run(cx,
             "UPDATE users SET export_own = 0 WHERE id = 'u-chen'"); /* by the access settings */
    deactivate(cx, &box);
    CHECK_INT(kept(cx), 0);
}

TEST(taking_it_back_leads_to_what_there_was_before)
{
    practice_begin(cx);
    const char *undo = arena_print(cx->mem, "%s/undo", LINE);
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-chen/checklist/export", NULL).status,
              303);
    CHECK_INT(post(cx, "freya", LINE, NULL).status, 303);
    CHECK_INT(post(cx, "freya", undo, NULL).status, 303);
    CHECK_INT(COUNT("SELECT outlives FROM export_permits WHERE user_id = 'u-chen'"), 0);
    CHECK_INT(COUNT("SELECT export_own FROM users WHERE id = 'u-chen'"), 1);

    practice_begin(cx);
    must_run(cx, "UPDATE users SET export_own = 1 WHERE id = 'u-chen'"); /* for good */
    CHECK_INT(post(cx, "freya", LINE, NULL).status, 303);
    CHECK_INT(post(cx, "freya", undo, NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM export_permits WHERE user_id = 'u-chen'"), 0);
    CHECK_INT(COUNT("SELECT export_own FROM users WHERE id = 'u-chen'"), 1);
}

TEST(an_archive_that_outlives_is_deleted_by_its_owner_or_waits_for_who_comes_back)
{
    leave(cx);
    CHECK_INT(post(cx, "chen", "/me/data/north/end", NULL).status, 303);
    CHECK_INT(kept(cx), 0);

    leave(cx);
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-chen/activate", "access", "before", NULL)
                  .status,
              303);
    CHECK_INT(get(cx, "chen", OWN).status, 404);
    cx->now += MINUTES(1);
    sign_in_again(cx, "chen");
    CHECK(has_text(get(cx, "chen", "/g/north/my-data"), "Your export is ready"));
}
