/* left_web.c - what a group keeps for who has left it, as own pages. */
#include "app/exports/left.h"

#include "app/exports/exports_view.h"
#include "app/exports/left_view.h"
#include "base/time.h"

#include "app/exports/exports.text.h"

struct left_page {
    struct left_export left;
    const char *slug, *size, *token;
};

#include "app/exports/left.html.h"

static enum status show(struct cx *cx, struct request *rq, struct response *rs, const char *token)
{
    struct left_page p = { .slug = param_text(rq, "slug"), .token = token };
    TRY(visit_left(cx, rq, p.slug));
    TRY(left_export_find(cx, &p.left));
    p.size = export_size_words(cx, p.left.x->bytes);
    left_view(&rs->body, rq, &p);
    return OK;
}

enum status left_data_show(struct cx *cx, struct request *rq, struct response *rs)
{
    return show(cx, rq, rs, NULL);
}

/* The link stands in this answer and nowhere else. */
enum status left_data_link(struct cx *cx, struct request *rq, struct response *rs)
{
    const char *token;
    TRY(visit_left(cx, rq, param_text(rq, "slug")));
    TRY(left_export_link(cx, &token));
    return show(cx, rq, rs, token);
}

static enum status next(struct cx *cx, const void *arg, int64_t at, struct bytes *out)
{
    const struct id *id = arg;
    return left_export_read(cx, *id, at, out);
}

enum status left_data_take(struct cx *cx, struct request *rq, struct response *rs)
{
    struct export *x;
    TRY(visit_left(cx, rq, param_text(rq, "slug")));
    TRY(left_export_take(cx, form_text(rq, "link"), &x));
    export_attach(cx, rs, x, next, "own-data");
    return OK;
}

enum status left_data_end(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(visit_left(cx, rq, param_text(rq, "slug")));
    TRY(left_export_end(cx));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_page), SAY(export_ended_strip));
}
