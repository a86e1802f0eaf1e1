/* timeline.c - see timeline.h */
#include "app/tenure/timeline.h"

#include <string.h>

#include "app/audit/changes.h"
#include "db/db.h"

#include "app/users/access_words.text.h"

static enum status read_steps(struct cx *cx, const struct user *u, struct timeline *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT at, kind, actor_name, note, changes FROM audit WHERE practice_id = $1"
                      " AND about_id = $2 AND kind IN ($3, $4, $5, $6, $7, $8)"
                      " ORDER BY seq DESC LIMIT $9"),
                  u->id, event_key(EVENT_USER_ADDED), event_key(EVENT_INVITATION_ACCEPTED),
                  event_key(EVENT_USER_ACCESS_CHANGED), event_key(EVENT_USER_DEACTIVATED),
                  event_key(EVENT_USER_LEFT), event_key(EVENT_USER_ACTIVATED), TIMELINE_MOST));
    out->steps = NEW_ARRAY(cx->mem, struct timeline_step, t.rows);
    for (size_t i = t.rows; i-- > 0;) {
        struct timeline_step *step = &out->steps[out->steps_n++];
        const char *note = cell_text(&t, i, "note");
        *step = (struct timeline_step){ .at = cell_int(&t, i, "at"),
                                        .kind = cell_text(&t, i, "kind"),
                                        .by = cell_text(&t, i, "actor_name"),
                                        .note = note ? note : "" };
        (void)changes_read(cx->mem, cell_text(&t, i, "changes"), &step->changes);
    }
    return OK;
}

static bool is(const struct timeline_step *step, enum event event)
{
    return strcmp(step->kind, event_key(event)) == 0;
}

/* How many levels of its role type are above it decides. */
static int shade_of(struct cx *cx, const char *level)
{
    for (enum level l = 0; l < LEVEL_COUNT; l++) {
        int shade = 4;
        if (strcmp(levels[l].label(cx), level) != 0) continue;
        for (enum level m = l + 1; m < LEVEL_COUNT; m++) shade -= levels[m].role == levels[l].role;
        return shade < 1 ? 1 : shade;
    }
    return 1;
}

/* The level before a step, or NULL: it was the same. */
static const char *level_before(struct cx *cx, const struct timeline_step *step)
{
    for (const struct change *c = step->changes.first; c; c = c->next)
        if (strcmp(c->field, SAY(change_level)) == 0 && *c->before) return c->before;
    return NULL;
}

static void add(struct cx *cx, struct timeline *t, int64_t from, struct timeline_span *span)
{
    span->from = from;
    span->shade = span->active ? shade_of(cx, span->level) : 0;
    t->spans[t->spans_n++] = *span;
    span->to = from;
}

/* From now back to the beginning: what is now is certain. */
static void find_spans(struct cx *cx, const struct user *u, struct timeline *t)
{
    enum level level = u->access.level;
    struct timeline_span span = { .to = cx->now,
                                  .level = level < LEVEL_COUNT ? levels[level].label(cx) : "",
                                  .active = u->access.active };
    int64_t first = u->created_at;
    t->spans = NEW_ARRAY(cx->mem, struct timeline_span, t->steps_n + 1);
    for (size_t i = t->steps_n; i-- > 0;) {
        const struct timeline_step *step = &t->steps[i];
        bool out = is(step, EVENT_USER_DEACTIVATED) || is(step, EVENT_USER_LEFT);
        bool back = is(step, EVENT_USER_ACTIVATED);
        const char *before = level_before(cx, step);
        if (step->at < first) first = step->at;
        if (!out && !back && !before) continue;
        add(cx, t, step->at, &span);
        if (before) span.level = before;
        if (out || back) span.active = out;
    }
    add(cx, t, first, &span);
    for (size_t i = 0; i < t->spans_n / 2; i++) {
        struct timeline_span other = t->spans[i];
        t->spans[i] = t->spans[t->spans_n - 1 - i];
        t->spans[t->spans_n - 1 - i] = other;
    }
}

enum status timeline_find(struct cx *cx, const struct user *u, struct timeline *out)
{
    *out = (struct timeline){ 0 };
    TRY(allow(cx, HISTORY_VIEW, &(struct subject){ .practice = cx->actor.practice }));
    TRY(read_steps(cx, u, out));
    find_spans(cx, u, out);
    return OK;
}
