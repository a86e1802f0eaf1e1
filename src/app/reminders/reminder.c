/* reminder.c - see reminder.h */
#include "app/reminders/reminder.h"

#include <string.h>

#include "app/calendar/reach.h"
#include "app/reminders/setting.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/reminders/reminders.text.h"

static const int64_t PAUSE = MINUTES(5);
static const struct id every = { "every-five-minutes" }; /* the job is about nobody */

/* --- looking ------------------------------------------------------------------------ */

enum status reminders_begin(struct cx *cx)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT count(*) FROM jobs WHERE practice_id = ''"
                             " AND kind = 'reminders.look' AND attempts_left > 0")));
    if (table_number(&t) > 0) return OK;
    return enqueue(cx, JOB_reminders_look, every, "");
}

enum status reminders_look(struct cx *cx, const struct job *job)
{
    struct table t;
    struct actor before = cx->actor;
    (void)job;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT DISTINCT s.practice_id FROM reminder_settings s"
                             " WHERE s.email_on = 1 AND NOT EXISTS (SELECT 1 FROM jobs j"
                             "  WHERE j.practice_id = s.practice_id AND j.kind = 'reminders.due'"
                             "  AND j.attempts_left > 0)")));
    for (size_t i = 0; i < t.rows; i++) {
        cx->actor.practice = cell_id(&t, i, "practice_id");
        enum status status = enqueue(cx, JOB_reminders_due, every, "");
        cx->actor = before;
        if (status != OK) return status;
    }
    return enqueue_at(cx, JOB_reminders_look, every, "", cx->now + PAUSE);
}

/* The longest of those that are on; a day may have 25 hours. */
static int64_t farthest(const struct reminder_settings *all)
{
    int64_t most = 0;
    for (size_t i = 0; i <= all->n; i++) {
        const struct remind_when *w = i < all->n ? &all->own[i].email : &all->group.email;
        int64_t span = w->days ? DAYS(w->n) + HOURS(2) : HOURS(w->n);
        if (w->on && span > most) most = span;
    }
    return most;
}

/* --- one appointment ---------------------------------------------------------------- */

struct due {
    struct id appointment, user, before; /* before: the newest row, or none */
    bool skipped_before;
    const char *why_before;
    int64_t starts_at, created_at, told; /* told: the moment of the newest row */
    bool nobody;
    const char *zone, *address;
};

static struct due read_due(const struct table *t, size_t row)
{
    struct due d = {
        .appointment = cell_id(t, row, "id"),
        .starts_at = cell_int(t, row, "starts_at"),
        .created_at = cell_int(t, row, "created_at"),
        .nobody = cell_bool(t, row, "nobody"),
        .zone = cell_text(t, row, "time_zone"),
        .address = cell_text(t, row, "email"),
        .why_before = "",
    };
    if (cell_text(t, row, "user_id")) d.user = cell_id(t, row, "user_id");
    if (!cell_text(t, row, "reminder_id")) return d;
    d.before = cell_id(t, row, "reminder_id");
    d.told = cell_int(t, row, "told");
    d.skipped_before = strcmp(cell_text(t, row, "reminder_state"), "skipped") == 0;
    d.why_before = cell_text(t, row, "why");
    return d;
}

/* Why it is not sent, as a key; NULL: it is. */
static const char *obstacle(const struct due *d, int64_t at)
{
    if (d->nobody) return "nobody";
    if (!id_some(d->before) && d->created_at >= at) return "late";
    if (d->skipped_before && strcmp(d->why_before, "late") == 0 && d->told == d->starts_at)
        return "late";
    return *d->address ? NULL : "no_address";
}

/* What was skipped takes its row along; what was told is followed by another. */
static enum status make(struct cx *cx, const struct due *d, const char *why)
{
    struct id id = d->skipped_before ? d->before : id_new(cx->now);
    const char *state = why ? "skipped" : "waiting";
    if (d->skipped_before) {
        TRY(db_exec(cx,
                    SQL("UPDATE reminders SET starts_at = $3, state = $4, why = $5, at = $6"
                        " WHERE practice_id = $1 AND id = $2"),
                    id, d->starts_at, state, why ? why : "", cx->now));
    } else {
        TRY(db_exec(cx,
                    SQL("UPDATE reminders SET newest = 0 WHERE practice_id = $1"
                        " AND appointment_id = $2 AND channel = 'email' AND newest = 1"),
                    d->appointment));
        TRY(db_exec(
            cx,
            SQL("INSERT INTO reminders (practice_id, id, appointment_id, channel, starts_at,"
                " state, why, at) VALUES ($1, $2, $3, 'email', $4, $5, $6, $7)"),
            id, d->appointment, d->starts_at, state, why ? why : "", cx->now));
    }
    return why ? OK : enqueue(cx, JOB_letter_reminder, id, "");
}

static enum status consider(struct cx *cx, const struct due *d, const struct remind_when *when)
{
    int64_t at = remind_at(when, d->zone, d->starts_at);
    if (!when->on || at > cx->now) return OK;
    const char *why = obstacle(d, at);
    bool same =
        why && d->skipped_before && d->told == d->starts_at && strcmp(why, d->why_before) == 0;
    return same ? OK : make(cx, d, why);
}

