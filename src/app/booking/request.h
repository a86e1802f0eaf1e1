/* request.h - somebody books online: a time is kept, details are typed, and it is booked.
 *
 * A kept time is a row that blocks others for ten minutes, and is the browser's that asked for it.
 * Confirming makes an appointment: in the visitor's record if last name, birth date and email are
 * those of one, else in a new one.  Where only patients the practice has may book, it becomes a
 * question instead: a mail goes to the address, with a link that books if there is a record and
 * with a friendly no if there is none; the time is kept just as long either way, so nobody else
 * learns whether somebody is a patient.
 *
 * Each step looks at the offer anew.  What ended stays for a day, so that its page can say so;
 * then the row and all that was typed is gone (booking_tidy).  Nobody is asked for a permission
 * but in requests_end(), whose callers have been. */
#pragma once
#include "app/booking/open.h"
#include "app/booking/visitor.h"

enum {
    KEPT_MINUTES = 10,
    ASKED_MINUTES = 60,     /* for the click in the mail */
    KEPT_OF_ADDRESS = 20,   /* times that one address may have kept in an hour */
    KEPT_OF_PRACTICE = 300, /* and all of them of one practice */
    BOOKED_OF_ADDRESS = 10, /* what one address may book in a day */
    MAILS_OF_EMAIL = 5,     /* mails to one address in a day */
};

enum request_state { REQUEST_HELD, REQUEST_ASKED, REQUEST_BOOKED, REQUEST_ENDED };
struct booking {
    struct id id, user, location, type, patient, appointment; /* the last two may be none */
    enum request_state state;
    bool over;      /* nobody kept it any longer; or the time has begun */
    bool cancelled; /* the appointment, by whomever */
    int64_t starts_at, ends_at, expires_at, fee_cents; /* of the appointment, if there is one */
    struct visitor visitor;                            /* "" until it was typed */
    const char *user_name, *location_name, *address, *phone, *zone, *type_name;
};
bool booking_has_details(const struct booking *);

/* Keeps a time for this browser, whose earlier one is given back.  CONFLICT "taken", "off" or
 * "often". */
enum status booking_hold(struct cx *, const struct offer *, struct id type, int64_t at,
                         const char *visitor, struct id *out);
/* The same for nobody's browser yet, until then: counted by nobody, for who asks has found it
 * free in this transaction.  booking_claim() makes it a browser's, whose earlier one is given
 * back; CONFLICT "over" for what is kept no more. */
enum status booking_keep(struct cx *, const struct offer *, const struct appointment_type *,
                         int64_t at, int64_t until, struct id *out);
enum status booking_claim(struct cx *, struct id, const char *visitor);
/* NOT_FOUND for another browser's, for what is no more, and for ids that are none, alike. */
enum status booking_find(struct cx *, struct id, const char *visitor, struct booking *out);
/* What somebody typed.  INVALID with faults; CONFLICT "over" or "off". */
enum status booking_details(struct cx *, const struct booking *, const struct visitor *typed);
/* CONFLICT "over", "off", "taken", "often", or "details" if there are none yet.  Twice is once. */
enum status booking_confirm(struct cx *, const struct booking *);
/* Gives the time back. */
enum status booking_release(struct cx *, const struct booking *);

/* --- by the link in a mail ----------------------------------------------------------- */

/* Enters its practice as nobody.  NOT_FOUND for what never was and what is over, alike. */
enum status booking_open(struct cx *, const char *token, struct open_practice *,
                         struct booking *out);
enum status booking_link_confirm(struct cx *, const struct booking *);
/* Cancels what was booked and has not begun.  CONFLICT "over".  Twice is once. */
enum status booking_link_cancel(struct cx *, const struct booking *);
/* A link for a letter. */
enum status booking_link(struct cx *, struct id booking, const char **token);
/* For a letter: what it is about.  NOT_FOUND if it is no more. */
enum status booking_read(struct cx *, struct id, struct booking *out);

/* --- by those who work there ------------------------------------------------------------ */

/* Not confirmed yet: of a user, at a location or (none) everywhere. */
enum status requests_waiting(struct cx *, struct id user, struct id location, int64_t *n);
/* They end; whoever left an address is told. */
enum status requests_end(struct cx *, struct id user, struct id location, int64_t *n);

/* As a calendar file (RFC 5545); says nothing of the patient. */
const char *booking_file(struct cx *, const struct booking *, const char *practice);
