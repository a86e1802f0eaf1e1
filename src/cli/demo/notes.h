/* notes.h - clinical notes of the demo's practitioners. */
#pragma once
#include "base/cx.h"

/* The actor, a practitioner, has written about some of the own patients: signed
 * notes of the last weeks, an amended one, a private one, a draft, and files on some
 * of them.  Moves cx->now and puts it back. */
enum status demo_notes(struct cx *, int64_t today);
