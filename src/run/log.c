/* log.c: lines of scores as CSV, written with all their digits and read back. Numbers that were not computed are
 * empty. */
#include "run/log.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/write.h"

#define LOG_COLUMNS 9 /* the last two only where there are validation rows */
#define PLAIN_COLUMNS 7
#define LOG_LIMIT 100000000 /* bytes */

static const char header[] = "step,epoch,seconds,train_loss,train_accuracy,test_loss,test_accuracy",
                  more[] = ",validation_loss,validation_accuracy";

enum { HEAD = sizeof header + sizeof more, LINE = LOG_COLUMNS * 41 };

static size_t put_head(char out[HEAD], bool validation) {
  return (size_t)snprintf(out, HEAD, "%s%s\n", header, validation ? more : "");
}

static size_t put_line(char out[LINE], const denpa_epoch *line, bool validation) {
  char *at = out;
  const double column[LOG_COLUMNS - 1] = {line->epoch, line->seconds, line->train_loss, line->train_accuracy,
      line->test_loss, line->test_accuracy, line->validation_loss, line->validation_accuracy};
  const size_t columns = validation ? LOG_COLUMNS : PLAIN_COLUMNS;
  at += snprintf(at, 40, "%zu", line->step);
  for (size_t c = 0; c + 1 < columns; c++) {
    char number[40] = "";
    if (isfinite(column[c])) dnp_format_real(number, sizeof number, column[c], 17);
    at += snprintf(at, sizeof number + 1, ",%s", number);
  }
  *at++ = '\n';
  return (size_t)(at - out);
}

int dnp_log_begin(dnp_appender *out, bool validation) {
  char text[HEAD];
  return dnp_append(out, text, put_head(text, validation));
}

int dnp_log_add(dnp_appender *out, const denpa_epoch *line, bool validation) {
  char text[LINE];
  return dnp_append(out, text, put_line(text, line, validation));
}

denpa_status dnp_log_replace(
    dnp_appender *to, const char *path, const denpa_epoch *line, bool validation, denpa_error *err) {
  char head[HEAD], first[LINE];
  const dnp_piece pieces[] = {
      {head, put_head(head, validation)}, {first, line != NULL ? put_line(first, line, validation) : 0}};
  return dnp_append_replace(to, path, pieces, line != NULL ? 2 : 1, err);
}

/* ---- reading ------------------------------------------------------------------------------------ */

/* Cuts `line` at its commas; returns whether there are exactly so many columns. */
static bool cut(char *line, char *column[LOG_COLUMNS], size_t columns) {
  size_t count = 0;
  for (char *at = line; at != NULL; count++) {
    char *comma = strchr(at, ',');
    if (comma != NULL) *comma++ = '\0';
    if (count == columns) return false;
    column[count] = at;
    at = comma;
  }
  return count == columns;
}

static bool parse(char *text, size_t columns, denpa_epoch *line) {
  char *column[LOG_COLUMNS];
  double *const number[LOG_COLUMNS] = {NULL, &line->epoch, &line->seconds, &line->train_loss, &line->train_accuracy,
      &line->test_loss, &line->test_accuracy, &line->validation_loss, &line->validation_accuracy};
  if (!cut(text, column, columns) || !dnp_parse_size(column[0], &line->step)) return false;
  for (size_t c = 1; c < LOG_COLUMNS; c++) {
    *number[c] = (double)NAN;
    if (c < columns && column[c][0] != '\0' && !dnp_parse_real(column[c], number[c])) return false;
  }
  return true;
}

static bool begins_well(const char *text) {
  if (strncmp(text, header, sizeof header - 1) != 0) return false;
  text += sizeof header - 1;
  return *text == '\n' || (strncmp(text, more, sizeof more - 1) == 0 && text[sizeof more - 1] == '\n');
}

static denpa_status parse_all(const char *path, char *text, denpa_epoch *lines, size_t *count, denpa_error *err) {
  size_t number = 1;
  const size_t columns = text[sizeof header - 1] == '\n' ? PLAIN_COLUMNS : LOG_COLUMNS;
  for (char *end; (end = strchr(text, '\n')) != NULL; text = end + 1, number++) {
    *end = '\0';
    if (number > 1 && !parse(text, columns, &lines[(*count)++]))
      return dnp_fail(err, DENPA_ERROR_FORMAT,
          "{1}: line {2} is not a line of scores; the file is damaged or was changed", dnp_s(path), dnp_u(number));
  }
  return DENPA_OK;
}

denpa_status dnp_log_read(const char *path, denpa_epoch **lines, size_t *count, denpa_error *err) {
  unsigned char *file;
  size_t size, ends = 0;
  *lines = NULL;
  *count = 0;
  DNP_TRY(dnp_read_file(path, LOG_LIMIT, &file, &size, err));
  char *text = (char *)file;
  denpa_status status = DENPA_OK;
  if (!begins_well(text))
    status = dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: is not the log of a training (step,epoch,...); curves need the folder of a run (train --run) or such a "
        "log (train --log)",
        dnp_s(path));
  for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++) ends++;
  if (status == DENPA_OK) status = DNP_NEW(lines, ends, err);
  if (status == DENPA_OK && strlen(text) != size)
    status = dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: holds a zero byte, so it is not a text", dnp_s(path));
  if (status == DENPA_OK) status = parse_all(path, text, *lines, count, err);
  dnp_free(file);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_free(*lines);
  *lines = NULL;
  *count = 0;
  return status;
}

