/* news_web.c - what an open page is told: GET /g/:g/events. */
#include <stdlib.h>
#include <string.h>

#include "app/news/news.h"
#include "web/stream.h"
#include "web/visit.h"

enum about { ABOUT_NOTHING, ABOUT_USERS };

/* A page knows what it shows; one that comes back knows what it was told last. */
static int64_t since(const struct request *rq)
{
    const char *text = rq->last_event ? rq->last_event : query_text(rq, "since");
    size_t digits = strspn(text, "0123456789");
    return digits && digits <= 18 && !text[digits] ? strtoll(text, NULL, 10) : -1;
}

enum status events_open(struct cx *cx, struct request *rq, struct response *rs)
{
    struct stream *s = stream_open(cx, rq, rs);
    if (!s || strcmp(query_text(rq, "about"), "users") != 0) return OK;
    s->about = ABOUT_USERS;
    s->seen = since(rq);
    return events_tell(cx, rq, s, &rs->body);
}

static void say(struct html *out, const char *text, int64_t number)
{
    html_text(out, text);
    html_int(out, number);
}

/* "many" is for the page to say in words of its own. */
enum status events_tell(struct cx *cx, struct request *rq, struct stream *s, struct html *out)
{
    int64_t n, before = s->seen;
    (void)rq;
    if (s->about != ABOUT_USERS || !has(&cx->actor, USERS_VIEW)) return OK;
    TRY(news_of_users(cx, &s->seen, &n));
    if (n == 0 && before == s->seen) return OK;
    say(out, "id: ", s->seen);
    if (n) html_text(out, "\nevent: changes");
    if (n > 0) say(out, "\ndata: ", n);
    if (n < 0) html_text(out, "\ndata: many");
    html_text(out, "\n\n");
    return OK;
}
