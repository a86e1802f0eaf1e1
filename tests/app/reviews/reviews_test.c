/* reviews_test.c - access reviews: what is decided is done, what is signed stays. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/audit/verify.h"
#include "tests/app/reviews/review.h"

#define REVIEWS "/g/north/settings/access-reviews"
#define OPEN REVIEWS "/rv-north"

/* A line of rv-north as freya sees it. */
static struct review_line line(struct cx *cx, const char *user)
{
    struct review r;
    struct review_lines all = { 0 };
    struct review_line found = { .has = "none", .left = "none" };
    act_as(cx, "north", "freya");
    enum status status = review_find(cx, id_of("rv-north"), &r);
    if (status == OK) status = review_lines(cx, &r, &all);
    CHECK(act_end(cx, status) == OK);
    for (size_t i = 0; i < all.n; i++)
        if (strcmp(all.at[i].user.text, user) == 0) found = all.at[i];
    return found;
}

static struct page decide_shown(struct cx *cx, const char *who, const struct review_line *l,
                                const char *user, const char *decision, const char *to)
{
    return post(cx, who, arena_print(cx->mem, OPEN "/%s", user), "decision", decision, "to", to,
                "had", l->has, "version", arena_number(cx->mem, l->version), NULL);
}

static struct page decide(struct cx *cx, const char *who, const char *user, const char *decision,
                          const char *to)
{
    struct review_line l = line(cx, user);
    return decide_shown(cx, who, &l, user, decision, to);
}

TEST(everybody_active_is_in_a_review_with_what_they_have)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", OPEN);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Office Access; Riverside") && has_text(page, "Olga Okafor"));
    CHECK_TEXT(line(cx, "u-chen").has, "Personal Access, Read Only Access; Riverside");
    CHECK(!has_text(page, "Kavya") && !has_text(page, "Zoe") && !has_text(page, "Quokka"));
    CHECK(has_text(page, "Changed since")); /* gina had less when she was decided about */
    CHECK(!has_text(page, OPEN "/u-freya/") && has_text(page, "This is your own access"));
    CHECK_INT(get(cx, "ben", OPEN).status, 403);
    CHECK_INT(get(cx, "freya", REVIEWS "/rv-south").status, 404);
    CHECK_INT(get(cx, "freya", OPEN "/pdf").status, 404); /* not signed */
    CHECK_INT(post(cx, "freya", REVIEWS, NULL).status, 303); /* one is open: nothing begins */
    CHECK_INT(COUNT("SELECT count(*) FROM access_reviews"), 2);
    CHECK(has_text(get(cx, "freya", "/g/north/settings/"), REVIEWS));
    CHECK(!has_text(get(cx, "gina", "/g/north/settings/"), REVIEWS));
}

TEST(a_decision_is_carried_out_at_once_as_the_users_page_would)
{
    struct outbox out;
    practice_begin(cx);
    CHECK_INT(decide(cx, "freya", "u-gina", "keep", "").status, 303);
    CHECK_INT(line(cx, "u-gina").open, false);
    CHECK_TEXT(line(cx, "u-gina").left, "Office Access; Riverside");
    CHECK_INT(COUNT("SELECT version FROM users WHERE id = 'u-gina'"), 1); /* and nothing changed */
    CHECK_INT(decide(cx, "freya", "u-ben", "reduce", "personal").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND level = 'personal'"), 1);
    CHECK_INT(decide(cx, "freya", "u-gina", "reduce", "read_only").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-gina' AND read_only = 1"), 1);
    CHECK_INT(decide(cx, "freya", "u-chen", "deactivate", "").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-chen' AND status = 'deactivated'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE practice_id = 'north' AND kind IN"
                    " ('user.access_changed', 'user.deactivated') AND actor_id = 'u-freya'"),
              3);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'access_review.decided'"), 4);
    work_all(cx, &out);
    CHECK_INT(out.n, 3); /* ben, gina and chen are told; whoever is kept is not */
    struct page page = get(cx, "freya", OPEN);
    CHECK(has_text(page, "Deactivate: No access") && has_text(page, "Reduce: Personal Access"));
    CHECK_INT(COUNT("SELECT count(*) FROM access_review_lines WHERE practice_id = 'south'"), 1);
}

TEST(what_the_users_page_refuses_is_refused_here)
{
    practice_begin(cx);
    CHECK_INT(decide(cx, "freya", "u-olga", "deactivate", "").status, 403);
    CHECK_INT(decide(cx, "freya", "u-olga", "reduce", "personal").status, 422); /* the owner */
    CHECK_INT(decide(cx, "freya", "u-freya", "deactivate", "").status, 403);
    CHECK_INT(decide(cx, "freya", "u-gina", "reduce", "full").status, 422); /* more, not less */
    CHECK_INT(decide(cx, "freya", "u-gina", "reduce", "office").status, 422);
    CHECK_INT(decide(cx, "freya", "u-gina", "reduce", "").status, 422);
    CHECK_INT(decide(cx, "freya", "u-gina", "other", "").status, 422);
    struct review_line l = line(cx, "u-gina");
    CHECK_INT(decide_shown(cx, "freya", &l, "u-zoe", "keep", "").status, 404);
    CHECK_INT(decide_shown(cx, "ben", &l, "u-gina", "keep", "").status, 403);
    CHECK_INT(post(cx, "freya", REVIEWS "/rv-south/u-olga", "decision", "keep", "had", "Quokka",
                   "version", "1", NULL)
                  .status,
              404);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind LIKE 'access_review%'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE version > 1"), 0);
}

TEST(less_takes_away_and_gives_nothing_back)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET others = 'patients:0' WHERE id = 'u-ben'");
    struct review_line before = line(cx, "u-ben");
    CHECK_INT(reach_others(access_reach(&before.access), AREA_PATIENTS), NONE);
    CHECK(strstr(before.has, "Clinical Access, Others' records: none of Patients; "));
    CHECK_INT(decide(cx, "freya", "u-ben", "reduce", "contact").status, 303);
    struct review_line after = line(cx, "u-ben");
    CHECK_INT(after.access.level, LEVEL_P_CONTACT);
    CHECK_INT(reach_others(access_reach(&after.access), AREA_PATIENTS), NONE);
    for (enum area area = 0; area < AREA_COUNT; area++)
        CHECK(reach_others(access_reach(&after.access), area)
              <= reach_others(access_reach(&before.access), area));
}

