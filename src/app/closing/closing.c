/* closing.c - see closing.h */
#include "app/closing/closing.h"

#include <string.h>

#include "access/access.h"
#include "app/booking/profile.h"
#include "app/invitations/invitation.h"
#include "app/locations/room.h"
#include "app/schedule/hours.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"

#include "app/closing/closing.text.h"

typedef enum status read_function(struct cx *, const struct location *, struct closing_line *);
typedef enum status settle_function(struct cx *, const struct location *,
                                    const struct closing_item *);

static const char *name_at(struct cx *cx, const struct table *t, size_t row)
{
    return text_name(cx->mem, "", cell_text(t, row, "first_name"), cell_text(t, row, "last_name"));
}

static void take_items(struct cx *cx, const struct table *t, struct closing_line *line)
{
    line->n = t->rows;
    line->at = NEW_ARRAY(cx->mem, struct closing_item, t->rows);
    for (size_t i = 0; i < t->rows; i++)
        line->at[i] = (struct closing_item){ cell_id(t, i, "id"), name_at(cx, t, i) };
    line->open = line->n > 0;
}

/* --- appointments ---------------------------------------------------------------------- */

static enum status read_appointments(struct cx *cx, const struct location *l,
                                     struct closing_line *line)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n, COALESCE(min(starts_at), 0) AS next FROM appointments"
                      " WHERE practice_id = $1 AND location_id = $2 AND starts_at >= $3"
                      " AND state IN ('booked', 'confirmed') AND patient_id IS NOT NULL"),
                  l->id, cx->now));
    int64_t n = cell_int(&t, 0, "n");
    line->next = cell_int(&t, 0, "next");
    line->open = n > 0;
    line->title = SAY(closing_appointments);
    line->about =
        n ? SAY(closing_appointments_some, n, time_in(cx, l->time_zone, time_moment, line->next))
          : SAY(closing_appointments_none);
    return OK;
}

/* --- online booking --------------------------------------------------------------------- */

static bool stands(const struct booking_profile *p, const struct location *l)
{
    return p->active && id_same(p->location, l->id) && booking_shown(p);
}

static enum status read_booking(struct cx *cx, const struct location *l, struct closing_line *line)
{
    struct booking_profiles all;
    TRY(booking_profiles_list(cx, &all));
    line->at = NEW_ARRAY(cx->mem, struct closing_item, all.n);
    for (size_t i = 0; i < all.n; i++)
        if (stands(&all.at[i], l))
            line->at[line->n++] = (struct closing_item){ all.at[i].user, all.at[i].user_name };
    line->open = line->n > 0;
    line->title = SAY(closing_booking);
    line->about = line->n ? SAY(closing_booking_some) : SAY(closing_booking_none);
    line->action = SAY(closing_booking_action);
    return OK;
}

static enum status settle_booking(struct cx *cx, const struct location *l,
                                  const struct closing_item *item)
{
    struct booking_profile p;
    TRY(booking_profile_find(cx, item->id, l->id, &p));
    struct booking_draft draft = booking_as_draft(cx, &p);
    draft.visible = visible_key(VISIBLE_HIDDEN);
    draft.books = books_key(BOOKS_NONE);
    draft.end_requests = true;
    return booking_profile_save(cx, &p, &draft, p.version);
}

/* --- working hours ------------------------------------------------------------------------ */

static enum status read_hours(struct cx *cx, const struct location *l, struct closing_line *line)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT u.id, u.first_name, u.last_name FROM users u WHERE u.practice_id = $1"
                      " AND u.id IN (SELECT w.user_id FROM working_hours w"
                      "  WHERE w.practice_id = $1 AND w.location_id = $2)"
                      " ORDER BY u.sort_key, u.id"),
                  l->id));
    take_items(cx, &t, line);
    line->title = SAY(closing_hours);
    line->about = line->n ? SAY(closing_hours_some) : SAY(closing_hours_none);
    line->action = SAY(closing_hours_action);
    return OK;
}

static enum status settle_hours(struct cx *cx, const struct location *l,
                                const struct closing_item *item)
{
    struct week_draft none;
    for (int d = 0; d < WEEKDAYS; d++) none.day[d] = "";
    return hours_set(cx, l->id, item->id, item->name, &none);
}

/* --- people -------------------------------------------------------------------------------- */

