/* send_test.c - the group's side: sending, sending again, withdrawing, clearing. */
#include "tests/app/invitations/invited.h"

static int64_t pending(struct cx *cx)
{
    return COUNT("SELECT count(*) FROM invitations WHERE state = 'pending'");
}

TEST(only_full_access_invites)
{
    practice_begin(cx);
    struct id id;
    const char *others[] = { "ben", "chen", "gina", "kavya" };
    for (size_t i = 0; i < 4; i++)
        CHECK(send_as(cx, "north", others[i], ingrid(), &id) == FORBIDDEN);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs"), 0);
    invite(cx);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'invitation.sent'"
                    " AND actor_id = 'u-freya' AND about_name = 'Ingrid Haaland'"
                    " AND changes LIKE '%Personal Access%'"),
              1);
}

TEST(nobody_invites_to_more_than_the_own_access)
{
    practice_begin(cx);
    struct id id;
    struct user_draft draft = ingrid();
    draft.access.set[SETTING_see_history] = true;
    CHECK(send_as(cx, "north", "freya", draft, &id) == FORBIDDEN && because(cx, "gives"));
    CHECK(send_as(cx, "north", "olga", draft, &id) == OK);
    CHECK(AS("freya", invitation_resend, id) == FORBIDDEN);
    draft = draft_for("Eve", "Hall", "eve@haaland.example");
    draft.access.owner = true;
    draft.access.level = LEVEL_P_FULL;
    CHECK(send_as(cx, "north", "freya", draft, &id) == FORBIDDEN);
    CHECK_INT(pending(cx), 1);
}

TEST(who_is_a_user_here_or_was_one_or_is_invited_is_not_invited)
{
    practice_begin(cx);
    struct id id;
    CHECK(send_as(cx, "north", "freya", draft_for("Ben", "Brandt", "ben@north.example"), &id)
          == INVALID);
    CHECK(because(cx, "member"));
    CHECK_TEXT(fault_of(cx, "email"), "ben@north.example is already a user of this group");
    CHECK(send_as(cx, "north", "freya", draft_for("Kavya", "Rao", "kavya@north.example"), &id)
          == INVALID);
    CHECK(because(cx, "deactivated"));
    CHECK(strstr(fault_of(cx, "email"), "Activate user instead"));
    invite(cx);
    CHECK(send_as(cx, "north", "olga", ingrid(), &id) == INVALID);
    CHECK(because(cx, "pending"));
    CHECK_TEXT(
        fault_of(cx, "email"),
        "ingrid@haaland.example already has an invitation, open until 28 Nov. Send it again");
    CHECK_INT(pending(cx), 1);
}

TEST(what_another_group_has_says_nothing_here)
{
    practice_begin(cx);
    struct id id;
    CHECK(send_as(cx, "south", "zoe", draft_for("Ben", "Brandt", "ben@north.example"), &id) == OK);
    CHECK(send_as(cx, "north", "freya", draft_for("Zoe", "Z", "zoe@south.example"), &id) == OK);
    CHECK_INT(pending(cx), 2);
}

