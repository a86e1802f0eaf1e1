/* credits_web.c - balances and moves of credits, and auto top-up, as pages. */
#include <string.h>

#include "app/credits/credits_view.h"
#include "app/credits/ledger.h"
#include "app/credits/setting.h"
#include "app/credits/topup.h"
#include "base/date.h"
#include "base/text.h"
#include "base/time.h"

#include "app/credits/credits.text.h"

enum { ENTRIES = 50, ORDERS = 10, FILE_MOST = 10000 };
static const struct id the_group = { "" };

/* --- the picture: steps, what would come next as dots ------------------------------ */

enum {
    CHART_WIDTH = 620,
    CHART_HEIGHT = 180,
    CHART_TOP = 12,
    CHART_LEFT = 44,
    CHART_STEP = 8,
    CHART_RIGHT = 614,
    CHART_LINES = 4,
};
struct chart {
    int64_t most; /* what the uppermost line stands for */
    const char *line, *area, *forecast, *says;
};

static int chart_x(size_t day)
{
    return CHART_LEFT + (int)(day + 1) * CHART_STEP;
}

static int chart_y(const struct chart *c, int64_t credits)
{
    if (credits > c->most) credits = c->most;
    return CHART_HEIGHT - (int)(credits * (CHART_HEIGHT - CHART_TOP) / c->most);
}

/* The next of 4, 8, 20, 40, 80, 200 ... */
static int64_t round_up(int64_t n)
{
    static const int64_t steps[] = { 4, 8, 20 };
    int64_t ten = 1;
    for (size_t i = 0;; i = (i + 1) % 3, ten *= i == 0 ? 10 : 1)
        if (steps[i] * ten >= n) return steps[i] * ten;
}

static const char *point(struct cx *cx, const char *before, int x, int y)
{
    return arena_print(cx->mem, "%s%s%d,%d", before, *before ? " " : "", x, y);
}

static const char *forecast(struct cx *cx, const struct chart *c, const struct credit_days *d)
{
    int64_t now = d->held[CREDIT_DAYS - 1];
    int from = chart_x(CREDIT_DAYS - 1), room = CHART_RIGHT - from;
    if (!d->per_day || !now) return "";
    int64_t days = now * 100 / d->per_day, shown = room / CHART_STEP;
    int64_t left = days <= shown ? 0 : now - shown * d->per_day / 100;
    if (days > shown) days = shown;
    return point(cx, point(cx, "", from, chart_y(c, now)), from + (int)days * CHART_STEP,
                 chart_y(c, left));
}

static struct chart draw(struct cx *cx, const struct credit_days *d)
{
    int64_t most = d->first, bought = 0, spent = 0;
    for (size_t day = 0; day < CREDIT_DAYS; day++) {
        if (d->held[day] > most) most = d->held[day];
        bought += d->bought[day];
        spent += d->spent[day];
    }
    struct chart c = { .most = round_up(most) };
    int y = chart_y(&c, d->first);
    c.line = point(cx, "", CHART_LEFT, y);
    for (size_t day = 0; day < CREDIT_DAYS; day++) {
        int next = chart_y(&c, d->held[day]);
        if (next == y && day + 1 < CREDIT_DAYS) continue;
        c.line = point(cx, c.line, chart_x(day), y);
        c.line = point(cx, c.line, chart_x(day), next);
        y = next;
    }
    c.area = point(cx, c.line, chart_x(CREDIT_DAYS - 1), CHART_HEIGHT);
    c.area = point(cx, c.area, CHART_LEFT, CHART_HEIGHT);
    c.forecast = forecast(cx, &c, d);
    c.says = SAY(balance_says, d->first, d->held[CREDIT_DAYS - 1], bought, spent);
    return c;
}

/* --- what the pages show -------------------------------------------------------------- */

struct account_page {
    struct id user; /* none: the group's */
    struct credit_account account;
    struct credit_setting setting;
    struct credit_days days;
    struct credit_entries entries;
    struct orders orders;
    const struct order *last; /* of auto top-up, or NULL */
    struct chart chart;
    const char *lasts;
    int64_t month, page, pages;
    bool buys, sees_calendar;
    struct url here;
};
struct index_page {
    bool sees_group;
    struct account_page group;
    struct credit_people people;
};
struct topup_form {
    bool auto_on;
    const char *auto_below, *auto_buy, *auto_most, *version;
};
static const struct field topup_fields[] = {
    FIELD(struct topup_form, auto_on, FIELD_CHECK),
    FIELD(struct topup_form, auto_below, FIELD_LINE, .max = 10),
    FIELD(struct topup_form, auto_buy, FIELD_LINE, .max = 10),
    FIELD(struct topup_form, auto_most, FIELD_LINE, .max = 10),
    FIELD(struct topup_form, version, FIELD_LINE, .max = 18),
};

