/* patients.c - rows that become patients: see row.h */
#include <string.h>

#include "app/imports/dates.h"
#include "app/imports/row.h"
#include "app/patients/words.h"
#include "base/date.h"
#include "base/text.h"

/* What a row says, and the hashes it is known by. */
struct patient_row {
    struct patient_draft draft;
    const char *number;       /* in the system it came from, or "" */
    const char *names, *born; /* hashes: two rows of one number that differ in both are two */
    const char *by_number, *by_name; /* keys */
};

/* "Ms Beatriz Lima" by that, or without the title. */
static bool is_called(struct cx *cx, const char *name, const char *wanted)
{
    const char *folded = text_fold(cx->mem, name);
    size_t n = strlen(folded), m = strlen(wanted);
    if (m > n || strcmp(folded + n - m, wanted) != 0) return false;
    return m == n || (folded[n - m - 1] == ' ' && strcspn(folded, " ") == n - m - 1);
}

static struct id practitioner_of(struct cx *cx, struct row *r)
{
    enum { MOST = 300 };
    const struct carers *all = &r->around->practitioners;
    const char *wanted = text_fold(cx->mem, row_text(cx, r, FIELD_PATIENTS_practitioner, MOST));
    struct id found = { "" };
    size_t n = 0;
    for (size_t i = 0; *wanted && i < all->n; i++)
        if (is_called(cx, all->at[i].name, wanted)) {
            found = all->at[i].user;
            n++;
        }
    if (*wanted && n != 1) row_verdict(r, PROBLEM_practitioner);
    return n == 1 ? found : (struct id){ "" };
}

static const char *birth_date_of(struct cx *cx, struct row *r, const char *typed)
{
    if (!*typed) return "";
    bool month_first = strcmp(r->import->date_order, "month") == 0;
    const char *date = import_date(cx, typed, month_first ? MONTH_FIRST : DAY_FIRST);
    if (!date)
        row_verdict(r, PROBLEM_birth_date);
    else if (strcmp(date, date_today(cx)) > 0)
        row_verdict(r, PROBLEM_birth_future);
    return date ? date : "";
}

/* Who has no date of birth is known by what else there is. */
static void know(struct cx *cx, struct patient_row *p)
{
    const struct patient_draft *d = &p->draft;
    const char *names = words_of_names(cx->mem, d->last_name, d->first_name, "");
    const char *born = d->birth_date;
    const char *rest =
        *born ? "" : arena_print(cx->mem, "%s\n%s\n%s", d->phone, d->email, d->address);
    p->names = row_hash(cx, "names", names, "", "");
    p->born = row_hash(cx, "born", born, "", "");
    p->by_name = row_hash(cx, "name", names, born, rest);
    p->by_number = *p->number ? row_hash(cx, "number", p->number, "", "") : "";
}

static struct patient_row read_patient(struct cx *cx, struct row *r)
{
    struct patient_row p = {
        .draft = {
#define DETAIL(name, most) .name = row_text(cx, r, FIELD_PATIENTS_##name, most),
#include "app/patients/details.def"
#undef DETAIL
        },
        .number = row_text(cx, r, FIELD_PATIENTS_number, 100),
    };
    p.draft.birth_date = birth_date_of(cx, r, p.draft.birth_date);
    row_locations(cx, r, FIELD_PATIENTS_location, &p.draft.locations);
    p.draft.practitioner = practitioner_of(cx, r);
    return p;
}

/* --- is it there? ----------------------------------------------------------------- */

static enum status find_key(struct cx *cx, struct row *r, const struct patient_row *p,
                            const char *key)
{
    struct table t;
    if (!*key) return OK;
    TRY(db_select(cx, &t,
                  SQL("SELECT names, born FROM import_keys WHERE practice_id = $1 AND key = $2"),
                  key));
    if (t.rows == 0) return OK;
    bool other = strcmp(cell_text(&t, 0, "names"), p->names) != 0
                 && strcmp(cell_text(&t, 0, "born"), p->born) != 0;
    row_verdict(r, other ? PROBLEM_number_taken : VERDICT_THERE);
    return OK;
}

/* The same names and the same date of birth are the same person. */
static bool same_person(struct cx *cx, const struct patient_draft *d, const struct patient *p)
{
    const char *a = words_of_names(cx->mem, d->last_name, d->first_name, "");
    const char *b = words_of_names(cx->mem, p->last_name, p->first_name, "");
    return *d->birth_date && strcmp(d->birth_date, p->birth_date) == 0 && strcmp(a, b) == 0;
}

static enum status find_alike(struct cx *cx, struct row *r, const struct patient_row *p)
{
    struct patient_list found;
    if (r->verdict) return OK;
    TRY(patient_duplicates(cx, &p->draft, (struct id){ "" }, &found));
    for (size_t i = 0; i < found.n; i++)
        if (same_person(cx, &p->draft, &found.at[i])) row_verdict(r, VERDICT_THERE);
    if (found.n) row_verdict(r, VERDICT_ALIKE);
    return OK;
}

/* What is wrong, and whether it is there.  Nothing known after it: it is new. */
static enum status look(struct cx *cx, struct row *r, struct patient_row *p)
{
    *p = read_patient(cx, r);
    if (r->verdict) return OK;
    enum status status = patient_check(cx, &p->draft);
    if (status == INVALID)
        row_faults(cx, r);
    else if (status != OK)
        return status;
    if (r->verdict) return OK;
    know(cx, p);
    TRY(find_key(cx, r, p, p->by_number));
    if (!r->verdict) TRY(find_key(cx, r, p, p->by_name));
    return find_alike(cx, r, p);
}

/* Only what would be added can stand there twice. */
static enum status mark(struct cx *cx, struct row *r, const struct patient_row *p)
{
    bool fresh = true;
    if (r->verdict && r->verdict != VERDICT_ALIKE) return OK;
    if (*p->by_number) TRY(row_mark(cx, r->import, p->by_number, &fresh));
    if (!fresh) r->verdict = PROBLEM_number_twice;
    if (!fresh) return OK;
    TRY(row_mark(cx, r->import, p->by_name, &fresh));
    if (!fresh) r->verdict = PROBLEM_twice;
    return OK;
}

enum status patient_row_check(struct cx *cx, struct row *r)
{
    struct patient_row p;
    TRY(look(cx, r, &p));
    TRY(mark(cx, r, &p));
    row_verdict(r, VERDICT_NEW);
    return OK;
}

static enum status keep_key(struct cx *cx, const struct patient_row *p, const char *key,
                            struct id patient)
{
    int64_t n;
    if (!*key) return OK;
    TRY(db_change(cx, &n,
                  SQL("INSERT INTO import_keys (practice_id, key, names, born, patient_id)"
                      " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"),
                  key, p->names, p->born, patient));
    if (n == 1) return OK;
    return fail(cx, CONFLICT, "somebody else has imported the same patient at this moment");
}

/* Rows that were looked at are looked at again: the day went on meanwhile.  Who is only
 * alike now may be another row of this file, of the same family. */
enum status patient_row_make(struct cx *cx, struct row *r)
{
    struct patient_row p;
    struct id id;
    TRY(look(cx, r, &p));
    if (r->verdict && r->verdict != VERDICT_ALIKE) return OK;
    TRY(patient_create(cx, &p.draft, true, &id));
    TRY(keep_key(cx, &p, p.by_number, id));
    TRY(keep_key(cx, &p, p.by_name, id));
    r->verdict = VERDICT_CREATED;
    return OK;
}
