/* visit.c - see visit.h */
#include "web/visit.h"

#include <stdlib.h>
#include <string.h>

#include "access/second_rule.h"
#include "access/stored.h"
#include "base/secret.h"
#include "base/setup.h"
#include "db/db.h"
#include "http/proxy.h"

enum { CODE_MINUTES = 10 };

const char *session_cookie_name(const struct cx *cx)
{
    return cx->setup->secure ? "__Host-linden" : "linden";
}

static const char *visitor_cookie_name(const struct cx *cx)
{
    return cx->setup->secure ? "__Host-linden-visitor" : "linden-visitor";
}

static const char *set_cookie(struct cx *cx, const char *name, const char *value, const char *more)
{
    return arena_print(cx->mem, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s", name, value,
                       cx->setup->secure ? "; Secure" : "", more);
}

const char *session_cookie(struct cx *cx, const char *token)
{
    return set_cookie(cx, session_cookie_name(cx), token ? token : "", token ? "" : "; Max-Age=0");
}

static const char *device_cookie_name(const struct cx *cx)
{
    return cx->setup->secure ? "__Host-linden-device" : "linden-device";
}

void response_session(struct cx *cx, struct response *rs, const char *token)
{
    response_cookie(cx, rs, session_cookie(cx, token));
    if (!cx->actor.device) return;
    response_cookie(cx, rs,
                    set_cookie(cx, device_cookie_name(cx), cx->actor.device, "; Max-Age=34560000"));
}

const char *remembered_cookie_name(const struct cx *cx)
{
    return cx->setup->secure ? "__Host-linden-remembered" : "linden-remembered";
}

const char *remembered_cookie(struct cx *cx, const char *token)
{
    return set_cookie(cx, remembered_cookie_name(cx), token, "; Max-Age=2592000");
}

const char *visit_forget_cookie(struct cx *cx)
{
    return set_cookie(cx, "linden-out", arena_print(cx->mem, "%lld", (long long)cx->now),
                      "; Max-Age=60");
}

