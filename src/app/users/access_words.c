/* access_words.c - see access_words.h */
#include "app/users/access_words.h"

#include <string.h>

#include "app/users/profession.h"
#include "base/say.h"
#include "base/time.h"

#include "app/users/access_words.text.h"

/* The areas that sentences name.  Locations, the practice's details and users
 * come together, with Full Access. */
static const struct noun {
    words *own, *others;
    enum area area;
    bool pair; /* "invoices and payments": what comes before it needs a comma */
} nouns[] = {
    { t_own_patients, t_others_patients, AREA_PATIENTS },
    { t_own_calendar, t_others_calendar, AREA_CALENDAR },
    { t_own_notes, t_others_notes, AREA_NOTES },
    { t_own_invoices, t_others_invoices, AREA_INVOICES, true },
    { t_own_reminders, t_others_reminders, AREA_REMINDERS },
    { t_own_credits, t_others_credits, AREA_CREDITS },
    { t_own_booking, t_others_booking, AREA_BOOKING },
    { t_own_integrations, t_others_integrations, AREA_INTEGRATIONS },
};
enum { NOUNS = sizeof nouns / sizeof *nouns, RECORD_NOUNS = 4 };

const char *words_joined(struct cx *cx, const char *const *names, size_t n)
{
    const char *all = n ? names[0] : "";
    for (size_t i = 1; i + 1 < n; i++) all = SAY(list_comma, all, names[i]);
    return n > 1 ? SAY(list_and, all, names[n - 1]) : all;
}

/* Nouns as they are found. */
struct found {
    const char *at[NOUNS];
    size_t n;
    bool pair; /* one of them is two joined by "and" */
};

static void find(struct found *f, const char *noun, bool pair)
{
    f->at[f->n++] = noun;
    f->pair = f->pair || pair;
}

/* "patients, notes and credits"; "patients, and invoices and payments". */
static const char *joined(struct cx *cx, const struct found *f)
{
    if (!f->pair || f->n < 2) return words_joined(cx, f->at, f->n);
    const char *all = f->at[0];
    for (size_t i = 1; i + 1 < f->n; i++) all = SAY(list_comma, all, f->at[i]);
    return SAY(list_comma_and, all, f->at[f->n - 1]);
}

/* The nouns of the areas with that reach; "" if there are none. */
static const char *own_with(struct cx *cx, uint64_t all, enum reach reach)
{
    struct found f = { 0 };
    for (size_t i = 0; i < RECORD_NOUNS; i++)
        if (reach_own(all, nouns[i].area) == reach) find(&f, nouns[i].own(cx), nouns[i].pair);
    return joined(cx, &f);
}

static const char *others_with(struct cx *cx, uint64_t all, enum reach reach)
{
    struct found f = { 0 };
    for (size_t i = 0; i < NOUNS; i++)
        if (reach_others(all, nouns[i].area) == reach) find(&f, nouns[i].others(cx), nouns[i].pair);
    return joined(cx, &f);
}

static const char *gives(struct cx *cx, uint64_t all)
{
    struct found f = { 0 };
    if (reach_others(all, AREA_REPORTS) != NONE) find(&f, SAY(give_reports), true);
    if (reach_others(all, AREA_HISTORY) != NONE) find(&f, SAY(give_history), false);
    return joined(cx, &f);
}

const char *draft_locations(struct cx *cx, const struct user_draft *d)
{
    const char **names = NEW_ARRAY(cx->mem, const char *, d->locations_n + 1);
    for (size_t i = 0; i < d->locations_n; i++) names[i] = d->locations[i].name;
    if (d->access.all_locations) return SAY(where_all);
    return d->locations_n ? words_joined(cx, names, d->locations_n) : SAY(where_none);
}

const char *draft_term(struct cx *cx, const char *zone, const struct user_draft *d)
{
    const char *from = d->starts_at ? time_in(cx, zone, time_day, d->starts_at) : NULL;
    const char *until = d->ends_at ? time_in(cx, zone, time_day, d->ends_at) : NULL;
    if (from && until) return SAY(term_both, from, until);
    return from ? SAY(term_from, from) : until ? SAY(term_until, until) : "";
}

static uint64_t reach_of(const struct user_draft *d)
{
    struct access a = d->access;
    a.locations = d->locations_n;
    a.active = true;
    access_tidy(&a);
    return access_reach(&a);
}

/* --- lines ---------------------------------------------------------------- */

static void say(struct access_lines *out, int kind, const char *text)
{
    if (out->n < ACCESS_LINES) out->at[out->n++] = (struct access_line){ kind, text };
}

static void say_own(struct cx *cx, uint64_t all, struct access_lines *out)
{
    const char *edit = own_with(cx, all, EDIT), *view = own_with(cx, all, VIEW);
    if (*edit) say(out, LINE_CAN, SAY(line_own_edit, edit));
    if (*view) say(out, LINE_CAN, SAY(line_own_view, view));
}

