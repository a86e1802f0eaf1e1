/* audit_web.c - the audit log as a page. */
#include <string.h>

#include "app/audit/entries_view.h"
#include "base/text.h"
#include "base/time.h"
#include "web/page.h"

#include "app/audit/audit.text.h"

enum { ENTRIES = 50 };

struct audit_view {
    const char *text, *action, *from;
    struct id about, actor;
    bool filtered, later; /* later: not the newest entries */
    struct audit_list list;
    struct choice *actions;
    size_t actions_n;
};

static const char *const keys[] = {
#define EVENT(name, key) key,
#include "app/events.def"
#undef EVENT
};

/* What happens to a person above the practices never stands in a practice's log. */
static bool of_practice(const char *key)
{
    return strncmp(key, "person.", 7) != 0 && strncmp(key, "installation.", 13) != 0;
}

static void fill_actions(struct cx *cx, struct audit_view *v)
{
    v->actions = NEW_ARRAY(cx->mem, struct choice, sizeof keys / sizeof *keys + 1);
    v->actions[v->actions_n++] = (struct choice){ .value = "", .label = SAY(audit_all_actions) };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (of_practice(keys[i]))
            v->actions[v->actions_n++] =
                (struct choice){ .value = keys[i],
                                 .label = event_sentence(cx, keys[i], SAY(audit_somebody)) };
}

/* "2026-11-01" is the midnight at which that day begins in the practice; 0 for
 * what is no day. */
static int64_t day_of(struct cx *cx, const char *text)
{
    int n[3] = { 0 };
    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-') return 0;
    for (int i = 0, part = 0; i < 10; i++) {
        if (text[i] == '-')
            part++;
        else if (text[i] >= '0' && text[i] <= '9')
            n[part] = n[part] * 10 + (text[i] - '0');
        else
            return 0;
    }
    if (n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > 31 || n[0] < 1971) return 0;
    const struct zone *zone = time_zone(cx);
    struct civil noon = { .year = n[0], .month = n[1], .day = n[2], .hour = 12 };
    return day_start(zone, zone_at(zone, noon));
}

static struct url page_of(struct cx *cx, const struct request *rq, const struct audit_view *v)
{
    struct url url = url_for(cx, rq, ROUTE_audit_index);
    url = url_with(cx, url, "q", v->text);
    url = url_with(cx, url, "action", v->action);
    url = url_with(cx, url, "from", v->from);
    url = url_with(cx, url, "about", v->about.text);
    return url_with(cx, url, "by", v->actor.text);
}

#include "app/audit/audit.html.h"

enum status audit_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct audit_view view = {
        .text = text_clean(cx->mem, query_text(rq, "q")),
        .action = query_text(rq, "action"),
        .from = query_text(rq, "from"),
        .about = id_of(query_text(rq, "about")),
        .actor = id_of(query_text(rq, "by")),
    };
    struct audit_filter filter = { .text = view.text,
                                   .action = view.action,
                                   .about = view.about,
                                   .actor = view.actor,
                                   .from = day_of(cx, view.from),
                                   .before = query_int(rq, "before", 0),
                                   .limit = ENTRIES };
    if (text_length(view.text) > 100) filter.text = view.text = "";
    if (!filter.from) view.from = "";
    view.filtered =
        *view.text || *view.action || filter.from || id_some(view.about) || id_some(view.actor);
    view.later = filter.before > 0;
    TRY(audit_list(cx, &filter, &view.list));
    fill_actions(cx, &view);
    audit_page(&rs->body, rq, &view);
    return OK;
}
