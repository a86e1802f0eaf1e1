/* narrow.c - see narrow.h */
#include "http/narrow.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

/* What a byte may be part of. */
enum { TOKEN = 1, VALUE = 2, TARGET = 4, HOST = 8, HEX = 16 };

static const unsigned char kinds[256] = {
    ['\t'] = VALUE,
    [' '] = VALUE,
    ['!'] = TOKEN | VALUE | TARGET,
    ['"'] = VALUE,
    ['#'] = TOKEN | VALUE, /* a fragment never leaves a browser */
    ['$'] = TOKEN | VALUE | TARGET,
    ['%'] = TOKEN | VALUE | TARGET,
    ['&'] = TOKEN | VALUE | TARGET,
    ['\''] = TOKEN | VALUE | TARGET,
    ['('] = VALUE | TARGET,
    [')'] = VALUE | TARGET,
    ['*'] = TOKEN | VALUE | TARGET,
    ['+'] = TOKEN | VALUE | TARGET,
    [','] = VALUE | TARGET,
    ['-'] = TOKEN | VALUE | TARGET | HOST,
    ['.'] = TOKEN | VALUE | TARGET | HOST,
    ['/'] = VALUE | TARGET,
    ['0' ... '9'] = TOKEN | VALUE | TARGET | HOST | HEX,
    [':'] = VALUE | TARGET,
    [';'] = VALUE | TARGET,
    ['<'] = VALUE,
    ['='] = VALUE | TARGET,
    ['>'] = VALUE,
    ['?'] = VALUE | TARGET,
    ['@'] = VALUE | TARGET,
    ['A' ... 'F'] = TOKEN | VALUE | TARGET | HOST | HEX,
    ['G' ... 'Z'] = TOKEN | VALUE | TARGET | HOST,
    ['['] = VALUE | TARGET,
    ['\\'] = VALUE | TARGET, /* in a query only, see path_fine() */
    [']'] = VALUE | TARGET,
    ['^'] = TOKEN | VALUE | TARGET,
    ['_'] = TOKEN | VALUE | TARGET | HOST,
    ['`'] = TOKEN | VALUE | TARGET,
    ['a' ... 'f'] = TOKEN | VALUE | TARGET | HOST | HEX,
    ['g' ... 'z'] = TOKEN | VALUE | TARGET | HOST,
    ['{'] = VALUE | TARGET,
    ['|'] = TOKEN | VALUE | TARGET,
    ['}'] = VALUE | TARGET,
    ['~'] = TOKEN | VALUE | TARGET,
    [0x80 ... 0xff] = VALUE,
};

static bool is(char byte, int kind)
{
    return kinds[(unsigned char)byte] & kind;
}

static char *span(char *at, const char *end, int kind)
{
    while (at < end && is(*at, kind)) at++;
    return at;
}

/* The CR that ends the line, or NULL.  A CR elsewhere in the line is found by
 * whoever reads the line, since no kind of text may hold one. */
static char *line_end(char *at, char *end)
{
    char *lf = memchr(at, '\n', (size_t)(end - at));
    return lf && lf > at && lf[-1] == '\r' ? lf - 1 : NULL;
}

static bool method_known(const char *method)
{
    static const char *const known[] = {
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(method, known[i]) == 0) return true;
    return false;
}

/* No backslash, which some readers take for a slash, and after every '%' two
 * hex digits that are not zero. */
static bool path_fine(const char *path)
{
    for (const char *at = path; *at; at++) {
        if (*at == '\\') return false;
        if (*at != '%') continue;
        if (!is(at[1], HEX) || !is(at[2], HEX)) return false;
        if (at[1] == '0' && at[2] == '0') return false;
    }
    return true;
}

/* A name, an IPv4 address or an [IPv6 address], and perhaps a port. */
static bool host_fine(char *host)
{
    char *end = host + strlen(host), *at = host;
    if (end - host > 255) return false;
    if (*host == '[') {
        char literal[INET6_ADDRSTRLEN];
        struct in6_addr address;
        char *close = strchr(host, ']');
        if (!close || (size_t)(close - host - 1) >= sizeof literal) return false;
        memcpy(literal, host + 1, (size_t)(close - host - 1));
        literal[close - host - 1] = '\0';
        if (inet_pton(AF_INET6, literal, &address) != 1) return false;
        at = close + 1;
    } else {
        at = span(host, end, HOST);
        if (at == host) return false;
    }
    if (at == end) return true;
    if (*at++ != ':') return false;
    unsigned port = 0;
    for (; at < end && port <= 65535; at++) {
        if (*at < '0' || *at > '9') return false;
        port = port * 10 + (unsigned)(*at - '0');
    }
    return port <= 65535;
}

