/* progress.c: a training that tells how far it is, keeps copies, and ends when it is good enough.
 *   cc progress.c $(pkg-config --cflags --libs denpa) -o progress && ./progress */
#include <denpa/denpa.h>
#include <stdio.h>

typedef struct watcher {
  denpa_net *net;
  denpa_net *best; /* a copy of the network when its test loss was lowest */
  double best_loss;
  denpa_error err; /* a callback's own */
} watcher;

/* After each epoch. Anything but 0 ends the training. */
static int on_epoch(void *context, const denpa_epoch *now) {
  watcher *w = context;
  printf("epoch %2.0f: training loss %.4f, test accuracy %.3f\n", now->epoch, now->train_loss, now->test_accuracy);
  if (now->test_loss < w->best_loss) {
    denpa_net_free(w->best);
    if (denpa_net_clone(&w->best, w->net, &w->err) != DENPA_OK) return 1;
    w->best_loss = now->test_loss;
  }
  return now->test_accuracy > 0.9;
}

int main(void) {
  watcher w = {.best_loss = 1e9};
  denpa_data *data = NULL;
  denpa_error err = {0};
  denpa_report report = {0};
  denpa_train_options options = denpa_train_options_default();
  options.optimizer = "adam";
  options.lr = 0.01;
  options.epochs = 100;
  options.on_epoch = on_epoch;
  options.context = &w;

  denpa_status status = denpa_data_digits(&data, 1200, 1, &err);
  if (status == DENPA_OK) status = denpa_net_create(&w.net, "784-30-10", NULL, &err);
  if (status == DENPA_OK) status = denpa_train(w.net, data, &options, &report, &err);
  if (status == DENPA_ERROR_CANCELLED && w.err.status == DENPA_OK) { /* no failure: the callback said so */
    printf("stopped after %zu updates, %.0f of 100 epochs\n", report.steps, report.epochs);
    status = DENPA_OK;
  }
  if (status != DENPA_OK) {
    char text[512];
    denpa_error_text(w.err.status != DENPA_OK ? &w.err : &err, DENPA_LANG_EN, text, sizeof text);
    fprintf(stderr, "%s\n", text);
  }
  denpa_net_free(w.best);
  denpa_net_free(w.net);
  denpa_data_free(data);
  return status != DENPA_OK;
}
