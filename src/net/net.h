/* net.h: a network inside the house: text -> graph -> plan; parameters; forward, backward and update; the observer.
 *
 * A plan has a capacity of rows: every buffer is placed in one arena measured beforehand, and larger batches run in
 * chunks. Nothing is allocated, looked up by name or locked while it runs. Threads own slices: of the rows for
 * everything that is batched, of axis 0 for the gradients and updates of the parameters. */
#ifndef DNP_NET_NET_H
#define DNP_NET_NET_H

#include "base/array.h"
#include "base/memory.h"
#include "base/pool.h"
#include "exec/tune.h"
#include "op/op.h"

/* ---- graph -------------------------------------------------------------------------------------- */

/* STATE: lasting state of an operation, such as running means; KEPT: what an operation computes beside its output
 * (dnp_op_state). */
typedef enum dnp_role {
  DNP_ROLE_INPUT,
  DNP_ROLE_ANSWER,
  DNP_ROLE_PARAMETER,
  DNP_ROLE_CONSTANT,
  DNP_ROLE_VALUE,
  DNP_ROLE_STATE,
  DNP_ROLE_KEPT
} dnp_role;

typedef enum dnp_init { DNP_INIT_ZERO, DNP_INIT_ONE, DNP_INIT_NORMAL, DNP_INIT_UNIFORM, DNP_INIT_ORTHOGONAL } dnp_init;

typedef struct dnp_graph_tensor { /* one tensor of a graph */
  dnp_tensor tensor;
  dnp_role role;
  dnp_init init;    /* parameters */
  double deviation; /* DNP_INIT_NORMAL: its standard deviation; DNP_INIT_UNIFORM: from minus this to this */
} dnp_graph_tensor;

typedef struct dnp_graph_node { /* one operation of a graph, in the order of computing; numbers are of tensors */
  const dnp_op *op;
  int in[DNP_MAX_INPUTS];
  int out;
  int state[DNP_MAX_STATE];
  double number[DNP_OP_NUMBERS];
} dnp_graph_node;

struct denpa_graph {
  dnp_graph_tensor *tensor;
  size_t tensors, tensor_room;
  dnp_graph_node *node;
  size_t nodes, node_room;
  denpa_error error; /* sticky: the first thing that went wrong */
  /* as given to dnp_graph_from_text, for the model file; NULL for graphs made by hand */
  char *text, *activation, *init, *loss;
};

/* denpa_graph_apply_with for an operation that is at hand. */
int dnp_graph_apply(denpa_graph *graph, const dnp_op *op, const char *name, const int *input, int inputs,
    const double *number, int numbers);
/* Batch normalisation number `number` of the value `input`: parameters gamma1 (ones) and beta1 (zeros), running mean1
 * and var1, result n1. As in the book: each element of a picture is a channel, eps is 1e-6, and the running variance
 * takes the batch's as it is. */
int dnp_graph_batch_norm(denpa_graph *graph, size_t number, int input, bool book);

#define DNP_MOST_LAYERS 64
#define DNP_SMALL_WORK 100000 /* multiply-adds of one way that one thread does in some microseconds */

/* The network of a text: a list of layers (layers.c), which does not ask for an activation, or sizes of dense layers
 * such as "784-50-10" (2 or more widths; at most 64 layers and 2^31 parameters). Tensors are named as in the book: x,
 * W1, b1, a1, z1, ... and the loss's output is y. activation and loss: words of the list of operations, perhaps with a
 * number ("leaky-relu:0.02"); init as in denpa_net_options (weights; biases are zero). */
denpa_status dnp_graph_from_text(
    denpa_graph **out, const char *net, const char *activation, const char *init, const char *loss, denpa_error *err);
bool dnp_net_text_listed(const char *net); /* a list of layers, and no sizes */
const char *dnp_layer_word(size_t index);  /* words that begin a layer of a list, besides activations; NULL: no more */
/* A copy of the text, for dnp_free; a list that does not begin with its input gets one of this shape (one row of a data
 * set). */
denpa_status dnp_net_text_complete(char **out, const char *net, int axes, const size_t *shape, denpa_error *err);
/* Widths of a text of sizes. *widths is freed by dnp_free. */
denpa_status dnp_net_text_parse(const char *net, size_t **widths, size_t *count, denpa_error *err);

/* ---- network ------------------------------------------------------------------------------------ */

