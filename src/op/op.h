/* op.h: one operation is one row of one list, with five functions: shape rule, forward, backward, explanation, terms.
 *
 * The engine (src/exec) never knows an operation by name: it asks the row. Explanations, the cells of a page, the
 * gradient check and the proof of "True" and "Same bits" (tests/unit/test_op.c) go over the list and the terms. Uses
 * kernels; knows no networks and no threads. */
#ifndef DNP_OP_OP_H
#define DNP_OP_OP_H

#include <stdbool.h>

#include "kernel/kernels.h"
#include "op/tensor.h"

#define DNP_MAX_INPUTS 3
#define DNP_OP_NUMBERS 6
#define DNP_MAX_STATE 7

struct dnp_op;

/* A number that a node is made with, such as a stride or a rate. */
typedef struct dnp_op_number {
  const char *name; /* NULL after the last */
  bool whole;
  double low, high; /* both allowed */
  double fallback;  /* where it is left out; NaN: it may not be */
} dnp_op_number;

/* A tensor that belongs to a node, beside its inputs and output; it has no gradient. */
typedef struct dnp_op_state {
  const char *name; /* "mean"; NULL after the last */
  int like;         /* the input whose shape it has */
  /* moved by updates only, and part of the model: a running mean. Else each run computes it anew, for the way back and
   * to be shown */
  bool lasting;
  double start; /* lasting: all its numbers before the first update */
} dnp_op_state;

/* One node: an operation in a network. */
typedef struct dnp_node {
  const struct dnp_op *op;
  int inputs;
  dnp_tensor *in[DNP_MAX_INPUTS];
  dnp_tensor *out;
  dnp_tensor *loss;                 /* operations that end in a loss: [N] in double; else NULL */
  double number[DNP_OP_NUMBERS];    /* the row's numbers, in its order */
  dnp_tensor *state[DNP_MAX_STATE]; /* the row's state, in its order */
  size_t layer;                     /* the node's number in the graph, for draws of its own */
  const dnp_kernels *kernels;
} dnp_node;

/* What is to be computed. Slices are of axis 0 of the tensor that is written (out, or the input whose gradient it
 * is). */
typedef struct dnp_slice {
  size_t begin, end; /* the slices this call of the function owns */
  /* gradients of inputs that are not batched, from outputs that are: the chunk's rows to sum over */
  size_t row_begin, row_end;
  bool from_zero;      /* ... and whether the chain starts (+0) or goes on from what stands there */
  bool answers;        /* the answers (labels, targets) are there: compute the losses too */
  void *scratch;       /* room for the row's scratch, this thread's own */
  size_t batch_rows;   /* N: rows of the whole batch, over which the loss is a mean */
  bool training;       /* operations that differ in training do what they do there */
  uint64_t seed, step; /* what draws depend on, besides the layer, ... */
  size_t first_row;    /* ... the row, counted from the start of the batch: slice 0 is this one */
} dnp_slice;

/* ---- terms: where an element's value comes from ------------------------------------------------- */

/* How the terms are added (docs/law-of-sums.md), and how that is called in --json and on pages:
 * chain   +0, then fma(value, factor, sum) in order
 * first   value*factor of the first, then fma; +0 if there is none
 * lanes   each term to one of 16 accumulators, then the tree: term i to number i mod 16 or, by samples, sample n to
 *         number n mod 16
 * groups  +0, then for each group of DNP_LANES samples what `lanes` makes of its terms is added */
#define DNP_FOLD_LIST(X) X(CHAIN, "chain") X(FIRST, "first") X(LANES, "lanes") X(GROUPS, "groups")

typedef enum dnp_fold_kind {
#define X(kind, name) DNP_FOLD_##kind,
  DNP_FOLD_LIST(X)
#undef X
      DNP_FOLD_KINDS
} dnp_fold_kind;
extern const char *const dnp_fold_names[DNP_FOLD_KINDS];

typedef struct dnp_term {
  const dnp_tensor *tensor; /* NULL: the constant 1 */
  bool gradient;            /* the tensor's gradient, not its data */
  size_t index;             /* flat, row-major */
  /* taken from the value first, in the fold's dtype: a squared error is (a - t) (a - t). Mostly 0. (From the constant
   * nothing is taken) */
  double minus;
  double factor;
  /* where the factor comes from, to be shown: the number by_index of this tensor's data; NULL: it stands for itself */
  const dnp_tensor *by;
  size_t by_index;
  const char *by_form; /* NULL: it is that number; else a form of it: "(1 - {1}) * {1}" */
} dnp_term;

/* The recipe of one element: fold over the mapped terms, then what is done to the sum. A form is how a step is written,
 * to be shown: an expression of + - * / exp log tanh erf sqrt and pi in which {1} is the number it is done to, {2} ..
 * {5} are the args and {6} the term's minus. */
