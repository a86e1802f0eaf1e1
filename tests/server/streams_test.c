/* streams_test.c - open streams from the socket to the database file and back: who is told what,
 * and how soon.
 *
 * The looks of the clock are an hour apart unless a test wants them, so that what is heard at once
 * was heard of, and not found by chance. */
#include "base/log.h"
#include "base/secret.h"
#include "db/writer.h"
#include "server/gateway.h"
#include "server/streams.h"
#include "tests/http/front.h"
#include "tests/support/engine.h"
#include "tests/support/folder.h"
#include "tests/support/practice.h"

enum { NEVER_MS = 3600000 };

static struct site {
    struct setup setup;
    struct proxies proxies;
    struct writer *writer;
    struct streams *streams;
    struct gateway *gateway;
    struct front front; /* only its server is used, for dial() */
    const char *folder, *database;
} site;

static void told(void *streams)
{
    streams_changed(streams);
}

static void serve(struct cx *cx, struct streams_options options)
{
    const char *error = NULL;
    cx->now = clock_now();
    practice_begin(cx);
    for (const char *const *who =
             (const char *const[]){ "olga", "freya", "ben", "chen", "zoe", NULL };
         *who; who++)
        session_of(cx, *who);
    site = (struct site){ .setup = *cx->setup };
    site.folder = folder_new(cx);
    site.database = engine_share(cx, arena_print(cx->mem, "%s/linden.db", site.folder));
    site.setup.database = site.database;
    log_open("/dev/null");
    const char *reserve = arena_print(cx->mem, "%s/reserve", site.folder);
    if (writer_start(cx, &(struct writer_options){ site.database, reserve, 2 }, &site.writer) != OK)
        exit(1);
    options.setup = &site.setup;
    if (!options.check_ms) options.check_ms = NEVER_MS;
    site.streams = streams_start(&options);
    writer_watch(site.writer, told, site.streams);
    site.gateway = gateway_start(&(struct gateway_options){ .setup = &site.setup,
                                                            .proxies = &site.proxies,
                                                            .page_threads = 2,
                                                            .hash_threads = 1,
                                                            .hash_queue = 2 });
    site.front.server = http_start(&(struct http_options){ .listen = "127.0.0.1:0",
                                                           .body_limit = gateway_body_limit,
                                                           .take = gateway_take,
                                                           .log = gateway_log,
                                                           .arg = site.gateway },
                                   &error);
    if (!site.front.server || !site.streams) exit(1);
    if (!gateway_open(site.gateway, site.writer, NULL, site.streams)) exit(1);
}

static void end(void)
{
    streams_end(site.streams);
    CHECK(http_drain(site.front.server, 5));
    gateway_stop(site.gateway);
    writer_stop(site.writer);
    streams_stop(site.streams);
    log_open(NULL);
    folder_remove(site.folder);
}

/* --- asking ------------------------------------------------------------------------- */

static int ask(struct cx *cx, const char *who, const char *path, const char *headers)
{
    int fd = dial(&site.front);
    tell_text(fd, arena_print(cx->mem, "GET %s HTTP/1.1\r\nHost: x\r\nCookie: linden=%s\r\n%s\r\n",
                              path, session_of(cx, who), headers));
    return fd;
}

/* What is said up to the next empty line, remarks left out; "" if it was closed. */
static const char *hear_event(struct cx *cx, int fd)
{
    char *text = arena_alloc(cx->mem, 4096);
    for (size_t n = 0; n < 4095 && recv(fd, text + n, 1, 0) == 1;) {
        if (++n < 2 || memcmp(text + n - 2, "\n\n", 2) != 0) continue;
        if (*text != ':') return text;
        memset(text, 0, n);
        n = 0;
    }
    return "";
}

/* An open stream that has said its first words. */
static int listen_to(struct cx *cx, const char *who, const char *path)
{
    int fd = ask(cx, who, path, "");
    CHECK_INT(status_of(hear(cx, fd, false)), 200);
    CHECK(strncmp(hear_event(cx, fd), "retry: ", 7) == 0);
    return fd;
}

static int status_to(struct cx *cx, const char *who, const char *path, const char *headers)
{
    int fd = ask(cx, who, path, headers);
    int status = status_of(hear(cx, fd, false));
    close(fd);
    return status;
}

/* An open stream, once there is room: who has gone is noticed in a moment. */
static int listen_when_free(struct cx *cx, const char *who, const char *path)
{
    int fd = -1, status = 503;
    for (int tries = 0; tries < 1000 && status == 503; tries++, usleep(10000)) {
        if (fd >= 0) close(fd);
        fd = ask(cx, who, path, "");
        status = status_of(hear(cx, fd, false));
    }
    CHECK_INT(status, 200);
    CHECK(strncmp(hear_event(cx, fd), "retry: ", 7) == 0);
    return fd;
}