/* What the fields that matter here said. */
struct seen {
    char *host;
    int hosts, lengths, codings, expectations;
    const char *coding, *expectation;
    struct framing framing;
};

static bool length_read(const char *value, struct framing *framing)
{
    size_t digits = strlen(value);
    if (digits == 0 || digits > 18) return false;
    for (; *value; value++) {
        if (*value < '0' || *value > '9') return false;
        framing->length = framing->length * 10 + (uint64_t)(*value - '0');
    }
    return framing->has_length = true;
}

/* One line "Name: value"; `end` is its CR. */
static int field_read(char *line, char *end, struct http_header *out, struct seen *seen)
{
    char *colon = span(line, end, TOKEN);
    if (colon == line || colon == end || *colon != ':') return 400;
    for (char *at = line; at < colon; at++)
        if (*at >= 'A' && *at <= 'Z') *at |= 0x20;

    char *value = colon + 1, *stop = end;
    while (value < stop && (*value == ' ' || *value == '\t')) value++;
    while (stop > value && (stop[-1] == ' ' || stop[-1] == '\t')) stop--;
    if (span(value, stop, VALUE) != stop) return 400;
    *colon = *stop = '\0';
    *out = (struct http_header){ .name = line, .value = value };

    switch (colon - line) {
    case 4:
        if (memcmp(line, "host", 4) == 0) seen->host = value, seen->hosts++;
        break;
    case 6:
        if (memcmp(line, "expect", 6) == 0) seen->expectation = value, seen->expectations++;
        break;
    case 14:
        if (memcmp(line, "content-length", 14) != 0) break;
        if (seen->lengths++ || !length_read(value, &seen->framing)) return 400;
        break;
    case 17:
        if (memcmp(line, "transfer-encoding", 17) == 0) seen->coding = value, seen->codings++;
        break;
    }
    return 0;
}

/* "METHOD target HTTP/1.x"; `end` is the CR. */
static int request_line_read(char *line, char *end, size_t target_limit, struct http_request *rq,
                             char **target)
{
    char *space = span(line, end, TOKEN);
    if (space == line || space == end || *space != ' ') return 400;
    *target = space + 1;
    char *stop = span(*target, end, TARGET);
    if (stop == *target) return 400;
    if ((size_t)(stop - *target) > target_limit) return 414;
    if (end - stop != 9 || memcmp(stop, " HTTP/", 6) != 0) return 400;
    if (stop[6] < '0' || stop[6] > '9' || stop[7] != '.' || stop[8] < '0' || stop[8] > '9')
        return 400;
    if (stop[6] != '1' || stop[8] > '1') return 505;
    rq->version = 10 + (stop[8] - '0');
    *space = *stop = '\0';
    rq->method = line;
    return method_known(line) ? 0 : 501;
}

/* Split the target.  The absolute form is for proxies; it is understood when
 * it names the same host as the Host header. */
static int target_read(char *target, const char *host, struct http_request *rq)
{
    if (strcmp(target, "*") == 0 && strcmp(rq->method, "OPTIONS") == 0) {
        rq->path = "*";
        rq->query = "";
        return 0;
    }
    size_t scheme = strncasecmp(target, "http://", 7) == 0    ? 7
                    : strncasecmp(target, "https://", 8) == 0 ? 8
                                                              : 0;
    bool absolute = scheme > 0;
    if (absolute) {
        char *authority = target + scheme;
        size_t length = strcspn(authority, "/?");
        if (length != strlen(host) || strncasecmp(authority, host, length) != 0) return 400;
        target = authority + length;
    }
    char *question = strchr(target, '?');
    if (question) *question = '\0';
    rq->query = question ? question + 1 : "";
    rq->path = absolute && !*target ? "/" : target;
    return rq->path[0] == '/' && path_fine(rq->path) ? 0 : 400;
}

