/* serve.c - linden serve: from nothing to answering, and back in order. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "app/reminders/reminder.h"
#include "app/sessions/cleaning.h"
#include "base/log.h"
#include "cli/host.h"
#include "cli/settings.h"
#include "db/listen.h"
#include "http/place.h"
#include "server/gateway.h"
#include "server/jobs.h"
#include "server/notify.h"
#include "server/streams.h"
#include "work/curl.h"
#include "work/queue.h"

enum {
    DRAIN_SECONDS = 20,
    HASH_QUEUE = 64,
    MOST_STREAMS = 2000,
    UNWATCHED_MS = 2000,
    FILES_FOR_OTHERS = 64
};

struct serving {
    struct cli *cli;
    struct proxies proxies;
    struct writer *writer;
    struct jobs *jobs;
    struct streams *streams;
    struct listener *listener; /* NULL with a file */
    struct gateway *gateway;
    struct http_server *http;
    int connections; /* to a database server, for pages and forms together */
};

static int between(long least, long n, long most)
{
    return (int)(n < least ? least : n > most ? most : n);
}

/* Threads inherit what is blocked here, so signals come to the main thread alone. */
static sigset_t block_signals(void)
{
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &wanted, NULL);
    return wanted;
}

static enum status read_proxies(struct serving *s)
{
    const struct given *given = option_given(s->cli, "trusted-proxy");
    const char *list = "";
    for (size_t i = 0; i < given->n; i++)
        list = arena_print(s->cli->cx->mem, "%s %s", list, given->at[i]);
    if (proxies_parse(s->cli->cx->mem, list, &s->proxies)) return OK;
    return fail(s->cli->cx, BROKEN, "the trusted proxies are no list of networks");
}

/* Addresses are shown all the same, without a place. */
static void check_places(struct cli *cli)
{
    struct setup *setup = &cli->setup;
    const char **sound = NEW_ARRAY(cli->cx->mem, const char *, setup->places_n + 1);
    size_t n = 0;
    for (size_t i = 0; i < setup->places_n; i++) {
        const char *path = setup->places[i], *wrong = place_table_wrong(cli->cx->mem, path);
        if (!wrong) {
            sound[n++] = path;
            continue;
        }
        cli_fail(cli, 0, "%s: %s; addresses are shown without the places it says", path, wrong);
        log_line(LOG_ODD, "no_places", log_text("file", path), log_text("why", wrong));
    }
    setup->places = sound;
    setup->places_n = n;
}

/* This node has committed something others wait to hear of. */
static void told(void *arg)
{
    struct serving *s = arg;
    streams_changed(s->streams);
    listener_tell(s->listener);
}

static void heard(void *streams)
{
    streams_changed(streams);
}

/* How many files and sockets we may have open: as many as we are allowed to ask for. */
static long files_most(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur > 1 << 20 ? 1 << 20 : (long)limit.rlim_cur;
}

/* Half of the sockets at most: pages must always find one. */
static enum status start_streams(struct serving *s)
{
    s->streams = streams_start(&(struct streams_options){
        .setup = &s->cli->setup,
        .most = (size_t)between(8, (files_most() - FILES_FOR_OTHERS) / 2, MOST_STREAMS),
    });
    if (!s->streams) return fail(s->cli->cx, BROKEN, "the database cannot be read");
    s->listener = listener_start(s->cli->cx, s->cli->setup.database, heard, s->streams);
    writer_watch(s->writer, told, s);
    return OK;
}

static int loops(void)
{
    return between(1, sysconf(_SC_NPROCESSORS_ONLN), 64);
}

/* Loops answer pages only from a database inside the process: they never wait. */
static void start_gateway(struct serving *s)
{
    bool shared = db_is_shared(s->cli->setup.database);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int pages = s->connections - s->connections / 2, together = between(1, cores / 2, 8);
    if (!shared || pages <= together) together = 0;
    s->gateway = gateway_start(&(struct gateway_options){
        .setup = &s->cli->setup,
        .proxies = &s->proxies,
        .loops = shared ? 0 : loops(),
        .page_threads = shared ? pages - together : between(2, cores, 64),
        .together = together,
        .hash_threads = between(1, cores / 2, 64),
        .hash_queue = HASH_QUEUE,
    });
}

static enum status start_http(struct serving *s)
{
    struct cli *cli = s->cli;
    const char *error = NULL, *listen = option_text(cli, "listen");
    s->http = http_start(
        &(struct http_options){
            .listen = listen,
            .loops = loops(),
            .unwatched_ms = UNWATCHED_MS,
            .body_limit = gateway_body_limit,
            .body_kept = gateway_body_kept,
            .spool_folder = cli->setup.data,
            .take = gateway_take,
            .log = gateway_log,
            .rest = gateway_rest,
            .arg = s->gateway,
        },
        &error);
    if (!s->http) return fail(cli->cx, BROKEN, "cannot listen on %s: %s", listen, error);
    /* With port 0 the real one is known only now; nobody else knows it yet. */
    if (strcmp(option_given(cli, "url")->from, "default") == 0)
        cli->setup.url = settings_url(cli->cx->mem, http_address(s->http));
    return OK;
}

static enum status work_begin(struct cx *cx, void *arg)
{
    (void)arg;
    cx->now = clock_now();
    TRY(people_clean_up_begin(cx));
    return reminders_begin(cx);
}

static enum status start_database(struct serving *s)
{
    struct cli *cli = s->cli;
    if (!s->writer)
        TRY(writer_start(cli->cx,
                         &(struct writer_options){
                             .where = cli->setup.database,
                             .reserve = arena_print(cli->cx->mem, "%s/reserve", cli->setup.data),
                             .lanes = s->connections / 2 },
                         &s->writer));
    return writer_run(s->writer, cli->cx, work_begin, NULL);
}

