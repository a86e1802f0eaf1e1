/* multipart.h - forms that bring files: multipart/form-data (RFC 7578), read narrowly.
 *
 * What browsers send, and nothing else: no preamble and no epilogue, one
 * boundary, names in quotes, no transfer encodings, no filename*.  Whatever can
 * be understood in two ways is refused as a whole.  Fields keep the promise of
 * form.h; files stay where they are. */
#pragma once
#include "http/spool.h"
#include "http/form.h"

/* A file of a form: so many bytes of the spool. */
struct upload {
    const char *field; /* the name of its field */
    const char *name;  /* as it was sent: one line of UTF-8, and nothing more is known of it */
    const struct spool *spool;
    size_t at, size;
    bool cut; /* more came than was kept: `size` is less than it has */
};

enum { MULTIPART_FIELDS = 64 * 1024 }; /* bytes that all fields together may have */

/* `type` is the Content-Type.  A field for a file that was left empty is no file.
 * Memory: the fields, and 32 KB.  The outputs are written with FORM_OK only. */
enum form multipart_parse(struct arena *, const char *type, const struct spool *, size_t max_parts,
                          struct pair **fields, size_t *fields_n, struct upload **files,
                          size_t *files_n);
