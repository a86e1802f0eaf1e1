/* looks.c - see looks.h */
#include "access/looks.h"

#include <string.h>

#include "db/db.h"

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

enum status looks_write(struct cx *cx, const char *route, const char *reference)
{
    const struct actor *actor = &cx->actor;
    struct id look = id_new(cx->now);
    bool opened = false;
    for (const struct shown *s = cx->shown; s; s = s->next)
        opened = opened || strcmp(s->how, "opened") == 0;
    TRY(db_exec(cx,
                SQL("INSERT INTO looks (practice_id, id, at, user_id, user_name, opened, route,"
                    " reference, address, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"),
                look, cx->now, actor->user, or_empty(actor->name), opened, route, or_empty(reference),
                or_empty(actor->address), or_empty(actor->agent)));
    for (const struct shown *s = cx->shown; s; s = s->next)
        if (id_some(s->patient))
            TRY(db_exec(cx,
                        SQL("INSERT INTO looked_at (practice_id, patient_id, look_id, how)"
                            " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"),
                        s->patient, look, s->how));
    return OK;
}

enum status looks_at(struct cx *cx, struct id patient, int64_t most, struct looks *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT l.user_name, l.at, x.how FROM looked_at x JOIN looks l"
                      "  ON l.practice_id = x.practice_id AND l.id = x.look_id"
                      " WHERE x.practice_id = $1 AND x.patient_id = $2"
                      " ORDER BY x.look_id DESC, x.how LIMIT $3"),
                  patient, most));
    *out = (struct looks){ t.rows, NEW_ARRAY(cx->mem, struct look, t.rows) };
    for (size_t i = 0; i < t.rows; i++)
        out->at[i] = (struct look){ cell_text(&t, i, "user_name"), cell_text(&t, i, "how"),
                                    cell_int(&t, i, "at") };
    return OK;
}

enum status looks_recent(struct cx *cx, int64_t most, struct id *out, size_t *n)
{
    enum { LOOKS_BACK = 200 };
    struct table t;
    *n = 0;
    TRY(db_select(cx, &t,
                  SQL("SELECT x.patient_id FROM (SELECT id FROM looks WHERE practice_id = $1"
                      "  AND user_id = $2 AND opened = 1 ORDER BY id DESC LIMIT $3) AS l"
                      " JOIN looked_at x ON x.practice_id = $1 AND x.look_id = l.id"
                      " WHERE x.how = 'opened' ORDER BY l.id DESC, x.patient_id"),
                  cx->actor.user, LOOKS_BACK));
    for (size_t i = 0; i < t.rows && (int64_t)*n < most; i++) {
        struct id id = cell_id(&t, i, "patient_id");
        size_t at = 0;
        while (at < *n && !id_same(out[at], id)) at++;
        if (at == *n) out[(*n)++] = id;
    }
    return OK;
}
