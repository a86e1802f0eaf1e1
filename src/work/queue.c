/* queue.c - see queue.h */
#include "work/queue.h"

#include <string.h>

#include "base/log.h"
#include "base/say.h"
#include "base/secret.h"
#include "base/setup.h"
#include "base/time.h"
#include "db/db.h"
#include "work/sent.h"
#include "work/sms.h"
#include "work/smtp.h"

#include "work/queue.text.h"

static const int64_t SAME = MINUTES(5); /* the same letter again is no second one */
/* Before another program takes a job over.  Longer than a database takes to
 * come back: who did the work shall be the one to say so. */
static const int64_t LEASE = MINUTES(15);
/* Who took a job so long ago and only now comes to send it has been asleep. */
static const int64_t FRESH = MINUTES(5);

/* What went wrong with a job, unless its worker says otherwise. */
#define INTERRUPTED "interrupted"

static const struct job_info {
    const char *key;
    int attempts;
    task_function *task;
    letter_function *letter;
    call_function *call;
    called_function *called;
} jobs[JOB_COUNT] = {
#define TASK(name, key, attempts) [JOB_##name] = { key, attempts, name, NULL, NULL, NULL },
#define LETTER(name, key, attempts) [JOB_##name] = { key, attempts, NULL, name, NULL, NULL },
#define CALL(name, called, key, attempts) \
    [JOB_##name] = { key, attempts, NULL, NULL, name, called },
#include "work/jobs.def"
#undef TASK
#undef LETTER
#undef CALL
};

enum status enqueue_at(struct cx *cx, enum job_kind kind, struct id about, const char *details,
                       int64_t at)
{
    return db_exec(cx,
                   SQL_GLOBAL("INSERT INTO jobs (practice_id, id, kind, about, details,"
                              " attempts_left, run_at, created_at)"
                              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"),
                   (const char *)cx->actor.practice.text, id_new(cx->now), jobs[kind].key,
                   (const char *)about.text, details, jobs[kind].attempts, at, cx->now);
}

enum status enqueue(struct cx *cx, enum job_kind kind, struct id about, const char *details)
{
    return enqueue_at(cx, kind, about, details, cx->now);
}

/* A letter that is taken back may have been written out already: it never left. */
enum status dequeue(struct cx *cx, enum job_kind kind, struct id about)
{
    const char *practice = cx->actor.practice.text, *key = jobs[kind].key;
    TRY(db_exec(
        cx,
        SQL_GLOBAL("DELETE FROM letters_last WHERE practice_id = $1 AND job_id IN (SELECT id"
                   " FROM jobs WHERE practice_id = $1 AND about = $2 AND kind = $3)"),
        practice, (const char *)about.text, key));
    return db_exec(
        cx, SQL_GLOBAL("DELETE FROM jobs WHERE practice_id = $1 AND about = $2 AND kind = $3"),
        practice, (const char *)about.text, key);
}

/* --- one job ---------------------------------------------------------------- */

struct running {
    struct job job;
    const struct job_info *info;
    int64_t attempts_left;
    enum lane lane;
    struct letter letter;
    struct call call;
    bool nothing;        /* there is nothing (left) to write */
    const char *problem; /* of a letter that failed */
    bool refused;        /* for good */
    bool own;            /* one that this program had in hand before */
    bool left;           /* a mail server has it */
    int64_t claimed;     /* of the steady clock */
};

static const char *node_of(const struct cx *cx)
{
    return cx->setup->node ? cx->setup->node : "";
}

/* Calls have keys that begin so. */
#define IN_LANE(lane) \
    " AND (" lane " = 0 OR CASE WHEN kind LIKE 'call.%' THEN 2 ELSE 1 END = " lane ")"
#define TAKE                                                             \
    "UPDATE jobs SET run_at = $2, attempts_left = attempts_left - 1,"    \
    " tries = tries + 1, last_problem = '" INTERRUPTED "', held_by = $3" \
    " WHERE (practice_id, id) = (SELECT practice_id, id FROM jobs"
#define TAKEN                                                           \
    " ORDER BY run_at, id LIMIT 1 /*postgres FOR UPDATE SKIP LOCKED*/)" \
    " RETURNING practice_id, id, kind, about, details, created_at, tries, attempts_left"

static struct job job_read(const struct table *t, size_t row)
{
    return (struct job){
        .id = cell_id(t, row, "id"),
        .practice = cell_id(t, row, "practice_id"),
        .kind = cell_text(t, row, "kind"),
        .about = cell_id(t, row, "about"),
        .details = cell_text(t, row, "details"),
        .created_at = cell_int(t, row, "created_at"),
        .tries = cell_int(t, row, "tries"),
    };
}

/* Take the oldest job that is due.  Moving run_at into the future is the lease. */
static enum status take_due(struct cx *cx, enum lane lane, struct table *t)
{
    return db_select(
        cx, t, SQL_GLOBAL(TAKE " WHERE run_at <= $1 AND attempts_left > 0" IN_LANE("$4") TAKEN),
        cx->now, cx->now + LEASE, node_of(cx), lane);
}

/* Or one that we have already; nobody else can take it in between. */
static enum status take_own(struct cx *cx, enum lane lane, struct table *t)
{
    return db_select(cx, t,
                     SQL_GLOBAL(TAKE " WHERE run_at > $1 AND run_at <= $2 AND attempts_left > 0"
                                     " AND held_by = $3 AND last_problem = '" INTERRUPTED
                                     "'" IN_LANE("$4") TAKEN),
                     cx->now, cx->now + LEASE, node_of(cx), lane);
}

static enum status claim(struct cx *cx, void *arg)
{
    struct running *r = arg;
    struct table t;
    TRY(r->own ? take_own(cx, r->lane, &t) : take_due(cx, r->lane, &t));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "nothing to do");
    r->job = job_read(&t, 0);
    r->attempts_left = cell_int(&t, 0, "attempts_left");
    r->claimed = clock_steady();
    return OK;
}

/* A job that is given up stays in the table: 'linden doctor' lists it.  If it
 * is a letter, its user's row says so. */
static enum status give_up(struct cx *cx, const struct job *job)
{
    log_line(LOG_BROKEN, "job_given_up", log_text("kind", job->kind), log_text("job", job->id.text),
             log_int("tries", job->tries));
    bool letter = strncmp(job->kind, "mail.", 5) == 0 || strncmp(job->kind, "text.", 5) == 0;
    if (!letter) return OK;
    return letter_outcome(cx, job, SAY(letter_given_up));
}

/* Those that were in hand for the last time when a program died. */
static enum status bury(struct cx *cx, void *arg)
{
    enum lane *lane = arg;
    struct table t;
    struct actor before = cx->actor;
    TRY(db_select(
        cx, &t,
        SQL_GLOBAL("UPDATE jobs SET last_problem = 'interrupted at the last try'"
                   " WHERE attempts_left = 0 AND last_problem = '" INTERRUPTED "'"
                   " AND (run_at <= $1 OR held_by = $2)" IN_LANE(
                       "$3") " RETURNING practice_id, id, kind, about, details, created_at, tries,"
                             " attempts_left"),
        cx->now, node_of(cx), *lane));
    for (size_t i = 0; i < t.rows; i++) {
        struct job job = job_read(&t, i);
        cx->actor = (struct actor){ .practice = job.practice, .job = true, .via = "job" };
        TRY(give_up(cx, &job));
    }
    cx->actor = before;
    return OK;
}

static enum status finish(struct cx *cx, void *arg)
{
    struct running *r = arg;
    bool letter = r->info && r->info->letter && !r->nothing;
    if (letter) TRY(letter_outcome(cx, &r->job, r->refused ? r->problem : NULL));
    if (letter && r->refused) /* so the same letter again is the first one */
        TRY(db_exec(cx,
                    SQL_GLOBAL("DELETE FROM letters_last WHERE practice_id = $1 AND job_id = $2"),
                    (const char *)r->job.practice.text, r->job.id));
    return db_exec(cx, SQL_GLOBAL("DELETE FROM jobs WHERE practice_id = $1 AND id = $2"),
                   (const char *)r->job.practice.text, r->job.id);
}

static enum status run_task(struct cx *cx, void *arg)
{
    struct running *r = arg;
    r->nothing = true;
    TRY(r->info->task(cx, &r->job));
    return finish(cx, r);
}

static const char *hash_of(struct cx *cx, const char *text)
{
    char *out = arena_alloc(cx->mem, SECRET_SIZE);
    secret_hash(text, out);
    return out;
}

/* Everything the reader would see. */
static const char *whole(struct cx *cx, const struct letter *l)
{
    const char *url = l->button_url ? l->button_url : "";
    const char *all = arena_print(cx->mem, "%s\n%s", l->subject, url);
    for (int i = 0; i < LETTER_PARAGRAPHS && l->paragraphs[i]; i++)
        all = arena_print(cx->mem, "%s\n%s", all, l->paragraphs[i]);
    return all;
}

/* Was another job's letter to this receiver the same, and is it the last one?
 * If not, this one is the last from now on. */
static enum status said_already(struct cx *cx, const struct running *r, bool *out)
{
    struct table t;
    const char *practice = r->job.practice.text, *job = r->job.id.text;
    const char *receiver = hash_of(cx, r->letter.to), *letter = hash_of(cx, whole(cx, &r->letter));
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT 1 AS one FROM letters_last WHERE practice_id = $1"
                             " AND receiver = $2 AND letter = $3 AND job_id <> $4 AND at > $5"),
                  practice, receiver, letter, job, r->job.created_at - SAME));
    *out = t.rows > 0;
    if (*out) return OK;
    return db_exec(cx,
                   SQL_GLOBAL("INSERT INTO letters_last (practice_id, receiver, letter, job_id, at)"
                              " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (practice_id, receiver)"
                              " DO UPDATE SET letter = $3, job_id = $4, at = $5"),
                   practice, receiver, letter, job, r->job.created_at);
}

