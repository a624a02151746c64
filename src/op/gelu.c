/* gelu.c: the activation a times the part of the normal distribution that lies below a (exact, not by way of tanh),
 * element by element. */
#include "base/activation.h"
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  dnp_activation_forward(node, slice, node->kernels->gelu);
}

/* da = dz (P(a) + a p(a)) with the normal distribution P and its density p; from a, for two a may have one z */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  dnp_activation_backward(node, node->in[0], to, slice, node->kernels->gelu_back);
}

static double value(denpa_dtype dtype, double a, const double *arg) {
  (void)arg;
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)dnp_geluf((float)a) : dnp_gelu(a);
}

static double slope(denpa_dtype dtype, double a) {
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)dnp_gelu_slopef((float)a) : dnp_gelu_slope(a);
}

static const dnp_activation_rule rule = {.value = value,
    .value_form = "{1} * (1 + erf({1} / sqrt(2))) / 2",
    .slope = slope,
    .slope_of_input = true,
    .slope_form = "(1 + erf({1} / sqrt(2))) / 2 + {1} * exp(-{1} * {1} / 2) / sqrt(2 * pi)"};

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  return dnp_activation_terms(node, which, element, &rule, recipe, terms, room);
}

const dnp_op dnp_op_gelu = {
    .name = "gelu",
    .word = "gelu",
    .formula = "Z[..] := A[..] (1 + erf(A[..] / sqrt 2)) / 2",
    .inputs = 1,
    .shape = dnp_shape_elementwise,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("Each element of {1} is that of {2} times the share of the normal distribution that lies "
                         "below it: large numbers pass, very negative ones vanish, and in between it is smooth."),
    .explanation_back = {DNP_N("Each element of {5} is that of {1} times the slope of the GELU at {2}: the share of "
                               "the normal distribution below it, plus it times the density there.")},
    .writing = {.forward = "{1} = {2} * (1 + erf({2} / sqrt(2))) / 2",
        .back = {DNP_N("{5} = {1} * (P({2}) + {2} * p({2})), P the normal distribution, p its density")}},
    .numpy = {.value = "import math\n"
                       "erf = np.vectorize(math.erf, otypes=[a.dtype])\n"
                       "return a * (1 + erf(a / math.sqrt(2))) / 2\n"},
    .terms = terms_of,
    .cases = dnp_cases_one,
};
