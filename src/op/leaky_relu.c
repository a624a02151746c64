/* leaky_relu.c: the activation a where it is positive, else a small slope times a, element by element. */
#include "base/activation.h"
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  dnp_activation_forward_numbered(node, slice, node->kernels->leaky_relu);
}

/* da = dz where z > 0, else slope dz: the slope is no less than 0, so z has the sign of a */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  dnp_activation_backward_numbered(node, to, slice, node->kernels->leaky_relu_back);
}

static const dnp_op_case cases[] = {
    {.in = {{0, {0}, false}}, .number = {0.01}},
    {.in = {{1, {37}, false}}, .number = {0.3}},
    {.in = {{2, {1, 7}, true}}, .number = {0.01}},
    {.in = {{2, {19, 1}, true}}, .number = {0.3}},
    {.in = {{2, {13, 23}, true}}, .number = {0.3}},
    {.in = {{3, {3, 5, 7}, true}}, .number = {0}},
    {.in = {{4, {2, 3, 5, 3}, true}}, .number = {0.01}},
    DNP_CASES_END,
};

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  const dnp_tensor *a = node->in[0], *z = node->out;
  const bool back = which != DNP_OF_OUT, open = (back ? dnp_datum(z, element) : dnp_datum(a, element)) > 0;
  return dnp_one_term(node, recipe, terms, room,
      (dnp_term){.tensor = back ? z : a,
          .gradient = back,
          .index = element,
          .factor = open ? 1 : dnp_rounded(z->dtype, node->number[0])});
}

const dnp_op dnp_op_leaky_relu = {
    .name = "leaky_relu",
    .word = "leaky-relu",
    .usage = "leaky-relu:SLOPE",
    .formula = "Z[..] := A[..] where it is > 0, else slope A[..]",
    .inputs = 1,
    .number = {{"slope", false, 0, 1, 0.01}},
    .kink = DNP_KINK_AT_ZERO,
    .shape = dnp_shape_elementwise,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("Each element of {1} is that of {2} if it is positive, and {6:.15g} times it if it is not: a "
                         "little gets through the gate even when it is shut."),
    .explanation_back = {DNP_N("Each element of {5} is that of {1} where {2} was positive, and {6:.15g} times it where "
                               "it was not: no unit can die, as with ReLU.")},
    .writing = {.forward = DNP_N("{1} = {2} where {2} > 0, else slope * {2}"),
        .back = {DNP_N("{5} = {1} where {2} > 0, else slope * {1}")}},
    .numpy = {.value = "return np.where(a > 0, a, {1} * a)\n",
        .slope = "return np.where(z > 0, 1, {1}).astype(DTYPE)\n"},
    .terms = terms_of,
    .cases = cases,
};
