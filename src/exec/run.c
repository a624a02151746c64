/* run.c: one batch through the plan: forward, backward, update. Every thread runs the same function on its own slices;
 * they meet at barriers. Allocates nothing.
 *
 * Forward and the gradients of batched tensors go row by row, so a thread keeps its rows from the input to the backward
 * pass without waiting for anybody. The gradients of parameters sum over all rows; there a thread owns slices of the
 * parameter (rows of W, numbers of b) and walks over the samples in batch order, in blocks of DNP_BLOCK_ROWS whose sums
 * meet in a tree (law of sums). Chunks do not show: a chain goes on where the last chunk left it. */
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "exec/exec.h"

#define PIECE_WORK 400000000 /* multiply-adds of one way */

typedef struct job {
  dnp_exec *exec;
  const dnp_run *run;
  size_t first, last; /* the rows of this piece */
  bool update_alone;  /* dnp_exec_update */
  /* pictures go through their operations a group of samples at a time, there and back, while they are in the caches */
  bool tiles;
  /* each thread has its own copy of the input (dnp_replica): all columns of its rows, and of the others' rows what it
   * needs */
  bool replicas;
  double lane[DNP_LANES]; /* the loss so far */
  atomic_size_t correct;
  atomic_bool stop;      /* a loss is not finite, or the observer said so; set before a barrier and asked after it */
  denpa_status status;   /* why: written by thread 0 */
  size_t bad_row;        /* the first row whose loss is not finite ... */
  const dnp_tensor *bad; /* ... and the first tensor, in the order of computing, that is not */
  atomic_bool spoilt;    /* an update left a parameter that is not finite */
} job;

typedef struct chunk {
  size_t first, rows; /* in the batch */
  size_t begin, end;  /* this thread's rows in the chunk */
} chunk;

static void meet(const job *j) { dnp_pool_barrier(j->exec->pool); }
static bool stopped(job *j) { return atomic_load_explicit(&j->stop, memory_order_relaxed); }

static const dnp_node *node_of(const job *j, int thread, size_t node) {
  return j->replicas && thread > 0 ? &j->exec->replica[thread].node[node] : &j->exec->node[node];
}
static void *input_of(const dnp_exec *exec, bool replicas, int thread) {
  return replicas && thread > 0 ? exec->replica[thread].input.data : exec->input->data;
}

/* ---- slices of one tensor ---------------------------------------------------------------------- */

static void add_slices(
    const dnp_exec *exec, const dnp_tensor *t, const void *from, void *to, size_t begin, size_t end) {
  void *at = dnp_tensor_at(t, to, begin);
  exec->kernels->add(dnp_tensor_span(t, begin, end), dnp_tensor_at(t, (void *)(uintptr_t)from, begin), at, at);
}

static void copy_slices(const dnp_tensor *t, const void *from, void *to, size_t begin, size_t end) {
  memcpy(dnp_tensor_at(t, to, begin), dnp_tensor_at(t, (void *)(uintptr_t)from, begin),
      dnp_tensor_span(t, begin, end) * dnp_dtype_size(t->dtype));
}

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

/* ---- finding what is not finite ---------------------------------------------------------------- */

/* The thread's rows of a chunk: whole groups of samples where there are pictures. */
static void slice_rows(const dnp_exec *exec, size_t rows, int thread, int threads, size_t *begin, size_t *end) {
  if (!exec->grouped) {
    dnp_slice_of(rows, thread, threads, begin, end);
    return;
  }
  dnp_slice_of((rows + DNP_LANES - 1) / DNP_LANES, thread, threads, begin, end);
  *begin = *begin * DNP_LANES < rows ? *begin * DNP_LANES : rows; /* who comes behind the last group has no rows */
  *end = *end * DNP_LANES < rows ? *end * DNP_LANES : rows;
}

/* The input of the thread that has the row. */
static void *input_with(const dnp_exec *exec, size_t row) {
  int thread = 0;
  for (size_t begin, end = 0; thread < (int)exec->threads_used && row < exec->rows; thread++) {
    slice_rows(exec, exec->rows, thread, (int)exec->threads_used, &begin, &end);
    if (row < end) break;
  }
  return input_of(exec, row < exec->rows && exec->threads_used > 1, thread);
}

double dnp_exec_input_element(const dnp_exec *exec, size_t index) {
  const size_t row = index / dnp_tensor_row(exec->input);
  return dnp_number(exec->input->dtype, input_with(exec, row), dnp_tensor_place(exec->input, index));
}

