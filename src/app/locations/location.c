/* location.c - see location.h */
#include "app/locations/location.h"

#include <string.h>

#include "access/access.h"
#include "app/audit/event.h"
#include "base/text.h"
#include "base/zone.h"
#include "db/db.h"

#include "app/locations/locations.text.h"

#define COLUMNS "id, name, address, time_zone, phone, hours, no_overlap, created_at, version"

static struct location read_row(const struct table *t, size_t row)
{
    return (struct location){
        .id = cell_id(t, row, "id"),
        .name = cell_text(t, row, "name"),
        .address = cell_text(t, row, "address"),
        .time_zone = cell_text(t, row, "time_zone"),
        .phone = cell_text(t, row, "phone"),
        .hours = cell_text(t, row, "hours"),
        .no_overlap = cell_bool(t, row, "no_overlap"),
        .created_at = cell_int(t, row, "created_at"),
        .version = cell_int(t, row, "version"),
    };
}

enum status location_list(struct cx *cx, struct location_list *out)
{
    struct table t;
    TRY(db_select(
        cx, &t, SQL("SELECT " COLUMNS " FROM locations WHERE practice_id = $1 ORDER BY name, id")));
    *out = (struct location_list){ t.rows, NEW_ARRAY(cx->mem, struct location, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = read_row(&t, i);
    return OK;
}

enum status location_find(struct cx *cx, struct id id, struct location **out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " COLUMNS " FROM locations WHERE practice_id = $1 AND id = $2"), id));
    if (table_none(&t)) return fail(cx, NOT_FOUND, "There is no such location.");
    *out = NEW(cx->mem, struct location);
    **out = read_row(&t, 0);
    if (t.rows == 0) (*out)->id = id; /* the rest is still to come */
    return OK;
}

struct location_draft location_as_draft(const struct location *l)
{
    return (struct location_draft){ l->name,  l->address, l->time_zone,
                                    l->phone, l->hours,   l->no_overlap };
}

/* Several honest lines out of what a text area sends; false if one is not. */
static bool clean_lines(struct cx *cx, const char **text)
{
    const char *all = "";
    bool plain = true;
    for (const char *at = *text; *at;) {
        size_t n = strcspn(at, "\r\n");
        const char *line = text_clean(cx->mem, arena_copy(cx->mem, at, n));
        plain = plain && text_plain(line);
        if (*line) all = arena_print(cx->mem, "%s%s%s", all, *all ? "\n" : "", line);
        at += n;
        at += strspn(at, "\r\n");
    }
    *text = all;
    return plain;
}

/* Names that differ in case or accents only would be taken for one another. */
static enum status check(struct cx *cx, struct location_draft *draft, struct id self)
{
    struct location_list all;
    const char *key = text_fold(cx->mem, draft->name);
    TRY(location_list(cx, &all));
    if (!*draft->name) field_fault(cx, "name", SAY(location_name_missing));
    for (size_t i = 0; i < all.n; i++)
        if (!id_same(all.at[i].id, self) && strcmp(text_fold(cx->mem, all.at[i].name), key) == 0)
            field_fault(cx, "name", SAY(location_name_taken, all.at[i].name));
    if (!clean_lines(cx, &draft->hours)) field_fault(cx, "hours", SAY(location_hours_plain));
    if (!zone_find(draft->time_zone)) field_fault(cx, "time_zone", SAY(location_zone_unknown));
    return field_check(cx);
}

/* What somebody types to find it. */
static const char *searched(struct cx *cx, const struct location_draft *d)
{
    return text_fold(cx->mem, arena_print(cx->mem, "%s %s", d->name, d->address));
}

enum status location_begin(struct cx *cx, const struct location_draft *typed, struct id *out)
{
    struct location_draft clean = *typed, *draft = &clean;
    TRY(check(cx, draft, (struct id){ "" }));
    *out = id_new(cx->now);
    TRY(db_exec(cx,
                SQL("INSERT INTO locations (practice_id, id, name, address, time_zone, phone,"
                    " hours, no_overlap, created_at, searched)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"),
                *out, draft->name, draft->address, draft->time_zone, draft->phone, draft->hours,
                draft->no_overlap, cx->now, searched(cx, draft)));
    return announce(cx, EVENT_LOCATION_ADDED, (struct about){ *out, draft->name }, NULL, NULL);
}

enum status location_create(struct cx *cx, const struct location_draft *draft, struct id *out)
{
    TRY(allow(cx, LOCATIONS_EDIT, &(struct subject){ .practice = cx->actor.practice }));
    return location_begin(cx, draft, out);
}

const char *location_overlap_words(struct cx *cx, bool refused)
{
    return refused ? SAY(location_overlap_never) : SAY(location_overlap_asked);
}

static void note_changes(struct cx *cx, const struct location_draft *before,
                         const struct location_draft *after, struct changes *all)
{
    change_note(cx, all, SAY(location_name), before->name, after->name);
    change_note(cx, all, SAY(location_address), before->address, after->address);
    change_note(cx, all, SAY(location_zone), before->time_zone, after->time_zone);
    change_note(cx, all, SAY(location_phone), before->phone, after->phone);
    change_note(cx, all, SAY(location_hours), before->hours, after->hours);
    change_note(cx, all, SAY(location_overlap), location_overlap_words(cx, before->no_overlap),
                location_overlap_words(cx, after->no_overlap));
}

enum status location_update(struct cx *cx, const struct location *location,
                            const struct location_draft *typed, int64_t version)
{
    struct changes changes = { 0 };
    struct location_draft clean = *typed, *draft = &clean;
    struct location_draft before = location_as_draft(location);
    TRY(allow(cx, LOCATIONS_EDIT, &(struct subject){ .practice = cx->actor.practice }));
    TRY(check(cx, draft, location->id));
    note_changes(cx, &before, draft, &changes);
    if (!changes.first) return OK;
    TRY(db_change_one(cx, SAY(location_stale),
                      SQL("UPDATE locations SET name = $4, address = $5, time_zone = $6,"
                          " phone = $7, hours = $8, no_overlap = $9, searched = $10,"
                          " version = version + 1"
                          " WHERE practice_id = $1 AND id = $2 AND version = $3"),
                      location->id, version, draft->name, draft->address, draft->time_zone,
                      draft->phone, draft->hours, draft->no_overlap, searched(cx, draft)));
    return announce(cx, EVENT_LOCATION_CHANGED, (struct about){ location->id, draft->name },
                    &changes, NULL);
}

/* --- who works there ------------------------------------------------------- */

static const char *name_of(struct cx *cx, const struct table *t, size_t row)
{
    return text_name(cx->mem, cell_text(t, row, "title"), cell_text(t, row, "first_name"),
                     cell_text(t, row, "last_name"));
}

enum status location_people(struct cx *cx, struct id only, int64_t most, struct location_staff *out)
{
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL("SELECT location_id, id, title, first_name, last_name, total FROM"
            " (SELECT l.id AS location_id, l.name, u.id, u.title, u.first_name, u.last_name,"
            "  count(*) OVER (PARTITION BY l.id) AS total,"
            "  row_number() OVER (PARTITION BY l.id ORDER BY u.sort_key, u.id) AS nth"
            "  FROM locations l JOIN users u ON u.practice_id = l.practice_id"
            "  WHERE l.practice_id = $1 AND u.practice_id = $1 AND u.status = 'active'"
            "  AND (CAST($2 AS TEXT) IS NULL OR l.id = $2)"
            "  AND (u.all_locations = 1 OR EXISTS (SELECT 1 FROM assignments a"
            "   WHERE a.practice_id = $1 AND a.user_id = u.id AND a.location_id = l.id))) AS w"
            " WHERE nth <= $3 ORDER BY name, location_id, nth"),
        only, most));
    *out = (struct location_staff){ 0, NEW_ARRAY(cx->mem, struct location_people, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        struct id at = cell_id(&t, i, "location_id");
        struct location_people *p = out->n ? &out->at[out->n - 1] : NULL;
        if (!p || !id_same(p->location, at)) {
            p = &out->at[out->n++];
            *p = (struct location_people){ at, 0, NEW_ARRAY(cx->mem, struct location_person, most),
                                           cell_int(&t, i, "total") };
        }
        p->at[p->n++] = (struct location_person){ cell_id(&t, i, "id"), name_of(cx, &t, i) };
    }
    return OK;
}

const struct location_people *location_people_of(const struct location_staff *staff, struct id id)
{
    for (size_t i = 0; i < staff->n; i++)
        if (id_same(staff->at[i].location, id)) return &staff->at[i];
    return NULL;
}
