/* appointments_test.c - programs book, move and cancel by the rules of the calendar. */
#include "tests/support/program.h"

#define GROUP "/api/v1/groups/north"
#define ALL GROUP "/appointments"
#define ANNA ALL "/a-anna"
#define TUESDAY "\"starts_at\": \"2026-11-24T00:00:00Z\"" /* 11:00 in Melbourne */
#define AT_RIVERSIDE "\"location\": \"l-riverside\", \"practitioner\": \"u-ben\", "

static struct page book(struct cx *cx, const char *who, const char *members)
{
    return api(cx, who, POST, ALL, arena_print(cx->mem, "{%s}", members));
}

static struct page change(struct cx *cx, const char *who, enum method method, const char *path,
                          const char *members)
{
    struct page now = api(cx, who, GET, ANNA, NULL);
    return api_with(cx, bearer_of(cx, who), method, path, arena_print(cx->mem, "{%s}", members),
                    now.etag);
}

TEST(a_program_books_as_its_user_would_and_the_calendar_shows_it)
{
    practice_begin(cx);
    struct page page = book(cx, "freya",
                            AT_RIVERSIDE TUESDAY ", \"patient\": \"q-anna\", \"type\":"
                                                 " \"t-review\", \"room\": \"rm-two\"");
    CHECK_INT(page.status, 201);
    CHECK(has_text(page, "\"starts_at\":\"2026-11-24T00:00:00Z\",\"ends_at\":"
                         "\"2026-11-24T00:30:00Z\""));
    CHECK(page.location && strstr(page.location, ALL "/"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE starts_at = 1795478400000000 AND"
                    " user_id = 'u-ben' AND room_id = 'rm-two' AND patient_id = 'q-anna'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.booked' AND via = 'api'"),
              1);
    page = get(cx, "freya", "/g/north/calendar?location=l-riverside&date=2026-11-24");
    CHECK(has_text(page, "Riverside: 1 appointment"));
    /* Twice at one time: only who says so, and never where the room is taken. */
    const char *again = AT_RIVERSIDE TUESDAY ", \"label\": \"Call\", \"minutes\": 15";
    CHECK_INT(book(cx, "freya", again).status, 409);
    CHECK_INT(book(cx, "freya", arena_print(cx->mem, "%s, \"anyway\": true", again)).status, 201);
    CHECK_INT(
        book(cx, "freya", arena_print(cx->mem, "%s, \"anyway\": true, \"room\": \"rm-two\"", again))
            .status,
        409);
    must_run(cx, "UPDATE locations SET no_overlap = 1");
    CHECK_INT(book(cx, "freya", arena_print(cx->mem, "%s, \"anyway\": true", again)).status, 409);
}

