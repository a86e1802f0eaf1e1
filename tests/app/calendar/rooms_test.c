/* rooms_test.c - appointments that are in a room. */
#include "app/calendar/appointment.h"
#include "tests/support/practice.h"
#include "work/queue.h"

#define ROOT "/g/north/calendar"
#define TUESDAY ROOT "?date=2026-11-24&location=l-riverside"

/* On Tuesday, for half an hour. */
static struct page book(struct cx *cx, const char *practitioner, const char *room, const char *time,
                        const char *more, const char *value)
{
    return post(cx, "freya", ROOT, "location", "l-riverside", "practitioner", practitioner,
                "patient", "q-anna", "type", "t-review", "date", "2026-11-24", "time", time, "room",
                room, more, value, NULL);
}

static struct page change(struct cx *cx, const char *id, const char *version, const char *location,
                          const char *room, const char *time)
{
    return post(cx, "freya", arena_print(cx->mem, ROOT "/%s/move", id), "version", version,
                "practitioner", "u-ben", "location", location, "room", room, "date", "2026-11-24",
                "time", time, NULL);
}

/* The one booked first on that Tuesday. */
static const char *first(struct cx *cx)
{
    act_as(cx, "north", "freya");
    struct appointment_filter filter = { .location = id_of("l-riverside"),
                                         .from = 1795440000000000,
                                         .to = 1795520000000000 };
    struct appointment_list list;
    CHECK(appointment_list(cx, &filter, &list) == OK && list.n > 0);
    const char *id = arena_print(cx->mem, "%s", list.at[0].id.text);
    (void)!act_end(cx, FORBIDDEN);
    return id;
}

TEST(a_room_is_never_booked_twice_at_the_same_time_whoever_insists)
{
    practice_begin(cx);
    CHECK_INT(book(cx, "u-ben", "rm-one", "9:30", "note", "").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE room_id = 'rm-one'"), 1);
    struct page page = book(cx, "u-chen", "rm-one", "9:45", "note", "Keep this");
    CHECK_INT(page.status, 409);
    CHECK(has_text(
        page, "href=\"#room\">Room 1 is taken from 9:30 to 10:00. Free at that time: Room 2<"));
    CHECK(has_text(page, "id=\"room-err\"") && has_text(page, "Keep this"));
    CHECK(has_text(page, "data-of=\"l-riverside\" selected>Riverside, Room 1"));
    CHECK(has_text(page, "<title>Error: ") && !has_text(page, "Book anyway"));
    CHECK_INT(book(cx, "u-chen", "rm-one", "9:45", "anyway", "1").status, 409);
    CHECK_INT(book(cx, "", "rm-one", "9:15", "note", "").status, 409); /* a practitioner or not */
    CHECK_INT(book(cx, "u-chen", "rm-two", "9:45", "note", "").status, 303);
    CHECK_INT(book(cx, "u-chen", "rm-one", "9:00", "note", "").status, 303); /* up to it */
    CHECK_INT(book(cx, "", "rm-one", "10:00", "note", "").status, 303);      /* and after it */
    CHECK_INT(book(cx, "", "", "9:45", "note", "").status, 303); /* no room is never taken */
    CHECK_INT(book(cx, "", "", "9:45", "note", "").status, 303);
    must_run(cx, "UPDATE appointments SET state = 'cancelled' WHERE room_id = 'rm-two'");
    CHECK_INT(book(cx, "", "rm-two", "9:45", "note", "").status, 303);
    page = book(cx, "", "rm-two", "9:45", "note", "");
    CHECK(has_text(page, "Room 2 is taken from 9:45 to 10:15, and no other room is free."));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE practice_id = 'north' AND room_id ="
                    " 'rm-one'"),
              3);
}

