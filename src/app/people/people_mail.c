/* people_mail.c - letters about a sign-in. */
#include "app/sessions/known_device.h"
#include "app/sessions/link.h"
#include "app/people/membership.h"
#include "app/people/person.h"
#include "base/setup.h"
#include "base/time.h"
#include "http/agent.h"
#include "http/place.h"
#include "web/web.h"
#include "work/queue.h"

#include "app/people/people_mail.text.h"

/* To whom; and from here on times are those of the person's practice. */
static enum status begin_to(struct cx *cx, struct id person, struct letter *l, struct person **out)
{
    TRY(person_find(cx, person, out));
    TRY(membership_zone(cx, person));
    l->to = (*out)->email;
    l->to_name = person_name(cx, *out);
    const char *first = *(*out)->first_name ? (*out)->first_name : (*out)->last_name;
    letter_say(l, SAY(mail_hello, first));
    return OK;
}

static enum status begin(struct cx *cx, const struct job *job, struct letter *l,
                         struct person **out)
{
    return begin_to(cx, job->about, l, out);
}

static enum status link_to(struct cx *cx, enum link_purpose purpose, struct id person, int64_t life,
                           enum route route, const char **url)
{
    const char *token;
    struct link link = { .purpose = purpose, .person = person, .expires_at = cx->now + life };
    TRY(link_make(cx, &link, &token));
    *url = url_whole(cx, url_in(cx, "", route, token));
    return OK;
}

enum status letter_reset(struct cx *cx, const struct job *job, struct letter *l)
{
    struct person *person;
    const char *url;
    int64_t life = cx->setup->reset_life;
    TRY(begin(cx, job, l, &person));
    TRY(link_to(cx, LINK_RESET, person->id, life, ROUTE_reset_edit, &url));
    l->subject = SAY(mail_reset_subject);
    letter_say(l, SAY(mail_reset_asked, *job->details ? job->details : SAY(mail_somebody),
                      time_moment_there(cx, job->created_at), life / MINUTES(1)));
    letter_button(l, SAY(mail_reset_button), url);
    letter_say(l, SAY(mail_reset_not_you));
    return OK;
}

enum status letter_password_changed(struct cx *cx, const struct job *job, struct letter *l)
{
    struct person *person;
    TRY(begin(cx, job, l, &person));
    l->subject = SAY(mail_changed_subject);
    letter_say(l, SAY(mail_changed_said, time_moment_there(cx, job->created_at)));
    letter_say(l, SAY(mail_changed_you));
    letter_say(l, SAY(mail_changed_not_you));
    return OK;
}

enum status letter_prove(struct cx *cx, const struct job *job, struct letter *l)
{
    struct person *person;
    const char *url;
    int64_t life = cx->setup->prove_life;
    TRY(begin(cx, job, l, &person));
    if (person->proven_at) return fail(cx, NOT_FOUND, "proven meanwhile");
    TRY(link_to(cx, LINK_PROVE, person->id, life, ROUTE_proof_show, &url));
    l->subject = SAY(mail_prove_subject);
    letter_say(l, SAY(mail_prove_asked, time_moment_there(cx, job->created_at), life / DAYS(1)));
    letter_button(l, SAY(mail_prove_button), url);
    letter_say(l, SAY(mail_prove_not_you));
    return OK;
}

enum status letter_too_many_tries(struct cx *cx, const struct job *job, struct letter *l)
{
    struct person *person;
    TRY(begin(cx, job, l, &person));
    l->subject = SAY(mail_tries_subject);
    letter_say(l, SAY(mail_tries_said, time_moment_there(cx, job->created_at)));
    letter_say(l, SAY(mail_tries_you));
    letter_say(l, SAY(mail_tries_not_you));
    return OK;
}

/* About the session.  No address, only roughly where it is: what an address is worth to the reader
 * is little, and a mail is kept. */
enum status letter_new_sign_in(struct cx *cx, const struct job *job, struct letter *l)
{
    struct new_sign_in s;
    struct person *person;
    const char *token;
    TRY(new_sign_in_find(cx, job->about, &s));
    TRY(begin_to(cx, s.person, l, &person));
    TRY(not_me_link_make(cx, s.session, &token));
    const char *device = agent_words(cx, s.agent), *when = time_moment_there(cx, s.at);
    const char *place = place_words(cx, s.address);
    l->subject = SAY(mail_new_subject, device);
    if (place) device = SAY(mail_new_device, device, place);
    letter_say(l, *s.through  ? SAY(mail_new_through, s.through, device, when)
                  : s.passkey ? SAY(mail_new_passkey, device, when)
                              : SAY(mail_new_said, device, when));
    letter_say(l, SAY(mail_new_you));
    letter_say(l, *s.through ? SAY(mail_new_not_through, s.through) : SAY(mail_new_not_you));
    letter_button(l, SAY(mail_new_button), url_whole(cx, url_in(cx, "", ROUTE_not_me_show, token)));
    letter_say(l, SAY(mail_new_link, (int64_t)NOT_ME_DAYS));
    return OK;
}
