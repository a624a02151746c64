/* svg.c: the text of an SVG, its style sheet, and round numbers for axes. */
#include "draw/svg.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/write.h"
#include "draw/base64.h"

/* ---- text -------------------------------------------------------------------------------------- */

static bool make_room(dnp_svg *svg, size_t more) {
  if (svg->status != DENPA_OK) return false;
  if (svg->used + more + 1 <= svg->room) return true;
  size_t room = svg->room > 0 ? svg->room * 2 : 16384;
  while (room < svg->used + more + 1) room *= 2;
  svg->status = dnp_grow((void **)&svg->text, svg->used, room, 1, NULL);
  if (svg->status == DENPA_OK) svg->room = room;
  return svg->status == DENPA_OK;
}

static void add(dnp_svg *svg, const char *bytes, size_t count) {
  if (!make_room(svg, count)) return;
  memcpy(svg->text + svg->used, bytes, count);
  svg->used += count;
  svg->text[svg->used] = '\0';
}

void dnp_svg_put_list(dnp_svg *svg, const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  const int length = vsnprintf(NULL, 0, format, arguments); /* NOLINT(clang-analyzer-valist.*): the callers' is begun */
  if (length > 0 && make_room(svg, (size_t)length)) {
    vsnprintf(svg->text + svg->used, (size_t)length + 1, format, again);
    svg->used += (size_t)length;
  }
  va_end(again);
}

void dnp_svg_put(dnp_svg *svg, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  dnp_svg_put_list(svg, format, arguments);
  va_end(arguments);
}

void dnp_svg_base64(dnp_svg *svg, const unsigned char *bytes, size_t size) {
  const size_t length = dnp_base64_size(size);
  if (!make_room(svg, length)) return;
  dnp_base64(bytes, size, svg->text + svg->used);
  svg->used += length;
  svg->text[svg->used] = '\0';
}

/* Bytes of the UTF-8 character at `text` if XML 1.0 allows it, else 0. */
static size_t allowed(const unsigned char *text) {
  const size_t bytes = text[0] < 0x80                      ? 1
                       : text[0] >= 0xC2 && text[0] < 0xE0 ? 2
                       : text[0] >= 0xE0 && text[0] < 0xF0 ? 3
                       : text[0] >= 0xF0 && text[0] < 0xF5 ? 4
                                                           : 0;
  unsigned long code = bytes == 1 ? text[0] : bytes > 0 ? text[0] & (0x7Fu >> bytes) : 0;
  for (size_t i = 1; i < bytes; i++) {
    if ((text[i] & 0xC0) != 0x80) return 0;
    code = code << 6 | (text[i] & 0x3F);
  }
  static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (bytes == 0 || code < least[bytes] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) || code == 0xFFFE ||
      code == 0xFFFF)
    return 0;
  return code >= 0x20 || code == '\t' || code == '\n' || code == '\r' ? bytes : 0;
}

