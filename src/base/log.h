/* log.h - what happened, one line of JSON each.
 *
 *   log_line(LOG_NOTE, "mail_refused", log_text("mail", id), log_int("code", 550));
 *   {"at":"2026-11-21T10:00:00.123456Z","level":"note","event":"mail_refused","mail":"…","code":550}
 *
 * Values are escaped, so nothing that is logged can begin a line of its own,
 * and bytes that are no UTF-8 become U+FFFD.  A line is written whole and
 * has at most LOG_LINE_MOST bytes; what does not fit is cut and
 * the line says so.  Any thread may log.  Never log a secret or a patient. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOG_LINE_MOST = 4096 };
enum log_level {
    LOG_NOTE,
    LOG_ODD,
    LOG_BROKEN
}; /* as it should; worth a look; somebody must act */

struct log_field {
    enum { LOG_TEXT_FIELD, LOG_INT_FIELD, LOG_BOOL_FIELD } kind;
    const char *key, *text;
    int64_t number;
};

static inline struct log_field log_text(const char *key, const char *text) /* NULL is null */
{
    return (struct log_field){ .kind = LOG_TEXT_FIELD, .key = key, .text = text };
}

static inline struct log_field log_int(const char *key, int64_t number)
{
    return (struct log_field){ .kind = LOG_INT_FIELD, .key = key, .number = number };
}

static inline struct log_field log_bool(const char *key, bool yes)
{
    return (struct log_field){ .kind = LOG_BOOL_FIELD, .key = key, .number = yes };
}

/* Write to this file from now on, created with mode 0640 if need be; NULL is
 * standard error, where everything goes before the first call.  False if it
 * cannot be opened: then nothing changes. */
bool log_open(const char *path);
/* Open the same file again, after it was moved away (SIGHUP). */
bool log_reopen(void);

#define log_line(level, event, ...)                                                             \
    log_fields((level), (event), (const struct log_field[]){ __VA_ARGS__ __VA_OPT__(, ){ 0 } }, \
               sizeof((const struct log_field[]){ __VA_ARGS__ __VA_OPT__(, ){ 0 } })            \
                       / sizeof(struct log_field)                                               \
                   - 1)

/* For a thread that logs often: writes out what it has gathered, and from now on
 * gathers its notes.  To be called again before each wait, so that nothing is
 * kept back; what is odd or broken is written at once, with all before it. */
void log_gather(void);

void log_fields(enum log_level, const char *event, const struct log_field *, size_t n);
