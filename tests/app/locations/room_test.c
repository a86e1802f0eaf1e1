/* room_test.c - the rooms of a location. */
#include "tests/support/practice.h"

#define PLACE "/g/north/settings/locations/l-riverside"
#define ROOM "/g/north/settings/rooms"

static struct page add(struct cx *cx, const char *who, const char *name)
{
    return post(cx, who, PLACE "/rooms", "room_name", name, NULL);
}

static struct page save(struct cx *cx, const char *room, const char *version, const char *name,
                        const char *archived)
{
    return post(cx, "freya", arena_print(cx->mem, ROOM "/%s", room), "version", version,
                "room_name", name, archived, "1", NULL);
}

TEST(a_room_is_added_last_and_everybody_reads_of_it)
{
    practice_begin(cx);
    struct page page = add(cx, "freya", "Gym");
    CHECK_INT(page.status, 303);
    CHECK(strcmp(page.location, PLACE) == 0);
    CHECK_INT(COUNT("SELECT count(*) FROM rooms WHERE name = 'Gym' AND location_id = 'l-riverside'"
                    " AND practice_id = 'north' AND position = 4 AND archived = 0"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'room.added' AND about_name ="
                    " 'Gym at Riverside'"),
              1);
    page = get(cx, "freya", PLACE);
    const char *one = strstr(page.body, "<b>Room 1"), *gym = strstr(page.body, "<b>Gym");
    CHECK(one && gym && one < gym && has_text(page, "Attic") && has_text(page, "Add room"));
    CHECK(!has_text(page, "Pool") && !has_text(page, "Quokka"));
    page = get(cx, "ben", PLACE);
    CHECK(has_text(page, "Room 1, Room 2, Gym"));
    CHECK(!has_text(page, "Attic") && !has_text(page, "Add room"));
    page = get(cx, "ben", "/g/north/settings/locations");
    CHECK(has_text(page, "Room 1, Room 2, Gym") && has_text(page, "Pool"));
}

TEST(a_room_needs_a_name_of_its_own_at_its_location)
{
    practice_begin(cx);
    struct page page = add(cx, "freya", "");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter a name, like Room 1"));
    page = add(cx, "freya", "ROOM 1");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "There is a room called Room 1 here already. Choose another name"));
    CHECK(has_text(page, "value=\"ROOM 1\""));
    page = add(cx, "freya", "attic");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "in the archive"));
    CHECK_INT(add(cx, "freya", "R\x07oom").status, 422);
    CHECK_INT(add(cx, "freya", "Pool").status, 303); /* the other one is elsewhere */
    CHECK_INT(save(cx, "rm-two", "1", "Room 1", "x").status, 422);
    CHECK_INT(save(cx, "rm-two", "1", "ROOM 2", "x").status, 303); /* its own */
    CHECK_INT(COUNT("SELECT count(*) FROM rooms WHERE practice_id = 'north'"), 5);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind LIKE 'room.%'"), 2);
}

TEST(a_room_is_archived_and_comes_back_as_the_last)
{
    practice_begin(cx);
    CHECK_INT(save(cx, "rm-one", "1", "Room 1", "archived").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM rooms WHERE id = 'rm-one' AND archived = 1"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'room.changed' AND changes LIKE"
                    " '%Offered%Yes%No%'"),
              1);
    CHECK_INT(save(cx, "rm-one", "2", "Room 1", "archived").status, 303); /* nothing differs */
    CHECK_INT(save(cx, "rm-one", "2", "Room 1", "x").status, 303);
    CHECK_INT(COUNT("SELECT position FROM rooms WHERE id = 'rm-one'"), 4);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'room.changed'"), 2);
}

TEST(a_room_moves_up_one_place_at_a_time)
{
    practice_begin(cx);
    CHECK_INT(add(cx, "freya", "Gym").status, 303);
    const char *up = ROOM "/rm-two/up";
    CHECK_INT(post(cx, "freya", up, "x", "x", NULL).status, 303);
    CHECK(has_text(get(cx, "ben", PLACE), "Room 2, Room 1, Gym"));
    CHECK_INT(post(cx, "freya", up, "x", "x", NULL).status, 303); /* the first stays the first */
    CHECK(has_text(get(cx, "ben", PLACE), "Room 2, Room 1, Gym"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'room.changed' AND changes LIKE"
                    " '%Place in the list%2%1%'"),
              1);
    CHECK_INT(post(cx, "freya", ROOM "/rm-old/up", "x", "x", NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'room.changed'"), 1);
}

TEST(who_saves_a_stale_room_sees_both_versions)
{
    practice_begin(cx);
    must_run(cx, "UPDATE rooms SET name = 'Blue room', version = 2 WHERE id = 'rm-two'");
    struct page page = save(cx, "rm-two", "1", "Green room", "x");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Blue room") && has_text(page, "Green room"));
    CHECK_INT(COUNT("SELECT count(*) FROM rooms WHERE name = 'Blue room'"), 1);
}

TEST(only_who_may_change_locations_changes_rooms)
{
    practice_begin(cx);
    CHECK_INT(add(cx, "ben", "Gym").status, 403);
    CHECK_INT(get(cx, "ben", ROOM "/rm-two").status, 403);
    CHECK_INT(post(cx, "ben", ROOM "/rm-two", "version", "1", "room_name", "Mine", NULL).status,
              403);
    CHECK_INT(post(cx, "ben", ROOM "/rm-two/up", "x", "x", NULL).status, 403);
    CHECK_INT(get(cx, "freya", ROOM "/rm-south").status, 404);
    CHECK_INT(save(cx, "rm-south", "1", "Mine", "x").status, 404);
    CHECK_INT(post(cx, "freya", ROOM "/rm-south/up", "x", "x", NULL).status, 404);
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/locations/l-south/rooms", "room_name", "Gym", NULL)
            .status,
        404);
    CHECK_INT(COUNT("SELECT count(*) FROM rooms WHERE name IN ('Gym', 'Mine')"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind LIKE 'room.%'"), 0);
}
