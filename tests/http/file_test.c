/* file_test.c - what a file is, and how it may be called. */
#include <string.h>

#include "http/file.h"
#include "base/text.h"
#include "tests/support/folder.h"
#include "tests/test.h"

static enum file_kind kind(const char *bytes, size_t n)
{
    struct spool spool = spool_of(bytes, n);
    return file_kind(&spool, 0, n);
}
#define KIND(bytes) kind(bytes, sizeof(bytes) - 1)

TEST(the_bytes_say_what_a_file_is)
{
    CHECK(KIND("%PDF-1.7\n...") == FILE_PDF);
    CHECK(KIND("\x89PNG\r\n\x1a\n....") == FILE_PNG);
    CHECK(KIND("\xff\xd8\xff\xe0....") == FILE_JPEG);
    CHECK(KIND("II*\0....") == FILE_TIFF);
    CHECK(KIND("MM\0*....") == FILE_TIFF);
    CHECK(KIND("Patient walks.\r\n\tWell.\f") == FILE_TEXT);
    CHECK(KIND("\xef\xbb\xbfZo\xc3\xab < 3") == FILE_TEXT);
    CHECK(KIND("<3 walking") == FILE_TEXT);
}

TEST(what_runs_or_cannot_be_read_is_none_of_them)
{
    CHECK(KIND("") == FILE_OTHER);
    CHECK(KIND("MZ\x90\0\3\0\0\0") == FILE_OTHER);
    CHECK(KIND("\x7f"
               "ELF")
          == FILE_OTHER);
    CHECK(KIND("PK\3\4....") == FILE_OTHER);
    CHECK(KIND("GIF89a....\0") == FILE_OTHER);
    CHECK(KIND("<!DOCTYPE html><script>") == FILE_OTHER);
    CHECK(KIND(" \r\n<svg xmlns=") == FILE_OTHER);
    CHECK(KIND("\xef\xbb\xbf<html>") == FILE_OTHER);
    CHECK(KIND("<?xml version=") == FILE_OTHER);
    CHECK(KIND("plain \0 text") == FILE_OTHER);
    CHECK(KIND("bell \a") == FILE_OTHER);
    CHECK(KIND("\xff\xfeU\0T\0F\0") == FILE_OTHER);
    CHECK(KIND("cut in a sign \xc3") == FILE_OTHER);
    CHECK(KIND("\x89PNG\r\n") == FILE_OTHER);
}

TEST(long_text_is_read_to_its_end)
{
    enum { LONG = 20000 };
    for (size_t shift = 0; shift < 4; shift++) {
        char *text = arena_alloc(cx->mem, LONG);
        memset(text, 'x', shift);
        for (size_t i = shift; i + 3 <= LONG; i += 3) memcpy(text + i, "\xe2\x82\xac", 3);
        size_t n = shift + (LONG - shift) / 3 * 3;
        CHECK(kind(text, n) == FILE_TEXT);
        text[n - 1] = '\x1b';
        CHECK(kind(text, n) == FILE_OTHER);
    }
}

static void named(struct cx *cx, const char *sent, enum file_kind k, const char *wanted)
{
    const char *name = file_name(cx->mem, sent, k, "Attachment");
    CHECK_TEXT(name, wanted);
    CHECK_TEXT(file_name(cx->mem, name, k, "Attachment"), wanted);
    CHECK(text_plain(name));
}

TEST(names_are_made_harmless)
{
    named(cx, "report.pdf", FILE_PDF, "report.pdf");
    named(cx, "REPORT.PDF", FILE_PDF, "REPORT.PDF");
    named(cx, "photo.jpeg", FILE_JPEG, "photo.jpeg");
    named(cx, "letter.pdf.exe", FILE_PDF, "letter.pdf.exe.pdf");
    named(cx, "page.html", FILE_TEXT, "page.html.txt");
    named(cx, "picture.png", FILE_PDF, "picture.png.pdf");
    named(cx, "../../etc/passwd", FILE_TEXT, "passwd.txt");
    named(cx, "C:\\Users\\x\\scan.tif", FILE_TIFF, "scan.tif");
    named(cx, "/", FILE_PNG, "Attachment.png");
    named(cx, "", FILE_PNG, "Attachment.png");
    named(cx, "...", FILE_PNG, "Attachment.png");
    named(cx, ".htaccess", FILE_TEXT, "htaccess.txt");
    named(cx, ".pdf", FILE_PDF, "pdf.pdf");
    named(cx, "a\"b<c>|d?.pdf", FILE_PDF, "a_b_c__d_.pdf");
    named(cx, "a\r\nSet-Cookie: x.pdf", FILE_PDF, "aSet-Cookie_ x.pdf");
    named(cx,
          "invoice\xe2\x80\xae"
          "fdp.exe",
          FILE_PDF, "invoicefdp.exe.pdf"); /* turned around */
    named(cx, "a\xe2\x80\x8b\xef\xbb\xbf.pdf", FILE_PDF, "a.pdf");
    named(cx, "  Zo\x65\xcc\x88  scan .pdf", FILE_PDF, "Zo\xc3\xab scan.pdf");
}

TEST(a_long_name_keeps_its_ending)
{
    char sent[600];
    memset(sent, 'n', sizeof sent);
    strcpy(sent + 590, ".jpeg");
    const char *name = file_name(cx->mem, sent, FILE_JPEG, "x");
    CHECK(text_length(name) == FILE_NAME);
    CHECK_TEXT(name + strlen(name) - 5, ".jpeg");
}

TEST(a_name_stands_in_a_header_and_nothing_else_does)
{
    CHECK_TEXT(file_disposition(cx->mem, "scan 1.pdf"),
               "attachment; filename=\"scan 1.pdf\"; filename*=UTF-8''scan%201.pdf");
    CHECK_TEXT(file_disposition(cx->mem, "Zo\xc3\xab\";%.pdf"),
               "attachment; filename=\"Zo____.pdf\"; filename*=UTF-8''Zo%C3%AB%22%3B%25.pdf");
}

TEST(a_spool_keeps_what_fits_and_counts_the_rest)
{
    const char *folder = folder_new(cx);
    struct spool s;
    char out[16] = "";
    CHECK(spool_open(&s, folder, 10));
    CHECK(spool_add(&s, "0123456", 7) && spool_add(&s, "789abc", 6));
    CHECK(s.size == 10 && s.beyond == 3);
    CHECK(spool_read(&s, 5, out, sizeof out) == 5 && memcmp(out, "56789", 5) == 0);
    CHECK(spool_read(&s, 10, out, 1) == 0 && spool_read(&s, 99, out, 1) == 0);
    spool_close(&s);
    spool_close(&s);
    CHECK(!spool_open(&s, "/nowhere/at/all", 10));
    CHECK_INT(folder_remove(folder), 0); /* it had no name there */
}
