/* server_test.c - the front over real sockets */
#include "tests/http/forbidden.h"
#include "tests/http/front.h"

TEST(forbidden_requests_get_one_refusal_and_nothing_behind_them_is_answered)
{
    struct front *front = front_start(cx, (struct http_options){ .head_ms = 300 });
    for (int i = 0; i < FORBIDDEN_REQUESTS; i++) {
        const struct forbidden *f = &forbidden[i];
        bool closed;
        int fd = dial(front);
        tell_bytes(fd, f->bytes, f->size);
        tell_text(fd, SMUGGLED SMUGGLED);
        const char *heard = hear_all(cx, fd, &closed);
        int status = status_of(heard);
        close(fd);
        bool fine = closed && answers(heard) == 1 && status >= 400
                    && (f->status == 0 || status == f->status)
                    && strstr(heard, "Connection: close\r\n");
        if (!fine) printf("  %s: %s\n", f->what, heard);
        CHECK(fine);
    }
    CHECK_INT(front->taken, 0);
    CHECK_INT(front->smuggled, 0);
    front_stop(front);
    CHECK_INT(front->logged, FORBIDDEN_REQUESTS);
}

TEST(a_request_gets_its_answer_and_the_connection_stays)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    int fd = dial(front);
    for (int i = 0; i < 3; i++) {
        tell_text(fd, i % 2 ? "GET /echo?b HTTP/1.1\r\nHost: a\r\n\r\n"
                            : "POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
        const char *heard = hear(cx, fd, true);
        CHECK_INT(status_of(heard), 200);
        CHECK_TEXT(body_of(heard), i % 2 ? "GET /echo?b 0 " : "POST /later? 3 abc");
        CHECK(strstr(heard, "\r\nDate: "));
        CHECK(strstr(heard, "\r\nContent-Type: text/plain\r\n"));
        CHECK(strstr(heard, "\r\nX-Peer: 127.0.0.1\r\n"));
        CHECK(!strstr(heard, "Server:"));
        CHECK(!strstr(heard, "Connection:"));
    }
    close(fd);
    front_stop(front);
    CHECK_INT(front->taken, 3);
    CHECK_INT(front->logged, 3);
    CHECK_INT(front->last_status, 200);
}

TEST(pipelined_requests_are_answered_in_their_order)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    int fd = dial(front);
    bool closed;
    char asked[8192] = "", wanted[64];
    for (int i = 0; i < 50; i++) {
        size_t n = strlen(asked);
        snprintf(asked + n, sizeof asked - n, "GET /%s?%d HTTP/1.1\r\nHost: a\r\n%s\r\n",
                 i % 3 ? "echo" : "later", i, i == 49 ? "Connection: close\r\n" : "");
    }
    tell_text(fd, asked);
    const char *heard = hear_all(cx, fd, &closed);
    CHECK(closed);
    CHECK_INT(answers(heard), 50);
    for (int i = 0; i < 50; i++) {
        snprintf(wanted, sizeof wanted, "?%d 0 ", i);
        const char *at = strstr(heard, wanted);
        CHECK(at);
        if (at) heard = at;
    }
    close(fd);
    front_stop(front);
}

TEST(a_request_may_come_byte_by_byte)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    int fd = dial(front), on = 1;
    setsockopt(fd, IPPROTO_TCP, 1 /* TCP_NODELAY */, &on, sizeof on);
    for (const char *at = CHUNKED "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"; *at; at++)
        tell_bytes(fd, at, 1);
    CHECK_TEXT(body_of(hear(cx, fd, true)), "POST /echo? 5 abcde");
    close(fd);
    front_stop(front);
}

TEST(who_expects_to_continue_is_told_to)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    int fd = dial(front);
    tell_text(fd, POST "Expect: 100-Continue\r\nContent-Length: 3\r\n\r\n");
    CHECK_TEXT(hear(cx, fd, true), "HTTP/1.1 100 Continue\r\n\r\n");
    tell_text(fd, "abc");
    CHECK_TEXT(body_of(hear(cx, fd, true)), "POST /echo? 3 abc");
    /* not if the body is there already */
    tell_text(fd, POST "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc");
    CHECK_INT(status_of(hear(cx, fd, true)), 200);
    /* and not if it will not be taken */
    tell_text(fd, POST "Expect: 100-continue\r\nContent-Length: 3000\r\n\r\n");
    CHECK_INT(status_of(hear(cx, fd, true)), 413);
    CHECK(ends_with_close(fd));
    close(fd);
    front_stop(front);
}

