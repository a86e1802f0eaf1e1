/* program.h - the API without a socket: what programs of the people of practice.h are answered.
 *
 *   struct page page = api(cx, "freya", GET, "/api/v1/groups/north/users", NULL); */
#pragma once
#include "tests/support/practice.h"

/* With a key of this user in north (zoe's in south) that reaches everything; it is made with the
 * first request of a name.  NULL or "" brings none.  `body`: JSON, or NULL. */
struct page api(struct cx *, const char *who, enum method, const char *path_and_query,
                const char *body);
/* The same with this in Authorization, and in If-Match; or nothing if NULL.  Each request brings
 * an Idempotency-Key of its own; api_ask() brings what the request holds. */
struct page api_with(struct cx *, const char *authorization, enum method,
                     const char *path_and_query, const char *body, const char *if_match);
struct page api_ask(struct cx *, struct request *, const char *path_and_query);
const char *bearer_of(struct cx *, const char *who);

void programs_forget(void); /* with a fresh database */
