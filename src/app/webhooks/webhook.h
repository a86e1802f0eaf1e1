/* webhook.h - programs outside that are told when something happens.
 *
 * A hook is an address, and the events that it hears of (kinds.def).  Its messages follow
 * Standard Webhooks 1.0 (https://www.standardwebhooks.com): JSON with ids and nothing else, signed
 * with HMAC-SHA256 under a secret that is shown once and stored sealed.  A message is written in
 * the transaction of the event, and sent by a job (work/call.h): again after a minute, two, four
 * ... four hours, until an answer of 2xx, for three days.  It may come more than once, and out of
 * order; its id stays the same.
 *
 * A hook is of the group and hears of everybody, so it takes INTEGRATIONS_EDIT for others, which
 * is Full Access.  It acts for whoever turned it on last, and only as long as that one may: it is
 * off when they are deactivated or leave, and when they may not any more with the next message.
 * It goes off by itself, too, after three days without one fine answer, or after the answer 410,
 * with a letter to that user.
 *
 * Everything here asks for it, and changes are announced; the audit log names the host alone, as
 * an address may hold a key. */
#pragma once
#include "app/audit/event.h"
#include "base/cx.h"
#include "base/time.h"

enum { WEBHOOKS_MOST = 10, WEBHOOK_SECRET = 32, WEBHOOK_KEPT_DAYS = 30 };
#define WEBHOOK_PATIENCE DAYS(3)

enum webhook_group { PEOPLE, CALENDAR, INVOICES, PRACTICE, WEBHOOK_GROUPS };
struct webhook_kind {
    enum event event;
    enum webhook_group group;
};
extern const struct webhook_kind webhook_kinds[];
extern const size_t webhook_kinds_n;

struct webhook {
    struct id id, user;
    const char *user_name, *url, *events; /* events: " user.added location.added " */
    const char *host;
    bool on;
    const char *stopped; /* why it is off: "user", "left", "access", "failed", "gone" */
    int64_t made_at;
    int64_t tried_at;      /* 0: never */
    int64_t failing_since; /* 0: it is not */
    int64_t waiting;       /* messages */
};
struct webhook_list {
    size_t n;
    struct webhook *at; /* the newest first */
};
enum status webhook_list(struct cx *, struct webhook_list *out);
enum status webhook_find(struct cx *, struct id, struct webhook **out);

struct webhook_draft {
    const char *url;
    size_t n;
    const char *const *events; /* keys */
};
/* INVALID at "url" or "events"; CONFLICT "full" at WEBHOOKS_MOST, "key" if the installation has
 * no key to seal with.  The secret is text: "whsec_...". */
enum status webhook_make(struct cx *, const struct webhook_draft *, struct id *out,
                         const char **secret);
/* What is on or off already stays as it is.  Whoever enables it is whom it acts for. */
enum status webhook_disable(struct cx *, struct id);
enum status webhook_enable(struct cx *, struct id);
enum status webhook_remove(struct cx *, struct id); /* with all its messages */
/* A message "webhook.test".  CONFLICT "off" for one that is. */
enum status webhook_test(struct cx *, struct id);

struct webhook_message {
    struct id id;
    const char *kind, *state; /* "waiting", "told", "failed", "dropped" */
    const char *answer;
    int64_t at, tries, tried_at, status;
};
enum { WEBHOOK_MESSAGES = 50 };
struct webhook_messages {
    size_t n;
    bool more;
    struct webhook_message *at; /* the newest first */
};
enum status webhook_messages(struct cx *, struct id webhook, struct id after,
                             struct webhook_messages *out);
/* Once more, with the same id and the same bytes.  One that waits goes now. */
enum status webhook_resend(struct cx *, struct id webhook, struct id message);

/* --- for the checklist before somebody goes -------------------------------------------- */

/* Those that act for this user and are on.  Asks nothing. */
enum status webhooks_of(struct cx *, struct id user, struct webhook_list *out);

/* --- inside ---------------------------------------------------------------------------- */

/* A message of this hook waits from now on. */
enum status webhook_write(struct cx *, struct id webhook, const char *kind, struct id about);
/* Off, and why; its messages that wait are dropped when their turn comes. */
enum status webhook_stop(struct cx *, struct id webhook, const char *why);
const char *webhook_owner(struct cx *, struct id webhook); /* whom a secret is sealed for */
const char *webhook_host(struct cx *, const char *url);
