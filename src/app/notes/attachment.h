/* attachment.h - files that hang on a clinical note.
 *
 * Whoever reads the note reads them, and nobody else.  A draft's author adds
 * and removes them; once it is signed they stay, and another file is an
 * amendment with a reason.  Their bytes are rows of the same database
 * (decision 025), written in the transaction of the change that speaks of them.
 *
 * What a file is, its bytes say (http/file.h). */
#pragma once
#include "app/notes/note.h"
#include "http/file.h"
#include "db/db.h"
#include "http/multipart.h"

enum {
    ATTACHMENT_MOST = 10 * 1024 * 1024, /* bytes of one */
    NOTE_ATTACHMENTS = 20,
    PIECE = 64 * 1024, /* bytes of it that are held at once */
};
#define PRACTICE_ATTACHMENTS (INT64_C(10) << 30) /* bytes of all that a practice has */

struct attachment {
    struct id id;
    const char *name;
    enum file_kind kind;
    int64_t size, edition, at; /* edition: of the note, that it came with */
    const char *by;
};
struct attachments {
    size_t n;
    struct attachment *at; /* as they came */
};
/* Of a note that was found (note_find()), which says whether the actor reads them. */
enum status attachment_list(struct cx *, const struct note *, struct attachments *out);
/* NOT_FOUND for those of other notes and for removed ones. */
enum status attachment_find(struct cx *, const struct note *, struct id, struct attachment **out);
/* The bytes from a multiple of PIECE on, up to PIECE of them; NOT_FOUND if they are
 * gone.  For whoever has found it: asks no rights. */
enum status attachment_read(struct cx *, struct id, int64_t at, struct bytes *out);

/* All of them or none.  A signed note gets another edition, for this reason.  INVALID
 * with a fault at "files" (cx->reason "large" if one has too many bytes) or
 * "reason".  A file that hangs there already, byte for byte, is left out: sending
 * the same twice is once. */
enum status attachments_add(struct cx *, const struct patient *, const struct note *,
                            const struct upload *, size_t n, const char *reason);
/* Off a draft, by its author; its bytes are gone.  Twice is once. */
enum status attachment_remove(struct cx *, const struct patient *, const struct note *, struct id);
/* All of a draft, inside note_discard(); `n`: how many there were. */
enum status attachments_discard(struct cx *, const struct note *, int64_t *n);
