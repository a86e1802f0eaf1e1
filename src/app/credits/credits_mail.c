/* credits_mail.c - letters about credits; see credits_mail.h
 *
 * Each is about its reader; the details hold what is told, whose credits, and the
 * order: "asked group 01J…". */
#include "app/credits/credits_mail.h"

#include <string.h>

#include "access/access.h"
#include "app/credits/ledger.h"
#include "app/credits/provider.h"
#include "app/users/users_mail.h"
#include "db/db.h"
#include "web/web.h"

#include "app/credits/credits_mail.text.h"

static const char *const told[] = {
    [CREDITS_TELL_PAID] = "paid",     [CREDITS_TELL_ASKED] = "asked",
    [CREDITS_TELL_UNPAID] = "unpaid", [CREDITS_TELL_LIMIT] = "limit",
    [CREDITS_TELL_LOW] = "low",       [CREDITS_TELL_EMPTY] = "empty",
};

enum status credits_tell(struct cx *cx, struct id user, enum credits_told what, struct id order)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT id FROM users WHERE practice_id = $1 AND status = 'active'"
                      " AND (id = $2 OR (level = 'full' AND NOT EXISTS (SELECT 1 FROM users o"
                      "  WHERE o.practice_id = $1 AND o.id = $2 AND o.status = 'active')))"
                      " ORDER BY sort_key, id"),
                  user));
    for (size_t i = 0; i < t.rows; i++)
        TRY(enqueue(cx, JOB_letter_credits, cell_id(&t, i, "id"),
                    arena_print(cx->mem, "%s %s %s", told[what],
                                id_some(user) ? user.text : "group", order.text)));
    return OK;
}

struct news {
    enum credits_told what;
    struct id user;
    struct order order;
    int64_t left;
};

static enum status read_news(struct cx *cx, const char *details, struct news *out)
{
    const char *first = strchr(details, ' '), *second = first ? strchr(first + 1, ' ') : NULL;
    if (!second) return fail(cx, BROKEN, "details of a letter: %s", details);
    *out = (struct news){ 0 };
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (strncmp(details, told[i], (size_t)(first - details)) == 0)
            out->what = (enum credits_told)i;
    const char *whose = arena_copy(cx->mem, first + 1, (size_t)(second - first - 1));
    if (strcmp(whose, "group") != 0) out->user = id_of(whose);
    if (second[1]) TRY(order_find(cx, id_of(second + 1), &out->order));
    struct credit_account account;
    TRY(credit_account_of(cx, out->user, &account));
    out->left = account.balance;
    return OK;
}

static const char *number(struct cx *cx, int64_t n)
{
    return arena_print(cx->mem, "%lld", (long long)n);
}

static void say_order(struct cx *cx, struct letter *l, const struct news *n, const char *practice)
{
    const struct order *o = &n->order;
    switch (n->what) {
    case CREDITS_TELL_PAID:
        l->subject = SAY(mail_paid_subject, o->credits);
        letter_say(l, SAY(mail_paid, o->credits, practice, o->reference, number(cx, n->left)));
        break;
    case CREDITS_TELL_ASKED:
        l->subject = SAY(mail_asked_subject, o->credits);
        letter_say(l, SAY(mail_asked, number(cx, n->left), practice, o->credits));
        letter_say(l, payment_provider(o->provider)->how(cx, o));
        break;
    default:
        l->subject = SAY(mail_unpaid_subject);
        letter_say(l, SAY(mail_unpaid, o->credits, practice, o->reference));
        break;
    }
}

static void say_left(struct cx *cx, struct letter *l, const struct news *n, const char *practice)
{
    switch (n->what) {
    case CREDITS_TELL_LIMIT:
        l->subject = SAY(mail_limit_subject);
        letter_say(l, SAY(mail_limit, practice, number(cx, n->left)));
        break;
    case CREDITS_TELL_LOW:
        l->subject = SAY(mail_low_subject, n->left);
        letter_say(l, SAY(mail_low, n->left, practice));
        break;
    default:
        l->subject = SAY(mail_empty_subject, practice);
        letter_say(l, SAY(mail_empty, practice));
        break;
    }
}

enum status letter_credits(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *reader;
    struct letter_practice practice;
    struct news news;
    TRY(letter_facts(cx, job->about, &reader, &practice));
    TRY(read_news(cx, job->details, &news));
    bool theirs = id_same(news.user, reader->id) || access_full(&reader->access);
    if (!reader->access.active || !theirs) return fail(cx, NOT_FOUND, "not theirs to know");
    letter_begin(cx, l, reader, &practice);
    if (news.what <= CREDITS_TELL_UNPAID)
        say_order(cx, l, &news, practice.name);
    else
        say_left(cx, l, &news, practice.name);
    struct url to = id_some(news.user) ? url_in(cx, practice.slug, ROUTE_credits_own, news.user)
                                       : url_in(cx, practice.slug, ROUTE_credits_index);
    letter_button(l, SAY(mail_button), url_whole(cx, to));
    letter_say(l, id_some(news.user) ? SAY(mail_why_own, practice.name)
                                     : SAY(mail_why_group, practice.name));
    return OK;
}
