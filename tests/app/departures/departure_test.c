/* departure_test.c - deactivating, leaving and activating, by way of their pages. */
#include "tests/support/practice.h"

#include "app/departures/departure.h"

static const char BEN[] = "/g/north/settings/users/u-ben/deactivate";
static const char BEN_BACK[] = "/g/north/settings/users/u-ben/activate";

static struct user *user_of(struct cx *cx, const char *id)
{
    struct user *u = NULL;
    CHECK(user_find(cx, id_of(id), &u) == OK);
    return u;
}

/* --- the article, sentence by sentence ------------------------------------------------ */

TEST(deactivating_keeps_a_user_out_of_this_group_and_the_page_says_who_did_it)
{
    practice_begin(cx);
    CHECK_INT(get(cx, "ben", "/g/north/").status, 200);
    cx->now += MINUTES(1);
    struct page page = post(cx, "freya", BEN, "tell", "1", NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, "/g/north/settings/users");
    page = get(cx, "ben", "/g/north/");
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "You no longer have access to Northside Allied Health."));
    CHECK(has_text(page, "Freya Nilsson ended it on 21 Nov 2026 at 21:01."));
    CHECK(has_text(page, "Your other groups are not affected."));
    sign_in_again(cx, "ben");
    CHECK_INT(get(cx, "ben", "/g/north/").status, 403);
}

TEST(the_users_records_and_locations_stay_as_they_were)
{
    practice_begin(cx);
    int64_t assignments = COUNT("SELECT count(*) FROM assignments");
    post(cx, "freya", BEN, NULL);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'deactivated'"
                    " AND level = 'clinical' AND deactivated_by = 'u-freya'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM assignments"), assignments);
}

TEST(another_group_of_the_person_lives_on_under_the_same_cookie)
{
    practice_begin(cx);
    act_as(cx, "south", "zoe");
    CHECK(act_end(cx, db_exec(cx, SQL_GLOBAL("UPDATE users SET level = 'clinical', owner = 0"
                                             " WHERE id = 'u-olga' AND practice_id = 'north'")))
          == OK);
    const char *token = session_of(cx, "olga");
    CHECK_INT(get(cx, "olga", "/g/north/").status, 200);
    CHECK_INT(get(cx, "olga", "/g/south/").status, 200);
    cx->now += MINUTES(1);
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-olga/deactivate", NULL).status, 303);
    CHECK_INT(get(cx, "olga", "/g/north/").status, 403);
    CHECK_INT(get(cx, "olga", "/g/south/").status, 200);
    CHECK_TEXT(session_of(cx, "olga"), token);
    CHECK_INT(get(cx, "olga", "/me").status, 200);
}

TEST(they_may_deactivate_themselves_when_they_leave_and_full_access_is_told)
{
    struct outbox out;
    practice_begin(cx);
    struct page page = get(cx, "ben", "/g/north/leave");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Leave Northside Allied Health?"));
    CHECK(has_text(page, "You will be signed out of Northside Allied Health on the 1 signed-in"
                         " device, at once, and cannot sign back in to it."));
    page = post(cx, "ben", "/g/north/leave", NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, "/me");
    CHECK(has_text(get(cx, "ben", "/me"), "You have left Northside Allied Health."));
    CHECK_INT(get(cx, "ben", "/g/north/").status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.left' AND actor_id = 'u-ben'"
                    " AND about_id = 'u-ben'"),
              1);
    work_all(cx, &out);
    CHECK_INT(out.n, 2);
    for (size_t i = 0; i < out.n; i++) {
        CHECK_TEXT(out.at[i].subject, "Ben <b>Brandt left the practice group");
        CHECK(strstr(out.at[i].to, i ? "freya" : "olga")
              || strstr(out.at[i].to, i ? "olga" : "freya"));
    }
}

