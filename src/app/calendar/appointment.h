/* appointment.h - what stands in the calendar.
 *
 * An appointment is of a patient, or it is time that is kept free and has a
 * label.  It stands in a practitioner's column, or needs a practitioner: when
 * nobody is chosen, and when the one who was is deactivated before it begins
 * and it is still to come, unless an activation is planned by then (users/presence.h).
 * Then it stays under that name, so that activating the user again loses nothing.
 *
 * The calendar's reach decides whether an appointment is seen (reach.h); who it
 * is of is said only to those whose access reaches the patient, and what was
 * written about it only to those who know the patient by name.  Times are
 * moments, shown and typed by the clock of the location.  Every change asks
 * CALENDAR_EDIT and is announced; the audit log names the patient by number. */
#pragma once
#include "access/access.h"
#include "app/locations/room.h"
#include "app/patients/reach.h"
#include "base/cx.h"

enum appointment_state {
    APPOINTMENT_BOOKED,
    APPOINTMENT_CONFIRMED,
    APPOINTMENT_ARRIVED,
    APPOINTMENT_COMPLETED,
    APPOINTMENT_DID_NOT_ATTEND,
    APPOINTMENT_CANCELLED,
    APPOINTMENT_STATES
};
const char *appointment_state_key(enum appointment_state);
const char *appointment_state_words(struct cx *, enum appointment_state); /* "Did not attend" */

struct appointment {
    struct id id, location;
    struct id user, patient, type, room; /* each may be none */
    struct id series;                    /* those booked as one bear the same, or none */
    const char *location_name, *zone;    /* IANA name */
    const char *user_name;               /* "Ms Beatriz Lima"; "" for none */
    bool user_gone;                      /* deactivated */
    bool waits;                          /* needs a practitioner */
    struct patient_shown shown;          /* what the actor may know of the patient */
    int64_t number;                      /* the patient's, for the audit log only */
    const char *type_name, *room_name;   /* "" */
    const char *label;                   /* "" for a patient's */
    int64_t starts_at, ends_at;
    enum appointment_state state;
    bool private;              /* note and reason are kept from the actor, and "" */
    const char *reason, *note; /* why it was cancelled; anything else */
    struct record record;      /* what the actor's access to it is judged by */
    int64_t version;
};
struct appointment_list {
    size_t n;
    struct appointment *at;
    struct room_list rooms; /* of the location, if it is one's; otherwise none */
};

/* NOT_FOUND for those of other practices and for ids that are none, alike;
 * FORBIDDEN "record" for one that is out of reach. */
enum status appointment_find(struct cx *, struct id, struct appointment **out);
bool appointment_may_edit(const struct cx *, const struct appointment *);
/* May the actor do this with this user's column at this location?  No user:
 * what needs a practitioner. */
bool appointment_may(const struct cx *, enum permission, struct id location, struct id user);
/* The gates to both: FORBIDDEN with reason "record". */
enum status appointment_ask(struct cx *, struct id location, struct id user);
enum status appointment_ask_this(struct cx *, enum permission, const struct appointment *);

/* Whose names may stand in a calendar. */
struct known_user {
    struct id id;
    const char *name; /* "Ms Beatriz Lima" */
    bool gone;        /* deactivated, */
    int64_t gone_at;  /* since then */
    int64_t comes_at; /* and active from then on; 0: nobody planned it */
};
struct known_users {
    size_t n;
    struct known_user *at;
};
struct table; /* of users: id, title, first_name, last_name, status, deactivated_at, comes_at */
struct known_user known_user_read(struct cx *, const struct table *, size_t row);

/* In the order of time, without reason, note, version and series.  Notes what is
 * shown of patients. */