static void say_others(struct cx *cx, uint64_t all, bool look, const char *where,
                       struct access_lines *out)
{
    const char *edit = others_with(cx, all, EDIT), *view = others_with(cx, all, VIEW);
    bool there = all & REACH_AT_LOCATIONS;
    if (*edit)
        say(out, LINE_CAN,
            there ? SAY(line_others_edit_at, edit, where) : SAY(line_others_edit, edit));
    if (!*view) return;
    if (look)
        say(out, LINE_CAN,
            there ? SAY(line_others_look_at, view, where) : SAY(line_others_look, view));
    else
        say(out, LINE_CAN,
            there ? SAY(line_others_view_at, view, where) : SAY(line_others_view, view));
}

void access_lines(struct cx *cx, const struct user_draft *d, struct access_lines *out)
{
    uint64_t all = reach_of(d);
    bool nowhere = !d->access.all_locations && !d->locations_n;
    bool users = reach_others(all, AREA_USERS) == EDIT;
    *out = (struct access_lines){ 0 };
    if (d->access.level >= LEVEL_COUNT) return;
    if (nowhere) say(out, LINE_MIND, SAY(line_nothing));
    if (d->access.role == PRACTITIONER) say_own(cx, all, out);
    say_others(cx, all, d->access.set[SETTING_read_only], draft_locations(cx, d), out);
    const char *more = gives(cx, all);
    if (*more) say(out, LINE_CAN, SAY(line_gives, more));
    if (users) say(out, LINE_MIND, SAY(line_users));
    if (all & REACH_PSEUDONYMS) say(out, LINE_MIND, SAY(line_codes));
    const char *export = SAY(line_export);
    if (reach_own(all, AREA_EXPORT) != NONE) say(out, LINE_CAN, export);
    const char *not = nowhere ? "" : others_with(cx, all, NONE);
    if (*not ) say(out, LINE_CANNOT, SAY(line_not_others, not ));
    if (!users) say(out, LINE_CANNOT, SAY(line_not_users));
}

/* --- sentences ------------------------------------------------------------ */

static const char *also(struct cx *cx, const char *all, const char *next)
{
    return *all ? SAY(list_semicolon, all, next) : next;
}

const char *access_sentence(struct cx *cx, const struct user_draft *d)
{
    uint64_t all = reach_of(d);
    const char *said = "", *where = draft_locations(cx, d);
    bool there = all & REACH_AT_LOCATIONS;
    if (d->access.role == PRACTITIONER) {
        const char *edit = own_with(cx, all, EDIT), *view = own_with(cx, all, VIEW);
        if (*edit) said = also(cx, said, SAY(you_own_edit, edit));
        if (*view) said = also(cx, said, SAY(you_own_view, view));
    }
    const char *edit = others_with(cx, all, EDIT), *view = others_with(cx, all, VIEW);
    if (*edit)
        said = also(cx, said,
                    there ? SAY(you_others_edit_at, edit, where) : SAY(you_others_edit, edit));
    if (*view)
        said = also(cx, said,
                    there ? SAY(you_others_view_at, view, where) : SAY(you_others_view, view));
    const char *more = gives(cx, all);
    if (*more) said = also(cx, said, SAY(you_gives, more));
    if (reach_own(all, AREA_EXPORT) != NONE) said = also(cx, said, SAY(you_export));
    if (reach_others(all, AREA_USERS) == EDIT) said = also(cx, said, SAY(you_users));
    return *said ? said : SAY(you_nothing);
}

/* What `more` reaches of others' records beyond `less`. */
static const char *beyond(struct cx *cx, uint64_t less, uint64_t more)
{
    struct found edit = { 0 }, view = { 0 };
    const char *said = "";
    for (size_t i = 0; i < NOUNS; i++) {
        enum reach reach = reach_others(more, nouns[i].area);
        if (reach <= reach_others(less, nouns[i].area)) continue;
        if (reach != NONE) find(reach == EDIT ? &edit : &view, nouns[i].others(cx), nouns[i].pair);
    }
    if (edit.n) said = also(cx, said, SAY(you_others_edit, joined(cx, &edit)));
    if (view.n) said = also(cx, said, SAY(you_others_view, joined(cx, &view)));
    if (reach_others(more, AREA_REPORTS) > reach_others(less, AREA_REPORTS))
        said = also(cx, said, SAY(you_gives, SAY(give_reports)));
    if (reach_others(more, AREA_HISTORY) > reach_others(less, AREA_HISTORY))
        said = also(cx, said, SAY(you_gives, SAY(give_history)));
    if (reach_others(more, AREA_USERS) > reach_others(less, AREA_USERS))
        said = also(cx, said, SAY(you_users));
    return said;
}

