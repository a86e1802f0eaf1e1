/* multipart_test.c - forms that bring files: what is read, and what is refused as a whole. */
#include <string.h>

#include "http/multipart.h"
#include "tests/test.h"

#define TYPE "multipart/form-data; boundary=xYz"
#define FIELD(name, value) \
    "--xYz\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_OF(name, value)                                                         \
    "--xYz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"" name "\"\r\n" \
    "Content-Type: image/png\r\n\r\n" value "\r\n"
#define END "--xYz--\r\n"

static struct result {
    enum form said;
    struct pair *fields;
    struct upload *files;
    size_t fields_n, files_n;
} read_as(struct cx *cx, const char *type, const char *body, size_t n)
{
    struct result r = { 0 };
    struct spool *spool = NEW(cx->mem, struct spool);
    *spool = spool_of(body, n);
    r.said =
        multipart_parse(cx->mem, type, spool, 10, &r.fields, &r.fields_n, &r.files, &r.files_n);
    return r;
}
#define READ(body) read_as(cx, TYPE, body, sizeof(body) - 1)

static const char *bytes_of(struct cx *cx, const struct upload *u)
{
    char *out = arena_alloc(cx->mem, u->size + 1);
    CHECK(spool_read(u->spool, u->at, out, u->size) == u->size);
    return out;
}

TEST(fields_and_files_are_told_apart)
{
    struct result r = READ(FIELD("a", "one\r\ntwo") FIELD("b", "") FILE_OF("x y.png", "\r\n--xY\0z")
                               FILE_OF("\xc3\xa9.png", "") FILE_OF("", "") END);
    CHECK(r.said == FORM_OK);
    CHECK(r.fields_n == 2 && r.files_n == 2); /* the last one was left empty */
    CHECK_TEXT(r.fields[0].name, "a");
    CHECK_TEXT(r.fields[0].value, "one\r\ntwo");
    CHECK_TEXT(r.fields[1].value, "");
    CHECK_TEXT(r.files[0].name, "x y.png");
    CHECK(r.files[0].size == 8 && memcmp(bytes_of(cx, &r.files[0]), "\r\n--xY\0z", 8) == 0);
    CHECK(r.files[1].size == 0 && !r.files[1].cut);
    CHECK_TEXT(r.files[1].name, "\xc3\xa9.png");
    CHECK(READ(END).said == FORM_OK);
}

TEST(names_come_as_browsers_write_them)
{
    struct result r = READ(FILE_OF("a\\\"b%22c%0d\\\\d.png", "1") FILE_OF("C:\\x\\y.png", "2") END);
    CHECK(r.said == FORM_OK && r.files_n == 2);
    CHECK_TEXT(r.files[0].name, "a\"b\"c%0d\\d.png");
    CHECK_TEXT(r.files[1].name, "C:\\x\\y.png");
    r = read_as(cx, "Multipart/Form-Data ; charset=utf-8; BOUNDARY=\"xYz\"", END, sizeof END - 1);
    CHECK(r.said == FORM_OK);
}

#define PART(head) "--xYz\r\n" head "\r\n\r\nv\r\n" END
#define MAL(body) CHECK(READ(body).said == FORM_MALFORMED)