TEST(two_reviewers_do_not_overwrite_each_other)
{
    practice_begin(cx);
    struct review_line shown = line(cx, "u-gina");
    CHECK_INT(decide_shown(cx, "olga", &shown, "u-gina", "keep", "").status, 303);
    CHECK_INT(decide_shown(cx, "freya", &shown, "u-gina", "keep", "").status, 303); /* agrees */
    struct page page = decide_shown(cx, "freya", &shown, "u-gina", "deactivate", "");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Olga Okafor has decided about Gina Papas meanwhile: Keep"));
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-gina' AND status = 'active'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM access_review_lines WHERE user_id = 'u-gina'"
                    " AND decided_by = 'u-olga' AND version = 2"),
              1);
    /* On different lines both go on; and having looked again freya may decide otherwise. */
    shown = line(cx, "u-ben");
    CHECK_INT(decide_shown(cx, "freya", &shown, "u-ben", "reduce", "contact").status, 303);
    CHECK_INT(decide_shown(cx, "freya", &shown, "u-ben", "reduce", "contact").status, 303);
    CHECK_INT(decide_shown(cx, "olga", &shown, "u-ben", "reduce", "personal").status, 409);
    CHECK_INT(decide(cx, "olga", "u-ben", "keep", "").status, 303); /* what was left: no news */
    CHECK_INT(COUNT("SELECT count(*) FROM access_review_lines WHERE user_id = 'u-ben'"
                    " AND decision = 'reduce' AND had LIKE 'Clinical%' AND decided_by = 'u-freya'"),
              1);
    CHECK_INT(decide(cx, "freya", "u-gina", "deactivate", "").status, 303);
    CHECK_INT(decide_shown(cx, "freya", &shown, "u-gina", "deactivate", "").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.deactivated'"), 1);
    /* A change on the user's own page makes what was shown stale. */
    shown = line(cx, "u-chen");
    must_run(cx, "UPDATE users SET level = 'clinical' WHERE id = 'u-chen'");
    CHECK_INT(decide_shown(cx, "freya", &shown, "u-chen", "keep", "").status, 409);
}

TEST(signing_needs_a_decision_about_everybody_and_freezes_what_was_decided)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", OPEN "/signature", "note", "Half", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "still to be decided about") && has_text(page, "Half"));
    keep_everybody(cx);
    must_run(cx, "UPDATE users SET read_only = 1 WHERE id = 'u-ben'"); /* changed afterwards */
    CHECK_INT(line(cx, "u-ben").open, true);
    CHECK_INT(post(cx, "freya", OPEN "/signature", "note", "", NULL).status, 409);
    keep_everybody(cx);
    CHECK_INT(post(cx, "olga", OPEN "/signature", "note", "Q4 <all>", NULL).status, 303);
    CHECK_INT(post(cx, "freya", OPEN "/signature", "note", "Me too", NULL).status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'access_review.signed'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM access_reviews r JOIN audit a ON"
                    " a.practice_id = r.practice_id AND a.seq = r.entry AND a.hash = r.hash"
                    " WHERE r.id = 'rv-north' AND a.kind = 'access_review.signed'"
                    " AND a.actor_id = 'u-olga' AND a.changes LIKE '%Gina Papas%'"
                    " AND a.changes LIKE '%Read%' AND a.note = 'Q4 <all>'"),
              1);
    page = get(cx, "freya", OPEN);
    CHECK(has_text(page, "by Olga Okafor") && has_text(page, "Q4 &lt;all&gt;"));
    CHECK(!has_text(page, "name=\"decision\""));
    struct review_line l = { .has = "Office Access; Riverside", .version = 2 };
    CHECK_INT(decide_shown(cx, "freya", &l, "u-gina", "deactivate", "").status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-gina' AND status = 'active'"), 1);
    CHECK_INT(post(cx, "freya", REVIEWS, NULL).status, 303); /* the next one */
    CHECK_INT(COUNT("SELECT count(*) FROM access_reviews WHERE practice_id = 'north'"), 2);
    CHECK(has_text(get(cx, "freya", REVIEWS), OPEN "/pdf"));
}

