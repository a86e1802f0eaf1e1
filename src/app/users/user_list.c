/* user_list.c - the users of a practice, page by page. */
#include <string.h>

#include "app/users/user_row.h"
#include "base/text.h"
#include "db/db.h"

enum { WORDS = 3, AT_ONCE = 25 };

/* What a row of a list shows. */
#define LISTED                                                                              \
    "u.id, u.title, u.first_name, u.last_name, u.profession, " ACCESS_IN_SHORT ", u.owner," \
    " u.status, u.deactivated_at, u.deactivated_by_name, u.seen_at, u.mail_problem,"        \
    " p.email, CASE p.temporary WHEN 1 THEN p.temporary_until END AS temporary_until"

static struct user read_row(const struct cx *cx, const struct table *t, size_t row)
{
    const char *by = cell_text(t, row, "deactivated_by_name");
    struct user u = {
        .id = cell_id(t, row, "id"),
        .practice = cx->actor.practice,
        .title = cell_text(t, row, "title"),
        .first_name = cell_text(t, row, "first_name"),
        .last_name = cell_text(t, row, "last_name"),
        .email = cell_text(t, row, "email"),
        .email_key = "",
        .profession = cell_text(t, row, "profession"),
        .registration_number = "",
        .access = access_in_short(t, row),
        .location_names = "",
        .deactivated_at = cell_int(t, row, "deactivated_at"),
        .deactivated_by_name = by ? by : "",
        .seen_at = cell_int(t, row, "seen_at"),
        .temporary_until = cell_int(t, row, "temporary_until"),
        .mail_problem = cell_text(t, row, "mail_problem"),
    };
    u.access.owner = cell_bool(t, row, "owner");
    u.access.active = strcmp(cell_text(t, row, "status"), "active") == 0;
    return u;
}

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

#define THAT_MATCH                                                                                \
    USER_TABLES                                                                                   \
    "WHERE u.practice_id = $1 AND u.status BETWEEN $2 AND $3"                                     \
    " AND CASE CAST($4 AS BIGINT) WHEN 1 THEN u.sort_key ELSE u.find_key END LIKE $5 ESCAPE '\\'" \
    " AND CASE CAST($4 AS BIGINT) WHEN 1 THEN u.sort_key ELSE u.find_key END LIKE $6 ESCAPE '\\'" \
    " AND CASE CAST($4 AS BIGINT) WHEN 1 THEN u.sort_key ELSE u.find_key END LIKE $7 ESCAPE '\\'" \
    " AND ($8 = '' OR u.role_type = $8) AND ($9 = '' OR u.level = $9)"                            \
    " AND ($10 = '' OR u.all_locations = 1 OR EXISTS (SELECT 1 FROM assignments a"                \
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
#define ORDER_NUMBER                                                                              \
    "CASE CAST($11 AS BIGINT) WHEN 2 THEN CASE u.level WHEN 'full' THEN 4 WHEN 'clinical' THEN 3" \
    " WHEN 'personal' THEN 1 ELSE 2 END WHEN 3 THEN COALESCE(u.seen_at, 0) ELSE 0 END"
#define ORDER_TEXT                                                                                           \
    "CASE CAST($11 AS BIGINT) WHEN 0 THEN u.sort_key WHEN 1 THEN u.role_type || ' ' || u.profession ELSE ''" \
    " END"