const char *access_gained(struct cx *cx, const struct user_draft *before,
                          const struct user_draft *after)
{
    return beyond(cx, reach_of(before), reach_of(after));
}

const char *access_lost(struct cx *cx, const struct user_draft *before,
                        const struct user_draft *after)
{
    return beyond(cx, reach_of(after), reach_of(before));
}

/* --- changes -------------------------------------------------------------- */

static const char *on_off(struct cx *cx, bool on)
{
    return on ? SAY(change_on) : SAY(change_off);
}

static enum reach wanted(const struct access *a, enum area area)
{
    return a->others[area] == FOLLOWS ? level_others(a->level, area) : (enum reach)a->others[area];
}

/* What the level brings along is the level's row; an area has its own only
 * where somebody set a box. */
static void areas_changed(struct cx *cx, const struct access *before, const struct access *after,
                          struct changes *out)
{
    for (enum area area = 0; area < AREA_COUNT; area++) {
        bool set = before->others[area] != FOLLOWS || after->others[area] != FOLLOWS;
        if (!set && before->level != after->level) continue;
        change_note(cx, out, SAY(change_area, areas[area].label(cx)),
                    reach_label(wanted(before, area))(cx), reach_label(wanted(after, area))(cx));
    }
}

static const char *level_words(struct cx *cx, const struct access *a)
{
    return a->level < LEVEL_COUNT ? levels[a->level].label(cx) : "";
}

static const char *locations_title(struct cx *cx, const struct user_draft *d)
{
    if (d->access.all_locations) return SAY(where_all_new);
    return d->locations_n ? draft_locations(cx, d) : SAY(where_none_title);
}

static void access_changed(struct cx *cx, const struct user_draft *before,
                           const struct user_draft *after, struct changes *out)
{
    const struct access *b = &before->access, *a = &after->access;
    change_note(cx, out, SAY(change_role), role_label(b->role)(cx), role_label(a->role)(cx));
    change_note(cx, out, SAY(change_level), level_words(cx, b), level_words(cx, a));
    areas_changed(cx, b, a, out);
    for (enum setting s = 0; s < SETTING_COUNT; s++)
        change_note(cx, out, settings[s].label(cx), on_off(cx, b->set[s]), on_off(cx, a->set[s]));
    change_note(cx, out, SAY(change_owner), on_off(cx, b->owner), on_off(cx, a->owner));
    change_note(cx, out, SAY(change_locations), locations_title(cx, before),
                locations_title(cx, after));
}

void draft_changes(struct cx *cx, const struct user_draft *before, const struct user_draft *after,
                   struct changes *out)
{
    change_note(cx, out, SAY(change_title), before->title, after->title);
    change_note(cx, out, SAY(change_first_name), before->first_name, after->first_name);
    change_note(cx, out, SAY(change_last_name), before->last_name, after->last_name);
    change_note(cx, out, SAY(change_profession), profession_words(cx, before->profession),
                profession_words(cx, after->profession));
    change_note(cx, out, SAY(change_registration), before->registration_number,
                after->registration_number);
    access_changed(cx, before, after, out);
}

void draft_described(struct cx *cx, const struct user_draft *d, struct changes *out)
{
    const struct access *a = &d->access;
    change_note(cx, out, SAY(change_email), "", d->email);
    change_note(cx, out, SAY(change_role), "", role_label(a->role)(cx));
    change_note(cx, out, SAY(change_profession), "", profession_words(cx, d->profession));
    change_note(cx, out, SAY(change_registration), "", d->registration_number);
    change_note(cx, out, SAY(change_level), "", level_words(cx, a));
    for (enum area area = 0; area < AREA_COUNT; area++)
        if (a->others[area] != FOLLOWS)
            change_note(cx, out, SAY(change_area, areas[area].label(cx)), "",
                        reach_label(wanted(a, area))(cx));
    for (enum setting s = 0; s < SETTING_COUNT; s++)
        if (a->set[s]) change_note(cx, out, settings[s].label(cx), "", on_off(cx, true));
    change_note(cx, out, SAY(change_locations), "", locations_title(cx, d));
    draft_described_term(cx, d, out);
}

void draft_described_term(struct cx *cx, const struct user_draft *d, struct changes *out)
{
    if (d->starts_at) change_note(cx, out, SAY(change_first_day), "", time_day(cx, d->starts_at));
    if (d->ends_at) change_note(cx, out, SAY(change_last_day), "", time_day(cx, d->ends_at));
}

bool draft_changes_access(struct cx *cx, const struct user_draft *before,
                          const struct user_draft *after)
{
    struct changes changes = { 0 };
    access_changed(cx, before, after, &changes);
    return changes.first;
}
