/* table.c: a table is learned, and one row asked about as a person has it: names of columns, texts and numbers in, the
 * answer in the table's own unit out.
 *   cc table.c $(pkg-config --cflags --libs denpa) -o table && ./table */
#include <denpa/denpa.h>
#include <stdio.h>

static int write_table(const char *path) {
  static const char *const towns[] = {"Kobe", "Osaka", "Kyoto"};
  FILE *file = fopen(path, "w");
  if (file == NULL) return -1;
  fprintf(file, "town,size,rooms,rent\n");
  for (int i = 0; i < 240; i++) {
    const int size = 20 + i * 7 % 80, rooms = 1 + i % 4, town = i % 3;
    fprintf(file, "%s,%d,%d,%d\n", towns[town], size, rooms, 9 * size + 60 * rooms + 100 * town);
  }
  return fclose(file);
}

int main(void) {
  const char *path = "rents.csv";
  denpa_data *data = NULL;
  denpa_net *net = NULL;
  denpa_error err = {0};
  denpa_answer answer = {0};
  char layers[32];
  denpa_net_options shape = denpa_net_options_default();
  denpa_train_options options = denpa_train_options_default();
  shape.activation = "tanh";
  shape.init = "glorot";
  shape.loss = "mse";
  options.optimizer = "adam";
  options.lr = 0.01;
  options.batch = 16;
  options.epochs = 100;
  const denpa_field row[] = {{.column = "rooms", .number = 2}, {.column = "size", .number = 50},
      {.column = "town", .text = "Osaka"}}; /* in any order */

  if (write_table(path) != 0) return 1;
  if (denpa_data_open(&data, path, NULL, &err) == DENPA_OK) {
    /* the town becomes an input for each category */
    snprintf(layers, sizeof layers, "%zu-16-1", denpa_data_features(data));
    if (denpa_net_create(&net, layers, &shape, &err) == DENPA_OK &&
        denpa_train(net, data, &options, NULL, &err) == DENPA_OK)
      denpa_net_answer_fields(net, row, 3, &answer, NULL, &err);
  }
  if (err.status != DENPA_OK) {
    char text[512];
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fprintf(stderr, "%s\n", text);
  } else {
    printf("%s: %zu inputs\n", layers, denpa_net_inputs(net));
    printf("2 rooms of 50 square metres in Osaka: %.1f by the network, 670 by the rule\n", answer.number);
  }
  denpa_net_free(net);
  denpa_data_free(data);
  return err.status != DENPA_OK;
}
