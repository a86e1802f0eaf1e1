/* smtp.c - see smtp.h */
#include "work/smtp.h"

#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "work/curl.h"
#include "work/login.h"
#include "work/mime.h"

enum {
    CONNECT_SECONDS = 10,
    ANSWER_SECONDS = 30,
    ALL_SECONDS = 60,
    WORDS_MOST = 300
};

struct route {
    const char *folder;          /* or, if NULL, the rest */
    const char *scheme, *server; /* server with its port */
    bool here;                   /* on this machine */
    enum { TLS_OFFERED, TLS_REQUIRED, TLS_NEVER } tls;
};

static const char *route_read(struct arena *mem, const char *url, struct route *out)
{
    *out = (struct route){ 0 };
    if (strncmp(url, "file:", 5) == 0) {
        out->folder = url + 5;
        return out->folder[0] ? NULL : "mail goes to file: without a folder";
    }
    if (strncmp(url, "smtp://", 7) == 0)
        out->scheme = "smtp";
    else if (strncmp(url, "smtps://", 8) == 0)
        out->scheme = "smtps";
    else
        return "mail goes to smtp://HOST:PORT, smtps://HOST:PORT or file:DIR";
    const char *server = strstr(url, "://") + 3, *option = strchr(server, '?');
    size_t n = option ? (size_t)(option - server) : strlen(server);
    if (n && server[n - 1] == '/') n--;
    out->server = arena_copy(mem, server, n);
    if (strchr(out->server, '@'))
        return "the name and password for mail belong into their own file, not into the address";
    if (!server_sound(out->server)) return "the mail server's address is none";
    out->here = server_here(out->server);
    if (!option) return NULL;
    if (strcmp(option, "?tls=required") == 0)
        out->tls = TLS_REQUIRED;
    else if (strcmp(option, "?tls=never") == 0)
        out->tls = TLS_NEVER;
    else if (strcmp(option, "?tls=offered") != 0)
        return "after the mail server's address only ?tls=required, offered or never can stand";
    return NULL;
}

const char *smtp_settings_wrong(struct arena *mem, const char *url, const char *auth_file)
{
    struct route route;
    struct login login = { 0 };
    const char *wrong = route_read(mem, url, &route);
    if (!wrong && !route.folder && !curl_load())
        wrong = "mail to a server needs the library libcurl (Debian package libcurl4)";
    if (wrong || !auth_file || route.folder) return wrong;
    wrong = login_read(mem, auth_file, &login);
    secret_wipe(&login, sizeof login);
    if (!wrong && route.tls == TLS_NEVER && !route.here)
        wrong = "a password for mail is not sent in the clear to another machine";
    return wrong;
}

/* What passes over the wire while curl works. */
struct talk {
    const char *bytes;
    size_t n, at;
    bool mail;  /* MAIL was said: what is refused from now on is this mail */
    bool taken; /* the server has the mail; what fails after that is only the farewell */
    bool over;  /* QUIT was said: what comes after is no answer to the mail */
    int code;
    char words[WORDS_MOST + 1];
    size_t n_words;
};

static size_t give(char *to, size_t size, size_t n, void *arg)
{
    struct talk *talk = arg;
    size_t room = size * n, left = talk->n - talk->at;
    if (room > left) room = left;
    memcpy(to, talk->bytes + talk->at, room);
    talk->at += room;
    return room;
}

static size_t ignore(char *bytes, size_t size, size_t n, void *arg)
{
    (void)bytes, (void)arg;
    return size * n;
}

/* One line of an answer.  Of several lines the words are joined. */
static void hear(struct talk *talk, const char *line, size_t n)
{
    if (n < 3 || line[0] < '2' || line[0] > '5') return;
    talk->code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
    if (n > 4 && talk->n_words && talk->n_words < WORDS_MOST) talk->words[talk->n_words++] = ' ';
    for (size_t i = 4; i < n && talk->n_words < WORDS_MOST; i++)
        if (line[i] != '\r' && line[i] != '\n') talk->words[talk->n_words++] = line[i];
    talk->words[talk->n_words] = '\0';
}

static int overhear(CURL *curl, curl_infotype kind, char *bytes, size_t n, void *arg)
{
    struct talk *talk = arg;
    (void)curl;
    if (kind == CURLINFO_HEADER_OUT) {
        if (n == 6 && strncasecmp(bytes, "QUIT\r\n", 6) == 0) talk->over = true;
        if (n > 10 && strncasecmp(bytes, "MAIL FROM:", 10) == 0) talk->mail = true;
        if (!talk->over) talk->code = 0, talk->n_words = 0, talk->words[0] = '\0';
    }
    if (kind == CURLINFO_HEADER_IN && !talk->over) {
        /* After the body the last answer is a second one to the same command. */
        bool last = talk->code == 354;
        if (last) talk->code = 0, talk->n_words = 0, talk->words[0] = '\0';
        hear(talk, bytes, n);
        if (last && talk->code / 100 == 2) talk->taken = true;
    }
    return 0;
}

/* Refused for good is only what the server says about this mail.  That it
 * wants another password or TLS first is for the host to settle. */
