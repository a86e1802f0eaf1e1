/* care.h - who looks after a patient, and who was given or refused the record.
 *
 * A practitioner relationship makes a record the practitioner's own; it stays
 * when the practitioner is deactivated.  A grant is for one user and one
 * patient, and stands above level and settings. */
#pragma once
#include "app/patients/patient.h"

struct carer {
    struct id user;
    const char *name; /* "Ms Beatriz Lima" */
    bool main, active;
    int64_t since;
};
struct carers {
    size_t n;
    struct carer *at; /* the main one first, then by name */
};
enum status care_list(struct cx *, struct id patient, struct carers *out);
/* Active practitioners of the group, by name: who may be chosen. */
enum status care_choices(struct cx *, struct carers *out);
/* They and all others who look after somebody, the deactivated ones last. */
enum status care_everybody(struct cx *, struct carers *out);

/* Makes a user a practitioner of the patient; as the main one, another who was
 * it becomes one of the others.  Asks PATIENTS_EDIT.  INVALID at "practitioner"
 * for anybody but an active practitioner of the group.  Twice is once. */
enum status care_add(struct cx *, const struct patient *, struct id user, bool main);
/* The record is no longer that user's own.  Asks PATIENTS_EDIT. */
enum status care_end(struct cx *, const struct patient *, struct id user);
/* For patient_create(): `main` may be none; a practitioner who adds a patient
 * whom others' reach would not show is one of the practitioners. */
enum status care_begin(struct cx *, struct id patient, struct id main);
/* Before it: will the actor be able to change the record of this draft? */
enum status care_would_reach(struct cx *, const struct patient_draft *, bool *out);

struct grant {
    struct id user;
    const char *name;
    enum reach reach; /* NONE: taken away */
    bool full;        /* Full Access meanwhile: nothing is taken away */
    bool emergency;   /* opened in an emergency, by the user */
    int64_t since;
    int64_t ends_at; /* by itself; 0: it stands until somebody changes it */
    const char *by;
};
struct grants {
    size_t n;
    struct grant *at; /* by name */
};
/* Those in force at this moment. */
enum status grant_list(struct cx *, struct id patient, struct grants *out);
/* Active users of the group, by name: who may be chosen. */
enum status grant_choices(struct cx *, struct carers *out);

/* Asks PATIENTS_EDIT about the patient and PATIENTS_GRANT.  INVALID at "user"
 * for nobody of the group, for oneself, and for taking away from Full Access. */
enum status grant_set(struct cx *, const struct patient *, struct id user, enum reach);
/* The same beside what stands, up to a moment; once more: the new reach and moment.
 * CONFLICT where access was taken away: that would stand above it. */
enum status grant_for_while(struct cx *, const struct patient *, struct id user, enum reach,
                            int64_t ends_at);
/* Level and settings alone decide again: what stands ends, and what would by itself. */
enum status grant_end(struct cx *, const struct patient *, struct id user);
