/* files_test.c - files through the whole front: from the socket into rows, and out in pieces. */
#include "tests/server/site.h"

#define HERE "/g/north/patients/q-anna/notes/n-anna"

static const char *part(struct cx *cx, const char *name, const char *value)
{
    return arena_print(
        cx->mem, "--xYz\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", name, value);
}

/* A form with one file of so many letters, in a folder of its own route or another's. */
static const char *send_file(struct cx *cx, const char *path, size_t n, const char *end)
{
    const char *head =
        arena_print(cx->mem,
                    "%s%s--xYz\r\nContent-Disposition: form-data; name=\"files\";"
                    " filename=\"letter.txt\"\r\n\r\n",
                    part(cx, "form_token", site.form_token), part(cx, "reason", "A letter came"));
    char *bytes = malloc(n ? n : 1);
    memset(bytes, 'a', n);
    int fd = dial(&site.front);
    tell_text(fd, arena_print(cx->mem,
                              "POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Type: multipart/form-data;"
                              " boundary=xYz\r\nContent-Length: %zu\r\n\r\n%s",
                              path, site.olga, strlen(head) + n + strlen(end), head));
    tell_bytes(fd, bytes, n);
    tell_text(fd, end);
    const char *answer = hear(cx, fd, true);
    close(fd);
    free(bytes);
    return answer;
}

TEST(a_file_comes_in_over_the_socket_and_goes_out_in_pieces)
{
    enum { SIZE = 300000 };
    static const char end_of_form[] = "\r\n--xYz--\r\n";
    begin(cx);
    serve();
    CHECK_INT(status_of(send_file(cx, HERE "/attachments", SIZE, end_of_form)), 303);
    const char *page = ask(cx, "GET", HERE, site.olga, NULL), *at = strstr(page, "letter.txt");
    CHECK(at && (at = strstr(at, HERE "/attachments/")));
    if (at) at = arena_copy(cx->mem, at, strcspn(at, "\""));
    int fd = dial(&site.front);
    const char *answer = ask_on(cx, fd, "GET", at ? at : "/", site.olga, NULL);
    check_headers("a file", answer, 200);
    CHECK(header_is(answer, "Content-Length: 300000\r\n"));
    CHECK(header_is(answer, "Content-Type: text/plain; charset=utf-8\r\n"));
    CHECK(header_is(answer, "Content-Disposition: attachment; filename=\"letter.txt\""));
    CHECK(header_is(answer, "; sandbox\r\n") && !header_is(answer, "script-src"));
    CHECK(strspn(body_of(answer), "a") > 20000);
    CHECK_INT(status_of(ask_on(cx, fd, "HEAD", at ? at : "/", site.olga, NULL)), 200);
    CHECK_INT(status_of(ask_on(cx, fd, "GET", "/healthz", "", NULL)), 200); /* it goes on */
    close(fd);
    CHECK_INT(in_file(cx, NULL,
                      SQL_GLOBAL("SELECT count(*) FROM looked_at l JOIN looks k ON k.id = l.look_id"
                                 " WHERE l.how = 'opened' AND k.route LIKE '%/attachments/:file'")),
              2);
    end();
}

TEST(what_is_sent_wrongly_leaves_nothing)
{
    static const char end_of_form[] = "\r\n--xYz--\r\n";
    begin(cx);
    serve();
    const char *answer = send_file(cx, HERE "/attachments", 11 << 20, end_of_form);
    check_headers("a large file", answer, 413);
    CHECK(strstr(answer, "is larger than 10 MB") && strstr(answer, "A letter came"));
    answer = send_file(cx, HERE "/attachments", 33 << 20, end_of_form); /* more than is kept */
    check_headers("a larger file", answer, 413);
    CHECK(strstr(answer, "is larger than 10 MB") && strstr(answer, "A letter came"));
    check_headers("a form without an end", send_file(cx, HERE "/attachments", 1000, ""), 400);
    check_headers("a form for another page", send_file(cx, HERE, 1000, end_of_form), 400);
    check_headers("too much for another page", send_file(cx, HERE, 70000, end_of_form), 413);
    CHECK_INT(in_file(cx, NULL,
                      SQL_GLOBAL("SELECT count(*) FROM attachments WHERE practice_id = 'north'")),
              1);
    CHECK_INT(in_file(cx, NULL, SQL_GLOBAL("SELECT count(*) FROM attachment_pieces")), 2);
    end();
}
