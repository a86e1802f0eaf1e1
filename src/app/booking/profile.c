/* profile.c - see profile.h */
#include "app/booking/profile.h"

#include <stdlib.h>
#include <string.h>

#include "app/audit/event.h"
#include "app/booking/request.h"
#include "app/schedule/hours.h"
#include "app/schedule/type.h"
#include "app/users/presence.h"
#include "app/waiting/waiting.h"
#include "base/text.h"
#include "db/db.h"

#include "app/booking/booking.text.h"

static const char *const visible_keys[] = { "public", "link", "hidden" };
static const char *const books_keys[] = { "all", "known", "none" };

const char *visible_key(enum booking_visible v)
{
    return visible_keys[v];
}

const char *books_key(enum booking_books b)
{
    return books_keys[b];
}

enum booking_visible visible_find(const char *key)
{
    enum booking_visible v = VISIBLE_PUBLIC;
    while (v < VISIBLE_HIDDEN && strcmp(visible_keys[v], key) != 0) v++;
    return v;
}

enum booking_books books_find(const char *key)
{
    enum booking_books b = BOOKS_ALL;
    while (b < BOOKS_NONE && strcmp(books_keys[b], key) != 0) b++;
    return b;
}

bool id_among(const struct id_set *set, struct id id)
{
    for (size_t i = 0; i < set->n; i++)
        if (id_same(set->at[i], id)) return true;
    return false;
}

/* --- reading ----------------------------------------------------------------------- */

/* clang-format off */
#define TO_BE "(u.status = 'active' OR " COMES("u") ")"
#define WORKS                                                                                   \
    "(u.all_locations = 1 OR EXISTS (SELECT 1 FROM assignments w WHERE w.practice_id = $1"      \
    " AND w.user_id = u.id AND w.location_id = l.id))"
#define PROFILES                                                                                \
    "SELECT u.id AS user_id, l.id AS location_id, u.title, u.first_name, u.last_name,"          \
    " l.name AS location_name, b.id, b.visible, b.books, b.lead_hours, b.languages, b.about,"   \
    " b.version, CASE WHEN " TO_BE " AND u.role_type = 'practitioner' AND " WORKS               \
    "  THEN 1 ELSE 0 END AS active, CASE WHEN EXISTS (SELECT 1 FROM assignments w"              \
    "  WHERE w.practice_id = $1 AND w.user_id = $2 AND w.location_id = l.id) THEN 1 ELSE 0 END" \
    "  AS here FROM users u JOIN locations l ON l.practice_id = u.practice_id"                  \
    " LEFT JOIN booking_profiles b ON b.practice_id = u.practice_id AND b.user_id = u.id"       \
    "  AND b.location_id = l.id WHERE u.practice_id = $1"
/* clang-format on */

static void read_stored(const struct table *t, size_t row, struct booking_profile *p)
{
    p->visible = VISIBLE_HIDDEN;
    p->books = BOOKS_NONE;
    p->lead_hours = 2;
    p->languages = p->about = "";
    if (!cell_text(t, row, "id")) return;
    p->id = cell_id(t, row, "id");
    p->visible = visible_find(cell_text(t, row, "visible"));
    p->books = books_find(cell_text(t, row, "books"));
    p->lead_hours = cell_int(t, row, "lead_hours");
    p->languages = cell_text(t, row, "languages");
    p->about = cell_text(t, row, "about");
    p->version = cell_int(t, row, "version");
}

static struct booking_profile read_row(struct cx *cx, const struct table *t, size_t row,
                                       struct record *record)
{
    struct booking_profile p = {
        .user = cell_id(t, row, "user_id"),
        .location = cell_id(t, row, "location_id"),
        .user_name = text_name(cx->mem, cell_text(t, row, "title"), cell_text(t, row, "first_name"),
                               cell_text(t, row, "last_name")),
        .location_name = cell_text(t, row, "location_name"),
        .active = cell_bool(t, row, "active"),
    };
    read_stored(t, row, &p);
    *record =
        (struct record){ id_same(p.user, cx->actor.user), cell_bool(t, row, "here"), NO_GRANT };
    struct subject subject = { .practice = cx->actor.practice, .record = record };
    p.may_edit = may(&cx->actor, BOOKING_EDIT, &subject, NULL);
    return p;
}

static void add_type(struct booking_profile *p, const struct table *types, size_t row)
{
    if (p->types.n == BOOKING_TYPES || !id_same(cell_id(types, row, "user_id"), p->user)
        || !id_same(cell_id(types, row, "location_id"), p->location))
        return;
    p->types.at[p->types.n++] = cell_id(types, row, "type_id");
}

