/* test_trace.c: the accounts of cells (src/explain/trace.c): for every matrix of several networks, random cells' terms
 * fold to the number that the network has, bit for bit, and add up to it in plain arithmetic; names lead to cells and
 * back; the next update is the one that training makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "explain/step.c"
#include "explain/trace.c"

typedef struct subject {
  const char *net, *activation, *init, *loss;
  denpa_dtype dtype;
  size_t rows;
  bool training; /* dropout and batch normalisation as in an update */
} subject;

static uint64_t draw(uint64_t *state) { /* splitmix64 */
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

typedef struct world {
  denpa_net *net;
  denpa_data *data;
  dnp_trace *trace;
} world;

static void open_world(world *w, const subject *s, size_t first) {
  denpa_net_options options = denpa_net_options_default();
  denpa_error err = {0};
  char text[512];
  if (s->activation != NULL) options.activation = s->activation;
  options.init = s->init;
  options.loss = s->loss;
  options.dtype = s->dtype;
  assert_int_equal(denpa_data_digits(&w->data, 1300, 3, NULL), DENPA_OK);
  assert_int_equal(denpa_net_create_for(&w->net, s->net, w->data, &options, NULL), DENPA_OK);
  if (dnp_trace_open(&w->trace, w->net, w->data, DENPA_SPLIT_TRAIN, first, s->rows, s->training, &err) == DENPA_OK)
    return;
  denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
  fail_msg("%s: %s", s->net, text);
}

static void close_world(world *w) {
  dnp_trace_free(w->trace);
  denpa_net_free(w->net);
  denpa_data_free(w->data);
}

/* ---- terms ---------------------------------------------------------------------------------------- */

static void check_order(const dnp_account *a) {
  bool seen[2] = {false, false};
  for (size_t i = 1; i < a->count; i++) assert_true(fabs(a->product[a->order[i - 1]]) >= fabs(a->product[a->order[i]]));
  for (size_t i = 0; i < a->count; i++)
    for (size_t k = 0; k < 2 && k < a->count; k++) seen[k] = seen[k] || a->order[i] == k;
  for (size_t k = 0; k < 2 && k < a->count; k++) assert_true(seen[k]);
}

static void check_cell(const dnp_trace *trace, const dnp_cell *cell) {
  char name[DNP_CELL_NAME], text[512];
  dnp_cell again;
  dnp_account a;
  denpa_error err = {0};
  long double sum = 0, size = 0;
  const double value = dnp_trace_value(trace, cell);
  dnp_trace_name(trace, cell, name);
  assert_int_equal(dnp_trace_find(trace, name, &again, NULL), DENPA_OK);
  assert_true(is_cell(cell, &again) && !again.mean);
  if (dnp_trace_account(trace, cell, &a, &err) != DENPA_OK) { /* it compares bit for bit */
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fail_msg("%s", text);
  }
  assert_int_equal(a.node != NULL, dnp_trace_computed(trace, cell));
  if (a.node != NULL) assert_memory_equal(&a.value, &value, sizeof value);
  for (size_t i = 0; i < a.count; i++) {
    sum += (long double)a.product[i];
    size += fabsl((long double)a.product[i]);
  }
  if (a.count > 0 && fabsl(sum - (long double)a.sum) > size * (a.recipe.dtype == DENPA_DTYPE_FLOAT32 ? 1e-5L : 1e-12L))
    fail_msg("%s: the terms add up to %.17Lg, not %.17g", name, sum, a.sum);
  check_order(&a);
  dnp_account_free(&a);
}

static void test_terms(void **state) {
  const subject *s = *state;
  world w;
  uint64_t random = 5;
  size_t matrices = 0;
  open_world(&w, s, 11);
  for (size_t i = 0; i < w.trace->step->count; i++) {
    const dnp_seen *seen = &w.trace->step->seen[i];
    dnp_cell cell = {.tensor = &w.net->exec->tensor[seen->tensor], .gradient = seen->as == DNP_SEEN_BACKWARD};
    for (int k = 0; k < (s->rows > 100 ? 12 : 60); k++) {
      cell.element = (size_t)(draw(&random) % dnp_tensor_count(cell.tensor));
      check_cell(w.trace, &cell);
    }
    matrices++;
  }
  assert_true(matrices >= 9);
  close_world(&w);
}

/* What a person is told of a matrix is about the rows that are there: as many numbers, and only their terms. */
static void check_rows(const dnp_trace *trace, const dnp_account *a) {
  for (size_t i = 0; i < a->count; i++) {
    const dnp_term *t = &a->terms[i];
    if (t->tensor != NULL) assert_true(t->index < dnp_tensor_count(t->tensor));
    if (t->by != NULL) assert_true(t->by_index < dnp_tensor_count(t->by));
    if (a->recipe.fold == DNP_FOLD_GROUPS)
      assert_true(t->tensor != NULL && t->gradient); /* nothing stands in for a sample */
  }
  /* over the samples: as many terms of each */
  if (a->recipe.fold == DNP_FOLD_GROUPS) assert_int_equal(a->count, trace->rows * (a->recipe.group / DNP_LANES));
  if (a->recipe.blocked) assert_int_equal(a->count % trace->rows, 0);
}

/* Of a1[16,0] of 16 samples it says that the index goes from 0 to 15. */
static void check_beyond(const dnp_trace *trace, const dnp_seen *seen, size_t row) {
  char text[256], words[128], said[1024];
  denpa_error err = {0};
  dnp_cell cell;
  size_t length = (size_t)snprintf(text, sizeof text, "%s[%zu", seen->name, row);
  for (int i = 1; i < trace->net->exec->tensor[seen->tensor].axes; i++)
    length += (size_t)snprintf(text + length, sizeof text - length, ",0");
  snprintf(text + length, sizeof text - length, "]");
  snprintf(words, sizeof words, "this index goes from 0 to %zu; it cannot be %zu", trace->rows - 1, row);
  assert_int_equal(dnp_trace_find(trace, text, &cell, &err), DENPA_ERROR_ARGUMENT);
  denpa_error_text(&err, DENPA_LANG_EN, said, sizeof said);
  if (strstr(said, words) == NULL) fail_msg("%s of %zu rows is refused with: %s", text, trace->rows, said);
}

static void test_there(void **state) {
  const subject *s = *state;
  world w;
  open_world(&w, s, 2);
  for (size_t i = 0; i < w.trace->step->count; i++) {
    const dnp_seen *seen = &w.trace->step->seen[i];
    const dnp_tensor *t = &w.net->exec->tensor[seen->tensor];
    dnp_cell cell = {.tensor = t, .gradient = seen->as == DNP_SEEN_BACKWARD};
    if (t->dtype != DENPA_DTYPE_INT32) assert_int_equal(dnp_tensor_count(t), seen->count);
    if (t->batched) {
      assert_int_equal(t->rows, s->rows);
      check_beyond(w.trace, seen, s->rows);
      check_beyond(w.trace, seen, s->rows + 14);
    }
    for (cell.element = 0; cell.element < dnp_tensor_count(t); cell.element += 1 + dnp_tensor_count(t) / 20) {
      dnp_account a;
      assert_int_equal(dnp_trace_account(w.trace, &cell, &a, NULL), DENPA_OK);
      check_rows(w.trace, &a);
      dnp_account_free(&a);
    }
  }
  close_world(&w);
}

/* The loss of a sample comes from all outputs, and not from itself. */
static void test_loss(void **state) {
  const subject *s = *state;
  world w;
  open_world(&w, s, 0);
  const dnp_node *last = w.net->exec->last;
  dnp_cell cell = {.tensor = w.net->exec->loss};
  for (cell.element = 0; cell.element < s->rows; cell.element++) {
    dnp_account a;
    assert_int_equal(dnp_trace_account(w.trace, &cell, &a, NULL), DENPA_OK);
    assert_int_equal(a.count, dnp_tensor_row(last->out));
    for (size_t k = 0; k < a.count; k++) {
      dnp_cell part;
      assert_true(dnp_term_cell(&a.terms[k], &part));
      assert_ptr_equal(part.tensor, last->in[0]);
      assert_int_equal(part.element, cell.element * a.count + k);
      assert_false(fabs(a.product[k]) >= fabs(a.value) && fabs(a.product[k]) <= fabs(a.value));
    }
    dnp_account_free(&a);
  }
  close_world(&w);
}

/* The mean of the losses is an account too. */
static void test_mean(void **state) {
  const subject *s = *state;
  world w;
  dnp_cell cell;
  dnp_account a;
  open_world(&w, s, 0);
  assert_int_equal(dnp_trace_find(w.trace, "loss", &cell, NULL), DENPA_OK);
  assert_int_equal(cell.mean, s->rows > 1);
  assert_int_equal(dnp_trace_account(w.trace, &cell, &a, NULL), DENPA_OK);
  if (cell.mean) assert_int_equal(a.count, s->rows);
  assert_true(a.value >= w.trace->loss && a.value <= w.trace->loss);
  dnp_account_free(&a);
  close_world(&w);
}

/* ---- where it goes, and the update ---------------------------------------------------------------- */

static void test_use_and_update(void **state) {
  const subject *s = *state;
  world w;
  uint64_t random = 9;
  denpa_train_options train = denpa_train_options_default();
  enum { CELLS = 12 };
  dnp_cell cell[CELLS];
  dnp_nudge nudge[CELLS];
  double after;
  open_world(&w, s, 0);
  for (size_t k = 0; k < CELLS; k++) {
    const dnp_parameter *p = &w.net->exec->parameter[k % w.net->exec->parameters];
    dnp_cell use, part;
    dnp_account a;
    bool found;
    size_t term = SIZE_MAX;
    cell[k] = (dnp_cell){.tensor = p->tensor, .element = (size_t)(draw(&random) % p->count)};
    assert_int_equal(dnp_trace_update(w.trace, &cell[k], &nudge[k], NULL), DENPA_OK);
    assert_int_equal(dnp_trace_use(w.trace, &cell[k], &found, &use, &term, NULL), DENPA_OK);
    assert_true(found);
    assert_int_equal(dnp_trace_account(w.trace, &use, &a, NULL), DENPA_OK);
    assert_true(term < a.count);
    assert_true((dnp_term_cell(&a.terms[term], &part) && is_cell(&part, &cell[k])) ||
                (dnp_term_by(&a.terms[term], &part) && is_cell(&part, &cell[k])));
    dnp_account_free(&a);
  }
  size_t offset[CELLS];
  for (size_t k = 0; k < CELLS; k++) offset[k] = parameter_of(w.trace, cell[k].tensor)->offset + cell[k].element;
  denpa_data_limit(w.data, DENPA_SPLIT_TRAIN, s->rows);
  train.batch = 0;
  train.steps = 1;
  train.lr = nudge[0].lr;
  train.evaluate = DENPA_EVALUATE_NONE;
  /* plans the network anew: the tensors have moved */
  assert_int_equal(denpa_train(w.net, w.data, &train, NULL, NULL), DENPA_OK);
  for (size_t k = 0; k < CELLS; k++) {
    after = dnp_network_value(w.net->network, offset[k]);
    assert_memory_equal(&after, &nudge[k].after, sizeof after);
  }
  close_world(&w);
}

/* ---- names ---------------------------------------------------------------------------------------- */

static void refuses(const dnp_trace *trace, const char *text, const char *words) {
  dnp_cell cell;
  denpa_error err = {0};
  char said[1024];
  assert_int_equal(dnp_trace_find(trace, text, &cell, &err), DENPA_ERROR_ARGUMENT);
  denpa_error_text(&err, DENPA_LANG_EN, said, sizeof said);
  if (strstr(said, words) == NULL) fail_msg("\"%s\" is refused with: %s", text, said);
}

static void test_names(void **state) {
  (void)state;
  static const subject one = {"784-50-10", "sigmoid", "normal:0.01", "cross-entropy", DENPA_DTYPE_FLOAT32, 1, false},
                       many = {"784-50-10", "sigmoid", "normal:0.01", "cross-entropy", DENPA_DTYPE_FLOAT32, 3, false};
  static const struct {
    const char *text, *name;
  } names[] = {{"W1[409,40]", "W1[409,40]"}, {"W1[ 409 , 40 ]", "W1[409,40]"}, {"a1[7]", "a1[0,7]"},
      {"a1[0,7]", "a1[0,7]"}, {"b1[5]", "b1[5]"}, {"dy[3]", "dy[0,3]"}, {"da2[3]", "dy[0,3]"}, {"loss", "loss[0]"},
      {"loss[0]", "loss[0]"}, {"dx[783]", "dx[0,783]"}, {"y[9]", "y[0,9]"}};
  world w;
  open_world(&w, &one, 0);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    dnp_cell cell;
    char name[DNP_CELL_NAME];
    assert_int_equal(dnp_trace_find(w.trace, names[i].text, &cell, NULL), DENPA_OK);
    assert_string_equal(dnp_trace_name(w.trace, &cell, name), names[i].name);
  }
  refuses(w.trace, "w2[0,0]", "did you mean W2?");
  refuses(w.trace, "dW11[0,0]", "did you mean dW1?");
  refuses(w.trace, "W3[0,0]", "there are: x, W1, b1"); /* as near to W1 as to W2 and b3 */
  refuses(w.trace, "weights", "there are: x, W1, b1, a1, z1, W2, b2, a2, t, y, loss, dx, dW1");
  refuses(w.trace, "W1[784,0]", "so this index goes from 0 to 783; it cannot be 784");
  refuses(w.trace, "W1[0,50]", "from 0 to 49");
  refuses(w.trace, "W1[5]", "has 1 index, but W1 has the shape (784, 50) and takes 2: for instance W1[0,0]");
  refuses(w.trace, "b1[0,0]", "has 2 indices");
  refuses(w.trace, "W1", "has 0 indices");
  refuses(w.trace, "W1[0,0", "names no cell");
  refuses(w.trace, "W1[-1,0]", "names no cell");
  refuses(w.trace, "W1[,]", "names no cell");
  refuses(w.trace, "W1[99999999999999999999999999,0]", "names no cell");
  refuses(w.trace, "", "there are:");
  close_world(&w);
  open_world(&w, &many, 0);
  refuses(w.trace, "a1[7]", "takes 2");
  close_world(&w);
}

