/* group_export_web.c - all records of a practice group, as a page: asking, agreeing, taking. */
#include "app/exports/exports_view.h"
#include "app/exports/group_export.h"
#include "base/time.h"
#include "web/page.h"

#include "app/exports/exports.text.h"

struct group_page {
    struct export *x; /* or NULL */
    bool own;         /* asked for by the actor */
    const char *size, *token, *names;
    const char *reason;
};
struct group_form {
    const char *reason;
};
static const struct field group_fields[] = {
    FIELD(struct group_form, reason, FIELD_LINE, .max = 200),
};

#include "app/exports/group_export.html.h"

/* Who else could agree. */
static enum status read_names(struct cx *cx, const char **out)
{
    enum { NAMES = 5 };
    const char **names;
    size_t n;
    TRY(full_access_names(cx, NAMES, &names, &n));
    *out = "";
    for (size_t i = 0; i < n; i++)
        *out = arena_print(cx->mem, "%s%s%s", *out, i ? ", " : "", names[i]);
    return OK;
}

static enum status show(struct cx *cx, struct request *rq, struct response *rs, const char *token)
{
    struct group_page p = { .token = token, .reason = form_text(rq, "reason") };
    TRY(group_export_now(cx, &p.x));
    TRY(read_names(cx, &p.names));
    p.own = p.x && id_same(p.x->user, cx->actor.user);
    p.size = p.x ? export_size_words(cx, p.x->bytes) : "";
    group_view(&rs->body, rq, &p);
    return OK;
}

enum status group_export_show(struct cx *cx, struct request *rq, struct response *rs)
{
    return show(cx, rq, rs, NULL);
}

static enum status back(struct cx *cx, struct request *rq, struct response *rs, const char *said)
{
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_group_export_show), said);
}

enum status group_export_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct group_form form;
    TRY(form_read(cx, rq, group_fields, &form));
    TRY(group_export_ask(cx, form.reason));
    return back(cx, rq, rs, SAY(group_asked_strip));
}

enum status group_export_approve(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(group_export_agree(cx));
    return back(cx, rq, rs, SAY(group_agreed_strip));
}

enum status group_export_stop(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(group_export_end(cx));
    return back(cx, rq, rs, SAY(group_ended_strip));
}

/* The link stands in this answer and nowhere else. */
enum status group_export_link(struct cx *cx, struct request *rq, struct response *rs)
{
    const char *token;
    TRY(export_link(cx, EXPORT_OF_PRACTICE, &token));
    return show(cx, rq, rs, token);
}

enum status group_export_take(struct cx *cx, struct request *rq, struct response *rs)
{
    return export_send(cx, rq, rs, EXPORT_OF_PRACTICE, "all-records");
}
