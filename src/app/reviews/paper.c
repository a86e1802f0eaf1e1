/* paper.c - a signed review on paper. */
#include "app/reviews/reviews_view.h"

#include "base/date.h"
#include "base/time.h"

#include "app/reviews/reviews.text.h"

/* Thousandths of the line. */
enum { WHO = 0, HAD = 200, SEEN = 470, WHAT = 620, WHO_WIDTH = 190, HAD_WIDTH = 260, SEEN_WIDTH = 140, WHAT_WIDTH = 380 };
enum { LABEL_WIDTH = 200, VALUE = 210, VALUE_WIDTH = 790 };

static void fact(struct paper *p, int above, const char *label, const char *value)
{
    struct paper_row *row = paper_row(p, ROW_PLAIN, above);
    paper_cell(row, 0, LABEL_WIDTH, INK_SMALL, label);
    paper_cell(row, VALUE, VALUE_WIDTH, INK_PLAIN, value);
}

static void head(struct cx *cx, struct paper *p, const struct review *r, const char *group)
{
    paper_cell(paper_row(p, ROW_PLAIN, 0), 0, 1000, INK_TITLE, SAY(paper_heading));
    fact(p, 12, SAY(paper_group), group);
    fact(p, 4, SAY(paper_begun), SAY(paper_by, time_moment_there(cx, r->begun_at), r->begun_name));
    fact(p, 4, SAY(paper_signed), SAY(paper_by, time_moment_there(cx, r->signed_at), r->signed_name));
    if (*r->note) fact(p, 4, SAY(paper_note), r->note);
}

static void table_of(struct cx *cx, struct paper *p, const struct review_lines *lines)
{
    struct paper_row *row = paper_row(p, ROW_HEAD, 24);
    row->line = true;
    paper_cell(row, WHO, WHO_WIDTH, INK_SMALL, SAY(column_who));
    paper_cell(row, HAD, HAD_WIDTH, INK_SMALL, SAY(column_had));
    paper_cell(row, SEEN, SEEN_WIDTH, INK_SMALL, SAY(column_seen));
    paper_cell(row, WHAT, WHAT_WIDTH, INK_SMALL, SAY(column_decision));
    for (size_t i = 0; i < lines->n; i++) {
        const struct review_line *l = &lines->at[i];
        row = paper_row(p, ROW_BODY, 4);
        row->line = i + 1 == lines->n;
        paper_cell(row, WHO, WHO_WIDTH, INK_STRONG, l->name);
        paper_cell(row, HAD, HAD_WIDTH, INK_PLAIN, l->had);
        paper_cell(row, SEEN, SEEN_WIDTH, INK_PLAIN,
                   l->seen_at ? time_day(cx, l->seen_at) : SAY(never));
        paper_cell(row, WHAT, WHAT_WIDTH, INK_PLAIN,
                   SAY(signed_line, decision_words(cx, l->decision), l->left, l->by,
                       time_moment(cx, l->at)));
    }
}

struct paper *review_paper(struct cx *cx, const struct review *r, const struct review_lines *lines,
                           const char *group)
{
    const char *day = date_at(cx, r->signed_at);
    struct paper *p = paper_new(cx->mem, SAY(paper_title, group, time_day(cx, r->signed_at)), day);
    p->foot = SAY(paper_foot, group, "{page}", "{pages}");
    head(cx, p, r, group);
    table_of(cx, p, lines);
    fact(p, 24, SAY(paper_entry), arena_number(cx->mem, r->entry));
    fact(p, 4, SAY(paper_hash), r->hash);
    paper_cell(paper_row(p, ROW_PLAIN, 12), 0, 1000, INK_SMALL, SAY(paper_proof));
    paper_cell(paper_row(p, ROW_PLAIN, 40), 0, 1000, INK_PLAIN, SAY(paper_sign));
    return p;
}