/* One parameter tensor; all values lie in one block, all gradients in another, at the same offset. */
typedef struct dnp_parameter {
  dnp_tensor *tensor;   /* data and grad point into the blocks */
  size_t count, offset; /* elements, and elements from the start of the block */
  dnp_init init;
  double deviation;
} dnp_parameter;

/* One way from a call back to one of its inputs. */
typedef struct dnp_edge {
  int node, input;
  /* where this contribution is computed: the tensor's grad itself for the first, else its own buffer */
  void *to;
  bool first;                     /* the first contribution to that tensor on the way back */
  const dnp_parameter *parameter; /* the input, if it is one */
  /* parameters by groups (dnp_op.by_groups): what each group of a chunk gives, [capacity / 16][slices][row]; else
   * NULL */
  void *group;
  bool alone;   /* parameters: no other way leads to it, and the output has rows */
  size_t piece; /* parameters: slices whose gradient is computed at a time */
  size_t levels;
  void **level; /* parameters, more than one block: sums of 2^l blocks waiting for their partner (law of sums) */
} dnp_edge;

/* A thread's own copy of the input, and the calls with it in place of the network's. */
typedef struct dnp_replica {
  dnp_tensor input;
  dnp_node *node;
} dnp_replica;

typedef struct dnp_plan_options {
  denpa_dtype dtype;
  const char *cpu;     /* auto, ref, avx2, avx512, neon */
  int threads;         /* 1 .. 1024; 0 measures and changes it as it goes, up to the number of processors */
  size_t batch;        /* the largest batch that will be trained on, in rows */
  size_t capacity;     /* rows of a chunk; 0 chooses. Does not change one bit of any result */
  bool whole_batch;    /* capacity = batch: needed by dnp_run.seed_order, which updates in the middle of the way back */
  bool input_gradient; /* compute d loss / d x too */
} dnp_plan_options;

struct denpa_net {
  dnp_tensor *tensor;
  dnp_role *role;
  size_t tensors;
  dnp_node *node; /* in the order of computing */
  size_t nodes;
  dnp_edge *edge;        /* in the order of the way back */
  size_t edges, longest; /* longest: the one to the largest parameter */
  dnp_parameter *parameter;
  size_t parameters, parameter_count;         /* tensors; numbers in all (without the gaps between tensors) */
  size_t work;                                /* multiply-adds of a row with parameters, forward */
  dnp_tensor *input, *answer, *output, *loss; /* x, t, y (or the last value), losses; NULL if the graph has none */
  dnp_node *last;                             /* the call that ends in the loss, or NULL */
  /* some operation goes over the whole batch (dnp_op.reduce_statistics): a batch is one chunk, and the threads meet
   * there */
  bool reduces_statistics;
  bool trained; /* the last run was a training run */
  bool grouped; /* some tensors lie in groups of samples: chunks and the threads' rows are cut between groups */
  /* [calls]: touches such a tensor, so a tile of rows goes through it and its neighbours at a time */
  bool *tile;
  void **scratch;            /* [threads]: for operations that want it (dnp_op.scratch) */
  void **stage;              /* [threads]: rows on their way into groups; NULL where the input is not grouped */
  dnp_replica *replica;      /* of threads 1, 2 ... (0 uses the network's own); NULL if the plan has none */
  size_t rows, threads_used; /* rows of the last chunk, and threads that had a replica of it */
  void *values, *grads;      /* the parameter blocks, `block` numbers each: every tensor starts at a multiple of 16 */
  size_t block;
  size_t fixed_nodes; /* calls whose output has no rows */
  dnp_plan_options plan;
  const dnp_kernels *kernels;
  dnp_pool *pool;
  bool tuned;         /* the number of threads is measured ... */
  dnp_tuner tuner[2]; /* ... for runs forward only, and with the way back */
  dnp_arena arena;
  denpa_graph *graph; /* its own copy of what it was built from */
  void *history;      /* what src/learn remembers of this network; freed with it, kept when it is planned anew */
  void (*history_free)(void *history);
};

denpa_status dnp_net_build(
    denpa_net **out, const denpa_graph *graph, const dnp_plan_options *options, denpa_error *err);
/* Copies parameters, constants and lasting state from a network of the same graph and dtype. */
void dnp_net_copy_values(denpa_net *net, const denpa_net *from);
/* Gives the network another plan; the parameters keep their values. On failure the network is as it was. */
denpa_status dnp_net_replan(denpa_net *net, const dnp_plan_options *options, denpa_error *err);

