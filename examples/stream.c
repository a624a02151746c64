/* stream.c: rows that come once and are never seen again: a meter, a game, a network socket. Each batch is answered
 * first, then learned from, then forgotten; here the rule behind the rows changes half-way, and the network follows.
 *   cc stream.c $(pkg-config --cflags --libs denpa) -o stream && ./stream */
#include <denpa/denpa.h>
#include <stdio.h>

enum { BATCH = 32, BATCHES = 400 };

/* The next batch: points of the square, and whether they lie above one diagonal, later above the other. */
static void receive(int batch, float x[BATCH][2], int32_t label[BATCH]) {
  static uint32_t state = 1;
  for (int i = 0; i < BATCH; i++) {
    for (int k = 0; k < 2; k++) {
      state = state * 1664525u + 1013904223u; /* a small generator, the same everywhere */
      x[i][k] = (float)(state >> 8) / 16777216.0f;
    }
    label[i] = batch < BATCHES / 2 ? x[i][1] > x[i][0] : x[i][1] > 1 - x[i][0];
  }
}

static denpa_status follow(denpa_net *net, denpa_optimizer *optimizer, denpa_error *err) {
  float x[BATCH][2];
  int32_t label[BATCH], said[BATCH];
  const denpa_rows rows = {.rows = BATCH, .dtype = DENPA_DTYPE_FLOAT32, .x = x, .label = label};
  int right = 0;
  for (int batch = 0; batch < BATCHES; batch++) {
    receive(batch, x, label);
    denpa_status status = denpa_net_predict(net, BATCH, DENPA_DTYPE_FLOAT32, x, NULL, said, err);
    if (status == DENPA_OK) status = denpa_net_backward_rows(net, &rows, NULL, NULL, err);
    if (status == DENPA_OK) status = denpa_optimizer_update(optimizer, 0, err);
    if (status != DENPA_OK) return status;
    for (int i = 0; i < BATCH; i++) right += said[i] == label[i];
    if ((batch + 1) % 50 != 0) continue;
    printf("after %5d rows: %.1f%% of the last %d were right\n", (batch + 1) * BATCH, 2 * right / (double)BATCH,
        50 * BATCH);
    right = 0;
  }
  return DENPA_OK;
}

int main(void) {
  denpa_net_options shape = denpa_net_options_default();
  denpa_train_options options = denpa_train_options_default();
  denpa_net *net = NULL;
  denpa_optimizer *optimizer = NULL;
  denpa_error err = {0};
  shape.activation = "tanh";
  shape.init = "glorot";
  options.optimizer = "adam";
  options.lr = 0.02;
  if (denpa_net_create(&net, "2-8-2", &shape, &err) || denpa_optimizer_create(&optimizer, net, &options, &err) ||
      follow(net, optimizer, &err)) {
    char text[512];
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fprintf(stderr, "%s\n", text);
  }
  denpa_optimizer_free(optimizer);
  denpa_net_free(net);
  return err.status != DENPA_OK;
}
