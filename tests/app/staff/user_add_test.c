/* user_add_test.c - who is added, who is invited, and what is refused. */
#include "tests/app/staff/adding.h"

#define NEW_USERS COUNT("SELECT count(*) FROM users WHERE created_at >= 1795255200000000")
#define INVITED COUNT("SELECT count(*) FROM invitations")

static bool refused(struct page page, const char *sentence)
{
    return page.status == 422 && has_text(page, "There is a problem") && has_text(page, sentence);
}

TEST(a_new_person_gets_a_user_and_a_letter_at_once)
{
    practice_begin(cx);
    struct page page = ADD("freya");
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, USERS);
    CHECK(has_text(get(cx, "freya", USERS),
                   "Ingrid Haaland is added. We sent a welcome email to ingrid@new.example."));
    CHECK_INT(COUNT("SELECT count(*) FROM users u JOIN people p ON p.id = u.person_id"
                    " WHERE u.practice_id = 'north' AND p.email_key = 'ingrid@new.example'"
                    " AND u.title = 'Dr' AND u.level = 'clinical' AND u.others = ''"
                    " AND u.registration_number = '53 004 085' AND p.temporary = 1"
                    " AND p.temporary_by = 'Freya Nilsson' AND p.proven_at = 0"
                    " AND p.password_hash LIKE '$argon2id$%'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM assignments a JOIN users u ON u.id = a.user_id"
                    " WHERE u.last_name = 'Haaland' AND a.location_id = 'l-riverside'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.added'"
                    " AND about_name = 'Ingrid Haaland' AND changes LIKE '%Clinical Access%'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.welcome'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.full_access_granted'"), 0);
    CHECK_INT(INVITED, 0);
}

TEST(the_temporary_password_is_never_mailed_nor_stored_as_typed)
{
    practice_begin(cx);
    struct outbox out;
    ADD("freya");
    work_all(cx, &out);
    CHECK(out.n >= 1);
    for (size_t i = 0; i < out.n; i++) CHECK(!strstr(out.at[i].text, TEMPORARY));
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE password_hash LIKE '%picnic%'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE changes LIKE '%picnic%'"), 0);
}

TEST(a_known_person_is_invited_and_the_typed_password_is_not_applied)
{
    practice_begin(cx);
    int64_t before = COUNT("SELECT count(*) FROM people");
    struct page page = ADD("freya", "email", "Zoe@South.example", "email_again",
                           "zoe@south.example", "first_name", "Zoe");
    CHECK_INT(page.status, 303);
    CHECK(has_text(get(cx, "freya", USERS),
                   "Zoe already uses Linden, so we sent an invitation. The temporary password was"
                   " not used."));
    CHECK_INT(INVITED, 1);
    CHECK_INT(NEW_USERS, 0);
    CHECK_INT(COUNT("SELECT count(*) FROM people"), before);
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE temporary = 1"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE id = 'u-zoe' AND last_name = 'Haaland'"), 0);
}

TEST(a_password_left_blank_invites_the_known_and_the_unknown_alike)
{
    practice_begin(cx);
    CHECK_INT(ADD("freya", "password", "", "password_again", "").status, 303);
    const char *unknown = get(cx, "freya", USERS).body;
    CHECK(strstr(unknown, "We sent Ingrid Haaland an invitation. It is open for 7 days.") != NULL);
    CHECK_INT(ADD("freya", "password", "", "password_again", "", "email", "zoe@south.example",
                  "email_again", "zoe@south.example")
                  .status,
              303);
    CHECK(has_text(get(cx, "freya", USERS),
                   "We sent Ingrid Haaland an invitation. It is open for 7 days."));
    CHECK_INT(INVITED, 2);
    CHECK_INT(NEW_USERS, 0);
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE email_key = 'ingrid@new.example'"), 0);
}

TEST(an_invitation_never_tells_whether_an_address_is_known)
{
    practice_begin(cx);
    struct page unknown = ADD("freya", "entry", "invitation");
    struct page known = ADD("freya", "entry", "invitation", "email", "zoe@south.example",
                            "email_again", "zoe@south.example");
    CHECK_INT(unknown.status, known.status);
    CHECK_TEXT(unknown.location, known.location);
    CHECK_INT(INVITED, 2);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'invitation.sent'"), 2);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.invitation'"), 2);
    CHECK_INT(NEW_USERS, 0);
}

