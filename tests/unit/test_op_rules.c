/* test_op_rules.c: what no walk over the list of operations shows: shape rules and what they refuse, tensors,
 * folds (src/op). */
#include "op_case.h"

/* ---- single matters ------------------------------------------------------------------------------ */

static void test_list(void **context) {
  (void)context;
  size_t count = 0;
  while (dnp_ops[count] != NULL) count++;
  assert_int_equal(count, DNP_OPS);
  assert_ptr_equal(dnp_ops[DNP_OP_affine], &dnp_op_affine);
  assert_ptr_equal(dnp_op_find("squared_error"), &dnp_op_squared_error);
  assert_null(dnp_op_find("afine"));
  assert_null(dnp_op_find(""));
}

/* z = f(a) of one number, and f'(a), with the number that is taken where none is written. */
static void activate(const dnp_op *op, double a, double *z, double *slope) {
  double grad = 1;
  const dnp_kernels *kernels;
  assert_int_equal(dnp_kernels_choose("auto", DENPA_DTYPE_FLOAT64, &kernels, NULL), DENPA_OK);
  dnp_tensor in = {.dtype = DENPA_DTYPE_FLOAT64, .rows = 1, .data = &a, .grad = slope},
             out = {.dtype = DENPA_DTYPE_FLOAT64, .rows = 1, .data = z, .grad = &grad};
  const dnp_node node = {
      .op = op, .inputs = 1, .in = {&in}, .out = &out, .number = {op->number[0].fallback}, .kernels = kernels};
  op->forward(&node, &(dnp_slice){.end = 1});
  op->backward(&node, 0, slope, &(dnp_slice){.end = 1});
}

/* What a row says of an activation is true of its numbers. */
static void check_activation(const dnp_op *op) {
  double low, high, below, slope[3];
  activate(op, -1e9, &low, &slope[0]);
  activate(op, 1e9, &high, &slope[1]);
  activate(op, -1, &below, &slope[2]);
  const bool ends = op->range[0] < op->range[1];
  assert_true(ends == (high < 2)); /* the others grow with a */
  if (ends) assert_true(fabs(low - op->range[0]) < 1e-6 && fabs(high - op->range[1]) < 1e-6);
  if (ends) assert_true(slope[0] < 1e-6 && slope[1] < 1e-6);
  assert_true(op->can_die == (below == 0 && slope[2] == 0));
}

/* The columns from which other rooms make their texts: none is half there. */
static void check_columns(const dnp_op *op) {
  const int back = op->ends_in_loss ? op->inputs - 1 : op->inputs; /* inputs that have a gradient */
  const bool activation = dnp_op_is_activation(op);
  assert_non_null(strstr(op->writing.forward, "{1}"));
  assert_true(op->ends_in_loss == (op->writing.loss != NULL));
  for (int i = 0; i < DNP_MAX_INPUTS; i++)
    assert_true(i < back ? strstr(op->writing.back[i], "{5}") != NULL : op->writing.back[i] == NULL);
  assert_true(op->numpy.slope == NULL || (activation && op->numpy.value != NULL));
  assert_true(op->numpy.value == NULL || !op->ends_in_loss);
  assert_true(op->numpy.value != NULL || !activation);
  assert_true((op->numpy.arguments != NULL) == (op->numpy.value != NULL && !activation));
  assert_true((op->numpy.losses == NULL) == (op->numpy.loss_gradient == NULL));
  assert_true(op->numpy.losses == NULL || op->ends_in_loss);
  assert_true(op->inside == DNP_INSIDE_NOTHING || op->ends_in_loss);
  assert_true(op->labels == (op->inside == DNP_INSIDE_SOFTMAX));
  assert_true(!op->filters || op->inputs > 1);
  assert_true(op->usage == NULL ||
              (op->word != NULL && op->number[0].name != NULL && strncmp(op->usage, op->word, strlen(op->word)) == 0 &&
                  op->usage[strlen(op->word)] == ':'));
  if (activation)
    check_activation(op);
  else
    assert_true(!op->can_die && op->range[0] == 0 && op->range[1] == 0);
}

static void test_columns(void **context) {
  (void)context;
  for (size_t i = 0; i < DNP_OPS; i++) check_columns(dnp_ops[i]);
}