static const char *text_of(struct cx *cx, struct page page)
{
    char name[] = "/tmp/linden-review-XXXXXX", *out = arena_alloc(cx->mem, 65536);
    int file = mkstemp(name);
    CHECK(write(file, page.body, page.length) == (ssize_t)page.length);
    close(file);
    FILE *p = popen(arena_print(cx->mem, "pdftotext -layout %s -", name), "r");
    size_t n = p ? fread(out, 1, 65535, p) : 0;
    out[n] = '\0';
    if (p) pclose(p);
    unlink(name);
    return out;
}

TEST(the_report_says_who_decided_what_and_the_hash_of_its_entry)
{
    struct table t;
    practice_begin(cx);
    CHECK_INT(decide(cx, "freya", "u-ben", "reduce", "personal").status, 303);
    keep_everybody(cx);
    CHECK_INT(post(cx, "olga", OPEN "/signature", "note", "Fourth quarter", NULL).status, 303);
    struct page page = get(cx, "freya", OPEN "/pdf");
    CHECK_INT(page.status, 200);
    CHECK_TEXT(page.type, "application/pdf");
    CHECK(db_select(cx, &t, SQL_GLOBAL("SELECT hash FROM access_reviews WHERE id = 'rv-north'"))
          == OK);
    const char *text = text_of(cx, page), *hash = cell_text(&t, 0, "hash");
    CHECK(strlen(hash) == 43 && strstr(text, hash));
    CHECK(strstr(text, "Northside Allied Health") && strstr(text, "Fourth quarter"));
    CHECK(strstr(text, "Gina Papas") && strstr(text, "Olga Okafor"));
    CHECK(strstr(text, "Clinical Access") && strstr(text, "Personal Access"));
    CHECK(!strstr(text, "Zander") && !strstr(text, "Kavya"));
    struct page again = get(cx, "freya", OPEN "/pdf");
    CHECK(again.length == page.length && memcmp(again.body, page.body, page.length) == 0);
    CHECK_INT(get(cx, "ben", OPEN "/pdf").status, 403);
    CHECK_INT(get(cx, "zoe", "/g/south/settings/access-reviews/rv-north/pdf").status, 404);
}

TEST(everybody_with_full_access_is_reminded_every_so_many_months)
{
    struct outbox out;
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", REVIEWS "/reminder", "months", "25", NULL).status, 422);
    CHECK_INT(post(cx, "freya", REVIEWS "/reminder", "months", "often", NULL).status, 422);
    CHECK_INT(post(cx, "ben", REVIEWS "/reminder", "months", "3", NULL).status, 403);
    CHECK_INT(post(cx, "freya", REVIEWS "/reminder", "months", "3", NULL).status, 303);
    CHECK_INT(post(cx, "freya", REVIEWS "/reminder", "months", "3", NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'access_review.reminder_changed'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'access_review.due'"), 1);
    int64_t due = COUNT("SELECT due_at FROM access_review_plans WHERE practice_id = 'north'");
    CHECK(due > cx->now + DAYS(88) && due < cx->now + DAYS(94));
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    cx->now = due;
    work_all(cx, &out);
    CHECK_INT(out.n, 2); /* olga and freya, not ben */
    CHECK(strstr(out.at[0].subject, "Time to review who has access"));
    CHECK(strstr(out.at[0].text, REVIEWS));
    int64_t next = COUNT("SELECT due_at FROM access_review_plans WHERE practice_id = 'north'");
    CHECK(next > due + DAYS(88) && next < due + DAYS(94));
    /* A signature puts it off; the job of the earlier moment does nothing. */
    cx->now += DAYS(30);
    sign_in_again(cx, "freya");
    keep_everybody(cx);
    CHECK_INT(post(cx, "freya", OPEN "/signature", "note", "", NULL).status, 303);
    cx->now = next;
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    sign_in_again(cx, "freya");
    CHECK_INT(post(cx, "freya", REVIEWS "/reminder", "months", "", NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM access_review_plans WHERE practice_id = 'north'"), 0);
    cx->now += DAYS(400);
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    CHECK_INT(COUNT("SELECT months FROM access_review_plans WHERE practice_id = 'south'"), 7);
    cx->now = TEST_NOW;
}