/* A token is 43 characters of base64url, or it is nobody's. */
static bool token_like(const char *token)
{
    return token && strlen(token) == 43
           && strspn(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
                  == 43;
}

const char *visit_form_token(struct cx *cx, const struct request *rq)
{
    struct visit *v = rq->visit;
    if (v->form_token) return v->form_token; /* a page of lists has it in every row */
    char *out = arena_alloc(cx->mem, 44);
    if (!v->token) return out;
    secret_derive(out, v->token, "form");
    return v->form_token = out;
}

const char *visit_visitor_cookie(struct cx *cx, struct request *rq)
{
    char *token = arena_alloc(cx->mem, 44);
    if (rq->visit->token) return NULL;
    secret_token(token);
    rq->visit->token = token;
    return set_cookie(cx, visitor_cookie_name(cx), token, "");
}

static void fill_person(struct cx *cx, struct visit *v, const struct table *t)
{
    v->signed_in = true;
    v->session = cell_id(t, 0, "id");
    v->person = cell_id(t, 0, "person_id");
    v->first_name = cell_text(t, 0, "first_name");
    v->last_name = cell_text(t, 0, "last_name");
    v->email = cell_text(t, 0, "email");
    v->email_key = cell_text(t, 0, "email_key");
    v->theme = cell_text(t, 0, "theme");
    v->density = cell_text(t, 0, "density");
    v->clock_12 = strcmp(cell_text(t, 0, "clock"), "12") == 0;
    v->shortcuts = cell_bool(t, 0, "shortcuts");
    v->proven = cell_int(t, 0, "proven_at") != 0;
    v->waits_for = (enum waits_for)cell_int(t, 0, "waits_for");
    v->only = cell_id(t, 0, "only_practice_id");
    v->signed_in_at = cell_int(t, 0, "signed_in_at");
    v->seen_at = cell_int(t, 0, "seen_at");
    v->proved_at = cell_int(t, 0, "proved_at");
    v->last_practice = cell_id(t, 0, "last_practice_id");
    cx->actor.person = v->person;
    cx->actor.session = v->session;
    cx->actor.name =
        *v->first_name ? arena_print(cx->mem, "%s %s", v->first_name, v->last_name) : v->last_name;
    cx->clock_12 = v->clock_12;
}

/* clang-format off */
/* Who is it in each group; what only the group of the path needs, in its row alone. */
#define USERS(slug, now, session)                                                               \
    " g.slug, g.name, g.time_zone, g.idle_minutes, g.paper_initials, u.practice_id,"             \
    " u.id AS user_id, u.owner,"                                                               \
    " u.status, u.title, u.first_name AS user_first, u.last_name AS user_last,"                 \
    " u.access_ended_at, u.deactivated_at, u.deactivated_by_name,"                              \
    " CASE WHEN g.slug = " slug " THEN (SELECT CASE WHEN d.ended_at IS NULL THEN d.seen_at"     \
    "   ELSE -1 END FROM user_devices d WHERE d.practice_id = u.practice_id"                    \
    "   AND d.session_id = " session ") END AS here_at,"                                        \
    " CASE WHEN g.slug = " slug " THEN u.locations END AS assigned,"                            \
    " CASE WHEN g.slug = " slug " THEN (SELECT max(r.reach) || ' ' || max(CASE"                 \
    "   WHEN r.kind = 'emergency' THEN COALESCE(r.ends_at, 0) ELSE 0 END)"                      \
    "   FROM patient_grants r WHERE r.practice_id = u.practice_id AND r.user_id = u.id"         \
    "   AND (r.ends_at IS NULL OR r.ends_at > " now ")) END AS granted,"                        \
    " CASE WHEN g.slug = " slug " THEN (SELECT max(w.id) FROM views w"                          \
    "   WHERE w.practice_id = u.practice_id AND w.user_id = u.id AND w.session_id = " session   \
    "   AND w.ends_at > " now ") END AS viewing,"                                               \
    " " SECOND_RULE_COLUMNS ", u.second_since, g.networks,"                                     \
    " " ACCESS_COLUMNS

/* Whose session it is, and all groups of the person: one statement, since nearly
 * every page asks for both.  How many invitations wait says only a page's frame. */
static enum status find_session(struct cx *cx, const char *token, const char *slug, bool framed,
                                struct table *t)
{
    char hash[44];
    secret_hash(token, hash);
    return db_select(cx, t,
                     SQL_GLOBAL("SELECT s.id, s.person_id, s.signed_in_at, s.seen_at,"
                                " s.proved_at, s.waits_for, s.only_practice_id, p.first_name, p.last_name, p.email, p.email_key,"
                                " p.theme, p.density, p.clock, p.shortcuts, p.proven_at,"
                                " p.last_practice_id,"
                                " CASE WHEN $5 = 1 THEN (SELECT count(*) FROM invitations i"
                                "   WHERE i.email_key = p.email_key AND i.state = 'pending'"
                                "   AND i.expires_at > $4) END AS waiting," USERS("$3", "$4", "s.id")
                                " FROM sessions s JOIN people p ON p.id = s.person_id"
                                " LEFT JOIN users u ON u.person_id = s.person_id"
                                " LEFT JOIN practices g ON g.id = u.practice_id"
                                " WHERE s.token_hash = $1 AND s.ended_at IS NULL"
                                " AND s.signed_in_at > $2" GUESSED),
                     (const char *)hash, cx->now - cx->setup->session_life, slug, cx->now, framed);
}

/* Of a stream the session is known, and only the user is looked for anew. */
static enum status find_user(struct cx *cx, struct visit *v, const char *slug)
{
    if (v->users.rows) return OK;
    return db_select(cx, &v->users,
                     SQL_GLOBAL("SELECT" USERS("$1", "$3", "$4")
                                " FROM practices g JOIN users u ON u.practice_id = g.id"
                                " WHERE g.slug = $1 AND u.person_id = $2"),
                     slug, v->person, cx->now, v->session);
}
/* clang-format on */

static bool is_active(const struct table *users, size_t row)
{
    const char *status = cell_text(users, row, "status");
    return status && strcmp(status, "active") == 0;
}

/* The strictest of a person's groups says how long a device may rest. */
static int64_t idle_minutes(const struct table *users)
{
    int64_t least = 0;
    for (size_t i = 0; i < users->rows; i++) {
        int64_t minutes = is_active(users, i) ? cell_int(users, i, "idle_minutes") : 0;
        if (minutes && (!least || minutes < least)) least = minutes;
    }
    return least ? least : 30;
}

/* Rested too long; or waits too long for a code, which only takes a moment to type. */
static bool is_over(const struct cx *cx, const struct table *t)
{
    if (cell_int(t, 0, "seen_at") <= cx->now - MINUTES(idle_minutes(t))) return true;
    return cell_int(t, 0, "waits_for") == WAITS_FOR_CODE
           && cell_int(t, 0, "signed_in_at") <= cx->now - MINUTES(CODE_MINUTES);
}

enum status visit_begin(struct cx *cx, struct request *rq)
{
    struct visit *v = rq->visit = NEW(cx->mem, struct visit);
    v->slug = "";
    v->theme = "system";
    v->density = "comfortable";
    v->shortcuts = true;
    const char *token = cookie_text(cx, rq, device_cookie_name(cx));
    if (token_like(token)) cx->actor.device = token;
    token = cookie_text(cx, rq, session_cookie_name(cx));
    if (token_like(token)) {
        struct table t;
        v->framed = rq->method == GET && !rq->fragment && rq->route && !rq->route->tell;
        TRY(find_session(cx, token, rq->route ? param_text(rq, "g") : "", v->framed, &t));
        if (t.rows && !is_over(cx, &t)) {
            v->token = token;
            v->idle_minutes = idle_minutes(&t);
            v->users = t;
            fill_person(cx, v, &t);
            return OK;
        }
    }
    token = cookie_text(cx, rq, visitor_cookie_name(cx));
    if (token_like(token)) v->token = token;
    return OK;
}

static void fill_named(struct cx *cx, struct visit *v, const struct table *t, size_t row,
                       const struct access *access)
{
    v->title = cell_text(t, row, "title");
    v->user_first = cell_text(t, row, "user_first");
    v->user_last = cell_text(t, row, "user_last");
    v->access = *access;
    v->role = role_label(access->role)(cx);
    v->level = access->level < LEVEL_COUNT ? levels[access->level].label(cx) : "";
}

/* What of the group's patients is granted to the user, and until when in an emergency. */
struct granted {
    enum reach reach;
    int64_t emergency_until;
};

static struct granted read_granted(const struct table *t, size_t row)
{
    const char *both = cell_text(t, row, "granted"), *space = both ? strchr(both, ' ') : NULL;
    if (!space) return (struct granted){ 0 };
    return (struct granted){ (enum reach)strtoll(both, NULL, 10), strtoll(space, NULL, 10) };
}

static void fill_user(struct cx *cx, struct visit *v, size_t row)
{
    const struct table *t = &v->users;
    v->practice_name = cell_text(t, row, "name");
    v->practice_zone = cell_text(t, row, "time_zone");
    v->paper_initials = cell_bool(t, row, "paper_initials");
    v->here_at = cell_int(t, row, "here_at");
    struct granted granted = read_granted(t, row);
    v->emergency_until = granted.emergency_until;
    struct access access = access_stored(t, row);
    access.owner = cell_bool(t, row, "owner");
    access.active = true;
    cx->actor.locations = cell_text(t, row, "assigned");
    access.locations = ids_count(cx->actor.locations);
    fill_named(cx, v, t, row, &access);

    cx->zone = v->practice_zone;
    cx->actor.practice = cell_id(t, row, "practice_id");
    cx->actor.user = cell_id(t, row, "user_id");
    cx->actor.reach = reach_with_grants(access_reach(&v->access), granted.reach);
    cx->actor.owner = v->access.owner;
    cx->actor.full = access_full(&v->access);
    cx->actor.name =
        *v->user_first ? arena_print(cx->mem, "%s %s", v->user_first, v->user_last) : v->user_last;
}

/* Few groups have such a rule, so only they ask.  While it is not known all others are asked
 * along with it, as if there were one. */
static enum status has_factor(struct cx *cx, const struct visit *v, bool *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT (SELECT count(*) FROM authenticators WHERE person_id = $1"
                             " AND proven_at IS NOT NULL) + (SELECT count(*) FROM passkeys"
                             " WHERE person_id = $1) AS n"),
                  v->person));
    *out = table_number(&t) > 0 || db_unsure(cx);
    return OK;
}

