/* email_test.c - which addresses are taken, and which are the same. */
#include "base/email.h"
#include "tests/test.h"

static const char *key_of(struct cx *cx, const char *typed)
{
    const char *address, *key;
    switch (email_clean(cx->mem, typed, &address, &key)) {
    case EMAIL_OK: return key;
    case EMAIL_EMPTY: return "empty";
    case EMAIL_NO_AT: return "no at";
    case EMAIL_CHARACTERS: return "characters";
    case EMAIL_DOTS: return "dots";
    case EMAIL_DOMAIN: return "domain";
    case EMAIL_LONG: return "long";
    }
    return "?";
}

TEST(an_address_is_kept_as_typed_and_compared_in_small_letters)
{
    const char *address, *key;
    CHECK(email_clean(cx->mem, " Ingrid.Haaland+Linden@Haaland.EXAMPLE\r\n", &address, &key)
          == EMAIL_OK);
    CHECK_TEXT(address, "Ingrid.Haaland+Linden@haaland.example");
    CHECK_TEXT(key, "ingrid.haaland+linden@haaland.example");
    CHECK(email_clean(cx->mem, "ada@b\u00fccher.example", &address, &key) == EMAIL_OK);
    CHECK_TEXT(address, "ada@xn--bcher-kva.example");
    CHECK(email_clean(cx->mem, address, &address, &key) == EMAIL_OK);
    CHECK_TEXT(key, "ada@xn--bcher-kva.example");
}

TEST(one_domain_has_one_spelling)
{
    CHECK_TEXT(key_of(cx, "a@B\u00dcCHER.example"), "a@xn--bcher-kva.example");
    CHECK_TEXT(key_of(cx, "a@bu\u0308cher.example"), "a@xn--bcher-kva.example");
    CHECK_TEXT(key_of(cx, "a@XN--BCHER-KVA.example"), "a@xn--bcher-kva.example");
    CHECK_TEXT(key_of(cx, "a@fa\u00df.example"), "a@xn--fa-hia.example"); /* not fass */
    CHECK_TEXT(key_of(cx, "a@\uff45xample\u3002org"), "a@example.org");
    CHECK_TEXT(key_of(cx, "a@xn--example-.example"), "domain");
    CHECK_TEXT(key_of(cx, "a@xn--a-.example"), "domain");
    CHECK_TEXT(key_of(cx, "a@xn--zzzzzzzzz.example"), "domain");
}

TEST(ordinary_and_odd_addresses_are_taken)
{
    CHECK_TEXT(key_of(cx, "a@b.co"), "a@b.co");
    CHECK_TEXT(key_of(cx, "o'brien@practice.example"), "o'brien@practice.example");
    CHECK_TEXT(key_of(cx, "!#$%&'*+-/=?^_`{|}~@practice.example"),
               "!#$%&'*+-/=?^_`{|}~@practice.example");
    CHECK_TEXT(key_of(cx, "\u00a0a@b.example\u00a0"), "a@b.example");
    CHECK_TEXT(key_of(cx, "a@1.2.3.example"), "a@1.2.3.example");
    CHECK_TEXT(key_of(cx, "1@sub-domain.b.example"), "1@sub-domain.b.example");
}

