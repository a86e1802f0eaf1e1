/* emergency_test.c - opening a record in an emergency: who may, for how long, who is told. */
#include <string.h>

#include "app/emergencies/emergency.h"
#include "tests/support/practice.h"

#define BERT "/g/north/patients/q-bert"
#define OPEN BERT "/emergency"
#define CHENS "correct-horse-battery-chen"

/* Chen (Personal Access) opens Bert, who is Ben's. */
static struct page open_bert(struct cx *cx, const char *who, const char *password)
{
    return post(cx, who, OPEN, "reason", "Bert collapsed in the hall", "password", password, NULL);
}

static void chen_writes(struct cx *cx)
{
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen'");
}

static int64_t open_now(struct cx *cx)
{
    return COUNT("SELECT count(*) FROM patient_grants WHERE kind = 'emergency'");
}

static const struct sent *sent_to(const struct outbox *box, const char *who)
{
    for (size_t i = 0; i < box->n; i++)
        if (strstr(box->at[i].to, who)) return &box->at[i];
    return NULL;
}

TEST(a_record_opens_for_an_hour_with_a_reason_and_the_own_password)
{
    practice_begin(cx);
    struct page page = get(cx, "chen", BERT);
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, OPEN));
    page = get(cx, "chen", OPEN);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "60 minutes") && !has_text(page, "Birch") && !has_text(page, "1002"));
    CHECK_INT(open_bert(cx, "chen", CHENS).status, 303);
    page = get(cx, "chen", BERT);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Birch") && has_text(page, "is open to you until 22:00"));
    CHECK(has_text(get(cx, "chen", "/g/north/"), "End it now")); /* wherever they are */
    CHECK(has_text(get(cx, "chen", "/g/north/patients"), "Birch"));
    CHECK_INT(get(cx, "chen", "/g/north/patients/q-cleo").status, 403); /* this one only */
    cx->now += MINUTES(60) - 1;
    sign_in_again(cx, "chen");
    CHECK_INT(get(cx, "chen", BERT).status, 200);
    cx->now += 1;
    page = get(cx, "chen", BERT);
    CHECK_INT(page.status, 403); /* by the clock */
    CHECK(!has_text(page, "is open to you"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'emergency.begun'"
                    " AND about_name = '1002' AND actor_id = 'u-chen'"),
              1);
    CHECK(COUNT("SELECT count(*) FROM looked_at x JOIN looks l ON l.id = x.look_id WHERE"
                " l.user_id = 'u-chen' AND x.patient_id = 'q-bert' AND x.how = 'opened'")
          >= 2);
}

TEST(full_access_and_those_who_look_after_the_patient_are_told_at_once_without_patient_data)
{
    struct outbox box;
    practice_begin(cx);
    must_run(cx, "INSERT INTO patient_practitioners (practice_id, patient_id, user_id, main, names,"
                 " since) VALUES ('north', 'q-bert', 'u-olga', 0, '', 1),"
                 " ('north', 'q-bert', 'u-kavya', 0, '', 1)");
    CHECK_INT(open_bert(cx, "chen", CHENS).status, 303);
    work_all(cx, &box);
    CHECK_INT(box.n, 3); /* Olga once, Freya, Ben; not Kavya, who is deactivated */
    CHECK(sent_to(&box, "olga") && sent_to(&box, "freya") && sent_to(&box, "ben"));
    for (size_t i = 0; i < box.n; i++) {
        CHECK(strstr(box.at[i].text, "Chen Wei opened a patient's record in an emergency") != NULL);
        CHECK(!strstr(box.at[i].text, "Bert") && !strstr(box.at[i].text, "1002")
              && !strstr(box.at[i].text, "q-bert") && !strstr(box.at[i].text, "collapsed"));
        CHECK(!strstr(box.at[i].subject, "Bert"));
    }
    const char *link =
        sent_link(cx, sent_to(&box, "ben"), "http://linden.example/g/north/emergencies/");
    struct page page = get(cx, "ben", link + strlen("http://linden.example"));
    CHECK(has_text(page, "Bert collapsed in the hall") && has_text(page, "Birch"));
    CHECK_INT(get(cx, "gina", link + strlen("http://linden.example")).status, 404);
    CHECK(!has_text(get(cx, "gina", "/g/north/emergencies"), "Chen Wei"));
    CHECK(has_text(get(cx, "freya", "/g/north/emergencies"), "Chen Wei opened a record"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE note LIKE '%collapsed%' OR changes LIKE"
                    " '%collapsed%' OR about_name LIKE '%Bert%'"),
              0);
}

TEST(nothing_can_be_changed_with_it)
{
    static const char *const posts[] = { "",        "/archive",      "/practitioners",
                                         "/grants", "/notes/n-bert", "/merge/q-anna" };
    practice_begin(cx);
    chen_writes(cx);
    CHECK_INT(open_bert(cx, "chen", CHENS).status, 303);
    for (size_t i = 0; i < sizeof posts / sizeof *posts; i++)
        CHECK_INT(post(cx, "chen", arena_print(cx->mem, BERT "%s", posts[i]), "version", "1",
                       "last_name", "X", "practitioner", "u-chen", "user", "u-chen", "reach", "2",
                       "text", "x", "reason", "x", NULL)
                      .status,
                  403);
    CHECK_INT(get(cx, "chen", BERT "/notes/n-bert").status, 200); /* a level that knows notes */
    must_run(cx, "UPDATE users SET read_only = 1 WHERE id = 'u-chen'");
    CHECK_INT(post(cx, "chen", BERT "/notes", "text", "x", "sign", "1", NULL).status, 403);
    CHECK_INT(
        COUNT("SELECT count(*) FROM notes WHERE author_id = 'u-chen' AND patient_id = 'q-bert'"),
        0);
    CHECK_INT(COUNT("SELECT count(*) FROM patients WHERE id = 'q-bert' AND version = 1"), 1);
}

