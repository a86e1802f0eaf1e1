/* text.c - see text.h */
#include "base/text.h"

#include <sodium.h>
#include <stdint.h>
#include <string.h>
#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>
#include <unictype.h>

enum { MARKS_IN_A_ROW = 8 }; /* Tibetan and pointed Hebrew stay below */

static bool ascii_only(const char *text, size_t n)
{
    size_t i = 0;
    for (uint64_t eight; i + 8 <= n; i += 8) {
        memcpy(&eight, text + i, 8);
        if (eight & UINT64_C(0x8080808080808080)) return false;
    }
    for (; i < n; i++)
        if ((unsigned char)text[i] & 0x80) return false;
    return true;
}

bool text_valid_utf8(const char *bytes, size_t n)
{
    const unsigned char *at = (const unsigned char *)bytes, *end = at + n;
    while (at < end) {
        uint64_t eight;
        if (end - at >= 8 && (memcpy(&eight, at, 8), !(eight & UINT64_C(0x8080808080808080)))) {
            if (memchr(at, 0, 8)) return false;
            at += 8;
            continue;
        }
        unsigned char lead = *at++;
        if (lead < 0x80) {
            if (!lead) return false;
            continue;
        }
        if (lead < 0xc2 || lead > 0xf4) return false;
        int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
        if (end - at < more) return false;
        if (lead == 0xe0 && at[0] < 0xa0) return false; /* overlong */
        if (lead == 0xed && at[0] > 0x9f) return false; /* surrogates */
        if (lead == 0xf0 && at[0] < 0x90) return false; /* overlong */
        if (lead == 0xf4 && at[0] > 0x8f) return false; /* above U+10FFFF */
        for (; more; more--)
            if ((*at++ & 0xc0) != 0x80) return false;
    }
    return true;
}

unsigned text_code_point(const char *at, size_t *size)
{
    const unsigned char *byte = (const unsigned char *)at;
    size_t want = byte[0] < 0x80 ? 1 : byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : 4;
    if (!byte[0]) {
        *size = 0;
        return 0;
    }
    if (want == 1) {
        *size = 1;
        return byte[0];
    }
    if (strnlen(at, want) < want || !text_valid_utf8(at, want)) {
        *size = 1;
        return 0xfffd;
    }
    unsigned code = byte[0] & (0x7fU >> want);
    for (size_t i = 1; i < want; i++) code = code << 6 | (byte[i] & 0x3f);
    *size = want;
    return code;
}

static char *put_code_point(char *to, unsigned code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6);
        *to++ = (char)(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        *to++ = (char)(0xe0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    } else {
        *to++ = (char)(0xf0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 0x3f));
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    }
    return to;
}

static bool line_break(unsigned code)
{
    return (code >= 0x0a && code <= 0x0d) || code == 0x85 || code == 0x2028 || code == 0x2029;
}

static bool white(unsigned code)
{
    if (code < 0x80) return code == ' ' || (code >= 0x09 && code <= 0x0d);
    return uc_is_property_white_space(code);
}

static bool blank(unsigned code)
{
    return white(code) && !line_break(code);
}

/* Normal forms grow text by known factors at most (Unicode Standard Annex 15:
 * 3 for NFC, 11 for NFKD, counted in UTF-8), so the library never has to
 * allocate; text that is no UTF-8 stays as it is. */
static const char *normal_form(struct arena *mem, const char *text, uninorm_t form, size_t growth)
{
    size_t n = strlen(text), length = n * growth + 1;
    if (!text_valid_utf8(text, n)) return text;
    char *room = arena_take(mem, length);
    length--;
    uint8_t *made = u8_normalize(form, (const uint8_t *)text, n, (uint8_t *)room, &length);
    if (made != (uint8_t *)room) return text;
    room[length] = '\0';
    return room;
}

const char *text_clean(struct arena *mem, const char *text)
{
    size_t n = strlen(text);
    bool ascii = ascii_only(text, n);
    char *clean = arena_take(mem, n + 1), *to = clean, *end = clean;
    for (size_t size; *text; text += size) {
        unsigned code = text_code_point(text, &size);
        if (blank(code)) {
            if (to > clean && to[-1] != ' ') *to++ = ' ';
        } else if (white(code) && to == clean) {
            continue;
        } else {
            memcpy(to, text, size);
            to += size;
            if (!white(code)) end = to;
        }
    }
    *end = '\0';
    return ascii ? clean : normal_form(mem, clean, UNINORM_NFC, 3);
}

