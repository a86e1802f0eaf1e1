/* file.h - what a file from outside is, and how it may be called.
 *
 * What it is, its bytes say, and never its name or what a browser claims.  The
 * name is made harmless instead of being refused: nobody chose it for us. */
#pragma once
#include "base/mem.h"
#include "http/spool.h"

/* The kinds that are taken: documents and pictures that run nothing in a browser. */
enum file_kind { FILE_OTHER, FILE_PDF, FILE_PNG, FILE_JPEG, FILE_TIFF, FILE_TEXT, FILE_KINDS };

/* Reads the first bytes, and all of them for plain text: UTF-8 without control
 * characters that does not begin as a web page does (HTML, SVG, XML).  An empty
 * file is none of them. */
enum file_kind file_kind(const struct spool *, size_t at, size_t size);

/* "application/pdf"; also how the database writes it.  FILE_OTHER for what is none. */
const char *file_type(enum file_kind);
enum file_kind file_kind_of(const char *type);

/* One line without path, control and invisible characters and without what turns
 * the direction of text; no signs that file systems mind, no dot in front; at
 * most FILE_NAME code points with an ending that fits the kind ("scan.exe" of a
 * PDF becomes "scan.exe.pdf").  `nameless` where nothing is left.  Doing it twice
 * changes nothing. */
enum { FILE_NAME = 100 };
const char *file_name(struct arena *, const char *sent, enum file_kind, const char *nameless);

/* A Content-Disposition that saves it under this name (RFC 6266, RFC 8187). */
const char *file_disposition(struct arena *, const char *name);
