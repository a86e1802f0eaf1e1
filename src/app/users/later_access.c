/* later_access.c - see later_access.h */
#include "app/users/later_access.h"

#include <stdlib.h>
#include <string.h>

#include "app/users/user_parts.h"

static bool can_wait(enum user_part part)
{
    return part == PART_LEVEL || part == PART_LOCATIONS || part >= PART_AREAS;
}

const char *later_access_not(struct cx *cx, const struct user_draft *before,
                             const struct user_draft *after)
{
    for (enum user_part part = 0; part < USER_PARTS; part++) {
        const char *was = user_part_words(cx, before, part);
        if (!can_wait(part) && strcmp(was, user_part_words(cx, after, part)) != 0)
            return user_part_label(cx, part);
    }
    return before->access.role != after->access.role ? role_label(after->access.role)(cx) : NULL;
}

/* --- writing ----------------------------------------------------------------------- */

static const char *place_ids(struct cx *cx, const struct user_draft *d)
{
    const char *ids = "";
    for (size_t i = 0; i < d->locations_n; i++)
        ids = arena_print(cx->mem, "%s%s%s", ids, *ids ? "," : "", d->locations[i].id.text);
    return ids;
}

static bool among(struct id id, const struct user_draft *d)
{
    for (size_t i = 0; i < d->locations_n; i++)
        if (id_same(d->locations[i].id, id)) return true;
    return false;
}

static bool same_places(const struct user_draft *a, const struct user_draft *b)
{
    bool same = a->access.all_locations == b->access.all_locations
                && a->locations_n == b->locations_n;
    for (size_t i = 0; same && i < a->locations_n; i++) same = among(a->locations[i].id, b);
    return same;
}

const char *later_access_write(struct cx *cx, const struct user_draft *before,
                               const struct user_draft *after)
{
    const struct access *a = &before->access, *b = &after->access;
    const char *line = "";
    if (a->level != b->level && b->level < LEVEL_COUNT)
        line = arena_print(cx->mem, " level=%s", levels[b->level].key);
    for (enum area area = 0; area < AREA_COUNT; area++)
        if (a->others[area] != b->others[area])
            line = arena_print(cx->mem, "%s area.%s=%d", line, areas[area].key, b->others[area]);
    for (enum setting s = 0; s < SETTING_COUNT; s++)
        if (a->set[s] != b->set[s])
            line = arena_print(cx->mem, "%s set.%s=%d", line, settings[s].key, b->set[s]);
    if (!same_places(before, after))
        line = arena_print(cx->mem, "%s all=%d at=%s", line, b->all_locations,
                           place_ids(cx, after));
    return *line ? arena_print(cx->mem, "role=%s%s", role_key(b->role), line) : "";
}

/* --- reading ----------------------------------------------------------------------- */

/* The value behind "key=", or NULL if the word is of another key. */
static const char *value_of(const char *word, const char *group, const char *key)
{
    size_t n = strlen(group), m = strlen(key);
    bool is = strncmp(word, group, n) == 0 && strncmp(word + n, key, m) == 0 && word[n + m] == '=';
    return is ? word + n + m + 1 : NULL;
}

static bool listed(const char *ids, const char *id)
{
    size_t n = strlen(id);
    for (const char *at = ids; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (strncmp(at, id, n) == 0 && (at[n] == ',' || !at[n])) return true;
    return false;
}

static enum status read_places(struct cx *cx, const char *ids, struct user_draft *d)
{
    const struct user_location *places;
    size_t n;
    TRY(user_places(cx, &places, &n));
    d->locations = NEW_ARRAY(cx->mem, struct user_location, n);
    d->locations_n = 0;
    for (size_t i = 0; i < n; i++)
        if (listed(ids, places[i].id.text)) d->locations[d->locations_n++] = places[i];
    d->access.locations = d->locations_n;
    return OK;
}

static enum status read_word(struct cx *cx, const char *word, struct user_draft *d, bool *fits)
{
    struct access *a = &d->access;
    const char *value = value_of(word, "", "role");
    if (value) *fits = strcmp(value, role_key(a->role)) == 0;
    value = value_of(word, "", "level");
    if (value) a->level = level_find(a->role, value);
    for (enum area area = 0; area < AREA_COUNT; area++) {
        value = value_of(word, "area.", areas[area].key);
        if (value) a->others[area] = (signed char)strtol(value, NULL, 10);
    }
    for (enum setting s = 0; s < SETTING_COUNT; s++) {
        value = value_of(word, "set.", settings[s].key);
        if (value) a->set[s] = *value == '1';
    }
    value = value_of(word, "", "all");
    if (value) a->all_locations = *value == '1';
    value = value_of(word, "", "at");
    return value ? read_places(cx, value, d) : OK;
}

enum status later_access_read(struct cx *cx, const char *line, const struct user *u,
                              struct user_draft *out, bool *fits)
{
    *out = user_as_draft(u);
    *fits = true;
    for (const char *at = line; *at && *fits; at += strspn(at, " ")) {
        size_t n = strcspn(at, " ");
        TRY(read_word(cx, arena_copy(cx->mem, at, n), out, fits));
        at += n;
    }
    return OK;
}
