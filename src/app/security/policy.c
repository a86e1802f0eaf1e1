/* policy.c - see policy.h */
#include "app/security/policy.h"

#include <stdlib.h>
#include <string.h>

#include "access/stored.h"
#include "app/audit/event.h"
#include "app/second_step/second_step.h"
#include "app/sessions/remembered.h"
#include "base/date.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/security/security.text.h"

/* --- reading ---------------------------------------------------------------------- */

enum status second_policy_find(struct cx *cx, struct second_policy *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT g.id, g.name, g.active_users, g.version, g.second_remember,"
                      " " SECOND_RULE_COLUMNS " FROM practices g WHERE g.id = $1")));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such practice group.");
    *out = (struct second_policy){ .rule = second_rule_stored(&t, 0),
                                   .remember = cell_bool(&t, 0, "second_remember"),
                                   .practice = cell_id(&t, 0, "id"),
                                   .name = cell_text(&t, 0, "name"),
                                   .users = cell_int(&t, 0, "active_users"),
                                   .version = cell_int(&t, 0, "version") };
    return OK;
}

const char *second_choice(const struct second_rule *r)
{
    return r->all_from ? "all" : r->some_from ? "some" : r->asked ? "asked" : "off";
}

const char *second_day(struct cx *cx, const struct second_rule *r)
{
    int64_t from = r->all_from ? r->all_from : r->some_from;
    return from ? date_at(cx, from) : "";
}

const char *second_rule_words(struct cx *cx, const struct second_rule *r)
{
    const char *some = r->some_from ? SAY(rule_some_words, time_day(cx, r->some_from)) : "";
    if (r->all_from)
        return arena_print(cx->mem, "%s%s%s", some, *some ? " " : "",
                           SAY(rule_all_words, time_day(cx, r->all_from)));
    if (r->some_from) return some;
    return r->asked ? SAY(rule_asked_words) : SAY(rule_off_words);
}

enum status second_lacking(struct cx *cx, struct lacking_list *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT u.id, u.first_name, u.last_name, u.second_since, " ACCESS_COLUMNS
                      " FROM users u WHERE u.practice_id = $1 AND u.status = 'active'"
                      " AND NOT EXISTS (SELECT 1 FROM authenticators a"
                      "  WHERE a.person_id = u.person_id AND a.proven_at IS NOT NULL)"
                      " AND NOT EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = u.person_id)"
                      " ORDER BY u.sort_key, u.id")));
    *out = (struct lacking_list){ .n = t.rows, .at = NEW_ARRAY(cx->mem, struct lacking, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        struct lacking *l = &out->at[i];
        *l = (struct lacking){ .user = cell_id(&t, i, "id"),
                               .name = text_name(cx->mem, "", cell_text(&t, i, "first_name"),
                                                 cell_text(&t, i, "last_name")),
                               .access = access_stored(&t, i),
                               .since = cell_int(&t, i, "second_since") };
        l->concerned = second_concerns(&l->access);
        out->concerned += l->concerned;
    }
    return OK;
}

/* --- deciding ----------------------------------------------------------------------- */

/* The moment a day begins, and never one that is over: whoever is at work then goes on. */
static int64_t moment_of(struct cx *cx, const char *typed, int64_t stored)
{
    const char *day = date_parse(cx, typed), *today = date_today(cx);
    if (stored && day && strcmp(day, date_at(cx, stored)) == 0) return stored;
    if (!*typed || !day)
        field_fault(cx, "from", SAY(rule_from_missing));
    else if (strcmp(day, today) < 0)
        field_fault(cx, "from", SAY(rule_from_over));
    else if (strcmp(day, date_add(cx, today, SECOND_DAYS_MOST)) > 0)
        field_fault(cx, "from", SAY(rule_from_far));
    else
        return strcmp(day, today) == 0 ? cx->now : date_start(cx, day);
    return 0;
}

