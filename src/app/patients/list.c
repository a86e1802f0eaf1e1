/* list.c - lists of patients, and search: see patient.h
 *
 * First the ids, from indexes that are in the order of the list: of all
 * patients, or where an actor reaches a part of them, of the own ones, of each
 * assigned location and of the granted ones, put together here, each only as far as
 * the page reaches.  Then the rows of the page, in one statement (rows.c). */
#include <stdlib.h>
#include <string.h>

#include "app/patients/reach.h"
#include "app/patients/row.h"
#include "app/patients/words.h"
#include "db/db.h"

enum {
    PAGE_AND_ONE = PATIENT_ROWS + 1,
    SOME_MORE = 4 * PAGE_AND_ONE, /* several words of one patient may fit */
    LEAST_DIGITS = 3,
};

/* What every statement below gets: SIGHT as $2 to $7, then these. */
struct asked {
    const struct patient_filter *filter;
    struct sight sight;
    const char *like[MOST_WORDS]; /* "% word%", or NULL */
};
#define ASKED(a)                                                                       \
    SIGHT((a)->sight), (a)->filter->practitioner, (a)->filter->location, (a)->like[0], \
        (a)->like[1], (a)->like[2], (a)->like[3]

/* clang-format off */
#define LIKE(names, n) "(CAST($" n " AS TEXT) IS NULL OR ' ' || " names " LIKE CAST($" n " AS TEXT))"
#define ALL_LIKE(names) \
    LIKE(names, "10") " AND " LIKE(names, "11") " AND " LIKE(names, "12") " AND " LIKE(names, "13")
#define CHOSEN(patient, names)                                                                   \
    "(CAST($8 AS TEXT) IS NULL OR " IS_OWN_NAMED(patient, names, "$8") ")"                 \
    " AND (CAST($9 AS TEXT) IS NULL OR " IS_AT_NAMED(patient, names, "$9") ")"
#define WANTED(patient, names) ALL_LIKE(names) " AND " CHOSEN(patient, names)
#define FITS(patient, names) WANTED(patient, names) " AND " SEEN_NAMED(patient, names)
/* clang-format on */

/* --- in the order of names ------------------------------------------------------ */

struct entries {
    size_t n, room;
    struct named_id *at;
};

static struct named_ids some_named(struct cx *cx)
{
    return (struct named_ids){ 0, NEW_ARRAY(cx->mem, struct named_id, PAGE_AND_ONE) };
}

static int compare(const void *a, const void *b)
{
    const struct named_id *x = a, *y = b;
    int order = strcmp(x->names, y->names);
    return order ? order : strcmp(x->id.text, y->id.text);
}

static struct named_id named(const struct table *t, size_t row)
{
    return (struct named_id){ cell_id(t, row, "id"), cell_text(t, row, "names") };
}

static void take(struct cx *cx, struct entries *all, const struct table *t)
{
    if (all->n + t->rows > all->room) {
        struct named_id *before = all->at;
        all->room = (all->n + t->rows) * 2;
        all->at = NEW_ARRAY(cx->mem, struct named_id, all->room);
        if (all->n) memcpy(all->at, before, all->n * sizeof *before);
    }
    for (size_t i = 0; i < t->rows; i++) all->at[all->n++] = named(t, i);
}

static struct named_ids in_order(struct cx *cx, struct entries *all)
{
    struct named_ids ids = some_named(cx);
    if (all->n) qsort(all->at, all->n, sizeof *all->at, compare);
    for (size_t i = 0; i < all->n && ids.n < PAGE_AND_ONE; i++)
        if (ids.n == 0 || !id_same(ids.at[ids.n - 1].id, all->at[i].id))
            ids.at[ids.n++] = all->at[i];
    return ids;
}

/* Behind these names nobody comes to the page any more. */
static const char *last_wanted(struct cx *cx, struct entries *all)
{
    struct named_ids so_far = in_order(cx, all);
    return so_far.n == PAGE_AND_ONE ? so_far.at[so_far.n - 1].names : "\U0010FFFF";
}

/* Where a page begins: behind this one, and of which state. */
struct start {
    const char *state, *names;
    struct id id;
    int64_t number; /* the same where names are hidden */
};
#define START(s) (s)->state, (s)->names, (const char *)(s)->id.text

