/* practice.h - two practices, their people, and pages without a socket.
 *
 *   practice_begin(cx);                                   a fresh database for this test
 *   struct page page = get(cx, "olga", "/g/north/settings/users");
 *   CHECK_INT(page.status, 200);  CHECK(has_text(page, "Ms Beatriz Lima"));
 *   page = post(cx, "olga", "/g/north/settings/locations", "name", "Hill", NULL);
 *
 * In north (Northside Allied Health, locations Riverside and Harbour St):
 *   olga   practitioner, Full Access, Account Owner (Dr Olga Okafor)
 *   freya  administrator, Full Access (Freya Nilsson)
 *   ben    practitioner, Clinical Access, both locations (Ben <b>Brandt)
 *   chen   practitioner, Personal Access, Read Only, Riverside (Mr Chen Wei)
 *   gina   administrator, Office Access, Riverside (Gina Papas)
 *   kavya  practitioner, Clinical Access, deactivated (Ms Kavya Rao)
 * Patients of north, with ids "q-NAME", numbers from 1001 on, pseudonyms PX-048213 on:
 *   anna   Anna Aster, born 1980-03-27, Riverside, chen's
 *   bert   Bert O'Birch-Łuczak, born 1975-12-01, Harbour St, ben's
 *   cleo   Cleo <i>Cedar, born 2015-06-30, Riverside, kavya's
 *   dora   Dora Drake, archived, Riverside, nobody's
 * Of south: zara, Zara Quokkason, Bankside, zoe's.
 * Types of north: t-first (First visit, 60 minutes), t-review (Review, 30).  ben works at
 * Riverside on Mondays 8:00 to 12:00 and 13:00 to 17:00 and on Tuesdays 8:00 to 12:00.
 * Appointments of north, all on Monday 23 Nov 2026, with ids "a-NAME":
 *   anna   9:30 to 10:30, Riverside, chen's column, a First visit of Anna
 *   bert   10:00 to 10:30, Harbour St, ben's column, of Bert
 *   cleo   11:00 to 11:30, Riverside, kavya's column, a Review of Cleo: needs a practitioner
 *   open   12:00 to 12:30, Riverside, nobody's column, of Anna
 *   lunch  12:30 to 13:15, Riverside, ben's column, kept free for Lunch
 * Of south: zara, 9:00 to 9:45, Bankside, zoe's column.
 * Invoices of north: v-anna (1, chen's at Riverside, of Anna's appointment, 180.00 to pay), v-bert
 *   (a draft, ben's at Harbour St, Tape for Bert, 95.00 and 9.50 tax), v-cleo (2, kavya's at
 *   Riverside, of Cleo's, 20.00 of 95.00 paid, overdue).  Of south: v-zara (1), partly paid.
 * north reminds patients by email 1 day before; kavya's own setting says 4 hours.  South: 2 days,
 * and zoe's own 7 hours; a-zara has been reminded of.
 * Credits: north's group holds 99 of 100 that were bought, chen has own ones, none so far, and 50
 * asked for (o-chen); auto top-up is off.  South: zoe has 7 of her own, and auto top-up.
 * Used once, long ago: a device of chen (dv-chen), and of south one of zoe (dv-zoe).
 * Asked for once, and over: a lost second step of chen (ls-chen), and of south of zoe (ls-zoe).
 * Planned, in the far future: kavya is activated in north, olga deactivated in south.
 * Insured until 2099-12-31: chen; until 2026-11-30: zoe.
 * A review of access that freya began (rv-north), gina decided about when she had less, and one of
 * zoe's (rv-south), who is reminded every 7 months.
 * North has no deputy; of south's owner it is olga, in the far future.
 * Imports of freya, to be matched: m-freya of patients, m-users of users, a row each; of zoe m-zoe, m-zoes.
 * A hand-over of ben's appointments (h-ben), begun by freya with a-bert; of zoe's h-zoe.
 * Online nobody is found or booked; after ONLINE_ON ben is listed at Riverside and takes bookings of
 * First visits and Reviews 2 hours before (bp-ben), at Harbour St whoever has the link sees him and
 * patients only book Reviews (bp-harbour), and kavya's is on still (bp-kavya).  Zoe is hidden.
 * Exports of kavya (x-kavya) and zoe (x-zoe) that are over.
 * Webhooks that are off: w-freya, with a message wm-freya that was sent; of south w-zoe and wm-zoe.
 * Sign-in providers: of north Acme (https://login.north.example, EdDSA, no keys), where gina is
 * sub-gina and kavya sub-kavya; of south Quokka, where zoe is sub-zoe.
 * In south (Southbank Clinic): zoe, Account Owner, and olga with Personal Access.
 * Emails are NAME@north.example and zoe@south.example; all proven; the
 * password of each is "correct-horse-battery-NAME".  Ids are "u-NAME" for
 * users, "p-NAME" for people, "north" and "south" for practices and their
 * addresses, "l-riverside", "l-harbour", "l-south" for locations. */
