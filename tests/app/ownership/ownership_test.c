/* ownership_test.c - handing the ownership over. */
#include "tests/support/practice.h"

#define OWNERSHIP "/g/north/settings/ownership"
#define OWNER(who) COUNT("SELECT owner FROM users WHERE practice_id = 'north' AND id = 'u-" who "'")
#define OWNERS COUNT("SELECT count(*) FROM users WHERE practice_id = 'north' AND owner = 1")
#define AUDITED(kind) COUNT("SELECT count(*) FROM audit WHERE kind = '" kind "'")

static void begin(struct cx *cx)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET seen_at = 1795255200000000 WHERE level = 'full'");
}

static struct page hand(struct cx *cx, const char *who, const char *to)
{
    return post(cx, who, OWNERSHIP "/hand-over", "to", to, NULL);
}

static bool told(const struct outbox *out, const char *who, const char *subject)
{
    for (size_t i = 0; i < out->n; i++)
        if (strstr(out->at[i].to, who) && strstr(out->at[i].subject, subject)) return true;
    return false;
}

TEST(an_owner_hands_over_and_keeps_full_access_and_all_with_full_access_are_told)
{
    struct outbox out;
    begin(cx);
    struct page page = get(cx, "olga", OWNERSHIP "/hand-over");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Freya Nilsson") && !has_text(page, "Ben &lt;b&gt;Brandt"));
    CHECK(has_text(page, "Future appointments")); /* the checklist, to look at */
    page = hand(cx, "olga", "u-freya");
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, OWNERSHIP);
    CHECK_INT(OWNER("freya"), 1);
    CHECK_INT(OWNER("olga"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id IN ('u-olga', 'u-freya')"
                    " AND practice_id = 'north' AND level = 'full' AND status = 'active'"),
              2);
    CHECK_INT(AUDITED("ownership.handed_over"), 1);
    CHECK_INT(AUDITED("user.access_changed"), 2); /* for the history of both */
    work_all(cx, &out);
    CHECK_INT(out.n, 2);
    CHECK(told(&out, "freya", "You are an Account Owner of Northside Allied Health now"));
    CHECK(told(&out, "olga", "Freya Nilsson is an Account Owner"));
    CHECK_INT(hand(cx, "olga", "u-freya").status, 403); /* once */
    CHECK_INT(OWNERS, 1);
}

TEST(only_an_owner_hands_over_and_only_to_somebody_with_full_access_who_has_been_here)
{
    begin(cx);
    CHECK_INT(get(cx, "freya", OWNERSHIP "/hand-over").status, 403);
    CHECK_INT(hand(cx, "freya", "u-freya").status, 403);
    CHECK_INT(hand(cx, "gina", "u-gina").status, 403);
    CHECK_INT(hand(cx, "olga", "").status, 422);
    CHECK_INT(hand(cx, "olga", "u-olga").status, 422);
    CHECK_INT(hand(cx, "olga", "u-ben").status, 422);
    CHECK_INT(hand(cx, "olga", "u-kavya").status, 422);
    CHECK_INT(hand(cx, "olga", "u-zoe").status, 422);
    must_run(cx, "UPDATE users SET seen_at = NULL WHERE id = 'u-freya'");
    CHECK_INT(hand(cx, "olga", "u-freya").status, 422);
    CHECK(has_text(get(cx, "olga", OWNERSHIP "/hand-over"), "Nobody else with Full Access"));
    CHECK_INT(OWNER("olga"), 1);
    CHECK_INT(OWNERS, 1);
    CHECK_INT(AUDITED("ownership.handed_over"), 0);
}

