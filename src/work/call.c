/* call.c - see call.h */
#include "work/call.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "work/curl.h"
#include "work/login.h"

enum { CONNECT_SECONDS = 5, ALL_SECONDS = 10, ANSWER_MOST = 16384 };

/* --- which addresses ----------------------------------------------------------------- */

struct net {
    uint32_t at;
    int bits;
};
#define IPV4(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

static bool public_4(uint32_t address)
{
    static const struct net not [] = {
        { IPV4(0, 0, 0, 0), 8 },      { IPV4(10, 0, 0, 0), 8 },     { IPV4(100, 64, 0, 0), 10 },
        { IPV4(127, 0, 0, 0), 8 },    { IPV4(169, 254, 0, 0), 16 }, { IPV4(172, 16, 0, 0), 12 },
        { IPV4(192, 0, 0, 0), 24 },   { IPV4(192, 0, 2, 0), 24 },   { IPV4(192, 88, 99, 0), 24 },
        { IPV4(192, 168, 0, 0), 16 }, { IPV4(198, 18, 0, 0), 15 },  { IPV4(198, 51, 100, 0), 24 },
        { IPV4(203, 0, 113, 0), 24 }, { IPV4(224, 0, 0, 0), 3 },
    };
    for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
        if ((address ^ not [i].at) >> (32 - not [i].bits) == 0) return false;
    return true;
}

/* Global unicast is 2000::/3; what in it leads elsewhere, or to IPv4, is not. */
static bool public_6(const unsigned char *a)
{
    if (a[0] >> 5 != 1) return false;
    if (a[0] == 0x20 && a[1] == 0x01 && a[2] < 0x02) return false;                  /* 2001::/23 */
    if (a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0d && a[3] == 0xb8) return false; /* documents */
    if (a[0] == 0x20 && a[1] == 0x02) return false;                                 /* 6to4 */
    return !(a[0] == 0x3f && a[1] == 0xff && a[2] < 0x10);                          /* documents */
}

bool call_public(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return public_4(ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr));
    return address->sa_family == AF_INET6
           && public_6(((const struct sockaddr_in6 *)address)->sin6_addr.s6_addr);
}

static bool this_machine(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
    return address->sa_family == AF_INET6
           && IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

/* "https://HOST/path": the server's part, with its port; NULL if it is none. */
static const char *server_of(struct arena *mem, const char *url, bool *tls)
{
    *tls = strncasecmp(url, "https://", 8) == 0;
    const char *server = url + (*tls ? 8 : 7);
    if (!*tls && strncasecmp(url, "http://", 7) != 0) return NULL;
    size_t n = strlen(url);
    if (n > CALL_URL
        || strspn(url, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                       "-._~:/?[]@!$&'()*+,;=%")
               != n)
        return NULL;
    const char *out = arena_copy(mem, server, strcspn(server, "/?"));
    return server_sound(out) ? out : NULL;
}

/* Is it an address, and no name? */
static bool literal(struct arena *mem, const char *server, struct sockaddr_storage *out)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
    size_t n = *server == '[' ? strcspn(++server, "]") : strcspn(server, ":");
    const char *host = arena_copy(mem, server, n);
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) return out->ss_family = AF_INET, true;
    return inet_pton(AF_INET6, host, &v6->sin6_addr) == 1 && (out->ss_family = AF_INET6, true);
}

enum call_fault call_url_fault(struct arena *mem, const char *url, bool anywhere)
{
    struct sockaddr_storage address;
    bool tls;
    const char *server = server_of(mem, url, &tls);
    if (!server) return CALL_NO_URL;
    if (!tls && !(anywhere && server_here(server))) return CALL_NO_TLS;
    if (anywhere) return CALL_FINE;
    if (server_here(server)) return CALL_PRIVATE;
    if (literal(mem, server, &address) && !call_public((struct sockaddr *)&address))
        return CALL_PRIVATE;
    return CALL_FINE;
}

/* --- calling --------------------------------------------------------------------------- */

struct answer {
    bool anywhere, tls;
    bool refused; /* an address */
    bool full;    /* the room */
    size_t bytes, n;
    char *room; /* or NULL */
    size_t room_size;
    char words[CALL_WORDS + 1];
};

