/* run.c: one batch through the plan: forward, backward, update. Every thread runs the same function on its own slices;
 * they meet at barriers. Allocates nothing. The passes are forward.c's, backward.c's and update.c's. */
#include <math.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/text.h"
#include "exec/run.h"

#define PIECE_WORK 400000000 /* multiply-adds of one pass */

const dnp_node *dnp_job_node(const dnp_job *j, int thread, size_t node) {
  return j->replicas && thread > 0 ? &j->exec->replica[thread].node[node] : &j->exec->node[node];
}

void *dnp_job_input(const dnp_exec *exec, bool replicas, int thread) {
  return replicas && thread > 0 ? exec->replica[thread].input.data : exec->input->data;
}

void dnp_add_slices(const dnp_exec *exec, const dnp_tensor *t, const void *from, void *to, size_t begin, size_t end) {
  void *at = dnp_tensor_at(t, to, begin);
  exec->kernels->add(dnp_tensor_span(t, begin, end), dnp_tensor_at(t, (void *)(uintptr_t)from, begin), at, at);
}

/* The thread's rows of a chunk: whole groups of samples where there are pictures. */
void dnp_slice_rows(const dnp_exec *exec, size_t rows, int thread, int threads, size_t *begin, size_t *end) {
  if (!exec->grouped) {
    dnp_slice_of(rows, thread, threads, begin, end);
    return;
  }
  dnp_slice_of((rows + DNP_LANES - 1) / DNP_LANES, thread, threads, begin, end);
  *begin = *begin * DNP_LANES < rows ? *begin * DNP_LANES : rows; /* who comes behind the last group has no rows */
  *end = *end * DNP_LANES < rows ? *end * DNP_LANES : rows;
}

/* What every node is told; the ranges are still to be set. */
dnp_slice dnp_slice_for(const dnp_job *j, int thread, const dnp_chunk *c, bool back) {
  const dnp_run *run = j->run;
  return (dnp_slice){.answers = run->answers || back,
      .batch_rows = run->rows,
      .scratch = j->exec->scratch[thread],
      .training = run->training,
      .seed = run->seed,
      .step = run->step,
      .first_row = c->first};
}

/* An operation over the whole batch: everybody's rows are there, each thread computes some slices, and nobody goes on
 * before all are done. */
void dnp_reduce_statistics(const dnp_job *j, int thread, int threads, const dnp_chunk *c, size_t number, bool back) {
  const dnp_node *node = dnp_job_node(j, thread, number);
  dnp_slice mine = dnp_slice_for(j, thread, c, back);
  mine.row_end = c->rows;
  dnp_slice_of(dnp_tensor_slices(node->state[0]), thread, threads, &mine.begin, &mine.end);
  dnp_job_meet(j);
  if (mine.begin < mine.end) (back ? node->op->reduce_statistics_back : node->op->reduce_statistics)(node, &mine);
  dnp_job_meet(j);
}

bool dnp_show(dnp_job *j, int thread, size_t node, bool backward, size_t first, size_t rows) {
  if (j->run->observer == NULL) return true;
  dnp_job_meet(j);
  if (thread == 0 && j->status == DENPA_OK &&
      !j->run->observer(j->run->observer_context, j->exec, node, backward, first, rows)) {
    j->status = DENPA_ERROR_CANCELLED;
    atomic_store(&j->stop, true);
  }
  dnp_job_meet(j);
  return j->status != DENPA_ERROR_CANCELLED;
}

/* The input of the thread that has the row. */
void *dnp_input_with(const dnp_exec *exec, size_t row) {
  int thread = 0;
  for (size_t begin, end = 0; thread < (int)exec->threads_used && row < exec->rows; thread++) {
    dnp_slice_rows(exec, exec->rows, thread, (int)exec->threads_used, &begin, &end);
    if (row < end) break;
  }
  return dnp_job_input(exec, row < exec->rows && exec->threads_used > 1, thread);
}

double dnp_exec_input_element(const dnp_exec *exec, size_t index) {
  const size_t row = index / dnp_tensor_row(exec->input);
  return dnp_number(exec->input->dtype, dnp_input_with(exec, row), dnp_tensor_place(exec->input, index));
}

void dnp_exec_input_row(const dnp_exec *exec, size_t row, void *out) {
  dnp_tensor_read_block(exec->input, dnp_input_with(exec, row), row, 1, out);
}

static void work_chunk(dnp_job *j, int thread, int threads, const dnp_chunk *c) {
  const dnp_exec *exec = j->exec;
  const dnp_run *run = j->run;
  dnp_forward_rows(j, thread, threads, c);
  if (!run->backward) {
    dnp_job_meet(j);
    if (thread == 0) dnp_add_losses(j, c);
    return;
  }
  if (exec->output->batched) dnp_start_backward(exec, c->begin, c->end);
  if (run->layer_by_layer)
    dnp_backward_layer_by_layer(j, thread, threads, c);
  else
    dnp_backward_chunk(j, thread, threads, c);
}

