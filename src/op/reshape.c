/* reshape.c: the same elements in the same order under another shape. The rows of a batch stay. */
#include "op/row.h"

/* `out` comes with the shape asked for. Where the input has the rows of a batch they are axis 0 of both: the number
 * asked for there is replaced. */
static denpa_status shape(const dnp_node *node, dnp_tensor *out, denpa_error *err) {
  const dnp_tensor *a = node->in[0];
  size_t have, asked;
  if (a->batched && out->axes == 0)
    return dnp_shape_mismatch(node, a, out, DNP_N("the rows of a batch must stay as the first axis"), err);
  if (a->batched) out->shape[0] = a->shape[0];
  if (!dnp_shape_count(a->axes, a->shape, &have) || !dnp_shape_count(out->axes, out->shape, &asked) || have != asked)
    return dnp_shape_mismatch(node, a, out, DNP_N("both must have as many elements"), err);
  out->batched = a->batched;
  return DENPA_OK;
}

/* Into groups of samples, out of them, or as it is. */
static void carry(const dnp_kernels *kernels, const dnp_tensor *a, void *from, const dnp_tensor *b, void *to,
    const dnp_slice *slice) {
  const size_t rows = slice->end - slice->begin, count = dnp_tensor_row(a);
  if (dnp_tensor_grouped(a) == dnp_tensor_grouped(b))
    dnp_copy_part(b, from, to, slice);
  else
    (dnp_tensor_grouped(b) ? kernels->to_lanes : kernels->from_lanes)(
        rows, count, dnp_tensor_at(a, from, slice->begin), dnp_tensor_at(b, to, slice->begin));
}

static void forward(const dnp_node *node, const dnp_slice *slice) {
  carry(node->kernels, node->in[0], node->in[0]->data, node->out, node->out->data, slice);
}

/* dA = dY under A's shape */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  carry(node->kernels, node->out, node->out->grad, node->in[0], to, slice);
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  const bool back = which != DNP_OF_OUT;
  return dnp_one_term(node, recipe, terms, room,
      (dnp_term){.tensor = back ? node->out : node->in[0], .gradient = back, .index = element, .factor = 1});
}

static const dnp_op_case cases[] = {
    {.in = {{0, {0}, false}}, .to = {1, 1}, .to_axes = 2},
    {.in = {{1, {35}, false}}, .to = {5, 7}, .to_axes = 2},
    {.in = {{2, {1, 12}, true}}, .to = {1, 3, 2, 2}, .to_axes = 4},
    {.in = {{4, {13, 2, 3, 5}, true}}, .to = {13, 30}, .to_axes = 2},
    {.in = {{2, {19, 1}, true}}, .to = {19}, .to_axes = 1},
    DNP_CASES_END,
};

const dnp_op dnp_op_reshape = {
    .name = "reshape",
    .formula = "Y[..] := A[..], in the same order",
    .inputs = 1,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("{1} holds the elements of {2} in the same order, under another shape."),
    .explanation_back = {DNP_N("{5} holds the elements of {1} in the same order, under the shape of {2}.")},
    .writing = {.forward = DNP_N("{1} = {2} in the same order, under another shape"),
        .back = {DNP_N("{5} = {1} in the same order, under the shape of {2}")}},
    .numpy = {.arguments = "x", /* networks written as texts reshape what goes from pictures to dense layers only */
        .value = "# @{each picture as one row of numbers}\n"
                 "return x.reshape(len(x), -1)\n"},
    .terms = terms_of,
    .cases = cases,
};