void dnp_exec_input_row(const dnp_exec *exec, size_t row, void *out) {
  dnp_tensor_read_block(exec->input, input_with(exec, row), row, 1, out);
}

static const dnp_tensor *first_bad_fixed(const dnp_exec *exec) {
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
  for (size_t i = first; i < end; i++) {
    if (slice_finite(exec, t, t == exec->input ? input_with(exec, i) : t->data, t->batched ? i : 0)) continue;
    if (t->batched) *row = i;
    return true;
  }
  return false;
}

/* In the order of computing, beginning at a row whose loss is not finite; *row becomes the one where it was seen. */
static const dnp_tensor *first_bad_tensor(const dnp_exec *exec, size_t *row) {
  const dnp_tensor *fixed = first_bad_fixed(exec);
  if (fixed != NULL) return fixed;
  if (exec->input != NULL && find_bad_row(exec, exec->input, row)) return exec->input;
  for (size_t c = 0; c < exec->nodes; c++)
    if (find_bad_row(exec, exec->node[c].out, row)) return exec->node[c].out;
  return exec->loss;
}

/* Stops everybody at the next barrier if a loss of this thread's rows is not finite. */
static void check_losses(job *j, const chunk *c) {
  if (j->exec->loss == NULL || !j->run->answers) return;
  const double *loss = j->exec->loss->data;
  for (size_t i = c->begin; i < c->end; i++)
    if (!isfinite(loss[i])) atomic_store(&j->stop, true);
}

/* Adds the chunk's losses to the sum; notes the first that is not finite. Thread 0, after a barrier. */
static void add_losses(job *j, const chunk *c) {
  const dnp_exec *exec = j->exec;
  if (exec->loss == NULL || !j->run->answers) return;
  const double *loss = exec->loss->data;
  dnp_lanes_add(j->lane, c->first, c->rows, loss);
  if (!stopped(j) || j->status != DENPA_OK) return;
  size_t i = 0;
  while (isfinite(loss[i])) i++;
  j->status = DENPA_NUMERIC;
  j->bad = first_bad_tensor(exec, &i);
  j->bad_row = c->first + i;
}

/* ---- slices of the work ------------------------------------------------------------------------- */

