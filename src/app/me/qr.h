/* qr.h - QR codes, drawn by libqrencode, which is opened when the first is asked for. */
#pragma once
#include "base/mem.h"

/* The dark squares as the path of an SVG, in a picture of *size units a side; NULL if the
 * library is not installed: then people type what the code says. */
const char *qr_path(struct arena *, const char *text, int *size);
/* What is missing on this machine, for whoever looks after it; or NULL. */
const char *qr_missing(void);