typedef struct dnp_recipe {
  dnp_fold_kind fold;
  bool blocked; /* the terms are samples of a batch, whose blocks of DNP_BLOCK_ROWS meet in the tree */
  /* lanes and groups by samples: terms of a whole group of DNP_LANES samples, place after place of the picture and at
   * each the samples in order. The last group has only those samples that there are. 0: not by samples */
  size_t group;
  denpa_dtype dtype; /* in which the fold is done; finish gives the number in that of the tensor */
  double (*map)(denpa_dtype dtype, double value, const double *arg);  /* applied to each value first; NULL: none */
  double (*finish)(denpa_dtype dtype, double sum, const double *arg); /* applied to the sum; NULL: none */
  const char *map_form, *finish_form;                                 /* of map and finish; NULL where they are */
  double arg[4];
} dnp_recipe;

/* Computes a recipe by the law of sums: for float32 in float. What the kernels must equal bit for bit. */
double dnp_fold(const dnp_recipe *recipe, const dnp_term *terms, size_t count);
/* Terms of a block, whose sums meet in a tree; 0: there are no blocks. */
size_t dnp_fold_block_terms(const dnp_recipe *recipe);
double dnp_term_value(const dnp_term *term); /* as stored, without the factor */
/* after what is taken from it: what map is applied to */
double dnp_term_given(denpa_dtype dtype, const dnp_term *term);

/* Which element a question is about. */
/* 0, 1, 2: the gradient of that input, as this call contributes to it; state k is DNP_OF_STATE - k */
typedef enum dnp_which { DNP_OF_OUT = -1, DNP_OF_LOSS = -2, DNP_OF_STATE = -3 } dnp_which;

/* ---- the row ------------------------------------------------------------------------------------ */

/* What of in[0] the gradient of a fixed input is computed from: for its slices [begin, end), which are numbered like
 * the columns of in[0], only those columns; nothing; or, if nothing is known, all. */
typedef enum dnp_needs { DNP_NEEDS_ALL, DNP_NEEDS_COLUMNS, DNP_NEEDS_NOTHING } dnp_needs;

/* Shapes for the tests over the whole list: an input's axes and sizes; batched inputs are marked. */
typedef struct dnp_op_case {
  struct {
    int axes;
    size_t shape[DNP_MAX_AXES];
    bool batched;
  } in[DNP_MAX_INPUTS];
  size_t to[DNP_MAX_AXES]; /* reshape: the shape asked for; else zeros */
  int to_axes;
  double number[DNP_OP_NUMBERS];
} dnp_op_case;

/* Where the first derivative jumps, so that a difference across it says nothing: where in[0] is 0, or where it is what
 * the answer says. */
typedef enum dnp_kink { DNP_KINK_NONE, DNP_KINK_AT_ZERO, DNP_KINK_AT_ANSWER } dnp_kink;

/* How one step is written, for people. Forward: {1} the output, {2} {3} {4} the inputs. Backward: {5} the gradient that
 * is computed from {1}, the output's; {2} {3} {4} the inputs, {6} {7} the first two transposed, {8} the output; {9}
 * samples in the batch, and for what ends in a loss {1} its columns. The loss: {1} it, {2} the output, {3} the answers.
 * What holds words is DNP_N, translated by the catalogue. */
typedef struct dnp_op_writing {
  const char *forward, *loss;
  const char *back[DNP_MAX_INPUTS];
  const char *note; /* on the way back: {1} the gradient, {2} what it is for, {3} the output; mostly NULL */
} dnp_op_writing;

/* Bodies of Python functions that compute with NumPy; {1} is the node's first number, {2} its second, @{text} a text of
 * the catalogue. NULL: it has not been written, and scripts refuse the operation by name. */
typedef struct dnp_op_numpy {
  /* what the body of `value` calls the inputs, and behind them the lasting state: "x, W, b"; NULL: "a" */
  const char *arguments;
  const char *value;                  /* outside training; activations: of the array `a` */
  const char *slope;                  /* activations: from the kept `z` */
  const char *losses, *loss_gradient; /* losses: of each row of `a` with the answers `t`; for the mean over the rows */
} dnp_op_numpy;

/* What a loss applies to the outputs of the last layer before it compares them with the answers. */
typedef enum dnp_inside { DNP_INSIDE_NOTHING, DNP_INSIDE_SOFTMAX, DNP_INSIDE_SIGMOID } dnp_inside;

