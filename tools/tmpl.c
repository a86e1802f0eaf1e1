/* tmpl.c - turns a template into C:  tmpl page.html > page.html.h
 *
 *   %% static void row(struct html *h, const struct user *p)   begins a function
 *   <td>{{ p->name }}</td>                                     HTML with escaped values
 *   %   if (p->active) {                                       a line of C, % in the first column
 *   <input name="on" {{? p->on }}checked{{/}}>                 a part that is there on a condition
 *   <!-- a remark -->                                          is left out of the page
 *   %%                                                         ends the function
 *
 * A long first line goes on in further lines that begin with %%.  Outside of
 * functions stand only empty lines, remarks, and lines of C.
 *
 * The compiler follows the markup and knows where each value lands.  A value
 * stands between tags or inside a quoted attribute.  Where a URL is expected
 * (href, src, action ...) only a `struct url` compiles, and it comes first in
 * its attribute; text may follow a # that is written out.  Other links are written out and lead
 * nowhere but to the site itself, https:, mailto: or tel:.  What the Content-Security-Policy
 * forbids is refused here: style="", on...="", inline scripts and styles.  There are no filters and
 * there is no raw form.
 *
 * C stands between tags only, so whichever way a branch goes, the markup is in
 * the state the compiler believes.  {{? }} works inside tags and attribute
 * values, and leaves the state as it found it.
 *
 * White space is squeezed: a run becomes one space, and none at all beside a
 * block-level tag or at either end of a function.  <pre> and <textarea> are
 * left alone. */
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct text {
    char *at;
    size_t length, room;
};

enum state { TEXT, TAG_NAME, TAG, NAME, EQUALS, VALUE, COMMENT };
static const char *const state_words[] = {
    "between tags",
    "in the name of a tag",
    "inside a tag",
    "in the name of an attribute",
    "before an attribute's value",
    "in an attribute's value",
    "in a remark",
};

static const char *file;
static int line;

static struct text literal;       /* waits to become one html_raw() */
static enum state state;          /* where in the markup we are */
static enum state beyond_comment; /* TEXT, or the state outside of functions */
static struct text tag;           /* as written; "/td" when it ends */
static struct text attribute;     /* its name */
static struct text value;         /* what of its value is literal */
static char quote;
static bool value_has_value;    /* the attribute's value holds a {{ }} already */
static bool space, after_block; /* a run of white space waits; a block-level tag stands before it */
static bool slash;              /* "/" of "/>" was seen */
static bool script_open, script_has_src;
static char kept[16]; /* textarea, title, pre: inside of it white space counts */
static bool skip_newline;
static bool in_function, in_condition;
static enum state condition_state;
static char condition_kept[16];

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

static void put(struct text *text, char c)
{
    if (text->length + 2 > text->room) {
        text->room = text->room ? text->room * 2 : 64;
        text->at = realloc(text->at, text->room);
        if (!text->at) refuse("out of memory");
    }
    text->at[text->length++] = c;
    text->at[text->length] = '\0';
}

static void put_all(struct text *text, const char *from)
{
    while (*from) put(text, *from++);
}

static void empty(struct text *text)
{
    text->length = 0;
    put(text, '\0');
    text->length = 0;
}

static bool is(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcasecmp(word, *list) == 0) return true;
    return false;
}

/* Beside these no white space is ever drawn. */
static bool is_block(const char *name)
{
    static const char *const blocks[] = {
        "!doctype", "address", "article",  "aside",      "blockquote", "body",   "br",
        "caption",  "col",     "colgroup", "dd",         "details",    "dialog", "div",
        "dl",       "dt",      "fieldset", "figcaption", "figure",     "footer", "form",
        "h1",       "h2",      "h3",       "h4",         "h5",         "h6",     "head",
        "header",   "hr",      "html",     "legend",     "li",         "link",   "main",
        "meta",     "nav",     "ol",       "optgroup",   "option",     "p",      "pre",
        "script",   "section", "summary",  "table",      "tbody",      "td",     "template",
        "tfoot",    "th",      "thead",    "title",      "tr",         "ul",     "use",
        NULL,
    };
    return is(name + (*name == '/'), blocks);
}

static bool wants_url(void)
{
    static const char *const names[] = {
        "href", "src",        "action",     "formaction", "poster",   "cite",         "data",
        "ping", "xlink:href", "background", "manifest",   "longdesc", "data-preview",
        "data-draft", NULL,
    };
    return is(attribute.at, names);
}

