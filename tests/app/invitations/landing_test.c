/* landing_test.c - what the mailed link opens, and answering on the own page. */
#include "tests/app/invitations/invited.h"

static const char GOOD[] = "quiet rivers carry paper boats";

static struct page answer_own(struct cx *cx, const char *who, struct id id, const char *what)
{
    return post(cx, who, arena_print(cx->mem, "/me/invitations/%s/%s", id.text, what), NULL);
}

static void expect(struct page page, const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!has_text(page, texts[i])) CHECK_TEXT("missing", texts[i]);
}

TEST(the_link_says_who_invites_to_what_and_until_when)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    invite(cx);
    const char *path = mailed_path(cx);
    const char *const texts[] = { "Northside Allied Health invites you to join",
                                  "Sent by Freya Nilsson on 21 Nov, open until 28 Nov.",
                                  "Practitioner",
                                  "Personal Access",
                                  "You will be able to: ",
                                  "Riverside",
                                  "Your other groups cannot be seen by Northside Allied Health" };
    struct page page = get(cx, "ingrid", path);
    CHECK_INT(page.status, 200);
    expect(page, texts, sizeof texts / sizeof *texts);
    CHECK(has_text(page, "Accept and join") && has_text(page, "Decline"));
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'pending' AND version = 1"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM links WHERE used_at IS NULL"), 1);
}

TEST(another_person_sees_whose_it_is_not_and_nothing_else)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    invite(cx);
    const char *path = mailed_path(cx);
    struct page page = get(cx, "ben", path);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "This invitation is for i…@haaland.example. Sign in with that address."));
    CHECK(!has_text(page, "ingrid@") && !has_text(page, "Accept and join"));
    CHECK_INT(post(cx, "ben", below(cx, path, "acceptance"), NULL).status, 409);
    CHECK_INT(post(cx, "ben", below(cx, path, "refusal"), NULL).status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'pending' AND version = 1"), 1);
}

TEST(a_visitor_whose_address_has_a_sign_in_signs_in_first)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    invite(cx);
    const char *path = mailed_path(cx);
    struct page page = get(cx, "", path);
    CHECK(has_text(page, "/sign-in?next="));
    CHECK(!has_text(page, "New password"));
    CHECK_INT(post(cx, "", below(cx, path, "acceptance"), NULL).status, 303);
    page = post(cx, "", below(cx, path, "sign-in"), "new_password", GOOD, "new_password_again",
                GOOD, NULL);
    CHECK_INT(page.status, 409);
    CHECK_INT(ingrids(cx), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE id = 'p-ingrid' AND password_hash ="
                    " (SELECT password_hash FROM people WHERE id = 'p-ben')"),
              1);
}

TEST(who_has_other_groups_stays_at_their_own_page_and_may_switch)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    CHECK(db_script(cx, "INSERT INTO users (practice_id, id, person_id, email, last_name, sort_key,"
                        " find_key, role_type, level, created_at) VALUES ('south', 'u-ingrid', 'p-ingrid',"
                        " (SELECT email FROM people WHERE id = 'p-ingrid'), 'Haaland', 'h', 'h', 'administrator', 'office', 1)")
          == OK);
    struct page page = answer_own(cx, "ingrid", invite(cx), "acceptance");
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, "/me");
    page = get(cx, "ingrid", "/me");
    CHECK(has_text(page, "You have joined Northside Allied Health."));
    CHECK(has_text(page, "href=\"/g/north/\">Switch to it</a>") && has_text(page, "Stay here"));
}

TEST(accepting_by_the_mailed_link_proves_the_address)
{
    practice_begin(cx);
    add_ingrid(cx, false);
    struct id id = invite(cx);
    const char *path = mailed_path(cx);
    CHECK_INT(answer_own(cx, "ingrid", id, "acceptance").status, 409);
    struct page page = get(cx, "ingrid", path);
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE id = 'p-ingrid' AND proven_at = 0"), 1);
    page = post(cx, "ingrid", below(cx, path, "acceptance"), NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, "/g/north/");
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE id = 'p-ingrid' AND proven_at > 0"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.address_proven'"), 1);
    CHECK_INT(ingrids(cx), 1);
    CHECK(has_text(get(cx, "ingrid", "/g/north/"), "You have joined Northside Allied Health."));
    /* The link works once. */
    CHECK_INT(post(cx, "ingrid", below(cx, path, "acceptance"), NULL).status, 409);
    CHECK(has_text(get(cx, "ingrid", path), "This invitation has been accepted already."));
    CHECK_INT(ingrids(cx), 1);
}

