/* text.c: rendering of message templates, and numbers without a locale. */
#include "base/text.h"

#include <assert.h>
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/catalogue.h"
#include "base/cpu.h"

const char *dnp_translate(denpa_lang lang, const char *english) {
  const char *found = dnp_catalogue_find(lang, english);
  return found != NULL ? found : english;
}

/* ---- output with a limit ---------------------------------------------------------------------- */

typedef struct sink {
  char *out;
  size_t size, length; /* length counts what was asked for; `full` stops writing at a character's border */
  int full;
} sink;

static void put(sink *s, const char *bytes, size_t count) { /* one whole character, or ASCII */
  if (!s->full && s->length + count < s->size)
    memcpy(s->out + s->length, bytes, count);
  else if (!s->full) {
    s->full = 1;
    if (s->size > 0) s->out[s->length] = '\0';
  }
  s->length += count;
}

static void put_fill(sink *s, long count) {
  for (; count > 0; count--) put(s, " ", 1);
}

/* ---- UTF-8 ------------------------------------------------------------------------------------ */

/* Bytes of the character at `text` (1..4) and its code point; 0 if the bytes are not UTF-8. */
static size_t decode(const char *text, uint32_t *code) {
  const unsigned char *t = (const unsigned char *)text;
  if (t[0] < 0x80) return *code = t[0], 1;
  size_t length = t[0] >= 0xF0 ? 4 : t[0] >= 0xE0 ? 3 : 2;
  if (t[0] < 0xC2 || t[0] > 0xF4) return 0;
  uint32_t c = t[0] & (0x7Fu >> length);
  for (size_t i = 1; i < length; i++) {
    if ((t[i] & 0xC0) != 0x80) return 0;
    c = c << 6 | (t[i] & 0x3Fu);
  }
  static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
  if (c < smallest[length] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return 0;
  return *code = c, length;
}

typedef struct span {
  uint32_t first, last;
} span;

static int inside(const span *spans, size_t count, uint32_t code) {
  for (size_t i = 0; i < count; i++)
    if (code >= spans[i].first && code <= spans[i].last) return 1;
  return 0;
}
#define INSIDE(spans, code) inside(spans, sizeof(spans) / sizeof *(spans), code)

/* East Asian Width W and F (Unicode annex 11), in blocks. */
static const span wide[] = {{0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0x33FF}, {0x3400, 0x4DBF}, {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6},
    {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};
static const span zero_width[] = {{0x0300, 0x036F}, {0x200B, 0x200F}, {0x3099, 0x309A}, {0xFE00, 0xFE0F}};
/* What a text from a file must not do to a terminal or a page: controls, line separators, direction changes. */
static const span dangerous[] = {{0x00, 0x1F}, {0x7F, 0x9F}, {0x061C, 0x061C}, {0x200E, 0x200F}, {0x2028, 0x202E},
    {0x2066, 0x2069}, {0xFEFF, 0xFEFF}};

size_t dnp_text_width(const char *utf8) { return dnp_text_width_of(utf8, strlen(utf8)); }

size_t dnp_text_width_of(const char *utf8, size_t bytes) {
  size_t cells = 0;
  for (const char *end = utf8 + bytes; utf8 < end;) {
    uint32_t code;
    size_t length = decode(utf8, &code);
    if (length == 0) {
      length = 1;
      code = '?';
    }
    cells += INSIDE(zero_width, code) ? 0 : INSIDE(wide, code) ? 2 : 1;
    utf8 += length;
  }
  return cells;
}

void dnp_text_cut(char *utf8, size_t cells) {
  size_t length = strlen(utf8);
  while (length > 0 && dnp_text_width(utf8) > cells) {
    do length--;
    while (length > 0 && ((unsigned char)utf8[length] & 0xC0) == 0x80);
    utf8[length] = '\0';
  }
}

int dnp_text_is_utf8(const char *text) {
  while (*text != '\0') {
    uint32_t code;
    size_t length = decode(text, &code);
    if (length == 0) return 0;
    text += length;
  }
  return 1;
}

/* A text from outside, with everything dangerous spelt out. */
static void put_escaped(sink *s, const char *text) {
  while (*text != '\0') {
    uint32_t code;
    size_t length = decode(text, &code);
    char escape[16];
    if (length == 0) {
      snprintf(escape, sizeof escape, "\\x%02X", (unsigned)(unsigned char)*text++);
    } else if (INSIDE(dangerous, code)) {
      snprintf(escape, sizeof escape, code < 0x100 ? "\\x%02" PRIX32 : "\\u%04" PRIX32, code);
      text += length;
    } else {
      put(s, text, length);
      text += length;
      continue;
    }
    for (const char *e = escape; *e != '\0'; e++) put(s, e, 1);
  }
}

static void put_bytes(sink *s, const char *text, const char *end) { /* our own text: whole characters, as it is */
  while (text < end) {
    uint32_t code;
    size_t length = decode(text, &code);
    if (length == 0) length = 1;
    put(s, text, length);
    text += length;
  }
}

static void put_text(sink *s, const char *text) { put_bytes(s, text, text + strlen(text)); }

/* ---- numbers ---------------------------------------------------------------------------------- */

/* snprintf and strtod obey the thread's locale and rounding mode; these two bracket them with the C locale and rounding
 * to nearest. */
typedef struct outside {
  locale_t locale;
  dnp_float_mode mode;
} outside;

static outside enter_c(void) {
  locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  return (outside){c != (locale_t)0 ? uselocale(c) : (locale_t)0, dnp_float_enter()};
}

static void leave_c(outside before) {
  dnp_float_leave(before.mode);
  if (before.locale == (locale_t)0) return;
  locale_t c = uselocale(before.locale);
  if (c != LC_GLOBAL_LOCALE) freelocale(c);
}

size_t dnp_format_real(char *out, size_t size, double value, int digits) {
  outside before = enter_c();
  int length = snprintf(out, size, "%.*g", digits, value);
  leave_c(before);
  return length > 0 ? (size_t)length : 0;
}

int dnp_parse_real(const char *text, double *value) {
  if (*text == '\0' || strchr(" \t\n\v\f\r", *text) != NULL) return 0;
  outside before = enter_c();
  errno = 0;
  char *end;
  double parsed = strtod(text, &end);
  int good = *end == '\0' && !(errno == ERANGE && (parsed > 1 || parsed < -1));
  leave_c(before);
  if (good) *value = parsed;
  return good;
}

int dnp_parse_whole(const char *text, uint64_t *value) {
  uint64_t n = 0;
  if (*text == '\0') return 0;
  for (; *text != '\0'; text++) {
    if (*text < '0' || *text > '9') return 0;
    const uint64_t digit = (uint64_t)(*text - '0');
    if (n > (UINT64_MAX - digit) / 10) return 0;
    n = n * 10 + digit;
  }
  *value = n;
  return 1;
}

int dnp_parse_size(const char *text, size_t *value) {
  uint64_t n;
  if (!dnp_parse_whole(text, &n) || n > SIZE_MAX) return 0;
  *value = (size_t)n;
  return 1;
}

/* A decimal of up to 15 digits survives the way into a double and back to 15 digits (DBL_DIG), which %g cuts off behind
 * the last one that is not 0. So where any 15 or fewer give the number again, 15 give the same text, and no fewer are
 * tried. It does not hold for numbers that have lost bits at the bottom of the range. */
size_t dnp_format_shortest(char *out, size_t size, double value) {
  const bool whole = value == rint(value) && fabs(value) < 1e15; /* 20 and not 2e+01 */
  const bool exact = fabs(value) >= DBL_MIN;
  const outside before = enter_c();
  int length = 0;
  for (int digits = exact || whole ? DBL_DIG : 1; digits <= DBL_DECIMAL_DIG; digits++) {
    length = snprintf(out, size, "%.*g", digits, value);
    if (whole || digits == DBL_DECIMAL_DIG || strtod(out, NULL) == value) break;
  }
  leave_c(before);
  return length > 0 ? (size_t)length : 0;
}

/* ---- words ------------------------------------------------------------------------------------- */

size_t dnp_text_distance(const char *a, const char *b) {
  enum { LONGEST = 32 };
  size_t m = strlen(a), n = strlen(b), rows[3][LONGEST + 1];
  if (m > LONGEST || n > LONGEST) return 99;
  for (size_t j = 0; j <= n; j++) rows[0][j] = j;
  for (size_t i = 1; i <= m; i++) {
    size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
    row[0] = i;
    for (size_t j = 1; j <= n; j++) {
      size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);
      if (above[j] + 1 < best) best = above[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped && two_above[j - 2] + 1 < best) best = two_above[j - 2] + 1;
      row[j] = best;
    }
  }
  return rows[m % 3][n];
}

bool dnp_text_begins(const char *text, const char *beginning) {
  return strncmp(text, beginning, strlen(beginning)) == 0;
}

bool dnp_text_ends(const char *text, const char *ending) {
  const size_t length = strlen(text), part = strlen(ending);
  return length >= part && strcasecmp(text + length - part, ending) == 0;
}

const char *dnp_text_file_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

static bool joins(char c) { return c == '-' || c == '_'; }
static char small(char c) { return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); }