/* What has been collected becomes one call. */
static void flush(void)
{
    if (literal.length == 0) return;
    fputs("html_raw(h, \"", stdout);
    for (size_t i = 0; i < literal.length; i++) {
        char c = literal.at[i];
        if (c == '"' || c == '\\') putchar('\\');
        if (c == '\n')
            fputs("\\n", stdout);
        else
            putchar(c);
    }
    printf("\", %zu);\n", literal.length);
    empty(&literal);
}

static void mark_line(void)
{
    printf("#line %d \"%s\"\n", line, file);
}

/* Something will be written here: the waiting white space counts now. */
static void settle_space(void)
{
    if (space && !after_block) put(&literal, ' ');
    space = after_block = false;
}

static void check_tag(void)
{
    static const char *const never[] = {
        "style", "iframe",    "frame",   "frameset", "object",  "embed", "applet",   "base",
        "xmp",   "plaintext", "noembed", "noframes", "animate", "set",   "noscript", NULL,
    };
    const char *name = tag.at + (tag.at[0] == '/');
    if (!isalpha((unsigned char)*name) && strcasecmp(name, "!doctype") != 0)
        refuse("a tag has no name; a plain < is written &lt;");
    if (is(name, never)) refuse("<%s> is not for templates", name);
    if (kept[0] && strcmp(kept, "pre") != 0 && !(tag.at[0] == '/' && strcasecmp(name, kept) == 0))
        refuse("inside <%s> there are no tags", kept);
    if (script_open && strcasecmp(tag.at, "/script") != 0)
        refuse("inline scripts are forbidden: put it into assets/app.js");
}

static void name_ends(void)
{
    check_tag();
    bool block = is_block(tag.at);
    if (space && !after_block && !block) put(&literal, ' ');
    put(&literal, '<');
    put_all(&literal, tag.at);
    space = slash = script_open = script_has_src = false;
    if (tag.at[0] == '/' && strcasecmp(tag.at + 1, kept) == 0) kept[0] = '\0';
    state = TAG;
}

static void tag_ends(void)
{
    put(&literal, '>');
    state = TEXT;
    space = false;
    after_block = is_block(tag.at);
    if (strcasecmp(tag.at, "script") == 0) {
        if (!script_has_src) refuse("inline scripts are forbidden: put it into assets/app.js");
        script_open = true;
    }
    if (strcasecmp(tag.at, "textarea") == 0 || strcasecmp(tag.at, "title") == 0
        || strcasecmp(tag.at, "pre") == 0)
        snprintf(kept, sizeof kept, "%s", tag.at);
    if (strcasecmp(tag.at, "textarea") == 0 || strcasecmp(tag.at, "pre") == 0) {
        /* Browsers drop a first newline; with ours there, a value keeps its own. */
        put(&literal, '\n');
        skip_newline = true;
    }
}

static void attribute_name_ends(void)
{
    static const char *const never[] = { "style", "srcdoc", "http-equiv", NULL };
    if (strncasecmp(attribute.at, "on", 2) == 0)
        refuse("%s=\"\" is forbidden: behaviour lives in assets/app.js", attribute.at);
    if (is(attribute.at, never)) refuse("the attribute %s is forbidden", attribute.at);
    if (strcasecmp(attribute.at, "src") == 0) script_has_src = true;
    put_all(&literal, attribute.at);
    empty(&value);
    value_has_value = false;
}

/* A link that is written out stays on the site or says where it goes. */
static void check_url(void)
{
    static const char *const fine[] = { "https:", "mailto:", "tel:", NULL };
    size_t scheme = strcspn(value.at, ":/?#");
    if (value.at[scheme] != ':' || value_has_value) return;
    for (const char *const *f = fine; *f; f++)
        if (strncasecmp(value.at, *f, scheme + 1) == 0) return;
    refuse("a link like this is forbidden: \"%s\"", value.at);
}

static bool name_char(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == ':' || c == '_' || c == '.';
}

static void follow_text(char c)
{
    bool newline = skip_newline && c == '\n';
    skip_newline = false;
    if (newline) return;
    if (c == '<') {
        state = TAG_NAME;
        empty(&tag);
        return;
    }
    if (script_open) refuse("inline scripts are forbidden: put it into assets/app.js");
    if (kept[0]) {
        put(&literal, c);
    } else if (isspace((unsigned char)c)) {
        space = true;
    } else {
        settle_space();
        put(&literal, c);
    }
}

