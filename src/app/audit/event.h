/* event.h - saying what happened.
 *
 * announce() writes one row of the audit log and runs the reactions, all in
 * the transaction of the change itself.  The log of a practice is a chain:
 * each row's hash covers its fields and the hash before it (decision 26). */
#pragma once
#include "base/say.h"

enum event {
#define EVENT(name, ...) EVENT_##name,
#include "app/events.def"
#undef EVENT
    EVENT_COUNT
};

/* Whom or what it is about. */
struct about {
    struct id id;
    const char *name; /* as it was called at that moment */
};

/* What was before and what is after, field by field; "" for nothing. */
struct change {
    const char *field, *before, *after; /* field in words: "Access level" */
    struct change *next;
};
struct changes {
    struct change *first, **last;
};
/* Notes it unless both are the same text. */
void change_note(struct cx *, struct changes *, const char *field, const char *before,
                 const char *after);

/* In the actor's practice; above the practices if there is none (and with
 * announce_above()).  `changes` and `note` may be NULL. */
enum status announce(struct cx *, enum event, struct about, const struct changes *,
                     const char *note);
enum status announce_above(struct cx *, enum event, struct about, const struct changes *,
                           const char *note);

/* The key ("user.deactivated") and the sentence ("Deactivated Beatriz Lima"). */
const char *event_key(enum event);
const char *event_sentence(struct cx *, const char *key, const char *about);

/* Programs outside may want to hear of it; asked only where a practice has such, in the same
 * transaction.  Defined in app/webhooks/hear.c. */
enum status event_heard(struct cx *, enum event, struct id about);

/* Every reaction is declared here, from reactions.def. */
#define REACTION(event, function) enum status function(struct cx *, struct id about);
#include "app/reactions.def"
#undef REACTION

/* The hash of a row over the hash before it; for event.c and verify. */
struct audit_row {
    const char *practice;
    int64_t seq, at;
    const char *kind, *actor_id, *actor_name, *about_id, *about_name, *changes, *note, *via,
        *address, *agent, *before_hash;
};
void audit_hash(const struct audit_row *, char out[44]);
