/* kept_draft_test.c - a form for adding that was put aside half-filled, and taken up. */
#include "tests/app/staff/adding.h"

#define KEPT COUNT("SELECT count(*) FROM kept_drafts WHERE user_id = 'u-freya'")
#define PUT_ASIDE(who, ...) \
    post(cx, who, USERS "/draft", __VA_ARGS__ __VA_OPT__(, ) INGRID, "locations", "l-harbour", NULL)

TEST(a_form_put_aside_is_offered_and_taken_up_as_it_was)
{
    practice_begin(cx);
    struct page page =
        PUT_ASIDE("freya", "entry", "link", "read_only", "1", "email_again", "other");
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, USERS);
    CHECK(has_text(get(cx, "freya", USERS), "What you entered for Ingrid Haaland is kept"));
    page = get(cx, "freya", USERS "/new");
    CHECK(has_text(page, "Continue with Ingrid Haaland") && has_text(page, "Start again"));
    CHECK(!has_text(page, "value=\"Ingrid\""));
    page = post(cx, "freya", USERS "/preview", "resume", "1", NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "value=\"Ingrid\"") && has_text(page, "value=\"Haaland\""));
    CHECK(
        has_text(page, "name=\"email_again\" type=\"email\" autocomplete=\"off\" value=\"other\""));
    CHECK(has_text(page, "<option value=\"psychiatrist\" selected"));
    CHECK(has_text(page, "value=\"l-harbour\" checked"));
    CHECK(!has_text(page, "value=\"l-riverside\" checked"));
    CHECK(has_text(page, "id=\"entry-link\"") && has_text(page, "name=\"resumed\" value=\"1\""));
    CHECK(!has_text(page, "Continue with Ingrid"));
    CHECK(has_text(get(cx, "freya", USERS "/new?continue=1"), "value=\"Haaland\""));
    CHECK_INT(KEPT, 1);
}

TEST(passwords_are_never_kept)
{
    practice_begin(cx);
    PUT_ASIDE("freya");
    CHECK_INT(KEPT, 1);
    CHECK_INT(COUNT("SELECT count(*) FROM kept_drafts WHERE fields LIKE '%picnic%'"
                    " OR fields LIKE '%password_again%'"),
              0);
}

TEST(nothing_to_name_is_nothing_to_keep)
{
    practice_begin(cx);
    CHECK_INT(
        post(cx, "freya", USERS "/draft", "role_type", "practitioner", "title", "Dr", NULL).status,
        303);
    CHECK_INT(post(cx, "freya", USERS "/draft", "last_name", "two\nlines", NULL).status, 303);
    CHECK_INT(KEPT, 0);
    CHECK(!has_text(get(cx, "freya", USERS "/new"), "Start again"));
}

TEST(a_form_put_aside_is_its_writers_alone)
{
    practice_begin(cx);
    PUT_ASIDE("freya");
    CHECK(!has_text(get(cx, "olga", USERS "/new"), "Ingrid"));
    CHECK(!has_text(post(cx, "olga", USERS "/preview", "resume", "1", NULL), "Ingrid"));
    PUT_ASIDE("olga", "first_name", "Signe");
    CHECK(has_text(get(cx, "freya", USERS "/new"), "Continue with Ingrid Haaland"));
    CHECK_INT(post(cx, "gina", USERS "/draft", "last_name", "Gone", NULL).status, 403);
    CHECK_INT(post(cx, "zoe", USERS "/draft", "last_name", "Gone", NULL).status, 404);
}

TEST(a_form_put_aside_goes_when_it_is_done_or_thrown_away_or_old)
{
    practice_begin(cx);
    PUT_ASIDE("freya");
    CHECK_INT(ADD("freya", "email", "other@new.example", "email_again", "other@new.example").status,
              303);
    CHECK_INT(KEPT, 1); /* somebody else was added */
    CHECK_INT(ADD("freya", "resumed", "1").status, 303);
    CHECK_INT(KEPT, 0);
    PUT_ASIDE("freya");
    CHECK_INT(ADD("freya", "resumed", "1", "email", "").status, 422);
    CHECK_INT(KEPT, 1);
    CHECK_INT(post(cx, "freya", USERS "/draft/clearance", NULL).status, 303);
    CHECK_INT(KEPT, 0);
    PUT_ASIDE("freya");
    cx->now += HOURS(13);
    sign_in_again(cx, "freya");
    CHECK(!has_text(get(cx, "freya", USERS "/new"), "Start again"));
    CHECK(!has_text(get(cx, "freya", USERS "/new?continue=1"), "Ingrid"));
}
