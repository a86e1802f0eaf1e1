/* exports_web.c - the own data, as a page. */
#include <string.h>

#include "app/exports/exports_view.h"
#include "base/date.h"
#include "base/time.h"
#include "web/page.h"

#include "app/exports/exports.text.h"

struct export_page {
    struct export *x; /* or NULL */
    struct export_permit permit;
    const char *size; /* "1.2 MB" */
    const char *token;
};

#include "app/exports/exports.html.h"

const char *export_size_words(struct cx *cx, int64_t bytes)
{
    if (bytes < 1000000) return SAY(size_kb, (bytes + 999) / 1000);
    return SAY(size_mb, arena_print(cx->mem, "%lld.%lld", (long long)(bytes / 1000000),
                                    (long long)(bytes / 100000 % 10)));
}

static enum status show(struct cx *cx, struct request *rq, struct response *rs, const char *token)
{
    struct export_page p = { .token = token };
    TRY(export_own(cx, &p.x));
    TRY(export_permit_find(cx, cx->actor.user, &p.permit));
    p.size = p.x ? export_size_words(cx, p.x->bytes) : "";
    export_view(&rs->body, rq, &p);
    return OK;
}

enum status my_data_show(struct cx *cx, struct request *rq, struct response *rs)
{
    return show(cx, rq, rs, NULL);
}

enum status my_data_create(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(export_create(cx));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_my_data_show), NULL);
}

/* The link stands in this answer and nowhere else. */
enum status my_data_link(struct cx *cx, struct request *rq, struct response *rs)
{
    const char *token;
    TRY(export_link(cx, EXPORT_OF_OWN, &token));
    return show(cx, rq, rs, token);
}

static enum status next(struct cx *cx, const void *arg, int64_t at, struct bytes *out)
{
    const struct id *id = arg;
    return export_read(cx, *id, at, out);
}

void export_attach(struct cx *cx, struct response *rs, const struct export *x,
                   export_next_function *next_piece, const char *name)
{
    struct pieces *pieces = NEW(cx->mem, struct pieces);
    *pieces = (struct pieces){ x->bytes, next_piece, &x->id };
    rs->type = "application/zip";
    rs->disposition = arena_print(cx->mem, "attachment; filename=\"%s-%s.zip\"", name,
                                  date_at(cx, x->created_at));
    rs->pieces = pieces;
    rs->foreign = true;
}

enum status export_send(struct cx *cx, struct request *rq, struct response *rs,
                        enum export_scope scope, const char *name)
{
    struct export *x;
    TRY(export_take(cx, scope, form_text(rq, "link"), &x));
    export_attach(cx, rs, x, next, name);
    return OK;
}

enum status my_data_take(struct cx *cx, struct request *rq, struct response *rs)
{
    return export_send(cx, rq, rs, EXPORT_OF_OWN, "own-data");
}

enum status my_data_end(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(export_end_own(cx));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_my_data_show), SAY(export_ended_strip));
}
