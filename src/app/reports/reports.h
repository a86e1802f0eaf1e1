/* reports.h - what a practice group has done, in numbers.
 *
 * Each asks REPORTS_VIEW and fills a pivot. */
#pragma once
#include "app/reports/pivot.h"

/* Patients' appointments, by the clock of their location: one that begins at
 * midnight of the first counts for the same month everywhere. */
enum appointment_figure {
    FIGURE_COMPLETED,
    FIGURE_MISSED,
    FIGURE_CANCELLED,
    FIGURE_OPEN, /* to come, or nobody said how it went */
};
enum status report_appointments(struct cx *, const struct report_filter *, struct pivot *out);
int64_t appointments_all(const int64_t n[FIGURES]); /* without those that were cancelled */
/* Missed of those that were due, in tenths of a percent; -1 if none was. */
int64_t appointments_missed(const int64_t n[FIGURES]);

/* Money in hundredths of the practice's currency, by the day written on an invoice
 * or a payment; invoices in a currency that the practice had before are left out. */
enum income_figure {
    FIGURE_INVOICED, /* tax included */
    FIGURE_TAX,      /* of it */
    FIGURE_RECEIVED,
    FIGURE_REFUNDED,
    FIGURE_CREDITED, /* made void, or written off */
};
enum status report_income(struct cx *, const struct report_filter *, const char *currency,
                          struct pivot *out);
int64_t income_kept(const int64_t n[FIGURES]); /* received less refunded */
