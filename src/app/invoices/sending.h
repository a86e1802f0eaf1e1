/* sending.h - invoices that are mailed to their patient.
 *
 * The mail holds a link and nothing of the invoice but its number.  Whoever has the
 * link sees the invoice as it is printed, until the link expires, another mail is sent
 * or somebody withdraws it; then it is like one that never was.  Looking at it is
 * recorded as a look of nobody's, and changes nothing else. */
#pragma once
#include "app/invoices/invoice.h"

enum {
    SENDING_DAYS = 30,  /* a link is open for */
    SENDINGS_A_DAY = 5, /* of one invoice */
    SENDING_LOOKS = 60, /* at what links of one patient show, in an hour */
};

enum sending_state { SENDING_WAITING, SENDING_SENT, SENDING_FAILED };
struct sending {
    struct id id;
    const char *address; /* "" if the patient is not known by name */
    enum sending_state state;
    const char *problem; /* of what failed, in the mail server's words; or "" */
    const char *by;
    int64_t at, expires_at;
    bool open; /* its link opens the invoice */
};
struct sendings {
    size_t n;
    struct sending *at; /* the last first, ten at the most */
};
enum status invoice_sendings(struct cx *, const struct invoice *, struct sendings *out);

/* The patient's address, or "".  FORBIDDEN "names" for who does not know the patient
 * by name. */
enum status invoice_send_to(struct cx *, const struct invoice *, const char **address);
/* Writes to `address`, which was seen on the page: CONFLICT "stale" unless it is still
 * the patient's, "draft" for a draft, "address" without one, "slow" for too many a day. */
enum status invoice_send(struct cx *, const struct invoice *, const char *address);
/* Ends the link; twice is once. */
enum status invoice_send_end(struct cx *, const struct invoice *);

/* --- what the link opens ---------------------------------------------------------------- */

/* A token for the letter, or NOT_FOUND if there is nothing to write any more. */
struct sending_letter {
    const char *address, *practice, *zone, *phone, *token;
    int64_t number, expires_at;
};
enum status sending_write(struct cx *, struct id sending, struct sending_letter *out);

/* As its holder: the actor is nobody, in the invoice's practice.  NOT_FOUND for what
 * never was, has expired or was ended, alike; CONFLICT "often". */
enum status sending_open(struct cx *, const char *token, struct id *invoice);
