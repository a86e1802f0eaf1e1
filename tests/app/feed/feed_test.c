/* feed_test.c - one's appointments in other programs. */
#include "app/calendar/appointment.h"
#include "app/feed/ical.h"
#include "tests/support/practice.h"

#define PAGE_OF_IT "/g/north/calendar/feed"

#define LONG_TEXT \
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghij"

/* The path of a new address, out of the one page that shows it. */
static const char *make_feed(struct cx *cx, const char *who, const char *names)
{
    struct page page = post(cx, who, PAGE_OF_IT, names, "1", NULL);
    CHECK_INT(page.status, 200);
    const char *at = strstr(page.body, "/feeds/");
    if (!at) return "";
    return arena_copy(cx->mem, at, strcspn(at, "<"));
}

static struct page feed_of(struct cx *cx, const char *who, const char *names)
{
    return get(cx, NULL, make_feed(cx, who, names));
}

static bool gone(struct cx *cx, const char *path)
{
    struct page page = get(cx, NULL, path), never = get(cx, NULL, "/feeds/AAAA/linden.ics");
    CHECK_TEXT(page.body, never.body);
    CHECK_INT(never.status, 404);
    return page.status == 404;
}

TEST(an_address_is_shown_once_stored_as_a_hash_and_read_without_a_session)
{
    practice_begin(cx);
    CHECK(!has_text(get(cx, "chen", PAGE_OF_IT), "/feeds/"));
    const char *path =
        make_feed(cx, "chen", "names"); /* Read Only: nothing of the practice changes */
    CHECK(!has_text(get(cx, "chen", PAGE_OF_IT), "/feeds/"));
    CHECK(has_text(get(cx, "chen", PAGE_OF_IT), "Never"));
    CHECK_INT(COUNT("SELECT count(*) FROM calendar_feeds WHERE user_id = 'u-chen'"
                    " AND length(token_hash) = 43"),
              1);
    const char *token = arena_copy(cx->mem, path + 7, 43);
    struct table t;
    CHECK_INT(db_select(cx, &t,
                        SQL_GLOBAL("SELECT token_hash FROM calendar_feeds WHERE token_hash = $1"),
                        token),
              OK);
    CHECK_INT(t.rows, 0);
    struct page page = get(cx, NULL, path);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
    CHECK(has_text(page, "UID:a-anna@linden\r\n") && has_text(page, "SUMMARY:Anna Aster\r\n"));
    CHECK(has_text(page, "DTSTART:20261122T223000Z\r\nDTEND:20261122T233000Z\r\n"));
    CHECK(has_text(page, "LOCATION:Riverside\r\n")
          && has_text(page, "DESCRIPTION:First visit\r\n"));
    CHECK(!has_text(page, "a-bert") && !has_text(page, "a-lunch") && !has_text(page, "a-open"));
    must_run(cx, "UPDATE appointments SET room_id = 'rm-one' WHERE id = 'a-anna'");
    CHECK(has_text(get(cx, NULL, path), "LOCATION:Riverside\\, Room 1\r\n"));
    CHECK(!has_text(get(cx, "chen", PAGE_OF_IT), "Never"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'calendar_feed.made' AND about_id ="
                    " 'u-chen'"),
              1);
}

TEST(whoever_is_named_is_recorded_before_the_answer_leaves_and_nobody_without_names)
{
    practice_begin(cx);
    (void)feed_of(cx, "chen", "names");
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at x JOIN looks l ON l.practice_id ="
                    " x.practice_id AND l.id = x.look_id WHERE l.user_id = 'u-chen' AND l.route ="
                    " '/feeds/:token/linden.ics' AND x.patient_id = 'q-anna' AND x.how = 'listed'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at"), 1);
    struct page page = feed_of(cx, "chen", "nothing");
    CHECK(has_text(page, "SUMMARY:Booked\r\n") && has_text(page, "DESCRIPTION:First visit\r\n"));
    CHECK(!has_text(page, "Anna") && !has_text(page, "Aster"));
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM looks"), 2);
}

