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

int dnp_log_begin(dnp_appender *out, bool validation) {
  char text[sizeof header + sizeof more];
  const int length = snprintf(text, sizeof text, "%s%s\n", header, validation ? more : "");
  return dnp_append(out, text, (size_t)length);
}

int dnp_log_add(dnp_appender *out, const denpa_epoch *line, bool validation) {
  char text[LOG_COLUMNS * 41], *at = text;
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
  return dnp_append(out, text, (size_t)(at - text));
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

denpa_status dnp_log_cut(const char *path, size_t last, denpa_error *err) {
  unsigned char *text;
  size_t size;
  struct stat info;
  if (stat(path, &info) != 0 && errno == ENOENT) return DENPA_OK;
  if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) return DENPA_OK; /* what went to /dev/stdout is not there */
  DNP_TRY(dnp_read_file(path, LOG_LIMIT, &text, &size, err));
  if (!begins_well((const char *)text) && !is_torn((const char *)text, size)) {
    dnp_free(text);
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: this is not the log of a training any more, so nothing is written into it; move it away", dnp_s(path));
  }
  const size_t length = length_up_to((const char *)text, last);
  const denpa_status status = length == size ? DENPA_OK : dnp_write_file(path, &(dnp_piece){text, length}, 1, err);
  dnp_free(text);
  return status;
}
