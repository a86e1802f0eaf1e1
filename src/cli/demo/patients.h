/* patients.h - invented patients for the demo. */
#pragma once
#include "base/cx.h"

/* Some hundred patients of the practice at hand, over all its locations and
 * active practitioners; one is archived, two records were merged, two more look
 * like one person, and a few users were given or refused a single patient. */
enum status demo_patients(struct cx *);