static void test_tensor(void **context) {
  (void)context;
  double data[24];
  const dnp_tensor matrix = {.dtype = DENPA_DTYPE_FLOAT32, .axes = 3, .shape = {2, 3, 4}},
                   vector = {.dtype = DENPA_DTYPE_INT32, .axes = 1, .shape = {5}};
  const dnp_tensor scalar_tensor = {.dtype = DENPA_DTYPE_FLOAT64};
  assert_int_equal(dnp_tensor_row(&matrix), 12);
  assert_int_equal(dnp_tensor_slices(&matrix), 2);
  assert_ptr_equal(dnp_tensor_at(&matrix, data, 1), data + 6);
  assert_int_equal(dnp_tensor_row(&vector), 1);
  assert_int_equal(dnp_tensor_slices(&vector), 5);
  assert_ptr_equal(dnp_tensor_at(&vector, data, 4), data + 2);
  assert_int_equal(dnp_tensor_row(&scalar_tensor), 1);
  assert_int_equal(dnp_tensor_slices(&scalar_tensor), 1);
  assert_ptr_equal(dnp_tensor_at(&scalar_tensor, data, 0), data);
}

/* The fold itself, on numbers where the order and the single rounding show. */
static void test_fold(void **context) {
  (void)context;
  float values[3] = {0x1p24f, 1.0f, 1.0f};
  const dnp_tensor t = {.dtype = DENPA_DTYPE_FLOAT32, .axes = 1, .shape = {3}, .rows = 3, .data = values};
  dnp_term terms[3] = {{.tensor = &t, .index = 0, .factor = 1}, {.tensor = &t, .index = 1, .factor = 1},
      {.tensor = &t, .index = 2, .factor = 1}};
  dnp_recipe recipe = {.fold = DNP_FOLD_CHAIN, .dtype = DENPA_DTYPE_FLOAT32};
  assert_true(dnp_fold(&recipe, terms, 3) == 0x1p24); /* each 1 is lost */
  recipe.dtype = DENPA_DTYPE_FLOAT64;
  assert_true(dnp_fold(&recipe, terms, 3) == 0x1p24 + 2);
  recipe = (dnp_recipe){.fold = DNP_FOLD_LANES, .dtype = DENPA_DTYPE_FLOAT32};
  /* three lanes, of which the third meets the first before the second */
  assert_true(dnp_fold(&recipe, terms, 3) == 0x1p24);
  const dnp_term lanes[18] = {[0] = {.factor = 0x1p24}, [1] = {.factor = 1}, [17] = {.factor = 1}};
  assert_true(dnp_fold(&recipe, lanes, 18) == 0x1p24 + 2); /* the ones meet each other first: 17 mod 16 is 1 */
  values[0] = 0x1.000002p0f;
  terms[0].factor = 0x1.000002p0; /* (1 + 2^-23)^2 = 1 + 2^-22 + 2^-46 */
  terms[1] = (dnp_term){.factor = -0x1.000004p0};
  recipe.fold = DNP_FOLD_CHAIN;
  assert_true(dnp_fold(&recipe, terms, 2) == 0); /* the first product is rounded: nothing is left */
  const dnp_term turned[2] = {terms[1], terms[0]};
  assert_true(dnp_fold(&recipe, turned, 2) == 0x1p-46); /* the second is not */
  recipe.fold = DNP_FOLD_FIRST;
  assert_true(!signbit(dnp_fold(&recipe, terms, 0)));
  values[0] = -0.0f;
  assert_true(signbit(dnp_fold(&recipe, (dnp_term[]){{.tensor = &t, .factor = 1}}, 1)));
  recipe.fold = DNP_FOLD_CHAIN;
  assert_true(!signbit(dnp_fold(&recipe, (dnp_term[]){{.tensor = &t, .factor = 1}}, 1)));
  assert_true(dnp_fold(&recipe, (dnp_term[]){{.tensor = &t, .index = 1, .minus = 4, .factor = 2}}, 1) == -6);
}

/* By samples: sample n goes to accumulator n mod 16 at every place of the picture, also in the last group, which may be
 * short. The names are those that the script of a page knows. */
