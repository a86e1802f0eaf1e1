/* users_test.c - the list of users: who sees whom, filters, pages. */
#include "tests/app/staff/adding.h"

#include "app/users/user.h"

static const char *where(struct page page, const char *text)
{
    return strstr(page.body, text);
}

TEST(the_list_has_its_columns_parts_and_names)
{
    practice_begin(cx);
    CHECK_INT(ADD("freya", "entry", "invitation").status, 303);
    struct page page = get(cx, "olga", USERS);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "<h1>Users</h1>"));
    CHECK(has_text(page, "5 active, 1 invitation, 1 deactivated"));
    CHECK(has_text(page, "aria-label=\"Edit Mr Chen Wei\""));
    CHECK(has_text(page, "aria-label=\"Deactivate Mr Chen Wei\""));
    CHECK(
        has_text(page, "Deactivate Freya Nilsson: not available while this user has Full Access"));
    CHECK(has_text(page, "All 2 locations"));
    CHECK(has_text(page, "Harbour St, Riverside"));
    CHECK(has_text(page, "Read only"));
    CHECK(has_text(page, "Never signed in"));
    const char *chen = where(page, "Mr Chen Wei"), *ingrid = where(page, "Dr Ingrid Haaland");
    const char *kavya = where(page, "Ms Kavya Rao");
    CHECK(chen && ingrid && kavya && chen < ingrid && ingrid < kavya);
    /* Oneself and those who are gone have no X. */
    CHECK(!has_text(page, "aria-label=\"Deactivate Dr Olga Okafor"));
    CHECK(!has_text(page, "aria-label=\"Deactivate Ms Kavya Rao"));
}

TEST(names_that_look_like_markup_are_only_names)
{
    practice_begin(cx);
    struct page page = get(cx, "olga", USERS);
    CHECK(has_text(page, "Ben &lt;b&gt;Brandt"));
    CHECK(!has_text(page, "Ben <b>Brandt"));
}

TEST(below_full_access_only_names_roles_and_locations_show)
{
    practice_begin(cx);
    static const char *const people[] = { "ben", "chen", "gina" };
    for (size_t i = 0; i < 3; i++) {
        struct page page = get(cx, people[i], USERS);
        CHECK_INT(page.status, 200);
        CHECK(has_text(page, "People in this practice"));
        CHECK(has_text(page, "Dr Olga Okafor"));
        CHECK(has_text(page, "Freya Nilsson and Olga Okafor can change users."));
        CHECK(!has_text(page, "@north.example"));
        CHECK(!has_text(page, "data-l=\"Access\""));
        CHECK(!has_text(page, "data-l=\"Last active\""));
        CHECK(!has_text(page, "aria-label=\"Edit"));
        CHECK(!has_text(page, "aria-label=\"Deactivate"));
        CHECK(!has_text(page, "Add user"));
        CHECK_INT(get(cx, people[i], USERS "/u-olga").status, 403);
    }
}

TEST(the_filter_tells_nobody_below_full_access_who_has_which_address_or_level)
{
    practice_begin(cx);
    CHECK(has_text(get(cx, "olga", USERS "?filtered=1&text=gina@north"), "Gina Papas"));
    CHECK(!has_text(get(cx, "ben", USERS "?filtered=1&text=gina@north"), "Gina Papas"));
    CHECK(has_text(get(cx, "ben", USERS "?filtered=1&text=papas"), "Gina Papas"));
    CHECK(has_text(get(cx, "ben", USERS "?filtered=1&level=full"), "Gina Papas"));
}

