/* test_check.c: the gradient check finds a gradient that is wrong and no other, tells kinks from errors, and its fast
 * way is the slow one; the table of mistakes is whole, and no mistake is the right one; a lack of memory is told. What
 * people see of it is check.sh's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "file_tools.h"
#include "gradcheck/check.h"
#include "gradcheck/diagnose.h"

#define ROWS 24

static double drawn(size_t i) { return dnp_draw_normal(9, DNP_STREAM(DNP_FOR_TEST, 40), i); }

/* 24 rows of 9 numbers, some of them 0; 4 classes, or 4 targets. */
static denpa_data *make_data(bool labels) {
  static double x[ROWS * 9], target[ROWS * 4];
  static int32_t label[ROWS];
  denpa_data *data;
  for (size_t i = 0; i < ROWS * 9; i++) x[i] = i % 3 == 1 ? 0 : drawn(i);
  for (size_t i = 0; i < ROWS * 4; i++) target[i] = drawn(1000 + i);
  for (size_t i = 0; i < ROWS; i++) label[i] = (int32_t)(i * 7 % 5 % 4);
  const denpa_rows rows = {.rows = ROWS,
      .dtype = DENPA_DTYPE_FLOAT64,
      .x = x,
      .label = labels ? label : NULL,
      .target = labels ? NULL : target};
  assert_int_equal(denpa_data_from_memory(&data, "made up", 9, 4, &rows, &rows, NULL), DENPA_OK);
  return data;
}

static denpa_net *make_net(const char *text, const char *activation, const char *loss, denpa_dtype dtype) {
  denpa_net *net;
  denpa_net_options options = denpa_net_options_default();
  options.activation = activation;
  options.loss = loss;
  options.init = "xavier";
  options.dtype = dtype;
  options.threads = 1;
  assert_int_equal(denpa_net_create(&net, text, &options, NULL), DENPA_OK);
  for (size_t i = 1; i < net->exec->parameters; i += 2) /* biases that are not 0 */
    for (size_t k = 0; k < net->exec->parameter[i].count; k++) {
      const double value = 0.3 * drawn(2000 + 64 * i + k);
      if (dtype == DENPA_DTYPE_FLOAT32)
        ((float *)net->exec->parameter[i].tensor->data)[k] = (float)value;
      else
        ((double *)net->exec->parameter[i].tensor->data)[k] = value;
    }
  return net;
}

static denpa_status make(
    dnp_check **out, const denpa_net *net, const denpa_data *data, int split, size_t rows, denpa_error *err) {
  return dnp_check_make(out, net, data, &(dnp_check_asked){.split = split, .rows = rows}, err);
}

static void right_gradients(void **state) {
  (void)state;
  static const char *const activations[] = {"sigmoid", "tanh", "relu", "identity"};
  static const char *const texts[] = {"9-4", "9-7-4", "9-7-6-4", "9-5-6-3-4"};
  for (int labels = 0; labels < 2; labels++) {
    denpa_data *data = make_data(labels != 0);
    for (size_t a = 0; a < 4; a++)
      for (size_t t = 0; t < 4; t++) {
        denpa_net *net = make_net(texts[t], activations[a], labels ? "cross-entropy" : "mse",
            t % 2 == 0 ? DENPA_DTYPE_FLOAT32 : DENPA_DTYPE_FLOAT64);
        dnp_check *check;
        assert_int_equal(make(&check, net, data, DNP_TEST, 20, NULL), DENPA_OK);
        assert_true(check->fast);
        assert_true(dnp_check_good(check));
        assert_int_equal(check->entries, net->network->parameter_count);
        assert_int_equal(check->again, DNP_CHECK_AGAIN);
        assert_true(check->apart < 1e-6);
        assert_int_equal(check->wrong, 0);
        for (size_t i = 0; i < check->tensors; i++)
          assert_true(check->tensor[i].worst.error < 1e-6 && check->tensor[i].typical > 0);
        dnp_check_free(check);
        denpa_net_free(net);
      }
    denpa_data_free(data);
  }
}

