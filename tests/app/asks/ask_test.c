/* ask_test.c - asking for access: what it opens, to whom it is told, and when it ends. */
#include <string.h>

#include "app/asks/ask.h"
#include "base/date.h"
#include "tests/support/practice.h"

#define BERT "/g/north/patients/q-bert"
#define ASKS "/g/north/access-requests"
#define DAY "2026-11-25" /* the clock stands at 2026-11-21 */

/* Chen (Personal Access, Read Only) asks for Bert, who is Ben's. */
static const char *ask_for_bert(struct cx *cx, const char *who)
{
    struct page page = post(cx, who, BERT "/ask", "reach", "1", "reason",
                            "Bert calls about his back", "ends_on", DAY, NULL);
    CHECK_INT(page.status, 303);
    return page.location ? page.location : "";
}

static const char *at(struct cx *cx, const char *ask, const char *what)
{
    return arena_print(cx->mem, "%s/%s", ask, what);
}

static int64_t waiting(struct cx *cx)
{
    return COUNT("SELECT count(*) FROM access_requests WHERE state = 'waiting'");
}

static const struct sent *sent_to(const struct outbox *box, const char *who)
{
    for (size_t i = 0; i < box->n; i++)
        if (strstr(box->at[i].to, who)) return &box->at[i];
    return NULL;
}

TEST(a_closed_record_says_where_to_ask_and_a_granted_one_opens_until_the_day_is_over)
{
    practice_begin(cx);
    struct page page = get(cx, "chen", BERT);
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "Ask for access") && has_text(page, BERT "/ask"));
    page = get(cx, "chen", BERT "/ask");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Freya Nilsson") && !has_text(page, "Birch") && !has_text(page, "1002"));
    const char *ask = ask_for_bert(cx, "chen");
    CHECK_INT(get(cx, "chen", BERT).status, 403); /* asking opens nothing */
    CHECK(has_text(get(cx, "freya", "/g/north/"), "Chen Wei asks for access"));
    page = get(cx, "freya", ask);
    CHECK(has_text(page, "Bert O&#39;Birch") && has_text(page, "Bert calls about his back"));
    page = post(cx, "freya", at(cx, ask, "grant"), "reach", "1", "ends_on", DAY, NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(get(cx, "chen", BERT).status, 200);
    CHECK(has_text(get(cx, "chen", "/g/north/patients"), "Birch"));
    CHECK(has_text(get(cx, "freya", BERT), "by Freya Nilsson on 21 Nov 2026, until 25 Nov 2026"));
    CHECK(!has_text(get(cx, "freya", "/g/north/"), "Chen Wei asks"));
    cx->now = date_start(cx, "2026-11-26") - HOURS(12); /* Melbourne is ahead of UTC */
    sign_in_again(cx, "chen");
    CHECK_INT(get(cx, "chen", BERT).status, 200);
    cx->now = date_start(cx, "2026-11-26");
    sign_in_again(cx, "chen");
    CHECK_INT(get(cx, "chen", BERT).status, 403); /* by the clock: nobody did anything */
    CHECK(!has_text(get(cx, "chen", "/g/north/patients"), "Birch"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind IN ('access.asked', 'access.granted')"
                    " AND about_name = 'patient 1002'"),
              2);
}

TEST(both_are_told_by_mail_and_no_mail_or_log_names_the_patient_or_the_reason)
{
    struct outbox box;
    practice_begin(cx);
    const char *ask = ask_for_bert(cx, "chen");
    work_all(cx, &box);
    CHECK_INT(box.n, 2); /* Olga and Freya */
    const struct sent *letter = sent_to(&box, "freya");
    CHECK(letter && strstr(letter->text, "Chen Wei asks for access to a patient's record"));
    CHECK(letter && strstr(letter->text, ask));
    for (size_t i = 0; i < box.n; i++)
        CHECK(!strstr(box.at[i].text, "Bert") && !strstr(box.at[i].text, "1002")
              && !strstr(box.at[i].text, "q-bert") && !strstr(box.at[i].text, "back"));
    CHECK_INT(post(cx, "freya", at(cx, ask, "refusal"), "answer", "Bert is with Ben", NULL).status,
              303);
    work_all(cx, &box);
    CHECK_INT(box.n, 1);
    letter = sent_to(&box, "chen");
    CHECK(letter && strstr(letter->subject, "refused"));
    CHECK(letter && !strstr(letter->text, "Bert") && !strstr(letter->text, "with Ben"));
    CHECK(has_text(get(cx, "chen", ask), "Bert is with Ben"));
    CHECK_INT(get(cx, "chen", BERT).status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE changes LIKE '%Bert%' OR note LIKE '%Bert%'"
                    " OR note LIKE '%back%' OR about_name LIKE '%Bert%'"),
              0);
}