TEST(a_head_is_answered_without_body_and_with_its_length)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    int fd = dial(front);
    tell_text(fd, "HEAD /big HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(strstr(hear(cx, fd, false), "Content-Length: 8388608\r\n"));
    tell_text(fd, "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
    const char *heard = hear(cx, fd, false);
    CHECK_INT(status_of(heard), 204);
    CHECK(!strstr(heard, "Content-"));
    tell_text(fd, GET "\r\n");
    CHECK_TEXT(body_of(hear(cx, fd, true)), "GET /echo? 0 ");
    close(fd);
    front_stop(front);
}

TEST(connections_end_when_either_side_says_so)
{
    static const char *const ask[] = {
        GET "Connection: close\r\n\r\n" SMUGGLED,
        "GET /echo HTTP/1.0\r\nHost: a\r\n\r\n" SMUGGLED,
        "GET /close HTTP/1.1\r\nHost: a\r\n\r\n" SMUGGLED,
    };
    struct front *front = front_start(cx, (struct http_options){ 0 });
    for (size_t i = 0; i < sizeof ask / sizeof *ask; i++) {
        bool closed;
        int fd = dial(front);
        tell_text(fd, ask[i]);
        const char *heard = hear_all(cx, fd, &closed);
        CHECK(closed);
        CHECK_INT(answers(heard), 1);
        CHECK(strstr(heard, "Connection: close\r\n"));
        close(fd);
    }
    CHECK_INT(front->smuggled, 0);
    int fd = dial(front);
    tell_text(fd, "GET /echo HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
    CHECK(strstr(hear(cx, fd, true), "Connection: keep-alive\r\n"));
    tell_text(fd, GET "\r\n");
    CHECK_INT(status_of(hear(cx, fd, true)), 200);
    close(fd);
    front_stop(front);
}

TEST(a_body_may_be_as_long_as_its_route_allows_and_not_a_byte_longer)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    char *bytes = arena_take(cx->mem, UPLOAD_LIMIT + 1), head[128], wanted[64];
    memset(bytes, 'u', UPLOAD_LIMIT + 1);
    for (int over = 0; over < 2; over++) {
        int fd = dial(front);
        snprintf(head, sizeof head,
                 "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n",
                 UPLOAD_LIMIT + over);
        tell_text(fd, head);
        tell_bytes(fd, bytes, UPLOAD_LIMIT + (size_t)over);
        const char *heard = hear(cx, fd, true);
        CHECK_INT(status_of(heard), over ? 413 : 200);
        snprintf(wanted, sizeof wanted, "POST /upload? %d uuu", UPLOAD_LIMIT);
        if (!over) CHECK(strncmp(body_of(heard), wanted, strlen(wanted)) == 0);
        close(fd);
    }
    CHECK_INT(front->taken, 1);
    front_stop(front);
}

TEST(all_bodies_together_have_a_budget)
{
    struct front *front = front_start(cx, (struct http_options){ .memory_limit = 1 << 20 });
    int fd = dial(front);
    char *bytes = arena_take(cx->mem, 2 << 20);
    memset(bytes, 'u', 2 << 20);
    tell_text(fd, "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 2097152\r\n\r\n");
    tell_bytes(fd, bytes, 2 << 20);
    const char *heard = hear(cx, fd, true);
    CHECK_INT(status_of(heard), 503);
    CHECK(strstr(heard, "Retry-After: "));
    close(fd);
    fd = dial(front);
    tell_text(fd, GET "\r\n");
    CHECK_INT(status_of(hear(cx, fd, true)), 200);
    close(fd);
    front_stop(front);
}

TEST(who_is_slow_is_told_408_and_who_says_nothing_nothing)
{
    struct http_options fast = { .head_ms = 500, .body_ms = 500, .idle_ms = 500 };
    struct front *front = front_start(cx, fast);
    double begin = seconds_now();
    bool closed;
    int idle = dial(front);
    tell_text(idle, GET "\r\n");
    CHECK_INT(status_of(hear(cx, idle, true)), 200);
    int body = dial(front);
    tell_text(body, POST "Content-Length: 100\r\n\r\nabc");
    int head = dial(front);
    tell_text(head, "GET /echo HT");
    int silent = dial(front);
    CHECK_INT(status_of(hear_all(cx, head, &closed)), 408);
    CHECK_INT(status_of(hear_all(cx, body, &closed)), 408);
    CHECK_TEXT(hear_all(cx, silent, &closed), "");
    CHECK(closed);
    CHECK_TEXT(hear_all(cx, idle, &closed), "");
    CHECK(closed);
    CHECK(seconds_now() - begin < 5); /* what is not told otherwise is 5 s at least */
    close(silent), close(head), close(body), close(idle);
    CHECK_INT(front->taken, 1);
    front_stop(front);
}

TEST(a_body_that_keeps_coming_is_not_too_slow)
{
    struct http_options fast = { .body_ms = 100, .body_rate = 100 };
    struct front *front = front_start(cx, fast);
    int fd = dial(front);
    tell_text(fd, POST "Content-Length: 300\r\n\r\n");
    for (int i = 0; i < 30; i++) {
        tell_text(fd, "0123456789");
        poll(NULL, 0, 10);
    }
    CHECK_INT(status_of(hear(cx, fd, true)), 200);
    close(fd);
    front_stop(front);
}

TEST(a_client_may_leave_at_any_moment)
{
    struct front *front = front_start(cx, (struct http_options){ .stall_ms = 200 });
    struct linger at_once = { .l_onoff = 1 };
    int held[2] = { dial(front), dial(front) };
    for (int i = 0; i < 2; i++) tell_text(held[i], "GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
    front_holds(front, 2);
    setsockopt(held[0], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(held[0]); /* a reset */
    close(held[1]); /* a plain end */
    int head = dial(front), body = dial(front), answer = dial(front), stalls = dial(front);
    tell_text(head, "GET /ec");
    close(head);
    tell_text(body, POST "Content-Length: 100\r\n\r\nabc");
    close(body);
    tell_text(answer, "GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK_INT(status_of(hear(cx, answer, false)), 200);
    close(answer);
    tell_text(stalls, "GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK_INT(status_of(hear(cx, stalls, false)), 200);
    poll(NULL, 0, 50);
    front_go(front);
    int fd = dial(front);
    tell_text(fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK_INT(status_of(hear(cx, fd, true)), 200);
    for (int i = 0; i < 100 && front->logged < 5; i++) poll(NULL, 0, 20);
    CHECK_INT(front->logged, 5); /* two held, two big, one work */
    close(fd), close(stalls);
    front_stop(front);
}

TEST(a_client_that_only_ends_its_side_still_gets_its_answer)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    static const char *const paths[] = { "/echo", "/later", "/held" };
    for (int i = 0; i < 3; i++) {
        bool closed;
        int fd = dial(front);
        tell_text(fd, arena_print(cx->mem, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", paths[i]));
        shutdown(fd, SHUT_WR);
        if (i == 2) {
            front_holds(front, 1);
            poll(NULL, 0, 20);
            front_go(front);
        }
        CHECK_INT(status_of(hear_all(cx, fd, &closed)), 200);
        CHECK(closed);
        close(fd);
    }
    front_stop(front);
}

TEST(what_is_sent_while_a_request_is_at_work_waits)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    int fd = dial(front);
    tell_text(fd, "GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
    front_holds(front, 1);
    tell_text(fd, GET "\r\n");
    poll(NULL, 0, 20);
    CHECK_INT(front->taken, 1);
    front_go(front);
    CHECK_TEXT(body_of(hear(cx, fd, true)), "GET /held? 0 ");
    CHECK_TEXT(body_of(hear(cx, fd, true)), "GET /echo? 0 ");
    close(fd);
    front_stop(front);
}

static void *drain(void *server)
{
    return http_drain(server, 5) ? server : NULL;
}

TEST(draining_finishes_what_runs_and_takes_nothing_new)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    int held = dial(front), idle = dial(front), fresh = dial(front);
    tell_text(idle, GET "\r\n");
    CHECK_INT(status_of(hear(cx, idle, true)), 200);
    tell_text(held, "GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
    front_holds(front, 1);
    char address[64];
    snprintf(address, sizeof address, "%s", http_address(front->server));
    pthread_t thread;
    void *finished;
    bool closed;
    pthread_create(&thread, NULL, drain, front->server);
    CHECK(ends_with_close(idle));
    CHECK(ends_with_close(fresh));
    front_go(front);
    const char *heard = hear_all(cx, held, &closed);
    CHECK_INT(status_of(heard), 200);
    CHECK(strstr(heard, "Connection: close\r\n"));
    CHECK(closed);
    close(held), close(idle), close(fresh);
    pthread_join(thread, &finished);
    CHECK(finished);
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)atoi(strrchr(address, ':') + 1)) };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(fd, (struct sockaddr *)&to, sizeof to) < 0);
    close(fd);
    front_end_worker(front);
}

TEST(too_many_connections_are_told_to_come_back)
{
    struct front *front = front_start(cx, (struct http_options){ .connections = 3 });
    int fd[4];
    for (int i = 0; i < 4; i++) {
        fd[i] = dial(front);
        if (i == 3) break;
        tell_text(fd[i], GET "\r\n");
        CHECK_INT(status_of(hear(cx, fd[i], true)), 200);
    }
    tell_text(fd[3], GET "\r\n");
    const char *heard = hear(cx, fd[3], true);
    CHECK_INT(status_of(heard), 503);
    CHECK(strstr(heard, "Retry-After: "));
    CHECK(ends_with_close(fd[3]));
    for (int i = 0; i < 4; i++) close(fd[i]);
    CHECK_INT(front->taken, 3);
    for (int i = 0; i < 100; i++) {
        poll(NULL, 0, 10);
        int again = dial(front);
        tell_text(again, GET "\r\n");
        int status = status_of(hear(cx, again, true));
        close(again);
        if (status == 200) break;
        CHECK(i < 99);
    }
    front_stop(front);
}

TEST(a_response_cannot_be_split)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    int fd = dial(front);
    tell_text(fd, GET "X-Break: in\r\n\r\n");
    const char *heard = hear(cx, fd, true);
    CHECK_INT(status_of(heard), 500);
    CHECK(!strstr(heard, "Set-Cookie"));
    close(fd);
    front_stop(front);
}

TEST(big_answers_arrive_whole)
{
    struct front *front = front_start(cx, (struct http_options){ .loops = 2 });
    int fd = dial(front);
    static char sink[65536];
    tell_text(fd, "GET /big HTTP/1.1\r\nHost: a\r\n\r\nGET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    hear(cx, fd, false);
    size_t left = BIG;
    for (ssize_t n; left && (n = recv(fd, sink, left < sizeof sink ? left : sizeof sink, 0)) > 0;)
        left -= (size_t)n;
    CHECK_INT(left, 0);
    CHECK_TEXT(body_of(hear(cx, fd, true)), "GET /echo? 0 ");
    close(fd);
    front_stop(front);
}

TEST(the_front_listens_on_local_sockets_and_ipv6_too)
{
    char path[64];
    snprintf(path, sizeof path, "unix:%s/linden-front-%d", P_tmpdir, (int)getpid());
    const char *const where[] = { path, "[::1]:0", ":0" };
    const char *const peers[] = { "X-Peer: unix\r\n", "X-Peer: ::1\r\n", "X-Peer: " };
    for (int i = 0; i < 3; i++) {
        struct front *front = front_start(cx, (struct http_options){ .listen = where[i] });
        int fd = dial(front);
        tell_text(fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
        const char *heard = hear(cx, fd, true);
        CHECK_INT(status_of(heard), 200);
        CHECK(strstr(heard, peers[i]));
        close(fd);
        front_stop(front);
    }
    CHECK(access(path + 5, F_OK) < 0);
}

TEST(an_address_that_cannot_be_listened_on_is_an_error)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    const char *const where[] = { http_address(front->server),
                                  "8080",
                                  "127.0.0.1:http",
                                  "unix:/nowhere/at/all",
                                  "unix:",
                                  "[::1:0",
                                  "256.0.0.1:0" };
    for (size_t i = 0; i < sizeof where / sizeof *where; i++) {
        const char *error = NULL;
        CHECK(
            !http_start(&(struct http_options){ .listen = where[i], .take = front_take }, &error));
        CHECK(error && *error);
    }
    front_stop(front);
}

static void *storm(void *arg)
{
    struct front *front = arg;
    char text[8192];
    for (int i = 0; i < 40; i++) {
        int fd = dial(front);
        for (int k = 0; k < 10; k++) {
            tell_text(fd, k % 2 ? GET "\r\n" : "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
            if (k == 9 && i % 3 == 0) break;
            if (recv(fd, text, sizeof text, 0) <= 0) break;
        }
        close(fd);
    }
    return NULL;
}

TEST(many_clients_at_once_confuse_nobody)
{
    struct front *front = front_start(cx, (struct http_options){ .loops = 2 });
    pthread_t clients[6];
    for (int i = 0; i < 6; i++) pthread_create(&clients[i], NULL, storm, front);
    for (int i = 0; i < 6; i++) pthread_join(clients[i], NULL);
    int fd = dial(front);
    tell_text(fd, GET "\r\n");
    CHECK_INT(status_of(hear(cx, fd, true)), 200);
    close(fd);
    front_stop(front);
    CHECK_INT(front->logged, front->taken);
}
