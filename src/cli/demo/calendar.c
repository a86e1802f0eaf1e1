/* calendar.c - see calendar.h */
#include "cli/demo/calendar.h"

#include <string.h>

#include "app/calendar/lanes.h"
#include "app/locations/room.h"
#include "app/patients/patient.h"
#include "app/schedule/hours.h"
#include "app/schedule/type.h"
#include "base/date.h"
#include "base/time.h"

enum {
    YEARS_BACK = 2 * 365, /* some appointments a week, so that reports show something */
    DAYS_BACK = 7,        /* from here on, days are as full as they would be */
    DAYS_ON = 14,
    TYPES = 4,
    SEEN = 100,
};

static const struct type_draft types[TYPES] = {
    { "First visit", "60", "180.00", false },
    { "Review", "30", "95.00", false },
    { "Long review", "45", "130.00", false },
    { "Phone call", "15", "45.00", false },
};
static const char *const rooms[] = { "Room 1", "Room 2", "Gym" };
static const char *const notes[] = {
    "", "", "", "Comes with a carer", "", "", "Needs the ground floor", "", "", "Asks for a letter"
};
static const char *const kept[] = { "Lunch", "Letters", "Team meeting" };
static const char *const reasons[] = { "The patient is unwell", "Asked for another day" };
#define PICK(list, n) ((list)[(size_t)(n) % (sizeof(list) / sizeof *(list))])

struct fortnight {
    int64_t today, dice;
    bool long_ago;
    struct id room; /* of the column at hand, or none */
    struct id types[TYPES];
    int64_t minutes[TYPES];
    struct id seen[SEEN]; /* those who have hours, once for each place */
    size_t seen_n;
};

/* The same in every demo of one day. */
static int64_t roll(struct fortnight *f, int64_t sides)
{
    f->dice = (f->dice * 1103515245 + 12345) & 0x7fffffff;
    return (f->dice >> 8) % sides;
}

static enum status add_types(struct cx *cx, struct fortnight *f)
{
    for (size_t i = 0; i < TYPES; i++) {
        TRY(type_create(cx, &types[i], &f->types[i]));
        f->minutes[i] = type_minutes(types[i].minutes);
    }
    return OK;
}

/* Where people come to. */
static enum status add_rooms(struct cx *cx, const struct location_list *places)
{
    struct id id;
    for (size_t i = 0; i < places->n; i++) {
        if (strcmp(places->at[i].name, "Telehealth") == 0) continue;
        for (size_t j = 0; j < sizeof rooms / sizeof *rooms; j++)
            TRY(room_create(cx, places->at[i].id, &(struct room_draft){ rooms[j], false }, &id));
    }
    return OK;
}

/* Columns take turns; whoever finds the room taken goes without. */
static enum status find_room(struct cx *cx, const struct location *l, size_t column, struct id *out)
{
    struct room_list all;
    TRY(room_list(cx, l->id, &all));
    *out = all.n ? all.at[column % all.n].id : (struct id){ "" };
    return OK;
}

/* The first place on odd days of the week, the second on even ones. */
static enum status add_hours(struct cx *cx, struct fortnight *f, const struct location *l,
                             const struct column *column)
{
    struct week_draft week;
    size_t places = 0;
    for (size_t i = 0; i < f->seen_n; i++) places += id_same(f->seen[i], column->user);
    if (f->seen_n < SEEN) f->seen[f->seen_n++] = column->user;
    for (size_t d = 0; d < WEEKDAYS; d++) {
        bool works = d != 0 && d != 6 && d % 2 != places && places < 2;
        week.day[d] = !works ? "" : d == 5 ? "8:30 to 13:00" : "8:30 to 12:30, 13:15 to 17:00";
    }
    return hours_set(cx, l->id, column->user, column->name, &week);
}

/* How it went: what is over is over, and most of what is to come is only booked. */
static enum status settle(struct cx *cx, struct fortnight *f, struct id id)
{
    struct appointment *a;
    int64_t luck = roll(f, 20);
    TRY(appointment_find(cx, id, &a));
    bool over = a->ends_at < f->today, soon = a->starts_at < f->today + HOURS(1);
    if (luck == 0) return appointment_cancel(cx, a, PICK(reasons, f->dice), a->version);
    if (over)
        return appointment_set_state(
            cx, a, luck == 1 ? APPOINTMENT_DID_NOT_ATTEND : APPOINTMENT_COMPLETED, a->version);
    if (soon) return appointment_set_state(cx, a, APPOINTMENT_ARRIVED, a->version);
    return luck < 8 ? appointment_set_state(cx, a, APPOINTMENT_CONFIRMED, a->version) : OK;
}

