/* appointment.c - reading appointments: see appointment.h */
#include "app/calendar/appointment.h"

#include <stdlib.h>
#include <string.h>

#include "app/calendar/reach.h"
#include "app/locations/location.h"
#include "app/schedule/hours.h"
#include "app/users/presence.h"
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
#define ROOM_NAME                                                                               \
    "COALESCE((SELECT r.name FROM rooms r WHERE r.practice_id = $1 AND r.id = a.room_id), '')"
#define COLUMNS(texts)                                                                          \
    "a.id, a.location_id, a.user_id, a.room_id, a.patient_id, a.type_id, a.label, a.starts_at," \
    " a.ends_at, a.state, " texts ", a.version, a.series_id, l.name AS location_name,"          \
    " l.time_zone, COALESCE(t.name, '') AS type_name, " ROOM_NAME " AS room_name,"              \
    " u.title AS user_title, u.first_name AS user_first, u.last_name AS user_last,"             \
    " u.status AS user_status, u.deactivated_at, " COMES_AT("u") " AS comes_at,"                \
    " CASE WHEN a.user_id = $2 THEN 1 ELSE 0 END AS own,"                                       \
    " CASE WHEN " ASSIGNED("a.location_id") " THEN 1 ELSE 0 END AS here, " PATIENT_SHOWN("p")
#define JOINED                                                                                  \
    " FROM appointments a JOIN locations l"                                                     \
    "  ON l.practice_id = a.practice_id AND l.id = a.location_id"                               \
    " LEFT JOIN users u ON u.practice_id = a.practice_id AND u.id = a.user_id"                  \
    " LEFT JOIN patients p ON p.practice_id = a.practice_id AND p.id = a.patient_id"            \
    " LEFT JOIN appointment_types t ON t.practice_id = a.practice_id AND t.id = a.type_id"
/* clang-format on */

static void put_user(struct appointment *a, const struct known_user *user)
{
    a->user_name = user ? user->name : "";
    a->waits = !user && to_come(a->state);
    if (!user) return;
    a->user = user->id;
    a->user_gone = user->gone && !(user->comes_at && a->starts_at >= user->comes_at);
    a->waits = a->user_gone && to_come(a->state) && a->starts_at >= user->gone_at;
}

static void read_user(struct cx *cx, const struct table *t, size_t row, struct appointment *a)
{
    if (!cell_text(t, row, "user_id")) {
        put_user(a, NULL);
        return;
    }
    struct known_user user = {
        .id = cell_id(t, row, "user_id"),
        .name = text_name(cx->mem, cell_text(t, row, "user_title"), cell_text(t, row, "user_first"),
                          cell_text(t, row, "user_last")),
        .gone = strcmp(cell_text(t, row, "user_status"), "active") != 0,
        .gone_at = cell_int(t, row, "deactivated_at"),
        .comes_at = cell_int(t, row, "comes_at"),
    };
    put_user(a, &user);
}

/* Of what is kept from the actor not even the words come along. */
static void keep_private(struct appointment *a)
{
    a->private = id_some(a->patient) && (!a->shown.seen || a->shown.hidden);
    if (a->private) a->reason = a->note = "";
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
        .room_name = cell_text(t, row, "room_name"),
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
    if (cell_text(t, row, "room_id")) a->room = cell_id(t, row, "room_id");
    read_user(cx, t, row, a);
    keep_private(a);
}

/* As for somebody who may not know for whom it is. */
static void unname(struct appointment *a)
{
    a->shown = (struct patient_shown){ .name = "", .brief = "", .initials = "", .phone = "" };
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
    struct record record = column_facts(cx, location, user);
    return ask(cx, CALENDAR_EDIT, &record);
}

