/* credits.c - credits orders, credits confirm: what the host sees on the bank account. */
#include "app/credits/order.h"

#include <string.h>

#include "base/json.h"
#include "base/time.h"
#include "cli/host.h"

/* --- what waits ----------------------------------------------------------------- */

struct waiting {
    struct table t;
};

static enum status read_waiting(struct cx *cx, void *arg)
{
    struct waiting *w = arg;
    return db_select(
        cx, &w->t,
        SQL_GLOBAL("SELECT g.slug, o.reference, o.credits, o.cents, o.currency, o.asked_at"
                   " FROM credit_orders o JOIN practices g ON g.id = o.practice_id"
                   " WHERE o.state = 'asked' ORDER BY o.asked_at, o.id"));
}

static const char *price_of(struct cx *cx, const struct table *t, size_t row)
{
    return order_price(cx, &(struct order){ .cents = cell_int(t, row, "cents"),
                                            .currency = cell_text(t, row, "currency") });
}

static void print_json(struct cx *cx, const struct table *t)
{
    struct json j = json_begin(cx->mem);
    json_array(&j, NULL);
    for (size_t i = 0; i < t->rows; i++) {
        json_object(&j, NULL);
        json_text(&j, "group", cell_text(t, i, "slug"));
        json_text(&j, "reference", cell_text(t, i, "reference"));
        json_int(&j, "credits", cell_int(t, i, "credits"));
        json_text(&j, "price", price_of(cx, t, i));
        json_text(&j, "asked_at", time_iso(cx->mem, cell_int(t, i, "asked_at")));
        json_end(&j);
    }
    json_end(&j);
    puts(json_done(&j));
}

int command_credits_orders(struct cli *cli)
{
    struct waiting w;
    enum status status = host_open(cli, DB_READER);
    if (status == OK) status = host_read(cli, read_waiting, &w);
    host_close(cli);
    if (status != OK) return cli_status(cli, status);
    if (option_set(cli, "json")) print_json(cli->cx, &w.t);
    for (size_t i = 0; i < w.t.rows && !option_set(cli, "json"); i++)
        printf("%s  %s  %lld credits  %s  asked for %s\n", cell_text(&w.t, i, "reference"),
               cell_text(&w.t, i, "slug"), (long long)cell_int(&w.t, i, "credits"),
               price_of(cli->cx, &w.t, i), time_iso(cli->cx->mem, cell_int(&w.t, i, "asked_at")));
    return EXIT_DONE;
}

/* --- the money came ---------------------------------------------------------------- */

struct confirmation {
    const char *group, *reference;
    struct order order;
};

static enum status confirm(struct cx *cx, void *arg)
{
    struct confirmation *c = arg;
    TRY(host_enter(cx, c->group));
    TRY(order_by_reference(cx, c->reference, &c->order));
    return order_confirm(cx, &c->order);
}

int command_credits_confirm(struct cli *cli)
{
    struct confirmation c = { .group = option_text(cli, "group"),
                              .reference = option_text(cli, "reference") };
    enum status status = host_open(cli, DB_WRITER);
    if (status == OK) status = host_change(cli, confirm, &c);
    host_close(cli);
    if (status != OK) return cli_status(cli, status);
    printf("%lld credits (%s) are paid for\n", (long long)c.order.credits, c.reference);
    return EXIT_DONE;
}
