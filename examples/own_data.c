/* own_data.c: rows that are made, read or received when they are needed: the library keeps none of them. Here a row is
 * a point in the plane, and its class is the arm of the spiral it lies on.
 *   cc own_data.c $(pkg-config --cflags --libs denpa) -lm -o own_data && ./own_data */
#include <denpa/denpa.h>
#include <math.h>
#include <stdio.h>

enum { ARMS = 3, TRAIN_ROWS = 900, TEST_ROWS = 300 };

/* Asked from several threads, in any order, also twice for one row: it answers from the row's number alone. */
static int read_row(
    void *context, denpa_split split, size_t row, denpa_dtype dtype, void *x, int32_t *label, double *target) {
  const int arm = (int)(row % ARMS);
  const double at = (double)(row / ARMS) / (split == DENPA_SPLIT_TEST ? TEST_ROWS / ARMS : TRAIN_ROWS / ARMS);
  const double angle = 4 * at + 2.0943951 * arm, point[2] = {at * cos(angle), at * sin(angle)};
  (void)context, (void)target;
  for (int i = 0; i < 2 && x != NULL; i++) {
    if (dtype == DENPA_DTYPE_FLOAT32)
      ((float *)x)[i] = (float)point[i];
    else
      ((double *)x)[i] = point[i];
  }
  if (label != NULL) *label = arm;
  return 0; /* anything else: this row cannot be had */
}

int main(void) {
  denpa_data *data = NULL;
  denpa_net *net = NULL;
  denpa_error err = {0};
  denpa_report report;
  denpa_net_options shape = denpa_net_options_default();
  denpa_train_options options = denpa_train_options_default();
  shape.activation = "relu";
  shape.init = "he";
  options.optimizer = "adam";
  options.lr = 0.01;
  options.batch = 32;
  options.epochs = 60;
  options.evaluate = DENPA_EVALUATE_END;
  if (denpa_data_from_reader(&data, "spiral", 2, ARMS, ARMS, TRAIN_ROWS, TEST_ROWS, read_row, NULL, &err) ||
      denpa_net_create(&net, "2-32-32-3", &shape, &err) || denpa_train(net, data, &options, &report, &err)) {
    char text[512];
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fprintf(stderr, "%s\n", text);
  } else {
    printf("%zu updates; %.1f%% of the test points are on the right arm\n", report.steps, 100 * report.test_accuracy);
  }
  denpa_net_free(net);
  denpa_data_free(data);
  return err.status != DENPA_OK;
}
