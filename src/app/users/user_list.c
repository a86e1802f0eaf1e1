/* user_list.c - the users of a practice, page by page, and those of a location. */
#include <string.h>

#include "app/users/user_row.h"
#include "base/text.h"
#include "db/db.h"

enum { WORDS = 3 };

/* The lines of users.listed, in the order of its definition. */
enum part {
    ID,
    TITLE,
    FIRST_NAME,
    LAST_NAME,
    EMAIL,
    PROFESSION,
    ROLE_TYPE,
    LEVEL,
    OTHERS,
    SETTINGS,
    STATUS,
    DEACTIVATED_AT,
    DEACTIVATED_BY,
    SEEN_AT,
    TEMPORARY_UNTIL,
    LOCATIONS,
    MAIL_PROBLEM,
    PARTS
};

static int64_t number_of(const char *digits)
{
    int64_t number = 0;
    for (; *digits; digits++) number = number * 10 + (*digits - '0');
    return number;
}

/* The bits are the settings in the order of settings.def, and two more. */
_Static_assert(SETTING_see_reports == 0 && SETTING_see_history == 1 && SETTING_export_own == 2
                   && SETTING_read_only == 3 && SETTING_location_restriction == 4
                   && SETTING_hide_patient_names == 5 && SETTING_COUNT == 6,
               "users.listed has another order");

static struct access access_of(const char *const part[PARTS])
{
    int64_t bits = number_of(part[SETTINGS]);
    struct access a = {
        .role = *part[ROLE_TYPE] == 'a' ? ADMINISTRATOR : PRACTITIONER,
        .all_locations = bits >> SETTING_COUNT & 1,
        .owner = bits >> (SETTING_COUNT + 1) & 1,
        .active = *part[STATUS] == 'a',
    };
    a.level = level_find(a.role, part[LEVEL]);
    boxes_read(part[OTHERS], &a);
    for (enum setting s = 0; s < SETTING_COUNT; s++) a.set[s] = bits >> s & 1;
    return a;
}

/* Names of the assigned locations, in the order of the names. */
static void name_locations(struct cx *cx, const struct user_filter *f, const char *ids,
                           struct user *u)
{
    if (!*ids) return;
    for (const struct user_location *l = f->places; l < f->places + f->places_n; l++) {
        if (!ids_hold(ids, l->id)) continue;
        u->location_names = user_join_names(cx, u->location_names, l->name);
        u->access.locations++;
    }
}

static struct user read_row(struct cx *cx, const struct user_filter *f, const struct table *t,
                            size_t row)
{
    const char *part[PARTS], *listed = cell_text(t, row, "listed");
    text_lines(arena_copy(cx->mem, listed, strlen(listed)), part, PARTS);
    struct user u = {
        .id = id_of(part[ID]),
        .practice = cx->actor.practice,
        .title = part[TITLE],
        .first_name = part[FIRST_NAME],
        .last_name = part[LAST_NAME],
        .email = part[EMAIL],
        .email_key = "",
        .profession = part[PROFESSION],
        .registration_number = "",
        .access = access_of(part),
        .location_names = "",
        .deactivated_at = number_of(part[DEACTIVATED_AT]),
        .deactivated_by_name = part[DEACTIVATED_BY],
        .seen_at = number_of(part[SEEN_AT]),
        .temporary_until = number_of(part[TEMPORARY_UNTIL]),
        .mail_problem = part[MAIL_PROBLEM],
        .no_second = f->second && !cell_bool(t, row, "second"),
    };
    name_locations(cx, f, part[LOCATIONS], &u);
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
    " FROM users u WHERE u.practice_id = $1 AND u.status BETWEEN $2 AND $3"                       \
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
                         SQL("SELECT u.listed" THAT_MATCH " ORDER BY u.status, " ORDER_NUMBER
                             " DESC, " ORDER_TEXT " DESC, u.sort_key, u.id LIMIT $12 OFFSET $13"),
                         SEARCH(*s), (int64_t)f->order, f->limit, f->offset);
    return db_select(cx, t,
                     SQL("SELECT u.listed" THAT_MATCH " ORDER BY u.status, " ORDER_NUMBER
                         ", " ORDER_TEXT ", u.sort_key, u.id LIMIT $12 OFFSET $13"),
                     SEARCH(*s), (int64_t)f->order, f->limit, f->offset);
}

