/* assets.h - what the browser loads besides pages: style, script, icons.
 *
 * The files of assets/ and the icon sprite are part of the program
 * (tools/embed.c).  Each has a name that changes with its content, so answers
 * may be kept for a year and pages always ask for the right version. */
#pragma once
#include "base/cx.h"
#include "html/html.h"
#include "http/http.h"

struct asset {
    const char *name; /* "app.css" */
    const char *path; /* "/assets/app.3f9ac1d2.css" */
    const char *type; /* for Content-Type */
    const unsigned char *bytes;
    size_t length;
    const unsigned char *gzip; /* NULL where compressing does not help */
    size_t gzip_length;
    const unsigned char *brotli;
    size_t brotli_length;
};

extern const struct asset assets[];
extern const size_t assets_n;

/* By the path of a request, or NULL. */
const struct asset *asset_find(const char *path);

/* By name.  Asking for what is not there ends the program: the first test of
 * any page notices. */
struct url asset_url(const char *name);

/* If the request asks for an asset, answer it and say true.  The smallest form
 * goes out that the browser's Accept-Encoding takes. */
bool asset_answer(const struct http_request *, struct http_response *);
