/* squared_error.c: the mean squared error between the outputs and the answers. */
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  dnp_copy_part(node->out, a->data, node->out->data, slice);
  if (slice->answers)
    node->kernels->squared_error(slice->end - slice->begin, a->shape[1], dnp_tensor_at(a, a->data, slice->begin),
        dnp_tensor_at(t, t->data, slice->begin), (double *)node->loss->data + slice->begin);
}

/* da = 2 (a - t) / (N K) */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  node->kernels->squared_error_back(slice->end - slice->begin, a->shape[1], slice->batch_rows,
      dnp_tensor_at(a, a->data, slice->begin), dnp_tensor_at(t, t->data, slice->begin),
      dnp_tensor_at(a, to, slice->begin));
}

/* 2 sum / (N K); arg: N, K */
static double slope(denpa_dtype dtype, double sum, const double *arg) {
  const double all = dnp_rounded(dtype, dnp_rounded(dtype, arg[0]) * dnp_rounded(dtype, arg[1]));
  return dnp_rounded(dtype, dnp_rounded(dtype, 2 * sum) / all);
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  const size_t k = a->shape[1];
  if (which == DNP_OF_OUT)
    return dnp_one_term(node, recipe, terms, room, (dnp_term){.tensor = a, .index = element, .factor = 1});
  if (which == DNP_OF_LOSS) {
    size_t count = 0;
    *recipe = (dnp_recipe){.fold = DNP_FOLD_LANES, .dtype = DENPA_DTYPE_FLOAT64};
    dnp_finish_row_mean(node, recipe);
    for (size_t i = element * k; i < (element + 1) * k; i++) {
      const double answer = dnp_datum(t, i);
      count = dnp_put(terms, room, count,
          (dnp_term){.tensor = a,
              .index = i,
              .minus = answer,
              .factor = dnp_datum(a, i) - answer,
              .by = a,
              .by_index = i,
              .by_form = "{1} - {6}"});
    }
    return count;
  }
  const size_t count = dnp_difference(node, a, element, recipe, terms, room);
  recipe->finish = slope;
  recipe->finish_form = "2 * {1} / ({2} * {3})";
  recipe->arg[0] = (double)slice->batch_rows;
  recipe->arg[1] = (double)k;
  return count;
}

const dnp_op dnp_op_squared_error = {
    .name = "squared_error",
    .word = "mse",
    .formula = "Y[N,K] := A[N,K]; loss[N] := (1/K) sum over k of (A[N,k] - T[N,k])^2",
    .inputs = 2,
    .ends_in_loss = true,
    .shape = dnp_shape_targets,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("{1} is {2}, unchanged. The loss is the mean of the squared differences between {2} and {3}."),
    .explanation_back = {DNP_N("Each element of {5} is twice the difference between {2} and {3}, divided by the number "
                               "of samples and of outputs.")},
    .writing = {.forward = "{1} = {2}",
        .loss = DNP_N("{1} = mean of ({2} - {3})^2 over each row"),
        .back = {"{5} = 2 * ({8} - {3}) / ({9} * {1})"}},
    .numpy = {.losses = "return ((a.astype(np.float64) - t) ** 2).mean(axis=1)\n",
        .loss_gradient = "return 2 * (a - t) / a.size\n"},
    .terms = terms_of,
    .cases = dnp_cases_targets,
};
