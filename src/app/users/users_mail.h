/* users_mail.h - what all letters to a user begin with.
 *
 * The letters themselves are jobs (work/jobs.def); about them one thing must
 * be known to those who enqueue them:
 *
 *   letter_welcome                 about: the user
 *   letter_welcome_link            about: the user
 *   letter_access_changed          about: the user; details: what changed, a line each
 *   letter_deactivated             about: the user
 *   letter_reactivated             about: the user
 *   letter_temporary_password_set  about: the user
 *   letter_full_access_granted     about: the user who got it, details "": goes to everybody
 *   letter_left_group              about: the user who left, details "": ... with Full Access
 *
 * Who did it is read from the audit log.  What is no longer true when a letter
 * is written (deactivated, and activated again meanwhile) is not written. */
#pragma once
#include "app/audit/event.h"
#include "app/users/user.h"
#include "work/queue.h"

struct letter_practice {
    const char *name, *slug;
};

/* The user a job is about, and the practice group, whose time zone cx takes. */
enum status letter_facts(struct cx *, struct id user, struct user **, struct letter_practice *);
/* A job of this kind, with these details, about each active user with Full Access but one. */
enum status letters_to_full_access(struct cx *, enum job_kind, struct id but, const char *details);
/* To this user, from the group, and "Hello Ingrid," */
void letter_begin(struct cx *, struct letter *, const struct user *,
                  const struct letter_practice *);

/* Whoever announced one of these two events about the user last, up to `at`. */
struct letter_by {
    const char *name, *called; /* "Freya Nilsson", "Freya"; NULL: nobody in particular */
    const char *email;         /* or NULL */
};
enum status letter_by(struct cx *, struct id user, enum event, enum event other, int64_t at,
                      struct letter_by *);

/* What became of a letter to a user, a person or somebody invited: shown in their
 * row.  letter_outcome() (work/queue.h) for all that goes to no patient. */
enum status user_letter_outcome(struct cx *, const struct job *, const char *problem);
