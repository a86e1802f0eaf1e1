/* answer.c - the bytes of an answer */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http/loop.h"

static const char *reason(int status)
{
    switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown"; /* the phrase is decoration */
    }
}

/* "Date: ...\r\n", made once a second in each thread. */
static const char *date_line(size_t *length)
{
    static _Thread_local time_t second;
    static _Thread_local char line[64];
    static _Thread_local size_t size;
    time_t now = time(NULL);
    if (now != second || size == 0) {
        struct tm tm;
        gmtime_r(&now, &tm);
        size = strftime(line, sizeof line, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &tm);
        second = now;
    }
    *length = size;
    return line;
}

static void put(struct work *w, const char *bytes, size_t n)
{
    if (w->head_room - w->head_size < n) {
        size_t room = (w->head_size + n) * 2 < 1024 ? 1024 : (w->head_size + n) * 2;
        char *head = realloc(w->head, room);
        if (!head) {
            w->failed = true;
            return;
        }
        w->head = head;
        w->head_room = room;
    }
    memcpy(w->head + w->head_size, bytes, n);
    w->head_size += n;
}

static void put_text(struct work *w, const char *text)
{
    put(w, text, strlen(text));
}

#define PUT(w, literal) put((w), (literal), sizeof(literal) - 1)

static void put_number(struct work *w, size_t number)
{
    char digits[24], *at = digits + sizeof digits;
    do *--at = (char)('0' + number % 10);
    while (number /= 10);
    put(w, at, (size_t)(digits + sizeof digits - at));
}

static void put_field(struct work *w, const char *name, const char *value)
{
    put_text(w, name);
    PUT(w, ": ");
    put_text(w, value);
    PUT(w, "\r\n");
}

static bool text_fine(const char *text, bool name)
{
    if (name && !*text) return false;
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (*at < ' ' && *at != '\t') return false;
        if (*at == 0x7f || (name && (*at <= ' ' || *at == ':'))) return false;
    }
    return true;
}

static bool response_fine(const struct http_response *rs)
{
    if (rs->status < 200 || rs->status > 599) return false;
    if (rs->type && !text_fine(rs->type, false)) return false;
    for (size_t i = 0; i < rs->header_count; i++)
        if (!text_fine(rs->headers[i].name, true) || !text_fine(rs->headers[i].value, false))
            return false;
    return true;
}

void answer_write(struct work *w, const struct http_response *rs, bool closing)
{
    static const struct http_response broken = { .status = 500,
                                                 .type = "text/plain",
                                                 .body = "Internal Server Error\n",
                                                 .body_size = 22,
                                                 .close = true };
    if (!response_fine(rs)) rs = &broken;
    const struct http_request *rq = &w->exchange.request;
    bool bare = rs->status == 204 || rs->status == 304;
    w->status = rs->status;
    w->keep = rq->keep_alive && !rs->close && !closing && !w->stream;
    w->body = rs->body;
    w->body_size = bare || strcmp(rq->method, "HEAD") == 0 ? 0 : rs->body_size;
    w->head_size = w->sent = w->piece_at = 0;
    w->piece_size = rs->more ? 0 : w->body_size;
    w->more = rs->more;
    w->cut = false;
    w->failed = false;

    size_t date_size;
    const char *date = date_line(&date_size);
    PUT(w, "HTTP/1.1 ");
    put_number(w, (size_t)rs->status);
    PUT(w, " ");
    put_text(w, reason(rs->status));
    PUT(w, "\r\n");
    put(w, date, date_size);
    if (rs->type && !bare) put_field(w, "Content-Type", rs->type);
    if (!bare && !w->stream) {
        PUT(w, "Content-Length: ");
        put_number(w, rs->body_size);
        PUT(w, "\r\n");
    }
    for (size_t i = 0; i < rs->header_count; i++)
        put_field(w, rs->headers[i].name, rs->headers[i].value);
    if (!w->keep)
        PUT(w, "Connection: close\r\n");
    else if (rq->version == 10)
        PUT(w, "Connection: keep-alive\r\n");
    PUT(w, "\r\n");
    if (w->failed) {
        /* No memory for a few hundred bytes: nothing leaves, and the connection ends. */
        w->head_size = w->body_size = w->piece_size = 0;
        w->keep = false;
    }
}

#define REFUSAL(number, title, words)                                                     \
    case number:                                                                          \
        body = "<!doctype html><title>" title "</title><h1>" title "</h1><p>" words "\n"; \
        break

void answer_refuse(struct work *w, int status)
{
    static const struct http_header headers[] = {
        { "Cache-Control", "no-store" },
        { "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'" },
        { "X-Content-Type-Options", "nosniff" },
        { "Retry-After", "5" }, /* last, with 503 only */
    };
    const char *body;
    switch (status) {
        REFUSAL(408, "Request Timeout", "The request took too long to arrive.");
        REFUSAL(413, "Content Too Large", "This is more than can be sent here.");
        REFUSAL(414, "URI Too Long", "The address is too long.");
        REFUSAL(417, "Expectation Failed", "The expectation is not understood.");
        REFUSAL(431, "Request Header Fields Too Large", "The headers are too large.");
        REFUSAL(501, "Not Implemented", "The method or the transfer coding is not understood.");
        REFUSAL(503, "Service Unavailable", "Too much is going on. Please try again in a moment.");
        REFUSAL(505, "HTTP Version Not Supported", "Please speak HTTP/1.1.");
    default:
        status = 400;
        [[fallthrough]];
        REFUSAL(400, "Bad Request", "The request is malformed.");
    }
    struct http_response rs = { .status = status,
                                .type = "text/html; charset=utf-8",
                                .headers = headers,
                                .header_count = status == 503 ? 4 : 3,
                                .body = body,
                                .body_size = strlen(body),
                                .close = true };
    answer_write(w, &rs, true);
    w->answered = true;
}
