/* archive.h - files that become one ZIP archive, kept as rows (decision 031).
 *
 * Files are added to at their end, in any order and over many transactions; when
 * all are whole, archive_close() says where each begins, and the archive can be
 * read from anywhere.  Nothing is compressed: PDFs are already.
 * An archive may have any size and number of files, a file less than 4 GB.
 * PKWARE APPNOTE 6.3.x, 4.3.7 (local header), 4.3.12 (directory), 4.3.14 to 4.3.16 (its end). */
#pragma once
#include "db/db.h"

enum { ARCHIVE_PIECE = 64 * 1024 };

enum status archive_add(struct cx *, struct id, int64_t file, const char *name, const char *bytes,
                        size_t n);

struct archive_file {
    int64_t file, size;
    const char *name;
    const char *sha256; /* 64 hexadecimal digits */
    uint32_t crc;
};
struct archive_files {
    size_t n;
    struct archive_file *at; /* by number */
};
/* The next ones above the number `after`, as many as are handled at once; none at the end. */
enum status archive_files(struct cx *, struct id, int64_t after, struct archive_files *out);
/* Every file gets the time `at`.  *size: of the whole archive. */
enum status archive_close(struct cx *, struct id, int64_t at, int64_t *size);
/* Some bytes from there on, PIECE at the most; NOT_FOUND if there are none. */
enum status archive_read(struct cx *, struct id, int64_t made_at, int64_t at, struct bytes *out);
