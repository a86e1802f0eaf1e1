/* ask.c - see ask.h */
#include "app/sso/ask.h"

#include <sodium.h>
#include <string.h>

#include "base/secret.h"
#include "http/json_read.h"
#include "work/call.h"

enum { DOCUMENT = 65536, MEMBERS = 600 };

/* --- pieces -------------------------------------------------------------------------------- */

const char *percent_encoded(struct arena *mem, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    char *out = arena_alloc(mem, 3 * strlen(text) + 1), *to = out;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        bool plain = (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z')
                     || strchr("-._~", *c);
        if (plain) {
            *to++ = (char)*c;
        } else {
            *to++ = '%';
            *to++ = hex[*c >> 4];
            *to++ = hex[*c & 15];
        }
    }
    return out;
}

/* The flat object that is answered, or NULL. */
static struct json_object *fetch(struct arena *mem, struct call *call)
{
    struct json_object *out = NEW(mem, struct json_object);
    call->room = arena_take(mem, DOCUMENT);
    call->room_size = DOCUMENT;
    call_send(mem, call);
    if (call->status != 200) return NULL;
    return json_read_flat(mem, call->room, call->length, MEMBERS, &out->at, &out->n) ? out : NULL;
}

static const char *text_of(const struct json_object *o, const char *name)
{
    for (size_t i = 0; i < o->n; i++)
        if (strcmp(o->at[i].name, name) == 0)
            return o->at[i].kind == JSON_KIND_TEXT ? o->at[i].text : "";
    return "";
}

static bool is_set(const struct json_object *o, const char *name)
{
    for (size_t i = 0; i < o->n; i++)
        if (strcmp(o->at[i].name, name) == 0)
            return o->at[i].kind == JSON_KIND_FLAG && *o->at[i].text;
    return false;
}

/* In a list of texts; a list that is not there says what the standard says then. */
static bool lists(const struct json_object *o, const char *name, const char *entry, bool absent)
{
    bool there = false;
    for (size_t i = 0; i < o->n; i++) {
        if (strcmp(o->at[i].name, name) != 0) continue;
        there = true;
        if (o->at[i].kind == JSON_KIND_ENTRY && strcmp(o->at[i].text, entry) == 0) return true;
    }
    return !there && absent;
}

/* --- what it says of itself ------------------------------------------------------------------- */

const char *keys_ask(struct arena *mem, const char *url, bool anywhere)
{
    struct call call = { .url = url, .anywhere = anywhere };
    call.room = arena_take(mem, PROVIDER_KEYS_MOST);
    call.room_size = PROVIDER_KEYS_MOST - 1;
    call_send(mem, &call);
    if (call.status != 200) return NULL;
    call.room[call.length] = '\0';
    return strlen(call.room) == call.length ? call.room : NULL;
}

static bool addresses_fine(struct arena *mem, const struct found_provider *f, bool anywhere)
{
    const char *const all[] = { f->authorize_url, f->token_url, f->keys_url };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (call_url_fault(mem, all[i], anywhere) != CALL_FINE) return false;
    return true;
}

static enum found_fault what_is_wrong(struct arena *mem, const struct json_object *o,
                                 const struct found_provider *f, bool anywhere)
{
    if (strcmp(text_of(o, "issuer"), f->issuer) != 0) return FOUND_OTHER_ISSUER;
    if (!lists(o, "response_types_supported", "code", false)
        || !lists(o, "grant_types_supported", "authorization_code", true)
        || !lists(o, "code_challenge_methods_supported", "S256", true))
        return FOUND_NO_CODE;
    if (!lists(o, "id_token_signing_alg_values_supported", f->algorithm, false))
        return FOUND_NO_ALGORITHM;
    if (!addresses_fine(mem, f, anywhere)) return FOUND_NO_ADDRESS;
    return FOUND;
}

struct found_provider provider_ask(struct arena *mem, const char *issuer, const char *algorithm,
                                   bool anywhere)
{
    static const char methods[] = "token_endpoint_auth_methods_supported";
    struct found_provider f = { .fault = FOUND_NOTHING, .issuer = issuer, .algorithm = algorithm };
    size_t n = strlen(issuer);
    const char *slash = n && issuer[n - 1] == '/' ? "" : "/";
    struct call call = { .anywhere = anywhere };
    call.url = ARENA_JOIN(mem, issuer, slash, ".well-known/openid-configuration");
    struct json_object *o = fetch(mem, &call);
    f.said = call.status == 0    ? call.said
             : call.status != 200 ? arena_print(mem, "HTTP %d", call.status)
                                  : "JSON?";
    if (!o) return f;
    f.authorize_url = text_of(o, "authorization_endpoint");
    f.token_url = text_of(o, "token_endpoint");
    f.keys_url = text_of(o, "jwks_uri");
    f.says_issuer = is_set(o, "authorization_response_iss_parameter_supported");
    f.by_post = !lists(o, methods, "client_secret_basic", true);
    f.fault = what_is_wrong(mem, o, &f, anywhere);
    if (f.fault != FOUND) return f;
    if (f.by_post && !lists(o, methods, "client_secret_post", false)) f.fault = FOUND_NO_SECRET;
    if (f.fault != FOUND) return f;
    f.keys = keys_ask(mem, f.keys_url, anywhere);
    if (!f.keys || !jws_keys_fit(mem, f.keys, jws_find(algorithm))) f.fault = FOUND_NO_KEYS;
    return f;
}

/* --- a token for a code -------------------------------------------------------------------------- */

const char *code_ask(struct arena *mem, const struct code_question *q, const char **said)
{
    struct call call = { .url = q->url,
                         .type = "Content-Type: application/x-www-form-urlencoded",
                         .anywhere = q->anywhere };
    const char *client = percent_encoded(mem, q->client), *secret = percent_encoded(mem, q->secret);
    call.body = ARENA_JOIN(mem, "grant_type=authorization_code&code=", percent_encoded(mem, q->code),
                           "&redirect_uri=", percent_encoded(mem, q->back),
                           "&code_verifier=", q->verifier);
    if (q->by_post) {
        call.body = ARENA_JOIN(mem, call.body, "&client_id=", client, "&client_secret=", secret);
    } else {
        const char *pair = ARENA_JOIN(mem, client, ":", secret);
        size_t room = sodium_base64_encoded_len(strlen(pair), sodium_base64_VARIANT_ORIGINAL);
        char *basic = arena_alloc(mem, room);
        sodium_bin2base64(basic, room, (const unsigned char *)pair, strlen(pair),
                          sodium_base64_VARIANT_ORIGINAL);
        call.headers[0] = ARENA_JOIN(mem, "Authorization: Basic ", basic);
    }
    call.headers[1] = "Accept: application/json";
    struct json_object *o = fetch(mem, &call);
    *said = call.status ? arena_print(mem, "HTTP %d", call.status) : call.said;
    const char *token = o ? text_of(o, "id_token") : "";
    return *token ? token : NULL;
}