enum status reminders_due(struct cx *cx, const struct job *job)
{
    struct table t;
    struct reminder_settings all;
    (void)job;
    TRY(reminder_settings_read(cx, &all));
    TRY(db_select(
        cx, &t,
        SQL("SELECT a.id, a.user_id, a.starts_at, a.created_at, l.time_zone, p.email,"
            " r.id AS reminder_id, r.state AS reminder_state, r.starts_at AS told, r.why,"
            " CASE WHEN u.id IS NULL OR u.status <> 'active' THEN 1 ELSE 0 END AS nobody"
            " FROM appointments a"
            " JOIN locations l ON l.practice_id = a.practice_id AND l.id = a.location_id"
            " JOIN patients p ON p.practice_id = a.practice_id AND p.id = a.patient_id"
            " LEFT JOIN users u ON u.practice_id = a.practice_id AND u.id = a.user_id"
            " LEFT JOIN reminders r ON r.practice_id = a.practice_id AND r.appointment_id = a.id"
            "  AND r.channel = 'email' AND r.newest = 1"
            " WHERE a.practice_id = $1 AND a.starts_at > $2 AND a.starts_at <= $3"
            " AND a.state IN ('booked', 'confirmed')"
            " AND (r.id IS NULL OR r.state = 'skipped' OR r.starts_at <> a.starts_at)"
            " ORDER BY a.starts_at, a.id"),
        cx->now, cx->now + farthest(&all)));
    for (size_t i = 0; i < t.rows; i++) {
        struct due d = read_due(&t, i);
        TRY(consider(cx, &d, &reminder_setting_for(&all, d.user)->email));
    }
    return OK;
}

/* --- reading ------------------------------------------------------------------------- */

static const char *why_words(struct cx *cx, const char *why)
{
    if (strcmp(why, "no_address") == 0) return SAY(why_no_address);
    if (strcmp(why, "late") == 0) return SAY(why_late);
    if (strcmp(why, "nobody") == 0) return SAY(why_nobody);
    if (strcmp(why, "gone") == 0) return SAY(why_gone);
    if (strcmp(why, "off") == 0) return SAY(why_off);
    return "";
}

static enum reminder_state state_of(const char *key)
{
    return strcmp(key, "waiting") == 0  ? REMINDER_WAITING
           : strcmp(key, "sent") == 0   ? REMINDER_SENT
           : strcmp(key, "failed") == 0 ? REMINDER_FAILED
                                        : REMINDER_SKIPPED;
}

static struct reminder read_row(struct cx *cx, const struct table *t, size_t row)
{
    struct reminder r = {
        .id = cell_id(t, row, "id"),
        .appointment = cell_id(t, row, "appointment_id"),
        .user_name = "",
        .zone = cell_text(t, row, "time_zone"),
        .starts_at = cell_int(t, row, "starts_at"),
        .at = cell_int(t, row, "at"),
        .state = state_of(cell_text(t, row, "state")),
        .shown = patient_shown_read(cx, t, row),
    };
    const char *why = cell_text(t, row, "why");
    /* A server may name the address that it refuses. */
    if (r.state == REMINDER_FAILED && r.shown.seen && !r.shown.hidden)
        r.why = why;
    else
        r.why = why_words(cx, r.state == REMINDER_FAILED ? "" : why);
    if (!cell_text(t, row, "user_last")) return r;
    r.user_name = text_name(cx->mem, cell_text(t, row, "user_title"),
                            cell_text(t, row, "user_first"), cell_text(t, row, "user_last"));
    return r;
}

enum status reminder_list(struct cx *cx, struct id appointment, size_t most,
                          struct reminder_list *out)
{
    struct table t;
    if (!has(&cx->actor, CALENDAR_VIEW))
        TRY(allow(cx, CALENDAR_VIEW, &(struct subject){ .practice = cx->actor.practice }));
    TRY(db_select(
        cx, &t,
        SQL("SELECT r.id, r.appointment_id, r.starts_at, r.at, r.state, r.why, l.time_zone,"
            " u.title AS user_title, u.first_name AS user_first, u.last_name AS user_last,"
            " a.patient_id, " PATIENT_SHOWN(
                "p") " FROM reminders r JOIN appointments a"
                     "  ON a.practice_id = r.practice_id AND a.id = r.appointment_id"
                     " JOIN locations l ON l.practice_id = a.practice_id AND l.id = a.location_id"
                     " LEFT JOIN patients p ON p.practice_id = a.practice_id AND p.id = a.patient_id"
                     " LEFT JOIN users u ON u.practice_id = a.practice_id AND u.id = a.user_id"
                     " WHERE r.practice_id = $1 AND (CAST($11 AS TEXT) IS NULL OR r.appointment_id = $11)"
                     " AND " CALENDAR_SEEN("a") " ORDER BY r.at DESC, r.id DESC LIMIT $12"),
        CALENDAR_SIGHT(cx), appointment, (int64_t)most));
    *out = (struct reminder_list){ t.rows, NEW_ARRAY(cx->mem, struct reminder, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        out->at[i] = read_row(cx, &t, i);
        if (out->at[i].shown.seen) cx_show(cx, "listed", cell_id(&t, i, "patient_id"));
    }
    return OK;
}