/* No button: where they work from then on is somebody's decision. */
static enum status read_people(struct cx *cx, const struct location *l, struct closing_line *line)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT u.id, u.first_name, u.last_name FROM users u WHERE u.practice_id = $1"
                      " AND u.status = 'active' AND u.all_locations = 0 AND u.locations = $2"
                      " ORDER BY u.sort_key, u.id"),
                  l->id));
    take_items(cx, &t, line);
    line->title = SAY(closing_people);
    line->about = line->n ? SAY(closing_people_some) : SAY(closing_people_none);
    return OK;
}

static enum status read_invitations(struct cx *cx, const struct location *l,
                                    struct closing_line *line)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT i.id, i.first_name, i.last_name FROM invitations i"
                      " WHERE i.practice_id = $1 AND i.state = 'pending' AND i.expires_at > $3"
                      " AND i.all_locations = 0 AND i.locations = $2"
                      " ORDER BY i.last_name, i.first_name, i.id"),
                  l->id, cx->now));
    take_items(cx, &t, line);
    line->title = SAY(closing_invitations);
    line->about = line->n ? SAY(closing_invitations_some) : SAY(closing_invitations_none);
    line->action = SAY(closing_invitations_action);
    return OK;
}

static enum status settle_invitation(struct cx *cx, const struct location *l,
                                     const struct closing_item *item)
{
    (void)l;
    return invitation_withdraw(cx, item->id);
}

/* --- rooms ---------------------------------------------------------------------------------- */

static enum status read_rooms(struct cx *cx, const struct location *l, struct closing_line *line)
{
    struct room_list all;
    TRY(room_list(cx, l->id, &all));
    line->at = NEW_ARRAY(cx->mem, struct closing_item, all.n);
    for (size_t i = 0; i < all.n; i++)
        if (!all.at[i].archived)
            line->at[line->n++] = (struct closing_item){ all.at[i].id, all.at[i].name };
    line->open = line->n > 0;
    line->title = SAY(closing_rooms);
    line->about = line->n ? SAY(closing_rooms_some) : SAY(closing_rooms_none);
    line->action = SAY(closing_rooms_action);
    return OK;
}

static enum status settle_room(struct cx *cx, const struct location *l,
                               const struct closing_item *item)
{
    struct room *room;
    (void)l;
    TRY(room_find(cx, item->id, &room));
    const struct room_draft draft = { room->name, true };
    return room_update(cx, room, &draft, room->version);
}

/* --- the list -------------------------------------------------------------------------------- */

static const struct line_info {
    const char *key;
    enum permission permission;
    read_function *read;
    settle_function *settle; /* each of its items */
} lines[CLOSING_LINES] = {
    { "appointments", CALENDAR_VIEW, read_appointments, NULL },
    { "booking", BOOKING_EDIT, read_booking, settle_booking },
    { "hours", CALENDAR_EDIT, read_hours, settle_hours },
    { "people", USERS_VIEW, read_people, NULL },
    { "invitations", USERS_ADD, read_invitations, settle_invitation },
    { "rooms", LOCATIONS_EDIT, read_rooms, settle_room },
};

static bool reaches_others(const struct cx *cx, enum permission p)
{
    return reach_others(cx->actor.reach, permissions[p].area) >= permissions[p].need;
}

enum status closing_lines(struct cx *cx, const struct location *l, struct closing *out)
{
    *out = (struct closing){ 0 };
    for (size_t i = 0; i < CLOSING_LINES; i++) {
        struct closing_line *line = &out->at[i];
        line->key = lines[i].key;
        line->may = has(&cx->actor, lines[i].permission);
        if (!line->may) continue;
        TRY(lines[i].read(cx, l, line));
        if (!reaches_others(cx, lines[i].permission)) line->action = NULL;
        out->of++;
        out->settled += !line->open;
    }
    return OK;
}

enum status closing_settle_line(struct cx *cx, const struct location *l, const char *key)
{
    TRY(allow(cx, LOCATIONS_EDIT, &(struct subject){ .practice = cx->actor.practice }));
    for (size_t i = 0; i < CLOSING_LINES; i++) {
        struct closing_line line = { .key = key };
        if (strcmp(key, lines[i].key) != 0 || !lines[i].settle) continue;
        TRY(lines[i].read(cx, l, &line));
        for (size_t n = 0; n < line.n; n++) TRY(lines[i].settle(cx, l, &line.at[n]));
        return OK;
    }
    return fail(cx, NOT_FOUND, "There is no such line.");
}