struct url whose(struct cx *cx, struct request *rq, struct id user, enum route group,
                 enum route own)
{
    return id_some(user) ? url_for(cx, rq, own, user) : url_for(cx, rq, group);
}

const char *order_state_words(struct cx *cx, enum order_state state)
{
    switch (state) {
    case ORDER_PAID: return SAY(order_paid_state);
    case ORDER_WITHDRAWN: return SAY(order_withdrawn_state);
    case ORDER_UNPAID: return SAY(order_unpaid_state);
    default: return SAY(order_asked_state);
    }
}

const char *order_asked_words(struct cx *cx, const struct order *o)
{
    const char *day = time_short_day(cx, o->asked_at);
    return o->automatic ? SAY(order_asked_auto, day) : SAY(order_asked_by, day, o->asked_name);
}

static const char *entry_words(struct cx *cx, const struct credit_entry *e)
{
    switch (e->kind) {
    case CREDITS_BOUGHT: return SAY(entry_bought);
    case CREDITS_RETURNED: return SAY(entry_returned);
    case CREDITS_JOINED: return e->credits > 0 ? SAY(entry_joined_in) : SAY(entry_joined);
    default: return SAY(entry_used);
    }
}

static const char *signed_words(struct cx *cx, int64_t n)
{
    return arena_print(cx->mem, "%s%lld", n > 0 ? "+" : "\u2212", (long long)(n > 0 ? n : -n));
}

#include "app/credits/credits.html.h"

/* --- reading ---------------------------------------------------------------------------- */

static enum status read_account(struct cx *cx, struct request *rq, struct id user,
                                struct account_page *p)
{
    int64_t page = query_int(rq, "page", 1);
    *p = (struct account_page){ .user = user,
                                .sees_calendar = has(&cx->actor, CALENDAR_VIEW),
                                .here =
                                    whose(cx, rq, user, ROUTE_credits_index, ROUTE_credits_own) };
    TRY(credit_account_of(cx, user, &p->account));
    TRY(credit_setting_of(cx, user, &p->setting));
    p->buys = credit_may_edit(cx, user) && (!id_some(user) || p->setting.version);
    p->pages = p->account.moves ? (p->account.moves - 1) / ENTRIES + 1 : 1;
    p->page = page < 1 ? 1 : page > p->pages ? p->pages : page;
    TRY(credit_entries(cx, user, (p->page - 1) * ENTRIES, ENTRIES, &p->entries));
    TRY(credit_history(cx, user, &p->days));
    TRY(order_list(cx, user, ORDERS, &p->orders));
    TRY(topup_month(cx, user, &p->month));
    for (size_t i = 0; i < p->orders.n; i++)
        if (p->orders.at[i].automatic && (!p->last || p->orders.at[i].asked_at > p->last->asked_at))
            p->last = &p->orders.at[i];
    p->chart = draw(cx, &p->days);
    int64_t per_day = p->days.per_day;
    p->lasts =
        per_day ? SAY(balance_lasts, p->account.balance * 100 / per_day) : SAY(balance_unused);
    return OK;
}

enum status credits_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct index_page page = { .sees_group = credit_may_see(cx, the_group) };
    if (page.sees_group) TRY(read_account(cx, rq, the_group, &page.group));
    TRY(credit_people_list(cx, &page.people));
    index_view(&rs->body, rq, &page, changed_row(cx, rq));
    return OK;
}

enum status credits_own(struct cx *cx, struct request *rq, struct response *rs)
{
    struct credit_person person;
    struct account_page page;
    TRY(credit_person_find(cx, param_id(rq, "id"), &person));
    TRY(read_account(cx, rq, person.user, &page));
    page.buys = page.buys && person.active;
    own_view(&rs->body, rq, &person, &page);
    return OK;
}

/* --- a file for spreadsheets (RFC 4180) --------------------------------------------------- */

static void csv_line(struct html *h, const char *const cells[], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *cell = text_csv(h->cx->mem, cells[i]);
        html_raw(h, cell, strlen(cell));
        html_raw(h, i + 1 < n ? "," : "\r\n", i + 1 < n ? 1 : 2);
    }
}