TEST(a_private_note_stays_private_in_an_emergency)
{
    practice_begin(cx);
    must_run(cx, "UPDATE notes SET private = 1 WHERE id = 'n-bert'");
    CHECK_INT(open_bert(cx, "chen", CHENS).status, 303);
    CHECK_INT(get(cx, "chen", BERT "/notes/n-bert").status, 404);
    CHECK(!has_text(get(cx, "chen", BERT "/notes"), "Bert sleeps"));
}

TEST(it_ends_early_by_the_own_button_or_on_the_record)
{
    practice_begin(cx);
    CHECK_INT(open_bert(cx, "chen", CHENS).status, 303);
    CHECK_INT(post(cx, "ben", "/g/north/emergencies/end", NULL).status, 303); /* nobody else's */
    CHECK_INT(get(cx, "chen", BERT).status, 200);
    CHECK_INT(post(cx, "chen", "/g/north/emergencies/end", NULL).status, 303);
    CHECK_INT(get(cx, "chen", BERT).status, 403);
    CHECK_INT(post(cx, "chen", "/g/north/emergencies/end", NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'emergency.ended'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM emergencies WHERE ended_at IS NOT NULL"), 1);
    cx->now += MINUTES(1);
    CHECK_INT(open_bert(cx, "chen", CHENS).status, 303); /* and once more, with another mail */
    CHECK(has_text(get(cx, "freya", BERT), "opened in an emergency"));
    CHECK_INT(post(cx, "freya", BERT "/grants/u-chen/end", NULL).status, 303);
    CHECK_INT(get(cx, "chen", BERT).status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM emergencies WHERE ended_at IS NOT NULL"), 2);
    CHECK_INT(open_now(cx), 0);
}

TEST(without_reason_or_password_nothing_opens_and_guesses_are_slowed_down)
{
    practice_begin(cx);
    struct page page = post(cx, "chen", OPEN, "reason", " ", "password", CHENS, NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter what has happened"));
    page = post(cx, "chen", OPEN, "reason", "Kept words", "password", "", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter your password") && has_text(page, "Kept words"));
    for (int i = 0; i < 5; i++)
        CHECK_INT(open_bert(cx, "chen", "correct-horse-battery-ben").status, 422);
    page = open_bert(cx, "chen", CHENS);
    CHECK_INT(page.status, 429);
    CHECK(has_text(page, "Too many tries"));
    CHECK_INT(open_now(cx), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.emergency'"), 0);
    cx->now += MINUTES(2);
    CHECK_INT(open_bert(cx, "chen", CHENS).status, 303);
}

TEST(who_may_not_use_it_opens_nothing)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET location_restriction = 1 WHERE id = 'u-gina'");
    struct page page = get(cx, "gina", BERT); /* Office Access knows no notes */
    CHECK_INT(page.status, 403);
    CHECK(!has_text(page, OPEN));
    CHECK_INT(get(cx, "gina", OPEN).status, 403);
    CHECK_INT(open_bert(cx, "gina", "correct-horse-battery-gina").status, 403);
    CHECK_INT(open_bert(cx, "zoe", "correct-horse-battery-zoe").status, 404); /* another group */
    CHECK_INT(post(cx, "chen", "/g/north/patients/q-zara/emergency", "reason", "x", "password",
                   CHENS, NULL)
                  .status,
              404);
    CHECK_INT(open_bert(cx, "kavya", "correct-horse-battery-kavya").status, 403);
    must_run(cx, "DELETE FROM assignments WHERE user_id = 'u-chen'");
    CHECK_INT(open_bert(cx, "chen", CHENS).status, 403); /* no location, no records */
    CHECK_INT(open_now(cx), 0);
}

TEST(what_was_taken_away_stays_closed_and_what_is_open_needs_no_emergency)
{
    practice_begin(cx);
    CHECK_INT(open_bert(cx, "ben", "correct-horse-battery-ben").status, 409);
    CHECK(has_text(get(cx, "ben", OPEN), "You can open this record already"));
    must_run(cx, "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since,"
                 " by_name) VALUES ('north', 'u-chen', 'q-bert', 0, 1, 'F')");
    struct page page = open_bert(cx, "chen", CHENS);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "was taken away from you"));
    CHECK_INT(open_now(cx), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM emergencies"), 0);
}

TEST(deactivating_ends_an_emergency_for_good)
{
    practice_begin(cx);
    CHECK_INT(open_bert(cx, "chen", CHENS).status, 303);
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/users/u-chen/deactivate", "version", "1", NULL).status,
        303);
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/users/u-chen/activate", "way", "before", NULL).status,
        303);
    cx->now += MINUTES(1);
    sign_in_again(cx, "chen");
    CHECK_INT(get(cx, "chen", BERT).status, 403);
    CHECK_INT(open_now(cx), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM emergencies WHERE ended_at IS NOT NULL"), 1);
}

TEST(there_are_not_twenty_one_emergencies_a_day)
{
    practice_begin(cx);
    for (int i = 0; i < EMERGENCIES_A_DAY; i++) {
        CHECK_INT(open_bert(cx, "chen", CHENS).status, 303);
        CHECK_INT(post(cx, "chen", "/g/north/emergencies/end", NULL).status, 303);
    }
    struct page page = open_bert(cx, "chen", CHENS);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "too many emergencies"));
    CHECK_INT(open_now(cx), 0);
}
