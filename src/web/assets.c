/* assets.c - see assets.h */
#include "web/assets.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

const struct asset *asset_find(const char *path)
{
    for (size_t i = 0; i < assets_n; i++)
        if (strcmp(assets[i].path, path) == 0) return &assets[i];
    return NULL;
}

struct url asset_url(const char *name)
{
    for (size_t i = 0; i < assets_n; i++)
        if (strcmp(assets[i].name, name) == 0) return (struct url){ assets[i].path };
    fprintf(stderr, "linden: there is no asset called %s\n", name);
    abort();
}

/* Does the list hold the coding, and not with q=0?  ("br;q=1.0, gzip;q=0") */
static bool takes(const char *list, const char *coding)
{
    size_t length = strlen(coding);
    for (const char *at = list; at && *at; at += *at == ',') {
        at += strspn(at, " \t");
        size_t all = strcspn(at, ","), name = strcspn(at, ",; \t");
        if (name == length && strncasecmp(at, coding, length) == 0) {
            const char *q = at + name + strspn(at + name, " \t;");
            if (q >= at + all || strncasecmp(q, "q=", 2) != 0) return true;
            return strtod(q + 2, NULL) > 0;
        }
        at += all;
    }
    return false;
}

/* clang-format off */
#define ALWAYS \
    { "Cache-Control", "public, max-age=31536000, immutable" }, { "Vary", "Accept-Encoding" }, \
    { "X-Content-Type-Options", "nosniff" }, { "Cross-Origin-Resource-Policy", "same-origin" }
static const struct http_header plain[]  = { ALWAYS };
static const struct http_header gzip[]   = { ALWAYS, { "Content-Encoding", "gzip" } };
static const struct http_header brotli[] = { ALWAYS, { "Content-Encoding", "br" } };
/* clang-format on */

static void give(struct http_response *rs, const struct http_header *headers, size_t n,
                 const unsigned char *bytes, size_t length)
{
    rs->headers = headers;
    rs->header_count = n;
    rs->body = (const char *)bytes;
    rs->body_size = length;
}

bool asset_answer(const struct http_request *rq, struct http_response *rs)
{
    if (strcmp(rq->method, "GET") != 0 && strcmp(rq->method, "HEAD") != 0) return false;
    const struct asset *asset = asset_find(rq->path);
    if (!asset) return false;

    const char *accept = http_header(rq, "accept-encoding");
    *rs = (struct http_response){ .status = 200, .type = asset->type };
    if (asset->brotli && takes(accept, "br"))
        give(rs, brotli, sizeof brotli / sizeof *brotli, asset->brotli, asset->brotli_length);
    else if (asset->gzip && takes(accept, "gzip"))
        give(rs, gzip, sizeof gzip / sizeof *gzip, asset->gzip, asset->gzip_length);
    else
        give(rs, plain, sizeof plain / sizeof *plain, asset->bytes, asset->length);
    return true;
}
