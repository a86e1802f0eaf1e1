/* sms.c - see sms.h */
#include "work/sms.h"

#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "work/curl.h"
#include "work/login.h"

enum { CONNECT_SECONDS = 10, ALL_SECONDS = 30, WORDS_MOST = 300, HEADERS = 8 };

/* --- texts and numbers -------------------------------------------------------------- */

bool sms_number_sound(const char *number)
{
    size_t n = strlen(number);
    return n >= 9 && n <= 16 && *number == '+' && number[1] != '0'
           && strspn(number + 1, "0123456789") == n - 1;
}

/* What one character takes in the GSM 7-bit alphabet: 1, or 2 of its extension; 0
 * for one that is not in it. */
static int septets(unsigned code)
{
    static const unsigned others[] = { 0xa1,  0xa3,  0xa4,  0xa5,  0xa7,  0xbf,  0xc4,  0xc5,
                                       0xc6,  0xc7,  0xc9,  0xd1,  0xd6,  0xd8,  0xdc,  0xdf,
                                       0xe0,  0xe4,  0xe5,  0xe6,  0xe8,  0xe9,  0xec,  0xf1,
                                       0xf2,  0xf6,  0xf8,  0xf9,  0xfc,  0x393, 0x394, 0x398,
                                       0x39b, 0x39e, 0x3a0, 0x3a3, 0x3a6, 0x3a8, 0x3a9 };
    if (code == 0x20ac || (code < 0x80 && code && strchr("^{}[]~\\|\f", (int)code))) return 2;
    if (code == '\n' || code == '\r') return 1;
    if (code >= ' ' && code < 0x7f) return code != '`';
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i] == code) return 1;
    return 0;
}

static bool in_gsm(const char *text)
{
    size_t size;
    for (unsigned code; (code = text_code_point(text, &size)) != 0; text += size)
        if (!septets(code)) return false;
    return true;
}

int sms_parts(const char *text)
{
    bool gsm = in_gsm(text);
    int whole = gsm ? 160 : 70, each = gsm ? 153 : 67, all = 0, parts = 1, left = each;
    size_t size;
    for (unsigned code; (code = text_code_point(text, &size)) != 0; text += size) {
        int takes = gsm ? septets(code) : code > 0xffff ? 2 : 1;
        all += takes;
        if (takes > left) parts++, left = each; /* none is cut in two */
        left -= takes;
    }
    return all == 0 ? 0 : all <= whole ? 1 : parts;
}

/* --- settings ------------------------------------------------------------------------ */

struct gateway {
    const char *scheme, *server; /* server with its port */
};

static const char *gateway_read(struct arena *mem, const char *where, struct gateway *out)
{
    const char *server = NULL;
    *out = (struct gateway){ .scheme = "http" };
    if (strncmp(where, "kannel:http://", 14) == 0) server = where + 14;
    if (strncmp(where, "kannel:https://", 15) == 0) out->scheme = "https", server = where + 15;
    if (!server) return "text messages go to kannel:http://HOST:PORT or kannel:https://HOST:PORT";
    size_t n = strlen(server);
    if (n && server[n - 1] == '/') n--;
    out->server = arena_copy(mem, server, n);
    if (strchr(out->server, '@'))
        return "the name and password for the gateway belong into their own file, not into the"
               " address";
    return server_sound(out->server) ? NULL : "the gateway's address is none";
}

const char *sms_settings_wrong(struct arena *mem, const char *where, const char *auth_file)
{
    struct gateway gateway;
    struct login login = { 0 };
    const char *wrong = gateway_read(mem, where, &gateway);
    if (wrong) return wrong;
    if (!curl_load()) return "text messages need the library libcurl (Debian package libcurl4)";
    if (!auth_file || !*auth_file)
        return "the gateway wants a name and a password, in the file that sms-auth names";
    if ((wrong = login_read(mem, auth_file, &login))) return wrong;
    secret_wipe(&login, sizeof login);
    if (strcmp(gateway.scheme, "http") == 0 && !server_here(gateway.server))
        return "a password and patients' numbers are not sent in the clear to another machine";
    return NULL;
}

/* --- sending ---------------------------------------------------------------------------- */

struct said {
    size_t n;
    char words[WORDS_MOST + 1];
};

static size_t hear(char *bytes, size_t size, size_t n, void *arg)
{
    struct said *said = arg;
    for (size_t i = 0; i < size * n && said->n < WORDS_MOST; i++) said->words[said->n++] = bytes[i];
    said->words[said->n] = '\0';
    return size * n;
}

