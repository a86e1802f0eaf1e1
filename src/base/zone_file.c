/* zone_file.c - reads TZif files (RFC 8536) and answers from them.
 *
 * A file says when clocks changed, up to some year, and ends with a rule in
 * the words of POSIX for everything after.  Files of version 1 have no rule:
 * their last offset then holds forever. */
#include "base/zone_file.h"

#include <stdlib.h>
#include <string.h>

enum { CHANGES_MAX = 4096, KINDS_MAX = 256, LETTERS_MAX = 512, RULE_NAME = 16 };
enum { HOURS_MAX = 167 };

/* Mm.w.d, Jn or n of a POSIX rule, and the time of day in seconds. */
struct rule_day {
    enum { MONTH_WEEK_DAY, DAY_WITHOUT_LEAP, DAY_OF_YEAR } form;
    int month, week, day, time;
};

struct zone {
    size_t n_changes, n_kinds;
    int64_t *change;      /* seconds since 1970, ascending */
    unsigned char *which; /* the kind from that change on */
    struct zone_kind kind[KINDS_MAX];
    char letters[LETTERS_MAX];
    bool rule, rule_changes; /* there is a rule; it has two halves */
    struct zone_kind standard, summer;
    struct rule_day starts, ends;
    char standard_name[RULE_NAME], summer_name[RULE_NAME];
};

static int64_t year_of(int64_t local)
{
    int64_t days = local / 86400 - (local % 86400 < 0);
    return civil_of_days(days).year;
}

/* Seconds since 1970 as if the wall clock were UTC. */
static int64_t rule_day_in(const struct rule_day *rule, int64_t year)
{
    int64_t first = civil_days(year, 1, 1), day = first + rule->day;
    bool leap = civil_days(year, 3, 1) - civil_days(year, 2, 28) == 2;
    if (rule->form == DAY_WITHOUT_LEAP) day = first + rule->day - 1 + (leap && rule->day >= 60);
    if (rule->form == MONTH_WEEK_DAY) {
        int64_t month = civil_days(year, rule->month, 1),
                next = civil_days(year, rule->month + 1, 1);
        day = month + (rule->day - civil_of_days(month).weekday + 7) % 7 + 7 * (rule->week - 1);
        while (day >= next) day -= 7; /* week 5 is the last one */
    }
    return day * 86400 + rule->time;
}

static const struct zone_kind *kind_by_rule(const struct zone *zone, int64_t at)
{
    if (!zone->rule_changes) return &zone->standard;
    int64_t year = year_of(at + zone->standard.offset);
    int64_t start = rule_day_in(&zone->starts, year) - zone->standard.offset;
    int64_t end = rule_day_in(&zone->ends, year) - zone->summer.offset;
    bool summer = start < end ? at >= start && at < end : at >= start || at < end;
    return summer ? &zone->summer : &zone->standard;
}

const struct zone_kind *zone_kind_at(const struct zone *zone, int64_t at)
{
    size_t low = 0, high = zone->n_changes; /* how many changes lie at or before `at` */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->change[middle] <= at)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == zone->n_changes && zone->rule) return kind_by_rule(zone, at);
    return &zone->kind[low ? zone->which[low - 1] : 0];
}

/* The rule's parser: each piece moves `*at` past itself, or answers false. */
static bool read_number(const char **at, int max, int *out)
{
    int n = 0;
    const char *c = *at;
    if (*c < '0' || *c > '9') return false;
    for (; *c >= '0' && *c <= '9'; c++)
        if ((n = n * 10 + *c - '0') > max) return false;
    *at = c;
    *out = n;
    return true;
}

static bool read_clock(const char **at, int hours_max, int *seconds)
{
    int sign = **at == '-' ? -1 : 1, h, m = 0, s = 0;
    if (**at == '-' || **at == '+') ++*at;
    if (!read_number(at, hours_max, &h)) return false;
    if (**at == ':' && (++*at, !read_number(at, 59, &m))) return false;
    if (**at == ':' && (++*at, !read_number(at, 59, &s))) return false;
    *seconds = sign * (h * 3600 + m * 60 + s);
    return true;
}

static bool read_name(const char **at, char name[RULE_NAME])
{
    bool quoted = **at == '<';
    const char *c = *at + quoted;
    size_t n = 0;
    for (; c[n]; n++) {
        char low = (char)(c[n] | 0x20);
        bool letter = low >= 'a' && low <= 'z';
        if (!letter && !(quoted && ((c[n] >= '0' && c[n] <= '9') || c[n] == '+' || c[n] == '-')))
            break;
    }
    if (n < 3 || n >= RULE_NAME || (quoted && c[n] != '>')) return false;
    memcpy(name, c, n);
    name[n] = '\0';
    *at = c + n + quoted;
    return true;
}

static bool read_day(const char **at, struct rule_day *out)
{
    *out = (struct rule_day){ .form = DAY_OF_YEAR, .time = 2 * 3600 };
    if (*(*at)++ != ',') return false;
    if (**at == 'M') {
        out->form = MONTH_WEEK_DAY;
        ++*at;
        if (!read_number(at, 12, &out->month) || !out->month || *(*at)++ != '.') return false;
        if (!read_number(at, 5, &out->week) || !out->week || *(*at)++ != '.') return false;
        if (!read_number(at, 6, &out->day)) return false;
    } else if (**at == 'J') {
        out->form = DAY_WITHOUT_LEAP;
        ++*at;
        if (!read_number(at, 365, &out->day) || !out->day) return false;
    } else if (!read_number(at, 365, &out->day)) {
        return false;
    }
    return **at != '/' || (++*at, read_clock(at, HOURS_MAX, &out->time));
}

