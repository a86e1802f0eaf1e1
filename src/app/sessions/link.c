/* link.c - see link.h */
#include "app/sessions/link.h"

#include "base/secret.h"
#include "db/db.h"

static const char *const purposes[] = {
    [LINK_PROVE] = "prove",           [LINK_CHOOSE] = "choose",           [LINK_RESET] = "reset",
    [LINK_INVITATION] = "invitation", [LINK_UNSUBSCRIBE] = "unsubscribe",
};

enum status link_make(struct cx *cx, const struct link *link, const char **token)
{
    char *secret = arena_alloc(cx->mem, SECRET_SIZE), hash[SECRET_SIZE];
    secret_token(secret);
    secret_hash(secret, hash);
    TRY(db_exec(cx,
                SQL_GLOBAL("INSERT INTO links (token_hash, purpose, person_id, practice_id,"
                           " invitation_id, created_at, expires_at)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7)"),
                (const char *)hash, purposes[link->purpose], link->person, link->practice,
                link->invitation, cx->now, link->expires_at));
    *token = secret;
    return OK;
}

static struct link read_link(const struct table *t, enum link_purpose purpose)
{
    return (struct link){
        .purpose = purpose,
        .person = cell_id(t, 0, "person_id"),
        .practice = cell_id(t, 0, "practice_id"),
        .invitation = cell_id(t, 0, "invitation_id"),
        .expires_at = cell_int(t, 0, "expires_at"),
    };
}

enum status link_find(struct cx *cx, enum link_purpose purpose, const char *token, struct link *out)
{
    bool open;
    TRY(link_look(cx, purpose, token, out, &open));
    return open ? OK : fail(cx, NOT_FOUND, "no such link");
}

enum status link_look(struct cx *cx, enum link_purpose purpose, const char *token, struct link *out,
                      bool *open)
{
    struct table t;
    char hash[SECRET_SIZE];
    if (!secret_shape(token)) return fail(cx, NOT_FOUND, "no such link");
    secret_hash(token, hash);
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT person_id, practice_id, invitation_id, expires_at,"
                             " used_at IS NULL AS unused FROM links"
                             " WHERE token_hash = $1 AND purpose = $2"),
                  (const char *)hash, purposes[purpose]));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "no such link");
    *out = read_link(&t, purpose);
    *open = cell_bool(&t, 0, "unused") && out->expires_at > cx->now;
    return OK;
}

enum status link_use(struct cx *cx, enum link_purpose purpose, const char *token, struct link *out)
{
    TRY(link_find(cx, purpose, token, out));
    return links_close(cx, purpose, out->person, out->practice, out->invitation);
}

enum status links_close(struct cx *cx, enum link_purpose purpose, struct id person,
                        struct id practice, struct id invitation)
{
    if (id_some(invitation))
        return db_exec(cx,
                       SQL_GLOBAL("UPDATE links SET used_at = $4 WHERE practice_id = $1"
                                  " AND invitation_id = $2 AND purpose = $3 AND used_at IS NULL"),
                       practice, invitation, purposes[purpose], cx->now);
    return db_exec(cx,
                   SQL_GLOBAL("UPDATE links SET used_at = $3 WHERE person_id = $1 AND purpose = $2"
                              " AND used_at IS NULL"),
                   person, purposes[purpose], cx->now);
}
