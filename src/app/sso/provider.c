/* provider.c - see provider.h */
#include "app/sso/provider.h"

#include <string.h>

#include "access/access.h"
#include "app/audit/event.h"
#include "app/second_step/seal.h"
#include "app/sessions/session.h"
#include "app/sso/ask.h"
#include "app/users/users_mail.h"
#include "base/secret.h"
#include "base/setup.h"
#include "db/db.h"
#include "work/call.h"
#include "work/queue.h"

#include "app/sso/sso.text.h"

static enum status gate(struct cx *cx, enum permission permission)
{
    return allow(cx, permission, &(struct subject){ .practice = cx->actor.practice });
}

/* --- reading ------------------------------------------------------------------------------ */

enum status provider_find(struct cx *cx, struct provider **out)
{
    struct table t;
    *out = NULL;
    TRY(db_select(cx, &t,
                  SQL("SELECT id, name, issuer, client, algorithm, authorize_url, token_url, keys_url,"
                      " says_issuer, by_post, keys, keys_at, changed_at FROM sign_in_providers"
                      " WHERE practice_id = $1")));
    if (t.rows == 0) return OK;
    *out = NEW(cx->mem, struct provider);
    **out = (struct provider){ .id = cell_id(&t, 0, "id"),
                               .name = cell_text(&t, 0, "name"),
                               .issuer = cell_text(&t, 0, "issuer"),
                               .client = cell_text(&t, 0, "client"),
                               .algorithm = jws_find(cell_text(&t, 0, "algorithm")),
                               .authorize_url = cell_text(&t, 0, "authorize_url"),
                               .token_url = cell_text(&t, 0, "token_url"),
                               .keys_url = cell_text(&t, 0, "keys_url"),
                               .says_issuer = cell_bool(&t, 0, "says_issuer"),
                               .by_post = cell_bool(&t, 0, "by_post"),
                               .keys = cell_text(&t, 0, "keys"),
                               .keys_at = cell_int(&t, 0, "keys_at"),
                               .changed_at = cell_int(&t, 0, "changed_at") };
    return OK;
}

enum status provider_enter(struct cx *cx, const char *slug, struct sso_group *group,
                           struct provider **out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT id, slug, name, time_zone FROM practices WHERE slug = $1"), slug));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such page.");
    cx->actor.practice = cell_id(&t, 0, "id");
    cx->zone = cell_text(&t, 0, "time_zone");
    *group = (struct sso_group){ cell_text(&t, 0, "slug"), cell_text(&t, 0, "name") };
    TRY(provider_find(cx, out));
    return *out ? OK : fail(cx, NOT_FOUND, "There is no such page.");
}

/* --- the secret ---------------------------------------------------------------------------- */

static const char *owner_of(struct cx *cx, struct id id)
{
    return ARENA_JOIN(cx->mem, "sign-in provider ", cx->actor.practice.text, " ", id.text);
}

bool provider_secret(struct cx *cx, const struct provider *p, char out[PROVIDER_SECRET])
{
    struct table t;
    if (db_select(cx, &t, SQL("SELECT sealed FROM sign_in_providers WHERE practice_id = $1 AND id = $2"),
                  p->id)
            != OK
        || t.rows == 0 || !cx->setup->key)
        return false;
    return seal_open(cx->setup->key, owner_of(cx, p->id), cell_text(&t, 0, "sealed"), out,
                     PROVIDER_SECRET);
}

static const char *sealed(struct cx *cx, struct id id, const char *secret)
{
    char bytes[PROVIDER_SECRET] = { 0 };
    memcpy(bytes, secret, strlen(secret));
    const char *out = seal(cx->mem, cx->setup->key, owner_of(cx, id), bytes, sizeof bytes);
    secret_wipe(bytes, sizeof bytes);
    return out;
}

/* --- setting up ------------------------------------------------------------------------------ */

static void check_issuer(struct cx *cx, const char *issuer)
{
    if (strpbrk(issuer, "?#@")) return field_fault(cx, "issuer", SAY(provider_no_url));
    switch (call_url_fault(cx->mem, issuer, cx->setup->webhooks_anywhere)) {
    case CALL_FINE: return;
    case CALL_NO_URL: return field_fault(cx, "issuer", SAY(provider_no_url));
    case CALL_NO_TLS: return field_fault(cx, "issuer", SAY(provider_no_tls));
    case CALL_PRIVATE: return field_fault(cx, "issuer", SAY(provider_private));
    }
}

enum status provider_check(struct cx *cx, const struct provider_draft *d)
{
    struct provider *before;
    TRY(gate(cx, INTEGRATIONS_EDIT));
    TRY(provider_find(cx, &before));
    if (!*d->name) field_fault(cx, "name", SAY(provider_name_missing));
    check_issuer(cx, d->issuer);
    if (!*d->client) field_fault(cx, "client", SAY(provider_client_missing));
    if (strlen(d->secret) >= PROVIDER_SECRET)
        field_fault(cx, "client_password", SAY(provider_secret_long));
    if (!*d->secret && (!before || strcmp(before->issuer, d->issuer) != 0))
        field_fault(cx, "client_password", SAY(provider_secret_missing));
    if (jws_find(d->algorithm) == JWS_ALGORITHMS)
        field_fault(cx, "algorithm", SAY(provider_algorithm_missing));
    return field_check(cx);
}

