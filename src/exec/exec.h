/* exec.h: an executor: a plan for one network, with an arena and threads: forward, backward, update, the observer.
 *
 * A plan has a capacity of rows: every buffer is placed in one arena measured beforehand, and larger batches run in
 * chunks. Nothing is allocated, looked up by name or locked while it runs. Threads own slices: of the rows for
 * everything that is batched, of axis 0 for the gradients and updates of the parameters. Several executors may share a
 * network as long as none of them updates it. */
#ifndef DNP_EXEC_EXEC_H
#define DNP_EXEC_EXEC_H

#include "base/thread_pool.h"
#include "exec/tune_threads.h"
#include "net/network.h"

#define DNP_SMALL_WORK 100000 /* multiply-adds of one pass that one thread does in some microseconds */

typedef struct dnp_exec dnp_exec;

/* One edge from a node back to one of its inputs. */
typedef struct dnp_edge {
  int node, input;
  /* where this contribution is computed: the tensor's grad itself for the first, else its own buffer */
  void *to;
  bool first;                     /* the first contribution to that tensor on the backward pass */
  const dnp_parameter *parameter; /* the input, if it is one */
  /* parameters by groups (dnp_op.by_groups): what each group of a chunk gives, [capacity / 16][slices][row]; else
   * NULL */
  void *group;
  bool alone;   /* parameters: no other edge leads to it, and the output has rows */
  size_t piece; /* parameters: slices whose gradient is computed at a time */
  size_t levels;
  void **level; /* parameters, more than one block: sums of 2^l blocks waiting for their partner (law of sums) */
} dnp_edge;

/* A thread's own copy of the input, and the nodes with it in place of the network's. */
typedef struct dnp_replica {
  dnp_tensor input;
  dnp_node *node;
} dnp_replica;

typedef struct dnp_plan_options {
  const char *cpu;  /* auto, ref, avx2, avx512, neon */
  int threads;      /* 1 .. 1024; 0 measures and changes it as it goes, up to the number of processors */
  size_t batch;     /* the largest batch that will be trained on, in rows */
  size_t capacity;  /* rows of a chunk; 0 chooses. Does not change one bit of any result */
  bool whole_batch; /* capacity = batch: needed by dnp_run.layer_by_layer, which updates in the middle of the backward
                     * pass
                     */
  bool input_gradient; /* compute d loss / d x too */
} dnp_plan_options;

struct dnp_exec {
  dnp_network *network; /* another's; updates and running statistics write into it */
  dnp_tensor *tensor;
  dnp_role *role;
  size_t tensors;
  dnp_node *node; /* in the order of computing */
  size_t nodes;
  dnp_edge *edge;        /* in the order of the backward pass */
  size_t edges, longest; /* longest: the one to the largest parameter */
  dnp_parameter *parameter;
  size_t parameters;
  size_t work;                                /* multiply-adds of a row with parameters, forward */
  dnp_tensor *input, *answer, *output, *loss; /* x, t, y (or the last value), losses; NULL if the graph has none */
  dnp_node *last;                             /* the node that ends in the loss, or NULL */
  /* some operation goes over the whole batch (dnp_op.reduce_statistics): a batch is one chunk, and the threads meet
   * there */
  bool reduces_statistics;
  bool trained; /* the last run was a training run */
  bool grouped; /* some tensors lie in groups of samples: chunks and the threads' rows are cut between groups */
  /* [nodes]: touches such a tensor, so a tile of rows goes through it and its neighbours at a time */
  bool *tile;
  void **scratch;            /* [threads]: for operations that want it (dnp_op.scratch) */
  void **stage;              /* [threads]: rows on their way into groups; NULL where the input is not grouped */
  dnp_replica *replica;      /* of threads 1, 2 ... (0 uses the network's own); NULL if the plan has none */
  size_t rows, threads_used; /* rows of the last chunk, and threads that had a replica of it */
  void *grads;               /* of the parameters: a block that lies as the network's values do */
  size_t fixed_nodes;        /* nodes whose output has no rows */
  dnp_plan_options plan;
  const dnp_kernels *kernels;
  dnp_pool *pool;
  bool tuned;         /* the number of threads is measured ... */
  dnp_tuner tuner[2]; /* ... for runs forward only, and with the backward pass */
  dnp_arena arena;
};

denpa_status dnp_exec_create(dnp_exec **out, dnp_network *network, const dnp_plan_options *options, denpa_error *err);
void dnp_exec_free(dnp_exec *exec);

/* ---- looking at what the last run left (look.c) ---------------------------------------------------- */

dnp_tensor *dnp_exec_tensor(const dnp_exec *exec, const char *name);    /* NULL if there is none */
size_t dnp_exec_number(const dnp_exec *exec, const dnp_tensor *tensor); /* its place in exec->tensor */
/* The name of a tensor's gradient as the book writes it: "dW1", "da1", and "dy" for what reaches the loss's input. out
 * holds DNP_MAX_NAME + 2. */
const char *dnp_grad_name(const dnp_exec *exec, const dnp_tensor *tensor, char *out);
/* As the accessors of tensor.h, and right for an input that lies in replicas. */
void dnp_exec_read(
    const dnp_exec *exec, const dnp_tensor *tensor, dnp_side side, size_t first, size_t count, void *out);
void dnp_exec_read_real(
    const dnp_exec *exec, const dnp_tensor *tensor, dnp_side side, size_t first, size_t count, double *out);