static int post_as(struct cx *cx, const char *who, const char *path, const char *fields)
{
    char token[SECRET_SIZE];
    secret_derive(token, session_of(cx, who), "form");
    const char *body = arena_print(cx->mem, "form_token=%s&%s", token, fields);
    int fd = dial(&site.front);
    tell_text(fd, arena_print(cx->mem,
                              "POST %s HTTP/1.1\r\nHost: x\r\nCookie: linden=%s\r\n"
                              "Content-Type: application/x-www-form-urlencoded\r\n"
                              "Content-Length: %zu\r\n\r\n%s",
                              path, session_of(cx, who), strlen(body), body));
    int status = status_of(hear(cx, fd, true));
    close(fd);
    return status;
}

/* In the database file, as another process does it. */
static void beside(struct cx *cx, const char *script)
{
    struct db *before = cx->db, *db;
    if (db_open(cx, site.database, DB_WRITER, &db) != OK) exit(1);
    cx->db = db;
    if (db_script(cx, script) != OK) printf("  %s\n", cx->message), failures++;
    cx->db = before;
    db_close(db);
}

static bool quiet(int fd, int ms)
{
    return poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, ms) == 0;
}

/* --- being ended ------------------------------------------------------------------------ */

TEST(a_deactivation_ends_the_streams_of_that_user_alone_and_at_once)
{
    serve(cx, (struct streams_options){ 0 });
    int ben = listen_to(cx, "ben", "/g/north/events"),
        chen = listen_to(cx, "chen", "/g/north/events"),
        south = listen_to(cx, "olga", "/g/south/events");
    CHECK_INT(post_as(cx, "freya", "/g/north/settings/users/u-ben/deactivate", "note="), 303);
    CHECK_TEXT(hear_event(cx, ben),
               "event: ended\ndata: access\n\n"); /* nobody looks: it was told */
    CHECK(ends_with_close(ben));
    CHECK(quiet(chen, 200) && quiet(south, 0));
    CHECK_INT(status_to(cx, "ben", "/g/north/events", ""), 403);
    CHECK_INT(post_as(cx, "olga", "/g/north/settings/users/u-chen/sign-out", ""), 303);
    CHECK_TEXT(hear_event(cx, chen), "event: ended\ndata: session\n\n");
    close(ben), close(chen), close(south);
    end();
}

TEST(signing_out_ends_the_streams_of_that_device)
{
    serve(cx, (struct streams_options){ 0 });
    int mine = listen_to(cx, "olga", "/g/north/events"),
        other = listen_to(cx, "olga", "/g/south/events"),
        ben = listen_to(cx, "ben", "/g/north/events");
    CHECK_INT(post_as(cx, "olga", "/sign-out", ""), 303);
    CHECK_TEXT(hear_event(cx, mine), "event: ended\ndata: session\n\n");
    CHECK_TEXT(hear_event(cx, other), "event: ended\ndata: session\n\n");
    CHECK(quiet(ben, 200));
    close(mine), close(other), close(ben);
    end();
}

TEST(what_another_process_does_is_found_by_looking)
{
    serve(cx, (struct streams_options){ .check_ms = 100 });
    int ben = listen_to(cx, "ben", "/g/north/events"),
        chen = listen_to(cx, "chen", "/g/north/events"),
        olga = listen_to(cx, "olga", "/g/north/events");
    beside(cx, "UPDATE users SET status = 'deactivated' WHERE id = 'u-ben';"
               "UPDATE sessions SET seen_at = seen_at - 1800000000 WHERE person_id = 'p-chen'");
    CHECK_TEXT(hear_event(cx, ben), "event: ended\ndata: access\n\n");
    CHECK_TEXT(hear_event(cx, chen), "event: ended\ndata: session\n\n");
    CHECK(quiet(olga, 300));
    close(ben), close(chen), close(olga);
    end();
}

TEST(a_stream_that_nobody_can_confirm_is_ended_without_a_word)
{
    serve(cx, (struct streams_options){ .check_ms = 100 });
    int ben = listen_to(cx, "ben", "/g/north/events");
    beside(cx, "ALTER TABLE users RENAME TO elsewhere");
    CHECK_TEXT(hear_event(cx, ben), "");
    CHECK(ends_with_close(ben));
    close(ben);
    beside(cx, "ALTER TABLE elsewhere RENAME TO users");
    close(listen_to(cx, "ben", "/g/north/events"));
    end();
}

