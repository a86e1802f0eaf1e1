/* attachments_web.c - attaching files to a note, saving and removing them. */
#include "app/notes/attachment.h"
#include "app/notes/notes_web.h"
#include "base/text.h"
#include "web/page.h"

#include "app/notes/notes.text.h"

enum { REASON = 200 };

enum status attachment_add_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    struct note *n;
    const char *reason = text_clean(cx->mem, form_text(rq, "reason"));
    TRY(note_asked(cx, rq, &p, &n));
    if (text_length(reason) > REASON || !text_plain(reason))
        field_fault(cx, "reason", SAY(attachment_reason_wrong, (int64_t)REASON));
    TRY(attachments_add(cx, p, n, rq->files.at, rq->files.n, reason));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_note_show, p->id, n->id),
                    SAY(attachment_said_added));
}

enum status attachment_remove_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    struct note *n;
    TRY(note_asked(cx, rq, &p, &n));
    TRY(attachment_remove(cx, p, n, param_id(rq, "file")));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_note_show, p->id, n->id),
                    SAY(attachment_said_removed));
}

static enum status next(struct cx *cx, const void *arg, int64_t at, struct bytes *out)
{
    const struct attachment *a = arg;
    return attachment_read(cx, a->id, at, out);
}

enum status attachment_download(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    struct note *n;
    struct attachment *a;
    TRY(note_asked(cx, rq, &p, &n));
    TRY(attachment_find(cx, n, param_id(rq, "file"), &a));
    struct pieces *pieces = NEW(cx->mem, struct pieces);
    *pieces = (struct pieces){ a->size, next, a };
    rs->type = a->kind == FILE_TEXT ? "text/plain; charset=utf-8" : file_type(a->kind);
    rs->disposition = file_disposition(cx->mem, a->name);
    rs->pieces = pieces;
    rs->foreign = true;
    return OK;
}
