/* setting.c - see setting.h */
#include "app/credits/setting.h"

#include <string.h>

#include "access/access.h"
#include "app/audit/event.h"
#include "app/credits/ledger.h"
#include "app/credits/order.h"
#include "app/credits/topup.h"
#include "base/text.h"
#include "db/db.h"

#include "app/credits/credits.text.h"

#define COLUMNS                                                                        \
    "s.id AS setting_id, s.user_id, s.auto_on, s.auto_below, s.auto_buy, s.auto_most," \
    " s.stopped, s.version"

static const struct topup AT_FIRST = { false, 30, 100, 300 };

static const char *stopped_words(struct cx *cx, const char *key)
{
    if (strcmp(key, "left") == 0) return SAY(topup_stopped_left);
    return strcmp(key, "unpaid") == 0 ? SAY(topup_stopped_unpaid) : "";
}

static struct credit_setting read_row(struct cx *cx, const struct table *t, size_t row)
{
    struct credit_setting s = { .topup = AT_FIRST, .stopped = "" };
    if (!cell_text(t, row, "setting_id")) return s;
    if (cell_text(t, row, "user_id")) s.user = cell_id(t, row, "user_id");
    s.id = cell_id(t, row, "setting_id");
    s.topup = (struct topup){ cell_bool(t, row, "auto_on"), cell_int(t, row, "auto_below"),
                              cell_int(t, row, "auto_buy"), cell_int(t, row, "auto_most") };
    s.stopped = stopped_words(cx, cell_text(t, row, "stopped"));
    s.version = cell_int(t, row, "version");
    return s;
}

enum status credit_setting_of(struct cx *cx, struct id user, struct credit_setting *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " COLUMNS " FROM credit_settings s WHERE s.practice_id = $1"
                      " AND ((CAST($2 AS TEXT) IS NULL AND s.user_id IS NULL) OR s.user_id = $2)"),
                  user));
    *out = (struct credit_setting){ .topup = AT_FIRST, .stopped = "" };
    if (t.rows) *out = read_row(cx, &t, 0);
    out->user = user;
    return OK;
}

static const char *number(struct cx *cx, int64_t n)
{
    return arena_print(cx->mem, "%lld", (long long)n);
}

const char *topup_words(struct cx *cx, const struct topup *t)
{
    if (!t->on) return SAY(topup_off);
    return SAY(topup_on, t->buy, t->below, t->most);
}

struct topup_draft topup_as_draft(struct cx *cx, const struct topup *t)
{
    return (struct topup_draft){ t->on, number(cx, t->below), number(cx, t->buy),
                                 number(cx, t->most) };
}

/* --- gates -------------------------------------------------------------------------- */

static struct subject subject_of(const struct cx *cx, struct id user)
{
    return (struct subject){ .practice = cx->actor.practice, .user = user };
}

bool credit_may_see(const struct cx *cx, struct id user)
{
    struct subject subject = subject_of(cx, user);
    return may(&cx->actor, CREDITS_VIEW, &subject, NULL);
}

bool credit_may_edit(const struct cx *cx, struct id user)
{
    struct subject subject = subject_of(cx, user);
    return may(&cx->actor, CREDITS_EDIT, &subject, NULL);
}

static enum status ask(struct cx *cx, enum permission permission, struct id user)
{
    struct subject subject = subject_of(cx, user);
    return allow(cx, permission, &subject);
}

enum status credit_ask_edit(struct cx *cx, struct id user)
{
    return ask(cx, CREDITS_EDIT, user);
}

/* --- people ------------------------------------------------------------------------- */

#define PEOPLE                                                                           \
    "SELECT u.id AS person, u.title, u.first_name, u.last_name, u.status,"               \
    " COALESCE(a.balance, 0) AS balance, " COLUMNS " FROM users u"                       \
    " LEFT JOIN credit_settings s ON s.practice_id = u.practice_id AND s.user_id = u.id" \
    " LEFT JOIN credit_accounts a ON a.practice_id = u.practice_id AND a.id = u.id"      \
    " WHERE u.practice_id = $1 AND u.role_type = 'practitioner'"

