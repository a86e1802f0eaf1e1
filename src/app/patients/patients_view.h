/* patients_view.h - what several pages about patients say alike. */
#pragma once
#include "app/patients/patient.h"
#include "web/page.h"

const char *born_words(struct cx *, const struct patient *); /* "27 Mar 1980 (46 years)", or "" */
const char *number_of(struct cx *, const struct patient *);  /* "1042" */
