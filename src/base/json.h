/* json.h - writing JSON.  Reading is a library's work: http/json_read.h.
 *
 *   struct json j = json_begin(cx->mem);
 *   json_object(&j, NULL);  json_text(&j, "slug", slug);  json_end(&j);
 *   puts(json_done(&j));
 *
 * A name of NULL is for members of arrays and for the outermost value. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"

enum { JSON_DEPTH = 24 };

struct json {
    struct arena *mem;
    char *text;
    size_t length, room;
    int depth;
    char closing[JSON_DEPTH];
    bool first;
};

struct json json_begin(struct arena *);
void json_object(struct json *, const char *name);
void json_array(struct json *, const char *name);
void json_end(struct json *); /* of the innermost object or array */
void json_text(struct json *, const char *name, const char *text); /* NULL: null */
void json_int(struct json *, const char *name, int64_t);
void json_bool(struct json *, const char *name, bool);
void json_raw(struct json *, const char *name, const char *text); /* is JSON already */
const char *json_done(struct json *); /* closes what is open */
