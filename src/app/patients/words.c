/* words.c - see words.h */
#include "app/patients/words.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "db/db.h"

enum { END_DIGITS = 9, MOST_OF_NAME = 48 };

static bool in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Words in the order in which they were met, each once. */
struct found {
    struct arena *mem;
    const char *at[MOST_OF_NAME];
    size_t n;
};

static void add(struct found *f, const char *word, size_t n)
{
    for (size_t i = 0; i < f->n; i++)
        if (strlen(f->at[i]) == n && memcmp(f->at[i], word, n) == 0) return;
    if (n && f->n < MOST_OF_NAME) f->at[f->n++] = arena_copy(f->mem, word, n);
}

/* The words of a folded text; `joined`: those that signs hold together, as one. */
static void add_words(struct found *f, const char *folded, bool joined)
{
    char *whole = arena_take(f->mem, strlen(folded) + 1), *to = whole;
    size_t parts = 0;
    for (const char *at = folded; *at;) {
        const char *begin = at;
        while (in_word(*at)) at++;
        size_t n = (size_t)(at - begin);
        if (n && !joined) add(f, begin, n);
        memcpy(to, begin, n);
        to += n;
        parts += n > 0;
        while (*at && *at != ' ' && !in_word(*at)) at++;
        if (*at && *at != ' ') continue;
        if (joined && parts > 1) add(f, whole, (size_t)(to - whole));
        to = whole;
        parts = 0;
        at += *at == ' ';
    }
}

static const char *in_line(const struct found *f)
{
    const char *line = "";
    for (size_t i = 0; i < f->n; i++)
        line = arena_print(f->mem, "%s%s%s", line, i ? " " : "", f->at[i]);
    return line;
}

const char *words_of_names(struct arena *mem, const char *last, const char *first,
                           const char *preferred)
{
    struct found f = { .mem = mem };
    const char *const names[] = { text_fold(mem, last), text_fold(mem, first),
                                  text_fold(mem, preferred) };
    for (int i = 0; i < 3; i++) add_words(&f, names[i], false);
    for (int i = 0; i < 3; i++) add_words(&f, names[i], true);
    return in_line(&f);
}

/* --- phone numbers ----------------------------------------------------------- */

const char *words_digits(struct arena *mem, const char *phone)
{
    char *digits = arena_take(mem, strlen(phone) + 1), *to = digits;
    for (; *phone; phone++)
        if (is_digit(*phone)) *to++ = *phone;
    *to = '\0';
    return digits;
}

const char *words_from_end(struct arena *mem, const char *digits)
{
    size_t n = strlen(digits), most = n < END_DIGITS ? n : END_DIGITS;
    char *out = arena_take(mem, most + 2), *to = out;
    *to++ = '~';
    for (size_t i = 0; i < most; i++) *to++ = digits[n - 1 - i];
    while (to[-1] == '0' && to - out > 2) to--; /* the zero in front is the country's */
    *to = '\0';
    return out;
}

const char *words_behind(struct arena *mem, const char *beginning)
{
    return arena_print(mem, "%s\U0010FFFF", beginning);
}

/* --- what was typed ------------------------------------------------------------ */

enum { MOST_TYPED = 12 };

/* "px-048213" and "px048213" */
static int64_t pseudonym_of(const char *token)
{
    int64_t n = 0;
    if (strncmp(token, "px", 2) != 0) return -1;
    token += 2 + (token[2] == '-');
    size_t digits = strspn(token, "0123456789");
    if (digits < 6 || digits > 9 || token[digits]) return -1;
    for (; *token; token++) n = n * 10 + (*token - '0');
    return n;
}

static bool number_like(const char *token)
{
    return is_digit(token[0]) || ((*token == '+' || *token == '(') && is_digit(token[1]));
}

static void sort_by_length(struct wanted *w)
{
    for (size_t i = 1; i < w->words_n; i++)
        for (size_t j = i; j > 0 && strlen(w->words[j]) > strlen(w->words[j - 1]); j--) {
            const char *longer = w->words[j];
            w->words[j] = w->words[j - 1];
            w->words[j - 1] = longer;
        }
}

static size_t split(struct arena *mem, const char *text, const char *tokens[MOST_TYPED])
{
    size_t n = 0;
    while (*text && n < MOST_TYPED) {
        size_t length = strcspn(text, " ");
        if (length) tokens[n++] = arena_copy(mem, text, length);
        text += length;
        text += *text == ' ';
    }
    return n;
}

/* A date may be one token or three; how many this one is. */
static size_t date_among(struct cx *cx, const char *const *tokens, size_t left, const char **out)
{
    if (!is_digit(tokens[0][0])) return 0;
    if ((*out = date_parse(cx, tokens[0]))) return 1;
    if (left < 3) return 0;
    *out = date_parse(cx, arena_print(cx->mem, "%s %s %s", tokens[0], tokens[1], tokens[2]));
    return *out ? 3 : 0;
}