/* Of one user, or of everybody. */
static enum status read_types(struct cx *cx, struct id user, struct booking_profiles *all)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT user_id, location_id, type_id FROM booking_types"
                      " WHERE practice_id = $1 AND (CAST($2 AS TEXT) IS NULL OR user_id = $2)"
                      " ORDER BY user_id, location_id, type_id"),
                  user));
    for (size_t i = 0; i < all->n; i++)
        for (size_t row = 0; row < t.rows; row++) add_type(&all->at[i], &t, row);
    return OK;
}

enum status booking_profiles_list(struct cx *cx, struct booking_profiles *out)
{
    struct table t;
    struct record record;
    if (!has(&cx->actor, BOOKING_VIEW)) return allow_door(cx, BOOKING_VIEW);
    TRY(db_select(cx, &t,
                  SQL(PROFILES " AND (b.id IS NOT NULL OR (" TO_BE
                               "  AND u.role_type = 'practitioner' AND " WORKS "))"
                               " ORDER BY u.status, u.sort_key, u.id, l.name, l.id"),
                  cx->actor.user));
    *out = (struct booking_profiles){ 0, NEW_ARRAY(cx->mem, struct booking_profile, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        struct booking_profile p = read_row(cx, &t, i, &record);
        struct subject subject = { .practice = cx->actor.practice, .record = &record };
        if (may(&cx->actor, BOOKING_VIEW, &subject, NULL)) out->at[out->n++] = p;
    }
    return read_types(cx, (struct id){ "" }, out);
}

enum status booking_profiles_of(struct cx *cx, struct id user, struct booking_profiles *out)
{
    struct table t;
    struct record record;
    TRY(db_select(cx, &t, SQL(PROFILES " AND u.id = $3 AND b.id IS NOT NULL ORDER BY l.name, l.id"),
                  cx->actor.user, user));
    *out = (struct booking_profiles){ t.rows, NEW_ARRAY(cx->mem, struct booking_profile, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = read_row(cx, &t, i, &record);
    return read_types(cx, user, out);
}

static enum status ask(struct cx *cx, enum permission permission, const struct booking_profile *p)
{
    struct record record = column_facts(cx, p->location, p->user);
    struct subject subject = { .practice = cx->actor.practice, .record = &record };
    return allow(cx, permission, &subject);
}

enum status booking_profile_find(struct cx *cx, struct id user, struct id location,
                                 struct booking_profile *out)
{
    struct table t;
    struct record record;
    TRY(db_select(cx, &t,
                  SQL(PROFILES " AND u.id = $3 AND l.id = $4 AND (b.id IS NOT NULL OR"
                               " (u.role_type = 'practitioner' AND " TO_BE " AND " WORKS "))"),
                  cx->actor.user, user, location));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "%s", SAY(profile_none));
    *out = read_row(cx, &t, 0, &record);
    TRY(ask(cx, BOOKING_VIEW, out));
    return read_types(cx, user, &(struct booking_profiles){ 1, out });
}

/* --- in words ------------------------------------------------------------------------ */

bool booking_shown(const struct booking_profile *p)
{
    return p->visible != VISIBLE_HIDDEN;
}

bool booking_taken(const struct booking_profile *p)
{
    return booking_shown(p) && p->books != BOOKS_NONE;
}

const char *visible_words(struct cx *cx, enum booking_visible v)
{
    return v == VISIBLE_PUBLIC ? SAY(visible_public)
           : v == VISIBLE_LINK ? SAY(visible_link)
                               : SAY(visible_hidden);
}

const char *books_words(struct cx *cx, enum booking_books b)
{
    return b == BOOKS_ALL ? SAY(books_all) : b == BOOKS_KNOWN ? SAY(books_known) : SAY(books_none);
}

static const char *lead_words(struct cx *cx, int64_t hours)
{
    if (!hours) return SAY(lead_none);
    return hours % 24 || hours < 48 ? SAY(lead_hours, hours) : SAY(lead_days, hours / 24);
}

const char *booking_words(struct cx *cx, const struct booking_profile *p)
{
    if (!booking_taken(p)) return SAY(nobody_books, p->user_name, p->location_name);
    if (!p->types.n) return SAY(nothing_offered, p->user_name, p->location_name);
    const char *lead = lead_words(cx, p->lead_hours);
    return p->books == BOOKS_ALL ? SAY(everybody_books, p->user_name, p->location_name, lead)
                                 : SAY(known_book, p->user_name, p->location_name, lead);
}

struct booking_draft booking_as_draft(struct cx *cx, const struct booking_profile *p)
{
    return (struct booking_draft){ visible_key(p->visible), books_key(p->books),
                                   arena_number(cx->mem, p->lead_hours), p->types, false };
}

/* --- changes --------------------------------------------------------------------------- */

static struct about about_of(struct cx *cx, const struct booking_profile *p)
{
    return (struct about){ p->user, SAY(profile_about, p->user_name, p->location_name) };
}

static const char *type_words(struct cx *cx, const struct appointment_types *all,
                              const struct id_set *chosen)
{
    const char *text = "";
    for (size_t i = 0; i < all->n; i++)
        if (id_among(chosen, all->at[i].id))
            text = arena_print(cx->mem, "%s%s%s", text, *text ? ", " : "", all->at[i].name);
    return text;
}

/* Those that exist and are offered still. */
static struct id_set sound_types(const struct appointment_types *all, const struct id_set *typed)
{
    struct id_set out = { 0 };
    for (size_t i = 0; i < all->n && out.n < BOOKING_TYPES; i++)
        if (!all->at[i].retired && id_among(typed, all->at[i].id)) out.at[out.n++] = all->at[i].id;
    return out;
}

/* Whole hours; -1 for anything else. */
static int64_t hours_of(const char *typed)
{
    size_t n = strspn(typed, "0123456789");
    if (!n || n > 3 || typed[n]) return -1;
    int64_t hours = strtoll(typed, NULL, 10);
    return hours > BOOKING_MOST_LEAD ? -1 : hours;
}

static enum status check(struct cx *cx, const struct booking_draft *d, struct booking_profile *to,
                         const struct appointment_types *all)
{
    to->visible = visible_find(d->visible);
    to->books = books_find(d->books);
    to->lead_hours = hours_of(d->lead);
    to->types = sound_types(all, &d->types);
    if (strcmp(visible_key(to->visible), d->visible) != 0)
        field_fault(cx, "visible", SAY(visible_missing));
    if (strcmp(books_key(to->books), d->books) != 0) field_fault(cx, "books", SAY(books_missing));
    if (to->lead_hours < 0) field_fault(cx, "lead", SAY(lead_wrong, (int64_t)BOOKING_MOST_LEAD));
    if (to->books != BOOKS_NONE && !to->types.n) field_fault(cx, "types", SAY(types_missing));
    return field_check(cx);
}

static enum status stale(struct cx *cx, const struct booking_profile *now)
{
    return fail_because(cx, CONFLICT, "stale", "%s", SAY(profile_stale, booking_words(cx, now)));
}

static enum status write(struct cx *cx, const struct booking_profile *before,
                         const struct booking_profile *p)
{
    const char *visible = visible_key(p->visible), *books = books_key(p->books);
    if (!before->version)
        return db_exec(cx,
                       SQL("INSERT INTO booking_profiles (practice_id, user_id, location_id, id,"
                           " visible, books, lead_hours, languages, about, spoken)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"),
                       p->user, p->location, id_new(cx->now), visible, books, p->lead_hours,
                       p->languages, p->about, text_fold(cx->mem, p->languages));
    return db_change_one(cx, SAY(profile_stale, booking_words(cx, before)),
                         SQL("UPDATE booking_profiles SET visible = $5, books = $6,"
                             " lead_hours = $7, languages = $8, about = $9, spoken = $10,"
                             " version = version + 1"
                             " WHERE practice_id = $1 AND user_id = $2 AND location_id = $3"
                             " AND version = $4"),
                         p->user, p->location, before->version, visible, books, p->lead_hours,
                         p->languages, p->about, text_fold(cx->mem, p->languages));
}

static enum status write_types(struct cx *cx, const struct booking_profile *p)
{
    TRY(db_exec(cx,
                SQL("DELETE FROM booking_types WHERE practice_id = $1 AND user_id = $2"
                    " AND location_id = $3"),
                p->user, p->location));
    for (size_t i = 0; i < p->types.n; i++)
        TRY(db_exec(cx,
                    SQL("INSERT INTO booking_types (practice_id, user_id, location_id, type_id)"
                        " VALUES ($1, $2, $3, $4)"),
                    p->user, p->location, p->types.at[i]));
    return OK;
}

static void note_changes(struct cx *cx, const struct booking_profile *a,
                         const struct booking_profile *b, const struct appointment_types *all,
                         struct changes *out)
{
    change_note(cx, out, SAY(visible_label), visible_words(cx, a->visible),
                visible_words(cx, b->visible));
    change_note(cx, out, SAY(books_label), books_words(cx, a->books), books_words(cx, b->books));
    change_note(cx, out, SAY(lead_label), lead_words(cx, a->lead_hours),
                lead_words(cx, b->lead_hours));
    change_note(cx, out, SAY(types_label), type_words(cx, all, &a->types),
                type_words(cx, all, &b->types));
    change_note(cx, out, SAY(languages_label), a->languages, b->languages);
    change_note(cx, out, SAY(about_label), a->about, b->about);
}

/* What waits there ends, or somebody says so first; the waiting list itself goes with the change.
 */
static enum status settle_requests(struct cx *cx, const struct booking_profile *p, bool end,
                                   struct changes *changes)
{
    int64_t n, listed;
    TRY(requests_waiting(cx, p->user, p->location, &n));
    TRY(waiters_count(cx, p->user, p->location, &listed));
    if ((n || listed) && !end)
        return fail_because(cx, CONFLICT, "requests", "%s",
                            n ? SAY(requests_open, n) : SAY(requests_listed, listed));
    if (!n) return OK;
    TRY(requests_end(cx, p->user, p->location, &n));
    change_note(cx, changes, SAY(requests_label), arena_number(cx->mem, n), SAY(requests_ended));
    return OK;
}

static enum status gate(struct cx *cx, const struct booking_profile *p, int64_t version)
{
    TRY(ask(cx, BOOKING_EDIT, p));
    if (!p->active)
        return fail_because(cx, CONFLICT, "gone", "%s",
                            SAY(profile_gone, p->user_name, p->location_name));
    return p->version == version ? OK : stale(cx, p);
}

static enum status put(struct cx *cx, const struct booking_profile *before,
                       const struct booking_profile *after, bool end,
                       const struct appointment_types *all)
{
    struct changes changes = { 0 };
    note_changes(cx, before, after, all, &changes);
    if (!changes.first) return OK;
    if (!booking_taken(after)) TRY(settle_requests(cx, before, end, &changes));
    TRY(write(cx, before, after));
    TRY(write_types(cx, after));
    return announce(cx, EVENT_BOOKING_CHANGED, about_of(cx, after), &changes, NULL);
}

enum status booking_profile_save(struct cx *cx, const struct booking_profile *before,
                                 const struct booking_draft *d, int64_t version)
{
    struct appointment_types all;
    struct booking_profile after = *before;
    TRY(gate(cx, before, version));
    TRY(type_list(cx, &all));
    TRY(check(cx, d, &after, &all));
    return put(cx, before, &after, d->end_requests, &all);
}

enum status directory_save(struct cx *cx, const struct booking_profile *before,
                           const char *languages, const char *about, int64_t version)
{
    struct appointment_types all;
    struct booking_profile after = *before;
    TRY(gate(cx, before, version));
    TRY(type_list(cx, &all));
    after.languages = languages;
    after.about = about;
    struct changes changes = { 0 };
    note_changes(cx, before, &after, &all, &changes);
    if (!changes.first) return OK;
    TRY(write(cx, before, &after));
    return announce(cx, EVENT_DIRECTORY_CHANGED, about_of(cx, &after), &changes, NULL);
}

/* --- off, and on again ------------------------------------------------------------------ */

enum status booking_turn_off(struct cx *cx, struct id user, int64_t *profiles, int64_t *ended)
{
    TRY(requests_end(cx, user, (struct id){ "" }, ended));
    return db_change(cx, profiles,
                     SQL("UPDATE booking_profiles SET visible = 'hidden', books = 'none',"
                         " version = version + 1 WHERE practice_id = $1 AND user_id = $2"
                         " AND (visible <> 'hidden' OR books <> 'none')"),
                     user);
}

/* "LOCATION public all 7 " each: as it was, and the version it has once it is off. */
const char *booking_pack(struct cx *cx, const struct booking_profiles *all)
{
    const char *text = "";
    for (size_t i = 0; i < all->n; i++) {
        const struct booking_profile *p = &all->at[i];
        if (!booking_shown(p) && p->books == BOOKS_NONE) continue;
        text = arena_print(cx->mem, "%s%s %s %s %lld ", text, p->location.text,
                           visible_key(p->visible), books_key(p->books), (long long)p->version + 1);
    }
    return text;
}

/* The next word of `*at`, which goes on behind it; "" at the end. */
static const char *word(struct cx *cx, const char **at)
{
    size_t n = strcspn(*at, " ");
    const char *out = arena_copy(cx->mem, *at, n);
    *at += n + ((*at)[n] == ' ');
    return out;
}

enum status booking_unpack(struct cx *cx, struct id user, const char *packed)
{
    while (*packed) {
        const char *location = word(cx, &packed), *visible = word(cx, &packed);
        const char *books = word(cx, &packed), *version = word(cx, &packed);
        TRY(db_exec(cx,
                    SQL("UPDATE booking_profiles SET visible = $5, books = $6,"
                        " version = version + 1 WHERE practice_id = $1 AND user_id = $2"
                        " AND location_id = $3 AND version = $4 AND EXISTS (SELECT 1 FROM users u"
                        "  WHERE u.practice_id = $1 AND u.id = $2 AND u.status = 'active')"),
                    user, location, (int64_t)strtoll(version, NULL, 10),
                    visible_key(visible_find(visible)), books_key(books_find(books))));
    }
    return OK;
}

/* A reaction: what a leaver had on stays off, also for who comes back. */
enum status booking_follows_leaving(struct cx *cx, struct id user)
{
    int64_t profiles, ended;
    return booking_turn_off(cx, user, &profiles, &ended);
}
