/* sigmoid.c: the activation 1/(1 + e^-a), element by element. */
#include "base/math.h"
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *a = node->in[0], *z = node->out;
  node->kernels->sigmoid(
      dnp_part_count(z, slice), dnp_tensor_at(a, a->data, slice->begin), dnp_tensor_at(z, z->data, slice->begin));
}

/* da = dz (1 - z) z, from the kept z: no exponential is needed again */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  const dnp_tensor *z = node->out;
  node->kernels->sigmoid_back(dnp_part_count(z, slice), dnp_tensor_at(z, z->data, slice->begin),
      dnp_tensor_at(z, z->grad, slice->begin), dnp_tensor_at(z, to, slice->begin));
}

static double finish(denpa_dtype dtype, double a, const double *arg) {
  (void)arg;
  return dtype == DENPA_FLOAT32 ? (double)dnp_sigmoidf((float)a) : dnp_sigmoid(a);
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  (void)slice;
  const dnp_tensor *z = node->out;
  if (which == DNP_OF_OUT) {
    const size_t count = dnp_one_term(
        node, recipe, terms, room, (dnp_term){.tensor = node->in[0], .index = element, .factor = 1});
    recipe->finish = finish;
    recipe->finish_form = "1 / (1 + exp(-{1}))";
    return count;
  }
  const double at = dnp_datum(z, element), slope = dnp_rounded(z->dtype, dnp_rounded(z->dtype, 1 - at) * at);
  return dnp_one_term(node, recipe, terms, room,
      (dnp_term){.tensor = z,
          .grad = true,
          .index = element,
          .factor = slope,
          .by = z,
          .by_index = element,
          .by_form = "(1 - {1}) * {1}"});
}

const dnp_op dnp_op_sigmoid = {
    .name = "sigmoid",
    .word = "sigmoid",
    .formula = "Z[..] := 1 / (1 + exp(-A[..]))",
    .inputs = 1,
    .shape = dnp_shape_elementwise,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N(
        "Each element of {1} is the sigmoid of that of {2}: it squeezes every number into the range between 0 and 1."),
    .explanation_back = {DNP_N("Each element of {5} is that of {1} times the slope of the sigmoid there, (1 - z) z, "
                               "which is never more than a quarter.")},
    .terms = terms_of,
    .cases = dnp_cases_one,
};
