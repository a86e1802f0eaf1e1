/* record.c - see record.h */
#include "app/tenure/record.h"

#include <string.h>

#include "app/audit/changes.h"
#include "base/secret.h"
#include "base/time.h"
#include "db/db.h"

#include "app/tenure/tenure.text.h"

static const char *stands(struct cx *cx, const struct checklist_line *line)
{
    switch (line->state) {
    case LINE_OPEN: return SAY(record_open, line->about);
    case LINE_WAIVED:
        return SAY(record_waived, line->about, line->by, time_moment(cx, line->at), line->reason);
    case LINE_SETTLED:
        return line->by ? SAY(record_settled, line->done, line->by, time_moment(cx, line->at))
                        : line->done;
    case LINE_NOTHING: return line->about;
    case LINE_OPTIONAL: break;
    }
    return SAY(record_not_done);
}

static void write_down(struct cx *cx, const struct user *u, struct departure_record *r)
{
    const char *ended =
        SAY(record_ended, time_moment(cx, u->deactivated_at), u->deactivated_by_name);
    change_note(cx, &r->now, SAY(record_access), "", ended);
    for (size_t i = 0; i < r->list.n; i++) {
        const struct checklist_line *line = &r->list.at[i];
        bool was_open = line->state == LINE_OPEN || line->by;
        change_note(cx, &r->now, line->title, was_open ? SAY(record_was_open) : "",
                    stands(cx, line));
    }
    change_note(cx, &r->now, SAY(record_left_open), "",
                r->list.open ? SAY(record_left_n, r->list.open) : SAY(record_left_none));
}

static const char *as_text(struct cx *cx, const struct changes *changes)
{
    const char *all = "";
    for (const struct change *c = changes->first; c; c = c->next)
        all = arena_print(cx->mem, "%s%s\n%s\n%s\n", all, c->field, c->before, c->after);
    return all;
}

/* How and why it ended, and the last signature after that. */
static enum status read_log(struct cx *cx, const struct user *u, struct departure_record *r)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT kind, at, actor_name, note, changes FROM audit WHERE practice_id = $1"
                      " AND about_id = $2 AND at >= $3 AND kind IN ($4, $5, $6) ORDER BY seq"),
                  u->id, u->deactivated_at, event_key(EVENT_USER_DEACTIVATED),
                  event_key(EVENT_USER_LEFT), event_key(EVENT_DEPARTURE_SIGNED)));
    for (size_t i = 0; i < t.rows; i++) {
        const char *note = cell_text(&t, i, "note"), *kind = cell_text(&t, i, "kind");
        if (strcmp(kind, event_key(EVENT_DEPARTURE_SIGNED)) != 0) {
            r->note = note ? note : "";
            r->left = strcmp(kind, event_key(EVENT_USER_LEFT)) == 0;
            r->signed_by = NULL;
            continue;
        }
        r->signed_by = cell_text(&t, i, "actor_name");
        r->signed_note = note ? note : "";
        r->signed_at = cell_int(&t, i, "at");
        r->then = (struct changes){ 0 };
        (void)changes_read(cx->mem, cell_text(&t, i, "changes"), &r->then);
    }
    r->same = strcmp(as_text(cx, &r->now), as_text(cx, &r->then)) == 0;
    return OK;
}

/* The same text for every reader, or one would find another's signature stale. */
static enum status write_plainly(struct cx *cx, const struct user *u, struct departure_record *r)
{
    char hash[SECRET_SIZE];
    TRY(checklist_lines(cx, u, &r->list));
    write_down(cx, u, r);
    secret_hash(as_text(cx, &r->now), hash);
    r->version = arena_print(cx->mem, "%s", hash);
    return read_log(cx, u, r);
}

enum status record_find(struct cx *cx, const struct user *u, struct departure_record *out)
{
    struct subject subject = user_subject(u);
    bool clock_12 = cx->clock_12;
    *out = (struct departure_record){ .note = "", .signed_note = "" };
    TRY(allow(cx, USERS_DEACTIVATE, &subject));
    if (u->access.active || user_awaited(u))
        return fail_because(cx, CONFLICT, "active", "%s", SAY(record_active));
    cx->clock_12 = false;
    enum status status = write_plainly(cx, u, out);
    cx->clock_12 = clock_12;
    return status;
}

enum status record_sign(struct cx *cx, const struct user *u, const char *version, const char *note)
{
    struct departure_record r;
    TRY(record_find(cx, u, &r));
    if (strcmp(version, r.version) != 0)
        return fail_because(cx, CONFLICT, "stale", "%s", SAY(record_stale));
    return announce(cx, EVENT_DEPARTURE_SIGNED, (struct about){ u->id, user_name(cx, u) }, &r.now,
                    note);
}
