/* zone.c - see zone.h: the arithmetic of moments and wall clocks, and the process's zones. */
#include "base/zone.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/zone_file.h"

#define DATABASE "/usr/share/zoneinfo"
enum { FILE_MAX_BYTES = 256 * 1024, NAME_MAX_BYTES = 64 };
#define SECOND INT64_C(1000000)
#define DAY INT64_C(86400)

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t civil_days(int64_t year, int month, int day)
{
    /* Years begin in March here, so that the leap day comes last, and are
     * counted in cycles of 400, which all have 146097 days. */
    year += floor_div(month - 1, 12);
    month = (int)(month - 1 - 12 * floor_div(month - 1, 12)); /* 0 is January */
    if (month < 2) year--;
    int64_t cycle = floor_div(year, 400), of_cycle = year - cycle * 400;
    int64_t march_based = (month + 10) % 12;
    int64_t of_year = (153 * march_based + 2) / 5;
    return cycle * 146097 + of_cycle * 365 + of_cycle / 4 - of_cycle / 100 + of_year + day - 1
           - 719468; /* from 1 March of year 0 to 1970 */
}

struct civil civil_of_days(int64_t days)
{
    int64_t since = days + 719468, cycle = floor_div(since, 146097);
    int64_t of_cycle = since - cycle * 146097;
    int64_t year = (of_cycle - of_cycle / 1460 + of_cycle / 36524 - of_cycle / 146096) / 365;
    int64_t of_year = of_cycle - (365 * year + year / 4 - year / 100);
    int64_t march_based = (5 * of_year + 2) / 153;
    int month = (int)(march_based < 10 ? march_based + 3 : march_based - 9);
    return (struct civil){
        .year = (int)(year + cycle * 400 + (month <= 2)),
        .month = month,
        .day = (int)(of_year - (153 * march_based + 2) / 5 + 1),
        .weekday = (int)(days + 4 - 7 * floor_div(days + 4, 7)), /* 1 January 1970 was a Thursday */
    };
}

int zone_offset(const struct zone *zone, int64_t at, const char **abbreviation)
{
    const struct zone_kind *kind = zone_kind_at(zone, floor_div(at, SECOND));
    if (abbreviation) *abbreviation = kind->abbreviation;
    return kind->offset;
}

/* Days since 1970 on the zone's calendar. */
static int64_t local_day(const struct zone *zone, int64_t at)
{
    return floor_div(floor_div(at, SECOND) + zone_offset(zone, at, NULL), DAY);
}

struct civil zone_local(const struct zone *zone, int64_t at)
{
    int offset = zone_offset(zone, at, NULL);
    int64_t local = floor_div(at, SECOND) + offset, days = floor_div(local, DAY);
    struct civil civil = civil_of_days(days);
    int of_day = (int)(local - days * DAY);
    civil.hour = of_day / 3600;
    civil.minute = of_day / 60 % 60;
    civil.second = of_day % 60;
    civil.offset = offset;
    return civil;
}

int64_t zone_at(const struct zone *zone, struct civil civil)
{
    int64_t local = civil_days(civil.year, civil.month, civil.day) * DAY
                    + (int64_t)civil.hour * 3600 + (int64_t)civil.minute * 60 + civil.second;
    /* Clocks change at most once around a day, so one of the two offsets holds. */
    int before = zone_offset(zone, (local - DAY) * SECOND, NULL);
    int after = zone_offset(zone, (local + DAY) * SECOND, NULL);
    int64_t first = (local - before) * SECOND, second = (local - after) * SECOND;
    if (zone_offset(zone, first, NULL) == before) return first;
    if (zone_offset(zone, second, NULL) == after) return second;
    return first; /* never shown: by the old offset, which is later by the jump */
}

int64_t day_start(const struct zone *zone, int64_t at)
{
    struct civil day = zone_local(zone, at), shown;
    day.hour = day.minute = day.second = 0;
    int64_t start = zone_at(zone, day);
    shown = zone_local(zone, start);
    if (shown.hour || shown.minute || shown.second) {
        /* No midnight on this day: look for the first second of it. */
        int64_t before = start - DAY * SECOND;
        while (start - before > SECOND) {
            int64_t middle = before + (start - before) / SECOND / 2 * SECOND;
            if (day_count(zone, middle, at) > 0)
                before = middle;
            else
                start = middle;
        }
    }
    return start;
}

int64_t day_add(const struct zone *zone, int64_t at, int n_days)
{
    struct civil day = zone_local(zone, at);
    day.day += n_days;
    return zone_at(zone, day) + (at - floor_div(at, SECOND) * SECOND);
}

int day_count(const struct zone *zone, int64_t from, int64_t to)
{
    return (int)(local_day(zone, to) - local_day(zone, from));
}