bool appointment_may(const struct cx *cx, enum permission permission, struct id location,
                     struct id user)
{
    struct record record = column_facts(cx, location, user);
    struct subject subject = subject_of(cx, &record);
    return may(&cx->actor, permission, &subject, NULL);
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

#define BEHIND(from, after) \
    "(a.starts_at > " from " OR a.id > COALESCE(CAST(" after " AS TEXT), ''))"

static void read_rows(struct cx *cx, const struct table *t, struct appointment_list *out)
{
    *out = (struct appointment_list){ .n = t->rows,
                                      .at = NEW_ARRAY(cx->mem, struct appointment, t->rows) };
    for (size_t i = 0; i < t->rows; i++) read_row(cx, t, i, &out->at[i]);
}

static enum status list_of_user(struct cx *cx, const struct appointment_filter *f,
                                struct appointment_list *out)
{
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL("SELECT " COLUMNS(NO_TEXTS) JOINED
            " WHERE a.practice_id = $1 AND a.user_id = $11"
            " AND a.starts_at >= $12 AND a.starts_at < $13 AND " BEHIND(
                "$12", "$15") " AND " CALENDAR_SEEN("a") " ORDER BY a.starts_at, a.id LIMIT $14"),
        CALENDAR_SIGHT(cx), f->practitioner, f->from, f->to,
        f->most ? (int64_t)f->most : (int64_t)EVERY, f->after));
    read_rows(cx, &t, out);
    return OK;
}

static enum status first_at_location(struct cx *cx, const struct appointment_filter *f,
                                     struct appointment_list *out)
{
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL("SELECT " COLUMNS(NO_TEXTS) JOINED
            " WHERE a.practice_id = $1 AND a.location_id = $11"
            " AND a.starts_at >= $12 AND a.starts_at < $13 AND " BEHIND(
                "$12", "$15") " AND (CAST($16 AS TEXT) IS NULL OR a.user_id = $16)"
                              " AND " CALENDAR_SEEN("a") " ORDER BY a.starts_at, a.id LIMIT $14"),
        CALENDAR_SIGHT(cx), f->location, f->from, f->to, f->most, f->after, f->practitioner));
    read_rows(cx, &t, out);
    return OK;
}

/* --- of a location, from one index ----------------------------------------------------
 * A day of many practitioners is some hundred rows: all that is shown of them lies side by
 * side, and what many of them share (users, types, rooms, the place) is read once. */

struct shared {
    const struct location *place;
    bool here; /* it is assigned to the actor */
    struct table types;
    struct room_list rooms;
    struct known_users users; /* with space for one more a row */
};

/* Types and rooms come with one answer: those with a place are rooms. */
static enum status read_names(struct cx *cx, struct shared *s)
{
    struct table *t = &s->types;
    TRY(db_select(
        cx, t,
        SQL("SELECT id, name, NULL AS location_id, 0 AS position, 0 AS archived"
            " FROM appointment_types"
            " WHERE practice_id = $1 UNION ALL"
            " SELECT id, name, location_id, position, archived FROM rooms WHERE practice_id = $1"
            "  AND location_id = $2 ORDER BY archived, position, id"),
        s->place->id));
    s->rooms = (struct room_list){ 0, NEW_ARRAY(cx->mem, struct room, t->rows) };
    for (size_t i = 0; i < t->rows; i++)
        if (cell_text(t, i, "location_id"))
            s->rooms.at[s->rooms.n++] = (struct room){ .id = cell_id(t, i, "id"),
                                                       .location = s->place->id,
                                                       .name = cell_text(t, i, "name"),
                                                       .archived = cell_bool(t, i, "archived") };
    return OK;
}

static enum status read_shared(struct cx *cx, const struct appointment_filter *f, size_t rows,
                               struct shared *out)
{
    struct location *found;
    out->place = f->place;
    if (!f->place) {
        TRY(location_find(cx, f->location, &found));
        out->place = found;
    }
    TRY(read_names(cx, out));
    out->users = (struct known_users){ f->known.n,
                                       NEW_ARRAY(cx->mem, struct known_user, f->known.n + rows) };
    if (f->known.n) memcpy(out->users.at, f->known.at, f->known.n * sizeof *f->known.at);
    return OK;
}

