/* peak.c: what a network's threads could compute if nothing but arithmetic took time. Called by the commands bench and
 * train.
 *
 * Every thread makes short runs of the chains until a common moment, and all runs count: on a machine that is busy with
 * other work this is what it has left, while threads with equal shares would wait for whoever was put aside. */
#include <math.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "kernel/peak.h"
#include "exec/exec.h"

#define SECONDS 0.02
#define STEPS 4096 /* of one run: some microseconds */

typedef struct chains {
  const dnp_peak *peak;
  double end;
  atomic_size_t runs;
} chains;

static void work(void *context, int thread, int threads) {
  chains *c = context;
  size_t runs = 0;
  (void)thread, (void)threads;
  for (; dnp_seconds() < c->end; runs++) {
    volatile float kept = c->peak->run(STEPS);
    (void)kept;
  }
  atomic_fetch_add(&c->runs, runs);
}

double dnp_exec_peak(const dnp_exec *exec, int threads) {
  if (dnp_peak_choose(exec->kernels->unit) == NULL) return (double)NAN;
  chains c = {.peak = dnp_peak_choose(exec->kernels->unit), .end = dnp_seconds() + SECONDS};
  dnp_pool_run(exec->pool, threads, work, &c);
  return (double)atomic_load(&c.runs) * STEPS * (double)c.peak->flops / SECONDS;
}
