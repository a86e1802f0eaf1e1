/* listen.h - hearing at once what another node has committed (PostgreSQL).
 *
 * A thread with a connection of its own LISTENs, and after commits of this
 * node in which db_tell() was called it says so to the others.  Not inside of
 * those transactions: there NOTIFY makes all commits wait in one line.  So a
 * word can be lost, with a node or with a connection, and what must not depend
 * on it looks by itself as well (server/streams.h). */
#pragma once
#include "db/db.h"

struct listener;

/* Calls heard(arg) on its own thread whenever another node said something, and
 * when a connection was made, since something may have been said before; it
 * must not wait for anything.  The server need not be there yet.  NULL for a
 * file: it has no other nodes. */
struct listener *listener_start(struct cx *, const char *where, void (*heard)(void *arg),
                                void *arg);

/* This node has committed something: tell the others.  From any thread,
 * without waiting. */
void listener_tell(struct listener *);
void listener_stop(struct listener *);