/* Follow one character of the page and write it down. */
static void follow(char c)
{
    bool blank = isspace((unsigned char)c);
    switch (state) {
    case TEXT: follow_text(c); break;
    case TAG_NAME:
        if (blank || c == '>' || (c == '/' && tag.length)) {
            name_ends();
            follow(c);
        } else {
            if (!name_char(c) && !(tag.length == 0 && (c == '/' || c == '!')) && tag.at[0] != '!')
                refuse("\"%c\" in the name of a tag; a plain < is written &lt;", c);
            put(&tag, c);
            if (strcmp(tag.at, "!--") == 0) state = COMMENT, beyond_comment = TEXT;
        }
        break;
    case TAG:
        if (slash && c != '>') refuse("after / in a tag there is only >");
        if (c == '>') {
            tag_ends();
        } else if (blank) {
            space = true;
        } else if (c == '/') {
            slash = true;
            put(&literal, '/');
        } else if (name_char(c)) {
            if (tag.at[0] == '/') refuse("an end tag has no attributes");
            if (!space) refuse("between attributes there is a space");
            put(&literal, ' ');
            space = false;
            empty(&attribute);
            put(&attribute, c);
            state = NAME;
        } else {
            refuse("write name=\"value\", without spaces around =");
        }
        break;
    case NAME:
        if (name_char(c)) {
            put(&attribute, c);
            break;
        }
        attribute_name_ends();
        state = c == '=' ? EQUALS : TAG;
        if (c == '=')
            put(&literal, '=');
        else
            follow(c);
        break;
    case EQUALS:
        if (c != '"' && c != '\'') refuse("an attribute's value is inside quotes");
        put(&literal, quote = c);
        state = VALUE;
        break;
    case VALUE:
        put(&literal, c);
        if (c != quote) {
            put(&value, c);
            break;
        }
        if (wants_url()) check_url();
        state = TAG;
        break;
    case COMMENT: break;
    }
}

/* The end of the C expression at `from`, which is at its "}}". */
static const char *expression_end(const char *from)
{
    int depth = 0;
    bool something = false;
    char inside = '\0';
    const char *at = from;
    for (;; at++) {
        if (*at == '\0' || *at == '\n') refuse("{{ without }} on the same line");
        if (inside) {
            if (*at == '\\' && at[1])
                at++;
            else if (*at == inside)
                inside = '\0';
            continue;
        }
        if (at[0] == '}' && at[1] == '}') break;
        if (!isspace((unsigned char)*at)) something = true;
        if (*at == '"' || *at == '\'') inside = *at;
        if (*at == '(') depth++;
        if (*at == ')' && --depth < 0) refuse("a ) too many in {{ }}");
        if (*at == ';') refuse("{{ }} holds one expression, no ;");
        if (*at == '/' && (at[1] == '/' || at[1] == '*')) refuse("no remarks inside {{ }}");
        if (*at == '|' && at[1] == '|')
            at++;
        else if (*at == '|')
            refuse("there are no filters: | is not for templates");
    }
    if (!something) refuse("{{ }} is empty");
    if (depth) refuse("a ) is missing in {{ }}");
    return at;
}

static void check_c(const char *from, size_t length)
{
    if (memmem(from, length, "html_raw", 8)) refuse("html_raw() is not for hands");
}

static const char *writer(void)
{
    static const char *const never[] = { "srcset", "imagesrcset", NULL };
    if (script_open) refuse("no values inside <script>");
    if (state == TEXT) return "html_put";
    if (state == EQUALS) refuse("a value in a tag must be inside quotes");
    if (state != VALUE) refuse("no values %s", state_words[state]);
    if (is(attribute.at, never)) refuse("no values in the attribute %s", attribute.at);
    if (!wants_url()) return "html_put";
    if (strchr(value.at, '#')) { /* a place in a page is text */
        check_url();
        return "html_put";
    }
    if (value.length || value_has_value) refuse("a URL stands first in its attribute");
    return "html_url";
}

static void write_value(const char *from, const char *end)
{
    const char *function = writer();
    if (state == TEXT) settle_space();
    skip_newline = false;
    value_has_value = true;
    flush();
    mark_line();
    printf("%s(h, (%.*s));\n", function, (int)(end - from), from);
}

static void condition_begins(const char *from, const char *end)
{
    if (in_condition) refuse("{{? inside of {{?: use lines of C");
    if (script_open) refuse("no values inside <script>");
    if (state != TEXT && state != TAG && state != VALUE) refuse("no {{? %s", state_words[state]);
    if (state == TAG && (!space || tag.at[0] == '/'))
        refuse("before {{? in a tag there is a space");
    if (state == VALUE && wants_url()) refuse("no {{? in a URL: let C choose it");
    if (state == TEXT) settle_space();
    flush();
    mark_line();
    printf("if (%.*s) {\n", (int)(end - from), from);
    in_condition = true;
    condition_state = state;
    snprintf(condition_kept, sizeof condition_kept, "%s", kept);
}

