/* twins_test.c - the calendar's rule in C, in SQL, and spelled out here. */
#include "app/calendar/appointment.h"
#include "app/patients/patient.h"
#include "tests/support/practice.h"
#include "tests/support/random.h"

enum { ROUNDS = 60, APPOINTMENTS = 60, PATIENTS = 8 };

static struct {
    int user, place, patient; /* user -1: nobody; patient -1: kept free */
    bool cancelled;
} those[APPOINTMENTS];

static void make_appointment(struct cx *cx, int n)
{
    struct id nobody = { "" };
    those[n].user = random_roll(5) ? random_roll(RANDOM_USERS) : -1;
    those[n].place = random_roll(RANDOM_PLACES);
    those[n].patient = random_roll(5) ? random_roll(PATIENTS) : -1;
    those[n].cancelled = random_roll(4) == 0;
    bool free = those[n].patient < 0;
    random_must(cx, db_exec(cx,
                            SQL("INSERT INTO appointments (practice_id, id, location_id, user_id,"
                                " patient_id, label, starts_at, ends_at, state, created_at)"
                                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)"),
                            random_id(cx, "a-w", n), random_id(cx, "l-w", those[n].place),
                            those[n].user < 0 ? nobody : random_id(cx, "u-w", those[n].user),
                            free ? nobody : random_id(cx, "q-w", those[n].patient),
                            (const char *)(free ? "Lunch" : ""), 1000 + n, 2000 + n,
                            (const char *)(those[n].cancelled ? "cancelled" : "booked")));
}

static void make_round(struct cx *cx)
{
    random_practice(cx, PATIENTS);
    for (int n = 0; n < APPOINTMENTS; n++) make_appointment(cx, n);
    random_must(cx, db_commit(cx));
}

static int said; /* how many of these a list of patients had */

/* Level default, tick boxes, then what narrows. */
static enum reach spelled_out(int u, int user, int place)
{
    const struct access *a = &random_now.users[u];
    enum reach others = level_others(a->level, AREA_CALENDAR), all = NONE;
    bool here = a->all_locations || random_now.assigned[u][place];
    if (!a->all_locations && a->locations == 0) return NONE;
    if (a->others[AREA_CALENDAR] != FOLLOWS) others = (enum reach)a->others[AREA_CALENDAR];
    if (!a->set[SETTING_location_restriction] || a->owner || here) all = others;
    if (user == u && level_own(a->level, AREA_CALENDAR) > all)
        all = level_own(a->level, AREA_CALENDAR);
    return a->set[SETTING_read_only] && all > VIEW ? VIEW : all;
}

static void listed(struct cx *cx, bool out[APPOINTMENTS])
{
    for (int l = 0; l < RANDOM_PLACES; l++) {
        struct appointment_filter filter = { .location = random_id(cx, "l-w", l),
                                             .from = 0,
                                             .to = 5000 };
        struct appointment_list list;
        random_must(cx, appointment_list(cx, &filter, &list));
        for (size_t i = 0; i < list.n; i++) out[list.at[i].starts_at - 1000] = true;
    }
}

/* Of one patient after the other, in both directions. */
static void of_patients(struct cx *cx, bool out[APPOINTMENTS])
{
    for (int p = 0; p < PATIENTS; p++)
        for (int before = 0; before < 2; before++) {
            struct patient_appointments want = { .patient = random_id(cx, "q-w", p),
                                                 .from = 1000 + APPOINTMENTS / 2,
                                                 .before = before };
            struct appointment_list list;
            random_must(cx, appointment_list_of(cx, &want, &list));
            for (size_t i = 0; i < list.n; i++) {
                CHECK(!out[list.at[i].starts_at - 1000]);
                out[list.at[i].starts_at - 1000] = true;
            }
        }
}

/* The last and the next that the list of patients says, as if half of them were over. */
static void beside_patients(struct cx *cx, int u)
{
    const int64_t now = cx->now;
    struct patient_filter filter = { .text = "", .visits = true };
    struct patient_list list;
    if (!has(&cx->actor, PATIENTS_VIEW)) return;
    cx->now = 1000 + APPOINTMENTS / 2;
    random_must(cx, patient_list(cx, &filter, &list));
    for (size_t i = 0; i < list.n; i++) {
        const struct patient *p = &list.at[i];
        int last = -1, next = -1;
        if (p->number > PATIENTS) continue;
        for (int n = APPOINTMENTS - 1; n >= 0; n--) {
            if (those[n].patient != p->number - 1 || those[n].cancelled) continue;
            if (spelled_out(u, those[n].user, those[n].place) < VIEW) continue;
            if (1000 + n >= cx->now)
                next = n;
            else if (last < 0)
                last = n;
        }
        CHECK_INT(p->last.at, last < 0 ? 0 : 1000 + last);
        CHECK_INT(p->next.at, next < 0 ? 0 : 1000 + next);
        if (last >= 0)
            CHECK_TEXT(p->last.location.text, random_id(cx, "l-w", those[last].place).text);
        if (next >= 0)
            CHECK_TEXT(p->next.location.text, random_id(cx, "l-w", those[next].place).text);
        said += (last >= 0) + (next >= 0);
    }
    cx->now = now;
}

static int checked;

static void compare(struct cx *cx, int u)
{
    bool seen[APPOINTMENTS] = { false }, theirs[APPOINTMENTS] = { false };
    act_as(cx, "north", arena_print(cx->mem, "w%d", u));
    listed(cx, seen);
    of_patients(cx, theirs);
    beside_patients(cx, u);
    for (int n = 0; n < APPOINTMENTS; n++) {
        struct appointment *a;
        enum reach reach = spelled_out(u, those[n].user, those[n].place);
        enum status status = appointment_find(cx, random_id(cx, "a-w", n), &a);
        CHECK_INT(status, reach >= VIEW ? OK : FORBIDDEN);
        CHECK_INT(seen[n], reach >= VIEW);
        CHECK_INT(theirs[n], reach >= VIEW && those[n].patient >= 0);
        CHECK_INT(appointment_may_edit(cx, a), reach == EDIT);
        CHECK_INT(appointment_may(cx, CALENDAR_EDIT, a->location, a->user), reach == EDIT);
        if (those[n].patient >= 0) {
            const struct random_patient *p = &random_now.patients[those[n].patient];
            bool knows = random_reach(u, those[n].patient) >= VIEW;
            bool hides = cx->actor.reach & REACH_PSEUDONYMS;
            CHECK_INT(a->shown.seen, knows);
            CHECK_INT(a->private, !knows || hides);
            CHECK_TEXT(a->shown.name, !knows  ? ""
                                      : hides ? arena_print(cx->mem, "PX-%06d", (int)p->pseudonym)
                                              : p->name);
        }
        checked++;
    }
    (void)!act_end(cx, OK);
}

TEST(a_calendar_in_sql_and_an_appointment_in_c_agree_for_every_actor_and_every_record)
{
    random_begin();
    checked = said = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena_mark mark = arena_mark(cx->mem);
        make_round(cx);
        for (int u = 0; u < RANDOM_USERS && !failures; u++) compare(cx, u);
        if (failures) printf("  in round %d\n", round);
        if (failures) return;
        arena_rewind(cx->mem, mark);
    }
    CHECK_INT(checked, ROUNDS * RANDOM_USERS * APPOINTMENTS);
    CHECK(said > ROUNDS * RANDOM_USERS);
}
