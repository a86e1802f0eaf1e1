/* fhir.h - records as resources of HL7 FHIR R4 (4.0.1), one JSON object each.
 *
 * They refer to each other by urn:uuid addresses that are made of the record's id,
 * so the same record is the same resource in every archive. */
#pragma once
#include "app/calendar/appointment.h"
#include "app/notes/note.h"
#include "app/patients/patient.h"
#include "app/users/user.h"

/* The bundle's beginning, with its first entry, and its end. */
const char *fhir_begin(struct cx *, const struct user *practitioner);
extern const char fhir_end[];

/* Each with a comma in front. */
const char *fhir_practitioner(struct cx *, const struct user *);
const char *fhir_patient(struct cx *, const struct patient *);
const char *fhir_appointment(struct cx *, const struct appointment *);
const char *fhir_note(struct cx *, const struct patient *, const struct note *);