TEST(a_letter_goes_to_nobody_who_could_not_answer)
{
    struct outbox box;
    practice_begin(cx);
    must_run(cx,
             "UPDATE users SET location_restriction = 1, all_locations = 0 WHERE id = 'u-freya'");
    ask_for_bert(cx, "chen"); /* Bert is kept at Harbour St */
    work_all(cx, &box);
    CHECK_INT(box.n, 1);
    CHECK(sent_to(&box, "olga") != NULL);
    CHECK(!has_text(get(cx, "freya", "/g/north/"), "Chen Wei asks"));
}

TEST(asking_twice_is_asking_once)
{
    struct outbox box;
    practice_begin(cx);
    const char *first = ask_for_bert(cx, "chen"), *second = ask_for_bert(cx, "chen");
    CHECK_TEXT(second, first);
    CHECK_INT(waiting(cx), 1);
    work_all(cx, &box);
    CHECK_INT(box.n, 2);
    CHECK(has_text(get(cx, "chen", BERT "/ask"), "Nobody has answered yet"));
    CHECK_INT(post(cx, "chen", at(cx, first, "withdrawal"), NULL).status, 303);
    CHECK_INT(post(cx, "chen", at(cx, first, "withdrawal"), NULL).status, 303);
    CHECK_INT(waiting(cx), 0);
    CHECK(strcmp(ask_for_bert(cx, "chen"), first) != 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'access.request_withdrawn'"), 1);
}

TEST(who_waits_beyond_the_day_asks_anew)
{
    practice_begin(cx);
    const char *first = ask_for_bert(cx, "chen");
    cx->now += DAYS(6);
    sign_in_again(cx, "chen");
    sign_in_again(cx, "freya");
    CHECK(!has_text(get(cx, "freya", "/g/north/"), "asks for access"));
    CHECK_INT(post(cx, "freya", at(cx, first, "grant"), "reach", "1", "ends_on", "2026-11-30", NULL)
                  .status,
              409);
    struct page page = post(cx, "chen", BERT "/ask", "reach", "1", "reason", "Still", "ends_on",
                            "2026-11-30", NULL);
    CHECK_INT(page.status, 303);
    CHECK(strcmp(page.location, first) != 0);
    CHECK_INT(waiting(cx), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM patient_grants"), 0);
}

TEST(what_one_has_already_is_not_asked_for)
{
    practice_begin(cx);
    CHECK_INT(
        post(cx, "ben", BERT "/ask", "reach", "2", "reason", "x", "ends_on", DAY, NULL).status,
        409);
    CHECK(has_text(get(cx, "ben", BERT "/ask"), "You can open this already"));
    CHECK_INT(post(cx, "ben", ASKS "/new/notes", "reach", "1", "reason", "x", "ends_on", DAY, NULL)
                  .status,
              409);
    must_run(cx, "DELETE FROM assignments WHERE user_id = 'u-chen'");
    struct page page =
        post(cx, "chen", BERT "/ask", "reach", "1", "reason", "x", "ends_on", DAY, NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "You have no location"));
    CHECK_INT(COUNT("SELECT count(*) FROM access_requests"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.access_asked'"), 0);
}

TEST(a_request_has_a_reason_and_a_day_within_thirty)
{
    static const char *const days[] = { "", "2026-11-21", "2026-11-20", "2026-12-22",
                                        "31 Feb 2027" };
    practice_begin(cx);
    struct page page =
        post(cx, "chen", BERT "/ask", "reach", "1", "reason", " ", "ends_on", DAY, NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter why you need access"));
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        page = post(cx, "chen", BERT "/ask", "reach", "1", "reason", "Kept words", "ends_on",
                    days[i], NULL);
        CHECK_INT(page.status, 422);
        CHECK(has_text(page, "Choose a date") && has_text(page, "Kept words"));
    }
    CHECK_INT(
        post(cx, "chen", BERT "/ask", "reach", "2", "reason", "x", "ends_on", DAY, NULL).status,
        422);
    CHECK_INT(
        post(cx, "chen", BERT "/ask", "reach", "1", "reason", "x", "ends_on", "2026-12-21", NULL)
            .status,
        303);
    CHECK_INT(COUNT("SELECT count(*) FROM access_requests"), 1);
}

TEST(read_only_stays_read_only_whatever_was_granted)
{
    practice_begin(cx);
    const char *ask = ask_for_bert(cx, "chen");
    CHECK_INT(post(cx, "olga", at(cx, ask, "grant"), "reach", "2", "ends_on", DAY, NULL).status,
              303);
    CHECK_INT(get(cx, "chen", BERT).status, 200);
    CHECK_INT(post(cx, "chen", BERT, "version", "1", "last_name", "X", NULL).status, 403);
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen'");
    CHECK_INT(get(cx, "chen", BERT "/edit").status, 200);
}

/* What stood before stands again when the day is over: a grant for a while never widens it. */
TEST(a_grant_for_a_while_leaves_what_stands_as_it_was)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen'");
    must_run(cx, "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since,"
                 " by_name) VALUES ('north', 'u-chen', 'q-bert', 1, 1, 'F')");
    struct page page = post(cx, "chen", BERT "/ask", "reach", "2", "reason", "To correct the phone",
                            "ends_on", DAY, NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(post(cx, "freya", at(cx, page.location, "grant"), "reach", "2", "ends_on", DAY, NULL)
                  .status,
              303);
    CHECK_INT(get(cx, "chen", BERT "/edit").status, 200);
    cx->now += DAYS(7);
    sign_in_again(cx, "chen");
    CHECK_INT(get(cx, "chen", BERT "/edit").status, 403);
    CHECK_INT(get(cx, "chen", BERT).status, 200);
}

TEST(what_was_taken_away_is_not_given_by_answering_a_request)
{
    practice_begin(cx);
    must_run(cx, "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since,"
                 " by_name) VALUES ('north', 'u-chen', 'q-bert', 0, 1, 'F')");
    const char *ask = ask_for_bert(cx, "chen");
    struct page page = post(cx, "freya", at(cx, ask, "grant"), "reach", "1", "ends_on", DAY, NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "was taken away from Chen Wei"));
    CHECK_INT(get(cx, "chen", BERT).status, 403);
    CHECK_INT(waiting(cx), 1);
    must_run(cx, "INSERT INTO patient_grants (practice_id, user_id, patient_id, kind, reach, since,"
                 " ends_at, by_name) VALUES ('north', 'u-chen', 'q-bert', 'asked', 2, 1,"
                 " 9000000000000000, 'F')");
    CHECK_INT(get(cx, "chen", BERT).status, 403); /* and it stands above one that is there */
    CHECK(!has_text(get(cx, "chen", "/g/north/patients"), "Birch"));
}

TEST(only_those_who_reach_the_record_with_full_access_answer)
{
    practice_begin(cx);
    const char *ask = ask_for_bert(cx, "chen");
    static const char *const strangers[] = { "ben", "gina", "zoe" };
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        CHECK_INT(get(cx, strangers[i], ask).status, 404);
        CHECK(
            post(cx, strangers[i], at(cx, ask, "grant"), "reach", "2", "ends_on", DAY, NULL).status
            >= 403);
        CHECK(post(cx, strangers[i], at(cx, ask, "refusal"), "answer", "No", NULL).status >= 403);
    }
    CHECK_INT(post(cx, "chen", at(cx, ask, "grant"), "reach", "2", "ends_on", DAY, NULL).status,
              403);
    must_run(cx,
             "UPDATE users SET location_restriction = 1, all_locations = 0 WHERE id = 'u-freya'");
    CHECK_INT(get(cx, "freya", ask).status, 404); /* no location is hers */
    CHECK_INT(post(cx, "freya", at(cx, ask, "grant"), "reach", "1", "ends_on", DAY, NULL).status,
              404);
    must_run(cx, "UPDATE users SET location_restriction = 0, all_locations = 1,"
                 " hide_patient_names = 1 WHERE id = 'u-freya'");
    CHECK(!has_text(get(cx, "freya", ask), "Birch"));
    CHECK_INT(post(cx, "freya", at(cx, ask, "grant"), "reach", "1", "ends_on", DAY, NULL).status,
              403);
    must_run(cx, "UPDATE users SET level = 'office', hide_patient_names = 0 WHERE id = 'u-freya'");
    CHECK_INT(get(cx, "freya", ask).status, 404); /* who lost Full Access meanwhile */
    CHECK_INT(post(cx, "freya", at(cx, ask, "grant"), "reach", "1", "ends_on", DAY, NULL).status,
              403);
    CHECK_INT(post(cx, "freya", at(cx, ask, "refusal"), "answer", "No", NULL).status, 403);
    CHECK_INT(waiting(cx), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM patient_grants"), 0);
}

TEST(nobody_answers_the_own_request_or_one_that_was_answered)
{
    practice_begin(cx);
    must_run(cx,
             "UPDATE users SET location_restriction = 1, all_locations = 0 WHERE id = 'u-freya';"
             "INSERT INTO assignments (practice_id, user_id, location_id) VALUES"
             " ('north', 'u-freya', 'l-riverside')");
    const char *ask = ask_for_bert(cx, "freya");
    CHECK_INT(post(cx, "freya", at(cx, ask, "grant"), "reach", "2", "ends_on", DAY, NULL).status,
              409);
    CHECK_INT(post(cx, "freya", at(cx, ask, "refusal"), "answer", "No", NULL).status, 409);
    CHECK_INT(post(cx, "olga", at(cx, ask, "refusal"), "answer", "", NULL).status, 422);
    CHECK_INT(post(cx, "olga", at(cx, ask, "grant"), "reach", "1", "ends_on", DAY, NULL).status,
              303);
    CHECK_INT(post(cx, "olga", at(cx, ask, "refusal"), "answer", "No", NULL).status, 409);
    CHECK_INT(post(cx, "freya", at(cx, ask, "withdrawal"), NULL).status, 409);
    CHECK_INT(get(cx, "freya", BERT).status, 200);
}

TEST(who_is_deactivated_waits_for_nothing_and_comes_back_to_nothing)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen'");
    const char *ask = ask_for_bert(cx, "chen");
    CHECK_INT(post(cx, "freya", at(cx, ask, "grant"), "reach", "1", "ends_on", DAY, NULL).status,
              303);
    struct page page = post(cx, "chen", "/g/north/patients/q-cleo/ask", "reach", "1", "reason", "x",
                            "ends_on", DAY, NULL);
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/users/u-chen/deactivate", "version", "1", NULL).status,
        303);
    CHECK_INT(waiting(cx), 0);
    CHECK_INT(post(cx, "freya", at(cx, page.location, "grant"), "reach", "1", "ends_on", DAY, NULL)
                  .status,
              409);
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/users/u-chen/activate", "way", "before", NULL).status,
        303);
    cx->now += MINUTES(1);
    sign_in_again(cx, "chen");
    CHECK_INT(get(cx, "chen", "/g/north/patients/q-anna").status, 200); /* the own one */
    CHECK_INT(get(cx, "chen", BERT).status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM patient_grants"), 0);
}

