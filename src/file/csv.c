/* csv.c: the reader of tables as text. It finds separator and header, cuts the file into fields in place, and says line
 * and column of what is wrong; what the fields mean is src/data's to say. Called by src/data/table_open.formats.c and
 * src/cli/tables.c. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/near.h"
#include "base/text.h"
#include "base/write.h"
#include "file/bytes.h"
#include "file/files.h"

/* ---- what fields say ---------------------------------------------------------------------------- */

int dnp_csv_missing(const char *text) {
  static const char *const words[] = {"", "na", "n/a", "nan", "null", "none", "?"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcasecmp(text, words[i]) == 0) return 1;
  return 0;
}

/* Digits, sign, point and exponent only: what strtod takes besides (hexadecimal, "inf") is no number in a table. A
 * number of up to 15 digits with a small exponent is one exact division or product of two exact numbers; the others are
 * left to dnp_parse_real. */
int dnp_csv_number(const char *text, double *value) {
  static const double power[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  enum { EXACT = 15 };
  const char *p = text + (*text == '-' || *text == '+');
  uint64_t whole = 0;
  int digits = 0, behind = 0;
  for (; *p >= '0' && *p <= '9'; p++, digits++) whole = digits < EXACT ? whole * 10 + (uint64_t)(*p - '0') : whole;
  if (*p == '.')
    for (p++; *p >= '0' && *p <= '9'; p++, digits++, behind++)
      whole = digits < EXACT ? whole * 10 + (uint64_t)(*p - '0') : whole;
  if (digits == 0) return 0;
  if (*p == '\0' && digits <= EXACT) {
    const double size = (double)whole / power[behind];
    return *value = *text == '-' ? -size : size, 1;
  }
  if (*p == 'e' || *p == 'E') {
    p += 1 + (p[1] == '-' || p[1] == '+');
    if (*p == '\0') return 0;
    p += strspn(p, "0123456789");
  }
  return *p == '\0' && dnp_parse_real(text, value);
}

/* Where it begins a file, the file would be taken for one of another kind or encoding. */
static bool looks_like_another(const char *text) {
  const char *kind = dnp_file_kind((const unsigned char *)text, strlen(text));
  return (kind != NULL && kind != dnp_file_text) || strncmp(text, "\xEF\xBB\xBF", 3) == 0;
}

size_t dnp_csv_quote(char *out, size_t size, const char *text) {
  const size_t plain = strlen(text);
  if (text[strcspn(text, ",;\t\"\r\n")] == '\0' && (plain == 0 || (text[0] != ' ' && text[plain - 1] != ' ')) &&
      !looks_like_another(text))
    return (size_t)snprintf(out, size, "%s", text);
  size_t length = 0;
#define PUT(c) (length + 1 < size ? (void)(out[length] = (c)) : (void)0, length++)
  PUT('"');
  for (; *text != '\0'; text++) {
    if (*text == '"') PUT('"');
    PUT(*text);
  }
  PUT('"');
#undef PUT
  if (size > 0) out[length < size ? length : size - 1] = '\0';
  return length;
}

/* ---- cutting ------------------------------------------------------------------------------------ */

typedef struct cutter {
  const char *path;
  unsigned char *text;
  size_t size, at;
  size_t line, column; /* of the field that is being read, from 1 */
  size_t rows, columns;
  size_t room, row_room; /* of fields and lines */
  uint32_t *fields, *lines;
  size_t count; /* fields so far */
  char separator;
  dnp_csv_blanks blanks;
} cutter;

#define PLACE(c) dnp_s((c)->path), dnp_u((c)->line), dnp_u((c)->column)

/* What ended a field. */
typedef enum after { AFTER_SEPARATOR, AFTER_LINE, AFTER_FILE } after;

static bool is_end(const cutter *c, size_t at) {
  return at >= c->size || c->text[at] == '\n' || c->text[at] == '\r' || c->text[at] == (unsigned char)c->separator;
}

/* Passes what ends a field: the separator, the end of a line (LF, CRLF or CR), or that of the file. */
static after pass_end(cutter *c) {
  if (c->at >= c->size) return AFTER_FILE;
  const unsigned char byte = c->text[c->at++];
  if (byte == (unsigned char)c->separator) return AFTER_SEPARATOR;
  if (byte == '\r' && c->at < c->size && c->text[c->at] == '\n') c->at++;
  return c->at < c->size ? AFTER_LINE : AFTER_FILE;
}

static denpa_status check_bytes(const cutter *c, size_t from, size_t length, denpa_error *err) {
  if (length > DNP_CSV_FIELD)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}, line {2}, column {3}: this field is longer than {4} bytes; is this a table?", PLACE(c),
        dnp_u(DNP_CSV_FIELD));
  if (memchr(c->text + from, '\0', length) != NULL)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}, line {2}, column {3}: a NUL byte, so this is not a text; if it is UTF-16, save it as UTF-8", PLACE(c));
  return DENPA_OK;
}

