/* errors.c - see errors.h */
#include "web/errors.h"

#include <sodium.h>
#include <string.h>

#include "base/secret.h"
#include "base/setup.h"
#include "base/text.h"
#include "web/page.text.h"
#include "web/errors.text.h"
#include "web/errors.html.h"

/* Who could do what this user cannot: said on the page, so that nobody has to
 * ask around. */
static const char *who_can(struct cx *cx, const struct request *rq)
{
    struct table t;
    const char *names = NULL;
    bool history = rq->route && rq->route->permission == HISTORY_VIEW;
    if (db_select(cx, &t,
                  SQL("SELECT first_name, last_name FROM users WHERE practice_id = $1"
                      " AND status = 'active' AND (($2 = 0 AND level = 'full')"
                      "  OR ($2 = 1 AND (owner = 1 OR see_history = 1)))"
                      " ORDER BY sort_key, id LIMIT 5"),
                  history)
        != OK)
        return NULL;
    for (size_t i = 0; i < t.rows; i++) {
        const char *first = cell_text(&t, i, "first_name"), *last = cell_text(&t, i, "last_name");
        names = arena_print(cx->mem, "%s%s%s%s%s", names ? names : "", names ? ", " : "", first,
                            *first ? " " : "", last);
    }
    if (!names) return NULL;
    return history ? SAY(e403_who_history, names) : SAY(e403_who, names);
}

/* "Freya Nilsson|21 Nov 2026 at 9:31" became the message in visit_enter(). */
static const char *ended_sentence(struct cx *cx)
{
    const char *who = cx->message ? cx->message : "", *bar = strchr(who, '|');
    if (!bar) return "";
    return SAY(ended_by, arena_copy(cx->mem, who, (size_t)(bar - who)), bar + 1);
}

static bool because(const struct cx *cx, const char *reason)
{
    return cx->reason && strcmp(cx->reason, reason) == 0;
}

/* Does the path name a patient of this group? */
static bool of_patient(const struct request *rq)
{
    static const char at[] = "/g/:g/patients/:id";
    return rq->route && rq->route != &routes[ROUTE_why_show]
           && strncmp(rq->route->path, at, sizeof at - 1) == 0;
}

/* Where to ask for what the route needs; nothing for those who could only ask
 * themselves, and where no area would be enough. */
static struct url ask_url(struct cx *cx, const struct request *rq, bool record)
{
    enum permission p = rq->route ? rq->route->permission : ANYONE;
    if (id_some(cx->actor.viewer)) return (struct url){ NULL };
    if (record && of_patient(rq))
        return url_with(cx, url_for(cx, rq, ROUTE_ask_record_new, param_id(rq, "id")), "reach",
                        p < PERMISSION_COUNT && permissions[p].need == EDIT ? "2" : "");
    if (record || p >= PERMISSION_COUNT || !(because(cx, "door") || because(cx, "level")))
        return (struct url){ NULL };
    return url_with(cx, url_for(cx, rq, ROUTE_ask_area_new, areas[permissions[p].area].key),
                    "reach", permissions[p].need == EDIT ? "2" : "");
}

static void forbidden(struct html *h, struct cx *cx, struct request *rq)
{
    if (because(cx, "ended")) {
        ended_error(h, rq, SAY(ended_title), SAY(ended_text, rq->visit->practice_name),
                    ended_sentence(cx));
    } else if (because(cx, "awaited")) {
        ended_error(h, rq, SAY(awaited_title), SAY(awaited_text, rq->visit->practice_name),
                    SAY(awaited_when));
    } else if (because(cx, "again")) {
        again_error(h, rq);
    } else if (because(cx, "network")) {
        network_error(h, rq, rq->address ? rq->address : "?");
    } else if (because(cx, "only")) {
        (void)!visit_groups(cx, rq);
        only_error(h, rq);
    } else if (because(cx, "second")) {
        second_error(h, rq);
    } else if (because(cx, "form") || !*visit_slug(rq)) {
        bool form = because(cx, "form");
        plain_error(h, rq, form ? SAY(form_title) : SAY(e403_title),
                    form ? SAY(form_text) : cx->message, false);
    } else {
        bool door = because(cx, "door") || because(cx, "level");
        const char *message = because(cx, "viewing") ? SAY(e403_viewing) : cx->message;
        door_error(h, rq, door ? SAY(e403_text) : message, door ? who_can(cx, rq) : NULL,
                   because(cx, "record") && of_patient(rq), ask_url(cx, rq, because(cx, "record")),
                   because(cx, "record") && of_patient(rq) && has(&cx->actor, PATIENTS_EMERGENCY)
                       && !id_some(cx->actor.viewer));
    }
}

