/* pango.h - Pango and Cairo, loaded when the first document is drawn.
 *
 * They bring some forty libraries along, ten megabytes of an idle program, and
 * whoever draws no document needs none of them.  So they are opened by name, once,
 * and called through this table. */
#pragma once
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#define PANGO_CALLS(CALL)                         \
    CALL(cairo_create)                            \
    CALL(cairo_destroy)                           \
    CALL(cairo_line_to)                           \
    CALL(cairo_move_to)                           \
    CALL(cairo_pdf_surface_create_for_stream)     \
    CALL(cairo_pdf_surface_set_metadata)          \
    CALL(cairo_set_line_width)                    \
    CALL(cairo_set_source_rgb)                    \
    CALL(cairo_show_page)                         \
    CALL(cairo_status)                            \
    CALL(cairo_stroke)                            \
    CALL(cairo_surface_destroy)                   \
    CALL(cairo_surface_finish)                    \
    CALL(cairo_surface_status)                    \
    CALL(g_free)                                  \
    CALL(g_object_unref)                          \
    CALL(pango_cairo_font_map_new)                \
    CALL(pango_cairo_font_map_set_resolution)     \
    CALL(pango_cairo_show_layout_line)            \
    CALL(pango_cairo_update_context)              \
    CALL(pango_context_set_language)              \
    CALL(pango_context_set_round_glyph_positions) \
    CALL(pango_font_description_free)             \
    CALL(pango_font_description_from_string)      \
    CALL(pango_font_map_create_context)           \
    CALL(pango_font_map_list_families)            \
    CALL(pango_language_from_string)              \
    CALL(pango_layout_get_iter)                   \
    CALL(pango_layout_get_size)                   \
    CALL(pango_layout_iter_free)                  \
    CALL(pango_layout_iter_get_baseline)          \
    CALL(pango_layout_iter_get_line_extents)      \
    CALL(pango_layout_iter_get_line_readonly)     \
    CALL(pango_layout_iter_next_line)             \
    CALL(pango_layout_new)                        \
    CALL(pango_layout_set_alignment)              \
    CALL(pango_layout_set_font_description)       \
    CALL(pango_layout_set_spacing)                \
    CALL(pango_layout_set_text)                   \
    CALL(pango_layout_set_width)                  \
    CALL(pango_layout_set_wrap)

struct pango {
#define CALL(name) __typeof__(name) *name;
    PANGO_CALLS(CALL)
#undef CALL
    PangoFontMap *fonts; /* of all documents; one thread at a time */
};

/* NULL if a library or a font is missing; then `problem` says which, in words for
 * whoever looks after the machine.  Any thread; the first call loads. */
const struct pango *pango_load(const char **problem);
