/* power_cut.h - a disk that loses power.
 *
 * A VFS for SQLite that remembers what each write replaced until the file is
 * synced, and at the chosen moment undoes a random part of what was not, whole
 * or torn in the middle, then ends the process.  What a real disk with a
 * volatile cache may do; metadata and the order of renames are left alone. */
#pragma once

enum { POWER_CUT_EXIT = 77 };

/* From now on, in this process, power fails at the `at`-th write or sync
 * (0: never).  Call it before the database is opened. */
void power_cut_at(long at, unsigned seed);
