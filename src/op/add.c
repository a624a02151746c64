/* add.c: the sum of two tensors, element by element. */
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *a = node->in[0], *b = node->in[1], *y = node->out;
  node->kernels->add(dnp_part_count(y, slice), dnp_tensor_at(a, a->data, slice->begin),
      dnp_tensor_at(b, b->data, slice->begin), dnp_tensor_at(y, y->data, slice->begin));
}

/* da = dy; db = dy */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  dnp_copy_part(node->out, node->out->grad, to, slice);
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  if (which != DNP_OF_OUT)
    return dnp_one_term(
        node, recipe, terms, room, (dnp_term){.tensor = node->out, .gradient = true, .index = element, .factor = 1});
  size_t count = dnp_one_term(
      node, recipe, terms, room, (dnp_term){.tensor = node->in[0], .index = element, .factor = 1});
  return dnp_put(terms, room, count, (dnp_term){.tensor = node->in[1], .index = element, .factor = 1});
}

const dnp_op dnp_op_add = {
    .name = "add",
    .formula = "Y[..] := A[..] + B[..]",
    .inputs = 2,
    .shape = dnp_shape_elementwise,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("Each element of {1} is that of {2} plus that of {3}."),
    .explanation_back = {DNP_N("Adding hands the gradient on as it is: each element of {5} is that of {1}."),
        DNP_N("Adding hands the gradient on as it is: each element of {5} is that of {1}.")},
    .writing = {.forward = "{1} = {2} + {3}", .back = {"{5} = {1}", "{5} = {1}"}},
    .terms = terms_of,
    .cases = dnp_cases_two,
};
