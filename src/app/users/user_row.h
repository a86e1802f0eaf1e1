/* user_row.h - a user as rows give it; for the files of this folder. */
#pragma once
#include "access/stored.h"
#include "app/users/user.h"

/* The person's columns come along: where to write to, and how far signing in is. */
#define USER_COLUMNS                                                                      \
    "u.id, u.person_id, u.practice_id, u.title, u.first_name, u.last_name, u.profession," \
    " u.registration_number, " ACCESS_COLUMNS ", u.owner, u.status, u.access_ended_at,"   \
    " u.deactivated_at, u.deactivated_by_name, u.created_at, u.seen_at, u.mail_problem,"  \
    " u.version, u.email, p.email_key, p.password_hash IS NOT NULL AS has_password,"      \
    " u.temporary_until"
#define USER_TABLES " FROM users u JOIN people p ON p.id = u.person_id "

struct user user_read(const struct table *, size_t row); /* locations are the caller's to add */
const char *user_join_names(struct cx *, const char *all, const char *name); /* "A, B" */
