/* status.h - what a function that can fail answers.
 *
 * Seven answers are enough.  The first five belong to everyday life: a page
 * can be written for each of them.  The last two are ours: AGAIN never leaves
 * the dispatcher, BROKEN is a bug, a full disk, a database that went away. */
#pragma once

/* clang-format off */
enum [[nodiscard]] status {
    OK = 0,
    NOT_FOUND, /* no such thing, or nothing the actor may know about */
    FORBIDDEN, /* it exists, and the actor may not */
    INVALID,   /* the input is wrong; cx->faults says which fields */
    CONFLICT,  /* the input is fine, the moment is not */
    AGAIN,     /* another writer was faster; whoever began the transaction starts over */
    BROKEN,    /* not the visitor's fault; logged with file and line */
};
/* clang-format on */

/* Leave the function if the call did not answer OK.  Together with the arena
 * and the one transaction per request there is never anything to clean up. */
#define TRY(call)                    \
    do {                             \
        enum status try_ = (call);   \
        if (try_ != OK) return try_; \
    } while (0)
