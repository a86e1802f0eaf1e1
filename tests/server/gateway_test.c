/* gateway_test.c - from the socket to the database file and back: lanes, headers, limits, the log.
 */
#include "tests/server/site.h"

/* --- headers ------------------------------------------------------------------------ */

TEST(every_kind_of_answer_carries_the_security_headers)
{
    begin(cx);
    serve();
    static const struct {
        const char *method, *path;
        bool signed_in;
        int status;
    } kinds[] = {
        { "GET", "/sign-in", false, 200 },
        { "GET", "/g/north/settings/users", true, 200 },
        { "GET", "/g/north/settings/users", false, 303 },
        { "HEAD", "/g/north/settings/users", true, 200 },
        { "GET", "/g/south/settings/audit", true, 403 },
        { "GET", "/g/nowhere/", true, 404 },
        { "GET", "/sign-out", true, 405 },
        { "PUT", "/sign-in", false, 405 },
        { "OPTIONS", "*", false, 405 },
        { "TRACE", "/", false, 501 },
        { "GET", "/%zz", false, 400 },
        { "GET", "/%00", false, 400 },
        { "GET", "/sign-in?q=%ff", false, 400 },
        { "GET", "/g/north%2Fsettings%2Fusers", true, 400 },
        { "GET", "/password-reset/0123456789012345678901234567890123456789abc", false, 410 },
        { "GET", "/assets/none.css", false, 404 },
        { "GET", "/healthz", false, 200 },
        { "GET", "/readyz", false, 200 },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        check_headers(
            arena_print(cx->mem, "%s %s", kinds[i].method, kinds[i].path),
            ask(cx, kinds[i].method, kinds[i].path, kinds[i].signed_in ? site.olga : "", NULL),
            kinds[i].status);
    check_headers("a form of another page", ask(cx, "POST", "/sign-out", site.olga, "x=1"), 403);
    check_headers("an empty form", form(cx, "/me/preferences", "x=1"), 422);
    CHECK(header_is(ask(cx, "DELETE", "/sign-in", "", NULL), "Allow: GET, HEAD, POST"));
    CHECK(header_is(ask(cx, "GET", "/sign-out", site.olga, NULL), "Allow: GET, HEAD, POST"));
    CHECK_TEXT(body_of(ask(cx, "GET", "/healthz", "", NULL)), "ok\n");
    CHECK_TEXT(body_of(ask(cx, "GET", "/readyz", "", NULL)), "ready\n");
    end();
}

TEST(what_is_too_much_is_refused_with_all_headers)
{
    begin(cx);
    serve();
    char *long_text = arena_alloc(cx->mem, 70000);
    memset(long_text, 'a', 69999);
    check_headers("a body", form(cx, "/me/preferences", long_text), 413);
    long_text[9000] = '\0';
    check_headers("a target", ask(cx, "GET", arena_print(cx->mem, "/%s", long_text), "", NULL),
                  414);
    long_text[9000] = 'a', long_text[40000] = '\0';
    check_headers("headers",
                  ask(cx, "GET", "/", arena_print(cx->mem, "X: %s\r\n", long_text), NULL), 431);
    char *pairs = arena_alloc(cx->mem, 401 * 4 + 1);
    for (int i = 0; i < 401; i++) memcpy(pairs + 4 * i, "a=1&", 4);
    check_headers("fields", form(cx, "/me/preferences", pairs), 400);
    end();
}

TEST(a_head_is_the_get_without_its_body_and_the_connection_goes_on)
{
    begin(cx);
    serve();
    int fd = dial(&site.front);
    const char *page = ask_on(cx, fd, "GET", "/groups", site.olga, NULL);
    const char *head = ask_on(cx, fd, "HEAD", "/groups", site.olga, NULL);
    CHECK_INT(status_of(head), 200);
    CHECK_TEXT(body_of(head), "");
    CHECK_INT(atol(strstr(head, "Content-Length: ") + 16), strlen(body_of(page)));
    CHECK_INT(status_of(ask_on(cx, fd, "GET", "/healthz", "", NULL)), 200);
    close(fd);
    end();
}

TEST(a_connection_goes_on_after_errors)
{
    begin(cx);
    serve();
    int fd = dial(&site.front);
    CHECK_INT(status_of(ask_on(cx, fd, "GET", "/nowhere", site.olga, NULL)), 404);
    CHECK_INT(status_of(ask_on(cx, fd, "GET", "/a%2Fb", site.olga, NULL)), 400);
    CHECK_INT(status_of(ask_on(cx, fd, "POST", "/sign-out", site.olga, "form_token=x")), 403);
    CHECK_INT(status_of(ask_on(cx, fd, "PUT", "/", site.olga, "x=1")), 405);
    CHECK_INT(status_of(ask_on(cx, fd, "POST", "/sign-in", "", "email=x")), 403);
    CHECK_INT(status_of(ask_on(cx, fd, "GET", "/me", site.olga, NULL)), 200);
    close(fd);
    end();
}

/* --- memory --------------------------------------------------------------------------- */

static const char MANY_LOCATIONS[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)"
    " INSERT INTO locations (practice_id, id, name, time_zone, created_at) SELECT 'north',"
    " 'l000000000' || (1000000000000000 + i), 'Location ' || i, 'UTC', 1 FROM n";

TEST(a_request_that_takes_all_its_memory_ends_alone)
{
    begin(cx);
    in_file(cx, MANY_LOCATIONS, NULL);
    serve();
    for (int round = 0; round < 3; round++) {
        check_headers("a page", ask(cx, "GET", "/g/north/settings/users/new", site.olga, NULL),
                      413);
        /* The lane's connection is not stuck in what it read last. */
        in_file(cx,
                arena_print(cx->mem, "UPDATE practices SET name = 'Round %d' WHERE id = 'north'",
                            round),
                NULL);
        CHECK(strstr(ask(cx, "GET", "/g/north/", site.olga, NULL),
                     arena_print(cx->mem, "Round %d", round)));
        /* Through the hash lane into the writer, where the form comes back. */
        check_headers("a form", form(cx, "/g/north/settings/users", "last_name=Nobody"), 413);
        CHECK_INT(status_of(form(cx, "/me/preferences",
                                 "theme=dark&density=compact&clock=24&shortcuts=1")),
                  303);
    }
    CHECK_INT(in_file(cx, NULL, SQL_GLOBAL("SELECT count(*) FROM people WHERE theme = 'dark'")), 1);
    CHECK_INT(
        in_file(cx, NULL, SQL_GLOBAL("SELECT count(*) FROM users WHERE last_name = 'Nobody'")), 0);
    end();
}

/* --- the hash lane ---------------------------------------------------------------------- */

TEST(when_too_many_wait_for_a_hash_the_rest_is_told_to_come_back)
{
    enum { AT_ONCE = 12 };
    int fd[AT_ONCE], refused = 0, waiting = 0;
    begin(cx);
    site.setup.hash_memory = 64 << 20; /* slow, and the queue holds two */
    site.setup.hash_passes = 3;
    serve();
    const char *page = ask(cx, "GET", "/sign-in", "", NULL);
    const char *cookie = strstr(page, "linden-visitor="),
               *token = strstr(page, "form_token\" value=\"");
    CHECK(cookie && token);
    cookie = arena_print(cx->mem, "Cookie: %.*s\r\n", (int)strcspn(cookie, ";"), cookie);
    const char *body =
        arena_print(cx->mem, "form_token=%.43s&email=x%%40x.example&password=wrong", token + 19);
    for (int i = 0; i < AT_ONCE; i++) {
        fd[i] = dial(&site.front);
        tell_text(fd[i], arena_print(cx->mem,
                                     "POST /sign-in HTTP/1.1\r\nHost: x\r\n%sContent-Type: "
                                     "application/x-www-form-urlencoded\r\nContent-Length: "
                                     "%zu\r\n\r\n%s",
                                     cookie, strlen(body), body));
    }
    CHECK_INT(status_of(ask(cx, "GET", "/groups", site.olga, NULL)), 200);
    for (int i = 0; i < AT_ONCE; i++)
        waiting += poll(&(struct pollfd){ fd[i], POLLIN, 0 }, 1, 0) == 0;
    CHECK(waiting >= 1); /* the page did not wait for the hashes */
    for (int i = 0; i < AT_ONCE; i++) {
        const char *answer = hear(cx, fd[i], true);
        if (status_of(answer) == 503) {
            refused++;
            check_headers("refused", answer, 503);
            CHECK(header_is(answer, "Retry-After: 2"));
        } else {
            CHECK(status_of(answer) == 422 || status_of(answer) == 429);
        }
        close(fd[i]);
    }
    CHECK(refused >= 1 && refused <= AT_ONCE - 2);
    CHECK_INT(status_of(ask(cx, "POST", "/sign-in", cookie, body)) != 503, 1);
    end();
}

/* --- noting that somebody is there -------------------------------------------------------- */

#define NOTE(n)                                            \
    " INSERT INTO help_answers (id, article, helpful, at)" \
    " VALUES (hex(randomblob(16)), 'noted', 0, " #n ");"

TEST(that_a_session_was_used_is_written_once_a_minute)
{
    enum { AT_ONCE = 20 };
    int fd[AT_ONCE];
    begin(cx);
    in_file(cx,
            engine_is_postgres()
                ? "UPDATE sessions SET seen_at = seen_at - 600000000;"
                  "CREATE FUNCTION note() RETURNS TRIGGER LANGUAGE plpgsql AS"
                  " 'BEGIN INSERT INTO help_answers (id, article, helpful, at) VALUES"
                  "   (CAST(gen_random_uuid() AS text), ''noted'', 0, CAST(TG_ARGV[0] AS bigint));"
                  "  RETURN NEW; END';"
                  "CREATE TRIGGER note AFTER UPDATE OF seen_at ON sessions"
                  " FOR EACH ROW EXECUTE FUNCTION note(1);"
                  "CREATE TRIGGER note_user AFTER UPDATE OF seen_at ON users"
                  " FOR EACH ROW EXECUTE FUNCTION note(100);"
                : "UPDATE sessions SET seen_at = seen_at - 600000000;"
                  "CREATE TRIGGER note AFTER UPDATE OF seen_at ON sessions BEGIN" NOTE(
                      1) "END;"
                         "CREATE TRIGGER note_user AFTER UPDATE OF seen_at ON users BEGIN" NOTE(
                             100) "END;",
            NULL);
    serve();
    for (int i = 0; i < AT_ONCE; i++) {
        fd[i] = dial(&site.front);
        tell_text(fd[i],
                  arena_print(cx->mem, "GET /g/north/ HTTP/1.1\r\nHost: x\r\n%s\r\n", site.olga));
    }
    for (int i = 0; i < AT_ONCE; i++) {
        CHECK_INT(status_of(hear(cx, fd[i], true)), 200);
        close(fd[i]);
    }
    for (int i = 0; i < 5; i++) ask(cx, "GET", "/g/north/help", site.olga, NULL);
    CHECK_INT(
        status_of(form(cx, "/me/preferences", "theme=dark&density=compact&clock=24&shortcuts=1")),
        303); /* behind all notes in the writer's queue; with several lanes nearly */
    for (int tries = 0; engine_is_postgres() && tries < 1000; tries++, usleep(10000))
        if (in_file(cx, NULL, SQL_GLOBAL("SELECT sum(at) FROM help_answers")) >= 101) break;
    CHECK_INT(in_file(cx, NULL, SQL_GLOBAL("SELECT sum(at) FROM help_answers")), 101);
    if (engine_is_postgres()) in_file(cx, "DROP FUNCTION note() CASCADE", NULL);
    CHECK_INT(in_file(cx, NULL,
                      SQL_GLOBAL("SELECT count(*) FROM people WHERE last_practice_id = 'north'")),
              1);
    end();
}

/* --- what is kept of a request -------------------------------------------------------------- */

/* Once it has so many lines; they are written after the answer has left. */
static const char *read_log(struct cx *cx, int lines)
{
    enum { ROOM = 1 << 16 };
    char *text = arena_alloc(cx->mem, ROOM);
    for (int tries = 0; tries < 200; tries++, usleep(10000)) {
        FILE *in = fopen(site.log, "r");
        size_t n = in ? fread(text, 1, ROOM - 1, in) : 0;
        int found = 0;
        text[n] = '\0';
        if (in) fclose(in);
        for (const char *at = text; (at = strchr(at, '\n')); at++) found++;
        if (found >= lines) return text;
    }
    return text;
}

TEST(the_log_has_the_pattern_of_the_route_and_nothing_of_the_path)
{
    static const char TOKEN[] = "Zq3456789012345678901234567890123456789xyzt";
    begin(cx);
    serve();
    ask(cx, "GET", arena_print(cx->mem, "/password-reset/%s?secret=words", TOKEN), "", NULL);
    ask(cx, "GET", "/unknown-secret-path", "", NULL);
    ask(cx, "PUT", "/put-secret-path", "", NULL);
    ask(cx, "GET", "/%zz-secret-path", "", NULL);
    form(cx, "/me/preferences", "theme=secret-value");
    const char *log = read_log(cx, 5);
    CHECK(strstr(log, "\"route\":\"/password-reset/:token\",\"status\":410"));
    CHECK(strstr(log, "\"method\":\"POST\",\"route\":\"/me/preferences\",\"status\":422"));
    CHECK(strstr(log, "\"status\":404") && strstr(log, "\"status\":405")
          && strstr(log, "\"status\":400"));
    CHECK(strstr(log, "\"address\":\"127.0.0.1\"") && strstr(log, "\"us\":"));
    CHECK(!strstr(log, TOKEN) && !strstr(log, "secret"));
    CHECK(!strstr(log, session_of(cx, "olga")) && !strstr(log, site.form_token));
    end();
}

TEST(of_a_browsers_name_little_is_kept_and_only_plain_signs)
{
    begin(cx);
    serve();
    char *name = arena_alloc(cx->mem, 20001);
    memset(name, 'M', 20000);
    memcpy(name, "Firefox \xff\xfe\xe2\x80\xae", 13);
    const char *page = ask(cx, "GET", "/sign-in", "", NULL);
    const char *cookie = strstr(page, "linden-visitor="),
               *token = strstr(page, "form_token\" value=\"");
    CHECK(cookie && token);
    const char *headers = arena_print(cx->mem, "Cookie: %.*s\r\nUser-Agent: %s\r\n",
                                      (int)strcspn(cookie, ";"), cookie, name);
    const char *body = arena_print(
        cx->mem, "form_token=%.43s&email=ben%%40north.example&password=correct-horse-battery-ben",
        token + 19);
    CHECK_INT(status_of(ask(cx, "POST", "/sign-in", headers, body)), 303);
    CHECK_INT(in_file(cx, NULL,
                      SQL_GLOBAL("SELECT length(agent) FROM sessions WHERE person_id ="
                                 " 'p-ben' AND agent LIKE 'Firefox ?????M%'")),
              200);
    CHECK_INT(in_file(cx, NULL, SQL_GLOBAL("SELECT max(length(agent)) FROM audit")), 200);
    end();
}

/* A mail program's button, as it may be pressed (RFC 8058). */
TEST(no_more_tips_can_be_said_in_multipart)
{
    char hash[SECRET_SIZE], token[SECRET_SIZE];
    begin(cx);
    secret_token(token);
    secret_hash(token, hash);
    in_file(cx,
            arena_print(cx->mem,
                        "INSERT INTO links (token_hash, purpose, person_id, created_at,"
                        " expires_at) VALUES ('%s', 'unsubscribe', 'p-ben', 1,"
                        " 4102444800000000)",
                        hash),
            NULL);
    serve();
    const char *body = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n"
                       "One-Click\r\n--b--\r\n";
    for (int i = 0; i < 2; i++) {
        int fd = dial(&site.front);
        const char *path = i ? "/sign-out" : arena_print(cx->mem, "/unsubscribe/%s", token);
        tell_text(fd,
                  arena_print(cx->mem,
                              "POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Type: "
                              "multipart/form-data; boundary=b\r\nContent-Length: %zu\r\n\r\n%s",
                              path, i ? site.olga : "", strlen(body), body));
        CHECK_INT(status_of(hear(cx, fd, true)), i ? 403 : 303);
        close(fd);
    }
    CHECK_INT(
        in_file(cx, NULL, SQL_GLOBAL("SELECT count(*) FROM people WHERE onboarding_mails = 0")), 1);
    end();
}

/* Who we are is not what strangers say we are. */
TEST(forwarding_headers_count_from_named_proxies_only)
{
    begin(cx);
    serve();
    const char *claim = arena_print(cx->mem, "%sX-Forwarded-For: 203.0.113.9\r\n", site.olga);
    const char *fields = arena_print(
        cx->mem, "form_token=%s&theme=dark&density=compact&clock=24&shortcuts=1", site.form_token);
    CHECK_INT(status_of(ask(cx, "POST", "/me/preferences", claim, fields)), 303);
    CHECK_INT(
        in_file(cx, NULL, SQL_GLOBAL("SELECT count(*) FROM audit WHERE address = '203.0.113.9'")),
        0);
    end();
}

/* --- in passing, or in the lane ---------------------------------------------------------- */

static const char MANY[] =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)"
    " INSERT INTO people (id, email, email_key, first_name, last_name, created_at)"
    " SELECT 'x' || i, 'x' || i || '@y.example', 'x' || i || '@y.example', 'Pat',"
    " 'Number' || i, 1 FROM n;"
    "INSERT INTO users (practice_id, id, person_id, email, first_name, last_name, sort_key,"
    " find_key, role_type, level, created_at) SELECT 'north', 'y' || id, id, email, first_name, last_name,"
    " lower(last_name), lower(last_name), 'practitioner', 'clinical', 1 FROM people"
    " WHERE id LIKE 'x%';"
    "UPDATE practices SET active_users = active_users + 30000 WHERE id = 'north'";