static struct credit_person read_person(struct cx *cx, const struct table *t, size_t row)
{
    struct credit_person p = {
        .user = cell_id(t, row, "person"),
        .name = text_name(cx->mem, cell_text(t, row, "title"), cell_text(t, row, "first_name"),
                          cell_text(t, row, "last_name")),
        .active = strcmp(cell_text(t, row, "status"), "active") == 0,
        .has_own = cell_text(t, row, "setting_id") != NULL,
        .balance = cell_int(t, row, "balance"),
        .setting = read_row(cx, t, row),
    };
    p.may_edit = credit_may_edit(cx, p.user);
    return p;
}

enum status credit_people_list(struct cx *cx, struct credit_people *out)
{
    struct table t;
    if (!has(&cx->actor, CREDITS_VIEW)) TRY(ask(cx, CREDITS_VIEW, (struct id){ 0 }));
    TRY(db_select(cx, &t,
                  SQL(PEOPLE " AND (u.status = 'active' OR s.id IS NOT NULL OR a.balance > 0)"
                             " ORDER BY u.status, u.sort_key, u.id")));
    *out = (struct credit_people){ .at = NEW_ARRAY(cx->mem, struct credit_person, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        struct credit_person p = read_person(cx, &t, i);
        if (credit_may_see(cx, p.user)) out->at[out->n++] = p;
    }
    return OK;
}

enum status credit_person_find(struct cx *cx, struct id user, struct credit_person *out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL(PEOPLE " AND u.id = $2"), user));
    if (!t.rows) return fail(cx, NOT_FOUND, "%s", SAY(credits_user_none));
    TRY(ask(cx, CREDITS_VIEW, user));
    *out = read_person(cx, &t, 0);
    return OK;
}

/* --- changing ------------------------------------------------------------------------ */

static int64_t typed(struct cx *cx, const char *text, const char *field, int64_t least)
{
    int64_t n = 0;
    bool sound = *text && strlen(text) <= 6;
    for (const char *c = text; *c && sound; c++) {
        sound = *c >= '0' && *c <= '9';
        n = n * 10 + (*c - '0');
    }
    if (!sound || n < least || n > CREDITS_MOST) {
        field_fault(cx, field,
                    SAY(credits_number_wrong, number(cx, least), number(cx, CREDITS_MOST)));
        return least;
    }
    return n;
}

static struct topup check(struct cx *cx, const struct topup_draft *d)
{
    struct topup t = { d->on, typed(cx, d->below, "auto_below", 0),
                       typed(cx, d->buy, "auto_buy", 1), typed(cx, d->most, "auto_most", 1) };
    if (t.most < t.buy) field_fault(cx, "auto_most", SAY(topup_most_wrong));
    return t;
}

/* Who the setting is of; the group needs no setting of its own to begin with. */
static enum status about_of(struct cx *cx, struct id user, bool own, struct about *out)
{
    struct credit_person person;
    *out = (struct about){ user, SAY(credits_of_group) };
    if (!id_some(user)) return OK;
    TRY(credit_person_find(cx, user, &person));
    out->name = SAY(credits_of_user, person.name);
    if (!person.active)
        return fail_because(cx, CONFLICT, "deactivated", "%s",
                            SAY(credits_deactivated, person.name));
    if (own && !person.has_own)
        return fail_because(cx, CONFLICT, "none", "%s", SAY(credits_no_own, person.name));
    return OK;
}

static enum status insert(struct cx *cx, struct id user, const struct topup *t)
{
    return db_exec(cx,
                   SQL("INSERT INTO credit_settings (practice_id, id, user_id, auto_on, auto_below,"
                       " auto_buy, auto_most, provider) VALUES ($1, $2, $3, $4, $5, $6, $7,"
                       " 'bank')"),
                   id_new(cx->now), user, t->on, t->below, t->buy, t->most);
}

