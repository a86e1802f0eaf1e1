/* emergency.h - opening one patient's record when nobody can be asked.
 *
 * Whoever's level knows clinical notes may, in the own practice group, with a
 * reason and the own password.  The record can be seen, never changed, for an
 * hour at most; Full Access and those who look after the patient are told at
 * once.  What was taken away from this very user stays closed.  The right is a
 * grant with an end (app/patients/care.h), so the clock ends it; the reason
 * may name people and stands on pages only. */
#pragma once
#include "app/patients/patient.h"
#include "app/sign_in/confirm.h"

enum { EMERGENCY_MINUTES = 60, EMERGENCIES_A_DAY = 20 };

struct emergency {
    struct id id, user, patient;
    const char *user_name, *reason;
    int64_t since, ends_at; /* when it ended or will at the latest */
    bool mine, over;
    bool reached; /* the reader comes to the record anyway */
};

/* What there is to say before: does the actor see the record as it is?
 * NOT_FOUND for patients that the practice has not; FORBIDDEN "level" for who may
 * not use this; CONFLICT "taken" where access was taken away. */
enum status emergency_before(struct cx *, struct id patient, bool *reached);
/* Asks the same, PATIENTS_EMERGENCY, and confirm_take().  INVALID at "reason";
 * CONFLICT for what one can see already, and beyond EMERGENCIES_A_DAY. */
enum status emergency_begin(struct cx *, struct id patient, const char *reason,
                            const struct confirmation *);
/* All that the acting user has open in this group closes.  Nothing open: OK. */
enum status emergency_end(struct cx *);

/* One's own, those of records one looks after, and with Full Access those of all
 * records within reach; NOT_FOUND for others and for ids that are none, alike. */
enum status emergency_find(struct cx *, struct id, struct emergency **out);
struct emergency_list {
    size_t n;
    struct emergency *at;
};
/* The last 50 that the actor may know, the newest first. */
enum status emergency_list(struct cx *, struct emergency_list *out);
