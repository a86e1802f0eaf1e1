/* paper.h - text on A4 sheets, as a PDF.
 *
 * A paper is rows of cells, described first and drawn at the end.  Text may be in any
 * script for which the machine has a font, breaks at words, and goes on on the next
 * sheet where it must; it can be searched and copied out.  The same paper is the same
 * bytes wherever the same libraries and fonts are: no clock and no chance is in it.
 *
 * One is drawn at a time, for Pango's fonts are shared; that takes some 10 ms, and
 * some 100 the first time (docs/decisions/024-…).
 *
 *   struct paper *p = paper_new(cx->mem, "Invoice 12", "2026-11-21");
 *   struct paper_row *row = paper_row(p, ROW_PLAIN, 12);
 *   paper_cell(row, 0, 700, INK_PLAIN, "Anna Smith");
 *   paper_cell_end(row, 700, 300, INK_STRONG, "AUD 95.00");
 *   TRY(paper_pdf(cx, p, &text, &length)); */
#pragma once
#include "base/cx.h"

enum {
    PAPER_CELLS = 6,
    PAPER_SHEETS = 100,     /* of one paper at the most */
    PAPER_OCTETS = 1 << 20, /* of its PDF */
};

enum ink { INK_PLAIN, INK_STRONG, INK_SMALL, INK_TITLE, INKS };
enum row_kind {
    ROW_PLAIN,
    ROW_HEAD, /* stands once more on every sheet that goes on with rows of ROW_BODY after it */
    ROW_BODY,
};

struct paper_cell {
    const char *text;
    int left, width; /* thousandths of the line */
    enum ink ink;
    bool end; /* at the end of its width, as numbers are */
};
struct paper_row {
    struct paper_row *next;
    enum row_kind kind;
    int above; /* points of space, but not on top of a sheet */
    bool line; /* a line under it */
    size_t n;
    struct paper_cell cells[PAPER_CELLS];
};
struct paper {
    struct arena *mem;
    const char *title;
    const char *day;  /* its date: "2026-11-21" */
    const char *foot; /* "{page}" and "{pages}" become numbers; or NULL */
    struct paper_row *first, **last;
};

struct paper *paper_new(struct arena *, const char *title, const char *day);
struct paper_row *paper_row(struct paper *, enum row_kind, int above);
/* An empty text is fine.  More than PAPER_CELLS are a mistake that aborts. */
void paper_cell(struct paper_row *, int left, int width, enum ink, const char *text);
void paper_cell_end(struct paper_row *, int left, int width, enum ink, const char *text);

/* CONFLICT for more than PAPER_SHEETS or PAPER_OCTETS; BROKEN if paper_missing(). */
enum status paper_pdf(struct cx *, const struct paper *, char **text, size_t *length);

/* Why nothing can be drawn on this machine, for whoever looks after it; or NULL. */
const char *paper_missing(void);
