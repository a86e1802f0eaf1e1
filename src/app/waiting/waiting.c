/* waiting.c - see waiting.h */
#include "app/waiting/waiting.h"

#include <string.h>

#include "access/access.h"
#include "app/audit/event.h"
#include "app/booking/request.h"
#include "app/schedule/hours.h"
#include "app/sessions/tries.h"
#include "base/date.h"
#include "base/email.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/waiting/waiting.text.h"

/* --- reading ---------------------------------------------------------------------------- */

/* clang-format off */
#define WAITERS                                                                                 \
    "SELECT w.id, w.user_id, w.location_id, w.type_id, COALESCE(w.booking_id, '') AS booking_id," \
    " w.state, w.name, w.email, w.email_key, w.phone, w.parts, w.joined_at, w.until_at,"        \
    " w.expires_at, w.kept_at, w.passed, u.title, u.first_name, u.last_name,"                   \
    " l.name AS location_name, l.time_zone, t.name AS type_name, COALESCE(b.state, '') AS kept," \
    " COALESCE(b.expires_at, 0) AS kept_until FROM waiters w"                                   \
    " JOIN users u ON u.practice_id = w.practice_id AND u.id = w.user_id JOIN locations l"      \
    "  ON l.practice_id = w.practice_id AND l.id = w.location_id JOIN appointment_types t"      \
    "  ON t.practice_id = w.practice_id AND t.id = w.type_id LEFT JOIN bookings b"              \
    "  ON b.practice_id = w.practice_id AND b.id = w.booking_id WHERE w.practice_id = $1"
#define ACTIVE " AND w.state = 'waiting' AND w.expires_at > $2"
/* clang-format on */

static enum waiter_state state_of(const char *key)
{
    return strcmp(key, "asked") == 0     ? WAITER_ASKED
           : strcmp(key, "waiting") == 0 ? WAITER_WAITING
                                         : WAITER_ENDED;
}

static void read_kept(struct cx *cx, const struct table *t, size_t row, struct waiter *w)
{
    const char *kept = cell_text(t, row, "kept");
    int64_t until = cell_int(t, row, "kept_until");
    w->booked = strcmp(kept, "booked") == 0;
    w->confirms = strcmp(kept, "asked") == 0 && until > cx->now;
    if (w->confirms || (strcmp(kept, "held") == 0 && until > cx->now)) w->kept_until = until;
}

static struct waiter read_row(struct cx *cx, const struct table *t, size_t row)
{
    struct waiter w = {
        .id = cell_id(t, row, "id"),
        .user = cell_id(t, row, "user_id"),
        .location = cell_id(t, row, "location_id"),
        .type = cell_id(t, row, "type_id"),
        .booking = id_of(cell_text(t, row, "booking_id")),
        .state = state_of(cell_text(t, row, "state")),
        .name = cell_text(t, row, "name"),
        .email = cell_text(t, row, "email"),
        .email_key = cell_text(t, row, "email_key"),
        .phone = cell_text(t, row, "phone"),
        .passed = cell_text(t, row, "passed"),
        .user_name = text_name(cx->mem, cell_text(t, row, "title"), cell_text(t, row, "first_name"),
                               cell_text(t, row, "last_name")),
        .location_name = cell_text(t, row, "location_name"),
        .type_name = cell_text(t, row, "type_name"),
        .zone = cell_text(t, row, "time_zone"),
        .parts = (int)cell_int(t, row, "parts"),
        .joined_at = cell_int(t, row, "joined_at"),
        .until_at = cell_int(t, row, "until_at"),
        .expires_at = cell_int(t, row, "expires_at"),
        .kept_at = cell_int(t, row, "kept_at"),
    };
    read_kept(cx, t, row, &w);
    w.over = w.booked || w.state == WAITER_ENDED || w.expires_at <= cx->now;
    return w;
}

