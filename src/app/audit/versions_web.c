/* versions_web.c - see versions_web.h */
#include "app/audit/versions_web.h"

#include <string.h>

#include "app/audit/audit.h"
#include "base/secret.h"
#include "base/time.h"

#include "app/audit/versions.text.h"

enum { MARK = 8 }; /* letters of a hash: nobody's typing collides by chance */

static void mark_of(const char *text, char out[MARK + 1])
{
    char hash[SECRET_SIZE];
    secret_hash(text, hash);
    memcpy(out, hash, MARK);
    out[MARK] = '\0';
}

struct version_fields versions_new(struct cx *cx, int64_t version, const struct version_line *lines,
                                   size_t n)
{
    char *was = arena_alloc(cx->mem, n * MARK + 1);
    for (size_t i = 0; i < n; i++) mark_of(lines[i].saved, was + i * MARK);
    return (struct version_fields){ arena_number(cx->mem, version), was };
}

/* Does the form's mark of line i say this text? */
static bool was(const char *marks, size_t i, const char *text)
{
    char mark[MARK + 1];
    mark_of(text, mark);
    return memcmp(marks + i * MARK, mark, MARK) == 0;
}

static const char *answer_of(struct cx *cx, const struct request *rq,
                             const struct version_line *line)
{
    return form_text(rq, arena_print(cx->mem, "keep_%s", line->name));
}

bool versions_settle(struct cx *cx, const struct request *rq, int64_t version,
                     struct version_line *lines, size_t n)
{
    bool settled = true;
    const char *marks = form_text(rq, "was");
    bool known = strlen(marks) == n * MARK;
    const char *current = arena_number(cx->mem, version);
    bool late = strcmp(form_text(rq, "version"), current) != 0;
    for (size_t i = 0; i < n; i++) {
        struct version_line *line = &lines[i];
        const char *answer = answer_of(cx, rq, line);
        if (strcmp(line->yours, line->saved) == 0)
            line->which = VERSION_SAME;
        else if (strcmp(answer, "saved") == 0 || (late && known && was(marks, i, line->yours)))
            line->which = VERSION_SAVED;
        else if (!late || (known && was(marks, i, line->saved)))
            line->which = VERSION_YOURS;
        else
            line->which = VERSION_ASK;
        settled = settled && line->which != VERSION_ASK;
    }
    return settled;
}

enum status versions_late(struct cx *cx)
{
    return fail_because(cx, CONFLICT, "stale", "%s", SAY(versions_alone));
}

bool stale(const struct cx *cx, const struct request *rq)
{
    return rq->method == POST && cx->why == CONFLICT && cx->reason
           && strcmp(cx->reason, "stale") == 0;
}

static bool ours(const char *name)
{
    static const char *const own[] = { "form_token", "version", "was", "reviewed" };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(name, own[i]) == 0) return true;
    return strncmp(name, "keep_", 5) == 0;
}

static const char *label_ids(struct cx *cx, const struct version_line *line, const char *side)
{
    return arena_print(cx->mem, "keep-%s versions-%s keep-%s-%s", line->name, side, line->name,
                       side);
}

/* "Access level, Locations": what came over without asking. */
static const char *taken(struct cx *cx, const struct versions_page *p)
{
    const char *all = "";
    for (size_t i = 0; i < p->n; i++)
        if (p->lines[i].which == VERSION_SAVED)
            all = *all ? SAY(versions_comma, all, p->lines[i].label) : p->lines[i].label;
    return all;
}

#include "app/audit/versions.html.h"

void versions_hidden(struct html *h, struct version_fields v)
{
    version_fields_view(h, v.version, v.was);
}

void versions_page(struct html *h, struct request *rq, const struct versions_page *p)
{
    struct cx *cx = h->cx;
    const char *name;
    int64_t at;
    if (audit_last(cx, p->about, &name, &at) != OK) name = NULL;
    choice_page(h, rq, p, name ? SAY(versions_by, name, time_ago(cx, at)) : SAY(versions_alone),
                versions_new(cx, p->version, p->lines, p->n));
}
