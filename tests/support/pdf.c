/* pdf.c - see pdf.h */
#include "tests/support/pdf.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/folder.h"

static const char *read_all(struct cx *cx, FILE *in)
{
    enum { MOST = 1 << 20 };
    char *text = arena_alloc(cx->mem, MOST);
    size_t n = fread(text, 1, MOST - 1, in);
    text[n] = '\0';
    return text;
}

const char *pdf_text(struct cx *cx, const char *bytes, size_t length)
{
    const char *folder = folder_new(cx), *file = arena_print(cx->mem, "%s/it.pdf", folder);
    FILE *out = fopen(file, "wb");
    if (!out || fwrite(bytes, 1, length, out) != length || fclose(out) != 0) abort();
    FILE *in = popen(arena_print(cx->mem, "pdftotext -q -layout '%s' -", file), "r");
    if (!in) abort();
    const char *text = read_all(cx, in);
    pclose(in);
    folder_remove(folder);
    return text;
}

size_t pdf_sheets(const char *text)
{
    size_t n = 0;
    for (; *text; text++) n += *text == '\f';
    return n;
}
