/* looks_test.c - everything that is shown of a patient is written down, and nothing else is. */
#include "access/looks.h"
#include "tests/support/practice.h"

#define ROOT "/g/north/patients"

enum { REQUESTS = 10000, PATIENTS = 40 };

static uint64_t dice;
static int64_t lists;

static int roll(int sides)
{
    dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
    return (int)(dice % (uint64_t)sides);
}

/* Names, ids and pseudonyms that stand in a page only where a patient is shown. */
static void make_patients(struct cx *cx)
{
    static const char *const places[] = { "l-riverside", "l-harbour" };
    static const char *const users[] = { "u-ben", "u-chen", "u-kavya", "u-olga" };
    for (int p = 0; p < PATIENTS; p++) {
        const char *script = arena_print(
            cx->mem,
            "INSERT INTO patients (practice_id, id, number, pseudonym, first_name, last_name, names,"
            " birth_date, created_at) VALUES ('north', 'q-%02dq', %d, %d, 'Canary', 'Zq%02dq',"
            " 'zq%02dq canary', '1990-01-01', 1);"
            "INSERT INTO patient_words VALUES ('north', 'canary', 'zq%02dq canary', 'q-%02dq'),"
            " ('north', 'zq%02dq', 'zq%02dq canary', 'q-%02dq');"
            "INSERT INTO patient_locations VALUES ('north', 'q-%02dq', '%s', 'zq%02dq canary',"
            " 'active');"
            "INSERT INTO patient_practitioners VALUES ('north', 'q-%02dq', '%s', 1,"
            " 'zq%02dq canary', 1, 'active');",
            p, 5000 + p, 700000 + p, p, p, p, p, p, p, p, p, places[p % 2], p, p, users[p % 4], p);
        must_run(cx, script);
        if (p % 7 == 0)
            must_run(
                cx,
                arena_print(
                    cx->mem,
                    "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since, by_name) VALUES ('north', 'u-%s',"
                    " 'q-%02dq', %d, 1, 'F')",
                    p % 2 ? "ben" : "chen", p, p % 3));
    }
    must_run(cx, "UPDATE users SET hide_patient_names = 1 WHERE id = 'u-gina';"
                 "UPDATE users SET read_only = 0, location_restriction = 1 WHERE id = 'u-ben';"
                 "DELETE FROM assignments WHERE user_id = 'u-ben' AND location_id = 'l-harbour'");
}

static struct page ask(struct cx *cx, const char *who, int p, int *target)
{
    const char *record = arena_print(cx->mem, ROOT "/q-%02dq", p);
    int other = roll(PATIENTS);
    *target = -1;
    switch (roll(16)) {
    case 0: return get(cx, who, ROOT);
    case 1: return get(cx, who, arena_print(cx->mem, ROOT "?after=q-%02dq", p));
    case 2: return get(cx, who, ROOT "?archived=1");
    case 3: return get(cx, who, ROOT "?location=l-harbour&practitioner=u-chen");
    case 4: return post(cx, who, ROOT "/search", "text", arena_print(cx->mem, "zq%02dq", p), NULL);
    case 5: return post(cx, who, ROOT "/search", "text", "canary 1 1 1990", NULL);
    case 6:
        return post(cx, who, ROOT "/search", "text", arena_print(cx->mem, "PX-7000%02d", p), NULL);
    case 7: return post(cx, who, ROOT "/search", "text", "nobody", NULL);
    case 8: return get(cx, who, "/g/north/settings/users");
    case 9: return get(cx, who, ROOT "/new");
    case 10:
        return post(cx, who, ROOT, "first_name", "Canary", "last_name",
                    arena_print(cx->mem, "Zq%02dq", p), "birth_date", "1 1 1990", "locations",
                    "l-riverside", NULL);
    case 11: *target = p; return get(cx, who, arena_print(cx->mem, "%s/edit", record));
    case 12: *target = p; return get(cx, who, arena_print(cx->mem, "%s/merge", record));
    case 13: *target = p; return post(cx, who, record, "version", "77", "last_name", "", NULL);
    case 14:
        *target = p;
        return other % 2 ? post(cx, who, arena_print(cx->mem, "%s/archive", record), NULL)
                         : post(cx, who, arena_print(cx->mem, "%s/restore", record), NULL);
    default: *target = p; return get(cx, who, record);
    }
}

