/* tanh.c: the activation tanh a, element by element. */
#include "base/math.h"
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  dnp_activation_forward(node, slice, node->kernels->tanh);
}

/* da = dz (1 - z^2), from the kept z */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  dnp_activation_backward(node, node->out, to, slice, node->kernels->tanh_back);
}

static double value(denpa_dtype dtype, double a, const double *arg) {
  (void)arg;
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)dnp_tanhf((float)a) : dnp_tanh(a);
}

static double slope(denpa_dtype dtype, double z) {
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)fmaf((float)-z, (float)z, 1.0f) : fma(-z, z, 1.0);
}

static const dnp_activation_rule rule = {.value = value,
    .value_form = "tanh({1})",
    .slope = slope,

    .slope_form = "1 - {1} * {1}"};

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  return dnp_activation_terms(node, which, element, &rule, recipe, terms, room);
}

const dnp_op dnp_op_tanh = {
    .name = "tanh",
    .word = "tanh",
    .formula = "Z[..] := tanh(A[..])",
    .inputs = 1,
    .range = {-1, 1},
    .shape = dnp_shape_elementwise,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("Each element of {1} is the hyperbolic tangent of that of {2}: it squeezes every number into "
                         "the range between -1 and 1."),
    .explanation_back = {DNP_N(
        "Each element of {5} is that of {1} times the slope of the hyperbolic tangent there, 1 - z^2.")},
    .writing = {.forward = "{1} = tanh({2})", .back = {"{5} = {1} * (1 - {8} * {8})"}},
    .numpy = {.value = "return np.tanh(a)\n", .slope = "return 1 - z * z\n"},
    .terms = terms_of,
    .cases = dnp_cases_one,
};
