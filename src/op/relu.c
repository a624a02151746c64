/* relu.c: the activation max(a, 0), element by element. */
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  dnp_activation_forward(node, slice, node->kernels->relu);
}

/* da = dz where z > 0, else 0 */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  dnp_activation_backward(node, node->out, to, slice, node->kernels->relu_back);
}

/* Where the gate is shut there is no term. A NaN goes forward, and not back. */
static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  const dnp_tensor *a = node->in[0], *z = node->out;
  const bool back = which != DNP_OF_OUT, open = back ? dnp_datum(z, element) > 0 : !(dnp_datum(a, element) <= 0);
  *recipe = dnp_recipe_of(node, DNP_FOLD_FIRST);
  return open ? dnp_put(
                    terms, room, 0, (dnp_term){.tensor = back ? z : a, .gradient = back, .index = element, .factor = 1})
              : 0;
}

const dnp_op dnp_op_relu = {
    .name = "relu",
    .word = "relu",
    .formula = "Z[..] := max(A[..], 0)",
    .inputs = 1,
    .kink = DNP_KINK_AT_ZERO,
    .can_die = true,
    .shape = dnp_shape_elementwise,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("Each element of {1} is that of {2} if it is positive, and 0 if it is not."),
    .explanation_back = {DNP_N("Each element of {5} is that of {1} where {2} was positive, and 0 where it was not: "
                               "nothing goes back through a shut gate.")},
    .writing = {.forward = "{1} = max({2}, 0)", .back = {DNP_N("{5} = {1} where {2} > 0, else 0")}},
    .numpy = {.value = "return np.maximum(a, 0)\n", .slope = "return z > 0\n"},
    .terms = terms_of,
    .cases = dnp_cases_one,
};
