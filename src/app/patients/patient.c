/* patient.c - see patient.h */
#include "app/patients/patient.h"

#include <string.h>

#include "access/looks.h"
#include "app/patients/reach.h"
#include "app/patients/row.h"
#include "base/text.h"
#include "db/db.h"

static enum patient_state state_of(const char *key)
{
    if (strcmp(key, "archived") == 0) return PATIENT_ARCHIVED;
    return strcmp(key, "merged") == 0 ? PATIENT_MERGED : PATIENT_ACTIVE;
}

static const char *pseudonym_of(struct cx *cx, int64_t n)
{
    return arena_print(cx->mem, "PX-%06lld", (long long)n);
}

static void read_details(struct patient *p, const struct table *t)
{
#define DETAIL(name, most) p->name = cell_text(t, 0, #name);
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

static void read_row(struct cx *cx, const struct table *t, struct patient *p)
{
    p->id = cell_id(t, 0, "id");
    p->number = cell_int(t, 0, "number");
    p->pseudonym = pseudonym_of(cx, cell_int(t, 0, "pseudonym"));
    if (cx->actor.reach & REACH_PSEUDONYMS)
        hide_details(p);
    else
        read_details(p, t);
    p->state = state_of(cell_text(t, 0, "state"));
    p->state_at = cell_int(t, 0, "state_at");
    p->state_by = cell_text(t, 0, "state_by");
    p->created_at = cell_int(t, 0, "created_at");
    p->version = cell_int(t, 0, "version");
    if (cell_text(t, 0, "merged_into")) p->merged_into = cell_id(t, 0, "merged_into");
    p->main_name = "";
    if (cell_text(t, 0, "main_id")) {
        p->main = cell_id(t, 0, "main_id");
        p->main_name = text_name(cx->mem, cell_text(t, 0, "main_title"),
                                 cell_text(t, 0, "main_first"), cell_text(t, 0, "main_last"));
    }
    p->record = (struct record){ .own = cell_bool(t, 0, "own"),
                                 .here = cell_bool(t, 0, "here"),
                                 .grant = (signed char)cell_int(t, 0, "granted") };
}

/* For db_gather(): within reach, so that more is asked. */
static void still_to_come(struct id id, struct patient *p)
{
    p->id = id;
    p->record = (struct record){ .own = true, .here = true, .grant = NO_GRANT };
}

enum status patient_read(struct cx *cx, struct id id, struct patient **out)
{
    struct table t;
    /* clang-format off */
    TRY(db_select(cx, &t,
                  SQL("SELECT p.id, p.number, p.pseudonym, p.title, p.first_name, p.last_name,"
                      " p.preferred_name, p.birth_date, p.gender, p.phone, p.other_phone, p.email,"
                      " p.address, p.contact_name, p.contact_relation, p.contact_phone, p.state,"
                      " p.state_at, p.state_by, p.merged_into, p.created_at, p.version,"
                      " u.id AS main_id, u.title AS main_title, u.first_name AS main_first,"
                      " u.last_name AS main_last,"
                      " CASE WHEN " IS_OWN("p.id", "$3") " THEN 1 ELSE 0 END AS own,"
                      " CASE WHEN " IS_HERE("p.id", "$3") " THEN 1 ELSE 0 END AS here,"
                      " " GRANTED("p.id", "$3", "$4") " AS granted"
                      " FROM patients p LEFT JOIN patient_practitioners m"
                      "  ON m.practice_id = p.practice_id AND m.patient_id = p.id AND m.main = 1"
                      " LEFT JOIN users u ON u.practice_id = m.practice_id AND u.id = m.user_id"
                      " WHERE p.practice_id = $1 AND p.id = $2"),
                  id, cx->actor.user, cx->now));
    /* clang-format on */
    if (table_none(&t)) return fail(cx, NOT_FOUND, "There is no such patient.");
    *out = NEW(cx->mem, struct patient);
    read_row(cx, &t, *out);
    if (t.rows == 0) still_to_come(id, *out);
    return OK;
}

enum status patient_rows(struct cx *cx, const struct ids *hits, struct patient_list *out)
{
    *out = (struct patient_list){ 0, NEW_ARRAY(cx->mem, struct patient, PATIENT_ROWS),
                                  hits->n > PATIENT_ROWS };
    for (size_t i = 0; i < hits->n && out->n < PATIENT_ROWS; i++) {
        struct patient *p;
        TRY(patient_read(cx, hits->at[i], &p));
        if (!patient_may(cx, PATIENTS_VIEW, p))
            return fail(cx, BROKEN, "a list holds %s, which is out of reach", p->id.text);
        out->at[out->n++] = *p;
    }
    return OK;
}

const char *patient_name(struct cx *cx, const struct patient *p)
{
    return p->hidden ? p->pseudonym : text_name(cx->mem, p->title, p->first_name, p->last_name);
}

struct patient_shown patient_shown_read(struct cx *cx, const struct table *t, size_t row)
{
    struct patient_shown s = { .seen = cell_bool(t, row, "patient_seen"),
                               .hidden = cx->actor.reach & REACH_PSEUDONYMS,
                               .name = "",
                               .brief = "",
                               .phone = "" };
    if (!s.seen) return s;
    s.number = cell_int(t, row, "patient_number");
    if (s.hidden) {
        s.name = s.brief = pseudonym_of(cx, cell_int(t, row, "patient_pseudonym"));
        return s;
    }
    const char *first = cell_text(t, row, "patient_first"),
               *last = cell_text(t, row, "patient_last");
    size_t letter;
    (void)text_code_point(first, &letter);
    s.name = text_name(cx->mem, cell_text(t, row, "patient_title"), first, last);
    s.brief = letter ? arena_print(cx->mem, "%.*s. %s", (int)letter, first, last) : last;
    s.phone = cell_text(t, row, "patient_phone");
    return s;
}

const char *patient_number_words(struct cx *cx, const struct patient *p)
{
    return arena_number(cx->mem, p->number);
}

struct subject patient_subject(const struct cx *cx, const struct patient *p)
{
    return (struct subject){ .practice = cx->actor.practice, .record = &p->record };
}

bool patient_may(const struct cx *cx, enum permission permission, const struct patient *p)
{
    struct subject subject = patient_subject(cx, p);
    return may(&cx->actor, permission, &subject, NULL);
}

/* A new record is the own one of a practitioner, or at a location of others. */
bool patient_may_add(const struct cx *cx)
{
    struct record fresh = { .own = true, .here = true, .grant = NO_GRANT };
    struct subject subject = { .practice = cx->actor.practice, .record = &fresh };
    return may(&cx->actor, PATIENTS_ADD, &subject, NULL);
}

enum status patient_find(struct cx *cx, struct id id, struct patient **out)
{
    TRY(patient_read(cx, id, out));
    struct subject subject = patient_subject(cx, *out);
    enum status status = allow(cx, PATIENTS_VIEW, &subject);
    cx_show(cx, status == OK ? "opened" : "denied", id);
    return status;
}

enum status patient_find_for(struct cx *cx, enum permission permission, struct id id,
                             struct patient **out)
{
    TRY(patient_find(cx, id, out));
    struct subject subject = patient_subject(cx, *out);
    return allow(cx, permission, &subject);
}

enum status patient_reached(struct cx *cx, struct id id, bool *out)
{
    struct patient *p;
    TRY(patient_read(cx, id, &p));
    *out = patient_may(cx, PATIENTS_VIEW, p);
    return OK;
}

enum status patient_recent(struct cx *cx, struct patient_list *out)
{
    enum { MOST = 5, LOOKED_THROUGH = 20 };
    struct id ids[LOOKED_THROUGH];
    size_t n;
    TRY(looks_recent(cx, LOOKED_THROUGH, ids, &n));
    *out = (struct patient_list){ 0, NEW_ARRAY(cx->mem, struct patient, MOST), false };
    for (size_t i = 0; i < n && out->n < MOST; i++) {
        struct patient *p;
        TRY(patient_read(cx, ids[i], &p));
        if (p->state != PATIENT_ACTIVE || !patient_may(cx, PATIENTS_VIEW, p)) continue;
        cx_show(cx, "listed", p->id);
        out->at[out->n++] = *p;
    }
    return OK;
}

enum status patient_by_number(struct cx *cx, int64_t number, struct patient **out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT p.id FROM patients p WHERE p.practice_id = $1 AND p.number = $8"
                      " AND " SEEN("p.id")),
                  SIGHT(sight_of(cx, VIEW)), number));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such patient.");
    return patient_find(cx, cell_id(&t, 0, "id"), out);
}

enum status patient_places(struct cx *cx, struct id id, struct ids *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT location_id FROM patient_locations WHERE practice_id = $1"
                      " AND patient_id = $2 ORDER BY location_id"),
                  id));
    *out = (struct ids){ t.rows, NEW_ARRAY(cx->mem, struct id, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = cell_id(&t, i, "location_id");
    return OK;
}

struct patient_draft patient_as_draft(const struct patient *p, struct ids places)
{
    return (struct patient_draft){
#define DETAIL(name, most) .name = p->name,
#include "app/patients/details.def"
#undef DETAIL
        .locations = places,
    };
}

enum status patient_merged(struct cx *cx, struct id into, struct patient_list *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT id FROM patients WHERE practice_id = $1 AND merged_into = $2"
                      " ORDER BY state_at, id"),
                  into));
    *out = (struct patient_list){ 0, NEW_ARRAY(cx->mem, struct patient, t.rows), false };
    for (size_t i = 0; i < t.rows; i++) {
        struct patient *p;
        TRY(patient_read(cx, cell_id(&t, i, "id"), &p));
        cx_show(cx, "listed", p->id);
        out->at[out->n++] = *p;
    }
    return OK;
}
