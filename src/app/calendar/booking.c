/* booking.c - booking, moving, cancelling: see appointment.h */
#include "app/calendar/booking.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/calendar/reach.h"
#include "app/schedule/type.h"
#include "base/date.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"

#include "app/calendar/appointment.text.h"

/* --- what is entered -------------------------------------------------------------- */

static enum status find_location(struct cx *cx, struct id id, struct location **out)
{
    struct location_list all;
    TRY(location_list(cx, &all));
    for (size_t i = 0; i < all.n; i++)
        if (id_same(all.at[i].id, id)) return *out = &all.at[i], OK;
    field_fault(cx, "location", SAY(appointment_location_choose));
    TRY(field_check(cx));
    return BROKEN; /* there is a fault */
}

/* Whoever was there stays, deactivated or not; anybody new works there, or is to. */
static enum status check_practitioner(struct cx *cx, struct id user, struct placed *p)
{
    struct table t;
    p->user = user;
    p->user_name = "";
    if (!id_some(user)) return OK;
    TRY(db_select(
        cx, &t,
        SQL("SELECT u.title, u.first_name, u.last_name, " PRESENCE(
            "u") ","
                 " CASE WHEN u.role_type = 'practitioner' AND (u.all_locations = 1 OR EXISTS"
                 " (SELECT 1 FROM assignments w WHERE w.practice_id = $1 AND w.user_id = u.id"
                 "  AND w.location_id = $3)) THEN 1 ELSE 0 END AS works"
                 " FROM users u WHERE u.practice_id = $1 AND u.id = $2"),
        user, p->location->id));
    bool stays = p->before && id_same(p->before->user, user)
                 && id_same(p->before->location, p->location->id);
    if (t.rows) p->here = presence_read(&t, 0);
    bool works = t.rows && cell_bool(&t, 0, "works") && (p->here.active || p->here.comes_at);
    if (t.rows == 0 || (!stays && !p->returns && !works)) {
        field_fault(cx, "practitioner", SAY(appointment_practitioner_choose, p->location->name));
        return OK;
    }
    p->user_name = text_name(cx->mem, cell_text(&t, 0, "title"), cell_text(&t, 0, "first_name"),
                             cell_text(&t, 0, "last_name"));
    return OK;
}

/* Nothing is planned for who is deactivated for good: he stays where he was, as anybody does. */
const char *placed_away(struct cx *cx, const struct placed *p)
{
    const struct appointment *before = p->before;
    bool stays = before && id_same(before->user, p->user) && before->starts_at == p->starts_at;
    bool planned = p->here.comes_at || p->here.goes_at;
    if (!*p->user_name || stays || !planned || presence_holds(&p->here, p->starts_at)) return NULL;
    return presence_words(cx, &p->here, p->user_name, p->starts_at);
}

/* The one it had stays, archived or not, but not over to another location. */
static enum status check_room(struct cx *cx, struct id room, struct placed *p)
{
    struct table t;
    bool same = p->before && id_same(p->before->room, room);
    p->room_name = "";
    if (!id_some(room) || (same && !id_same(p->before->location, p->location->id))) return OK;
    TRY(db_select(cx, &t,
                  SQL("SELECT name, archived FROM rooms WHERE practice_id = $1 AND id = $2"
                      " AND location_id = $3"),
                  room, p->location->id));
    if (t.rows == 0 || (cell_bool(&t, 0, "archived") && !same)) {
        field_fault(cx, "room", SAY(appointment_room_choose, p->location->name));
        return OK;
    }
    p->room = room;
    p->room_name = cell_text(&t, 0, "name");
    return OK;
}

/* One who is out of reach is answered like one who does not exist. */
enum status appointment_patient(struct cx *cx, struct id patient, struct patient_shown *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " PATIENT_SHOWN("p") " FROM patients p WHERE p.practice_id = $1"
                                                   " AND p.id = $8 AND p.state <> 'merged'"),
                  SIGHT(sight_of(cx, VIEW)), patient));
    *out = (struct patient_shown){ .name = "", .brief = "", .initials = "", .phone = "" };
    if (t.rows == 0) return OK;
    *out = patient_shown_read(cx, &t, 0);
    cx_show(cx, out->seen ? "listed" : "denied", patient);
    return OK;
}

static enum status check_patient(struct cx *cx, const struct appointment_draft *d, struct placed *p)
{
    struct patient_shown shown;
    if (!id_some(d->patient)) {
        if (!*d->label) field_fault(cx, "text", SAY(appointment_patient_missing));
        return OK;
    }
    if (*d->label) field_fault(cx, "label", SAY(appointment_both));
    TRY(appointment_patient(cx, d->patient, &shown));
    if (!shown.seen) field_fault(cx, "text", SAY(appointment_patient_choose));
    p->number = shown.number;
    return OK;
}

