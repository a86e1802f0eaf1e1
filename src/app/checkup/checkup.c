/* checkup.c - see checkup.h */
#include "app/checkup/checkup.h"

#include <string.h>

#include "access/stored.h"
#include "base/say.h"
#include "base/text.h"
#include "db/db.h"

#include "app/checkup/checkup.text.h"

static const struct info {
    const char *key;
    checkup_look *look;
    checkup_mend_one *mend;
    bool all;
} lines[] = {
#define LINE(key, look, mend, all) { key, look, mend, all },
#include "app/checkup/checkup.def"
#undef LINE
};
enum { LINES = sizeof lines / sizeof *lines };
_Static_assert((int)LINES <= (int)CHECKUP_LINES, "struct checkup has too few lines");

struct checkup_entry *checkup_entry(struct cx *cx, struct checkup_line *line, size_t most)
{
    if (!line->at) line->at = NEW_ARRAY(cx->mem, struct checkup_entry, most);
    line->at[line->n] = (struct checkup_entry){ .about = "" };
    return &line->at[line->n++];
}

static enum status read_users(struct cx *cx, struct checkup_users *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT u.id, u.person_id, u.first_name, u.last_name, u.seen_at,"
                      " u.created_at, " ACCESS_COLUMNS ","
                      " CASE WHEN EXISTS (SELECT 1 FROM authenticators a"
                      "  WHERE a.person_id = u.person_id AND a.proven_at IS NOT NULL)"
                      " OR EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = u.person_id)"
                      " THEN 1 ELSE 0 END AS second"
                      " FROM users u WHERE u.practice_id = $1 AND u.status = 'active'"
                      " ORDER BY u.sort_key, u.id")));
    *out = (struct checkup_users){ t.rows, NEW_ARRAY(cx->mem, struct checkup_user, t.rows) };
    for (size_t i = 0; i < t.rows; i++)
        out->at[i] = (struct checkup_user){ .id = cell_id(&t, i, "id"),
                                            .person = cell_id(&t, i, "person_id"),
                                            .name = text_name(cx->mem, "",
                                                              cell_text(&t, i, "first_name"),
                                                              cell_text(&t, i, "last_name")),
                                            .access = access_stored(&t, i),
                                            .seen_at = cell_int(&t, i, "seen_at"),
                                            .created_at = cell_int(&t, i, "created_at"),
                                            .second = cell_bool(&t, i, "second") };
    return OK;
}

static enum status look(struct cx *cx, const struct checkup_users *users, const struct info *info,
                        struct checkup_line *out)
{
    *out = (struct checkup_line){ .key = info->key, .about = "" };
    TRY(info->look(cx, users, out));
    if (!info->mend) out->button = NULL;
    if (!info->all) out->all = NULL;
    return OK;
}

static enum status gate(struct cx *cx)
{
    return allow(cx, USERS_EDIT, &(struct subject){ .practice = cx->actor.practice });
}

enum status checkup_find(struct cx *cx, struct checkup *out)
{
    struct checkup_users users;
    *out = (struct checkup){ .n = LINES };
    TRY(gate(cx));
    TRY(read_users(cx, &users));
    for (size_t i = 0; i < LINES; i++) {
        TRY(look(cx, &users, &lines[i], &out->at[i]));
        out->open += out->at[i].open;
    }
    return OK;
}

/* As the line stands now: of what is settled meanwhile nothing is done again. */
static enum status mend_all(struct cx *cx, const struct info *info, const char **said)
{
    struct checkup_users users;
    struct checkup_line line;
    TRY(read_users(cx, &users));
    TRY(look(cx, &users, info, &line));
    int64_t done = 0;
    for (size_t i = 0; i < line.n; i++) {
        if (!line.at[i].button) continue;
        enum status status = info->mend(cx, line.at[i].id, said);
        if (status == CONFLICT) {
            cx_forget(cx); /* and who was asked with it */
            TRY(gate(cx));
            continue;
        }
        TRY(status);
        done++;
    }
    *said = done ? SAY(checkup_all_said, done) : SAY(checkup_all_none);
    return OK;
}

enum status checkup_mend(struct cx *cx, const char *key, struct id id, const char **said)
{
    *said = "";
    TRY(gate(cx));
    for (const struct info *info = lines; info < lines + LINES; info++) {
        if (strcmp(info->key, key) != 0 || !info->mend) continue;
        if (info->all && strcmp(id.text, "all") == 0) return mend_all(cx, info, said);
        return info->mend(cx, id, said);
    }
    return fail(cx, NOT_FOUND, "There is no such line.");
}
