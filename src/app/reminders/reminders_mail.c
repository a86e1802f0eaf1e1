/* reminders_mail.c - what patients read: when, where and with whom; and what became of it. */
#include <string.h>

#include "app/credits/ledger.h"
#include "app/reminders/setting.h"
#include "app/reminders/text.h"
#include "app/users/presence.h"
#include "app/users/users_mail.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"
#include "web/web.h"
#include "work/queue.h"
#include "work/sms.h"

#include "app/reminders/reminders.text.h"

static enum status find(struct cx *cx, struct id id, struct table *t)
{
    /* clang-format off */
    TRY(db_select(
        cx, t,
        SQL("SELECT r.starts_at AS told, r.channel, r.spent, a.starts_at, a.state, a.user_id,"
            " p.email, l.address," TEXT_FACTS ", u.title, u.first_name, u.last_name,"
            " CASE WHEN u.id IS NULL OR (u.status <> 'active' AND NOT " COMES_BY("u", "a.starts_at")
            ") THEN 1 ELSE 0 END AS nobody"
            " FROM reminders r JOIN practices g ON g.id = r.practice_id"
            " JOIN appointments a"
            "  ON a.practice_id = r.practice_id AND a.id = r.appointment_id"
            " JOIN patients p ON p.practice_id = a.practice_id AND p.id = a.patient_id"
            " JOIN locations l ON l.practice_id = a.practice_id AND l.id = a.location_id"
            " LEFT JOIN users u ON u.practice_id = a.practice_id AND u.id = a.user_id"
            " WHERE r.practice_id = $1 AND r.id = $2 AND r.state = 'waiting'"),
        id));
    /* clang-format on */
    return t->rows ? OK : fail(cx, NOT_FOUND, "no such reminder");
}

/* Why it is not to leave any more, as a key, or NULL. */
static enum status changed(struct cx *cx, const struct table *t, const char **why)
{
    bool text = strcmp(cell_text(t, 0, "channel"), "text") == 0;
    const struct text_facts facts = text_facts_read(t, 0);
    struct reminder_settings all;
    const char *state = cell_text(t, 0, "state");
    int64_t at = cell_int(t, 0, "starts_at");
    bool stands = strcmp(state, "booked") == 0 || strcmp(state, "confirmed") == 0;
    *why = NULL;
    if (!stands || at != cell_int(t, 0, "told") || at <= cx->now) return *why = "gone", OK;
    if (cell_bool(t, 0, "nobody")) return *why = "nobody", OK;
    if (text && !*text_number(cx, &facts)) return *why = "no_number", OK;
    if (!text && !*cell_text(t, 0, "email")) return *why = "no_address", OK;
    TRY(reminder_settings_read(cx, &all));
    const struct reminder_setting *s = reminder_setting_for(&all, cell_id(t, 0, "user_id"));
    if (!(text ? s->text.on : s->email.on)) *why = "off";
    return OK;
}

static const char *one_line(struct cx *cx, const char *text)
{
    char *out = arena_copy(cx->mem, text, strlen(text));
    for (char *c = out; *c; c++)
        if (*c == '\n' || *c == '\r') *c = ' ';
    return out;
}

static void write(struct cx *cx, const struct table *t, struct letter *l)
{
    const char *practice = cell_text(t, 0, "practice"), *phone = cell_text(t, 0, "place_phone");
    const char *place = cell_text(t, 0, "place"),
               *address = one_line(cx, cell_text(t, 0, "address"));
    const char *name = text_name(cx->mem, cell_text(t, 0, "title"), cell_text(t, 0, "first_name"),
                                 cell_text(t, 0, "last_name"));
    int64_t at = cell_int(t, 0, "starts_at");
    cx->zone = cell_text(t, 0, "time_zone");
    l->to = cell_text(t, 0, "email");
    l->from_name = practice;
    l->subject = SAY(mail_subject, time_weekday_day(cx, at));
    letter_say(l, SAY(mail_hello));
    letter_say(l, SAY(mail_text, practice));
    letter_say(l, SAY(mail_when, time_weekday_day(cx, at), time_clock(cx, at),
                      time_zone_city(cx->mem, cx->zone)));
    letter_say(l,
               SAY(mail_where, *address ? arena_print(cx->mem, "%s, %s", place, address) : place));
    letter_say(l, SAY(mail_with, name));
    letter_say(l, *phone ? SAY(mail_call, phone) : SAY(mail_tell, practice));
    letter_say(l, SAY(mail_why, practice));
}

/* Not to leave any more, and what was paid for it comes back. */
static enum status skip(struct cx *cx, struct id id, const struct table *t, const char *why)
{
    TRY(db_exec(cx,
                SQL("UPDATE reminders SET state = 'skipped', why = $3, at = $4"
                    " WHERE practice_id = $1 AND id = $2"),
                id, why, cx->now));
    TRY(credits_return(cx, cell_text(t, 0, "spent")));
    return fail(cx, NOT_FOUND, "not to be told any more: %s", why);
}

enum status letter_reminder(struct cx *cx, const struct job *job, struct letter *l)
{
    struct table t;
    const char *why;
    TRY(find(cx, job->about, &t));
    TRY(changed(cx, &t, &why));
    return why ? skip(cx, job->about, &t, why) : (write(cx, &t, l), OK);
}

/* The address where the gateway says what has become of it; the last one that left counts. */
static enum status ask_for_report(struct cx *cx, struct id id, struct letter *l)
{
    char token[SECRET_SIZE], hash[SECRET_SIZE];
    secret_token(token);
    secret_hash(token, hash);
    l->report = arena_print(cx->mem, "%s?said=%s",
                            url_whole(cx, url_in(cx, "", ROUTE_text_reported, token)), SMS_SAID);
    return db_exec(cx,
                   SQL("UPDATE reminders SET report_hash = $3 WHERE practice_id = $1 AND id = $2"),
                   id, (const char *)hash);
}

enum status text_reminder(struct cx *cx, const struct job *job, struct letter *l)
{
    struct table t;
    const char *why;
    TRY(find(cx, job->about, &t));
    TRY(changed(cx, &t, &why));
    if (why) return skip(cx, job->about, &t, why);
    const struct text_facts facts = text_facts_read(&t, 0);
    TRY(ask_for_report(cx, job->about, l));
    l->phone = text_number(cx, &facts);
    letter_say(l, text_words(cx, &facts, cell_int(&t, 0, "starts_at")));
    return OK;
}

/* --- what became of it ------------------------------------------------------------- */

enum status letter_outcome(struct cx *cx, const struct job *job, const char *problem)
{
    struct table t;
    bool ours = strcmp(job->kind, "mail.reminder") == 0 || strcmp(job->kind, "text.reminder") == 0;
    if (!ours) return user_letter_outcome(cx, job, problem);
    TRY(db_select(cx, &t,
                  SQL("UPDATE reminders SET state = $3, why = $4, at = $5 WHERE practice_id = $1"
                      " AND id = $2 AND state = 'waiting' RETURNING spent"),
                  job->about, problem ? "failed" : "sent", problem ? problem : "", cx->now));
    return t.rows && problem ? credits_return(cx, cell_text(&t, 0, "spent")) : OK;
}
