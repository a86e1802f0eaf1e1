/* spool_test.c - bodies that wait on disk, and answers that come in pieces. */
#include "tests/http/front.h"
#include "tests/support/folder.h"

enum { BUDGET = 3 << 20 };

static struct front *begin(struct cx *cx, const char *folder)
{
    return front_start(cx, (struct http_options){ .spool_folder = folder,
                                                  .spool_limit = BUDGET,
                                                  .arena_limit = 16 << 20 });
}

static const char *send_file(struct cx *cx, int fd, const char *head, const char *bytes, size_t n)
{
    tell_text(fd, arena_print(cx->mem, "POST /files HTTP/1.1\r\nHost: a\r\n%s\r\n", head));
    tell_bytes(fd, bytes, n);
    return hear(cx, fd, true);
}

static const char *length_of(struct cx *cx, size_t n)
{
    return arena_print(cx->mem, "Content-Length: %zu\r\n", n);
}

TEST(a_body_waits_on_disk_and_the_connection_goes_on)
{
    const char *folder = folder_new(cx);
    struct front *front = begin(cx, folder);
    char *bytes = arena_take(cx->mem, UPLOAD_LIMIT + 1);
    memset(bytes, 'f', UPLOAD_LIMIT + 1);
    memcpy(bytes, "1234567", 7);
    int fd = dial(front);
    CHECK_TEXT(body_of(send_file(cx, fd, length_of(cx, 500000), bytes, 500000)),
               "500000+0 1234567");
    CHECK_TEXT(body_of(send_file(cx, fd, length_of(cx, 3), bytes, 3)), "3+0 123");
    /* more than is kept is counted */
    CHECK_TEXT(body_of(send_file(cx, fd, length_of(cx, KEPT + 5), bytes, KEPT + 5)),
               "1048576+5 1234567");
    tell_text(fd, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK_TEXT(body_of(hear(cx, fd, true)), "GET /echo? 0 ");
    /* more than is taken is not */
    CHECK_INT(status_of(send_file(cx, fd, length_of(cx, UPLOAD_LIMIT + 1), bytes, 10)), 413);
    close(fd);
    front_stop(front);
    CHECK_INT(folder_remove(folder), 0);
}

TEST(a_chunked_body_waits_on_disk_too)
{
    const char *folder = folder_new(cx);
    struct front *front = begin(cx, folder);
    int fd = dial(front);
    const char *chunks = "7\r\n1234567\r\n3\r\n890\r\n0\r\n\r\n";
    CHECK_TEXT(body_of(send_file(cx, fd, "Transfer-Encoding: chunked\r\n", chunks, strlen(chunks))),
               "10+0 1234567");
    CHECK_TEXT(body_of(send_file(cx, fd, length_of(cx, 2), "ab", 2)), "2+0 ab");
    close(fd);
    front_stop(front);
    folder_remove(folder);
}

TEST(together_they_take_only_so_much_of_the_disk)
{
    const char *folder = folder_new(cx);
    struct front *front = begin(cx, folder);
    char *bytes = arena_take(cx->mem, KEPT);
    memset(bytes, 'f', KEPT);
    int fd[5];
    for (int i = 0; i < 3; i++) { /* as much as there is, and all but the last byte of each */
        fd[i] = dial(front);
        tell_text(fd[i], arena_print(cx->mem, "POST /files HTTP/1.1\r\nHost: a\r\n%s\r\n",
                                     length_of(cx, KEPT)));
        tell_bytes(fd[i], bytes, KEPT - 1);
    }
    /* Of two more one at least is one too many, in whatever order they are read. */
    int refused = 0;
    for (int i = 3; i < 5; i++) {
        fd[i] = dial(front);
        tell_text(fd[i], arena_print(cx->mem, "POST /files HTTP/1.1\r\nHost: a\r\n%s\r\n",
                                     length_of(cx, KEPT)));
        tell_bytes(fd[i], bytes, KEPT);
        refused += status_of(hear(cx, fd[i], true)) == 503;
        close(fd[i]);
    }
    for (int i = 0; i < 3; i++) {
        tell_bytes(fd[i], bytes, 1);
        refused += status_of(hear(cx, fd[i], true)) == 503;
        close(fd[i]);
    }
    CHECK(refused >= 1);
    /* What was refused and what was answered gave it back. */
    for (int i = 0; i < 5; i++) {
        int again = dial(front);
        CHECK_INT(status_of(send_file(cx, again, length_of(cx, KEPT), bytes, KEPT)), 200);
        close(again);
    }
    front_stop(front);
    folder_remove(folder);
}

TEST(without_a_folder_nothing_waits_on_disk)
{
    struct front *front = begin(cx, "/nowhere/at/all");
    int fd = dial(front);
    CHECK_INT(status_of(send_file(cx, fd, length_of(cx, 3), "abc", 3)), 503);
    close(fd);
    front_stop(front);
}

TEST(a_long_answer_comes_in_pieces)
{
    struct front *front = begin(cx, NULL);
    int fd = dial(front);
    char *bytes = arena_take(cx->mem, BIG);
    tell_text(fd, "GET /pieces HTTP/1.1\r\nHost: a\r\n\r\n");
    const char *head = hear(cx, fd, false);
    CHECK(strstr(head, "Content-Length: 8388608\r\n"));
    size_t n = 0, wrong = 0;
    for (ssize_t some = 1; n < BIG && some > 0; n += (size_t)(some > 0 ? some : 0))
        some = recv(fd, bytes + n, BIG - n, 0);
    CHECK(n == BIG);
    for (size_t i = 0; i < n; i++) wrong += bytes[i] != (char)('a' + i / PIECE_OF % 26);
    CHECK(wrong == 0);
    tell_text(fd, "HEAD /pieces HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(strstr(hear(cx, fd, false), "Content-Length: 8388608\r\n"));
    tell_text(fd, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n"); /* the connection goes on */
    CHECK_TEXT(body_of(hear(cx, fd, true)), "GET /echo? 0 ");
    close(fd);
    front_stop(front);
}

TEST(an_answer_that_cannot_go_on_is_cut)
{
    struct front *front = begin(cx, NULL);
    int fd = dial(front);
    char bytes[65536];
    size_t n = 0;
    tell_text(fd, "GET /cut HTTP/1.1\r\nHost: a\r\n\r\n");
    (void)hear(cx, fd, false);
    for (ssize_t some = 1; some > 0; n += (size_t)(some > 0 ? some : 0))
        some = recv(fd, bytes, sizeof bytes, 0);
    CHECK(n > 0 && n < BIG);
    close(fd);
    /* who leaves in the middle keeps nobody */
    fd = dial(front);
    tell_text(fd, "GET /pieces HTTP/1.1\r\nHost: a\r\n\r\n");
    (void)hear(cx, fd, false);
    close(fd);
    front_stop(front);
}
