/* totp_test.c - codes of authenticator apps, and what is sealed. */
#include "app/second_step/totp.h"

#include "app/second_step/seal.h"
#include "base/time.h"
#include "tests/test.h"

/* RFC 6238, appendix B: the last six of its eight digits, since both are the remainder of
 * one number. */
TEST(codes_are_those_of_the_standard)
{
    static const struct {
        int64_t second;
        const char *code;
    } vectors[] = {
        { 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
        { 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" },
    };
    struct totp_secret secret;
    char code[7];
    memcpy(secret.bytes, "12345678901234567890", TOTP_SECRET);
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        totp_code(&secret, totp_step(SECONDS(vectors[i].second)), code);
        CHECK_TEXT(code, vectors[i].code);
    }
    /* RFC 4226, appendix D, counts instead of looking at a clock. */
    static const char *const counted[] = { "755224", "287082", "359152", "969429", "338314",
                                           "254676", "287922", "162583", "399871", "520489" };
    for (int i = 0; i < 10; i++) {
        totp_code(&secret, i, code);
        CHECK_TEXT(code, counted[i]);
    }
    CHECK_TEXT(totp_secret_text(cx->mem, &secret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

TEST(a_step_begins_with_its_second)
{
    CHECK_INT(totp_step(SECONDS(59)), 1);
    CHECK_INT(totp_step(SECONDS(60) - 1), 1);
    CHECK_INT(totp_step(SECONDS(60)), 2);
}

TEST(what_is_sealed_opens_with_its_key_for_its_owner_unchanged)
{
    const unsigned char *key = (const unsigned char *)"a key of 32 bytes for the tests!",
                        *other = (const unsigned char *)"A key of 32 bytes for the tests!";
    char out[21] = { 0 };
    char *sealed = (char *)seal(cx->mem, key, "gina", "twenty bytes of this", 20);
    CHECK(!strstr(sealed, "twenty"));
    CHECK(strcmp(sealed, seal(cx->mem, key, "gina", "twenty bytes of this", 20)) != 0);
    CHECK(seal_open(key, "gina", sealed, out, 20));
    CHECK_TEXT(out, "twenty bytes of this");
    CHECK(!seal_open(other, "gina", sealed, out, 20));
    CHECK_INT(out[0], 0);
    CHECK(!seal_open(key, "ben", sealed, out, 20));
    CHECK(!seal_open(key, "gina", sealed, out, 19));
    CHECK(!seal_open(key, "gina", "", out, 20));
    CHECK(!seal_open(key, "gina", "no base64!", out, 20));
    for (size_t i = 0; sealed[i]; i++) {
        char before = sealed[i];
        sealed[i] = before == 'A' ? 'B' : 'A';
        if (seal_open(key, "gina", sealed, out, 20)) CHECK_INT((int64_t)i, -1);
        sealed[i] = before;
    }
    CHECK(seal_open(key, "gina", sealed, out, 20));
}
