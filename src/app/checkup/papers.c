/* papers.c - see papers.h; and the line of the check-up about them */
#include "app/checkup/papers.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/checkup/checkup.h"
#include "base/date.h"
#include "base/text.h"
#include "db/db.h"

#include "app/checkup/checkup.text.h"

static const char *const keys[PAPER_KINDS] = { "registration", "insurance" };

const char *paper_key(enum paper_kind kind)
{
    return keys[kind];
}

const char *paper_words(struct cx *cx, enum paper_kind kind)
{
    return kind == PAPER_INSURANCE ? SAY(paper_insurance) : SAY(paper_registration);
}

static enum paper_kind kind_of(const char *key)
{
    return strcmp(key, keys[PAPER_INSURANCE]) == 0 ? PAPER_INSURANCE : PAPER_REGISTRATION;
}

enum status papers_find(struct cx *cx, const struct user *u, struct papers *out)
{
    struct table t;
    struct subject subject = user_subject(u);
    subject.lowers = false;
    TRY(allow(cx, USERS_EDIT, &subject));
    TRY(db_select(cx, &t,
                  SQL("SELECT kind, ends_on FROM user_papers WHERE practice_id = $1 AND user_id = $2"),
                  u->id));
    for (enum paper_kind kind = 0; kind < PAPER_KINDS; kind++) out->ends_on[kind] = "";
    for (size_t i = 0; i < t.rows; i++)
        out->ends_on[kind_of(cell_text(&t, i, "kind"))] = cell_text(&t, i, "ends_on");
    return OK;
}

static enum status write(struct cx *cx, const struct user *u, enum paper_kind kind, const char *day)
{
    if (!*day)
        return db_exec(cx,
                       SQL("DELETE FROM user_papers WHERE practice_id = $1 AND user_id = $2"
                           " AND kind = $3"),
                       u->id, keys[kind]);
    return db_exec(cx,
                   SQL("INSERT INTO user_papers (practice_id, user_id, kind, ends_on, noted_at,"
                       " noted_by, noted_name) VALUES ($1, $2, $3, $4, $5, $6, $7)"
                       " ON CONFLICT (practice_id, user_id, kind) DO UPDATE SET"
                       " ends_on = excluded.ends_on, noted_at = excluded.noted_at,"
                       " noted_by = excluded.noted_by, noted_name = excluded.noted_name"),
                   u->id, keys[kind], day, cx->now, cx->actor.user, cx->actor.name);
}

enum status papers_save(struct cx *cx, const struct user *u, const char *const typed[PAPER_KINDS])
{
    struct papers was;
    struct changes changes = { 0 };
    const char *days[PAPER_KINDS];
    TRY(papers_find(cx, u, &was));
    if (!u->access.active || u->access.role != PRACTITIONER)
        return fail(cx, CONFLICT, "%s", SAY(paper_nobody, user_name(cx, u)));
    for (enum paper_kind kind = 0; kind < PAPER_KINDS; kind++) {
        days[kind] = *typed[kind] ? date_parse(cx, typed[kind]) : "";
        if (!days[kind]) field_fault(cx, keys[kind], SAY(paper_wrong));
    }
    TRY(field_check(cx));
    for (enum paper_kind kind = 0; kind < PAPER_KINDS; kind++) {
        if (strcmp(days[kind], was.ends_on[kind]) == 0) continue;
        change_note(cx, &changes, paper_words(cx, kind), date_words(cx, was.ends_on[kind]),
                    date_words(cx, days[kind]));
        TRY(write(cx, u, kind, days[kind]));
    }
    if (!changes.first) return OK;
    return announce(cx, EVENT_USER_PAPERS_CHANGED, (struct about){ u->id, user_name(cx, u) },
                    &changes, NULL);
}

/* --- the line ----------------------------------------------------------------------------- */

enum status papers_look(struct cx *cx, const struct checkup_users *users, struct checkup_line *line)
{
    struct table t;
    const char *today = date_today(cx);
    (void)users;
    TRY(db_select(cx, &t,
                  SQL("SELECT p.user_id, p.kind, p.ends_on, u.first_name, u.last_name"
                      " FROM user_papers p JOIN users u ON u.practice_id = p.practice_id"
                      "  AND u.id = p.user_id WHERE p.practice_id = $1 AND p.ends_on < $2"
                      " AND u.status = 'active' AND u.role_type = 'practitioner'"
                      " ORDER BY p.ends_on, u.sort_key, u.id, p.kind"),
                  date_add(cx, today, PAPER_NOTICE_DAYS)));
    for (size_t i = 0; i < t.rows; i++) {
        struct checkup_entry *e = checkup_entry(cx, line, t.rows);
        const char *day = cell_text(&t, i, "ends_on");
        const char *what = paper_words(cx, kind_of(cell_text(&t, i, "kind")));
        bool over = strcmp(day, today) < 0;
        e->id = e->user = cell_id(&t, i, "user_id");
        e->name = text_name(cx->mem, "", cell_text(&t, i, "first_name"),
                            cell_text(&t, i, "last_name"));
        e->about = over ? SAY(papers_ended, what, date_words(cx, day))
                        : SAY(papers_ends, what, date_words(cx, day));
        if (over) e->tag = SAY(tag_over);
        e->way = WAY_PAPERS;
    }
    line->title = SAY(papers_title);
    line->about = line->n ? SAY(papers_some, (int64_t)PAPER_NOTICE_DAYS)
                          : SAY(papers_none, (int64_t)PAPER_NOTICE_DAYS);
    line->open = line->n > 0;
    return OK;
}
