/* patient.h - the patients of a practice group.
 *
 * Never deleted: archived, or merged into another record of the same person.
 * Whoever asks gets what the own access gives (reach.h); with names hidden, a
 * pseudonym stands for the name, and dates and contact details stay away.
 * Every change asks its permission and is announced; the audit log names the
 * patient by number and says which details changed, not what they are. */
#pragma once
#include "access/access.h"
#include "base/cx.h"

struct ids {
    size_t n;
    struct id *at;
};

/* What a form says of a patient. */
struct patient_draft {
#define DETAIL(name, most) const char *name;
#include "app/patients/details.def"
#undef DETAIL
    struct ids locations;
    struct id practitioner; /* patient_create(): the main one, or none */
};

/* One appointment of a patient, in passing; at 0: none. */
struct patient_visit {
    int64_t at;
    struct id location;
};

enum patient_state { PATIENT_ACTIVE, PATIENT_ARCHIVED, PATIENT_MERGED };

struct patient {
    struct id id;
    int64_t number;
    const char *pseudonym; /* "PX-048213" */
    bool hidden;           /* names are hidden from who asks: all details are "" */
#define DETAIL(name, most) const char *name;
#include "app/patients/details.def"
#undef DETAIL
    enum patient_state state;
    int64_t state_at; /* since when it is archived or merged, and by whom */
    const char *state_by;
    struct id merged_into;
    struct id main; /* the main practitioner, or none */
    const char *main_name;
    struct patient_visit last, next; /* in lists with `visits` */
    struct record record;            /* what the actor's access to it is judged by */
    int64_t created_at, version;
};

const char *patient_name(struct cx *,
                         const struct patient *); /* "Ms Anna Smith", or the pseudonym */
struct subject patient_subject(const struct cx *, const struct patient *);
/* What to show: may the actor do this with this patient? */
bool patient_may(const struct cx *, enum permission, const struct patient *);
bool patient_may_add(const struct cx *);

/* NOT_FOUND for patients of other practices and for ids that are none, alike;
 * FORBIDDEN "record" for one that the actor's access does not reach. */
enum status patient_find(struct cx *, struct id, struct patient **out);
/* The same, and FORBIDDEN unless the actor may do this with it. */
enum status patient_find_for(struct cx *, enum permission, struct id, struct patient **out);
/* After a change: does the actor still reach it?  Records no look. */
enum status patient_reached(struct cx *, struct id, bool *out);
/* The ids of the locations where the record is kept. */
enum status patient_places(struct cx *, struct id, struct ids *out);
struct patient_draft patient_as_draft(const struct patient *, struct ids places);

/* --- lists ------------------------------------------------------------------ */

enum { PATIENT_ROWS = 50, PATIENT_VISITS = 15 };

struct patient_filter {
    const char *text;       /* what was typed into the search field, "" for all */
    bool archived;          /* without text: the archived ones instead of the active ones */
    struct id practitioner; /* one of whose practitioners this is; none for all */
    struct id location;     /* none for all */
    struct id after;        /* without text: the last one of the page before */
    size_t most;            /* fewer than a page holds; 0: as many */
    bool visits;            /* if they are few, say which appointment was last and which is next, of
                               those that the actor's calendar shows and nobody cancelled */
};
struct patient_list {
    size_t n;
    struct patient *at;
    bool more;   /* there are others behind these */
    bool visits; /* they were asked for, and there are no more than PATIENT_VISITS */
};
/* Entries have what a list shows: of the details, those up to other_phone; the
 * rest is "", and so is what patient_find() knows of versions and merging.
 * Asks for PATIENTS_VIEW.  Up to PATIENT_ROWS that the actor may see, by name,
 * or where names are hidden by number: their order tells how they begin.
 * With text those that it fits: beginnings of names in any order, a date of
 * birth, a phone number from its first digits on or up to its last, a patient
 * number, a pseudonym.  Where names are hidden only the last two find. */
enum status patient_list(struct cx *, const struct patient_filter *, struct patient_list *out);

/* Active and archived records that may well be of the same person, among those
 * the actor may see; `self` is left out. */
enum status patient_duplicates(struct cx *, const struct patient_draft *, struct id self,
                               struct patient_list *out);

/* --- changes ---------------------------------------------------------------- */

/* INVALID with faults at the fields; with reason "duplicates" if there seem to
 * be some and nobody said that it is `another` person.  A practitioner who
 * could not reach the record otherwise becomes one of its practitioners. */
enum status patient_create(struct cx *, const struct patient_draft *, bool another, struct id *out);
/* What patient_create() finds wrong with it, before anything is written; birth
 * date and email become what is kept.  Does not look for duplicates. */
enum status patient_check(struct cx *, struct patient_draft *);
/* The gate of both. */
enum status patient_gate_adding(struct cx *);
/* CONFLICT with reason "stale" unless `version` is the stored one.  Announces
 * which details differ; nothing happens if none do. */
enum status patient_update(struct cx *, const struct patient *, const struct patient_draft *,
                           int64_t version);
/* The record leaves the list, stays whole, and can be found and restored.
 * Doing it twice changes nothing. */
enum status patient_archive(struct cx *, const struct patient *);
enum status patient_restore(struct cx *, const struct patient *);

/* The second record goes into the first, which gets what it lacks: details,
 * practitioners, locations, grants.  The second stays as it was, out of all
 * lists, and leads to the first.  Asks PATIENTS_EDIT about both; INVALID with a
 * fault at "other" unless they are two live records; CONFLICT "stale" unless
 * both versions are the stored ones. */
enum status patient_merge(struct cx *, const struct patient *into, const struct patient *from,
                          int64_t version, int64_t from_version);
/* The records that went into this one. */
enum status patient_merged(struct cx *, struct id into, struct patient_list *out);
/* Those that the actor opened last, five at most, the newest first. */
enum status patient_recent(struct cx *, struct patient_list *out);
/* By its number, of those the actor may see; NOT_FOUND otherwise. */
enum status patient_by_number(struct cx *, int64_t number, struct patient **out);