static enum status none(struct cx *cx)
{
    return fail_because(cx, NOT_FOUND, "over", "%s", SAY(wait_gone));
}

enum status waiter_read(struct cx *cx, struct id id, struct waiter *out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL(WAITERS " AND w.id = $2"), id));
    if (t.rows == 0) return none(cx);
    *out = read_row(cx, &t, 0);
    return OK;
}

enum status waiters_of(struct cx *cx, struct id user, struct id location, struct waiter_list *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL(WAITERS ACTIVE " AND (CAST($3 AS TEXT) IS NULL OR (w.user_id = $3"
                                     "  AND w.location_id = $4)) AND COALESCE(b.state, '')"
                                     "  <> 'booked' ORDER BY w.joined_at, w.id"),
                  cx->now, user, location));
    *out = (struct waiter_list){ t.rows, NEW_ARRAY(cx->mem, struct waiter, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = read_row(cx, &t, i);
    return OK;
}

enum status waiters_count(struct cx *cx, struct id user, struct id location, int64_t *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n FROM waiters w WHERE w.practice_id = $1" ACTIVE
                      " AND (CAST($3 AS TEXT) IS NULL OR w.user_id = $3)"
                      " AND (CAST($4 AS TEXT) IS NULL OR w.location_id = $4)"),
                  cx->now, user, location));
    *out = table_number(&t);
    return OK;
}

const char *waiter_parts_words(struct cx *cx, int parts)
{
    static words *const each[] = { t_wait_mornings, t_wait_afternoons, t_wait_evenings };
    const char *all = "";
    if (parts == PARTS_ALL) return SAY(wait_any_time);
    for (int i = 0; i < 3; i++)
        if (parts & (1 << i)) all = *all ? SAY(wait_and, all, each[i](cx)) : each[i](cx);
    return all;
}

static enum status tell(struct cx *cx, enum event event, const struct waiter *w)
{
    return announce(cx, event, (struct about){ w->user, w->user_name }, NULL, NULL);
}

/* --- joining ------------------------------------------------------------------------------- */

static enum status limit(struct cx *cx, const char *what, const char *who, int64_t most)
{
    bool fits;
    TRY(tries_take(cx, what, who, most, DAYS(1), &fits));
    return fits ? OK : fail_because(cx, CONFLICT, "often", "%s", SAY(wait_often));
}

static int64_t until_of(struct cx *cx, const struct offer *o, const char *typed)
{
    const char *zone = cx->zone, *date = date_parse(cx, typed);
    if (!date) return 0;
    cx->zone = o->zone;
    int64_t at = date_start(cx, date_add(cx, date, 1));
    cx->zone = zone;
    return at;
}

static enum status check(struct cx *cx, const struct offer *o, struct waiter_draft *d,
                         const char **key, int64_t *until)
{
    *until = until_of(cx, o, d->until);
    if (!*d->name) field_fault(cx, "name", SAY(wait_name_missing));
    if (email_clean(cx->mem, d->email, &d->email, key) != EMAIL_OK)
        field_fault(cx, "email", SAY(wait_email_wrong));
    if (!*until)
        field_fault(cx, "until", SAY(wait_until_missing));
    else if (*until <= cx->now)
        field_fault(cx, "until", SAY(wait_until_over));
    else if (*until > cx->now + DAYS(WAIT_DAYS_MOST + 1))
        field_fault(cx, "until", SAY(wait_until_far, (int64_t)WAIT_DAYS_MOST));
    return field_check(cx);
}

static enum status check_full(struct cx *cx)
{
    int64_t n;
    TRY(waiters_count(cx, (struct id){ "" }, (struct id){ "" }, &n));
    return n < WAITERS_OF_PRACTICE ? OK : fail_because(cx, CONFLICT, "full", "%s", SAY(wait_full));
}

