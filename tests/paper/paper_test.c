/* paper_test.c - text on sheets, read back by another program. */
#include <string.h>

#include "paper/paper.h"
#include "tests/support/pdf.h"
#include "tests/test.h"

static const char *read(struct cx *cx, struct paper *p)
{
    char *bytes = NULL;
    size_t n = 0;
    CHECK_INT(paper_pdf(cx, p, &bytes, &n), OK);
    return pdf_text(cx, bytes, n);
}

static int times(const char *text, const char *what)
{
    int n = 0;
    while ((text = strstr(text, what))) n++, text++;
    return n;
}

TEST(text_of_any_script_can_be_read_and_copied_out)
{
    static const char *const all[] = { "Zoë Łuczak-Weiß", "Nguyễn Thị Ánh Tuyết",
                                       "李小龙 王",       "さくら",
                                       "김민준",          "Владимир",
                                       "Παπαδοπούλου" };
    struct paper *p = paper_new(cx->mem, "Names", "2026-11-21");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        paper_cell(paper_row(p, ROW_PLAIN, 4), 0, 1000, INK_PLAIN, all[i]);
    const char *text = read(cx, p);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        CHECK(strstr(text, all[i]) != NULL);
        if (failures) printf("  %s in %s\n", all[i], text);
    }
}

TEST(arabic_is_shaped_and_still_the_letters_that_were_typed)
{
    struct paper *p = paper_new(cx->mem, "Names", "2026-11-21");
    paper_cell(paper_row(p, ROW_PLAIN, 4), 0, 1000, INK_PLAIN, "فاطمة الزهراء");
    const char *text = read(cx, p);
    CHECK(strstr(text, "فاطمة") != NULL);
    CHECK(strstr(text, "الزهراء") != NULL);
}

static struct paper *long_one(struct cx *cx, int rows)
{
    struct paper *p = paper_new(cx->mem, "Long", "2026-11-21");
    p->foot = "Long, page {page} of {pages}";
    paper_cell(paper_row(p, ROW_PLAIN, 0), 0, 1000, INK_TITLE, "Long");
    paper_cell(paper_row(p, ROW_HEAD, 10), 0, 500, INK_SMALL, "Heading");
    for (int i = 1; i <= rows; i++)
        paper_cell(paper_row(p, ROW_BODY, 4), 0, 500, INK_PLAIN,
                   arena_print(cx->mem, "Row-%d-end", i));
    paper_cell(paper_row(p, ROW_PLAIN, 10), 0, 500, INK_STRONG, "Sum");
    return p;
}

TEST(what_is_long_goes_on_on_the_next_sheet_under_its_heading)
{
    const char *text = read(cx, long_one(cx, 200));
    size_t sheets = pdf_sheets(text);
    CHECK(sheets >= 3 && sheets <= 6);
    CHECK_INT(times(text, "Heading"), sheets);
    for (int i = 1; i <= 200; i++) CHECK_INT(times(text, arena_print(cx->mem, "Row-%d-end", i)), 1);
    CHECK_INT(times(text, "Sum"), 1);
    for (size_t i = 1; i <= sheets; i++)
        CHECK_INT(times(text, arena_print(cx->mem, "page %zu of %zu", i, sheets)), 1);
}

TEST(a_cell_longer_than_a_sheet_loses_no_line)
{
    struct paper *p = paper_new(cx->mem, "Tall", "2026-11-21");
    const char *lines = "";
    for (int i = 0; i < 150; i++) lines = arena_print(cx->mem, "%sLine-%d-end\n", lines, i);
    struct paper_row *row = paper_row(p, ROW_PLAIN, 0);
    paper_cell(row, 0, 400, INK_PLAIN, lines);
    paper_cell_end(row, 500, 500, INK_PLAIN, "Beside");
    const char *text = read(cx, p);
    CHECK(pdf_sheets(text) >= 3);
    for (int i = 0; i < 150; i++) CHECK_INT(times(text, arena_print(cx->mem, "Line-%d-end", i)), 1);
    CHECK_INT(times(text, "Beside"), 1);
}

TEST(the_same_paper_is_the_same_bytes)
{
    char *one, *two;
    size_t n, m;
    CHECK_INT(paper_pdf(cx, long_one(cx, 60), &one, &n), OK);
    CHECK_INT(paper_pdf(cx, long_one(cx, 60), &two, &m), OK);
    CHECK_INT(n, m);
    CHECK(memcmp(one, two, n) == 0);
    CHECK(strstr(one, "%PDF-") == one);
}

TEST(a_paper_of_too_many_sheets_is_refused)
{
    char *bytes;
    size_t n;
    CHECK_INT(paper_pdf(cx, long_one(cx, 9000), &bytes, &n), CONFLICT);
    CHECK_INT(paper_pdf(cx, long_one(cx, 10), &bytes, &n), OK);
}

TEST(a_word_without_an_end_is_broken_and_an_empty_text_is_fine)
{
    struct paper *p = paper_new(cx->mem, "", "2026-11-21");
    char word[301] = { 0 };
    memset(word, 'W', 300);
    paper_cell(paper_row(p, ROW_PLAIN, 0), 0, 300, INK_PLAIN, word);
    paper_cell(paper_row(p, ROW_PLAIN, 0), 0, 300, INK_PLAIN, "");
    const char *text = read(cx, p);
    int n = 0;
    for (const char *at = text; *at; at++) n += *at == 'W';
    CHECK_INT(n, 300);
}
