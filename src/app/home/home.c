/* home.c - see home.h */
#include "app/home/home.h"

#include <string.h>

#include "app/asks/ask.h"
#include "app/credits/setting.h"
#include "app/departures/plan.h"
#include "app/tenure/left.h"
#include "app/users/profession.h"
#include "app/users/user.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"

enum { MOST_EACH = 5, MOST_GONE = 10 };
enum { GUIDE_BY_ITSELF, GUIDE_HIDDEN, GUIDE_ASKED_FOR }; /* users.guide_hidden */

static void add(struct guide *g, int what, bool done, const char *shown)
{
    g->at[g->n++] = (struct guide_line){ what, done, shown };
    g->done += done;
}

/* The first few names of a list that a query brings, in one line. */
static const char *names_of(struct cx *cx, const struct table *t, size_t most)
{
    const char *all = NULL;
    for (size_t i = 0; i < t->rows && i < most; i++)
        all = arena_print(cx->mem, "%s%s%s", all ? all : "", all ? ", " : "",
                          cell_text(t, i, "name"));
    return t->rows > most ? arena_print(cx->mem, "%s …", all) : all;
}

static enum status begin_practice(struct cx *cx, struct guide *g)
{
    struct table t;
    TRY(db_select(cx, &t, SQL("SELECT name, version FROM practices WHERE id = $1")));
    bool confirmed = t.rows && cell_int(&t, 0, "version") > 1;
    add(g, GUIDE_PRACTICE, confirmed, confirmed ? cell_text(&t, 0, "name") : NULL);
    TRY(db_select(cx, &t,
                  SQL("SELECT name FROM locations WHERE practice_id = $1 ORDER BY name LIMIT 4")));
    add(g, GUIDE_LOCATION, t.rows > 0, names_of(cx, &t, 3));
    TRY(db_select(cx, &t,
                  SQL("SELECT (SELECT count(*) FROM (SELECT id FROM users WHERE practice_id = $1"
                      "  LIMIT 2) AS few) + (SELECT count(*) FROM (SELECT id FROM invitations"
                      "  WHERE practice_id = $1 LIMIT 1) AS one) AS n")));
    add(g, GUIDE_PEOPLE, table_number(&t) > 1, NULL);
    return OK;
}

static enum status begin_places(struct cx *cx, const struct access *access, struct guide *g)
{
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL("SELECT l.name FROM locations l WHERE l.practice_id = $1 AND ($3 = 1 OR EXISTS"
            " (SELECT 1 FROM assignments a WHERE a.practice_id = $1 AND a.user_id = $2"
            "  AND a.location_id = l.id)) ORDER BY l.name LIMIT 4"),
        cx->actor.user, access->all_locations));
    add(g, GUIDE_PLACES, t.rows > 0, names_of(cx, &t, 3));
    return OK;
}

/* "Mr Chen Wei, Dietitian" */
static const char *details_of(struct cx *cx, const struct table *t)
{
    const char *profession = profession_words(cx, cell_text(t, 0, "profession"));
    const char *name = text_name(cx->mem, cell_text(t, 0, "title"), cell_text(t, 0, "first_name"),
                                 cell_text(t, 0, "last_name"));
    return ARENA_JOIN(cx->mem, name, *profession ? ", " : "", profession);
}

enum status guide_find(struct cx *cx, const struct access *access, bool proven, struct guide *out)
{
    struct table t;
    *out = (struct guide){ 0 };
    TRY(db_select(cx, &t,
                  SQL("SELECT guide_hidden, details_checked_at, title, first_name, last_name,"
                      " profession FROM users WHERE practice_id = $1 AND id = $2"),
                  cx->actor.user));
    if (table_none(&t)) return fail(cx, NOT_FOUND, "There is no such user.");
    int64_t wish = cell_int(&t, 0, "guide_hidden");
    bool checked = cell_int(&t, 0, "details_checked_at") != 0;
    if (access->owner) {
        TRY(begin_practice(cx, out));
    } else {
        add(out, GUIDE_DETAILS, checked, details_of(cx, &t));
        if (access->role == PRACTITIONER) TRY(begin_places(cx, access, out));
        add(out, GUIDE_EMAIL, proven, NULL);
    }
    bool finished = out->done == (int64_t)out->n;
    out->show = wish == GUIDE_ASKED_FOR || (wish == GUIDE_BY_ITSELF && !finished);
    out->hidden = !out->show;
    return OK;
}

/* A person's own wish about his own page; no permission is needed for it. */
static enum status wish(struct cx *cx, int what)
{
    return db_exec(cx, SQL("UPDATE users SET guide_hidden = $3 WHERE practice_id = $1 AND id = $2"),
                   cx->actor.user, what);
}

enum status guide_hide(struct cx *cx)
{
    return wish(cx, GUIDE_HIDDEN);
}

