/* text_test.c - what people type, and what strangers try. */
#include "base/text.h"
#include "tests/test.h"

#define LITERAL_SIZE(text) (text), sizeof(text) - 1

TEST(only_well_formed_utf8_is_text)
{
    CHECK(text_valid_utf8(LITERAL_SIZE("")));
    CHECK(text_valid_utf8(LITERAL_SIZE("Ingrid Haaland, Riverside")));
    CHECK(text_valid_utf8(LITERAL_SIZE("Åse Łuczak \u5c71\u7530 \U0001f33f")));
    CHECK(text_valid_utf8(LITERAL_SIZE("\xf4\x8f\xbf\xbf")));
    CHECK(!text_valid_utf8(LITERAL_SIZE("\xf4\x90\x80\x80"))); /* above U+10FFFF */
    CHECK(!text_valid_utf8(LITERAL_SIZE("\xc0\xaf")));         /* overlong */
    CHECK(!text_valid_utf8(LITERAL_SIZE("\xe0\x80\xaf")));
    CHECK(!text_valid_utf8(LITERAL_SIZE("\xf0\x80\x80\xaf")));
    CHECK(!text_valid_utf8(LITERAL_SIZE("\xed\xa0\x80"))); /* a surrogate */
    CHECK(!text_valid_utf8(LITERAL_SIZE("abcdefgh\x80")));
    CHECK(!text_valid_utf8(LITERAL_SIZE("abc\xe2\x82"))); /* cut short */
    CHECK(!text_valid_utf8(LITERAL_SIZE("\xff")));
    CHECK(!text_valid_utf8(LITERAL_SIZE("ab\0cd")));
    CHECK(!text_valid_utf8(LITERAL_SIZE("abcdefgh\0jklmnopq")));
}

TEST(cleaning_trims_folds_blanks_and_composes)
{
    CHECK_TEXT(text_clean(cx->mem, "  Ingrid \t  Haaland "), "Ingrid Haaland");
    CHECK_TEXT(text_clean(cx->mem, "\r\n Ingrid\n"), "Ingrid");
    CHECK_TEXT(text_clean(cx->mem, "\u00a0\u3000Ingrid\u2003\u00a0 Haaland\u00a0"),
               "Ingrid Haaland");
    CHECK_TEXT(text_clean(cx->mem, "A\u030ase"), "\u00c5se");
    CHECK_TEXT(text_clean(cx->mem, "   "), "");
    CHECK_TEXT(text_clean(cx->mem, ""), "");
    CHECK_TEXT(text_clean(cx->mem, "Ada\nBcc: x"), "Ada\nBcc: x"); /* for text_plain to refuse */
    CHECK_TEXT(text_clean(cx->mem, text_clean(cx->mem, " e\u0301  \u1100\u1161 ")),
               "\u00e9 \uac00");
    CHECK(text_clean(cx->mem, "\xff\xfe bad") != NULL);
}

TEST(names_of_all_kinds_of_people_are_plain)
{
    static const char *const names[] = {
        "",
        "Ada",
        "Anne-Marie O'Brien",
        "\u00c5se \u0141uczak-Wei\u00df",
        "Nguy\u1ec5n Th\u1ecb Minh",
        "\u5c71\u7530\u592a\u90ce",
        "\u0645\u062d\u0645\u062f \u0639\u0644\u06cc\u200c\u0632\u0627\u062f\u0647",
        "\u0915\u094d\u200d\u0937",
        "\u05d3\u05b8\u05bc\u05d5\u05b4\u05d3",
        "\uae40\ubbfc\uc218",
        "Dr. J. R. \u201cBob\u201d Smith 3rd",
        "\u845b\U000e0100\u98fe",
        "Caf\u00e9 \u2764\ufe0f Physio",
        "\U0001f33f Linden"
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!text_plain(names[i])) CHECK_TEXT(names[i], "to be plain");
}

