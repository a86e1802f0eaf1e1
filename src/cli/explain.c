/* explain.c - user explain: why somebody can or cannot see a patient's record. */
#include "app/explain/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/email.h"
#include "base/json.h"
#include "cli/host.h"

struct question {
    const char *group, *email;
    int64_t number;
    struct explained answer;
};

static enum status explain(struct cx *cx, void *arg)
{
    struct question *q = arg;
    struct user *user;
    TRY(host_enter(cx, q->group));
    TRY(user_by_email(cx, q->email, &user));
    return explain_number(cx, user, q->number, &q->answer);
}

static void print_text(const struct explained *all)
{
    for (size_t i = 0; i < EXPLAINED; i++) {
        printf("%s: %s\n", all->at[i].what, all->at[i].answer);
        for (size_t j = 0; j < all->at[i].n; j++) printf("  %zu. %s\n", j + 1, all->at[i].why[j]);
    }
}

static void print_json(struct cx *cx, const struct explained *all)
{
    struct json j = json_begin(cx->mem);
    json_array(&j, NULL);
    for (size_t i = 0; i < EXPLAINED; i++) {
        json_object(&j, NULL);
        json_text(&j, "what", all->at[i].what);
        json_text(&j, "answer", all->at[i].answer);
        json_array(&j, "why");
        for (size_t k = 0; k < all->at[i].n; k++) json_text(&j, NULL, all->at[i].why[k]);
        json_end(&j);
        json_end(&j);
    }
    json_end(&j);
    puts(json_done(&j));
}

int command_explain(struct cli *cli)
{
    struct question q = { .group = option_text(cli, "group") };
    const char *number = option_text(cli, "patient"), *typed = option_text(cli, "email"), *address;
    if (strlen(number) > 15 || number[strspn(number, "0123456789")] || !*number)
        return cli_fail(cli, EXIT_USAGE, "--patient %s: this is no number of a patient", number);
    q.number = atoll(number);
    if (email_clean(cli->cx->mem, typed, &address, &q.email) != EMAIL_OK)
        return cli_fail(cli, EXIT_USAGE, "--email %s: this is no email address", typed);
    enum status status = host_open(cli, DB_READER);
    if (status == OK) status = host_read(cli, explain, &q);
    host_close(cli);
    if (status != OK) return cli_status(cli, status);
    option_set(cli, "json") ? print_json(cli->cx, &q.answer) : print_text(&q.answer);
    return EXIT_DONE;
}
