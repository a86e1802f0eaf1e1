/* setting.c - see setting.h */
#include "app/reminders/setting.h"

#include <string.h>

#include "access/access.h"
#include "app/audit/event.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"

#include "app/reminders/reminders.text.h"

#define COLUMNS                                                                      \
    "s.id AS setting_id, s.user_id, s.email_on, s.email_n, s.email_unit, s.text_on," \
    " s.text_n, s.text_unit, s.version"

static const struct remind_when AT_FIRST = { false, 1, true };

static struct reminder_setting read_row(const struct table *t, size_t row)
{
    struct reminder_setting s = { .email = AT_FIRST, .text = AT_FIRST };
    if (cell_text(t, row, "user_id")) s.user = cell_id(t, row, "user_id");
    if (!cell_text(t, row, "setting_id")) return s;
    s.id = cell_id(t, row, "setting_id");
    s.email = (struct remind_when){ cell_bool(t, row, "email_on"), cell_int(t, row, "email_n"),
                                    strcmp(cell_text(t, row, "email_unit"), "days") == 0 };
    s.text = (struct remind_when){ cell_bool(t, row, "text_on"), cell_int(t, row, "text_n"),
                                   strcmp(cell_text(t, row, "text_unit"), "days") == 0 };
    s.version = cell_int(t, row, "version");
    return s;
}

enum status reminder_settings_read(struct cx *cx, struct reminder_settings *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " COLUMNS " FROM reminder_settings s LEFT JOIN users u"
                      "  ON u.practice_id = s.practice_id AND u.id = s.user_id"
                      " WHERE s.practice_id = $1 AND (s.user_id IS NULL OR u.status = 'active')")));
    *out = (struct reminder_settings){ .group = { .email = AT_FIRST, .text = AT_FIRST },
                                       .own = NEW_ARRAY(cx->mem, struct reminder_setting, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        struct reminder_setting s = read_row(&t, i);
        if (id_some(s.user))
            out->own[out->n++] = s;
        else
            out->group = s;
    }
    return OK;
}

const struct reminder_setting *reminder_setting_for(const struct reminder_settings *all,
                                                    struct id user)
{
    for (size_t i = 0; id_some(user) && i < all->n; i++)
        if (id_same(all->own[i].user, user)) return &all->own[i];
    return &all->group;
}

int64_t remind_at(const struct remind_when *when, const char *zone_name, int64_t starts_at)
{
    const struct zone *zone = zone_find(zone_name);
    if (!when->days || !zone) return starts_at - (when->days ? DAYS(when->n) : HOURS(when->n));
    return day_add(zone, starts_at, (int)-when->n);
}

enum status reminder_setting_of(struct cx *cx, struct id user, struct reminder_setting *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " COLUMNS " FROM reminder_settings s WHERE s.practice_id = $1"
                      " AND ((CAST($2 AS TEXT) IS NULL AND s.user_id IS NULL) OR s.user_id = $2)"),
                  user));
    *out = (struct reminder_setting){ .email = AT_FIRST, .text = AT_FIRST };
    if (t.rows) *out = read_row(&t, 0);
    out->user = user;
    return OK;
}

static const char *number(struct cx *cx, int64_t n)
{
    return arena_print(cx->mem, "%lld", (long long)n);
}

static struct remind_draft when_as_draft(struct cx *cx, const struct remind_when *w)
{
    return (struct remind_draft){ w->on, number(cx, w->n), w->days ? "days" : "hours" };
}

struct reminder_draft reminder_as_draft(struct cx *cx, const struct reminder_setting *s)
{
    return (struct reminder_draft){ when_as_draft(cx, &s->email), when_as_draft(cx, &s->text) };
}

static const char *when_words(struct cx *cx, const struct remind_when *w)
{
    if (!w->on) return SAY(remind_off);
    return w->days ? SAY(remind_days, w->n) : SAY(remind_hours, w->n);
}

const char *reminder_words(struct cx *cx, const struct reminder_setting *s)
{
    const char *email = SAY(remind_email, when_words(cx, &s->email));
    const char *text = SAY(remind_text, when_words(cx, &s->text));
    if (s->email.on && s->text.on) return SAY(remind_both, email, text);
    return s->email.on ? email : s->text.on ? text : SAY(remind_nobody);
}

/* --- gates ------------------------------------------------------------------------ */

static struct subject subject_of(const struct cx *cx, struct id user)
{
    return (struct subject){ .practice = cx->actor.practice, .user = user };
}

bool reminder_may_see(const struct cx *cx, struct id user)
{
    struct subject subject = subject_of(cx, user);
    return may(&cx->actor, REMINDERS_VIEW, &subject, NULL);
}

