/* multipart.c - see multipart.h */
#include "http/multipart.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

enum { WINDOW = 32 * 1024, HEADERS = 2048, BOUNDARY = 70 };

struct reader {
    struct arena *mem;
    const struct spool *spool;
    char *window;
    char delimiter[BOUNDARY + 5]; /* "\r\n--", the boundary */
    size_t length;                /* of the delimiter */
    size_t at;
};

struct part {
    const char *name, *filename; /* filename: NULL for a field */
    size_t at, size;
    bool cut;
};

/* --- the boundary --------------------------------------------------------------- */

static bool boundary_sign(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
           || (c && strchr("'()+_,-./:=?", c));
}

/* One parameter: "; name=value" or "; name=\"value\"".  NULL if it is none. */
static const char *parameter(const char *at, const char **name, size_t *name_n, const char **value,
                             size_t *value_n)
{
    at += strspn(at, " \t");
    if (*at++ != ';') return NULL;
    at += strspn(at, " \t");
    *name = at;
    *name_n = strcspn(at, "=;\" \t");
    at += *name_n;
    if (!*name_n || *at++ != '=') return NULL;
    bool quoted = *at == '"';
    *value = at += quoted;
    *value_n = strcspn(at, quoted ? "\"\\" : ";\" \t");
    at += *value_n;
    if (quoted && *at++ != '"') return NULL;
    return at;
}

static bool read_boundary(struct reader *r, const char *type)
{
    static const char kind[] = "multipart/form-data";
    const char *name, *value;
    size_t name_n, n;
    if (!type || strncasecmp(type, kind, sizeof kind - 1) != 0) return false;
    memcpy(r->delimiter, "\r\n--", 4);
    for (const char *at = type + sizeof kind - 1; at[strspn(at, " \t")];) {
        at = parameter(at, &name, &name_n, &value, &n);
        if (!at) return false;
        if (name_n != 8 || strncasecmp(name, "boundary", 8) != 0) continue;
        if (r->length || !n || n > BOUNDARY) return false;
        for (size_t i = 0; i < n; i++)
            if (!boundary_sign(value[i])) return false;
        memcpy(r->delimiter + 4, value, n);
        r->length = n + 4;
    }
    return r->length;
}

/* --- bytes ---------------------------------------------------------------------- */

static bool here(struct reader *r, const char *bytes, size_t n)
{
    char found[BOUNDARY + 5];
    if (spool_read(r->spool, r->at, found, n) != n || memcmp(found, bytes, n) != 0) return false;
    r->at += n;
    return true;
}

/* Where the next delimiter begins; false if there is none. */
static bool find_delimiter(struct reader *r, size_t *out)
{
    for (size_t at = r->at;;) {
        size_t n = spool_read(r->spool, at, r->window, WINDOW);
        const char *found = memmem(r->window, n, r->delimiter, r->length);
        if (found) return *out = at + (size_t)(found - r->window), true;
        if (n < WINDOW) return false;
        at += n - (r->length - 1);
    }
}

/* --- the head of a part ------------------------------------------------------------ */

/* A value in quotes.  Browsers write a quote as %22, others as \"; a path has
 * backslashes of its own. */
static const char *quoted(struct reader *r, const char **at)
{
    const char *from = *at;
    if (*from++ != '"') return NULL;
    char *out = arena_take(r->mem, strlen(from) + 1), *to = out;
    for (; *from && *from != '"'; from++) {
        if (*from == '\\' && (from[1] == '"' || from[1] == '\\')) from++;
        if (strncmp(from, "%22", 3) == 0)
            *to++ = '"', from += 2;
        else
            *to++ = *from;
    }
    if (*from != '"') return NULL;
    *to = '\0';
    *at = from + 1;
    return out;
}

static bool read_disposition(struct reader *r, const char *at, struct part *part)
{
    static const char kind[] = "form-data";
    at += strspn(at, " \t");
    if (part->name || strncasecmp(at, kind, sizeof kind - 1) != 0) return false;
    at += sizeof kind - 1;
    while (at[strspn(at, " \t")]) {
        at += strspn(at, " \t");
        if (*at++ != ';') return false;
        at += strspn(at, " \t");
        size_t n = strcspn(at, "=");
        const char **to = n == 4 && strncasecmp(at, "name", 4) == 0       ? &part->name
                          : n == 8 && strncasecmp(at, "filename", 8) == 0 ? &part->filename
                                                                          : NULL;
        if (!to || *to || at[n] != '=') return false;
        at += n + 1;
        *to = quoted(r, &at);
        if (!*to) return false;
    }
    return part->name && *part->name;
}

