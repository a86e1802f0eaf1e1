/* stream.c - see stream.h */
#include "web/stream.h"

#include <string.h>

#include "base/setup.h"
#include "web/visit.h"

enum { AT_ONCE = 40, RETRY_LEAST = 2000, RETRY_MORE = 4096 };

/* After a restart all pages come back; not all in the same moment. */
static void say_when_to_retry(struct response *rs, struct id session)
{
    size_t n = strlen(session.text);
    unsigned spread = 0;
    for (size_t i = n > 8 ? n - 8 : 0; i < n; i++)
        spread = spread * 31 + (unsigned char)session.text[i];
    html_text(&rs->body, "retry: ");
    html_int(&rs->body, RETRY_LEAST + (int64_t)(spread % RETRY_MORE));
    html_text(&rs->body, "\n\n");
}

struct stream *stream_open(struct cx *cx, struct request *rq, struct response *rs)
{
    const struct visit *v = rq->visit;
    if (rq->fragment) {
        rs->status = 204;
        return NULL;
    }
    struct stream *s = NEW(cx->mem, struct stream);
    *s = (struct stream){ .route = rq->route,
                          .session = v->session,
                          .person = v->person,
                          .practice = cx->actor.practice,
                          .signed_in_at = v->signed_in_at,
                          .standing = STANDS };
    memcpy(s->slug, v->slug, strnlen(v->slug, STREAM_SLUG - 1));
    rs->type = "text/event-stream";
    rs->stream = s;
    say_when_to_retry(rs, s->session);
    return s;
}

/* --- how they stand --------------------------------------------------------------- */

/* The rules of visit_begin() and visit_enter(); a test compares them. */
static enum standing standing_of(const struct cx *cx, const struct table *t, size_t row)
{
    int64_t idle = cell_int(t, row, "idle"), signed_in_at = cell_int(t, row, "signed_in_at");
    bool over = cell_int(t, row, "ended_at") || cell_int(t, row, "waits_for")
                || signed_in_at <= cx->now - cx->setup->session_life
                || cell_int(t, row, "seen_at") <= cx->now - MINUTES(idle ? idle : 30);
    if (over) return SESSION_OVER;
    if (strcmp(cell_text(t, row, "status"), "active") != 0) return ACCESS_OVER;
    if (cell_int(t, row, "here_ended")) return SESSION_OVER;
    return signed_in_at <= cell_int(t, row, "access_ended_at") ? SESSION_OVER : STANDS;
}

static void note_standing(const struct cx *cx, const struct table *t, size_t row,
                          struct stream *const *streams, size_t n)
{
    const char *session = cell_text(t, row, "id"), *practice = cell_text(t, row, "practice_id");
    for (size_t i = 0; i < n; i++) {
        struct stream *s = streams[i];
        if (strcmp(s->session.text, session) != 0 || strcmp(s->practice.text, practice) != 0)
            continue;
        s->standing = standing_of(cx, t, row);
        s->latest = cell_int(t, row, "latest");
    }
}

/* A session has a row for each group of its person; one that is gone has none. */
static enum status check_some(struct cx *cx, struct stream *const *streams, size_t n)
{
    struct table t;
    struct value sessions[AT_ONCE];
    for (size_t i = 0; i < AT_ONCE; i++)
        sessions[i] = value_id(i < n ? streams[i]->session : (struct id){ 0 });
    TRY(db_run(cx, &t,
               SQL_GLOBAL("SELECT s.id, s.ended_at, s.signed_in_at, s.seen_at, s.waits_for,"
                          " (SELECT min(g.idle_minutes) FROM users o JOIN practices g"
                          "   ON g.id = o.practice_id"
                          "   WHERE o.person_id = s.person_id AND o.status = 'active') AS idle,"
                          " u.practice_id, u.status, u.access_ended_at,"
                          " (SELECT d.ended_at FROM user_devices d"
                          "   WHERE d.practice_id = u.practice_id AND d.session_id = s.id)"
                          "   AS here_ended,"
                          " (SELECT h.seq FROM audit_heads h"
                          "   WHERE h.practice_id = u.practice_id) AS latest"
                          " FROM sessions s JOIN users u ON u.person_id = s.person_id"
                          " WHERE s.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
                          " $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27,"
                          " $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40)"),
               sessions, AT_ONCE));
    for (size_t i = 0; i < n; i++) streams[i]->standing = SESSION_OVER;
    for (size_t row = 0; row < t.rows; row++) note_standing(cx, &t, row, streams, n);
    return OK;
}

enum status streams_check(struct cx *cx, struct stream *const *streams, size_t n)
{
    enum status status = db_begin(cx, false);
    for (size_t i = 0; i < n; i++) streams[i]->standing = UNCONFIRMED;
    for (size_t i = 0; i < n && status == OK; i += AT_ONCE) {
        struct arena_mark mark = arena_mark(cx->mem);
        status = check_some(cx, streams + i, n - i < AT_ONCE ? n - i : AT_ONCE);
        if (status == OK) arena_rewind(cx->mem, mark);
    }
    db_rollback(cx);
    for (size_t i = 0; i < n && status != OK; i++) streams[i]->standing = UNCONFIRMED;
    return status;
}

/* --- what they are told ------------------------------------------------------------- */

static enum status tell(struct cx *cx, struct stream *s, struct html *out)
{
    struct visit visit = { .signed_in = true,
                           .session = s->session,
                           .person = s->person,
                           .signed_in_at = s->signed_in_at,
                           .slug = "" };
    struct request rq = { .method = GET, .path = "", .route = s->route, .visit = &visit };
    rq.params[0] = (struct pair){ "g", s->slug };
    cx_forget(cx);
    cx->actor = (struct actor){ .person = s->person, .session = s->session, .via = "web" };
    TRY(answer_door(cx, &rq));
    return s->route->tell(cx, &rq, s, out);
}

enum status stream_tell(struct cx *cx, struct stream *s, struct html *out)
{
    TRY(db_begin(cx, false));
    enum status status = tell(cx, s, out);
    db_rollback(cx);
    return status;
}

const char *stream_ended(enum standing standing)
{
    return standing == ACCESS_OVER    ? "event: ended\ndata: access\n\n"
           : standing == SESSION_OVER ? "event: ended\ndata: session\n\n"
                                      : "";
}

void stream_refuse(struct cx *cx, struct response *rs)
{
    bool access =
        cx->reason && (strcmp(cx->reason, "ended") == 0 || strcmp(cx->reason, "awaited") == 0 ||
                       strcmp(cx->reason, "door") == 0);
    rs->type = "text/plain; charset=utf-8";
    html_text(&rs->body, access ? "access" : "session");
}
