/* text_fuzz.c - any bytes at all through base/text.h and base/password.h.
 *
 *   clang -std=gnu2x -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -I. -Isrc \
 *       tests/fuzz/text_fuzz.c src/base/text.c src/base/password.c src/base/mem.c \
 *       -lunistring -lsodium -o text_fuzz && ./text_fuzz -max_total_time=30 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/password.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void must(bool so)
{
    if (!so) abort();
}

/* An independent opinion: decode, and see whether encoding brings it back. */
static bool well_formed(const uint8_t *at, size_t n)
{
    for (size_t i = 0; i < n;) {
        unsigned lead = at[i], size = lead < 0x80             ? 1
                                      : (lead & 0xe0) == 0xc0 ? 2
                                      : (lead & 0xf0) == 0xe0 ? 3
                                      : (lead & 0xf8) == 0xf0 ? 4
                                                              : 0;
        static const unsigned least[] = { 0, 1, 0x80, 0x800, 0x10000 };
        if (!size || n - i < size) return false;
        unsigned code = size == 1 ? lead : lead & (0x7fU >> size);
        for (unsigned k = 1; k < size; k++) {
            if ((at[i + k] & 0xc0) != 0x80) return false;
            code = code << 6 | (at[i + k] & 0x3f);
        }
        if (code < least[size] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
            return false;
        i += size;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *mem = arena_new(1 << 24);
    must(text_valid_utf8((const char *)bytes, n) == well_formed(bytes, n));

    const char *text = arena_copy(mem, (const char *)bytes, n);
    const char *clean = text_clean(mem, text), *folded = text_fold(mem, text);
    must(strcmp(text_clean(mem, clean), clean) == 0);
    must(strcmp(text_fold(mem, folded), folded) == 0 || !text_valid_utf8(text, strlen(text)));
    if (text_plain(text)) {
        must(!strpbrk(text, "\r\n\t"));
        must(text_valid_utf8(text, strlen(text)));
    }
    const char *cell = text_csv(mem, text);
    must(!strchr("=+-@\t\r", *cell) || !*cell);
    must(cell[0] != '"' || (cell[1] != '=' && cell[1] != '@'));
    must(text_length(text) <= n);
    text_initials(mem, text, folded);
    must(text_same_constant_time(text, text));
    const char *words[] = { clean, NULL };
    if (password_check(mem, text, PASSWORD_LEAST, words, 2) == PASSWORD_OK)
        must(password_check(mem, password_normal(mem, text), PASSWORD_LEAST, words, 2)
             == PASSWORD_OK);
    arena_free(mem);
    return 0;
}
