/* program.c - see program.h */
#include "tests/support/program.h"

#include "base/secret.h"
#include "http/form.h"

enum { PROGRAMS = 16 };

/* What their programs have. */
static struct {
    char who[24], bearer[64];
} keys[PROGRAMS];

void programs_forget(void)
{
    memset(keys, 0, sizeof keys);
}

static void must(struct cx *cx, enum status status)
{
    if (status == OK) return;
    fprintf(stderr, "fixture: %s\n", cx->message ? cx->message : "?");
    exit(1);
}

const char *bearer_of(struct cx *cx, const char *who)
{
    size_t at = 0;
    char token[SECRET_SIZE], hash[SECRET_SIZE];
    while (at < PROGRAMS - 1 && keys[at].who[0] && strcmp(keys[at].who, who) != 0) at++;
    if (keys[at].who[0]) return keys[at].bearer;
    snprintf(keys[at].who, sizeof keys[at].who, "%s", who);
    secret_token(token);
    secret_hash(token, hash);
    snprintf(keys[at].bearer, sizeof keys[at].bearer, "Bearer " API_KEY_PREFIX "%s", token);
    must(cx, db_begin(cx, true));
    must(cx,
         db_exec(cx,
                 SQL_GLOBAL("INSERT INTO api_keys (practice_id, id, user_id, name, token_hash,"
                            " tail, scopes, made_at, expires_at) SELECT u.practice_id, $1, u.id,"
                            " 'All', $2, 'Wxyz', $3, $4, $5 FROM users u"
                            " WHERE u.id = $6 AND u.practice_id = $7"),
                 id_new(cx->now), (const char *)hash,
                 "patients:2 calendar:2 notes:2 invoices:2 reports:2 reminders:2 credits:2"
                 " booking:2 integrations:2 locations:2 practice:2 users:2 history:2 export:2",
                 cx->now, cx->now + DAYS(30), (const char *)arena_print(cx->mem, "u-%s", who),
                 strcmp(who, "zoe") == 0 ? "south" : "north"));
    must(cx, db_commit(cx));
    return keys[at].bearer;
}

/* As the gateway does it through the writer. */
static void record(struct cx *cx, struct request *rq, struct response *rs)
{
    enum status status = db_begin(cx, true);
    if (status == OK) status = answer_record(cx, rq);
    if (status == OK) status = db_commit(cx);
    if (status == OK) return;
    db_rollback(cx);
    *rs = (struct response){ .status = 503, .body.cx = cx };
}

struct page api_ask(struct cx *cx, struct request *rq, const char *target)
{
    struct response rs = { 0 };
    const char *mark = strchr(target, '?');
    rq->path = arena_copy(cx->mem, target, mark ? (size_t)(mark - target) : strlen(target));
    if (mark
        && form_parse(cx->mem, mark + 1, strlen(mark + 1), 100, &rq->query.at, &rq->query.n)
               != FORM_OK)
        exit(1);
    rq->address = "192.0.2.1";
    rq->agent = "curl/8.9";
    rq->reference = "7f3k2q00";
    cx_forget(cx);
    rq->visit = NULL;
    (void)!answer(cx, rq, &rs); /* its status says it */
    if (!route_changes(rq) && cx->shown) record(cx, rq, &rs);
    return (struct page){ .status = rs.status,
                          .body = rs.body.text ? rs.body.text : "",
                          .length = rs.body.length,
                          .location = rs.location,
                          .etag = rs.etag,
                          .type = rs.type,
                          .link = rs.link,
                          .challenge = rs.challenge,
                          .allow = rs.allow,
                          .replayed = rs.replayed };
}

struct page api_with(struct cx *cx, const char *authorization, enum method method, const char *path,
                     const char *body, const char *if_match)
{
    char once[SECRET_SIZE];
    secret_token(once);
    struct request rq = { .method = method,
                          .authorization = authorization,
                          .once = arena_copy(cx->mem, once, strlen(once)),
                          .content_type = body ? "application/json" : NULL,
                          .if_match = if_match,
                          .body = { body, body ? strlen(body) : 0 } };
    return api_ask(cx, &rq, path);
}

struct page api(struct cx *cx, const char *who, enum method method, const char *path,
                const char *body)
{
    return api_with(cx, who && *who ? bearer_of(cx, who) : NULL, method, path, body, NULL);
}
