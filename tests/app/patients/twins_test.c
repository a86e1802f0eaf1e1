/* twins_test.c - the rule in C, the rule in SQL, and the rule spelled out here. */
#include "app/patients/patient.h"
#include "app/patients/reach.h"
#include "tests/support/practice.h"

enum { ROUNDS = 100, USERS = 16, PATIENTS = 60, PLACES = 4 };

static uint64_t dice;

static int roll(int sides)
{
    dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
    return (int)(dice % (uint64_t)sides);
}

/* What the round is made of; the database gets the same. */
static struct access people[USERS];
static bool assigned[USERS][PLACES], kept[PATIENTS][PLACES], cared[PATIENTS][USERS];
static int granted[PATIENTS][USERS];
static const char *state[PATIENTS];

static void write(struct cx *cx, enum status status)
{
    if (status == OK) return;
    fprintf(stderr, "twins: %s\n", cx->message);
    exit(1);
}

static struct id id(struct cx *cx, const char *kind, int n)
{
    return id_of(arena_print(cx->mem, "%s%d", kind, n));
}

static void make_user(struct cx *cx, int u)
{
    struct access *a = &people[u];
    *a = (struct access){ .level = (enum level)roll(LEVEL_COUNT), .active = true };
    a->role = levels[a->level].role;
    for (enum area area = 0; area < AREA_COUNT; area++)
        a->others[area] = (signed char)(roll(3) ? FOLLOWS : roll(3));
    for (enum setting s = 0; s < SETTING_COUNT; s++) a->set[s] = roll(3) == 0;
    a->owner = access_full(a) && roll(4) == 0;
    access_tidy(a);
    a->all_locations = roll(4) == 0;
    for (int l = 0; l < PLACES; l++) {
        assigned[u][l] = !a->all_locations && roll(3) == 0;
        a->locations += assigned[u][l];
    }
    write(cx, db_exec(cx,
                      SQL_GLOBAL("INSERT INTO people (id, email, email_key, first_name, last_name,"
                                 " created_at) VALUES ($1, $1, $1, 'A', 'B', 1)"),
                      id(cx, "p-w", u)));
    write(
        cx,
        db_exec(cx,
                SQL("INSERT INTO users (practice_id, id, person_id, email, last_name, sort_key,"
                    " find_key, role_type, level, others, read_only, location_restriction,"
                    " hide_patient_names, owner, all_locations, created_at)"
                    " VALUES ($1, $2, $3, $3, 'B', 'b', 'b', $4, $5, $6, $7, $8, $9, $10, $11, 1)"),
                id(cx, "u-w", u), id(cx, "p-w", u), role_key(a->role), levels[a->level].key,
                boxes_write(cx->mem, a), a->set[SETTING_read_only],
                a->set[SETTING_location_restriction], a->set[SETTING_hide_patient_names], a->owner,
                a->all_locations));
    for (int l = 0; l < PLACES; l++)
        if (assigned[u][l])
            write(cx, db_exec(cx,
                              SQL("INSERT INTO assignments (practice_id, user_id, location_id)"
                                  " VALUES ($1, $2, $3)"),
                              id(cx, "u-w", u), id(cx, "l-w", l)));
}

static void make_patient(struct cx *cx, int p)
{
    static const char *const names[] = { "abel", "berg", "cruz", "diaz", "egan" };
    struct id me = id(cx, "q-", p);
    const char *name = arena_print(cx->mem, "%s x%dx", names[roll(5)], p);
    state[p] = roll(4) ? "active" : "archived";
    write(cx, db_exec(cx,
                      SQL("INSERT INTO patients (practice_id, id, number, pseudonym, last_name,"
                          " names, state, created_at) VALUES ($1, $2, $3, $4, $5, $5, $6, 1)"),
                      me, p + 1, 900 + p, name, state[p]));
    write(cx, db_exec(cx,
                      SQL("INSERT INTO patient_words (practice_id, word, names, patient_id)"
                          " VALUES ($1, $2, $3, $4)"),
                      (const char *)arena_print(cx->mem, "x%dx", p), name, me));
    for (int l = 0; l < PLACES; l++)
        if ((kept[p][l] = roll(4) == 0))
            write(cx, db_exec(cx,
                              SQL("INSERT INTO patient_locations (practice_id, patient_id,"
                                  " location_id, names) VALUES ($1, $2, $3, $4)"),
                              me, id(cx, "l-w", l), name));
    for (int u = 0; u < USERS; u++)
        if ((cared[p][u] = roll(6) == 0))
            write(cx, db_exec(cx,
                              SQL("INSERT INTO patient_practitioners (practice_id, patient_id,"
                                  " user_id, main, names, since) VALUES ($1, $2, $3, 0, $4, 1)"),
                              me, id(cx, "u-w", u), name));
    for (int u = 0; u < USERS; u++)
        if ((granted[p][u] = roll(5) ? NO_GRANT : roll(3)) != NO_GRANT)
            write(cx, db_exec(cx,
                              SQL("INSERT INTO patient_grants (practice_id, user_id, patient_id,"
                                  " reach, since, by_name) VALUES ($1, $2, $3, $4, 1, '')"),
                              id(cx, "u-w", u), me, granted[p][u]));
}