static enum status check_type(struct cx *cx, const struct appointment_draft *d, struct placed *p)
{
    struct appointment_types all;
    const struct appointment_type *type = NULL;
    p->type_name = "";
    p->minutes = type_minutes(d->minutes);
    if (id_some(d->type)) {
        TRY(type_list(cx, &all));
        for (size_t i = 0; i < all.n; i++)
            if (id_same(all.at[i].id, d->type)) type = &all.at[i];
        bool stays = p->before && id_same(p->before->type, d->type);
        if (!type || (type->retired && !stays))
            field_fault(cx, "type", SAY(appointment_type_choose));
    }
    if (type) p->type = type->id, p->type_name = type->name;
    if (type && !*d->minutes) p->minutes = type->minutes;
    if (p->minutes < 0) field_fault(cx, "minutes", SAY(appointment_minutes_wrong));
    return OK;
}

/* A time that comes twice is the first of the two. */
bool placed_at(struct cx *cx, struct placed *p, const char *date, int minute)
{
    const char *zone = cx->zone;
    cx->zone = p->location->time_zone;
    p->starts_at = date_moment(cx, date, minute);
    struct civil c = zone_local(time_zone(cx), p->starts_at);
    cx->zone = zone;
    p->ends_at = p->starts_at + MINUTES(p->minutes);
    return c.hour * 60 + c.minute == minute;
}

/* A time that never comes is told, so that nobody waits an hour. */
static void check_time(struct cx *cx, const struct appointment_draft *d, struct placed *p)
{
    const char *date = date_parse(cx, d->date);
    int minute = clock_typed(d->time);
    if (!date) field_fault(cx, "date", SAY(appointment_date_wrong));
    if (minute < 0) field_fault(cx, "time", SAY(appointment_time_wrong));
    if (!date || minute < 0) return;
    if (!placed_at(cx, p, date, minute))
        field_fault(cx, "time",
                    SAY(appointment_time_skipped, d->time,
                        time_in(cx, p->location->time_zone, time_clock, p->starts_at)));
    const char *away = placed_away(cx, p);
    if (away) field_fault(cx, "date", away);
}

enum status placed_check(struct cx *cx, const struct appointment_draft *d, struct placed *p)
{
    TRY(find_location(cx, d->location, &p->location));
    TRY(appointment_ask(cx, d->location, d->practitioner));
    TRY(check_practitioner(cx, d->practitioner, p));
    TRY(check_room(cx, d->room, p));
    if (!p->before) TRY(check_patient(cx, d, p));
    if (p->before && !id_some(p->before->patient) && !*d->label)
        field_fault(cx, "label", SAY(appointment_label_missing));
    TRY(check_type(cx, d, p));
    check_time(cx, d, p);
    return field_check(cx);
}

/* --- one at a time ------------------------------------------------------------------- */

/* Transactions that change anything are as if one after the other on both
 * engines, so what is not there now is not there at the commit either. */
enum status placed_overlap(struct cx *cx, const struct placed *p, bool anyway)
{
    struct table t;
    if (!id_some(p->user)) return OK;
    TRY(db_select(cx, &t,
                  SQL("SELECT a.starts_at, a.ends_at, l.time_zone FROM appointments a"
                      " JOIN locations l ON l.practice_id = a.practice_id AND l.id = a.location_id"
                      " WHERE a.practice_id = $1 AND a.user_id = $2 AND a.starts_at > $3"
                      " AND a.starts_at < $4 AND a.ends_at > $5"
                      " AND a.state NOT IN ('cancelled', 'did_not_attend')"
                      " AND (CAST($6 AS TEXT) IS NULL OR a.id <> $6) ORDER BY a.starts_at, a.id"
                      " LIMIT 1"),
                  p->user, p->starts_at - MINUTES(TYPE_MOST_MINUTES), p->ends_at, p->starts_at,
                  p->before ? p->before->id : (struct id){ "" }));
    if (t.rows == 0) return OK;
    const char *zone = cell_text(&t, 0, "time_zone");
    const char *from = time_in(cx, zone, time_clock, cell_int(&t, 0, "starts_at"));
    const char *to = time_in(cx, zone, time_clock, cell_int(&t, 0, "ends_at"));
    if (p->location->no_overlap)
        return fail_because(
            cx, CONFLICT, "overlap_never", "%s",
            SAY(appointment_overlap_never, p->user_name, from, to, p->location->name));
    if (anyway) return OK;
    return fail_because(cx, CONFLICT, "overlap", "%s",
                        SAY(appointment_overlap, p->user_name, from, to));
}

