/* twins_test.c - the calendar's rule in C, in SQL, and spelled out here. */
#include "app/calendar/appointment.h"
#include "tests/support/practice.h"

enum { ROUNDS = 60, USERS = 16, APPOINTMENTS = 60, PLACES = 4, PATIENTS = 8 };

static uint64_t dice;

static int roll(int sides)
{
    dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
    return (int)(dice % (uint64_t)sides);
}

static struct access people[USERS];
static bool assigned[USERS][PLACES], cared[PATIENTS][USERS], kept[PATIENTS][PLACES];
static int granted[PATIENTS][USERS];
static struct {
    int user, place, patient; /* user -1: nobody; patient -1: kept free */
} those[APPOINTMENTS];

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
        db_exec(
            cx,
            SQL("INSERT INTO users (practice_id, id, person_id, email, last_name, sort_key, find_key,"
                " role_type, level, others, read_only, location_restriction,"
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
    struct id me = id(cx, "q-w", p);
    write(cx, db_exec(cx,
                      SQL("INSERT INTO patients (practice_id, id, number, pseudonym, last_name,"
                          " names, created_at) VALUES ($1, $2, $3, $3, 'B', 'b', 1)"),
                      me, p + 1));
    for (int l = 0; l < PLACES; l++)
        if ((kept[p][l] = roll(4) == 0))
            write(cx, db_exec(cx,
                              SQL("INSERT INTO patient_locations (practice_id, patient_id,"
                                  " location_id, names) VALUES ($1, $2, $3, '')"),
                              me, id(cx, "l-w", l)));
    for (int u = 0; u < USERS; u++) {
        if ((cared[p][u] = roll(6) == 0))
            write(cx, db_exec(cx,
                              SQL("INSERT INTO patient_practitioners (practice_id, patient_id,"
                                  " user_id, main, names, since) VALUES ($1, $2, $3, 0, '', 1)"),
                              me, id(cx, "u-w", u)));
        if ((granted[p][u] = roll(5) ? NO_GRANT : roll(3)) != NO_GRANT)
            write(cx, db_exec(cx,
                              SQL("INSERT INTO patient_grants (practice_id, user_id, patient_id,"
                                  " reach, since, by_name) VALUES ($1, $2, $3, $4, 1, '')"),
                              id(cx, "u-w", u), me, granted[p][u]));
    }
}

static void make_appointment(struct cx *cx, int n)
{
    struct id nobody = { "" };
    those[n].user = roll(5) ? roll(USERS) : -1;
    those[n].place = roll(PLACES);
    those[n].patient = roll(5) ? roll(PATIENTS) : -1;
    bool free = those[n].patient < 0;
    write(cx, db_exec(cx,
                      SQL("INSERT INTO appointments (practice_id, id, location_id, user_id,"
                          " patient_id, label, starts_at, ends_at, created_at)"
                          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)"),
                      id(cx, "a-w", n), id(cx, "l-w", those[n].place),
                      those[n].user < 0 ? nobody : id(cx, "u-w", those[n].user),
                      free ? nobody : id(cx, "q-w", those[n].patient),
                      (const char *)(free ? "Lunch" : ""), 1000 + n, 2000 + n));
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
    for (int n = 0; n < APPOINTMENTS; n++) make_appointment(cx, n);
    write(cx, db_commit(cx));
}

/* Level default, tick boxes, then what narrows. */
static enum reach spelled_out(int u, int user, int place)
{
    const struct access *a = &people[u];
    enum reach others = level_others(a->level, AREA_CALENDAR), all = NONE;
    bool here = a->all_locations || assigned[u][place];
    if (!a->all_locations && a->locations == 0) return NONE;
    if (a->others[AREA_CALENDAR] != FOLLOWS) others = (enum reach)a->others[AREA_CALENDAR];
    if (!a->set[SETTING_location_restriction] || a->owner || here) all = others;
    if (user == u && level_own(a->level, AREA_CALENDAR) > all)
        all = level_own(a->level, AREA_CALENDAR);
    return a->set[SETTING_read_only] && all > VIEW ? VIEW : all;
}

static bool knows_patient(int u, int p)
{
    const struct access *a = &people[u];
    bool full = access_full(a), here = a->all_locations;
    enum reach others = level_others(a->level, AREA_PATIENTS);
    if (!a->all_locations && a->locations == 0) return false;
    if (granted[p][u] == NONE && !full) return false;
    if (a->others[AREA_PATIENTS] != FOLLOWS) others = (enum reach)a->others[AREA_PATIENTS];
    for (int l = 0; l < PLACES; l++) here = here || (kept[p][l] && assigned[u][l]);
    if ((!a->set[SETTING_location_restriction] || a->owner || here) && others >= VIEW) return true;
    return (cared[p][u] && level_own(a->level, AREA_PATIENTS) >= VIEW) || granted[p][u] >= VIEW;
}

static void listed(struct cx *cx, bool out[APPOINTMENTS])
{
    for (int l = 0; l < PLACES; l++) {
        struct appointment_filter filter = { .location = id(cx, "l-w", l), .from = 0, .to = 5000 };
        struct appointment_list list;
        write(cx, appointment_list(cx, &filter, &list));
        for (size_t i = 0; i < list.n; i++) out[list.at[i].starts_at - 1000] = true;
    }
}

static int checked;

static void compare(struct cx *cx, int u)
{
    bool seen[APPOINTMENTS] = { false };
    act_as(cx, "north", arena_print(cx->mem, "w%d", u));
    listed(cx, seen);
    for (int n = 0; n < APPOINTMENTS; n++) {
        struct appointment *a;
        enum reach reach = spelled_out(u, those[n].user, those[n].place);
        enum status status = appointment_find(cx, id(cx, "a-w", n), &a);
        bool may_book;
        CHECK_INT(status, reach >= VIEW ? OK : FORBIDDEN);
        CHECK_INT(seen[n], reach >= VIEW);
        CHECK_INT(appointment_may_edit(cx, a), reach == EDIT);
        write(cx, appointment_may(cx, CALENDAR_EDIT, a->location, a->user, &may_book));
        CHECK_INT(may_book, reach == EDIT);
        if (those[n].patient >= 0) {
            bool knows = knows_patient(u, those[n].patient);
            bool hides = cx->actor.reach & REACH_PSEUDONYMS;
            CHECK_INT(a->shown.seen, knows);
            CHECK_INT(a->private, !knows || hides);
            CHECK_TEXT(a->shown.name, !knows ? ""
                                      : hides
                                          ? arena_print(cx->mem, "PX-%06d", those[n].patient + 1)
                                          : "B");
        }
        checked++;
    }
    (void)!act_end(cx, OK);
}

TEST(a_calendar_in_sql_and_an_appointment_in_c_agree_for_every_actor_and_every_record)
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
    CHECK_INT(checked, ROUNDS * USERS * APPOINTMENTS);
}
