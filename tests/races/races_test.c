/* races_test.c - two at once, through the lanes that the server uses.
 *
 * Whatever the order, no rule is broken. */
#include "base/secret.h"
#include "base/setup.h"
#include "tests/support/race.h"

/* Only owners can lower owners, and only themselves; each sees another one. */
TEST(two_owners_lower_themselves_at_once_and_one_is_left)
{
    for (int i = 0; i < race_rounds(20); i++) {
        practice_begin(cx);
        CHECK(db_script(cx, "UPDATE users SET level = 'full', owner = 1, all_locations = 1"
                            " WHERE id = 'u-ben'")
              == OK);
        const char *olga = session_of(cx, "olga"), *ben = session_of(cx, "ben");
        const char *lower[] = { "version",
                                "1",
                                "reviewed",
                                "1",
                                "first_name",
                                "B",
                                "last_name",
                                "B",
                                "role_type",
                                "practitioner",
                                "profession",
                                "physiotherapist",
                                "registration_number",
                                "PHY0001234567",
                                "level",
                                "clinical",
                                "boxes_for",
                                "practitioner.clinical",
                                "all_locations",
                                "1",
                                NULL };
        race_begin(cx);
        race_ready(cx, ben, false, "/g/north/settings/users/u-ben", lower);
        race_ready(cx, olga, false, "/g/north/settings/users/u-olga", lower);
        race_go();
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM users WHERE practice_id = 'north' AND owner = 1"
                             " AND level = 'full' AND status = 'active'"),
                  1);
        CHECK_INT((racers[0].status == 303) + (racers[1].status == 303), 1);
        race_end();
    }
}

/* Two with Full Access lower each other: one is faster, and the other has no
 * right to answer with any more. */
TEST(two_full_access_users_lower_each_other_and_one_is_left)
{
    for (int i = 0; i < race_rounds(20); i++) {
        practice_begin(cx);
        CHECK(db_script(cx, "UPDATE users SET level = 'full' WHERE id = 'u-gina'") == OK);
        const char *freya = session_of(cx, "freya"), *gina = session_of(cx, "gina");
        const char *lower[] = { "version",
                                "1",
                                "reviewed",
                                "1",
                                "first_name",
                                "B",
                                "last_name",
                                "B",
                                "role_type",
                                "administrator",
                                "level",
                                "office",
                                "boxes_for",
                                "administrator.office",
                                "all_locations",
                                "1",
                                NULL };
        race_begin(cx);
        race_ready(cx, freya, false, "/g/north/settings/users/u-gina", lower);
        race_ready(cx, gina, false, "/g/north/settings/users/u-freya", lower);
        race_go();
        CHECK_INT(
            RACE_AFTER("SELECT count(*) FROM users WHERE practice_id = 'north' AND level = 'full'"
                       " AND status = 'active' AND owner = 0"),
            1);
        CHECK_INT((racers[0].status == 303) + (racers[1].status == 303), 1);
        race_end();
    }
}

TEST(fifty_accepts_of_one_invitation_make_one_user)
{
    for (int i = 0; i < race_rounds(5); i++) {
        practice_begin(cx);
        CHECK(db_script(cx,
                        "INSERT INTO people (id, email, email_key, first_name, last_name,"
                        " proven_at, created_at) VALUES ('p-ivy', 'ivy@x.example',"
                        " 'ivy@x.example', 'Ivy', 'Invited', 1, 1);"
                        "INSERT INTO invitations (practice_id, id, email, email_key, first_name,"
                        " last_name, find_key, role_type, level, all_locations, inviter_id,"
                        " inviter_name, created_at, sent_at, expires_at) VALUES ('north',"
                        " 'i-ivy', 'ivy@x.example', 'ivy@x.example', 'Ivy', 'Invited', 'ivy',"
                        " 'administrator', 'office', 1, 'u-freya', 'Freya Nilsson', 1, 1,"
                        " 9000000000000000)")
              == OK);
        const char *ivy = session_of(cx, "ivy");
        const char *nothing[] = { NULL };
        race_begin(cx);
        for (int n = 0; n < RACERS; n++)
            race_ready(cx, ivy, false, "/me/invitations/i-ivy/acceptance", nothing);
        race_go();
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM users WHERE person_id = 'p-ivy'"), 1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM audit WHERE kind = 'invitation.accepted'"), 1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM jobs WHERE kind = 'mail.invitation_accepted'"),
                  1);
        race_end();
    }
}

