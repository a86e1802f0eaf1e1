/* password.c - see password.h
 *
 * The question is always the same: can the whole password be laid out of few
 * known pieces?  Pieces are listed words, the person's own words, and straight
 * lines on a keyboard or through the alphabet. */
#include "base/password.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <uninorm.h>

#include "base/text.h"

#define W(word) #word,
static const char *const common[] = {
#include "base/password_common.def"
};
static const char *const suggested[] = {
#include "base/password_words.def"
};
#undef W
enum {
    N_COMMON = sizeof common / sizeof *common,
    N_SUGGESTED = sizeof suggested / sizeof *suggested
};
_Static_assert(N_COMMON >= 400 && N_SUGGESTED >= 1100, "1100 words are 40.4 bits in four");

/* Lines that fingers and minds follow, in both directions. */
static const char *const lines[] = {
    "abcdefghijklmnopqrstuvwxyzabc",
    "01234567890123",
    "1357913579",
    "2468024680",
    "acegikmoqsuwy",
    "bdfhjlnprtvxz",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "8ik,",
    "9ol.",
    "0p;/",
    "!qaz",
    "@wsx",
    "#edc",
    "$rfv",
    "`1234567890-=",
    "~!@#$%^&*()_+",
    "\u0439\u0446\u0443\u043a\u0435\u043d\u0433\u0448\u0449\u0437\u0445\u044a",
    "\u0438\u0446\u0443\u043a\u0435\u043d\u0433\u0448\u0449\u0437\u0445\u044a",
    "\u0444\u044b\u0432\u0430\u043f\u0440\u043e\u043b\u0434\u0436\u044d",
    "\u044f\u0447\u0441\u043c\u0438\u0442\u044c\u0431\u044e",
};
enum { LINE_LEAST = 3, FEW_DIFFERENT = 4, SPARE = 2, SPARE_FROM = 8 };

/* A password as code points. */
struct row {
    unsigned *at;
    size_t n;
};

static struct row row_of(struct arena *mem, const char *text)
{
    struct row row = { NEW_ARRAY(mem, unsigned, strlen(text) + 1), 0 };
    for (size_t size; (row.at[row.n] = text_code_point(text, &size)); text += size) row.n++;
    return row;
}

static bool is_digit(unsigned c)
{
    return c >= '0' && c <= '9';
}

static bool is_sign(unsigned c)
{
    return c < 0x80 && !is_digit(c) && !(c >= 'a' && c <= 'z');
}

/* Is it one piece again and again, at least twice, perhaps cut at the end? */
static bool repeats(struct row row)
{
    for (size_t period = 1; period * 2 <= row.n; period++)
        if (memcmp(row.at, row.at + period, (row.n - period) * sizeof *row.at) == 0) return true;
    return false;
}

static size_t different(struct row row)
{
    size_t n = 0;
    for (size_t i = 0, j; i < row.n; i++) {
        for (j = 0; j < i && row.at[j] != row.at[i]; j++) continue;
        n += j == i;
    }
    return n;
}

/* How many code points from `at` on follow one line, or one step through the
 * code points (0: the same key). */
static size_t line_length(const struct row lined[], size_t n_lines, const unsigned *at, size_t n)
{
    size_t best = 1;
    for (int step = -1; step <= 1; step++) {
        size_t k = 1;
        while (k < n && at[k] == at[k - 1] + (unsigned)step) k++;
        if (k > best) best = k;
    }
    for (size_t l = 0; l < n_lines; l++) {
        const struct row *line = &lined[l];
        for (size_t p = 0; p < line->n; p++) {
            size_t up = 0, down = 0;
            while (up < n && p + up < line->n && at[up] == line->at[p + up]) up++;
            while (down < n && down <= p && at[down] == line->at[p - down]) down++;
            if (up > best) best = up;
            if (down > best) best = down;
        }
    }
    return best;
}

/* Can it all be cut into lines?  Any cut may do, not only the longest pieces. */
static bool only_lines(struct arena *mem, struct row row, const size_t *line)
{
    bool *reached = NEW_ARRAY(mem, bool, row.n + 1);
    reached[0] = true;
    for (size_t i = 0; i < row.n; i++)
        for (size_t k = LINE_LEAST; reached[i] && k <= line[i]; k++) reached[i + k] = true;
    return row.n >= LINE_LEAST && reached[row.n];
}

static bool lined_up(struct arena *mem, struct row row)
{
    enum { N_LINES = sizeof lines / sizeof *lines };
    struct row lined[N_LINES];
    for (int l = 0; l < N_LINES; l++) lined[l] = row_of(mem, lines[l]);
    size_t *line = NEW_ARRAY(mem, size_t, row.n + 1);
    for (size_t i = 0; i < row.n; i++) line[i] = line_length(lined, N_LINES, row.at + i, row.n - i);
    return only_lines(mem, row, line);
}

static struct row every_other(struct arena *mem, struct row row, size_t from)
{
    struct row half = { NEW_ARRAY(mem, unsigned, row.n + 1), 0 };
    for (size_t i = from; i < row.n; i += 2) half.at[half.n++] = row.at[i];
    return half;
}

