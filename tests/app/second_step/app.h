/* app.h - an authenticator app, for tests: it reads what the page shows. */
#pragma once
#include "tests/app/sign_in/browser.h"

#include "base/setup.h"
#include "app/second_step/totp.h"

static const char GINA[] = "gina@north.example", HERS[] = "correct-horse-battery-gina";

struct phone {
    struct totp_secret secret;
    const char *id;        /* of the app's row */
    const char *codes[10]; /* recovery codes */
};

static inline void unbase32(const char *text, unsigned char *out)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint32_t bits = 0;
    int n = 0;
    for (; *text; text++) {
        if (*text == ' ') continue;
        bits = bits << 5 | (uint32_t)(strchr(letters, *text) - letters);
        if ((n += 5) >= 8) *out++ = (unsigned char)(bits >> (n -= 8));
    }
}

/* What it shows now, or so many steps later. */
static inline const char *code_at(struct cx *cx, const struct phone *p, int64_t later)
{
    char *out = arena_alloc(cx->mem, 7);
    totp_code(&p->secret, totp_step(cx->now) + later, out);
    return out;
}

static inline const char *between(struct cx *cx, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    if (!at) return "";
    at += strlen(from);
    const char *end = strstr(at, to);
    return end ? arena_copy(cx->mem, at, (size_t)(end - at)) : "";
}

static inline void read_codes(struct cx *cx, struct phone *p, struct page page)
{
    const char *at = strstr(page.body, "<ol class=\"codes\"");
    for (int i = 0; i < 10; i++) {
        p->codes[i] = at ? between(cx, at, "<li>", "</li>") : "";
        if (at) at = strstr(at, "</li>");
        if (at) at += 5;
    }
}

/* The page after "Add an authenticator app": its secret is in the phone now. */
static inline struct page begin_app(struct cx *cx, struct browser *b, struct phone *p,
                                    const char *name, const char *code)
{
    struct page page = send_form(cx, b, "/me/sign-in/apps", "name", name, "password", HERS, "code",
                                 code, NULL);
    if (page.status != 303) return page;
    p->id = arena_print(cx->mem, "%s", strrchr(page.location, '/') + 1);
    page = open_page(cx, b, page.location);
    unbase32(between(cx, page.body, "<p class=\"once\" dir=\"ltr\">", "</p>"), p->secret.bytes);
    return page;
}

static inline struct page prove_app(struct cx *cx, struct browser *b, struct phone *p,
                                    const char *code)
{
    return send_form(cx, b, arena_print(cx->mem, "/me/sign-in/apps/%s", p->id), "code", code, NULL);
}

/* Gina, signed in with b, has an app and ten codes; and the next code is a fresh one. */
static inline void with_app(struct cx *cx, struct browser *b, struct phone *p)
{
    try_password(cx, b, GINA, HERS);
    begin_app(cx, b, p, "My phone", "");
    struct page page = prove_app(cx, b, p, code_at(cx, p, 0));
    if (page.status != 200) CHECK_INT(page.status, 200);
    read_codes(cx, p, page);
    cx->now += MINUTES(1);
}

static inline struct page try_code(struct cx *cx, struct browser *b, const char *code)
{
    return send_form(cx, b, "/sign-in/second-step", "code", code, NULL);
}
