/* row.h: what the rows of the list of operations share: reading numbers, ranges of a part, writing terms, shape rules
 * and cases. Only src/op includes it. */
#ifndef DNP_OP_ROW_H
#define DNP_OP_ROW_H

#include <assert.h>

#include "base/text.h"
#include "op/op.h"

static inline double dnp_datum(const dnp_tensor *tensor, size_t index) {
  return dnp_number(tensor->dtype, tensor->data, dnp_tensor_place(tensor, index));
}

/* a rounded to the dtype (float32 or float64). */
static inline double dnp_rounded(denpa_dtype dtype, double a) {
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)(float)a : a;
}

/* Numbers of the slice's slices of a tensor, as they lie. */
static inline size_t dnp_part_count(const dnp_tensor *tensor, const dnp_slice *slice) {
  return dnp_tensor_span(tensor, slice->begin, slice->end);
}

/* The part's slices of the data are copied to those of `to`, a block of as many elements (the slices are `like`'s). */
void dnp_copy_part(const dnp_tensor *like, const void *from, void *to, const dnp_slice *slice);

/* The rows of the output that the gradient of a fixed input sums over: the chunk's, or all of them where the output is
 * fixed too. */
typedef struct dnp_row_range {
  size_t begin, count;
  bool from_zero;
} dnp_row_range;
dnp_row_range dnp_op_rows(const dnp_node *node, const dnp_slice *slice);

/* Appends a term while there is room; returns the new count. */
static inline size_t dnp_put(dnp_term *terms, size_t room, size_t count, dnp_term term) {
  if (count < room) terms[count] = term;
  return count + 1;
}

/* A recipe of the output's dtype. */
dnp_recipe dnp_recipe_of(const dnp_node *node, dnp_fold_kind fold);

/* The element is one number of one tensor times a factor. */
size_t dnp_one_term(const dnp_node *node, dnp_recipe *recipe, dnp_term *terms, size_t room, dnp_term term);

/* A sum that is taken term by term: what dnp_fold does, without a list. Numbers of float32 are kept widened. */
typedef struct dnp_folding {
  const dnp_recipe *recipe;
  size_t count;
  double sum[DNP_LANES]; /* the chain in [0], or the lanes */
} dnp_folding;
void dnp_folding_add(dnp_folding *folding, double value, double factor);
double dnp_folding_total(const dnp_folding *folding);

bool dnp_same_shape(const dnp_tensor *a, const dnp_tensor *b);
/* Sets out's shape to that of `like`. */
void dnp_shape_like(const dnp_tensor *like, dnp_tensor *out);
/* The shape rule of operations element by element: all inputs have one shape, and so has the output. */
denpa_status dnp_shape_elementwise(const dnp_node *node, dnp_tensor *out, denpa_error *err);
/* The shape rule X[N,C] . W[C,K]. */
denpa_status dnp_shape_product(const dnp_node *node, dnp_tensor *out, denpa_error *err);
/* The shape rule A[N,K] + b[K]. */
denpa_status dnp_shape_bias(const dnp_node *node, const dnp_tensor *a, const dnp_tensor *b, denpa_error *err);

/* The shape rule of losses whose answers have the shape of the outputs. */
denpa_status dnp_shape_targets(const dnp_node *node, dnp_tensor *out, denpa_error *err);
/* Element `element` of `from` minus that of the answers: two terms. */
size_t dnp_difference(
    const dnp_node *node, const dnp_tensor *from, size_t element, dnp_recipe *recipe, dnp_term *terms, size_t room);
/* What is done to the sum of terms of a loss (in double), and of its gradient: the mean over the row's elements; the
 * share of one of the batch's. */
void dnp_finish_row_mean(const dnp_node *node, dnp_recipe *recipe);
void dnp_finish_batch_mean(const dnp_node *node, const dnp_slice *slice, dnp_recipe *recipe);

extern const dnp_op_case dnp_cases_targets[]; /* losses of answers with the outputs' shape */
extern const dnp_op_case dnp_cases_one[];     /* element by element, one input */
extern const dnp_op_case dnp_cases_two[];     /* ... and two */

/* An activation, element by element: z := f(a). */
typedef void dnp_activation_kernel(size_t count, const void *a, void *z);
/* da from dz, and from a or the kept z */
typedef void dnp_activation_kernel_back(size_t count, const void *from, const void *dz, void *da);
/* ... with the node's first number */
typedef void dnp_activation_numbered(size_t count, double number, const void *a, void *z);
typedef void dnp_activation_numbered_back(size_t count, double number, const void *z, const void *dz, void *da);
void dnp_activation_forward(const dnp_node *node, const dnp_slice *slice, dnp_activation_kernel *kernel);
void dnp_activation_forward_numbered(const dnp_node *node, const dnp_slice *slice, dnp_activation_numbered *kernel);
/* `from`: the input or the output, whichever the kernel reads. */
void dnp_activation_backward(
    const dnp_node *node, const dnp_tensor *from, void *to, const dnp_slice *slice, dnp_activation_kernel_back *kernel);
void dnp_activation_backward_numbered(
    const dnp_node *node, void *to, const dnp_slice *slice, dnp_activation_numbered_back *kernel);

/* f and its slope at one number, with the kernels' bits, and how they are written ({1} is that number). */
typedef struct dnp_activation_rule {
  double (*value)(denpa_dtype dtype, double a, const double *arg);
  const char *value_form;
  double (*slope)(denpa_dtype dtype, double from);
  bool slope_of_input; /* a is what it is computed from, for two a may have one z; else the kept z */
  const char *slope_form;
} dnp_activation_rule;
size_t dnp_activation_terms(const dnp_node *node, int which, size_t element, const dnp_activation_rule *rule,
    dnp_recipe *recipe, dnp_term *terms, size_t room);

/* Parts of product and bias that affine is made of. `input` and `which` are 0 for X and 1 for W. */
void dnp_product_backward(const dnp_node *node, int input, void *to, const dnp_slice *slice);
size_t dnp_product_terms(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room);
void dnp_bias_gradient(const dnp_node *node, void *to, const dnp_slice *slice);
size_t dnp_bias_gradient_terms(
    const dnp_node *node, size_t element, const dnp_slice *slice, dnp_recipe *recipe, dnp_term *terms, size_t room);

/* The terms of element `element` of the softmax of in[0]'s rows. */
size_t dnp_softmax_terms(const dnp_node *node, size_t element, dnp_recipe *recipe, dnp_term *terms, size_t room);

#define DNP_CASES_END \
  { \
    .in = { {.axes = -1} } \
  }

#endif
