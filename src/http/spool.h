/* spool.h - bytes that are too many for memory, while they wait for whoever wants them.
 *
 * They stand in a file without a name, so nobody else opens it, and it is gone
 * with the process, however that ends. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct spool {
    int fd;            /* -1: the bytes stand in memory */
    const char *bytes; /* then here, the caller's */
    size_t size;       /* that are kept */
    size_t beyond;     /* that came after `most` and are not */
    size_t most;
};

/* In this folder, whose disk they take.  Keeps the first `most` bytes and counts
 * the rest.  False if there can be no such file. */
bool spool_open(struct spool *, const char *folder, size_t most);
/* Looks at bytes that stand in memory already. */
struct spool spool_of(const char *bytes, size_t n);
/* False if the disk did not take them; the spool is of no use then. */
bool spool_add(struct spool *, const char *bytes, size_t n);
/* Answers how many bytes it read: fewer than `n` at the end, or if the disk fails. */
size_t spool_read(const struct spool *, size_t at, char *to, size_t n);
/* Twice is once. */
void spool_close(struct spool *);
