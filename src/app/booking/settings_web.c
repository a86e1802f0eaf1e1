/* settings_web.c - who can be found and booked online, as pages. */
#include <string.h>

#include "app/booking/profile.h"
#include "app/schedule/type.h"
#include "web/page.h"

#include "app/booking/booking.text.h"

struct booking_form {
    const char *visible, *books, *lead, *version;
    struct texts types;
    bool end_requests;
};
static const struct field booking_fields[] = {
    FIELD(struct booking_form, visible, FIELD_LINE, .max = 10),
    FIELD(struct booking_form, books, FIELD_LINE, .max = 10),
    FIELD(struct booking_form, lead, FIELD_LINE, .max = 10),
    FIELD(struct booking_form, types, FIELD_MANY, .max = 60),
    FIELD(struct booking_form, end_requests, FIELD_CHECK),
    FIELD(struct booking_form, version, FIELD_LINE, .max = 18),
};
struct directory_form {
    const char *languages, *about, *version;
};
static const struct field directory_fields[] = {
    FIELD(struct directory_form, languages, FIELD_LINE, .max = 100),
    FIELD(struct directory_form, about, FIELD_TEXT, .max = BOOKING_ABOUT),
    FIELD(struct directory_form, version, FIELD_LINE, .max = 18),
};

struct booking_page {
    const struct booking_profile *profile;
    struct booking_form form;
    struct appointment_types types;
    struct id_set chosen;
    bool asks; /* people are booking: say what becomes of that */
};

#include "app/booking/settings.html.h"

static struct id_set chosen_types(const struct texts *typed)
{
    struct id_set out = { 0 };
    for (size_t i = 0; i < typed->n && out.n < BOOKING_TYPES; i++) {
        struct id id = id_of(typed->at[i]);
        if (id_some(id)) out.at[out.n++] = id;
    }
    return out;
}

static enum status find(struct cx *cx, struct request *rq, struct booking_profile *out)
{
    return booking_profile_find(cx, param_id(rq, "id"), param_id(rq, "location"), out);
}

static const char *version_of(struct cx *cx, const struct booking_profile *p)
{
    return arena_number(cx->mem, p->version);
}

/* --- online booking ------------------------------------------------------------------- */

enum status booking_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct booking_profiles all;
    TRY(booking_profiles_list(cx, &all));
    booking_list_view(&rs->body, rq, &all, changed_row(cx, rq));
    return OK;
}

enum status booking_edit(struct cx *cx, struct request *rq, struct response *rs)
{
    struct booking_profile p;
    TRY(find(cx, rq, &p));
    struct booking_draft d = booking_as_draft(cx, &p);
    struct booking_page page = {
        .profile = &p,
        .form = { .visible = d.visible, .books = d.books, .lead = d.lead },
        .chosen = p.types,
        .asks = rq->method == POST && cx->reason && strcmp(cx->reason, "requests") == 0,
    };
    if (rq->method == POST) {
        form_take(cx, rq, booking_fields, &page.form);
        page.chosen = chosen_types(&page.form.types);
    }
    page.form.version = version_of(cx, &p);
    TRY(type_list(cx, &page.types));
    booking_edit_view(&rs->body, rq, &page);
    return OK;
}

enum status booking_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct booking_profile p;
    struct booking_form form;
    TRY(find(cx, rq, &p));
    form_take(cx, rq, booking_fields, &form);
    struct booking_draft d = { form.visible, form.books, form.lead, chosen_types(&form.types),
                               form.end_requests };
    TRY(booking_profile_save(cx, &p, &d, form_version(rq, "version")));
    TRY(find(cx, rq, &p));
    return redirect_notice(
        cx, rq, rs, url_for(cx, rq, ROUTE_booking_index),
        &(struct notice){ .text = SAY(saved, booking_words(cx, &p)), .row = p.id });
}

/* --- what the directory says ------------------------------------------------------------- */

enum status directory_settings(struct cx *cx, struct request *rq, struct response *rs)
{
    struct booking_profiles all;
    TRY(booking_profiles_list(cx, &all));
    directory_list_view(&rs->body, rq, &all, changed_row(cx, rq));
    return OK;
}

enum status directory_edit(struct cx *cx, struct request *rq, struct response *rs)
{
    struct booking_profile p;
    TRY(find(cx, rq, &p));
    struct directory_form form = { p.languages, p.about, "" };
    if (rq->method == POST) form_take(cx, rq, directory_fields, &form);
    form.version = version_of(cx, &p);
    directory_edit_view(&rs->body, rq, &p, &form);
    return OK;
}

enum status directory_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct booking_profile p;
    struct directory_form form;
    TRY(find(cx, rq, &p));
    TRY(form_read(cx, rq, directory_fields, &form));
    TRY(directory_save(cx, &p, form.languages, form.about, form_version(rq, "version")));
    TRY(find(cx, rq, &p));
    return redirect_notice(
        cx, rq, rs, url_for(cx, rq, ROUTE_directory_settings),
        &(struct notice){ .text = SAY(saved, visible_words(cx, p.visible)), .row = p.id });
}
