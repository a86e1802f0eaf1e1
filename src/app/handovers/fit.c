/* fit.c - who could take an appointment over: see handover.h */
#include <string.h>

#include "app/handovers/row.h"
#include "app/locations/location.h"
#include "app/schedule/type.h"
#include "base/date.h"
#include "base/text.h"
#include "base/time.h"

static enum status read_receivers(struct cx *cx, const struct handover *v, struct fits *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT id, title, first_name, last_name, all_locations FROM users"
                      " WHERE practice_id = $1 AND id <> $2 AND status = 'active'"
                      " AND role_type = 'practitioner' ORDER BY sort_key, id"),
                  v->user));
    *out = (struct fits){ t.rows, NEW_ARRAY(cx->mem, struct receiver, t.rows + 1), NULL };
    for (size_t i = 0; i < t.rows; i++)
        out->at[i] = (struct receiver){
            .user = cell_id(&t, i, "id"),
            .name = text_name(cx->mem, cell_text(&t, i, "title"), cell_text(&t, i, "first_name"),
                              cell_text(&t, i, "last_name")),
            .all_locations = cell_bool(&t, i, "all_locations"),
        };
    return OK;
}

/* What the answers for all rows come out of, read once. */
struct known {
    struct location_list locations;
    struct table assignments; /* user_id, location_id */
    struct table hours;       /* of all practitioners at all locations */
    struct table booked;      /* position, user_id: has another appointment then */
};

static enum status read_known(struct cx *cx, const struct handover *v,
                              const struct handover_rows *rows, struct known *out)
{
    TRY(location_list(cx, &out->locations));
    TRY(db_select(cx, &out->assignments,
                  SQL("SELECT user_id, location_id FROM assignments WHERE practice_id = $1")));
    TRY(db_select(cx, &out->hours,
                  SQL("SELECT user_id, location_id, weekday, from_minute, to_minute"
                      " FROM working_hours WHERE practice_id = $1")));
    if (rows->n == 0) return out->booked = (struct table){ 0 }, OK;
    return db_select(
        cx, &out->booked,
        SQL("SELECT DISTINCT r.position, b.user_id FROM handover_rows r"
            " JOIN users u ON u.practice_id = r.practice_id AND u.status = 'active'"
            "  AND u.role_type = 'practitioner'"
            " JOIN appointments b ON b.practice_id = r.practice_id AND b.user_id = u.id"
            "  AND b.starts_at > r.starts_at - $5 AND b.starts_at < r.ends_at"
            "  AND b.ends_at > r.starts_at AND b.state NOT IN ('cancelled', 'did_not_attend')"
            "  AND b.id <> r.appointment_id"
            " WHERE r.practice_id = $1 AND r.handover_id = $2 AND r.position >= $3"
            " AND r.position <= $4"),
        v->id, rows->at[0].position, rows->at[rows->n - 1].position, MINUTES(TYPE_MOST_MINUTES));
}

/* What is known of one receiver. */
struct one {
    const struct receiver *who;
    size_t places_n, hours_n;
    size_t *places, *hours; /* rows of assignments and of hours */
};

static void read_one(struct cx *cx, const struct known *k, const struct receiver *who,
                     struct one *out)
{
    *out = (struct one){ .who = who,
                         .places = NEW_ARRAY(cx->mem, size_t, k->assignments.rows + 1),
                         .hours = NEW_ARRAY(cx->mem, size_t, k->hours.rows + 1) };
    for (size_t i = 0; i < k->assignments.rows; i++)
        if (strcmp(cell_text(&k->assignments, i, "user_id"), who->user.text) == 0)
            out->places[out->places_n++] = i;
    for (size_t i = 0; i < k->hours.rows; i++)
        if (strcmp(cell_text(&k->hours, i, "user_id"), who->user.text) == 0)
            out->hours[out->hours_n++] = i;
}

static bool works_at(const struct known *k, const struct one *c, struct id location)
{
    if (c->who->all_locations) return true;
    for (size_t i = 0; i < c->places_n; i++)
        if (strcmp(cell_text(&k->assignments, c->places[i], "location_id"), location.text) == 0)
            return true;
    return false;
}

