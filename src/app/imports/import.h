/* import.h - patients and users that come in as a file.
 *
 * A file is staged: its rows wait in the database, behind the practice's wall,
 * and nothing else is written.  Its owner says what its columns mean; then a job
 * looks at every row (CHECKING), the owner sees what would happen (READY) and
 * presses the button, and a job does it (RUNNING), a few rows in a transaction,
 * so that whoever dies in between goes on where it was.  The rows' cells are
 * wiped when the import ends, and all of it a day after it was last touched.
 *
 * Only who staged an import sees it.  Every step asks for PATIENTS_ADD or
 * USERS_ADD; the jobs act as that user, with the rights of that moment, and stop
 * the import when there are none any more.  Rows become patients and users
 * through patient_create() and user_add(), with their rules, limits and audit.
 *
 * The same file again adds nothing: a patient is known by the number of the
 * system it came from, else by name and date of birth; a user by the address. */
#pragma once
#include "app/imports/csv.h"
#include "app/patients/patient.h"
#include "db/db.h"

/* So many bytes fit into a request's memory, even when every letter becomes longer. */
enum {
    IMPORT_BYTES = 1500000,
    IMPORT_PATIENTS = 10000,
    IMPORT_USERS = 500,
    IMPORT_COLUMNS = 60,
};

enum import_kind { IMPORT_OF_PATIENTS, IMPORT_OF_USERS };
enum import_state {
    IMPORT_MATCHING,
    IMPORT_CHECKING,
    IMPORT_READY,
    IMPORT_RUNNING,
    IMPORT_DONE,
    IMPORT_STOPPED
};

/* What a column can be (fields.def). */
enum import_field {
#define FIELD_OF(kind, key, names) FIELD_##kind##_##key,
#include "app/imports/fields.def"
#undef FIELD_OF
    IMPORT_FIELDS,
    FIELD_NONE = IMPORT_FIELDS
};
extern const struct import_field_info {
    enum import_kind kind;
    const char *key, *names;
    const char *(*label)(struct cx *);
} import_fields[IMPORT_FIELDS];
enum import_field import_field_find(enum import_kind, const char *key); /* FIELD_NONE */
bool import_secret(struct cx *, const char *heading); /* do passwords stand below it? */

/* What becomes of a row (verdicts.def), as the letter that is stored. */
enum verdict {
#define VERDICT(letter, name) VERDICT_##name = letter,
#define PROBLEM(letter, name) PROBLEM_##name = letter,
#include "app/imports/verdicts.def"
#undef VERDICT
#undef PROBLEM
};

struct import {
    struct id id, user;
    enum import_kind kind;
    enum import_state state;
    enum csv_encoding encoding;
    int64_t rows;
    size_t columns_n;
    const char **columns;                                        /* their names */
    enum import_field *fields;                                   /* what each is */
    const char *date_order;                                      /* "day", "month", or "" */
    const char *locations;                                       /* " id id ", or "all" */
    const char *role, *level_practitioner, *level_administrator; /* keys, or "" */
    const char *entry;                                           /* "link" or "invitation" */
    bool add_alike;
    int64_t planned; /* rows that were to be added when it began */
    const char *why; /* IMPORT_STOPPED: "user" (by hand) or "access"; else "" */
    int64_t created_at, touched_at;
};

/* --- staging ----------------------------------------------------------------- */

/* INVALID at "text" with a sentence about what is wrong with the file.  Nothing
 * in a column whose name says password is kept. */
enum status import_stage(struct cx *, enum import_kind, const char *bytes, size_t n,
                         struct id *out);

/* NOT_FOUND for those of others and for ids that are none, alike. */
enum status import_find(struct cx *, enum import_kind, struct id, struct import **out);
struct imports {
    size_t n;
    struct import *at; /* the newest first */
};
enum status import_list(struct cx *, enum import_kind, struct imports *out);

/* Some rows to look at, with their numbers. */
struct sample {
    size_t n;
    struct csv_row *at;
};
enum status import_sample(struct cx *, const struct import *, size_t most, struct sample *out);

/* --- what it means ------------------------------------------------------------ */

/* What its owner chose; those that are not for its kind are ignored. */
struct import_choices {
    enum import_field *fields; /* one for each column */
    const char *date_order, *role, *level_practitioner, *level_administrator, *entry;
    struct ids locations;
    bool all_locations;
};

/* Dates that can be read in two ways, in the column that this chooses. */
struct date_doubt {
    bool day_first, month_first; /* some can be read only so */
    bool either;                 /* some can be read in both ways: */
    const char *example;         /* one of them, or "" */
};
enum status import_dates(struct cx *, const struct import *, const enum import_field *fields,
                         struct date_doubt *out);

/* Begins to look at the rows.  INVALID with faults at "columns", "date_order",
 * "locations", "role", "level_practitioner", "level_administrator".  CONFLICT
 * once it runs. */
enum status import_match(struct cx *, const struct import *, const struct import_choices *);

/* --- what came of it ------------------------------------------------------------ */

struct verdicts {
    int64_t count[128]; /* by letter */
    int64_t rows, waiting, problems;
};
enum status import_verdicts(struct cx *, const struct import *, struct verdicts *out);
/* "2–5, 9, 12 and 40 more" */
enum status import_rows_with(struct cx *, const struct import *, enum verdict, const char **out);
/* What is wrong with such rows, and what to do about it; NULL for what is no problem. */
const char *problem_words(struct cx *, char verdict);
const char *problem_mend(struct cx *, char verdict);
/* The rows with problems as a file, with what is wrong in a last column. */
enum status import_problems(struct cx *, const struct import *, struct bytes *csv);

/* The first of them, as many as one form can send back; rows that hold too much for
 * one are left out. */
struct problem_row {
    const struct csv_row *row;
    char verdict;
};
struct problem_rows {
    size_t n;
    struct problem_row *at;
};
enum status import_problem_rows(struct cx *, const struct import *, struct problem_rows *out);
/* Is the column one of those that rows are read by? */
bool import_mendable(const struct import *, size_t column);

/* What cells of rows with problems should have said: rows without one stay as they
 * are.  Then all rows are looked at anew; nothing happens if nothing differs.
 * CONFLICT unless READY. */
struct mended {
    int64_t row; /* its number */
    size_t column;
    const char *text;
};
enum status import_mend(struct cx *, const struct import *, const struct mended *, size_t n);

/* How many users can be added within an hour, by hand and by import together. */
enum status import_adds_per_hour(struct cx *, int64_t *out);

/* Does it: rows that are new, and those ALIKE if `add_alike`.  CONFLICT unless
 * READY.  Announced. */
enum status import_start(struct cx *, const struct import *, bool add_alike);
/* Ends it; what was added stays.  Twice is fine. */
enum status import_stop(struct cx *, const struct import *);
