/* transact.c - a transaction that starts over when it lost a race. */
#include <sodium.h>
#include <time.h>

#include "base/log.h"
#include "db/driver.h"

/* Two that met once shall not meet again. */
static void pause_a_little(int tries)
{
    uint32_t most = 2000u << (tries < 6 ? tries : 6); /* microseconds */
    struct timespec t = { .tv_nsec = (long)(randombytes_uniform(most) + 500) * 1000 };
    nanosleep(&t, NULL);
}

static enum status once(struct cx *cx, bool writing, enum status (*run)(struct cx *, void *),
                        void *arg)
{
    TRY(db_begin(cx, writing));
    enum status status = run(cx, arg);
    if (status == OK) status = db_commit(cx);
    if (status != OK) db_rollback(cx);
    return status;
}

enum status db_transact(struct cx *cx, bool writing, enum status (*run)(struct cx *, void *),
                        void *arg)
{
    enum { BEFORE_LINING_UP = 2 };
    bool in_line = false;
    enum status status;
    int tries = 0;
    for (;;) {
        status = once(cx, writing, run, arg);
        tries++;
        bool again = status != OK && (cx->db->again || (cx->db->collided && tries == 1));
        if (!again || tries == DB_TRIES) break;
        pause_a_little(tries);
        if (tries == BEFORE_LINING_UP && writing && cx->db->driver->line_up)
            in_line = cx->db->driver->line_up(cx, true) == OK;
    }
    bool lost_all = status != OK && cx->db->again;
    if (in_line) (void)!cx->db->driver->line_up(cx, false); /* hangs up if it cannot */
    if (tries > BEFORE_LINING_UP)
        log_line(LOG_NOTE, "started_over", log_int("tries", tries), log_bool("done", status == OK));
    return lost_all ? AGAIN : status;
}