static void condition_ends(void)
{
    if (!in_condition) refuse("{{/}} without {{?");
    if (state == NAME) {
        attribute_name_ends();
        state = TAG;
    }
    if (state != condition_state || script_open || slash || strcmp(kept, condition_kept) != 0)
        refuse("{{? began %s and {{/}} stands %s", state_words[condition_state],
               state_words[state]);
    if (state == TEXT) settle_space();
    space = false;
    flush();
    puts("}");
    in_condition = false;
}

/* A {{ }} of any kind; answers what follows it. */
static const char *moustache(const char *at)
{
    if (strncmp(at, "{{/}}", 5) == 0) {
        condition_ends();
        return at + 5;
    }
    bool condition = at[2] == '?';
    const char *from = at + 2 + condition, *end = expression_end(from);
    check_c(from, (size_t)(end - from));
    if (condition)
        condition_begins(from, end);
    else
        write_value(from, end);
    return end + 2;
}

static void html_line(const char *at)
{
    const char *first = at + strspn(at, " \t");
    if (first > at && *first == '%' && state != VALUE)
        refuse("%% for a line of C stands in the first column");
    while (*at) {
        if (state == COMMENT) {
            if (strncmp(at, "{{", 2) == 0) refuse("no values in a remark");
            bool over = strncmp(at, "-->", 3) == 0;
            if (over) state = beyond_comment;
            at += over ? 3 : 1;
        } else if (strncmp(at, "{{", 2) == 0) {
            at = moustache(at);
        } else if (strncmp(at, "}}", 2) == 0) {
            refuse("}} without {{");
        } else {
            follow(*at++);
        }
    }
    if (in_condition) refuse("{{? without {{/}} on the same line");
}

static void c_line(const char *text)
{
    check_c(text, strlen(text));
    if (state == COMMENT) refuse("a remark has no end");
    if (in_function) {
        if (state != TEXT || script_open)
            refuse("a line of C cannot stand %s: use {{? }}",
                   script_open ? "in <script>" : state_words[state]);
        settle_space();
        flush();
    }
    mark_line();
    fputs(text + 1, stdout);
}

/* Count the parentheses of a function's head, which may take several lines. */
static int open_parentheses(const char *text)
{
    int open = 0;
    for (; *text; text++) open += (*text == '(') - (*text == ')');
    return open;
}

static void function_line(const char *text)
{
    static int open;
    bool bare = text[2 + strspn(text + 2, " \t\n")] == '\0';
    if (state == COMMENT) refuse("a remark has no end");
    if (open > 0) { /* the head goes on */
        fputs(text + 2, stdout);
        open += open_parentheses(text);
        if (open == 0) puts("{");
    } else if (in_function) {
        if (!bare) refuse("%%%% ends a function and stands alone; the next begins with another");
        if (state != TEXT || script_open) refuse("the function ends %s", state_words[state]);
        if (kept[0]) refuse("the function ends inside <%s>", kept);
        flush();
        puts("}");
        in_function = false;
    } else {
        if (bare) refuse("%%%% without the head of a function");
        mark_line();
        printf("[[maybe_unused]]%s", text + 2);
        open = open_parentheses(text);
        if (open < 0) refuse("a ) too many in the head of a function");
        if (open == 0) puts("{");
        in_function = after_block = true;
        space = false;
    }
}

static void outside_line(const char *at)
{
    for (; *at; at++) {
        if (state == COMMENT) {
            if (strncmp(at, "-->", 3) == 0) state = TEXT, at += 2;
        } else if (strncmp(at, "<!--", 4) == 0) {
            state = COMMENT, beyond_comment = TEXT;
        } else if (!isspace((unsigned char)*at)) {
            refuse("text outside of a function: begin one with %%%%");
        }
    }
}

int main(int argc, char **argv)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t length;
    FILE *in = argc == 2 ? fopen(file = argv[1], "r") : NULL;
    if (!in) return fprintf(stderr, "usage: tmpl FILE.html\n"), 1;
    empty(&literal), empty(&tag), empty(&attribute), empty(&value);

    printf("/* made from %s by tools/tmpl.c */\n#include \"html/html.h\"\n", file);
    while ((length = getline(&text, &room, in)) > 0) {
        line++;
        for (ssize_t i = 0; i < length; i++)
            if ((unsigned char)text[i] < ' ' && text[i] != '\n' && text[i] != '\t')
                refuse("a control character");
        if (strncmp(text, "%%", 2) == 0)
            function_line(text);
        else if (text[0] == '%')
            c_line(text);
        else if (in_function)
            html_line(text);
        else
            outside_line(text);
    }
    if (in_function) refuse("%%%% missing at the end");
    if (state == COMMENT) refuse("a remark has no end");
    if (fclose(in) != 0 || fflush(stdout) != 0) return perror(file), 1;
    return 0;
}
