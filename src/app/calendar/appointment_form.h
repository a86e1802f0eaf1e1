/* appointment_form.h - what the pages about one appointment share: the form, what it chooses from,
 * and the dialog around it.
 *
 * They are pages of their own and open as dialogs over the calendar, too. */
#pragma once
#include "app/calendar/calendar_view.h"
#include "app/calendar/lanes.h"
#include "app/calendar/series.h"
#include "app/schedule/type.h"
#include "web/page.h"

struct appointment_form {
    const char *location, *practitioner, *room, *type, *patient;
    const char *date, *time, *minutes, *label, *note;
    const char *text, *at; /* who is looked for; a free time that was chosen */
    const char *version, *was;
    const char *repeat, *times, *until; /* see series.h */
    const char *misses;                 /* what should happen to those that do not fit */
    bool anyway, later;
};

/* Notes what is wrong with the shape; see form_take(). */
void appointment_form_take(struct cx *, const struct request *, struct appointment_form *);
struct appointment_draft appointment_form_draft(const struct appointment_form *);

/* What there is to choose from: the columns that the actor may book in, wherever, the rooms there,
 * and the types that are offered.  What `kept` has stays a choice; NULL: a new one. */
struct choices {
    struct location_list places;
    struct appointment_types types;
    struct choice *place, *practitioner, *room, *type;
    const char **room_place; /* the location of each room; "" for none */
    size_t place_n, practitioner_n, room_n, type_n;
};
enum status choices_read(struct cx *, struct choices *, const struct appointment *kept);
const struct location *choices_place(const struct choices *, const char *id); /* or NULL */

struct repeat appointment_form_repeat(const struct appointment_form *);
enum series_choice appointment_form_choice(const struct appointment_form *);
/* Was it not done because some of a series do not fit? */
bool misses(const struct cx *, const struct request *);

/* Was it not done because somebody has another appointment then? */
bool overlaps(const struct cx *, const struct request *);

/* If it was not done because the room is taken, that is a fault of its field. */
void room_fault(struct cx *, const struct request *);

/* Back to the calendar: the day at the location. */
struct url back_to(struct cx *, const struct request *, struct id location, const char *date);
struct url back_to_day(struct cx *, const struct request *, const struct appointment *);
/* The answer after a change, with a notice; `said` NULL: when it is booked for. */
enum status back_changed(struct cx *, struct request *, struct response *, struct id, words *said);

/* Parts of the pages. */
void sheet_open(struct html *, const char *heading, struct url back);
void sheet_close(struct html *);
/* That somebody is busy then, with the way to insist where there is one. */
void overlap_view(struct html *);
/* Those of a series that do not fit, and what should happen. */
void misses_view(struct html *, const struct appointment_form *);
void repeat_view(struct html *, const struct appointment_form *);
/* This one, or the later ones, too; nothing where there are none. */
void later_view(struct html *, const struct series_place *, bool on);
void where_view(struct html *, const struct appointment_form *, const struct choices *);
void when_view(struct html *, const struct appointment_form *);
void what_view(struct html *, const struct appointment_form *, const struct choices *);