/* Who it is required of already stays bound when it becomes so of everybody later. */
static enum status read_choice(struct cx *cx, const char *choice, const char *from,
                               const struct second_rule *was, struct second_rule *out)
{
    bool on, all = strcmp(choice, "all") == 0, some = strcmp(choice, "some") == 0;
    *out = (struct second_rule){ .asked = strcmp(choice, "asked") == 0 };
    if (!all && !some && !out->asked && strcmp(choice, "off") != 0)
        field_fault(cx, "rule", SAY(rule_missing));
    if (all || some) {
        TRY(second_step_on(cx, cx->actor.person, &on));
        if (!on) field_fault(cx, "rule", SAY(rule_own_first));
    }
    if (some) out->some_from = moment_of(cx, from, was->some_from);
    if (all) out->all_from = moment_of(cx, from, was->all_from);
    if (all && was->some_from < out->all_from) out->some_from = was->some_from;
    return field_check(cx);
}

static bool same(const struct second_rule *a, const struct second_rule *b)
{
    return a->asked == b->asked && a->some_from == b->some_from && a->all_from == b->all_from;
}

static enum status tell(struct cx *cx, const struct lacking *l, int64_t moment)
{
    return enqueue(cx, JOB_letter_second_required, l->user,
                   arena_print(cx->mem, "%lld", (long long)moment));
}

static enum status plan(struct cx *cx, struct id practice, int64_t moment)
{
    const char *details = arena_print(cx->mem, "%lld", (long long)moment);
    int64_t before = day_add(time_zone(cx), moment, -SECOND_NOTICE_DAYS);
    if (before > cx->now) TRY(enqueue_at(cx, JOB_second_rule_due, practice, details, before));
    if (moment > cx->now) TRY(enqueue_at(cx, JOB_second_rule_due, practice, details, moment));
    return OK;
}

static enum status tell_all(struct cx *cx, const struct second_rule *was,
                            const struct second_rule *is, int64_t *told)
{
    struct lacking_list all;
    TRY(second_lacking(cx, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct lacking *l = &all.at[i];
        int64_t from = second_required_from(is, &l->access, l->since);
        if (!from || from == second_required_from(was, &l->access, l->since)) continue;
        TRY(tell(cx, l, from));
        ++*told;
    }
    return OK;
}

static const char *remember_words(struct cx *cx, bool remember)
{
    return remember ? SAY(remember_yes, (int64_t)REMEMBERED_DAYS) : SAY(remember_no);
}

enum status second_policy_save(struct cx *cx, const struct second_wish *wish, int64_t *told)
{
    struct second_policy p;
    struct second_rule is;
    struct changes changes = { 0 };
    *told = 0;
    TRY(allow(cx, USERS_EDIT, &(struct subject){ .practice = cx->actor.practice }));
    TRY(second_policy_find(cx, &p));
    TRY(read_choice(cx, wish->rule, wish->from, &p.rule, &is));
    if (same(&p.rule, &is) && p.remember == wish->remember) return OK;
    change_note(cx, &changes, SAY(rule_field), second_rule_words(cx, &p.rule),
                second_rule_words(cx, &is));
    change_note(cx, &changes, SAY(remember_label), remember_words(cx, p.remember),
                remember_words(cx, wish->remember));
    TRY(db_change_one(cx, SAY(rule_stale),
                      SQL("UPDATE practices SET second_asked = $2, second_some_from = $3,"
                          " second_all_from = $4, second_remember = $5, version = version + 1"
                          " WHERE id = $1 AND version = $6"),
                      is.asked, is.some_from, is.all_from, wish->remember, wish->version));
    if (!wish->remember) TRY(remembered_end_here(cx));
    if (is.some_from != p.rule.some_from) TRY(plan(cx, p.practice, is.some_from));
    if (is.all_from != p.rule.all_from) TRY(plan(cx, p.practice, is.all_from));
    TRY(tell_all(cx, &p.rule, &is, told));
    return announce(cx, EVENT_SECOND_RULE_CHANGED, (struct about){ p.practice, p.name }, &changes,
                    NULL);
}

/* Of a day that is the group's no more nobody is reminded. */
enum status second_rule_due(struct cx *cx, const struct job *job)
{
    struct second_policy p;
    struct lacking_list all;
    int64_t moment = strtoll(job->details, NULL, 10);
    TRY(second_policy_find(cx, &p));
    if (moment != p.rule.some_from && moment != p.rule.all_from) return OK;
    TRY(second_lacking(cx, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct lacking *l = &all.at[i];
        if (second_required_from(&p.rule, &l->access, l->since) == moment) TRY(tell(cx, l, moment));
    }
    return OK;
}