TEST(only_rooms_of_the_location_that_are_offered_can_be_chosen)
{
    static const char *const others[] = { "rm-old", "rm-pool", "rm-south", "nowhere" };
    practice_begin(cx);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct page page = book(cx, "u-ben", others[i], "9:30", "note", "");
        CHECK_INT(page.status, 422);
        CHECK(has_text(page, "Choose a room of Riverside, or no room"));
    }
    struct page page = get(cx, "freya", ROOT "/new?location=l-riverside&room=rm-two");
    CHECK(has_text(page, "data-of=\"l-riverside\" selected>Riverside, Room 2<"));
    CHECK(has_text(page, "data-within=\"location\"") && has_text(page, "Pool"));
    CHECK(!has_text(page, "Attic") && !has_text(page, "Quokka"));
    must_run(cx, "UPDATE rooms SET archived = 1 WHERE practice_id = 'north'");
    CHECK(!has_text(get(cx, "freya", ROOT "/new?location=l-riverside"), "id=\"room\""));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE room_id IS NOT NULL"), 1);
}

TEST(another_location_leaves_the_room_behind_unless_one_of_its_own_is_chosen)
{
    practice_begin(cx);
    CHECK_INT(book(cx, "u-ben", "rm-one", "9:30", "note", "").status, 303);
    const char *id = first(cx);
    CHECK_INT(change(cx, id, "1", "l-harbour", "rm-two", "9:30").status, 422);
    CHECK_INT(change(cx, id, "1", "l-harbour", "rm-one", "9:30").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE location_id = 'l-harbour' AND"
                    " starts_at = 1795473000000000 AND room_id IS NULL"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.moved' AND changes LIKE"
                    " '%Room%Room 1%'"),
              1);
    CHECK_INT(change(cx, id, "2", "l-harbour", "rm-pool", "9:30").status, 303);
    CHECK_INT(change(cx, id, "3", "l-riverside", "rm-two", "9:30").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE location_id = 'l-riverside' AND"
                    " room_id = 'rm-two'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'appointment.changed'"), 1);
}

TEST(a_room_is_looked_at_again_when_time_or_room_change_and_only_then)
{
    practice_begin(cx);
    CHECK_INT(book(cx, "u-ben", "rm-one", "9:00", "note", "").status, 303);
    const char *id = first(cx);
    CHECK_INT(book(cx, "u-chen", "rm-one", "10:00", "note", "").status, 303);
    CHECK_INT(book(cx, "u-chen", "rm-two", "9:00", "note", "").status, 303);
    struct page page = change(cx, id, "1", "l-riverside", "rm-one", "9:45");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Room 1 is taken from 10:00 to 10:30"));
    CHECK(has_text(page, "value=\"9:45\"") && has_text(page, "id=\"room-err\""));
    page = change(cx, id, "1", "l-riverside", "rm-two", "9:00");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page,
                   "Room 2 is taken from 9:00 to 9:30. Free at that time: Room 1<")); /* its own */
    CHECK_INT(change(cx, id, "1", "l-riverside", "rm-one", "9:15").status, 303); /* over itself */
    CHECK_INT(change(cx, id, "2", "l-riverside", "", "9:45").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE practice_id = 'north' AND room_id IS"
                    " NOT NULL"),
              2);
}

TEST(who_did_not_attend_gives_the_room_back)
{
    practice_begin(cx);
    CHECK_INT(book(cx, "u-ben", "rm-one", "9:30", "note", "").status, 303);
    const char *state = arena_print(cx->mem, ROOT "/%s/state", first(cx));
    CHECK_INT(post(cx, "freya", state, "version", "1", "state", "did_not_attend", NULL).status,
              303);
    CHECK_INT(book(cx, "u-chen", "rm-one", "9:30", "note", "").status, 303);
    struct page page = post(cx, "freya", state, "version", "2", "state", "arrived", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Room 1 is taken from 9:30 to 10:00"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE state = 'did_not_attend'"), 1);
}

