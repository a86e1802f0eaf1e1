/* csv.c - see csv.h */
#include "app/imports/csv.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

/* --- bytes ------------------------------------------------------------------ */

static char *put_code_point(char *to, unsigned code)
{
    if (code < 0x80) {
        *to++ = (char)code;
        return to;
    }
    if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            *to++ = (char)(0xe0 | code >> 12);
        } else {
            *to++ = (char)(0xf0 | code >> 18);
            *to++ = (char)(0x80 | (code >> 12 & 0x3f));
        }
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
    }
    *to++ = (char)(0x80 | (code & 0x3f));
    return to;
}

static unsigned unit_at(const unsigned char *bytes, bool big)
{
    return big ? (unsigned)bytes[0] << 8 | bytes[1] : (unsigned)bytes[1] << 8 | bytes[0];
}

/* False for half a pair, and for a zero. */
static bool from_utf16(struct arena *mem, const char *text, size_t n, bool big,
                       struct csv_text *out)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + n;
    char *to = arena_take(mem, n / 2 * 3 + 1), *begin = to;
    if (n % 2) return false;
    while (at < end) {
        unsigned code = unit_at(at, big);
        at += 2;
        if (code == 0 || (code >= 0xdc00 && code <= 0xdfff)) return false;
        if (code >= 0xd800 && code <= 0xdbff) {
            unsigned low = end - at >= 2 ? unit_at(at, big) : 0;
            if (low < 0xdc00 || low > 0xdfff) return false;
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            at += 2;
        }
        to = put_code_point(to, code);
    }
    *to = '\0';
    *out = (struct csv_text){ begin, (size_t)(to - begin), CSV_UTF16 };
    return true;
}

/* The five bytes that stand for nothing become U+FFFD. */
static bool from_windows(struct arena *mem, const char *text, size_t n, struct csv_text *out)
{
    static const unsigned short upper[32] = {
        0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
        0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178,
    };
    size_t room = n + 1;
    for (size_t i = 0; i < n; i++) {
        if (!text[i]) return false;
        room += (text[i] & 0x80) ? 2 : 0;
    }
    char *to = arena_take(mem, room), *begin = to;
    for (size_t i = 0; i < n; i++) {
        unsigned byte = (unsigned char)text[i];
        to = put_code_point(to, byte >= 0x80 && byte < 0xa0 ? upper[byte - 0x80] : byte);
    }
    *to = '\0';
    *out = (struct csv_text){ begin, (size_t)(to - begin), CSV_WINDOWS_1252 };
    return true;
}

/* Of letters in two bytes each, every other byte is zero in most scripts. */
static bool looks_like_utf16(const char *bytes, size_t n, bool *big)
{
    enum { LOOK = 256 };
    size_t look = n < LOOK ? n & ~(size_t)1 : LOOK, zeros[2] = { 0, 0 };
    for (size_t i = 0; i < look; i++) zeros[i % 2] += !bytes[i];
    *big = zeros[0] > zeros[1];
    return n % 2 == 0 && zeros[*big ? 0 : 1] * 4 > look && zeros[*big ? 1 : 0] == 0;
}

static bool begins(const char *bytes, size_t n, const char *with, size_t length)
{
    return n >= length && memcmp(bytes, with, length) == 0;
}

enum csv_verdict csv_decode(struct arena *mem, const char *bytes, size_t n, struct csv_text *out)
{
    bool big = begins(bytes, n, "\xfe\xff", 2);
    if (begins(bytes, n, "PK\3\4", 4) || begins(bytes, n, "\xd0\xcf\x11\xe0", 4))
        return CSV_WORKBOOK;
    if (big || begins(bytes, n, "\xff\xfe", 2))
        return from_utf16(mem, bytes + 2, n - 2, big, out) ? CSV_TEXT : CSV_NO_TEXT;
    size_t mark = begins(bytes, n, "\xef\xbb\xbf", 3) ? 3 : 0;
    if (text_valid_utf8(bytes + mark, n - mark)) {
        *out = (struct csv_text){ bytes + mark, n - mark, CSV_UTF8 };
        return CSV_TEXT;
    }
    if (looks_like_utf16(bytes, n, &big))
        return from_utf16(mem, bytes, n, big, out) ? CSV_TEXT : CSV_NO_TEXT;
    return !mark && from_windows(mem, bytes, n, out) ? CSV_TEXT : CSV_NO_TEXT;
}

/* --- rows ------------------------------------------------------------------- */

static bool line_end(char c)
{
    return c == '\n' || c == '\r';
}

