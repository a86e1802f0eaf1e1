/* reports_web.c - reports as pages, pictures and files. */
#include <string.h>

#include "app/reports/appointments.h"
#include "base/text.h"
#include "web/page.h"

#include "app/reports/reports.text.h"

struct reports_page {
    struct report_filter filter;
    struct appointment_report report;
    bool limited;
};

static const char *share_words(struct cx *cx, const struct tally *t)
{
    int64_t share = tally_missed(t);
    if (share < 0) return SAY(reports_no_share);
    return SAY(reports_share, arena_print(cx->mem, "%d.%d", (int)(share / 10), (int)(share % 10)));
}

static const char *sum_words(struct cx *cx, const struct tally *t)
{
    return tally_missed(t) < 0 ? SAY(reports_sum_none_due, tally_all(t))
                               : SAY(reports_sum, tally_all(t), share_words(cx, t));
}

/* --- the picture: a column for each month, what was missed on top of the rest -- */

enum { CHART_HEIGHT = 180, CHART_TOP = 20, COLUMN = 36, GAP = 18, CHART_LEFT = 40 };

static int64_t tallest(const struct tally_rows *months)
{
    int64_t most = 0;
    for (size_t i = 0; i < months->n; i++)
        if (tally_all(&months->at[i].tally) > most) most = tally_all(&months->at[i].tally);
    return most;
}

static int height_of(int64_t n, int64_t most)
{
    return (int)(n * (CHART_HEIGHT - CHART_TOP) / (most ? most : 1));
}

static const char *finding(struct cx *cx, const struct appointment_report *r)
{
    const struct tally_rows *m = &r->months;
    int64_t most = tallest(m);
    size_t best = 0;
    while (tally_all(&m->at[best].tally) < most) best++;
    return SAY(reports_chart_says, m->at[0].name, m->at[m->n - 1].name, tally_all(&r->sum),
               m->at[best].name);
}

#include "app/reports/reports.html.h"

/* --- asking for it ---------------------------------------------------------------- */

static enum status read_report(struct cx *cx, struct request *rq, struct reports_page *p)
{
    p->limited = (cx->actor.reach & REACH_AT_LOCATIONS) && !(cx->actor.reach & REACH_EVERYWHERE);
    p->filter = (struct report_filter){
        .period = period_of(cx, query_text(rq, "period")),
        .practitioner = id_of(query_text(rq, "practitioner")),
        .location = id_of(query_text(rq, "location")),
    };
    return report_appointments(cx, &p->filter, &p->report);
}

static struct url file_of(struct cx *cx, const struct request *rq, const struct reports_page *p)
{
    struct url url =
        url_with(cx, url_for(cx, rq, ROUTE_reports_file), "period", p->filter.period.key);
    url = url_with(cx, url, "practitioner", p->report.practitioner.text);
    return url_with(cx, url, "location", p->report.location.text);
}

enum status reports_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct reports_page p;
    TRY(read_report(cx, rq, &p));
    reports_view(&rs->body, rq, &p, file_of(cx, rq, &p));
    return OK;
}

/* --- a file for spreadsheets (RFC 4180) -------------------------------------------- */

static void csv_text(struct html *h, const char *text, const char *behind)
{
    const char *cell = text_csv(h->cx->mem, text);
    html_raw(h, cell, strlen(cell));
    html_raw(h, behind, strlen(behind));
}

static void csv_number(struct html *h, int64_t n, const char *behind)
{
    html_int(h, n);
    html_raw(h, behind, strlen(behind));
}

static void csv_heads(struct html *h)
{
    struct cx *cx = h->cx;
    const char *heads[] = { SAY(reports_month), SAY(reports_practitioner), SAY(reports_location),
                            SAY(reports_all),   SAY(reports_completed),    SAY(reports_missed),
                            SAY(reports_open),  SAY(reports_cancelled) };
    enum { HEADS = sizeof heads / sizeof *heads };
    for (size_t i = 0; i < HEADS; i++) csv_text(h, heads[i], i + 1 < HEADS ? "," : "\r\n");
}

enum status reports_file(struct cx *cx, struct request *rq, struct response *rs)
{
    struct reports_page p;
    TRY(read_report(cx, rq, &p));
    const struct appointment_report *r = &p.report;
    struct html *h = &rs->body;
    csv_heads(h);
    for (size_t i = 0; i < r->cells_n; i++) {
        const struct tally_cell *c = &r->cells[i];
        csv_text(h, arena_copy(cx->mem, p.filter.period.begin[c->month], strlen("2026-11")), ",");
        csv_text(h, r->practitioners.at[c->practitioner].name, ",");
        csv_text(h, r->locations.at[c->location].name, ",");
        csv_number(h, tally_all(&c->tally), ",");
        csv_number(h, c->tally.completed, ",");
        csv_number(h, c->tally.missed, ",");
        csv_number(h, c->tally.open, ",");
        csv_number(h, c->tally.cancelled, "\r\n");
    }
    rs->type = "text/csv; charset=utf-8";
    rs->disposition = arena_print(cx->mem, "attachment; filename=\"appointments-%.7s.csv\"",
                                  p.filter.period.begin[0]);
    return OK;
}
