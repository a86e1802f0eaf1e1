/* onboarding.c - see onboarding.h */
#include "app/users/onboarding.h"

#include "app/sessions/link.h"
#include "app/people/person.h"
#include "app/users/users_mail.h"
#include "base/setup.h"
#include "base/time.h"
#include "db/db.h"
#include "web/web.h"

#include "app/users/users_letters.text.h"

static const int64_t UNSUBSCRIBE_LIFE = DAYS(90);
static const int64_t KNOWS_THE_WAY = 3; /* signed in so often, nobody needs to be shown around */

enum status onboarding_begin(struct cx *cx, struct id user)
{
    TRY(enqueue_at(cx, JOB_letter_onboarding_details, user, "", cx->now + DAYS(1)));
    TRY(enqueue_at(cx, JOB_letter_onboarding_way, user, "", cx->now + DAYS(3)));
    return enqueue_at(cx, JOB_letter_onboarding_devices, user, "", cx->now + DAYS(7));
}

/* What the week has shown so far, out of the person's own doings. */
struct progress {
    struct user *user;
    struct letter_practice practice;
    bool details_checked, guide_hidden;
    int64_t times, devices, open; /* signed in how often, from how many browsers; still signed in */
};

/* The facts, unless there is nobody (left) to write to. */
static enum status progress_find(struct cx *cx, const struct job *job, struct progress *p)
{
    struct person *person;
    struct table t;
    TRY(letter_facts(cx, job->about, &p->user, &p->practice));
    TRY(person_find(cx, p->user->person, &person));
    if (!p->user->access.active || !person->onboarding_mails)
        return fail(cx, NOT_FOUND, "no letters of this kind");
    TRY(db_select(cx, &t,
                  SQL("SELECT details_checked_at, guide_hidden FROM users"
                      " WHERE practice_id = $1 AND id = $2"),
                  p->user->id));
    p->details_checked = cell_int(&t, 0, "details_checked_at") != 0;
    p->guide_hidden = cell_bool(&t, 0, "guide_hidden");
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT count(*) AS times, count(DISTINCT agent) AS devices,"
                             " coalesce(sum(CASE WHEN ended_at IS NULL AND signed_in_at > $2"
                             " THEN 1 ELSE 0 END), 0) AS open"
                             " FROM sessions WHERE person_id = $1 AND waits_for = 0"),
                  p->user->person, cx->now - cx->setup->session_life));
    p->times = cell_int(&t, 0, "times");
    p->devices = cell_int(&t, 0, "devices");
    p->open = cell_int(&t, 0, "open");
    return OK;
}

static enum status tips_begin(struct cx *cx, struct letter *l, const struct progress *p,
                              const char *subject)
{
    const char *token;
    TRY(link_make(cx,
                  &(struct link){ .purpose = LINK_UNSUBSCRIBE,
                                  .person = p->user->person,
                                  .expires_at = cx->now + UNSUBSCRIBE_LIFE },
                  &token));
    letter_begin(cx, l, p->user, &p->practice);
    l->subject = subject;
    l->unsubscribe_url = url_whole(cx, url_in(cx, "", ROUTE_unsubscribe_show, token));
    return OK;
}

static void tips_end(struct cx *cx, struct letter *l, const struct progress *p, const char *label,
                     struct url url)
{
    letter_button(l, label, url_whole(cx, url));
    letter_say(l, SAY(tips_why, p->practice.name));
}

/* Up to three who can correct what is wrong. */
static enum status correctors(struct cx *cx, const char **names)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT first_name, last_name FROM users WHERE practice_id = $1"
                      " AND level = 'full' AND status = 'active' ORDER BY sort_key, id LIMIT 3")));
    *names = "";
    for (size_t i = 0; i < t.rows; i++) {
        const char *first = cell_text(&t, i, "first_name");
        *names = arena_print(cx->mem, "%s%s%s%s%s", *names, i ? ", " : "", first, *first ? " " : "",
                             cell_text(&t, i, "last_name"));
    }
    return OK;
}

enum status letter_onboarding_details(struct cx *cx, const struct job *job, struct letter *l)
{
    struct progress p = { 0 };
    const char *names;
    TRY(progress_find(cx, job, &p));
    if (p.details_checked) return fail(cx, NOT_FOUND, "nothing to do");
    TRY(correctors(cx, &names));
    TRY(tips_begin(cx, l, &p, SAY(details_subject)));
    letter_say(l, SAY(details_first, p.practice.name));
    letter_say(l, p.times ? SAY(details_seen) : SAY(details_new, p.user->email));
    if (*names) letter_say(l, SAY(details_wrong, names));
    tips_end(cx, l, &p, SAY(details_button), url_in(cx, "", ROUTE_own_page));
    return OK;
}

enum status letter_onboarding_way(struct cx *cx, const struct job *job, struct letter *l)
{
    struct progress p = { 0 };
    TRY(progress_find(cx, job, &p));
    if (p.guide_hidden || p.times >= KNOWS_THE_WAY) return fail(cx, NOT_FOUND, "nothing to do");
    TRY(tips_begin(cx, l, &p, SAY(way_subject)));
    letter_say(l, SAY(way_first, p.practice.name));
    letter_say(l, SAY(way_groups));
    letter_say(l, SAY(way_help));
    tips_end(cx, l, &p, SAY(way_button), url_in(cx, p.practice.slug, ROUTE_help_index));
    return OK;
}

/* Whoever signed in from one browser only, and out again, has no devices to
 * look through. */
enum status letter_onboarding_devices(struct cx *cx, const struct job *job, struct letter *l)
{
    struct progress p = { 0 };
    TRY(progress_find(cx, job, &p));
    if (p.devices < 2 && p.open < 1) return fail(cx, NOT_FOUND, "nothing to do");
    TRY(tips_begin(cx, l, &p, SAY(devices_subject)));
    letter_say(l, SAY(devices_first, p.devices));
    letter_say(l, SAY(devices_why));
    tips_end(cx, l, &p, SAY(devices_button), url_in(cx, "", ROUTE_own_devices));
    return OK;
}
