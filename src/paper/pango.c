/* pango.c - see pango.h */
#include "paper/pango.h"

#include <pthread.h>

#include "base/library.h"

#ifdef __SANITIZE_ADDRESS__
/* Pango keeps Fontconfig's patterns where the leak checker does not look.  They are of
 * the fonts and not of the papers: 20 000 papers need no more memory than a hundred. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig.so\n";
}
#endif

#ifdef __SANITIZE_THREAD__
/* GLib's locks are calls of the kernel that the race detector does not know. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
    return "called_from_lib:libfontconfig.so\n"
           "called_from_lib:libpango-1.0.so\n"
           "called_from_lib:libpangocairo-1.0.so\n"
           "called_from_lib:libpangoft2-1.0.so\n"
           "called_from_lib:libglib-2.0.so\n"
           "deadlock:libcairo.so\n" /* of its own locks, which paper.c enters one at a time */
           "race:libfontconfig.so\nrace:libpango\nrace:libglib-2.0.so\n";
}
#endif

static struct pango calls;
static const char *problem;

static bool find_all(void *library)
{
#define CALL(name) &&library_find(library, #name, &calls.name)
    return true PANGO_CALLS(CALL);
#undef CALL
}

/* Pango ends the program if it has to choose a font and there is none. */
static bool has_font(void)
{
    PangoFontFamily **families = NULL;
    int n = 0;
    calls.pango_font_map_list_families(calls.fonts, &families, &n);
    calls.g_free(families);
    return n > 0;
}

static void load(void)
{
    problem = "libpangocairo-1.0.so.0 cannot be opened; install the package libpangocairo-1.0-0";
    if (!find_all(library_open("libpangocairo-1.0.so.0"))) return;
    calls.fonts = calls.pango_cairo_font_map_new();
    calls.pango_cairo_font_map_set_resolution((PangoCairoFontMap *)calls.fonts, 72);
    problem = has_font() ? NULL : "there is no font; install the package fonts-dejavu-core";
}

const struct pango *pango_load(const char **why)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    *why = problem;
    return problem ? NULL : &calls;
}
