/* users_mail.c - letters to users, and what becomes of all letters. */
#include "app/users/users_mail.h"

#include <stdlib.h>
#include <string.h>

#include "app/sessions/link.h"
#include "app/people/person.h"
#include "app/users/access_words.h"
#include "base/setup.h"
#include "base/time.h"
#include "db/db.h"
#include "web/web.h"

#include "app/users/users_letters.text.h"

/* --- what all letters begin with --------------------------------------------- */

enum status letter_facts(struct cx *cx, struct id id, struct user **user,
                         struct letter_practice *practice)
{
    struct table t;
    TRY(user_find(cx, id, user));
    TRY(db_select(cx, &t, SQL("SELECT name, slug, time_zone FROM practices WHERE id = $1")));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "no such practice");
    *practice = (struct letter_practice){ cell_text(&t, 0, "name"), cell_text(&t, 0, "slug") };
    cx->zone = cell_text(&t, 0, "time_zone");
    return OK;
}

static const char *called(const struct user *u)
{
    return *u->first_name ? u->first_name : u->last_name;
}

void letter_begin(struct cx *cx, struct letter *l, const struct user *u,
                  const struct letter_practice *practice)
{
    l->to = u->email;
    l->to_name = user_name(cx, u);
    l->from_name = practice->name;
    letter_say(l, SAY(hello, called(u)));
}

enum status letter_by(struct cx *cx, struct id user, enum event event, enum event other, int64_t at,
                      struct letter_by *out)
{
    struct table t;
    *out = (struct letter_by){ 0 };
    TRY(db_select(cx, &t,
                  SQL("SELECT a.actor_name, u.first_name, p.email FROM audit a"
                      " LEFT JOIN users u ON u.practice_id = a.practice_id AND u.id = a.actor_id"
                      " LEFT JOIN people p ON p.id = u.person_id"
                      " WHERE a.practice_id = $1 AND a.about_id = $2 AND a.kind IN ($3, $4)"
                      " AND a.at <= $5 ORDER BY a.seq DESC LIMIT 1"),
                  user, event_key(event), event_key(other), at));
    if (t.rows == 0 || !cell_text(&t, 0, "email")) return OK;
    const char *first = cell_text(&t, 0, "first_name");
    out->name = cell_text(&t, 0, "actor_name");
    out->called = *first ? first : out->name;
    out->email = cell_text(&t, 0, "email");
    return OK;
}

static const char *sign_in_page(struct cx *cx)
{
    return url_whole(cx, url_in(cx, "", ROUTE_session_new));
}

static const char *user_page(struct cx *cx, const struct letter_practice *practice, struct id user)
{
    return url_whole(cx, url_in(cx, practice->slug, ROUTE_user_show, user));
}

/* What the user may do, said of the reach that is enforced. */
static void say_access(struct cx *cx, struct letter *l, const struct user *u)
{
    struct user_draft draft = user_as_draft(u);
    const char *sentence = access_sentence(cx, &draft);
    const char *level = u->access.level < LEVEL_COUNT ? levels[u->access.level].label(cx) : "";
    letter_say(l, *sentence ? SAY(access_now, level, sentence) : SAY(access_little, level));
    letter_say(l, SAY(places, draft_locations(cx, &draft)));
}

static void answer_to(struct cx *cx, struct letter *l, const struct letter_by *by)
{
    if (!by->name) return;
    l->reply_to = by->email;
    letter_say(l, SAY(reply_to, by->called));
}

/* --- welcome ------------------------------------------------------------------ */

static enum status link_to(struct cx *cx, const struct user *u, enum link_purpose purpose,
                           enum route route, int64_t until, const char **url)
{
    const char *token;
    TRY(link_make(cx,
                  &(struct link){ .purpose = purpose, .person = u->person, .expires_at = until },
                  &token));
    *url = url_whole(cx, url_in(cx, "", route, token));
    return OK;
}

/* The facts, and who added the user: the practice group where that is nobody
 * with a name of his own (the host's command line). */
static enum status welcome_begin(struct cx *cx, const struct job *job, struct letter *l,
                                 struct user **u, struct letter_practice *practice,
                                 struct letter_by *by)
{
    TRY(letter_facts(cx, job->about, u, practice));
    if (!(*u)->access.active && !user_awaited(*u))
        return fail(cx, NOT_FOUND, "deactivated meanwhile");
    TRY(letter_by(cx, job->about, EVENT_USER_ADDED, EVENT_USER_ADDED, job->created_at, by));
    l->reply_to = by->email;
    if (!by->name) by->name = by->called = practice->name;
    letter_begin(cx, l, *u, practice);
    const char *as =
        (*u)->access.role == PRACTITIONER ? SAY(as_practitioner) : SAY(as_administrator);
    letter_say(l, SAY(welcome_by, by->name, as, practice->name, time_day(cx, job->created_at)));
    if (!(*u)->access.active) letter_say(l, SAY(welcome_awaited, practice->name));
    return OK;
}

