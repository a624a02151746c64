/* own_loop.c: a training loop of one's own: a batch forward and backward, a look at the gradients, an update. The
 * weights become those of denpa_train, bit for bit.
 *   cc own_loop.c $(pkg-config --cflags --libs denpa) -o own_loop && ./own_loop */
#include <denpa/denpa.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 600, BATCH = 100, EPOCHS = 3, PIXELS = 784 };

/* Rows in their own order, which is what DENPA_SAMPLING_SEQUENTIAL does. */
static denpa_status own_loop(denpa_net *net, const denpa_data *data, denpa_optimizer *optimizer, denpa_error *err) {
  static double gradient[PIXELS * 50];
  int32_t label[BATCH];
  for (int epoch = 0; epoch < EPOCHS; epoch++) {
    double sum = 0, largest = 0;
    for (size_t first = 0; first < ROWS; first += BATCH) {
      double loss;
      for (size_t i = 0; i < BATCH; i++) label[i] = denpa_data_label(data, DENPA_SPLIT_TRAIN, first + i);
      denpa_rows batch = {.rows = BATCH,
          .dtype = DENPA_DTYPE_UINT8,
          .x = denpa_data_pixels(data, DENPA_SPLIT_TRAIN, first), /* rows lie one after the other */
          .label = label};
      denpa_status status = denpa_net_backward_rows(net, &batch, NULL, &loss, err);
      if (status == DENPA_OK) status = denpa_net_gradient(net, "W1", gradient, PIXELS * 50, err);
      if (status == DENPA_OK) status = denpa_optimizer_update(optimizer, 0, err);
      if (status != DENPA_OK) return status;
      sum += loss;
      for (size_t i = 0; i < PIXELS * 50; i++)
        if (gradient[i] > largest) largest = gradient[i];
    }
    printf("epoch %d: mean loss %.4f, largest gradient of W1 %.6f\n", epoch + 1, sum / (ROWS / BATCH), largest);
  }
  return DENPA_OK;
}

int main(void) {
  denpa_data *data = NULL;
  denpa_net *mine = NULL, *theirs = NULL;
  denpa_optimizer *optimizer = NULL;
  denpa_error err = {0};
  char my_sha[65] = "", their_sha[65] = "";
  denpa_train_options options = denpa_train_options_default();
  options.optimizer = "adam";
  options.batch = BATCH;
  options.epochs = EPOCHS;
  options.sampling = DENPA_SAMPLING_SEQUENTIAL;

  if (denpa_data_digits(&data, ROWS, 1, &err) || denpa_net_create(&mine, "784-50-10", NULL, &err) ||
      denpa_net_clone(&theirs, mine, &err) || denpa_optimizer_create(&optimizer, mine, &options, &err) ||
      own_loop(mine, data, optimizer, &err) || denpa_train(theirs, data, &options, NULL, &err) ||
      denpa_net_sha256(mine, my_sha, &err) || denpa_net_sha256(theirs, their_sha, &err)) {
    char text[512];
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fprintf(stderr, "%s\n", text);
  } else {
    printf("own loop    %.16s\ndenpa_train %.16s\n%s\n", my_sha, their_sha,
        strcmp(my_sha, their_sha) == 0 ? "the same bits" : "NOT the same bits");
  }
  denpa_optimizer_free(optimizer);
  denpa_net_free(theirs);
  denpa_net_free(mine);
  denpa_data_free(data);
  return err.status != DENPA_OK || strcmp(my_sha, their_sha) != 0;
}