TEST(an_area_is_asked_for_and_opened_on_the_users_page)
{
    struct outbox box;
    practice_begin(cx);
    struct page page = get(cx, "gina", "/g/north/patients/q-anna/notes");
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, ASKS "/new/notes"));
    CHECK(has_text(get(cx, "gina", ASKS "/new/notes"), "Ask for access: Clinical notes"));
    CHECK_INT(get(cx, "gina", ASKS "/new/nothing").status, 404);
    page = post(cx, "gina", ASKS "/new/notes", "reach", "1", "reason", "Referrals", "ends_on", DAY,
                NULL);
    CHECK_INT(page.status, 303);
    const char *ask = page.location;
    page = get(cx, "freya", ask);
    CHECK(has_text(page, "Edit Gina Papas") && has_text(page, "settings/users/u-gina"));
    CHECK_INT(post(cx, "freya", at(cx, ask, "grant"), "reach", "1", "ends_on", DAY, NULL).status,
              409);
    work_all(cx, &box);
    page = post(cx, "freya", "/g/north/settings/users/u-gina", "first_name", "Gina", "last_name",
                "Papas", "role_type", "administrator", "level", "clinical", "locations",
                "l-riverside", "version", "1", "reviewed", "1", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(waiting(cx), 0);
    CHECK(has_text(get(cx, "gina", ask), "Granted by Freya Nilsson"));
    work_all(cx, &box);
    CHECK_INT(box.n, 2); /* the change itself, and the answer */
    CHECK_INT(get(cx, "gina", "/g/north/patients/q-anna/notes").status, 200);
}

