/* letter.h - what we write to people, before it becomes a mail.
 *
 * A letter is a list of paragraphs with at most one button.  It goes out as
 * plain text (75 columns) and as simple HTML, both from the same words.  Never
 * in a letter: patient data, passwords. */
#pragma once
#include "base/cx.h"
#include "work/mail.h"

enum { LETTER_PARAGRAPHS = 12 };

struct letter {
    const char *to, *to_name;
    const char *phone; /* or NULL; then it is a text message: the first paragraph, and nothing else */
    const char *report;    /* where the gateway says what becomes of that (sms.h), or NULL */
    const char *from_name; /* the practice group: "Northside via Linden"; NULL: Linden */
    const char *reply_to;  /* or NULL */
    const char *subject;
    const char *paragraphs[LETTER_PARAGRAPHS]; /* up to the first NULL */
    int button_after;                          /* the button stands after so many paragraphs */
    const char *button, *button_url;           /* or NULL */
    const char *unsubscribe_url;               /* onboarding only, or NULL */
    const char *calendar; /* a calendar file that comes along (RFC 5545), or NULL */
    const char *thread;                        /* id of the letter this one follows, or NULL */
};

/* Add a paragraph; more than fit are a mistake that aborts. */
void letter_say(struct letter *, const char *paragraph);
/* Put the button here. */
void letter_button(struct letter *, const char *label, const char *url);

/* The mail it becomes, under a Message-ID made of `id`. */
void letter_mail(struct cx *, const struct letter *, struct id id, int64_t created_at, struct mail *);
