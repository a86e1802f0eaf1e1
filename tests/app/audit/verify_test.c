/* verify_test.c - what was done to the audit log is noticed and named. */
#include "app/audit/verify.h"
#include "app/audit/event.h"
#include "tests/support/engine.h"
#include "tests/support/practice.h"

static const struct id ben = { "u-ben" };

/* Five rows in north, two in south, one above. */
static void write_some(struct cx *cx)
{
    practice_begin(cx);
    for (int i = 0; i < 5; i++) {
        struct changes changes = { 0 };
        act_as(cx, "north", i % 2 ? "olga" : "freya");
        cx->now += 1000000;
        cx->actor.address = "192.0.2.7";
        cx->actor.agent = "Firefox on Linux";
        change_note(cx, &changes, "Access level", "Personal Access", "Clinical Access");
        CHECK(act_end(cx, announce(cx, i == 2 ? EVENT_USER_DEACTIVATED : EVENT_USER_ACCESS_CHANGED,
                                   (struct about){ ben, "Ben Brandt" }, &changes, "a note"))
              == OK);
    }
    for (int i = 0; i < 2; i++) {
        act_as(cx, "south", "zoe");
        CHECK(act_end(cx, announce(cx, EVENT_PRACTICE_CHANGED, (struct about){ { "south" }, "S" },
                                   NULL, NULL))
              == OK);
    }
    act_as(cx, "north", "olga");
    CHECK(act_end(cx, announce_above(cx, EVENT_SIGNED_IN, (struct about){ { "p-olga" }, "Olga" },
                                     NULL, NULL))
          == OK);
}

static struct audit_report verify(struct cx *cx, const char *anchor)
{
    struct audit_report report = { 0 };
    CHECK(db_begin(cx, false) == OK);
    CHECK(audit_verify(cx, anchor, &report) == OK);
    db_rollback(cx);
    return report;
}

static void script(struct cx *cx, const char *sql)
{
    CHECK(db_begin(cx, true) == OK);
    CHECK(db_script(cx, sql) == OK);
    CHECK(db_commit(cx) == OK);
}

/* Is exactly this row of north named, with these words? */
static void expect(struct cx *cx, const char *anchor, int64_t seq, const char *part)
{
    struct audit_report r = verify(cx, anchor);
    CHECK_INT(r.n, 1);
    if (r.n != 1) return;
    CHECK_TEXT(r.at[0].practice, "north");
    CHECK_TEXT(r.at[0].name, "Northside Allied Health");
    CHECK_INT(r.at[0].seq, seq);
    if (!strstr(r.at[0].what, part)) CHECK_TEXT(r.at[0].what, part);
}

TEST(an_untouched_log_is_whole)
{
    write_some(cx);
    struct audit_report r = verify(cx, NULL);
    CHECK_INT(r.n, 0);
    CHECK_INT(r.chains, 3);
    CHECK_INT(r.rows, 8);
}

TEST(every_changed_byte_of_a_row_is_noticed)
{
    static const char *const columns[] = { "kind",       "actor_id", "actor_name",  "about_id",
                                           "about_name", "changes",  "note",        "via",
                                           "address",    "agent",    "before_hash", "hash" };
    write_some(cx);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        CHECK(db_begin(cx, true) == OK);
        CHECK(db_script(cx, engine_is_postgres()
                                ? "CREATE TEMP TABLE kept_rows AS SELECT * FROM audit"
                                : "CREATE TEMP TABLE kept_rows AS SELECT * FROM main.audit")
              == OK);
        CHECK(db_commit(cx) == OK);
        struct table t;
        CHECK(db_select(cx, &t,
                        SQL_GLOBAL("SELECT * FROM audit WHERE practice_id = 'north' AND seq = 3"
                                   " AND $1 = $1"),
                        "")
              == OK);
        size_t length = strlen(cell_at(&t, 0, columns[i], &(struct cell_hint){ 0 })->text);
        CHECK(length > 0);
        for (size_t at = 1; at <= length; at++) {
            const char *c = columns[i];
            /* one other byte in the place of this one */
            script(cx,
                   arena_print(cx->mem,
                               "UPDATE audit SET %s = substr(%s, 1, %lld) || CASE substr(%s,"
                               " %lld, 1) WHEN 'x' THEN 'y' ELSE 'x' END || substr(%s, %lld)"
                               " WHERE practice_id = 'north' AND seq = 3",
                               c, c, (long long)at - 1, c, (long long)at, c, (long long)at + 1));
            expect(cx, NULL, 3, "");
            script(cx, "DELETE FROM audit; INSERT INTO audit SELECT * FROM kept_rows");
        }
        script(cx, "DROP TABLE kept_rows");
    }
    CHECK_INT(verify(cx, NULL).n, 0);
}

