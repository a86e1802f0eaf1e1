/* change.c - adding, changing, archiving patients: see patient.h */
#include <sodium.h>
#include <string.h>

#include "app/audit/event.h"
#include "app/locations/location.h"
#include "app/patients/care.h"
#include "app/patients/row.h"
#include "app/patients/words.h"
#include "base/date.h"
#include "base/email.h"
#include "db/db.h"

#include "app/patients/patient.text.h"

enum { FIRST_NUMBER = 1001, LEAST_PHONE_DIGITS = 5 };

/* --- what is entered --------------------------------------------------------------- */

static void check_phone(struct cx *cx, const char *field, const char *phone)
{
    if (*phone && strlen(words_digits(cx->mem, phone)) < LEAST_PHONE_DIGITS)
        field_fault(cx, field, SAY(patient_phone_wrong));
}

static void check_birth_date(struct cx *cx, struct patient_draft *draft)
{
    if (!*draft->birth_date) return;
    const char *date = date_parse(cx, draft->birth_date);
    if (!date)
        field_fault(cx, "birth_date", SAY(patient_birth_wrong));
    else if (strcmp(date, date_today(cx)) > 0)
        field_fault(cx, "birth_date", SAY(patient_birth_future));
    else
        draft->birth_date = date;
}

static void check_email(struct cx *cx, struct patient_draft *draft)
{
    const char *key;
    if (*draft->email && email_clean(cx->mem, draft->email, &draft->email, &key) != EMAIL_OK)
        field_fault(cx, "email", SAY(patient_email_wrong));
}

static bool among(const struct ids *ids, struct id id)
{
    for (size_t i = 0; i < ids->n; i++)
        if (id_same(ids->at[i], id)) return true;
    return false;
}

static enum status check_locations(struct cx *cx, const struct patient_draft *draft)
{
    struct location_list all;
    TRY(location_list(cx, &all));
    for (size_t i = 0; i < draft->locations.n; i++) {
        size_t at = 0;
        while (at < all.n && !id_same(all.at[at].id, draft->locations.at[i])) at++;
        if (at == all.n) field_fault(cx, "locations", SAY(patient_locations_unknown));
    }
    if (draft->locations.n == 0) field_fault(cx, "locations", SAY(patient_locations_missing));
    return OK;
}

static enum status check(struct cx *cx, struct patient_draft *draft)
{
    if (!*draft->last_name)
        field_fault(cx, "last_name", SAY(patient_last_name_missing));
    else if (!*words_of_names(cx->mem, draft->last_name, draft->first_name, ""))
        field_fault(cx, "last_name", SAY(patient_last_name_letters));
    check_birth_date(cx, draft);
    check_phone(cx, "phone", draft->phone);
    check_phone(cx, "other_phone", draft->other_phone);
    check_phone(cx, "contact_phone", draft->contact_phone);
    check_email(cx, draft);
    TRY(check_locations(cx, draft));
    return field_check(cx);
}

/* --- writing ------------------------------------------------------------------------- */

static enum status next_number(struct cx *cx, int64_t *out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL("SELECT max(number) AS n FROM patients WHERE practice_id = $1")));
    int64_t last = table_number(&t);
    *out = last ? last + 1 : FIRST_NUMBER;
    return OK;
}

/* Six digits that say nothing of the patient; more of them when most are taken. */
static enum status free_pseudonym(struct cx *cx, int64_t *out)
{
    uint32_t range = 1000000;
    for (int tries = 1;; tries++) {
        struct table t;
        *out = randombytes_uniform(range);
        TRY(db_select(cx, &t,
                      SQL("SELECT id FROM patients WHERE practice_id = $1 AND pseudonym = $2"),
                      *out));
        if (t.rows == 0) return OK;
        if (tries % 8 == 0 && range < 1000000000) range *= 10;
    }
}