static const char *behind_line_end(const char *at, const char *end)
{
    if (at < end && *at == '\r') return at + 1 + (at + 1 < end && at[1] == '\n');
    return at + (at < end);
}

/* Some programs say it in a line of its own: "sep=;". */
static bool says_separator(struct csv *c)
{
    if (c->end - c->at < 5 || memcmp(c->at, "sep=", 4) != 0) return false;
    if (!strchr(",;\t", c->at[4]) || !c->at[4]) return false;
    if (c->end - c->at > 5 && !line_end(c->at[5])) return false;
    c->separator = c->at[4];
    c->at = behind_line_end(c->at + 5, c->end);
    c->row = 1;
    return true;
}

struct csv csv_begin(const char *text, size_t n)
{
    struct csv c = { .at = text, .end = text + n, .separator = ',' };
    size_t commas = 0, semicolons = 0, tabs = 0;
    bool quoted = false;
    if (says_separator(&c)) return c;
    for (const char *at = text; at < c.end && (quoted || !line_end(*at)); at++) {
        if (*at == '"') quoted = !quoted;
        if (quoted) continue;
        commas += *at == ',';
        semicolons += *at == ';';
        tabs += *at == '\t';
    }
    if (tabs && tabs >= commas && tabs >= semicolons)
        c.separator = '\t';
    else if (semicolons > commas)
        c.separator = ';';
    return c;
}

/* "'=1+1", "'+61 400": as text_csv() writes what a spreadsheet would calculate. */
static const char *without_guard(const char *cell)
{
    return *cell == '\'' && cell[1] && strchr("=+-@", cell[1]) ? cell + 1 : cell;
}

/* Where the cell that begins here ends; NULL if its quote is never closed. */
static const char *cell_end(const struct csv *c, const char *at)
{
    bool quoted = at < c->end && *at == '"', open = false;
    for (; at < c->end && (open || (*at != c->separator && !line_end(*at))); at++)
        if (quoted && *at == '"') open = !open;
    return open ? NULL : at;
}

/* How many cells the row has that begins here; up to the one that never ends. */
static size_t count_cells(const struct csv *c)
{
    size_t n = 1;
    const char *at = cell_end(c, c->at);
    for (; at && at < c->end && *at == c->separator; n++) at = cell_end(c, at + 1);
    return n;
}

static const char *read_cell(struct arena *mem, const char *from, const char *end)
{
    bool quoted = from < end && *from == '"', inside = quoted;
    char *to = arena_take(mem, (size_t)(end - from) + 1), *begin = to;
    for (from += quoted; from < end; from++) {
        if (quoted && *from == '"') {
            inside = !inside;
            if (!inside) continue; /* the end, or the first of two that mean one */
        }
        *to++ = *from;
    }
    *to = '\0';
    return without_guard(begin);
}

static enum csv_step read_row(struct arena *mem, struct csv *c, struct csv_row *out)
{
    size_t most = count_cells(c);
    *out = (struct csv_row){ 0, NEW_ARRAY(mem, const char *, most), ++c->row };
    for (;;) {
        const char *end = cell_end(c, c->at);
        if (!end) {
            c->at = c->end;
            return CSV_OPEN;
        }
        out->cells[out->n++] = read_cell(mem, c->at, end);
        c->at = end;
        if (end == c->end || *end != c->separator) break;
        c->at++;
    }
    c->at = behind_line_end(c->at, c->end);
    return CSV_ROW;
}

static bool empty(const struct csv_row *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (row->cells[i][strspn(row->cells[i], " \t\r\n")]) return false;
    return true;
}

enum csv_step csv_next(struct arena *mem, struct csv *c, struct csv_row *out)
{
    while (c->at < c->end) {
        struct arena_mark mark = arena_mark(mem);
        enum csv_step step = read_row(mem, c, out);
        if (step != CSV_ROW || !empty(out)) return step;
        arena_rewind(mem, mark);
    }
    return CSV_END;
}

/* --- and back ----------------------------------------------------------------- */

const char *csv_write(struct arena *mem, const char *const *cells, size_t n)
{
    size_t room = 2;
    for (size_t i = 0; i < n; i++) room += 2 * strlen(cells[i]) + 4;
    char *to = arena_take(mem, room), *begin = to;
    for (size_t i = 0; i < n; i++) {
        if (i) *to++ = ',';
        *to++ = '"';
        for (const char *at = cells[i]; *at; at++) {
            if (*at == '"') *to++ = '"';
            *to++ = *at;
        }
        *to++ = '"';
    }
    *to++ = '\n';
    *to = '\0';
    return begin;
}