static const char *welcome_way_in(struct cx *cx, const struct user *u, const char *giver)
{
    if (u->temporary_until)
        return SAY(welcome_temporary, u->email, giver, time_moment_there(cx, u->temporary_until));
    return u->has_password ? SAY(welcome_own, u->email) : SAY(welcome_open, u->email);
}

enum status letter_welcome(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *u;
    struct letter_practice practice;
    struct letter_by by;
    struct person *person;
    TRY(welcome_begin(cx, job, l, &u, &practice, &by));
    TRY(person_find(cx, u->person, &person));
    l->subject = SAY(welcome_subject, by.name, practice.name);
    letter_say(l, SAY(sign_in_at, sign_in_page(cx)));
    letter_say(l, welcome_way_in(cx, u, by.called));
    if (!person->proven_at) {
        const char *url;
        TRY(link_to(cx, u, LINK_PROVE, ROUTE_proof_show, cx->now + cx->setup->prove_life, &url));
        letter_say(l, SAY(welcome_prove));
        letter_button(l, SAY(welcome_prove_button), url);
    }
    say_access(cx, l, u);
    letter_say(l, SAY(welcome_why, by.called));
    return OK;
}

enum status letter_welcome_link(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *u;
    struct letter_practice practice;
    struct letter_by by;
    int64_t until = cx->now + cx->setup->choose_life;
    const char *url;
    TRY(welcome_begin(cx, job, l, &u, &practice, &by));
    if (u->has_password && !u->temporary_until) return fail(cx, NOT_FOUND, "has chosen meanwhile");
    TRY(link_to(cx, u, LINK_CHOOSE, ROUTE_setup_edit, until, &url));
    l->subject = SAY(link_subject, practice.name);
    letter_say(l, SAY(link_text, u->email, time_moment_there(cx, until)));
    letter_button(l, SAY(link_button), url);
    letter_say(l, SAY(link_later, url_whole(cx, url_in(cx, "", ROUTE_reset_new))));
    say_access(cx, l, u);
    letter_say(l, SAY(welcome_why, by.called));
    return OK;
}

enum status letter_temporary_password_set(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *u;
    struct letter_practice practice;
    struct letter_by by;
    TRY(letter_facts(cx, job->about, &u, &practice));
    if (!u->temporary_until) return fail(cx, NOT_FOUND, "replaced meanwhile");
    TRY(letter_by(cx, job->about, EVENT_PASSWORD_SET, EVENT_PASSWORD_SET, job->created_at, &by));
    if (!by.name) by.name = by.called = practice.name;
    letter_begin(cx, l, u, &practice);
    l->subject = SAY(temporary_subject, by.name);
    letter_say(l, SAY(temporary_text, by.name, u->email, time_moment_there(cx, job->created_at),
                      practice.name, by.called, time_moment_there(cx, u->temporary_until)));
    letter_say(l, SAY(sign_in_at, sign_in_page(cx)));
    letter_say(l, SAY(temporary_why, url_whole(cx, url_in(cx, "", ROUTE_reset_new))));
    return OK;
}

/* --- changes ------------------------------------------------------------------ */

/* The lines of a job's details, a paragraph each, as many as a letter takes. */
static void say_lines(struct cx *cx, struct letter *l, const char *lines)
{
    for (int n = 0; *lines && n < 6; n++) {
        size_t length = strcspn(lines, "\n");
        if (length) letter_say(l, arena_copy(cx->mem, lines, length));
        lines += length;
        lines += *lines == '\n';
    }
}

enum status letter_access_changed(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *u;
    struct letter_practice practice;
    struct letter_by by;
    TRY(letter_facts(cx, job->about, &u, &practice));
    if (!u->access.active) return fail(cx, NOT_FOUND, "deactivated meanwhile");
    TRY(letter_by(cx, job->about, EVENT_USER_ACCESS_CHANGED, EVENT_USER_CHANGED, job->created_at,
                  &by));
    const char *moment = time_moment_there(cx, job->created_at);
    letter_begin(cx, l, u, &practice);
    l->subject = SAY(changed_subject, practice.name);
    letter_say(l, by.name ? SAY(changed_by, by.name, practice.name, moment)
                          : SAY(changed_alone, practice.name, moment));
    say_lines(cx, l, job->details);
    say_access(cx, l, u);
    answer_to(cx, l, &by);
    return OK;
}

enum status letter_deactivated(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *u;
    struct letter_practice practice;
    struct letter_by by;
    TRY(letter_facts(cx, job->about, &u, &practice));
    if (u->access.active) return fail(cx, NOT_FOUND, "activated again meanwhile");
    TRY(letter_by(cx, job->about, EVENT_USER_DEACTIVATED, EVENT_USER_DEACTIVATED, job->created_at,
                  &by));
    letter_begin(cx, l, u, &practice);
    l->subject = SAY(ended_subject, practice.name);
    letter_say(l, SAY(ended_text, practice.name, time_moment_there(cx, u->deactivated_at)));
    letter_say(l, SAY(ended_kept));
    answer_to(cx, l, &by);
    return OK;
}

