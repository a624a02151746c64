/* course.c: reads log.csv. A training that was cut off may leave half a line at the end; that line is left out. */
#include "see/course.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/write.h"

#define LOG_MOST ((size_t)256 << 20)
#define COLUMNS 64

static const struct {
  const char *name;
  size_t member;
} known[] = {{"epoch", offsetof(denpa_epoch, epoch)},           {"seconds", offsetof(denpa_epoch, seconds)},   {"train_loss", offsetof(denpa_epoch, train_loss)}, {"train_accuracy", offsetof(denpa_epoch, train_accuracy)},
             {"test_loss", offsetof(denpa_epoch, test_loss)}, {"test_accuracy", offsetof(denpa_epoch, test_accuracy)}};
#define KNOWN (sizeof known / sizeof *known)

typedef struct reading {
  const char *path;
  char *at;                 /* what is left */
  size_t column[COLUMNS];   /* what stands there: an index into `known`, KNOWN for the step, KNOWN + 1 for anything else */
  size_t columns;
} reading;

/* The next line without its end, or NULL; a last line without an end is half a line. */
static char *next_line(reading *r) {
  char *line = r->at, *end = strchr(line, '\n');
  if (end == NULL) return NULL;
  r->at = end + 1;
  *end = '\0';
  if (end > line && end[-1] == '\r') end[-1] = '\0';
  return line;
}

static char *next_field(char **line) {
  char *field = *line, *comma = field != NULL ? strchr(field, ',') : NULL;
  *line = comma != NULL ? comma + 1 : NULL;
  if (comma != NULL) *comma = '\0';
  return field;
}

static denpa_status read_head(reading *r, denpa_error *err) {
  char *line = next_line(r);
  size_t found = 0;
  for (char *field; line != NULL && (field = next_field(&line)) != NULL && r->columns < COLUMNS;) {
    size_t k = 0;
    while (k < KNOWN && strcmp(field, known[k].name) != 0) k++;
    if (k == KNOWN && strcmp(field, "step") != 0) k++;
    found += k <= KNOWN;
    r->column[r->columns++] = k;
  }
  return found >= 2 ? DENPA_OK : dnp_fail(err, DENPA_FORMAT, "{1}: this is no log of a training; its first line has to name columns such as step,epoch,train_loss", dnp_s(r->path));
}

static denpa_status read_line(reading *r, char *line, size_t number, denpa_epoch *out, denpa_error *err) {
  *out = (denpa_epoch){0, (double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
  for (size_t c = 0; c < r->columns; c++) {
    const char *field = next_field(&line);
    const size_t k = r->column[c];
    if (field == NULL) return dnp_fail(err, DENPA_FORMAT, "{1}: line {2} has {3} columns, the first line {4}", dnp_s(r->path), dnp_u(number), dnp_u(c), dnp_u(r->columns));
    if (*field == '\0' || k > KNOWN) continue;
    const int fine = k == KNOWN ? dnp_parse_size(field, &out->step) : dnp_parse_real(field, (double *)(void *)((char *)out + known[k].member));
    if (!fine) return dnp_fail(err, DENPA_FORMAT, "{1}: line {2}: '{3}' is not a number", dnp_s(r->path), dnp_u(number), dnp_s(field));
  }
  return DENPA_OK;
}

static denpa_status read_lines(dnp_course *out, reading *r, denpa_error *err) {
  size_t room = 0;
  for (char *line; (line = next_line(r)) != NULL;) {
    if (*line == '\0') continue;
    if (out->count == room) {
      const size_t more = room > 0 ? room * 2 : 64;
      DNP_TRY(dnp_grow((void **)&out->line, out->count, more, sizeof *out->line, err));
      room = more;
    }
    DNP_TRY(read_line(r, line, out->count + 2, &out->line[out->count], err));
    out->count++;
  }
  return DENPA_OK;
}

denpa_status dnp_course_read(dnp_course *out, const char *path, denpa_error *err) {
  char inside[4096 + 16];
  unsigned char *data;
  size_t size;
  struct stat info;
  *out = (dnp_course){0};
  if (strlen(path) < 4096 && stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
    snprintf(inside, sizeof inside, "%s/log.csv", path);
    path = inside;
    if (stat(path, &info) != 0) return dnp_fail(err, DENPA_NOT_FOUND, "{1}: there is no such log; denpa train --run DIR keeps one", dnp_s(path));
  }
  DNP_TRY(dnp_read_file(path, LOG_MOST, &data, &size, err));
  reading r = {.path = path, .at = (char *)data};
  denpa_status status = strlen((char *)data) == size ? read_head(&r, err) : dnp_fail(err, DENPA_FORMAT, "{1}: this is no log of a training; its first line has to name columns such as step,epoch,train_loss", dnp_s(path));
  if (status == DENPA_OK) status = read_lines(out, &r, err);
  dnp_free(data);
  if (status != DENPA_OK) dnp_course_free(out);
  return status;
}

void dnp_course_free(dnp_course *log) {
  dnp_free(log->line);
  *log = (dnp_course){0};
}