/* Half settle the line, half waive it: what is settled stays settled, once. */
TEST(fifty_settle_and_waive_one_line_of_the_checklist_at_once)
{
    for (int i = 0; i < race_rounds(5); i++) {
        practice_begin(cx);
        must_run(cx, "INSERT INTO reminder_settings (practice_id, id, user_id, email_on, email_n,"
                     " email_unit) VALUES ('north', 'rs-ben', 'u-ben', 1, 3, 'hours')");
        const char *freya = session_of(cx, "freya"), *olga = session_of(cx, "olga");
        const char *nothing[] = { NULL }, *why[] = { "reason-reminders", "He comes back", NULL };
        race_begin(cx);
        for (int n = 0; n < RACERS; n++)
            race_ready(cx, n % 4 < 2 ? freya : olga, false,
                       n % 2 ? "/g/north/settings/users/u-ben/checklist/reminders"
                             : "/g/north/settings/users/u-ben/checklist/reminders/waiver",
                       n % 2 ? nothing : why);
        race_go();
        for (size_t n = 0; n < n_racers; n++) CHECK_INT(racers[n].status, 303);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM reminder_settings WHERE user_id = 'u-ben'"), 0);
        CHECK_INT(
            RACE_AFTER("SELECT count(*) FROM checklist WHERE line = 'reminders' AND waived = 0"),
            1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM audit WHERE kind = 'user.checklist_settled'"),
                  1);
        CHECK(RACE_AFTER("SELECT count(*) FROM audit WHERE kind = 'user.checklist_waived'") <= 1);
        race_end();
    }
}

/* Everybody at the front desk has the same free half hour in view, of somebody or of a room. */
TEST(fifty_bookings_of_one_time_make_one_appointment)
{
    static const char *const times[] = { "9:30", "9:15", "9:40" };
    for (int i = 0; i < race_rounds(5); i++) {
        practice_begin(cx);
        const char *freya = session_of(cx, "freya"), *olga = session_of(cx, "olga");
        const char *one = i % 2 ? "room" : "practitioner";
        race_begin(cx);
        for (int n = 0; n < RACERS; n++) {
            const char *book[] = { "location", "l-riverside",
                                   one,        i % 2 ? "rm-one" : "u-ben",
                                   "patient",  n % 3 ? "q-anna" : "q-bert",
                                   "type",     "t-review",
                                   "date",     "2026-11-24",
                                   "time",     times[n % 3],
                                   NULL };
            race_ready(cx, n % 2 ? freya : olga, false, "/g/north/calendar", book);
        }
        race_go();
        int booked = 0, refused = 0;
        for (size_t n = 0; n < n_racers; n++) {
            booked += racers[n].status == 303;
            refused += racers[n].status == 409;
        }
        CHECK_INT(booked, 1);
        CHECK_INT(refused, RACERS - 1);
        CHECK_INT(
            RACE_AFTER("SELECT count(*) FROM appointments WHERE practice_id = 'north' AND state ="
                       " 'booked' AND starts_at > 1795430000000000"),
            1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM audit WHERE kind = 'appointment.booked'"), 1);
        race_end();
    }
}

static const char *visitor_token(struct cx *cx)
{
    char *token = arena_alloc(cx->mem, SECRET_SIZE);
    secret_token(token);
    return token;
}

/* Fifty browsers have the same free half hour in view. */
TEST(fifty_visitors_who_want_one_time_online_and_one_has_it_kept)
{
    for (int i = 0; i < race_rounds(3); i++) {
        practice_begin(cx);
        must_run(cx, ONLINE_ON);
        race_begin(cx);
        for (int n = 0; n < RACERS; n++) {
            static const char *const times[] = { "1795473000", "1795472700", "1795473900" };
            const char *hold[] = { "type", n % 3 ? "t-review" : "t-first", "at", times[n % 3],
                                   NULL };
            race_ready(cx, visitor_token(cx), true, "/book/north/l-riverside/u-ben", hold);
            racers[n].rq.address = arena_print(cx->mem, "192.0.2.%d", n);
        }
        race_go();
        int kept = 0, refused = 0;
        for (size_t n = 0; n < n_racers; n++) {
            kept += racers[n].status == 303;
            refused += racers[n].status == 409;
        }
        CHECK_INT(kept, 1);
        CHECK_INT(refused, RACERS - 1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM bookings WHERE state = 'held'"), 1);
        race_end();
    }
}

/* Who kept a time confirms it many times at once, while the front desk gives it to others. */
TEST(fifty_who_book_one_time_online_and_at_the_desk_make_one_appointment)
{
    for (int i = 0; i < race_rounds(5); i++) {
        practice_begin(cx);
        must_run(cx, ONLINE_ON);
        const char *freya = session_of(cx, "freya"), *token = visitor_token(cx);
        char derived[SECRET_SIZE], hash[SECRET_SIZE];
        secret_derive(derived, token, "booking");
        secret_hash(derived, hash);
        must_run(cx, arena_print(
                         cx->mem,
                         "INSERT INTO bookings (practice_id, id, user_id, location_id, type_id,"
                         " starts_at, ends_at, state, visitor_hash, last_name, birth_date,"
                         " email, phone, held_at, expires_at) VALUES ('north', 'bk-new', 'u-ben',"
                         " 'l-riverside', 't-review', 1795473000000000, 1795474800000000,"
                         " 'held', '%s', 'Nelson', '1990-01-02', 'n@home.example',"
                         " '03 5550 1234', 1, 9000000000000000)",
                         hash));
        race_begin(cx);
        for (int n = 0; n < RACERS; n++) {
            const char *book[] = { "location", "l-riverside", "practitioner", "u-ben",
                                   "patient",  "q-anna",      "type",         "t-review",
                                   "date",     "2026-11-24",  "time",         "9:30",
                                   NULL };
            const char *nothing[] = { NULL };
            if (n % 2)
                race_ready(cx, freya, false, "/g/north/calendar", book);
            else
                race_ready(cx, token, true, "/book/north/kept/bk-new/booking", nothing);
        }
        race_go();
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM appointments WHERE user_id = 'u-ben' AND state ="
                             " 'booked' AND starts_at = 1795473000000000"),
                  1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM audit WHERE kind = 'appointment.booked'"), 1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM bookings b LEFT JOIN appointments a ON a.id ="
                             " b.appointment_id WHERE b.id = 'bk-new' AND (b.state = 'booked') <>"
                             " (a.id IS NOT NULL)"),
                  0);
        CHECK_INT(
            RACE_AFTER("SELECT count(*) FROM patients p WHERE p.last_name = 'Nelson' AND NOT EXISTS"
                       " (SELECT 1 FROM appointments a WHERE a.patient_id = p.id)"),
            0); /* nothing half-booked */
        race_end();
    }
}

