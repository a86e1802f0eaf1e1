/* help.h - the articles of the help, and what readers answered to them. */
#pragma once
#include "base/say.h"

struct help_article {
    const char *key;                                           /* in the address */
    const char *(*title)(struct cx *), *(*about)(struct cx *); /* about: one sentence */
};
extern const struct help_article help_articles[];
extern const int help_articles_n;
const struct help_article *help_find(const char *key); /* or NULL */

/* "Was this article helpful?"  Kept without the reader's name or group.
 * INVALID at "comment" for more answers within an hour than anybody means. */
enum status help_answer_add(struct cx *, const struct help_article *, bool helpful,
                            const char *comment);

/* For the host, oldest first; those after `since`. */
struct help_reply {
    const char *article, *comment;
    bool helpful;
    int64_t at;
};
struct help_replies {
    size_t n;
    struct help_reply *at;
};
enum status help_answers_list(struct cx *, int64_t since, struct help_replies *out);

/* The labels that articles name, out of the catalogues of the pages they stand
 * on: help and pages cannot disagree. */
struct help_labels {
    const char *deactivate, *activate, *read_only, *tell, *note, *lower;
    const char *import_csv;
    const char *write_note, *save_note, *sign_note, *attach;
    const char *new_key, *key_scopes, *make_key, *key_docs;
    const char *lines[10]; /* of the checklist */
};
struct help_labels help_labels(struct cx *);
struct help_form_labels {
    const char *title, *first_name, *last_name, *role, *profession, *registration, *email,
        *email_again, *way, *password, *invitation, *link, *level, *locations, *first_day,
        *last_day;
};
struct help_form_labels help_form_labels(struct cx *);
