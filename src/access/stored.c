/* stored.c - see stored.h */
#include "access/stored.h"

#include <string.h>

static struct access read_common(const struct table *t, size_t row)
{
    struct access a = { .active = true };
    a.role =
        strcmp(cell_text(t, row, "role_type"), "administrator") == 0 ? ADMINISTRATOR : PRACTITIONER;
    a.level = level_find(a.role, cell_text(t, row, "level"));
    boxes_read(cell_text(t, row, "others"), &a);
    a.all_locations = cell_bool(t, row, "all_locations");
    return a;
}

/* The bits of ACCESS_IN_SHORT are the settings in the order of settings.def. */
_Static_assert(SETTING_see_reports == 0 && SETTING_see_history == 1 && SETTING_export_own == 2
                   && SETTING_read_only == 3 && SETTING_location_restriction == 4
                   && SETTING_hide_patient_names == 5 && SETTING_COUNT == 6,
               "ACCESS_IN_SHORT has another order");

struct access access_in_short(const struct table *t, size_t row)
{
    struct access a = read_common(t, row);
    int64_t bits = cell_int(t, row, "settings");
    for (enum setting s = 0; s < SETTING_COUNT; s++) a.set[s] = bits >> s & 1;
    return a;
}

struct access access_stored(const struct table *t, size_t row)
{
    struct access a = read_common(t, row);
#define SETTING(name, ...) a.set[SETTING_##name] = cell_bool(t, row, #name);
#include "access/settings.def"
#undef SETTING
    return a;
}
