/* mail.h - one mail, and the folder that mails may be written to.
 *
 * A mail is a plain fact: everything that is in it follows from these fields,
 * so the same mail is the same bytes however often it is written. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"

struct mail {
    const char *id;        /* stays the same when the mail is tried again: Message-ID, file name */
    const char *from_name; /* "Northside Allied Health via Linden", or NULL */
    const char *from;      /* addresses are those of email_clean(), or of the host's own set-up */
    const char *to;
    const char *to_name;  /* or NULL */
    const char *reply_to; /* address, or NULL */
    const char *subject;
    const char *text;        /* lines of at most 75 columns */
    const char *html;        /* the same again, or NULL */
    const char *calendar;    /* a calendar file that comes along, or NULL */
    const char *unsubscribe; /* address of a page; https ones are offered for one click; or NULL */
    const char *in_reply_to; /* id of the mail that this one follows, or NULL */
    int64_t created_at;      /* becomes the Date */
};

enum [[nodiscard]] mail_result{
    MAIL_SENT = 0,
    MAIL_TRY_AGAIN, /* not now: nobody answered, the server is busy, the disk is full */
    MAIL_REFUSED,   /* never: trying again would bring the same answer */
};

/* What makes it impossible to write this mail, in words for the log, or NULL.
 * Above all a line break in a header: it would begin a header, a recipient or
 * a command of somebody else's choice. */
const char *mail_wrong(const struct mail *);

/* "20261121T100000.123456Z-<id>.eml": names sort by time. */
const char *mail_file_name(struct arena *, const char *id, int64_t created_at);

/* Write a mail into a folder, which is made if need be: whole or not at all,
 * and on the disk before it is said to be sent.  Written a second time it
 * stays as it is.  `problem` is set unless it was sent. */
enum mail_result mail_write(struct arena *, const char *folder, const struct mail *,
                            const char **problem);
bool mail_already_written(struct arena *, const char *folder, const char *id, int64_t created_at);
