/* offers_test.c - whatever a page offers, its reader may follow; and every page says something.
 *
 * For one after the other of very different people all links are followed from the home page
 * on, up to a few of every route, and every form that was met is sent.  So these hold for all
 * screens at once:
 *   - no link leads to a closed door or to nothing, and no button is shown that would be refused:
 *     to somebody with Read Only there is none that changes a record;
 *   - every page has one heading, and no table and no list that is empty;
 *   - who comes to a closed door by an address is told who can open it. */
#include "tests/support/practice.h"

enum { MOST = 3, PATHS = 1000, FORMS = 300, PAIRS = 12 }; /* MOST: of one route */

/* With what it holds by itself: hidden fields, first choices, a button's value. */
struct met_form {
    const char *path, *pairs[2 * PAIRS];
    size_t n;
};
static struct crawl {
    const char *who, *group; /* "/g/north/" */
    const char *paths[PATHS];
    struct met_form forms[FORMS];
    size_t paths_n, forms_n;
    int of_route[ROUTE_COUNT];
} now;

static void wrong(const char *what, const char *path, const char *from)
{
    failures++;
    printf("  %s: %s at %s%s%s\n", now.who, what, path, *from ? ", offered by " : "", from);
}

/* An attribute's value, as the browser takes it; NULL beyond this tag. */
static const char *attribute(struct cx *cx, const char *tag, const char *name)
{
    const char *end = strchr(tag, '>');
    const char *at = strstr(tag, arena_print(cx->mem, " %s=\"", name));
    if (!at || !end || at > end) return NULL;
    at += strlen(name) + 3;
    char *out = arena_copy(cx->mem, at, strcspn(at, "\"#")), *to = out;
    for (const char *c = out; *c;) {
        *to++ = *c;
        c += strncmp(c, "&amp;", 5) == 0 ? 5 : 1;
    }
    *to = '\0';
    return out;
}

static const struct route_info *route_of(struct cx *cx, enum method method, const char *path)
{
    bool other;
    struct request rq = { .method = method, .path = arena_copy(cx->mem, path, strcspn(path, "?")) };
    return route_find(cx, &rq, &other) ? rq.route : NULL;
}

static bool among(const char *const *all, size_t n, const char *path)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i], path) == 0) return true;
    return false;
}

static bool inside(const char *path)
{
    return strncmp(path, now.group, strlen(now.group)) == 0 || strncmp(path, "/me", 3) == 0;
}

static void meet_link(struct cx *cx, const char *path, const char *from)
{
    if (!inside(path) || among(now.paths, now.paths_n, path)) return;
    const struct route_info *r = route_of(cx, GET, path);
    if (!r) {
        wrong("no such page", path, from);
        return;
    }
    if (r->tell || now.of_route[r - routes]++ >= MOST || now.paths_n == PATHS) return;
    now.paths[now.paths_n++] = path;
}

static void pair(struct met_form *f, const char *name, const char *value)
{
    if (!name || strcmp(name, "form_token") == 0 || f->n == PAIRS) return;
    f->pairs[2 * f->n] = name;
    f->pairs[2 * f->n++ + 1] = value ? value : "";
}

static void fill_in(struct cx *cx, const char *body, struct met_form *f)
{
    const char *end = strstr(body, "</form>");
    for (const char *at = body; (at = strchr(at, '<')) && at < end; at++) {
        const char *type = attribute(cx, at, "type"), *name = attribute(cx, at, "name");
        const char *option = strstr(at, "<option ");
        if (strncmp(at, "<input ", 7) == 0 && type && strcmp(type, "hidden") == 0)
            pair(f, name, attribute(cx, at, "value"));
        if (strncmp(at, "<button ", 8) == 0 && name) pair(f, name, attribute(cx, at, "value"));
        if (strncmp(at, "<select ", 8) == 0 && option && option < end)
            pair(f, name, attribute(cx, option, "value"));
    }
}

static void meet_form(struct cx *cx, const char *path, const char *from, const char *body)
{
    const struct route_info *r = route_of(cx, POST, path);
    if (!inside(path)) return;
    if (!r) {
        wrong("no such form", path, from);
        return;
    }
    if (now.of_route[r - routes]++ || now.forms_n == FORMS) return;
    now.forms[now.forms_n] = (struct met_form){ .path = path };
    fill_in(cx, body, &now.forms[now.forms_n++]);
}

static void meet_all(struct cx *cx, const char *body, const char *from)
{
    const char *to;
    for (const char *at = body; (at = strstr(at, "<a ")); at += 3)
        if ((to = attribute(cx, at, "href"))) meet_link(cx, to, from);
    for (const char *at = body; (at = strstr(at, "<form ")); at += 6) {
        const char *method = attribute(cx, at, "method");
        if (method && strcmp(method, "post") == 0 && (to = attribute(cx, at, "action")))
            meet_form(cx, to, from, at);
    }
    for (const char *at = body; (at = strstr(at, "<button ")); at += 8)
        if ((to = attribute(cx, at, "formaction"))) meet_form(cx, to, from, at);
}

/* Does an element of this name open and close with nothing in between? */
static bool empty(const char *body, const char *name)
{
    char open[16], close[16];
    snprintf(open, sizeof open, "<%s", name);
    snprintf(close, sizeof close, "</%s>", name);
    for (const char *at = body; (at = strstr(at, open)); at++) {
        const char *in = at + strcspn(at, ">");
        if (*in) in++;
        in += strspn(in, " \n\t");
        if (strncmp(in, close, strlen(close)) == 0) return true;
    }
    return false;
}