static bool of_a_word(unsigned code)
{
    return uc_is_general_category_withtable(code, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M);
}

/* Invisible characters that writing systems need.  `before` and `after` are
 * the neighbours, 0 at the ends. */
static bool invisible_but_needed(unsigned code, unsigned before, unsigned after)
{
    if (code == 0x200c || code == 0x200d) /* joiners: not in Latin, Greek, Cyrillic */
        return before >= 0x530 && after >= 0x530 && of_a_word(before) && of_a_word(after);
    if (code == 0xfe0e || code == 0xfe0f) /* which style of a symbol */
        return before >= 0x2000 && !of_a_word(before) && !uc_is_property_white_space(before);
    if (code >= 0xe0100 && code <= 0xe01ef) /* which form of an ideograph, as in Japanese names */
        return uc_is_property_ideographic(before);
    return false;
}

bool text_plain(const char *text)
{
    const char *at = text;
    while (*at >= 0x20 && *at < 0x7f) at++;
    if (!*at) return true;
    if (!text_valid_utf8(text, strlen(text))) return false;

    unsigned before = 0;
    int marks = 0;
    for (size_t size; *text; text += size) {
        unsigned code = text_code_point(text, &size);
        size_t next_size;
        const uint32_t never = UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cs | UC_CATEGORY_MASK_Co
                               | UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp;
        if (uc_is_general_category_withtable(code, never)) return false;
        if (uc_is_property_not_a_character(code)) return false;
        if (code == 0x2800) return false; /* a Braille pattern without dots: a space in disguise */
        if ((uc_is_property_default_ignorable_code_point(code)
             || uc_is_general_category_withtable(code, UC_CATEGORY_MASK_Cf))
            && !invisible_but_needed(code, before, text_code_point(text + size, &next_size)))
            return false;
        bool mark =
            uc_is_general_category_withtable(code, UC_CATEGORY_MASK_Mn | UC_CATEGORY_MASK_Me);
        marks = mark ? marks + 1 : 0;
        if (marks > MARKS_IN_A_ROW) return false;
        before = code;
    }
    return true;
}

