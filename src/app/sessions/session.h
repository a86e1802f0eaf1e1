/* session.h - a person's signed-in devices. */
#pragma once
#include "access/waiting.h"
#include "base/cx.h"

struct session {
    struct id id;
    int64_t signed_in_at, seen_at;
    const char *agent, *address;
    const char *device; /* hash of the browser's own token, or "" */
    bool current, over;
    bool same_browser; /* as the current one; said by session_list() */
};
struct session_list {
    size_t n;
    struct session *at;
};

/* A new session; its token goes into the cookie and stands nowhere else.  One that waits for no
 * code is told to its person if the browser is new (known_device.h). */
enum status session_start(struct cx *, struct id person, enum waits_for, const char **token);
/* The same for whoever came with a passkey. */
enum status session_start_passkey(struct cx *, struct id person, enum waits_for,
                                  const char **token);
/* For whoever came through the provider of the acting practice, which calls it
 * `provider_session` (or ""): it opens that group and nothing else.  proved_at: when they last
 * showed the provider who is there; 0: nobody knows. */
enum status session_start_only(struct cx *, struct id person, const char *provider_session,
                               int64_t proved_at, const char **token);
/* Ends such of the acting practice: of this person (none: of everybody), and only the one with
 * this name ("": all) and the person's that have none.  Twice is fine. */
enum status sessions_finish_only(struct cx *, struct id person, const char *provider_session,
                                 int64_t *ended);
/* For whoever gave the password in a browser that is remembered (remembered.h): no proof. */
enum status session_start_remembered(struct cx *, struct id person, enum waits_for,
                                     const char **token);
/* Did it begin so, and has the second step not been shown since? */
enum status session_is_remembered(struct cx *, bool *out);
/* Who acts has shown again who is there.  Has a passkey been used since then? */
enum status session_prove(struct cx *, bool passkey);
enum status session_passkey_since(struct cx *, int64_t since, bool *out);
enum status session_finish(struct cx *, struct id session); /* twice is fine */
enum status sessions_finish_others(struct cx *, struct id person, struct id keep, int64_t *ended);
/* Those that open something, or wait for an own password; the last used first. */
enum status session_list(struct cx *, struct id person, struct session_list *out);

/* How many of them may enter a practice group in which the access of this
 * person's user ended last at `since` (0: never): they signed in later, and
 * wait for nothing. */
enum status sessions_entering(struct cx *, struct id person, int64_t since, int64_t *out);

enum status own_session_find(struct cx *, struct id, struct session *out);
/* The acting person signs out elsewhere.  NOT_FOUND for sessions of others; a
 * session that has ended stays so. */
enum status own_session_finish(struct cx *, struct id, struct session *out);
/* All but this one; and no browser is remembered any more. */
enum status own_sessions_finish_others(struct cx *, int64_t *ended);
