/* sights_test.c - how much a user will see: what is counted before is what is seen after. */
#include "app/sights/sights.h"
#include "app/calendar/appointment.h"
#include "app/notes/note.h"
#include "tests/support/practice.h"
#include "tests/support/random.h"

enum { ROUNDS = 25, PATIENTS = 12, APPOINTMENTS = 30, NOTES = 40 };

static void add_appointments(struct cx *cx)
{
    struct id nobody = { "" };
    for (int n = 0; n < APPOINTMENTS; n++)
        random_must(
            cx, db_exec(cx,
                        SQL("INSERT INTO appointments (practice_id, id, location_id, user_id,"
                            " patient_id, starts_at, ends_at, created_at)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7, 1)"),
                        random_id(cx, "a-w", n), random_id(cx, "l-w", random_roll(RANDOM_PLACES)),
                        random_roll(4) ? random_id(cx, "u-w", random_roll(RANDOM_USERS)) : nobody,
                        random_id(cx, "q-w", random_roll(PATIENTS)), 1000 + n, 2000 + n));
}

static void add_notes(struct cx *cx)
{
    for (int n = 0; n < NOTES; n++) {
        int kind =
            random_roll(4); /* a draft, one that was discarded, a private one, a signed one */
        static const char *const states[] = { "draft", "discarded", "signed", "signed" };
        struct id author = random_id(cx, "u-w", random_roll(RANDOM_USERS));
        random_must(cx,
                    db_exec(cx,
                            SQL("INSERT INTO notes (practice_id, id, patient_id, author_id,"
                                " author_name, text, private, state, edition, created_at,"
                                " signed_at, changed_at) VALUES ($1, $2, $3, $4, '', 'x', $5, $6,"
                                " $7, 1, CASE WHEN CAST($7 AS BIGINT) = 1 THEN 1 END, 1)"),
                            random_id(cx, "n-w", n), random_id(cx, "q-w", random_roll(PATIENTS)),
                            author, kind == 2, states[kind], kind >= 2));
    }
}

/* Another one's access and locations. */
static struct user_draft access_of(struct cx *cx, int u)
{
    struct user_draft d = { .access = random_now.users[u],
                            .locations = NEW_ARRAY(cx->mem, struct user_location, RANDOM_PLACES) };
    for (int l = 0; l < RANDOM_PLACES; l++)
        if (random_now.assigned[u][l])
            d.locations[d.locations_n++] = (struct user_location){ random_id(cx, "l-w", l), "" };
    return d;
}

static void give(struct cx *cx, int u, int from)
{
    random_must(
        cx,
        db_exec(cx,
                SQL("UPDATE users SET (role_type, level, others, read_only, location_restriction,"
                    " hide_patient_names, owner, all_locations) = (SELECT o.role_type, o.level,"
                    " o.others, o.read_only, o.location_restriction, o.hide_patient_names,"
                    " o.owner, o.all_locations FROM users o WHERE o.practice_id = $1"
                    " AND o.id = $3) WHERE practice_id = $1 AND id = $2"),
                random_id(cx, "u-w", u), random_id(cx, "u-w", from)));
    random_must(cx,
                db_exec(cx, SQL("DELETE FROM assignments WHERE practice_id = $1 AND user_id = $2"),
                        random_id(cx, "u-w", u)));
    for (int l = 0; l < RANDOM_PLACES; l++)
        if (random_now.assigned[from][l])
            random_must(cx,
                        db_exec(cx,
                                SQL("INSERT INTO assignments (practice_id, user_id, location_id)"
                                    " VALUES ($1, $2, $3)"),
                                random_id(cx, "u-w", u), random_id(cx, "l-w", l)));
    copy_locations(cx);
}