/* Every number of the backward pass, falsified one at a time, is found: it and no other. */
static void a_wrong_gradient_is_found(void **state) {
  (void)state;
  denpa_data *data = make_data(true);
  denpa_net *net = make_net("9-5-4-4", "tanh", "cross-entropy", DENPA_DTYPE_FLOAT64);
  dnp_check *check;
  assert_int_equal(make(&check, net, data, DNP_TRAIN, 0, NULL), DENPA_OK);
  static double back[4096];
  assert_true(check->net->network->block <= 4096);
  memcpy(back, check->net->exec->grads, check->net->network->block * sizeof *back);
  size_t tried = 0;
  for (size_t p = 0; p < check->tensors; p++)
    for (size_t i = 0; i < check->tensor[p].count; i += 3) {
      double *entry = back + check->net->exec->parameter[p].offset + i;
      const double kept = *entry;
      *entry = tried % 3 == 0 ? -kept : tried % 3 == 1 ? kept * 1.001 + 1e-3 * check->tensor[p].typical : kept + 0.01;
      assert_int_equal(dnp_check_against(check, back, NULL), DENPA_OK);
      if (fabs(*entry - kept) > 1e-4 * check->tensor[p].typical) {
        assert_int_equal(check->wrong, 1);
        assert_false(dnp_check_good(check));
        assert_int_equal(check->tensor[p].wrong, 1);
        assert_int_equal(check->tensor[p].worst.index, i);
        assert_true(check->tensor[p].worst.backward == *entry);
        tried++;
      }
      *entry = kept;
    }
  assert_true(tried > 20);
  back[0] = (double)NAN;
  assert_int_equal(dnp_check_against(check, back, NULL), DENPA_OK);
  assert_int_equal(check->wrong, check->tensor[0].wrong);
  assert_true(check->wrong >= 1);
  dnp_check_free(check);
  denpa_net_free(net);
  denpa_data_free(data);
}

/* A ReLU that stands at its kink for one sample: the entries that move it are not judged, whatever their backward pass
 * says, and all others are. */
static void kinks_are_no_errors(void **state) {
  (void)state;
  denpa_data *data = make_data(true);
  denpa_net *net = make_net("9-5-4", "relu", "cross-entropy", DENPA_DTYPE_FLOAT64);
  double x[9], a = 0, *b = net->exec->parameter[1].tensor->data;
  const double *w = net->exec->parameter[0].tensor->data;
  size_t moving = 0;
  assert_int_equal(denpa_data_row(data, DENPA_SPLIT_TRAIN, 3, x, NULL), DENPA_OK);
  for (size_t i = 0; i < 9; i++) {
    a += x[i] * w[i * 5 + 2];
    moving += x[i] != 0;
  }
  b[2] = 1e-9 - a; /* unit 2 is almost 0 for sample 3 */
  dnp_check *check;
  assert_int_equal(make(&check, net, data, DNP_TRAIN, 0, NULL), DENPA_OK);
  assert_true(dnp_check_good(check));
  assert_int_equal(check->tensor[0].kinks, moving);
  assert_int_equal(check->tensor[1].kinks, 1);
  assert_int_equal(check->tensor[1].kink.index, 2);
  assert_int_equal(check->tensor[2].kinks + check->tensor[3].kinks, 0);
  assert_true(check->tensor[1].kink.error > DNP_CHECK_TOLERANCE); /* by its size alone it would be an error */
  dnp_check_free(check);
  denpa_net_free(net);
  denpa_data_free(data);
}

