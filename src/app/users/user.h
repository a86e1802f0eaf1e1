/* user.h - the people who work in a practice group.
 *
 * A user is a person in one practice: role type, access, status.  Never
 * deleted, only deactivated, so records keep their author.  Every change asks
 * its permission (permissions.def) and is announced in the audit log. */
#pragma once
#include "access/access.h"
#include "app/users/presence.h"
#include "base/cx.h"

struct user_location {
    struct id id;
    const char *name;
};

/* What an added user, or an invitation for one, will be. */
struct user_draft {
    const char *title, *first_name, *last_name; /* first_name "" for people with one name */
    const char *email, *email_key;
    const char *profession, *registration_number; /* ""; profession.h */
    struct access access;                         /* role type, level, settings; tidy */
    struct user_location *locations;
    size_t locations_n;
    int64_t starts_at, ends_at; /* 0: at once, until somebody ends it */
};

struct user {
    struct id id, person, practice;
    const char *title, *first_name, *last_name;
    const char *email, *email_key; /* the person's */
    const char *profession, *registration_number;
    struct access access;
    struct user_location *locations; /* user_find(); lists give names in one line instead */
    size_t locations_n;
    const char *location_names; /* lists: "Riverside, Harbour St" */
    int64_t access_ended_at, deactivated_at;
    const char *deactivated_by_name;
    int64_t created_at, seen_at; /* seen_at 0: never */
    int64_t temporary_until;     /* 0: the person has a password of their own, or none yet */
    bool has_password;
    const char *mail_problem; /* "" */
    bool no_second;           /* lists that asked for it: there is no second step */
    int64_t version;
};

const char *user_name(struct cx *, const struct user *);      /* "Beatriz Lima" */
const char *user_full_name(struct cx *, const struct user *); /* "Ms Beatriz Lima" */
const char *draft_name(struct cx *, const struct user_draft *);
/* Deactivated from the beginning, since the first day is to come: nobody ended anything. */
bool user_awaited(const struct user *);
struct subject user_subject(const struct user *);
const char *user_location_ids(struct cx *, const struct user *); /* as the actor has them */

/* NOT_FOUND for users of other practices and for ids that are none, alike. */
enum status user_find(struct cx *, struct id, struct user **out);
/* The same by the address of the person; NOT_FOUND if nobody here has it. */
enum status user_by_email(struct cx *, const char *email_key, struct user **out);

enum user_order { BY_NAME, BY_ROLE, BY_ACCESS, BY_LAST_ACTIVE };
struct user_filter {
    const char *text;         /* part of name or email, "" for all */
    const char *role, *level; /* keys, "" for all */
    struct id location;       /* none for all */
    bool active, deactivated; /* which of the two */
    enum user_order order;    /* the last name decides among equals */
    bool descending;
    bool second; /* say who has no second step; for who may edit users */
    int64_t offset, limit;
    struct id after; /* by name: those behind this one; then `offset` is not read */
    int64_t known;   /* how many match, if the caller knows: then they are not counted */
    const struct user_location *places; /* of the practice, from user_places() */
    size_t places_n;
};
struct user_list {
    size_t n;
    struct user *at;
    int64_t total; /* that match, beyond this page */
};
/* Asks for USERS_VIEW.  Active ones before deactivated ones.  Who may not edit
 * users finds, sorts by and gets names, roles and locations only.  Rows of a
 * list hold what a list shows: name, email, profession, access, location names,
 * who deactivated them and when, when they were active, what is wrong with
 * their mail or password.  For the rest ask user_find(). */
enum status user_list(struct cx *, const struct user_filter *, struct user_list *out);
/* The practice's locations, by name. */
enum status user_places(struct cx *, const struct user_location **out, size_t *n);
/* Users who work at a location, assigned to it or to all, by name: active ones, and those who are
 * to be by a plan.  Asks nothing. */
struct user_at {
    struct id id;
    const char *name; /* "Ms Beatriz Lima" */
    const char *profession;
    bool practitioner;
    struct presence here;
    int64_t gone_at; /* deactivated since then, or 0 */
};
struct users_at {
    size_t n, few; /* few: all active users of the group, if it is a small one */
    struct user_at *at;
};
enum status users_at(struct cx *, struct id location, struct users_at *out);
struct user_counts {
    int64_t active, invited, deactivated;
    int64_t planned; /* changes of access on a day to come */
};
enum status user_count(struct cx *, struct user_counts *out);
/* Goes with every statement that makes a user or changes a status: by how many
 * there are more of each now.  Asks nothing. */
enum status headcount_change(struct cx *, int active, int deactivated);
/* BROKEN, and which, if a practice of the database has not as many as it says. */
enum status headcounts_check(struct cx *);

/* Writes the rows of a user: from adding, and from an accepted invitation.
 * Asks nothing: those who call it have.  Not active yet, if it starts on a day to come; the
 * plans for both days are staff/term.h's. */
enum status user_create(struct cx *, struct id person, const struct user_draft *, bool owner,
                        struct id *out);
/* BROKEN, and which, if a user's row names other locations than are assigned. */
enum status user_locations_check(struct cx *);
/* What a person's users are found by in all practice groups, when the email is another one; and
 * letters that came back did so from the former. */
enum status users_found_by(struct cx *, struct id person, const char *email_key);
/* Writes a draft over an active user of this version; CONFLICT "stale" if it
 * is another one by now.  Asks nothing either. */
enum status user_write(struct cx *, const struct user *, const struct user_draft *);
/* The access of the acting user, for rule 4 (nobody gives what he has not got). */
enum status actor_access(struct cx *, struct access *out);
/* What is kept of the user, and the draft of it: for comparing, for showing. */
struct user_draft user_as_draft(const struct user *);

/* Full Access, active: how many, and how many of them own the group. */
enum status full_access_count(struct cx *, int64_t *full, int64_t *owners);
/* The names of those who can change users; a few of them, by last name. */
enum status full_access_names(struct cx *, size_t most, const char ***names, size_t *n);