TEST(what_opens_a_record_in_another_way_answers_the_request)
{
    practice_begin(cx);
    const char *ask = ask_for_bert(cx, "chen");
    CHECK_INT(post(cx, "freya", BERT "/grants", "user", "u-chen", "reach", "1", NULL).status, 303);
    CHECK_INT(waiting(cx), 0);
    CHECK(has_text(get(cx, "chen", ask), "Granted by Freya Nilsson"));
    struct page page = post(cx, "chen", "/g/north/patients/q-cleo/ask", "reach", "1", "reason", "x",
                            "ends_on", DAY, NULL);
    CHECK_INT(
        post(cx, "freya", "/g/north/patients/q-cleo/practitioners", "practitioner", "u-chen", NULL)
            .status,
        303);
    CHECK(has_text(get(cx, "chen", page.location), "Granted by"));
}

TEST(requests_follow_a_record_that_is_merged)
{
    practice_begin(cx);
    const char *ask = ask_for_bert(cx, "chen");
    struct page page = post(cx, "freya", "/g/north/patients/q-cleo/merge/q-bert", "version", "1",
                            "other_version", "1", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM access_requests WHERE patient_id = 'q-cleo'"
                    " AND state = 'waiting'"),
              1);
    CHECK(has_text(get(cx, "freya", ask), "Cedar"));
    CHECK_TEXT(ask_for_bert(cx, "chen"), ask); /* the old address leads there, too */
}

