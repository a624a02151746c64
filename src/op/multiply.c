/* multiply.c: the product of two tensors, element by element. */
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *a = node->in[0], *b = node->in[1], *y = node->out;
  node->kernels->multiply(dnp_part_count(y, slice), dnp_tensor_at(a, a->data, slice->begin),
      dnp_tensor_at(b, b->data, slice->begin), dnp_tensor_at(y, y->data, slice->begin));
}

/* da = dy b; db = dy a */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  const dnp_tensor *other = node->in[1 - input], *y = node->out;
  node->kernels->multiply(dnp_part_count(y, slice), dnp_tensor_at(y, y->grad, slice->begin),
      dnp_tensor_at(other, other->data, slice->begin), dnp_tensor_at(y, to, slice->begin));
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  const dnp_tensor *a = node->in[0], *b = node->in[1];
  if (which == DNP_OF_OUT)
    return dnp_one_term(node, recipe, terms, room,
        (dnp_term){.tensor = a, .index = element, .factor = dnp_datum(b, element), .by = b, .by_index = element});
  const dnp_tensor *other = which == 0 ? b : a;
  return dnp_one_term(node, recipe, terms, room,
      (dnp_term){.tensor = node->out,
          .gradient = true,
          .index = element,
          .factor = dnp_datum(other, element),
          .by = other,
          .by_index = element});
}

const dnp_op dnp_op_multiply = {
    .name = "multiply",
    .formula = "Y[..] := A[..] * B[..]",
    .inputs = 2,
    .shape = dnp_shape_elementwise,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("Each element of {1} is that of {2} times that of {3}."),
    .explanation_back =
        {DNP_N("Multiplying swaps its inputs on the way back: each element of {5} is that of {1} times that of {3}."),
            DNP_N(
                "Multiplying swaps its inputs on the way back: each element of {5} is that of {1} times that of {2}.")},
    .writing = {.forward = "{1} = {2} * {3}", .back = {"{5} = {1} * {3}", "{5} = {1} * {2}"}},
    .terms = terms_of,
    .cases = dnp_cases_two,
};