static enum status compose(struct cx *cx, void *arg)
{
    struct running *r = arg;
    r->letter = (struct letter){ 0 };
    enum status status = r->info->letter(cx, &r->job, &r->letter);
    r->nothing = status == NOT_FOUND;
    if (status == OK && !r->letter.phone) TRY(said_already(cx, r, &r->nothing));
    if (!r->nothing) return status;
    if (status == OK) TRY(letter_outcome(cx, &r->job, NULL)); /* the other one tells it */
    return finish(cx, r);
}

/* Try again after 1, 2, 4 ... minutes, at most a few hours apart.  Nothing, if
 * somebody else has taken it over since. */
static enum status put_back(struct cx *cx, void *arg)
{
    struct running *r = arg;
    int64_t wait = MINUTES(1) << (r->job.tries < 8 ? r->job.tries - 1 : 7);
    if (r->attempts_left == 0) TRY(give_up(cx, &r->job));
    return db_exec(
        cx,
        SQL_GLOBAL("UPDATE jobs SET run_at = $3, last_problem = $4"
                   " WHERE practice_id = $1 AND id = $2 AND held_by = $5 AND tries = $6"),
        (const char *)r->job.practice.text, r->job.id, cx->now + wait, r->problem ? r->problem : "",
        node_of(cx), r->job.tries);
}

