/* paper.c - see paper.h */
#include "paper/paper.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paper/pango.h"

/* --- describing ------------------------------------------------------------------ */

struct paper *paper_new(struct arena *mem, const char *title, const char *day)
{
    struct paper *p = NEW(mem, struct paper);
    *p = (struct paper){ .mem = mem, .title = title, .day = day };
    p->last = &p->first;
    return p;
}

struct paper_row *paper_row(struct paper *p, enum row_kind kind, int above)
{
    struct paper_row *row = *p->last = NEW(p->mem, struct paper_row);
    *row = (struct paper_row){ .kind = kind, .above = above };
    p->last = &row->next;
    return row;
}

static void add(struct paper_row *row, struct paper_cell cell)
{
    if (row->n == PAPER_CELLS) abort();
    row->cells[row->n++] = cell;
}

void paper_cell(struct paper_row *row, int left, int width, enum ink ink, const char *text)
{
    add(row, (struct paper_cell){ text, left, width, ink, false });
}

void paper_cell_end(struct paper_row *row, int left, int width, enum ink ink, const char *text)
{
    add(row, (struct paper_cell){ text, left, width, ink, true });
}

/* --- drawing ---------------------------------------------------------------------- */

/* Points; A4 with 20 mm around it. */
#define WIDTH 595.28
#define HEIGHT 841.89
#define MARGIN 56.69
#define LINE (WIDTH - 2 * MARGIN)
#define BOTTOM (HEIGHT - MARGIN - 16) /* the foot stands below */

static const char *const fonts[INKS] = {
    [INK_PLAIN] = "DejaVu Sans, sans-serif 9",
    [INK_STRONG] = "DejaVu Sans, sans-serif Bold 9",
    [INK_SMALL] = "DejaVu Sans, sans-serif 7.5",
    [INK_TITLE] = "DejaVu Sans, sans-serif Bold 16",
};

struct sheet {
    const struct pango *p;
    const struct paper *paper;
    cairo_t *cr;
    PangoContext *context;
    PangoFontDescription *fonts[INKS];
    const struct paper_row *head;
    double y, bottom;
    int page, pages;
    bool draws; /* or else only counts */
};

/* Where the drawn bytes go. */
struct room {
    char *text;
    size_t length;
};

static cairo_status_t take(void *arg, const unsigned char *bytes, unsigned n)
{
    struct room *room = arg;
    if (n > PAPER_OCTETS - room->length) return CAIRO_STATUS_WRITE_ERROR;
    memcpy(room->text + room->length, bytes, n);
    room->length += n;
    return CAIRO_STATUS_SUCCESS;
}

