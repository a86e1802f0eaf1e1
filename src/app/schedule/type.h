/* type.h - kinds of appointments: how long they take and what they cost.
 *
 * Never deleted: one that is retired is no longer offered, and stays with the
 * appointments that have it.  Changing asks CALENDAR_TYPES and is announced;
 * reading asks nothing, the page's route has. */
#pragma once
#include "base/cx.h"

enum { TYPE_LEAST_MINUTES = 5, TYPE_MOST_MINUTES = 720 };

struct appointment_type {
    struct id id;
    const char *name;
    int64_t minutes, fee_cents;
    bool retired;
    int64_t version;
};
struct appointment_types {
    size_t n;
    struct appointment_type *at;
};
/* What a form says of one, as typed: "30", "95.00" or "95". */
struct type_draft {
    const char *name, *minutes, *fee;
    bool retired;
};

enum status type_list(struct cx *,
                      struct appointment_types *out); /* by name, the retired ones last */
/* NOT_FOUND for those of other practices and for ids that are none, alike. */
enum status type_find(struct cx *, struct id, struct appointment_type **out);
struct type_draft type_as_draft(struct cx *, const struct appointment_type *);
const char *type_fee(struct cx *, int64_t cents); /* "95.00" */
/* Whole minutes from 5 to 720; -1 for anything else. */
int64_t type_minutes(const char *typed);

/* INVALID with faults at "name" (missing, taken), "minutes" and "fee". */
enum status type_create(struct cx *, const struct type_draft *, struct id *out);
/* CONFLICT with reason "stale" unless `version` is the stored one.  Nothing
 * happens if nothing differs. */
enum status type_update(struct cx *, const struct appointment_type *, const struct type_draft *,
                        int64_t version);