struct wanted words_wanted(struct cx *cx, const char *text)
{
    const char *tokens[MOST_TYPED], *date = NULL;
    struct wanted w = { .pseudonym = -1 };
    struct found names = { .mem = cx->mem };
    size_t n = split(cx->mem, text_fold(cx->mem, text_clean(cx->mem, text)), tokens), taken;
    for (size_t i = 0; i < n; i++) {
        if (!w.birth_date && (taken = date_among(cx, tokens + i, n - i, &date)) > 0) {
            w.birth_date = date;
            i += taken - 1;
        } else if (pseudonym_of(tokens[i]) >= 0) {
            w.pseudonym = pseudonym_of(tokens[i]);
        } else if (number_like(tokens[i])) {
            w.digits = arena_print(cx->mem, "%s%s", w.digits ? w.digits : "",
                                   words_digits(cx->mem, tokens[i]));
        } else {
            add_words(&names, tokens[i], false);
        }
    }
    for (size_t i = 0; i < names.n && i < MOST_WORDS; i++) w.words[w.words_n++] = names.at[i];
    sort_by_length(&w);
    return w;
}

/* --- the index ------------------------------------------------------------------ */

static enum status write_word(struct cx *cx, struct id patient, const char *names, const char *word)
{
    return db_exec(cx,
                   SQL("INSERT INTO patient_words (practice_id, word, names, patient_id)"
                       " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"),
                   word, names, patient);
}

static enum status write_phone(struct cx *cx, struct id patient, const char *names,
                               const char *phone)
{
    const char *digits = words_digits(cx->mem, phone);
    if (!*digits) return OK;
    TRY(write_word(cx, patient, names, arena_print(cx->mem, "#%s", digits)));
    return write_word(cx, patient, names, words_from_end(cx->mem, digits));
}

static enum status write_names(struct cx *cx, struct id patient, const char *names, const char *all)
{
    for (const char *at = all; *at;) {
        size_t n = strcspn(at, " ");
        TRY(write_word(cx, patient, names, arena_copy(cx->mem, at, n)));
        at += n;
        at += *at == ' ';
    }
    return OK;
}

#define THE(column) \
    column " = (SELECT p." column " FROM patients p WHERE p.practice_id = $1 AND p.id = $2)"

enum status words_place(struct cx *cx, struct id patient)
{
    TRY(db_exec(cx,
                SQL("UPDATE patient_locations SET " THE("names") ", " THE(
                    "state") " WHERE practice_id = $1 AND patient_id = $2"),
                patient));
    return db_exec(cx,
                   SQL("UPDATE patient_practitioners SET " THE("names") ", " THE(
                       "state") " WHERE practice_id = $1 AND patient_id = $2"),
                   patient);
}

enum status words_write(struct cx *cx, struct id patient)
{
    struct table t;
    const char *names = "";
    TRY(db_exec(cx, SQL("DELETE FROM patient_words WHERE practice_id = $1 AND patient_id = $2"),
                patient));
    TRY(db_select(cx, &t,
                  SQL("SELECT id, names, phone, other_phone FROM patients"
                      " WHERE practice_id = $1 AND id = $2"
                      " UNION ALL SELECT id, names, phone, other_phone FROM patients"
                      " WHERE practice_id = $1 AND merged_into = $2"),
                  patient));
    for (size_t i = 0; i < t.rows; i++)
        if (id_same(cell_id(&t, i, "id"), patient)) names = cell_text(&t, i, "names");
    for (size_t i = 0; i < t.rows; i++) {
        TRY(write_names(cx, patient, names, cell_text(&t, i, "names")));
        TRY(write_phone(cx, patient, names, cell_text(&t, i, "phone")));
        TRY(write_phone(cx, patient, names, cell_text(&t, i, "other_phone")));
    }
    return words_place(cx, patient);
}

enum status words_check(struct cx *cx)
{
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL_GLOBAL("SELECT x.practice_id, x.patient_id FROM"
                   " (SELECT practice_id, patient_id, names, state FROM patient_locations"
                   "  UNION ALL SELECT practice_id, patient_id, names, state"
                   "  FROM patient_practitioners) AS x"
                   " JOIN patients p ON p.practice_id = x.practice_id AND p.id = x.patient_id"
                   " WHERE x.names <> p.names OR x.state <> p.state"
                   " ORDER BY x.practice_id, x.patient_id LIMIT 1")));
    if (t.rows == 0) return OK;
    return fail(cx, BROKEN, "lists have the patient %s of the group %s in another place",
                cell_text(&t, 0, "patient_id"), cell_text(&t, 0, "practice_id"));
}
