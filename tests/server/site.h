/* site.h - a gateway with a database and a socket, and olga signed in, for tests of all of it.
 *
 *   begin(cx);  serve();                               answers on site.front
 *   form(cx, "/me/preferences", "theme=dark");  end(); */
#pragma once
#include "base/log.h"
#include "base/secret.h"
#include "base/setup.h"
#include "db/writer.h"
#include "server/gateway.h"
#include "tests/http/front.h"
#include "tests/support/engine.h"
#include "tests/support/folder.h"
#include "tests/support/practice.h"

static struct site {
    struct setup setup;
    struct proxies proxies;
    struct writer *writer;
    struct gateway *gateway;
    int loops;          /* that answer pages */
    struct front front; /* only its server is used, for dial() */
    const char *folder, *database, *log;
    const char *olga; /* her cookie */
    const char *form_token;
} site;

/* One thread for pages and one for hashes, so that what a request leaves behind meets the next. */
static inline void begin(struct cx *cx)
{
    cx->now = clock_now();
    practice_begin(cx);
    site = (struct site){ .setup = *cx->setup };
    site.folder = folder_new(cx);
    site.log = arena_print(cx->mem, "%s/log", site.folder);
    site.loops = engine_is_postgres() ? 0 : 1;
    const char *token = session_of(cx, "olga");
    char *form_token = arena_alloc(cx->mem, SECRET_SIZE);
    secret_derive(form_token, token, "form");
    site.olga = arena_print(cx->mem, "Cookie: linden=%s\r\n", token);
    site.form_token = form_token;
    site.database = engine_share(cx, arena_print(cx->mem, "%s/linden.db", site.folder));
    site.setup.database = site.database;
    log_open(site.log);
    const char *reserve = arena_print(cx->mem, "%s/reserve", site.folder);
    if (writer_start(cx, &(struct writer_options){ site.database, reserve, 2 }, &site.writer) != OK)
        exit(1);
}

static inline void serve(void)
{
    const char *error = NULL;
    site.gateway = gateway_start(&(struct gateway_options){ .setup = &site.setup,
                                                            .proxies = &site.proxies,
                                                            .loops = site.loops,
                                                            .page_threads = 1,
                                                            .together = engine_is_postgres(),
                                                            .hash_threads = 1,
                                                            .hash_queue = 2 });
    if (!gateway_open(site.gateway, site.writer, NULL, NULL)) exit(1);
    site.front.server = http_start(&(struct http_options){ .listen = "127.0.0.1:0",
                                                           .body_limit = gateway_body_limit,
                                                           .body_kept = gateway_body_kept,
                                                           .spool_folder = site.folder,
                                                           .take = gateway_take,
                                                           .log = gateway_log,
                                                           .rest = gateway_rest,
                                                           .arg = site.gateway },
                                   &error);
    if (!site.front.server) exit(1);
}

static inline void end(void)
{
    CHECK(http_drain(site.front.server, 5));
    gateway_stop(site.gateway);
    writer_stop(site.writer);
    log_open(NULL);
    folder_remove(site.folder);
}

/* --- asking ----------------------------------------------------------------------- */

static inline const char *ask_on(struct cx *cx, int fd, const char *method, const char *path,
                                 const char *headers, const char *body)
{
    const char *more = "";
    if (body)
        more = arena_print(cx->mem,
                           "Content-Type: application/x-www-form-urlencoded\r\n"
                           "Content-Length: %zu\r\n",
                           strlen(body));
    tell_text(fd, arena_print(cx->mem, "%s %s HTTP/1.1\r\nHost: x\r\n%s%s\r\n%s", method, path,
                              headers, more, body ? body : ""));
    return hear(cx, fd, strcmp(method, "HEAD") != 0);
}

static inline const char *ask(struct cx *cx, const char *method, const char *path,
                              const char *headers, const char *body)
{
    int fd = dial(&site.front);
    const char *answer = ask_on(cx, fd, method, path, headers, body);
    close(fd);
    return answer;
}

static inline const char *form(struct cx *cx, const char *path, const char *fields)
{
    return ask(cx, "POST", path, site.olga,
               arena_print(cx->mem, "form_token=%s&%s", site.form_token, fields));
}

/* In the database file, from beside the server. */
static inline int64_t in_file(struct cx *cx, const char *script, const struct sql *question)
{
    struct db *before = cx->db, *db;
    int64_t n = 0;
    if (db_open(cx, site.database, DB_WRITER, &db) != OK) exit(1);
    cx->db = db;
    if (script && db_script(cx, script) != OK) printf("  %s\n", cx->message), failures++;
    if (question) n = count(cx, question);
    cx->db = before;
    db_close(db);
    return n;
}

static inline bool header_is(const char *answer, const char *line)
{
    const char *at = strstr(answer, line), *over = strstr(answer, "\r\n\r\n");
    return at && over && at < over;
}

static inline void check_headers(const char *what, const char *answer, int status)
{
    bool sound = header_is(answer, "Content-Security-Policy: default-src 'none'")
                 && header_is(answer, "frame-ancestors 'none'")
                 && header_is(answer, "X-Content-Type-Options: nosniff")
                 && header_is(answer, "Cache-Control: no-store");
    if (status_of(answer) == status && sound) return;
    failures++;
    printf("  %s: %.900s\n", what, answer);
}