TEST(handing_over_and_naming_a_deputy_ask_who_is_there)
{
    begin(cx);
    (void)session_of(cx, "olga");
    must_run(cx, "UPDATE sessions SET proved_at = 1");
    CHECK(has_text(hand(cx, "olga", "u-freya"), "Confirm it is you"));
    CHECK(has_text(post(cx, "olga", OWNERSHIP "/deputy", "deputy", "u-freya", "days", "30", NULL),
                   "Confirm it is you"));
    CHECK_INT(OWNER("olga"), 1);
    CHECK_INT(OWNER("freya"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM deputies WHERE practice_id = 'north'"), 0);
}

/* What the receiver had been narrowed by does not stand with an owner. */
TEST(who_receives_the_ownership_sees_every_location)
{
    begin(cx);
    must_run(cx, "UPDATE users SET location_restriction = 1 WHERE id = 'u-freya'");
    CHECK_INT(hand(cx, "olga", "u-freya").status, 303);
    CHECK_INT(COUNT("SELECT location_restriction FROM users WHERE id = 'u-freya'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.access_changed' AND about_id ="
                    " 'u-freya' AND changes LIKE '%Location Restriction%'"),
              1);
}

TEST(an_owner_who_leaves_is_led_to_handing_over_first)
{
    begin(cx);
    struct page page = get(cx, "olga", "/g/north/leave");
    CHECK(has_text(page, "Hand the ownership over first"));
    CHECK(has_text(page, "href=\"" OWNERSHIP "/hand-over\""));
    CHECK(!has_text(get(cx, "freya", "/g/north/leave"), "Hand the ownership over first"));
    CHECK_INT(post(cx, "olga", "/g/north/leave", NULL).status, 409);
    must_run(cx, "UPDATE users SET level = 'full', owner = 1 WHERE id = 'u-ben'");
    CHECK(!has_text(get(cx, "olga", "/g/north/leave"), "Hand the ownership over first"));
}

TEST(who_hands_over_looks_through_his_own_list_and_each_open_line_leads_to_its_page)
{
    begin(cx);
    const char path[] = OWNERSHIP "/hand-over";
    CHECK(!has_text(get(cx, "olga", path), "See to it"));
    must_run(cx, "UPDATE appointments SET user_id = 'u-olga' WHERE user_id = 'u-ben'"
                 " AND practice_id = 'north';"
                 "INSERT INTO reminder_settings (practice_id, id, user_id, email_on, email_n,"
                 " email_unit) VALUES ('north', 'rs-olga', 'u-olga', 1, 3, 'hours');"
                 "UPDATE users SET export_own = 1 WHERE id = 'u-olga' AND practice_id = 'north'");
    struct page page = get(cx, "olga", path);
    CHECK(has_text(page, "href=\"/g/north/settings/users/u-olga/hand-over\">See to it"
                         "<span class=\"vh\">: Future appointments"));
    CHECK(has_text(page, "href=\"/g/north/settings/reminders/users/u-olga\">See to it"));
    CHECK(has_text(page, "href=\"/g/north/my-data\">Take it along"));
    CHECK(!has_text(page, "/checklist/")); /* settling it here is for others */
    for (const char *const *to = (const char *const[]){ "/g/north/settings/users/u-olga/hand-over",
                                                        "/g/north/settings/reminders/users/u-olga",
                                                        "/g/north/my-data", NULL };
         *to; to++)
        CHECK_INT(get(cx, "olga", *to).status, 200);
    CHECK_INT(post(cx, "olga", "/g/north/settings/reminders/users/u-olga/removal", NULL).status,
              303);
    CHECK(!has_text(get(cx, "olga", path), "settings/reminders/users/u-olga"));
}

TEST(full_access_sees_the_owners_and_nobody_below_does)
{
    begin(cx);
    CHECK(has_text(get(cx, "freya", OWNERSHIP), "Olga Okafor"));
    CHECK(!has_text(get(cx, "freya", OWNERSHIP), "Name deputy"));
    CHECK(has_text(get(cx, "olga", OWNERSHIP), "Name deputy"));
    CHECK_INT(get(cx, "ben", OWNERSHIP).status, 403);
    CHECK(has_text(get(cx, "freya", "/g/north/settings/"), OWNERSHIP));
    CHECK(!has_text(get(cx, "ben", "/g/north/settings/"), OWNERSHIP));
}
