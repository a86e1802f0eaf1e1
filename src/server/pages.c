/* pages.c - the page lane: GET, each in a transaction that reads, several in one where
 * asking costs a way to a server and back. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "server/streams.h"
#include "server/work.h"
#include "web/visit.h"

/* Microseconds: who takes no longer by itself may go together with others, which is also how
 * long it waits for them at most; and how long they may take all in all, before each is asked
 * by itself once more. */
enum { TOGETHER_US = 25000, TOGETHER_LONG_US = 250000, NEVER_TOGETHER = -1 };

/* Of the kind of page that is asked for; NULL for what goes its own way. */
static _Atomic int32_t *pages_last(const struct work *w)
{
    const struct route_info *r = w->rq.route;
    if (!r || r->tell || r->api || r->files || w->ready || w->sending) return NULL;
    return &w->gateway->last[r - routes];
}

/* Noting that a session was used must not keep the page waiting, so it is a
 * task of its own with its own memory. */
struct note {
    struct write_task task;
    struct cx cx;
    struct request rq;
    struct visit visit;
};

static enum status note_run(struct cx *cx, void *arg)
{
    struct note *note = arg;
    return visit_note(cx, &note->rq);
}

static void note_done(struct cx *cx, void *arg, enum status status)
{
    (void)status;
    arena_free(cx->mem);
    free(arg);
}

static void note_use(struct work *w)
{
    if (!visit_should_note(&w->cx, &w->rq)) return;
    struct note *note = calloc(1, sizeof *note);
    if (!note) return;
    note->cx = (struct cx){ .mem = arena_new(1 << 16),
                            .now = w->cx.now,
                            .setup = w->cx.setup,
                            .lang = "en",
                            .zone = "UTC" };
    note->cx.actor.practice = w->cx.actor.practice;
    note->cx.actor.user = w->cx.actor.user;
    note->cx.actor.viewer = w->cx.actor.viewer;
    note->cx.actor.address = arena_print(note->cx.mem, "%s", w->rq.address ? w->rq.address : "");
    note->visit.session = w->rq.visit->session;
    note->visit.person = w->rq.visit->person;
    note->visit.key = w->rq.visit->key;
    note->rq.visit = &note->visit;
    note->task =
        (struct write_task){ .cx = &note->cx, .run = note_run, .done = note_done, .arg = note };
    if (!writer_submit(w->gateway->writer, &note->task)) note_done(&note->cx, note, OK);
}

static enum status ask_one(struct cx *cx, void *arg)
{
    (void)arg;
    return db_exec(cx, SQL_GLOBAL("SELECT 1 AS one"));
}

static void page_ready(struct work *w)
{
    enum status status = db_transact(&w->cx, false, ask_one, NULL);
    w->rs = (struct response){ .status = status == OK ? 200 : 503,
                               .body.cx = &w->cx,
                               .type = "text/plain; charset=utf-8" };
    html_text(&w->rs.body, status == OK ? "ready\n" : "not ready\n");
}

/* Runs what may ask for more memory than the request has.  False: it did, and
 * the visitor has been told. */
bool work_guarded(struct work *w, struct db *db, void (*run)(struct work *))
{
    jmp_buf full;
    w->cx.db = db;
    if (setjmp(full)) {
        if (w->cx.db) db_rollback(&w->cx);
        arena_catch(w->cx.mem, NULL);
        send_plain(w->exchange, 413, TOO_MUCH);
        return false;
    }
    arena_catch(w->cx.mem, &full);
    run(w);
    arena_catch(w->cx.mem, NULL);
    return true;
}

/* A page that showed something of patients waits until that is written down,
 * and does not leave if it cannot be. */
static enum status record_run(struct cx *cx, void *arg)
{
    struct work *w = arg;
    return answer_record(cx, &w->rq);
}

static void record_done(struct cx *cx, void *arg, enum status status)
{
    struct work *w = arg;
    (void)cx;
    if (status == OK) {
        send_response(w);
        return;
    }
    log_broken(w);
    send_plain(w->exchange, 503, BUSY);
}

static void send_page(struct work *w)
{
    if (!w->cx.shown) {
        send_response(w);
        return;
    }
    w->task = (struct write_task){ .cx = &w->cx, .run = record_run, .done = record_done, .arg = w };
    if (!writer_submit(w->gateway->writer, &w->task)) send_plain(w->exchange, 503, BUSY);
}

/* --- by itself ------------------------------------------------------------------ */

