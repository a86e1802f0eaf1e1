/* challenge.h - values that go out in clear text and are good once.
 *
 * Each is for one purpose and one owner (a session, or the hash of a visitor's cookie):
 * what comes back from anybody else, or for something else, is unknown.  256 random bits;
 * only the hash is stored. */
#pragma once
#include "base/cx.h"

enum status challenge_new(struct cx *, const char *purpose, const char *owner, const char **out);

enum challenge { CHALLENGE_OPEN, CHALLENGE_USED, CHALLENGE_UNKNOWN }; /* unknown, or too old */
enum status challenge_look(struct cx *, const char *purpose, const char *owner, const char *value,
                           int64_t life, enum challenge *out);
/* Uses it up: of many at once one finds it open. */
enum status challenge_use(struct cx *, const char *purpose, const char *owner, const char *value,
                          int64_t life, bool *used);

/* A value that was made elsewhere: the first time it comes. */
enum status challenge_once(struct cx *, const char *purpose, const char *owner, const char *value,
                           bool *first);