TEST(tricks_are_not_plain)
{
    static const char *const tricks[] = {
        "a\nb",     "a\rb",         "a\tb",
        "\x01",     "a\x7f",        "a\xc2\x85z",
        "a\u2028b", "a\u2029b",     "a\u202eb",
        "a\u202ab", "a\u2066b",     "a\u2069b",
        "a\u200eb", "a\u200fb",     "a\u061cb",
        "a\u200bb", "a\u2060b",     "\ufeffa",
        "a\u00adb", "ad\u200dmin",  "ad\u200cmin",
        "\u200d",   "\u0645\u200c", "a\u034fb",
        "a\u115fb", "\u3164",       "\uffa0",
        "\u2800",   "a\U000e0041",  "a\ufe0fb",
        "\ue000",   "\U000f0000",   "\U0010fffd",
        "\ufdd0",   "\ufffe",       "\U0001ffff",
        "\xff",     "\xc3",         "Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308",
        "a\u180eb", "a\ufff9b"
    };
    for (size_t i = 0; i < sizeof tricks / sizeof *tricks; i++)
        if (text_plain(tricks[i])) printf("  trick %zu\n", i), CHECK(!text_plain(tricks[i]));
}

TEST(length_counts_code_points)
{
    CHECK_INT(text_length(""), 0);
    CHECK_INT(text_length("abc"), 3);
    CHECK_INT(text_length("\u00c5se \U0001f33f"), 5);
}

TEST(folding_forgets_case_and_accents)
{
    CHECK_TEXT(text_fold(cx->mem, "Ingrid HAALAND"), "ingrid haaland");
    CHECK_TEXT(text_fold(cx->mem, "\u00c5se \u0141uczak-Wei\u00df"), "ase luczak-weiss");
    CHECK_TEXT(text_fold(cx->mem, "WEI\u1e9e"), "weiss");
    CHECK_TEXT(text_fold(cx->mem, "J\u00f8rgen \u00c6gir \u0110or\u0111e \u0152uvre \u00de\u00f3r"),
               "jorgen aegir dorde oeuvre thor");
    CHECK_TEXT(text_fold(cx->mem, "\u0130stanbul \u0131\u015f\u0131k"), "istanbul isik");
    CHECK_TEXT(text_fold(cx->mem, "O\u2019Brien"), "o'brien");
    CHECK_TEXT(text_fold(cx->mem, "Nguy\u1ec5n"), "nguyen");
    CHECK_TEXT(text_fold(cx->mem, "\uff21\uff44\uff41"), "ada");
    CHECK_TEXT(text_fold(cx->mem, "\u0395\u039b\u0395\u039d\u0397\u03a3"),
               text_fold(cx->mem, "\u03b5\u03bb\u03ad\u03bd\u03b7\u03c2"));
    CHECK_TEXT(text_fold(cx->mem, "\uac00"), "\uac00");
    CHECK(strcmp(text_fold(cx->mem, "\u304b"), text_fold(cx->mem, "\u304c"))
          != 0); /* ka is not ga */
    CHECK_TEXT(text_fold(cx->mem, "\ufdfa\u0301"),
               text_fold(cx->mem, "\ufdfa")); /* the longest of all */
}

TEST(search_finds_parts)
{
    const char *key = text_fold(cx->mem, "Bj\u00f6rn \u00c5kesson");
    CHECK(text_contains_folded(key, text_fold(cx->mem, "BJORN")));
    CHECK(text_contains_folded(key, text_fold(cx->mem, "\u00e5ke")));
    CHECK(text_contains_folded(key, ""));
    CHECK(!text_contains_folded(key, text_fold(cx->mem, "bjarn")));
}