enum status letter_reactivated(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *u;
    struct letter_practice practice;
    struct letter_by by;
    TRY(letter_facts(cx, job->about, &u, &practice));
    if (!u->access.active) return fail(cx, NOT_FOUND, "deactivated again meanwhile");
    TRY(letter_by(cx, job->about, EVENT_USER_ACTIVATED, EVENT_USER_ACTIVATED, job->created_at,
                  &by));
    letter_begin(cx, l, u, &practice);
    const char *day = time_day(cx, job->created_at);
    bool first = strcmp(job->details, "first") == 0;
    l->subject = first ? SAY(begins_subject, practice.name) : SAY(again_subject, practice.name);
    letter_say(l, first ? SAY(begins_text, practice.name, day, sign_in_page(cx))
                        : SAY(again_text, practice.name, day, sign_in_page(cx)));
    say_access(cx, l, u);
    answer_to(cx, l, &by);
    return OK;
}

/* --- to everybody with Full Access --------------------------------------------- */

enum status letters_to_full_access(struct cx *cx, enum job_kind kind, struct id but,
                                   const char *details)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT id FROM users WHERE practice_id = $1 AND level = 'full'"
                      " AND status = 'active' AND id <> $2 ORDER BY sort_key, id"),
                  but));
    for (size_t i = 0; i < t.rows; i++) TRY(enqueue(cx, kind, cell_id(&t, i, "id"), details));
    return OK;
}

/* One letter becomes many: a job for each who should know, in the transaction
 * that ends the first one, so nobody is told twice and nobody forgotten. */
static enum status tell_full_access(struct cx *cx, const struct job *job, enum job_kind kind)
{
    const char *details =
        arena_print(cx->mem, "%s %lld", job->about.text, (long long)job->created_at);
    TRY(letters_to_full_access(cx, kind, job->about, details));
    return fail(cx, NOT_FOUND, "told apart");
}

/* The other half: job->about is the reader, its details name user and moment. */
static enum status told_begin(struct cx *cx, const struct job *job, struct letter *l,
                              struct user **whom, struct letter_practice *practice, int64_t *at)
{
    struct user *reader;
    const char *moment = strchr(job->details, ' ');
    if (!moment) return fail(cx, BROKEN, "details of a letter: %s", job->details);
    *at = strtoll(moment, NULL, 10);
    struct id id = id_of(arena_copy(cx->mem, job->details, (size_t)(moment - job->details)));
    TRY(letter_facts(cx, id, whom, practice));
    TRY(letter_facts(cx, job->about, &reader, practice));
    if (!access_full(&reader->access) || !reader->access.active)
        return fail(cx, NOT_FOUND, "not theirs to know any more");
    letter_begin(cx, l, reader, practice);
    return OK;
}

enum status letter_full_access_granted(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *whom;
    struct letter_practice practice;
    struct letter_by by;
    int64_t at;
    if (!*job->details) return tell_full_access(cx, job, JOB_letter_full_access_granted);
    TRY(told_begin(cx, job, l, &whom, &practice, &at));
    TRY(letter_by(cx, whom->id, EVENT_USER_ACCESS_CHANGED, EVENT_USER_ADDED, at, &by));
    const char *name = user_name(cx, whom), *moment = time_moment_there(cx, at);
    l->subject = SAY(full_subject, name);
    letter_say(l, by.name ? SAY(full_by, by.name, name, practice.name, moment)
                          : SAY(full_alone, name, practice.name, moment));
    letter_say(l, SAY(full_why, practice.name, user_page(cx, &practice, whom->id)));
    return OK;
}

enum status letter_left_group(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *whom;
    struct letter_practice practice;
    int64_t at;
    if (!*job->details) return tell_full_access(cx, job, JOB_letter_left_group);
    TRY(told_begin(cx, job, l, &whom, &practice, &at));
    const char *name = user_name(cx, whom);
    l->subject = SAY(left_subject, name);
    letter_say(l, SAY(left_text, name, practice.name, time_moment_there(cx, at)));
    letter_say(l, SAY(left_why, practice.name, user_page(cx, &practice, whom->id)));
    return OK;
}

/* --- what became of a letter ---------------------------------------------------- */

enum status user_letter_outcome(struct cx *cx, const struct job *job, const char *problem)
{
    const char *said = problem ? problem : "";
    if (strcmp(job->kind, "mail.invoice") == 0)
        return db_exec(cx,
                       SQL("UPDATE invoice_sendings SET state = $3, problem = $4"
                           " WHERE practice_id = $1 AND id = $2 AND state = 'waiting'"),
                       job->about, problem ? "failed" : "sent", said);
    if (!id_some(job->practice))
        return db_exec(cx,
                       SQL_GLOBAL("UPDATE users SET mail_problem = $2 WHERE person_id = $1"
                                  " AND mail_problem <> $2"),
                       job->about, said);
    TRY(db_exec(cx,
                SQL("UPDATE users SET mail_problem = $3 WHERE practice_id = $1 AND id = $2"
                    " AND mail_problem <> $3"),
                job->about, said));
    return db_exec(cx,
                   SQL("UPDATE invitations SET mail_problem = $3 WHERE practice_id = $1 AND id = $2"
                       " AND mail_problem <> $3"),
                   job->about, said);
}
