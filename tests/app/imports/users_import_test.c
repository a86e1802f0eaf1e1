/* users_import_test.c - users that come in as a file. */
#include <string.h>

#include "app/imports/import.h"
#include "tests/support/practice.h"

static const char *stage(struct cx *cx, const char *text)
{
    struct page page = post(cx, "freya", "/g/north/settings/users/import", "text", text, NULL);
    CHECK_INT(page.status, 303);
    return page.location ? page.location : "";
}

static const char *at(struct cx *cx, const char *import, const char *what)
{
    return arena_print(cx->mem, "%s/%s", import, what);
}

#define HEAD "Email,First name,Surname,Role,Profession,Registration,Level,Password\n"

static struct page match(struct cx *cx, const char *import, const char *entry)
{
    return post(cx, "freya", at(cx, import, "columns"), "column-0", "email", "column-1",
                "first_name", "column-2", "last_name", "column-3", "role", "column-4", "profession",
                "column-5", "registration_number", "column-6", "level", "role", "administrator",
                "level_practitioner", "clinical", "level_administrator", "office", "entry", entry,
                "locations", "l-riverside", NULL);
}

static const char *verdicts_of(struct cx *cx, const char *import)
{
    struct table t;
    if (db_select(cx, &t, SQL_GLOBAL("SELECT verdicts FROM import_rows WHERE import_id = $1"),
                  (const char *)strrchr(import, '/') + 1)
            != OK
        || t.rows == 0)
        return "none";
    return cell_text(&t, 0, "verdicts");
}

TEST(rows_become_users_with_a_letter_and_known_people_are_invited)
{
    struct outbox out;
    practice_begin(cx);
    const char *import = stage(cx, HEAD "emi@ito.example,Emi,Ito,,,,,\n"
                                        "zoe@south.example,Zoe,Zander,,,,,\n"
                                        "finn@j.example,Finn,Jones,Practitioner,Physiotherapist,"
                                        "PHY1,Clinical Access,\n");
    CHECK_INT(match(cx, import, "link").status, 303);
    work_all(cx, &out);
    CHECK_INT((int64_t)out.n, 0);
    struct page page = get(cx, "freya", import);
    CHECK(has_text(page, "3 new users") && has_text(page, "Add 3 users"));
    CHECK_INT(COUNT("SELECT count(*) AS n FROM people WHERE email_key = 'emi@ito.example'"), 0);
    CHECK_INT(post(cx, "freya", at(cx, import, "start"), NULL).status, 303);
    work_all(cx, &out);
    CHECK_INT((int64_t)out.n, 3);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM users WHERE practice_id = 'north'"
                    " AND email = 'emi@ito.example' AND role_type = 'administrator'"
                    " AND level = 'office' AND locations = 'l-riverside'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM users WHERE practice_id = 'north'"
                    " AND email = 'finn@j.example' AND profession = 'physiotherapist'"
                    " AND level = 'clinical'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM invitations WHERE practice_id = 'north'"
                    " AND email_key = 'zoe@south.example'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM audit WHERE kind = 'user.added'"
                    " AND actor_id = 'u-freya'"),
              2);
    /* Once more: nothing. */
    import = stage(cx, HEAD "Emi@Ito.example,Emi,Ito,,,,,\nzoe@south.example,Zoe,Zander,,,,,\n");
    match(cx, import, "link");
    work_all(cx, &out);
    CHECK_TEXT(verdicts_of(cx, import), "tt");
    CHECK_INT(post(cx, "freya", at(cx, import, "start"), NULL).status, 409);
}

TEST(an_invitation_for_everybody_tells_nobody_who_has_a_sign_in)
{
    struct outbox out;
    practice_begin(cx);
    const char *import = stage(cx, HEAD "emi@ito.example,Emi,Ito,,,,,\n");
    match(cx, import, "invitation");
    work_all(cx, &out);
    post(cx, "freya", at(cx, import, "start"), NULL);
    work_all(cx, &out);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM invitations WHERE email_key = 'emi@ito.example'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM people WHERE email_key = 'emi@ito.example'"), 0);
}

TEST(what_cannot_be_a_user_is_a_problem_and_a_password_is_never_kept)
{
    struct outbox out;
    practice_begin(cx);
    const char *import = stage(cx, HEAD ",Emi,Ito,,,,,hunter22\n"
                                        "emi,Emi,Ito,,,,,\n"
                                        "a@x.example,Emi,Ito,,,,Full Access,\n"
                                        "b@x.example,Emi,Ito,Nurse,,,,\n"
                                        "c@x.example,Emi,Ito,Practitioner,,X,,\n"
                                        "d@x.example,,Ito,,,,,\n"
                                        "kavya@north.example,Kavya,Rao,,,,,\n"
                                        "e@x.example,Emi,Ito,,,,,\n"
                                        "E@x.example,Emi,Ito,,,,,\n");
    CHECK_INT(COUNT("SELECT count(*) AS n FROM import_rows WHERE cells LIKE '%hunter22%'"), 0);
    CHECK(has_text(get(cx, "freya", import), "The column Password was not read"));
    CHECK_INT(match(cx, import, "link").status, 303);
    work_all(cx, &out);
    CHECK_TEXT(verdicts_of(cx, import), "OETPQBVnN");
    CHECK(has_text(get(cx, "freya", import), "Full access cannot be given by import"));
}

TEST(what_an_hour_allows_is_not_more_for_a_file)
{
    struct outbox out;
    char text[2000] = HEAD;
    practice_begin(cx);
    must_run(cx, "UPDATE practices SET adds_per_hour = 3 WHERE id = 'north'");
    for (int i = 0; i < 5; i++) sprintf(text + strlen(text), "p%d@x.example,Emi,Ito,,,,,\n", i);
    const char *import = stage(cx, text);
    match(cx, import, "link");
    work_all(cx, &out);
    CHECK_TEXT(verdicts_of(cx, import), "nnnnn");
    CHECK(has_text(get(cx, "freya", import), "3 users can be added an hour here"));
    post(cx, "freya", at(cx, import, "start"), NULL);
    work_all(cx, &out);
    CHECK_TEXT(verdicts_of(cx, import), "cccnn");
    CHECK(has_text(get(cx, "freya", import), "3 of 5 added"));
    cx->now += HOURS(2);
    sign_in_again(cx, "freya");
    work_all(cx, &out);
    CHECK_TEXT(verdicts_of(cx, import), "ccccc");
}

TEST(who_may_not_add_users_imports_none)
{
    practice_begin(cx);
    CHECK_INT(get(cx, "ben", "/g/north/settings/users/import").status, 403);
    CHECK_INT(post(cx, "gina", "/g/north/settings/users/import", "text", HEAD, NULL).status, 403);
    CHECK_INT(get(cx, "olga", "/g/north/settings/users/imports/m-users").status, 404);
    CHECK_INT(get(cx, "freya", "/g/north/settings/users/imports/m-freya").status, 404);
    CHECK_INT(get(cx, "freya", "/g/north/patients/imports/m-users").status, 404);
}
