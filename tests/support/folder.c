/* folder.c - see folder.h */
#include "tests/support/folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char *folder_new(struct cx *cx)
{
    const char *set = getenv("TMPDIR");
    const char *where = set && *set ? set : access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    char *folder = arena_print(cx->mem, "%s/linden-test-XXXXXX", where);
    if (!mkdtemp(folder)) {
        perror(folder);
        exit(1);
    }
    return folder;
}

static int files;

static int take_away(const char *path, const struct stat *, int what, struct FTW *)
{
    files += what != FTW_DP;
    return remove(path);
}

int folder_remove(const char *folder)
{
    enum { OPEN_AT_MOST = 8 };
    files = 0;
    if (nftw(folder, take_away, OPEN_AT_MOST, FTW_DEPTH | FTW_PHYS) != 0) perror(folder);
    return files;
}