bool reminder_may_edit(const struct cx *cx, struct id user)
{
    struct subject subject = subject_of(cx, user);
    return may(&cx->actor, REMINDERS_EDIT, &subject, NULL);
}

static enum status ask(struct cx *cx, enum permission permission, struct id user)
{
    struct subject subject = subject_of(cx, user);
    return allow(cx, permission, &subject);
}

/* --- people ----------------------------------------------------------------------- */

#define PEOPLE                                                                      \
    "SELECT u.id AS person, u.title, u.first_name, u.last_name, u.status, " COLUMNS \
    " FROM users u LEFT JOIN reminder_settings s"                                   \
    "  ON s.practice_id = u.practice_id AND s.user_id = u.id"                       \
    " WHERE u.practice_id = $1 AND u.role_type = 'practitioner'"

static struct reminder_person read_person(struct cx *cx, const struct table *t, size_t row,
                                          const struct reminder_setting *group)
{
    struct reminder_person p = {
        .user = cell_id(t, row, "person"),
        .name = text_name(cx->mem, cell_text(t, row, "title"), cell_text(t, row, "first_name"),
                          cell_text(t, row, "last_name")),
        .active = strcmp(cell_text(t, row, "status"), "active") == 0,
        .has_own = cell_text(t, row, "setting_id") != NULL,
        .setting = *group,
    };
    if (p.has_own) p.setting = read_row(t, row);
    p.may_edit = reminder_may_edit(cx, p.user);
    return p;
}

enum status reminder_people_list(struct cx *cx, struct reminder_people *out)
{
    struct table t;
    struct reminder_setting group;
    if (!has(&cx->actor, REMINDERS_VIEW)) TRY(ask(cx, REMINDERS_VIEW, (struct id){ "" }));
    TRY(reminder_setting_of(cx, (struct id){ "" }, &group));
    TRY(db_select(cx, &t,
                  SQL(PEOPLE " AND (u.status = 'active' OR s.id IS NOT NULL)"
                             " ORDER BY u.status, u.sort_key, u.id")));
    *out = (struct reminder_people){ 0, NEW_ARRAY(cx->mem, struct reminder_person, t.rows) };
    for (size_t i = 0; i < t.rows; i++)
        if (reminder_may_see(cx, cell_id(&t, i, "person")))
            out->at[out->n++] = read_person(cx, &t, i, &group);
    return OK;
}

enum status reminder_person_find(struct cx *cx, struct id user, struct reminder_person *out)
{
    struct table t;
    struct reminder_setting group;
    TRY(reminder_setting_of(cx, (struct id){ "" }, &group));
    TRY(db_select(cx, &t, SQL(PEOPLE " AND u.id = $2"), user));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "%s", SAY(remind_user_none));
    TRY(ask(cx, REMINDERS_VIEW, user));
    *out = read_person(cx, &t, 0, &group);
    return OK;
}

/* --- changes ---------------------------------------------------------------------- */

/* Whole numbers from 1 to `most`; 0 for anything else. */
static int64_t number_of(const char *typed, int64_t most)
{
    int64_t n = 0;
    if (!*typed || strlen(typed) > 4 || strspn(typed, "0123456789") != strlen(typed)) return 0;
    for (; *typed; typed++) n = n * 10 + (*typed - '0');
    return n > most ? 0 : n;
}

static struct remind_when check_when(struct cx *cx, const struct remind_draft *d,
                                     const char *n_field, const char *unit_field)
{
    bool days = strcmp(d->unit, "days") == 0;
    int64_t most = days ? REMIND_MOST_DAYS : REMIND_MOST_HOURS;
    struct remind_when w = { d->on, number_of(d->n, most), days };
    if (!days && strcmp(d->unit, "hours") != 0) field_fault(cx, unit_field, SAY(remind_unit_wrong));
    if (w.n == 0) field_fault(cx, n_field, SAY(remind_number_wrong, number(cx, most)));
    return w;
}

static enum status about_of(struct cx *cx, struct id user, struct about *out)
{
    struct reminder_person person;
    *out = (struct about){ user, SAY(remind_group) };
    if (!id_some(user)) return OK;
    TRY(reminder_person_find(cx, user, &person));
    out->name = SAY(remind_own, person.name);
    if (person.active) return OK;
    return fail_because(cx, CONFLICT, "deactivated", "%s", SAY(remind_deactivated, person.name));
}

