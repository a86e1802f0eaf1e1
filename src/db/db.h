/* db.h - talking to the database in one dialect.
 *
 *   struct table found;
 *   TRY(db_select(cx, &found, SQL("SELECT name FROM users"
 *                                 " WHERE practice_id = $1 AND id = $2"), id));
 *
 * Three rules are built in:
 *   - a statement is a literal inside SQL(); text made at run time has the
 *     wrong type and does not compile;
 *   - $1 is always the practice of the actor.  Your arguments start at $2,
 *     and a statement that does not mention $1 is refused;
 *   - the one exception is SQL_GLOBAL(), for work above the practices; each
 *     use is listed in tests/golden/global_sql.txt.
 *
 * Rows are copied into the arena, so there is nothing to close.  After a
 * failed statement the transaction is lost: the layer marks it and a commit
 * answers BROKEN.  To expect a collision write ON CONFLICT DO NOTHING. */
#pragma once
#include "base/cx.h"

struct sql {
    const char *text, *file;
    int line;
    bool global;
};

/* Every statement of the program lands in one section of the binary, so that
 * `linden db check` can try all of them.  (Without the pointer clang 14 takes the
 * address for a constant in a long array, and leaves out what it points to.) */
#define SQL_(literal, is_global)                                                                \
    (__extension__({                                                                            \
        static const struct sql sql_                                                            \
            __attribute__((section("linden_sql"), used, aligned(8))) = { "" literal, __FILE__,  \
                                                                         __LINE__, is_global }; \
        const struct sql *its_ = &sql_;                                                         \
        its_;                                                                                   \
    }))
#define SQL(literal) SQL_(literal, false)
#define SQL_GLOBAL(literal) SQL_(literal, true)

struct bytes { /* of a column BYTEA */
    const char *at;
    size_t n;
};

struct value {
    enum { VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_ID, VALUE_BYTES } kind;
    union {
        int64_t number;
        const char *text;
        struct id id;
        struct bytes bytes;
    };
};

struct cell {
    const char *text; /* NULL for NULL and for numbers */
    int64_t number;   /* of a text, or of bytes: how long it is */
    bool is_number;
};

struct table {
    size_t rows, columns;
    const char *const *names; /* columns */
    struct cell *cells;       /* rows * columns */
    uint64_t shape;           /* which columns: no two sets share one, 0 is not known */
};

/* A connection.  One thread uses it at a time.  `where` is "sqlite:PATH" or
 * "postgres://…".  A reader can never write; a writer may do both.  A brisk one
 * reads for a thread that has others waiting: a transaction that would have to
 * wait, or takes longer than DB_BRISK_US, is given up, and db_late() says so.
 * Only an engine inside the process can be brisk.  DB_PATIENT is added by the
 * command line: there statements may take long.
 *
 * A file is opened at once, by a reader that is not patient with its first question; if
 * that fails, the next question tries again.  A server is when the first transaction
 * begins, and once more whenever the connection was lost.  Then db_begin() is BROKEN with
 * the reason "down" (worth trying again) or "setup" (somebody must act). */
enum db_mode { DB_READER, DB_WRITER, DB_BRISK, DB_PATIENT = 4 };
enum { DB_BRISK_US = 2000 };
enum status db_open(struct cx *, const char *where, enum db_mode, struct db **out);

/* Connects to a server now: a page need not wait for it, and a server whose disk
 * is full may take no connection any more.  What goes wrong shows in db_begin(). */
void db_connect(struct db *);
void db_close(struct db *);
/* What is wrong with an address, or NULL; how to call it, without a password. */
const char *db_where_wrong(struct arena *, const char *where);
const char *db_name(struct cx *, const char *where);
/* The version of the engine that is inside the program. */
const char *db_embedded(void);
/* Can many write at the same time, from several machines? */
bool db_is_shared(const char *where);
enum status db_script(struct cx *, const char *text); /* migrations and tests only */

/* Transactions are the dispatcher's, the queue's and the command line's; the
 * domain never calls these.  A mark is a savepoint inside a transaction. */
enum status db_begin(struct cx *, bool writing);
enum status db_commit(struct cx *);
void db_rollback(struct cx *);
enum status db_mark(struct cx *);
enum status db_release(struct cx *); /* BROKEN if a statement failed since the mark */
enum status db_back(struct cx *);    /* undo to the mark; BROKEN if the transaction is lost */
/* Something happened in this transaction that others wait to hear of: they are
 * told once it is committed (writer_watch()). */
