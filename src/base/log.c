/* log.c - see log.h */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/time.h"

enum { PATH_MOST = 4096, TAIL = 32 }; /* room that stays free for the end of a line */

/* The one sink of the process. */
static struct {
    pthread_mutex_t lock;
    int fd;
    char path[PATH_MOST]; /* "" is standard error */
} sink = { .lock = PTHREAD_MUTEX_INITIALIZER, .fd = STDERR_FILENO };

/* Under the lock. */
static bool turn_to(const char *path)
{
    int fd = STDERR_FILENO;
    if (*path) {
        fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0640);
        if (fd < 0) return false;
    }
    if (sink.fd != STDERR_FILENO) close(sink.fd);
    sink.fd = fd;
    return true;
}

bool log_open(const char *path)
{
    if (!path) path = "";
    size_t n = strlen(path);
    if (n >= sizeof sink.path) return false;
    pthread_mutex_lock(&sink.lock);
    bool done = turn_to(path);
    if (done) memcpy(sink.path, path, n + 1);
    pthread_mutex_unlock(&sink.lock);
    return done;
}

bool log_reopen(void)
{
    pthread_mutex_lock(&sink.lock);
    bool done = turn_to(sink.path);
    pthread_mutex_unlock(&sink.lock);
    return done;
}

struct line {
    char bytes[LOG_LINE_MOST];
    size_t n;
    bool cut;
};

/* All of it, or nothing more of this line. */
static void put(struct line *line, const char *bytes, size_t n)
{
    if (line->cut || line->n + n + TAIL > sizeof line->bytes) {
        line->cut = true;
        return;
    }
    memcpy(line->bytes + line->n, bytes, n);
    line->n += n;
}

/* As much of the text as fits, in quotes; false if not even they fit. */
static bool put_text(struct line *line, const char *text)
{
    put(line, "\"", 1);
    if (line->cut) return false;
    size_t size;
    for (unsigned code; (code = text_code_point(text, &size)) != 0; text += size) {
        char escaped[16];
        /* Besides what JSON asks for: what a terminal would act on, and line
         * separators that some readers take for line breaks. */
        if (code == '"' || code == '\\') {
            put(line, code == '"' ? "\\\"" : "\\\\", 2);
        } else if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029
                   || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)) {
            snprintf(escaped, sizeof escaped, "\\u%04x", code);
            put(line, escaped, 6);
        } else if (code == 0xfffd) {
            put(line, "\xef\xbf\xbd", 3);
        } else {
            put(line, text, size);
        }
        if (line->cut) break;
    }
    /* Room for this quote was kept. */
    line->bytes[line->n++] = '"';
    return true;
}

static void put_key(struct line *line, const char *key)
{
    put(line, ",", 1);
    size_t before = line->n;
    if (line->cut) return;
    put_text(line, key);
    put(line, ":", 1);
    if (line->cut) line->n = before - 1; /* no key without a value */
}

static void put_field(struct line *line, const struct log_field *f)
{
    char number[24];
    if (line->cut) return;
    size_t before = line->n;
    put_key(line, f->key);
    if (line->cut) return;
    if (f->kind == LOG_TEXT_FIELD && f->text) {
        if (!put_text(line, f->text)) line->n = before;
        return;
    }
    if (f->kind == LOG_INT_FIELD)
        snprintf(number, sizeof number, "%lld", (long long)f->number);
    else
        snprintf(number, sizeof number, "%s",
                 f->kind == LOG_TEXT_FIELD ? "null"
                 : f->number               ? "true"
                                           : "false");
    put(line, number, strlen(number));
    if (line->cut) line->n = before;
}

static void put_time(struct line *line)
{
    int64_t now = clock_now();
    struct civil c = zone_local(zone_find("UTC"), now);
    char text[64];
    int n = snprintf(text, sizeof text, "{\"at\":\"%04d-%02d-%02dT%02d:%02d:%02d.%06dZ\"", c.year,
                     c.month, c.day, c.hour, c.minute, c.second, (int)(now % SECONDS(1)));
    put(line, text, (size_t)n);
}

void log_fields(enum log_level level, const char *event, const struct log_field *fields, size_t n)
{
    static const char *const names[] = { "note", "odd", "broken" };
    struct line line = { .n = 0 };
    put_time(&line);
    put_field(&line, &(struct log_field){ .key = "level", .text = names[level] });
    put_field(&line, &(struct log_field){ .key = "event", .text = event });
    for (size_t i = 0; i < n; i++) put_field(&line, &fields[i]);
    const char *end = line.cut ? ",\"cut\":true}\n" : "}\n";
    memcpy(line.bytes + line.n, end, strlen(end));
    line.n += strlen(end);

    int error = errno; /* whoever logs a failure may still want to look at it */
    pthread_mutex_lock(&sink.lock);
    while (write(sink.fd, line.bytes, line.n) < 0 && errno == EINTR) continue;
    pthread_mutex_unlock(&sink.lock);
    errno = error;
}
