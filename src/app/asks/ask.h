/* ask.h - asking for access: to one patient's record, or to an area.
 *
 * Whoever meets a closed door asks with a reason and a day.  Users with Full
 * Access who reach the record themselves answer: a record is granted up to a
 * day, beside what stands (app/patients/care.h), and closes by itself; an area
 * is opened by changing what the user may do, which answers the request.  Or
 * they refuse, with a sentence.  Reason and answer are free text that may name
 * people: they stand on pages, never in a letter or in the audit log. */
#pragma once
#include "app/patients/patient.h"

enum ask_state { ASK_WAITING, ASK_GRANTED, ASK_REFUSED, ASK_WITHDRAWN };
enum { ASK_DAYS = 30, ASKS_WAITING = 20 };

struct ask {
    struct id id, user;
    const char *user_name;
    bool mine;
    struct id patient; /* whose record; none: an area */
    enum area area;    /* AREA_COUNT for a record */
    enum reach reach;  /* VIEW, EDIT */
    const char *reason, *answer;
    int64_t asked_at, ends_at, answered_at;
    const char *answered_by;
    enum ask_state state;
    bool over; /* nobody answered, and the day has gone by */
};

/* Of the acting user, and to them that may answer.  NOT_FOUND for all others,
 * for ids that are none and for records out of the reader's reach, alike. */
enum status ask_find(struct cx *, struct id, struct ask **out);
struct ask_list {
    size_t n;
    struct ask *at;
};
/* The acting user's own ones, the newest first. */
enum status ask_list_own(struct cx *, struct ask_list *out);
/* Those of others that wait for an answer the acting user can give, the oldest
 * first, up to `most`.  Nothing for those who answer none. */
enum status ask_list_waiting(struct cx *, size_t most, struct ask_list *out);
/* "a patient's record", "Clinical notes" */
const char *ask_about(struct cx *, const struct ask *);

struct ask_draft {
    struct id patient; /* or none, and then: */
    enum area area;
    enum reach reach;
    const char *reason;
    const char *ends_on; /* the last day, as typed */
};
/* What there is to say before asking: the own request that waits for the same
 * (or none), and whether the actor reaches it as it is.  NOT_FOUND for patients
 * that the practice has not; nothing else is told about them. */
enum status ask_before(struct cx *, const struct ask_draft *, struct ask **waiting, bool *reached);
/* INVALID at "reason", "ends_on", "reach".  CONFLICT for what one can do
 * already, where no location is assigned, and beyond ASKS_WAITING.  Asking
 * twice is asking once: `out` is then the first one, as it was. */
enum status ask_create(struct cx *, const struct ask_draft *, struct id *out);
/* The own request is taken back; twice is once. */
enum status ask_withdraw(struct cx *, const struct ask *);

/* Gives the user the record up to the end of that day.  Asks what
 * grant_for_while() asks; INVALID at "ends_on"; CONFLICT if it does not wait any
 * more, or is one's own. */
enum status ask_grant(struct cx *, const struct ask *, enum reach, const char *ends_on);
/* Asks USERS_EDIT.  INVALID at "answer" without a sentence. */
enum status ask_refuse(struct cx *, const struct ask *, const char *answer);