static size_t hear(char *bytes, size_t size, size_t n, void *arg)
{
    struct answer *a = arg;
    for (size_t i = 0; i < size * n && a->n < CALL_WORDS; i++) a->words[a->n++] = bytes[i];
    if (a->room) {
        if (size * n > a->room_size - a->bytes) return a->full = true, 0;
        memcpy(a->room + a->bytes, bytes, size * n);
        a->bytes += size * n;
        return size * n;
    }
    a->bytes += size * n;
    return a->bytes > ANSWER_MOST ? 0 : size * n; /* 0: enough */
}

/* The one place where it is known what will be connected to. */
static curl_socket_t connect_to(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct answer *a = arg;
    bool fine = call_public(&to->addr) || (a->anywhere && (a->tls || this_machine(&to->addr)));
    if (purpose != CURLSOCKTYPE_IPCXN || !fine) {
        a->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static void set_up(const struct curl *c, CURL *curl, const struct call *call, struct answer *a)
{
    c->setopt(curl, CURLOPT_NOSIGNAL, 1L);
    c->setopt(curl, CURLOPT_NOPROXY, "*");
    c->setopt(curl, CURLOPT_PROTOCOLS_STR, a->tls ? "https" : "http");
    c->setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    c->setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    c->setopt(curl, CURLOPT_TIMEOUT, (long)ALL_SECONDS);
    c->setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    c->setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    c->setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    c->setopt(curl, CURLOPT_OPENSOCKETFUNCTION, connect_to);
    c->setopt(curl, CURLOPT_OPENSOCKETDATA, a);
    c->setopt(curl, CURLOPT_URL, call->url);
    if (call->body) {
        c->setopt(curl, CURLOPT_POST, 1L);
        c->setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(call->body));
        c->setopt(curl, CURLOPT_POSTFIELDS, call->body);
    }
    c->setopt(curl, CURLOPT_WRITEFUNCTION, hear);
    c->setopt(curl, CURLOPT_WRITEDATA, a);
}

/* Makes no use of the arena: one that is full jumps away and would leave the connection behind. */
static CURLcode exchange(const struct curl *c, const struct call *call, struct answer *a,
                         long *status, char error[CURL_ERROR_SIZE])
{
    const char *const always[] = { call->type ? call->type : "Content-Type: application/json",
                                   "Expect:", "User-Agent: Linden" };
    CURL *curl = c->init();
    struct curl_slist *list = NULL;
    bool whole = curl != NULL;
    for (size_t i = call->body ? 0 : 1; i < 3 + CALL_HEADERS && whole; i++) {
        const char *header = i < 3 ? always[i] : call->headers[i - 3];
        struct curl_slist *more = header ? c->slist_append(list, header) : list;
        whole = more != NULL;
        if (more) list = more;
    }
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (whole) {
        set_up(c, curl, call, a);
        c->setopt(curl, CURLOPT_HTTPHEADER, list);
        c->setopt(curl, CURLOPT_ERRORBUFFER, error);
        code = curl_run(c, curl);
        c->getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    }
    c->slist_free_all(list);
    c->cleanup(curl);
    return code;
}

void call_send(struct arena *mem, struct call *call)
{
    const struct curl *c = curl_load();
    struct answer a = { .anywhere = call->anywhere,
                        .room = call->room,
                        .room_size = call->room_size };
    char error[CURL_ERROR_SIZE] = "";
    long status = 0;
    call->status = 0;
    call->length = 0;
    call->said = "this needs the library libcurl (Debian package libcurl4)";
    if (!c) return;
    call->said = "the address is none that is called";
    if (call_url_fault(mem, call->url, call->anywhere) != CALL_FINE) return;
    (void)server_of(mem, call->url, &a.tls);
    CURLcode code = exchange(c, call, &a, &status, error);
    bool enough = code == CURLE_WRITE_ERROR && !a.room && a.bytes > ANSWER_MOST;
    a.words[a.n] = '\0';
    if (a.full) {
        call->said = "the answer is too long";
    } else if (code == CURLE_OK || enough) {
        call->status = (int)status;
        call->length = a.bytes;
        call->said = words_cleaned(mem, a.words);
    } else if (a.refused) {
        call->said = "the address is on a private network, or set aside";
    } else {
        call->said = words_cleaned(mem, *error ? error : c->strerror(code));
    }
}
