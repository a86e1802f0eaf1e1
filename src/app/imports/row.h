/* row.h - rows of an import; for the sources of this folder. */
#pragma once
#include "app/imports/import.h"
#include "app/locations/location.h"
#include "app/patients/care.h"
#include "db/db.h"

enum { PART_ROWS = 100 };

/* IMPORT_COLUMN_LIST's reader. */
#define IMPORT_COLUMN_LIST                                                          \
    "SELECT i.id, i.user_id, i.kind, i.state, i.encoding, i.rows_n, i.columns,"     \
    " i.fields, i.date_order, i.locations, i.role, i.level_practitioner,"           \
    " i.level_administrator, i.entry, i.add_alike, i.planned, i.why, i.created_at," \
    " i.touched_at FROM imports i WHERE i.practice_id = $1"
struct import *import_read(struct cx *, const struct table *, size_t row);

/* The gate of every step. */
enum status import_gate(struct cx *, enum import_kind);
/* From this state into that one; CONFLICT "stale" if it is in another one by now. */
enum status import_move(struct cx *, const struct import *, enum import_state to, const char *why);
/* Nobody has looked at any row, and a job begins to. */
enum status import_look_anew(struct cx *, const struct import *);
/* Over: the cells and marks go, the numbers and verdicts stay for a day. */
enum status import_wipe(struct cx *, struct id);

/* What the columns of such names may be. */
void import_guess(struct cx *, enum import_kind, const struct csv_row *head,
                  enum import_field *out);

/* --- a hundred rows ------------------------------------------------------------- */

struct part {
    int64_t part;
    size_t n;
    struct csv_row *rows; /* with the numbers of the file */
    char *verdicts;
};
/* The first one that holds one of these, one or two, verdicts; `n` 0: none does. */
enum status part_with(struct cx *, const struct import *, const char *verdicts, struct part *out);
enum status part_read(struct cx *, const struct import *, int64_t part, struct part *out);
enum status part_write(struct cx *, const struct import *, const struct part *);
/* Nobody has looked at any row. */
enum status parts_forget(struct cx *, const struct import *);

/* --- one row ---------------------------------------------------------------------- */

/* What rows are compared with, read once for many of them. */
struct surroundings {
    struct location_list locations;
    struct carers practitioners;
};
struct row {
    const struct import *import;
    const struct surroundings *around;
    const struct csv_row *row;
    char verdict; /* 0 while nothing is known */
};
/* What the row says of this field, cleaned; "" if nothing.  Several columns of one
 * field are one text.  Notes a verdict if it is too long or no honest line. */
const char *row_text(struct cx *, struct row *, enum import_field, size_t most);
/* Locations by name; what the import says if the row names none. */
void row_locations(struct cx *, struct row *, enum import_field, struct ids *out);
/* The first thing that is wrong with a row is what is said of it. */
static inline void row_verdict(struct row *r, char verdict)
{
    if (!r->verdict) r->verdict = verdict;
}
/* What cx->faults say, and forgets them. */
void row_faults(struct cx *, struct row *);

/* A hash of these, for marks and keys. */
const char *row_hash(struct cx *, const char *what, const char *a, const char *b, const char *c);
/* Was it not there yet in this import? */
enum status row_mark(struct cx *, const struct import *, const char *hash, bool *fresh);

/* What would become of it, and what became of it; the verdict is r->verdict.
 * CONFLICT "limit": not now, later. */
enum status patient_row_check(struct cx *, struct row *);
enum status patient_row_make(struct cx *, struct row *);
enum status user_row_check(struct cx *, struct row *);
enum status user_row_make(struct cx *, struct row *);
