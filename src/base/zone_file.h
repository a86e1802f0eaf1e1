/* zone_file.h - a TZif file in memory, between zone.c and zone_file.c. */
#pragma once
#include "base/zone.h"

struct zone_kind {
    int offset; /* seconds east of Greenwich */
    bool dst;
    const char *abbreviation;
};

/* Never NULL; `at` in seconds since 1970. */
const struct zone_kind *zone_kind_at(const struct zone *, int64_t at);

/* A zone that needs no file; NULL without memory. */
struct zone *zone_utc(void);
