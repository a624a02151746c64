/* binary_cross_entropy.c: sigmoid and cross-entropy in one step, for each output by itself: two classes, or many that
 * may hold at once (multi-label). Answers are 0, 1, or between. */
#include "base/activation.h"
#include "op/row.h"

static void forward(const dnp_node *node, const dnp_slice *slice) {
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  const dnp_tensor *y = node->out;
  node->kernels->sigmoid(
      dnp_part_count(y, slice), dnp_tensor_at(a, a->data, slice->begin), dnp_tensor_at(y, y->data, slice->begin));
  if (slice->answers)
    node->kernels->binary_cross_entropy(slice->end - slice->begin, a->shape[1], dnp_tensor_at(a, a->data, slice->begin),
        dnp_tensor_at(t, t->data, slice->begin), (double *)node->loss->data + slice->begin);
}

/* da = (y - t) / (N K) */
static void backward(const dnp_node *node, int input, void *to, const dnp_slice *slice) {
  (void)input;
  const dnp_tensor *a = node->in[0], *t = node->in[1], *y = node->out;
  node->kernels->limited_error_back(slice->end - slice->begin, a->shape[1], slice->batch_rows, (double)INFINITY,
      dnp_tensor_at(y, y->data, slice->begin), dnp_tensor_at(t, t->data, slice->begin),
      dnp_tensor_at(a, to, slice->begin));
}

/* ---- terms --------------------------------------------------------------------------------------- */

static double finish(denpa_dtype dtype, double a, const double *arg) {
  (void)arg;
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)dnp_sigmoidf((float)a) : dnp_sigmoid(a);
}

/* loss = mean of -t_k log y_k - (1 - t_k) log(1 - y_k), by way of a: log(1 + e^a) - t a, or log(1 + e^-a) + (1 - t) a
 * where that is more exact */
static size_t loss_terms(const dnp_node *node, size_t row, dnp_recipe *recipe, dnp_term *terms, size_t room) {
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  const size_t k = a->shape[1];
  size_t count = 0;
  *recipe = (dnp_recipe){.fold = DNP_FOLD_LANES, .dtype = DENPA_DTYPE_FLOAT64};
  dnp_finish_row_mean(node, recipe);
  for (size_t i = row * k; i < (row + 1) * k; i++) {
    const double at = dnp_datum(a, i), answer = dnp_datum(t, i);
    const bool yes = answer > 0.5, whole = answer >= 1 && answer <= 1, none = answer <= 0 && answer >= 0;
    const double factor = yes ? fma(1 - answer, at, dnp_softplus(-at)) : fma(-answer, at, dnp_softplus(at));
    count = dnp_put(terms, room, count,
        (dnp_term){.minus = answer,
            .factor = factor,
            .by = a,
            .by_index = i,
            .by_form = whole  ? "log(1 + exp(-{1}))"
                       : none ? "log(1 + exp({1}))"
                              : "log(1 + exp({1})) - {6} * {1}"});
  }
  return count;
}

static size_t terms_of(const dnp_node *node, int which, size_t element, const dnp_slice *slice, dnp_recipe *recipe,
    dnp_term *terms, size_t room) {
  const dnp_tensor *a = node->in[0];
  if (which == DNP_OF_OUT) {
    const size_t count = dnp_one_term(
        node, recipe, terms, room, (dnp_term){.tensor = a, .index = element, .factor = 1});
    recipe->finish = finish;
    recipe->finish_form = "1 / (1 + exp(-{1}))";
    return count;
  }
  if (which == DNP_OF_LOSS) return loss_terms(node, element, recipe, terms, room);
  const size_t count = dnp_difference(node, node->out, element, recipe, terms, room);
  dnp_finish_batch_mean(node, slice, recipe);
  return count;
}

const dnp_op dnp_op_binary_cross_entropy = {
    .name = "binary_cross_entropy",
    .word = "bce",
    .formula = "Y[N,K] := 1 / (1 + exp(-A[N,K])); loss[N] := -(1/K) sum over k of T[N,k] log Y[N,k] + (1 - T[N,k]) "
               "log(1 - Y[N,k])",
    .inputs = 2,
    .ends_in_loss = true,
    .inside = DNP_INSIDE_SIGMOID,
    .shape = dnp_shape_targets,
    .forward = forward,
    .backward = backward,
    .explanation = DNP_N("Each element of {1} is the sigmoid of that of {2}, a probability by itself: a row need not "
                         "add up to 1. The loss is the mean over the outputs of the cross-entropy with {3}: minus the "
                         "logarithm of what was given to what is right, yes or no."),
    .explanation_back = {DNP_N("Each element of {5} is the output minus the answer in {3}, divided by the number of "
                               "samples and of outputs: sigmoid and cross-entropy together leave no more than that.")},
    .writing = {.forward = "{1} = 1 / (1 + exp(-{2}))",
        .loss = DNP_N("{1} = mean of -{3} * log({2}) - (1 - {3}) * log(1 - {2}) over each row"),
        .back = {"{5} = ({8} - {3}) / ({9} * {1})"},
        .note = DNP_N("(It is called {1} by custom, but it is the gradient for {2}: the way back through the sigmoid, "
                      "from {3} to {2}, is already in it.)")},
    .terms = terms_of,
    .cases = dnp_cases_targets,
};
