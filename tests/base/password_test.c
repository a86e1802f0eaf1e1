/* password_test.c - which passwords are refused, and that good ones are not. */
#include "base/password.h"
#include "base/text.h"
#include "tests/test.h"

static const char *const ingrid[] = { "Ingrid", "Haaland", "ingrid.haaland@fjord-physio.example",
                                      "Northside Allied Health", NULL };

static const char *said(struct cx *cx, const char *password)
{
    switch (password_check(cx->mem, password, PASSWORD_LEAST, ingrid, 5)) {
    case PASSWORD_OK: return "ok";
    case PASSWORD_TEXT: return "text";
    case PASSWORD_SHORT: return "short";
    case PASSWORD_LONG: return "long";
    case PASSWORD_PERSONAL: return "personal";
    case PASSWORD_PATTERN: return "pattern";
    case PASSWORD_COMMON: return "common";
    }
    return "?";
}

static void all_are(struct cx *cx, const char *verdict, const char *const *passwords)
{
    for (; *passwords; passwords++)
        if (strcmp(said(cx, *passwords), verdict) != 0) {
            printf("  %s:\n", *passwords);
            CHECK_TEXT(said(cx, *passwords), verdict);
        }
}

static const char *repeated(struct cx *cx, const char *a, const char *b, int n)
{
    const char *text = "";
    for (int i = 0; i < n; i++)
        text = arena_print(cx->mem, "%s%s", text, 0x5a3c96f1e7b4d28bULL >> i % 61 & 1 ? a : b);
    return text;
}

TEST(length_is_counted_in_code_points_as_composed)
{
    CHECK_TEXT(said(cx, ""), "short");
    CHECK_TEXT(said(cx, "kx7!vq2#mz9&wp"), "short");
    CHECK_TEXT(said(cx, "kx7!vq2#mz9&wpt"), "ok");
    CHECK_TEXT(said(cx, "kx7!vq2#mz9&w\u00e5"), "short");
    CHECK_TEXT(said(cx, "kx7!vq2#mz9&wa\u030a"), "short"); /* 15 as typed, 14 composed */
    CHECK_TEXT(said(cx, "kx7!vq2#mz9&wp\U0001f33f"), "ok");
    CHECK_TEXT(said(cx, "kx7!vq2#mz9&wp\xff"), "text");
    char most[258];
    for (int i = 0; i < 257; i++)
        most[i] = (char)('!' + (i * i + i * 7 + (i * 2654435761U >> 13)) % 89);
    most[257] = '\0';
    CHECK_TEXT(said(cx, most), "long");
    most[256] = '\0';
    CHECK_TEXT(said(cx, most), "ok");
    most[64] = '\0';
    CHECK_TEXT(said(cx, most), "ok");
    char *endless = arena_take(cx->mem, 1000001);
    memset(endless, 'x', 1000000);
    endless[1000000] = '\0';
    CHECK_TEXT(said(cx, endless), "long");
}

TEST(eight_are_enough_with_a_second_step)
{
    CHECK(password_check(cx->mem, "kx7!vq2#", PASSWORD_LEAST_WITH_SECOND_STEP, NULL, 0)
          == PASSWORD_OK);
    CHECK(password_check(cx->mem, "kx7!vq2", PASSWORD_LEAST_WITH_SECOND_STEP, NULL, 0)
          == PASSWORD_SHORT);
    CHECK(password_check(cx->mem, "password", PASSWORD_LEAST_WITH_SECOND_STEP, NULL, 0)
          == PASSWORD_COMMON);
}

TEST(passphrases_and_random_passwords_pass)
{
    all_are(
        cx, "ok",
        (const char *[]){
            "kettle-harbour-violin-moss", "correct purple monkey window",
            "summer dragon purple football", "dance under yellow umbrellas",
            "we pool tree looks deed were", "My dog eats 3 shoes a week",
            "tuesday kettle ingrid ostrich", "linden meadow copper bicycle", "vK9#mQ2$xL7!pR4w",
            "8f3a-92bc-71de-60f4", "wolken regnen gr\u00fcn im s\u00fcden",
            "\u0441\u0438\u043d\u0438\u0439 \u0447\u0430\u0439\u043d\u0438\u043a \u043f\u043e\u0451\u0442 \u043d\u043e\u0447\u044c\u044e",
            "\u5bcc\u58eb\u5c71\u306e\u4e0a\u306b\u96ea\u304c\u964d\u308a\u307e\u3059\u3088\u306d\u672c\u5f53",
            "473920568172930", NULL });
}

