/* explain.h - why somebody can or cannot see a patient's record.
 *
 * The steps are those that access_reach() and reach_record() take (access.h):
 * an explanation cannot say anything else than the gate.  It names nothing of
 * the patient. */
#pragma once
#include "app/users/user.h"

enum { EXPLAINED = 3 };

struct explained {
    bool reaches; /* the record at all; without it nobody comes to its notes */
    struct explanation {
        const char *what;   /* "Clinical notes by others" */
        const char *answer; /* "Hidden" */
        size_t n;
        const char *why[TRACE_MOST + 1];
    } at[EXPLAINED];
};

/* Of oneself to everybody; of others to those who may give access to a patient
 * that they reach themselves (PATIENTS_GRANT).  NOT_FOUND for ids that are no
 * patient's. */
enum status explain_patient(struct cx *, const struct user *, struct id patient,
                            struct explained *out);
/* For the host's command line: asks nothing, and finds the patient by number. */
enum status explain_number(struct cx *, const struct user *, int64_t number, struct explained *out);
