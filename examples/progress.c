/* progress.c: a training that tells how far it is, ends when it is good enough, and ends early at Ctrl-C without losing
 * what it has learned.
 *   cc progress.c $(pkg-config --cflags --libs denpa) -o progress && ./progress */
#include <denpa/denpa.h>
#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t interrupted;
static void interrupt(int number) {
  (void)number;
  interrupted = 1;
}

/* After each epoch, with what was measured; a number that was not is NaN. Anything but 0 ends the training. */
static int on_epoch(void *context, const denpa_epoch *now) {
  const double *enough = context;
  printf("epoch %2.0f: training loss %.4f, test accuracy %.3f\n", now->epoch, now->train_loss, now->test_accuracy);
  return now->test_accuracy >= *enough;
}

/* After updates, at most 20 times a second: for a progress bar, and to stop inside a long epoch. */
static int on_progress(void *context, size_t step, size_t steps, double loss) {
  (void)context, (void)step, (void)steps, (void)loss;
  return interrupted;
}

int main(void) {
  double enough = 0.8;
  denpa_data *data = NULL;
  denpa_net *net = NULL;
  denpa_error err = {0};
  denpa_report report = {0};
  denpa_train_options options = denpa_train_options_default();
  options.optimizer = "adam";
  options.lr = 0.02;
  options.epochs = 100;
  options.on_epoch = on_epoch;
  options.on_progress = on_progress;
  options.context = &enough; /* what the callbacks get */
  signal(SIGINT, interrupt);

  denpa_status status = denpa_data_digits(&data, 1200, 1, &err);
  if (status == DENPA_OK) status = denpa_net_create(&net, "784-30-10", NULL, &err);
  if (status == DENPA_OK) status = denpa_train(net, data, &options, &report, &err);
  if (status == DENPA_ERROR_CANCELLED) { /* no failure: a callback said so */
    printf("stopped after %zu updates of %zu\n", report.steps, options.epochs * 12);
    status = DENPA_OK;
  }
  if (status == DENPA_OK) {
    status = denpa_net_evaluate(net, data, DENPA_SPLIT_TEST, NULL, &report.test_accuracy, &err);
    printf("the network has kept it: test accuracy %.3f\n", report.test_accuracy);
  }
  if (status != DENPA_OK) {
    char text[512];
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fprintf(stderr, "%s\n", text);
  }
  denpa_net_free(net);
  denpa_data_free(data);
  return status != DENPA_OK;
}