static void note_found(struct cx *cx, const struct found_provider *f)
{
    switch (f->fault) {
    case FOUND_UNASKED:
    case FOUND: return;
    case FOUND_NOTHING: return field_fault(cx, "issuer", SAY(provider_found_nothing, f->said));
    case FOUND_OTHER_ISSUER: return field_fault(cx, "issuer", SAY(provider_found_other));
    case FOUND_NO_CODE: return field_fault(cx, "issuer", SAY(provider_found_no_code));
    case FOUND_NO_ALGORITHM:
        return field_fault(cx, "algorithm", SAY(provider_found_no_algorithm, f->algorithm));
    case FOUND_NO_SECRET: return field_fault(cx, "issuer", SAY(provider_found_no_secret));
    case FOUND_NO_ADDRESS: return field_fault(cx, "issuer", SAY(provider_found_no_address));
    case FOUND_NO_KEYS: return field_fault(cx, "issuer", SAY(provider_found_no_keys));
    }
}

/* Whoever came in through it is out. */
static enum status end_sessions(struct cx *cx, int64_t *ended)
{
    return sessions_finish_only(cx, (struct id){ "" }, "", ended);
}

static enum status write_row(struct cx *cx, struct id id, const struct provider_draft *d,
                             const struct found_provider *f)
{
    const char *seal_text = *d->secret ? sealed(cx, id, d->secret) : "";
    return db_exec(
        cx,
        SQL("INSERT INTO sign_in_providers (practice_id, id, name, issuer, client, sealed, algorithm,"
            " authorize_url, token_url, keys_url, says_issuer, by_post, keys, keys_at, changed_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)"
            " ON CONFLICT (practice_id, id) DO UPDATE SET name = $3, issuer = $4, client = $5,"
            " sealed = CASE WHEN $6 = '' THEN sign_in_providers.sealed ELSE $6 END, algorithm = $7,"
            " authorize_url = $8, token_url = $9, keys_url = $10, says_issuer = $11, by_post = $12,"
            " keys = $13, keys_at = $14, changed_at = $14"),
        id, d->name, d->issuer, d->client, seal_text, d->algorithm, f->authorize_url, f->token_url,
        f->keys_url, f->says_issuer, f->by_post, f->keys, cx->now);
}

static enum status tell(struct cx *cx, const struct provider *before, struct id id,
                        const struct provider_draft *d)
{
    struct changes changes = { 0 };
    change_note(cx, &changes, SAY(provider_name), before ? before->name : "", d->name);
    change_note(cx, &changes, SAY(provider_issuer), before ? before->issuer : "", d->issuer);
    change_note(cx, &changes, SAY(provider_client), before ? before->client : "", d->client);
    change_note(cx, &changes, SAY(provider_algorithm), before ? jws_names[before->algorithm] : "",
                d->algorithm);
    if (*d->secret) change_note(cx, &changes, SAY(provider_secret_label), "", SAY(provider_secret_new));
    TRY(announce(cx, EVENT_SIGN_IN_PROVIDER_SET, (struct about){ id, d->name }, &changes, NULL));
    return letters_to_full_access(cx, JOB_letter_provider, cx->actor.user, d->name);
}

enum status provider_save(struct cx *cx, const struct provider_draft *d,
                          const struct found_provider *f)
{
    struct provider *before;
    int64_t ended;
    TRY(provider_check(cx, d));
    if (!f || f->fault == FOUND_UNASKED || strcmp(f->issuer, d->issuer) != 0 || strcmp(f->algorithm, d->algorithm) != 0)
        return fail(cx, BROKEN, "the provider was not asked");
    note_found(cx, f);
    TRY(field_check(cx));
    if (!cx->setup->key) return fail_because(cx, CONFLICT, "key", "%s", SAY(provider_no_key));
    TRY(provider_find(cx, &before));
    struct id id = before ? before->id : id_new(cx->now);
    bool other = before
                 && (strcmp(before->issuer, d->issuer) != 0 || strcmp(before->client, d->client) != 0);
    if (other) TRY(end_sessions(cx, &ended));
    TRY(write_row(cx, id, d, f));
    return tell(cx, before, id, d);
}

enum status provider_connected(struct cx *cx, int64_t *users)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n FROM sign_in_identities i JOIN sign_in_providers p"
                      " ON p.practice_id = i.practice_id AND p.issuer = i.issuer"
                      " JOIN users u ON u.practice_id = i.practice_id AND u.id = i.user_id"
                      " WHERE i.practice_id = $1 AND u.status = 'active'")));
    *users = table_number(&t);
    return OK;
}

enum status provider_keys(struct cx *cx, const struct provider *p, const char *keys)
{
    return db_exec(cx,
                   SQL("UPDATE sign_in_providers SET keys = CASE WHEN $3 = '' THEN keys ELSE $3 END,"
                       " keys_at = $4 WHERE practice_id = $1 AND id = $2 AND keys_at <= $4"),
                   p->id, keys, cx->now);
}

enum status provider_remove(struct cx *cx, int64_t *ended)
{
    struct provider *p;
    TRY(gate(cx, INTEGRATIONS_EDIT));
    TRY(provider_find(cx, &p));
    if (!p) return fail(cx, NOT_FOUND, "There is no provider.");
    TRY(end_sessions(cx, ended));
    TRY(db_exec(cx, SQL("DELETE FROM sign_in_identities WHERE practice_id = $1")));
    TRY(db_exec(cx, SQL("DELETE FROM sign_in_providers WHERE practice_id = $1 AND id = $2"), p->id));
    TRY(announce(cx, EVENT_SIGN_IN_PROVIDER_REMOVED, (struct about){ p->id, p->name }, NULL, NULL));
    return letters_to_full_access(cx, JOB_letter_provider, cx->actor.user, "");
}