/* What is left when all rows are through: the tree, the backward pass through what has no rows, the update. A thread
 * owns the same slices all the way. */
static void finish(dnp_job *j, int thread, int threads) {
  const dnp_exec *exec = j->exec;
  const dnp_run *run = j->run;
  if (!run->layer_by_layer)
    for (size_t i = 0; i < exec->edges; i++)
      if (dnp_sums_over_rows(exec, &exec->edge[i])) dnp_finish_parameter(j, &exec->edge[i], thread, threads);
  if (exec->fixed_nodes > 0) {
    dnp_job_meet(j);
    dnp_backward_fixed(j, thread);
  }
  if (run->update != NULL && run->training && thread == 0) dnp_update_running(j);
  if (run->update != NULL && !run->layer_by_layer) dnp_update_parameters(j, thread, threads);
}

/* What is really there of everything that has rows. */
static void set_rows(dnp_exec *exec, size_t rows) {
  exec->rows = rows;
  for (size_t i = 0; i < exec->tensors; i++)
    if (exec->tensor[i].batched) exec->tensor[i].rows = rows;
}

/* The rows [first, last) of the batch. */
static void work(void *context, int thread, int threads) {
  dnp_job *j = context;
  const dnp_exec *exec = j->exec;
  const dnp_run *run = j->run;
  if (exec->fixed_nodes > 0 && j->first == 0) {
    dnp_forward_fixed(j, thread);
    dnp_job_meet(j);
    if (run->backward && !exec->output->batched && thread == 0)
      dnp_start_backward(exec, 0, dnp_tensor_slices(exec->output));
  }
  bool stop = false;
  for (size_t first = j->first; first < j->last && !stop; first += exec->plan.capacity) {
    dnp_chunk c = {
        .first = first, .rows = j->last - first < exec->plan.capacity ? j->last - first : exec->plan.capacity};
    dnp_slice_rows(exec, c.rows, thread, threads, &c.begin, &c.end);
    if (thread == 0) set_rows(j->exec, c.rows);
    work_chunk(j, thread, threads, &c);
    /* asked here, where all threads get one answer: behind the barrier below others may be ahead */
    stop = dnp_job_stopped(j);
    if (first + c.rows < j->last) dnp_job_meet(j); /* before the next chunk writes over what others may still read */
  }
  if (run->backward && j->last == run->rows && !stop) finish(j, thread, threads);
}

/* A long run goes in pieces of whole chunks, so that the number of threads can change on the way: some milliseconds of
 * work each. */
static size_t piece_rows(const dnp_exec *exec) {
  size_t work;
  if (!dnp_size_mul(exec->plan.capacity, exec->work + 1, &work) || work >= PIECE_WORK) return exec->plan.capacity;
  return exec->plan.capacity * (PIECE_WORK / work);
}

int dnp_exec_threads(const dnp_exec *exec, size_t rows, bool backward) {
  size_t work;
  if (!exec->tuned)
    return !backward && rows < (size_t)exec->plan.threads ? (int)(rows > 0 ? rows : 1) : exec->plan.threads;
  return dnp_size_mul(rows, exec->work, &work) && work < DNP_SMALL_WORK ? 1 : exec->plan.threads;
}

static int threads_for(const dnp_exec *exec, const dnp_run *run) {
  const int most = dnp_exec_threads(exec, run->rows, run->backward);
  return exec->tuned && most > 1 ? dnp_tune_threads(&exec->tuner[run->backward]) : most;
}

/* An observer sees one input, and the order layer by layer is for looking at too. */
static bool uses_replicas(const dnp_exec *exec, const dnp_run *run) {
  return exec->replica != NULL && run->feed_columns != NULL && run->backward && run->observer == NULL &&
         !run->layer_by_layer;
}

static void run_pieces(dnp_job *j) {
  dnp_exec *exec = j->exec;
  const size_t rows = j->run->rows, piece = piece_rows(exec);
  j->tiles = exec->grouped && j->run->observer == NULL && !j->run->layer_by_layer; /* an observer sees whole chunks */
  double begun = exec->tuned ? dnp_seconds() : 0;
  do {
    j->last = rows - j->first > piece ? j->first + piece : rows;
    const int threads = threads_for(exec, j->run);
    j->replicas = uses_replicas(exec, j->run) && threads > 1;
    exec->threads_used = j->replicas ? (size_t)threads : 1;
    dnp_pool_run(exec->pool, threads, work, j);
    if (exec->tuned && threads == dnp_tune_threads(&exec->tuner[j->run->backward])) {
      const double ended = dnp_seconds();
      dnp_tune_note(&exec->tuner[j->run->backward], ended - begun, (double)(j->last - j->first));
      begun = ended;
    }
    j->first = j->last;
  } while (j->first < rows && !dnp_job_stopped(j));
}

