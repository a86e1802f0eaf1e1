/* closing.c - see closing.h */
#include "app/closing/closing.h"

#include <string.h>

#include "access/access.h"
#include "app/audit/event.h"
#include "app/booking/profile.h"
#include "app/invitations/invitation.h"
#include "app/locations/room.h"
#include "app/schedule/hours.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"

#include "app/closing/closing.text.h"

typedef enum status read_function(struct cx *, const struct location *, struct closing_line *);
/* *undo: one line of what it takes to set it again, or "". */
typedef enum status settle_function(struct cx *, const struct location *,
                                    const struct closing_item *, const char **undo);
typedef enum status undo_function(struct cx *, const struct location *, char *line);

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

/* The next word of a line of `undo`, which ends at a tab; "" at the end. */
static char *part(char **at)
{
    char *word = *at;
    *at += strcspn(*at, "\t");
    if (**at) *(*at)++ = '\0';
    return word;
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
                                  const struct closing_item *item, const char **undo)
{
    struct booking_profile p;
    TRY(booking_profile_find(cx, item->id, l->id, &p));
    *undo = arena_print(cx->mem, "%s\t%s\t%s", item->id.text, visible_key(p.visible),
                        books_key(p.books));
    struct booking_draft draft = booking_as_draft(cx, &p);
    draft.visible = visible_key(VISIBLE_HIDDEN);
    draft.books = books_key(BOOKS_NONE);
    draft.end_requests = true;
    return booking_profile_save(cx, &p, &draft, p.version);
}

static enum status undo_booking(struct cx *cx, const struct location *l, char *line)
{
    struct booking_profile p;
    TRY(booking_profile_find(cx, id_of(part(&line)), l->id, &p));
    if (!p.active || p.visible != VISIBLE_HIDDEN || p.books != BOOKS_NONE) return OK;
    struct booking_draft draft = booking_as_draft(cx, &p);
    draft.visible = part(&line);
    draft.books = part(&line);
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
                                const struct closing_item *item, const char **undo)
{
    struct week_draft none;
    struct hours_list list;
    TRY(hours_at(cx, l->id, item->id, -1, &list));
    *undo = item->id.text;
    for (int d = 0; d < WEEKDAYS; d++) {
        none.day[d] = "";
        *undo = arena_print(cx->mem, "%s\t%s", *undo, hours_words(cx, &list, item->id, d));
    }
    return hours_set(cx, l->id, item->id, item->name, &none);
}

static enum status undo_hours(struct cx *cx, const struct location *l, char *line)
{
    struct user *u;
    struct week_draft week;
    struct hours_list list;
    TRY(user_find(cx, id_of(part(&line)), &u));
    TRY(hours_at(cx, l->id, u->id, -1, &list));
    if (list.n || !u->access.active) return OK;
    for (int d = 0; d < WEEKDAYS; d++) week.day[d] = part(&line);
    return hours_set(cx, l->id, u->id, user_name(cx, u), &week);
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
                                     const struct closing_item *item, const char **undo)
{
    (void)l;
    *undo = item->id.text;
    return invitation_withdraw(cx, item->id);
}

/* Sent again, in the name of whoever takes it back: the old links are dead. */
static enum status undo_invitation(struct cx *cx, const struct location *l, char *line)
{
    struct invitation *inv;
    (void)l;
    TRY(invitation_find(cx, id_of(line), &inv));
    return inv->state == INVITATION_WITHDRAWN ? invitation_resend(cx, inv->id) : OK;
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
                               const struct closing_item *item, const char **undo)
{
    struct room *room;
    (void)l;
    TRY(room_find(cx, item->id, &room));
    const struct room_draft draft = { room->name, true };
    *undo = item->id.text;
    return room_update(cx, room, &draft, room->version);
}

static enum status undo_room(struct cx *cx, const struct location *l, char *line)
{
    struct room *room;
    (void)l;
    TRY(room_find(cx, id_of(line), &room));
    const struct room_draft draft = { room->name, false };
    return room_update(cx, room, &draft, room->version);
}

