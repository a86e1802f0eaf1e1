/* id_test.c - several ids in one text. */
#include "base/id.h"
#include "tests/test.h"

TEST(a_list_of_ids_holds_whole_ids_and_nothing_else)
{
    struct id a = id_of("l-1"), b = id_of("l-12");
    CHECK(ids_hold("l-1", a) && ids_hold("l-12 l-1", a) && ids_hold(" l-1 l-12 ", a));
    CHECK(ids_hold("l-12 l-1", b) && !ids_hold("l-1", b) && !ids_hold("l-12 l-123", a));
    CHECK(!ids_hold(NULL, a) && !ids_hold("", a) && !ids_hold(" ", a));
    CHECK(!ids_hold("l-1", id_of("")) && !ids_hold("l-1  l-12", id_of("")));
    CHECK_INT(ids_count("l-12 l-1"), 2);
    CHECK_INT(ids_count(" l-1 l-12 l-123 "), 3);
    CHECK_INT(ids_count("l-1") - ids_count("") - ids_count(NULL), 1);
}