TEST(a_link_lets_a_new_person_choose_a_password)
{
    practice_begin(cx);
    struct outbox out;
    CHECK_INT(ADD("freya", "entry", "link", "password", "", "password_again", "").status, 303);
    CHECK_INT(NEW_USERS, 1);
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE email_key = 'ingrid@new.example'"
                    " AND password_hash IS NULL AND temporary = 0"),
              1);
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK(strstr(out.at[0].to, "ingrid@new.example") != NULL);
    CHECK_INT(ADD("freya", "entry", "link", "email", "zoe@south.example", "email_again",
                  "zoe@south.example")
                  .status,
              303);
    CHECK_INT(INVITED, 1);
}

TEST(everything_that_is_wrong_is_said_at_once)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", USERS, NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Choose Practitioner or Administrator"));
    page = post(cx, "freya", USERS, "role_type", "practitioner", NULL);
    CHECK(refused(page, "Enter a first name"));
    CHECK(has_text(page, "Enter a last name"));
    CHECK(has_text(page, "Choose a profession"));
    CHECK(has_text(page, "Enter the registration number. Practitioners need one before they can"
                         " see patients"));
    CHECK(has_text(page, "Enter an email address"));
    CHECK(has_text(page, "Enter the email address again"));
    CHECK(has_text(page, "Choose an access level"));
    CHECK(has_text(page, "Choose at least one location for a practitioner"));
    CHECK(has_text(page, "<title>Error: Add a user – Northside Allied Health – Linden"));
    CHECK_INT(NEW_USERS, 0);
}

TEST(each_fault_has_its_sentence)
{
    practice_begin(cx);
    CHECK(refused(ADD("freya", "last_name", "."), "Use at least one letter"));
    CHECK(refused(ADD("freya", "email", "ingrid"),
                  "Enter an email address like name@practice.exampl"
                  "e"));
    CHECK(
        refused(ADD("freya", "email_again", "ingrid@old.example"),
                "The two email addresses are different. Check the part before the @ and after it"));
    CHECK(refused(ADD("freya", "password", "short", "password_again", "short"),
                  "Use at least 15 characters"));
    CHECK(refused(ADD("freya", "password_again", "picnic-rooster-resort-badger"),
                  "The two passwords are different"));
    CHECK(refused(ADD("freya", "password", "", "password_again", TEMPORARY),
                  "The two passwords are different"));
    CHECK(refused(
        ADD("freya", "password", "aaaaaaaaaaaaaaaaaaaa", "password_again", "aaaaaaaaaaaaaaaaaaaa"),
        "This password is a repetition or a row of keys"));
    CHECK(refused(ADD("freya", "level", ""), "Choose an access level"));
    CHECK(refused(ADD("freya", "level", "office"), "Practitioners cannot have this level."));
    CHECK(refused(ADD("freya", "level", "personal", "role_type", "administrator"),
                  "Administrators cannot have this level."));
    CHECK(refused(ADD("freya", "level", "sudo"), "Practitioners cannot have this level."));
    CHECK(refused(ADD_NOWHERE("freya"), "Choose at least one location for a practitioner"));
    CHECK(refused(ADD_NOWHERE("freya", "locations", "l-south"),
                  "Choose at least one location for a practitioner"));
    CHECK_INT(NEW_USERS + INVITED, 0);
}

TEST(input_survives_an_error_and_passwords_do_not)
{
    practice_begin(cx);
    struct page page =
        ADD("freya", "last_name", "", "profession", "other", "profession_other", "Puppeteer");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "value=\"ingrid@new.example\""));
    CHECK(has_text(page, "value=\"Puppeteer\""));
    CHECK(!has_text(page, TEMPORARY));
}

TEST(who_is_here_already_is_named)
{
    practice_begin(cx);
    CHECK(refused(ADD("freya", "email", "BEN@north.example", "email_again", "ben@north.example"),
                  "BEN@north.example is already a user of this group"));
    struct page page =
        ADD("freya", "email", "kavya@north.example", "email_again", "kavya@north.example");
    CHECK(refused(page, "Activate user instead"));
    CHECK(has_text(page, "/g/north/settings/users/u-kavya/activate"));
    CHECK_INT(ADD("freya", "entry", "invitation").status, 303);
    CHECK(refused(ADD("freya"), "ingrid@new.example already has an invitation, open until"));
    CHECK(refused(ADD("freya", "entry", "link"), "already has an invitation"));
    CHECK_INT(NEW_USERS, 0);
    CHECK_INT(INVITED, 1);
}

