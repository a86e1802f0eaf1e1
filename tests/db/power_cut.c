/* power_cut.c - see power_cut.h */
#include "tests/db/power_cut.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct undo {
    sqlite3_int64 at;
    int n, old_n; /* old_n: how much of it was there before */
    char *old;
};

struct file {
    sqlite3_file base;
    sqlite3_file *real;
    struct undo *undos;
    size_t undone, room;
};

enum { FILES = 32 };
static sqlite3_vfs *real_vfs;
static struct file *files[FILES];
static long done, cut;
static unsigned seed;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static sqlite3_file *real(sqlite3_file *f)
{
    return ((struct file *)f)->real;
}

static void write_back(struct file *f, const struct undo *u)
{
    int from = 0, part = rand_r(&seed) % 4;
    char zeros[4096] = { 0 };
    if (part < 2) return;                                  /* it had reached the disk after all */
    if (part == 2) from = (u->n / 2) & ~511;               /* torn: the first half had */
    if (u->old_n > from)
        f->real->pMethods->xWrite(f->real, u->old + from, u->old_n - from, u->at + from);
    for (int at = u->old_n > from ? u->old_n : from; at < u->n; at += (int)sizeof zeros) {
        int n = u->n - at < (int)sizeof zeros ? u->n - at : (int)sizeof zeros;
        f->real->pMethods->xWrite(f->real, zeros, n, u->at + at);
    }
}

static void power_fails(void)
{
    for (size_t i = 0; i < FILES; i++)
        for (size_t k = files[i] ? files[i]->undone : 0; k-- > 0;)
            write_back(files[i], &files[i]->undos[k]);
    _exit(POWER_CUT_EXIT);
}

static void tick(void)
{
    if (cut && ++done >= cut) power_fails();
}

static int cut_write(sqlite3_file *base, const void *bytes, int n, sqlite3_int64 at)
{
    struct file *f = (struct file *)base;
    sqlite3_int64 size = 0;
    pthread_mutex_lock(&lock);
    if (f->undone == f->room) {
        f->room = f->room ? f->room * 2 : 64;
        f->undos = realloc(f->undos, f->room * sizeof *f->undos);
    }
    struct undo *u = &f->undos[f->undone++];
    *u = (struct undo){ .at = at, .n = n, .old = calloc(1, (size_t)n) };
    f->real->pMethods->xFileSize(f->real, &size);
    if (at < size) {
        u->old_n = size - at < n ? (int)(size - at) : n;
        f->real->pMethods->xRead(f->real, u->old, u->old_n, at);
    }
    int rc = f->real->pMethods->xWrite(f->real, bytes, n, at);
    tick();
    pthread_mutex_unlock(&lock);
    return rc;
}

static int cut_sync(sqlite3_file *base, int flags)
{
    struct file *f = (struct file *)base;
    pthread_mutex_lock(&lock);
    tick();
    int rc = f->real->pMethods->xSync(f->real, flags);
    for (size_t i = 0; i < f->undone; i++) free(f->undos[i].old);
    f->undone = 0;
    pthread_mutex_unlock(&lock);
    return rc;
}

static int cut_close(sqlite3_file *base)
{
    struct file *f = (struct file *)base;
    for (size_t i = 0; i < FILES; i++)
        if (files[i] == f) files[i] = NULL;
    int rc = f->real->pMethods->xClose(f->real);
    free(f->real);
    return rc;
}

static int pass_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    return real(f)->pMethods->xRead(real(f), to, n, at);
}

static int pass_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    return real(f)->pMethods->xTruncate(real(f), size);
}

static int pass_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return real(f)->pMethods->xFileSize(real(f), size);
}

static int pass_lock(sqlite3_file *f, int level)
{
    return real(f)->pMethods->xLock(real(f), level);
}

static int pass_unlock(sqlite3_file *f, int level)
{
    return real(f)->pMethods->xUnlock(real(f), level);
}

static int pass_reserved(sqlite3_file *f, int *out)
{
    return real(f)->pMethods->xCheckReservedLock(real(f), out);
}

static int pass_control(sqlite3_file *f, int op, void *arg)
{
    return real(f)->pMethods->xFileControl(real(f), op, arg);
}

static int pass_sector(sqlite3_file *f)
{
    return real(f)->pMethods->xSectorSize(real(f));
}

static int pass_device(sqlite3_file *f)
{
    (void)f;
    return 0; /* promises nothing */
}

static int pass_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
}

static int pass_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}

static void pass_shm_barrier(sqlite3_file *f)
{
    real(f)->pMethods->xShmBarrier(real(f));
}

static int pass_shm_unmap(sqlite3_file *f, int delete_it)
{
    return real(f)->pMethods->xShmUnmap(real(f), delete_it);
}

static int cut_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *out)
{
    static const sqlite3_io_methods methods = {
        2,           cut_close,   pass_read,    cut_write,     pass_truncate, cut_sync,
        pass_size,   pass_lock,   pass_unlock,  pass_reserved, pass_control,  pass_sector,
        pass_device, pass_shm_map, pass_shm_lock, pass_shm_barrier, pass_shm_unmap, NULL, NULL
    };
    struct file *f = (struct file *)base;
    (void)vfs;
    memset(f, 0, sizeof *f);
    f->real = calloc(1, (size_t)real_vfs->szOsFile);
    int rc = real_vfs->xOpen(real_vfs, name, f->real, flags, out);
    if (rc != SQLITE_OK) {
        free(f->real);
        return rc;
    }
    f->base.pMethods = &methods;
    size_t i = 0;
    while (i < FILES - 1 && files[i]) i++;
    files[i] = f;
    return SQLITE_OK;
}

void power_cut_at(long at, unsigned with_seed)
{
    static sqlite3_vfs vfs;
    cut = at;
    done = 0;
    seed = with_seed;
    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.pNext = NULL;
    vfs.zName = "power-cut";
    vfs.szOsFile = (int)sizeof(struct file);
    vfs.xOpen = cut_open;
    sqlite3_vfs_register(&vfs, 1);
}
