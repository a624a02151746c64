/* test_op.c: the whole list of operations (src/op). For every case of every row, in both dtypes and with both tables of
 * kernels: the terms of an element, folded by the law of sums, are what the kernels computed, bit for bit; slices and
 * chunks change nothing; and in double the way back agrees with central differences. */
#include "op_case.h"

/* ---- random numbers ------------------------------------------------------------------------------ */

static uint64_t draw(uint64_t *state) { /* splitmix64 */
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static size_t draw_below(uint64_t *state, size_t limit) { return (size_t)(draw(state) % limit); }

/* In [-2,2], and at least 0.01 away from 0, where relu has its kink. */
static double draw_value(uint64_t *state) {
  for (;;) {
    const double value = (double)(draw(state) >> 11) * 0x1p-53 * 4 - 2;
    if (fabs(value) >= 0.01) return value;
  }
}

/* ---- a call on tensors of its own ---------------------------------------------------------------- */

/* WITH_ZEROS: zeros of both signs among the values, and answers that are no one-hot */
typedef enum filling { SMOOTH, WITH_ZEROS } filling;

typedef struct world {
  dnp_tensor in[DNP_MAX_INPUTS], out, loss, state[DNP_MAX_STATE];
  bool training;
  dnp_node node;
  size_t batch_rows; /* N that the loss's mean is taken over */
  size_t unit;       /* slices of what has rows are cut at its multiples */
  void *scratch;
} world;

static size_t elements_of(const dnp_tensor *t) { return dnp_tensor_slices(t) * dnp_tensor_row(t); }
/* as it lies: in groups with the samples that are missing */
static size_t count_of(const dnp_tensor *t) { return dnp_tensor_span(t, 0, dnp_tensor_slices(t)); }

static void *new_block(const dnp_tensor *t) {
  void *block;
  assert_int_equal(dnp_alloc(&block, count_of(t), dnp_dtype_size(t->dtype), NULL), DENPA_OK);
  memset(block, 0xa5, count_of(t) * dnp_dtype_size(t->dtype)); /* whatever is not written shows */
  return block;
}

static double get(const dnp_tensor *t, const void *base, size_t i) {
  return t->dtype == DENPA_DTYPE_FLOAT32 ? (double)((const float *)base)[i] : ((const double *)base)[i];
}

static void set(const dnp_tensor *t, void *base, size_t i, double value) {
  if (t->dtype == DENPA_DTYPE_FLOAT32)
    ((float *)base)[i] = (float)value;
  else
    ((double *)base)[i] = value;
}

static void fill(const dnp_tensor *t, void *base, filling how, uint64_t *state) {
  for (size_t i = 0; i < count_of(t); i++) {
    const size_t luck = how == WITH_ZEROS ? draw_below(state, 16) : 2;
    set(t, base, i, luck == 0 ? 0.0 : luck == 1 ? -0.0 : draw_value(state));
  }
  for (size_t i = 0; dnp_tensor_grouped(t) && i < count_of(t); i++) /* missing samples are zeros */
    if (i / DNP_LANES / dnp_tensor_row(t) * DNP_LANES + i % DNP_LANES >= t->shape[0]) set(t, base, i, 0);
}

static void fill_answers(const dnp_op *op, dnp_tensor *t, size_t outputs, filling how, uint64_t *state) {
  const size_t rows = t->shape[0];
  for (size_t i = 0; t->dtype == DENPA_DTYPE_INT32 && i < rows; i++)
    ((int32_t *)t->data)[i] = (int32_t)draw_below(state, outputs);
  if (t->dtype == DENPA_DTYPE_INT32) return;
  fill(t, t->data, how, state);
  if (how == WITH_ZEROS || !op->labels) return;
  for (size_t i = 0; i < rows; i++) {
    const size_t answer = draw_below(state, outputs);
    for (size_t j = 0; j < outputs; j++) set(t, t->data, i * outputs + j, j == answer);
  }
}

static void world_open(world *w, const dnp_op *op, const dnp_op_case *c, denpa_dtype dtype, const dnp_kernels *kernels,
    filling how, bool training, uint64_t seed) {
  uint64_t state = seed;
  denpa_error err = {0};
  *w = (world){.node = {.op = op, .inputs = op->inputs, .out = &w->out, .kernels = kernels}};
  memcpy(w->node.number, c->number, sizeof w->node.number);
  for (int i = 0; i < op->inputs; i++) {
    tensor_of_case(op, c, i, dtype, &w->in[i]);
    w->node.in[i] = &w->in[i];
  }
  w->out = (dnp_tensor){.name = "out", .dtype = dtype, .axes = c->to_axes};
  memcpy(w->out.shape, c->to, sizeof w->out.shape);
  assert_int_equal(op->shape(&w->node, &w->out, &err), DENPA_OK);
  lay_out(&w->out);
  /* lasting state has some past: variances are positive */
  for (int k = 0; k < DNP_MAX_STATE && op->state[k].name != NULL; k++) {
    w->state[k] = w->in[op->state[k].like];
    snprintf(w->state[k].name, sizeof w->state[k].name, "%s", op->state[k].name);
    w->state[k].data = new_block(&w->state[k]);
    w->state[k].grad = NULL;
    for (size_t i = 0; i < count_of(&w->state[k]) && op->state[k].lasting; i++)
      set(&w->state[k], w->state[k].data, i, fabs(draw_value(&state)));
    w->node.state[k] = &w->state[k];
  }
  w->training = training;
  w->node.layer = 3;
  w->unit = dnp_tensor_grouped(&w->out) ? DNP_LANES : 1;
  for (int i = 0; i < op->inputs; i++) w->unit = dnp_tensor_grouped(&w->in[i]) ? DNP_LANES : w->unit;
  if (op->scratch != NULL)
    assert_int_equal(dnp_alloc(&w->scratch, op->scratch(&w->node) + 1, dnp_dtype_size(dtype), &err), DENPA_OK);
  for (int i = 0; i < op->inputs; i++) {
    w->in[i].data = new_block(&w->in[i]);
    w->in[i].grad = new_block(&w->in[i]);
    if (op->ends_in_loss && i == op->inputs - 1)
      fill_answers(op, &w->in[i], w->out.shape[1], how, &state);
    else
      fill(&w->in[i], w->in[i].data, how, &state);
  }
  w->out.data = new_block(&w->out);
  w->out.grad = new_block(&w->out);
  fill(&w->out, w->out.grad, how, &state);
  w->batch_rows = dnp_tensor_slices(&w->out);
  if (!op->ends_in_loss) return;
  w->loss = (dnp_tensor){
      .name = "loss", .dtype = DENPA_DTYPE_FLOAT64, .axes = 1, .shape = {w->out.shape[0]}, .batched = true};
  lay_out(&w->loss);
  w->loss.data = new_block(&w->loss);
  w->node.loss = &w->loss;
}

static void world_close(world *w) {
  for (int i = 0; i < w->node.inputs; i++) {
    dnp_free(w->in[i].data);
    dnp_free(w->in[i].grad);
  }
  dnp_free(w->out.data);
  dnp_free(w->out.grad);
  dnp_free(w->loss.data);
  dnp_free(w->scratch);
  for (int k = 0; k < DNP_MAX_STATE; k++) dnp_free(w->state[k].data);
}

/* Inputs that have a gradient. */
static int differentiable(const dnp_op *op) { return op->ends_in_loss ? op->inputs - 1 : op->inputs; }

/* Is the gradient of this input a sum over the rows of a batch? */
static bool over_rows(const world *w, int input) { return w->out.batched && !w->in[input].batched; }

static dnp_slice slice_for(const world *w, size_t begin, size_t end) {
  return (dnp_slice){.begin = begin,
      .end = end,
      .row_end = dnp_tensor_slices(&w->out),
      .from_zero = true,
      .answers = true,
      .batch_rows = w->batch_rows,
      .scratch = w->scratch,
      .training = w->training,
      .seed = 5,
      .step = 7,
      .first_row = 100};
}

/* Somewhere behind `begin`, where a cut may be. */
static size_t draw_cut(uint64_t *state, size_t begin, size_t end, size_t unit) {
  const size_t cut = begin + (1 + draw_below(state, (end - begin + unit - 1) / unit)) * unit;
  return cut < end ? cut : end;
}

/* What goes over the whole batch, before the rows go; cut up like them. */
static void reduce_statistics(const world *w, bool back, uint64_t *cut) {
  const dnp_op *op = w->node.op;
  if (op->reduce_statistics == NULL) return;
  const size_t slices = dnp_tensor_slices(&w->state[0]);
  for (size_t begin = 0, end; begin < slices; begin = end) {
    end = cut == NULL ? slices : draw_cut(cut, begin, slices, 1);
    const dnp_slice slice = slice_for(w, begin, end);
    (back ? op->reduce_statistics_back : op->reduce_statistics)(&w->node, &slice);
  }
}

static void forward(const world *w) {
  reduce_statistics(w, false, NULL);
  const dnp_slice slice = slice_for(w, 0, dnp_tensor_slices(&w->out));
  w->node.op->forward(&w->node, &slice);
}

/* Neighbours meet, an odd last one passes up: the blocks [0, blocks) of `count` elements each end up in the first. */
static void meet(const dnp_tensor *t, unsigned char *block, size_t blocks) {
  const size_t count = count_of(t), size = count * dnp_dtype_size(t->dtype);
  for (; blocks > 1; blocks = (blocks + 1) / 2)
    for (size_t b = 0; b < (blocks + 1) / 2; b++) {
      if (b > 0) memcpy(block + b * size, block + 2 * b * size, size);
      if (2 * b + 1 == blocks) continue;
      unsigned char *left = block + b * size, *right = block + (2 * b + 1) * size;
      for (size_t i = 0; i < count; i++)
        if (t->dtype == DENPA_DTYPE_FLOAT32)
          ((float *)left)[i] = ((float *)left)[i] + ((float *)right)[i];
        else
          ((double *)left)[i] = ((double *)left)[i] + ((double *)right)[i];
    }
}

/* The gradient of an input over the whole batch. If `cut` is not NULL, slices and chunks are cut up at random. */
static void backward(const world *w, int input, uint64_t *cut) {
  const dnp_tensor *t = &w->in[input];
  const size_t unit = t->batched ? w->unit : 1;
  const size_t slices = dnp_tensor_slices(t), rows = dnp_tensor_slices(&w->out),
               size = count_of(t) * dnp_dtype_size(t->dtype);
  const size_t blocks = over_rows(w, input) && w->node.op->reduce_statistics == NULL
                            ? (rows + DNP_BLOCK_ROWS - 1) / DNP_BLOCK_ROWS
                            : 1;
  unsigned char *block;
  assert_int_equal(dnp_alloc((void **)&block, blocks, size, NULL), DENPA_OK);
  reduce_statistics(w, true, cut);
  for (size_t b = 0; b < blocks; b++) {
    const size_t last = b + 1 == blocks ? rows : (b + 1) * DNP_BLOCK_ROWS;
    for (size_t row = b * DNP_BLOCK_ROWS, row_end; row < last; row = row_end) {
      row_end = cut == NULL || !over_rows(w, input) || w->node.op->reduce_statistics != NULL
                    ? last
                    : draw_cut(cut, row, last, w->unit);
      for (size_t begin = 0, end; begin < slices; begin = end) {
        end = cut == NULL ? slices : draw_cut(cut, begin, slices, unit);
        dnp_slice slice = slice_for(w, begin, end);
        slice.row_begin = row;
        slice.row_end = row_end;
        slice.from_zero = row == b * DNP_BLOCK_ROWS;
        w->node.op->backward(&w->node, input, block + b * size, &slice);
      }
    }
  }
  meet(t, block, blocks);
  memcpy(t->grad, block, size);
  dnp_free(block);
}

/* ---- the tests over the list --------------------------------------------------------------------- */

typedef struct subject {
  const dnp_op *op;
  denpa_dtype dtype;
} subject;

/* Operations with state are tried in training and otherwise: twice as many cases. */
static size_t cases_of(const dnp_op *op) {
  size_t count = 0;
  while (op->cases[count].in[0].axes >= 0) count++;
  return op->state[0].name != NULL ? 2 * count : count;
}

static bool in_training(const dnp_op *op, size_t number) { return op->state[0].name != NULL && number % 2 == 1; }
static const dnp_op_case *case_of(const dnp_op *op, size_t number) {
  return &op->cases[op->state[0].name != NULL ? number / 2 : number];
}

typedef struct table_list {
  const dnp_kernels *kernels[DNP_MOST_UNITS];
  int count;
} table_list;

static table_list tables_for(denpa_dtype dtype) {
  table_list t;
  t.count = (int)dnp_kernels_units(t.kernels);
  for (int u = 0; u < t.count; u++) t.kernels[u] = &t.kernels[u][dtype];
  return t;
}

/* The table that computes fastest here. */
static const dnp_kernels *best_for(denpa_dtype dtype) {
  const table_list t = tables_for(dtype);
  return t.kernels[t.count - 1];
}

static void assert_element(const world *w, int which, const dnp_tensor *t, const void *base, size_t element) {
  const dnp_slice slice = slice_for(w, 0, dnp_tensor_slices(t));
  const dnp_op *op = w->node.op;
  dnp_recipe recipe, again;
  dnp_term *terms, one[2], untouched;
  memset(one, 0x5a, sizeof one);
  memset(&untouched, 0x5a, sizeof untouched);
  const size_t count = op->terms(&w->node, which, element, &slice, &recipe, NULL, 0);
  /* no more than there is room for */
  assert_int_equal(op->terms(&w->node, which, element, &slice, &again, one, 1), count);
  assert_memory_equal(&one[1], &untouched, sizeof untouched);
  assert_int_equal(DNP_NEW(&terms, count, NULL), DENPA_OK);
  assert_int_equal(op->terms(&w->node, which, element, &slice, &recipe, terms, count), count);
  const double folded = dnp_fold(&recipe, terms, count), computed = get(t, base, dnp_tensor_place(t, element));
  for (size_t i = 0; i < count; i++) { /* a factor that is said to be some tensor's number is that number */
    const double from = terms[i].by != NULL
                            ? get(terms[i].by, terms[i].by->data, dnp_tensor_place(terms[i].by, terms[i].by_index))
                            : 0;
    if (terms[i].by != NULL && terms[i].by_form == NULL) assert_memory_equal(&from, &terms[i].factor, sizeof from);
  }
  assert_int_equal(recipe.map == NULL, recipe.map_form == NULL); /* what is done can be shown */
  assert_int_equal(recipe.finish == NULL, recipe.finish_form == NULL);
  dnp_free(terms);
  assert_true(recipe.dtype == t->dtype || (which == DNP_OF_LOSS && recipe.finish != NULL)); /* which widens it */
  if (memcmp(&folded, &computed, sizeof folded) != 0)
    fail_msg("%s, kernels %s, element %zu of %d: the terms fold to %.17g, the kernel has %.17g", op->name,
        w->node.kernels->unit, element, which, folded, computed);
}

static void assert_elements(const world *w, int which, const dnp_tensor *t, const void *base, uint64_t *state) {
  const size_t count = elements_of(t);
  for (size_t i = 0; i < 300 && i < count; i++)
    assert_element(w, which, t, base, count <= 300 ? i : draw_below(state, count));
}

static void test_terms(void **context) {
  const subject *s = *context;
  const table_list tables = tables_for(s->dtype);
  uint64_t state = 1;
  for (size_t c = 0; c < cases_of(s->op); c++)
    for (int k = 0; k < tables.count; k++) {
      world w;
      world_open(
          &w, s->op, case_of(s->op, c), s->dtype, tables.kernels[k], WITH_ZEROS, in_training(s->op, c), 1000 + c);
      if (s->op->reduce_statistics == NULL) w.batch_rows += 3; /* the tensors are a chunk of a larger batch */
      forward(&w);
      assert_elements(&w, DNP_OF_OUT, &w.out, w.out.data, &state);
      if (w.node.loss != NULL) assert_elements(&w, DNP_OF_LOSS, &w.loss, w.loss.data, &state);
      for (int i = 0; i < differentiable(s->op); i++) {
        backward(&w, i, NULL);
        assert_elements(&w, i, &w.in[i], w.in[i].grad, &state);
      }
      for (int i = 0; i < DNP_MAX_STATE && s->op->explanation_state[i] != NULL; i++)
        assert_elements(&w, DNP_OF_STATE - i, &w.state[i], w.state[i].data, &state);
      world_close(&w);
    }
}

static void assert_same(const dnp_tensor *t, const void *a, const void *b) {
  assert_memory_equal(a, b, count_of(t) * dnp_dtype_size(t->dtype));
}

/* Who computes which slices, and in which chunks, changes no bit; nor does the table of kernels. */
static void test_parts(void **context) {
  const subject *s = *context;
  const table_list tables = tables_for(s->dtype);
  uint64_t state = 2;
  for (size_t c = 0; c < cases_of(s->op); c++)
    for (int k = 0; k < tables.count; k++) {
      world whole, cut;
      world_open(
          &whole, s->op, case_of(s->op, c), s->dtype, tables.kernels[0], WITH_ZEROS, in_training(s->op, c), 2000 + c);
      world_open(
          &cut, s->op, case_of(s->op, c), s->dtype, tables.kernels[k], WITH_ZEROS, in_training(s->op, c), 2000 + c);
      forward(&whole);
      const size_t slices = dnp_tensor_slices(&cut.out);
      reduce_statistics(&cut, false, &state);
      for (size_t begin = 0, end; begin < slices; begin = end) {
        end = draw_cut(&state, begin, slices, cut.out.batched ? cut.unit : 1);
        const dnp_slice slice = slice_for(&cut, begin, end);
        s->op->forward(&cut.node, &slice);
      }
      assert_same(&whole.out, whole.out.data, cut.out.data);
      if (whole.node.loss != NULL) assert_same(&whole.loss, whole.loss.data, cut.loss.data);
      for (int i = 0; i < differentiable(s->op); i++) {
        backward(&whole, i, NULL);
        backward(&cut, i, &state);
        assert_same(&whole.in[i], whole.in[i].grad, cut.in[i].grad);
      }
      world_close(&whole);
      world_close(&cut);
    }
}

/* Only the slice's slices are written, and without answers no losses. */
static void test_bounds(void **context) {
  const subject *s = *context;
  for (size_t c = 0; c < cases_of(s->op); c++) {
    world w;
    world_open(&w, s->op, case_of(s->op, c), s->dtype, best_for(s->dtype), SMOOTH, in_training(s->op, c), 3000 + c);
    const size_t step = w.out.batched ? w.unit : 1, slices = count_of(&w.out) / dnp_tensor_row(&w.out),
                 size = dnp_tensor_row(&w.out) * dnp_dtype_size(s->dtype),
                 middle = dnp_tensor_slices(&w.out) / 2 / step * step;
    dnp_slice slice = slice_for(
        &w, middle, middle + step < dnp_tensor_slices(&w.out) ? middle + step : dnp_tensor_slices(&w.out));
    slice.answers = false;
    reduce_statistics(&w, false, NULL);
    s->op->forward(&w.node, &slice);
    const unsigned char *out = w.out.data;
    for (size_t i = 0; i < slices * size; i++)
      if (i / size / step * step != middle) assert_int_equal(out[i], 0xa5);
    for (size_t i = 0; w.node.loss != NULL && i < slices * sizeof(double); i++)
      assert_int_equal(((unsigned char *)w.loss.data)[i], 0xa5);
    forward(&w);
    reduce_statistics(&w, true, NULL);
    for (int input = 0; input < differentiable(s->op); input++) {
      const dnp_tensor *t = &w.in[input];
      const size_t unit = t->batched ? w.unit : 1, row = dnp_tensor_row(t) * dnp_dtype_size(s->dtype),
                   one = dnp_tensor_slices(t) / 2 / unit * unit;
      slice = slice_for(&w, one, one + unit < dnp_tensor_slices(t) ? one + unit : dnp_tensor_slices(t));
      s->op->backward(&w.node, input, t->grad, &slice);
      const unsigned char *grad = t->grad;
      for (size_t i = 0; i < count_of(t) * dnp_dtype_size(s->dtype); i++)
        if (i / row / unit * unit != one) assert_int_equal(grad[i], 0xa5);
    }
    world_close(&w);
  }
}

/* What the gradients are gradients of: the mean loss, or the outputs weighted by out->grad. */
static long double scalar(const world *w) {
  long double sum = 0;
  forward(w);
  if (w->node.loss != NULL) {
    for (size_t i = 0; i < w->loss.shape[0]; i++) sum += (long double)((double *)w->loss.data)[i];
    return sum / (long double)w->batch_rows;
  }
  for (size_t i = 0; i < count_of(&w->out); i++)
    sum += (long double)((double *)w->out.data)[i] * (long double)((double *)w->out.grad)[i];
  return sum;
}

static double numeric_gradient(const world *w, const dnp_tensor *t, size_t i) {
  const double h = 1e-4;
  double *value = (double *)t->data + i;
  const double kept = *value, above = kept + h, below = kept - h;
  *value = above;
  const long double up = scalar(w);
  *value = below;
  const long double down = scalar(w);
  *value = kept;
  return (double)((up - down) / ((long double)above - (long double)below));
}

static void test_gradient(void **context) {
  const subject *s = *context;
  uint64_t state = 4;
  for (size_t c = 0; c < cases_of(s->op); c++)
    for (int input = 0; input < differentiable(s->op); input++) {
      world w;
      double largest = 0;
      world_open(&w, s->op, case_of(s->op, c), DENPA_DTYPE_FLOAT64, best_for(DENPA_DTYPE_FLOAT64), SMOOTH,
          in_training(s->op, c), 4000 + c);
      const dnp_tensor *t = &w.in[input];
      const double *grad = t->grad;
      const size_t count = count_of(t);
      forward(&w);
      backward(&w, input, NULL);
      for (size_t i = 0; i < count; i++) largest = fmax(largest, fabs(grad[i]));
      /* Softmax over one column is 1 whatever comes in: this gradient, and those below, must be zero. */
      if (((s->op == &dnp_op_cross_entropy || s->op == &dnp_op_softmax) && w.out.shape[1] == 1) ||
          (s->op == &dnp_op_batch_norm && w.training && w.out.shape[0] == 1 && input < 2))
        assert_true(largest == 0); /* a single number of a channel is its mean: whatever it is, 0 is left */
      else
        assert_true(largest > 0);
      for (size_t n = 0; n < 300 && n < count; n++) {
        const size_t i = count <= 300 ? n : draw_below(&state, count);
        const double numeric = numeric_gradient(&w, t, i);
        if (!(fabs(numeric - grad[i]) <= 1e-6 * largest) || (numeric == 0) != (grad[i] == 0))
          fail_msg("%s, case %zu, input %d, element %zu: backward %.17g, numeric %.17g, largest %g", s->op->name, c,
              input, i, grad[i], numeric, largest);
      }
      world_close(&w);
    }
}

/* What people and other rooms read in a row. */
static void test_row(void **context) {
  const subject *s = *context;
  bool one_row = false, one_column = false, odd = false;
  assert_true(cases_of(s->op) >= 4);
  for (int i = 0; i < DNP_MAX_STATE; i++)
    assert_true(s->op->explanation_state[i] == NULL || (s->op->state[i].name != NULL && !s->op->state[i].lasting &&
                                                           strstr(s->op->explanation_state[i], "{1}") != NULL));
  assert_true((s->op->reduce_statistics == NULL) == (s->op->reduce_statistics_back == NULL) &&
              (s->op->reduce_statistics == NULL || s->op->state[0].name != NULL));
  assert_ptr_equal(dnp_op_find(s->op->name), s->op);
  assert_non_null(strstr(s->op->formula, ":="));
  assert_non_null(strstr(s->op->explanation, "{1}"));
  assert_non_null(strstr(s->op->explanation, "{2}"));
  assert_true(s->op->inputs >= 1 && s->op->inputs <= DNP_MAX_INPUTS);
  assert_true(s->op->ends_in_loss || !s->op->labels);
  for (int i = 0; i < differentiable(s->op); i++) assert_non_null(strstr(s->op->explanation_back[i], "{5}"));
  for (int i = differentiable(s->op); i < DNP_MAX_INPUTS; i++) assert_null(s->op->explanation_back[i]);
  for (size_t c = 0; c < cases_of(s->op); c++) {
    const int axes = case_of(s->op, c)->in[0].axes;
    const size_t *shape = case_of(s->op, c)->in[0].shape;
    if (axes < 2) continue;
    one_row = one_row || shape[0] == 1;
    one_column = one_column || shape[axes - 1] == 1;
    odd = odd || (shape[0] % 8 != 0 && shape[axes - 1] % 8 != 0);
  }
  assert_true(one_row && one_column && odd);
}

/* Labels and their one-hot rows give the same losses and the same gradients, bit for bit. */
static void test_labels(void **context) {
  const denpa_dtype dtype = *(const denpa_dtype *)*context;
  const dnp_op *op = &dnp_op_cross_entropy;
  size_t compared = 0;
  for (size_t c = 0; c < cases_of(op); c++) {
    if (op->cases[c].in[1].axes != 1) continue;
    dnp_op_case one_hot = op->cases[c];
    world a, b;
    one_hot.in[1] = one_hot.in[0];
    world_open(&a, op, &op->cases[c], dtype, best_for(dtype), SMOOTH, false, 5000 + c);
    world_open(&b, op, &one_hot, dtype, best_for(dtype), SMOOTH, false, 5000 + c);
    assert_same(&a.in[0], a.in[0].data, b.in[0].data);
    const size_t columns = a.out.shape[1];
    for (size_t i = 0; i < count_of(&b.in[1]); i++)
      set(&b.in[1], b.in[1].data, i, ((int32_t *)a.in[1].data)[i / columns] == (int32_t)(i % columns));
    forward(&a);
    forward(&b);
    backward(&a, 0, NULL);
    backward(&b, 0, NULL);
    assert_same(&a.out, a.out.data, b.out.data);
    assert_same(&a.loss, a.loss.data, b.loss.data);
    assert_same(&a.in[0], a.in[0].grad, b.in[0].grad);
    compared++;
    world_close(&a);
    world_close(&b);
  }
  assert_true(compared >= 3);
}

/* Two apples at 100 yen and a tax of 10 percent, as the book has it: 220 yen; an apple more costs 110, a yen more 2.2,
 * and so on. */
static void test_apples(void **context) {
  (void)context;
  double value[5] = {100, 2, 1.1}, grad[5];
  dnp_tensor t[5];
  for (int i = 0; i < 5; i++) t[i] = (dnp_tensor){.dtype = DENPA_DTYPE_FLOAT64, .data = &value[i], .grad = &grad[i]};
  const dnp_kernels *kernels = best_for(DENPA_DTYPE_FLOAT64);
  const dnp_node apples = {.op = &dnp_op_multiply, .inputs = 2, .in = {&t[0], &t[1]}, .out = &t[3], .kernels = kernels};
  const dnp_node taxed = {.op = &dnp_op_multiply, .inputs = 2, .in = {&t[3], &t[2]}, .out = &t[4], .kernels = kernels};
  const dnp_slice slice = {.end = 1};
  apples.op->forward(&apples, &slice);
  taxed.op->forward(&taxed, &slice);
  grad[4] = 1;
  for (int i = 0; i < 2; i++) taxed.op->backward(&taxed, i, taxed.in[i]->grad, &slice);
  for (int i = 0; i < 2; i++) apples.op->backward(&apples, i, apples.in[i]->grad, &slice);
  assert_true(value[3] == 200 && value[4] == 200 * 1.1);
  assert_true(grad[3] == 1.1 && grad[2] == 200 && grad[0] == 1.1 * 2 && grad[1] == 1.1 * 100);
}

/* ---- every operation and dtype is a case of its own ---------------------------------------------- */

static const subject subjects[][2] = {
#define X(name) {{&dnp_op_##name, DENPA_DTYPE_FLOAT32}, {&dnp_op_##name, DENPA_DTYPE_FLOAT64}},
    DNP_OP_LIST(X)
#undef X
};

static denpa_dtype dtypes[2] = {DENPA_DTYPE_FLOAT32, DENPA_DTYPE_FLOAT64};

int main(void) {
  static const struct {
    const char *name;
    CMUnitTestFunction run;
    bool in_float;
  } kinds[] = {{"terms", test_terms, true}, {"parts", test_parts, true}, {"bounds", test_bounds, true},
      {"gradient", test_gradient, false}, {"row", test_row, false}};
  static const struct CMUnitTest single[] = {
      cmocka_unit_test(test_apples),
      {"labels/float32", test_labels, NULL, NULL, &dtypes[0]},
      {"labels/float64", test_labels, NULL, NULL, &dtypes[1]},
  };
  enum {
    SINGLE = sizeof single / sizeof *single,
    KINDS = sizeof kinds / sizeof *kinds,
    OPS = sizeof subjects / sizeof *subjects
  };
  static struct CMUnitTest tests[SINGLE + OPS * KINDS * 2];
  static char names[OPS * KINDS * 2][64];
  size_t count = SINGLE, named = 0;
  memcpy(tests, single, sizeof single);
  for (size_t op = 0; op < OPS; op++)
    for (size_t k = 0; k < KINDS; k++)
      for (int d = kinds[k].in_float ? 0 : 1; d < 2; d++) {
        const subject *s = &subjects[op][d];
        snprintf(names[named], sizeof names[named], "%s/%s/%s", kinds[k].name, s->op->name, dnp_dtype_name(s->dtype));
        tests[count++] = (struct CMUnitTest){names[named++], kinds[k].run, NULL, NULL, (void *)(uintptr_t)s};
      }
  return cmocka_run_group_tests_name("op", tests, NULL, NULL); /* which leaves out the empty places at the end */
}
