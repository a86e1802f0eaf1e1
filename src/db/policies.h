/* policies.h - the wall between the practices below the SQL, for PostgreSQL.
 *
 * A statement that forgets the practice sees and changes nothing of another:
 * every table with practice_id (and `practices`, by its id) has row-level
 * security, forced, and there are two roles that own nothing, cannot log in and
 * cannot pass it:
 *   NAME_node    the rows of the practice in linden.practice; none without one
 *   NAME_above   all rows: what SQL_GLOBAL() is run as
 * NAME is the database's, since roles are shared by all databases of a server.
 * A connection takes NAME_node before anything else and gives it up for scripts
 * only.  Role and practice are set for the transaction, in one message with the
 * statement that needs others than the one before it, and end with it. */
#pragma once
#include "db/connect.h"

/* Takes the role and looks whether it can pass the wall, or a table has none:
 * then BROKEN, "setup".  OK and pg->walled unset while there is no policy
 * for it: no table yet, or those of a database with another name. */
enum status policies_enter(struct cx *, struct pg *);

/* As driver->wall: around all tables that are there, with the roles, unless it
 * stands; or down, for migrations.  Inside the transaction that migrates. */
enum status policies_raise(struct cx *);
enum status policies_lower(struct cx *);

/* What must be asked before a statement of this practice, or one above them: the
 * name of one of those below, or NULL.  Notes that it was. */
const char *policies_before(struct whose *, bool above, const char *practice);

/* Prepared on every connection: to become one role or the other, and to say
 * whose rows are wanted ($1), until the transaction ends. */
#define POLICIES_NODE "wall_node" /* and $1 */
#define POLICIES_ABOVE "wall_above"
#define POLICIES_PRACTICE "wall_practice" /* $1 alone */