int dnp_text_alike(const char *typed, size_t length, const char *name, size_t name_length) {
  size_t i = 0, k = 0;
  for (;; i++, k++) {
    while (i < length && joins(typed[i])) i++;
    while (k < name_length && joins(name[k])) k++;
    if (i == length || k == name_length) return i == length && k == name_length && length > 0;
    if (small(typed[i]) != small(name[k])) return false;
  }
}

int dnp_text_means(const char *typed, const char *name) {
  return dnp_text_alike(typed, strlen(typed), name, strlen(name));
}

/* ---- templates -------------------------------------------------------------------------------- */

/* What stands after the colon of {n:...}: [-][width][.precision][conversion]. */
typedef struct format {
  long width; /* negative: flush left */
  int precision;
  char conversion; /* d x f e g, 0 for the kind's own */
} format;

static const char *parse_format(const char *p, format *f) {
  *f = (format){0, -1, 0};
  if (*p != ':') return p;
  p++;
  int left = *p == '-';
  p += left;
  for (; *p >= '0' && *p <= '9'; p++) f->width = f->width * 10 + (*p - '0');
  if (left) f->width = -f->width;
  if (*p == '.')
    for (p++, f->precision = 0; *p >= '0' && *p <= '9'; p++) f->precision = f->precision * 10 + (*p - '0');
  if (*p != '}' && *p != '\0') f->conversion = *p++;
  return p;
}