static void test_forms(void **state) {
  (void)state;
  char out[64];
  const double arg[4] = {-0.5, 3, 0.1, 0};
  assert_string_equal(dnp_form_text("exp({1} - {2})", "2.5", arg, 0, out, sizeof out), "exp(2.5 - (-0.5))");
  assert_string_equal(dnp_form_text("{1} / {3}", "-1", arg, 0, out, sizeof out), "(-1) / 3");
  assert_string_equal(dnp_form_text("{1} - {6}", "a", arg, 0.25, out, sizeof out), "a - 0.25");
  assert_string_equal(dnp_form_text("{1} - {6}", "a", arg, 0.25, out, 5), "a - ");
  assert_string_equal(dnp_exact_text(DENPA_DTYPE_FLOAT32, (double)0.1f, out), "0.1");
  assert_string_equal(dnp_exact_text(DENPA_DTYPE_FLOAT64, 0.1, out), "0.1");
  assert_string_equal(dnp_any_text((double)0.1f, out), "0.1");
  assert_string_equal(dnp_exact_text(DENPA_DTYPE_FLOAT64, 1.0 / 3, out), "0.3333333333333333");
}

/* Wherever memory ends, the failure is told and nothing is lost. */
static void test_memory(void **state) {
  (void)state;
  static const subject s = {"784-5-10", "sigmoid", "normal:0.01", "cross-entropy", DENPA_DTYPE_FLOAT32, 2, false};
  world w;
  open_world(&w, &s, 0);
  dnp_trace_free(w.trace);
  size_t failures = 0;
  for (size_t nth = 1;; nth++) {
    dnp_account a = {0};
    dnp_cell cell;
    denpa_error err = {0};
    dnp_alloc_fail_at(nth);
    denpa_status status = dnp_trace_open(&w.trace, w.net, w.data, DENPA_SPLIT_TRAIN, 0, 2, false, &err);
    if (status == DENPA_OK) status = dnp_trace_find(w.trace, "dW1[3,4]", &cell, &err);
    if (status == DENPA_OK) status = dnp_trace_account(w.trace, &cell, &a, &err);
    dnp_alloc_fail_at(0);
    if (w.trace != NULL && status == DENPA_OK) assert_int_equal(a.count, 2);
    dnp_account_free(&a);
    dnp_trace_free(w.trace);
    w.trace = NULL;
    if (status == DENPA_OK) break;
    assert_int_equal(status, DENPA_ERROR_MEMORY);
    assert_int_equal(err.status, DENPA_ERROR_MEMORY);
    failures++;
  }
  assert_true(failures >= 8);
  close_world(&w);
}

