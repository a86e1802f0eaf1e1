/* rows_test.c - rows are copied whole, and a column is found wherever it stands. */
#include "db/db.h"
#include "tests/support/practice.h"

static int64_t b_of(const struct table *t, size_t row)
{
    return cell_int(t, row, "b");
}

TEST(a_reader_finds_its_column_in_any_statement_and_on_any_connection)
{
    practice_begin(cx);
    struct db *first = cx->db, *second;
    struct table left, right;
    CHECK(db_open(cx, "sqlite::memory:", DB_WRITER, &second) == OK);
    for (int i = 0; i < 4; i++) {
        cx->db = i % 2 ? second : first;
        CHECK(db_select(cx, &left, SQL_GLOBAL("SELECT 1 AS a, 2 AS b")) == OK);
        CHECK(db_select(cx, &right, SQL_GLOBAL("SELECT 3 AS b, 4 AS a UNION ALL SELECT 5, 6"))
              == OK);
        CHECK_INT(b_of(&left, 0), 2);
        CHECK_INT(b_of(&right, 0), 3);
        CHECK_INT(b_of(&right, 1), 5);
        CHECK_INT(b_of(&left, 0), 2);
    }
    cx->db = first;
    db_close(second);
}

TEST(texts_of_many_rows_stay_what_they_were)
{
    practice_begin(cx);
    struct table t;
    for (int round = 0; round < 2; round++) {
        CHECK(db_select(cx, &t,
                        SQL_GLOBAL("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                                   " WHERE i < 100) SELECT 'row ' || i AS words, i, '' AS blank,"
                                   " NULL AS none, 1.5 AS half FROM n"))
              == OK);
        CHECK_INT(t.rows, 100);
        for (size_t i = 0; i < t.rows; i++) {
            CHECK_TEXT(cell_text(&t, i, "words"), arena_print(cx->mem, "row %d", (int)i + 1));
            CHECK_INT(cell_int(&t, i, "i"), (int)i + 1);
            CHECK_TEXT(cell_text(&t, i, "blank"), "");
            CHECK(!cell_text(&t, i, "none"));
            CHECK_TEXT(cell_text(&t, i, "half"), "1.5");
        }
    }
}
