/* mnist_folder.h: for test_mnist.c: a folder per test with the four IDX files, and what is expected of it. */
#ifndef MNIST_FOLDER_H
#define MNIST_FOLDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/memory.h"
#include "data/data.h"
#include "data/idx_folder.h"
#include "file/files.h"

/* ---- a folder per test ------------------------------------------------------------------------- */

typedef struct room {
  char folder[64];
} room;

static int setup(void **state) {
  room *r = calloc(1, sizeof *r);
  strcpy(r->folder, "/tmp/denpa-mnist-XXXXXX");
  *state = r;
  return mkdtemp(r->folder) == NULL;
}

static int teardown(void **state) {
  char command[128];
  snprintf(command, sizeof command, "rm -r '%s'", ((room *)*state)->folder);
  int result = system(command);
  free(*state);
  return result;
}

static void path_of(const room *r, const char *name, char out[256]) {
  assert_true(snprintf(out, 256, "%s/%s", r->folder, name) < 256);
}

/* An IDX file: axes sizes, then `size` bytes of data; gzipped if the name ends in .gz. */
static void put_idx(
    const room *r, const char *name, int axes, const uint32_t *sizes, const uint8_t *data, size_t size) {
  uint8_t file[8192] = {0, 0, 8, (uint8_t)axes};
  char path[256];
  size_t used = 4;
  for (int i = 0; i < axes; i++)
    for (int shift = 24; shift >= 0; shift -= 8) file[used++] = (uint8_t)(sizes[i] >> shift);
  assert_true(used + size <= sizeof file);
  memcpy(file + used, data, size);
  path_of(r, name, path);
  int zipped = strlen(name) > 3 && strcmp(name + strlen(name) - 3, ".gz") == 0;
  gzFile out = gzopen(path, zipped ? "wb" : "wbT");
  assert_non_null(out);
  assert_int_equal(gzwrite(out, file, (unsigned)(used + size)), (int)(used + size));
  assert_int_equal(gzclose(out), Z_OK);
}

static void put_images(const room *r, const char *name, uint32_t rows, uint32_t height, uint32_t width) {
  uint8_t pixel[4096];
  for (size_t i = 0; i < sizeof pixel; i++) pixel[i] = (uint8_t)(i * 7);
  put_idx(r, name, 3, (const uint32_t[]){rows, height, width}, pixel, (size_t)rows * height * width);
}

static void put_labels(const room *r, const char *name, uint32_t rows, const uint8_t *label) {
  put_idx(r, name, 1, &rows, label, rows);
}

static const uint8_t labels[] = {3, 1, 4, 1, 5};

/* Three training pictures and two test pictures of 4x3. */
static void put_good(const room *r) {
  put_images(r, "train-images-idx3-ubyte", 3, 4, 3);
  put_labels(r, "train-labels-idx1-ubyte", 3, labels);
  put_images(r, "t10k-images-idx3-ubyte", 2, 4, 3);
  put_labels(r, "t10k-labels-idx1-ubyte", 2, labels + 3);
}

static void drop(const room *r, const char *name) {
  char path[256];
  path_of(r, name, path);
  assert_int_equal(unlink(path), 0);
}

static void check_good(const denpa_data *data, const char *name) {
  assert_string_equal(data->name, name);
  assert_int_equal(data->axes, 2);
  assert_int_equal(data->shape[0], 4);
  assert_int_equal(data->shape[1], 3);
  assert_int_equal(data->features, 12);
  assert_int_equal(data->classes, 6);
  assert_int_equal(data->outputs, 6);
  assert_int_equal(data->split[DNP_TRAIN].rows, 3);
  assert_int_equal(data->split[DNP_TEST].rows, 2);
  assert_memory_equal(data->split[DNP_TRAIN].label, labels, 3);
  assert_memory_equal(data->split[DNP_TEST].label, labels + 3, 2);
  for (size_t i = 0; i < 36; i++) assert_int_equal(data->split[DNP_TRAIN].pixel[i], (uint8_t)(i * 7));
  for (size_t i = 0; i < 24; i++) assert_int_equal(data->split[DNP_TEST].pixel[i], (uint8_t)(i * 7));
  assert_null(data->split[DNP_TRAIN].value);
  assert_null(data->split[DNP_TRAIN].target);
}

static void expect_good(const room *r) {
  denpa_data *data;
  denpa_error err = {0};
  char text[1024] = "";
  denpa_status status = dnp_idx_folder_load(&data, r->folder, &err);
  if (status != DENPA_OK) denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
  assert_string_equal(text, "");
  check_good(data, r->folder);
  denpa_data_free(data);
}

/* The folder is refused with this status, and the message holds each of the words. */
static void expect_bad(const room *r, denpa_status expected, const char *const *words) {
  denpa_data *data = (denpa_data *)1;
  denpa_error err = {0};
  char text[1024];
  assert_int_equal(dnp_idx_folder_load(&data, r->folder, &err), expected);
  assert_null(data);
  denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
  for (; *words != NULL; words++)
    if (strstr(text, *words) == NULL) fail_msg("'%s' does not say '%s'", text, *words);
}
#define EXPECT_BAD(room, status, ...) expect_bad(room, status, (const char *const[]){__VA_ARGS__, NULL})

static dnp_mnist_options offline(const char *root, const char *cache) {
  dnp_mnist_options options;
  dnp_mnist_options_default(&options);
  options.data_root = root;
  options.cache_root = cache;
  options.offline = 1;
  return options;
}

#endif