static enum status write(struct cx *cx, const struct reminder_setting *before,
                         const struct reminder_setting *s)
{
    const char *unit = s->email.days ? "days" : "hours";
    const char *text_unit = s->text.days ? "days" : "hours";
    if (!before->version)
        return db_exec(cx,
                       SQL("INSERT INTO reminder_settings (practice_id, id, user_id, email_on,"
                           " email_n, email_unit, text_on, text_n, text_unit)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
                       id_new(cx->now), s->user, s->email.on, s->email.n, unit, s->text.on,
                       s->text.n, text_unit);
    return db_change_one(cx, SAY(remind_stale, reminder_words(cx, before)),
                         SQL("UPDATE reminder_settings SET email_on = $4, email_n = $5,"
                             " email_unit = $6, text_on = $7, text_n = $8, text_unit = $9,"
                             " version = version + 1"
                             " WHERE practice_id = $1 AND id = $2 AND version = $3"),
                         before->id, before->version, s->email.on, s->email.n, unit, s->text.on,
                         s->text.n, text_unit);
}

static bool same_when(const struct remind_when *a, const struct remind_when *b)
{
    return a->on == b->on && a->n == b->n && a->days == b->days;
}

static enum status put(struct cx *cx, const struct reminder_setting *before,
                       const struct reminder_setting *s, struct about about)
{
    struct changes changes = { 0 };
    change_note(cx, &changes, SAY(remind_email_label),
                before->version ? when_words(cx, &before->email) : "", when_words(cx, &s->email));
    change_note(cx, &changes, SAY(remind_text_label),
                before->version ? when_words(cx, &before->text) : "", when_words(cx, &s->text));
    if (before->version && same_when(&before->email, &s->email)
        && same_when(&before->text, &s->text))
        return OK;
    TRY(write(cx, before, s));
    return announce(cx, EVENT_REMINDERS_CHANGED, about, &changes, NULL);
}

enum status reminder_setting_save(struct cx *cx, struct id user, const struct reminder_draft *d,
                                  int64_t version)
{
    struct about about;
    struct reminder_setting before, after = { .user = user };
    TRY(ask(cx, REMINDERS_EDIT, user));
    TRY(about_of(cx, user, &about));
    after.email = check_when(cx, &d->email, "email_n", "email_unit");
    after.text = AT_FIRST; /* if nothing was typed */
    if (d->text.on || *d->text.n) after.text = check_when(cx, &d->text, "text_n", "text_unit");
    TRY(field_check(cx));
    TRY(reminder_setting_of(cx, user, &before));
    if (before.version != version)
        return fail_because(cx, CONFLICT, "stale", "%s",
                            SAY(remind_stale, reminder_words(cx, &before)));
    return put(cx, &before, &after, about);
}

enum status reminder_setting_remove(struct cx *cx, struct id user)
{
    struct reminder_person person;
    struct changes changes = { 0 };
    TRY(ask(cx, REMINDERS_EDIT, user));
    TRY(reminder_person_find(cx, user, &person));
    if (!person.has_own) return OK;
    TRY(db_exec(cx, SQL("DELETE FROM reminder_settings WHERE practice_id = $1 AND user_id = $2"),
                user));
    change_note(cx, &changes, SAY(remind_email_label), when_words(cx, &person.setting.email), "");
    change_note(cx, &changes, SAY(remind_text_label), when_words(cx, &person.setting.text), "");
    return announce(cx, EVENT_REMINDERS_OWN_REMOVED,
                    (struct about){ user, SAY(remind_own, person.name) }, &changes, NULL);
}

/* --- taking it back --------------------------------------------------------------- */

static const char *pack_when(struct cx *cx, const struct remind_when *w)
{
    return arena_print(cx->mem, "%s %lld %s", w->on ? "on" : "off", (long long)w->n,
                       w->days ? "days" : "hours");
}

const char *reminder_setting_pack(struct cx *cx, const struct reminder_setting *s)
{
    if (!s->version) return "";
    return arena_print(cx->mem, "%s %s", pack_when(cx, &s->email), pack_when(cx, &s->text));
}

/* The next word of `*at`, which goes on behind it; "" at the end. */
static const char *word(struct cx *cx, const char **at)
{
    size_t n = strcspn(*at, " ");
    const char *out = arena_copy(cx->mem, *at, n);
    *at += n + ((*at)[n] == ' ');
    return out;
}

static struct remind_draft unpack_when(struct cx *cx, const char **at)
{
    struct remind_draft d = { .on = strcmp(word(cx, at), "on") == 0 };
    d.n = word(cx, at);
    d.unit = word(cx, at);
    return d;
}

enum status reminder_setting_unpack(struct cx *cx, struct id user, const char *packed)
{
    struct reminder_setting now;
    TRY(reminder_setting_of(cx, user, &now));
    if (!*packed || now.version) return OK;
    struct reminder_draft d = { .email = unpack_when(cx, &packed) };
    d.text = unpack_when(cx, &packed);
    return reminder_setting_save(cx, user, &d, 0);
}
