/* fold.c: adds up the terms of an element by the law of sums. Written for clearness and independently of the kernels,
 * which must give the same bits (tests/unit/test_op_rules.c). Called by whatever explains or checks, never while
 * training. */
#include <math.h>

#include "op/row.h"

const char *const dnp_fold_names[DNP_FOLD_KINDS] = {
#define X(kind, name) [DNP_FOLD_##kind] = name,
    DNP_FOLD_LIST(X)
#undef X
};

/* One fused step, rounded once to the dtype. */
static double fused(denpa_dtype dtype, double value, double factor, double sum) {
  return dtype == DENPA_DTYPE_FLOAT32 ? (double)fmaf((float)value, (float)factor, (float)sum) : fma(value, factor, sum);
}

static double added(denpa_dtype dtype, double a, double b) { return dnp_rounded(dtype, a + b); }

double dnp_term_value(const dnp_term *term) {
  if (term->tensor == NULL) return 1;
  return dnp_tensor_element(term->tensor, term->gradient ? DNP_GRAD : DNP_DATA, term->index);
}

double dnp_term_given(denpa_dtype dtype, const dnp_term *term) {
  return term->tensor == NULL ? 1 : dnp_rounded(dtype, dnp_term_value(term) - term->minus);
}

/* The accumulator of term i of `count`, by samples: at each place of the picture the last group has as many terms as
 * samples are left for it. */
static size_t lane_of(const dnp_recipe *recipe, size_t i, size_t count) {
  if (recipe->group == 0) return i % DNP_LANES;
  const size_t at = i % recipe->group, left = count - (i - at);
  return at % (left < recipe->group ? left * DNP_LANES / recipe->group : DNP_LANES);
}

static void add_to(dnp_folding *folding, size_t lane, double value, double factor) {
  const dnp_recipe *recipe = folding->recipe;
  if (recipe->map != NULL) value = recipe->map(recipe->dtype, value, recipe->arg);
  if (recipe->fold == DNP_FOLD_FIRST && folding->count == 0)
    folding->sum[0] = recipe->dtype == DENPA_DTYPE_FLOAT32 ? (double)((float)value * (float)factor) : value * factor;
  else
    folding->sum[lane] = fused(recipe->dtype, value, factor, folding->sum[lane]);
  folding->count++;
}

void dnp_folding_add(dnp_folding *folding, double value, double factor) {
  add_to(folding, folding->recipe->fold == DNP_FOLD_LANES ? folding->count % DNP_LANES : 0, value, factor);
}

double dnp_folding_total(const dnp_folding *folding) {
  double sum[DNP_LANES];
  if (folding->recipe->fold != DNP_FOLD_LANES) return folding->sum[0];
  for (int i = 0; i < DNP_LANES; i++) sum[i] = folding->sum[i];
  for (int half = DNP_LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) sum[i] = added(folding->recipe->dtype, sum[i], sum[i + half]);
  return sum[0];
}

static double fold_block(const dnp_recipe *recipe, const dnp_term *terms, size_t count);

static double fold_groups(const dnp_recipe *recipe, const dnp_term *terms, size_t count) {
  dnp_recipe lanes = *recipe;
  double sum = 0;
  lanes.fold = DNP_FOLD_LANES;
  for (size_t at = 0; at < count; at += recipe->group) {
    const size_t left = count - at;
    sum = added(recipe->dtype, sum, fold_block(&lanes, terms + at, left < recipe->group ? left : recipe->group));
  }
  return sum;
}

/* The fold of terms that belong to one block, or to none. */
static double fold_block(const dnp_recipe *recipe, const dnp_term *terms, size_t count) {
  if (recipe->fold == DNP_FOLD_GROUPS) return fold_groups(recipe, terms, count);
  dnp_folding folding = {.recipe = recipe};
  for (size_t i = 0; i < count; i++)
    add_to(&folding, recipe->fold == DNP_FOLD_LANES ? lane_of(recipe, i, count) : 0,
        dnp_term_given(recipe->dtype, &terms[i]), terms[i].factor);
  return dnp_folding_total(&folding);
}

size_t dnp_fold_block_terms(const dnp_recipe *recipe) {
  if (!recipe->blocked) return 0;
  return recipe->group > 0 ? DNP_BLOCK_ROWS / DNP_LANES * recipe->group : DNP_BLOCK_ROWS;
}

/* The tree over blocks of DNP_BLOCK_ROWS samples: neighbours meet, and an odd last one passes up. So a subtree of 2^l
 * blocks begins at a multiple of 2^l, and the left half is the largest power of two below the whole. */
static double fold_tree(const dnp_recipe *recipe, const dnp_term *terms, size_t count) {
  size_t left = dnp_fold_block_terms(recipe);
  if (count <= left) return fold_block(recipe, terms, count);
  while (2 * left < count) left *= 2;
  return added(recipe->dtype, fold_tree(recipe, terms, left), fold_tree(recipe, terms + left, count - left));
}

double dnp_fold(const dnp_recipe *recipe, const dnp_term *terms, size_t count) {
  const double sum = recipe->blocked ? fold_tree(recipe, terms, count) : fold_block(recipe, terms, count);
  return recipe->finish != NULL ? recipe->finish(recipe->dtype, sum, recipe->arg) : sum;
}
