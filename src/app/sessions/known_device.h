/* known_device.h - browsers that a person has signed in from.
 *
 * A browser is known by a cookie of its own, which lasts for a year and opens nothing; the database
 * keeps its hash.  A sign-in from another one is told by mail, in its own transaction; the first
 * one of a person is not, for there is nothing to compare it with.  Where people delete cookies it
 * is told every time.
 *
 * "It was not me" ends what was begun in that browser, which is a stranger's from then on: whoever
 * signs in there again is told of again.  It changes no password: that is for who reads the mail,
 * and the mail may have been passed on. */
#pragma once
#include "app/sessions/session.h"

enum { KNOWN_DAYS = 400, NOT_ME_DAYS = 7 };

/* The browser's cookie as it is stored.  One that has none gets one: cx->actor.device. */
const char *device_hash(struct cx *);

/* This session begins here, and waits for no code. */
enum status known_device_note(struct cx *, struct id person, struct id session);

/* What the letter about a session says. */
struct new_sign_in {
    struct id session, person;
    const char *agent, *address;
    int64_t at;
    bool passkey;
    const char *through; /* whose provider; "" for one's own sign-in */
    bool here;           /* in the browser that asks */
};
enum status new_sign_in_find(struct cx *, struct id session, struct new_sign_in *out);

/* The link in it: made as the letter is composed, good once and for NOT_ME_DAYS.  Opening it
 * changes nothing.  NOT_FOUND for unknown, used and expired ones alike. */
enum status not_me_link_make(struct cx *, struct id session, const char **token);
enum status not_me_link_find(struct cx *, const char *token, struct new_sign_in *out);
/* Its button.  The actor is its person from here on. */
enum status not_me_link_use(struct cx *, const char *token, struct new_sign_in *out);

/* The acting person says the same of another session of their own; this one stays.  NOT_FOUND for
 * this one and for sessions of others; one that has ended stays so. */
enum status own_session_disown(struct cx *, struct id session, struct session *out);
