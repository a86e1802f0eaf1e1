/* web.h - from a request to a handler and back.
 *
 * A handler reads the request, calls the domain, chooses the answer.  It runs
 * in one transaction that the dispatcher owns: OK commits, anything else
 * leaves no trace.  GET cannot write.
 *
 *   PAGE(path, permission, handler)                  GET
 *   POST(path, permission, handler, again)           a form
 *   POST_HASHED(path, permission, handler, again, prepare)
 *   POST_MAY_HASH(…)                                 the same, and prepared only if something
 *                                                    stands in its field "password"
 *   POST_CALLS(…, prepare, call)                     the same as POST_HASHED, and between the two a
 *                                                    machine of somebody else is asked
 *   POST_ALWAYS(path, permission, handler, again)    works on a full disk, too
 *   STREAM(path, permission, handler, teller)        a GET whose answer stays open, see stream.h
 *   POST_FILES(path, permission, handler, again)     a form that brings files: rq->files
 *   LOOKUP(path, permission, handler)                a form that changes nothing: what is looked
 *                                                    for must not stand in an address
 *   REPORT(path, permission, handler)                a GET by another program which says what has
 *                                                    become of something: the one that changes
 *                                                    anything, for programs that know no other
 *   API_GET, API_POST, API_PATCH, API_DELETE, API_LOOKUP(path, permission, handler)
 *                                                    for programs: a key instead of a session,
 *                                                    JSON instead of a page; see api.h
 *
 *   ASKS(handler)        whoever does this has shown lately who they are, or is asked: "Confirm
 *                        it is you" (app/step_up/); what was sent is kept meanwhile
 *   MAY_ASK(handler)     the same for what the handler finds out itself: visit_proven()
 *
 * When a form's handler answers INVALID (422) or CONFLICT (409), its changes
 * are undone and `again`, the page with the form, shows it once more: with
 * what was entered, and with the faults (NO_PAGE: an error page). */
#pragma once
#include "access/access.h"
#include "db/db.h"
#include "html/html.h"
#include "http/multipart.h"

enum method { GET, POST, DELETE, PATCH, METHODS };
const char *method_word(enum method);

struct pairs {
    size_t n;
    struct pair *at; /* names and values, see http/form.h */
};

enum { PARAMS = 4 };

struct uploads {
    size_t n;
    struct upload *at; /* see http/multipart.h */
};

struct request {
    enum method method;
    const char *path;           /* decoded */
    struct pair params[PARAMS]; /* from the path, ":u" */
    struct pairs query, form;
    struct uploads files;      /* of POST_FILES; in the order of the form */
    const char *cookies;       /* the Cookie header, or NULL */
    const char *origin;        /* the Origin header, or NULL */
    const char *fetch_site;    /* the Sec-Fetch-Site header, or NULL */
    const char *address;       /* of the client, with named proxies seen through */
    const char *agent;         /* the User-Agent header, or NULL */
    const char *reference;     /* short code of this request, shown on error pages and logged */
    const char *if_none_match; /* the header, or NULL */
    const char *authorization; /* the header, or NULL; never logged */
    const char *if_match;      /* the header, or NULL */
    const char *content_type;  /* the header, or NULL */
    const char *once;          /* the header Idempotency-Key, or NULL */
    struct bytes body;         /* of what goes to the API, as it came */
    const char *current;       /* what If-Match did not fit, as JSON, or NULL: see api_match() */
    const char *last_event;    /* the Last-Event-ID header: a stream goes on from there; or NULL */
    bool fragment;             /* app.js asks: only what stands in <main> matters */
    const struct route_info *route;
    struct visit *visit; /* who is looking; never NULL in a handler, see visit.h */
    void *prepared;      /* what the route's prepare function found out */
    void *proof;         /* and step_up_check() */
};

/* An answer that is longer than memory: once its head has left, `next` is asked for the
 * bytes from `at` on, as many as it likes, each time in a transaction of its own that
 * reads, as the same actor.  Any answer but OK cuts it short. */
struct pieces {
    int64_t size;
    enum status (*next)(struct cx *, const void *arg, int64_t at, struct bytes *out);
    const void *arg;
};

enum { COOKIES = 4 };

struct response {
    int status; /* 0: 200, or what the status answered says */
    const char *type;
    struct html body;
    const char *location;
    const char *cookies[COOKIES]; /* whole Set-Cookie values */
    const char *retry_after;      /* seconds, or NULL */
    const char *etag;             /* ETag, with its quotes, or NULL */
    const char *link;             /* Link, or NULL */
    const char *allow;            /* Allow, with 405, or NULL: what pages take */
    const char *challenge;        /* WWW-Authenticate, or NULL */
    const char *disposition;      /* Content-Disposition, or NULL */
    bool replayed;                /* as it was answered before, see api.h */
    bool dry;                     /* nothing was changed: a trial, see api.h */
    bool private_link;            /* whoever has its address may see it: it goes nowhere else */
    bool public_page;             /* may stay in caches for a while; others are no-store */
    const struct stream *stream;  /* the answer stays open; see stream.h */
    const struct pieces *pieces;  /* instead of a body */
    bool foreign; /* bytes that somebody sent: in a browser they may do nothing at all */
};

