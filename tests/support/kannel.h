/* kannel.h - a real SMS gateway on this machine: Kannel's bearerbox and smsbox, and
 * the network that comes with it for tests, fakesmsc.  Debian's packages kannel and
 * kannel-extras. */
#pragma once
#include "base/cx.h"

struct kannel {
    const char *folder, *where, *auth; /* where and auth: for the setup; auth: a file */
    const char *ear;                   /* a url on which kannel_told() listens */
    int pids[3], listening;
};
/* Ends the test program if there is none.  It takes what is for any number but those
 * that begin with +6149, which it refuses. */
void kannel_begin(struct cx *, struct kannel *);
/* What the network got since the beginning, a line each, once it is `least` of them. */
const char *kannel_got(struct cx *, const struct kannel *, int least);
/* The path, with its query, of the next report that the gateway brings to the ear; "" if
 * none comes within a minute. */
const char *kannel_told(struct cx *, const struct kannel *);
void kannel_end(struct kannel *);
