/* fhir.c - see fhir.h */
#include "app/exports/fhir.h"

#include <sodium.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"

const char fhir_end[] = "\n]}\n";

/* RFC 9562, 5.8: a UUID that means what its maker says, here a hash of the id. */
static const char *urn(struct cx *cx, struct id id)
{
    unsigned char h[16];
    crypto_generichash(h, sizeof h, (const unsigned char *)id.text, strlen(id.text), NULL, 0);
    h[6] = (h[6] & 0x0f) | 0x80;
    h[8] = (h[8] & 0x3f) | 0x80;
    return arena_print(cx->mem,
                       "urn:uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
                       "%02x%02x%02x%02x%02x%02x",
                       h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8], h[9], h[10], h[11],
                       h[12], h[13], h[14], h[15]);
}

/* No element may be empty. */
static void text(struct json *j, const char *name, const char *value)
{
    if (*value) json_text(j, name, value);
}

static void concept(struct json *j, const char *name, const char *value)
{
    if (!*value) return;
    json_object(j, name);
    json_text(j, "text", value);
    json_end(j);
}

static void refer(struct json *j, const char *name, struct cx *cx, struct id id,
                  const char *display)
{
    json_object(j, name);
    json_text(j, "reference", urn(cx, id));
    text(j, "display", display);
    json_end(j);
}

static struct json begin(struct cx *cx, struct id id, const char *type)
{
    struct json j = json_begin(cx->mem);
    json_object(&j, NULL);
    json_text(&j, "fullUrl", urn(cx, id));
    json_object(&j, "resource");
    json_text(&j, "resourceType", type);
    json_text(&j, "id", urn(cx, id) + strlen("urn:uuid:"));
    return j;
}

static const char *entry(struct cx *cx, struct json *j)
{
    return arena_print(cx->mem, ",\n%s", json_done(j));
}

static void name(struct json *j, const char *use, const char *title, const char *first,
                 const char *last)
{
    json_object(j, NULL);
    json_text(j, "use", use);
    text(j, "family", last);
    if (*first) {
        json_array(j, "given");
        json_text(j, NULL, first);
        json_end(j);
    }
    if (*title) {
        json_array(j, "prefix");
        json_text(j, NULL, title);
        json_end(j);
    }
    json_end(j);
}

static void contact_point(struct json *j, const char *system, const char *value)
{
    if (!*value) return;
    json_object(j, NULL);
    json_text(j, "system", system);
    json_text(j, "value", value);
    json_end(j);
}

static void identifier(struct json *j, struct cx *cx, const char *what, const char *value)
{
    json_array(j, "identifier");
    json_object(j, NULL);
    concept(j, "type", what);
    json_text(j, "system", urn(cx, cx->actor.practice));
    json_text(j, "value", value);
    json_end(j);
    json_end(j);
}

static struct json practitioner(struct cx *cx, const struct user *u)
{
    struct json j = begin(cx, u->id, "Practitioner");
    json_array(&j, "name");
    name(&j, "official", u->title, u->first_name, u->last_name);
    json_end(&j);
    json_array(&j, "telecom");
    contact_point(&j, "email", u->email);
    json_end(&j);
    return j;
}

const char *fhir_practitioner(struct cx *cx, const struct user *u)
{
    struct json j = practitioner(cx, u);
    return entry(cx, &j);
}

const char *fhir_begin(struct cx *cx, const struct user *u)
{
    struct json j = practitioner(cx, u);
    return arena_print(cx->mem,
                       "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"timestamp\":\"%s\","
                       "\"entry\":[\n%s",
                       time_iso(cx->mem, cx->now), json_done(&j));
}

/* --- patients ------------------------------------------------------------------------- */

/* What a person is asked for is free text; FHIR has four words for it. */
static const char *gender(struct cx *cx, const char *typed)
{
    const char *folded = text_fold(cx->mem, typed);
    if (!*folded) return "";
    if (strcmp(folded, "female") == 0 || strcmp(folded, "f") == 0 || strcmp(folded, "woman") == 0)
        return "female";
    if (strcmp(folded, "male") == 0 || strcmp(folded, "m") == 0 || strcmp(folded, "man") == 0)
        return "male";
    return "other";
}

