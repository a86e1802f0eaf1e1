/* users.c - rows that become users and invitations: see row.h */
#include <string.h>

#include "app/imports/row.h"
#include "app/staff/user_add.h"
#include "app/staff/user_check.h"
#include "app/users/profession.h"
#include "base/text.h"

static bool same_words(struct cx *cx, const char *a, const char *b)
{
    return strcmp(text_fold(cx->mem, a), text_fold(cx->mem, b)) == 0;
}

/* By its key or as it is called; "Administrator" and "admin" alike. */
static enum role_type role_of(struct cx *cx, struct row *r)
{
    enum { MOST = 60 };
    enum role_type role = PRACTITIONER;
    const char *typed = row_text(cx, r, FIELD_USERS_role, MOST);
    (void)role_find(r->import->role, &role);
    if (!*typed) return role;
    for (enum role_type t = 0; t < ROLE_TYPES; t++)
        if (same_words(cx, typed, role_key(t)) || same_words(cx, typed, role_label(t)(cx)))
            return t;
    if (same_words(cx, typed, "admin")) return ADMINISTRATOR;
    row_verdict(r, PROBLEM_role);
    return role;
}

/* "Clinical Access", "clinical". */
static enum level level_of(struct cx *cx, struct row *r, enum role_type role)
{
    enum { MOST = 60 };
    const char *typed = row_text(cx, r, FIELD_USERS_level, MOST);
    const char *usual =
        role == PRACTITIONER ? r->import->level_practitioner : r->import->level_administrator;
    enum level level = *typed ? LEVEL_NONE : level_find(role, usual);
    for (enum level l = 0; *typed && l < LEVEL_COUNT; l++)
        if (levels[l].role == role
            && (same_words(cx, typed, levels[l].key) || same_words(cx, typed, levels[l].label(cx))))
            level = l;
    if (level == LEVEL_NONE) row_verdict(r, PROBLEM_level);
    if (level == LEVEL_P_FULL || level == LEVEL_A_FULL) row_verdict(r, PROBLEM_full_access);
    return level;
}

static const char *profession_of(struct cx *cx, struct row *r)
{
    enum { MOST = 100 };
    const char *typed = row_text(cx, r, FIELD_USERS_profession, MOST);
    for (size_t i = 0; *typed && i < professions_n; i++)
        if (same_words(cx, typed, professions[i].label(cx))) return professions[i].key;
    return typed;
}

static void take_locations(struct cx *cx, struct row *r, struct user_draft *d)
{
    struct ids ids;
    const struct location_list *all = &r->around->locations;
    bool said = *row_text(cx, r, FIELD_USERS_location, 1000);
    d->access.all_locations = !said && strcmp(r->import->locations, "all") == 0;
    row_locations(cx, r, FIELD_USERS_location, &ids);
    d->locations = NEW_ARRAY(cx->mem, struct user_location, ids.n + 1);
    for (size_t i = 0; i < all->n; i++)
        for (size_t j = 0; j < ids.n; j++)
            if (id_same(all->at[i].id, ids.at[j])) {
                d->locations[d->locations_n++] =
                    (struct user_location){ all->at[i].id, all->at[i].name };
                break;
            }
    d->access.locations = d->locations_n;
}

static struct new_user read_user(struct cx *cx, struct row *r)
{
    enum role_type role = role_of(cx, r);
    struct new_user n = {
        .draft = {
            .title = row_text(cx, r, FIELD_USERS_title, 40),
            .first_name = row_text(cx, r, FIELD_USERS_first_name, 100),
            .last_name = row_text(cx, r, FIELD_USERS_last_name, 100),
            .email = row_text(cx, r, FIELD_USERS_email, 254),
            .email_key = "",
            .profession = profession_of(cx, r),
            .registration_number = row_text(cx, r, FIELD_USERS_registration_number, 60),
            .access = { .role = role, .level = level_of(cx, r, role), .active = true },
        },
        .entry = strcmp(r->import->entry, "invitation") == 0 ? ENTRY_INVITATION : ENTRY_LINK,
        .password = "",
        .password_again = "",
    };
    if (role != PRACTITIONER) n.draft.registration_number = "";
    memset(n.draft.access.others, FOLLOWS, sizeof n.draft.access.others);
    n.email_again = n.draft.email;
    take_locations(cx, r, &n.draft);
    if (!*n.draft.email) row_verdict(r, PROBLEM_email_missing);
    return n;
}

static enum status look(struct cx *cx, struct row *r, struct new_user *n)
{
    enum here here = NOT_HERE;
    *n = read_user(cx, r);
    if (r->verdict) return OK;
    enum status status = user_add_check(cx, n, &here);
    if (status == INVALID)
        row_faults(cx, r);
    else if (status != OK)
        return status;
    if (here == WAS_USER) row_verdict(r, PROBLEM_deactivated);
    if (here != NOT_HERE) row_verdict(r, VERDICT_THERE);
    return OK;
}

enum status user_row_check(struct cx *cx, struct row *r)
{
    struct new_user n;
    bool fresh = true;
    TRY(look(cx, r, &n));
    const char *address = text_fold(cx->mem, n.draft.email);
    if (!r->verdict) TRY(row_mark(cx, r->import, row_hash(cx, "email", address, "", ""), &fresh));
    if (!fresh) r->verdict = PROBLEM_twice;
    row_verdict(r, VERDICT_NEW);
    return OK;
}

enum status user_row_make(struct cx *cx, struct row *r)
{
    struct new_user n;
    struct added added;
    TRY(look(cx, r, &n));
    if (r->verdict) return OK;
    TRY(user_add(cx, &n, &added));
    r->verdict = VERDICT_CREATED;
    return OK;
}

enum status import_adds_per_hour(struct cx *cx, int64_t *out)
{
    struct practice_facts practice;
    TRY(practice_facts(cx, &practice));
    *out = practice.adds_per_hour;
    return OK;
}
