/* decide.c - what is decided about one user, and carrying it out. */
#include <string.h>

#include "app/departures/departure.h"
#include "app/reviews/review.h"
#include "app/staff/user_change.h"
#include "app/users/user.h"
#include "base/say.h"
#include "db/db.h"

#include "app/reviews/reviews.text.h"

static const char READ_ONLY[] = "read_only";

/* Levels stand in their table from the least on, each role type's apart. */
size_t review_reductions(struct cx *cx, const struct access *a, struct reduction out[REDUCTIONS])
{
    size_t n = 0;
    if (a->owner) return 0; /* an owner lowers only himself, on his own page */
    if (!access_full(a) && !a->set[SETTING_read_only])
        out[n++] = (struct reduction){ READ_ONLY, settings[SETTING_read_only].label(cx) };
    if (a->level >= LEVEL_COUNT) return n;
    for (enum level l = a->level; l-- > 0 && n < REDUCTIONS;)
        if (levels[l].role == a->role)
            out[n++] = (struct reduction){ levels[l].key, levels[l].label(cx) };
    return n;
}

/* What a box had taken away stays away. */
static struct access lowered(const struct access *before, enum level level)
{
    struct access after = *before;
    after.level = level;
    after.owner = false;
    for (enum area area = 0; area < AREA_COUNT; area++) {
        bool less = before->others[area] != FOLLOWS
                    && before->others[area] < (int)level_others(level, area);
        if (!less) after.others[area] = FOLLOWS;
    }
    return after;
}

static enum status lower(struct cx *cx, struct user *u, const char *key)
{
    struct user_change change = { .user = u,
                                  .after = user_as_draft(u),
                                  .version = u->version,
                                  .one_name = !*u->first_name };
    change.after.access = lowered(&u->access, level_find(u->access.role, key));
    enum status status = user_change(cx, &change);
    if (status != INVALID || !cx->faults) return status;
    const char *why = cx->faults->message;
    cx->faults = NULL; /* its fields stand on another page */
    return fail(cx, CONFLICT, "%s", why);
}

static enum status carry_out(struct cx *cx, struct user *u, enum decision d, const char *to)
{
    int64_t ended;
    if (d == DEACTIVATE) return user_deactivate(cx, u, true, SAY(decide_why), &ended);
    if (d == REDUCE && strcmp(to, READ_ONLY) == 0) return user_read_only(cx, u, true);
    return d == REDUCE ? lower(cx, u, to) : OK;
}

static enum decision decision_of(const char *key)
{
    for (enum decision d = KEEP; d < DECISIONS; d++)
        if (strcmp(key, decision_key(d)) == 0) return d;
    return UNDECIDED;
}

static enum status check_choice(struct cx *cx, const struct user *u, enum decision d,
                                const char *to)
{
    struct reduction less[REDUCTIONS];
    size_t n = review_reductions(cx, &u->access, less);
    bool fits = d != REDUCE;
    for (size_t i = 0; i < n; i++) fits |= strcmp(less[i].key, to) == 0;
    if (d == UNDECIDED) field_fault(cx, "decision", SAY(decide_missing));
    if (!fits) field_fault(cx, "to", SAY(decide_to_missing));
    return field_check(cx);
}

/* What is stored about the line, or a line of version 0. */
static enum status find_line(struct cx *cx, const struct review *r, struct id user,
                             struct review_line *out)
{
    struct review_lines all;
    *out = (struct review_line){ .user = user, .has = "", .had = "", .left = "", .by = "" };
    TRY(review_lines(cx, r, &all));
    for (size_t i = 0; i < all.n; i++)
        if (id_same(all.at[i].user, user)) *out = all.at[i];
    return OK;
}

static enum status keep(struct cx *cx, const struct review *r, const struct user *before,
                        const struct review_line *line, enum decision d, const char *left)
{
    int64_t written;
    TRY(db_change(
        cx, &written,
        SQL("INSERT INTO access_review_lines (practice_id, review_id, user_id, name, had, has,"
            " seen_at, decision, decided_at, decided_by, decided_name, version)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $13)"
            " ON CONFLICT (practice_id, review_id, user_id) DO UPDATE SET has = excluded.has,"
            " seen_at = excluded.seen_at, decision = excluded.decision,"
            " decided_at = excluded.decided_at, decided_by = excluded.decided_by,"
            " decided_name = excluded.decided_name, version = excluded.version"
            " WHERE access_review_lines.version = $12"),
        r->id, before->id, user_name(cx, before), line->has, left, before->seen_at, decision_key(d),
        cx->now, cx->actor.user, cx->actor.name, line->version, line->version + 1));
    return written || db_unsure(cx) ? OK : fail(cx, CONFLICT, "%s", SAY(decide_meanwhile));
}

/* Was the very same decided already, and still stands? */
static bool decided_so(const struct review_line *line, enum decision d, const char *to)
{
    const struct access *a = &line->access;
    if (!line->version || line->open) return false;
    if (d == KEEP && line->decision == REDUCE) return true; /* what is kept is what was left */
    if (line->decision != d) return false;
    if (d != REDUCE) return true;
    if (strcmp(to, READ_ONLY) == 0) return a->set[SETTING_read_only];
    return a->level < LEVEL_COUNT && strcmp(levels[a->level].key, to) == 0;
}

/* A decision is about the line as it was shown. */
static enum status check_shown(struct cx *cx, const struct review_line *line, const char *name,
                               const struct review_choice *c)
{
    if (line->version != c->version)
        return fail(cx, CONFLICT, "%s",
                    SAY(decide_late, line->by, name, decision_words(cx, line->decision)));
    if (strcmp(c->had, line->has) != 0)
        return fail(cx, CONFLICT, "%s", SAY(decide_stale, name));
    return OK;
}

enum status review_decide(struct cx *cx, const struct review *r, struct id id,
                          const struct review_choice *c)
{
    struct user *u, *after;
    struct review_line line;
    struct changes changes = { 0 };
    enum decision d = decision_of(c->decision);
    TRY(review_gate(cx));
    TRY(user_find(cx, id, &u));
    if (!r->open) return fail(cx, CONFLICT, "%s", SAY(sign_already));
    TRY(find_line(cx, r, id, &line));
    if (decided_so(&line, d, c->to)) return OK;
    TRY(check_shown(cx, &line, user_name(cx, u), c));
    TRY(check_choice(cx, u, d, c->to));
    TRY(carry_out(cx, u, d, c->to));
    TRY(user_find(cx, id, &after));
    const char *left = after->access.active ? review_access_words(cx, after) : SAY(left_none);
    TRY(keep(cx, r, u, &line, d, left));
    change_note(cx, &changes, SAY(decide_field),
                line.version ? decision_words(cx, line.decision) : "", decision_words(cx, d));
    change_note(cx, &changes, SAY(decide_access), line.has, left);
    return announce(cx, EVENT_REVIEW_DECIDED, (struct about){ u->id, user_name(cx, u) }, &changes,
                    NULL);
}
