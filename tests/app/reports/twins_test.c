/* twins_test.c - whose figures a report holds: its SQL, the rule in C, and the rule spelled out.
 *
 * Every invoice is of another power of two, so that a sum tells which ones are in it. */
#include <string.h>

#include "access/access.h"
#include "app/reports/journal.h"
#include "app/reports/reports.h"
#include "tests/support/practice.h"
#include "tests/support/random.h"

enum { ROUNDS = 40, APPOINTMENTS = 60, INVOICES = 40, PATIENTS = 4, FIRST_NUMBER = 7000 };
#define THIS_MONTH INT64_C(1794000000000000)

static struct {
    int user, place;
} appointments[APPOINTMENTS], invoices[INVOICES];

static void make_appointment(struct cx *cx, int n)
{
    appointments[n].user = random_roll(RANDOM_USERS);
    appointments[n].place = random_roll(RANDOM_PLACES);
    random_must(cx, db_exec(cx,
                            SQL("INSERT INTO appointments (practice_id, id, location_id, user_id,"
                                " patient_id, starts_at, ends_at, created_at)"
                                " VALUES ($1, $2, $3, $4, $5, $6, $7, 1)"),
                            random_id(cx, "a-w", n), random_id(cx, "l-w", appointments[n].place),
                            random_id(cx, "u-w", appointments[n].user),
                            random_id(cx, "q-w", random_roll(PATIENTS)), THIS_MONTH + n,
                            THIS_MONTH + n + 1));
}

static void make_invoice(struct cx *cx, int n)
{
    invoices[n].user = random_roll(RANDOM_USERS);
    invoices[n].place = random_roll(RANDOM_PLACES);
    random_must(
        cx, db_exec(cx,
                    SQL("INSERT INTO invoices (practice_id, id, patient_id, user_id,"
                        " location_id, issued, number, issued_at, issued_on, state, currency,"
                        " net_cents, total_cents, created_at)"
                        " VALUES ($1, $2, $3, $4, $5, 1, $6, 1, '2026-11-05', 'issued', 'AUD',"
                        " $7, $7, 1)"),
                    random_id(cx, "v-w", n), random_id(cx, "q-w", random_roll(PATIENTS)),
                    random_id(cx, "u-w", invoices[n].user), random_id(cx, "l-w", invoices[n].place),
                    FIRST_NUMBER + n, INT64_C(1) << n));
}

static void make_round(struct cx *cx)
{
    random_practice(cx, PATIENTS);
    for (int n = 0; n < APPOINTMENTS; n++) make_appointment(cx, n);
    for (int n = 0; n < INVOICES; n++) make_invoice(cx, n);
    random_must(cx, db_commit(cx));
}

/* Level, tick box, then what narrows. */
static bool spelled_out(int u, int place)
{
    const struct access *a = &random_now.users[u];
    bool here = a->all_locations || random_now.assigned[u][place];
    if (!a->all_locations && a->locations == 0) return false;
    if (level_others(a->level, AREA_REPORTS) < VIEW && !a->set[SETTING_see_reports]) return false;
    return here || a->owner || !a->set[SETTING_location_restriction];
}

static bool ruled(struct cx *cx, int place)
{
    struct record figures = { .here = ids_hold(cx->actor.locations, random_id(cx, "l-w", place)),
                              .grant = NO_GRANT };
    return may(&cx->actor, REPORTS_VIEW,
               &(struct subject){ .practice = cx->actor.practice, .record = &figures }, NULL);
}

/* Of one practitioner at one location, as the cells of a report have it. */
static int64_t counted(struct cx *cx, const struct pivot *p, int user, int place, int figure)
{
    int64_t sum = 0;
    for (size_t i = 0; i < p->cells_n; i++) {
        const struct pivot_cell *c = &p->cells[i];
        if (id_same(p->locations.at[c->location].id, random_id(cx, "l-w", place))
            && id_same(p->practitioners.at[c->practitioner].id, random_id(cx, "u-w", user)))
            sum += c->n[figure];
    }
    return sum;
}

static int checked;

static void compare_counts(struct cx *cx, int u, const struct pivot *p)
{
    for (int place = 0; place < RANDOM_PLACES; place++)
        for (int of = 0; of < RANDOM_USERS; of++) {
            int64_t there = 0;
            for (int n = 0; n < APPOINTMENTS; n++)
                there += appointments[n].user == of && appointments[n].place == place;
            CHECK_INT(ruled(cx, place), spelled_out(u, place));
            CHECK_INT(counted(cx, p, of, place, FIGURE_OPEN), spelled_out(u, place) ? there : 0);
        }
}

static void compare_sums(struct cx *cx, int u, const struct pivot *p)
{
    for (int n = 0; n < INVOICES; n++) {
        int64_t sum = counted(cx, p, invoices[n].user, invoices[n].place, FIGURE_INVOICED);
        CHECK_INT(sum >> n & 1, spelled_out(u, invoices[n].place));
        checked++;
    }
}

/* The journal takes the sight of others' invoices besides. */
static void compare_journal(struct cx *cx, int u)
{
    struct journal_draft november = { "2026-11-01", "2026-11-30", .names = false };
    struct journal *journal;
    struct bytes head, text;
    bool opens = journal_may(cx);
    CHECK_INT(journal_make(cx, &november, &journal), opens ? OK : FORBIDDEN);
    if (!opens) return;
    random_must(cx, journal_read(cx, journal, 0, &head));
    if (journal->entries == 0)
        text = (struct bytes){ "", 0 };
    else
        random_must(cx, journal_read(cx, journal, (int64_t)head.n, &text));
    for (int n = 0; n < INVOICES; n++) {
        const char *line = arena_print(cx->mem, "    ; invoice: %d\n", FIRST_NUMBER + n);
        CHECK_INT(strstr(text.at, line) != NULL, spelled_out(u, invoices[n].place));
    }
}

static void compare(struct cx *cx, int u)
{
    struct pivot counts = { 0 }, sums = { 0 };
    bool any = false;
    act_as(cx, "north", arena_print(cx->mem, "w%d", u));
    struct report_filter filter = { .period = period_of(cx, "this-month") };
    for (int place = 0; place < RANDOM_PLACES; place++) any = any || spelled_out(u, place);
    CHECK_INT(report_appointments(cx, &filter, &counts), any ? OK : FORBIDDEN);
    CHECK_INT(report_income(cx, &filter, "AUD", &sums), any ? OK : FORBIDDEN);
    if (any) {
        compare_counts(cx, u, &counts);
        compare_sums(cx, u, &sums);
    }
    compare_journal(cx, u);
    (void)!act_end(cx, OK);
}

TEST(figures_in_sql_and_a_location_in_c_agree_for_every_actor_and_every_record)
{
    random_begin();
    checked = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena_mark mark = arena_mark(cx->mem);
        make_round(cx);
        for (int u = 0; u < RANDOM_USERS && !failures; u++) compare(cx, u);
        if (failures) printf("  in round %d\n", round);
        if (failures) return;
        arena_rewind(cx->mem, mark);
    }
    CHECK(checked > ROUNDS * INVOICES * 4); /* reports are for a third of them and more */
}
