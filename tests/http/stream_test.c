/* stream_test.c - answers that stay open, over real sockets. */
#include "tests/http/front.h"

#include "http/loop.h"

static const char OPEN[] = "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n";

/* So many bytes, or what there was until the other end closed. */
static const char *hear_bytes(struct cx *cx, int fd, size_t n)
{
    char *text = arena_alloc(cx->mem, n + 1);
    size_t got = 0;
    for (ssize_t some = 1; got < n && some > 0; got += (size_t)(some > 0 ? some : 0))
        some = recv(fd, text + got, n - got, 0);
    return text;
}

static bool says(struct http_stream *s, const char *text)
{
    return http_stream_send(s, text, strlen(text));
}

/* In a moment: it happens on another thread. */
static bool soon_gone(struct http_stream *s)
{
    for (int i = 0; i < 500 && http_stream_open(s); i++) usleep(10000);
    return !http_stream_open(s);
}

TEST(a_stream_has_no_length_and_says_what_it_is_given_until_it_is_ended)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    int fd = dial(front);
    tell_text(fd, OPEN);
    const char *head = hear(cx, fd, false);
    CHECK_INT(status_of(head), 200);
    CHECK(strstr(head, "\r\nContent-Type: text/event-stream\r\n"));
    CHECK(strstr(head, "\r\nConnection: close\r\n"));
    CHECK(!strstr(head, "Content-Length") && !strstr(head, "Transfer-Encoding"));
    CHECK_TEXT(hear_bytes(cx, fd, 6), "first\n");
    struct http_stream *s = front_stream(front, 1);
    for (int i = 0; i < 300; i++) {
        const char *text = arena_print(cx->mem, "line %03d\n", i);
        CHECK(says(s, text));
        CHECK_TEXT(hear_bytes(cx, fd, 9), text);
    }
    CHECK(http_stream_open(s));
    CHECK(says(s, "last "));
    CHECK(says(s, "words\n"));
    http_stream_end(s);
    bool closed;
    CHECK_TEXT(hear_all(cx, fd, &closed), "last words\n");
    CHECK(closed);
    close(fd);
    front_stop(front);
    CHECK_INT(front->logged, 1);
    CHECK_INT(front->last_status, 200);
}

TEST(what_is_said_and_ended_before_the_head_has_left_still_arrives)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    int fd = dial(front);
    bool closed;
    tell_text(fd, OPEN);
    struct http_stream *s = front_stream(front, 1);
    says(s, "second\n");
    http_stream_end(s);
    CHECK_TEXT(body_of(hear_all(cx, fd, &closed)), "first\nsecond\n");
    CHECK(closed);
    close(fd);
    front_stop(front);
}

TEST(that_the_other_end_has_gone_is_noticed_without_sending_anything)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    int fd = dial(front);
    tell_text(fd, OPEN);
    hear(cx, fd, false);
    struct http_stream *s = front_stream(front, 1);
    CHECK(http_stream_open(s));
    close(fd);
    CHECK(soon_gone(s));
    CHECK(!says(s, "anybody?\n"));
    http_stream_end(s);
    front_stop(front);
}

TEST(who_does_not_read_is_cut_off_and_keeps_nobody_waiting)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    int slow = dial(front), small = 4096, fd = dial(front);
    setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    tell_text(slow, OPEN);
    hear(cx, slow, false);
    struct http_stream *s = front_stream(front, 1);
    tell_text(fd, OPEN);
    hear(cx, fd, false);
    hear_bytes(cx, fd, 6);
    struct http_stream *quick = front_stream(front, 2);
    char much[400];
    memset(much, 'x', sizeof much);
    int sent = 0;
    while (sent < 200000 && http_stream_send(s, much, sizeof much)) {
        if (sent++ % 50 == 0) { /* the other one goes on hearing at once */
            CHECK(says(quick, "tick\n"));
            CHECK_TEXT(hear_bytes(cx, fd, 5), "tick\n");
        }
        usleep(10);
    }
    CHECK(sent < 200000);
    CHECK(soon_gone(s));
    http_stream_end(s);
    http_stream_end(quick);
    close(slow);
    close(fd);
    front_stop(front);
}

/* Says little things until they begin to wait here; true once they do. */
static bool fill(struct http_stream *s)
{
    char little[64];
    memset(little, 'x', sizeof little);
    for (int i = 0; i < 500000 && http_stream_send(s, little, sizeof little); i++) {
        size_t waits = sizeof little;
        for (int tries = 0; waits && tries < 60; tries++) {
            usleep(tries < 20 ? 1 : 500);
            pthread_mutex_lock(&s->loop->lock);
            waits = s->used;
            pthread_mutex_unlock(&s->loop->lock);
        }
        if (waits) return true;
    }
    return false;
}

TEST(who_takes_nothing_for_too_long_is_cut_off)
{
    /* Over TCP it may be the system that loses patience, over a local socket we do. */
    const char *const where[] = {
        "127.0.0.1:0",
        arena_print(cx->mem, "unix:%s/linden-stream-%d", P_tmpdir, (int)getpid()),
    };
    for (int i = 0; i < 2; i++) {
        struct front *front =
            front_start(cx, (struct http_options){ .listen = where[i], .stall_ms = 1500 });
        int fd = dial(front), small = 4096;
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        tell_text(fd, OPEN);
        hear(cx, fd, false);
        struct http_stream *s = front_stream(front, 1);
        bool full = fill(s);
        if (i) CHECK(full && http_stream_open(s));
        CHECK(soon_gone(s));
        http_stream_end(s);
        close(fd);
        front_stop(front);
    }
}

