/* whole_test.c - whole tables: what they hold as one hash, and copying them. */
#include "db/driver.h"
#include "db/migrations.h"
#include "db/whole/copy.h"
#include "tests/support/engine.h"
#include "tests/support/practice.h"

/* --- the hash -------------------------------------------------------------------- */

enum { WIDE = 3, TALL = 4, ROUNDS = 40000 };

struct content {
    size_t rows;
    struct raw at[TALL][WIDE];
};

static const struct relation SAMPLE = { .name = "sample",
                                        .columns = (struct column[]){ { "a", COLUMN_TEXT, 1 },
                                                                      { "b", COLUMN_TEXT, 0 },
                                                                      { "c", COLUMN_NUMBER, 0 } },
                                        .n = WIDE };

/* Few of each, so that equal ones and those that are nearly equal come by often. */
static struct raw any_cell(void)
{
    static const char *const texts[] = { "", "a", "ab", "b", "é", "e\xcc\x81", "\0", "i" };
    static const int64_t numbers[] = { 0, 1, -1, 256, INT64_MAX, INT64_MIN };
    uint32_t n = randombytes_uniform(8);
    size_t length = n == 6 ? 1 : strlen(texts[n]);
    switch (randombytes_uniform(4)) {
    case 0: return (struct raw){ .kind = RAW_NULL };
    case 1: return (struct raw){ .kind = RAW_NUMBER, .number = numbers[n % 6] };
    case 2: return (struct raw){ .kind = RAW_TEXT, .bytes = texts[n], .length = length };
    default: return (struct raw){ .kind = RAW_BYTES, .bytes = texts[n], .length = length };
    }
}