static const char *type_name(const struct table *types, struct id id)
{
    for (size_t i = 0; i < types->rows; i++)
        if (strcmp(cell_text(types, i, "id"), id.text) == 0) return cell_text(types, i, "name");
    return "";
}

struct known_user known_user_read(struct cx *cx, const struct table *t, size_t row)
{
    return (struct known_user){
        .id = cell_id(t, row, "id"),
        .name = text_name(cx->mem, cell_text(t, row, "title"), cell_text(t, row, "first_name"),
                          cell_text(t, row, "last_name")),
        .gone = strcmp(cell_text(t, row, "status"), "active") != 0,
        .gone_at = cell_int(t, row, "deactivated_at"),
        .comes_at = cell_int(t, row, "comes_at"),
    };
}

/* Not among the known: somebody who does not work there any more. */
static enum status look_up(struct cx *cx, struct id id, struct known_users *all)
{
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL("SELECT u.id, u.title, u.first_name, u.last_name, u.status,"
            " u.deactivated_at, " COMES_AT("u") " AS comes_at FROM users u"
                                                " WHERE u.practice_id = $1 AND u.id = $2"),
        id));
    if (table_none(&t)) return fail(cx, BROKEN, "%s has appointments and no row", id.text);
    all->at[all->n++] = known_user_read(cx, &t, 0);
    return OK;
}

static enum status find_user(struct cx *cx, const char *id, struct known_users *all,
                             const struct known_user **out)
{
    size_t i = 0;
    *out = NULL;
    if (!id) return OK;
    while (i < all->n && strcmp(all->at[i].id.text, id) != 0) i++;
    if (i == all->n) TRY(look_up(cx, id_of(id), all));
    *out = &all->at[i];
    return OK;
}

/* The lines of appointments.listed, in the order of its definition. */
static enum status read_listed(struct cx *cx, const struct table *t, size_t row, struct shared *s,
                               struct appointment *a)
{
    enum { ENDS_AT, STATE, TYPE, ROOM, PATIENT_OR_LABEL, LINES };
    const char *line[LINES], *listed = cell_text(t, row, "listed");
    const struct known_user *user;
    text_lines(arena_copy(cx->mem, listed, strlen(listed)), line, LINES);
    *a = (struct appointment){
        .id = cell_id(t, row, "id"),
        .location = s->place->id,
        .location_name = s->place->name,
        .zone = s->place->time_zone,
        .patient = cell_id(t, row, "patient_id"),
        .type = id_of(line[TYPE]),
        .room = id_of(line[ROOM]),
        .label = cell_text(t, row, "patient_id") ? "" : line[PATIENT_OR_LABEL],
        .shown =
            patient_shown_listed(cx, cell_bool(t, row, "patient_seen"), line[PATIENT_OR_LABEL]),
        .starts_at = cell_int(t, row, "starts_at"),
        .ends_at = strtoll(line[ENDS_AT], NULL, 10),
        .state = state_of(line[STATE]),
        .reason = "",
        .note = "",
        .record = { cell_bool(t, row, "own"), s->here, NO_GRANT },
    };
    a->type_name = type_name(&s->types, a->type);
    const struct room *room = room_of(&s->rooms, a->room);
    a->room_name = room ? room->name : "";
    TRY(find_user(cx, cell_text(t, row, "user_id"), &s->users, &user));
    put_user(a, user);
    keep_private(a);
    return OK;
}

