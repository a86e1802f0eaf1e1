/* appointment.c - reading appointments: see appointment.h */
#include "app/calendar/appointment.h"

#include <string.h>

#include "app/calendar/reach.h"
#include "app/schedule/hours.h"
#include "base/date.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"

#include "app/calendar/appointment.text.h"

static const char *const keys[APPOINTMENT_STATES] = { "booked",    "confirmed",      "arrived",
                                                      "completed", "did_not_attend", "cancelled" };

const char *appointment_state_key(enum appointment_state state)
{
    return keys[state];
}

const char *appointment_state_words(struct cx *cx, enum appointment_state state)
{
    switch (state) {
    case APPOINTMENT_BOOKED: return SAY(state_booked);
    case APPOINTMENT_CONFIRMED: return SAY(state_confirmed);
    case APPOINTMENT_ARRIVED: return SAY(state_arrived);
    case APPOINTMENT_COMPLETED: return SAY(state_completed);
    case APPOINTMENT_DID_NOT_ATTEND: return SAY(state_did_not_attend);
    default: return SAY(state_cancelled);
    }
}

static enum appointment_state state_of(const char *key)
{
    enum appointment_state state = APPOINTMENT_BOOKED;
    while (state < APPOINTMENT_CANCELLED && strcmp(keys[state], key) != 0) state++;
    return state;
}

static bool to_come(enum appointment_state state)
{
    return state == APPOINTMENT_BOOKED || state == APPOINTMENT_CONFIRMED;
}

/* clang-format off */
/* Lists leave out what was written: it may be long, and they show none of it. */
#define TEXTS "a.reason, a.note"
#define NO_TEXTS "'' AS reason, '' AS note"
#define COLUMNS(texts)                                                                          \
    "a.id, a.location_id, a.user_id, a.patient_id, a.type_id, a.label, a.starts_at, a.ends_at," \
    " a.state, " texts ", a.version, a.series_id, l.name AS location_name, l.time_zone,"        \
    " COALESCE(t.name, '') AS type_name, u.title AS user_title, u.first_name AS user_first,"    \
    " u.last_name AS user_last, u.status AS user_status, u.deactivated_at,"                     \
    " CASE WHEN a.user_id = $2 THEN 1 ELSE 0 END AS own,"                                       \
    " CASE WHEN " ASSIGNED("a.location_id") " THEN 1 ELSE 0 END AS here, " PATIENT_SHOWN("p")
#define JOINED                                                                                  \
    " FROM appointments a JOIN locations l"                                                     \
    "  ON l.practice_id = a.practice_id AND l.id = a.location_id"                               \
    " LEFT JOIN users u ON u.practice_id = a.practice_id AND u.id = a.user_id"                  \
    " LEFT JOIN patients p ON p.practice_id = a.practice_id AND p.id = a.patient_id"            \
    " LEFT JOIN appointment_types t ON t.practice_id = a.practice_id AND t.id = a.type_id"
/* clang-format on */

static void read_user(struct cx *cx, const struct table *t, size_t row, struct appointment *a)
{
    a->user_name = "";
    a->waits = !cell_text(t, row, "user_id") && to_come(a->state);
    if (!cell_text(t, row, "user_id")) return;
    a->user = cell_id(t, row, "user_id");
    a->user_name = text_name(cx->mem, cell_text(t, row, "user_title"),
                             cell_text(t, row, "user_first"), cell_text(t, row, "user_last"));
    a->user_gone = strcmp(cell_text(t, row, "user_status"), "active") != 0;
    a->waits =
        a->user_gone && to_come(a->state) && a->starts_at >= cell_int(t, row, "deactivated_at");
}

static void read_row(struct cx *cx, const struct table *t, size_t row, struct appointment *a)
{
    *a = (struct appointment){
        .id = cell_id(t, row, "id"),
        .location = cell_id(t, row, "location_id"),
        .location_name = cell_text(t, row, "location_name"),
        .zone = cell_text(t, row, "time_zone"),
        .shown = patient_shown_read(cx, t, row),
        .type_name = cell_text(t, row, "type_name"),
        .label = cell_text(t, row, "label"),
        .starts_at = cell_int(t, row, "starts_at"),
        .ends_at = cell_int(t, row, "ends_at"),
        .state = state_of(cell_text(t, row, "state")),
        .reason = cell_text(t, row, "reason"),
        .note = cell_text(t, row, "note"),
        .record = { cell_bool(t, row, "own"), cell_bool(t, row, "here"), NO_GRANT },
        .version = cell_int(t, row, "version"),
    };
    if (cell_text(t, row, "patient_id")) {
        a->patient = cell_id(t, row, "patient_id");
        a->number = cell_int(t, row, "patient_number");
    }
    if (cell_text(t, row, "series_id")) a->series = cell_id(t, row, "series_id");
    if (cell_text(t, row, "type_id")) a->type = cell_id(t, row, "type_id");
    read_user(cx, t, row, a);
    a->private = id_some(a->patient) && (!a->shown.seen || a->shown.hidden);
    if (a->private) a->reason = a->note = "";
}

/* As for somebody who may not know for whom it is. */
static void unname(struct appointment *a)
{
    a->shown = (struct patient_shown){ .name = "", .brief = "", .phone = "" };
    a->private = id_some(a->patient);
    if (a->private) a->reason = a->note = "";
}

/* --- gates ------------------------------------------------------------------------ */

static struct subject subject_of(const struct cx *cx, const struct record *record)
{
    return (struct subject){ .practice = cx->actor.practice, .record = record };
}

