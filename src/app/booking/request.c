/* request.c - see request.h */
#include "app/booking/request.h"

#include <string.h>

#include "app/calendar/online.h"
#include "app/sessions/tries.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/booking/online.text.h"

static const char *const states[] = { "held", "asked", "booked", "ended" };

/* --- reading -------------------------------------------------------------------------- */

/* clang-format off */
#define COLUMNS                                                                                 \
    "b.id, b.user_id, b.location_id, b.type_id, b.state, b.patient_id, b.appointment_id,"       \
    " COALESCE(a.starts_at, b.starts_at) AS starts_at, COALESCE(a.ends_at, b.ends_at)"          \
    "  AS ends_at, b.expires_at, b.first_name AS typed_first, b.last_name AS typed_last,"       \
    " b.birth_date, b.email, b.phone AS typed_phone, COALESCE(a.state, '') AS now, u.title,"    \
    " u.first_name, u.last_name, l.name AS location_name, l.address, l.phone, l.time_zone,"     \
    " t.name AS type_name, t.fee_cents"
#define JOINED                                                                                  \
    " FROM bookings b LEFT JOIN appointments a"                                                 \
    "  ON a.practice_id = b.practice_id AND a.id = b.appointment_id JOIN users u"               \
    "  ON u.practice_id = b.practice_id AND u.id = COALESCE(a.user_id, b.user_id)"              \
    " JOIN locations l ON l.practice_id = b.practice_id"                                        \
    "  AND l.id = COALESCE(a.location_id, b.location_id) JOIN appointment_types t"              \
    "  ON t.practice_id = b.practice_id AND t.id = COALESCE(a.type_id, b.type_id)"
/* clang-format on */

static enum request_state state_of(const char *key)
{
    enum request_state s = REQUEST_HELD;
    while (s < REQUEST_ENDED && strcmp(states[s], key) != 0) s++;
    return s;
}

static bool waits(const struct booking *b)
{
    return b->state == REQUEST_HELD || b->state == REQUEST_ASKED;
}

static struct id id_or_none(const char *text)
{
    return text ? id_of(text) : (struct id){ "" };
}

static struct booking read_row(struct cx *cx, const struct table *t, size_t row)
{
    struct booking b = {
        .id = cell_id(t, row, "id"),
        .user = cell_id(t, row, "user_id"),
        .location = cell_id(t, row, "location_id"),
        .type = cell_id(t, row, "type_id"),
        .patient = id_or_none(cell_text(t, row, "patient_id")),
        .appointment = id_or_none(cell_text(t, row, "appointment_id")),
        .state = state_of(cell_text(t, row, "state")),
        .cancelled = strcmp(cell_text(t, row, "now"), "cancelled") == 0,
        .starts_at = cell_int(t, row, "starts_at"),
        .ends_at = cell_int(t, row, "ends_at"),
        .expires_at = cell_int(t, row, "expires_at"),
        .fee_cents = cell_int(t, row, "fee_cents"),
        .visitor = { cell_text(t, row, "typed_first"), cell_text(t, row, "typed_last"),
                     cell_text(t, row, "birth_date"), cell_text(t, row, "email"),
                     cell_text(t, row, "typed_phone") },
        .user_name = text_name(cx->mem, cell_text(t, row, "title"), cell_text(t, row, "first_name"),
                               cell_text(t, row, "last_name")),
        .location_name = cell_text(t, row, "location_name"),
        .address = cell_text(t, row, "address"),
        .phone = cell_text(t, row, "phone"),
        .zone = cell_text(t, row, "time_zone"),
        .type_name = cell_text(t, row, "type_name"),
    };
    b.over = (waits(&b) && b.expires_at <= cx->now) || b.starts_at <= cx->now;
    return b;
}

bool booking_has_details(const struct booking *b)
{
    return *b->visitor.email != '\0';
}

static enum status none(struct cx *cx)
{
    return fail_because(cx, NOT_FOUND, "over", "%s", SAY(online_gone));
}

enum status booking_read(struct cx *cx, struct id id, struct booking *out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL("SELECT " COLUMNS JOINED " WHERE b.practice_id = $1 AND b.id = $2"),
                  id));
    if (t.rows == 0) return none(cx);
    *out = read_row(cx, &t, 0);
    return OK;
}

