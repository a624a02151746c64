/* bench_run.h: the standard works, how many useful operations each takes, and how long it takes here. Called by `denpa
 * bench` (src/cli/bench.c). */
#ifndef DNP_CLI_BENCH_RUN_H
#define DNP_CLI_BENCH_RUN_H

#include <stdbool.h>

#include "base/status.h"

/* What is timed: the rate is told for one of these. */
typedef enum dnp_work_kind { DNP_WORK_EPOCH, DNP_WORK_UPDATE, DNP_WORK_CALL } dnp_work_kind;

typedef struct dnp_work {
  const char *name;
  dnp_work_kind kind;
  const char *net, *activation, *init;
  const char *optimizer; /* NULL for calls of denpa_net_predict */
  double lr;
  size_t rows;  /* of an update (0: all training rows) or of a call */
  size_t times; /* epochs, updates or calls in one repeat: enough to be timed */
} dnp_work;

extern const dnp_work dnp_works[];               /* name NULL after the last */
const dnp_work *dnp_work_find(const char *name); /* NULL if there is none; an old name counts */

/* Useful operations of a network, a multiplication and an addition counting as two, for one row: the products (and
 * convolutions) of the forward pass and, if it is trained, those of both gradients; the first layer's inputs need
 * none. */
double dnp_net_flops(const denpa_net *net, bool trained);

typedef struct dnp_bench_options {
  const char *cpu; /* auto, ref, avx2, avx512, neon */
  int threads;     /* 0 chooses */
  size_t repeats;  /* at least 1 */
} dnp_bench_options;

/* Medians over the repeats. "Of a unit": of one epoch, update or call. */
typedef struct dnp_timing {
  double seconds; /* of a unit; training: updates only */
  double samples; /* of a unit */
  double flops;   /* useful, of a unit */
  /* operations a second on registers alone, with the same threads and vector unit: the median of what was measured
   * before the first repeat, between all of them and after the last */
  double peak;
  int threads;      /* the most that computed */
  const char *unit; /* the kernels' vector unit; static */
  double memory;    /* bytes: the most that the process has held so far */
} dnp_timing;

/* Times one work on the data set's pixels. */
denpa_status dnp_bench(
    const dnp_work *work, const denpa_data *data, const dnp_bench_options *options, dnp_timing *out, denpa_error *err);

#endif
