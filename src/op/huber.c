/* huber.c: the Huber loss between the outputs and the answers: half the square up to delta, and from there on straight
 * on. */
#include <math.h>

#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  dnp_copy_part(node->out, a->data, node->out->data, slice);
  if (slice->answers)
    node->kernels->huber(slice->end - slice->begin, a->shape[1], node->number[0],
        dnp_tensor_at(a, a->data, slice->begin), dnp_tensor_at(t, t->data, slice->begin),
        (double *)node->loss->data + slice->begin);
}

/* da = (a - t, but no farther from 0 than delta) / (N K) */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  node->kernels->limited_error_back(slice->end - slice->begin, a->shape[1], slice->batch_rows, node->number[0],
      dnp_tensor_at(a, a->data, slice->begin), dnp_tensor_at(t, t->data, slice->begin),
      dnp_tensor_at(a, to, slice->begin));
}

/* ---- terms --------------------------------------------------------------------------------------- */

/* loss = mean of e^2 / 2 where |e| <= delta, else delta (|e| - delta / 2), with e = a_k - t_k */
static size_t loss_terms(const dnp_node *node, size_t row, dnp_recipe *recipe, dnp_term *terms, size_t room) {
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  const size_t k = a->shape[1];
  size_t count = 0;
  *recipe = (dnp_recipe){.fold = DNP_FOLD_LANES, .dtype = DENPA_DTYPE_FLOAT64};
  dnp_finish_row_mean(node, recipe);
  recipe->arg[1] = node->number[0];
  for (size_t i = row * k; i < (row + 1) * k; i++) {
    const double answer = dnp_datum(t, i), off = dnp_datum(a, i) - answer, delta = node->number[0];
    dnp_term term = {
        .minus = answer, .factor = off / 2 * off, .by = a, .by_index = i, .by_form = "({1} - {6}) / 2 * ({1} - {6})"};
    if (!(fabs(off) <= delta)) {
      term.factor = delta * (fabs(off) - delta / 2);
      term.by_form = off > 0 ? "{3} * ({1} - {6} - {3} / 2)" : "{3} * ({6} - {1} - {3} / 2)";
    }
    count = dnp_put(terms, room, count, term);
  }
  return count;
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  if (which == DNP_OF_OUT)
    return dnp_one_term(node, recipe, terms, room, (dnp_term){.tensor = a, .index = element, .factor = 1});
  if (which == DNP_OF_LOSS) return loss_terms(node, element, recipe, terms, room);
  const double delta = dnp_rounded(a->dtype, node->number[0]),
               off = dnp_rounded(a->dtype, dnp_datum(a, element) - dnp_datum(t, element));
  size_t count = dnp_difference(node, a, element, recipe, terms, room);
  if (off > delta || off < -delta) count = dnp_put(terms, room, 0, (dnp_term){.factor = off > 0 ? delta : -delta});
  dnp_finish_batch_mean(node, slice, recipe);
  return count;
}

static const dnp_op_case cases[] = {
    {.in = {{2, {1, 10}, true}, {2, {1, 10}, true}}, .number = {1}},
    {.in = {{2, {13, 33}, true}, {2, {13, 33}, true}}, .number = {0.7}},
    {.in = {{2, {5, 1}, true}, {2, {5, 1}, true}}, .number = {100}},
    {.in = {{2, {7, 16}, true}, {2, {7, 16}, true}}, .number = {0.1}},
    DNP_CASES_END,
};

const dnp_op dnp_op_huber = {
    .name = "huber",
    .word = "huber",
    .usage = "huber:DELTA",
    .formula = "Y[N,K] := A[N,K]; loss[N] := (1/K) sum over k of E^2 / 2 where |E| <= delta, else delta (|E| - delta / "
               "2), E := A[N,k] - T[N,k]",
    .inputs = 2,
    .number = {{"delta", false, 1e-6, 1e6, 1}},
    .ends_in_loss = true,
    .shape = dnp_shape_targets,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("{1} is {2}, unchanged. The loss is the mean over the differences between {2} and {3}: half "
                         "the square of those up to {6:.15g}; for larger ones it goes on in a straight line."),
    .explanation_back = {DNP_N(
        "Each element of {5} is the difference between {2} and {3}, but no farther from 0 than {6:.15g}, divided by "
        "the number of samples and of outputs: a far-off answer pulls no harder.")},
    .writing = {.forward = "{1} = {2}",
        .loss = DNP_N("{1} = mean of ({2} - {3})^2 / 2 over each row, straight on from delta"),
        .back = {DNP_N("{5} = ({8} - {3}, but no farther from 0 than delta) / ({9} * {1})")}},
    .numpy = {.losses = "off = np.abs(a.astype(np.float64) - t)\n"
                        "return np.where(off <= {1}, off * off / 2, {1} * (off - {1} / 2)).mean(axis=1)\n",
        .loss_gradient = "return np.clip(a - t, -{1}, {1}) / a.size\n"},
    .terms = terms_of,
    .cases = cases,
};
