/* reminder.c - see reminder.h */
#include "app/reminders/reminder.h"

#include <string.h>

#include "app/calendar/reach.h"
#include "app/credits/ledger.h"
#include "app/credits/topup.h"
#include "app/reminders/setting.h"
#include "app/reminders/text.h"
#include "app/users/presence.h"
#include "base/setup.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"
#include "work/sms.h"

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
    TRY(db_select(
        cx, &t,
        SQL_GLOBAL("SELECT DISTINCT s.practice_id FROM reminder_settings s"
                   " WHERE (s.email_on = 1 OR s.text_on = 1) AND (SELECT count(*) FROM jobs j"
                   "  WHERE j.practice_id = s.practice_id AND j.kind = 'reminders.due'"
                   "  AND j.attempts_left > 0) = 0")));
    for (size_t i = 0; i < t.rows; i++) {
        cx->actor.practice = cell_id(&t, i, "practice_id");
        enum status status = enqueue(cx, JOB_reminders_due, every, "");
        cx->actor = before;
        if (status != OK) return status;
    }
    return enqueue_at(cx, JOB_reminders_look, every, "", cx->now + PAUSE);
}

/* --- one appointment ---------------------------------------------------------------- */

/* By one of the two ways. */
struct way {
    const char *channel; /* in the database */
    bool text;
};
static const struct way ways[] = { { "email", false }, { "text", true } };

static const struct remind_when *when_of(const struct reminder_setting *s, const struct way *way)
{
    return way->text ? &s->text : &s->email;
}

/* The longest of those that are on, 0 for none; a day may have 25 hours. */
static int64_t farthest(const struct reminder_settings *all, const struct way *way)
{
    int64_t most = 0;
    for (size_t i = 0; i <= all->n; i++) {
        const struct remind_when *w = when_of(i < all->n ? &all->own[i] : &all->group, way);
        int64_t span = w->days ? DAYS(w->n) + HOURS(2) : HOURS(w->n);
        if (w->on && span > most) most = span;
    }
    return most;
}

struct due {
    struct id appointment, user, before; /* before: the newest row, or none */
    bool skipped_before;
    const char *why_before;
    int64_t starts_at, created_at, told; /* told: the moment of the newest row */
    bool nobody;
    const char *zone, *address; /* address: an email, or a number */
    struct text_facts facts;
};

static struct due read_due(struct cx *cx, const struct table *t, size_t row, const struct way *way)
{
    struct due d = {
        .appointment = cell_id(t, row, "id"),
        .starts_at = cell_int(t, row, "starts_at"),
        .created_at = cell_int(t, row, "created_at"),
        .nobody = cell_bool(t, row, "nobody"),
        .zone = cell_text(t, row, "time_zone"),
        .why_before = "",
        .facts = text_facts_read(t, row),
    };
    d.address = way->text ? text_number(cx, &d.facts) : cell_text(t, row, "email");
    if (cell_text(t, row, "user_id")) d.user = cell_id(t, row, "user_id");
    if (!cell_text(t, row, "reminder_id")) return d;
    d.before = cell_id(t, row, "reminder_id");
    d.told = cell_int(t, row, "told");
    d.skipped_before = strcmp(cell_text(t, row, "reminder_state"), "skipped") == 0;
    d.why_before = cell_text(t, row, "why");
    return d;
}

/* Why it is not sent, as a key; NULL: it is. */
static const char *obstacle(struct cx *cx, const struct due *d, const struct way *way, int64_t at)
{
    if (d->nobody) return "nobody";
    if (!id_some(d->before) && d->created_at >= at) return "late";
    if (d->skipped_before && strcmp(d->why_before, "late") == 0 && d->told == d->starts_at)
        return "late";
    if (way->text && !cx->setup->sms) return "no_gateway";
    if (!*d->address) return way->text ? "no_number" : "no_address";
    return NULL;
}

