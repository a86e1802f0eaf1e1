/* setting.h - when patients are reminded of their appointments.
 *
 * One setting for the group, and one of their own for practitioners who want
 * another; the own one wins.  Without any nobody is reminded.  A deactivated
 * user's own setting stays as a row and does nothing.
 *
 * Reading and changing the group's setting is a matter of others' reminder
 * settings, a practitioner's own one of that practitioner's: changes ask
 * REMINDERS_EDIT about the user, and are announced. */
#pragma once
#include "base/cx.h"

enum { REMIND_MOST_HOURS = 72, REMIND_MOST_DAYS = 14 };

/* How long before.  Hours are hours; days are by the clock of the location, so
 * that a day before 9:30 is 9:30, whatever the clocks did in between. */
struct remind_when {
    bool on;
    int64_t n;
    bool days;
};
struct reminder_setting {
    struct id id;                   /* none: nothing is stored, nobody is reminded */
    struct id user;                 /* none: the group's */
    struct remind_when email, text; /* text: a message to the phone */
    int64_t version;                /* 0: nothing is stored */
};
/* As typed. */
struct remind_draft {
    bool on;
    const char *n, *unit; /* unit: "hours" or "days" */
};
struct reminder_draft {
    struct remind_draft email, text;
};

struct reminder_settings {
    struct reminder_setting group;
    size_t n; /* own ones of active users */
    struct reminder_setting *own;
};
/* All that are in force.  Asks nothing. */
enum status reminder_settings_read(struct cx *, struct reminder_settings *out);
/* Which one holds for what stands in this user's column (none: the group's). */
const struct reminder_setting *reminder_setting_for(const struct reminder_settings *,
                                                    struct id user);
/* The moment of a reminder: `zone` is the location's. */
int64_t remind_at(const struct remind_when *, const char *zone, int64_t starts_at);

/* A user's own row, in force or not; version 0 if there is none.  The user none:
 * the group's.  Asks nothing. */
enum status reminder_setting_of(struct cx *, struct id user, struct reminder_setting *out);
struct reminder_draft reminder_as_draft(struct cx *, const struct reminder_setting *);
/* "By email 2 days before, by text message 2 hours before", "Nobody is reminded" */
const char *reminder_words(struct cx *, const struct reminder_setting *);

/* Practitioners, as far as the actor may see their settings: the active ones,
 * and those who left an own setting.  Asks REMINDERS_VIEW. */
struct reminder_person {
    struct id user;
    const char *name; /* "Ms Beatriz Lima" */
    bool active, may_edit;
    bool has_own;
    struct reminder_setting setting; /* what holds; of the deactivated what is stored */
};
struct reminder_people {
    size_t n;
    struct reminder_person *at;
};
enum status reminder_people_list(struct cx *, struct reminder_people *out);
/* NOT_FOUND for users of other practices and for ids that are none, alike, and
 * for those who are no practitioners. */
enum status reminder_person_find(struct cx *, struct id user, struct reminder_person *out);
/* May the actor see, or change, the setting of this user (none: the group's)? */
bool reminder_may_see(const struct cx *, struct id user);
bool reminder_may_edit(const struct cx *, struct id user);

/* Of this user, or the group's; made if need be.  INVALID with faults at
 * "email_n", "email_unit", "text_n" and "text_unit"; CONFLICT "stale" unless `version` is the
 * stored one, "deactivated" for a user who is.  Nothing happens if nothing differs. */
enum status reminder_setting_save(struct cx *, struct id user, const struct reminder_draft *,
                                  int64_t version);
/* From now on the group's setting holds.  Twice changes nothing. */
enum status reminder_setting_remove(struct cx *, struct id user);

/* An own setting as one short text, "" for none, and back: for the checklist
 * before deactivating.  Putting back asks and announces like saving; one that
 * was made meanwhile stays. */
const char *reminder_setting_pack(struct cx *, const struct reminder_setting *);
enum status reminder_setting_unpack(struct cx *, struct id user, const char *packed);