static enum status count_joining(struct cx *cx, const char *key)
{
    const char *address = cx->actor.address ? cx->actor.address : "";
    TRY(limit(cx, "waiting from", address, JOINS_OF_ADDRESS));
    TRY(limit(cx, "waiting of", key, JOINS_OF_EMAIL));
    TRY(limit(cx, "waiting at", cx->actor.practice.text, JOINS_OF_PRACTICE));
    return check_full(cx);
}

static int64_t parts_of(const struct waiter_draft *d)
{
    int parts =
        d->morning * PART_MORNING + d->afternoon * PART_AFTERNOON + d->evening * PART_EVENING;
    return parts ? parts : PARTS_ALL;
}

static enum status off(struct cx *cx)
{
    return fail_because(cx, CONFLICT, "off", "%s", SAY(wait_off));
}

enum status waiter_join(struct cx *cx, const struct offer *o, struct id type,
                        const struct waiter_draft *typed)
{
    struct waiter_draft d = *typed;
    struct id id = id_new(cx->now);
    const char *key;
    int64_t until, expires = cx->now + HOURS(CONFIRM_HOURS);
    if (!offer_type(o, type)) return off(cx);
    TRY(check(cx, o, &d, &key, &until));
    TRY(count_joining(cx, key));
    if (expires > until) expires = until;
    TRY(db_exec(cx,
                SQL("INSERT INTO waiters (practice_id, id, user_id, location_id, type_id, state,"
                    " name, email, email_key, phone, parts, joined_at, until_at, expires_at)"
                    " VALUES ($1, $2, $3, $4, $5, 'asked', $6, $7, $8, $9, $10, $11, $12, $13)"),
                id, o->user, o->location, type, d.name, d.email, key, d.phone, parts_of(&d),
                cx->now, until, expires));
    TRY(enqueue(cx, JOB_letter_waiting, id, "asked"));
    return enqueue_at(cx, JOB_waiting_tidy, id, "", expires);
}

/* --- by the link in a mail -------------------------------------------------------------------- */

enum status waiter_link(struct cx *cx, struct id waiter, const char **token)
{
    char *secret = arena_alloc(cx->mem, SECRET_SIZE), hash[SECRET_SIZE];
    secret_token(secret);
    secret_hash(secret, hash);
    *token = secret;
    return db_exec(cx,
                   SQL("INSERT INTO waiter_links (practice_id, token_hash, waiter_id)"
                       " VALUES ($1, $2, $3)"),
                   (const char *)hash, waiter);
}

enum status waiter_open(struct cx *cx, const char *token, struct open_practice *practice,
                        struct waiter *out)
{
    struct table t;
    char hash[SECRET_SIZE];
    if (!secret_shape(token)) return none(cx);
    secret_hash(token, hash);
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT k.waiter_id, g.slug FROM waiter_links k"
                             " JOIN practices g ON g.id = k.practice_id WHERE k.token_hash = $1"),
                  (const char *)hash));
    if (t.rows == 0) return none(cx);
    TRY(open_enter(cx, cell_text(&t, 0, "slug"), practice));
    TRY(waiter_read(cx, cell_id(&t, 0, "waiter_id"), out));
    return out->over ? none(cx) : OK;
}

static enum status check_offered(struct cx *cx, const struct waiter *w)
{
    struct offer *o;
    TRY(offer_look(cx, w->user, w->location, &o));
    return o && offer_type(o, w->type) ? OK : off(cx);
}

static bool same_wish(const struct waiter *a, const struct waiter *b)
{
    return id_same(a->type, b->type) && strcmp(a->email_key, b->email_key) == 0;
}

/* The place and what was let go by are those of an earlier wish for the same. */
static enum status replace(struct cx *cx, struct waiter *w)
{
    struct waiter_list all;
    w->joined_at = cx->now;
    TRY(waiters_of(cx, w->user, w->location, &all));
    for (size_t i = 0; i < all.n; i++) {
        if (!same_wish(&all.at[i], w)) continue;
        w->joined_at = all.at[i].joined_at;
        w->passed = all.at[i].passed;
        return waiter_erase(cx, &all.at[i]);
    }
    return check_full(cx);
}

