/* invitation_row.h - reading invitations, and what their changes share.  For
 * the files of this folder. */
#pragma once
#include "access/stored.h"
#include "app/audit/event.h"
#include "app/invitations/invitation.h"
#include "db/db.h"

/* INVITATION_COLUMNS, FROM and WHERE follow each other in a statement; the
 * conditions name the invitation `i` and its practice `g`. */
#define INVITATION_COLUMNS                                                                 \
    ACCESS_COLUMNS ", i.practice_id, i.id, i.email, i.email_key, i.title, i.first_name,"   \
                   " i.last_name, i.profession, i.registration_number, i.state, i.lost,"   \
                   " i.inviter_id, i.inviter_name, i.created_at, i.sent_at, i.expires_at," \
                   " i.answered_at, i.note, i.user_id, i.mail_problem, i.version,"         \
                   " i.starts_at, i.ends_at,"                                              \
                   " g.name AS practice_name, g.slug, g.time_zone"
#define INVITATION_TABLES " FROM invitations i JOIN practices g ON g.id = i.practice_id "

/* What a list of the practice's own shows of each. */
#define INVITATION_LISTED                                                                \
    "i.id, i.title, i.first_name, i.last_name, i.email, i.profession, i.role_type,"      \
    " i.level, i.state, i.lost, i.inviter_name, i.sent_at, i.expires_at, i.answered_at," \
    " i.note, i.mail_problem, i.starts_at, i.ends_at"
struct invitation invitation_listed(const struct cx *, const struct table *, size_t row);

struct invitation invitation_read(const struct cx *, const struct table *, size_t row);
/* The first row with its locations, or NOT_FOUND. */
enum status invitation_only(struct cx *, const struct table *, struct invitation **out);
/* All rows with their locations. */
enum status invitation_all(struct cx *, const struct table *, struct invitation_list *out);

/* For this address in the actor's practice, with its locations: the open one, or one whose
 * time is over and whose row does not say so yet; there is never more than one. */
enum status invitations_undecided(struct cx *, const char *email_key, struct invitation_list *out);

struct about invitation_about(struct cx *, const struct invitation *);

/* Its links are dead and its letters unwritten.  Twice is fine. */
enum status invitation_close(struct cx *, const struct invitation *);

/* A pending one whose time is over: says so in its row, in the audit log and
 * to whoever sent it.  Nothing for others. */
enum status invitation_end_term(struct cx *, const struct invitation *);

/* CONFLICT, with words and a reason, unless it is pending. */
enum status invitation_check_pending(struct cx *, const struct invitation *);
