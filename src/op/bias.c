/* bias.c: one element added to each column, and its way back, which affine shares. */
#include "op/row.h"

static denpa_status shape(const dnp_node *node, dnp_tensor *out, denpa_error *err) {
  DNP_TRY(dnp_shape_bias(node, node->in[0], node->in[1], err));
  dnp_shape_like(node->in[0], out);
  return DENPA_OK;
}

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *a = node->in[0], *y = node->out;
  const size_t k = a->shape[1];
  assert(node->in[1]->shape[0] == k && y->shape[1] == k);
  node->kernels->add_row(slice->end - slice->begin, k, dnp_tensor_at(a, a->data, slice->begin), k, node->in[1]->data,
      dnp_tensor_at(y, y->data, slice->begin), k);
}

/* db[K] = sum over n of dY[n,K] */
void dnp_bias_gradient(const dnp_node *node, void *to, const dnp_slice *slice) {
  const dnp_tensor *y = node->out;
  const size_t size = dnp_dtype_size(y->dtype);
  const dnp_row_range rows = dnp_op_rows(node, slice);
  assert(slice->end <= y->shape[1]);
  const unsigned char *columns = dnp_tensor_at(y, y->grad, rows.begin); /* slices of b are columns of Y */
  node->kernels->column_sum(slice->end - slice->begin, rows.count, columns + slice->begin * size, y->shape[1],
      (unsigned char *)to + slice->begin * size, rows.from_zero);
}

/* dA[N,K] = dY[N,K]; db as above */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  if (input == 0)
    dnp_copy_part(node->out, node->out->grad, to, slice);
  else
    dnp_bias_gradient(node, to, slice);
}

size_t dnp_bias_gradient_terms(
    const dnp_node *node, size_t element, const dnp_slice *slice, dnp_recipe *recipe, dnp_term *terms, size_t room) {
  const dnp_tensor *y = node->out;
  const dnp_row_range rows = dnp_op_rows(node, slice);
  size_t count = 0;
  *recipe = dnp_recipe_of(node, DNP_FOLD_CHAIN);
  recipe->blocked = y->batched;
  for (size_t i = rows.begin; i < rows.begin + rows.count; i++)
    count = dnp_put(
        terms, room, count, (dnp_term){.tensor = y, .gradient = true, .index = i * y->shape[1] + element, .factor = 1});
  return count;
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  if (which == 1) return dnp_bias_gradient_terms(node, element, slice, recipe, terms, room);
  if (which == 0)
    return dnp_one_term(
        node, recipe, terms, room, (dnp_term){.tensor = node->out, .gradient = true, .index = element, .factor = 1});
  size_t count = dnp_one_term(
      node, recipe, terms, room, (dnp_term){.tensor = node->in[0], .index = element, .factor = 1});
  return dnp_put(
      terms, room, count, (dnp_term){.tensor = node->in[1], .index = element % node->out->shape[1], .factor = 1});
}

static const dnp_op_case cases[] = {
    {.in = {{2, {1, 9}, true}, {1, {9}, false}}},
    {.in = {{2, {17, 33}, true}, {1, {33}, false}}},
    {.in = {{2, {11, 1}, true}, {1, {1}, false}}},
    {.in = {{2, {6, 4}, false}, {1, {4}, false}}},
    {.in = {{2, {1300, 3}, true}, {1, {3}, false}}},
    DNP_CASES_END,
};

const dnp_op dnp_op_bias = {
    .name = "bias",
    .formula = "Y[N,K] := A[N,K] + b[K]",
    .inputs = 2,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .needs = {DNP_NEEDS_ALL, DNP_NEEDS_NOTHING},
    .explanation = DNP_N("Each element of {1} is that of {2} plus the element of {3} that belongs to its column."),
    .explanation_back = {DNP_N("Adding changes nothing on the way back: each element of {5} is that of {1}."),
        DNP_N("An element of {3} was added to every row of a column, so {5} is the sum of that column of {1}.")},
    .writing = {.forward = "{1} = {2} + {3}", .back = {"{5} = {1}", DNP_N("{5} = column sums of {1}")}},
    .terms = terms_of,
    .cases = cases,
};