static void make_round(struct cx *cx)
{
    practice_begin(cx);
    write(cx, db_begin(cx, true));
    cx->actor = (struct actor){ .practice = id_of("north") };
    for (int l = 0; l < PLACES; l++)
        write(cx, db_exec(cx,
                          SQL("INSERT INTO locations (practice_id, id, name, time_zone, created_at)"
                              " VALUES ($1, $2, $2, 'UTC', 1)"),
                          id(cx, "l-w", l)));
    for (int u = 0; u < USERS; u++) make_user(cx, u);
    for (int p = 0; p < PATIENTS; p++) make_patient(cx, p);
    write(cx, db_commit(cx));
}

/* Level default, tick boxes, what narrows, then the grant for this patient. */
static enum reach spelled_out(int u, int p)
{
    const struct access *a = &people[u];
    bool full = access_full(a), here = a->all_locations;
    enum reach others = level_others(a->level, AREA_PATIENTS), all = NONE;
    if (!a->all_locations && a->locations == 0) return NONE;
    if (granted[p][u] == NONE && !full) return NONE;
    if (a->others[AREA_PATIENTS] != FOLLOWS) others = (enum reach)a->others[AREA_PATIENTS];
    for (int l = 0; l < PLACES; l++) here = here || (kept[p][l] && assigned[u][l]);
    if (!a->set[SETTING_location_restriction] || a->owner || here) all = others;
    if (cared[p][u] && level_own(a->level, AREA_PATIENTS) > all)
        all = level_own(a->level, AREA_PATIENTS);
    if (granted[p][u] > (int)all) all = (enum reach)granted[p][u];
    return a->set[SETTING_read_only] && all > VIEW ? VIEW : all;
}

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
        write(cx, patient_list(cx, &filter, &list));
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
    if (cx->actor.reach & REACH_PSEUDONYMS) text = arena_print(cx->mem, "px-%06d", 900 + p);
    write(cx, patient_list(cx, &(struct patient_filter){ .text = text }, &list));
    return list.n == 1;
}

static void editable(struct cx *cx, bool out[PATIENTS])
{
    struct table t;
    write(cx, db_select(cx, &t,
                        SQL("SELECT p.number FROM patients p WHERE p.practice_id = $1"
                            " AND " SEEN("p.id")),
                        SIGHT(sight_of(&cx->actor, EDIT))));
    for (size_t i = 0; i < t.rows; i++) tick(out, cell_int(&t, i, "number"));
}

static int checked;

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
        enum reach reach = spelled_out(u, p);
        enum status status = patient_find(cx, id(cx, "q-", p), &patient);
        struct subject subject = { .practice = cx->actor.practice, .record = &patient->record };
        bool may_edit =
            reach_record(cx->actor.reach, cx->actor.full, AREA_PATIENTS, subject.record) == EDIT;
        bool hides = cx->actor.reach & REACH_PSEUDONYMS;
        CHECK_INT(status, reach >= VIEW ? OK : FORBIDDEN);
        CHECK_INT(seen[p], reach >= VIEW);
        CHECK_INT(edits[p], reach == EDIT);
        CHECK_INT(may_edit, reach == EDIT);
        CHECK_INT(may(&cx->actor, PATIENTS_EDIT, &subject, NULL), reach == EDIT && !hides);
        if (!(cx->actor.reach & REACH_NOWHERE) && roll(4) == 0)
            CHECK_INT(found(cx, p), reach >= VIEW);
        checked++;
    }
    (void)!act_end(cx, OK);
}

TEST(a_list_in_sql_and_a_record_in_c_agree_for_every_actor_and_every_record)
{
    dice = 0x9e3779b97f4a7c15;
    checked = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena_mark mark = arena_mark(cx->mem);
        make_round(cx);
        for (int u = 0; u < USERS && !failures; u++) compare(cx, u);
        if (failures) printf("  in round %d\n", round);
        if (failures) return;
        arena_rewind(cx->mem, mark);
    }
    CHECK_INT(checked, ROUNDS * USERS * PATIENTS);
}
