/* versions_web.h - two versions of one thing, for a form that lost a race.
 *
 * A form carries the version it was filled from and, in the hidden field
 * "was", a short mark of every line as it was then.  When it comes back late,
 * a line that only one side changed is settled without asking.  For lines that
 * both changed, a page shows both, and the answers keep_NAME ("saved" or
 * "yours") come back with everything that was entered and with the version
 * that was shown. */
#pragma once
#include "web/page.h"

struct version_line {
    const char *name, *label;
    const char *yours, *saved;                                              /* in words */
    enum { VERSION_SAME, VERSION_YOURS, VERSION_SAVED, VERSION_ASK } which; /* versions_settle() */
};

/* The hidden fields "version" and "was" of a form.  A form that comes back
 * keeps what it had; a new one gets the version and marks of what is saved. */
struct version_fields {
    const char *version, *was;
};
struct version_fields versions_new(struct cx *, int64_t version, const struct version_line *,
                                   size_t n);
void versions_hidden(struct html *, struct version_fields);
enum { WAS_MOST = 800 }; /* characters */

/* Finds `which` of every line.  False if a line is to be asked about; then
 * answer versions_late().  Without a mark everything that differs is asked. */
bool versions_settle(struct cx *, const struct request *, int64_t version, struct version_line *,
                     size_t n);
/* CONFLICT with reason "stale". */
enum status versions_late(struct cx *);

/* Is the page shown because somebody else was faster? */
bool stale(const struct cx *, const struct request *);

/* The page with the choice.  Lines must be settled. */
struct versions_page {
    struct id about; /* whose last change says who was faster */
    int64_t version; /* as saved now */
    struct version_line *lines;
    size_t n;
    struct url save, back, reload; /* `back` NULL: no way back to the form */
};
void versions_page(struct html *, struct request *, const struct versions_page *);
