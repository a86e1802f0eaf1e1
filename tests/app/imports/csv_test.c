/* csv_test.c - tables as other programs write them. */
#include <string.h>

#include "app/imports/csv.h"
#include "base/text.h"
#include "tests/test.h"

/* "a|b;c|d": cells with | between them and rows with ;, each with its number if it is odd. */
static const char *read_all(struct cx *cx, const char *bytes, size_t n)
{
    struct csv_text t;
    struct csv_row row;
    const char *all = "";
    if (csv_decode(cx->mem, bytes, n, &t) != CSV_TEXT) return "no text";
    struct csv c = csv_begin(t.text, t.n);
    enum csv_step step;
    while ((step = csv_next(cx->mem, &c, &row)) == CSV_ROW) {
        all = arena_print(cx->mem, "%s%d:", all, (int)row.number);
        for (size_t i = 0; i < row.n; i++)
            all = arena_print(cx->mem, "%s%s%s", all, i ? "|" : "", row.cells[i]);
        all = arena_print(cx->mem, "%s;", all);
    }
    if (step == CSV_OPEN) all = arena_print(cx->mem, "%sopen in %d", all, (int)row.number);
    return all;
}
#define READ(text) read_all(cx, text, sizeof(text) - 1)

TEST(rows_are_read_whatever_stands_between_cells_and_at_line_ends)
{
    CHECK_TEXT(READ("a,b\r\nc,d\r\n"), "1:a|b;2:c|d;");
    CHECK_TEXT(READ("a;b\nc;d"), "1:a|b;2:c|d;");
    CHECK_TEXT(READ("a\tb,c\rd\te"), "1:a|b,c;2:d|e;");
    CHECK_TEXT(READ("sep=;\r\na,b;c"), "2:a,b|c;");
    CHECK_TEXT(READ("a;b,c;d\n"), "1:a|b,c|d;");
    CHECK_TEXT(READ("a,,\n,,c"), "1:a||;2:||c;");
    CHECK_TEXT(READ(""), "");
}

TEST(quotes_hold_separators_line_ends_and_quotes)
{
    CHECK_TEXT(READ("\"a,b\",\"say \"\"hi\"\"\"\n"), "1:a,b|say \"hi\";");
    CHECK_TEXT(READ("a,\"1 High St\r\nHill\",c\nd,e,f"), "1:a|1 High St\r\nHill|c;2:d|e|f;");
    CHECK_TEXT(READ("5\" pipe,\"x\"y,z\n"), "1:5\" pipe|xy|z;");
    CHECK_TEXT(READ("x\"y,\"many\nlines\",z\nnext"), "1:x\"y|many\nlines|z;2:next;");
    CHECK_TEXT(READ("a,b\n\"c,d\ne,f\n"), "1:a|b;open in 2");
    CHECK_TEXT(READ("\"a;b\",c\n"), "1:a;b|c;");
}

TEST(rows_count_as_in_a_spreadsheet_and_empty_ones_are_left_out)
{
    CHECK_TEXT(READ("a,b\n\n , \n\"\",\nc,d\n"), "1:a|b;5:c|d;");
}

TEST(what_a_spreadsheet_was_kept_from_calculating_is_what_it_was)
{
    const char *cell = text_csv(cx->mem, "+61 400 000 000");
    CHECK_TEXT(read_all(cx, cell, strlen(cell)), "1:+61 400 000 000;");
    CHECK_TEXT(READ("'=1+1,'t Hooft,''"), "1:=1+1|'t Hooft|'';");
}

TEST(utf_8_utf_16_and_windows_1252_are_told_apart)
{
    static const struct {
        const char *bytes;
        size_t n;
        enum csv_encoding encoding;
        const char *text;
    } all[] = {
        { "Ren\xc3\xa9", 5, CSV_UTF8, "René" },
        { "\xef\xbb\xbfRen\xc3\xa9", 8, CSV_UTF8, "René" },
        { "Ren\xe9 \x80 \x93", 8, CSV_WINDOWS_1252, "René € “" },
        { "\xff\xfeR\0e\0n\0\xe9\0", 10, CSV_UTF16, "René" },
        { "\xfe\xff\0R\0e\0n\0\xe9", 10, CSV_UTF16, "René" },
        { "R\0e\0n\0\xe9\0", 8, CSV_UTF16, "René" },
        { "\0R\0e\0n\0\xe9", 8, CSV_UTF16, "René" },
        { "\xff\xfe\x3d\xd8\x00\xde", 6, CSV_UTF16, "😀" },
        { "plain", 5, CSV_UTF8, "plain" },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct csv_text t = { 0 };
        CHECK(csv_decode(cx->mem, all[i].bytes, all[i].n, &t) == CSV_TEXT);
        CHECK_INT(t.encoding, all[i].encoding);
        CHECK_INT((int64_t)t.n, (int64_t)strlen(all[i].text));
        CHECK(t.text && memcmp(t.text, all[i].text, t.n) == 0);
    }
}

TEST(what_is_no_text_is_called_so_and_workbooks_by_their_name)
{
    struct csv_text t;
    CHECK(csv_decode(cx->mem, "PK\3\4abc", 7, &t) == CSV_WORKBOOK);
    CHECK(csv_decode(cx->mem, "\xd0\xcf\x11\xe0\xa1", 5, &t) == CSV_WORKBOOK);
    CHECK(csv_decode(cx->mem, "a\0b,\xe9", 5, &t) == CSV_NO_TEXT);
    CHECK(csv_decode(cx->mem, "\xff\xfe\x3d\xd8z\0", 6, &t) == CSV_NO_TEXT);
    CHECK(csv_decode(cx->mem,
                     "\xff\xfe"
                     "abc",
                     5, &t)
          == CSV_NO_TEXT);
}

TEST(a_row_that_was_read_is_written_and_read_again_as_it_is)
{
    struct csv_row row = { 0 }, again = { 0 };
    const char text[] = "say \"\"hi,\"a,b\nc\", '=1 ,=2,ü\n";
    struct csv c = csv_begin(text, sizeof text - 1);
    CHECK(csv_next(cx->mem, &c, &row) == CSV_ROW);
    const char *written = csv_write(cx->mem, row.cells, row.n);
    c = csv_begin(written, strlen(written));
    CHECK(csv_next(cx->mem, &c, &again) == CSV_ROW);
    CHECK_INT((int64_t)again.n, (int64_t)row.n);
    for (size_t i = 0; i < row.n && i < again.n; i++) CHECK_TEXT(again.cells[i], row.cells[i]);
    CHECK(csv_next(cx->mem, &c, &again) == CSV_END);
}
