/* rows.c - see row.h */
#include "app/patients/row.h"

#include <stdlib.h>
#include <string.h>

#include "app/calendar/reach.h"
#include "base/text.h"
#include "db/db.h"

static enum patient_state state_of(const char *key)
{
    if (strcmp(key, "archived") == 0) return PATIENT_ARCHIVED;
    return strcmp(key, "merged") == 0 ? PATIENT_MERGED : PATIENT_ACTIVE;
}

const char *pseudonym_words(struct cx *cx, int64_t n)
{
    return arena_print(cx->mem, "PX-%06lld", (long long)n);
}

static void read_details(struct patient *p, const struct table *t, size_t row)
{
#define DETAIL(name, most) p->name = cell_text(t, row, #name);
#include "app/patients/details.def"
#undef DETAIL
}

static void hide_details(struct patient *p)
{
    p->hidden = true;
#define DETAIL(name, most) p->name = "";
#include "app/patients/details.def"
#undef DETAIL
}

/* "1793000000000000 l-riverside" */
static struct patient_visit visit_of(const char *text)
{
    char *end;
    struct patient_visit visit = { 0 };
    if (!text) return visit;
    visit.at = strtoll(text, &end, 10);
    visit.location = id_of(end + strspn(end, " "));
    return visit;
}

static void read_row(struct cx *cx, const struct table *t, size_t row, struct patient *p)
{
    p->id = cell_id(t, row, "id");
    p->number = cell_int(t, row, "number");
    p->pseudonym = pseudonym_words(cx, cell_int(t, row, "pseudonym"));
    if (cx->actor.reach & REACH_PSEUDONYMS)
        hide_details(p);
    else
        read_details(p, t, row);
    p->state = state_of(cell_text(t, row, "state"));
    p->state_at = cell_int(t, row, "state_at");
    p->state_by = cell_text(t, row, "state_by");
    p->created_at = cell_int(t, row, "created_at");
    p->version = cell_int(t, row, "version");
    if (cell_text(t, row, "merged_into")) p->merged_into = cell_id(t, row, "merged_into");
    p->main_name = "";
    if (cell_text(t, row, "main_id")) {
        p->main = cell_id(t, row, "main_id");
        p->main_name = text_name(cx->mem, cell_text(t, row, "main_title"),
                                 cell_text(t, row, "main_first"), cell_text(t, row, "main_last"));
    }
    p->record = (struct record){ .own = cell_bool(t, row, "own"),
                                 .here = cell_bool(t, row, "here"),
                                 .grant = (signed char)cell_int(t, row, "granted") };
}

/* clang-format off */
#define NOT_LISTED                                                                          \
    "p.email, p.address, p.contact_name, p.contact_relation, p.contact_phone, p.state_at,"  \
    " p.state_by, p.merged_into, p.created_at, p.version"
#define NOTHING                                                                             \
    "'' AS email, '' AS address, '' AS contact_name, '' AS contact_relation,"               \
    " '' AS contact_phone, 0 AS state_at, '' AS state_by, NULL AS merged_into,"             \
    " 0 AS created_at, 0 AS version"
#define ROWS(more, is_own, is_here, from, main)                                             \
    " SELECT p.id, p.number, p.pseudonym, p.title, p.first_name, p.last_name,"              \
    " p.preferred_name, p.birth_date, p.gender, p.phone, p.other_phone, p.state, "          \
    more ", u.id AS main_id, u.title AS main_title, u.first_name AS main_first,"            \
    " u.last_name AS main_last,"                                                            \
    " CASE WHEN " is_own " THEN 1 ELSE 0 END AS own,"                                       \
    " CASE WHEN " is_here " THEN 1 ELSE 0 END AS here,"                                     \
    " " GRANTED("p.id", "$2", "$3") " AS granted"                                           \
    " FROM " from " LEFT JOIN patient_practitioners m"                                      \
    "  ON m.practice_id = p.practice_id AND m.main = 1 AND " main                           \
    " LEFT JOIN users u ON u.practice_id = m.practice_id AND u.id = m.user_id"              \
    " WHERE p.practice_id = $1 AND "

/* For db_gather(): within reach, so that more is asked. */
static void still_to_come(struct id id, struct patient *p)
{
    p->id = id;
    p->record = (struct record){ .own = true, .here = true, .grant = NO_GRANT };
}

enum status patient_read(struct cx *cx, struct id id, struct patient **out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL(ROWS(NOT_LISTED, IS_OWN("p.id", "$2"), IS_HERE("p.id", "$2"),
                           "patients p", "m.patient_id = p.id") "p.id = $4"),
                  cx->actor.user, cx->now, id));
    if (table_none(&t)) return fail(cx, NOT_FOUND, "There is no such patient.");
    *out = NEW(cx->mem, struct patient);
    read_row(cx, &t, 0, *out);
    if (t.rows == 0) still_to_come(id, *out);
    return OK;
}

/* --- a page of a list ------------------------------------------------------------
 * One statement, through indexes in the order of names, for as many entries as stand
 * in it: $4 and $5 are the first, $6 and $7 the second, and so on up to $109. */