#pragma once
#include "tests/test.h"

#include "db/db.h"
#include "base/time.h"
#include "web/web.h"

void practice_begin(struct cx *);
/* After users were changed behind the program's back. */
void recount_users(struct cx *);

struct page {
    int status;
    const char *body;     /* "" if there is none; pieces are put together */
    const char *location; /* or NULL */
    const char *etag;     /* or NULL */
    const char *cookies[COOKIES];
    const char *disposition, *type; /* or NULL */
    size_t length;                  /* of the body */
    const char *link, *challenge, *allow; /* of the API; or NULL */
    bool replayed;
};

/* Sessions begin with the first request of a name and last for the test, and so does the
 * proof who is there (app/step_up/); sign_in_again() begins another one.  NULL or "" is a visitor. */
struct page get(struct cx *, const char *who, const char *path_and_query);
struct page get_unless(struct cx *, const char *who, const char *path, const char *if_none_match);
/* Names and values in turn, up to NULL.  form_token comes by itself. */
struct page post(struct cx *, const char *who, const char *path, ...) __attribute__((sentinel));
/* The same with one file in the field "files": its name, its bytes and how many. */
struct page post_file(struct cx *, const char *who, const char *path, const char *name,
                      const char *bytes, size_t n, ...) __attribute__((sentinel));
void sign_in_again(struct cx *, const char *who);
const char *session_of(struct cx *, const char *who); /* the token in the cookie */
bool has_text(struct page, const char *text);

/* For tests of the domain: cx acts as this user, inside a writing transaction
 * that act_end() commits (true) or rolls back. */
void act_as(struct cx *, const char *practice, const char *who);
enum status act_end(struct cx *, enum status);

#define ONLINE_ON                                                                               \
    "UPDATE booking_profiles SET visible = 'public', books = 'all'"                              \
    " WHERE id IN ('bp-ben', 'bp-kavya');"                                                       \
    "UPDATE booking_profiles SET visible = 'link', books = 'known' WHERE id = 'bp-harbour';"

/* Changes rows behind the program's back, for states that take long to reach. */
void must_run(struct cx *, const char *script);
/* After rows of assignments that no function of the program wrote; a script that names them
 * needs no reminder. */
void copy_locations(struct cx *);
/* After rows of appointments, or of their patients, that no function of the program wrote. */
#define NAME_APPOINTMENTS                                                                \
    "UPDATE appointments SET patient_listed = COALESCE((SELECT p.listed FROM patients p" \
    " WHERE p.practice_id = appointments.practice_id AND p.id = appointments.patient_id), '')"

/* What was issued, paid and moved stays, whatever a statement says: until this is on.  On
 * SQLite it stays on for the test. */
void invoices_unguarded(struct cx *, bool on);
/* All invoices, and how they are written. */
void take_invoices_away(struct cx *);

int64_t count(struct cx *, const struct sql *); /* the first number of a SQL_GLOBAL */
#define COUNT(text) count(cx, SQL_GLOBAL(text))

/* Runs all jobs that are due at cx->now; letters end up here. */
struct sent {
    const char *to, *subject, *text;
};
struct outbox {
    size_t n;
    struct sent at[64];
};
void work_all(struct cx *, struct outbox *);
/* The first word of the letter's text that begins so: a link. */
const char *sent_link(struct cx *, const struct sent *, const char *prefix);
