/* who_view.h - the answer to "Who can see ...": a sentence, a picture and a list. */
#pragma once
#include "app/matrix/who_sees.h"
#include "web/page.h"

struct who_page {
    struct who_asked asked; /* area AREA_COUNT, place NULL: none that there is */
    bool answered;
    struct who_sees sees;
};

const char *much_words(struct cx *, enum much); /* "See all, edit own" */
void who_answer(struct html *, struct request *, const struct who_page *);
