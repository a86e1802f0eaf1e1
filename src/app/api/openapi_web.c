/* openapi_web.c - what programs can do, for machines: OpenAPI 3.1 out of the table of routes. */
#include <string.h>

#include "base/setup.h"
#include "web/api.h"

enum { MOST_SHAPES = 40 };

struct shapes {
    size_t n;
    const struct api_shape *at[MOST_SHAPES];
};

static void note(struct shapes *all, const struct api_shape *shape)
{
    if (!shape) return;
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i] == shape) return;
    if (all->n == MOST_SHAPES) return;
    all->at[all->n++] = shape;
    for (size_t i = 0; i < shape->n; i++) note(all, shape->fields[i].of);
}

static void write_ref(struct cx *cx, struct json *j, const char *section, const char *name)
{
    json_text(j, "$ref", arena_print(cx->mem, "#/components/%s/%s", section, name));
}

static const char *type_of(enum api_kind kind)
{
    return kind == API_NUMBER ? "integer" : kind == API_FLAG ? "boolean" : "string";
}

static void write_type(struct json *j, const char *type, bool maybe)
{
    if (!maybe) {
        json_text(j, "type", type);
        return;
    }
    json_array(j, "type");
    json_text(j, NULL, type);
    json_text(j, NULL, "null");
    json_end(j);
}

/* The members of a schema for one field. */
static void write_schema(struct cx *cx, struct json *j, const struct api_field *f)
{
    if (f->about) json_text(j, "description", f->about);
    if (f->kind == API_ANY) {
        json_text(j, "type", "object");
        return;
    }
    if (f->kind == API_ONE) {
        json_array(j, "anyOf");
        json_object(j, NULL);
        write_ref(cx, j, "schemas", f->of->name);
        json_end(j);
        if (f->maybe) {
            json_object(j, NULL);
            json_text(j, "type", "null");
            json_end(j);
        }
        json_end(j);
        return;
    }
    if (f->kind == API_MANY) {
        json_text(j, "type", "array");
        json_object(j, "items");
        if (f->of)
            write_ref(cx, j, "schemas", f->of->name);
        else
            json_text(j, "type", "string");
        json_end(j);
        return;
    }
    write_type(j, type_of(f->kind), f->maybe);
    if (f->kind == API_MOMENT) json_text(j, "format", "date-time");
    if (f->kind == API_DAY) json_text(j, "format", "date");
    if (f->kind != API_WORD) return;
    json_array(j, "enum");
    for (const char *const *w = f->words; *w; w++) json_text(j, NULL, *w);
    if (f->maybe) json_text(j, NULL, NULL);
    json_end(j);
}

/* In an answer all members are there, and null if need be; in a body some may be left out. */
static void write_members(struct cx *cx, struct json *j, const struct api_field *all, size_t n,
                          bool body)
{
    json_text(j, "type", "object");
    json_object(j, "properties");
    for (size_t i = 0; i < n; i++) {
        json_object(j, all[i].name);
        write_schema(cx, j, &all[i]);
        json_end(j);
    }
    json_end(j);
    json_array(j, "required");
    for (size_t i = 0; i < n; i++)
        if (!body || !all[i].maybe) json_text(j, NULL, all[i].name);
    json_end(j);
    if (body) json_bool(j, "additionalProperties", false);
}

/* --- operations ------------------------------------------------------------------------- */

static void begin_parameter(struct json *j, const char *name, const char *in, const char *about,
                            bool required)
{
    json_object(j, NULL);
    json_text(j, "name", name);
    json_text(j, "in", in);
    if (about) json_text(j, "description", about);
    json_bool(j, "required", required);
    json_object(j, "schema");
}

static void end_parameter(struct json *j)
{
    json_end(j);
    json_end(j);
}

static void write_path_parameters(struct cx *cx, struct json *j, const char *path)
{
    for (const char *at = strchr(path, ':'); at; at = strchr(at + 1, ':')) {
        const char *name = arena_copy(cx->mem, at + 1, strcspn(at + 1, "/"));
        bool group = strcmp(name, "g") == 0;
        begin_parameter(j, name, "path",
                        group ? "The practice group, as in the address of its pages." : NULL, true);
        json_text(j, "type", "string");
        end_parameter(j);
    }
}