static bool read_rule(struct zone *zone, const char *text)
{
    int west;
    if (!read_name(&text, zone->standard_name) || !read_clock(&text, 24, &west)) return false;
    zone->standard = (struct zone_kind){ -west, false, zone->standard_name };
    zone->rule = true;
    if (!*text) return true;
    if (!read_name(&text, zone->summer_name)) return false;
    zone->summer = (struct zone_kind){ zone->standard.offset + 3600, true, zone->summer_name };
    if (*text != ',') {
        if (!read_clock(&text, 24, &west)) return false;
        zone->summer.offset = -west;
    }
    zone->rule_changes = true;
    return read_day(&text, &zone->starts) && read_day(&text, &zone->ends) && !*text;
}

static int64_t big_endian(const unsigned char *at, int size)
{
    uint64_t n = 0;
    for (int i = 0; i < size; i++) n = n << 8 | at[i];
    if (size == 4) return (int32_t)(uint32_t)n;
    return (int64_t)n;
}

struct header {
    size_t utc, wall, leaps, changes, kinds, letters;
};

enum { HEADER_BYTES = 44 };

static bool read_header(const unsigned char *at, size_t n, struct header *h)
{
    if (n < HEADER_BYTES || memcmp(at, "TZif", 4) != 0) return false;
    size_t *fields[] = { &h->utc, &h->wall, &h->leaps, &h->changes, &h->kinds, &h->letters };
    for (int i = 0; i < 6; i++) *fields[i] = (size_t)(uint32_t)big_endian(at + 20 + 4 * i, 4);
    return h->kinds >= 1 && h->kinds <= KINDS_MAX && h->changes <= CHANGES_MAX && h->letters >= 1
           && h->letters < LETTERS_MAX && h->leaps <= CHANGES_MAX && h->utc <= h->kinds
           && h->wall <= h->kinds;
}

static size_t body_size(const struct header *h, size_t time)
{
    return h->changes * (time + 1) + h->kinds * 6 + h->letters + h->leaps * (time + 4) + h->wall
           + h->utc;
}

/* `time` is the size of a time in bytes: 4 in version 1, 8 after. */
static bool read_body(struct zone *zone, const unsigned char *at, const struct header *h, int time)
{
    const unsigned char *which = at + h->changes * (size_t)time, *kinds = which + h->changes;
    const unsigned char *letters = kinds + h->kinds * 6;
    if (h->leaps) return false; /* such a file counts other seconds than we do */
    memcpy(zone->letters, letters, h->letters);
    zone->letters[h->letters] = '\0';
    for (size_t i = 0; i < h->kinds; i++) {
        int64_t offset = big_endian(kinds + 6 * i, 4);
        unsigned name = kinds[6 * i + 5];
        if (offset <= -25 * 3600 || offset >= 26 * 3600 || name >= h->letters) return false;
        zone->kind[i] =
            (struct zone_kind){ (int)offset, kinds[6 * i + 4] != 0, zone->letters + name };
    }
    zone->n_kinds = h->kinds;
    zone->change = calloc(h->changes + 1, sizeof *zone->change);
    zone->which = calloc(h->changes + 1, 1);
    if (!zone->change || !zone->which) return false;
    for (size_t i = 0; i < h->changes; i++) {
        zone->change[i] = big_endian(at + i * (size_t)time, time);
        zone->which[i] = which[i];
        if (which[i] >= h->kinds) return false;
        if (i && zone->change[i] <= zone->change[i - 1]) return false;
    }
    zone->n_changes = h->changes;
    return true;
}

static bool read_footer(struct zone *zone, const unsigned char *at, size_t n)
{
    char text[128];
    if (n < 2 || at[0] != '\n') return false;
    const unsigned char *end = memchr(at + 1, '\n', n - 1);
    size_t length = end ? (size_t)(end - at - 1) : sizeof text;
    if (length >= sizeof text || memchr(at, 0, length)) return false;
    memcpy(text, at + 1, length);
    text[length] = '\0';
    return !length || read_rule(zone, text);
}

static bool read_file(struct zone *zone, const unsigned char *at, size_t n)
{
    struct header h;
    if (!read_header(at, n, &h)) return false;
    size_t size = HEADER_BYTES + body_size(&h, 4);
    if (n < size) return false;
    if (at[4] < '2') return read_body(zone, at + HEADER_BYTES, &h, 4);
    at += size; /* from version 2 on the same comes again, with longer times */
    n -= size;
    if (!read_header(at, n, &h)) return false;
    size = HEADER_BYTES + body_size(&h, 8);
    return n >= size && read_body(zone, at + HEADER_BYTES, &h, 8)
           && read_footer(zone, at + size, n - size);
}

struct zone *zone_parse(const void *bytes, size_t n)
{
    struct zone *zone = calloc(1, sizeof *zone);
    if (zone && read_file(zone, bytes, n)) return zone;
    zone_free(zone);
    return NULL;
}

void zone_free(struct zone *zone)
{
    if (!zone) return;
    free(zone->change);
    free(zone->which);
    free(zone);
}

struct zone *zone_utc(void)
{
    struct zone *zone = calloc(1, sizeof *zone);
    if (zone) read_rule(zone, "UTC0");
    return zone;
}
