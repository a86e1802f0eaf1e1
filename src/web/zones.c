/* zones.c - see zones.h */
#include "web/zones.h"

#include <string.h>

#include "base/zone.h"

void zone_field(struct html *h, const struct input *in)
{
    size_t n, used = 0;
    const char *const *names = zone_names(&n);
    struct choice *choices = NEW_ARRAY(h->cx->mem, struct choice, n + 1);
    bool listed = !in->value || !*in->value;
    for (size_t i = 0; i < n; i++) listed = listed || strcmp(names[i], in->value) == 0;
    /* A zone that went out of use stays what it is until somebody changes it. */
    if (!listed && zone_find(in->value))
        choices[used++] = (struct choice){ .value = in->value, .label = in->value };
    for (size_t i = 0; i < n; i++)
        choices[used++] = (struct choice){ .value = names[i], .label = names[i] };
    select_field(h, in, choices, used);
}
