/* visitor.h - patients who come by themselves, over public pages.
 *
 * Nobody is signed in: there is no permission to ask for, and nothing that is found here is ever
 * shown to who typed it, nor whether anything was found.  A record is a visitor's if last name,
 * birth date and email are the ones typed: the email is where the answer goes, so who types
 * somebody else's learns nothing. */
#pragma once
#include "app/patients/patient.h"

struct visitor {
    const char *first_name, *last_name, *birth_date, *email, *phone;
};
/* INVALID with faults at the fields; birth date and email become what is kept.  Everything but
 * the first name is needed. */
enum status visitor_check(struct cx *, struct visitor *);
/* Their record, or none; of several the first one. */
enum status visitor_known(struct cx *, const struct visitor *, struct id *patient, int64_t *number);
/* A new record at the location, the practitioner's own.  Announced. */
enum status visitor_add(struct cx *, const struct visitor *, struct id location,
                        struct id practitioner, struct id *patient, int64_t *number);