static PangoLayout *layout_of(struct sheet *s, const struct paper_cell *c)
{
    PangoLayout *layout = s->p->pango_layout_new(s->context);
    s->p->pango_layout_set_font_description(layout, s->fonts[c->ink]);
    s->p->pango_layout_set_width(layout, (int)(LINE * c->width / 1000 * PANGO_SCALE));
    s->p->pango_layout_set_spacing(layout, 2 * PANGO_SCALE);
    s->p->pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    s->p->pango_layout_set_alignment(layout, c->end ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    s->p->pango_layout_set_text(layout, c->text, -1);
    return layout;
}

static void ink_set(struct sheet *s, enum ink ink)
{
    double grey = ink == INK_SMALL ? 0.3 : 0;
    s->p->cairo_set_source_rgb(s->cr, grey, grey, grey);
}

/* A cell on its way down, perhaps over several sheets. */
struct flow {
    const struct paper_cell *cell;
    PangoLayout *layout;
    PangoLayoutIter *at;
    double from; /* the first line of this sheet, as the layout counts */
    bool over;
};

static struct flow flow_begin(struct sheet *s, const struct paper_cell *c)
{
    PangoLayout *layout = layout_of(s, c);
    return (struct flow){ c, layout, s->p->pango_layout_get_iter(layout), 0, false };
}

static void flow_end(struct sheet *s, struct flow *f)
{
    s->p->pango_layout_iter_free(f->at);
    s->p->g_object_unref(f->layout);
}

static double flow_height(struct sheet *s, const struct flow *f)
{
    int height;
    s->p->pango_layout_get_size(f->layout, NULL, &height);
    return (double)height / PANGO_SCALE;
}

/* Draws the lines that fit above the bottom; *lowest is where the lowest ends. */
static void flow_draw(struct sheet *s, struct flow *f, double *lowest)
{
    while (!f->over) {
        PangoRectangle box;
        s->p->pango_layout_iter_get_line_extents(f->at, NULL, &box);
        double top = (double)box.y / PANGO_SCALE;
        double end = s->y + top + (double)box.height / PANGO_SCALE - f->from;
        if (end > s->bottom) {
            f->from = top;
            return;
        }
        double base = (double)s->p->pango_layout_iter_get_baseline(f->at) / PANGO_SCALE;
        if (s->draws) {
            ink_set(s, f->cell->ink);
            s->p->cairo_move_to(s->cr,
                                MARGIN + LINE * f->cell->left / 1000 + (double)box.x / PANGO_SCALE,
                                s->y + base - f->from);
            s->p->pango_cairo_show_layout_line(s->cr,
                                               s->p->pango_layout_iter_get_line_readonly(f->at));
        }
        if (end > *lowest) *lowest = end;
        f->over = !s->p->pango_layout_iter_next_line(f->at);
    }
}

static void rule(struct sheet *s, double y)
{
    if (!s->draws) return;
    s->p->cairo_set_source_rgb(s->cr, 0.6, 0.6, 0.6);
    s->p->cairo_set_line_width(s->cr, 0.5);
    s->p->cairo_move_to(s->cr, MARGIN, y);
    s->p->cairo_line_to(s->cr, MARGIN + LINE, y);
    s->p->cairo_stroke(s->cr);
}

/* "Page {page} of {pages}" with the numbers. */
static void numbered(char *out, size_t size, const char *text, int page, int pages)
{
    size_t n = 0;
    while (*text && n + 12 < size) {
        bool of = strncmp(text, "{pages}", 7) == 0;
        if (!of && strncmp(text, "{page}", 6) != 0) {
            out[n++] = *text++;
            continue;
        }
        n += (size_t)snprintf(out + n, size - n, "%d", of ? pages : page);
        text += of ? 7 : 6;
    }
    out[n] = '\0';
}

static void foot(struct sheet *s)
{
    char text[400];
    double lowest = 0, y = s->y;
    if (!s->draws || !s->paper->foot) return;
    numbered(text, sizeof text, s->paper->foot, s->page, s->pages);
    struct paper_cell cell = { text, 0, 1000, INK_SMALL, false };
    struct flow f = flow_begin(s, &cell);
    s->y = BOTTOM + 8;
    s->bottom = HEIGHT;
    flow_draw(s, &f, &lowest);
    flow_end(s, &f);
    s->y = y;
    s->bottom = BOTTOM;
}

static void place(struct sheet *, const struct paper_row *);

static void next_sheet(struct sheet *s, const struct paper_row *row)
{
    foot(s);
    if (s->draws) s->p->cairo_show_page(s->cr);
    s->page++;
    s->y = MARGIN;
    if (row->kind == ROW_BODY && s->head) place(s, s->head);
}

/* What must stand with it on one sheet: all of it, if a sheet can hold that, and of
 * a heading a row below. */
static double together(const struct paper_row *row, double height)
{
    double more = row->kind == ROW_HEAD ? 30 : 0;
    return height + more < (BOTTOM - MARGIN) / 2 ? height + more : 0;
}

static void place(struct sheet *s, const struct paper_row *row)
{
    struct flow flows[PAPER_CELLS];
    double height = 0;
    bool over = false;
    if (row->kind != ROW_BODY) s->head = row->kind == ROW_HEAD ? row : NULL;
    for (size_t i = 0; i < row->n; i++) {
        flows[i] = flow_begin(s, &row->cells[i]);
        double tall = flow_height(s, &flows[i]);
        if (tall > height) height = tall;
    }
    if (s->y > MARGIN) s->y += row->above;
    if (s->y + together(row, height) > BOTTOM) next_sheet(s, row);
    while (!over && s->page <= PAPER_SHEETS) {
        double lowest = s->y;
        over = true;
        for (size_t i = 0; i < row->n; i++) {
            flow_draw(s, &flows[i], &lowest);
            over = over && flows[i].over;
        }
        s->y = lowest;
        if (!over) next_sheet(s, row);
    }
    if (row->line) rule(s, s->y += 3);
    for (size_t i = 0; i < row->n; i++) flow_end(s, &flows[i]);
}

static void place_all(struct sheet *s, bool draws)
{
    s->draws = draws;
    s->page = 1;
    s->y = MARGIN;
    s->bottom = BOTTOM;
    s->head = NULL;
    for (const struct paper_row *row = s->paper->first; row && s->page <= PAPER_SHEETS;
         row = row->next)
        place(s, row);
    s->pages = s->page;
    foot(s);
}

/* Counts the sheets, then draws.  False: they are too many. */
static bool draw(struct sheet *s)
{
    const struct pango *p = s->p;
    s->context = p->pango_font_map_create_context(p->fonts);
    p->pango_cairo_update_context(s->cr, s->context);
    p->pango_context_set_round_glyph_positions(s->context, false);
    p->pango_context_set_language(s->context, p->pango_language_from_string("en"));
    for (int i = 0; i < INKS; i++) s->fonts[i] = p->pango_font_description_from_string(fonts[i]);
    place_all(s, false);
    bool fits = s->pages <= PAPER_SHEETS;
    if (fits) place_all(s, true);
    for (int i = 0; i < INKS; i++) p->pango_font_description_free(s->fonts[i]);
    p->g_object_unref(s->context);
    return fits;
}

/* Nothing here takes memory of an arena, which could end the request in between. */
static bool write_pdf(const struct pango *p, const struct paper *paper, const char *day,
                      struct room *room)
{
    cairo_surface_t *surface = p->cairo_pdf_surface_create_for_stream(take, room, WIDTH, HEIGHT);
    p->cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, paper->title);
    p->cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, day);
    struct sheet s = { .p = p, .paper = paper, .cr = p->cairo_create(surface) };
    bool done = draw(&s) && p->cairo_status(s.cr) == CAIRO_STATUS_SUCCESS;
    p->cairo_destroy(s.cr);
    p->cairo_surface_finish(surface);
    done = done && p->cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS;
    p->cairo_surface_destroy(surface);
    return done;
}

enum status paper_pdf(struct cx *cx, const struct paper *paper, char **text, size_t *length)
{
    static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
    const char *problem;
    const struct pango *p = pango_load(&problem);
    if (!p) return fail(cx, BROKEN, "no PDF: %s", problem);
    struct room room = { .text = arena_take(cx->mem, PAPER_OCTETS + 1) };
    const char *day = arena_print(cx->mem, "%sT00:00:00Z", paper->day);
    pthread_mutex_lock(&one_at_a_time);
    bool done = write_pdf(p, paper, day, &room);
    pthread_mutex_unlock(&one_at_a_time);
    if (!done) return fail_because(cx, CONFLICT, "long", "This is too long for one document.");
    room.text[room.length] = '\0';
    *text = room.text;
    *length = room.length;
    return OK;
}

const char *paper_missing(void)
{
    const char *problem;
    (void)pango_load(&problem);
    return problem;
}