typedef enum status handler(struct cx *, struct request *, struct response *);

/* Runs before the transaction, outside of the pages' threads, with a reader's
 * connection: the place to hash a password.  Leaves its findings in
 * rq->prepared.  Failing means: the handler is not called. */
typedef enum status preparer(struct cx *, struct request *);

/* Runs after it, in a lane of its own, without a database and outside of any transaction: the one
 * place where a request may wait for another machine (work/call.h).  Finds what to ask in
 * rq->prepared, which is not NULL, and leaves there what it was told.  cx->now is older than that. */
typedef void caller(struct cx *, struct request *);

/* Runs whenever something has happened in the group of an open stream: writes
 * what its page is to be told, or nothing.  The request has a route and a visit
 * in the group, with the rights of this moment, and nothing else. */
struct stream;
typedef enum status teller(struct cx *, struct request *, struct stream *, struct html *out);

struct api_operation; /* api.h */

/* Every handler is declared here, from routes.def, and nowhere else. */
#define PAGE(path, permission, function) handler function;
#define POST(path, permission, function, again) handler function;
#define POST_ALWAYS(path, permission, function, again) handler function;
#define POST_FILES POST
#define POST_HASHED(path, permission, function, again, prepare) \
    handler function;                                           \
    preparer prepare;
#define POST_MAY_HASH POST_HASHED
#define POST_CALLS(path, permission, function, again, prepare, call) \
    POST_HASHED(path, permission, function, again, prepare)          \
    caller call;
#define STREAM(path, permission, function, tell) \
    handler function;                            \
    teller tell;
#define LOOKUP(path, permission, function) handler function;
#define REPORT(path, permission, function) handler function;
#define API_GET(path, permission, function) \
    handler function;                       \
    extern const struct api_operation function##_operation;
#define API_POST API_GET
#define API_PATCH API_GET
#define API_DELETE API_GET
#define API_LOOKUP API_GET
#include "web/routes.def"
#undef PAGE
#undef API_GET
#undef API_POST
#undef API_PATCH
#undef API_DELETE
#undef API_LOOKUP
#undef LOOKUP
#undef REPORT
#undef POST
#undef POST_ALWAYS
#undef POST_FILES
#undef POST_HASHED
#undef POST_MAY_HASH
#undef POST_CALLS
#undef STREAM

/* app/me: the page around a form that met a group which is closed until there is a second step. */
handler second_ask;
/* app/step_up: the page that asks; what comes back from it, checked where a password is
 * hashed, and taken.  *asked: `rs` is the page once more.  INVALID, CONFLICT: see there. */
handler step_up_ask;
preparer step_up_check;
enum status step_up_take(struct cx *, struct request *, struct response *, bool *asked);

enum route {
#define PAGE(path, permission, function) ROUTE_##function,
#define POST(path, permission, function, again) ROUTE_##function,
#define POST_ALWAYS(path, permission, function, again) ROUTE_##function,
#define POST_FILES POST
#define POST_HASHED(path, permission, function, again, prepare) ROUTE_##function,
#define POST_MAY_HASH POST_HASHED
#define POST_CALLS(path, permission, function, again, prepare, call) ROUTE_##function,
#define STREAM(path, permission, function, tell) ROUTE_##function,
#define LOOKUP(path, permission, function) ROUTE_##function,
#define REPORT(path, permission, function) ROUTE_##function,
#define API_GET(path, permission, function) ROUTE_##function,
#define API_POST API_GET
#define API_PATCH API_GET
#define API_DELETE API_GET
#define API_LOOKUP API_GET
#include "web/routes.def"
#undef PAGE
#undef API_GET
#undef API_POST
#undef API_PATCH
#undef API_DELETE
#undef API_LOOKUP
#undef LOOKUP
#undef REPORT
#undef POST
#undef POST_ALWAYS
#undef POST_FILES
#undef POST_HASHED
#undef POST_MAY_HASH
#undef POST_CALLS
#undef STREAM
    ROUTE_COUNT
};
#define NO_PAGE ((handler *)0)

struct route_info {
    enum method method;
    const char *path; /* the pattern; logs show this and never the path */
    enum permission permission;
    handler *function, *again;
    preparer *prepare;
    bool always;
    bool reads; /* LOOKUP: a form, served like a page */
    const char *name;
    teller *tell;                    /* NULL unless it is a STREAM */
    bool typed_only;                 /* POST_MAY_HASH */
    bool files;                      /* POST_FILES */
    bool reports;                    /* REPORT: a GET that changes something */
    const struct api_operation *api; /* NULL: a page */
    caller *call;                    /* NULL unless it is POST_CALLS */
};
extern const struct route_info routes[ROUTE_COUNT];

