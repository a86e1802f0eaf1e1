/* waits_test.c - how often a page waits for PostgreSQL: tests/golden/waits.txt.
 *
 * Each wait wakes two processes, and on a network it is a way there and back.  A
 * page that waits once more than before has a question that builds on another's
 * answer: db_gather() in db/db.h. */
#include "db/driver.h"
#include "http/form.h"
#include "tests/support/golden.h"
#include "tests/support/practice.h"

static const struct {
    const char *who, *path;
} pages[] = {
    { "olga", "/" },
    { "", "/sign-in" },
    { "", "/password-reset" },
    { "olga", "/groups" },
    { "olga", "/me" },
    { "olga", "/me/invitations" },
    { "olga", "/me/sign-in" },
    { "olga", "/me/devices" },
    { "olga", "/me/preferences" },
    { "olga", "/g/north/" },
    { "freya", "/g/north/" },
    { "chen", "/g/north/" },
    { "gina", "/g/north/" },
    { "olga", "/g/north/help" },
    { "olga", "/g/north/leave" },
    { "olga", "/g/north/calendar?date=2026-11-23" },
    { "chen", "/g/north/calendar?date=2026-11-23" },
    { "olga", "/g/north/calendar/new?date=2026-11-23" },
    { "olga", "/g/north/calendar/hours" },
    { "olga", "/g/north/calendar/a-anna" },
    { "olga", "/g/north/calendar/a-anna/edit" },
    { "olga", "/g/north/calendar/a-anna/move" },
    { "olga", "/g/north/patients" },
    { "chen", "/g/north/patients" },
    { "olga", "/g/north/patients/new" },
    { "olga", "/g/north/patients/q-anna" },
    { "chen", "/g/north/patients/q-anna" },
    { "olga", "/g/north/patients/q-anna/why" },
    { "olga", "/g/north/patients/q-anna/edit" },
    { "olga", "/g/north/patients/q-anna/notes" },
    { "chen", "/g/north/patients/q-anna/notes" },
    { "olga", "/g/north/patients/q-anna/notes/new" },
    { "olga", "/g/north/patients/q-anna/merge" },
    { "olga", "/g/north/settings/" },
    { "olga", "/g/north/settings/group" },
    { "olga", "/g/north/settings/locations" },
    { "olga", "/g/north/settings/locations/new" },
    { "olga", "/g/north/settings/locations/l-riverside" },
    { "olga", "/g/north/settings/appointment-types" },
    { "olga", "/g/north/settings/appointment-types/t-first" },
    { "olga", "/g/north/settings/audit" },
    { "olga", "/g/north/settings/users" },
    { "gina", "/g/north/settings/users" },
    { "olga", "/g/north/settings/users?filtered=1&role=practitioner" },
    { "olga", "/g/north/settings/users/new" },
    { "olga", "/g/north/settings/access-matrix" },
    { "olga", "/g/north/settings/users/u-ben" },
    { "olga", "/g/north/settings/users/u-kavya" },
    { "olga", "/g/north/settings/users/u-ben/activity" },
    { "olga", "/g/north/settings/users/u-ben/deactivate" },
    { "olga", "/g/north/settings/users/u-kavya/activate" },
};

/* Without writing down who saw whom, which is another transaction. */
static int status_of(struct cx *cx, const char *who, const char *path)
{
    struct request rq = { .method = GET, .reference = "7f3k2q00", .address = "192.0.2.1" };
    struct response rs = { 0 };
    const char *mark = strchrnul(path, '?');
    rq.path = arena_copy(cx->mem, path, (size_t)(mark - path));
    if (*who) rq.cookies = arena_print(cx->mem, "linden=%s", session_of(cx, who));
    if (*mark)
        CHECK(form_parse(cx->mem, mark + 1, strlen(mark + 1), 9, &rq.query.at, &rq.query.n)
              == FORM_OK);
    cx_forget(cx);
    (void)!answer(cx, &rq, &rs);
    return rs.status;
}

TEST_POSTGRES(golden_how_often_a_page_waits)
{
    char *text;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    practice_begin(cx);
    fputs("How often a page waits for PostgreSQL, of statements that are prepared.\n"
          "The first wait is for whose session it is.\n\n",
          out);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        int status = status_of(cx, pages[i].who, pages[i].path);
        int64_t before = db_trips(cx->db);
        CHECK(status == 200 || status == 303);
        CHECK_INT(status_of(cx, pages[i].who, pages[i].path), status);
        fprintf(out, "%2lld  %-8s %s%s\n", (long long)(db_trips(cx->db) - before),
                *pages[i].who ? pages[i].who : "visitor", pages[i].path,
                status == 200 ? "" : "  (leads on)");
    }
    fclose(out);
    golden_compare("tests/golden/waits.txt", text);
    free(text);
}
