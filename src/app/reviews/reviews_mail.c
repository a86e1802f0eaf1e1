/* reviews_mail.c - the letter that it is time for a review.
 *
 *   letter_review_due   about: the reader, who has Full Access still */
#include "app/reviews/review.h"
#include "app/users/users_mail.h"
#include "web/web.h"

#include "app/reviews/reviews.text.h"

enum status letter_review_due(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *u;
    struct letter_practice practice;
    TRY(letter_facts(cx, job->about, &u, &practice));
    if (!u->access.active || !access_full(&u->access)) return fail(cx, NOT_FOUND, "not theirs any more");
    letter_begin(cx, l, u, &practice);
    l->subject = SAY(due_subject, practice.name);
    letter_say(l, SAY(due_what, practice.name));
    letter_say(l, SAY(due_how));
    letter_button(l, SAY(due_button), url_whole(cx, url_in(cx, practice.slug, ROUTE_reviews_index)));
    return OK;
}
