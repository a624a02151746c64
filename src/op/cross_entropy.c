/* cross_entropy.c: softmax and cross-entropy in one step. The answers are labels, or a matrix of the answer for each
 * output (one-hot or probabilities that add up to 1); smoothed, a share of each answer is dealt out evenly to all
 * outputs. The softmax belongs to the loss: the way back is simply y - t. */
#include "base/math.h"
#include "op/row.h"

static bool has_labels(const dnp_tensor *t) { return t->dtype == DENPA_DTYPE_INT32; }

static denpa_status shape(const dnp_node *node, dnp_tensor *out, denpa_error *err) {
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  if (!a->batched || a->axes != 2)
    return dnp_shape_mismatch(node, a, NULL, DNP_N("a loss needs the rows of a batch, and two axes"), err);
  if (!t->batched || t->shape[0] != a->shape[0])
    return dnp_shape_mismatch(node, a, t, DNP_N("each row needs its answer"), err);
  if (has_labels(t) ? t->axes != 1 : !dnp_same_shape(a, t))
    return dnp_shape_mismatch(node, a, t,
        DNP_N("the answers must be one label for each row (int32), or have one column for each output"), err);
  dnp_shape_like(a, out);
  return DENPA_OK;
}

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *a = node->in[0], *t = node->in[1], *y = node->out;
  assert(!slice->answers || (t->data != NULL && node->loss != NULL));
  const void *answers = slice->answers ? dnp_tensor_at(t, t->data, slice->begin) : NULL;
  node->kernels->cross_entropy(slice->end - slice->begin, a->shape[1], node->number[0],
      dnp_tensor_at(a, a->data, slice->begin), dnp_tensor_at(y, y->data, slice->begin), has_labels(t) ? answers : NULL,
      has_labels(t) ? NULL : answers, slice->answers ? (double *)node->loss->data + slice->begin : NULL);
}

/* da = (y - t) / N, with t = 1 for the label and 0 elsewhere */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  const dnp_tensor *a = node->in[0], *t = node->in[1], *y = node->out;
  const void *answers = dnp_tensor_at(t, t->data, slice->begin);
  node->kernels->cross_entropy_back(slice->end - slice->begin, a->shape[1], slice->batch_rows, node->number[0],
      dnp_tensor_at(y, y->data, slice->begin), has_labels(t) ? answers : NULL, has_labels(t) ? NULL : answers,
      dnp_tensor_at(a, to, slice->begin));
}

/* ---- terms --------------------------------------------------------------------------------------- */

/* exp(v - max); arg: max */
static double power(denpa_dtype dtype, double value, const double *arg) {
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)dnp_expf((float)value - (float)arg[0]) : dnp_exp(value - arg[0]);
}

/* exp(a - max) / sum; arg: max, a */
static double share(denpa_dtype dtype, double sum, const double *arg) {
  return dnp_rounded(dtype, power(dtype, arg[1], arg) / sum);
}

/* (y - t) / N; arg: N */
static double part_of_mean(denpa_dtype dtype, double sum, const double *arg) {
  return dnp_rounded(dtype, sum / dnp_rounded(dtype, arg[0]));
}

static double row_max(const dnp_tensor *a, size_t row) {
  double max = dnp_datum(a, row * a->shape[1]);
  for (size_t j = 1; j < a->shape[1]; j++) {
    const double value = dnp_datum(a, row * a->shape[1] + j);
    if (value > max) max = value;
  }
  return max;
}

size_t dnp_softmax_terms(const dnp_node *node, size_t element, dnp_recipe *recipe, dnp_term *terms, size_t room) {
  const dnp_tensor *a = node->in[0];
  const size_t k = a->shape[1], row = element / k;
  size_t count = 0;
  *recipe = dnp_recipe_of(node, DNP_FOLD_LANES);
  recipe->map = power;
  recipe->map_form = "exp({1} - {2})";
  recipe->finish = share;
  recipe->finish_form = "exp({3} - {2}) / {1}";
  recipe->arg[0] = row_max(a, row);
  recipe->arg[1] = dnp_datum(a, element);
  for (size_t j = 0; j < k; j++)
    count = dnp_put(terms, room, count, (dnp_term){.tensor = a, .index = row * k + j, .factor = 1});
  return count;
}

/* log s - (v - max); arg: log s, max */
static double cost(denpa_dtype dtype, double value, const double *arg) {
  return dnp_rounded(dtype, arg[0] - (value - arg[1]));
}

