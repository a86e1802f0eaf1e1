/* review.c - reviews, their lines and their signature; see review.h */
#include "app/reviews/review.h"

#include <string.h>

#include "app/users/access_words.h"
#include "app/users/user.h"
#include "base/time.h"
#include "db/db.h"

#include "app/reviews/reviews.text.h"

enum status review_gate(struct cx *cx)
{
    return allow(cx, USERS_EDIT, &(struct subject){ .practice = cx->actor.practice });
}

/* --- reviews ------------------------------------------------------------------------- */

#define REVIEW                                                                               \
    "SELECT r.id, r.state, r.begun_at, r.begun_name, r.signed_at, r.signed_name, r.note,"    \
    " r.entry, r.hash, (SELECT count(*) FROM access_review_lines l"                          \
    "  WHERE l.practice_id = r.practice_id AND l.review_id = r.id) AS decided"               \
    " FROM access_reviews r WHERE r.practice_id = $1"

static struct review read_row(const struct table *t, size_t row)
{
    return (struct review){ .id = cell_id(t, row, "id"),
                            .open = strcmp(cell_text(t, row, "state"), "open") == 0,
                            .begun_at = cell_int(t, row, "begun_at"),
                            .signed_at = cell_int(t, row, "signed_at"),
                            .begun_name = cell_text(t, row, "begun_name"),
                            .signed_name = cell_text(t, row, "signed_name"),
                            .note = cell_text(t, row, "note"),
                            .entry = cell_int(t, row, "entry"),
                            .hash = cell_text(t, row, "hash"),
                            .decided = cell_int(t, row, "decided") };
}

enum status review_list(struct cx *cx, struct review_list *out)
{
    struct table t;
    TRY(review_gate(cx));
    TRY(db_select(cx, &t, SQL(REVIEW " ORDER BY r.begun_at DESC, r.id DESC")));
    *out = (struct review_list){ t.rows, NEW_ARRAY(cx->mem, struct review, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = read_row(&t, i);
    return OK;
}

enum status review_find(struct cx *cx, struct id id, struct review *out)
{
    struct table t;
    TRY(review_gate(cx));
    TRY(db_select(cx, &t, SQL(REVIEW " AND r.id = $2"), id));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such review.");
    *out = read_row(&t, 0);
    return OK;
}

static enum status find_open(struct cx *cx, struct id *out)
{
    struct review_list all;
    *out = (struct id){ "" };
    TRY(review_list(cx, &all));
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].open) *out = all.at[i].id;
    return OK;
}

enum status review_begin(struct cx *cx, struct id *out)
{
    int64_t begun;
    TRY(find_open(cx, out));
    if (id_some(*out)) return OK;
    *out = id_new(cx->now);
    TRY(db_change(cx, &begun,
                  SQL("INSERT INTO access_reviews (practice_id, id, state, begun_at, begun_by,"
                      " begun_name) VALUES ($1, $2, 'open', $3, $4, $5) ON CONFLICT DO NOTHING"),
                  *out, cx->now, cx->actor.user, cx->actor.name));
    if (!begun) return find_open(cx, out);
    return announce(cx, EVENT_REVIEW_BEGUN,
                    (struct about){ *out, SAY(review_name, time_day(cx, cx->now)) }, NULL, NULL);
}

/* --- lines ---------------------------------------------------------------------------- */

/* What the boxes set otherwise than the level, each in its words. */
static const char *box_words(struct cx *cx, const struct access *a)
{
    const char *all = "";
    for (enum area area = 0; area < AREA_COUNT; area++) {
        int box = a->others[area];
        if (box == FOLLOWS) continue;
        const char *one = box == EDIT   ? areas[area].edit(cx)
                          : box == VIEW ? areas[area].see(cx)
                                        : SAY(review_box_none, areas[area].label(cx));
        all = arena_print(cx->mem, "%s, %s", all, one);
    }
    return all;
}

const char *review_access_words(struct cx *cx, const struct user *u)
{
    const struct access *a = &u->access;
    const char *said = a->level < LEVEL_COUNT ? levels[a->level].label(cx) : "";
    if (a->owner) said = arena_print(cx->mem, "%s, %s", said, SAY(review_owner));
    said = arena_print(cx->mem, "%s%s", said, box_words(cx, a));
    for (enum setting s = 0; s < SETTING_COUNT; s++)
        if (a->set[s]) said = arena_print(cx->mem, "%s, %s", said, settings[s].label(cx));
    const char *places = a->all_locations     ? SAY(review_all_places)
                         : *u->location_names ? u->location_names
                                              : SAY(review_no_places);
    return arena_print(cx->mem, "%s; %s", said, places);
}

static const char *const keys[DECISIONS] = { "", "keep", "reduce", "deactivate" };

const char *decision_key(enum decision d)
{
    return keys[d];
}

const char *decision_words(struct cx *cx, enum decision d)
{
    switch (d) {
    case KEEP: return SAY(decision_keep);
    case REDUCE: return SAY(decision_reduce);
    case DEACTIVATE: return SAY(decision_deactivate);
    case UNDECIDED:
    case DECISIONS: break;
    }
    return SAY(decision_none);
}

static void read_decision(const struct table *t, size_t row, struct review_line *line)
{
    for (enum decision d = KEEP; d < DECISIONS; d++)
        if (strcmp(cell_text(t, row, "decision"), keys[d]) == 0) line->decision = d;
    line->had = cell_text(t, row, "had");
    line->left = cell_text(t, row, "has");
    line->by = cell_text(t, row, "decided_name");
    line->at = cell_int(t, row, "decided_at");
    line->version = cell_int(t, row, "version");
}

