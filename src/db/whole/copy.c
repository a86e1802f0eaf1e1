/* copy.c - see copy.h */
#include "db/whole/copy.h"

#include <string.h>

#include "db/driver.h"

const struct whole_engine *whole_engine(const struct db *db)
{
    return db->driver->engine == SQLITE ? &whole_sqlite : &whole_postgres;
}

static struct tallies tallies_new(struct cx *cx, const struct schema *schema)
{
    return (struct tallies){ .at = NEW_ARRAY(cx->mem, struct tally, schema->n + 1) };
}

static void note(struct tallies *all, const struct relation *r, struct fingerprint *f,
                 tally_done *done, void *arg)
{
    struct tally *t = &all->at[all->n++];
    t->table = r->name;
    t->rows = f->rows;
    all->rows += f->rows;
    fingerprint_end(f, t->hash);
    if (done) done(arg, t);
}

static enum status count(struct cx *cx, const struct relation *r, const struct raw *cells,
                         void *arg)
{
    (void)cx;
    fingerprint_row(arg, r, cells);
    return OK;
}

static enum status tally_all(struct cx *cx, const struct schema *schema, tally_done *done,
                             void *arg, struct tallies *out)
{
    *out = tallies_new(cx, schema);
    for (size_t i = 0; i < schema->n; i++) {
        struct fingerprint f;
        fingerprint_begin(&f, &schema->at[i]);
        TRY(whole_engine(cx->db)->read(cx, &schema->at[i], count, &f));
        note(out, &schema->at[i], &f, done, arg);
    }
    return OK;
}

enum status whole_tally(struct cx *cx, tally_done *done, void *arg, struct tallies *out)
{
    struct schema schema;
    TRY(schema_read(cx, &schema));
    TRY(schema_fits(cx, &schema, &schema));
    return tally_all(cx, &schema, done, arg, out);
}

static const struct tally *find(const struct tallies *all, const char *table)
{
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->at[i].table, table) == 0) return &all->at[i];
    return NULL;
}

const struct tally *tallies_differ(const struct tallies *left, const struct tallies *right)
{
    for (size_t i = 0; i < left->n; i++) {
        const struct tally *other = find(right, left->at[i].table);
        if (!other || other->rows != left->at[i].rows || strcmp(other->hash, left->at[i].hash) != 0)
            return &left->at[i];
    }
    for (size_t i = 0; i < right->n; i++)
        if (!find(left, right->at[i].table)) return &right->at[i];
    return NULL;
}

enum status whole_holds(struct cx *cx, const char **out)
{
    struct schema schema;
    *out = "";
    TRY(schema_read(cx, &schema));
    if (schema.n && !schema.migrated)
        return fail(cx, CONFLICT, "it holds tables that are not Linden's (%s)", schema.at[0].name);
    for (size_t i = 0; i < schema.n && !**out; i++) {
        bool some = false;
        TRY(whole_engine(cx->db)->some(cx, &schema.at[i], &some));
        if (some) *out = schema.at[i].name;
    }
    return OK;
}

enum status whole_others(struct cx *cx, int64_t *out)
{
    return whole_engine(cx->db)->others(cx, out);
}

/* --- filling ------------------------------------------------------------------- */

struct filling {
    struct db *to;
    struct loader *loader;
    struct fingerprint print;
};

static enum status pass_on(struct cx *cx, const struct relation *r, const struct raw *cells,
                           void *arg)
{
    struct filling *f = arg;
    fingerprint_row(&f->print, r, cells);
    cx->db = f->to; /* the reader takes it back */
    return whole_engine(f->to)->load(cx, f->loader, cells);
}

static enum status fill_table(struct cx *cx, struct db *from, const struct relation *r,
                              struct filling *f)
{
    fingerprint_begin(&f->print, r);
    TRY(whole_engine(f->to)->load_begin(cx, r, &f->loader));
    cx->db = from;
    enum status status = whole_engine(from)->read(cx, r, pass_on, f);
    cx->db = f->to;
    return whole_engine(f->to)->load_end(cx, f->loader, status);
}

static enum status read_other(struct cx *cx, struct db *from, struct schema *out)
{
    struct db *own = cx->db;
    cx->db = from;
    enum status status = schema_read(cx, out);
    cx->db = own;
    return status;
}

enum status whole_fill(struct cx *cx, struct db *from, tally_done *done, void *arg,
                       struct tallies *out)
{
    const struct whole_engine *engine = whole_engine(cx->db);
    struct schema schema, source;
    struct tallies back;
    TRY(schema_read(cx, &schema));
    TRY(read_other(cx, from, &source));
    TRY(schema_fits(cx, &schema, &source));
    *out = tallies_new(cx, &schema);
    TRY(engine->open(cx));
    TRY(engine->empty(cx, &schema));
    for (size_t i = 0; i < schema.n; i++) {
        struct filling f = { .to = cx->db };
        TRY(fill_table(cx, from, &schema.at[i], &f));
        note(out, &schema.at[i], &f.print, done, arg);
    }
    TRY(engine->close(cx));
    TRY(tally_all(cx, &schema, NULL, NULL, &back));
    const struct tally *differs = tallies_differ(out, &back);
    if (!differs) return OK;
    return fail(cx, BROKEN, "the table %s does not hold what was written into it: nothing is kept",
                differs->table);
}
