/* pivot.h - figures of a practice group by month, practitioner and location.
 *
 * A report puts what it counted in, one sum at a time; then the same figures
 * stand beside every month, practitioner and location.  They hold nothing of a
 * patient.  Who sees others' records at assigned locations only gets the figures
 * of these locations. */
#pragma once
#include "access/access.h"
#include "app/locations/location.h"
#include "app/reports/period.h"

enum { FIGURES = 5 };

/* One month, practitioner, or location. */
struct pivot_row {
    struct id id;     /* of a practitioner or location; none: needs a practitioner */
    const char *name; /* "Mar 2026", "Ms Beatriz Lima", "Riverside" */
    const char *sort; /* practitioners stand in this order */
    bool gone;        /* deactivated */
    int64_t n[FIGURES];
};
struct pivot_rows {
    size_t n;
    struct pivot_row *at;
};

/* What was counted together. */
struct pivot_cell {
    size_t month, practitioner, location; /* indexes of the rows */
    int64_t n[FIGURES];
};

struct report_filter {
    struct period period;
    struct id practitioner, location; /* none: all; the same for who is not among the rows */
};

struct pivot {
    struct pivot_rows months, practitioners, locations; /* all that could be chosen */
    size_t cells_n;
    struct pivot_cell *cells; /* what fits the filter; by month, then practitioner */
    int64_t sum[FIGURES];
    struct id practitioner, location; /* the filter that holds */
    size_t rows_room, cells_room;
};

/* Asks REPORTS_VIEW.  `places` are the locations whose figures the actor gets, in
 * the order of the pivot's. */
enum status pivot_begin(struct cx *, const struct report_filter *, struct location_list *places,
                        struct pivot *out);

/* One sum.  The columns user_id, title, first_name, last_name, sort_key and status of
 * the row name the practitioner; without user_id it is nobody's. */
struct table;
void pivot_add(struct cx *, struct pivot *, const struct table *, size_t row, size_t location,
               size_t month, size_t figure, int64_t n);
#define PIVOT_PRACTITIONER(u) \
    u ".title, " u ".first_name, " u ".last_name, " u ".sort_key, " u ".status"

/* Sums up what fits the filter. */
void pivot_end(struct cx *, struct pivot *, const struct report_filter *);
bool pivot_some(const struct pivot_row *); /* any figure but 0 */
