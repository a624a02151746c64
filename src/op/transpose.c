/* transpose.c: rows become columns. Fixed matrices only: the rows of a batch stay what they are. */
#include "op/row.h"

static denpa_status shape(const dnp_node *node, dnp_tensor *out, denpa_error *err) {
  const dnp_tensor *a = node->in[0];
  if (a->batched)
    return dnp_shape_mismatch(
        node, a, NULL, DNP_N("the rows of a batch cannot become columns; transpose a fixed matrix"), err);
  if (a->axes != 2) return dnp_shape_mismatch(node, a, NULL, DNP_N("only a matrix of two axes can be transposed"), err);
  out->shape[0] = a->shape[1];
  out->shape[1] = a->shape[0];
  out->axes = 2;
  out->batched = false;
  return DENPA_OK;
}

/* The part's slices of `to` are columns of `from`, a matrix of `rows` rows. */
static void turn(
    const dnp_node *node, size_t rows, size_t columns, const void *from, void *to, const dnp_slice *slice) {
  const size_t size = dnp_dtype_size(node->out->dtype);
  node->kernels->transpose(rows, slice->end - slice->begin, (const unsigned char *)from + slice->begin * size, columns,
      (unsigned char *)to + slice->begin * rows * size, rows);
}

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *a = node->in[0];
  turn(node, a->shape[0], a->shape[1], a->data, node->out->data, slice);
}

/* dA[M,N] = dY[N,M]^T */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  const dnp_tensor *y = node->out;
  turn(node, y->shape[0], y->shape[1], y->grad, to, slice);
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  const bool back = which != DNP_OF_OUT;
  const dnp_tensor *from = back ? node->out : node->in[0];
  const size_t row = element / from->shape[0], column = element % from->shape[0];
  return dnp_one_term(node, recipe, terms, room,
      (dnp_term){.tensor = from, .gradient = back, .index = column * from->shape[1] + row, .factor = 1});
}

static const dnp_op_case cases[] = {
    {.in = {{2, {1, 9}, false}}},
    {.in = {{2, {11, 1}, false}}},
    {.in = {{2, {17, 33}, false}}},
    {.in = {{2, {4, 4}, false}}},
    DNP_CASES_END,
};

const dnp_op dnp_op_transpose = {
    .name = "transpose",
    .formula = "Y[N,M] := A[M,N]^T",
    .inputs = 1,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("{1} is {2} with its rows as columns."),
    .explanation_back = {DNP_N("{5} is {1} with its rows as columns: turned back.")},
    .writing = {.forward = "{1} = {6}", .back = {"{5} = {1}^T"}},
    .terms = terms_of,
    .cases = cases,
};