void db_tell(struct cx *);
/* Begin, run, commit, on cx->db.  What only lost a race against others, or its
 * connection, starts over, so `run` may run more than once; AGAIN if that was
 * of no use DB_TRIES times.  A commit whose answer was lost is looked up; if
 * nobody can say what became of it, BROKEN with the reason "unknown". */
enum { DB_TRIES = 10 };
enum status db_transact(struct cx *, bool writing, enum status (*run)(struct cx *, void *),
                        void *arg);

/* For work on everything: no other writing transaction runs meanwhile, and it is
 * tried once; CONFLICT if others do not let it. */
enum status db_transact_alone(struct cx *, enum status (*run)(struct cx *, void *), void *arg);

bool db_lost(struct db *); /* the engine has given up the whole transaction */
bool db_full(struct db *); /* the last failure was a full disk */
bool db_late(struct db *); /* a brisk one gave up: begin again on another */
/* What follows takes longer than a brisk connection has: it gives up at once, with
 * AGAIN.  OK for all others. */
enum status db_take_time(struct cx *);
enum status db_check(struct cx *, const struct sql *); /* prepare, never run */

#define db_select(cx, out, sql, ...) \
    db_run((cx), (out), (sql), VALUES(__VA_ARGS__), VALUES_N(__VA_ARGS__))
#define db_exec(cx, sql, ...) db_select((cx), &(struct table){ 0 }, (sql)__VA_OPT__(, ) __VA_ARGS__)

/* Like db_exec, and says how many rows changed. */
#define db_change(cx, changed, sql, ...) \
    db_run_changed((cx), (changed), (sql), VALUES(__VA_ARGS__), VALUES_N(__VA_ARGS__))

/* Like db_exec, and CONFLICT with the given message unless exactly one row
 * changed; its cx->reason is "stale". */
#define db_change_one(cx, message, sql, ...) \
    db_run_one((cx), (message), (sql), VALUES(__VA_ARGS__), VALUES_N(__VA_ARGS__))

/* The same, and that it was no or another row may be said later in the transaction, at
 * the latest instead of COMMIT: for who only passes it on. */
#define db_expect_one(cx, message, sql, ...) \
    db_run_expecting((cx), (message), (sql), VALUES(__VA_ARGS__), VALUES_N(__VA_ARGS__))

enum status db_run(struct cx *, struct table *, const struct sql *, const struct value *, size_t n);
enum status db_run_changed(struct cx *, int64_t *changed, const struct sql *, const struct value *,
                           size_t n);
enum status db_run_one(struct cx *, const char *message, const struct sql *, const struct value *,
                       size_t n);
enum status db_run_expecting(struct cx *, const char *message, const struct sql *,
                             const struct value *, size_t n);

/* One row at a time, for exports and checks over whole tables; the row's cells
 * live until the next one.  `each` stops the walk by answering anything but OK. */
typedef enum status row_function(struct cx *, const struct table *row, void *arg);
#define db_each(cx, each, arg, sql, ...) \
    db_walk((cx), (each), (arg), (sql), VALUES(__VA_ARGS__), VALUES_N(__VA_ARGS__))
enum status db_walk(struct cx *, row_function *, void *arg, const struct sql *,
                    const struct value *, size_t n);

/* A server is far away, and each statement a way there and back.  This runs `run`,
 * which reads and does nothing else, as often as there are answers that others
 * wait for: what it asks and nobody knows yet finds nothing and is noted, all that
 * was noted is asked at once, and it starts over and finds that.  The run that
 * misses nothing counts; of those before it nothing stays, whatever they answered.
 * So a page waits as many times as its questions build on each other, and asks
 * for what it will need by asking.  Where asking costs nothing `run` simply runs.
 *
 * Inside db_transact() `run` may change things, too, if it comes before all other
 * changes.  A change is made by a run that has missed nothing so far: from there on it
 * counts, and waits for each answer.  In other runs changes do nothing, each is said to
 * have changed one row, and what it gives back is missing.  An answer is used until the
 * transaction changes a table that the question names.
 *
 * In a run that does not count, the first row of such an answer is empty texts and
 * zeros for whoever reads it all the same: who would end here if there were none, and
 * has more to ask, looks with table_none().  A statement that fails because of such
 * values ends that try: AGAIN, and then it asks one thing after the other. */
enum status db_gather(struct cx *, enum status (*run)(struct cx *, void *), void *arg);

/* Several who only read, in one transaction of cx->db, each gathering what it asks: their
 * questions travel together, and BEGIN and the end are those of all.  Each has a context of its
 * own, and `told` is called for each that is done, while the others are still under way.  One
 * that is not done afterwards is as it was before, and must be asked by itself: it failed, it
 * asked for what cannot be gathered, or another one's question failed (which is `guilty`).
 * Only where asking costs something; elsewhere nobody is done. */