TEST(what_can_be_understood_in_two_ways_is_refused)
{
    MAL("");
    MAL("preamble\r\n" FIELD("a", "b") END);
    MAL(FIELD("a", "b"));                /* no end */
    MAL(FILE_OF("a.png", "half of it")); /* cut short on the way */
    MAL(FIELD("a", "b") "--xYz-");
    MAL(FIELD("a", "b") END "epilogue");
    MAL(FIELD("a", "b") "--xYzz\r\n" FIELD("c", "d") END); /* a boundary that goes on */
    MAL(FIELD("a", "b\0c") END);
    MAL(FIELD("a", "b\x1b") END);
    MAL(FIELD("a", "\xc3") END);
    MAL(PART("Content-Disposition: form-data; name=\"a\0b\""));
    MAL(PART("Content-Disposition: form-data; name=\"a\"; filename=\"x\0.png\""));
    MAL(PART("Content-Disposition: form-data; name=\"\""));
    MAL(PART("Content-Disposition: form-data; name=a"));
    MAL(PART("Content-Disposition: form-data; name=\"a\"; name=\"b\""));
    MAL(PART("Content-Disposition: form-data; name=\"a\"; filename=\"b\"; filename=\"c\""));
    MAL(PART("Content-Disposition: form-data; name=\"a\"; filename*=UTF-8''x"));
    MAL(PART("Content-Disposition: form-data; name=\"a\r\n b\""));
    MAL(PART("Content-Disposition: attachment; name=\"a\""));
    MAL(PART("Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data;"
             " name=\"b\""));
    MAL(PART("Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64"));
    MAL(PART("Content-Disposition: form-data; name=\"a\"\r\nno colon"));
    MAL(PART("Content-Type: text/plain"));
    MAL(PART("Content-Disposition: form-data; name=\"a"));
}

TEST(one_boundary_and_a_plain_one)
{
    static const char *const types[] = {
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=xYz; boundary=xYz",
        "multipart/form-data; boundary=xYz; boundary=other",
        "multipart/form-data; boundary=\"x\\Yz\"",
        "multipart/form-data; boundary=\"xYz",
        "multipart/form-data; boundary=x@z",
        "multipart/mixed; boundary=xYz",
        ("multipart/form-data; boundary="
         "01234567890123456789012345678901234567890123456789012345678901234567890"),
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        CHECK(read_as(cx, types[i], END, sizeof END - 1).said == FORM_MALFORMED);
    CHECK(read_as(cx, NULL, END, sizeof END - 1).said == FORM_MALFORMED);
}

TEST(ten_thousand_parts_are_too_many)
{
    static const char part[] = FIELD("a", "b");
    size_t n = sizeof part - 1;
    char *body = arena_alloc(cx->mem, 10000 * n + sizeof END);
    for (size_t i = 0; i < 10000; i++) memcpy(body + i * n, part, n);
    memcpy(body + 10000 * n, END, sizeof END);
    CHECK(read_as(cx, TYPE, body, 10000 * n + sizeof END - 1).said == FORM_TOO_MANY);
    memcpy(body + 10 * n, END, sizeof END);
    CHECK(read_as(cx, TYPE, body, 10 * n + sizeof END - 1).said == FORM_OK);
    size_t long_field = MULTIPART_FIELDS + 1;
    char *big = arena_print(cx->mem, FIELD("a", "%*s") END, (int)long_field, "");
    CHECK(read_as(cx, TYPE, big, strlen(big)).said == FORM_TOO_MANY);
}

/* Where the windows in which it is read meet, too. */
TEST(a_delimiter_is_found_wherever_it_stands)
{
    for (size_t at = 32 * 1024 - 200; at < 32 * 1024 + 20; at++) {
        char *body = arena_print(cx->mem, FILE_OF("a", "%*s") FIELD("last", "1") END, (int)at, "");
        struct result r = read_as(cx, TYPE, body, strlen(body));
        CHECK(r.said == FORM_OK && r.files_n == 1 && r.files[0].size == at && r.fields_n == 1);
    }
}

TEST(what_was_not_kept_leaves_the_fields_before_it)
{
    static const char body[] = FIELD("a", "typed") FILE_OF("big.png", "0123456789");
    struct result r = { 0 };
    struct spool spool = spool_of(body, sizeof body - 6);
    spool.beyond = 1000;
    r.said =
        multipart_parse(cx->mem, TYPE, &spool, 10, &r.fields, &r.fields_n, &r.files, &r.files_n);
    CHECK(r.said == FORM_OK && r.fields_n == 1 && r.files_n == 1);
    CHECK(r.files[0].cut);
    CHECK_TEXT(r.fields[0].value, "typed");
}
