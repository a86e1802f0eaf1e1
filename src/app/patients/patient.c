/* patient.c - see patient.h */
#include "app/patients/patient.h"

#include <stdlib.h>
#include <string.h>

#include "access/looks.h"
#include "app/patients/reach.h"
#include "app/patients/row.h"
#include "base/text.h"
#include "db/db.h"

const char *patient_name(struct cx *cx, const struct patient *p)
{
    return p->hidden ? p->pseudonym : text_name(cx->mem, p->title, p->first_name, p->last_name);
}

struct in_passing {
    int64_t number, pseudonym;
    const char *title, *first, *last, *phone;
};

static const char *brief(struct cx *cx, const char *first, size_t letter, const char *last)
{
    char *text = arena_alloc(cx->mem, letter + strlen(". ") + strlen(last) + 1);
    stpcpy(stpcpy(mempcpy(text, first, letter), ". "), last);
    return text;
}

static struct patient_shown shown(struct cx *cx, const struct in_passing *p)
{
    struct patient_shown s = {
        .seen = true, .hidden = cx->actor.reach & REACH_PSEUDONYMS, .number = p->number, .phone = ""
    };
    if (s.hidden) {
        s.name = s.brief = s.initials = pseudonym_words(cx, p->pseudonym);
        return s;
    }
    size_t letter;
    (void)text_code_point(p->first, &letter);
    s.name = text_name(cx->mem, p->title, p->first, p->last);
    s.brief = letter ? brief(cx, p->first, letter, p->last) : p->last;
    s.initials = text_initials(cx->mem, p->first, p->last);
    s.phone = p->phone;
    return s;
}

static struct patient_shown not_shown(const struct cx *cx)
{
    return (struct patient_shown){ .hidden = cx->actor.reach & REACH_PSEUDONYMS,
                                   .name = "",
                                   .brief = "",
                                   .initials = "",
                                   .phone = "" };
}

struct patient_shown patient_shown_read(struct cx *cx, const struct table *t, size_t row)
{
    if (!cell_bool(t, row, "patient_seen")) return not_shown(cx);
    return shown(cx, &(struct in_passing){
                         .number = cell_int(t, row, "patient_number"),
                         .pseudonym = cell_int(t, row, "patient_pseudonym"),
                         .title = cell_text(t, row, "patient_title"),
                         .first = cell_text(t, row, "patient_first"),
                         .last = cell_text(t, row, "patient_last"),
                         .phone = cell_text(t, row, "patient_phone"),
                     });
}

struct patient_shown patient_shown_listed(struct cx *cx, bool seen, const char *listed)
{
    enum { NUMBER, PSEUDONYM, TITLE, FIRST, LAST, PHONE, LINES };
    const char *line[LINES];
    if (!seen) return not_shown(cx);
    text_lines(arena_copy(cx->mem, listed, strlen(listed)), line, LINES);
    return shown(cx, &(struct in_passing){
                         .number = strtoll(line[NUMBER], NULL, 10),
                         .pseudonym = strtoll(line[PSEUDONYM], NULL, 10),
                         .title = line[TITLE],
                         .first = line[FIRST],
                         .last = line[LAST],
                         .phone = line[PHONE],
                     });
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