TEST(filters_find_by_text_role_location_and_level)
{
    practice_begin(cx);
    struct page page = get(cx, "olga", USERS "?filtered=1&text=WEI+chen");
    CHECK(has_text(page, "Chen Wei") && !has_text(page, "Gina Papas"));
    CHECK(has_text(get(cx, "olga", USERS "?filtered=1&text=chen@"), "Chen Wei"));
    CHECK(!has_text(get(cx, "olga", USERS "?filtered=1&text=%25"), "Chen Wei"));
    CHECK(
        has_text(get(cx, "olga", USERS "?filtered=1&text=nobody"),
                 "No users match &#39;nobody&#39;.")
        || has_text(get(cx, "olga", USERS "?filtered=1&text=nobody"), "No users match 'nobody'."));
    page = get(cx, "olga", USERS "?filtered=1&role=administrator");
    CHECK(has_text(page, "Gina Papas") && !has_text(page, "Chen Wei"));
    page = get(cx, "olga", USERS "?filtered=1&location=l-harbour");
    CHECK(has_text(page, "Ben &lt;b&gt;Brandt") && !has_text(page, "Chen Wei"));
    CHECK(has_text(page, "Freya Nilsson")); /* all locations */
    page = get(cx, "olga", USERS "?filtered=1&level=personal");
    CHECK(has_text(page, "Chen Wei") && !has_text(page, "Gina Papas"));
    CHECK(!has_text(get(cx, "olga", USERS "?filtered=1"), "Ms Kavya Rao"));
    CHECK(has_text(get(cx, "olga", USERS "?filtered=1&deactivated=1"), "Ms Kavya Rao"));
    CHECK(has_text(get(cx, "olga", USERS), "Ms Kavya Rao"));
}

TEST(a_location_of_another_group_filters_like_one_that_is_none)
{
    practice_begin(cx);
    CHECK(!has_text(get(cx, "olga", USERS "?filtered=1&location=l-south"), "Chen Wei"));
    CHECK(!has_text(get(cx, "olga", USERS "?filtered=1&location=nowhere"), "Chen Wei"));
}

TEST(ten_thousand_users_come_fifty_at_a_time)
{
    practice_begin(cx);
    act_as(cx, "north", "olga");
    CHECK(act_end(
              cx,
              db_exec(cx,
                      SQL_GLOBAL(
                          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                          " WHERE i < 10000) INSERT INTO people (id, email, email_key, first_name,"
                          " last_name, created_at) SELECT 'x' || i, 'x' || i || '@y.example',"
                          " 'x' || i || '@y.example', 'Pat', 'Number' || i, 1 FROM n")))
          == OK);
    act_as(cx, "north", "olga");
    CHECK(act_end(
              cx,
              db_exec(
                  cx,
                  SQL("INSERT INTO users (practice_id, id, person_id, email, first_name,"
                      " last_name, sort_key, find_key, role_type, level, created_at) SELECT $1, 'y' || id,"
                      " id, email, first_name, last_name, lower(last_name), lower(last_name),"
                      " 'practitioner', 'clinical', 1 FROM people WHERE id LIKE 'x%'")))
          == OK);
    recount_users(cx);
    struct page page = get(cx, "olga", USERS);
    CHECK(has_text(page, "10005 active"));
    int rows = 0;
    for (const char *at = page.body; (at = strstr(at, "<tr id=\"u-")); at++) rows++;
    CHECK_INT(rows, 50);
    CHECK(has_text(page, "Page 1 of 201"));
    CHECK(has_text(get(cx, "olga", USERS "?page=201"), "Page 201 of 201"));
    CHECK_INT(get(cx, "olga", USERS "?page=9999").status, 200);
    CHECK_INT(get(cx, "olga", USERS "?page=-3").status, 200);
    page = get(cx, "olga", USERS "?filtered=1&text=number777");
    CHECK(has_text(page, "Pat Number777<"));
    CHECK(has_text(page, "Pat Number7770<"));
    CHECK(!has_text(page, "Pat Number778<"));
}

TEST(other_groups_of_the_person_are_one_line_each)
{
    practice_begin(cx);
    struct page page = get(cx, "olga", USERS);
    CHECK(has_text(page, "Southbank Clinic"));
    CHECK(has_text(page, "You are a practitioner here, with Personal Access"));
    CHECK(has_text(page, "Switch to this group"));
    CHECK(!has_text(page, "zoe@south.example"));
    CHECK(!has_text(get(cx, "freya", USERS), "Southbank Clinic"));
}

TEST(users_of_another_group_do_not_exist)
{
    practice_begin(cx);
    struct user *user;
    CHECK_INT(get(cx, "olga", USERS "/u-zoe").status, 404);
    CHECK_INT(get(cx, "olga", USERS "/u-nobody").status, 404);
    CHECK_INT(get(cx, "zoe", USERS).status, 404);
    CHECK_INT(get(cx, "zoe", USERS "/u-ben").status, 404);
    act_as(cx, "north", "olga");
    CHECK(user_find(cx, id_of("u-zoe"), &user) == NOT_FOUND);
    CHECK(user_by_email(cx, "zoe@south.example", &user) == NOT_FOUND);
    CHECK(act_end(cx, OK) == OK);
}

