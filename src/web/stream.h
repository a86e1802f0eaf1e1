/* stream.h - answers that stay open: what an open page is told as it happens.
 *
 * Server-sent events (the EventSource of browsers).  A STREAM of routes.def is
 * opened like a page: the same session, the same door.  From then on the
 * server asks streams_check() about all that are open at once, from stored
 * rows, twice a second and whenever something was committed; one whose standing
 * is not confirmed is ended.  Being open is no activity: nothing is noted.
 *
 * What a page may be told:
 *     event: ended     data: session or access      cover yourself
 *     whatever the route's teller writes, with the number of the change as id */
#pragma once
#include "web/web.h"

enum standing {
    UNCONFIRMED, /* nobody could say: it must end */
    STANDS,
    SESSION_OVER, /* signed out, or away for too long */
    ACCESS_OVER,  /* no longer a user of the group */
};

enum { STREAM_SLUG = 48 };

struct stream {
    const struct route_info *route;
    struct id session, person, practice;
    char slug[STREAM_SLUG];
    int64_t signed_in_at;
    int64_t seen; /* number of the last change in the group it was told of */
    int about;    /* the handler's: what its page shows; 0: nothing it could be told of */
    /* filled by streams_check() */
    enum standing standing;
    int64_t latest; /* number of the last change in the group */
};

/* In a handler: the answer stays open, and begins with what the handler writes
 * to rs->body.  Answers the stream for the handler to fill `seen` and `about`.
 * With rq->fragment (app.js asks whether it still may) the answer is 204, and
 * whole: NULL. */
struct stream *stream_open(struct cx *, struct request *, struct response *);

/* In one transaction: how each of them stands, and what is the latest change.
 * Not OK: none is confirmed. */
enum status streams_check(struct cx *, struct stream *const *, size_t n);

/* What this one's page is to be told now; moves `seen`.  Looks at the rights
 * once more, as for a page.  FORBIDDEN or NOT_FOUND: it has none. */
enum status stream_tell(struct cx *, struct stream *, struct html *out);

/* The last words, for a standing that is over. */
const char *stream_ended(enum standing);

/* The answer to whom a stream is refused: one word, "session" or "access". */
void stream_refuse(struct cx *, struct response *);
