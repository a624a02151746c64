/* svg.h: SVG as text in memory: elements, escaped texts, paths of many rectangles, and the file. It knows nothing of
 * what is drawn; figure_draw.c does. */
#ifndef DNP_DRAW_SVG_H
#define DNP_DRAW_SVG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* Sticky: after the first failure later calls do nothing, and dnp_svg_write reports it. Zero it before use. */
typedef struct dnp_svg {
  char *text;
  size_t used, room;
  denpa_status status;
} dnp_svg;

/* The root element with its style sheet: light, and dark where the reader's system is. title and description are read
 * aloud in place of the picture. */
void dnp_svg_open(
    dnp_svg *svg, double width, double height, denpa_lang lang, const char *title, const char *description);
/* Numbers and names of the house's own: nothing that came from a file. */
void dnp_svg_put(dnp_svg *svg, const char *format, ...) __attribute__((format(printf, 2, 3)));
void dnp_svg_put_list(dnp_svg *svg, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));
/* Bytes as base64. */
void dnp_svg_base64(dnp_svg *svg, const unsigned char *bytes, size_t size);
/* Any text: what XML would take for markup is escaped, what it does not allow at all becomes U+FFFD. Fit for attributes
 * too. */
void dnp_svg_escaped(dnp_svg *svg, const char *text);
/* <text class="CLASS" x="X" y="Y">TEXT</text>; anchor "start", "middle" or "end". */
void dnp_svg_label(dnp_svg *svg, const char *class, double x, double y, const char *anchor, const char *text);
/* A coordinate with at most three decimals. */
void dnp_svg_number(dnp_svg *svg, double value);
void dnp_svg_attribute(dnp_svg *svg, const char *name, double value); /* with a blank before it */
/* Ends the root element; `name` is told where there was not enough memory. */
denpa_status dnp_svg_close(dnp_svg *svg, const char *name, denpa_error *err);
/* The same, and writes the file, whole or not at all. */
denpa_status dnp_svg_write(dnp_svg *svg, const char *path, denpa_error *err);
void dnp_svg_free(dnp_svg *svg);

/* Round numbers for an axis from low to high (low < high), about `want` of them: the first one, and the step between
 * them (1, 2 or 5 times a power of ten). */
void dnp_ticks(double low, double high, int want, double *first, double *step);

#endif