enum status guide_show_again(struct cx *cx)
{
    return wish(cx, GUIDE_ASKED_FOR);
}

enum status guide_details_right(struct cx *cx)
{
    return db_exec(cx,
                   SQL("UPDATE users SET details_checked_at = $3 WHERE practice_id = $1"
                       " AND id = $2 AND details_checked_at IS NULL"),
                   cx->actor.user, cx->now);
}

/* --- what needs attention ---------------------------------------------------- */

static const char *name_at(struct cx *cx, const struct table *t, size_t row)
{
    const char *first = cell_text(t, row, "first_name");
    return arena_print(cx->mem, "%s%s%s", first, *first ? " " : "", cell_text(t, row, "last_name"));
}

static void attend(struct cx *cx, struct attention *out, int kind, const struct table *t)
{
    for (size_t i = 0; i < t->rows; i++)
        out->at[out->n++] = (struct attention_line){
            .kind = kind,
            .id = cell_id(t, i, "id"),
            .name = name_at(cx, t, i),
            .at = cell_int(t, i, "at"),
        };
}

static enum status attend_departures(struct cx *cx, struct attention *out)
{
    struct left_list left;
    TRY(left_to_settle(cx, MOST_GONE, cx->now - DAYS(90), &left));
    for (size_t i = 0; i < left.n; i++)
        out->at[out->n++] = (struct attention_line){
            .kind = ATTENTION_LEFT_TO_SETTLE,
            .id = left.at[i].user->id,
            .name = user_name(cx, left.at[i].user),
            .n = left.at[i].list.open,
        };
    return OK;
}

static enum status attend_plans(struct cx *cx, struct attention *out)
{
    struct plan_list plans;
    TRY(plans_all(cx, &plans));
    for (size_t i = 0, n = 0; i < plans.n && n < MOST_EACH; i++) {
        const struct plan *p = &plans.at[i];
        if (p->done_at || (!*p->refused && p->due_at > cx->now + DAYS(7))) continue;
        out->at[out->n++] = (struct attention_line){
            .kind = ATTENTION_PLANNED,
            .id = p->user,
            .name = p->user_name,
            .about = plan_sentence(cx, p, p->user_name),
        };
        n++;
    }
    return OK;
}

static enum status attend_asks(struct cx *cx, struct attention *out)
{
    struct ask_list all;
    TRY(ask_list_waiting(cx, MOST_EACH, &all));
    for (size_t i = 0; i < all.n; i++)
        out->at[out->n++] = (struct attention_line){
            .kind = ATTENTION_ASKED,
            .id = all.at[i].id,
            .name = all.at[i].user_name,
            .about = ask_about(cx, &all.at[i]),
        };
    return OK;
}

/* Once the group has none left, nobody is reminded by text message. */
static enum status attend_credits(struct cx *cx, struct attention *out)
{
    struct credit_setting group;
    TRY(credit_setting_of(cx, (struct id){ "" }, &group));
    if (group.topup.on || !*group.stopped) return OK;
    out->at[out->n++] =
        (struct attention_line){ .kind = ATTENTION_CREDITS, .about = group.stopped };
    return OK;
}

enum status attention_list(struct cx *cx, struct attention *out)
{
    struct table t;
    *out = (struct attention){ 0, NEW_ARRAY(cx->mem, struct attention_line,
                                            5 * MOST_EACH + MOST_GONE + 1) };
    TRY(attend_credits(cx, out));
    TRY(attend_asks(cx, out));
    TRY(attend_plans(cx, out));
    TRY(db_select(cx, &t,
                  SQL("SELECT id, first_name, last_name, expires_at AS at FROM invitations"
                      " WHERE practice_id = $1 AND state = 'pending' AND expires_at > $2"
                      " AND expires_at <= $3 ORDER BY expires_at, id LIMIT $4"),
                  cx->now, cx->now + DAYS(2), MOST_EACH));
    attend(cx, out, ATTENTION_INVITATION_ENDS, &t);
    TRY(db_select(cx, &t,
                  SQL("SELECT id, first_name, last_name, 0 AS at FROM invitations"
                      " WHERE practice_id = $1 AND state = 'pending' AND expires_at > $2"
                      " AND mail_problem <> '' ORDER BY sent_at DESC, id LIMIT $3"),
                  cx->now, MOST_EACH));
    attend(cx, out, ATTENTION_MAIL_INVITATION, &t);
    TRY(db_select(cx, &t,
                  SQL("SELECT id, first_name, last_name, 0 AS at FROM users"
                      " WHERE practice_id = $1 AND status = 'active' AND mail_problem <> ''"
                      " ORDER BY sort_key, id LIMIT $2"),
                  MOST_EACH));
    attend(cx, out, ATTENTION_MAIL_USER, &t);
    return attend_departures(cx, out);
}
