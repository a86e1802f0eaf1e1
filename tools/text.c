/* text.c - turns a catalogue of messages into C:  text users.text [users.de.text ...] >
 * users.text.h
 *
 *   # a remark
 *   users_heading = Users
 *   users_none = No users match '{query}'.
 *   users_ended = {n:1 session ended.|{n} sessions ended.}
 *
 * One message a line.  The key is a C identifier and becomes a function
 * t_users_none(cx, const char *query).  {name} is text, in the order of first
 * appearance; {name:one|other} chooses by a number, int64_t, and {name} beside
 * it prints that number; {name#} is a number without a choice.  A brace that is
 * meant is doubled: {{ or }}.
 *
 * The first file is English and complete.  Others are translations, named
 * users.LANG.text: a message may be missing (English answers), must be known,
 * and has the same arguments in any order.  cx->lang chooses.  With --pseudo
 * before the files there is a language "xx" besides: the English text with
 * accents and in brackets, two fifths longer, so that a test finds what is
 * written on a page without a catalogue. */
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 1000, ARGUMENTS = 12 };

struct argument {
    char name[32];
    bool number;
};

struct message {
    char key[64];
    char *text;
    int line;
    struct argument arguments[ARGUMENTS];
    int n;
};

struct catalogue {
    const char *file;
    char lang[16];
    struct message messages[MANY];
    int n;
};

static const char *file;
static int line;