static bool same_cell(const struct raw *a, const struct raw *b)
{
    if (a->kind != b->kind) return false;
    if (a->kind == RAW_NULL) return true;
    if (a->kind == RAW_NUMBER) return a->number == b->number;
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

static bool same_content(const struct content *a, const struct content *b)
{
    bool same = a->rows == b->rows;
    for (size_t r = 0; same && r < a->rows; r++)
        for (size_t c = 0; c < WIDE; c++) same &= same_cell(&a->at[r][c], &b->at[r][c]);
    return same;
}

static void hash_content(const struct content *content, char hex[FINGERPRINT_HEX])
{
    struct fingerprint f;
    fingerprint_begin(&f, &SAMPLE);
    for (size_t r = 0; r < content->rows; r++) fingerprint_row(&f, &SAMPLE, content->at[r]);
    CHECK_INT(f.rows, content->rows);
    fingerprint_end(&f, hex);
}

static struct content any_content(void)
{
    struct content content = { .rows = randombytes_uniform(TALL + 1) };
    for (size_t r = 0; r < content.rows; r++)
        for (size_t c = 0; c < WIDE; c++) content.at[r][c] = any_cell();
    return content;
}

/* The same, with a cell changed (perhaps to what it was), two swapped, or a row less. */
static struct content nearly(struct content content)
{
    if (!content.rows) return content;
    struct raw *row = content.at[randombytes_uniform((uint32_t)content.rows)];
    uint32_t c = randombytes_uniform(WIDE);
    struct raw kept = row[c];
    switch (randombytes_uniform(3)) {
    case 0: row[c] = any_cell(); break;
    case 1: row[c] = row[(c + 1) % WIDE], row[(c + 1) % WIDE] = kept; break;
    default: content.rows--;
    }
    return content;
}

TEST(two_hashes_are_equal_exactly_when_the_contents_are)
{
    char left[FINGERPRINT_HEX], right[FINGERPRINT_HEX];
    int equal = 0;
    for (int i = 0; i < ROUNDS && !failures; i++) {
        struct content a = any_content(), b = i % 3 ? nearly(a) : any_content();
        bool same = same_content(&a, &b);
        hash_content(&a, left);
        hash_content(&b, right);
        CHECK_INT(strcmp(left, right) == 0, same);
        equal += same;
    }
    CHECK(equal > ROUNDS / 100 && equal < ROUNDS / 2);
}

/* --- on an engine ---------------------------------------------------------------- */

static bool on_server(struct cx *cx)
{
    return cx->db->driver->engine == POSTGRES;
}

/* Around the tables that are there now.  Lowering waits for a moment only, and the server
 * may be cleaning up behind other tests: then once more, as db_transact() does it. */
static void wall_anew(struct cx *cx)
{
    enum status status = AGAIN;
    for (int i = 0; i < 100 && status != OK; i++) status = cx->db->driver->wall(cx, false);
    CHECK(status == OK && cx->db->driver->wall(cx, true) == OK);
}

/* A table that nobody has heard of, and the wall around it. */
static void make_oddities(struct cx *cx)
{
#define ODDITIES(text, number, bytes)                                                 \
    "CREATE TABLE oddities (practice_id " text " NOT NULL REFERENCES practices (id)," \
    " word " text " NOT NULL, number " number ", more " bytes ", next " text ","      \
    " size " number " GENERATED ALWAYS AS (length(word)) STORED,"                     \
    " PRIMARY KEY (practice_id, word),"                                               \
    " FOREIGN KEY (practice_id, next) REFERENCES oddities (practice_id, word))"
    must_run(cx, on_server(cx) ? ODDITIES("TEXT COLLATE \"C\"", "BIGINT", "BYTEA")
                               : ODDITIES("TEXT", "INTEGER", "BLOB") " STRICT");
    wall_anew(cx);
}

/* Each engine in its own words.  Rows point to later ones, and the order of bytes is
 * not that of a dictionary. */
static void fill_oddities(struct cx *cx)
{
#define ROWS(none, zero, mixed, word)                                                  \
    "INSERT INTO oddities VALUES"                                                      \
    " ('south', 'zebra', -9223372036854775807 - 1, " none ", NULL),"                   \
    " ('north', 'Zebra', 9223372036854775807, " mixed ", 'apple'),"                    \
    " ('north', 'apple', -1, NULL, NULL), ('north', '', 0, " zero ", 'Zebra'),"        \
    " ('north', '\u00e9', NULL, " word ", ''), ('north', 'e\u0301', 256, NULL, NULL)," \
    " ('north', '\U0001f600\t\\N\n\"x\"', 1, NULL, '')"
    must_run(cx, on_server(cx) ? ROWS("'\\x'", "'\\x00'", "'\\x00ff0a5c'", "'\\xc3a9'")
                               : ROWS("x''", "x'00'", "x'00ff0a5c'", "x'c3a9'"));
}

static enum status tally(struct cx *cx, void *out)
{
    return whole_tally(cx, NULL, NULL, out);
}

static struct tallies tallied(struct cx *cx)
{
    struct tallies all = { 0 };
    CHECK(db_transact(cx, false, tally, &all) == OK);
    return all;
}

static const struct tally *of(const struct tallies *all, const char *table)
{
    static const struct tally none = { .table = "none", .rows = -1 };
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->at[i].table, table) == 0) return &all->at[i];
    return &none;
}

static enum status fill(struct cx *cx, void *from)
{
    struct tallies written;
    return whole_fill(cx, from, NULL, NULL, &written);
}

/* cx->db gets what is in `from`. */
static enum status copy_from(struct cx *cx, struct db *from)
{
    struct db *to = cx->db;
    cx->db = from;
    CHECK(db_begin(cx, false) == OK);
    cx->db = to;
    enum status status = db_transact(cx, true, fill, from);
    cx->db = from;
    db_rollback(cx);
    cx->db = to;
    return status;
}

static struct db *new_file(struct cx *cx)
{
    struct db *db, *before = cx->db;
    int done;
    CHECK(db_open(cx, "sqlite::memory:", DB_WRITER, &db) == OK);
    cx->db = db;
    CHECK(db_migrate(cx, &done) == OK);
    cx->db = before;
    return db;
}

/* The test's database with all its rows and the oddities, and an empty file with the
 * same tables. */
static struct db *begin(struct cx *cx)
{
    practice_begin(cx);
    struct db *own = cx->db, *file = new_file(cx);
    make_oddities(cx);
    fill_oddities(cx);
    cx->db = file;
    make_oddities(cx);
    cx->db = own;
    return file;
}

