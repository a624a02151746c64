/* affine.c: a dense layer without its activation: product and bias in one step. The way back is that of product.c and
 * bias.c. */
#include "op/row.h"

static denpa_status shape(const dnp_node *node, dnp_tensor *out, denpa_error *err) {
  DNP_TRY(dnp_shape_product(node, out, err));
  return dnp_shape_bias(node, out, node->in[2], err);
}

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *x = node->in[0], *w = node->in[1], *y = node->out;
  const size_t c = w->shape[0], k = w->shape[1];
  assert(x->shape[1] == c && y->shape[1] == k && node->in[2]->shape[0] == k);
  node->kernels->product(slice->end - slice->begin, k, c, dnp_tensor_at(x, x->data, slice->begin), c, w->data, k,
      node->in[2]->data, dnp_tensor_at(y, y->data, slice->begin), k);
}

/* dX[N,C] = dY[N,K] . W[C,K]^T
 * dW[C,K] = X[N,C]^T . dY[N,K]
 * db[K] = sum over n of dY[n,K] */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  if (input == 2)
    dnp_bias_gradient(node, to, slice);
  else
    dnp_product_backward(node, input, to, slice);
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  if (which == 2) return dnp_bias_gradient_terms(node, element, slice, recipe, terms, room);
  const size_t count = dnp_product_terms(node, which, element, slice, recipe, terms, room);
  if (which != DNP_OF_OUT) return count;
  return dnp_put(
      terms, room, count, (dnp_term){.tensor = node->in[2], .index = element % node->out->shape[1], .factor = 1});
}

static const dnp_op_case cases[] = {
    {.in = {{2, {1, 9}, true}, {2, {9, 5}, false}, {1, {5}, false}}},
    {.in = {{2, {17, 33}, true}, {2, {33, 19}, false}, {1, {19}, false}}},
    {.in = {{2, {11, 3}, true}, {2, {3, 1}, false}, {1, {1}, false}}},
    {.in = {{2, {7, 1}, true}, {2, {1, 67}, false}, {1, {67}, false}}},
    {.in = {{2, {6, 8}, false}, {2, {8, 4}, false}, {1, {4}, false}}},
    {.in = {{2, {1300, 3}, false}, {2, {3, 2}, false}, {1, {2}, false}}},
    {.in = {{2, {2600, 3}, true}, {2, {3, 2}, false}, {1, {2}, false}}},
    {.in = {{2, {7200, 2}, true}, {2, {2, 3}, false}, {1, {3}, false}}},
    DNP_CASES_END,
};

const dnp_op dnp_op_affine = {
    .name = "affine",
    .formula = "Y[N,K] := X[N,C] . W[C,K] + b[K]",
    .inputs = 3,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .needs = {DNP_NEEDS_ALL, DNP_NEEDS_COLUMNS, DNP_NEEDS_NOTHING},
    .explanation = DNP_N("Each element of {1} is a row of {2} times a column of {3}, multiplied in pairs and added up, "
                         "plus the element of {4} that belongs to the column."),
    .explanation_back = {DNP_N("Each element of {5} adds up a row of {1}, every element times the weight in {3} "
                               "through which {2} had an effect on it."),
        DNP_N("Each element of {5} adds up, over the samples, what came in through {2} times the gradient in {1} that "
              "went out at the other end of the weight."),
        DNP_N("An element of {4} was added for every sample, so {5} is the sum of a column of {1}.")},
    .writing = {.forward = "{1} = {2} . {3} + {4}",
        .back = {"{5} = {1} . {7}", "{5} = {6} . {1}", DNP_N("{5} = column sums of {1}")}},
    .numpy = {.arguments = "x, W, b", .value = "return x @ W + b\n"},
    .terms = terms_of,
    .cases = cases,
};