static enum status tell(struct cx *cx, struct about about, const char *before, const char *after)
{
    struct changes changes = { 0 };
    change_note(cx, &changes, SAY(topup_label), before, after);
    return announce(cx, EVENT_CREDITS_TOPUP_CHANGED, about, &changes, NULL);
}

enum status topup_save(struct cx *cx, struct id user, const struct topup_draft *d, int64_t version)
{
    struct about about;
    struct credit_setting before;
    TRY(ask(cx, CREDITS_EDIT, user));
    TRY(about_of(cx, user, true, &about));
    struct topup after = check(cx, d);
    TRY(field_check(cx));
    TRY(credit_setting_of(cx, user, &before));
    const char *stale = SAY(topup_stale, topup_words(cx, &before.topup));
    if (before.version != version) return fail_because(cx, CONFLICT, "stale", "%s", stale);
    const struct topup *was = &before.topup;
    bool same = before.version && was->on == after.on && was->below == after.below
                && was->buy == after.buy && was->most == after.most;
    if (same) return OK;
    if (!before.version)
        TRY(insert(cx, user, &after));
    else
        TRY(db_change_one(cx, stale,
                          SQL("UPDATE credit_settings SET auto_on = $4, auto_below = $5,"
                              " auto_buy = $6, auto_most = $7, stopped = '', version = version + 1"
                              " WHERE practice_id = $1 AND id = $2 AND version = $3"),
                          before.id, version, after.on, after.below, after.buy, after.most));
    TRY(tell(cx, about, topup_words(cx, was), topup_words(cx, &after)));
    return topup_look(cx, user, 0);
}

enum status topup_stop(struct cx *cx, struct id user, const char *why, bool *done)
{
    struct credit_setting s;
    struct credit_person person;
    struct about about = { user, SAY(credits_of_group) };
    TRY(credit_setting_of(cx, user, &s));
    *done = s.topup.on;
    if (!s.topup.on) return OK;
    if (id_some(user)) {
        struct table t;
        TRY(db_select(cx, &t, SQL(PEOPLE " AND u.id = $2"), user));
        person = read_person(cx, &t, 0);
        about.name = SAY(credits_of_user, person.name);
    }
    TRY(db_exec(cx,
                SQL("UPDATE credit_settings SET auto_on = 0, stopped = $3, version = version + 1"
                    " WHERE practice_id = $1 AND id = $2"),
                s.id, why));
    return tell(cx, about, topup_words(cx, &s.topup), SAY(topup_off));
}

/* --- own credits ---------------------------------------------------------------------- */

enum status credit_own_begin(struct cx *cx, struct id user)
{
    struct about about;
    struct credit_setting before;
    TRY(ask(cx, CREDITS_EDIT, user));
    TRY(about_of(cx, user, false, &about));
    TRY(credit_setting_of(cx, user, &before));
    if (before.version) return OK;
    TRY(insert(cx, user, &AT_FIRST));
    return announce(cx, EVENT_CREDITS_OWN_BEGUN, about, NULL, NULL);
}

enum status credit_own_end(struct cx *cx, struct id user)
{
    struct credit_person person;
    struct changes changes = { 0 };
    int64_t joined;
    TRY(ask(cx, CREDITS_EDIT, user));
    TRY(credit_person_find(cx, user, &person));
    if (!person.has_own) return OK;
    TRY(orders_withdraw_for(cx, user));
    TRY(credits_join(cx, user, &joined));
    TRY(db_exec(cx, SQL("DELETE FROM credit_settings WHERE practice_id = $1 AND user_id = $2"),
                user));
    change_note(cx, &changes, SAY(credits_joined_label), "", joined ? number(cx, joined) : "");
    return announce(cx, EVENT_CREDITS_OWN_ENDED,
                    (struct about){ user, SAY(credits_of_user, person.name) }, &changes, NULL);
}
