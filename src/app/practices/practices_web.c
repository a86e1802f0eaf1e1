/* practices_web.c - the practice group's own details and sign-in rules. */
#include <string.h>

#include "app/audit/versions_web.h"
#include "app/practices/practice.h"
#include "web/page.h"
#include "web/zones.h"

#include "app/practices/practices.text.h"

/* Numbers stay as they were typed until the domain has looked at them. */
struct practice_form {
    const char *name, *time_zone, *idle_minutes, *adds_per_hour, *version, *was;
    bool paper_initials;
};

static const struct field practice_fields[] = {
    FIELD(struct practice_form, name, FIELD_LINE, .max = 100, .missing = t_group_name_missing),
    FIELD(struct practice_form, time_zone, FIELD_LINE, .max = 60, .missing = t_group_zone_missing),
    FIELD(struct practice_form, idle_minutes, FIELD_LINE, .max = 9,
          .missing = t_group_idle_missing),
    FIELD(struct practice_form, adds_per_hour, FIELD_LINE, .max = 9,
          .missing = t_group_adds_missing),
    FIELD(struct practice_form, paper_initials, FIELD_CHECK),
    FIELD(struct practice_form, version, FIELD_LINE, .max = 18),
    FIELD(struct practice_form, was, FIELD_LINE, .max = WAS_MOST),
};

static const char *number_words(struct cx *cx, int64_t n)
{
    return arena_number(cx->mem, n);
}

#include "app/practices/practices.html.h"

static struct practice_form form_of(struct cx *cx, const struct practice *p)
{
    return (struct practice_form){ p->name,
                                   p->time_zone,
                                   number_words(cx, p->idle_minutes),
                                   number_words(cx, p->adds_per_hour),
                                   "",
                                   "",
                                   p->paper_initials };
}

enum { PRACTICE_TEXTS = 4, PRACTICE_LINES }; /* the last line is no text */

static void lines_of(struct cx *cx, const struct practice_form *yours,
                     const struct practice_form *saved, struct version_line out[PRACTICE_LINES])
{
    const struct version_line lines[PRACTICE_LINES] = {
        { "name", SAY(group_name), yours->name, saved->name },
        { "time_zone", SAY(group_zone), yours->time_zone, saved->time_zone },
        { "idle_minutes", SAY(group_idle), yours->idle_minutes, saved->idle_minutes },
        { "adds_per_hour", SAY(group_adds), yours->adds_per_hour, saved->adds_per_hour },
        { "paper_initials", SAY(group_paper_label), practice_paper(cx, yours->paper_initials),
          practice_paper(cx, saved->paper_initials) },
    };
    memcpy(out, lines, sizeof lines);
}

/* The form with what somebody else saved meanwhile, or was chosen over it. */
static bool catch_up(struct cx *cx, const struct request *rq, const struct practice *p,
                     struct practice_form *form, struct version_line lines[PRACTICE_LINES])
{
    const char **fields[PRACTICE_TEXTS] = { &form->name, &form->time_zone, &form->idle_minutes,
                                            &form->adds_per_hour };
    struct practice_form saved = form_of(cx, p);
    lines_of(cx, form, &saved, lines);
    if (!versions_settle(cx, rq, p->version, lines, PRACTICE_LINES)) return false;
    for (size_t i = 0; i < PRACTICE_TEXTS; i++)
        if (lines[i].which == VERSION_SAVED) *fields[i] = lines[i].saved;
    if (lines[PRACTICE_TEXTS].which == VERSION_SAVED) form->paper_initials = p->paper_initials;
    return true;
}

static enum status ask_versions(struct cx *cx, struct request *rq, struct response *rs,
                                const struct practice *p, struct practice_form *form)
{
    struct version_line lines[PRACTICE_LINES];
    (void)catch_up(cx, rq, p, form, lines);
    const struct versions_page page = {
        .about = p->id,
        .version = p->version,
        .lines = lines,
        .n = PRACTICE_LINES,
        .save = url_for(cx, rq, ROUTE_practice_update_form),
        .reload = url_for(cx, rq, ROUTE_practice_show),
    };
    versions_page(&rs->body, rq, &page);
    return OK;
}

/* -1 for what is no number: out of every range. */
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
    struct version_line lines[PRACTICE_LINES];
    lines_of(cx, &form, &form, lines);
    struct version_fields fields = versions_new(cx, practice->version, lines, PRACTICE_LINES);
    form.version = fields.version;
    form.was = fields.was;
    if (rq->method == POST) form_take(cx, rq, practice_fields, &form);
    if (stale(cx, rq)) return ask_versions(cx, rq, rs, practice, &form);
    if (has(&cx->actor, PRACTICE_EDIT))
        practice_edit_page(&rs->body, rq, &form);
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
    struct version_line lines[PRACTICE_LINES];
    if (!catch_up(cx, rq, practice, &form, lines)) return versions_late(cx);
    struct practice_draft draft = { .name = form.name,
                                    .time_zone = form.time_zone,
                                    .idle_minutes = number_of(form.idle_minutes),
                                    .adds_per_hour = number_of(form.adds_per_hour),
                                    .paper_initials = form.paper_initials };
    TRY(practice_update(cx, practice, &draft, practice->version));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_practice_show), SAY(group_saved));
}