TEST(rights_are_those_of_the_moment_it_is_read)
{
    practice_begin(cx);
    const char *chen = make_feed(cx, "chen", "names"), *ben = make_feed(cx, "ben", "names");
    CHECK(has_text(get(cx, NULL, ben), "Bert O'Birch") && has_text(get(cx, NULL, ben), "Lunch"));
    must_run(
        cx,
        "UPDATE users SET role_type = 'administrator', level = 'office', hide_patient_names = 1 WHERE id = 'u-ben'");
    CHECK(has_text(get(cx, NULL, ben), "SUMMARY:PX-048214\r\n"));
    CHECK(!has_text(get(cx, NULL, ben), "Birch"));
    must_run(
        cx,
        "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since, by_name) VALUES ('north', 'u-chen', 'q-anna', 0, 1, 'F')");
    CHECK(has_text(get(cx, NULL, chen), "SUMMARY:Booked\r\n"));
    must_run(cx, "DELETE FROM assignments WHERE user_id = 'u-chen'");
    CHECK_INT(get(cx, "chen", "/g/north/calendar").status, 403);
    CHECK(gone(cx, chen));
    must_run(cx, "INSERT INTO assignments (practice_id, user_id, location_id) VALUES ('north',"
                 " 'u-chen', 'l-riverside')");
    CHECK_INT(get(cx, NULL, chen).status, 200);
}

TEST(it_ends_with_the_access_in_the_same_transaction_and_does_not_come_back)
{
    practice_begin(cx);
    const char *path = make_feed(cx, "ben", "names"), *chen = make_feed(cx, "chen", "names");
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/users/u-ben/deactivate", "version", "1", NULL).status,
        303);
    CHECK(gone(cx, path));
    CHECK_INT(COUNT("SELECT count(*) FROM calendar_feeds WHERE user_id = 'u-ben'"), 0);
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/users/u-ben/activate", "version", "2", NULL).status,
        303);
    CHECK(gone(cx, path));
    CHECK_INT(get(cx, NULL, chen).status, 200);
    CHECK_INT(post(cx, "chen", "/g/north/leave", NULL).status, 303);
    CHECK(gone(cx, chen));
    CHECK_INT(COUNT("SELECT count(*) FROM calendar_feeds"), 2); /* others' */
}

TEST(rows_alone_end_it_even_if_nobody_took_the_address_away)
{
    practice_begin(cx);
    const char *path = make_feed(cx, "ben", "names");
    CHECK_INT(get(cx, NULL, path).status, 200);
    must_run(cx, "UPDATE users SET access_ended_at = 9000000000000000 WHERE id = 'u-ben'");
    CHECK(gone(cx, path));
    must_run(cx,
             "UPDATE users SET access_ended_at = NULL, status = 'deactivated', deactivated_at = 1,"
             " deactivated_by_name = 'x' WHERE id = 'u-ben'");
    CHECK(gone(cx, path));
}

TEST(a_new_address_ends_the_old_one_and_removing_ends_both)
{
    practice_begin(cx);
    const char *first = make_feed(cx, "chen", "names"), *second = make_feed(cx, "chen", "names");
    CHECK(gone(cx, first));
    CHECK_INT(get(cx, NULL, second).status, 200);
    CHECK_INT(post(cx, "chen", PAGE_OF_IT "/end", NULL).status, 303);
    CHECK(gone(cx, second));
    CHECK_INT(post(cx, "chen", PAGE_OF_IT "/end", NULL).status, 303); /* twice is once */
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'calendar_feed.removed'"), 1);
}

TEST(whoever_is_signed_in_reads_what_the_address_says_and_not_their_own)
{
    practice_begin(cx);
    const char *path = make_feed(cx, "chen", "names");
    struct page page = get(cx, "freya", path);
    CHECK(has_text(page, "Anna Aster") && !has_text(page, "Lunch"));
    CHECK_INT(COUNT("SELECT count(*) FROM looks WHERE user_id = 'u-chen'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM looks WHERE user_id = 'u-freya'"), 0);
    CHECK_INT(get(cx, NULL, PAGE_OF_IT).status, 303);
    CHECK_INT(get(cx, "zoe", PAGE_OF_IT).status, 404);
    CHECK_INT(post(cx, "zoe", PAGE_OF_IT, NULL).status, 404);
}