/* One after the other, by the rules in C. */
static struct sights seen_by(struct cx *cx, const char *who)
{
    struct sights seen = { 0 };
    struct patient *p;
    struct appointment *a;
    struct note *n;
    struct table t;
    act_as(cx, "north", who);
    random_must(cx, db_select(cx, &t, SQL("SELECT id FROM patients WHERE practice_id = $1")));
    for (size_t i = 0; i < t.rows; i++)
        seen.patients += patient_find(cx, cell_id(&t, i, "id"), &p) == OK;
    random_must(cx, db_select(cx, &t, SQL("SELECT id FROM appointments WHERE practice_id = $1")));
    for (size_t i = 0; i < t.rows; i++)
        seen.appointments += appointment_find(cx, cell_id(&t, i, "id"), &a) == OK;
    random_must(cx,
                db_select(cx, &t, SQL("SELECT id, patient_id FROM notes WHERE practice_id = $1")));
    for (size_t i = 0; i < t.rows; i++)
        seen.notes += patient_find(cx, cell_id(&t, i, "patient_id"), &p) == OK
                      && note_find(cx, p, cell_id(&t, i, "id"), &n) == OK;
    db_rollback(cx);
    return seen;
}

static struct sights counted(struct cx *cx, int u, const struct user_draft *d)
{
    struct sights s;
    act_as(cx, "north", "freya");
    random_must(cx, sights_count(cx, random_id(cx, "u-w", u), d, &s));
    db_rollback(cx);
    return s;
}

static bool same(const struct sights *a, const struct sights *b)
{
    CHECK_INT(a->patients, b->patients);
    CHECK_INT(a->appointments, b->appointments);
    CHECK_INT(a->notes, b->notes);
    return a->patients == b->patients && a->appointments == b->appointments && a->notes == b->notes;
}

TEST(what_is_counted_before_a_change_is_what_is_seen_before_and_after_it)
{
    int differed = 0;
    random_begin();
    for (int round = 0; round < ROUNDS && !failures; round++) {
        struct arena_mark mark = arena_mark(cx->mem);
        random_practice(cx, PATIENTS);
        add_appointments(cx);
        add_notes(cx);
        random_must(cx, db_commit(cx));
        must_run(cx, "UPDATE users SET status = 'deactivated' WHERE level <> 'full'"
                     " AND id IN ('u-w12', 'u-w13', 'u-w14', 'u-w15')");
        for (int u = 0; u < 6 && !failures; u++) {
            int from = 6 + random_roll(6);
            const char *who = arena_print(cx->mem, "w%d", u);
            struct user_draft before = access_of(cx, u), after = access_of(cx, from);
            struct sights was = counted(cx, u, &before), will = counted(cx, u, &after);
            struct sights seen = seen_by(cx, who);
            CHECK(same(&was, &seen));
            act_as(cx, "north", "freya");
            give(cx, u, from);
            (void)!act_end(cx, OK);
            seen = seen_by(cx, who);
            CHECK(same(&will, &seen));
            if (sights_same(&before, &after)) CHECK(same(&was, &will));
            differed += !sights_same(&before, &after);
            if (failures) printf("  in round %d, user %d from %d\n", round, u, from);
        }
        arena_rewind(cx->mem, mark);
    }
    CHECK(differed > ROUNDS);
}

#define CHEN                                                                                   \
    "first_name", "Chen", "last_name", "Wei", "role_type", "practitioner", "profession",       \
        "physiotherapist", "registration_number", "PHY0001234567", "locations", "l-riverside", \
        "version", "1"

TEST(the_review_says_how_much_more_or_less_somebody_sees)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", "/g/north/settings/users/u-chen", CHEN, "level",
                            "clinical", "read_only", "1", NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Can now open 3 patient records more: 4 patient records in all."));
    CHECK(has_text(page, "Can now open 4 appointments more: 5 appointments in all."));
    CHECK(has_text(page, "Can now open 1 clinical note more: 2 clinical notes in all."));
    page =
        post(cx, "freya", "/g/north/settings/users/u-chen/review", CHEN, "level", "personal", NULL);
    CHECK(has_text(page, "sees the same patients, appointments and clinical notes as before"));
    page = post(cx, "freya", "/g/north/settings/users/u-ben", "first_name", "Ben", "last_name",
                "<b>Brandt", "role_type", "practitioner", "profession", "physiotherapist",
                "registration_number", "PHY0001234567", "locations", "l-harbour", "version", "1",
                "level", "personal", NULL);
    CHECK(has_text(page, "Loses sight of 3 patient records: 1 patient record left."));
    CHECK_INT(post(cx, "ben", "/g/north/settings/users/u-chen/review", CHEN, "level", "full", NULL)
                  .status,
              403);
}