TEST(who_leaves_is_led_to_the_pages_where_he_settles_what_is_his)
{
    practice_begin(cx);
    must_run(cx, "INSERT INTO reminder_settings (practice_id, id, user_id, email_on, email_n,"
                 " email_unit) VALUES ('north', 'rs-ben', 'u-ben', 1, 3, 'hours')");
    struct page page = get(cx, "ben", "/g/north/leave");
    CHECK(has_text(page, "href=\"/g/north/calendar\">See to it<span class=\"vh\">: Future"));
    CHECK(has_text(page, "href=\"/g/north/settings/reminders/users/u-ben\">See to it"));
    CHECK(!has_text(page, "/hand-over") && !has_text(page, "/checklist/"));
    CHECK_INT(get(cx, "ben", "/g/north/settings/reminders/users/u-ben").status, 200);
    page = get(cx, "freya", "/g/north/settings/users/u-ben/deactivate");
    CHECK(!has_text(page, "See to it")); /* to whoever settles it for him */
}

TEST(reactivating_is_on_the_pencils_page_and_revives_no_old_session)
{
    practice_begin(cx);
    CHECK_INT(get(cx, "ben", "/g/north/").status, 200);
    cx->now += MINUTES(1);
    post(cx, "freya", BEN, NULL);
    cx->now += MINUTES(1);
    struct page page = get(cx, "freya", BEN_BACK);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "With the access as before"));
    CHECK(has_text(page, "Choose access again"));
    CHECK(has_text(page, "Clinical Access"));
    CHECK(has_text(page, "Riverside"));
    CHECK(has_text(page, ">Activate user</button>"));
    page = post(cx, "freya", BEN_BACK, "access", "before", NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, "/g/north/settings/users");
    page = get(cx, "ben", "/g/north/");
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "Sign in again"));
    cx->now += MINUTES(1);
    sign_in_again(cx, "ben");
    CHECK_INT(get(cx, "ben", "/g/north/").status, 200);
    CHECK_INT(
        COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'active'"
              " AND level = 'clinical' AND deactivated_at IS NULL AND deactivated_by IS NULL"),
        1);
}

/* --- rule 2, by every path --------------------------------------------------------------- */

TEST(full_access_cannot_be_deactivated_and_the_page_offers_the_way)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", "/g/north/settings/users/u-olga/deactivate");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page,
                   "Olga Okafor has Full Access. Lower the access level first, then deactivate."));
    CHECK(has_text(page, "Lower access and continue"));
    CHECK(has_text(page, "href=\"/g/north/settings/users/u-olga?then=deactivate#level\""));
    CHECK(!has_text(page, ">Deactivate</button>"));
    CHECK(!has_text(page, "Before you deactivate"));
    page = post(cx, "freya", "/g/north/settings/users/u-olga/deactivate", NULL);
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "Lower the access level first"));
    page = post(cx, "olga", "/g/north/settings/users/u-freya/deactivate", "version", "1", NULL);
    CHECK_INT(page.status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE practice_id = 'north' AND level = 'full'"
                    " AND status = 'active'"),
              2);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.deactivated'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs"), 0);
}

TEST(full_access_cannot_leave_and_the_last_one_hears_that_the_group_needs_one)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", "/g/north/leave", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "You have Full Access. Lower your access level first, then leave."));
    page = post(cx, "olga", "/g/north/leave", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Northside Allied Health needs at least one person with Full Access."
                         " Give it to someone else first."));
    page = get(cx, "olga", "/g/north/leave");
    CHECK(!has_text(page, ">Leave Northside Allied Health</button>"));
    CHECK(has_text(page, "Hand over the ownership"));
    CHECK(has_text(get(cx, "freya", "/g/north/leave"), "Lower access and continue"));
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE practice_id = 'north' AND owner = 1"
                    " AND level = 'full' AND status = 'active'"),
              1);
}

/* What a page checked may be otherwise when the row is written. */
TEST(the_row_itself_refuses_full_access_whatever_was_read_before)
{
    int64_t ended;
    practice_begin(cx);
    act_as(cx, "north", "freya");
    struct user *ben = user_of(cx, "u-ben");
    CHECK(db_exec(cx, SQL("UPDATE users SET level = 'full' WHERE practice_id = $1 AND id = $2"),
                  "u-ben")
          == OK);
    CHECK(user_deactivate(cx, ben, true, "", &ended) == CONFLICT);
    (void)!act_end(cx, CONFLICT);
}