/* What every call is told; the ranges are still to be set. */
static dnp_slice slice_for(const job *j, int thread, const chunk *c, bool back) {
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
static void reduce_statistics(const job *j, int thread, int threads, const chunk *c, size_t number, bool back) {
  const dnp_node *node = node_of(j, thread, number);
  dnp_slice mine = slice_for(j, thread, c, back);
  mine.row_end = c->rows;
  dnp_slice_of(dnp_tensor_slices(node->state[0]), thread, threads, &mine.begin, &mine.end);
  meet(j);
  if (mine.begin < mine.end) (back ? node->op->reduce_statistics_back : node->op->reduce_statistics)(node, &mine);
  meet(j);
}

/* ---- forward ----------------------------------------------------------------------------------- */

static bool show(job *j, int thread, size_t node, bool backward, size_t first, size_t rows) {
  if (j->run->observer == NULL) return true;
  meet(j);
  if (thread == 0 && j->status == DENPA_OK &&
      !j->run->observer(j->run->observer_context, j->exec, node, backward, first, rows)) {
    j->status = DENPA_CANCELLED;
    atomic_store(&j->stop, true);
  }
  meet(j);
  return j->status != DENPA_CANCELLED;
}

static void forward_fixed(job *j, int thread) {
  const dnp_exec *exec = j->exec;
  for (size_t i = 0; i < exec->nodes; i++) {
    const dnp_node *node = &exec->node[i];
    if (node->out->batched) continue;
    if (thread == 0)
      node->op->forward(
          node, &(dnp_slice){.end = dnp_tensor_slices(node->out), .batch_rows = 1, .scratch = exec->scratch[thread]});
    show(j, thread, i, false, 0, 0);
  }
}

static double element(denpa_dtype dtype, const void *base, size_t i) {
  return dtype == DENPA_FLOAT32 ? (double)((const float *)base)[i] : ((const double *)base)[i];
}

/* What a caller asked to keep of the output of these rows. */
static void keep_output(job *j, const chunk *c) {
  const dnp_exec *exec = j->exec;
  const dnp_run *run = j->run;
  const dnp_tensor *y = exec->output;
  const size_t rows = c->end - c->begin, width = dnp_tensor_row(y), size = dnp_dtype_size(y->dtype);
  if (run->output != NULL)
    memcpy((unsigned char *)run->output + (c->first + c->begin) * width * size, dnp_tensor_at(y, y->data, c->begin),
        rows * width * size);
  if (run->predicted != NULL && dnp_exec_kinds(exec) > width)
    for (size_t i = c->begin; i < c->end; i++) run->predicted[c->first + i] = element(y->dtype, y->data, i) > 0.5;
  else if (run->predicted != NULL)
    exec->kernels->row_argmax(rows, width, dnp_tensor_at(y, y->data, c->begin), run->predicted + c->first + c->begin);
  if (!run->answers || run->backward || exec->answer == NULL || exec->answer->dtype != DENPA_INT32) return;
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
static void weigh_losses(const job *j, const chunk *c) {
  const dnp_exec *exec = j->exec;
  double *loss = exec->loss->data;
  const int32_t *label = exec->answer->data;
  for (size_t i = c->begin; i < c->end; i++) loss[i] = j->run->class_weight[label[i]] * loss[i];
}

/* ... and the gradient with which the row's way back begins. */
static void weigh_gradients(const job *j, const dnp_edge *e, const chunk *c) {
  const dnp_tensor *t = j->exec->node[e->node].in[e->input];
  const int32_t *label = j->exec->answer->data;
  for (size_t i = c->begin; i < c->end; i++)
    j->exec->kernels->scale(dnp_tensor_row(t), j->run->class_weight[label[i]], dnp_tensor_at(t, e->to, i));
}

/* The thread's rows of the input and of the answers. Pictures come row by row and are put into groups. */
static void feed_rows(const job *j, int thread, const chunk *c) {
  const dnp_exec *exec = j->exec;
  const dnp_run *run = j->run;
  void *x = input_of(exec, j->replicas, thread),
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
static void forward_nodes(const job *j, int thread, const chunk *c, size_t node, size_t end, size_t step) {
  dnp_slice mine = slice_for(j, thread, c, false);
  for (size_t at = c->begin; at < c->end; at = mine.end) {
    mine.begin = at;
    mine.end = c->end - at < step ? c->end : at + step;
    for (size_t i = node; i < end; i++) {
      const dnp_node *k = node_of(j, thread, i);
      if (k->out->batched) k->op->forward(k, &mine);
    }
  }
}

static void forward_rows(job *j, int thread, int threads, const chunk *c) {
  const dnp_exec *exec = j->exec;
  if (j->run->feed != NULL && c->end > c->begin) feed_rows(j, thread, c);
  for (size_t i = 0, next; i < exec->nodes; i = next) {
    next = i + 1;
    if (!exec->node[i].out->batched) continue;
    if (exec->node[i].op->reduce_statistics != NULL) reduce_statistics(j, thread, threads, c, i, false);
    const bool tiles = j->tiles && exec->tile[i];
    while (tiles && next < exec->nodes && exec->tile[next] && exec->node[next].op->reduce_statistics == NULL) next++;
    forward_nodes(j, thread, c, i, next, tiles ? DNP_LANES : c->rows);
    if (!show(j, thread, i, false, c->first, c->rows)) return;
  }
  if (j->run->class_weight != NULL && j->run->answers) weigh_losses(j, c);
  if (c->end > c->begin) keep_output(j, c);
  check_losses(j, c);
}

/* ---- updates ----------------------------------------------------------------------------------- */

static void update_slices(job *j, const dnp_parameter *p, size_t begin, size_t end) {
  const dnp_tensor *t = p->tensor;
  const size_t row = dnp_tensor_row(t);
  if (begin == end) return;
  if (j->run->update(j->run->update_context, j->exec->kernels, p->offset + begin * row, (end - begin) * row,
          dnp_tensor_at(t, t->grad, begin), dnp_tensor_at(t, t->data, begin)))
    atomic_store(&j->spoilt, true);
}

static void update_parameter(job *j, const dnp_parameter *p, int thread, int threads) {
  size_t begin, end;
  dnp_slice_of(dnp_tensor_slices(p->tensor), thread, threads, &begin, &end);
  update_slices(j, p, begin, end);
}

/* Whether slices may be updated as soon as their gradient is there: it is whole, nobody else adds to it or looks at it
 * before, and the backward pass through the layer is over. Then gradient and values are still near, and other threads'
 * copies of the values are called in while the next gradient is computed. */
static bool updates_early(const job *j, const dnp_edge *e) {
  const dnp_run *run = j->run;
  return !j->update_alone && run->update != NULL && run->gradients_ready == NULL && !run->seed_order &&
         run->observer == NULL && e->alone && run->rows <= DNP_BLOCK_ROWS && run->rows <= j->exec->plan.capacity;
}

/* ---- backward ---------------------------------------------------------------------------------- */

/* The gradients of a call's batched inputs, this thread's rows. */
static void back_rows(const job *j, const dnp_edge *e, int thread, const chunk *c) {
  const dnp_node *node = node_of(j, thread, (size_t)e->node);
  const dnp_tensor *t = node->in[e->input];
  dnp_slice mine = slice_for(j, thread, c, true);
  mine.begin = c->begin;
  mine.end = c->end;
  if (c->end == c->begin) return;
  node->op->backward(node, e->input, e->to, &mine);
  if (j->run->class_weight != NULL && node == node_of(j, thread, (size_t)(j->exec->last - j->exec->node)))
    weigh_gradients(j, e, c);
  if (!e->first) add_slices(j->exec, t, e->to, t->grad, c->begin, c->end);
}

/* What the thread's groups of rows give to the gradient of a parameter, each by itself. */
static void back_groups(const job *j, const dnp_edge *e, int thread, const chunk *c) {
  const dnp_node *node = node_of(j, thread, (size_t)e->node);
  const dnp_tensor *t = node->in[e->input];
  const size_t size = dnp_tensor_span(t, 0, dnp_tensor_slices(t)) * dnp_dtype_size(t->dtype);
  dnp_slice p = slice_for(j, thread, c, true);
  p.end = dnp_tensor_slices(t);
  p.from_zero = true;
  for (size_t at = c->begin; at < c->end; at = p.row_end) {
    p.row_begin = at;
    p.row_end = c->end - at < DNP_LANES ? c->end : at + DNP_LANES;
    node->op->backward(node, e->input, (unsigned char *)e->group + at / DNP_LANES * size, &p);
  }
}

/* ... and their sum over the rows [begin, end) of the chunk, for some slices. */
static void add_groups(const job *j, const dnp_edge *e, const dnp_slice *p) {
  const dnp_tensor *t = j->exec->node[e->node].in[e->input];
  const size_t row = dnp_tensor_row(t), size = dnp_tensor_slices(t) * row * dnp_dtype_size(t->dtype);
  if (p->from_zero) j->exec->kernels->fill((p->end - p->begin) * row, 0, dnp_tensor_at(t, e->to, p->begin));
  for (size_t g = p->row_begin / DNP_LANES; g * DNP_LANES < p->row_end; g++)
    add_slices(j->exec, t, (unsigned char *)e->group + g * size, e->to, p->begin, p->end);
}

static bool sums_over_rows(const dnp_exec *exec, const dnp_edge *e) {
  return exec->node[e->node].out->batched && !exec->node[e->node].in[e->input]->batched;
}

/* The backward passes [edge, end) for the thread's rows. */
static void back_edges(const job *j, int thread, const chunk *c, size_t edge, size_t end, size_t step) {
  const dnp_exec *exec = j->exec;
  chunk tile = *c;
  for (size_t at = c->begin; at < c->end; at = tile.end) {
    tile.begin = at;
    tile.end = c->end - at < step ? c->end : at + step;
    for (size_t i = edge; i < end; i++) {
      const dnp_edge *e = &exec->edge[i];
      if (exec->node[e->node].in[e->input]->batched)
        back_rows(j, e, thread, &tile);
      else if (j->tiles && e->group != NULL)
        back_groups(j, e, thread, &tile);
    }
  }
}

/* A block is complete: its sum goes up the tree as far as it finds partners. */
static void push_block(const job *j, const dnp_edge *e, size_t block, size_t begin, size_t end) {
  const dnp_tensor *t = j->exec->node[e->node].in[e->input];
  size_t l = 0;
  for (; (block >> l) & 1; l++) add_slices(j->exec, t, e->level[l], e->to, begin, end);
  copy_slices(t, e->to, e->level[l], begin, end);
}

/* The gradient of some slices of a parameter over the rows of a chunk. */
static void back_slices(const job *j, const dnp_edge *e, const chunk *c, int thread, size_t begin, size_t end) {
  const dnp_node *node = node_of(j, thread, (size_t)e->node);
  dnp_slice p = slice_for(j, thread, c, true);
  p.begin = begin;
  p.end = end;
  if (node->op->reduce_statistics != NULL) { /* of the whole batch, at once */
    node->op->backward(node, e->input, e->to, &p);
    return;
  }
  for (size_t at = c->first; at < c->first + c->rows;) {
    size_t stop = (at / DNP_BLOCK_ROWS + 1) * DNP_BLOCK_ROWS;
    if (stop > c->first + c->rows) stop = c->first + c->rows;
    p.row_begin = at - c->first;
    p.row_end = stop - c->first;
    p.from_zero = at % DNP_BLOCK_ROWS == 0;
    if (j->tiles && e->group != NULL)
      add_groups(j, e, &p);
    else
      node->op->backward(node, e->input, e->to, &p);
    if (j->run->rows > DNP_BLOCK_ROWS && (stop % DNP_BLOCK_ROWS == 0 || stop == j->run->rows))
      push_block(j, e, (stop - 1) / DNP_BLOCK_ROWS, begin, end);
    at = stop;
  }
}

/* With replicas: what the gradient of these slices needs of the other threads' rows. */
static void complete_replica(const job *j, const dnp_edge *e, const chunk *c, int thread, size_t begin, size_t end) {
  const dnp_exec *exec = j->exec;
  const dnp_node *node = &exec->node[e->node];
  const dnp_needs needs = node->op->needs[e->input];
  bool reads = false;
  for (int k = 0; k < node->inputs; k++) reads |= node->in[k] == exec->input;
  if (!j->replicas || !reads || needs == DNP_NEEDS_NOTHING) return;
  const bool columns = needs == DNP_NEEDS_COLUMNS && node->in[0] == exec->input && exec->input->axes == 2;
  const size_t column = columns ? begin : 0, count = columns ? end - begin : dnp_tensor_row(exec->input);
  const struct { size_t begin, end; } others[] = {{0, c->begin}, {c->end, c->rows}};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (others[i].end > others[i].begin)
      j->run->feed_columns(j->run->feed_context, c->first + others[i].begin, others[i].end - others[i].begin, column,
          count, exec->network->dtype, dnp_tensor_at(exec->input, input_of(exec, true, thread), others[i].begin));
}

/* This thread's slices, some at a time. Meanwhile, a few rows after each piece, what the feed will be asked for next
 * comes from memory: as many rows behind this chunk as the thread owns in it. */
static void back_parameter(job *j, const dnp_edge *e, const chunk *c, int thread, int threads) {
  const dnp_run *run = j->run;
  const bool early = updates_early(j, e), ahead = run->ahead != NULL && e == &j->exec->edge[j->exec->longest];
  size_t begin, end, row = c->begin;
  dnp_slice_of(dnp_tensor_slices(j->exec->node[e->node].in[e->input]), thread, threads, &begin, &end);
  if (begin < end) complete_replica(j, e, c, thread, begin, end);
  for (size_t at = begin, stop; at < end; at = stop) {
    stop = end - at > e->piece ? at + e->piece : end;
    back_slices(j, e, c, thread, at, stop);
    if (early) update_slices(j, e->parameter, at, stop);
    for (const size_t until = c->begin + (c->end - c->begin) * (stop - begin) / (end - begin); ahead && row < until;
         row++)
      run->ahead(run->feed_context, c->first + c->rows + row);
  }
}

/* The tree's last step: what is left at the levels, from the newest up; then the contributions of several uses are
 * added. */
static void finish_parameter(const job *j, const dnp_edge *e, int thread, int threads) {
  const dnp_tensor *t = j->exec->node[e->node].in[e->input];
  size_t begin, end, blocks = (j->run->rows + DNP_BLOCK_ROWS - 1) / DNP_BLOCK_ROWS, l = 0;
  dnp_slice_of(dnp_tensor_slices(t), thread, threads, &begin, &end);
  if (begin == end) return;
  if (blocks > 1 && e->levels > 0) {
    while (!((blocks >> l) & 1)) l++;
    copy_slices(t, e->level[l], e->to, begin, end);
    for (l++; blocks >> l; l++)
      if ((blocks >> l) & 1) add_slices(j->exec, t, e->level[l], e->to, begin, end);
  }
  if (!e->first) add_slices(j->exec, t, e->to, t->grad, begin, end);
}

/* Gradients first: the whole way back through the rows, then the parameters. */
static void backward_chunk(job *j, int thread, int threads, const chunk *c) {
  const dnp_exec *exec = j->exec;
  for (size_t i = 0, next; i < exec->edges; i = next) {
    const size_t node = (size_t)exec->edge[i].node;
    const bool tiles = j->tiles && exec->tile[node];
    for (next = i + 1; next < exec->edges; next++) {
      const size_t other = (size_t)exec->edge[next].node;
      if (other != node && !(tiles && exec->tile[other] && exec->node[other].out->batched &&
                               exec->node[other].op->reduce_statistics == NULL))
        break;
    }
    if (exec->node[node].op->reduce_statistics != NULL && exec->node[node].out->batched)
      reduce_statistics(j, thread, threads, c, node, true);
    back_edges(j, thread, c, i, next, tiles ? DNP_LANES : c->rows);
    if (exec->node[node].out->batched && !show(j, thread, node, true, c->first, c->rows)) return;
  }
  meet(j);
  if (thread == 0) add_losses(j, c);
  if (stopped(j)) return;
  for (size_t i = 0; i < exec->edges; i++)
    if (sums_over_rows(exec, &exec->edge[i])) back_parameter(j, &exec->edge[i], c, thread, threads);
}

/* The article's order: a call's parameters are updated as soon as their gradients are there, and the gradient goes
 * further back through the new ones. */
static void backward_seed_order(job *j, int thread, int threads, const chunk *c) {
  const dnp_exec *exec = j->exec;
  meet(j);
  if (thread == 0) add_losses(j, c);
  if (stopped(j)) return;
  for (size_t i = 0, next; i < exec->edges; i = next) { /* the edges of one call at a time */
    for (next = i; next < exec->edges && exec->edge[next].node == exec->edge[i].node; next++) continue;
    bool parameters = false;
    for (size_t k = i; k < next; k++) parameters |= sums_over_rows(exec, &exec->edge[k]);
    if (parameters) {
      meet(j);
      for (size_t k = i; k < next; k++) {
        if (!sums_over_rows(exec, &exec->edge[k])) continue;
        back_parameter(j, &exec->edge[k], c, thread, threads);
        finish_parameter(j, &exec->edge[k], thread, threads);
        update_parameter(j, exec->edge[k].parameter, thread, threads);
      }
      meet(j);
    }
    for (size_t k = i; k < next; k++)
      if (exec->node[exec->edge[k].node].in[exec->edge[k].input]->batched) back_rows(j, &exec->edge[k], thread, c);
    if (!show(j, thread, (size_t)exec->edge[i].node, true, c->first, c->rows)) return;
  }
}

/* The way back through what is not batched. A graph that does not end in a loss starts with d out / d out = 1. */
static void backward_fixed(job *j, int thread) {
  const dnp_exec *exec = j->exec;
  if (thread == 0) {
    for (size_t i = 0; i < exec->edges; i++) {
      const dnp_edge *e = &exec->edge[i];
      const dnp_node *node = &exec->node[e->node];
      dnp_tensor *t = node->in[e->input];
      if (node->out->batched) continue;
      node->op->backward(node, e->input, e->to,
          &(dnp_slice){.end = dnp_tensor_slices(t),
              .row_end = dnp_tensor_slices(node->out),
              .from_zero = true,
              .batch_rows = 1,
              .scratch = exec->scratch[thread]});
      if (!e->first) add_slices(exec, t, e->to, t->grad, 0, dnp_tensor_slices(t));
    }
  }
  meet(j);
}

static void start_way_back(const dnp_exec *exec, size_t begin, size_t end) {
  const dnp_tensor *y = exec->output;
  if (exec->last == NULL && y->grad != NULL && end > begin)
    exec->kernels->fill(dnp_tensor_span(y, begin, end), 1, dnp_tensor_at(y, y->grad, begin));
}

/* ---- the whole --------------------------------------------------------------------------------- */

static void work_chunk(job *j, int thread, int threads, const chunk *c) {
  const dnp_exec *exec = j->exec;
  const dnp_run *run = j->run;
  forward_rows(j, thread, threads, c);
  if (!run->backward) {
    meet(j);
    if (thread == 0) add_losses(j, c);
    return;
  }
  if (exec->output->batched) start_way_back(exec, c->begin, c->end);
  if (run->seed_order)
    backward_seed_order(j, thread, threads, c);
  else
    backward_chunk(j, thread, threads, c);
}

/* After an update: what operations remember of the batches. */
static void update_running(job *j) {
  const dnp_exec *exec = j->exec;
  const dnp_slice whole = {.batch_rows = j->run->rows, .training = true};
  for (size_t c = 0; c < exec->nodes; c++)
    if (exec->node[c].op->update_running != NULL && exec->node[c].op->update_running(&exec->node[c], &whole))
      atomic_store(&j->spoilt, true);
}

/* All parameters that were not updated as soon as their gradients were there. */
static void update_parameters(job *j, int thread, int threads) {
  const dnp_exec *exec = j->exec;
  const dnp_run *run = j->run;
  if (run->gradients_ready != NULL) {
    meet(j);
    if (thread == 0) run->gradients_ready(run->update_context, exec);
    meet(j);
  }
  for (size_t i = 0; i < exec->edges; i++)
    if (exec->edge[i].first && exec->edge[i].parameter != NULL && !updates_early(j, &exec->edge[i]))
      update_parameter(j, exec->edge[i].parameter, thread, threads);
}

/* What is left when all rows are through: the tree, the backward pass through what has no rows, the update. A thread
 * owns the same slices all the way. */
static void finish(job *j, int thread, int threads) {
  const dnp_exec *exec = j->exec;
  const dnp_run *run = j->run;
  if (!run->seed_order)
    for (size_t i = 0; i < exec->edges; i++)
      if (sums_over_rows(exec, &exec->edge[i])) finish_parameter(j, &exec->edge[i], thread, threads);
  if (exec->fixed_nodes > 0) {
    meet(j);
    backward_fixed(j, thread);
  }
  if (run->update != NULL && run->training && thread == 0) update_running(j);
  if (run->update != NULL && !run->seed_order) update_parameters(j, thread, threads);
}

/* What is really there of everything that has rows. */
static void set_rows(dnp_exec *exec, size_t rows) {
  exec->rows = rows;
  for (size_t i = 0; i < exec->tensors; i++)
    if (exec->tensor[i].batched) exec->tensor[i].rows = rows;
}

/* The rows [first, last) of the batch. */
static void work(void *context, int thread, int threads) {
  job *j = context;
  const dnp_exec *exec = j->exec;
  const dnp_run *run = j->run;
  if (exec->fixed_nodes > 0 && j->first == 0) {
    forward_fixed(j, thread);
    meet(j);
    if (run->backward && !exec->output->batched && thread == 0)
      start_way_back(exec, 0, dnp_tensor_slices(exec->output));
  }
  bool stop = false;
  for (size_t first = j->first; first < j->last && !stop; first += exec->plan.capacity) {
    chunk c = {.first = first, .rows = j->last - first < exec->plan.capacity ? j->last - first : exec->plan.capacity};
    slice_rows(exec, c.rows, thread, threads, &c.begin, &c.end);
    if (thread == 0) set_rows(j->exec, c.rows);
    work_chunk(j, thread, threads, &c);
    /* asked here, where all threads get one answer: behind the barrier below others may be ahead */
    stop = stopped(j);
    if (first + c.rows < j->last) meet(j); /* before the next chunk writes over what others may still read */
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

/* An observer sees one input, and the seed's order is for looking at too. */
static bool uses_replicas(const dnp_exec *exec, const dnp_run *run) {
  return exec->replica != NULL && run->feed_columns != NULL && run->backward && run->observer == NULL &&
         !run->seed_order;
}

static void run_pieces(job *j) {
  dnp_exec *exec = j->exec;
  const size_t rows = j->run->rows, piece = piece_rows(exec);
  j->tiles = exec->grouped && j->run->observer == NULL && !j->run->seed_order; /* an observer sees whole chunks */
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
  } while (j->first < rows && !stopped(j));
}

/* Seed order updates in the middle of the backward pass, so it needs the batch in one piece and every parameter in one
 * place. */
static denpa_status check_run(const dnp_exec *exec, const dnp_run *run, denpa_error *err) {
  if (run->rows > exec->plan.batch && run->backward)
    return dnp_fail(err, DENPA_ARGUMENT, "a batch of {1} {1|row|rows}; this network was planned for at most {2}",
        dnp_u(run->rows), dnp_u(exec->plan.batch));
  if (run->training && exec->reduces_statistics && run->rows > exec->plan.capacity)
    return dnp_fail(err, DENPA_ARGUMENT,
        "a network with batch normalisation is trained on whole batches; this one was planned for at most {1} rows, "
        "not for {2}",
        dnp_u(exec->plan.capacity), dnp_u(run->rows));
  if (!run->seed_order) return DENPA_OK;
  if (run->gradients_ready != NULL)
    return dnp_fail(err, DENPA_ARGUMENT,
        "the seed's update order moves weights before all gradients are known, so gradients cannot be clipped by their "
        "norm");
  if (run->rows > exec->plan.capacity)
    return dnp_fail(err, DENPA_ARGUMENT,
        "the seed's update order needs the whole batch of {1} {1|row|rows} in memory; this network holds {2}",
        dnp_u(run->rows), dnp_u(exec->plan.capacity));
  bool other = exec->reduces_statistics;
  for (size_t i = 0; i < exec->edges; i++)
    other |= !sums_over_rows(exec, &exec->edge[i]) && !exec->node[exec->edge[i].node].out->batched;
  if (other) return dnp_fail(err, DENPA_UNSUPPORTED, "the seed's update order works for networks of dense layers only");
  for (size_t i = 0; i < exec->edges; i++)
    if (!exec->edge[i].first && sums_over_rows(exec, &exec->edge[i]))
      return dnp_fail(err, DENPA_UNSUPPORTED,
          "the seed's update order needs parameters that are used once; '{1}' is used twice",
          dnp_s(exec->node[exec->edge[i].node].in[exec->edge[i].input]->name));
  return DENPA_OK;
}

static denpa_status spoilt(const job *j, denpa_error *err) {
  return dnp_fail(err, DENPA_NUMERIC,
      "step {1}: after the update {2} is not finite any more (NaN or infinity); the learning rate is probably too "
      "large: try a tenth of it",
      dnp_u(j->run->step), dnp_s(first_bad_fixed(j->exec)->name));
}

denpa_status dnp_exec_run(dnp_exec *exec, const dnp_run *run, dnp_outcome *outcome, denpa_error *err) {
  DNP_TRY(check_run(exec, run, err));
  job j = {.exec = exec, .run = run};
  exec->trained = run->training;
  dnp_float_mode before = dnp_float_enter();
  run_pieces(&j);
  if (outcome != NULL) {
    outcome->loss = exec->loss != NULL && run->answers && run->rows > 0 ? dnp_lanes_total(j.lane) / (double)run->rows
                                                                        : (double)NAN;
    outcome->correct = atomic_load(&j.correct);
  }
  dnp_float_leave(before);
  if (j.status == DENPA_CANCELLED)
    return dnp_fail(err, DENPA_CANCELLED, "stopped by the observer at step {1}", dnp_u(run->step));
  if (j.status != DENPA_OK && !run->backward)
    return dnp_fail(err, DENPA_NUMERIC,
        "{1} is not finite (NaN or infinity, seen at row {2}), so there is no loss to be measured; the network or the "
        "data are damaged",
        dnp_s(j.bad->name), dnp_u(j.bad_row));
  if (j.status != DENPA_OK)
    return dnp_fail(err, DENPA_NUMERIC,
        "step {1}: {2} is not finite any more (NaN or infinity, seen at row {3} of the batch); the learning rate is "
        "probably too large: try a tenth of it",
        dnp_u(run->step), dnp_s(j.bad->name), dnp_u(j.bad_row));
  return atomic_load(&j.spoilt) ? spoilt(&j, err) : DENPA_OK;
}

static void update_work(void *context, int thread, int threads) {
  job *j = context;
  if (j->run->training && thread == 0) update_running(j);
  update_parameters(j, thread, threads);
}

denpa_status dnp_exec_update(dnp_exec *exec, const dnp_run *run, denpa_error *err) {
  job j = {.exec = exec, .run = run, .update_alone = true};
  const dnp_float_mode before = dnp_float_enter();
  dnp_pool_run(exec->pool, threads_for(exec, run), update_work, &j);
  dnp_float_leave(before);
  return atomic_load(&j.spoilt) ? spoilt(&j, err) : DENPA_OK;
}
