/* golden_test.c - what people review, printed and compared with a file.
 *
 * Files in tests/golden and docs/generated.  `make golden` writes them anew;
 * read the difference before you commit it: it is who may do what. */
#include "access/access.h"
#include "access/rules.h"
#include "db/migrations.h"
#include "tests/support/golden.h"
#include "tests/support/practice.h"

static const char REACH[] = "-VE"; /* none, view, edit */

struct memory {
    FILE *out;
    char *text;
    size_t n;
};

static FILE *begin(struct memory *m)
{
    return m->out = open_memstream(&m->text, &m->n);
}

static void end(struct memory *m, const char *path)
{
    fclose(m->out);
    golden_compare(path, m->text);
    free(m->text);
}

/* --- who reaches what ----------------------------------------------------------- */

static void effective(FILE *out, struct cx *cx, const char *what, const struct access *a)
{
    uint64_t reach = access_reach(a);
    fprintf(out, "%-44s", arena_print(cx->mem, "%s, %s%s", role_key(a->role),
                                      levels[a->level].key, what));
    for (enum area area = 0; area < AREA_COUNT; area++)
        fprintf(out, " %c/%c         ", REACH[reach_own(reach, area)],
                REACH[reach_others(reach, area)]);
    fprintf(out, " %s%s\n", reach & REACH_AT_LOCATIONS ? " at-locations" : "",
            reach & REACH_PSEUDONYMS ? " pseudonyms" : "");
}

TEST(golden_what_each_level_reaches)
{
    struct memory m;
    FILE *out = begin(&m);
    fprintf(out, "Effective access: own/others.  - none, V view, E edit.\n\n%-44s", "");
    for (enum area area = 0; area < AREA_COUNT; area++) fprintf(out, " %-12s", areas[area].key);
    fprintf(out, "\n");
    for (enum level level = 0; level < LEVEL_COUNT; level++) {
        struct access a = { .role = levels[level].role, .level = level, .active = true,
                            .all_locations = true };
        memset(a.others, FOLLOWS, sizeof a.others);
        effective(out, cx, "", &a);
        for (enum setting s = 0; s < SETTING_COUNT; s++) {
            struct access with = a;
            with.set[s] = true;
            access_tidy(&with);
            effective(out, cx,
                      arena_print(cx->mem, " + %s%s", settings[s].key,
                                  with.set[s] ? "" : " (cannot)"),
                      &with);
        }
        struct access nowhere = a;
        nowhere.all_locations = false;
        effective(out, cx, " without a location", &nowhere);
        struct access owner = a;
        owner.owner = true;
        access_tidy(&owner);
        effective(out, cx, owner.owner ? " + owner" : " + owner (cannot)", &owner);
        struct access gone = a;
        gone.active = false;
        effective(out, cx, " deactivated", &gone);
    }
    end(&m, "tests/golden/access.txt");
}

TEST(golden_which_level_opens_which_route)
{
    struct memory m;
    FILE *out = begin(&m);
    fprintf(out, "%-58s%-18s%-14s", "", "permission", "rule");
    for (enum level l = 0; l < LEVEL_COUNT; l++)
        fprintf(out, "%c:%-10s", levels[l].role == PRACTITIONER ? 'p' : 'a', levels[l].key);
    fprintf(out, "\n");
    for (const struct route_info *r = routes; r < routes + ROUTE_COUNT; r++) {
        fprintf(out, "%-4s %-53s", method_word(r->method), r->path);
        if (r->permission >= PERMISSION_COUNT) {
            fprintf(out, "%s\n", r->permission == ANYONE      ? "anyone"
                                 : r->permission == SIGNED_IN ? "any signed-in person"
                                 : r->permission == REPLACING
                                     ? "any signed-in person, temporary password too"
                                 : r->permission == PROVING
                                     ? "any signed-in person, before the second step too"
                                 : r->permission == HALFWAY
                                     ? "any session"
                                     : "any active user of the group");
            continue;
        }
        const struct permission_info *p = &permissions[r->permission];
        fprintf(out, "%-18s%-14s", p->key, p->rule_name);
        for (enum level l = 0; l < LEVEL_COUNT; l++) {
            struct access a = { .role = levels[l].role, .level = l, .active = true,
                                .all_locations = true };
            memset(a.others, FOLLOWS, sizeof a.others);
            struct actor actor = { .reach = access_reach(&a) };
            fprintf(out, "%-12s", !has(&actor, r->permission)      ? "-"
                                  : p->rule == rule_anything ? "yes"
                                                             : "if rule");
        }
        fprintf(out, "\n");
    }
    end(&m, "tests/golden/routes.txt");
}

