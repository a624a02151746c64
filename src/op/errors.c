/* errors.c: what the losses of answers with the outputs' shape share: their shape rule, their cases, and means. */
#include "op/row.h"

denpa_status dnp_shape_targets(const dnp_node *node, dnp_tensor *out, denpa_error *err) {
  const dnp_tensor *a = node->in[0], *t = node->in[1];
  if (!a->batched || a->axes != 2)
    return dnp_shape_mismatch(node, a, NULL, DNP_N("a loss needs the rows of a batch, and two axes"), err);
  if (!dnp_same_shape(a, t) || t->dtype == DENPA_DTYPE_INT32)
    return dnp_shape_mismatch(
        node, a, t, DNP_N("the answers must have the shape of the outputs, and must not be labels"), err);
  dnp_shape_like(a, out);
  return DENPA_OK;
}

size_t dnp_difference(
    const dnp_node *node, const dnp_tensor *from, size_t element, dnp_recipe *recipe, dnp_term *terms, size_t room) {
  const size_t count = dnp_one_term(
      node, recipe, terms, room, (dnp_term){.tensor = from, .index = element, .factor = 1});
  return dnp_put(terms, room, count, (dnp_term){.tensor = node->in[1], .index = element, .factor = -1});
}

/* sum / K; arg: K */
static double row_mean(denpa_dtype dtype, double sum, const double *arg) { return dnp_rounded(dtype, sum / arg[0]); }

void dnp_finish_row_mean(const dnp_node *node, dnp_recipe *recipe) {
  recipe->finish = row_mean;
  recipe->finish_form = "{1} / {2}";
  recipe->arg[0] = (double)node->in[0]->shape[1];
}

/* sum / (N K); arg: N, K */
static double batch_mean(denpa_dtype dtype, double sum, const double *arg) {
  return dnp_rounded(dtype, sum / dnp_rounded(dtype, dnp_rounded(dtype, arg[0]) * dnp_rounded(dtype, arg[1])));
}

void dnp_finish_batch_mean(const dnp_node *node, const dnp_slice *slice, dnp_recipe *recipe) {
  recipe->finish = batch_mean;
  recipe->finish_form = "{1} / ({2} * {3})";
  recipe->arg[0] = (double)slice->batch_rows;
  recipe->arg[1] = (double)node->in[0]->shape[1];
}

const dnp_op_case dnp_cases_targets[] = {
    {.in = {{2, {1, 10}, true}, {2, {1, 10}, true}}},
    {.in = {{2, {13, 33}, true}, {2, {13, 33}, true}}},
    {.in = {{2, {5, 1}, true}, {2, {5, 1}, true}}},
    {.in = {{2, {7, 16}, true}, {2, {7, 16}, true}}},
    DNP_CASES_END,
};