/* A graph that is no plain dense network: a weight that is used twice, and a sum. */
static denpa_net *make_graph(const char *activation) {
  denpa_graph *graph;
  denpa_net *net;
  denpa_net_options options = denpa_net_options_default();
  const size_t nine = 9;
  options.threads = 1;
  assert_int_equal(denpa_graph_create(&graph, NULL), DENPA_OK);
  const int x = denpa_graph_input(graph, "x", 1, &nine), t = denpa_graph_labels(graph, "t");
  const int w = denpa_graph_parameter(graph, "W", 2, (const size_t[]){9, 9}, "xavier"),
            b = denpa_graph_parameter(graph, "b", 1, &nine, "normal:0.5");
  const int v = denpa_graph_parameter(graph, "V", 2, (const size_t[]){9, 4}, "xavier");
  const int a = denpa_graph_apply(graph, "affine", "a", (const int[]){x, w, b}, 3),
            z = denpa_graph_apply(graph, activation, "z", &a, 1);
  const int again = denpa_graph_apply(graph, "affine", "again", (const int[]){z, w, b}, 3),
            both = denpa_graph_apply(graph, "add", "both", (const int[]){again, x}, 2);
  const int end = denpa_graph_apply(graph, "product", "end", (const int[]){both, v}, 2);
  denpa_graph_apply(graph, "cross_entropy", "y", (const int[]){end, t}, 2);
  assert_int_equal(denpa_graph_build(&net, graph, &options, NULL), DENPA_OK);
  denpa_graph_free(graph);
  return net;
}

static void any_graph_goes_the_slow_way(void **state) {
  (void)state;
  denpa_data *data = make_data(true);
  static const char *const activations[] = {"sigmoid", "relu"};
  for (size_t i = 0; i < 2; i++) {
    denpa_net *net = make_graph(activations[i]);
    dnp_check *check;
    /* b = 0, and below W = 0: every ReLU stands at its kink */
    if (i == 1) memset(net->exec->parameter[1].tensor->data, 0, 9 * sizeof(float));
    if (i == 1) memset(net->exec->parameter[0].tensor->data, 0, 81 * sizeof(float));
    assert_int_equal(make(&check, net, data, DNP_TRAIN, 0, NULL), DENPA_OK);
    assert_false(check->fast);
    assert_int_equal(check->entries, 81 + 9 + 36);
    assert_true(dnp_check_good(check));
    if (i == 0) assert_int_equal(check->kinks, 0);
    if (i == 1) assert_true(check->tensor[1].kinks == 9 && check->tensor[2].kinks == 0);
    static double back[4096];
    memcpy(back, check->net->exec->grads, check->net->network->block * sizeof *back);
    back[check->net->exec->parameter[2].offset + 5] += 0.1;
    assert_int_equal(dnp_check_against(check, back, NULL), DENPA_OK);
    assert_int_equal(check->wrong, 1);
    assert_int_equal(check->tensor[2].worst.index, 5);
    dnp_check_free(check);
    denpa_net_free(net);
  }
  denpa_data_free(data);
}

/* ---- mistakes ---------------------------------------------------------------------------------- */

