/* profession.h - what people who work in practices do.
 *
 * Kept of a user is the key of a profession on the list, which is shown in the
 * reader's language, or whatever was typed for another one. */
#pragma once
#include "base/cx.h"

struct profession {
    enum { HEALTH, OFFICE } group;
    const char *key;
    const char *(*label)(struct cx *);
};
extern const struct profession professions[];
extern const size_t professions_n;

/* NULL for what is not on the list. */
const struct profession *profession_find(const char *kept);
/* "Physiotherapist", what was typed, or "". */
const char *profession_words(struct cx *, const char *kept);
