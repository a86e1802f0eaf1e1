/* sms_test.c - text messages: how long they are, and where they may go. */
#include "work/sms.h"

#include <sys/stat.h>

#include "tests/support/folder.h"
#include "tests/test.h"

static const char *of(struct cx *cx, const char *letter, int n)
{
    const char *text = "";
    for (int i = 0; i < n; i++) text = arena_print(cx->mem, "%s%s", text, letter);
    return text;
}

TEST(parts_of_a_text_are_those_of_the_network)
{
    CHECK_INT(sms_parts(""), 0);
    CHECK_INT(sms_parts("Hello"), 1);
    CHECK_INT(sms_parts(of(cx, "a", 160)), 1);
    CHECK_INT(sms_parts(of(cx, "a", 161)), 2);
    CHECK_INT(sms_parts(of(cx, "a", 306)), 2);
    CHECK_INT(sms_parts(of(cx, "a", 307)), 3);
    CHECK_INT(sms_parts(of(cx, "\u00e9", 160)), 1); /* in the alphabet */
    CHECK_INT(sms_parts(of(cx, "\u20ac", 80)), 1);  /* takes two */
    CHECK_INT(sms_parts(of(cx, "\u20ac", 81)), 2);
    CHECK_INT(sms_parts(of(cx, "\u0142", 70)), 1); /* not in the alphabet */
    CHECK_INT(sms_parts(of(cx, "\u0142", 71)), 2);
    CHECK_INT(sms_parts(of(cx, "\U0001f333", 35)), 1);
    CHECK_INT(sms_parts(of(cx, "\U0001f333", 36)), 2);
}

TEST(a_number_has_a_plus_and_a_country)
{
    CHECK(sms_number_sound("+61455500100"));
    CHECK(!sms_number_sound("0455500100") && !sms_number_sound("+0455500100"));
    CHECK(!sms_number_sound("+6145") && !sms_number_sound("+614555001001234567"));
    CHECK(!sms_number_sound("+61 455500100") && !sms_number_sound("") && !sms_number_sound("+"));
    CHECK(!sms_number_sound("+61455500100\r\nX-Kannel-From: evil"));
}

static void put(const char *path, const char *text, int mode)
{
    FILE *out = fopen(path, "w");
    CHECK(out && fputs(text, out) >= 0 && fclose(out) == 0 && chmod(path, (unsigned)mode) == 0);
}

TEST(settings_of_the_gateway_say_what_is_wrong_with_them)
{
    const char *folder = folder_new(cx);
    const char *good = arena_print(cx->mem, "%s/good", folder);
    const char *open = arena_print(cx->mem, "%s/open", folder);
    put(good, "linden:secret\n", 0600);
    put(open, "linden:secret\n", 0644);
    CHECK(!sms_settings_wrong(cx->mem, "kannel:http://127.0.0.1:13013", good));
    CHECK(!sms_settings_wrong(cx->mem, "kannel:https://sms.example", good));
    CHECK(sms_settings_wrong(cx->mem, "kannel:http://sms.example:13013", good)); /* in the clear */
    CHECK(sms_settings_wrong(cx->mem, "kannel:http://127.0.0.1:13013", open));
    CHECK(sms_settings_wrong(cx->mem, "kannel:http://127.0.0.1:13013", NULL));
    CHECK(sms_settings_wrong(cx->mem, "kannel:http://linden:secret@127.0.0.1:13013", good));
    CHECK(sms_settings_wrong(cx->mem, "http://127.0.0.1:13013", good));
    CHECK(sms_settings_wrong(cx->mem, "kannel:http://127.0.0.1:13013/other", good));
    folder_remove(folder);
}
