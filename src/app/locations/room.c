/* room.c - see room.h */
#include "app/locations/room.h"

#include <string.h>

#include "access/access.h"
#include "app/audit/event.h"
#include "base/text.h"
#include "db/db.h"

#include "app/locations/rooms.text.h"

#define COLUMNS "id, location_id, name, position, archived, version"

static struct room read_row(const struct table *t, size_t row)
{
    return (struct room){
        .id = cell_id(t, row, "id"),
        .location = cell_id(t, row, "location_id"),
        .name = cell_text(t, row, "name"),
        .position = cell_int(t, row, "position"),
        .archived = cell_bool(t, row, "archived"),
        .version = cell_int(t, row, "version"),
    };
}

enum status room_list(struct cx *cx, struct id location, struct room_list *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " COLUMNS " FROM rooms WHERE practice_id = $1"
                      " AND (CAST($2 AS TEXT) IS NULL OR location_id = $2)"
                      " ORDER BY archived, position, id"),
                  location));
    *out = (struct room_list){ t.rows, NEW_ARRAY(cx->mem, struct room, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = read_row(&t, i);
    return OK;
}

enum status room_find(struct cx *cx, struct id id, struct room **out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL("SELECT " COLUMNS " FROM rooms WHERE practice_id = $1 AND id = $2"),
                  id));
    if (table_none(&t)) return fail(cx, NOT_FOUND, "There is no such room.");
    *out = NEW(cx->mem, struct room);
    **out = read_row(&t, 0);
    if (t.rows == 0) (*out)->id = id; /* the rest is still to come */
    return OK;
}

const struct room *room_of(const struct room_list *all, struct id id)
{
    for (size_t i = 0; i < all->n; i++)
        if (id_same(all->at[i].id, id)) return &all->at[i];
    return NULL;
}

static enum status gate(struct cx *cx)
{
    return allow(cx, LOCATIONS_EDIT, &(struct subject){ .practice = cx->actor.practice });
}

/* Names that differ in case or accents only would be taken for one another. */
static enum status check(struct cx *cx, const struct room_draft *d, const struct room_list *others,
                         struct id self)
{
    const char *key = text_fold(cx->mem, d->name);
    if (!*d->name) field_fault(cx, "room_name", SAY(room_name_missing));
    for (size_t i = 0; i < others->n; i++) {
        const struct room *r = &others->at[i];
        if (id_same(r->id, self) || strcmp(text_fold(cx->mem, r->name), key) != 0) continue;
        field_fault(cx, "room_name",
                    r->archived ? SAY(room_name_archived, r->name) : SAY(room_name_taken, r->name));
    }
    return field_check(cx);
}

static int64_t after_the_last(const struct room_list *all)
{
    int64_t last = 0;
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].position > last) last = all->at[i].position;
    return last + 1;
}

/* "Room 2 at Riverside". */
static enum status announce_room(struct cx *cx, enum event event, struct id id, const char *name,
                                 struct id location, const struct changes *changes)
{
    struct location *there;
    TRY(location_find(cx, location, &there));
    return announce(cx, event, (struct about){ id, SAY(room_at, name, there->name) }, changes,
                    NULL);
}

enum status room_create(struct cx *cx, struct id location, const struct room_draft *d,
                        struct id *out)
{
    struct location *there;
    struct room_list all;
    TRY(gate(cx));
    TRY(location_find(cx, location, &there));
    TRY(room_list(cx, location, &all));
    TRY(check(cx, d, &all, (struct id){ "" }));
    *out = id_new(cx->now);
    TRY(db_exec(cx,
                SQL("INSERT INTO rooms (practice_id, id, location_id, name, position, archived)"
                    " VALUES ($1, $2, $3, $4, $5, $6)"),
                *out, location, d->name, after_the_last(&all), d->archived));
    return announce_room(cx, EVENT_ROOM_ADDED, *out, d->name, location, NULL);
}

enum status room_update(struct cx *cx, const struct room *r, const struct room_draft *d,
                        int64_t version)
{
    struct changes changes = { 0 };
    struct room_list all;
    TRY(gate(cx));
    TRY(room_list(cx, r->location, &all));
    TRY(check(cx, d, &all, r->id));
    change_note(cx, &changes, SAY(room_name), r->name, d->name);
    change_note(cx, &changes, SAY(room_offered), r->archived ? SAY(room_no) : SAY(room_yes),
                d->archived ? SAY(room_no) : SAY(room_yes));
    if (!changes.first) return OK;
    int64_t position = r->archived && !d->archived ? after_the_last(&all) : r->position;
    TRY(db_change_one(cx, SAY(room_stale),
                      SQL("UPDATE rooms SET name = $4, archived = $5, position = $6,"
                          " version = version + 1"
                          " WHERE practice_id = $1 AND id = $2 AND version = $3"),
                      r->id, version, d->name, d->archived, position));
    return announce_room(cx, EVENT_ROOM_CHANGED, r->id, d->name, r->location, &changes);
}

static enum status place(struct cx *cx, const struct room *r, int64_t position)
{
    return db_exec(cx, SQL("UPDATE rooms SET position = $3 WHERE practice_id = $1 AND id = $2"),
                   r->id, position);
}

enum status room_rise(struct cx *cx, const struct room *r)
{
    struct changes changes = { 0 };
    struct room_list all;
    size_t i = 0;
    TRY(gate(cx));
    TRY(room_list(cx, r->location, &all));
    while (i < all.n && !id_same(all.at[i].id, r->id)) i++;
    if (i == 0 || i == all.n || all.at[i].archived) return OK;
    TRY(place(cx, &all.at[i], all.at[i - 1].position));
    TRY(place(cx, &all.at[i - 1], all.at[i].position));
    change_note(cx, &changes, SAY(room_place), arena_number(cx->mem, (int64_t)i + 1),
                arena_number(cx->mem, (int64_t)i));
    return announce_room(cx, EVENT_ROOM_CHANGED, r->id, r->name, r->location, &changes);
}
