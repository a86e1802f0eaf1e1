/* host.h - the installation under the command line: its folder and database. */
#pragma once
#include "cli/cli.h"
#include "db/db.h"

/* Make the data folder, or another, if need be, for its owner only. */
enum status host_folder(struct cli *);
enum status host_make_folder(struct cx *, const char *path);

/* Held by whoever serves the folder, and by a restore; released by the end of
 * the process.  CONFLICT while somebody else holds it.  In the file stands the
 * name of this node (setup.node), made up the first time. */
enum status host_lock(struct cli *);

/* The same for any folder, without making anything: OK if it was never served. */
enum status host_lock_served(struct cx *, const char *folder);

/* CONFLICT if others of the same user are connected to the server of cx->db and
 * stay for five seconds.  Outside of transactions. */
enum status host_alone(struct cx *, const char *where);

/* Reads setup.key_file into setup.key: 43 letters of base64url on one line.  The one in the
 * data folder is made if it is not there, when `make` says so; one that was named is not,
 * since others share it.  BROKEN with what is wrong; then setup.key is NULL. */
enum status host_key(struct cli *, bool make);

/* Open the database as cx->db: made and migrated by writers, NOT_FOUND for a
 * reader if there is none. */
enum status host_open(struct cli *, enum db_mode);
void host_close(struct cli *);

/* Run `change` in one transaction of the host's own, as the actor "Command
 * line"; starts over while another process writes. */
enum status host_change(struct cli *, enum status (*change)(struct cx *, void *), void *arg);
/* The same once, while no other writing transaction runs. */
enum status host_change_alone(struct cli *, enum status (*change)(struct cx *, void *), void *arg);
/* The same for reading. */
enum status host_read(struct cli *, enum status (*read)(struct cx *, void *), void *arg);
/* Inside these: the actor enters the practice group of this address.  NOT_FOUND. */
enum status host_enter(struct cx *, const char *slug);
