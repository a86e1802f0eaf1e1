/* form.h - what a visitor may write in forms, queries, paths and cookies.
 *
 * Decoded text is valid UTF-8 without zero bytes and without control
 * characters, but for tab and line ends, which belong into text areas.
 * Anything else is refused as a whole; nothing is repaired. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct arena;

struct pair {
    const char *name, *value;
};

enum form { FORM_OK, FORM_MALFORMED, FORM_TOO_MANY };

/* Read application/x-www-form-urlencoded, in a body or in a query: pairs in
 * their order, repeated names too; a name without '=' has the value "".  The
 * outputs are written with FORM_OK only. */
enum form form_parse(struct arena *, const char *bytes, size_t n, size_t max_pairs,
                     struct pair **out, size_t *n_out);

/* The value of the first pair of that name, or NULL. */
const char *pair_find(const struct pair *, size_t n, const char *name);

/* Decode %XX in a segment of a path; '+' stays.  False if it is refused.  What
 * comes out may hold a '/': split the path first. */
bool percent_decode(struct arena *, const char *bytes, size_t n, const char **out);

/* Find a cookie in the value of a Cookie header, which may be NULL.  Points to
 * its value, not terminated, as it was sent, or answers NULL. */
const char *cookie_find(const char *header, const char *name, size_t *length);
