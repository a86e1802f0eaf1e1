/* onward_web.c - see onward_view.h */
#include "app/sign_in/onward_view.h"

#include <string.h>

#include "app/second_step/required.h"

#include "app/sign_in/onward.text.h"

#define KEPT "kept-"

bool onward_keeps(const char *name)
{
    return !strstr(name, "password") && strncmp(name, "proof", 5) != 0
           && strcmp(name, "form_token") != 0;
}

const char *onward_next(const struct request *rq)
{
    const char *next = rq->method == GET ? query_text(rq, "next") : form_text(rq, "next");
    return url_is_inside(next) ? next : "";
}

static struct url kept_at(const struct request *rq)
{
    const char *at = rq->method == GET ? "" : form_text(rq, "kept");
    return (struct url){ url_is_inside(at) && strncmp(at, "/g/", 3) == 0 ? at : "" };
}

bool onward_kept(const struct request *rq)
{
    return *kept_at(rq).text;
}

static bool is_kept(const struct pair *p)
{
    return strncmp(p->name, KEPT, sizeof KEPT - 1) == 0;
}

static void fields_again(struct html *, const struct request *);

#include "app/sign_in/onward.html.h"

void onward_fields(struct html *h, const struct request *rq)
{
    if (*onward_next(rq)) hidden_field(h, "next", onward_next(rq));
    if (!onward_kept(rq)) return;
    hidden_field(h, "kept", kept_at(rq).text);
    for (size_t i = 0; i < rq->form.n; i++)
        if (is_kept(&rq->form.at[i])) hidden_field(h, rq->form.at[i].name, rq->form.at[i].value);
}

void onward_fields_of(struct html *h, const struct request *rq)
{
    hidden_field(h, "kept", url_here(h->cx, rq).text);
    for (size_t i = 0; i < rq->form.n; i++) {
        const struct pair *p = &rq->form.at[i];
        if (onward_keeps(p->name))
            hidden_field(h, arena_print(h->cx->mem, KEPT "%s", p->name), p->value);
    }
}

static void fields_again(struct html *h, const struct request *rq)
{
    for (size_t i = 0; i < rq->form.n; i++)
        if (is_kept(&rq->form.at[i]))
            hidden_field(h, rq->form.at[i].name + sizeof KEPT - 1, rq->form.at[i].value);
}

bool onward_button(struct html *h, const struct request *rq)
{
    if (onward_kept(rq))
        kept_view(h, rq, kept_at(rq));
    else if (*onward_next(rq))
        next_view(h, (struct url){ onward_next(rq) });
    else
        return false;
    return true;
}

enum status onward_by_second(struct cx *cx, struct id person, const char *next, struct url *to)
{
    struct second_askings all;
    TRY(second_askings(cx, person, cx->now, &all));
    if (all.n)
        *to = url_with(cx, url_in(cx, "", ROUTE_own_second_show), "next",
                       url_is_inside(next) ? next : "");
    return OK;
}
