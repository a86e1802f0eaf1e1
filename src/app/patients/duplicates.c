/* duplicates.c - records that may be of the same person: see patient.h */
#include <string.h>

#include "app/patients/row.h"
#include "app/patients/words.h"
#include "base/date.h"

enum { MOST_SHOWN = 10 };

static bool holds_word(const char *names, const char *word, size_t n)
{
    for (const char *at = names; *at;) {
        size_t length = strcspn(at, " ");
        if (length == n && memcmp(at, word, n) == 0) return true;
        at += length;
        at += *at == ' ';
    }
    return false;
}

/* How many words of the one stand in the other, and how many there are. */
static size_t shared(const char *names, const char *other, size_t *all)
{
    size_t n = 0;
    *all = 0;
    for (const char *at = names; *at; ++*all) {
        size_t length = strcspn(at, " ");
        n += holds_word(other, at, length);
        at += length;
        at += *at == ' ';
    }
    return n;
}

static bool same_end(struct cx *cx, const char *phone, const char *other)
{
    const char *a = words_digits(cx->mem, phone), *b = words_digits(cx->mem, other);
    return *a && *b && strcmp(words_from_end(cx->mem, a), words_from_end(cx->mem, b)) == 0;
}

static bool same_phone(struct cx *cx, const struct patient_draft *d, const struct patient *p)
{
    return same_end(cx, d->phone, p->phone) || same_end(cx, d->phone, p->other_phone)
           || same_end(cx, d->other_phone, p->phone)
           || same_end(cx, d->other_phone, p->other_phone);
}

/* A name in common and the same birth date or phone number; or all names, if
 * the birth dates do not tell them apart. */
static bool alike(struct cx *cx, const struct patient_draft *d, const char *born,
                  const struct patient *p)
{
    size_t all;
    size_t common =
        shared(words_of_names(cx->mem, d->last_name, d->first_name, ""),
               words_of_names(cx->mem, p->last_name, p->first_name, p->preferred_name), &all);
    bool both = *born && *p->birth_date, same = both && strcmp(born, p->birth_date) == 0;
    return common && (same || same_phone(cx, d, p) || (common == all && !both));
}

static enum status add_alike(struct cx *cx, const struct patient_draft *d, const char *born,
                             const char *text, struct id self, struct patient_list *out)
{
    struct patient_list found;
    if (!*text) return OK;
    TRY(patient_list_quietly(cx, &(struct patient_filter){ .text = text }, &found));
    for (size_t i = 0; i < found.n && out->n < MOST_SHOWN; i++) {
        size_t known = 0;
        while (known < out->n && !id_same(out->at[known].id, found.at[i].id)) known++;
        if (known < out->n || id_same(found.at[i].id, self)) continue;
        if (!alike(cx, d, born, &found.at[i])) continue;
        cx_show(cx, "found", found.at[i].id);
        out->at[out->n++] = found.at[i];
    }
    return OK;
}

enum status patient_duplicates(struct cx *cx, const struct patient_draft *d, struct id self,
                               struct patient_list *out)
{
    const char *born = *d->birth_date ? date_parse(cx, d->birth_date) : "";
    *out = (struct patient_list){ 0, NEW_ARRAY(cx->mem, struct patient, MOST_SHOWN), false };
    if (!born) born = "";
    TRY(add_alike(cx, d, born, born, self, out));
    TRY(add_alike(cx, d, born, words_digits(cx->mem, d->phone), self, out));
    TRY(add_alike(cx, d, born, words_digits(cx->mem, d->other_phone), self, out));
    return add_alike(cx, d, born, words_of_names(cx->mem, d->last_name, d->first_name, ""), self,
                     out);
}
