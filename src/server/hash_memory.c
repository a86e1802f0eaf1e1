/* hash_memory.c - see hash_memory.h */
#include "server/hash_memory.h"

#include <stdbool.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 * 1024 * 1024, LEAST = 1024 * 1024 };

static _Thread_local struct {
    bool keep, taken;
    void *at; /* NULL: nothing is kept */
    size_t n;
    void *whole; /* with what was needed to begin `at` where a huge page may begin */
    size_t whole_n;
} own;

void hash_memory_keep(void)
{
    own.keep = true;
}

void hash_memory_rest(void)
{
    if (own.taken || !own.at) return;
    munmap(own.whole, own.whole_n);
    own.at = NULL;
    own.n = 0;
}

size_t hash_memory_kept(void)
{
    return own.n;
}

/* Without huge pages, and kept in core files, it works as well: only slower, and
 * `prlimit` and the unit's LimitCORE forbid those. */
static bool get(size_t n)
{
    size_t whole_n = n + 2 * (size_t)HUGE_PAGE;
    char *whole = mmap(NULL, whole_n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (whole == MAP_FAILED) return false;
    size_t past = (size_t)whole % HUGE_PAGE;
    own.at = whole + (past ? HUGE_PAGE - past : 0);
    own.n = n;
    own.whole = whole;
    own.whole_n = whole_n;
    madvise(own.at, n + HUGE_PAGE, MADV_HUGEPAGE);
    madvise(whole, whole_n, MADV_DONTDUMP);
    return true;
}

void *hash_memory_take(void *at, size_t n, int protection, int flags, int file, off_t offset)
{
    if (!own.keep || own.taken || n < LEAST || at || file != -1)
        return mmap(at, n, protection, flags, file, offset);
    if (own.n != n) hash_memory_rest();
    if (!own.at && !get(n)) return MAP_FAILED;
    own.taken = true;
    return own.at;
}

int hash_memory_give(void *at, size_t n)
{
    if (!own.taken || at != own.at) return munmap(at, n);
    own.taken = false;
    return 0;
}
