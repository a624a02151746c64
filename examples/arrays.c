/* arrays.c: numbers in, numbers out: two targets, rows that are kept for testing, and answers in the program's own
 * units. denpa takes the numbers of an array as they are, so the program brings each column to mean 0 and deviation 1.
 *   cc arrays.c $(pkg-config --cflags --libs denpa) -lm -o arrays && ./arrays */
#include <denpa/denpa.h>
#include <math.h>
#include <stdio.h>

enum { ROWS = 300, TRAIN = 240, INPUTS = 2, TARGETS = 2 };

/* How a car stops: from speed (km/h) and grip (0.3 ice .. 0.9 dry) to distance (m) and time (s). */
static void stop(const double in[INPUTS], double out[TARGETS]) {
  const double v = in[0] / 3.6, brake = in[1] * 9.81;
  out[0] = v + v * v / (2 * brake);
  out[1] = 1 + v / brake;
}

/* Mean and deviation of one column over the training rows; then all rows of it are scaled. */
static void standardise(double *column, int step, double *mean, double *deviation) {
  double sum = 0, squares = 0;
  for (int i = 0; i < TRAIN; i++) sum += column[i * step];
  *mean = sum / TRAIN;
  for (int i = 0; i < TRAIN; i++) squares += (column[i * step] - *mean) * (column[i * step] - *mean);
  *deviation = sqrt(squares / TRAIN);
  for (int i = 0; i < ROWS; i++) column[i * step] = (column[i * step] - *mean) / *deviation;
}

int main(void) {
  static double x[ROWS][INPUTS], t[ROWS][TARGETS];
  double x_mean[INPUTS], x_dev[INPUTS], t_mean[TARGETS], t_dev[TARGETS], loss, rule[TARGETS], y[TARGETS];
  const double wet[INPUTS] = {80, 0.5};
  double ask[INPUTS];
  for (int i = 0; i < ROWS; i++) {
    x[i][0] = 20 + i * 37 % 101;
    x[i][1] = 0.3 + 0.01 * (i * 23 % 61);
    stop(x[i], t[i]);
  }
  for (int k = 0; k < INPUTS; k++) standardise(&x[0][k], INPUTS, &x_mean[k], &x_dev[k]);
  for (int k = 0; k < TARGETS; k++) standardise(&t[0][k], TARGETS, &t_mean[k], &t_dev[k]);
  for (int k = 0; k < INPUTS; k++) ask[k] = (wet[k] - x_mean[k]) / x_dev[k];

  const denpa_rows train = {.rows = TRAIN, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .target = t[0]};
  const denpa_rows test = {.rows = ROWS - TRAIN, .dtype = DENPA_DTYPE_FLOAT64, .x = x[TRAIN], .target = t[TRAIN]};
  denpa_net_options shape = denpa_net_options_default();
  denpa_train_options options = denpa_train_options_default();
  denpa_data *data = NULL;
  denpa_net *net = NULL;
  denpa_error err = {0};
  shape.activation = "tanh";
  shape.init = "glorot";
  shape.loss = "mse"; /* numbers are learned; the default, cross-entropy, is for classes */
  options.optimizer = "adam";
  options.lr = 0.01;
  options.batch = 20;
  options.epochs = 100;

  if (denpa_data_from_memory(&data, "stops", INPUTS, TARGETS, &train, &test, &err) ||
      denpa_net_create(&net, "2-16-2", &shape, &err) || denpa_train(net, data, &options, NULL, &err) ||
      denpa_net_evaluate(net, data, DENPA_SPLIT_TEST, &loss, NULL, &err) ||
      denpa_net_predict(net, 1, DENPA_DTYPE_FLOAT64, ask, y, NULL, &err)) {
    char text[512];
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fprintf(stderr, "%s\n", text);
  } else {
    stop(wet, rule);
    printf("test loss %.6f (0: perfect; about 1: always the mean)\n", loss);
    printf("80 km/h in the wet: %.1f m and %.2f s by the network, %.1f m and %.2f s by the formula\n",
        t_mean[0] + t_dev[0] * y[0], t_mean[1] + t_dev[1] * y[1], rule[0], rule[1]);
  }
  denpa_net_free(net);
  denpa_data_free(data);
  return err.status != DENPA_OK;
}
