/* ownership_mail.c - letters about who owns the group, and who will.
 *
 *   letter_ownership   about: the reader; details: "WHAT USER OTHER MOMENT", see
 *                      ownership_tell():
 *     handed      from USER to OTHER
 *     inherited   by USER, the deputy
 *     named       USER, by OTHER;  ended  the same
 *     lost        USER cannot be deputy any more
 *     notice      USER becomes an owner at MOMENT;  back  not so: an owner was here
 *
 * A notice that is overtaken by an owner when it is written is not written. */
#include <stdlib.h>
#include <string.h>

#include "app/ownership/deputy.h"
#include "app/users/users_mail.h"
#include "base/time.h"
#include "web/web.h"

#include "app/ownership/ownership.text.h"

struct facts {
    struct user *reader;
    struct letter_practice practice;
    const char *what;
    struct id user, other;
    const char *name, *by; /* of both; by: "" for nobody */
    int64_t at;
    bool to_user, to_other; /* the reader is that one */
};

static const char *word(struct cx *cx, const char **text)
{
    size_t n = strcspn(*text, " ");
    const char *one = arena_copy(cx->mem, *text, n);
    *text += n;
    *text += strspn(*text, " ");
    return one;
}

static enum status name_of(struct cx *cx, struct id id, const char **out)
{
    struct user *u;
    *out = "";
    if (!id_some(id)) return OK;
    TRY(user_find(cx, id, &u));
    *out = user_name(cx, u);
    return OK;
}

static enum status read_facts(struct cx *cx, const struct job *job, struct facts *f)
{
    const char *text = job->details;
    *f = (struct facts){ .what = word(cx, &text) };
    f->user = id_of(word(cx, &text));
    const char *other = word(cx, &text);
    if (strcmp(other, "-") != 0) f->other = id_of(other);
    f->at = strtoll(text, NULL, 10);
    TRY(letter_facts(cx, job->about, &f->reader, &f->practice));
    if (!f->reader->access.active || !access_full(&f->reader->access))
        return fail(cx, NOT_FOUND, "not theirs to know any more");
    f->to_user = id_same(f->reader->id, f->user);
    f->to_other = id_same(f->reader->id, f->other);
    TRY(name_of(cx, f->user, &f->name));
    return name_of(cx, f->other, &f->by);
}

static enum status say_handed(struct cx *cx, struct letter *l, const struct facts *f)
{
    const char *group = f->practice.name, *moment = time_moment_there(cx, f->at);
    l->subject =
        f->to_other ? SAY(mail_handed_you_subject, group) : SAY(mail_handed_subject, f->by, group);
    letter_say(l, f->to_other  ? SAY(mail_handed_you, f->name, group, moment)
                  : f->to_user ? SAY(mail_handed_by_you, group, f->by, moment)
                               : SAY(mail_handed, f->name, group, f->by, moment));
    letter_say(l, f->to_user ? SAY(mail_handed_keep, f->by) : SAY(mail_owner_can));
    return OK;
}

static enum status say_inherited(struct cx *cx, struct letter *l, const struct facts *f)
{
    const char *group = f->practice.name, *moment = time_moment_there(cx, f->at);
    l->subject =
        f->to_user ? SAY(mail_handed_you_subject, group) : SAY(mail_handed_subject, f->name, group);
    letter_say(l, f->to_user ? SAY(mail_inherited_you, group, moment)
                             : SAY(mail_inherited, group, f->name, moment));
    letter_say(l, SAY(mail_inherited_others));
    return OK;
}

static enum status say_named(struct cx *cx, struct letter *l, const struct facts *f)
{
    struct deputy *d;
    const char *group = f->practice.name;
    TRY(deputy_find(cx, &d));
    if (!d || !id_same(d->user, f->user) || d->named_at != f->at)
        return fail(cx, NOT_FOUND, "not so any more");
    l->subject =
        f->to_user ? SAY(mail_named_you_subject, group) : SAY(mail_named_subject, f->name, group);
    letter_say(l, f->to_user ? SAY(mail_named_you, f->by, group)
                             : SAY(mail_named, f->by, f->name, group));
    letter_say(l, f->to_user ? SAY(mail_named_then_you, d->days)
                             : SAY(mail_named_then, d->days, f->name));
    return OK;
}

static enum status say_ended(struct cx *cx, struct letter *l, const struct facts *f)
{
    const char *group = f->practice.name;
    bool lost = strcmp(f->what, "lost") == 0;
    l->subject =
        f->to_user ? SAY(mail_ended_you_subject, group) : SAY(mail_ended_subject, f->name, group);
    letter_say(l, lost         ? SAY(mail_lost, f->name, group)
                  : f->to_user ? SAY(mail_ended_you, f->by, group)
                               : SAY(mail_ended, f->by, f->name, group));
    letter_say(l, SAY(mail_ended_then));
    return OK;
}

static enum status say_notice(struct cx *cx, struct letter *l, const struct facts *f)
{
    struct deputy *d;
    const char *group = f->practice.name, *moment = time_moment_there(cx, f->at);
    TRY(deputy_find(cx, &d));
    if (!d || !id_same(d->user, f->user) || d->due_at != f->at)
        return fail(cx, NOT_FOUND, "not so any more");
    const char *since = time_day(cx, d->quiet_since);
    l->subject =
        f->to_user ? SAY(mail_notice_you_subject, group) : SAY(mail_notice_subject, f->name, group);
    letter_say(l, SAY(mail_notice_since, group, since));
    letter_say(l, f->to_user ? SAY(mail_notice_you, moment) : SAY(mail_notice, f->name, moment));
    letter_say(l, f->to_user ? SAY(mail_notice_ask) : SAY(mail_notice_prevent));
    return OK;
}

static enum status say_back(struct cx *cx, struct letter *l, const struct facts *f)
{
    const char *group = f->practice.name;
    l->subject =
        f->to_user ? SAY(mail_back_you_subject, group) : SAY(mail_back_subject, f->name, group);
    letter_say(l, SAY(mail_back, group));
    return OK;
}

enum status letter_ownership(struct cx *cx, const struct job *job, struct letter *l)
{
    static const struct {
        const char *what;
        enum status (*say)(struct cx *, struct letter *, const struct facts *);
    } all[] = {
        { "handed", say_handed }, { "inherited", say_inherited }, { "named", say_named },
        { "ended", say_ended },   { "lost", say_ended },          { "notice", say_notice },
        { "back", say_back },
    };
    struct facts f;
    TRY(read_facts(cx, job, &f));
    letter_begin(cx, l, f.reader, &f.practice);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (strcmp(f.what, all[i].what) != 0) continue;
        TRY(all[i].say(cx, l, &f));
        letter_button(l, SAY(mail_button),
                      url_whole(cx, url_in(cx, f.practice.slug, ROUTE_ownership_show)));
        return OK;
    }
    return fail(cx, BROKEN, "details of a letter: %s", job->details);
}
