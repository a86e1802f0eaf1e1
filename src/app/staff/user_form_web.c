/* user_form_web.c - see user_form.h */
#include "app/staff/user_form.h"

#include <string.h>

#include "app/staff/term.h"
#include "app/staff/user_versions.h"
#include "app/users/profession.h"
#include "base/email.h"
#include "base/password.h"
#include "base/text.h"
#include "base/time.h"

#include "app/staff/staff.text.h"
#include "app/staff/user_form.text.h"

static const char *const titles[] = { "Dr", "Ms", "Mr", "Mrs", "Mx", "Prof" };
enum { TITLES = sizeof titles / sizeof *titles };

/* Each name of a level once; it means the chosen role type's. */
static const enum level shown[] = { LEVEL_P_PERSONAL, LEVEL_P_CONTACT, LEVEL_P_CLINICAL,
                                    LEVEL_A_OFFICE, LEVEL_P_FULL };
enum { LEVEL_KEYS = sizeof shown / sizeof *shown };

/* --- reading ------------------------------------------------------------------ */

static const struct field fields[] = {
    FIELD(struct user_form, title, FIELD_LINE, .max = 40),
    FIELD(struct user_form, title_other, FIELD_LINE, .max = 40),
    FIELD(struct user_form, first_name, FIELD_LINE, .max = 100),
    FIELD(struct user_form, last_name, FIELD_LINE, .max = 100),
    FIELD(struct user_form, one_name, FIELD_CHECK),
    FIELD(struct user_form, role_type, FIELD_LINE, .max = 20),
    FIELD(struct user_form, profession, FIELD_LINE, .max = 100),
    FIELD(struct user_form, profession_other, FIELD_LINE, .max = 100),
    FIELD(struct user_form, registration_number, FIELD_LINE, .max = 60),
    FIELD(struct user_form, email, FIELD_LINE, .max = 300),
    FIELD(struct user_form, email_again, FIELD_LINE, .max = 300),
    FIELD(struct user_form, entry, FIELD_LINE, .max = 20),
    FIELD(struct user_form, password, FIELD_SECRET, .max = 2000),
    FIELD(struct user_form, password_again, FIELD_SECRET, .max = 2000),
    FIELD(struct user_form, level, FIELD_LINE, .max = 40),
    FIELD(struct user_form, boxes_for, FIELD_LINE, .max = 60),
    FIELD(struct user_form, locations, FIELD_MANY),
    FIELD(struct user_form, all_locations, FIELD_CHECK),
    FIELD(struct user_form, owner, FIELD_CHECK),
    FIELD(struct user_form, first_day, FIELD_LINE, .max = 40),
    FIELD(struct user_form, last_day, FIELD_LINE, .max = 40),
    FIELD(struct user_form, version, FIELD_LINE, .max = 18),
    FIELD(struct user_form, was, FIELD_LINE, .max = WAS_MOST),
    FIELD(struct user_form, user, FIELD_LINE, .max = 26),
    FIELD(struct user_form, then, FIELD_LINE, .max = 20),
    FIELD(struct user_form, reviewed, FIELD_CHECK),
    FIELD(struct user_form, preset, FIELD_CHECK),
    FIELD(struct user_form, resume, FIELD_CHECK),
    FIELD(struct user_form, resumed, FIELD_CHECK),
/* Areas without boxes have fields that no form sends. */
#define AREA(area, key, records, boxes)                         \
    { .name = (boxes) ? "see_" #key : "see-" #key,              \
      .kind = FIELD_CHECK,                                      \
      .offset = offsetof(struct user_form, see[AREA_##area]) }, \
        { .name = (boxes) ? "edit_" #key : "edit-" #key,        \
          .kind = FIELD_CHECK,                                  \
          .offset = offsetof(struct user_form, edit[AREA_##area]) },
#include "access/areas.def"
#undef AREA
#define SETTING(setting, limit, kind_of) \
    { .name = #setting,                  \
      .kind = FIELD_CHECK,               \
      .offset = offsetof(struct user_form, set[SETTING_##setting]) },
#include "access/settings.def"
#undef SETTING
};

void user_form_take(struct cx *cx, const struct request *rq, struct user_form *f)
{
    *f = (struct user_form){ 0 };
    form_take(cx, rq, fields, f);
}

/* One line "name=value" for each value; what is no plain line is left behind. */
static const char *pack_line(struct cx *cx, const char *all, const char *name, const char *value)
{
    if (!*value || !text_plain(value)) return all;
    return arena_print(cx->mem, "%s%s=%s\n", all, name, value);
}

const char *user_form_pack(struct cx *cx, const struct user_form *f)
{
    const char *all = "";
    for (const struct field *field = fields; field < fields + sizeof fields / sizeof *fields;
         field++) {
        const void *at = (const char *)f + field->offset;
        const struct texts *many = at;
        if (field->kind == FIELD_LINE) all = pack_line(cx, all, field->name, *(const char **)at);
        if (field->kind == FIELD_CHECK && *(const bool *)at)
            all = pack_line(cx, all, field->name, "1");
        for (size_t i = 0; field->kind == FIELD_MANY && i < many->n; i++)
            all = pack_line(cx, all, field->name, many->at[i]);
    }
    return all;
}

void user_form_unpack(struct cx *cx, const char *packed, struct user_form *f)
{
    struct request as_sent = { .form.at = NEW_ARRAY(cx->mem, struct pair, strlen(packed) / 2 + 1) };
    for (const char *at = packed; *at;) {
        size_t line = strcspn(at, "\n"), name = strcspn(at, "=\n");
        if (at[name] == '=')
            as_sent.form.at[as_sent.form.n++] =
                (struct pair){ arena_copy(cx->mem, at, name),
                               arena_copy(cx->mem, at + name + 1, line - name - 1) };
        at += line + (at[line] == '\n');
    }
    *f = (struct user_form){ 0 };
    form_take(cx, &as_sent, fields, f);
}

struct user_form user_form_new(void)
{
    return (struct user_form){
        .title = "",
        .title_other = "",
        .first_name = "",
        .last_name = "",
        .role_type = "practitioner",
        .profession = "",
        .profession_other = "",
        .registration_number = "",
        .email = "",
        .email_again = "",
        .entry = "password",
        .password = "",
        .password_again = "",
        .level = "",
        .boxes_for = "",
        .first_day = "",
        .last_day = "",
        .version = "",
        .was = "",
        .user = "",
        .then = "",
    };
}

static bool known_title(const char *title)
{
    for (size_t i = 0; i < TITLES; i++)
        if (strcmp(titles[i], title) == 0) return true;
    return !*title;
}

static void boxes_of(struct user_form *f, const struct access *a)
{
    for (enum area area = 0; area < AREA_COUNT; area++) {
        bool own = a->others[area] != FOLLOWS;
        enum reach reach = own ? (enum reach)a->others[area] : level_others(a->level, area);
        f->see[area] = areas[area].boxes && reach >= VIEW;
        f->edit[area] = areas[area].boxes && reach == EDIT;
    }
}

static const char *boxes_name(struct cx *cx, const struct access *a)
{
    return arena_print(cx->mem, "%s.%s", role_key(a->role), levels[a->level].key);
}

void user_form_fill(struct cx *cx, struct user_form *f, const struct user_draft *d)
{
    bool title = known_title(d->title),
         profession = !*d->profession || profession_find(d->profession);
    f->title = title ? d->title : "other";
    f->title_other = title ? "" : d->title;
    f->first_name = d->first_name;
    f->last_name = d->last_name;
    f->role_type = role_key(d->access.role);
    f->profession = profession ? d->profession : "other";
    f->profession_other = profession ? "" : d->profession;
    f->registration_number = d->registration_number;
    f->level = levels[d->access.level].key;
    f->boxes_for = boxes_name(cx, &d->access);
    boxes_of(f, &d->access);
    memcpy(f->set, d->access.set, sizeof f->set);
    f->locations.n = d->locations_n;
    f->locations.at = NEW_ARRAY(cx->mem, const char *, d->locations_n + 1);
    for (size_t i = 0; i < d->locations_n; i++) f->locations.at[i] = d->locations[i].id.text;
    f->all_locations = d->access.all_locations;
    f->owner = d->access.owner;
}

struct user_form user_form_of(struct cx *cx, const struct user *u)
{
    struct user_form f = user_form_new();
    struct user_draft d = user_as_draft(u);
    struct user_versions same;
    user_form_fill(cx, &f, &d);
    user_versions(cx, &d, &d, &same);
    struct version_fields v = versions_new(cx, u->version, same.at, USER_PARTS);
    f.one_name = !*u->first_name;
    f.email = u->email;
    f.version = v.version;
    f.was = v.was;
    f.user = u->id.text;
    return f;
}

/* --- what it means -------------------------------------------------------------- */

static enum role_type role_of(const struct user_form *f)
{
    enum role_type role = PRACTITIONER;
    (void)role_find(f->role_type, &role);
    return role;
}

static enum level level_of(const struct user_form *f)
{
    return level_find(role_of(f), f->level);
}

/* Whose boxes the form showed; none: all were empty. */
static enum level boxes_level(const struct user_form *f)
{
    char role[20] = "";
    enum role_type type;
    size_t n = strcspn(f->boxes_for, ".");
    if (!f->boxes_for[n] || n >= sizeof role) return LEVEL_NONE;
    memcpy(role, f->boxes_for, n);
    return role_find(role, &type) ? level_find(type, f->boxes_for + n + 1) : LEVEL_NONE;
}

static signed char box_of(const struct user_form *f, enum area area, enum level level)
{
    enum reach sent = f->edit[area] ? EDIT : f->see[area] ? VIEW : NONE;
    if (!areas[area].boxes || sent == level_others(boxes_level(f), area)) return FOLLOWS;
    return sent == level_others(level, area) ? FOLLOWS : (signed char)sent;
}

static bool ticked(const struct user_form *f, struct id id)
{
    for (size_t i = 0; i < f->locations.n; i++)
        if (strcmp(f->locations.at[i], id.text) == 0) return true;
    return false;
}

/* Ids of no location of this group count as if they had not been sent. */
static void take_locations(struct cx *cx, const struct user_form *f,
                           const struct location_list *all, struct user_draft *d)
{
    d->locations = NEW_ARRAY(cx->mem, struct user_location, all->n + 1);
    d->locations_n = 0;
    for (size_t i = 0; i < all->n; i++)
        if (ticked(f, all->at[i].id))
            d->locations[d->locations_n++] =
                (struct user_location){ all->at[i].id, all->at[i].name };
}

/* Ownership: from owners, to anybody; from others, and over another owner, nothing changes. */
static bool may_set_owner(const struct cx *cx, const struct user *u)
{
    return u && cx->actor.owner && (!u->access.owner || id_same(u->id, cx->actor.user));
}

void user_form_draft(struct cx *cx, const struct user_form *f, const struct location_list *all,
                     const struct user *user, struct user_draft *d)
{
    struct access a = { .role = role_of(f), .level = level_of(f), .active = true };
    for (enum area area = 0; area < AREA_COUNT; area++) a.others[area] = box_of(f, area, a.level);
    memcpy(a.set, f->set, sizeof a.set);
    a.all_locations = f->all_locations;
    a.owner = may_set_owner(cx, user) ? f->owner : user && user->access.owner;
    *d = (struct user_draft){
        .title = strcmp(f->title, "other") == 0 ? f->title_other : f->title,
        .first_name = f->first_name,
        .last_name = f->last_name,
        .email = user ? user->email : f->email,
        .email_key = user ? user->email_key : "",
        .profession = strcmp(f->profession, "other") == 0 ? f->profession_other : f->profession,
        .registration_number = a.role == PRACTITIONER ? f->registration_number : "",
        .access = a,
    };
    take_locations(cx, f, all, d);
    d->access.locations = d->locations_n;
}

void user_form_check(struct cx *cx, const struct user_form *f)
{
    enum role_type role;
    bool known = role_find(f->role_type, &role);
    if (!known) field_fault(cx, "role_type", SAY(role_missing));
    if (known && *f->level && level_of(f) == LEVEL_NONE)
        field_fault(cx, "level",
                    role == PRACTITIONER ? SAY(level_of_administrators)
                                         : SAY(level_of_practitioners));
}

void user_form_settle(struct cx *cx, struct user_form *f, struct user_draft *d)
{
    if (d->access.level >= LEVEL_COUNT) return;
    if (f->preset) {
        memset(d->access.others, FOLLOWS, sizeof d->access.others);
        for (enum setting s = 0; s < SETTING_COUNT; s++)
            if (settings[s].kind == GIVES) f->set[s] = d->access.set[s] = false;
    }
    boxes_of(f, &d->access);
    f->boxes_for = boxes_name(cx, &d->access);
}

/* --- showing -------------------------------------------------------------------- */

static const char *called(const char *first, const char *last)
{
    return *first ? first : last;
}

const char *user_form_called(struct cx *cx, const struct user_form *f)
{
    const char *name = called(f->first_name, f->last_name);
    return *name ? name : SAY(this_user);
}

static bool is_full(enum level level)
{
    return level == LEVEL_P_FULL || level == LEVEL_A_FULL;
}

static enum level level_shown(size_t i)
{
    return shown[i];
}

/* "patients-see patients-edit": the boxes that this role type's level of that
 * name ticks; NULL if it has none such. */
static const char *preset_words(struct cx *cx, enum role_type role, size_t i)
{
    const char *all = "";
    enum level level = level_find(role, levels[shown[i]].key);
    if (level == LEVEL_NONE) return NULL;
    for (enum area area = 0; area < AREA_COUNT; area++) {
        enum reach reach = level_others(level, area);
        if (!areas[area].boxes || reach == NONE) continue;
        all = arena_print(cx->mem, "%s%s%s-see", all, *all ? " " : "", areas[area].key);
        if (reach == EDIT) all = arena_print(cx->mem, "%s %s-edit", all, areas[area].key);
    }
    return all;
}

static int changes_of(const struct user_form *f)
{
    int n = 0;
    enum level level = boxes_level(f);
    for (enum area area = 0; area < AREA_COUNT && !is_full(level); area++) {
        enum reach reach = level_others(level, area);
        if (!areas[area].boxes) continue;
        n += f->see[area] != (reach >= VIEW);
        n += f->edit[area] != (reach == EDIT);
    }
    for (enum setting s = 0; s < SETTING_COUNT; s++) n += settings[s].kind == GIVES && f->set[s];
    return n;
}

static const char *changed_words(struct cx *cx, int n)
{
    return SAY(changed_count, (int64_t)n);
}

static struct url mark_image(struct cx *cx, const char *name)
{
    return (struct url){ arena_print(cx->mem, "%s#%s", asset_url("icons.svg").text, name) };
}

#include "app/staff/user_form.html.h"

/* The email belongs to somebody who was here: the page leads to activating. */
static enum status find_deactivated(struct cx *cx, const struct user_form *f,
                                    struct user_form_view *v)
{
    struct user *user;
    const char *address, *key;
    if (!fault_of(cx, "email") || v->user
        || email_clean(cx->mem, f->email, &address, &key) != EMAIL_OK)
        return OK;
    enum status status = user_by_email(cx, key, &user);
    if (status == NOT_FOUND) return OK;
    if (status != OK) return status;
    v->activate = !user->access.active;
    v->activate_id = user->id;
    return OK;
}

enum status user_form_view(struct cx *cx, struct user_form *f, const struct user *user,
                           struct user_form_view *v)
{
    *v = (struct user_form_view){ .form = f, .user = user };
    v->level_fixed = user && user->access.owner && !id_same(user->id, cx->actor.user);
    v->owner_box = may_set_owner(cx, user);
    TRY(location_list(cx, &v->locations));
    user_form_draft(cx, f, &v->locations, user, &v->draft);
    user_form_settle(cx, f, &v->draft);
    if (!user) term_guess(cx, f->first_day, f->last_day, &v->draft);
    return find_deactivated(cx, f, v);
}

void user_form_show(struct html *h, struct request *rq, const struct user_form_view *v,
                    struct url to, struct url preview)
{
    struct access_lines lines;
    access_lines(h->cx, &v->draft, &lines);
    form_view(h, rq, v, to, preview, url_for(h->cx, rq, ROUTE_user_draft_keep), &lines);
}

void user_form_hidden(struct html *h, const struct user_form *f)
{
    for (const struct field *field = fields; field < fields + sizeof fields / sizeof *fields;
         field++) {
        const void *at = (const char *)f + field->offset;
        const struct texts *many = at;
        if (field->kind == FIELD_LINE) hidden_view(h, field->name, *(const char *const *)at);
        if (field->kind == FIELD_CHECK && *(const bool *)at && strcmp(field->name, "reviewed") != 0)
            hidden_view(h, field->name, "1");
        for (size_t i = 0; field->kind == FIELD_MANY && i < many->n; i++)
            hidden_view(h, field->name, many->at[i]);
    }
}