static enum status of_all(struct cx *cx, const struct asked *a, const struct start *s,
                          struct entries *all)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT p.names, p.id FROM patients p WHERE p.practice_id = $1"
                      " AND p.state = $14 AND p.names >= $15 AND (p.names > $15 OR p.id > $16)"
                      " AND " FITS("p.id", "p.names") " ORDER BY p.names, p.id LIMIT $17"),
                  ASKED(a), START(s), PAGE_AND_ONE));
    take(cx, all, &t);
    return OK;
}

/* Of a table that holds names and state, too, in the order of its index. */
#define IN_ORDER(table, key, seen)                                                         \
    SQL("SELECT x.names, x.patient_id AS id FROM " table " x"                              \
        " WHERE x.practice_id = $1 AND x." key " = $18 AND x.state = $14"                  \
        " AND x.names >= $15 AND x.names <= $19 AND (x.names > $15 OR x.patient_id > $16)" \
        " AND " WANTED("x.patient_id", "x.names") " AND " seen                             \
                                                  " ORDER BY x.names, x.patient_id LIMIT $17")

/* The row itself says whose the patient is, or that it is at an assigned location. */
#define OWN_OF_ROW \
    SEEN_BY("x.patient_id", "x.user_id = $2", IS_HERE_NAMED("x.patient_id", "x.names", "$2"))
#define HERE_OF_ROW SEEN_BY("x.patient_id", IS_OWN_NAMED("x.patient_id", "x.names", "$2"), "1 = 1")

static enum status of_practitioner(struct cx *cx, const struct asked *a, const struct start *s,
                                   struct id user, struct entries *all)
{
    struct table t;
    TRY(db_select(
        cx, &t, IN_ORDER("patient_practitioners", "user_id", SEEN_NAMED("x.patient_id", "x.names")),
        ASKED(a), START(s), PAGE_AND_ONE, user, last_wanted(cx, all)));
    take(cx, all, &t);
    return OK;
}

static enum status of_own(struct cx *cx, const struct asked *a, const struct start *s,
                          struct entries *all)
{
    struct table t;
    TRY(db_select(cx, &t, IN_ORDER("patient_practitioners", "user_id", OWN_OF_ROW), ASKED(a),
                  START(s), PAGE_AND_ONE, a->sight.user, last_wanted(cx, all)));
    take(cx, all, &t);
    return OK;
}

static enum status of_location(struct cx *cx, const struct asked *a, const struct start *s,
                               struct id location, struct entries *all)
{
    struct table t;
    TRY(db_select(
        cx, &t, IN_ORDER("patient_locations", "location_id", SEEN_NAMED("x.patient_id", "x.names")),
        ASKED(a), START(s), PAGE_AND_ONE, location, last_wanted(cx, all)));
    take(cx, all, &t);
    return OK;
}

static enum status of_grants(struct cx *cx, const struct asked *a, const struct start *s,
                             struct entries *all)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT DISTINCT p.names, p.id FROM patient_grants x CROSS JOIN patients p"
                      " WHERE x.practice_id = $1 AND x.user_id = $2 AND x.reach >= $6"
                      " AND p.practice_id = $1 AND p.id = x.patient_id AND p.state = $14"
                      " AND p.names >= $15 AND (p.names > $15 OR p.id > $16)"
                      " AND " FITS("p.id", "p.names") " ORDER BY p.names, p.id LIMIT $17"),
                  ASKED(a), START(s), PAGE_AND_ONE));
    take(cx, all, &t);
    return OK;
}

static enum status of_assigned(struct cx *cx, const struct asked *a, const struct start *s,
                               struct entries *all)
{
    struct table t;
    TRY(db_select(
        cx, &t, SQL("SELECT location_id FROM assignments WHERE practice_id = $1 AND user_id = $2"),
        a->sight.user));
    for (size_t i = 0; i < t.rows; i++) {
        struct table here;
        TRY(db_select(cx, &here, IN_ORDER("patient_locations", "location_id", HERE_OF_ROW),
                      ASKED(a), START(s), PAGE_AND_ONE, cell_id(&t, i, "location_id"),
                      last_wanted(cx, all)));
        take(cx, all, &here);
    }
    return OK;
}

