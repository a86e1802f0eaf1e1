/* group_export.c - see group_export.h */
#include "app/exports/group_export.h"

#include "app/audit/event.h"
#include "app/exports/row.h"
#include "app/users/users_mail.h"
#include "base/time.h"
#include "work/queue.h"

#include "app/exports/exports.text.h"

enum { AT_ONCE = 2000 }; /* records that are listed in one transaction */

/* --- reading --------------------------------------------------------------------------- */

enum status group_export_now(struct cx *cx, struct export **out)
{
    struct table t;
    TRY(export_gate(cx, EXPORT_OF_PRACTICE));
    TRY(db_select(cx, &t,
                  SQL(EXPORT_COLUMN_LIST " AND x.scope = 'practice' AND x.state <> 'ended'"
                                         " ORDER BY x.id DESC LIMIT 1")));
    *out = t.rows ? export_row(cx, &t, 0) : NULL;
    return OK;
}

enum status group_export_read(struct cx *cx, struct id id, struct export **out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL(EXPORT_COLUMN_LIST " AND x.scope = 'practice' AND x.id = $2"), id));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such export.");
    *out = export_row(cx, &t, 0);
    return OK;
}

/* --- asking and answering ---------------------------------------------------------------- */

static enum status tell(struct cx *cx, enum event event, const char *note)
{
    return announce(cx, event, (struct about){ cx->actor.user, cx->actor.name }, NULL, note);
}

enum status group_export_ask(struct cx *cx, const char *reason)
{
    struct export *now;
    int64_t full, owners;
    struct id id = id_new(cx->now);
    TRY(group_export_now(cx, &now));
    if (now) return fail_because(cx, CONFLICT, "another", "%s", SAY(group_another, now->by_name));
    TRY(full_access_count(cx, &full, &owners));
    if (full < 2) return fail_because(cx, CONFLICT, "alone", "%s", SAY(group_alone));
    if (!*reason) field_fault(cx, "reason", SAY(group_no_reason));
    TRY(field_check(cx));
    TRY(db_exec(cx,
                SQL("INSERT INTO exports (practice_id, id, user_id, scope, state, by_name, reason,"
                    " created_at, touched_at) VALUES ($1, $2, $3, 'practice', 'asked', $4, $5, $6,"
                    " $6)"),
                id, cx->actor.user, cx->actor.name, reason, cx->now));
    TRY(enqueue_at(cx, JOB_export_expire, id, "", cx->now + DAYS(GROUP_EXPORT_DAYS)));
    TRY(letters_to_full_access(cx, JOB_letter_export, cx->actor.user,
                               arena_print(cx->mem, "asked %s", id.text)));
    return tell(cx, EVENT_GROUP_EXPORT_ASKED, reason);
}

enum status group_export_agree(struct cx *cx)
{
    struct export *x;
    TRY(group_export_now(cx, &x));
    if (!x || x->state != EXPORT_ASKED)
        return fail_because(cx, CONFLICT, "moved", "%s", SAY(group_moved));
    if (id_same(x->user, cx->actor.user))
        return fail_because(cx, CONFLICT, "second", "%s", SAY(group_second));
    TRY(db_change_one(cx, SAY(group_moved),
                      SQL("UPDATE exports SET state = 'running', agreed_name = $3, touched_at = $4"
                          " WHERE practice_id = $1 AND id = $2 AND state = 'asked'"),
                      x->id, cx->actor.name, cx->now));
    TRY(dequeue(cx, JOB_export_expire, x->id));
    TRY(enqueue(cx, JOB_export_work, x->id, ""));
    return tell(cx, EVENT_GROUP_EXPORT_AGREED, x->by_name);
}

enum status group_export_end(struct cx *cx)
{
    struct export *x;
    TRY(group_export_now(cx, &x));
    if (!x) return OK;
    TRY(export_end_all(cx, x->user, EXPORT_OF_PRACTICE, NULL));
    if (x->state == EXPORT_ASKED && !id_same(x->user, cx->actor.user))
        TRY(enqueue(cx, JOB_letter_export, x->user,
                    arena_print(cx->mem, "declined %s", x->id.text)));
    return tell(cx, EVENT_GROUP_EXPORT_ENDED, x->by_name);
}

/* --- which records ------------------------------------------------------------------------- */

/* clang-format off */
#define LIST(kind, columns, from)                                                               \
    SQL("INSERT INTO export_items (practice_id, export_id, position, kind, record_id, of_id)"   \
        " SELECT $1, $2, $3 + row_number() OVER (ORDER BY r.id), '" kind "', r.id, r.of_id"     \
        " FROM (SELECT " columns " FROM " from " LIMIT $5) AS r")
/* clang-format on */

/* The next ones of this kind, behind the id `to`; `n`: how many that are. */
static enum status list_kind(struct cx *cx, const struct export *x, int64_t *n)
{
    const int64_t most = AT_ONCE;
    switch (x->listed) {
    case 0:
        return db_change(cx, n,
                         LIST("patient", "p.id, '' AS of_id",
                              "patients p WHERE p.practice_id = $1 AND p.id > $4"
                              " AND p.state <> 'merged' ORDER BY p.id"),
                         x->id, x->of, x->listed_to, most);
    case 1:
        return db_change(cx, n,
                         LIST("note", "n.id, n.patient_id AS of_id",
                              "notes n WHERE n.practice_id = $1 AND n.id > $4"
                              " AND n.state <> 'discarded' ORDER BY n.id"),
                         x->id, x->of, x->listed_to, most);
    case 2:
        return db_change(cx, n,
                         LIST("attachment", "f.id, f.note_id AS of_id",
                              "attachments f JOIN notes n ON n.practice_id = f.practice_id"
                              "  AND n.id = f.note_id AND n.state <> 'discarded'"
                              " WHERE f.practice_id = $1 AND f.id > $4"
                              " AND f.removed_at IS NULL ORDER BY f.id"),
                         x->id, x->of, x->listed_to, most);
    case 3:
        return db_change(cx, n,
                         LIST("appointment", "a.id, '' AS of_id",
                              "appointments a WHERE a.practice_id = $1 AND a.id > $4"
                              " ORDER BY a.id"),
                         x->id, x->of, x->listed_to, most);
    default:
        return db_change(cx, n,
                         LIST("invoice", "v.id, '' AS of_id",
                              "invoices v WHERE v.practice_id = $1 AND v.id > $4"
                              " AND v.state <> 'discarded' ORDER BY v.id"),
                         x->id, x->of, x->listed_to, most);
    }
}

enum status export_list_some(struct cx *cx, const struct export *x)
{
    int64_t n;
    TRY(list_kind(cx, x, &n));
    if (n < AT_ONCE)
        return db_exec(cx,
                       SQL("UPDATE exports SET of_n = of_n + $3, listed = listed + 1,"
                           " listed_to = '' WHERE practice_id = $1 AND id = $2"),
                       x->id, n);
    return db_exec(cx,
                   SQL("UPDATE exports SET of_n = of_n + $3, listed_to = (SELECT i.record_id"
                       "  FROM export_items i WHERE i.practice_id = $1 AND i.export_id = $2"
                       "  AND i.position = $4) WHERE practice_id = $1 AND id = $2"),
                   x->id, n, x->of + n);
}
