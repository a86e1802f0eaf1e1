/* api_key.c - who it is that brings a key: see api.h */
#include <string.h>

#include "base/secret.h"
#include "web/api.h"
#include "web/visit.h"

#include "web/api.text.h"

/* "Bearer lnd_" and a token; NULL for anything else. */
static const char *token_of(const char *header)
{
    static const char scheme[] = "Bearer ", prefix[] = API_KEY_PREFIX;
    if (!header || strncasecmp(header, scheme, sizeof scheme - 1) != 0) return NULL;
    header += sizeof scheme - 1;
    header += strspn(header, " ");
    if (strncmp(header, prefix, sizeof prefix - 1) != 0) return NULL;
    header += sizeof prefix - 1;
    return secret_shape(header) ? header : NULL;
}

static enum status no_key(struct cx *cx)
{
    cx->actor.practice = cx->actor.user = cx->actor.person = (struct id){ "" };
    cx->actor.reach = 0;
    return fail_because(cx, FORBIDDEN, "key", "%s", SAY(api_key_wrong));
}

static enum status find_key(struct cx *cx, const char *token, struct table *t)
{
    char hash[SECRET_SIZE];
    secret_hash(token, hash);
    return db_select(cx, t,
                     SQL_GLOBAL("SELECT k.id, k.name, k.scopes, k.made_at, k.used_at, u.person_id,"
                                " g.slug FROM api_keys k JOIN practices g ON g.id = k.practice_id"
                                " JOIN users u ON u.practice_id = k.practice_id"
                                "  AND u.id = k.user_id"
                                " WHERE k.token_hash = $1 AND k.expires_at > $2"),
                     (const char *)hash, cx->now);
}

/* Agents are kept as they were sent, and a key goes before them by the name it was given. */
static const char *agent_of(struct cx *cx, const char *key_name)
{
    return SAY(api_agent, key_name);
}

enum status api_enter(struct cx *cx, struct request *rq)
{
    struct table t;
    enum reach scope[AREA_COUNT];
    const char *token = token_of(rq->authorization);
    if (!token) return no_key(cx);
    TRY(find_key(cx, token, &t));
    if (t.rows == 0) return no_key(cx);
    const char *slug = cell_text(&t, 0, "slug");
    cx->actor.via = "api";
    enum status status =
        visit_as(cx, rq, cell_id(&t, 0, "person_id"), cell_int(&t, 0, "made_at"), slug);
    if (status == FORBIDDEN || status == NOT_FOUND) return no_key(cx);
    if (status != OK) return status;
    rq->visit->key = cell_id(&t, 0, "id");
    rq->visit->key_token = token;
    rq->visit->key_used_at = cell_int(&t, 0, "used_at");
    cx->actor.agent = agent_of(cx, cell_text(&t, 0, "name"));
    scope_read(cell_text(&t, 0, "scopes"), scope);
    cx->actor.reach = reach_scoped(cx->actor.reach, scope);
    if (strcmp(param_text(rq, "g"), slug) != 0)
        return fail(cx, NOT_FOUND, "There is no such group.");
    if (route_changes(rq) && visit_should_note(cx, rq)) TRY(visit_note(cx, rq));
    if (rq->route->permission == MEMBER) return OK;
    return allow_door(cx, rq->route->permission);
}
