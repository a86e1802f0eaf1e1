/* membership.c - see membership.h */
#include "app/people/membership.h"

#include "access/access.h"
#include "db/db.h"

static struct membership read_membership(struct cx *cx, const struct table *t, size_t row)
{
    enum role_type role = PRACTITIONER;
    (void)role_find(cell_text(t, row, "role_type"), &role);
    enum level level = level_find(role, cell_text(t, row, "level"));
    return (struct membership){
        .practice = cell_id(t, row, "id"),
        .slug = cell_text(t, row, "slug"),
        .name = cell_text(t, row, "name"),
        .zone = cell_text(t, row, "time_zone"),
        .role = role_label(role)(cx),
        .level = level < LEVEL_COUNT ? levels[level].label(cx) : "",
        .read_only = cell_bool(t, row, "read_only"),
        .exports = cell_bool(t, row, "export_own") || level == LEVEL_P_FULL,
        .since = cell_int(t, row, "created_at"),
        .seen_at = cell_int(t, row, "seen_at"),
    };
}

enum status membership_list(struct cx *cx, struct id person, struct membership_list *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT g.id, g.slug, g.name, g.time_zone, u.role_type, u.level,"
                             " u.read_only, u.export_own, u.created_at, u.seen_at FROM users u"
                             " JOIN practices g ON g.id = u.practice_id"
                             " WHERE u.person_id = $1 AND u.status = 'active'"
                             " ORDER BY g.name, g.id"),
                  person));
    out->n = t.rows;
    out->at = NEW_ARRAY(cx->mem, struct membership, t.rows);
    for (size_t i = 0; i < t.rows; i++) out->at[i] = read_membership(cx, &t, i);
    return OK;
}

enum status membership_zone(struct cx *cx, struct id person)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT g.time_zone FROM users u"
                             " JOIN practices g ON g.id = u.practice_id"
                             " JOIN people p ON p.id = u.person_id"
                             " WHERE p.id = $1 AND u.status = 'active'"
                             " ORDER BY CASE WHEN g.id = p.last_practice_id THEN 0 ELSE 1 END,"
                             " g.name, g.id LIMIT 1"),
                  person));
    cx->zone = t.rows ? cell_text(&t, 0, "time_zone") : "UTC";
    return OK;
}