static bool line_fine(const char *line, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (((unsigned char)line[i] < ' ' && line[i] != '\t') || line[i] == 0x7f) return false;
    return text_valid_utf8(line, n);
}

static bool read_header(struct reader *r, const char *line, size_t n, struct part *part)
{
    static const char disposition[] = "content-disposition:",
                      encoding[] = "content-transfer-encoding:";
    if (!line_fine(line, n) || !memchr(line, ':', n) || *line == ' ' || *line == '\t') return false;
    const char *text = arena_copy(r->mem, line, n);
    if (strncasecmp(text, encoding, sizeof encoding - 1) == 0) return false;
    if (strncasecmp(text, disposition, sizeof disposition - 1) != 0) return true;
    return read_disposition(r, text + sizeof disposition - 1, part);
}

/* Up to the empty line. */
static bool read_head(struct reader *r, struct part *part)
{
    size_t n = spool_read(r->spool, r->at, r->window, HEADERS), used = 0;
    for (;;) {
        const char *line = r->window + used, *end = memmem(line, n - used, "\r\n", 2);
        if (!end) return false;
        used = (size_t)(end - r->window) + 2;
        if (end == line) break;
        if (!read_header(r, line, (size_t)(end - line), part)) return false;
    }
    r->at += used;
    return part->name;
}

/* --- parts ------------------------------------------------------------------------- */

/* Its bytes, and what stands behind them; *last after the end of the form. */
static bool read_content(struct reader *r, struct part *part, bool *last)
{
    part->at = r->at;
    if (!find_delimiter(r, &r->at)) {
        part->size = r->spool->size - part->at;
        *last = part->cut = true;
        return r->spool->beyond; /* else the form has no end */
    }
    part->size = r->at - part->at;
    r->at += r->length;
    *last = here(r, "--", 2);
    if (!*last) return here(r, "\r\n", 2);
    (void)here(r, "\r\n", 2);
    return r->at == r->spool->size && !r->spool->beyond;
}

static bool read_field(struct reader *r, const struct part *part, struct pair *out)
{
    char *text = arena_take(r->mem, part->size + 1);
    if (spool_read(r->spool, part->at, text, part->size) != part->size) return false;
    text[part->size] = '\0';
    for (size_t i = 0; i < part->size; i++) {
        char c = text[i];
        if (((unsigned char)c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
            return false;
    }
    *out = (struct pair){ part->name, text };
    return text_valid_utf8(text, part->size);
}

struct found {
    struct pair *fields;
    struct upload *files;
    size_t fields_n, files_n, room; /* room: bytes of fields that may still come */
};

static enum form keep(struct reader *r, const struct part *part, struct found *f)
{
    if (part->filename) {
        if (!*part->filename && !part->size) return FORM_OK; /* nothing was chosen */
        f->files[f->files_n++] = (struct upload){ part->name, part->filename, r->spool,
                                                  part->at,   part->size,     part->cut };
        return FORM_OK;
    }
    if (part->cut || part->size > f->room) return FORM_TOO_MANY;
    f->room -= part->size;
    return read_field(r, part, &f->fields[f->fields_n++]) ? FORM_OK : FORM_MALFORMED;
}

enum form multipart_parse(struct arena *mem, const char *type, const struct spool *spool,
                          size_t max_parts, struct pair **fields, size_t *fields_n,
                          struct upload **files, size_t *files_n)
{
    struct reader r = { .mem = mem, .spool = spool };
    struct found f = { .room = MULTIPART_FIELDS };
    if (!read_boundary(&r, type)) return FORM_MALFORMED;
    r.window = arena_take(mem, WINDOW);
    f.fields = NEW_ARRAY(mem, struct pair, max_parts);
    f.files = NEW_ARRAY(mem, struct upload, max_parts);
    if (!here(&r, r.delimiter + 2, r.length - 2)) return FORM_MALFORMED;
    bool last = here(&r, "--", 2);
    if (!here(&r, "\r\n", 2) && !last) return FORM_MALFORMED;
    if (last && r.at != spool->size) return FORM_MALFORMED;
    for (size_t parts = 0; !last; parts++) {
        struct part part = { 0 };
        if (parts == max_parts) return FORM_TOO_MANY;
        if (!read_head(&r, &part) || !read_content(&r, &part, &last)) return FORM_MALFORMED;
        enum form kept = keep(&r, &part, &f);
        if (kept != FORM_OK) return kept;
    }
    *fields = f.fields, *fields_n = f.fields_n;
    *files = f.files, *files_n = f.files_n;
    return FORM_OK;
}