/* ... with the answers smoothed: each term is what an output costs times its share of the answer */
static size_t smoothed_terms(
    const dnp_node *node, size_t row, double log_sum, double max, dnp_recipe *recipe, dnp_term *terms, size_t room) {
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  const size_t k = a->shape[1];
  const double keep = 1 - node->number[0], share = node->number[0] / (double)k;
  size_t count = 0;
  *recipe = (dnp_recipe){.fold = DNP_FOLD_LANES,
      .dtype = DENPA_DTYPE_FLOAT64,
      .map = cost,
      .map_form = "({2} - ({1} - {3}))",
      .arg = {log_sum, max, keep, share}};
  for (size_t j = 0; j < k; j++) {
    dnp_term term = {.tensor = a, .index = row * k + j};
    if (has_labels(t)) {
      term.factor = fma(keep, (size_t)((const int32_t *)t->data)[row] == j, share);
    } else {
      term.factor = fma(keep, dnp_datum(t, row * k + j), share);
      term.by = t;
      term.by_index = row * k + j;
      term.by_form = "{4} * {1} + {5}";
    }
    count = dnp_put(terms, room, count, term);
  }
  return count;
}

/* log s - (a - max), in double; arg: max, a */
static double surprise(denpa_dtype dtype, double sum, const double *arg) {
  (void)dtype;
  return dnp_log(sum) - (arg[1] - arg[0]);
}

/* loss = log s - (a - max) of the label, in double; its terms are those of s, the softmax's sum, in the dtype of that
 */
static size_t label_terms(const dnp_node *node, size_t row, dnp_recipe *recipe, dnp_term *terms, size_t room) {
  const size_t label = (size_t)((const int32_t *)node->in[1]->data)[row];
  const size_t count = dnp_softmax_terms(node, row * node->in[0]->shape[1] + label, recipe, terms, room);
  recipe->finish = surprise;
  recipe->finish_form = "log({1}) - ({3} - {2})";
  return count;
}

/* loss = sum over k of t_k (log s - (a_k - max)) */
static size_t loss_terms(const dnp_node *node, size_t row, dnp_recipe *recipe, dnp_term *terms, size_t room) {
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  const size_t k = a->shape[1];
  const double max = row_max(a, row);
  const dnp_recipe softmax = {.fold = DNP_FOLD_LANES, .dtype = a->dtype, .map = power, .arg = {max}};
  dnp_folding folding = {.recipe = &softmax};
  for (size_t j = 0; j < k; j++) dnp_folding_add(&folding, dnp_datum(a, row * k + j), 1);
  const double log_sum = dnp_log(dnp_folding_total(&folding));
  size_t count = 0;
  if (node->number[0] > 0) return smoothed_terms(node, row, log_sum, max, recipe, terms, room);
  *recipe = (dnp_recipe){.fold = DNP_FOLD_LANES, .dtype = DENPA_DTYPE_FLOAT64, .arg = {log_sum, max}};
  for (size_t j = 0; j < k; j++)
    count = dnp_put(terms, room, count,
        (dnp_term){.tensor = t,
            .index = row * k + j,
            .factor = log_sum - (dnp_datum(a, row * k + j) - max),
            .by = a,
            .by_index = row * k + j,
            .by_form = "{2} - ({1} - {3})"}); /* log s, and max */
  return count;
}

/* Minus the smoothed answer, in the dtype. */
static dnp_term smoothed_answer(const dnp_node *node, size_t element, dnp_recipe *recipe) {
  const dnp_tensor *t = node->in[1];
  const size_t k = node->in[0]->shape[1];
  const denpa_dtype dtype = node->out->dtype;
  const double keep = dnp_rounded(dtype, 1 - node->number[0]), share = dnp_rounded(dtype, node->number[0] / (double)k);
  const double answer = has_labels(t) ? (size_t)((const int32_t *)t->data)[element / k] == element % k
                                      : dnp_datum(t, element);
  dnp_term term = {.factor = -(dtype == DENPA_DTYPE_FLOAT32 ? (double)fmaf((float)keep, (float)answer, (float)share)
                                                            : fma(keep, answer, share))};
  recipe->arg[1] = keep;
  recipe->arg[2] = share;
  if (has_labels(t)) return term;
  term.by = t;
  term.by_index = element;
  term.by_form = "-({3} * {1} + {4})";
  return term;
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  const dnp_tensor *t = node->in[1];
  const size_t k = node->in[0]->shape[1];
  if (which == DNP_OF_LOSS && has_labels(t) && !(node->number[0] > 0))
    return label_terms(node, element, recipe, terms, room);
  if (which == DNP_OF_LOSS) return loss_terms(node, element, recipe, terms, room);
  if (which == DNP_OF_OUT) return dnp_softmax_terms(node, element, recipe, terms, room);
  const size_t count = dnp_one_term(
      node, recipe, terms, room, (dnp_term){.tensor = node->out, .index = element, .factor = 1});
  recipe->finish = part_of_mean;
  recipe->finish_form = "{1} / {2}";
  recipe->arg[0] = (double)slice->batch_rows;
  if (node->number[0] > 0) return dnp_put(terms, room, count, smoothed_answer(node, element, recipe));
  if (!has_labels(t)) return dnp_put(terms, room, count, (dnp_term){.tensor = t, .index = element, .factor = -1});
  if ((size_t)((const int32_t *)t->data)[element / k] != element % k) return count;
  return dnp_put(terms, room, count, (dnp_term){.factor = -1});
}

