/* session.h - a person's signed-in devices. */
#pragma once
#include "base/cx.h"

struct session {
    struct id id;
    int64_t signed_in_at, seen_at;
    const char *agent, *address;
    bool current;
};
struct session_list {
    size_t n;
    struct session *at;
};

/* A new session; its token goes into the cookie and stands nowhere else. */
enum status session_start(struct cx *, struct id person, bool must_replace, const char **token);
enum status session_finish(struct cx *, struct id session); /* twice is fine */
enum status sessions_finish_others(struct cx *, struct id person, struct id keep, int64_t *ended);
/* Those that still open something, the last used first. */
enum status session_list(struct cx *, struct id person, struct session_list *out);

/* The acting person signs out elsewhere.  NOT_FOUND for sessions of others; a
 * session that has ended stays so. */
enum status own_session_finish(struct cx *, struct id, struct session *out);
enum status own_sessions_finish_others(struct cx *, int64_t *ended); /* all but this one */
