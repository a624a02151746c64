/* sigmoid.c: the activation 1/(1 + e^-a), element by element. */
#include "base/math.h"
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  dnp_activation_forward(node, slice, node->kernels->sigmoid);
}

/* da = dz (1 - z) z, from the kept z: no exponential is needed again */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  dnp_activation_backward(node, node->out, to, slice, node->kernels->sigmoid_back);
}

static double value(denpa_dtype dtype, double a, const double *arg) {
  (void)arg;
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)dnp_sigmoidf((float)a) : dnp_sigmoid(a);
}

static double slope(denpa_dtype dtype, double z) { return dnp_rounded(dtype, dnp_rounded(dtype, 1 - z) * z); }

static const dnp_activation_rule rule = {.value = value,
    .value_form = "1 / (1 + exp(-{1}))",
    .slope = slope,

    .slope_form = "(1 - {1}) * {1}"};

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  return dnp_activation_terms(node, which, element, &rule, recipe, terms, room);
}

const dnp_op dnp_op_sigmoid = {
    .name = "sigmoid",
    .word = "sigmoid",
    .formula = "Z[..] := 1 / (1 + exp(-A[..]))",
    .inputs = 1,
    .range = {0, 1},
    .shape = dnp_shape_elementwise,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N(
        "Each element of {1} is the sigmoid of that of {2}: it squeezes every number into the range between 0 and 1."),
    .explanation_back = {DNP_N("Each element of {5} is that of {1} times the slope of the sigmoid there, (1 - z) z, "
                               "which is never more than a quarter.")},
    .writing = {.forward = "{1} = 1 / (1 + exp(-{2}))", .back = {"{5} = {1} * (1 - {8}) * {8}"}},
    .numpy = {.value = "with np.errstate(over=\"ignore\"):\n"
                       "    return 1 / (1 + np.exp(-a))\n",
        .slope = "return z * (1 - z)\n"},
    .terms = terms_of,
    .cases = dnp_cases_one,
};
