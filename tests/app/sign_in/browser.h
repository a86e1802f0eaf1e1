/* browser.h - a browser that keeps its own cookies and comes from its own
 * address, for tests of getting in. */
#pragma once
#include "tests/support/practice.h"

#include <stdarg.h>

#include "base/secret.h"
#include "http/form.h"
#include "web/visit.h"

struct browser {
    const char *address;
    char session[SECRET_SIZE], visitor[SECRET_SIZE], device[SECRET_SIZE], note[1400];
    char remembered[SECRET_SIZE];
    void (*meanwhile)(
        struct cx *); /* once, between the next form's preparation and its transaction */
};
#define BROWSER(from) ((struct browser){ .address = (from) })

static inline void keep(char *to, size_t room, const char *cookie, const char *name)
{
    size_t n = strlen(name);
    if (strncmp(cookie, name, n) == 0 && cookie[n] == '=')
        snprintf(to, room, "%.*s", (int)strcspn(cookie + n + 1, ";"), cookie + n + 1);
}

static inline struct page browse(struct cx *cx, struct browser *b, struct request *rq,
                                 const char *target)
{
    struct response rs = { 0 };
    const char *mark = strchr(target, '?');
    rq->path = arena_copy(cx->mem, target, strcspn(target, "?"));
    if (mark
        && form_parse(cx->mem, mark + 1, strlen(mark + 1), 100, &rq->query.at, &rq->query.n)
               != FORM_OK)
        exit(1);
    rq->cookies = arena_print(cx->mem,
                              "linden=%s; linden-visitor=%s; linden-device=%s; linden-note=%s;"
                              " linden-remembered=%s",
                              b->session, b->visitor, b->device, b->note, b->remembered);
    rq->address = b->address;
    rq->agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"
                " (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
    rq->reference = "7f3k2q00";
    cx_forget(cx);
    enum status status = rq->method == POST ? answer_prepare(cx, rq) : OK;
    if (rq->method == POST && b->meanwhile) {
        void (*meanwhile)(struct cx *) = b->meanwhile;
        b->meanwhile = NULL;
        meanwhile(cx);
        cx_forget(cx);
    }
    if (status == OK)
        (void)!answer(cx, rq, &rs);
    else
        answer_failed(cx, rq, &rs, status);
    struct page page = { .status = rs.status,
                         .body = rs.body.text ? rs.body.text : "",
                         .location = rs.location,
                         .etag = rs.etag };
    for (size_t i = 0; i < COOKIES && rs.cookies[i]; i++) {
        page.cookies[i] = rs.cookies[i];
        keep(b->session, sizeof b->session, rs.cookies[i], "linden");
        keep(b->visitor, sizeof b->visitor, rs.cookies[i], "linden-visitor");
        keep(b->device, sizeof b->device, rs.cookies[i], "linden-device");
        keep(b->remembered, sizeof b->remembered, rs.cookies[i], "linden-remembered");
        keep(b->note, sizeof b->note, rs.cookies[i], "linden-note");
    }
    return page;
}

static inline struct page open_page(struct cx *cx, struct browser *b, const char *target)
{
    return browse(cx, b, &(struct request){ .method = GET }, target);
}

/* The form token is that of the page the browser saw last. */
static inline struct page send_form(struct cx *cx, struct browser *b, const char *path, ...)
{
    struct request rq = { .method = POST };
    struct pair *pairs = NEW_ARRAY(cx->mem, struct pair, 16);
    size_t n = 0;
    va_list args;
    va_start(args, path);
    for (const char *name; n < 15 && (name = va_arg(args, const char *));)
        pairs[n++] = (struct pair){ name, va_arg(args, const char *) };
    va_end(args);
    char *token = arena_alloc(cx->mem, SECRET_SIZE);
    secret_derive(token, *b->session ? b->session : b->visitor, "form");
    pairs[n++] = (struct pair){ "form_token", token };
    rq.form = (struct pairs){ n, pairs };
    return browse(cx, b, &rq, path);
}

static inline struct page try_password(struct cx *cx, struct browser *b, const char *email,
                                       const char *password)
{
    open_page(cx, b, "/sign-in");
    return send_form(cx, b, "/sign-in", "email", email, "password", password, NULL);
}

static inline bool goes_to(struct page page, const char *where)
{
    return page.status == 303 && page.location && strcmp(page.location, where) == 0;
}

/* A statement of a test's own, in a transaction of its own. */
static inline void change(struct cx *cx, const char *script)
{
    if (db_script(cx, script) != OK) exit(1);
}

/* work_all() without the letters about new browsers, which tests of something else do not count. */
static inline void work_others(struct cx *cx, struct outbox *out)
{
    size_t n = 0;
    work_all(cx, out);
    for (size_t i = 0; i < out->n; i++)
        if (strncmp(out->at[i].subject, "New sign-in: ", 13) != 0) out->at[n++] = out->at[i];
    out->n = n;
}