dnp_tensor *dnp_net_tensor(const denpa_net *net, const char *name); /* NULL if there is none */
/* The name of a tensor's gradient as the book writes it: "dW1", "da1", and "dy" for what reaches the loss's input. out
 * holds DNP_MAX_NAME + 2. */
const char *dnp_grad_name(const denpa_net *net, const dnp_tensor *tensor, char *out);

/* Draw number i for parameter tensor `number`: normal (mean 0, deviation 1), or uniform in [0,1). Asked for in order:
 * tensor by tensor, element by element. */
typedef double dnp_draw(void *context, size_t number, size_t i, bool uniform);
/* Initial weights from such a source; fails only without memory. */
denpa_status dnp_net_init(denpa_net *net, dnp_draw *draw, void *context, denpa_error *err);
/* From denpa's own: draw i of parameter tensor k is draw i of stream (DNP_FOR_WEIGHTS, k). */
denpa_status dnp_net_init_denpa(denpa_net *net, uint64_t seed);

/* The `index`th tensor that a model keeps: the parameters, and after those of an operation its lasting state; NULL
 * behind the last. */
dnp_tensor *dnp_net_saved(const denpa_net *net, size_t index);

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
typedef void dnp_gradients_ready(void *context, const denpa_net *net);

/* Sees a call's tensors just after it ran on a chunk (backward: after the gradients of its inputs were computed; for
 * parameters that is after the last chunk, row 0). Return false to stop the run with DENPA_CANCELLED. Runs on the
 * caller's thread, the others wait. */
typedef bool dnp_observer(
    void *context, const denpa_net *net, size_t node, bool backward, size_t first_row, size_t rows);

typedef struct dnp_run {
  size_t rows;      /* of this batch */
  dnp_feed *feed;   /* may be NULL for graphs without batched inputs */
  dnp_ahead *ahead; /* or NULL */
  /* or NULL: threads then share one copy of the input, which costs time where their processors are far apart */
  dnp_feed_columns *feed_columns;
  void *feed_context; /* for all three */
  bool answers;       /* the feed fills t: losses are computed */
  /* [outputs] or NULL: what the loss of a row with each label counts, and its gradient (rounded to the dtype); for
   * networks with labels */
  const double *class_weight;
  bool backward;      /* gradients too: they lie in net->grads afterwards */
  dnp_update *update; /* and the update; NULL: none */
  /* or NULL; it makes every update wait for the last gradient, so there is none in the seed's order */
  dnp_gradients_ready *gradients_ready;
  void *update_context; /* for both */
  /* each call's parameters are updated before the gradient goes further back (the article's slip, S38) */
  bool seed_order;
  dnp_observer *observer;
  void *observer_context;
  /* operations that differ in training (dropout, batch normalisation) do what they do there. What they remember moves
   * with `update` only */
  bool training;
  uint64_t seed; /* what chance draws from in training, together with the step */
  uint64_t step; /* for messages, and for draws */
  /* [rows] or NULL: receives the label of each row: the number of its largest output (of a single one: dnp_net_kinds)
   */
  int32_t *predicted;
  void *output; /* [rows, outputs] in the network's dtype or NULL: receives y */
} dnp_run;

typedef struct dnp_outcome {
  double loss;    /* mean over the rows; NaN if not computed */
  size_t correct; /* rows whose largest output is their label (label nets with answers) */
} dnp_outcome;

/* Copies a row of the input as the last chunk had it: threads may have kept their rows to themselves. */
void dnp_net_input_row(const denpa_net *net, size_t row, void *out);

/* How many columns an answer may have: the outputs; or 2 for a single one that is no softmax, which means the second
 * where it is above 0.5. */
size_t dnp_net_kinds(const denpa_net *net);

/* Runs the plan over one batch. DENPA_NUMERIC names step and tensor when the loss, or a parameter after the update, is
 * not finite. Allocates nothing. */
denpa_status dnp_net_run(denpa_net *net, const dnp_run *run, dnp_outcome *outcome, denpa_error *err);

/* The most threads that a run over so many rows is given. */
int dnp_net_threads(const denpa_net *net, size_t rows, bool backward);
/* Floating-point operations a second (a fused multiply-add is two) that so many of the network's threads reach with its
 * vector unit on registers alone; NaN for a unit that cannot be asked. Takes some 20 ms. */
double dnp_net_peak(const denpa_net *net, int threads);

#endif
