/* cleaning.h - what need not be kept: counted tries, used and expired links, apps nobody proved,
 * sessions that ended long ago.  Once a day. */
#pragma once
#include "base/cx.h"

/* Sees to it that the daily job exists; twice is fine. */
enum status people_clean_up_begin(struct cx *);