static bool is_blank(unsigned char byte) { return byte == ' ' || byte == '\t'; }

/* What a field is read as has no blanks around it; whoever put some into quotation marks gets them back (--keep). */
static denpa_status keep_blanks(cutter *c, size_t from, size_t length, denpa_error *err) {
  dnp_csv_blanks *b = &c->blanks;
  if (length == 0 || (!is_blank(c->text[from]) && !is_blank(c->text[from + length - 1]))) return DENPA_OK;
  DNP_TRY(check_bytes(c, from, length, err));
  if (b->count == b->room) {
    const size_t room = b->room < 16 ? 16 : b->room * 2;
    DNP_TRY(dnp_grow((void **)&b->item, b->count, room, sizeof *b->item, err));
    b->room = room;
  }
  if (b->size + length + 1 > b->text_room) {
    const size_t room = (b->size + length + 1) * 2;
    DNP_TRY(dnp_grow((void **)&b->text, b->size, room, 1, err));
    b->text_room = room;
  }
  b->item[b->count++] = (struct dnp_csv_blank){c->count, b->size};
  memcpy(b->text + b->size, c->text + from, length);
  b->text[b->size + length] = '\0';
  b->size += length + 1;
  return DENPA_OK;
}

/* Keeps the field of `length` bytes at `from` where it stands, without the blanks around it. What ended it has been
 * passed, so its NUL takes the place of nothing. */
static denpa_status keep(cutter *c, size_t from, size_t length, denpa_error *err) {
  DNP_TRY(check_bytes(c, from, length, err));
  while (length > 0 && is_blank(c->text[from])) from++, length--;
  while (length > 0 && is_blank(c->text[from + length - 1])) length--;
  c->text[from + length] = '\0';
  if (!dnp_text_is_utf8((const char *)c->text + from))
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}, line {2}, column {3}: \"{4}\" is not UTF-8; save the file as UTF-8 (it may be in Shift_JIS or Latin-1 "
        "now)",
        PLACE(c), dnp_s((const char *)c->text + from));
  if (c->column > DNP_CSV_COLUMNS)
    return dnp_fail(
        err, DENPA_ERROR_FORMAT, "{1}, line {2}, column {3}: more than {4} columns", PLACE(c), dnp_u(DNP_CSV_COLUMNS));
  if (c->count == c->room) {
    const size_t room = c->room < 256 ? 256 : c->room * 2;
    DNP_TRY(dnp_grow((void **)&c->fields, c->count, room, sizeof *c->fields, err));
    c->room = room;
  }
  c->fields[c->count++] = (uint32_t)from;
  return DENPA_OK;
}

/* A field in quotation marks; c->at stands on the first one. Doubled marks become one, so the text moves towards the
 * front. */
static denpa_status cut_quoted(cutter *c, after *what, denpa_error *err) {
  const size_t from = ++c->at;
  size_t to = from, lines = 0;
  for (;; c->at++, to++) {
    if (c->at >= c->size || to - from > DNP_CSV_FIELD)
      return dnp_fail(err, DENPA_ERROR_FORMAT,
          "{1}, line {2}, column {3}: a quotation mark opens this field and is never closed", PLACE(c));
    if (c->text[c->at] == '"' && c->text[++c->at] != '"') break; /* behind the file's last byte stands a NUL */
    lines += c->text[c->at] == '\n';
    c->text[to] = c->text[c->at];
  }
  while (!is_end(c, c->at) && is_blank(c->text[c->at])) c->at++;
  if (!is_end(c, c->at)) {
    const char found[2] = {(char)(c->text[c->at] < 0x80 ? c->text[c->at] : '?'), '\0'};
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}, line {2}, column {3}: \"{4}\" stands behind the closing quotation mark; a quotation mark inside a field "
        "is written twice",
        PLACE(c), dnp_s(found));
  }
  *what = pass_end(c);
  DNP_TRY(keep_blanks(c, from, to - from, err));
  DNP_TRY(keep(c, from, to - from, err));
  c->line += lines;
  return DENPA_OK;
}

