/* router.c - from a path to a route, and from a route to a path. */
#include <pthread.h>
#include <string.h>

#include "base/setup.h"
#include "base/text.h"
#include "web/visit.h"
#include "web/web.h"

const struct route_info routes[ROUTE_COUNT] = {
#define PAGE(path, permission, function) \
    [ROUTE_##                            \
        function] = { GET, path, permission, function, NO_PAGE, NULL, false, false, #function },
#define POST(path, permission, function, again) \
    [ROUTE_##function] = { POST, path, permission, function, again, NULL, false, false, #function },
#define POST_ALWAYS(path, permission, function, again) \
    [ROUTE_##function] = { POST, path, permission, function, again, NULL, true, false, #function },
#define POST_HASHED(path, permission, function, again, prepare) \
    [ROUTE_##                                                   \
        function] = { POST, path, permission, function, again, prepare, false, false, #function },
#define POST_MAY_HASH(path, permission, function, again, prepare)              \
    [ROUTE_##function] = { POST,  path,  permission, function, again, prepare, \
                           false, false, #function,  NULL,     true },
#define POST_CALLS(path, permission, function, again, prepare, calls)          \
    [ROUTE_##function] = { POST,  path,  permission, function, again, prepare, \
                           false, false, #function,  .call = calls },
#define POST_FILES(path, permission, function, again)                       \
    [ROUTE_##function] = { POST,  path,  permission, function, again, NULL, \
                           false, false, #function,  NULL,     false, .files = true },
#define STREAM(path, permission, function, tell)                        \
    [ROUTE_##function] = { GET,  path,  permission, function,  NO_PAGE, \
                           NULL, false, false,      #function, tell },
#define LOOKUP(path, permission, function) \
    [ROUTE_##                              \
        function] = { POST, path, permission, function, NO_PAGE, NULL, false, true, #function },
#define REPORT(path, permission, function)                              \
    [ROUTE_##function] = { GET,  path,  permission, function,  NO_PAGE, \
                           NULL, false, false,      #function, .reports = true },
#define API(method, path, permission, function, reads)                    \
    [ROUTE_##function] = { method, path,  permission, function,  NO_PAGE, \
                           NULL,   false, reads,      #function, .api = &function##_operation },
#define API_GET(path, permission, function) API(GET, path, permission, function, false)
#define API_POST(path, permission, function) API(POST, path, permission, function, false)
#define API_PATCH(path, permission, function) API(PATCH, path, permission, function, false)
#define API_DELETE(path, permission, function) API(DELETE, path, permission, function, false)
#define API_LOOKUP(path, permission, function) API(POST, path, permission, function, true)
#include "web/routes.def"
#undef PAGE
#undef API
#undef API_GET
#undef API_POST
#undef API_PATCH
#undef API_DELETE
#undef API_LOOKUP
#undef LOOKUP
#undef REPORT
#undef POST
#undef POST_ALWAYS
#undef POST_FILES
#undef POST_HASHED
#undef POST_MAY_HASH
#undef POST_CALLS
#undef STREAM
};

static const unsigned char asking[ROUTE_COUNT] = {
#define PAGE(...)
#define POST(...)
#define POST_ALWAYS(...)
#define POST_HASHED(...)
#define POST_MAY_HASH(...)
#define POST_CALLS(...)
#define POST_FILES(...)
#define STREAM(...)
#define LOOKUP(...)
#define REPORT(...)
#define API_GET(...)
#define API_POST(...)
#define API_PATCH(...)
#define API_DELETE(...)
#define API_LOOKUP(...)
#define ASKS(function) [ROUTE_##function] = ASKS_ALWAYS,
#define MAY_ASK(function) [ROUTE_##function] = ASKS_SOMETIMES,
#include "web/routes.def"
#undef PAGE
#undef POST
#undef POST_ALWAYS
#undef POST_HASHED
#undef POST_MAY_HASH
#undef POST_CALLS
#undef POST_FILES
#undef STREAM
#undef LOOKUP
#undef REPORT
#undef API_GET
#undef API_POST
#undef API_PATCH
#undef API_DELETE
#undef API_LOOKUP
};

enum asks route_asks(const struct route_info *r)
{
    return (enum asks)asking[r - routes];
}

const char *method_word(enum method method)
{
    static const char *const called[METHODS] = { "GET", "POST", "DELETE", "PATCH" };
    return called[method];
}

/* How many segments, and the first letter of the last one: what tells most routes from a
 * path at a glance. */
struct shape {
    unsigned char segments;
    char last;
};
static struct shape shapes[ROUTE_COUNT];

static struct shape shape_of(const char *text)
{
    struct shape shape = { 0 };
    for (; *text; text++)
        if (*text == '/') shape = (struct shape){ shape.segments + 1, text[1] };
    return shape;
}

static void make_shapes(void)
{
    for (size_t i = 0; i < ROUTE_COUNT; i++) shapes[i] = shape_of(routes[i].path);
}

/* Does the path fit the pattern?  Fills rq->params. */
static bool matches(struct cx *cx, struct request *rq, const char *pattern)
{
    struct pair found[PARAMS] = { 0 };
    const char *path = rq->path;
    size_t n = 0;
    while (*pattern && *path) {
        if (*pattern == ':') {
            size_t name = strcspn(pattern, "/"), value = strcspn(path, "/");
            if (n == PARAMS || value == 0) return false;
            found[n++] = (struct pair){ pattern, path };
            pattern += name;
            path += value;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    if (*pattern || *path) return false;
    for (size_t i = 0; i < n; i++) {
        const char *name = found[i].name + 1, *value = found[i].value;
        found[i].name = arena_copy(cx->mem, name, strcspn(name, "/"));
        found[i].value = arena_copy(cx->mem, value, strcspn(value, "/"));
    }
    memcpy(rq->params, found, sizeof found);
    return true;
}

const struct route_info *route_find(struct cx *cx, struct request *rq, bool *other_method)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_shapes);
    const struct shape path = shape_of(rq->path);
    *other_method = false;
    for (const struct route_info *r = routes; r < routes + ROUTE_COUNT; r++) {
        const struct shape *shape = &shapes[r - routes];
        if (shape->segments != path.segments) continue;
        if (shape->last != path.last && shape->last != ':') continue;
        if (!matches(cx, rq, r->path)) continue;
        if (r->method == rq->method) return rq->route = r;
        *other_method = true;
    }
    return NULL;
}

static const char *value_of(const struct pairs *pairs, const char *name)
{
    for (size_t i = 0; i < pairs->n; i++)
        if (strcmp(pairs->at[i].name, name) == 0) return pairs->at[i].value;
    return NULL;
}

const char *param_text(const struct request *rq, const char *name)
{
    for (size_t i = 0; i < PARAMS && rq->params[i].name; i++)
        if (strcmp(rq->params[i].name, name) == 0) return rq->params[i].value;
    return "";
}

struct id param_id(const struct request *rq, const char *name)
{
    return id_of(param_text(rq, name));
}

const char *query_text(const struct request *rq, const char *name)
{
    const char *value = value_of(&rq->query, name);
    return value ? value : "";
}

int64_t query_int(const struct request *rq, const char *name, int64_t otherwise)
{
    const char *text = query_text(rq, name);
    size_t digits = strspn(text, "0123456789");
    if (!digits || text[digits] || digits > 9) return otherwise;
    int64_t number = 0;
    for (; *text; text++) number = number * 10 + (*text - '0');
    return number;
}

const char *form_text(const struct request *rq, const char *name)
{
    const char *value = value_of(&rq->form, name);
    return value ? value : "";
}

bool form_has(const struct request *rq, const char *name)
{
    return value_of(&rq->form, name) != NULL;
}

const char *cookie_text(struct cx *cx, const struct request *rq, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = rq->cookies; at && *at;) {
        at += strspn(at, " ;");
        size_t length = strcspn(at, ";");
        if (strncmp(at, name, n) == 0 && at[n] == '=')
            return arena_copy(cx->mem, at + n + 1, length - n - 1);
        at += length;
    }
    return NULL;
}

/* --- links --------------------------------------------------------------- */

static const char *percent(struct cx *cx, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    char *out = arena_take(cx->mem, strlen(text) * 3 + 1), *to = out;
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                     || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain)
            *to++ = (char)c;
        else
            *to++ = '%', *to++ = hex[c >> 4], *to++ = hex[c & 15];
    }
    *to = '\0';
    return out;
}

static const char *value_words(struct cx *cx, const struct value *v)
{
    switch (v->kind) {
    case VALUE_ID: return v->id.text;
    case VALUE_TEXT: return percent(cx, v->text);
    case VALUE_INT: return arena_print(cx->mem, "%lld", (long long)v->number);
    case VALUE_BYTES:
    case VALUE_NULL: break;
    }
    return "-";
}

struct url url_make(struct cx *cx, const char *slug, enum route route, const struct value *values,
                    size_t n)
{
    const char *pattern = routes[route].path, *said[PARAMS];
    size_t most = strlen(pattern) + strlen(slug) + 1, used = 0;
    if (n > PARAMS) n = PARAMS;
    for (size_t i = 0; i < n; i++) most += strlen(said[i] = value_words(cx, &values[i]));
    char *text = arena_take(cx->mem, most), *to = text;
    for (const char *at = pattern;;) {
        const char *colon = strchrnul(at, ':');
        to = mempcpy(to, at, (size_t)(colon - at));
        if (!*colon) break;
        bool group = colon[1] == 'g' && (colon[2] == '/' || !colon[2]);
        to = stpcpy(to, group ? slug : used < n ? said[used++] : "-");
        at = strchrnul(colon, '/');
    }
    *to = '\0';
    return (struct url){ text };
}

struct url url_here(struct cx *cx, const struct request *rq)
{
    struct value values[PARAMS];
    const char *slug = "";
    size_t n = 0;
    for (size_t i = 0; i < PARAMS && rq->params[i].name; i++)
        if (strcmp(rq->params[i].name, "g") == 0)
            slug = rq->params[i].value;
        else
            values[n++] = (struct value){ .kind = VALUE_TEXT, .text = rq->params[i].value };
    struct url url = url_make(cx, slug, (enum route)(rq->route - routes), values, n);
    for (size_t i = 0; i < rq->query.n; i++)
        url = url_with(cx, url, rq->query.at[i].name, rq->query.at[i].value);
    return url;
}

bool url_is_inside(const char *path)
{
    if (strlen(path) > 500 || !text_plain(path)) return false;
    return strncmp(path, "/g/", 3) == 0 || strncmp(path, "/me", 3) == 0
           || strncmp(path, "/invitations/", 13) == 0;
}

struct url url_with(struct cx *cx, struct url url, const char *name, const char *value)
{
    if (!value || !*value) return url;
    return (struct url){ arena_print(cx->mem, "%s%c%s=%s", url.text,
                                     strchr(url.text, '?') ? '&' : '?', name, percent(cx, value)) };
}

const char *url_whole(struct cx *cx, struct url url)
{
    return arena_print(cx->mem, "%s%s", cx->setup->url, url.text);
}

const char *visit_slug(const struct request *rq)
{
    return rq->visit && rq->visit->slug ? rq->visit->slug : "";
}
