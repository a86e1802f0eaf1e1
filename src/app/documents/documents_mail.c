/* documents_mail.c - the mail that brings a patient to an invoice.
 *
 * It says who writes and the number of the invoice: nothing of what was done, no sum
 * and no name of the patient. */
#include "app/invoices/sending.h"
#include "base/time.h"
#include "web/web.h"
#include "work/queue.h"

#include "app/documents/documents.text.h"

enum status letter_invoice(struct cx *cx, const struct job *job, struct letter *l)
{
    struct sending_letter it;
    TRY(sending_write(cx, job->about, &it));
    const char *number = arena_number(cx->mem, it.number);
    cx->zone = it.zone;
    l->to = it.address;
    l->from_name = it.practice;
    l->subject = SAY(mail_subject, number, it.practice);
    letter_say(l, SAY(mail_hello));
    letter_say(l, SAY(mail_text, it.practice, number));
    letter_button(l, SAY(mail_button),
                  url_whole(cx, url_in(cx, "", ROUTE_public_invoice, it.token)));
    letter_say(l, SAY(mail_until, time_day(cx, it.expires_at)));
    letter_say(l, *it.phone ? SAY(mail_call, it.phone) : SAY(mail_ask, it.practice));
    return OK;
}
