/* network.c - see network.h */
#include "app/security/network.h"

#include <string.h>

#include "access/access.h"
#include "app/audit/event.h"
#include "db/db.h"
#include "http/proxy.h"

#include "app/security/network.text.h"

enum status networks_find(struct cx *cx, struct networks *out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL("SELECT id, name, networks, version FROM practices WHERE id = $1")));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such practice group.");
    *out = (struct networks){ .practice = cell_id(&t, 0, "id"),
                              .name = cell_text(&t, 0, "name"),
                              .list = cell_text(&t, 0, "networks"),
                              .version = cell_int(&t, 0, "version") };
    return OK;
}

static bool is_all(const struct network *n)
{
    static const unsigned char v4[12] = { [10] = 0xff, [11] = 0xff };
    return n->bits == 0 || (n->bits == 96 && memcmp(n->address, v4, sizeof v4) == 0);
}

/* The list as it is stored; the first that is none is named. */
static enum status read_list(struct cx *cx, const char *typed, const char **out)
{
    static const char gaps[] = ", ;\t\r\n";
    struct proxies one;
    size_t count = 0;
    *out = "";
    for (const char *at = typed + strspn(typed, gaps); *at; at += strspn(at, gaps)) {
        size_t n = strcspn(at, gaps);
        const char *text = arena_copy(cx->mem, at, n);
        if (!proxies_parse(cx->mem, text, &one) || one.local || one.n != 1)
            field_fault(cx, "networks", SAY(network_none, text));
        else if (is_all(&one.at[0]))
            field_fault(cx, "networks", SAY(network_all, text));
        *out = ARENA_JOIN(cx->mem, *out, count++ ? " " : "", text);
        at += n;
    }
    if (count > NETWORKS_MOST)
        field_fault(cx, "networks", SAY(network_many, (int64_t)NETWORKS_MOST));
    TRY(field_check(cx));
    const char *address = cx->actor.address ? cx->actor.address : "";
    if (count && !networks_have(cx->mem, *out, address))
        field_fault(cx, "networks", SAY(network_own, address));
    return field_check(cx);
}

static const char *in_words(struct cx *cx, const char *list)
{
    return *list ? list : SAY(network_everywhere);
}

static enum status store(struct cx *cx, const struct networks *was, const char *list,
                         int64_t version)
{
    struct changes changes = { 0 };
    if (strcmp(was->list, list) == 0) return OK;
    change_note(cx, &changes, SAY(network_field), in_words(cx, was->list), in_words(cx, list));
    TRY(db_change_one(cx, SAY(network_stale),
                      SQL("UPDATE practices SET networks = $2, version = version + 1"
                          " WHERE id = $1 AND version = $3"),
                      list, version));
    return announce(cx, EVENT_NETWORKS_CHANGED, (struct about){ was->practice, was->name },
                    &changes, NULL);
}

enum status networks_save(struct cx *cx, const char *typed, int64_t version)
{
    struct networks was;
    const char *list;
    TRY(allow(cx, USERS_EDIT, &(struct subject){ .practice = cx->actor.practice }));
    TRY(networks_find(cx, &was));
    TRY(read_list(cx, typed, &list));
    return store(cx, &was, list, version);
}

enum status networks_clear(struct cx *cx)
{
    struct networks was;
    TRY(networks_find(cx, &was));
    return store(cx, &was, "", was.version);
}
