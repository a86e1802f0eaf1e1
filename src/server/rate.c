/* rate.c - see rate.h */
#include "server/rate.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "web/api.h"

enum { SLOTS = 4096, WAYS = 4 };

struct slot {
    uint64_t whose;
    int64_t minute;
    int n;
};

struct rates {
    pthread_mutex_t lock;
    unsigned char key[crypto_shorthash_KEYBYTES];
    struct slot slots[SLOTS]; /* pages of memory that are not touched cost nothing */
};

struct rates *rates_new(void)
{
    struct rates *r = calloc(1, sizeof *r);
    if (!r) abort();
    pthread_mutex_init(&r->lock, NULL);
    crypto_shorthash_keygen(r->key);
    return r;
}

void rates_free(struct rates *r)
{
    pthread_mutex_destroy(&r->lock);
    free(r);
}

static uint64_t hash_of(const struct rates *r, const struct request *rq)
{
    uint64_t hash;
    const char *whose = rq->authorization ? rq->authorization : rq->address ? rq->address : "";
    crypto_shorthash((unsigned char *)&hash, (const unsigned char *)whose, strlen(whose), r->key);
    return hash;
}

/* Its own slot, or the one of its few that was used longest ago. */
static struct slot *slot_of(struct rates *r, uint64_t whose, int64_t minute)
{
    struct slot *all = &r->slots[whose % (SLOTS / WAYS) * WAYS], *oldest = all;
    for (struct slot *s = all; s < all + WAYS; s++) {
        if (s->whose == whose && s->minute == minute) return s;
        if (s->minute < oldest->minute) oldest = s;
    }
    *oldest = (struct slot){ .whose = whose, .minute = minute };
    return oldest;
}

bool rate_take(struct rates *r, const struct request *rq, struct arena *mem, int64_t now,
               struct rate_left *out)
{
    int64_t minute = now / MINUTES(1), rest = (MINUTES(1) - now % MINUTES(1)) / SECONDS(1);
    uint64_t whose = hash_of(r, rq);
    pthread_mutex_lock(&r->lock);
    struct slot *slot = slot_of(r, whose, minute);
    bool fits = slot->n < API_A_MINUTE;
    slot->n += fits;
    int left = API_A_MINUTE - slot->n;
    pthread_mutex_unlock(&r->lock);
    *out = (struct rate_left){
        .limited = true,
        .policy = arena_print(mem, "\"key\";q=%d;w=60", API_A_MINUTE),
        .left = arena_print(mem, "\"key\";r=%d;t=%d", left, (int)rest + 1),
    };
    return fits;
}
