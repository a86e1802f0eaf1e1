/* json.c - see json.h */
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(struct json *j, const char *text, size_t n)
{
    if (j->length + n + 1 > j->room) {
        size_t room = (j->length + n + 1) * 2;
        char *wider = arena_take(j->mem, room);
        if (j->length) memcpy(wider, j->text, j->length);
        j->text = wider;
        j->room = room;
    }
    memcpy(j->text + j->length, text, n);
    j->length += n;
    j->text[j->length] = '\0';
}

static void quoted(struct json *j, const char *text)
{
    put(j, "\"", 1);
    for (; *text; text++) {
        char escape[8];
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            put(j, escape, (size_t)snprintf(escape, sizeof escape, "\\%c", c));
        else if (c < 0x20 || c == 0x7f)
            put(j, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", c));
        else
            put(j, text, 1);
    }
    put(j, "\"", 1);
}

static void member(struct json *j, const char *name)
{
    if (!j->first) put(j, ",", 1);
    j->first = false;
    if (!name) return;
    quoted(j, name);
    put(j, ":", 1);
}

static void deeper(struct json *j, const char *name, char open, char close)
{
    if (j->depth == JSON_DEPTH) abort();
    member(j, name);
    put(j, &open, 1);
    j->closing[j->depth++] = close;
    j->first = true;
}

struct json json_begin(struct arena *mem)
{
    return (struct json){ .mem = mem, .first = true };
}

void json_object(struct json *j, const char *name)
{
    deeper(j, name, '{', '}');
}

void json_array(struct json *j, const char *name)
{
    deeper(j, name, '[', ']');
}

void json_end(struct json *j)
{
    put(j, &j->closing[--j->depth], 1);
    j->first = false;
}

void json_text(struct json *j, const char *name, const char *text)
{
    member(j, name);
    if (text)
        quoted(j, text);
    else
        put(j, "null", 4);
}

void json_int(struct json *j, const char *name, int64_t number)
{
    char text[24];
    member(j, name);
    put(j, text, (size_t)snprintf(text, sizeof text, "%lld", (long long)number));
}

void json_bool(struct json *j, const char *name, bool yes)
{
    member(j, name);
    put(j, yes ? "true" : "false", yes ? 4 : 5);
}

void json_raw(struct json *j, const char *name, const char *text)
{
    member(j, name);
    put(j, text, strlen(text));
}

const char *json_done(struct json *j)
{
    while (j->depth) json_end(j);
    return j->text ? j->text : "";
}