void dnp_svg_escaped(dnp_svg *svg, const char *text) {
  static const struct {
    char sign;
    const char *written;
  } signs[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
  while (*text != '\0') {
    const size_t bytes = allowed((const unsigned char *)text);
    const char *written = bytes == 0 ? "\xEF\xBF\xBD" : NULL;
    for (size_t i = 0; bytes == 1 && i < sizeof signs / sizeof *signs; i++)
      if (signs[i].sign == *text) written = signs[i].written;
    if (written != NULL)
      add(svg, written, strlen(written));
    else
      add(svg, text, bytes);
    text += bytes > 0 ? bytes : 1;
  }
}

void dnp_svg_number(dnp_svg *svg, double value) {
  char digits[40];
  snprintf(digits, sizeof digits, "%.3f", value);
  size_t length = strlen(digits);
  while (digits[length - 1] == '0') digits[--length] = '\0';
  if (digits[length - 1] == '.') digits[--length] = '\0';
  add(svg, strcmp(digits, "-0") == 0 ? "0" : digits, strcmp(digits, "-0") == 0 ? 1 : length);
}

void dnp_svg_attribute(dnp_svg *svg, const char *name, double value) {
  dnp_svg_put(svg, " %s=\"", name);
  dnp_svg_number(svg, value);
  dnp_svg_put(svg, "\"");
}

void dnp_svg_label(dnp_svg *svg, const char *class, double x, double y, const char *anchor, const char *text) {
  dnp_svg_put(svg, "<text class=\"%s\" x=\"", class);
  dnp_svg_number(svg, x);
  dnp_svg_put(svg, "\" y=\"");
  dnp_svg_number(svg, y);
  dnp_svg_put(svg, "\" text-anchor=\"%s\">", anchor);
  dnp_svg_escaped(svg, text);
  dnp_svg_put(svg, "</text>\n");
}

/* ---- the whole --------------------------------------------------------------------------------- */

/* Colours that people with any colour vision can tell apart: blue for training and what is below zero, orange for
 * testing and what is above. */
static const char style[] =
    ".paper{fill:#fff}.frame{fill:none;stroke:#8a8f98}.grid{stroke:#8a8f98;stroke-opacity:.25}text{fill:#1c1f24;font:"
    "12px system-ui,'Noto Sans','Noto Sans CJK JP',sans-serif}"
    ".head{font-size:16px;font-weight:600}.title{font-size:13px;font-weight:600}.note,.tick,.axis,.caption{fill:#"
    "555b66}.tick,.caption{font-size:11px}.number{font-size:11px}"
    ".series{fill:none;stroke-width:2;stroke-linejoin:round}.point{stroke:none}.s0{stroke:#1f6fb2}.s1{stroke:#d9731a;"
    "stroke-dasharray:6 3}.s2{stroke:#4c9a5e;stroke-dasharray:2 3}.s3{stroke:#9a5ab0;stroke-dasharray:9 3 2 3}"
    ".series.path{stroke:#fff}.point.path{fill:#fff}.point.first,.point.last,.point.zero,.point.one{stroke:#fff;stroke-"
    "width:1.5}.p0{fill:#"
    "1f6fb2}.p1{fill:#d9731a}.p2{fill:#4c9a5e}.p3{fill:#9a5ab0}.bar{fill:#1f6fb2}.above{fill:#d9731a}.rest{fill:#"
    "8a8f98;fill-opacity:.2}.point.sample{stroke:#fff;stroke-width:1}.tile{fill:none;stroke:#8a8f98;stroke-"
    "opacity:.5}.on-dark{fill:#fff}.on-light{fill:#000}.mark{stroke:#10131a;stroke-width:3px;stroke-linejoin:round;"
    "paint-order:stroke}"
    ".box{fill:#f4f3f0;stroke:#8a8f98}.given{fill:none;stroke-dasharray:4 "
    "3}.ring{fill:none;stroke:#b42318;stroke-width:"
    "2}.agree{fill:#b42318}.arrow{fill:none;stroke-width:2}.forward{stroke:#1f6fb2}.backward{stroke:#b85a0c}text."
    "forward,.tip.forward{fill:#1f6fb2;stroke:none}text.backward,.tip.backward{fill:#b85a0c;stroke:none}.sign{font-"
    "size:"
    "18px}.tint0{fill:#1f6fb2;fill-opacity:.35}.tint1{fill:#d9731a;fill-opacity:.35}.tint2{fill:#4c9a5e;fill-opacity:."
    "35}.tint3{fill:#9a5ab0;fill-opacity:.35}"
    "@media "
    "(prefers-color-scheme:dark){.box{fill:#22262d}.tint0{fill:#5aa7e6}.tint1{fill:#f09a4c}.tint2{fill:#4c9a5e}.tint3{"
    "fill:#9a5ab0}.ring{stroke:#ff8a80}.agree{fill:#ff8a80}.forward{stroke:#5aa7e6}"
    ".backward{stroke:#f09a4c}text.forward,.tip.forward{fill:#5aa7e6}text.backward,.tip.backward{fill:#f09a4c}.paper{"
    "fill:#15181d}text{fill:#e8eaed}.note,.tick,.axis,.caption{fill:#a6acb6}.s0{"
    "stroke:#5aa7e6}.p0,.bar{fill:#5aa7e6}.s1{stroke:#f09a4c}.p1{fill:#f09a4c}}";

void dnp_svg_open(
    dnp_svg *svg, double width, double height, denpa_lang lang, const char *title, const char *description) {
  dnp_svg_put(svg,
      "<svg xmlns=\"http://www.w3.org/2000/svg\" lang=\"%s\" role=\"img\" aria-labelledby=\"title\" "
      "aria-describedby=\"description\" width=\"",
      lang == DENPA_LANG_JA ? "ja" : "en");
  dnp_svg_number(svg, width);
  dnp_svg_put(svg, "\" height=\"");
  dnp_svg_number(svg, height);
  dnp_svg_put(svg, "\" viewBox=\"0 0 ");
  dnp_svg_number(svg, width);
  dnp_svg_put(svg, " ");
  dnp_svg_number(svg, height);
  dnp_svg_put(svg, "\">\n<title id=\"title\">");
  dnp_svg_escaped(svg, title);
  dnp_svg_put(svg, "</title>\n<desc id=\"description\">");
  dnp_svg_escaped(svg, description);
  dnp_svg_put(svg, "</desc>\n<style>%s</style>\n<rect class=\"paper\" width=\"100%%\" height=\"100%%\"/>\n", style);
}

denpa_status dnp_svg_close(dnp_svg *svg, const char *name, denpa_error *err) {
  dnp_svg_put(svg, "</svg>\n");
  if (svg->status != DENPA_OK) return dnp_fail(err, svg->status, "{1}: not enough memory for the picture", dnp_s(name));
  return DENPA_OK;
}

denpa_status dnp_svg_write(dnp_svg *svg, const char *path, denpa_error *err) {
  DNP_TRY(dnp_svg_close(svg, path, err));
  return dnp_write_file(path, (const dnp_piece[]){{svg->text, svg->used}}, 1, err);
}

void dnp_svg_free(dnp_svg *svg) {
  dnp_free(svg->text);
  *svg = (dnp_svg){0};
}

/* ---- axes -------------------------------------------------------------------------------------- */

void dnp_ticks(double low, double high, int want, double *first, double *step) {
  static const double factors[] = {1, 2, 5, 10};
  const double rough = (high - low) / want;
  double power = 1;
  while (power > rough) power /= 10;
  while (power * 10 <= rough) power *= 10;
  size_t i = 0;
  while (i < 3 && factors[i] * power < rough) i++;
  *step = factors[i] * power;
  *first = floor(low / *step) * *step;
  if (*first < low - 1e-9 * (high - low)) *first += *step;
}