TEST(common_words_do_not_become_good_by_digits_or_disguise)
{
    all_are(cx, "common",
            (const char *[]){ "password1234567",
                              "Password!2026!!!",
                              "P@ssw0rd1234567",
                              "p@$$w0rd-p4ssword1",
                              "passwordletmein",
                              "Welcome-Password-2026",
                              "iloveyou password iloveyou",
                              "letmein12345678!",
                              "thisismypassword",
                              "ThisIsMyPassword1",
                              "correcthorsebatterystaple",
                              "thequickbrownfox1",
                              "administrator123",
                              "summersummer-2026-winter",
                              "Password1234567x",
                              "1l0vey0u!!!!!!!!",
                              "manchesterunited",
                              "password northside 123",
                              "aaaaaaaaadragonaaaaaaaa",
                              NULL });
}

TEST(patterns_are_refused)
{
    all_are(
        cx, "pattern",
        (const char *[]){
            "aaaaaaaaaaaaaaa",
            "abababababababab",
            "123456789012345",
            "987654321098765",
            "abcdefghijklmno",
            "zyxwvutsrqponml",
            "qwertyuiopasdfgh",
            "qwerty-asdfgh-zxcvbn",
            "1qaz2wsx3edc4rfv",
            "1q2w3e4r5t6y7u8i",
            "a1b2c3d4e5f6g7h8",
            "112233445566778899",
            "1357913579135791",
            "kettlekettlekettle",
            "Kettle1-Kettle2-Kettle3",
            "kx7!vq2#kx7!vq2#",
            "!@#$%^&*()!@#$%^",
            "\u0439\u0446\u0443\u043a\u0435\u043d\u0433\u0448\u0449\u0437\u0445\u044a\u0444\u044b\u0432\u0430",
            "\u3042\u3043\u3044\u3045\u3046\u3047\u3048\u3049\u304a\u304b\u304c\u304d\u304e\u304f\u3050",
            "111111122222223333334444444",
            "qwertzuiop-yxcvbnm",
            "passwordpassword",
            NULL });
}

TEST(names_of_the_person_and_the_practice_are_refused)
{
    all_are(cx, "personal",
            (const char *[]){ "ingridhaaland2026", "Ingrid.Haaland.1987!",
                              "haaland-19871121-ingrid", "northside-allied-2026",
                              "NorthsideAlliedHealth", "linden-haaland2026!", "1ngr1d-Haa1and-2026",
                              "fjordphysio12345", "Linden-Northside-1", NULL });
    CHECK_TEXT(said(cx, "freyanilsson2026!"), "ok"); /* nobody here is called so */
    const char *freya[] = { "Freya", NULL, "", "\u00c5se", "O'Neill" };
    CHECK(password_check(cx->mem, "freya-1987-linden7", 15, freya, 5) == PASSWORD_PERSONAL);
    CHECK(password_check(cx->mem, "ase-oneill-11223344", 15, freya, 5) == PASSWORD_PERSONAL);
}

TEST(a_password_is_the_same_however_its_accents_were_typed)
{
    CHECK_TEXT(password_normal(cx->mem, "A\u030ase \u1100\u1161"), "\u00c5se \uac00");
    CHECK_TEXT(password_normal(cx->mem, "  Spaces Stay  "), "  Spaces Stay  ");
    CHECK_TEXT(password_normal(cx->mem, "\uff21\ufb01"),
               "\uff21\ufb01"); /* compatible is not the same */
    CHECK_TEXT(password_normal(cx->mem, "\xff"), "\xff");
}

TEST(suggestions_are_long_good_and_different)
{
    const char *last = "";
    for (int i = 0; i < 200; i++) {
        const char *password = password_suggest(cx->mem);
        int hyphens = 0;
        for (const char *c = password; *c; c++) hyphens += *c == '-';
        CHECK(text_length(password) >= 15);
        CHECK_INT(hyphens, 3);
        CHECK(strcmp(password, last) != 0);
        if (strcmp(said(cx, password), "ok") != 0) CHECK_TEXT(password, "to be good");
        last = password;
    }
}

TEST(the_longest_passwords_are_judged_in_little_memory)
{
    struct arena *small = arena_new(1 << 20);
    const char *long_one = repeated(cx, "dragon", "monkey", 42);
    CHECK(password_check(small, long_one, 15, ingrid, 5) == PASSWORD_COMMON);
    arena_reset(small);
    char marks[256 * 3 + 1];
    for (int i = 0; i < 256; i++) memcpy(marks + 3 * i, i % 3 ? "\uac00" : "\ud7a3", 3);
    marks[256 * 3] = '\0';
    CHECK(password_check(small, marks, 15, ingrid, 5) == PASSWORD_PATTERN);
    arena_free(small);
}
