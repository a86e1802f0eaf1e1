/* checkup_test.c - the security check-up: what each line finds, and what its buttons do. */
#include <string.h>

#include "app/checkup/checkup.h"
#include "tests/support/practice.h"

#define CHECKUP "/g/north/settings/check-up"
#define APP(person)                                                                               \
    "INSERT INTO authenticators (id, person_id, session_id, name, sealed, created_at, proven_at)" \
    " VALUES ('k-" person "', 'p-" person "', 'x', 'App', 'x', 1, 1);"

/* The names in a line, as the domain finds them for freya. */
static const char *found(struct cx *cx, const char *key)
{
    struct checkup all;
    const char *names = "";
    act_as(cx, "north", "freya");
    CHECK(act_end(cx, checkup_find(cx, &all)) == OK);
    for (size_t i = 0; i < all.n; i++) {
        const struct checkup_line *line = &all.at[i];
        if (strcmp(line->key, key) != 0) continue;
        names = line->open ? "open:" : "fine:";
        for (size_t j = 0; j < line->n; j++)
            names = arena_print(cx->mem, "%s %s", names, line->at[j].name);
    }
    return names;
}

static void everybody_was_here(struct cx *cx)
{
    must_run(cx, arena_print(cx->mem, "UPDATE users SET created_at = %lld, seen_at = %lld",
                             (long long)(cx->now - DAYS(200)), (long long)(cx->now - DAYS(1))));
}

static struct page press(struct cx *cx, const char *who, const char *line, const char *id)
{
    return post(cx, who, arena_print(cx->mem, CHECKUP "/%s/%s", line, id), NULL);
}

TEST(the_check_up_is_for_full_access_and_says_nothing_of_other_groups)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", CHECKUP);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Gina Papas") && !has_text(page, "Zoe") && !has_text(page, "u-zoe"));
    CHECK(!has_text(page, "Kavya")); /* deactivated */
    CHECK_INT(get(cx, "ben", CHECKUP).status, 403);
    CHECK_INT(get(cx, "zoe", CHECKUP).status, 404);
    CHECK(has_text(get(cx, "freya", "/g/north/settings/"), CHECKUP));
    CHECK(!has_text(get(cx, "ben", "/g/north/settings/"), CHECKUP));
    CHECK_INT(press(cx, "ben", "quiet", "u-gina").status, 403);
    CHECK_INT(press(cx, "freya", "quiet", "u-zoe").status, 404);
    CHECK_INT(press(cx, "freya", "second-step", "u-zoe").status, 404);
    CHECK_INT(press(cx, "freya", "keys", "key-zoe").status, 404);
    CHECK_INT(press(cx, "freya", "full-access", "u-olga").status, 404);
    CHECK_INT(press(cx, "freya", "nothing", "u-gina").status, 404);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE practice_id = 'south' AND read_only = 1"), 0);
}

TEST(who_has_no_second_step_is_found_and_asked_once_a_day)
{
    struct outbox out;
    practice_begin(cx);
    must_run(cx, "DELETE FROM authenticators; DELETE FROM passkeys;" APP("ben")
                 "UPDATE authenticators SET proven_at = NULL WHERE person_id = 'p-gina';"
                 "INSERT INTO passkeys (id, person_id, name, credential, algorithm, public_key,"
                 " counter, created_at) VALUES ('pk', 'p-gina', 'Key', 'c', -7, 'x', 0, 1);");
    CHECK_TEXT(found(cx, "second-step"), "open: Freya Nilsson Olga Okafor Chen Wei");
    CHECK_TEXT(found(cx, "full-access"), "open: Freya Nilsson Olga Okafor");
    CHECK_INT(press(cx, "freya", "second-step", "u-chen").status, 303);
    CHECK_INT(press(cx, "freya", "second-step", "u-chen").status, 409);
    CHECK_INT(press(cx, "freya", "second-step", "u-ben").status, 409); /* has one */
    CHECK_INT(press(cx, "freya", "second-step", "u-kavya").status, 409);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK(strstr(out.at[0].to, "chen@north.example"));
    CHECK(strstr(out.at[0].text, "/me/sign-in"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.second_step_wanted'"
                    " AND about_id = 'u-chen' AND actor_id = 'u-freya'"),
              1);
    /* All: whoever asks is not asked, nor who was asked today. */
    CHECK_INT(press(cx, "freya", "second-step", "all").status, 303);
    CHECK(has_text(get(cx, "freya", CHECKUP), "1 person is asked by email"));
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK(strstr(out.at[0].to, "olga@north.example"));
    CHECK_INT(press(cx, "freya", "second-step", "all").status, 303);
    CHECK(has_text(get(cx, "freya", CHECKUP), "Everybody was asked today already"));
    CHECK_INT(press(cx, "olga", "second-step", "u-freya").status, 303);
    must_run(cx, APP("freya")); /* before the letter leaves */
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    must_run(cx, APP("olga") APP("chen"));
    CHECK_TEXT(found(cx, "second-step"), "fine:");
    CHECK_TEXT(found(cx, "full-access"), "fine: Freya Nilsson Olga Okafor");
    must_run(cx, "UPDATE users SET level = 'office', owner = 0 WHERE id = 'u-olga'");
    CHECK_TEXT(found(cx, "full-access"), "open: Freya Nilsson"); /* nobody else */
}

