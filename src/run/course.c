/* course.c: finds and reads a training's log. Called by the subcommands plot and doctor. */
#include "run/course.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/write.h"
#include "run/log.h"

denpa_status dnp_course_read(dnp_course *out, const char *path, denpa_error *err) {
  char inside[4096 + 16];
  struct stat info;
  *out = (dnp_course){0};
  if (strlen(path) < 4096 && dnp_is_folder(path)) {
    snprintf(inside, sizeof inside, "%s/log.csv", path);
    path = inside;
    if (stat(path, &info) != 0)
      return dnp_fail(
          err, DENPA_ERROR_NOT_FOUND, "{1}: there is no such log; denpa train --run DIR keeps one", dnp_s(path));
  }
  return dnp_log_read(path, &out->line, &out->count, err);
}

void dnp_course_free(dnp_course *course) {
  dnp_free(course->line);
  *course = (dnp_course){0};
}
