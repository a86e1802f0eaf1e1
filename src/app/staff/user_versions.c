/* user_versions.c - see user_versions.h */
#include "app/staff/user_versions.h"

void user_versions(struct cx *cx, const struct user_draft *yours, const struct user_draft *saved,
                   struct user_versions *out)
{
    for (enum user_part part = 0; part < USER_PARTS; part++)
        out->at[part] = (struct version_line){
            .name = user_part_key(part),
            .label = user_part_label(cx, part),
            .yours = user_part_words(cx, yours, part),
            .saved = user_part_words(cx, saved, part),
        };
}

void user_versions_take(const struct user_versions *v, const struct user_draft *saved,
                        struct user_draft *yours)
{
    for (enum user_part part = 0; part < USER_PARTS; part++)
        if (v->at[part].which == VERSION_SAVED) user_part_take(yours, saved, part);
}