static enum status by_name(struct cx *cx, const struct asked *a, const struct start *s,
                           struct named_ids *out)
{
    struct entries all = { 0 };
    const struct patient_filter *f = a->filter;
    if (id_some(f->practitioner)) {
        TRY(of_practitioner(cx, a, s, f->practitioner, &all));
    } else if (id_some(f->location)) {
        TRY(of_location(cx, a, s, f->location, &all));
    } else if (a->sight.others && !a->sight.limited) {
        TRY(of_all(cx, a, s, &all));
    } else {
        if (a->sight.others) TRY(of_assigned(cx, a, s, &all)); /* the most first */
        if (a->sight.own) TRY(of_own(cx, a, s, &all));
        TRY(of_grants(cx, a, s, &all));
    }
    *out = in_order(cx, &all);
    return OK;
}

/* Behind a patient the actor may see; from the beginning behind any other. */
static enum status start_behind(struct cx *cx, struct id after, struct start *out)
{
    struct table t;
    if (!id_some(after)) return OK;
    TRY(db_select(
        cx, &t,
        SQL("SELECT p.names, p.number FROM patients p WHERE p.practice_id = $1 AND p.id = $8"
            " AND " SEEN("p.id")),
        SIGHT(sight_of(cx, VIEW)), after));
    if (t.rows)
        *out = (struct start){ out->state, cell_text(&t, 0, "names"), after,
                               cell_int(&t, 0, "number") };
    return OK;
}

/* Where names are hidden their order is, too: it would tell what they begin with.
 * (state || '': no other index shall be read than that of numbers.) */
static enum status by_numbers(struct cx *cx, const struct asked *a, const struct start *s,
                              struct named_ids *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT p.id, p.names FROM patients p WHERE p.practice_id = $1"
                      " AND p.state || '' = $14 AND p.number > $15"
                      " AND " FITS("p.id", "p.names") " ORDER BY p.number LIMIT $16"),
                  ASKED(a), s->state, s->number, PAGE_AND_ONE));
    *out = some_named(cx);
    for (size_t i = 0; i < t.rows; i++) out->at[out->n++] = named(&t, i);
    return OK;
}

/* --- search ------------------------------------------------------------------------ */

static void add_hits(struct named_ids *ids, const struct table *t)
{
    for (size_t i = 0; i < t->rows && ids->n < PAGE_AND_ONE; i++) {
        struct named_id hit = named(t, i);
        size_t at = 0;
        while (at < ids->n && !id_same(ids->at[at].id, hit.id)) at++;
        if (at == ids->n) ids->at[ids->n++] = hit;
    }
}

/* What begins so, the shortest first. */
static enum status by_word(struct cx *cx, const struct asked *a, const char *word,
                           struct named_ids *ids)
{
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL("SELECT w.patient_id AS id, w.names FROM patient_words w WHERE w.practice_id = $1"
            " AND w.word >= $14 AND w.word < $15 AND " FITS(
                "w.patient_id", "w.names") " ORDER BY w.word, w.names, w.patient_id LIMIT $16"),
        ASKED(a), word, words_behind(cx->mem, word), SOME_MORE));
    add_hits(ids, &t);
    return OK;
}

/* Whose records these are: one of them may have gone into another. */
#define WHOSE(record, behind)                                                                \
    SQL("SELECT w.id, w.names FROM patients p CROSS JOIN patients w"                         \
        " WHERE p.practice_id = $1 AND " record " AND w.practice_id = $1"                    \
        " AND w.id = COALESCE(p.merged_into, p.id) AND " ALL_LIKE("p.names") " AND " CHOSEN( \
            "w.id", "w.names") " AND " SEEN_NAMED("w.id", "w.names") behind)

static enum status by_birth(struct cx *cx, const struct asked *a, const char *date,
                            struct named_ids *ids)
{
    struct table t;
    TRY(db_select(cx, &t, WHOSE("p.birth_date = $14", " ORDER BY w.names, w.id LIMIT $15"),
                  ASKED(a), date, SOME_MORE));
    add_hits(ids, &t);
    return OK;
}