TEST(zoe_sees_and_changes_nothing_of_north)
{
    practice_begin(cx);
    struct id id = invite(cx);
    struct invitation *inv;
    struct invitation_list list;
    act_as(cx, "south", "zoe");
    CHECK(invitation_find(cx, id, &inv) == NOT_FOUND);
    CHECK(invitation_resend(cx, id) == NOT_FOUND);
    CHECK(invitation_withdraw(cx, id) == NOT_FOUND);
    CHECK(invitation_clear(cx, id) == NOT_FOUND);
    CHECK(invitation_list(cx, "", &list) == OK && list.n == 0 && list.total == 0);
    CHECK(invitations_withdraw_by(cx, id_of("u-freya"), "") == OK);
    CHECK(invitations_withdraw_for(cx, "ingrid@haaland.example") == OK);
    CHECK(act_end(cx, OK) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'pending' AND version = 1"), 1);
    const char *made[] = { "deliveries", "withdrawal", "clearance" };
    for (size_t i = 0; i < 3; i++) {
        const char *path =
            arena_print(cx->mem, "/g/south/settings/invitations/%s/%s", id.text, made[i]);
        CHECK_INT(post(cx, "zoe", path, NULL).status, 404);
        path = arena_print(cx->mem, "/g/north/settings/invitations/%s/%s", id.text, made[i]);
        CHECK_INT(post(cx, "zoe", path, NULL).status, 404);
        CHECK_INT(post(cx, "ben", path, NULL).status, 403);
    }
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'pending' AND version = 1"), 1);
}

TEST(the_list_shows_what_is_open_declined_or_over_until_it_is_cleared)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx), other;
    struct invitation_list list;
    CHECK(send_as(cx, "north", "olga", draft_for("", "Suharto", "suharto@mail.example"), &other)
          == OK);
    act_as(cx, "north", "freya");
    CHECK(invitation_list(cx, "", &list) == OK);
    CHECK_INT(list.n, 2);
    CHECK(invitation_list(cx, "HAALAND", &list) == OK);
    CHECK_INT(list.n, 1);
    CHECK_TEXT(invitation_full_name(cx, &list.at[0]), "Dr Ingrid Haaland");
    CHECK(invitation_list(cx, "%", &list) == OK);
    CHECK_INT(list.n, 0);
    CHECK(act_end(cx, OK) == OK);
    act_as(cx, "north", "ben");
    CHECK(invitation_list(cx, "", &list) == OK && list.n == 0);
    CHECK(act_end(cx, OK) == OK);

    CHECK(AS("freya", invitation_clear, other) == CONFLICT && because(cx, "pending"));
    CHECK(decline_as(cx, "ingrid", id, "") == OK);
    act_as(cx, "north", "freya");
    CHECK(invitation_list(cx, "", &list) == OK);
    CHECK_INT(list.n, 2);
    CHECK_TEXT(list.at[0].draft.last_name, "Suharto"); /* open ones come first */
    CHECK(list.at[1].state == INVITATION_DECLINED);
    CHECK(act_end(cx, OK) == OK);
    CHECK(AS("freya", invitation_clear, id) == OK);
    CHECK(AS("freya", invitation_clear, id) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'invitation.cleared'"), 1);
    CHECK(AS("freya", invitation_withdraw, other) == OK);
    act_as(cx, "north", "freya");
    CHECK(invitation_list(cx, "", &list) == OK && list.n == 0);
    CHECK(act_end(cx, OK) == OK);
}

TEST(sending_again_begins_a_new_term_in_the_name_of_whoever_does)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx);
    struct invitation *inv;
    cx->now += DAYS(6);
    CHECK(AS("olga", invitation_resend, id) == OK);
    act_as(cx, "north", "freya");
    CHECK(invitation_find(cx, id, &inv) == OK);
    CHECK(act_end(cx, OK) == OK);
    CHECK_TEXT(inv->inviter.text, "u-olga");
    CHECK(inv->expires_at == cx->now + DAYS(7));
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'mail.invitation'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'invitation.expire'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'invitation.remind'"), 1);
    /* Its first sender no longer matters. */
    CHECK(AS("olga", invitations_withdraw_by, id_of("u-freya"), "") == OK);
    CHECK_INT(pending(cx), 1);
    CHECK(decline_as(cx, "ingrid", id, "no") == OK);
    CHECK(AS("olga", invitation_resend, id) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'pending' AND note = ''"), 1);
    CHECK(accept_as(cx, "ingrid", id) == OK);
    CHECK(AS("olga", invitation_resend, id) == CONFLICT && because(cx, "answered"));
    CHECK(AS("olga", invitation_withdraw, id) == CONFLICT);
}

TEST(sending_again_has_a_limit_an_hour)
{
    practice_begin(cx);
    struct id id = invite(cx);
    CHECK(db_begin(cx, true) == OK);
    CHECK(db_script(cx, "UPDATE practices SET adds_per_hour = 3") == OK);
    CHECK(db_commit(cx) == OK);
    for (int i = 0; i < 3; i++) CHECK(AS("freya", invitation_resend, id) == OK);
    CHECK(AS("freya", invitation_resend, id) == CONFLICT && because(cx, "slow"));
    cx->now += HOURS(1) + SECONDS(1);
    CHECK(AS("freya", invitation_resend, id) == OK);
}

TEST(an_inviter_who_loses_full_access_loses_his_open_invitations)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx), other;
    struct outbox out;
    struct invitation_list list;
    CHECK(send_as(cx, "north", "olga", draft_for("José", "Ferreira", "jose@mail.example"), &other)
          == OK);
    work_all(cx, &out);
    CHECK(AS("olga", invitations_withdraw_by, id_of("u-freya"), "Freya was lowered") == OK);
    CHECK_INT(pending(cx), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'invitation.withdrawn'"
                    " AND note = 'Freya was lowered'"),
              1);
    CHECK(accept_as(cx, "ingrid", id) == CONFLICT && because(cx, "withdrawn"));
    work_all(cx, &out);
    CHECK_INT(out.n, 1); /* to Olga, and to nobody else */
    CHECK(strstr(out.at[0].to, "olga@north.example"));
    CHECK_TEXT(out.at[0].subject, "Invitations by Freya Nilsson have ended");
    CHECK(strstr(out.at[0].text, "Ingrid Haaland"));
    CHECK(!strstr(out.at[0].text, "José"));
    act_as(cx, "north", "olga");
    CHECK(invitation_list(cx, "", &list) == OK);
    CHECK_INT(list.n, 2);
    CHECK(list.at[1].lost && list.at[1].state == INVITATION_WITHDRAWN);
    CHECK(act_end(cx, OK) == OK);
    /* One click, and it is Olga's. */
    const char *path = arena_print(cx->mem, "/g/north/settings/invitations/%s/deliveries", id.text);
    CHECK_INT(post(cx, "olga", path, NULL).status, 303);
    CHECK(accept_as(cx, "ingrid", id) == OK);
}