static void set_up(const struct curl *c, CURL *curl, const char *url, const char *scheme,
                   const char *text, struct said *said)
{
    c->setopt(curl, CURLOPT_NOSIGNAL, 1L); /* threads */
    c->setopt(curl, CURLOPT_NOPROXY, "*"); /* whatever the environment says */
    c->setopt(curl, CURLOPT_PROTOCOLS_STR, scheme);
    c->setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    c->setopt(curl, CURLOPT_TIMEOUT, (long)ALL_SECONDS);
    c->setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    c->setopt(curl, CURLOPT_URL, url);
    c->setopt(curl, CURLOPT_POST, 1L);
    c->setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(text));
    c->setopt(curl, CURLOPT_POSTFIELDS, text);
    c->setopt(curl, CURLOPT_WRITEFUNCTION, hear);
    c->setopt(curl, CURLOPT_WRITEDATA, said);
}

/* Makes no use of the arena: one that is full jumps away and would leave the
 * connection behind. */
static CURLcode exchange(const struct curl *c, const char *url, const char *scheme,
                         const char *const headers[HEADERS], const char *text, struct said *said,
                         long *answer, char error[CURL_ERROR_SIZE])
{
    CURL *curl = c->init();
    struct curl_slist *list = NULL;
    CURLcode code = CURLE_OUT_OF_MEMORY;
    bool whole = curl != NULL;
    for (size_t i = 0; i < HEADERS && headers[i] && whole; i++) {
        struct curl_slist *more = c->slist_append(list, headers[i]);
        whole = more != NULL;
        if (more) list = more;
    }
    if (whole) {
        set_up(c, curl, url, scheme, text, said);
        c->setopt(curl, CURLOPT_HTTPHEADER, list);
        c->setopt(curl, CURLOPT_ERRORBUFFER, error);
        code = curl_run(c, curl);
        if (code == CURLE_OK) c->getinfo(curl, CURLINFO_RESPONSE_CODE, answer);
    }
    c->slist_free_all(list);
    c->cleanup(curl);
    return code;
}

/* Refused for good is only what the gateway says of this message: 400.  That it
 * wants another password (403) or is busy (503) is for the host to settle. */
static enum mail_result judged(struct arena *mem, CURLcode code, long answer,
                               const struct said *said, const char *error, const char **problem)
{
    if (code != CURLE_OK) {
        *problem = words_cleaned(mem, error);
        return MAIL_TRY_AGAIN;
    }
    if (answer == 202 || answer == 200) return *problem = NULL, MAIL_SENT;
    *problem = words_cleaned(mem, arena_print(mem, "%ld %s", answer, said->words));
    return answer == 400 ? MAIL_REFUSED : MAIL_TRY_AGAIN;
}

enum mail_result sms_send(struct arena *mem, const char *where, const char *auth_file,
                          const char *number, const char *text, const char *report,
                          const char **problem)
{
    struct gateway gateway;
    struct login login = { 0 };
    if (!sms_number_sound(number)) return *problem = "the number is none", MAIL_REFUSED;
    if (!where || !*where) return *problem = "there is no gateway", MAIL_TRY_AGAIN;
    if ((*problem = sms_settings_wrong(mem, where, auth_file))) return MAIL_TRY_AGAIN;
    *problem = gateway_read(mem, where, &gateway);
    if (!*problem) *problem = login_read(mem, auth_file, &login);
    if (*problem) return MAIL_TRY_AGAIN;
    const struct curl *c = curl_load();
    const char *url = arena_print(mem, "%s://%s/cgi-bin/sendsms", gateway.scheme, gateway.server);
    char *name = arena_print(mem, "X-Kannel-Username: %s", login.name);
    char *password = arena_print(mem, "X-Kannel-Password: %s", login.password);
    const char *const headers[HEADERS] = {
        "Content-Type: text/plain; charset=UTF-8",
        "Expect:",
        name,
        password,
        arena_print(mem, "X-Kannel-To: %s", number),
        in_gsm(text) ? "X-Kannel-Coding: 0" : "X-Kannel-Coding: 2",
        report ? arena_print(mem, "X-Kannel-DLR-Mask: %d", SMS_REPORTS) : NULL,
        report ? arena_print(mem, "X-Kannel-DLR-Url: %s", report) : NULL,
    };
    struct said said = { 0 };
    long answer = 0;
    char error[CURL_ERROR_SIZE] = "";
    CURLcode code = exchange(c, url, gateway.scheme, headers, text, &said, &answer, error);
    secret_wipe(&login, sizeof login);
    secret_wipe(password, strlen(password));
    return judged(mem, code, answer, &said, *error ? error : c->strerror(code), problem);
}
