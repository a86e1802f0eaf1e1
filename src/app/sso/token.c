/* token.c - see token.h */
#include "app/sso/token.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/time.h"
#include "http/json_read.h"

enum { MEMBERS = 400 };
#define LOGOUT_EVENT "http://schemas.openid.net/event/backchannel-logout"

static const struct json_member *find(const struct json_object *o, const char *name)
{
    for (size_t i = 0; i < o->n; i++)
        if (strcmp(o->at[i].name, name) == 0) return &o->at[i];
    return NULL;
}

static const char *text_of(const struct json_object *o, const char *name)
{
    const struct json_member *m = find(o, name);
    return m && m->kind == JSON_KIND_TEXT ? m->text : "";
}

/* Seconds since 1970, or `otherwise` if it is not there; -1 for what is no such number. */
static int64_t seconds_of(const struct json_object *o, const char *name, int64_t otherwise)
{
    const struct json_member *m = find(o, name);
    if (!m) return otherwise;
    if (m->kind != JSON_KIND_NUMBER || *m->text == '-' || strlen(m->text) > 11) return -1;
    return strtoll(m->text, NULL, 10);
}

static enum token_fault fault_of_signature(enum jws_fault fault)
{
    switch (fault) {
    case JWS_FINE: return TOKEN_FINE;
    case JWS_NO_TOKEN: return TOKEN_NONE;
    case JWS_ALGORITHM: return TOKEN_ALGORITHM;
    case JWS_UNKNOWN_KEY: return TOKEN_UNKNOWN_KEY;
    case JWS_SIGNATURE: return TOKEN_SIGNATURE;
    }
    return TOKEN_NONE;
}

/* We are named; and where others are, too, it was made for us. */
static bool for_us(const struct json_object *o, const char *client)
{
    bool named = false;
    size_t all = 0;
    for (size_t i = 0; i < o->n; i++) {
        if (strcmp(o->at[i].name, "aud") != 0 || o->at[i].kind == JSON_KIND_ARRAY) continue;
        if (o->at[i].kind != JSON_KIND_TEXT && o->at[i].kind != JSON_KIND_ENTRY) return false;
        named |= strcmp(o->at[i].text, client) == 0;
        all++;
    }
    bool says = find(o, "azp");
    return named && (all == 1 || says) && (!says || strcmp(text_of(o, "azp"), client) == 0);
}

static bool in_time(const struct json_object *o, int64_t now, int64_t ends)
{
    int64_t made = seconds_of(o, "iat", -1), from = seconds_of(o, "nbf", 0);
    if (made < 0 || made > now + TOKEN_SKEW || made < now - TOKEN_AGE) return false;
    if (from < 0 || from > now + TOKEN_SKEW) return false;
    return ends > now - TOKEN_SKEW;
}

static bool subject_sound(const char *subject)
{
    size_t n = strlen(subject);
    for (size_t i = 0; i < n; i++)
        if (subject[i] < ' ' || subject[i] > '~') return false;
    return n > 0 && n <= SUBJECT_MOST;
}

static enum token_fault open_token(struct arena *mem, const char *token, const struct expected *e,
                                   const char **type, struct json_object *o, struct jws *jws)
{
    enum jws_fault fault = jws_verify(mem, token, e->algorithm, e->keys, jws);
    if (fault != JWS_FINE) return fault_of_signature(fault);
    *type = jws->type;
    return json_read_flat(mem, jws->payload, jws->length, MEMBERS, &o->at, &o->n) ? TOKEN_FINE
                                                                                 : TOKEN_NONE;
}

enum token_fault token_read(struct arena *mem, const char *token, const struct expected *e,
                            struct claims *out)
{
    struct json_object o;
    struct jws jws;
    const char *type;
    int64_t now = e->now / SECONDS(1);
    enum token_fault fault = open_token(mem, token, e, &type, &o, &jws);
    if (fault) return fault;
    if ((*type && strcasecmp(type, "JWT") != 0) || find(&o, "events")) return TOKEN_KIND;
    if (strcmp(text_of(&o, "iss"), e->issuer) != 0) return TOKEN_ISSUER;
    if (!for_us(&o, e->client)) return TOKEN_CLIENT;
    if (!in_time(&o, now, seconds_of(&o, "exp", -1))) return TOKEN_EXPIRED;
    if (!text_same_constant_time(text_of(&o, "nonce"), e->nonce)) return TOKEN_NONCE;
    *out = (struct claims){ .subject = text_of(&o, "sub"), .session = text_of(&o, "sid"), .once = "" };
    int64_t shown = seconds_of(&o, "auth_time", 0);
    if (shown > 0 && shown <= now + TOKEN_SKEW) out->signed_in_at = SECONDS(shown);
    if (strlen(out->session) > SUBJECT_MOST) out->session = "";
    return subject_sound(out->subject) ? TOKEN_FINE : TOKEN_SUBJECT;
}

enum token_fault logout_read(struct arena *mem, const char *token, const struct expected *e,
                             struct claims *out)
{
    struct json_object o, events[1];
    struct jws jws;
    const char *type;
    size_t n;
    int64_t now = e->now / SECONDS(1);
    enum token_fault fault = open_token(mem, token, e, &type, &o, &jws);
    if (fault) return fault;
    if ((*type && strcasecmp(type, "logout+jwt") != 0 && strcasecmp(type, "JWT") != 0)
        || find(&o, "nonce")
        || !json_read_objects(mem, jws.payload, jws.length, "events", MEMBERS, events, 1, &n) || n != 1
        || !find(events, LOGOUT_EVENT))
        return TOKEN_KIND;
    if (strcmp(text_of(&o, "iss"), e->issuer) != 0) return TOKEN_ISSUER;
    if (!for_us(&o, e->client)) return TOKEN_CLIENT;
    if (!in_time(&o, now, seconds_of(&o, "exp", now + 1))) return TOKEN_EXPIRED;
    *out = (struct claims){ .subject = text_of(&o, "sub"),
                            .session = text_of(&o, "sid"),
                            .once = text_of(&o, "jti") };
    if (!*out->once || strlen(out->once) > SUBJECT_MOST) return TOKEN_KIND;
    if (!*out->subject && !*out->session) return TOKEN_SUBJECT;
    return (!*out->subject || subject_sound(out->subject)) && strlen(out->session) <= SUBJECT_MOST
               ? TOKEN_FINE
               : TOKEN_SUBJECT;
}