static enum status write_locations(struct cx *cx, struct id patient, const struct ids *locations)
{
    TRY(db_exec(cx, SQL("DELETE FROM patient_locations WHERE practice_id = $1 AND patient_id = $2"),
                patient));
    for (size_t i = 0; i < locations->n; i++)
        TRY(db_exec(
            cx,
            SQL("INSERT INTO patient_locations (practice_id, patient_id, location_id, names)"
                " VALUES ($1, $2, $3, '') ON CONFLICT DO NOTHING"),
            patient, locations->at[i]));
    return OK;
}

static const char *names_of(struct cx *cx, const struct patient_draft *d)
{
    return words_of_names(cx->mem, d->last_name, d->first_name, d->preferred_name);
}

static enum status insert(struct cx *cx, const struct patient_draft *d, struct id id,
                          int64_t number, int64_t pseudonym)
{
    return db_exec(
        cx,
        SQL("INSERT INTO patients (practice_id, id, number, pseudonym, title, first_name,"
            " last_name, preferred_name, names, birth_date, gender, phone, other_phone, email,"
            " address, contact_name, contact_relation, contact_phone, created_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,"
            " $17, $18, $19)"),
        id, number, pseudonym, d->title, d->first_name, d->last_name, d->preferred_name,
        names_of(cx, d), d->birth_date, d->gender, d->phone, d->other_phone, d->email, d->address,
        d->contact_name, d->contact_relation, d->contact_phone, cx->now);
}

/* Whoever adds a patient or changes the locations goes on reaching the record. */
static enum status check_within_reach(struct cx *cx, struct id id)
{
    struct patient *p;
    TRY(patient_read(cx, id, &p));
    if (!patient_may(cx, PATIENTS_EDIT, p))
        field_fault(cx, "locations", SAY(patient_locations_own));
    return field_check(cx);
}

static enum status find_duplicates(struct cx *cx, const struct patient_draft *draft)
{
    struct patient_list found;
    TRY(patient_duplicates(cx, draft, (struct id){ "" }, &found));
    if (found.n == 0) return OK;
    return fail_because(cx, INVALID, "duplicates", "%s", SAY(patient_duplicates_found));
}

enum status patient_gate_adding(struct cx *cx)
{
    struct record fresh = { .own = true, .here = true, .grant = NO_GRANT };
    struct subject subject = { .practice = cx->actor.practice, .record = &fresh };
    return allow(cx, PATIENTS_ADD, &subject);
}

enum status patient_check(struct cx *cx, struct patient_draft *draft)
{
    bool reached;
    TRY(patient_gate_adding(cx));
    TRY(check(cx, draft));
    TRY(care_would_reach(cx, draft, &reached));
    if (!reached) field_fault(cx, "locations", SAY(patient_locations_own));
    return field_check(cx);
}

enum status patient_check_details(struct cx *cx, struct patient_draft *draft)
{
    return check(cx, draft);
}

enum status patient_insert(struct cx *cx, const struct patient_draft *draft, struct id *out,
                           int64_t *number)
{
    int64_t pseudonym;
    TRY(next_number(cx, number));
    TRY(free_pseudonym(cx, &pseudonym));
    *out = id_new(cx->now);
    TRY(insert(cx, draft, *out, *number, pseudonym));
    TRY(write_locations(cx, *out, &draft->locations));
    TRY(care_begin(cx, *out, draft->practitioner));
    TRY(words_write(cx, *out));
    const char *name = arena_number(cx->mem, *number);
    return announce(cx, EVENT_PATIENT_ADDED, (struct about){ *out, name }, NULL, NULL);
}

enum status patient_create(struct cx *cx, const struct patient_draft *typed, bool another,
                           struct id *out)
{
    struct patient_draft clean = *typed, *draft = &clean;
    int64_t number;
    TRY(patient_check(cx, draft));
    if (!another) TRY(find_duplicates(cx, draft));
    TRY(patient_insert(cx, draft, out, &number));
    return check_within_reach(cx, *out);
}

/* --- changing -------------------------------------------------------------------------- */

/* That a detail differs, without what it says: the audit log has readers who
 * may not see the patient. */
static void note(struct cx *cx, struct changes *all, const char *field, const char *before,
                 const char *after)
{
    if (strcmp(before, after) == 0) return;
    change_note(cx, all, field, *before ? SAY(patient_was_given) : "",
                *after ? *before ? SAY(patient_now_other) : SAY(patient_now_given) : "");
}