static void contact(struct json *j, const struct patient *p)
{
    if (!*p->contact_name && !*p->contact_phone) return;
    json_array(j, "contact");
    json_object(j, NULL);
    if (*p->contact_relation) {
        json_array(j, "relationship");
        concept(j, NULL, p->contact_relation);
        json_end(j);
    }
    concept(j, "name", p->contact_name);
    if (*p->contact_phone) {
        json_array(j, "telecom");
        contact_point(j, "phone", p->contact_phone);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

const char *fhir_patient(struct cx *cx, const struct patient *p)
{
    struct json j = begin(cx, p->id, "Patient");
    identifier(&j, cx, "Patient number", arena_number(cx->mem, p->number));
    json_bool(&j, "active", p->state == PATIENT_ACTIVE);
    json_array(&j, "name");
    if (p->hidden)
        name(&j, "anonymous", "", "", p->pseudonym);
    else
        name(&j, "official", p->title, p->first_name, p->last_name);
    if (*p->preferred_name) name(&j, "usual", "", p->preferred_name, "");
    json_end(&j);
    if (*p->phone || *p->other_phone || *p->email) {
        json_array(&j, "telecom");
        contact_point(&j, "phone", p->phone);
        contact_point(&j, "phone", p->other_phone);
        contact_point(&j, "email", p->email);
        json_end(&j);
    }
    text(&j, "gender", gender(cx, p->gender));
    text(&j, "birthDate", p->birth_date);
    if (*p->address) {
        json_array(&j, "address");
        concept(&j, NULL, p->address);
        json_end(&j);
    }
    contact(&j, p);
    return entry(cx, &j);
}

/* --- appointments ----------------------------------------------------------------------- */

static const char *status_of(enum appointment_state state)
{
    switch (state) {
    case APPOINTMENT_ARRIVED: return "arrived";
    case APPOINTMENT_COMPLETED: return "fulfilled";
    case APPOINTMENT_DID_NOT_ATTEND: return "noshow";
    case APPOINTMENT_CANCELLED: return "cancelled";
    default: return "booked";
    }
}

static void participant(struct json *j, struct cx *cx, struct id id, const char *display)
{
    json_object(j, NULL);
    refer(j, "actor", cx, id, display);
    json_text(j, "status", "accepted");
    json_end(j);
}

const char *fhir_appointment(struct cx *cx, const struct appointment *a)
{
    struct json j = begin(cx, a->id, "Appointment");
    json_text(&j, "status", status_of(a->state));
    if (a->state == APPOINTMENT_CANCELLED) concept(&j, "cancelationReason", a->reason);
    concept(&j, "appointmentType", a->type_name);
    text(&j, "description", a->label);
    json_text(&j, "start", time_iso(cx->mem, a->starts_at));
    json_text(&j, "end", time_iso(cx->mem, a->ends_at));
    json_int(&j, "minutesDuration", (a->ends_at - a->starts_at) / MINUTES(1));
    text(&j, "comment", a->note);
    json_array(&j, "participant");
    if (id_some(a->user)) participant(&j, cx, a->user, a->user_name);
    if (id_some(a->patient) && a->shown.seen) participant(&j, cx, a->patient, a->shown.name);
    json_end(&j);
    return entry(cx, &j);
}

/* --- notes -------------------------------------------------------------------------------- */

const char *fhir_note(struct cx *cx, const struct patient *p, const struct note *n)
{
    size_t length = strlen(n->text);
    size_t room = sodium_base64_ENCODED_LEN(length, sodium_base64_VARIANT_ORIGINAL);
    char *data = arena_alloc(cx->mem, room);
    sodium_bin2base64(data, room, (const unsigned char *)n->text, length,
                      sodium_base64_VARIANT_ORIGINAL);
    struct json j = begin(cx, n->id, "DocumentReference");
    json_text(&j, "status", "current");
    json_text(&j, "docStatus",
              n->state == NOTE_DRAFT ? "preliminary"
              : n->edition > 1       ? "amended"
                                     : "final");
    concept(&j, "type", "Clinical note");
    refer(&j, "subject", cx, p->id, "");
    json_text(&j, "date", time_iso(cx->mem, n->state == NOTE_DRAFT ? n->changed_at : n->signed_at));
    json_array(&j, "author");
    refer(&j, NULL, cx, n->author, n->author_name);
    json_end(&j);
    text(&j, "description", n->title);
    json_array(&j, "content");
    json_object(&j, NULL);
    json_object(&j, "attachment");
    json_text(&j, "contentType", "text/plain; charset=utf-8");
    text(&j, "data", data);
    text(&j, "title", n->title);
    json_text(&j, "creation", time_iso(cx->mem, n->created_at));
    json_end(&j);
    json_end(&j);
    json_end(&j);
    return entry(cx, &j);
}