/* What the group asks of who has no second step.  Programs with a key and calendars have none,
 * and a page that is open goes on hearing what changes.  What the group's own provider asks for is
 * the provider's to say. */
static enum status check_second(struct cx *cx, const struct request *rq, struct visit *v,
                                size_t row)
{
    const struct table *t = &v->users;
    struct second_rule rule = second_rule_stored(t, row);
    bool has;
    v->second_rule = second_rule_any(&rule);
    if (!v->signed_in || id_some(v->only) || !v->second_rule) return OK;
    TRY(has_factor(cx, v, &has));
    if (has) return OK;
    struct access access = access_stored(t, row);
    int64_t from = second_required_from(&rule, &access, cell_int(t, row, "second_since"));
    v->second = second_state(&rule, from, cx->now, v->signed_in_at, &v->second_at);
    if (v->second != SECOND_CLOSED || (rq->route && rq->route->tell)) return OK;
    return fail_because(cx, FORBIDDEN, "second", "A second step is required.");
}

/* Where the group opens from (app/security/network.h).  A stream that is open was let in. */
static enum status check_network(struct cx *cx, const struct request *rq, const struct visit *v,
                                 size_t row)
{
    const char *list = cell_text(&v->users, row, "networks");
    bool tells = rq->route && rq->route->tell && !rq->address;
    if (!*list || !v->signed_in || tells) return OK;
    if (networks_have(cx->mem, list, rq->address ? rq->address : "")) return OK;
    return fail_because(cx, FORBIDDEN, "network", "This group opens from its own networks.");
}