static int framing_check(const struct seen *seen, int version, struct framing *out)
{
    *out = seen->framing;
    if (seen->codings) {
        /* A 1.0 client that says chunked has a 1.0 proxy behind it that did not understand it. */
        if (seen->codings > 1 || out->has_length || version == 10) return 400;
        if (strcasecmp(seen->coding, "chunked") != 0) return 501;
        out->chunked = true;
    }
    if (seen->expectations) {
        if (seen->expectations > 1 || strcasecmp(seen->expectation, "100-continue") != 0)
            return 417;
        out->expects = version == 11;
    }
    return 0;
}

int head_read(char *head, size_t size, const struct http_limits *limits, struct http_request *out,
              struct framing *framing)
{
    struct http_request rq = *out;
    struct seen seen = { 0 };
    char *at = head, *end = head + size, *target;
    int refusal;
    /* Some clients send an empty line after a body. */
    while (end - at >= 2 && at[0] == '\r' && at[1] == '\n') at += 2;

    char *cr = line_end(at, end);
    if (!cr) return 400;
    if ((refusal = request_line_read(at, cr, limits->target, &rq, &target))) return refusal;

    rq.header_count = 0;
    for (at = cr + 2;; at = cr + 2) {
        if (!(cr = line_end(at, end))) return 400;
        if (cr == at) break;
        if (rq.header_count == limits->fields) return 431;
        if ((refusal = field_read(at, cr, &rq.headers[rq.header_count++], &seen))) return refusal;
    }
    if (cr + 2 != end) return 400;

    if (seen.hosts != 1 || !host_fine(seen.host)) return 400;
    if ((refusal = target_read(target, seen.host, &rq))) return refusal;
    if ((refusal = framing_check(&seen, rq.version, framing))) return refusal;
    *out = rq;
    return 0;
}

static int hex(char digit)
{
    if (digit >= '0' && digit <= '9') return digit - '0';
    return is(digit, HEX) ? (digit | 0x20) - 'a' + 10 : -1;
}

/* The state after one byte outside of the data, or -1. */
static int chunk_step(struct chunk_reader *r, char byte)
{
    switch (r->state) {
    case CHUNK_BEGIN: r->left = 0; [[fallthrough]];
    case CHUNK_SIZE:
        if (byte == '\r' && r->state == CHUNK_SIZE) return CHUNK_SIZE_LF;
        if (hex(byte) < 0 || r->left >> 60) return -1;
        r->left = r->left * 16 + (uint64_t)hex(byte);
        return CHUNK_SIZE;
    case CHUNK_SIZE_LF: return byte != '\n' ? -1 : r->left ? CHUNK_DATA : TRAILER_BEGIN;
    case CHUNK_DATA_CR: return byte == '\r' ? CHUNK_DATA_LF : -1;
    case CHUNK_DATA_LF: return byte == '\n' ? CHUNK_BEGIN : -1;
    case TRAILER_BEGIN: return byte == '\r' ? CHUNKS_LF : is(byte, TOKEN) ? TRAILER_NAME : -1;
    case TRAILER_NAME: return byte == ':' ? TRAILER_VALUE : is(byte, TOKEN) ? TRAILER_NAME : -1;
    case TRAILER_VALUE: return byte == '\r' ? TRAILER_LF : is(byte, VALUE) ? TRAILER_VALUE : -1;
    case TRAILER_LF: return byte == '\n' ? TRAILER_BEGIN : -1;
    case CHUNKS_LF: return byte == '\n' ? CHUNKS_END : -1;
    default: return -1;
    }
}

bool chunks_read(struct chunk_reader *r, const char *bytes, size_t n, size_t *taken)
{
    size_t at = 0;
    while (at < n && r->state != CHUNKS_END) {
        if (r->state == CHUNK_DATA) {
            size_t some = n - at < r->left ? n - at : (size_t)r->left;
            at += some;
            r->body += some;
            r->left -= some;
            if (r->left == 0) r->state = CHUNK_DATA_CR;
        } else {
            int next = chunk_step(r, bytes[at++]);
            if (next < 0) return false;
            r->state = (unsigned)next;
        }
    }
    *taken = at;
    return true;
}

const char *http_header(const struct http_request *rq, const char *name)
{
    for (size_t i = 0; i < rq->header_count; i++)
        if (strcmp(rq->headers[i].name, name) == 0) return rq->headers[i].value;
    return NULL;
}