static enum mail_result judged(const struct talk *talk)
{
    static const int settings[] = { 503, 530, 534, 535, 538 };
    if (!talk->mail || talk->code < 500 || talk->code > 599) return MAIL_TRY_AGAIN;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (talk->code == settings[i]) return MAIL_TRY_AGAIN;
    return MAIL_REFUSED;
}

static void set_tls(const struct curl *c, CURL *curl, const struct route *route, bool login)
{
    bool implicit = strcmp(route->scheme, "smtps") == 0;
    bool required = route->tls == TLS_REQUIRED || (login && !route->here);
    long level = required || implicit      ? CURLUSESSL_ALL
                 : route->tls == TLS_NEVER ? CURLUSESSL_NONE
                                           : CURLUSESSL_TRY;
    bool asked = required || implicit;
    c->setopt(curl, CURLOPT_USE_SSL, level);
    c->setopt(curl, CURLOPT_SSL_VERIFYPEER, asked ? 1L : 0L);
    c->setopt(curl, CURLOPT_SSL_VERIFYHOST, asked ? 2L : 0L);
    c->setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

static void set_up(const struct curl *c, CURL *curl, const struct route *route,
                   const struct login *login, struct talk *talk)
{
    c->setopt(curl, CURLOPT_NOSIGNAL, 1L); /* threads */
    c->setopt(curl, CURLOPT_NOPROXY, "*"); /* whatever the environment says */
    c->setopt(curl, CURLOPT_PROTOCOLS_STR, route->scheme);
    c->setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    c->setopt(curl, CURLOPT_FTP_RESPONSE_TIMEOUT,
                     (long)ANSWER_SECONDS); /* holds for SMTP, too */
    c->setopt(curl, CURLOPT_TIMEOUT, (long)ALL_SECONDS);
    c->setopt(curl, CURLOPT_UPLOAD, 1L);
    c->setopt(curl, CURLOPT_READFUNCTION, give);
    c->setopt(curl, CURLOPT_READDATA, talk);
    c->setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)talk->n);
    c->setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
    c->setopt(curl, CURLOPT_DEBUGFUNCTION, overhear);
    c->setopt(curl, CURLOPT_DEBUGDATA, talk);
    c->setopt(curl, CURLOPT_VERBOSE, 1L);
    set_tls(c, curl, route, login != NULL);
    if (!login) return;
    c->setopt(curl, CURLOPT_USERNAME, login->name);
    c->setopt(curl, CURLOPT_PASSWORD, login->password);
}

/* Makes no use of the arena between curl's beginning and end: an arena that is
 * full jumps away and would leave the connection behind. */
static CURLcode exchange(const struct curl *c, const char *url, const struct route *route, const struct login *login,
                         const char *from, const char *to, struct talk *talk,
                         char error[CURL_ERROR_SIZE])
{
    CURL *curl = c->init();
    struct curl_slist *recipients = c->slist_append(NULL, to);
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (curl && recipients) {
        set_up(c, curl, route, login, talk);
        c->setopt(curl, CURLOPT_URL, url);
        c->setopt(curl, CURLOPT_MAIL_FROM, from);
        c->setopt(curl, CURLOPT_MAIL_RCPT, recipients);
        c->setopt(curl, CURLOPT_ERRORBUFFER, error);
        code = curl_run(c, curl);
    }
    c->slist_free_all(recipients);
    c->cleanup(curl);
    return code;
}

enum mail_result smtp_send(struct arena *mem, const char *url, const char *auth_file,
                           const struct mail *mail, const char **problem)
{
    struct route route;
    struct login login = { 0 };
    struct talk talk = { 0 };
    if ((*problem = mail_wrong(mail))) return MAIL_REFUSED;
    if ((*problem = route_read(mem, url, &route))) return MAIL_TRY_AGAIN;
    if (route.folder) return mail_write(mem, route.folder, mail, problem);
    if ((*problem = smtp_settings_wrong(mem, url, auth_file))) return MAIL_TRY_AGAIN;

    mime_write(mem, mail, &talk.bytes, &talk.n);
    /* The path is the name by which we introduce ourselves. */
    const char *to_server =
        arena_print(mem, "%s://%s/%s", route.scheme, route.server, strrchr(mail->from, '@') + 1);
    if (auth_file && (*problem = login_read(mem, auth_file, &login))) return MAIL_TRY_AGAIN;
    const struct curl *c = curl_load();
    char error[CURL_ERROR_SIZE] = "";
    CURLcode code =
        exchange(c, to_server, &route, auth_file ? &login : NULL, mail->from, mail->to, &talk, error);
    if (auth_file) secret_wipe(&login, sizeof login);
    if (code == CURLE_OK || talk.taken) return MAIL_SENT;
    if (talk.code >= 400)
        *problem = words_cleaned(mem, arena_print(mem, "%d %s", talk.code, talk.words));
    else
        *problem = words_cleaned(mem, *error ? error : c->strerror(code));
    return judged(&talk);
}

bool smtp_already_sent(struct arena *mem, const char *url, const char *id, int64_t created_at)
{
    struct route route;
    return !route_read(mem, url, &route) && route.folder
           && mail_already_written(mem, route.folder, id, created_at);
}
