/* booking_mail.c - what somebody who books online reads: that it is booked, how to confirm it, or
 * that it was not.  When, where and with whom; nothing of why. */
#include <string.h>

#include "app/booking/request.h"
#include "app/feed/ical.h"
#include "app/practices/practice.h"
#include "base/time.h"
#include "web/web.h"
#include "work/queue.h"

#include "app/booking/online.text.h"

static const char *one_line(struct cx *cx, const char *text)
{
    char *out = arena_copy(cx->mem, text, strlen(text));
    for (char *c = out; *c; c++)
        if (*c == '\n' || *c == '\r') *c = ' ';
    return out;
}

static const char *place(struct cx *cx, const struct booking *b)
{
    if (!*b->address) return b->location_name;
    return arena_print(cx->mem, "%s, %s", b->location_name, one_line(cx, b->address));
}

const char *booking_file(struct cx *cx, const struct booking *b, const char *practice)
{
    struct ical c = ical_begin(cx);
    ical_line(&c, "BEGIN", "VCALENDAR");
    ical_line(&c, "VERSION", "2.0");
    ical_line(&c, "PRODID", "-//Linden//Booking//EN");
    ical_line(&c, "METHOD", "PUBLISH");
    ical_line(&c, "BEGIN", "VEVENT");
    ical_line(&c, "UID", arena_print(cx->mem, "%s@linden", b->appointment.text));
    ical_stamp(&c, cx->now);
    ical_moment(&c, "DTSTART", b->starts_at);
    ical_moment(&c, "DTEND", b->ends_at);
    ical_text(&c, "SUMMARY", SAY(file_summary, practice));
    ical_text(&c, "LOCATION", place(cx, b));
    ical_text(&c, "DESCRIPTION", SAY(mail_with, b->user_name));
    ical_line(&c, "END", "VEVENT");
    ical_line(&c, "END", "VCALENDAR");
    return c.text;
}

static void say_when(struct cx *cx, const struct booking *b, struct letter *l)
{
    cx->zone = b->zone;
    letter_say(l, SAY(mail_when, time_weekday_day(cx, b->starts_at), time_clock(cx, b->starts_at),
                      time_zone_city(cx->mem, b->zone)));
    letter_say(l, SAY(mail_where, place(cx, b)));
    letter_say(l, SAY(mail_with, b->user_name));
}

static enum status with_link(struct cx *cx, const struct booking *b, struct letter *l,
                             const char *label)
{
    const char *token;
    TRY(booking_link(cx, b->id, &token));
    letter_button(l, label, url_whole(cx, url_in(cx, "", ROUTE_booking_link_show, token)));
    return OK;
}

static enum status say_booked(struct cx *cx, const struct booking *b, const char *practice,
                              struct letter *l)
{
    if (b->cancelled) return fail(cx, NOT_FOUND, "cancelled meanwhile");
    l->subject = SAY(mail_booked_subject, practice);
    letter_say(l, SAY(mail_booked, practice));
    say_when(cx, b, l);
    TRY(with_link(cx, b, l, SAY(mail_see)));
    letter_say(l, SAY(mail_cancel));
    l->calendar = booking_file(cx, b, practice);
    return OK;
}

static enum status say_asked(struct cx *cx, const struct booking *b, const char *practice,
                             struct letter *l)
{
    bool known = id_some(b->patient);
    l->subject = SAY(mail_asked_subject, practice);
    letter_say(l, SAY(mail_asked, practice));
    say_when(cx, b, l);
    if (!known) {
        letter_say(l, SAY(mail_unknown, practice));
        return OK;
    }
    letter_say(l, SAY(mail_confirm, time_clock(cx, b->expires_at)));
    return with_link(cx, b, l, SAY(mail_confirm_button));
}

static void say_ended(struct cx *cx, const struct booking *b, const char *practice,
                      struct letter *l)
{
    l->subject = SAY(mail_ended_subject, practice);
    letter_say(l, SAY(mail_ended, b->user_name, practice));
    say_when(cx, b, l);
}

/* The letter of a state that is over by now is not written any more. */
static bool still(const struct booking *b, const char *state)
{
    return b->state
           == (strcmp(state, "booked") == 0  ? REQUEST_BOOKED
               : strcmp(state, "asked") == 0 ? REQUEST_ASKED
                                             : REQUEST_ENDED);
}

enum status letter_booking(struct cx *cx, const struct job *job, struct letter *l)
{
    struct booking b;
    struct practice *practice;
    TRY(booking_read(cx, job->about, &b));
    if (!still(&b, job->details)) return fail(cx, NOT_FOUND, "it went on meanwhile");
    TRY(practice_find(cx, &practice));
    l->to = b.visitor.email;
    l->from_name = practice->name;
    letter_say(l, SAY(mail_hello));
    if (b.state == REQUEST_BOOKED) TRY(say_booked(cx, &b, practice->name, l));
    if (b.state == REQUEST_ASKED) TRY(say_asked(cx, &b, practice->name, l));
    if (b.state == REQUEST_ENDED) say_ended(cx, &b, practice->name, l);
    letter_say(l, *b.phone ? SAY(mail_call, b.phone) : SAY(mail_tell, practice->name));
    return OK;
}