typedef struct dnp_op {
  const char *name; /* "affine" */
  /* what --act (or, if it ends in a loss, --loss) and texts of networks call it: "leaky-relu"; NULL: it is neither */
  const char *word;
  const char *usage;   /* the word with the number that people may write behind it: "leaky-relu:SLOPE"; NULL: none */
  const char *formula; /* "Y[N,K] := X[N,C] . W[C,K] + b[K]" */
  int inputs;
  dnp_op_number number[DNP_OP_NUMBERS]; /* each node has its own; mostly none */
  dnp_op_state state[DNP_MAX_STATE];    /* each node has its own; mostly none */
  bool ends_in_loss;                    /* the last input is the answers; the output starts the way back by itself */
  bool labels;                          /* ... and the answers may be labels: int32 [N] */
  dnp_inside inside;
  dnp_kink kink;
  bool can_die;    /* activations: below 0 it gives 0 and lets no gradient back, so that a unit may be shut for good */
  bool filters;    /* in[1] holds filters: its axis 0 counts the units, as the last axis of other weights does */
  double range[2]; /* activations: the ends that it comes near and where it is flat; both 0: it has none */

  /* Shape rule: checks in[] and sets out's axes, shape, batched (dtype is set by the caller). For reshape, out comes
   * with the shape asked for. Messages name both shapes. */
  denpa_status (*shape)(const dnp_node *node, dnp_tensor *out, denpa_error *err);
  /* numbers that the two functions below want for themselves while they run; NULL: none */
  size_t (*scratch)(const dnp_node *node);
  void (*forward)(const dnp_node *node, const dnp_slice *slice);
  /* Writes the slice's slices of d loss / d in[input] into `to` (laid out as in[input]), from out->grad and the kept
   * values. */
  void (*backward)(const dnp_node *node, int input, void *to, const dnp_slice *slice);
  dnp_needs needs[DNP_MAX_INPUTS];
  /* Operations over the whole batch, which is then in one chunk; NULL for all others. Before the rows go forward, and
   * before they go back, all threads meet and these compute the slices [begin, end) of the state from the rows [0,
   * row_end), each thread its own. Then `backward` writes the gradients of fixed inputs for the whole batch at once. */
  void (*reduce_statistics)(const dnp_node *node, const dnp_slice *slice);
  void (*reduce_statistics_back)(const dnp_node *node, const dnp_slice *slice);
  /* After an update: moves the lasting state; true if a number of it is not finite then. */
  bool (*update_running)(const dnp_node *node, const dnp_slice *slice);
  /* The gradient of this fixed input is taken for each group of DNP_LANES rows from +0, and the groups' sums are added
   * in order: so they may be taken apart. */
  bool by_groups[DNP_MAX_INPUTS];
  /* A sentence with {1} the output's name, {2}, {3}, {4} the inputs' and {6} the first number of the node (DNP_N,
   * translated by the catalogue), for the way forward ... */
  const char *explanation;
  /* ... and for the way back to each input: {1} the output's gradient, {2} .. the inputs' names, {5} the gradient that
   * is computed. */
  const char *explanation_back[DNP_MAX_INPUTS];
  /* for what of its state is computed: {1} the state's name, {2} .. the inputs'; NULL for what is not */
  const char *explanation_state[DNP_MAX_STATE];
  /* The terms of element `element` (flat) of `which`, at most `room` of them into terms[]; returns how many there are.
   * `slice` gives rows, batch_rows and training as for backward. None: state that no run computes. */
  size_t (*terms)(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
      dnp_term *terms, size_t room);
  dnp_op_writing writing;
  const dnp_op_writing *writing_numbered; /* where the node's first number is above 0; NULL: it makes no difference */
  dnp_op_numpy numpy;
  const dnp_op_case *cases; /* ends with inputs of which in[0].axes is negative */
} dnp_op;

/* The list: one line an operation, one file each. */
/* clang-format off */
#define DNP_OP_LIST(X) \
  X(affine) X(product) X(bias) X(add) X(multiply) X(sigmoid) X(tanh) X(relu) X(identity) X(sum) X(transpose) \
  X(reshape) X(leaky_relu) X(elu) X(gelu) X(silu) X(softplus) X(softmax) X(dropout) X(batch_norm) X(conv) \
  X(max_pool) X(average_pool) X(cross_entropy) X(squared_error) X(sum_squared_error) X(absolute_error) X(huber) \
  X(binary_cross_entropy)
/* clang-format on */

#define X(name) extern const dnp_op dnp_op_##name;
DNP_OP_LIST(X)
#undef X

/* Numbers of the list, for tables of other rooms: [DNP_OP_affine] = ... */
typedef enum dnp_op_number_of {
#define X(name) DNP_OP_##name,
  DNP_OP_LIST(X)
#undef X
      DNP_OPS
} dnp_op_number_of;

extern const dnp_op *const dnp_ops[];        /* all of them, NULL-terminated */
const dnp_op *dnp_op_find(const char *name); /* NULL if there is none */
bool dnp_op_is_activation(const dnp_op *op);
/* Word `index` of the activations, of the losses, with the number that may follow: "leaky-relu:SLOPE". NULL: no more.
 */
const char *dnp_activation_usage(size_t index);
const char *dnp_loss_usage(size_t index);
const dnp_op_writing *dnp_op_writing_of(const dnp_node *node);
/* The activation, or the loss, that a text calls by its word, perhaps with its first number behind it:
 * "leaky-relu:0.02". Fails with what there is. */
denpa_status dnp_op_read(
    const char *text, bool loss, const dnp_op **op, double number[1], int *numbers, denpa_error *err);

/* Fails unless the condition holds, naming the operation and the two shapes. */
denpa_status dnp_shape_mismatch(
    const dnp_node *node, const dnp_tensor *a, const dnp_tensor *b, const char *rule, denpa_error *err);

#endif