struct location;
struct appointment_filter {
    struct id location;           /* none: all */
    const struct location *place; /* the same, for who has it at hand; or NULL */
    struct id practitioner;       /* none: all */
    const char *only;         /* with a location: ids of several, a blank around each; or NULL */
    int64_t from, to;         /* those that begin in between */
    size_t most;              /* the first ones; 0: all */
    struct id after;          /* with `most`: of those that begin at `from`, the ones behind it */
    bool unnamed;             /* nobody is said for whom, and so nobody is shown */
    struct known_users known; /* with a location: others are looked up one by one */
};
enum status appointment_list(struct cx *, const struct appointment_filter *,
                             struct appointment_list *out);

/* One patient's, as far as the calendar's reach goes and in any state; whoever asks has found the
 * patient.  From `from` on, the next first; or those `before` it, the last first, of those that
 * begin at `from` itself only the ones with ids below `after`.  Up to APPOINTMENT_ROWS. */
enum { APPOINTMENT_ROWS = 50 };
struct patient_appointments {
    struct id patient, after;
    int64_t from;
    bool before;
};
enum status appointment_list_of(struct cx *, const struct patient_appointments *,
                                struct appointment_list *out);

/* Whom an appointment could be made for: not seen, if it may not be for this one. */
enum status appointment_patient(struct cx *, struct id patient, struct patient_shown *out);

/* --- changes ------------------------------------------------------------------- */

/* As typed.  date and time by the clock of the location; minutes "" for what
 * the type takes. */
struct appointment_draft {
    struct id location, practitioner, room, type, patient;
    const char *date, *time, *minutes, *label, *note;
};
struct appointment_draft appointment_as_draft(struct cx *, const struct appointment *);

/* INVALID with faults at "location", "practitioner", "room", "patient", "type", "date",
 * "time" (also for one that the clocks skip), "minutes"; at "date" also for a time before
 * the practitioner comes or after he goes, as planned.  CONFLICT with reason
 * "overlap" if the practitioner has another appointment then, and either nobody
 * said `anyway` or the location forbids it ("overlap_never"); "room" if another
 * one is in the room then, whoever insists. */
enum status appointment_book(struct cx *, const struct appointment_draft *, bool anyway,
                             struct id *out);
/* Everything but the patient may change; another location leaves the room behind,
 * unless one of its own was chosen.  CONFLICT "stale" unless `version` is
 * the stored one, "cancelled" for what has been cancelled.  Nothing happens if
 * nothing differs. */
enum status appointment_update(struct cx *, const struct appointment *,
                               const struct appointment_draft *, int64_t version, bool anyway);
/* Into another practitioner's column, where and when it is.  INVALID with a fault at
 * "practitioner" who does not work there, unless it `returns` to whom it came from;
 * CONFLICT "overlap" or "overlap_never", "cancelled", "stale". */
enum status appointment_reassign(struct cx *, const struct appointment *, struct id user,
                                 bool returns);
/* Any state but cancelled; the one it has changes nothing.  CONFLICT as above if its time, or
 * its room, was given away meanwhile. */
enum status appointment_set_state(struct cx *, const struct appointment *, enum appointment_state,
                                  int64_t version);
/* INVALID with a fault at "reason" if it is empty.  Twice changes nothing. */
enum status appointment_cancel(struct cx *, const struct appointment *, const char *reason,
                               int64_t version);

/* The first starts, up to `most`, from which `minutes` are free in the user's
 * working hours at the location and in the room, which may be none, within 28 days
 * of `from`.  Asks CALENDAR_EDIT about that column. */
struct free_times {
    size_t n;
    int64_t *at;
};
enum status appointment_free(struct cx *, struct id location, struct id user, struct id room,
                             int64_t minutes, int64_t from, size_t most, struct free_times *out);

/* BROKEN if an appointment of any practice has the patient's name otherwise than the record. */
enum status appointments_check(struct cx *);

/* Patients' appointments still to come, of one user: for who looks through what somebody leaves. */
enum status appointment_future(struct cx *, struct id user, int64_t *n, int64_t *next);
