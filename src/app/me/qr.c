/* qr.c - see qr.h */
#include "app/me/qr.h"

#include <pthread.h>
#include <qrencode.h>
#include <stdio.h>

#include "base/library.h"

enum { QUIET = 4 }; /* light units around it (ISO/IEC 18004) */

static struct {
    __typeof__(QRcode_encodeString) *encode;
    __typeof__(QRcode_free) *done;
} calls;
static bool loaded;

static void load(void)
{
    void *library = library_open("libqrencode.so.4");
    loaded = library_find(library, "QRcode_encodeString", &calls.encode)
             && library_find(library, "QRcode_free", &calls.done);
}

static bool ready(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return loaded;
}

const char *qr_missing(void)
{
    return ready() ? NULL : "libqrencode.so.4 cannot be opened; install the package libqrencode4";
}

/* A run of dark squares is one piece of the path: "M4 5h7v1h-7z". */
static const char *path_of(struct arena *mem, const QRcode *code)
{
    int width = code->width;
    size_t room = (size_t)width * (size_t)width * 20 + 1, n = 0;
    char *out = arena_alloc(mem, room);
    for (int y = 0; y < width; y++)
        for (int x = 0, run; x < width; x += run + 1) {
            const unsigned char *at = code->data + y * width + x;
            for (run = 0; x + run < width && (at[run] & 1);) run++;
            if (run)
                n += (size_t)snprintf(out + n, room - n, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET,
                                      run, run);
        }
    out[n] = '\0';
    return out;
}

const char *qr_path(struct arena *mem, const char *text, int *size)
{
    *size = 0;
    QRcode *code = ready() ? calls.encode(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1) : NULL;
    if (!code) return NULL;
    const char *path = path_of(mem, code);
    *size = code->width + 2 * QUIET;
    calls.done(code);
    return path;
}
