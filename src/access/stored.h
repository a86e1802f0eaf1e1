/* stored.h - access as it stands in rows of users and of invitations. */
#pragma once
#include "access/access.h"
#include "db/db.h"

/* The columns both tables share, in the SELECT list of whoever reads them. */
#define ACCESS_COLUMNS                                                               \
    "role_type, level, others, read_only, location_restriction, hide_patient_names," \
    " see_history, see_reports, export_own, all_locations"

/* Reads ACCESS_COLUMNS.  `owner`, `active` and `locations` are the caller's to
 * fill in; they begin as no, yes and 0. */
struct access access_stored(const struct table *, size_t row);
