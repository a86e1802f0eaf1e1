/* proxy.c - see proxy.h */
#include "http/proxy.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

bool address_read(const char *text, size_t n, unsigned char out[16], bool *is_v4)
{
    char copy[INET6_ADDRSTRLEN];
    if (n == 0 || n >= sizeof copy || memchr(text, '\0', n)) return false;
    memcpy(copy, text, n);
    copy[n] = '\0';
    *is_v4 = inet_pton(AF_INET, copy, out + 12) == 1;
    if (*is_v4) memcpy(out, mapped, sizeof mapped);
    return *is_v4 || inet_pton(AF_INET6, copy, out) == 1;
}

static void address_print(const unsigned char address[16], char *out)
{
    if (memcmp(address, mapped, sizeof mapped) == 0)
        inet_ntop(AF_INET, address + 12, out, INET6_ADDRSTRLEN);
    else
        inet_ntop(AF_INET6, address, out, INET6_ADDRSTRLEN);
}

const char *address_block(struct arena *mem, const char *address)
{
    unsigned char bytes[16];
    char text[INET6_ADDRSTRLEN];
    bool is_v4;
    if (!address_read(address, strlen(address), bytes, &is_v4) || is_v4
        || memcmp(bytes, mapped, sizeof mapped) == 0)
        return address;
    memset(bytes + 8, 0, 8);
    address_print(bytes, text);
    return arena_print(mem, "%s/64", text);
}

static bool network_has(const struct network *network, const unsigned char address[16])
{
    int bytes = network->bits / 8, bits = network->bits % 8;
    if (memcmp(network->address, address, (size_t)bytes) != 0) return false;
    return bits == 0 || (network->address[bytes] ^ address[bytes]) >> (8 - bits) == 0;
}

static bool network_read(const char *text, size_t n, struct network *out)
{
    bool is_v4;
    const char *slash = memchr(text, '/', n);
    size_t length = slash ? (size_t)(slash - text) : n;
    if (!address_read(text, length, out->address, &is_v4)) return false;
    int most = is_v4 ? 32 : 128, bits = most;
    if (slash) {
        size_t digits = n - length - 1;
        if (digits == 0 || digits > 3) return false;
        bits = 0;
        for (size_t i = 0; i < digits; i++) {
            if (slash[1 + i] < '0' || slash[1 + i] > '9') return false;
            bits = bits * 10 + (slash[1 + i] - '0');
        }
        if (bits > most) return false;
    }
    out->bits = is_v4 ? 96 + bits : bits;
    for (int i = out->bits; i < 128; i++)
        if (out->address[i / 8] >> (7 - i % 8) & 1) return false;
    return true;
}

bool proxies_parse(struct arena *mem, const char *list, struct proxies *out)
{
    static const char gaps[] = ", \t\n";
    struct proxies found = { .at = NEW_ARRAY(mem, struct network, strlen(list) / 2 + 1) };
    for (const char *at = list + strspn(list, gaps); *at; at += strspn(at, gaps)) {
        size_t n = strcspn(at, gaps);
        if (n == 4 && memcmp(at, "unix", 4) == 0)
            found.local = true;
        else if (!network_read(at, n, &found.at[found.n++]))
            return false;
        at += n;
    }
    *out = found;
    return true;
}

static bool trusted(const struct proxies *proxies, const unsigned char address[16])
{
    for (size_t i = 0; i < proxies->n; i++)
        if (network_has(&proxies->at[i], address)) return true;
    return false;
}

bool networks_have(struct arena *mem, const char *list, const char *address)
{
    struct proxies networks;
    unsigned char bytes[16];
    bool is_v4;
    return proxies_parse(mem, list, &networks)
           && address_read(address, strlen(address), bytes, &is_v4) && trusted(&networks, bytes);
}

/* One entry of the header: an address, "address:port" or "[address]:port". */
static bool entry_read(const char *at, const char *end, unsigned char out[16])
{
    bool is_v4;
    while (at < end && (*at == ' ' || *at == '\t')) at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\t')) end--;
    if (at < end && *at == '[') {
        const char *close = memchr(at, ']', (size_t)(end - at));
        return close && (close + 1 == end || close[1] == ':')
               && address_read(at + 1, (size_t)(close - at - 1), out, &is_v4) && !is_v4;
    }
    if (address_read(at, (size_t)(end - at), out, &is_v4)) return true;
    const char *colon = memchr(at, ':', (size_t)(end - at));
    return colon && address_read(at, (size_t)(colon - at), out, &is_v4) && is_v4;
}

/* Walk one header from right to left.  True if the walk may go on in the header before. */
static bool walk(const char *value, const struct proxies *proxies, char *client)
{
    for (const char *end = value + strlen(value);;) {
        unsigned char address[16];
        const char *at = end;
        while (at > value && at[-1] != ',') at--;
        if (!entry_read(at, end, address)) return false;
        address_print(address, client);
        if (!trusted(proxies, address)) return false;
        if (at == value) return true;
        end = at - 1;
    }
}

/* The rightmost word of the last such header, if it is a scheme. */
static const char *scheme_read(const struct http_request *rq)
{
    const char *scheme = "http";
    for (size_t i = 0; i < rq->header_count; i++) {
        if (strcmp(rq->headers[i].name, "x-forwarded-proto") != 0) continue;
        const char *comma = strrchr(rq->headers[i].value, ',');
        const char *word = comma ? comma + 1 : rq->headers[i].value;
        word += strspn(word, " \t");
        scheme = strcasecmp(word, "https") == 0 ? "https" : "http";
    }
    return scheme;
}

struct client client_address(const struct http_request *rq, const struct proxies *proxies)
{
    struct client client = { .scheme = "http" };
    unsigned char peer[16];
    bool is_v4, known = address_read(rq->peer, strlen(rq->peer), peer, &is_v4);
    memcpy(client.address, rq->peer, strnlen(rq->peer, sizeof client.address - 1));
    if (known ? !trusted(proxies, peer) : !(proxies->local && strcmp(rq->peer, "unix") == 0))
        return client;

    client.scheme = scheme_read(rq);
    for (size_t i = rq->header_count; i-- > 0;)
        if (strcmp(rq->headers[i].name, "x-forwarded-for") == 0
            && !walk(rq->headers[i].value, proxies, client.address))
            break;
    return client;
}
