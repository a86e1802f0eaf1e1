/* race.c - see race.h */
#include "tests/support/race.h"

#include <pthread.h>

#include "base/secret.h"
#include "db/writer.h"
#include "tests/support/engine.h"
#include "tests/support/folder.h"

static const char *folder, *database;
static struct writer *writer;

int race_rounds(int usually)
{
    const char *more = getenv("RACES");
    return more ? atoi(more) : usually;
}

/* --- one request of one of many --------------------------------------------------- */

static enum status inside(struct cx *cx, void *arg)
{
    struct racer *r = arg;
    return answer_inside(cx, &r->rq, &r->rs);
}

static void failed(struct cx *cx, void *arg, enum status status)
{
    struct racer *r = arg;
    answer_failed(cx, &r->rq, &r->rs, status);
}

static void finished(struct cx *cx, void *arg, enum status status)
{
    struct racer *r = arg;
    (void)cx, (void)status;
    pthread_mutex_lock(&r->lock);
    r->done = true;
    pthread_cond_signal(&r->over);
    pthread_mutex_unlock(&r->lock);
}

static void *race(void *arg)
{
    struct racer *r = arg;
    if (db_open(&r->cx, database, DB_READER, &r->cx.db) != OK) exit(1);
    struct db *reader = r->cx.db;
    pthread_barrier_wait(r->line);
    enum status status = answer_prepare(&r->cx, &r->rq);
    if (status == OK && r->rq.method == POST) {
        r->task = (struct write_task){
            .cx = &r->cx, .run = inside, .failed = failed, .done = finished, .arg = r
        };
        if (!writer_submit(writer, &r->task)) exit(1);
        pthread_mutex_lock(&r->lock);
        while (!r->done) pthread_cond_wait(&r->over, &r->lock);
        pthread_mutex_unlock(&r->lock);
    } else if (status == OK) {
        (void)!answer(&r->cx, &r->rq, &r->rs); /* its status says it */
    } else {
        answer_failed(&r->cx, &r->rq, &r->rs, status);
    }
    r->status = r->rs.status ? r->rs.status : 200;
    r->cookie = r->rs.cookies[0];
    db_close(reader);
    return NULL;
}

struct racer racers[RACERS];
size_t n_racers;

void race_ready(struct cx *cx, const char *token, bool visitor, const char *path,
                const char *const *form)
{
    struct racer *r = &racers[n_racers++];
    struct pair *pairs = NEW_ARRAY(cx->mem, struct pair, 32);
    size_t n = 0;
    *r = (struct racer){ .cx = { .mem = arena_new(1 << 22),
                                 .now = cx->now + (int64_t)n_racers,
                                 .lang = "en",
                                 .zone = "UTC",
                                 .setup = cx->setup } };
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->over, NULL);
    r->rq = (struct request){ .method = form ? POST : GET,
                              .path = path,
                              .address = "192.0.2.7",
                              .cookies = arena_print(
                                  cx->mem, "%s=%s", visitor ? "linden-visitor" : "linden", token) };
    for (; form && form[2 * n]; n++) pairs[n] = (struct pair){ form[2 * n], form[2 * n + 1] };
    char *form_token = arena_alloc(cx->mem, SECRET_SIZE);
    secret_derive(form_token, token, "form");
    pairs[n++] = (struct pair){ "form_token", form_token };
    r->rq.form = (struct pairs){ n, pairs };
}

void race_call(struct cx *cx, const char *authorization, const char *once, const char *path,
               const char *body)
{
    const char *nothing[] = { NULL };
    race_ready(cx, "", true, path, nothing);
    struct request *rq = &racers[n_racers - 1].rq;
    *rq = (struct request){ .method = POST,
                            .path = path,
                            .address = rq->address,
                            .authorization = authorization,
                            .once = once,
                            .content_type = "application/json",
                            .body = { body, strlen(body) } };
}

static const struct writer_options *options(struct cx *cx)
{
    struct writer_options *o = NEW(cx->mem, struct writer_options);
    *o = (struct writer_options){ database, arena_print(cx->mem, "%s/reserve", folder), 8 };
    return o;
}

void race_begin(struct cx *cx)
{
    folder = folder_new(cx);
    database = engine_share(cx, arena_print(cx->mem, "%s/linden.db", folder));
    n_racers = 0;
    if (writer_start(cx, options(cx), &writer) != OK) {
        printf("  %s\n", cx->message);
        exit(1);
    }
}

void race_go(void)
{
    pthread_t threads[RACERS];
    pthread_barrier_t line;
    pthread_barrier_init(&line, NULL, (unsigned)n_racers);
    for (size_t i = 0; i < n_racers; i++) {
        racers[i].line = &line;
        pthread_create(&threads[i], NULL, race, &racers[i]);
    }
    for (size_t i = 0; i < n_racers; i++) pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&line);
    writer_stop(writer);
}

int64_t race_after(struct cx *cx, const struct sql *sql)
{
    struct db *before = cx->db, *db;
    if (db_open(cx, database, DB_READER, &db) != OK) exit(1);
    cx->db = db;
    int64_t n = count(cx, sql);
    cx->db = before;
    db_close(db);
    return n;
}

void race_end(void)
{
    folder_remove(folder);
    for (size_t i = 0; i < n_racers; i++) arena_free(racers[i].cx.mem);
}

int race_later(struct cx *cx, const char *token, const char *path)
{
    pthread_barrier_t line;
    struct racer *r = &racers[n_racers];
    if (writer_start(cx, options(cx), &writer) != OK) exit(1);
    race_ready(cx, token, false, path, NULL);
    pthread_barrier_init(&line, NULL, 1);
    r->line = &line;
    race(r);
    pthread_barrier_destroy(&line);
    writer_stop(writer);
    return r->status;
}