/* Every row is whole; and on some network its way is another than the right one, so that it can be told. */
static void every_mistake_makes_a_difference(void **state) {
  (void)state;
  static const struct {
    const char *text, *activation, *loss;
  } nets[] = {{"9-5-6-4", "sigmoid", "cross-entropy"}, {"9-5-6-4", "tanh", "cross-entropy"},
      {"9-5-6-4", "relu", "cross-entropy"}, {"9-5-6-4", "tanh", "mse"}, {"9-6-6-6-4", "relu", "cross-entropy"},
      {"9-5-24", "sigmoid", "cross-entropy"}};
  size_t rows = 0;
  bool tells[128] = {false};
  denpa_data *data = make_data(true);
  for (size_t k = 0; k < sizeof nets / sizeof *nets; k++) {
    if (strcmp(nets[k].loss, "mse") == 0) {
      denpa_data_free(data);
      data = make_data(false);
    }
    denpa_net *net = make_net(nets[k].text, nets[k].activation, nets[k].loss, DENPA_DTYPE_FLOAT64);
    dnp_dense dense, other;
    dnp_reference_backward *reference;
    double right[1024], now[1024];
    assert_int_equal(dnp_dense_open(&dense, net, data, DNP_TRAIN, ROWS, NULL), DENPA_OK);
    assert_int_equal(dnp_dense_open(&other, net, data, DNP_TEST, ROWS, NULL), DENPA_OK);
    for (size_t i = 0; i < ROWS * 9; i++) other.x[i] += 1;
    assert_true(dense.layers > 1);
    assert_int_equal(dnp_reference_backward_open(&reference, &dense, &other, NULL), DENPA_OK);
    const size_t count = dnp_reference_backward_count(&dense);
    assert_int_equal(count, net->network->parameter_count);
    const dnp_variant plain = dnp_variant_right();
    dnp_reference_backward_run(reference, &plain, right);
    rows = 0;
    for (const dnp_mistake *m = dnp_mistakes; m->id != NULL; m++, rows++) {
      assert_true(strlen(m->sentence) > 10 && strlen(m->remedy) > 10);
      if (m->make == NULL || m->fit == DNP_FIT_FACTOR) tells[rows] = true;
      if (!dnp_mistake_possible(m, &dense, true, true)) continue;
      for (size_t v = 0; v < dnp_mistake_variants(m, &dense); v++) {
        dnp_variant variant = dnp_variant_right();
        m->make(&dense, v, &variant);
        if (m->fit == DNP_FIT_RATE) variant.rate = 0.1;
        if (m->fit == DNP_FIT_DECAY) variant.decay = 0.1;
        dnp_reference_backward_run(reference, &variant, now);
        double apart = 0;
        for (size_t i = 0; i < count; i++) apart = fmax(apart, fabs(now[i] - right[i]));
        if (apart > 1e-10) tells[rows] = true;
      }
    }
    dnp_reference_backward_close(reference);
    dnp_dense_close(&dense);
    dnp_dense_close(&other);
    denpa_net_free(net);
    if (strcmp(nets[k].loss, "mse") == 0) {
      denpa_data_free(data);
      data = make_data(true);
    }
  }
  denpa_data_free(data);
  assert_true(rows >= 60 && rows < 128);
  for (size_t i = 0; i < rows; i++)
    if (!tells[i]) fail_msg("no network shows the mistake %s", dnp_mistakes[i].id);
}

/* The network's own gradients are right; one of them the other way round is named. */
static dnp_arrays own_gradients(denpa_net *net, const denpa_data *data) {
  dnp_check *check;
  dnp_arrays arrays = {0};
  assert_int_equal(make(&check, net, data, DNP_TRAIN, 0, NULL), DENPA_OK);
  for (size_t i = 0; i < check->net->exec->parameters; i++) {
    const dnp_tensor *t = check->net->exec->parameter[i].tensor;
    dnp_array *a;
    assert_int_equal(dnp_arrays_add(&arrays, t->name, DENPA_DTYPE_FLOAT64, t->axes, t->shape, &a, NULL), DENPA_OK);
    memcpy(a->values, t->grad, check->net->exec->parameter[i].count * sizeof(double));
  }
  dnp_check_free(check);
  return arrays;
}

static void reviews(void **state) {
  (void)state;
  denpa_data *data = make_data(true);
  denpa_net *net = make_net("9-5-4", "sigmoid", "cross-entropy", DENPA_DTYPE_FLOAT64);
  dnp_arrays arrays = own_gradients(net, data);
  dnp_review *review;
  assert_int_equal(dnp_review_make(&review, net, data, DNP_TRAIN, 0, &arrays, true, NULL), DENPA_OK);
  assert_true(review->right && review->findings == 0);
  dnp_review_free(review);
  for (size_t i = 0; i < 45; i++) ((double *)arrays.item[0].values)[i] *= ROWS;
  assert_int_equal(dnp_review_make(&review, net, data, DNP_TRAIN, 0, &arrays, true, NULL), DENPA_OK);
  assert_false(review->right);
  assert_true(review->given[1].right && !review->given[0].right);
  for (size_t i = 0; i < 5; i++) ((double *)arrays.item[1].values)[i] *= ROWS;
  dnp_review_free(review);
  assert_int_equal(dnp_review_make(&review, net, data, DNP_TRAIN, 0, &arrays, true, NULL), DENPA_OK);
  assert_true(review->findings > 0 && review->finding[0].fits);
  assert_string_equal(review->finding[0].mistake->id, "layer-not-divided");
  assert_true(review->finding[0].value == 1);
  dnp_review_free(review);
  dnp_arrays_free(&arrays);
  denpa_net_free(net);
  denpa_data_free(data);
}

