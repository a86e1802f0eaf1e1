/* twins_test.c - the rule in C, the rule in SQL, and the rule spelled out here. */
#include "app/patients/patient.h"
#include "app/patients/reach.h"
#include "tests/support/practice.h"
#include "tests/support/random.h"

enum { ROUNDS = 100, PATIENTS = RANDOM_PATIENTS_MOST };

/* Nobody comes twice.  The few that every practice of the tests has are not compared. */
static void tick(bool out[PATIENTS], int64_t number)
{
    if (number > PATIENTS) return;
    CHECK(!out[number - 1]);
    out[number - 1] = true;
}

static void listed(struct cx *cx, bool archived, bool out[PATIENTS])
{
    struct patient_filter filter = { .text = "", .archived = archived };
    struct patient_list list = { .more = true };
    while (list.more) {
        random_must(cx, patient_list(cx, &filter, &list));
        for (size_t i = 0; i < list.n; i++) {
            tick(out, list.at[i].number);
            filter.after = list.at[i].id;
        }
    }
}

static bool found(struct cx *cx, int p)
{
    struct patient_list list;
    const char *text = arena_print(cx->mem, "x%dx", p);
    if (cx->actor.reach & REACH_PSEUDONYMS)
        text = arena_print(cx->mem, "px-%06d", (int)random_now.patients[p].pseudonym);
    random_must(cx, patient_list(cx, &(struct patient_filter){ .text = text }, &list));
    return list.n == 1;
}

static void editable(struct cx *cx, bool out[PATIENTS])
{
    struct table t;
    random_must(cx, db_select(cx, &t,
                              SQL("SELECT p.number FROM patients p WHERE p.practice_id = $1"
                                  " AND " SEEN("p.id")),
                              SIGHT(sight_of(cx, EDIT))));
    for (size_t i = 0; i < t.rows; i++) tick(out, cell_int(&t, i, "number"));
}

static int checked;

/* What is said of everybody who reaches a record, for each of them. */
static enum reach opens[RANDOM_USERS][PATIENTS];

static void ask_of_all(struct cx *cx)
{
    act_as(cx, "north", "olga");
    for (int p = 0; p < PATIENTS; p++) {
        struct reachers all;
        size_t can = 0;
        random_must(cx, reach_of_all(cx, random_id(cx, "q-w", p), &all));
        for (int u = 0; u < RANDOM_USERS; u++) opens[u][p] = (enum reach)-1;
        for (size_t i = 0; i < all.n; i++) {
            can += all.at[i].reach > NONE;
            for (int u = 0; u < RANDOM_USERS; u++)
                if (id_same(all.at[i].user, random_id(cx, "u-w", u)))
                    opens[u][p] = all.at[i].reach;
        }
        CHECK_INT(all.can, can);
    }
    (void)!act_end(cx, OK);
}

static void compare(struct cx *cx, int u)
{
    bool seen[PATIENTS] = { false }, edits[PATIENTS] = { false };
    act_as(cx, "north", arena_print(cx->mem, "w%d", u));
    if (!(cx->actor.reach & REACH_NOWHERE)) {
        listed(cx, false, seen);
        listed(cx, true, seen);
    }
    editable(cx, edits);
    for (int p = 0; p < PATIENTS; p++) {
        struct patient *patient;
        enum reach reach = random_reach(u, p);
        enum status status = patient_find(cx, random_id(cx, "q-w", p), &patient);
        struct subject subject = { .practice = cx->actor.practice, .record = &patient->record };
        bool may_edit =
            reach_record(cx->actor.reach, cx->actor.full, AREA_PATIENTS, subject.record) == EDIT;
        bool hides = cx->actor.reach & REACH_PSEUDONYMS;
        CHECK_INT(status, reach >= VIEW ? OK : FORBIDDEN);
        CHECK_INT(opens[u][p], reach == EDIT && hides ? VIEW : reach);
        CHECK_INT(seen[p], reach >= VIEW);
        CHECK_INT(edits[p], reach == EDIT);
        CHECK_INT(may_edit, reach == EDIT);
        CHECK_INT(may(&cx->actor, PATIENTS_EDIT, &subject, NULL), reach == EDIT && !hides);
        if (!(cx->actor.reach & REACH_NOWHERE) && random_roll(4) == 0)
            CHECK_INT(found(cx, p), reach >= VIEW);
        checked++;
    }
    (void)!act_end(cx, OK);
}

TEST(a_list_in_sql_and_a_record_in_c_agree_for_every_actor_and_every_record)
{
    random_begin();
    checked = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena_mark mark = arena_mark(cx->mem);
        random_practice(cx, PATIENTS);
        random_must(cx, db_commit(cx));
        ask_of_all(cx);
        for (int u = 0; u < RANDOM_USERS && !failures; u++) compare(cx, u);
        if (failures) printf("  in round %d\n", round);
        if (failures) return;
        arena_rewind(cx->mem, mark);
    }
    CHECK_INT(checked, ROUNDS * RANDOM_USERS * PATIENTS);
}
