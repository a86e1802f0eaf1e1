/* server.c - see server.h */
#include "http/server.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/loop.h"

enum { BACKLOG = 1024 };

static int listener_fail(int fd, const char **error)
{
    static _Thread_local char words[160];
    snprintf(words, sizeof words, "cannot listen there: %s", strerror(errno));
    *error = words;
    if (fd >= 0) close(fd);
    return -1;
}

static int listen_local(struct http_server *server, const char *path, const char **error)
{
    struct sockaddr_un where = { .sun_family = AF_UNIX };
    if (!*path || strlen(path) >= sizeof where.sun_path) {
        *error = "the path of the socket is empty or too long";
        return -1;
    }
    memcpy(where.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return listener_fail(fd, error);
    /* A socket nobody answers on was left by a process that is gone. */
    struct stat stat;
    if (lstat(path, &stat) == 0 && S_ISSOCK(stat.st_mode)
        && connect(fd, (struct sockaddr *)&where, sizeof where) < 0 && errno == ECONNREFUSED)
        unlink(path);
    close(fd);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&where, sizeof where) < 0 || listen(fd, BACKLOG) < 0)
        return listener_fail(fd, error);
    chmod(path, 0660); /* the group decides which proxy may connect */
    server->local = true;
    snprintf(server->address, sizeof server->address, "unix:%s", path);
    return fd;
}

static void address_note(struct http_server *server, int fd)
{
    struct sockaddr_storage at = { 0 };
    socklen_t size = sizeof at;
    char host[64] = "", port[8] = "";
    if (getsockname(fd, (struct sockaddr *)&at, &size) == 0)
        getnameinfo((struct sockaddr *)&at, size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV);
    const char *format = at.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s";
    snprintf(server->address, sizeof server->address, format, host, port);
}

static int listen_net(struct http_server *server, const char *where, const char **error)
{
    char host[256];
    const char *colon = strrchr(where, ':');
    size_t length = colon ? (size_t)(colon - where) : 0;
    if (!colon || length >= sizeof host) {
        *error = "an address to listen on looks like 127.0.0.1:8080, [::1]:8080 or unix:/path";
        return -1;
    }
    bool literal = length >= 2 && where[0] == '[' && colon[-1] == ']';
    snprintf(host, sizeof host, "%.*s", (int)(literal ? length - 2 : length), where + literal);
    struct addrinfo wanted = { .ai_socktype = SOCK_STREAM,
                               .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
    struct addrinfo *found = NULL;
    int trouble = getaddrinfo(*host ? host : NULL, colon + 1, &wanted, &found);
    if (trouble) {
        *error = gai_strerror(trouble);
        return -1;
    }
    int on = 1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool fine = fd >= 0
                && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0
                /* Accepted sockets inherit it. */
                && setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0
                && bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
    freeaddrinfo(found);
    if (!fine) return listener_fail(fd, error);
    address_note(server, fd);
    return fd;
}

static void defaults(struct http_options *o)
{
#define DEFAULT(field, value) \
    if (!o->field) o->field = (value)
    DEFAULT(loops, 1);
    DEFAULT(connections, 4096);
    DEFAULT(header_limit, 32 << 10);
    DEFAULT(target_limit, 8 << 10);
    DEFAULT(field_limit, 100);
    DEFAULT(memory_limit, 64 << 20);
    DEFAULT(spool_limit, 512 << 20);
    DEFAULT(arena_limit, 4 << 20);
    DEFAULT(head_ms, 10000);
    DEFAULT(body_ms, 5000);
    DEFAULT(body_rate, 500);
    DEFAULT(idle_ms, 60000);
    DEFAULT(stall_ms, 30000);
    DEFAULT(goodbye_ms, 2000);
#undef DEFAULT
}

static void server_free(struct http_server *server)
{
    for (int i = 0; i < server->options.loops; i++) loop_close(&server->loop[i]);
    if (server->listener >= 0) close(server->listener);
    free(server);
}

/* Loops leave signals to the thread that started them. */
static bool threads_start(struct http_server *server)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = 0; i < server->options.loops; i++) {
        struct loop *loop = &server->loop[i];
        if (pthread_create(&loop->thread, NULL, loop_run, loop) != 0) break;
        server->loops++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return server->loops == server->options.loops;
}

struct http_server *http_start(const struct http_options *options, const char **error)
{
    struct http_options o = *options;
    defaults(&o);
    struct http_server *server = calloc(1, sizeof *server + (size_t)o.loops * sizeof(struct loop));
    if (!server) {
        *error = "out of memory";
        return NULL;
    }
    server->options = o;
    server->limits = (struct http_limits){ o.header_limit, o.target_limit, o.field_limit };
    server->budget.limit = o.memory_limit;
    server->budget.spool_limit = o.spool_limit;
    bool ready = true;
    for (int i = 0; i < o.loops; i++) ready &= loop_open(&server->loop[i], server);
    *error = "too many open files";
    server->listener = !ready ? -1
                       : strncmp(o.listen, "unix:", 5) == 0
                           ? listen_local(server, o.listen + 5, error)
                           : listen_net(server, o.listen, error);
    if (server->listener < 0) {
        server_free(server);
        return NULL;
    }
    if (!threads_start(server)) {
        http_stop(server);
        *error = "no more threads";
        return NULL;
    }
    return server;
}

const char *http_address(const struct http_server *server)
{
    return server->address;
}

bool http_drain(struct http_server *server, double seconds)
{
    if (seconds < 0) seconds = 0;
    atomic_store(&server->stop_at, clock_us() / 1000 + (int64_t)(seconds * 1000));
    atomic_store(&server->draining, true);
    bool finished = true;
    for (int i = 0; i < server->loops; i++) eventfd_write(server->loop[i].wake, 1);
    for (int i = 0; i < server->loops; i++) {
        pthread_join(server->loop[i].thread, NULL);
        finished &= server->loop[i].conns == 0;
    }
    finished &= atomic_load(&server->streams) == 0;
    if (server->local) unlink(server->address + strlen("unix:"));
    if (finished) {
        server_free(server);
    } else {
        close(server->listener);
    }
    return finished;
}

bool http_stop(struct http_server *server)
{
    return http_drain(server, 0);
}
