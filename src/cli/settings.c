/* settings.c - see settings.h */
#include "cli/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/email.h"
#include "base/money.h"
#include "base/text.h"
#include "db/db.h"
#include "http/proxy.h"
#include "work/sms.h"
#include "work/smtp.h"

enum { FILE_MOST = 64 * 1024 };

static struct given *given_of(struct cli *cli, const char *name)
{
    return (struct given *)option_given(cli, name);
}

/* --- environment and files ---------------------------------------------------- */

/* One value, or for those that may be many several, apart by blanks or commas. */
static void take_value(struct cli *cli, size_t option, const char *value, const char *from)
{
    struct given *given = &cli->given[option];
    given->from = from;
    if (!options[option].many) {
        given->at[given->n++] = value;
        return;
    }
    for (const char *at = value + strspn(value, " ,"); *at; at += strspn(at, " ,")) {
        size_t n = strcspn(at, " ,");
        if (given->n < MANY_MOST) given->at[given->n++] = arena_copy(cli->cx->mem, at, n);
        at += n;
    }
}

static void read_environment(struct cli *cli)
{
    for (size_t i = 0; i < options_n; i++) {
        if (!options[i].setting || cli->given[i].n) continue;
        char *name = arena_print(cli->cx->mem, "LINDEN_%s", options[i].name);
        for (char *c = name; *c; c++) *c = *c == '-' ? '_' : *c >= 'a' && *c <= 'z' ? *c - 32 : *c;
        const char *value = getenv(name);
        if (value && *value)
            take_value(cli, i, value, arena_print(cli->cx->mem, "environment %s", name));
    }
}

static char *trimmed(char *text)
{
    text += strspn(text, " \t");
    size_t n = strlen(text);
    while (n && (text[n - 1] == ' ' || text[n - 1] == '\t' || text[n - 1] == '\r'))
        text[--n] = '\0';
    return text;
}

/* A key counts once a file, several times where that is allowed. */
static int read_line(struct cli *cli, const char *path, int number, char *line,
                     const bool closed[OPTIONS_MOST])
{
    char *equals = strchr(line, '='), *key = trimmed(line);
    if (*key == '\0' || *key == '#') return EXIT_DONE;
    if (!equals)
        return cli_fail(cli, EXIT_USAGE, "%s:%d: this is no line of the form key = value", path,
                        number);
    *equals = '\0';
    key = trimmed(key);
    const char *value = trimmed(equals + 1);
    for (char *c = key; *c; c++)
        if (*c == '_') *c = '-';
    for (size_t i = 0; i < options_n; i++) {
        if (!options[i].setting || strcmp(options[i].name, key) != 0) continue;
        if (strcmp(key, "config") == 0) break;
        if (closed[i]) return EXIT_DONE;
        if (cli->given[i].n && !options[i].many)
            return cli_fail(cli, EXIT_USAGE, "%s:%d: %s stands here twice", path, number, key);
        take_value(cli, i, value, arena_print(cli->cx->mem, "file %s", path));
        return EXIT_DONE;
    }
    if (!cli->unknown_key)
        cli->unknown_key =
            arena_print(cli->cx->mem, "%s:%d: there is no setting '%s'", path, number, key);
    return EXIT_DONE;
}

static int read_file(struct cli *cli, const char *path, bool must)
{
    bool closed[OPTIONS_MOST];
    FILE *file = fopen(path, "re");
    int number = 0;
    if (!file && !must && (errno == ENOENT || errno == ENOTDIR)) return EXIT_DONE;
    char *text = arena_alloc(cli->cx->mem, FILE_MOST + 1);
    size_t n = file ? fread(text, 1, FILE_MOST, file) : 0;
    bool failed = !file || ferror(file);
    if (failed) cli_fail(cli, 0, "the settings in %s cannot be read: %s", path, strerror(errno));
    if (file) fclose(file);
    if (failed) return EXIT_USAGE;
    if (strlen(text) != n || n == FILE_MOST)
        return cli_fail(cli, EXIT_USAGE, "%s is no file of settings", path);
    for (size_t i = 0; i < options_n; i++) closed[i] = cli->given[i].n > 0;
    for (char *line = text, *next; line; line = next) {
        next = strchr(line, '\n');
        if (next) *next++ = '\0';
        int code = read_line(cli, path, ++number, line, closed);
        if (code) return code;
    }
    return EXIT_DONE;
}

static void use_defaults(struct cli *cli)
{
    for (size_t i = 0; i < options_n; i++)
        if (!cli->given[i].n && *options[i].otherwise)
            take_value(cli, i, options[i].otherwise, "default");
}

