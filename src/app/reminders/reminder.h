/* reminder.h - each reminder that was due, and what became of it.
 *
 * Every five minutes a job looks which practices have a setting that is on, and
 * in each of them another one which appointments have come so near.  It makes a
 * row and a letter in one transaction; the newest row of an appointment says
 * which moment the patient was told.  So each moment is told once, however many
 * programs work on one database; one that moved is told anew; and the letter
 * looks again before it leaves, so nothing cancelled, moved or switched off
 * meanwhile is told.  A mail that a server is taking at the moment of the change
 * cannot be called back.
 *
 * A text message is paid for with credits: they leave the account in the same
 * transaction, and come back if it is not sent in the end.  Without credits there
 * is none, and whoever should know is told.
 *
 * What cannot be sent is a row, too, with its reason, and is tried again with
 * each look until the appointment begins: an address may be added.  An
 * appointment that was booked after the time of its reminder gets none.
 * A mail server's refusal is final.
 *
 * The gateway is asked to say what becomes of a text message.  What no phone took was
 * sent and has cost its credits; what the network refused was not, and gives them back. */
#pragma once
#include "app/patients/reach.h"
#include "base/cx.h"

/* Sees to it that the job that looks exists; twice is fine. */
enum status reminders_begin(struct cx *);

enum reminder_state {
    REMINDER_WAITING,
    REMINDER_SENT,
    REMINDER_DELIVERED, /* a phone has it; only the gateway of text messages says so */
    REMINDER_MISSED,    /* sent, and no phone took it */
    REMINDER_FAILED,
    REMINDER_SKIPPED,
};

struct reminder {
    struct id id, appointment;
    const char *user_name; /* "" for nobody */
    const char *zone;      /* the location's */
    int64_t starts_at, at; /* what the patient was told; when it was made, or ended */
    enum reminder_state state;
    bool text;       /* a message to the phone; else an email */
    const char *why; /* in words, or "" */
    struct patient_shown shown;
};
struct reminder_list {
    size_t n;
    struct reminder *at;
};
/* The newest first, as far as the calendar's reach goes; `appointment` none:
 * all.  Asks CALENDAR_VIEW; notes what is shown of patients. */
enum status reminder_list(struct cx *, struct id appointment, size_t most,
                          struct reminder_list *out);

/* The gateway says what has become of the text message that left with this token: the
 * value of Kannel's report (work/sms.h).  Values that are not asked for change nothing, and
 * what a phone has, it has.  NOT_FOUND: there is no such message. */
enum status reminder_reported(struct cx *, const char *token, int64_t said);
