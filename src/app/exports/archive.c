/* archive.c - see archive.h */
#include "app/exports/archive.h"

#include <sodium.h>
#include <string.h>

#include "base/time.h"

enum { AT_ONCE = 200 }; /* files */
enum { HEAD = 30, ENTRY = 46, FAR = 12, END = 22, END64 = 56, POINTER64 = 20 };
#define DIRECTORY (INT64_C(1) << 40) /* the number of what stands behind all files */

/* --- sums ------------------------------------------------------------------------- */

/* CRC-32 as in ISO 3309, a bit at a time for each of the 16 halves of a byte. */
static uint32_t crc_add(uint32_t crc, const char *bytes, size_t n)
{
    static const uint32_t half[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    crc = ~crc;
    for (size_t i = 0; i < n; i++) {
        crc ^= (unsigned char)bytes[i];
        crc = (crc >> 4) ^ half[crc & 15];
        crc = (crc >> 4) ^ half[crc & 15];
    }
    return ~crc;
}

/* --- adding ------------------------------------------------------------------------ */

struct growing {
    bool there;
    int64_t size;
    uint32_t crc;
    crypto_hash_sha256_state sum;
};

static enum status read_growing(struct cx *cx, struct id id, int64_t file, struct growing *out)
{
    struct table t;
    *out = (struct growing){ 0 };
    crypto_hash_sha256_init(&out->sum);
    TRY(db_select(cx, &t,
                  SQL("SELECT size, crc, sum FROM export_files WHERE practice_id = $1"
                      " AND export_id = $2 AND file = $3"),
                  id, file));
    if (t.rows == 0) return OK;
    struct bytes sum = cell_bytes(&t, 0, "sum");
    if (!sum.at || sum.n != sizeof out->sum) return fail(cx, BROKEN, "a sum of %s is cut", id.text);
    out->there = true;
    out->size = cell_int(&t, 0, "size");
    out->crc = (uint32_t)cell_int(&t, 0, "crc");
    memcpy(&out->sum, sum.at, sum.n);
    return OK;
}

static enum status write_growing(struct cx *cx, struct id id, int64_t file, const char *name,
                                 const struct growing *g)
{
    struct bytes sum = { (const char *)&g->sum, sizeof g->sum };
    if (g->there)
        return db_exec(cx,
                       SQL("UPDATE export_files SET size = $4, crc = $5, sum = $6"
                           " WHERE practice_id = $1 AND export_id = $2 AND file = $3"),
                       id, file, g->size, (int64_t)g->crc, sum);
    return db_exec(
        cx,
        SQL("INSERT INTO export_files (practice_id, export_id, file, name, size, crc, sum)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)"),
        id, file, name, g->size, (int64_t)g->crc, sum);
}

static enum status write_pieces(struct cx *cx, struct id id, int64_t file, int64_t begins_at,
                                const char *bytes, size_t n)
{
    for (size_t at = 0; at < n; at += ARCHIVE_PIECE) {
        struct bytes piece = { bytes + at, n - at < ARCHIVE_PIECE ? n - at : ARCHIVE_PIECE };
        TRY(db_exec(cx,
                    SQL("INSERT INTO export_pieces (practice_id, export_id, file, begins_at, bytes)"
                        " VALUES ($1, $2, $3, $4, $5)"),
                    id, file, begins_at + (int64_t)at, piece));
    }
    return OK;
}

enum status archive_add(struct cx *cx, struct id id, int64_t file, const char *name,
                        const char *bytes, size_t n)
{
    struct growing g;
    if (n == 0) return OK;
    TRY(read_growing(cx, id, file, &g));
    TRY(write_pieces(cx, id, file, g.size, bytes, n));
    g.size += (int64_t)n;
    g.crc = crc_add(g.crc, bytes, n);
    crypto_hash_sha256_update(&g.sum, (const unsigned char *)bytes, n);
    return write_growing(cx, id, file, name, &g);
}

enum status archive_files(struct cx *cx, struct id id, int64_t after, struct archive_files *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT file, name, size, crc, sum FROM export_files WHERE practice_id = $1"
                      " AND export_id = $2 AND file > $3 AND file < $4 ORDER BY file LIMIT $5"),
                  id, after, DIRECTORY, AT_ONCE));
    *out = (struct archive_files){ t.rows, NEW_ARRAY(cx->mem, struct archive_file, t.rows + 1) };
    for (size_t i = 0; i < t.rows; i++) {
        crypto_hash_sha256_state sum;
        unsigned char hash[crypto_hash_sha256_BYTES];
        char *text = arena_alloc(cx->mem, 2 * sizeof hash + 1);
        struct bytes kept = cell_bytes(&t, i, "sum");
        if (!kept.at || kept.n != sizeof sum)
            return fail(cx, BROKEN, "a sum of %s is cut", id.text);
        memcpy(&sum, kept.at, sizeof sum);
        crypto_hash_sha256_final(&sum, hash);
        sodium_bin2hex(text, 2 * sizeof hash + 1, hash, sizeof hash);
        out->at[i] = (struct archive_file){ cell_int(&t, i, "file"), cell_int(&t, i, "size"),
                                            cell_text(&t, i, "name"), text,
                                            (uint32_t)cell_int(&t, i, "crc") };
    }
    return OK;
}

