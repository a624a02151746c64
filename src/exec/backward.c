/* backward.c: the backward pass of one chunk.
 *
 * Gradients of batched tensors go row by row, so a thread keeps its rows. The gradients of parameters sum over all
 * rows; there a thread owns slices of the parameter (rows of W, numbers of b) and walks over the samples in batch
 * order, in blocks of DNP_BLOCK_ROWS whose sums meet in a tree (law of sums). Chunks do not show: a chain goes on where
 * the last chunk left it. */
#include <stdatomic.h>
#include <string.h>

#include "exec/run.h"

static void copy_slices(const dnp_tensor *t, const void *from, void *to, size_t begin, size_t end) {
  memcpy(dnp_tensor_at(t, to, begin), dnp_tensor_at(t, (void *)(uintptr_t)from, begin),
      dnp_tensor_span(t, begin, end) * dnp_dtype_size(t->dtype));
}

/* ... and the gradient with which the row's backward pass begins. */
static void weigh_gradients(const dnp_job *j, const dnp_edge *e, const dnp_chunk *c) {
  const dnp_tensor *t = j->exec->node[e->node].in[e->input];
  const int32_t *label = j->exec->answer->data;
  for (size_t i = c->begin; i < c->end; i++)
    j->exec->kernels->scale(dnp_tensor_row(t), j->run->class_weight[label[i]], dnp_tensor_at(t, e->to, i));
}

/* The gradients of a node's batched inputs, this thread's rows. */
static void back_rows(const dnp_job *j, const dnp_edge *e, int thread, const dnp_chunk *c) {
  const dnp_node *node = dnp_job_node(j, thread, (size_t)e->node);
  const dnp_tensor *t = node->in[e->input];
  dnp_slice mine = dnp_slice_for(j, thread, c, true);
  mine.begin = c->begin;
  mine.end = c->end;
  if (c->end == c->begin) return;
  node->op->backward(node, e->input, e->to, &mine);
  if (j->run->class_weight != NULL && node == dnp_job_node(j, thread, (size_t)(j->exec->last - j->exec->node)))
    weigh_gradients(j, e, c);
  if (!e->first) dnp_add_slices(j->exec, t, e->to, t->grad, c->begin, c->end);
}

/* What the thread's groups of rows give to the gradient of a parameter, each by itself. */
static void back_groups(const dnp_job *j, const dnp_edge *e, int thread, const dnp_chunk *c) {
  const dnp_node *node = dnp_job_node(j, thread, (size_t)e->node);
  const dnp_tensor *t = node->in[e->input];
  const size_t size = dnp_tensor_span(t, 0, dnp_tensor_slices(t)) * dnp_dtype_size(t->dtype);
  dnp_slice p = dnp_slice_for(j, thread, c, true);
  p.end = dnp_tensor_slices(t);
  p.from_zero = true;
  for (size_t at = c->begin; at < c->end; at = p.row_end) {
    p.row_begin = at;
    p.row_end = c->end - at < DNP_LANES ? c->end : at + DNP_LANES;
    node->op->backward(node, e->input, (unsigned char *)e->group + at / DNP_LANES * size, &p);
  }
}

/* ... and their sum over the rows [begin, end) of the chunk, for some slices. */
static void add_groups(const dnp_job *j, const dnp_edge *e, const dnp_slice *p) {
  const dnp_tensor *t = j->exec->node[e->node].in[e->input];
  const size_t row = dnp_tensor_row(t), size = dnp_tensor_slices(t) * row * dnp_dtype_size(t->dtype);
  if (p->from_zero) j->exec->kernels->fill((p->end - p->begin) * row, 0, dnp_tensor_at(t, e->to, p->begin));
  for (size_t g = p->row_begin / DNP_LANES; g * DNP_LANES < p->row_end; g++)
    dnp_add_slices(j->exec, t, (unsigned char *)e->group + g * size, e->to, p->begin, p->end);
}

bool dnp_sums_over_rows(const dnp_exec *exec, const dnp_edge *e) {
  return exec->node[e->node].out->batched && !exec->node[e->node].in[e->input]->batched;
}

