/* reach.h - which notes somebody reaches: one rule, in C and in SQL.
 *
 * In C it is reach_record() over the facts of note_subject(), for notes that are
 * not kept from the reader (note.c).  Its twin counts them;
 * tests/app/sights/sights_test.c compares the two. */
#pragma once
#include "app/notes/note.h"
#include "app/patients/reach.h"

/* The patients' sight as $2 to $7; then whether own notes are within reach ($8),
 * others' ($9, as $4), and the area at all ($10). */
#define NOTE_SIGHT(cx)                                                                          \
    SIGHT(sight_of((cx), VIEW)), reach_own((cx)->actor.reach, AREA_NOTES) >= VIEW,              \
        OTHERS(note_sight(&(cx)->actor)), has(&(cx)->actor, NOTES_VIEW)
struct sight note_sight(const struct actor *); /* others, limited */
/* `here`: the patient is kept at a location that counts. */
/* clang-format off */
#define NOTE_RULE(n, here)                                                                      \
    "(" n ".state <> 'discarded' AND " SEEN_FROM(n ".patient_id", here)                         \
    " AND (" n ".author_id = $2 OR (" n ".state = 'signed' AND " n ".private = 0)"              \
    "  OR ($7 = 1 AND EXISTS (SELECT 1 FROM users w WHERE w.practice_id = $1"                   \
    "   AND w.id = " n ".author_id AND w.status <> 'active')))"                                 \
    " AND (($8 = 1 AND " n ".author_id = $2) OR $9 = 2 OR ($9 = 1 AND " here ")"                \
    "  OR ($10 = 1 AND " GRANTED(n ".patient_id", "$2", "$5") " >= $6)))"
/* clang-format on */

/* The patient's record with the author's side as the own one.  `facts` holds
 * what the subject points to. */
struct subject note_subject(const struct cx *, const struct patient *, bool mine,
                            struct record *facts);
