/* finite.c: losses are added up, and what is not finite is found: the first row, and the first tensor in the order of
 * computing. Called by forward.c and backward.c. */
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "exec/run.h"

/* Whether all numbers of one slice are finite. */
static bool slice_finite(const dnp_exec *exec, const dnp_tensor *t, const void *data, size_t slice) {
  const size_t count = dnp_tensor_row(t), size = dnp_dtype_size(t->dtype);
  if (!dnp_tensor_grouped(t))
    return exec->kernels->first_not_finite(count, dnp_tensor_at(t, (void *)(uintptr_t)data, slice)) == count;
  for (size_t i = 0; i < count; i++)
    if (exec->kernels->first_not_finite(
            1, (const unsigned char *)data + dnp_tensor_place(t, slice * count + i) * size) == 0)
      return false;
  return true;
}

const dnp_tensor *dnp_first_bad_fixed(const dnp_exec *exec) {
  const dnp_tensor *t;
  for (size_t i = 0; (t = dnp_network_saved(exec->network, i)) != NULL; i++) {
    const size_t count = dnp_tensor_slices(t) * dnp_tensor_row(t);
    if (exec->kernels->first_not_finite(count, t->data) < count) return t;
  }
  return NULL;
}

/* Whether the row of a value is not finite; where a row has to do with the others, whether any is, which is then
 * *row. */
static bool find_bad_row(const dnp_exec *exec, const dnp_tensor *t, size_t *row) {
  const size_t first = exec->reduces_statistics ? 0 : *row, end = exec->reduces_statistics ? exec->rows : *row + 1;
  const bool given = exec->input != NULL && t == exec->input;
  for (size_t i = first; i < end; i++) {
    if (slice_finite(exec, t, given ? dnp_input_with(exec, i) : t->data, t->batched ? i : 0)) continue;
    if (t->batched) *row = i;
    return true;
  }
  return false;
}

/* In the order of computing, beginning at a row whose loss is not finite; *row becomes the one where it was seen. */
static const dnp_tensor *first_bad_tensor(const dnp_exec *exec, size_t *row) {
  const dnp_tensor *fixed = dnp_first_bad_fixed(exec);
  if (fixed != NULL) return fixed;
  if (exec->input != NULL && find_bad_row(exec, exec->input, row)) return exec->input;
  for (size_t c = 0; c < exec->nodes; c++)
    if (find_bad_row(exec, exec->node[c].out, row)) return exec->node[c].out;
  return exec->loss;
}

static bool feed_failed(const dnp_job *j) {
  return j->run->feed_failed != NULL && j->run->feed_failed(j->run->feed_context);
}

/* Stops everybody at the next barrier if a loss of this thread's rows is not finite. */
void dnp_check_losses(dnp_job *j, const dnp_chunk *c) {
  if (feed_failed(j)) atomic_store(&j->stop, true); /* rows could not be had */
  if (j->exec->loss == NULL || !j->run->answers) return;
  const double *loss = j->exec->loss->data;
  for (size_t i = c->begin; i < c->end; i++)
    if (!isfinite(loss[i])) atomic_store(&j->stop, true);
}

/* Adds the chunk's losses to the sum; notes the first that is not finite. Thread 0, after a barrier. */
void dnp_add_losses(dnp_job *j, const dnp_chunk *c) {
  const dnp_exec *exec = j->exec;
  if (feed_failed(j)) {
    j->status = DENPA_ERROR_CANCELLED;
    return;
  }
  if (exec->loss == NULL || !j->run->answers) return;
  const double *loss = exec->loss->data;
  dnp_lanes_add(j->lane, c->first, c->rows, loss);
  if (j->run->losses != NULL) memcpy(j->run->losses + c->first, loss, c->rows * sizeof *loss);
  if (!dnp_job_stopped(j) || j->status != DENPA_OK) return;
  size_t i = 0;
  while (isfinite(loss[i])) i++;
  j->status = DENPA_ERROR_NUMERIC;
  j->bad = first_bad_tensor(exec, &i);
  j->bad_row = c->first + i;
}