static enum status ask(struct cx *cx, enum permission permission, const struct record *record)
{
    struct subject subject = subject_of(cx, record);
    enum status status = allow(cx, permission, &subject);
    if (status != FORBIDDEN || !cx->reason || strcmp(cx->reason, "record") != 0) return status;
    return fail_because(cx, FORBIDDEN, "record", "%s", SAY(appointment_out_of_reach));
}

enum status appointment_ask_this(struct cx *cx, enum permission permission,
                                 const struct appointment *a)
{
    return ask(cx, permission, &a->record);
}

bool appointment_may_edit(const struct cx *cx, const struct appointment *a)
{
    struct subject subject = subject_of(cx, &a->record);
    return may(&cx->actor, CALENDAR_EDIT, &subject, NULL);
}

enum status appointment_ask(struct cx *cx, struct id location, struct id user)
{
    struct record record;
    TRY(column_facts(cx, location, user, &record));
    return ask(cx, CALENDAR_EDIT, &record);
}

enum status appointment_may(struct cx *cx, enum permission permission, struct id location,
                            struct id user, bool *out)
{
    struct record record;
    TRY(column_facts(cx, location, user, &record));
    struct subject subject = subject_of(cx, &record);
    *out = may(&cx->actor, permission, &subject, NULL);
    return OK;
}

/* --- reading ----------------------------------------------------------------------- */

enum status appointment_find(struct cx *cx, struct id id, struct appointment **out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " COLUMNS(TEXTS) ", CASE WHEN " CALENDAR_SEEN(
                      "a") " THEN 1 ELSE 0 END"
                           " AS seen" JOINED " WHERE a.practice_id = $1 AND a.id = $11"),
                  CALENDAR_SIGHT(cx), id));
    if (table_none(&t)) return fail(cx, NOT_FOUND, "There is no such appointment.");
    struct appointment *a = *out = NEW(cx->mem, struct appointment);
    read_row(cx, &t, 0, a);
    if (t.rows == 0) { /* still to come: within reach, so that more is asked */
        a->id = id;
        a->record = (struct record){ true, true, NO_GRANT };
        return OK;
    }
    enum status status = ask(cx, CALENDAR_VIEW, &a->record);
    if ((status == OK) != cell_bool(&t, 0, "seen"))
        return fail(cx, BROKEN, "both rules disagree about %s", id.text);
    if (id_some(a->patient) && (status != OK || a->shown.seen))
        cx_show(cx, status == OK ? "listed" : "denied", a->patient);
    return status;
}

enum { EVERY = 1000000 };

enum status appointment_list(struct cx *cx, const struct appointment_filter *f,
                             struct appointment_list *out)
{
    struct table t;
    if (id_some(f->location))
        TRY(db_select(cx, &t,
                      SQL("SELECT " COLUMNS(NO_TEXTS) JOINED
                          " WHERE a.practice_id = $1 AND a.location_id = $11"
                          " AND a.starts_at >= $12 AND a.starts_at < $13"
                          " AND (CAST($14 AS TEXT) IS NULL OR a.user_id = $14)"
                          " AND " CALENDAR_SEEN("a") " ORDER BY a.starts_at, a.id"),
                      CALENDAR_SIGHT(cx), f->location, f->from, f->to, f->practitioner));
    else
        TRY(db_select(cx, &t,
                      SQL("SELECT " COLUMNS(NO_TEXTS) JOINED
                          " WHERE a.practice_id = $1 AND a.user_id = $11"
                          " AND a.starts_at >= $12 AND a.starts_at < $13"
                          " AND " CALENDAR_SEEN("a") " ORDER BY a.starts_at, a.id LIMIT $14"),
                      CALENDAR_SIGHT(cx), f->practitioner, f->from, f->to,
                      f->most ? (int64_t)f->most : (int64_t)EVERY));
    *out = (struct appointment_list){ t.rows, NEW_ARRAY(cx->mem, struct appointment, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        struct appointment *a = &out->at[i];
        read_row(cx, &t, i, a);
        if (f->unnamed) unname(a);
        struct subject subject = subject_of(cx, &a->record);
        if (!may(&cx->actor, CALENDAR_VIEW, &subject, NULL))
            return fail(cx, BROKEN, "a list holds %s, which is out of reach", a->id.text);
        if (a->shown.seen) cx_show(cx, "listed", a->patient);
    }
    return OK;
}

struct appointment_draft appointment_as_draft(struct cx *cx, const struct appointment *a)
{
    const char *zone = cx->zone;
    cx->zone = a->zone;
    struct civil c = zone_local(time_zone(cx), a->starts_at);
    struct appointment_draft draft = {
        .location = a->location,
        .practitioner = a->user,
        .type = a->type,
        .patient = a->patient,
        .date = date_at(cx, a->starts_at),
        .time = arena_print(cx->mem, "%02d:%02d", c.hour, c.minute),
        .minutes = arena_number(cx->mem, (a->ends_at - a->starts_at) / MINUTES(1)),
        .label = a->label,
        .note = a->note,
    };
    cx->zone = zone;
    return draft;
}

enum status appointment_future(struct cx *cx, struct id user, int64_t *n, int64_t *next)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n, COALESCE(min(starts_at), 0) AS next FROM appointments"
                      " WHERE practice_id = $1 AND user_id = $2 AND starts_at >= $3"
                      " AND state IN ('booked', 'confirmed')"),
                  user, cx->now));
    *n = cell_int(&t, 0, "n");
    *next = cell_int(&t, 0, "next");
    return OK;
}
