/* proxy.h - who is at the far end, when a proxy stands between.
 *
 * Anybody can write X-Forwarded-For.  It is believed only as far as it was
 * written by machines on the list: read from the right, the first address that
 * is not one of them is the client. */
#pragma once
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#include "http/http.h"

struct arena;

struct network {
    unsigned char address[16]; /* IPv4 as ::ffff:a.b.c.d */
    int bits;                  /* of all 128 */
};

struct proxies {
    struct network *at;
    size_t n;
    bool local; /* what connects to our unix socket is one */
};

struct client {
    char address[INET6_ADDRSTRLEN]; /* "unix" if a local proxy did not say who */
    const char *scheme;             /* "http" or "https" */
};

/* Exactly an address, without blanks around it; IPv4 becomes ::ffff:a.b.c.d. */
bool address_read(const char *text, size_t n, unsigned char out[16], bool *is_v4);

/* Whoever has one of these addresses has all of them: an IPv4 address, and of IPv6 the network of
 * 64 bits, as "2001:db8::/64".  What is no address is answered as it is. */
const char *address_block(struct arena *, const char *address);

/* Read a list of networks, separated by commas or spaces: "10.0.0.0/8",
 * "fd00::/8", "192.0.2.7", and "unix" for the local socket.  False at the first
 * that is none, or whose address has bits beyond its prefix. */
bool proxies_parse(struct arena *, const char *list, struct proxies *out);

/* Is this address, as client_address() writes it, in one of them?  Not if either is no such thing.
 */
bool networks_have(struct arena *, const char *list, const char *address);

/* The client of a request.  Without a trusted peer that is the peer, by http. */
struct client client_address(const struct http_request *, const struct proxies *);
