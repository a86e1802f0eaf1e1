/* who_test.c - who can see what is said of everybody as it is enforced. */
#include <string.h>

#include "app/booking/profile.h"
#include "app/calendar/reach.h"
#include "app/invoices/reach.h"
#include "app/matrix/who_sees.h"
#include "app/notes/reach.h"
#include "app/patients/patient.h"
#include "app/reports/pivot.h"
#include "tests/support/practice.h"
#include "tests/support/random.h"

#define MATRIX "/g/north/settings/access-matrix"

enum { ROUNDS = 12, NOBODY = RANDOM_USERS };

/* For each location something of each user and something of somebody else, who is kavya: a
 * patient, a note, an appointment, an invoice, a page for booking online. */
static struct id thing(struct cx *cx, const char *kind, int u, int l)
{
    return id_of(arena_print(cx->mem, "%s%d-%d", kind, u, l));
}

static void make_things(struct cx *cx, int u, int l)
{
    struct id patient = thing(cx, "q-x", u, l), place = random_id(cx, "l-w", l);
    struct id user = u == NOBODY ? id_of("u-kavya") : random_id(cx, "u-w", u);
    int number = 5000 + u * RANDOM_PLACES + l;
    random_must(cx, db_exec(cx,
                            SQL("INSERT INTO patients (practice_id, id, number, pseudonym,"
                                " last_name, names, created_at)"
                                " VALUES ($1, $2, $3, $3, 'X', 'x', 1)"),
                            patient, number));
    random_must(cx, db_exec(cx,
                            SQL("INSERT INTO patient_locations (practice_id, patient_id,"
                                " location_id, names) VALUES ($1, $2, $3, 'x')"),
                            patient, place));
    random_must(cx, db_exec(cx,
                            SQL("INSERT INTO patient_practitioners (practice_id, patient_id,"
                                " user_id, main, names, since) VALUES ($1, $2, $3, 0, 'x', 1)"),
                            patient, user));
    random_must(cx, db_exec(cx,
                            SQL("INSERT INTO notes (practice_id, id, patient_id, author_id,"
                                " author_name, text, private, state, edition, created_at,"
                                " signed_at, changed_at)"
                                " VALUES ($1, $2, $3, $4, '', 'x', 0, 'signed', 1, 1, 1, 1)"),
                            thing(cx, "n-x", u, l), patient, user));
    random_must(cx, db_exec(cx,
                            SQL("INSERT INTO appointments (practice_id, id, location_id, user_id,"
                                " patient_id, starts_at, ends_at, created_at)"
                                " VALUES ($1, $2, $3, $4, $5, $6, $7, 1)"),
                            thing(cx, "a-x", u, l), place, user, patient, 1000, 2000));
    random_must(cx, db_exec(cx,
                            SQL("INSERT INTO invoices (practice_id, id, patient_id, user_id,"
                                " location_id, patient_name, created_at)"
                                " VALUES ($1, $2, $3, $4, $5, 'X', 1)"),
                            thing(cx, "v-x", u, l), patient, user, place));
    random_must(cx, db_exec(cx,
                            SQL("INSERT INTO booking_profiles (practice_id, user_id, location_id,"
                                " id, visible, books, lead_hours)"
                                " VALUES ($1, $2, $3, $4, 'hidden', 'none', 2)"),
                            user, place, thing(cx, "bp-x", u, l)));
}

/* --- what is enforced ------------------------------------------------------- */

static bool sees_patient(struct cx *cx, int u, int l)
{
    struct table t;
    random_must(cx, db_select(cx, &t,
                              SQL("SELECT p.id FROM patients p WHERE p.practice_id = $1"
                                  " AND p.id = $8 AND " SEEN("p.id")),
                              SIGHT(sight_of(cx, VIEW)), thing(cx, "q-x", u, l)));
    return t.rows;
}