static struct row without_doubles(struct arena *mem, struct row row)
{
    struct row once = { NEW_ARRAY(mem, unsigned, row.n + 1), 0 };
    for (size_t i = 0; i < row.n; i++)
        if (!i || row.at[i] != row.at[i - 1]) once.at[once.n++] = row.at[i];
    return once;
}

static struct row without(struct arena *mem, struct row row, bool (*left_out)(unsigned))
{
    struct row rest = { NEW_ARRAY(mem, unsigned, row.n + 1), 0 };
    for (size_t i = 0; i < row.n; i++)
        if (!left_out(row.at[i])) rest.at[rest.n++] = row.at[i];
    return rest;
}

static bool pattern(struct arena *mem, struct row row)
{
    if (row.n < 2 * LINE_LEAST) return false;
    if (repeats(row) || lined_up(mem, row) || lined_up(mem, without_doubles(mem, row))) return true;
    struct row even = every_other(mem, row, 0), odd = every_other(mem, row, 1); /* 1q2w3e4r */
    return (lined_up(mem, even) || repeats(even)) && (lined_up(mem, odd) || repeats(odd));
}

static bool not_letter(unsigned c)
{
    return is_sign(c) || is_digit(c);
}

/* Letters only, as bytes again. */
static const char *letters_of(struct arena *mem, const char *folded)
{
    char *letters = arena_take(mem, strlen(folded) + 1), *to = letters;
    for (; *folded; folded++)
        if (!not_letter((unsigned char)*folded)) *to++ = *folded;
    *to = '\0';
    return letters;
}

/* "p@$$w0rd1!" is "password" to whoever guesses: digits and signs at the end
 * go, those inside are read as the letters they resemble. */
static const char *unmasked(struct arena *mem, const char *folded, bool whole)
{
    static const char from[] = "01345789@$!|+(", to[] = "oieastbgasiitc";
    size_t n = strlen(folded);
    while (!whole && n && not_letter((unsigned char)folded[n - 1])) n--;
    char *plain = arena_copy(mem, folded, n);
    for (char *c = plain; *c; c++) {
        const char *found = strchr(from, *c);
        if (found) *c = to[found - from];
    }
    return letters_of(mem, plain);
}

/* In an unmasked password an i may have been a 1 that was meant as an l. */
static bool begins(const char *text, const char *word, bool loose)
{
    for (; *word; text++, word++)
        if (*text != *word && !(loose && *text == 'i' && *word == 'l')) return false;
    return true;
}

enum { NO_WORD = -2, STARTS = 8 };

/* A password's letters, and what can be laid on them. */
struct layout {
    struct arena *mem;
    const char *letters;
    size_t n, n_own;
    bool loose;             /* see begins() */
    unsigned all;           /* the bits of as many spare letters as are allowed */
    const char *const *own; /* the person's words: they cost nothing */
    const size_t *run;      /* how often the letter here comes in a row: neither do runs */
    int (*starts)[STARTS];  /* the listed words that begin here, -1 after the last */
};

static void step(const struct layout *l, unsigned *reached, size_t at, size_t length)
{
    if (length && at + length <= l->n) reached[at + length] |= reached[at];
}

/* reached[i] says with how many letters left over (a bit each) the first i
 * bytes can be covered; true if all can. */
static bool lay_out(const struct layout *l, unsigned *reached, int first, int second)
{
    memset(reached, 0, (l->n + 1) * sizeof *reached);
    reached[0] = 1;
    for (size_t i = 0; i < l->n; i++) {
        if (!reached[i]) continue;
        reached[i + 1] |= reached[i] << 1 & l->all;
        for (size_t k = LINE_LEAST + 1; k <= l->run[i]; k++) step(l, reached, i, k);
        for (size_t w = 0; w < l->n_own; w++)
            if (begins(l->letters + i, l->own[w], l->loose)) step(l, reached, i, strlen(l->own[w]));
        for (int k = 0; k < STARTS && l->starts[i][k] >= 0; k++)
            if (l->starts[i][k] == first || l->starts[i][k] == second)
                step(l, reached, i, strlen(common[l->starts[i][k]]));
    }
    return reached[l->n] != 0;
}

/* At most two different listed words, as often as wanted.  Only words that
 * begin where the pieces so far end are worth trying. */
static bool few_words(const struct layout *l)
{
    unsigned *none = NEW_ARRAY(l->mem, unsigned, l->n + 1);
    unsigned *one = NEW_ARRAY(l->mem, unsigned, l->n + 1);
    unsigned *two = NEW_ARRAY(l->mem, unsigned, l->n + 1);
    if (lay_out(l, none, NO_WORD, NO_WORD)) return true;
    for (size_t i = 0; i < l->n; i++)
        for (int a = 0; none[i] && a < STARTS && l->starts[i][a] >= 0; a++) {
            if (lay_out(l, one, l->starts[i][a], NO_WORD)) return true;
            for (size_t j = i; j < l->n; j++)
                for (int b = 0; one[j] && b < STARTS && l->starts[j][b] >= 0; b++)
                    if (lay_out(l, two, l->starts[i][a], l->starts[j][b])) return true;
        }
    return false;
}