/* --- the archive around them --------------------------------------------------------- */

static char *put(char *to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) *to++ = (char)(value >> (8 * i));
    return to;
}

/* Above what the first format can say, a field of its own does (APPNOTE 4.5.3). */
static bool far(int64_t begins_at)
{
    return begins_at >= UINT32_MAX;
}

/* What both headers have in common: from "version needed" to "extra field length".  The
 * clock is the practice's. */
static char *put_facts(struct cx *cx, char *to, const struct archive_file *f, int64_t at, int extra)
{
    struct civil c = zone_local(time_zone(cx), at);
    unsigned year = c.year < 1980 ? 0 : (unsigned)c.year - 1980;
    to = put(to, extra ? 45 : 20, 2);
    to = put(to, 1 << 11, 2); /* names are UTF-8 */
    to = put(to, 0, 2);       /* stored */
    to = put(to, (unsigned)c.hour << 11 | (unsigned)c.minute << 5 | (unsigned)c.second / 2, 2);
    to = put(to, year << 9 | (unsigned)c.month << 5 | (unsigned)c.day, 2);
    to = put(to, f->crc, 4);
    to = put(to, (uint64_t)f->size, 4);
    to = put(to, (uint64_t)f->size, 4);
    to = put(to, strlen(f->name), 2);
    return put(to, (uint64_t)extra, 2);
}

static struct bytes head_of(struct cx *cx, const struct archive_file *f, int64_t at)
{
    char *head = arena_alloc(cx->mem, HEAD + strlen(f->name) + 1);
    char *to = put_facts(cx, put(head, 0x04034b50, 4), f, at, 0);
    to = stpcpy(to, f->name);
    return (struct bytes){ head, (size_t)(to - head) };
}

static char *put_entry(struct cx *cx, char *to, const struct archive_file *f, int64_t begins_at,
                       int64_t at)
{
    to = put(put(to, 0x02014b50, 4), 3 << 8 | 45, 2); /* made on Unix */
    to = put_facts(cx, to, f, at, far(begins_at) ? FAR : 0);
    to = put(to, 0, 2 + 2 + 2);               /* no comment, disk 0, binary */
    to = put(to, (uint64_t)0100600 << 16, 4); /* a file, its owner's */
    to = put(to, far(begins_at) ? UINT32_MAX : (uint64_t)begins_at, 4);
    to = stpcpy(to, f->name);
    return far(begins_at) ? put(put(put(to, 1, 2), 8, 2), (uint64_t)begins_at, 8) : to;
}

static uint64_t most(uint64_t value, uint64_t limit)
{
    return value < limit ? value : limit;
}

struct closing {
    int64_t here;          /* how long the archive is so far */
    size_t files, entries; /* how many, and how long the directory is */
};

/* Where the directory is and how long; in both formats if the first one cannot say it
 * (APPNOTE 4.3.14 to 4.3.16). */