TEST(nothing_is_told_when_there_was_nothing_open)
{
    practice_begin(cx);
    struct outbox out;
    CHECK(AS("olga", invitations_withdraw_by, id_of("u-freya"), "") == OK);
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
}

TEST(invitations_for_a_person_who_is_deactivated_end)
{
    practice_begin(cx);
    invite(cx);
    CHECK(AS("olga", invitations_withdraw_for, "eve@haaland.example") == OK);
    CHECK_INT(pending(cx), 1);
    CHECK(AS("olga", invitations_withdraw_for, "ingrid@haaland.example") == OK);
    CHECK_INT(pending(cx), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE lost = 1"), 0);
}

TEST(a_new_invitation_takes_the_place_of_one_whose_time_is_over)
{
    practice_begin(cx);
    struct id first = invite(cx);
    struct invitation_list list;
    cx->now += DAYS(7); /* and the job has not run yet */
    struct id second = invite(cx);
    CHECK(!id_same(first, second));
    CHECK_INT(pending(cx), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'invitation.expired'"), 1);
    act_as(cx, "north", "freya");
    CHECK(invitation_list(cx, "", &list) == OK);
    CHECK_INT(list.n, 1);
    CHECK(act_end(cx, OK) == OK);
    CHECK(AS("freya", invitation_resend, first) == INVALID && because(cx, "pending"));
}

TEST(rows_on_the_users_page_say_how_it_stands_and_what_can_be_done)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx), other;
    struct outbox out;
    CHECK(send_as(cx, "north", "olga", draft_for("José", "Ferreira", "jose@mail.example"), &other)
          == OK);
    work_all(cx, &out);
    cx->now += DAYS(2);
    struct page page = get(cx, "freya", "/g/north/settings/users");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Invited 2 days ago, expires in 5 days"));
    CHECK(has_text(page, "aria-label=\"Send again to Dr Ingrid Haaland\""));
    CHECK(has_text(page, "aria-label=\"Withdraw the invitation for Dr Ingrid Haaland\""));
    CHECK(has_text(page, ">Pending<"));
    CHECK(decline_as(cx, "ingrid", id, "Moving") == OK);
    page = get(cx, "freya", "/g/north/settings/users");
    CHECK(has_text(page, ">Declined<") && has_text(page, "Declined on 23 Nov"));
    CHECK(has_text(page, "aria-label=\"Invite again Dr Ingrid Haaland\""));
    CHECK(has_text(page, "aria-label=\"Clear the invitation for Dr Ingrid Haaland\""));
    CHECK(has_text(page, "“Moving”"));
    cx->now += DAYS(5);
    sign_in_again(cx, "olga");
    page = get(cx, "olga", "/g/north/settings/users");
    CHECK(has_text(page, ">Expired<") && has_text(page, "Expired on 28 Nov"));
    CHECK(!has_text(get(cx, "ben", "/g/north/settings/users"), "jose@mail.example"));
}

TEST(withdrawing_on_the_page_can_be_undone)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx);
    const char *there = arena_print(cx->mem, "/g/north/settings/invitations/%s", id.text);
    CHECK_INT(post(cx, "freya", arena_print(cx->mem, "%s/withdrawal", there), NULL).status, 303);
    struct page page = get(cx, "freya", "/g/north/settings/users");
    CHECK(has_text(page, "The invitation for Ingrid Haaland is withdrawn."));
    CHECK(has_text(page, arena_print(cx->mem, "%s/deliveries", there)));
    CHECK(!has_text(page, ">Withdrawn<"));
    CHECK(accept_as(cx, "ingrid", id) == CONFLICT);
    CHECK_INT(post(cx, "freya", arena_print(cx->mem, "%s/deliveries", there), NULL).status, 303);
    CHECK(has_text(get(cx, "freya", "/g/north/settings/users"),
                   "We sent Ingrid Haaland an invitation. It is open for 7 days."));
    CHECK_INT(post(cx, "freya", arena_print(cx->mem, "%s/clearance", there), NULL).status, 409);
    CHECK(accept_as(cx, "ingrid", id) == OK);
    CHECK_INT(post(cx, "freya", arena_print(cx->mem, "%s/deliveries", there), NULL).status, 409);
}
