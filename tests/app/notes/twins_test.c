/* twins_test.c - the rule of notes in C, in SQL, and spelled out here. */
#include "app/notes/note.h"
#include "app/notes/reach.h"
#include "tests/support/practice.h"
#include "tests/support/random.h"

enum { ROUNDS = 60, NOTES = 60, PATIENTS = 8, GONE = RANDOM_USERS - 1 };

static struct {
    int author, patient;
    bool private, is_signed, discarded;
} those[NOTES];

static void make_note(struct cx *cx, int n)
{
    int kind = random_roll(6);
    const char *state = kind == 0 ? "discarded" : kind == 1 ? "draft" : "signed";
    those[n].author = random_roll(RANDOM_USERS);
    those[n].patient = random_roll(PATIENTS);
    those[n].private = random_roll(4) == 0;
    those[n].is_signed = kind > 1;
    those[n].discarded = kind == 0;
    random_must(cx,
                db_exec(cx,
                        SQL("INSERT INTO notes (practice_id, id, patient_id, author_id,"
                            " author_name, text, private, state, edition, created_at, signed_at,"
                            " changed_at) VALUES ($1, $2, $3, $4, '', 'x', $5, $6, $7, 1,"
                            " CASE WHEN CAST($7 AS BIGINT) = 1 THEN 1 END, 1)"),
                        random_id(cx, "n-w", n), random_id(cx, "q-w", those[n].patient),
                        random_id(cx, "u-w", those[n].author), those[n].private, state,
                        those[n].is_signed));
}

static bool gone;

/* One author has gone, unless that one has Full Access. */
static void make_round(struct cx *cx)
{
    random_practice(cx, PATIENTS);
    for (int n = 0; n < NOTES; n++) make_note(cx, n);
    random_must(cx, db_commit(cx));
    gone = !access_full(&random_now.users[GONE]);
    if (gone) must_run(cx, "UPDATE users SET status = 'deactivated' WHERE id = 'u-w15'");
}

/* Level default, tick boxes, what narrows; then the grant for the patient, for those whose level
 * knows notes at all. */
static enum reach area_reach(int u, int n)
{
    const struct access *a = &random_now.users[u];
    const struct random_patient *p = &random_now.patients[those[n].patient];
    enum reach others = level_others(a->level, AREA_NOTES), own = level_own(a->level, AREA_NOTES);
    enum reach all = NONE;
    bool here = a->all_locations, knows;
    if (a->set[SETTING_hide_patient_names]) return NONE; /* notes name people */
    if (a->others[AREA_NOTES] != FOLLOWS) others = (enum reach)a->others[AREA_NOTES];
    knows = others >= VIEW || own >= VIEW;
    for (int l = 0; l < RANDOM_PLACES; l++)
        here = here || (p->kept[l] && random_now.assigned[u][l]);
    if (!a->set[SETTING_location_restriction] || a->owner || here) all = others;
    if (those[n].author == u && own > all) all = own;
    if (knows && p->granted[u] > (int)all) all = (enum reach)p->granted[u];
    if (knows && p->granted[u] != NONE && p->lent[u] > (int)all) all = (enum reach)p->lent[u];
    return a->set[SETTING_read_only] && all > VIEW ? VIEW : all;
}

static bool spelled_out(int u, int n)
{
    bool mine = those[n].author == u, open = those[n].is_signed && !those[n].private;
    bool left = gone && those[n].author == GONE && access_full(&random_now.users[u]);
    if (those[n].discarded || random_reach(u, those[n].patient) < VIEW) return false;
    return (open || mine || left) && area_reach(u, n) >= VIEW;
}

static void listed(struct cx *cx, int p, bool out[NOTES])
{
    struct patient *patient;
    struct note_list list = { .more = true };
    struct id after = { "" };
    if (patient_find(cx, random_id(cx, "q-w", p), &patient) != OK) return;
    while (list.more) {
        random_must(cx, note_list(cx, patient, after, &list));
        for (size_t i = 0; i < list.n; i++) {
            after = list.at[i].id;
            out[atoi(after.text + 3)] = true;
        }
    }
}

static void ruled(struct cx *cx, bool out[NOTES])
{
    struct table t;
    random_must(cx,
                db_select(cx, &t,
                          SQL("SELECT n.id FROM notes n WHERE n.practice_id = $1 AND " NOTE_RULE(
                              "n", IS_HERE("n.patient_id", "$2"))),
                          NOTE_SIGHT(cx)));
    for (size_t i = 0; i < t.rows; i++) {
        const char *id = cell_text(&t, i, "id");
        if (strncmp(id, "n-w", 3) == 0) out[atoi(id + 3)] = true; /* others are of every practice */
    }
}

static int checked, seen_n;

static void compare(struct cx *cx, int u)
{
    bool in_list[NOTES] = { false }, in_sql[NOTES] = { false };
    act_as(cx, "north", arena_print(cx->mem, "w%d", u));
    for (int p = 0; p < PATIENTS; p++) listed(cx, p, in_list);
    ruled(cx, in_sql);
    for (int n = 0; n < NOTES; n++) {
        struct patient *patient;
        struct note *note;
        bool want = spelled_out(u, n);
        bool found = patient_find(cx, random_id(cx, "q-w", those[n].patient), &patient) == OK
                     && note_find(cx, patient, random_id(cx, "n-w", n), &note) == OK;
        CHECK_INT(found, want);
        CHECK_INT(in_list[n], want);
        CHECK_INT(in_sql[n], want);
        checked++;
        seen_n += want;
    }
    (void)!act_end(cx, OK);
}

TEST(a_list_of_notes_a_note_in_c_and_the_rule_in_sql_agree_for_every_actor_and_every_record)
{
    random_begin();
    checked = seen_n = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena_mark mark = arena_mark(cx->mem);
        make_round(cx);
        for (int u = 0; u < GONE && !failures; u++) compare(cx, u);
        if (failures) printf("  in round %d\n", round);
        if (failures) return;
        arena_rewind(cx->mem, mark);
    }
    CHECK_INT(checked, ROUNDS * GONE * NOTES);
    CHECK(seen_n > checked / 10 && seen_n < checked * 9 / 10);
}
