/* keys_mail.c - whoever has a new key of the API is told.  About them; the details hold the key. */
#include "app/integrations/key.h"
#include "app/users/users_mail.h"
#include "base/time.h"
#include "db/db.h"

#include "app/integrations/keys_mail.text.h"

enum status letter_api_key(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *reader;
    struct letter_practice practice;
    struct table t;
    enum reach scope[AREA_COUNT];
    TRY(letter_facts(cx, job->about, &reader, &practice));
    if (!reader->access.active) return fail(cx, NOT_FOUND, "deactivated meanwhile");
    TRY(db_select(cx, &t,
                  SQL("SELECT name, scopes, made_at, expires_at FROM api_keys"
                      " WHERE practice_id = $1 AND id = $2"),
                  id_of(job->details)));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "disabled meanwhile");
    const char *name = cell_text(&t, 0, "name");
    scope_read(cell_text(&t, 0, "scopes"), scope);
    letter_begin(cx, l, reader, &practice);
    l->subject = SAY(key_subject, practice.name);
    letter_say(
        l, SAY(key_text, name, practice.name, time_moment_there(cx, cell_int(&t, 0, "made_at"))));
    letter_say(
        l, SAY(key_reach, key_scope_words(cx, scope), time_day(cx, cell_int(&t, 0, "expires_at"))));
    letter_say(l, SAY(key_not_you));
    return OK;
}
