/* statements.c - what each statement costs.
 *
 * The linker leads the program's calls of the database layer through here
 * (--wrap), so that nothing has to be built into the program to measure it. */
#include "bench/bench.h"

#include "db/driver.h"

enum status __real_db_run(struct cx *, struct table *, const struct sql *, const struct value *,
                          size_t n);
enum status __wrap_db_run(struct cx *, struct table *, const struct sql *, const struct value *,
                          size_t n);
enum status __real_db_begin(struct cx *, bool writing);
enum status __wrap_db_begin(struct cx *, bool writing);
enum status __real_db_commit(struct cx *);
enum status __wrap_db_commit(struct cx *);

enum { MOST = 64 };

bool statements_on;
double statements_last;
static struct statement_cost costs[MOST];
static size_t n_costs;

static void note(const struct sql *sql, double began, size_t rows)
{
    size_t i = 0;
    statements_last = now_us();
    while (i < n_costs && costs[i].sql != sql) i++;
    if (i == MOST) return;
    if (i == n_costs) costs[n_costs++] = (struct statement_cost){ .sql = sql };
    costs[i].calls++;
    costs[i].rows += (int64_t)rows;
    costs[i].us += statements_last - began;
}

void statements_clear(void)
{
    n_costs = 0;
}

size_t statements_all(struct statement_cost **out)
{
    *out = costs;
    return n_costs;
}

enum status __wrap_db_run(struct cx *cx, struct table *out, const struct sql *sql,
                          const struct value *values, size_t n)
{
    floor_keep(cx, sql, values, n);
    if (!statements_on) return __real_db_run(cx, out, sql, values, n);
    double began = now_us();
    enum status status = __real_db_run(cx, out, sql, values, n);
    note(sql, began, status == OK ? out->rows : 0);
    return status;
}

enum status __wrap_db_begin(struct cx *cx, bool writing)
{
    if (!statements_on) return __real_db_begin(cx, writing);
    double began = now_us();
    enum status status = __real_db_begin(cx, writing);
    note(NULL, began, 0);
    return status;
}

enum status __wrap_db_commit(struct cx *cx)
{
    if (!statements_on) return __real_db_commit(cx);
    double began = now_us(), last = statements_last;
    enum status status = __real_db_commit(cx);
    note(NULL, began, 0);
    statements_last = last; /* what follows the last statement that reads is writing HTML */
    return status;
}
