/* user_list.c - the users of a practice, page by page. */
#include <string.h>

#include "app/users/user_row.h"
#include "base/text.h"
#include "db/db.h"

enum { WORDS = 3, AT_ONCE = 25 };

/* What the statements below take, in their order.  Empty words find everything. */
struct search {
    const char *from, *to; /* status, in the order of the alphabet */
    const char *word[WORDS];
    bool names_only;
    const char *role, *level;
    struct id location;
    bool plain; /* nothing but the status counts */
};

/* LIKE's own signs are ordinary letters here. */
static const char *pattern(struct cx *cx, const char *word, size_t length)
{
    char *out = arena_alloc(cx->mem, 2 * length + 3), *to = out;
    *to++ = '%';
    for (size_t i = 0; i < length; i++) {
        if (strchr("%_\\", word[i])) *to++ = '\\';
        *to++ = word[i];
    }
    *to = '%';
    return out;
}

static struct search search_of(struct cx *cx, const struct user_filter *f)
{
    const char *text = text_fold(cx->mem, f->text ? text_clean(cx->mem, f->text) : "");
    bool all = has(&cx->actor, USERS_EDIT);
    struct search s = {
        .from = f->active ? "active" : "deactivated",
        .to = f->deactivated ? "deactivated" : "active",
        .names_only = !all,
        .role = f->role ? f->role : "",
        .level = all && f->level ? f->level : "",
        .location = f->location,
    };
    s.plain = !*text && !*s.role && !*s.level && !id_some(s.location);
    for (int i = 0; i < WORDS; i++) {
        size_t length = i == WORDS - 1 ? strlen(text) : strcspn(text, " ");
        s.word[i] = length ? pattern(cx, text, length) : "%";
        text += length;
        text += strspn(text, " ");
    }
    return s;
}

#define THAT_MATCH                                                                 \
    USER_TABLES                                                                    \
    "WHERE u.practice_id = $1 AND u.status BETWEEN $2 AND $3"                      \
    " AND CASE $4 WHEN 1 THEN u.sort_key ELSE u.find_key END LIKE $5 ESCAPE '\\'"  \
    " AND CASE $4 WHEN 1 THEN u.sort_key ELSE u.find_key END LIKE $6 ESCAPE '\\'"  \
    " AND CASE $4 WHEN 1 THEN u.sort_key ELSE u.find_key END LIKE $7 ESCAPE '\\'"  \
    " AND ($8 = '' OR u.role_type = $8) AND ($9 = '' OR u.level = $9)"             \
    " AND ($10 = '' OR u.all_locations = 1 OR EXISTS (SELECT 1 FROM assignments a" \
    "  WHERE a.practice_id = u.practice_id AND a.user_id = u.id AND a.location_id = $10))"
#define SEARCH(s)                                                                                 \
    (s).from, (s).to, (s).names_only, (s).word[0], (s).word[1], (s).word[2], (s).role, (s).level, \
        (s).location.text

/* Counting reads every row that matches, so it is done only where a page that
 * is full, or empty, does not tell. */
static enum status count_matches(struct cx *cx, const struct search *s, const struct user_filter *f,
                                 size_t rows, int64_t *total)
{
    struct table t;
    *total = f->known;
    if (f->known) return OK;
    *total = f->offset + (int64_t)rows;
    if ((int64_t)rows < f->limit && (rows || !f->offset)) return OK;
    if (s->plain) /* the index alone answers */
        TRY(db_select(cx, &t,
                      SQL("SELECT count(*) AS n FROM users"
                          " WHERE practice_id = $1 AND status BETWEEN $2 AND $3"),
                      s->from, s->to));
    else
        TRY(db_select(cx, &t, SQL("SELECT count(*) AS n" THAT_MATCH), SEARCH(*s)));
    *total = table_number(&t);
    return OK;
}

/* What every row is sorted by, as a number and as text; levels from the least
 * on.  Only for lists that are not by name: those the index has in order. */
#define ORDER_NUMBER                                                              \
    "CASE $11 WHEN 2 THEN CASE u.level WHEN 'full' THEN 4 WHEN 'clinical' THEN 3" \
    " WHEN 'personal' THEN 1 ELSE 2 END WHEN 3 THEN u.seen_at ELSE 0 END"
#define ORDER_TEXT                                                                           \
    "CASE $11 WHEN 0 THEN u.sort_key WHEN 1 THEN u.role_type || ' ' || u.profession ELSE ''" \
    " END"

static enum status select_sorted(struct cx *cx, struct table *t, const struct search *s,
                                 const struct user_filter *f)
{
    if (f->descending)
        return db_select(cx, t,
                         SQL("SELECT " USER_COLUMNS THAT_MATCH " ORDER BY u.status, " ORDER_NUMBER
                             " DESC, " ORDER_TEXT " DESC, u.sort_key, u.id LIMIT $12 OFFSET $13"),
                         SEARCH(*s), (int64_t)f->order, f->limit, f->offset);
    return db_select(cx, t,
                     SQL("SELECT " USER_COLUMNS THAT_MATCH " ORDER BY u.status, " ORDER_NUMBER
                         ", " ORDER_TEXT ", u.sort_key, u.id LIMIT $12 OFFSET $13"),
                     SEARCH(*s), (int64_t)f->order, f->limit, f->offset);
}

