/* reach.h - which invoices somebody reaches: one rule, in C and in SQL.
 *
 * A practitioner's own invoices are one's own, wherever they were made; the
 * others' are others', with Location Restriction by the location of the invoice.
 * In C it is reach_record() over the facts of one invoice; the twin below
 * filters lists, and tests/app/invoices/twins_test.c compares the two.  A grant for
 * a patient opens the patient's record, and no books.  Whether it is said for whom
 * an invoice is goes along and is another question: app/patients/reach.h.
 *
 *   SQL("SELECT ... WHERE i.practice_id = $1 AND " INVOICE_SEEN("i")), INVOICE_SIGHT(cx) */
#pragma once
#include "app/invoices/invoice.h"
#include "app/patients/reach.h"

/* The patients' sight as $2 to $7, then the invoices' as $8 to $10. */
#define INVOICE_SIGHT(cx) SIGHT(sight_of((cx), VIEW)), INVOICE_SIDES(cx)
#define INVOICE_SIDES(cx)                                \
    reach_own((cx)->actor.reach, AREA_INVOICES) >= VIEW, \
        reach_others((cx)->actor.reach, AREA_INVOICES) >= VIEW, reach_limited((cx)->actor.reach)

/* clang-format off */
#define AT_ASSIGNED(location)                                                                   \
    "EXISTS (SELECT 1 FROM assignments w WHERE w.practice_id = $1 AND w.user_id = $2"           \
    " AND w.location_id = " location ")"
#define INVOICE_SEEN(i) INVOICE_SEEN_BY(i, "$8", "$9", "$10")
#define INVOICE_SEEN_BY(i, own, others, limited)                                                \
    "((" own " = 1 AND " i ".user_id = $2)"                                                     \
    " OR (" others " = 1 AND (" limited " = 0 OR " AT_ASSIGNED(i ".location_id") ")))"
/* clang-format on */

/* The gates: FORBIDDEN with reason "record".  Of this practitioner's invoices at
 * this location, and of one invoice. */
enum status invoice_ask(struct cx *, struct id location, struct id practitioner);
enum status invoice_ask_this(struct cx *, enum permission, const struct invoice *);
