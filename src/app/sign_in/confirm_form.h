/* confirm_form.h - "Confirm it is you" inside forms that change how somebody signs in: the own
 * password, and a code of the second step where one is needed (sign_in/confirm.h). */
#pragma once
#include "app/second_step/second_step.h"
#include "app/sign_in/confirm.h"
#include "web/page.h"

struct confirm_form {
    const char *name, *password, *code; /* name: of a new app or passkey */
};
void confirm_form_take(struct cx *, const struct request *, struct confirm_form *);
/* After own_confirm_prepare(): takes it, and says whether it is right. */
enum status confirm_form(struct cx *, struct request *, struct confirm_form *);
void confirm_form_pace(struct cx *, struct response *); /* 429 for who must wait */

struct confirm_ways {
    bool code, passkey; /* a code is asked for; a passkey would do instead */
};
enum status confirm_form_ways(struct cx *, struct confirm_ways *out);
/* `here`: the page of the form, to come back to after a passkey. */
void confirm_form_fields(struct html *, const struct confirm_ways *, struct url here);

/* The page with new recovery codes, which stand nowhere else. */
void recovery_codes_show(struct cx *, struct request *, struct response *,
                         const struct recovery_codes *, const char *said);