/* Whoever views as another one has Full Access still, and the other one is there and
 * below it; or nothing of it is true any more, and they are themselves. */
static enum status view_as(struct cx *cx, struct visit *v, struct id view)
{
    struct table t;
    const struct actor viewer = cx->actor;
    if (!reach_may_view(&v->access)) return OK;
    TRY(db_select(cx, &t,
                  SQL("SELECT " ACCESS_COLUMNS ", u.id AS user_id, u.status, u.title,"
                      " u.first_name AS user_first, u.last_name AS user_last, w.ends_at,"
                      " u.locations AS assigned,"
                      " (SELECT max(r.reach) FROM patient_grants r WHERE r.practice_id ="
                      "   u.practice_id AND r.user_id = u.id AND (r.ends_at IS NULL"
                      "   OR r.ends_at > $3)) AS granted"
                      " FROM views w JOIN users u ON u.practice_id = w.practice_id"
                      "  AND u.id = w.as_user_id WHERE w.practice_id = $1 AND w.id = $2"
                      "  AND w.ends_at > $3"),
                  view, cx->now));
    if (t.rows == 0 || strcmp(cell_text(&t, 0, "status"), "active") != 0) return OK;
    struct access access = access_stored(&t, 0);
    access.active = true;
    access.locations = ids_count(cell_text(&t, 0, "assigned"));
    if (!reach_may_be_viewed(&access)) return OK;
    fill_named(cx, v, &t, 0, &access);
    v->viewing = view;
    v->viewing_until = cell_int(&t, 0, "ends_at");
    v->emergency_until = 0;
    uint64_t reach = reach_viewed(access_reach(&access), viewer.reach);
    cx->actor.viewer = viewer.user;
    cx->actor.user = cell_id(&t, 0, "user_id");
    cx->actor.locations = cell_text(&t, 0, "assigned");
    cx->actor.reach = reach_with_grants(reach, (enum reach)cell_int(&t, 0, "granted"));
    cx->actor.owner = cx->actor.full = false;
    return OK;
}