static enum status select_decided(struct cx *cx, const struct review *r, struct table *t)
{
    return db_select(cx, t,
                     SQL("SELECT l.user_id, l.name, l.had, l.has, l.seen_at, l.decision,"
                         " l.decided_at, l.decided_name, l.version, u.status"
                         " FROM access_review_lines l JOIN users u"
                         "  ON u.practice_id = l.practice_id AND u.id = l.user_id"
                         " WHERE l.practice_id = $1 AND l.review_id = $2 ORDER BY u.sort_key, u.id"),
                     r->id);
}

static struct review_line *add(struct review_lines *all, struct id user, const char *name)
{
    struct review_line *line = &all->at[all->n++];
    *line = (struct review_line){ .user = user, .name = name, .has = "", .had = "", .left = "" };
    line->by = "";
    return line;
}

static void add_decided(const struct table *t, size_t row, struct review_lines *all)
{
    struct review_line *line =
        add(all, cell_id(t, row, "user_id"), cell_text(t, row, "name"));
    line->seen_at = cell_int(t, row, "seen_at");
    read_decision(t, row, line);
}

static void count_keys(const struct table *t, struct review_line *line)
{
    for (size_t i = 0; i < t->rows; i++) {
        if (!id_same(cell_id(t, i, "user_id"), line->user)) continue;
        line->keys = cell_int(t, i, "n");
        line->key_used = cell_int(t, i, "used_at");
    }
}

static enum status list_active(struct cx *cx, struct user_list *out)
{
    struct user_filter all = { .active = true, .limit = REVIEW_MOST };
    TRY(user_places(cx, &all.places, &all.places_n));
    return user_list(cx, &all, out);
}

static enum status open_lines(struct cx *cx, const struct table *decided, struct review_lines *out)
{
    struct user_list users;
    struct table used;
    TRY(list_active(cx, &users));
    TRY(db_select(cx, &used,
                  SQL("SELECT user_id, count(*) AS n, max(used_at) AS used_at FROM api_keys"
                      " WHERE practice_id = $1 AND expires_at > $2 GROUP BY user_id"),
                  cx->now));
    out->at = NEW_ARRAY(cx->mem, struct review_line, users.n + decided->rows);
    for (size_t i = 0; i < users.n; i++) {
        const struct user *u = &users.at[i];
        struct review_line *line = add(out, u->id, user_name(cx, u));
        line->has = review_access_words(cx, u);
        line->access = u->access;
        line->seen_at = u->seen_at;
        count_keys(&used, line);
        for (size_t d = 0; d < decided->rows; d++)
            if (id_same(cell_id(decided, d, "user_id"), u->id)) read_decision(decided, d, line);
        line->open = !line->version || strcmp(line->left, line->has) != 0;
        out->open += line->open;
    }
    for (size_t d = 0; d < decided->rows; d++)
        if (strcmp(cell_text(decided, d, "status"), "active") != 0) add_decided(decided, d, out);
    return OK;
}

enum status review_lines(struct cx *cx, const struct review *r, struct review_lines *out)
{
    struct table decided;
    *out = (struct review_lines){ 0 };
    TRY(review_gate(cx));
    TRY(select_decided(cx, r, &decided));
    if (r->open) return open_lines(cx, &decided, out);
    out->at = NEW_ARRAY(cx->mem, struct review_line, decided.rows);
    for (size_t d = 0; d < decided.rows; d++) add_decided(&decided, d, out);
    return OK;
}

/* --- the signature ---------------------------------------------------------------------- */

static const char *decided_words(struct cx *cx, const struct review_line *line)
{
    return SAY(signed_line, decision_words(cx, line->decision), line->left, line->by,
               time_moment(cx, line->at));
}

/* What the review says from now on, the same for every reader: by 24 hours. */
static struct changes write_down(struct cx *cx, const struct review_lines *all)
{
    struct changes changes = { 0 };
    bool clock_12 = cx->clock_12;
    cx->clock_12 = false;
    for (size_t i = 0; i < all->n; i++)
        change_note(cx, &changes, all->at[i].name, all->at[i].had,
                    decided_words(cx, &all->at[i]));
    cx->clock_12 = clock_12;
    return changes;
}

enum status review_sign(struct cx *cx, const struct review *r, const char *note)
{
    struct review_lines all;
    struct table t;
    TRY(review_lines(cx, r, &all));
    if (!r->open) return fail(cx, CONFLICT, "%s", SAY(sign_already));
    if (all.open) return fail(cx, CONFLICT, "%s", SAY(sign_open, (int64_t)all.open));
    struct changes changes = write_down(cx, &all);
    const char *name = SAY(review_name, time_day(cx, r->begun_at));
    TRY(announce(cx, EVENT_REVIEW_SIGNED, (struct about){ r->id, name }, &changes, note));
    TRY(db_select(cx, &t,
                  SQL("SELECT seq, hash FROM audit WHERE practice_id = $1 AND about_id = $2"
                      " ORDER BY seq DESC LIMIT 1"),
                  r->id));
    if (t.rows == 0) return db_unsure(cx) ? OK : fail(cx, BROKEN, "a review that left no trace");
    TRY(db_change_one(cx, SAY(sign_already),
                      SQL("UPDATE access_reviews SET state = 'signed', signed_at = $3,"
                          " signed_by = $4, signed_name = $5, note = $6, entry = $7, hash = $8"
                          " WHERE practice_id = $1 AND id = $2 AND state = 'open'"),
                      r->id, cx->now, cx->actor.user, cx->actor.name, note,
                      cell_int(&t, 0, "seq"), cell_text(&t, 0, "hash")));
    return review_plan_put_off(cx);
}
