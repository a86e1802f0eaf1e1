/* catalogue_test.c - every word on a page comes from a catalogue.
 *
 * In the pseudo language "xx" a catalogue's text stands in brackets, so what
 * has letters outside of them was written into a page, or is somebody's data. */
#include <ctype.h>
#include <string.h>

#include "tests/support/practice.h"

#define USERS "/g/north/settings/users"

/* What the fixture's people typed, and what is the same in every language. */
/* clang-format off */
static const char *const data[] = {
    "Northside Allied Health", "Southbank Clinic", "Riverside", "Harbour St", "Bankside",
    "Okafor", "Nilsson", "Brandt", "Papas", "Wei", "Rao", "Zander",
    "Olga", "Freya", "Ben", "Chen", "Gina", "Kavya", "Zoe",
    "olga", "freya", "ben", "chen", "gina", "kavya", "zoe", "@north.example",
    "PHY0001234567", "Australia/Melbourne", "Firefox", "Linux", "Pool", "Room", "Attic",
};
/* clang-format on */

static size_t skip_data(const char *at)
{
    for (size_t i = 0; i < sizeof data / sizeof *data; i++)
        if (strncmp(at, data[i], strlen(data[i])) == 0) return strlen(data[i]);
    return 0;
}

static bool is_letter(char c)
{
    return isascii((unsigned char)c) && isalpha((unsigned char)c);
}

/* The first word of at least three letters that stands outside of brackets. */
static const char *stray_word(const char *from, const char *end, int *depth)
{
    for (const char *at = from; at < end;) {
        size_t skip = skip_data(at), letters = 0;
        *depth += (*at == '[') - (*at == ']');
        if (*at == '&' && memchr(at, ';', (size_t)(end - at)))
            skip = (size_t)((const char *)memchr(at, ';', (size_t)(end - at)) - at) + 1;
        while (!skip && at + letters < end && is_letter(at[letters])) letters++;
        if (*depth == 0 && letters >= 3) return at;
        at += skip ? skip : letters ? letters : 1;
    }
    return NULL;
}

/* Behind an option's label that is its value, too (zones, titles); behind
 * a script and what is proposed to be copied; else behind the tag. */
static const char *skip_tag(const char *tag, const char *end)
{
    static const char *const whole[] = { "script", "code" };
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        const char *over = strncmp(tag + 1, whole[i], strlen(whole[i])) ? NULL : strstr(end, "</");
        if (over) return over;
    }
    if (strncmp(tag, "<option value=\"", 15) != 0) return end + 1;
    size_t length = strcspn(tag + 15, "\"");
    bool same = length && strncmp(tag + 15, end + 1, length) == 0;
    return end + 1 + (same ? length : 0);
}

/* Attributes that are read out or shown. */
static const char *stray_attribute(const char *tag, const char *end)
{
    static const char *const shown[] = { " aria-label=\"", " title=\"", " placeholder=\"",
                                         " alt=\"" };
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        int depth = 0;
        const char *at = strstr(tag, shown[i]);
        if (!at || at > end) continue;
        at += strlen(shown[i]);
        const char *stray = stray_word(at, strchr(at, '"'), &depth);
        if (stray) return stray;
    }
    return NULL;
}

static const char *stray_on(const char *body)
{
    int depth = 0;
    for (const char *at = body; *at;) {
        const char *end = *at == '<' ? strchr(at, '>') : at + strcspn(at, "<");
        if (!end) return at;
        const char *stray = *at == '<' ? stray_attribute(at, end) : stray_word(at, end, &depth);
        if (stray) return stray;
        at = *at == '<' ? skip_tag(at, end) : end;
    }
    return depth == 0 ? NULL : "a bracket is left open";
}

static bool only_catalogue(struct page page, const char *path)
{
    const char *stray = stray_on(page.body);
    if (stray) printf("  %s (%d): %.60s\n", path, page.status, stray);
    return !stray && strstr(page.body, "~~]") != NULL;
}

TEST(every_page_takes_its_words_from_a_catalogue)
{
    static const char *const pages[] = {
        "/groups",
        "/me",
        "/me/invitations",
        "/me/sign-in",
        "/me/sign-in/email",
        "/me/devices",
        "/me/preferences",
        "/g/north/",
        "/g/north/help",
        "/g/north/help/add-user",
        "/g/north/help/deactivate-user",
        "/g/north/help/access-levels",
        "/g/north/leave",
        "/g/north/settings/",
        "/g/north/settings/locations",
        "/g/north/settings/locations/new",
        "/g/north/settings/locations/l-riverside",
        "/g/north/settings/audit",
        USERS,
        USERS "?filtered=1&text=nobody",
        USERS "/u-chen",
        USERS "/u-kavya",
        USERS "/u-kavya/activate",
        USERS "/u-chen/deactivate",
        USERS "/u-freya/deactivate",
        USERS "/u-olga/deactivate",
        "/g/north/nothing",
        "/g/nobody/",
    };
    static const char *const doors[] = { "/sign-in",  "/password-reset",  "/password-reset/x",
                                         "/set-up/x", "/confirm-email/x", "/invitations/x",
                                         "/not-me/x",
                                         "/new-email/x",  "/keep-email/x" };
    practice_begin(cx);
    cx->lang = "xx";
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        CHECK(only_catalogue(get(cx, "olga", pages[i]), pages[i]));
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++)
        CHECK(only_catalogue(get(cx, "", doors[i]), doors[i]));
    CHECK(only_catalogue(get(cx, "chen", "/g/north/"), "home of a reader"));
    CHECK(only_catalogue(get(cx, "chen", USERS), "people in this practice"));
    CHECK(only_catalogue(get(cx, "chen", USERS "/new"), "a closed door"));
}

TEST(what_is_wrong_is_said_from_a_catalogue)
{
    practice_begin(cx);
    cx->lang = "xx";
    CHECK(only_catalogue(post(cx, "", "/sign-in", "email", "", "password", "", NULL), "/sign-in"));
    CHECK(only_catalogue(post(cx, "olga", "/g/north/settings/locations", "name", "", NULL),
                         "a location without a name"));
    CHECK(only_catalogue(post(cx, "olga", "/g/north/settings/group", "name", "", NULL),
                         "a group without a name"));
}