TEST(activating_as_before_never_brings_full_access_back)
{
    practice_begin(cx);
    post(cx, "freya", BEN, NULL);
    act_as(cx, "north", "freya");
    CHECK(db_exec(cx, SQL("UPDATE users SET level = 'full' WHERE practice_id = $1 AND id = $2"),
                  "u-ben")
          != OK);
    (void)!act_end(cx, BROKEN);
}

/* --- who may -------------------------------------------------------------------------------- */

TEST(only_full_access_may_deactivate_activate_and_sign_out)
{
    static const char *const who[] = { "ben", "chen", "gina" };
    practice_begin(cx);
    for (size_t i = 0; i < 3; i++) {
        const char *whom = i ? "u-ben" : "u-chen";
        const char *page = arena_print(cx->mem, "/g/north/settings/users/%s/deactivate", whom);
        CHECK_INT(get(cx, who[i], page).status, 403);
        CHECK_INT(post(cx, who[i], page, NULL).status, 403);
        CHECK_INT(get(cx, who[i], "/g/north/settings/users/u-kavya/activate").status, 403);
        CHECK_INT(post(cx, who[i], "/g/north/settings/users/u-kavya/activate", NULL).status, 403);
        CHECK_INT(post(cx, who[i], "/g/north/settings/users/u-ben/sign-out", NULL).status, 403);
        CHECK_INT(post(cx, who[i], "/g/north/settings/users/u-ben/checklist/export", NULL).status,
                  403);
    }
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE practice_id = 'north' AND status = 'active'"),
              5);
}

TEST(zoe_finds_none_of_it)
{
    static const char *const paths[] = {
        "/g/north/settings/users/u-ben/deactivate",  "/g/south/settings/users/u-ben/deactivate",
        "/g/south/settings/users/nobody/deactivate", "/g/south/settings/users/u-ben/activate",
        "/g/south/settings/users/u-kavya/activate",
    };
    practice_begin(cx);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct page page = get(cx, "zoe", paths[i]);
        CHECK_INT(page.status, 404);
        CHECK(!has_text(page, "Brandt") && !has_text(page, "Kavya"));
        CHECK_INT(post(cx, "zoe", paths[i], NULL).status, 404);
    }
    CHECK_INT(post(cx, "zoe", "/g/south/settings/users/u-ben/sign-out", NULL).status, 404);
    CHECK_INT(post(cx, "zoe", "/g/south/settings/users/u-ben/checklist/export", NULL).status, 404);
    CHECK_INT(post(cx, "zoe", "/g/south/settings/users/u-ben/checklist/export/undo", NULL).status,
              404);
    CHECK_INT(post(cx, "zoe", "/g/north/leave", NULL).status, 404);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'active'"), 1);
}

TEST(nobody_deactivates_himself_here_but_hears_where)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", "/g/north/settings/users/u-freya/deactivate");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "You cannot deactivate yourself. To leave, use My user page."));
    CHECK(has_text(page, "href=\"/me\""));
    page = post(cx, "freya", "/g/north/settings/users/u-freya/deactivate", NULL);
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "You cannot deactivate yourself."));
}

/* --- the page --------------------------------------------------------------------------------- */

TEST(the_question_says_what_happens_and_offers_read_only_instead)
{
    practice_begin(cx);
    sign_in_again(cx, "ben");
    sign_in_again(cx, "ben");
    sign_in_again(cx, "ben");
    struct page page = get(cx, "freya", BEN);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "data-sheet-body"));
    CHECK(has_text(page, "Deactivate Ben &lt;b"));
    CHECK(has_text(page, "Ben will be signed out of Northside Allied Health on all 3 signed-in"
                         " devices, at once, and cannot sign back in to it. The calendar and"
                         " patient records stay here. You can activate this user again at any"
                         " time."));
    CHECK(has_text(page, "This does not affect other practice groups."));
    CHECK(has_text(page, "/g/north/settings/users/u-ben?read_only=1&amp;level=personal"));
    CHECK(has_text(page, "Give read-only access instead"));
    CHECK(has_text(page, "Tell Ben by email"));
    CHECK(has_text(page, "name=\"tell\" value=\"1\" checked"));
    CHECK(has_text(page, "Note for the audit log"));
    CHECK(has_text(page, "Before you deactivate"));
    page = get(cx, "freya", "/g/north/settings/users/u-chen/deactivate");
    CHECK(has_text(page, "Chen is not signed in to Northside Allied Health now"));
    CHECK(!has_text(page, "Give read-only access instead"));
}

