/* home_web.c - the first page of a practice group, and the index of its settings. */
#include <string.h>

#include "app/home/home.h"
#include "app/users/access_words.h"
#include "base/time.h"
#include "web/page.h"

#include "app/home/home.text.h"
#include "web/page.text.h"

struct home_view {
    const char *greeting;
    struct guide guide;
    struct attention attention;
    struct access_lines lines; /* for users below Full Access */
    const char *places;
};

/* The words of one line: what to do, what for, and where. */
struct guide_words {
    const char *title, *about, *button;
    struct url to;
};

static struct guide_words words_of(struct cx *cx, const struct request *rq,
                                   const struct guide_line *line)
{
    struct url me = url_in(cx, "", ROUTE_own_page);
    switch (line->what) {
    case GUIDE_PRACTICE:
        return (struct guide_words){ SAY(guide_practice), SAY(guide_practice_about),
                                     SAY(guide_review), url_for(cx, rq, ROUTE_practice_show) };
    case GUIDE_LOCATION:
        return (struct guide_words){ SAY(guide_location), SAY(guide_location_about),
                                     line->done ? SAY(guide_review) : SAY(guide_location_button),
                                     url_for(cx, rq, ROUTE_locations_index) };
    case GUIDE_PEOPLE:
        return (
            struct guide_words){ SAY(guide_people), SAY(guide_people_about),
                                 line->done ? SAY(guide_review) : SAY(guide_people_button),
                                 url_for(cx, rq, line->done ? ROUTE_users_index : ROUTE_user_new) };
    case GUIDE_DETAILS:
        return (struct guide_words){ SAY(guide_details), SAY(guide_details_about, line->shown),
                                     SAY(guide_review), me };
    case GUIDE_PLACES:
        return (struct guide_words){ SAY(guide_places), line->done ? "" : SAY(guide_places_about),
                                     SAY(guide_places_button),
                                     url_for(cx, rq, ROUTE_locations_index) };
    case GUIDE_EMAIL:
        return (struct guide_words){ SAY(guide_email), SAY(guide_email_about),
                                     line->done ? SAY(guide_review) : SAY(guide_email_button),
                                     url_in(cx, "", ROUTE_own_sign_in) };
    case GUIDE_LINES: break;
    }
    return (struct guide_words){ "", "", "", me };
}

static const char *sentence_of(struct cx *cx, const struct attention_line *line)
{
    switch (line->kind) {
    case ATTENTION_INVITATION_ENDS: return SAY(attention_ends, line->name, time_left(cx, line->at));
    case ATTENTION_MAIL_INVITATION: return SAY(attention_mail_invitation, line->name);
    case ATTENTION_MAIL_USER: return SAY(attention_mail_user, line->name);
    case ATTENTION_LEFT_TO_SETTLE: return SAY(attention_settle, line->n, line->name);
    case ATTENTION_PLANNED: return line->about;
    case ATTENTION_CREDITS: return SAY(attention_credits, line->about);
    case ATTENTION_ASKED: return SAY(attention_asked, line->name, line->about);
    }
    return "";
}

static struct url link_of(struct cx *cx, const struct request *rq,
                          const struct attention_line *line)
{
    if (line->kind == ATTENTION_CREDITS) return url_for(cx, rq, ROUTE_credits_index);
    if (line->kind == ATTENTION_ASKED) return url_for(cx, rq, ROUTE_ask_show, line->id);
    bool user = line->kind == ATTENTION_MAIL_USER || line->kind == ATTENTION_PLANNED
                || line->kind == ATTENTION_LEFT_TO_SETTLE;
    return user ? url_for(cx, rq, ROUTE_user_show, line->id) : url_for(cx, rq, ROUTE_users_index);
}

#include "app/home/home.html.h"

static const char *greeting(struct cx *cx, const char *name)
{
    int hour = zone_local(time_zone(cx), cx->now).hour;
    if (hour >= 5 && hour < 12) return SAY(home_morning, name);
    if (hour >= 12 && hour < 18) return SAY(home_afternoon, name);
    return SAY(home_evening, name);
}

enum status home_show(struct cx *cx, struct request *rq, struct response *rs)
{
    const struct visit *v = rq->visit;
    struct home_view view = {
        .greeting = greeting(cx, *v->user_first ? v->user_first : v->user_last),
    };
    TRY(guide_find(cx, &v->access, v->proven, &view.guide));
    if (id_some(cx->actor.viewer)) view.guide.show = false; /* its buttons are for its reader */
    if (cx->actor.full) {
        TRY(attention_list(cx, &view.attention));
    } else {
        struct user *self;
        TRY(user_find(cx, cx->actor.user, &self));
        struct user_draft draft = user_as_draft(self);
        access_lines(cx, &draft, &view.lines);
        view.places = draft_locations(cx, &draft);
    }
    TRY(visit_groups(cx, rq));
    home_page(&rs->body, rq, &view);
    return OK;
}

enum status home_guide_update(struct cx *cx, struct request *rq, struct response *rs)
{
    if (strcmp(form_text(rq, "show"), "again") == 0)
        TRY(guide_show_again(cx));
    else if (strcmp(form_text(rq, "details"), "right") == 0)
        TRY(guide_details_right(cx));
    else
        TRY(guide_hide(cx));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_home_show), NULL);
}

enum status settings_index(struct cx *cx, struct request *rq, struct response *rs)
{
    (void)cx;
    settings_page(&rs->body, rq);
    return OK;
}
