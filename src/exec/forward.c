/* forward.c: the forward pass of one chunk: rows are fed, operations follow one another on the rows of each thread. */
#include <stdatomic.h>
#include <string.h>

#include "exec/run.h"

void dnp_forward_fixed(dnp_job *j, int thread) {
  const dnp_exec *exec = j->exec;
  for (size_t i = 0; i < exec->nodes; i++) {
    const dnp_node *node = &exec->node[i];
    if (node->out->batched) continue;
    if (thread == 0)
      node->op->forward(
          node, &(dnp_slice){.end = dnp_tensor_slices(node->out), .batch_rows = 1, .scratch = exec->scratch[thread]});
    dnp_show(j, thread, i, false, 0, 0);
  }
}

/* What a caller asked to keep of the output of these rows. */
static void keep_output(dnp_job *j, const dnp_chunk *c) {
  const dnp_exec *exec = j->exec;
  const dnp_run *run = j->run;
  const dnp_tensor *y = exec->output;
  const size_t rows = c->end - c->begin, width = dnp_tensor_row(y), size = dnp_dtype_size(y->dtype);
  if (run->output != NULL)
    memcpy((unsigned char *)run->output + (c->first + c->begin) * width * size, dnp_tensor_at(y, y->data, c->begin),
        rows * width * size);
  if (run->predicted != NULL && dnp_exec_kinds(exec) > width)
    for (size_t i = c->begin; i < c->end; i++) run->predicted[c->first + i] = dnp_number(y->dtype, y->data, i) > 0.5;
  else if (run->predicted != NULL)
    exec->kernels->row_argmax(rows, width, dnp_tensor_at(y, y->data, c->begin), run->predicted + c->first + c->begin);
  if (!run->answers || run->backward || exec->answer == NULL || exec->answer->dtype != DENPA_DTYPE_INT32) return;
  const int32_t *label = exec->answer->data;
  size_t correct = 0;
  for (size_t i = c->begin; i < c->end; i++) {
    int32_t predicted;
    exec->kernels->row_argmax(1, width, dnp_tensor_at(y, y->data, i), &predicted);
    correct += predicted == label[i];
  }
  atomic_fetch_add(&j->correct, correct);
}

/* What the label of each row counts is what its loss counts ... */
static void weigh_losses(const dnp_job *j, const dnp_chunk *c) {
  const dnp_exec *exec = j->exec;
  double *loss = exec->loss->data;
  const int32_t *label = exec->answer->data;
  for (size_t i = c->begin; i < c->end; i++) loss[i] = j->run->class_weight[label[i]] * loss[i];
}

/* The thread's rows of the input and of the answers. Pictures come row by row and are put into groups. */
static void feed_rows(const dnp_job *j, int thread, const dnp_chunk *c) {
  const dnp_exec *exec = j->exec;
  const dnp_run *run = j->run;
  void *x = dnp_job_input(exec, j->replicas, thread),
       *answers = run->answers && exec->answer != NULL ? exec->answer->data : NULL;
  const size_t step = dnp_tensor_grouped(exec->input) ? DNP_LANES : c->end - c->begin;
  for (size_t at = c->begin, count; at < c->end; at += count) {
    count = c->end - at < step ? c->end - at : step;
    void *to = dnp_tensor_at(exec->input, x, at),
         *t = answers != NULL ? dnp_tensor_at(exec->answer, answers, at) : NULL;
    void *rows = dnp_tensor_grouped(exec->input) ? exec->stage[thread] : to;
    run->feed(run->feed_context, c->first + at, count, exec->network->dtype, rows, t);
    if (rows != to) exec->kernels->to_lanes(count, dnp_tensor_row(exec->input), rows, to);
  }
}

/* One of the operations [call, end) after the other on the thread's rows; pictures in tiles, so that what one
 * operation leaves is near for the next. */
static void forward_nodes(const dnp_job *j, int thread, const dnp_chunk *c, size_t node, size_t end, size_t step) {
  dnp_slice mine = dnp_slice_for(j, thread, c, false);
  for (size_t at = c->begin; at < c->end; at = mine.end) {
    mine.begin = at;
    mine.end = c->end - at < step ? c->end : at + step;
    for (size_t i = node; i < end; i++) {
      const dnp_node *k = dnp_job_node(j, thread, i);
      if (k->out->batched) k->op->forward(k, &mine);
    }
  }
}

void dnp_forward_rows(dnp_job *j, int thread, int threads, const dnp_chunk *c) {
  const dnp_exec *exec = j->exec;
  if (j->run->feed != NULL && c->end > c->begin) feed_rows(j, thread, c);
  for (size_t i = 0, next; i < exec->nodes; i = next) {
    next = i + 1;
    if (!exec->node[i].out->batched) continue;
    if (exec->node[i].op->reduce_statistics != NULL) dnp_reduce_statistics(j, thread, threads, c, i, false);
    const bool tiles = j->tiles && exec->tile[i];
    while (tiles && next < exec->nodes && exec->tile[next] && exec->node[next].op->reduce_statistics == NULL) next++;
    forward_nodes(j, thread, c, i, next, tiles ? DNP_LANES : c->rows);
    if (!dnp_show(j, thread, i, false, c->first, c->rows)) return;
  }
  if (j->run->class_weight != NULL && j->run->answers) weigh_losses(j, c);
  if (c->end > c->begin) keep_output(j, c);
  dnp_check_losses(j, c);
}