/* "Room 2, Gym": rooms of the location that nothing is in at that time; "" if there are none. */
static enum status free_rooms(struct cx *cx, const struct placed *p, const char **out)
{
    struct table t;
    *out = "";
    TRY(db_select(cx, &t,
                  SQL("SELECT r.name FROM rooms r WHERE r.practice_id = $1 AND r.location_id = $2"
                      " AND r.archived = 0 AND NOT EXISTS (SELECT 1 FROM appointments a"
                      "  WHERE a.practice_id = $1 AND a.room_id = r.id AND a.starts_at > $3"
                      "  AND a.starts_at < $4 AND a.ends_at > $5"
                      "  AND a.state NOT IN ('cancelled', 'did_not_attend')"
                      "  AND (CAST($6 AS TEXT) IS NULL OR a.id <> $6)) ORDER BY r.position, r.id"),
                  p->location->id, p->starts_at - MINUTES(TYPE_MOST_MINUTES), p->ends_at,
                  p->starts_at, p->before ? p->before->id : (struct id){ "" }));
    for (size_t i = 0; i < t.rows; i++)
        *out = arena_print(cx->mem, "%s%s%s", *out, i ? ", " : "", cell_text(&t, i, "name"));
    return OK;
}

/* Nobody insists on a room: two do not fit into it. */
enum status placed_room(struct cx *cx, const struct placed *p)
{
    struct table t;
    if (!id_some(p->room)) return OK;
    TRY(db_select(cx, &t,
                  SQL("SELECT starts_at, ends_at FROM appointments WHERE practice_id = $1"
                      " AND room_id = $2 AND starts_at > $3 AND starts_at < $4 AND ends_at > $5"
                      " AND state NOT IN ('cancelled', 'did_not_attend')"
                      " AND (CAST($6 AS TEXT) IS NULL OR id <> $6) ORDER BY starts_at, id LIMIT 1"),
                  p->room, p->starts_at - MINUTES(TYPE_MOST_MINUTES), p->ends_at, p->starts_at,
                  p->before ? p->before->id : (struct id){ "" }));
    if (t.rows == 0) return OK;
    const char *others, *zone = p->location->time_zone;
    const char *from = time_in(cx, zone, time_clock, cell_int(&t, 0, "starts_at"));
    const char *to = time_in(cx, zone, time_clock, cell_int(&t, 0, "ends_at"));
    TRY(free_rooms(cx, p, &others));
    return fail_because(cx, CONFLICT, "room", "%s",
                        *others ? SAY(appointment_room_taken, p->room_name, from, to, others)
                                : SAY(appointment_room_all_taken, p->room_name, from, to));
}

/* --- telling -------------------------------------------------------------------------- */

struct about placed_about(struct cx *cx, struct id id, int64_t number, const char *zone, int64_t at)
{
    const char *when = time_in(cx, zone, time_moment_there, at);
    const char *who = arena_number(cx->mem, number);
    return (struct about){ id, number ? SAY(appointment_about, who, when)
                                      : SAY(appointment_about_kept, when) };
}

static struct about about_this(struct cx *cx, const struct appointment *a)
{
    return placed_about(cx, a->id, a->number, a->zone, a->starts_at);
}

static const char *or_nobody(struct cx *cx, const char *name)
{
    return *name ? name : SAY(appointment_nobody);
}

/* That a text differs, without what it says. */
static void note_text(struct cx *cx, struct changes *all, const char *field, const char *before,
                      const char *after)
{
    if (strcmp(before, after) == 0) return;
    change_note(cx, all, field, *before ? SAY(appointment_was_given) : "",
                *after ? *before ? SAY(appointment_now_other) : SAY(appointment_was_given) : "");
}

static void note_changes(struct cx *cx, const struct appointment_draft *d, const struct placed *p,
                         struct changes *all)
{
    const struct appointment *a = p->before;
    change_note(cx, all, SAY(appointment_practitioner), or_nobody(cx, a->user_name),
                or_nobody(cx, p->user_name));
    change_note(cx, all, SAY(appointment_location), a->location_name, p->location->name);
    change_note(cx, all, SAY(appointment_room), a->room_name, p->room_name);
    if (a->starts_at != p->starts_at)
        change_note(cx, all, SAY(appointment_when),
                    time_in(cx, a->zone, time_moment_there, a->starts_at),
                    time_in(cx, p->location->time_zone, time_moment_there, p->starts_at));
    change_note(cx, all, SAY(appointment_minutes),
                arena_number(cx->mem, (a->ends_at - a->starts_at) / MINUTES(1)),
                arena_number(cx->mem, p->minutes));
    change_note(cx, all, SAY(appointment_type), a->type_name, p->type_name);
    note_text(cx, all, SAY(appointment_label), a->label, d->label);
    if (!a->private) note_text(cx, all, SAY(appointment_note), a->note, d->note);
}

