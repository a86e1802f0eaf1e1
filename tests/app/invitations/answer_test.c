/* answer_test.c - rule 10: one person, one group, once, in time, while its sender may send. */
#include "tests/app/invitations/invited.h"

TEST(accepting_makes_exactly_the_user_that_was_offered)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx);
    CHECK_INT(ingrids(cx), 0);
    CHECK(accept_as(cx, "ingrid", id) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE practice_id = 'north'"
                    " AND person_id = 'p-ingrid' AND title = 'Dr' AND first_name = 'Ingrid'"
                    " AND last_name = 'Haaland' AND role_type = 'practitioner'"
                    " AND level = 'personal' AND profession = 'psychiatrist' AND owner = 0"
                    " AND registration_number = 'MED0001234567' AND status = 'active'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM assignments WHERE location_id = 'l-riverside'"
                    " AND user_id = (SELECT user_id FROM invitations)"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'accepted'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'invitation.accepted'"
                    " AND practice_id = 'north' AND actor_name = 'Ingrid Haaland'"
                    " AND actor_id = about_id"),
              1);
    /* Nothing changed above: the person's own name stays. */
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE id = 'p-ingrid' AND first_name = 'Inga'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE practice_id = 'south'"), 2);
}

TEST(a_session_from_before_enters_the_group_at_once)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx);
    CHECK_INT(get(cx, "ingrid", "/g/north/").status, 404);
    CHECK(accept_as(cx, "ingrid", id) == OK);
    CHECK(get(cx, "ingrid", "/g/north/").status != 404);
}

TEST(fifty_accepts_make_one_user)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx);
    int won = 0, lost = 0;
    for (int i = 0; i < 50; i++) {
        enum status status = accept_as(cx, "ingrid", id);
        won += status == OK;
        lost += status == CONFLICT;
    }
    CHECK_INT(won, 1);
    CHECK_INT(lost, 49);
    CHECK_INT(ingrids(cx), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'invitation.accepted'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.invitation_accepted'"), 1);
}

TEST(only_the_invited_person_answers)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx);
    const char *others[] = { "ben", "freya", "olga", "zoe", "kavya" };
    for (size_t i = 0; i < 5; i++) {
        CHECK(accept_as(cx, others[i], id) == NOT_FOUND);
        CHECK(decline_as(cx, others[i], id, "") == NOT_FOUND);
        CHECK(reopen_as(cx, others[i], id) == NOT_FOUND);
    }
    CHECK(accept_as(cx, "ingrid", id_of("nothing")) == NOT_FOUND);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'pending' AND version = 1"), 1);
    CHECK_INT(ingrids(cx), 0);
}

TEST(an_address_that_is_not_proven_answers_nothing)
{
    practice_begin(cx);
    add_ingrid(cx, false);
    struct id id = invite(cx);
    CHECK(accept_as(cx, "ingrid", id) == CONFLICT && because(cx, "proof"));
    CHECK(decline_as(cx, "ingrid", id, "") == CONFLICT && because(cx, "proof"));
    CHECK_INT(ingrids(cx), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'pending'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE id = 'p-ingrid' AND proven_at = 0"), 1);
}

TEST(seven_days_less_a_second_are_in_time_and_seven_days_are_not)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    int64_t sent = cx->now;
    struct id id = invite(cx);
    cx->now = sent + DAYS(7) + SECONDS(1);
    CHECK(accept_as(cx, "ingrid", id) == CONFLICT && because(cx, "expired"));
    cx->now = sent + DAYS(7);
    CHECK(accept_as(cx, "ingrid", id) == CONFLICT && because(cx, "expired"));
    CHECK(decline_as(cx, "ingrid", id, "") == CONFLICT);
    CHECK_INT(ingrids(cx), 0);
    cx->now = sent + DAYS(7) - SECONDS(1);
    CHECK(accept_as(cx, "ingrid", id) == OK);
    CHECK_INT(ingrids(cx), 1);
}

#define BE_INGRID                                  \
    "person_id = 'p-ingrid', temporary_until = 0," \
    " email = (SELECT email FROM people WHERE id = 'p-ingrid')"