static bool sees_note(struct cx *cx, int u, int l)
{
    struct table t;
    random_must(cx, db_select(cx, &t,
                              SQL("SELECT n.id FROM notes n WHERE n.practice_id = $1 AND n.id = $11"
                                  " AND " NOTE_RULE("n", IS_HERE("n.patient_id", "$2"))),
                              NOTE_SIGHT(cx), thing(cx, "n-x", u, l)));
    return t.rows;
}

static bool sees_appointment(struct cx *cx, int u, int l)
{
    struct table t;
    /* clang-format off */
    random_must(cx, db_select(cx, &t,
                              SQL("SELECT a.id, " PATIENT_SHOWN("p") " FROM appointments a"
                                  " JOIN patients p ON p.practice_id = $1 AND p.id = a.patient_id"
                                  " WHERE a.practice_id = $1 AND a.id = $11"
                                  " AND " CALENDAR_SEEN("a")),
                              CALENDAR_SIGHT(cx), thing(cx, "a-x", u, l)));
    /* clang-format on */
    return t.rows;
}

static bool sees_invoice(struct cx *cx, int u, int l)
{
    struct table t;
    /* clang-format off */
    random_must(cx, db_select(cx, &t,
                              SQL("SELECT i.id, " PATIENT_SHOWN("p") " FROM invoices i"
                                  " JOIN patients p ON p.practice_id = $1 AND p.id = i.patient_id"
                                  " WHERE i.practice_id = $1 AND i.id = $11"
                                  " AND " INVOICE_SEEN("i")),
                              INVOICE_SIGHT(cx), thing(cx, "v-x", u, l)));
    /* clang-format on */
    return t.rows;
}

static bool sees_profile(struct cx *cx, int u, int l)
{
    struct booking_profiles all;
    if (booking_profiles_list(cx, &all) != OK) return false;
    for (size_t i = 0; i < all.n; i++)
        if (id_same(all.at[i].id, thing(cx, "bp-x", u, l))) return true;
    return false;
}

static bool sees_figures(struct cx *cx, int l)
{
    struct location_list places;
    struct pivot pivot;
    if (pivot_begin(cx, &(struct report_filter){ 0 }, &places, &pivot) != OK) return false;
    for (size_t i = 0; i < places.n; i++)
        if (id_same(places.at[i].id, random_id(cx, "l-w", l))) return true;
    return false;
}

/* A permission of the area, of this reach, that no rule narrows further. */
static enum permission permission_of(enum area area, enum reach need)
{
    enum permission p = 0;
    while (p < PERMISSION_COUNT
           && (permissions[p].area != area || permissions[p].need != need
               || strcmp(permissions[p].rule_name, "anything") != 0))
        p++;
    return p;
}

/* The gate, about what is one's own there or what is not. */
static bool passes(struct cx *cx, enum area area, enum reach need, bool own, bool here)
{
    struct record record = { .own = own, .here = here, .grant = NO_GRANT };
    struct subject subject = { .practice = cx->actor.practice };
    enum permission p = permission_of(area, need);
    if (areas[area].records)
        subject.record = &record;
    else if (own)
        subject.user = cx->actor.user;
    return p < PERMISSION_COUNT && may(&cx->actor, p, &subject, NULL);
}

static bool enforced(struct cx *cx, enum area area, int u, int l, bool own)
{
    int whose = own ? u : NOBODY;
    bool here = random_now.users[u].all_locations || random_now.assigned[u][l];
    switch (area) {
    case AREA_PATIENTS: return sees_patient(cx, whose, l);
    case AREA_NOTES: return sees_note(cx, whose, l);
    case AREA_CALENDAR: return sees_appointment(cx, whose, l);
    case AREA_INVOICES: return sees_invoice(cx, whose, l);
    case AREA_BOOKING: return sees_profile(cx, whose, l);
    case AREA_REPORTS: return sees_figures(cx, l);
    default: return passes(cx, area, VIEW, own, here);
    }
}

/* --- what is said ------------------------------------------------------------ */

/* Of whom it says nothing, nothing is seen. */
static enum much said[AREA_COUNT][RANDOM_PLACES][RANDOM_USERS];