/* --- changes --------------------------------------------------------------------------- */

static enum status free_again(struct cx *cx, const struct appointment *a)
{
    return time_freed(cx, &(struct freed_time){ a->user, a->location, a->starts_at, a->ends_at });
}

enum status placed_insert(struct cx *cx, const struct appointment_draft *d, const struct placed *p,
                          struct id series, struct id *out)
{
    *out = id_new(cx->now);
    TRY(db_exec(cx,
                SQL("INSERT INTO appointments (practice_id, id, location_id, user_id, patient_id,"
                    " type_id, label, starts_at, ends_at, note, created_at, series_id, room_id,"
                    " patient_listed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
                    " $13,"
                    " COALESCE((SELECT p.listed FROM patients p WHERE p.practice_id = $1"
                    "  AND p.id = $5), ''))"),
                *out, d->location, p->user, d->patient, p->type, d->label, p->starts_at, p->ends_at,
                d->note, cx->now, series, p->room));
    return announce(cx, EVENT_APPOINTMENT_BOOKED,
                    placed_about(cx, *out, p->number, p->location->time_zone, p->starts_at), NULL,
                    NULL);
}

enum status appointment_book(struct cx *cx, const struct appointment_draft *d, bool anyway,
                             struct id *out)
{
    struct placed p = { 0 };
    TRY(placed_check(cx, d, &p));
    TRY(placed_overlap(cx, &p, anyway));
    TRY(placed_room(cx, &p));
    return placed_insert(cx, d, &p, (struct id){ "" }, out);
}

static enum status gate_existing(struct cx *cx, const struct appointment *a)
{
    TRY(appointment_ask_this(cx, CALENDAR_EDIT, a));
    if (a->state == APPOINTMENT_CANCELLED)
        return fail_because(cx, CONFLICT, "cancelled", "%s", SAY(appointment_is_cancelled));
    return OK;
}

enum status appointment_update(struct cx *cx, const struct appointment *a,
                               const struct appointment_draft *d, int64_t version, bool anyway)
{
    struct placed p = { .before = a };
    struct changes changes = { 0 };
    TRY(gate_existing(cx, a));
    TRY(placed_check(cx, d, &p));
    note_changes(cx, d, &p, &changes);
    if (!changes.first) return OK;
    bool moved = a->starts_at != p.starts_at || !id_same(a->user, p.user)
                 || !id_same(a->location, p.location->id);
    bool blocks = a->state != APPOINTMENT_DID_NOT_ATTEND;
    bool again = blocks && (moved || a->ends_at != p.ends_at);
    if (again) TRY(placed_overlap(cx, &p, anyway));
    if (again || (blocks && !id_same(a->room, p.room))) TRY(placed_room(cx, &p));
    TRY(db_change_one(cx, SAY(appointment_stale),
                      SQL("UPDATE appointments SET location_id = $4, user_id = $5, type_id = $6,"
                          " label = $7, starts_at = $8, ends_at = $9,"
                          " note = CASE WHEN $10 = 1 THEN note ELSE $11 END, room_id = $12,"
                          " version = version + 1"
                          " WHERE practice_id = $1 AND id = $2 AND version = $3"),
                      a->id, version, d->location, p.user, p.type, d->label, p.starts_at, p.ends_at,
                      a->private, d->note, p.room));
    if (again) TRY(free_again(cx, a));
    return announce(cx, moved ? EVENT_APPOINTMENT_MOVED : EVENT_APPOINTMENT_CHANGED,
                    about_this(cx, a), &changes, NULL);
}

enum status appointment_reassign(struct cx *cx, const struct appointment *a, struct id user,
                                 bool returns)
{
    struct placed p = {
        .before = a, .starts_at = a->starts_at, .ends_at = a->ends_at, .returns = returns
    };
    struct changes changes = { 0 };
    TRY(gate_existing(cx, a));
    TRY(appointment_ask(cx, a->location, user));
    TRY(location_find(cx, a->location, &p.location));
    TRY(check_practitioner(cx, user, &p));
    const char *away = returns ? NULL : placed_away(cx, &p);
    if (away) field_fault(cx, "practitioner", away);
    TRY(field_check(cx));
    TRY(placed_overlap(cx, &p, false));
    TRY(db_change_one(cx, SAY(appointment_stale),
                      SQL("UPDATE appointments SET user_id = $4, version = version + 1"
                          " WHERE practice_id = $1 AND id = $2 AND version = $3"),
                      a->id, a->version, user));
    TRY(free_again(cx, a));
    change_note(cx, &changes, SAY(appointment_practitioner), or_nobody(cx, a->user_name),
                or_nobody(cx, p.user_name));
    return announce(cx, EVENT_APPOINTMENT_MOVED, about_this(cx, a), &changes, NULL);
}

