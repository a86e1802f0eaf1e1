/* changes_fuzz.c - any text at all as the changes of a row of the audit log.
 * What is read is written back to the very same text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "app/audit/changes.h"
#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char *write_back(struct arena *mem, const struct changes *all)
{
    struct json j = json_begin(mem);
    json_array(&j, NULL);
    for (const struct change *c = all->first; c; c = c->next) {
        json_object(&j, NULL);
        json_text(&j, "field", c->field);
        json_text(&j, "before", c->before);
        json_text(&j, "after", c->after);
        json_end(&j);
    }
    json_end(&j);
    return json_done(&j);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *mem = arena_new(1 << 26);
    struct changes all;
    const char *text = arena_copy(mem, (const char *)bytes, n);
    if (changes_read(mem, text, &all) ? strcmp(write_back(mem, &all), text) != 0 : !!all.first)
        abort();
    arena_free(mem);
    return 0;
}
