/* csv.h - reading tables that other programs wrote as text.
 *
 * The text is first made UTF-8 (csv_decode), then read row by row (RFC 4180,
 * and what programs make of it: any of , ; and tab between cells, any line
 * end, quotes inside of cells that have none around them).
 *
 * Rows are counted as a spreadsheet counts them: the first is 1, an empty one
 * counts, and a cell of several lines does not. */
#pragma once
#include <stdint.h>

#include "base/mem.h"

enum csv_encoding { CSV_UTF8, CSV_UTF16, CSV_WINDOWS_1252 };
enum csv_verdict { CSV_TEXT, CSV_WORKBOOK, CSV_NO_TEXT };

struct csv_text {
    const char *text; /* valid UTF-8 without a zero byte and without a byte order mark */
    size_t n;
    enum csv_encoding encoding;
};
/* UTF-8 and UTF-16, each with its mark or without; what is neither counts as
 * Windows-1252.  CSV_WORKBOOK: a spreadsheet's own file, of Excel, LibreOffice
 * or Numbers; CSV_NO_TEXT: something else.  Text that is UTF-8 is not copied. */
enum csv_verdict csv_decode(struct arena *, const char *bytes, size_t n, struct csv_text *out);

/* Where reading stands. */
struct csv {
    const char *at, *end;
    char separator; /* ',', ';' or '\t': what the first row has most of */
    int64_t row;    /* the number of the row that was read last */
};
struct csv csv_begin(const char *text, size_t n);

struct csv_row {
    size_t n;
    const char **cells;
    int64_t number;
};
/* CSV_OPEN: a quote is never closed; `out` says in which row it opens.  After
 * it, and after CSV_END, there is nothing more.  Rows whose cells are all empty
 * are left out.  An apostrophe that keeps a spreadsheet from calculating
 * (text_csv() writes it) is taken off. */
enum csv_step { CSV_ROW, CSV_END, CSV_OPEN };
enum csv_step csv_next(struct arena *, struct csv *, struct csv_row *out);

/* The cells of a row that was read, as a row with ',' and a line end: what is
 * written is read again, as it is.  What goes to people goes through text_csv(). */
const char *csv_write(struct arena *, const char *const *cells, size_t n);