static void write_parameters(struct cx *cx, struct json *j, const struct route_info *r)
{
    const struct api_operation *o = r->api;
    json_array(j, "parameters");
    write_path_parameters(cx, j, r->path);
    for (size_t i = 0; i < o->query_n; i++) {
        struct api_field f = o->query[i];
        begin_parameter(j, f.name, "query", f.about, !f.maybe);
        f.maybe = false;
        f.about = NULL;
        write_schema(cx, j, &f);
        end_parameter(j);
    }
    if (o->many && r->method == GET) {
        begin_parameter(j, "limit", "query", "How many at the most.", false);
        json_text(j, "type", "integer");
        json_int(j, "minimum", 1);
        json_int(j, "maximum", API_MOST);
        json_int(j, "default", API_LIMIT);
        end_parameter(j);
        begin_parameter(j, "cursor", "query", "What “next_cursor” said.", false);
        json_text(j, "type", "string");
        end_parameter(j);
    }
    if (api_takes_once(r)) {
        begin_parameter(j, "Idempotency-Key", "header",
                        "A value of your own. Sent again within 24 hours, with the same body, it"
                        " changes nothing and is answered as before.",
                        o->once);
        json_text(j, "type", "string");
        json_text(j, "pattern", "^[!-~]{1,64}$");
        end_parameter(j);
    }
    if (o->matches || o->may_match) {
        begin_parameter(j, "If-Match", "header", "The ETag of what you have read.", o->matches);
        json_text(j, "type", "string");
        end_parameter(j);
    }
    if (r->method != GET && !r->reads) {
        begin_parameter(j, "dry_run", "query",
                        "true: all is checked and answered as it would be, and nothing is changed.",
                        false);
        json_text(j, "type", "boolean");
        end_parameter(j);
    }
    json_end(j);
}

static void begin_content(struct json *j, const char *type)
{
    json_object(j, "content");
    json_object(j, type);
    json_object(j, "schema");
}

static void end_content(struct json *j)
{
    json_end(j);
    json_end(j);
    json_end(j);
}

static void write_answer(struct cx *cx, struct json *j, const struct api_operation *o, int status)
{
    json_object(j, arena_number(cx->mem, status));
    json_text(j, "description",
              status == o->success || !o->success ? o->summary : "As it would be (dry_run).");
    if (o->answers) {
        begin_content(j, "application/json");
        if (o->many) {
            json_text(j, "type", "object");
            json_object(j, "properties");
            json_object(j, "data");
            json_text(j, "type", "array");
            json_object(j, "items");
            write_ref(cx, j, "schemas", o->answers->name);
            json_end(j);
            json_end(j);
            json_object(j, "next_cursor");
            write_type(j, "string", true);
            json_end(j);
            json_end(j);
            json_array(j, "required");
            json_text(j, NULL, "data");
            json_text(j, NULL, "next_cursor");
            json_end(j);
        } else {
            write_ref(cx, j, "schemas", o->answers->name);
        }
        end_content(j);
    }
    json_end(j);
}

static bool needs_body(const struct api_operation *o)
{
    for (size_t i = 0; i < o->body_n; i++)
        if (!o->body[i].maybe) return true;
    return false;
}

static void write_operation(struct cx *cx, struct json *j, const struct route_info *r)
{
    static const char *const methods[METHODS] = { "get", "post", "delete", "patch" };
    const struct api_operation *o = r->api;
    json_object(j, methods[r->method]);
    json_text(j, "operationId", r->name);
    json_text(j, "summary", o->summary);
    if (o->about) json_text(j, "description", o->about);
    write_parameters(cx, j, r);
    if (o->body_n) {
        json_object(j, "requestBody");
        json_bool(j, "required", needs_body(o));
        begin_content(j, r->method == PATCH ? "application/merge-patch+json" : "application/json");
        write_members(cx, j, o->body, o->body_n, true);
        end_content(j);
        json_end(j);
    }
    json_object(j, "responses");
    write_answer(cx, j, o, o->success ? o->success : 200);
    if (o->success && o->answers) write_answer(cx, j, o, 200);
    json_object(j, "default");
    write_ref(cx, j, "responses", "Problem");
    json_end(j);
    json_end(j);
    json_end(j);
}

/* "/api/v1/groups/:g/users" is "/groups/{g}/users", below the server's address. */
static const char *path_of(struct cx *cx, const char *pattern)
{
    const char *out = "";
    for (const char *at = pattern + strlen("/api/v1"); *at;) {
        size_t n = strcspn(at + 1, "/") + 1;
        out = at[1] == ':' ? arena_print(cx->mem, "%s/{%.*s}", out, (int)n - 2, at + 2)
                           : arena_print(cx->mem, "%s%.*s", out, (int)n, at);
        at += n;
    }
    return out;
}