static enum status by_number(struct cx *cx, const struct asked *a, const char *digits,
                             struct named_ids *ids)
{
    struct table t;
    int64_t number = 0;
    if (strlen(digits) > 15) return OK;
    for (; *digits; digits++) number = number * 10 + (*digits - '0');
    TRY(db_select(cx, &t, WHOSE("p.number = $14", ""), ASKED(a), number));
    add_hits(ids, &t);
    return OK;
}

static enum status by_pseudonym(struct cx *cx, const struct asked *a, int64_t pseudonym,
                                struct named_ids *ids)
{
    struct table t;
    TRY(db_select(cx, &t, WHOSE("p.pseudonym = $14", ""), ASKED(a), pseudonym));
    add_hits(ids, &t);
    return OK;
}

static enum status by_digits(struct cx *cx, const struct asked *a, const char *digits, bool phones,
                             struct named_ids *ids)
{
    TRY(by_number(cx, a, digits, ids));
    if (!phones || strlen(digits) < LEAST_DIGITS) return OK;
    TRY(by_word(cx, a, arena_print(cx->mem, "#%s", digits), ids));
    return by_word(cx, a, words_from_end(cx->mem, digits), ids);
}

/* Names alone: among few own patients their list is read, among many the words. */
static enum status by_names(struct cx *cx, struct asked *a, const struct wanted *w,
                            struct named_ids *ids)
{
    if (a->sight.others || id_some(a->filter->practitioner)) {
        a->like[0] = a->like[w->words_n - 1];
        a->like[w->words_n - 1] = NULL;
        return by_word(cx, a, w->words[0], ids);
    }
    struct start active = { .state = "active", .names = "" };
    struct start archived = { .state = "archived", .names = "" };
    struct named_ids more;
    TRY(by_name(cx, a, &active, ids));
    TRY(by_name(cx, a, &archived, &more));
    for (size_t i = 0; i < more.n && ids->n < PAGE_AND_ONE; i++) ids->at[ids->n++] = more.at[i];
    return OK;
}

static enum status search(struct cx *cx, struct asked *a, struct named_ids *out)
{
    struct wanted w = words_wanted(cx, a->filter->text);
    bool hidden = cx->actor.reach & REACH_PSEUDONYMS;
    *out = some_named(cx);
    if (w.pseudonym >= 0) return by_pseudonym(cx, a, w.pseudonym, out);
    if (hidden) return w.digits ? by_digits(cx, a, w.digits, false, out) : OK;
    for (size_t i = 0; i < w.words_n; i++) a->like[i] = arena_print(cx->mem, "%% %s%%", w.words[i]);
    if (w.birth_date) return by_birth(cx, a, w.birth_date, out);
    if (w.digits) return by_digits(cx, a, w.digits, true, out);
    return w.words_n ? by_names(cx, a, &w, out) : OK;
}

/* ------------------------------------------------------------------------------------ */

enum status patient_list_quietly(struct cx *cx, const struct patient_filter *filter,
                                 struct patient_list *out)
{
    struct record any = { .own = true, .here = true, .grant = EDIT };
    struct subject subject = { .practice = cx->actor.practice, .record = &any };
    struct asked asked = { .filter = filter, .sight = sight_of(cx, VIEW) };
    struct start start = { .state = filter->archived ? "archived" : "active", .names = "" };
    struct named_ids hits;
    TRY(allow(cx, PATIENTS_VIEW, &subject));
    if (*filter->text) {
        TRY(search(cx, &asked, &hits));
    } else {
        bool hidden = cx->actor.reach & REACH_PSEUDONYMS;
        TRY(start_behind(cx, filter->after, &start));
        TRY((hidden ? by_numbers : by_name)(cx, &asked, &start, &hits));
    }
    bool visits = filter->visits && hits.n <= PATIENT_VISITS && has(&cx->actor, CALENDAR_VIEW);
    return patient_rows(cx, &hits, visits, out);
}

enum status patient_list(struct cx *cx, const struct patient_filter *filter,
                         struct patient_list *out)
{
    bool looked_for = *filter->text;
    TRY(patient_list_quietly(cx, filter, out));
    if (filter->most && out->n > filter->most) out->n = filter->most, out->more = true;
    for (size_t i = 0; i < out->n; i++) cx_show(cx, looked_for ? "found" : "listed", out->at[i].id);
    if (looked_for && out->n == 0) cx_show(cx, "found", (struct id){ "" });
    return OK;
}
