/* softplus.c: the activation ln(1 + e^a), element by element. */
#include "base/activation.h"
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  dnp_activation_forward(node, slice, node->kernels->softplus);
}

/* da = dz (1 - e^-z), which is dz sigmoid(a), from the kept z */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  dnp_activation_backward(node, node->out, to, slice, node->kernels->softplus_back);
}

static double value(denpa_dtype dtype, double a, const double *arg) {
  (void)arg;
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)dnp_softplusf((float)a) : dnp_softplus(a);
}

static double slope(denpa_dtype dtype, double z) {
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)-dnp_fallf((float)-z) : -dnp_fall(-z);
}

static const dnp_activation_rule rule = {.value = value,
    .value_form = "log(1 + exp({1}))",
    .slope = slope,

    .slope_form = "1 - exp(-{1})"};

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  return dnp_activation_terms(node, which, element, &rule, recipe, terms, room);
}

const dnp_op dnp_op_softplus = {
    .name = "softplus",
    .word = "softplus",
    .formula = "Z[..] := log(1 + exp(A[..]))",
    .inputs = 1,
    .shape = dnp_shape_elementwise,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("Each element of {1} is the softplus of that of {2}: a ReLU with its corner rounded off, near "
                         "0 far below and nearly straight far above."),
    .explanation_back = {DNP_N("Each element of {5} is that of {1} times the slope of the softplus there, 1 - e^-z, "
                               "which is the sigmoid of {2}.")},
    .writing = {.forward = "{1} = log(1 + exp({2}))", .back = {"{5} = {1} * (1 - exp(-{8}))"}},
    .numpy = {.value = "return np.logaddexp(0, a)\n", .slope = "return 1 - np.exp(-z)\n"},
    .terms = terms_of,
    .cases = dnp_cases_one,
};
