/* twins_test.c - the rule of invoices in C, in SQL, and spelled out here. */
#include "app/invoices/invoice.h"
#include "tests/support/practice.h"

enum { ROUNDS = 60, USERS = 16, INVOICES = 60, PLACES = 4, PATIENTS = 8 };

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
    int user, place, patient;
} those[INVOICES];

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

/* Every other one is issued; 100 and the row's number are to be paid. */
static void make_invoice(struct cx *cx, int n)
{
    bool issued = n % 2;
    those[n].user = roll(USERS);
    those[n].place = roll(PLACES);
    those[n].patient = roll(PATIENTS);
    write(cx, db_exec(cx,
                      SQL("INSERT INTO invoices (practice_id, id, patient_id, user_id, location_id,"
                          " issued, number, issued_at, state, patient_name, net_cents, total_cents,"
                          " created_at) VALUES ($1, $2, $3, $4, $5, $6,"
                          " CASE WHEN $8 = 'issued' THEN CAST($7 AS BIGINT) END,"
                          " CASE WHEN $8 = 'issued' THEN 1 END, $8, 'B', $9,"
                          " $9, 1)"),
                      id(cx, "v-w", n), id(cx, "q-w", those[n].patient),
                      id(cx, "u-w", those[n].user), id(cx, "l-w", those[n].place), issued, 100 + n,
                      (const char *)(issued ? "issued" : "draft"), 100 + n));
    write(cx, db_exec(cx,
                      SQL("INSERT INTO invoice_lines (practice_id, invoice_id, line, issued,"
                          " description, quantity, price_cents, tax_rate, net_cents, tax_cents)"
                          " VALUES ($1, $2, 1, $3, 'Typed', 1, $4, 0, $4, 0)"),
                      id(cx, "v-w", n), issued, 100 + n));
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
    copy_locations(cx);
    for (int p = 0; p < PATIENTS; p++) make_patient(cx, p);
    for (int n = 0; n < INVOICES; n++) make_invoice(cx, n);
    write(cx, db_commit(cx));
}

/* Level default, tick boxes, then what narrows. */
static enum reach spelled_out(int u, int user, int place)
{
    const struct access *a = &people[u];
    enum reach others = level_others(a->level, AREA_INVOICES), all = NONE;
    bool here = a->all_locations || assigned[u][place];
    if (!a->all_locations && a->locations == 0) return NONE;
    if (a->others[AREA_INVOICES] != FOLLOWS) others = (enum reach)a->others[AREA_INVOICES];
    if (!a->set[SETTING_location_restriction] || a->owner || here) all = others;
    if (user == u && level_own(a->level, AREA_INVOICES) > all)
        all = level_own(a->level, AREA_INVOICES);
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

static int64_t listed(struct cx *cx, bool out[INVOICES])
{
    int64_t count = 0;
    for (int l = 0; l < PLACES; l++) {
        struct invoice_filter filter = { .location = id(cx, "l-w", l) };
        struct invoice_list list;
        write(cx, invoice_list(cx, &filter, &list));
        for (size_t i = 0; i < list.n; i++) out[list.at[i].total_cents - 100] = true;
        count += list.count;
    }
    return count;
}

static int checked;

static void compare_patient(struct cx *cx, int u, const struct invoice *v, int patient)
{
    struct invoice_lines lines;
    bool knows = knows_patient(u, patient), hides = cx->actor.reach & REACH_PSEUDONYMS;
    CHECK_INT(v->shown.seen, knows);
    CHECK_INT(v->private, !knows || hides);
    CHECK_TEXT(v->shown.name, !knows  ? ""
                              : hides ? arena_print(cx->mem, "PX-%06d", patient + 1)
                                      : "B");
    CHECK_TEXT(v->patient_name, knows && !hides ? "B" : "");
    write(cx, invoice_lines(cx, v, &lines));
    CHECK_TEXT(lines.at[0].description, knows && !hides ? "Typed" : "Item 1");
}

static void compare(struct cx *cx, int u)
{
    bool seen[INVOICES] = { false };
    int64_t reached = 0;
    act_as(cx, "north", arena_print(cx->mem, "w%d", u));
    int64_t count = listed(cx, seen);
    for (int n = 0; n < INVOICES; n++) {
        struct invoice *v;
        enum reach reach = spelled_out(u, those[n].user, those[n].place);
        enum status status = invoice_find(cx, id(cx, "v-w", n), &v);
        bool may_make;
        reached += reach >= VIEW;
        CHECK_INT(status, reach >= VIEW ? OK : FORBIDDEN);
        CHECK_INT(seen[n], reach >= VIEW);
        CHECK_INT(invoice_may_edit(cx, v), reach == EDIT);
        write(cx, invoice_may(cx, v->location, v->practitioner, &may_make));
        CHECK_INT(may_make, reach == EDIT);
        if (reach >= VIEW) compare_patient(cx, u, v, those[n].patient);
        checked++;
    }
    CHECK_INT(count, reached);
    (void)!act_end(cx, OK);
}

TEST(a_list_of_invoices_in_sql_and_one_in_c_agree_for_every_actor_and_every_record)
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
    CHECK_INT(checked, ROUNDS * USERS * INVOICES);
}