static void take(struct cx *cx, enum area area, int l, const struct who_sees *who)
{
    int64_t n = 0;
    for (int u = 0; u < RANDOM_USERS; u++) said[area][l][u] = NOTHING;
    for (size_t i = 0; i < who->listed; i++)
        for (int u = 0; u < RANDOM_USERS; u++)
            if (id_same(who->at[i].user, random_id(cx, "u-w", u)))
                said[area][l][u] = who->at[i].much;
    for (enum level level = 0; level < LEVEL_COUNT; level++)
        for (enum much m = 0; m < MUCHES; m++) n += who->of[level][m];
    CHECK_INT(n, who->n);
    CHECK_INT((int64_t)who->listed, who->n);
}

static void ask_all(struct cx *cx)
{
    const struct user_location *places;
    size_t n;
    act_as(cx, "north", "olga");
    random_must(cx, user_places(cx, &places, &n));
    for (enum area area = 0; area < AREA_COUNT; area++)
        for (size_t i = 0; i < n; i++)
            for (int l = 0; l < RANDOM_PLACES; l++) {
                struct who_sees who;
                struct who_asked asked = { area, &places[i], places, n };
                if (!id_same(places[i].id, random_id(cx, "l-w", l))) continue;
                random_must(cx, who_sees(cx, &asked, &who));
                take(cx, area, l, &who);
            }
    (void)!act_end(cx, OK);
}

static void make_round(struct cx *cx)
{
    random_practice(cx, 1);
    for (int l = 0; l < RANDOM_PLACES; l++)
        for (int u = 0; u <= NOBODY; u++) make_things(cx, u, l);
    random_must(cx, db_commit(cx));
}

static int checked, seen;

static void compare(struct cx *cx, int u)
{
    act_as(cx, "north", arena_print(cx->mem, "w%d", u));
    for (enum area area = 0; area < AREA_COUNT; area++)
        for (int l = 0; l < RANDOM_PLACES; l++) {
            enum much much = said[area][l][u];
            bool here = random_now.users[u].all_locations || random_now.assigned[u][l];
            bool others = enforced(cx, area, u, l, false), own = enforced(cx, area, u, l, true);
            CHECK_INT(much_others(much), others);
            CHECK_INT(much < NOTHING, own || others);
            if (permission_of(area, EDIT) < PERMISSION_COUNT && area != AREA_NOTES)
                CHECK_INT(much == EDIT_ALL, passes(cx, area, EDIT, false, here));
            checked++, seen += much < NOTHING;
        }
    (void)!act_end(cx, OK);
}

TEST(who_can_see_what_is_said_of_every_user_area_and_location_as_it_is_enforced)
{
    random_begin();
    checked = seen = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena_mark mark = arena_mark(cx->mem);
        make_round(cx);
        ask_all(cx);
        for (int u = 0; u < RANDOM_USERS && !failures; u++) compare(cx, u);
        if (failures) printf("  in round %d\n", round);
        if (failures) return;
        arena_rewind(cx->mem, mark);
    }
    CHECK_INT(checked, ROUNDS * RANDOM_USERS * AREA_COUNT * RANDOM_PLACES);
    CHECK(seen > checked / 4 && seen < checked * 9 / 10);
}

/* --- the page ---------------------------------------------------------------- */

static int times(const char *text, const char *part)
{
    int n = 0;
    while (text && (text = strstr(text, part))) n++, text += strlen(part);
    return n;
}

