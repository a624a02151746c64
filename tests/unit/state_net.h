/* state_net.h: the networks and the data on which test_state.c and test_dropout.c look at operations with state. */
#ifndef STATE_NET_H
#define STATE_NET_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>
#include <unistd.h>

#include "learn/learn.h"

enum { INPUTS = 6, HIDDEN = 19, CLASSES = 4, ROWS = 90 };

typedef struct shape {
  bool normal, book, dropped;
  double rate;
} shape;

/* x -> affine -> (batch norm) -> relu -> (dropout) -> affine -> softmax and loss */
static inline denpa_graph *dense_graph(const shape *s) {
  const size_t inputs = INPUTS, first[] = {INPUTS, HIDDEN}, second[] = {HIDDEN, CLASSES}, hidden = HIDDEN,
               classes = CLASSES;
  denpa_graph *g;
  assert_int_equal(denpa_graph_create(&g, NULL), DENPA_OK);
  int value = denpa_graph_input(g, "x", 1, &inputs);
  const int t = denpa_graph_labels(g, "t");
  value = denpa_graph_apply(g, "affine", "a1",
      (const int[]){value, denpa_graph_parameter(g, "W1", 2, first, "normal:0.5"),
          denpa_graph_parameter(g, "b1", 1, &hidden, "normal:0.1")},
      3);
  if (s->normal) value = dnp_graph_batch_norm(g, 1, value, s->book);
  value = denpa_graph_apply(g, "relu", "z1", &value, 1);
  if (s->dropped) value = denpa_graph_apply_with(g, "dropout", "d1", &value, 1, (const double[]){s->rate, s->book}, 2);
  value = denpa_graph_apply(g, "affine", "a2",
      (const int[]){value, denpa_graph_parameter(g, "W2", 2, second, "normal:0.5"),
          denpa_graph_parameter(g, "b2", 1, &classes, NULL)},
      3);
  denpa_graph_apply(g, "cross_entropy", "y", (const int[]){value, t}, 2);
  return g;
}

static inline denpa_net *build(const shape *s, denpa_dtype dtype, int threads, const char *cpu) {
  denpa_graph *g = dense_graph(s);
  denpa_net_options o = denpa_net_options_default();
  denpa_error err = {0};
  denpa_net *net;
  o.dtype = dtype;
  o.threads = threads;
  o.cpu = cpu;
  o.seed = 3;
  assert_int_equal(denpa_graph_build(&net, g, &o, &err), DENPA_OK);
  denpa_graph_free(g);
  return net;
}

static inline double datum(size_t row, size_t column) {
  return dnp_draw_uniform(77, DNP_STREAM(DNP_FOR_TEST, row), column) * 2 - 1 +
         (double)(row % CLASSES) * 0.3 * (double)(column % 2);
}

static inline denpa_data *make_data(size_t rows) {
  denpa_data *data;
  double *x = malloc(rows * INPUTS * sizeof *x);
  int32_t *label = malloc(rows * sizeof *label);
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < INPUTS; j++) x[i * INPUTS + j] = datum(i, j);
    label[i] = (int32_t)(i % CLASSES);
  }
  const denpa_rows train = {.rows = rows, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label};
  assert_int_equal(denpa_data_from_memory(&data, "made up", INPUTS, CLASSES, &train, &train, NULL), DENPA_OK);
  free(x);
  free(label);
  return data;
}

static inline denpa_train_options twenty(void) {
  denpa_train_options o = denpa_train_options_default();
  o.steps = 20;
  o.epochs = DENPA_NO_LIMIT;
  o.batch = 32;
  o.lr = 0.1;
  o.seed = 11;
  o.evaluate = DENPA_EVALUATE_NONE;
  return o;
}

#endif
