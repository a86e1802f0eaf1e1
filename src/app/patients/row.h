/* row.h - patients as they stand in rows; for the sources of this folder, and for
 * who adds patients behind gates of their own. */
#pragma once
#include "app/patients/patient.h"

/* One record with what the actor's access to it is judged by; names stay away
 * if they are hidden from the actor.  Asks nothing.  NOT_FOUND without a
 * message's harm: ids that are none and those of other practices, alike. */
enum status patient_read(struct cx *, struct id, struct patient **out);

/* An entry of a list: the record and its place in the order of names. */
struct named_id {
    struct id id;
    const char *names;
};
struct named_ids {
    size_t n;
    struct named_id *at;
};
/* Reads those of `hits` that the actor may see, in this order, up to
 * PATIENT_ROWS.  BROKEN if one of them is out of reach: the statement that
 * found it and reach_record() disagree.  `visits`: see struct patient_filter. */
enum status patient_rows(struct cx *, const struct named_ids *hits, bool visits,
                         struct patient_list *out);

/* patient_list() for those who show none, or only some, of what it finds: they
 * note themselves what they show. */
enum status patient_list_quietly(struct cx *, const struct patient_filter *,
                                 struct patient_list *out);

/* Before a change of the record: PATIENTS_EDIT, and CONFLICT for one that was merged. */
enum status patient_gate(struct cx *, const struct patient *);

/* The number in words of the audit log: "1042". */
const char *patient_number_words(struct cx *, const struct patient *);

/* What is wrong with the details of a draft, and then its rows and its line in the audit log:
 * patient_create() without its gates, for who has others. */
enum status patient_check_details(struct cx *, struct patient_draft *);
enum status patient_insert(struct cx *, const struct patient_draft *, struct id *out,
                           int64_t *number);

const char *pseudonym_words(struct cx *, int64_t); /* "PX-048213" */
