/* sum_squared_error.c: half the sum of the squared errors between the outputs and the answers, as the book's
 * sum_squared_error has it. */
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  dnp_copy_part(node->out, a->data, node->out->data, slice);
  if (slice->answers)
    node->kernels->half_squares(slice->end - slice->begin, a->shape[1], dnp_tensor_at(a, a->data, slice->begin),
        dnp_tensor_at(t, t->data, slice->begin), (double *)node->loss->data + slice->begin);
}

/* da = (a - t) / N: the way back of a cross-entropy, with a in place of y */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  node->kernels->cross_entropy_back(slice->end - slice->begin, a->shape[1], slice->batch_rows, 0,
      dnp_tensor_at(a, a->data, slice->begin), NULL, dnp_tensor_at(t, t->data, slice->begin),
      dnp_tensor_at(a, to, slice->begin));
}

/* ---- terms --------------------------------------------------------------------------------------- */

/* sum / 2 */
static double half(denpa_dtype dtype, double sum, const double *arg) {
  (void)arg;
  return dnp_rounded(dtype, sum / 2);
}

/* sum / N; arg: N */
static double part_of_mean(denpa_dtype dtype, double sum, const double *arg) {
  return dnp_rounded(dtype, sum / dnp_rounded(dtype, arg[0]));
}

/* loss = (sum over k of (a_k - t_k)^2) / 2 */
static size_t loss_terms(const dnp_node *node, size_t row, dnp_recipe *recipe, dnp_term *terms, size_t room) {
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  const size_t k = a->shape[1];
  size_t count = 0;
  *recipe = (dnp_recipe){.fold = DNP_FOLD_LANES, .dtype = DENPA_DTYPE_FLOAT64};
  recipe->finish = half;
  recipe->finish_form = "{1} / 2";
  for (size_t i = row * k; i < (row + 1) * k; i++) {
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

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  const dnp_tensor *a = node->in[0];
  if (which == DNP_OF_OUT)
    return dnp_one_term(node, recipe, terms, room, (dnp_term){.tensor = a, .index = element, .factor = 1});
  if (which == DNP_OF_LOSS) return loss_terms(node, element, recipe, terms, room);
  const size_t count = dnp_difference(node, a, element, recipe, terms, room);
  recipe->finish = part_of_mean;
  recipe->finish_form = "{1} / {2}";
  recipe->arg[0] = (double)slice->batch_rows;
  return count;
}

const dnp_op dnp_op_sum_squared_error = {
    .name = "sum_squared_error",
    .word = "sse",
    .formula = "Y[N,K] := A[N,K]; loss[N] := (1/2) sum over k of (A[N,k] - T[N,k])^2",
    .inputs = 2,
    .ends_in_loss = true,
    .shape = dnp_shape_targets,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N(
        "{1} is {2}, unchanged. The loss is half the sum of the squared differences between {2} and {3}."),
    .explanation_back = {DNP_N("Each element of {5} is the difference between {2} and {3}, divided by the number of "
                               "samples: the half in the loss and the 2 of the square have met.")},
    .writing = {.forward = "{1} = {2}",
        .loss = DNP_N("{1} = half the sum of ({2} - {3})^2 over each row"),
        .back = {"{5} = ({8} - {3}) / {9}"}},
    .numpy = {.losses = "return ((a.astype(np.float64) - t) ** 2).sum(axis=1) / 2\n",
        .loss_gradient = "return (a - t) / len(a)\n"},
    .terms = terms_of,
    .cases = dnp_cases_targets,
};
