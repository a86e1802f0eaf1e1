/* json_read.c - see json_read.h.  Not with json.h: its names are jansson's, too. */
#include "http/json_read.h"

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/library.h"

static struct {
    __typeof__(json_loadb) *load;
    __typeof__(json_delete) *done;
    __typeof__(json_object_iter) *first;
    __typeof__(json_object_iter_next) *next;
    __typeof__(json_object_iter_key) *key;
    __typeof__(json_object_iter_value) *value;
    __typeof__(json_string_value) *text;
    __typeof__(json_integer_value) *number;
    __typeof__(json_array_size) *size;
    __typeof__(json_array_get) *at;
} calls;
static bool loaded;

enum { NAME_MOST = 100 };

static void load(void)
{
    void *library = library_open("libjansson.so.4");
    loaded = library_find(library, "json_loadb", &calls.load)
             && library_find(library, "json_delete", &calls.done)
             && library_find(library, "json_object_iter", &calls.first)
             && library_find(library, "json_object_iter_next", &calls.next)
             && library_find(library, "json_object_iter_key", &calls.key)
             && library_find(library, "json_object_iter_value", &calls.value)
             && library_find(library, "json_string_value", &calls.text)
             && library_find(library, "json_integer_value", &calls.number)
             && library_find(library, "json_array_size", &calls.size)
             && library_find(library, "json_array_get", &calls.at);
}

static bool ready(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return loaded;
}

const char *json_missing(void)
{
    return ready() ? NULL : "libjansson.so.4 cannot be opened; install the package libjansson4";
}

/* Everything is copied into room that was taken before, so that an arena that is full never
 * leaves the document behind. */
struct reader {
    struct json_member *at;
    size_t n, most;
    char *to;
    bool flat;
};

static const char *keep(struct reader *r, const char *text)
{
    char *kept = r->to;
    r->to = stpcpy(r->to, text) + 1;
    return kept;
}

static void add(struct reader *r, const char *name, enum json_kind kind, const char *text)
{
    if (r->n == r->most) r->flat = false;
    if (!r->flat) return;
    r->at[r->n++] = (struct json_member){ keep(r, name), kind, keep(r, text) };
}

static void add_value(struct reader *r, const char *name, const json_t *v, bool in_array)
{
    char digits[24];
    switch (json_typeof(v)) {
    case JSON_STRING:
        add(r, name, in_array ? JSON_KIND_ENTRY : JSON_KIND_TEXT, calls.text(v));
        break;
    case JSON_INTEGER:
        snprintf(digits, sizeof digits, "%lld", (long long)calls.number(v));
        add(r, name, in_array ? JSON_KIND_OTHER : JSON_KIND_NUMBER, digits);
        break;
    case JSON_TRUE: add(r, name, in_array ? JSON_KIND_OTHER : JSON_KIND_FLAG, "1"); break;
    case JSON_FALSE: add(r, name, in_array ? JSON_KIND_OTHER : JSON_KIND_FLAG, ""); break;
    case JSON_NULL: add(r, name, in_array ? JSON_KIND_OTHER : JSON_KIND_NULL, ""); break;
    default: add(r, name, JSON_KIND_OTHER, "");
    }
}

static void add_member(struct reader *r, const char *name, const json_t *v)
{
    if (json_typeof(v) != JSON_ARRAY) {
        add_value(r, name, v, false);
        return;
    }
    add(r, name, JSON_KIND_ARRAY, "");
    for (size_t i = 0; i < calls.size(v); i++) add_value(r, name, calls.at(v, i), true);
}

static void add_members(struct reader *r, json_t *object)
{
    for (void *i = calls.first(object); i; i = calls.next(object, i)) {
        if (strlen(calls.key(i)) > NAME_MOST) r->flat = false;
        if (r->flat) add_member(r, calls.key(i), calls.value(i));
    }
}

/* Each member keeps its name, and a value that is no longer than it was written. */
static struct reader reader_for(struct arena *mem, size_t size, size_t most)
{
    return (struct reader){ .at = arena_take(mem, (most + 1) * sizeof(struct json_member)),
                            .to = arena_take(mem, size + most * (NAME_MOST + 24) + 1),
                            .most = most,
                            .flat = true };
}

bool json_read_flat(struct arena *mem, const char *bytes, size_t size, size_t most,
                    struct json_member **out, size_t *n)
{
    struct reader r = reader_for(mem, size, most);
    *n = 0;
    *out = r.at;
    if (!ready()) return false;
    json_t *all = calls.load(bytes, size, JSON_REJECT_DUPLICATES, NULL);
    if (!all) return false;
    bool object = json_typeof(all) == JSON_OBJECT;
    if (object) add_members(&r, all);
    calls.done(all); /* nobody else has it */
    *n = r.n;
    return object && r.flat;
}

static void add_object(struct reader *r, json_t *v, struct json_object *out, size_t most, size_t *n)
{
    if (json_typeof(v) != JSON_OBJECT) return;
    if (*n == most) r->flat = false;
    if (!r->flat) return;
    size_t before = r->n;
    add_members(r, v);
    out[(*n)++] = (struct json_object){ r->n - before, r->at + before };
}

bool json_read_objects(struct arena *mem, const char *bytes, size_t size, const char *name,
                       size_t most, struct json_object *out, size_t most_objects, size_t *n)
{
    struct reader r = reader_for(mem, size, most);
    *n = 0;
    if (!ready()) return false;
    json_t *all = calls.load(bytes, size, JSON_REJECT_DUPLICATES, NULL), *member = NULL;
    if (!all) return false;
    if (json_typeof(all) == JSON_OBJECT)
        for (void *i = calls.first(all); i; i = calls.next(all, i))
            if (strcmp(calls.key(i), name) == 0) member = calls.value(i);
    bool array = member && json_typeof(member) == JSON_ARRAY;
    if (member && !array) add_object(&r, member, out, most_objects, n);
    for (size_t i = 0; array && i < calls.size(member); i++)
        add_object(&r, calls.at(member, i), out, most_objects, n);
    bool right = array || (member && json_typeof(member) == JSON_OBJECT);
    calls.done(all);
    return right && r.flat;
}
