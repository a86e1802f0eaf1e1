/* pdf.h - what a PDF says, read by another program (pdftotext of poppler-utils). */
#pragma once
#include "base/cx.h"

/* Its text, each sheet ended by a form feed.  "" if it is no PDF. */
const char *pdf_text(struct cx *, const char *bytes, size_t length);
size_t pdf_sheets(const char *text);
