/* access.c - see access.h */
#include "access/access.h"

#include <string.h>

#include "access/access.text.h"
#include "access/rules.h"

_Static_assert(PERMISSION_COUNT <= 128, "permission_set has 128 bits");
_Static_assert(AREA_COUNT <= 14, "two sides of two bits an area must leave the flag bits free");

const struct area_info areas[AREA_COUNT] = {
#define AREA(name, key, records, boxes) \
    [AREA_##name] = { #key, records, boxes, t_area_##key, t_see_##key, t_edit_##key },
#include "access/areas.def"
#undef AREA
};

enum { /* own, others */
       NN = NONE << 2 | NONE,
       NV = NONE << 2 | VIEW,
       NE = NONE << 2 | EDIT,
       VV = VIEW << 2 | VIEW,
       EN = EDIT << 2 | NONE,
       EV = EDIT << 2 | VIEW,
       EE = EDIT << 2 | EDIT,
};

static const unsigned char reaches[AREA_COUNT][LEVEL_COUNT] = {
#define REACH(area, ...) [AREA_##area] = { __VA_ARGS__ },
#include "access/levels.def"
#undef REACH
};

const struct level_info levels[LEVEL_COUNT] = {
#define LEVEL(name, role, key) [LEVEL_##name] = { role, #key, t_level_##key, t_about_##name },
#include "access/levels.def"
#undef LEVEL
};

const struct setting_info settings[SETTING_COUNT] = {
#define SETTING(name, limit, kind) \
    [SETTING_##name] = { #name, limit, kind, t_setting_##name, t_hint_##name },
#include "access/settings.def"
#undef SETTING
};

const struct permission_info permissions[PERMISSION_COUNT] = {
#define PERMISSION(name, key, area, need, rule, label) \
    [name] = { key, label, #rule, AREA_##area, need, rule_##rule },
#include "access/permissions.def"
#undef PERMISSION
};

enum reach level_own(enum level level, enum area area)
{
    return level < LEVEL_COUNT ? (enum reach)(reaches[area][level] >> 2) : NONE;
}

enum reach level_others(enum level level, enum area area)
{
    return level < LEVEL_COUNT ? (enum reach)(reaches[area][level] & 3) : NONE;
}

bool access_full(const struct access *a)
{
    return a->level == LEVEL_P_FULL || a->level == LEVEL_A_FULL;
}

bool setting_fits(enum setting setting, const struct access *a)
{
    switch (settings[setting].limit) {
    case ANY_LEVEL: return true;
    case BELOW_FULL: return !access_full(a);
    case ADMINISTRATORS: return a->role == ADMINISTRATOR;
    case NOT_OWNER: return !a->owner;
    }
    return false;
}

void access_tidy(struct access *a)
{
    for (enum area area = 0; area < AREA_COUNT; area++) {
        bool same = a->others[area] == (signed char)level_others(a->level, area);
        if (!areas[area].boxes || access_full(a) || same) a->others[area] = FOLLOWS;
    }
    for (enum setting s = 0; s < SETTING_COUNT; s++)
        if (!setting_fits(s, a)) a->set[s] = false;
    if (!access_full(a)) a->owner = false;
}

int access_customised(const struct access *a)
{
    int n = 0;
    for (enum area area = 0; area < AREA_COUNT; area++) n += a->others[area] != FOLLOWS;
    for (enum setting s = 0; s < SETTING_COUNT; s++) n += a->set[s] && settings[s].kind == GIVES;
    return n;
}

/* --- effective access ---------------------------------------------------- */

static uint64_t put(enum area area, enum reach own, enum reach others)
{
    return ((uint64_t)own | (uint64_t)others << 2) << (area * 4);
}

enum reach reach_own(uint64_t reach, enum area area)
{
    return (enum reach)(reach >> (area * 4) & 3);
}

enum reach reach_others(uint64_t reach, enum area area)
{
    return (enum reach)(reach >> (area * 4 + 2) & 3);
}

static enum reach at_least(enum reach a, enum reach b)
{
    return a > b ? a : b;
}

static enum reach at_most(enum reach a, enum reach b)
{
    return a < b ? a : b;
}

static void note(struct trace *t, enum why why, enum reach own, enum reach others)
{
    if (t && t->n < TRACE_MOST) t->at[t->n++] = (struct step){ why, own, others };
}

static bool nowhere(const struct access *a)
{
    return !a->all_locations && a->locations == 0;
}

static bool pseudonyms(const struct access *a)
{
    return a->set[SETTING_hide_patient_names] && a->role == ADMINISTRATOR;
}

static uint64_t area_reach(const struct access *a, enum area area, struct trace *t)
{
    bool full = access_full(a);
    enum reach own = level_own(a->level, area), others = level_others(a->level, area);
    note(t, WHY_LEVEL, own, others);
    /* the tick boxes over the level */
    if (!full && areas[area].boxes && a->others[area] != FOLLOWS) {
        others = (enum reach)a->others[area];
        note(t, WHY_BOX, own, others);
    }
    if (area == AREA_REPORTS && a->set[SETTING_see_reports])
        own = at_least(own, VIEW), others = at_least(others, VIEW);
    if (area == AREA_HISTORY && (a->owner || a->set[SETTING_see_history])) own = others = VIEW;
    if (area == AREA_EXPORT && a->set[SETTING_export_own]) own = at_least(own, VIEW);
    /* then what narrows */
    if (nowhere(a) && areas[area].records) {
        own = others = NONE;
        note(t, WHY_NOWHERE, own, others);
    }
    if (!full && a->set[SETTING_read_only]) {
        own = at_most(own, VIEW), others = at_most(others, VIEW);
        note(t, WHY_READ_ONLY, own, others);
    }
    if (area == AREA_NOTES && pseudonyms(a)) {
        own = others = NONE;
        note(t, WHY_NAMES, own, others);
    }
    return put(area, own, others);
}

uint64_t access_reach(const struct access *a)
{
    uint64_t all = 0;
    bool full = access_full(a);

    if (!a->active || a->level >= LEVEL_COUNT) return 0;
    for (enum area area = 0; area < AREA_COUNT; area++) all |= area_reach(a, area, NULL);
    if (a->set[SETTING_location_restriction] && !a->owner) all |= REACH_AT_LOCATIONS;
    if (pseudonyms(a)) all |= REACH_PSEUDONYMS;
    if (a->all_locations) all |= REACH_EVERYWHERE;
    if (nowhere(a)) all |= REACH_NOWHERE;
    if (!full && a->set[SETTING_read_only]) all |= REACH_READ_ONLY;
    return all;
}

enum { GRANTS = 61 }; /* where the widest grant stands */

static enum reach granted(uint64_t reach, enum reach grant)
{
    if (reach & REACH_NOWHERE) return NONE;
    return reach & REACH_READ_ONLY ? at_most(grant, VIEW) : grant;
}

uint64_t reach_with_grants(uint64_t reach, enum reach most)
{
    return reach | (uint64_t)granted(reach, most) << GRANTS;
}

uint64_t reach_scoped(uint64_t reach, const enum reach scope[AREA_COUNT])
{
    uint64_t all = reach & ~((UINT64_C(1) << 56) - 1) & ~(UINT64_C(3) << GRANTS);
    for (enum area area = 0; area < AREA_COUNT; area++)
        all |= put(area, at_most(reach_own(reach, area), scope[area]),
                   at_most(reach_others(reach, area), scope[area]));
    if (scope[AREA_PATIENTS] == NONE) all |= REACH_NOWHERE;
    if (scope[AREA_PATIENTS] == VIEW) all |= REACH_READ_ONLY;
    return reach_with_grants(all, (enum reach)(reach >> GRANTS & 3));
}

uint64_t reach_viewed(uint64_t reach, uint64_t viewer)
{
    uint64_t all = (reach & ~((UINT64_C(1) << 56) - 1)) | (viewer & REACH_PSEUDONYMS);
    for (enum area area = 0; area < AREA_COUNT; area++) {
        enum reach most =
            at_most(at_least(reach_own(viewer, area), reach_others(viewer, area)), VIEW);
        all |= put(area, at_most(reach_own(reach, area), most),
                   at_most(reach_others(reach, area), at_most(reach_others(viewer, area), VIEW)));
    }
    return all | REACH_READ_ONLY;
}

bool reach_may_view(const struct access *viewer)
{
    return access_full(viewer) && !(access_reach(viewer) & REACH_AT_LOCATIONS);
}

bool reach_may_be_viewed(const struct access *a)
{
    return a->active && !access_full(a);
}

bool reach_limited(uint64_t reach)
{
    return (reach & REACH_AT_LOCATIONS) && !(reach & REACH_EVERYWHERE);
}

static enum reach judge(uint64_t reach, bool full, enum area area, const struct record *r,
                        struct trace *t)
{
    bool others = !reach_limited(reach) || r->here;
    enum reach own = r->own ? reach_own(reach, area) : NONE, all = own;
    if (r->grant == NONE && !full) return note(t, WHY_TAKEN, NONE, NONE), NONE;
    if (r->grant == NONE) note(t, WHY_KEPT, NONE, NONE);
    note(t, r->own ? WHY_OWN : WHY_NOT_OWN, own, NONE);
    if (others) all = at_least(all, reach_others(reach, area));
    note(t, others ? WHY_OTHERS : WHY_ELSEWHERE, own, others ? reach_others(reach, area) : NONE);
    if (r->grant != NO_GRANT) all = at_least(all, granted(reach, (enum reach)r->grant));
    if (r->grant > NONE) note(t, WHY_GRANTED, granted(reach, (enum reach)r->grant), NONE);
    return all;
}

enum reach reach_record(uint64_t reach, bool full, enum area area, const struct record *r)
{
    return judge(reach, full, area, r, NULL);
}

enum reach access_trace(const struct access *a, enum area area, const struct record *r,
                        struct trace *out)
{
    *out = (struct trace){ 0 };
    if (!a->active) return note(out, WHY_DEACTIVATED, NONE, NONE), NONE;
    (void)area_reach(a, area, out);
    return judge(access_reach(a), access_full(a), area, r, out);
}

/* Own reach comes with the kind of person someone is, so only what is others'
 * can be given; the audit log and reports are others' by nature. */
bool access_gives_too_much(const struct actor *actor, const struct access *actors,
                           const struct access *before, const struct access *after, bool self)
{
    uint64_t had = before ? access_reach(before) : 0, gets = access_reach(after);
    for (enum area area = 0; area < AREA_COUNT; area++) {
        enum reach limit = self ? reach_others(had, area) : reach_others(actor->reach, area);
        if (reach_others(gets, area) > at_least(limit, reach_others(had, area))) return true;
        if (self && reach_own(gets, area) > reach_own(had, area)) return true;
    }
    if (after->owner && !(before && before->owner) && (self || !actors->owner)) return true;
    uint64_t lifted = (had | (before ? 0 : REACH_AT_LOCATIONS)) & ~gets;
    if (actor->reach & lifted & REACH_AT_LOCATIONS) return true;
    return self && (had & ~gets & (REACH_AT_LOCATIONS | REACH_PSEUDONYMS));
}

bool access_lowers(const struct access *before, const struct access *after)
{
    uint64_t had = access_reach(before), gets = access_reach(after);
    for (enum area area = 0; area < AREA_COUNT; area++)
        if (reach_own(gets, area) < reach_own(had, area)
            || reach_others(gets, area) < reach_others(had, area))
            return true;
    return gets & ~had & (REACH_AT_LOCATIONS | REACH_PSEUDONYMS);
}

/* --- keys ---------------------------------------------------------------- */

enum level level_find(enum role_type role, const char *key)
{
    for (enum level l = 0; l < LEVEL_COUNT; l++)
        if (levels[l].role == role && strcmp(levels[l].key, key) == 0) return l;
    return LEVEL_NONE;
}

enum area area_find(const char *key)
{
    enum area area = 0;
    while (area < AREA_COUNT && strcmp(areas[area].key, key) != 0) area++;
    return area;
}

bool role_find(const char *key, enum role_type *out)
{
    for (enum role_type r = 0; r < ROLE_TYPES; r++)
        if (strcmp(role_key(r), key) == 0) return *out = r, true;
    return false;
}

const char *role_key(enum role_type role)
{
    return role == PRACTITIONER ? "practitioner" : "administrator";
}

words *role_label(enum role_type role)
{
    return role == PRACTITIONER ? t_role_practitioner : t_role_administrator;
}

words *reach_label(enum reach reach)
{
    return reach == NONE ? t_reach_none : reach == VIEW ? t_reach_view : t_reach_edit;
}

const char *boxes_write(struct arena *mem, const struct access *a)
{
    const char *all = "";
    for (enum area area = 0; area < AREA_COUNT; area++)
        if (a->others[area] != FOLLOWS)
            all = arena_print(mem, "%s%s%s:%d", all, *all ? " " : "", areas[area].key,
                              a->others[area]);
    return all;
}

const char *scope_write(struct arena *mem, const enum reach scope[AREA_COUNT])
{
    struct access a;
    for (enum area area = 0; area < AREA_COUNT; area++)
        a.others[area] = scope[area] == NONE ? FOLLOWS : (signed char)scope[area];
    return boxes_write(mem, &a);
}

void scope_read(const char *text, enum reach out[AREA_COUNT])
{
    struct access a;
    boxes_read(text, &a);
    for (enum area area = 0; area < AREA_COUNT; area++)
        out[area] = a.others[area] == FOLLOWS ? NONE : (enum reach)a.others[area];
}

void boxes_read(const char *text, struct access *a)
{
    memset(a->others, FOLLOWS, sizeof a->others);
    while (text && *text) {
        char key[32] = "";
        size_t n = strcspn(text, ":");
        if (!text[n] || n >= sizeof key) return;
        memcpy(key, text, n);
        enum area area = area_find(key);
        char digit = text[n + 1];
        if (area < AREA_COUNT && digit >= '0' && digit <= '2')
            a->others[area] = (signed char)(digit - '0');
        text += n + 1 + strcspn(text + n + 1, " ");
        text += strspn(text, " ");
    }
}

/* --- the gate ------------------------------------------------------------ */

bool has(const struct actor *actor, enum permission p)
{
    if (p >= PERMISSION_COUNT) return false;
    const struct permission_info *info = &permissions[p];
    enum reach reach =
        at_least(reach_own(actor->reach, info->area), reach_others(actor->reach, info->area));
    if (info->area == AREA_PATIENTS)
        reach = at_least(reach, (enum reach)(actor->reach >> GRANTS & 3));
    return reach >= info->need;
}

enum status allow_door(struct cx *cx, enum permission p)
{
    if (has(&cx->actor, p)) return OK;
    bool names = permissions[p].area == AREA_NOTES && (cx->actor.reach & REACH_PSEUDONYMS);
    return fail_because(cx, FORBIDDEN, names ? "names" : "door", "%s",
                        names ? t_why_notes(cx) : t_why_level(cx));
}

static enum reach reach_of(const struct actor *actor, enum area area, const struct subject *subject,
                           const char **why)
{
    if (subject->record) {
        *why = "record";
        return reach_record(actor->reach, actor->full, area, subject->record);
    }
    bool own = id_some(subject->user) && id_same(subject->user, actor->user);
    return own ? reach_own(actor->reach, area) : reach_others(actor->reach, area);
}

bool may(const struct actor *actor, enum permission p, const struct subject *subject,
         const char **why)
{
    const char *ignored;
    if (!why) why = &ignored;
    *why = "level";
    if (p >= PERMISSION_COUNT || !id_some(actor->user)) return false;
    if (!id_same(actor->practice, subject->practice)) return false;
    const struct permission_info *info = &permissions[p];
    return reach_of(actor, info->area, subject, why) >= info->need
           && info->rule(actor, subject, why);
}

static const char *sentence(struct cx *cx, const char *why)
{
    if (strcmp(why, "full") == 0) return t_why_full(cx);
    if (strcmp(why, "self") == 0) return t_why_self(cx);
    if (strcmp(why, "owner") == 0) return t_why_owner(cx);
    if (strcmp(why, "names") == 0) return t_why_names(cx);
    if (strcmp(why, "record") == 0) return t_why_record(cx);
    return t_why_level(cx);
}

enum status allow(struct cx *cx, enum permission p, const struct subject *subject)
{
    const char *why;
    cx->asked.bits[p / 64] |= UINT64_C(1) << (p % 64);
    if (may(&cx->actor, p, subject, &why)) return OK;
    return fail_because(cx, FORBIDDEN, why, "%s", sentence(cx, why));
}

bool was_asked(const struct cx *cx, enum permission p)
{
    return cx->asked.bits[p / 64] >> (p % 64) & 1;
}
