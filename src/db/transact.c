/* transact.c - a transaction that starts over when it lost a race. */
#include <sodium.h>
#include <string.h>
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

/* Who lost often enough is let through while the others wait: alone it cannot
 * lose, so nobody starts over for ever however many want the same. */
enum status db_transact(struct cx *cx, bool writing, enum status (*run)(struct cx *, void *),
                        void *arg)
{
    enum { LOSSES = 3 };
    enum status status;
    int tries = 0;
    cx->db->later = writing;
    for (;;) {
        cx->db->alone = tries >= LOSSES;
        status = once(cx, writing, run, arg);
        tries++;
        bool again = status != OK && (cx->db->again || (cx->db->collided && tries == 1));
        if (!again || tries == DB_TRIES) break;
        pause_a_little(tries);
    }
    cx->db->alone = cx->db->later = false;
    if (tries > LOSSES)
        log_line(LOG_NOTE, "started_over", log_int("tries", tries), log_bool("done", status == OK));
    return status != OK && cx->db->again ? AGAIN : status;
}

enum status db_transact_alone(struct cx *cx, enum status (*run)(struct cx *, void *), void *arg)
{
    cx->db->alone = true;
    enum status status = once(cx, true, run, arg);
    cx->db->alone = false;
    if (status == OK || !cx->db->again) return status;
    bool lost = cx->reason && strcmp(cx->reason, "down") == 0;
    return lost ? fail_because(cx, BROKEN, "down", "%s", cx->message)
                : fail_because(cx, CONFLICT, "race", "the database is in use: try again (%s)",
                               cx->message);
}
