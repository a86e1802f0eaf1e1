/* own_web.c - my user page: what belongs to the person and to no practice. */
#include <string.h>

#include "app/exports/left_view.h"
#include "app/invitations/invitations_view.h"
#include "app/lost_step/lost_step_view.h"
#include "app/me/activity_view.h"
#include "app/sign_in/mailed.h"
#include "app/passkeys/passkey.h"
#include "app/people/membership.h"
#include "app/sign_in/new_password.h"
#include "app/people/person.h"
#include "app/second_step/second_step.h"
#include "app/sessions/known_device.h"
#include "app/sessions/remembered.h"
#include "base/password.h"
#include "base/time.h"
#include "http/place.h"
#include "web/page.h"

#include "app/me/own.text.h"
#include "app/sign_in/new_password.text.h"

enum section { ALL, SIGNING_IN, DEVICES, PREFERENCES };

struct own {
    enum section only; /* one section on a page of its own */
    struct person *person;
    struct invitation_list invitations;
    struct membership_list groups;
    struct left_groups left;
    struct session_list sessions;
    struct remembered_list remembered;
    struct activity activity;
    struct second_step second;
    struct passkey_list passkeys;
    struct lost_groups lost;
    struct preferences preferences;
};

#include "app/me/own.html.h"

static const struct field preferences_fields[] = {
    FIELD(struct preferences, theme, FIELD_LINE), FIELD(struct preferences, density, FIELD_LINE),
    FIELD(struct preferences, clock, FIELD_LINE), FIELD(struct preferences, shortcuts, FIELD_CHECK),
    FIELD(struct preferences, tips, FIELD_CHECK),
};

struct password_form {
    const char *current_password, *new_password, *new_password_again;
};
static const struct field password_fields[] = {
    FIELD(struct password_form, current_password, FIELD_SECRET, .max = PASSWORD_MOST),
    FIELD(struct password_form, new_password, FIELD_SECRET, .max = PASSWORD_MOST),
    FIELD(struct password_form, new_password_again, FIELD_SECRET, .max = PASSWORD_MOST),
};

static const char *title_of(struct cx *cx, enum section only)
{
    switch (only) {
    case ALL: break;
    case SIGNING_IN: return SAY(own_sign_in_heading);
    case DEVICES: return SAY(own_devices_heading);
    case PREFERENCES: return SAY(own_preferences_heading);
    }
    return SAY(own_title);
}

static enum status show(struct cx *cx, struct request *rq, struct response *rs, enum section only)
{
    struct own own = { .only = only };
    struct id me = rq->visit->person;
    TRY(membership_zone(cx, me));
    TRY(person_find(cx, me, &own.person));
    if (only == ALL) {
        TRY(invitations_for_person(cx, rq->visit->email_key, &own.invitations));
        TRY(membership_list(cx, me, &own.groups));
        TRY(left_groups(cx, me, &own.left));
    }
    if (only == ALL || only == DEVICES) TRY(session_list(cx, me, &own.sessions));
    if (only == ALL || only == DEVICES) TRY(remembered_list(cx, me, &own.remembered));
    if (only == DEVICES) TRY(activity_find(cx, me, &own.activity));
    if (only == SIGNING_IN) TRY(second_step_find(cx, me, &own.second));
    if (only == SIGNING_IN) TRY(passkey_list(cx, me, &own.passkeys));
    if (only == SIGNING_IN) TRY(lost_step_groups(cx, me, &own.lost));
    own.preferences = (struct preferences){
        .theme = own.person->theme,
        .density = own.person->density,
        .clock = own.person->clock,
        .shortcuts = own.person->shortcuts,
        .tips = own.person->onboarding_mails,
    };
    if (only == PREFERENCES && rq->method == POST)
        form_take(cx, rq, preferences_fields, &own.preferences);
    own_view(&rs->body, rq, &own, title_of(cx, only));
    return OK;
}

enum status own_page(struct cx *cx, struct request *rq, struct response *rs)
{
    return show(cx, rq, rs, ALL);
}

/* --- signing in ---------------------------------------------------------------- */

enum status own_sign_in(struct cx *cx, struct request *rq, struct response *rs)
{
    if (cx->reason && strcmp(cx->reason, "slow") == 0) rs->status = 429;
    return show(cx, rq, rs, SIGNING_IN);
}

enum status own_password_prepare_update(struct cx *cx, struct request *rq)
{
    struct password_form form;
    form_take(cx, rq, password_fields, &form);
    if (!rq->visit->signed_in) return OK;
    struct typed_password typed = { form.current_password, form.new_password,
                                    form.new_password_again };
    return new_password_check(cx, rq->visit->person, &typed, (struct new_password **)&rq->prepared);
}

enum status own_password_update(struct cx *cx, struct request *rq, struct response *rs)
{
    if (!rq->prepared) return fail(cx, BROKEN, "the password was not checked");
    TRY(own_password_change(cx, rq->prepared));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_sign_in), SAY(own_password_done));
}

enum status own_proof_resend(struct cx *cx, struct request *rq, struct response *rs)
{
    bool proven = rq->visit->proven;
    TRY(own_proof_send(cx));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_sign_in),
                    proven ? SAY(own_proof_there) : SAY(own_proof_sent, rq->visit->email));
}

/* --- devices -------------------------------------------------------------------- */

enum status own_devices(struct cx *cx, struct request *rq, struct response *rs)
{
    return show(cx, rq, rs, DEVICES);
}

enum status own_device_end(struct cx *cx, struct request *rq, struct response *rs)
{
    struct session session;
    TRY(own_session_finish(cx, param_id(rq, "id"), &session));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_devices),
                    SAY(own_device_ended, agent_words(cx, session.agent)));
}

/* On to the password: whoever was there knows it. */
enum status own_device_disown(struct cx *cx, struct request *rq, struct response *rs)
{
    struct session session;
    TRY(own_session_disown(cx, param_id(rq, "id"), &session));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_sign_in),
                    SAY(own_device_disowned, agent_words(cx, session.agent)));
}

enum status own_remembered_forget(struct cx *cx, struct request *rq, struct response *rs)
{
    struct remembered remembered;
    TRY(own_remembered_end(cx, param_id(rq, "id"), &remembered));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_devices),
                    SAY(own_remembered_ended, agent_words(cx, remembered.agent)));
}

enum status own_devices_end_others(struct cx *cx, struct request *rq, struct response *rs)
{
    int64_t ended;
    TRY(own_sessions_finish_others(cx, &ended));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_devices),
                    ended ? SAY(own_devices_ended, ended) : SAY(own_devices_none));
}

/* --- preferences ------------------------------------------------------------------ */

enum status own_preferences(struct cx *cx, struct request *rq, struct response *rs)
{
    return show(cx, rq, rs, PREFERENCES);
}

enum status own_preferences_update(struct cx *cx, struct request *rq, struct response *rs)
{
    struct preferences form;
    TRY(form_read(cx, rq, preferences_fields, &form));
    TRY(own_preferences_save(cx, &form));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_preferences), SAY(own_preferences_saved));
}

/* --- practice groups ---------------------------------------------------------------- */

enum status groups_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct membership_list groups;
    struct left_groups left;
    TRY(membership_zone(cx, rq->visit->person));
    TRY(membership_list(cx, rq->visit->person, &groups));
    TRY(left_groups(cx, rq->visit->person, &left));
    TRY(visit_groups(cx, rq));
    groups_page(&rs->body, rq, &groups, &left);
    return OK;
}