/* Marks the patients whose number stands between these two. */
static void mark(const char *body, const char *before, const char *behind, bool out[PATIENTS])
{
    size_t n = strlen(before);
    for (const char *at = body; (at = strstr(at, before)); at += n) {
        int p = (at[n] - '0') * 10 + at[n + 1] - '0';
        if (p >= 0 && p < PATIENTS && strncmp(at + n + 2, behind, strlen(behind)) == 0)
            out[p] = true;
    }
}

/* By name, pseudonym or link.  The strip that says what was done a page ago
 * has a button for the number that was recorded then, and no link. */
static void shows(struct page page, bool out[PATIENTS])
{
    mark(page.body, "q-", "q\"", out);
    mark(page.body, ">PX-7000", "<", out);
    mark(page.body, "Canary Zq", "q", out);
}

static void forget(struct cx *cx)
{
    if (db_begin(cx, true) != OK || db_exec(cx, SQL_GLOBAL("DELETE FROM looked_at")) != OK
        || db_exec(cx, SQL_GLOBAL("DELETE FROM looks_listed")) != OK || db_commit(cx) != OK)
        exit(1);
}

/* What stands in rows of whole lists, sometimes before and sometimes after it was moved. */
static void move_lists(struct cx *cx)
{
    bool left = true;
    act_as(cx, "north", "olga");
    while (left)
        if (looks_move(cx, &left) != OK) exit(1);
    if (act_end(cx, OK) != OK) exit(1);
}

static void written_in_lists(struct cx *cx, bool seen[PATIENTS])
{
    struct table t;
    if (db_select(cx, &t, SQL_GLOBAL("SELECT patients FROM looks_listed")) != OK) exit(1);
    for (size_t i = 0; i < t.rows; i++) {
        lists++;
        mark(cell_text(&t, i, "patients"), " q-", "q ", seen);
    }
}

/* What was written since the last request. */
static void written(struct cx *cx, bool seen[PATIENTS], bool denied[PATIENTS])
{
    struct table t;
    if (roll(3) == 0) move_lists(cx);
    written_in_lists(cx, seen);
    if (db_select(cx, &t, SQL_GLOBAL("SELECT patient_id, how FROM looked_at")) != OK) exit(1);
    for (size_t i = 0; i < t.rows; i++) {
        const char *id = cell_text(&t, i, "patient_id"), *how = cell_text(&t, i, "how");
        mark(id, "q-", "q", strcmp(how, "denied") == 0 ? denied : seen);
    }
}

TEST(what_pages_show_of_patients_and_what_is_recorded_are_the_same_over_ten_thousand_requests)
{
    static const char *const actors[] = { "olga", "freya", "ben", "chen", "gina" };
    int64_t shown = 0, recorded = 0, refused = 0, denied = 0;
    dice = 0x2545f4914f6cdd1d;
    lists = 0;
    practice_begin(cx);
    make_patients(cx);
    for (size_t i = 0; i < 5; i++) (void)session_of(cx, actors[i]);
    for (int n = 0; n < REQUESTS && !failures; n++) {
        struct arena_mark here = arena_mark(cx->mem);
        const char *who = actors[roll(5)];
        int target, p = roll(PATIENTS);
        forget(cx);
        struct page page = ask(cx, who, p, &target);
        CHECK(page.status < 500);
        bool there[PATIENTS] = { false }, rows[PATIENTS] = { false }, no[PATIENTS] = { false };
        shows(page, there);
        written(cx, rows, no);
        if (target >= 0 && page.status == 303) there[target] = true; /* changed */
        for (int q = 0; q < PATIENTS; q++) {
            shown += there[q];
            recorded += rows[q];
            if (there[q] != rows[q]) printf("  %s, patient %d, status %d\n", who, q, page.status);
            CHECK_INT(rows[q], there[q]);
        }
        /* The door shuts on chen, who only reads, before any patient is looked up. */
        bool door = strcmp(who, "chen") == 0 && has_text(page, "make this change with your access");
        if (target >= 0 && page.status == 403 && !door) {
            refused++;
            denied += no[target];
            CHECK(no[target]);
        }
        arena_rewind(cx->mem, here);
    }
    CHECK_INT(shown, recorded);
    CHECK_INT(refused, denied);
    CHECK(shown > 20000 && denied > 300 && lists > 500);
}

