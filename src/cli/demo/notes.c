/* notes.c - see notes.h */
#include "cli/demo/notes.h"

#include <string.h>

#include "app/notes/attachment.h"
#include "app/notes/note.h"
#include "app/patients/patient.h"
#include "base/date.h"
#include "base/time.h"
#include "paper/paper.h"

enum { PATIENTS = 6, VISITS = 3 };

static const struct note_draft visits[VISITS] = {
    { "First visit",
      "Comes with stiffness in the mornings that eases by noon. Began about six weeks ago, no"
      " fall, no fever.\n\nFindings: movement a little less on the left, strength even on both"
      " sides.\n\nPlan: exercises twice a day, sheet handed out. See again in two weeks.",
      false },
    { "Review",
      "Sleeps through again. Did the exercises on most days, on two of them with some"
      " soreness.\n\nPlan: go on, a little more weight. See again in three weeks.",
      false },
    { "Phone call", "Asked whether swimming is fine. Yes, up to half an hour. Will come as agreed.",
      false },
};
static const struct note_draft thought = {
    "For supervision", "Did I take the worry about work seriously enough? Bring to Thursday.", true
};
static const struct note_draft begun = { "", "Letter to the GP: ", false };

static const char sheet[] =
    "Exercises\n\nTwice a day, slowly, ten times each:\n\n"
    "1. Sit upright. Lift the left knee, hold it for three seconds, and lower it.\n"
    "2. Stand behind a chair. Rise on your toes, and come down.\n"
    "3. Walk for ten minutes.\n\nStop if it hurts, and call us.\n";

static enum status amend(struct cx *cx, const struct patient *p, struct id id)
{
    struct note *n;
    TRY(note_find(cx, p, id, &n));
    struct note_draft d = { n->title,
                            arena_print(cx->mem, "%s\n\nThe soreness was on the right.", n->text),
                            false };
    cx->now += HOURS(3);
    return note_amend(cx, p, n, &d, "Side left out", n->version);
}

/* A file hangs on a note, as if it had been sent with the form. */
static enum status attach(struct cx *cx, const struct patient *p, struct id id, const char *name,
                          const char *bytes, size_t size, const char *reason)
{
    struct note *n;
    struct spool spool = spool_of(bytes, size);
    struct upload file = { .field = "files", .name = name, .spool = &spool, .size = size };
    TRY(note_find(cx, p, id, &n));
    return attachments_add(cx, p, n, &file, 1, reason);
}

static enum status attach_sheet(struct cx *cx, const struct patient *p, struct id id)
{
    cx->now += HOURS(1);
    return attach(cx, p, id, "Exercises.txt", sheet, strlen(sheet),
                  "The sheet that was handed out");
}

/* Where letters can be drawn. */
static enum status attach_letter(struct cx *cx, const struct patient *p, struct id id)
{
    char *pdf;
    size_t size;
    if (paper_missing()) return OK;
    struct paper *paper = paper_new(cx->mem, "Referral", date_at(cx, cx->now));
    paper_cell(paper_row(paper, ROW_PLAIN, 0), 0, 1000, INK_TITLE, "Referral");
    paper_cell(paper_row(paper, ROW_PLAIN, 14), 0, 1000, INK_PLAIN,
               "Thank you for seeing this patient about stiffness in the mornings.");
    paper_cell(paper_row(paper, ROW_PLAIN, 6), 0, 1000, INK_PLAIN,
               "No fall, no fever. Blood tests of last month were unremarkable.");
    TRY(paper_pdf(cx, paper, &pdf, &size));
    return attach(cx, p, id, "Referral from the GP.pdf", pdf, size, "");
}

static enum status write_about(struct cx *cx, const struct patient *p, size_t nth, int64_t today)
{
    struct id id;
    for (size_t i = 0; i < 1 + nth % VISITS; i++) {
        cx->now = today - DAYS(40) + DAYS(13) * (int64_t)i + HOURS(9) + MINUTES(35) * (int64_t)nth;
        TRY(note_create(cx, p, &visits[i], true, &id));
        if (i == 0 && nth % 2 == 0) TRY(attach_sheet(cx, p, id));
    }
    if (nth == 1) TRY(amend(cx, p, id));
    cx->now = today - DAYS(2) + MINUTES(50) * (int64_t)nth;
    if (nth == 2) TRY(note_create(cx, p, &thought, true, &id));
    if (nth != 0) return OK;
    TRY(note_create(cx, p, &begun, false, &id));
    return attach_letter(cx, p, id);
}

enum status demo_notes(struct cx *cx, int64_t today)
{
    int64_t now = cx->now;
    struct patient_list list;
    struct patient_filter own = { .text = "", .practitioner = cx->actor.user };
    TRY(patient_list(cx, &own, &list));
    for (size_t i = 0; i < list.n && i < PATIENTS; i++) TRY(write_about(cx, &list.at[i], i, today));
    cx->now = now;
    return OK;
}