static const char *clock_words(struct cx *cx, int64_t minute)
{
    return arena_print(cx->mem, "%d:%02d", (int)(minute / 60), (int)(minute % 60));
}

static enum status add_one(struct cx *cx, struct fortnight *f, struct appointment_draft *d,
                           const struct patient_list *patients, int64_t *minute, int64_t until)
{
    size_t type = (size_t)roll(f, TYPES + 2) % TYPES; /* first visits and reviews are more common */
    int64_t start = *minute;
    struct id id;
    *minute += f->minutes[type];
    if (*minute > until) return OK;
    d->time = clock_words(cx, start);
    d->type = f->types[type];
    d->minutes = d->label = d->note = "";
    d->patient = patients->at[(size_t)roll(f, (int64_t)patients->n)].id;
    bool keep = roll(f, 14) == 0;
    if (keep)
        d->patient = d->type = (struct id){ "" }, d->minutes = "30", d->label = PICK(kept, f->dice);
    if (!keep) d->note = PICK(notes, f->dice);
    d->room = keep ? (struct id){ "" } : f->room;
    if (keep) *minute = start + 30;
    if (*minute > until) return OK;
    enum status status = appointment_book(cx, d, false, &id);
    if (status == CONFLICT && strcmp(cx->reason, "room") == 0) {
        d->room = (struct id){ "" };
        status = appointment_book(cx, d, false, &id);
    }
    TRY(status);
    return keep ? OK : settle(cx, f, id);
}

static enum status add_day(struct cx *cx, struct fortnight *f, const struct location *l,
                           const struct column *column, const struct hours_list *hours,
                           const struct patient_list *patients, const char *date)
{
    for (size_t i = 0; i < hours->n; i++) {
        struct appointment_draft draft = { .location = l->id,
                                           .practitioner = column->user,
                                           .date = date };
        int64_t minute = hours->at[i].span.from;
        if (hours->at[i].weekday != date_weekday(date)) continue;
        while (minute < hours->at[i].span.to) {
            if (f->long_ago ? roll(f, 6) > 0 : roll(f, 3) == 0)
                minute += f->long_ago ? 60 : 30; /* nobody then */
            else
                TRY(add_one(cx, f, &draft, patients, &minute, hours->at[i].span.to));
        }
    }
    return OK;
}

static enum status fill_column(struct cx *cx, struct fortnight *f, const struct location *l,
                               const struct column *column, int from, int to)
{
    struct patient_filter filter = { .text = "", .practitioner = column->user };
    struct patient_list patients;
    struct hours_list hours;
    TRY(patient_list(cx, &filter, &patients));
    TRY(hours_at(cx, l->id, column->user, -1, &hours));
    if (patients.n == 0) return OK;
    cx->zone = l->time_zone;
    const char *today = date_at(cx, f->today);
    f->long_ago = to < -DAYS_BACK;
    for (int d = from; d <= to; d++)
        TRY(add_day(cx, f, l, column, &hours, &patients, date_add(cx, today, d)));
    return OK;
}

enum status demo_calendar(struct cx *cx, int64_t today)
{
    struct fortnight f = { .today = today, .dice = 20261122 };
    struct location_list places;
    const char *zone = cx->zone;
    TRY(location_list(cx, &places));
    TRY(add_types(cx, &f));
    TRY(add_rooms(cx, &places));
    for (size_t i = 0; i < places.n; i++) {
        struct columns columns;
        TRY(calendar_columns(cx, places.at[i].id, &columns));
        for (size_t j = 0; j < columns.n; j++) {
            TRY(add_hours(cx, &f, &places.at[i], &columns.at[j]));
            TRY(find_room(cx, &places.at[i], j, &f.room));
            TRY(fill_column(cx, &f, &places.at[i], &columns.at[j], -DAYS_BACK, DAYS_ON));
        }
    }
    f.room = (struct id){ "" }; /* there were none then */
    for (size_t i = 0; i < places.n; i++) {
        struct columns columns;
        TRY(calendar_columns(cx, places.at[i].id, &columns));
        for (size_t j = 0; j < columns.n; j++)
            TRY(fill_column(cx, &f, &places.at[i], &columns.at[j], -YEARS_BACK, -DAYS_BACK - 1));
    }
    cx->zone = zone;
    cx->now = today;
    return OK;
}
