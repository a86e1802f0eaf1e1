/* forbidden.h - requests that must be refused, however they are cut into pieces.
 *
 * Most are known ways to make two readers of one stream see different
 * requests.  The tests send each with a whole, innocent request behind it,
 * which nobody may ever answer. */
#pragma once
#include <stddef.h>

struct forbidden {
    const char *what, *bytes;
    size_t size;
    int status;
};

#define NO(what, bytes, status) { what, bytes, sizeof(bytes) - 1, status }
#define GET "GET /echo HTTP/1.1\r\nHost: a\r\n"
#define POST "POST /echo HTTP/1.1\r\nHost: a\r\n"
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"
#define SMUGGLED "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

/* clang-format off */
static const struct forbidden forbidden[] = {
    /* the request line */
    NO("HTTP/0.9",                    "GET /echo\r\n\r\n", 0),
    NO("HTTP/2.0 preface",            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0),
    NO("HTTP/2.0 request",            "GET /echo HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    NO("HTTP/1.2",                    "GET /echo HTTP/1.2\r\nHost: a\r\n\r\n", 505),
    NO("HTTP/3.0",                    "GET /echo HTTP/3.0\r\nHost: a\r\n\r\n", 505),
    NO("HTTP/1.10",                   "GET /echo HTTP/1.10\r\nHost: a\r\n\r\n", 0),
    NO("HTTP/01.1",                   "GET /echo HTTP/01.1\r\nHost: a\r\n\r\n", 0),
    NO("http in lower case",          "GET /echo http/1.1\r\nHost: a\r\n\r\n", 400),
    NO("another protocol",            "GET /echo RTSP/1.0\r\nHost: a\r\n\r\n", 0),
    NO("TLS on the plain port",       "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    NO("no target",                   "GET HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("two spaces before target",    "GET  /echo HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("two spaces before version",   "GET /echo  HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("tab before target",           "GET\t/echo HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("space at the end of line",    "GET /echo HTTP/1.1 \r\nHost: a\r\n\r\n", 0),
    NO("space before the method",     " GET /echo HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("relative target",             "GET echo HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("star with GET",               "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("NUL in target",               "GET /ec\0ho HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("control byte in target",      "GET /ec\x01ho HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("DEL in target",               "GET /ec\x7fho HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("byte above 127 in target",    "GET /ec\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("bare CR in target",           "GET /ec\rho HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("fragment",                    "GET /echo#a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("backslash in path",           "GET /a\\..\\b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("half an escape",              "GET /a%4 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("escape without hex digits",   "GET /a%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("escaped NUL in path",         "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("absolute form, other host",   "GET http://b/echo HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("absolute form with user",     "GET http://a@b/echo HTTP/1.1\r\nHost: b\r\n\r\n", 400),
    NO("absolute form, other port",   "GET http://a:81/echo HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("absolute form, other scheme", "GET ftp://a/echo HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("CONNECT",                     "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501),
    NO("TRACE",                       "TRACE /echo HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    NO("PROPFIND",                    "PROPFIND /echo HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    NO("unknown method",              "FROBNICATE /echo HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    NO("method in lower case",        "get /echo HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("CR LF CR before the line",    "\r\n\rGET /echo HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    NO("bare LF after the line",      "GET /echo HTTP/1.1\nHost: a\r\n\r\n", 400),
    NO("bare CR after the line",      "GET /echo HTTP/1.1\rHost: a\r\n\r\n", 0),

    /* Host */
    NO("no Host",                     "GET /echo HTTP/1.1\r\n\r\n", 400),
    NO("no Host with 1.0",            "GET /echo HTTP/1.0\r\n\r\n", 400),
    NO("two Hosts",                   GET "Host: b\r\n\r\n", 400),
    NO("the same Host twice",         GET "Host: a\r\n\r\n", 400),
    NO("empty Host",                  "GET /echo HTTP/1.1\r\nHost:\r\n\r\n", 400),
    NO("Host with a space",           "GET /echo HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    NO("Host with a path",            "GET /echo HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    NO("Host with a user",            "GET /echo HTTP/1.1\r\nHost: x@a\r\n\r\n", 400),
    NO("Host with a comma",           "GET /echo HTTP/1.1\r\nHost: a,b\r\n\r\n", 400),
    NO("port above 65535",            "GET /echo HTTP/1.1\r\nHost: a:65536\r\n\r\n", 400),
    NO("port in words",               "GET /echo HTTP/1.1\r\nHost: a:http\r\n\r\n", 400),
    NO("half an IPv6 address",        "GET /echo HTTP/1.1\r\nHost: [::1\r\n\r\n", 400),
    NO("no IPv6 address",             "GET /echo HTTP/1.1\r\nHost: [a.b]\r\n\r\n", 400),

    /* fields */
    NO("bare LF between fields",      "GET /echo HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400),
    NO("bare LF at the end",          "GET /echo HTTP/1.1\r\nHost: a\r\n\n", 400),
    NO("LF LF at the end",            "GET /echo HTTP/1.1\r\nHost: a\n\n", 400),
    NO("bare CR in a value",          GET "X: a\rb\r\n\r\n", 400),
    NO("bare CR hides a coding",      GET "X:\rTransfer-Encoding: chunked\r\n\r\n", 400),
    NO("CR CR LF",                    GET "X: a\r\r\n\r\n", 400),
    NO("NUL in a value",              GET "X: a\0b\r\n\r\n", 400),
    NO("control byte in a value",     GET "X: a\x02" "b\r\n\r\n", 400),
    NO("DEL in a value",              GET "X: a\x7f\r\n\r\n", 400),
    NO("obs-fold",                    GET "X: a\r\n b\r\n\r\n", 400),
    NO("obs-fold with a tab",         GET "X: a\r\n\tb\r\n\r\n", 400),
    NO("obs-fold of the coding",      POST "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400),
    NO("fold before the first field", "GET /echo HTTP/1.1\r\n Host: a\r\n\r\n", 400),
    NO("space before the colon",      POST "Content-Length : 3\r\n\r\nabc", 400),
    NO("tab before the colon",        POST "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n", 400),
    NO("no colon",                    GET "X\r\n\r\n", 400),
    NO("empty name",                  GET ": y\r\n\r\n", 400),
    NO("space in a name",             GET "X Y: z\r\n\r\n", 400),
    NO("NUL in a name",               GET "X\0Y: z\r\n\r\n", 400),
    NO("quote in a name",             GET "X\"Y: z\r\n\r\n", 400),
    NO("byte above 127 in a name",    GET "X\xe4: z\r\n\r\n", 400),
    NO("unknown expectation",         POST "Expect: wonders\r\nContent-Length: 3\r\n\r\nabc", 417),
    NO("two expectations",            POST "Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc", 417),

    /* how long the body is */
    NO("two lengths",                 POST "Content-Length: 0\r\nContent-Length: 5\r\n\r\nabcde", 400),
    NO("the same length twice",       POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
    NO("a list of lengths",           POST "Content-Length: 3, 3\r\n\r\nabc", 400),
    NO("length with plus",            POST "Content-Length: +3\r\n\r\nabc", 400),
    NO("length with minus",           POST "Content-Length: -3\r\n\r\nabc", 400),
    NO("length in hex",               POST "Content-Length: 0x3\r\n\r\nabc", 400),
    NO("length with a letter",        POST "Content-Length: 3a\r\n\r\nabc", 400),
    NO("length with a space inside",  POST "Content-Length: 3 0\r\n\r\nabc", 400),
    NO("empty length",                POST "Content-Length:\r\n\r\nabc", 400),
    NO("length beyond 64 bits",       POST "Content-Length: 18446744073709551619\r\n\r\nabc", 400),
    NO("length and coding",           POST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    NO("coding and length",           POST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400),
    NO("coding with 1.0",             "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    NO("unknown coding",              POST "Transfer-Encoding: gzip\r\n\r\nabc", 501),
    NO("coding before chunked",       POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    NO("coding after chunked",        POST "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 0),
    NO("chunked twice",               POST "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 0),
    NO("two codings",                 POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0),
    NO("xchunked",                    POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
    NO("chunked in quotes",           POST "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 501),
    NO("identity",                    POST "Transfer-Encoding: identity\r\n\r\n", 501),
    NO("empty coding",                POST "Transfer-Encoding:\r\n\r\n0\r\n\r\n", 0),
    NO("chunked with vertical tab",   POST "Transfer-Encoding: \x0b" "chunked\r\n\r\n0\r\n\r\n", 400),
    NO("length above the limit",      POST "Content-Length: 1001\r\n\r\nabc", 413),

    /* chunks */
    NO("chunk size 0x3",              CHUNKED "0x3\r\nabc\r\n0\r\n\r\n", 400),
    NO("chunk size +3",               CHUNKED "+3\r\nabc\r\n0\r\n\r\n", 400),
    NO("chunk size -3",               CHUNKED "-3\r\nabc\r\n0\r\n\r\n", 400),
    NO("chunk size 0_3",              CHUNKED "0_3\r\nabc\r\n0\r\n\r\n", 400),
    NO("chunk size 3g",               CHUNKED "3g\r\nabc\r\n0\r\n\r\n", 400),
    NO("space after the chunk size",  CHUNKED "3 \r\nabc\r\n0\r\n\r\n", 400),
    NO("space before the chunk size", CHUNKED " 3\r\nabc\r\n0\r\n\r\n", 400),
    NO("no chunk size",               CHUNKED "\r\nabc\r\n0\r\n\r\n", 400),
    NO("chunk size beyond 64 bits",   CHUNKED "10000000000000003\r\nabc\r\n0\r\n\r\n", 400),
    NO("chunk size just below",       CHUNKED "ffffffffffffffff\r\nabc\r\n0\r\n\r\n", 413),
    NO("bare LF after a chunk size",  CHUNKED "3\nabc\r\n0\r\n\r\n", 400),
    NO("bare CR after a chunk size",  CHUNKED "3\rabc\r\n0\r\n\r\n", 400),
    NO("bare LF after a chunk",       CHUNKED "3\r\nabc\n0\r\n\r\n", 400),
    NO("chunk longer than its size",  CHUNKED "3\r\nabcd\r\n0\r\n\r\n", 400),
    NO("wild bytes after a chunk",    CHUNKED "3\r\nabcXX0\r\n\r\n", 400),
    NO("bare LF after the last",      CHUNKED "3\r\nabc\r\n0\n\n", 400),
    NO("bare LF at the very end",     CHUNKED "3\r\nabc\r\n0\r\n\n", 400),
    NO("wild bytes after the last",   CHUNKED "0\r\nX\r\n\r\n", 400),
    NO("chunk extension",             CHUNKED "3;a=b\r\nabc\r\n0\r\n\r\n", 400),
    NO("empty chunk extension",       CHUNKED "3;\r\nabc\r\n0\r\n\r\n", 400),
    NO("chunk extension with LF",     CHUNKED "3;\nabc\r\n0\r\n\r\n", 400),
    NO("chunk extension of the last", CHUNKED "0;a=b\r\n\r\n", 400),
    NO("space before an extension",   CHUNKED "3 ;a=b\r\nabc\r\n0\r\n\r\n", 400),
    NO("folded trailer",              CHUNKED "0\r\nX: a\r\n b\r\n\r\n", 400),
    NO("trailer with bare LF",        CHUNKED "0\r\nX: a\nY: b\r\n\r\n", 400),
    NO("trailer with bare CR",        CHUNKED "0\r\nX: a\rY: b\r\n\r\n", 400),
    NO("trailer without a colon",     CHUNKED "0\r\nX\r\n\r\n", 400),
    NO("chunks above the limit",      CHUNKED "3e9\r\n", 413),
};
/* clang-format on */
enum { FORBIDDEN_REQUESTS = sizeof forbidden / sizeof *forbidden };
