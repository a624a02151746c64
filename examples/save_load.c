/* save_load.c: a model goes into a file and comes back from it, and the same as bytes in memory: to send, to keep in a
 * database, to compile into a program.
 *   cc save_load.c $(pkg-config --cflags --libs denpa) -o save_load && ./save_load */
#include <denpa/denpa.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  const char *path = "digits.safetensors";
  denpa_data *data = NULL;
  denpa_net *net = NULL, *from_file = NULL, *from_memory = NULL;
  denpa_error err = {0};
  void *bytes = NULL;
  size_t size = 0;
  char sha[3][65] = {"", "", ""};
  denpa_train_options options = denpa_train_options_default();
  options.optimizer = "adam";
  options.epochs = 3;

  if (denpa_data_digits(&data, 600, 1, &err) || denpa_net_create(&net, "784-20-10", NULL, &err) ||
      denpa_train(net, data, &options, NULL, &err) ||
      /* a file: the network's text and options are in it, so NULL stands for both */
      denpa_net_save(net, path, &err) || denpa_net_load(&from_file, path, NULL, NULL, &err) ||
      /* memory */
      denpa_net_save_memory(net, &bytes, &size, &err) ||
      denpa_net_load_memory(&from_memory, bytes, size, NULL, NULL, &err) ||
      /* all three have the same numbers */
      denpa_net_sha256(net, sha[0], &err) || denpa_net_sha256(from_file, sha[1], &err) ||
      denpa_net_sha256(from_memory, sha[2], &err)) {
    char text[512];
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fprintf(stderr, "%s\n", text);
  } else {
    printf("%zu bytes: %s, trained on %s with %s\n", size, denpa_net_text(from_file),
        denpa_net_metadata(from_file, "data"), denpa_net_metadata(from_file, "optimizer"));
    for (int i = 0; i < 3; i++) printf("%.16s\n", sha[i]);
  }
  denpa_bytes_free(bytes);
  denpa_net_free(from_memory);
  denpa_net_free(from_file);
  denpa_net_free(net);
  denpa_data_free(data);
  return err.status != DENPA_OK || strcmp(sha[0], sha[1]) != 0 || strcmp(sha[0], sha[2]) != 0;
}