TEST(people_with_one_name_say_so)
{
    practice_begin(cx);
    CHECK(refused(ADD("freya", "first_name", ""), "Enter a first name"));
    CHECK_INT(ADD("freya", "first_name", "", "one_name", "1").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE first_name = '' AND last_name = 'Haaland'"),
              1);
}

TEST(administrators_need_no_profession_and_have_no_registration_number)
{
    practice_begin(cx);
    CHECK_INT(
        ADD_NOWHERE("freya", "role_type", "administrator", "level", "office", "profession", "")
            .status,
        303);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE last_name = 'Haaland' AND profession = ''"
                    " AND registration_number = '' AND level = 'office'"),
              1);
}

/* --- boxes ------------------------------------------------------------------- */

#define OTHERS(text) \
    COUNT("SELECT count(*) FROM users WHERE last_name = 'Haaland' AND others = '" text "'")

TEST(without_script_a_level_alone_gives_exactly_that_level)
{
    practice_begin(cx);
    CHECK_INT(ADD("freya", "level", "contact", "boxes_for", "").status, 303);
    CHECK_INT(OTHERS(""), 1);
}

TEST(a_box_as_the_shown_level_sets_it_follows_the_chosen_one)
{
    practice_begin(cx);
    /* Shown: Personal Access, whose one box is "See others' reminder settings". */
    CHECK_INT(ADD("freya", "level", "clinical", "boxes_for", "practitioner.personal",
                  "see_reminders", "1", "see_locations", "1", "see_practice", "1")
                  .status,
              303);
    CHECK_INT(OTHERS(""), 1);
}

TEST(a_box_set_by_hand_stays_and_one_that_the_new_level_has_anyway_is_no_change)
{
    practice_begin(cx);
    CHECK_INT(ADD("freya", "level", "clinical", "boxes_for", "practitioner.personal",
                  "see_reminders", "1", "see_locations", "1", "see_practice", "1", "edit_booking",
                  "1", "see_booking", "1", "see_notes", "1")
                  .status,
              303);
    CHECK_INT(OTHERS("booking:2"), 1);
}

TEST(edit_brings_see_along)
{
    practice_begin(cx);
    CHECK_INT(ADD("freya", "level", "personal", "edit_calendar", "1").status, 303);
    CHECK_INT(OTHERS("calendar:2"), 1);
}

TEST(every_level_of_both_role_types_can_be_given)
{
    practice_begin(cx);
    static const struct {
        const char *role, *level;
    } all[] = { { "practitioner", "personal" }, { "practitioner", "contact" },
                { "practitioner", "clinical" }, { "practitioner", "full" },
                { "administrator", "office" },  { "administrator", "clinical" },
                { "administrator", "full" } };
    for (size_t i = 0; i < 7; i++) {
        const char *email = arena_print(cx->mem, "new%zu@new.example", i);
        CHECK_INT(ADD("olga", "role_type", all[i].role, "level", all[i].level, "email", email,
                      "email_again", email, "read_only", "1", "hide_patient_names", "1",
                      "see_history", "1", "export_own", "1", "entry", "link")
                      .status,
                  303);
    }
    CHECK_INT(NEW_USERS, 7);
    /* What a level or role type cannot carry is not kept. */
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE read_only = 1 AND last_name = 'Haaland'"), 5);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE hide_patient_names = 1"), 3);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE see_history = 1"), 7);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.full_access_granted'"), 2);
}

TEST(the_preview_saves_nothing_and_finds_nothing_wrong)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", USERS "/preview", "role_type", "practitioner", "level",
                            "clinical", "first_name", "Ingrid", "locations", "l-riverside", NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "What Ingrid will be able to do"));
    CHECK(has_text(page, "See others&#39; clinical notes")
          || has_text(page, "See others' clinical notes"));
    CHECK(!has_text(page, "There is a problem"));
    page = post(cx, "freya", USERS "/preview", "role_type", "practitioner", "level", "clinical",
                "boxes_for", "practitioner.personal", "see_reports", "1", "see_booking", "1",
                "preset", "1", NULL);
    CHECK(has_text(page, "value=\"practitioner.clinical\""));
    CHECK(!has_text(page, "See finance and practice reports"));
}

/* --- rules --------------------------------------------------------------------- */

