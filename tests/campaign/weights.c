/* weights.c: trains small networks on the built-in digits and prints a checksum of their parameters and of what they
 * measured, for machines to be compared (aarch64.sh). Uses the public face alone, so that the bare library is enough.
 *
 *   weights [UNIT [THREADS]] */
#include <denpa/denpa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct setting {
  const char *name, *net, *activation, *init, *loss, *optimizer;
  denpa_dtype dtype;
  size_t rows, batch;
  double lr;
} settings[] = {
    {"seed_net", "784-50-10", "sigmoid", "normal:0.01", "cross-entropy", "sgd", DENPA_DTYPE_FLOAT32, 1000, 100, 0.1},
    {"relu_net", "784-33-17-10", "relu", "he", "cross-entropy", "sgd", DENPA_DTYPE_FLOAT32, 600, 37, 0.05},
    {"tanh_double", "784-21-10", "tanh", "xavier", "cross-entropy", "sgd", DENPA_DTYPE_FLOAT64, 300, 50, 0.1},
    {"squared", "784-20-10", "sigmoid", "xavier", "mse", "sgd", DENPA_DTYPE_FLOAT32, 300, 30, 0.5},
    {"adam", "784-32-10", "relu", "he", "cross-entropy", "adam", DENPA_DTYPE_FLOAT32, 1000, 64, 0.001},
    {"adam_double", "784-17-10", "tanh", "xavier", "cross-entropy", "adam", DENPA_DTYPE_FLOAT64, 300, 30, 0.001},
    {"full_batch", "784-50-10", "sigmoid", "normal:0.01", "cross-entropy", "sgd", DENPA_DTYPE_FLOAT32, 2500, 0, 0.1},
};

static unsigned long long fold(unsigned long long sum, const void *data, size_t size) { /* FNV-1a */
  const unsigned char *byte = data;
  for (size_t i = 0; i < size; i++) sum = (sum ^ byte[i]) * 0x100000001b3u;
  return sum;
}

static unsigned long long fold_net(const denpa_net *net, const denpa_report *report) {
  unsigned long long sum = 0xcbf29ce484222325u;
  for (size_t i = 0; i < denpa_net_parameter_tensors(net); i++) {
    const denpa_parameter p = denpa_net_parameter(net, i);
    const size_t size = p.dtype == DENPA_DTYPE_FLOAT64 ? sizeof(double) : sizeof(float);
    sum = fold(sum, p.value, p.count * size);
    sum = fold(sum, p.gradient, p.count * size);
  }
  const double measured[] = {report->train_loss, report->train_accuracy, report->test_loss, report->test_accuracy};
  return fold(sum, measured, sizeof measured);
}

static denpa_status train(const struct setting *s, const char *unit, int threads, denpa_error *err) {
  denpa_net_options net_options = denpa_net_options_default();
  net_options.activation = s->activation;
  net_options.init = s->init;
  net_options.loss = s->loss;
  net_options.dtype = s->dtype;
  net_options.cpu = unit;
  net_options.threads = threads;
  denpa_train_options train_options = denpa_train_options_default();
  train_options.optimizer = s->optimizer;
  train_options.epochs = 2;
  train_options.batch = s->batch;
  train_options.lr = s->lr;
  denpa_data *data = NULL;
  denpa_net *net = NULL;
  denpa_report report;
  denpa_status status = denpa_data_digits(&data, s->rows, 1, err);
  if (status == DENPA_OK) status = denpa_net_create(&net, s->net, &net_options, err);
  if (status == DENPA_OK) status = denpa_train(net, data, &train_options, &report, err);
  if (status == DENPA_OK)
    printf(
        "%s %016llx loss %.17g accuracy %g\n", s->name, fold_net(net, &report), report.test_loss, report.test_accuracy);
  denpa_net_free(net);
  denpa_data_free(data);
  return status;
}

int main(int count, char **word) {
  const char *unit = count > 1 ? word[1] : "auto";
  const int threads = count > 2 ? atoi(word[2]) : 1;
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
    denpa_error err = {0};
    char text[500];
    if (train(&settings[i], unit, threads, &err) == DENPA_OK) continue;
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fprintf(stderr, "%s: %s\n", settings[i].name, text);
    return 1;
  }
  return 0;
}
