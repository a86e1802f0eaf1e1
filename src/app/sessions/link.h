/* link.h - mailed links.
 *
 * A link's token is made when its letter is composed; the database keeps its
 * hash.  Opening a link changes nothing, its page's button does, once.  A
 * letter that is composed again makes another token; both work until one is
 * used or the link is closed. */
#pragma once
#include "base/cx.h"

enum link_purpose { LINK_PROVE, LINK_CHOOSE, LINK_RESET, LINK_INVITATION, LINK_UNSUBSCRIBE };

struct link {
    enum link_purpose purpose;
    struct id person, practice, invitation; /* those that matter for the purpose */
    int64_t expires_at;
};

/* *token: 43 letters for the URL in the letter. */
enum status link_make(struct cx *, const struct link *, const char **token);
/* NOT_FOUND for unknown, used and expired ones alike. */
enum status link_find(struct cx *, enum link_purpose, const char *token, struct link *out);
/* What a token named, for pages that say what became of it.  *open: it still
 * works.  NOT_FOUND for tokens that were never made. */
enum status link_look(struct cx *, enum link_purpose, const char *token, struct link *out,
                      bool *open);
/* Uses it up, with all others of the same purpose and subject.  NOT_FOUND if
 * it was used meanwhile: of two at once, one wins. */
enum status link_use(struct cx *, enum link_purpose, const char *token, struct link *out);
/* Close what was mailed about an invitation or (invitation none) for a person. */
enum status links_close(struct cx *, enum link_purpose, struct id person, struct id practice,
                        struct id invitation);
