/* silu.c: the activation a sigmoid(a), also called swish, element by element. */
#include "base/activation.h"
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *a = node->in[0], *z = node->out;
  node->kernels->silu(
      dnp_part_count(z, slice), dnp_tensor_at(a, a->data, slice->begin), dnp_tensor_at(z, z->data, slice->begin));
}

/* da = dz s (1 + a (1 - s)) with s = sigmoid(a); from a, for two a may have one z */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  const dnp_tensor *a = node->in[0], *z = node->out;
  node->kernels->silu_back(dnp_part_count(z, slice), dnp_tensor_at(a, a->data, slice->begin),
      dnp_tensor_at(z, z->grad, slice->begin), dnp_tensor_at(z, to, slice->begin));
}

static double finish(denpa_dtype dtype, double a, const double *arg) {
  (void)arg;
  return dtype == DENPA_FLOAT32 ? (double)dnp_siluf((float)a) : dnp_silu(a);
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  const dnp_tensor *a = node->in[0], *z = node->out;
  if (which == DNP_OF_OUT) {
    const size_t count = dnp_one_term(
        node, recipe, terms, room, (dnp_term){.tensor = a, .index = element, .factor = 1});
    recipe->finish = finish;
    recipe->finish_form = "{1} / (1 + exp(-{1}))";
    return count;
  }
  const double at = dnp_datum(a, element),
               slope = a->dtype == DENPA_FLOAT32 ? (double)dnp_silu_slopef((float)at) : dnp_silu_slope(at);
  return dnp_one_term(node, recipe, terms, room,
      (dnp_term){.tensor = z,
          .grad = true,
          .index = element,
          .factor = slope,
          .by = a,
          .by_index = element,
          .by_form = "(1 + {1} * (1 - 1 / (1 + exp(-{1})))) / (1 + exp(-{1}))"});
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
    .terms = terms_of,
    .cases = dnp_cases_one,
};
