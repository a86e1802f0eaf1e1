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
    { "olga", "/g/north/settings/access-matrix?area=notes&at=l-harbour" },
    { "olga", "/g/north/settings/users/u-ben" },
    { "olga", "/g/north/settings/users/u-kavya" },
    { "olga", "/g/north/settings/users/u-ben/activity" },
    { "olga", "/g/north/settings/users/u-ben/deactivate" },
    { "olga", "/g/north/settings/users/u-kavya/activate" },
    { "olga", "/g/north/settings/users/departures" },
    { "olga", "/g/north/settings/users/u-kavya/record" },
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

/* --- forms ------------------------------------------------------------------------- */

#define USERS "/g/north/settings/users"
#define NEW_USER(address, entry_)                                                                  \
    "title", "Dr", "first_name", "Ingrid", "last_name", "Haaland", "role_type", "practitioner",    \
        "profession", "psychiatrist", "registration_number", "1", "email", address, "email_again", \
        address, "entry", entry_, "password", "", "password_again", "", "level", "clinical",       \
        "locations", "l-riverside", NULL
#define CHEN                                                                                      \
    "title", "Mr", "last_name", "Wei", "role_type", "practitioner", "profession",                 \
        "physiotherapist", "registration_number", "PHY0001234567", "boxes_for",                   \
        "practitioner.personal", "see_reminders", "1", "see_locations", "1", "see_practice", "1", \
        "read_only", "1", "locations", "l-riverside"

/* Somebody with a sign-in of their own, for each turn another one. */
static void add_people(struct cx *cx)
{
    CHECK(db_begin(cx, true) == OK);
    for (int turn = 0; turn < 2; turn++) {
        const char *email = arena_print(cx->mem, "new%d@new.example", turn);
        CHECK(db_exec(cx,
                      SQL_GLOBAL("INSERT INTO people (id, email, email_key, first_name, last_name,"
                                 " proven_at, created_at) VALUES ($1, $2, $2, 'New', 'Person', 1,"
                                 " 1)"),
                      (const char *)arena_print(cx->mem, "p-new%d", turn), email)
              == OK);
    }
    CHECK(db_commit(cx) == OK);
}

static const char *invitation_of(struct cx *cx, const char *email)
{
    struct table t;
    CHECK(db_begin(cx, false) == OK);
    CHECK(db_select(cx, &t, SQL_GLOBAL("SELECT id FROM invitations WHERE email_key = $1"), email)
          == OK);
    CHECK(db_commit(cx) == OK);
    return t.rows ? cell_text(&t, 0, "id") : "";
}

static const char *const forms[] = {
    "an invitation",
    "accepting it",
    "a new user with a link",
    "another name",
    "another access level",
    "deactivating a user",
    "activating that user",
    "withdrawing an invitation",
    "signing a user out, one after the other",
};
enum { FORMS = sizeof forms / sizeof *forms };

#define PRINT(...) arena_print(cx->mem, __VA_ARGS__)

static struct page submit(struct cx *cx, int form, int turn, const char *invitation)
{
    const char *email = PRINT("new%d@new.example", turn), *link = PRINT("link%d@new.example", turn);
    const char *name = PRINT("Chen%d", turn), *level = turn ? "clinical" : "personal";
    switch (form) {
    case 0: return post(cx, "freya", USERS, NEW_USER(email, "invitation"));
    case 1:
        return post(cx, PRINT("new%d", turn), PRINT("/me/invitations/%s/acceptance", invitation),
                    NULL);
    case 2: return post(cx, "freya", USERS, NEW_USER(link, "link"));
    case 3:
        return post(cx, "freya", USERS "/u-chen", "first_name", name, "level", level, "version",
                    turn ? "3" : "1", CHEN, NULL);
    case 4:
        return post(cx, "freya", USERS "/u-chen", "first_name", name, "level",
                    turn ? "personal" : "clinical", "version", turn ? "4" : "2", "reviewed", "1",
                    CHEN, NULL);
    case 5: return post(cx, "freya", USERS "/u-ben/deactivate", NULL);
    case 6: return post(cx, "freya", USERS "/u-ben/activate", "access", "before", NULL);
    case 7:
        return post(cx, "freya", PRINT("/g/north/settings/invitations/%s/withdrawal", invitation),
                    NULL);
    case 8: return post(cx, "freya", USERS "/u-chen/sign-out", NULL);
    }
    return (struct page){ 0 };
}

/* The second time: all statements are prepared. */
static void submit_all(struct cx *cx, FILE *out)
{
    practice_begin(cx);
    add_people(cx);
    for (int turn = 0; turn < 2; turn++)
        for (int i = 0; i < FORMS; i++) {
            const char *email = PRINT("%s%d@new.example", i == 1 ? "new" : "away", turn);
            if (i == 7)
                CHECK_INT(post(cx, "freya", USERS, NEW_USER(email, "invitation")).status, 303);
            const char *invitation = i == 1 || i == 7 ? invitation_of(cx, email) : "";
            (void)session_of(cx, PRINT("new%d", turn));
            int64_t before = db_trips(cx->db);
            CHECK_INT(submit(cx, i, turn, invitation).status, 303);
            if (turn) fprintf(out, "%2lld  %s\n", (long long)(db_trips(cx->db) - before), forms[i]);
        }
}

TEST_POSTGRES(golden_how_often_a_page_waits)
{
    char *text;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    practice_begin(cx);
    fputs("How often a page waits for PostgreSQL, of statements that are prepared.\n"
          "Whose session it is was asked before, so that all else is asked along with it (db/guess.h).\n\n",
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
    fputs(
        "\nForms: whose session it is, what else is asked, what is changed and its COMMIT; one more"
        "\nof two each where a password may be in it, which is looked at before.\n\n",
        out);
    submit_all(cx, out);
    fclose(out);
    golden_compare("tests/golden/waits.txt", text);
    free(text);
}
