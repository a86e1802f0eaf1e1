/* matrix_web.c - who can see and change what, on one page and as a file.
 *
 * Cells are said of access_reach(), the reach that is enforced.  A row is of a user,
 * or of a level by itself. */
#include <string.h>

#include "app/matrix/who_view.h"
#include "app/users/user.h"
#include "base/date.h"
#include "base/text.h"
#include "web/page.h"

#include "app/matrix/matrix.text.h"

enum { ROWS = 50, FILE_ROWS = 500 };

struct matrix_page {
    struct user_filter filter;
    bool by_level;
    struct user_list users; /* or, of levels: */
    size_t levels_n;
    enum level levels[LEVEL_COUNT];
    int64_t page, pages;
    struct url here, file, by_users, by_levels;
    struct who_page who;
};

struct cell_of {
    const char *words;
    int shade; /* 0 nothing to 3 everything */
    bool differs;
};

/* The same user with nothing but the level. */
static struct access as_level(const struct access *a)
{
    struct access plain = *a;
    memset(plain.others, FOLLOWS, sizeof plain.others);
    memset(plain.set, 0, sizeof plain.set);
    return plain;
}

static struct cell_of cell_of(struct cx *cx, const struct access *a, enum area area)
{
    static const int shades[] = { 3, 2, 1, 2, 1, 0 };
    struct access plain = as_level(a);
    uint64_t reach = access_reach(a), level = access_reach(&plain);
    enum reach own = reach_own(reach, area), others = reach_others(reach, area);
    bool differs = own != reach_own(level, area) || others != reach_others(level, area);
    enum much much = much_of(own, others);
    return (struct cell_of){ much_words(cx, much), shades[much], differs };
}

/* What the cells do not say. */
static const char *limits_of(struct cx *cx, const struct user *u)
{
    uint64_t reach = access_reach(&u->access);
    if (reach & REACH_NOWHERE) return SAY(matrix_nowhere);
    bool limited = reach_limited(reach);
    const char *codes = reach & REACH_PSEUDONYMS ? SAY(matrix_pseudonyms) : "";
    const char *where = limited ? SAY(matrix_only_at, u->location_names) : "";
    return ARENA_JOIN(cx->mem, codes, *codes && *where ? ". " : "", where);
}

/* A user of this level and nothing else. */
static struct access of_level(enum level level)
{
    struct access a = {
        .role = levels[level].role, .level = level, .active = true, .all_locations = true
    };
    memset(a.others, FOLLOWS, sizeof a.others);
    return a;
}

/* Who has it: the list of users knows a level by its key and the role type. */
static struct url users_of(struct cx *cx, const struct request *rq, enum level level)
{
    struct url url = url_with(cx, url_for(cx, rq, ROUTE_users_index), "filtered", "1");
    url = url_with(cx, url, "role", role_key(levels[level].role));
    return url_with(cx, url, "level", levels[level].key);
}

#include "app/matrix/matrix.html.h"

static struct url at(struct cx *cx, const struct request *rq, enum route route,
                     const struct user_filter *f, bool by_level)
{
    struct url url = url_with(cx, url_for(cx, rq, route), "by", by_level ? "level" : "");
    url = url_with(cx, url, "role", f->role);
    return url_with(cx, url, "location", f->location.text);
}

static void choose_levels(struct matrix_page *p)
{
    enum role_type role;
    bool one = role_find(p->filter.role, &role);
    for (enum level l = 0; l < LEVEL_COUNT; l++)
        if (!one || levels[l].role == role) p->levels[p->levels_n++] = l;
}

static void begin(struct request *rq, int64_t most, struct matrix_page *p)
{
    *p = (struct matrix_page){
        .by_level = strcmp(query_text(rq, "by"), "level") == 0,
        .page = query_int(rq, "page", 1),
        .filter = { .text = "",
                    .role = query_text(rq, "role"),
                    .level = "",
                    .location = id_of(query_text(rq, "location")),
                    .active = true,
                    .limit = most },
    };
    if (p->page < 1) p->page = 1;
    if (p->by_level) choose_levels(p);
}

