/* merge.c - two records of one person become one: see patient.h */
#include "app/audit/event.h"
#include "app/patients/row.h"
#include "app/patients/words.h"
#include "db/db.h"

#include "app/patients/patient.text.h"

static enum status check(struct cx *cx, const struct patient *into, const struct patient *from)
{
    struct subject a = patient_subject(cx, into), b = patient_subject(cx, from);
    TRY(allow(cx, PATIENTS_EDIT, &a));
    TRY(allow(cx, PATIENTS_EDIT, &b));
    if (id_same(into->id, from->id))
        field_fault(cx, "other", SAY(merge_same));
    else if (into->state == PATIENT_MERGED || from->state == PATIENT_MERGED)
        field_fault(cx, "other", SAY(merge_merged));
    return field_check(cx);
}

/* What the first record lacks comes from the second. */
static enum status fill_details(struct cx *cx, const struct patient *into,
                                const struct patient *from, int64_t version)
{
#define EITHER(detail) *into->detail ? into->detail : from->detail
    return db_change_one(
        cx, SAY(patient_stale),
        SQL("UPDATE patients SET title = $4, preferred_name = $5, birth_date = $6, gender = $7,"
            " phone = $8, other_phone = $9, email = $10, address = $11, contact_name = $12,"
            " contact_relation = $13, contact_phone = $14, names = $15, version = version + 1"
            " WHERE practice_id = $1 AND id = $2 AND version = $3"),
        into->id, version, EITHER(title), EITHER(preferred_name), EITHER(birth_date),
        EITHER(gender), EITHER(phone), EITHER(other_phone), EITHER(email), EITHER(address),
        EITHER(contact_name), EITHER(contact_relation), EITHER(contact_phone),
        words_of_names(cx->mem, into->last_name, into->first_name, EITHER(preferred_name)));
#undef EITHER
}

static enum status copy_places(struct cx *cx, const struct patient *into,
                               const struct patient *from)
{
    TRY(db_exec(cx,
                SQL("INSERT INTO patient_locations (practice_id, patient_id, location_id, names)"
                    " SELECT practice_id, $2, location_id, '' FROM patient_locations"
                    " WHERE practice_id = $1 AND patient_id = $3 ON CONFLICT DO NOTHING"),
                into->id, from->id));
    return db_exec(cx,
                   SQL("INSERT INTO patient_practitioners (practice_id, patient_id, user_id, main,"
                       " names, since) SELECT practice_id, $2, user_id,"
                       " CASE WHEN CAST($4 AS BIGINT) = 1 THEN 0 ELSE main END, names, since"
                       " FROM patient_practitioners WHERE practice_id = $1 AND patient_id = $3"
                       " ON CONFLICT (practice_id, patient_id, user_id)"
                       " DO UPDATE SET main = CASE WHEN excluded.main > patient_practitioners.main"
                       "  THEN excluded.main ELSE patient_practitioners.main END"),
                   into->id, from->id, id_some(into->main));
}

/* Of two grants that stand the one that takes away, or the wider one.  Of two
 * that end by themselves the one of the record that stays: nobody gave both. */
static enum status copy_grants(struct cx *cx, const struct patient *into,
                               const struct patient *from)
{
    TRY(db_exec(cx,
                SQL("INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since,"
                    " by_name) SELECT practice_id, user_id, $2, reach, since, by_name"
                    " FROM patient_grants WHERE practice_id = $1 AND patient_id = $3"
                    "  AND kind = 'standing'"
                    " ON CONFLICT (practice_id, user_id, patient_id, kind) DO UPDATE SET"
                    " reach = CASE WHEN patient_grants.reach = 0 OR excluded.reach = 0 THEN 0"
                    "  WHEN excluded.reach > patient_grants.reach THEN excluded.reach"
                    "  ELSE patient_grants.reach END"),
                into->id, from->id));
    return db_exec(cx,
                   SQL("INSERT INTO patient_grants (practice_id, user_id, patient_id, kind, reach,"
                       " since, ends_at, by_name) SELECT practice_id, user_id, $2, kind, reach,"
                       " since, ends_at, by_name FROM patient_grants WHERE practice_id = $1"
                       "  AND patient_id = $3 AND ends_at > $4 ON CONFLICT DO NOTHING"),
                   into->id, from->id, cx->now);
}

static enum status leave(struct cx *cx, const struct patient *into, const struct patient *from,
                         int64_t version)
{
    TRY(db_change_one(cx, SAY(patient_stale),
                      SQL("UPDATE patients SET state = 'merged', state_at = $4, state_by = $5,"
                          " merged_into = $6, version = version + 1"
                          " WHERE practice_id = $1 AND id = $2 AND version = $3"),
                      from->id, version, cx->now, cx->actor.name, into->id));
    TRY(db_exec(cx,
                SQL("UPDATE patients SET merged_into = $2"
                    " WHERE practice_id = $1 AND merged_into = $3"),
                into->id, from->id));
    TRY(db_exec(cx, SQL("DELETE FROM patient_words WHERE practice_id = $1 AND patient_id = $2"),
                from->id));
    return words_place(cx, from->id);
}

static enum status tell(struct cx *cx, enum event event, const struct patient *about,
                        const struct patient *other)
{
    struct changes changes = { 0 };
    change_note(cx, &changes, SAY(merge_other), "", patient_number_words(cx, other));
    return announce(cx, event, (struct about){ about->id, patient_number_words(cx, about) },
                    &changes, NULL);
}

enum status patient_merge(struct cx *cx, const struct patient *into, const struct patient *from,
                          int64_t version, int64_t from_version)
{
    TRY(check(cx, into, from));
    TRY(fill_details(cx, into, from, version));
    TRY(leave(cx, into, from, from_version));
    TRY(copy_places(cx, into, from));
    TRY(copy_grants(cx, into, from));
    TRY(words_write(cx, into->id));
    TRY(tell(cx, EVENT_PATIENT_MERGED, into, from));
    return tell(cx, EVENT_PATIENT_MERGED_AWAY, from, into);
}