/* Seed order updates in the middle of the backward pass, so it needs the batch in one piece and every parameter in one
 * place. */
static denpa_status check_run(const dnp_exec *exec, const dnp_run *run, denpa_error *err) {
  if (run->rows > exec->plan.batch && run->backward)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "a batch of {1} {1|row|rows}; this network was planned for at most {2}",
        dnp_u(run->rows), dnp_u(exec->plan.batch));
  if (run->training && exec->reduces_statistics && run->rows > exec->plan.capacity)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "a network with batch normalisation is trained on whole batches; this one was planned for at most {1} rows, "
        "not for {2}",
        dnp_u(exec->plan.capacity), dnp_u(run->rows));
  if (!run->layer_by_layer) return DENPA_OK;
  if (run->gradients_ready != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "the update order layer-by-layer moves weights before all gradients are known, so gradients cannot be clipped "
        "by their "
        "norm");
  if (run->rows > exec->plan.capacity)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "the update order layer-by-layer needs the whole batch of {1} {1|row|rows} in memory; this network holds {2}",
        dnp_u(run->rows), dnp_u(exec->plan.capacity));
  bool other = exec->reduces_statistics;
  for (size_t i = 0; i < exec->edges; i++)
    other |= !dnp_sums_over_rows(exec, &exec->edge[i]) && !exec->node[exec->edge[i].node].out->batched;
  if (other)
    return dnp_fail(
        err, DENPA_ERROR_UNSUPPORTED, "the update order layer-by-layer works for networks of dense layers only");
  for (size_t i = 0; i < exec->edges; i++)
    if (!exec->edge[i].first && dnp_sums_over_rows(exec, &exec->edge[i]))
      return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
          "the update order layer-by-layer needs parameters that are used once; '{1}' is used twice",
          dnp_s(exec->node[exec->edge[i].node].in[exec->edge[i].input]->name));
  return DENPA_OK;
}

static const char usual_causes[] = DNP_N(
    "; a learning rate or initial weights that are too large are the usual causes");

static denpa_status spoilt(const dnp_job *j, denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_NUMERIC, "step {1}: after the update {2} is not finite any more (NaN or infinity)",
      dnp_u(j->run->step), dnp_s(dnp_first_bad_fixed(j->exec)->name), dnp_hint(usual_causes));
}

denpa_status dnp_exec_run(dnp_exec *exec, const dnp_run *run, dnp_outcome *outcome, denpa_error *err) {
  DNP_TRY(check_run(exec, run, err));
  dnp_job j = {.exec = exec, .run = run};
  exec->trained = run->training;
  dnp_float_mode before = dnp_float_enter();
  run_pieces(&j);
  if (outcome != NULL) {
    outcome->loss = exec->loss != NULL && run->answers && run->rows > 0 ? dnp_lanes_total(j.lane) / (double)run->rows
                                                                        : (double)NAN;
    outcome->correct = atomic_load(&j.correct);
  }
  dnp_float_leave(before);
  if (j.status == DENPA_ERROR_CANCELLED)
    return dnp_fail(err, DENPA_ERROR_CANCELLED, "stopped by the observer at step {1}", dnp_u(run->step));
  if (j.status != DENPA_OK && !run->backward && run->after_updates)
    return dnp_fail(err, DENPA_ERROR_NUMERIC,
        "step {1}: {2} is not finite any more (NaN or infinity, seen at row {3} of those that are measured)",
        dnp_u(run->step), dnp_s(j.bad->name), dnp_u(j.bad_row), dnp_hint(usual_causes));
  if (j.status != DENPA_OK && !run->backward)
    return dnp_fail(err, DENPA_ERROR_NUMERIC,
        "{1} is not finite (NaN or infinity, seen at row {2}), so there is no loss to be measured; the network or the "
        "data are damaged",
        dnp_s(j.bad->name), dnp_u(j.bad_row));
  if (j.status != DENPA_OK)
    return dnp_fail(err, DENPA_ERROR_NUMERIC,
        "step {1}: {2} is not finite any more (NaN or infinity, seen at row {3} of the batch)", dnp_u(run->step),
        dnp_s(j.bad->name), dnp_u(j.bad_row), dnp_hint(usual_causes));
  return atomic_load(&j.spoilt) ? spoilt(&j, err) : DENPA_OK;
}

static void update_work(void *context, int thread, int threads) {
  dnp_job *j = context;
  if (j->run->training && thread == 0) dnp_update_running(j);
  dnp_update_parameters(j, thread, threads);
}

denpa_status dnp_exec_update(dnp_exec *exec, const dnp_run *run, denpa_error *err) {
  dnp_job j = {.exec = exec, .run = run, .update_alone = true};
  const dnp_float_mode before = dnp_float_enter();
  dnp_pool_run(exec->pool, threads_for(exec, run), update_work, &j);
  dnp_float_leave(before);
  return atomic_load(&j.spoilt) ? spoilt(&j, err) : DENPA_OK;
}
