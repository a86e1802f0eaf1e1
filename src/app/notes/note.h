/* note.h - clinical notes of a patient.
 *
 * A note is its author's: a draft until it is signed, and from then on it is
 * only amended, with a reason; every edition stays.  A draft is its author's
 * alone, and so is a private note.  When the author is deactivated both stay,
 * and Full Access reads them, since the practice has to keep its records.
 *
 * Whoever asks has found the patient (patient_find(), which records the look);
 * besides that the reach of clinical notes decides, the author's side being the
 * own one.  A grant for one patient opens others' notes only to those whose
 * level knows notes at all.  The audit log says whose note was signed or
 * amended, never what it says. */
#pragma once
#include "app/patients/patient.h"

enum note_state { NOTE_DRAFT, NOTE_SIGNED };

struct note {
    struct id id, author;
    const char *author_name; /* as when it was begun */
    bool author_active, mine;
    const char *title, *text; /* title may be "" */
    bool private;
    enum note_state state;
    int64_t edition; /* 1 once signed, one more with each amendment */
    int64_t created_at, signed_at, changed_at, version;
    int64_t files; /* how many hang on it, see attachment.h */
};

enum { NOTE_ROWS = 20 };
struct note_list {
    size_t n;
    struct note *at;
    bool more; /* there are older ones */
};
/* Those of the patient that the actor may read, the newest first; up to
 * NOTE_ROWS older than `after` (none: from the newest on). */
enum status note_list(struct cx *, const struct patient *, struct id after, struct note_list *out);

/* NOT_FOUND for notes of other patients, for discarded ones and for what only
 * somebody else may know of, alike; FORBIDDEN for one that is out of reach. */
enum status note_find(struct cx *, const struct patient *, struct id, struct note **out);

/* What to show: may the actor write a new note, or change this one? */
bool note_may_write(const struct cx *, const struct patient *);
bool note_may_change(const struct cx *, const struct patient *, const struct note *);

struct edition {
    int64_t number, at;
    const char *title, *text, *reason, *by;
};
struct editions {
    size_t n;
    struct edition *at; /* the newest first */
};
/* What was signed and how it was amended; nothing of a draft. */
enum status note_editions(struct cx *, const struct note *, struct editions *out);

struct note_draft {
    const char *title, *text;
    bool private;
};
/* INVALID with a fault at "text" for a note without words. */
enum status note_create(struct cx *, const struct patient *, const struct note_draft *, bool sign,
                        struct id *out);
/* A draft, by its author.  CONFLICT "stale" unless `version` is the stored one. */
enum status note_update(struct cx *, const struct patient *, const struct note *,
                        const struct note_draft *, bool sign, int64_t version);
/* A signed note gets another edition.  INVALID at "reason" without one.
 * Nothing happens if nothing differs.  Whether it is private stays. */
enum status note_amend(struct cx *, const struct patient *, const struct note *,
                       const struct note_draft *, const char *reason, int64_t version);
/* Takes a draft's words and attachments away for good; by its author.  CONFLICT "stale" unless
 * `version` is the stored one: nobody discards what they have not seen. */
enum status note_discard(struct cx *, const struct patient *, const struct note *, int64_t version);
/* Makes a signed note private, or open to those whose access reaches it; by its
 * author.  Twice is once. */
enum status note_set_private(struct cx *, const struct patient *, const struct note *, bool);