/* A minus would be the beginning of a formula. */
static const char *count_words(struct cx *cx, int64_t n)
{
    return n > 0 ? arena_number(cx->mem, n) : "";
}

static enum status file(struct cx *cx, struct response *rs, struct id user)
{
    struct credit_entries all;
    struct html *h = &rs->body;
    TRY(credit_entries(cx, user, 0, FILE_MOST, &all));
    csv_line(h,
             (const char *const[]){ SAY(entries_when), SAY(entries_what), SAY(order_reference),
                                    SAY(entries_by), SAY(entries_added), SAY(entries_taken),
                                    SAY(entries_balance) },
             7);
    for (size_t i = 0; i < all.n; i++) {
        const struct credit_entry *e = &all.at[i];
        csv_line(h,
                 (const char *const[]){ time_iso(cx->mem, e->at), entry_words(cx, e), e->note,
                                        e->by_name, count_words(cx, e->credits),
                                        count_words(cx, -e->credits),
                                        arena_number(cx->mem, e->balance) },
                 7);
    }
    rs->type = "text/csv; charset=utf-8";
    rs->disposition =
        arena_print(cx->mem, "attachment; filename=\"credits-%s.csv\"", date_today(cx));
    return OK;
}

enum status credits_file(struct cx *cx, struct request *rq, struct response *rs)
{
    (void)rq;
    return file(cx, rs, the_group);
}

enum status credits_own_file(struct cx *cx, struct request *rq, struct response *rs)
{
    struct credit_person person;
    TRY(credit_person_find(cx, param_id(rq, "id"), &person));
    return file(cx, rs, person.user);
}

/* --- own credits --------------------------------------------------------------------------- */

static enum status back(struct cx *cx, struct request *rq, struct response *rs, struct id user,
                        const char *notice)
{
    return redirect(cx, rq, rs, whose(cx, rq, user, ROUTE_credits_index, ROUTE_credits_own),
                    notice);
}

enum status own_credits_begin(struct cx *cx, struct request *rq, struct response *rs)
{
    struct credit_person person;
    TRY(credit_person_find(cx, param_id(rq, "id"), &person));
    TRY(credit_own_begin(cx, person.user));
    return back(cx, rq, rs, person.user, SAY(own_begun, person.name));
}

enum status own_credits_end(struct cx *cx, struct request *rq, struct response *rs)
{
    struct credit_person person;
    TRY(credit_person_find(cx, param_id(rq, "id"), &person));
    TRY(credit_own_end(cx, person.user));
    return redirect_notice(
        cx, rq, rs, url_for(cx, rq, ROUTE_credits_index),
        &(struct notice){ .text = SAY(own_ended, person.name), .row = person.user });
}

/* --- auto top-up ----------------------------------------------------------------------------- */

/* What is stored; or, if a form comes back, what was typed, over the version
 * that is stored now: the sentence above it says what that is. */
static enum status topup_page(struct cx *cx, struct request *rq, struct response *rs,
                              struct id user, const char *title)
{
    struct credit_setting s;
    TRY(credit_setting_of(cx, user, &s));
    struct topup_draft d = topup_as_draft(cx, &s.topup);
    struct topup_form form = { d.on, d.below, d.buy, d.most, "" };
    if (rq->method == POST) form_take(cx, rq, topup_fields, &form);
    form.version = arena_print(cx->mem, "%lld", (long long)s.version);
    topup_form_view(&rs->body, rq, title, user, &form);
    return OK;
}

static enum status topup_update(struct cx *cx, struct request *rq, struct response *rs,
                                struct id user)
{
    struct topup_form form;
    form_take(cx, rq, topup_fields, &form);
    struct topup_draft draft = { form.auto_on, form.auto_below, form.auto_buy, form.auto_most };
    TRY(topup_save(cx, user, &draft, form_version(rq, "version")));
    return back(cx, rq, rs, user, SAY(topup_saved));
}

enum status topup_show(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(credit_ask_edit(cx, the_group));
    return topup_page(cx, rq, rs, the_group, SAY(topup_title));
}

enum status topup_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    return topup_update(cx, rq, rs, the_group);
}

enum status topup_own_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct credit_person person;
    TRY(credit_person_find(cx, param_id(rq, "id"), &person));
    TRY(credit_ask_edit(cx, person.user));
    return topup_page(cx, rq, rs, person.user, SAY(topup_title_of, person.name));
}

enum status topup_own_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct credit_person person;
    TRY(credit_person_find(cx, param_id(rq, "id"), &person));
    return topup_update(cx, rq, rs, person.user);
}