TEST(what_cannot_be_booked_is_said_member_by_member_and_nothing_is_booked)
{
    practice_begin(cx);
    int64_t before = COUNT("SELECT count(*) FROM appointments");
    static const struct {
        const char *members, *pointer;
    } wrong[] = {
        { AT_RIVERSIDE "\"label\": \"x\"", "/starts_at" },
        { AT_RIVERSIDE "\"starts_at\": \"Tuesday\", \"label\": \"x\"", "/starts_at" },
        { AT_RIVERSIDE "\"starts_at\": \"2026-11-24T00:00:20Z\", \"label\": \"x\", \"minutes\": 15",
          "/starts_at" },
        /* the second 2:30 of the night in which the clocks are put back */
        { AT_RIVERSIDE "\"starts_at\": \"2027-04-03T16:30:00Z\", \"label\": \"x\", \"minutes\": 15",
          "/starts_at" },
        { AT_RIVERSIDE TUESDAY, "/patient" },
        { AT_RIVERSIDE TUESDAY ", \"patient\": \"q-zara\"", "/patient" },
        { AT_RIVERSIDE TUESDAY ", \"patient\": \"q-anna\", \"label\": \"x\"", "/label" },
        { AT_RIVERSIDE TUESDAY ", \"label\": \"x\", \"type\": \"t-south\"", "/type" },
        { AT_RIVERSIDE TUESDAY ", \"label\": \"x\", \"room\": \"rm-pool\"", "/room" },
        { AT_RIVERSIDE TUESDAY ", \"label\": \"x\", \"minutes\": 9999", "/minutes" },
        { "\"location\": \"l-south\", " TUESDAY ", \"label\": \"x\"", "/location" },
        { "\"location\": \"l-riverside\", \"practitioner\": \"u-zoe\", " TUESDAY
          ", \"label\": \"x\"",
          "/practitioner" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct page page = book(cx, "freya", wrong[i].members);
        CHECK_INT(page.status, 422);
        CHECK(has_text(page, arena_print(cx->mem, "\"pointer\":\"%s\"", wrong[i].pointer)));
    }
    must_run(cx, "UPDATE users SET read_only = 1 WHERE id = 'u-ben'");
    const char *good = AT_RIVERSIDE TUESDAY ", \"label\": \"x\", \"minutes\": 15";
    CHECK_INT(book(cx, "ben", good).status, 403);
    must_run(cx, "UPDATE api_keys SET scopes = 'calendar:1' WHERE user_id = 'u-freya'");
    CHECK_INT(book(cx, "freya", good).status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments"), before);
}

TEST(a_program_moves_an_appointment_and_what_it_leaves_out_stays)
{
    practice_begin(cx);
    CHECK_INT(api(cx, "freya", PATCH, ANNA, "{\"note\": \"x\"}").status, 428);
    struct page page = change(cx, "freya", PATCH, ANNA,
                              TUESDAY ", \"practitioner\": \"u-ben\", \"room\": \"rm-one\"");
    CHECK_INT(page.status, 200);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE id = 'a-anna' AND starts_at ="
                    " 1795478400000000 AND ends_at = 1795482000000000 AND user_id = 'u-ben' AND"
                    " type_id = 't-first' AND room_id = 'rm-one'"),
              1);
    page = change(cx, "freya", PATCH, ANNA,
                  "\"room\": null, \"note\": \"Bring a towel\", \"state\": \"confirmed\"");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "\"state\":\"confirmed\"") && has_text(page, "Bring a towel"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE id = 'a-anna' AND room_id IS NULL AND"
                    " starts_at = 1795478400000000 AND state = 'confirmed'"),
              1);
    CHECK_INT(change(cx, "freya", PATCH, ANNA, "\"state\": \"cancelled\"").status, 422);
    CHECK_INT(change(cx, "freya", PATCH, ANNA, "\"label\": \"Lunch\"").status, 422);
    CHECK_INT(change(cx, "freya", PATCH, ANNA, "\"patient\": \"q-bert\"").status, 400);
    CHECK_INT(change(cx, "freya", PATCH, ANNA, "\"starts_at\": null").status, 422);
    must_run(cx, "UPDATE users SET read_only = 1 WHERE id = 'u-chen'");
    CHECK_INT(change(cx, "chen", PATCH, ANNA, "\"note\": \"x\"").status, 403);
    /* Who comes too late reads what there is, which is a look at the patient. */
    int64_t looks = COUNT("SELECT count(*) FROM looked_at WHERE patient_id = 'q-anna'");
    page = api_with(cx, bearer_of(cx, "freya"), PATCH, ANNA, "{\"note\": \"x\"}", "\"1.x\"");
    CHECK_INT(page.status, 412);
    CHECK(has_text(page, "Bring a towel"));
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at WHERE patient_id = 'q-anna'"), looks + 1);
}

TEST(a_program_cancels_for_a_reason_and_a_trial_cancels_nothing)
{
    practice_begin(cx);
    const char *path = ANNA "/cancellation";
    CHECK_INT(change(cx, "freya", POST, path, "").status, 422);
    CHECK_INT(change(cx, "freya", POST, path, "\"reason\": \" \"").status, 422);
    int64_t looks = COUNT("SELECT count(*) FROM looked_at WHERE patient_id = 'q-anna'");
    struct page page = api_with(cx, bearer_of(cx, "freya"), POST, ANNA "/cancellation?dry_run=true",
                                "{\"reason\": \"Ill\"}", NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "\"state\":\"cancelled\""));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE state = 'cancelled'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at WHERE patient_id = 'q-anna'"), looks + 1);
    page = change(cx, "freya", POST, path, "\"reason\": \"Ill\"");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "\"cancellation_reason\":\"Ill\""));
    CHECK_INT(change(cx, "freya", POST, path, "\"reason\": \"Ill\"").status, 200);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.cancelled'"), 1);
    CHECK_INT(change(cx, "freya", PATCH, ANNA, "\"note\": \"x\"").status, 409);
    CHECK_INT(api(cx, "gina", POST, ALL "/a-zara/cancellation", "{\"reason\": \"x\"}").status, 404);
}
