/* silu.c: the activation a sigmoid(a), also called swish, element by element. */
#include "base/activation.h"
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  dnp_activation_forward(node, slice, node->kernels->silu);
}

/* da = dz s (1 + a (1 - s)) with s = sigmoid(a); from a, for two a may have one z */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  dnp_activation_backward(node, node->in[0], to, slice, node->kernels->silu_back);
}

static double value(denpa_dtype dtype, double a, const double *arg) {
  (void)arg;
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)dnp_siluf((float)a) : dnp_silu(a);
}

static double slope(denpa_dtype dtype, double a) {
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)dnp_silu_slopef((float)a) : dnp_silu_slope(a);
}

static const dnp_activation_rule rule = {.value = value,
    .value_form = "{1} / (1 + exp(-{1}))",
    .slope = slope,
    .slope_of_input = true,
    .slope_form = "(1 + {1} * (1 - 1 / (1 + exp(-{1})))) / (1 + exp(-{1}))"};

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  return dnp_activation_terms(node, which, element, &rule, recipe, terms, room);
}

const dnp_op dnp_op_silu = {
    .name = "silu",
    .word = "silu",
    .formula = "Z[..] := A[..] / (1 + exp(-A[..]))",
    .inputs = 1,
    .shape = dnp_shape_elementwise,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("Each element of {1} is that of {2} times its own sigmoid: large numbers pass, very negative "
                         "ones vanish, and in between it is smooth."),
    .explanation_back = {DNP_N("Each element of {5} is that of {1} times the slope of the SiLU at {2}: s (1 + a (1 - "
                               "s)) with the sigmoid s.")},
    .writing = {.forward = "{1} = {2} / (1 + exp(-{2}))",
        .back = {DNP_N("{5} = {1} * s * (1 + {2} * (1 - s)), s the sigmoid of {2}")}},
    .numpy = {.value = "with np.errstate(over=\"ignore\"):\n"
                       "    return a / (1 + np.exp(-a))\n"},
    .terms = terms_of,
    .cases = dnp_cases_one,
};
