/* text.c - see text.h */
#include "app/reminders/text.h"

#include <string.h>

#include "base/time.h"
#include "work/sms.h"

#include "app/reminders/reminders.text.h"

struct text_facts text_facts_read(const struct table *t, size_t row)
{
    return (struct text_facts){
        .practice = cell_text(t, row, "practice"),
        .place = cell_text(t, row, "place"),
        .place_phone = cell_text(t, row, "place_phone"),
        .zone = cell_text(t, row, "time_zone"),
        .phone = cell_text(t, row, "patient_phone"),
        .other_phone = cell_text(t, row, "other_phone"),
    };
}

/* --- where it goes -------------------------------------------------------------- */

static const struct country {
    const char *zone, *code; /* of all zones that begin so */
    bool keeps_zero;
} countries[] = {
#define COUNTRY(zone, code, keeps_zero) { zone, code, keeps_zero },
#include "app/reminders/country_codes.def"
#undef COUNTRY
};

static const struct country *country_of(const char *zone)
{
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++)
        if (strncmp(countries[i].zone, zone, strlen(countries[i].zone)) == 0) return &countries[i];
    return NULL;
}

/* Digits, and a plus at the beginning; NULL if anything else stands there than
 * what people write between digits. */
static const char *digits_of(struct cx *cx, const char *typed)
{
    char *out = arena_alloc(cx->mem, strlen(typed) + 1), *to = out;
    for (const char *c = typed; *c; c++) {
        if ((*c >= '0' && *c <= '9') || (*c == '+' && to == out))
            *to++ = *c;
        else if (!strchr(" -./()", *c))
            return NULL;
    }
    *to = '\0';
    return out;
}

const char *text_number_of(struct cx *cx, const char *typed, const char *zone)
{
    const char *digits = digits_of(cx, typed), *number = digits;
    if (!digits || !*digits) return "";
    if (*digits != '+' && strncmp(digits, "00", 2) == 0)
        number = arena_print(cx->mem, "+%s", digits + 2);
    else if (*digits != '+') {
        const struct country *country = country_of(zone);
        if (!country) return "";
        bool drop = *digits == '0' && !country->keeps_zero;
        number = arena_print(cx->mem, "+%s%s", country->code, digits + drop);
    }
    return sms_number_sound(number) ? number : "";
}

const char *text_number(struct cx *cx, const struct text_facts *f)
{
    const char *first = text_number_of(cx, f->phone, f->zone);
    return *first ? first : text_number_of(cx, f->other_phone, f->zone);
}

/* --- what it says ----------------------------------------------------------------- */

const char *text_words(struct cx *cx, const struct text_facts *f, int64_t starts_at)
{
    const char *day = time_in(cx, f->zone, time_weekday_day, starts_at);
    const char *time = time_in(cx, f->zone, time_clock, starts_at);
    return *f->place_phone
               ? SAY(text_reminder_call, f->practice, day, time, f->place, f->place_phone)
               : SAY(text_reminder, f->practice, day, time, f->place);
}
