/* practice.c - see practice.h */
#include "app/practices/practice.h"

#include <string.h>

#include "access/access.h"
#include "app/audit/event.h"
#include "app/audit/verify.h"
#include "app/practices/practice.text.h"
#include "base/text.h"
#include "base/zone.h"
#include "db/db.h"

enum { NAME_MOST = 100, SLUG_MOST = 40, IDLE_LEAST = 5, IDLE_MOST = 60, ADDS_MOST = 1000 };

enum status practice_find(struct cx *cx, struct practice **out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT id, slug, name, time_zone, idle_minutes, adds_per_hour,"
                      " paper_initials, created_at, version FROM practices WHERE id = $1")));
    if (table_none(&t)) return fail(cx, NOT_FOUND, "There is no such practice group.");
    *out = NEW(cx->mem, struct practice);
    **out = (struct practice){
        .id = cell_id(&t, 0, "id"),
        .slug = cell_text(&t, 0, "slug"),
        .name = cell_text(&t, 0, "name"),
        .time_zone = cell_text(&t, 0, "time_zone"),
        .idle_minutes = cell_int(&t, 0, "idle_minutes"),
        .adds_per_hour = cell_int(&t, 0, "adds_per_hour"),
        .paper_initials = cell_bool(&t, 0, "paper_initials"),
        .created_at = cell_int(&t, 0, "created_at"),
        .version = cell_int(&t, 0, "version"),
    };
    return OK;
}

static void check_name(struct cx *cx, const char *name)
{
    if (!*name)
        field_fault(cx, "name", SAY(practice_name_missing));
    else if (!text_plain(name))
        field_fault(cx, "name", SAY(practice_name_plain));
    else if (text_length(name) > NAME_MOST)
        field_fault(cx, "name", SAY(practice_name_long));
}

static void check_zone(struct cx *cx, const char *zone)
{
    if (!zone_find(zone)) field_fault(cx, "time_zone", SAY(practice_zone_unknown));
}

/* "Northside Allied Health" is "northside-allied-health"; a name without any
 * Latin letter is "group". */
static const char *slug_of(struct cx *cx, const char *name)
{
    const char *folded = text_fold(cx->mem, name);
    char *slug = arena_alloc(cx->mem, SLUG_MOST + 1);
    size_t n = 0;
    for (const char *c = folded; *c && n < SLUG_MOST; c++) {
        bool good = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9');
        if (good)
            slug[n++] = *c;
        else if (n && slug[n - 1] != '-' && *c != '\'')
            slug[n++] = '-';
    }
    while (n && slug[n - 1] == '-') n--;
    slug[n] = '\0';
    return n ? slug : "group";
}

static enum status free_slug(struct cx *cx, const char *wanted, const char **out)
{
    struct table t;
    for (int n = 1; n < 10000; n++) {
        *out = n == 1 ? wanted : arena_print(cx->mem, "%s-%d", wanted, n);
        TRY(db_select(cx, &t, SQL_GLOBAL("SELECT 1 AS one FROM practices WHERE slug = $1"), *out));
        if (t.rows == 0) return OK;
    }
    return fail(cx, CONFLICT, "Too many practice groups have this name.");
}

enum status practice_create(struct cx *cx, const char *typed, const char *zone,
                            struct practice **out)
{
    const char *name = text_clean(cx->mem, typed), *slug;
    check_name(cx, name);
    check_zone(cx, zone);
    TRY(field_check(cx));
    TRY(free_slug(cx, slug_of(cx, name), &slug));
    struct id id = id_new(cx->now);
    TRY(db_exec(cx,
                SQL_GLOBAL("INSERT INTO practices (id, slug, name, time_zone, created_at)"
                           " VALUES ($1, $2, $3, $4, $5)"),
                id, slug, name, zone, cx->now));
    cx->actor.practice = id;
    TRY(announce(cx, EVENT_PRACTICE_CREATED, (struct about){ id, name }, NULL, NULL));
    TRY(audit_anchor_begin(cx));
    return practice_find(cx, out);
}

static const char *minutes(struct cx *cx, int64_t n)
{
    return SAY(practice_idle_minutes, n);
}

static const char *number(struct cx *cx, int64_t n)
{
    return arena_number(cx->mem, n);
}

const char *practice_paper(struct cx *cx, bool initials)
{
    return initials ? SAY(practice_paper_initials) : SAY(practice_paper_names);
}

enum status practice_update(struct cx *cx, const struct practice *p, const struct practice_draft *d,
                            int64_t version)
{
    struct changes changes = { 0 };
    const char *name = text_clean(cx->mem, d->name);
    TRY(allow(cx, PRACTICE_EDIT, &(struct subject){ .practice = p->id }));
    check_name(cx, name);
    check_zone(cx, d->time_zone);
    if (d->idle_minutes < IDLE_LEAST || d->idle_minutes > IDLE_MOST)
        field_fault(cx, "idle_minutes", SAY(practice_idle_range));
    if (d->adds_per_hour < 1 || d->adds_per_hour > ADDS_MOST)
        field_fault(cx, "adds_per_hour", SAY(practice_adds_range));
    TRY(field_check(cx));
    change_note(cx, &changes, SAY(practice_field_name), p->name, name);
    change_note(cx, &changes, SAY(practice_field_zone), p->time_zone, d->time_zone);
    change_note(cx, &changes, SAY(practice_field_idle), minutes(cx, p->idle_minutes),
                minutes(cx, d->idle_minutes));
    change_note(cx, &changes, SAY(practice_field_adds), number(cx, p->adds_per_hour),
                number(cx, d->adds_per_hour));
    change_note(cx, &changes, SAY(practice_field_paper), practice_paper(cx, p->paper_initials),
                practice_paper(cx, d->paper_initials));
    /* Saving what is there already confirms it: the version moves on. */
    TRY(db_change_one(cx, SAY(practice_stale),
                      SQL("UPDATE practices SET name = $2, time_zone = $3, idle_minutes = $4,"
                          " adds_per_hour = $5, paper_initials = $6, version = version + 1"
                          " WHERE id = $1 AND version = $7"),
                      name, d->time_zone, d->idle_minutes, d->adds_per_hour, d->paper_initials,
                      version));
    if (!changes.first) return OK;
    return announce(cx, EVENT_PRACTICE_CHANGED, (struct about){ p->id, name }, &changes, NULL);
}
