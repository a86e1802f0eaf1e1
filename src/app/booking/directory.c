/* directory.c - see directory.h */
#include "app/booking/directory.h"

#include <string.h>

#include "app/schedule/hours.h"
#include "base/json.h"
#include "base/text.h"
#include "db/db.h"

#include "app/booking/online.text.h"

static enum status read_days(struct cx *cx, struct directory_entry *e)
{
    struct hours_list hours;
    bool works[WEEKDAYS] = { 0 };
    TRY(hours_at(cx, e->offer.location, e->offer.user, -1, &hours));
    for (size_t i = 0; i < hours.n; i++) works[hours.at[i].weekday] = true;
    e->days = "";
    for (int n = 1; n <= WEEKDAYS; n++) { /* Sunday comes last */
        int day = n % WEEKDAYS;
        if (works[day])
            e->days = arena_print(cx->mem, "%s%s%s", e->days, *e->days ? ", " : "",
                                  weekday_words(cx, day));
    }
    return OK;
}

/* OK with *found, or not if it is not to be seen. */
static enum status enter_and_read(struct cx *cx, struct id profile, struct id user,
                                  struct id location, struct directory_entry *e, bool *found)
{
    struct offer *o;
    *found = false;
    enum status status = open_enter_profile(cx, profile, &e->practice);
    if (status == NOT_FOUND) return OK;
    TRY(status);
    status = offer_find(cx, user, location, &o);
    if (status == NOT_FOUND) return OK;
    TRY(status);
    if (!o->listed) return OK;
    e->offer = *o;
    *found = true;
    return read_days(cx, e);
}

/* What a pattern of LIKE takes for something else stands for itself. */
static const char *part(struct cx *cx, const char *typed)
{
    char *out = arena_alloc(cx->mem, 2 * strlen(typed) + 3), *to = out;
    *to++ = '%';
    for (const char *c = text_fold(cx->mem, typed); *c; c++) {
        if (strchr("%_\\", *c)) *to++ = '\\';
        *to++ = *c;
    }
    *to++ = '%';
    *to = '\0';
    return out;
}

enum status directory_search(struct cx *cx, const struct directory_filter *f, struct directory *out)
{
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL_GLOBAL("SELECT b.id, b.user_id, b.location_id FROM booking_profiles b JOIN users u"
                   "  ON u.practice_id = b.practice_id AND u.id = b.user_id JOIN locations l"
                   "  ON l.practice_id = b.practice_id AND l.id = b.location_id"
                   " WHERE b.visible = 'public' AND u.status = 'active'"
                   " AND u.role_type = 'practitioner' AND ($1 = '' OR u.profession = $1)"
                   " AND l.searched LIKE $2 ESCAPE '\\' AND b.spoken LIKE $3 ESCAPE '\\'"
                   " AND ($4 = -1 OR EXISTS (SELECT 1 FROM working_hours h"
                   "  WHERE h.practice_id = b.practice_id AND h.user_id = b.user_id"
                   "  AND h.location_id = b.location_id AND h.weekday = $4))"
                   " ORDER BY u.sort_key, b.id LIMIT $5"),
        f->work, part(cx, f->place), part(cx, f->language), f->weekday,
        (int64_t)DIRECTORY_MOST + 1));
    *out = (struct directory){ .at = NEW_ARRAY(cx->mem, struct directory_entry, t.rows) };
    out->more = t.rows > DIRECTORY_MOST;
    for (size_t i = 0; i < t.rows && i < DIRECTORY_MOST; i++) {
        bool found;
        TRY(enter_and_read(cx, cell_id(&t, i, "id"), cell_id(&t, i, "user_id"),
                           cell_id(&t, i, "location_id"), &out->at[out->n], &found));
        out->n += found;
    }
    return OK;
}

enum status directory_find(struct cx *cx, struct id profile, struct directory_entry *out)
{
    struct table t;
    bool found = false;
    TRY(open_enter_profile(cx, profile, &out->practice));
    TRY(db_select(cx, &t,
                  SQL("SELECT user_id, location_id FROM booking_profiles WHERE practice_id = $1"
                      " AND id = $2"),
                  profile));
    if (t.rows)
        TRY(enter_and_read(cx, profile, cell_id(&t, 0, "user_id"), cell_id(&t, 0, "location_id"),
                           out, &found));
    return found ? OK : fail(cx, NOT_FOUND, "There is no such page.");
}

/* --- for search engines ----------------------------------------------------------------- */

static void write_place(struct json *j, const struct directory_entry *e)
{
    json_object(j, "worksFor");
    json_text(j, "@type", "MedicalBusiness");
    json_text(j, "name", e->practice.name);
    json_object(j, "location");
    json_text(j, "@type", "Place");
    json_text(j, "name", e->offer.location_name);
    if (*e->offer.address) json_text(j, "address", e->offer.address);
    if (*e->offer.phone) json_text(j, "telephone", e->offer.phone);
    json_end(j);
    json_end(j);
}

/* A person, not an IndividualPhysician: most of them are none. */
const char *directory_data(struct cx *cx, const struct directory_entry *e, const char *address)
{
    struct json j = json_begin(cx->mem);
    json_object(&j, NULL);
    json_text(&j, "@context", "https://schema.org");
    json_text(&j, "@type", "Person");
    json_text(&j, "name", e->offer.user_name);
    if (*e->offer.work) json_text(&j, "jobTitle", e->offer.work);
    if (*e->offer.about) json_text(&j, "description", e->offer.about);
    if (*e->offer.languages) json_text(&j, "knowsLanguage", e->offer.languages);
    json_text(&j, "url", address);
    write_place(&j, e);
    json_end(&j);
    return json_done(&j);
}
