/* user_check.c - see user_check.h */
#include "app/staff/user_check.h"

#include <ctype.h>
#include <string.h>

#include "base/say.h"
#include "db/db.h"

#include "app/staff/staff.text.h"

/* "." and "-" are nobody's name.  What is beyond ASCII counts as a letter. */
static bool has_letter(const char *name)
{
    for (const unsigned char *at = (const unsigned char *)name; *at; at++)
        if (isalpha(*at) || *at >= 0x80) return true;
    return false;
}

static void check_names(struct cx *cx, const struct user_draft *d, bool one_name)
{
    if (!*d->first_name && !one_name)
        field_fault(cx, "first_name", SAY(first_name_missing));
    else if (*d->first_name && !has_letter(d->first_name))
        field_fault(cx, "first_name", SAY(name_letters));
    if (!*d->last_name)
        field_fault(cx, "last_name", SAY(last_name_missing));
    else if (!has_letter(d->last_name))
        field_fault(cx, "last_name", SAY(name_letters));
}

void draft_check_person(struct cx *cx, const struct user_draft *d, const struct user_draft *before,
                        bool one_name)
{
    const struct access *a = &d->access;
    bool same_role = before && before->access.role == a->role;
    check_names(cx, d, one_name);
    if (a->role == PRACTITIONER && !*d->profession && !(same_role && !*before->profession))
        field_fault(cx, "profession", SAY(profession_missing));
    if (a->role == PRACTITIONER && !*d->registration_number
        && !(same_role && !*before->registration_number))
        field_fault(cx, "registration_number", SAY(registration_missing));
}

void draft_check_access(struct cx *cx, const struct user_draft *d)
{
    const struct access *a = &d->access;
    if (a->level >= LEVEL_COUNT) field_fault(cx, "level", SAY(level_missing));
    if (a->role == PRACTITIONER && !a->all_locations && d->locations_n == 0)
        field_fault(cx, "locations", SAY(locations_missing));
}

/* --- rule 4 ----------------------------------------------------------------- */

static bool among(struct id id, const struct user_location *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (id_same(all[i].id, id)) return true;
    return false;
}

/* Whose own view ends at the assigned locations assigns no others. */
static bool gives_foreign_locations(const struct cx *cx, const struct user *mine,
                                    const struct user *before, const struct user_draft *d)
{
    if (!(cx->actor.reach & REACH_AT_LOCATIONS) || mine->access.all_locations) return false;
    if (d->access.all_locations && !(before && before->access.all_locations)) return true;
    for (size_t i = 0; i < d->locations_n; i++)
        if (!among(d->locations[i].id, mine->locations, mine->locations_n)
            && !(before && among(d->locations[i].id, before->locations, before->locations_n)))
            return true;
    return false;
}

enum status draft_check_giving(struct cx *cx, const struct user *before, const struct user_draft *d)
{
    struct user *mine;
    struct access after = d->access;
    bool self = before && id_same(before->id, cx->actor.user);
    if (after.level >= LEVEL_COUNT) return OK;
    TRY(user_find(cx, cx->actor.user, &mine));
    after.active = true;
    after.locations = d->locations_n;
    access_tidy(&after);
    const struct access *had = before ? &before->access : NULL;
    if (access_gives_too_much(&cx->actor, &mine->access, had, &after, self)) {
        struct access less = after;
        less.set[SETTING_see_history] = had && had->set[SETTING_see_history];
        if (self)
            field_fault(cx, "level", SAY(gives_raise));
        else if (access_gives_too_much(&cx->actor, &mine->access, had, &less, self))
            field_fault(cx, "level", SAY(gives_too_much));
        else
            field_fault(cx, "see_history", SAY(gives_history));
    }
    if (gives_foreign_locations(cx, mine, before, d))
        field_fault(cx, "locations", SAY(gives_locations));
    return OK;
}

/* --- rule 3 ----------------------------------------------------------------- */

enum status draft_check_last(struct cx *cx, const struct user *before, const struct user_draft *d)
{
    struct practice_facts practice;
    int64_t full, owners;
    bool loses_full = access_full(&before->access) && !access_full(&d->access);
    bool loses_owner = before->access.owner && (loses_full || !d->access.owner);
    if (!loses_full && !loses_owner) return OK;
    TRY(full_access_count(cx, &full, &owners));
    TRY(practice_facts(cx, &practice));
    if (loses_full && full <= 1) field_fault(cx, "level", SAY(full_last, practice.name));
    if (loses_owner && owners <= 1)
        field_fault(cx, loses_full ? "level" : "owner", SAY(owner_last, practice.name));
    return OK;
}

enum status practice_facts(struct cx *cx, struct practice_facts *out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL("SELECT name, adds_per_hour FROM practices WHERE id = $1")));
    if (table_none(&t)) return fail(cx, BROKEN, "a practice without a row");
    *out = (struct practice_facts){ cell_text(&t, 0, "name"), cell_int(&t, 0, "adds_per_hour") };
    return OK;
}