static void write_paths(struct cx *cx, struct json *j)
{
    json_object(j, "paths");
    for (const struct route_info *r = routes; r < routes + ROUTE_COUNT; r++) {
        bool first = r->api != NULL;
        for (const struct route_info *p = routes; p < r; p++)
            first = first && strcmp(p->path, r->path) != 0;
        if (!first) continue;
        json_object(j, path_of(cx, r->path));
        for (const struct route_info *p = r; p < routes + ROUTE_COUNT; p++)
            if (p->api && strcmp(p->path, r->path) == 0) write_operation(cx, j, p);
        json_end(j);
    }
    json_end(j);
}

/* --- what they share ----------------------------------------------------------------------- */

static const struct api_field fault_fields[] = {
    { "pointer", API_TEXT, .maybe = true, .about = "Of a body: which member, “/email”." },
    { "parameter", API_TEXT, .maybe = true, .about = "Of an address: which parameter." },
    { "detail", API_TEXT, .about = "What is wrong with it." },
};
static const struct api_shape fault_shape = API_SHAPE("Fault", fault_fields);

static const struct api_field problem_fields[] = {
    { "type", API_TEXT, .about = "Which problem; the address explains it." },
    { "title", API_TEXT, .about = "In a few words." },
    { "status", API_NUMBER, .about = "As in the answer's first line." },
    { "detail", API_TEXT, .about = "What it is this time." },
    { "request_id", API_TEXT, .about = "Under which the server's log has it." },
    { "errors", API_MANY, .maybe = true, .about = "With “invalid”: each field.",
      .of = &fault_shape },
    { "current", API_ANY, .maybe = true, .about = "With “changed”: what there is now." },
};
static const struct api_shape problem_shape = API_SHAPE("Problem", problem_fields);

static void write_components(struct cx *cx, struct json *j)
{
    struct shapes all = { 0 };
    for (const struct route_info *r = routes; r < routes + ROUTE_COUNT; r++)
        if (r->api) note(&all, r->api->answers);
    json_object(j, "components");
    json_object(j, "securitySchemes");
    json_object(j, "key");
    json_text(j, "type", "http");
    json_text(j, "scheme", "bearer");
    json_end(j);
    json_end(j);
    json_object(j, "responses");
    json_object(j, "Problem");
    json_text(j, "description", "A problem document (RFC 9457).");
    begin_content(j, "application/problem+json");
    write_ref(cx, j, "schemas", "Problem");
    end_content(j);
    json_end(j);
    json_end(j);
    json_object(j, "schemas");
    for (size_t i = 0; i < all.n; i++) {
        json_object(j, all.at[i]->name);
        write_members(cx, j, all.at[i]->fields, all.at[i]->n, false);
        json_end(j);
    }
    json_object(j, "Fault");
    write_members(cx, j, fault_fields, fault_shape.n, true);
    json_end(j);
    json_object(j, "Problem");
    write_members(cx, j, problem_fields, problem_shape.n, true);
    json_end(j);
    json_end(j);
    json_end(j);
}

enum status api_openapi(struct cx *cx, struct request *rq, struct response *rs)
{
    struct json j = json_begin(cx->mem);
    (void)rq;
    json_object(&j, NULL);
    json_text(&j, "openapi", "3.1.0");
    json_object(&j, "info");
    json_text(&j, "title", "Linden");
    json_text(&j, "version", "1");
    json_text(&j, "summary", "What a program can read and change with an API key.");
    json_object(&j, "license");
    json_text(&j, "name", "Apache-2.0");
    json_text(&j, "identifier", "Apache-2.0");
    json_end(&j);
    json_end(&j);
    json_array(&j, "servers");
    json_object(&j, NULL);
    json_text(&j, "url", arena_print(cx->mem, "%s/api/v1", cx->setup->url));
    json_end(&j);
    json_end(&j);
    json_array(&j, "security");
    json_object(&j, NULL);
    json_array(&j, "key");
    json_end(&j);
    json_end(&j);
    json_end(&j);
    write_paths(cx, &j);
    write_components(cx, &j);
    rs->type = "application/json";
    rs->body.text = (char *)json_done(&j);
    rs->body.length = strlen(rs->body.text);
    return OK;
}
