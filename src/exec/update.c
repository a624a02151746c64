/* update.c: parameters are updated, each thread its slices of them, and running statistics follow. */
#include <stdatomic.h>

#include "exec/run.h"

void dnp_update_slices(dnp_job *j, const dnp_parameter *p, size_t begin, size_t end) {
  const dnp_tensor *t = p->tensor;
  const size_t row = dnp_tensor_row(t);
  if (begin == end) return;
  if (j->run->update(j->run->update_context, j->exec->kernels, p->offset + begin * row, (end - begin) * row,
          dnp_tensor_at(t, t->grad, begin), dnp_tensor_at(t, t->data, begin)))
    atomic_store(&j->spoilt, true);
}

void dnp_update_parameter(dnp_job *j, const dnp_parameter *p, int thread, int threads) {
  size_t begin, end;
  dnp_slice_of(dnp_tensor_slices(p->tensor), thread, threads, &begin, &end);
  dnp_update_slices(j, p, begin, end);
}

/* Whether slices may be updated as soon as their gradient is there: it is whole, nobody else adds to it or looks at it
 * before, and the backward pass through the layer is over. Then gradient and values are still near, and other threads'
 * copies of the values are called in while the next gradient is computed. */
bool dnp_updates_early(const dnp_job *j, const dnp_edge *e) {
  const dnp_run *run = j->run;
  return !j->update_alone && run->update != NULL && run->gradients_ready == NULL && !run->layer_by_layer &&
         run->observer == NULL && e->alone && run->rows <= DNP_BLOCK_ROWS && run->rows <= j->exec->plan.capacity;
}

/* After an update: what operations remember of the batches. */
void dnp_update_running(dnp_job *j) {
  const dnp_exec *exec = j->exec;
  const dnp_slice whole = {.batch_rows = j->run->rows, .training = true};
  for (size_t c = 0; c < exec->nodes; c++)
    if (exec->node[c].op->update_running != NULL && exec->node[c].op->update_running(&exec->node[c], &whole))
      atomic_store(&j->spoilt, true);
}

/* All parameters that were not updated as soon as their gradients were there. */
void dnp_update_parameters(dnp_job *j, int thread, int threads) {
  const dnp_exec *exec = j->exec;
  const dnp_run *run = j->run;
  if (run->gradients_ready != NULL) {
    dnp_job_meet(j);
    if (thread == 0) run->gradients_ready(run->update_context, exec);
    dnp_job_meet(j);
  }
  for (size_t i = 0; i < exec->edges; i++)
    if (exec->edge[i].first && exec->edge[i].parameter != NULL && !dnp_updates_early(j, &exec->edge[i]))
      dnp_update_parameter(j, exec->edge[i].parameter, thread, threads);
}