struct reader {
    struct cx *cx;
    enum status (*run)(struct cx *, void *);
    void (*told)(void *);
    void *arg;
    bool done, guilty;
    /* Private: */
    enum status status;
    bool over;
    struct cx before;
    struct arena_mark mark;
};
/* Of the transaction at hand nothing will be kept. */
void db_doom(struct cx *);
void db_read_together(struct cx *, struct reader *, size_t n);
/* At the end of a question that nearly always has the answer it had before: what builds on it is
 * asked along with it (db/guess.h), which changes nothing but how often is waited. */
#define GUESSED " /*guessed*/"
bool table_none(const struct table *); /* no row, and none to come */
bool db_unsure(const struct cx *);     /* in a run that does not count: zeros may be none */
/* For what must not be done over nothing: from here on this run counts.  False: it does
 * not, and ends here. */
bool db_counts(struct cx *);

/* How often this connection waited for a server's answer so far. */
int64_t db_trips(const struct db *);

/* Cells by column name, which is a literal.  A reader and its column list that disagree abort:
 * every test that reads such a row would meet it. */
#define cell_text(t, row, column) (cell_at((t), (row), "" column, CELL_HINT)->text)
#define cell_int(t, row, column) cell_number(cell_at((t), (row), "" column, CELL_HINT))
#define cell_bytes(t, row, column) cell_as_bytes(cell_at((t), (row), "" column, CELL_HINT))
#define cell_bool(t, row, column) (cell_int(t, row, column) != 0)
#define cell_id(t, row, column) id_of(cell_text(t, row, column))
/* The first cell of the first row, for counts; 0 without rows. */
int64_t table_number(const struct table *);

extern const struct sql __start_linden_sql[], __stop_linden_sql[];

/* --- below: the machinery behind the macros above ----------------------- */

/* Where an expression found its column last time, and in tables of which shape. */
struct cell_hint {
    uint64_t shape;
    size_t at;
};
#define CELL_HINT                                    \
    (__extension__({                                 \
        static _Thread_local struct cell_hint hint_; \
        &hint_;                                      \
    }))
size_t cell_column(const struct table *, const char *column, struct cell_hint *);
int64_t cell_number(const struct cell *);
static inline const struct cell *cell_at(const struct table *t, size_t row, const char *column,
                                         struct cell_hint *hint)
{
    size_t at = t->shape && t->shape == hint->shape ? hint->at : cell_column(t, column, hint);
    return &t->cells[row * t->columns + at];
}

static inline struct value value_int(int64_t n)
{
    return (struct value){ .kind = VALUE_INT, .number = n };
}
static inline struct value value_text(const char *text)
{
    return (struct value){ .kind = text ? VALUE_TEXT : VALUE_NULL, .text = text };
}
static inline struct value value_id(struct id id) /* no id is NULL */
{
    return (struct value){ .kind = id.text[0] ? VALUE_ID : VALUE_NULL, .id = id };
}
static inline struct value value_bytes(struct bytes bytes)
{
    return (struct value){ .kind = VALUE_BYTES, .bytes = bytes };
}
static inline struct bytes cell_as_bytes(const struct cell *cell)
{
    return (struct bytes){ cell->text, cell->text ? (size_t)cell->number : 0 };
}
#define VALUE(x) \
    _Generic((x), bool: value_int, int: value_int, unsigned: value_int, int64_t: value_int, \
             size_t: value_int, char *: value_text, const char *: value_text, struct id: value_id, struct bytes: value_bytes)(x),
#define VALUES(...) ((struct value[]){ EACH(VALUE, __VA_ARGS__){ 0 } })
#define VALUES_N(...) (sizeof VALUES(__VA_ARGS__) / sizeof(struct value) - 1)

#define EACH(m, ...) __VA_OPT__(EACH_A(EACH_1(m, __VA_ARGS__)))
#define EACH_1(m, x, ...) m(x) __VA_OPT__(EACH_AGAIN EACH_NOTHING()(m, __VA_ARGS__))
#define EACH_NOTHING() ()
#define EACH_AGAIN() EACH_1
#define EACH_A(...) EACH_B(EACH_B(EACH_B(__VA_ARGS__)))
#define EACH_B(...) EACH_C(EACH_C(EACH_C(__VA_ARGS__)))
#define EACH_C(...) EACH_D(EACH_D(EACH_D(__VA_ARGS__)))
#define EACH_D(...) __VA_ARGS__