/* Time that was free because nobody came may have been given to others. */
static enum status check_still_free(struct cx *cx, const struct appointment *a)
{
    struct placed p = { .before = a,
                        .user = a->user,
                        .user_name = a->user_name,
                        .room = a->room,
                        .room_name = a->room_name,
                        .starts_at = a->starts_at,
                        .ends_at = a->ends_at };
    if (a->state != APPOINTMENT_DID_NOT_ATTEND) return OK;
    TRY(location_find(cx, a->location, &p.location));
    TRY(placed_overlap(cx, &p, false));
    return placed_room(cx, &p);
}

static enum status write_state(struct cx *cx, const struct appointment *a,
                               enum appointment_state state, const char *reason, int64_t version)
{
    struct changes changes = { 0 };
    bool cancelled = state == APPOINTMENT_CANCELLED;
    change_note(cx, &changes, SAY(appointment_state), appointment_state_words(cx, a->state),
                appointment_state_words(cx, state));
    TRY(db_change_one(cx, SAY(appointment_stale),
                      SQL("UPDATE appointments SET state = $4, reason = $5, version = version + 1"
                          " WHERE practice_id = $1 AND id = $2 AND version = $3"),
                      a->id, version, appointment_state_key(state), reason));
    if (cancelled) TRY(free_again(cx, a));
    return announce(cx, cancelled ? EVENT_APPOINTMENT_CANCELLED : EVENT_APPOINTMENT_STATE,
                    about_this(cx, a), &changes, NULL);
}

enum status appointment_set_state(struct cx *cx, const struct appointment *a,
                                  enum appointment_state state, int64_t version)
{
    TRY(gate_existing(cx, a));
    if (state >= APPOINTMENT_CANCELLED) return fail(cx, NOT_FOUND, "There is no such state.");
    if (state == a->state) return OK;
    TRY(check_still_free(cx, a));
    return write_state(cx, a, state, "", version);
}

enum status appointment_cancel(struct cx *cx, const struct appointment *a, const char *reason,
                               int64_t version)
{
    enum status status = gate_existing(cx, a);
    if (status == CONFLICT) return OK; /* cancelled already */
    TRY(status);
    if (!*reason) field_fault(cx, "reason", SAY(appointment_reason_missing));
    TRY(field_check(cx));
    return write_state(cx, a, APPOINTMENT_CANCELLED, reason, version);
}

/* A reaction: what stood under a record that went into another stands under that one. */
enum status appointments_follow_patient(struct cx *cx, struct id merged)
{
    return db_exec(cx,
                   SQL("UPDATE appointments SET patient_id = (SELECT p.merged_into FROM patients p"
                       "  WHERE p.practice_id = $1 AND p.id = $2), patient_listed ="
                       " (SELECT w.listed FROM patients p JOIN patients w"
                       "   ON w.practice_id = p.practice_id AND w.id = p.merged_into"
                       "  WHERE p.practice_id = $1 AND p.id = $2), version = version + 1"
                       " WHERE practice_id = $1 AND patient_id = $2"),
                   merged);
}

/* A reaction: the names beside them are those of the record. */
enum status appointments_name_patient(struct cx *cx, struct id patient)
{
    return db_exec(cx,
                   SQL("UPDATE appointments SET patient_listed = (SELECT p.listed FROM patients p"
                       "  WHERE p.practice_id = $1 AND p.id = $2)"
                       " WHERE practice_id = $1 AND patient_id = $2"),
                   patient);
}

enum status appointments_check(struct cx *cx)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT a.practice_id, a.id FROM appointments a LEFT JOIN patients p"
                             " ON p.practice_id = a.practice_id AND p.id = a.patient_id"
                             " WHERE a.patient_listed <> COALESCE(p.listed, '')"
                             " ORDER BY a.practice_id, a.id LIMIT 1")));
    if (t.rows == 0) return OK;
    return fail(cx, BROKEN, "the appointment %s of the group %s names its patient wrongly",
                cell_text(&t, 0, "id"), cell_text(&t, 0, "practice_id"));
}