TEST(a_refused_acceptance_proves_nothing)
{
    practice_begin(cx);
    add_ingrid(cx, false);
    struct id id = invite(cx);
    const char *path = mailed_path(cx);
    CHECK(AS("freya", invitation_withdraw, id) == OK);
    CHECK_INT(post(cx, "ingrid", below(cx, path, "acceptance"), NULL).status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE id = 'p-ingrid' AND proven_at = 0"), 1);
}

TEST(a_newcomer_sets_up_a_sign_in_and_is_in)
{
    practice_begin(cx);
    invite(cx);
    const char *path = mailed_path(cx), *join = below(cx, path, "sign-in");
    struct page page = get(cx, "", path);
    const char *const texts[] = { "Set up your sign-in", "ingrid@haaland.example",
                                  "New password",        "New password again",
                                  "Accept and join",     "At least 15 characters" };
    expect(page, texts, sizeof texts / sizeof *texts);

    page = post(cx, "", join, "new_password", "short", "new_password_again", "other", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "There is a problem")
          && has_text(page, "The two passwords are different"));
    CHECK(has_text(page, "Use at least 15 characters") && !has_text(page, "value=\"short\""));
    page = post(cx, "", join, "new_password", "ingrid haaland 12", "new_password_again",
                "ingrid haaland 12", NULL);
    CHECK_INT(page.status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE email_key = 'ingrid@haaland.example'"), 0);

    page = post(cx, "", join, "new_password", GOOD, "new_password_again", GOOD, NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, "/g/north/");
    bool cookie = false;
    for (size_t i = 0; i < COOKIES && page.cookies[i]; i++)
        cookie |= strncmp(page.cookies[i], "linden=", 7) == 0 && strlen(page.cookies[i]) > 50;
    CHECK(cookie);
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE email_key = 'ingrid@haaland.example'"
                    " AND first_name = 'Ingrid' AND proven_at > 0 AND temporary = 0"
                    " AND password_hash LIKE '$argon2id$%'"),
              1);
    CHECK_INT(ingrids(cx), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM sessions WHERE waits_for = 0 AND person_id ="
                    " (SELECT id FROM people WHERE email_key = 'ingrid@haaland.example')"),
              1);
    CHECK_INT(post(cx, "", join, "new_password", GOOD, "new_password_again", GOOD, NULL).status,
              409);
    CHECK_INT(ingrids(cx), 1);
    page = post(cx, "", "/sign-in", "email", "ingrid@haaland.example", "password", GOOD, NULL);
    CHECK_INT(page.status, 303);
}

TEST(whoever_is_signed_in_sets_up_no_second_sign_in)
{
    practice_begin(cx);
    invite(cx);
    const char *path = mailed_path(cx);
    CHECK_INT(post(cx, "ben", below(cx, path, "sign-in"), "new_password", GOOD,
                   "new_password_again", GOOD, NULL)
                  .status,
              409);
    CHECK_INT(ingrids(cx), 0);
}

TEST(sending_again_kills_the_old_link)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx);
    const char *old = mailed_path(cx);
    struct page page =
        post(cx, "freya",
             arena_print(cx->mem, "/g/north/settings/invitations/%s/deliveries", id.text), NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, "/g/north/settings/users");
    const char *fresh = mailed_path(cx);
    CHECK(strcmp(old, fresh) != 0);
    CHECK_INT(get(cx, "ingrid", old).status, 410);
    CHECK_INT(post(cx, "ingrid", below(cx, old, "acceptance"), NULL).status, 410);
    CHECK_INT(get(cx, "ingrid", fresh).status, 200);
    CHECK_INT(post(cx, "ingrid", below(cx, fresh, "acceptance"), NULL).status, 303);
    CHECK_INT(ingrids(cx), 1);
}

TEST(a_link_that_was_never_mailed_is_like_one_that_works_no_more)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    invite(cx);
    const char *bad[] = { "/invitations/x",
                          "/invitations/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
    for (size_t i = 0; i < 2; i++) {
        CHECK_INT(get(cx, "", bad[i]).status, 410);
        CHECK(has_text(get(cx, "", bad[i]), "This link has expired or was used."));
        CHECK_INT(post(cx, "ingrid", below(cx, bad[i], "acceptance"), NULL).status, 410);
        CHECK_INT(post(cx, "", below(cx, bad[i], "sign-in"), "new_password", GOOD,
                       "new_password_again", GOOD, NULL)
                      .status,
                  410);
    }
    CHECK_INT(ingrids(cx), 0);
}