static enum status find_row(struct cx *cx, struct visit *v, const char *slug, size_t *row)
{
    const struct table *t = &v->users;
    TRY(find_user(cx, v, slug));
    for (*row = 0; *row < t->rows; ++*row) {
        const char *one = cell_text(t, *row, "slug");
        if (one && strcmp(one, slug) == 0) return OK;
    }
    return fail(cx, NOT_FOUND, "There is no such page.");
}

static enum status check_only(struct cx *cx, const struct visit *v, size_t row)
{
    const struct table *t = &v->users;
    if (id_some(v->only) && !id_same(v->only, cell_id(t, row, "practice_id")))
        return fail_because(cx, FORBIDDEN, "only", "This session opens another group alone.");
    return OK;
}

enum status visit_left(struct cx *cx, struct request *rq, const char *slug)
{
    struct visit *v = rq->visit;
    const struct table *t = &v->users;
    size_t row;
    TRY(find_row(cx, v, slug, &row));
    if (is_active(t, row)) return fail(cx, NOT_FOUND, "There is no such page.");
    v->practice_name = cell_text(t, row, "name");
    TRY(check_only(cx, v, row));
    if (v->signed_in_at <= cell_int(t, row, "access_ended_at"))
        return fail_because(cx, FORBIDDEN, "again", "Sign in again.");
    TRY(check_network(cx, rq, v, row));
    TRY(check_second(cx, rq, v, row));
    fill_user(cx, v, row);
    cx->actor.reach = 0;
    cx->actor.owner = cx->actor.full = false;
    return OK;
}

enum status visit_enter(struct cx *cx, struct request *rq, const char *slug)
{
    struct visit *v = rq->visit;
    const struct table *t = &v->users;
    size_t row;
    TRY(find_row(cx, v, slug, &row));
    v->practice_name = cell_text(t, row, "name");
    TRY(check_only(cx, v, row));
    if (!is_active(t, row)) {
        cx->zone = cell_text(t, row, "time_zone");
        const char *by = cell_text(t, row, "deactivated_by_name");
        if (!by) return fail_because(cx, FORBIDDEN, "awaited", "The first day is to come.");
        return fail_because(cx, FORBIDDEN, "ended", "%s|%s", by,
                            time_moment(cx, cell_int(t, row, "deactivated_at")));
    }
    bool ended_here = cell_int(t, row, "here_at") < 0;
    if (ended_here || v->signed_in_at <= cell_int(t, row, "access_ended_at"))
        return fail_because(cx, FORBIDDEN, "again", "Sign in again.");
    TRY(check_network(cx, rq, v, row));
    TRY(check_second(cx, rq, v, row));
    v->slug = slug;
    fill_user(cx, v, row);
    return cell_text(t, row, "viewing") ? view_as(cx, v, cell_id(t, row, "viewing")) : OK;
}

enum status visit_as(struct cx *cx, struct request *rq, struct id person, int64_t since,
                     const char *slug)
{
    struct visit *v = NEW(cx->mem, struct visit);
    *v = (struct visit){ .slug = "",
                         .theme = "system",
                         .density = "comfortable",
                         .person = person,
                         .signed_in_at = since };
    rq->visit = v;
    cx->actor = (struct actor){
        .person = person, .address = rq->address, .agent = rq->agent, .via = cx->actor.via
    };
    return visit_enter(cx, rq, slug);
}

static int by_name(const void *a, const void *b)
{
    const struct visit_group *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : strcmp(x->practice.text, y->practice.text);
}

static enum status count_waiting(struct cx *cx, const struct visit *v, int64_t *n)
{
    struct table t;
    if (id_some(v->only)) return *n = 0, OK; /* whose they are was shown to a group's provider */
    if (v->framed) {
        *n = cell_int(&v->users, 0, "waiting");
        return OK;
    }
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT count(*) AS n FROM invitations"
                             " WHERE email_key = $1 AND state = 'pending' AND expires_at > $2"),
                  v->email_key, cx->now));
    *n = table_number(&t);
    return OK;
}

bool visit_is_in(const struct visit *v)
{
    return v->signed_in && v->waits_for != WAITS_FOR_CODE;
}

bool visit_is_proven(const struct cx *cx, const struct request *rq)
{
    return rq->visit->proved_at > cx->now - MINUTES(PROOF_MINUTES);
}