double dnp_exec_element(const dnp_exec *exec, const dnp_tensor *tensor, dnp_side side, size_t index);
/* One row, one element of the input as the thread that had it has it. */
void dnp_exec_input_row(const dnp_exec *exec, size_t row, void *out);
double dnp_exec_input_element(const dnp_exec *exec, size_t index);
/* The gradients of all parameters as one block that lies as the network's values do: number i of it,
 * and a copy. */
double dnp_exec_gradient(const dnp_exec *exec, size_t i);
void dnp_exec_read_gradients(const dnp_exec *exec, void *out);
/* The sum of the squares of a parameter, or of its gradient. */
double dnp_exec_square_sum(const dnp_exec *exec, dnp_side side, size_t parameter);
/* How many labels an answer may have: the outputs; or 2 for a single one that is not a softmax, which means the second
 * where it is above 0.5. */
size_t dnp_exec_kinds(const dnp_exec *exec);
/* Whether the outputs are probabilities: the loss has a softmax or a sigmoid in it. Those of an error (mse, mae ...)
 * are numbers near 0 and 1 at best. */
bool dnp_exec_probabilities(const dnp_exec *exec);

/* ---- a run ----------------------------------------------------------------------------------------- */

/* Fills rows [first, first + count) of the batch: x (and t, if not NULL: int32 labels, or answers in the network's
 * dtype) point at the first of them. Called from several threads at once, for disjoint rows. */
typedef void dnp_feed(void *context, size_t first, size_t count, denpa_dtype dtype, void *x, void *t);

/* Row `row` of the feed will be asked for soon (it may lie behind the batch: in the next one, if there is one): it may
 * be brought nearer. From several threads. */
typedef void dnp_ahead(void *context, size_t row);

/* As dnp_feed, but only the columns [column, column + columns) of the input, and no answers. */
typedef void dnp_feed_columns(
    void *context, size_t first, size_t count, size_t column, size_t columns, denpa_dtype dtype, void *x);

/* Changes `count` parameters of one tensor from number `begin` on of the whole block; returns true if one is not finite
 * afterwards. It may change the gradients, too. Called from several threads. */
typedef bool dnp_update(void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value);

/* All gradients of the batch are whole: called by one thread before the first update, while the others wait. */
typedef void dnp_gradients_ready(void *context, const dnp_exec *exec);

/* Sees a node's tensors just after it ran on a chunk (backward: after the gradients of its inputs were computed; for
 * parameters that is after the last chunk, row 0). Return false to stop the run with DENPA_ERROR_CANCELLED. Runs on the
 * caller's thread, the others wait. */
typedef bool dnp_observer(
    void *context, const dnp_exec *exec, size_t node, bool backward, size_t first_row, size_t rows);

typedef struct dnp_run {
  size_t rows;      /* of this batch */
  dnp_feed *feed;   /* may be NULL for graphs without batched inputs */
  dnp_ahead *ahead; /* or NULL */
  /* or NULL: threads then share one copy of the input, which costs time where their processors are far apart */
  dnp_feed_columns *feed_columns;
  bool (*feed_failed)(
      void *context); /* or NULL; whether the feed could not give a row: the run stops, DENPA_ERROR_CANCELLED */
  void *feed_context; /* for all four */
  bool answers;       /* the feed fills t: losses are computed */
  /* [outputs] or NULL: what the loss of a row with each label counts, and its gradient (rounded to the dtype); for
   * networks with labels */
  const double *class_weight;
  bool backward;      /* gradients too: they lie in exec->grads afterwards */
  dnp_update *update; /* and the update; NULL: none */
  /* or NULL; it makes every update wait for the last gradient, so there is none in the order layer by layer */
  dnp_gradients_ready *gradients_ready;
  void *update_context; /* for both */
  /* each node's parameters are updated before the gradient goes further back (the article's slip, S38) */
  bool layer_by_layer;
  dnp_observer *observer;
  void *observer_context;
  /* operations that differ in training (dropout, batch normalisation) do what they do there. What they remember moves
   * with `update` only */
  bool training;
  uint64_t seed;      /* what chance draws from in training, together with the step */
  uint64_t step;      /* for messages, and for draws */
  bool after_updates; /* for messages: measured in the middle of a training, whose updates are to blame */
  /* [rows] or NULL: receives the label of each row: the number of its largest output (of a single one: dnp_exec_kinds)
   */
  int32_t *predicted;
  void *output;   /* [rows, outputs] in the network's dtype or NULL: receives y */
  double *losses; /* [rows] or NULL: receives the loss of each row, where there are answers */
} dnp_run;

typedef struct dnp_outcome {
  double loss;    /* mean over the rows; NaN if not computed */
  size_t correct; /* rows whose largest output is their label (label nets with answers) */
} dnp_outcome;

/* Runs the plan over one batch. DENPA_ERROR_NUMERIC names step and tensor when the loss, or a parameter after the
 * update, is not finite. Allocates nothing. */
denpa_status dnp_exec_run(dnp_exec *exec, const dnp_run *run, dnp_outcome *outcome, denpa_error *err);

/* The update alone, with the gradients that the last run left: what `update` in that run would have done. `run` is that
 * run with an update; running statistics move if it was a training run. */
denpa_status dnp_exec_update(dnp_exec *exec, const dnp_run *run, denpa_error *err);

/* The most threads that a run over so many rows is given. */
int dnp_exec_threads(const dnp_exec *exec, size_t rows, bool backward);
/* Floating-point operations a second (a fused multiply-add is two) that so many of the network's threads reach with its
 * vector unit on registers alone; NaN for a unit that cannot be asked. Takes some 20 ms. */
double dnp_exec_peak(const dnp_exec *exec, int threads);

#endif