/* --- the list -------------------------------------------------------------------------------- */

static const struct line_info {
    const char *key;
    enum permission permission;
    read_function *read;
    settle_function *settle; /* each of its items */
    undo_function *undo;
} lines[CLOSING_LINES] = {
    { "appointments", CALENDAR_VIEW, read_appointments, NULL, NULL },
    { "booking", BOOKING_EDIT, read_booking, settle_booking, undo_booking },
    { "hours", CALENDAR_EDIT, read_hours, settle_hours, undo_hours },
    { "people", USERS_VIEW, read_people, NULL, NULL },
    { "invitations", USERS_ADD, read_invitations, settle_invitation, undo_invitation },
    { "rooms", LOCATIONS_EDIT, read_rooms, settle_room, undo_room },
};

static bool reaches_others(const struct cx *cx, enum permission p)
{
    return reach_others(cx->actor.reach, permissions[p].area) >= permissions[p].need;
}

static enum status kept_rows(struct cx *cx, const struct location *l, struct table *out)
{
    return db_select(cx, out,
                     SQL("SELECT line, undo, waived, reason, settled_at, settled_name"
                         " FROM closings WHERE practice_id = $1 AND location_id = $2"),
                     l->id);
}

/* What was written down about a line counts as long as it is so: a waiver while there is something
 * to do, who settled it while there is not. */
static void fill_kept(const struct table *rows, const struct line_info *info,
                      struct closing_line *line)
{
    for (size_t i = 0; i < rows->rows; i++) {
        bool waived = cell_bool(rows, i, "waived");
        if (strcmp(cell_text(rows, i, "line"), info->key) != 0 || waived != line->open) continue;
        line->waived = waived;
        line->open = false;
        line->by = cell_text(rows, i, "settled_name");
        line->reason = cell_text(rows, i, "reason");
        line->settled_at = cell_int(rows, i, "settled_at");
        line->can_undo = waived || *cell_text(rows, i, "undo");
    }
}

static enum status fill(struct cx *cx, const struct location *l, const struct line_info *info,
                        const struct table *rows, struct closing_line *line)
{
    *line = (struct closing_line){ .key = info->key, .reason = "" };
    line->may = has(&cx->actor, info->permission);
    if (!line->may) return OK;
    TRY(info->read(cx, l, line));
    fill_kept(rows, info, line);
    if (reaches_others(cx, info->permission)) return OK;
    line->action = NULL;
    line->can_undo = false;
    return OK;
}

enum status closing_lines(struct cx *cx, const struct location *l, struct closing *out)
{
    struct table rows;
    *out = (struct closing){ 0 };
    TRY(kept_rows(cx, l, &rows));
    for (size_t i = 0; i < CLOSING_LINES; i++) {
        struct closing_line *line = &out->at[i];
        TRY(fill(cx, l, &lines[i], &rows, line));
        out->of += line->may;
        out->settled += line->may && !line->open;
        out->waived += line->waived;
    }
    return OK;
}

/* --- settling, waiving, taking back ------------------------------------------------------------
 */

/* The line as it stands, for somebody who may decide about it. */
static enum status begin(struct cx *cx, const struct location *l, const char *key,
                         const struct line_info **info, struct table *rows,
                         struct closing_line *line)
{
    TRY(allow(cx, LOCATIONS_EDIT, &(struct subject){ .practice = cx->actor.practice }));
    for (*info = lines; *info < lines + CLOSING_LINES; ++*info) {
        if (strcmp(key, (*info)->key) != 0) continue;
        TRY(kept_rows(cx, l, rows));
        TRY(fill(cx, l, *info, rows, line));
        if (line->may && reaches_others(cx, (*info)->permission)) return OK;
        return fail_because(cx, FORBIDDEN, "level", "%s", SAY(closing_not_yours));
    }
    return fail(cx, NOT_FOUND, "There is no such line.");
}

