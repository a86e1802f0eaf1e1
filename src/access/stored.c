/* stored.c - see stored.h */
#include "access/stored.h"

#include <string.h>

struct access access_stored(const struct table *t, size_t row)
{
    struct access a = { .active = true };
    a.role =
        strcmp(cell_text(t, row, "role_type"), "administrator") == 0 ? ADMINISTRATOR : PRACTITIONER;
    a.level = level_find(a.role, cell_text(t, row, "level"));
    boxes_read(cell_text(t, row, "others"), &a);
    a.all_locations = cell_bool(t, row, "all_locations");
#define SETTING(name, ...) a.set[SETTING_##name] = cell_bool(t, row, #name);
#include "access/settings.def"
#undef SETTING
    return a;
}
