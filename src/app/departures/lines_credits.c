/* lines_credits.c - the checklist's line about the user's own auto top-up. */
#include "app/credits/ledger.h"
#include "app/credits/setting.h"
#include "app/departures/checklist.h"

#include "app/departures/departures.text.h"

/* Deactivating turns it off by itself; here it is seen beforehand, with what is
 * left on the own account. */
enum status topup_state(struct cx *cx, const struct user *u, const char *undo,
                        struct checklist_line *line)
{
    struct credit_setting own;
    struct credit_account account;
    TRY(credit_setting_of(cx, u->id, &own));
    TRY(credit_account_of(cx, u->id, &account));
    const char *set = own.topup.on ? topup_words(cx, &own.topup) : SAY(topup_is_off);
    line->title = SAY(topup_title);
    line->about = own.version ? SAY(topup_own, account.balance, set) : SAY(topup_none);
    line->state = own.topup.on ? LINE_OPEN : undo ? LINE_SETTLED : LINE_NOTHING;
    line->action = SAY(topup_action);
    line->done = SAY(topup_done);
    return OK;
}

enum status topup_settle(struct cx *cx, const struct user *u, const char **undo)
{
    bool done;
    *undo = "on";
    return topup_stop(cx, u->id, "", &done);
}

/* As it was; not for those who are deactivated already. */
enum status topup_undo(struct cx *cx, const struct user *u, const char *undo)
{
    struct credit_setting own;
    (void)undo;
    TRY(credit_setting_of(cx, u->id, &own));
    if (!own.version || own.topup.on) return OK;
    struct topup_draft draft = topup_as_draft(cx, &own.topup);
    draft.on = true;
    return topup_save(cx, u->id, &draft, own.version);
}
