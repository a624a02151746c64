/* graph.c: a network put together by hand: two ways from the input to the output, which are added. It learns y = x^2 -
 * x on [-1, 1]; the trainer is taken epoch by epoch.
 *   cc graph.c $(pkg-config --cflags --libs denpa) -o graph && ./graph */
#include <denpa/denpa.h>
#include <stdio.h>

enum { ROWS = 200, HIDDEN = 16 };

static denpa_status build(denpa_net **out, denpa_error *err) {
  denpa_graph *g = NULL;
  denpa_net_options options = denpa_net_options_default();
  const size_t one = 1, hidden = HIDDEN;
  options.dtype = DENPA_DTYPE_FLOAT64;
  denpa_status status = denpa_graph_create(&g, err);
  if (status != DENPA_OK) return status;
  /* after the first mistake ids are negative, and denpa_graph_build tells what it was */
  const int x = denpa_graph_input(g, "x", 1, &one), t = denpa_graph_targets(g, "t", 1, &one);
  const int w1 = denpa_graph_parameter(g, "W1", 2, (const size_t[]){1, HIDDEN}, "normal:1"),
            b1 = denpa_graph_parameter(g, "b1", 1, &hidden, NULL),
            w2 = denpa_graph_parameter(g, "W2", 2, (const size_t[]){HIDDEN, 1}, "lecun"),
            b2 = denpa_graph_parameter(g, "b2", 1, &one, NULL),
            w3 = denpa_graph_parameter(g, "W3", 2, (const size_t[]){1, 1}, "zeros");
  const int a1 = denpa_graph_apply(g, "affine", "a1", (const int[]){x, w1, b1}, 3);
  const int z1 = denpa_graph_apply(g, "tanh", "z1", &a1, 1);
  const int bent = denpa_graph_apply(g, "affine", "bent", (const int[]){z1, w2, b2}, 3);
  const int line = denpa_graph_apply(g, "product", "line", (const int[]){x, w3}, 2);
  const int y = denpa_graph_apply(g, "add", "a2", (const int[]){bent, line}, 2);
  denpa_graph_apply(g, "squared_error", "y", (const int[]){y, t}, 2);
  status = denpa_graph_build(out, g, &options, err);
  denpa_graph_free(g);
  return status;
}

static denpa_status train(denpa_net *net, const denpa_data *data, denpa_error *err) {
  denpa_trainer *trainer = NULL;
  denpa_epoch epoch = {0};
  denpa_train_options options = denpa_train_options_default();
  options.optimizer = "adam";
  options.lr = 0.02;
  options.batch = 20;
  options.epochs = 300;
  options.evaluate = DENPA_EVALUATE_NONE;
  denpa_status status = denpa_trainer_create(&trainer, net, data, &options, err);
  while (status == DENPA_OK && !denpa_trainer_done(trainer)) {
    double loss;
    status = denpa_trainer_epoch(trainer, &epoch, err);
    if (status != DENPA_OK || (size_t)epoch.epoch % 100 != 0) continue;
    status = denpa_trainer_evaluate(trainer, DENPA_SPLIT_TRAIN, &loss, NULL, err);
    printf("epoch %3.0f: loss %.6f\n", epoch.epoch, loss);
  }
  if (status == DENPA_OK) status = denpa_trainer_finish(trainer, NULL, err);
  denpa_trainer_free(trainer);
  return status;
}

int main(void) {
  static double x[ROWS], t[ROWS];
  denpa_data *data = NULL;
  denpa_net *net = NULL;
  denpa_error err = {0};
  const double at = 0.5;
  double y = 0;
  for (int i = 0; i < ROWS; i++) {
    x[i] = -1 + 2.0 * i / (ROWS - 1);
    t[i] = x[i] * x[i] - x[i];
  }
  const denpa_rows rows = {.rows = ROWS, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .target = t};
  if (denpa_data_from_memory(&data, "parabola", 1, 1, &rows, NULL, &err) || build(&net, &err) ||
      train(net, data, &err) || denpa_net_predict(net, 1, DENPA_DTYPE_FLOAT64, &at, &y, NULL, &err)) {
    char text[512];
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fprintf(stderr, "%s\n", text);
  } else {
    printf("at 0.5 it should be -0.25 and is %.2f\n", y);
  }
  denpa_net_free(net);
  denpa_data_free(data);
  return err.status != DENPA_OK;
}