enum asks { ASKS_NOTHING, ASKS_ALWAYS, ASKS_SOMETIMES };
enum asks route_asks(const struct route_info *); /* ASKS and MAY_ASK in routes.def */

/* The route for rq->method and rq->path, and its params; NULL if there is none.
 * `other_method` says whether the path exists for the other method (405). */
const struct route_info *route_find(struct cx *, struct request *, bool *other_method);

/* The life of a request, top to bottom.  cx->db must be able to write if
 * route_changes().  Answers what became of it; `rs` is complete either way.
 * What it showed of patients is recorded with its changes; for a page that is
 * left to the caller, who holds the answer back until answer_record() has
 * committed, and refuses it if that fails.  AGAIN with a brisk connection that
 * is late: nothing has happened, ask with another. */
enum status answer(struct cx *, struct request *, struct response *);
/* The two halves of it, for whoever groups several requests under one commit:
 * `answer_inside` runs between db_mark and db_release of an open transaction;
 * `answer_failed` writes the page for a failure (no transaction needed). */
enum status answer_inside(struct cx *, struct request *, struct response *);
void answer_failed(struct cx *, struct request *, struct response *, enum status);
/* A run of answer_inside() for db_read_together(): of a request that changes nothing.  Not
 * for the API.  What is OK is complete. */
enum status answer_gathered(struct cx *, struct request *, struct response *);
/* Enters the group of the path, if it has one, and asks whether the route's
 * permission is in the actor's reach.  After visit_begin(). */
enum status answer_door(struct cx *, struct request *);
/* Writes down what the request showed of patients (access/looks.h), inside the
 * caller's transaction; nothing to do if cx->shown is NULL. */
enum status answer_record(struct cx *, const struct request *);
/* Does this request change anything?  Not a page and not a LOOKUP, but a REPORT. */
bool route_changes(const struct request *);
/* Is there anything to prepare?  The route is known. */
bool request_prepares(const struct request *);
/* Finds route and, for POST_HASHED, runs its prepare function.  Before answer(). */
enum status answer_prepare(struct cx *, struct request *);

/* And for POST_CALLS, after that, what waits for another machine; nothing for others. */
void answer_call(struct cx *, struct request *);

/* Words of the path, ":u" by name; "" if it has none such. */
struct id param_id(const struct request *, const char *name);
const char *param_text(const struct request *, const char *name);
const char *query_text(const struct request *, const char *name); /* "" if absent */
int64_t query_int(const struct request *, const char *name, int64_t otherwise);
const char *form_text(const struct request *, const char *name); /* "" if absent */
bool form_has(const struct request *, const char *name);
const char *cookie_text(struct cx *, const struct request *, const char *name); /* or NULL */

/* 303 to a page.  The notice shows there once, in a green strip. */
enum status redirect(struct cx *, struct request *, struct response *, struct url,
                     const char *notice);
/* The same with more than a sentence. */
struct notice_link {
    const char *label;
    struct url to;
};
enum { NOTICE_LINKS = 2 };
struct notice {
    const char *text;
    struct url undo;                        /* POST there takes it back; .text NULL: nothing does */
    struct notice_link links[NOTICE_LINKS]; /* where one may want to go on */
    size_t links_n;
    struct id row; /* what was changed: a list marks it once, see page.h */
};
enum status redirect_notice(struct cx *, struct request *, struct response *, struct url,
                            const struct notice *);
void response_cookie(struct cx *, struct response *, const char *cookie);

/* Links.  Values fill the params of the pattern in order, except ":g", which
 * is the group at hand:  url_for(cx, rq, ROUTE_user_show, user->id) */
#define url_for(cx, rq, route, ...) \
    url_make((cx), visit_slug(rq), (route), VALUES(__VA_ARGS__), VALUES_N(__VA_ARGS__))
/* The same in a named group, or for routes without a group (slug ""). */
#define url_in(cx, slug, route, ...) \
    url_make((cx), (slug), (route), VALUES(__VA_ARGS__), VALUES_N(__VA_ARGS__))
struct url url_make(struct cx *, const char *slug, enum route, const struct value *, size_t n);
/* Of the request itself, with its query. */
struct url url_here(struct cx *, const struct request *);
/* Somewhere to go on to: a path that no browser takes for another site. */
bool url_is_inside(const char *);
/* Adds ?name=value or &name=value; an empty value changes nothing. */
struct url url_with(struct cx *, struct url, const char *name, const char *value);
/* Whole address for mails: setup's url in front. */
const char *url_whole(struct cx *, struct url);
const char *visit_slug(const struct request *);
