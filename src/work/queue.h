/* queue.h - the outbox.  A job is a row, written in the caller's transaction:
 * if the change is rolled back, the mail is never sent; if it is committed,
 * the mail cannot be forgotten.
 *
 * Three kinds (jobs.def).  A TASK runs in one writing transaction and is gone
 * with it.  A LETTER is composed in a transaction (there the token of its link
 * is made, of which only the hash is kept), leaves outside of any, and is
 * marked as done in another.
 *
 * A CALL is told to a machine of somebody else (call.h): composed, sent and noted like a letter,
 * but once for each job, whatever comes of it; whether it is tried again is for what comes after it
 * to say.  A lane of its own does them, so no mail waits for a machine that is slow to answer.
 *
 * A letter may be a text message to a phone (letter.h): the same, by way of the SMS
 * gateway (sms.h).
 *
 * Several programs may take jobs out of one database.  Who takes one has it for
 * a quarter of an hour; who dies meanwhile takes it up again when started anew
 * (work_again), and the others take it over when the time is up.  A mail that a
 * server took is noted at once (sent.h), so neither a database that is away at
 * that moment nor a program that dies after it sends it twice.  What is left: the
 * program dies between the server's answer and the note, or for good after it.
 * Then the mail goes again under the same Message-ID; to a folder it never does.
 *
 * Who was written the very same last, less than five minutes earlier, is not
 * written again: the second job ends as done.  A letter that was taken back, or
 * refused for good, does not count as written.  A letter with a link of its own
 * is never the same as another, and one that came in between tells them apart. */
#pragma once
#include "db/writer.h"
#include "work/call.h"
#include "work/letter.h"

struct job {
    struct id id, practice; /* practice: none for work above the practices */
    const char *kind, *details;
    struct id about;
    int64_t created_at;
    int64_t tries;
};

typedef enum status task_function(struct cx *, const struct job *);
/* Fills the letter.  NOT_FOUND: there is nothing to write any more. */
typedef enum status letter_function(struct cx *, const struct job *, struct letter *);

/* Fills the call.  NOT_FOUND: there is nothing to tell, or not now. */
typedef enum status call_function(struct cx *, const struct job *, struct call *);
/* What became of it, in the transaction that ends the job. */
typedef enum status called_function(struct cx *, const struct job *, const struct call *);

/* Every job function is declared here, from jobs.def, and nowhere else. */
#define TASK(name, ...) task_function name;
#define LETTER(name, ...) letter_function name;
#define CALL(name, called, ...) \
    call_function name;         \
    called_function called;
#include "work/jobs.def"
#undef TASK
#undef LETTER
#undef CALL

enum job_kind {
#define TASK(name, ...) JOB_##name,
#define LETTER(name, ...) JOB_##name,
#define CALL(name, ...) JOB_##name,
#include "work/jobs.def"
#undef TASK
#undef LETTER
#undef CALL
    JOB_COUNT
};

/* Put a job into the queue of the actor's practice (or above the practices, if
 * there is none).  `details` is small text the job understands, or "". */
enum status enqueue(struct cx *, enum job_kind, struct id about, const char *details);
enum status enqueue_at(struct cx *, enum job_kind, struct id about, const char *details,
                       int64_t at);
/* Take back what has not run yet. */
enum status dequeue(struct cx *, enum job_kind, struct id about);

/* Which jobs somebody takes. */
enum lane { ALL_LANES, LETTER_LANE, CALL_LANE }; /* the second: all but calls */

/* Do one job that is due: NOT_FOUND if there is none.  `writer` NULL: in cx's
 * own transactions (tests, the command line), and of all lanes. */
enum status work_once(struct cx *, struct writer *);
enum status work_lane(struct cx *, struct writer *, enum lane);
/* OK if a call is due, NOT_FOUND if none is. */
enum status work_calls(struct cx *, struct writer *);

/* The same for a job that this program (setup.node) had in hand when it died,
 * or could not mark as done: it need not wait for the lease to end.  Only while
 * it works on none: as it starts, and after a failure.  Jobs that were in hand
 * for the last time are given up. */
enum status work_again(struct cx *, struct writer *, enum lane);

/* The letter of this job was refused for good (or, with NULL, went out): called
 * in the transaction that ends the job.  Defined in app/reminders/reminders_mail.c. */
enum status letter_outcome(struct cx *, const struct job *, const char *problem);