/* Fifty drafts, issued at once: the numbers follow one another, and each is given once. */
TEST(fifty_invoices_issued_at_once_have_fifty_numbers_without_a_gap)
{
    for (int i = 0; i < race_rounds(5); i++) {
        practice_begin(cx);
        for (int n = 0; n < RACERS; n++)
            must_run(cx,
                     arena_print(cx->mem,
                                 "INSERT INTO invoices (practice_id, id, patient_id, user_id,"
                                 " location_id, net_cents, total_cents, created_at) VALUES"
                                 " ('north', 'v-%d', 'q-anna', 'u-chen', 'l-riverside', 100,"
                                 "  100, 1);"
                                 "INSERT INTO invoice_lines (practice_id, invoice_id, line,"
                                 " description, quantity, price_cents, tax_rate, net_cents,"
                                 " tax_cents) VALUES ('north', 'v-%d', 1, 'X', 1, 100, 0, 100, 0)",
                                 n, n));
        const char *freya = session_of(cx, "freya"), *olga = session_of(cx, "olga");
        race_begin(cx);
        for (int n = 0; n < RACERS; n++) {
            const char *issue[] = { "version", n % 10 == 9 ? "7" : "1", NULL };
            race_ready(cx, n % 2 ? freya : olga, false,
                       arena_print(cx->mem, "/g/north/invoices/v-%d/issue", n), issue);
        }
        race_go();
        int issued = 0, refused = 0;
        for (size_t n = 0; n < n_racers; n++) {
            issued += racers[n].status == 303;
            refused += racers[n].status == 409;
        }
        CHECK_INT(issued, RACERS - RACERS / 10); /* the others were seen as another version */
        CHECK_INT(refused, RACERS / 10);
        CHECK_INT(
            RACE_AFTER("SELECT count(*) FROM invoices WHERE practice_id = 'north' AND number > 2"),
            issued);
        CHECK_INT(
            RACE_AFTER("SELECT count(DISTINCT number) FROM invoices WHERE practice_id = 'north'"),
            issued + 2);
        CHECK_INT(RACE_AFTER("SELECT max(number) FROM invoices WHERE practice_id = 'north'"),
                  issued + 2);
        CHECK_INT(RACE_AFTER("SELECT last_number FROM invoicing WHERE practice_id = 'north'"),
                  issued + 2);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM audit WHERE kind = 'invoice.issued'"), issued);
        race_end();
    }
}