/* What else may be true when it is answered, and what follows. */
static const struct {
    const char *what, *change;
    enum status accept;
    const char *reason;
} truths[] = {
    { "nothing", "", OK, NULL },
    { "withdrawn", "UPDATE invitations SET state = 'withdrawn'", CONFLICT, "withdrawn" },
    { "declined", "UPDATE invitations SET state = 'declined'", CONFLICT, "answered" },
    { "accepted", "UPDATE invitations SET state = 'accepted'", CONFLICT, "answered" },
    { "expired", "UPDATE invitations SET state = 'expired'", CONFLICT, "expired" },
    { "inviter lowered", "UPDATE users SET level = 'office' WHERE id = 'u-freya'", CONFLICT,
      "withdrawn" },
    { "inviter deactivated",
      "UPDATE users SET level = 'office', status = 'deactivated' WHERE id = 'u-freya'", CONFLICT,
      "withdrawn" },
    { "inviter lowered elsewhere",
      "UPDATE users SET level = 'contact' WHERE practice_id = 'south' AND id = 'u-olga'", OK,
      NULL },
    { "offers what its sender has not got", "UPDATE invitations SET see_history = 1", CONFLICT,
      "withdrawn" },
    { "a user here", "UPDATE users SET " BE_INGRID " WHERE practice_id = 'north' AND id = 'u-ben'",
      CONFLICT, "member" },
    { "a user here who was deactivated",
      "UPDATE users SET " BE_INGRID " WHERE practice_id = 'north' AND id = 'u-kavya'", CONFLICT,
      "deactivated" },
    { "a user elsewhere",
      "UPDATE users SET " BE_INGRID " WHERE practice_id = 'south' AND id = 'u-olga'", OK, NULL },
    { "a location that is gone",
      "DELETE FROM assignments WHERE location_id = 'l-riverside';"
      "DELETE FROM patient_locations WHERE location_id = 'l-riverside';"
      "DELETE FROM appointments WHERE location_id = 'l-riverside';"
      "DELETE FROM working_hours WHERE location_id = 'l-riverside';"
      "DELETE FROM waiter_links WHERE waiter_id = 'wt-ben';"
      "DELETE FROM waiters WHERE location_id = 'l-riverside';"
      "DELETE FROM booking_links WHERE booking_id = 'bk-ben';"
      "DELETE FROM bookings WHERE location_id = 'l-riverside';"
      "DELETE FROM booking_types WHERE location_id = 'l-riverside';"
      "DELETE FROM booking_profiles WHERE location_id = 'l-riverside';"
      "DELETE FROM rooms WHERE location_id = 'l-riverside';"
      "DELETE FROM locations WHERE id = 'l-riverside'",
      OK, NULL },
    { "for another address", "UPDATE invitations SET email_key = 'eve@haaland.example'", NOT_FOUND,
      NULL },
};

TEST(whether_an_invitation_works_is_decided_when_it_is_accepted)
{
    for (size_t i = 0; i < sizeof truths / sizeof *truths; i++) {
        practice_begin(cx);
        add_ingrid(cx, true);
        struct id id = invite(cx);
        take_invoices_away(cx); /* locations that have some cannot go */
        CHECK(db_begin(cx, true) == OK);
        CHECK(db_script(cx, truths[i].change) == OK);
        CHECK(db_commit(cx) == OK);
        int64_t before = COUNT("SELECT count(*) FROM users");
        enum status status = accept_as(cx, "ingrid", id);
        if (status != truths[i].accept) CHECK_TEXT("another answer for", truths[i].what);
        if (truths[i].reason && !because(cx, truths[i].reason))
            CHECK_TEXT("another reason for", truths[i].what);
        CHECK_INT(COUNT("SELECT count(*) FROM users") - before, status == OK);
    }
}

TEST(declining_tells_the_practice_only_what_it_knows_already)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx);
    act_person(cx, "ingrid");
    cx->actor.address = "192.0.2.77";
    cx->actor.agent = "Firefox";
    CHECK(act_end(cx, invitation_decline(cx, id, "Not this year")) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'invitation.declined'"
                    " AND practice_id = 'north' AND actor_name = 'Ingrid Haaland' AND actor_id = ''"
                    " AND address = '' AND agent = '' AND note = 'Not this year'"),
              1);
    CHECK(decline_as(cx, "ingrid", id, "twice") == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'invitation.declined'"), 1);
    CHECK(accept_as(cx, "ingrid", id) == CONFLICT && because(cx, "answered"));
    CHECK_INT(ingrids(cx), 0);
}

TEST(declining_is_taken_back_within_24_hours)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx);
    int64_t declined = cx->now;
    CHECK(decline_as(cx, "ingrid", id, "") == OK);
    cx->now = declined + HOURS(24);
    CHECK(reopen_as(cx, "ingrid", id) == CONFLICT);
    cx->now = declined + HOURS(24) - SECONDS(1);
    CHECK(reopen_as(cx, "ingrid", id) == OK);
    CHECK(reopen_as(cx, "ingrid", id) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'invitation.declining_undone'"), 1);
    CHECK(accept_as(cx, "ingrid", id) == OK);
    CHECK_INT(ingrids(cx), 1);
    CHECK(reopen_as(cx, "ingrid", id) == CONFLICT);
}

TEST(what_was_cleared_or_sent_anew_is_not_taken_up_again)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx);
    CHECK(decline_as(cx, "ingrid", id, "") == OK);
    CHECK(AS("olga", invitation_clear, id) == OK);
    CHECK(reopen_as(cx, "ingrid", id) == CONFLICT);
    struct id next = invite(cx);
    CHECK(!id_same(next, id));
    CHECK(reopen_as(cx, "ingrid", id) == CONFLICT);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'pending'"), 1);
}

TEST(an_accepted_invitation_of_one_group_opens_no_other)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id north = invite(cx), south;
    struct user_draft draft = ingrid();
    draft.locations_n = 0;
    CHECK(send_as(cx, "south", "zoe", draft, &south) == OK);
    CHECK(accept_as(cx, "ingrid", south) == OK);
    CHECK_INT(ingrids(cx), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE practice_id = 'south'"), 3);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'pending'"
                    " AND practice_id = 'north'"),
              1);
    CHECK(accept_as(cx, "ingrid", north) == OK);
    CHECK_INT(ingrids(cx), 1);
}