/* Nothing but the person's own words. */
static bool only_own(const struct layout *l)
{
    return lay_out(l, NEW_ARRAY(l->mem, unsigned, l->n + 1), NO_WORD, NO_WORD);
}

static struct layout layout_of(struct arena *mem, const char *letters, bool loose,
                               const char *const *own, size_t n_own)
{
    struct layout l = { .mem = mem,
                        .loose = loose,
                        .letters = letters,
                        .n = strlen(letters),
                        .own = own,
                        .n_own = n_own };
    size_t *run = NEW_ARRAY(mem, size_t, l.n + 1);
    l.starts = arena_array(mem, sizeof *l.starts, l.n + 1);
    for (size_t i = 0; i < l.n; i++) {
        int k = 0;
        for (size_t c = i + 1; c <= l.n && letters[c] == letters[i]; c++) run[i] = c - i + 1;
        for (int w = 0; w < N_COMMON && k < STARTS; w++)
            if (begins(letters + i, common[w], loose)) l.starts[i][k++] = w;
        if (k < STARTS) l.starts[i][k] = -1;
    }
    l.run = run;
    l.all = l.n >= SPARE_FROM ? (2U << SPARE) - 1 : 1;
    return l;
}

/* The words of the context as they may stand in a password: whole without
 * blanks and signs, and each of their parts. */
static size_t own_words(struct arena *mem, const char *const *words, size_t n, const char ***out)
{
    size_t room = 1, found = 0;
    for (size_t i = 0; i < n; i++) room += words[i] ? strlen(words[i]) + 2 : 0;
    const char **own = NEW_ARRAY(mem, const char *, room);
    own[found++] = "linden";
    for (size_t i = 0; i < n; i++) {
        if (!words[i] || !text_valid_utf8(words[i], strlen(words[i]))) continue;
        const char *folded = text_fold(mem, words[i]), *whole = letters_of(mem, folded);
        if (strlen(whole) >= 3) own[found++] = whole;
        for (const char *part = folded; *part;) {
            size_t length = 0;
            while (part[length] && !not_letter((unsigned char)part[length])) length++;
            if (length >= 3) own[found++] = arena_copy(mem, part, length);
            part += length + (part[length] != '\0');
        }
    }
    *out = own;
    return found;
}

const char *password_normal(struct arena *mem, const char *typed)
{
    size_t n = strlen(typed), length = 3 * n + 1; /* NFC makes text three times as long at most */
    if (!text_valid_utf8(typed, n)) return arena_copy(mem, typed, n);
    char *room = arena_take(mem, length);
    length--;
    if (u8_normalize(UNINORM_NFC, (const uint8_t *)typed, n, (uint8_t *)room, &length)
        != (uint8_t *)room)
        return arena_copy(mem, typed, n);
    room[length] = '\0';
    return room;
}

enum password_verdict password_check(struct arena *mem, const char *typed, size_t least,
                                     const char *const *context_words, size_t n_words)
{
    size_t bytes = strnlen(typed, 16 * PASSWORD_MOST);
    if (bytes == 16 * PASSWORD_MOST) return PASSWORD_LONG;
    if (!text_valid_utf8(typed, bytes)) return PASSWORD_TEXT;
    const char *password = password_normal(mem, typed);
    if (text_length(password) < least) return PASSWORD_SHORT;
    if (text_length(password) > PASSWORD_MOST) return PASSWORD_LONG;

    const char *folded = text_fold(mem, password), **own;
    struct row row = row_of(mem, folded), no_signs = without(mem, row, is_sign),
               letters = without(mem, row, not_letter);
    if (different(row) <= FEW_DIFFERENT) return PASSWORD_PATTERN;
    if (pattern(mem, row) || pattern(mem, no_signs)
        || (letters.n >= SPARE_FROM && pattern(mem, letters)))
        return PASSWORD_PATTERN;

    size_t n_own = own_words(mem, context_words, n_words, &own);
    const char *readings[] = { letters_of(mem, folded), unmasked(mem, folded, false),
                               unmasked(mem, folded, true) };
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        struct layout l = layout_of(mem, readings[i], i > 0, own, n_own);
        if (l.n < 3) continue;
        if (only_own(&l)) return PASSWORD_PERSONAL;
        if (few_words(&l)) return PASSWORD_COMMON;
    }
    return PASSWORD_OK;
}

const char *password_suggest(struct arena *mem)
{
    for (;;) {
        const char *word[4];
        for (int i = 0; i < 4; i++) word[i] = suggested[randombytes_uniform(N_SUGGESTED)];
        const char *password = arena_print(mem, "%s-%s-%s-%s", word[0], word[1], word[2], word[3]);
        if (password_check(mem, password, PASSWORD_LEAST, NULL, 0) == PASSWORD_OK) return password;
    }
}
