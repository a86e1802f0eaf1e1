/* kannel.c - see kannel.h */
#include "tests/support/kannel.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/folder.h"

extern char **environ;
enum { ADMIN, BOXES, NETWORK, SENDING, PORTS };
enum { BEARERBOX, SMSBOX, FAKESMSC };
static const int DEADLINE = 600; /* tenths of a second, on a loaded machine */

static struct sockaddr_in at(int port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

/* Free at this moment; all are held until the last is found, so they differ. */
static void free_ports(int ports[PORTS])
{
    int sockets[PORTS];
    for (int i = 0; i < PORTS; i++) {
        struct sockaddr_in address = at(0);
        socklen_t n = sizeof address;
        sockets[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (bind(sockets[i], (struct sockaddr *)&address, n) != 0) exit(1);
        getsockname(sockets[i], (struct sockaddr *)&address, &n);
        ports[i] = ntohs(address.sin_port);
    }
    for (int i = 0; i < PORTS; i++) close(sockets[i]);
}

static const char CONFIG[] =
    "group = core\nadmin-port = %d\nadmin-interface = 127.0.0.1\nadmin-password = unused\n"
    "smsbox-port = %d\nsmsbox-interface = 127.0.0.1\nbox-allow-ip = 127.0.0.1\n\n"
    "group = smsc\nsmsc = fake\nsmsc-id = fake\nhost = 127.0.0.1\nport = %d\n"
    "connect-allow-ip = 127.0.0.1\n\n"
    "group = smsbox\nbearerbox-host = 127.0.0.1\nsendsms-port = %d\n"
    "sendsms-interface = 127.0.0.1\n\n"
    "group = sendsms-user\nusername = linden\npassword = quiet-harbour\nmax-messages = 3\n"
    "concatenation = true\ndefault-sender = Linden\nblack-list-regex = \"^[+]6149\"\n\n"
    "group = sms-service\nkeyword = default\nmax-messages = 0\ntext = \"\"\n";

static void write_file(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    if (!out || fputs(text, out) < 0 || fclose(out) != 0 || chmod(path, 0600) != 0) exit(1);
}

static int start(struct cx *cx, const struct kannel *k, const char *name, char *const argv[])
{
    posix_spawn_file_actions_t files;
    pid_t pid;
    const char *out = arena_print(cx->mem, "%s/%s.out", k->folder, name);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    int error = posix_spawnp(&pid, argv[0], &files, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    if (error == 0) return pid;
    fprintf(stderr, "kannel: %s cannot be started; install kannel and kannel-extras\n", argv[0]);
    exit(1);
}

static void pause_a_bit(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
}

/* Does it listen?  False if the program has ended, for want of that very port. */
static bool listens(int pid, int port)
{
    for (int i = 0; i < DEADLINE; i++) {
        struct sockaddr_in address = at(port);
        int one = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        bool there = connect(one, (struct sockaddr *)&address, sizeof address) == 0;
        close(one);
        if (there) return true;
        if (waitpid(pid, NULL, WNOHANG) == pid) return false;
        pause_a_bit();
    }
    return false;
}

static bool try(struct cx *cx, struct kannel *k)
{
    int ports[PORTS];
    free_ports(ports);
    char *config = arena_print(cx->mem, "%s/kannel.conf", k->folder);
    write_file(config, arena_print(cx->mem, CONFIG, ports[ADMIN], ports[BOXES], ports[NETWORK],
                                   ports[SENDING]));
    k->pids[BEARERBOX] =
        start(cx, k, "bearerbox", (char *[]){ (char *)"/usr/sbin/bearerbox", config, NULL });
    if (!listens(k->pids[BEARERBOX], ports[BOXES])) return false;
    k->pids[SMSBOX] =
        start(cx, k, "smsbox", (char *[]){ (char *)"/usr/sbin/smsbox", config, NULL });
    if (!listens(k->pids[SMSBOX], ports[SENDING])) return false;
    char *network = arena_print(cx->mem, "%d", ports[NETWORK]);
    k->pids[FAKESMSC] = start(cx, k, "fakesmsc",
                              (char *[]){ (char *)"/usr/lib/kannel/test/fakesmsc", (char *)"-H",
                                          (char *)"127.0.0.1", (char *)"-r", network, (char *)"-m",
                                          (char *)"0", (char *)"1 2 text unused", NULL });
    k->where = arena_print(cx->mem, "kannel:http://127.0.0.1:%d", ports[SENDING]);
    return true;
}

static void stop(struct kannel *k)
{
    for (int i = FAKESMSC; i >= BEARERBOX; i--) {
        if (k->pids[i] <= 0) continue;
        kill(k->pids[i], SIGKILL);
        waitpid(k->pids[i], NULL, 0);
        k->pids[i] = 0;
    }
}

static void listen_for_reports(struct cx *cx, struct kannel *k)
{
    struct sockaddr_in address = at(0);
    socklen_t n = sizeof address;
    k->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(k->listening, (struct sockaddr *)&address, n) != 0 || listen(k->listening, 8) != 0)
        exit(1);
    getsockname(k->listening, (struct sockaddr *)&address, &n);
    k->ear = arena_print(cx->mem, "http://127.0.0.1:%d", ntohs(address.sin_port));
}

void kannel_begin(struct cx *cx, struct kannel *k)
{
    *k = (struct kannel){ .folder = folder_new(cx) };
    listen_for_reports(cx, k);
    k->auth = arena_print(cx->mem, "%s/auth", k->folder);
    write_file(k->auth, "linden:quiet-harbour\n");
    for (int i = 0; i < 5; i++) { /* somebody else may take a port in between */
        if (try(cx, k)) return;
        stop(k);
    }
    fprintf(stderr, "kannel does not start: see %s\n", k->folder);
    exit(1);
}

static const char *read_file(struct cx *cx, const char *path)
{
    enum { MOST = 65536 };
    char *text = arena_alloc(cx->mem, MOST);
    FILE *in = fopen(path, "r");
    text[in ? fread(text, 1, MOST - 1, in) : 0] = '\0';
    if (in) fclose(in);
    return text;
}

const char *kannel_got(struct cx *cx, const struct kannel *k, int least)
{
    const char *path = arena_print(cx->mem, "%s/fakesmsc.out", k->folder);
    for (int i = 0;; i++) {
        const char *all = read_file(cx, path), *got = "";
        int n = 0;
        for (const char *line = all; (line = strstr(line, "Got message")); line++) {
            got = arena_print(cx->mem, "%s%.*s\n", got, (int)strcspn(line, "\n"), line);
            n++;
        }
        if (n >= least || i == DEADLINE) return got;
        pause_a_bit();
    }
}

const char *kannel_told(struct cx *cx, const struct kannel *k)
{
    static const char answer[] =
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    struct pollfd until = { .fd = k->listening, .events = POLLIN };
    char head[4096];
    size_t n = 0;
    if (poll(&until, 1, DEADLINE * 100) != 1) return "";
    int one = accept4(k->listening, NULL, NULL, SOCK_CLOEXEC);
    for (ssize_t got = 1; got > 0 && n < sizeof head - 1 && !memmem(head, n, "\r\n\r\n", 4);) {
        got = read(one, head + n, sizeof head - 1 - n);
        n += got > 0 ? (size_t)got : 0;
    }
    head[n] = '\0';
    if (write(one, answer, sizeof answer - 1) < 0) exit(1);
    close(one);
    if (strncmp(head, "GET ", 4) != 0) return "";
    return arena_copy(cx->mem, head + 4, strcspn(head + 4, " \r"));
}

void kannel_end(struct kannel *k)
{
    stop(k);
    close(k->listening);
    folder_remove(k->folder);
}
