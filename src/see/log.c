/* log.c: lines of scores as CSV, written with all their digits and read back. Numbers that were not computed are empty. */
#include "see/log.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/write.h"

#define LOG_COLUMNS 7
#define LOG_LIMIT 100000000 /* bytes */

static const char header[] = "step,epoch,seconds,train_loss,train_accuracy,test_loss,test_accuracy\n";

int dnp_log_begin(FILE *out) { return fputs(header, out) != EOF && fflush(out) == 0; }

int dnp_log_add(FILE *out, const denpa_epoch *line) {
  const double column[] = {line->epoch, line->seconds, line->train_loss, line->train_accuracy, line->test_loss, line->test_accuracy};
  fprintf(out, "%zu", line->step);
  for (size_t c = 0; c < sizeof column / sizeof *column; c++) {
    char number[40] = "";
    if (isfinite(column[c])) dnp_format_real(number, sizeof number, column[c], 17);
    fprintf(out, ",%s", number);
  }
  fputc('\n', out);
  return fflush(out) == 0 && !ferror(out);
}

/* ---- reading ------------------------------------------------------------------------------------ */

/* Cuts `line` at its commas; returns whether there are exactly LOG_COLUMNS columns. */
static bool cut(char *line, char *column[LOG_COLUMNS]) {
  size_t count = 0;
  for (char *at = line; at != NULL; count++) {
    char *comma = strchr(at, ',');
    if (comma != NULL) *comma++ = '\0';
    if (count == LOG_COLUMNS) return false;
    column[count] = at;
    at = comma;
  }
  return count == LOG_COLUMNS;
}

static bool parse(char *text, denpa_epoch *line) {
  char *column[LOG_COLUMNS];
  double *const number[LOG_COLUMNS] = {NULL, &line->epoch, &line->seconds, &line->train_loss, &line->train_accuracy, &line->test_loss, &line->test_accuracy};
  if (!cut(text, column) || !dnp_parse_size(column[0], &line->step)) return false;
  for (size_t c = 1; c < LOG_COLUMNS; c++) {
    *number[c] = (double)NAN;
    if (column[c][0] != '\0' && !dnp_parse_real(column[c], number[c])) return false;
  }
  return true;
}

static denpa_status parse_all(const char *path, char *text, denpa_epoch *lines, size_t *count, denpa_error *err) {
  size_t number = 1;
  for (char *end; (end = strchr(text, '\n')) != NULL; text = end + 1, number++) {
    *end = '\0';
    if (number > 1 && !parse(text, &lines[(*count)++])) return dnp_fail(err, DENPA_FORMAT, "{1}: line {2} is not a line of scores; the file is damaged or was changed", dnp_s(path), dnp_u(number));
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
  if (size < sizeof header - 1 || memcmp(text, header, sizeof header - 1) != 0) status = dnp_fail(err, DENPA_FORMAT, "{1}: does not begin as a list of scores does (step,epoch,...)", dnp_s(path));
  for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++) ends++;
  if (status == DENPA_OK) status = DNP_NEW(lines, ends, err);
  if (status == DENPA_OK && strlen(text) != size) status = dnp_fail(err, DENPA_FORMAT, "{1}: holds a zero byte, so it is no text", dnp_s(path));
  if (status == DENPA_OK) status = parse_all(path, text, *lines, count, err);
  dnp_free(file);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_free(*lines);
  *lines = NULL;
  *count = 0;
  return status;
}
