/* page.h: what single-file pages share: a growing text, escaping, both languages, the skeleton with its style, safe
 * writing.
 *
 *   dnp_page page;
 *   dnp_page_open(&page, lang, dnp_translate(lang, DNP_N("A title")));
 *   dnp_page_raw(&page, "<p>");
 *   dnp_page_say(&page, "{1} samples of {2}", dnp_u(n), dnp_s(name));
 *   dnp_page_raw(&page, "</p>");
 *   status = dnp_page_write(&page, path, err);
 *
 * A page asks nothing of a network (its own policy forbids it), works in a light and in a dark window, and is UTF-8.
 * Texts go through dnp_page_say or dnp_page_text, which escape for HTML, or through dnp_page_string, which escapes for
 * JSON inside a script. After a failed allocation every later call does nothing, and dnp_page_write says so. */
#ifndef DNP_DRAW_PAGE_H
#define DNP_DRAW_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

typedef struct dnp_page {
  denpa_lang lang;
  char *bytes; /* UTF-8, no NUL at the end */
  size_t length, room;
  bool failed;   /* there was not enough memory */
  bool scripted; /* page.js is in it */
} dnp_page;

/* Begins a page: head, style, and a heading with the title. Until dnp_page_write the text stands inside <main>. */
void dnp_page_open(dnp_page *page, denpa_lang lang, const char *title);
/* Ends the page, writes it as dnp_write_file does and frees the text, whether it worked or not. */
denpa_status dnp_page_write(dnp_page *page, const char *path, denpa_error *err);
void dnp_page_free(dnp_page *page); /* for a page that is given up */

/* Markup of our own, as it is. */
void dnp_page_raw(dnp_page *page, const char *markup);
void dnp_page_bytes(dnp_page *page, const void *bytes, size_t length);
/* A text, escaped; control characters and broken UTF-8 are shown as escapes. */
void dnp_page_text(dnp_page *page, const char *text);
/* A template in the page's language, rendered as dnp_say would, escaped. */
#define dnp_page_say(page, ...) dnp_page_say_args(page, DNP_MESSAGE(__VA_ARGS__, DNP_END))
void dnp_page_say_args(dnp_page *page, const char *message, const denpa_arg *args);

/* Where the network of a page comes from, told at its end; what is NULL or "" is not known. */
typedef struct dnp_page_origin {
  const char *command;      /* lines for a shell, each ended */
  const char *doubt;        /* in the catalogue: why this may not be all */
  const char *data_sha256;  /* of the rows that it was trained on */
  const char *table_sha256; /* of the file that they came from */
  const char *version;      /* of the denpa that made it */
} dnp_page_origin;
void dnp_page_made(dnp_page *page, const dnp_page_origin *origin); /* NULL: nothing */

/* ---- for the data of a script --------------------------------------------------------------------- */

/* "text" with its quotes, safe inside <script>. */
void dnp_page_string(dnp_page *page, const char *text);
/* A rendered template as a string of a script. */
#define dnp_page_say_string(page, ...) dnp_page_say_string_args(page, DNP_MESSAGE(__VA_ARGS__, DNP_END))
void dnp_page_say_string_args(dnp_page *page, const char *message, const denpa_arg *args);
/* The number with 17 significant digits; null if it is not finite. */
void dnp_page_real(dnp_page *page, double value);
void dnp_page_size(dnp_page *page, size_t value);
/* "base64" with its quotes: the bytes as they lie in memory (least significant first on all our machines). page.js has
 * the way back. */
void dnp_page_base64(dnp_page *page, const void *data, size_t size);
void dnp_page_base64_bare(dnp_page *page, const void *data, size_t size); /* without its quotes */

/* page.js: what scripts of pages share: $(id), el(), decode(), say(), number texts. Written once, before a page's first
 * script. */
void dnp_page_script(dnp_page *page, const void *script, size_t size);

#endif
