/* news.c - see news.h */
#include "app/news/news.h"

#include "access/access.h"
#include "db/db.h"

enum status news_number(struct cx *cx, int64_t *number)
{
    struct table t;
    TRY(db_select(cx, &t, SQL("SELECT seq FROM audit_heads WHERE practice_id = $1")));
    *number = table_number(&t);
    return OK;
}

/* Kinds of events.def that change what stands in the list: of users for all
 * who see it, of invitations for those who may add. */
enum status news_of_users(struct cx *cx, int64_t *seen, int64_t *n)
{
    struct table t;
    int64_t last, since = *seen;
    TRY(news_number(cx, &last));
    *seen = last;
    *n = since < 0 || since > last || last - since > NEWS_MOST ? -1 : 0;
    if (*n < 0 || since == last) return OK;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n FROM audit WHERE practice_id = $1 AND seq > $2"
                      " AND seq <= $3 AND actor_id <> $4 AND (kind IN ('user.added',"
                      " 'user.changed', 'user.access_changed', 'user.deactivated', 'user.left',"
                      " 'user.activated', 'user.temporary_password_set') OR ($5 = 1 AND kind IN"
                      " ('invitation.sent', 'invitation.sent_again', 'invitation.accepted',"
                      " 'invitation.declined', 'invitation.declining_undone',"
                      " 'invitation.withdrawn', 'invitation.expired', 'invitation.cleared')))"),
                  since, last, cx->actor.user, has(&cx->actor, USERS_ADD)));
    *n = table_number(&t);
    return OK;
}
