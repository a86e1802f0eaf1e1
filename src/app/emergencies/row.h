/* row.h - emergencies as they stand in rows; for the sources of this folder. */
#pragma once
#include "app/emergencies/emergency.h"

/* Asks nothing. */
enum status emergency_read(struct cx *, struct id, struct emergency **out);
