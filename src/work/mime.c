/* mime.c - see mime.h */
#include "work/mime.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"

enum { LINE = 76, ENCODED = 54, WORD_MOST = 60 };

/* Bytes that grow in an arena. */
struct bytes {
    struct arena *mem;
    char *at;
    size_t n, room;
};

static void put(struct bytes *b, const char *text, size_t n)
{
    if (b->n + n + 1 > b->room) {
        size_t room = 2 * (b->n + n + 512);
        char *larger = arena_take(b->mem, room);
        if (b->n) memcpy(larger, b->at, b->n);
        b->at = larger;
        b->room = room;
    }
    memcpy(b->at + b->n, text, n);
    b->n += n;
    b->at[b->n] = '\0';
}

static void put_text(struct bytes *b, const char *text)
{
    put(b, text, strlen(text));
}

static void put_hex(struct bytes *b, unsigned char byte)
{
    static const char digits[] = "0123456789ABCDEF";
    put(b, (char[]){ '=', digits[byte >> 4], digits[byte & 15] }, 3);
}

static bool letter_or_digit(char c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9');
}

/* Can it stand in a header as it is?  Single blanks between words that fit a
 * line, so that folding and unfolding bring back the same. */
static bool plain_header(const char *text)
{
    size_t word = 0;
    if (*text == ' ' || strstr(text, "=?") || strstr(text, "  ")) return false;
    for (const char *c = text; *c; c++) {
        if ((unsigned char)*c >= 0x7f || (unsigned char)*c < ' ') return false;
        word = *c == ' ' ? 0 : word + 1;
        if (word > WORD_MOST) return false;
    }
    return !*text || text[strlen(text) - 1] != ' ';
}

static const char *encoded(struct arena *mem, const char *text)
{
    struct bytes b = { .mem = mem };
    size_t used = ENCODED, size;
    for (; text_code_point(text, &size) != 0; text += size) {
        bool as_is = size == 1 && (letter_or_digit(*text) || strchr("!*+-/", *text));
        size_t cost = as_is || *text == ' ' ? 1 : 3 * size;
        if (used + cost > ENCODED) { /* a character is never split between two words */
            put_text(&b, b.n ? "?= =?utf-8?Q?" : "=?utf-8?Q?");
            used = 0;
        }
        used += cost;
        if (as_is)
            put(&b, text, 1);
        else if (*text == ' ')
            put(&b, "_", 1);
        else
            for (size_t i = 0; i < size; i++) put_hex(&b, (unsigned char)text[i]);
    }
    put_text(&b, "?=");
    return b.at;
}

static const char *quoted(struct arena *mem, const char *text)
{
    struct bytes b = { .mem = mem };
    put(&b, "\"", 1);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') put(&b, "\\", 1);
        put(&b, text, 1);
    }
    put(&b, "\"", 1);
    return b.at;
}

const char *mime_words(struct arena *mem, const char *text, bool phrase)
{
    if (!plain_header(text)) return encoded(mem, text);
    for (const char *c = text; phrase && *c; c++)
        if (*c != ' ' && !letter_or_digit(*c) && !strchr("!#$%&'*+-/=?^_`{|}~", *c))
            return quoted(mem, text);
    return text;
}

/* Folds at blanks. */
static void put_header(struct bytes *b, const char *name, const char *value)
{
    size_t column = strlen(name) + 1;
    put_text(b, name);
    put_text(b, ":");
    for (bool first = true; *value; first = false) {
        size_t n = strcspn(value, " ");
        if (column + 1 + n > LINE && !first) {
            put_text(b, "\r\n");
            column = 0;
        }
        put_text(b, " ");
        put(b, value, n);
        column += 1 + n;
        value += n + (value[n] == ' ');
    }
    put_text(b, "\r\n");
}

static void put_address(struct bytes *b, const char *header, const char *name, const char *address)
{
    if (!name || !*name)
        put_header(b, header, arena_print(b->mem, "<%s>", address));
    else
        put_header(b, header,
                   arena_print(b->mem, "%s <%s>", mime_words(b->mem, name, true), address));
}

static const char *date(struct arena *mem, int64_t at)
{
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    struct civil c = zone_local(zone_find("UTC"), at);
    return arena_print(mem, "%s, %d %s %d %02d:%02d:%02d +0000", days[c.weekday], c.day,
                       months[c.month - 1], c.year, c.hour, c.minute, c.second);
}

static size_t line_end(const char *text)
{
    return text[0] == '\n' ? 1 : text[0] == '\r' && text[1] == '\n' ? 2 : 0;
}

