/* api_once.c - a request that is sent twice happens once: see api.h */
#include <string.h>

#include "base/secret.h"
#include "base/time.h"
#include "web/api.h"
#include "web/visit.h"

#include "web/api.text.h"

enum { LONGEST = 64 };

bool api_takes_once(const struct route_info *r)
{
    return r->method == POST && !r->reads;
}

enum status api_check_once(struct cx *cx, const struct request *rq)
{
    const char *once = rq->once;
    if (!api_takes_once(rq->route)) return OK;
    if (!once && rq->route->api->once && !api_is_dry(rq))
        return fail_because(cx, INVALID, "once-needed", "%s", SAY(api_once_missing));
    if (!once) return OK;
    size_t n = strlen(once), visible = 0;
    while (once[visible] > ' ' && once[visible] <= '~') visible++;
    if (n > 0 && n <= LONGEST && visible == n) return OK;
    return fail_because(cx, INVALID, "malformed", "%s", SAY(api_once_shape, (int64_t)LONGEST));
}

/* What is asked for.  The version that was seen (If-Match) is no part of it: after the change it is
 * another one. */
static const char *hash_of(struct cx *cx, const struct request *rq)
{
    char *hash = arena_alloc(cx->mem, SECRET_SIZE);
    secret_hash(arena_print(cx->mem, "%s %s\n%.*s", method_word(rq->method), rq->path,
                            (int)rq->body.n, rq->body.n ? rq->body.at : ""),
                hash);
    return hash;
}

enum status api_find_answer(struct cx *cx, const struct request *rq, struct response *rs,
                            bool *found)
{
    struct table t;
    *found = false;
    if (!api_takes_once(rq->route) || !rq->once || api_is_dry(rq)) return OK;
    TRY(db_select(cx, &t,
                  SQL("SELECT request_hash, status, etag, location, body FROM api_answers"
                      " WHERE practice_id = $1 AND key_id = $2 AND once = $3 AND at > $4"),
                  rq->visit->key, rq->once, cx->now - API_ANSWERS_KEPT));
    if (t.rows == 0) return OK;
    if (strcmp(cell_text(&t, 0, "request_hash"), hash_of(cx, rq)) != 0)
        return fail_because(cx, INVALID, "once-used", "%s", SAY(api_once_used));
    const char *body = cell_text(&t, 0, "body");
    rs->status = (int)cell_int(&t, 0, "status");
    rs->etag = cell_text(&t, 0, "etag");
    rs->location = cell_text(&t, 0, "location");
    rs->type = *body ? "application/json" : NULL;
    rs->body.text = *body ? (char *)body : NULL;
    rs->body.length = strlen(body);
    rs->replayed = true;
    *found = true;
    return OK;
}

enum status api_keep_answer(struct cx *cx, const struct request *rq, const struct response *rs)
{
    if (!api_takes_once(rq->route) || !rq->once || api_is_dry(rq)) return OK;
    TRY(db_exec(cx,
                SQL("DELETE FROM api_answers WHERE practice_id = $1 AND key_id = $2 AND once = $3"),
                rq->visit->key, rq->once)); /* of yesterday */
    return db_exec(cx,
                   SQL("INSERT INTO api_answers (practice_id, key_id, once, request_hash, status,"
                       " etag, location, body, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
                   rq->visit->key, rq->once, hash_of(cx, rq), rs->status, rs->etag, rs->location,
                   rs->body.text ? (const char *)rs->body.text : "", cx->now);
}
