/* exports_view.h - what the pages of own and of all records have alike. */
#pragma once
#include "app/exports/export.h"
#include "web/page.h"

/* "1.2 MB" */
const char *export_size_words(struct cx *, int64_t bytes);
/* Uses the link in the form up, and sends the archive under this name and its day. */
enum status export_send(struct cx *, struct request *, struct response *, enum export_scope,
                        const char *name);
/* The archive as the answer, under this name and its day; its bytes come piece by piece, `next`
 * with its id. */
typedef enum status export_next_function(struct cx *, const void *id, int64_t at,
                                         struct bytes *out);
void export_attach(struct cx *, struct response *, const struct export *,
                   export_next_function *next, const char *name);
/* What runs, what is ready (with `about`), and the link to it. */
void export_waiting(struct html *, struct request *, const struct export *, struct url here,
                    struct url end);
void export_link_view(struct html *, struct request *, const char *token, struct url take);