TEST(what_has_not_changed_is_not_sent_again_and_shows_nobody)
{
    practice_begin(cx);
    const char *path = make_feed(cx, "chen", "names");
    struct page page = get(cx, NULL, path);
    CHECK(page.etag && strlen(page.etag) == 45);
    cx->now += HOURS(1);
    struct page again = get_unless(cx, NULL, path, page.etag);
    CHECK_INT(again.status, 304);
    CHECK_TEXT(again.body, "");
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at"), 1);
    CHECK_INT(get_unless(cx, NULL, path, "\"another\"").status, 200);
    must_run(cx, "UPDATE appointments SET state = 'cancelled', reason = 'x', version = 2"
                 " WHERE id = 'a-anna'");
    again = get_unless(cx, NULL, path, page.etag);
    CHECK_INT(again.status, 200);
    CHECK(has_text(again, "STATUS:CANCELLED\r\nTRANSP:TRANSPARENT\r\n"));
    CHECK(has_text(again, "SEQUENCE:1\r\n") && has_text(again, "UID:a-anna@linden\r\n"));
}

TEST(it_holds_four_weeks_back_and_a_year_ahead)
{
    practice_begin(cx);
    const char *path = make_feed(cx, "chen", "names");
    CHECK(has_text(get(cx, NULL, path), "a-anna"));
    int64_t now = cx->now, starts = 1795386600000000;
    cx->now = starts + DAYS(28) - MINUTES(1);
    CHECK(has_text(get(cx, NULL, path), "a-anna"));
    cx->now = starts + DAYS(28) + MINUTES(1);
    CHECK(!has_text(get(cx, NULL, path), "a-anna"));
    must_run(cx, "UPDATE calendar_feeds SET made_at = 1");
    cx->now = starts - DAYS(367);
    CHECK(!has_text(get(cx, NULL, path), "a-anna"));
    cx->now = starts - DAYS(365);
    CHECK(has_text(get(cx, NULL, path), "a-anna"));
    cx->now = now;
}

TEST(it_is_read_sixty_times_an_hour_and_no_more)
{
    practice_begin(cx);
    const char *path = make_feed(cx, "chen", "names"), *ben = make_feed(cx, "ben", "names");
    for (int i = 0; i < 60; i++) CHECK_INT(get(cx, NULL, path).status, 200);
    struct page page = get(cx, NULL, path);
    CHECK_INT(page.status, 429);
    CHECK(!has_text(page, "Anna"));
    CHECK_INT(get(cx, NULL, ben).status, 200);
    CHECK_INT(COUNT("SELECT count(*) FROM looks WHERE user_id = 'u-chen'"), 60);
    cx->now += HOURS(1) + 1;
    CHECK_INT(get(cx, NULL, path).status, 200);
}

TEST(a_thousand_appointments_fit_into_the_memory_of_a_request)
{
    practice_begin(cx);
    const char *path = make_feed(cx, "chen", "names");
    struct html all = { .cx = cx };
    html_text(&all, "INSERT INTO appointments (practice_id, id, location_id, user_id, patient_id,"
                    " starts_at, ends_at, created_at, note) VALUES ");
    for (int i = 0; i < 1001; i++)
        html_text(&all, arena_print(cx->mem,
                                    "%s($north$, $m%d$, $l-riverside$, $u-chen$, $q-anna$, %lld,"
                                    " %lld, 1, $a long note$)",
                                    i ? ", " : "", i, (long long)(cx->now + i),
                                    (long long)cx->now + 9999));
    for (char *c = all.text; *c; c++)
        if (*c == '$') *c = '\'';
    must_run(cx, all.text);
    must_run(cx, "UPDATE appointments SET note = replace(note, 'long', '" LONG_TEXT "');"
                 "UPDATE patients SET first_name = '" LONG_TEXT "', last_name = '" LONG_TEXT "'");
    struct cx inner = *cx;
    jmp_buf full;
    inner.mem = arena_new(4 << 20); /* as the server gives it */
    if (setjmp(full)) {
        CHECK(!"it does not fit");
    } else {
        arena_catch(inner.mem, &full);
        struct page page = get(&inner, NULL, path);
        CHECK_INT(page.status, 200);
        CHECK(has_text(page, "END:VCALENDAR") && !has_text(page, "UID:m1000@"));
        CHECK(has_text(page, "UID:m999@") && !has_text(page, "UID:a-anna@"));
    }
    arena_free(inner.mem);
}

/* --- how it is written -------------------------------------------------------------------- */

static const char *after(struct cx *cx, const char *text)
{
    struct ical c = ical_begin(cx);
    ical_text(&c, "SUMMARY", text);
    return c.text;
}

