/* exports_view.h - what the pages of own and of all records have alike. */
#pragma once
#include "app/exports/export.h"
#include "web/page.h"

/* "1.2 MB" */
const char *export_size_words(struct cx *, int64_t bytes);
/* Uses the link in the form up, and sends the archive under this name and its day. */
enum status export_send(struct cx *, struct request *, struct response *, enum export_scope,
                        const char *name);
/* What runs, what is ready (with `about`), and the link to it. */
void export_waiting(struct html *, struct request *, const struct export *, struct url here,
                    struct url end);
void export_link_view(struct html *, struct request *, const char *token, struct url take);
