/* identity.c: hands its input on: the activation of a layer that has none. */
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  dnp_copy_part(node->out, node->in[0]->data, node->out->data, slice);
}

/* da = dz */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  dnp_copy_part(node->out, node->out->grad, to, slice);
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  const bool back = which != DNP_OF_OUT;
  return dnp_one_term(node, recipe, terms, room,
      (dnp_term){.tensor = back ? node->out : node->in[0], .gradient = back, .index = element, .factor = 1});
}

const dnp_op dnp_op_identity = {
    .name = "identity",
    .word = "identity",
    .formula = "Z[..] := A[..]",
    .inputs = 1,
    .shape = dnp_shape_elementwise,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("{1} is {2}, unchanged."),
    .explanation_back = {DNP_N("{5} is {1}, unchanged.")},
    .writing = {.forward = "{1} = {2}", .back = {"{5} = {1}"}},
    .numpy = {.value = "return a\n", .slope = "return np.ones_like(z)\n"},
    .terms = terms_of,
    .cases = dnp_cases_one,
};