TEST(below_the_matrix_it_is_said_who_sees_an_area_at_a_location_and_how)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", MATRIX "?area=notes&at=l-harbour");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "4 users can see Clinical notes at Harbour St: 3 see everybody&#39;s,"
                         " 1 only what is their own."));
    const char *answer = strstr(page.body, "id=\"who\"");
    CHECK_INT(times(answer, "<path "), 4);
    CHECK_INT(times(answer, "cv dots"), 1);
    CHECK_INT(times(answer, "<tr><td>"), 4);
    CHECK(has_text(page, "Personal Access, changed by Read Only Access. By relationship: only"));
    CHECK(!strstr(answer, "Gina Papas") && !strstr(answer, "Kavya") && !strstr(answer, "Zoe"));
    CHECK(has_text(page, "<option value=\"notes\" selected>"));
    CHECK(has_text(page, "<option value=\"l-harbour\" selected>"));
    page = get(cx, "freya", MATRIX "?area=history&at=l-harbour");
    CHECK(has_text(page, "1 user can see User action history."));
    CHECK(has_text(page, "Full Access, changed by Account Owner."));
    CHECK(has_text(page, "Locations make no difference"));
}

TEST(a_location_restriction_shows_where_it_ends)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET location_restriction = 1, hide_patient_names = 1"
                 " WHERE id = 'u-gina'");
    const char *there =
        strstr(get(cx, "freya", MATRIX "?area=patients&at=l-riverside").body, "id=\"who\"");
    CHECK(strstr(there, "Gina Papas"));
    CHECK(strstr(there, "Location Restriction: Riverside is assigned. Patients show as codes."));
    there = strstr(get(cx, "freya", MATRIX "?area=patients&at=l-harbour").body, "id=\"who\"");
    CHECK(!strstr(there, "Gina Papas"));
    must_run(cx, "UPDATE users SET location_restriction = 1 WHERE id = 'u-ben'");
    must_run(cx, "DELETE FROM assignments WHERE user_id = 'u-ben' AND location_id = 'l-harbour'");
    must_run(cx, "UPDATE users SET locations = 'l-riverside' WHERE id = 'u-ben'");
    there = strstr(get(cx, "freya", MATRIX "?area=patients&at=l-harbour").body, "id=\"who\"");
    CHECK(strstr(there, "Location Restriction: Harbour St is not assigned. By relationship:"));
}

TEST(what_is_no_area_or_no_location_of_the_group_is_not_answered)
{
    practice_begin(cx);
    const char *const wrong[] = { "", "?area=notes", "?area=notes&at=l-south",
                                  "?area=x&at=l-harbour", "?at=l-harbour" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct page page = get(cx, "freya", ARENA_JOIN(cx->mem, MATRIX, wrong[i]));
        CHECK_INT(page.status, 200);
        CHECK(has_text(page, "id=\"who-area\"") && !has_text(page, "can see Clinical"));
        CHECK(!has_text(page, "<path "));
    }
    CHECK_INT(get(cx, "ben", MATRIX "?area=notes&at=l-harbour").status, 403);
}

TEST(more_than_twelve_are_bundled_by_level_and_all_are_listed)
{
    practice_begin(cx);
    for (int i = 0; i < 10; i++)
        must_run(cx, arena_print(cx->mem,
                                 "INSERT INTO people (id, email, email_key, first_name, last_name,"
                                 " created_at) VALUES ('p-m%d', 'm%d', 'm%d', 'Many', 'M', 1);"
                                 "INSERT INTO users (practice_id, id, person_id, email, first_name,"
                                 " last_name, sort_key, find_key, role_type, level, others,"
                                 " all_locations, created_at) VALUES ('north', 'u-m%d', 'p-m%d',"
                                 " 'm%d', 'Many', 'M%d', 'm%03d', 'm', 'administrator',"
                                 " 'clinical', '', 1, 1)",
                                 i, i, i, i, i, i, i, i));
    recount_users(cx);
    struct page page = get(cx, "freya", MATRIX "?area=notes&at=l-riverside");
    CHECK(has_text(page, "14 users can see Clinical notes at Riverside"));
    const char *answer = strstr(page.body, "id=\"who\"");
    CHECK_INT(times(answer, "<path "), 5); /* five levels, one way each */
    CHECK(strstr(answer, "Clinical Access, Administrator: 10"));
    CHECK_INT(times(answer, "<tr><td>"), 14);
}
