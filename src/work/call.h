/* call.h - tells a machine of somebody else something, or asks it: one HTTP request, and what it
 * answers.
 *
 * Where it goes was typed by somebody, so it leads nowhere but where it says: an https:// address
 * whose certificate is right, no redirect, no proxy.  The address that is connected to, and not
 * the name, is what must be a public one: not this machine, nor its networks, nor one that is set
 * aside (IANA's special-purpose registries, RFC 6890), whatever a name server says the next time.
 * Where the host allows it (setup.h) any address will do, and this machine without TLS. */
#pragma once
#include <stdbool.h>

#include "base/mem.h"

enum { CALL_URL = 500, CALL_WORDS = 300, CALL_HEADERS = 6 };

struct call {
    const char *url;
    const char *headers[CALL_HEADERS]; /* "webhook-id: 1" ... */
    const char *body;                  /* JSON, unless; NULL: a GET */
    const char *type;                  /* "Content-Type: ..." of the body, or NULL */
    bool anywhere;                     /* the host allows private addresses */
    char *room;                        /* for a whole answer, or NULL: the beginning will do */
    size_t room_size;
    /* what became of it */
    int status;       /* of HTTP; 0: no answer came */
    const char *said; /* the beginning of the answer, or what was in the way; one clean line */
    size_t length;    /* of the answer in the room; one that does not fit is none */
};

enum call_fault { CALL_FINE, CALL_NO_URL, CALL_NO_TLS, CALL_PRIVATE };
/* As far as it can be told without asking a name server. */
enum call_fault call_url_fault(struct arena *, const char *url, bool anywhere);
struct sockaddr;
bool call_public(const struct sockaddr *);

/* Blocks for ten seconds at most, and reads 16 KB of the answer at most, or what there is room for. */
void call_send(struct arena *, struct call *);
