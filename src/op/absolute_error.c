/* absolute_error.c: the mean absolute error between the outputs and the answers. */
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  dnp_copy_part(node->out, a->data, node->out->data, slice);
  if (slice->answers)
    node->kernels->absolute_error(slice->end - slice->begin, a->shape[1], dnp_tensor_at(a, a->data, slice->begin),
        dnp_tensor_at(t, t->data, slice->begin), (double *)node->loss->data + slice->begin);
}

/* da = sign(a - t) / (N K), 0 where they are equal */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  node->kernels->absolute_error_back(slice->end - slice->begin, a->shape[1], slice->batch_rows,
      dnp_tensor_at(a, a->data, slice->begin), dnp_tensor_at(t, t->data, slice->begin),
      dnp_tensor_at(a, to, slice->begin));
}

/* ---- terms --------------------------------------------------------------------------------------- */

/* loss = mean of |a_k - t_k| */
static size_t loss_terms(const dnp_node *node, size_t row, dnp_recipe *recipe, dnp_term *terms, size_t room) {
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  const size_t k = a->shape[1];
  size_t count = 0;
  *recipe = (dnp_recipe){.fold = DNP_FOLD_LANES, .dtype = DENPA_DTYPE_FLOAT64};
  dnp_finish_row_mean(node, recipe);
  for (size_t i = row * k; i < (row + 1) * k; i++) {
    const double answer = dnp_datum(t, i);
    count = dnp_put(terms, room, count,
        (dnp_term){.tensor = a, .index = i, .minus = answer, .factor = dnp_datum(a, i) < answer ? -1 : 1});
  }
  return count;
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  if (which == DNP_OF_OUT)
    return dnp_one_term(node, recipe, terms, room, (dnp_term){.tensor = a, .index = element, .factor = 1});
  if (which == DNP_OF_LOSS) return loss_terms(node, element, recipe, terms, room);
  const double value = dnp_datum(a, element), answer = dnp_datum(t, element);
  *recipe = dnp_recipe_of(node, DNP_FOLD_FIRST);
  dnp_finish_batch_mean(node, slice, recipe);
  return value > answer || value < answer ? dnp_put(terms, room, 0, (dnp_term){.factor = value > answer ? 1 : -1}) : 0;
}

const dnp_op dnp_op_absolute_error = {
    .name = "absolute_error",
    .word = "mae",
    .formula = "Y[N,K] := A[N,K]; loss[N] := (1/K) sum over k of |A[N,k] - T[N,k]|",
    .inputs = 2,
    .kink = DNP_KINK_AT_ANSWER,
    .ends_in_loss = true,
    .shape = dnp_shape_targets,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("{1} is {2}, unchanged. The loss is the mean of the differences between {2} and {3}, all "
                         "taken as positive: an answer that is far off counts no more than its distance."),
    .explanation_back = {DNP_N(
        "Each element of {5} is 1 where {2} is above {3}, -1 where it is below, and 0 where they are equal, divided by "
        "the number of samples and of outputs: the size of the error does not matter.")},
    .writing = {.forward = "{1} = {2}",
        .loss = DNP_N("{1} = mean of |{2} - {3}| over each row"),
        .back = {DNP_N("{5} = sign of ({8} - {3}) / ({9} * {1})")}},
    .numpy = {.losses = "return np.abs(a.astype(np.float64) - t).mean(axis=1)\n",
        .loss_gradient = "return np.sign(a - t) / a.size\n"},
    .terms = terms_of,
    .cases = dnp_cases_targets,
};
