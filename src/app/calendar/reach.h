/* reach.h - which appointments somebody reaches: one rule, in C and in SQL.
 *
 * The own column is one's own, wherever it is; others' columns, and what needs
 * a practitioner, are others'.  In C it is reach_record() over the facts of one
 * appointment; the twin below filters lists, and tests/app/calendar/twins_test.c
 * compares the two.  A grant for a patient opens the patient's record, and no
 * calendar.  Whether a patient is seen is another question, which goes along:
 * app/patients/reach.h.
 *
 *   SQL("SELECT ... WHERE a.practice_id = $1 AND " CALENDAR_SEEN("a")), CALENDAR_SIGHT(cx) */
#pragma once
#include "app/patients/reach.h"

/* The patients' sight as $2 to $7, then the calendar's as $8 to $10. */
#define CALENDAR_SIGHT(cx)                                                            \
    SIGHT(sight_of((cx), VIEW)), reach_own((cx)->actor.reach, AREA_CALENDAR) >= VIEW, \
        reach_others((cx)->actor.reach, AREA_CALENDAR) >= VIEW, reach_limited((cx)->actor.reach)

/* clang-format off */
#define ASSIGNED(location)                                                                      \
    "EXISTS (SELECT 1 FROM assignments w WHERE w.practice_id = $1 AND w.user_id = $2"           \
    " AND w.location_id = " location ")"
#define CALENDAR_SEEN(a) CALENDAR_RULE(a, "$2", "$8", "$9", "$10", ASSIGNED(a ".location_id"))
#define CALENDAR_RULE(a, user, own, others, limited, here)                                      \
    "((" own " = 1 AND " a ".user_id = " user ")"                                               \
    " OR (" others " = 1 AND (" limited " = 0 OR " here ")))"
/* clang-format on */