/* The same where the practice group asks for a second step: then the list says who has none. */
#define SECOND_TOO                                                                          \
    "SELECT u.listed, CASE WHEN EXISTS (SELECT 1 FROM authenticators f"                     \
    "  WHERE f.person_id = u.person_id AND f.proven_at IS NOT NULL) OR EXISTS"              \
    "  (SELECT 1 FROM passkeys k WHERE k.person_id = u.person_id) THEN 1 ELSE 0 END AS second"

static enum status select_seconds(struct cx *cx, struct table *t, const struct search *s,
                                  const struct user_filter *f)
{
    if (f->descending)
        return db_select(cx, t,
                         SQL(SECOND_TOO THAT_MATCH " ORDER BY u.status, " ORDER_NUMBER
                             " DESC, " ORDER_TEXT " DESC, u.sort_key, u.id LIMIT $12 OFFSET $13"),
                         SEARCH(*s), (int64_t)f->order, f->limit, f->offset);
    return db_select(cx, t,
                     SQL(SECOND_TOO THAT_MATCH " ORDER BY u.status, " ORDER_NUMBER ", " ORDER_TEXT
                         ", u.sort_key, u.id LIMIT $12 OFFSET $13"),
                     SEARCH(*s), (int64_t)f->order, f->limit, f->offset);
}

/* Most lists are asked for without any filter: then nothing is compared. */
static enum status select_matches(struct cx *cx, struct table *t, const struct search *s,
                                  const struct user_filter *f)
{
    if (f->second) return select_seconds(cx, t, s, f);
    bool seen = f->order <= BY_ROLE || !s->names_only;
    if (seen && (f->order != BY_NAME || f->descending)) return select_sorted(cx, t, s, f);
    if (s->plain)
        return db_select(
            cx, t,
            SQL("SELECT u.listed FROM users u WHERE u.practice_id = $1 AND u.status BETWEEN $2 AND $3"
                " ORDER BY u.status, u.sort_key, u.id LIMIT $4 OFFSET $5"),
            s->from, s->to, f->limit, f->offset);
    return db_select(cx, t,
                     SQL("SELECT u.listed" THAT_MATCH
                         " ORDER BY u.status, u.sort_key, u.id LIMIT $11 OFFSET $12"),
                     SEARCH(*s), f->limit, f->offset);
}

/* Where the list goes on behind a user: others may have come before meanwhile. */
static enum status offset_behind(struct cx *cx, const struct search *s, struct id after,
                                 int64_t *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n" THAT_MATCH
                      " AND EXISTS (SELECT 1 FROM users b WHERE b.practice_id = $1 AND b.id = $11"
                      "  AND (u.status, u.sort_key, u.id) <= (b.status, b.sort_key, b.id))"),
                  SEARCH(*s), after));
    *out = table_number(&t);
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
    struct user_filter behind = *filter;
    behind.second = filter->second && !s.names_only;
    if (id_some(filter->after)) TRY(offset_behind(cx, &s, filter->after, &behind.offset));
    TRY(select_matches(cx, &t, &s, &behind));
    TRY(count_matches(cx, &s, &behind, t.rows, &out->total));
    out->n = t.rows;
    out->at = NEW_ARRAY(cx->mem, struct user, t.rows);
    for (size_t i = 0; i < t.rows; i++) {
        out->at[i] = read_row(cx, &behind, &t, i);
        if (s.names_only) hide(&out->at[i]);
    }
    return OK;
}

/* What is planned for users who come or go, a row each, behind the rows of those who are there. */
/* clang-format off */
#define AND_PLANNED(columns)                                                                      \
    " UNION ALL SELECT " columns ", u.sort_key, u.id, d.kind AS plan, d.due_at, u.deactivated_at" \
    " FROM planned_changes d JOIN users u ON u.practice_id = d.practice_id AND u.id = d.user_id"  \
    " WHERE d.practice_id = $1 AND d.kind IN ('activate', 'deactivate') AND d.refused = ''"
/* clang-format on */
#define THEMSELVES ", u.sort_key, u.id, '' AS plan, 0 AS due_at, u.deactivated_at"

