/* fingerprint.c - see fingerprint.h */
#include "db/whole/fingerprint.h"

#include <string.h>

static void add(struct fingerprint *f, const void *bytes, size_t n)
{
    crypto_generichash_update(&f->state, bytes, n);
}

static void add_number(struct fingerprint *f, char sign, uint64_t number)
{
    unsigned char bytes[9] = { (unsigned char)sign };
    for (int i = 0; i < 8; i++) bytes[1 + i] = (unsigned char)(number >> (56 - 8 * i));
    add(f, bytes, sizeof bytes);
}

static void add_bytes(struct fingerprint *f, char sign, const void *bytes, size_t n)
{
    add_number(f, sign, n);
    add(f, bytes, n);
}

void fingerprint_begin(struct fingerprint *f, const struct relation *r)
{
    f->rows = 0;
    crypto_generichash_init(&f->state, NULL, 0, 32);
    add_bytes(f, 't', r->name, strlen(r->name));
    add_number(f, 'i', r->n);
    for (size_t i = 0; i < r->n; i++)
        add_bytes(f, 't', r->columns[i].name, strlen(r->columns[i].name));
}

void fingerprint_row(struct fingerprint *f, const struct relation *r, const struct raw *cells)
{
    f->rows++;
    for (const struct raw *cell = cells; cell < cells + r->n; cell++) {
        switch (cell->kind) {
        case RAW_NULL: add(f, "n", 1); break;
        case RAW_NUMBER: add_number(f, 'i', (uint64_t)cell->number); break;
        case RAW_TEXT: add_bytes(f, 't', cell->bytes, cell->length); break;
        case RAW_BYTES: add_bytes(f, 'b', cell->bytes, cell->length); break;
        }
    }
}

void fingerprint_end(struct fingerprint *f, char hex[FINGERPRINT_HEX])
{
    unsigned char hash[32];
    crypto_generichash_final(&f->state, hash, sizeof hash);
    sodium_bin2hex(hex, FINGERPRINT_HEX, hash, sizeof hash);
}