static void lack_of_memory(void **state) {
  (void)state;
  denpa_data *data = make_data(true);
  denpa_net *net = make_net("9-5-4", "relu", "cross-entropy", DENPA_DTYPE_FLOAT32);
  dnp_arrays arrays = own_gradients(net, data);
  for (size_t i = 0; i < 45; i++) ((double *)arrays.item[0].values)[i] *= -1.7;
  for (int what = 0; what < 2; what++)
    for (size_t nth = 1;; nth++) {
      dnp_check *check = NULL;
      dnp_review *review = NULL;
      denpa_error err = {0};
      dnp_alloc_fail_at(nth);
      denpa_status status = what == 0 ? make(&check, net, data, DNP_TRAIN, 0, &err)
                                      : dnp_review_make(&review, net, data, DNP_TRAIN, 0, &arrays, true, &err);
      dnp_alloc_fail_at(0);
      dnp_check_free(check);
      dnp_review_free(review);
      if (status == DENPA_OK) {
        assert_true(nth > 10);
        break;
      }
      assert_int_equal(status, DENPA_ERROR_MEMORY);
      assert_true(check == NULL && review == NULL);
    }
  dnp_arrays_free(&arrays);
  denpa_net_free(net);
  denpa_data_free(data);
}

/* ---- files of gradients ------------------------------------------------------------------------ */

static denpa_status read_given(const char *path, denpa_error *err) {
  dnp_arrays arrays;
  return done_arrays(dnp_given_read(path, &arrays, err), &arrays);
}

/* mutants have no ending, and the ending says what a file is */
static denpa_status read_mutant(const char *path, denpa_error *err) {
  const char *named = in_folder("mutant.csv");
  assert_int_equal(rename(path, named), 0);
  return read_given(named, err);
}

