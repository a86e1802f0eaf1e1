/* networks.c - group networks: from where a practice group opens. */
#include "app/security/network.h"

#include "base/json.h"
#include "cli/host.h"

struct question {
    const char *group;
    struct networks networks;
};

static enum status find(struct cx *cx, void *arg)
{
    struct question *q = arg;
    TRY(host_enter(cx, q->group));
    return networks_find(cx, &q->networks);
}

static enum status clear(struct cx *cx, void *arg)
{
    struct question *q = arg;
    TRY(host_enter(cx, q->group));
    return networks_clear(cx);
}

static void print(struct cli *cli, const char *list)
{
    if (!option_set(cli, "json")) {
        puts(*list ? list : "everywhere");
        return;
    }
    struct json j = json_begin(cli->cx->mem);
    json_object(&j, NULL);
    json_text(&j, "networks", list);
    json_end(&j);
    puts(json_done(&j));
}

int command_networks(struct cli *cli)
{
    struct question q = { .group = option_text(cli, "group") };
    enum status status = host_open(cli, DB_READER);
    if (status == OK) status = host_read(cli, find, &q);
    host_close(cli);
    if (status == OK && option_set(cli, "remove")) {
        status = host_open(cli, DB_WRITER);
        if (status == OK) status = host_change(cli, clear, &q);
        host_close(cli);
        q.networks.list = "";
    }
    if (status == OK) print(cli, q.networks.list);
    return cli_status(cli, status);
}
