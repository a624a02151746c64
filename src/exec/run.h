/* run.h: what the files of one run share: run.c (the whole), forward.c, backward.c, update.c, finite.c. Only src/exec
 * includes it. */
#ifndef DNP_EXEC_RUN_H
#define DNP_EXEC_RUN_H

#include <stdatomic.h>

#include "exec/exec.h"

typedef struct dnp_job {
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
} dnp_job;

typedef struct dnp_chunk {
  size_t first, rows; /* in the batch */
  size_t begin, end;  /* this thread's rows in the chunk */
} dnp_chunk;

static inline void dnp_job_meet(const dnp_job *j) { dnp_pool_barrier(j->exec->pool); }
static inline bool dnp_job_stopped(dnp_job *j) { return atomic_load_explicit(&j->stop, memory_order_relaxed); }

/* ---- run.c ---- */

const dnp_node *dnp_job_node(const dnp_job *j, int thread, size_t node);
void *dnp_job_input(const dnp_exec *exec, bool replicas, int thread);
void dnp_add_slices(const dnp_exec *exec, const dnp_tensor *t, const void *from, void *to, size_t begin, size_t end);
/* The thread's rows of a chunk: whole groups of samples where there are pictures. */
void dnp_slice_rows(const dnp_exec *exec, size_t rows, int thread, int threads, size_t *begin, size_t *end);
/* What every node is told; the ranges are still to be set. */
dnp_slice dnp_slice_for(const dnp_job *j, int thread, const dnp_chunk *c, bool back);
/* An operation over the whole batch: everybody's rows are there, each thread computes some slices, and nobody goes on
 * before all are done. */
void dnp_reduce_statistics(const dnp_job *j, int thread, int threads, const dnp_chunk *c, size_t number, bool back);
bool dnp_show(dnp_job *j, int thread, size_t node, bool backward, size_t first, size_t rows);

/* The input of the thread that has the row. */
void *dnp_input_with(const dnp_exec *exec, size_t row);

/* ---- forward.c ---- */

void dnp_forward_fixed(dnp_job *j, int thread);
void dnp_forward_rows(dnp_job *j, int thread, int threads, const dnp_chunk *c);

/* ---- backward.c ---- */

bool dnp_sums_over_rows(const dnp_exec *exec, const dnp_edge *e);
/* The tree's last step: what is left at the levels, from the newest up; then the contributions of several uses are
 * added. */
void dnp_finish_parameter(const dnp_job *j, const dnp_edge *e, int thread, int threads);
/* Gradients first: the whole backward pass through the rows, then the parameters. */
void dnp_backward_chunk(dnp_job *j, int thread, int threads, const dnp_chunk *c);
/* The article's order: a node's parameters are updated as soon as their gradients are there, and the gradient goes
 * further back through the new ones. */
void dnp_backward_layer_by_layer(dnp_job *j, int thread, int threads, const dnp_chunk *c);
/* The backward pass through what is not batched. A graph that does not end in a loss starts with d out / d out = 1. */
void dnp_backward_fixed(dnp_job *j, int thread);
void dnp_start_backward(const dnp_exec *exec, size_t begin, size_t end);

/* ---- update.c ---- */

void dnp_update_slices(dnp_job *j, const dnp_parameter *p, size_t begin, size_t end);
void dnp_update_parameter(dnp_job *j, const dnp_parameter *p, int thread, int threads);
/* Whether slices may be updated as soon as their gradient is there: it is whole, nobody else adds to it or looks at it
 * before, and the backward pass through the layer is over. Then gradient and values are still near, and other threads'
 * copies of the values are called in while the next gradient is computed. */
bool dnp_updates_early(const dnp_job *j, const dnp_edge *e);
/* All parameters that were not updated as soon as their gradients were there. */
void dnp_update_parameters(dnp_job *j, int thread, int threads);
/* After an update: what operations remember of the batches. */
void dnp_update_running(dnp_job *j);

/* ---- finite.c ---- */

const dnp_tensor *dnp_first_bad_fixed(const dnp_exec *exec);
/* Stops everybody at the next barrier if a loss of this thread's rows is not finite. */
void dnp_check_losses(dnp_job *j, const dnp_chunk *c);
/* Adds the chunk's losses to the sum; notes the first that is not finite. Thread 0, after a barrier. */
void dnp_add_losses(dnp_job *j, const dnp_chunk *c);

#endif
