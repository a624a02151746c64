/* memory.c: a model as bytes in memory: to send, to keep in a database, to compile into a program. They are those of
 * the file that denpa_net_save writes.
 *   cc memory.c $(pkg-config --cflags --libs denpa) -o memory && ./memory */
#include <denpa/denpa.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  denpa_data *data = NULL;
  denpa_net *net = NULL, *again = NULL;
  denpa_error err = {0};
  void *bytes = NULL;
  size_t size = 0;
  double before = 0, after = 1;
  denpa_train_options options = denpa_train_options_default();
  options.optimizer = "adam";
  options.epochs = 3;
  if (denpa_data_digits(&data, 600, 1, &err) || denpa_net_create(&net, "784-20-10", NULL, &err) ||
      denpa_train(net, data, &options, NULL, &err) || denpa_net_save_memory(net, &bytes, &size, &err) ||
      denpa_net_load_memory(&again, bytes, size, NULL, NULL, &err) ||
      denpa_net_evaluate(net, data, DENPA_SPLIT_TEST, &before, NULL, &err) ||
      denpa_net_evaluate(again, data, DENPA_SPLIT_TEST, &after, NULL, &err)) {
    char text[512];
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fprintf(stderr, "%s\n", text);
  } else {
    printf("%zu bytes; trained on %s with %s\n", size, denpa_net_metadata(again, "data"),
        denpa_net_metadata(again, "optimizer"));
    printf("test loss before and after: %s\n", before == after ? "the same bits" : "NOT the same bits");
  }
  denpa_bytes_free(bytes);
  denpa_net_free(again);
  denpa_net_free(net);
  denpa_data_free(data);
  return err.status != DENPA_OK || before != after;
}