TEST(changed_numbers_and_emptied_texts_are_noticed)
{
    static const char *const changes[] = { "at = at + 1", "note = ''",
                                           "actor_name = actor_name || ' '" };
    write_some(cx);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        write_some(cx);
        script(cx,
               arena_print(cx->mem, "UPDATE audit SET %s WHERE practice_id = 'north' AND seq = 4",
                           changes[i]));
        expect(cx, NULL, 4, "changed");
    }
}

TEST(text_moved_between_two_columns_is_noticed)
{
    write_some(cx);
    script(cx,
           "UPDATE audit SET note = note || via, via = '' WHERE practice_id = 'north' AND seq = 2");
    expect(cx, NULL, 2, "changed");
}

TEST(missing_rows_are_named_wherever_they_were)
{
    write_some(cx);
    script(cx, "DELETE FROM audit WHERE practice_id = 'north' AND seq = 1");
    expect(cx, NULL, 1, "missing");
    write_some(cx);
    script(cx, "DELETE FROM audit WHERE practice_id = 'north' AND seq = 3");
    expect(cx, NULL, 3, "missing");
    write_some(cx);
    script(cx, "DELETE FROM audit WHERE practice_id = 'north' AND seq = 5");
    expect(cx, NULL, 5, "cut off");
    write_some(cx);
    script(cx, "DELETE FROM audit WHERE practice_id = 'north'");
    expect(cx, NULL, 1, "cut off");
    write_some(cx);
    script(cx, "DELETE FROM audit_heads WHERE practice_id = 'north'");
    expect(cx, NULL, 5, "nothing says");
}

TEST(a_removed_row_with_renumbered_followers_is_noticed)
{
    write_some(cx);
    script(cx, "DELETE FROM audit WHERE practice_id = 'north' AND seq = 2;"
               "UPDATE audit SET seq = seq - 1 WHERE practice_id = 'north' AND seq = 3;"
               "UPDATE audit SET seq = seq - 1 WHERE practice_id = 'north' AND seq = 4;"
               "UPDATE audit SET seq = seq - 1 WHERE practice_id = 'north' AND seq = 5");
    expect(cx, NULL, 2, "changed");
}

TEST(swapped_rows_are_noticed)
{
    write_some(cx);
    script(cx, "UPDATE audit SET seq = 99 WHERE practice_id = 'north' AND seq = 2;"
               "UPDATE audit SET seq = 2 WHERE practice_id = 'north' AND seq = 4;"
               "UPDATE audit SET seq = 4 WHERE practice_id = 'north' AND seq = 99");
    expect(cx, NULL, 2, "changed");
}

TEST(a_row_moved_to_another_practice_is_noticed_in_both)
{
    write_some(cx);
    script(cx, "UPDATE audit SET practice_id = 'south', seq = 3 WHERE practice_id = 'north' AND"
               " seq = 5");
    struct audit_report r = verify(cx, NULL);
    CHECK_INT(r.n, 2);
    CHECK_TEXT(r.n == 2 ? r.at[1].practice : "", "south");
}