/* Who saw the record, as the page says it. */
static const char *who_saw(struct cx *cx, const char *id)
{
    struct page page = get(cx, "olga", arena_print(cx->mem, ROOT "/%s", id));
    return arena_print(cx->mem, "%s|%d|%d", strstr(page.body, "Who saw this record") ? "" : "no",
                       has_text(page, "saw it in a list"), has_text(page, "found it"));
}

TEST(a_list_is_one_row_until_it_is_moved_and_what_a_record_says_of_it_stays_the_same)
{
    practice_begin(cx);
    make_patients(cx);
    (void)get(cx, "olga", ROOT);
    int64_t shown = COUNT("SELECT count(*) FROM patients WHERE practice_id = 'north'"
                          " AND state = 'active'");
    CHECK_INT(COUNT("SELECT count(*) FROM looks_listed WHERE practice_id = 'north'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at"), 0);
    CHECK(has_text(get(cx, "olga", ROOT "/q-07q"), "saw it in a list <span"));
    CHECK(!has_text(get(cx, "olga", ROOT "/q-zac"), "saw it in a list"));
    const char *before = who_saw(cx, "q-08q");
    move_lists(cx);
    move_lists(cx);
    CHECK_INT(COUNT("SELECT count(*) FROM looks_listed"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at WHERE how = 'listed'"), shown);
    CHECK(has_text(get(cx, "olga", ROOT "/q-07q"), "saw it in a list <span"));
    CHECK_TEXT(who_saw(cx, "q-08q"), before);
}

TEST(a_list_names_each_patient_once)
{
    struct table t;
    bool later;
    practice_begin(cx);
    act_as(cx, "north", "olga");
    for (int i = 0; i < 30; i++)
        cx_show(cx, "listed", id_of(arena_print(cx->mem, "q-%02dq", i % 10)));
    if (looks_write(cx, "/", "", &later) != OK || act_end(cx, OK) != OK) exit(1);
    if (db_select(cx, &t, SQL_GLOBAL("SELECT patients FROM looks_listed")) != OK) exit(1);
    CHECK_INT(t.rows, 1);
    CHECK_TEXT(cell_text(&t, 0, "patients"),
               " q-00q q-01q q-02q q-03q q-04q q-05q q-06q q-07q q-08q q-09q ");
}

TEST(lists_are_moved_in_the_background_again_and_again)
{
    practice_begin(cx);
    make_patients(cx);
    for (int i = 0; i < 400; i++) (void)get(cx, "freya", ROOT);
    int64_t waiting = COUNT("SELECT count(*) FROM looks_listed");
    CHECK_INT(waiting, 400);
    CHECK(COUNT("SELECT count(*) FROM jobs WHERE kind = 'looks.move'") > 0);
    work_all(cx, &(struct outbox){ 0 });
    CHECK_INT(COUNT("SELECT count(*) FROM looks_listed"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at WHERE patient_id = 'q-01q'"), 400);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'looks.move'"), 0);
}

TEST(a_look_says_who_when_from_where_and_on_which_page)
{
    practice_begin(cx);
    CHECK_INT(get(cx, "ben", ROOT "/q-anna").status, 200);
    CHECK_INT(get(cx, "chen", ROOT "/q-bert").status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM looks l JOIN looked_at x ON x.look_id = l.id WHERE"
                    " l.practice_id = 'north' AND l.user_id = 'u-ben' AND x.patient_id = 'q-anna'"
                    " AND x.how = 'opened' AND l.route = '/g/:g/patients/:id'"
                    " AND l.address = '192.0.2.1' AND l.at > 0"),
              1);
    CHECK_INT(
        COUNT("SELECT count(*) FROM looked_at WHERE patient_id = 'q-bert' AND how = 'denied'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM looks"), 2);
    struct page page = get(cx, "olga", ROOT "/q-bert");
    CHECK(has_text(page, "Chen Wei") && has_text(page, "was refused"));
    CHECK(!has_text(get(cx, "freya", ROOT "/q-bert"), "was refused")); /* no User Action History */
}

/* Nobody reads three hundred lines of one colleague's morning. */
TEST(what_one_user_did_with_a_patient_in_a_day_is_one_line_with_a_number)
{
    practice_begin(cx);
    for (int i = 0; i < 3; i++, cx->now += MINUTES(1)) (void)get(cx, "ben", ROOT "/q-cleo");
    (void)get(cx, "freya", ROOT "/q-cleo");
    (void)get(cx, "chen", ROOT "/q-cleo");
    struct page page = get(cx, "olga", ROOT "/q-cleo");
    CHECK(has_text(page, "Who saw this record"));
    CHECK(has_text(page, "opened it 3 times, last:"));
    CHECK(has_text(page, "Freya Nilsson</bdi> opened it <span"));
    CHECK(has_text(page, "was refused <span"));
    cx->now += HOURS(24); /* sessions end meanwhile */
    sign_in_again(cx, "ben");
    sign_in_again(cx, "olga");
    (void)get(cx, "ben", ROOT "/q-cleo");
    page = get(cx, "olga", ROOT "/q-cleo");
    const char *today = strstr(page.body, "Brandt</bdi> opened it <span"),
               *before = strstr(page.body, "opened it 3 times");
    CHECK(today && before && today < before);
}

/* Of a day that was not read to its end nothing is said, unless it is all there is. */
TEST(a_patient_who_is_seen_all_the_time_has_numbers_of_whole_days_only)
{
    practice_begin(cx);
    for (int i = 0; i < 1100; i++)
        must_run(cx, arena_print(cx->mem,
                                 "INSERT INTO looks VALUES ('north', 'k%06d', %lld, 'u-ben', 'Ben',"
                                 " 0, '', '', '', '');"
                                 "INSERT INTO looked_at VALUES ('north', 'q-anna', 'k%06d',"
                                 " 'listed')",
                                 i, (long long)(cx->now - (i < 600 ? HOURS(24) : 0)), i));
    struct page page = get(cx, "olga", ROOT "/q-anna");
    const char *line = strstr(page.body, "saw it in a list 500 times, last:");
    CHECK(line && !strstr(line + 32, "saw it in a list"));
    must_run(cx, "UPDATE looks SET at = at + 86400000000 WHERE id < 'k000600' AND id >= 'k'");
    CHECK(has_text(get(cx, "olga", ROOT "/q-anna"), "saw it in a list 1000 times, last:"));
}

TEST(a_search_that_finds_nobody_is_recorded_and_what_was_looked_for_is_not)
{
    practice_begin(cx);
    (void)post(cx, "ben", ROOT "/search", "text", "secretname", NULL);
    CHECK_INT(COUNT("SELECT count(*) FROM looks WHERE route = '/g/:g/patients/search'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM looks WHERE route || agent || user_name LIKE '%secret%'"),
              0);
}

TEST_SQLITE(what_cannot_be_recorded_is_not_shown) /* the trigger is in its words */
{
    practice_begin(cx);
    CHECK_INT(get(cx, "ben", ROOT "/q-anna").status, 200);
    must_run(
        cx,
        "CREATE TRIGGER too_full BEFORE INSERT ON looks BEGIN SELECT RAISE(ABORT, 'full'); END");
    struct page page = get(cx, "ben", ROOT "/q-anna");
    CHECK_INT(page.status, 503);
    CHECK(!has_text(page, "Aster"));
    page = post(cx, "freya", ROOT "/q-anna", "version", "1", "last_name", "", NULL);
    CHECK(page.status >= 500 && !has_text(page, "Anna"));
    page = post(cx, "freya", ROOT "/q-anna/archive", NULL);
    CHECK(page.status >= 500);
    CHECK_INT(COUNT("SELECT count(*) FROM patients WHERE id = 'q-anna' AND state = 'active'"), 1);
    CHECK_INT(get(cx, "ben", "/g/north/").status, 200); /* pages without patients go on */
}

TEST(the_patients_opened_last_stand_above_the_list)
{
    practice_begin(cx);
    CHECK(!has_text(get(cx, "ben", ROOT), "Opened last"));
    (void)get(cx, "ben", ROOT "/q-cleo");
    cx->now += SECONDS(1); /* looks of one moment are in no order */
    (void)get(cx, "ben", ROOT "/q-anna");
    (void)get(cx, "ben", ROOT "/q-anna");
    struct page page = get(cx, "ben", ROOT);
    const char *recent = strstr(page.body, "Opened last");
    CHECK(recent && strstr(recent, "q-anna")
          && strstr(recent, "q-anna") < strstr(recent, "q-cleo"));
    CHECK(!has_text(get(cx, "gina", ROOT), "Opened last")); /* each his own */
    must_run(
        cx,
        "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since, by_name) VALUES ('north', 'u-ben', 'q-anna', 0, 1, 'F')");
    recent = strstr(get(cx, "ben", ROOT).body, "Opened last");
    CHECK(recent && !strstr(recent, "q-anna"));
}
