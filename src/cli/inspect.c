/* inspect.c - commands that only show: routes, version, help-answers, audit. */
#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "app/audit/verify.h"
#include "base/json.h"
#include "base/time.h"
#include "base/version.h"
#include "cli/host.h"
#include "db/db.h"
#include "web/web.h"

int command_version(struct cli *cli)
{
    if (option_set(cli, "json")) {
        struct json j = json_begin(cli->cx->mem);
        json_object(&j, NULL);
        json_text(&j, "name", "linden");
        json_text(&j, "version", VERSION);
        json_text(&j, "compiler", __VERSION__);
        json_text(&j, "sqlite", db_embedded());
        json_text(&j, "libsodium", sodium_version_string());
        json_end(&j);
        puts(json_done(&j));
    } else {
        puts("linden " VERSION);
    }
    return EXIT_DONE;
}

/* --- routes ---------------------------------------------------------------------- */

static const char *permission_name(enum permission permission)
{
    switch ((int)permission) {
    case ANYONE: return "anyone";
    case SIGNED_IN: return "signed-in";
    case REPLACING: return "replacing";
    case PROVING: return "proving";
    case HALFWAY: return "halfway";
    case MEMBER: return "member";
    default: return permissions[permission].key;
    }
}

int command_routes(struct cli *cli)
{
    struct json j = json_begin(cli->cx->mem);
    bool as_json = option_set(cli, "json");
    json_array(&j, NULL);
    for (const struct route_info *r = routes; r < routes + ROUTE_COUNT; r++) {
        const char *method = method_word(r->method);
        if (!as_json) {
            printf("%-6s %-50s %-18s %s\n", method, r->path, permission_name(r->permission),
                   r->name);
            continue;
        }
        json_object(&j, NULL);
        json_text(&j, "method", method);
        json_text(&j, "path", r->path);
        json_text(&j, "permission", permission_name(r->permission));
        json_text(&j, "handler", r->name);
        json_end(&j);
    }
    json_end(&j);
    if (as_json) puts(json_done(&j));
    return EXIT_DONE;
}

/* --- help-answers ------------------------------------------------------------------ */

static enum status answers(struct cx *cx, void *arg)
{
    struct cli *cli = arg;
    struct table t;
    struct json j = json_begin(cx->mem);
    bool as_json = option_set(cli, "json");
    TRY(db_select(
        cx, &t,
        SQL_GLOBAL("SELECT article, helpful, comment, at FROM help_answers ORDER BY at, id")));
    json_array(&j, NULL);
    for (size_t i = 0; i < t.rows; i++) {
        const char *at = time_iso(cx->mem, cell_int(&t, i, "at")),
                   *comment = cell_text(&t, i, "comment");
        if (!as_json) {
            printf("%s  %-16s %-4s %s\n", at, cell_text(&t, i, "article"),
                   cell_bool(&t, i, "helpful") ? "yes" : "no", comment);
            continue;
        }
        json_object(&j, NULL);
        json_text(&j, "article", cell_text(&t, i, "article"));
        json_bool(&j, "helpful", cell_bool(&t, i, "helpful"));
        json_text(&j, "comment", comment);
        json_text(&j, "at", at);
        json_end(&j);
    }
    json_end(&j);
    if (as_json) puts(json_done(&j));
    return OK;
}

int command_help_answers(struct cli *cli)
{
    enum status status = host_open(cli, DB_READER);
    if (status == OK) status = host_read(cli, answers, cli);
    host_close(cli);
    return cli_status(cli, status);
}

/* --- audit --------------------------------------------------------------------------- */

struct verifying {
    const char *anchor, *text;
    struct audit_report report;
};

static enum status verify(struct cx *cx, void *arg)
{
    struct verifying *v = arg;
    return audit_verify(cx, v->anchor, &v->report);
}

static enum status anchor(struct cx *cx, void *arg)
{
    struct verifying *v = arg;
    return audit_anchor(cx, &v->text);
}

static enum status read_anchor(struct cli *cli, const char **out)
{
    enum { MOST = 8 << 20 };
    const char *path = option_text(cli, "anchor");
    if (!path) return OK;
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "re");
    if (!file) return fail(cli->cx, BROKEN, "%s: %s", path, strerror(errno));
    char *text = arena_take(cli->cx->mem, MOST + 1);
    size_t n = fread(text, 1, MOST, file);
    text[n] = '\0';
    bool failed = ferror(file);
    if (!standard) fclose(file);
    if (failed || n == MOST) return fail(cli->cx, BROKEN, "the anchor in %s cannot be read", path);
    *out = text;
    return OK;
}

int command_audit_verify(struct cli *cli)
{
    struct verifying v = { 0 };
    enum status status = read_anchor(cli, &v.anchor);
    if (status == OK) status = host_open(cli, DB_READER);
    if (status == OK) status = host_read(cli, verify, &v);
    host_close(cli);
    if (status != OK) return cli_status(cli, status);
    for (size_t i = 0; i < v.report.n; i++) {
        const struct audit_problem *p = &v.report.at[i];
        printf("%s, row %lld: %s\n", *p->practice ? p->name : "above the practice groups",
               (long long)p->seq, p->what);
    }
    if (v.report.n)
        return cli_fail(cli, EXIT_OTHER,
                        "the audit log is not what was written: %zu of %lld chains are wrong",
                        v.report.n, (long long)v.report.chains);
    printf("The audit log is whole: %lld rows in %lld chains\n", (long long)v.report.rows,
           (long long)v.report.chains);
    return EXIT_DONE;
}

int command_audit_anchor(struct cli *cli)
{
    struct verifying v = { 0 };
    enum status status = host_open(cli, DB_READER);
    if (status == OK) status = host_read(cli, anchor, &v);
    if (status == OK) fputs(v.text, stdout);
    host_close(cli);
    return cli_status(cli, status);
}
