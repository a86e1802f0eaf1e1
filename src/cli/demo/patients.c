/* patients.c - see patients.h
 *
 * Names, dates and addresses are put together from lists; phone numbers are of
 * the ranges that are kept free for stories (03 5550 and 03 7010). */
#include "cli/demo/patients.h"

#include <string.h>

#include "app/locations/location.h"
#include "app/patients/care.h"
#include "app/patients/patient.h"
#include "base/text.h"
#include "base/time.h"

enum { HOW_MANY = 320 };

static const char *const first_names[] = {
    "Ada",    "Aiko",  "Amir",   "Anna",    "Åse",     "Bruno", "Carmen", "Chloé",
    "Daniel", "Dina",  "Elif",   "Emil",    "Farah",   "Finn",  "Grace",  "Hamid",
    "Hannah", "Ines",  "Ivan",   "Jack",    "Jana",    "Keiko", "Lars",   "Leila",
    "Liam",   "Lucía", "Maja",   "Malik",   "Mei",     "Milan", "Nadia",  "Noah",
    "Olivia", "Omar",  "Petra",  "Quentin", "Rania",   "Rosa",  "Samir",  "Sofía",
    "Tamsin", "Tuan",  "Ursula", "Viktor",  "Wanjiru", "Yusuf", "Zofia",
};
static const char *const last_names[] = {
    "Abbott",   "Andersen",  "Bianchi",  "Brennan", "Castillo", "Chaudhry", "Dąbrowska",
    "D'Souza",  "Ekström",   "Fitzroy",  "Ferrari", "Gallo",    "Haddad",   "Hughes",
    "Iwu",      "Jankowski", "Kaya",     "Keane",   "Lindgren", "Łuczak",   "Mbeki",
    "Mitchell", "Moreau",    "Nakamura", "Nguyen",  "O'Brien",  "Okoye",    "Papadakis",
    "Quinn",    "Rahman",    "Rossi",    "Santos",  "Silva",    "Taylor",   "Tran",
    "Ueda",     "Vella",     "Walker",   "Weiß",    "Xu",       "Yılmaz",   "Zhang",
};
static const char *const streets[] = { "Mill Lane",    "Harbour Street", "Wattle Grove",
                                       "Station Road", "Orchard Close",  "River Terrace" };
static const char *const relations[] = {
    "Mother", "Father", "Partner", "Daughter", "Son", "Friend"
};
static const char *const genders[] = { "Female", "Male", "", "Female", "Male", "Non-binary" };
#define PICK(list, n) ((list)[(size_t)(n) % (sizeof(list) / sizeof *(list))])

/* Far from each other for neighbours, and the same in every demo. */
static int64_t mixed(int64_t n, int64_t salt)
{
    uint64_t x = (uint64_t)(n * 2654435761 + salt * 40503) & 0xffffffff;
    return (int64_t)((x ^ x >> 13) % 1000003);
}

static const char *phone_of(struct cx *cx, int64_t n)
{
    return arena_print(cx->mem, "03 %s %04lld", n % 2 ? "5550" : "7010",
                       (long long)(n * 7 % 10000));
}

static const char *email_of(struct cx *cx, const char *first, const char *last, int64_t n)
{
    const char *folded = text_fold(cx->mem, arena_print(cx->mem, "%s%s", first, last));
    char *plain = arena_take(cx->mem, strlen(folded) + 1), *to = plain;
    for (; *folded; folded++)
        if (*folded >= 'a' && *folded <= 'z') *to++ = *folded;
    *to = '\0';
    return arena_print(cx->mem, "%s%lld@patients.example", plain, (long long)n);
}

static struct patient_draft draft_of(struct cx *cx, const struct location_list *places,
                                     const struct carers *carers, int64_t n)
{
    const char *first = PICK(first_names, mixed(n, 1)), *last = PICK(last_names, mixed(n, 2));
    int64_t age = mixed(n, 3) % 88, month = mixed(n, 4) % 12 + 1, day = mixed(n, 5) % 28 + 1;
    bool child = age < 16, has_email = mixed(n, 6) % 4 != 0;
    struct ids at = { 1 + (n % 9 == 0), NEW_ARRAY(cx->mem, struct id, 2) };
    for (size_t i = 0; i < at.n; i++)
        at.at[i] = places->at[(size_t)(n % 5 / 2 + (int64_t)i) % places->n].id;
    return (struct patient_draft){
        .title = "",
        .first_name = first,
        .last_name = last,
        .preferred_name = n % 23 == 0 ? "Sam" : "",
        .birth_date = arena_print(cx->mem, "%lld-%02lld-%02lld", (long long)(2025 - age),
                                  (long long)month, (long long)day),
        .gender = PICK(genders, mixed(n, 7)),
        .phone = child ? "" : phone_of(cx, n),
        .other_phone = "",
        .email = has_email && !child ? email_of(cx, first, last, n) : "",
        .address = arena_print(cx->mem, "%lld %s, Riverton", (long long)(mixed(n, 8) % 90 + 1),
                               PICK(streets, mixed(n, 9))),
        .contact_name = child || n % 6 == 0
                            ? arena_print(cx->mem, "%s %s", PICK(first_names, mixed(n, 10)), last)
                            : "",
        .contact_relation = child        ? PICK(relations, n % 2)
                            : n % 6 == 0 ? PICK(relations, n)
                                         : "",
        .contact_phone = child || n % 6 == 0 ? phone_of(cx, n + 400) : "",
        .locations = at,
        .practitioner =
            n % 11 ? carers->at[(size_t)mixed(n, 11) % carers->n].user : (struct id){ "" },
    };
}

/* One person twice, with a name and a phone number that differ a little. */
static enum status add_twins(struct cx *cx, const struct patient_draft *like,
                             struct patient *out[2])
{
    struct patient_draft other = *like;
    struct id id;
    TRY(patient_create(cx, like, true, &id));
    TRY(patient_find(cx, id, &out[0]));
    other.first_name = arena_print(cx->mem, "%s Jo", like->first_name);
    other.gender = other.email = other.address = "";
    cx->now += MINUTES(3);
    TRY(patient_create(cx, &other, true, &id));
    return patient_find(cx, id, &out[1]);
}

static enum status add_oddities(struct cx *cx, const struct location_list *places,
                                const struct carers *carers)
{
    struct patient *merged[2], *alike[2];
    struct patient_draft draft = draft_of(cx, places, carers, 1001);
    TRY(add_twins(cx, &draft, merged));
    TRY(patient_merge(cx, merged[0], merged[1], merged[0]->version, merged[1]->version));
    draft = draft_of(cx, places, carers, 1003);
    TRY(add_twins(cx, &draft, alike));
    TRY(patient_archive(cx, alike[1]));
    for (size_t i = 0; i < carers->n; i++)
        if (!id_same(carers->at[i].user, cx->actor.user) && i < 3)
            TRY(grant_set(cx, alike[0], carers->at[i].user, i == 1 ? EDIT : VIEW));
    return OK;
}

enum status demo_patients(struct cx *cx)
{
    struct location_list places;
    struct carers carers;
    TRY(location_list(cx, &places));
    TRY(care_choices(cx, &carers));
    for (int64_t n = 1; n <= HOW_MANY; n++) {
        struct patient_draft draft = draft_of(cx, &places, &carers, n);
        struct id id;
        cx->now += SECONDS(20);
        TRY(patient_create(cx, &draft, true, &id));
    }
    return add_oddities(cx, &places, &carers);
}