TEST(each_state_has_its_sentence)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx);
    const char *path = mailed_path(cx);
    CHECK(decline_as(cx, "ingrid", id, "") == OK);
    CHECK(has_text(get(cx, "", path), "This invitation has been declined."));
    CHECK(reopen_as(cx, "ingrid", id) == OK);
    CHECK(has_text(get(cx, "ingrid", path), "Accept and join"));
    cx->now += DAYS(7);
    CHECK(has_text(get(cx, "", path), "Ask Freya Nilsson to send it again."));
    CHECK_INT(post(cx, "", below(cx, path, "sign-in"), "new_password", GOOD, "new_password_again",
                   GOOD, NULL)
                  .status,
              409);
    cx->now -= DAYS(1);
    CHECK(AS("freya", invitation_withdraw, id) == OK);
    CHECK(has_text(get(cx, "", path), "Northside Allied Health withdrew this invitation."));
}

TEST(the_person_answers_on_the_own_page_too)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx);
    struct page page = get(cx, "ingrid", "/me/invitations");
    const char *const texts[] = { "Northside Allied Health invites you to join as a Practitioner.",
                                  "Sent by Freya Nilsson on 21 Nov, open until 28 Nov.",
                                  "You would have Personal Access at Riverside.",
                                  "Nothing from your other groups is shared with them.",
                                  ">Decline<",
                                  ">Accept and join<" };
    CHECK_INT(page.status, 200);
    expect(page, texts, sizeof texts / sizeof *texts);
    CHECK_INT(get(cx, "", "/me/invitations").status, 303);
    CHECK(!has_text(get(cx, "ben", "/me/invitations"), "Northside Allied Health invites"));

    page = answer_own(cx, "ingrid", id, "refusal");
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, "/me");
    page = get(cx, "ingrid", "/me");
    CHECK(has_text(page, "You declined the invitation to Northside Allied Health."));
    CHECK(has_text(page, arena_print(cx->mem, "/me/invitations/%s/reopening", id.text)));
    CHECK(has_text(get(cx, "ingrid", "/me/invitations"), "take that back for 24 hours"));
    CHECK_INT(answer_own(cx, "ben", id, "reopening").status, 404);
    CHECK_INT(answer_own(cx, "ingrid", id, "reopening").status, 303);
    page = answer_own(cx, "ingrid", id, "acceptance");
    CHECK_INT(page.status, 303);
    CHECK(has_text(get(cx, "ingrid", "/me"), "You have joined Northside Allied Health."));
    CHECK_INT(answer_own(cx, "ingrid", id, "acceptance").status, 409);
    CHECK_INT(answer_own(cx, "ben", id, "acceptance").status, 404);
    CHECK_INT(ingrids(cx), 1);
}

TEST(without_proof_the_own_page_asks_for_it_and_names_nobody)
{
    practice_begin(cx);
    add_ingrid(cx, false);
    struct id id = invite(cx);
    struct page page = get(cx, "ingrid", "/me/invitations");
    CHECK(has_text(page, "1 invitation is waiting for you."));
    CHECK(has_text(page, "confirm your email address ingrid@haaland.example"));
    CHECK(has_text(page, "Send the link again") && has_text(page, "/me/sign-in/proof"));
    CHECK(!has_text(page, "Northside") && !has_text(page, "Freya"));
    page = answer_own(cx, "ingrid", id, "acceptance");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Confirm your email address first."));
    CHECK(has_text(page, "Send the link again"));
    CHECK_INT(ingrids(cx), 0);
}

TEST(a_note_that_is_too_long_comes_back_in_its_place)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id = invite(cx);
    char *note = arena_alloc(cx->mem, 600);
    memset(note, 'n', 501);
    struct page page =
        post(cx, "ingrid", arena_print(cx->mem, "/me/invitations/%s/refusal", id.text), "note",
             note, NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "There is a problem") && has_text(page, "id=\"note\""));
    CHECK(has_text(page, note));
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE state = 'pending'"), 1);
}

TEST(names_and_notes_from_strangers_stay_text)
{
    practice_begin(cx);
    add_ingrid(cx, true);
    struct id id;
    CHECK(send_as(cx, "north", "freya", draft_for("<i>", "</title><b>", "ingrid@haaland.example"),
                  &id)
          == OK);
    const char *path = mailed_path(cx);
    CHECK(!has_text(get(cx, "ingrid", path), "</title><b>"));
    CHECK(decline_as(cx, "ingrid", id, "<script>alert(1)</script>") == OK);
    CHECK(!has_text(get(cx, "freya", "/g/north/settings/users"), "<script>alert"));
}
