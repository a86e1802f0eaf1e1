/* text.h - what a text message to a patient says, and where it goes.
 *
 * When and where, and whom to call; no name of the patient or of the
 * practitioner, and not what it is for: whoever holds the phone may read it. */
#pragma once
#include "db/db.h"

/* Columns for text_facts_read(): of practices g, locations l and patients p. */
#define TEXT_FACTS                                                               \
    " g.name AS practice, l.name AS place, l.phone AS place_phone, l.time_zone," \
    " p.phone AS patient_phone, p.other_phone"
struct text_facts {
    const char *practice, *place, *place_phone, *zone, *phone, *other_phone;
};
struct text_facts text_facts_read(const struct table *, size_t row);

/* The first of the patient's two numbers that a message can go to, as "+61455500100",
 * or "".  A number without a country code is one of the country of the location's
 * time zone (country_codes.def): its leading 0 gives way to that code.  What is not
 * in that table needs its country code written out; whether a number is a mobile
 * phone's nobody knows here. */
const char *text_number(struct cx *, const struct text_facts *);
/* The same for one number as typed. */
const char *text_number_of(struct cx *, const char *typed, const char *zone);
const char *text_words(struct cx *, const struct text_facts *, int64_t starts_at);
