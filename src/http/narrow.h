/* narrow.h - the second, narrower reading of what the state machine has read.
 *
 * It allows less than the standard does where leniency has made trouble:
 * line ends are CR LF and nothing else, there are no folded lines and no chunk
 * extensions, and every byte belongs to its kind of text. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "http/http.h"

struct http_limits {
    size_t header, target, fields;
};

/* How the head says its body is framed. */
struct framing {
    uint64_t length;
    bool has_length, chunked, expects;
};

/* Read the complete head, up to and with its empty line, into the request,
 * whose `headers` has room for limits->fields.  The bytes are changed: names
 * become lower case, texts get their zero.  Answers 0, or the status of the
 * refusal; then only the bytes have been written to. */
int head_read(char *head, size_t size, const struct http_limits *, struct http_request *,
              struct framing *);

/* Where in a chunked body a reader is.  Begins as all zeros. */
struct chunk_reader {
    enum {
        CHUNK_BEGIN,
        CHUNK_SIZE,
        CHUNK_SIZE_LF,
        CHUNK_DATA,
        CHUNK_DATA_CR,
        CHUNK_DATA_LF,
        TRAILER_BEGIN,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        CHUNKS_LF,
        CHUNKS_END,
    } state;
    uint64_t left; /* of this chunk */
    uint64_t body; /* bytes of body so far */
};

/* Go on reading, up to the end of the body if it is here; how many bytes
 * belonged to it goes to *taken.  False if they are malformed.  Trailers are
 * looked at and dropped. */
bool chunks_read(struct chunk_reader *, const char *bytes, size_t n, size_t *taken);