/* A row about a user who is there already tells when he goes, or comes back. */
static bool tells_more(struct users_at *out, const struct table *t, size_t row)
{
    const char *plan = cell_text(t, row, "plan");
    struct user_at *u = out->n ? &out->at[out->n - 1] : NULL;
    bool same = u && strcmp(u->id.text, cell_text(t, row, "id")) == 0;
    if (!*plan) return false;
    if (same && strcmp(plan, "activate") == 0) u->here.comes_at = cell_int(t, row, "due_at");
    if (same && strcmp(plan, "deactivate") == 0) u->here.goes_at = cell_int(t, row, "due_at");
    return same || strcmp(plan, "activate") != 0;
}

static void add_user_at(struct users_at *out, const struct table *t, size_t row, struct user_at u)
{
    u.here.active = !*cell_text(t, row, "plan");
    if (!u.here.active) u.here.comes_at = cell_int(t, row, "due_at");
    u.gone_at = cell_int(t, row, "deactivated_at");
    out->at[out->n++] = u;
}

/* In a small group the rows of all, side by side in one index, cost less than finding who works
 * there and then each of them somewhere else.  None: it is larger, since whoever asks is one. */
static enum status few_at(struct cx *cx, struct id location, struct users_at *out)
{
    enum { FEW = 60, EVERYWHERE = 1 << SETTING_COUNT };
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL("SELECT u.listed" THEMSELVES " FROM practices g JOIN users u ON u.practice_id = g.id"
            " WHERE g.id = $1 AND g.active_users <= $2 AND u.practice_id = $1"
            " AND u.status = 'active'" AND_PLANNED("u.listed") " ORDER BY sort_key, id, plan"),
        FEW));
    *out = (struct users_at){ .at = NEW_ARRAY(cx->mem, struct user_at, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        const char *part[PARTS], *listed = cell_text(&t, i, "listed");
        out->few += !*cell_text(&t, i, "plan");
        if (tells_more(out, &t, i)) continue;
        text_lines(arena_copy(cx->mem, listed, strlen(listed)), part, PARTS);
        if (!ids_hold(part[LOCATIONS], location) && !(number_of(part[SETTINGS]) & EVERYWHERE))
            continue;
        add_user_at(out, &t, i,
                    (struct user_at){
                        .id = id_of(part[ID]),
                        .name = text_name(cx->mem, part[TITLE], part[FIRST_NAME], part[LAST_NAME]),
                        .profession = part[PROFESSION],
                        .practitioner = *part[ROLE_TYPE] == 'p',
                    });
    }
    return OK;
}

#define AT_LOCATION                                                                     \
    " AND u.id IN (SELECT w.user_id FROM assignments w WHERE w.practice_id = $1"        \
    "   AND w.location_id = $2 UNION SELECT e.id FROM users e WHERE e.practice_id = $1" \
    "   AND e.all_locations = 1)"
#define NAMED "u.title, u.first_name, u.last_name, u.profession, u.role_type"

enum status users_at(struct cx *cx, struct id location, struct users_at *out)
{
    struct table t;
    TRY(few_at(cx, location, out));
    if (out->few) return OK;
    TRY(db_select(cx, &t,
                  SQL("SELECT " NAMED THEMSELVES
                      " FROM users u WHERE u.practice_id = $1 AND u.status = 'active'" AT_LOCATION
                          AND_PLANNED(NAMED) AT_LOCATION " ORDER BY sort_key, id, plan"),
                  location));
    *out = (struct users_at){ .at = NEW_ARRAY(cx->mem, struct user_at, t.rows) };
    for (size_t i = 0; i < t.rows; i++)
        if (!tells_more(out, &t, i))
            add_user_at(
                out, &t, i,
                (struct user_at){
                    .id = cell_id(&t, i, "id"),
                    .name =
                        text_name(cx->mem, cell_text(&t, i, "title"),
                                  cell_text(&t, i, "first_name"), cell_text(&t, i, "last_name")),
                    .profession = cell_text(&t, i, "profession"),
                    .practitioner = strcmp(cell_text(&t, i, "role_type"), "practitioner") == 0,
                });
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