/* What is asked below the matrix, if it is. */
static enum status ask(struct cx *cx, const struct request *rq, struct matrix_page *p)
{
    const struct user_filter *f = &p->filter;
    struct who_page *who = &p->who;
    *who = (struct who_page){ .asked = { .area = area_find(query_text(rq, "area")),
                                         .places = f->places,
                                         .places_n = f->places_n } };
    for (size_t i = 0; i < f->places_n; i++)
        if (id_same(f->places[i].id, id_of(query_text(rq, "at")))) who->asked.place = &f->places[i];
    who->answered = who->asked.area < AREA_COUNT && who->asked.place;
    return who->answered ? who_sees(cx, &who->asked, &who->sees) : OK;
}

enum status matrix_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct matrix_page p;
    struct user_filter *f = &p.filter;
    begin(rq, ROWS, &p);
    f->offset = (p.page - 1) * ROWS;
    TRY(user_places(cx, &f->places, &f->places_n));
    TRY(user_list(cx, f, &p.users));
    TRY(ask(cx, rq, &p));
    p.pages = p.users.total > ROWS && !p.by_level ? (p.users.total + ROWS - 1) / ROWS : 1;
    p.here = at(cx, rq, ROUTE_matrix_show, f, p.by_level);
    p.file = at(cx, rq, ROUTE_matrix_file, f, p.by_level);
    p.by_users = at(cx, rq, ROUTE_matrix_show, f, false);
    p.by_levels = at(cx, rq, ROUTE_matrix_show, f, true);
    matrix_view(&rs->body, rq, &p);
    return OK;
}

/* --- a file for spreadsheets (RFC 4180) --------------------------------------------------- */

static void csv_cell(struct html *h, const char *text, bool last)
{
    const char *cell = text_csv(h->cx->mem, text);
    html_raw(h, cell, strlen(cell));
    html_raw(h, last ? "\r\n" : ",", last ? 2 : 1);
}

static void csv_head(struct html *h, bool by_level)
{
    struct cx *cx = h->cx;
    if (!by_level) csv_cell(h, SAY(matrix_user), false);
    csv_cell(h, SAY(matrix_role), false);
    csv_cell(h, SAY(matrix_level), false);
    for (enum area area = 0; area < AREA_COUNT; area++)
        csv_cell(h, areas[area].label(cx), by_level && area + 1 == AREA_COUNT);
    if (by_level) return;
    csv_cell(h, SAY(matrix_differing), false);
    csv_cell(h, SAY(matrix_limits), true);
}

static void csv_cells(struct html *h, const struct access *a, bool by_level)
{
    struct cx *cx = h->cx;
    const char *differing = "";
    csv_cell(h, role_label(a->role)(cx), false);
    csv_cell(h, levels[a->level].label(cx), false);
    for (enum area area = 0; area < AREA_COUNT; area++) {
        struct cell_of c = cell_of(cx, a, area);
        csv_cell(h, c.words, by_level && area + 1 == AREA_COUNT);
        if (c.differs)
            differing =
                ARENA_JOIN(cx->mem, differing, *differing ? ", " : "", areas[area].label(cx));
    }
    if (!by_level) csv_cell(h, differing, false);
}

static void csv_users(struct html *h, const struct user_list *users)
{
    for (const struct user *u = users->at; u < users->at + users->n; u++) {
        csv_cell(h, user_name(h->cx, u), false);
        csv_cells(h, &u->access, false);
        csv_cell(h, limits_of(h->cx, u), true);
    }
}

/* All that fit the filter, however many pages they would be. */
enum status matrix_file(struct cx *cx, struct request *rq, struct response *rs)
{
    struct matrix_page p;
    struct user_filter *f = &p.filter;
    begin(rq, FILE_ROWS, &p);
    csv_head(&rs->body, p.by_level);
    TRY(user_places(cx, &f->places, &f->places_n));
    do {
        TRY(user_list(cx, f, &p.users));
        if (p.by_level) break;
        csv_users(&rs->body, &p.users);
        f->offset += FILE_ROWS;
    } while (f->offset < p.users.total);
    for (size_t i = 0; i < p.levels_n; i++) {
        struct access a = of_level(p.levels[i]);
        csv_cells(&rs->body, &a, true);
    }
    rs->type = "text/csv; charset=utf-8";
    rs->disposition =
        arena_print(cx->mem, "attachment; filename=\"access-%s.csv\"", date_today(cx));
    return OK;
}