TEST(streams_that_nobody_looks_after_any_more_end_by_themselves)
{
    struct front *front = front_start(cx, (struct http_options){ .unwatched_ms = 400 });
    int fd[3];
    double last = seconds_now();
    bool late = false; /* a busy machine kept us from looking: then it is right that they end */
    for (int i = 0; i < 3; i++) {
        if (i == 2) { /* the first two were looked after for a while, and then no more */
            for (int looks = 0; looks < 10; looks++, usleep(100000)) {
                late |= seconds_now() - last > 0.3;
                last = seconds_now();
                http_stream_watched(front->streams[0]);
            }
            late |= seconds_now() - last > 0.3;
            CHECK(late
                  || (http_stream_open(front->streams[0]) && http_stream_open(front->streams[1])));
            CHECK(soon_gone(front->streams[0]) && soon_gone(front->streams[1]));
            http_stream_end(front->streams[0]);
            http_stream_end(front->streams[1]);
            last = seconds_now();
        }
        fd[i] = dial(front);
        tell_text(fd[i], OPEN);
        hear(cx, fd[i], false);
        hear_bytes(cx, fd[i], 6);
        front_stream(front, i + 1);
    }
    bool open = http_stream_open(front->streams[2]);
    CHECK(open || seconds_now() - last > 0.3); /* one that comes later has its own time */
    CHECK(soon_gone(front->streams[2]));
    CHECK(ends_with_close(fd[2]));
    http_stream_end(front->streams[2]);
    for (int i = 0; i < 3; i++) close(fd[i]);
    front_stop(front);
}

TEST(more_than_fits_at_once_ends_a_stream)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    int fd = dial(front);
    tell_text(fd, OPEN);
    hear(cx, fd, false);
    struct http_stream *s = front_stream(front, 1);
    char much[HTTP_STREAM_ROOM + 1] = { 0 };
    CHECK(!http_stream_send(s, much, sizeof much));
    CHECK(!says(s, "and on\n"));
    http_stream_end(s);
    bool closed;
    hear_all(cx, fd, &closed);
    CHECK(closed);
    close(fd);
    front_stop(front);
}

TEST(whoever_has_a_stream_asks_nothing_more_on_that_connection)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    int fd = dial(front);
    tell_text(fd,
              "GET /stream HTTP/1.1\r\nHost: a\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    hear(cx, fd, false);
    CHECK_TEXT(hear_bytes(cx, fd, 6), "first\n");
    struct http_stream *s = front_stream(front, 1);
    tell_text(fd, "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(says(s, "more\n"));
    CHECK_TEXT(hear_bytes(cx, fd, 5), "more\n");
    http_stream_end(s);
    CHECK(ends_with_close(fd));
    close(fd);
    front_stop(front);
    CHECK_INT(front->taken, 1);
    CHECK_INT(front->smuggled, 0);
}

TEST(a_head_for_a_stream_is_answered_as_a_whole)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    int fd = dial(front);
    tell_text(fd, "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK_INT(status_of(hear(cx, fd, false)), 200);
    tell_text(fd, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK_INT(status_of(hear(cx, fd, true)), 200);
    CHECK_INT(front->streams_n, 0);
    close(fd);
    front_stop(front);
}

static void *drain(void *server)
{
    static bool finished;
    finished = http_drain(server, 20);
    return &finished;
}

TEST(a_server_that_drains_ends_all_streams_at_once)
{
    enum { STREAMS = 300 };
    struct front *front = front_start(cx, (struct http_options){ .loops = 2 });
    int fd[STREAMS];
    bool closed;
    void *finished;
    for (int i = 0; i < STREAMS; i++) {
        fd[i] = dial(front);
        tell_text(fd[i], OPEN);
        CHECK(says(front_stream(front, i + 1), "still here\n"));
    }
    pthread_t draining;
    double began = seconds_now();
    front_end_worker(front);
    pthread_create(&draining, NULL, drain, front->server);
    for (int i = 0; i < STREAMS; i++) {
        CHECK_TEXT(body_of(hear_all(cx, fd[i], &closed)), "first\nstill here\n");
        CHECK(closed);
    }
    for (int i = 0; i < STREAMS; i++) http_stream_end(front->streams[i]);
    for (int i = 0; i < STREAMS; i++) close(fd[i]);
    pthread_join(draining, &finished);
    CHECK(*(bool *)finished);
    CHECK(seconds_now() - began < 10); /* of the 20 that it may take */
}

TEST(a_server_that_stops_leaves_handles_that_do_no_harm)
{
    struct front *front = front_start(cx, (struct http_options){ 0 });
    int fd = dial(front);
    tell_text(fd, OPEN);
    struct http_stream *s = front_stream(front, 1);
    hear(cx, fd, false);
    front_end_worker(front);
    static struct http_server *volatile stays; /* in memory, for the sake of the handle */
    stays = front->server;
    CHECK(!http_stop(stays));
    CHECK(!http_stream_open(s) && !says(s, "anybody?\n"));
    http_stream_end(s);
    close(fd);
}
