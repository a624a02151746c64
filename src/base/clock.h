/* clock.h: the time that passes, for progress and for measuring. No result depends on it. */
#ifndef DNP_BASE_CLOCK_H
#define DNP_BASE_CLOCK_H

#include <time.h>

/* Seconds since some moment; never goes back. */
static inline double dnp_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#endif
