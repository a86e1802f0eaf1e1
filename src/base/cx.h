/* cx.h - what a request or a job knows about itself.
 *
 * The context is the first argument of every function that reads the
 * database, allocates, or can fail.  It holds facts, no behaviour, and it
 * holds the practice: nobody passes a practice id around. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/id.h"
#include "base/mem.h"
#include "base/status.h"

struct db;
struct cx;

/* Who acts.  A visitor has nothing; a signed-in person has `person`; inside a
 * practice group `practice` and `user` are there too, and `reach` says what
 * the user may do (access/access.h).  Computed from stored rows for every
 * request and never kept. */
struct actor {
    struct id person, session;
    struct id practice, user;
    uint64_t reach;        /* two bits an area and side, see access/access.h */
    const char *locations; /* ids of those assigned to the user, as in users.locations; or NULL */
    bool owner;            /* Account Owner */
    bool full;             /* Full Access, either role type */
    bool job;              /* the installation itself acts: a job, or the host's command line */
    struct id viewer;      /* who really looks, if `user` is only whom they view as */
    const char *name;      /* as the practice writes it, for the audit log: of who really acts */
    const char *address;   /* IP address the request came from, or NULL */
    const char *agent;     /* the browser in words, "Firefox on Linux", or NULL */
    const char *device;    /* its own token, see app/sessions/known_device.h; or NULL */
    const char *via;       /* "web", "api", "cli", "job" */
};

struct permission_set {
    uint64_t bits[2];
};

/* One thing wrong with one field; a form may have several. */
struct fault {
    const char *field;   /* the form field the message belongs to, or NULL */
    const char *message; /* for the visitor */
    struct fault *next;
};

/* What this request shows of a patient, or was refused.  Whoever owns the
 * answer writes it down before the answer leaves: access/looks.h. */
struct shown {
    const char *how;   /* "opened", "listed", "found", "exported", "denied" */
    struct id patient; /* none: a search that found nobody */
    struct shown *next;
};

struct cx {
    struct arena *mem;
    struct db *db;
    struct actor actor;
    struct permission_set asked; /* what allow() was asked for in this request */
    int64_t now;                 /* microseconds since 1970 UTC, read once per request */
    enum status why;             /* the last failure */
    const char *message;         /* for the visitor, unless `why` is BROKEN: then for the log */
    const char *reason;          /* a short stable key some pages look at, e.g. "stale", or NULL */
    struct fault *faults;        /* with INVALID: first to last */
    const char *file;            /* where it failed */
    int line;
    const char *lang;          /* which catalogue: "en" */
    const char *zone;          /* IANA name of the time zone in which times are shown */
    bool clock_12;             /* the reader prefers 9:31 am over 09:31 */
    const struct setup *setup; /* the installation's settings, see base/setup.h */
    bool counted;              /* with INVALID: what was written stays; see cx_count() */
    struct shown *shown;       /* the last one first */
};

/* Remember why, and answer the status:  return fail(cx, CONFLICT, "...");
 * That it is the answer stands here, and not in fail_at(), so that a compiler
 * knows: after TRY() the results are there. */
#define fail(cx, status, ...) fail_because(cx, status, NULL, __VA_ARGS__)
/* The same with a key for pages that must tell failures apart. */
#define fail_because(cx, status, reason, ...) \
    (fail_at((cx), (status), (reason), __FILE__, __LINE__, __VA_ARGS__), (status))

void fail_at(struct cx *, enum status, const char *reason, const char *file, int line,
             const char *format, ...) __attribute__((format(printf, 6, 7), nonnull(1, 6)));

/* Note what is wrong with a field and go on: a form says everything at once.
 * field_check() then answers INVALID if anything was noted, else OK.  Only the
 * first fault of a field is kept. */
void field_fault(struct cx *, const char *field, const char *message);
enum status field_check(struct cx *);
const char *fault_of(const struct cx *, const char *field); /* or NULL */

/* A wrong guess was counted: the refusal that follows is INVALID, and commits the count in the
 * transaction that checked the guess, so that of many at once, on several nodes, none slips
 * through.  Whoever calls it has written nothing else but what belongs to the count. */
void cx_count(struct cx *);

void cx_show(struct cx *, const char *how, struct id patient);

/* Forget faults, failures and what was shown, for the next try of the same request. */
void cx_forget(struct cx *);
