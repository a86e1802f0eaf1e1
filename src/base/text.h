/* text.h - words that people type: clean, count, fold, compare.
 *
 * Text is zero-terminated UTF-8.  Whoever reads it from a stranger asks
 * text_valid_utf8() first; nothing here reads past the end if nobody did.
 * Pure ASCII takes a short way through all of these. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

/* Well-formed UTF-8 (no overlong forms, surrogates or values above U+10FFFF)
 * without a zero byte, which would end the text early. */
bool text_valid_utf8(const char *bytes, size_t n);

/* For names and other short lines: trims, makes one space of every run of
 * blanks inside, and composes (NFC), so that what looks the same is the same.
 * Line breaks and control characters inside stay, for text_plain() to refuse.
 * Doing it twice changes nothing. */
const char *text_clean(struct arena *, const char *);

/* Is it one honest line?  No control characters or line breaks, nothing that
 * turns the direction of what follows, nothing invisible (joiners only where
 * scripts need them, inside words), no private characters or noncharacters,
 * no towers of accents.  Empty text is plain. */
bool text_plain(const char *);

size_t text_length(const char *); /* in code points */

/* The key under which text is searched: small letters without accents, "Åse
 * Łuczak-Weiß" becomes "ase luczak-weiss".  Never shown to anybody. */
const char *text_fold(struct arena *, const char *);
/* Both sides come from text_fold(); an empty part is in everything. */
bool text_contains_folded(const char *folded, const char *folded_part);

/* "Ms Ingrid Haaland"; a title or a first name may be "". */
const char *text_name(struct arena *, const char *title, const char *first, const char *last);

/* Cuts a text into so many lines where it stands.  The last one is all the rest;
 * lines that it does not have are "". */
void text_lines(char *text, const char **lines, size_t n);

/* "IH" for Ingrid Haaland; one letter for people with one name; "" for none. */
const char *text_initials(struct arena *, const char *first, const char *last);

/* A cell of a CSV file.  What a spreadsheet would take for a formula gets an
 * apostrophe in front (a number below zero is none), and quotes go around everything that needs
 * them. */
const char *text_csv(struct arena *, const char *value);

/* Takes as long for a wrong first letter as for a wrong last one; only the
 * length shows.  For tokens. */
bool text_same_constant_time(const char *, const char *);

/* One code point at `at`, its length in bytes through `size` (0 at the end of
 * the text).  Bytes that are no UTF-8 come one by one as U+FFFD. */
unsigned text_code_point(const char *at, size_t *size);
