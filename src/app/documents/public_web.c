/* public_web.c - what the link in a patient's mail opens.
 *
 * Opening it changes nothing.  Whatever is in the way, it is one and the same page; a
 * stranger learns nothing from it. */
#include <string.h>

#include "app/documents/paper_view.h"
#include "app/invoices/invoices_view.h"
#include "app/invoices/sending.h"
#include "base/date.h"
#include "web/page.h"

#include "app/documents/documents.text.h"
#include "app/invoices/invoices.text.h"

struct public_page {
    const struct invoice *invoice;
    struct invoice_lines lines;
    struct invoice_entries entries;
    struct url pdf;
    bool missing; /* there is no PDF */
};

#include "app/documents/public.html.h"

static enum status closed(struct request *rq, struct response *rs, int code, const char *title,
                          const char *why)
{
    rs->status = code;
    public_closed_page(&rs->body, rq, title, why);
    return OK;
}

/* What it shows; *done if the answer is written already. */
static enum status shown(struct cx *cx, struct request *rq, struct response *rs,
                         struct public_page *p, bool *done)
{
    struct id id;
    struct invoice *v;
    rs->private_link = *done = true;
    enum status status = sending_open(cx, param_text(rq, "token"), &id);
    if (status == NOT_FOUND) return closed(rq, rs, 410, SAY(public_over_title), SAY(public_over));
    if (status == CONFLICT) {
        rs->retry_after = "3600";
        return closed(rq, rs, 429, SAY(public_often_title), cx->message);
    }
    TRY(status);
    TRY(invoice_printed(cx, id, &v));
    p->invoice = v;
    TRY(invoice_lines(cx, v, &p->lines));
    TRY(invoice_entries(cx, v, &p->entries));
    p->pdf = url_in(cx, "", ROUTE_public_invoice_pdf, param_text(rq, "token"));
    *done = false;
    return OK;
}

enum status public_invoice(struct cx *cx, struct request *rq, struct response *rs)
{
    struct public_page p = { 0 };
    bool done;
    TRY(shown(cx, rq, rs, &p, &done));
    if (!done) public_view(&rs->body, rq, &p);
    return OK;
}

enum status public_invoice_pdf(struct cx *cx, struct request *rq, struct response *rs)
{
    struct public_page p = { 0 };
    bool done;
    TRY(db_take_time(cx));
    TRY(shown(cx, rq, rs, &p, &done));
    if (done || db_unsure(cx)) return OK;
    const struct invoice *v = p.invoice;
    enum status status = CONFLICT;
    if (!paper_missing())
        status = paper_answer(cx, rs, invoice_paper(cx, v, &p.lines, &p.entries),
                              invoice_file_name(cx, v));
    if (status != CONFLICT) return status;
    p.missing = true;
    rs->status = 503;
    public_view(&rs->body, rq, &p);
    return OK;
}
