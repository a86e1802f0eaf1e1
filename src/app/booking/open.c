/* open.c - see open.h */
#include "app/booking/open.h"

#include <string.h>

#include "app/calendar/online.h"
#include "app/users/profession.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"

#include "app/booking/online.text.h"

static enum status enter(struct cx *cx, const struct table *t, struct open_practice *out)
{
    if (t->rows == 0) return fail(cx, NOT_FOUND, "There is no such page.");
    cx->actor = (struct actor){ .practice = cell_id(t, 0, "id"),
                                .name = SAY(online_actor),
                                .address = cx->actor.address,
                                .agent = cx->actor.agent,
                                .via = cx->actor.via };
    cx->zone = cell_text(t, 0, "time_zone");
    *out = (struct open_practice){ cell_text(t, 0, "slug"), cell_text(t, 0, "name") };
    return OK;
}

enum status open_enter(struct cx *cx, const char *slug, struct open_practice *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT id, slug, name, time_zone FROM practices WHERE slug = $1"),
                  slug));
    return enter(cx, &t, out);
}

enum status open_enter_profile(struct cx *cx, struct id profile, struct open_practice *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT g.id, g.slug, g.name, g.time_zone, b.visible"
                             " FROM booking_profiles b JOIN practices g ON g.id = b.practice_id"
                             " WHERE b.id = $1"),
                  profile));
    if (t.rows && visible_find(cell_text(&t, 0, "visible")) != VISIBLE_PUBLIC) t.rows = 0;
    return enter(cx, &t, out);
}

/* clang-format off */
#define OFFERS                                                                                  \
    "SELECT b.id, b.user_id, b.location_id, b.visible, b.books, b.lead_hours, b.languages,"     \
    " b.about, u.title, u.first_name, u.last_name, u.profession, l.name AS location_name,"      \
    " l.address, l.phone, l.time_zone, " PRESENCE("u")                                           \
    " FROM booking_profiles b JOIN users u"                                                     \
    "  ON u.practice_id = b.practice_id AND u.id = b.user_id JOIN locations l"                  \
    "  ON l.practice_id = b.practice_id AND l.id = b.location_id"                               \
    " WHERE b.practice_id = $1 AND (u.status = 'active' OR"                                     \
    "  (COALESCE(u.deactivated_by_name, '') = '' AND " COMES_BY("u", "$2") "))"                 \
    " AND u.role_type = 'practitioner'"                                                         \
    " AND (u.all_locations = 1 OR EXISTS (SELECT 1 FROM assignments w"                          \
    "  WHERE w.practice_id = $1 AND w.user_id = u.id AND w.location_id = l.id))"
/* clang-format on */

static void read_types(struct cx *cx, const struct table *t, struct offer *o)
{
    o->types.at = NEW_ARRAY(cx->mem, struct appointment_type, t->rows);
    for (size_t i = 0; o->books != BOOKS_NONE && i < t->rows; i++) {
        if (!id_same(cell_id(t, i, "user_id"), o->user)
            || !id_same(cell_id(t, i, "location_id"), o->location))
            continue;
        o->types.at[o->types.n++] =
            (struct appointment_type){ .id = cell_id(t, i, "id"),
                                       .name = cell_text(t, i, "name"),
                                       .minutes = cell_int(t, i, "minutes"),
                                       .fee_cents = cell_int(t, i, "fee_cents") };
    }
}

static enum status read(struct cx *cx, const struct table *t, struct id user, struct offers *out)
{
    struct table types;
    TRY(db_select(cx, &types,
                  SQL("SELECT o.user_id, o.location_id, t.id, t.name, t.minutes, t.fee_cents"
                      " FROM booking_types o JOIN appointment_types t"
                      "  ON t.practice_id = o.practice_id AND t.id = o.type_id"
                      " WHERE o.practice_id = $1 AND t.retired = 0"
                      " AND (CAST($2 AS TEXT) IS NULL OR o.user_id = $2) ORDER BY t.name, t.id"),
                  user));
    *out = (struct offers){ t->rows, NEW_ARRAY(cx->mem, struct offer, t->rows) };
    for (size_t i = 0; i < t->rows; i++) {
        struct offer *o = &out->at[i];
        *o = (struct offer){
            .profile = cell_id(t, i, "id"),
            .user = cell_id(t, i, "user_id"),
            .location = cell_id(t, i, "location_id"),
            .user_name = text_name(cx->mem, cell_text(t, i, "title"), cell_text(t, i, "first_name"),
                                   cell_text(t, i, "last_name")),
            .work = profession_words(cx, cell_text(t, i, "profession")),
            .location_name = cell_text(t, i, "location_name"),
            .address = cell_text(t, i, "address"),
            .phone = cell_text(t, i, "phone"),
            .zone = cell_text(t, i, "time_zone"),
            .languages = cell_text(t, i, "languages"),
            .about = cell_text(t, i, "about"),
            .listed = visible_find(cell_text(t, i, "visible")) == VISIBLE_PUBLIC,
            .books = books_find(cell_text(t, i, "books")),
            .lead_hours = cell_int(t, i, "lead_hours"),
            .here = presence_read(t, i),
        };
        read_types(cx, &types, o);
    }
    return OK;
}

