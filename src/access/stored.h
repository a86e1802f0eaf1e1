/* stored.h - access as it stands in rows of users and of invitations. */
#pragma once
#include "access/access.h"
#include "db/db.h"

/* The columns both tables share, in the SELECT list of whoever reads them. */
#define ACCESS_COLUMNS                                                               \
    "role_type, level, others, read_only, location_restriction, hide_patient_names," \
    " see_history, see_reports, export_own, all_locations"

/* The same for lists of many rows: settings in one number, a bit each. */
#define ACCESS_IN_SHORT                                                                   \
    "role_type, level, others, see_reports + 2 * see_history + 4 * export_own"            \
    " + 8 * read_only + 16 * location_restriction + 32 * hide_patient_names AS settings," \
    " all_locations"
struct access access_in_short(const struct table *, size_t row);

/* Reads ACCESS_COLUMNS.  `owner`, `active` and `locations` are the caller's to
 * fill in; they begin as no, yes and 0. */
struct access access_stored(const struct table *, size_t row);