enum status visit_proven(struct cx *cx, const struct request *rq)
{
    if (visit_is_proven(cx, rq)) return OK;
    return fail_because(cx, INVALID, "proof", "Confirm it is you.");
}

enum status visit_groups(struct cx *cx, struct request *rq)
{
    struct visit *v = rq->visit;
    const struct table *t = &v->users;
    if (v->groups_known || !visit_is_in(v)) return OK;
    v->groups = NEW_ARRAY(cx->mem, struct visit_group, t->rows);
    v->groups_n = 0;
    for (size_t i = 0; i < t->rows; i++) {
        if (!is_active(t, i)) continue;
        if (id_some(v->only) && !id_same(v->only, cell_id(t, i, "practice_id"))) continue;
        enum role_type role = PRACTITIONER;
        (void)role_find(cell_text(t, i, "role_type"), &role);
        enum level level = level_find(role, cell_text(t, i, "level"));
        v->groups[v->groups_n++] = (struct visit_group){
            .practice = cell_id(t, i, "practice_id"),
            .slug = cell_text(t, i, "slug"),
            .name = cell_text(t, i, "name"),
            .role = role_label(role)(cx),
            .level = level < LEVEL_COUNT ? levels[level].label(cx) : "",
            .current = strcmp(cell_text(t, i, "slug"), v->slug) == 0,
        };
    }
    qsort(v->groups, v->groups_n, sizeof *v->groups, by_name);
    TRY(count_waiting(cx, v, &v->invitations));
    v->groups_known = true;
    return OK;
}

bool visit_should_note(const struct cx *cx, const struct request *rq)
{
    const struct visit *v = rq->visit;
    if (v && id_some(v->key)) return cx->now - v->key_used_at >= MINUTES(1);
    if (!v || !v->signed_in) return false;
    if (cx->now - v->seen_at >= MINUTES(1)) return true;
    return id_some(cx->actor.user) && cx->now - v->here_at >= MINUTES(1);
}

/* Where a session is used in a group is that group's own: what it learns of the device is
 * what happened here (app/devices/).  A place that was ended stays so. */
static enum status note_device(struct cx *cx, const struct request *rq, struct id user)
{
    return db_exec(cx,
                   SQL("INSERT INTO user_devices (practice_id, id, session_id, user_id, address,"
                       " since, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $6)"
                       " ON CONFLICT (practice_id, session_id) DO UPDATE"
                       " SET seen_at = $6, address = $5 WHERE user_devices.seen_at <= $7"),
                   id_new(cx->now), rq->visit->session, user,
                   cx->actor.address ? cx->actor.address : "", cx->now, cx->now - MINUTES(1));
}

/* Pages that were asked for at once all come here; one of them writes. */
enum status visit_note(struct cx *cx, const struct request *rq)
{
    int64_t before = cx->now - MINUTES(1);
    if (id_some(rq->visit->key))
        return db_exec(cx,
                       SQL("UPDATE api_keys SET used_at = $3 WHERE practice_id = $1 AND id = $2"
                           " AND COALESCE(used_at, 0) <= $4"),
                       rq->visit->key, cx->now, before);
    TRY(db_exec(cx,
                SQL_GLOBAL("UPDATE sessions SET seen_at = $2 WHERE id = $1 AND ended_at IS NULL"
                           " AND seen_at <= $3"),
                rq->visit->session, cx->now, before));
    if (!id_some(cx->actor.user)) return OK;
    struct id user = id_some(cx->actor.viewer) ? cx->actor.viewer : cx->actor.user;
    TRY(db_exec(cx,
                SQL_GLOBAL("UPDATE people SET last_practice_id = $2 WHERE id = $1"
                           " AND COALESCE(last_practice_id, '') <> $2"),
                rq->visit->person, cx->actor.practice));
    TRY(note_device(cx, rq, user));
    return db_exec(cx,
                   SQL("UPDATE users SET seen_at = $3 WHERE practice_id = $1 AND id = $2"
                       " AND COALESCE(seen_at, 0) <= $4"),
                   user, cx->now, before);
}
