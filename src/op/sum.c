/* sum.c: the sum of each row of a matrix, or of all elements of a fixed vector. */
#include "op/row.h"

/* Elements that one element of the output adds up. */
static size_t width(const dnp_tensor *a) { return a->axes == 0 ? 1 : a->shape[a->axes - 1]; }

static denpa_status shape(const dnp_node *node, dnp_tensor *out, denpa_error *err) {
  const dnp_tensor *a = node->in[0];
  if (a->axes > 2)
    return dnp_shape_mismatch(node, a, NULL, DNP_N("at most two axes can be summed; reshape it first"), err);
  if (a->axes == 1 && a->batched)
    return dnp_shape_mismatch(node, a, NULL, DNP_N("the rows of a batch are not summed; give it two axes"), err);
  dnp_shape_like(a, out);
  if (a->axes == 2)
    out->shape[1] = 1;
  else
    out->axes = 0;
  return DENPA_OK;
}

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *a = node->in[0], *y = node->out;
  const size_t k = width(a);
  const unsigned char *rows = a->data;
  node->kernels->row_sum(slice->end - slice->begin, k, rows + slice->begin * k * dnp_dtype_size(a->dtype), k,
      dnp_tensor_at(y, y->data, slice->begin));
}

/* dA[n,k] = dY[n] */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  const dnp_tensor *a = node->in[0], *y = node->out;
  for (size_t i = slice->begin; i < slice->end; i++)
    node->kernels->fill(
        dnp_tensor_row(a), dnp_number(y->dtype, y->grad, a->axes == 2 ? i : 0), dnp_tensor_at(a, to, i));
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  const dnp_tensor *a = node->in[0];
  const size_t k = width(a);
  if (which != DNP_OF_OUT)
    return dnp_one_term(node, recipe, terms, room,
        (dnp_term){.tensor = node->out, .gradient = true, .index = element / k, .factor = 1});
  size_t count = 0;
  *recipe = dnp_recipe_of(node, DNP_FOLD_LANES);
  for (size_t i = 0; i < k; i++)
    count = dnp_put(terms, room, count, (dnp_term){.tensor = a, .index = element * k + i, .factor = 1});
  return count;
}

static const dnp_op_case cases[] = {
    {.in = {{0, {0}, false}}},
    {.in = {{1, {37}, false}}},
    {.in = {{2, {1, 16}, true}}},
    {.in = {{2, {19, 1}, true}}},
    {.in = {{2, {13, 131}, true}}},
    {.in = {{2, {5, 15}, false}}},
    DNP_CASES_END,
};

const dnp_op dnp_op_sum = {
    .name = "sum",
    .formula = "Y[N,1] := sum over k of A[N,k]",
    .inputs = 1,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("Each element of {1} is the sum of a row of {2}."),
    .explanation_back = {DNP_N("A sum hands the gradient on to everything that was added: each element of {5} is the "
                               "element of {1} that its row went into.")},
    .writing = {.forward = DNP_N("{1} = row sums of {2}"), .back = {DNP_N("{5} = {1}, repeated along each row")}},
    .terms = terms_of,
    .cases = cases,
};