#define CONVOLUTION "conv 2 5x5 stride 3, relu, dense 10"
#define POOLING "conv 3 5x5 stride 2 pad 1, maxpool 3 stride 2 pad 1, tanh, avgpool 2, dense 10"
#define NORMALISED "conv 3 5x5 stride 4, batchnorm, relu, dense 10"
#define NORMALISED_ROWS "dense 6, batchnorm, elu:0.5, dense 10"
#define DROPPED "conv 2 5x5 stride 4, relu, dropout 0.3, dense 10"
#define OF_PICTURES(net, dtype, training) \
  {net, NULL, "he", "cross-entropy", dtype, 1, training}, {net, NULL, "he", "cross-entropy", dtype, 16, training}, { \
    net, NULL, "he", "cross-entropy", dtype, 17, training \
  }

static subject subjects[] = {
    {"784-50-10", "sigmoid", "normal:0.01", "cross-entropy", DENPA_DTYPE_FLOAT32, 1, false},
    {"784-50-10", "sigmoid", "normal:0.01", "cross-entropy", DENPA_DTYPE_FLOAT64, 1, false},
    {"784-20-15-10", "relu", "he", "cross-entropy", DENPA_DTYPE_FLOAT32, 7, false},
    {"784-12-10", "tanh", "xavier", "mse", DENPA_DTYPE_FLOAT64, 5, false},
    {"784-10", "sigmoid", "xavier", "mse", DENPA_DTYPE_FLOAT32, 1, false},
    {"784-8-10", "identity", "xavier", "cross-entropy", DENPA_DTYPE_FLOAT64, 1100, false},
    {"784-9-10", "sigmoid", "normal:0.1", "cross-entropy", DENPA_DTYPE_FLOAT32, 1100, false},
    {"784-9-10", "elu:0.5", "xavier", "huber:0.1", DENPA_DTYPE_FLOAT32, 17, false},
    OF_PICTURES(CONVOLUTION, DENPA_DTYPE_FLOAT32, false),
    {CONVOLUTION, NULL, "he", "cross-entropy", DENPA_DTYPE_FLOAT32, 1100, false},
    OF_PICTURES(POOLING, DENPA_DTYPE_FLOAT64, false),
    OF_PICTURES(NORMALISED, DENPA_DTYPE_FLOAT32, false),
    OF_PICTURES(NORMALISED, DENPA_DTYPE_FLOAT32, true),
    OF_PICTURES(NORMALISED_ROWS, DENPA_DTYPE_FLOAT64, true),
    OF_PICTURES(DROPPED, DENPA_DTYPE_FLOAT32, true),
};

int main(void) {
  enum { SUBJECTS = sizeof subjects / sizeof *subjects, KINDS = 5 };
  static const struct {
    const char *name;
    CMUnitTestFunction run;
  } kinds[KINDS] = {{"terms", test_terms}, {"mean", test_mean}, {"there", test_there}, {"loss", test_loss},
      {"use_and_update", test_use_and_update}};
  static struct CMUnitTest tests[KINDS * SUBJECTS + 3];
  static char names[KINDS * SUBJECTS][128];
  size_t count = 0;
  for (size_t i = 0; i < SUBJECTS; i++)
    for (int k = 0; k < KINDS; k++) {
      /* an update's own draws and statistics are not those of a pass that is only looked at */
      if (kinds[k].run == test_use_and_update && (subjects[i].training || strstr(subjects[i].net, "batchnorm") != NULL))
        continue;
      snprintf(names[count], sizeof names[0], "%s/%s/%zu", kinds[k].name, subjects[i].net, i);
      tests[count] = (struct CMUnitTest){
          .name = names[count], .test_func = kinds[k].run, .initial_state = &subjects[i]};
      count++;
    }
  tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_names);
  tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_forms);
  tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_memory);
  return _cmocka_run_group_tests("trace", tests, count, NULL, NULL);
}