/* What was skipped takes its row along; what was told is followed by another. */
static enum status make(struct cx *cx, const struct due *d, const struct way *way, const char *why,
                        const char *spent)
{
    struct id id = d->skipped_before ? d->before : id_new(cx->now);
    const char *state = why ? "skipped" : "waiting";
    if (d->skipped_before) {
        TRY(db_exec(cx,
                    SQL("UPDATE reminders SET starts_at = $3, state = $4, why = $5, at = $6,"
                        " spent = $7 WHERE practice_id = $1 AND id = $2"),
                    id, d->starts_at, state, why ? why : "", cx->now, spent));
    } else {
        TRY(db_exec(cx,
                    SQL("UPDATE reminders SET newest = 0 WHERE practice_id = $1"
                        " AND appointment_id = $2 AND channel = $3 AND newest = 1"),
                    d->appointment, way->channel));
        TRY(db_exec(cx,
                    SQL("INSERT INTO reminders (practice_id, id, appointment_id, channel,"
                        " starts_at, state, why, at, spent)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
                    id, d->appointment, way->channel, d->starts_at, state, why ? why : "", cx->now,
                    spent));
    }
    if (why) return OK;
    return enqueue(cx, way->text ? JOB_text_reminder : JOB_letter_reminder, id, "");
}

/* A text message, if there are credits for it; in the account of whoever pays for
 * this practitioner's. */
static enum status pay(struct cx *cx, const struct due *d, const char **why, const char **spent)
{
    struct id payer, move = id_new(cx->now);
    int64_t credits = sms_parts(text_words(cx, &d->facts, d->starts_at));
    *spent = arena_print(cx->mem, "reminder %s", move.text);
    TRY(credit_payer(cx, d->user, &payer));
    enum status status = credits_spend(cx, payer, credits, *spent, d->appointment);
    if (status == OK) return topup_look(cx, payer, credits);
    if (status != CONFLICT) return status;
    *why = "no_credits";
    *spent = "";
    return topup_empty(cx, payer);
}

static enum status consider(struct cx *cx, const struct due *d, const struct way *way,
                            const struct remind_when *when)
{
    int64_t at = remind_at(when, d->zone, d->starts_at);
    if (!when->on || at > cx->now) return OK;
    const char *why = obstacle(cx, d, way, at), *spent = "";
    if (!why && way->text) TRY(pay(cx, d, &why, &spent));
    bool same =
        why && d->skipped_before && d->told == d->starts_at && strcmp(why, d->why_before) == 0;
    return same ? OK : make(cx, d, way, why, spent);
}

static enum status due_by(struct cx *cx, const struct reminder_settings *all, const struct way *way)
{
    struct table t;
    int64_t span = farthest(all, way);
    if (!span) return OK;
    /* clang-format off */
    TRY(db_select(
        cx, &t,
        SQL("SELECT a.id, a.user_id, a.starts_at, a.created_at, p.email," TEXT_FACTS ","
            " r.id AS reminder_id, r.state AS reminder_state, r.starts_at AS told, r.why,"
            " CASE WHEN u.id IS NULL OR (u.status <> 'active' AND NOT " COMES_BY("u", "a.starts_at")
            ") THEN 1 ELSE 0 END AS nobody"
            " FROM appointments a JOIN practices g ON g.id = a.practice_id"
            " JOIN locations l ON l.practice_id = a.practice_id AND l.id = a.location_id"
            " JOIN patients p ON p.practice_id = a.practice_id AND p.id = a.patient_id"
            " LEFT JOIN users u ON u.practice_id = a.practice_id AND u.id = a.user_id"
            " LEFT JOIN reminders r ON r.practice_id = a.practice_id AND r.appointment_id = a.id"
            "  AND r.channel = $4 AND r.newest = 1"
            " WHERE a.practice_id = $1 AND a.starts_at > $2 AND a.starts_at <= $3"
            " AND a.state IN ('booked', 'confirmed')"
            " AND (r.id IS NULL OR r.state = 'skipped' OR r.starts_at <> a.starts_at)"
            " ORDER BY a.starts_at, a.id"),
        cx->now, cx->now + span, way->channel));
    /* clang-format on */
    for (size_t i = 0; i < t.rows; i++) {
        struct due d = read_due(cx, &t, i, way);
        TRY(consider(cx, &d, way, when_of(reminder_setting_for(all, d.user), way)));
    }
    return OK;
}

enum status reminders_due(struct cx *cx, const struct job *job)
{
    struct reminder_settings all;
    (void)job;
    TRY(reminder_settings_read(cx, &all));
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) TRY(due_by(cx, &all, &ways[i]));
    return OK;
}

/* --- reading ------------------------------------------------------------------------- */

static const char *why_words(struct cx *cx, const char *why)
{
    if (strcmp(why, "no_address") == 0) return SAY(why_no_address);
    if (strcmp(why, "no_number") == 0) return SAY(why_no_number);
    if (strcmp(why, "no_credits") == 0) return SAY(why_no_credits);
    if (strcmp(why, "no_gateway") == 0) return SAY(why_no_gateway);
    if (strcmp(why, "late") == 0) return SAY(why_late);
    if (strcmp(why, "nobody") == 0) return SAY(why_nobody);
    if (strcmp(why, "gone") == 0) return SAY(why_gone);
    if (strcmp(why, "off") == 0) return SAY(why_off);
    return "";
}

static enum reminder_state state_of(const char *key, const char *report)
{
    if (strcmp(key, "sent") == 0 && report)
        return strcmp(report, "delivered") == 0 ? REMINDER_DELIVERED : REMINDER_MISSED;
    return strcmp(key, "waiting") == 0  ? REMINDER_WAITING
           : strcmp(key, "sent") == 0   ? REMINDER_SENT
           : strcmp(key, "failed") == 0 ? REMINDER_FAILED
                                        : REMINDER_SKIPPED;
}

/* A server may name the address that it refuses. */
static const char *failure_words(struct cx *cx, const char *why, const struct patient_shown *shown)
{
    if (strcmp(why, "network") == 0) return SAY(why_network);
    return shown->seen && !shown->hidden ? why : "";
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
        .state = state_of(cell_text(t, row, "state"), cell_text(t, row, "report")),
        .text = strcmp(cell_text(t, row, "channel"), "text") == 0,
        .shown = patient_shown_read(cx, t, row),
    };
    const char *why = cell_text(t, row, "why");
    r.why = r.state == REMINDER_FAILED   ? failure_words(cx, why, &r.shown)
            : r.state == REMINDER_MISSED ? SAY(why_missed)
                                         : why_words(cx, why);
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
        SQL("SELECT r.id, r.appointment_id, r.starts_at, r.at, r.state, r.report, r.why, r.channel, l.time_zone,"
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