/* Of the patient's, the nearest on one side of now that the calendar shows (its rule, from $110
 * on, with the assigned locations as one text). */
#define VISIT(side, order)                                                                  \
    "(SELECT CAST(a.starts_at AS TEXT) || ' ' || a.location_id FROM appointments a"         \
    " WHERE a.practice_id = $1 AND a.patient_id = p.id AND a.starts_at " side " $3"         \
    " AND a.state <> 'cancelled' AND "                                                      \
    CALENDAR_RULE("a", "$2", "$110", "$111", "$112", AMONG("a.location_id", "$113"))        \
    " ORDER BY a.starts_at" order " LIMIT 1)"
#define VISITS VISIT("<", " DESC") " AS last_visit, " VISIT(">=", "") " AS next_visit"

#define FIVE(d)                                                                             \
    "(" d "0, $" d "0, $" d "1), (" d "2, $" d "2, $" d "3), (" d "4, $" d "4, $" d "5),"   \
    " (" d "6, $" d "6, $" d "7), (" d "8, $" d "8, $" d "9)"
#define ENTRIES                                                                             \
    "WITH asked (n, id, names) AS (VALUES (4, $4, $5), (6, $6, $7), (8, $8, $9), " FIVE("1")\
    ", " FIVE("2") ", " FIVE("3") ", " FIVE("4") ", " FIVE("5") ", " FIVE("6") ", "         \
    FIVE("7") ", " FIVE("8") ", " FIVE("9") ", " FIVE("10") ")"
/* clang-format on */
enum { ENTRIES_MOST = 53, BEFORE_ENTRIES = 2, CALENDARS = BEFORE_ENTRIES + 2 * ENTRIES_MOST };
_Static_assert((int)PATIENT_ROWS <= (int)ENTRIES_MOST, "a page is read by one statement");

/* clang-format off */
#define PAGE(more)                                                                          \
    SQL(ENTRIES ROWS(more, IS_OWN_NAMED("p.id", "p.names", "$2"),                           \
                     IS_HERE_NAMED("p.id", "p.names", "$2"), "asked CROSS JOIN patients p", \
                     "m.names = p.names AND m.patient_id || '' = p.id")                     \
        "p.names = asked.names AND p.id || '' = asked.id ORDER BY asked.n")
/* clang-format on */

static enum status ask_visits(struct cx *cx, struct value values[], struct table *t)
{
    uint64_t reach = cx->actor.reach;
    const char *places = cx->actor.locations ? cx->actor.locations : "";
    struct value *rule = values + CALENDARS;
    rule[0] = value_int(reach_own(reach, AREA_CALENDAR) >= VIEW);
    rule[1] = value_int(reach_others(reach, AREA_CALENDAR) >= VIEW);
    rule[2] = value_int(reach_limited(reach));
    rule[3] = value_text(ARENA_JOIN(cx->mem, " ", places, " "));
    return db_run(cx, t, PAGE(NOTHING ", " VISITS), values, CALENDARS + 4);
}

static enum status read_page(struct cx *cx, const struct named_ids *ids, bool visits,
                             struct patient_list *out)
{
    struct value values[CALENDARS + 4] = { value_id(cx->actor.user), value_int(cx->now) };
    struct table t = { 0 };
    for (size_t i = 0; i < ids->n; i++) {
        values[BEFORE_ENTRIES + 2 * i] = value_id(ids->at[i].id);
        values[BEFORE_ENTRIES + 2 * i + 1] = value_text(ids->at[i].names);
    }
    if (ids->n && visits) TRY(ask_visits(cx, values, &t));
    if (ids->n && !visits) TRY(db_run(cx, &t, PAGE(NOTHING), values, CALENDARS));
    if (t.rows != ids->n && !db_unsure(cx))
        return fail(cx, BROKEN, "an entry of a list has no patient");
    *out = (struct patient_list){ .n = t.rows,
                                  .at = NEW_ARRAY(cx->mem, struct patient, ids->n),
                                  .visits = visits };
    for (size_t i = 0; i < t.rows; i++) {
        read_row(cx, &t, i, &out->at[i]);
        if (!visits) continue;
        out->at[i].last = visit_of(cell_text(&t, i, "last_visit"));
        out->at[i].next = visit_of(cell_text(&t, i, "next_visit"));
    }
    return OK;
}

enum status patient_rows(struct cx *cx, const struct named_ids *hits, bool visits,
                         struct patient_list *out)
{
    struct named_ids first = { hits->n < PATIENT_ROWS ? hits->n : PATIENT_ROWS, hits->at };
    TRY(read_page(cx, &first, visits, out));
    out->more = hits->n > PATIENT_ROWS;
    for (size_t i = 0; i < out->n; i++)
        if (!patient_may(cx, PATIENTS_VIEW, &out->at[i]))
            return fail(cx, BROKEN, "a list holds %s, which is out of reach", out->at[i].id.text);
    return OK;
}
