/* course.h: the course of a training: its log, as `denpa train` writes it: one line after each epoch. */
#ifndef DNP_RUN_COURSE_H
#define DNP_RUN_COURSE_H

#include <stddef.h>

#include "base/status.h"

typedef struct dnp_course {
  denpa_epoch *line;
  size_t count;
} dnp_course;

/* Reads a log. path may be the folder of a run, whose log.csv is then read. */
denpa_status dnp_course_read(dnp_course *out, const char *path, denpa_error *err);
void dnp_course_free(dnp_course *log);

#endif
