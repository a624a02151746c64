/* first.c: a network that learns from arrays and answers for rows that it has not seen.
 *   cc first.c $(pkg-config --cflags --libs denpa) -o first && ./first */
#include <denpa/denpa.h>
#include <stdio.h>

int main(void) {
  /* length and thickness of eight fruits in decimetres; 0 is an apple, 1 a banana */
  const float fruit[8][2] = {
      {0.7f, 0.7f}, {0.8f, 0.9f}, {0.6f, 0.6f}, {0.9f, 0.8f}, {1.8f, 0.4f}, {2.1f, 0.4f}, {1.6f, 0.3f}, {1.9f, 0.5f}};
  const int32_t label[8] = {0, 0, 0, 0, 1, 1, 1, 1};
  const float unseen[2][2] = {{0.7f, 0.8f}, {2.0f, 0.3f}};
  const denpa_rows rows = {.rows = 8, .dtype = DENPA_DTYPE_FLOAT32, .x = fruit, .label = label};
  denpa_train_options options = denpa_train_options_default();
  denpa_data *data = NULL;
  denpa_net *net = NULL;
  denpa_error err = {0};
  double y[2][2]; /* for each row the probabilities of the two classes */
  int32_t class_number[2];
  options.optimizer = "adam";
  options.lr = 0.1;
  options.epochs = 100;

  if (denpa_data_from_memory(&data, "fruits", 2, 2, &rows, NULL, &err) || /* 2 numbers a row, 2 classes */
      denpa_net_create(&net, "2-4-2", NULL, &err) ||                      /* 2 inputs, 4 hidden units, 2 outputs */
      denpa_train(net, data, &options, NULL, &err) ||
      denpa_net_predict(net, 2, DENPA_DTYPE_FLOAT32, unseen, y[0], class_number, &err)) {
    char text[512];
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fprintf(stderr, "%s\n", text);
  } else {
    for (int i = 0; i < 2; i++)
      printf("%.1f by %.1f: %s, %.4f\n", (double)unseen[i][0], (double)unseen[i][1],
          class_number[i] == 1 ? "a banana" : "an apple", y[i][class_number[i]]);
  }
  denpa_net_free(net);
  denpa_data_free(data);
  return err.status != DENPA_OK;
}
