/* golden.c - see golden.h */
#include "tests/support/golden.h"

#include "tests/test.h"

void golden_compare(const char *path, const char *text)
{
    static char stored[1 << 18];
    FILE *in = fopen(path, "r");
    size_t n = in ? fread(stored, 1, sizeof stored - 1, in) : 0;
    stored[n] = '\0';
    if (in) fclose(in);
    if (strcmp(stored, text) == 0) return;
    if (getenv("GOLDEN")) {
        FILE *out = fopen(path, "w");
        CHECK(out && fputs(text, out) >= 0);
        if (out) fclose(out);
        return;
    }
    failures++;
    size_t line = 1, at = 0;
    for (; stored[at] && stored[at] == text[at]; at++) line += stored[at] == '\n';
    printf("  %s:%zu: differs from what the program says; see make golden\n", path, line);
}
