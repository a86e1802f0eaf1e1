/* invitation_find.c - finding invitations: by the group, by the person, by a mailed token. */
#include <string.h>

#include "app/invitations/invitation_row.h"
#include "app/sessions/link.h"
#include "app/people/person.h"
#include "base/text.h"
#include "base/time.h"

#include "app/invitations/invitation.text.h"

enum { LISTED = 200 };

enum status invitation_find(struct cx *cx, struct id id, struct invitation **out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " INVITATION_COLUMNS INVITATION_TABLES
                      "WHERE i.practice_id = $1 AND i.id = $2"),
                  id));
    return invitation_only(cx, &t, out);
}

/* LIKE's own signs are ordinary letters here. */
static const char *pattern(struct cx *cx, const char *text)
{
    const char *folded = text_fold(cx->mem, text_clean(cx->mem, text));
    char *out = arena_alloc(cx->mem, 2 * strlen(folded) + 3), *to = out;
    *to++ = '%';
    for (; *folded; folded++) {
        if (strchr("%_\\", *folded)) *to++ = '\\';
        *to++ = *folded;
    }
    *to = '%';
    return out;
}

#define THAT_SHOW                                                    \
    " FROM invitations i WHERE i.practice_id = $1 AND i.cleared = 0" \
    " AND (i.state = 'pending' OR i.state = 'declined' OR i.state = 'expired' OR i.lost = 1)"
#define THAT_MATCH THAT_SHOW " AND i.find_key LIKE $2 ESCAPE '\\'"

static enum status select_matches(struct cx *cx, const char *text, struct table *t, int64_t *total)
{
    const char *like = pattern(cx, text);
    TRY(db_select(cx, t,
                  SQL("SELECT " INVITATION_LISTED THAT_MATCH
                      " ORDER BY CASE WHEN i.state = 'pending' AND i.expires_at > $3"
                      " THEN 0 ELSE 1 END, i.sent_at DESC, i.id DESC LIMIT $4"),
                  like, cx->now, LISTED));
    *total = (int64_t)t->rows;
    if (t->rows < LISTED) return OK;
    struct table count;
    TRY(db_select(cx, &count, SQL("SELECT count(*) AS n" THAT_MATCH), like));
    *total = table_number(&count);
    return OK;
}

/* Mostly a group has a few: as the index has them, and the pending ones first. */
static enum status select_all(struct cx *cx, struct table *t)
{
    return db_select(
        cx, t,
        SQL("SELECT " INVITATION_LISTED THAT_SHOW " ORDER BY i.sent_at DESC, i.id DESC LIMIT $2"),
        LISTED);
}

static void pending_first(struct cx *cx, struct invitation_list *list)
{
    struct invitation *all = NEW_ARRAY(cx->mem, struct invitation, list->n);
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i].state == INVITATION_PENDING) all[n++] = list->at[i];
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i].state != INVITATION_PENDING) all[n++] = list->at[i];
    list->at = all;
}

enum status invitation_list(struct cx *cx, const char *text, struct invitation_list *out)
{
    struct table t;
    *out = (struct invitation_list){ 0 };
    if (!has(&cx->actor, USERS_ADD)) return OK;
    bool all = !*text;
    if (all) {
        TRY(select_all(cx, &t));
        all = t.rows < LISTED;
        out->total = (int64_t)t.rows;
    }
    if (!all) TRY(select_matches(cx, text, &t, &out->total));
    out->n = t.rows;
    out->at = NEW_ARRAY(cx->mem, struct invitation, t.rows);
    for (size_t i = 0; i < t.rows; i++) out->at[i] = invitation_listed(cx, &t, i);
    if (all) pending_first(cx, out);
    return OK;
}

enum status invitation_pending(struct cx *cx, const char *email_key, struct invitation **out)
{
    struct invitation_list list;
    TRY(invitations_undecided(cx, email_key, &list));
    if (!list.n || list.at[0].state != INVITATION_PENDING)
        return fail(cx, NOT_FOUND, "%s", SAY(invitation_none));
    *out = &list.at[0];
    return OK;
}

enum status invitations_undecided(struct cx *cx, const char *email_key, struct invitation_list *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " INVITATION_COLUMNS INVITATION_TABLES
                      "WHERE i.practice_id = $1 AND i.email_key = $2 AND i.state = 'pending'"),
                  email_key));
    return invitation_all(cx, &t, out);
}

enum status invitation_term(struct cx *cx, struct id user, struct id *inviter,
                            struct user_draft *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT i.inviter_id, i.starts_at, i.ends_at FROM users u"
                      " JOIN people p ON p.id = u.person_id"
                      " JOIN invitations i ON i.practice_id = u.practice_id"
                      " AND i.email_key = p.email_key AND i.state = 'accepted'"
                      " AND i.user_id = u.id WHERE u.practice_id = $1 AND u.id = $2"),
                  user));
    if (t.rows == 0) return OK;
    *inviter = cell_id(&t, 0, "inviter_id");
    out->starts_at = cell_int(&t, 0, "starts_at");
    out->ends_at = cell_int(&t, 0, "ends_at");
    return OK;
}

/* --- the person's ---------------------------------------------------------------- */

enum status invitations_for_person(struct cx *cx, const char *email_key,
                                   struct invitation_list *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT " INVITATION_COLUMNS INVITATION_TABLES
                             "WHERE i.email_key = $1 AND i.state = 'pending' AND i.expires_at > $2"
                             " ORDER BY i.sent_at, i.id"),
                  email_key, cx->now));
    return invitation_all(cx, &t, out);
}

enum status invitations_declined_lately(struct cx *cx, const char *email_key,
                                        struct invitation_list *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT " INVITATION_COLUMNS INVITATION_TABLES
                             "WHERE i.email_key = $1 AND i.state = 'declined' AND i.cleared = 0"
                             " AND i.answered_at > $3 AND i.expires_at > $2"
                             " ORDER BY i.answered_at, i.id"),
                  email_key, cx->now, cx->now - HOURS(24)));
    return invitation_all(cx, &t, out);
}

enum status invitation_own(struct cx *cx, struct id id, struct invitation **out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT " INVITATION_COLUMNS INVITATION_TABLES
                             "WHERE i.email_key = (SELECT email_key FROM people WHERE id = $1)"
                             " AND i.id = $2"),
                  cx->actor.person, id));
    return invitation_only(cx, &t, out);
}

/* --- by what was mailed ------------------------------------------------------------ */

enum status invitation_by_token(struct cx *cx, const char *token, struct invitation **out,
                                bool *open)
{
    struct link link;
    struct table t;
    TRY(link_look(cx, LINK_INVITATION, token, &link, open));
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT " INVITATION_COLUMNS INVITATION_TABLES
                             "WHERE i.practice_id = $1 AND i.id = $2"),
                  link.practice, link.invitation));
    return invitation_only(cx, &t, out);
}

enum status invitation_has_sign_in(struct cx *cx, const struct invitation *inv, bool *out)
{
    struct person *person;
    enum status status = person_by_email(cx, inv->draft.email_key, &person);
    *out = status == OK && person->password_hash;
    return status == NOT_FOUND ? OK : status;
}