static void format_number(char *out, size_t size, const denpa_arg *a, const format *f) {
  outside before = enter_c();
  if (a->kind == 'i')
    snprintf(out, size, "%" PRId64, a->as.i);
  else if (a->kind == 'u')
    snprintf(out, size, f->conversion == 'x' ? "0x%" PRIx64 : "%" PRIu64, a->as.u);
  else if (f->conversion == 'f')
    snprintf(out, size, "%.*f", f->precision < 0 ? 6 : f->precision, a->as.d);
  else if (f->conversion == 'e')
    snprintf(out, size, "%.*e", f->precision < 0 ? 6 : f->precision, a->as.d);
  else
    snprintf(out, size, "%.*g", f->precision < 0 ? 6 : f->precision, a->as.d);
  leave_c(before);
}

static void put_argument(sink *s, denpa_lang lang, const denpa_arg *a, const format *f) {
  char number[352]; /* %f of the largest double has 316 characters */
  const char *text = number;
  if (a->kind == 's')
    text = a->as.s != NULL ? a->as.s : "";
  else if (a->kind == 't')
    text = dnp_translate(lang, a->as.s);
  else
    format_number(number, sizeof number, a, f);
  size_t cells = dnp_text_width(text);
  if (f->width > 0) put_fill(s, f->width - (long)cells);
  if (a->kind == 's')
    put_escaped(s, text);
  else
    put_text(s, text);
  if (f->width < 0) put_fill(s, -f->width - (long)cells);
}

static int is_one(const denpa_arg *a) {
  return a->kind == 'i' ? a->as.i == 1 : a->kind == 'u' ? a->as.u == 1 : a->kind == 'd' && a->as.d == 1;
}

/* {n|sample|samples}, from the first bar on: the word that goes with the number. */
static const char *put_word(sink *s, const char *p, const denpa_arg *a) {
  const char *one = p + 1, *many = strchr(one, '|'), *end = many != NULL ? strchr(many, '}') : NULL;
  assert(end != NULL);
  many++;
  if (is_one(a))
    put_bytes(s, one, many - 1);
  else
    put_bytes(s, many, end);
  return end;
}

size_t dnp_render(char *out, size_t size, denpa_lang lang, const char *message, const denpa_arg *args) {
  sink s = {out, size, 0, 0};
  size_t count = 0;
  while (args[count].kind != 0) count++;
  const char *p = dnp_translate(lang, message);
  while (*p != '\0') {
    if (p[0] == '{' && p[1] == '{') {
      put(&s, "{", 1);
      p += 2;
    } else if (p[0] == '{' && p[1] >= '1' && p[1] <= '9') {
      size_t which = (size_t)(p[1] - '1');
      format f;
      if (p[2] == '|') {
        assert(which < count);
        p = put_word(&s, p + 2, &args[which]);
      } else {
        p = parse_format(p + 2, &f);
        if (which < count) put_argument(&s, lang, &args[which], &f);
      }
      if (*p == '}') p++;
    } else {
      uint32_t code;
      size_t length = decode(p, &code);
      if (length == 0) length = 1;
      put(&s, p, length);
      p += length;
    }
  }
  if (!s.full && size > 0) out[s.length] = '\0';
  return s.length;
}

void dnp_text_copy(char *out, size_t size, const char *text) {
  size_t kept = strlen(text);
  if (size == 0) return;
  if (kept >= size)
    for (kept = size - 1; kept > 0 && ((unsigned char)text[kept] & 0xC0) == 0x80; kept--) continue;
  memcpy(out, text, kept);
  out[kept] = '\0';
}