/* How long a kind of page took last, by itself: what is quick goes together. */
static void note_time(const struct work *w, int64_t us)
{
    _Atomic int32_t *last = pages_last(w);
    if (!last || *last == NEVER_TOGETHER) return;
    int32_t before = *last, now = us < INT32_MAX ? (int32_t)us : INT32_MAX;
    *last = now < before ? now : before + (now - before) / 16;
}

static void show_page(struct work *w)
{
    int64_t began = clock_steady();
    if (w->gateway->streams) w->moment = streams_moment(w->gateway->streams);
    enum status status = OK;
    if (w->ready)
        page_ready(w);
    else
        status = answer(&w->cx, &w->rq, &w->rs);
    w->late = status == AGAIN && db_late(w->cx.db);
    if (w->late) return;
    note_time(w, clock_steady() - began);
    if (status == BROKEN) log_broken(w);
    bool stream = w->rq.route && w->rq.route->tell; /* is no activity */
    if (w->rq.visit && !stream) note_use(w);
}

void pages_run(void *arg, struct pool_work *pool_work, struct db *db)
{
    struct work *w = (struct work *)pool_work;
    (void)arg;
    if (w->sending)
        send_piece(w, db);
    else if (w->rq.route && w->rq.route->files)
        files_take(w, db);
    else if (work_guarded(w, db, show_page))
        send_page(w);
}

/* --- together --------------------------------------------------------------------- */

/* Memory that ends in the middle ends the reading of all; who asked too much hears it when it
 * is read by itself. */
static enum status read_page(struct cx *cx, void *arg)
{
    struct work *w = arg;
    jmp_buf full;
    if (setjmp(full)) {
        arena_catch(w->cx.mem, NULL);
        db_doom(cx);
        return BROKEN;
    }
    arena_catch(w->cx.mem, &full);
    enum status status = answer_gathered(cx, &w->rq, &w->rs);
    arena_catch(w->cx.mem, NULL);
    return status;
}

static void page_read(void *arg)
{
    struct work *w = arg;
    if (w->rq.visit) note_use(w);
    send_page(w);
}

static void run_alone(struct work *w, const struct reader *r, struct db *db)
{
    _Atomic int32_t *last = pages_last(w);
    if (r->guilty && last) *last = NEVER_TOGETHER;
    pages_run(NULL, &w->pool, db);
}

void pages_run_together(void *arg, struct pool_work **all, size_t n, struct db *db)
{
    struct reader readers[POOL_MOST];
    _Atomic int32_t *last[POOL_MOST];
    struct cx cx = { .mem = arena_new(1 << 20), .db = db };
    int64_t began = clock_steady();
    (void)arg;
    for (size_t i = 0; i < n; i++) {
        struct work *w = (struct work *)all[i];
        last[i] = pages_last(w);
        readers[i] = (struct reader){ .cx = &w->cx, .run = read_page, .told = page_read, .arg = w };
    }
    db_read_together(&cx, readers, n);
    bool long_ago = clock_steady() - began > TOGETHER_LONG_US;
    for (size_t i = 0; i < n; i++) {
        if (long_ago && last[i] && *last[i] != NEVER_TOGETHER) *last[i] = INT32_MAX;
        if (!readers[i].done) run_alone((struct work *)all[i], &readers[i], db);
    }
    arena_free(cx.mem);
}

bool pages_submit(struct work *w)
{
    struct gateway *g = w->gateway;
    const _Atomic int32_t *last = pages_last(w);
    bool quick = last && *last < TOGETHER_US && *last != NEVER_TOGETHER;
    if (quick && g->together && pool_lag(g->together) < TOGETHER_US
        && pool_submit(g->together, &w->pool))
        return true;
    return pool_submit(g->pages, &w->pool);
}

/* By the loop itself.  False: nothing has happened, and it must take the lane. */
bool pages_in_passing(struct work *w)
{
    struct gateway *g = w->gateway;
    bool stream = w->rq.route && w->rq.route->tell;
    if (w->exchange->loop >= g->options.loops || !w->exchange->spare) return false;
    if (w->ready || stream) return false;
    struct arena_mark mark = arena_mark(w->cx.mem);
    struct cx fresh = w->cx;
    if (!work_guarded(w, g->brisk[w->exchange->loop], show_page)) return true;
    if (!w->late) {
        send_page(w);
        return true;
    }
    w->cx = fresh;
    arena_rewind(w->cx.mem, mark);
    return false;
}
