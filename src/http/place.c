/* place.c - see place.h */
#include "http/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/setup.h"
#include "http/proxy.h"

#include "http/place.text.h"

/* Two lines fit where one is looked for, wherever in the first one it begins. */
enum { ADDRESS = 16, LINE_MOST = 128, PIECE = 2 * LINE_MOST };

/* Code, tab, name; remarks begin with #. */
#define COUNTRIES "/usr/share/zoneinfo/iso3166.tab"
/* Nobody hands these out to one country, whatever a table says. */
#define INSIDE                                                                     \
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 " \
    "192.168.0.0/16 224.0.0.0/3 ::/96 fc00::/7 fe80::/10 ff00::/8"

struct range {
    unsigned char first[ADDRESS], last[ADDRESS];
    char country[3];
};

/* An address, or IPv4 as a number: 16777216 is 1.0.0.0. */
static bool end_read(const char *text, size_t n, unsigned char out[ADDRESS])
{
    uint64_t number = 0;
    size_t digits = 0;
    bool is_v4;
    while (digits < n && digits < 10 && text[digits] >= '0' && text[digits] <= '9')
        number = number * 10 + (uint64_t)(text[digits++] - '0');
    if (digits == 0 || digits < n) return address_read(text, n, out, &is_v4);
    if (number > UINT32_MAX) return false;
    memset(out, 0, 10);
    out[10] = out[11] = 0xff;
    for (int i = 0; i < 4; i++) out[12 + i] = (unsigned char)(number >> (24 - 8 * i));
    return true;
}

static bool range_read(const char *line, size_t n, struct range *out)
{
    const char *end = line + n, *last, *country;
    if (n && end[-1] == '\r') end--;
    last = memchr(line, ',', (size_t)(end - line));
    country = last ? memchr(last + 1, ',', (size_t)(end - last - 1)) : NULL;
    if (!country || end - country != 3) return false;
    *out = (struct range){ .country = { country[1], country[2] } };
    return end_read(line, (size_t)(last - line), out->first)
           && end_read(last + 1, (size_t)(country - last - 1), out->last)
           && memcmp(out->first, out->last, ADDRESS) <= 0;
}

/* A file's descriptor, or -1: nobody is to wait for a pipe. */
static int table_open(const char *path, off_t *size)
{
    struct stat is;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return -1;
    if (fstat(fd, &is) == 0 && S_ISREG(is.st_mode)) {
        *size = is.st_size;
        return fd;
    }
    close(fd);
    errno = EINVAL;
    return -1;
}

struct line {
    char piece[PIECE];
    const char *text;
    size_t n;
    off_t begins, next;
};

/* The first line that begins at `at` or later.  False: there is none. */
static bool line_from(int fd, off_t at, struct line *out)
{
    off_t from = at ? at - 1 : 0;
    ssize_t got = pread(fd, out->piece, sizeof out->piece, from);
    if (got <= 0) return false;
    const char *end = out->piece + got, *before = memchr(out->piece, '\n', (size_t)got);
    if (at && !before) return false;
    out->text = at ? before + 1 : out->piece;
    if (out->text == end) return false;
    const char *stop = memchr(out->text, '\n', (size_t)(end - out->text));
    out->n = (size_t)((stop ? stop : end) - out->text);
    out->begins = from + (out->text - out->piece);
    out->next = out->begins + (off_t)out->n + (stop ? 1 : 0);
    return true;
}

/* The last range that begins no later than the address, if it reaches it.  Of the lines that
 * begin from `low` on and before `high` nothing is known yet. */
static bool table_search(int fd, off_t size, const unsigned char address[ADDRESS],
                         struct range *out)
{
    struct line line;
    struct range range;
    bool found = false;
    off_t low = 0, high = size;
    while (low < high) {
        off_t middle = low + (high - low) / 2;
        if (!line_from(fd, middle, &line) || line.begins >= high) {
            high = middle;
        } else if (line.text[0] == '#') {
            low = line.next;
        } else if (!range_read(line.text, line.n, &range)) {
            return false;
        } else if (memcmp(range.first, address, ADDRESS) <= 0) {
            *out = range;
            found = true;
            low = line.next;
        } else {
            high = middle;
        }
    }
    return found && memcmp(address, out->last, ADDRESS) <= 0;
}

static bool table_has(const char *path, const unsigned char address[ADDRESS], struct range *out)
{
    off_t size;
    int fd = table_open(path, &size);
    if (fd < 0) return false;
    bool found = table_search(fd, size, address, out);
    close(fd);
    return found;
}

/* NULL for "??" and for letters that are no country's. */
static const char *country_name(struct arena *mem, const char *code)
{
    char line[PIECE];
    const char *name = NULL;
    FILE *file = fopen(COUNTRIES, "re");
    while (file && !name && fgets(line, sizeof line, file))
        if (line[0] != '#' && strncmp(line, code, 2) == 0 && line[2] == '\t')
            name = arena_copy(mem, line + 3, strcspn(line + 3, "\t\n"));
    if (file) fclose(file);
    return name;
}

const char *place_words(struct cx *cx, const char *address)
{
    unsigned char bytes[ADDRESS];
    bool is_v4;
    struct range range;
    const char *name = NULL;
    if (!cx->setup->places_n || !address_read(address, strlen(address), bytes, &is_v4)
        || networks_have(cx->mem, INSIDE, address))
        return NULL;
    for (size_t i = 0; i < cx->setup->places_n && !name; i++)
        if (table_has(cx->setup->places[i], bytes, &range))
            name = country_name(cx->mem, range.country);
    return name ? SAY(place_about, name) : NULL;
}

const char *place_hint(struct cx *cx)
{
    return cx->setup->places_n ? SAY(place_rough) : NULL;
}

static const char *lines_wrong(struct arena *mem, FILE *file)
{
    char line[LINE_MOST];
    struct range range, before;
    bool some = false;
    for (int number = 1; fgets(line, sizeof line, file); number++) {
        size_t n = strcspn(line, "\n");
        if (!some && line[0] == '#' && line[n]) continue;
        if (!range_read(line, n, &range))
            return arena_print(mem, "line %d is no range like 16777216,16777471,AU", number);
        if (some && memcmp(range.first, before.last, ADDRESS) <= 0)
            return arena_print(mem, "line %d does not follow the one before", number);
        before = range;
        some = true;
    }
    if (ferror(file)) return arena_print(mem, "it cannot be read: %s", strerror(errno));
    return some ? NULL : "no range of addresses stands in it";
}

const char *place_table_wrong(struct arena *mem, const char *path)
{
    off_t size;
    int fd = table_open(path, &size);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
    if (!file) return arena_print(mem, "it cannot be read: %s", strerror(errno));
    const char *wrong = lines_wrong(mem, file);
    fclose(file);
    if (!wrong && !country_name(mem, "AU"))
        wrong = "the names of countries are missing; install the package tzdata";
    return wrong;
}