static void end(struct cx *cx, struct db *file)
{
    db_close(file);
    must_run(cx, "DROP TABLE oddities");
    wall_anew(cx);
}

/* The figure is the same in the tests of both engines. */
TEST(both_engines_hash_what_they_hold_to_the_same)
{
    struct db *file = begin(cx);
    struct tallies all = tallied(cx);
    CHECK_INT(of(&all, "oddities")->rows, 7);
    CHECK_TEXT(of(&all, "oddities")->hash,
               "d17b48c8cd6c3871e183bec7f0f95b310280eb85d90cf5f84e104c1a41bede93");
    end(cx, file);
}

TEST(all_tables_go_to_the_other_engine_and_come_back_as_they_were)
{
    struct db *own, *file = begin(cx);
    struct tallies before = tallied(cx), there, back;
    own = cx->db;
    CHECK(before.n > 20 && before.rows > 40);
    CHECK_INT(of(&before, "schema_migrations")->rows, -1);
    cx->db = file;
    CHECK(copy_from(cx, own) == OK);
    there = tallied(cx);
    CHECK(!tallies_differ(&before, &there) && there.rows == before.rows);
    CHECK_INT(COUNT("SELECT count(*) FROM users"), 8);
    cx->db = own;
    must_run(cx, "DELETE FROM oddities WHERE word = 'zebra'; UPDATE locations SET phone = '1'");
    back = tallied(cx);
    CHECK(tallies_differ(&before, &back) != NULL);
    CHECK(copy_from(cx, file) == OK);
    back = tallied(cx);
    CHECK(!tallies_differ(&before, &back));
    end(cx, file);
}

TEST(after_copying_the_wall_stands_and_foreign_keys_hold)
{
    struct db *own, *file = begin(cx);
    struct table t;
    own = cx->db;
    cx->db = file;
    CHECK(copy_from(cx, own) == OK);
    cx->db = own;
    CHECK(copy_from(cx, file) == OK);
    for (int i = 0; i < 2; i++) {
        cx->db = i ? file : own;
        cx->actor = (struct actor){ .practice = id_of("north") };
        CHECK(db_begin(cx, false) == OK);
        CHECK(db_select(cx, &t, SQL("SELECT id FROM users WHERE $1 = $1")) == OK);
        CHECK_INT(t.rows, 6);
        db_rollback(cx);
        CHECK(db_begin(cx, true) == OK);
        CHECK(db_exec(cx, SQL("INSERT INTO assignments (practice_id, user_id, location_id)"
                              " VALUES ($1, 'nobody', 'nowhere')"))
              != OK);
        db_rollback(cx);
    }
    cx->db = own;
    end(cx, file);
}

TEST(what_does_not_read_back_as_it_was_written_is_not_kept)
{
    struct db *own, *file = begin(cx);
    own = cx->db;
    cx->db = file;
    CHECK(copy_from(cx, own) == OK);
    cx->db = own;
    struct tallies before = tallied(cx);
    must_run(cx, on_server(cx)
                     ? "CREATE FUNCTION bend() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                       " NEW.number = 7; RETURN NEW; END $$;"
                       "CREATE TRIGGER bend BEFORE INSERT ON oddities FOR EACH ROW"
                       " EXECUTE FUNCTION bend()"
                     : "CREATE TRIGGER bend AFTER INSERT ON oddities BEGIN"
                       " UPDATE oddities SET number = 7 WHERE word = 'apple'; END");
    CHECK(copy_from(cx, file) == BROKEN);
    CHECK(strstr(cx->message, "the table oddities does not hold what was written"));
    if (failures) printf("  %s\n", cx->message);
    struct tallies after = tallied(cx);
    CHECK(!tallies_differ(&before, &after));
    must_run(cx, on_server(cx) ? "DROP FUNCTION bend() CASCADE" : "DROP TRIGGER bend");
    CHECK(copy_from(cx, file) == OK);
    end(cx, file);
}