TEST(a_page_that_takes_longer_than_its_loop_can_wait_is_answered_all_the_same)
{
    begin(cx);
    in_file(cx, MANY, NULL);
    serve();
    int fd = dial(&site.front);
    for (int i = 0; i < 3; i++) {
        const char *page = ask_on(cx, fd, "GET", "/g/north/settings/users?filtered=1&text=er29999",
                                  site.olga, NULL);
        CHECK_INT(status_of(page), 200);
        CHECK(strstr(page, "Pat Number29999<") && !strstr(page, "Pat Number29998<"));
        page = ask_on(cx, fd, "GET", "/g/north/settings/users", site.olga, NULL);
        CHECK(strstr(page, "30005 active") && strstr(page, "Page 1 of 601"));
    }
    close(fd);
    end();
}

TEST(many_requests_sent_at_once_are_answered_in_their_order)
{
    enum { TIMES = 30 };
    begin(cx);
    serve();
    int fd = dial(&site.front);
    const char *all = "";
    for (int i = 0; i < TIMES; i++)
        all = arena_print(cx->mem, "%sGET %s HTTP/1.1\r\nHost: x\r\n%s\r\n", all,
                          i % 3 == 2 ? "/nowhere"
                          : i % 3    ? "/me"
                                     : "/g/north/settings/users",
                          site.olga);
    tell_text(fd, all);
    for (int i = 0; i < TIMES; i++) {
        const char *page = hear(cx, fd, true);
        CHECK_INT(status_of(page), i % 3 == 2 ? 404 : 200);
        CHECK((strstr(page, "Chen Wei") != NULL) == (i % 3 == 0));
    }
    close(fd);
    end();
}

