/* spool.c - see spool.h */
#include "http/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where the file system knows no files without a name, it loses its name at once. */
static int open_nameless(const char *folder)
{
    char path[4096];
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return fd;
    if (snprintf(path, sizeof path, "%s/.spool-XXXXXX", folder) >= (int)sizeof path) return -1;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0) unlink(path);
    return fd;
}

bool spool_open(struct spool *s, const char *folder, size_t most)
{
    *s = (struct spool){ .fd = open_nameless(folder), .most = most };
    return s->fd >= 0;
}

struct spool spool_of(const char *bytes, size_t n)
{
    return (struct spool){ .fd = -1, .bytes = bytes, .size = n, .most = n };
}

bool spool_add(struct spool *s, const char *bytes, size_t n)
{
    size_t fits = n < s->most - s->size ? n : s->most - s->size;
    s->beyond += n - fits;
    while (fits) {
        ssize_t some = pwrite(s->fd, bytes, fits, (off_t)s->size);
        if (some < 0 && errno == EINTR) continue;
        if (some <= 0) return false;
        s->size += (size_t)some, bytes += some, fits -= (size_t)some;
    }
    return true;
}

size_t spool_read(const struct spool *s, size_t at, char *to, size_t n)
{
    size_t done = 0;
    if (at >= s->size) return 0;
    if (n > s->size - at) n = s->size - at;
    if (s->bytes) return memcpy(to, s->bytes + at, n), n;
    while (done < n) {
        ssize_t some = pread(s->fd, to + done, n - done, (off_t)(at + done));
        if (some < 0 && errno == EINTR) continue;
        if (some <= 0) break;
        done += (size_t)some;
    }
    return done;
}

void spool_close(struct spool *s)
{
    if (s->fd >= 0) close(s->fd);
    *s = (struct spool){ .fd = -1 };
}