TEST(texts_are_escaped_and_nothing_typed_begins_a_line)
{
    CHECK_TEXT(after(cx, "a;b,c\\d"), "SUMMARY:a\\;b\\,c\\\\d\r\n");
    CHECK_TEXT(after(cx, "x\r\nEND:VEVENT\nATTACH:file"),
               "SUMMARY:x\\nEND:VEVENT\\nATTACH:file\r\n");
    CHECK_TEXT(after(cx, "a\x01\x7f\x1b"
                         "b\tc"),
               "SUMMARY:ab\tc\r\n");
    CHECK_TEXT(after(cx, ""), "SUMMARY:\r\n");
}

TEST(lines_of_any_length_are_folded_at_75_octets_and_never_within_a_character)
{
    static const char *const letters[] = { "a", "\u00e9", "\u5c71", "\U0001f33f" };
    for (size_t l = 0; l < 4; l++)
        for (size_t n = 0; n < 200; n++) {
            struct arena_mark mark = arena_mark(cx->mem);
            char *text = arena_alloc(cx->mem, 1000), *to = text,
                 *whole = arena_alloc(cx->mem, 2000), *w = whole;
            for (size_t i = 0; i < n; i++) to = stpcpy(to, letters[(l + (i % 7 == 0)) % 4]);
            const char *at = after(cx, text);
            while (*at) {
                size_t line = strcspn(at, "\r");
                CHECK(line <= 75 && at[line + 1] == '\n');
                CHECK((at[0] & 0xC0) != 0x80);
                if (at[0] == ' ') at++, line--;
                CHECK((at[0] & 0xC0) != 0x80);
                w = mempcpy(w, at, line);
                at += line + 2;
            }
            CHECK_TEXT(whole, arena_print(cx->mem, "SUMMARY:%s", text));
            arena_rewind(cx->mem, mark);
        }
}

TEST(the_sum_is_of_all_but_the_stamp)
{
    char one[SECRET_SIZE], two[SECRET_SIZE], three[SECRET_SIZE];
    struct ical a = ical_begin(cx), b = ical_begin(cx), c = ical_begin(cx);
    ical_text(&a, "X", "y"), ical_text(&b, "X", "y"), ical_text(&c, "X", "z");
    ical_stamp(&a, 1), ical_stamp(&b, SECONDS(5)), ical_stamp(&c, 1);
    CHECK_TEXT(b.text, "X:y\r\nDTSTAMP:19700101T000005Z\r\n");
    ical_sum(&a, one), ical_sum(&b, two), ical_sum(&c, three);
    CHECK_TEXT(one, two);
    CHECK(strcmp(one, three) != 0);
}

/* Nine in the morning by the clock on the wall, whatever the clocks do in between. */
static void nine_o_clock(struct cx *cx, const char *zone, const char *date, const char *begins)
{
    act_as(cx, "north", "freya");
    struct appointment_draft draft = { .location = id_of("l-riverside"),
                                       .practitioner = id_of("u-ben"),
                                       .date = date,
                                       .time = "9:00",
                                       .minutes = "30",
                                       .label = zone,
                                       .note = "" };
    struct id id;
    CHECK_INT(act_end(cx, appointment_book(cx, &draft, true, &id)), OK);
    cx->now -= DAYS(20);
    must_run(cx, "UPDATE calendar_feeds SET made_at = 1");
    struct page page = feed_of(cx, "ben", "names");
    CHECK(has_text(page, arena_print(cx->mem, "DTSTART:%s\r\n", begins)));
    cx->now += DAYS(20);
}

TEST(nine_o_clock_stays_nine_o_clock_over_daylight_saving)
{
    static const struct {
        const char *zone, *before, *before_utc, *after, *after_utc;
    } all[] = {
        { "Australia/Sydney", "2027-04-03", "20270402T220000Z", "2027-04-04", "20270403T230000Z" },
        { "Australia/Lord_Howe", "2027-04-03", "20270402T220000Z", "2027-04-04",
          "20270403T223000Z" },
        { "Europe/London", "2027-03-27", "20270327T090000Z", "2027-03-28", "20270328T080000Z" },
    };
    practice_begin(cx);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        must_run(cx, arena_print(cx->mem,
                                 "UPDATE locations SET time_zone = '%s' WHERE id = 'l-riverside'",
                                 all[i].zone));
        nine_o_clock(cx, all[i].zone, all[i].before, all[i].before_utc);
        nine_o_clock(cx, all[i].zone, all[i].after, all[i].after_utc);
    }
}
