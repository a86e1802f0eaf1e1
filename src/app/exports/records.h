/* records.h - what each record becomes in the archive; for collect.c. */
#pragma once
#include "app/exports/row.h"

/* The files that records of one kind share, by number; then index and manifest, and from
 * FILE_OWN on a paper or a file of each record. */
enum {
    FILE_INDEX,
    FILE_MANIFEST,
    FILE_PATIENTS,
    FILE_NOTES,
    FILE_ATTACHMENTS,
    FILE_APPOINTMENTS,
    FILE_INVOICES,
    FILE_PAYMENTS,
    FILE_FHIR,
    FILE_CALENDAR,
    FILE_SHARED,
    FILE_TABLE = 20, /* tables of the practice, by their number in tables.def */
    FILE_OWN = 100,
};
const char *shared_name(int file);
const char *shared_words(struct cx *, int file); /* what it is; "" for papers */

/* What one transaction adds to the shared files. */
struct additions {
    struct cx *cx;
    struct id export;
    enum export_scope scope;
    struct {
        char *text;
        size_t n, room;
    } at[FILE_SHARED];
};
void additions_put(struct additions *, int file, const char *text);
/* Cells of one row, up to NULL. */
void additions_row(struct additions *, int file, const char *first, ...) __attribute__((sentinel));
enum status additions_write(struct additions *);

struct item {
    int64_t position;
    const char *kind;
    struct id record, of;
};
/* The heads of all tables, and the beginning of the bundle and of the calendar. */
enum status records_begin(struct additions *, const struct user *me);
/* FORBIDDEN and NOT_FOUND are counted as left out. */
enum status record_add(struct additions *, const struct item *);
enum status records_end(struct additions *);