/* The data folder decides where its own file is, so a file in it cannot. */
static int read_sources(struct cli *cli)
{
    read_environment(cli);
    if (option_set(cli, "config")) {
        int code = read_file(cli, option_text(cli, "config"), true);
        use_defaults(cli);
        return code;
    }
    const struct given before = *option_given(cli, "data");
    if (!before.n) { /* only ./linden.conf may say; what else it says counts later */
        struct given all[OPTIONS_MOST];
        memcpy(all, cli->given, sizeof all);
        int code = read_file(cli, "./linden.conf", false);
        if (code) return code;
        const struct given data = *option_given(cli, "data");
        memcpy(cli->given, all, sizeof all);
        *given_of(cli, "data") = data;
        cli->unknown_key = NULL;
    }
    if (!option_set(cli, "data")) {
        given_of(cli, "data")->at[0] = "./var";
        given_of(cli, "data")->from = "default";
        given_of(cli, "data")->n = 1;
    }
    const char *inside = arena_print(cli->cx->mem, "%s/linden.conf", option_text(cli, "data"));
    int code = read_file(cli, inside, false);
    if (!code && strcmp(inside, "./linden.conf") != 0)
        code = read_file(cli, "./linden.conf", false);
    use_defaults(cli);
    return code;
}

/* --- are the values any good? --------------------------------------------------- */

