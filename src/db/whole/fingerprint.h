/* fingerprint.h - what stands in a table, as one hash that both engines agree on.
 *
 * BLAKE2b-256 over the name of the table, its columns, and its rows in the order
 * of the primary key.  Each value is written so that no two different tables
 * are the same bytes:
 *   'n'                           NULL
 *   'i', 8 bytes                  a number, two's complement, the highest byte first
 *   't', 8 bytes, then so many    a text in UTF-8 (the empty one is not NULL)
 *   'b', 8 bytes, then so many    bytes
 * So two tables have the same hash if and only if they hold the same. */
#pragma once
#include <sodium.h>

#include "db/whole/engine.h"

enum { FINGERPRINT_HEX = 2 * 32 + 1 };

struct fingerprint {
    crypto_generichash_state state;
    int64_t rows;
};

void fingerprint_begin(struct fingerprint *, const struct relation *);
void fingerprint_row(struct fingerprint *, const struct relation *, const struct raw *);
void fingerprint_end(struct fingerprint *, char hex[FINGERPRINT_HEX]);