enum status waiter_confirm(struct cx *cx, const struct waiter *asked)
{
    struct waiter w = *asked;
    if (w.state == WAITER_WAITING) return OK;
    TRY(check_offered(cx, &w));
    TRY(replace(cx, &w));
    TRY(db_change_one(cx, SAY(wait_gone),
                      SQL("UPDATE waiters SET state = 'waiting', joined_at = $3, passed = $4,"
                          " expires_at = until_at WHERE practice_id = $1 AND id = $2"
                          " AND state = 'asked'"),
                      w.id, w.joined_at, w.passed));
    TRY(tell(cx, EVENT_WAITER_JOINED, &w));
    return enqueue_at(cx, JOB_waiting_tidy, w.id, "", w.until_at);
}

enum status waiter_take(struct cx *cx, const struct waiter *w, const char *visitor)
{
    if (!w->kept_until) return fail_because(cx, CONFLICT, "over", "%s", SAY(wait_over));
    return booking_claim(cx, w->booking, visitor);
}

/* What is to be confirmed by a mail already stays that way until it is not kept any more. */
static enum status release(struct cx *cx, const struct waiter *w)
{
    struct booking b;
    if (!w->kept_until || w->confirms) return OK;
    TRY(booking_read(cx, w->booking, &b));
    TRY(booking_release(cx, &b));
    return waiters_look(cx, w->user, w->location, b.starts_at, b.ends_at);
}

enum status waiter_pass(struct cx *cx, const struct waiter *w)
{
    TRY(release(cx, w));
    if (!w->kept_until || w->confirms) return OK;
    return db_exec(cx,
                   SQL("UPDATE waiters SET booking_id = NULL, kept_at = 0, passed = $3"
                       " WHERE practice_id = $1 AND id = $2"),
                   w->id, arena_print(cx->mem, "%s %lld ", w->passed, (long long)w->kept_at));
}

enum status waiter_erase(struct cx *cx, const struct waiter *w)
{
    TRY(db_exec(cx, SQL("DELETE FROM waiter_links WHERE practice_id = $1 AND waiter_id = $2"),
                w->id));
    TRY(db_exec(cx, SQL("DELETE FROM waiters WHERE practice_id = $1 AND id = $2"), w->id));
    return release(cx, w);
}

enum status waiter_leave(struct cx *cx, const struct waiter *w)
{
    TRY(waiter_erase(cx, w));
    return w->state == WAITER_WAITING ? tell(cx, EVENT_WAITER_LEFT, w) : OK;
}

/* --- by those who work there --------------------------------------------------------------------
 */

enum status waiter_list(struct cx *cx, struct waiter_list *out)
{
    struct waiter_list all;
    TRY(waiters_of(cx, (struct id){ "" }, (struct id){ "" }, &all));
    *out = (struct waiter_list){ 0, NEW_ARRAY(cx->mem, struct waiter, all.n) };
    for (size_t i = 0; i < all.n; i++) {
        struct record record = column_facts(cx, all.at[i].location, all.at[i].user);
        struct subject subject = { .practice = cx->actor.practice, .record = &record };
        if (may(&cx->actor, CALENDAR_EDIT, &subject, NULL)) out->at[out->n++] = all.at[i];
    }
    return OK;
}

enum status waiter_remove(struct cx *cx, struct id id)
{
    struct waiter w;
    TRY(waiter_read(cx, id, &w));
    struct record record = column_facts(cx, w.location, w.user);
    struct subject subject = { .practice = cx->actor.practice, .record = &record };
    TRY(allow(cx, CALENDAR_EDIT, &subject));
    if (w.over) return none(cx);
    TRY(waiter_erase(cx, &w));
    return tell(cx, EVENT_WAITER_REMOVED, &w);
}