TEST(a_changed_a_missing_and_an_added_row_are_each_found)
{
    static const char *const changes[] = {
        "UPDATE oddities SET number = 257 WHERE number = 256",
        "UPDATE oddities SET number = NULL WHERE number = 0",
        "UPDATE oddities SET next = NULL WHERE next = ''",
        "UPDATE oddities SET word = 'e\u0301\u0301' WHERE word = 'e\u0301'",
        "DELETE FROM oddities WHERE word = 'zebra'",
        "INSERT INTO oddities VALUES ('south', 'apple', -1, NULL, NULL)",
    };
    struct db *file = begin(cx);
    struct tallies before = tallied(cx);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        must_run(cx, changes[i]);
        struct tallies after = tallied(cx);
        const struct tally *differs = tallies_differ(&before, &after);
        CHECK_TEXT(differs ? differs->table : "none", "oddities");
        must_run(cx, "DELETE FROM oddities");
        fill_oddities(cx);
        after = tallied(cx);
        CHECK(!tallies_differ(&before, &after));
    }
    end(cx, file);
}

/* --- what is refused ---------------------------------------------------------------- */

static void refused(struct cx *cx, struct db *file, const char *why)
{
    struct db *own = cx->db;
    cx->db = file;
    CHECK(copy_from(cx, own) == INVALID);
    CHECK(strstr(cx->message, why));
    if (failures) printf("  %s\n", cx->message);
    cx->db = own;
}

TEST(tables_that_are_not_alike_or_hold_something_unknown_are_not_copied)
{
    struct db *own, *file = begin(cx);
    own = cx->db;
    cx->db = file;
    must_run(cx, "ALTER TABLE oddities ADD COLUMN colour TEXT");
    cx->db = own;
    refused(cx, file, "the table oddities is not the same in both");
    must_run(cx, on_server(cx) ? "ALTER TABLE oddities ADD COLUMN colour BIGINT"
                               : "ALTER TABLE oddities ADD COLUMN colour INTEGER");
    refused(cx, file, "the column colour of the table oddities is not the same in both");
    must_run(cx, on_server(cx) ? "CREATE TABLE loose (n BIGINT)"
                               : "CREATE TABLE loose (n INTEGER) STRICT");
    refused(cx, file, "only one of the two databases has the table loose");
    must_run(cx, "DROP TABLE loose");
    end(cx, file);
}

static enum status holds(struct cx *cx, void *out)
{
    return whole_holds(cx, out);
}

TEST(what_is_there_is_found_out_before_anything_is_written)
{
    struct db *own, *file = begin(cx);
    const char *some = NULL;
    CHECK(db_transact(cx, false, holds, &some) == OK);
    CHECK(some && *some);
    own = cx->db;
    cx->db = file;
    CHECK(db_transact(cx, false, holds, &some) == OK);
    CHECK_TEXT(some, "");
    must_run(cx, "INSERT INTO tries VALUES ('x', 'y', 1, 1, 1)");
    CHECK(db_transact(cx, false, holds, &some) == OK);
    CHECK_TEXT(some, "tries");
    must_run(cx, "DROP TABLE schema_migrations");
    CHECK(db_transact(cx, false, holds, &some) == CONFLICT);
    CHECK(strstr(cx->message, "not Linden's"));
    cx->db = own;
    end(cx, file);
}

TEST_SQLITE(tables_in_a_circle_without_a_key_or_of_another_kind_are_told_of)
{
    static const struct {
        const char *script, *why;
    } odd[] = {
        { "CREATE TABLE one (id TEXT PRIMARY KEY REFERENCES two (id));"
          "CREATE TABLE two (id TEXT PRIMARY KEY REFERENCES one (id))",
          "in a circle" },
        { "CREATE TABLE one (id TEXT)", "the table one has no primary key" },
        { "CREATE TABLE one (id TEXT PRIMARY KEY, share REAL)", "neither number, text nor bytes" },
        { "CREATE TABLE \"o'ne\" (id TEXT PRIMARY KEY)", "not Linden's" },
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct tallies all;
        CHECK(db_open(cx, "sqlite::memory:", DB_WRITER, &cx->db) == OK);
        must_run(cx, odd[i].script);
        CHECK(db_transact(cx, false, tally, &all) != OK);
        CHECK(strstr(cx->message, odd[i].why));
        if (failures) printf("  %s\n", cx->message);
        db_close(cx->db);
    }
}
