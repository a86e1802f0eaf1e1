/* directory_web.c - the public directory, as pages. */
#include <stdlib.h>
#include <string.h>

#include "app/booking/directory.h"
#include "app/booking/public_view.h"
#include "app/schedule/hours.h"
#include "app/users/profession.h"
#include "base/money.h"
#include "base/text.h"

#include "app/booking/online.text.h"

enum { WORKS_MOST = 64, TYPED_MOST = 100 };

struct directory_page {
    struct directory found;
    const char *work, *place, *language, *day;
    struct choice works[WORKS_MOST], days[WEEKDAYS + 1];
    size_t works_n;
};

#include "app/booking/directory.html.h"

/* What somebody typed into an address; too long is nothing. */
static const char *typed(struct cx *cx, const struct request *rq, const char *name)
{
    const char *text = text_clean(cx->mem, query_text(rq, name));
    return text_plain(text) && text_length(text) <= TYPED_MOST ? text : "";
}

static void fill_choices(struct cx *cx, struct directory_page *p)
{
    p->works[p->works_n++] = (struct choice){ "", SAY(directory_any), NULL };
    for (size_t i = 0; i < professions_n && p->works_n < WORKS_MOST; i++)
        if (professions[i].group == HEALTH)
            p->works[p->works_n++] =
                (struct choice){ professions[i].key, professions[i].label(cx), NULL };
    p->days[0] = (struct choice){ "", SAY(directory_any), NULL };
    for (int n = 1; n <= WEEKDAYS; n++)
        p->days[n] = (struct choice){ arena_number(cx->mem, n % WEEKDAYS),
                                      weekday_words(cx, n % WEEKDAYS), NULL };
}

enum status directory_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct directory_page *p = NEW(cx->mem, struct directory_page);
    p->work = typed(cx, rq, "work");
    p->place = typed(cx, rq, "place");
    p->language = typed(cx, rq, "language");
    p->day = typed(cx, rq, "day");
    bool day = strlen(p->day) == 1 && *p->day >= '0' && *p->day <= '6';
    fill_choices(cx, p);
    TRY(directory_search(
        cx, &(struct directory_filter){ p->work, p->place, p->language, day ? *p->day - '0' : -1 },
        &p->found));
    directory_view(&rs->body, rq, p);
    return OK;
}

enum status directory_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct directory_entry e;
    TRY(directory_find(cx, param_id(rq, "profile"), &e));
    profile_view(&rs->body, rq, &e);
    return OK;
}