TEST(who_was_not_seen_for_90_days_gets_read_only_access_with_one_button)
{
    practice_begin(cx);
    everybody_was_here(cx);
    CHECK_TEXT(found(cx, "quiet"), "fine:");
    must_run(cx, arena_print(cx->mem,
                             "UPDATE users SET seen_at = %lld WHERE id = 'u-gina';"
                             "UPDATE users SET seen_at = NULL WHERE id = 'u-chen';"
                             "UPDATE users SET seen_at = %lld WHERE id = 'u-ben';"
                             "UPDATE users SET seen_at = 1 WHERE id = 'u-olga';",
                             (long long)(cx->now - DAYS(90)), (long long)(cx->now - DAYS(90) + 1)));
    CHECK_TEXT(found(cx, "quiet"), "open: Olga Okafor Gina Papas Chen Wei");
    struct page page = get(cx, "freya", CHECKUP);
    CHECK(has_text(page, "/check-up/quiet/u-gina") && !has_text(page, "/check-up/quiet/u-olga"));
    CHECK(has_text(page, "/settings/users/u-gina/deactivate"));
    CHECK_INT(press(cx, "freya", "quiet", "u-gina").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE practice_id = 'north' AND read_only = 1"
                    " AND id = 'u-gina'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.access_changed'"
                    " AND about_id = 'u-gina'"),
              1);
    CHECK_INT(press(cx, "freya", "quiet", "u-olga").status, 403); /* Full Access */
    page = get(cx, "freya", CHECKUP);
    CHECK(!has_text(page, "/check-up/quiet/u-gina") && has_text(page, "Gina Papas"));
}

TEST(failed_sign_ins_are_counted_for_users_of_this_group_from_their_first_day)
{
    practice_begin(cx);
    everybody_was_here(cx);
    for (int i = 0; i < 5; i++) {
        if (i == 4) CHECK_TEXT(found(cx, "failed"), "fine:");
        cx->now += HOURS(2);
        must_run(cx, arena_print(
                         cx->mem,
                         "INSERT INTO audit (practice_id, seq, at, kind, actor_id, actor_name,"
                         " about_id, about_name, changes, note, via, address, agent, before_hash,"
                         " hash) SELECT '', %d + p.n, %lld, 'person.sign_in_failed', '', '', p.id,"
                         " '', '', '', '', '192.0.2.99', '', '', '' FROM (SELECT 'p-ben' AS id,"
                         " 1000 AS n UNION ALL SELECT 'p-zoe', 2000) p",
                         i, (long long)cx->now));
    }
    CHECK_TEXT(found(cx, "failed"), "open: Ben <b>Brandt");
    sign_in_again(cx, "freya");
    struct page page = get(cx, "freya", CHECKUP);
    CHECK(has_text(page, "5 times") && !has_text(page, "192.0.2.99"));
    CHECK_INT(press(cx, "freya", "failed", "u-ben").status, 303);
    struct outbox out;
    work_all(cx, &out);
    CHECK(out.n == 1 && strstr(out.at[0].to, "ben@north.example"));
    /* Somebody who joined in between is not asked about what was before. */
    must_run(cx, arena_print(cx->mem, "UPDATE users SET created_at = %lld WHERE id = 'u-ben'",
                             (long long)(cx->now - HOURS(1))));
    CHECK_TEXT(found(cx, "failed"), "fine:");
    everybody_was_here(cx);
    must_run(cx, "UPDATE audit SET kind = 'person.second_step_failed' WHERE seq IN (1000, 1001)"
                 " AND practice_id = ''");
    CHECK_TEXT(found(cx, "failed"), "open: Ben <b>Brandt");
    cx->now += DAYS(29);
    CHECK_TEXT(found(cx, "failed"), "fine:");
    cx->now = TEST_NOW;
}