TEST(the_strip_counts_sessions_and_undo_brings_the_user_back_as_before)
{
    practice_begin(cx);
    sign_in_again(cx, "ben");
    sign_in_again(cx, "ben");
    sign_in_again(cx, "ben");
    post(cx, "freya", BEN, "note", "Moved to Perth", NULL);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.deactivated'"
                    " AND note = 'Moved to Perth' AND about_id = 'u-ben' AND changes LIKE"
                    " '%Active%Deactivated%'"),
              1);
    struct page page = get(cx, "freya", "/g/north/settings/users");
    CHECK(has_text(page, "is deactivated. 3 sessions ended."));
    CHECK(has_text(page, "action=\"/g/north/settings/users/u-ben/activate\""));
    CHECK_INT(post(cx, "freya", BEN_BACK, NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'active'"
                    " AND level = 'clinical' AND read_only = 0"),
              1);
}

TEST(the_second_of_two_hears_who_was_faster)
{
    practice_begin(cx);
    post(cx, "freya", BEN, NULL);
    cx->now += SECONDS(70);
    struct page page = post(cx, "olga", BEN, "version", "1", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Freya Nilsson deactivated Ben &lt;b"));
    CHECK(has_text(page, "a minute ago."));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.deactivated'"), 1);
    cx->now += MINUTES(4);
    CHECK(has_text(post(cx, "olga", BEN, NULL), "5 minutes ago."));
}

TEST(a_user_changed_since_the_page_was_opened_is_looked_at_again)
{
    practice_begin(cx);
    post(cx, "freya", "/g/north/settings/users/u-ben/checklist/export", NULL);
    struct page page = post(cx, "olga", BEN, "version", "1", "note", "typed before", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Freya Nilsson changed this user just now. Look again before you go on."));
    CHECK(has_text(page, "value=\"typed before\""));
    CHECK(has_text(page, "name=\"version\" value=\"2\""));
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'active'"), 1);
    CHECK_INT(post(cx, "olga", BEN, "version", "2", NULL).status, 303);
}

TEST(a_note_of_two_lines_is_refused_and_nothing_happens)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", BEN, "note", "one\ntwo", "tell", "1", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "There is a problem"));
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'active'"), 1);
}

/* --- activating ----------------------------------------------------------------------------------
 */

TEST(choosing_access_again_begins_with_the_least_and_goes_to_the_form)
{
    struct page page;
    practice_begin(cx);
    page = post(cx, "freya", "/g/north/settings/users/u-kavya/activate", "access", "again", NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, "/g/north/settings/users/u-kavya");
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-kavya' AND status = 'active'"
                    " AND level = 'personal' AND read_only = 1"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM assignments WHERE user_id = 'u-kavya'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.activated' AND changes LIKE"
                    " '%Clinical Access%Personal Access%'"),
              1);
}

