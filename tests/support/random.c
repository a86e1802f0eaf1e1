/* random.c - see random.h */
#include "tests/support/random.h"

#include "access/stored.h"
#include "tests/support/practice.h"

struct random_practice random_now;
static uint64_t dice;

void random_begin(void)
{
    dice = 0x9e3779b97f4a7c15;
}

int random_roll(int sides)
{
    dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
    return (int)(dice % (uint64_t)sides);
}

struct id random_id(struct cx *cx, const char *kind, int n)
{
    return id_of(arena_print(cx->mem, "%s%d", kind, n));
}

void random_must(struct cx *cx, enum status status)
{
    if (status == OK) return;
    fprintf(stderr, "a practice by chance: %s\n", cx->message);
    exit(1);
}

static void insert_user(struct cx *cx, int u, const struct access *a)
{
    random_must(cx, db_exec(cx,
                            SQL_GLOBAL("INSERT INTO people (id, email, email_key, first_name,"
                                       " last_name, created_at) VALUES ($1, $1, $1, 'A', 'B', 1)"),
                            random_id(cx, "p-w", u)));
    random_must(
        cx,
        db_exec(cx,
                SQL("INSERT INTO users (practice_id, id, person_id, email, last_name, sort_key,"
                    " find_key, role_type, level, others, see_reports, read_only,"
                    " location_restriction, hide_patient_names, owner, all_locations, created_at)"
                    " VALUES ($1, $2, $3, $3, 'B', 'b', 'b', $4, $5, $6, $7, $8, $9, $10, $11,"
                    " $12, 1)"),
                random_id(cx, "u-w", u), random_id(cx, "p-w", u), role_key(a->role),
                levels[a->level].key, boxes_write(cx->mem, a), a->set[SETTING_see_reports],
                a->set[SETTING_read_only], a->set[SETTING_location_restriction],
                a->set[SETTING_hide_patient_names], a->owner, a->all_locations));
}

static void make_user(struct cx *cx, int u)
{
    struct access *a = &random_now.users[u];
    *a = (struct access){ .level = (enum level)random_roll(LEVEL_COUNT), .active = true };
    a->role = levels[a->level].role;
    for (enum area area = 0; area < AREA_COUNT; area++)
        a->others[area] = (signed char)(random_roll(3) ? FOLLOWS : random_roll(3));
    for (enum setting s = 0; s < SETTING_COUNT; s++) a->set[s] = random_roll(3) == 0;
    a->owner = access_full(a) && random_roll(4) == 0;
    access_tidy(a);
    a->all_locations = random_roll(4) == 0;
    insert_user(cx, u, a);
    for (int l = 0; l < RANDOM_PLACES; l++) {
        bool assigned = !a->all_locations && random_roll(3) == 0;
        random_now.assigned[u][l] = assigned;
        a->locations += assigned;
        if (assigned)
            random_must(cx, db_exec(cx,
                                    SQL("INSERT INTO assignments (practice_id, user_id,"
                                        " location_id) VALUES ($1, $2, $3)"),
                                    random_id(cx, "u-w", u), random_id(cx, "l-w", l)));
    }
}

static void insert_patient(struct cx *cx, struct id me, int n, const struct random_patient *p)
{
    const char *state = p->archived ? "archived" : "active";
    random_must(cx, db_exec(cx,
                            SQL("INSERT INTO patients (practice_id, id, number, pseudonym,"
                                " last_name, names, state, created_at)"
                                " VALUES ($1, $2, $3, $4, $5, $5, $6, 1)"),
                            me, p->number, p->pseudonym, p->name, state));
    random_must(cx, db_exec(cx,
                            SQL("INSERT INTO patient_words (practice_id, word, names, patient_id)"
                                " VALUES ($1, $2, $3, $4)"),
                            (const char *)arena_print(cx->mem, "x%dx", n), p->name, me));
}

