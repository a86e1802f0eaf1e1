/* email.c - see email.h */
#include "base/email.h"

#include <idn2.h>
#include <stdbool.h>
#include <string.h>
#include <unictype.h>

#include "base/text.h"

enum { LOCAL_MAX = 64, ADDRESS_MAX = 254, LABEL_MAX = 63 };

static bool letter_or_digit(char c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9');
}

static char *lowered(struct arena *mem, const char *text, size_t n)
{
    char *low = arena_copy(mem, text, n);
    for (char *c = low; *c; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c | 0x20);
    return low;
}

/* Blanks around an address come with copying it, the no-break space too. */
static const char *trimmed(struct arena *mem, const char *typed)
{
    static const char blanks[] = " \t\r\n\v\f";
    for (;;) {
        size_t skip = strspn(typed, blanks);
        if (strncmp(typed, "\u00a0", 2) == 0) skip = 2;
        if (!skip) break;
        typed += skip;
    }
    size_t n = strlen(typed);
    for (;;) {
        if (n && strchr(blanks, typed[n - 1]))
            n--;
        else if (n >= 2 && memcmp(typed + n - 2, "\u00a0", 2) == 0)
            n -= 2;
        else
            break;
    }
    return arena_copy(mem, typed, n);
}

/* An ASCII domain as DNS has it: labels of letters, digits and inner hyphens,
 * at least two of them, the last no number (so it is no address either). */
static bool domain_sound(const char *domain)
{
    size_t labels = 0;
    bool number = false;
    for (const char *at = domain;; labels++) {
        size_t n = strcspn(at, ".");
        if (n < 1 || n > LABEL_MAX || at[0] == '-' || at[n - 1] == '-') return false;
        number = true;
        for (size_t i = 0; i < n; i++) {
            if (!letter_or_digit(at[i]) && at[i] != '-') return false;
            if (at[i] < '0' || at[i] > '9') number = false;
        }
        if (!at[n]) break;
        at += n + 1;
    }
    return labels >= 1 && !number;
}

static bool has_encoded_label(const char *domain)
{
    for (const char *at = domain; at; at = strchr(at, '.')) {
        if (*at == '.') at++;
        if (strncmp(at, "xn--", 4) == 0) return true;
    }
    return false;
}

/* libidn2 leaves out what it does not allow (of "b＠c" it makes "bc"), so only
 * what names are made of gets to it: letters, digits, the dots of all
 * keyboards, and the four signs that IDNA2008 allows between letters. */
static bool of_a_domain(unsigned code)
{
    static const unsigned signs[] = { '-',    '.',    0xb7,   0x375,  0x5f3,  0x5f4,
                                      0x3002, 0x30fb, 0xff0e, 0xff61, 0x200c, 0x200d };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (code == signs[i]) return true;
    if (code < 0x80) return letter_or_digit((char)code);
    return uc_is_general_category_withtable(code, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M
                                                      | UC_CATEGORY_MASK_Nd);
}

/* The domain in ASCII and small letters, or NULL. */
static const char *domain_clean(struct arena *mem, const char *typed)
{
    size_t n = strlen(typed);
    if (!n || n > 4 * ADDRESS_MAX) return NULL; /* more would not fit in ASCII anyway */
    const char *low = lowered(mem, typed, n);
    bool ascii = true;
    size_t size;
    for (const char *c = low; *c; c += size) {
        unsigned code = text_code_point(c, &size);
        if (!of_a_domain(code)) return NULL;
        if (code >= 0x80) ascii = false;
    }
    if (!ascii || has_encoded_label(low)) {
        char *made = NULL;
        int flags = IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT | IDN2_USE_STD3_ASCII_RULES;
        if (!text_plain(low)) return NULL;
        if (idn2_to_ascii_8z(low, &made, flags) != IDN2_OK) return NULL;
        /* Over ADDRESS_MAX it is refused whatever it says, so a short copy will do. */
        char keep[ADDRESS_MAX + 2];
        size_t length = strnlen(made, sizeof keep - 1);
        memcpy(keep, made, length);
        idn2_free(made);
        low = lowered(mem, keep, length);
        /* An encoded label must be what its own meaning is written as: otherwise
         * one domain would have two spellings. */
        char *back = NULL, *again = NULL;
        bool same = idn2_to_unicode_8z8z(low, &back, flags) == IDN2_OK
                    && idn2_to_ascii_8z(back, &again, flags) == IDN2_OK && strcmp(again, low) == 0;
        idn2_free(back);
        idn2_free(again);
        if (!same) return NULL;
    }
    return domain_sound(low) ? low : NULL;
}

static enum email_verdict local_check(const char *local, size_t n)
{
    if (n > LOCAL_MAX) return EMAIL_LONG;
    for (size_t i = 0; i < n; i++) /* the atext of RFC 5321, and dots */
        if (!letter_or_digit(local[i]) && !strchr("!#$%&'*+-/=?^_`{|}~.", local[i]))
            return EMAIL_CHARACTERS;
    if (!n || local[0] == '.' || local[n - 1] == '.') return EMAIL_DOTS;
    for (size_t i = 1; i < n; i++)
        if (local[i] == '.' && local[i - 1] == '.') return EMAIL_DOTS;
    return EMAIL_OK;
}

enum email_verdict email_clean(struct arena *mem, const char *typed, const char **address,
                               const char **key)
{
    if (strnlen(typed, 8 * ADDRESS_MAX) == 8 * ADDRESS_MAX) return EMAIL_LONG;
    const char *text = trimmed(mem, typed), *at = strchr(text, '@');
    if (!*text) return EMAIL_EMPTY;
    /* The @ is looked for before anything is normalised, so that the
     * full-width one can never become a real one. */
    if (!at || strchr(at + 1, '@')) return EMAIL_NO_AT;
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f) return EMAIL_CHARACTERS;

    size_t n = (size_t)(at - text);
    enum email_verdict verdict = local_check(text, n);
    if (verdict != EMAIL_OK) return verdict;
    const char *domain = domain_clean(mem, at + 1);
    if (!domain) return strlen(at + 1) > ADDRESS_MAX ? EMAIL_LONG : EMAIL_DOMAIN;
    if (n + 1 + strlen(domain) > ADDRESS_MAX) return EMAIL_LONG;

    char *clean = arena_print(mem, "%.*s@%s", (int)n, text, domain);
    *address = clean;
    *key = lowered(mem, clean, strlen(clean));
    return EMAIL_OK;
}

const char *email_masked(struct arena *mem, const char *address)
{
    size_t size;
    const char *at = strrchr(address, '@');
    text_code_point(address, &size);
    if (!at || at == address) return "\u2026";
    return arena_print(mem, "%.*s\u2026%s", (int)size, address, at);
}
