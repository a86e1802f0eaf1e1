/* streams.c - see streams.h */
#include "server/streams.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/time.h"
#include "db/db.h"

enum { MEMORY = 4 << 20 };

/* What a standing costs is not to be asked for all the time: a look may take
 * one part in so many of it. */
enum { SHARE = 20 };

struct open_stream {
    struct stream facts;
    struct http_stream *http;
    int64_t began_ms, beat_ms;
    bool over; /* to be taken out of the list */
};

struct streams {
    struct streams_options options;
    pthread_t thread;
    pthread_mutex_t lock; /* guards the list; only the thread takes streams out of it */
    pthread_cond_t wake, ended;
    struct open_stream **list;
    size_t n, room;
    bool ending, stopping;
    atomic_bool changed;
    _Atomic uint64_t moment;
    struct db *db; /* the thread's */
    struct cx cx;
    bool failed; /* the last look did, and the log knows */
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* --- telling ------------------------------------------------------------------------ */

static void say(struct open_stream *o, const char *text, size_t n, int64_t now)
{
    o->beat_ms = now;
    if (!http_stream_send(o->http, text, n)) o->over = true;
}

static void tell(struct streams *h, struct open_stream *o, int64_t now)
{
    struct html out = { .cx = &h->cx };
    struct arena_mark mark = arena_mark(h->cx.mem);
    enum status status = stream_tell(&h->cx, &o->facts, &out);
    if (status == OK && out.length)
        say(o, out.text, out.length, now);
    else if (status != OK)
        o->over = true; /* changed between the two looks; the next try learns how */
    arena_rewind(h->cx.mem, mark);
}

static void look_at(struct streams *h, struct open_stream *o, int64_t now)
{
    const char *last_words = stream_ended(o->facts.standing);
    if (o->facts.standing != STANDS) {
        if (*last_words) say(o, last_words, strlen(last_words), now);
        o->over = true;
    } else if (!http_stream_open(o->http) || now - o->began_ms >= h->options.life_ms) {
        o->over = true;
    } else if (o->facts.about && o->facts.latest != o->facts.seen) {
        tell(h, o, now);
    } else if (now - o->beat_ms >= h->options.beat_ms) {
        say(o, ":\n\n", 3, now);
    }
}

/* --- one look at all of them ----------------------------------------------------------- */

static void note_failure(struct streams *h, bool failed)
{
    if (failed && !h->failed)
        log_line(LOG_BROKEN, "streams", log_text("file", h->cx.file), log_int("line", h->cx.line),
                 log_text("why", h->cx.message ? h->cx.message : "memory"));
    h->failed = failed;
}

struct snapshot {
    struct open_stream **at;
    size_t n;
};

static struct snapshot snapshot(struct streams *h)
{
    pthread_mutex_lock(&h->lock);
    struct snapshot all = { NEW_ARRAY(h->cx.mem, struct open_stream *, h->n + 1), h->n };
    if (h->n) memcpy(all.at, h->list, h->n * sizeof(void *));
    pthread_mutex_unlock(&h->lock);
    return all;
}

static void remove_over(struct streams *h)
{
    pthread_mutex_lock(&h->lock);
    size_t kept = 0;
    for (size_t i = 0; i < h->n; i++) {
        struct open_stream *o = h->list[i];
        if (o->over || h->ending) {
            http_stream_end(o->http);
            free(o);
        } else {
            h->list[kept++] = o;
        }
    }
    h->n = kept;
    if (h->ending) pthread_cond_broadcast(&h->ended);
    pthread_mutex_unlock(&h->lock);
}

static void look_at_all(struct streams *h, const struct snapshot *all)
{
    struct stream **facts = NEW_ARRAY(h->cx.mem, struct stream *, all->n + 1);
    int64_t now = now_ms();
    for (size_t i = 0; i < all->n; i++) facts[i] = &all->at[i]->facts;
    note_failure(h, streams_check(&h->cx, facts, all->n) != OK);
    if (all->n) http_stream_watched(all->at[0]->http);
    for (size_t i = 0; i < all->n; i++) look_at(h, all->at[i], now);
}

static void look(struct streams *h)
{
    struct arena *mem = h->cx.mem;
    jmp_buf full;
    arena_reset(mem);
    h->cx = (struct cx){ .mem = mem,
                         .db = h->db,
                         .now = clock_now(),
                         .lang = "en",
                         .zone = "UTC",
                         .setup = h->options.setup };
    const struct snapshot all = snapshot(h);
    if (setjmp(full)) {
        db_rollback(&h->cx);
        for (size_t i = 0; i < all.n; i++) all.at[i]->over = true;
        note_failure(h, true);
    } else {
        arena_catch(mem, &full);
        look_at_all(h, &all);
    }
    arena_catch(mem, NULL);
    remove_over(h);
}

/* --- the thread -------------------------------------------------------------------------- */

static struct timespec moment_of(int64_t ms)
{
    return (struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
}

/* Until it is time to look again; false when it is time to stop.  Without
 * streams nothing is looked at. */
static bool rest(struct streams *h, int64_t began, int64_t ended)
{
    int64_t gap = (ended - began) * (SHARE - 1);
    if (gap > h->options.check_ms / 2) gap = h->options.check_ms / 2;
    if (gap < h->options.gap_ms) gap = h->options.gap_ms;
    struct timespec soon = moment_of(ended + gap), late = moment_of(began + h->options.check_ms);
    int waited = 0;
    pthread_mutex_lock(&h->lock);
    while (!h->ending && h->n && !h->changed && waited == 0)
        waited = pthread_cond_timedwait(&h->wake, &h->lock, &late);
    for (waited = 0; !h->ending && h->n && waited == 0;)
        waited = pthread_cond_timedwait(&h->wake, &h->lock, &soon);
    while (!h->stopping && h->n == 0) pthread_cond_wait(&h->wake, &h->lock);
    h->changed = false;
    bool on = !h->stopping;
    pthread_mutex_unlock(&h->lock);
    return on;
}

static void *run(void *arg)
{
    struct streams *h = arg;
    int64_t began = 0, ended = 0;
    pthread_setname_np(pthread_self(), "streams");
    while (rest(h, began, ended)) {
        began = now_ms();
        look(h);
        ended = now_ms();
    }
    return NULL;
}

struct streams *streams_start(const struct streams_options *options)
{
    struct streams *h = calloc(1, sizeof *h);
    pthread_condattr_t clock;
    if (!h) abort();
    h->options = *options;
#define DEFAULT(field, value) \
    if (!h->options.field) h->options.field = (value)
    DEFAULT(most, 2000);
    DEFAULT(most_of_person, 24);
    DEFAULT(most_of_session, 4);
    DEFAULT(check_ms, 500);
    DEFAULT(gap_ms, 50);
    DEFAULT(beat_ms, 15000);
    DEFAULT(life_ms, 3600000);
#undef DEFAULT
    h->cx.mem = arena_new(MEMORY);
    if (db_open(&h->cx, options->setup->database, DB_READER, &h->db) != OK) {
        arena_free(h->cx.mem);
        free(h);
        return NULL;
    }
    pthread_mutex_init(&h->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&h->wake, &clock);
    pthread_cond_init(&h->ended, &clock);
    pthread_condattr_destroy(&clock);
    if (pthread_create(&h->thread, NULL, run, h) != 0) abort();
    return h;
}

/* --- from outside -------------------------------------------------------------------------- */

static void wake(struct streams *h)
{
    h->changed = true;
    pthread_cond_signal(&h->wake);
}

void streams_changed(struct streams *h)
{
    h->moment++;
    if (h->changed) return; /* the next look has not begun: it will see this, too */
    pthread_mutex_lock(&h->lock);
    wake(h);
    pthread_mutex_unlock(&h->lock);
}

uint64_t streams_moment(struct streams *h)
{
    return h->moment;
}

/* Those whose page has gone do not count, even if nobody has looked yet. */
static bool one_more(struct streams *h, const struct stream *facts)
{
    size_t of_person = 0, of_session = 0;
    if (h->ending || h->n >= h->options.most) return false;
    for (size_t i = 0; i < h->n; i++) {
        const struct stream *s = &h->list[i]->facts;
        if (!id_same(s->person, facts->person) || !http_stream_open(h->list[i]->http)) continue;
        of_person++;
        of_session += id_same(s->session, facts->session);
    }
    return of_person < h->options.most_of_person && of_session < h->options.most_of_session;
}

static bool room(struct streams *h)
{
    if (h->n < h->room) return true;
    size_t wider = h->room ? h->room * 2 : 64;
    struct open_stream **list = realloc(h->list, wider * sizeof(void *));
    if (!list) return false;
    h->list = list;
    h->room = wider;
    return true;
}

static bool add(struct streams *h, struct exchange *x, const struct http_response *rs,
                const struct stream *facts)
{
    struct open_stream *o = one_more(h, facts) && room(h) ? calloc(1, sizeof *o) : NULL;
    if (!o) return false;
    o->facts = *facts; /* they live in the exchange, which is gone in a moment */
    o->began_ms = o->beat_ms = now_ms();
    o->http = exchange_stream(x, rs);
    if (o->http) {
        h->list[h->n++] = o;
        if (h->n == 1) pthread_cond_signal(&h->wake);
    } else {
        free(o);
    }
    return true;
}

bool streams_add(struct streams *h, struct exchange *x, const struct http_response *rs,
                 const struct stream *facts, uint64_t moment)
{
    pthread_mutex_lock(&h->lock);
    bool answered = add(h, x, rs, facts);
    if (answered && h->moment != moment) wake(h);
    pthread_mutex_unlock(&h->lock);
    return answered;
}

void streams_end(struct streams *h)
{
    pthread_mutex_lock(&h->lock);
    h->ending = true;
    pthread_cond_signal(&h->wake);
    while (h->n) pthread_cond_wait(&h->ended, &h->lock);
    pthread_mutex_unlock(&h->lock);
}

void streams_stop(struct streams *h)
{
    streams_end(h);
    pthread_mutex_lock(&h->lock);
    h->stopping = true;
    pthread_cond_signal(&h->wake);
    pthread_mutex_unlock(&h->lock);
    pthread_join(h->thread, NULL);
    db_close(h->db);
    arena_free(h->cx.mem);
    pthread_cond_destroy(&h->ended);
    pthread_cond_destroy(&h->wake);
    pthread_mutex_destroy(&h->lock);
    free(h->list);
    free(h);
}