static _Noreturn void refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void refuse(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%d: ", file, line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

static size_t name_length(const char *at)
{
    size_t n = 0;
    while (isalnum((unsigned char)at[n]) || at[n] == '_') n++;
    return isdigit((unsigned char)*at) ? 0 : n;
}

static const struct message *find(const struct catalogue *c, const char *key)
{
    for (int i = 0; i < c->n; i++)
        if (strcmp(c->messages[i].key, key) == 0) return &c->messages[i];
    return NULL;
}

static struct argument *argument(struct message *m, const char *name, size_t length)
{
    for (int i = 0; i < m->n; i++)
        if (strlen(m->arguments[i].name) == length
            && strncmp(m->arguments[i].name, name, length) == 0)
            return &m->arguments[i];
    if (m->n == ARGUMENTS || length >= sizeof m->arguments[0].name)
        refuse("too many arguments, or one with too long a name");
    if (length == 2 && strncmp(name, "cx", 2) == 0) refuse("an argument cannot be named cx");
    struct argument *a = &m->arguments[m->n++];
    snprintf(a->name, sizeof a->name, "%.*s", (int)length, name);
    return a;
}

/* Meet every argument once; in a plural only {name} may stand inside. */
static void read_arguments(struct message *m, const char *at, bool inside)
{
    for (; *at; at++) {
        if (*at == '{' && at[1] == '{') {
            at++;
        } else if (*at == '}' && at[1] == '}' && !inside) {
            at++;
        } else if (*at == '}') {
            if (!inside) refuse("a } that is meant is written }}");
            return;
        } else if (*at == '{') {
            size_t length = name_length(at + 1);
            if (length == 0) refuse("after { comes a name; a { that is meant is written {{");
            struct argument *a = argument(m, at + 1, length);
            at += 1 + length;
            if (*at == '#' && at[1] == '}') a->number = true, at++;
            if (*at == '}') continue;
            if (*at != ':') refuse("after {%s comes } or :", a->name);
            if (inside) refuse("a plural inside of a plural");
            a->number = true;
            int bars = 0, depth = 1;
            for (const char *p = at + 1; depth; p++) {
                if (*p == '\0') refuse("{%s: has no }", a->name);
                depth += (*p == '{') - (*p == '}');
                bars += *p == '|';
                if (!depth) {
                    read_arguments(m, at + 1, true);
                    at = p;
                }
            }
            if (bars != 1) refuse("{%s:one|other} has two forms and one |", a->name);
        }
    }
    if (inside) refuse("a plural has no }");
}

static void read_line(struct catalogue *c, char *text)
{
    text[strcspn(text, "\n")] = '\0';
    for (const char *p = text; *p; p++)
        if ((unsigned char)*p < ' ') refuse("a tab or another control character");
    if (*text == '\0' || *text == '#') return;

    size_t length = name_length(text);
    if (length == 0 || length >= sizeof c->messages[0].key || strncmp(text + length, " = ", 3) != 0)
        refuse("a line is:  key = text");
    if (c->n == MANY) refuse("too many messages in one file");
    struct message *m = &c->messages[c->n];
    snprintf(m->key, sizeof m->key, "%.*s", (int)length, text);
    const struct message *twin = find(c, m->key);
    if (twin) refuse("%s stands in line %d already", m->key, twin->line);
    m->text = strdup(text + length + 3);
    m->line = line;
    size_t end = strlen(m->text);
    if (end == 0) refuse("%s says nothing", m->key);
    if (isspace((unsigned char)m->text[0]) || isspace((unsigned char)m->text[end - 1]))
        refuse("white space at the start or the end of %s", m->key);
    if (strchr(m->text, '\\')) refuse("there are no escapes with \\");
    read_arguments(m, m->text, false);
    c->n++;
}

static void read_file(struct catalogue *c, const char *name)
{
    char *text = NULL;
    size_t room = 0;
    FILE *in = fopen(name, "r");
    file = c->file = name, line = 0;
    if (!in) refuse("cannot be read");
    while (getline(&text, &room, in) > 0) {
        line++;
        read_line(c, text);
    }
    fclose(in);
    free(text);
}

/* A translation has the arguments of the English message, in any order. */
static void check_translation(const struct catalogue *english, struct catalogue *c)
{
    file = c->file;
    for (int i = 0; i < c->n; i++) {
        struct message *m = &c->messages[i];
        const struct message *e = find(english, m->key);
        line = m->line;
        if (!e) refuse("%s is not in %s", m->key, english->file);
        for (int a = 0; a < m->n; a++) {
            bool known = false;
            for (int b = 0; b < e->n; b++)
                if (strcmp(m->arguments[a].name, e->arguments[b].name) == 0) {
                    known = true;
                    if (m->arguments[a].number && !e->arguments[b].number)
                        refuse("{%s} is text in %s", m->arguments[a].name, english->file);
                    m->arguments[a].number = e->arguments[b].number;
                }
            if (!known) refuse("{%s} is not in %s", m->arguments[a].name, english->file);
        }
    }
}

static const struct argument *argument_of(const struct message *m, const char *name, size_t length)
{
    for (int i = 0; i < m->n; i++)
        if (strlen(m->arguments[i].name) == length
            && strncmp(m->arguments[i].name, name, length) == 0)
            return &m->arguments[i];
    return NULL;
}

static int letters; /* of the pseudo language, to know how much longer it has to be */

static void write_char(char c, bool pseudo)
{
    static const char plain[] = "aceinouyACEINOUY";
    static const char *const accents[] = { "á", "ç", "é", "í", "ñ", "ó", "ú", "ý",
                                           "Á", "Ç", "É", "Í", "Ñ", "Ó", "Ú", "Ý" };
    const char *at = pseudo && c ? strchr(plain, c) : NULL;
    letters++;
    if (at)
        fputs(accents[at - plain], stdout);
    else if (c == '"')
        fputs("\\\"", stdout);
    else
        putchar(c);
}

static void brackets_end(bool pseudo)
{
    if (!pseudo) return;
    for (int i = 0; i < letters * 2 / 5; i++) putchar('~');
    putchar(']');
}

/* The text as pieces that are put side by side. */
static void write_join(const struct message *m, const char *text, bool pseudo)
{
    bool literal = pseudo, first = !pseudo;
    fputs("ARENA_JOIN(cx->mem, ", stdout);
    letters = 0;
    if (pseudo) fputs("\"[", stdout);
    for (const char *at = text; *at; at++) {
        bool argument = *at == '{' && at[1] != '{';
        if (argument == literal)
            fputs(literal ? "\", " : first ? "\"" : ", \"", stdout);
        else if (argument && !first)
            fputs(", ", stdout);
        literal = !argument;
        first = false;
        if (argument) {
            size_t length = name_length(at + 1);
            const struct argument *a = argument_of(m, at + 1, length);
            printf(a->number ? "arena_number(cx->mem, %s)" : "%s", a->name);
            at += length + 1 + (at[length + 1] == '#');
        } else {
            if (*at == '{' || *at == '}') at++;
            write_char(*at, pseudo);
        }
    }
    if (pseudo && !literal) fputs(", \"", stdout);
    brackets_end(pseudo);
    fputs(literal || pseudo ? "\")" : ")", stdout);
}

/* The end of the placeholder that begins at `at`. */
static const char *placeholder_end(const char *at)
{
    int depth = 0;
    for (;; at++) {
        depth += (*at == '{') - (*at == '}');
        if (depth == 0) return at;
    }
}

/* A plural turns the message into a choice of two whole messages, so that a
 * translator's text is one string and never glued together. */
static char *choose(const char *text, const char *plural, bool one)
{
    const char *end = placeholder_end(plural);
    const char *colon = strchr(plural, ':') + 1, *bar = strchr(plural, '|');
    const char *from = one ? colon : bar + 1, *to = one ? bar : end;
    char *whole = NULL;
    if (asprintf(&whole, "%.*s%.*s%s", (int)(plural - text), text, (int)(to - from), from, end + 1)
        < 0)
        refuse("out of memory");
    return whole;
}

static const char *first_plural(const char *text)
{
    for (const char *at = text; *at; at++) {
        if (*at != '{') continue;
        if (at[1] == '{')
            at++;
        else if (at[1 + name_length(at + 1)] == ':')
            return at;
    }
    return NULL;
}

static void write_value(const struct message *m, const char *text, bool pseudo)
{
    const char *plural = first_plural(text);
    if (plural) {
        char *one = choose(text, plural, true), *other = choose(text, plural, false);
        printf("%.*s == 1 ? ", (int)name_length(plural + 1), plural + 1);
        write_value(m, one, pseudo);
        fputs("\n        : ", stdout);
        write_value(m, other, pseudo);
        free(one), free(other);
        return;
    }
    for (const char *at = strchr(text, '{'); at; at = strchr(at + 2, '{'))
        if (at[1] != '{') {
            write_join(m, text, pseudo);
            return;
        }
    /* No arguments are used: the text itself. */
    letters = 0;
    putchar('"');
    if (pseudo) putchar('[');
    for (const char *at = text; *at; at++) {
        if ((*at == '{' || *at == '}') && at[1] == *at) at++;
        write_char(*at, pseudo);
    }
    brackets_end(pseudo);
    putchar('"');
}

static void write_message(const struct message *m, const struct catalogue *others, int n,
                          bool pseudo)
{
    printf("\n[[maybe_unused]] static inline const char *t_%s([[maybe_unused]] struct cx *cx",
           m->key);
    for (int i = 0; i < m->n; i++)
        printf(m->arguments[i].number ? ",\n    [[maybe_unused]] int64_t %s"
                                      : ",\n    [[maybe_unused]] const char *%s",
               m->arguments[i].name);
    puts(")\n{");
    for (int i = 0; i < n; i++) {
        const struct message *t = find(&others[i], m->key);
        if (!t) continue;
        printf("    if (strcmp(cx->lang, \"%s\") == 0)\n        return ", others[i].lang);
        write_value(m, t->text, false);
        puts(";");
    }
    if (pseudo) {
        fputs("    if (cx->lang[0] == 'x' && cx->lang[1] == 'x')\n        return ", stdout);
        write_value(m, m->text, true);
        puts(";");
    }
    printf("    return ");
    write_value(m, m->text, false);
    puts(";\n}");
}

/* "users.de.text" is in German. */
static void name_language(struct catalogue *c)
{
    const char *name = strrchr(c->file, '/') ? strrchr(c->file, '/') + 1 : c->file;
    const char *from = strchr(name, '.'), *to = strrchr(name, '.');
    if (!from || from == to || (size_t)(to - from) > sizeof c->lang)
        refuse("a translation is named x.LANG.text");
    snprintf(c->lang, sizeof c->lang, "%.*s", (int)(to - from - 1), from + 1);
}

int main(int argc, char **argv)
{
    bool pseudo = argc > 1 && strcmp(argv[1], "--pseudo") == 0;
    int first = 1 + pseudo, n = argc - first;
    if (n < 1) return fprintf(stderr, "usage: text [--pseudo] x.text [x.LANG.text ...]\n"), 1;
    struct catalogue *all = calloc((size_t)n, sizeof *all);
    if (!all) return perror("text"), 1;

    for (int i = 0; i < n; i++) {
        read_file(&all[i], argv[first + i]);
        if (i > 0) {
            name_language(&all[i]);
            check_translation(&all[0], &all[i]);
        }
    }
    printf("/* made from %s by tools/text.c */\n#pragma once\n#include <string.h>\n\n"
           "#include \"base/say.h\"\n",
           all[0].file);
    for (int i = 0; i < all[0].n; i++) write_message(&all[0].messages[i], all + 1, n - 1, pseudo);
    return fflush(stdout) != 0;
}
