/* tries.c - see tries.h */
#include "app/sessions/tries.h"

#include "db/db.h"
#include "http/proxy.h"

const char *tries_address(struct cx *cx)
{
    return cx->actor.address ? address_block(cx->mem, cx->actor.address) : "";
}

static enum status counted(struct cx *cx, const char *what, const char *who, int64_t window,
                           int64_t *n, int64_t *last_at)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT n, last_at FROM tries WHERE what = $1 AND who = $2"
                             " AND first_at > $3"),
                  what, who, cx->now - window));
    *n = t.rows ? cell_int(&t, 0, "n") : 0;
    *last_at = t.rows ? cell_int(&t, 0, "last_at") : 0;
    return OK;
}

enum status tries_wait(struct cx *cx, const struct tries_rule *rule, const char *who, int64_t *wait)
{
    int64_t n, last_at;
    TRY(counted(cx, rule->what, who, rule->window, &n, &last_at));
    *wait = 0;
    if (n < rule->free) return OK;
    int64_t doublings = n - rule->free;
    int64_t pause = doublings < 20 ? rule->first_wait << doublings : rule->longest;
    if (pause > rule->longest) pause = rule->longest;
    if (last_at + pause > cx->now) *wait = last_at + pause - cx->now;
    return OK;
}

static enum status count_one(struct cx *cx, const char *what, const char *who, int64_t window)
{
    return db_exec(cx,
                   SQL_GLOBAL("INSERT INTO tries (what, who, n, first_at, last_at)"
                              " VALUES ($1, $2, 1, $3, $3) ON CONFLICT (what, who) DO UPDATE SET"
                              " n = CASE WHEN tries.first_at > $4 THEN tries.n + 1 ELSE 1 END,"
                              " first_at = CASE WHEN tries.first_at > $4 THEN tries.first_at"
                              " ELSE $3 END, last_at = $3"),
                   what, who, cx->now, cx->now - window);
}

enum status tries_count(struct cx *cx, const struct tries_rule *rule, const char *who)
{
    return count_one(cx, rule->what, who, rule->window);
}

enum status tries_wrong(struct cx *cx, const struct tries_rule *rule, const char *who)
{
    cx_count(cx);
    return tries_count(cx, rule, who);
}

enum status tries_forget(struct cx *cx, const struct tries_rule *rule, const char *who)
{
    return db_exec(cx, SQL_GLOBAL("DELETE FROM tries WHERE what = $1 AND who = $2"), rule->what,
                   who);
}

enum status tries_take(struct cx *cx, const char *what, const char *who, int64_t limit,
                       int64_t window, bool *fits)
{
    int64_t n, last_at;
    TRY(counted(cx, what, who, window, &n, &last_at));
    *fits = n < limit || db_unsure(cx);
    return *fits ? count_one(cx, what, who, window) : OK;
}