TEST(a_letter_that_did_not_arrive_shows_on_the_row)
{
    practice_begin(cx);
    act_as(cx, "north", "olga");
    CHECK(act_end(cx, db_exec(cx, SQL("UPDATE users SET mail_problem = 'No such mailbox.'"
                                      " WHERE practice_id = $1 AND id = 'u-gina'")))
          == OK);
    struct page page = get(cx, "freya", USERS);
    CHECK(has_text(page, "Email not delivered"));
    CHECK(has_text(page, "No such mailbox."));
    CHECK_INT(post(cx, "freya", USERS "/u-gina/welcome", NULL).status, 303);
    CHECK(!has_text(get(cx, "freya", USERS), "Email not delivered"));
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.welcome'"), 1);
}

static bool before(struct page page, const char *first, const char *second)
{
    const char *a = strstr(page.body, first), *b = strstr(page.body, second);
    return a && b && a < b;
}

TEST(headers_sort_the_list_and_turn_it_round)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", USERS);
    CHECK(has_text(page, "aria-sort=\"ascending\"><a href=\"/g/north/settings/users?sort=name&amp;"
                         "order=descending\">Name</a>"));
    CHECK(before(page, "Edit Freya Nilsson", "Edit Mr Chen Wei"));
    page = get(cx, "freya", USERS "?sort=name&order=descending");
    CHECK(
        has_text(page, "aria-sort=\"descending\"><a href=\"/g/north/settings/users?sort=name\">"));
    CHECK(before(page, "Edit Mr Chen Wei", "Edit Freya Nilsson"));
    page = get(cx, "freya", USERS "?sort=access");
    CHECK(before(page, "Edit Mr Chen Wei", "Edit Gina Papas"));
    CHECK(before(page, "Edit Gina Papas", "Edit Freya Nilsson"));
    page = get(cx, "freya", USERS "?sort=role&order=descending");
    CHECK(before(page, "Edit Mr Chen Wei", "Edit Freya Nilsson"));
    page = get(cx, "freya", USERS "?sort=last&filtered=1&role=practitioner&deactivated=1");
    CHECK(has_text(page, "name=\"sort\" value=\"last\""));
    CHECK(has_text(page, "role=practitioner"));
    /* Who may not know when others were here cannot sort by it either. */
    page = get(cx, "ben", USERS "?sort=last");
    CHECK(has_text(page, "aria-sort=\"ascending\"><a href=\"/g/north/settings/users?sort=name"));
    CHECK(!has_text(page, "Last active"));
}

static int marks(struct page page)
{
    int n = 0;
    for (const char *at = page.body; (at = strstr(at, "Just changed.")); at++) n++;
    return n;
}

TEST(the_row_that_was_changed_is_marked_once_in_words_too)
{
    practice_begin(cx);
    CHECK_INT(marks(get(cx, "freya", USERS)), 0);
    CHECK_INT(ADD("freya").status, 303);
    struct page page = get(cx, "freya", USERS);
    CHECK_INT(marks(page), 1);
    CHECK(has_text(page, "class=\"fresh\" data-row") && has_text(page, "autofocus"));
    CHECK_INT(marks(get(cx, "freya", USERS)), 0);
    CHECK_INT(post(cx, "freya", USERS "/u-chen/deactivate", NULL).status, 303);
    page = get(cx, "freya", USERS);
    CHECK(has_text(page, "<tr class=\"off fresh\" id=\"u-u-chen\""));
    CHECK_INT(marks(page), 1);
    CHECK(!has_text(page, "autofocus")); /* the strip offers Undo first */
    CHECK_INT(ADD("freya", "password", "", "password_again", "", "email", "zoe@south.example",
                  "email_again", "zoe@south.example")
                  .status,
              303);
    page = get(cx, "freya", USERS);
    CHECK_INT(marks(page), 1);
    CHECK(has_text(page, "class=\"fresh\" data-row"));
    CHECK_INT(marks(get(cx, "olga", USERS)), 0);
    (void)post(cx, "freya", "/g/north/settings/locations/l-riverside", "version", "1", "name",
               "Riverbank", "time_zone", "Australia/Melbourne", NULL);
    CHECK_INT(marks(get(cx, "freya", "/g/north/settings/locations")), 1);
}