static denpa_status cut_field(cutter *c, after *what, denpa_error *err) {
  const size_t from = c->at;
  while (!is_end(c, c->at) && is_blank(c->text[c->at])) c->at++;
  if (c->at < c->size && c->text[c->at] == '"') return cut_quoted(c, what, err);
  /* of what is no table, no more is looked at than the message needs */
  while (!is_end(c, c->at) && c->at - from <= DNP_CSV_FIELD) c->at++;
  const size_t length = c->at - from;
  *what = pass_end(c);
  return keep(c, from, length, err);
}

/* A row whose number of fields is not the first one's: the column is the first that is missing or too many. */
static denpa_status check_width(cutter *c, size_t line, size_t width, denpa_error *err) {
  if (c->rows == 0) c->columns = width;
  if (width == c->columns) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "{1}, line {2}, column {3}: this row has {4} {4|field|fields}, but the first one has {5}", dnp_s(c->path),
      dnp_u(line), dnp_u((width < c->columns ? width : c->columns) + 1), dnp_u(width), dnp_u(c->columns));
}

static denpa_status keep_row(cutter *c, size_t line, denpa_error *err) {
  if (c->rows == c->row_room) {
    const size_t room = c->row_room < 256 ? 256 : c->row_room * 2;
    DNP_TRY(dnp_grow((void **)&c->lines, c->rows, room, sizeof *c->lines, err));
    c->row_room = room;
  }
  c->lines[c->rows++] = (uint32_t)line;
  return DENPA_OK;
}

/* One line of the file, or several where a field goes on over them. */
static denpa_status cut_row(cutter *c, denpa_error *err) {
  const size_t line = c->line, first = c->count;
  after what = AFTER_SEPARATOR;
  for (c->column = 1; what == AFTER_SEPARATOR; c->column++) DNP_TRY(cut_field(c, &what, err));
  c->line++;
  const size_t width = c->count - first;
  if (width == 1 && c->text[c->fields[first]] == '\0') { /* an empty line */
    dnp_csv_blanks *b = &c->blanks;
    b->count -= b->count > 0 && b->item[b->count - 1].field == first;
    return c->count = first, DENPA_OK;
  }
  DNP_TRY(check_width(c, line, width, err));
  return keep_row(c, line, err);
}

/* ---- separator and header ------------------------------------------------------------------------ */

/* bytes that tell the separator: a file that is no table may be one endless line */
#define LOOKED_AT ((size_t)16 << 20)

/* How often `byte` stands outside of quotation marks in the line at *at, which ends before `end`; *at moves behind the
 * line. */
static size_t count_in_line(const cutter *c, size_t *at, size_t end, unsigned char byte) {
  size_t count = 0;
  bool quoted = false;
  for (; *at < end && (quoted || (c->text[*at] != '\n' && c->text[*at] != '\r')); ++*at) {
    quoted ^= c->text[*at] == '"';
    count += !quoted && c->text[*at] == byte;
  }
  while (*at < end && (c->text[*at] == '\n' || c->text[*at] == '\r')) ++*at;
  return count;
}

/* Tab, semicolon or comma: the first of them that stands equally often, and at least once, in each of the first lines;
 * else the one that the first line has most of. */
static char find_separator(const cutter *c) {
  static const char separators[] = {'\t', ';', ','};
  enum { LINES = 10 };
  const size_t end = c->size - c->at < LOOKED_AT ? c->size : c->at + LOOKED_AT;
  char most = ',';
  size_t record = 0;
  for (size_t i = 0; i < sizeof separators; i++) {
    size_t at = c->at;
    const size_t count = count_in_line(c, &at, end, (unsigned char)separators[i]);
    bool even = count > 0;
    for (int k = 1; even && k < LINES && at < end; k++)
      even = count_in_line(c, &at, end, (unsigned char)separators[i]) == count;
    if (even) return separators[i];
    if (count > record) record = count, most = separators[i];
  }
  return most;
}

static const char *text_of(const cutter *c, size_t row, size_t column) {
  return (const char *)c->text + c->fields[row * c->columns + column];
}

/* Whether the first row can be the names of what is below. */
static bool has_header(const cutter *c) {
  bool numbers = false, again = false;
  double ignored;
  for (size_t k = 0; k < c->columns; k++) {
    const char *name = text_of(c, 0, k);
    if (dnp_csv_number(name, &ignored) || (dnp_csv_missing(name) && k > 0)) return false;
    for (size_t i = 1; i < c->rows; i++) {
      numbers = numbers || dnp_csv_number(text_of(c, i, k), &ignored);
      again = again || (*name != '\0' && strcmp(name, text_of(c, i, k)) == 0);
      if (numbers) return true;
    }
  }
  return !again;
}