/* --- statements that see more than one practice ------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

TEST(golden_statements_above_the_practices)
{
    struct memory m;
    static const char *lines[1024];
    size_t n = 0;
    for (const struct sql *s = __start_linden_sql; s < __stop_linden_sql && n < 1024; s++)
        if (s->global && strncmp(s->file, "src/", 4) == 0)
            lines[n++] = arena_print(cx->mem, "%s: %s", s->file, s->text);
    qsort(lines, n, sizeof *lines, by_text);
    FILE *out = begin(&m);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || strcmp(lines[i], lines[i - 1]) != 0) fprintf(out, "%s\n", lines[i]);
    end(&m, "tests/golden/global_sql.txt");
}

/* --- documents ------------------------------------------------------------------------ */

TEST(golden_permissions_document)
{
    struct memory m;
    FILE *out = begin(&m);
    fprintf(out, "# Who may do what\n\nMade by `make golden` from src/access/*.def. Do not edit.\n\n"
                 "`own/others`: – none, V view, E edit.\n\n## Levels\n\n| area |");
    for (enum level l = 0; l < LEVEL_COUNT; l++)
        fprintf(out, " %s (%s) |", levels[l].label(cx), role_label(levels[l].role)(cx));
    fprintf(out, "\n|---|");
    for (enum level l = 0; l < LEVEL_COUNT; l++) fprintf(out, "---|");
    for (enum area area = 0; area < AREA_COUNT; area++) {
        fprintf(out, "\n| %s |", areas[area].label(cx));
        for (enum level l = 0; l < LEVEL_COUNT; l++)
            fprintf(out, " %c/%c |", REACH[level_own(l, area)], REACH[level_others(l, area)]);
    }
    static const char *const limits[] = { "any level", "below Full Access", "administrators",
                                          "anybody but an Account Owner" };
    fprintf(out, "\n\n## Settings\n\n| setting | for | effect |\n|---|---|---|\n");
    for (enum setting s = 0; s < SETTING_COUNT; s++)
        fprintf(out, "| %s | %s | %s |\n", settings[s].label(cx), limits[settings[s].limit],
                settings[s].hint(cx));
    fprintf(out, "\n## Permissions\n\n| key | a user may | area | reach | rule |\n|---|---|---|---|---|\n");
    for (enum permission p = 0; p < PERMISSION_COUNT; p++)
        fprintf(out, "| %s | %s | %s | %s | %s |\n", permissions[p].key, permissions[p].label,
                areas[permissions[p].area].label(cx), permissions[p].need == EDIT ? "edit" : "view",
                permissions[p].rule_name);
    end(&m, "docs/generated/permissions.md");
}

TEST(golden_routes_document)
{
    struct memory m;
    FILE *out = begin(&m);
    fprintf(out, "# Every address\n\nMade by `make golden` from src/web/routes.def. Do not edit.\n\n"
                 "| method | path | permission | handler |\n|---|---|---|---|\n");
    for (const struct route_info *r = routes; r < routes + ROUTE_COUNT; r++)
        fprintf(out, "| %s | `%s` | %s | %s |\n", method_word(r->method), r->path,
                r->permission < PERMISSION_COUNT ? permissions[r->permission].key
                : r->permission == ANYONE        ? "anyone"
                : r->permission == MEMBER        ? "a user of the group"
                                                 : "a signed-in person",
                r->name);
    end(&m, "docs/generated/routes.md");
}

TEST_SQLITE(golden_schema_document)
{
    struct memory m;
    struct table t;
    practice_begin(cx);
    CHECK(db_begin(cx, false) == OK);
    CHECK(db_select(cx, &t,
                    SQL_GLOBAL("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
                               " ORDER BY tbl_name, type DESC, name"))
          == OK);
    db_rollback(cx);
    FILE *out = begin(&m);
    fprintf(out, "# The tables\n\nMade by `make golden` from migrations/. Do not edit.\n\n```sql\n");
    for (size_t i = 0; i < t.rows; i++) fprintf(out, "%s;\n\n", cell_text(&t, i, "sql"));
    fprintf(out, "```\n");
    end(&m, "docs/generated/schema.md");
}