TEST(what_is_no_address_is_refused)
{
    CHECK_TEXT(key_of(cx, ""), "empty");
    CHECK_TEXT(key_of(cx, "  "), "empty");
    CHECK_TEXT(key_of(cx, "ada"), "no at");
    CHECK_TEXT(key_of(cx, "a@b@c.example"), "no at");
    CHECK_TEXT(key_of(cx, "a\uff20b.example"), "no at");
    CHECK_TEXT(key_of(cx, "a@b\uff20c.example"), "domain");
    CHECK_TEXT(key_of(cx, "@b.example"), "dots");
    CHECK_TEXT(key_of(cx, ".a@b.example"), "dots");
    CHECK_TEXT(key_of(cx, "a.@b.example"), "dots");
    CHECK_TEXT(key_of(cx, "a..b@b.example"), "dots");
    CHECK_TEXT(key_of(cx, "a b@c.example"), "characters");
    CHECK_TEXT(key_of(cx, "a@c.exa mple"), "characters");
    CHECK_TEXT(key_of(cx, "\"a b\"@c.example"), "characters");
    CHECK_TEXT(key_of(cx, "\"a\"@c.example"), "characters");
    CHECK_TEXT(key_of(cx, "a(x)@c.example"), "characters");
    CHECK_TEXT(key_of(cx, "<a@c.example>"), "characters");
    CHECK_TEXT(key_of(cx, "a,b@c.example"), "characters");
    CHECK_TEXT(key_of(cx, "a@c.example\r\nRCPT TO:<evil"), "characters");
    CHECK_TEXT(key_of(cx, "a\nb@c.example"), "characters");
    CHECK_TEXT(key_of(cx, "a\x7f@c.example"), "characters");
    CHECK_TEXT(key_of(cx, "\uff41da@c.example"), "characters");
    CHECK_TEXT(key_of(cx, "m\u0131ke@c.example"), "characters"); /* an i without its dot */
    CHECK_TEXT(key_of(cx, "a@localhost"), "domain");
    CHECK_TEXT(key_of(cx, "a@.example"), "domain");
    CHECK_TEXT(key_of(cx, "a@b..example"), "domain");
    CHECK_TEXT(key_of(cx, "a@b.example."), "domain");
    CHECK_TEXT(key_of(cx, "a@-b.example"), "domain");
    CHECK_TEXT(key_of(cx, "a@b-.example"), "domain");
    CHECK_TEXT(key_of(cx, "a@b_c.example"), "domain");
    CHECK_TEXT(key_of(cx, "a@127.0.0.1"), "domain");
    CHECK_TEXT(key_of(cx, "a@b.123"), "domain");
    CHECK_TEXT(key_of(cx, "a@[127.0.0.1]"), "domain");
    CHECK_TEXT(key_of(cx, "a@[IPv6:::1]"), "domain");
    CHECK_TEXT(key_of(cx, "a@"), "domain");
    CHECK_TEXT(key_of(cx, "a@b\u2024example"), "domain"); /* a leader, not a dot */
    CHECK_TEXT(key_of(cx, "a@b\u202e.example"), "domain");
    CHECK_TEXT(key_of(cx, "a@b\u00adc.example"), "domain");
    CHECK_TEXT(key_of(cx, "a@b\u2044c.example"), "domain");
    CHECK_TEXT(key_of(cx, "a@b\uff0fc.example"), "domain");
    CHECK_TEXT(key_of(cx, "a@\u2460.example"), "domain");
    CHECK_TEXT(key_of(cx, "a@\xff.example"), "domain");
    CHECK_TEXT(key_of(cx, "a@b.example;c@d.example"), "no at");
}

TEST(long_addresses_end_where_mail_servers_end)
{
    char local[70], label[70];
    memset(local, 'a', sizeof local);
    memset(label, 'b', sizeof label);
    CHECK_TEXT(key_of(cx, arena_print(cx->mem, "%.64s@b.example", local)),
               arena_print(cx->mem, "%.64s@b.example", local));
    CHECK_TEXT(key_of(cx, arena_print(cx->mem, "%.65s@b.example", local)), "long");
    CHECK_TEXT(key_of(cx, arena_print(cx->mem, "a@%.63s.example", label)),
               arena_print(cx->mem, "a@%.63s.example", label));
    CHECK_TEXT(key_of(cx, arena_print(cx->mem, "a@%.64s.example", label)), "domain");
    const char *three = arena_print(cx->mem, "%.60s.%.60s.%.60s", label, label, label);
    CHECK_TEXT(key_of(cx, arena_print(cx->mem, "%.63s@%s.example", local, three)),
               arena_print(cx->mem, "%.63s@%s.example", local, three)); /* 254 */
    CHECK_TEXT(key_of(cx, arena_print(cx->mem, "%.64s@%s.example", local, three)), "long");
    char *endless = arena_take(cx->mem, 100001);
    memset(endless, 'a', 100000);
    endless[100000] = '\0';
    CHECK_TEXT(key_of(cx, endless), "long");
}

TEST(a_masked_address_shows_its_first_letter)
{
    CHECK_TEXT(email_masked(cx->mem, "ingrid@haaland.example"), "i\u2026@haaland.example");
    CHECK_TEXT(email_masked(cx->mem, "nothing"), "\u2026");
}
