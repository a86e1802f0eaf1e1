/* who_sees.c - see who_sees.h */
#include "app/matrix/who_sees.h"

#include <string.h>

#include "app/matrix/matrix.text.h"

enum much much_of(enum reach own, enum reach others)
{
    if (others == EDIT) return EDIT_ALL;
    if (others == VIEW) return own == EDIT ? SEE_ALL_EDIT_OWN : SEE_ALL;
    return own == EDIT ? EDIT_OWN : own == VIEW ? SEE_OWN : NOTHING;
}

bool much_others(enum much much)
{
    return much <= SEE_ALL;
}

static enum much much_at(const struct access *a, enum area area, bool here)
{
    uint64_t reach = access_reach(a);
    bool full = access_full(a);
    struct record own = { .own = true, .here = here || !areas[area].records, .grant = NO_GRANT };
    struct record other = { .here = own.here, .grant = NO_GRANT };
    enum reach mine = reach_record(reach, full, area, &own);
    enum reach others = reach_record(reach, full, area, &other);
    if (area == AREA_REPORTS) mine = others; /* no report is one's own */
    if (area == AREA_NOTES) {
        if (reach_record(reach, full, AREA_PATIENTS, &own) == NONE) mine = NONE;
        if (reach_record(reach, full, AREA_PATIENTS, &other) == NONE) others = NONE;
    }
    return much_of(mine, others);
}

/* --- how ------------------------------------------------------------------ */

/* Of whose access it is asked what made a difference. */
struct weighed {
    enum area area;
    bool here;
    const struct access *access;
    struct access plain; /* the same user with nothing but the level */
    const char *names;   /* of what made a difference */
};

/* `without` lacks one thing that the user has, and `with` has it as the only one: named, if
 * either of the two is another answer. */
static void weigh(struct cx *cx, struct weighed *q, const struct access *without,
                  const struct access *with, const char *name)
{
    bool counts = much_at(without, q->area, q->here) != much_at(q->access, q->area, q->here)
                  || much_at(with, q->area, q->here) != much_at(&q->plain, q->area, q->here);
    if (counts) q->names = ARENA_JOIN(cx->mem, q->names, *q->names ? ", " : "", name);
}

static void weigh_all(struct cx *cx, struct weighed *q)
{
    const struct access *a = q->access;
    struct access without, with;
    for (enum area area = 0; area < AREA_COUNT; area++) {
        if (a->others[area] == FOLLOWS) continue;
        without = *a, with = q->plain;
        without.others[area] = FOLLOWS, with.others[area] = a->others[area];
        weigh(cx, q, &without, &with, SAY(who_box, areas[area].label(cx)));
    }
    for (enum setting s = 0; s < SETTING_COUNT; s++) {
        if (!a->set[s] || s == SETTING_location_restriction) continue;
        without = *a, with = q->plain;
        without.set[s] = false, with.set[s] = true;
        weigh(cx, q, &without, &with, settings[s].label(cx));
    }
    if (!a->owner) return;
    without = *a, with = q->plain;
    without.owner = false, with.owner = true;
    weigh(cx, q, &without, &with, SAY(who_owner));
}

static const char *how_of(struct cx *cx, enum area area, const struct user_location *place,
                          bool here, const struct access *a, enum much much)
{
    uint64_t reach = access_reach(a);
    struct weighed q = { area, here, a, *a, "" };
    memset(q.plain.others, FOLLOWS, sizeof q.plain.others);
    memset(q.plain.set, 0, sizeof q.plain.set);
    q.plain.owner = false;
    weigh_all(cx, &q);
    const char *level = levels[a->level].label(cx), *where = "", *codes = "";
    const char *by = *q.names ? SAY(who_changed, level, q.names) : SAY(who_level, level);
    if (areas[area].records && reach_limited(reach))
        where = here ? SAY(who_here, place->name) : SAY(who_elsewhere, place->name);
    if (areas[area].records && (reach & REACH_PSEUDONYMS)) codes = SAY(who_codes);
    const char *own = much_others(much) ? "" : SAY(who_own);
    return ARENA_JOIN(cx->mem, by, *where ? " " : "", where, *own ? " " : "", own,
                      *codes ? " " : "", codes);
}

/* --- everybody ------------------------------------------------------------- */

/* Those who work there are in the order of the list. */
static bool works_here(const struct users_at *all, size_t *next, struct id user)
{
    if (*next == all->n || !id_same(all->at[*next].id, user)) return false;
    return ++*next, true;
}

static void count(struct cx *cx, const struct who_asked *q, const struct user *u, bool here,
                  struct who_sees *out)
{
    enum much much = much_at(&u->access, q->area, here);
    if (much == NOTHING) return;
    out->n++;
    out->others += much_others(much);
    out->of[u->access.level][much]++;
    if (out->listed == SEERS_LISTED) return;
    out->at[out->listed++] = (struct seer){ u->id, user_name(cx, u), u->access.level, much,
                                            how_of(cx, q->area, q->place, here, &u->access, much) };
}

enum status who_sees(struct cx *cx, const struct who_asked *q, struct who_sees *out)
{
    struct user_list users;
    struct users_at workers;
    struct user_filter filter = {
        .active = true, .limit = SEERS_LISTED, .places = q->places, .places_n = q->places_n
    };
    size_t next = 0;
    *out = (struct who_sees){ .at = NEW_ARRAY(cx->mem, struct seer, SEERS_LISTED) };
    TRY(allow(cx, USERS_EDIT, &(struct subject){ .practice = cx->actor.practice }));
    TRY(users_at(cx, q->place->id, &workers));
    do {
        TRY(user_list(cx, &filter, &users));
        for (const struct user *u = users.at; u < users.at + users.n; u++)
            count(cx, q, u, works_here(&workers, &next, u->id), out);
        filter.offset += filter.limit;
    } while (filter.offset < users.total);
    return OK;
}
