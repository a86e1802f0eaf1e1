/* left.c - see left.h */
#include "app/exports/left.h"

#include "app/exports/row.h"

#include "app/exports/exports.text.h"

static enum status gate(struct cx *cx, struct export_permit *out)
{
    struct user *u;
    TRY(user_find(cx, cx->actor.user, &u));
    TRY(export_permit_find(cx, u->id, out));
    if (!u->access.active && u->access.set[SETTING_export_own] && out->outlives
        && out->until > cx->now)
        return OK;
    return fail(cx, NOT_FOUND, "%s", SAY(left_over));
}

enum status left_export_find(struct cx *cx, struct left_export *out)
{
    TRY(gate(cx, &out->permit));
    TRY(export_newest(cx, EXPORT_OF_OWN, &out->x));
    if (out->x && (out->x->state == EXPORT_READY || out->x->state == EXPORT_TAKEN)) return OK;
    return fail(cx, NOT_FOUND, "%s", SAY(left_over));
}

enum status left_export_link(struct cx *cx, const char **token)
{
    struct left_export left;
    TRY(left_export_find(cx, &left));
    return export_link_make(cx, EXPORT_OF_OWN, token);
}

enum status left_export_take(struct cx *cx, const char *token, struct export **out)
{
    struct export_permit permit;
    TRY(gate(cx, &permit));
    return export_link_use(cx, EXPORT_OF_OWN, token, out);
}

enum status left_export_read(struct cx *cx, struct id id, int64_t at, struct bytes *out)
{
    struct export_permit permit;
    TRY(gate(cx, &permit));
    return export_read(cx, id, at, out);
}

enum status left_export_end(struct cx *cx)
{
    struct export_permit permit;
    TRY(gate(cx, &permit));
    return export_own_end(cx);
}

enum status left_groups(struct cx *cx, struct id person, struct left_groups *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT g.slug, g.name, g.time_zone, p.until FROM users u"
                             " JOIN practices g ON g.id = u.practice_id"
                             " JOIN export_permits p ON p.practice_id = u.practice_id"
                             "  AND p.user_id = u.id"
                             " WHERE u.person_id = $1 AND u.status <> 'active'"
                             " AND u.export_own = 1 AND p.outlives = 1 AND p.until > $2"
                             " AND EXISTS (SELECT 1 FROM exports x"
                             "  WHERE x.practice_id = u.practice_id AND x.user_id = u.id"
                             "  AND x.scope = 'own' AND x.state = 'ready')"
                             " ORDER BY g.name, g.id"),
                  person, cx->now));
    *out = (struct left_groups){ t.rows, NEW_ARRAY(cx->mem, struct left_group, t.rows) };
    for (size_t i = 0; i < t.rows; i++)
        out->at[i] = (struct left_group){ cell_text(&t, i, "slug"), cell_text(&t, i, "name"),
                                          cell_text(&t, i, "time_zone"), cell_int(&t, i, "until") };
    return OK;
}
