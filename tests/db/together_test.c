/* together_test.c - several who read, in one transaction: what each sees, and who is asked again.
 */
#include "db/connect.h"
#include "tests/support/practice.h"

enum { MOST = 4 };

struct looker {
    const char *practice;
    int64_t places, all, others; /* all: of whom the wall lets see */
    int runs, told;
    bool fails, gives_up;
    struct cx cx;
};

static enum status number(struct cx *cx, const struct sql *sql, int64_t *n)
{
    struct table t;
    TRY(db_run(cx, &t, sql, (struct value[]){ { 0 } }, 0));
    *n = table_number(&t);
    return OK;
}

/* The second question forgets the practice in all but name; the third builds on the first. */
static enum status look(struct cx *cx, void *arg)
{
    struct looker *l = arg;
    struct table t;
    l->runs++;
    cx->actor.practice = id_of(l->practice);
    TRY(number(cx, SQL("SELECT count(*) AS n FROM locations WHERE practice_id = $1"), &l->places));
    TRY(number(cx, SQL("SELECT count(*) AS n FROM locations WHERE practice_id <> '' OR $1 = ''"),
               &l->all));
    if (l->gives_up && l->runs == 2) db_doom(cx);
    TRY(db_select(cx, &t, SQL("SELECT count(*) AS n FROM users WHERE practice_id = $1 AND $2 > 0"),
                  l->places));
    l->others = table_number(&t);
    if (l->fails)
        TRY(db_select(cx, &t,
                      SQL("SELECT id FROM locations WHERE practice_id = $1 ORDER BY id LIMIT $2"),
                      db_unsure(cx) ? (int64_t)-1 : (int64_t)1));
    return strcmp(l->practice, "nowhere") == 0 ? fail(cx, NOT_FOUND, "nobody is there") : OK;
}

static void told(void *arg)
{
    struct looker *l = arg;
    l->told++;
}

static void begin(struct cx *cx, struct looker *all, struct reader *readers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        all[i].cx = *cx;
        all[i].cx.mem = arena_new(1 << 20);
        readers[i] = (struct reader){ .cx = &all[i].cx, .run = look, .told = told, .arg = &all[i] };
    }
}

static void end(struct looker *all, size_t n)
{
    for (size_t i = 0; i < n; i++) arena_free(all[i].cx.mem);
}

TEST_POSTGRES(several_who_read_wait_together_and_each_sees_its_own_practice)
{
    struct looker all[MOST] = { { .practice = "north" },
                                { .practice = "south" },
                                { .practice = "north" } };
    struct reader readers[MOST];
    practice_begin(cx);
    for (int i = 0; i < 2; i++) { /* statements are prepared */
        int64_t before = db_trips(cx->db);
        begin(cx, all, readers, 3);
        db_read_together(cx, readers, 3);
        end(all, 3);
        if (i > 0) CHECK_INT(db_trips(cx->db) - before, 2);
    }
    for (size_t i = 0; i < 3; i++) {
        CHECK(readers[i].done);
        CHECK(!readers[i].guilty);
        CHECK_INT(all[i].told, 2);
        CHECK_INT(all[i].runs, 6);
        CHECK_INT(all[i].places, i == 1 ? 1 : 2);
        CHECK_INT(all[i].all, all[i].places);
        CHECK_INT(all[i].others, i == 1 ? 2 : 6);
    }
    CHECK_INT(pg_of(cx)->notes_n, 0);
    CHECK(!pg_of(cx)->inside);
}

TEST_POSTGRES(whose_question_fails_is_known_and_the_others_are_asked_again_not_answered)
{
    struct looker all[MOST] = { { .practice = "north" },
                                { .practice = "north", .fails = true },
                                { .practice = "south" } };
    struct reader readers[MOST];
    practice_begin(cx);
    begin(cx, all, readers, 3);
    db_read_together(cx, readers, 3);
    for (size_t i = 0; i < 3; i++) {
        CHECK(!readers[i].done);
        CHECK_INT(all[i].told, 0);
        CHECK_INT(readers[i].guilty, i == 1);
        CHECK(!id_some(all[i].cx.actor.practice)); /* as it was before */
    }
    all[1].fails = false;
    db_read_together(cx, readers, 3); /* the connection is none the worse */
    CHECK(readers[0].done && readers[1].done && readers[2].done);
    end(all, 3);
}

TEST_POSTGRES(who_fails_without_a_fault_of_the_database_fails_alone)
{
    struct looker all[MOST] = { { .practice = "nowhere" }, { .practice = "south" } };
    struct reader readers[MOST];
    practice_begin(cx);
    begin(cx, all, readers, 2);
    db_read_together(cx, readers, 2);
    CHECK(!readers[0].done);
    CHECK_INT(all[0].told, 0);
    CHECK(readers[1].done);
    CHECK_INT(all[1].told, 1);
    CHECK_INT(all[1].places, 1);
    end(all, 2);
}

TEST_POSTGRES(after_one_gave_up_nobody_who_waits_is_answered)
{
    struct looker all[MOST] = { { .practice = "north", .gives_up = true },
                                { .practice = "south" } };
    struct reader readers[MOST];
    practice_begin(cx);
    begin(cx, all, readers, 2);
    db_read_together(cx, readers, 2);
    CHECK(!readers[0].done && !readers[1].done);
    CHECK_INT(all[1].told, 0);
    CHECK(!pg_of(cx)->inside);
    end(all, 2);
}

TEST_SQLITE(where_asking_costs_nothing_nobody_is_read_together)
{
    struct looker all[MOST] = { { .practice = "north" } };
    struct reader readers[MOST];
    practice_begin(cx);
    begin(cx, all, readers, 1);
    db_read_together(cx, readers, 1);
    CHECK(!readers[0].done);
    CHECK_INT(all[0].runs, 0);
    end(all, 1);
}
