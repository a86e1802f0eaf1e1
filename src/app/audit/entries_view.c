/* entries_view.c - see entries_view.h */
#include "app/audit/entries_view.h"

#include <string.h>

#include "base/time.h"

#include "app/audit/audit.text.h"

/* The sentence around the name of whom it is about. */
struct sentence {
    const char *before, *name, *after; /* name NULL: it names nobody */
};

static struct sentence sentence_of(struct cx *cx, const struct audit_entry *e)
{
    const char *all = event_sentence(cx, e->kind, e->about_name);
    const char *at = *e->about_name ? strstr(all, e->about_name) : NULL;
    if (!at) return (struct sentence){ all, NULL, "" };
    return (struct sentence){ arena_copy(cx->mem, all, (size_t)(at - all)), e->about_name,
                              at + strlen(e->about_name) };
}

static struct url about_link(struct cx *cx, const struct request *rq, const struct audit_entry *e)
{
    if (e->about_user && has(&cx->actor, USERS_EDIT))
        return url_for(cx, rq, ROUTE_user_show, e->about);
    if (e->about_location && has(&cx->actor, LOCATIONS_VIEW))
        return url_for(cx, rq, ROUTE_location_show, e->about);
    return (struct url){ NULL };
}

/* Raw headers have slashes; what is words already has none. */
static const char *agent_of(struct cx *cx, const struct audit_entry *e)
{
    if (!*e->agent) return "";
    return strchr(e->agent, '/') ? agent_words(cx, e->agent) : e->agent;
}

/* Who has no id is the host or Linden itself, and its name says so. */
static const char *via_of(struct cx *cx, const struct audit_entry *e)
{
    if (!id_some(e->actor)) return NULL;
    if (strcmp(e->via, "cli") == 0) return SAY(audit_via_cli);
    if (strcmp(e->via, "api") == 0) return SAY(audit_via_api);
    if (strcmp(e->via, "job") == 0) return SAY(audit_via_job);
    return NULL;
}

#include "app/audit/entries_view.html.h"

void audit_pager(struct html *h, const struct request *rq, struct url here, bool later,
                 int64_t older)
{
    struct url next = { NULL };
    const char *at = arena_number(h->cx->mem, older);
    if (older) next = url_with(h->cx, here, "before", at);
    pager_view(h, rq->visit->practice_zone, here, later, next);
}