static enum status list_at_location(struct cx *cx, const struct appointment_filter *f,
                                    struct appointment_list *out)
{
    struct table t;
    struct shared shared = { .here = ids_hold(cx->actor.locations, f->location) };
    const char *only = f->only;
    if (id_some(f->practitioner)) only = ARENA_JOIN(cx->mem, " ", f->practitioner.text, " ");
    /* clang-format off */
    TRY(db_select(cx, &t,
                  SQL("SELECT x.id, x.user_id, x.patient_id, x.starts_at, x.listed,"
                      " CASE WHEN x.user_id = $2 THEN 1 ELSE 0 END AS own,"
                      " CASE WHEN x.patient_id IS NOT NULL AND " SEEN("x.patient_id")
                      "  THEN 1 ELSE 0 END AS patient_seen"
                      " FROM appointments x WHERE x.practice_id = $1 AND x.location_id = $11"
                      " AND x.starts_at >= $12 AND x.starts_at < $13"
                      " AND (CAST($14 AS TEXT) IS NULL OR " AMONG("x.user_id", "CAST($14 AS TEXT)") ")"
                      " AND " CALENDAR_RULE("x", "$2", "$8", "$9", "$10", "$15 = 1")
                      " ORDER BY x.starts_at, x.id"),
                  CALENDAR_SIGHT(cx), f->location, f->from, f->to, only, shared.here));
    /* clang-format on */
    TRY(read_shared(cx, f, t.rows, &shared));
    *out = (struct appointment_list){ t.rows, NEW_ARRAY(cx->mem, struct appointment, t.rows),
                                      shared.rooms };
    for (size_t i = 0; i < t.rows; i++) TRY(read_listed(cx, &t, i, &shared, &out->at[i]));
    return OK;
}

/* Both rules agree, and who is shown is noted. */
static enum status check_rows(struct cx *cx, bool unnamed, struct appointment_list *out)
{
    for (size_t i = 0; i < out->n; i++) {
        struct appointment *a = &out->at[i];
        if (unnamed) unname(a);
        struct subject subject = subject_of(cx, &a->record);
        if (!may(&cx->actor, CALENDAR_VIEW, &subject, NULL))
            return fail(cx, BROKEN, "a list holds %s, which is out of reach", a->id.text);
        if (a->shown.seen) cx_show(cx, "listed", a->patient);
    }
    return OK;
}

enum status appointment_list(struct cx *cx, const struct appointment_filter *f,
                             struct appointment_list *out)
{
    if (!id_some(f->location))
        TRY(list_of_user(cx, f, out));
    else
        TRY(f->most ? first_at_location(cx, f, out) : list_at_location(cx, f, out));
    return check_rows(cx, f->unnamed, out);
}

enum status appointment_list_of(struct cx *cx, const struct patient_appointments *w,
                                struct appointment_list *out)
{
    struct table t;
    if (w->before)
        TRY(db_select(
            cx, &t,
            SQL("SELECT " COLUMNS(NO_TEXTS) JOINED
                " WHERE a.practice_id = $1 AND a.patient_id = $11 AND a.starts_at <= $12"
                " AND (a.starts_at < $12 OR a.id < COALESCE(CAST($13 AS TEXT), ''))"
                " AND " CALENDAR_SEEN("a") " ORDER BY a.starts_at DESC, a.id DESC LIMIT $14"),
            CALENDAR_SIGHT(cx), w->patient, w->from, w->after, APPOINTMENT_ROWS));
    else
        TRY(db_select(cx, &t,
                      SQL("SELECT " COLUMNS(NO_TEXTS) JOINED
                          " WHERE a.practice_id = $1 AND a.patient_id = $11 AND a.starts_at >= $12"
                          " AND " CALENDAR_SEEN("a") " ORDER BY a.starts_at, a.id LIMIT $13"),
                      CALENDAR_SIGHT(cx), w->patient, w->from, APPOINTMENT_ROWS));
    read_rows(cx, &t, out);
    return check_rows(cx, false, out);
}

struct appointment_draft appointment_as_draft(struct cx *cx, const struct appointment *a)
{
    const char *zone = cx->zone;
    cx->zone = a->zone;
    struct civil c = zone_local(time_zone(cx), a->starts_at);
    struct appointment_draft draft = {
        .location = a->location,
        .practitioner = a->user,
        .room = a->room,
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
                      " AND state IN ('booked', 'confirmed') AND patient_id IS NOT NULL"),
                  user, cx->now));
    *n = cell_int(&t, 0, "n");
    *next = cell_int(&t, 0, "next");
    return OK;
}
