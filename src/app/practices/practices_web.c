/* practices_web.c - the practice group's own details and sign-in rules. */
#include <string.h>

#include "app/audit/versions_web.h"
#include "app/practices/practice.h"
#include "web/page.h"
#include "web/zones.h"

#include "app/practices/practices.text.h"

/* Numbers stay as they were typed until the domain has looked at them. */
struct practice_form {
    const char *name, *time_zone, *idle_minutes, *adds_per_hour, *version;
};

static const struct field practice_fields[] = {
    FIELD(struct practice_form, name, FIELD_LINE, .max = 100, .missing = t_group_name_missing),
    FIELD(struct practice_form, time_zone, FIELD_LINE, .max = 60, .missing = t_group_zone_missing),
    FIELD(struct practice_form, idle_minutes, FIELD_LINE, .max = 9,
          .missing = t_group_idle_missing),
    FIELD(struct practice_form, adds_per_hour, FIELD_LINE, .max = 9,
          .missing = t_group_adds_missing),
    FIELD(struct practice_form, version, FIELD_LINE, .max = 18),
};

static const char *number_words(struct cx *cx, int64_t n)
{
    return arena_print(cx->mem, "%lld", (long long)n);
}

#include "app/practices/practices.html.h"

static struct practice_form form_of(struct cx *cx, const struct practice *p)
{
    return (struct practice_form){ p->name, p->time_zone, number_words(cx, p->idle_minutes),
                                   number_words(cx, p->adds_per_hour),
                                   number_words(cx, p->version) };
}

/* -1 for what is no number: out of every range, and the version of nothing. */
static int64_t number_of(const char *text)
{
    int64_t n = 0;
    if (!*text || strspn(text, "0123456789") != strlen(text) || strlen(text) > 18) return -1;
    for (; *text; text++) n = n * 10 + (*text - '0');
    return n;
}

enum status practice_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct practice *practice;
    TRY(practice_find(cx, &practice));
    struct practice_form form = form_of(cx, practice);
    if (rq->method == POST) {
        const char *current = form.version;
        form_take(cx, rq, practice_fields, &form);
        if (stale(cx, rq)) form.version = current;
    }
    if (has(&cx->actor, PRACTICE_EDIT))
        practice_edit_page(&rs->body, rq, practice, &form);
    else
        practice_read_page(&rs->body, rq, practice);
    return OK;
}

enum status practice_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct practice_form form;
    struct practice *practice;
    TRY(practice_find(cx, &practice));
    form_take(cx, rq, practice_fields, &form);
    struct practice_draft draft = { .name = form.name,
                                    .time_zone = form.time_zone,
                                    .idle_minutes = number_of(form.idle_minutes),
                                    .adds_per_hour = number_of(form.adds_per_hour) };
    TRY(practice_update(cx, practice, &draft, number_of(form.version)));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_practice_show), SAY(group_saved));
}
