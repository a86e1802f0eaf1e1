/* api.h - /api/v1: what other programs read and change, as JSON.
 *
 * A request brings a key (app/integrations/key.h) in the header Authorization, and no cookie
 * counts.  It acts as the key's user, entered as a session is that began when the key was made,
 * with no more than the key's scopes; the route's permission is the door and the domain's
 * allow() the gate, as for pages.  What a handler calls is what the page's handler calls.
 *
 * An operation is declared next to its handler and says what it takes and gives.  What is not
 * declared is refused, so that a typing mistake does not widen a question, and OpenAPI
 * (app/api/openapi_web.c) prints the same declarations.
 *
 *   const struct api_operation api_things_operation = {
 *       .summary = "List things", .answers = &thing_shape, .many = true, API_QUERY(fields) };
 *   enum status api_things(struct cx *, struct request *, struct response *); */
#pragma once
#include "base/json.h"
#include "web/web.h"

/* --- what is declared ------------------------------------------------------------- */

enum api_kind {
    API_TEXT,
    API_ID,
    API_MOMENT, /* RFC 3339, UTC */
    API_DAY,    /* YYYY-MM-DD */
    API_NUMBER,
    API_FLAG,
    API_WORD, /* one of `words` */
    API_ONE,  /* an object, `of` */
    API_MANY, /* an array of them, or of ids */
    API_ANY,  /* an object that is described elsewhere */
};

struct api_field {
    const char *name;
    enum api_kind kind;
    bool maybe; /* of an answer: may be null; of a question: may be left out */
    const char *about;
    const char *const *words; /* up to NULL */
    const struct api_shape *of;
};

struct api_shape {
    const char *name; /* in OpenAPI: "User" */
    const struct api_field *fields;
    size_t n;
};
#define API_SHAPE(shape_name, all)                   \
    {                                                \
        shape_name, all, sizeof(all) / sizeof *(all) \
    }

struct api_operation {
    const char *summary, *about; /* about: NULL if the summary says it all */
    const struct api_shape *answers;
    bool many;                     /* a page of them: `limit` and `cursor` may be asked */
    const struct api_field *query; /* besides those two */
    size_t query_n;
    const struct api_field *body; /* members of a JSON object; of a PATCH, null, false and [] are
                                     "", and what is left out stays (RFC 7396) */
    size_t body_n;
    int success;    /* 0: 200 */
    bool matches;   /* If-Match is required */
    bool may_match; /* it is looked at */
    bool once;      /* so is Idempotency-Key: a letter leaves, say; it may come with any change */
};
#define API_QUERY(all) .query = (all), .query_n = sizeof(all) / sizeof *(all)
#define API_BODY(all) .body = (all), .body_n = sizeof(all) / sizeof *(all)

enum {
    API_LIMIT = 50,
    API_MOST = 200,     /* things of one page */
    API_A_MINUTE = 600, /* requests of one key, see server/rate.h */
};
#define API_ANSWERS_KEPT DAYS(1)

/* --- for the dispatcher ------------------------------------------------------------- */

bool api_path(const char *path); /* is it below /api/? */
/* Finds the key and enters the group of the path; fills visit and actor.  FORBIDDEN "key"
 * for a key that is none, whatever the reason; NOT_FOUND for a group that is not the key's. */
enum status api_enter(struct cx *, struct request *);
/* Query and body are as declared: INVALID "malformed" or with faults.  A body's members are
 * in rq->form afterwards. */
enum status api_check(struct cx *, struct request *);
/* A POST that changes something may be sent again, until it is answered.  What its key of the API
 * sent within a day with the same Idempotency-Key happened, once: *found, and rs is that answer.
 * INVALID "once-used" if it asked for something else.  Only good answers are kept, by the
 * transaction of the change: after another one nothing has happened, and it is tried anew.  Of
 * two at once the second finds the first, as SERIALIZABLE has it. */
bool api_takes_once(const struct route_info *);
/* `?dry_run=true` with anything that changes something: all is asked and done, answered, and
 * taken back.  It is no request of its Idempotency-Key. */
bool api_is_dry(const struct request *);
enum status api_check_once(struct cx *, const struct request *);
enum status api_find_answer(struct cx *, const struct request *, struct response *, bool *found);
enum status api_keep_answer(struct cx *, const struct request *, const struct response *);
/* Header fields of a good answer; 304 for what the program has already. */
void api_finish(struct cx *, const struct request *, struct response *);
/* The problem document (RFC 9457) for a failure. */
void api_problem(struct cx *, const struct request *, struct response *, enum status);

/* Problems by key ("not-found"), each with its status and title. */
struct problem_info {
    const char *key;
    int status;
    words *title, *about;
};
extern const struct problem_info api_problems[];
extern const size_t api_problems_n;

/* --- for handlers --------------------------------------------------------------------- */

/* What part of a list is asked for. */
struct api_page {
    size_t limit;
    const char *after; /* what the cursor holds, or "" */
};
enum status api_page(struct cx *, const struct request *, struct api_page *out);

/* {"data": [ …, then the members, one json_object() each. */
struct json api_list(struct cx *);
/* …], "next_cursor": …}.  `last`: what the next page begins after, or NULL. */
void api_list_end(struct cx *, struct request *, struct response *, struct json *,
                  const char *last);
/* A single thing of this version; the version is what If-Match looks at. */
void api_one(struct cx *, struct response *, struct json *, int64_t version);

/* CONFLICT "changed" if If-Match names another version than that of `now`, which the problem
 * document holds then. */
enum status api_match(struct cx *, struct request *, int64_t version, struct json *now);

/* "" is null; so is a moment of 0. */
void api_text(struct json *, const char *name, const char *text);
void api_id(struct json *, const char *name, struct id);
void api_moment(struct cx *, struct json *, const char *name, int64_t at);
/* {"id": …, "name": …}, or null if there is no id. */
void api_named(struct json *, const char *name, struct id, const char *called);
extern const struct api_shape named_shape;

/* A flag of the body; of a PATCH, where it is there and false as well as left out. */
bool api_body_flag(const struct request *, const char *name, bool otherwise);
/* A member of the body that is a moment; `otherwise` if it is absent or null. */
int64_t api_body_moment(const struct request *, const char *name, int64_t otherwise);
/* A moment of the query; `otherwise` if it is absent.  INVALID with a fault at it. */
enum status api_query_moment(struct cx *, const struct request *, const char *name,
                             int64_t otherwise, int64_t *out);