size_t text_length(const char *text)
{
    size_t n = 0;
    for (; *text; text++) n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

/* Signs that a search does without: accents of Latin, Greek and Cyrillic, and
 * the optional vowel points of Hebrew and Arabic.  Not the vowel signs of
 * Indic scripts or the voicing marks of Japanese: those make other words. */
static bool accent(unsigned code)
{
    return (code >= 0x0300 && code <= 0x036f)
           || (code >= 0x0591 && code <= 0x05c7 && code != 0x05be)
           || (code >= 0x064b && code <= 0x065f) || code == 0x0670
           || (code >= 0x1ab0 && code <= 0x1aff) || (code >= 0x1dc0 && code <= 0x1dff)
           || (code >= 0x20d0 && code <= 0x20ff) || (code >= 0xfe20 && code <= 0xfe2f);
}

/* Letters that Unicode does not take apart, and signs typed in many ways. */
static const char *spelled_out(unsigned code)
{
    switch (code) {
    case 0x00df: return "ss";
    case 0x00e6: return "ae";
    case 0x00f0:
    case 0x0111:
    case 0x0256: return "d";
    case 0x00f8: return "o";
    case 0x00fe: return "th";
    case 0x0127: return "h";
    case 0x0131: return "i";
    case 0x0142: return "l";
    case 0x014b: return "n";
    case 0x0153: return "oe";
    case 0x0167: return "t";
    case 0x0180: return "b";
    case 0x0253: return "b";
    case 0x03c2: return "\u03c3"; /* the sigma at the end of a word */
    case 0x02bc:
    case 0x2018:
    case 0x2019:
    case 0x201b:
    case 0x2032:
    case 0x00b4: return "'";
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2212: return "-";
    default: return NULL;
    }
}

const char *text_fold(struct arena *mem, const char *text)
{
    size_t n = strlen(text);
    if (ascii_only(text, n)) {
        char *folded = arena_copy(mem, text, n);
        for (char *c = folded; *c; c++)
            if (*c >= 'A' && *c <= 'Z') *c = (char)(*c | 0x20);
        return folded;
    }
    const char *apart = normal_form(mem, text, UNINORM_NFKD, 11);
    char *folded = arena_take(mem, strlen(apart) * 3 + 1), *to = folded;
    for (size_t size; *apart; apart += size) {
        unsigned code = text_code_point(apart, &size);
        if (accent(code) || uc_is_property_default_ignorable_code_point(code)) continue;
        code = uc_tolower(code);
        const char *spelled = spelled_out(code);
        if (!spelled) {
            to = put_code_point(to, code);
            continue;
        }
        size_t length = strlen(spelled);
        memcpy(to, spelled, length);
        to += length;
    }
    *to = '\0';
    return normal_form(mem, folded, UNINORM_NFC, 3);
}

bool text_contains_folded(const char *folded, const char *folded_part)
{
    return strstr(folded, folded_part) != NULL;
}

static char *put_initial(char *to, const char *name)
{
    size_t size;
    unsigned code;
    for (const char *at = name; (code = text_code_point(at, &size)) != 0; at += size) {
        if (code < 0x80 ? !((code | 0x20) >= 'a' && (code | 0x20) <= 'z')
                        : !uc_is_general_category_withtable(code, UC_CATEGORY_MASK_L))
            continue;
        if (code < 0x80) return *to = (char)(code & ~0x20U), to + 1;
        return put_code_point(to, uc_totitle(code));
    }
    code = text_code_point(name, &size); /* a name without letters: whatever it begins with */
    return size ? put_code_point(to, code) : to;
}

const char *text_name(struct arena *mem, const char *title, const char *first, const char *last)
{
    return ARENA_JOIN(mem, title, *title ? " " : "", first, *first ? " " : "", last);
}

void text_lines(char *text, const char **lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char *end = i + 1 < n ? strchr(text, '\n') : NULL;
        lines[i] = text;
        text = end ? end + 1 : text + strlen(text);
        if (end) *end = '\0';
    }
}

const char *text_initials(struct arena *mem, const char *first, const char *last)
{
    char both[8 + 1], *to = both;
    if (first) to = put_initial(to, first);
    if (last) to = put_initial(to, last);
    return arena_copy(mem, both, (size_t)(to - both));
}

/* "-5.00": what is taken off, which is to be added up. */
static bool negative(const char *value)
{
    size_t whole = *value == '-' ? strspn(value + 1, "0123456789") : 0;
    const char *point = value + 1 + whole;
    if (!whole || !*point) return whole > 0;
    size_t part = strspn(point + 1, "0123456789");
    return *point == '.' && part && !point[1 + part];
}

static bool formula(const char *value)
{
    /* The wide forms are formulas to East Asian spreadsheets. */
    static const char *const starts[] = { "=",  "+",      "-",      "@",      "\t",    "\r",
                                          "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20" };
    if (negative(value)) return false;
    value += strspn(value, " ");
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (strncmp(value, starts[i], strlen(starts[i])) == 0) return true;
    return false;
}

const char *text_csv(struct arena *mem, const char *value)
{
    size_t n = strlen(value);
    bool guard = formula(value);
    /* The semicolon separates cells where the comma is for decimals. */
    bool quote = guard || value[strcspn(value, "\",;\t\r\n")]
                 || (n && (*value == ' ' || value[n - 1] == ' '));
    char *cell = arena_take(mem, 2 * n + 4), *to = cell;
    if (quote) *to++ = '"';
    if (guard) *to++ = '\'';
    for (; *value; value++) {
        if (*value == '"') *to++ = '"';
        *to++ = *value;
    }
    if (quote) *to++ = '"';
    *to = '\0';
    return cell;
}

bool text_same_constant_time(const char *a, const char *b)
{
    size_t n = strlen(a);
    return n == strlen(b) && sodium_memcmp(a, b, n) == 0;
}
