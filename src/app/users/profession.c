/* profession.c - see profession.h */
#include "app/users/profession.h"

#include <string.h>

#include "app/users/professions.text.h"

const struct profession professions[] = {
#define PROFESSION(group, key) { group, #key, t_profession_##key },
#include "app/users/professions.def"
#undef PROFESSION
};
const size_t professions_n = sizeof professions / sizeof *professions;

const struct profession *profession_find(const char *kept)
{
    for (size_t i = 0; i < professions_n; i++)
        if (*professions[i].key == *kept && strcmp(professions[i].key, kept) == 0)
            return &professions[i];
    return NULL;
}

const char *profession_words(struct cx *cx, const char *kept)
{
    const struct profession *listed = profession_find(kept);
    return listed ? listed->label(cx) : kept;
}
