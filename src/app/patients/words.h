/* words.h - what patients are found by.
 *
 * A name gives its words, in small letters without accents; "O'Neill-Łuczak"
 * gives o, neill, luczak and oneillluczak.  A phone number gives its digits,
 * from the first on and from the last on. */
#pragma once
#include "app/patients/patient.h"

enum { MOST_WORDS = 4 };

/* What somebody typed into the search field. */
struct wanted {
    const char *words[MOST_WORDS]; /* beginnings of names, the longest first; more are ignored */
    size_t words_n;
    const char *birth_date; /* "1980-03-27", or NULL */
    const char *digits;     /* of a phone number or a patient number, or NULL */
    int64_t pseudonym;      /* -1: none */
};
struct wanted words_wanted(struct cx *, const char *text);

/* All words of the names, the last name's first: how patients are sorted. */
const char *words_of_names(struct arena *, const char *last, const char *first,
                           const char *preferred);
/* "~" and the digits from the last on: what a typed number ends with, whatever
 * country code or zero it begins with.  At most nine of them. */
const char *words_from_end(struct arena *, const char *digits);
const char *words_digits(struct arena *, const char *phone); /* only the digits of it */
/* The end of the range of words that begin so. */
const char *words_behind(struct arena *, const char *beginning);

/* Writes anew what this patient, and those merged into it, are found by, and
 * the order in lists.  For everything that changes a name or a phone number. */
enum status words_write(struct cx *, struct id patient);
/* Only its place in lists: for what changes the state, which takes no words away. */
enum status words_place(struct cx *, struct id patient);
/* BROKEN if any practice's lists have a patient in another place than the record says. */
enum status words_check(struct cx *);
