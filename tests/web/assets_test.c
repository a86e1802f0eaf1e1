/* assets_test.c - what browsers load besides pages. */
#include "web/assets.h"

#include "tests/test.h"

static struct http_response ask(const char *method, const char *path, const char *accept)
{
    struct http_header headers[] = { { "accept-encoding", accept } };
    struct http_request rq = { .method = method, .path = path, .query = "" };
    struct http_response rs = { 0 };
    rq.headers = headers;
    rq.header_count = accept ? 1 : 0;
    if (!asset_answer(&rq, &rs)) rs.status = 404;
    return rs;
}

static const char *header(const struct http_response *rs, const char *name)
{
    for (size_t i = 0; i < rs->header_count; i++)
        if (strcmp(rs->headers[i].name, name) == 0) return rs->headers[i].value;
    return NULL;
}

TEST(an_asset_is_found_under_a_name_with_its_hash)
{
    const char *path = asset_url("app.css").text;
    CHECK(strncmp(path, "/assets/app.", 12) == 0);
    CHECK_INT(strlen(path), strlen("/assets/app.12345678.css"));
    CHECK_TEXT(asset_find(path)->name, "app.css");
    CHECK(asset_find("/assets/app.css") == NULL);
    CHECK(asset_find("/assets/") == NULL);
    CHECK_INT(ask("GET", "/assets/app.00000000.css", NULL).status, 404);
    CHECK_INT(ask("POST", path, NULL).status, 404);
}

TEST(a_browser_gets_the_smallest_form_it_takes)
{
    const char *path = asset_url("app.css").text;
    const struct asset *css = asset_find(path);
    CHECK(css->brotli && css->gzip);
    CHECK(css->brotli_length < css->gzip_length && css->gzip_length < css->length);

    struct http_response rs = ask("GET", path, "gzip, deflate, br, zstd");
    CHECK_TEXT(header(&rs, "Content-Encoding"), "br");
    CHECK_INT(rs.body_size, css->brotli_length);
    rs = ask("GET", path, "GZIP;q=0.5, br;q=0");
    CHECK_TEXT(header(&rs, "Content-Encoding"), "gzip");
    CHECK_INT(rs.body_size, css->gzip_length);
    rs = ask("GET", path, "gzip;q=0, brr, x");
    CHECK(header(&rs, "Content-Encoding") == NULL);
    CHECK_INT(rs.body_size, css->length);
    rs = ask("HEAD", path, NULL);
    CHECK_INT(rs.body_size, css->length);
    CHECK_TEXT(rs.type, "text/css; charset=utf-8");
    CHECK_TEXT(header(&rs, "Vary"), "Accept-Encoding");
    CHECK(strstr(header(&rs, "Cache-Control"), "immutable") != NULL);
}

TEST(the_script_is_small_even_for_who_takes_gzip_only)
{
    static const char remark[] = "makes plain pages quicker";
    const struct asset *js = asset_find(asset_url("app.js").text);
    CHECK(js->gzip_length < 6 * 1024 && js->brotli_length < js->gzip_length);
    CHECK(js->length > 10000 && !memmem(js->bytes, js->length, remark, strlen(remark)));
}

TEST(the_sprite_holds_the_icons_that_are_named)
{
    const struct asset *sprite = asset_find(asset_url("icons.svg").text);
    const char *text = arena_copy(cx->mem, (const char *)sprite->bytes, sprite->length);
    const char *const names[] = { "brand", "users", "pencil", "x", "check", "alert" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        CHECK(strstr(text, arena_print(cx->mem, "<symbol id=\"%s\"", names[i])) != NULL);
    CHECK(strstr(text, "style") == NULL && strstr(text, "<script") == NULL);
}

TEST(the_script_fits_its_budget_and_nothing_leaves_the_site)
{
    const struct asset *js = asset_find(asset_url("app.js").text);
    CHECK(js->brotli_length > 0 && js->brotli_length <= 6 * 1024);
    for (size_t i = 0; i < assets_n; i++) {
        if (strstr(assets[i].name, ".svg")) continue; /* the name of the SVG language is a URL */
        const char *text = arena_copy(cx->mem, (const char *)assets[i].bytes, assets[i].length);
        CHECK(strstr(text, "http:") == NULL && strstr(text, "https:") == NULL);
        CHECK(strstr(text, "innerHTML") == NULL && strstr(text, "url(") == NULL);
    }
}
