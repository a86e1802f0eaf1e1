/* secret_test.c - tokens and stored passwords. */
#include "base/secret.h"
#include "tests/test.h"

static const struct password_cost cheap = { .memory = crypto_pwhash_MEMLIMIT_MIN, .passes = 1 };

TEST(tokens_differ_and_have_their_shape)
{
    char a[SECRET_SIZE], b[SECRET_SIZE];
    secret_token(a);
    secret_token(b);
    CHECK_INT(strlen(a), 43);
    CHECK(strcmp(a, b) != 0);
    CHECK(secret_shape(a));
    CHECK(!secret_shape(NULL));
    CHECK(!secret_shape(""));
    CHECK(!secret_shape("short"));
    a[5] = '/';
    CHECK(!secret_shape(a));
    CHECK(!secret_shape(arena_print(cx->mem, "%sx", b)));
}

TEST(a_token_always_has_the_same_hash)
{
    char a[SECRET_SIZE], b[SECRET_SIZE];
    secret_hash("", a); /* as b2sum -l 256 has it */
    CHECK_TEXT(a, "DldRwCblQ7Loqy6wYJnaodHl30d3j3eH-qtFzfEv46g");
    secret_hash("a", a);
    secret_hash("a", b);
    CHECK_TEXT(a, b);
    secret_hash("b", b);
    CHECK(strcmp(a, b) != 0);
}

TEST(derived_tokens_depend_on_token_and_label)
{
    char a[SECRET_SIZE], b[SECRET_SIZE];
    secret_derive(a, "token", "form");
    secret_derive(b, "token", "form");
    CHECK_TEXT(a, b);
    secret_derive(b, "token", "other");
    CHECK(strcmp(a, b) != 0);
    secret_derive(b, "taken", "form");
    CHECK(strcmp(a, b) != 0);
    secret_hash("token", b);
    CHECK(strcmp(a, b) != 0);
}

TEST(a_password_is_known_again_and_another_is_not)
{
    char hash[PASSWORD_HASH_SIZE], other[PASSWORD_HASH_SIZE];
    CHECK(password_hash(hash, "kettle-harbour-violin-moss", cheap));
    CHECK(password_hash(other, "kettle-harbour-violin-moss", cheap));
    CHECK(strncmp(hash, "$argon2id$", 10) == 0);
    CHECK(strcmp(hash, other) != 0); /* salted */
    CHECK(password_verify(hash, "kettle-harbour-violin-moss"));
    CHECK(!password_verify(hash, "Kettle-harbour-violin-moss"));
    CHECK(!password_verify(hash, "kettle-harbour-violin-moss "));
    CHECK(!password_verify(hash, ""));
    CHECK(!password_verify("", "kettle-harbour-violin-moss"));
    CHECK(!password_verify("$argon2id$nonsense", ""));
}

TEST(no_byte_of_a_long_password_is_left_out)
{
    char hash[PASSWORD_HASH_SIZE], password[257];
    for (int i = 0; i < 256; i++) password[i] = (char)('a' + i * 7 % 26);
    password[256] = '\0';
    CHECK(password_hash(hash, password, cheap));
    password[255] = '!';
    CHECK(!password_verify(hash, password));
    password[255] = '\0';
    CHECK(!password_verify(hash, password));
}

TEST(a_cheap_hash_is_made_again)
{
    char hash[PASSWORD_HASH_SIZE];
    CHECK(password_hash(hash, "kettle-harbour-violin-moss", cheap));
    CHECK(!password_needs_rehash(hash, cheap));
    CHECK(password_needs_rehash(hash, PASSWORD_COST));
    CHECK(password_needs_rehash("", cheap));
}

TEST(wiping_wipes)
{
    char word[8] = "secret";
    secret_wipe(word, sizeof word);
    for (size_t i = 0; i < sizeof word; i++) CHECK_INT(word[i], 0);
}