TEST(old_keys_and_invitations_about_to_end_are_found_and_mended)
{
    practice_begin(cx);
    must_run(cx, arena_print(cx->mem,
                             "UPDATE api_keys SET made_at = %lld, used_at = %lld, expires_at = %lld",
                             (long long)(cx->now - DAYS(89)), (long long)(cx->now - DAYS(1)),
                             (long long)(cx->now + DAYS(50))));
    CHECK_TEXT(found(cx, "keys"), "fine:");
    must_run(cx, arena_print(cx->mem, "UPDATE api_keys SET made_at = %lld",
                             (long long)(cx->now - DAYS(90))));
    CHECK(strncmp(found(cx, "keys"), "open:", 5) == 0);
    must_run(cx, arena_print(cx->mem, "UPDATE api_keys SET made_at = %lld, used_at = NULL",
                             (long long)(cx->now - DAYS(31))));
    CHECK(strncmp(found(cx, "keys"), "open:", 5) == 0);
    CHECK_INT(press(cx, "freya", "keys", "key-freya").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM api_keys WHERE id = 'key-freya'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM api_keys WHERE id = 'key-zoe'"), 1);
    must_run(cx, arena_print(
                     cx->mem,
                     "INSERT INTO invitations (practice_id, id, email, email_key, last_name,"
                     " find_key, role_type, level, all_locations, inviter_id, inviter_name,"
                     " created_at, sent_at, expires_at) VALUES ('north', 'i-late', 'l@x.example',"
                     " 'l@x.example', 'Late', 'late', 'administrator', 'office', 1, 'u-freya',"
                     " 'Freya Nilsson', 1, 1, %lld), ('north', 'i-far', 'f@x.example',"
                     " 'f@x.example', 'Far', 'far', 'administrator', 'office', 1, 'u-freya',"
                     " 'Freya Nilsson', 1, 1, %lld)",
                     (long long)(cx->now + DAYS(2)), (long long)(cx->now + DAYS(2) + 1)));
    recount_users(cx);
    CHECK_TEXT(found(cx, "invitations"), "open: Late");
    CHECK_INT(press(cx, "freya", "invitations", "i-late").status, 303);
    CHECK_TEXT(found(cx, "invitations"), "fine:");
}

TEST(registration_and_insurance_about_to_end_are_found_and_noted_anew)
{
    struct page page;
    practice_begin(cx); /* on 21 Nov 2026 */
    CHECK_TEXT(found(cx, "papers"), "fine:");
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-ben/papers", "registration",
                   "20 1 2027", "insurance", "19/1/2027", NULL)
                  .status,
              303);
    CHECK_TEXT(found(cx, "papers"), "open: Ben <b>Brandt"); /* 60 days are not within 60 days */
    page = get(cx, "freya", CHECKUP);
    CHECK(has_text(page, "Insurance until 19 Jan 2027.") && has_text(page, "u-ben/papers"));
    CHECK(!has_text(page, "Quokka") && !has_text(page, "Over"));
    must_run(cx, "UPDATE user_papers SET ends_on = '2026-11-20' WHERE user_id = 'u-chen'");
    CHECK_TEXT(found(cx, "papers"), "open: Chen Wei Ben <b>Brandt");
    CHECK(has_text(get(cx, "freya", CHECKUP), "Insurance ended on 20 Nov 2026."));
    page = post(cx, "freya", "/g/north/settings/users/u-chen/papers", "registration", "soon",
                "insurance", "", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "value=\"soon\"") && has_text(page, "Enter a day like"));
    for (int twice = 0; twice < 2; twice++)
        CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-chen/papers", "registration",
                       "1 5 2030", "insurance", "", NULL)
                      .status,
                  303);
    CHECK_TEXT(found(cx, "papers"), "open: Ben <b>Brandt");
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.papers_changed'"
                    " AND about_id = 'u-chen' AND changes LIKE '%20 Nov 2026%'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM user_papers WHERE user_id = 'u-chen'"
                    " AND kind = 'registration' AND ends_on = '2030-05-01'"),
              1);
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-gina/papers", "registration", "1 5 2030",
                   "insurance", "", NULL)
                  .status,
              409); /* no practitioner */
    CHECK_INT(get(cx, "ben", "/g/north/settings/users/u-ben/papers").status, 403);
    CHECK_INT(get(cx, "freya", "/g/north/settings/users/u-zoe/papers").status, 404);
    must_run(cx, "UPDATE users SET status = 'deactivated' WHERE id = 'u-ben'");
    recount_users(cx);
    CHECK_TEXT(found(cx, "papers"), "fine:");
    CHECK_INT(COUNT("SELECT count(*) FROM user_papers WHERE practice_id = 'south'"), 1);
}

TEST(the_list_of_users_says_who_has_no_second_step_where_the_group_asks_for_one)
{
    practice_begin(cx);
    must_run(cx, "DELETE FROM authenticators; DELETE FROM passkeys;" APP("ben") APP("freya")
                     APP("olga"));
    CHECK(!has_text(get(cx, "freya", "/g/north/settings/users"), "No second step"));
    must_run(cx, "UPDATE practices SET second_asked = 1 WHERE id = 'north'");
    static const char *const lists[] = { "", "?filtered=1&text=wei", "?sort=last",
                                         "?sort=name&order=descending",
                                         "?filtered=1&deactivated=1&role=administrator" };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct page page = get(
            cx, "freya", arena_print(cx->mem, "/g/north/settings/users%s", lists[i]));
        CHECK_INT(page.status, 200);
        CHECK(has_text(page, "No second step"));
    }
    CHECK(!has_text(get(cx, "freya", "/g/north/settings/users?filtered=1&text=brandt"),
                    "No second step"));
    CHECK(!has_text(get(cx, "ben", "/g/north/settings/users"), "No second step"));
    must_run(cx, APP("chen") APP("gina"));
    CHECK(!has_text(get(cx, "freya", "/g/north/settings/users"), "No second step"));
}