static bool same_ids(const struct ids *a, const struct ids *b)
{
    if (a->n != b->n) return false;
    for (size_t i = 0; i < a->n; i++)
        if (!among(b, a->at[i])) return false;
    return true;
}

static void note_changes(struct cx *cx, const struct patient_draft *a,
                         const struct patient_draft *b, struct changes *all)
{
#define DETAIL(name, most) note(cx, all, SAY(patient_##name), a->name, b->name);
#include "app/patients/details.def"
#undef DETAIL
    if (!same_ids(&a->locations, &b->locations))
        change_note(cx, all, SAY(patient_locations), SAY(patient_was_given),
                    SAY(patient_now_other));
}

enum status patient_gate(struct cx *cx, const struct patient *p)
{
    struct subject subject = patient_subject(cx, p);
    TRY(allow(cx, PATIENTS_EDIT, &subject));
    if (p->state == PATIENT_MERGED) return fail(cx, CONFLICT, "%s", SAY(patient_is_merged));
    return OK;
}

static struct about about(struct cx *cx, const struct patient *p)
{
    return (struct about){ p->id, patient_number_words(cx, p) };
}

static enum status write(struct cx *cx, const struct patient *p, const struct patient_draft *d,
                         int64_t version)
{
    TRY(db_change_one(
        cx, SAY(patient_stale),
        SQL("UPDATE patients SET title = $4, first_name = $5, last_name = $6, preferred_name = $7,"
            " names = $8, birth_date = $9, gender = $10, phone = $11, other_phone = $12,"
            " email = $13, address = $14, contact_name = $15, contact_relation = $16,"
            " contact_phone = $17, version = version + 1"
            " WHERE practice_id = $1 AND id = $2 AND version = $3"),
        p->id, version, d->title, d->first_name, d->last_name, d->preferred_name, names_of(cx, d),
        d->birth_date, d->gender, d->phone, d->other_phone, d->email, d->address, d->contact_name,
        d->contact_relation, d->contact_phone));
    TRY(write_locations(cx, p->id, &d->locations));
    return words_write(cx, p->id);
}

enum status patient_update(struct cx *cx, const struct patient *p,
                           const struct patient_draft *typed, int64_t version)
{
    struct changes changes = { 0 };
    struct patient_draft clean = *typed, *draft = &clean;
    struct ids places;
    TRY(patient_gate(cx, p));
    TRY(check(cx, draft));
    TRY(patient_places(cx, p->id, &places));
    struct patient_draft before = patient_as_draft(p, places);
    note_changes(cx, &before, draft, &changes);
    if (!changes.first) return OK;
    TRY(write(cx, p, draft, version));
    TRY(check_within_reach(cx, p->id));
    return announce(cx, EVENT_PATIENT_CHANGED, about(cx, p), &changes, NULL);
}

static enum status change_state(struct cx *cx, const struct patient *p, const char *state)
{
    TRY(db_change_one(cx, SAY(patient_stale),
                      SQL("UPDATE patients SET state = $4, state_at = $5, state_by = $6,"
                          " version = version + 1"
                          " WHERE practice_id = $1 AND id = $2 AND version = $3"),
                      p->id, p->version, state, cx->now, cx->actor.name));
    return words_place(cx, p->id);
}

enum status patient_archive(struct cx *cx, const struct patient *p)
{
    TRY(patient_gate(cx, p));
    if (p->state == PATIENT_ARCHIVED) return OK;
    TRY(change_state(cx, p, "archived"));
    return announce(cx, EVENT_PATIENT_ARCHIVED, about(cx, p), NULL, NULL);
}

enum status patient_restore(struct cx *cx, const struct patient *p)
{
    TRY(patient_gate(cx, p));
    if (p->state == PATIENT_ACTIVE) return OK;
    TRY(change_state(cx, p, "active"));
    return announce(cx, EVENT_PATIENT_RESTORED, about(cx, p), NULL, NULL);
}