/* When a row is by the clock of its location. */
struct day_time {
    int weekday;
    int64_t begins, ends; /* minutes after midnight */
};

static struct day_time day_time_of(struct cx *cx, const struct known *k,
                                   const struct handover_row *r)
{
    const char *zone = cx->zone;
    for (size_t i = 0; i < k->locations.n; i++)
        if (id_same(k->locations.at[i].id, r->location)) cx->zone = k->locations.at[i].time_zone;
    struct civil from = zone_local(time_zone(cx), r->starts_at);
    struct day_time at = { date_weekday(date_at(cx, r->starts_at)), from.hour * 60 + from.minute,
                           0 };
    at.ends = at.begins + (r->ends_at - r->starts_at) / MINUTES(1);
    cx->zone = zone;
    return at;
}

/* Who has no working hours there works at any. */
static bool within_hours(const struct known *k, const struct one *c, struct id location,
                         const struct day_time *at)
{
    bool any = false;
    for (size_t n = 0; n < c->hours_n; n++) {
        size_t i = c->hours[n];
        if (strcmp(cell_text(&k->hours, i, "location_id"), location.text) != 0) continue;
        any = true;
        if (cell_int(&k->hours, i, "weekday") == at->weekday
            && cell_int(&k->hours, i, "from_minute") <= at->begins
            && cell_int(&k->hours, i, "to_minute") >= at->ends)
            return true;
    }
    return !any;
}

static void mark_booked(const struct known *k, const struct handover_rows *rows, struct fits *out)
{
    for (size_t i = 0; i < k->booked.rows; i++) {
        size_t row = (size_t)(cell_int(&k->booked, i, "position") - rows->at[0].position);
        for (size_t c = 0; c < out->n; c++)
            if (strcmp(cell_text(&k->booked, i, "user_id"), out->at[c].user.text) == 0)
                out->fit[row * out->n + c] = FIT_BOOKED;
    }
}

/* Is somebody to get another one of the list at that time, one that comes before? */
static bool twice(const struct handover_rows *rows, size_t row, const struct receiver *c)
{
    const struct handover_row *r = &rows->at[row];
    for (size_t i = 0; i < row; i++)
        if (id_same(rows->at[i].receiver, c->user) && rows->at[i].starts_at < r->ends_at
            && rows->at[i].ends_at > r->starts_at)
            return true;
    return false;
}

enum status handover_fits(struct cx *cx, const struct handover *v, const struct handover_rows *rows,
                          struct fits *out)
{
    struct known known;
    TRY(read_receivers(cx, v, out));
    TRY(read_known(cx, v, rows, &known));
    out->fit = NEW_ARRAY(cx->mem, unsigned char, rows->n * out->n + 1);
    struct day_time *when = NEW_ARRAY(cx->mem, struct day_time, rows->n + 1);
    for (size_t i = 0; i < rows->n; i++) when[i] = day_time_of(cx, &known, &rows->at[i]);
    mark_booked(&known, rows, out);
    for (size_t c = 0; c < out->n; c++) {
        struct one who;
        read_one(cx, &known, &out->at[c], &who);
        for (size_t i = 0; i < rows->n; i++) {
            unsigned char *fit = &out->fit[i * out->n + c];
            struct id there = rows->at[i].location;
            if (!works_at(&known, &who, there))
                *fit = FIT_PLACE;
            else if (*fit == FIT_BOOKED)
                continue;
            else if (twice(rows, i, who.who))
                *fit = FIT_TWICE;
            else if (!within_hours(&known, &who, there, &when[i]))
                *fit = FIT_HOURS;
        }
    }
    return OK;
}

const struct receiver *receiver_of(const struct fits *fits, struct id user)
{
    for (size_t c = 0; c < fits->n; c++)
        if (id_same(fits->at[c].user, user)) return &fits->at[c];
    return NULL;
}

enum fit fit_of(const struct fits *fits, size_t row, struct id receiver)
{
    const struct receiver *who = receiver_of(fits, receiver);
    return who ? (enum fit)fits->fit[row * fits->n + (size_t)(who - fits->at)] : FIT_NOBODY;
}
