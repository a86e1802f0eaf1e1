/* api.c - what goes in and out of the API: see api.h */
#include "web/api.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/setup.h"
#include "base/text.h"
#include "base/time.h"
#include "http/json_read.h"
#include "web/visit.h"

#include "web/api.text.h"

enum { BODY_KB = 16, MEMBERS = 200, SIGNATURE = 22 };

bool api_path(const char *path)
{
    return strncmp(path, "/api/", 5) == 0;
}

/* --- what was asked ------------------------------------------------------------------ */

static const struct api_field *field_of(const struct api_field *all, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, name) == 0) return &all[i];
    return NULL;
}

static bool is_word(const char *const *all, const char *text)
{
    while (*all && strcmp(*all, text) != 0) all++;
    return *all;
}

static const char *all_words(struct cx *cx, const char *const *word)
{
    const char *all = "";
    for (; *word; word++) all = arena_print(cx->mem, "%s%s%s", all, *all ? ", " : "", *word);
    return all;
}

bool api_is_dry(const struct request *rq)
{
    return route_changes(rq) && strcmp(query_text(rq, "dry_run"), "true") == 0;
}

static const struct api_field dry_run = { "dry_run", API_FLAG, .maybe = true };

static enum status check_query(struct cx *cx, const struct request *rq)
{
    const struct api_operation *o = rq->route->api;
    for (size_t i = 0; i < rq->query.n; i++) {
        const char *name = rq->query.at[i].name, *value = rq->query.at[i].value;
        const struct api_field *f = field_of(o->query, o->query_n, name);
        if (route_changes(rq) && strcmp(name, dry_run.name) == 0) f = &dry_run;
        bool paging = o->many && (strcmp(name, "limit") == 0 || strcmp(name, "cursor") == 0);
        bool twice = i && pair_find(rq->query.at, i, name);
        if (twice || (!f && !paging))
            return fail_because(cx, INVALID, "malformed", "%s", SAY(api_unknown_parameter, name));
        if (!f) continue;
        if (f->kind == API_WORD && !is_word(f->words, value))
            field_fault(cx, name, SAY(api_no_word, all_words(cx, f->words)));
        if (f->kind == API_FLAG && strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
            field_fault(cx, name, SAY(api_no_flag));
    }
    return OK;
}

/* What a form may hold: see http/form.h. */
static bool decent(const char *text)
{
    for (; *text; text++)
        if (((unsigned char)*text < ' ' && !strchr("\t\n\r", *text)) || *text == 127) return false;
    return true;
}

static const char *fault_in(struct cx *cx, const struct api_field *f, const struct json_member *m)
{
    if (m->kind == JSON_KIND_NULL) return f->maybe ? NULL : SAY(api_missing);
    switch (f->kind) {
    case API_FLAG: return m->kind == JSON_KIND_FLAG ? NULL : SAY(api_no_flag);
    case API_MANY:
        return m->kind == JSON_KIND_ARRAY || m->kind == JSON_KIND_ENTRY ? NULL : SAY(api_no_text);
    case API_NUMBER:
        return m->kind == JSON_KIND_NUMBER ? NULL
                                           : SAY(api_no_number, (int64_t)0, (int64_t)999999999);
    case API_WORD:
        if (m->kind == JSON_KIND_TEXT && is_word(f->words, m->text)) return NULL;
        return SAY(api_no_word, all_words(cx, f->words));
    case API_MOMENT: {
        int64_t at;
        if (m->kind == JSON_KIND_TEXT && time_iso_read(m->text, &at)) return NULL;
        return SAY(api_no_moment);
    }
    default: return m->kind == JSON_KIND_TEXT ? NULL : SAY(api_no_text);
    }
}

/* A member is what a field of a form is: a flag that is true is a box that is ticked, and each
 * text of an array one box of several. */
static enum status take_members(struct cx *cx, struct request *rq, const struct json_member *m,
                                size_t n)
{
    const struct api_operation *o = rq->route->api;
    struct pair *pairs = NEW_ARRAY(cx->mem, struct pair, n + 1);
    rq->form = (struct pairs){ 0, pairs };
    for (size_t i = 0; i < n; i++) {
        const struct api_field *f = field_of(o->body, o->body_n, m[i].name);
        if (!f)
            return fail_because(cx, INVALID, "malformed", "%s", SAY(api_unknown_member, m[i].name));
        if (!decent(m[i].text))
            return fail_because(cx, INVALID, "malformed", "%s", SAY(api_no_json));
        const char *fault = fault_in(cx, f, &m[i]);
        if (fault) field_fault(cx, f->name, fault);
        bool empty = m[i].kind == JSON_KIND_ARRAY || m[i].kind == JSON_KIND_NULL
                     || (m[i].kind == JSON_KIND_FLAG && !*m[i].text);
        if (fault || (empty && rq->method != PATCH)) continue;
        pairs[rq->form.n++] = (struct pair){ f->name, m[i].text };
    }
    for (size_t i = 0; i < o->body_n; i++)
        if (!o->body[i].maybe && o->body[i].kind != API_MANY && !form_has(rq, o->body[i].name))
            field_fault(cx, o->body[i].name, SAY(api_missing));
    return OK;
}

static bool is_json(const struct request *rq)
{
    const char *type = rq->content_type;
    const char *wanted[] = { "application/json", "application/merge-patch+json" };
    for (size_t i = 0; type && i < (rq->method == PATCH ? 2 : 1); i++) {
        size_t n = strlen(wanted[i]);
        if (strncasecmp(type, wanted[i], n) == 0 && (!type[n] || strchr("; ", type[n])))
            return true;
    }
    return false;
}

static enum status check_body(struct cx *cx, struct request *rq)
{
    struct json_member *members;
    size_t n;
    rq->form = (struct pairs){ 0 };
    if (rq->body.n == 0) {
        if (rq->method == GET) return OK;
        return take_members(cx, rq, NULL, 0);
    }
    if (rq->method == GET || !is_json(rq))
        return fail_because(cx, INVALID, "media", "%s", SAY(api_no_json));
    if (rq->body.n > BODY_KB * 1024)
        return fail_because(cx, INVALID, "large", "%s", SAY(api_body_large, (int64_t)BODY_KB));
    if (json_missing()) return fail(cx, BROKEN, "%s", json_missing());
    if (!json_read_flat(cx->mem, rq->body.at, rq->body.n, MEMBERS, &members, &n))
        return fail_because(cx, INVALID, "malformed", "%s", SAY(api_no_json));
    return take_members(cx, rq, members, n);
}

enum status api_check(struct cx *cx, struct request *rq)
{
    TRY(check_query(cx, rq));
    TRY(check_body(cx, rq));
    TRY(field_check(cx));
    TRY(api_check_once(cx, rq));
    if (rq->route->api->matches && !rq->if_match)
        return fail_because(cx, CONFLICT, "if-match", "%s", SAY(api_match_missing));
    return OK;
}

bool api_body_flag(const struct request *rq, const char *name, bool otherwise)
{
    return form_has(rq, name) ? *form_text(rq, name) : otherwise;
}

int64_t api_body_moment(const struct request *rq, const char *name, int64_t otherwise)
{
    int64_t at = otherwise;
    (void)time_iso_read(form_text(rq, name), &at); /* looked at before the handler runs */
    return at;
}

enum status api_query_moment(struct cx *cx, const struct request *rq, const char *name,
                             int64_t otherwise, int64_t *out)
{
    const char *text = query_text(rq, name);
    *out = otherwise;
    if (*text && !time_iso_read(text, out)) field_fault(cx, name, SAY(api_no_moment));
    return field_check(cx);
}

/* --- pages of a list ---------------------------------------------------------------------- */

/* Signed with the key itself, so that only our own come back, and to the same key. */
static const char *sign(struct cx *cx, const struct request *rq, const char *after)
{
    char all[SECRET_SIZE];
    secret_derive(all, rq->visit->key_token, arena_print(cx->mem, "cursor %s", after));
    return arena_copy(cx->mem, all, SIGNATURE);
}

enum status api_page(struct cx *cx, const struct request *rq, struct api_page *out)
{
    const char *cursor = query_text(rq, "cursor"), *dot = strrchr(cursor, '.');
    const char *limit = query_text(rq, "limit");
    int64_t n = *limit ? query_int(rq, "limit", 0) : API_LIMIT;
    *out = (struct api_page){ .limit = (size_t)n, .after = "" };
    if (n < 1 || n > API_MOST)
        field_fault(cx, "limit", SAY(api_no_number, (int64_t)1, (int64_t)API_MOST));
    TRY(field_check(cx));
    if (!*cursor) return OK;
    if (dot) out->after = arena_copy(cx->mem, cursor, (size_t)(dot - cursor));
    if (!dot || !text_same_constant_time(dot + 1, sign(cx, rq, out->after)))
        return fail_because(cx, INVALID, "malformed", "%s", SAY(api_cursor));
    return OK;
}

/* --- answers --------------------------------------------------------------------------- */

static void put_json(struct response *rs, struct json *j)
{
    rs->type = "application/json";
    rs->body.text = (char *)json_done(j);
    rs->body.length = strlen(rs->body.text);
}

struct json api_list(struct cx *cx)
{
    struct json j = json_begin(cx->mem);
    json_object(&j, NULL);
    json_array(&j, "data");
    return j;
}

static const char *next_link(struct cx *cx, const struct request *rq, const char *cursor)
{
    struct url url = { arena_print(cx->mem, "%s%s", cx->setup->url, rq->path) };
    for (size_t i = 0; i < rq->query.n; i++)
        if (strcmp(rq->query.at[i].name, "cursor") != 0)
            url = url_with(cx, url, rq->query.at[i].name, rq->query.at[i].value);
    return arena_print(cx->mem, "<%s>; rel=\"next\"", url_with(cx, url, "cursor", cursor).text);
}

void api_list_end(struct cx *cx, struct request *rq, struct response *rs, struct json *j,
                  const char *last)
{
    const char *cursor = last ? arena_print(cx->mem, "%s.%s", last, sign(cx, rq, last)) : NULL;
    json_end(j);
    json_text(j, "next_cursor", cursor);
    put_json(rs, j);
    if (cursor) rs->link = next_link(cx, rq, cursor);
}

/* Which version of the thing, and which words stand for it today: others' names are in it. */
void api_one(struct cx *cx, struct response *rs, struct json *j, int64_t version)
{
    char sum[SECRET_SIZE];
    put_json(rs, j);
    secret_hash(rs->body.text, sum);
    rs->etag = arena_print(cx->mem, "\"%lld.%.*s\"", (long long)version, SIGNATURE, sum);
}

enum status api_match(struct cx *cx, struct request *rq, int64_t version, struct json *now)
{
    const char *wanted = arena_print(cx->mem, "\"%lld.", (long long)version);
    if (!rq->if_match || strstr(rq->if_match, wanted)) return OK;
    rq->current = json_done(now);
    return fail_because(cx, CONFLICT, "changed", "%s", SAY(api_match_stale));
}

/* What it has already is no look at anybody. */
void api_finish(struct cx *cx, const struct request *rq, struct response *rs)
{
    if (!rs->status) rs->status = rq->route->api->success ? rq->route->api->success : 200;
    bool has_it =
        rq->method == GET && rs->etag && rq->if_none_match && strstr(rq->if_none_match, rs->etag);
    if (!has_it) return;
    rs->status = 304;
    cx->shown = NULL;
}

void api_text(struct json *j, const char *name, const char *text)
{
    json_text(j, name, text && *text ? text : NULL);
}

void api_id(struct json *j, const char *name, struct id id)
{
    json_text(j, name, id_some(id) ? id.text : NULL);
}

void api_moment(struct cx *cx, struct json *j, const char *name, int64_t at)
{
    json_text(j, name, at ? time_iso(cx->mem, at) : NULL);
}

static const struct api_field named_fields[] = {
    { "id", API_ID, .about = "As in its own list." },
    { "name", API_TEXT, .maybe = true, .about = "As people read it." },
};
const struct api_shape named_shape = API_SHAPE("Named", named_fields);

void api_named(struct json *j, const char *name, struct id id, const char *called)
{
    if (!id_some(id)) {
        json_text(j, name, NULL);
        return;
    }
    json_object(j, name);
    json_text(j, "id", id.text);
    api_text(j, "name", called);
    json_end(j);
}
