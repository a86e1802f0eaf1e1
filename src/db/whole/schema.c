/* schema.c - see schema.h */
#include "db/whole/schema.h"

#include <string.h>

#include "db/driver.h"
#include "db/whole/engine.h"

static bool is_name(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return n > 0 && n < 64 && name[n] == '\0';
}

static struct relation *find(const struct schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->n; i++)
        if (strcmp(schema->at[i].name, name) == 0) return &schema->at[i];
    return NULL;
}

static const char *kept(struct cx *cx, const char *name)
{
    return arena_copy(cx->mem, name, strlen(name));
}

enum status schema_add_column(struct cx *cx, struct schema *schema, const char *table,
                              struct column column)
{
    if (strcmp(table, "schema_migrations") == 0) {
        schema->migrated = true;
        return OK;
    }
    if (!is_name(table) || !is_name(column.name))
        return fail(cx, BROKEN, "the column %s of the table %s has a name that is not Linden's",
                    column.name, table);
    struct relation *r = find(schema, table);
    if (!r && schema->n < SCHEMA_TABLES) {
        r = &schema->at[schema->n++];
        *r = (struct relation){ .name = kept(cx, table),
                                .columns = NEW_ARRAY(cx->mem, struct column, SCHEMA_COLUMNS) };
    }
    if (!r || r->n == SCHEMA_COLUMNS)
        return fail(cx, BROKEN, "there are too many tables, or the table %s is too wide", table);
    column.name = kept(cx, column.name);
    r->columns[r->n++] = column;
    return OK;
}

enum status schema_add_link(struct cx *cx, struct schema *schema, const char *from, const char *to)
{
    if (schema->links_n == SCHEMA_TABLES * 8)
        return fail(cx, BROKEN, "there are too many foreign keys");
    schema->links[schema->links_n++] = (struct link){ kept(cx, from), kept(cx, to) };
    return OK;
}

/* Is all that it points to, but itself, placed? */
static bool may_come(const struct schema *schema, const struct relation *r)
{
    for (const struct link *k = schema->links; k < schema->links + schema->links_n; k++) {
        if (strcmp(k->from, r->name) != 0 || strcmp(k->to, r->name) == 0) continue;
        const struct relation *to = find(schema, k->to);
        if (to && !to->placed) return false;
    }
    return true;
}

static enum status put_in_order(struct cx *cx, struct schema *schema)
{
    struct relation *ordered = NEW_ARRAY(cx->mem, struct relation, schema->n + 1);
    for (size_t n = 0; n < schema->n; n++) {
        size_t i = 0;
        while (i < schema->n && (schema->at[i].placed || !may_come(schema, &schema->at[i]))) i++;
        if (i == schema->n) return fail(cx, BROKEN, "the tables point at each other in a circle");
        schema->at[i].placed = true;
        ordered[n] = schema->at[i];
    }
    schema->at = ordered;
    return OK;
}

enum status schema_read(struct cx *cx, struct schema *out)
{
    *out = (struct schema){ .at = NEW_ARRAY(cx->mem, struct relation, SCHEMA_TABLES),
                            .links = NEW_ARRAY(cx->mem, struct link, SCHEMA_TABLES * 8) };
    TRY(whole_engine(cx->db)->list(cx, out));
    return put_in_order(cx, out);
}

static enum status relation_fits(struct cx *cx, const struct relation *a, const struct relation *b)
{
    bool has_key = false;
    if (!b || a->n != b->n)
        return fail(cx, INVALID, "the table %s is not the same in both databases", a->name);
    for (size_t i = 0; i < a->n; i++) {
        const struct column *left = &a->columns[i], *right = &b->columns[i];
        has_key |= left->key > 0;
        if (strcmp(left->name, right->name) != 0 || left->kind != right->kind
            || left->key != right->key)
            return fail(cx, INVALID,
                        "the column %s of the table %s is not the same in both"
                        " databases",
                        left->name, a->name);
        if (left->kind == COLUMN_OTHER)
            return fail(cx, INVALID,
                        "the column %s of the table %s is neither number, text nor"
                        " bytes",
                        left->name, a->name);
    }
    return has_key ? OK : fail(cx, INVALID, "the table %s has no primary key", a->name);
}

enum status schema_fits(struct cx *cx, const struct schema *schema, const struct schema *other)
{
    for (size_t i = 0; i < other->n; i++)
        if (!find(schema, other->at[i].name))
            return fail(cx, INVALID, "only one of the two databases has the table %s",
                        other->at[i].name);
    for (size_t i = 0; i < schema->n; i++)
        TRY(relation_fits(cx, &schema->at[i], find(other, schema->at[i].name)));
    return OK;
}

const char *relation_columns(struct cx *cx, const struct relation *r)
{
    const char *list = "";
    for (size_t i = 0; i < r->n; i++)
        list = arena_print(cx->mem, "%s%s\"%s\"", list, i ? ", " : "", r->columns[i].name);
    return list;
}

const char *relation_order(struct cx *cx, const struct relation *r, const char *text_order)
{
    const char *list = "";
    for (int place = 1; place <= (int)r->n; place++)
        for (const struct column *c = r->columns; c < r->columns + r->n; c++)
            if (c->key == place)
                list = arena_print(cx->mem, "%s%s\"%s\"%s", list, *list ? ", " : "", c->name,
                                   c->kind == COLUMN_TEXT ? text_order : "");
    return list;
}
