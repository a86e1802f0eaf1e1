/* multipart_fuzz.c - any bytes as a form with files, as the names of files, and as files
 *
 * Build and run, in the root of the project:
 *
 *   make CONFIG=fuzz CC=clang build/fuzz/fuzz-multipart
 *   build/fuzz/fuzz-multipart -max_total_time=60 -max_len=8192
 *
 * Besides crashes these are errors: a part that lies outside of the form, a field that
 * form.h would not let through, a name that is not one plain line or changes when it is made
 * harmless twice, and a header that a name could break. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/file.h"
#include "base/text.h"
#include "http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
    if (!truth) abort();
}

static void names(struct arena *mem, const char *sent)
{
    for (enum file_kind k = FILE_PDF; k < FILE_KINDS; k++) {
        const char *name = file_name(mem, sent, k, "Attachment");
        must(*name && *name != '.' && text_plain(name) && !strpbrk(name, "/\\:*?\"<>|"));
        must(text_length(name) <= FILE_NAME);
        must(strcmp(file_name(mem, name, k, "Attachment"), name) == 0);
        for (const char *at = file_disposition(mem, name); *at; at++)
            must(*at >= ' ' && *at <= '~');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *mem;
    if (!mem) mem = arena_new(8 << 20);
    arena_reset(mem);
    struct spool spool = spool_of((const char *)data, size);
    struct pair *fields;
    struct upload *files;
    size_t fields_n, files_n;
    if (size > 2 && data[0] & 1) spool.beyond = data[1];
    const char *type = size > 1 && data[0] & 2 ? arena_copy(mem, (const char *)data, size)
                                               : "multipart/form-data; boundary=b";
    if (multipart_parse(mem, type, &spool, 20, &fields, &fields_n, &files, &files_n) == FORM_OK) {
        must(fields_n + files_n <= 20);
        for (size_t i = 0; i < fields_n; i++)
            must(text_valid_utf8(fields[i].value, strlen(fields[i].value)));
        for (size_t i = 0; i < files_n; i++) {
            must(files[i].at + files[i].size <= size);
            (void)file_kind(&spool, files[i].at, files[i].size);
            names(mem, files[i].name);
        }
    }
    (void)file_kind(&spool, 0, size);
    const char *text = arena_copy(mem, (const char *)data, size);
    if (text_valid_utf8(text, strlen(text))) names(mem, text);
    return 0;
}