TEST(an_archived_room_stays_where_it_is_and_is_taken)
{
    practice_begin(cx);
    CHECK_INT(book(cx, "u-ben", "rm-one", "9:30", "note", "").status, 303);
    must_run(cx, "UPDATE rooms SET archived = 1 WHERE id = 'rm-one'");
    const char *id = first(cx);
    CHECK(has_text(get(cx, "freya", arena_print(cx->mem, ROOT "/%s", id)), "<dd>Room 1</dd>"));
    struct page page = get(cx, "freya", arena_print(cx->mem, ROOT "/%s/move", id));
    CHECK(has_text(page, "value=\"rm-one\" data-of=\"l-riverside\" selected"));
    CHECK_INT(change(cx, id, "1", "l-riverside", "rm-one", "10:00").status, 303);
    CHECK_INT(book(cx, "u-chen", "rm-one", "11:00", "note", "").status, 422);
    CHECK_INT(change(cx, id, "2", "l-riverside", "", "10:00").status, 303);
    CHECK_INT(change(cx, id, "3", "l-riverside", "rm-one", "10:00").status, 422);
}

TEST(a_series_takes_its_room_where_it_is_free)
{
    practice_begin(cx);
    must_run(cx, "DELETE FROM working_hours");
    CHECK_INT(book(cx, "u-chen", "rm-one", "9:30", "note", "").status, 303);
    must_run(cx, "UPDATE appointments SET starts_at = starts_at + 604800000000, ends_at = ends_at"
                 " + 604800000000 WHERE room_id = 'rm-one'");
    struct page page =
        post(cx, "freya", ROOT, "location", "l-riverside", "practitioner", "u-ben", "patient",
             "q-anna", "type", "t-review", "date", "2026-11-24", "time", "9:30", "room", "rm-one",
             "repeat", "1", "times", "3", "misses", "all", NULL);
    CHECK_INT(page.status, 409); /* all of them is not for rooms */
    CHECK(has_text(page, "One of 3") && has_text(page, "Room 1 is taken from 9:30 to 10:00"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE series_id IS NOT NULL"), 0);
    page = post(cx, "freya", ROOT, "location", "l-riverside", "practitioner", "u-ben", "patient",
                "q-anna", "type", "t-review", "date", "2026-11-24", "time", "9:30", "room",
                "rm-one", "repeat", "1", "times", "3", "misses", "fit", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE series_id IS NOT NULL AND room_id ="
                    " 'rm-one'"),
              2);
    /* The later ones follow into another room, and out of the location without one. */
    const char *move = arena_print(cx->mem, ROOT "/%s/move", first(cx));
    page =
        post(cx, "freya", move, "version", "1", "practitioner", "u-ben", "location", "l-riverside",
             "room", "rm-two", "date", "2026-11-24", "time", "9:30", "later", "1", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE room_id = 'rm-two'"), 2);
    page = post(cx, "freya", move, "version", "2", "practitioner", "u-ben", "location", "l-harbour",
                "room", "rm-two", "date", "2026-11-24", "time", "9:30", "later", "1", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE series_id IS NOT NULL AND room_id IS"
                    " NULL AND location_id = 'l-harbour'"),
              2);
}

TEST(later_ones_whose_room_is_taken_are_said_and_nothing_changes)
{
    practice_begin(cx);
    must_run(cx, "DELETE FROM working_hours");
    struct page page = post(cx, "freya", ROOT, "location", "l-riverside", "practitioner", "u-ben",
                            "patient", "q-anna", "type", "t-review", "date", "2026-11-24", "time",
                            "9:30", "room", "rm-one", "repeat", "1", "times", "2", NULL);
    CHECK_INT(page.status, 303);
    const char *move = arena_print(cx->mem, ROOT "/%s/move", first(cx));
    CHECK_INT(book(cx, "u-chen", "rm-two", "9:30", "note", "").status, 303);
    page =
        post(cx, "freya", move, "version", "1", "practitioner", "u-ben", "location", "l-riverside",
             "room", "rm-two", "date", "2026-11-24", "time", "9:30", "later", "1", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "One of 2") && has_text(page, "Room 2 is taken from 9:30 to 10:00"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE room_id = 'rm-one'"), 2);
}

TEST(free_times_are_free_in_the_room_too)
{
    struct free_times free;
    practice_begin(cx);
    must_run(cx, "UPDATE appointments SET room_id = 'rm-one' WHERE id = 'a-anna'"); /* 9:30, Chen */
    act_as(cx, "north", "freya");
    CHECK(appointment_free(cx, id_of("l-riverside"), id_of("u-ben"), id_of("rm-one"), 60, cx->now,
                           2, &free)
          == OK);
    CHECK(free.n == 2 && free.at[0] == 1795381200000000); /* Monday 8:00 */
    CHECK(free.at[1] == 1795390200000000);                /* when Chen is out of it */
    CHECK(appointment_free(cx, id_of("l-riverside"), id_of("u-ben"), id_of("rm-two"), 60, cx->now,
                           2, &free)
          == OK);
    CHECK(free.n == 2 && free.at[1] == 1795384800000000);
    (void)!act_end(cx, FORBIDDEN);
}

TEST(a_room_stands_in_the_day_the_list_and_the_appointment)
{
    practice_begin(cx);
    must_run(cx, "UPDATE appointments SET room_id = 'rm-one' WHERE id IN ('a-anna', 'a-lunch')");
    struct page page = get(cx, "freya", ROOT "?date=2026-11-23&location=l-riverside");
    CHECK(has_text(page, "First visit, Room 1") && has_text(page, "view=rooms"));
    page = get(cx, "freya", ROOT "?date=2026-11-23&location=l-riverside&view=list");
    CHECK(has_text(page, "<th scope=\"col\">Room</th>") && has_text(page, ">Room 1</td>"));
    page = get(cx, "freya", ROOT "/a-anna");
    CHECK(has_text(page, "<dt>Room</dt><dd>Room 1</dd>"));
    must_run(cx, "UPDATE appointments SET room_id = NULL WHERE practice_id = 'north';"
                 "DELETE FROM rooms WHERE practice_id = 'north'");
    page = get(cx, "freya", ROOT "?date=2026-11-23&location=l-riverside&view=list");
    CHECK(!has_text(page, "Room")); /* who has no rooms reads nothing about them */
    page = get(cx, "freya", ROOT "?date=2026-11-23&location=l-riverside&view=rooms");
    CHECK(has_text(page, "Riverside has no rooms yet"));
}

TEST(a_day_of_rooms_has_a_column_for_each_and_one_for_what_is_in_none)
{
    practice_begin(cx);
    must_run(cx, "UPDATE appointments SET room_id = 'rm-two' WHERE id = 'a-anna';"
                 "UPDATE appointments SET room_id = 'rm-old' WHERE id = 'a-cleo'");
    struct page page = get(cx, "freya", ROOT "?date=2026-11-23&location=l-riverside&view=rooms");
    CHECK_INT(page.status, 200);
    const char *grid = strstr(page.body, "class=\"cal");
    const char *one = strstr(grid, ">Room 1<"), *two = strstr(grid, ">Room 2<");
    const char *none = strstr(grid, ">No room<"), *old = strstr(grid, ">Attic<");
    const char *anna = strstr(grid, "A. Aster"), *lunch = strstr(grid, ">Lunch<");
    CHECK(one && two && none && old && one < two && two < none && none < old);
    CHECK(anna && two < anna && anna < none && lunch && none < lunch && lunch < old);
    CHECK(strstr(two, "Mr Chen Wei") && !strstr(grid, "First visit, Room"));
    CHECK(has_text(page, "data-lane=\"rm-two\" data-as=\"room\""));
    CHECK(has_text(page, "data-lane=\"none\"") && !has_text(page, "data-lane=\"rm-old\""));
    CHECK(has_text(page, "room=rm-two") && has_text(page, "New appointment in Room 2"));
    page = get(cx, "chen", ROOT "?date=2026-11-23&location=l-riverside&view=rooms");
    CHECK(has_text(page, "Room 1") && !has_text(page, "data-lane")); /* Read Only */
    CHECK(!has_text(page, ">Lunch<")); /* others' columns are not his */
}

TEST(who_may_book_in_the_own_column_only_may_do_so_in_every_room)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen'");
    struct page page = get(cx, "chen", ROOT "?date=2026-11-23&location=l-riverside&view=rooms");
    CHECK(has_text(page, "data-lane=\"rm-two\" data-as=\"room\""));
    CHECK(has_text(page, "New appointment in Room 2"));
    CHECK(!has_text(page, "data-lane=\"rm-old\""));
}

TEST(a_room_that_something_is_dragged_into_is_filled_in)
{
    practice_begin(cx);
    must_run(cx, "UPDATE appointments SET room_id = 'rm-one' WHERE id = 'a-anna'");
    struct page page = get(cx, "freya", ROOT "/a-anna/move?date=2026-11-23&time=10:00&room=rm-two");
    CHECK(has_text(page, "value=\"rm-two\" data-of=\"l-riverside\" selected"));
    page = get(cx, "freya", ROOT "/a-anna/move?date=2026-11-23&time=10:00&room=none");
    CHECK(has_text(page, "<option value=\"\" selected>No room"));
    page = get(cx, "freya", ROOT "/a-anna/move?date=2026-11-23&time=10:00&room=rm-south");
    CHECK(has_text(page, "value=\"rm-one\" data-of=\"l-riverside\" selected"));
    page = get(cx, "freya", ROOT "/a-anna/move?date=2026-11-23&time=10:00&practitioner=u-ben");
    CHECK(has_text(page, "value=\"rm-one\" data-of=\"l-riverside\" selected")); /* it stays */
}

TEST(a_hand_over_leaves_everything_in_its_room)
{
    struct outbox box;
    static const char hand_over[] = "/g/north/settings/users/u-ben/hand-over";
    practice_begin(cx);
    must_run(cx, "UPDATE appointments SET room_id = 'rm-pool' WHERE id = 'a-bert'");
    struct page page = post(cx, "freya", hand_over, NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(post(cx, "freya", page.location, "row-0", "u-olga", "then", "next", NULL).status,
              303);
    CHECK_INT(post(cx, "freya", arena_print(cx->mem, "%s/start", page.location), NULL).status, 303);
    work_all(cx, &box);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE id = 'a-bert' AND user_id = 'u-olga'"
                    " AND room_id = 'rm-pool'"),
              1);
}

