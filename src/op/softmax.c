/* softmax.c: the softmax of each row, an operation of its own: e to the power of each element, divided by their sum.
 * (Before a cross-entropy it belongs to the loss.) */
#include "base/math.h"
#include "op/row.h"

static denpa_status shape(const dnp_node *node, dnp_tensor *out, denpa_error *err) {
  if (node->in[0]->axes != 2)
    return dnp_shape_mismatch(
        node, node->in[0], NULL, DNP_N("a softmax goes over the rows of a matrix; reshape it first"), err);
  dnp_shape_like(node->in[0], out);
  return DENPA_OK;
}

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *a = node->in[0], *y = node->out;
  node->kernels->cross_entropy(slice->end - slice->begin, a->shape[1], 0, dnp_tensor_at(a, a->data, slice->begin),
      dnp_tensor_at(y, y->data, slice->begin), NULL, NULL, NULL);
}

/* da = y (dy - sum over the row of y dy), from the kept y */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  const dnp_tensor *y = node->out;
  node->kernels->softmax_back(slice->end - slice->begin, y->shape[1], dnp_tensor_at(y, y->data, slice->begin),
      dnp_tensor_at(y, y->grad, slice->begin), dnp_tensor_at(y, to, slice->begin));
}

/* y (dy - sum); arg: y, dy */
static double rest(denpa_dtype dtype, double sum, const double *arg) {
  return dnp_rounded(dtype, arg[0] * dnp_rounded(dtype, arg[1] - sum));
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  const dnp_tensor *y = node->out;
  const size_t k = y->shape[1], row = element / k;
  size_t count = 0;
  if (which == DNP_OF_OUT) return dnp_softmax_terms(node, element, recipe, terms, room);
  *recipe = dnp_recipe_of(node, DNP_FOLD_LANES);
  recipe->finish = rest;
  recipe->finish_form = "{2} * ({3} - {1})";
  recipe->arg[0] = dnp_datum(y, element);
  recipe->arg[1] = dnp_number(y->dtype, y->grad, element);
  for (size_t j = row * k; j < (row + 1) * k; j++)
    count = dnp_put(terms, room, count,
        (dnp_term){.tensor = y, .gradient = true, .index = j, .factor = dnp_datum(y, j), .by = y, .by_index = j});
  return count;
}

static const dnp_op_case cases[] = {
    {.in = {{2, {1, 10}, true}}},
    {.in = {{2, {13, 33}, true}}},
    {.in = {{2, {5, 1}, true}}},
    {.in = {{2, {7, 2}, false}}},
    {.in = {{2, {9, 16}, true}}},
    DNP_CASES_END,
};

const dnp_op dnp_op_softmax = {
    .name = "softmax",
    .formula = "Y[N,K] := exp(A[N,K]) / sum over k of exp(A[N,k])",
    .inputs = 1,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("Each row of {1} is the softmax of a row of {2}: e to the power of each element, divided by "
                         "their sum, so that the row adds up to 1."),
    .explanation_back = {DNP_N(
        "Each element of {5} is the output there times how much its own gradient is above the row's mean of {1}, in "
        "which each is weighted with its output: what one output gains the others lose.")},
    .writing = {.forward = DNP_N("{1} = softmax of each row of {2}"),
        .back = {DNP_N("{5} = {8} * ({1} - row sums of {1} * {8})")}},
    .terms = terms_of,
    .cases = cases,
};
