/* patients_view.h - what several pages about patients say alike. */
#pragma once
#include "app/patients/patient.h"
#include "web/page.h"

const char *born_words(struct cx *, const struct patient *); /* "27 Mar 1980 (46 years)", or "" */
const char *number_of(struct cx *, const struct patient *);  /* "1042" */

/* Above every part of a record: the way back, the name and the number.  The
 * caller adds its buttons and closes the <div>. */
void record_head(struct html *, const struct request *, const struct patient *);

enum record_tab {
#define TAB(name, ...) TAB_##name,
#include "app/record_tabs.def"
#undef TAB
    TAB_COUNT
};
/* The parts of the record that the actor may know; nothing if it is the only one. */
void record_tabs(struct html *, const struct request *, const struct patient *,
                 enum record_tab here);
