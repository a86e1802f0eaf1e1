/* text_test.c - what the catalogues say. */
#include "tests/html/sample.text.h"
#include "tests/test.h"

TEST(messages_without_arguments_are_literals)
{
    CHECK_TEXT(SAY(sample_plain), "Users");
    CHECK(SAY(sample_plain) == SAY(sample_plain));
}

TEST(a_percent_sign_is_a_percent_sign)
{
    CHECK_TEXT(SAY(sample_percent), "100 % of %s {braces} \"quoted\"");
    CHECK_TEXT(SAY(sample_two, "%n", "%s"), "%n after %s, and %n again: 5 %d");
}

TEST(no_text_as_an_argument_prints_nothing)
{
    CHECK_TEXT(SAY(sample_one, NULL), "No users match ''.");
}

TEST(plurals_choose_by_the_number)
{
    CHECK_TEXT(SAY(sample_plural, 0), "0 sessions ended.");
    CHECK_TEXT(SAY(sample_plural, 1), "1 session ended.");
    CHECK_TEXT(SAY(sample_plural, 12), "12 sessions ended.");
    CHECK_TEXT(SAY(sample_page, 2, 3), "Page 2 of 3");
}

TEST(two_plurals_and_text_go_together)
{
    CHECK_TEXT(SAY(sample_mixed, "Ben", 1, 1, "Riverside"),
               "Ben has one session in one group at Riverside.");
    CHECK_TEXT(SAY(sample_mixed, "Ben", 2, 1, "Riverside"),
               "Ben has 2 sessions in one group at Riverside.");
    CHECK_TEXT(SAY(sample_mixed, "Ben", 1, 3, "Riverside"),
               "Ben has one session in 3 groups at Riverside.");
    CHECK_TEXT(SAY(sample_mixed, "Ben", 2, 3, "Riverside"),
               "Ben has 2 sessions in 3 groups at Riverside.");
}

TEST(a_translation_answers_and_english_where_it_is_silent)
{
    cx->lang = "de";
    CHECK_TEXT(SAY(sample_plain), "Benutzer");
    CHECK_TEXT(SAY(sample_two, "A", "B"), "nach B kommt A");
    CHECK_TEXT(SAY(sample_plural, 2), "2 Sitzungen beendet.");
    CHECK_TEXT(SAY(sample_one, "x"), "No users match 'x'.");
    cx->lang = "fr";
    CHECK_TEXT(SAY(sample_plain), "Users");
}

TEST(the_pseudo_language_shows_what_comes_from_a_catalogue)
{
    cx->lang = "xx";
    CHECK_TEXT(SAY(sample_plain), "[Úsérs~~]");
    const char *said = SAY(sample_one, "ann");
    CHECK(said[0] == '[' && said[strlen(said) - 1] == ']');
    CHECK(strstr(said, "'ann'") != NULL);
}