static const dnp_op_case cases[] = {
    {.in = {{2, {1, 10}, true}, {1, {1}, true}}},
    {.in = {{2, {1, 10}, true}, {2, {1, 10}, true}}},
    {.in = {{2, {13, 33}, true}, {1, {13}, true}}},
    {.in = {{2, {13, 33}, true}, {2, {13, 33}, true}}},
    {.in = {{2, {5, 1}, true}, {1, {5}, true}}},
    {.in = {{2, {5, 1}, true}, {2, {5, 1}, true}}},
    {.in = {{2, {7, 2}, true}, {1, {7}, true}}},
    {.in = {{2, {7, 16}, true}, {2, {7, 16}, true}}},
    {.in = {{2, {13, 33}, true}, {1, {13}, true}}, .number = {0.1}},
    {.in = {{2, {13, 33}, true}, {2, {13, 33}, true}}, .number = {0.1}},
    {.in = {{2, {7, 2}, true}, {1, {7}, true}}, .number = {0.5}},
    {.in = {{2, {7, 2}, true}, {2, {7, 2}, true}}, .number = {0.5}},
    DNP_CASES_END,
};

static const dnp_op_writing smoothed = {.forward = DNP_N("{1} = softmax of each row of {2}"),
    .loss = DNP_N("{1} = -sum of smoothed {3} * log({2}) over each row"),
    .back = {DNP_N("{5} = ({8} - smoothed {3}) / {9}")},
    .note = DNP_N("(It is called {1} by custom, but it is the gradient for {2}. The answers are smoothed: a share of "
                  "each 1 is dealt out evenly to all columns.)")};

const dnp_op dnp_op_cross_entropy = {
    .name = "cross_entropy",
    .word = "cross-entropy",
    .formula = "Y[N,K] := softmax(A[N,K]); loss[N] := -sum over k of T[N,k] log Y[N,k]",
    .inputs = 2,
    .number = {{"smoothing", false, 0, 0.999, 0}},
    .ends_in_loss = true,
    .labels = true,
    .inside = DNP_INSIDE_SOFTMAX,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N(
        "Each row of {1} is the softmax of a row of {2}: e to the power of each element, divided by their sum, so that "
        "the row adds up to 1. "
        "The loss is the cross-entropy with {3}: minus the logarithm of what {1} gives to the right answer."),
    .explanation_back = {DNP_N("Each element of {5} is the output minus the answer in {3}, divided by the number of "
                               "samples: softmax and cross-entropy together leave no more than that.")},
    .writing = {.forward = DNP_N("{1} = softmax of each row of {2}"),
        .loss = DNP_N("{1} = -sum of {3} * log({2}) over each row"),
        .back = {"{5} = ({8} - {3}) / {9}"},
        .note = DNP_N("(It is called {1} by custom, but it is the gradient for {2}: the way back through the softmax, "
                      "from {3} to {2}, is already in it.)")},
    .writing_numbered = &smoothed,
    .numpy = {.losses = "# @{softmax does not change, and no exp is too large}\n"
                        "above = (a - a.max(axis=1, keepdims=True)).astype(np.float64)\n"
                        "return ((np.log(np.exp(above).sum(axis=1, keepdims=True)) - above) * t).sum(axis=1)\n",
        .loss_gradient = "power = np.exp(a - a.max(axis=1, keepdims=True))\n"
                         "return (power / power.sum(axis=1, keepdims=True) - t) / len(a)\n"},
    .terms = terms_of,
    .cases = cases,
};
