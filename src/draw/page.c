/* page.c: a page is put together in memory and written whole. Knows nothing of what a page is about. Called by
 * everything in this room that makes pages. */
#include "draw/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/write.h"
#include "draw/base64.h"
#include "page_css.h"
#include "page_js.h"

/* ---- the growing text ---------------------------------------------------------------------------- */

static char *reserve(dnp_page *page, size_t more) {
  size_t needed, room;
  if (page->failed) return NULL;
  page->failed = !dnp_size_add(page->length, more, &needed) || !dnp_size_add(needed, needed / 2 + 4096, &room);
  if (!page->failed && needed > page->room) {
    page->failed = dnp_grow((void **)&page->bytes, page->length, room, 1, NULL) != DENPA_OK;
    if (!page->failed) page->room = room;
  }
  if (page->failed) return NULL;
  page->length = needed;
  return page->bytes + needed - more;
}

void dnp_page_bytes(dnp_page *page, const void *bytes, size_t length) {
  char *to = reserve(page, length);
  if (to != NULL && length > 0) memcpy(to, bytes, length);
}

void dnp_page_raw(dnp_page *page, const char *markup) { dnp_page_bytes(page, markup, strlen(markup)); }

/* ---- escaping ------------------------------------------------------------------------------------ */

static void put_html(dnp_page *page, const char *text) {
  static const char special[] = "&<>\"'";
  static const char *const entity[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
  while (*text != '\0') {
    const size_t plain = strcspn(text, special);
    dnp_page_bytes(page, text, plain);
    text += plain;
    if (*text != '\0') dnp_page_raw(page, entity[strchr(special, *text++) - special]);
  }
}

/* Inside <script> neither the end of the script nor the end of a line may come from a text. */
static void put_string(dnp_page *page, const char *text) {
  dnp_page_raw(page, "\"");
  for (; *text != '\0'; text++) {
    const unsigned char c = (unsigned char)*text;
    char escape[8];
    if (c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&') {
      dnp_page_bytes(page, text, 1);
      continue;
    }
    snprintf(escape, sizeof escape, "\\u%04x", c);
    dnp_page_raw(page, escape);
  }
  dnp_page_raw(page, "\"");
}

/* ---- rendering ----------------------------------------------------------------------------------- */

typedef void putter(dnp_page *page, const char *text);

static void render(dnp_page *page, putter *put, const char *message, const denpa_arg *args) {
  char line[1024], *text = line;
  const size_t length = dnp_render(line, sizeof line, page->lang, message, args);
  if (length >= sizeof line) {
    page->failed = page->failed || DNP_NEW(&text, length + 1, NULL) != DENPA_OK;
    if (page->failed) return;
    dnp_render(text, length + 1, page->lang, message, args);
  }
  put(page, text);
  if (text != line) dnp_free(text);
}

void dnp_page_say_args(dnp_page *page, const char *message, const denpa_arg *args) {
  render(page, put_html, message, args);
}
void dnp_page_say_string_args(dnp_page *page, const char *message, const denpa_arg *args) {
  render(page, put_string, message, args);
}
void dnp_page_text(dnp_page *page, const char *text) {
  render(page, put_html, "{1}", (const denpa_arg[]){dnp_s(text), DNP_END});
}
void dnp_page_string(dnp_page *page, const char *text) {
  render(page, put_string, "{1}", (const denpa_arg[]){dnp_s(text), DNP_END});
}

void dnp_page_real(dnp_page *page, double value) {
  char text[40] = "null";
  if (isfinite(value)) dnp_format_real(text, sizeof text, value, 17);
  dnp_page_raw(page, text);
}

void dnp_page_size(dnp_page *page, size_t value) {
  char text[24];
  snprintf(text, sizeof text, "%zu", value);
  dnp_page_raw(page, text);
}

void dnp_page_base64(dnp_page *page, const void *data, size_t size) {
  dnp_page_raw(page, "\"");
  dnp_page_base64_bare(page, data, size);
  dnp_page_raw(page, "\"");
}

void dnp_page_base64_bare(dnp_page *page, const void *data, size_t size) {
  char *to = reserve(page, dnp_base64_size(size));
  if (to != NULL) dnp_base64(data, size, to);
}

/* ---- the skeleton -------------------------------------------------------------------------------- */

void dnp_page_open(dnp_page *page, denpa_lang lang, const char *title) {
  *page = (dnp_page){.lang = lang};
  dnp_page_raw(
      page, lang == DENPA_LANG_JA ? "<!DOCTYPE html>\n<html lang=\"ja\">\n" : "<!DOCTYPE html>\n<html lang=\"en\">\n");
  dnp_page_raw(page, "<head>\n<meta charset=\"utf-8\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                     "'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"generator\" content=\"denpa " DENPA_VERSION "\">\n"
                     "<link rel=\"icon\" href=\"data:,\">\n<title>");
  dnp_page_text(page, title);
  dnp_page_raw(page, "</title>\n<style>\n");
  dnp_page_bytes(page, page_css, sizeof page_css);
  dnp_page_raw(page, "</style>\n</head>\n<body>\n<main>\n<h1>");
  dnp_page_text(page, title);
  dnp_page_raw(page, "</h1>\n");
}

void dnp_page_script(dnp_page *page, const void *script, size_t size) {
  dnp_page_raw(page, "<script>\n\"use strict\";\n");
  if (!page->scripted) dnp_page_bytes(page, page_js, sizeof page_js);
  page->scripted = true;
  dnp_page_bytes(page, script, size);
  dnp_page_raw(page, "</script>\n");
}

static bool is_told(const char *text) { return text != NULL && text[0] != '\0'; }

/* Up to its end, however long: some 100 columns may be named in it. */
static void put_line(dnp_page *page, const char *line) {
  const size_t length = strcspn(line, "\n");
  char *own;
  if (DNP_NEW(&own, length + 1, NULL) != DENPA_OK) {
    page->failed = true;
    return;
  }
  memcpy(own, line, length);
  dnp_page_text(page, own);
  dnp_page_raw(page, "\n");
  dnp_free(own);
}

void dnp_page_made(dnp_page *page, const dnp_page_origin *origin) {
  if (origin == NULL) return;
  dnp_page_raw(page, "<footer><details><summary>");
  dnp_page_say(page, "Where this network comes from");
  dnp_page_raw(page, "</summary>");
  if (is_told(origin->command)) {
    dnp_page_raw(page, "<p>");
    dnp_page_say(page, "To make it again:");
    dnp_page_raw(page, "</p><pre>");
    for (const char *line = origin->command; *line != '\0'; line = strchr(line, '\n') + 1) put_line(page, line);
    dnp_page_raw(page, "</pre>");
  }
  dnp_page_raw(page, "<p>");
  if (is_told(origin->doubt)) dnp_page_say(page, "This may not be all of it: {1} ", dnp_t(origin->doubt));
  if (is_told(origin->table_sha256))
    dnp_page_say(page, "SHA-256 of the table file: {1}. ", dnp_s(origin->table_sha256));
  if (is_told(origin->data_sha256)) dnp_page_say(page, "SHA-256 of the rows: {1}. ", dnp_s(origin->data_sha256));
  if (is_told(origin->version)) dnp_page_say(page, "Made by denpa {1}. ", dnp_s(origin->version));
  dnp_page_say(page, "Shown by denpa {1}.", dnp_s(denpa_version()));
  dnp_page_raw(page, "</p></details></footer>");
}

denpa_status dnp_page_write(dnp_page *page, const char *path, denpa_error *err) {
  dnp_page_raw(page, "</main>\n</body>\n</html>\n");
  const dnp_piece piece = {page->bytes, page->length};
  denpa_status status = page->failed ? dnp_fail(err, DENPA_ERROR_MEMORY,
                                           "{1}: there is not enough memory for this page", dnp_s(path))
                                     : dnp_write_file(path, &piece, 1, err);
  dnp_page_free(page);
  return status;
}

void dnp_page_free(dnp_page *page) {
  dnp_free(page->bytes);
  *page = (dnp_page){.failed = true};
}
