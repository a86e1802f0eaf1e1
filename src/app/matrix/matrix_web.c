/* matrix_web.c - who can see and change what, on one page.
 *
 * Cells are said of access_reach(), the reach that is enforced. */
#include <string.h>

#include "app/users/user.h"
#include "web/page.h"

#include "app/matrix/matrix.text.h"

enum { ROWS = 50 };

struct matrix_page {
    struct user_filter filter;
    struct user_list users;
    int64_t page, pages;
    struct url here;
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
    struct access plain = as_level(a);
    uint64_t reach = access_reach(a), level = access_reach(&plain);
    enum reach own = reach_own(reach, area), others = reach_others(reach, area);
    bool differs = own != reach_own(level, area) || others != reach_others(level, area);
    if (others == EDIT) return (struct cell_of){ SAY(matrix_all_of_it), 3, differs };
    if (others == VIEW && own == EDIT)
        return (struct cell_of){ SAY(matrix_see_all_edit_own), 2, differs };
    if (others == VIEW) return (struct cell_of){ SAY(matrix_see_all), 1, differs };
    if (own == EDIT) return (struct cell_of){ SAY(matrix_edit_own), 2, differs };
    if (own == VIEW) return (struct cell_of){ SAY(matrix_see_own), 1, differs };
    return (struct cell_of){ reach_label(NONE)(cx), 0, differs };
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

#include "app/matrix/matrix.html.h"

static struct url here_of(struct cx *cx, const struct request *rq, const struct user_filter *f)
{
    struct url url = url_with(cx, url_for(cx, rq, ROUTE_matrix_show), "role", f->role);
    return url_with(cx, url, "location", f->location.text);
}

enum status matrix_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct matrix_page p = { .page = query_int(rq, "page", 1) };
    struct user_filter *f = &p.filter;
    if (p.page < 1) p.page = 1;
    *f = (struct user_filter){ .text = "",
                               .role = query_text(rq, "role"),
                               .level = "",
                               .location = id_of(query_text(rq, "location")),
                               .active = true,
                               .offset = (p.page - 1) * ROWS,
                               .limit = ROWS };
    TRY(user_places(cx, &f->places, &f->places_n));
    TRY(user_list(cx, f, &p.users));
    p.pages = p.users.total > ROWS ? (p.users.total + ROWS - 1) / ROWS : 1;
    p.here = here_of(cx, rq, f);
    matrix_view(&rs->body, rq, &p);
    return OK;
}