static enum status open_gateway(struct serving *s)
{
    TRY(start_streams(s));
    s->jobs = jobs_start(&s->cli->setup, s->writer);
    if (gateway_open(s->gateway, s->writer, s->jobs, s->streams)) return OK;
    return fail(s->cli->cx, BROKEN, "the database cannot be read");
}

/* Nobody answers there, or not yet. */
static bool database_down(const struct cx *cx, enum status status)
{
    return (status == BROKEN || status == AGAIN) && cx->reason && strcmp(cx->reason, "down") == 0;
}

/* Until the database is there; OK also when asked to stop, then there is no
 * s->jobs.  Pages say meanwhile that they wait. */
static enum status wait_for_database(struct serving *s, const sigset_t *wanted)
{
    const struct timespec period = { .tv_sec = 1 };
    const char *said = "";
    enum status status;
    while (database_down(s->cli->cx, status = start_database(s))) {
        const char *why = s->cli->cx->message;
        if (strcmp(why, said) != 0) {
            cli_fail(s->cli, 0, "%s; waiting for it", why);
            log_line(LOG_BROKEN, "database_down", log_text("why", why));
            said = why;
        }
        int got = sigtimedwait(wanted, NULL, &period);
        if (got == SIGTERM || got == SIGINT) return OK;
        cx_forget(s->cli->cx);
    }
    TRY(status);
    if (*said) log_line(LOG_NOTE, "database_up");
    return open_gateway(s);
}

static enum status start(struct serving *s)
{
    struct cli *cli = s->cli;
    const char *log = option_text(cli, "log");
    TRY(host_folder(cli));
    TRY(host_lock(cli));
    if (log && !log_open(log))
        return fail(cli->cx, BROKEN, "the log %s cannot be written: %s", log, strerror(errno));
    TRY(read_proxies(s));
    check_places(cli);
    if (host_key(cli, true) != OK) { /* codes of apps are refused; all else goes on */
        cli_fail(cli, 0, "%s; codes of authenticator apps cannot be checked", cli->cx->message);
        log_line(LOG_BROKEN, "no_key", log_text("why", cli->cx->message));
        cx_forget(cli->cx);
    }
    /* Before there are threads, and only if mail goes to a server: it costs memory. */
    if (strncmp(cli->setup.mail, "smtp", 4) == 0 && !curl_load())
        return fail(cli->cx, BROKEN, "the library for mail does not start");
    s->connections = (int)strtol(option_text(cli, "db-connections"), NULL, 10);
    start_gateway(s);
    enum status status = start_database(s);
    if (status != OK && !database_down(cli->cx, status)) return status;
    TRY(start_http(s)); /* first: letters that wait want to know our address */
    return status == OK ? open_gateway(s) : OK;
}

/* Requests first, then what they left to do, the database last. */
static void stop(struct serving *s)
{
    notify("STOPPING=1");
    if (s->streams) streams_end(s->streams); /* pages come back by themselves */
    if (s->http && !http_drain(s->http, DRAIN_SECONDS)) log_line(LOG_ODD, "stopped_in_the_middle");
    if (s->gateway) gateway_stop(s->gateway);
    if (s->jobs) jobs_stop(s->jobs);
    if (s->writer) writer_stop(s->writer);
    listener_stop(s->listener);
    if (s->streams) streams_stop(s->streams);
    if (s->jobs) jobs_free(s->jobs);
}

static int wait_for_the_end(const sigset_t *wanted)
{
    double every = notify_every();
    struct timespec period = { .tv_sec = (time_t)every,
                               .tv_nsec = (long)((every - (long)every) * 1e9) };
    for (;;) {
        int got = every > 0 ? sigtimedwait(wanted, NULL, &period) : sigwaitinfo(wanted, NULL);
        if (got == SIGTERM || got == SIGINT) return got;
        if (got == SIGHUP) log_line(LOG_NOTE, "log_opened_again", log_bool("done", log_reopen()));
        if (got < 0 && errno == EAGAIN) notify("WATCHDOG=1");
    }
}

/* Proxies find out, and send people elsewhere.  A second signal ends the wait. */
static void leave(struct serving *s, const sigset_t *wanted)
{
    struct timespec wait = { .tv_sec = strtol(option_text(s->cli, "leave"), NULL, 10) };
    if (!wait.tv_sec) return;
    log_line(LOG_NOTE, "leaving");
    gateway_leave(s->gateway);
    sigtimedwait(wanted, NULL, &wait);
}

int command_serve(struct cli *cli)
{
    struct serving s = { .cli = cli };
    sigset_t wanted = block_signals(), impatient;
    sigemptyset(&impatient);
    enum status status = start(&s);
    if (status == OK) {
        const char *at = http_address(s.http);
        bool local = strncmp(at, "unix:", 5) == 0 || at[0] == '/';
        printf("Linden listens on %s%s\n", local ? "" : "http://", at);
        fflush(stdout);
        if (!s.jobs) status = wait_for_database(&s, &wanted);
    }
    if (status == OK && s.jobs) {
        log_line(LOG_NOTE, "ready", log_text("listen", http_address(s.http)),
                 log_text("url", cli->setup.url));
        notify("READY=1");
        if (wait_for_the_end(&wanted) == SIGTERM) leave(&s, &wanted);
        sigaddset(&impatient, SIGINT); /* a second Ctrl-C ends at once; what was answered is kept */
        pthread_sigmask(SIG_UNBLOCK, &impatient, NULL);
        log_line(LOG_NOTE, "stopping");
    }
    stop(&s);
    if (status == OK) log_line(LOG_NOTE, "stopped");
    return cli_status(cli, status);
}