/* The backward passes [edge, end) for the thread's rows. */
static void back_edges(const dnp_job *j, int thread, const dnp_chunk *c, size_t edge, size_t end, size_t step) {
  const dnp_exec *exec = j->exec;
  dnp_chunk tile = *c;
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
static void push_block(const dnp_job *j, const dnp_edge *e, size_t block, size_t begin, size_t end) {
  const dnp_tensor *t = j->exec->node[e->node].in[e->input];
  size_t l = 0;
  for (; (block >> l) & 1; l++) dnp_add_slices(j->exec, t, e->level[l], e->to, begin, end);
  copy_slices(t, e->to, e->level[l], begin, end);
}

/* The gradient of some slices of a parameter over the rows of a chunk. */
static void back_slices(const dnp_job *j, const dnp_edge *e, const dnp_chunk *c, int thread, size_t begin, size_t end) {
  const dnp_node *node = dnp_job_node(j, thread, (size_t)e->node);
  dnp_slice p = dnp_slice_for(j, thread, c, true);
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
static void complete_replica(
    const dnp_job *j, const dnp_edge *e, const dnp_chunk *c, int thread, size_t begin, size_t end) {
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
          count, exec->network->dtype, dnp_tensor_at(exec->input, dnp_job_input(exec, true, thread), others[i].begin));
}

/* This thread's slices, some at a time. Meanwhile, a few rows after each piece, what the feed will be asked for next
 * comes from memory: as many rows behind this chunk as the thread owns in it. */
static void back_parameter(dnp_job *j, const dnp_edge *e, const dnp_chunk *c, int thread, int threads) {
  const dnp_run *run = j->run;
  const bool early = dnp_updates_early(j, e), ahead = run->ahead != NULL && e == &j->exec->edge[j->exec->longest];
  size_t begin, end, row = c->begin;
  dnp_slice_of(dnp_tensor_slices(j->exec->node[e->node].in[e->input]), thread, threads, &begin, &end);
  if (begin < end) complete_replica(j, e, c, thread, begin, end);
  for (size_t at = begin, stop; at < end; at = stop) {
    stop = end - at > e->piece ? at + e->piece : end;
    back_slices(j, e, c, thread, at, stop);
    if (early) dnp_update_slices(j, e->parameter, at, stop);
    for (const size_t until = c->begin + (c->end - c->begin) * (stop - begin) / (end - begin); ahead && row < until;
         row++)
      run->ahead(run->feed_context, c->first + c->rows + row);
  }
}

/* The tree's last step: what is left at the levels, from the newest up; then the contributions of several uses are
 * added. */
void dnp_finish_parameter(const dnp_job *j, const dnp_edge *e, int thread, int threads) {
  const dnp_tensor *t = j->exec->node[e->node].in[e->input];
  size_t begin, end, blocks = (j->run->rows + DNP_BLOCK_ROWS - 1) / DNP_BLOCK_ROWS, l = 0;
  dnp_slice_of(dnp_tensor_slices(t), thread, threads, &begin, &end);
  if (begin == end) return;
  if (blocks > 1 && e->levels > 0) {
    while (!((blocks >> l) & 1)) l++;
    copy_slices(t, e->level[l], e->to, begin, end);
    for (l++; blocks >> l; l++)
      if ((blocks >> l) & 1) dnp_add_slices(j->exec, t, e->level[l], e->to, begin, end);
  }
  if (!e->first) dnp_add_slices(j->exec, t, e->to, t->grad, begin, end);
}

/* Gradients first: the whole backward pass through the rows, then the parameters. */
void dnp_backward_chunk(dnp_job *j, int thread, int threads, const dnp_chunk *c) {
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
      dnp_reduce_statistics(j, thread, threads, c, node, true);
    back_edges(j, thread, c, i, next, tiles ? DNP_LANES : c->rows);
    if (exec->node[node].out->batched && !dnp_show(j, thread, node, true, c->first, c->rows)) return;
  }
  dnp_job_meet(j);
  if (thread == 0) dnp_add_losses(j, c);
  if (dnp_job_stopped(j)) return;
  for (size_t i = 0; i < exec->edges; i++)
    if (dnp_sums_over_rows(exec, &exec->edge[i])) back_parameter(j, &exec->edge[i], c, thread, threads);
}

/* The article's order: a node's parameters are updated as soon as their gradients are there, and the gradient goes
 * further back through the new ones. */
void dnp_backward_layer_by_layer(dnp_job *j, int thread, int threads, const dnp_chunk *c) {
  const dnp_exec *exec = j->exec;
  dnp_job_meet(j);
  if (thread == 0) dnp_add_losses(j, c);
  if (dnp_job_stopped(j)) return;
  for (size_t i = 0, next; i < exec->edges; i = next) { /* the edges of one call at a time */
    for (next = i; next < exec->edges && exec->edge[next].node == exec->edge[i].node; next++) continue;
    bool parameters = false;
    for (size_t k = i; k < next; k++) parameters |= dnp_sums_over_rows(exec, &exec->edge[k]);
    if (parameters) {
      dnp_job_meet(j);
      for (size_t k = i; k < next; k++) {
        if (!dnp_sums_over_rows(exec, &exec->edge[k])) continue;
        back_parameter(j, &exec->edge[k], c, thread, threads);
        dnp_finish_parameter(j, &exec->edge[k], thread, threads);
        dnp_update_parameter(j, exec->edge[k].parameter, thread, threads);
      }
      dnp_job_meet(j);
    }
    for (size_t k = i; k < next; k++)
      if (exec->node[exec->edge[k].node].in[exec->edge[k].input]->batched) back_rows(j, &exec->edge[k], thread, c);
    if (!dnp_show(j, thread, (size_t)exec->edge[i].node, true, c->first, c->rows)) return;
  }
}

/* The backward pass through what is not batched. A graph that does not end in a loss starts with d out / d out = 1. */
void dnp_backward_fixed(dnp_job *j, int thread) {
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
      if (!e->first) dnp_add_slices(exec, t, e->to, t->grad, 0, dnp_tensor_slices(t));
    }
  }
  dnp_job_meet(j);
}

void dnp_start_backward(const dnp_exec *exec, size_t begin, size_t end) {
  const dnp_tensor *y = exec->output;
  if (exec->last == NULL && y->grad != NULL && end > begin)
    exec->kernels->fill(dnp_tensor_span(y, begin, end), 1, dnp_tensor_at(y, y->grad, begin));
}