static void csv_files(void **state) {
  (void)state;
  static const struct {
    const char *name, *text;
    size_t rows, columns;
    double last;
  } good[] = {{"W1.csv", "1,2,3\n4,5,-6.5e-3\n", 2, 3, -6.5e-3}, {"b1.csv", "# a comment\n1\n2\n3", 3, 1, 3},
      {"c.txt", " 1 \t2; 3\r\n\n4 5 6\r\n", 2, 3, 6}, {"d.csv", "left,right\n1,2\n", 1, 2, 2},
      {"e.csv", "9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,words\n1\n", 1, 1, 1}};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    dnp_arrays arrays;
    assert_int_equal(
        dnp_given_read(put_file(good[i].name, good[i].text, strlen(good[i].text)), &arrays, NULL), DENPA_OK);
    const dnp_array *a = arrays.item;
    assert_true(arrays.count == 1 && a->axes == 2 && a->shape[0] == good[i].rows && a->shape[1] == good[i].columns &&
                a->dtype == DENPA_DTYPE_FLOAT64);
    assert_memory_equal(a->name, good[i].name, strlen(good[i].name) - 4);
    assert_true(((const double *)a->values)[good[i].rows * good[i].columns - 1] == good[i].last);
    dnp_arrays_free(&arrays);
  }
  static const struct {
    const char *text, *fragment;
  } bad[] = {{"", "no numbers"}, {"\n\n", "no numbers"}, {"words\n", "no numbers"}, {"1,2\n3\n", "line 2 has 1"},
      {"1,2\n3,x\n", "line 2"}, {"1,2\n3,1e999\n", "line 2"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_refused(
        read_given, put_file("bad.csv", bad[i].text, strlen(bad[i].text)), DENPA_ERROR_FORMAT, bad[i].fragment);
  assert_refused(read_given, put_file("bad.csv", "1,2\0\n", 5), DENPA_ERROR_FORMAT, "zero byte");
  assert_refused(read_given, put_file("bad.doc", "1", 1), DENPA_ERROR_ARGUMENT, ".npz");
  const char *path = put_file("W2.csv", "1,2,3\n4.5,5,6\n7,8,-9e-9\n", 24);
  starve(read_given, path);
  mutate(read_mutant, path, 5);
}

/* ---- a sample of a large network ----------------------------------------------------------------- */

typedef struct hearing {
  size_t calls, last, of, stop;
} hearing;

static bool hear(void *context, size_t checked, size_t of) {
  hearing *h = context;
  assert_int_equal(checked, h->calls);
  h->calls++;
  h->last = checked;
  h->of = of;
  return h->calls <= h->stop;
}

/* 9 x 100 + 100 + 100 + 100 x 4 + 4 = 1,504 entries on the slow way: every tensor has its share, at least 20 or all of
 * it; one seed draws one sample; all are checked when asked for; whoever listens hears of each and can stop it. */
static void a_large_network_is_sampled(void **state) {
  (void)state;
  denpa_data *data = make_data(true);
  denpa_net *net = make_net(
      "input 9, dense 100, batchnorm, tanh, dense 4", "sigmoid", "cross-entropy", DENPA_DTYPE_FLOAT64);
  const size_t all = net->network->parameter_count;
  dnp_check *check, *again;
  denpa_error err;
  hearing h = {.stop = SIZE_MAX};
  dnp_check_asked asked = {.split = DNP_TRAIN, .rows = 2, .told = hear, .context = &h};
  assert_true(all > DNP_CHECK_MOST);
  assert_int_equal(dnp_check_make(&check, net, data, &asked, NULL), DENPA_OK);
  assert_true(check->entries >= DNP_CHECK_MOST && check->entries < DNP_CHECK_MOST + 25 * check->tensors);
  assert_true(check->of == all && h.calls == check->entries && h.of == check->entries && dnp_check_good(check));
  for (size_t i = 0; i < check->tensors; i++) {
    const dnp_check_tensor *t = &check->tensor[i];
    assert_true(t->checked <= t->count && (t->checked >= DNP_CHECK_LEAST || t->checked == t->count));
    assert_true(t->checked * all >= t->count * DNP_CHECK_MOST || t->checked == t->count);
  }
  h = (hearing){.stop = SIZE_MAX};
  assert_int_equal(dnp_check_make(&again, net, data, &asked, NULL), DENPA_OK);
  for (size_t i = 0; i < check->tensors; i++)
    assert_memory_equal(&check->tensor[i].worst, &again->tensor[i].worst, sizeof again->tensor[i].worst);
  dnp_check_free(check);
  dnp_check_free(again);
  h = (hearing){.stop = SIZE_MAX};
  asked.all = true;
  assert_int_equal(dnp_check_make(&check, net, data, &asked, NULL), DENPA_OK);
  assert_true(check->entries == all && h.calls == all && dnp_check_good(check));
  dnp_check_free(check);
  h = (hearing){.stop = 7};
  assert_int_equal(dnp_check_make(&check, net, data, &asked, &err), DENPA_ERROR_CANCELLED);
  assert_true(check == NULL && h.calls == 8);
  denpa_data_free(data);
  denpa_net_free(net);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(right_gradients),
      cmocka_unit_test(a_wrong_gradient_is_found),
      cmocka_unit_test(kinks_are_no_errors),
      cmocka_unit_test(any_graph_goes_the_slow_way),
      cmocka_unit_test(every_mistake_makes_a_difference),
      cmocka_unit_test(reviews),
      cmocka_unit_test(lack_of_memory),
      cmocka_unit_test(csv_files),
      cmocka_unit_test(a_large_network_is_sampled),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
