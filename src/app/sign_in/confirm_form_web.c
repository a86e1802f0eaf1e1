/* confirm_form_web.c - see confirm_form.h */
#include <string.h>

#include "app/sign_in/confirm_form.h"
#include "app/passkeys/passkey.h"
#include "app/sign_in/onward_view.h"
#include "base/password.h"

#include "app/sign_in/confirm.text.h"

static const char *in_a_row(struct cx *cx, const struct recovery_codes *codes)
{
    const char *out = "";
    for (size_t i = 0; i < codes->n; i++)
        out = ARENA_JOIN(cx->mem, out, i ? " " : "", codes->at[i]);
    return out;
}

#include "app/sign_in/confirm_form.html.h"

static const struct field confirm_fields[] = {
    FIELD(struct confirm_form, name, FIELD_LINE),
    FIELD(struct confirm_form, password, FIELD_SECRET, .max = PASSWORD_MOST),
    FIELD(struct confirm_form, code, FIELD_LINE, .max = 100),
};

void confirm_form_take(struct cx *cx, const struct request *rq, struct confirm_form *form)
{
    form_take(cx, rq, confirm_fields, form);
}

enum status own_confirm_prepare(struct cx *cx, struct request *rq)
{
    struct confirm_form form;
    confirm_form_take(cx, rq, &form);
    return confirm_check(cx, rq->visit->person, form.password,
                         (struct confirmation **)&rq->prepared);
}

enum status confirm_form(struct cx *cx, struct request *rq, struct confirm_form *form)
{
    confirm_form_take(cx, rq, form);
    TRY(confirm_take(cx, "password", rq->prepared));
    return confirm_second(cx, "code", form->code);
}

void confirm_form_pace(struct cx *cx, struct response *rs)
{
    if (cx->reason && strcmp(cx->reason, "slow") == 0) rs->status = 429;
}

enum status confirm_form_ways(struct cx *cx, struct confirm_ways *out)
{
    struct passkey_list passkeys = { 0 };
    TRY(confirm_needs_code(cx, &out->code));
    if (out->code) TRY(passkey_list(cx, cx->actor.person, &passkeys));
    out->passkey = passkeys.n > 0;
    return OK;
}

void confirm_form_fields(struct html *h, const struct confirm_ways *ways, struct url here)
{
    fields_view(h, ways, here);
}

void recovery_codes_show(struct cx *cx, struct request *rq, struct response *rs,
                         const struct recovery_codes *codes, const char *said)
{
    (void)cx;
    codes_page(&rs->body, rq, codes, said);
}

enum status own_codes_file(struct cx *cx, struct request *rq, struct response *rs)
{
    struct recovery_codes codes;
    TRY(recovery_codes_shown(cx, form_text(rq, "codes"), &codes));
    const char *text = ARENA_JOIN(cx->mem, SAY(confirm_codes_shown), "\r\n",
                                  SAY(confirm_codes_of, rq->visit->email), "\r\n\r\n");
    for (size_t i = 0; i < codes.n; i++) text = ARENA_JOIN(cx->mem, text, codes.at[i], "\r\n");
    html_raw(&rs->body, text, strlen(text));
    rs->type = "text/plain; charset=utf-8";
    rs->disposition = "attachment; filename=\"linden-recovery-codes.txt\"";
    return OK;
}
