/* email_fuzz.c - any bytes at all as an address, a subject and a body.
 *
 *   clang -std=gnu2x -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -I. -Isrc \
 *       tests/fuzz/email_fuzz.c src/work/{mail,mime}.c \
 *       src/base/{email,text,mem,secret,time,zone,zone_file}.c \
 *       -lunistring -lidn2 -lsodium -o email_fuzz && ./email_fuzz -max_total_time=30 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/email.h"
#include "base/text.h"
#include "work/mime.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void must(bool so)
{
    if (!so) abort();
}

static void lines_must_be_sound(const char *bytes, size_t n)
{
    size_t column = 0, headers = 1;
    for (size_t i = 0; i < n; i++) {
        must(bytes[i] == '\r' || bytes[i] == '\n'
             || ((unsigned char)bytes[i] >= ' ' && bytes[i] < 0x7f) || bytes[i] == '\t');
        must((bytes[i] == '\n') == (i && bytes[i - 1] == '\r'));
        column = bytes[i] == '\n' ? 0 : column + 1;
        must(column <= 998);
        if (headers && column == 4 && strncmp(bytes + i - 3, "Bcc:", 4) == 0) abort();
        if (bytes[i] == '\n' && i + 1 < n && bytes[i + 1] == '\r') headers = 0;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *mem = arena_new(1 << 24);
    const char *text = arena_copy(mem, (const char *)bytes, n), *address, *key, *same, *again;
    bool good = email_clean(mem, text, &address, &key) == EMAIL_OK;
    if (good) {
        must(strlen(address) <= 254 && strlen(address) == strlen(key));
        must(strchr(address, '@') && strchr(address, '@') == strrchr(address, '@'));
        for (const char *c = address; *c; c++)
            must(*c > ' ' && *c < 0x7f && !strchr("<>\",;:\\()[]", *c));
        must(email_clean(mem, address, &same, &again) == EMAIL_OK);
        must(strcmp(same, address) == 0 && strcmp(again, key) == 0);
        must(email_clean(mem, key, &same, &again) == EMAIL_OK && strcmp(again, key) == 0);
    }
    email_masked(mem, text);

    const char *out;
    size_t length;
    struct mail mail = { .id = "01k",
                         .from = "a@b.example",
                         .from_name = text,
                         .to = good ? address : "c@d.example",
                         .subject = text,
                         .text = text,
                         .html = text };
    if (mime_write(mem, &mail, &out, &length)) lines_must_be_sound(out, length);
    mail.from_name = mail.html = NULL;
    mail.subject = "Hello";
    if (mime_write(mem, &mail, &out, &length)) lines_must_be_sound(out, length);
    mail.to = mail.reply_to = text;
    if (mime_write(mem, &mail, &out, &length)) lines_must_be_sound(out, length);
    arena_free(mem);
    return 0;
}
