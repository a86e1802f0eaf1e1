/* reminder_test.c - which reminders leave, when, and what is in them. */
#include "tests/support/practice.h"

#include "app/reminders/reminder.h"
#include "app/reminders/setting.h"

#define CALENDAR "/g/north/calendar"
static const int64_t ANNA = INT64_C(1795386600000000); /* Mon 23 Nov 9:30 in Melbourne */

static void addresses(struct cx *cx)
{
    practice_begin(cx);
    must_run(cx, "UPDATE patients SET email = 'anna@mail.example' WHERE id = 'q-anna';"
                 "UPDATE patients SET email = 'bert@mail.example' WHERE id = 'q-bert';"
                 "UPDATE patients SET email = 'zara@mail.example' WHERE id = 'q-zara'");
}

/* As the program does when it starts, and then every five minutes. */
static size_t look(struct cx *cx, int64_t at, struct outbox *out)
{
    cx->now = at;
    cx->actor = (struct actor){ .job = true };
    must_run(cx, "DELETE FROM jobs WHERE kind = 'reminders.look'");
    CHECK(db_begin(cx, true) == OK && reminders_begin(cx) == OK && db_commit(cx) == OK);
    work_all(cx, out);
    return out->n;
}

static int64_t rows(struct cx *cx, const char *appointment, const char *state)
{
    struct table t;
    CHECK(db_run(cx, &t,
                 SQL_GLOBAL("SELECT count(*) FROM reminders WHERE appointment_id = $1"
                            " AND state = $2 AND newest = 1"),
                 VALUES(appointment, state), 2)
          == OK);
    return table_number(&t);
}

static bool went_to(const struct outbox *out, const char *address)
{
    for (size_t i = 0; i < out->n; i++)
        if (strstr(out->at[i].to, address)) return true;
    return false;
}

TEST(a_patient_is_reminded_once_and_told_when_where_and_with_whom_and_nothing_else)
{
    struct outbox out;
    addresses(cx);
    must_run(cx, "UPDATE locations SET address = '1 River Road', phone = '03 5550 0100'"
                 " WHERE id = 'l-riverside'");
    CHECK_INT(look(cx, ANNA - DAYS(1) - 1, &out), 0);
    CHECK_INT(rows(cx, "a-anna", "sent"), 0);
    CHECK_INT(look(cx, ANNA - DAYS(1), &out), 1);
    CHECK_TEXT(out.at[0].to, "<anna@mail.example>");
    CHECK_TEXT(out.at[0].subject, "Your appointment on Mon 23 Nov 2026");
    CHECK(strstr(out.at[0].text, "When: Mon 23 Nov 2026 at 9:30 (Melbourne)"));
    CHECK(strstr(out.at[0].text, "With: Mr Chen Wei"));
    CHECK(strstr(out.at[0].text, "Where: Riverside, 1 River Road"));
    CHECK(strstr(out.at[0].text, "please call 03 5550 0100"));
    CHECK(!strstr(out.at[0].text, "Anna") && !strstr(out.at[0].text, "Aster"));
    CHECK(!strstr(out.at[0].text, "First visit") && !strstr(out.at[0].text, "1001"));
    CHECK_INT(rows(cx, "a-anna", "sent"), 1);
    CHECK_INT(look(cx, ANNA - DAYS(1) + MINUTES(5), &out), 0);
    CHECK_INT(look(cx, ANNA - MINUTES(1), &out), 1); /* bert's, half an hour later */
    CHECK(went_to(&out, "bert@"));
    CHECK_INT(look(cx, ANNA + DAYS(1), &out), 0);
}