TEST(a_cut_tail_with_a_corrected_head_is_noticed_by_the_anchor)
{
    const char *anchor;
    write_some(cx);
    CHECK(db_begin(cx, false) == OK);
    CHECK(audit_anchor(cx, &anchor) == OK);
    db_rollback(cx);
    CHECK(strncmp(anchor, "- 1 ", 4) == 0);
    CHECK(strstr(anchor, "\nnorth 5 ") != NULL);
    CHECK_INT(verify(cx, anchor).n, 0);
    script(cx, "DELETE FROM audit WHERE practice_id = 'north' AND seq > 3;"
               "UPDATE audit_heads SET seq = 3, hash = (SELECT hash FROM audit WHERE practice_id ="
               " 'north' AND seq = 3) WHERE practice_id = 'north'");
    CHECK_INT(verify(cx, NULL).n, 0); /* by itself the database cannot tell */
    expect(cx, anchor, 4, "anchor");
    script(cx, "DELETE FROM audit WHERE practice_id = 'north';"
               "DELETE FROM audit_heads WHERE practice_id = 'north'");
    expect(cx, anchor, 1, "anchor");
}

TEST(a_log_that_went_on_still_fits_its_old_anchor)
{
    const char *anchor;
    write_some(cx);
    CHECK(db_begin(cx, false) == OK);
    CHECK(audit_anchor(cx, &anchor) == OK);
    db_rollback(cx);
    act_as(cx, "north", "olga");
    CHECK(act_end(cx, announce(cx, EVENT_USER_CHANGED, (struct about){ ben, "Ben" }, NULL, NULL))
          == OK);
    CHECK_INT(verify(cx, anchor).n, 0);
    /* mail programs break long lines */
    const char *broken = arena_print(cx->mem, "  %s", anchor);
    char *space = strchr(strstr(broken, "north"), ' ');
    *space = '\n';
    CHECK_INT(verify(cx, broken).n, 0);
    char *digit = strstr(strstr(broken, "north"), "5 ") + 2;
    *digit = *digit == 'x' ? 'y' : 'x';
    expect(cx, broken, 5, "anchor");
}

TEST(what_is_no_anchor_is_refused)
{
    static const char *const others[] = { "x",
                                          "north 5",
                                          "north five abc",
                                          "",
                                          " \n",
                                          "north -1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                          "north 0 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                          "north 1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                          ("north 99999999999999999999 aaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                           "aaaaaaaaaaaaaa") };
    write_some(cx);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct audit_report r;
        CHECK(db_begin(cx, false) == OK);
        CHECK(audit_verify(cx, others[i], &r) == INVALID);
        db_rollback(cx);
    }
}

TEST(owners_get_the_anchor_every_week)
{
    struct outbox out;
    write_some(cx);
    act_as(cx, "north", "olga");
    CHECK(act_end(cx, audit_anchor_begin(cx)) == OK);
    act_as(cx, "north", "olga");
    CHECK(act_end(cx, audit_anchor_begin(cx)) == OK); /* twice is once */
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    for (int week = 0; week < 2; week++) {
        cx->now += INT64_C(7) * 86400 * 1000000 + 1;
        work_all(cx, &out);
        CHECK_INT(out.n, 1);
        if (out.n != 1) return;
        CHECK(strstr(out.at[0].to, "olga@north.example") != NULL);
        CHECK(strstr(out.at[0].text, "north 5") != NULL);
        CHECK(!strstr(out.at[0].text, "Ben"));
    }
    /* what the letter holds is an anchor */
    const char *at = strstr(out.at[0].text, "north 5");
    size_t n = strcspn(at, "\n");
    if (n < 20) n += 1 + strcspn(at + n + 1, "\n");
    CHECK_INT(verify(cx, arena_copy(cx->mem, at, n)).n, 0);
}
