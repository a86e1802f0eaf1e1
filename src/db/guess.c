/* guess.c - see guess.h */
#include "db/guess.h"

#include <string.h>

enum { MOST_ROWS = 8 };

/* As others mix bytes: Fowler, Noll, Vo. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t n)
{
    for (const unsigned char *at = bytes; n; n--) hash = (hash ^ *at++) * UINT64_C(0x100000001b3);
    return hash;
}

uint64_t guess_place(const struct sql *sql, const struct bound *b)
{
    size_t length = strlen(sql->text), mark = strlen(GUESSED);
    if (length < mark || strcmp(sql->text + length - mark, GUESSED) != 0) return 0;
    uint64_t hash = mix(UINT64_C(0xcbf29ce484222325), &sql, sizeof sql);
    for (size_t i = 0; i < b->n; i++)
        if (b->texts[i] && b->texts[i] != b->digits[i])
            hash = mix(hash, b->texts[i], strlen(b->texts[i]) + 1);
    return hash | 1;
}

static const struct guess *place_of(const struct pg *pg, uint64_t place)
{
    return &pg->guesses[(place >> 1) % PG_GUESSES];
}

const PGresult *guess_find(const struct pg *pg, uint64_t place)
{
    const struct guess *g = place_of(pg, place);
    return place && g->place == place ? g->result : NULL;
}

void guess_keep(struct pg *pg, uint64_t place, PGresult *result)
{
    struct guess *g = (struct guess *)place_of(pg, place);
    if (!place || !result || pq.PQntuples(result) > MOST_ROWS) {
        pq.PQclear(result);
        return;
    }
    pq.PQclear(g->result);
    *g = (struct guess){ place, result };
}

void guesses_free(struct pg *pg)
{
    for (struct guess *g = pg->guesses; g < pg->guesses + PG_GUESSES; g++) pq.PQclear(g->result);
    memset(pg->guesses, 0, sizeof pg->guesses);
}