enum status booking_find(struct cx *cx, struct id id, const char *visitor, struct booking *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT id FROM bookings WHERE practice_id = $1 AND id = $2"
                      " AND visitor_hash = $3"),
                  id, visitor));
    if (t.rows == 0) return none(cx);
    return booking_read(cx, id, out);
}

/* --- keeping a time -------------------------------------------------------------------- */

static enum status often(struct cx *cx, bool fits)
{
    return fits ? OK : fail_because(cx, CONFLICT, "often", "%s", SAY(online_often));
}

static enum status count_hold(struct cx *cx)
{
    bool fits;
    TRY(tries_take(cx, "times kept from", tries_address(cx), KEPT_OF_ADDRESS, HOURS(1), &fits));
    TRY(often(cx, fits));
    TRY(tries_take(cx, "times kept of", cx->actor.practice.text, KEPT_OF_PRACTICE, HOURS(1),
                   &fits));
    return often(cx, fits);
}

static enum status give_back(struct cx *cx, const char *visitor)
{
    return db_exec(cx,
                   SQL("DELETE FROM bookings WHERE practice_id = $1 AND visitor_hash = $2"
                       " AND state = 'held'"),
                   visitor);
}

static enum status taken(struct cx *cx)
{
    return fail_because(cx, CONFLICT, "taken", "%s", SAY(online_taken));
}

static enum status off(struct cx *cx)
{
    return fail_because(cx, CONFLICT, "off", "%s", SAY(online_nobody));
}

static enum status keep(struct cx *cx, const struct offer *o, const struct appointment_type *t,
                        int64_t at, const char *visitor, int64_t until, struct id *out)
{
    *out = id_new(cx->now);
    TRY(db_exec(cx,
                SQL("INSERT INTO bookings (practice_id, id, user_id, location_id, type_id,"
                    " starts_at, ends_at, state, visitor_hash, held_at, expires_at)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, 'held', $8, $9, $10)"),
                *out, o->user, o->location, t->id, at, at + MINUTES(t->minutes), visitor, cx->now,
                until));
    return enqueue_at(cx, JOB_booking_tidy, *out, "", until);
}

enum status booking_hold(struct cx *cx, const struct offer *o, struct id type, int64_t at,
                         const char *visitor, struct id *out)
{
    bool free;
    const struct appointment_type *t = offer_type(o, type);
    if (!t) return off(cx);
    TRY(give_back(cx, visitor));
    TRY(offer_free(cx, o, t, at, (struct id){ "" }, &free));
    if (!free) return taken(cx);
    TRY(count_hold(cx));
    return keep(cx, o, t, at, visitor, cx->now + MINUTES(KEPT_MINUTES), out);
}

enum status booking_keep(struct cx *cx, const struct offer *o, const struct appointment_type *t,
                         int64_t at, int64_t until, struct id *out)
{
    char nobodys[SECRET_SIZE];
    secret_token(nobodys);
    return keep(cx, o, t, at, nobodys, until, out);
}

enum status booking_claim(struct cx *cx, struct id id, const char *visitor)
{
    TRY(db_exec(cx,
                SQL("DELETE FROM bookings WHERE practice_id = $1 AND visitor_hash = $2"
                    " AND state = 'held' AND id <> $3"),
                visitor, id));
    enum status status =
        db_change_one(cx, SAY(online_over),
                      SQL("UPDATE bookings SET visitor_hash = $3 WHERE practice_id = $1 AND id = $2"
                          " AND state = 'held' AND expires_at > $4"),
                      id, visitor, cx->now);
    return status == CONFLICT ? fail_because(cx, CONFLICT, "over", "%s", SAY(online_over)) : status;
}

/* The offer that a kept time is of, if it is one still. */
static enum status offer_of(struct cx *cx, const struct booking *b, struct offer **out,
                            const struct appointment_type **type)
{
    if (b->state == REQUEST_ENDED) return off(cx);
    if (b->over || b->state == REQUEST_BOOKED)
        return fail_because(cx, CONFLICT, "over", "%s", SAY(online_over));
    enum status status = offer_find(cx, b->user, b->location, out);
    if (status == NOT_FOUND) return off(cx);
    TRY(status);
    *type = offer_type(*out, b->type);
    return *type ? OK : off(cx);
}

