/* invited.h - Ingrid, whom Freya invites to Northside.
 *
 * Ingrid Haaland is a person above the practices and, at first, a user of
 * none; her address is ingrid@haaland.example.  Freya (Full Access) sends. */
#pragma once
#include "tests/support/practice.h"

#include "app/invitations/invitation.h"
#include "base/setup.h"

static struct user_location one_place[] = { { { "l-riverside" }, "Riverside" } };

static inline struct user_draft draft_for(const char *first, const char *last, const char *email)
{
    struct access access = { .role = PRACTITIONER, .level = LEVEL_P_PERSONAL, .active = true };
    memset(access.others, FOLLOWS, sizeof access.others);
    access.locations = 1;
    return (struct user_draft){ .title = "Dr",
                                .first_name = first,
                                .last_name = last,
                                .email = email,
                                .email_key = email,
                                .profession = "psychiatrist",
                                .registration_number = "MED0001234567",
                                .access = access,
                                .locations = one_place,
                                .locations_n = 1 };
}

static inline struct user_draft ingrid(void)
{
    return draft_for("Ingrid", "Haaland", "ingrid@haaland.example");
}

/* The person "p-ingrid", so that get(cx, "ingrid", ...) works. */
static inline void add_ingrid(struct cx *cx, bool proven)
{
    CHECK(db_begin(cx, true) == OK);
    CHECK(db_exec(cx,
                  SQL_GLOBAL("INSERT INTO people (id, email, email_key, first_name, last_name,"
                             " password_hash, password_at, proven_at, created_at)"
                             " SELECT 'p-ingrid', 'ingrid@haaland.example',"
                             " 'ingrid@haaland.example', 'Inga', 'Haaland-Own', password_hash, $1,"
                             " $2, $1 FROM people WHERE id = 'p-ben'"),
                  cx->now, proven ? cx->now : 0)
          == OK);
    CHECK(db_commit(cx) == OK);
}

static inline enum status send_as(struct cx *cx, const char *practice, const char *who,
                                  struct user_draft draft, struct id *id)
{
    act_as(cx, practice, who);
    return act_end(cx, invitation_send(cx, &draft, id));
}

/* Freya invites Ingrid. */
static inline struct id invite(struct cx *cx)
{
    struct id id = { "" };
    CHECK(send_as(cx, "north", "freya", ingrid(), &id) == OK);
    return id;
}

/* cx acts as a person without a practice, in a transaction. */
static inline void act_person(struct cx *cx, const char *who)
{
    cx_forget(cx);
    CHECK(db_begin(cx, true) == OK);
    cx->actor = (struct actor){ .person = id_of(arena_print(cx->mem, "p-%s", who)),
                                .name = who,
                                .via = "web" };
}

static inline enum status accept_as(struct cx *cx, const char *who, struct id id)
{
    act_person(cx, who);
    return act_end(cx, invitation_accept(cx, id));
}

static inline enum status decline_as(struct cx *cx, const char *who, struct id id, const char *note)
{
    act_person(cx, who);
    return act_end(cx, invitation_decline(cx, id, note));
}

static inline enum status reopen_as(struct cx *cx, const char *who, struct id id)
{
    act_person(cx, who);
    return act_end(cx, invitation_reopen(cx, id));
}

#define AS(name, function, ...)                               \
    __extension__({                                           \
        act_as(cx, "north", name);                            \
        act_end(cx, function(cx __VA_OPT__(, ) __VA_ARGS__)); \
    })

static inline bool because(const struct cx *cx, const char *reason)
{
    return cx->reason && strcmp(cx->reason, reason) == 0;
}

/* The first letter to this address, or an empty one. */
static inline const struct sent *letter_to(const struct outbox *out, const char *address)
{
    static const struct sent none = { "", "", "" };
    for (size_t i = 0; i < out->n; i++)
        if (strstr(out->at[i].to, address)) return &out->at[i];
    return &none;
}

/* The path behind the link of the newest invitation letter to Ingrid. */
static inline const char *mailed_path(struct cx *cx)
{
    struct outbox out;
    work_all(cx, &out);
    const char *link = sent_link(cx, letter_to(&out, "ingrid@haaland.example"),
                                 "http://linden.example/invitations/");
    return *link ? link + strlen("http://linden.example") : "/none";
}

static inline const char *below(struct cx *cx, const char *path, const char *more)
{
    return arena_print(cx->mem, "%s/%s", path, more);
}

static inline int64_t ingrids(struct cx *cx)
{
    return COUNT("SELECT count(*) FROM users u JOIN people p ON p.id = u.person_id"
                 " WHERE u.practice_id = 'north' AND p.email_key = 'ingrid@haaland.example'");
}
