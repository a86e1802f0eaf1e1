/* help.c - see help.h */
#include "app/help/help.h"

#include <string.h>

#include "app/sessions/tries.h"
#include "base/time.h"
#include "db/db.h"

#include "app/help/help.text.h"

const struct help_article help_articles[] = {
    { "add-user", t_add_title, t_add_about },
    { "deactivate-user", t_deactivate_title, t_deactivate_about },
    { "access-levels", t_levels_title, t_levels_about },
    { "ownership", t_ownership_help_title, t_ownership_help_about },
    { "invoice-documents", t_papers_title, t_papers_about },
    { "second-step", t_second_help_title, t_second_help_about },
    { "security-check-up", t_checkup_help_title, t_checkup_help_about },
    { "import", t_import_title, t_import_about },
    { "notes", t_notes_title, t_notes_about },
    { "rooms", t_rooms_help_title, t_rooms_help_about },
    { "integrations", t_programs_title, t_programs_about },
    { "webhooks", t_hooks_title, t_hooks_about },
    { "single-sign-on", t_sso_help_title, t_sso_help_about },
    { "online-booking", t_online_title, t_online_about },
};
const int help_articles_n = sizeof help_articles / sizeof *help_articles;

enum { ANSWERS_AN_HOUR = 20 };

const struct help_article *help_find(const char *key)
{
    for (int i = 0; i < help_articles_n; i++)
        if (strcmp(help_articles[i].key, key) == 0) return &help_articles[i];
    return NULL;
}

enum status help_answer_add(struct cx *cx, const struct help_article *article, bool helpful,
                            const char *comment)
{
    bool fits;
    TRY(field_check(cx));
    TRY(tries_take(cx, "help answer", cx->actor.person.text, ANSWERS_AN_HOUR, HOURS(1), &fits));
    if (!fits) field_fault(cx, "comment", SAY(answer_too_many));
    TRY(field_check(cx));
    return db_exec(cx,
                   SQL_GLOBAL("INSERT INTO help_answers (id, article, helpful, comment, at)"
                              " VALUES ($1, $2, $3, $4, $5)"),
                   id_new(cx->now), article->key, helpful, comment, cx->now);
}

enum status help_answers_list(struct cx *cx, int64_t since, struct help_replies *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT article, helpful, comment, at FROM help_answers"
                             " WHERE at > $1 ORDER BY at, id"),
                  since));
    *out = (struct help_replies){ t.rows, NEW_ARRAY(cx->mem, struct help_reply, t.rows) };
    for (size_t i = 0; i < t.rows; i++)
        out->at[i] = (struct help_reply){ cell_text(&t, i, "article"), cell_text(&t, i, "comment"),
                                          cell_bool(&t, i, "helpful"), cell_int(&t, i, "at") };
    return OK;
}