static bool number_between(const char *text, long least, long most)
{
    char *end;
    long n = strtol(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && n >= least && n <= most;
}

static bool listen_sound(const char *listen)
{
    const char *colon = strrchr(listen, ':');
    if (strncmp(listen, "unix:", 5) == 0) return listen[5] != '\0';
    return colon && number_between(colon + 1, 0, 65535);
}

/* The address without a slash at its end: "https://linden.example:8443". */
static const char *url_clean(struct arena *mem, const char *url)
{
    size_t scheme = strncmp(url, "https://", 8) == 0 ? 8 : strncmp(url, "http://", 7) == 0 ? 7 : 0;
    size_t n = strlen(url);
    if (!scheme) return NULL;
    while (n > scheme && url[n - 1] == '/') n--;
    char *clean = arena_copy(mem, url, n);
    for (const char *c = clean + scheme; *c; c++)
        if (!((*c | 0x20) >= 'a' && (*c | 0x20) <= 'z') && !(*c >= '0' && *c <= '9')
            && !strchr("-.:[]", *c))
            return NULL;
    return n > scheme ? clean : NULL;
}

const char *settings_url(struct arena *mem, const char *listen)
{
    if (strncmp(listen, "unix:", 5) == 0) return "http://localhost";
    if (listen[0] == ':') return arena_print(mem, "http://localhost%s", listen);
    if (strncmp(listen, "0.0.0.0:", 8) == 0)
        return arena_print(mem, "http://localhost%s", listen + 7);
    if (strncmp(listen, "[::]:", 5) == 0) return arena_print(mem, "http://localhost%s", listen + 4);
    return arena_print(mem, "http://%s", listen);
}

/* linden@ and the host of the URL; an address of numbers receives no mail. */
static const char *sender_of(struct arena *mem, const char *url)
{
    const char *host = strstr(url, "://") + 3, *address, *key;
    size_t n = strcspn(host, ":/");
    char *sender = arena_print(mem, "linden@%.*s", (int)n, host);
    if (email_clean(mem, sender, &address, &key) == EMAIL_OK) return address;
    return "linden@localhost";
}

static bool sender_sound(struct arena *mem, const char *sender)
{
    const char *address, *key;
    if (email_clean(mem, sender, &address, &key) == EMAIL_OK) return true;
    const char *at = strchr(sender, '@'); /* "linden@intranet", "root@localhost" */
    return at && strchr(at, '.') == NULL
           && email_clean(mem, arena_print(mem, "%s.example", sender), &address, &key) == EMAIL_OK;
}

/* "AUD 0.12": a currency and hundredths of it. */
static bool price_of(struct arena *mem, const char *value, struct setup *setup)
{
    if (strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3 || value[3] != ' ') return false;
    setup->credit_currency = arena_copy(mem, value, 3);
    setup->credit_cents = money_typed(value + 4);
    return setup->credit_cents > 0 && setup->credit_cents <= 10000;
}

static const char *value_wrong(struct cli *cli, const char *name, const char *value)
{
    struct arena *mem = cli->cx->mem;
    struct proxies proxies;
    if (strcmp(name, "listen") == 0 && !listen_sound(value))
        return "this is neither HOST:PORT nor unix:PATH";
    if (strcmp(name, "url") == 0 && !url_clean(mem, value))
        return "this is not an address like https://linden.example, without anything after the host";
    if (strcmp(name, "db") == 0) return db_where_wrong(mem, value);
    if (strcmp(name, "db-connections") == 0 && !number_between(value, 2, 200))
        return "this is no number from 2 to 200";
    if (strcmp(name, "leave") == 0 && !number_between(value, 0, 9))
        return "this is no number from 0 to 9";
    if (strcmp(name, "mail") == 0)
        return smtp_settings_wrong(mem, value, option_text(cli, "mail-auth"));
    if (strcmp(name, "sms") == 0)
        return sms_settings_wrong(mem, value, option_text(cli, "sms-auth"));
    if (strcmp(name, "webhooks") == 0 && strcmp(value, "public") != 0 && strcmp(value, "any") != 0)
        return "this is neither public nor any";
    if (strcmp(name, "mail-from") == 0 && !sender_sound(mem, value))
        return "this is no email address";
    if (strcmp(name, "credit-price") == 0 && !price_of(mem, value, &(struct setup){ 0 }))
        return "this is no price like 'AUD 0.12'";
    if (strcmp(name, "trusted-proxy") == 0 && !proxies_parse(mem, value, &proxies))
        return "this is no network like 10.0.0.0/8, no address, and not 'unix'";
    if (strcmp(name, "data") == 0 && !*value) return "this names no folder";
    if (strcmp(name, "places") == 0 && !*value) return "this names no file";
    if (strcmp(name, "key") == 0 && !*value) return "this names no file";
    return NULL;
}

const char *setting_shown(struct cx *cx, const char *name, const char *value)
{
    if (strcmp(name, "db") != 0 || !db_is_shared(value)) return value;
    return arena_print(cx->mem, "postgres://… (%s)", db_name(cx, value));
}

const char *settings_wrong(struct cli *cli, const char **option)
{
    const char *wrong;
    for (size_t i = 0; i < options_n; i++) {
        const struct given *given = &cli->given[i];
        if (!options[i].setting || !command_takes(cli->command, options[i].name)) continue;
        for (size_t v = 0; v < given->n; v++) {
            if (!(wrong = value_wrong(cli, options[i].name, given->at[v]))) continue;
            *option =
                arena_print(cli->cx->mem, "--%s %s (%s)", options[i].name,
                            setting_shown(cli->cx, options[i].name, given->at[v]), given->from);
            return wrong;
        }
    }
    return NULL;
}

static void derive(struct cli *cli, const char *name, const char *value)
{
    struct given *given = given_of(cli, name);
    if (given->n) return;
    *given = (struct given){ .at = { value }, .n = 1, .from = "default" };
}

int settings_read(struct cli *cli)
{
    struct arena *mem = cli->cx->mem;
    struct setup *setup = &cli->setup;
    bool lenient = cli->command->run == command_doctor;
    int code = read_sources(cli);
    if (code) return code;
    if (cli->unknown_key && !lenient) return cli_fail(cli, EXIT_USAGE, "%s", cli->unknown_key);
    const char *data = option_text(cli, "data");
    derive(cli, "mail", arena_print(mem, "file:%s/mail", data));
    const char *option, *wrong = lenient ? NULL : settings_wrong(cli, &option);
    if (wrong) return cli_fail(cli, EXIT_USAGE, "%s: %s", option, wrong);
    derive(cli, "url", settings_url(mem, option_text(cli, "listen")));
    const char *url = url_clean(mem, option_text(cli, "url"));
    setup->url = url ? url : "http://localhost";
    derive(cli, "mail-from", sender_of(mem, setup->url));
    setup->data = data;
    derive(cli, "db", arena_print(mem, "sqlite:%s/linden.db", data));
    setup->database = option_text(cli, "db");
    setup->mail = option_text(cli, "mail");
    setup->mail_from = option_text(cli, "mail-from");
    setup->mail_auth = option_text(cli, "mail-auth");
    setup->sms = option_text(cli, "sms");
    setup->sms_auth = option_text(cli, "sms-auth");
    setup->webhooks_anywhere = strcmp(option_text(cli, "webhooks"), "any") == 0;
    derive(cli, "key", arena_print(mem, "%s/linden.key", data));
    setup->key_file = option_text(cli, "key");
    setup->places = option_given(cli, "places")->at;
    setup->places_n = option_given(cli, "places")->n;
    if (option_set(cli, "credit-price")) price_of(mem, option_text(cli, "credit-price"), setup);
    setup->credit_pay_to = option_text(cli, "credit-pay-to");
    setup->secure = strncmp(setup->url, "https://", 8) == 0;
    return EXIT_DONE;
}
