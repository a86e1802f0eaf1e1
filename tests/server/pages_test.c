/* pages_test.c - pages that are asked for at the same time, and read together on a server. */
#include <unistd.h>

#include "tests/server/site.h"

enum { AT_ONCE = 12 };

static const char *const people[] = { "olga", "ben", "chen", "zoe" };
enum { PEOPLE = sizeof people / sizeof *people };

static const char *cookie_of(struct cx *cx, const char *name)
{
    return arena_print(cx->mem, "Cookie: linden=%s\r\n", session_of(cx, name));
}

static void send_get(struct cx *cx, int fd, const char *path, const char *cookie)
{
    tell_text(fd, arena_print(cx->mem, "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n", path, cookie));
}

static void check_own(const char *page, size_t who)
{
    CHECK_INT(status_of(page), 200);
    for (size_t i = 0; i < PEOPLE; i++) {
        char email[64];
        snprintf(email, sizeof email, "%s@%s.example", people[i],
                 strcmp(people[i], "zoe") == 0 ? "south" : "north");
        CHECK_INT(strstr(page, email) != NULL, i == who);
    }
}

/* Among them one that fails, and one that is led elsewhere.  (A file has no other sessions.) */
TEST_POSTGRES(pages_that_are_asked_for_at_once_are_each_their_own)
{
    const char *cookies[PEOPLE];
    int fd[AT_ONCE], lost, nobody;
    begin(cx);
    for (size_t i = 0; i < PEOPLE; i++) cookies[i] = cookie_of(cx, people[i]);
    serve();
    for (int i = 0; i < 3; i++) /* alone, until they are known to be quick */
        check_own(ask(cx, "GET", "/me", cookies[0], NULL), 0);
    CHECK_INT(status_of(ask(cx, "GET", "/g/north/settings/users", cookies[0], NULL)), 200);
    for (int turn = 0; turn < 3; turn++) {
        lost = dial(&site.front), nobody = dial(&site.front);
        for (int i = 0; i < AT_ONCE; i++) fd[i] = dial(&site.front);
        for (int i = 0; i < AT_ONCE; i++) send_get(cx, fd[i], "/me", cookies[i % PEOPLE]);
        send_get(cx, lost, "/g/north/settings/users", cookies[3]);
        send_get(cx, nobody, "/me", "");
        for (int i = 0; i < AT_ONCE; i++) {
            check_own(hear(cx, fd[i], true), (size_t)i % PEOPLE);
            close(fd[i]);
        }
        CHECK_INT(status_of(hear(cx, lost, true)), 404);
        CHECK_INT(status_of(hear(cx, nobody, true)), 303);
        close(lost), close(nobody);
    }
    end();
}

static const char MANY_LOCATIONS[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)"
    " INSERT INTO locations (practice_id, id, name, time_zone, created_at) SELECT 'north',"
    " 'l000000000' || (1000000000000000 + i), 'Location ' || i, 'UTC', 1 FROM n";

TEST(one_that_takes_all_its_memory_takes_no_other_page_along)
{
    int fd[AT_ONCE];
    begin(cx);
    serve();
    CHECK_INT(status_of(ask(cx, "GET", "/me", site.olga, NULL)), 200);
    CHECK_INT(status_of(ask(cx, "GET", "/g/north/settings/users/new", site.olga, NULL)), 200);
    in_file(cx, MANY_LOCATIONS, NULL);
    for (int i = 0; i < AT_ONCE; i++) fd[i] = dial(&site.front);
    for (int i = 0; i < AT_ONCE; i++)
        send_get(cx, fd[i], i == 5 ? "/g/north/settings/users/new" : "/me", site.olga);
    for (int i = 0; i < AT_ONCE; i++) {
        CHECK_INT(status_of(hear(cx, fd[i], true)), i == 5 ? 413 : 200);
        close(fd[i]);
    }
    end();
}

/* The server lets nobody in to the database any more, and ends those who are; or does again. */
static void server_opens(struct cx *cx, struct db *host, bool opens)
{
    struct db *before = cx->db;
    cx->db = host;
    CHECK_INT(db_script(cx, arena_print(cx->mem,
                                        "SET ROLE NONE; ALTER DATABASE unit_%d WITH"
                                        " ALLOW_CONNECTIONS %s; COMMIT;"
                                        " SELECT pg_terminate_backend(pid, 5000)"
                                        " FROM (SELECT pid FROM pg_stat_activity WHERE datname ="
                                        " 'unit_%d' ORDER BY backend_start DESC) newest",
                                        (int)getpid(), opens ? "true" : "false", (int)getpid())),
              OK);
    cx->db = before;
}

/* What they had been about to show is of an answer that never came. */
TEST_POSTGRES(pages_whose_server_goes_away_say_so_and_nothing_of_anybody)
{
    int fd[AT_ONCE];
    struct db *host;
    begin(cx);
    CHECK_INT(
        db_open(cx, arena_print(cx->mem, "%s&dbname=postgres", site.database), DB_WRITER, &host),
        OK);
    serve();
    for (int i = 0; i < 3; i++)
        CHECK_INT(status_of(ask(cx, "GET", "/g/north/", site.olga, NULL)), 200);
    for (int i = 0; i < AT_ONCE; i++) fd[i] = dial(&site.front);
    /* They have begun, and wait for their answers. */
    CHECK_INT(db_script(cx, "SET ROLE NONE; BEGIN; LOCK TABLE sessions"), OK);
    for (int i = 0; i < AT_ONCE; i++) send_get(cx, fd[i], "/g/north/", site.olga);
    CHECK_INT(db_script(cx, "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
                            " LOOP PERFORM pg_sleep(0.01); END LOOP; END $$"),
              OK);
    server_opens(cx, host, false);
    for (int i = 0; i < AT_ONCE; i++) {
        const char *page = hear(cx, fd[i], true);
        CHECK_INT(status_of(page), 503);
        CHECK(!strstr(page, "Olga") && !strstr(page, "Northside"));
        close(fd[i]);
    }
    server_opens(cx, host, true);
    db_close(host);
    end();
}