TEST(a_gateway_whose_loops_answer_no_pages_has_the_lane)
{
    begin(cx);
    site.loops = 0;
    serve();
    CHECK_INT(status_of(ask(cx, "GET", "/g/north/settings/users", site.olga, NULL)), 200);
    CHECK_INT(status_of(ask(cx, "GET", "/readyz", "", NULL)), 200);
    end();
}

/* --- what is shown of patients ------------------------------------------------------------- */

#define ANNA "/g/north/patients/q-anna"
#define LOOKS \
    SQL_GLOBAL("SELECT count(*) FROM looked_at WHERE patient_id = 'q-anna' AND how = 'opened'")

TEST(a_patients_record_leaves_once_the_look_is_written_down)
{
    begin(cx);
    serve();
    for (int i = 1; i <= 3; i++) {
        CHECK(strstr(ask(cx, "GET", ANNA, site.olga, NULL), "Anna Aster"));
        CHECK_INT(in_file(cx, NULL, LOOKS), i);
    }
    CHECK(strstr(form(cx, "/g/north/patients/search", "text=aster"), "Anna Aster"));
    CHECK_INT(in_file(cx, NULL, SQL_GLOBAL("SELECT count(*) FROM looked_at WHERE how = 'found'")),
              1);
    end();
}

TEST_SQLITE(a_patients_record_stays_here_when_the_look_cannot_be_written) /* the trigger's words */
{
    begin(cx);
    in_file(cx,
            "CREATE TRIGGER too_full BEFORE INSERT ON looks BEGIN SELECT RAISE(ABORT, 'full'); END",
            NULL);
    serve();
    const char *page = ask(cx, "GET", ANNA, site.olga, NULL);
    CHECK_INT(status_of(page), 503);
    CHECK(!strstr(page, "Aster"));
    page = form(cx, "/g/north/patients/search", "text=aster");
    CHECK(status_of(page) == 503 && !strstr(page, "Anna"));
    CHECK_INT(status_of(ask(cx, "GET", "/g/north/settings/users", site.olga, NULL)), 200);
    end();
}
