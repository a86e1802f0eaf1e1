/* listen.c - see listen.h */
#include "db/listen.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "db/connect.h"

enum { MEMORY = 1 << 16, AGAIN_MS = 250 };

struct listener {
    pthread_t thread;
    struct db *db; /* only for its connection */
    int wake;
    atomic_bool stopping;
    void (*heard)(void *arg);
    void *arg;
};

static struct pg *handle(const struct listener *l)
{
    return l->db->handle;
}

static bool command(struct listener *l, const char *text)
{
    PGresult *r = pq.PQexec(handle(l)->conn, text);
    bool done = pq.PQresultStatus(r) == PGRES_COMMAND_OK;
    pq.PQclear(r);
    return done;
}

/* What came meanwhile; one's own words come back, too, and are no news. */
static void read_words(struct listener *l)
{
    PGconn *conn = handle(l)->conn;
    bool news = false;
    for (PGnotify *word; (word = pq.PQnotifies(conn)); pq.PQfreemem(word))
        news |= word->be_pid != pq.PQbackendPID(conn);
    if (news) l->heard(l->arg);
}

/* False once the connection is lost, or it is time to stop. */
static bool serve(struct listener *l)
{
    eventfd_t told = 0;
    struct pollfd fds[] = { { .fd = pq.PQsocket(handle(l)->conn), .events = POLLIN },
                            { .fd = l->wake, .events = POLLIN } };
    if (fds[0].fd < 0 || (poll(fds, 2, -1) < 0)) return false;
    if (fds[1].revents) eventfd_read(l->wake, &told);
    if (l->stopping) return false;
    if (told && !command(l, "NOTIFY linden")) return false;
    if (!pq.PQconsumeInput(handle(l)->conn)) return false;
    read_words(l);
    return true;
}

static void *run(void *arg)
{
    struct listener *l = arg;
    struct cx cx = { .mem = arena_new(MEMORY), .lang = "en", .zone = "UTC" };
    pthread_setname_np(pthread_self(), "listener");
    while (!l->stopping) {
        arena_reset(cx.mem);
        cx_forget(&cx);
        if (pg_connect(&cx, handle(l)) == OK && command(l, "LISTEN linden")) {
            l->heard(l->arg);
            while (serve(l)) continue;
        }
        pg_disconnect(handle(l));
        if (!l->stopping) poll(NULL, 0, AGAIN_MS);
    }
    arena_free(cx.mem);
    return NULL;
}

struct listener *listener_start(struct cx *cx, const char *where, void (*heard)(void *arg),
                                void *arg)
{
    struct db *db;
    if (!db_is_shared(where) || db_open(cx, where, DB_READER, &db) != OK) return NULL;
    struct listener *l = calloc(1, sizeof *l);
    if (!l) abort();
    *l = (struct listener){ .db = db, .heard = heard, .arg = arg };
    l->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (l->wake < 0 || pthread_create(&l->thread, NULL, run, l) != 0) abort();
    return l;
}

void listener_tell(struct listener *l)
{
    if (l) eventfd_write(l->wake, 1);
}

void listener_stop(struct listener *l)
{
    if (!l) return;
    l->stopping = true;
    eventfd_write(l->wake, 1);
    pthread_join(l->thread, NULL);
    close(l->wake);
    db_close(l->db);
    free(l);
}
