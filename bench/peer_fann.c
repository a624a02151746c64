/* peer_fann.c: peer_fann FOLDER NET LR BATCH: one epoch with FANN, as near to the article's network as it gets: sigmoid
 * outputs and the squared error, since FANN has no softmax; batches laid out before the clock starts, in the order of
 * the files. Prints one JSON object, like every peer. Built by peers.sh, which says FANN_VERSION. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <floatfann.h>

static unsigned char *read_file(const char *folder, const char *name, size_t skip, size_t *size) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) exit(1);
  *size = (size_t)ftell(file) - skip;
  unsigned char *bytes = malloc(*size);
  if (bytes == NULL || fseek(file, (long)skip, SEEK_SET) != 0 || fread(bytes, 1, *size, file) != *size) exit(1);
  fclose(file);
  return bytes;
}

static struct fann_train_data *lay_out(
    const unsigned char *pixel, const unsigned char *label, unsigned rows, unsigned inputs, unsigned outputs) {
  struct fann_train_data *batch = fann_create_train(rows, inputs, outputs);
  if (batch == NULL) exit(1);
  for (unsigned i = 0; i < rows; i++) {
    for (unsigned j = 0; j < inputs; j++) batch->input[i][j] = (float)pixel[i * inputs + j] / 255;
    for (unsigned j = 0; j < outputs; j++) batch->output[i][j] = (float)(label[i] == j);
  }
  return batch;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int argc, char **argv) {
  unsigned inputs, hidden, outputs;
  size_t pixels, labels;
  if (argc != 5 || sscanf(argv[2], "%u-%u-%u", &inputs, &hidden, &outputs) != 3) return 2;
  const unsigned char *pixel = read_file(argv[1], "train-images-idx3-ubyte", 16, &pixels),
                      *label = read_file(argv[1], "train-labels-idx1-ubyte", 8, &labels);
  const size_t rows = (size_t)atol(argv[4]), batches = (labels + rows - 1) / rows;
  struct fann_train_data **batch = calloc(batches, sizeof *batch);
  if (batch == NULL) return 1;
  for (size_t i = 0; i < batches; i++) {
    const size_t first = i * rows, count = labels - first < rows ? labels - first : rows;
    batch[i] = lay_out(pixel + first * inputs, label + first, (unsigned)count, inputs, outputs);
  }
  struct fann *net = fann_create_standard(3, inputs, hidden, outputs);
  fann_set_activation_function_hidden(net, FANN_SIGMOID);
  fann_set_activation_function_output(net, FANN_SIGMOID);
  fann_set_training_algorithm(net, FANN_TRAIN_BATCH);
  fann_set_learning_rate(net, (float)atof(argv[3]));
  fann_train_epoch(net, batch[0]); /* allocates what it needs */
  const double begun = now();
  for (size_t i = 0; i < batches; i++) fann_train_epoch(net, batch[i]);
  printf("{\"seconds\": %.9f, \"version\": \"FANN %s\"}\n", now() - begun, FANN_VERSION);
  return 0;
}