static enum status select_sorted(struct cx *cx, struct table *t, const struct search *s,
                                 const struct user_filter *f)
{
    if (f->descending)
        return db_select(cx, t,
                         SQL("SELECT " LISTED THAT_MATCH " ORDER BY u.status, " ORDER_NUMBER
                             " DESC, " ORDER_TEXT " DESC, u.sort_key, u.id LIMIT $12 OFFSET $13"),
                         SEARCH(*s), (int64_t)f->order, f->limit, f->offset);
    return db_select(cx, t,
                     SQL("SELECT " LISTED THAT_MATCH " ORDER BY u.status, " ORDER_NUMBER
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
                         SQL("SELECT " LISTED USER_TABLES
                             "WHERE u.practice_id = $1 AND u.status BETWEEN $2 AND $3"
                             " ORDER BY u.status, u.sort_key, u.id LIMIT $4 OFFSET $5"),
                         s->from, s->to, f->limit, f->offset);
    return db_select(cx, t,
                     SQL("SELECT " LISTED THAT_MATCH
                         " ORDER BY u.status, u.sort_key, u.id LIMIT $11 OFFSET $12"),
                     SEARCH(*s), f->limit, f->offset);
}

/* Which of them has the id?  Asked for in an order like theirs, the next one
 * mostly is where the last one was, or just behind.  `n` for none. */
static size_t place_of(const struct user_location *places, size_t n, const char *id, size_t last)
{
    for (size_t i = 0; i < n; i++, last++) {
        if (last >= n) last = 0;
        if (strcmp(places[last].id.text, id) == 0) return last;
    }
    return n;
}

static size_t user_of(const struct user *users, size_t n, const char *id, size_t last)
{
    for (size_t i = 0; i < n; i++, last++) {
        if (last >= n) last = 0;
        if (strcmp(users[last].id.text, id) == 0) return last;
    }
    return n;
}

/* Gives names of locations to users, in the order of the names. */
static void name_locations(struct cx *cx, const struct user_filter *f, const struct table *t,
                           struct user *users, size_t n)
{
    struct seat {
        struct user *user;
        struct seat *next;
    } **seats = NEW_ARRAY(cx->mem, struct seat *, f->places_n);
    size_t user = 0, place = 0;
    for (size_t i = 0; i < t->rows; i++) {
        user = user_of(users, n, cell_text(t, i, "user_id"), user);
        place = place_of(f->places, f->places_n, cell_text(t, i, "location_id"), place);
        if (user == n || place == f->places_n) continue;
        struct seat *seat = NEW(cx->mem, struct seat);
        *seat = (struct seat){ &users[user], seats[place] };
        seats[place] = seat;
    }
    for (size_t p = 0; p < f->places_n; p++)
        for (const struct seat *seat = seats[p]; seat; seat = seat->next) {
            struct user *u = seat->user;
            u->location_names = user_join_names(cx, u->location_names, f->places[p].name);
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

/* All of the practice in one go where the page shows all of it; without a
 * filter its users are found again faster than listed. */
static enum status add_locations(struct cx *cx, const struct search *s, const struct user_filter *f,
                                 struct user *users, size_t n)
{
    struct table t;
    if (n == 0) return OK;
    if (f->whole) {
        TRY(db_select(cx, &t,
                      SQL("SELECT user_id, location_id FROM assignments WHERE practice_id = $1")));
        name_locations(cx, f, &t, users, n);
        return OK;
    }
    if (s->plain && f->order == BY_NAME && !f->descending) {
        TRY(db_select(
            cx, &t,
            SQL("SELECT a.user_id, a.location_id FROM (SELECT id FROM users"
                "  WHERE practice_id = $1 AND status BETWEEN $2 AND $3"
                "  ORDER BY status, sort_key, id LIMIT $4 OFFSET $5) u"
                " CROSS JOIN assignments a WHERE a.practice_id = $1 AND a.user_id = u.id"),
            s->from, s->to, f->limit, f->offset));
        name_locations(cx, f, &t, users, n);
        return OK;
    }
    for (size_t i = 0; i < n; i += AT_ONCE) {
        TRY(select_some(cx, &t, users + i, n - i < AT_ONCE ? n - i : AT_ONCE));
        name_locations(cx, f, &t, users + i, n - i < AT_ONCE ? n - i : AT_ONCE);
    }
    return OK;
}

enum status user_places(struct cx *cx, const struct user_location **out, size_t *n)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT id, name FROM locations WHERE practice_id = $1 ORDER BY name, id")));
    struct user_location *places = NEW_ARRAY(cx->mem, struct user_location, t.rows);
    for (size_t i = 0; i < t.rows; i++)
        places[i] = (struct user_location){ cell_id(&t, i, "id"), cell_text(&t, i, "name") };
    *out = places;
    *n = t.rows;
    return OK;
}

/* Colleagues without the right to change users see who works here, no more. */
static void hide(struct user *u)
{
    u->email = u->mail_problem = "";
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
        out->at[i] = read_row(cx, &t, i);
        if (s.names_only) hide(&out->at[i]);
    }
    return add_locations(cx, &s, filter, out->at, out->n);
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
