/* product.c: the matrix product, and its way back, which affine shares. */
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *x = node->in[0], *w = node->in[1], *y = node->out;
  const size_t c = w->shape[0], k = w->shape[1];
  assert(x->shape[1] == c && y->shape[1] == k);
  node->kernels->product(slice->end - slice->begin, k, c, dnp_tensor_at(x, x->data, slice->begin), c, w->data, k, NULL,
      dnp_tensor_at(y, y->data, slice->begin), k);
}

/* dX[N,C] = dY[N,K] . W[C,K]^T
 * dW[C,K] = X[N,C]^T . dY[N,K] */
void dnp_product_backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  const dnp_tensor *x = node->in[0], *w = node->in[1], *y = node->out;
  const size_t c = w->shape[0], k = w->shape[1], slices = slice->end - slice->begin;
  assert((input == 0 || input == 1) && x->shape[1] == c && y->shape[1] == k);
  if (input == 0) {
    node->kernels->product_nt(
        slices, c, k, dnp_tensor_at(y, y->grad, slice->begin), k, w->data, k, dnp_tensor_at(x, to, slice->begin), c);
    return;
  }
  const dnp_row_range rows = dnp_op_rows(node, slice);
  const unsigned char *columns = dnp_tensor_at(x, x->data, rows.begin); /* slices of W are columns of X */
  node->kernels->product_tn(slices, k, rows.count, columns + slice->begin * dnp_dtype_size(x->dtype), c,
      dnp_tensor_at(y, y->grad, rows.begin), k, dnp_tensor_at(w, to, slice->begin), k, rows.from_zero);
}

size_t dnp_product_terms(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  const dnp_tensor *x = node->in[0], *w = node->in[1], *y = node->out;
  const size_t c = w->shape[0], k = w->shape[1];
  const size_t row = element / (which == 0 ? c : k), column = element % (which == 0 ? c : k);
  size_t count = 0;
  *recipe = dnp_recipe_of(node, DNP_FOLD_CHAIN);
  if (which == DNP_OF_OUT) {
    for (size_t i = 0; i < c; i++)
      count = dnp_put(terms, room, count,
          (dnp_term){.tensor = x,
              .index = row * c + i,
              .factor = dnp_datum(w, i * k + column),
              .by = w,
              .by_index = i * k + column});
    return count;
  }
  if (which == 0) {
    for (size_t i = 0; i < k; i++)
      count = dnp_put(terms, room, count,
          (dnp_term){.tensor = y,
              .gradient = true,
              .index = row * k + i,
              .factor = dnp_datum(w, column * k + i),
              .by = w,
              .by_index = column * k + i});
    return count;
  }
  const dnp_row_range rows = dnp_op_rows(node, slice);
  recipe->blocked = y->batched;
  for (size_t i = rows.begin; i < rows.begin + rows.count; i++)
    count = dnp_put(terms, room, count,
        (dnp_term){.tensor = y,
            .gradient = true,
            .index = i * k + column,
            .factor = dnp_datum(x, i * c + row),
            .by = x,
            .by_index = i * c + row});
  return count;
}

static const dnp_op_case cases[] = {
    {.in = {{2, {1, 9}, true}, {2, {9, 5}, false}}},
    {.in = {{2, {17, 33}, true}, {2, {33, 19}, false}}},
    {.in = {{2, {11, 3}, true}, {2, {3, 1}, false}}},
    {.in = {{2, {7, 1}, true}, {2, {1, 67}, false}}},
    {.in = {{2, {6, 8}, false}, {2, {8, 4}, false}}},
    {.in = {{2, {2600, 3}, true}, {2, {3, 2}, false}}},
    DNP_CASES_END,
};

const dnp_op dnp_op_product = {
    .name = "product",
    .formula = "Y[N,K] := X[N,C] . W[C,K]",
    .inputs = 2,
    .shape = dnp_shape_product,
    .forward = forward,
    .backward = dnp_product_backward,
    .needs = {DNP_NEEDS_ALL, DNP_NEEDS_COLUMNS},
    .explanation = DNP_N(
        "Each element of {1} is a row of {2} times a column of {3}: the pairs are multiplied and added up."),
    .explanation_back = {DNP_N("Each element of {5} adds up a row of {1}, every element times the element of {3} "
                               "through which {2} had an effect on it."),
        DNP_N("Each element of {5} adds up, over the rows, an element of {2} times the gradient in {1} that it led to "
              "through {3}.")},
    .writing = {.forward = "{1} = {2} . {3}", .back = {"{5} = {1} . {7}", "{5} = {6} . {1}"}},
    .terms = dnp_product_terms,
    .cases = cases,
};