static denpa_status take_names(dnp_csv *csv, const cutter *c, denpa_error *err) {
  enum { LENGTH = 32 };
  DNP_TRY(DNP_NEW(&csv->name, c->columns, err));
  if (!csv->header) DNP_TRY(DNP_NEW(&csv->names, c->columns * LENGTH, err));
  for (size_t k = 0; k < c->columns; k++) {
    csv->name[k] = csv->header ? text_of(c, 0, k) : csv->names + k * LENGTH;
    if (!csv->header) snprintf(csv->names + k * LENGTH, LENGTH, "column%zu", k + 1);
  }
  return DENPA_OK;
}

/* qsort knows of no context, so the names come along. */
typedef struct named {
  const char *name;
  uint32_t column;
} named;

static int by_name(const void *a, const void *b) {
  const named *x = a, *y = b;
  const int order = strcmp(x->name, y->name);
  return order != 0 ? order : (x->column > y->column) - (x->column < y->column);
}

static denpa_status sort_names(dnp_csv *csv, size_t columns, denpa_error *err) {
  named *all;
  DNP_TRY(DNP_NEW(&csv->by_name, columns, err));
  DNP_TRY(DNP_NEW(&all, columns, err));
  for (size_t k = 0; k < columns; k++) all[k] = (named){csv->name[k], (uint32_t)k};
  qsort(all, columns, sizeof *all, by_name);
  for (size_t k = 0; k < columns; k++) csv->by_name[k] = all[k].column;
  dnp_free(all);
  return DENPA_OK;
}

size_t dnp_csv_find(const dnp_csv *csv, const char *name, size_t *again) {
  size_t low = 0, high = csv->columns;
  while (low < high) { /* the first that is not before `name` */
    const size_t middle = low + (high - low) / 2;
    if (strcmp(csv->name[csv->by_name[middle]], name) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  const bool found = low < csv->columns && strcmp(csv->name[csv->by_name[low]], name) == 0;
  *again = found && low + 1 < csv->columns && strcmp(csv->name[csv->by_name[low + 1]], name) == 0
               ? csv->by_name[low + 1]
               : SIZE_MAX;
  return found ? csv->by_name[low] : SIZE_MAX;
}

const char *dnp_csv_near(const dnp_csv *csv, const char *typed) {
  dnp_nearest nearest = {.typed = typed};
  for (size_t k = 0; k < csv->columns; k++) dnp_nearest_see(&nearest, csv->name[k]);
  return nearest.name;
}

const char *dnp_csv_whole(const dnp_csv *csv, size_t row, size_t column) {
  const dnp_csv_blanks *b = &csv->blanks;
  const size_t field = (size_t)(csv->field - csv->fields) + row * csv->columns + column;
  size_t low = 0, high = b->count;
  while (low < high) { /* the first that is not before the field */
    const size_t middle = low + (high - low) / 2;
    if (b->item[middle].field < field)
      low = middle + 1;
    else
      high = middle;
  }
  return low < b->count && b->item[low].field == field ? b->text + b->item[low].at : dnp_csv_field(csv, row, column);
}

#define MADE_UP 32 /* bytes of a name that is made up */

/* ---- the whole ---------------------------------------------------------------------------------- */

static denpa_status check_kind(const cutter *c, denpa_error *err) {
  const char *kind = dnp_file_kind(c->text, c->size);
  if (kind == NULL || kind == dnp_file_text) return DENPA_OK;
  return dnp_fail(
      err, DENPA_ERROR_FORMAT, "{1}: this is {2}, not a table; save the table as CSV", dnp_s(c->path), dnp_t(kind));
}

static denpa_status check_encoding(cutter *c, denpa_error *err) {
  static const unsigned char mark[] = {0xEF, 0xBB, 0xBF};
  static const struct {
    const char *name, *mark;
    size_t size;
  } others[] = {
      {"UTF-32", "\xFF\xFE\0", 4}, {"UTF-32", "\0\0\xFE\xFF", 4}, {"UTF-16", "\xFF\xFE", 2}, {"UTF-16", "\xFE\xFF", 2}};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (c->size >= others[i].size && memcmp(c->text, others[i].mark, others[i].size) == 0)
      return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}, line {2}, column {3}: the file is {4}; save it as UTF-8", PLACE(c),
          dnp_s(others[i].name));
  if (c->size >= sizeof mark && memcmp(c->text, mark, sizeof mark) == 0) c->at = sizeof mark;
  return DENPA_OK;
}