/* The zones that somebody asked for.  Entries are only added, at the front and
 * when whole, so readers need no lock. */
struct known {
    char name[NAME_MAX_BYTES];
    struct zone *zone;
    struct known *next;
};

static _Atomic(struct known *) known;
static pthread_mutex_t adding = PTHREAD_MUTEX_INITIALIZER;

const char *zone_name(const struct zone *zone)
{
    for (struct known *k = atomic_load(&known); k; k = k->next)
        if (k->zone == zone) return k->name;
    return "UTC";
}

static struct zone *look_up(const char *name)
{
    for (struct known *k = atomic_load(&known); k; k = k->next)
        if (strcmp(k->name, name) == 0) return k->zone;
    return NULL;
}

/* Letters, digits, - + _ and inner slashes; no dots, so the path stays inside
 * the database.  The copies with leap seconds and the machine's own zone are
 * not names of places. */
static bool name_sound(const char *name)
{
    size_t n = strlen(name);
    if (n < 1 || n >= NAME_MAX_BYTES || name[0] == '/' || name[n - 1] == '/') return false;
    for (size_t i = 0; i < n; i++) {
        char c = name[i], low = (char)(c | 0x20);
        if ((low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '+'
            || c == '_')
            continue;
        if (c != '/' || name[i + 1] == '/') return false;
    }
    return strncmp(name, "posix/", 6) != 0 && strncmp(name, "right/", 6) != 0
           && strcmp(name, "localtime") != 0 && strcmp(name, "posixrules") != 0;
}

/* A whole small file, zero-terminated, or NULL; for free(). */
static char *file_bytes(const char *path, size_t *n)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    char *bytes = NULL;
    if (fd < 0) return NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_MAX_BYTES)
        bytes = malloc((size_t)st.st_size + 1);
    *n = 0;
    while (bytes && *n < (size_t)st.st_size) {
        ssize_t got = read(fd, bytes + *n, (size_t)st.st_size - *n);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        *n += (size_t)got;
    }
    if (bytes) bytes[*n] = '\0';
    close(fd);
    return bytes;
}

static struct zone *zone_load(const char *name)
{
    char path[sizeof DATABASE + 1 + NAME_MAX_BYTES];
    size_t n;
    snprintf(path, sizeof path, DATABASE "/%s", name);
    char *bytes = file_bytes(path, &n);
    struct zone *zone = bytes ? zone_parse(bytes, n) : NULL;
    free(bytes);
    if (!zone && strcmp(name, "UTC") == 0) zone = zone_utc();
    return zone;
}

const struct zone *zone_find(const char *name)
{
    struct zone *zone = name ? look_up(name) : NULL;
    if (zone) return zone;
    if (!name || !name_sound(name)) return NULL;

    pthread_mutex_lock(&adding);
    zone = look_up(name);
    struct known *add = zone ? NULL : calloc(1, sizeof *add);
    if (add && (zone = zone_load(name)) != NULL) {
        snprintf(add->name, sizeof add->name, "%s", name);
        add->zone = zone;
        add->next = atomic_load(&known);
        atomic_store(&known, add);
    } else {
        free(add);
    }
    pthread_mutex_unlock(&adding);
    return zone;
}

/* The list to choose from: the third column of zone.tab, which knows a place
 * for every country, also where two countries' clocks agree. */
static const char **list;
static size_t list_n;
static pthread_once_t list_once = PTHREAD_ONCE_INIT;

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void list_read(void)
{
    static const char *only_utc[] = { "UTC", NULL };
    size_t n, lines = 2;
    static char *text; /* stays: the names point into it */
    text = file_bytes(DATABASE "/zone.tab", &n);
    if (!text) text = file_bytes(DATABASE "/zone1970.tab", &n);
    for (size_t i = 0; text && i < n; i++) lines += text[i] == '\n';
    const char **names = text ? calloc(lines + 1, sizeof *names) : NULL;
    if (!names) {
        free(text);
        list = only_utc;
        list_n = 1;
        return;
    }
    size_t found = 0;
    for (char *line = text, *end; line && *line; line = end ? end + 1 : NULL) {
        if ((end = strchr(line, '\n'))) *end = '\0';
        char *name = *line == '#' ? NULL : strchr(line, '\t');
        if (name) name = strchr(name + 1, '\t');
        if (!name) continue;
        name++;
        name[strcspn(name, "\t")] = '\0';
        if (name_sound(name)) names[found++] = name;
    }
    qsort(names, found, sizeof *names, by_name);
    names[found++] = "UTC";
    list = names;
    list_n = found;
}

const char *const *zone_names(size_t *n)
{
    pthread_once(&list_once, list_read);
    if (n) *n = list_n;
    return list;
}
