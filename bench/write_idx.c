/* write_idx.c: write_idx DATA FOLDER: writes a data set as four plain IDX files, so that every peer of peers.sh reads
 * the same bytes in the same way. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <denpa/denpa.h>

static const struct {
  denpa_split split;
  const char *name;
} splits[] = {{DENPA_SPLIT_TRAIN, "train"}, {DENPA_SPLIT_TEST, "t10k"}};

static void fail(const char *what, const char *why) {
  fprintf(stderr, "write_idx: %s: %s\n", what, why);
  exit(1);
}

static FILE *open_idx(const char *folder, const char *split, const char *what, int axes) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s-%s-idx%d-ubyte", folder, split, what, axes);
  FILE *file = fopen(path, "wb");
  if (file == NULL) fail(path, strerror(errno));
  return file;
}

static void put_head(FILE *file, int axes, const size_t *shape) {
  const unsigned char magic[4] = {0, 0, 8 /* unsigned bytes */, (unsigned char)axes};
  fwrite(magic, 1, sizeof magic, file);
  for (int a = 0; a < axes; a++)
    for (int shift = 24; shift >= 0; shift -= 8) fputc((int)(shape[a] >> shift & 255), file);
}

static void finish(FILE *file, const char *what) {
  const int broken = ferror(file);
  if (fclose(file) != 0 || broken) fail(what, strerror(errno));
}

static void write_split(const denpa_data *data, denpa_split split, const char *name, const char *folder) {
  size_t shape[4] = {denpa_data_rows(data, split)};
  const int axes = 1 + denpa_data_shape(data, shape + 1);
  FILE *pixels = open_idx(folder, name, "images", axes), *labels = open_idx(folder, name, "labels", 1);
  put_head(pixels, axes, shape);
  put_head(labels, 1, shape);
  for (size_t row = 0; row < shape[0]; row++) {
    const uint8_t *pixel = denpa_data_pixels(data, split, row);
    if (pixel == NULL) fail(denpa_data_name(data), "its rows are no pixels");
    fwrite(pixel, 1, denpa_data_features(data), pixels);
    fputc(denpa_data_label(data, split, row), labels);
  }
  finish(pixels, "images");
  finish(labels, "labels");
}

int main(int argc, char **argv) {
  denpa_data *data;
  denpa_error err = {0};
  denpa_data_options options = denpa_data_options_default();
  options.offline = 1;
  if (argc != 3) fail("usage", "write_idx DATA FOLDER");
  if (denpa_data_open(&data, argv[1], &options, &err) != DENPA_OK) {
    char text[512];
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    fail(argv[1], text);
  }
  if (mkdir(argv[2], 0777) != 0 && errno != EEXIST) fail(argv[2], strerror(errno));
  for (size_t i = 0; i < sizeof splits / sizeof *splits; i++)
    write_split(data, splits[i].split, splits[i].name, argv[2]);
  denpa_data_free(data);
  return 0;
}