static void test_fold_samples(void **context) {
  (void)context;
  enum { PLACES = 3, ROWS = 18, COUNT = PLACES * ROWS };
  dnp_term terms[COUNT] = {{0}};
  dnp_recipe recipe = {.fold = DNP_FOLD_LANES, .dtype = DENPA_DTYPE_FLOAT64, .group = PLACES * DNP_LANES};
  dnp_term *last = terms + PLACES * DNP_LANES; /* place after place of samples 16 and 17 */
  last[0].factor = 0x1p53;                     /* sample 16, whose 1 at the next place is lost beside it ... */
  last[2].factor = 1;
  last[4].factor = -0x1p53;
  assert_true(dnp_fold(&recipe, terms, COUNT) == 0);
  last[2].factor = last[4].factor = 0;
  last[1].factor = last[3].factor = 1; /* ... while those of sample 17 meet each other first */
  assert_true(dnp_fold(&recipe, terms, COUNT) == 0x1p53 + 2);
  recipe.fold = DNP_FOLD_GROUPS;
  terms[0].factor = 0x1p53;
  last[0].factor = 0; /* a group is one number before it meets the others */
  assert_true(dnp_fold(&recipe, terms, COUNT) == 0x1p53 + 2);
  assert_int_equal(dnp_fold_block_terms(&recipe), 0);
  recipe.blocked = true;
  assert_int_equal(dnp_fold_block_terms(&recipe), DNP_BLOCK_ROWS * PLACES);
  assert_string_equal(dnp_fold_names[DNP_FOLD_CHAIN], "chain");
  assert_string_equal(dnp_fold_names[DNP_FOLD_GROUPS], "groups");
}

/* Samples: a 1 is lost beside 2^53 in its own block and kept when blocks of ones meet first. */
static void test_fold_blocks(void **context) {
  (void)context;
  const size_t count = 4 * DNP_BLOCK_ROWS + 1;
  dnp_term *terms;
  assert_int_equal(DNP_NEW(&terms, count, NULL), DENPA_OK);
  for (size_t i = 0; i < count; i++) terms[i].factor = i == 0 ? 0x1p53 : 1;
  dnp_recipe recipe = {.fold = DNP_FOLD_CHAIN, .dtype = DENPA_DTYPE_FLOAT64};
  assert_true(dnp_fold(&recipe, terms, count) == 0x1p53);
  recipe.blocked = true;
  assert_true(dnp_fold(&recipe, terms, DNP_BLOCK_ROWS) == 0x1p53);
  assert_true(dnp_fold(&recipe, terms, DNP_BLOCK_ROWS + 2) == 0x1p53 + 2);
  assert_true(dnp_fold(&recipe, terms, count - 1) == 0x1p53 + 3 * DNP_BLOCK_ROWS);
  /* the odd one meets the rest at the top: half to even */
  assert_true(dnp_fold(&recipe, terms, count) == 0x1p53 + 3 * DNP_BLOCK_ROWS);
  /* Three blocks: the third passes up past the meeting of the first two. */
  terms[DNP_BLOCK_ROWS].factor = -0x1p53;
  for (size_t i = 1; i < count; i++)
    if (i != DNP_BLOCK_ROWS) terms[i].factor = 0;
  terms[2 * DNP_BLOCK_ROWS].factor = 1;
  assert_true(dnp_fold(&recipe, terms, 3 * DNP_BLOCK_ROWS) == 1);
  dnp_free(terms);
}

/* ---- shape rules --------------------------------------------------------------------------------- */

typedef struct refusal {
  const dnp_op *op;
  dnp_op_case c;
  bool labels; /* the last input is int32 */
  const char *text;
} refusal;