static enum status inside(struct cx *cx, struct writer *writer,
                          enum status (*run)(struct cx *, void *), void *arg)
{
    return writer ? writer_run(writer, cx, run, arg) : db_transact(cx, true, run, arg);
}

static enum mail_result send_one(struct cx *cx, struct running *r)
{
    struct mail mail;
    const struct setup *setup = cx->setup;
    if (r->letter.phone)
        return sms_send(cx->mem, setup->sms, setup->sms_auth, r->letter.phone,
                        r->letter.paragraphs[0], r->letter.report, &r->problem);
    letter_mail(cx, &r->letter, r->job.id, r->job.created_at, &mail);
    return smtp_send(cx->mem, setup->mail, setup->mail_auth, &mail, &r->problem);
}

static void send(struct cx *cx, struct running *r)
{
    switch (send_one(cx, r)) {
    case MAIL_SENT:
        r->problem = NULL;
        r->left = true;
        sent_note(cx, r->job.id);
        break;
    case MAIL_REFUSED: r->refused = true; break;
    case MAIL_TRY_AGAIN:
        if (r->attempts_left == 0) r->refused = true;
        break;
    }
}

static enum status run_letter(struct cx *cx, struct writer *writer, struct running *r)
{
    r->left = sent_noted(cx, r->job.id)
              || smtp_already_sent(cx->mem, cx->setup->mail, r->job.id.text, r->job.created_at);
    if (!r->left) {
        enum status status = inside(cx, writer, compose, r);
        if (status != OK || r->nothing) return status;
        if (clock_steady() - r->claimed > FRESH) return fail(cx, AGAIN, "it took too long");
        send(cx, r);
    }
    bool over = !r->problem || r->refused;
    enum status status = inside(cx, writer, over ? finish : put_back, r);
    if (status == OK) sent_forget(cx, r->job.id);
    return status;
}

