/* feed.c - see feed.h */
#include "app/feed/feed.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/users/user.h"
#include "base/secret.h"
#include "base/time.h"
#include "db/db.h"

#include "app/feed/feed.text.h"

enum status feed_own(struct cx *cx, struct feed *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT f.names, f.made_at, COALESCE((SELECT max(l.at) FROM looks l"
                      " WHERE l.practice_id = $1 AND l.user_id = $2"
                      " AND l.route = '/feeds/:token/linden.ics' AND l.at >= f.made_at), 0)"
                      " AS read_at FROM calendar_feeds f"
                      " WHERE f.practice_id = $1 AND f.user_id = $2"),
                  cx->actor.user));
    *out = (struct feed){ .made = t.rows > 0 };
    if (t.rows == 0) return OK;
    out->names = cell_bool(&t, 0, "names");
    out->made_at = cell_int(&t, 0, "made_at");
    out->read_at = cell_int(&t, 0, "read_at");
    return OK;
}

static enum status gate(struct cx *cx)
{
    struct record own = { .own = true, .here = true, .grant = NO_GRANT };
    return allow(cx, CALENDAR_VIEW, &(struct subject){ cx->actor.practice, .record = &own });
}

static struct about me(const struct cx *cx)
{
    return (struct about){ cx->actor.user, cx->actor.name };
}

enum status feed_make(struct cx *cx, bool names, const char **token)
{
    char *secret = arena_alloc(cx->mem, SECRET_SIZE), hash[SECRET_SIZE];
    struct changes changes = { 0 };
    TRY(gate(cx));
    secret_token(secret);
    secret_hash(secret, hash);
    *token = secret;
    TRY(db_exec(cx,
                SQL("INSERT INTO calendar_feeds (practice_id, user_id, token_hash, names, made_at)"
                    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (practice_id, user_id) DO UPDATE SET"
                    " token_hash = $3, names = $4, made_at = $5"),
                cx->actor.user, (const char *)hash, names, cx->now));
    change_note(cx, &changes, SAY(feed_says), "", names ? SAY(feed_with_names) : SAY(feed_times));
    return announce(cx, EVENT_FEED_MADE, me(cx), &changes, NULL);
}

static enum status remove_of(struct cx *cx, struct id user, int64_t *n)
{
    return db_change(
        cx, n, SQL("DELETE FROM calendar_feeds WHERE practice_id = $1 AND user_id = $2"), user);
}

enum status feed_remove(struct cx *cx)
{
    int64_t n;
    TRY(gate(cx));
    TRY(remove_of(cx, cx->actor.user, &n));
    return n ? announce(cx, EVENT_FEED_REMOVED, me(cx), NULL, NULL) : OK;
}

enum status feed_take_back(struct cx *cx, int64_t since)
{
    int64_t n;
    TRY(db_change(cx, &n,
                  SQL("DELETE FROM calendar_feeds WHERE practice_id = $1 AND user_id = $2"
                      " AND made_at >= $3"),
                  cx->actor.user, since));
    return n ? announce(cx, EVENT_FEED_REMOVED, me(cx), NULL, NULL) : OK;
}

enum status feed_list(struct cx *cx, struct feed_list *out)
{
    struct table t;
    bool others = may(&cx->actor, INTEGRATIONS_VIEW, &(struct subject){ cx->actor.practice }, NULL);
    TRY(db_select(cx, &t,
                  SQL("SELECT f.user_id, f.names, f.made_at, u.first_name, u.last_name,"
                      " COALESCE((SELECT max(l.at) FROM looks l WHERE l.practice_id = $1"
                      "  AND l.user_id = f.user_id AND l.route = '/feeds/:token/linden.ics'"
                      "  AND l.at >= f.made_at), 0) AS read_at FROM calendar_feeds f"
                      " JOIN users u ON u.practice_id = f.practice_id AND u.id = f.user_id"
                      " WHERE f.practice_id = $1 AND (f.user_id = $2 OR $3 = 1)"
                      " ORDER BY u.sort_key, u.id"),
                  cx->actor.user, others));
    *out = (struct feed_list){ t.rows, NEW_ARRAY(cx->mem, struct feed_line, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        const char *first = cell_text(&t, i, "first_name"), *last = cell_text(&t, i, "last_name");
        out->at[i] = (struct feed_line){
            .user = cell_id(&t, i, "user_id"),
            .name = *first ? arena_print(cx->mem, "%s %s", first, last) : last,
            .names = cell_bool(&t, i, "names"),
            .own = id_same(cell_id(&t, i, "user_id"), cx->actor.user),
            .made_at = cell_int(&t, i, "made_at"),
            .read_at = cell_int(&t, i, "read_at"),
        };
    }
    return OK;
}

enum status feed_of(struct cx *cx, struct id user, bool *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n FROM calendar_feeds WHERE practice_id = $1"
                      " AND user_id = $2"),
                  user));
    *out = table_number(&t) > 0;
    return OK;
}

enum status feed_remove_of(struct cx *cx, struct id user)
{
    struct user *u;
    int64_t n;
    TRY(allow(cx, INTEGRATIONS_EDIT, &(struct subject){ cx->actor.practice, user }));
    TRY(user_find(cx, user, &u));
    TRY(remove_of(cx, u->id, &n));
    struct about about = { u->id, user_name(cx, u) };
    return n ? announce(cx, EVENT_FEED_REMOVED, about, NULL, NULL) : OK;
}

/* A reaction: what ends somebody's access ends the address. */
enum status feed_ends(struct cx *cx, struct id user)
{
    int64_t n;
    return remove_of(cx, user, &n);
}

enum status feed_find(struct cx *cx, const char *token, struct feed_owner *out)
{
    struct table t = { 0 };
    char hash[SECRET_SIZE];
    if (secret_shape(token)) {
        secret_hash(token, hash);
        TRY(db_select(cx, &t,
                      SQL_GLOBAL("SELECT u.person_id, g.slug, f.made_at, f.names"
                                 " FROM calendar_feeds f JOIN practices g ON g.id = f.practice_id"
                                 " JOIN users u ON u.practice_id = f.practice_id"
                                 "  AND u.id = f.user_id WHERE f.token_hash = $1"),
                      (const char *)hash));
    }
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such page.");
    *out = (struct feed_owner){ cell_id(&t, 0, "person_id"), cell_text(&t, 0, "slug"),
                                cell_int(&t, 0, "made_at"), cell_bool(&t, 0, "names") };
    return OK;
}

enum status feed_times(struct cx *cx, int64_t *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n FROM looks WHERE practice_id = $1 AND user_id = $2"
                      " AND route = '/feeds/:token/linden.ics' AND at > $3"),
                  cx->actor.user, cx->now - HOURS(1)));
    *out = table_number(&t);
    return OK;
}

void feed_note(struct cx *cx, bool nobody)
{
    if (nobody) cx->shown = NULL;
    cx_show(cx, "listed", (struct id){ "" });
}

enum status feed_appointments(struct cx *cx, bool names, struct appointment_list *out)
{
    struct appointment_filter filter = { .practitioner = cx->actor.user,
                                         .from = cx->now - DAYS(FEED_DAYS_BACK),
                                         .to = cx->now + DAYS(FEED_DAYS_AHEAD),
                                         .most = FEED_MOST,
                                         .unnamed = !names };
    TRY(gate(cx));
    return appointment_list(cx, &filter, out);
}
