/* dates.h - days of the calendar as other programs write them. */
#pragma once
#include "base/cx.h"

/* 03/04/2020 is a day in April or one in March.  What is written in another
 * way means one day: "2020-04-03", "20200403", "3 Apr 2020", "April 3, 2020",
 * each with or without a time behind it. */
enum date_order { DAY_FIRST, MONTH_FIRST };
const char *import_date(struct cx *, const char *text, enum date_order); /* or NULL */

/* In which orders it is a day of the calendar. */
struct date_orders {
    bool day_first, month_first;
    bool same; /* and the same one */
};
struct date_orders import_date_orders(struct cx *, const char *text);