static denpa_status cut(cutter *c, dnp_csv_header header, dnp_csv *out, denpa_error *err) {
  DNP_TRY(check_kind(c, err));
  DNP_TRY(check_encoding(c, err));
  if (c->separator == 0) c->separator = find_separator(c);
  while (c->at < c->size) DNP_TRY(cut_row(c, err));
  c->line = c->column = 1;
  if (c->rows == 0)
    return dnp_fail(
        err, DENPA_ERROR_FORMAT, "{1}, line {2}, column {3}: the file is empty; a table needs a row", PLACE(c));
  out->header = header == DNP_HEADER_YES || (header == DNP_HEADER_AUTO && has_header(c));
  out->columns = c->columns;
  out->separator = c->separator;
  DNP_TRY(take_names(out, c, err));
  DNP_TRY(sort_names(out, c->columns, err));
  out->rows = c->rows - (size_t)out->header;
  out->field = c->fields + (out->header ? c->columns : 0);
  out->line = c->lines + out->header;
  return DENPA_OK;
}

denpa_status dnp_csv_read(const char *path, char separator, dnp_csv_header header, dnp_csv *out, denpa_error *err) {
  cutter c = {.path = path, .separator = separator, .line = 1, .column = 1};
  *out = (dnp_csv){0};
  DNP_TRY(dnp_read_file(path, DNP_FILE_LIMIT, &c.text, &c.size, err));
  denpa_status status = cut(&c, header, out, err);
  out->text = c.text;
  out->fields = c.fields;
  out->lines = c.lines;
  out->blanks = c.blanks;
  if (status != DENPA_OK) dnp_csv_free(out);
  return status;
}

/* The text without blanks around it, as fields of a file are kept; returns its length. */
static size_t copy_field(unsigned char *to, const char *text) {
  static const char blanks[] = " \t";
  text += strspn(text, blanks);
  size_t length = strlen(text);
  while (length > 0 && strchr(blanks, text[length - 1]) != NULL) length--;
  memcpy(to, text, length);
  to[length] = '\0';
  return length;
}

/* Places of the row's fields, and the fields. */
static denpa_status fill_row(const char *const *text, size_t columns, dnp_csv *out, denpa_error *err) {
  size_t size = 0, at = 0;
  for (size_t k = 0; k < columns; k++) size += strlen(text[k]) + 1;
  if (size > UINT32_MAX) return dnp_fail(err, DENPA_ERROR_ARGUMENT, "a row of {1} bytes is too long", dnp_u(size));
  DNP_TRY(dnp_alloc((void **)&out->text, size, 1, err));
  for (size_t k = 0; k < columns; k++) {
    out->field[k] = (uint32_t)at;
    at += copy_field(out->text + at, text[k]) + 1;
  }
  return DENPA_OK;
}

/* A name is looked for as it stands in a file, with at most the columns' numbers for those without one. */
static denpa_status fill_names(const char *const *name, size_t columns, dnp_csv *out, denpa_error *err) {
  size_t size = 0, at = 0;
  for (size_t k = 0; k < columns; k++) size += name != NULL ? strlen(name[k]) + 1 : MADE_UP;
  DNP_TRY(DNP_NEW(&out->names, size, err));
  DNP_TRY(DNP_NEW(&out->name, columns, err));
  for (size_t k = 0; k < columns; k++) {
    out->name[k] = out->names + at;
    at += (size_t)(name != NULL ? snprintf(out->names + at, size - at, "%s", name[k])
                                : snprintf(out->names + at, size - at, "column%zu", k + 1)) +
          1;
  }
  return sort_names(out, columns, err);
}

denpa_status dnp_csv_of_row(
    const char *const *name, const char *const *text, size_t columns, dnp_csv *out, denpa_error *err) {
  *out = (dnp_csv){.rows = 1, .columns = columns, .header = name != NULL, .separator = ','};
  denpa_status status = DNP_NEW(&out->fields, columns, err);
  out->field = out->fields;
  if (status == DENPA_OK) status = DNP_NEW(&out->lines, 1, err);
  out->line = out->lines;
  if (status == DENPA_OK) out->line[0] = 1;
  if (status == DENPA_OK) status = fill_row(text, columns, out, err);
  if (status == DENPA_OK) status = fill_names(name, columns, out, err);
  if (status != DENPA_OK) dnp_csv_free(out);
  return status;
}

void dnp_csv_free(dnp_csv *csv) {
  dnp_free(csv->text);
  dnp_free(csv->fields);
  dnp_free(csv->lines);
  dnp_free(csv->name);
  dnp_free(csv->by_name);
  dnp_free(csv->names);
  dnp_free(csv->blanks.item);
  dnp_free(csv->blanks.text);
  *csv = (dnp_csv){0};
}
