/* documents_web.c - invoices and the notes about them as PDF files. */
#include <stdlib.h>
#include <string.h>

#include "app/documents/paper_view.h"
#include "app/invoices/invoices_view.h"
#include "web/page.h"

#include "app/documents/documents.text.h"
#include "app/invoices/invoices.text.h"
#include "app/documents/documents.html.h"

static enum status refuse(struct cx *cx, struct request *rq, struct response *rs, int code,
                          const char *why)
{
    cx->shown = NULL; /* there is nothing to be seen */
    rs->status = code;
    refused_page(&rs->body, rq, why, url_for(cx, rq, ROUTE_invoice_show, param_id(rq, "id")));
    return OK;
}

/* Drawing takes longer than a loop can wait, and is done once, when all is known. */
static enum status send(struct cx *cx, struct request *rq, struct response *rs, struct paper *paper,
                        const char *file)
{
    if (db_unsure(cx)) return OK;
    if (paper_missing()) return refuse(cx, rq, rs, 503, SAY(refused_missing));
    enum status status = paper_answer(cx, rs, paper, file);
    return status == CONFLICT ? refuse(cx, rq, rs, 409, SAY(refused_long)) : status;
}

static enum status find_issued(struct cx *cx, struct request *rq, struct invoice **out)
{
    TRY(db_take_time(cx));
    TRY(invoice_find(cx, param_id(rq, "id"), out));
    if ((*out)->number) return OK;
    return fail_because(cx, CONFLICT, "draft", "%s", SAY(invoice_is_draft));
}

enum status invoice_pdf(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invoice *v;
    struct invoice_lines lines;
    struct invoice_entries entries;
    TRY(find_issued(cx, rq, &v));
    TRY(invoice_lines(cx, v, &lines));
    TRY(invoice_entries(cx, v, &entries));
    return send(cx, rq, rs, invoice_paper(cx, v, &lines, &entries), invoice_file_name(cx, v));
}

enum status note_pdf(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invoice *v;
    struct invoice_entries entries;
    int64_t number = strtoll(param_text(rq, "number"), NULL, 10);
    TRY(find_issued(cx, rq, &v));
    TRY(invoice_entries(cx, v, &entries));
    for (size_t i = 0; i < entries.n; i++)
        if (number && entries.at[i].number == number)
            return send(cx, rq, rs, note_paper(cx, v, &entries.at[i]),
                        note_file_name(cx, v, &entries.at[i]));
    return fail(cx, NOT_FOUND, "There is no such note.");
}