/* The transaction in which a stream's standing was found may be older than a
 * change that was told before the stream was in the list. */
static void take_late(void *arg, struct exchange *x)
{
    struct streams *streams = arg;
    bool late = strcmp(x->request.path, "/late") == 0;
    struct stream s = { .session = id_of("nobody"),
                        .practice = id_of("north"),
                        .standing = STANDS };
    uint64_t moment = streams_moment(streams);
    if (late) streams_changed(streams);
    struct http_response rs = {
        .status = 200, .type = "text/event-stream", .body = "retry: 1\n\n", .body_size = 10
    };
    CHECK(streams_add(streams, x, &rs, &s, moment));
}

TEST(a_change_while_a_stream_is_opened_is_not_missed)
{
    const char *error = NULL;
    serve(cx, (struct streams_options){ .gap_ms = 1 });
    struct front front = { 0 };
    int ben = listen_to(cx, "ben", "/g/north/events"); /* the first one is looked at in any case */
    quiet(ben, 100);
    front.server = http_start(
        &(struct http_options){ .listen = "127.0.0.1:0", .take = take_late, .arg = site.streams },
        &error);
    int early = dial(&front), late = dial(&front);
    tell_text(early, "GET /early HTTP/1.1\r\nHost: x\r\n\r\n");
    hear(cx, early, false);
    CHECK_TEXT(hear_event(cx, early), "retry: 1\n\n");
    CHECK(quiet(early, 200)); /* nothing has changed: nobody looked */
    tell_text(late, "GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
    hear(cx, late, false);
    CHECK_TEXT(hear_event(cx, late), "retry: 1\n\n");
    CHECK_TEXT(hear_event(cx, late), "event: ended\ndata: session\n\n");
    close(ben), close(early), close(late);
    streams_end(site.streams);
    CHECK(http_drain(front.server, 5));
    end();
}

/* --- being told ------------------------------------------------------------------------- */

TEST(an_open_list_is_told_what_others_do_and_goes_on_from_there)
{
    serve(cx, (struct streams_options){ 0 });
    int freya = listen_to(cx, "freya", "/g/north/events?about=users&since=0"),
        olga = listen_to(cx, "olga", "/g/north/events?about=users&since=0"),
        plain = listen_to(cx, "chen", "/g/north/events");
    CHECK_INT(post_as(cx, "olga", "/g/north/settings/users/u-ben/deactivate", "note="), 303);
    CHECK_TEXT(hear_event(cx, freya), "id: 1\nevent: changes\ndata: 1\n\n");
    CHECK_TEXT(hear_event(cx, olga), "id: 1\n\n"); /* her own: only where to go on from */
    CHECK_INT(post_as(cx, "olga", "/g/north/settings/users/u-ben/activate", "as=before"), 303);
    CHECK_TEXT(hear_event(cx, freya), "id: 2\nevent: changes\ndata: 1\n\n");
    CHECK(quiet(plain, 200));
    close(freya);
    CHECK_INT(post_as(cx, "olga", "/g/north/settings/users/u-ben/deactivate", "note="), 303);
    freya = ask(cx, "freya", "/g/north/events?about=users&since=0", "Last-Event-ID: 2\r\n");
    hear(cx, freya, false);
    hear_event(cx, freya);
    CHECK_TEXT(hear_event(cx, freya), "id: 3\nevent: changes\ndata: 1\n\n");
    close(freya), close(olga), close(plain);
    end();
}

TEST(a_stream_gives_signs_of_life_and_comes_to_an_end)
{
    serve(cx, (struct streams_options){ .check_ms = 20, .beat_ms = 60, .life_ms = 1500 });
    double began = seconds_now();
    int ben = ask(cx, "ben", "/g/north/events", "");
    bool closed;
    const char *all = hear_all(cx, ben, &closed);
    double took = seconds_now() - began;
    int beats = 0;
    for (const char *at = all; (at = strstr(at, "\n:\n\n")); at++) beats++;
    CHECK(closed && took >= 1.4);
    CHECK(beats >= 3 && beats <= 25);
    CHECK(!strstr(all, "ended"));
    close(ben);
    end();
}

TEST(the_answer_may_not_be_kept_back_or_kept)
{
    serve(cx, (struct streams_options){ 0 });
    int ben = ask(cx, "ben", "/g/north/events", "");
    const char *head = hear(cx, ben, false);
    CHECK(strstr(head, "\r\nContent-Type: text/event-stream\r\n"));
    CHECK(strstr(head, "\r\nCache-Control: no-store\r\n"));
    CHECK(strstr(head, "\r\nX-Accel-Buffering: no\r\n"));
    CHECK(strstr(head, "\r\nContent-Security-Policy: default-src 'none'"));
    CHECK(!strstr(head, "Set-Cookie"));
    close(ben);
    int fd = dial(&site.front);
    tell_text(fd,
              arena_print(cx->mem,
                          "HEAD /g/north/events HTTP/1.1\r\nHost: x\r\nCookie: linden=%s\r\n\r\n",
                          session_of(cx, "ben")));
    CHECK_INT(status_of(hear(cx, fd, false)), 200);
    close(fd);
    /* app.js asks whether it still may: a whole answer, no stream */
    CHECK_INT(status_to(cx, "ben", "/g/north/events", "X-Linden-Fragment: 1\r\n"), 204);
    end();
}

TEST(a_stream_is_no_activity)
{
    struct table t;
    serve(cx, (struct streams_options){ .check_ms = 20 });
    beside(cx, "UPDATE sessions SET seen_at = seen_at - 600000000");
    int ben = listen_to(cx, "ben", "/g/north/events");
    CHECK_INT(status_to(cx, "ben", "/g/north/events", "X-Linden-Fragment: 1\r\n"), 204);
    CHECK(quiet(ben, 200));
    CHECK_INT(post_as(cx, "olga", "/g/north/guide", "hide=1"), 303); /* behind all notes */
    struct db *before = cx->db, *db;
    if (db_open(cx, site.database, DB_READER, &db) != OK) exit(1);
    cx->db = db;
    CHECK(db_select(cx, &t,
                    SQL_GLOBAL("SELECT count(*) AS n FROM sessions WHERE person_id = 'p-ben'"
                               " AND seen_at >= signed_in_at"))
          == OK);
    cx->db = before;
    db_close(db);
    CHECK_INT(table_number(&t), 0);
    CHECK_INT(status_to(cx, "ben", "/g/north/help", ""), 200); /* a page is */
    close(ben);
    end();
}

/* --- bounds ---------------------------------------------------------------------------------- */

TEST(a_session_a_person_and_a_node_have_so_many_streams_and_no_more)
{
    serve(cx, (struct streams_options){ .most = 6, .most_of_person = 4, .most_of_session = 3 });
    int fd[6], n = 0;
    while (n < 3) fd[n++] = listen_to(cx, "olga", "/g/north/events");
    CHECK_INT(status_to(cx, "olga", "/g/north/events", ""), 503);
    CHECK_INT(status_to(cx, "olga", "/g/south/events", ""), 503);
    close(fd[0]); /* one that has gone does not count, though nobody has looked */
    fd[0] = listen_when_free(cx, "olga", "/g/south/events");
    beside(cx, arena_print(cx->mem,
                           "UPDATE sessions SET person_id = 'p-olga' WHERE person_id = 'p-freya'"));
    fd[n++] = listen_to(cx, "freya", "/g/north/events"); /* olga's other device */
    CHECK_INT(status_to(cx, "freya", "/g/north/events", ""), 503);
    fd[n++] = listen_to(cx, "ben", "/g/north/events");
    streams_changed(site.streams); /* for a node's number it counts until somebody has looked */
    fd[n++] = listen_when_free(cx, "chen", "/g/north/events");
    CHECK_INT(status_to(cx, "zoe", "/g/south/events", ""), 503);
    CHECK_INT(status_to(cx, "zoe", "/g/south/help", ""), 200); /* pages go on */
    for (int i = 0; i < n; i++) close(fd[i]);
    end();
}

TEST(many_streams_are_served_side_by_side_and_all_end_at_once)
{
    enum { MANY = 400 };
    int fd[MANY];
    serve(cx, (struct streams_options){ .most_of_person = MANY, .most_of_session = MANY });
    for (int i = 0; i < MANY; i++)
        fd[i] = listen_to(cx, i % 2 ? "ben" : "chen", "/g/north/events?about=users&since=0");
    CHECK_INT(post_as(cx, "olga", "/g/north/settings/users/u-ben/deactivate", "note="), 303);
    for (int i = 0; i < MANY; i++)
        CHECK_TEXT(hear_event(cx, fd[i]),
                   i % 2 ? "event: ended\ndata: access\n\n" : "id: 1\nevent: changes\ndata: 1\n\n");
    for (int i = 1; i < MANY; i += 2) CHECK(ends_with_close(fd[i]));
    streams_end(site.streams); /* waits for no look: there would be none */
    for (int i = 0; i < MANY; i++) {
        if (i % 2 == 0) CHECK(ends_with_close(fd[i]));
        close(fd[i]);
    }
    CHECK_INT(status_to(cx, "chen", "/g/north/events", ""), 503); /* none is taken any more */
    end();
}
