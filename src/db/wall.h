/* wall.h - the wall between the practices below the SQL, for SQLite.
 *
 * A statement that forgets the practice sees and changes nothing of another.
 * Every table with practice_id (and `practices`, by its id) has, on each
 * connection and nowhere in the file:
 *   - a view of the same name that shows the rows of the current practice;
 *   - triggers that end a statement which would change, or make, another's row;
 *   - an authorizer that lets nobody read around the view, but for the table a
 *     statement changes: there the triggers are on guard.
 * The current practice is there while a statement of SQL() is at work and at no
 * other time; without one nothing is seen.  SQL_GLOBAL() and scripts work above
 * the wall: their tables get `main.` in front, and the views are denied to them,
 * so a statement is on one side or on the other and never on both.
 * Tables that are no practice's stand in above.def. */
#pragma once
#include <sqlite3.h>

#include "db/db.h"

struct wall {
    const char *practice; /* whose rows are seen; NULL: nobody's */
    const char *target;   /* the walled table that the statement changes, or NULL */
    bool above;
    size_t n, n_keys;
    struct walled {
        char name[64];
        const char *key; /* the column that names the practice */
    } *tables;
    struct foreign {
        char target[64], table[64], column[64];
    } *keys; /* what foreign keys look at elsewhere when `target` changes */
};

/* Tells the connection about the wall; raises nothing yet. */
void wall_attach(struct wall *, sqlite3 *);

/* Builds the wall around the tables that are there now, unless it stands, or takes
 * it down, for migrations.  Triggers only where things can change. */
enum status wall_raise(struct cx *, struct wall *, sqlite3 *, bool triggers);
enum status wall_lower(struct cx *, struct wall *, sqlite3 *);

/* What it knows of the tables, when the connection has been closed. */
void wall_forget(struct wall *);

/* The text for SQLite: with `main.` before the table it changes and, above the
 * wall, before all it reads.  `target` as in struct wall.  NULL if it names a
 * schema by itself, which is the wall's alone, or holds quotes in which such a
 * name could hide. */
const char *wall_text(struct cx *, const struct wall *, const char *text, bool above,
                      const char **target);

/* Around each step of a statement, and around preparing it.  Nested statements
 * enter anew, so it is said again before every step. */
static inline void wall_enter(struct wall *wall, const char *practice, bool above,
                              const char *target)
{
    wall->practice = practice;
    wall->above = above;
    wall->target = target;
}
static inline void wall_leave(struct wall *wall)
{
    wall_enter(wall, NULL, false, NULL);
}
