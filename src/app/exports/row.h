/* row.h - exports as rows; for the sources of this folder. */
#pragma once
#include "app/exports/export.h"

#define EXPORT_COLUMN_LIST                                                                             \
    "SELECT x.id, x.user_id, x.scope, x.state, x.done_n, x.of_n, x.bytes, x.created_at, x.touched_at," \
    " x.by_name, x.reason, x.agreed_name, x.listed, x.listed_to FROM exports x WHERE x.practice_id = $1"
struct export *export_row(struct cx *, const struct table *, size_t row);
/* FORBIDDEN unless the actor may take these records along. */
enum status export_gate(struct cx *, enum export_scope);
/* The actor's newest of this scope, or NULL; a link to it, and its use; its end.  Ask nothing:
 * whoever calls them has. */
enum status export_newest(struct cx *, enum export_scope, struct export **out);
enum status export_link_make(struct cx *, enum export_scope, const char **token);
enum status export_link_use(struct cx *, enum export_scope, const char *token, struct export **out);
enum status export_own_end(struct cx *);
/* Ends what there is of this user, of one scope or (EXPORT_SCOPES) of all; `any`, or NULL: was
 * there one? */
enum status export_end_all(struct cx *, struct id user, enum export_scope, bool *any);
enum { EXPORT_KINDS = 5 }; /* of records that people read; then come the tables, see tables.h */
/* Lists some of the records of a practice, until all kinds are. */
enum status export_list_some(struct cx *, const struct export *);
/* All that is in it is gone. */
enum status export_wipe(struct cx *, struct id);
enum status export_ready(struct cx *, const struct export *, int64_t bytes);
enum status export_count(struct cx *, struct id, const char *what, const char *why, int64_t n);

struct export_tally {
    const char *what, *why;
    int64_t n;
};
struct export_tallies {
    size_t n;
    struct export_tally *at;
};
enum status export_tallies(struct cx *, struct id, struct export_tallies *out);
/* In words, for people: "Notes", "outside of the access at that moment". */
const char *tally_what(struct cx *, const char *what);
const char *tally_why(struct cx *, const char *why);

/* Adds index.html and manifest.json, about all files that are there. */
enum status export_describe(struct cx *, const struct export *, const struct export_tallies *,
                            const char *group);