static const char *without_templates(struct cx *cx, const char *body)
{
    char *out = arena_copy(cx->mem, body, strlen(body));
    for (char *at = out, *end; (at = strstr(at, "<template")) && (end = strstr(at, "</template>"));)
        memset(at, ' ', (size_t)(end - at));
    return out;
}

static void look_at(const char *body, const char *path)
{
    static const char *const holders[] = { "tbody", "ul", "dl" }; /* columns of a day are <ol> */
    const char *heading = strstr(body, "<h1");
    if (!strstr(body, "<!doctype html>")) return; /* a file */
    if (!heading || strstr(heading + 1, "<h1")) wrong("not one heading", path, "");
    for (size_t i = 0; i < sizeof holders / sizeof *holders; i++)
        if (empty(body, holders[i])) wrong(holders[i], path, "an empty list");
}

static void follow(struct cx *cx, const char *who, const char *group)
{
    now = (struct crawl){ .who = who, .group = group };
    meet_link(cx, group, "");
    for (size_t i = 0; i < now.paths_n; i++) {
        struct page page = get(cx, who, now.paths[i]);
        if (page.status != 200 && page.status != 303)
            wrong(arena_print(cx->mem, "a link to %d", page.status), now.paths[i], "");
        if (page.status != 200) continue;
        look_at(without_templates(cx, page.body), now.paths[i]);
        meet_all(cx, page.body, now.paths[i]);
    }
}

static void send_all(struct cx *cx)
{
    struct arena *round = arena_new(1 << 26);
    struct cx inner = *cx;
    for (size_t i = 0; i < now.forms_n; i++) {
        arena_reset(round);
        inner.mem = round;
        practice_begin(&inner);
        const struct met_form *f = &now.forms[i];
        const char *const *p = f->pairs;
        int status = post(&inner, now.who, f->path, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7],
                          p[8], p[9], p[10], p[11], p[12], p[13], p[14], p[15], p[16], p[17], p[18],
                          p[19], p[20], p[21], p[22], p[23], NULL)
                         .status;
        if (status == 403 || status == 404 || status == 405 || status >= 500)
            wrong(arena_print(round, "a form that is answered %d", status), f->path, "");
    }
    arena_free(round);
}

/* Of somebody with Read Only: nothing that was met needs the right to edit. */
static void changes_nothing(struct cx *cx)
{
    for (size_t i = 0; i < now.forms_n; i++) {
        enum permission p = route_of(cx, POST, now.forms[i].path)->permission;
        if (p < PERMISSION_COUNT && permissions[p].need == EDIT)
            wrong("a form for who only looks", now.forms[i].path, "");
    }
}

TEST(no_page_offers_what_its_reader_may_not_do)
{
    static const char *const people[] = { "chen", "gina", "ben", "freya", "olga" };
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        practice_begin(cx);
        follow(cx, people[i], "/g/north/");
        CHECK(now.paths_n > 40);
        if (i == 0) changes_nothing(cx);
        send_all(cx);
    }
}

/* Every page that an address alone leads to. */
TEST(a_closed_door_says_who_can_open_it_and_where_to_ask)
{
    static const char *const people[] = { "chen", "gina", "ben" };
    int closed = 0;
    practice_begin(cx);
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        for (const struct route_info *r = routes; r < routes + ROUTE_COUNT; r++) {
            if (r->method != GET || r->tell || strncmp(r->path, "/g/:g/", 6) != 0) continue;
            if (strchr(r->path + 6, ':')) continue;
            const char *path = arena_print(cx->mem, "/g/north/%s", r->path + 6);
            now.who = people[i];
            struct page page = get(cx, people[i], path);
            if (page.status != 403) continue;
            closed++;
            if (!has_text(page, "People with Full Access can: Freya Nilsson, Olga Okafor")
                && !has_text(page, "These people can: "))
                wrong("nobody is named", path, "");
            if (!has_text(page, "/access-requests/new/")) wrong("nowhere to ask", path, "");
            if (!has_text(page, "aria-label=\"Main\"")) wrong("no menu", path, "");
        }
    CHECK(closed > 40);
}

TEST(a_practice_without_records_says_what_will_be_where)
{
    practice_begin(cx);
    must_run(cx, "INSERT INTO practices (id, slug, name, time_zone, created_at) VALUES"
                 " ('west', 'west', 'Westend', 'UTC', 1);"
                 "INSERT INTO locations (practice_id, id, name, time_zone, created_at) VALUES"
                 " ('west', 'l-west', 'Mill Lane', 'UTC', 1);"
                 "INSERT INTO users (practice_id, id, person_id, email, first_name, last_name,"
                 " sort_key, find_key, role_type, level, owner, all_locations, created_at) VALUES"
                 " ('west', 'u-west', 'p-olga', 'olga@north.example', 'Olga', 'Okafor', 'okafor',"
                 " 'olga okafor', 'practitioner', 'full', 1, 1, 1)");
    recount_users(cx);
    sign_in_again(cx, "olga");
    follow(cx, "olga", "/g/west/");
    CHECK(now.paths_n > 60);
}