TEST(a_user_cannot_flood_the_others_with_requests)
{
    practice_begin(cx);
    must_run(
        cx, "INSERT INTO access_requests (practice_id, id, user_id, area, reach, reason, asked_at,"
            " ends_at) SELECT 'north', 'r' || id, 'u-chen', id, 1, 'x', 1, 9000000000000000"
            " FROM (WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 20)"
            " SELECT CAST(id AS TEXT) AS id FROM n) AS many");
    struct page page =
        post(cx, "chen", BERT "/ask", "reach", "1", "reason", "x", "ends_on", DAY, NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "20 of your requests wait"));
}

TEST(a_request_of_another_group_is_nobodys)
{
    practice_begin(cx);
    must_run(cx, "INSERT INTO access_requests (practice_id, id, user_id, patient_id, reach, reason,"
                 " asked_at, ends_at) VALUES ('south', 'r-south', 'u-olga', 'q-zara', 1,"
                 " 'Zara calls', 1, 9000000000000000)");
    CHECK_INT(get(cx, "freya", ASKS "/r-south").status, 404);
    CHECK_INT(get(cx, "olga", ASKS "/r-south").status, 404); /* hers, and not of this group */
    CHECK_INT(post(cx, "freya", ASKS "/r-south/grant", "reach", "1", "ends_on", DAY, NULL).status,
              404);
    CHECK_INT(post(cx, "freya", ASKS "/r-south/refusal", "answer", "x", NULL).status, 404);
    CHECK_INT(get(cx, "freya", "/g/north/patients/q-zara/ask").status, 404);
    CHECK_INT(post(cx, "freya", "/g/north/patients/q-zara/ask", "reach", "1", "reason", "x",
                   "ends_on", DAY, NULL)
                  .status,
              404);
    CHECK(!has_text(get(cx, "olga", ASKS), "record"));
    CHECK(!has_text(get(cx, "olga", "/g/north/"), "asks for access"));
    CHECK_INT(waiting(cx), 1);
}
