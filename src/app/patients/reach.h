/* reach.h - which patients somebody reaches: one rule, in C and in SQL.
 *
 * In C it is reach_record() over the facts of one record (access/access.h).
 * Its twin filters lists in the database; tests/app/patients/twins_test.c
 * compares the two.
 *
 *   struct sight s = sight_of(cx, VIEW);
 *   db_select(cx, &t, SQL("SELECT ... FROM patients p WHERE p.practice_id = $1"
 *                         " AND " SEEN("p.id")), SIGHT(s)); */
#pragma once
#include "access/access.h"
#include "base/cx.h"

/* The actor's side of it, as $2 to $7. */
struct sight {
    struct id user; /* $2 */
    bool own;       /* $3: the own patients are within reach */
    bool others;    /* $4: others' are, */
    bool limited;   /*     and only at assigned locations */
    int64_t now;    /* $5: what ended by then counts no more */
    int64_t grant;  /* $6: the least grant that does */
    bool immune;    /* $7: nothing can be taken away */
};
struct sight sight_of(const struct cx *, enum reach need);
enum { OTHERS_NONE, OTHERS_HERE, OTHERS_ALL }; /* $4 */
#define OTHERS(s) ((s).others ? ((s).limited ? OTHERS_HERE : OTHERS_ALL) : OTHERS_NONE)
#define SIGHT(s) (s).user, (s).own, OTHERS(s), (s).now, (s).grant, (s).immune

/* What reach_record() judges this user by, before this patient.  NOT_FOUND if
 * the practice has no such patient; asks nothing else. */
enum status reach_facts(struct cx *, struct id patient, struct id user, struct record *out);

/* The active users of the group, by name, and what each may do with this record: the same gate
 * once for each of them.  Asks nothing; NOT_FOUND as above. */
struct reacher {
    struct id user;
    const char *name; /* "Beatriz Lima" */
    enum level level;
    enum reach reach;
    enum { BY_LEVEL, BY_CARE, BY_GRANT } by; /* what it would be less without */
};
struct reachers {
    size_t n, can; /* all of them, and those who reach it */
    struct reacher *at;
};
enum status reach_of_all(struct cx *, struct id patient, struct reachers *out);

/* clang-format off */
#define IS_OWN(patient, user)                                                                   \
    "EXISTS (SELECT 1 FROM patient_practitioners o WHERE o.practice_id = $1"                    \
    " AND o.patient_id = " patient " AND o.user_id = " user ")"
#define IS_HERE(patient, user)                                                                  \
    "EXISTS (SELECT 1 FROM patient_locations h JOIN assignments a"                              \
    " ON a.practice_id = h.practice_id AND a.location_id = h.location_id"                       \
    " WHERE h.practice_id = $1 AND h.patient_id = " patient " AND a.user_id = " user ")"
/* The same for locations that need not be assigned: " l-1 l-2 ". */
#define AMONG(location, places) "(" places " LIKE '% ' || " location " || ' %')"
#define IS_AMONG(patient, places)                                                               \
    "EXISTS (SELECT 1 FROM patient_locations h WHERE h.practice_id = $1"                        \
    " AND h.patient_id = " patient " AND " AMONG("h.location_id", places) ")"
/* What a user was granted for one patient, or -1: what was taken away, or the widest
 * of what has not ended at this moment. */
#define GRANTED(patient, user, now)                                                             \
    "COALESCE((SELECT CASE WHEN min(g.reach) = 0 THEN 0 ELSE max(g.reach) END"                  \
    " FROM patient_grants g WHERE g.practice_id = $1 AND g.user_id = " user                     \
    " AND g.patient_id = " patient " AND (g.ends_at IS NULL OR g.ends_at > " now ")), -1)"
#define SEEN_FROM(patient, here) SEEN_BY(patient, IS_OWN(patient, "$2"), here)
#define SEEN(patient) SEEN_BY(patient, IS_OWN(patient, "$2"), IS_HERE(patient, "$2"))
#define SEEN_BY(patient, is_own, is_here)                                                       \
    "(($7 = 1 OR NOT EXISTS (SELECT 1 FROM patient_grants v WHERE v.practice_id = $1"           \
    "   AND v.user_id = $2 AND v.patient_id = " patient " AND v.reach = 0))"                    \
    " AND ($4 = 2 OR ($4 = 1 AND " is_here ")"                                                  \
    "  OR ($3 = 1 AND " is_own ")"                                                              \
    "  OR " GRANTED(patient, "$2", "$5") " >= $6))"

/* The same of patients whose names are known: lists are in the order of names, and
 * so are the indexes that this reads, so that a page of patients is found in a few
 * pages of the database.  (|| '': through no index that is in the order of ids.) */
#define IS_OWN_NAMED(patient, names_, user)                                                     \
    "EXISTS (SELECT 1 FROM patient_practitioners o WHERE o.practice_id = $1"                    \
    " AND o.user_id = " user " AND o.names = " names_ " AND o.patient_id || '' = " patient ")"
#define IS_AT_NAMED(patient, names_, location)                                                  \
    "EXISTS (SELECT 1 FROM patient_locations l WHERE l.practice_id = $1"                        \
    " AND l.location_id = " location " AND l.names = " names_                                   \
    " AND l.patient_id || '' = " patient ")"
#define IS_HERE_NAMED(patient, names_, user)                                                    \
    "EXISTS (SELECT 1 FROM assignments a CROSS JOIN patient_locations h"                        \
    " WHERE a.practice_id = $1 AND a.user_id = " user " AND h.practice_id = $1"                 \
    " AND h.location_id = a.location_id AND h.names = " names_                                  \
    " AND h.patient_id || '' = " patient ")"
#define SEEN_NAMED(patient, names_)                                                             \
    SEEN_BY(patient, IS_OWN_NAMED(patient, names_, "$2"), IS_HERE_NAMED(patient, names_, "$2"))

/* For what belongs to a patient, with the same numbers: whether the patient is
 * seen, and what patient_shown_read() takes.  `patient` is the alias of a table
 * that may have been joined without a row. */
#define PATIENT_SHOWN(patient)                                                                  \
    "CASE WHEN " patient ".id IS NOT NULL AND " SEEN(patient ".id") " THEN 1 ELSE 0 END"        \
    " AS patient_seen, " patient ".number AS patient_number, " patient ".pseudonym AS"          \
    " patient_pseudonym, " patient ".title AS patient_title, " patient ".first_name AS"         \
    " patient_first, " patient ".last_name AS patient_last, " patient ".phone AS patient_phone"
/* clang-format on */

/* What the actor may know of a patient in passing.  Not seen: nothing at all. */
struct table;
struct patient_shown {
    bool seen;
    bool hidden;          /* the name is a pseudonym */
    const char *name;     /* "Ms Anna Smith", "PX-048213", or "" */
    const char *brief;    /* "A. Smith", for narrow places */
    const char *initials; /* "AS", for paper; a pseudonym stays */
    const char *phone;
    int64_t number;
};
struct patient_shown patient_shown_read(struct cx *, const struct table *, size_t row);
/* The same of one that SEEN() found or not, from the lines of patients.listed. */
struct patient_shown patient_shown_listed(struct cx *, bool seen, const char *listed);
