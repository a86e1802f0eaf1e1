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

/* How much of the text stands for itself: ASCII that can be seen. */
static size_t plain_length(const char *text)
{
    size_t n = 0;
    while (text[n] >= ' ' && text[n] <= '~' && text[n] != '"' && text[n] != '\\') n++;
    return n;
}

/* Besides what JSON asks for: what a terminal would act on, and line separators
 * that some readers take for line breaks. */
static bool must_escape(unsigned code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029
           || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

/* As much of the text as fits, in quotes; false if not even they fit. */
static bool put_text(struct line *line, const char *text)
{
    put(line, "\"", 1);
    if (line->cut) return false;
    size_t size = plain_length(text);
    if (line->n + size + TAIL > sizeof line->bytes) size = 0; /* one by one, as far as it goes */
    put(line, text, size);
    text += size;
    for (unsigned code; (code = text_code_point(text, &size)) != 0; text += size) {
        char escaped[16];
        if (code == '"' || code == '\\') {
            put(line, code == '"' ? "\\\"" : "\\\\", 2);
        } else if (must_escape(code)) {
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

/* At least `least` digits. */
static void put_number(struct line *line, int64_t number, int least)
{
    char digits[24], *end = digits + sizeof digits, *to = end;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    for (int n = 0; rest || n < least; n++, rest /= 10) *--to = (char)('0' + rest % 10);
    if (number < 0) *--to = '-';
    put(line, to, (size_t)(end - to));
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
    if (line->cut) return;
    size_t before = line->n;
    put_key(line, f->key);
    if (line->cut) return;
    if (f->kind == LOG_TEXT_FIELD && f->text) {
        if (!put_text(line, f->text)) line->n = before;
        return;
    }
    if (f->kind == LOG_INT_FIELD) {
        put_number(line, f->number, 1);
    } else {
        const char *word = f->kind == LOG_TEXT_FIELD ? "null" : f->number ? "true" : "false";
        put(line, word, strlen(word));
    }
    if (line->cut) line->n = before;
}

static void put_time(struct line *line)
{
    int64_t now = clock_now(), days = now / DAYS(1);
    int second = (int)(now % DAYS(1) / SECONDS(1));
    struct civil c = civil_of_days(days);
    put(line, "{\"at\":\"", 7);
    put_number(line, c.year, 4);
    put(line, "-", 1);
    put_number(line, c.month, 2);
    put(line, "-", 1);
    put_number(line, c.day, 2);
    put(line, "T", 1);
    put_number(line, second / 3600, 2);
    put(line, ":", 1);
    put_number(line, second / 60 % 60, 2);
    put(line, ":", 1);
    put_number(line, second % 60, 2);
    put(line, ".", 1);
    put_number(line, now % SECONDS(1), 6);
    put(line, "Z\"", 2);
}

static void write_out(const char *bytes, size_t n)
{
    int error = errno; /* whoever logs a failure may still want to look at it */
    pthread_mutex_lock(&sink.lock);
    while (write(sink.fd, bytes, n) < 0 && errno == EINTR) continue;
    pthread_mutex_unlock(&sink.lock);
    errno = error;
}

/* Whole lines of one thread, not yet written. */
static _Thread_local struct {
    bool on;
    size_t n;
    char bytes[4 * LOG_LINE_MOST];
} gathered;

static void let_go(void)
{
    if (gathered.n) write_out(gathered.bytes, gathered.n);
    gathered.n = 0;
}

void log_gather(void)
{
    gathered.on = true;
    let_go();
}

static void hand_over(const struct line *line, bool at_once)
{
    if (!gathered.on) {
        write_out(line->bytes, line->n);
        return;
    }
    if (sizeof gathered.bytes - gathered.n < line->n) let_go();
    memcpy(gathered.bytes + gathered.n, line->bytes, line->n);
    gathered.n += line->n;
    if (at_once) let_go();
}

void log_fields(enum log_level level, const char *event, const struct log_field *fields, size_t n)
{
    static const char *const names[] = { "note", "odd", "broken" };
    struct line line;
    line.n = 0, line.cut = false; /* the bytes are written before they are read */
    put_time(&line);
    put_field(&line, &(struct log_field){ .key = "level", .text = names[level] });
    put_field(&line, &(struct log_field){ .key = "event", .text = event });
    for (size_t i = 0; i < n; i++) put_field(&line, &fields[i]);
    const char *end = line.cut ? ",\"cut\":true}\n" : "}\n";
    memcpy(line.bytes + line.n, end, strlen(end));
    line.n += strlen(end);

    hand_over(&line, level != LOG_NOTE);
}
