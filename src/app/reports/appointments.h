/* appointments.h - how many appointments there were, and how they went.
 *
 * Counts are of patients' appointments by the clock of their location, so one
 * that begins at midnight of the first counts for the same month everywhere.
 * They hold nothing of a patient.  Who sees others' records at assigned
 * locations only gets the figures of these locations. */
#pragma once
#include "access/access.h"
#include "app/reports/period.h"

struct tally {
    int64_t completed, missed, cancelled;
    int64_t open; /* to come, or nobody said how it went */
};
int64_t tally_all(const struct tally *); /* without those that were cancelled */
/* Missed of those that were due, in tenths of a percent; -1 if none was. */
int64_t tally_missed(const struct tally *);

/* One month, practitioner, or location. */
struct tally_row {
    struct id id;     /* of a practitioner or location; none: needs a practitioner */
    const char *name; /* "Mar 2026", "Ms Beatriz Lima", "Riverside" */
    const char *sort; /* practitioners stand in this order */
    bool gone;        /* deactivated */
    struct tally tally;
};
struct tally_rows {
    size_t n;
    struct tally_row *at;
};

/* What was counted together: month, practitioner, location. */
struct tally_cell {
    size_t month, practitioner, location; /* indexes of the rows below */
    struct tally tally;
};

struct report_filter {
    struct period period;
    struct id practitioner, location; /* none: all; others than those that were counted, too */
};
struct appointment_report {
    struct tally_rows months, practitioners, locations; /* all that could be chosen */
    size_t cells_n;
    struct tally_cell *cells; /* what fits the filter; by month, then practitioner */
    struct tally sum;
    struct id practitioner, location; /* the filter that holds */
};

/* Asks REPORTS_VIEW.  Rows have the figures of what fits the filter. */
enum status report_appointments(struct cx *, const struct report_filter *,
                                struct appointment_report *out);