TEST(the_job_that_looks_comes_again_by_itself_and_is_begun_once)
{
    struct outbox out;
    addresses(cx);
    cx->actor = (struct actor){ .job = true };
    for (int i = 0; i < 2; i++)
        CHECK(db_begin(cx, true) == OK && reminders_begin(cx) == OK && db_commit(cx) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'reminders.look'"), 1);
    work_all(cx, &out);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'reminders.look'"), 1);
    CHECK_INT(COUNT("SELECT run_at FROM jobs WHERE kind = 'reminders.look'"),
              TEST_NOW + MINUTES(5));
    cx->now = ANNA - DAYS(1) + 1;
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs"), 1);
}

TEST(one_without_an_address_is_left_out_and_shown_and_reminded_once_there_is_one)
{
    struct outbox out;
    addresses(cx);
    must_run(cx, "UPDATE patients SET email = '' WHERE id = 'q-anna'");
    CHECK_INT(look(cx, ANNA - HOURS(20), &out), 1);
    CHECK_INT(rows(cx, "a-anna", "skipped"), 1);
    CHECK_INT(look(cx, ANNA - HOURS(19), &out), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM reminders WHERE appointment_id = 'a-anna'"), 1);
    CHECK(has_text(get(cx, "olga", CALENDAR "/a-anna"), "reminders/sent?appointment=a-anna"));
    CHECK(!has_text(get(cx, "olga", CALENDAR "/a-lunch"), "reminders/sent"));
    struct page page = get(cx, "olga", "/g/north/settings/reminders/sent?appointment=a-anna");
    CHECK(!has_text(page, "Birch")); /* another appointment's */
    CHECK(has_text(page, "Anna Aster") && has_text(page, "The patient has no email address"));
    must_run(cx, "UPDATE patients SET email = 'new@mail.example' WHERE id = 'q-anna'");
    CHECK_INT(look(cx, ANNA - HOURS(18), &out), 1);
    CHECK(went_to(&out, "new@mail.example"));
    CHECK_INT(rows(cx, "a-anna", "sent"), 1);
}

TEST(what_needs_a_practitioner_is_reminded_of_once_it_has_one)
{
    struct outbox out;
    addresses(cx);
    look(cx, ANNA - HOURS(2), &out);
    CHECK_INT(rows(cx, "a-open", "skipped"), 1); /* nobody's column */
    CHECK_INT(rows(cx, "a-cleo", "skipped"), 1); /* kavya is deactivated: her own setting is idle */
    must_run(cx, "UPDATE appointments SET user_id = 'u-ben' WHERE id = 'a-open'");
    CHECK_INT(look(cx, ANNA - HOURS(1), &out), 1);
    CHECK_INT(rows(cx, "a-open", "sent"), 1);
}

TEST(who_is_to_be_active_by_then_is_nobody_who_is_missing)
{
    struct outbox out;
    addresses(cx);
    must_run(cx, "UPDATE patients SET email = 'cleo@mail.example' WHERE id = 'q-cleo'");
    must_run(cx, "UPDATE planned_changes SET due_at = (SELECT starts_at + 1 FROM appointments"
                 " WHERE id = 'a-cleo') WHERE user_id = 'u-kavya' AND kind = 'activate'");
    look(cx, ANNA - HOURS(2), &out);
    CHECK_INT(rows(cx, "a-cleo", "skipped"), 1); /* too late for this one */
    must_run(cx, "UPDATE planned_changes SET due_at = due_at - 1 WHERE user_id = 'u-kavya'");
    look(cx, ANNA - HOURS(1), &out);
    CHECK_INT(rows(cx, "a-cleo", "sent"), 1);
    CHECK(went_to(&out, "cleo@mail.example"));
}

TEST(nothing_cancelled_moved_or_switched_off_meanwhile_is_told)
{
    struct outbox out;
    addresses(cx);
    act_as(cx, "north", "freya");
    CHECK(act_end(cx,
                  db_script(cx,
                            "INSERT INTO reminders (practice_id, id, appointment_id,"
                            " channel, starts_at, state, at) VALUES"
                            " ('north', 'r-1', 'a-anna', 'email', 1795386600000000, 'waiting', 1),"
                            " ('north', 'r-2', 'a-bert', 'email', 1795388400000000, 'waiting', 1);"
                            "INSERT INTO jobs (practice_id, id, kind, about, attempts_left,"
                            " run_at, created_at) VALUES"
                            " ('north', 'j-1', 'mail.reminder', 'r-1', 8, 1, 1),"
                            " ('north', 'j-2', 'mail.reminder', 'r-2', 8, 1, 1)"))
          == OK);
    CHECK_INT(
        post(cx, "olga", CALENDAR "/a-anna/cancel", "version", "1", "reason", "ill", NULL).status,
        303);
    CHECK_INT(post(cx, "olga", CALENDAR "/a-bert/move", "location", "l-harbour", "practitioner",
                   "u-ben", "date", "2026-11-30", "time", "10:00", "minutes", "30", "version", "1",
                   NULL)
                  .status,
              303);
    cx->now = ANNA - HOURS(12);
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    CHECK_INT(rows(cx, "a-anna", "skipped") + rows(cx, "a-bert", "skipped"), 2);
    CHECK_INT(look(cx, ANNA - HOURS(11), &out), 0);
    CHECK_INT(look(cx, ANNA + DAYS(6) + HOURS(1), &out), 1); /* bert's new time */
    CHECK(went_to(&out, "bert@") && strstr(out.at[0].text, "Mon 30 Nov 2026 at 10:00"));
    CHECK_INT(COUNT("SELECT count(*) FROM reminders WHERE appointment_id = 'a-bert'"), 1);
}

TEST(one_that_moves_after_the_reminder_is_told_anew_also_when_it_moves_back)
{
    struct outbox out;
    addresses(cx);
    CHECK_INT(look(cx, ANNA - HOURS(20), &out), 2);
    must_run(cx, "UPDATE appointments SET starts_at = starts_at + 3600000000, ends_at = ends_at +"
                 " 3600000000 WHERE id = 'a-anna'");
    CHECK_INT(look(cx, ANNA - HOURS(19), &out), 1);
    CHECK(strstr(out.at[0].text, "at 10:30"));
    must_run(cx, "UPDATE appointments SET starts_at = starts_at - 3600000000, ends_at = ends_at -"
                 " 3600000000 WHERE id = 'a-anna'");
    CHECK_INT(look(cx, ANNA - HOURS(18), &out), 1);
    CHECK(strstr(out.at[0].text, "at 9:30"));
    CHECK_INT(look(cx, ANNA - HOURS(17), &out), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM reminders WHERE appointment_id = 'a-anna'"), 3);
}

TEST(booked_after_the_time_of_the_reminder_nobody_is_reminded)
{
    struct outbox out;
    addresses(cx);
    must_run(cx, "UPDATE appointments SET created_at = starts_at - 3600000000 WHERE id = 'a-anna'");
    CHECK_INT(look(cx, ANNA - MINUTES(30), &out), 1); /* bert's */
    CHECK(!went_to(&out, "anna@"));
    CHECK_INT(
        COUNT("SELECT count(*) FROM reminders WHERE appointment_id = 'a-anna' AND why = 'late'"),
        1);
    CHECK_INT(look(cx, ANNA - MINUTES(10), &out), 0);
}

TEST(a_day_before_is_the_same_time_by_the_clock_and_hours_are_hours)
{
    /* Melbourne's clocks went forward on Sunday 4 October 2026 at 2:00. */
    const struct zone *zone = zone_find("Australia/Melbourne");
    int64_t at = zone_at(zone, (struct civil){ .year = 2026, .month = 10, .day = 4, .hour = 9 });
    int64_t before = remind_at(&(struct remind_when){ true, 1, true }, "Australia/Melbourne", at);
    CHECK_INT(zone_local(zone, before).hour, 9);
    CHECK_INT(at - before, HOURS(23));
    CHECK_INT(at - remind_at(&(struct remind_when){ true, 24, false }, "Australia/Melbourne", at),
              HOURS(24));
    at = zone_at(zone, (struct civil){ .year = 2027, .month = 4, .day = 4, .hour = 9 });
    CHECK_INT(at - remind_at(&(struct remind_when){ true, 1, true }, "Australia/Melbourne", at),
              HOURS(25));
}

TEST(a_day_of_25_hours_is_not_missed)
{
    struct outbox out;
    const struct zone *zone = zone_find("Australia/Melbourne");
    int64_t at = zone_at(zone, (struct civil){ .year = 2027, .month = 4, .day = 4, .hour = 9 });
    addresses(cx);
    must_run(cx, arena_print(cx->mem,
                             "UPDATE appointments SET starts_at = %lld, ends_at = %lld"
                             " WHERE id = 'a-anna'",
                             (long long)at, (long long)(at + MINUTES(30))));
    CHECK_INT(look(cx, at - HOURS(25) - 1, &out), 0);
    CHECK_INT(look(cx, at - HOURS(25), &out), 1);
}

TEST(an_own_setting_wins_and_that_of_a_deactivated_user_does_nothing)
{
    struct outbox out;
    addresses(cx);
    must_run(cx, "INSERT INTO reminder_settings (practice_id, id, user_id, email_on, email_n,"
                 " email_unit) VALUES ('north', 'rs-chen', 'u-chen', 1, 2, 'hours'),"
                 " ('north', 'rs-ben', 'u-ben', 0, 1, 'days')");
    CHECK_INT(look(cx, ANNA - HOURS(2) - 1, &out), 0);
    CHECK_INT(look(cx, ANNA - HOURS(2), &out), 1);
    CHECK(went_to(&out, "anna@")); /* ben's is off */
    must_run(cx, "UPDATE users SET status = 'deactivated', deactivated_at = 1, deactivated_by ="
                 " 'u-freya', deactivated_by_name = 'F' WHERE practice_id = 'north'"
                 " AND id = 'u-chen'");
    struct reminder_settings all;
    act_as(cx, "north", "olga");
    CHECK(reminder_settings_read(cx, &all) == OK);
    (void)!act_end(cx, OK);
    CHECK_INT(all.n, 1);
    CHECK(reminder_setting_for(&all, id_of("u-chen"))->email.n == 1);
    CHECK_INT(COUNT("SELECT count(*) FROM reminder_settings WHERE user_id = 'u-chen'"), 1);
}

TEST(a_refused_mail_is_shown_and_its_words_only_to_those_who_see_the_patient)
{
    struct outbox out;
    addresses(cx);
    look(cx, ANNA - HOURS(20), &out);
    must_run(cx, "UPDATE reminders SET state = 'failed', why = '550 no box bert@mail.example'"
                 " WHERE appointment_id = 'a-bert'");
    CHECK(has_text(get(cx, "ben", "/g/north/settings/reminders/sent"), "550 no box"));
    struct page page = get(cx, "chen", "/g/north/settings/reminders/sent");
    CHECK(!has_text(page, "550") && !has_text(page, "Birch"));
    CHECK(has_text(page, "Anna Aster"));
    must_run(cx, "UPDATE users SET hide_patient_names = 1 WHERE practice_id = 'north' AND id ="
                 " 'u-gina'");
    page = get(cx, "gina", "/g/north/settings/reminders/sent?appointment=a-bert");
    CHECK(!has_text(page, "550") && !has_text(page, "Birch"));
    CHECK_INT(look(cx, ANNA - HOURS(19), &out), 0); /* a refusal is final */
}

TEST(other_practices_settings_and_reminders_do_not_exist)
{
    struct outbox out;
    addresses(cx);
    must_run(cx, "UPDATE reminder_settings SET email_on = 0 WHERE practice_id = 'north'");
    must_run(cx, "DELETE FROM reminders");
    CHECK_INT(look(cx, INT64_C(1795424400000000) - HOURS(7), &out), 1);
    CHECK(went_to(&out, "zara@"));
    CHECK(strstr(out.at[0].text, "(London)") && strstr(out.at[0].text, "Southbank Clinic"));
    CHECK(
        !has_text(get(cx, "freya", "/g/north/settings/reminders/sent?appointment=a-zara"), "Zara"));
}