static enum status keep(struct cx *cx, const struct location *l, const char *key, bool waived,
                        const char *reason, const char *undo)
{
    return db_exec(
        cx,
        SQL("INSERT INTO closings (practice_id, location_id, line, settled_at, settled_by,"
            " settled_name, waived, reason, undo) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            " ON CONFLICT (practice_id, location_id, line) DO UPDATE SET"
            " settled_at = excluded.settled_at, settled_by = excluded.settled_by,"
            " settled_name = excluded.settled_name, undo = excluded.undo,"
            " waived = excluded.waived, reason = excluded.reason"),
        l->id, key, cx->now, cx->actor.user, cx->actor.name, waived, reason, undo);
}

static enum status tell(struct cx *cx, const struct location *l, enum event event,
                        const struct closing_line *line, const char *before, const char *after)
{
    struct changes changes = { 0 };
    change_note(cx, &changes, line->title, before, after);
    return announce(cx, event, (struct about){ l->id, l->name }, &changes,
                    *line->reason ? line->reason : NULL);
}

enum status closing_settle_line(struct cx *cx, const struct location *l, const char *key)
{
    struct table rows;
    const struct line_info *info;
    struct closing_line line, after;
    const char *all = "", *one;
    TRY(begin(cx, l, key, &info, &rows, &line));
    if (!info->settle) return fail(cx, NOT_FOUND, "There is no such line.");
    if (!line.n) return OK;
    for (size_t i = 0; i < line.n; i++) {
        TRY(info->settle(cx, l, &line.at[i], &one));
        all = arena_print(cx->mem, "%s%s\n", all, one);
    }
    TRY(keep(cx, l, key, false, "", all));
    TRY(kept_rows(cx, l, &rows));
    TRY(fill(cx, l, info, &rows, &after));
    return tell(cx, l, EVENT_CLOSING_SETTLED, &after, line.about, after.about);
}

enum status closing_waive_line(struct cx *cx, const struct location *l, const char *key,
                               const char *reason)
{
    struct table rows;
    const struct line_info *info;
    struct closing_line line;
    TRY(begin(cx, l, key, &info, &rows, &line));
    if (!line.open) return OK;
    if (!*reason) field_fault(cx, arena_print(cx->mem, "reason-%s", key), SAY(closing_why_missing));
    TRY(field_check(cx));
    TRY(keep(cx, l, key, true, reason, ""));
    line.reason = reason;
    return tell(cx, l, EVENT_CLOSING_WAIVED, &line, line.about, SAY(closing_waived));
}

static enum status undo_settled(struct cx *cx, const struct location *l,
                                const struct line_info *info, const struct table *rows)
{
    for (size_t i = 0; i < rows->rows; i++) {
        if (strcmp(cell_text(rows, i, "line"), info->key) != 0) continue;
        const char *all = cell_text(rows, i, "undo");
        while (*all) {
            size_t n = strcspn(all, "\n");
            TRY(info->undo(cx, l, arena_copy(cx->mem, all, n)));
            all += n + (all[n] == '\n');
        }
    }
    return OK;
}

enum status closing_undo_line(struct cx *cx, const struct location *l, const char *key)
{
    struct table rows;
    const struct line_info *info;
    struct closing_line line, after;
    TRY(begin(cx, l, key, &info, &rows, &line));
    if (!line.can_undo) return OK;
    if (!line.waived) TRY(undo_settled(cx, l, info, &rows));
    TRY(db_exec(
        cx, SQL("DELETE FROM closings WHERE practice_id = $1 AND location_id = $2 AND line = $3"),
        l->id, key));
    TRY(fill(cx, l, info, &(struct table){ 0 }, &after));
    return tell(cx, l, EVENT_CLOSING_UNDONE, &after, line.waived ? SAY(closing_waived) : line.about,
                after.about);
}