static const refusal refusals[] = {
    {&dnp_op_affine, {.in = {{2, {4, 3}, true}, {2, {2, 5}, false}, {1, {5}, false}}}, false,
        "affine: 'in0' has the shape (4, 3) and 'in1' has the shape (2, 5); the columns of the first must be as many "
        "as the rows of the second"},
    {&dnp_op_affine, {.in = {{2, {4, 3}, true}, {2, {3, 5}, false}, {1, {4}, false}}}, false,
        "affine: 'out' has the shape (4, 5) and 'in2' has the shape (4,); the bias needs one element for each column"},
    {&dnp_op_product, {.in = {{4, {4, 3, 1, 1}, true}, {2, {3, 5}, false}}}, false,
        "product: 'in0' has the shape (4, 3, 1, 1) and 'in1' has the shape (3, 5); both must have two axes"},
    {&dnp_op_product, {.in = {{2, {4, 3}, true}, {2, {3, 5}, true}}}, false,
        "product: 'in0' has the shape (4, 3) and 'in1' has the shape (3, 5); the second must not have the rows of a "
        "batch"},
    {&dnp_op_bias, {.in = {{2, {4, 3}, true}, {2, {1, 3}, false}}}, false,
        "bias: 'in0' has the shape (4, 3) and 'in1' has the shape (1, 3); the bias needs one element for each column"},
    {&dnp_op_add, {.in = {{2, {4, 3}, true}, {2, {4, 3}, false}}}, false,
        "add: 'in0' has the shape (4, 3) and 'in1' has the shape (4, 3); both must have one shape, and both or none of "
        "them the rows of a batch"},
    {&dnp_op_multiply, {.in = {{0, {0}, false}, {1, {1}, false}}}, false,
        "multiply: 'in0' has the shape () and 'in1' has the shape (1,); both must have one shape, and both or none of "
        "them the rows of a batch"},
    {&dnp_op_sum, {.in = {{3, {4, 3, 2}, true}}}, false,
        "sum: 'in0' has the shape (4, 3, 2); at most two axes can be summed; reshape it first"},
    {&dnp_op_sum, {.in = {{1, {4}, true}}}, false,
        "sum: 'in0' has the shape (4,); the rows of a batch are not summed; give it two axes"},
    {&dnp_op_transpose, {.in = {{2, {4, 3}, true}}}, false,
        "transpose: 'in0' has the shape (4, 3); the rows of a batch cannot become columns; transpose a fixed matrix"},
    {&dnp_op_transpose, {.in = {{1, {4}, false}}}, false,
        "transpose: 'in0' has the shape (4,); only a matrix of two axes can be transposed"},
    {&dnp_op_reshape, {.in = {{2, {4, 6}, true}}, .to = {6, 5}, .to_axes = 2}, false,
        "reshape: 'in0' has the shape (4, 6) and 'out' has the shape (4, 5); both must have as many elements"},
    {&dnp_op_reshape, {.in = {{1, {1}, true}}}, false,
        "reshape: 'in0' has the shape (1,) and 'out' has the shape (); the rows of a batch must stay as the first "
        "axis"},
    {&dnp_op_cross_entropy, {.in = {{2, {4, 3}, false}, {1, {4}, false}}}, true,
        "cross_entropy: 'in0' has the shape (4, 3); a loss needs the rows of a batch, and two axes"},
    {&dnp_op_cross_entropy, {.in = {{2, {4, 3}, true}, {1, {5}, true}}}, true,
        "cross_entropy: 'in0' has the shape (4, 3) and 'in1' has the shape (5,); each row needs its answer"},
    {&dnp_op_cross_entropy, {.in = {{2, {4, 3}, true}, {2, {4, 3}, true}}}, true,
        "cross_entropy: 'in0' has the shape (4, 3) and 'in1' has the shape (4, 3); the answers must be one label for "
        "each row (int32), or have one column for each output"},
    {&dnp_op_squared_error, {.in = {{2, {4, 3}, true}, {1, {4}, true}}}, true,
        "squared_error: 'in0' has the shape (4, 3) and 'in1' has the shape (4,); the answers must have the shape of "
        "the outputs, and must not be labels"},
};

static void test_refusals(void **context) {
  (void)context;
  for (size_t r = 0; r < sizeof refusals / sizeof *refusals; r++) {
    const refusal *bad = &refusals[r];
    dnp_tensor in[DNP_MAX_INPUTS], out = {.name = "out", .dtype = DENPA_DTYPE_FLOAT32, .axes = bad->c.to_axes};
    dnp_node node = {.op = bad->op, .inputs = bad->op->inputs, .out = &out};
    denpa_error err = {0};
    char text[512];
    memcpy(out.shape, bad->c.to, sizeof out.shape);
    for (int i = 0; i < bad->op->inputs; i++) {
      tensor_of_case(bad->op, &bad->c, i, DENPA_DTYPE_FLOAT32, &in[i]);
      if (i == bad->op->inputs - 1 && bad->labels) in[i].dtype = DENPA_DTYPE_INT32;
      node.in[i] = &in[i];
    }
    assert_int_equal(bad->op->shape(&node, &out, &err), DENPA_ERROR_SHAPE);
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    assert_string_equal(text, bad->text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_list),
      cmocka_unit_test(test_columns),
      cmocka_unit_test(test_tensor),
      cmocka_unit_test(test_fold),
      cmocka_unit_test(test_fold_blocks),
      cmocka_unit_test(test_fold_samples),
      cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