TEST(an_unknown_choice_is_refused_and_activating_twice_is_fine)
{
    static const char path[] = "/g/north/settings/users/u-kavya/activate";
    practice_begin(cx);
    struct page page = post(cx, "freya", path, "access", "everything", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Choose how much access to give"));
    CHECK_INT(post(cx, "freya", path, "access", "before", NULL).status, 303);
    CHECK_INT(post(cx, "olga", path, "access", "before", NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.activated'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.reactivated'"), 1);
}

TEST(an_active_user_stays_as_he_is)
{
    practice_begin(cx);
    act_as(cx, "north", "freya");
    struct user *ben = user_of(cx, "u-ben");
    struct access least = access_least(ben);
    CHECK(user_activate(cx, ben, &least) == OK);
    CHECK(act_end(cx, OK) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND level = 'clinical'"
                    " AND version = 1"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit"), 0);
}

TEST(nobody_activates_somebody_with_more_access_than_his_own)
{
    practice_begin(cx);
    act_as(cx, "north", "olga");
    CHECK(act_end(cx, db_exec(cx, SQL("UPDATE users SET location_restriction = 1"
                                      " WHERE practice_id = $1 AND id = 'u-freya'")))
          == OK);
    struct page page = post(cx, "freya", "/g/north/settings/users/u-kavya/activate", NULL);
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "You cannot give more access than you have yourself."));
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-kavya' AND status = 'active'"), 0);
}

/* --- signing out of this group -------------------------------------------------------------------
 */

TEST(signing_a_user_out_ends_old_sessions_only_here)
{
    practice_begin(cx);
    CHECK_INT(get(cx, "olga", "/g/south/").status, 200);
    cx->now += MINUTES(1);
    struct page page = post(cx, "zoe", "/g/south/settings/users/u-olga/sign-out", NULL);
    CHECK_INT(page.status, 303);
    CHECK(has_text(get(cx, "zoe", "/g/south/settings/users/u-olga"), "1 session ended."));
    CHECK_INT(get(cx, "olga", "/g/south/").status, 403);
    CHECK_INT(get(cx, "olga", "/g/north/").status, 200);
    cx->now += MINUTES(1);
    sign_in_again(cx, "olga");
    CHECK_INT(get(cx, "olga", "/g/south/").status, 200);
}

/* --- what ends with it
 * ----------------------------------------------------------------------------- */

static void invite(struct cx *cx, const char *id, const char *email, const char *inviter)
{
    act_as(cx, "north", "olga");
    CHECK(act_end(cx, db_exec(cx,
                              SQL("INSERT INTO invitations (practice_id, id, email, email_key,"
                                  " first_name, last_name, find_key, role_type, level, state,"
                                  " inviter_id, inviter_name, created_at, sent_at, expires_at)"
                                  " VALUES ($1, $2, $3, $3, 'Ingrid', 'Haaland', 'ingrid haaland',"
                                  " 'practitioner', 'personal', 'pending', $4, $4, $5, $5, $6)"),
                              id, email, inviter, cx->now, cx->now + DAYS(7)))
          == OK);
}

TEST(invitations_by_the_user_and_for_the_user_end_with_the_same_commit)
{
    practice_begin(cx);
    invite(cx, "i-by", "ingrid@haaland.example", "u-ben");
    invite(cx, "i-for", "ben@north.example", "u-olga");
    invite(cx, "i-other", "hana@sato.example", "u-olga");
    CHECK_INT(post(cx, "freya", BEN, NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE id IN ('i-by', 'i-for')"
                    " AND state = 'withdrawn'"),
              2);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE id = 'i-other' AND state = 'pending'"),
              1);
}

TEST(leaving_ends_the_same_things)
{
    practice_begin(cx);
    invite(cx, "i-by", "ingrid@haaland.example", "u-ben");
    CHECK_INT(post(cx, "ben", "/g/north/leave", NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'withdrawn'"), 1);
}

TEST(the_user_is_told_only_if_that_was_ticked)
{
    struct outbox out;
    practice_begin(cx);
    post(cx, "freya", BEN, NULL);
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    post(cx, "freya", "/g/north/settings/users/u-chen/deactivate", "tell", "1", NULL);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK(strstr(out.at[0].to, "chen@north.example"));
}

TEST(of_letters_that_have_not_left_only_the_last_word_goes)
{
    struct outbox out;
    practice_begin(cx);
    post(cx, "freya", BEN, "tell", "1", NULL);
    post(cx, "freya", BEN_BACK, NULL);
    post(cx, "freya", BEN, NULL);
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    post(cx, "freya", BEN_BACK, NULL);
    post(cx, "freya", BEN, NULL);
    post(cx, "freya", BEN_BACK, NULL);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].subject, "You can use Northside Allied Health again");
}