void error_page(struct cx *cx, struct request *rq, struct response *rs, enum status status)
{
    struct html *h = &rs->body;
    static struct visit nobody = {
        .slug = "", .theme = "system", .density = "comfortable", .shortcuts = true
    };
    if (!rq->visit) rq->visit = &nobody;
    const char *message = cx->message ? cx->message : "";
    switch (status) {
    case OK:
    case NOT_FOUND:
        if (visit_groups(cx, rq) != OK) rq->visit->groups_n = 0;
        if (rs->status == 405)
            plain_error(h, rq, SAY(e405_title), SAY(e405_text), false);
        else
            plain_error(h, rq, SAY(e404_title), SAY(e404_text), true);
        break;
    case FORBIDDEN:
        if (because(cx, "ended") || because(cx, "awaited") || because(cx, "again"))
            response_cookie(cx, rs, visit_forget_cookie(cx));
        forbidden(h, cx, rq);
        break;
    case INVALID: plain_error(h, rq, SAY(e422_title), message, false); break;
    case CONFLICT: plain_error(h, rq, SAY(e409_title), message, false); break;
    case AGAIN:
        rs->retry_after = "2";
        plain_error(h, rq, SAY(e500_title), SAY(e503_busy), false);
        break;
    case BROKEN:
        if (rs->status == 503) {
            bool full = !cx->reason || because(cx, "full");
            rs->retry_after = full ? "60" : "2";
            plain_error(h, rq, SAY(e503_title),
                        full                     ? SAY(e503_text)
                        : because(cx, "unknown") ? SAY(e503_unknown)
                                                 : SAY(e503_down),
                        false);
        } else {
            plain_error(h, rq, SAY(e500_title), SAY(e500_text, rq->reference ? rq->reference : "-"),
                        false);
        }
    }
}

/* --- notices ------------------------------------------------------------- */

#define NOTICE_COOKIE "linden-note"

static const char *signature(struct cx *cx, const struct request *rq, const char *payload)
{
    char key[44], *out = arena_alloc(cx->mem, 44);
    if (!rq->visit->token) return "";
    secret_derive(key, rq->visit->token, "notice");
    secret_derive(out, key, payload);
    return out;
}

/* Lines: the path to undo, the row, address and label of every link, the sentence. */
const char *notice_cookie(struct cx *cx, const struct request *rq, const struct notice *notice)
{
    const char *undo = notice->undo.text ? notice->undo.text : "";
    const char *plain = arena_print(cx->mem, "%s\n%s\n", undo, notice->row.text);
    for (size_t i = 0; i < notice->links_n; i++)
        plain = arena_print(cx->mem, "%s%s\n%s\n", plain, notice->links[i].to.text,
                            notice->links[i].label);
    plain = arena_print(cx->mem, "%s%s", plain, notice->text);
    size_t n = strlen(plain),
           room = sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    if (n > 1200) return NULL;
    char *payload = arena_alloc(cx->mem, room);
    sodium_bin2base64(payload, room, (const unsigned char *)plain, n,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return arena_print(cx->mem,
                       NOTICE_COOKIE "=%s.%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=60%s",
                       payload, signature(cx, rq, payload), cx->setup->secure ? "; Secure" : "");
}

const char *notice_clear(struct cx *cx)
{
    return arena_print(cx->mem, NOTICE_COOKIE "=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0%s",
                       cx->setup->secure ? "; Secure" : "");
}

/* Cuts the next line off; NULL if what is left is the last one. */
static const char *next_line(char **rest)
{
    char *line = *rest, *end = strchr(line, '\n');
    if (!end) return NULL;
    *end = '\0';
    *rest = end + 1;
    return line;
}

const struct notice *notice_read(struct cx *cx, const struct request *rq)
{
    const char *value = cookie_text(cx, rq, NOTICE_COOKIE),
               *dot = value ? strchr(value, '.') : NULL;
    size_t n = 0;
    if (!dot || !rq->visit->token || strlen(value) > 2000) return NULL;
    const char *payload = arena_copy(cx->mem, value, (size_t)(dot - value));
    if (!text_same_constant_time(dot + 1, signature(cx, rq, payload))) return NULL;
    char *plain = arena_alloc(cx->mem, strlen(payload) + 1);
    if (sodium_base642bin((unsigned char *)plain, strlen(payload), payload, strlen(payload), NULL,
                          &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
        != 0)
        return NULL;
    plain[n] = '\0';
    char *rest = plain;
    struct notice *out = NEW(cx->mem, struct notice);
    const char *undo = next_line(&rest), *row = undo ? next_line(&rest) : NULL;
    if (!row) return NULL;
    *out = (struct notice){ .undo = { *undo ? undo : NULL }, .row = id_of(row) };
    for (const char *to; out->links_n < NOTICE_LINKS && (to = next_line(&rest));) {
        const char *label = next_line(&rest);
        if (!label) return NULL;
        out->links[out->links_n++] = (struct notice_link){ label, { to } };
    }
    out->text = rest;
    return out;
}