enum status booking_details(struct cx *cx, const struct booking *b, const struct visitor *typed)
{
    struct offer *o;
    const struct appointment_type *type;
    struct visitor v = *typed;
    TRY(offer_of(cx, b, &o, &type));
    TRY(visitor_check(cx, &v));
    return db_change_one(cx, SAY(online_over),
                         SQL("UPDATE bookings SET first_name = $3, last_name = $4, birth_date = $5,"
                             " email = $6, phone = $7 WHERE practice_id = $1 AND id = $2"
                             " AND state = 'held'"),
                         b->id, v.first_name, v.last_name, v.birth_date, v.email, v.phone);
}

enum status booking_release(struct cx *cx, const struct booking *b)
{
    return db_exec(cx,
                   SQL("DELETE FROM bookings WHERE practice_id = $1 AND id = $2"
                       " AND state = 'held'"),
                   b->id);
}

/* --- booking --------------------------------------------------------------------------- */

static enum status move(struct cx *cx, const struct booking *b, enum request_state to,
                        struct id patient, struct id appointment, int64_t until)
{
    TRY(db_change_one(cx, SAY(online_over),
                      SQL("UPDATE bookings SET state = $4, patient_id = $5, appointment_id = $6,"
                          " expires_at = $7 WHERE practice_id = $1 AND id = $2 AND state = $3"),
                      b->id, states[b->state], states[to], patient, appointment, until));
    TRY(enqueue(cx, JOB_letter_booking, b->id, states[to]));
    return enqueue_at(cx, JOB_booking_tidy, b->id, "", until);
}

static enum status count_booking(struct cx *cx, const struct booking *b)
{
    bool fits;
    TRY(tries_take(cx, "booked from", tries_address(cx), BOOKED_OF_ADDRESS, DAYS(1), &fits));
    TRY(often(cx, fits));
    TRY(tries_take(cx, "bookings mailed", text_fold(cx->mem, b->visitor.email), MAILS_OF_EMAIL,
                   DAYS(1), &fits));
    return often(cx, fits);
}

static enum status record_of(struct cx *cx, const struct booking *b, struct id *patient,
                             int64_t *number)
{
    TRY(visitor_known(cx, &b->visitor, patient, number));
    if (id_some(*patient)) return OK;
    return visitor_add(cx, &b->visitor, b->location, b->user, patient, number);
}

static enum status book(struct cx *cx, const struct booking *b, const struct appointment_type *type,
                        struct id patient, int64_t number)
{
    struct id appointment;
    const struct online_appointment a = { .location = b->location,
                                          .user = b->user,
                                          .type = b->type,
                                          .patient = patient,
                                          .number = number,
                                          .starts_at = b->starts_at,
                                          .minutes = type->minutes,
                                          .note = SAY(online_note) };
    TRY(appointment_book_online(cx, &a, &appointment));
    return move(cx, b, REQUEST_BOOKED, patient, appointment, b->ends_at + DAYS(1));
}

/* What is to be booked must be free: of what was kept for others meanwhile, too. */
static enum status check_free(struct cx *cx, const struct booking *b, const struct offer *o,
                              const struct appointment_type *type)
{
    bool free;
    TRY(offer_free(cx, o, type, b->starts_at, b->id, &free));
    return free ? OK : taken(cx);
}

enum status booking_confirm(struct cx *cx, const struct booking *b)
{
    struct offer *o;
    const struct appointment_type *type;
    struct id patient;
    int64_t number;
    if (b->state == REQUEST_BOOKED || b->state == REQUEST_ASKED) return OK;
    TRY(offer_of(cx, b, &o, &type));
    if (!booking_has_details(b))
        return fail_because(cx, CONFLICT, "details", "%s", SAY(online_details_missing));
    TRY(check_free(cx, b, o, type));
    TRY(count_booking(cx, b));
    if (o->books == BOOKS_KNOWN) {
        TRY(visitor_known(cx, &b->visitor, &patient, &number));
        return move(cx, b, REQUEST_ASKED, patient, (struct id){ "" },
                    cx->now + MINUTES(ASKED_MINUTES));
    }
    TRY(record_of(cx, b, &patient, &number));
    return book(cx, b, type, patient, number);
}

/* --- by the link in a mail -------------------------------------------------------------- */