/* Most lists are asked for without any filter: then nothing is compared. */
static enum status select_matches(struct cx *cx, struct table *t, const struct search *s,
                                  const struct user_filter *f)
{
    bool seen = f->order <= BY_ROLE || !s->names_only;
    if (seen && (f->order != BY_NAME || f->descending)) return select_sorted(cx, t, s, f);
    if (s->plain)
        return db_select(cx, t,
                         SQL("SELECT " USER_COLUMNS USER_TABLES
                             "WHERE u.practice_id = $1 AND u.status BETWEEN $2 AND $3"
                             " ORDER BY u.status, u.sort_key, u.id LIMIT $4 OFFSET $5"),
                         s->from, s->to, f->limit, f->offset);
    return db_select(cx, t,
                     SQL("SELECT " USER_COLUMNS THAT_MATCH
                         " ORDER BY u.status, u.sort_key, u.id LIMIT $11 OFFSET $12"),
                     SEARCH(*s), f->limit, f->offset);
}

/* Whose `id` is it?  A page has few users. */
static struct user *named(struct user *users, size_t n, struct id id)
{
    for (size_t i = 0; i < n; i++)
        if (id_same(users[i].id, id)) return &users[i];
    return NULL;
}

/* Gives names of locations to users; `places` stand by name. */
static void name_locations(struct cx *cx, const struct table *places, const struct table *t,
                           struct user *users, size_t n)
{
    for (size_t p = 0; p < places->rows; p++)
        for (size_t i = 0; i < t->rows; i++) {
            if (strcmp(cell_text(t, i, "location_id"), cell_text(places, p, "id")) != 0) continue;
            struct user *u = named(users, n, cell_id(t, i, "user_id"));
            if (!u) continue;
            u->location_names =
                user_join_names(cx, u->location_names, cell_text(places, p, "name"));
            u->access.locations++;
        }
}

/* Of up to AT_ONCE users, in one go. */
static enum status select_some(struct cx *cx, struct table *t, const struct user *users, size_t n)
{
    struct value ids[AT_ONCE];
    for (size_t i = 0; i < AT_ONCE; i++) ids[i] = value_id(i < n ? users[i].id : (struct id){ 0 });
    return db_run(cx, t,
                  SQL("SELECT user_id, location_id FROM assignments"
                      " WHERE practice_id = $1 AND user_id IN ($2, $3, $4, $5, $6, $7, $8, $9,"
                      " $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,"
                      " $25, $26)"),
                  ids, AT_ONCE);
}

/* Without a filter the page's users are found again faster than listed. */
static enum status add_locations(struct cx *cx, const struct search *s, const struct user_filter *f,
                                 struct user *users, size_t n)
{
    struct table places, t;
    if (n == 0) return OK;
    TRY(db_select(cx, &places,
                  SQL("SELECT id, name FROM locations WHERE practice_id = $1 ORDER BY name")));
    if (s->plain) {
        TRY(db_select(
            cx, &t,
            SQL("SELECT a.user_id, a.location_id FROM (SELECT id FROM users"
                "  WHERE practice_id = $1 AND status BETWEEN $2 AND $3"
                "  ORDER BY status, sort_key, id LIMIT $4 OFFSET $5) u"
                " CROSS JOIN assignments a WHERE a.practice_id = $1 AND a.user_id = u.id"),
            s->from, s->to, f->limit, f->offset));
        name_locations(cx, &places, &t, users, n);
        return OK;
    }
    for (size_t i = 0; i < n; i += AT_ONCE) {
        TRY(select_some(cx, &t, users + i, n - i < AT_ONCE ? n - i : AT_ONCE));
        name_locations(cx, &places, &t, users + i, n - i < AT_ONCE ? n - i : AT_ONCE);
    }
    return OK;
}

/* Colleagues without the right to change users see who works here, no more. */
static void hide(struct user *u)
{
    u->email = u->email_key = u->registration_number = u->mail_problem = "";
    u->seen_at = u->temporary_until = 0;
}

enum status user_list(struct cx *cx, const struct user_filter *filter, struct user_list *out)
{
    struct table t;
    struct search s = search_of(cx, filter);
    TRY(allow(cx, USERS_VIEW, &(struct subject){ .practice = cx->actor.practice }));
    TRY(select_matches(cx, &t, &s, filter));
    TRY(count_matches(cx, &s, filter, t.rows, &out->total));
    out->n = t.rows;
    out->at = NEW_ARRAY(cx->mem, struct user, t.rows);
    for (size_t i = 0; i < t.rows; i++) {
        out->at[i] = user_read(&t, i);
        if (s.names_only) hide(&out->at[i]);
    }
    return add_locations(cx, &s, filter, out->at, out->n);
}

enum status user_count(struct cx *cx, struct user_counts *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT (SELECT count(*) FROM users WHERE practice_id = $1"
                      " AND status = 'active') AS active, (SELECT count(*) FROM users"
                      " WHERE practice_id = $1 AND status = 'deactivated') AS gone,"
                      " (SELECT count(*) FROM invitations WHERE practice_id = $1"
                      " AND (state = 'pending' OR state = 'declined'"
                      " OR state = 'expired' OR lost = 1)"
                      " AND cleared = 0)"
                      " AS invited")));
    *out = (struct user_counts){ cell_int(&t, 0, "active"), cell_int(&t, 0, "invited"),
                                 cell_int(&t, 0, "gone") };
    return OK;
}

enum status full_access_names(struct cx *cx, size_t most, const char ***names, size_t *n)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT first_name, last_name FROM users WHERE practice_id = $1"
                      " AND level = 'full' AND status = 'active' ORDER BY sort_key, id LIMIT $2"),
                  most));
    *n = t.rows;
    *names = NEW_ARRAY(cx->mem, const char *, t.rows + 1);
    for (size_t i = 0; i < t.rows; i++) {
        struct user u = { .first_name = cell_text(&t, i, "first_name"),
                          .last_name = cell_text(&t, i, "last_name") };
        (*names)[i] = user_name(cx, &u);
    }
    return OK;
}