TEST(what_only_one_of_two_changed_is_settled)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", ROOT "/a-anna/move");
    const char *mark = strstr(page.body, "name=\"was\" value=\"");
    CHECK(mark != NULL);
    if (!mark) return;
    mark += strlen("name=\"was\" value=\"");
    const char *was = arena_copy(cx->mem, mark, strcspn(mark, "\""));
    must_run(cx, "UPDATE appointments SET room_id = 'rm-two', version = 2 WHERE id = 'a-anna'");
    page =
        post(cx, "freya", ROOT "/a-anna/move", "version", "1", "was", was, "practitioner", "u-chen",
             "location", "l-riverside", "room", "", "date", "2026-11-25", "time", "9:30", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE id = 'a-anna' AND room_id = 'rm-two'"
                    " AND starts_at = 1795559400000000"),
              1);
}

TEST(two_who_change_one_room_see_both_versions)
{
    practice_begin(cx);
    must_run(cx, "UPDATE appointments SET room_id = 'rm-two', version = 2 WHERE id = 'a-anna'");
    struct page page =
        post(cx, "freya", ROOT "/a-anna/move", "version", "1", "practitioner", "u-chen", "location",
             "l-riverside", "room", "rm-one", "date", "2026-11-23", "time", "9:30", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Riverside, Room 1") && has_text(page, "Riverside, Room 2"));
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE room_id = 'rm-two'"), 1);
}
