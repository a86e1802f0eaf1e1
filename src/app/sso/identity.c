/* identity.c - see identity.h */
#include "app/sso/identity.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/sessions/challenge.h"
#include "app/sessions/session.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/sso/sso.text.h"

enum status identity_own(struct cx *cx, const struct provider *p, bool *connected,
                         struct identity *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT id, linked_at, used_at FROM sign_in_identities"
                      " WHERE practice_id = $1 AND user_id = $2 AND issuer = $3"),
                  cx->actor.user, p->issuer));
    *connected = t.rows > 0;
    *out = (struct identity){ { "" } };
    if (t.rows)
        *out = (struct identity){ cell_id(&t, 0, "id"), cell_int(&t, 0, "linked_at"),
                                  cell_int(&t, 0, "used_at") };
    return OK;
}

static enum status tell_of(struct cx *cx, enum event event, const char *name)
{
    TRY(announce(cx, event, (struct about){ cx->actor.user, cx->actor.name }, NULL, NULL));
    return enqueue(cx, JOB_letter_identity, cx->actor.user, name);
}

enum status identity_connect(struct cx *cx, const struct provider *p, const struct claims *c,
                             int64_t proved_at)
{
    int64_t changed, ended;
    if (proved_at <= cx->now - MINUTES(CONNECT_MINUTES)) {
        field_fault(cx, "code", SAY(sso_old));
        return field_check(cx);
    }
    TRY(db_exec(cx, SQL("DELETE FROM sign_in_identities WHERE practice_id = $1 AND user_id = $2"),
                cx->actor.user));
    TRY(db_change(cx, &changed,
                  SQL("INSERT INTO sign_in_identities (practice_id, id, issuer, subject, user_id,"
                      " linked_at) VALUES ($1, $2, $3, $4, $5, $6)"
                      " ON CONFLICT (practice_id, issuer, subject) DO NOTHING"),
                  id_new(cx->now), p->issuer, c->subject, cx->actor.user, cx->now));
    if (changed == 0) return fail_because(cx, CONFLICT, "taken", "%s", SAY(sso_taken, p->name));
    TRY(sessions_finish_others(cx, cx->actor.person, cx->actor.session, &ended));
    return tell_of(cx, EVENT_SIGN_IN_CONNECTED, p->name);
}

enum status identity_disconnect(struct cx *cx)
{
    int64_t changed, ended;
    TRY(db_change(cx, &changed,
                  SQL("DELETE FROM sign_in_identities WHERE practice_id = $1 AND user_id = $2"),
                  cx->actor.user));
    if (changed == 0) return OK;
    TRY(sessions_finish_others(cx, cx->actor.person, cx->actor.session, &ended));
    return tell_of(cx, EVENT_SIGN_IN_DISCONNECTED, "");
}

enum status identities_take_back(struct cx *cx, struct id person, int64_t since)
{
    return db_exec(
        cx,
        SQL_GLOBAL("DELETE FROM sign_in_identities WHERE practice_id IN"
                   " (SELECT p.practice_id FROM users p WHERE p.person_id = $1)"
                   " AND linked_at >= $2 AND EXISTS (SELECT 1 FROM users u WHERE u.practice_id ="
                   "  sign_in_identities.practice_id AND u.id ="
                   "  sign_in_identities.user_id AND u.person_id = $1)"),
        person, since);
}

static enum status find_user(struct cx *cx, const struct provider *p, const char *subject,
                             struct table *t)
{
    return db_select(cx, t,
                     SQL("SELECT i.id, i.user_id, u.person_id, u.status, u.first_name, u.last_name"
                         " FROM sign_in_identities i JOIN users u"
                         " ON u.practice_id = i.practice_id AND u.id = i.user_id"
                         " WHERE i.practice_id = $1 AND i.issuer = $2 AND i.subject = $3"),
                     p->issuer, subject);
}

static const char *name_of(struct cx *cx, const struct table *t)
{
    const char *first = cell_text(t, 0, "first_name"), *last = cell_text(t, 0, "last_name");
    return *first ? ARENA_JOIN(cx->mem, first, " ", last) : last;
}

enum status identity_arrive(struct cx *cx, const struct provider *p, const struct claims *c,
                            enum arrival *out, const char **token)
{
    struct table t;
    TRY(find_user(cx, p, c->subject, &t));
    *out = ARRIVED_UNKNOWN;
    if (t.rows == 0) return OK;
    *out = ARRIVED_DEACTIVATED;
    if (strcmp(cell_text(&t, 0, "status"), "active") != 0) return OK;
    *out = ARRIVED;
    TRY(session_start_only(cx, cell_id(&t, 0, "person_id"), c->session, c->signed_in_at, token));
    TRY(db_exec(
        cx, SQL("UPDATE sign_in_identities SET used_at = $3 WHERE practice_id = $1 AND id = $2"),
        cell_id(&t, 0, "id"), cx->now));
    cx->actor.person = cell_id(&t, 0, "person_id");
    cx->actor.user = cell_id(&t, 0, "user_id");
    cx->actor.name = name_of(cx, &t);
    return announce(cx, EVENT_SIGN_IN_ARRIVED, (struct about){ cx->actor.user, cx->actor.name },
                    NULL, NULL);
}

enum status identity_confirm(struct cx *cx, const struct provider *p, const struct claims *c,
                             int64_t since, bool *confirmed)
{
    struct table t;
    TRY(find_user(cx, p, c->subject, &t));
    *confirmed = t.rows && id_same(cell_id(&t, 0, "user_id"), cx->actor.user)
                 && c->signed_in_at >= since - SECONDS(TOKEN_SKEW);
    return *confirmed ? session_prove(cx, false) : OK;
}

enum status identity_leave(struct cx *cx, const struct provider *p, const struct claims *c)
{
    struct table t = { 0 };
    int64_t ended;
    bool first;
    TRY(challenge_once(cx, "provider sign-out", p->id.text, c->once, &first));
    if (!first) return OK;
    if (*c->subject) {
        TRY(find_user(cx, p, c->subject, &t));
        if (t.rows == 0) return OK;
    }
    struct id person = t.rows ? cell_id(&t, 0, "person_id") : (struct id){ "" };
    TRY(sessions_finish_only(cx, person, c->session, &ended));
    if (ended == 0) return OK;
    struct about about = { p->id, p->name };
    if (t.rows) about = (struct about){ cell_id(&t, 0, "user_id"), name_of(cx, &t) };
    return announce(cx, EVENT_SIGN_IN_LEFT, about, NULL, NULL);
}
