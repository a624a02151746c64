/* elu.c: the activation a where it is positive, else alpha (e^a - 1), element by element. */
#include "base/activation.h"
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  dnp_activation_forward_numbered(node, slice, node->kernels->elu);
}

/* da = dz where z > 0, else dz (z + alpha), which is dz alpha e^a */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  dnp_activation_backward_numbered(node, to, slice, node->kernels->elu_back);
}

/* alpha (e^a - 1); arg: alpha */
static double finish(denpa_dtype dtype, double a, const double *arg) {
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)((float)arg[0] * dnp_fallf((float)a)) : arg[0] * dnp_fall(a);
}

static const dnp_op_case cases[] = {
    {.in = {{0, {0}, false}}, .number = {1}},
    {.in = {{1, {37}, false}}, .number = {0.3}},
    {.in = {{2, {1, 7}, true}}, .number = {1}},
    {.in = {{2, {19, 1}, true}}, .number = {0.3}},
    {.in = {{2, {13, 23}, true}}, .number = {0.3}},
    {.in = {{3, {3, 5, 7}, true}}, .number = {2.5}},
    {.in = {{4, {2, 3, 5, 3}, true}}, .number = {1}},
    DNP_CASES_END,
};

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  const dnp_tensor *a = node->in[0], *z = node->out;
  const double alpha = dnp_rounded(z->dtype, node->number[0]);
  if (which == DNP_OF_OUT) {
    const size_t count = dnp_one_term(
        node, recipe, terms, room, (dnp_term){.tensor = a, .index = element, .factor = 1});
    if (dnp_datum(a, element) > 0) return count;
    recipe->finish = finish;
    recipe->finish_form = "{2} * (exp({1}) - 1)";
    recipe->arg[0] = alpha;
    return count;
  }
  const double at = dnp_datum(z, element);
  dnp_term term = {.tensor = z, .gradient = true, .index = element, .factor = 1};
  if (!(at > 0)) {
    term.factor = dnp_rounded(z->dtype, at + alpha);
    term.by = z;
    term.by_index = element;
    term.by_form = "{1} + {2}";
  }
  const size_t count = dnp_one_term(node, recipe, terms, room, term);
  recipe->arg[0] = alpha;
  return count;
}

const dnp_op dnp_op_elu = {
    .name = "elu",
    .word = "elu",
    .usage = "elu:ALPHA",
    .formula = "Z[..] := A[..] where it is > 0, else alpha (exp(A[..]) - 1)",
    .inputs = 1,
    .number = {{"alpha", false, 0, 1000, 1}},
    .kink = DNP_KINK_AT_ZERO,
    .shape = dnp_shape_elementwise,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("Each element of {1} is that of {2} if it is positive; if not, it bends down smoothly and "
                         "never falls below -{6:.15g}."),
    .explanation_back = {DNP_N("Each element of {5} is that of {1} where {2} was positive, and elsewhere that times "
                               "the slope of the exponential there, z + {6:.15g}.")},
    .writing = {.forward = DNP_N("{1} = {2} where {2} > 0, else alpha * (exp({2}) - 1)"),
        .back = {DNP_N("{5} = {1} where {2} > 0, else {1} * ({8} + alpha)")}},
    .numpy = {.value = "return np.where(a > 0, a, {1} * np.expm1(np.minimum(a, 0)))\n",
        .slope = "return np.where(z > 0, 1, z + {1})\n"},
    .terms = terms_of,
    .cases = cases,
};