/* Quoted-printable.  What a mail server on the way might change is encoded,
 * too: blanks at the end of a line, "From " and a dot at its beginning. */
static void put_body(struct bytes *b, const char *text)
{
    size_t column = 0;
    while (*text) {
        size_t end = line_end(text);
        if (end) {
            put_text(b, "\r\n");
            text += end;
            column = 0;
            continue;
        }
        char c = *text;
        bool last = !text[1] || line_end(text + 1);
        bool as_is = c > ' ' && c < 0x7f && c != '=';
        if (c == ' ' || c == '\t') as_is = !last;
        if (!column && (c == '.' || strncmp(text, "From ", 5) == 0)) as_is = false;
        size_t cost = as_is ? 1 : 3;
        if (column + cost > (last ? LINE : LINE - 1)) {
            put_text(b, "=\r\n");
            column = 0;
            continue; /* the same byte again: it may be special at the beginning of a line */
        }
        if (as_is)
            put(b, &c, 1);
        else
            put_hex(b, (unsigned char)c);
        column += cost;
        text++;
    }
    if (column) put_text(b, "\r\n");
}

static void put_part(struct bytes *b, const char *type, const char *text)
{
    put_header(b, "Content-Type", type);
    put_header(b, "Content-Transfer-Encoding", "quoted-printable");
    put_text(b, "\r\n");
    put_body(b, text);
}

static void put_links(struct bytes *b, const struct mail *mail, const char *domain)
{
    if (mail->in_reply_to) {
        const char *earlier = arena_print(b->mem, "<%s@%s>", mail->in_reply_to, domain);
        put_header(b, "In-Reply-To", earlier);
        put_header(b, "References", earlier);
    }
    if (!mail->unsubscribe) return;
    put_header(b, "List-Unsubscribe", arena_print(b->mem, "<%s>", mail->unsubscribe));
    if (strncmp(mail->unsubscribe, "https://", 8) == 0)
        put_header(b, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
}

static void put_words(struct bytes *b, const struct mail *mail, const char *boundary)
{
    if (!mail->html) {
        put_part(b, "text/plain; charset=utf-8", mail->text);
        return;
    }
    put_header(b, "Content-Type",
               arena_print(b->mem, "multipart/alternative; boundary=\"%s\"", boundary));
    put_text(b, arena_print(b->mem, "\r\n--%s\r\n", boundary));
    put_part(b, "text/plain; charset=utf-8", mail->text);
    put_text(b, arena_print(b->mem, "\r\n--%s\r\n", boundary));
    put_part(b, "text/html; charset=utf-8", mail->html);
    put_text(b, arena_print(b->mem, "\r\n--%s--\r\n", boundary));
}

/* The words, and beside them the file. */
static void put_with_file(struct bytes *b, const struct mail *mail, const char *inner)
{
    const char *outer = arena_print(b->mem, "=_mixed_%s", mail->id);
    put_header(b, "Content-Type", arena_print(b->mem, "multipart/mixed; boundary=\"%s\"", outer));
    put_text(b, arena_print(b->mem, "\r\n--%s\r\n", outer));
    put_words(b, mail, inner);
    put_text(b, arena_print(b->mem, "\r\n--%s\r\n", outer));
    put_header(b, "Content-Disposition", "attachment; filename=\"appointment.ics\"");
    put_part(b, "text/calendar; charset=utf-8; method=PUBLISH", mail->calendar);
    put_text(b, arena_print(b->mem, "\r\n--%s--\r\n", outer));
}

bool mime_write(struct arena *mem, const struct mail *mail, const char **bytes, size_t *n)
{
    struct bytes b = { .mem = mem };
    if (mail_wrong(mail)) return false;
    const char *domain = strrchr(mail->from, '@') + 1;
    /* "=_" cannot occur in quoted-printable text, so nothing can end a part early. */
    const char *boundary = arena_print(mem, "=_%s", mail->id);

    put_header(&b, "Date", date(mem, mail->created_at));
    put_address(&b, "From", mail->from_name, mail->from);
    put_address(&b, "To", mail->to_name, mail->to);
    if (mail->reply_to) put_address(&b, "Reply-To", NULL, mail->reply_to);
    put_header(&b, "Subject", mime_words(mem, mail->subject, false));
    put_header(&b, "Message-ID", arena_print(mem, "<%s@%s>", mail->id, domain));
    put_links(&b, mail, domain);
    put_header(&b, "Auto-Submitted", "auto-generated");
    put_header(&b, "MIME-Version", "1.0");
    if (mail->calendar)
        put_with_file(&b, mail, boundary);
    else
        put_words(&b, mail, boundary);
    *bytes = b.at;
    *n = b.n;
    return true;
}