/* ---- cutting ------------------------------------------------------------------------------------ */

/* The bytes of the lines up to update `last`. */
static size_t length_up_to(const char *text, size_t last) {
  size_t length = 0;
  for (const char *at = text, *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
    char digits[32] = "";
    size_t step = 0;
    const size_t width = strcspn(at, ",\n");
    if (width < sizeof digits) memcpy(digits, at, width);
    if (at != text && dnp_parse_size(digits, &step) && step > last) break;
    length = (size_t)(end + 1 - text);
  }
  return length;
}

/* Nothing, or a part of the first line, as a full disk leaves it. */
static bool is_torn(const char *text, size_t size) {
  const size_t first = sizeof header - 1;
  if (size <= first) return memcmp(text, header, size) == 0;
  return size - first < sizeof more && memcmp(text, header, first) == 0 &&
         memcmp(text + first, more, size - first) == 0;
}

/* A log as it goes on: its text up to some update. */
typedef struct part {
  const char *path;
  unsigned char *text;
  size_t size, length; /* of the file; of the part */
} part;

static denpa_status read_part(part *p, size_t last, denpa_error *err) {
  struct stat info;
  if (stat(p->path, &info) != 0 && errno == ENOENT) return DENPA_OK;
  DNP_TRY(dnp_read_file(p->path, LOG_LIMIT, &p->text, &p->size, err));
  if (!begins_well((const char *)p->text) && !is_torn((const char *)p->text, p->size))
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: this is not the log of a training any more, so nothing is written into it; move it away", dnp_s(p->path));
  p->length = length_up_to((const char *)p->text, last);
  return DENPA_OK;
}

/* Writes the text of `from` in place of another log, or cuts its own file. Without the scores of the line of update
 * `unscored`, if that is the last one. */
static denpa_status write_part(const part *to, const part *from, size_t unscored, denpa_error *err) {
  char line[LINE] = "";
  size_t start = from->length, rest = 0;
  if (from->text == NULL) return DENPA_OK;
  const char *text = (const char *)from->text;
  if (start > 0) start--; /* behind the last line's end */
  while (start > 0 && text[start - 1] != '\n') start--;
  denpa_epoch told;
  char copy[LINE + 1] = "";
  if (unscored != SIZE_MAX && start > 0 && from->length - start <= LINE) {
    const bool wide = strncmp(text + sizeof header - 1, more, sizeof more - 1) == 0; /* there is a whole head */
    memcpy(copy, text + start, from->length - start - 1);
    if (parse(copy, wide ? LOG_COLUMNS : PLAIN_COLUMNS, &told) && told.step == unscored) {
      told.train_loss = told.train_accuracy = told.test_loss = told.test_accuracy = (double)NAN;
      rest = put_line(line, &told, wide);
    }
  }
  if (rest == 0) start = from->length;
  const bool there = to->text != NULL && to->size == start + rest && memcmp(to->text, text, start) == 0 &&
                     memcmp((const char *)to->text + start, line, rest) == 0;
  return there ? DENPA_OK : dnp_write_file(to->path, (const dnp_piece[]){{text, start}, {line, rest}}, 2, err);
}

/* Whether the one log is the beginning of the other: both get every line. Where the run has no line yet, lines of the
 * copy are another training's. */
static bool is_beginning(const part *own, const part *copy) {
  if (copy->size == 0) return true;
  const char *theirs = (const char *)copy->text, *ours = own->text != NULL ? (const char *)own->text : "";
  const size_t a = length_up_to(ours, SIZE_MAX), b = length_up_to(theirs, SIZE_MAX), both = a < b ? a : b;
  const size_t head = strcspn(theirs, "\n") + 1;
  return memcmp(ours, theirs, both) == 0 && (b <= head || a > head);
}

static denpa_status join(part *own, part *copy, size_t last, bool any, size_t unscored, denpa_error *err) {
  DNP_TRY(read_part(own, last, err));
  if (copy == NULL) return write_part(own, own, unscored, err);
  const denpa_status status = read_part(copy, last, err);
  if (any)
    copy->length = 0; /* whatever it is, it is to become this one's */
  else
    DNP_TRY(status);
  if (!any && !is_beginning(own, copy))
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: this is not the log of this run, so nothing is written into it; --log FILE names another place, or says "
        "that this one may be replaced",
        dnp_s(copy->path));
  const part *longer = copy->length > own->length ? copy : own;
  DNP_TRY(write_part(copy, longer, unscored, err));
  return write_part(own, longer, unscored, err);
}

denpa_status dnp_log_cut(const char *path, size_t last, denpa_error *err) {
  return dnp_log_resume(path, NULL, last, false, SIZE_MAX, err);
}

denpa_status dnp_log_resume(
    const char *own, const char *copy, size_t last, bool any, size_t unscored, denpa_error *err) {
  struct stat info;
  const bool none = copy == NULL || (stat(copy, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode));
  part first = {.path = own}, second = {.path = copy};
  const denpa_status status = join(&first, none ? NULL : &second, last, any, unscored, err);
  dnp_free(first.text);
  dnp_free(second.text);
  return status;
}
