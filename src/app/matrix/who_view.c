/* who_view.c - see who_view.h */
#include "app/matrix/who_view.h"

#include <string.h>

#include "base/text.h"

#include "app/matrix/matrix.text.h"

enum {
    ROW = 24,
    TOP = 4,
    LEFT = 244,
    RIGHT = 396,
    WIDTH = 560,
    NAME = 34,
    TARGET = 44,
    THICKEST = 14
};
enum { FEW = 12 }; /* up to so many users have a line of their own; more are bundles of a level */

const char *much_words(struct cx *cx, enum much much)
{
    switch (much) {
    case EDIT_ALL: return SAY(matrix_all_of_it);
    case SEE_ALL_EDIT_OWN: return SAY(matrix_see_all_edit_own);
    case SEE_ALL: return SAY(matrix_see_all);
    case EDIT_OWN: return SAY(matrix_edit_own);
    case SEE_OWN: return SAY(matrix_see_own);
    case NOTHING: break;
    }
    return reach_label(NONE)(cx);
}

static const char *finding(struct cx *cx, const struct who_page *p)
{
    const char *area = areas[p->asked.area].label(cx), *place = p->asked.place->name;
    int64_t own = p->sees.n - p->sees.others;
    const char *of = areas[p->asked.area].records ? SAY(who_area_at, area, place) : area;
    if (!p->sees.n) return SAY(who_nobody, of);
    if (!own) return SAY(who_all, p->sees.n, of);
    return SAY(who_some, p->sees.n, of, p->sees.others, own);
}

/* The two clinical levels, and the two of Full Access, have one name. */
static const char *bundle_name(struct cx *cx, enum level level, int64_t n)
{
    const char *label = levels[level].label(cx), *number = arena_number(cx->mem, n);
    bool twice = false;
    for (enum level l = 0; l < LEVEL_COUNT; l++)
        twice = twice || (l != level && levels[l].label == levels[level].label);
    if (!twice) return ARENA_JOIN(cx->mem, label, ": ", number);
    return ARENA_JOIN(cx->mem, label, ", ", role_label(levels[level].role)(cx), ": ", number);
}

static const char *cut(struct cx *cx, const char *name)
{
    const char *end = name;
    if (text_length(name) <= NAME) return name;
    for (int i = 0; i < NAME - 1; i++) do
            end++;
        while ((*end & 0xc0) == 0x80);
    return ARENA_JOIN(cx->mem, arena_copy(cx->mem, name, (size_t)(end - name)), "…");
}

/* --- the picture ----------------------------------------------------------- */

struct curve {
    int from, to, width;
    bool own;
};
struct graph {
    int height;
    size_t left_n, right_n, curves_n;
    struct node {
        int y;
        const char *label;
    } * left, right[MUCHES];
    struct curve *curves;
};

static int64_t of_much(const struct who_sees *s, enum much much)
{
    int64_t n = 0;
    for (enum level l = 0; l < LEVEL_COUNT; l++) n += s->of[l][much];
    return n;
}

static int64_t of_level(const struct who_sees *s, enum level level)
{
    int64_t n = 0;
    for (enum much m = 0; m < MUCHES; m++) n += s->of[level][m];
    return n;
}

static void add_node(struct graph *g, const char *label)
{
    g->left[g->left_n++].label = label;
}

static void add_curve(struct graph *g, size_t from, size_t to, int width, enum much much)
{
    g->curves[g->curves_n++] = (struct curve){ (int)from, (int)to, width, !much_others(much) };
}

/* Those who see the most first, so that few curves cross. */
static void draw_users(struct cx *cx, const struct who_sees *s, const size_t *to, struct graph *g)
{
    for (enum much m = 0; m < MUCHES; m++)
        for (const struct seer *u = s->at; u < s->at + s->listed; u++) {
            if (u->much != m) continue;
            add_node(g, cut(cx, u->name));
            add_curve(g, g->left_n - 1, to[m], 2, m);
        }
}

static void draw_levels(struct cx *cx, const struct who_sees *s, const size_t *to, struct graph *g)
{
    for (enum level l = LEVEL_COUNT; l-- > 0;) {
        if (!of_level(s, l)) continue;
        add_node(g, cut(cx, bundle_name(cx, l, of_level(s, l))));
        for (enum much m = 0; m < MUCHES; m++)
            if (s->of[l][m])
                add_curve(g, g->left_n - 1, to[m], 2 + (int)((THICKEST - 2) * s->of[l][m] / s->n),
                          m);
    }
}

static void place_nodes(struct graph *g)
{
    int left = (int)g->left_n * ROW, right = (int)g->right_n * TARGET;
    int all = left > right ? left : right;
    g->height = all + 2 * TOP;
    for (size_t i = 0; i < g->left_n; i++)
        g->left[i].y = TOP + all * (2 * (int)i + 1) / (2 * (int)g->left_n);
    for (size_t i = 0; i < g->right_n; i++)
        g->right[i].y = TOP + all * (2 * (int)i + 1) / (2 * (int)g->right_n);
}

static struct graph graph_of(struct cx *cx, const struct who_sees *s)
{
    size_t to[MUCHES];
    struct graph g = { .left = NEW_ARRAY(cx->mem, struct node, FEW + LEVEL_COUNT),
                       .curves = NEW_ARRAY(cx->mem, struct curve, FEW + LEVEL_COUNT * MUCHES) };
    for (enum much m = 0; m < MUCHES; m++) {
        int64_t n = of_much(s, m);
        to[m] = g.right_n;
        if (n)
            g.right[g.right_n++].label =
                ARENA_JOIN(cx->mem, much_words(cx, m), ": ", arena_number(cx->mem, n));
    }
    if (s->n <= FEW)
        draw_users(cx, s, to, &g);
    else
        draw_levels(cx, s, to, &g);
    place_nodes(&g);
    return g;
}

#include "app/matrix/who.html.h"
