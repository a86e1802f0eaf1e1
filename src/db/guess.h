/* guess.h - what a question was answered the last time.
 *
 * A page waits for the server as often as its questions build on each other: whose session is
 * it, and then all else.  A few questions nearly always have the answer they had before, and
 * say so in their text (GUESSED).  In a run of db_gather() that does not count such an answer
 * stands in for the one that is on its way, so that what builds on it is asked along with it.
 * That is all it is good for: the run that counts knows the answers of its own transaction
 * only, and where one of them is another than last time its questions are others, too.
 *
 * A connection remembers a few, each in the place that its statement and the texts it was
 * asked with come to; numbers do not count, since moments are numbers. */
#pragma once
#include "db/ask.h"

uint64_t guess_place(const struct sql *, const struct bound *); /* 0: not one of them */
const PGresult *guess_find(const struct pg *, uint64_t place);  /* or NULL */
void guess_keep(struct pg *, uint64_t place, PGresult *);       /* which is the pg's from now on */
void guesses_free(struct pg *);
