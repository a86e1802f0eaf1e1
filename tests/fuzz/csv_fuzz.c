/* csv_fuzz.c - any bytes at all as a table that somebody wants to import.
 *
 *   clang -std=gnu2x -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -I. -Isrc \
 *       tests/fuzz/csv_fuzz.c src/app/imports/csv.c src/base/text.c src/base/mem.c \
 *       -lunistring -lsodium -o csv_fuzz && ./csv_fuzz -max_total_time=30 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "app/imports/csv.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void must(bool so)
{
    if (!so) abort();
}

/* "-8", "-5.00": what is taken off, which spreadsheets are to add up. */
static bool number_below_zero(const char *cell)
{
    size_t whole = *cell == '-' ? strspn(cell + 1, "0123456789") : 0;
    const char *point = cell + 1 + whole;
    if (!whole) return false;
    return !*point || (*point == '.' && point[1] && !point[1 + strspn(point + 1, "0123456789")]);
}

/* What was read is written and read again as it is; what goes to people is no formula,
 * and comes back, too. */
static void must_come_back(struct arena *mem, const struct csv_row *row)
{
    struct csv_row again;
    const char *written = csv_write(mem, row->cells, row->n);
    struct csv c = csv_begin(written, strlen(written));
    c.separator = ',';
    must(csv_next(mem, &c, &again) == CSV_ROW && again.n == row->n);
    for (size_t i = 0; i < row->n; i++) must(strcmp(again.cells[i], row->cells[i]) == 0);
    must(csv_next(mem, &c, &again) == CSV_END);
    for (size_t i = 0; i < row->n; i++) {
        const char *cell = text_csv(mem, row->cells[i]);
        must(!*cell || !strchr("=+-@", *cell) || number_below_zero(cell));
        if (!strchr("=+-@", *row->cells[i]) || !*row->cells[i]) continue;
        c = csv_begin(cell, strlen(cell));
        c.separator = ',';
        must(csv_next(mem, &c, &again) == CSV_ROW && again.n == 1);
        must(strcmp(again.cells[0], row->cells[i]) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *mem = arena_new(1 << 26);
    char *exact = malloc(n + 1); /* so that reading past the end is found */
    struct csv_text t;
    if (n) memcpy(exact, bytes, n);
    exact = realloc(exact, n ? n : 1);
    if (csv_decode(mem, exact, n, &t) == CSV_TEXT) {
        must(text_valid_utf8(t.text, t.n));
        struct csv c = csv_begin(t.text, t.n);
        struct csv_row row;
        enum csv_step step;
        int64_t before = 0;
        struct arena_mark mark = arena_mark(mem);
        while ((step = csv_next(mem, &c, &row)) == CSV_ROW) {
            must(row.n > 0 && row.number > before);
            before = row.number;
            for (size_t i = 0; i < row.n; i++)
                must(text_valid_utf8(row.cells[i], strlen(row.cells[i])));
            must_come_back(mem, &row);
            arena_rewind(mem, mark);
        }
        must(c.at == c.end && csv_next(mem, &c, &row) == CSV_END);
    }
    free(exact);
    arena_free(mem);
    return 0;
}