enum status offers_listed(struct cx *cx, struct offers *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL(OFFERS " AND b.visible = 'public' ORDER BY l.name, l.id, u.sort_key, u.id"),
                  cx->now + DAYS(OFFER_DAYS)));
    return read(cx, &t, (struct id){ "" }, out);
}

enum status offer_look(struct cx *cx, struct id user, struct id location, struct offer **out)
{
    struct table t;
    struct offers all;
    TRY(db_select(
        cx, &t, SQL(OFFERS " AND b.visible <> 'hidden' AND b.user_id = $3 AND b.location_id = $4"),
        cx->now + DAYS(OFFER_DAYS), user, location));
    TRY(read(cx, &t, user, &all));
    *out = all.n ? &all.at[0] : NULL;
    return OK;
}

enum status offer_find(struct cx *cx, struct id user, struct id location, struct offer **out)
{
    TRY(offer_look(cx, user, location, out));
    return *out ? OK : fail_because(cx, NOT_FOUND, "off", "%s", SAY(online_nobody));
}

bool offer_books(const struct offer *o)
{
    return o->types.n > 0;
}

const struct appointment_type *offer_type(const struct offer *o, struct id type)
{
    for (size_t i = 0; i < o->types.n; i++)
        if (id_same(o->types.at[i].id, type)) return &o->types.at[i];
    return NULL;
}

/* --- when ------------------------------------------------------------------------------ */

/* What is kept for others: of this practitioner, wherever it is. */
static enum status read_kept(struct cx *cx, struct id user, struct id self, struct table *out)
{
    return db_select(cx, out,
                     SQL("SELECT starts_at, ends_at FROM bookings WHERE practice_id = $1"
                         " AND user_id = $2 AND state IN ('held', 'asked') AND expires_at > $3"
                         " AND (CAST($4 AS TEXT) IS NULL OR id <> $4)"),
                     user, cx->now, self);
}

static struct free_search search(struct cx *cx, const struct offer *o,
                                 const struct appointment_type *type, int64_t from)
{
    int64_t first = cx->now + HOURS(o->lead_hours);
    if (first <= cx->now) first = cx->now + 1;
    first = presence_first(&o->here, first);
    return (struct free_search){ .location = o->location,
                                 .user = o->user,
                                 .minutes = type->minutes,
                                 .from = from > first ? from : first,
                                 .days = OFFER_DAYS,
                                 .most = OFFER_TIMES,
                                 .here = o->here,
                                 .even = true };
}

enum status offer_times(struct cx *cx, const struct offer *o, const struct appointment_type *type,
                        int64_t from, struct free_times *out)
{
    struct table kept;
    struct free_search f = search(cx, o, type, from);
    TRY(read_kept(cx, o->user, (struct id){ "" }, &kept));
    f.kept = &kept;
    return free_times(cx, &f, out);
}

enum status offer_free(struct cx *cx, const struct offer *o, const struct appointment_type *type,
                       int64_t at, struct id self, bool *out)
{
    struct table kept;
    struct free_search f = search(cx, o, type, 0);
    if (id_some(self)) f.from = cx->now + 1; /* it was early enough when it was kept */
    TRY(read_kept(cx, o->user, self, &kept));
    f.kept = &kept;
    if (at > f.from) f.days = (int)((at - f.from) / DAYS(1)) + 1;
    *out = false;
    if (f.days > 2 * OFFER_DAYS) return OK;
    return free_at(cx, &f, at, out);
}