static void place_patient(struct cx *cx, struct id me, struct random_patient *p)
{
    const char *state = p->archived ? "archived" : "active";
    for (int l = 0; l < RANDOM_PLACES; l++)
        if ((p->kept[l] = random_roll(4) == 0))
            random_must(cx, db_exec(cx,
                                    SQL("INSERT INTO patient_locations (practice_id, patient_id,"
                                        " location_id, names, state) VALUES ($1, $2, $3, $4, $5)"),
                                    me, random_id(cx, "l-w", l), p->name, state));
    for (int u = 0; u < RANDOM_USERS; u++) {
        if ((p->cared[u] = random_roll(6) == 0))
            random_must(cx, db_exec(cx,
                                    SQL("INSERT INTO patient_practitioners (practice_id,"
                                        " patient_id, user_id, main, names, since, state)"
                                        " VALUES ($1, $2, $3, 0, $4, 1, $5)"),
                                    me, random_id(cx, "u-w", u), p->name, state));
        if ((p->granted[u] = random_roll(5) ? NO_GRANT : random_roll(3)) != NO_GRANT)
            random_must(cx, db_exec(cx,
                                    SQL("INSERT INTO patient_grants (practice_id, user_id,"
                                        " patient_id, reach, since, by_name)"
                                        " VALUES ($1, $2, $3, $4, 1, '')"),
                                    random_id(cx, "u-w", u), me, p->granted[u]));
    }
}

/* Beside what stands: what was asked for or opened in an emergency, some of it over at
 * this very moment. */
static void lend(struct cx *cx, struct id me, struct random_patient *p, int u)
{
    static const char *const kinds[] = { "asked", "emergency" };
    const char *kind = kinds[random_roll(2)];
    int reach = 1 + random_roll(2), ends_in = random_roll(3) ? 1 + random_roll(1000) : 0;
    p->lent[u] = NO_GRANT;
    if (random_roll(6)) return;
    if (ends_in) p->lent[u] = reach;
    random_must(cx,
                db_exec(cx,
                        SQL("INSERT INTO patient_grants (practice_id, user_id, patient_id, kind,"
                            " reach, since, ends_at, by_name)"
                            " VALUES ($1, $2, $3, $4, $5, 1, $6, '')"),
                        random_id(cx, "u-w", u), me, kind, reach, cx->now + ends_in));
}

static void make_patient(struct cx *cx, int n)
{
    static const char *const names[] = { "abel", "berg", "cruz", "diaz", "egan" };
    struct random_patient *p = &random_now.patients[n];
    struct id me = random_id(cx, "q-w", n);
    p->name = arena_print(cx->mem, "%s x%dx", names[random_roll(5)], n);
    p->number = n + 1;
    p->pseudonym = 900 + n;
    p->archived = random_roll(4) == 0;
    insert_patient(cx, me, n, p);
    place_patient(cx, me, p);
    for (int u = 0; u < RANDOM_USERS; u++) lend(cx, me, p, u);
}

void random_practice(struct cx *cx, size_t patients)
{
    practice_begin(cx);
    random_must(cx, db_begin(cx, true));
    cx->actor = (struct actor){ .practice = id_of("north") };
    random_now = (struct random_practice){ .patients_n = patients };
    for (int l = 0; l < RANDOM_PLACES; l++)
        random_must(cx, db_exec(cx,
                                SQL("INSERT INTO locations (practice_id, id, name, time_zone,"
                                    " created_at) VALUES ($1, $2, $2, 'UTC', 1)"),
                                random_id(cx, "l-w", l)));
    for (int u = 0; u < RANDOM_USERS; u++) make_user(cx, u);
    copy_locations(cx);
    for (int p = 0; p < (int)patients; p++) make_patient(cx, p);
}

enum reach random_reach(int u, int n)
{
    const struct access *a = &random_now.users[u];
    const struct random_patient *p = &random_now.patients[n];
    bool full = access_full(a), here = a->all_locations;
    enum reach others = level_others(a->level, AREA_PATIENTS), all = NONE;
    if (!a->all_locations && a->locations == 0) return NONE;
    if (p->granted[u] == NONE && !full) return NONE;
    if (a->others[AREA_PATIENTS] != FOLLOWS) others = (enum reach)a->others[AREA_PATIENTS];
    for (int l = 0; l < RANDOM_PLACES; l++)
        here = here || (p->kept[l] && random_now.assigned[u][l]);
    if (!a->set[SETTING_location_restriction] || a->owner || here) all = others;
    if (p->cared[u] && level_own(a->level, AREA_PATIENTS) > all)
        all = level_own(a->level, AREA_PATIENTS);
    if (p->granted[u] > (int)all) all = (enum reach)p->granted[u];
    if (p->granted[u] != NONE && p->lent[u] > (int)all) all = (enum reach)p->lent[u];
    return a->set[SETTING_read_only] && all > VIEW ? VIEW : all;
}
