/* person.h - one human with one email and one password, above all practices.
 *
 * No practice changes another's email or password.  An address is proven once
 * its person has confirmed a mailed link; until then a sign-in made with
 * somebody else's temporary password can accept no invitation (decision 3). */
#pragma once
#include "base/cx.h"

struct person {
    struct id id;
    const char *email, *email_key;
    const char *first_name, *last_name;
    const char *password_hash; /* NULL: has never had one */
    int64_t password_at;
    bool temporary;
    int64_t temporary_until;
    const char *temporary_by, *temporary_at_name; /* who set it, in which group; or NULL */
    int64_t proven_at;                            /* 0: not proven */
    const char *theme, *density, *clock;
    bool shortcuts, onboarding_mails;
    struct id last_practice;
    int64_t created_at, version;
};

const char *person_name(struct cx *, const struct person *); /* "Ingrid Haaland" */

/* NOT_FOUND without a message for anybody to see: callers answer alike for
 * known and unknown addresses. */
enum status person_find(struct cx *, struct id, struct person **out);
enum status person_by_email(struct cx *, const char *email_key, struct person **out);

/* A new person.  `password_hash` NULL: gets in through a mailed link. */
struct new_person {
    const char *email, *email_key, *first_name, *last_name;
    const char *password_hash;
    bool temporary; /* the password must be replaced, and ends after setup's 72 hours */
    const char *set_by, *set_at; /* names, with a temporary one */
    bool proven;
};
enum status person_create(struct cx *, const struct new_person *, struct id *out);

/* Another email, proven, and as it is in all practice groups; CONFLICT if it is somebody's.  Who
 * changes their email can take it back for a while: so long the address they had is kept, and
 * neither person_create() nor person_set_email() gives it to anybody else (CONFLICT). */
enum { EMAIL_UNDO_DAYS = 7 };
enum status person_set_email(struct cx *, struct id, const char *email, const char *email_key);
enum status email_is_kept(struct cx *, const char *email_key, struct id from, bool *out);

/* The person's own, final password; ends `temporary`.  Ends all sessions but
 * `keep` (none: all), and closes mailed links that set one.  Tells the person
 * by mail. */
enum status person_set_password(struct cx *, struct id, const char *hash, struct id keep);
/* Somebody else's temporary one, for a person who has never chosen a password
 * or whose temporary one ended; CONFLICT otherwise. */
enum status person_set_temporary(struct cx *, struct id, const char *hash, const char *set_by,
                                 const char *set_at);
enum status person_prove(struct cx *, struct id); /* twice is fine */

/* What the acting person likes.  NOT_FOUND for values that are no choice. */
struct preferences {
    const char *theme;    /* "system", "light", "dark" */
    const char *density;  /* "comfortable", "compact" */
    const char *clock;    /* "24", "12" */
    bool shortcuts, tips; /* tips: onboarding mails */
};
enum status own_preferences_save(struct cx *, const struct preferences *);
