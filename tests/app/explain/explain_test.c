/* explain_test.c - why somebody can or cannot see a record: the words and the gate agree. */
#include <string.h>

#include "app/explain/explain.h"
#include "tests/support/practice.h"

#define ANNA "/g/north/patients/q-anna"

static const char *const names[] = { "olga", "freya", "ben", "chen", "gina" };
static const char *const about[] = { "anna", "bert", "cleo", "dora" };

/* Asked by Freya about everybody and everything, and compared with their own pages. */
static void compare(struct cx *cx)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t j = 0; j < sizeof about / sizeof *about; j++) {
            struct user *user;
            struct explained e;
            const char *record = arena_print(cx->mem, "/g/north/patients/q-%s", about[j]);
            int page = get(cx, names[i], record).status;
            int notes = get(cx, names[i], arena_print(cx->mem, "%s/notes", record)).status;
            act_as(cx, "north", "freya");
            CHECK(user_find(cx, id_of(arena_print(cx->mem, "u-%s", names[i])), &user) == OK);
            CHECK(explain_patient(cx, user, id_of(strrchr(record, '/') + 1), &e) == OK);
            db_rollback(cx);
            CHECK_INT(page, e.reaches ? 200 : 403);
            bool any =
                strcmp(e.at[1].answer, "Hidden") != 0 || strcmp(e.at[2].answer, "Hidden") != 0;
            CHECK_INT(notes, e.reaches && any ? 200 : 403);
            if (failures) printf("  %s, %s\n", names[i], about[j]);
        }
}

TEST(an_explanation_and_the_gate_agree)
{
    static const char *const changes[] = {
        "SELECT 1",
        "UPDATE users SET location_restriction = 1 WHERE owner = 0",
        "DELETE FROM assignments WHERE user_id = 'u-gina'",
        "INSERT INTO assignments (practice_id, user_id, location_id) VALUES ('north', 'u-gina',"
        " 'l-riverside')",
        "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since, by_name) VALUES"
        " ('north', 'u-ben', 'q-anna', 0, 1, ''), ('north', 'u-freya', 'q-bert', 0, 1, ''),"
        " ('north', 'u-chen', 'q-bert', 1, 1, ''), ('north', 'u-gina', 'q-cleo', 2, 1, '')",
        "UPDATE users SET others = 'notes:0 patients:0' WHERE level <> 'full'",
        "UPDATE users SET others = 'notes:1' WHERE id = 'u-gina'",
    };
    practice_begin(cx);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        must_run(cx, changes[i]);
        compare(cx);
    }
}

TEST(the_steps_say_what_decided)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET location_restriction = 1 WHERE id = 'u-ben'");
    must_run(cx, "DELETE FROM assignments WHERE user_id = 'u-ben' AND location_id = 'l-riverside'");
    struct page page = get(cx, "freya", ANNA "/why?user=u-ben");
    CHECK(has_text(page, "Why can or can&#39;t Ben &lt;b&gt;Brandt see this?"));
    CHECK(has_text(page,
                   "Clinical Access: own records See and edit; others&#39; records See and edit."));
    CHECK(has_text(page, "This does not count as an own record."));
    CHECK(has_text(page, "Location Restriction: this patient is kept at no location"));
    CHECK(!has_text(page, "Anna") && !has_text(page, "Aster"));
    page = get(cx, "chen", ANNA "/why");
    CHECK(has_text(page, "Why can or can&#39;t you see this?"));
    CHECK(has_text(page, "Read Only Access: own records See; others&#39; records Hidden."));
}

TEST(one_asks_about_oneself_and_full_access_about_everybody)
{
    practice_begin(cx);
    struct page page = get(cx, "chen", "/g/north/patients/q-bert"); /* Ben's patient */
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "/g/north/patients/q-bert/why"));
    page = get(cx, "chen", "/g/north/patients/q-bert/why");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Personal Access: own"));
    CHECK(!has_text(page, "Bert") && !has_text(page, "1002"));
    CHECK_INT(get(cx, "chen", "/g/north/patients/q-bert/why?user=u-ben").status, 403);
    CHECK_INT(get(cx, "ben", "/g/north/patients/q-bert/why?user=u-chen").status, 403);
    CHECK_INT(get(cx, "freya", "/g/north/patients/q-bert/why?user=u-zoe").status, 404);
    CHECK_INT(get(cx, "freya", "/g/north/patients/q-zara/why").status, 404);
    CHECK_INT(get(cx, "zoe", "/g/south/patients/q-anna/why").status, 404);
    CHECK(has_text(get(cx, "freya", "/g/north/patients/q-bert/why?user=u-kavya"),
                   "The user is deactivated, and reaches nothing."));
}
