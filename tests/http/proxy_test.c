/* proxy_test.c - who is believed about where a request came from */
#include "http/proxy.h"
#include "tests/test.h"

TEST(lists_of_networks_are_read_strictly)
{
    static const char *const good[] = { "",          "10.0.0.0/8",
                                        "192.0.2.7", "10.0.0.0/8, fd00::/8 unix",
                                        "0.0.0.0/0", "::/0",
                                        "::1",       "::ffff:10.0.0.0/104" };
    static const char *const bad[] = { "10.0.0.1/8",  "10.0.0.0/33",    "10.0.0.0/",
                                       "10.0.0.0/-1", "10.0.0.0/08x",   "10.0.0",
                                       "fd00::1/8",   "::/129",         "a",
                                       "unixx",       "10.0.0.0/8;::1", "10.0.0.0/0008" };
    struct proxies out;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CHECK(proxies_parse(cx->mem, good[i], &out));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK(!proxies_parse(cx->mem, bad[i], &out));
    }
}

TEST(forwarded_addresses_are_believed_from_the_right_as_far_as_they_are_trusted)
{
    static const struct {
        const char *peer, *forwarded, *proto, *address, *scheme;
    } table[] = {
        /* a stranger may claim what it likes */
        { "203.0.113.9", NULL, NULL, "203.0.113.9", "http" },
        { "203.0.113.9", "1.2.3.4", "https", "203.0.113.9", "http" },
        { "unix", "1.2.3.4", "https", "1.2.3.4", "https" },
        /* one proxy */
        { "10.0.0.1", NULL, NULL, "10.0.0.1", "http" },
        { "10.0.0.1", "1.2.3.4", NULL, "1.2.3.4", "http" },
        { "10.0.0.1", "1.2.3.4", "https", "1.2.3.4", "https" },
        { "10.0.0.1", "1.2.3.4", "HTTPS", "1.2.3.4", "https" },
        { "10.0.0.1", "1.2.3.4", "ftp", "1.2.3.4", "http" },
        { "10.0.0.1", "1.2.3.4", "http, https", "1.2.3.4", "https" },
        { "10.0.0.1", "1.2.3.4", "https, http", "1.2.3.4", "http" },
        { "fd00::1", "2001:DB8::1", NULL, "2001:db8::1", "http" },
        /* what the client wrote before the proxy did */
        { "10.0.0.1", "6.6.6.6, 1.2.3.4", NULL, "1.2.3.4", "http" },
        { "10.0.0.1", "10.0.0.9, 1.2.3.4", NULL, "1.2.3.4", "http" },
        { "10.0.0.1", "garbage, 1.2.3.4", NULL, "1.2.3.4", "http" },
        /* a chain of proxies */
        { "10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", NULL, "1.2.3.4", "http" },
        { "10.0.0.1", "1.2.3.4,10.0.0.3 ,\t10.0.0.2", NULL, "1.2.3.4", "http" },
        { "10.0.0.1", "10.0.0.3, 10.0.0.2", NULL, "10.0.0.3", "http" },
        /* ports */
        { "10.0.0.1", "1.2.3.4:5678", NULL, "1.2.3.4", "http" },
        { "10.0.0.1", "[2001:db8::1]:5678", NULL, "2001:db8::1", "http" },
        { "10.0.0.1", "[2001:db8::1]", NULL, "2001:db8::1", "http" },
        { "10.0.0.1", "::ffff:1.2.3.4", NULL, "1.2.3.4", "http" },
        /* garbage */
        { "10.0.0.1", "", NULL, "10.0.0.1", "http" },
        { "10.0.0.1", ",", NULL, "10.0.0.1", "http" },
        { "10.0.0.1", "1.2.3.4,", NULL, "10.0.0.1", "http" },
        { "10.0.0.1", "1.2.3.4, garbage", NULL, "10.0.0.1", "http" },
        { "10.0.0.1", "1.2.3.4, unknown, 10.0.0.2", NULL, "10.0.0.2", "http" },
        { "10.0.0.1", "1.2.3.4.5", NULL, "10.0.0.1", "http" },
        { "10.0.0.1", "[1.2.3.4]", NULL, "10.0.0.1", "http" },
        { "10.0.0.1", "[2001:db8::1", NULL, "10.0.0.1", "http" },
        { "10.0.0.1", "<script>", NULL, "10.0.0.1", "http" },
    };
    struct proxies proxies;
    CHECK(proxies_parse(cx->mem, "10.0.0.0/8 fd00::/8 unix", &proxies));
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct http_header headers[2];
        struct http_request rq = { .peer = table[i].peer, .headers = headers };
        if (table[i].forwarded)
            headers[rq.header_count++] =
                (struct http_header){ "x-forwarded-for", table[i].forwarded };
        if (table[i].proto)
            headers[rq.header_count++] =
                (struct http_header){ "x-forwarded-proto", table[i].proto };
        struct client client = client_address(&rq, &proxies);
        CHECK_TEXT(client.address, table[i].address);
        CHECK_TEXT(client.scheme, table[i].scheme);
    }
}

TEST(repeated_headers_count_as_one_long_one)
{
    struct http_header headers[] = { { "x-forwarded-for", "6.6.6.6" },
                                     { "x-forwarded-for", "1.2.3.4, 10.0.0.2" },
                                     { "x-forwarded-for", "10.0.0.3" } };
    struct http_request rq = { .peer = "10.0.0.1", .headers = headers, .header_count = 3 };
    struct proxies proxies;
    CHECK(proxies_parse(cx->mem, "10.0.0.0/8", &proxies));
    CHECK_TEXT(client_address(&rq, &proxies).address, "1.2.3.4");
}

TEST(nobody_is_trusted_unless_named)
{
    struct http_header headers[] = { { "x-forwarded-for", "1.2.3.4" } };
    struct http_request rq = { .headers = headers, .header_count = 1 };
    struct proxies proxies;
    CHECK(proxies_parse(cx->mem, "", &proxies));
    rq.peer = "127.0.0.1";
    CHECK_TEXT(client_address(&rq, &proxies).address, "127.0.0.1");
    rq.peer = "unix";
    CHECK_TEXT(client_address(&rq, &proxies).address, "unix");
}

TEST(whoever_has_one_address_of_ipv6_has_its_network)
{
    CHECK_TEXT(address_block(cx->mem, "192.0.2.7"), "192.0.2.7");
    CHECK_TEXT(address_block(cx->mem, "::ffff:192.0.2.7"), "::ffff:192.0.2.7");
    CHECK_TEXT(address_block(cx->mem, "2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    CHECK_TEXT(address_block(cx->mem, "2001:db8:1:2::"), "2001:db8:1:2::/64");
    CHECK_TEXT(address_block(cx->mem, "2001:db8:1:3::1"), "2001:db8:1:3::/64");
    CHECK_TEXT(address_block(cx->mem, "unix"), "unix");
    CHECK_TEXT(address_block(cx->mem, ""), "");
}