/* The same for the numbers of credit notes. */
TEST(fifty_invoices_voided_at_once_have_fifty_notes_without_a_gap)
{
    for (int i = 0; i < race_rounds(3); i++) {
        practice_begin(cx);
        for (int n = 0; n < RACERS; n++)
            must_run(cx, arena_print(cx->mem,
                                     "INSERT INTO invoices (practice_id, id, number, issued, state,"
                                     " issued_on, due_on, patient_id, user_id, location_id,"
                                     " net_cents, total_cents, issued_at, created_at) VALUES"
                                     " ('north', 'v-%d', %d, 1, 'issued', '2026-11-20',"
                                     "  '2026-12-04', 'q-anna', 'u-chen', 'l-riverside', 100, 100,"
                                     "  1, 1)",
                                     n, 100 + n));
        const char *freya = session_of(cx, "freya"), *olga = session_of(cx, "olga");
        race_begin(cx);
        for (int n = 0; n < RACERS; n++) {
            const char *with[] = { "note", n % 10 == 9 ? "" : "Wrong", "version", "1", NULL };
            race_ready(cx, n % 2 ? freya : olga, false,
                       arena_print(cx->mem, "/g/north/invoices/v-%d/credit", n), with);
        }
        race_go();
        int voided = 0;
        for (size_t n = 0; n < n_racers; n++) voided += racers[n].status == 303;
        CHECK_INT(voided, RACERS - RACERS / 10); /* the others gave no reason */
        CHECK_INT(RACE_AFTER("SELECT count(DISTINCT number) FROM invoice_entries"
                             " WHERE practice_id = 'north'"),
                  voided);
        CHECK_INT(RACE_AFTER("SELECT max(number) FROM invoice_entries WHERE practice_id = 'north'"),
                  voided);
        CHECK_INT(RACE_AFTER("SELECT last_note FROM invoicing WHERE practice_id = 'north'"),
                  voided);
        race_end();
    }
}

/* Of fifty forms that were filled from the same page, one gives the money back. */
TEST(fifty_refunds_of_one_payment_give_it_back_once)
{
    for (int i = 0; i < race_rounds(3); i++) {
        practice_begin(cx);
        const char *freya = session_of(cx, "freya");
        race_begin(cx);
        for (int n = 0; n < RACERS; n++) {
            const char *refund[] = { "amount", "20", "way",     "cash", "on_day", "",
                                     "note",   "",   "version", "1",    NULL };
            race_ready(cx, freya, false, "/g/north/invoices/v-cleo/refund", refund);
        }
        race_go();
        int given = 0;
        for (size_t n = 0; n < n_racers; n++) given += racers[n].status == 303;
        CHECK_INT(given, 1);
        CHECK_INT(RACE_AFTER("SELECT paid_cents FROM invoices WHERE id = 'v-cleo'"), 0);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM invoice_entries WHERE practice_id = 'north'"
                             " AND kind = 'refund'"),
                  1);
        race_end();
    }
}

/* Whatever comes first: after the deactivation is committed, the session that
 * the sign-in made, or the one there was, does not get into the group. */
TEST(a_sign_in_racing_a_deactivation_does_not_get_in)
{
    for (int i = 0; i < race_rounds(20); i++) {
        practice_begin(cx);
        char visitor[SECRET_SIZE];
        secret_token(visitor);
        const char *freya = session_of(cx, "freya");
        const char *deactivate[] = { "version", "1", NULL };
        const char *sign_in[] = { "email", "ben@north.example", "password",
                                  "correct-horse-battery-ben", NULL };
        race_begin(cx);
        race_ready(cx, freya, false, "/g/north/settings/users/u-ben/deactivate", deactivate);
        race_ready(cx, visitor, true, "/sign-in", sign_in);
        race_go();
        CHECK_INT(racers[0].status, 303);
        CHECK_INT(racers[1].status, 303); /* the person is fine; the group is closed */
        CHECK_INT(
            RACE_AFTER("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'deactivated'"),
            1);
        const char *cookie = racers[1].cookie ? racers[1].cookie + strlen("linden=") : "";
        const char *token = arena_copy(cx->mem, cookie, strcspn(cookie, ";"));
        CHECK_INT(race_later(cx, token, "/g/north/"), 403);
        race_end();
    }
}