TEST(rule_1_only_full_access_adds_people)
{
    practice_begin(cx);
    static const char *const people[] = { "ben", "chen", "gina" };
    for (size_t i = 0; i < 3; i++) {
        CHECK_INT(get(cx, people[i], USERS "/new").status, 403);
        CHECK_INT(ADD(people[i]).status, 403);
        CHECK_INT(post(cx, people[i], USERS "/preview", NULL).status, 403);
    }
    CHECK_INT(ADD("kavya").status, 403);
    CHECK_INT(ADD("zoe").status, 404);
    CHECK_INT(ADD(NULL).status, 303); /* to sign in */
    CHECK_INT(NEW_USERS + INVITED, 0);
}

TEST(rule_4_nobody_gives_what_he_has_not_got)
{
    practice_begin(cx);
    /* Freya may not read the audit log, the owner may. */
    CHECK(refused(ADD("freya", "see_history", "1"), "only if you may read it yourself"));
    CHECK(refused(ADD("freya", "see_history", "1", "entry", "invitation"), "only if you may"));
    CHECK_INT(NEW_USERS + INVITED, 0);
    CHECK_INT(ADD("olga", "see_history", "1").status, 303);
}

TEST(whose_view_ends_at_locations_gives_no_others_away)
{
    practice_begin(cx);
    act_as(cx, "north", "olga");
    CHECK(act_end(cx, db_exec(cx, SQL("UPDATE users SET all_locations = 0, location_restriction = 1"
                                      " WHERE practice_id = $1 AND id = 'u-freya'")))
          == OK);
    act_as(cx, "north", "olga");
    CHECK(act_end(cx, db_exec(cx, SQL("INSERT INTO assignments (practice_id, user_id, location_id)"
                                      " VALUES ($1, 'u-freya', 'l-riverside')")))
          == OK);
    must_run(cx, "UPDATE users SET locations = 'l-riverside' WHERE id = 'u-freya'");
    CHECK(refused(ADD("freya"), "You cannot give more access than you have yourself"));
    CHECK(refused(ADD("freya", "location_restriction", "1", "locations", "l-harbour"),
                  "You can assign only locations that you are assigned to yourself"));
    CHECK(refused(ADD("freya", "location_restriction", "1", "all_locations", "1"),
                  "You can assign only locations"));
    CHECK_INT(NEW_USERS, 0);
    CHECK_INT(ADD("freya", "location_restriction", "1").status, 303);
}

TEST(adding_is_limited_by_the_hour)
{
    practice_begin(cx);
    act_as(cx, "north", "olga");
    CHECK(act_end(cx, db_exec(cx, SQL("UPDATE practices SET adds_per_hour = 2 WHERE id = $1")))
          == OK);
    CHECK_INT(ADD("freya").status, 303);
    CHECK_INT(ADD("olga", "email", "b@new.example", "email_again", "b@new.example").status, 303);
    struct page page = ADD("freya", "email", "c@new.example", "email_again", "c@new.example");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "This group has added 2 users in the last hour, which is the limit."));
    CHECK(has_text(page, "value=\"c@new.example\""));
    CHECK_INT(NEW_USERS, 2);
    cx->now += INT64_C(3601) * 1000000;
    CHECK_INT(ADD("freya", "email", "c@new.example", "email_again", "c@new.example").status, 303);
}

TEST(a_form_of_another_session_adds_nobody)
{
    practice_begin(cx);
    CHECK_INT(ADD("freya", "form_token", "forged").status, 403);
    CHECK_INT(NEW_USERS, 0);
}

TEST(passwords_come_back_empty_and_the_page_says_so)
{
    practice_begin(cx);
    struct page page = ADD("freya", "first_name", "");
    CHECK(refused(page, "Enter a first name"));
    CHECK(has_text(page, "id=\"password-gone\">Passwords are not kept. Enter it again"));
    CHECK(has_text(page, "aria-describedby=\"password_again-hint password_again-gone\""));
    page = ADD("freya", "first_name", "", "password", "", "password_again", "");
    CHECK(!has_text(page, "Passwords are not kept"));
}

TEST(the_strip_offers_to_add_another)
{
    practice_begin(cx);
    CHECK_INT(ADD("freya", "entry", "link", "password", "", "password_again", "").status, 303);
    CHECK(
        has_text(get(cx, "freya", USERS), "href=\"/g/north/settings/users/new\">Add another</a>"));
    CHECK(!has_text(get(cx, "freya", USERS), "Add another"));
}