static char *put_end(char *to, const struct closing *c)
{
    uint64_t files = c->files, entries = c->entries, here = (uint64_t)c->here;
    if (files >= UINT16_MAX || far(c->here)) {
        to = put(put(put(put(to, 0x06064b50, 4), END64 - 12, 8), 3 << 8 | 45, 2), 45, 2);
        to = put(put(put(to, 0, 4 + 4), files, 8), files, 8);
        to = put(put(to, entries, 8), here, 8);
        to = put(put(to, 0x07064b50, 4), 0, 4);
        to = put(put(to, here + entries, 8), 1, 4);
    }
    to = put(put(to, 0x06054b50, 4), 0, 4);
    to = put(put(to, most(files, UINT16_MAX), 2), most(files, UINT16_MAX), 2);
    return put(put(put(to, entries, 4), most(here, UINT32_MAX), 4), 0, 2);
}

static enum status begin_at(struct cx *cx, struct id id, int64_t file, int64_t at)
{
    return db_exec(cx,
                   SQL("UPDATE export_files SET begins_at = $4 WHERE practice_id = $1"
                       " AND export_id = $2 AND file = $3"),
                   id, file, at);
}

/* Adds the entries of some files to the directory. */
static enum status close_some(struct cx *cx, struct id id, int64_t at,
                              const struct archive_files *some, struct closing *c)
{
    size_t room = 0;
    for (size_t i = 0; i < some->n; i++) room += ENTRY + FAR + strlen(some->at[i].name);
    char *entries = arena_alloc(cx->mem, room + 1), *to = entries;
    for (size_t i = 0; i < some->n; i++) {
        const struct archive_file *f = &some->at[i];
        TRY(begin_at(cx, id, f->file, c->here));
        to = put_entry(cx, to, f, c->here, at);
        c->here += HEAD + (int64_t)strlen(f->name) + f->size;
    }
    c->files += some->n;
    c->entries += (size_t)(to - entries);
    return archive_add(cx, id, DIRECTORY, "", entries, (size_t)(to - entries));
}

enum status archive_close(struct cx *cx, struct id id, int64_t at, int64_t *size)
{
    const struct arena_mark mark = arena_mark(cx->mem);
    struct archive_files some;
    struct closing c = { 0 };
    char end[END64 + POINTER64 + END];
    for (int64_t after = -1;; arena_rewind(cx->mem, mark)) {
        TRY(archive_files(cx, id, after, &some));
        if (some.n == 0) break;
        after = some.at[some.n - 1].file;
        TRY(close_some(cx, id, at, &some, &c));
    }
    size_t n = (size_t)(put_end(end, &c) - end);
    TRY(archive_add(cx, id, DIRECTORY, "", end, n));
    TRY(begin_at(cx, id, DIRECTORY, c.here));
    *size = c.here + (int64_t)(c.entries + n);
    return OK;
}

enum status archive_read(struct cx *cx, struct id id, int64_t made_at, int64_t at,
                         struct bytes *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT file, name, size, crc, begins_at FROM export_files"
                      " WHERE practice_id = $1 AND export_id = $2 AND begins_at <= $3"
                      " AND begins_at >= 0 ORDER BY begins_at DESC LIMIT 1"),
                  id, at));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "This archive has ended.");
    const struct archive_file f = { .file = cell_int(&t, 0, "file"),
                                    .size = cell_int(&t, 0, "size"),
                                    .name = cell_text(&t, 0, "name"),
                                    .crc = (uint32_t)cell_int(&t, 0, "crc") };
    int64_t inside = at - cell_int(&t, 0, "begins_at");
    struct bytes head = head_of(cx, &f, made_at);
    if (f.file == DIRECTORY) head.n = 0;
    if (inside < (int64_t)head.n) {
        *out = (struct bytes){ head.at + inside, head.n - (size_t)inside };
        return OK;
    }
    inside -= (int64_t)head.n;
    TRY(db_select(cx, &t,
                  SQL("SELECT begins_at, bytes FROM export_pieces WHERE practice_id = $1"
                      " AND export_id = $2 AND file = $3 AND begins_at <= $4"
                      " ORDER BY begins_at DESC LIMIT 1"),
                  id, f.file, inside));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "This archive has ended.");
    struct bytes piece = cell_bytes(&t, 0, "bytes");
    size_t skip = (size_t)(inside - cell_int(&t, 0, "begins_at"));
    if (skip >= piece.n) return fail(cx, NOT_FOUND, "This archive has ended.");
    *out = (struct bytes){ piece.at + skip, piece.n - skip };
    return OK;
}