TEST(two_deactivations_at_once_are_one)
{
    for (int i = 0; i < race_rounds(20); i++) {
        practice_begin(cx);
        const char *freya = session_of(cx, "freya"), *olga = session_of(cx, "olga");
        const char *deactivate[] = { "version", "1", "tell", "1", NULL };
        race_begin(cx);
        race_ready(cx, freya, false, "/g/north/settings/users/u-ben/deactivate", deactivate);
        race_ready(cx, olga, false, "/g/north/settings/users/u-ben/deactivate", deactivate);
        race_go();
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM audit WHERE kind = 'user.deactivated'"), 1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM jobs WHERE kind = 'mail.deactivated'"), 1);
        CHECK_INT((racers[0].status == 303) + (racers[1].status == 303), 1);
        race_end();
    }
}

/* Whatever comes first, the user is what the last one said, once, and no session of before gets in.
 */
TEST(one_activates_while_another_deactivates_and_the_last_word_holds)
{
    for (int i = 0; i < race_rounds(20); i++) {
        practice_begin(cx);
        const char *freya = session_of(cx, "freya"), *olga = session_of(cx, "olga");
        const char *ben = session_of(cx, "ben");
        const char *deactivate[] = { "version", "1", NULL };
        const char *activate[] = { "access", "before", NULL };
        race_begin(cx);
        race_ready(cx, freya, false, "/g/north/settings/users/u-ben/deactivate", deactivate);
        race_ready(cx, olga, false, "/g/north/settings/users/u-ben/activate", activate);
        race_go();
        CHECK_INT(racers[0].status, 303);
        CHECK_INT(racers[1].status, 303); /* who is active already stays so */
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM audit WHERE kind = 'user.deactivated'"), 1);
        int64_t back = RACE_AFTER("SELECT count(*) FROM audit WHERE kind = 'user.activated'");
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'active'"),
                  back);
        CHECK_INT(RACE_AFTER("SELECT active_users FROM practices WHERE id = 'north'"),
                  RACE_AFTER("SELECT count(*) FROM users WHERE practice_id = 'north'"
                             " AND status = 'active'"));
        CHECK_INT(race_later(cx, ben, "/g/north/"), 403);
        race_end();
    }
}

/* Asking, answering: whoever comes first. */
TEST(fifty_requests_for_one_record_are_one_and_two_answers_are_one)
{
    static const char *const day = "2026-11-25";
    for (int i = 0; i < race_rounds(5); i++) {
        practice_begin(cx);
        const char *chen = session_of(cx, "chen"), *nothing[] = { NULL };
        const char *ask[] = { "reach", "1", "reason", "Bert calls", "ends_on", day, NULL };
        race_begin(cx);
        for (int n = 0; n < RACERS; n++)
            race_ready(cx, chen, false, "/g/north/patients/q-bert/ask", ask);
        race_go();
        for (size_t n = 0; n < n_racers; n++) CHECK_INT(racers[n].status, 303);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM access_requests"), 1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM audit WHERE kind = 'access.asked'"), 1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM jobs WHERE kind = 'mail.access_asked'"), 2);
        race_end();
        practice_begin(cx);
        must_run(cx,
                 "INSERT INTO access_requests (practice_id, id, user_id, patient_id, reach, reason,"
                 " asked_at, ends_at) VALUES ('north', 'r', 'u-chen', 'q-bert', 1, 'x', 1,"
                 " 9000000000000000)");
        const char *freya = session_of(cx, "freya"), *olga = session_of(cx, "olga");
        const char *grant[] = { "reach", "1", "ends_on", day, NULL },
                   *no[] = { "answer", "No", NULL };
        chen = session_of(cx, "chen");
        race_begin(cx);
        race_ready(cx, freya, false, "/g/north/access-requests/r/grant", grant);
        race_ready(cx, olga, false, "/g/north/access-requests/r/refusal", no);
        race_ready(cx, chen, false, "/g/north/access-requests/r/withdrawal", nothing);
        race_go();
        int done = 0;
        for (size_t n = 0; n < n_racers; n++) done += racers[n].status == 303;
        CHECK_INT(done, 1);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM patient_grants"), racers[0].status == 303);
        CHECK_INT(RACE_AFTER("SELECT count(*) FROM access_requests WHERE state = 'waiting'"), 0);
        race_end();
    }
}
