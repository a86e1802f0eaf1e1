/* zone_fuzz.c - any bytes at all as a time zone file, and as the name of one.
 *
 *   clang -std=gnu2x -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -I. -Isrc \
 *       tests/fuzz/zone_fuzz.c src/base/zone.c src/base/zone_file.c -lpthread -o zone_fuzz \
 *       && ./zone_fuzz -max_total_time=30 -max_len=4096 /usr/share/zoneinfo/Australia */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void must(bool so)
{
    if (!so) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const int64_t moments[] = {
        -INT64_C(8000000000), -1, 0, INT64_C(1795255200), INT64_C(2300000000), INT64_C(32503680000)
    };
    struct zone *zone = zone_parse(bytes, n);
    for (size_t i = 0; zone && i < sizeof moments / sizeof *moments; i++) {
        int64_t at = moments[i] * INT64_C(1000000);
        const char *letters;
        int offset = zone_offset(zone, at, &letters);
        must(offset > -26 * 3600 && offset < 27 * 3600 && strlen(letters) < 512);
        struct civil c = zone_local(zone, at);
        must(c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= 31 && c.weekday >= 0
             && c.weekday <= 6 && c.hour >= 0 && c.hour < 24 && c.minute < 60 && c.second < 60);
        zone_at(zone, c);
        day_start(zone, at);
        day_add(zone, at, 1);
    }
    zone_free(zone);

    char name[100];
    if (n < sizeof name) {
        memcpy(name, bytes, n);
        name[n] = '\0';
        const struct zone *found = zone_find(name);
        must(!found || (!strstr(name, "..") && *name != '/'));
    }
    return 0;
}