enum status booking_link(struct cx *cx, struct id booking, const char **token)
{
    char *secret = arena_alloc(cx->mem, SECRET_SIZE), hash[SECRET_SIZE];
    secret_token(secret);
    secret_hash(secret, hash);
    *token = secret;
    return db_exec(cx,
                   SQL("INSERT INTO booking_links (practice_id, token_hash, booking_id)"
                       " VALUES ($1, $2, $3)"),
                   (const char *)hash, booking);
}

enum status booking_open(struct cx *cx, const char *token, struct open_practice *practice,
                         struct booking *out)
{
    struct table t;
    char hash[SECRET_SIZE];
    if (!secret_shape(token)) return none(cx);
    secret_hash(token, hash);
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT k.booking_id, g.slug FROM booking_links k"
                             " JOIN bookings b ON b.practice_id = k.practice_id"
                             "  AND b.id = k.booking_id JOIN practices g ON g.id = k.practice_id"
                             " WHERE k.token_hash = $1 AND b.expires_at > $2"),
                  (const char *)hash, cx->now));
    if (t.rows == 0) return none(cx);
    TRY(open_enter(cx, cell_text(&t, 0, "slug"), practice));
    return booking_read(cx, cell_id(&t, 0, "booking_id"), out);
}

static enum status number_of(struct cx *cx, struct id patient, int64_t *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT number FROM patients WHERE practice_id = $1 AND id = $2"
                      " AND state <> 'merged'"),
                  patient));
    if (t.rows == 0) return off(cx);
    *out = table_number(&t);
    return OK;
}

enum status booking_link_confirm(struct cx *cx, const struct booking *b)
{
    struct offer *o;
    const struct appointment_type *type;
    int64_t number = 0;
    if (b->state == REQUEST_BOOKED) return OK;
    TRY(offer_of(cx, b, &o, &type));
    TRY(number_of(cx, b->patient, &number));
    TRY(check_free(cx, b, o, type));
    return book(cx, b, type, b->patient, number);
}

enum status booking_link_cancel(struct cx *cx, const struct booking *b)
{
    bool done;
    if (b->cancelled) return OK;
    if (b->state != REQUEST_BOOKED)
        return fail_because(cx, CONFLICT, "over", "%s", SAY(online_over));
    TRY(appointment_cancel_online(cx, b->appointment, SAY(online_cancelled), &done));
    return done ? OK
                : fail_because(cx, CONFLICT, "over", "%s", SAY(online_begun, b->location_name));
}

/* --- by those who work there -------------------------------------------------------------- */

enum status requests_waiting(struct cx *cx, struct id user, struct id location, int64_t *n)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n FROM bookings WHERE practice_id = $1 AND user_id = $2"
                      " AND (CAST($3 AS TEXT) IS NULL OR location_id = $3)"
                      " AND state IN ('held', 'asked') AND expires_at > $4"),
                  user, location, cx->now));
    *n = table_number(&t);
    return OK;
}

enum status requests_end(struct cx *cx, struct id user, struct id location, int64_t *n)
{
    struct table t;
    int64_t until = cx->now + DAYS(1);
    TRY(db_select(cx, &t,
                  SQL("UPDATE bookings SET state = 'ended', expires_at = $5 WHERE practice_id = $1"
                      " AND user_id = $2 AND (CAST($3 AS TEXT) IS NULL OR location_id = $3)"
                      " AND state IN ('held', 'asked') AND expires_at > $4 RETURNING id, email"),
                  user, location, cx->now, until));
    *n = (int64_t)t.rows;
    for (size_t i = 0; i < t.rows; i++) {
        struct id id = cell_id(&t, i, "id");
        if (*cell_text(&t, i, "email")) TRY(enqueue(cx, JOB_letter_booking, id, "ended"));
        TRY(enqueue_at(cx, JOB_booking_tidy, id, "", until));
    }
    return OK;
}

enum status booking_tidy(struct cx *cx, const struct job *job)
{
    TRY(db_exec(cx,
                SQL("DELETE FROM booking_links WHERE practice_id = $1 AND booking_id = $2"
                    " AND EXISTS (SELECT 1 FROM bookings b WHERE b.practice_id = $1 AND b.id = $2"
                    "  AND b.expires_at <= $3)"),
                job->about, cx->now));
    return db_exec(cx,
                   SQL("DELETE FROM bookings WHERE practice_id = $1 AND id = $2"
                       " AND expires_at <= $3"),
                   job->about, cx->now);
}
