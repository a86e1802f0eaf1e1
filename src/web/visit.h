/* visit.h - who is looking: the session behind the cookie, the person, and the
 * user in the practice group the path names.
 *
 * Read from stored rows on every request, in the snapshot the page is served
 * from.  Entering a group needs: the user there is active, the session signed in
 * after that user's access was last ended, and its own place there was not ended. */
#pragma once
#include "access/second_rule.h"
#include "db/db.h"
#include "web/web.h"

struct visit_group {
    const char *slug, *name, *role, *level; /* labels */
    struct id practice;
    bool current;
};

struct visit {
    const char *token; /* of the session cookie, or of the visitor's cookie before signing in */
    const char *form_token; /* once somebody asked for it */
    bool signed_in;
    /* the person, if signed in */
    struct id session, person;
    const char *first_name, *last_name, *email, *email_key;
    const char *theme, *density;
    bool clock_12, shortcuts, proven;
    enum waits_for waits_for; /* until then the session opens one page alone */
    struct id only; /* the one group that it opens, of those that came through its provider */
    int64_t signed_in_at, seen_at, proved_at;
    struct id last_practice;
    /* the key of the API that stands for the session; then nobody is signed in */
    struct id key;
    const char *key_token; /* for what is bound to it */
    int64_t key_used_at;
    /* the practice group of the path, once entered */
    const char *slug; /* "" outside of groups */
    const char *practice_name, *practice_zone;
    int64_t idle_minutes;
    bool paper_initials;                        /* printed calendars have no patients' names */
    const char *title, *user_first, *user_last; /* as this group writes the name */
    const char *role, *level;                   /* labels */
    struct access access;
    int64_t here_at;   /* when this session was last noted in this group; 0: not yet */
    struct id viewing; /* the view (app/views/), or none; then title, names, role, level and
                          access are those of the viewed */
    int64_t viewing_until;
    bool second_rule;         /* the group asks for a second step, or requires it */
    enum second_state second; /* what the group asks of somebody without a second step */
    int64_t second_at;        /* see access/second_rule.h */
    int64_t emergency_until;  /* a record is open in an emergency; 0: none is */
    struct table users;       /* who the person is in each group, as the session was found */
    bool framed;              /* and how many invitations wait was asked along with it */
    bool notice_shown;        /* and so it is over */
    struct url watch;         /* what the page listens to, if page_watch() was asked */
    /* filled by visit_groups() */
    struct visit_group *groups;
    size_t groups_n;
    int64_t invitations; /* waiting for an answer */
    bool groups_known;
};

/* Looks at the cookies; fills rq->visit and the actor's person.  Never fails
 * for a visitor without a session. */
enum status visit_begin(struct cx *, struct request *);

/* Enter the group of the path: fills the actor.  NOT_FOUND for a group that
 * does not exist or that the person never belonged to, alike; FORBIDDEN with
 * cx->reason "ended" (deactivated), "again" (must sign in again), "network" (comes from elsewhere),
 * "second" (the group requires a second step, and there is none) or "only" (see visit.only). */
enum status visit_enter(struct cx *, struct request *, const char *slug);

/* For what a group keeps for who has left it: fills the actor, who may do nothing there, and
 * whose user is deactivated.  NOT_FOUND for everybody else; FORBIDDEN as above, "again" if the
 * session was there before the access ended. */
enum status visit_left(struct cx *, struct request *, const char *slug);

/* For what opens without a session: enters the group as this person, as if by a session that
 * began then.  Answers as visit_enter(); nobody is signed in. */
enum status visit_as(struct cx *, struct request *, struct id person, int64_t since,
                     const char *slug);

/* Signed in, and past the second step: pages may say who it is and where. */
bool visit_is_in(const struct visit *);

/* Has the person shown in the last PROOF_MINUTES who is there?  For routes that may ask, the
 * same as INVALID with the reason "proof", before anything is written: then the page asks. */
enum { PROOF_MINUTES = 10 };
bool visit_is_proven(const struct cx *, const struct request *);
enum status visit_proven(struct cx *, const struct request *);

/* The person's active groups, by name, and how many invitations wait. */
enum status visit_groups(struct cx *, struct request *);

/* What a changing form carries in its hidden field form_token. */
const char *visit_form_token(struct cx *, const struct request *);
/* A cookie for visitors who have none, so that their forms can carry a token. */
const char *visit_visitor_cookie(struct cx *, struct request *);

/* Note that the session, or the key, was used, at most once a minute; own transaction. */
bool visit_should_note(const struct cx *, const struct request *);
enum status visit_note(struct cx *, const struct request *);

const char *session_cookie_name(const struct cx *);
/* Set-Cookie for a new session, or with token NULL for its end. */
const char *session_cookie(struct cx *, const char *token);
/* The same for a session that begins, with the browser's own cookie: known there for 400 days, which
 * is as long as browsers keep one (app/sessions/known_device.h). */
void response_session(struct cx *, struct response *, const char *token);

/* Of a browser that is not asked for the second step (app/sessions/remembered.h); for 30 days. */
const char *remembered_cookie_name(const struct cx *);
const char *remembered_cookie(struct cx *, const char *token);

/* Goes with the answer to who may no longer see what was shown.  When a cookie
 * that scripts cannot read changes, browsers drop the pages that they keep for
 * the Back button; app.js does the rest where there is script. */
const char *visit_forget_cookie(struct cx *);