TEST(a_name_has_a_blank_between_what_there_is_of_it)
{
    CHECK_TEXT(text_name(cx->mem, "Ms", "Ingrid", "Haaland"), "Ms Ingrid Haaland");
    CHECK_TEXT(text_name(cx->mem, "", "Ingrid", "Haaland"), "Ingrid Haaland");
    CHECK_TEXT(text_name(cx->mem, "Dr", "", "Sukarno"), "Dr Sukarno");
    CHECK_TEXT(text_name(cx->mem, "", "", "Sukarno"), "Sukarno");
}

TEST(initials_are_the_first_letters)
{
    CHECK_TEXT(text_initials(cx->mem, "Ingrid", "Haaland"), "IH");
    CHECK_TEXT(text_initials(cx->mem, "\u00e5se", "\u0142uczak"), "\u00c5\u0141");
    CHECK_TEXT(text_initials(cx->mem, "", "Suharto"), "S");
    CHECK_TEXT(text_initials(cx->mem, NULL, "'t Hooft"), "T");
    CHECK_TEXT(text_initials(cx->mem, "\u592a\u90ce", "\u5c71\u7530"), "\u592a\u5c71");
    CHECK_TEXT(text_initials(cx->mem, "\U00010428", "\U00010429"),
               "\U00010400\U00010401"); /* four bytes each */
    CHECK_TEXT(text_initials(cx->mem, "007", ""), "0");
    CHECK_TEXT(text_initials(cx->mem, "", ""), "");
}

TEST(csv_cells_are_never_formulas)
{
    CHECK_TEXT(text_csv(cx->mem, "Ingrid"), "Ingrid");
    CHECK_TEXT(text_csv(cx->mem, ""), "");
    CHECK_TEXT(text_csv(cx->mem, "O'Brien"), "O'Brien");
    CHECK_TEXT(text_csv(cx->mem, "Haaland, Ingrid"), "\"Haaland, Ingrid\"");
    CHECK_TEXT(text_csv(cx->mem, "say \"hi\""), "\"say \"\"hi\"\"\"");
    CHECK_TEXT(text_csv(cx->mem, "a\nb"), "\"a\nb\"");
    CHECK_TEXT(text_csv(cx->mem, "=1+1"), "\"'=1+1\"");
    CHECK_TEXT(text_csv(cx->mem, "+61 3 9000"), "\"'+61 3 9000\"");
    CHECK_TEXT(text_csv(cx->mem, "-2"), "-2");
    CHECK_TEXT(text_csv(cx->mem, "-12.50"), "-12.50");
    CHECK_TEXT(text_csv(cx->mem, "-2+3"), "\"'-2+3\"");
    CHECK_TEXT(text_csv(cx->mem, "-2.50.1"), "\"'-2.50.1\"");
    CHECK_TEXT(text_csv(cx->mem, "-2."), "\"'-2.\"");
    CHECK_TEXT(text_csv(cx->mem, "-"), "\"'-\"");
    CHECK_TEXT(text_csv(cx->mem, "-x"), "\"'-x\"");
    CHECK_TEXT(text_csv(cx->mem, "--2"), "\"'--2\"");
    CHECK_TEXT(text_csv(cx->mem, "@SUM(A1)"), "\"'@SUM(A1)\"");
    CHECK_TEXT(text_csv(cx->mem, "\t=1"), "\"'\t=1\"");
    CHECK_TEXT(text_csv(cx->mem, "\r=1"), "\"'\r=1\"");
    CHECK_TEXT(text_csv(cx->mem, "  =1"), "\"'  =1\"");
    CHECK_TEXT(text_csv(cx->mem, "\uff1d1"), "\"'\uff1d1\"");
    CHECK_TEXT(text_csv(cx->mem, "=\"\""), "\"'=\"\"\"\"\"");
}

TEST(tokens_are_compared_whole)
{
    CHECK(text_same_constant_time("abc", "abc"));
    CHECK(text_same_constant_time("", ""));
    CHECK(!text_same_constant_time("abc", "abd"));
    CHECK(!text_same_constant_time("abc", "abcd"));
}
