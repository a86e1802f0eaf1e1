/* webhooks_mail.c - the letter about a hook that went off by itself; about its user, the details
 * say why ("failed", "gone") and which host. */
#include <string.h>

#include "app/users/users_mail.h"
#include "app/webhooks/webhook.h"
#include "web/web.h"

#include "app/webhooks/webhooks_mail.text.h"

enum status letter_webhook(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *reader;
    struct letter_practice practice;
    TRY(letter_facts(cx, job->about, &reader, &practice));
    if (!reader->access.active) return fail(cx, NOT_FOUND, "deactivated meanwhile");
    const char *host = strchr(job->details, ' ');
    bool gone = strncmp(job->details, "gone", 4) == 0;
    letter_begin(cx, l, reader, &practice);
    l->subject = SAY(webhook_off_subject, practice.name);
    host = host ? host + 1 : "";
    letter_say(l, gone ? SAY(webhook_gone_text, practice.name, host)
                       : SAY(webhook_failed_text, practice.name, host));
    letter_button(l, SAY(webhook_off_button),
                  url_whole(cx, url_in(cx, practice.slug, ROUTE_webhooks_index)));
    letter_say(l, SAY(webhook_off_why, practice.name));
    return OK;
}