/* --- calls ------------------------------------------------------------------- */

static enum status compose_call(struct cx *cx, void *arg)
{
    struct running *r = arg;
    r->call = (struct call){ 0 };
    enum status status = r->info->call(cx, &r->job, &r->call);
    r->nothing = status == NOT_FOUND;
    return r->nothing ? finish(cx, r) : status;
}

static enum status finish_call(struct cx *cx, void *arg)
{
    struct running *r = arg;
    TRY(r->info->called(cx, &r->job, &r->call));
    return finish(cx, r);
}

static enum status run_call(struct cx *cx, struct writer *writer, struct running *r)
{
    enum status status = inside(cx, writer, compose_call, r);
    if (status != OK || r->nothing) return status;
    if (clock_steady() - r->claimed > FRESH) return fail(cx, AGAIN, "it took too long");
    call_send(cx->mem, &r->call);
    return inside(cx, writer, finish_call, r);
}

static enum status work(struct cx *cx, struct writer *writer, bool own, enum lane lane)
{
    struct running r = { .own = own, .lane = lane };
    TRY(inside(cx, writer, claim, &r));
    cx->actor =
        (struct actor){ .practice = r.job.practice, .job = true, .via = "job", .name = "Linden" };
    for (const struct job_info *j = jobs; j < jobs + JOB_COUNT; j++)
        if (strcmp(j->key, r.job.kind) == 0) r.info = j;
    if (!r.info) return fail(cx, BROKEN, "no such job: %s", r.job.kind);
    enum status status = r.info->task   ? inside(cx, writer, run_task, &r)
                         : r.info->call ? run_call(cx, writer, &r)
                                        : run_letter(cx, writer, &r);
    if (status == OK) return OK;
    r.problem = cx->message;
    /* A mail that left stays ours until the database knows it. */
    if (!r.left) (void)!inside(cx, writer, put_back, &r); /* else the lease brings it back */
    return status == NOT_FOUND ? BROKEN : status;
}

enum status work_once(struct cx *cx, struct writer *writer)
{
    return work(cx, writer, false, ALL_LANES);
}

enum status work_lane(struct cx *cx, struct writer *writer, enum lane lane)
{
    return work(cx, writer, false, lane);
}

static enum status calls_due(struct cx *cx, void *arg)
{
    (void)arg;
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT 1 AS one FROM jobs WHERE run_at <= $1 AND attempts_left > 0"
                             " AND kind LIKE 'call.%' LIMIT 1"),
                  cx->now));
    return t.rows ? OK : fail(cx, NOT_FOUND, "nobody is to be called");
}

enum status work_calls(struct cx *cx, struct writer *writer)
{
    return inside(cx, writer, calls_due, NULL);
}

enum status work_again(struct cx *cx, struct writer *writer, enum lane lane)
{
    (void)!inside(cx, writer, bury, &lane); /* else the next time */
    return work(cx, writer, true, lane);
}
