/* profession_test.c - professions on the list, and others. */
#include "app/users/profession.h"
#include "base/text.h"
#include "tests/test.h"

TEST(a_profession_on_the_list_is_shown_in_the_readers_language_and_another_one_as_it_was_typed)
{
    cx->lang = "en";
    CHECK_TEXT(profession_words(cx, "speech_pathologist"), "Speech pathologist");
    CHECK_TEXT(profession_words(cx, "Puppeteer"), "Puppeteer");
    CHECK_TEXT(profession_words(cx, ""), "");
    cx->lang = "xx";
    CHECK(profession_words(cx, "speech_pathologist")[0] == '[');
    CHECK_TEXT(profession_words(cx, "Puppeteer"), "Puppeteer");
}

TEST(every_profession_stands_on_the_list_once_and_in_the_order_of_the_alphabet)
{
    cx->lang = "en";
    for (size_t i = 0; i < professions_n; i++) {
        const struct profession *p = &professions[i];
        CHECK(profession_find(p->key) == p);
        if (i == 0 || p->group != p[-1].group) continue;
        CHECK(strcmp(text_fold(cx->mem, p[-1].label(cx)), text_fold(cx->mem, p->label(cx))) < 0);
    }
    CHECK_INT(professions_n, 69);
}
